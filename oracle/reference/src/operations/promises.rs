//! [Promise abstract operations](https://tc39.es/ecma262/#sec-promise-abstract-operations), jobs, and Await.

use std::cell::Cell;
use std::rc::Rc;

use crate::agent::{Abrupt, Agent, Completion};
use crate::evaluate::coroutines::{Coroutine, Progress, Suspension};
use crate::values::{
    Handler, Kind, Obj, PromiseCapability, PromiseSlots, PromiseState, Reaction, ResumeWith, Value,
};

impl Agent {
    /// Runs the jobs until none is left.
    pub fn run_jobs(&self) -> Completion<()> {
        loop {
            let Some(job) = self.jobs.borrow_mut().pop_front() else { return Ok(()) };
            job(self)?;
        }
    }

    /// [HostEnqueuePromiseJob](https://tc39.es/ecma262/#sec-hostenqueuepromisejob)
    fn enqueue(&self, job: impl FnOnce(&Agent) -> Completion<()> + 'static) {
        self.jobs.borrow_mut().push_back(Box::new(job));
    }

    pub fn is_promise(&self, v: &Value) -> bool {
        v.object().is_some_and(|o| matches!(self.object(o).kind, Kind::Promise(_)))
    }

    pub fn pending_promise(&self, prototype: Obj) -> Obj {
        let slots = PromiseSlots { state: PromiseState::Pending, reactions: Vec::new() };
        self.make(prototype, Kind::Promise(slots))
    }

    /// [CreateResolvingFunctions](https://tc39.es/ecma262/#sec-createresolvingfunctions)
    pub fn create_resolving_functions(&self, promise: Obj) -> (Obj, Obj) {
        let already = Rc::new(Cell::new(false));
        let also = already.clone();
        let resolve = self.native_closure(1, move |agent, call| {
            if !already.replace(true) {
                agent.resolve_promise(promise, call.get(0))?;
            }
            Ok(Value::Undefined)
        });
        let reject = self.native_closure(1, move |agent, call| {
            if !also.replace(true) {
                agent.settle(promise, PromiseState::Rejected(call.get(0)));
            }
            Ok(Value::Undefined)
        });
        (resolve, reject)
    }

    /// [Promise Resolve Functions](https://tc39.es/ecma262/#sec-promise-resolve-functions), from step 7 on.
    fn resolve_promise(&self, promise: Obj, resolution: Value) -> Completion<()> {
        let Value::Object(thenable) = resolution else {
            self.settle(promise, PromiseState::Fulfilled(resolution));
            return Ok(());
        };
        let error = if thenable == promise {
            Err(self.type_error("promise resolved with itself"))
        } else {
            self.get(thenable, &"then".into())
        };
        let then = match error {
            Ok(then) => then,
            Err(Abrupt::Throw(e)) => {
                self.settle(promise, PromiseState::Rejected(e));
                return Ok(());
            }
            Err(other) => return Err(other),
        };
        if !self.is_callable(&then) {
            self.settle(promise, PromiseState::Fulfilled(resolution));
            return Ok(());
        }
        // [NewPromiseResolveThenableJob](https://tc39.es/ecma262/#sec-newpromiseresolvethenablejob)
        self.enqueue(move |agent| {
            let (resolve, reject) = agent.create_resolving_functions(promise);
            match agent.call(&then, &thenable.into(), &[resolve.into(), reject.into()]) {
                Err(Abrupt::Throw(e)) => agent.call_function(reject, &Value::Undefined, &[e]).map(|_| ()),
                other => other.map(|_| ()),
            }
        });
        Ok(())
    }

    /// [FulfillPromise](https://tc39.es/ecma262/#sec-fulfillpromise),
    /// [RejectPromise](https://tc39.es/ecma262/#sec-rejectpromise)
    fn settle(&self, promise: Obj, state: PromiseState) {
        let reactions = match &mut self.object_mut(promise).kind {
            Kind::Promise(slots) => {
                slots.state = state.clone();
                std::mem::take(&mut slots.reactions)
            }
            _ => Vec::new(),
        };
        for (fulfil, reject) in reactions {
            match &state {
                PromiseState::Fulfilled(v) => self.enqueue_reaction(fulfil, v.clone()),
                PromiseState::Rejected(v) => self.enqueue_reaction(reject, v.clone()),
                PromiseState::Pending => {}
            }
        }
    }

    /// [NewPromiseReactionJob](https://tc39.es/ecma262/#sec-newpromisereactionjob)
    fn enqueue_reaction(&self, reaction: Rc<Reaction>, argument: Value) {
        self.enqueue(move |agent| {
            let result = match &reaction.handler {
                Handler::Empty if reaction.rejects => Err(Abrupt::Throw(argument)),
                Handler::Empty => Ok(argument),
                Handler::Function(f) => agent.call_function(*f, &Value::Undefined, &[argument]),
                Handler::Native(f) => {
                    let settled = if reaction.rejects { Err(Abrupt::Throw(argument)) } else { Ok(argument) };
                    return f(agent, settled);
                }
            };
            let Some(capability) = &reaction.capability else { return result.map(|_| ()) };
            match result {
                Ok(v) => agent.call(&capability.resolve, &Value::Undefined, &[v])?,
                Err(Abrupt::Throw(e)) => agent.call(&capability.reject, &Value::Undefined, &[e])?,
                Err(other) => return Err(other),
            };
            Ok(())
        });
    }

