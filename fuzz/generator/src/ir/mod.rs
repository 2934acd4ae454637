//! The program IR: what campaigns generate, mutate, keep and import.
//!
//! A program is a list of operations over variables that are bound once, with nested blocks. `op` is the
//! one table of operations; `program` checks programs and knows what can be seen where; `lift` makes
//! JavaScript of them; `text` is their form on disk.

pub mod build;
pub mod explore;
mod expression;
pub mod generators;
mod import;
mod lift;
mod member;
pub mod model;
pub mod mutate;
pub mod op;
pub mod program;
#[cfg(test)]
mod tests;
pub mod text;
pub mod types;

pub use import::import;
pub use lift::lift;
pub use op::{Attr, Op};
pub use program::{Instr, Program, Var, Walk, verify};
