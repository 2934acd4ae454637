//! Writing operations at a place of a program: what generators and mutators build with.

use std::collections::HashMap;

use super::model::{Builtin, Reach, model};
use super::op::{Attr, Contents, Op};
use super::program::{Instr, Program, Var, Walk};
use super::types::{Kind, Known, Type, Types};
use crate::choices::Choices;
use crate::mutate::NUMBERS;

/// Names of properties.
pub const NAMES: &[&str] = &["a", "b", "c", "x", "y", "z", "0", "length"];
const STRINGS: &[&str] = &["", "a", "xyz", "10", "length", "\u{e9}\u{4e16}", "-1", "x", "1e3", "__proto__"];

/// Estimated operations that a program may run.
const MOST: u32 = 12_000;

/// A place, and the operations written there so far.
pub struct Builder<'c> {
    pub choices: &'c mut Choices,
    pub code: Vec<Instr>,
    pub walk: Walk,
    pub types: Types,
    pub vars: u32,
    /// Operations that may still be written.
    pub budget: u32,
    /// How often the place runs, and what everything costs so far.
    pub times: u32,
    pub cost: u32,
    /// Functions whose bodies are being written.
    inside: Vec<Var>,
    /// What a call of a function costs.
    costs: HashMap<Var, u32>,
}

