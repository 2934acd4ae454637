//! Promises: the cell, resolving, reactions. Called by the builtin `Promise`, by async functions
//! (`promise_resolve` and `await_promise`) and by the job queue.
//!
//! Internal words of a Promise cell: state Smi, result, list of reactions (FixedArray, five words
//! each, its user word counts them) or undefined, spare.
//! Spec: [Promise Objects](https://tc39.es/ecma262/#sec-promise-objects).

use tierproof_heap::{CellKind, FunctionRef, ObjectRef, TaggedArrayRef, Value};

use crate::function::{Args, NativeFn};
use crate::isolate::{Isolate, JsResult, Thrown};
use crate::realms::realm_of;

/// The low bits of a promise's state word, and its flag.
pub mod state {
    pub const PENDING: i32 = 0;
    pub const FULFILLED: i32 = 1;
    pub const REJECTED: i32 = 2;
    pub const MASK: i32 = 3;
    pub const HANDLED: i32 = 4;
}

const STATE: usize = 0;
const RESULT: usize = 1;
const REACTIONS: usize = 2;
/// Words per reaction: on_fulfilled, on_rejected, promise, resolve, reject.
const REACTION_WORDS: usize = 5;

/// A [PromiseCapability Record](https://tc39.es/ecma262/#sec-promisecapability-records). Without
/// functions it stands for a built-in promise that nobody else can resolve; all undefined for none.
#[derive(Clone, Copy, Debug)]
pub struct Capability {
    pub promise: Value,
    pub resolve: Value,
    pub reject: Value,
}

impl Capability {
    pub const NONE: Capability =
        Capability { promise: Value::UNDEFINED, resolve: Value::UNDEFINED, reject: Value::UNDEFINED };
}

/// State of a promise, one of `state`.
pub fn state_of(p: ObjectRef) -> i32 {
    p.internal(STATE).as_smi() & state::MASK
}
/// Value or reason of a settled promise.
pub fn result_of(p: ObjectRef) -> Value {
    p.internal(RESULT)
}
fn is_handled(p: ObjectRef) -> bool {
    p.internal(STATE).as_smi() & state::HANDLED != 0
}
/// The promise, if it is one.
pub fn as_promise(v: Value) -> Option<ObjectRef> {
    v.try_as::<ObjectRef>().filter(|o| o.kind() == CellKind::Promise)
}

impl Isolate {
    /// A builtin function without a name that carries `captured`, which it reads with
    /// [`Args::captured`].
    pub fn native_closure(&mut self, native: NativeFn, length: u32, captured: Value) -> FunctionRef {
        let known = self
            .closure_data
            .iter()
            .find(|d| d.native() == native as usize && realm_of(**d) == self.realm.id);
        let data = match known.copied() {
            Some(d) => d,
            None => {
                let name = self.realm.strings.empty();
                let d = self.new_builtin_named(name.into(), length, native, false).function_data();
                self.closure_data.push(d);
                d
            }
        };
        let shape = self.realm.function_shape;
        self.heap.allocate_function(shape.0, data, captured)
    }

    /// A pending promise of the realm's Promise.
    pub fn new_promise(&mut self) -> ObjectRef {
        let p = self.realm.promise_prototype;
        self.new_promise_of(p)
    }
    pub fn new_promise_of(&mut self, prototype: ObjectRef) -> ObjectRef {
        let shape = self.root_shape(prototype.into(), CellKind::Promise, 0);
        let p = self.heap.allocate_object_of(CellKind::Promise, shape.0);
        p.set_internal(&mut self.heap, STATE, Value::smi(state::PENDING));
        p
    }

