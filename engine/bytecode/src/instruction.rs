//! Enum, operands, decoder and handler trait derived from the opcode table.
//!
//! An instruction is `[Wide | ExtraWide] opcode operand*`; each operand takes 1, 2 or 4 bytes
//! (all operands of one instruction alike), little endian. Jump offsets count from the start of
//! the instruction, prefix included. Decoded operands are plain `i32`s.

use crate::for_each_opcode;

/// A register operand. Locals are `0..`, frame-header words and parameters are negative: see
/// [`frame`] for the layout of a frame on the VM stack.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reg(pub i32);

/// Layout of an interpreter/baseline frame, in 8-byte words relative to the frame pointer `fp`.
///
/// The caller pushes the arguments in reverse order, so that `this` is nearest to the header:
/// `[argN-1 ... arg0 this][header: HEADER_WORDS][r0 r1 ...]`. When fewer arguments than formal
/// parameters are passed the caller's stub fills the rest with `undefined`.
pub mod frame {
    /// Words between `this` and `r0`.
    pub const HEADER_WORDS: i32 = 8;
    /// Words that the call of a builtin charges against the VM stack, so that recursion through builtins
    /// ends before the native stack does.
    pub const BUILTIN_CHARGE: i32 = 64;
    /// Caller's frame pointer (raw address, not a Value).
    pub const CALLER_FP: i32 = -1;
    /// Bytecode offset (raw): of the call in progress, kept current at every call and throw point.
    pub const OFFSET: i32 = -2;
    /// Current context (scope), a Value. Register operand [`super::Reg::CONTEXT`].
    pub const CONTEXT: i32 = -3;
    /// The function being executed, a Value. Register operand [`super::Reg::CALLEE`].
    pub const CALLEE: i32 = -4;
    /// `new.target`, a Value. Register operand [`super::Reg::NEW_TARGET`].
    pub const NEW_TARGET: i32 = -5;
    /// Number of arguments actually passed, without `this` (raw u32), frame flags in the upper half.
    pub const ARGC: i32 = -6;
    /// Feedback vector, a Value (undefined before it is allocated).
    pub const FEEDBACK: i32 = -7;
    /// The frame's FunctionData cell, a Value.
    pub const FUNCTION_DATA: i32 = -8;
    /// `this`.
    pub const THIS: i32 = -9;
    /// First declared parameter; parameter `i` is at `FIRST_PARAM - i`.
    pub const FIRST_PARAM: i32 = -10;
}

impl Reg {
    pub const CONTEXT: Reg = Reg(frame::CONTEXT);
    pub const CALLEE: Reg = Reg(frame::CALLEE);
    pub const NEW_TARGET: Reg = Reg(frame::NEW_TARGET);
    pub const THIS: Reg = Reg(frame::THIS);

    /// The `i`-th declared parameter (not counting `this`).
    pub const fn param(i: u32) -> Reg {
        Reg(frame::FIRST_PARAM - i as i32)
    }
    /// Index of a parameter register, `None` for other registers.
    pub const fn as_param(self) -> Option<u32> {
        if self.0 <= frame::FIRST_PARAM { Some((frame::FIRST_PARAM - self.0) as u32) } else { None }
    }
    pub const fn is_local(self) -> bool {
        self.0 >= 0
    }
    /// Word index relative to the frame pointer.
    pub const fn index(self) -> i32 {
        self.0
    }
}

impl std::fmt::Display for Reg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            frame::CONTEXT => f.write_str("<context>"),
            frame::CALLEE => f.write_str("<callee>"),
            frame::NEW_TARGET => f.write_str("<new.target>"),
            frame::THIS => f.write_str("<this>"),
            n if n <= frame::FIRST_PARAM => write!(f, "a{}", frame::FIRST_PARAM - n),
            n => write!(f, "r{n}"),
        }
    }
}
impl std::fmt::Debug for Reg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// What an operand means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OperandKind {
    /// A register that is read.
    Reg,
    /// A register that is written.
    RegOut,
    /// First of two registers that are read.
    RegPair,
    /// First of two registers that are written.
    RegOutPair,
    /// First of a register range that is read; its length is the next operand (`Count`).
    Args,
    /// Length of the preceding `Args`.
    Count,
    /// Signed immediate.
    Imm,
    /// Unsigned immediate.
    UImm,
    /// Index into the constant pool (or, for `SwitchOn*`, the jump tables; for `CreateClosure`, the nested templates).
    Const,
    /// Index of a feedback slot.
    Slot,
    /// Signed offset from the start of the instruction.
    Jump,
}

