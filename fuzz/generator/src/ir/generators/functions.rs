//! Functions of all kinds, and calls of what there is.

use super::super::build::Builder;
use super::super::model::{self, Reach, model};
use super::super::op::{Attr, Op, context as cx};
use super::super::program::{Instr, Var};
use super::super::types::{Kind, Type};
use super::objects::*;
use super::statements;
use super::values::*;

pub(super) fn method(b: &mut Builder) {
    let all: Vec<Var> =
        b.walk.usable().filter(|v| b.types.of(*v).is_something() && !b.types.of(*v).is_any()).collect();
    if all.is_empty() {
        return array(b);
    }
    let o = *b.choices.pick(&all);
    let ty = b.types.of(o).clone();
    if let Some(k) = &ty.known
        && !k.methods.is_empty()
        && ty.may_be(Kind::Object)
        && b.choices.chance(70)
    {
        let name = b.choices.pick(&k.methods).to_string();
        let v = b.argument(&Type::any());
        if b.affords(60) {
            b.value(Op::CallMethod, Attr::text(&name), &[o, v], Type::any());
        }
        return;
    }
    let group = match ty.group {
        Some("Function") | None if !ty.is_numeric() => return get(b),
        Some(g) => g,
        None => "Number",
    };
    let members = model().members_of(group);
    if members.is_empty() || !b.affords(20) {
        return get(b);
    }
    let i = *b.choices.pick(members);
    b.builtin(&model().all[i], Some(o));
}

pub(super) fn builtin(b: &mut Builder) {
    // what gives an object new laws is a generator of its own, or of a new object
    let i = *b.choices.pick(&model().entries);
    let e = &model().all[i];
    let laws = ["freeze", "seal", "preventExtensions", "setPrototypeOf", "apply", "defineProperty"];
    if laws.contains(&e.name) || (e.reach == Reach::Constructor && e.name == "Proxy") || !b.affords(20) {
        return arithmetic(b);
    }
    b.builtin(e, None);
}

pub(super) fn call(b: &mut Builder) {
    let Some(f) = b.visible(&Type::of(Kind::Function).grouped("Function")) else { return closure(b) };
    if !b.can_call(f) {
        return;
    }
    let n = b.types.of(f).known.as_ref().map_or(1, |k| k.parameters);
    let arguments: Vec<Var> = (0..n).map(|_| b.argument(&Type::number())).collect();
    b.call(f, &arguments);
}

pub(super) fn call_spread(b: &mut Builder) {
    let a = some_array(b);
    let (g, f) = (b.global("Math"), *b.choices.pick(&["max", "min", "hypot"]));
    let n = b.global("Number");
    let finite = b.value(Op::Get, Attr::text("isFinite"), &[n], Type::default());
    // others would not convert to numbers
    let ty = model::named("Array");
    let numbers = b.value(Op::CallMethod, Attr::text("filter"), &[a, finite], ty);
    b.value(Op::CallMethodSpread, Attr::text(f), &[g, numbers], Type::number());
}

pub(super) fn observe(b: &mut Builder) {
    let v = b.argument(&Type::any());
    b.probe(v);
}

pub(super) fn closure(b: &mut Builder) {
    let op = *b.choices.pick(&[Op::Arrow, Op::Function]);
    let ty = if b.choices.chance(70) { Type::number() } else { Type::any() };
    let f = b.function(op, &[ty], |b, _| {
        statements(b, 2);
        let r = b.argument(&Type::any());
        b.effect(Op::Return, Attr::None, &[r]);
    });
    if b.can_call(f) {
        let v = b.argument(&Type::number());
        b.call(f, &[v]);
    }
}

