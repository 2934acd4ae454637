//! Programs of the IR, and the walk that knows at each operation what is open and what can be seen.

use super::op::{Attr, Block, Contents, Effect, Op, Place, Wants, context};

/// A variable. Each is bound once, by an operation or a block; some are assigned later.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Var(pub u32);

/// One operation of a program.
#[derive(Clone, PartialEq, Debug)]
pub struct Instr {
    pub op: Op,
    pub attr: Attr,
    pub inputs: Vec<Var>,
    pub outputs: Vec<Var>,
    /// What the block binds: parameters, loop variables, the caught value.
    pub inner: Vec<Var>,
}

impl Instr {
    pub fn new(op: Op) -> Instr {
        Instr { op, attr: Attr::None, inputs: Vec::new(), outputs: Vec::new(), inner: Vec::new() }
    }
    pub fn with(op: Op, attr: Attr, inputs: &[Var]) -> Instr {
        Instr { attr, inputs: inputs.to_vec(), ..Instr::new(op) }
    }
    /// The variable that it assigns.
    pub fn assigned(&self) -> Option<Var> {
        if self.op.info().assigns { self.inputs.first().copied() } else { None }
    }
    /// Everything it binds.
    pub fn bound(&self) -> impl Iterator<Item = Var> + '_ {
        self.outputs.iter().chain(&self.inner).copied()
    }
}

/// A program: operations, one after the other.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Program {
    pub code: Vec<Instr>,
    /// Number of variables.
    pub vars: u32,
}

impl Program {
    /// A variable nobody has.
    pub fn fresh(&mut self) -> Var {
        self.vars += 1;
        Var(self.vars - 1)
    }
    /// Where each block that opens at an index ends: the index of the operation that closes its last part.
    pub fn ends(&self) -> Vec<usize> {
        let mut out = vec![usize::MAX; self.code.len()];
        let mut open: Vec<Vec<usize>> = Vec::new();
        for (i, instr) in self.code.iter().enumerate() {
            match instr.op.info().block {
                Block::None => {}
                Block::Opens => open.push(vec![i]),
                Block::Continues => {
                    if let Some(parts) = open.last_mut() {
                        parts.push(i);
                    }
                }
                Block::Closes => {
                    for p in open.pop().unwrap_or_default() {
                        out[p] = i;
                    }
                }
            }
        }
        out
    }
    /// The next operation at `i` or behind that closes or continues the part opened at `i`.
    pub fn part_end(&self, i: usize) -> usize {
        let mut depth = 0usize;
        for (j, instr) in self.code.iter().enumerate().skip(i + 1) {
            match instr.op.info().block {
                Block::Opens => depth += 1,
                Block::Closes if depth == 0 => return j,
                Block::Continues if depth == 0 => return j,
                Block::Closes => depth -= 1,
                _ => {}
            }
        }
        self.code.len()
    }
    /// How often each variable is an input, and whether it is ever assigned.
    pub fn uses(&self) -> (Vec<u32>, Vec<bool>) {
        let (mut uses, mut assigned) = (vec![0; self.vars as usize], vec![false; self.vars as usize]);
        for instr in &self.code {
            for v in &instr.inputs {
                uses[v.0 as usize] += 1;
            }
            if let Some(v) = instr.assigned() {
                assigned[v.0 as usize] = true;
            }
        }
        (uses, assigned)
    }
    /// Numbers variables in the order in which they are bound.
    pub fn renumber(&mut self) {
        let mut map = vec![None; self.vars as usize];
        let mut next = 0;
        for instr in &self.code {
            for v in instr.bound() {
                if map[v.0 as usize].is_none() {
                    map[v.0 as usize] = Some(Var(next));
                    next += 1;
                }
            }
        }
        let to = |v: &mut Var| *v = map[v.0 as usize].unwrap_or(*v);
        for instr in &mut self.code {
            instr.inputs.iter_mut().for_each(to);
            instr.outputs.iter_mut().for_each(to);
            instr.inner.iter_mut().for_each(to);
        }
        self.vars = next;
    }
}

/// An open block.
#[derive(Clone, Debug)]
pub struct Open {
    /// The operation that opened the part it is in.
    pub op: Op,
    pub contents: Contents,
    pub context: u16,
    /// Number of visible variables outside.
    seen: usize,
    /// Bound behind the block.
    after: Vec<Var>,
    /// The literal's or class's own variable: not to be used by its direct parts.
    own: Option<Var>,
    label: Option<std::sync::Arc<str>>,
    /// Only defaults and directives so far.
    head: bool,
    /// Number of variables that the block binds.
    binds: usize,
    /// Of a labelled block: what it holds.
    held: Held,
}

