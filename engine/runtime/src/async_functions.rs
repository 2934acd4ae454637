//! Async functions, async generators, and asynchronous iteration: what their bytecode calls, and how
//! settled promises resume suspended frames (`Hooks::resume_await` defaults to this).
//!
//! Requests of an async generator form a list of FixedArrays from the cell's PROMISE word; its EXTRA
//! word is one of `phase`.
//! Spec: [Async Function Objects](https://tc39.es/ecma262/#sec-async-function-objects),
//! [AsyncGenerator Objects](https://tc39.es/ecma262/#sec-asyncgenerator-objects).

use tierproof_bytecode::Flow;
use tierproof_heap::{CellKind, ObjectRef, TaggedArrayRef, Value};

use crate::convert::to_boolean;
use crate::function::Args;
use crate::generators::{ResumeMode, as_generator, words};
use crate::isolate::{Isolate, JsResult, Thrown};
use crate::iteration::IteratorRecord;
use crate::promise::Capability;

/// [[AsyncGeneratorState]].
mod phase {
    pub const START: i32 = 0;
    pub const YIELD: i32 = 1;
    pub const EXECUTING: i32 = 2;
    pub const DRAINING: i32 = 3;
    pub const COMPLETED: i32 = 4;
}

/// Words of a request.
mod request {
    pub const MODE: usize = 0;
    pub const VALUE: usize = 1;
    pub const PROMISE: usize = 2;
    pub const NEXT: usize = 3;
    pub const WORDS: usize = 4;
}

fn phase_of(g: ObjectRef) -> i32 {
    let v = g.internal(words::EXTRA);
    if v.is_smi() { v.as_smi() } else { phase::START }
}

impl Isolate {
    fn set_phase(&mut self, g: ObjectRef, phase: i32) {
        g.set_internal(&mut self.heap, words::EXTRA, Value::smi(phase));
    }

    // --- awaiting

    /// A settled promise resumes the frame that awaits it. What the frame throws has been handed to
    /// its promise or request already, except for stack overflows on the way in.
    pub fn resume_awaiting(&mut self, g: ObjectRef, value: Value, rejected: bool) -> JsResult<()> {
        let mode = if rejected { ResumeMode::Throw } else { ResumeMode::Next };
        match self.resume_generator(g, mode, value) {
            Ok(_) => Ok(()),
            Err(Thrown) => {
                let e = self.take_exception()?;
                self.settle_failed(g, e)
            }
        }
    }

    /// A frame could not be entered: its promise or requests fail.
    fn settle_failed(&mut self, g: ObjectRef, error: Value) -> JsResult<()> {
        let function = g.internal(words::FUNCTION).cast::<tierproof_heap::FunctionRef>();
        if crate::function::flow(function.function_data()) == Flow::Async {
            if let Some(p) = g.internal(words::PROMISE).try_as::<ObjectRef>() {
                self.reject_promise(p, error);
            }
            return Ok(());
        }
        self.async_generator_ended(g, Err(error))
    }

    /// `AsyncFunctionEnter`.
    pub fn async_function_enter(&mut self, g: Value) -> JsResult {
        let promise = self.new_promise();
        g.cast::<ObjectRef>().set_internal(&mut self.heap, words::PROMISE, promise.into());
        Ok(Value::UNDEFINED)
    }
    /// What the first suspension of an async function returns: its promise.
    pub fn async_promise(&self, g: ObjectRef) -> Value {
        let p = g.internal(words::PROMISE);
        if p.is_object() { p } else { Value::UNDEFINED }
    }
    /// `AsyncFunctionResolve` and `AsyncFunctionReject`: the promise.
    pub fn async_function_leave(&mut self, g: Value, value: Value, rejected: bool) -> JsResult {
        let promise = g.cast::<ObjectRef>().internal(words::PROMISE);
        if rejected {
            self.reject_promise(promise.cast(), value);
        } else {
            self.resolve_promise(promise.cast(), value)?;
        }
        Ok(promise)
    }

