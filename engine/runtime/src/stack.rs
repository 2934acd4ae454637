//! The VM stack and typed access to its frames (layout: `bytecode::instruction::frame`).

use tierproof_bytecode::instruction::frame;
use tierproof_heap::{FunctionDataRef, RootVisitor, Value};

/// Frame kinds, bits 56.. of the ARGC word.
pub mod kind {
    pub const JS: u64 = 0;
    pub const OPTIMISED: u64 = 1;
    pub const BUILTIN: u64 = 2;
    /// Interpreter frame whose return leaves the interpreter loop.
    pub const ENTRY: u64 = 3;
}

/// Parameters of one function at most (the front end refuses more).
const MAX_PARAMETERS: usize = 65535;

/// Words kept free above the limit for headers and arguments of the frame being pushed.
pub const STACK_SLACK: usize = 1024;

/// The memory of all frames: what frames may use, then as much again (which costs address space only)
/// for the arguments of a frame being pushed. There are never more than the caller has registers,
/// or the callee has parameters; lists of arguments are checked against `end`.
pub struct VmStack {
    words: Box<[u64]>,
    limit: usize,
}

impl VmStack {
    pub fn new(words: usize) -> VmStack {
        let limit = VmStack::limit_for(words);
        let tail = limit.max(MAX_PARAMETERS) + STACK_SLACK;
        VmStack { words: vec![0; limit + tail].into_boxed_slice(), limit }
    }
    /// Whether it is as large as a new one for so many words.
    pub fn fits(&self, words: usize) -> bool {
        self.limit == VmStack::limit_for(words)
    }
    fn limit_for(words: usize) -> usize {
        words.max(4096) + STACK_SLACK
    }
    /// Frame pointer of the bottom pseudo frame.
    pub fn base(&self) -> *mut Value {
        // SAFETY: in bounds, the stack is larger than two headers.
        unsafe { (self.words.as_ptr() as *mut Value).add(16) }
    }
    /// Frames must end at or below this.
    pub fn limit(&self) -> *mut Value {
        // SAFETY: in bounds by construction.
        unsafe { (self.words.as_ptr() as *mut Value).add(self.limit) }
    }
    /// No frame pointer may lie above this, not even that of a call that is about to overflow.
    pub fn end(&self) -> *mut Value {
        // SAFETY: in bounds by construction.
        unsafe { (self.words.as_ptr() as *mut Value).add(self.words.len() - STACK_SLACK) }
    }
    /// The bottom frame: a builtin frame without callee, the caller of everything.
    pub fn init_bottom_frame(&mut self) {
        let f = Frame::at(self.base());
        for i in 1..=frame::HEADER_WORDS + 1 {
            f.set(-i, Value::UNDEFINED);
        }
        f.set_raw(frame::CALLER_FP, 0);
        f.set_raw(frame::OFFSET, 0);
        f.set_raw(frame::ARGC, kind::BUILTIN << 56);
    }

    /// Visits every Value of every frame from `top` (the current frame pointer) down.
    pub fn trace(&mut self, top: *mut Value, v: &mut dyn RootVisitor) {
        let mut f = Frame::at(top);
        // What the top frame has pushed beyond its size (arguments of a call being set up) is only
        // in use by Rust code that keeps the values on the native stack as well.
        loop {
            let argc = f.argc();
            for i in [frame::CONTEXT, frame::CALLEE, frame::NEW_TARGET, frame::FEEDBACK, frame::FUNCTION_DATA]
            {
                v.value(f.slot(i));
            }
            let args = argc.max(f.formal_count()) as usize + 1;
            // SAFETY: a frame's arguments, and the registers of a frame that is not optimised, are
            // initialised Values inside the stack.
            unsafe {
                v.range(f.pointer(frame::THIS - args as i32 + 1), args);
                if f.kind() != kind::OPTIMISED {
                    v.range(f.pointer(0), f.size());
                }
            }
            let caller = f.caller();
            if caller.is_null() {
                break;
            }
            f = Frame::at(caller);
        }
    }
}