/// A label is the loop's own only if there is nothing but the loop behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Held {
    Nothing,
    Loop,
    Other,
}

/// The walk over a program: feeding it each operation says whether the program is well formed so far.
#[derive(Clone, Debug)]
pub struct Walk {
    pub open: Vec<Open>,
    /// Visible variables, outermost first.
    pub visible: Vec<Var>,
    sees: Vec<bool>,
    bound: Vec<bool>,
    constant: Vec<bool>,
    grows: bool,
}

impl Default for Walk {
    fn default() -> Walk {
        Walk::new(0)
    }
}

impl Walk {
    pub fn new(vars: u32) -> Walk {
        let top = Open {
            op: Op::Scope,
            contents: Contents::Statements,
            context: 0,
            seen: 0,
            after: Vec::new(),
            own: None,
            label: None,
            head: true,
            binds: 0,
            held: Held::Nothing,
        };
        let none = || vec![false; vars as usize];
        Walk {
            open: vec![top],
            visible: Vec::new(),
            sees: none(),
            bound: none(),
            constant: none(),
            grows: false,
        }
    }
    /// For programs whose variables are made while they are walked.
    pub fn growing() -> Walk {
        Walk { grows: true, ..Walk::new(0) }
    }
    fn room(&mut self, instr: &Instr) {
        let Some(most) =
            instr.bound().map(|v| v.0 as usize + 1).max().filter(|m| self.grows && *m > self.sees.len())
        else {
            return;
        };
        for list in [&mut self.sees, &mut self.bound, &mut self.constant] {
            list.resize(most, false);
        }
    }
    /// The innermost block.
    pub fn top(&self) -> &Open {
        self.open.last().expect("the program itself is open")
    }
    pub fn context(&self) -> u16 {
        self.top().context
    }
    pub fn sees(&self, v: Var) -> bool {
        self.sees.get(v.0 as usize).copied().unwrap_or(false)
    }
    pub fn is_constant(&self, v: Var) -> bool {
        self.constant.get(v.0 as usize).copied().unwrap_or(false)
    }
    fn bind(&mut self, v: Var) {
        self.sees[v.0 as usize] = true;
        self.visible.push(v);
    }
    fn leave(&mut self, seen: usize) {
        for v in self.visible.drain(seen..) {
            self.sees[v.0 as usize] = false;
        }
    }

    /// Whether an operation of this kind could stand here, its variables aside.
    pub fn allows(&self, op: Op) -> Result<(), String> {
        let (info, top) = (op.info(), self.top());
        if op.closes() {
            if self.open.len() == 1 || !top.op.info().ends.contains(&op) {
                return Err(format!("{} does not end {}", op.name(), top.op.name()));
            }
            return Ok(());
        }
        let fits = match info.place {
            Place::Value => matches!(top.contents, Contents::Statements | Contents::Expression),
            Place::Statement => top.contents == Contents::Statements,
            Place::ObjectBody => top.contents == Contents::ObjectBody,
            Place::ClassBody => top.contents == Contents::ClassBody,
            Place::SwitchBody => top.contents == Contents::SwitchBody,
        };
        if !fits {
            return Err(format!("{} cannot stand in {}", op.name(), top.op.name()));
        }
        if top.context & info.needs != info.needs
            || (info.needs_any != 0 && top.context & info.needs_any == 0)
        {
            return Err(format!("{} needs another context", op.name()));
        }
        if top.op == Op::Labelled && top.held == Held::Loop {
            return Err(format!("{} behind the loop that is labelled", op.name()));
        }
        if matches!(op, Op::Default | Op::UseStrict) && !top.head {
            return Err(format!("{} must come first", op.name()));
        }
        Ok(())
    }

