//! Mutators of the IR. Each changes a verified program into a verified program or does nothing; heads and
//! steps of loops are left alone, so that what was bounded stays bounded.

use std::collections::{BTreeSet, HashMap};

use super::build::{Builder, NAMES, interesting};
use super::generators;
use super::op::{Attr, Block, Contents, Op, Wants};
use super::program::{Instr, Program, Var, Walk, verify};
use super::types::Types;
use crate::choices::Choices;

/// A mutator; `other` is a program to take from.
pub struct Mutator {
    pub name: &'static str,
    pub weight: u32,
    pub run: fn(&mut Program, &Program, &mut Choices),
}

macro_rules! mutators {
    ($($weight:literal $run:ident;)*) => {
        pub const MUTATORS: &[Mutator] = &[$(Mutator { name: stringify!($run), weight: $weight, run: $run }),*];
    };
}

mutators! {
    4 typed_input;
    2 loose_input;
    6 operation;
    4 insert;
    3 splice;
    1 combine;
    3 remove;
    2 duplicate;
    2 wrap;
    2 swap;
}

/// Operations of a program at most.
pub const LONGEST: usize = 900;

/// One mutation; the name of the mutator, when it changed something.
pub fn mutate(p: &mut Program, other: &Program, choices: &mut Choices) -> Option<&'static str> {
    let total: u32 = MUTATORS.iter().map(|m| m.weight).sum();
    let mut at = choices.below(total);
    let m = MUTATORS.iter().find(|m| {
        let found = at < m.weight;
        at = at.wrapping_sub(m.weight);
        found
    })?;
    let mut new = p.clone();
    (m.run)(&mut new, other, choices);
    if new == *p || new.code.len() > LONGEST || verify(&new).is_err() {
        return None;
    }
    new.renumber();
    *p = new;
    Some(m.name)
}

/// For each operation whether it is in the head or step of a loop, and all variables these use: changing them
/// may make the loop endless.
struct Guard {
    inside: Vec<bool>,
    vars: BTreeSet<Var>,
}

impl Guard {
    fn of(p: &Program) -> Guard {
        let (mut inside, mut vars) = (Vec::new(), BTreeSet::new());
        let mut open: Vec<bool> = Vec::new();
        for i in &p.code {
            let mut here = open.contains(&true);
            if i.op.closes() {
                here = open.contains(&true);
                open.pop();
            }
            if i.op.opens() {
                let head = matches!(i.op, Op::For | Op::Steps | Op::Test);
                here |= i.op == Op::For;
                open.push(head);
            }
            if here {
                vars.extend(&i.inputs);
                vars.extend(&i.inner);
            }
            inside.push(here);
        }
        Guard { inside, vars }
    }
    fn leaves(&self, i: usize, instr: &Instr) -> bool {
        self.inside[i]
            || instr.assigned().is_some_and(|v| self.vars.contains(&v))
            || instr.bound().any(|v| self.vars.contains(&v) && instr.op == Op::Copy)
    }
}

/// Places between operations where statements may stand, loop heads excluded.
pub(super) fn places(p: &Program) -> Vec<usize> {
    let mut walk = Walk::new(p.vars);
    let mut out = Vec::new();
    for (i, instr) in p.code.iter().enumerate() {
        if walk.top().contents == Contents::Statements
            && walk.allows(Op::Scope).is_ok()
            && !matches!(instr.op, Op::Default | Op::UseStrict)
        {
            out.push(i);
        }
        if walk.step(instr).is_err() {
            return out;
        }
    }
    out
}

fn pick(list: &[usize], choices: &mut Choices) -> Option<usize> {
    if list.is_empty() { None } else { Some(*choices.pick(list)) }
}

/// The walk in front of an operation.
fn walk_to(p: &Program, index: usize) -> Walk {
    let mut w = Walk::new(p.vars);
    for i in &p.code[..index] {
        if w.step(i).is_err() {
            break;
        }
    }
    w
}

