//! The runtime functions that optimised code calls: one row each; `jit` binds rows to addresses.
//!
//! C signature of a row: `extern "C" fn(isolate: *mut JitState, arg0: u64, ..., imm0: u64, ...) -> R`.
//! Arguments are Values (raw bits), immediates plain integers. Variadic rows take
//! `(isolate, argv: *const Value, count: u64, imm...)`: argv lies on the VM stack above the
//! caller's frame and is only valid until the body's first allocation or call.
//! R is u64: a Value, or `Value::EXCEPTION` with the exception in the isolate, for `Tagged`; 0/1 for
//! `Bool`; zero-extended u32 for `Int32`; anything for `None`. `Float64` rows are
//! `extern "C" fn(f64...) -> f64` without isolate.
//!
//! Effects: `pure` (reads immutable data only: may be moved, merged, dropped; may allocate and
//! collect), `throws` (may allocate and throw but runs no JavaScript and changes no object that
//! already existed), `calls` (may run any JavaScript, throw, change the world).

use crate::node::Repr;

/// What a runtime function may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RuntimeEffect {
    Pure,
    Throws,
    Calls,
}

/// One row.
#[derive(Debug)]
pub struct RuntimeOpInfo {
    pub name: &'static str,
    /// Number of Value arguments; `None`: variadic.
    pub args: Option<u32>,
    pub immediates: u32,
    pub returns: Repr,
    pub effect: RuntimeEffect,
    pub meaning: &'static str,
}

macro_rules! args {
    (any) => {
        None
    };
    ($n:literal) => {
        Some($n)
    };
}
macro_rules! effect {
    (pure) => {
        RuntimeEffect::Pure
    };
    (throws) => {
        RuntimeEffect::Throws
    };
    (calls) => {
        RuntimeEffect::Calls
    };
}

macro_rules! runtime_ops {
    ($($name:ident($args:tt, $imms:literal) -> $ret:ident [$effect:ident] $meaning:literal;)*) => {
        /// A runtime function of optimised code; the discriminant indexes the table of pointers.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum RuntimeOp { $(#[doc = $meaning] $name),* }
        impl RuntimeOp {
            pub const ALL: &'static [RuntimeOp] = &[$(RuntimeOp::$name),*];
            const INFO: &'static [RuntimeOpInfo] = &[$(RuntimeOpInfo {
                name: stringify!($name), args: args!($args), immediates: $imms, returns: Repr::$ret,
                effect: effect!($effect), meaning: $meaning,
            }),*];
            pub const fn info(self) -> &'static RuntimeOpInfo { &Self::INFO[self as usize] }
        }
    };
}

