//! The program tree: statements and blocks, read from and printed as text in the line convention.

use std::fmt;

/// A line, or a block with its parts (`if {} else {}` has two).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    Line(String),
    Block {
        /// `head {` and body, then `} else {` and body, ...
        parts: Vec<(String, Vec<Statement>)>,
        /// `}` with whatever follows.
        end: String,
    },
}

/// A program.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Program {
    pub statements: Vec<Statement>,
}

impl Statement {
    /// First line of the text.
    pub fn head(&self) -> &str {
        match self {
            Statement::Line(l) => l,
            Statement::Block { parts, .. } => &parts[0].0,
        }
    }
    /// Whether it binds a name in its scope: may not be copied within one.
    pub fn declares(&self) -> bool {
        ["let ", "const ", "var ", "function ", "class "].iter().any(|k| self.head().starts_with(k))
    }
    /// Whether its inside is not statements (class bodies, object literals, switches).
    pub fn is_opaque(&self) -> bool {
        let head = self.head();
        head.starts_with("class ")
            || head.starts_with("switch ")
            || head.ends_with("= {")
            || head.ends_with("({")
            || head.ends_with("return {")
            || head.ends_with(": {")
            || head.ends_with("[{")
            || head.ends_with(", {")
    }
    /// Whether it only makes sense where it stands.
    pub fn is_bound_to_place(&self) -> bool {
        match self {
            Statement::Line(l) => {
                [
                    "break",
                    "continue",
                    "return",
                    "super",
                    "this",
                    "arguments",
                    "case ",
                    "default:",
                    "new.target",
                ]
                .iter()
                .any(|w| l.contains(w))
                    || l.ends_with(',')
            }
            Statement::Block { parts, end } => {
                !(end == "}" && self.head().ends_with('{'))
                    || parts.iter().any(|(head, body)| {
                        head.contains("super")
                            || head.contains("case ")
                            || body.iter().any(|s| s.is_bound_to_place())
                    })
            }
        }
    }
}

impl Program {
    /// Reads text in the line convention.
    pub fn parse(text: &str) -> Program {
        let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
        let mut statements = Vec::new();
        while let Some((s, stop)) = read(&mut lines, &mut statements) {
            // an unmatched `}` stays a line; the parser of the engine will complain
            statements.push(s);
            if stop {
                break;
            }
        }
        Program { statements }
    }

    /// The text.
    pub fn body(&self) -> String {
        let mut out = String::new();
        for s in &self.statements {
            write(s, 0, &mut out);
        }
        out
    }

    /// Number of statements, inner ones included.
    pub fn len(&self) -> usize {
        fn count(list: &[Statement]) -> usize {
            list.iter()
                .map(|s| match s {
                    Statement::Line(_) => 1,
                    Statement::Block { parts, .. } => 1 + parts.iter().map(|p| count(&p.1)).sum::<usize>(),
                })
                .sum()
        }
        count(&self.statements)
    }
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.body())
    }
}

fn read<'a>(
    lines: &mut impl Iterator<Item = &'a str>,
    out: &mut Vec<Statement>,
) -> Option<(Statement, bool)> {
    let _ = out;
    let line = lines.next()?;
    Some((statement(line, lines), false))
}

fn statement<'a>(line: &str, lines: &mut impl Iterator<Item = &'a str>) -> Statement {
    if !line.ends_with('{') {
        return Statement::Line(line.to_owned());
    }
    let mut parts = Vec::new();
    let mut head = line.to_owned();
    let mut body = Vec::new();
    while let Some(l) = lines.next() {
        if l.starts_with('}') {
            parts.push((std::mem::take(&mut head), std::mem::take(&mut body)));
            if l.ends_with('{') {
                head = l.to_owned();
                continue;
            }
            return Statement::Block { parts, end: l.to_owned() };
        }
        body.push(statement(l, lines));
    }
    parts.push((head, body));
    Statement::Block { parts, end: "}".into() }
}

fn write(s: &Statement, depth: usize, out: &mut String) {
    let mut line = |text: &str, depth: usize| {
        for _ in 0..depth {
            out.push_str("  ");
        }
        out.push_str(text);
        out.push('\n');
    };
    match s {
        Statement::Line(l) => line(l, depth),
        Statement::Block { parts, end } => {
            for (head, body) in parts {
                for _ in 0..depth {
                    out.push_str("  ");
                }
                out.push_str(head);
                out.push('\n');
                for s in body {
                    write(s, depth + 1, out);
                }
            }
            for _ in 0..depth {
                out.push_str("  ");
            }
            out.push_str(end);
            out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips() {
        let text = "let a = 1;\nif (a) {\n  a++;\n} else {\n  while (a < 3) {\n    a++;\n  }\n}\nprint(a);\n";
        let p = Program::parse(text);
        assert_eq!(p.body(), text);
        assert_eq!((p.statements.len(), p.len()), (3, 6));
        assert_eq!(Program::parse(&p.to_string()), p);
    }
}
