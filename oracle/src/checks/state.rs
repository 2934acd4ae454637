//! The final reachable global state, by its canonical text.

use crate::observation::{End, Observation};
use crate::verdict::{Verdict, first_different_line};

pub fn check(reference: &Observation, other: &Observation) -> Verdict {
    if reference.end == End::out_of_memory() && other.end == End::out_of_memory() {
        return Verdict::NotComparable("ran out of memory: the last objects depend on the collector".into());
    }
    if reference.state == other.state {
        return Verdict::Same;
    }
    match first_different_line(&reference.state.text, &other.state.text) {
        Some((_, a, b)) => Verdict::differs("state", "global state at the end", a, b),
        None => Verdict::differs(
            "state",
            "global state at the end, beyond the part kept as text",
            &format!("hash {:016x}", reference.state.hash),
            &format!("hash {:016x}", other.state.hash),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::State;

    #[test]
    fn catches_a_changed_property_and_a_changed_hash() {
        let mut a = Observation::for_test(&[]);
        a.state = State { hash: 1, text: "x: 0\ny: 1\n".into() };
        let mut b = a.clone();
        assert_eq!(check(&a, &b), Verdict::Same);
        b.state = State { hash: 2, text: "x: -0\ny: 1\n".into() };
        assert_eq!(check(&a, &b).difference().unwrap().actual, "x: -0");
        b.state = State { hash: 2, text: a.state.text.clone() };
        assert!(check(&a, &b).difference().unwrap().place.contains("beyond"));
    }
}
