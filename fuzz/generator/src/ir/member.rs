//! The texts of methods and fields: `static get x`, `async *m`, `f...`.

use super::op::Op;
use super::program::{Instr, is_word};

/// A text taken apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Member<'a> {
    pub is_static: bool,
    pub is_async: bool,
    pub is_generator: bool,
    pub getter: bool,
    pub setter: bool,
    /// The last parameter takes the rest.
    pub rest: bool,
    /// Empty when computed.
    pub name: &'a str,
}

impl Member<'_> {
    /// A word that is all there is, is the name. A computed member has no name, only words.
    pub fn of(text: &str, computed: bool) -> Member<'_> {
        let mut m = Member::default();
        let mut text = match text.strip_suffix("...") {
            Some(t) => {
                m.rest = true;
                t
            }
            None => text,
        };
        let word = |text: &mut &str, word: &str| {
            let rest = if *text == word && computed {
                Some("")
            } else {
                text.strip_prefix(word).and_then(|r| r.strip_prefix(' '))
            };
            match rest {
                Some(r) if computed || !r.is_empty() => {
                    *text = r;
                    true
                }
                _ => false,
            }
        };
        m.is_static = word(&mut text, "static");
        m.is_async = word(&mut text, "async");
        m.getter = !m.is_async && word(&mut text, "get");
        m.setter = !m.is_async && !m.getter && word(&mut text, "set");
        if let Some(r) = text.strip_prefix('*').filter(|r| computed || !r.is_empty()) {
            m.is_generator = !m.getter && !m.setter;
            text = r;
        }
        m.name = text;
        m
    }
    /// The text of it.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (is, word) in [
            (self.is_static, "static "),
            (self.is_async, "async "),
            (self.getter, "get "),
            (self.setter, "set "),
            (self.is_generator, "*"),
        ] {
            out.push_str(if is { word } else { "" });
        }
        out.push_str(self.name);
        let mut out = if self.name.is_empty() { out.trim_end().to_owned() } else { out };
        out.push_str(if self.rest { "..." } else { "" });
        out
    }
    /// What is written before the key.
    pub fn prefix(&self) -> String {
        Member { name: "", rest: false, ..*self }.text()
            + if self.is_generator || !self.has_words() { "" } else { " " }
    }
    fn has_words(&self) -> bool {
        self.is_static || self.is_async || self.getter || self.setter
    }
}

/// Whether a method's or field's text fits its place and parameters.
pub fn fits(instr: &Instr) -> bool {
    let computed = matches!(instr.op, Op::ComputedMethod | Op::ClassComputedMethod);
    let m = Member::of(instr.attr.word(), computed);
    let class = matches!(instr.op, Op::ClassMethod | Op::ClassComputedMethod | Op::Field);
    let count = instr.inner.len();
    let named = !computed && class;
    (class || !m.is_static)
        && (!m.getter || count == 0)
        && (!m.setter || (count == 1 && !m.rest))
        && (!m.rest || count > 0)
        && (!computed || m.name.is_empty())
        && !(named && m.name == "constructor" && (!m.is_static || instr.op == Op::Field))
        && !(named && m.name == "prototype" && m.is_static)
        && !(instr.op == Op::Field && (m.getter || m.setter || m.is_async || m.is_generator || m.rest))
}

/// A property key as written in literals and patterns.
pub fn key(name: &str) -> String {
    if is_word(name) {
        return name.to_owned();
    }
    let mut out = String::new();
    // writing to a String does not fail
    let _ = super::text::quote(name, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_taken_apart_and_put_together() {
        for text in ["x", "get", "get x", "static set y", "static async *m...", "*g", "async", "static"] {
            assert_eq!(Member::of(text, false).text(), text);
        }
        assert_eq!(Member::of("get", false).name, "get");
        assert!(Member::of("get", true).getter && Member::of("static async *", true).is_generator);
        assert_eq!(Member::of("static async *m", false).prefix(), "static async *");
        assert_eq!(Member::of("get x", false).prefix(), "get ");
    }
}
