//! The text form of programs: one operation a line, for corpora that people review. It parses back.
//!
//! ```text
//! v0 = Number 3.0
//! v1 = Function "" (v2 v3) {
//!   v4 = Binary "+" v2 v3
//!   Return v4
//! } End
//! ```

use std::fmt::{self, Write};

use super::op::{Attr, Op, Wants};
use super::program::{Instr, Program, Var, verify};

impl fmt::Display for Instr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.op.closes() {
            f.write_str("} ")?;
        }
        for (i, v) in self.outputs.iter().enumerate() {
            write!(f, "{}v{}", if i > 0 { " " } else { "" }, v.0)?;
        }
        if !self.outputs.is_empty() {
            f.write_str(" = ")?;
        }
        f.write_str(self.op.name())?;
        match &self.attr {
            Attr::None => {}
            Attr::Number(n) => write!(f, " {n:?}")?,
            Attr::Text(_) | Attr::Texts(_) => {
                for t in self.attr.words() {
                    f.write_char(' ')?;
                    quote(t, f)?;
                }
            }
        }
        for v in &self.inputs {
            write!(f, " v{}", v.0)?;
        }
        if !self.inner.is_empty() {
            let list: Vec<String> = self.inner.iter().map(|v| format!("v{}", v.0)).collect();
            write!(f, " ({})", list.join(" "))?;
        }
        if self.op.opens() {
            f.write_str(" {")?;
        }
        Ok(())
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut depth = 0usize;
        for instr in &self.code {
            depth -= usize::from(instr.op.closes()).min(depth);
            writeln!(f, "{:1$}{instr}", "", depth * 2)?;
            depth += usize::from(instr.op.opens());
        }
        Ok(())
    }
}

/// A text in double quotes, with escapes that JavaScript reads as well.
pub fn quote(text: &str, out: &mut impl Write) -> fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            // a surrogate half that Rust cannot hold is kept as an escape, see `import`
            c if (c as u32) < 32
                || (0x7f..0xa0).contains(&(c as u32))
                || matches!(c, '\u{2028}' | '\u{2029}') =>
            {
                write!(out, "\\u{:04x}", c as u32)?
            }
            c => out.write_char(c)?,
        }
    }
    out.write_char('"')
}

/// A piece of a line.
#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Open,
    Close,
    Brace,
    Unbrace,
    Equals,
}

fn tokens(line: &str) -> Result<Vec<Token>, String> {
    let mut out = Vec::new();
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(match c {
            c if c.is_whitespace() => continue,
            '(' => Token::Open,
            ')' => Token::Close,
            '{' => Token::Brace,
            '}' => Token::Unbrace,
            '=' => Token::Equals,
            '"' => {
                let mut text = String::new();
                loop {
                    match chars.next().ok_or("a text without end")? {
                        '"' => break,
                        '\\' => match chars.next().ok_or("a text without end")? {
                            'n' => text.push('\n'),
                            'r' => text.push('\r'),
                            't' => text.push('\t'),
                            'u' => {
                                let hex: String = chars.by_ref().take(4).collect();
                                let code = u32::from_str_radix(&hex, 16).map_err(|e| e.to_string())?;
                                text.push(char::from_u32(code).ok_or("a lone surrogate")?);
                            }
                            c => text.push(c),
                        },
                        c => text.push(c),
                    }
                }
                Token::Text(text)
            }
            c => {
                let mut word = String::from(c);
                while let Some(&c) = chars.peek() {
                    if c.is_whitespace() || "(){}=\"".contains(c) {
                        break;
                    }
                    word.push(c);
                    chars.next();
                }
                Token::Word(word)
            }
        });
    }
    Ok(out)
}

/// More variables than any program has.
const MOST: u32 = 100_000;

fn var(word: &str) -> Result<Var, String> {
    match word.strip_prefix('v').and_then(|n| n.parse().ok()) {
        Some(n) if n < MOST => Ok(Var(n)),
        _ => Err(format!("`{word}` is no variable")),
    }
}

