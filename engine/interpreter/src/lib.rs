//! Tier 0, the interpreter: the reference semantics of every opcode, gathering feedback.
//!
//! `dispatch` is the loop over the opcode table, `slow` the out-of-line halves of its handlers,
//! `frames` entering, leaving and unwinding frames. It shares no code generation with any JIT: the
//! other tiers are judged against it. Calls between interpreted functions stay inside one loop;
//! calls into other tiers and builtins go through the entry address of the callee's FunctionData.

pub mod dispatch;
mod frames;
mod slow;

pub use frames::{interpret_one, interpreter_entry, resume, resume_throw};
