//! Objects: literals, properties, accessors, proxies, prototypes, classes.

use super::super::build::Builder;
use super::super::model::{self};
use super::super::op::{Attr, COMPOUND, Op, STEPS};
use super::super::program::{Instr, Var};
use super::super::types::{Kind, Known, Type};
use super::statements;

pub(super) fn object(b: &mut Builder) {
    b.object();
}

pub(super) fn some_object(b: &mut Builder) -> Var {
    match b.visible(&Type::of(Kind::Object)) {
        Some(o) => o,
        None => b.object(),
    }
}

/// A property that the object was made with, mostly.
pub(super) fn property_of(b: &mut Builder, o: Var) -> String {
    let known = b.types.of(o).known.clone();
    match known {
        Some(k) if !k.properties.is_empty() && b.choices.chance(75) => {
            b.choices.pick(&k.properties).to_string()
        }
        _ => b.name().to_owned(),
    }
}

pub(super) fn get(b: &mut Builder) {
    let o = b.argument(&Type::of(Kind::Object));
    let name = property_of(b, o);
    let op = if b.types.of(o).is_something() { Op::Get } else { Op::GetOptional };
    b.value(op, Attr::text(&name), &[o], Type::any());
}

pub(super) fn set(b: &mut Builder) {
    let o = some_object(b);
    let name = property_of(b, o);
    let v = b.argument(&Type::any());
    b.effect(Op::Set, Attr::text(&name), &[o, v]);
}

pub(super) fn update_property(b: &mut Builder) {
    let o = some_object(b);
    let name = property_of(b, o);
    if b.choices.chance(50) {
        let op = *b.choices.pick(STEPS);
        // what is no number becomes one
        let old = b.value(Op::Get, Attr::text(&name), &[o], Type::any());
        let n = b.value(Op::Unary, Attr::text("typeof"), &[old], model::named("string"));
        let want = b.value(Op::String, Attr::text("number"), &[], model::named("string"));
        let test = b.value(Op::Binary, Attr::text("==="), &[n, want], Type::of(Kind::Boolean));
        if b.effect(Op::If, Attr::None, &[test]) {
            b.value(Op::StepProperty, Attr::texts([op, &name]), &[o], Type::number());
            b.end();
        }
    } else {
        let v = b.argument(&Type::number());
        b.effect(Op::Set, Attr::text(&name), &[o, v]);
        let x = b.argument(&Type::number());
        let op = *b.choices.pick(COMPOUND);
        b.value(Op::UpdateProperty, Attr::texts([op, &name]), &[o, x], Type::number());
    }
}

pub(super) fn delete(b: &mut Builder) {
    let o = some_object(b);
    let name = property_of(b, o);
    b.value(Op::Delete, Attr::text(&name), &[o], Type::of(Kind::Boolean));
}

/// A getter or setter that changes other properties of its object.
pub(super) fn accessor(b: &mut Builder) {
    let (x, y) = (b.argument(&Type::number()), b.argument(&Type::any()));
    let known = Known { properties: vec!["x".into(), "y".into(), "g".into()], ..Known::default() };
    let out = b.fresh(Type::of(Kind::Object).grouped("Object").knowing(known));
    b.emit(Instr { outputs: vec![out], ..Instr::new(Op::Object) });
    b.effect(Op::Property, Attr::text("x"), &[x]);
    b.effect(Op::Property, Attr::text("y"), &[y]);
    b.open(Op::Method, Attr::text("get g"), &[], &[]);
    b.body(None, |b| {
        let this = b.value(Op::This, Attr::None, &[], Type::of(Kind::Object));
        let v = b.argument(&Type::any());
        match b.choices.below(3) {
            0 => {
                b.effect(Op::Set, Attr::text("x"), &[this, v]);
            }
            1 => {
                b.value(Op::Delete, Attr::text("y"), &[this], Type::of(Kind::Boolean));
            }
            _ => {
                b.effect(Op::Set, Attr::text("z"), &[this, v]);
            }
        }
        let r = b.value(Op::Get, Attr::text("x"), &[this], Type::any());
        b.effect(Op::Return, Attr::None, &[r]);
    });
    if let Some(p) = b.open(Op::Method, Attr::text("set g"), &[], &[Type::any()]) {
        b.body(None, |b| {
            let this = b.value(Op::This, Attr::None, &[], Type::of(Kind::Object));
            b.effect(Op::Set, Attr::text("y"), &[this, p[0]]);
        });
    }
    b.end();
    if b.choices.chance(50) {
        b.value(Op::Get, Attr::text("g"), &[out], Type::any());
    }
}

/// An object whose conversion to a primitive changes something visible.
pub(super) fn converts(b: &mut Builder) {
    let target = b.visible(&Type::of(Kind::Object));
    let array = b.visible(&model::named("Array"));
    let out = b.fresh(Type::of(Kind::Object));
    b.emit(Instr { outputs: vec![out], ..Instr::new(Op::Object) });
    let name = *b.choices.pick(&["valueOf", "toString"]);
    b.open(Op::Method, Attr::text(name), &[], &[]);
    b.body(None, |b| {
        let v = b.argument(&Type::any());
        match (target, array) {
            (_, Some(a)) if b.choices.chance(50) => {
                let i = b.small();
                if b.choices.chance(50) {
                    b.effect(Op::SetIndex, Attr::None, &[a, i, v]);
                } else {
                    b.effect(Op::Set, Attr::text("length"), &[a, i]);
                }
            }
            (Some(o), _) => {
                let name = property_of(b, o);
                b.effect(Op::Set, Attr::text(&name), &[o, v]);
            }
            _ => {}
        }
        let r = b.int();
        b.effect(Op::Return, Attr::None, &[r]);
    });
    b.end();
    let (op, other) = (*b.choices.pick(&["+", "*", "<", "-", "=="]), b.argument(&Type::number()));
    b.value(Op::Binary, Attr::text(op), &[out, other], Type::any());
}