    // --- async generators

    /// [AsyncGenerator.prototype.next](https://tc39.es/ecma262/#sec-asyncgenerator-prototype-next),
    /// `return` and `throw`: the promise of the request.
    pub fn request_async_generator(&mut self, this: Value, mode: ResumeMode, value: Value) -> JsResult {
        let promise = self.new_promise();
        let Some(g) = as_generator(this, Flow::AsyncGenerator) else {
            let name = ["next", "throw", "return"][mode as usize];
            let what = self.describe(this);
            let _ = self.type_error(&format!("{name} method called on incompatible receiver {what}"));
            let e = self.take_exception()?;
            self.reject_promise(promise, e);
            return Ok(promise.into());
        };
        let mut at = phase_of(g);
        if mode == ResumeMode::Throw && at == phase::START {
            self.complete_generator(g);
            self.set_phase(g, phase::COMPLETED);
            at = phase::COMPLETED;
        }
        if at == phase::COMPLETED && mode != ResumeMode::Return {
            if mode == ResumeMode::Next {
                let r = self.iterator_result(Value::UNDEFINED, true);
                self.resolve_promise(promise, r)?;
            } else {
                self.reject_promise(promise, value);
            }
            return Ok(promise.into());
        }
        self.enqueue_request(g, mode, value, promise);
        match (at, mode) {
            (phase::START | phase::COMPLETED, ResumeMode::Return) => {
                self.complete_generator(g);
                self.set_phase(g, phase::DRAINING);
                self.await_return(g)?;
            }
            (phase::START | phase::YIELD, _) => {
                self.set_phase(g, phase::EXECUTING);
                if let Err(Thrown) = self.resume_generator(g, mode, value) {
                    let e = self.take_exception()?;
                    self.settle_failed(g, e)?;
                }
            }
            _ => {}
        }
        Ok(promise.into())
    }

    fn enqueue_request(&mut self, g: ObjectRef, mode: ResumeMode, value: Value, promise: ObjectRef) {
        let r = self.heap.allocate_fixed_array(request::WORDS, Value::UNDEFINED);
        r.set(&mut self.heap, request::MODE, mode.to_value());
        r.set(&mut self.heap, request::VALUE, value);
        r.set(&mut self.heap, request::PROMISE, promise.into());
        let mut at = g.internal(words::PROMISE).try_as::<TaggedArrayRef>();
        let Some(mut last) = at else {
            return g.set_internal(&mut self.heap, words::PROMISE, r.into());
        };
        while let Some(next) = at {
            last = next;
            at = next.get(request::NEXT).try_as();
        }
        last.set(&mut self.heap, request::NEXT, r.into());
    }
    fn first_request(&self, g: ObjectRef) -> Option<TaggedArrayRef> {
        g.internal(words::PROMISE).try_as()
    }

    /// [AsyncGeneratorCompleteStep](https://tc39.es/ecma262/#sec-asyncgeneratorcompletestep).
    fn complete_step(&mut self, g: ObjectRef, completion: Result<Value, Value>, done: bool) -> JsResult<()> {
        let Some(first) = self.first_request(g) else { return Ok(()) };
        g.set_internal(&mut self.heap, words::PROMISE, first.get(request::NEXT));
        let promise = first.get(request::PROMISE).cast::<ObjectRef>();
        match completion {
            Ok(v) => {
                let r = self.iterator_result(v, done);
                self.resolve_promise(promise, r)
            }
            Err(e) => {
                self.reject_promise(promise, e);
                Ok(())
            }
        }
    }

