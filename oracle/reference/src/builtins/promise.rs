//! [Promise objects](https://tc39.es/ecma262/#sec-promise-objects).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::Answer;
use crate::agent::{Abrupt, Agent, Completion};
use crate::values::{
    Call, Descriptor, Handler, IteratorRecord, Kind, Obj, PromiseCapability, PromiseSlots, PromiseState,
    Value,
};

pub fn install(agent: &Agent, global: Obj) {
    let prototype = agent.install_prototype("Promise.prototype", Kind::Ordinary);
    let constructor = agent.install_class(global, "Promise", 1, prototype, construct);
    agent.define_species(constructor);
    agent.define_methods(
        constructor,
        &[
            ("all", 1, |a, c| combinator(a, c, Combinator::All)),
            ("allSettled", 1, |a, c| combinator(a, c, Combinator::AllSettled)),
            ("any", 1, |a, c| combinator(a, c, Combinator::Any)),
            ("race", 1, |a, c| combinator(a, c, Combinator::Race)),
            ("reject", 1, |a, c| {
                let capability = a.new_promise_capability(c.this)?;
                a.call(&capability.reject, &Value::Undefined, &[c.get(0)])?;
                Ok(capability.promise)
            }),
            ("resolve", 1, |a, c| match c.this {
                Value::Object(o) => Ok(a.promise_resolve(*o, c.get(0))?.into()),
                _ => Err(a.type_error("no constructor")),
            }),
            ("withResolvers", 0, with_resolvers),
        ],
    );
    agent.define_outside(constructor, "Promise", &["try"]);
    agent.define_methods(
        prototype,
        &[
            ("catch", 1, |a, c| a.invoke(c.this, &"then".into(), &[Value::Undefined, c.get(0)])),
            ("finally", 1, finally),
            ("then", 2, then),
        ],
    );
    agent.define_value(prototype, "@@toStringTag", "Promise", "c");
}

/// [Promise](https://tc39.es/ecma262/#sec-promise-executor)
fn construct(agent: &Agent, call: &Call<'_>) -> Answer {
    let target = agent.want_new(call)?;
    let executor = agent.want_callable(call.get(0))?;
    let slots = PromiseSlots { state: PromiseState::Pending, reactions: Vec::new() };
    let promise = agent.create_from_constructor(target, "Promise.prototype", Kind::Promise(slots))?;
    let (resolve, reject) = agent.create_resolving_functions(promise);
    match agent.call_function(executor, &Value::Undefined, &[resolve.into(), reject.into()]) {
        Err(Abrupt::Throw(e)) => {
            agent.call_function(reject, &Value::Undefined, &[e])?;
        }
        other => {
            other?;
        }
    }
    Ok(promise.into())
}

/// [then](https://tc39.es/ecma262/#sec-promise.prototype.then)
fn then(agent: &Agent, call: &Call<'_>) -> Answer {
    let (Value::Object(promise), true) = (call.this, agent.is_promise(call.this)) else {
        return Err(agent.type_error("no promise"));
    };
    let c = agent.species_constructor(*promise, agent.intrinsic("Promise"))?;
    let capability = agent.new_promise_capability(&c.into())?;
    let handler = |v: Value| match v {
        Value::Object(f) if agent.is_callable(&v) => Handler::Function(f),
        _ => Handler::Empty,
    };
    let (fulfil, reject) = (handler(call.get(0)), handler(call.get(1)));
    agent.perform_promise_then(*promise, fulfil, reject, Some(capability.clone()));
    Ok(capability.promise)
}

/// [finally](https://tc39.es/ecma262/#sec-promise.prototype.finally)
fn finally(agent: &Agent, call: &Call<'_>) -> Answer {
    let Value::Object(promise) = call.this else { return Err(agent.type_error("no object")) };
    let c = agent.species_constructor(*promise, agent.intrinsic("Promise"))?;
    let on_finally = call.get(0);
    if !agent.is_callable(&on_finally) {
        return agent.invoke(call.this, &"then".into(), &[on_finally.clone(), on_finally]);
    }
    let make = |rejects: bool| {
        let on_finally = on_finally.clone();
        agent.native_closure(1, move |agent, call| {
            let result = agent.call(&on_finally, &Value::Undefined, &[])?;
            let p = agent.promise_resolve(c, result)?;
            let settled = call.get(0);
            let pass = agent.native_closure(0, move |_, _| {
                if rejects { Err(Abrupt::Throw(settled.clone())) } else { Ok(settled.clone()) }
            });
            agent.invoke(&p.into(), &"then".into(), &[pass.into()])
        })
    };
    let (then, catch) = (make(false), make(true));
    agent.invoke(call.this, &"then".into(), &[then.into(), catch.into()])
}

