//! All nodes, declared once: inputs, output, effects, deopt. Verifier, value numbering, hoisting,
//! dead code elimination and printing read the declarations.
//!
//! Naming: `Generic*` and `Call*` may run JavaScript, `Checked*` and `Check*` deopt on failure,
//! `Unsafe*` rely on a proof elsewhere (a guard whose output they use, or a range).
//! Checks hand their input through, so that what relies on them uses their output.

use crate::facts::{CellId, Dependency, ShapeId, ShapeSet, SlotPlace, TypedKind};
use crate::frame_state::DeoptReason;
use crate::runtime_op::{RuntimeEffect, RuntimeOp};

/// Machine representation of a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Repr {
    /// No value.
    None,
    /// A NaN-boxed Value.
    Tagged,
    Int32,
    Uint32,
    Float64,
    Bool,
    /// As input declaration only: any of them.
    Any,
}

impl Repr {
    pub const fn name(self) -> &'static str {
        match self {
            Repr::None => "None",
            Repr::Tagged => "Tagged",
            Repr::Int32 => "Int32",
            Repr::Uint32 => "Uint32",
            Repr::Float64 => "Float64",
            Repr::Bool => "Bool",
            Repr::Any => "Any",
        }
    }
}

/// Values that are neither numbers nor cells.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Immediate {
    Undefined,
    Null,
    True,
    False,
    Hole,
}

/// Condition of a comparison.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Condition {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Condition {
    /// The condition with operands exchanged.
    pub const fn swapped(self) -> Condition {
        match self {
            Condition::Less => Condition::Greater,
            Condition::LessEqual => Condition::GreaterEqual,
            Condition::Greater => Condition::Less,
            Condition::GreaterEqual => Condition::LessEqual,
            c => c,
        }
    }
    /// The opposite for total orders (not for floating point).
    pub const fn negated(self) -> Condition {
        match self {
            Condition::Equal => Condition::NotEqual,
            Condition::NotEqual => Condition::Equal,
            Condition::Less => Condition::GreaterEqual,
            Condition::LessEqual => Condition::Greater,
            Condition::Greater => Condition::LessEqual,
            Condition::GreaterEqual => Condition::Less,
        }
    }
    pub fn holds<T: PartialOrd>(self, a: T, b: T) -> bool {
        match self {
            Condition::Equal => a == b,
            Condition::NotEqual => a != b,
            Condition::Less => a < b,
            Condition::LessEqual => a <= b,
            Condition::Greater => a > b,
            Condition::GreaterEqual => a >= b,
        }
    }
}

/// Abstract places of memory, as bits.
pub mod alias {
    pub const NONE: u16 = 0;
    /// Shape, elements kind of objects.
    pub const SHAPE: u16 = 1;
    /// Named property slots, in-object and out-of-line.
    pub const SLOTS: u16 = 2;
    /// The elements pointer of objects.
    pub const ELEMENTS_POINTER: u16 = 4;
    /// Contents of tagged elements.
    pub const ELEMENTS: u16 = 8;
    /// Contents of double elements.
    pub const DOUBLES: u16 = 16;
    /// Length of arrays.
    pub const LENGTH: u16 = 32;
    /// Context slots.
    pub const CONTEXT: u16 = 64;
    /// Global property cells.
    pub const GLOBAL: u16 = 128;
    /// Contents of array buffers.
    pub const TYPED: u16 = 256;
    /// Data pointer and length of typed arrays.
    pub const TYPED_META: u16 = 512;
    pub const WORLD: u16 = 1023;
}

/// What a resumption leaves in the generator for the code that goes on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum GeneratorWord {
    Value,
    /// How the frame goes on, a Smi.
    Mode,
}

