//! Expressions by type.

use crate::context::{Context, Type};
use crate::mutate::NUMBERS;

pub const NAMES: &[&str] = &["a", "b", "c", "x", "y"];
const STRINGS: &[&str] =
    &["\"\"", "\"a\"", "\"xyz\"", "\"10\"", "\"length\"", "\"\\u00e9\\u4e16\"", "\"-1\"", "\"x\""];

impl Context {
    /// A small or interesting integer literal.
    pub fn int(&mut self) -> String {
        if self.choices.chance(60) {
            return self.choices.range(0, 9).to_string();
        }
        const INTS: &[&str] = &[
            "-1",
            "-2",
            "10",
            "31",
            "32",
            "33",
            "100",
            "255",
            "256",
            "-128",
            "65535",
            "65536",
            "1073741823",
            "1073741824",
            "-1073741824",
            "-1073741825",
            "2147483647",
            "-2147483648",
            "-2147483647",
        ];
        paren(self.choices.pick::<&str>(INTS))
    }
    /// Any number literal.
    pub fn number(&mut self) -> String {
        match self.choices.below(4) {
            0 => self.int(),
            1 => format!("{}.{}", self.choices.range(0, 99), self.choices.range(1, 99)),
            _ => paren(self.choices.pick::<&str>(NUMBERS)),
        }
    }
    pub fn string(&mut self) -> String {
        self.choices.pick(STRINGS).to_string()
    }
    pub fn key(&mut self) -> String {
        self.choices.pick(NAMES).to_string()
    }
    /// A literal of any primitive type.
    pub fn primitive(&mut self) -> String {
        match self.choices.below(8) {
            0 => self.int(),
            1 | 2 => self.number(),
            3 => self.string(),
            4 => "true".into(),
            5 => "null".into(),
            6 => "undefined".into(),
            _ => "false".into(),
        }
    }
    /// A literal that is not an integer.
    pub fn odd_value(&mut self) -> String {
        match self.choices.below(12) {
            0 => "0.5".into(),
            1 => "\"s\"".into(),
            2 => "undefined".into(),
            3 => "null".into(),
            4 => "{ valueOf() { return 7; } }".into(),
            5 => "NaN".into(),
            6 => "-0".into(),
            7 => "2147483648".into(),
            8 => "[3]".into(),
            9 => "true".into(),
            10 => "{ x: 1, y: 2 }".into(),
            _ => "\"12\"".into(),
        }
    }
    pub fn object_literal(&mut self) -> String {
        let n = self.choices.below(4);
        let mut keys: Vec<&str> = Vec::new();
        let mut parts = Vec::new();
        for _ in 0..n {
            let k = *self.choices.pick(NAMES);
            if !keys.contains(&k) {
                keys.push(k);
                parts.push(format!("{k}: {}", self.primitive()));
            }
        }
        format!("{{ {} }}", parts.join(", "))
    }
    pub fn array_literal(&mut self) -> String {
        let n = self.choices.range(1, 6);
        let style = self.choices.below(5);
        let parts: Vec<String> = (0..n)
            .map(|i| match style {
                0 => self.choices.range(0, 99).to_string(),
                1 => format!("{}.5", self.choices.range(0, 99)),
                2 => self.number(),
                3 if i > 0 && self.choices.chance(30) => String::new(),
                3 => self.int(),
                _ => self.primitive(),
            })
            .collect();
        let mut text = parts.join(", ");
        if parts.last().is_some_and(|p| p.is_empty()) {
            text.push_str(", 1");
        }
        format!("[{text}]")
    }