    /// `AsyncGeneratorYield`: [AsyncGeneratorYield](https://tc39.es/ecma262/#sec-asyncgeneratoryield)
    /// up to the suspension.
    pub fn async_generator_yield(&mut self, g: Value, value: Value) -> JsResult {
        let g = g.cast::<ObjectRef>();
        self.complete_step(g, Ok(value), false)?;
        let Some(next) = self.first_request(g) else {
            self.set_phase(g, phase::YIELD);
            return Ok(Value::FALSE);
        };
        g.set_internal(&mut self.heap, words::VALUE, next.get(request::VALUE));
        g.set_internal(&mut self.heap, words::MODE, next.get(request::MODE));
        Ok(Value::TRUE)
    }

    /// `AsyncGeneratorReturn` and `AsyncGeneratorThrow`: the body has ended.
    pub fn async_generator_ended(&mut self, g: ObjectRef, completion: Result<Value, Value>) -> JsResult<()> {
        self.set_phase(g, phase::DRAINING);
        self.complete_step(g, completion, true)?;
        self.drain_requests(g)
    }

    /// [AsyncGeneratorDrainQueue](https://tc39.es/ecma262/#sec-asyncgeneratordrainqueue).
    fn drain_requests(&mut self, g: ObjectRef) -> JsResult<()> {
        while let Some(first) = self.first_request(g) {
            match ResumeMode::from_value(first.get(request::MODE)) {
                ResumeMode::Return => {
                    self.set_phase(g, phase::DRAINING);
                    return self.await_return(g);
                }
                ResumeMode::Next => self.complete_step(g, Ok(Value::UNDEFINED), true)?,
                ResumeMode::Throw => self.complete_step(g, Err(first.get(request::VALUE)), true)?,
            }
        }
        self.set_phase(g, phase::COMPLETED);
        Ok(())
    }

    /// [AsyncGeneratorAwaitReturn](https://tc39.es/ecma262/#sec-asyncgeneratorawaitreturn).
    fn await_return(&mut self, g: ObjectRef) -> JsResult<()> {
        let Some(first) = self.first_request(g) else { return Ok(()) };
        let constructor = self.realm.promise_constructor;
        match self.promise_resolve(constructor, first.get(request::VALUE)) {
            Ok(p) => {
                let fulfilled = self.native_closure(return_fulfilled, 1, g.into());
                let rejected = self.native_closure(return_rejected, 1, g.into());
                self.perform_promise_then(p.cast(), fulfilled.into(), rejected.into(), Capability::NONE);
                Ok(())
            }
            Err(Thrown) => {
                let e = self.take_exception()?;
                self.complete_step(g, Err(e), true)?;
                self.drain_requests(g)
            }
        }
    }

    // --- asynchronous iteration

    /// `GetAsyncIterator`: [GetIterator](https://tc39.es/ecma262/#sec-getiterator), async.
    pub fn get_async_iterator(&mut self, v: Value) -> JsResult {
        if v.is_nullish() {
            let what = self.describe(v);
            return Err(self.type_error(&format!("{what} is not async iterable")));
        }
        let key = self.realm.symbols.async_iterator.key();
        let method = self.get_method(v, key)?;
        if method.is_undefined() {
            let key = self.realm.symbols.iterator.key();
            let sync = self.get_method(v, key)?;
            if sync.is_undefined() {
                let what = self.describe(v);
                return Err(self.type_error(&format!("{what} is not async iterable")));
            }
            let r = self.get_iterator_from(v, sync)?;
            let p = self.realm.async_from_sync_iterator_prototype;
            let shape = self.root_shape(p.into(), CellKind::GenericObject, 0);
            let o = self.heap.allocate_object_of(CellKind::GenericObject, shape.0);
            o.set_internal(&mut self.heap, 0, r.iterator);
            o.set_internal(&mut self.heap, 1, r.next);
            return Ok(o.into());
        }
        let iterator = self.call(method, v, &[])?;
        if !iterator.is_object() {
            return Err(self.type_error("Result of the Symbol.asyncIterator method is not an object"));
        }
        Ok(iterator)
    }

    /// `AsyncIteratorReturn`.
    pub fn async_iterator_return(&mut self, iterator: Value) -> JsResult {
        let key = self.realm.names.return_;
        let f = self.get_method(iterator, key)?;
        if f.is_undefined() { Ok(Value::HOLE) } else { self.call(f, iterator, &[]) }
    }

