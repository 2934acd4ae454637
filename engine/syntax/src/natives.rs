//! V8's `%Name(arguments)`, for test files of engines (`--allow-natives-syntax`). The parser knows no
//! such syntax: a pass over the text that tells a `%` where an operand must stand from the operator
//! blanks it out, so that every position stays what it was, and the places are remembered.
//!
//! What is an operand's place is decided by the token before, as usual for `/`. Where only the grammar
//! could tell (a `}` before), a statement is taken to have ended.

use rustc_hash::FxHashSet;

/// Whether there is a function of this name.
pub type Known = fn(&str) -> bool;

/// A text without its `%`s.
#[derive(Debug, PartialEq, Eq)]
pub struct Blanked {
    pub text: String,
    /// Offsets of the names behind the `%`s, ascending.
    pub places: Vec<u32>,
}

/// Offset and length of a `%Name` that nobody knows.
#[derive(Debug, PartialEq, Eq)]
pub struct Unknown {
    pub offset: u32,
    pub length: u32,
}

/// What a bracket that is open encloses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// `(` of a call or an expression.
    Group,
    /// `(` behind `if`, `while`, `for`, `with`: a statement follows the `)`.
    Head,
    Square,
    Block,
    Object,
    /// `${` of a template.
    Substitution,
}

struct Lexer<'t> {
    text: &'t [u8],
    at: usize,
    open: Vec<Open>,
    /// The token before ends an operand: an operator follows.
    operand: bool,
    /// The token before is one of `if`, `while`, `for`, `with`.
    head: bool,
    /// The token before is `.` or `?.`.
    dot: bool,
    /// A `{` here would open an object literal.
    object_next: bool,
}

/// Finds and blanks every `%Name`; None when there is none.
pub fn blank(text: &str, known: Known) -> Result<Option<Blanked>, Unknown> {
    if !text.contains('%') {
        return Ok(None);
    }
    let mut l = Lexer {
        text: text.as_bytes(),
        at: 0,
        open: Vec::new(),
        operand: false,
        head: false,
        dot: false,
        object_next: false,
    };
    if text.starts_with("#!") {
        l.line_comment();
    }
    let mut places = Vec::new();
    while l.at < l.text.len() {
        if let Some(name) = l.token() {
            let length = (l.at - name) as u32;
            if !known(&text[name..l.at]) {
                return Err(Unknown { offset: name as u32 - 1, length: length + 1 });
            }
            places.push(name as u32);
        }
    }
    if places.is_empty() {
        return Ok(None);
    }
    let marks: FxHashSet<usize> = places.iter().map(|&p| p as usize - 1).collect();
    let blanked = text.char_indices().map(|(i, c)| if marks.contains(&i) { ' ' } else { c }).collect();
    Ok(Some(Blanked { text: blanked, places }))
}