/// A frame on the VM stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame(*mut Value);

impl Frame {
    #[inline(always)]
    pub fn at(fp: *mut Value) -> Frame {
        Frame(fp)
    }
    #[inline(always)]
    pub fn fp(self) -> *mut Value {
        self.0
    }
    #[inline(always)]
    pub fn pointer(self, index: i32) -> *mut Value {
        self.0.wrapping_offset(index as isize)
    }
    #[inline(always)]
    pub fn get(self, index: i32) -> Value {
        // SAFETY: frames lie inside the VM stack with room for header, arguments and registers; the
        // bytecode verifier keeps register operands inside the frame.
        unsafe { *self.pointer(index) }
    }
    #[inline(always)]
    pub fn set(self, index: i32, value: Value) {
        // SAFETY: as in `get`.
        unsafe { *self.pointer(index) = value }
    }
    #[inline(always)]
    pub fn slot<'a>(self, index: i32) -> &'a mut Value {
        // SAFETY: as in `get`; used by the collector only, which holds one at a time.
        unsafe { &mut *self.pointer(index) }
    }
    #[inline(always)]
    pub fn raw(self, index: i32) -> u64 {
        self.get(index).to_bits()
    }
    #[inline(always)]
    pub fn set_raw(self, index: i32, word: u64) {
        self.set(index, Value::from_bits(word));
    }
    /// Arguments passed, without `this`.
    #[inline(always)]
    pub fn argc(self) -> u32 {
        self.raw(frame::ARGC) as u32
    }
    /// Words behind `fp` that belong to the frame.
    #[inline(always)]
    pub fn size(self) -> usize {
        (self.raw(frame::ARGC) >> 32) as usize & 0xFF_FFFF
    }
    #[inline(always)]
    pub fn kind(self) -> u64 {
        self.raw(frame::ARGC) >> 56
    }
    /// Writes the callee's part of the ARGC word.
    #[inline(always)]
    pub fn set_size_and_kind(self, size: usize, kind: u64) {
        let argc = self.argc() as u64;
        self.set_raw(frame::ARGC, argc | (size as u64) << 32 | kind << 56);
    }
    #[inline(always)]
    pub fn caller(self) -> *mut Value {
        self.raw(frame::CALLER_FP) as *mut Value
    }
    #[inline(always)]
    pub fn offset(self) -> u32 {
        self.raw(frame::OFFSET) as u32
    }
    #[inline(always)]
    pub fn callee(self) -> Value {
        self.get(frame::CALLEE)
    }
    #[inline(always)]
    pub fn this(self) -> Value {
        self.get(frame::THIS)
    }
    #[inline(always)]
    pub fn new_target(self) -> Value {
        self.get(frame::NEW_TARGET)
    }
    /// First free word: where a callee's arguments go.
    #[inline(always)]
    pub fn top(self) -> *mut Value {
        self.pointer(self.size() as i32)
    }
    /// The argument, `undefined` when not passed.
    #[inline(always)]
    pub fn arg(self, i: usize) -> Value {
        if i < self.argc() as usize { self.get(frame::FIRST_PARAM - i as i32) } else { Value::UNDEFINED }
    }
    /// The frame's FunctionData (JavaScript frames).
    #[inline(always)]
    pub fn function_data(self) -> FunctionDataRef {
        self.get(frame::FUNCTION_DATA).cast()
    }
    /// Declared parameters that are present at least; 0 for builtins.
    pub fn formal_count(self) -> u32 {
        match self.get(frame::FUNCTION_DATA).try_as::<FunctionDataRef>() {
            Some(d) => d.counter0().max(0) as u32,
            None => 0,
        }
    }
    /// Whether this is a frame of JavaScript code.
    pub fn is_js(self) -> bool {
        self.kind() != kind::BUILTIN
    }
}
