//! AST to code template: plain data, no heap.
//!
//! [`compile`] makes the template of one function; [`header`] says what a closure needs to know
//! before its function is compiled. Code is accumulator-centred: an expression leaves its value in
//! the accumulator, temporaries are allocated like a stack, variables that no inner function uses
//! have registers of their own.
//! Invariants: the accumulator is dead at loop headers; `JumpLoop` is the only backward jump.

mod calls;
mod classes;
mod control;
mod disposal;
mod dynamic_scopes;
mod expressions;
mod functions;
mod generator;
mod intrinsics;
mod literals;
mod modules;
mod operators;
mod patterns;
mod places;
mod private_names;
mod statements;
mod suspension;

pub use functions::FunctionHeader;

use tierproof_bytecode::{CodeTemplate, Program, TemplateId};
use tierproof_syntax::{Source, SyntaxError};

/// Compiles function `id` of a source (0 is the script body).
pub fn compile(source: &Source, id: TemplateId) -> Result<CodeTemplate, SyntaxError> {
    let template = source.with(|_, scopes| generator::Generator::compile(source, scopes, id))?;
    #[cfg(debug_assertions)]
    if let Err(e) = tierproof_bytecode::verify::verify(&template) {
        panic!("bytegen made bad bytecode: {e}\n{template}");
    }
    Ok(template)
}

/// What a closure of function `id` needs before the function is compiled.
pub fn header(source: &Source, id: TemplateId) -> FunctionHeader {
    source.with(|_, scopes| functions::header(scopes, id))
}

/// Compiles every function of a source: for tools and snapshots.
pub fn compile_all(source: &Source) -> Result<Program, SyntaxError> {
    let templates = (0..source.function_count()).map(|id| compile(source, id)).collect::<Result<_, _>>()?;
    Ok(Program { templates })
}
