//! [Generators](https://tc39.es/ecma262/#sec-generator-objects) and
//! [async generators](https://tc39.es/ecma262/#sec-asyncgenerator-objects): their bodies, `yield`, and resumption.

use std::rc::Rc;

use super::coroutines::{Coroutine, Progress, Suspension};
use super::{Body, Scope, Suspender};
use crate::agent::{Abrupt, Agent, Completion};
use crate::environments::Env;
use crate::tree::Expr;
use crate::values::{
    AsyncGeneratorSlots, Closure, GeneratorSlots, GeneratorState, Handler, Kind, Obj, PromiseCapability,
    ResumeWith, Value,
};

/// The state of a generator, sync or async, whose body has not begun.
fn start_of(
    closure: &Rc<Closure>,
    lexical: Env,
    variable: Env,
    body: for<'y> fn(&'y Suspender) -> Body<'y>,
) -> GeneratorState {
    let closure = closure.clone();
    GeneratorState::Start(Box::new(move |agent: &Agent| {
        agent.coroutine(move |agent, suspender| {
            let scope = agent.body_scope(&closure, lexical, variable, body(suspender));
            agent.run_body(&closure.code, &scope)
        })
    }))
}

impl Agent {
    /// [GeneratorStart](https://tc39.es/ecma262/#sec-generatorstart)
    pub(super) fn start_generator(
        &self,
        f: Obj,
        closure: &Rc<Closure>,
        lexical: Env,
        variable: Env,
    ) -> Completion<Value> {
        let prototype = self.get_prototype_from_constructor(f, "Generator.prototype")?;
        self.check_heap()?;
        let state = start_of(closure, lexical, variable, |s| Body::Generator(s));
        Ok(self.make(prototype, Kind::Generator(GeneratorSlots { state })).into())
    }

    /// [GeneratorValidate](https://tc39.es/ecma262/#sec-generatorvalidate): takes the state out of the generator.
    fn take_generator_state(&self, v: &Value) -> Completion<(Obj, GeneratorState)> {
        let Value::Object(o) = v else { return Err(self.type_error("no generator")) };
        let mut object = self.object_mut(*o);
        let Kind::Generator(slots) = &mut object.kind else {
            drop(object);
            return Err(self.type_error("no generator"));
        };
        if let GeneratorState::Executing = slots.state {
            drop(object);
            return Err(self.type_error("generator is running"));
        }
        let state = std::mem::replace(&mut slots.state, GeneratorState::Executing);
        Ok((*o, state))
    }

    fn set_generator_state(&self, o: Obj, state: GeneratorState) {
        if let Kind::Generator(slots) = &mut self.object_mut(o).kind {
            slots.state = state;
        }
    }

    /// [GeneratorResume](https://tc39.es/ecma262/#sec-generatorresume),
    /// [GeneratorResumeAbrupt](https://tc39.es/ecma262/#sec-generatorresumeabrupt)
    pub fn generator_resume(&self, generator: &Value, with: ResumeWith) -> Completion<Value> {
        self.step()?;
        self.check_depth()?;
        let (o, mut state) = self.take_generator_state(generator)?;
        if let GeneratorState::Start(_) = state
            && !matches!(with, ResumeWith::Next(_))
        {
            state = GeneratorState::Completed;
        }
        let coroutine = match state {
            GeneratorState::Start(start) => start(self)?,
            GeneratorState::Suspended(c) => c,
            GeneratorState::Executing | GeneratorState::Completed => {
                self.set_generator_state(o, GeneratorState::Completed);
                return match with {
                    ResumeWith::Next(_) => Ok(self.create_iter_result(Value::Undefined, true).into()),
                    ResumeWith::Return(v) => Ok(self.create_iter_result(v, true).into()),
                    ResumeWith::Throw(e) => Err(Abrupt::Throw(e)),
                };
            }
        };
        self.check_heap()?;
        match self.resume(coroutine, with) {
            Progress::Suspended(coroutine, Suspension::Yield(v)) => {
                self.set_generator_state(o, GeneratorState::Suspended(coroutine));
                // `yield*` hands on the inner result object itself
                Ok(v)
            }
            Progress::Suspended(coroutine, Suspension::Await(_)) => {
                self.stacks.kill(coroutine);
                Err(self.outside("await in a generator"))
            }
            Progress::Done(result) => {
                self.set_generator_state(o, GeneratorState::Completed);
                Ok(self.create_iter_result(result?, true).into())
            }
        }
    }

