//! THE table of code generators: weight, context, function. Each writes one statement or a few; programs
//! are made of them by `program`.

use super::build::Builder;
use super::model::{Reach, model};
use super::op::{Attr, BINARY, COMPOUND, Op, STEPS, UNARY, context as cx};
use super::program::{Instr, Program, Var};
use super::types::{Kind, Known, Type};
use crate::choices::Choices;

/// A code generator.
pub struct Generator {
    pub name: &'static str,
    pub weight: u32,
    /// What must be around it.
    pub needs: u16,
    pub run: fn(&mut Builder),
}

macro_rules! generators {
    ($($weight:literal $needs:ident $run:ident;)*) => {
        pub const GENERATORS: &[Generator] =
            &[$(Generator { name: stringify!($run), weight: $weight, needs: cx::$needs, run: $run }),*];
    };
}

generators! {
    // weight, context, what
    20 NONE arithmetic;
    6 NONE comparison;
    4 NONE unary;
    4 NONE condition;
    3 NONE logical;
    3 NONE template;
    3 NONE bigints;
    8 NONE assign;
    6 NONE update;
    4 NONE step;
    6 NONE object;
    8 NONE get;
    8 NONE set;
    3 NONE update_property;
    2 NONE delete;
    5 NONE array;
    8 NONE get_index;
    8 NONE set_index;
    3 NONE length;
    2 NONE delete_index;
    5 NONE typed_array;
    14 NONE method;
    10 NONE builtin;
    6 NONE call;
    3 NONE call_spread;
    3 NONE observe;
    6 NONE branch;
    5 NONE repeat;
    3 NONE while_loop;
    2 NONE do_loop;
    3 NONE for_of;
    2 NONE for_in;
    2 NONE switch;
    3 NONE try_catch;
    2 NONE try_finally;
    2 NONE labelled;
    3 NONE closure;
    3 NONE counter;
    2 NONE class;
    3 NONE accessor;
    2 NONE proxy;
    2 NONE converts;
    2 NONE generator;
    2 NONE asynchronous;
    2 NONE unpack;
    2 NONE prototype;
    1 NONE freeze;
    1 NONE resize;
    2 NONE recursion;
    2 LOOP leave;
    2 FUNCTION return_early;
    2 ARGUMENTS arguments;
    2 GENERATOR yields;
    2 ASYNC awaits;
}

/// Writes up to `n` statements.
pub fn statements(b: &mut Builder, n: u32) {
    for _ in 0..n {
        if b.budget == 0 || b.choices.exhausted() || !b.affords(4) {
            return;
        }
        b.budget -= 1;
        (pick(b).run)(b);
    }
}

fn pick(b: &mut Builder) -> &'static Generator {
    let here = b.walk.context();
    let fits = |g: &&Generator| here & g.needs == g.needs;
    let total: u32 = GENERATORS.iter().filter(fits).map(|g| g.weight).sum();
    let mut at = b.choices.below(total);
    for g in GENERATORS.iter().filter(fits) {
        if at < g.weight {
            return g;
        }
        at -= g.weight;
    }
    &GENERATORS[0]
}

/// A whole program: state, functions over it, a loop that warms them up, then what they did not expect.
pub fn program(choices: &mut Choices) -> Program {
    let mut b = Builder::new(choices);
    for _ in 0..1 + b.choices.below(4) {
        match b.choices.below(6) {
            0 => array(&mut b),
            1 => object(&mut b),
            2 => typed_array(&mut b),
            3 => class(&mut b),
            4 => counter(&mut b),
            _ => {
                b.make(&Type::any());
            }
        }
    }
    let mut functions = Vec::new();
    for _ in 0..1 + b.choices.below(2) {
        functions.push(hot_function(&mut b));
    }
    b.budget = 14;
    for (f, types) in &functions {
        let n = *b.choices.pick(&[60, 30, 100, 40]);
        warm(&mut b, *f, types, n, 0);
    }
    statements(&mut b, 3);
    for (f, types) in &functions {
        warm(&mut b, *f, types, 12, 60);
    }
    let all: Vec<Var> = b.walk.visible.clone();
    for v in all.into_iter().rev().take(4) {
        if *b.types.of(v) != Type::default() {
            b.probe(v);
        }
    }
    let (p, end) = (b.global("print"), b.value(Op::String, Attr::text("end"), &[], Type::of(Kind::String)));
    b.value(Op::Call, Attr::None, &[p, end], Type::any());
    let mut p = Program { code: b.code, vars: b.vars };
    p.renumber();
    p
}

