//! The frame check: frames that deopts rebuilt against the interpreter's at the same moment.

use tierproof_base::{Schedule, Tier};
use tierproof_vm::frame_check::{FrameRecord, compare};

use crate::matrix::{Limits, Program, run_watching};
use crate::verdict::Verdict;

/// Replays the program in the interpreter, stepping, and compares its frames with `rebuilt`.
pub fn check(program: &Program, limits: &Limits, rebuilt: &[FrameRecord]) -> Verdict {
    let watch = rebuilt.iter().map(|r| (r.moment, r.frames.len())).collect();
    let reference = Schedule::forced(Tier::Interpreter);
    let replay = run_watching(program, &reference, limits, watch);
    verdict(rebuilt, &replay.watched)
}

fn verdict(rebuilt: &[FrameRecord], interpreter: &[FrameRecord]) -> Verdict {
    match compare(rebuilt, interpreter) {
        None => Verdict::Same,
        Some((expected, actual)) => Verdict::differs("frames", "rebuilt frame", &expected, &actual),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tierproof_vm::frame_check::Moment;

    fn record(text: &str) -> FrameRecord {
        let moment = Moment { tick: 7, function: 1, offset: 3 };
        FrameRecord { moment, frames: vec![text.into(), "caller @9".into()] }
    }

    #[test]
    fn catches_a_wrong_register() {
        assert_eq!(verdict(&[record("f @3 r0=1")], &[record("f @3 r0=1")]), Verdict::Same);
        let v = verdict(&[record("f @3 r0=undefined")], &[record("f @3 r0=1")]);
        assert_eq!(v.difference().map(|d| d.check.as_str()), Some("frames"));
    }

    #[test]
    fn catches_a_moment_that_never_was() {
        assert!(verdict(&[record("f @3")], &[]).difference().is_some());
    }
}