    /// Takes the next operation, or says what is wrong with it.
    pub fn step(&mut self, instr: &Instr) -> Result<(), String> {
        let (op, info) = (instr.op, instr.op.info());
        self.allows(op)?;
        check_attribute(instr)?;
        let wrong = |what: String| Err(format!("{}: {what}", op.name()));
        if instr.inputs.len() < info.inputs as usize
            || (instr.inputs.len() > info.inputs as usize && !info.rest)
        {
            return wrong(format!("{} inputs", instr.inputs.len()));
        }
        if instr.inner.len() < info.inner.0 as usize || instr.inner.len() > info.inner.1 as usize {
            return wrong(format!("binds {}", instr.inner.len()));
        }
        let top = self.top();
        for v in &instr.inputs {
            if !self.sees(*v) {
                return wrong(format!("v{} cannot be seen", v.0));
            }
            if top.own == Some(*v) {
                return wrong(format!("v{} is not made yet", v.0));
            }
        }
        if op == Op::Default && !self.is_parameter(instr.inputs[0]) {
            return wrong(format!("v{} is no parameter", instr.inputs[0].0));
        }
        if let Some(v) = instr.assigned()
            && self.is_constant(v)
        {
            return wrong(format!("v{} is constant", v.0));
        }
        if matches!(op, Op::BreakTo | Op::ContinueTo) {
            let function = self.open.iter().rposition(|o| o.op.is_function()).unwrap_or(0);
            let target =
                self.open[function..].iter().rposition(|o| o.label.as_deref() == Some(instr.attr.word()));
            let Some(target) = target else { return wrong("no such label".into()) };
            let inside = self.open.get(function + target + 1);
            let its_own = self.open[function + target].held == Held::Loop;
            if op == Op::ContinueTo
                && !(its_own && inside.is_some_and(|o| o.op.is_loop() || o.op == Op::Body))
            {
                return wrong("not the label of a loop".into());
            }
        }
        let outputs = expected_outputs(instr);
        if instr.outputs.len() != outputs {
            return wrong(format!("{} outputs instead of {outputs}", instr.outputs.len()));
        }
        self.room(instr);
        for v in instr.bound() {
            match self.bound.get_mut(v.0 as usize) {
                Some(b) if !*b => *b = true,
                _ => return wrong(format!("v{} is bound twice, or out of range", v.0)),
            }
            self.constant[v.0 as usize] = info.constant && !(op.is_function() && instr.inner.contains(&v));
        }
        self.enter(instr);
        Ok(())
    }

    /// The effect of an operation that is known to be right.
    fn enter(&mut self, instr: &Instr) {
        let (op, info) = (instr.op, instr.op.info());
        let (mut after, mut own, mut label, mut outer) = (Vec::new(), None, None, self.context());
        // loop variables live through all parts of the loop
        let mut binds = instr.inner.len();
        if op.closes() {
            let closed = self.open.pop().expect("checked");
            let keeps = matches!(op, Op::Body | Op::Steps);
            self.leave(closed.seen + if keeps { closed.binds } else { 0 });
            if keeps {
                binds = closed.binds;
            }
            if info.block == Block::Closes {
                closed.after.into_iter().for_each(|v| self.bind(v));
                return;
            }
            (after, own, label) = (closed.after, closed.own, closed.label);
            // a test or a step is within the loop, but not a place for `break`
            outer = closed.context;
        } else if !matches!(op, Op::Default | Op::UseStrict)
            && let Some(top) = self.open.last_mut()
        {
            top.head = false;
            if info.effect > Effect::Literal {
                let held = if op.is_loop() { Held::Loop } else { Held::Other };
                top.held = if top.held == Held::Nothing { held } else { Held::Other };
            }
        }
        if info.block == Block::None {
            instr.outputs.iter().for_each(|v| self.bind(*v));
            return;
        }
        let seen = self.visible.len() - if instr.inner.is_empty() { binds } else { 0 };
        if info.after {
            after = instr.outputs.clone();
        } else if matches!(op, Op::Object | Op::Class) {
            // seen by methods, which run later; behind the block, too
            after = instr.outputs.clone();
            own = after.first().copied();
        } else {
            instr.outputs.iter().for_each(|v| self.bind(*v));
        }
        let seen = if info.after || own.is_some() {
            seen
        } else {
            self.visible.len() - if instr.inner.is_empty() { binds } else { 0 }
        };
        if let (Op::Object | Op::Class, Some(v)) = (op, own) {
            self.bind(v);
        }
        if op == Op::Labelled
            && let Attr::Text(t) = &instr.attr
        {
            label = Some(t.clone());
        }
        instr.inner.iter().for_each(|v| self.bind(*v));
        let context = (outer & info.keeps) | info.adds;
        self.open.push(Open {
            op,
            contents: info.contents,
            context,
            seen,
            after,
            own,
            label,
            head: true,
            binds,
            held: Held::Nothing,
        });
    }