    /// A capability for a fresh built-in promise whose functions are never seen.
    pub fn new_direct_capability(&mut self) -> Capability {
        Capability { promise: self.new_promise().into(), ..Capability::NONE }
    }
    /// [NewPromiseCapability](https://tc39.es/ecma262/#sec-newpromisecapability).
    pub fn new_promise_capability(&mut self, c: Value) -> JsResult<Capability> {
        if !self.is_constructor(c) {
            return Err(self.not_constructor(c));
        }
        if c == self.realm.promise_constructor {
            let p = self.new_promise();
            return Ok(self.resolving_functions(p));
        }
        let slots = self.heap.allocate_fixed_array(2, Value::UNDEFINED);
        let executor = self.native_closure(capability_executor, 2, slots.into());
        let promise = self.construct(c, &[executor.into()], c)?;
        let (resolve, reject) = (slots.get(0), slots.get(1));
        for f in [resolve, reject] {
            if !self.is_callable(f) {
                return Err(self.type_error("Promise resolve or reject function is not callable"));
            }
        }
        Ok(Capability { promise, resolve, reject })
    }
    /// [CreateResolvingFunctions](https://tc39.es/ecma262/#sec-createresolvingfunctions).
    pub fn resolving_functions(&mut self, p: ObjectRef) -> Capability {
        let shared = self.heap.allocate_fixed_array_from(&[p.into(), Value::FALSE]);
        let resolve = self.native_closure(resolve_function, 1, shared.into());
        let reject = self.native_closure(reject_function, 1, shared.into());
        Capability { promise: p.into(), resolve: resolve.into(), reject: reject.into() }
    }
    /// Calls the capability's resolve.
    pub fn capability_resolve(&mut self, c: Capability, v: Value) -> JsResult<()> {
        if c.resolve.is_undefined() {
            return self.resolve_promise(c.promise.cast(), v);
        }
        self.call(c.resolve, Value::UNDEFINED, &[v])?;
        Ok(())
    }
    /// Calls the capability's reject.
    pub fn capability_reject(&mut self, c: Capability, e: Value) -> JsResult<()> {
        if c.resolve.is_undefined() {
            self.reject_promise(c.promise.cast(), e);
            return Ok(());
        }
        self.call(c.reject, Value::UNDEFINED, &[e])?;
        Ok(())
    }
    /// [IfAbruptRejectPromise](https://tc39.es/ecma262/#sec-ifabruptrejectpromise): the rejected
    /// promise when `r` is a throw.
    pub fn reject_if_abrupt<T>(&mut self, r: JsResult<T>, c: Capability) -> JsResult<Result<T, Value>> {
        match r {
            Ok(v) => Ok(Ok(v)),
            Err(Thrown) => {
                let e = self.take_exception()?;
                self.capability_reject(c, e)?;
                Ok(Err(c.promise))
            }
        }
    }

    /// [Promise Resolve Functions](https://tc39.es/ecma262/#sec-promise-resolve-functions), after the
    /// check for a second call.
    pub fn resolve_promise(&mut self, p: ObjectRef, resolution: Value) -> JsResult<()> {
        if resolution == Value::from(p) {
            let _ = self.type_error("Chaining cycle detected for promise");
            let e = self.take_exception()?;
            self.reject_promise(p, e);
            return Ok(());
        }
        let Some(o) = resolution.try_as::<ObjectRef>() else {
            self.settle(p, state::FULFILLED, resolution);
            return Ok(());
        };
        let key = self.realm.names.then;
        match self.get_of(o, key) {
            Err(Thrown) => {
                let e = self.take_exception()?;
                self.reject_promise(p, e);
            }
            Ok(then) if self.is_callable(then) => self.enqueue_thenable(p, resolution, then),
            Ok(_) => self.settle(p, state::FULFILLED, resolution),
        }
        Ok(())
    }
    /// [RejectPromise](https://tc39.es/ecma262/#sec-rejectpromise).
    pub fn reject_promise(&mut self, p: ObjectRef, reason: Value) {
        self.settle(p, state::REJECTED, reason);
    }

    /// Sets the result and [triggers the reactions](https://tc39.es/ecma262/#sec-triggerpromisereactions).
    fn settle(&mut self, p: ObjectRef, to: i32, result: Value) {
        let old = p.internal(STATE).as_smi();
        debug_assert_eq!(old & state::MASK, state::PENDING);
        let reactions = p.internal(REACTIONS);
        p.set_internal(&mut self.heap, STATE, Value::smi(old & !state::MASK | to));
        p.set_internal(&mut self.heap, RESULT, result);
        p.set_internal(&mut self.heap, REACTIONS, Value::UNDEFINED);
        if to == state::REJECTED && old & state::HANDLED == 0 {
            self.note_unhandled(p);
        }
        let Some(list) = reactions.try_as::<TaggedArrayRef>() else { return };
        for i in 0..list.user_word() as usize {
            let at = i * REACTION_WORDS;
            let c =
                Capability { promise: list.get(at + 2), resolve: list.get(at + 3), reject: list.get(at + 4) };
            let handler = list.get(at + (to == state::REJECTED) as usize);
            self.enqueue_reaction(handler, result, to == state::REJECTED, c);
        }
    }

    /// [HostPromiseRejectionTracker](https://tc39.es/ecma262/#sec-host-promise-rejection-tracker),
    /// "reject": kept until somebody asks, the first few.
    fn note_unhandled(&mut self, p: ObjectRef) {
        const MOST: usize = 64;
        if self.unhandled.len() >= MOST {
            self.unhandled.retain(|p| !is_handled(Value::cell(*p).cast()));
        }
        if self.unhandled.len() < MOST {
            self.unhandled.push_back(p.into());
        }
    }

    /// The oldest promise that is rejected and that nobody has handled up to now; it counts as handled
    /// from then on.
    pub fn take_unhandled_rejection(&mut self) -> Option<ObjectRef> {
        while let Some(p) = self.unhandled.pop_front() {
            let p = Value::cell(p).cast::<ObjectRef>();
            if !is_handled(p) {
                return Some(p);
            }
        }
        None
    }

