//! Texts of value operations, with as few parentheses as precedence allows.

use super::lift::{Lifter, joined, member};
use super::op::{Attr, Op};
use super::program::Instr;
use super::text::quote;

/// Precedence levels of the grammar, loosest first.
pub mod level {
    pub const COMMA: u8 = 0;
    pub const ASSIGN: u8 = 2;
    pub const CONDITION: u8 = 3;
    pub const COALESCE: u8 = 4;
    pub const OR: u8 = 5;
    pub const AND: u8 = 6;
    pub const BIT_OR: u8 = 7;
    pub const BIT_XOR: u8 = 8;
    pub const BIT_AND: u8 = 9;
    pub const EQUALS: u8 = 10;
    pub const LESS: u8 = 11;
    pub const SHIFT: u8 = 12;
    pub const ADD: u8 = 13;
    pub const MULTIPLY: u8 = 14;
    pub const POWER: u8 = 15;
    pub const UNARY: u8 = 16;
    pub const POSTFIX: u8 = 17;
    pub const MEMBER: u8 = 19;
    pub const PRIMARY: u8 = 20;
}

/// An expression's text and level.
#[derive(Clone, Debug)]
pub struct Text {
    pub text: String,
    pub level: u8,
}

impl Text {
    pub fn new(text: String, level: u8) -> Text {
        Text { text, level }
    }
    pub fn primary(text: &str) -> Text {
        Text::new(text.to_owned(), level::PRIMARY)
    }
    /// The text where at least this level is wanted.
    pub fn at(&self, least: u8) -> String {
        if self.level >= least { self.text.clone() } else { format!("({})", self.text) }
    }
}

/// The text of a literal operation.
pub fn literal(instr: &Instr) -> Text {
    match (&instr.attr, instr.op) {
        (Attr::Number(n), _) => number(*n),
        (Attr::Text(t), Op::String) => {
            let mut out = String::new();
            // writing to a String does not fail
            let _ = quote(t, &mut out);
            Text::new(out, level::PRIMARY)
        }
        (Attr::Text(t), _) => Text::primary(t),
        (_, Op::Null) => Text::primary("null"),
        _ => Text::primary("undefined"),
    }
}

fn number(n: f64) -> Text {
    let size = n.abs();
    let text = match n {
        _ if n.is_nan() => "NaN".into(),
        _ if n.is_infinite() => if n > 0.0 { "Infinity" } else { "-Infinity" }.into(),
        _ if size != 0.0 && !(1e-6..1e21).contains(&size) => format!("{n:e}"),
        _ => format!("{n}"),
    };
    // `1.x` would be another thing
    let level = if n.is_sign_negative() && !n.is_nan() { level::UNARY } else { level::POSTFIX };
    Text::new(text, level)
}

fn binary_level(op: &str) -> u8 {
    match op {
        "|" => level::BIT_OR,
        "^" => level::BIT_XOR,
        "&" => level::BIT_AND,
        "==" | "!=" | "===" | "!==" => level::EQUALS,
        "<<" | ">>" | ">>>" => level::SHIFT,
        "+" | "-" => level::ADD,
        "*" | "/" | "%" => level::MULTIPLY,
        "**" => level::POWER,
        _ => level::LESS,
    }
}

/// `++x`, `x--`.
fn step(word: &str, target: String) -> Text {
    match word.strip_prefix("pre") {
        Some(op) => Text::new(format!("{op}{target}"), level::UNARY),
        None => Text::new(format!("{target}{}", word.trim_start_matches("post")), level::POSTFIX),
    }
}

/// Arguments; the last may be spread.
fn arguments(texts: &[Text], spread: bool) -> String {
    let last = texts.len().wrapping_sub(1);
    let list: Vec<String> = texts
        .iter()
        .enumerate()
        .map(|(i, t)| format!("{}{}", if spread && i == last { "..." } else { "" }, t.at(level::ASSIGN)))
        .collect();
    list.join(", ")
}

