//! The job queue: promise reactions and what else has to run once the JavaScript stack is empty.
//!
//! A job is a FixedArray whose first word says what it is. `vm` drains the queue after a script;
//! the order is that of enqueueing, in every tier.
//! Spec: [Jobs and Host Operations to Enqueue Jobs](https://tc39.es/ecma262/#sec-jobs).

use tierproof_heap::{CellKind, ObjectRef, TaggedArrayRef, Value};

use crate::isolate::{Isolate, JsResult, Thrown};
use crate::promise::Capability;

/// First word of a job.
mod kind {
    /// handler, argument, whether it is a rejection, promise, resolve, reject.
    pub const REACTION: i32 = 0;
    /// promise, thenable, `then`.
    pub const THENABLE: i32 = 1;
    /// callback.
    pub const CALLBACK: i32 = 2;
    /// promise, value.
    pub const RESOLVE: i32 = 3;
}

impl Isolate {
    fn enqueue(&mut self, words: &[Value]) {
        let job = self.heap.allocate_fixed_array_from(words);
        self.jobs.push_back(job.into());
    }

    /// [NewPromiseReactionJob](https://tc39.es/ecma262/#sec-newpromisereactionjob). `handler` is a
    /// callable, undefined, or a suspended Generator that the awaited promise resumes.
    pub fn enqueue_reaction(&mut self, handler: Value, argument: Value, rejected: bool, c: Capability) {
        let words = [
            Value::smi(kind::REACTION),
            handler,
            argument,
            Value::from_bool(rejected),
            c.promise,
            c.resolve,
            c.reject,
        ];
        self.enqueue(&words);
    }
    /// [NewPromiseResolveThenableJob](https://tc39.es/ecma262/#sec-newpromiseresolvethenablejob).
    pub fn enqueue_thenable(&mut self, promise: ObjectRef, thenable: Value, then: Value) {
        self.enqueue(&[Value::smi(kind::THENABLE), promise.into(), thenable, then]);
    }
    /// A host callback without arguments (`queueMicrotask`).
    pub fn enqueue_callback(&mut self, callback: Value) {
        self.enqueue(&[Value::smi(kind::CALLBACK), callback]);
    }

    /// Resolves a promise, as a job of its own.
    pub fn enqueue_resolve(&mut self, promise: ObjectRef, value: Value) {
        self.enqueue(&[Value::smi(kind::RESOLVE), promise.into(), value]);
    }

    /// Runs jobs until none is left and no waiting promise can still be settled. Only a termination ends
    /// it early; what else a job throws has nobody to go to.
    pub fn drain_jobs(&mut self) -> JsResult<()> {
        loop {
            if self.agent.has_async_waits() {
                self.settle_waits(self.jobs.is_empty())?;
            }
            let Some(cell) = self.jobs.pop_front() else { return Ok(()) };
            let job = Value::cell(cell).cast::<TaggedArrayRef>();
            self.take_ticks(1)?;
            if let Err(Thrown) = self.run_job(job) {
                if self.termination.is_some() {
                    self.jobs.clear();
                    return Err(Thrown);
                }
                self.take_exception()?;
            }
        }
    }

    fn run_job(&mut self, job: TaggedArrayRef) -> JsResult<()> {
        match job.get(0).as_smi() {
            kind::REACTION => {
                let c = Capability { promise: job.get(4), resolve: job.get(5), reject: job.get(6) };
                self.run_reaction(job.get(1), job.get(2), job.get(3).is_true(), c)
            }
            kind::THENABLE => {
                let c = self.resolving_functions(job.get(1).cast());
                let r = self.call(job.get(3), job.get(2), &[c.resolve, c.reject]);
                match r {
                    Ok(_) => Ok(()),
                    Err(Thrown) => {
                        let e = self.take_exception()?;
                        self.call(c.reject, Value::UNDEFINED, &[e])?;
                        Ok(())
                    }
                }
            }
            kind::RESOLVE => self.resolve_promise(job.get(1).cast(), job.get(2)),
            _ => self.call(job.get(1), Value::UNDEFINED, &[]).map(|_| ()),
        }
    }

    fn run_reaction(
        &mut self,
        handler: Value,
        argument: Value,
        rejected: bool,
        c: Capability,
    ) -> JsResult<()> {
        if let Some(o) = handler.try_as::<ObjectRef>()
            && o.kind() == CellKind::Generator
        {
            let realm = self.realm_of_generator(o);
            return self.in_realm(realm, |cx| (cx.hooks.resume_await)(cx, o, argument, rejected));
        }
        let result = if handler.is_undefined() {
            if rejected { Err(argument) } else { Ok(argument) }
        } else {
            match self.call(handler, Value::UNDEFINED, &[argument]) {
                Ok(v) => Ok(v),
                Err(Thrown) => Err(self.take_exception()?),
            }
        };
        match result {
            _ if c.promise.is_undefined() => Ok(()),
            Ok(v) => self.capability_resolve(c, v),
            Err(e) => self.capability_reject(c, e),
        }
    }

    /// Takes ticks for work outside JavaScript code.
    pub fn take_ticks(&mut self, n: i64) -> JsResult<()> {
        self.jit.ticks -= n;
        if self.jit.ticks <= 0 {
            self.tick_event()?;
        }
        if self.termination.is_some() { Err(Thrown) } else { Ok(()) }
    }
}
