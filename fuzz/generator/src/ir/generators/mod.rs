//! THE table of code generators: weight, context, function. Each writes one statement or a few; programs
//! are made of them by `program`.

mod control;
mod functions;
mod objects;
mod values;

use super::build::Builder;
use super::op::{Attr, Op, context as cx};
use super::program::{Program, Var};
use super::types::{Kind, Type};
use crate::choices::Choices;
use control::*;
use functions::*;
use objects::*;
use values::*;

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
    2 NONE grow;
    2 NONE regexps;
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

/// Names and weights, for statistics and tests.
pub fn names() -> impl Iterator<Item = (&'static str, u32)> {
    GENERATORS.iter().map(|g| (g.name, g.weight))
}