runtime_ops! {
    // --- arithmetic (full JavaScript semantics)
    Add(2, 0) -> Tagged [calls] "lhs + rhs";
    Sub(2, 0) -> Tagged [calls] "lhs - rhs";
    Mul(2, 0) -> Tagged [calls] "lhs * rhs";
    Div(2, 0) -> Tagged [calls] "lhs / rhs";
    Mod(2, 0) -> Tagged [calls] "lhs % rhs";
    Exp(2, 0) -> Tagged [calls] "lhs ** rhs";
    BitwiseOr(2, 0) -> Tagged [calls] "lhs | rhs";
    BitwiseXor(2, 0) -> Tagged [calls] "lhs ^ rhs";
    BitwiseAnd(2, 0) -> Tagged [calls] "lhs & rhs";
    ShiftLeft(2, 0) -> Tagged [calls] "lhs << rhs";
    ShiftRight(2, 0) -> Tagged [calls] "lhs >> rhs";
    ShiftRightLogical(2, 0) -> Tagged [calls] "lhs >>> rhs";
    Inc(1, 0) -> Tagged [calls] "ToNumeric(value) + 1";
    Dec(1, 0) -> Tagged [calls] "ToNumeric(value) - 1";
    Negate(1, 0) -> Tagged [calls] "-value";
    BitwiseNot(1, 0) -> Tagged [calls] "~value";
    ToNumber(1, 0) -> Tagged [calls] "ToNumber(value)";
    ToNumeric(1, 0) -> Tagged [calls] "ToNumeric(value)";
    ToStringValue(1, 0) -> Tagged [calls] "ToString(value)";
    ToPropertyKey(1, 0) -> Tagged [calls] "ToPropertyKey(value)";
    ToObject(1, 0) -> Tagged [throws] "ToObject(value)";
    // --- comparison and tests
    Equal(2, 0) -> Tagged [calls] "lhs == rhs (a boolean Value)";
    LessThan(2, 0) -> Tagged [calls] "lhs < rhs (a boolean Value)";
    GreaterThan(2, 0) -> Tagged [calls] "lhs > rhs (a boolean Value)";
    LessThanOrEqual(2, 0) -> Tagged [calls] "lhs <= rhs (a boolean Value)";
    GreaterThanOrEqual(2, 0) -> Tagged [calls] "lhs >= rhs (a boolean Value)";
    InstanceOf(2, 0) -> Tagged [calls] "lhs instanceof rhs (a boolean Value)";
    In(2, 0) -> Tagged [calls] "lhs in rhs (a boolean Value)";
    StrictEqual(2, 0) -> Bool [pure] "lhs === rhs";
    ToBoolean(1, 0) -> Bool [pure] "ToBoolean(value)";
    TypeOf(1, 0) -> Tagged [pure] "typeof value (a string)";
    TestTypeOf(1, 1) -> Bool [pure] "typeof value === TypeOfLiteral(imm0)";
    InheritsFrom(2, 0) -> Int32 [pure] "1 if the second is on the prototype chain of the first, 0 if not, 2 if a proxy has the say";
    // --- strings
    StringConcat(2, 0) -> Tagged [throws] "concatenation of two strings; RangeError when too long";
    StringEqual(2, 0) -> Bool [pure] "equality of two strings";
    StringLess(2, 0) -> Bool [pure] "lhs < rhs for two strings, by code units";
    StringCharCodeAt(2, 0) -> Int32 [pure] "(string, index as Smi in bounds): UTF-16 code unit";
    StringCharAt(2, 0) -> Tagged [throws] "(string, index as Smi in bounds): one-character string";
    StringFromCharCode(1, 0) -> Tagged [throws] "(Smi in 0..65536): one-character string";
    // --- numbers
    Float64Mod(2, 0) -> Float64 [pure] "x % y";
    Float64Pow(2, 0) -> Float64 [pure] "x ** y (the function of Math.pow)";
    MathSin(1, 0) -> Float64 [pure] "Math.sin";
    MathCos(1, 0) -> Float64 [pure] "Math.cos";
    MathTan(1, 0) -> Float64 [pure] "Math.tan";
    MathAsin(1, 0) -> Float64 [pure] "Math.asin";
    MathAcos(1, 0) -> Float64 [pure] "Math.acos";
    MathAtan(1, 0) -> Float64 [pure] "Math.atan";
    MathAtan2(2, 0) -> Float64 [pure] "Math.atan2";
    MathExp(1, 0) -> Float64 [pure] "Math.exp";
    MathExpm1(1, 0) -> Float64 [pure] "Math.expm1";
    MathLog(1, 0) -> Float64 [pure] "Math.log";
    MathLog1p(1, 0) -> Float64 [pure] "Math.log1p";
    MathLog2(1, 0) -> Float64 [pure] "Math.log2";
    MathLog10(1, 0) -> Float64 [pure] "Math.log10";
    MathCbrt(1, 0) -> Float64 [pure] "Math.cbrt";
    MathSinh(1, 0) -> Float64 [pure] "Math.sinh";
    MathCosh(1, 0) -> Float64 [pure] "Math.cosh";
    MathTanh(1, 0) -> Float64 [pure] "Math.tanh";
    // --- properties; `vector` is the feedback vector of the site's function (undefined: none), imm0 the slot
    GetNamed(3, 1) -> Tagged [calls] "(object, name, vector) slot: object[name]";
    SetNamed(4, 1) -> Tagged [calls] "(object, name, value, vector) slot: object[name] = value, strictness from the slot kind";
    DefineNamedOwn(4, 1) -> Tagged [calls] "(object, name, value, vector) slot: CreateDataPropertyOrThrow";
    GetKeyed(3, 1) -> Tagged [calls] "(object, key, vector) slot: object[key]";
    GetPresent(3, 1) -> Tagged [calls] "(object, key, vector) slot: as GetPresentElement";
    SetKeyed(4, 2) -> Tagged [calls] "(object, key, value, vector) slot strict: object[key] = value";
    DefineKeyedOwn(3, 1) -> Tagged [calls] "(object, key, value) flags: as the opcode";
    DefineAccessor(3, 1) -> Tagged [calls] "(object, key, function) flags: as the opcode";
    StoreInArrayLiteral(3, 0) -> Tagged [calls] "(array, index, value): own element of an array literal";
    SetLiteralPrototype(2, 0) -> Tagged [calls] "(object, prototype): `__proto__: value` of a literal";
    DeleteProperty(2, 1) -> Tagged [calls] "(object, key) strict: delete object[key] (a boolean Value)";
    GetSuperProperty(3, 0) -> Tagged [calls] "(receiver, home, key): super[key]";
    SetSuperProperty(4, 1) -> Tagged [calls] "(receiver, home, key, value) strict: super[key] = value";
    GetGlobal(2, 2) -> Tagged [calls] "(name, vector) slot inside-typeof: global binding";
    SetGlobal(3, 1) -> Tagged [calls] "(name, value, vector) slot: global binding = value";
    // --- calls
    Call(any, 0) -> Tagged [calls] "argv = callee, this, arguments: callee.call(this, ...)";
    CallWithArray(3, 0) -> Tagged [calls] "(callee, receiver, array): callee.apply(receiver, array)";
    Construct(any, 0) -> Tagged [calls] "argv = callee, new.target, arguments: Construct";
    ConstructWithArray(3, 0) -> Tagged [calls] "(callee, array, new.target): Construct";
    GetSuperConstructor(1, 0) -> Tagged [throws] "(function): its prototype; TypeError unless a constructor";
    ConstructForwardArgs(2, 0) -> Tagged [calls] "(callee, new.target): Construct with all arguments of the current frame";
    CallRuntimeFunction(any, 1) -> Tagged [calls] "bytecode's CallRuntime: helper number imm0 over argv";
    CreateThis(2, 0) -> Tagged [throws] "(constructor, new.target), both the same plain function: the `this` object of a base constructor";
    HomeObject(1, 0) -> Tagged [pure] "(function): its home object";
    // --- contexts and closures
    CreateContext(1, 2) -> Tagged [throws] "(parent) slots kind: new context";
    CreateClosure(3, 2) -> Tagged [throws] "(function data, context, vector) template slot: closure over template number `template` of the function's program";
    // --- literals; template constants are reached through the FunctionData cell
    CreateArrayLiteral(2, 2) -> Tagged [throws] "(function data, vector) constant slot";
    CreateEmptyArrayLiteral(1, 1) -> Tagged [throws] "(vector) slot: []";
    CreateObjectLiteral(2, 2) -> Tagged [throws] "(function data, vector) constant slot";
    CreateEmptyObjectLiteral(0, 0) -> Tagged [throws] "{}";
    CreateRegExpLiteral(4, 1) -> Tagged [throws] "(function data, vector, pattern, flags) slot";
    GetTemplateObject(2, 2) -> Tagged [throws] "(function data, vector) constant slot";
    CreateMappedArguments(2, 1) -> Tagged [throws] "(function data, context) constant: of the current frame";
    CreateUnmappedArguments(0, 0) -> Tagged [throws] "of the current frame";
    CreateRestParameter(0, 1) -> Tagged [throws] "of the current frame, from position imm0 on";
    // --- allocation slow paths
    AllocateObject(0, 2) -> Tagged [throws] "shape, in-object slots: object with undefined slots, no elements";
    AllocateInternal(0, 2) -> Tagged [throws] "bytes, header word: cleared cell, when the nursery is full (may collect)";
    // --- operators that record feedback, for baseline code
    BinaryRecording(3, 2) -> Tagged [calls] "(lhs, rhs, vector) slot operator: the operator by its number";
    CompareRecording(3, 2) -> Tagged [calls] "(lhs, rhs, vector) slot operator: the relation by its number (a boolean Value)";
    EqualRecording(3, 1) -> Tagged [calls] "(lhs, rhs, vector) slot: lhs == rhs (a boolean Value)";
    StrictEqualRecording(3, 1) -> Tagged [throws] "(lhs, rhs, vector) slot: lhs === rhs (a boolean Value)";
    InstanceOfRecording(3, 1) -> Tagged [calls] "(value, target, vector) slot: value instanceof target (a boolean Value)";
    IteratorOpenRecording(2, 1) -> Tagged [calls] "(iterable, vector) slot: as IteratorOpen";
    // --- iteration
    IteratorOpen(1, 0) -> Tagged [calls] "(iterable): the iterator; its next method is left in JitState.second_result";
    IteratorNext(2, 0) -> Tagged [calls] "(iterator, next): done (a boolean Value); the value is left in JitState.second_result";
    IteratorClose(1, 1) -> Tagged [calls] "(iterator) suppress: call `return` if present";
    ForInPrepare(1, 0) -> Tagged [calls] "(object): enumerator";
    ForInNext(1, 0) -> Tagged [calls] "(enumerator): next key or undefined";
    // --- throwing
    Throw(1, 0) -> Tagged [throws] "throw value (always EXCEPTION)";
    ReThrow(1, 0) -> Tagged [throws] "throw value again, keeping its trace";
    ThrowReferenceError(1, 0) -> Tagged [throws] "(name): access before initialization";
    ThrowSuperNotCalled(0, 0) -> Tagged [throws] "derived this read before super()";
    ThrowSuperAlreadyCalled(0, 0) -> Tagged [throws] "super() called twice";
    ThrowConstAssign(1, 0) -> Tagged [throws] "(name): assignment to constant variable";
    // --- elements
    ArrayPush(3, 0) -> Tagged [calls] "(push, this, value): Array.prototype.push with one argument, any receiver";
    // --- objects
    ToThis(1, 0) -> Tagged [pure] "coercion of `this` in sloppy functions";
    ThrowStackOverflow(0, 0) -> Tagged [throws] "RangeError of the caller's frame (JitState.fp)";
    Float64ToInt32(1, 0) -> Int32 [pure] "ToInt32 of a double: extern \"C\" fn(f64) -> u64, no isolate";
    Remember(1, 0) -> None [pure] "write barrier: (isolate, owner cell) puts an old cell into the remembered set";
    Budget(0, 0) -> None [pure] "(isolate, fp) the interrupt budget ran out at entry: install what comes next, set a new budget";
    LoopBudget(0, 1) -> Bool [pure] "(isolate, fp, loop header offset) the interrupt budget ran out in a loop: ask for better code, set a new budget; whether there is code to enter at the header";
    Deopt(0, 2) -> Tagged [throws] "extern \"C\" fn(isolate, fp, code id, exit id) -> u64: leaves optimised code; its result is the function's";
    Tick(0, 0) -> Tagged [throws] "the tick counter ran out: decide and refill; EXCEPTION means termination, which no handler catches";
    // --- modules
    LoadModuleCell(1, 0) -> Tagged [calls] "(cell): its value";
    StoreModuleCell(2, 0) -> Tagged [calls] "(cell, value): cell = value";
    // --- generators
    CreateGenerator(0, 0) -> Tagged [calls] "generator object of the current frame";
    SuspendGenerator(1, 1) -> Tagged [calls] "(generator) resume point: saves the current frame";
    RestoreGenerator(1, 0) -> Int32 [calls] "(generator): fills the current frame's registers; its resume point";
    Evaluate(0, 4) -> Bool [pure] "(isolate, code id, number of the node, two inputs as words): the graph evaluator does the node, its result goes to the exit buffer; whether the node's guard fails";
}

impl RuntimeOp {
    pub const fn name(self) -> &'static str {
        self.info().name
    }
    pub fn from_number(n: u16) -> Option<RuntimeOp> {
        Self::ALL.get(n as usize).copied()
    }
}