    /// [yield](https://tc39.es/ecma262/#sec-generator-function-definitions-runtime-semantics-evaluation)
    pub(super) fn yield_expression(&self, argument: Option<&Expr>, scope: &Scope<'_>) -> Completion<Value> {
        let value = match argument {
            Some(e) => self.evaluate(e, scope)?,
            None => Value::Undefined,
        };
        let with = match scope.body {
            // [GeneratorYield](https://tc39.es/ecma262/#sec-generatoryield)
            Body::Generator(y) => {
                let result = self.create_iter_result(value, false);
                self.suspend(y, Suspension::Yield(result.into()))?
            }
            Body::AsyncGenerator(_) => {
                let value = self.await_value(value, scope)?;
                return self.async_generator_yield(value, scope);
            }
            _ => return Err(self.outside("yield outside of a generator")),
        };
        match with {
            ResumeWith::Next(v) => Ok(v),
            ResumeWith::Throw(e) => Err(Abrupt::Throw(e)),
            ResumeWith::Return(v) => Err(Abrupt::Return(v)),
        }
    }

    /// [AsyncGeneratorYield](https://tc39.es/ecma262/#sec-asyncgeneratoryield), of a value that was awaited.
    fn async_generator_yield(&self, value: Value, scope: &Scope<'_>) -> Completion<Value> {
        match self.async_generator_suspend(value, scope)? {
            ResumeWith::Next(v) => Ok(v),
            ResumeWith::Throw(e) => Err(Abrupt::Throw(e)),
            ResumeWith::Return(v) => Err(Abrupt::Return(v)),
        }
    }

    /// [AsyncGeneratorUnwrapYieldResumption](https://tc39.es/ecma262/#sec-asyncgeneratorunwrapyieldresumption)
    fn async_generator_suspend(&self, value: Value, scope: &Scope<'_>) -> Completion<ResumeWith> {
        let Body::AsyncGenerator(y) = scope.body else {
            return Err(self.outside("yield outside of a generator"));
        };
        match self.suspend(y, Suspension::Yield(value))? {
            ResumeWith::Return(v) => match self.await_value(v, scope) {
                Ok(v) => Ok(ResumeWith::Return(v)),
                Err(Abrupt::Throw(e)) => Ok(ResumeWith::Throw(e)),
                Err(other) => Err(other),
            },
            other => Ok(other),
        }
    }

    /// `yield*`
    pub(super) fn yield_star(&self, argument: &Expr, scope: &Scope<'_>) -> Completion<Value> {
        let value = self.evaluate(argument, scope)?;
        let is_async = matches!(scope.body, Body::AsyncGenerator(_));
        let record = if is_async { self.get_async_iterator(&value)? } else { self.get_iterator(&value)? };
        let iterator = Value::Object(record.iterator);
        let mut received = ResumeWith::Next(Value::Undefined);
        loop {
            self.step()?;
            let (result, returning) = match &received {
                ResumeWith::Next(v) => (self.call(&record.next, &iterator, std::slice::from_ref(v))?, false),
                ResumeWith::Throw(e) => match self.get_method(&iterator, &"throw".into())? {
                    Some(f) => (self.call_function(f, &iterator, std::slice::from_ref(e))?, false),
                    None => {
                        if is_async {
                            self.async_iterator_close(&record, Ok(()), scope)?;
                        } else {
                            self.iterator_close(&record, Ok(()))?;
                        }
                        return Err(self.type_error("iterator without throw"));
                    }
                },
                ResumeWith::Return(v) => match self.get_method(&iterator, &"return".into())? {
                    Some(f) => (self.call_function(f, &iterator, std::slice::from_ref(v))?, true),
                    None => {
                        let v = if is_async { self.await_value(v.clone(), scope)? } else { v.clone() };
                        return Err(Abrupt::Return(v));
                    }
                },
            };
            let result = if is_async { self.await_value(result, scope)? } else { result };
            let Value::Object(result) = result else {
                return Err(self.type_error("iterator result is no object"));
            };
            if self.iterator_complete(result)? {
                let v = self.iterator_value(result)?;
                return if returning { Err(Abrupt::Return(v)) } else { Ok(v) };
            }
            received = match scope.body {
                Body::Generator(y) => self.suspend(y, Suspension::Yield(result.into()))?,
                _ => {
                    let v = self.iterator_value(result)?;
                    self.async_generator_suspend(v, scope)?
                }
            };
        }
    }

    // Async generators

    /// [AsyncGeneratorStart](https://tc39.es/ecma262/#sec-asyncgeneratorstart)
    pub(super) fn start_async_generator(
        &self,
        f: Obj,
        closure: &Rc<Closure>,
        lexical: Env,
        variable: Env,
    ) -> Completion<Value> {
        let prototype = self.get_prototype_from_constructor(f, "AsyncGenerator.prototype")?;
        self.check_heap()?;
        let state = start_of(closure, lexical, variable, |s| Body::AsyncGenerator(s));
        let slots = AsyncGeneratorSlots { state, queue: Default::default(), draining: false };
        Ok(self.make(prototype, Kind::AsyncGenerator(slots)).into())
    }

