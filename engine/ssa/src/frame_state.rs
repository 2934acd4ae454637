//! Deopt is data: reasons and frame states.

use crate::facts::FunctionIndex;
use crate::graph::NodeId;

macro_rules! deopt_reasons {
    ($($name:ident: $text:literal;)*) => {
        /// Why optimised code gave up; each with a lower-case sentence for traces.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum DeoptReason { $(#[doc = $text] $name),* }
        impl DeoptReason {
            pub const ALL: &'static [DeoptReason] = &[$(DeoptReason::$name),*];
            /// The sentence of traces.
            pub const fn text(self) -> &'static str { match self { $(DeoptReason::$name => $text),* } }
            pub const fn name(self) -> &'static str { match self { $(DeoptReason::$name => stringify!($name)),* } }
        }
    };
}

deopt_reasons! {
    InsufficientFeedback: "insufficient type feedback";
    NotASmi: "not a Smi";
    NotANumber: "not a number";
    NotAnInt32: "not an int32";
    NotAString: "not a string";
    NotABoolean: "not a boolean";
    Overflow: "overflow";
    MinusZero: "minus zero";
    DivisionByZero: "division by zero";
    LostPrecision: "lost precision";
    WrongShape: "wrong shape";
    WrongKind: "wrong kind of cell";
    WrongValue: "wrong value";
    WrongCallTarget: "wrong call target";
    WrongEpoch: "a prototype changed";
    OutOfBounds: "out of bounds";
    Hole: "hole";
    StackLimit: "stack limit near for inlined frames";
    UnreachableCase: "case that feedback called unreachable";
    Invalidated: "code was invalidated";
    TierUp: "hot enough for the next tier";
    Injected: "injected by the schedule";
}

/// Index of a frame state in its graph.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FrameId(pub u32);

/// A place in an interpreter frame: word index relative to `fp` as in `bytecode::instruction::frame`
/// (registers `0..`, parameters, `this`, context and the like negative), or the accumulator.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FrameSlot(pub i32);

impl FrameSlot {
    pub const ACCUMULATOR: FrameSlot = FrameSlot(i32::MAX);
}

impl std::fmt::Display for FrameSlot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if *self == FrameSlot::ACCUMULATOR {
            f.write_str("acc")
        } else {
            write!(f, "{}", tierproof_bytecode::Reg(self.0))
        }
    }
}

/// Where the interpreter goes on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Checkpoint {
    /// The instruction at `offset` is executed (again).
    At,
    /// The instruction at `offset` was a call that has returned: its result goes to `result` (if
    /// any), `JitState.second_result` to `second` (if any), and the next instruction is executed.
    /// Exceptions look up their handler by `offset`.
    After { result: Option<FrameSlot>, second: Option<FrameSlot> },
}

/// Recipe for one interpreter frame (and, through `caller`, those below it).
#[derive(Clone, PartialEq, Debug)]
pub struct FrameState {
    /// Which entry of `Facts::functions`.
    pub function: FunctionIndex,
    /// Bytecode offset.
    pub offset: u32,
    pub checkpoint: Checkpoint,
    /// Live places with their values, in any representation, ascending by slot. Places not listed
    /// are dead. The outermost frame's callee, argument count and new.target stand in its real
    /// frame and are not listed; inlined frames list callee, this, new.target and all arguments.
    pub values: Vec<(FrameSlot, NodeId)>,
    /// Inlined frames: arguments actually passed.
    pub argc: u32,
    /// The frame that called this (inlined) one.
    pub caller: Option<FrameId>,
}
