//! Source text to AST with our own scope analysis and complete early errors, over oxc's parser.
//!
//! [`parse`] yields a [`Source`] that owns text, arena, AST and [`Scopes`]; it stays alive as long
//! as functions of it may have to be compiled. The AST's id cells are ours: `reference_id` indexes
//! [`Scopes::references`], `symbol_id` [`Scopes::bindings`], `scope_id` [`Scopes::scopes`].
//! Invariant: no input overflows the native stack; nesting beyond the cap is a SyntaxError.

mod analysis;
mod error;
mod natives;
pub mod repl;
mod scopes;
mod source;
mod strings;

pub use analysis::key_name;
pub use error::SyntaxError;
pub use scopes::*;
pub use source::{
    CodeText, Dialect, Outer, Source, parse, parse_builtins, parse_eval, parse_function, parse_in,
    parse_module, parse_module_in, restore_surrogates,
};
pub use strings::{JsStr, js_string, js_string_of_literal, number_key};