fn parameter_type(b: &mut Builder) -> Type {
    match b.choices.below(8) {
        0..=2 => Type::of(Kind::Int),
        3 => Type::number(),
        4 => super::model::named("Array"),
        5 => super::model::named("string"),
        6 => match b.visible(&Type::of(Kind::Object)) {
            Some(o) => b.types.of(o).clone(),
            None => Type::of(Kind::Object),
        },
        _ => Type::any(),
    }
}

fn hot_function(b: &mut Builder) -> (Var, Vec<Type>) {
    let types: Vec<Type> = (0..1 + b.choices.below(3)).map(|_| parameter_type(b)).collect();
    let f = b.function(Op::Function, &types, |b, _| {
        b.budget = 12;
        let n = 3 + b.choices.below(6);
        statements(b, n);
        let r = b.visible(&Type::any()).unwrap_or_else(|| b.int());
        b.effect(Op::Return, Attr::None, &[r]);
    });
    (f, types)
}

/// Calls it in a loop; `odd` percent of the arguments are of other types.
fn warm(b: &mut Builder, f: Var, types: &[Type], n: u32, odd: u32) {
    let mut n = n;
    while n > 4 && !b.repeated(n, |b| b.can_call(f)) {
        n /= 2;
    }
    let Some(i) = b.open(Op::Repeat, Attr::Number(n as f64), &[], &[Type::of(Kind::Int)]) else { return };
    b.repeated(n, |b| {
        let mut arguments = Vec::new();
        for t in types {
            arguments.push(match () {
                _ if b.choices.chance(odd) => b.argument(&Type::any()),
                _ if t.is_numeric() && b.choices.chance(50) => i[0],
                _ => b.argument(t),
            });
        }
        let r = b.call(f, &arguments);
        b.probe(r);
    });
    b.end();
}

// ---- operators and variables

fn arithmetic(b: &mut Builder) {
    let op = *b.choices.pick(&BINARY[..12]);
    let ty = if b.choices.chance(60) { Type::of(Kind::Int) } else { Type::number() };
    let (x, y) = (b.argument(&ty), b.argument(&Type::number()));
    let result =
        if matches!(op, "&" | "|" | "^" | "<<" | ">>") { Type::of(Kind::Int) } else { Type::number() };
    b.value(Op::Binary, Attr::text(op), &[x, y], result);
}

fn comparison(b: &mut Builder) {
    let op = *b.choices.pick(&BINARY[12..20]);
    let ty = if b.choices.chance(70) { Type::number() } else { Type::any() };
    let (x, y) = (b.argument(&ty), b.argument(&ty));
    b.value(Op::Binary, Attr::text(op), &[x, y], Type::of(Kind::Boolean));
}

fn unary(b: &mut Builder) {
    let op = *b.choices.pick(UNARY);
    let ty = if matches!(op, "-" | "+" | "~") { Type::number() } else { Type::any() };
    let x = b.argument(&ty);
    let result = match op {
        "!" => Type::of(Kind::Boolean),
        "typeof" => super::model::named("string"),
        "void" => Type::of(Kind::Undefined),
        _ => Type::number(),
    };
    b.value(Op::Unary, Attr::text(op), &[x], result);
}