    /// An expression that mostly yields `ty`.
    pub fn expression(&mut self, ty: Type, depth: u32) -> String {
        if depth == 0 || self.choices.chance(25) {
            return self.atom(ty);
        }
        let d = depth - 1;
        match ty {
            Type::Int => match self.choices.below(9) {
                0 => self.binary("+", Type::Int, d),
                1 => self.binary("-", Type::Int, d),
                2 => format!("({} | 0)", self.expression(Type::Number, d)),
                3 => {
                    let op = *self.choices.pick(&["&", "|", "^", "<<", ">>", ">>>"]);
                    self.binary(op, Type::Int, d)
                }
                4 => self.binary("*", Type::Int, d),
                5 => {
                    let (a, b) = (self.expression(Type::Int, d), self.expression(Type::Int, d));
                    format!("Math.imul({a}, {b})")
                }
                6 => format!("(~{})", self.expression(Type::Int, d)),
                7 => match self.variable(Type::Array) {
                    Some(a) => format!("{a}.length"),
                    None => self.binary("%", Type::Int, d),
                },
                _ => self.choice(Type::Int, d),
            },
            Type::Number => match self.choices.below(10) {
                0..=3 => {
                    let op = *self.choices.pick(&["+", "-", "*", "/", "%", "*", "-", "**"]);
                    self.binary(op, Type::Number, d)
                }
                4 => format!("(-{})", self.expression(Type::Number, d)),
                5 => {
                    let f = *self
                        .choices
                        .pick(&["floor", "ceil", "abs", "sqrt", "round", "trunc", "sign", "fround", "clz32"]);
                    format!("Math.{f}({})", self.expression(Type::Number, d))
                }
                6 => {
                    let f = *self.choices.pick(&["min", "max", "atan2", "pow"]);
                    let (a, b) = (self.expression(Type::Number, d), self.expression(Type::Number, d));
                    format!("Math.{f}({a}, {b})")
                }
                7 => format!("({} >>> 0)", self.expression(Type::Number, d)),
                8 => match self.variable(Type::Array) {
                    Some(a) => format!("(+{a}[{}])", self.index(d)),
                    None => self.expression(Type::Int, d),
                },
                _ => self.choice(Type::Number, d),
            },
            Type::String => match self.choices.below(6) {
                0 => format!("(\"\" + {})", self.expression(Type::Number, d)),
                1 => format!("`<${{{}}}>`", self.atom(Type::Number)),
                2 => format!("{}.slice({})", self.atom(Type::String), self.choices.range(-3, 3)),
                3 => format!("typeof {}", self.atom(Type::Any)),
                4 => format!(
                    "({} + {}).slice(0, 30)",
                    self.atom(Type::String),
                    self.expression(Type::String, d)
                ),
                _ => self.choice(Type::String, d),
            },
            Type::Boolean => match self.choices.below(6) {
                0 | 1 => {
                    let op = *self.choices.pick(&["<", ">", "<=", ">=", "===", "!==", "==", "!="]);
                    self.binary(op, Type::Number, d)
                }
                2 => format!("!{}", self.expression(Type::Boolean, d)),
                3 => {
                    let op = *self.choices.pick(&["&&", "||"]);
                    self.binary(op, Type::Boolean, d)
                }
                4 => {
                    let op = *self.choices.pick(&["==", "===", "!="]);
                    let (a, b) = (self.atom(Type::Any), self.primitive());
                    format!("({a} {op} {b})")
                }
                _ => match self.variable(Type::Object) {
                    Some(o) => format!("(\"{}\" in {o})", self.key()),
                    None => self.binary("<", Type::Int, d),
                },
            },
            Type::Object => self.atom(Type::Object),
            Type::Array => match (self.choices.below(5), self.variable(Type::Array)) {
                (0, Some(a)) => format!("{a}.slice(0, 5)"),
                (1, Some(a)) => format!("[...{a}].slice(0, 6)"),
                (2, Some(a)) => format!("{a}.slice(0, 8).map((v, i) => v + i)"),
                (_, Some(a)) => a,
                (_, None) => self.array_literal(),
            },
            Type::Any => {
                let ty =
                    *self.choices.pick(&[Type::Int, Type::Number, Type::String, Type::Boolean, Type::Number]);
                match (self.choices.below(4), self.variable(Type::Object)) {
                    (0, Some(o)) => format!("{o}.{}", self.key()),
                    (1, Some(o)) => format!("{o}?.{}", self.key()),
                    _ => self.expression(ty, d),
                }
            }
        }
    }

    fn binary(&mut self, op: &str, ty: Type, d: u32) -> String {
        let (a, b) = (self.expression(ty, d), self.expression(ty, d));
        format!("({a} {op} {b})")
    }
    fn choice(&mut self, ty: Type, d: u32) -> String {
        let c = self.expression(Type::Boolean, d.min(1));
        let (a, b) = (self.expression(ty, d), self.expression(ty, d));
        format!("({c} ? {a} : {b})")
    }

    /// Variable or literal.
    pub fn atom(&mut self, ty: Type) -> String {
        if self.choices.chance(75)
            && let Some(v) = self.variable(ty)
        {
            return v;
        }
        match ty {
            Type::Int => self.int(),
            Type::Number => self.number(),
            Type::String => self.string(),
            Type::Boolean => if self.choices.chance(50) { "true" } else { "false" }.into(),
            Type::Object => format!("({})", self.object_literal()),
            Type::Array => self.array_literal(),
            Type::Any => paren(&self.primitive()),
        }
    }

    /// An index, mostly in range of small arrays.
    pub fn index(&mut self, d: u32) -> String {
        match self.choices.below(8) {
            0 => self.choices.range(0, 5).to_string(),
            1 => self.choices.range(-2, 12).to_string(),
            2 | 3 => match self.variable(Type::Int) {
                Some(v) => format!("{v} & 7"),
                None => "1".into(),
            },
            4 => match self.variable(Type::Int) {
                Some(v) => format!("{v} % 5"),
                None => "2".into(),
            },
            5 => format!("({}) & 3", self.expression(Type::Int, d.min(1))),
            6 => match self.variable(Type::Int) {
                // huge lengths only make programs slow
                Some(v) => format!("{v} % 1000"),
                None => "0".into(),
            },
            _ => format!("\"{}\"", self.choices.range(0, 3)),
        }
    }
}

fn paren(text: &str) -> String {
    if text.starts_with('-') { format!("({text})") } else { text.into() }
}
