//! Strings: immutable sequences of UTF-16 code units.

use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::rc::Rc;

/// Stands for text that the specification leaves to the implementation, such as the message of an error
/// that an operation throws. What looks into such a string is outside of what can be compared.
pub const OPAQUE: u16 = 0xF8FE;

/// A string of the language.
#[derive(Clone, Eq)]
pub struct Str(Rc<[u16]>);

impl Str {
    pub fn empty() -> Str {
        Str(Rc::from([]))
    }
    /// The text that only an implementation knows.
    pub fn opaque() -> Str {
        Str(Rc::from([OPAQUE]))
    }
    pub fn is_opaque(&self) -> bool {
        self.0.contains(&OPAQUE)
    }
    pub fn is(&self, text: &str) -> bool {
        self.0.len() == text.len() && self.0.iter().zip(text.bytes()).all(|(a, b)| *a == u16::from(b))
    }
    pub fn substring(&self, from: usize, to: usize) -> Str {
        Str(self.0.get(from..to).unwrap_or_default().into())
    }
    /// First place at or behind `from` where `search` stands.
    /// [StringIndexOf](https://tc39.es/ecma262/#sec-stringindexof)
    pub fn index_of(&self, search: &[u16], from: usize) -> Option<usize> {
        let last = self.0.len().checked_sub(search.len())?;
        (from..=last).find(|&i| &self.0[i..i + search.len()] == search)
    }
}

impl Deref for Str {
    type Target = [u16];
    fn deref(&self) -> &[u16] {
        &self.0
    }
}
impl PartialEq for Str {
    fn eq(&self, other: &Str) -> bool {
        Rc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}
impl Hash for Str {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl From<&str> for Str {
    fn from(text: &str) -> Str {
        Str(text.encode_utf16().collect())
    }
}
impl From<String> for Str {
    fn from(text: String) -> Str {
        Str::from(text.as_str())
    }
}
impl From<Vec<u16>> for Str {
    fn from(units: Vec<u16>) -> Str {
        Str(units.into())
    }
}
impl From<&[u16]> for Str {
    fn from(units: &[u16]) -> Str {
        Str(units.into())
    }
}
impl std::fmt::Display for Str {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf16_lossy(&self.0))
    }
}
impl std::fmt::Debug for Str {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}
