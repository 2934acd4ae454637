//! Operators and variables, arrays and typed arrays.

use super::super::build::Builder;
use super::super::model::{self};
use super::super::op::{Attr, BINARY, COMPOUND, Op, STEPS, UNARY};
use super::super::program::{Instr, Var};
use super::super::types::{Kind, Type};

pub(super) fn arithmetic(b: &mut Builder) {
    let op = *b.choices.pick(&BINARY[..12]);
    let ty = if b.choices.chance(60) { Type::of(Kind::Int) } else { Type::number() };
    let (x, y) = (b.argument(&ty), b.argument(&Type::number()));
    let result =
        if matches!(op, "&" | "|" | "^" | "<<" | ">>") { Type::of(Kind::Int) } else { Type::number() };
    b.value(Op::Binary, Attr::text(op), &[x, y], result);
}

pub(super) fn comparison(b: &mut Builder) {
    let op = *b.choices.pick(&BINARY[12..20]);
    let ty = if b.choices.chance(70) { Type::number() } else { Type::any() };
    let (x, y) = (b.argument(&ty), b.argument(&ty));
    b.value(Op::Binary, Attr::text(op), &[x, y], Type::of(Kind::Boolean));
}

pub(super) fn unary(b: &mut Builder) {
    let op = *b.choices.pick(UNARY);
    let ty = if matches!(op, "-" | "+" | "~") { Type::number() } else { Type::any() };
    let x = b.argument(&ty);
    let result = match op {
        "!" => Type::of(Kind::Boolean),
        "typeof" => model::named("string"),
        "void" => Type::of(Kind::Undefined),
        _ => Type::number(),
    };
    b.value(Op::Unary, Attr::text(op), &[x], result);
}

/// An expression in a block of its own.
pub(super) fn lazy(b: &mut Builder, op: Op) {
    let test = b.argument(&Type::of(Kind::Boolean));
    let ty = if b.choices.chance(60) { Type::number() } else { Type::any() };
    let out = b.fresh(ty.clone());
    if !b.emit(Instr { outputs: vec![out], ..Instr::with(op, Attr::None, &[test]) }) {
        return;
    }
    if op == Op::Condition {
        let v = b.argument(&ty);
        b.effect(Op::Otherwise, Attr::None, &[v]);
    }
    arithmetic(b);
    let v = b.argument(&ty);
    b.effect(Op::Result, Attr::None, &[v]);
    if op != Op::Condition {
        b.types.set(out, Type::any());
    }
}

pub(super) fn condition(b: &mut Builder) {
    lazy(b, Op::Condition);
}

pub(super) fn logical(b: &mut Builder) {
    let op = *b.choices.pick(&[Op::And, Op::Or, Op::Coalesce]);
    lazy(b, op);
}

pub(super) fn template(b: &mut Builder) {
    let x = b.argument(&Type::number());
    b.value(Op::Template, Attr::texts(["<", ">"]), &[x], model::named("string"));
}

pub(super) fn bigints(b: &mut Builder) {
    let ty = Type::of(Kind::BigInt);
    let (x, y) = (b.argument(&ty), b.bigint());
    let op = *b.choices.pick(&["+", "-", "*", "&", "|", "^"]);
    let sum = b.value(Op::Binary, Attr::text(op), &[x, y], ty.clone());
    // no number grows without end
    let (g, bits) = (b.global("BigInt"), b.number(64.0));
    b.value(Op::CallMethod, Attr::text("asIntN"), &[g, bits, sum], ty);
    let mixed = b.argument(&Type::number());
    let op = *b.choices.pick(&["<", "==", ">=", "!=="]);
    b.value(Op::Binary, Attr::text(op), &[sum, mixed], Type::of(Kind::Boolean));
}

pub(super) fn assign(b: &mut Builder) {
    let ty = if b.choices.chance(75) { Type::number() } else { Type::any() };
    match b.assignable(&ty) {
        Some(v) => {
            let want = b.types.of(v).clone();
            let x = if b.choices.chance(85) { b.argument(&want) } else { b.primitive() };
            b.effect(Op::Assign, Attr::None, &[v, x]);
            let both = want.union(&b.types.of(x).clone());
            b.types.set(v, both);
        }
        None => counter(b),
    }
}

/// A variable to be assigned.
pub(super) fn counter(b: &mut Builder) {
    let n = b.any_number();
    b.value(Op::Copy, Attr::None, &[n], Type::number());
}

pub(super) fn update(b: &mut Builder) {
    let Some(v) = b.assignable(&Type::number()) else { return counter(b) };
    let op = *b.choices.pick(COMPOUND);
    let x = b.argument(&Type::number());
    b.value(Op::Update, Attr::text(op), &[v, x], Type::number());
    b.types.set(v, Type::number());
}

pub(super) fn step(b: &mut Builder) {
    let Some(v) = b.assignable(&Type::number()) else { return counter(b) };
    let op = *b.choices.pick(STEPS);
    b.value(Op::Step, Attr::text(op), &[v], Type::number());
}

