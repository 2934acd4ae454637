//! From the IR to JavaScript: one statement a line, and expressions where a value is used once.
//!
//! A value operation whose result is used once, by an operation of the same block, waits in `pending` as
//! text. It is taken where it is used if nothing with effects would change its place by that; else it
//! becomes a variable first. Blocks of expressions become one expression, with variables that the
//! enclosing function declares at its top.

use super::expression::{Text, level, literal};
use super::member::{Member, key};
use super::op::{Effect, Op};
use super::program::{Instr, Program, Var, is_word};

/// JavaScript of a verified program.
pub fn lift(program: &Program) -> String {
    let mut l = Lifter::new(program);
    let mut lines = l.body(0, program.code.len());
    if program
        .code
        .iter()
        .take_while(|i| i.op.info().effect == Effect::Literal || i.op == Op::UseStrict)
        .any(|i| i.op == Op::UseStrict)
    {
        lines.insert(0, "\"use strict\";".into());
    }
    let mut out = lines.join("\n");
    out.push('\n');
    out
}

/// Text that waits for its use.
struct Pending {
    var: Var,
    text: Text,
    /// No effects, and not subject to any.
    pure: bool,
}

/// A block being lifted.
#[derive(Default)]
struct Sink {
    /// Statements, or parts of an expression.
    parts: Vec<String>,
    sequence: bool,
    pending: Vec<Pending>,
}

pub(super) struct Lifter<'a> {
    code: &'a [Instr],
    uses: Vec<u32>,
    assigned: Vec<bool>,
    names: Vec<String>,
    /// Index of the operation that binds a variable, and of its last use.
    bound_at: Vec<usize>,
    used_at: Vec<usize>,
    /// For each operation the opening operation of the part it stands in (a closing one: that it closes).
    part: Vec<usize>,
    ends: Vec<usize>,
    next: Vec<usize>,
    /// Variables of expressions, for each open function.
    temporaries: Vec<Vec<Var>>,
}

const TOP: usize = usize::MAX;

