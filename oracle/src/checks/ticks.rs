//! Logical time: every tier must have counted the same ticks.

use crate::observation::{End, Observation};
use crate::verdict::Verdict;

pub fn check(reference: &Observation, other: &Observation) -> Verdict {
    if reference.end == End::out_of_memory() && other.end == End::out_of_memory() {
        return Verdict::NotComparable("ran out of memory: at another moment with another collector".into());
    }
    if reference.ticks == other.ticks {
        return Verdict::Same;
    }
    Verdict::differs("ticks", "ticks taken", &reference.ticks.to_string(), &other.ticks.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catches_a_lost_tick() {
        let a = Observation::for_test(&[]);
        let mut b = a.clone();
        assert_eq!(check(&a, &b), Verdict::Same);
        b.ticks += 1;
        assert_eq!(check(&a, &b).difference().unwrap().check, "ticks");
    }
}
