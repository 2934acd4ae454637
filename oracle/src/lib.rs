//! The oracle: runs one program under many schedules, observes everything a program can observe,
//! and says whether the observations agree. Also reduces what does not.
//!
//! An `Observation` is plain data. A check compares two of them and answers `Same`, `Differs` or
//! `NotComparable`, never a bool; each lives in its own file with a planted difference it must catch.
//! A row that never entered its tier is reported as not executed, which is not agreement.

pub mod bisect;
pub mod checks;
pub mod conformance;
pub mod coverage;
pub mod matrix;
pub mod observation;
pub mod reduce;
pub mod review;
pub mod state;
pub mod sweep;
pub mod target;
pub mod tier_maps;
pub mod trial;
pub mod verdict;
pub mod voters;

pub use matrix::{Limits, Outcome, Program, Report, Row, RowReport, named_rows};
pub use observation::{End, Observation};
pub use verdict::{Difference, Verdict};