// ---- inputs

fn input(p: &mut Program, choices: &mut Choices, typed: bool) {
    let guard = Guard::of(p);
    let with: Vec<usize> = (0..p.code.len())
        .filter(|i| {
            let c = &p.code[*i];
            !c.inputs.is_empty() && !guard.leaves(*i, c) && c.op != Op::Default
        })
        .collect();
    let Some(i) = pick(&with, choices) else { return };
    let first = usize::from(p.code[i].op.info().assigns);
    if p.code[i].inputs.len() <= first {
        return;
    }
    let n = first + choices.below((p.code[i].inputs.len() - first) as u32) as usize;
    let walk = walk_to(p, i);
    let old = p.code[i].inputs[n];
    let types = if typed { Types::infer(p) } else { Types::default() };
    let all: Vec<Var> = walk
        .usable()
        .filter(|v| *v != old && (!typed || types.of(*v).is(types.of(old))) && !is_callee(p, *v))
        .collect();
    if !all.is_empty() && !is_callee(p, old) {
        p.code[i].inputs[n] = *choices.pick(&all);
    }
}

/// Names of the global object are where they are for a reason.
fn is_callee(p: &Program, v: Var) -> bool {
    p.code.iter().any(|i| i.op == Op::Global && i.outputs.contains(&v))
}

fn typed_input(p: &mut Program, _: &Program, choices: &mut Choices) {
    input(p, choices, true);
}

fn loose_input(p: &mut Program, _: &Program, choices: &mut Choices) {
    input(p, choices, false);
}

// ---- operations

/// Another constant, operator, name or count.
fn operation(p: &mut Program, _: &Program, choices: &mut Choices) {
    let guard = Guard::of(p);
    let sizes = used_as_sizes(p);
    let with: Vec<usize> = (0..p.code.len())
        .filter(|i| {
            let c = &p.code[*i];
            let wants = c.op.info().attr;
            !guard.leaves(*i, c)
                && !c
                    .outputs
                    .iter()
                    .any(|v| guard.vars.contains(v) || (c.op == Op::Number && sizes.contains(v)))
                && match wants {
                    Wants::Number => true,
                    Wants::OneOf(list) => list.len() > 2 && !c.op.is_function(),
                    Wants::Texts(list) => !list.is_empty(),
                    _ => matches!(
                        c.op,
                        Op::String
                            | Op::Get
                            | Op::Set
                            | Op::Delete
                            | Op::Property
                            | Op::GetOptional
                            | Op::Boolean
                    ),
                }
        })
        .collect();
    let Some(i) = pick(&with, choices) else { return };
    let name = *choices.pick(NAMES);
    let instr = &mut p.code[i];
    instr.attr = match (instr.op, instr.op.info().attr) {
        (Op::Repeat, _) => Attr::Number(f64::from(*choices.pick(&[1, 2, 5, 13, 40, 90]))),
        (_, Wants::Number) => match choices.below(3) {
            0 => Attr::Number(f64::from(choices.range(-2, 12))),
            1 => match &instr.attr {
                Attr::Number(n) => Attr::Number(n + f64::from(*choices.pick(&[-1, 1]))),
                a => a.clone(),
            },
            _ => Attr::Number(interesting(choices)),
        },
        // what is bounded by a comparison with a number stays an int
        (_, Wants::OneOf(list)) => Attr::text(choices.pick::<&str>(list)),
        (_, Wants::Texts(list)) => {
            let name = instr.attr.words().get(1).map_or("x", |w| w).to_owned();
            Attr::texts([*choices.pick::<&str>(list), &name])
        }
        _ => Attr::text(name),
    };
}

