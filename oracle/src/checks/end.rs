//! How the program ended: completion value, exception (structurally), syntax error, or which limit.

use crate::observation::{End, Observation};
use crate::verdict::{Verdict, first_different_line};

/// A run that the engine itself ended: before anything else, because nothing else is to be trusted.
pub fn crash(reference: &Observation, other: &Observation) -> Verdict {
    match &other.end {
        End::Panicked(m) => Verdict::differs("crash", "the engine failed", &reference.end.to_string(), m),
        _ => Verdict::Same,
    }
}

pub fn check(reference: &Observation, other: &Observation) -> Verdict {
    if reference.end == other.end {
        return Verdict::Same;
    }
    if let (End::Threw { text: a, value: x }, End::Threw { text: b, value: y }) = (&reference.end, &other.end)
        && a == b
        && let Some((_, p, q)) = first_different_line(x, y)
    {
        return Verdict::differs("end", format!("thrown value `{a}`"), p, q);
    }
    Verdict::differs("end", "end of the program", &reference.end.to_string(), &other.end.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catches_another_exception_and_another_limit() {
        let a = Observation::for_test(&[]);
        let mut b = a.clone();
        assert_eq!(check(&a, &b), Verdict::Same);
        b.end = End::Completed("-0".into());
        assert!(check(&a, &b).difference().is_some());
        let threw = |value: &str| End::Threw { text: "TypeError: x".into(), value: value.into() };
        b.end = threw("#1 Error {a: 1}");
        let mut c = b.clone();
        assert_eq!(check(&b, &c), Verdict::Same);
        c.end = threw("#1 Error {a: 2}");
        assert_eq!(check(&b, &c).difference().unwrap().actual, "#1 Error {a: 2}");
        c.end = End::out_of_memory();
        assert!(check(&b, &c).difference().is_some());
        assert_eq!(check(&c, &c.clone()), Verdict::Same);
        assert_eq!(crash(&b, &c), Verdict::Same);
        c.end = End::Panicked("heap verifier".into());
        assert_eq!(crash(&b, &c).difference().unwrap().check, "crash");
    }
}