/// An expression in a block of its own.
fn lazy(b: &mut Builder, op: Op) {
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

fn condition(b: &mut Builder) {
    lazy(b, Op::Condition);
}

fn logical(b: &mut Builder) {
    let op = *b.choices.pick(&[Op::And, Op::Or, Op::Coalesce]);
    lazy(b, op);
}

fn template(b: &mut Builder) {
    let x = b.argument(&Type::number());
    b.value(Op::Template, Attr::texts(["<", ">"]), &[x], super::model::named("string"));
}

fn bigints(b: &mut Builder) {
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

fn assign(b: &mut Builder) {
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
fn counter(b: &mut Builder) {
    let n = b.any_number();
    b.value(Op::Copy, Attr::None, &[n], Type::number());
}

fn update(b: &mut Builder) {
    let Some(v) = b.assignable(&Type::number()) else { return counter(b) };
    let op = *b.choices.pick(COMPOUND);
    let x = b.argument(&Type::number());
    b.value(Op::Update, Attr::text(op), &[v, x], Type::number());
    b.types.set(v, Type::number());
}

fn step(b: &mut Builder) {
    let Some(v) = b.assignable(&Type::number()) else { return counter(b) };
    let op = *b.choices.pick(STEPS);
    b.value(Op::Step, Attr::text(op), &[v], Type::number());
}

// ---- objects

fn object(b: &mut Builder) {
    b.object();
}

fn some_object(b: &mut Builder) -> Var {
    match b.visible(&Type::of(Kind::Object)) {
        Some(o) => o,
        None => b.object(),
    }
}

/// A property that the object was made with, mostly.
fn property_of(b: &mut Builder, o: Var) -> String {
    let known = b.types.of(o).known.clone();
    match known {
        Some(k) if !k.properties.is_empty() && b.choices.chance(75) => {
            b.choices.pick(&k.properties).to_string()
        }
        _ => b.name().to_owned(),
    }
}

fn get(b: &mut Builder) {
    let o = b.argument(&Type::of(Kind::Object));
    let name = property_of(b, o);
    let op = if b.types.of(o).is_something() { Op::Get } else { Op::GetOptional };
    b.value(op, Attr::text(&name), &[o], Type::any());
}

fn set(b: &mut Builder) {
    let o = some_object(b);
    let name = property_of(b, o);
    let v = b.argument(&Type::any());
    b.effect(Op::Set, Attr::text(&name), &[o, v]);
}

fn update_property(b: &mut Builder) {
    let o = some_object(b);
    let name = property_of(b, o);
    if b.choices.chance(50) {
        let op = *b.choices.pick(STEPS);
        // what is no number becomes one
        let old = b.value(Op::Get, Attr::text(&name), &[o], Type::any());
        let n = b.value(Op::Unary, Attr::text("typeof"), &[old], super::model::named("string"));
        let want = b.value(Op::String, Attr::text("number"), &[], super::model::named("string"));
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

fn delete(b: &mut Builder) {
    let o = some_object(b);
    let name = property_of(b, o);
    b.value(Op::Delete, Attr::text(&name), &[o], Type::of(Kind::Boolean));
}

/// A getter or setter that changes other properties of its object.
fn accessor(b: &mut Builder) {
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
fn converts(b: &mut Builder) {
    let target = b.visible(&Type::of(Kind::Object));
    let array = b.visible(&super::model::named("Array"));
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

fn proxy(b: &mut Builder) {
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

fn prototype(b: &mut Builder) {
    let (o, p) = (some_object(b), b.object());
    // a chain without a circle: the prototype is new
    let g = b.global("Object");
    b.value(Op::CallMethod, Attr::text("setPrototypeOf"), &[g, o, p], Type::of(Kind::Object));
}

fn freeze(b: &mut Builder) {
    let o = b.object();
    let (g, f) = (b.global("Object"), *b.choices.pick(&["freeze", "seal", "preventExtensions"]));
    let ty = b.types.of(o).clone();
    b.value(Op::CallMethod, Attr::text(f), &[g, o], ty);
}

fn class(b: &mut Builder) {
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

// ---- arrays

fn array(b: &mut Builder) {
    b.array();
}

fn some_array(b: &mut Builder) -> Var {
    match b.visible(&super::model::named("Array")) {
        Some(a) => a,
        None => b.array(),
    }
}

fn index(b: &mut Builder) -> Var {
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

fn get_index(b: &mut Builder) {
    let (a, i) = (some_array(b), index(b));
    b.value(Op::GetIndex, Attr::None, &[a, i], Type::any());
}

fn set_index(b: &mut Builder) {
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

fn length(b: &mut Builder) {
    let a = some_array(b);
    if b.choices.chance(60) {
        b.value(Op::Get, Attr::text("length"), &[a], Type::of(Kind::Int));
    } else {
        let n = b.small();
        b.effect(Op::Set, Attr::text("length"), &[a, n]);
    }
}

fn delete_index(b: &mut Builder) {
    let (a, i) = (some_array(b), b.small());
    b.value(Op::DeleteIndex, Attr::None, &[a, i], Type::of(Kind::Boolean));
}

fn typed_array(b: &mut Builder) {
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
    let ty = super::model::named(name);
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
fn resize(b: &mut Builder) {
    let (o, n) = (b.fresh(Type::of(Kind::Object)), b.number(16.0));
    b.emit(Instr { outputs: vec![o], ..Instr::new(Op::Object) });
    b.effect(Op::Property, Attr::text("maxByteLength"), &[n]);
    b.end();
    let (g, size) = (b.global("ArrayBuffer"), b.number(8.0));
    let buffer = b.value(Op::New, Attr::None, &[g, size, o], super::model::named("ArrayBuffer"));
    let g = b.global("Uint8Array");
    let view = b.value(Op::New, Attr::None, &[g, buffer], super::model::named("Uint8Array"));
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

// ---- calls

fn method(b: &mut Builder) {
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

fn builtin(b: &mut Builder) {
    // what gives an object new laws is a generator of its own, or of a new object
    let i = *b.choices.pick(&model().entries);
    let e = &model().all[i];
    let laws = ["freeze", "seal", "preventExtensions", "setPrototypeOf", "apply", "defineProperty"];
    if laws.contains(&e.name) || (e.reach == Reach::Constructor && e.name == "Proxy") || !b.affords(20) {
        return arithmetic(b);
    }
    b.builtin(e, None);
}

fn call(b: &mut Builder) {
    let Some(f) = b.visible(&Type::of(Kind::Function).grouped("Function")) else { return closure(b) };
    if !b.can_call(f) {
        return;
    }
    let n = b.types.of(f).known.as_ref().map_or(1, |k| k.parameters);
    let arguments: Vec<Var> = (0..n).map(|_| b.argument(&Type::number())).collect();
    b.call(f, &arguments);
}

fn call_spread(b: &mut Builder) {
    let a = some_array(b);
    let (g, f) = (b.global("Math"), *b.choices.pick(&["max", "min", "hypot"]));
    let n = b.global("Number");
    let finite = b.value(Op::Get, Attr::text("isFinite"), &[n], Type::default());
    // others would not convert to numbers
    let ty = super::model::named("Array");
    let numbers = b.value(Op::CallMethod, Attr::text("filter"), &[a, finite], ty);
    b.value(Op::CallMethodSpread, Attr::text(f), &[g, numbers], Type::number());
}

fn observe(b: &mut Builder) {
    let v = b.argument(&Type::any());
    b.probe(v);
}

// ---- control

fn block(b: &mut Builder, n: u32) {
    statements(b, n);
    b.end();
}

fn branch(b: &mut Builder) {
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

fn repeat(b: &mut Builder) {
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
fn while_loop(b: &mut Builder) {
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

fn do_loop(b: &mut Builder) {
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

fn for_of(b: &mut Builder) {
    if !b.affords(40) {
        return;
    }
    // a copy, so that what the body does to the array is no endless loop
    let a = some_array(b);
    let (zero, n) = (b.number(0.0), b.number(8.0));
    let copy = b.value(Op::CallMethod, Attr::text("slice"), &[a, zero, n], super::model::named("Array"));
    if b.open(Op::ForOf, Attr::None, &[copy], &[Type::any()]).is_some() {
        b.repeated(8, |b| statements(b, 2));
        b.end();
    }
}

fn for_in(b: &mut Builder) {
    let o = some_object(b);
    if !b.affords(30) {
        return;
    }
    if let Some(k) = b.open(Op::ForIn, Attr::None, &[o], &[super::model::named("string")]) {
        b.repeated(5, |b| {
            let v = b.value(Op::GetIndex, Attr::None, &[o, k[0]], Type::any());
            b.probe(v);
            statements(b, 1);
        });
        b.end();
    }
}

fn switch(b: &mut Builder) {
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

fn try_catch(b: &mut Builder) {
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

fn try_finally(b: &mut Builder) {
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

fn labelled(b: &mut Builder) {
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

fn leave(b: &mut Builder) {
    let test = b.argument(&Type::of(Kind::Boolean));
    if b.effect(Op::If, Attr::None, &[test]) {
        let op = *b.choices.pick(&[Op::Continue, Op::Break]);
        b.emit(Instr::new(op));
        b.end();
    }
}

fn return_early(b: &mut Builder) {
    let test = b.argument(&Type::of(Kind::Boolean));
    if b.effect(Op::If, Attr::None, &[test]) {
        let v = b.argument(&Type::any());
        b.effect(Op::Return, Attr::None, &[v]);
        b.end();
    }
}

// ---- functions

fn closure(b: &mut Builder) {
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
fn recursion(b: &mut Builder) {
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

fn arguments(b: &mut Builder) {
    let a = b.value(Op::Arguments, Attr::None, &[], super::model::named("Array"));
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

fn generator(b: &mut Builder) {
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
    let g = b.value(Op::Call, Attr::None, &[f, v], super::model::named("Generator"));
    if b.open(Op::ForOf, Attr::None, &[g], &[Type::any()]).is_some() {
        b.repeated(4, |b| statements(b, 1));
        b.end();
    }
}

fn asynchronous(b: &mut Builder) {
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

fn yields(b: &mut Builder) {
    let v = b.argument(&Type::any());
    b.value(Op::Yield, Attr::None, &[v], Type::any());
}

fn awaits(b: &mut Builder) {
    let v = b.argument(&Type::number());
    b.value(Op::Await, Attr::None, &[v], Type::any());
}

fn unpack(b: &mut Builder) {
    if b.choices.chance(50) {
        let a = some_array(b);
        let (x, rest) = (b.fresh(Type::any()), b.fresh(super::model::named("Array")));
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

/// Names and weights, for statistics and tests.
pub fn names() -> impl Iterator<Item = (&'static str, u32)> {
    GENERATORS.iter().map(|g| (g.name, g.weight))
}
