//! [Iteration](https://tc39.es/ecma262/#sec-iteration): prototypes of iterators and generators. The
//! constructor and the helpers are in `iterator_helpers`.

use super::Answer;
use crate::agent::{Abrupt, Agent, Completion};
use crate::values::{
    Call, Handler, IterationKind, IteratorRecord, IteratorSlots, Key, Kind, Obj, PromiseCapability,
    ResumeWith, Value,
};

pub fn install(agent: &Agent) {
    let prototype = agent.install_prototype("Iterator.prototype", Kind::Ordinary);
    agent.define_methods(prototype, &[("@@iterator", 0, |_, c| Ok(c.this.clone()))]);
    agent.define_outside(
        prototype,
        "Iterator.prototype",
        &["@@dispose", "chunks", "includes", "join", "windows"],
    );
    let async_prototype = agent.install_prototype("AsyncIterator.prototype", Kind::Ordinary);
    agent.define_methods(async_prototype, &[("@@asyncIterator", 0, |_, c| Ok(c.this.clone()))]);
    for (name, tag) in [
        ("ArrayIterator.prototype", "Array Iterator"),
        ("MapIterator.prototype", "Map Iterator"),
        ("SetIterator.prototype", "Set Iterator"),
        ("StringIterator.prototype", "String Iterator"),
    ] {
        let p = agent.make(prototype, Kind::Ordinary);
        agent.set_intrinsic(name, p);
        let next: crate::values::Native = match tag {
            "Array Iterator" => |a, c| next(a, c, 0),
            "Map Iterator" => |a, c| next(a, c, 1),
            "Set Iterator" => |a, c| next(a, c, 2),
            _ => |a, c| next(a, c, 3),
        };
        agent.define_methods(p, &[("next", 0, next)]);
        agent.define_value(p, "@@toStringTag", tag, "c");
    }
    let generator = agent.intrinsic("Generator.prototype");
    agent.object_mut(generator).prototype = Some(prototype);
    agent.define_methods(
        generator,
        &[
            ("next", 1, |a, c| a.generator_resume(c.this, ResumeWith::Next(c.get(0)))),
            ("return", 1, |a, c| a.generator_resume(c.this, ResumeWith::Return(c.get(0)))),
            ("throw", 1, |a, c| a.generator_resume(c.this, ResumeWith::Throw(c.get(0)))),
        ],
    );
    agent.define_value(generator, "@@toStringTag", "Generator", "c");
    let async_generator = agent.intrinsic("AsyncGenerator.prototype");
    agent.object_mut(async_generator).prototype = Some(async_prototype);
    agent.define_methods(
        async_generator,
        &[
            ("next", 1, |a, c| a.async_generator_request(c.this, ResumeWith::Next(c.get(0)))),
            ("return", 1, |a, c| a.async_generator_request(c.this, ResumeWith::Return(c.get(0)))),
            ("throw", 1, |a, c| a.async_generator_request(c.this, ResumeWith::Throw(c.get(0)))),
        ],
    );
    agent.define_value(async_generator, "@@toStringTag", "AsyncGenerator", "c");
    let from_sync = agent.make(async_prototype, Kind::Ordinary);
    agent.set_intrinsic("AsyncFromSyncIterator.prototype", from_sync);
    agent.define_methods(
        from_sync,
        &[
            ("next", 1, |a, c| from_sync_method(a, c, "next")),
            ("return", 1, |a, c| from_sync_method(a, c, "return")),
            ("throw", 1, |a, c| from_sync_method(a, c, "throw")),
        ],
    );
}

/// What a step of a built-in iterator needs to know, copied out of it.
enum Step {
    Array(Value, f64, IterationKind),
    Entries(Obj, usize, IterationKind),
    String(crate::values::Str, usize),
    Done,
}

/// `next` of a built-in iterator; `which` says of which prototype.
fn next(agent: &Agent, call: &Call<'_>, which: u8) -> Answer {
    let Value::Object(o) = call.this else { return Err(agent.type_error("no iterator")) };
    let step = match &agent.object(*o).kind {
        Kind::Iterator(slots) => match (slots, which) {
            (IteratorSlots::Array { object, index, kind }, 0) => {
                object.clone().map_or(Step::Done, |v| Step::Array(v, *index, *kind))
            }
            (IteratorSlots::Map { object, index, kind }, 1)
            | (IteratorSlots::Set { object, index, kind }, 2) => {
                object.map_or(Step::Done, |m| Step::Entries(m, *index, *kind))
            }
            (IteratorSlots::String { string, index }, 3) => {
                string.clone().map_or(Step::Done, |s| Step::String(s, *index))
            }
            _ => return Err(agent.type_error("iterator of another kind")),
        },
        _ => return Err(agent.type_error("no iterator")),
    };
    agent.check_heap()?;
    let value = match step {
        Step::Done => None,
        Step::Array(v, index, kind) => array_step(agent, *o, &v, index, kind)?,
        Step::Entries(collection, index, kind) => collection_step(agent, *o, collection, index, kind)?,
        Step::String(s, index) => {
            let step = super::string::next_code_point(&s, index);
            let (value, next) = step.map_or((None, None), |(v, n)| (Some(v), Some(n)));
            let string = next.map(|_| s);
            set_slots(agent, *o, IteratorSlots::String { string, index: next.unwrap_or(0) });
            value.map(Value::String)
        }
    };
    let done = value.is_none();
    Ok(agent.create_iter_result(value.unwrap_or(Value::Undefined), done).into())
}

