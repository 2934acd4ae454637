//! test262, the conformance suite of ECMAScript, read in its own layout: which tests there are, what
//! each expects, running one, and reports over all. `cli/test262.rs` spreads the tests over worker
//! processes.
//!
//! How to interpret a test: <https://github.com/tc39/test262/blob/main/INTERPRETING.md>.

pub mod execute;
pub mod failure;
pub mod metadata;
pub mod reference;
pub mod report;
pub mod suite;

use serde::{Deserialize, Serialize};

pub use execute::{Executor, panic_text};
pub use failure::Failure;
pub use metadata::{Metadata, Phase};
pub use report::{Results, Tiers};
pub use suite::Suite;

/// How a test ended, over all its variants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    Pass,
    /// It did something else than expected.
    Fail(String),
    /// It needs a construct or host that is not there.
    Unsupported(String),
    /// A limit of ticks, memory or time ended it.
    Limit(String),
    /// The engine itself failed.
    Crash(String),
    /// Two schedules behave differently.
    Diverges(String),
}

impl Outcome {
    pub const KINDS: [&str; 6] = ["pass", "fail", "unsupported", "limit", "crash", "diverges"];

    /// Index in `KINDS`.
    pub fn kind(&self) -> usize {
        match self {
            Outcome::Pass => 0,
            Outcome::Fail(_) => 1,
            Outcome::Unsupported(_) => 2,
            Outcome::Limit(_) => 3,
            Outcome::Crash(_) => 4,
            Outcome::Diverges(_) => 5,
        }
    }
    pub fn text(&self) -> &str {
        match self {
            Outcome::Pass => "",
            Outcome::Fail(t)
            | Outcome::Unsupported(t)
            | Outcome::Limit(t)
            | Outcome::Crash(t)
            | Outcome::Diverges(t) => t,
        }
    }
}