/// A function that calls itself, with a depth that ends.
pub(super) fn recursion(b: &mut Builder) {
    if !b.affords(100) || b.walk.context() & cx::FUNCTION != 0 {
        return;
    }
    let f = b.fresh(Type::default());
    let n = b.fresh(Type::number());
    let x = b.fresh(Type::any());
    if !b.emit(Instr {
        outputs: vec![f],
        inner: vec![n, x],
        ..Instr::with(Op::Function, Attr::text(""), &[])
    }) {
        return;
    }
    b.body(Some(f), |b| {
        let zero = b.number(0.0);
        let test = b.value(Op::Binary, Attr::text("<="), &[n, zero], Type::of(Kind::Boolean));
        b.effect(Op::If, Attr::None, &[test]);
        b.effect(Op::Return, Attr::None, &[x]);
        b.end();
        // the depth is left alone
        b.types.set(n, Type::default());
        statements(b, 1);
        let one = b.number(1.0);
        let less = b.value(Op::Binary, Attr::text("-"), &[n, one], Type::number());
        let y = b.argument(&Type::any());
        let r = b.value(Op::Call, Attr::None, &[f, less, y], Type::any());
        b.effect(Op::Return, Attr::None, &[r]);
    });
    let (depth, v) = (b.small(), b.argument(&Type::any()));
    b.value(Op::Call, Attr::None, &[f, depth, v], Type::any());
}

pub(super) fn arguments(b: &mut Builder) {
    let a = b.value(Op::Arguments, Attr::None, &[], model::named("Array"));
    // it has no methods of arrays
    b.types.set(a, Type::of(Kind::Object));
    let i = b.small();
    if b.choices.chance(40) {
        let v = b.argument(&Type::any());
        b.effect(Op::SetIndex, Attr::None, &[a, i, v]);
    }
    b.value(Op::GetIndex, Attr::None, &[a, i], Type::any());
    b.value(Op::Get, Attr::text("length"), &[a], Type::of(Kind::Int));
}

pub(super) fn generator(b: &mut Builder) {
    if !b.affords(60) {
        return;
    }
    let f = b.function(Op::Generator, &[Type::number()], |b, p| {
        if b.open(Op::Repeat, Attr::Number(4.0), &[], &[Type::of(Kind::Int)]).is_some() {
            b.repeated(4, |b| {
                statements(b, 1);
                let v = b.argument(&Type::any());
                b.value(Op::Yield, Attr::None, &[v], Type::any());
            });
            b.end();
        }
        b.effect(Op::Return, Attr::None, &[p[0]]);
    });
    let v = b.argument(&Type::number());
    let g = b.value(Op::Call, Attr::None, &[f, v], model::named("Generator"));
    if b.open(Op::ForOf, Attr::None, &[g], &[Type::any()]).is_some() {
        b.repeated(4, |b| statements(b, 1));
        b.end();
    }
}

pub(super) fn asynchronous(b: &mut Builder) {
    if !b.affords(30) {
        return;
    }
    let f = b.function(Op::AsyncFunction, &[Type::any()], |b, p| {
        let v = b.value(Op::Await, Attr::None, &[p[0]], Type::any());
        statements(b, 2);
        b.probe(v);
    });
    let v = b.primitive();
    b.call(f, &[v]);
}

pub(super) fn yields(b: &mut Builder) {
    let v = b.argument(&Type::any());
    b.value(Op::Yield, Attr::None, &[v], Type::any());
}

pub(super) fn awaits(b: &mut Builder) {
    let v = b.argument(&Type::number());
    b.value(Op::Await, Attr::None, &[v], Type::any());
}

pub(super) fn unpack(b: &mut Builder) {
    if b.choices.chance(50) {
        let a = some_array(b);
        let (x, rest) = (b.fresh(Type::any()), b.fresh(model::named("Array")));
        b.emit(Instr {
            outputs: vec![x, rest],
            ..Instr::with(Op::UnpackArray, Attr::texts(["v", "..."]), &[a])
        });
    } else {
        let o = some_object(b);
        let (name, default) = (format!("{}=", b.name()), b.primitive());
        let (x, rest) = (b.fresh(Type::any()), b.fresh(Type::of(Kind::Object)));
        let attr = Attr::texts([name.as_str(), "..."]);
        b.emit(Instr { outputs: vec![x, rest], ..Instr::with(Op::UnpackObject, attr, &[o, default]) });
    }
}