/// Numbers that say how large something is: these stay.
fn used_as_sizes(p: &Program) -> BTreeSet<Var> {
    let sizes = ["repeat", "padStart", "padEnd", "fill", "resize", "from", "asIntN", "asUintN", "slice"];
    p.code
        .iter()
        .filter(|i| {
            matches!(i.op, Op::New | Op::NewSpread)
                || (matches!(i.op, Op::CallMethod | Op::CallMethodSpread) && sizes.contains(&i.attr.word()))
                || (i.op == Op::Set && i.attr.word() == "length")
                || (i.op == Op::Property && i.attr.word() == "length")
        })
        .flat_map(|i| i.inputs.iter().copied())
        .collect()
}

// ---- code

/// Puts operations in at a place, if all is well then.
fn put(p: &mut Program, at: usize, code: Vec<Instr>, vars: u32) {
    p.vars = p.vars.max(vars);
    p.code.splice(at..at, code);
}

/// A few freshly generated statements.
fn insert(p: &mut Program, _: &Program, choices: &mut Choices) {
    let Some(at) = pick(&places(p), choices) else { return };
    let n = 1 + choices.below(3);
    let mut b = Builder::at(p, at, choices);
    generators::statements(&mut b, n);
    let (code, vars) = (b.code, b.vars);
    put(p, at, code, vars);
}

/// The whole operations (blocks with their insides) from each index: first and last.
fn whole(p: &Program) -> Vec<(usize, usize)> {
    let ends = p.ends();
    (0..p.code.len())
        .filter(|i| matches!(p.code[*i].op.info().block, Block::None | Block::Opens))
        .map(|i| (i, if p.code[i].op.opens() { ends[i] } else { i }))
        .collect()
}

/// Renames everything that a piece of code binds; what it uses from outside becomes what `outside` says.
fn renamed(
    code: &[Instr],
    vars: &mut u32,
    mut outside: impl FnMut(Var) -> Option<Var>,
) -> Option<Vec<Instr>> {
    let mut map: HashMap<Var, Var> = HashMap::new();
    let mut out = Vec::new();
    for i in code {
        let mut i = i.clone();
        for v in &mut i.inputs {
            *v = match map.get(v) {
                Some(x) => *x,
                None => {
                    let new = outside(*v)?;
                    map.insert(*v, new);
                    new
                }
            };
        }
        for v in i.outputs.iter_mut().chain(&mut i.inner) {
            let new = Var(*vars);
            *vars += 1;
            map.insert(*v, new);
            *v = new;
        }
        out.push(i);
    }
    Some(out)
}

/// A statement of the other program, with what it is made of.
fn splice(p: &mut Program, other: &Program, choices: &mut Choices) {
    let Some(at) = pick(&places(p), choices) else { return };
    let pieces: Vec<(usize, usize)> = whole(other)
        .into_iter()
        .filter(|(a, b)| {
            let i = &other.code[*a];
            b - a < 120
                && !matches!(
                    i.op.info().place,
                    super::op::Place::ObjectBody | super::op::Place::ClassBody | super::op::Place::SwitchBody
                )
                && i.op.info().effect > super::op::Effect::Literal
        })
        .collect();
    if pieces.is_empty() {
        return;
    }
    let (from, to) = *choices.pick(&pieces);
    let mut wanted: Vec<(usize, usize)> = vec![(from, to)];
    // what it uses comes with it, some steps back; the rest is found here
    let bound: HashMap<Var, (usize, usize)> = whole(other)
        .into_iter()
        .flat_map(|(a, b)| other.code[a].outputs.iter().map(move |v| (*v, (a, b))).collect::<Vec<_>>())
        .collect();
    let (mut next, mut size) = (0, to - from);
    while next < wanted.len() && wanted.len() < 24 {
        let (a, b) = wanted[next];
        next += 1;
        for v in other.code[a..=b].iter().flat_map(|i| &i.inputs) {
            if let Some(d) = bound.get(v)
                && !wanted.iter().any(|(x, y)| *x <= d.0 && d.1 <= *y)
                && d.1 - d.0 + size < 160
                && (choices.chance(80) || other.code[d.0].op.info().effect == super::op::Effect::Literal)
            {
                size += d.1 - d.0 + 1;
                wanted.push(*d);
            }
        }
    }
    wanted.sort();
    wanted.dedup();
    let mut last = None;
    let code: Vec<Instr> = wanted
        .iter()
        .filter(|(a, b)| {
            let new = last.is_none_or(|l| *a > l);
            if new {
                last = Some(*b);
            }
            new
        })
        .flat_map(|(a, b)| other.code[*a..=*b].iter().cloned())
        .collect();
    let walk = walk_to(p, at);
    let (mine, theirs) = (Types::infer(p), Types::infer(other));
    let visible: Vec<Var> = walk.usable().filter(|v| !is_callee(p, *v)).collect();
    let mut vars = p.vars;
    let placed = renamed(&code, &mut vars, |v| {
        let fits: Vec<Var> = visible.iter().copied().filter(|x| mine.of(*x).is(theirs.of(v))).collect();
        match (fits.is_empty(), visible.is_empty()) {
            (false, _) => Some(*choices.pick(&fits)),
            (_, false) => Some(*choices.pick(&visible)),
            _ => None,
        }
    });
    if let Some(code) = placed {
        put(p, at, code, vars);
    }
}

