//! Snapshots of what the optimising tiers make of small functions: the graph after the last pass
//! (`snapshots/ssa`), machine code for x86-64 and aarch64 (`snapshots/machine`), guards and the
//! table of exits (`snapshots/deopt`).
//!
//! Feedback comes from running the program in the interpreter. Numbers that depend on how many
//! shapes a realm starts with are given anew in order of appearance.

use std::fmt::Write;

use rustc_hash::FxHashMap;
use tierproof_base::{Fuel, Schedule, Tier};
use tierproof_heap::{FunctionDataRef, FunctionRef, Value};
use tierproof_lower::{CompiledCode, Effort, ExitValue, LowerOptions, lower_for, snapshot_isa};
use tierproof_ssa::analysis::Skeleton;
use tierproof_ssa::builder::{BuildOptions, build};
use tierproof_ssa::facts::Dependency;
use tierproof_ssa::pipeline::{self, Watch};
use tierproof_ssa::{Checkpoint, Facts, Graph, NodeId, Op, Repr, ShapeId};
use tierproof_vm::{Engine, Options};

const TARGETS: [&str; 2] = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];
const TIERS: [Tier; 2] = [Tier::Midtier, Tier::Toptier];

/// Each program defines `f` and calls it; the test of that name snapshots `f`.
macro_rules! functions {
    ($($name:ident: $source:literal;)*) => {
        $(#[test] fn $name() { check(stringify!($name), $source); })*
        const ALL: &[(&str, &str)] = &[$((stringify!($name), $source)),*];
    };
}

functions! {
    add: "function f(a, b) { return a + b; } f(1, 2); f(3, 4);";
    add_doubles: "function f(a, b) { return a + b; } f(0.5, 2); f(3, 4.25);";
    add_strings: "function f(a, b) { return a + b; } f('x', 'y'); f('z', 'w');";
    multiply: "function f(a, b) { return a * b - a; } f(3, 4); f(5, 6);";
    negate: "function f(a) { return -a; } f(3); f(4);";
    remainder: "function f(a) { return a % 8; } f(3); f(12);";
    divide: "function f(a, b) { return a / b; } f(3, 4); f(1, 3);";
    bits: "function f(a, b) { return (a & 255) << 2 ^ b >>> 1; } f(3, 4); f(5, 6);";
    truncated_sum: "function f(a, b) { return (a + b) | 0; } f(3, 4); f(5, 6);";
    compare: "function f(a, b) { if (a < b) return a; return b; } f(3, 4); f(4, 3);";
    strict_equal: "function f(a) { return a === null; } f(null); f(4);";
    logical: "function f(a, b) { return a && !b; } f(1, 2); f(0, 2);";
    counting_loop: "function f(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; } f(5); f(6);";
    hash_loop: "function f(n) { let h = 7; for (let i = 0; i < n; i++) h = h * 31 + i | 0; return h; } f(9); f(9);";
    double_loop: "function f(n) { let x = 0.5; while (n > 0) { x *= 1.5; n--; } return x; } f(5); f(6);";
    load_property: "function f(o) { return o.b; } f({ a: 1, b: 2 }); f({ a: 3, b: 4 });";
    load_two_shapes: "function f(o) { return o.b; } f({ b: 2 }); f({ a: 3, b: 4 });";
    store_property: "function f(o, v) { o.b = v; } let o = { a: 1, b: 2 }; f(o, 3); f(o, 'x');";
    add_property: "function f(o) { o.b = 1; } f({ a: 1 }); f({ a: 2 });";
    object_literal: "function f(x) { return { x, y: 2 }; } f(1); f(2);";
    method_call: "class A { g() { return this.v; } } function f(o) { return o.g(); } let o = new A; o.v = 1; f(o); f(o);";
    known_call: "function g(a) { return a + 1; } function f(a) { return g(a) * 2; } f(1); f(2);";
    load_element: "function f(a, i) { return a[i]; } f([1, 'x'], 0); f([1, 'x'], 1);";
    load_hole: "function f(a, i) { return a[i]; } f([1, , 3], 0); f([1, , 3], 1);";
    store_element: "function f(a, i, v) { a[i] = v; } let a = [1, 'x']; f(a, 0, a); f(a, 1, a);";
    sum_of_doubles: "function f(a) { let s = 0; for (let i = 0; i < a.length; i++) s += a[i]; return s; } f([0.5, 1.5]); f([2.5, 3.5]);";
    typed_array: "function f(a, i) { a[i] = a[i] + 1; } let a = new Int32Array(4); f(a, 1); f(a, 2);";
    string_length: "function f(s) { return s.length; } f('abc'); f('de');";
    closure: "let f; (function () { let n = 0; f = function () { n++; return n; }; })(); f(); f();";
    global_variable: "var g = 1; function f() { g = g + 1; } f(); f();";
    catch_clause: "function f(a) { try { return a.x.y; } catch (e) { return 1; } } f({ x: { y: 2 } }); f({ x: { y: 3 } });";
    never_taken: "function f(a) { if (a > 9) return a.x; return a; } f(1); f(2);";
}

struct Compiled {
    facts: Facts,
    graph: Graph,
}

/// Compiles the program's `f` as far as the last pass of a tier.
fn compile(source: &str, tier: Tier) -> Compiled {
    Engine::on_big_stack(|| {
        let mut schedule = Schedule::forced(Tier::Interpreter);
        schedule.feedback_budget = 1;
        let mut engine = Engine::new(&Options { schedule, ..Options::default() });
        let source = format!("{source}\nglobalThis.compiled = f;");
        engine.run(source.as_bytes(), "snapshot.js").expect("the program runs");
        let cx = &mut *engine.cx;
        let (global, key) = (cx.realm.global, cx.key("compiled"));
        let f = cx.get(global, key, global.into()).expect("is there").cast::<FunctionRef>();
        let data = f.data().cast::<FunctionDataRef>();
        let top = tier == Tier::Toptier;
        let options = if top { BuildOptions::toptier() } else { BuildOptions::midtier() };
        cx.heap.pause_collection();
        let facts = tierproof_vm::facts::capture(cx, data, options.inline_depth).facts;
        cx.heap.resume_collection();
        let passes = if top { tierproof_optimizer::TOPTIER } else { tierproof_optimizer::MIDTIER };
        let mut fuel = Fuel::unlimited();
        let mut graph = build(&facts, &options, &mut fuel).map_err(|b| b.reason).expect("builds");
        pipeline::run(passes, &mut graph, &facts, &mut fuel, &mut Watch::default()).expect("verifies");
        renumber(&mut graph);
        Compiled { facts, graph }
    })
}

/// Gives shapes numbers in order of appearance, and every epoch number 1.
fn renumber(graph: &mut Graph) {
    let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
    let mut number = |s: &mut ShapeId| {
        let next = numbers.len() as u32 + 1;
        s.0 = *numbers.entry(s.0).or_insert(next);
    };
    for b in Skeleton::new(graph).order {
        for n in graph.block(b).nodes.clone() {
            match &mut graph.node_mut(n).op {
                Op::CheckShape { shapes } => shapes.iter_mut().for_each(&mut number),
                Op::TestShape { shape } | Op::StoreShape { shape } | Op::AllocateObject { shape, .. } => {
                    number(shape)
                }
                Op::CheckEpoch { epoch } => *epoch = 1,
                _ => {}
            }
        }
    }
    for d in &mut graph.dependencies {
        match d {
            Dependency::StableShape(s) => number(s),
            Dependency::PrototypeEpoch(e) => *e = 1,
            _ => {}
        }
    }
}

fn machine_code(c: &Compiled, target: &str) -> CompiledCode {
    let options = LowerOptions {
        effort: Effort::Fast,
        code_id: 0,
        inject_deopts: false,
        count_budget: false,
        text: true,
    };
    let isa = snapshot_isa(target, Effort::Fast).expect("the target is built in");
    lower_for(&c.graph, &c.facts, &options, &isa).expect("lowers")
}

/// Names as in the printed graph.
fn names(graph: &Graph) -> FxHashMap<NodeId, usize> {
    let mut names = FxHashMap::default();
    for b in Skeleton::new(graph).order {
        let block = graph.block(b);
        for &n in block.params.iter().chain(&block.nodes) {
            let next = names.len();
            names.insert(n, next);
        }
    }
    names
}

fn guards(out: &mut String, graph: &Graph) {
    let names = names(graph);
    for b in Skeleton::new(graph).order {
        for &n in &graph.block(b).nodes {
            let node = graph.node(n);
            let (Some(reason), Some(frame)) = (node.op.reason(), node.frame) else { continue };
            let inputs: Vec<String> = node.inputs.iter().map(|i| format!("v{}", names[i])).collect();
            let info = node.op.info();
            let result =
                if node.op.repr() == Repr::None { String::new() } else { format!("v{} = ", names[&n]) };
            let offset = graph.frame(frame).offset;
            let _ = writeln!(
                out,
                "  {result}{} {}: {} @{offset} ({})",
                info.name,
                inputs.join(", "),
                reason.name(),
                reason.text()
            );
        }
    }
}

fn exit_value(v: ExitValue) -> String {
    match v {
        ExitValue::Buffer { index, repr } => format!("buffer[{index}]: {}", repr.name()),
        ExitValue::Constant(n) => format!("constant[{n}]"),
        ExitValue::Bits(bits) => {
            let v = Value::from_bits(bits);
            match v {
                Value::UNDEFINED => "undefined".into(),
                Value::NULL => "null".into(),
                Value::TRUE => "true".into(),
                Value::FALSE => "false".into(),
                Value::HOLE => "hole".into(),
                _ if v.is_number() => format!("{}", v.as_number()),
                _ => format!("{bits:#x}"),
            }
        }
    }
}

fn exits(out: &mut String, code: &CompiledCode) {
    for (i, e) in code.exits.iter().enumerate() {
        let how = if e.lazy { "lazy" } else { "eager" };
        let _ = writeln!(out, "  exit {i}: {how} {}", e.reason.name());
        for f in &e.frames {
            let values: Vec<String> =
                f.values.iter().map(|(s, v)| format!("{s} = {}", exit_value(*v))).collect();
            let after = match f.checkpoint {
                Checkpoint::At => "at",
                Checkpoint::After { .. } => "after",
            };
            let _ = writeln!(
                out,
                "    function {} {after} @{}, frame at {}, argc {}: {}",
                f.function.0,
                f.offset,
                f.base_words,
                f.argc,
                values.join(", ")
            );
        }
    }
    let constants: Vec<String> = code.constants.iter().map(|c| format!("cell {}", c.0)).collect();
    let _ = writeln!(out, "  constants: {}", constants.join(", "));
    let _ = writeln!(out, "  frame words: {} own, {} with inlined frames", code.own_words, code.frame_words);
}

/// The three texts of a function: graph, machine code, deopts.
fn texts(source: &str) -> [String; 3] {
    let [mut ssa, mut machine, mut deopt] =
        [const { String::new() }; 3].map(|_: String| format!("{source}\n"));
    for tier in TIERS {
        let c = compile(source, tier);
        let name = tier.name();
        let _ = writeln!(ssa, "\n{}", tierproof_ssa::print::print(&c.graph, &format!("f@{name}")));
        let _ = writeln!(deopt, "\n{name} guards:");
        guards(&mut deopt, &c.graph);
        for target in TARGETS {
            let code = machine_code(&c, target);
            let text = code.text.as_deref().unwrap_or_default();
            // Behind the CLIF, which says the same as the graph at more length.
            let vcode = text.find("\n}\n").map_or(text, |end| &text[end + 3..]);
            let _ = writeln!(machine, "\n{name} for {target}:\n{}", vcode.trim());
            if target == TARGETS[0] {
                let _ = writeln!(deopt, "{name} exits:");
                exits(&mut deopt, &code);
            }
        }
    }
    [ssa, machine, deopt]
}

fn check(name: &str, source: &str) {
    for (kind, text) in ["ssa", "machine", "deopt"].into_iter().zip(texts(source)) {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(format!("../snapshots/{kind}"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
}

#[test]
fn texts_do_not_depend_on_what_ran_before() {
    // Shapes, cells and addresses of an engine that has seen other code are all different.
    for (name, source) in ALL {
        let other = format!("var noise = {{ p: 1, q: {{ r: [1, 2] }} }}; noise.s = noise.q;\n{source}");
        let strip =
            |texts: [String; 3]| texts.map(|t| t.lines().skip_while(|l| !l.is_empty()).collect::<String>());
        assert_eq!(strip(texts(source)), strip(texts(&other)), "{name}");
    }
}
