//! Types of values: a set of kinds, and what is known beyond that. Hints that make programs meaningful,
//! never promises; inference goes forward over the operations.

use std::sync::Arc;

use super::model::{ITERABLE, Reach, model};
use super::op::Op;
use super::program::{Instr, Program, Var};

/// A kind of value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum Kind {
    Undefined = 1,
    Null = 2,
    Boolean = 4,
    Int = 8,
    Double = 16,
    BigInt = 32,
    String = 64,
    Symbol = 128,
    Object = 256,
    Function = 512,
    Constructor = 1024,
    Iterable = 2048,
}

/// What is known of an object or function.
#[derive(Debug, Default, PartialEq)]
pub struct Known {
    /// Properties with values, and methods, that were written down with the object.
    pub properties: Vec<Arc<str>>,
    pub methods: Vec<Arc<str>>,
    /// Of functions and constructors: number of parameters.
    pub parameters: usize,
    /// Of constructors: what is known of their objects.
    pub instance: Option<Arc<Known>>,
    /// A function that ends when its caller says so only (generators, async functions).
    pub suspends: bool,
}

/// A union of kinds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Type {
    kinds: u16,
    /// Which builtin's members it has.
    pub group: Option<&'static str>,
    pub known: Option<Arc<Known>>,
}

const ANY: u16 = 0xfff;

impl Type {
    pub fn of(kind: Kind) -> Type {
        Type { kinds: kind as u16, ..Type::default() }
    }
    pub fn any() -> Type {
        Type { kinds: ANY, ..Type::default() }
    }
    pub fn number() -> Type {
        Type { kinds: Kind::Int as u16 | Kind::Double as u16, ..Type::default() }
    }
    pub fn grouped(self, group: &'static str) -> Type {
        let iterable = ITERABLE.contains(&group) || group.ends_with("Array");
        Type {
            group: Some(group),
            kinds: self.kinds | if iterable { Kind::Iterable as u16 } else { 0 },
            ..self
        }
    }
    pub fn knowing(self, known: Known) -> Type {
        Type { known: Some(Arc::new(known)), ..self }
    }
    pub fn may_be(&self, kind: Kind) -> bool {
        self.kinds & kind as u16 != 0
    }
    /// Nothing is known.
    pub fn is_any(&self) -> bool {
        self.kinds == ANY
    }
    /// All its kinds are among these.
    pub fn is(&self, other: &Type) -> bool {
        other.is_any()
            || (self.kinds != 0
                && self.kinds & !(other.kinds | Kind::Iterable as u16) == 0
                && self.shares(other))
    }
    fn shares(&self, other: &Type) -> bool {
        self.kinds & other.kinds != 0 && other.group.is_none_or(|g| self.group == Some(g))
    }
    pub fn union(&self, other: &Type) -> Type {
        Type {
            kinds: self.kinds | other.kinds,
            group: if self.group == other.group { self.group } else { None },
            known: if self.known == other.known { self.known.clone() } else { None },
        }
    }
    pub fn is_numeric(&self) -> bool {
        self.kinds & !(Kind::Int as u16 | Kind::Double as u16) == 0
    }
    /// Neither null nor undefined: has properties.
    pub fn is_something(&self) -> bool {
        !self.may_be(Kind::Undefined) && !self.may_be(Kind::Null) && self.kinds != 0
    }
}

/// Types of all variables of a program, as far as operations tell.
#[derive(Debug, Default, Clone)]
pub struct Types {
    of: Vec<Type>,
}

