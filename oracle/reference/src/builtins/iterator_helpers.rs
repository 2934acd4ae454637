//! [Iterator](https://tc39.es/ecma262/#sec-iterator-constructor) and its
//! [helpers](https://tc39.es/ecma262/#sec-iterator-helper-objects), whose closures are written as steps here.

use super::Answer;
use crate::agent::{Abrupt, Agent, Completion};
use crate::operations::NativeRow;
use crate::values::{Call, Helper, HelperKind, IteratorRecord, Kind, Obj, Property, Slot, Value};

const ROWS: &[NativeRow] = &[
    ("drop", 1, |a, c| limited(a, c, false)),
    ("every", 1, |a, c| scan(a, c, false)),
    ("filter", 1, |a, c| with_function(a, c, HelperKind::Filter)),
    ("find", 1, find),
    ("flatMap", 1, |a, c| with_function(a, c, |f| HelperKind::FlatMap(f, None))),
    ("forEach", 1, for_each),
    ("map", 1, |a, c| with_function(a, c, HelperKind::Map)),
    ("reduce", 1, reduce),
    ("some", 1, |a, c| scan(a, c, true)),
    ("take", 1, |a, c| limited(a, c, true)),
    ("toArray", 0, to_array),
];

pub fn install(agent: &Agent, global: Obj) {
    let prototype = agent.intrinsic("Iterator.prototype");
    let constructor = agent.native_constructor("Iterator", 0, |a, c| match c.new_target {
        Some(t) if t != c.function => {
            Ok(a.create_from_constructor(t, "Iterator.prototype", Kind::Ordinary)?.into())
        }
        _ => Err(a.type_error("abstract constructor")),
    });
    agent.define_value(constructor, "prototype", prototype, "");
    agent.define_value(global, "Iterator", constructor, "wc");
    agent.define_methods(constructor, &[("from", 1, from)]);
    agent.define_outside(constructor, "Iterator", &["concat", "zip", "zipKeyed"]);
    agent.define_methods(prototype, ROWS);
    weird_accessor(agent, "constructor", constructor.into());
    weird_accessor(agent, "@@toStringTag", "Iterator".into());
    let helpers = agent.make(prototype, Kind::Ordinary);
    agent.set_intrinsic("IteratorHelper.prototype", helpers);
    agent.define_methods(helpers, &[("next", 0, helper_next), ("return", 0, helper_return)]);
    agent.define_value(helpers, "@@toStringTag", "Iterator Helper", "c");
    let wrappers = agent.make(prototype, Kind::Ordinary);
    agent.set_intrinsic("WrapForValidIterator.prototype", wrappers);
    agent.define_methods(
        wrappers,
        &[
            ("next", 0, |a, c| {
                let r = wrapped(a, c)?;
                a.call(&r.next, &r.iterator.into(), &[])
            }),
            ("return", 0, |a, c| {
                let iterator = Value::Object(wrapped(a, c)?.iterator);
                match a.get_method(&iterator, &"return".into())? {
                    Some(f) => a.call_function(f, &iterator, &[]),
                    None => Ok(a.create_iter_result(Value::Undefined, true).into()),
                }
            }),
        ],
    );
}

/// [A property that only looks like a value](https://tc39.es/ecma262/#sec-iterator.prototype.constructor): setting it
/// on what inherits from %Iterator.prototype% makes an own property there.
fn weird_accessor(agent: &Agent, name: &'static str, value: Value) {
    let key = match name.strip_prefix("@@") {
        Some(_) => agent.symbol_key("toStringTag"),
        None => name.into(),
    };
    let own = key.clone();
    let getter = agent.native_closure(0, move |_, _| Ok(value.clone()));
    let setter = agent.native_closure(1, move |a, c| {
        // SetterThatIgnoresPrototypeProperties
        let home = a.intrinsic("Iterator.prototype");
        let Some(o) = c.this.object().filter(|o| *o != home) else { return Err(a.type_error("setter")) };
        if a.get_own_property(o, &own)?.is_none() {
            a.create_data_property_or_throw(o, &own, c.get(0))?;
        } else {
            a.set(o, &own, c.get(0), true)?;
        }
        Ok(Value::Undefined)
    });
    for (f, prefix) in [(getter, "get"), (setter, "set")] {
        // a name is always definable on a new function
        let _ = agent.set_function_name(f, &key, Some(prefix));
    }
    let slot = Slot::Accessor { get: Some(getter), set: Some(setter) };
    let p = Property { slot, enumerable: false, configurable: true };
    agent.object_mut(agent.intrinsic("Iterator.prototype")).properties.insert(key, p);
}