/// Declaration of a node.
#[derive(Debug)]
pub struct OpInfo {
    pub name: &'static str,
    /// Representations of the fixed inputs.
    pub inputs: &'static [Repr],
    /// Further inputs of this representation may follow.
    pub variadic: Option<Repr>,
    pub output: Repr,
    /// No effects at all, not even a deopt: may be moved, merged and dropped freely.
    pub pure: bool,
    /// Deopts before doing anything.
    pub eager: Option<DeoptReason>,
    /// Carries a lazy frame state: may return with the code invalidated.
    pub lazy: bool,
    pub reads: u16,
    pub writes: u16,
    /// May leave with an exception.
    pub throws: bool,
    /// Must stay where it is and must not be dropped or merged, for reasons other than the above.
    pub pinned: bool,
    /// Makes a fresh cell: not to be merged, but may be dropped.
    pub allocates: bool,
    /// Hands its first input through.
    pub passes_through: bool,
}

const NO_EFFECT: OpInfo = OpInfo {
    name: "",
    inputs: &[],
    variadic: None,
    output: Repr::None,
    pure: false,
    eager: None,
    lazy: false,
    reads: 0,
    writes: 0,
    throws: false,
    pinned: false,
    allocates: false,
    passes_through: false,
};

macro_rules! attribute {
    ($i:ident, pure) => {
        $i.pure = true;
    };
    ($i:ident, eager, $reason:ident) => {
        $i.eager = Some(DeoptReason::$reason);
    };
    ($i:ident, lazy) => {
        $i.lazy = true;
    };
    ($i:ident, reads, $what:ident) => {
        $i.reads |= alias::$what;
    };
    ($i:ident, writes, $what:ident) => {
        $i.writes |= alias::$what;
    };
    ($i:ident, calls) => {
        $i.reads = alias::WORLD;
        $i.writes = alias::WORLD;
        $i.throws = true;
        $i.lazy = true;
        $i.pinned = true;
    };
    ($i:ident, throws) => {
        $i.throws = true;
        $i.pinned = true;
    };
    ($i:ident, pinned) => {
        $i.pinned = true;
    };
    ($i:ident, allocates) => {
        $i.allocates = true;
    };
    ($i:ident, same) => {
        $i.passes_through = true;
    };
    ($i:ident, rest, $repr:ident) => {
        $i.variadic = Some(Repr::$repr);
    };
}

macro_rules! nodes {
    ($($name:ident $({ $($field:ident : $ty:ty),* })? ($($input:ident),*) -> $out:ident [$($attr:ident $(: $arg:ident)?),*] $meaning:literal;)*) => {
        /// What a node does, with its immediate operands.
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        pub enum Op { $(#[doc = $meaning] $name $({ $($field: $ty),* })?),* }

        /// Discriminants in declaration order.
        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy)]
        enum Kind { $($name),* }

        /// The declarations of all nodes.
        pub const OPERATIONS: &[OpInfo] = &[$({
            #[allow(unused_mut)]
            let mut i = OpInfo { name: stringify!($name), inputs: &[$(Repr::$input),*], output: Repr::$out, ..NO_EFFECT };
            $(attribute!(i, $attr $(, $arg)?);)*
            i
        }),*];

        impl Op {
            /// The declaration (of the `CallRuntime*` family: without what depends on the function called).
            pub fn info(&self) -> &'static OpInfo {
                &OPERATIONS[match self { $(Op::$name $({ $($field: _),* })? => Kind::$name),* } as usize]
            }
            /// `(name, meaning)` of all nodes, for the reference page.
            pub const MEANINGS: &'static [(&'static str, &'static str)] = &[$((stringify!($name), $meaning)),*];
            /// Immediate operands as text.
            pub fn immediates(&self) -> String {
                match self {
                    $(Op::$name $({ $($field),* })? => {
                        #[allow(unused_mut)]
                        let mut parts: Vec<String> = Vec::new();
                        $($(parts.push(format!("{}={:?}", stringify!($field), $field));)*)?
                        parts.join(", ")
                    })*
                }
            }
        }
    };
}

