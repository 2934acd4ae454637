//! What every crate shares: the Schedule (all decisions that must not change meaning), rewrite
//! fuel and the deterministic random numbers used by harness and tests.

pub mod fuel;
pub mod random;
pub mod schedule;

pub use fuel::{Fuel, RewriteId};
pub use random::Random;
pub use schedule::{Feedback, GcMode, Schedule, Tier};