/// [Iterator.from](https://tc39.es/ecma262/#sec-iterator.from)
fn from(agent: &Agent, call: &Call<'_>) -> Answer {
    let record = flattenable(agent, &call.get(0), true)?;
    let constructor = agent.get(agent.global_object()?, &"Iterator".into())?;
    if agent.ordinary_has_instance(&constructor, &record.iterator.into())? {
        return Ok(record.iterator.into());
    }
    let prototype = agent.intrinsic("WrapForValidIterator.prototype");
    Ok(agent.make(prototype, Kind::WrappedIterator(record)).into())
}

fn wrapped(agent: &Agent, call: &Call<'_>) -> Completion<IteratorRecord> {
    let found = call.this.object().and_then(|o| match &agent.object(o).kind {
        Kind::WrappedIterator(r) => Some(r.clone()),
        _ => None,
    });
    found.ok_or_else(|| agent.type_error("no wrapped iterator"))
}

/// [GetIteratorFlattenable](https://tc39.es/ecma262/#sec-getiteratorflattenable)
fn flattenable(agent: &Agent, v: &Value, strings: bool) -> Completion<IteratorRecord> {
    if v.object().is_none() && !(strings && matches!(v, Value::String(_))) {
        return Err(agent.type_error("no object"));
    }
    let iterator = match agent.get_method(v, &agent.symbol_key("iterator"))? {
        None => v.clone(),
        Some(method) => agent.call_function(method, v, &[])?,
    };
    match iterator {
        Value::Object(o) => agent.get_iterator_direct(o),
        _ => Err(agent.type_error("iterator is no object")),
    }
}

fn this_object(agent: &Agent, call: &Call<'_>) -> Completion<Obj> {
    call.this.object().ok_or_else(|| agent.type_error("no object"))
}

/// Closes `this` because an argument is wrong.
fn close_for<T>(agent: &Agent, iterator: Obj, error: Abrupt) -> Completion<T> {
    agent.iterator_close(&IteratorRecord { iterator, next: Value::Undefined }, Err(error))
}

/// `this` and the function that is the argument.
fn operands(agent: &Agent, call: &Call<'_>) -> Completion<(IteratorRecord, Obj)> {
    let o = this_object(agent, call)?;
    match agent.want_callable(call.get(0)) {
        Ok(f) => Ok((agent.get_iterator_direct(o)?, f)),
        Err(e) => close_for(agent, o, e),
    }
}

fn make(agent: &Agent, record: IteratorRecord, kind: HelperKind) -> Answer {
    agent.check_heap()?;
    let helper = Helper { record, kind, counter: 0.0, started: false, running: false, done: false };
    Ok(agent.make(agent.intrinsic("IteratorHelper.prototype"), Kind::IteratorHelper(helper)).into())
}

fn with_function(agent: &Agent, call: &Call<'_>, kind: impl FnOnce(Obj) -> HelperKind) -> Answer {
    let (record, f) = operands(agent, call)?;
    make(agent, record, kind(f))
}

/// [take](https://tc39.es/ecma262/#sec-iterator.prototype.take), [drop](https://tc39.es/ecma262/#sec-iterator.prototype.drop)
fn limited(agent: &Agent, call: &Call<'_>, take: bool) -> Answer {
    let o = this_object(agent, call)?;
    let limit = agent.to_number(&call.get(0)).and_then(|n| {
        if n.is_nan() || (n.is_finite() && n > 9_007_199_254_740_991.0) {
            return Err(agent.range_error("limit"));
        }
        let n = agent.to_integer_or_infinity(&n.into())?;
        if n < 0.0 { Err(agent.range_error("limit")) } else { Ok(n) }
    });
    let limit = match limit {
        Ok(n) => n,
        Err(e) => return close_for(agent, o, e),
    };
    let record = agent.get_iterator_direct(o)?;
    make(agent, record, if take { HelperKind::Take(limit) } else { HelperKind::Drop(limit) })
}