impl Lifter<'_> {
    /// The text of a value operation from those of its inputs.
    pub(super) fn value(&mut self, i: usize, instr: &Instr, _end: usize, t: Vec<Text>) -> Text {
        let (op, word) = (instr.op, instr.attr.word());
        let words = instr.attr.words();
        let call = |callee: String, from: usize, spread: bool| {
            Text::new(format!("{callee}({})", arguments(&t[from.min(t.len())..], spread)), level::MEMBER)
        };
        let index = || format!("{}[{}]", t[0].at(level::MEMBER), t[1].at(level::COMMA));
        match op {
            Op::RegExp => Text::primary(word),
            // bound where it is made, because it is assigned later
            Op::Number | Op::BigInt | Op::String | Op::Boolean | Op::Null | Op::Undefined | Op::Global => {
                literal(instr)
            }
            Op::This => Text::primary("this"),
            Op::Arguments => Text::primary("arguments"),
            Op::NewTarget => Text::new("new.target".into(), level::MEMBER),
            Op::Array => {
                let mut values = t.iter();
                let mut list: Vec<String> = word
                    .chars()
                    .map(|c| match c {
                        'h' => String::new(),
                        c => {
                            let v = values.next().map_or(String::new(), |v| v.at(level::ASSIGN));
                            if c == 's' { format!("...{v}") } else { v }
                        }
                    })
                    .collect();
                if word.ends_with('h') {
                    list.push(String::new());
                }
                Text::primary(&format!("[{}]", list.join(", ").trim_end()))
            }
            Op::Template => {
                let mut out = String::from("`");
                for (n, w) in words.iter().enumerate() {
                    for c in w.chars() {
                        match c {
                            '`' | '\\' | '$' => out.extend(['\\', c]),
                            '\n' => out.push_str("\\n"),
                            '\r' => out.push_str("\\r"),
                            c => out.push(c),
                        }
                    }
                    if let Some(v) = t.get(n) {
                        out.push_str(&format!("${{{}}}", v.text));
                    }
                }
                out.push('`');
                Text::primary(&out)
            }
            Op::Function | Op::AsyncFunction | Op::Generator | Op::AsyncGenerator => {
                let (parameters, body) = self.function(i, instr, word == "...");
                let head = match op {
                    Op::Function => "function",
                    Op::AsyncFunction => "async function",
                    Op::Generator => "function*",
                    _ => "async function*",
                };
                Text::primary(&format!("{head}({parameters}) {body}"))
            }
            Op::Arrow | Op::AsyncArrow => {
                let (parameters, body) = self.function(i, instr, word == "...");
                let head = if op == Op::Arrow { "" } else { "async " };
                Text::new(format!("{head}({parameters}) => {body}"), level::ASSIGN)
            }
            Op::Object => {
                let list = self.members(i, t);
                let text = match list.iter().any(|m| m.contains('\n')) {
                    true => {
                        let list: Vec<String> = list.into_iter().map(|m| m + ",").collect();
                        super::lift::braces(&list)
                    }
                    false if list.is_empty() => "{}".into(),
                    false => format!("{{ {} }}", list.join(", ")),
                };
                Text::primary(&text)
            }
            Op::Class => {
                let mut t = t;
                let head = match instr.inputs.is_empty() {
                    true => String::new(),
                    false => format!(" extends {}", t.remove(0).at(level::MEMBER)),
                };
                let list = self.members(i, t);
                Text::primary(&format!("class{head} {}", super::lift::braces(&list)))
            }
            Op::SuperCall => call("super".into(), 0, false),
            Op::SuperCallSpread => call("super".into(), 0, true),
            Op::SuperGet => Text::new(member(&Text::primary("super"), word), level::MEMBER),
            Op::SuperMethod => call(member(&Text::primary("super"), word), 0, false),
            Op::Call | Op::CallSpread => call(t[0].at(level::MEMBER), 1, op == Op::CallSpread),
            Op::CallMethod | Op::CallMethodSpread => call(member(&t[0], word), 1, op == Op::CallMethodSpread),
            Op::CallIndex => call(index(), 2, false),
            Op::CallOptional if word.is_empty() => {
                call(format!("{}?.", t[0].at(level::PRIMARY)), 1, false).inert()
            }
            Op::CallOptional => call(optional(&t[0], word), 1, false).inert(),
            Op::New | Op::NewSpread => {
                call(format!("new {}", t[0].at(level::PRIMARY)), 1, op == Op::NewSpread)
            }
            Op::Get => Text::new(member(&t[0], word), level::MEMBER),
            Op::GetOptional => Text::new(optional(&t[0], word), level::MEMBER).inert(),
            Op::UpdateProperty => {
                let name = words.get(1).map_or("", |w| w);
                Text::new(format!("{} {word} {}", member(&t[0], name), t[1].at(level::ASSIGN)), level::ASSIGN)
            }
            Op::StepProperty => step(word, member(&t[0], words.get(1).map_or("", |w| w))),
            Op::Delete => Text::new(format!("delete {}", member(&t[0], word)), level::UNARY),
            Op::GetIndex => Text::new(index(), level::MEMBER),
            Op::UpdateIndex => {
                Text::new(format!("{} {word} {}", index(), t[2].at(level::ASSIGN)), level::ASSIGN)
            }
            Op::StepIndex => step(word, index()),
            Op::DeleteIndex => Text::new(format!("delete {}", index()), level::UNARY),
            Op::Unary => {
                let inner = t[0].at(level::UNARY);
                let space = if word.len() > 1 || inner.starts_with(word) { " " } else { "" };
                Text::new(format!("{word}{space}{inner}"), level::UNARY)
            }
            Op::Binary => {
                let l = binary_level(word);
                let (left, right) = if word == "**" { (level::POSTFIX, l) } else { (l, l + 1) };
                let (a, b) = (t[0].at(left), t[1].at(right));
                let space = if a.starts_with('{') { "" } else { " " };
                Text::new(format!("{a}{space}{word} {b}"), l)
            }
            Op::And | Op::Or | Op::Coalesce => {
                let (word, l) = match op {
                    Op::And => ("&&", level::AND),
                    Op::Or => ("||", level::OR),
                    _ => ("??", level::COALESCE),
                };
                // `??` does not mix with the others
                let least = if op == Op::Coalesce { level::BIT_OR } else { l };
                let right = self.parts(i).swap_remove(0);
                let right = right.at(if op == Op::Coalesce { level::BIT_OR } else { l + 1 });
                Text::new(format!("{} {word} {right}", t[0].at(least)), l)
            }
            Op::Condition => {
                let parts = self.parts(i);
                let text = |n: usize| parts.get(n).map_or(String::new(), |p| p.at(level::ASSIGN));
                let test = t[0].at(level::COALESCE);
                Text::new(format!("{test} ? {} : {}", text(0), text(1)), level::CONDITION)
            }
            Op::Await => Text::new(format!("await {}", t[0].at(level::UNARY)), level::UNARY),
            // loosest of all, so that it is in parentheses nearly everywhere
            Op::Yield => Text::new(format!("yield {}", t[0].at(level::ASSIGN)), level::COMMA),
            Op::YieldStar => Text::new(format!("yield* {}", t[0].at(level::ASSIGN)), level::COMMA),
            Op::Copy => t.into_iter().next().unwrap_or(Text::primary("undefined")),
            Op::Update => Text::new(
                format!("{} {word} {}", self.name(instr.inputs[0]), t[1].at(level::ASSIGN)),
                level::ASSIGN,
            ),
            Op::Step => step(word, self.name(instr.inputs[0]).to_owned()),
            Op::SourceValue => Text::new(joined(instr, &t), level::COMMA),
            _ => Text::primary("undefined"),
        }
    }
}

impl Text {
    /// An optional chain ends here: what follows is not part of it.
    fn inert(self) -> Text {
        Text { level: level::POSTFIX, ..self }
    }
}

fn optional(object: &Text, name: &str) -> String {
    let o = object.at(level::MEMBER);
    if super::program::is_word(name) {
        return format!("{o}?.{name}");
    }
    format!("{o}?.[{}]", super::member::key(name))
}
