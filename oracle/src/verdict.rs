//! What a check answers.

use serde::{Deserialize, Serialize};

/// The first place where two observations differ, side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The check that found it.
    pub check: String,
    /// Where: `printed line 3`, `global x`, ...
    pub place: String,
    /// What the reference row has there.
    pub expected: String,
    /// What the other row has there.
    pub actual: String,
}

/// The answer of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    Same,
    Differs(Difference),
    NotComparable(String),
}

impl Verdict {
    /// A difference.
    pub fn differs(check: &str, place: impl Into<String>, expected: &str, actual: &str) -> Verdict {
        Verdict::Differs(Difference {
            check: check.into(),
            place: place.into(),
            expected: clip(expected),
            actual: clip(actual),
        })
    }
    pub fn difference(&self) -> Option<&Difference> {
        match self {
            Verdict::Differs(d) => Some(d),
            _ => None,
        }
    }
}

/// Long texts are cut, on a character boundary.
fn clip(text: &str) -> String {
    const LIMIT: usize = 400;
    if text.len() <= LIMIT {
        return text.to_owned();
    }
    let mut end = LIMIT;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}... ({} bytes)", &text[..end], text.len())
}

/// The first line at which two texts differ: 1-based number and both lines.
pub fn first_different_line<'a>(a: &'a str, b: &'a str) -> Option<(usize, &'a str, &'a str)> {
    const END: &str = "(nothing)";
    let (mut a, mut b) = (a.lines(), b.lines());
    for n in 1.. {
        match (a.next(), b.next()) {
            (None, None) => return None,
            (x, y) if x == y => {}
            (x, y) => return Some((n, x.unwrap_or(END), y.unwrap_or(END))),
        }
    }
    None
}