    /// Runs `f` on the slots of an async generator.
    fn async_slots<R>(&self, o: Obj, f: impl FnOnce(&mut AsyncGeneratorSlots) -> R) -> Completion<R> {
        match &mut self.object_mut(o).kind {
            Kind::AsyncGenerator(slots) => Ok(f(slots)),
            _ => Err(self.outside("not an async generator")),
        }
    }

    /// [AsyncGenerator.prototype.next](https://tc39.es/ecma262/#sec-asyncgenerator-prototype-next) and its kin.
    pub fn async_generator_request(&self, generator: &Value, with: ResumeWith) -> Completion<Value> {
        let capability = self.intrinsic_capability();
        let promise = capability.promise.clone();
        let is_one = generator.object().filter(|o| matches!(self.object(*o).kind, Kind::AsyncGenerator(_)));
        let Some(o) = is_one else {
            let error = Err(self.type_error("no async generator"));
            self.settle_capability(&capability, error)?;
            return Ok(promise);
        };
        let idle = self.async_slots(o, |s| {
            s.queue.push_back((with, capability));
            !s.draining && !matches!(s.state, GeneratorState::Executing)
        })?;
        if idle {
            self.async_generator_run(o)?;
        }
        Ok(promise)
    }

    /// Serves the first request of the queue, and the next, until one has to wait.
    fn async_generator_run(&self, o: Obj) -> Completion<()> {
        loop {
            let Some((with, _)) = self.async_slots(o, |s| s.queue.front().cloned())? else { return Ok(()) };
            let state = self.async_slots(o, |s| {
                let completed = matches!(s.state, GeneratorState::Completed)
                    || (matches!(s.state, GeneratorState::Start(_)) && !matches!(with, ResumeWith::Next(_)));
                let state = if completed { GeneratorState::Completed } else { GeneratorState::Executing };
                let old = std::mem::replace(&mut s.state, state);
                if completed { GeneratorState::Completed } else { old }
            })?;
            let coroutine = match state {
                GeneratorState::Start(start) => start(self)?,
                GeneratorState::Suspended(c) => c,
                _ => match with {
                    ResumeWith::Next(_) => {
                        self.async_generator_settle(o, Ok(Value::Undefined), true)?;
                        continue;
                    }
                    ResumeWith::Throw(e) => {
                        self.async_generator_settle(o, Err(Abrupt::Throw(e)), true)?;
                        continue;
                    }
                    ResumeWith::Return(v) => return self.async_generator_await_return(o, v),
                },
            };
            return self.async_generator_drive(o, coroutine, with);
        }
    }

    /// [AsyncGeneratorAwaitReturn](https://tc39.es/ecma262/#sec-asyncgeneratorawaitreturn)
    fn async_generator_await_return(&self, o: Obj, v: Value) -> Completion<()> {
        self.async_slots(o, |s| s.draining = true)?;
        let finish = move |agent: &Agent, settled: Completion<Value>| {
            agent.async_slots(o, |s| s.draining = false)?;
            agent.async_generator_settle(o, settled, true)?;
            agent.async_generator_run(o)
        };
        match self.promise_resolve(self.intrinsic("Promise"), v) {
            Ok(promise) => {
                let handler: Rc<dyn Fn(&Agent, Completion<Value>) -> Completion<()>> = Rc::new(finish);
                self.perform_promise_then(
                    promise,
                    Handler::Native(handler.clone()),
                    Handler::Native(handler),
                    None,
                );
                Ok(())
            }
            Err(Abrupt::Outside(what)) => Err(Abrupt::Outside(what)),
            Err(e) => finish(self, Err(e)),
        }
    }

    /// Answers the first request.
    fn async_generator_settle(&self, o: Obj, result: Completion<Value>, done: bool) -> Completion<()> {
        let first: Option<(ResumeWith, PromiseCapability)> = self.async_slots(o, |s| s.queue.pop_front())?;
        let Some((_, capability)) = first else { return Ok(()) };
        let result = result.map(|v| self.create_iter_result(v, done).into());
        self.settle_capability(&capability, result)
    }

    fn async_generator_drive(&self, o: Obj, coroutine: Coroutine, with: ResumeWith) -> Completion<()> {
        match self.resume(coroutine, with) {
            Progress::Suspended(coroutine, Suspension::Await(v)) => {
                self.await_promise(v, coroutine, move |agent, coroutine, with| {
                    agent.async_generator_drive(o, coroutine, with)
                })
            }
            Progress::Suspended(coroutine, Suspension::Yield(v)) => {
                self.async_slots(o, |s| s.state = GeneratorState::Suspended(coroutine))?;
                self.async_generator_settle(o, Ok(v), false)?;
                self.async_generator_run(o)
            }
            Progress::Done(result) => {
                if let Err(Abrupt::Outside(what)) = result {
                    return Err(Abrupt::Outside(what));
                }
                self.async_slots(o, |s| s.state = GeneratorState::Completed)?;
                self.async_generator_settle(o, result, true)?;
                self.async_generator_run(o)
            }
        }
    }
}