    fn is_parameter(&self, v: Var) -> bool {
        self.top().op.is_function() && self.visible[self.top().seen..].contains(&v)
    }
    /// Variables that may be used here by an operation of the innermost block.
    pub fn usable(&self) -> impl Iterator<Item = Var> + '_ {
        let own = self.top().own;
        self.visible.iter().copied().filter(move |v| Some(*v) != own)
    }
}

/// How many values an operation yields.
pub fn expected_outputs(instr: &Instr) -> usize {
    match instr.op {
        Op::UnpackArray => instr.attr.words().iter().filter(|w| !w.is_empty()).count(),
        Op::UnpackObject => instr.attr.words().len(),
        _ => usize::from(instr.op.info().output),
    }
}

fn check_attribute(instr: &Instr) -> Result<(), String> {
    let fits = match (instr.op.info().attr, &instr.attr) {
        (Wants::Nothing, Attr::None) | (Wants::Number, Attr::Number(_)) => true,
        (Wants::Text, Attr::Text(_)) => true,
        (Wants::OneOf(list), Attr::Text(t)) => list.contains(&&**t),
        (Wants::Texts(list), Attr::Texts(t)) => {
            t.len() <= 10_000 && (list.is_empty() || (t.len() == 2 && list.contains(&&*t[0])))
        }
        _ => false,
    };
    let rest = instr.inputs.len().saturating_sub(instr.op.info().inputs as usize);
    let words = instr.attr.words();
    let fits = fits
        && match instr.op {
            Op::Array => {
                let w = instr.attr.word();
                w.chars().all(|c| "vsh".contains(c))
                    && w.chars().filter(|c| *c != 'h').count() == instr.inputs.len()
            }
            Op::Template | Op::Source | Op::SourceValue => words.len() == instr.inputs.len() + 1,
            Op::UnpackArray => {
                words.iter().all(|w| ["", "v", "=", "..."].contains(&&**w))
                    && words.iter().filter(|w| &***w == "=").count() == rest
                    && words.iter().rev().skip(1).all(|w| &**w != "...")
            }
            Op::UnpackObject => {
                words.iter().filter(|w| w.ends_with('=')).count() == rest
                    && words.iter().rev().skip(1).all(|w| &**w != "...")
            }
            Op::Class => instr.inputs.len() < 2,
            Op::For => instr.inputs.len() == instr.inner.len(),
            Op::Repeat => matches!(instr.attr, Attr::Number(n) if (0.0..=100_000.0).contains(&n)),
            Op::Labelled | Op::BreakTo | Op::ContinueTo | Op::Global => is_name(instr.attr.word()),
            Op::Method | Op::ClassMethod | Op::ComputedMethod | Op::ClassComputedMethod | Op::Field => {
                super::member::fits(instr)
            }
            Op::BigInt => {
                let digits = instr.attr.word().strip_suffix('n').unwrap_or("");
                !digits.is_empty()
                    && digits.bytes().all(|b| b.is_ascii_digit())
                    && !(digits.len() > 1 && digits.starts_with('0'))
            }
            Op::RegExp => {
                instr.attr.word().len() > 2
                    && instr.attr.word().starts_with('/')
                    && !instr.attr.word().contains('\n')
            }
            _ => true,
        };
    if fits { Ok(()) } else { Err(format!("{}: attribute {:?} does not fit", instr.op.name(), instr.attr)) }
}

/// Words that are no variables.
const RESERVED: &[&str] = &[
    "arguments",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Whether a text can name a variable.
pub fn is_name(text: &str) -> bool {
    is_word(text) && !RESERVED.contains(&text)
}

/// Whether a text can be written behind a dot.
pub fn is_word(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_' || c == '$')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
}

/// Checks a whole program. What it accepts lifts to JavaScript that parses (`Source` texts aside).
pub fn verify(p: &Program) -> Result<(), String> {
    let mut walk = Walk::new(p.vars);
    for (i, instr) in p.code.iter().enumerate() {
        walk.step(instr).map_err(|e| format!("operation {i}: {e}"))?;
    }
    if walk.open.len() > 1 {
        return Err(format!("{} is not closed", walk.top().op.name()));
    }
    Ok(())
}

/// Whether nothing can tell that a value operation stands elsewhere or is gone.
pub fn is_pure(instr: &Instr) -> bool {
    instr.op.info().effect < Effect::Any
}

/// Needed by generators: whether a break would leave a loop or switch.
pub fn may_break(walk: &Walk) -> bool {
    walk.context() & (context::LOOP | context::SWITCH) != 0
}