impl<'c> Builder<'c> {
    pub fn new(choices: &'c mut Choices) -> Builder<'c> {
        Builder {
            choices,
            code: Vec::new(),
            walk: Walk::growing(),
            types: Types::default(),
            vars: 0,
            budget: 60,
            times: 1,
            cost: 0,
            inside: Vec::new(),
            costs: HashMap::new(),
        }
    }
    /// A builder in front of an operation of a program.
    pub fn at(p: &Program, index: usize, choices: &'c mut Choices) -> Builder<'c> {
        let mut b = Builder { vars: p.vars, budget: 8, types: Types::infer(p), ..Builder::new(choices) };
        let mut open = Vec::new();
        for instr in &p.code[..index] {
            // the program is verified
            let _ = b.walk.step(instr);
            if instr.op.closes() {
                open.pop();
            }
            if instr.op.opens() {
                open.push((instr.op, instr.outputs.first().copied(), instr.attr.clone()));
            }
        }
        for (op, v, attr) in open {
            if op.is_function() {
                b.inside.extend(v);
                b.times = 40;
            }
            b.times = match (op, attr) {
                (Op::Repeat, Attr::Number(n)) => b.times.saturating_mul(n as u32),
                _ if op.is_loop() || op == Op::Body => b.times.saturating_mul(10),
                _ => b.times,
            };
        }
        b
    }

    // ---- emitting

    /// Writes an operation if it may stand here.
    pub fn emit(&mut self, instr: Instr) -> bool {
        if self.walk.step(&instr).is_err() {
            return false;
        }
        self.cost = self.cost.saturating_add(self.times);
        self.code.push(instr);
        true
    }
    pub fn fresh(&mut self, ty: Type) -> Var {
        self.vars += 1;
        let v = Var(self.vars - 1);
        self.types.set(v, ty);
        v
    }
    pub fn value(&mut self, op: Op, attr: Attr, inputs: &[Var], ty: Type) -> Var {
        let out = self.fresh(ty);
        if !self.emit(Instr { outputs: vec![out], ..Instr::with(op, attr, inputs) }) {
            // only when a mutator's place is odd: a literal can stand wherever a value can
            let _ = self.emit(Instr { outputs: vec![out], ..Instr::new(Op::Undefined) });
        }
        out
    }
    pub fn effect(&mut self, op: Op, attr: Attr, inputs: &[Var]) -> bool {
        self.emit(Instr::with(op, attr, inputs))
    }
    pub fn open(&mut self, op: Op, attr: Attr, inputs: &[Var], inner: &[Type]) -> Option<Vec<Var>> {
        let inner: Vec<Var> = inner.iter().map(|t| self.fresh(t.clone())).collect();
        self.emit(Instr { inner: inner.clone(), ..Instr::with(op, attr, inputs) }).then_some(inner)
    }
    pub fn end(&mut self) {
        self.emit(Instr::new(Op::End));
    }
    /// Runs `f` for code that runs so many times more often.
    pub fn repeated<R>(&mut self, n: u32, f: impl FnOnce(&mut Self) -> R) -> R {
        let times = self.times;
        self.times = times.saturating_mul(n);
        let r = f(self);
        self.times = times;
        r
    }
    /// Whether code that runs so many times can still be afforded.
    pub fn affords(&self, n: u32) -> bool {
        self.times.saturating_mul(n).saturating_add(self.cost) < MOST
    }

    // ---- literals

    pub fn number(&mut self, n: f64) -> Var {
        let ty = if n.fract() == 0.0 && n.abs() < 2e9 { Type::of(Kind::Int) } else { Type::number() };
        self.value(Op::Number, Attr::Number(n), &[], ty)
    }
    pub fn int(&mut self) -> Var {
        let n = match self.choices.below(3) {
            0 => *self.choices.pick(&[
                -1,
                31,
                32,
                255,
                256,
                65535,
                1073741823,
                1073741824,
                -1073741825,
                2147483647,
                -2147483648,
            ]),
            _ => self.choices.range(0, 9),
        };
        self.number(n as f64)
    }
    pub fn small(&mut self) -> Var {
        let n = self.choices.range(0, 8);
        self.number(n as f64)
    }
    pub fn any_number(&mut self) -> Var {
        let n = match self.choices.below(3) {
            0 => return self.int(),
            1 => f64::from(self.choices.range(-99, 99)) / 4.0,
            _ => interesting(self.choices),
        };
        self.number(n)
    }
    pub fn string(&mut self) -> Var {
        let s = *self.choices.pick(STRINGS);
        self.value(Op::String, Attr::text(s), &[], super::model::named("string"))
    }
    pub fn global(&mut self, name: &str) -> Var {
        self.value(Op::Global, Attr::text(name), &[], Type::default())
    }
    pub fn name(&mut self) -> &'static str {
        self.choices.pick::<&str>(&NAMES[..6])
    }
    /// A literal of a primitive type.
    pub fn primitive(&mut self) -> Var {
        match self.choices.below(9) {
            0 => self.value(Op::Undefined, Attr::None, &[], Type::of(Kind::Undefined)),
            1 => self.value(Op::Null, Attr::None, &[], Type::of(Kind::Null)),
            2 => self.boolean(),
            3 | 4 => self.string(),
            5 => self.bigint(),
            _ => self.any_number(),
        }
    }
    pub fn boolean(&mut self) -> Var {
        let b = *self.choices.pick(&["true", "false"]);
        self.value(Op::Boolean, Attr::text(b), &[], Type::of(Kind::Boolean))
    }
    pub fn bigint(&mut self) -> Var {
        let b = *self.choices.pick(&[
            "1n",
            "0n",
            "7n",
            "9007199254740993n",
            "18446744073709551615n",
            "2147483648n",
        ]);
        self.value(Op::BigInt, Attr::text(b), &[], Type::of(Kind::BigInt))
    }
    pub fn array(&mut self) -> Var {
        let n = self.choices.range(0, 6);
        let style = self.choices.below(5);
        let (mut mask, mut inputs) = (String::new(), Vec::new());
        for _ in 0..n {
            if style == 3 && self.choices.chance(30) {
                mask.push('h');
                continue;
            }
            mask.push('v');
            inputs.push(match style {
                0 | 3 => self.int(),
                1 => self.any_number(),
                2 => self.visible(&Type::any()).unwrap_or(Var(0)),
                _ => self.primitive(),
            });
        }
        if inputs.iter().any(|v| !self.walk.sees(*v)) {
            (mask, inputs) = (String::new(), Vec::new());
        }
        self.value(Op::Array, Attr::text(&mask), &inputs, super::model::named("Array"))
    }
    pub fn object(&mut self) -> Var {
        let n = self.choices.range(0, 4);
        let mut properties: Vec<(&'static str, Var)> = Vec::new();
        for _ in 0..n {
            let (k, v) = (self.name(), self.argument(&Type::any()));
            if properties.iter().all(|p| p.0 != k) {
                properties.push((k, v));
            }
        }
        let known = Known { properties: properties.iter().map(|p| p.0.into()).collect(), ..Known::default() };
        let out = self.fresh(Type::of(Kind::Object).grouped("Object").knowing(known));
        self.emit(Instr { outputs: vec![out], ..Instr::new(Op::Object) });
        for (k, v) in properties {
            self.effect(Op::Property, Attr::text(k), &[v]);
        }
        self.end();
        out
    }

    // ---- variables

    /// A visible variable of this type.
    pub fn visible(&mut self, want: &Type) -> Option<Var> {
        let fits: Vec<Var> = self.walk.usable().filter(|v| self.fits(*v, want)).collect();
        // what was made lately is what the code is about
        let n = fits.len() as u32;
        if n == 0 {
            return None;
        }
        let from = if n > 6 && self.choices.chance(60) { n - 6 } else { 0 };
        Some(fits[(from + self.choices.below(n - from)) as usize])
    }
    fn fits(&self, v: Var, want: &Type) -> bool {
        let ty = self.types.of(v);
        // globals have no type; functions under way would recurse for ever
        *ty != Type::default() && ty.is(want) && !self.inside.contains(&v)
    }
    /// A variable that can be assigned values of this type.
    pub fn assignable(&mut self, want: &Type) -> Option<Var> {
        let fits: Vec<Var> = self
            .walk
            .usable()
            .filter(|v| self.fits(*v, want) && !self.walk.is_constant(*v) && !self.is_literal(*v))
            .collect();
        if fits.is_empty() { None } else { Some(*self.choices.pick(&fits)) }
    }
    fn is_literal(&self, v: Var) -> bool {
        self.code.iter().any(|i| i.outputs.contains(&v) && i.op.info().effect == super::op::Effect::Literal)
    }
    /// A value of this type: a variable, mostly, else something new.
    pub fn argument(&mut self, want: &Type) -> Var {
        if self.choices.chance(80)
            && let Some(v) = self.visible(want)
        {
            return v;
        }
        self.make(want)
    }
    /// Something new of this type.
    pub fn make(&mut self, want: &Type) -> Var {
        if self.walk.top().contents == Contents::Expression && !want.is_numeric() {
            return self.primitive();
        }
        match want.group {
            Some("Array") => return self.array(),
            Some("String") => return self.string(),
            Some("Function") => return self.arrow(1),
            Some("Iterator") => {
                let a = self.array();
                return self.value(Op::CallMethod, Attr::text("values"), &[a], want.clone());
            }
            Some("Generator" | "Object") | None => {}
            Some("RegExp") => {
                let r = *self.choices.pick(&["/a/", "/(x)|y/g", "/[0-9]+/y", "/./u"]);
                return self.value(Op::RegExp, Attr::text(r), &[], want.clone());
            }
            Some("Promise") => {
                let (p, v) = (self.global("Promise"), self.primitive());
                return self.value(Op::CallMethod, Attr::text("resolve"), &[p, v], want.clone());
            }
            Some(group) => {
                if let Some(b) = model().entry(group, group, Reach::Constructor) {
                    return self.builtin(b, None);
                }
            }
        }
        match () {
            _ if want.is_any() => match self.choices.below(6) {
                0 => self.array(),
                1 => self.object(),
                _ => self.primitive(),
            },
            _ if want.may_be(Kind::Int) && !want.may_be(Kind::Double) => self.int(),
            _ if want.may_be(Kind::Int) => self.any_number(),
            _ if want.may_be(Kind::BigInt) => self.bigint(),
            _ if want.may_be(Kind::Boolean) => self.boolean(),
            _ if want.may_be(Kind::String) => self.string(),
            _ if want.may_be(Kind::Function) => self.arrow(1),
            _ if want.may_be(Kind::Object) => self.object(),
            _ if want.may_be(Kind::Symbol) => {
                let (s, text) = (self.global("Symbol"), self.string());
                self.value(Op::Call, Attr::None, &[s, text], want.clone())
            }
            _ if want.may_be(Kind::Iterable) => self.array(),
            _ => self.primitive(),
        }
    }

    // ---- functions and calls

    /// A function with parameters of these types, whose body `f` writes. Its calls are known to cost what
    /// the body costs.
    pub fn function(&mut self, op: Op, parameters: &[Type], f: impl FnOnce(&mut Self, &[Var])) -> Var {
        let suspends = !matches!(op, Op::Function | Op::Arrow);
        let known = Known { parameters: parameters.len(), suspends, ..Known::default() };
        let out = self.fresh(Type::of(Kind::Function).grouped("Function").knowing(known));
        let inner: Vec<Var> = parameters.iter().map(|t| self.fresh(t.clone())).collect();
        let attr = Attr::text("");
        if !self.emit(Instr { outputs: vec![out], inner: inner.clone(), ..Instr::with(op, attr, &[]) }) {
            return self.primitive();
        }
        self.body(Some(out), |b| f(b, &inner));
        out
    }
    /// The body of what has opened, and its end.
    pub fn body(&mut self, own: Option<Var>, f: impl FnOnce(&mut Self)) {
        let (times, cost) = (std::mem::replace(&mut self.times, 1), std::mem::take(&mut self.cost));
        self.inside.extend(own);
        f(self);
        if own.is_some() {
            self.inside.pop();
        }
        let spent = self.cost;
        (self.times, self.cost) = (times, cost);
        self.end();
        if let Some(v) = own {
            self.costs.insert(v, spent.max(2));
        }
    }
    /// A small arrow function of so many parameters.
    pub fn arrow(&mut self, parameters: usize) -> Var {
        let types = vec![Type::any(); parameters];
        self.function(Op::Arrow, &types, |b, p| {
            let r = match (p.first(), b.choices.below(4)) {
                (Some(x), 0) => *x,
                (Some(x), 1) => {
                    let y = b.small();
                    let op = *b.choices.pick(&["===", "<", "!=="]);
                    b.value(Op::Binary, Attr::text(op), &[*x, y], Type::of(Kind::Boolean))
                }
                (Some(x), 2) => {
                    b.value(Op::Unary, Attr::text("typeof"), &[*x], super::model::named("string"))
                }
                _ => b.argument(&Type::any()),
            };
            b.effect(Op::Return, Attr::None, &[r]);
        })
    }
    /// Whether a call of this function can be afforded here.
    pub fn can_call(&self, f: Var) -> bool {
        self.affords(*self.costs.get(&f).unwrap_or(&60))
    }
    pub fn call(&mut self, f: Var, arguments: &[Var]) -> Var {
        let cost = *self.costs.get(&f).unwrap_or(&60);
        self.cost = self.cost.saturating_add(self.times.saturating_mul(cost));
        let mut inputs = vec![f];
        inputs.extend(arguments);
        self.value(Op::Call, Attr::None, &inputs, Type::any())
    }
    /// Uses a builtin; members want their receiver.
    pub fn builtin(&mut self, b: &Builtin, receiver: Option<Var>) -> Var {
        let mut arguments = Vec::new();
        for p in &b.parameters {
            if p.optional && self.choices.chance(50) {
                break;
            }
            let n = if p.rest { self.choices.below(3) } else { 1 };
            for _ in 0..n {
                arguments.push(match p.function {
                    Some(n) => self.arrow(n as usize),
                    None if p.small => self.small(),
                    None => self.argument(&p.ty),
                });
            }
        }
        let ty = b.result.clone();
        match (b.reach, receiver) {
            (Reach::Method, Some(o)) => {
                let inputs: Vec<Var> = std::iter::once(o).chain(arguments).collect();
                self.value(Op::CallMethod, Attr::text(b.name), &inputs, ty)
            }
            (Reach::Property, Some(o)) => self.value(Op::Get, Attr::text(b.name), &[o], ty),
            (reach, _) => {
                let g = self.global(b.group);
                let inputs: Vec<Var> = std::iter::once(g).chain(arguments).collect();
                match reach {
                    Reach::Static => self.value(Op::CallMethod, Attr::text(b.name), &inputs, ty),
                    Reach::Constructor => self.value(Op::New, Attr::None, &inputs, ty),
                    _ => self.value(Op::Call, Attr::None, &inputs, ty),
                }
            }
        }
    }
    /// Hands a value to the host.
    pub fn probe(&mut self, v: Var) {
        let p = self.global("probe");
        self.value(Op::Call, Attr::None, &[p, v], Type::of(Kind::Undefined));
    }
}

/// A number at which engines change representation.
pub fn interesting(choices: &mut Choices) -> f64 {
    match *choices.pick::<&str>(NUMBERS) {
        "NaN" => f64::NAN,
        "Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        n => n.parse().unwrap_or(0.0),
    }
}