impl Types {
    pub fn of(&self, v: Var) -> &Type {
        static NOTHING: Type = Type { kinds: ANY, group: None, known: None };
        self.of.get(v.0 as usize).unwrap_or(&NOTHING)
    }
    pub fn set(&mut self, v: Var, t: Type) {
        let i = v.0 as usize;
        if self.of.len() <= i {
            self.of.resize(i + 1, Type::any());
        }
        self.of[i] = t;
    }
    /// Of a whole program. Variables that are assigned have the union of what they get.
    pub fn infer(p: &Program) -> Types {
        let mut t = Types::default();
        for (i, instr) in p.code.iter().enumerate() {
            t.step(instr, &p.code, i);
        }
        for instr in &p.code {
            if let Some(v) = instr.assigned() {
                let new = match instr.op {
                    Op::Assign => t.of(v).union(t.of(instr.inputs[1])),
                    Op::Update if instr.attr.word() == "+=" && t.of(v).may_be(Kind::String) => {
                        t.of(v).clone()
                    }
                    _ => t.of(v).union(&Type::number()),
                };
                t.set(v, new);
            }
        }
        t
    }
    /// The types of what one operation yields; what follows it is looked at for the members of literals.
    pub fn step(&mut self, instr: &Instr, code: &[Instr], at: usize) {
        let input = |n: usize| instr.inputs.get(n).map_or_else(Type::any, |v| self.of(*v).clone());
        let word = instr.attr.word();
        let ty = match instr.op {
            Op::Number => match &instr.attr {
                super::op::Attr::Number(n)
                    if n.fract() == 0.0 && n.abs() < 2e9 && !(*n == 0.0 && n.is_sign_negative()) =>
                {
                    Type::of(Kind::Int)
                }
                _ => Type::number(),
            },
            Op::BigInt => Type::of(Kind::BigInt),
            Op::String | Op::Template => super::model::named("string"),
            Op::Boolean | Op::Delete | Op::DeleteIndex => Type::of(Kind::Boolean),
            Op::Null => Type::of(Kind::Null),
            Op::Undefined => Type::of(Kind::Undefined),
            Op::RegExp => super::model::named("RegExp"),
            Op::Array | Op::Arguments => super::model::named("Array"),
            Op::Function | Op::Arrow => Type::of(Kind::Function)
                .grouped("Function")
                .knowing(Known { parameters: instr.inner.len(), ..Known::default() }),
            Op::Generator | Op::AsyncFunction | Op::AsyncArrow | Op::AsyncGenerator => {
                Type::of(Kind::Function).grouped("Function").knowing(Known {
                    parameters: instr.inner.len(),
                    suspends: true,
                    ..Known::default()
                })
            }
            Op::Object => Type::of(Kind::Object).grouped("Object").knowing(members(code, at)),
            Op::Class => Type::of(Kind::Constructor).knowing(members(code, at)),
            Op::New => match input(0).known.as_ref().and_then(|k| k.instance.clone()) {
                Some(k) => Type { known: Some(k), ..Type::of(Kind::Object) },
                None => self
                    .global(instr.inputs[0], code)
                    .and_then(|g| Some(model().entry(g, g, Reach::Constructor)?.result.clone()))
                    .unwrap_or(Type::of(Kind::Object)),
            },
            Op::Call => self
                .global(instr.inputs[0], code)
                .and_then(|g| Some(model().entry(g, g, Reach::Function)?.result.clone()))
                .unwrap_or_else(Type::any),
            Op::CallMethod | Op::Get => self.member(instr.inputs[0], word, code),
            Op::Binary => binary(word, &input(0), &input(1)),
            Op::Unary => match word {
                "!" => Type::of(Kind::Boolean),
                "typeof" => super::model::named("string"),
                "void" => Type::of(Kind::Undefined),
                "+" => Type::number(),
                _ if input(0).may_be(Kind::BigInt) => Type::any(),
                "~" => Type::of(Kind::Int),
                _ => Type::number(),
            },
            Op::Copy => input(0),
            Op::Step | Op::StepIndex | Op::StepProperty => Type::number(),
            _ => Type::any(),
        };
        for v in &instr.outputs {
            self.set(*v, if instr.outputs.len() == 1 { ty.clone() } else { Type::any() });
        }
        let inner = match instr.op {
            Op::Repeat => Type::of(Kind::Int),
            Op::ForIn => super::model::named("string"),
            Op::For => Type::number(),
            _ => Type::any(),
        };
        for v in &instr.inner {
            self.set(*v, inner.clone());
        }
    }
    /// The global name that a variable holds.
    fn global<'a>(&self, v: Var, code: &'a [Instr]) -> Option<&'a str> {
        let i = code.iter().rev().find(|i| i.outputs.contains(&v))?;
        (i.op == Op::Global).then(|| i.attr.word())
    }
    fn member(&self, object: Var, name: &str, code: &[Instr]) -> Type {
        if let Some(g) = self.global(object, code) {
            return model().entry(g, name, Reach::Static).map_or_else(Type::any, |b| b.result.clone());
        }
        let ty = self.of(object);
        let group = match ty.group {
            Some(g) => g,
            None if ty.is_numeric() => "Number",
            None => return Type::any(),
        };
        model().member(group, name).map_or_else(Type::any, |b| b.result.clone())
    }
}

fn binary(op: &str, a: &Type, b: &Type) -> Type {
    match op {
        "==" | "!=" | "===" | "!==" | "<" | "<=" | ">" | ">=" | "in" | "instanceof" => {
            Type::of(Kind::Boolean)
        }
        _ if a.is_any() || b.is_any() || a.may_be(Kind::BigInt) || b.may_be(Kind::BigInt) => {
            if *a == Type::of(Kind::BigInt) && *b == *a { a.clone() } else { Type::any() }
        }
        "+" if a.may_be(Kind::String) || b.may_be(Kind::String) => super::model::named("string"),
        "&" | "|" | "^" | "<<" | ">>" => Type::of(Kind::Int),
        _ => Type::number(),
    }
}

/// The members of the literal or class that opens at `at`.
fn members(code: &[Instr], at: usize) -> Known {
    let mut out = Known::default();
    let mut instance = Known::default();
    let mut depth = 0;
    for i in &code[(at + 1).min(code.len())..] {
        if depth == 0 {
            let m = super::member::Member::of(i.attr.word(), false);
            let name: Arc<str> = m.name.into();
            match i.op {
                Op::End => break,
                Op::Property => out.properties.push(i.attr.word().into()),
                Op::Method if m.getter || m.setter => out.properties.push(name),
                Op::Method => out.methods.push(name),
                Op::Field if !m.is_static => instance.properties.push(name),
                Op::ClassMethod if !m.is_static && (m.getter || m.setter) => instance.properties.push(name),
                Op::ClassMethod if !m.is_static => instance.methods.push(name),
                Op::ClassMethod => out.methods.push(name),
                Op::Constructor | Op::DerivedConstructor => out.parameters = i.inner.len(),
                _ => {}
            }
        }
        depth += usize::from(i.op.opens());
        depth -= usize::from(i.op.closes()).min(depth);
    }
    if code.get(at).is_some_and(|i| i.op == Op::Class) {
        out.instance = Some(Arc::new(instance));
    }
    out
}