nodes! {
    // --- constants and inputs
    ConstInt32 { value: i32 } () -> Int32 [pure] "an int32";
    ConstFloat64 { bits: u64 } () -> Float64 [pure] "a double";
    ConstBool { value: bool } () -> Bool [pure] "a truth value";
    ConstSmi { value: i32 } () -> Tagged [pure] "a Smi";
    ConstNumber { bits: u64 } () -> Tagged [pure] "a double as a Value";
    ConstImmediate { value: Immediate } () -> Tagged [pure] "undefined, null, true, false, the hole";
    ConstCell { cell: CellId } () -> Tagged [pure] "a cell of the constant table";
    FrameWord { index: i32 } () -> Tagged [pure] "word of the frame as it was on entry: parameter, this, callee, OSR register";
    Argc () -> Int32 [pure] "number of arguments passed";
    Phi { repr: Repr } () -> None [pinned] "block parameter";
    // --- entry and time
    EnterFrame () -> None [pinned, eager: StackLimit] "stack check and frame header (normal entry only)";
    Tick () -> None [pinned, lazy] "one tick; when the counter runs out, calls the runtime (which runs no JavaScript)";
    CheckInvalidated () -> None [pinned, eager: Invalidated] "leaves when the code was invalidated (entry of exception handlers)";
    RestoreGenerator (Tagged) -> Int32 [pinned] "registers and context of a suspended frame back into the frame's words; the resume point";
    StoreFrameWord { index: i32 } (Tagged) -> None [pinned] "word of the frame = value (for a suspension)";
    SuspendGenerator { point: u32 } (Tagged) -> None [pinned] "saves the frame's words in the generator";
    GeneratorInput { word: GeneratorWord } (Tagged) -> Tagged [pinned] "what a resumption sent in";
    TakeException () -> Tagged [pinned] "the pending exception, cleared (entry of exception handlers)";
    // --- conversions
    CheckedSmiUntag (Tagged) -> Int32 [eager: NotASmi] "int32 of a Smi";
    UnsafeSmiUntag (Tagged) -> Int32 [pure] "int32 of what is known to be a Smi";
    CheckedNumberToFloat64 (Tagged) -> Float64 [eager: NotANumber] "double of a number";
    UnsafeNumberToFloat64 (Tagged) -> Float64 [pure] "double of what is known to be a number";
    CheckedNumberToInt32 (Tagged) -> Int32 [eager: NotAnInt32] "int32 of a number that is exactly one (and not -0)";
    CheckedTruncateToInt32 (Tagged) -> Int32 [eager: NotANumber] "ToInt32 of a number";
    UnsafeTruncateToInt32 (Tagged) -> Int32 [pure] "ToInt32 of what is known to be a number";
    CheckedFloat64ToInt32 (Float64) -> Int32 [eager: LostPrecision] "int32 of a double that is exactly one (and not -0)";
    TruncateFloat64ToInt32 (Float64) -> Int32 [pure] "ToInt32";
    CheckedUint32ToInt32 (Uint32) -> Int32 [eager: Overflow] "int32 of a uint32 below 2^31";
    UnsafeUint32ToInt32 (Uint32) -> Int32 [pure] "the same bits";
    Int32ToUint32 (Int32) -> Uint32 [pure] "the same bits";
    Int32ToFloat64 (Int32) -> Float64 [pure] "exact";
    Uint32ToFloat64 (Uint32) -> Float64 [pure] "exact";
    Int32ToTagged (Int32) -> Tagged [pure] "Smi";
    Uint32ToTagged (Uint32) -> Tagged [pure] "Smi or double";
    Float64ToTagged (Float64) -> Tagged [pure] "the number as a Smi or a double (with canonical NaN), whichever is cheaper";
    BoolToTagged (Bool) -> Tagged [pure] "true or false";
    CoerceThis (Tagged) -> Tagged [allocates] "`this` of sloppy functions: objects stay, nullish becomes the global, primitives are wrapped";
    SelectObject (Tagged, Tagged) -> Tagged [pure] "the first if it is an object, else the second";
    // --- int32 arithmetic
    CheckedInt32Add (Int32, Int32) -> Int32 [eager: Overflow] "exact sum";
    CheckedInt32Sub (Int32, Int32) -> Int32 [eager: Overflow] "exact difference";
    CheckedInt32Mul (Int32, Int32) -> Int32 [eager: Overflow] "exact product that is not -0";
    CheckedInt32Div (Int32, Int32) -> Int32 [eager: LostPrecision] "exact quotient that is not -0";
    CheckedInt32Mod (Int32, Int32) -> Int32 [eager: MinusZero] "remainder that is neither NaN nor -0";
    CheckedInt32Negate (Int32) -> Int32 [eager: Overflow] "exact negation that is not -0";
    CheckedInt32Abs (Int32) -> Int32 [eager: Overflow] "exact absolute value";
    Int32Add (Int32, Int32) -> Int32 [pure] "sum modulo 2^32";
    Int32Sub (Int32, Int32) -> Int32 [pure] "difference modulo 2^32";
    Int32Mul (Int32, Int32) -> Int32 [pure] "product modulo 2^32";
    UnsafeInt32Mod (Int32, Int32) -> Int32 [pure] "remainder of a non-negative by a positive number";
    Int32And (Int32, Int32) -> Int32 [pure] "bitwise and";
    Int32Or (Int32, Int32) -> Int32 [pure] "bitwise or";
    Int32Xor (Int32, Int32) -> Int32 [pure] "bitwise exclusive or";
    Int32Not (Int32) -> Int32 [pure] "bitwise not";
    Int32ShiftLeft (Int32, Int32) -> Int32 [pure] "left shift by the low five bits";
    Int32ShiftRight (Int32, Int32) -> Int32 [pure] "arithmetic right shift by the low five bits";
    Int32ShiftRightLogical (Int32, Int32) -> Uint32 [pure] "logical right shift by the low five bits";
    Int32Clz (Int32) -> Int32 [pure] "leading zeros";
    Int32Min (Int32, Int32) -> Int32 [pure] "smaller";
    Int32Max (Int32, Int32) -> Int32 [pure] "larger";
    // --- double arithmetic
    Float64Add (Float64, Float64) -> Float64 [pure] "sum";
    Float64Sub (Float64, Float64) -> Float64 [pure] "difference";
    Float64Mul (Float64, Float64) -> Float64 [pure] "product";
    Float64Div (Float64, Float64) -> Float64 [pure] "quotient";
    Float64Negate (Float64) -> Float64 [pure] "negation";
    Float64Abs (Float64) -> Float64 [pure] "absolute value";
    Float64Sqrt (Float64) -> Float64 [pure] "square root";
    Float64Floor (Float64) -> Float64 [pure] "round down";
    Float64Ceil (Float64) -> Float64 [pure] "round up";
    Float64Trunc (Float64) -> Float64 [pure] "round to zero";
    Float64Round (Float64) -> Float64 [pure] "Math.round: half up, keeping -0";
    Float64Min (Float64, Float64) -> Float64 [pure] "Math.min";
    Float64Max (Float64, Float64) -> Float64 [pure] "Math.max";
    Float64Fround (Float64) -> Float64 [pure] "nearest float32";
    Float64Call { function: RuntimeOp } () -> Float64 [pure, rest: Float64] "a Float64 runtime function";
    // --- comparisons and tests
    Int32Compare { condition: Condition } (Int32, Int32) -> Bool [pure] "signed comparison";
    Uint32Compare { condition: Condition } (Uint32, Uint32) -> Bool [pure] "unsigned comparison";
    Float64Compare { condition: Condition } (Float64, Float64) -> Bool [pure] "false when unordered, except NotEqual";
    Float64ToBool (Float64) -> Bool [pure] "neither zero nor NaN";
    TaggedSame (Tagged, Tagged) -> Bool [pure] "the same bits";
    StrictEqual (Tagged, Tagged) -> Bool [pure] "===";
    ToBoolean (Tagged) -> Bool [pure] "ToBoolean";
    TaggedIsNullish (Tagged) -> Bool [pure] "undefined or null";
    TestTypeOf { literal: u32 } (Tagged) -> Bool [pure] "typeof value === literal";
    TestShape { shape: ShapeId } (Tagged) -> Bool [reads: SHAPE] "a cell of this shape";
    TestHeader { header: u16 } (Tagged) -> Bool [reads: SHAPE] "a cell with this kind and elements kind or element type";
    TestString (Tagged) -> Bool [pure] "a string";
    TestNumber (Tagged) -> Bool [pure] "a number";
    TestValue { cell: CellId } (Tagged) -> Bool [pure] "this cell";
    InheritsFrom (Tagged, Tagged) -> Int32 [reads: SHAPE] "1 if the second is on the prototype chain of the first, 0 if not, 2 if a proxy has the say";
    BoolNot (Bool) -> Bool [pure] "not";
    CallPureBool { function: RuntimeOp } () -> Bool [pure, rest: Tagged] "a pure runtime function";
    // --- guards
    CheckShape { shapes: ShapeSet } (Tagged) -> Tagged [eager: WrongShape, reads: SHAPE, same] "a cell of one of these shapes";
    CheckHeader { header: u16 } (Tagged) -> Tagged [eager: WrongKind, reads: SHAPE, same] "a cell with this kind and elements kind or element type";
    CheckString (Tagged) -> Tagged [eager: NotAString, same] "a string";
    CheckNumber (Tagged) -> Tagged [eager: NotANumber, same] "a number";
    CheckBoolean (Tagged) -> Tagged [eager: NotABoolean, same] "true or false";
    CheckValue { cell: CellId } (Tagged) -> Tagged [eager: WrongValue, same] "this cell";
    CheckFunctionData { data: CellId } (Tagged) -> Tagged [eager: WrongCallTarget, same] "a closure of this code";
    HoleToUndefined (Tagged) -> Tagged [pure] "undefined for the hole, else the same";
    CheckNotHole (Tagged) -> Tagged [eager: Hole, same] "anything but the hole";
    CheckBounds (Int32, Uint32) -> Int32 [eager: OutOfBounds, same] "0 <= index < length";
    CheckEpoch { epoch: u32 } () -> None [eager: WrongEpoch, reads: SHAPE] "no prototype changed since this epoch";
    CheckTrue { reason: DeoptReason } (Bool) -> None [eager: UnreachableCase] "the condition holds";
    // --- memory
    LoadSlot { place: SlotPlace } (Tagged) -> Tagged [reads: SLOTS] "named property slot of an object";
    StoreSlot { place: SlotPlace } (Tagged, Tagged) -> None [writes: SLOTS] "named property slot = value";
    StoreShape { shape: ShapeId } (Tagged) -> None [writes: SHAPE] "shape of an object = shape";
    LoadElements (Tagged) -> Tagged [reads: ELEMENTS_POINTER] "elements array of an object";
    LoadElementsLength (Tagged) -> Uint32 [pure] "capacity of an elements array";
    LoadArrayLength (Tagged) -> Uint32 [reads: LENGTH] "length of an array";
    LoadElement (Tagged, Int32) -> Tagged [reads: ELEMENTS] "tagged element, maybe the hole";
    LoadDoubleElement (Tagged, Int32) -> Float64 [reads: DOUBLES] "element of a packed double array";
    CheckedLoadDoubleElement (Tagged, Int32) -> Float64 [reads: DOUBLES, eager: Hole] "element of a holey double array that is not the hole";
    StoreElement (Tagged, Int32, Tagged) -> None [writes: ELEMENTS] "tagged element = value";
    StoreSmiElement (Tagged, Int32, Int32) -> None [writes: ELEMENTS] "tagged element = Smi";
    StoreDoubleElement (Tagged, Int32, Float64) -> None [writes: DOUBLES] "double element = value";
    LoadTypedLength (Tagged) -> Uint32 [reads: TYPED_META] "length of a typed array, at most 2^32-1";
    LoadTypedInt32 { kind: TypedKind } (Tagged, Int32) -> Int32 [reads: TYPED, reads: TYPED_META] "element of an integer typed array up to Int32";
    LoadTypedUint32 (Tagged, Int32) -> Uint32 [reads: TYPED, reads: TYPED_META] "element of a Uint32Array";
    LoadTypedFloat64 { kind: TypedKind } (Tagged, Int32) -> Float64 [reads: TYPED, reads: TYPED_META] "element of a Float32Array or Float64Array";
    StoreTypedInt32 { kind: TypedKind } (Tagged, Int32, Int32) -> None [writes: TYPED, reads: TYPED_META] "integer element = low bits (Uint8Clamped: clamped)";
    StoreTypedFloat64 { kind: TypedKind } (Tagged, Int32, Float64) -> None [writes: TYPED, reads: TYPED_META] "float element = value";
    StringLength (Tagged) -> Int32 [pure] "length of a string";
    StringCharCodeAt (Tagged, Int32) -> Int32 [pure] "code unit in bounds";
    ContextParent (Tagged) -> Tagged [pure] "enclosing context";
    LoadContext { index: u32 } (Tagged) -> Tagged [reads: CONTEXT] "context slot";
    StoreContext { index: u32 } (Tagged, Tagged) -> None [writes: CONTEXT] "context slot = value";
    FunctionContext (Tagged) -> Tagged [pure] "context of a function object";
    LoadGlobalCell { cell: CellId } () -> Tagged [reads: GLOBAL] "value of a property cell";
    StoreGlobalCell { cell: CellId } (Tagged) -> None [writes: GLOBAL] "value of a property cell = value";
    LoadSecondResult () -> Tagged [pinned] "second result of the runtime function called just before";
    DependOn { dependency: Dependency } () -> None [pinned] "the code relies on this (no instruction)";
    // --- allocation
    AllocateObject { shape: ShapeId, slots: u32 } () -> Tagged [allocates, rest: Tagged] "plain object of a shape with these in-object slot values (one for each)";
    AllocateArrayIterator { shape: ShapeId, values: i32 } (Tagged) -> Tagged [allocates] "iterator of this shape and kind (`values`) at the start of an array";
    // --- calls
    CallKnown { data: CellId, formal: u32 } () -> Tagged [calls, rest: Tagged] "inputs callee, new.target, this, arguments...: direct call of a function with this FunctionData";
    CallRuntime { function: RuntimeOp, immediates: [u32; 2] } () -> Tagged [calls, rest: Tagged] "a runtime function that may run JavaScript";
    CallRuntimeNoJs { function: RuntimeOp, immediates: [u32; 2] } () -> Tagged [throws, rest: Tagged] "a runtime function that may throw but runs no JavaScript and changes no existing object";
    CallRuntimePure { function: RuntimeOp, immediates: [u32; 2] } () -> Tagged [pure, rest: Tagged] "a pure runtime function";
}