fn set_slots(agent: &Agent, o: Obj, slots: IteratorSlots) {
    agent.object_mut(o).kind = Kind::Iterator(slots);
}

/// [%ArrayIteratorPrototype%.next](https://tc39.es/ecma262/#sec-%arrayiteratorprototype%.next)
fn array_step(
    agent: &Agent,
    iterator: Obj,
    v: &Value,
    index: f64,
    kind: IterationKind,
) -> Completion<Option<Value>> {
    let Value::Object(array) = v else { return Ok(None) };
    let finish = || set_slots(agent, iterator, IteratorSlots::Array { object: None, index, kind });
    let length = if agent.typed_array(*array).is_some() {
        match agent.typed_array_length(*array) {
            Some(n) => n as f64,
            None => {
                finish();
                return Err(agent.type_error("typed array out of bounds"));
            }
        }
    } else {
        match agent.length_of_array_like(*array) {
            Ok(n) => n,
            Err(e) => {
                finish();
                return Err(e);
            }
        }
    };
    if index >= length {
        finish();
        return Ok(None);
    }
    set_slots(agent, iterator, IteratorSlots::Array { object: Some(v.clone()), index: index + 1.0, kind });
    if kind == IterationKind::Keys {
        return Ok(Some(index.into()));
    }
    let element = match agent.get(*array, &Key::integer(index)) {
        Ok(e) => e,
        Err(e) => {
            finish();
            return Err(e);
        }
    };
    if kind == IterationKind::Values {
        return Ok(Some(element));
    }
    Ok(Some(agent.create_array_from_list([index.into(), element])?.into()))
}

/// [%MapIteratorPrototype%.next](https://tc39.es/ecma262/#sec-%mapiteratorprototype%.next) and that of sets.
fn collection_step(
    agent: &Agent,
    iterator: Obj,
    collection: Obj,
    mut index: usize,
    kind: IterationKind,
) -> Completion<Option<Value>> {
    let (mut entry, mut ended) = (None, false);
    let is_map = match &agent.object(collection).kind {
        Kind::Map(c) | Kind::Set(c) => {
            while entry.is_none() && !ended {
                match c.entries.get(index) {
                    None => ended = true,
                    Some(e) => {
                        entry = e.clone();
                        index += 1;
                    }
                }
            }
            matches!(agent.object(collection).kind, Kind::Map(_))
        }
        _ => false,
    };
    let object = entry.is_some().then_some(collection);
    let slots = if is_map {
        IteratorSlots::Map { object, index, kind }
    } else {
        IteratorSlots::Set { object, index, kind }
    };
    set_slots(agent, iterator, slots);
    let Some((key, value)) = entry else { return Ok(None) };
    Ok(Some(match kind {
        IterationKind::Keys => key,
        IterationKind::Values => value,
        IterationKind::Entries => agent.create_array_from_list([key, value])?.into(),
    }))
}

/// Methods of [async-from-sync iterators](https://tc39.es/ecma262/#sec-async-from-sync-iterator-objects).
fn from_sync_method(agent: &Agent, call: &Call<'_>, name: &'static str) -> Answer {
    let record = match call.this.object().map(|o| agent.object(o)) {
        Some(o) => match &o.kind {
            Kind::AsyncFromSync(r) => r.clone(),
            _ => return Err(agent.outside("async-from-sync iterator")),
        },
        None => return Err(agent.outside("async-from-sync iterator")),
    };
    let capability = agent.intrinsic_capability();
    let promise = capability.promise.clone();
    if let Err(e) = from_sync_step(agent, call, name, &record, &capability) {
        agent.settle_capability(&capability, Err(e))?;
    }
    Ok(promise)
}

fn from_sync_step(
    agent: &Agent,
    call: &Call<'_>,
    name: &'static str,
    record: &IteratorRecord,
    capability: &PromiseCapability,
) -> Completion<()> {
    let iterator = Value::Object(record.iterator);
    let argument = call.arguments.get(..1).unwrap_or_default();
    let result = if name == "next" {
        agent.call(&record.next, &iterator, argument)?
    } else {
        match agent.get_method(&iterator, &name.into())? {
            Some(f) => agent.call_function(f, &iterator, argument)?,
            None if name == "return" => {
                let result = agent.create_iter_result(call.get(0), true);
                return agent.settle_capability(capability, Ok(result.into()));
            }
            None => {
                agent.iterator_close(record, Ok(()))?;
                return Err(agent.type_error("iterator without throw"));
            }
        }
    };
    let Value::Object(result) = result else {
        return Err(agent.type_error("iterator result is no object"));
    };
    // [AsyncFromSyncIteratorContinuation](https://tc39.es/ecma262/#sec-asyncfromsynciteratorcontinuation)
    let done = agent.iterator_complete(result)?;
    let value = agent.iterator_value(result)?;
    let wrapper = match agent.promise_resolve(agent.intrinsic("Promise"), value) {
        Ok(p) => p,
        Err(e @ Abrupt::Throw(_)) if !done && name != "return" => {
            return agent.iterator_close(record, Err(e));
        }
        Err(e) => return Err(e),
    };
    let unwrap =
        agent.native_closure(1, move |agent, call| Ok(agent.create_iter_result(call.get(0), done).into()));
    let on_rejected = if done || name == "return" {
        Handler::Empty
    } else {
        let record = record.clone();
        Handler::Function(agent.native_closure(1, move |agent, call| {
            agent.iterator_close(&record, Err(Abrupt::Throw(call.get(0))))
        }))
    };
    agent.perform_promise_then(wrapper, Handler::Function(unwrap), on_rejected, Some(capability.clone()));
    Ok(())
}