impl OperandKind {
    /// Whether the encoded form is sign-extended.
    pub const fn is_signed(self) -> bool {
        matches!(
            self,
            OperandKind::Reg
                | OperandKind::RegOut
                | OperandKind::RegPair
                | OperandKind::RegOutPair
                | OperandKind::Args
                | OperandKind::Imm
                | OperandKind::Jump
        )
    }
}

/// How an instruction uses the accumulator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccUse {
    None,
    Read,
    Write,
    ReadWrite,
}

impl AccUse {
    pub const fn reads(self) -> bool {
        matches!(self, AccUse::Read | AccUse::ReadWrite)
    }
    pub const fn writes(self) -> bool {
        matches!(self, AccUse::Write | AccUse::ReadWrite)
    }
}

/// Effects of an instruction, from the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Effects {
    /// May throw (implied by `calls`).
    pub throws: bool,
    /// May run arbitrary JavaScript.
    pub calls: bool,
    /// May continue elsewhere.
    pub jumps: bool,
    /// Never continues with the next instruction.
    pub ends: bool,
}

/// One row of the table.
#[derive(Debug)]
pub struct OpcodeInfo {
    pub name: &'static str,
    pub operands: &'static [(&'static str, OperandKind)],
    pub acc: AccUse,
    pub effects: Effects,
    pub meaning: &'static str,
}

macro_rules! acc_use {
    (none) => {
        AccUse::None
    };
    (read) => {
        AccUse::Read
    };
    (write) => {
        AccUse::Write
    };
    (rw) => {
        AccUse::ReadWrite
    };
}
macro_rules! effect {
    ($e:ident, pure) => {};
    ($e:ident, throws) => {
        $e.throws = true;
    };
    ($e:ident, calls) => {
        $e.calls = true;
        $e.throws = true;
    };
    ($e:ident, jumps) => {
        $e.jumps = true;
    };
    ($e:ident, ends) => {
        $e.ends = true;
    };
}
macro_rules! operand_type {
    (Reg) => {
        Reg
    };
    (RegOut) => {
        Reg
    };
    (RegPair) => {
        Reg
    };
    (RegOutPair) => {
        Reg
    };
    (Args) => {
        Reg
    };
    (Imm) => {
        i32
    };
    (Jump) => {
        i32
    };
    ($other:ident) => {
        u32
    };
}
macro_rules! operand_value {
    ($v:expr, Reg) => {
        Reg($v)
    };
    ($v:expr, RegOut) => {
        Reg($v)
    };
    ($v:expr, RegPair) => {
        Reg($v)
    };
    ($v:expr, RegOutPair) => {
        Reg($v)
    };
    ($v:expr, Args) => {
        Reg($v)
    };
    ($v:expr, Imm) => {
        $v
    };
    ($v:expr, Jump) => {
        $v
    };
    ($v:expr, $other:ident) => {
        $v as u32
    };
}

macro_rules! define {
    ($($name:ident { $($field:ident : $kind:ident),* } $acc:ident [$($effect:ident),*] $meaning:literal;)*) => {
        /// One-byte opcodes; the discriminant is the encoding.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Opcode { $(#[doc = $meaning] $name),* }

        impl Opcode {
            /// All opcodes in encoding order.
            pub const ALL: &'static [Opcode] = &[$(Opcode::$name),*];
            const INFO: &'static [OpcodeInfo] = &[$(OpcodeInfo {
                name: stringify!($name),
                operands: &[$((stringify!($field), OperandKind::$kind)),*],
                acc: acc_use!($acc),
                effects: { #[allow(unused_mut)] let mut e = Effects { throws: false, calls: false, jumps: false, ends: false }; $(effect!(e, $effect);)* e },
                meaning: $meaning,
            }),*];
            /// The table row of this opcode.
            #[inline]
            pub const fn info(self) -> &'static OpcodeInfo { &Self::INFO[self as usize] }
            /// Decodes an opcode byte.
            #[inline]
            pub const fn from_byte(byte: u8) -> Option<Opcode> {
                if (byte as usize) < Self::ALL.len() { Some(Self::ALL[byte as usize]) } else { None }
            }
        }

        /// One method per opcode, without default bodies: a tier that does not handle an opcode does
        /// not compile. Baseline's emitter and the graph builder implement it; the interpreter
        /// expands the same table into its dispatch.
        #[allow(non_snake_case)]
        pub trait OpcodeHandler {
            type Output;
            $(#[doc = $meaning] fn $name(&mut self, $($field: operand_type!($kind)),*) -> Self::Output;)*
        }

        /// Calls the handler method of `instruction`.
        pub fn dispatch<H: OpcodeHandler + ?Sized>(handler: &mut H, instruction: &Instruction) -> H::Output {
            match instruction.opcode {
                $(Opcode::$name => {
                    #[allow(unused_mut, unused_variables)]
                    let mut operands = instruction.operands.iter().copied();
                    handler.$name($(operand_value!(operands.next().unwrap_or_default(), $kind)),*)
                })*
            }
        }
    };
}
for_each_opcode!(define);

