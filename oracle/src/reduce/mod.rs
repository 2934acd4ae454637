//! Reduction: the smallest program, and the plainest schedule, that still show the same thing.
//!
//! A pass looks at the candidate so far and proposes edits; `Reducer` tries them, many together first, on
//! as many threads as there are workers, and keeps what is still interesting. Structure goes first
//! (`syntax`: statements, expressions, names), then tokens, numbers and lines; candidates that no longer
//! parse are simply not interesting, and text that is no JavaScript is reduced by tokens and lines alone.
//! What is interesting is up to a `Judge`: the engine under a schedule (`engine`), or any command.

pub mod engine;
pub mod lines;
pub mod numbers;
pub mod schedule;
pub mod syntax;
pub mod tokens;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A program and the schedule (text form; may be empty) under which it is interesting.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Candidate {
    pub text: String,
    pub schedule: String,
}

/// Says what is interesting. Asked from several threads.
pub trait Judge: Sync {
    fn interesting(&self, candidate: &Candidate) -> bool;
    /// Candidates worth judging at the same time.
    fn width(&self) -> usize {
        1
    }
}

/// A replacement of a byte range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub from: usize,
    pub to: usize,
    pub with: String,
}

impl Edit {
    pub fn new(from: u32, to: u32, with: impl Into<String>) -> Edit {
        Edit { from: from as usize, to: to as usize, with: with.into() }
    }
}

/// Applies edits that do not overlap those before them in the list.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut chosen: Vec<&Edit> = Vec::new();
    for e in edits {
        if chosen.iter().all(|c| e.to <= c.from || c.to <= e.from) {
            chosen.push(e);
        }
    }
    chosen.sort_by_key(|e| (e.from, e.to));
    let mut out = String::new();
    let mut at = 0;
    for e in chosen {
        out.push_str(text.get(at..e.from).unwrap_or_default());
        out.push_str(&e.with);
        at = e.to;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// How far to go, and what to tell about it.
pub struct Limits<'a> {
    pub time: Duration,
    /// Candidates judged at most.
    pub attempts: usize,
    /// Called with each better candidate.
    pub progress: &'a (dyn Fn(&Candidate, &Work) + Sync),
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Work {
    pub attempts: usize,
    pub accepted: usize,
}

/// One way of making a candidate smaller.
type Pass = fn(&str) -> Vec<Edit>;

/// The passes in order. Coarse ones first: what they take away need not be looked at again.
const PASSES: &[(&str, Pass)] = &[
    ("statements", syntax::statements),
    ("unwrap", syntax::unwrap),
    ("lists", syntax::lists),
    ("expressions", syntax::expressions),
    ("inline", syntax::inline),
    ("lines", lines::deletions),
    ("tokens", tokens::deletions),
    ("numbers", numbers::smaller),
    ("strings", tokens::shorter_strings),
];

/// Shrinks `start`, which must be interesting.
pub fn reduce(start: &Candidate, judge: &dyn Judge, limits: &Limits<'_>) -> (Candidate, Work) {
    let mut r = Reducer {
        best: start.clone(),
        judge,
        limits,
        work: Work::default(),
        end: Instant::now() + limits.time,
    };
    r.schedule();
    loop {
        let before = r.best.clone();
        for (_, pass) in PASSES {
            r.edits(*pass);
        }
        r.schedule();
        if r.best == before || r.is_over() {
            break;
        }
    }
    r.replace_text(syntax::rename(&r.best.text));
    r.replace_text(tokens::tidy(&r.best.text));
    (r.best, r.work)
}

struct Reducer<'a> {
    best: Candidate,
    judge: &'a dyn Judge,
    limits: &'a Limits<'a>,
    work: Work,
    end: Instant,
}

