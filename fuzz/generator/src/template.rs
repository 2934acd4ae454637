//! The little language scenarios are written in: JavaScript with holes.
//!
//! `$f` a fresh name (the same for the same word within one template); `@i` int, `@n` number,
//! `@p` primitive, `@o` anything but an int, `@w` warm-up count, `@k` property name, `@b` 1 to 9,
//! `@+` arithmetic operator, `@A` array, `@O` object, `‹x¦y¦z›` one of the texts (may nest),
//! `@N[a b]`, `@I[a b]`, `@B[a b]`: a number, int or boolean expression over these variables
//! (`$f` names allowed), `@S[a b]` a few statements over them; a `:o` or `:a` behind a name says it is
//! an object or array.

use crate::context::{Context, Type};

impl Context {
    pub fn template(&mut self, text: &str) -> String {
        let mut names: Vec<(String, String)> = Vec::new();
        let mut out = String::new();
        self.expand(text.trim_start_matches('\n'), &mut names, &mut out);
        out
    }

    fn expand(&mut self, text: &str, names: &mut Vec<(String, String)>, out: &mut String) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let next = bytes.get(at + 1).copied().unwrap_or(b' ');
            match bytes[at] {
                b'$' if next.is_ascii_alphabetic() => {
                    let end = word_end(bytes, at + 1);
                    out.push_str(&self.fresh(&text[at + 1..end], names));
                    at = end;
                }
                b'@' if matches!(next, b'N' | b'I' | b'B' | b'S') && bytes.get(at + 2) == Some(&b'[') => {
                    let end = at + text[at..].find(']').unwrap_or(text.len() - 1 - at);
                    let list = text[at + 3..end].to_owned();
                    let made = self.over_variables(next, &list, names);
                    out.push_str(&made);
                    at = end + 1;
                }
                _ if text[at..].starts_with(OPEN) => {
                    let (options, end) = alternatives(text, at + OPEN.len_utf8());
                    let one = *self.choices.pick(&options);
                    self.expand(one, names, out);
                    at = end;
                }
                b'@' => {
                    let made = match next {
                        b'i' => self.int(),
                        b'n' => self.number(),
                        b'p' => self.primitive(),
                        b'o' => self.odd_value(),
                        b'w' => self.warm().to_string(),
                        b'k' => self.key(),
                        b'b' => self.choices.range(1, 9).to_string(),
                        b'+' => self
                            .choices
                            .pick(&["+", "-", "*", "/", "%", "+", "&", "|", "^", "<<", ">>", ">>>"])
                            .to_string(),
                        b'A' => self.array_literal(),
                        b'O' => self.object_literal(),
                        _ => "@".into(),
                    };
                    out.push_str(&made);
                    at += 2;
                }
                _ => {
                    let at1 = at + text[at..].chars().next().map_or(1, char::len_utf8);
                    let end = text[at1..].find(['$', '@', OPEN]).map_or(text.len(), |i| at1 + i);
                    out.push_str(&text[at..end]);
                    at = end;
                }
            }
        }
    }

    fn fresh(&mut self, word: &str, names: &mut Vec<(String, String)>) -> String {
        if let Some((_, n)) = names.iter().find(|n| n.0 == word) {
            return n.clone();
        }
        let n = self.name(word);
        names.push((word.to_owned(), n.clone()));
        n
    }

    fn over_variables(&mut self, kind: u8, list: &str, names: &mut Vec<(String, String)>) -> String {
        let outer = std::mem::take(&mut self.variables);
        for item in list.split_whitespace() {
            let (name, ty) = match item.split_once(':') {
                Some((n, "o")) => (n, Type::Object),
                Some((n, _)) => (n, Type::Array),
                None => (item, Type::Int),
            };
            let name = match name.strip_prefix('$') {
                Some(word) => self.fresh(word, names),
                None => name.to_owned(),
            };
            self.declare(&name, ty, kind != b'S');
        }
        let depth = 1 + self.choices.below(3);
        let made = match kind {
            b'N' => self.expression(Type::Number, depth),
            b'I' => self.expression(Type::Int, depth),
            b'B' => self.expression(Type::Boolean, depth),
            _ => self.scoped(|cx| {
                cx.place.in_function = true;
                cx.budget = 8;
                let n = 1 + cx.choices.below(4);
                cx.statements(n)
            }),
        };
        self.variables = outer;
        made
    }
}

const OPEN: char = '‹';

/// The texts between `‹` (already read) and its `›`, and the offset behind that.
fn alternatives(text: &str, start: usize) -> (Vec<&str>, usize) {
    let (mut depth, mut from) = (0, start);
    let mut out = Vec::new();
    for (i, c) in text[start..].char_indices() {
        let at = start + i;
        match c {
            OPEN => depth += 1,
            '›' if depth == 0 => {
                out.push(&text[from..at]);
                return (out, at + c.len_utf8());
            }
            '›' => depth -= 1,
            '¦' if depth == 0 => {
                out.push(&text[from..at]);
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    out.push(&text[from..]);
    (out, text.len())
}

fn word_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Choices;

    #[test]
    fn holes_are_filled_and_names_are_fresh() {
        let mut cx = Context::new(Choices::from_seed(1));
        let a = cx.template("function $f(a) {\nreturn @N[a] + `${a}` + ‹1¦2›;\n}\n$f(@i);\n");
        let b = cx.template("$f($f);");
        assert!(!a.contains('@') && a.contains("`${a}`"), "{a}");
        assert!(!b.contains("f1("), "{b}");
        let name = a.split(['(', ' ']).nth(1).unwrap();
        assert_eq!(a.matches(name).count(), 2, "{a}");
    }
}