pub(super) fn proxy(b: &mut Builder) {
    let target = some_object(b);
    let handler = b.fresh(Type::of(Kind::Object));
    b.emit(Instr { outputs: vec![handler], ..Instr::new(Op::Object) });
    let trap = *b.choices.pick(&["get", "has", "set", "deleteProperty"]);
    let types = [Type::of(Kind::Object), Type::any(), Type::any()];
    let n = if trap == "get" || trap == "set" { 3 } else { 2 };
    if let Some(p) = b.open(Op::Method, Attr::text(trap), &[], &types[..n]) {
        b.body(None, |b| {
            if b.choices.chance(60) {
                let (name, v) = (b.name(), b.argument(&Type::any()));
                b.effect(Op::Set, Attr::text(name), &[p[0], v]);
            }
            let r = b.global("Reflect");
            let inputs: Vec<Var> = [r].into_iter().chain(p.iter().copied()).collect();
            let v = b.value(Op::CallMethod, Attr::text(trap), &inputs, Type::any());
            b.effect(Op::Return, Attr::None, &[v]);
        });
    }
    b.end();
    let g = b.global("Proxy");
    let ty = b.types.of(target).clone();
    b.value(Op::New, Attr::None, &[g, target, handler], ty);
}

pub(super) fn prototype(b: &mut Builder) {
    let (o, p) = (some_object(b), b.object());
    // a chain without a circle: the prototype is new
    let g = b.global("Object");
    b.value(Op::CallMethod, Attr::text("setPrototypeOf"), &[g, o, p], Type::of(Kind::Object));
}

pub(super) fn freeze(b: &mut Builder) {
    let o = b.object();
    let (g, f) = (b.global("Object"), *b.choices.pick(&["freeze", "seal", "preventExtensions"]));
    let ty = b.types.of(o).clone();
    b.value(Op::CallMethod, Attr::text(f), &[g, o], ty);
}

pub(super) fn class(b: &mut Builder) {
    let parent = b.visible(&Type::of(Kind::Constructor)).filter(|_| b.choices.chance(60));
    let properties = vec!["a".into(), "x".into()];
    let instance = Known { properties, methods: vec!["m".into()], ..Known::default() };
    let known = Known { parameters: 1, instance: Some(instance.into()), ..Known::default() };
    let out = b.fresh(Type::of(Kind::Constructor).knowing(known));
    let inputs: Vec<Var> = parent.into_iter().collect();
    if !b.emit(Instr { outputs: vec![out], ..Instr::with(Op::Class, Attr::None, &inputs) }) {
        return;
    }
    if b.choices.chance(50) {
        b.effect(Op::Field, Attr::text("a"), &[]);
        let v = b.argument(&Type::number());
        b.effect(Op::Result, Attr::None, &[v]);
    }
    let op = if parent.is_some() { Op::DerivedConstructor } else { Op::Constructor };
    if let Some(p) = b.open(op, Attr::text(""), &[], &[Type::any()]) {
        b.body(None, |b| {
            if parent.is_some() {
                b.value(Op::SuperCall, Attr::None, &[p[0]], Type::any());
            }
            let this = b.value(Op::This, Attr::None, &[], Type::of(Kind::Object));
            b.effect(Op::Set, Attr::text("x"), &[this, p[0]]);
        });
    }
    if let Some(p) = b.open(Op::ClassMethod, Attr::text("m"), &[], &[Type::any()]) {
        b.body(None, |b| {
            let this = b.value(Op::This, Attr::None, &[], Type::of(Kind::Object));
            let x = b.value(Op::Get, Attr::text("x"), &[this], Type::any());
            statements(b, 1);
            let r = match (parent, b.choices.below(2)) {
                (Some(_), 0) => b.value(Op::SuperMethod, Attr::text("m"), &[p[0]], Type::any()),
                _ => x,
            };
            b.effect(Op::Return, Attr::None, &[r]);
        });
    }
    b.end();
    let v = b.argument(&Type::any());
    let instance = b.types.of(out).known.as_ref().and_then(|k| k.instance.clone());
    let mut ty = Type::of(Kind::Object);
    ty.known = instance;
    let o = b.value(Op::New, Attr::None, &[out, v], ty);
    let x = b.argument(&Type::any());
    b.value(Op::CallMethod, Attr::text("m"), &[o, x], Type::any());
}

/// Properties by computed names, more than there is room for in an object; sometimes enough for a dictionary.
pub(super) fn grow(b: &mut Builder) {
    let n = *b.choices.pick(&[5, 9, 20, 70]);
    if !b.affords(n * 4) {
        return;
    }
    let o = some_object(b);
    if let Some(i) = b.open(Op::Repeat, Attr::Number(f64::from(n)), &[], &[Type::of(Kind::Int)]) {
        b.repeated(n, |b| {
            let name = b.value(Op::Template, Attr::texts(["p", ""]), &[i[0]], model::named("string"));
            let v = b.argument(&Type::any());
            b.effect(Op::SetIndex, Attr::None, &[o, name, v]);
        });
        b.end();
    }
    b.value(Op::Get, Attr::text("p3"), &[o], Type::any());
}
