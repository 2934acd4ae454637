//! Suspended frames: the Generator cell, saving, restoring and resuming. Shared by generators, async
//! functions and async generators; interpreter and baseline call in for the generator opcodes.
//!
//! A resumption pushes a frame as a call would, with the generator in the word of `new.target`; the
//! function's first instruction then restores its registers and goes to the resume point. So any
//! tier can resume what another has suspended.
//! Spec: [Generator Objects](https://tc39.es/ecma262/#sec-generator-objects).

use tierproof_bytecode::Flow;
use tierproof_bytecode::instruction::frame;
use tierproof_heap::{CellKind, FunctionRef, ObjectRef, TaggedArrayRef, Value};

use crate::function::{flow, info};
use crate::isolate::{Isolate, JsResult, Thrown};
use crate::realms::{RealmId, realm_of};
use crate::stack::Frame;

/// Internal words of a Generator cell.
pub mod words {
    pub const FUNCTION: usize = 0;
    pub const CONTEXT: usize = 1;
    /// FixedArray: `this`, parameters, registers; undefined once the body has ended.
    pub const FILE: usize = 2;
    /// Smi: resume point, or one of `state`.
    pub const STATE: usize = 3;
    /// What a resumption sends in.
    pub const VALUE: usize = 4;
    /// Smi: how, a `ResumeMode`.
    pub const MODE: usize = 5;
    /// Async functions: the promise. Async generators: the first request.
    pub const PROMISE: usize = 6;
    /// Async generators: Smi, see `async_functions`.
    pub const EXTRA: usize = 7;
}

/// Values of the state word that are no resume points.
pub mod state {
    pub const EXECUTING: i32 = -1;
    pub const COMPLETED: i32 = -2;
}

/// How a frame goes on; the numbers are those of `ResumeGenerator`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResumeMode {
    Next,
    Throw,
    Return,
}

impl ResumeMode {
    pub fn from_value(v: Value) -> ResumeMode {
        match v.as_smi() {
            1 => ResumeMode::Throw,
            2 => ResumeMode::Return,
            _ => ResumeMode::Next,
        }
    }
    pub fn to_value(self) -> Value {
        Value::smi(self as i32)
    }
}

/// What a resumption came to.
#[derive(Clone, Copy, Debug)]
pub enum Resumed {
    /// Suspended again; the value handed out.
    Suspended(Value),
    /// The body has returned.
    Returned(Value),
}

/// The state word.
pub fn state_of(g: ObjectRef) -> i32 {
    g.internal(words::STATE).as_smi()
}

/// Whether `v` is a Generator cell of this flow.
pub fn as_generator(v: Value, wanted: Flow) -> Option<ObjectRef> {
    let g = v.try_as::<ObjectRef>().filter(|o| o.kind() == CellKind::Generator)?;
    let f = g.internal(words::FUNCTION).cast::<FunctionRef>();
    (flow(f.function_data()) == wanted).then_some(g)
}

impl Isolate {
    /// `CreateGenerator` for the frame `f`.
    pub fn create_generator(&mut self, f: Frame) -> JsResult {
        let function = f.callee().cast::<FunctionRef>();
        let i = info(f.function_data());
        let fallback = match i.template.flow {
            Flow::AsyncGenerator => self.realm.async_generator_prototype,
            _ => self.realm.generator_prototype,
        };
        let prototype = if i.template.flow.is_generator() {
            self.prototype_from_constructor(function.into(), fallback)?
        } else {
            fallback
        };
        let shape = self.root_shape(prototype.into(), CellKind::Generator, 0);
        let g = self.heap.allocate_object_of(CellKind::Generator, shape.0);
        g.set_internal(&mut self.heap, words::FUNCTION, function.into());
        g.set_internal(&mut self.heap, words::STATE, Value::smi(state::EXECUTING));
        let n = 1 + i.param_count as usize + i.registers as usize;
        let file = self.heap.allocate_fixed_array(n, Value::UNDEFINED);
        g.set_internal(&mut self.heap, words::FILE, file.into());
        Ok(g.into())
    }

    /// `SuspendGenerator`: saves the frame.
    pub fn suspend_generator(&mut self, f: Frame, generator: Value, resume_point: u32) {
        let g = generator.cast::<ObjectRef>();
        let i = info(f.function_data());
        let file = g.internal(words::FILE).cast::<TaggedArrayRef>();
        file.set(&mut self.heap, 0, f.this());
        let params = i.param_count as usize;
        for p in 0..params {
            file.set(&mut self.heap, 1 + p, f.get(frame::FIRST_PARAM - p as i32));
        }
        for r in 0..i.registers as usize {
            file.set(&mut self.heap, 1 + params + r, f.get(r as i32));
        }
        g.set_internal(&mut self.heap, words::CONTEXT, f.get(frame::CONTEXT));
        g.set_internal(&mut self.heap, words::STATE, Value::smi(resume_point as i32));
    }