    /// [PromiseResolve](https://tc39.es/ecma262/#sec-promise-resolve); `c` is an object.
    pub fn promise_resolve(&mut self, c: Value, x: Value) -> JsResult {
        if let Some(p) = as_promise(x) {
            let key = self.realm.names.constructor;
            if self.get_of(p, key)? == c {
                return Ok(x);
            }
        }
        if c == self.realm.promise_constructor {
            let p = self.new_promise();
            self.resolve_promise(p, x)?;
            return Ok(p.into());
        }
        let capability = self.new_promise_capability(c)?;
        self.capability_resolve(capability, x)?;
        Ok(capability.promise)
    }

    /// [PerformPromiseThen](https://tc39.es/ecma262/#sec-performpromisethen). What is not callable
    /// (or a suspended Generator) is taken as undefined.
    pub fn perform_promise_then(
        &mut self,
        p: ObjectRef,
        on_fulfilled: Value,
        on_rejected: Value,
        c: Capability,
    ) {
        let handler = |cx: &Isolate, v: Value| {
            let generator = v.try_as::<ObjectRef>().is_some_and(|o| o.kind() == CellKind::Generator);
            if generator || cx.is_callable(v) { v } else { Value::UNDEFINED }
        };
        let (on_fulfilled, on_rejected) = (handler(self, on_fulfilled), handler(self, on_rejected));
        match state_of(p) {
            state::PENDING => {
                self.add_reaction(p, [on_fulfilled, on_rejected, c.promise, c.resolve, c.reject]);
            }
            state::FULFILLED => self.enqueue_reaction(on_fulfilled, result_of(p), false, c),
            _ => self.enqueue_reaction(on_rejected, result_of(p), true, c),
        }
        let word = p.internal(STATE).as_smi();
        p.set_internal(&mut self.heap, STATE, Value::smi(word | state::HANDLED));
    }

    fn add_reaction(&mut self, p: ObjectRef, words: [Value; REACTION_WORDS]) {
        let old = p.internal(REACTIONS).try_as::<TaggedArrayRef>();
        let count = old.map_or(0, |l| l.user_word() as usize);
        let used = count * REACTION_WORDS;
        let list = match old {
            Some(l) if l.len() >= used + REACTION_WORDS => l,
            Some(l) => self.heap.copy_tagged(l.as_slice(), (used + REACTION_WORDS) * 2, Value::UNDEFINED),
            None => self.heap.allocate_fixed_array(REACTION_WORDS, Value::UNDEFINED),
        };
        for (i, v) in words.into_iter().enumerate() {
            list.set(&mut self.heap, used + i, v);
        }
        list.set_user_word(count as u32 + 1);
        p.set_internal(&mut self.heap, REACTIONS, list.into());
    }

    /// [Await](https://tc39.es/ecma262/#await): when `value` is settled, a job calls the hook
    /// `resume_await` with `generator` (a Generator cell), the value or reason, and whether it was
    /// rejected. A throw here is the throw of the await expression.
    pub fn await_value(&mut self, generator: ObjectRef, value: Value) -> JsResult<()> {
        debug_assert_eq!(generator.kind(), CellKind::Generator);
        let c = self.realm.promise_constructor;
        let p = self.promise_resolve(c, value)?;
        self.perform_promise_then(p.cast(), generator.into(), generator.into(), Capability::NONE);
        Ok(())
    }
}

impl Args {
    /// What [`Isolate::native_closure`] was given.
    pub fn captured(self) -> Value {
        self.callee().context()
    }
    /// The same as array.
    pub fn captured_array(self) -> TaggedArrayRef {
        self.captured().cast()
    }
}

fn capability_executor(cx: &mut Isolate, args: Args) -> JsResult {
    let slots = args.captured_array();
    if !slots.get(0).is_undefined() || !slots.get(1).is_undefined() {
        return Err(cx.type_error("Promise executor has already been invoked with non-undefined arguments"));
    }
    slots.set(&mut cx.heap, 0, args.get(0));
    slots.set(&mut cx.heap, 1, args.get(1));
    Ok(Value::UNDEFINED)
}

/// The promise of a resolving function's first call, None later.
fn first_call(cx: &mut Isolate, args: Args) -> Option<ObjectRef> {
    let shared = args.captured_array();
    if shared.get(1).is_true() {
        return None;
    }
    shared.set(&mut cx.heap, 1, Value::TRUE);
    Some(shared.get(0).cast())
}
fn resolve_function(cx: &mut Isolate, args: Args) -> JsResult {
    if let Some(p) = first_call(cx, args) {
        cx.resolve_promise(p, args.get(0))?;
    }
    Ok(Value::UNDEFINED)
}
fn reject_function(cx: &mut Isolate, args: Args) -> JsResult {
    if let Some(p) = first_call(cx, args) {
        cx.reject_promise(p, args.get(0));
    }
    Ok(Value::UNDEFINED)
}
