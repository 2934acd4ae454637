//! What went to the host function `probe`, one by one. When both runs ran out of memory, only as far as both got.

use tierproof_runtime::probes::describe;

use crate::observation::{End, Observation};
use crate::verdict::Verdict;

pub fn check(reference: &Observation, other: &Observation) -> Verdict {
    let (a, b) = (&reference.probes, &other.probes);
    let Some(i) = (0..a.len().max(b.len())).find(|&i| a.get(i) != b.get(i)) else { return Verdict::Same };
    let oom = reference.end == End::out_of_memory() && other.end == End::out_of_memory();
    if oom && (i >= a.len() || i >= b.len()) {
        return Verdict::NotComparable("ran out of memory at different probes".into());
    }
    let text = |v: Option<&u64>| v.map_or("(nothing)".to_owned(), |&w| describe(w));
    Verdict::differs("probes", format!("probe {}", i + 1), &text(a.get(i)), &text(b.get(i)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catches_a_changed_and_a_missing_probe() {
        let mut a = Observation::for_test(&[]);
        a.probes = vec![1.0f64.to_bits(), 0.0f64.to_bits()];
        let mut b = a.clone();
        assert_eq!(check(&a, &b), Verdict::Same);
        b.probes[1] = (-0.0f64).to_bits();
        let d = check(&a, &b);
        let d = d.difference().unwrap();
        assert_eq!((d.place.as_str(), d.expected.as_str(), d.actual.as_str()), ("probe 2", "0", "-0"));
        b.probes.truncate(1);
        assert_eq!(check(&a, &b).difference().unwrap().actual, "(nothing)");
    }
}
