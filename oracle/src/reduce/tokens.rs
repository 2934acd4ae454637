//! Tokens, cut out of text without knowing its grammar: words, numbers, strings, comments, operators.

use super::Edit;

/// Byte range of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub from: usize,
    pub to: usize,
}

/// Longest first.
const OPERATORS: &[&str] = &[
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "=>", "==", "!=", "<=",
    ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>",
    "**",
];

/// The tokens of a text, without white space and comments.
pub fn split(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        let rest = &text[at..];
        let length = if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        } else if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |n| n + 2);
            continue;
        } else if is_word(c) {
            let number = c.is_ascii_digit();
            rest.find(|c: char| !(is_word(c) || number && c == '.')).unwrap_or(rest.len())
        } else if matches!(c, '"' | '\'' | '`') {
            let mut end = at + 1;
            while end < bytes.len() && bytes[end] != c as u8 {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            let mut to = (end + 1).min(bytes.len());
            while !text.is_char_boundary(to) {
                to += 1;
            }
            to - at
        } else {
            OPERATORS.iter().find(|o| rest.starts_with(*o)).map_or(c.len_utf8(), |o| o.len())
        };
        out.push(Token { from: at, to: at + length });
        at += length;
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Number of tokens: the size of a program, whatever its layout.
pub fn count(text: &str) -> usize {
    split(text).len()
}

/// Deletes runs of one to four tokens, and pairs of brackets with or without what is between.
pub fn deletions(text: &str) -> Vec<Edit> {
    let tokens = split(text);
    let cut = |a: usize, b: usize| Edit { from: tokens[a].from, to: tokens[b].to, with: String::new() };
    let mut out = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (i, t) in tokens.iter().enumerate() {
        match &text[t.from..t.to] {
            "(" | "[" | "{" => open.push(i),
            ")" | "]" | "}" => {
                if let Some(o) = open.pop() {
                    out.push(cut(o, i));
                    let inner = &text[tokens[o].to..t.from];
                    out.push(Edit { with: inner.into(), ..cut(o, i) });
                    if o > 0 {
                        out.push(Edit { with: inner.into(), ..cut(o - 1, i) });
                    }
                }
            }
            _ => {}
        }
    }
    for n in [4, 3, 2, 1] {
        out.extend((0..(tokens.len() + 1).saturating_sub(n)).map(|i| cut(i, i + n - 1)));
    }
    out
}

/// Strings become shorter, or empty.
pub fn shorter_strings(text: &str) -> Vec<Edit> {
    let mut out = Vec::new();
    for t in split(text) {
        let token = &text[t.from..t.to];
        let Some(quote) = token.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
        let content: Vec<char> = token.trim_matches(quote).chars().collect();
        if !content.is_empty() {
            let mut to = |with: String| {
                out.push(Edit { from: t.from, to: t.to, with: format!("{quote}{with}{quote}") })
            };
            to(String::new());
            if content.len() > 1 {
                to(content[..1].iter().collect());
                to(content[..content.len() / 2].iter().collect());
            }
        }
    }
    out
}

/// One statement a line, blocks indented, no comments. Line breaks go only where a `;`, `{` or `}` is and no
/// bracket of another kind is open, so meaning changes at most through automatic semicolons.
pub fn tidy(text: &str) -> String {
    let tokens = split(text);
    let mut out = String::new();
    let (mut depth, mut inner) = (0usize, 0usize);
    let mut line_start = true;
    for (i, t) in tokens.iter().enumerate() {
        let word = &text[t.from..t.to];
        let source_gap = i > 0 && tokens[i - 1].to < t.from;
        let source_break = i > 0 && text[tokens[i - 1].to..t.from].contains('\n');
        if source_break && inner == 0 && !line_start {
            out.push('\n');
            line_start = true;
        }
        if word == "}" && inner == 0 {
            depth = depth.saturating_sub(1);
        }
        if line_start {
            out.push_str(&"  ".repeat(depth));
        } else if source_gap {
            out.push(' ');
        }
        out.push_str(word);
        line_start = false;
        match word {
            "(" | "[" => inner += 1,
            ")" | "]" => inner = inner.saturating_sub(1),
            "{" if inner == 0 => depth += 1,
            _ => {}
        }
        if word == ";" && inner == 0 && i + 1 < tokens.len() {
            out.push('\n');
            line_start = true;
        }
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|t| &text[t.from..t.to]).collect()
    }

    #[test]
    fn tokens_of_a_program() {
        assert_eq!(
            words("let a=1.5e3;// x\nb>>>='q\\'r'/* */+c?.d"),
            ["let", "a", "=", "1.5e3", ";", "b", ">>>=", "'q\\'r'", "+", "c", "?.", "d"]
        );
        assert_eq!(words("'open"), ["'open"]);
        assert_eq!(words("ä = 'ö'"), ["ä", "=", "'ö'"]);
    }

    #[test]
    fn tidy_keeps_the_tokens() {
        let text = "function f(a){return a;}  f( 1 );for(;;){break;}";
        let tidied = tidy(text);
        assert_eq!(words(&tidied), words(text));
        assert!(tidied.contains("\n"), "{tidied}");
    }
}
