//! Sets of code points: sorted, disjoint, non-adjacent ranges with both ends included.

use std::cmp::{max, min};

pub const MAX_CODE_POINT: u32 = 0x10FFFF;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set {
    ranges: Vec<(u32, u32)>,
}

impl Set {
    pub fn new() -> Set {
        Set::default()
    }
    pub fn all() -> Set {
        Set { ranges: vec![(0, MAX_CODE_POINT)] }
    }
    pub fn of(ranges: impl IntoIterator<Item = (u32, u32)>) -> Set {
        let mut ranges: Vec<(u32, u32)> = ranges.into_iter().collect();
        ranges.sort_unstable();
        let mut out: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (a, b) in ranges {
            match out.last_mut() {
                Some(last) if a <= last.1.saturating_add(1) => last.1 = max(last.1, b),
                _ => out.push((a, b)),
            }
        }
        Set { ranges: out }
    }
    pub fn single(c: u32) -> Set {
        Set { ranges: vec![(c, c)] }
    }
    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.ranges
    }
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }
    pub fn contains(&self, c: u32) -> bool {
        let i = self.ranges.partition_point(|r| r.1 < c);
        self.ranges.get(i).is_some_and(|r| r.0 <= c)
    }
    pub fn union(&self, other: &Set) -> Set {
        Set::of(self.ranges.iter().chain(&other.ranges).copied())
    }
    pub fn complement(&self) -> Set {
        let mut out = Vec::with_capacity(self.ranges.len() + 1);
        let mut next = 0;
        for &(a, b) in &self.ranges {
            if a > next {
                out.push((next, a - 1));
            }
            next = b + 1;
        }
        if next <= MAX_CODE_POINT {
            out.push((next, MAX_CODE_POINT));
        }
        Set { ranges: out }
    }
    pub fn intersection(&self, other: &Set) -> Set {
        let (mut i, mut j) = (0, 0);
        let mut out = Vec::new();
        while let (Some(x), Some(y)) = (self.ranges.get(i), other.ranges.get(j)) {
            let (a, b) = (max(x.0, y.0), min(x.1, y.1));
            if a <= b {
                out.push((a, b));
            }
            if x.1 < y.1 { i += 1 } else { j += 1 }
        }
        Set { ranges: out }
    }
    pub fn difference(&self, other: &Set) -> Set {
        self.intersection(&other.complement())
    }
}