fn instruction(line: &str) -> Result<Instr, String> {
    let mut rest = tokens(line)?.into_iter().peekable();
    if rest.peek() == Some(&Token::Unbrace) {
        rest.next();
    }
    let mut words = Vec::new();
    while let Some(Token::Word(w)) = rest.peek() {
        words.push(w.clone());
        rest.next();
    }
    let mut outputs = Vec::new();
    if rest.peek() == Some(&Token::Equals) {
        rest.next();
        outputs = words.iter().map(|w| var(w)).collect::<Result<_, _>>()?;
        words.clear();
        while let Some(Token::Word(w)) = rest.peek() {
            words.push(w.clone());
            rest.next();
        }
    }
    let mut words = words.into_iter();
    let name = words.next().ok_or("no operation")?;
    let op = Op::by_name(&name).ok_or_else(|| format!("no operation `{name}`"))?;
    let mut instr = Instr { outputs, ..Instr::new(op) };
    let mut texts = Vec::new();
    if op.info().attr == Wants::Number {
        let n = words.next().ok_or("no number")?;
        instr.attr = Attr::Number(n.parse().map_err(|_| format!("`{n}` is no number"))?);
    }
    for w in words {
        instr.inputs.push(var(&w)?);
    }
    let mut inner = false;
    for t in rest {
        match t {
            Token::Text(t) if instr.inputs.is_empty() && !inner => texts.push(t),
            Token::Word(w) if inner => instr.inner.push(var(&w)?),
            Token::Word(w) => instr.inputs.push(var(&w)?),
            Token::Open => inner = true,
            Token::Close => inner = false,
            Token::Brace if op.opens() => {}
            t => return Err(format!("{t:?} in the wrong place")),
        }
    }
    match op.info().attr {
        Wants::Text | Wants::OneOf(_) => {
            instr.attr = Attr::text(texts.first().ok_or("no text")?);
        }
        Wants::Texts(_) => instr.attr = Attr::texts(texts),
        Wants::Number | Wants::Nothing if texts.is_empty() => {}
        _ => return Err("a text too many".into()),
    }
    Ok(instr)
}

/// Reads the text form. What it yields is verified; the error names the line.
pub fn parse(text: &str) -> Result<Program, String> {
    let mut p = Program::default();
    for (n, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let instr = instruction(line).map_err(|e| format!("line {}: {e}", n + 1))?;
        let most = instr.inputs.iter().copied().chain(instr.bound()).map(|v| v.0 + 1).max().unwrap_or(0);
        p.vars = p.vars.max(most);
        p.code.push(instr);
    }
    verify(&p)?;
    Ok(p)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = r#"
v0 = Number -0.0
v1 = String "a\"b\\\n\u0001é"
v2 = Function "..." (v3 v4) {
  Default v3 {
  } Result v0
  v5 = Array "vsh" v3 v4
  If v5 {
    Return v3
  } Else {
    v6 = Object {
      Property "x" v3
      Method "get y" {
        v7 = This
        Return v7
      } End
    } End
    Return v6
  } End
} End
For v0 (v8) {
  v9 = Binary "<" v8 v0
} Body v9 {
  Break
} Steps {
  v10 = Step "post++" v8
} End
"#;

    #[test]
    fn text_round_trips() {
        let p = parse(SAMPLE).unwrap();
        let text = p.to_string();
        assert_eq!(text.trim(), SAMPLE.trim());
        assert_eq!(parse(&text).unwrap(), p);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, what) in [
            ("v0 = Nonsense", "no operation"),
            ("v0 = Binary \"+\" v1 v2", "cannot be seen"),
            ("Return v0", "context"),
            ("v0 = Null\nIf v0 {", "not closed"),
            ("v0 = Null\nv0 = Null", "bound twice"),
            ("} End", "does not end"),
            ("v0 = Function \"\" {\n} End\nAssign v0 v0", "constant"),
            ("v0 = Null\nv1 = Object {\nProperty \"x\" v1\n} End", "not made yet"),
            ("v0 = Null\nv1 = And v0 {\n} Result v1", "cannot be seen"),
            ("v0 = Null\nv1 = Binary \"=>\" v0 v0", "attribute"),
            ("v0 = Null\nLabelled \"L\" {\nContinueTo \"L\"\n} End", "context"),
            ("v0 = String \"x", "without end"),
            ("v999999999 = Null", "no variable"),
        ] {
            let e = parse(text).unwrap_err();
            assert!(e.contains(what), "{text}: {e}");
        }
    }
}