/// The whole other program, at the top.
fn combine(p: &mut Program, other: &Program, choices: &mut Choices) {
    let mut walk = Walk::new(p.vars);
    let mut top = Vec::new();
    for (i, instr) in p.code.iter().enumerate() {
        if walk.open.len() == 1 && instr.op != Op::UseStrict {
            top.push(i);
        }
        if walk.step(instr).is_err() {
            return;
        }
    }
    let Some(at) = pick(&top, choices) else { return };
    let code: Vec<Instr> = other.code.iter().filter(|i| i.op != Op::UseStrict).cloned().collect();
    let mut vars = p.vars;
    if let Some(code) = renamed(&code, &mut vars, |_| None) {
        put(p, at, code, vars);
    }
}

/// A statement that nothing needs.
fn remove(p: &mut Program, _: &Program, choices: &mut Choices) {
    let guard = Guard::of(p);
    let (uses, _) = p.uses();
    let pieces: Vec<(usize, usize)> = whole(p)
        .into_iter()
        .filter(|(a, b)| {
            let own: BTreeSet<Var> =
                p.code[*a..=*b].iter().flat_map(|i| i.bound().collect::<Vec<_>>()).collect();
            let inside =
                |v: &Var| p.code[*a..=*b].iter().flat_map(|i| &i.inputs).filter(|x| *x == v).count() as u32;
            !guard.leaves(*a, &p.code[*a])
                && !guard.inside[*a]
                && own.iter().all(|v| uses[v.0 as usize] == inside(v))
        })
        .collect();
    if !pieces.is_empty() {
        let (a, b) = *choices.pick(&pieces);
        p.code.drain(a..=b);
    }
}

/// Statements that can stand anywhere: no jumps out of them.
fn movable(p: &Program) -> Vec<(usize, usize)> {
    let guard = Guard::of(p);
    let places: BTreeSet<usize> = places(p).into_iter().collect();
    whole(p)
        .into_iter()
        .filter(|(a, b)| {
            let leaves = |i: &Instr| {
                matches!(
                    i.op,
                    Op::Return
                        | Op::Break
                        | Op::Continue
                        | Op::BreakTo
                        | Op::ContinueTo
                        | Op::Labelled
                        | Op::Yield
                        | Op::Await
                )
            };
            places.contains(a)
                && !guard.inside[*a]
                && !p.code[*a..=*b]
                    .iter()
                    .any(|i| leaves(i) || i.assigned().is_some_and(|v| guard.vars.contains(&v)))
                && p.code[*a].op.info().effect > super::op::Effect::Pure
        })
        .collect()
}