    /// [PerformPromiseThen](https://tc39.es/ecma262/#sec-performpromisethen)
    pub fn perform_promise_then(
        &self,
        promise: Obj,
        on_fulfilled: Handler,
        on_rejected: Handler,
        capability: Option<PromiseCapability>,
    ) {
        let fulfil =
            Rc::new(Reaction { capability: capability.clone(), rejects: false, handler: on_fulfilled });
        let reject = Rc::new(Reaction { capability, rejects: true, handler: on_rejected });
        let state = match &mut self.object_mut(promise).kind {
            Kind::Promise(slots) => {
                if let PromiseState::Pending = slots.state {
                    slots.reactions.push((fulfil.clone(), reject.clone()));
                }
                slots.state.clone()
            }
            _ => return,
        };
        match state {
            PromiseState::Pending => {}
            PromiseState::Fulfilled(v) => self.enqueue_reaction(fulfil, v),
            PromiseState::Rejected(v) => self.enqueue_reaction(reject, v),
        }
    }

    /// [NewPromiseCapability](https://tc39.es/ecma262/#sec-newpromisecapability)
    pub fn new_promise_capability(&self, c: &Value) -> Completion<PromiseCapability> {
        let (Value::Object(constructor), true) = (c, self.is_constructor(c)) else {
            return Err(self.type_error("no constructor"));
        };
        if *constructor == self.intrinsic("Promise") {
            return Ok(self.intrinsic_capability());
        }
        let functions = Rc::new(std::cell::RefCell::new((Value::Undefined, Value::Undefined)));
        let given = functions.clone();
        let executor = self.native_closure(2, move |agent, call| {
            let mut f = given.borrow_mut();
            if !f.0.is_undefined() || !f.1.is_undefined() {
                return Err(agent.type_error("executor called twice"));
            }
            *f = (call.get(0), call.get(1));
            Ok(Value::Undefined)
        });
        let promise = self.construct(*constructor, &[executor.into()], *constructor)?;
        let (resolve, reject) = functions.borrow().clone();
        if !self.is_callable(&resolve) || !self.is_callable(&reject) {
            return Err(self.type_error("executor got no functions"));
        }
        Ok(PromiseCapability { promise: promise.into(), resolve, reject })
    }

    /// NewPromiseCapability(%Promise%)
    pub fn intrinsic_capability(&self) -> PromiseCapability {
        let promise = self.pending_promise(self.intrinsic("Promise.prototype"));
        let (resolve, reject) = self.create_resolving_functions(promise);
        PromiseCapability { promise: promise.into(), resolve: resolve.into(), reject: reject.into() }
    }

    /// [PromiseResolve](https://tc39.es/ecma262/#sec-promise-resolve)
    pub fn promise_resolve(&self, c: Obj, x: Value) -> Completion<Obj> {
        if let Value::Object(o) = x
            && self.is_promise(&x)
        {
            let constructor = self.get(o, &"constructor".into())?;
            if constructor.object() == Some(c) {
                return Ok(o);
            }
        }
        let capability = self.new_promise_capability(&c.into())?;
        self.call(&capability.resolve, &Value::Undefined, &[x])?;
        capability.promise.object().ok_or_else(|| self.type_error("no promise"))
    }

    /// Settles a capability with a completion.
    pub fn settle_capability(&self, c: &PromiseCapability, result: Completion<Value>) -> Completion<()> {
        match result {
            Ok(v) | Err(Abrupt::Return(v)) => self.call(&c.resolve, &Value::Undefined, &[v])?,
            Err(Abrupt::Throw(e)) => self.call(&c.reject, &Value::Undefined, &[e])?,
            Err(other) => return Err(other),
        };
        Ok(())
    }

    /// [Await](https://tc39.es/ecma262/#await), of a coroutine that was suspended for it: once the promise is
    /// settled, `go_on` gets the coroutine and the completion.
    pub fn await_promise(
        &self,
        value: Value,
        coroutine: Coroutine,
        go_on: impl Fn(&Agent, Coroutine, ResumeWith) -> Completion<()> + 'static,
    ) -> Completion<()> {
        let promise = match self.promise_resolve(self.intrinsic("Promise"), value) {
            Ok(p) => p,
            Err(Abrupt::Throw(e)) => return go_on(self, coroutine, ResumeWith::Throw(e)),
            Err(other) => {
                self.stacks.kill(coroutine);
                return Err(other);
            }
        };
        let id = self.stacks.park(coroutine);
        let handler: Rc<dyn Fn(&Agent, Completion<Value>) -> Completion<()>> =
            Rc::new(move |agent, settled| {
                let Some(coroutine) = agent.stacks.unpark(id) else { return Ok(()) };
                let with = match settled {
                    Ok(v) => ResumeWith::Next(v),
                    Err(Abrupt::Throw(e)) => ResumeWith::Throw(e),
                    Err(other) => return Err(other),
                };
                go_on(agent, coroutine, with)
            });
        self.perform_promise_then(promise, Handler::Native(handler.clone()), Handler::Native(handler), None);
        Ok(())
    }

    /// [AsyncFunctionStart](https://tc39.es/ecma262/#sec-async-functions-abstract-operations-async-function-start) and what
    /// follows each await.
    pub fn drive_async_function(
        &self,
        coroutine: Coroutine,
        with: ResumeWith,
        capability: PromiseCapability,
    ) -> Completion<()> {
        match self.resume(coroutine, with) {
            Progress::Done(result) => self.settle_capability(&capability, result),
            Progress::Suspended(coroutine, Suspension::Await(v)) => {
                self.await_promise(v, coroutine, move |agent, coroutine, with| {
                    agent.drive_async_function(coroutine, with, capability.clone())
                })
            }
            Progress::Suspended(coroutine, Suspension::Yield(_)) => {
                self.stacks.kill(coroutine);
                Err(self.outside("yield in an async function"))
            }
        }
    }
}