fn helper_of(agent: &Agent, call: &Call<'_>) -> Completion<Obj> {
    let found = super::global::kind_is(agent, call.this, |k| matches!(k, Kind::IteratorHelper(_)));
    found.ok_or_else(|| agent.type_error("no iterator helper"))
}

/// Runs `f` on the state of a helper.
fn state<R>(agent: &Agent, o: Obj, f: impl FnOnce(&mut Helper) -> R) -> Completion<R> {
    match &mut agent.object_mut(o).kind {
        Kind::IteratorHelper(h) => Ok(f(h)),
        _ => Err(agent.outside("state of an iterator helper")),
    }
}

/// [%IteratorHelperPrototype%.next](https://tc39.es/ecma262/#sec-%iteratorhelperprototype%.next)
fn helper_next(agent: &Agent, call: &Call<'_>) -> Answer {
    agent.check_depth()?;
    let o = helper_of(agent, call)?;
    let (running, done) = state(agent, o, |h| (h.running, h.done))?;
    if running {
        return Err(agent.type_error("iterator helper is running"));
    }
    if done {
        return Ok(agent.create_iter_result(Value::Undefined, true).into());
    }
    state(agent, o, |h| (h.running, h.started) = (true, true))?;
    let result = step(agent, o);
    let ended = !matches!(result, Ok(Some(_)));
    state(agent, o, |h| {
        h.running = false;
        h.done |= ended;
    })?;
    let value = result?;
    Ok(agent.create_iter_result(value.unwrap_or(Value::Undefined), ended).into())
}

/// [%IteratorHelperPrototype%.return](https://tc39.es/ecma262/#sec-%iteratorhelperprototype%.return)
fn helper_return(agent: &Agent, call: &Call<'_>) -> Answer {
    let o = helper_of(agent, call)?;
    let (running, done) = state(agent, o, |h| (h.running, h.done))?;
    if running {
        return Err(agent.type_error("iterator helper is running"));
    }
    if !done {
        let (record, inner, started) = state(agent, o, |h| {
            h.done = true;
            // a helper that has begun counts as running while it closes what it iterates
            h.running = h.started;
            let inner = if let HelperKind::FlatMap(_, inner) = &h.kind { inner.clone() } else { None };
            (h.record.clone(), inner, h.started)
        })?;
        let closed = match inner.filter(|_| started) {
            Some(inner) => {
                let first = agent.iterator_close(&inner, Ok(()));
                agent.iterator_close(&record, first)
            }
            None => agent.iterator_close(&record, Ok(())),
        };
        state(agent, o, |h| h.running = false)?;
        closed?;
    }
    Ok(agent.create_iter_result(Value::Undefined, true).into())
}

