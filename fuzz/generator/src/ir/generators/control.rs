//! Control flow.

use super::super::build::Builder;
use super::super::model::{self};
use super::super::op::{Attr, COMPOUND, Op, context as cx};
use super::super::program::{Instr, Var};
use super::super::types::{Kind, Type};
use super::objects::*;
use super::statements;
use super::values::*;

pub(super) fn block(b: &mut Builder, n: u32) {
    statements(b, n);
    b.end();
}

pub(super) fn branch(b: &mut Builder) {
    let test = b.argument(&Type::of(Kind::Boolean));
    if !b.effect(Op::If, Attr::None, &[test]) {
        return;
    }
    statements(b, 2);
    if b.choices.chance(50) {
        b.emit(Instr::new(Op::Else));
        statements(b, 2);
    }
    b.end();
}

pub(super) fn repeat(b: &mut Builder) {
    let n = *b.choices.pick(&[3, 5, 9, 17]);
    if !b.affords(n * 4) {
        return;
    }
    if b.open(Op::Repeat, Attr::Number(f64::from(n)), &[], &[Type::of(Kind::Int)]).is_some() {
        b.repeated(n, |b| statements(b, 3));
        b.end();
    }
}

/// `for (let i = 0, j = x; i < n; i++, j += y)`
pub(super) fn while_loop(b: &mut Builder) {
    let n = *b.choices.pick(&[4, 7, 12]);
    if !b.affords(n * 4) {
        return;
    }
    let (zero, other, bound) = (b.number(0.0), b.argument(&Type::number()), b.number(f64::from(n)));
    let Some(v) = b.open(Op::For, Attr::None, &[zero, other], &[Type::of(Kind::Int), Type::number()]) else {
        return;
    };
    let op = *b.choices.pick(&["<", "!=="]);
    let test = b.value(Op::Binary, Attr::text(op), &[v[0], bound], Type::of(Kind::Boolean));
    b.effect(Op::Body, Attr::None, &[test]);
    // the counter is left alone
    let counter = b.types.of(v[0]).clone();
    b.types.set(v[0], Type::default());
    b.repeated(n, |b| statements(b, 3));
    b.types.set(v[0], counter);
    b.emit(Instr::new(Op::Steps));
    b.value(Op::Step, Attr::text("post++"), &[v[0]], Type::number());
    let (op, x) = (*b.choices.pick(&COMPOUND[..3]), b.small());
    b.value(Op::Update, Attr::text(op), &[v[1], x], Type::number());
    b.end();
}

pub(super) fn do_loop(b: &mut Builder) {
    let n = *b.choices.pick(&[3, 8]);
    if !b.affords(n * 4) {
        return;
    }
    let zero = b.number(0.0);
    let i = b.value(Op::Copy, Attr::None, &[zero], Type::default());
    if b.emit(Instr::new(Op::Do)) {
        b.repeated(n, |b| statements(b, 2));
        b.emit(Instr::new(Op::Test));
        let i = b.value(Op::Step, Attr::text("pre++"), &[i], Type::of(Kind::Int));
        let bound = b.number(f64::from(n));
        let test = b.value(Op::Binary, Attr::text("<"), &[i, bound], Type::of(Kind::Boolean));
        b.effect(Op::Result, Attr::None, &[test]);
    }
}

pub(super) fn for_of(b: &mut Builder) {
    if !b.affords(40) {
        return;
    }
    // a copy, so that what the body does to the array is no endless loop
    let a = some_array(b);
    let (zero, n) = (b.number(0.0), b.number(8.0));
    let copy = b.value(Op::CallMethod, Attr::text("slice"), &[a, zero, n], model::named("Array"));
    if b.open(Op::ForOf, Attr::None, &[copy], &[Type::any()]).is_some() {
        b.repeated(8, |b| statements(b, 2));
        b.end();
    }
}