    /// [%AsyncFromSyncIteratorPrototype%](https://tc39.es/ecma262/#sec-%asyncfromsynciteratorprototype%-object):
    /// its three methods. Only bytecode reaches them, so `this` is right.
    pub fn step_async_from_sync(&mut self, this: Value, mode: ResumeMode, args: Args) -> JsResult {
        let o = this.cast::<ObjectRef>();
        let r = IteratorRecord { iterator: o.internal(0), next: o.internal(1) };
        let promise = self.new_promise();
        let c = Capability { promise: promise.into(), ..Capability::NONE };
        let step = self.sync_step(r, mode, args, promise);
        match step {
            Ok(()) => Ok(promise.into()),
            Err(Thrown) => {
                let e = self.take_exception()?;
                self.capability_reject(c, e)?;
                Ok(promise.into())
            }
        }
    }

    fn sync_step(
        &mut self,
        r: IteratorRecord,
        mode: ResumeMode,
        args: Args,
        promise: ObjectRef,
    ) -> JsResult<()> {
        let value = args.get(0);
        let passed = [value];
        let list = if args.is_empty() { &passed[..0] } else { &passed[..] };
        let method = match mode {
            ResumeMode::Next => r.next,
            ResumeMode::Return => {
                let key = self.realm.names.return_;
                let f = self.get_method(r.iterator, key)?;
                if f.is_undefined() {
                    let result = self.iterator_result(value, true);
                    return self.resolve_promise(promise, result);
                }
                f
            }
            ResumeMode::Throw => {
                let key = self.realm.names.throw;
                let f = self.get_method(r.iterator, key)?;
                if f.is_undefined() {
                    self.iterator_close(r.iterator)?;
                    return Err(self.type_error("The iterator does not provide a 'throw' method"));
                }
                f
            }
        };
        let result = self.call(method, r.iterator, list)?;
        let result = self.check_iterator_result(result)?;
        // AsyncFromSyncIteratorContinuation
        let names = self.realm.names;
        let done = self.get_value(result, names.done)?;
        let done = to_boolean(done);
        let value = self.get_value(result, names.value)?;
        let constructor = self.realm.promise_constructor;
        let closes = !done && mode != ResumeMode::Return;
        let wrapper = self.promise_resolve(constructor, value);
        let wrapper = if closes { self.close_on_throw(r.iterator, wrapper)? } else { wrapper? };
        let native = if done { unwrap_done } else { unwrap };
        let fulfilled = self.native_closure(native, 1, Value::UNDEFINED);
        let rejected = if closes {
            self.native_closure(close_sync_iterator, 1, r.iterator).into()
        } else {
            Value::UNDEFINED
        };
        let c = Capability { promise: promise.into(), ..Capability::NONE };
        self.perform_promise_then(wrapper.cast(), fulfilled.into(), rejected, c);
        Ok(())
    }
}

fn return_fulfilled(cx: &mut Isolate, args: Args) -> JsResult {
    let g = args.captured().cast::<ObjectRef>();
    cx.complete_step(g, Ok(args.get(0)), true)?;
    cx.drain_requests(g)?;
    Ok(Value::UNDEFINED)
}
fn return_rejected(cx: &mut Isolate, args: Args) -> JsResult {
    let g = args.captured().cast::<ObjectRef>();
    cx.complete_step(g, Err(args.get(0)), true)?;
    cx.drain_requests(g)?;
    Ok(Value::UNDEFINED)
}
fn unwrap(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(cx.iterator_result(args.get(0), false))
}
fn unwrap_done(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(cx.iterator_result(args.get(0), true))
}
fn close_sync_iterator(cx: &mut Isolate, args: Args) -> JsResult {
    let thrown = cx.throw(args.get(0));
    cx.close_on_throw(args.captured(), Err(thrown))
}