pub(super) fn array(b: &mut Builder) {
    b.array();
}

pub(super) fn some_array(b: &mut Builder) -> Var {
    match b.visible(&model::named("Array")) {
        Some(a) => a,
        None => b.array(),
    }
}

pub(super) fn index(b: &mut Builder) -> Var {
    match b.choices.below(5) {
        0 => {
            let n = b.choices.range(-1, 12);
            b.number(f64::from(n))
        }
        1 => {
            let (i, mask) = (b.argument(&Type::of(Kind::Int)), b.number(7.0));
            b.value(Op::Binary, Attr::text("&"), &[i, mask], Type::of(Kind::Int))
        }
        2 => b.argument(&Type::number()),
        _ => b.small(),
    }
}

pub(super) fn get_index(b: &mut Builder) {
    let (a, i) = (some_array(b), index(b));
    b.value(Op::GetIndex, Attr::None, &[a, i], Type::any());
}

pub(super) fn set_index(b: &mut Builder) {
    let a = some_array(b);
    // lengths stay small
    let i = if b.choices.chance(60) {
        b.small()
    } else {
        let (i, mask) = (b.argument(&Type::of(Kind::Int)), b.number(15.0));
        b.value(Op::Binary, Attr::text("&"), &[i, mask], Type::of(Kind::Int))
    };
    let v = b.argument(&Type::any());
    b.effect(Op::SetIndex, Attr::None, &[a, i, v]);
}

pub(super) fn length(b: &mut Builder) {
    let a = some_array(b);
    if b.choices.chance(60) {
        b.value(Op::Get, Attr::text("length"), &[a], Type::of(Kind::Int));
    } else {
        let n = b.small();
        b.effect(Op::Set, Attr::text("length"), &[a, n]);
    }
}

pub(super) fn delete_index(b: &mut Builder) {
    let (a, i) = (some_array(b), b.small());
    b.value(Op::DeleteIndex, Attr::None, &[a, i], Type::of(Kind::Boolean));
}

pub(super) fn typed_array(b: &mut Builder) {
    let name = *b.choices.pick(&[
        "Int32Array",
        "Uint8Array",
        "Float64Array",
        "Uint32Array",
        "Int8Array",
        "Float32Array",
        "Uint8ClampedArray",
        "Int16Array",
    ]);
    let ty = model::named(name);
    let a = match b.visible(&ty) {
        Some(a) => a,
        None => {
            let (g, n) = (b.global(name), b.small());
            b.value(Op::New, Attr::None, &[g, n], ty)
        }
    };
    let (i, v) = (index(b), b.argument(&Type::number()));
    b.effect(Op::SetIndex, Attr::None, &[a, i, v]);
    let i = index(b);
    b.value(Op::GetIndex, Attr::None, &[a, i], Type::any());
}

/// A buffer that changes its size, or is taken away, under a view.
pub(super) fn resize(b: &mut Builder) {
    let (o, n) = (b.fresh(Type::of(Kind::Object)), b.number(16.0));
    b.emit(Instr { outputs: vec![o], ..Instr::new(Op::Object) });
    b.effect(Op::Property, Attr::text("maxByteLength"), &[n]);
    b.end();
    let (g, size) = (b.global("ArrayBuffer"), b.number(8.0));
    let buffer = b.value(Op::New, Attr::None, &[g, size, o], model::named("ArrayBuffer"));
    let g = b.global("Uint8Array");
    let view = b.value(Op::New, Attr::None, &[g, buffer], model::named("Uint8Array"));
    let (i, v) = (b.small(), b.argument(&Type::number()));
    b.effect(Op::SetIndex, Attr::None, &[view, i, v]);
    if b.choices.chance(60) {
        let n = *b.choices.pick(&[0.0, 4.0, 16.0]);
        let n = b.number(n);
        // a second time round the buffer may be gone
        let gone = b.value(Op::Get, Attr::text("detached"), &[buffer], Type::of(Kind::Boolean));
        let test = b.value(Op::Unary, Attr::text("!"), &[gone], Type::of(Kind::Boolean));
        if b.effect(Op::If, Attr::None, &[test]) {
            b.value(Op::CallMethod, Attr::text("resize"), &[buffer, n], Type::any());
            b.end();
        }
    } else {
        b.value(Op::CallMethod, Attr::text("transfer"), &[buffer], Type::any());
    }
    let i = b.small();
    let v = b.value(Op::GetIndex, Attr::None, &[view, i], Type::any());
    b.probe(v);
}

/// A regular expression, with a state that the next call sees.
pub(super) fn regexps(b: &mut Builder) {
    let ty = model::named("RegExp");
    let r = b.argument(&ty);
    let s = b.argument(&model::named("string"));
    if b.choices.chance(40) {
        let n = b.small();
        b.effect(Op::Set, Attr::text("lastIndex"), &[r, n]);
    }
    let name = *b.choices.pick(&["test", "exec"]);
    let v = b.value(Op::CallMethod, Attr::text(name), &[r, s], Type::any());
    b.probe(v);
}
