//! THE table of what may differ between implementations that are all right. The reference answers
//! `NotComparable` where one of these would decide what it prints, or prints an opaque text that matches
//! anything; other engines are judged with its help.

use tierproof_reference::OPAQUE;

/// Reason of the reference for not answering (how it begins), and why engines may differ there.
pub const LEGAL: &[(&str, &str)] = &[
    (
        "text that belongs to the implementation",
        "messages of errors that the language throws are not specified",
    ),
    ("stack of an error", "not part of the language yet"),
    ("own names of an error", "`stack` is among them"),
    ("own names of the global object", "the host adds its own"),
    ("text of a built-in function", "only its shape is specified"),
    ("limit: recursion", "how deep a program may recurse is not specified"),
    ("limit: length of a string", "the longest string is the implementation's choice"),
    ("limit: digits of a BigInt", "the largest BigInt is the implementation's choice"),
    ("limit: size of a buffer", "the largest buffer is the implementation's choice"),
    (
        "sort with",
        "which elements a sort compares is not specified, nor its result with a comparison that contradicts itself",
    ),
    ("for-in over", "what for-in visits of an object that changes meanwhile is not specified"),
    ("Math.hypot", "its last digit is not specified"),
    ("Math.random", "random"),
    ("Number.prototype.toString of a fraction", "the number of digits is not specified"),
    ("String.prototype.localeCompare", "depends on the locale"),
    ("String.prototype.toLocale", "depends on the locale"),
    ("Number.prototype.toLocaleString", "depends on the locale"),
    ("Date", "clock and time zone"),
    ("Intl", "depends on the locale"),
    ("WeakRef", "depends on the collector"),
    ("FinalizationRegistry", "depends on the collector"),
];

/// Why engines may differ where the reference gives this reason.
pub fn may_differ(reason: &str) -> Option<&'static str> {
    LEGAL.iter().find(|l| reason.starts_with(l.0)).map(|l| l.1)
}

/// The character of opaque text.
fn mark() -> char {
    char::from_u32(u32::from(OPAQUE)).unwrap_or('\u{F8FE}')
}

pub fn is_opaque(text: &str) -> bool {
    text.contains(mark())
}

/// Opaque text as people read it.
pub fn shown(text: &str) -> String {
    text.replace(mark(), "[...]")
}

/// Whether `text` is what the reference printed, opaque parts matching anything.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split(mark());
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(i) => rest = &rest[i + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opaque_parts_match_anything_and_nothing_else_does() {
        let p = |text: &str| text.replace('*', &mark().to_string());
        assert!(matches("a b", "a b") && !matches("a b", "a c") && !matches("a", "a b"));
        assert!(matches(&p("TypeError: *"), "TypeError: x is not a function"));
        assert!(!matches(&p("TypeError: *"), "RangeError: x"));
        assert!(matches(&p("1 * 2 * 3"), "1 a 2 b 2 3") && !matches(&p("1 * 2 * 3"), "1 a 3"));
        assert!(!matches(&p("ab*bc"), "abc"));
        assert_eq!(shown(&p("x *")), "x [...]");
    }

    #[test]
    fn reasons_are_looked_up_by_their_beginning() {
        assert!(may_differ("sort with an inconsistent comparison").is_some());
        assert!(may_differ("regular expression").is_none());
    }
}