impl Reducer<'_> {
    fn is_over(&self) -> bool {
        self.work.attempts >= self.limits.attempts || Instant::now() >= self.end
    }

    /// The first interesting one of `count` candidates, all judged as if one after the other.
    fn first(
        &mut self,
        count: usize,
        make: &(dyn Fn(usize) -> Candidate + Sync),
    ) -> Option<(usize, Candidate)> {
        let left = self.limits.attempts.saturating_sub(self.work.attempts);
        let count = count.min(left);
        let (next, found) = (AtomicUsize::new(0), AtomicUsize::new(usize::MAX));
        let (end, best, judge) = (self.end, &self.best, self.judge);
        let search = || {
            loop {
                let i = next.fetch_add(1, Ordering::Relaxed);
                if i >= count || i > found.load(Ordering::Relaxed) || Instant::now() >= end {
                    return;
                }
                let candidate = make(i);
                if candidate != *best && judge.interesting(&candidate) {
                    found.fetch_min(i, Ordering::Relaxed);
                }
            }
        };
        match self.judge.width().min(count) {
            0 | 1 => search(),
            width => std::thread::scope(|s| {
                for _ in 0..width {
                    s.spawn(search);
                }
            }),
        }
        let at = found.into_inner();
        self.work.attempts += next.into_inner().min(count).min(at.saturating_add(1));
        (at < count).then(|| (at, make(at)))
    }

    fn accept(&mut self, candidate: Candidate) {
        self.best = candidate;
        self.work.accepted += 1;
        (self.limits.progress)(&self.best, &self.work);
    }

    /// Tries all edits of a pass, in groups that get smaller.
    fn edits(&mut self, pass: Pass) {
        let mut group = pass(&self.best.text).len().next_power_of_two() / 2;
        while group > 0 && !self.is_over() {
            let mut at = 0;
            loop {
                let edits = pass(&self.best.text);
                if at >= edits.len() || self.is_over() {
                    break;
                }
                let (text, schedule) = (self.best.text.clone(), self.best.schedule.clone());
                let make = |i: usize| {
                    let from = (at + i * group).min(edits.len());
                    let to = (from + group).min(edits.len());
                    Candidate { text: apply(&text, &edits[from..to]), schedule: schedule.clone() }
                };
                let groups = (edits.len() - at).div_ceil(group);
                match self.first(groups, &make) {
                    Some((i, better)) => {
                        at += i * group;
                        self.accept(better);
                    }
                    None => break,
                }
            }
            group /= 2;
        }
    }

    /// Tries plainer schedules until none is left.
    fn schedule(&mut self) {
        while !self.is_over() {
            let plainer = schedule::plainer(&self.best.schedule);
            let text = self.best.text.clone();
            let make = |i: usize| Candidate { text: text.clone(), schedule: plainer[i].clone() };
            match self.first(plainer.len(), &make) {
                Some((_, better)) => self.accept(better),
                None => return,
            }
        }
    }

    fn replace_text(&mut self, text: String) {
        let candidate = Candidate { text, ..self.best.clone() };
        if candidate != self.best && self.judge.interesting(&candidate) {
            self.accept(candidate);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    struct Contains(Vec<&'static str>, Mutex<usize>);
    impl Judge for Contains {
        fn interesting(&self, c: &Candidate) -> bool {
            *self.1.lock().unwrap() += 1;
            let parses = tierproof_syntax::parse(c.text.as_bytes(), "t.js").is_ok();
            let text: String = c.text.split_whitespace().collect();
            parses && self.0.iter().all(|w| text.contains(w) || c.schedule.contains(w))
        }
        fn width(&self) -> usize {
            3
        }
    }

    fn run(text: &str, schedule: &str, needles: &[&'static str]) -> Candidate {
        let judge = Contains(needles.to_vec(), Mutex::new(0));
        let limits = Limits { time: Duration::from_secs(60), attempts: 20_000, progress: &|_, _| {} };
        let start = Candidate { text: text.into(), schedule: schedule.into() };
        assert!(judge.interesting(&start));
        reduce(&start, &judge, &limits).0
    }

    const PROGRAM: &str = "
        class A { constructor(x) { this.x = x; } get y() { return this.x + 1; } }
        function helper(a, b, c) { if (a > b) { return c; } else { for (const q of [1, 2, 3]) { c += q; } } return a; }
        let unused = helper(1, 2, 3) + new A(5).y;
        try { for (let i = 0; i < 1000; i++) { unused += helper(i, unused, bug(i, 77)); } } catch (e) { print(e); }
        switch (unused) { case 1: print('one'); break; default: print(`all ${unused}`); }
        print(unused);";

    #[test]
    fn only_what_matters_is_left() {
        let small = run(PROGRAM, "", &["bug("]);
        assert!(tokens::count(&small.text) <= 4, "{}", small.text);
        let small = run(PROGRAM, "", &["for(", "bug("]);
        assert!(tokens::count(&small.text) <= 13, "{}", small.text);
    }

    #[test]
    fn the_schedule_is_reduced_along() {
        let schedule =
            "tier=toptier deopt=every:7 gc=stress-move feedback=lies:3 osr-budget=5 frame-check=on";
        let small = run(PROGRAM, schedule, &["bug(", "gc=stress-move", "tier=toptier"]);
        assert_eq!(small.schedule, "tier=toptier gc=stress-move");
    }

    #[test]
    fn the_result_does_not_depend_on_threads() {
        assert_eq!(run(PROGRAM, "", &["helper(", "77"]), run(PROGRAM, "", &["helper(", "77"]));
    }

    #[test]
    fn other_languages_are_reduced_by_tokens_and_lines() {
        struct Text;
        impl Judge for Text {
            fn interesting(&self, c: &Candidate) -> bool {
                c.text.contains("fault") && c.text.matches('(').count() == c.text.matches(')').count()
            }
        }
        let text = "(define (f x)\n  (+ x 1))\n(display \"hello\")\n(if #t (fault 3) (g))\n";
        let limits = Limits { time: Duration::from_secs(60), attempts: 5_000, progress: &|_, _| {} };
        let start = Candidate { text: text.into(), schedule: String::new() };
        let (small, work) = reduce(&start, &Text, &limits);
        assert_eq!(small.text.trim(), "fault");
        assert!(work.attempts < 5_000 && work.accepted > 0);
    }

    #[test]
    fn attempts_are_limited() {
        let judge = Contains(vec!["bug("], Mutex::new(0));
        let limits = Limits { time: Duration::from_secs(60), attempts: 10, progress: &|_, _| {} };
        let start = Candidate { text: PROGRAM.into(), schedule: String::new() };
        let (_, work) = reduce(&start, &judge, &limits);
        assert!(work.attempts <= 10 && *judge.1.lock().unwrap() <= 10 + 2 + 3);
    }

    #[test]
    fn edits_that_overlap_earlier_ones_are_left_out() {
        let edits = [Edit::new(0, 3, "x"), Edit::new(2, 4, "y"), Edit::new(4, 5, "")];
        assert_eq!(apply("abcdef", &edits), "xdf");
    }
}
