//! The engine's facade: isolates that run scripts, with tiering, compilation and deoptimization.
//!
//! The only crate that sees all tiers. [`Engine`] is one isolate; [`api`] has the values and operations
//! that embedders use, none of which needs `unsafe`.
//!
//! ```
//! use tierproof_vm::{Engine, Options, ScriptError};
//!
//! let mut engine = Engine::new(&Options::default());
//! engine.with(|cx| {
//!     cx.define_function("add", 2, |cx, call| Ok((call.number(cx, 0)? + call.number(cx, 1)?).into()))
//! })?;
//! assert_eq!(engine.eval(b"add(19, 23)", "sum.js")?.as_number(), Some(42.0));
//!
//! match engine.eval(b"function f(o) { return o.x; }\nf(null);", "bad.js") {
//!     Err(ScriptError::Exception(e)) => {
//!         assert_eq!(e.text, "TypeError: Cannot read properties of null (reading 'x')");
//!         assert_eq!((e.trace[0].function.as_str(), e.trace[1].line), ("f", 2));
//!     }
//!     other => panic!("{other:?}"),
//! }
//! # Ok::<(), ScriptError>(())
//! ```
//!
//! Any number of isolates may live in a process and on a thread; each belongs to the thread that made
//! it. `examples/embedding.rs` shows the rest: objects, modules from memory, jobs, limits, interrupts.

pub mod api;
mod code_space;
pub mod compile_queue;
pub mod constructs;
pub mod deopt;
pub mod engine;
mod errors;
pub mod facts;
pub mod frame_check;
mod interrupt;
mod loader;
pub mod natives;
pub mod optimise;
mod permits;
pub mod stats;
pub mod test262_agents;
pub mod test262_host;
pub mod tiering;

pub use engine::{Completion, Engine, Options, Script, Trace};
pub use errors::{Exception, Related, ScriptError};
pub use interrupt::{Interrupt, Watchdog};
pub use loader::FileLoader;
pub use stats::{CompileStats, TierStats};
pub use tierproof_base::Schedule;
pub use tierproof_runtime::errors::TraceFrame;
pub use tierproof_runtime::realm::ErrorKind;
pub use tierproof_runtime::{Limits, ModuleLoader, Printer, RealmId, Termination};
pub use tierproof_ssa::DeoptReason;

/// The sentence of deopts that the schedule has asked for.
pub const INJECTED: &str = tierproof_ssa::DeoptReason::Injected.text();

/// The names of all opcodes, which is where deopts may go on.
pub fn opcodes() -> impl Iterator<Item = &'static str> {
    tierproof_bytecode::Opcode::ALL.iter().map(|o| o.info().name)
}

/// The operations of optimised code that leave it when what they rely on does not hold.
pub fn guards() -> impl Iterator<Item = &'static str> {
    tierproof_ssa::node::OPERATIONS.iter().filter(|o| o.eager.is_some()).map(|o| o.name)
}

/// Whether the operation of optimised code only leaves unless its input is of some kind, which no store changes.
pub fn guards_value(operation: &str) -> bool {
    let guards = |o: &tierproof_ssa::node::OpInfo| o.passes_through && o.eager.is_some() && o.reads == 0;
    tierproof_ssa::node::OPERATIONS.iter().any(|o| o.name == operation && guards(o))
}

/// The sentences of all reasons for a deopt.
pub fn deopt_reasons() -> impl Iterator<Item = &'static str> {
    tierproof_ssa::DeoptReason::ALL.iter().map(|r| r.text())
}
