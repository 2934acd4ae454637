//! The engine's facade: isolates that run scripts, with tiering, compilation and deoptimization.
//!
//! The only crate that sees all tiers. `engine` is what embedders use.

pub mod compile_queue;
pub mod constructs;
pub mod deopt;
pub mod engine;
pub mod facts;
pub mod frame_check;
mod interrupt;
mod loader;
pub mod optimise;
pub mod stats;
pub mod test262_agents;
pub mod test262_host;
pub mod tiering;

pub use engine::{Completion, Engine, Options, Rewrites, ScriptError, Trace};
pub use interrupt::{Interrupt, Watchdog};
pub use stats::{CompileStats, TierStats};
pub use tierproof_runtime::{Limits, Printer, RealmId, Termination};