    /// `SwitchOnGeneratorState` with a generator: fills the registers; the resume point.
    pub fn restore_generator(&mut self, f: Frame, generator: Value) -> u32 {
        let g = generator.cast::<ObjectRef>();
        let i = info(f.function_data());
        let file = g.internal(words::FILE).cast::<TaggedArrayRef>();
        let first = 1 + i.param_count as usize;
        for r in 0..i.registers as usize {
            f.set(r as i32, file.get(first + r));
        }
        f.set(frame::CONTEXT, g.internal(words::CONTEXT));
        let point = state_of(g);
        g.set_internal(&mut self.heap, words::STATE, Value::smi(state::EXECUTING));
        point.max(0) as u32
    }

    /// The realm of the function that a Generator cell belongs to.
    pub fn realm_of_generator(&self, g: ObjectRef) -> RealmId {
        realm_of(g.internal(words::FUNCTION).cast::<FunctionRef>().function_data())
    }

    /// Runs a suspended frame until it suspends again or ends.
    pub fn resume_generator(&mut self, g: ObjectRef, mode: ResumeMode, value: Value) -> JsResult<Resumed> {
        g.set_internal(&mut self.heap, words::VALUE, value);
        g.set_internal(&mut self.heap, words::MODE, mode.to_value());
        let function = g.internal(words::FUNCTION).cast::<FunctionRef>();
        let data = function.function_data();
        let n = data.counter0().max(0) as usize;
        let fp = Frame::at(self.jit.fp).top().wrapping_add(n + 1 + frame::HEADER_WORDS as usize);
        // what resumes checks the rest
        let result = if fp > self.stack.end() {
            Err(self.overflow_error())
        } else {
            let new = Frame::at(fp);
            let file = g.internal(words::FILE).cast::<TaggedArrayRef>();
            for p in 0..n {
                new.set(frame::FIRST_PARAM - p as i32, file.get(1 + p));
            }
            new.set(frame::THIS, file.get(0));
            new.set(frame::CALLEE, function.into());
            new.set(frame::NEW_TARGET, g.into());
            new.set_raw(frame::ARGC, n as u64);
            new.set_raw(frame::CALLER_FP, self.jit.fp as u64);
            self.enter(data, fp)
        };
        match result {
            Err(Thrown) => {
                self.complete_generator(g);
                Err(Thrown)
            }
            Ok(v) if state_of(g) == state::EXECUTING => {
                self.complete_generator(g);
                Ok(Resumed::Returned(v))
            }
            Ok(v) => Ok(Resumed::Suspended(v)),
        }
    }

    /// The body has ended: nothing is kept.
    pub fn complete_generator(&mut self, g: ObjectRef) {
        g.set_internal(&mut self.heap, words::STATE, Value::smi(state::COMPLETED));
        g.set_internal(&mut self.heap, words::FILE, Value::UNDEFINED);
        g.set_internal(&mut self.heap, words::CONTEXT, Value::UNDEFINED);
        g.set_internal(&mut self.heap, words::VALUE, Value::UNDEFINED);
    }

    /// [GeneratorResume](https://tc39.es/ecma262/#sec-generatorresume) and
    /// [GeneratorResumeAbrupt](https://tc39.es/ecma262/#sec-generatorresumeabrupt): the result object.
    pub fn step_generator(&mut self, this: Value, mode: ResumeMode, value: Value) -> JsResult {
        let Some(g) = as_generator(this, Flow::Generator) else {
            let name = ["next", "throw", "return"][mode as usize];
            let what = self.describe(this);
            return Err(self.type_error(&format!("{name} method called on incompatible receiver {what}")));
        };
        let mut at = state_of(g);
        if at == state::EXECUTING {
            return Err(self.type_error("Generator is already running"));
        }
        // the first resume point stands before the body: nothing there can catch
        if at == 0 && mode != ResumeMode::Next {
            self.complete_generator(g);
            at = state::COMPLETED;
        }
        if at == state::COMPLETED {
            return match mode {
                ResumeMode::Next => Ok(self.iterator_result(Value::UNDEFINED, true)),
                ResumeMode::Return => Ok(self.iterator_result(value, true)),
                ResumeMode::Throw => Err(self.throw(value)),
            };
        }
        match self.resume_generator(g, mode, value)? {
            Resumed::Suspended(result) => Ok(result),
            Resumed::Returned(v) => Ok(self.iterator_result(v, true)),
        }
    }

    /// `DelegateStep`; see the runtime list.
    pub fn delegate_step(&mut self, iterator: Value, next: Value, mode: Value, value: Value) -> JsResult {
        let key = match ResumeMode::from_value(mode) {
            ResumeMode::Next => return self.call(next, iterator, &[value]),
            ResumeMode::Throw => self.realm.names.throw,
            ResumeMode::Return => self.realm.names.return_,
        };
        let method = self.get_method(iterator, key)?;
        if method.is_undefined() {
            return Ok(Value::HOLE);
        }
        self.call(method, iterator, &[value])
    }

    /// `CheckIteratorResult`.
    pub fn check_iterator_result(&mut self, v: Value) -> JsResult {
        if v.is_object() {
            return Ok(v);
        }
        let what = self.describe(v);
        Err(self.type_error(&format!("Iterator result {what} is not an object")))
    }
}