/// A statement once more, behind itself or further on.
fn duplicate(p: &mut Program, _: &Program, choices: &mut Choices) {
    let all = movable(p);
    if all.is_empty() {
        return;
    }
    let (a, b) = *choices.pick(&all);
    let code = p.code[a..=b].to_vec();
    let after: Vec<usize> = places(p).into_iter().filter(|i| *i > b).collect();
    let at = if after.is_empty() || choices.chance(50) { b + 1 } else { *choices.pick(&after) };
    let mut vars = p.vars;
    if let Some(code) = renamed(&code, &mut vars, Some) {
        put(p, at, code, vars);
    }
}

/// A statement in a loop, a condition or a handler of its own.
fn wrap(p: &mut Program, _: &Program, choices: &mut Choices) {
    let (uses, _) = p.uses();
    let all: Vec<(usize, usize)> = movable(p)
        .into_iter()
        // nothing behind it may use what it binds
        .filter(|(a, b)| {
            let inside =
                |v: Var| p.code[*a..=*b].iter().flat_map(|i| &i.inputs).filter(|x| **x == v).count() as u32;
            p.code[*a..=*b]
                .iter()
                .flat_map(|i| i.bound().collect::<Vec<_>>())
                .all(|v| uses[v.0 as usize] == inside(v))
        })
        .collect();
    if all.is_empty() {
        return;
    }
    let (a, b) = *choices.pick(&all);
    let (before, behind) = match choices.below(4) {
        0 => {
            let i = p.fresh();
            let n = f64::from(*choices.pick(&[2, 9, 33]));
            let head = Instr { inner: vec![i], ..Instr::with(Op::Repeat, Attr::Number(n), &[]) };
            (vec![head], vec![Instr::new(Op::End)])
        }
        1 => {
            let walk = walk_to(p, a);
            let visible: Vec<Var> = walk.usable().collect();
            if visible.is_empty() {
                return;
            }
            (vec![Instr::with(Op::If, Attr::None, &[*choices.pick(&visible)])], vec![Instr::new(Op::End)])
        }
        2 => (vec![Instr::new(Op::Try)], vec![Instr::new(Op::Finally), Instr::new(Op::End)]),
        _ => {
            let (f, r, u) = (p.fresh(), p.fresh(), p.fresh());
            let head = Instr { outputs: vec![f], ..Instr::with(Op::Arrow, Attr::text(""), &[]) };
            let nothing = Instr { outputs: vec![u], ..Instr::new(Op::Undefined) };
            let call = Instr { outputs: vec![r], ..Instr::with(Op::Call, Attr::None, &[f]) };
            (vec![head], vec![nothing, Instr::with(Op::Return, Attr::None, &[u]), Instr::new(Op::End), call])
        }
    };
    put(p, b + 1, behind, 0);
    put(p, a, before, 0);
}

/// Two statements that follow each other, the other way round.
fn swap(p: &mut Program, _: &Program, choices: &mut Choices) {
    let all = movable(p);
    let pairs: Vec<(usize, usize, usize)> =
        all.iter().filter_map(|(a, b)| Some((*a, *b, all.iter().find(|n| n.0 == b + 1)?.1))).collect();
    if pairs.is_empty() {
        return;
    }
    let (a, b, c) = *choices.pick(&pairs);
    p.code[a..=c].rotate_left(b + 1 - a);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mutator_changes_programs_and_keeps_them_right() {
        let mut used: HashMap<&str, u32> = HashMap::new();
        for seed in 0..120 {
            let mut c = Choices::from_seed(seed);
            let (mut p, other) = (generators::program(&mut c), generators::program(&mut c));
            for _ in 0..12 {
                if let Some(m) = mutate(&mut p, &other, &mut c) {
                    *used.entry(m).or_default() += 1;
                    let text = super::super::lift(&p);
                    if let Err(e) = tierproof_syntax::parse(text.as_bytes(), "mutated.js") {
                        panic!("{seed} {m}: {e}\n{p}\n{text}");
                    }
                }
            }
        }
        for m in MUTATORS {
            assert!(used.get(m.name).is_some_and(|n| *n >= 20), "{} in {used:?}", m.name);
        }
    }
}