pub(super) fn for_in(b: &mut Builder) {
    let o = some_object(b);
    if !b.affords(30) {
        return;
    }
    if let Some(k) = b.open(Op::ForIn, Attr::None, &[o], &[model::named("string")]) {
        b.repeated(5, |b| {
            let v = b.value(Op::GetIndex, Attr::None, &[o, k[0]], Type::any());
            b.probe(v);
            statements(b, 1);
        });
        b.end();
    }
}

pub(super) fn switch(b: &mut Builder) {
    let x = b.argument(&Type::number());
    let tests: Vec<Var> = (0..2 + b.choices.below(6)).map(|i| b.number(f64::from(i))).collect();
    if !b.effect(Op::Switch, Attr::None, &[x]) {
        return;
    }
    for t in tests {
        b.effect(Op::Case, Attr::None, &[t]);
        statements(b, 1);
        if b.choices.chance(70) {
            b.emit(Instr::new(Op::Break));
        }
        b.end();
    }
    b.emit(Instr::new(Op::DefaultCase));
    block(b, 1);
    b.end();
}

pub(super) fn try_catch(b: &mut Builder) {
    if !b.emit(Instr::new(Op::Try)) {
        return;
    }
    statements(b, 1);
    let test = b.argument(&Type::of(Kind::Boolean));
    if b.effect(Op::If, Attr::None, &[test]) {
        let (g, text) = (b.global("RangeError"), b.string());
        let e = b.value(Op::New, Attr::None, &[g, text], Type::of(Kind::Object));
        b.effect(Op::Throw, Attr::None, &[e]);
        b.end();
    }
    statements(b, 1);
    if let Some(e) = b.open(Op::Catch, Attr::None, &[], &[Type::any()]) {
        let name = b.value(Op::GetOptional, Attr::text("name"), &[e[0]], Type::any());
        b.probe(name);
        statements(b, 1);
    }
    b.end();
}

pub(super) fn try_finally(b: &mut Builder) {
    if !b.emit(Instr::new(Op::Try)) {
        return;
    }
    statements(b, 2);
    if b.walk.context() & cx::FUNCTION != 0 && b.choices.chance(40) {
        let test = b.argument(&Type::of(Kind::Boolean));
        if b.effect(Op::If, Attr::None, &[test]) {
            let v = b.argument(&Type::any());
            b.effect(Op::Return, Attr::None, &[v]);
            b.end();
        }
    }
    b.emit(Instr::new(Op::Finally));
    block(b, 1);
}

pub(super) fn labelled(b: &mut Builder) {
    if !b.affords(30) || b.walk.open.iter().any(|o| o.op == Op::Labelled) {
        return;
    }
    if !b.effect(Op::Labelled, Attr::text("outer"), &[]) {
        return;
    }
    if b.open(Op::Repeat, Attr::Number(4.0), &[], &[Type::of(Kind::Int)]).is_some() {
        b.repeated(4, |b| {
            if b.open(Op::Repeat, Attr::Number(3.0), &[], &[Type::of(Kind::Int)]).is_some() {
                b.repeated(3, |b| {
                    statements(b, 1);
                    let test = b.argument(&Type::of(Kind::Boolean));
                    if b.effect(Op::If, Attr::None, &[test]) {
                        let op = *b.choices.pick(&[Op::ContinueTo, Op::BreakTo]);
                        b.effect(op, Attr::text("outer"), &[]);
                        b.end();
                    }
                    statements(b, 1);
                });
                b.end();
            }
        });
        b.end();
    }
    b.end();
}

pub(super) fn leave(b: &mut Builder) {
    let test = b.argument(&Type::of(Kind::Boolean));
    if b.effect(Op::If, Attr::None, &[test]) {
        let op = *b.choices.pick(&[Op::Continue, Op::Break]);
        b.emit(Instr::new(op));
        b.end();
    }
}

pub(super) fn return_early(b: &mut Builder) {
    let test = b.argument(&Type::of(Kind::Boolean));
    if b.effect(Op::If, Attr::None, &[test]) {
        let v = b.argument(&Type::any());
        b.effect(Op::Return, Attr::None, &[v]);
        b.end();
    }
}
