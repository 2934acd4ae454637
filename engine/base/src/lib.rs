//! What every crate shares: the Schedule (all decisions that must not change meaning), rewrite
//! fuel, planted faults and the deterministic random numbers used by harness and tests.

pub mod faults;
pub mod fuel;
pub mod random;
pub mod schedule;

pub use faults::{Fault, fault};
pub use fuel::{Fuel, Permits, Rewrite, RewriteId};
pub use random::Random;
pub use schedule::{Feedback, GcMode, Schedule, Tier};