/// The most operands any opcode has.
pub const MAX_OPERANDS: usize = 4;

/// A decoded instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instruction {
    /// Offset of its first byte (the prefix, if any).
    pub offset: u32,
    pub opcode: Opcode,
    pub operands: [i32; MAX_OPERANDS],
    /// Bytes it occupies, prefix included.
    pub size: u32,
}

impl Instruction {
    /// Offset of the instruction after this one.
    pub fn next_offset(&self) -> u32 {
        self.offset + self.size
    }
    /// `(name, kind, value)` of each operand.
    pub fn operands(&self) -> impl Iterator<Item = (&'static str, OperandKind, i32)> + '_ {
        self.opcode.info().operands.iter().zip(self.operands).map(|(&(n, k), v)| (n, k, v))
    }
    /// Target of the (single) jump operand.
    pub fn jump_target(&self) -> Option<u32> {
        self.operands().find(|o| o.1 == OperandKind::Jump).map(|o| (self.offset as i32 + o.2) as u32)
    }
    /// Feedback slot operand.
    pub fn slot(&self) -> Option<u32> {
        self.operands().find(|o| o.1 == OperandKind::Slot).map(|o| o.2 as u32)
    }
    /// Registers read, in operand order (ranges expanded).
    pub fn reads(&self) -> Vec<Reg> {
        let mut out = Vec::new();
        let mut range = None;
        for (_, kind, v) in self.operands() {
            match kind {
                OperandKind::Reg => out.push(Reg(v)),
                OperandKind::RegPair => out.extend([Reg(v), Reg(v + 1)]),
                OperandKind::Args => range = Some(v),
                OperandKind::Count => {
                    if let Some(first) = range.take() {
                        out.extend((first..first + v).map(Reg));
                    }
                }
                _ => {}
            }
        }
        out
    }
    /// Registers written.
    pub fn writes(&self) -> Vec<Reg> {
        let mut out = Vec::new();
        for (_, kind, v) in self.operands() {
            match kind {
                OperandKind::RegOut => out.push(Reg(v)),
                OperandKind::RegOutPair => out.extend([Reg(v), Reg(v + 1)]),
                _ => {}
            }
        }
        out
    }
}

/// Decodes the instruction at `offset`; `None` when the bytes end early or name no opcode.
pub fn decode(bytes: &[u8], offset: u32) -> Option<Instruction> {
    let mut at = offset as usize;
    let mut opcode = Opcode::from_byte(*bytes.get(at)?)?;
    at += 1;
    let width = match opcode {
        Opcode::Wide => 2,
        Opcode::ExtraWide => 4,
        _ => 1,
    };
    if width > 1 {
        opcode = Opcode::from_byte(*bytes.get(at)?)?;
        at += 1;
        if matches!(opcode, Opcode::Wide | Opcode::ExtraWide) {
            return None;
        }
    }
    let mut operands = [0; MAX_OPERANDS];
    for (i, &(_, kind)) in opcode.info().operands.iter().enumerate() {
        let raw = bytes.get(at..at + width)?;
        operands[i] = match (width, kind.is_signed()) {
            (1, true) => raw[0] as i8 as i32,
            (1, false) => raw[0] as i32,
            (2, true) => i16::from_le_bytes([raw[0], raw[1]]) as i32,
            (2, false) => u16::from_le_bytes([raw[0], raw[1]]) as i32,
            _ => i32::from_le_bytes([raw[0], raw[1], raw[2], raw[3]]),
        };
        at += width;
    }
    Some(Instruction { offset, opcode, operands, size: at as u32 - offset })
}

/// Decodes a whole function, instruction by instruction; stops at the first malformed byte.
pub fn decode_all(bytes: &[u8]) -> impl Iterator<Item = Instruction> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let i = decode(bytes, at)?;
        at = i.next_offset();
        Some(i)
    })
}