/// The next value of a helper, `None` at its end.
fn step(agent: &Agent, o: Obj) -> Completion<Option<Value>> {
    let (record, kind) = state(agent, o, |h| (h.record.clone(), h.kind.clone()))?;
    let count = || {
        state(agent, o, |h| {
            h.counter += 1.0;
            h.counter - 1.0
        })
    };
    let apply = |f: Obj, v: Value| {
        let n = count()?;
        match agent.call_function(f, &Value::Undefined, &[v, n.into()]) {
            Ok(v) => Ok(v),
            Err(e) => agent.iterator_close(&record, Err(e)),
        }
    };
    match kind {
        HelperKind::Map(f) => match agent.iterator_step_value(&record)? {
            Some(v) => apply(f, v).map(Some),
            None => Ok(None),
        },
        HelperKind::Filter(f) => {
            while let Some(v) = agent.iterator_step_value(&record)? {
                if agent.to_boolean(&apply(f, v.clone())?) {
                    return Ok(Some(v));
                }
            }
            Ok(None)
        }
        HelperKind::Take(remaining) => {
            if remaining == 0.0 {
                return agent.iterator_close(&record, Ok(None));
            }
            state(agent, o, |h| h.kind = HelperKind::Take(remaining - 1.0))?;
            agent.iterator_step_value(&record)
        }
        HelperKind::Drop(mut remaining) => {
            state(agent, o, |h| h.kind = HelperKind::Drop(0.0))?;
            while remaining > 0.0 {
                remaining -= 1.0;
                // the values dropped are not read
                let result = agent.iterator_next(&record, None)?;
                if agent.iterator_complete(result)? {
                    return Ok(None);
                }
            }
            agent.iterator_step_value(&record)
        }
        HelperKind::FlatMap(f, mut inner) => loop {
            agent.step()?;
            if let Some(i) = &inner {
                match agent.iterator_step_value(i) {
                    Ok(Some(v)) => return Ok(Some(v)),
                    Ok(None) => {}
                    Err(e) => return agent.iterator_close(&record, Err(e)),
                }
            }
            let Some(v) = agent.iterator_step_value(&record)? else { return Ok(None) };
            let mapped = apply(f, v)?;
            inner = match flattenable(agent, &mapped, false) {
                Ok(i) => Some(i),
                Err(e) => return agent.iterator_close(&record, Err(e)),
            };
            let kept = inner.clone();
            state(agent, o, |h| h.kind = HelperKind::FlatMap(f, kept))?;
        },
    }
}

/// Calls the function for each value until `each` has an answer.
fn consume<T>(
    agent: &Agent,
    call: &Call<'_>,
    mut each: impl FnMut(Value, Value) -> Option<T>,
) -> Completion<Option<T>> {
    let (record, f) = operands(agent, call)?;
    let mut n = 0.0;
    while let Some(v) = agent.iterator_step_value(&record)? {
        let result = match agent.call_function(f, &Value::Undefined, &[v.clone(), f64::into(n)]) {
            Ok(r) => r,
            Err(e) => return agent.iterator_close(&record, Err(e)),
        };
        if let Some(answer) = each(v, result) {
            return agent.iterator_close(&record, Ok(Some(answer)));
        }
        n += 1.0;
    }
    Ok(None)
}

/// `every` and `some`: ends at the first answer that is `stop_at`.
fn scan(agent: &Agent, call: &Call<'_>, stop_at: bool) -> Answer {
    let found = consume(agent, call, |_, r| (agent.to_boolean(&r) == stop_at).then_some(stop_at))?;
    Ok(found.unwrap_or(!stop_at).into())
}

fn find(agent: &Agent, call: &Call<'_>) -> Answer {
    let found = consume(agent, call, |v, r| agent.to_boolean(&r).then_some(v))?;
    Ok(found.unwrap_or(Value::Undefined))
}

fn for_each(agent: &Agent, call: &Call<'_>) -> Answer {
    consume(agent, call, |_, _| None::<()>)?;
    Ok(Value::Undefined)
}

/// [reduce](https://tc39.es/ecma262/#sec-iterator.prototype.reduce)
fn reduce(agent: &Agent, call: &Call<'_>) -> Answer {
    let (record, f) = operands(agent, call)?;
    let (mut accumulator, mut n) = (call.get(1), 0.0);
    if call.arguments.len() < 2 {
        match agent.iterator_step_value(&record)? {
            Some(v) => (accumulator, n) = (v, 1.0),
            None => return Err(agent.type_error("nothing to reduce")),
        }
    }
    while let Some(v) = agent.iterator_step_value(&record)? {
        accumulator = match agent.call_function(f, &Value::Undefined, &[accumulator, v, f64::into(n)]) {
            Ok(v) => v,
            Err(e) => return agent.iterator_close(&record, Err(e)),
        };
        n += 1.0;
    }
    Ok(accumulator)
}

fn to_array(agent: &Agent, call: &Call<'_>) -> Answer {
    let record = agent.get_iterator_direct(this_object(agent, call)?)?;
    let list = agent.iterator_to_list(&record)?;
    Ok(agent.create_array_from_list(list)?.into())
}