fn starts_name(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_' || b == b'$' || b >= 0x80 || b == b'\\'
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Books a token: whether it ends an operand, and whether a `{` behind it is an object.
    fn done(&mut self, length: usize, operand: bool, object_next: bool) {
        self.at += length;
        self.operand = operand;
        self.head = false;
        self.dot = false;
        self.object_next = object_next;
    }

    /// Passes one token or comment; offset of the name if it is a `%Name`, which `at` stands behind.
    fn token(&mut self) -> Option<usize> {
        let b = self.peek(0);
        match b {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => self.at += 1,
            b'/' if self.peek(1) == b'/' => self.line_comment(),
            b'/' if self.peek(1) == b'*' => {
                self.at += 2;
                while self.at < self.text.len() && !(self.peek(0) == b'*' && self.peek(1) == b'/') {
                    self.at += 1;
                }
                self.at += 2;
            }
            b'<' if self.text[self.at..].starts_with(b"<!--") => self.line_comment(),
            b'/' if !self.operand => self.regexp(),
            b'%' if !self.operand && starts_name(self.peek(1)) => {
                self.at += 1;
                let start = self.at;
                self.name_bytes();
                self.done(0, true, false);
                let behind = self.text[self.at..].trim_ascii_start();
                return behind.starts_with(b"(").then_some(start);
            }
            b'\'' | b'"' => self.string(b),
            b'`' => {
                self.at += 1;
                self.template();
            }
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_ascii_digit() => self.number(),
            b'.' => {
                let spread = self.peek(1) == b'.';
                self.done(if spread { 3 } else { 1 }, false, spread);
                self.dot = !spread;
            }
            b'?' if self.peek(1) == b'.' && !self.peek(2).is_ascii_digit() => {
                self.done(2, false, true);
                self.dot = true;
            }
            b'+' | b'-' if self.peek(1) == b => {
                // postfix behind an operand, else prefix
                let operand = self.operand;
                self.done(2, operand, false);
            }
            b'=' if self.peek(1) == b'>' => self.done(2, false, false),
            b'(' => {
                self.open.push(if self.head { Open::Head } else { Open::Group });
                self.done(1, false, true);
            }
            b'[' => {
                self.open.push(Open::Square);
                self.done(1, false, true);
            }
            b'{' => {
                self.open.push(if self.object_next { Open::Object } else { Open::Block });
                self.done(1, false, false);
            }
            b')' => {
                let open = self.open.pop();
                self.done(1, open != Some(Open::Head), false);
            }
            b']' => {
                self.open.pop();
                self.done(1, true, false);
            }
            b'}' => match self.open.pop() {
                Some(Open::Substitution) => {
                    self.at += 1;
                    self.template();
                }
                open => self.done(1, open == Some(Open::Object), false),
            },
            b';' => self.done(1, false, false),
            // a label or `case`, or a property
            b':' => {
                let object = !matches!(self.open.last(), None | Some(Open::Block));
                self.done(1, false, object);
            }
            _ if starts_name(b) || b == b'#' => self.name(),
            // operators
            _ => self.done(1, false, true),
        }
        None
    }

    fn line_comment(&mut self) {
        while self.at < self.text.len() && !matches!(self.peek(0), b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn name_bytes(&mut self) {
        while self.at < self.text.len() && (starts_name(self.peek(0)) || self.peek(0).is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn name(&mut self) {
        let (start, property, after_operand) = (self.at, self.dot, self.operand);
        self.at += usize::from(self.peek(0) == b'#');
        self.name_bytes();
        let word = &self.text[start..self.at];
        let statement = matches!(word, b"else" | b"do");
        let operator = matches!(
            word,
            b"return"
                | b"typeof"
                | b"instanceof"
                | b"in"
                | b"new"
                | b"delete"
                | b"void"
                | b"throw"
                | b"case"
                | b"yield"
                | b"await"
                | b"extends"
                | b"default"
        ) || word == b"of" && after_operand;
        let head = matches!(word, b"if" | b"while" | b"for" | b"with");
        let operand = property || !(statement || operator || head);
        self.done(0, operand, operator && !property && word != b"extends");
        self.head = head && !property;
    }

    fn string(&mut self, quote: u8) {
        self.at += 1;
        while self.at < self.text.len() && self.peek(0) != quote && self.peek(0) != b'\n' {
            self.at += if self.peek(0) == b'\\' { 2 } else { 1 };
        }
        self.done(1, true, false);
    }

    /// From inside a template to its end or the next substitution.
    fn template(&mut self) {
        while self.at < self.text.len() {
            match self.peek(0) {
                b'\\' => self.at += 2,
                b'`' => return self.done(1, true, false),
                b'$' if self.peek(1) == b'{' => {
                    self.open.push(Open::Substitution);
                    return self.done(2, false, true);
                }
                _ => self.at += 1,
            }
        }
    }

    fn regexp(&mut self) {
        self.at += 1;
        let mut class = false;
        while self.at < self.text.len() && self.peek(0) != b'\n' && (class || self.peek(0) != b'/') {
            match self.peek(0) {
                b'\\' => self.at += 1,
                b'[' => class = true,
                b']' => class = false,
                _ => {}
            }
            self.at += 1;
        }
        self.at += 1;
        self.name_bytes();
        self.done(0, true, false);
    }

    fn number(&mut self) {
        while self.at < self.text.len() {
            let exponent = matches!(self.peek(0), b'e' | b'E') && matches!(self.peek(1), b'+' | b'-');
            let hex = self.text[..self.at].ends_with(b"0x") || self.text[..self.at].ends_with(b"0X");
            if exponent && !hex {
                self.at += 2;
            } else if self.peek(0).is_ascii_alphanumeric() || matches!(self.peek(0), b'.' | b'_') {
                self.at += 1;
            } else {
                break;
            }
        }
        self.done(0, true, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with what was blanked out shown as `@`.
    fn shown(text: &str) -> String {
        match blank(text, |_| true) {
            Ok(Some(b)) => {
                assert_eq!(b.text.len(), text.len());
                let mut out = b.text.into_bytes();
                b.places.iter().for_each(|&p| out[p as usize - 1] = b'@');
                String::from_utf8(out).unwrap()
            }
            Ok(None) => text.to_owned(),
            Err(e) => panic!("{e:?}"),
        }
    }

    #[test]
    fn natives_are_told_from_the_operator() {
        for (text, expected) in [
            ("%F()", "@F()"),
            ("a %F(b)", "a %F(b)"),
            ("a % F(b); %F(a)", "a % F(b); @F(a)"),
            ("f(%F(a), a %F(b))", "f(@F(a), a %F(b))"),
            ("x = %F(1) %G(2)", "x = @F(1) %G(2)"),
            ("return%F()", "return@F()"),
            ("o.return %F()", "o.return %F()"),
            ("o?.in %F()", "o?.in %F()"),
            ("if (a) %F(b); else %G(c)", "if (a) @F(b); else @G(c)"),
            ("while (f(a)) %F(b)", "while (f(a)) @F(b)"),
            ("(a) %F(b)", "(a) %F(b)"),
            ("f(a) %F(b)", "f(a) %F(b)"),
            ("a[1] %F(b)", "a[1] %F(b)"),
            ("{ a } %F(b)", "{ a } @F(b)"),
            ("function f() {} %F(f)", "function f() {} @F(f)"),
            ("x = { a: 1 } %F(b)", "x = { a: 1 } %F(b)"),
            ("x = { a: { b: 1 } %F(c) }", "x = { a: { b: 1 } %F(c) }"),
            ("f({}, () => { %F(a) })", "f({}, () => { @F(a) })"),
            ("a++ %F(b)", "a++ %F(b)"),
            ("a\n++\n%F(b)", "a\n++\n%F(b)"),
            ("-%F(b)", "-@F(b)"),
            ("1.5e-3 %F(b)", "1.5e-3 %F(b)"),
            ("0xe %F(b)", "0xe %F(b)"),
            (".5 %F(b)", ".5 %F(b)"),
            ("'a%F(b)' %G(c)", "'a%F(b)' %G(c)"),
            ("'\\'' + %G(c)", "'\\'' + @G(c)"),
            ("`%F() ${%G(`${%H()}`)} %I()` %J()", "`%F() ${@G(`${@H()}`)} %I()` %J()"),
            ("/%F(/ %G(c)", "/%F(/ %G(c)"),
            ("x = /[/]%F('/.test(%G())", "x = /[/]%F('/.test(@G())"),
            ("a / b; %F(/'/)", "a / b; @F(/'/)"),
            ("// %F()\n%G() /* %H() */ %I()", "// %F()\n@G() /* %H() */ %I()"),
            ("#!%F()\n%G()", "#!%F()\n@G()"),
            ("for (x of %F()) %G()", "for (x of @F()) @G()"),
            ("for (const x of y) %G()", "for (const x of y) @G()"),
            ("case %F(): %G()", "case @F(): @G()"),
            ("label: %F()", "label: @F()"),
            ("[...%F()]", "[...@F()]"),
            ("a ? %F() : %G()", "a ? @F() : @G()"),
            ("x => %F(x)", "x => @F(x)"),
            (
                "class A extends B { m() { return %F(this.#p %G) } }",
                "class A extends B { m() { return @F(this.#p %G) } }",
            ),
            ("a %= b; %F()", "a %= b; @F()"),
            ("%F; %F (1)", "%F; @F (1)"),
            ("é %F(); 'é'; %F()", "é %F(); 'é'; @F()"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn any_text_ends() {
        for text in
            ["%", "`${", "/[", "'\\", "/*%", "%F", "\\", "}}%F", "`\\", "/\\", "...%", "1e%", "<!--%F()"]
        {
            let _ = blank(text, |_| true);
        }
    }

    #[test]
    fn unknown_names_are_placed() {
        let known = |n: &str| n == "Known";
        assert_eq!(blank("%Known(); f(%Other())", known), Err(Unknown { offset: 12, length: 6 }));
        assert_eq!(blank("a %Other()", known), Ok(None));
    }
}