/// [Promise.withResolvers](https://tc39.es/ecma262/#sec-promise.withResolvers)
fn with_resolvers(agent: &Agent, call: &Call<'_>) -> Answer {
    let c = agent.new_promise_capability(call.this)?;
    let o = agent.ordinary_object();
    agent.create_data_property_or_throw(o, &"promise".into(), c.promise)?;
    agent.create_data_property_or_throw(o, &"resolve".into(), c.resolve)?;
    agent.create_data_property_or_throw(o, &"reject".into(), c.reject)?;
    Ok(o.into())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Combinator {
    All,
    AllSettled,
    Any,
    Race,
}

/// [Promise.all](https://tc39.es/ecma262/#sec-promise.all) and its kin.
fn combinator(agent: &Agent, call: &Call<'_>, which: Combinator) -> Answer {
    let capability = agent.new_promise_capability(call.this)?;
    if let Err(e) = combine(agent, call, which, &capability) {
        agent.settle_capability(&capability, Err(e))?;
    }
    Ok(capability.promise)
}

fn combine(
    agent: &Agent,
    call: &Call<'_>,
    which: Combinator,
    capability: &PromiseCapability,
) -> Completion<()> {
    let Value::Object(c) = call.this else { return Err(agent.type_error("no constructor")) };
    let resolve = agent.get(*c, &"resolve".into())?;
    if !agent.is_callable(&resolve) {
        return Err(agent.type_error("resolve is no function"));
    }
    let record = agent.get_iterator(&call.get(0))?;
    let mut done = false;
    let result = perform(agent, call.this, &resolve, which, capability, &record, &mut done);
    if done || result.is_ok() { result } else { agent.iterator_close(&record, result) }
}

/// What the reactions of one combination share.
struct Shared {
    values: RefCell<Vec<Value>>,
    remaining: Cell<usize>,
    which: Combinator,
    capability: PromiseCapability,
}

impl Shared {
    /// One less is awaited; when none is left the result is handed over.
    fn one_done(&self, agent: &Agent) -> Answer {
        self.remaining.set(self.remaining.get() - 1);
        if self.remaining.get() > 0 {
            return Ok(Value::Undefined);
        }
        let list = agent.create_array_from_list(self.values.borrow().iter().cloned())?;
        if self.which != Combinator::Any {
            return agent.call(&self.capability.resolve, &Value::Undefined, &[list.into()]);
        }
        let error = agent.make(agent.intrinsic("AggregateError.prototype"), Kind::Error);
        agent.define_property_or_throw(error, &"errors".into(), Descriptor::data(list, "wc"))?;
        Err(Abrupt::Throw(error.into()))
    }
}

fn perform(
    agent: &Agent,
    c: &Value,
    resolve: &Value,
    which: Combinator,
    capability: &PromiseCapability,
    record: &IteratorRecord,
    done: &mut bool,
) -> Completion<()> {
    let shared = Rc::new(Shared {
        values: RefCell::default(),
        remaining: Cell::new(1),
        which,
        capability: capability.clone(),
    });
    let mut index = 0;
    loop {
        let step = agent.iterator_step_value(record);
        *done = !matches!(step, Ok(Some(_)));
        let Some(next) = step? else { break };
        let promise = agent.call(resolve, c, &[next])?;
        let mut arguments = [capability.resolve.clone(), capability.reject.clone()];
        if which != Combinator::Race {
            shared.values.borrow_mut().push(Value::Undefined);
            shared.remaining.set(shared.remaining.get() + 1);
            let called = Rc::new(Cell::new(false));
            let element = |status: Option<&'static str>| {
                element_function(agent, shared.clone(), called.clone(), index, status)
            };
            match which {
                Combinator::All => arguments[0] = element(None).into(),
                Combinator::Any => arguments[1] = element(None).into(),
                _ => arguments = [element(Some("fulfilled")).into(), element(Some("rejected")).into()],
            }
        }
        agent.invoke(&promise, &"then".into(), &arguments)?;
        index += 1;
    }
    if which != Combinator::Race {
        shared.one_done(agent)?;
    }
    Ok(())
}

/// [Promise.all Resolve Element Functions](https://tc39.es/ecma262/#sec-promise.all-resolve-element-functions) and kin.
fn element_function(
    agent: &Agent,
    shared: Rc<Shared>,
    called: Rc<Cell<bool>>,
    index: usize,
    status: Option<&'static str>,
) -> Obj {
    agent.native_closure(1, move |agent, call| {
        if called.replace(true) {
            return Ok(Value::Undefined);
        }
        let mut v = call.get(0);
        if let Some(status) = status {
            let o = agent.ordinary_object();
            agent.create_data_property_or_throw(o, &"status".into(), status)?;
            let name = if status == "fulfilled" { "value" } else { "reason" };
            agent.create_data_property_or_throw(o, &name.into(), v)?;
            v = o.into();
        }
        shared.values.borrow_mut()[index] = v;
        match shared.one_done(agent) {
            Err(Abrupt::Throw(e)) if shared.which == Combinator::Any => {
                agent.call(&shared.capability.reject, &Value::Undefined, &[e])
            }
            other => other,
        }
    })
}
