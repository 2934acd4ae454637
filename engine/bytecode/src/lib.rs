//! Bytecode of Tierproof: THE opcode table and everything derived from it.
//!
//! `opcodes` holds the table; `instruction` the derived enum, operands, decoder and handler trait;
//! `assembler` turns instructions with labels into bytes; `template` is the heap-free code template;
//! `print` the stable text form; `verify` the verifier; `liveness` the register liveness analysis;
//! `feedback` the slot kinds; `runtime_list` the helpers that `CallRuntime` may name.
//! Used by bytegen (writes), interpreter, baseline and ssa (read).

pub mod assembler;
pub mod feedback;
pub mod instruction;
pub mod liveness;
pub mod opcodes;
pub mod print;
pub mod runtime_list;
pub mod template;
pub mod verify;

pub use assembler::{Assembler, Label};
pub use feedback::{SlotId, SlotKind};
pub use instruction::{Instruction, Opcode, OpcodeHandler, OperandKind, Reg};
pub use liveness::Liveness;
pub use runtime_list::RuntimeFunction;
pub use template::{CodeTemplate, Constant, Flow, FunctionKind, Handler, Program, TemplateId, TypeOfLiteral};
