//! Printed lines, one by one. When both runs ran out of memory, only as far as both got.

use crate::observation::{End, Observation};
use crate::verdict::Verdict;

pub fn check(reference: &Observation, other: &Observation) -> Verdict {
    const NONE: &str = "(nothing)";
    let (a, b) = (&reference.lines, &other.lines);
    let oom = reference.end == End::out_of_memory() && other.end == End::out_of_memory();
    for i in 0..a.len().max(b.len()) {
        let (x, y) = (a.get(i), b.get(i));
        if x == y {
            continue;
        }
        if oom && (x.is_none() || y.is_none()) {
            return Verdict::NotComparable("ran out of memory at different lines".into());
        }
        let text = |v: Option<&String>| v.map_or(NONE, |s| s.as_str()).to_owned();
        return Verdict::differs("lines", format!("printed line {}", i + 1), &text(x), &text(y));
    }
    Verdict::Same
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catches_a_changed_and_a_missing_line() {
        let a = Observation::for_test(&["1", "2"]);
        let mut b = a.clone();
        assert_eq!(check(&a, &b), Verdict::Same);
        b.lines[1] = "-2".into();
        let d = check(&a, &b);
        assert_eq!(d.difference().unwrap().place, "printed line 2");
        b.lines.truncate(1);
        assert_eq!(check(&a, &b).difference().unwrap().actual, "(nothing)");
    }
}
