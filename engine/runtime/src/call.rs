//! Calling and constructing from Rust, and the call protocol on the VM stack.
//!
//! Frame layout and entry signature: `engine/docs/calling-convention.md`.

use tierproof_bytecode::instruction::frame;
use tierproof_heap::{CellKind, FunctionDataRef, FunctionRef, ObjectRef, TaggedArrayRef, Value};

use crate::function::{data_flags, flags};
use crate::isolate::{Entry, Isolate, JitState, JsResult, Thrown};
use crate::realms::{RealmId, realm_of};
use crate::stack::Frame;

impl Isolate {
    /// Calls `callee` with `this` and `args`. `args` may lie in Rust memory that the native stack
    /// refers to only indirectly: they are copied to the VM stack before anything can collect.
    pub fn call(&mut self, callee: Value, this: Value, args: &[Value]) -> JsResult {
        match callee.try_as::<ObjectRef>().map(|o| o.kind()) {
            Some(CellKind::Function) => {
                let f = callee.cast::<FunctionRef>();
                if flags(f.function_data()) & data_flags::CLASS_CONSTRUCTOR != 0 {
                    return Err(self.class_constructor_called(f));
                }
                self.invoke(f, this, args, Value::UNDEFINED)
            }
            Some(CellKind::BoundFunction) => {
                let o = callee.cast::<ObjectRef>();
                let all = self.bound_arguments(o, args);
                self.call(o.internal(0), o.internal(1), all.as_slice())
            }
            Some(CellKind::Proxy) if self.is_callable(callee) => self.proxy_call(callee.cast(), this, args),
            _ => Err(self.not_callable(callee)),
        }
    }

    #[cold]
    pub fn class_constructor_called(&mut self, f: FunctionRef) -> Thrown {
        let name = f.function_data().tagged(crate::function::data_words::NAME);
        let name = self.to_rust_string(name).unwrap_or_default();
        let message = format!("Class constructor {name} cannot be invoked without 'new'");
        self.in_realm(realm_of(f.function_data()), |cx| cx.type_error(&message))
    }
    #[cold]
    pub fn not_callable(&mut self, callee: Value) -> Thrown {
        let what = self.describe(callee);
        self.type_error(&format!("{what} is not a function"))
    }
    /// TypeError for a call in the running frame, naming the callee as the source has it.
    #[cold]
    #[inline(never)]
    pub fn callee_not_callable(&mut self, callee: Value) -> Thrown {
        let f = Frame::at(self.jit.fp);
        let (data, offset) = match self.hooks.expand_frame {
            Some(expand) if f.kind() == crate::stack::kind::OPTIMISED => expand(self, f.fp())[0],
            _ => (f.function_data(), f.offset()),
        };
        let info = crate::function::info(data);
        let at = info.template.position_at(offset) as usize;
        let text = callee_text(info.source.text(), at);
        if text.is_empty() {
            return self.not_callable(callee);
        }
        self.type_error(&format!("{text} is not a function"))
    }
    #[cold]
    pub fn not_constructor(&mut self, callee: Value) -> Thrown {
        let what = self.describe(callee);
        self.type_error(&format!("{what} is not a constructor"))
    }
    /// Short text of a value for messages, without running JavaScript.
    pub fn describe(&mut self, v: Value) -> String {
        if let Some(s) = v.try_as::<tierproof_heap::StringRef>() {
            let t = crate::strings::to_rust(self, s);
            return format!("\"{t}\"");
        }
        if let Some(s) = v.try_as::<tierproof_heap::SymbolRef>() {
            return self.describe_symbol(s);
        }
        if let Some(o) = v.try_as::<ObjectRef>() {
            return match o.kind() {
                k if k.is_function() => "function".into(),
                CellKind::Array => "array".into(),
                _ => "object".into(),
            };
        }
        match self.to_string(v) {
            Ok(s) => crate::strings::to_rust(self, s),
            Err(_) => "value".into(),
        }
    }

    fn bound_arguments(&mut self, bound: ObjectRef, args: &[Value]) -> crate::list::List {
        let first = bound.internal(2).cast::<TaggedArrayRef>();
        let mut all = crate::list::List::with_capacity(self, first.len() + args.len());
        for i in 0..first.len() {
            all.push(self, first.get(i));
        }
        for &a in args {
            all.push(self, a);
        }
        all
    }