impl<'a> Lifter<'a> {
    fn new(p: &'a Program) -> Lifter<'a> {
        let (uses, assigned) = p.uses();
        let n = p.vars as usize;
        let mut l = Lifter {
            code: &p.code,
            uses,
            assigned,
            names: (0..n).map(|i| format!("v{i}")).collect(),
            bound_at: vec![0; n],
            used_at: vec![0; n],
            part: Vec::with_capacity(p.code.len()),
            ends: p.ends(),
            next: vec![0; p.code.len()],
            temporaries: Vec::new(),
        };
        let mut open = vec![TOP];
        for (i, instr) in p.code.iter().enumerate() {
            let here = *open.last().unwrap_or(&TOP);
            l.part.push(here);
            if instr.op.closes() {
                open.pop();
                l.next[here] = i;
            }
            if instr.op.opens() {
                open.push(i);
            }
            for v in &instr.inputs {
                l.used_at[v.0 as usize] = i;
            }
            let stem = match instr.op {
                Op::Class => "C",
                o if o.is_function() && o.info().output => "f",
                _ => "v",
            };
            for v in instr.bound() {
                l.bound_at[v.0 as usize] = i;
                l.names[v.0 as usize] = format!("{stem}{}", v.0);
            }
            let stem = match instr.op {
                o if o.is_function() => "a",
                Op::Catch => "e",
                _ => "i",
            };
            for v in &instr.inner {
                l.names[v.0 as usize] = format!("{stem}{}", v.0);
            }
        }
        l
    }

    pub(super) fn name(&self, v: Var) -> &str {
        &self.names[v.0 as usize]
    }
    fn is_literal(&self, v: Var) -> bool {
        let i = &self.code[self.bound_at[v.0 as usize]];
        i.op.info().effect == Effect::Literal && !self.assigned[v.0 as usize]
    }
    /// Whether the only use is in the block where the value is made.
    fn waits(&self, v: Var, made: usize) -> bool {
        let n = v.0 as usize;
        if self.uses[n] != 1 || self.assigned[n] {
            return false;
        }
        let user = self.used_at[n];
        let place = match self.code[user].op {
            // what a literal is made of stands where the literal does
            Op::Property
            | Op::ComputedProperty
            | Op::SpreadProperty
            | Op::Prototype
            | Op::ComputedMethod
            | Op::ClassComputedMethod => self.part[self.part[user]],
            _ => self.part[user],
        };
        place == self.part[made] && user > made
    }

    /// Statements of a function's body, with the variables of its expressions.
    fn body(&mut self, from: usize, to: usize) -> Vec<String> {
        self.temporaries.push(Vec::new());
        let mut lines = self.statements(from, to);
        let own = self.temporaries.pop().unwrap_or_default();
        if !own.is_empty() {
            let list: Vec<&str> = own.iter().map(|v| self.name(*v)).collect();
            lines.insert(0, format!("let {};", list.join(", ")));
        }
        lines
    }
    fn statements(&mut self, from: usize, to: usize) -> Vec<String> {
        let mut sink = Sink::default();
        self.run(&mut sink, from, to);
        self.flush(&mut sink);
        sink.parts
    }
    /// An expression of a block of expressions.
    fn expression(&mut self, from: usize, to: usize, result: Option<Var>) -> Text {
        let mut sink = Sink { sequence: true, ..Sink::default() };
        self.run(&mut sink, from, to);
        let last = result.map(|v| self.take(&mut sink, &[v]).swap_remove(0));
        self.flush(&mut sink);
        let mut parts = sink.parts;
        match last {
            Some(t) if parts.is_empty() => t,
            Some(t) => {
                parts.push(t.at(level::ASSIGN));
                Text::new(parts.join(", "), level::COMMA)
            }
            None => Text::new(parts.join(", "), level::COMMA),
        }
    }

    fn flush(&mut self, sink: &mut Sink) {
        for p in std::mem::take(&mut sink.pending) {
            self.bind(sink, p.var, p.text);
        }
    }
    /// Everything that waits and has effects goes before what comes now.
    fn settle(&mut self, sink: &mut Sink) {
        let (pure, ordered): (Vec<_>, Vec<_>) =
            std::mem::take(&mut sink.pending).into_iter().partition(|p| p.pure);
        sink.pending = pure;
        for p in ordered {
            self.bind_now(sink, p.var, p.text);
        }
    }
    fn emit(&mut self, sink: &mut Sink, text: String) {
        self.settle(sink);
        sink.parts.push(text);
    }
    fn bind(&mut self, sink: &mut Sink, v: Var, text: Text) {
        self.settle(sink);
        self.bind_now(sink, v, text);
    }
    fn bind_now(&mut self, sink: &mut Sink, v: Var, text: Text) {
        let name = self.name(v).to_owned();
        if sink.sequence {
            if let Some(t) = self.temporaries.last_mut()
                && !t.contains(&v)
            {
                t.push(v);
            }
            sink.parts.push(format!("{name} = {}", text.at(level::ASSIGN)));
            return;
        }
        let declared = ["function", "class", "async function"].into_iter().find_map(|k| {
            let rest = text.text.strip_prefix(k)?;
            let star = if rest.starts_with('*') { "*" } else { "" };
            let whole = text.level == level::PRIMARY && self.declares(v);
            whole.then(|| format!("{k}{star} {name}{}", &rest[star.len()..]))
        });
        let line = declared.unwrap_or_else(|| {
            let word = if self.assigned[v.0 as usize] { "let" } else { "const" };
            format!("{word} {name} = {};", text.at(level::ASSIGN))
        });
        sink.parts.push(line);
    }
    fn declares(&self, v: Var) -> bool {
        let op = self.code[self.bound_at[v.0 as usize]].op;
        op == Op::Class || (op.is_function() && !matches!(op, Op::Arrow | Op::AsyncArrow))
    }

    /// Texts of inputs, in their order of evaluation.
    fn take(&mut self, sink: &mut Sink, inputs: &[Var]) -> Vec<Text> {
        let waiting = |s: &Sink, v: Var| s.pending.iter().position(|p| p.var == v);
        let ordered: Vec<Var> = inputs
            .iter()
            .copied()
            .filter(|v| waiting(sink, *v).is_some_and(|i| !sink.pending[i].pure))
            .collect();
        let tail: Vec<Var> = sink.pending.iter().filter(|p| !p.pure).map(|p| p.var).collect();
        let in_order = tail.ends_with(&ordered);
        // a variable read before something with effects, but written behind it
        let last = inputs.iter().rposition(|v| ordered.contains(v)).unwrap_or(0);
        let overtaken = inputs[..last].iter().any(|v| self.assigned[v.0 as usize]);
        if !ordered.is_empty() && (!in_order || overtaken) {
            self.settle(sink);
        }
        inputs
            .iter()
            .map(|v| match waiting(sink, *v) {
                Some(i) => sink.pending.remove(i).text,
                None if self.is_literal(*v) => literal(&self.code[self.bound_at[v.0 as usize]]),
                None => Text::new(self.name(*v).to_owned(), level::PRIMARY),
            })
            .collect()
    }

    fn run(&mut self, sink: &mut Sink, from: usize, to: usize) {
        let mut i = from;
        while i < to {
            let instr = &self.code[i];
            let end = if instr.op.opens() { self.ends[i] } else { i };
            self.one(sink, i, instr, end);
            i = end + 1;
        }
    }

    fn one(&mut self, sink: &mut Sink, i: usize, instr: &'a Instr, end: usize) {
        let info = instr.op.info();
        if instr.outputs.len() == 1 && !matches!(instr.op, Op::UnpackArray | Op::UnpackObject) {
            let v = instr.outputs[0];
            if self.is_literal(v) {
                return;
            }
            let uses_itself = matches!(instr.op, Op::Object | Op::Class) || instr.op.is_function();
            let inputs = self.all_inputs(i, instr, end);
            let all_pure = inputs.iter().all(|v| {
                sink.pending.iter().find(|p| p.var == *v).map_or(!self.assigned[v.0 as usize], |p| p.pure)
            });
            let texts = self.take(sink, &inputs);
            let text = self.value(i, instr, end, texts);
            let pure = info.effect <= Effect::Pure && all_pure;
            let inside = uses_itself && self.used_at[v.0 as usize] <= end;
            if self.uses[v.0 as usize] == 0 && !self.assigned[v.0 as usize] && !self.declares(v) {
                if !pure || info.effect == Effect::Any {
                    let t = if sink.sequence { text.at(level::ASSIGN) } else { statement(&text) };
                    self.emit(sink, t);
                }
            } else if !inside && self.waits(v, i) {
                // what reads may not pass what writes: all that is not pure stays in order
                sink.pending.push(Pending { var: v, text, pure });
            } else if pure {
                self.bind_now(sink, v, text);
            } else {
                self.bind(sink, v, text);
            }
            return;
        }
        // what is assigned is not read
        let written = usize::from(instr.op == Op::Assign);
        let texts = self.take(sink, &self.all_inputs(i, instr, end)[written..]);
        match self.effect(i, instr, end, &texts) {
            Some(text) if sink.sequence => self.emit(sink, text),
            Some(text) => self.emit(sink, statement(&Text::new(text, level::ASSIGN))),
            None => {
                self.settle(sink);
                let lines = self.control(i, instr, end, texts);
                sink.parts.extend(lines);
            }
        }
    }

    /// Inputs of the operation, and of what a literal is made of.
    fn all_inputs(&self, i: usize, instr: &Instr, end: usize) -> Vec<Var> {
        let mut out = instr.inputs.clone();
        if matches!(instr.op, Op::Object | Op::Class) {
            for j in i + 1..end {
                if self.part[j] == i && !self.code[j].op.closes() {
                    out.extend(&self.code[j].inputs);
                }
            }
        }
        out
    }

    /// `(parameters) { body }`, for the part that opens at `i`.
    pub(super) fn function(&mut self, i: usize, instr: &Instr, rest: bool) -> (String, String) {
        let end = self.next[i];
        let mut at = i + 1;
        let mut strict = false;
        let mut defaults = Vec::new();
        while at < end {
            match self.code[at].op {
                Op::UseStrict => strict = true,
                Op::Default => {
                    let (v, close) = (self.code[at].inputs[0], self.next[at]);
                    let text = self.expression(at + 1, close, self.code[close].inputs.first().copied());
                    defaults.push((v, text.at(level::ASSIGN)));
                    at = close;
                }
                op if op.info().effect == Effect::Literal => {}
                _ => break,
            }
            at += 1;
        }
        let mut parameters = Vec::new();
        for (n, v) in instr.inner.iter().enumerate() {
            let name = self.name(*v);
            parameters.push(match defaults.iter().find(|d| d.0 == *v) {
                _ if rest && n + 1 == instr.inner.len() => format!("...{name}"),
                Some((_, d)) => format!("{name} = {d}"),
                None => name.to_owned(),
            });
        }
        // a function with such parameters cannot say it is strict
        strict &= defaults.is_empty() && !rest;
        let mut lines = self.body(i + 1, end);
        if strict {
            lines.insert(0, "\"use strict\";".into());
        }
        (parameters.join(", "), braces(&lines))
    }

    /// Members of an object literal or class; `texts` are those of their inputs.
    pub(super) fn members(&mut self, i: usize, texts: Vec<Text>) -> Vec<String> {
        let mut texts = texts.into_iter();
        let mut next = |l: u8| texts.next().map_or(String::new(), |t| t.at(l));
        let (mut out, mut j, end) = (Vec::new(), i + 1, self.ends[i]);
        while j < end {
            let instr = &self.code[j];
            let word = instr.attr.word();
            let close = if instr.op.opens() { self.ends[j] } else { j };
            out.push(match instr.op {
                Op::Property => {
                    // `__proto__: x` would be another thing
                    let k = if word == "__proto__" { "[\"__proto__\"]".into() } else { key(word) };
                    format!("{k}: {}", next(level::ASSIGN))
                }
                Op::ComputedProperty => {
                    let k = next(level::ASSIGN);
                    format!("[{k}]: {}", next(level::ASSIGN))
                }
                Op::SpreadProperty => format!("...{}", next(level::ASSIGN)),
                Op::Prototype => format!("__proto__: {}", next(level::ASSIGN)),
                Op::Field => {
                    let m = Member::of(word, false);
                    let value = self.expression(j + 1, close, self.code[close].inputs.first().copied());
                    format!("{}{} = {};", m.prefix(), key(m.name), value.at(level::ASSIGN))
                }
                Op::StaticBlock => {
                    let lines = self.statements(j + 1, close);
                    format!("static {}", braces(&lines))
                }
                Op::Constructor | Op::DerivedConstructor => {
                    let (parameters, body) = self.function(j, instr, word == "...");
                    format!("constructor({parameters}) {body}")
                }
                _ => {
                    let computed = matches!(instr.op, Op::ComputedMethod | Op::ClassComputedMethod);
                    let m = Member::of(word, computed);
                    let k = if computed { format!("[{}]", next(level::ASSIGN)) } else { key(m.name) };
                    let (parameters, body) = self.function(j, instr, m.rest);
                    format!("{}{k}({parameters}) {body}", m.prefix())
                }
            });
            j = close + 1;
        }
        out
    }

    /// Value of a lazy operation: the expressions of its parts.
    pub(super) fn parts(&mut self, i: usize) -> Vec<Text> {
        let mut out = Vec::new();
        let (mut at, end) = (i, self.ends[i]);
        while at < end {
            let close = self.next[at];
            out.push(self.expression(at + 1, close, self.code[close].inputs.first().copied()));
            at = close;
        }
        out
    }

    /// Operations without a value that can be parts of expressions.
    fn effect(&self, _: usize, instr: &Instr, _: usize, texts: &[Text]) -> Option<String> {
        let t = |i: usize, l: u8| texts[i].at(l);
        let word = instr.attr.word();
        Some(match instr.op {
            Op::Set => format!("{} = {}", member(&texts[0], word), t(1, level::ASSIGN)),
            Op::SetIndex => {
                format!("{}[{}] = {}", t(0, level::MEMBER), t(1, level::COMMA), t(2, level::ASSIGN))
            }
            Op::SuperSet => format!("{} = {}", member(&Text::primary("super"), word), t(0, level::ASSIGN)),
            Op::Assign => format!("{} = {}", self.name(instr.inputs[0]), t(0, level::ASSIGN)),
            _ => return None,
        })
    }

    /// Statements.
    fn control(&mut self, i: usize, instr: &Instr, end: usize, texts: Vec<Text>) -> Vec<String> {
        let word = instr.attr.word();
        let any = |n: usize| texts.get(n).map_or("undefined", |t| &t.text);
        let part = |l: &mut Self, at: usize| braces(&l.statements(at + 1, l.next[at]));
        let one = match instr.op {
            Op::Return => match texts.first() {
                Some(t) if t.text == "undefined" => "return;".into(),
                _ => format!("return {};", any(0)),
            },
            Op::Throw => format!("throw {};", any(0)),
            Op::Break => "break;".into(),
            Op::Continue => "continue;".into(),
            Op::BreakTo => format!("break {word};"),
            Op::ContinueTo => format!("continue {word};"),
            Op::If => {
                let mut out = format!("if ({}) {}", any(0), part(self, i));
                if self.next[i] != end {
                    out.push_str(&format!(" else {}", part(self, self.next[i])));
                }
                out
            }
            Op::Repeat => {
                let n = literal(&Instr { op: Op::Number, ..instr.clone() });
                let v = self.name(instr.inner[0]).to_owned();
                format!("for (let {v} = 0; {v} < {}; {v}++) {}", n.text, part(self, i))
            }
            Op::For => {
                let list: Vec<String> = instr
                    .inner
                    .iter()
                    .zip(&texts)
                    .map(|(v, t)| format!("{} = {}", self.name(*v), t.at(level::ASSIGN)))
                    .collect();
                let body = self.next[i];
                let test = self.expression(i + 1, body, self.code[body].inputs.first().copied()).text;
                let lines = part(self, body);
                let after = self.next[body];
                let steps =
                    if after == end { String::new() } else { self.expression(after + 1, end, None).text };
                match (list.is_empty(), steps.is_empty()) {
                    (true, true) => format!("while ({test}) {lines}"),
                    (true, false) => format!("for (; {test}; {steps}) {lines}"),
                    (false, _) => format!("for (let {}; {test}; {steps}) {lines}", list.join(", ")),
                }
            }
            Op::Do => {
                let lines = part(self, i);
                let test = self.next[i];
                let text = self.expression(test + 1, end, self.code[end].inputs.first().copied());
                format!("do {lines} while ({});", text.text)
            }
            Op::ForIn | Op::ForOf | Op::ForAwait => {
                let v = instr.inner[0];
                let word = if self.assigned[v.0 as usize] { "let" } else { "const" };
                let (head, of) = match instr.op {
                    Op::ForIn => ("for", "in"),
                    Op::ForOf => ("for", "of"),
                    _ => ("for await", "of"),
                };
                let source = if of == "of" { texts[0].at(level::ASSIGN) } else { any(0).to_owned() };
                let lines = part(self, i);
                format!("{head} ({word} {} {of} {source}) {lines}", self.name(v))
            }
            Op::Switch => {
                let mut cases = Vec::new();
                let mut j = i + 1;
                while j < end {
                    let case = &self.code[j];
                    let lines = part(self, j);
                    cases.push(match case.inputs.first() {
                        Some(v) => format!("case {}: {lines}", self.plain(*v).at(level::COMMA)),
                        None => format!("default: {lines}"),
                    });
                    j = self.ends[j] + 1;
                }
                format!("switch ({}) {}", any(0), braces(&cases))
            }
            Op::Labelled => {
                let lines = self.statements(i + 1, end);
                match &lines[..] {
                    [one] => format!("{word}: {one}"),
                    _ => format!("{word}: {}", braces(&lines)),
                }
            }
            Op::Try => {
                let mut out = format!("try {}", part(self, i));
                let mut at = self.next[i];
                while at != end {
                    let head = match self.code[at].inner.first() {
                        Some(v) => format!("catch ({})", self.name(*v)),
                        None => "finally".into(),
                    };
                    out.push_str(&format!(" {head} {}", part(self, at)));
                    at = self.next[at];
                }
                out
            }
            Op::Scope => part(self, i),
            Op::UnpackArray | Op::UnpackObject => self.pattern(instr, &texts),
            Op::Source => joined(instr, &texts),
            // said by the function; closers have no line of their own
            _ => return Vec::new(),
        };
        if instr.op == Op::Default { Vec::new() } else { vec![one] }
    }

    /// Name or literal.
    fn plain(&self, v: Var) -> Text {
        if self.is_literal(v) {
            literal(&self.code[self.bound_at[v.0 as usize]])
        } else {
            Text::primary(self.name(v))
        }
    }

    fn pattern(&self, instr: &Instr, texts: &[Text]) -> String {
        let mut outputs = instr.outputs.iter();
        let mut defaults = texts[1..].iter();
        let parts: Vec<String> = instr
            .attr
            .words()
            .iter()
            .map(|w| {
                let array = instr.op == Op::UnpackArray;
                if array && w.is_empty() {
                    return String::new();
                }
                let name = outputs.next().map_or("", |v| self.name(*v));
                let default = match w.ends_with('=') {
                    true => defaults.next().map_or(String::new(), |t| format!(" = {}", t.at(level::ASSIGN))),
                    false => String::new(),
                };
                match (&**w, array) {
                    ("...", _) => format!("...{name}"),
                    (_, true) => format!("{name}{default}"),
                    _ => format!("{}: {name}{default}", key(w.trim_end_matches('='))),
                }
            })
            .collect();
        let let_or_const =
            if instr.outputs.iter().any(|v| self.assigned[v.0 as usize]) { "let" } else { "const" };
        let list = parts.join(", ");
        match instr.op {
            Op::UnpackArray if parts.last().is_some_and(String::is_empty) => {
                format!("{let_or_const} [{list},] = {};", texts[0].at(level::ASSIGN))
            }
            Op::UnpackArray => format!("{let_or_const} [{list}] = {};", texts[0].at(level::ASSIGN)),
            _ => format!("{let_or_const} {{ {list} }} = {};", texts[0].at(level::ASSIGN)),
        }
    }
}

/// Texts around variables.
pub(super) fn joined(instr: &Instr, texts: &[Text]) -> String {
    let mut out = String::new();
    for (i, w) in instr.attr.words().iter().enumerate() {
        out.push_str(w);
        if let Some(t) = texts.get(i) {
            out.push_str(&t.at(level::PRIMARY));
        }
    }
    out
}

/// `o.x` or `o["x"]`.
pub(super) fn member(object: &Text, name: &str) -> String {
    let o = object.at(level::MEMBER);
    if is_word(name) { format!("{o}.{name}") } else { format!("{o}[{}]", key(name)) }
}

/// Lines in braces.
pub(super) fn braces(lines: &[String]) -> String {
    if lines.is_empty() {
        return "{}".into();
    }
    let mut out = String::from("{\n");
    for l in lines.iter().flat_map(|l| l.lines()) {
        out.push_str("  ");
        out.push_str(l);
        out.push('\n');
    }
    out.push('}');
    out
}

/// An expression as a statement.
fn statement(t: &Text) -> String {
    let text = &t.text;
    let clash = ["{", "function", "class", "async function", "let["].iter().any(|k| text.starts_with(k));
    if clash { format!("({text});") } else { format!("{text};") }
}