impl Op {
    /// Representation of the output.
    #[inline]
    pub fn repr(&self) -> Repr {
        match self {
            Op::Phi { repr } => *repr,
            _ => self.info().output,
        }
    }
    /// A call of a runtime function with the node kind that its row asks for.
    pub fn runtime(function: RuntimeOp, immediates: [u32; 2]) -> Op {
        let info = function.info();
        match (info.effect, info.returns) {
            (RuntimeEffect::Calls, _) => Op::CallRuntime { function, immediates },
            (RuntimeEffect::Throws, _) => Op::CallRuntimeNoJs { function, immediates },
            (RuntimeEffect::Pure, Repr::Bool) => Op::CallPureBool { function },
            (RuntimeEffect::Pure, _) => Op::CallRuntimePure { function, immediates },
        }
    }
    /// May be dropped when nothing uses its value.
    pub fn is_removable(&self) -> bool {
        let i = self.info();
        !i.pinned && i.writes == 0 && !i.throws && !i.lazy && i.eager.is_none()
    }
    /// Two such nodes with the same inputs and memory state are interchangeable.
    pub fn is_mergeable(&self) -> bool {
        let i = self.info();
        !i.pinned && i.writes == 0 && !i.throws && !i.lazy && !i.allocates
    }
    pub fn is_constant(&self) -> bool {
        matches!(
            self,
            Op::ConstInt32 { .. }
                | Op::ConstFloat64 { .. }
                | Op::ConstBool { .. }
                | Op::ConstSmi { .. }
                | Op::ConstNumber { .. }
                | Op::ConstImmediate { .. }
                | Op::ConstCell { .. }
        )
    }
    /// Reason of an eager exit through this node.
    pub fn reason(&self) -> Option<DeoptReason> {
        match self {
            Op::CheckTrue { reason } => Some(*reason),
            _ => self.info().eager,
        }
    }
}