    /// [Construct](https://tc39.es/ecma262/#sec-construct); `callee` and `new_target` are checked.
    pub fn construct(&mut self, callee: Value, args: &[Value], new_target: Value) -> JsResult {
        if !self.is_constructor(callee) {
            return Err(self.not_constructor(callee));
        }
        let o = callee.cast::<ObjectRef>();
        if o.kind() == CellKind::Proxy {
            return self.proxy_construct(o, args, new_target);
        }
        if o.kind() == CellKind::BoundFunction {
            let all = self.bound_arguments(o, args);
            let target = o.internal(0);
            let new_target = if new_target == callee { target } else { new_target };
            return self.construct(target, all.as_slice(), new_target);
        }
        let f = callee.cast::<FunctionRef>();
        let this = self.this_for_construct(f.function_data(), new_target)?;
        self.invoke(f, this, args, new_target)
    }

    /// What `this` a constructor starts with: a new object, or the hole for builtins and derived ones.
    pub fn this_for_construct(&mut self, d: FunctionDataRef, new_target: Value) -> JsResult {
        if flags(d) & (data_flags::BUILTIN | data_flags::DERIVED) != 0 {
            return Ok(Value::HOLE);
        }
        Ok(self.create_this(new_target)?.into())
    }

    /// Pushes arguments and header for a call of `f` above the current frame; the new frame pointer,
    /// or None after throwing a stack overflow. Compiles the function if needed.
    fn invoke(&mut self, f: FunctionRef, this: Value, args: &[Value], new_target: Value) -> JsResult {
        let data = f.function_data();
        if data.counter0() < 0 {
            self.protect(args, |cx| cx.ensure_compiled(data))?;
        }
        let formal = data.counter0().max(0) as usize;
        let caller = Frame::at(self.jit.fp);
        let n = args.len().max(formal);
        let fp = caller.top().wrapping_add(n + 1 + frame::HEADER_WORDS as usize);
        // The callee checks the limit, as in calls from compiled code: overflow happens at the same call.
        if fp > self.stack.end() {
            return Err(self.overflow_error());
        }
        let new = Frame::at(fp);
        for (i, &a) in args.iter().enumerate() {
            new.set(frame::FIRST_PARAM - i as i32, a);
        }
        for i in args.len()..n {
            new.set(frame::FIRST_PARAM - i as i32, Value::UNDEFINED);
        }
        new.set(frame::THIS, this);
        new.set(frame::CALLEE, f.into());
        new.set(frame::NEW_TARGET, new_target);
        new.set_raw(frame::ARGC, args.len() as u64);
        new.set_raw(frame::CALLER_FP, caller.fp() as u64);
        self.enter(data, fp)
    }

    /// Runs the frame that has been pushed at `fp`.
    #[inline]
    pub fn enter(&mut self, data: FunctionDataRef, fp: *mut Value) -> JsResult {
        if self.realm.id != RealmId::FIRST {
            return self.enter_from_secondary(data, fp);
        }
        // SAFETY: `entry` is always an address of this signature: interpreter, builtin or compiled code.
        let entry: Entry = unsafe { std::mem::transmute::<usize, Entry>(data.entry()) };
        let state = self as *mut Isolate as *mut JitState;
        let v = Value::from_bits(entry(state, fp));
        if v.is_exception() { Err(Thrown) } else { Ok(v) }
    }

    /// Runs `f` while `values`, which may lie in unscanned memory, are kept alive and in place.
    fn protect<R>(&mut self, values: &[Value], f: impl FnOnce(&mut Isolate) -> R) -> R {
        // Values in a slice may live on the Rust heap; a copy on the native stack pins them.
        let copy: smallvec::SmallVec<[Value; 16]> = values.iter().copied().collect();
        if copy.spilled() {
            self.heap.pause_collection();
        }
        let r = f(self);
        if copy.spilled() {
            self.heap.resume_collection();
        }
        std::hint::black_box(&copy);
        r
    }

    /// Throws the stack overflow RangeError; the value returned is the sentinel for compiled code.
    #[cold]
    pub fn stack_overflow(&mut self) -> Value {
        let _ = self.overflow_error();
        Value::EXCEPTION
    }
    #[cold]
    pub fn overflow_error(&mut self) -> Thrown {
        self.stack_overflows += 1;
        self.range_error("Maximum call stack size exceeded")
    }

    /// Calls a method by key.
    pub fn invoke_method(&mut self, v: Value, key: crate::key::PropertyKey, args: &[Value]) -> JsResult {
        let f = self.get_value(v, key)?;
        self.call(f, v, args)
    }
}

/// The callee expression that starts at a source position: a chain of names and dots.
fn callee_text(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or("");
    let end = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '#')))
        .unwrap_or(rest.len());
    if end > 60 { "" } else { &rest[..end] }
}
