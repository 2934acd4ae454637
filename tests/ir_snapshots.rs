//! Snapshots of what the compilers make of small functions, the `f` of each program in
//! `tests/snapshot_programs/optimised`: what the feedback says (`snapshots/facts`), the graph as it was
//! built and after the last pass (`snapshots/ssa`), guards and the table of exits (`snapshots/deopt`),
//! machine code of the optimising tiers for x86-64 and aarch64 and of the baseline (`snapshots/machine`).
//!
//! Feedback comes from running the program in the interpreter. Numbers that depend on how many
//! shapes a realm starts with are given anew in order of appearance.

#[path = "support/sections.rs"]
mod sections;

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

use sections::Section;

/// Folder of the snapshots and target.
const TARGETS: [(&str, &str); 2] =
    [("x86-64", "x86_64-unknown-linux-gnu"), ("aarch64", "aarch64-unknown-linux-gnu")];
const TIERS: [Tier; 2] = [Tier::Midtier, Tier::Toptier];

sections::area_tests!("optimised", check: calls, elements, loops, numbers, properties);

struct Compiled {
    facts: Facts,
    /// As built, and after the last pass.
    built: Graph,
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
        let mut graph = build(&facts, &options, &mut fuel).unwrap_or_else(|b| panic!("{b}"));
        let mut built = graph.clone();
        renumber(&mut built);
        pipeline::run(passes, &mut graph, &facts, &mut fuel, &mut Watch::default()).expect("verifies");
        renumber(&mut graph);
        Compiled { facts, built, graph }
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
                Op::TestShape { shape }
                | Op::StoreShape { shape }
                | Op::AllocateObject { shape, .. }
                | Op::AllocateArrayIterator { shape, .. } => number(shape),
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
        evaluate: false,
        verify: true,
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

/// What is known of each site of `f`, with shapes numbered in order of appearance.
fn facts(c: &Compiled) -> String {
    let f = &c.facts.functions[0];
    let mut text = String::new();
    for (n, slot) in f.slots.iter().enumerate() {
        let kind = f.template.slots.get(n).map_or(String::new(), |s| format!("{s:?}"));
        let _ = writeln!(text, "s{n} {kind}: {slot:?}");
    }
    let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
    let mut out = String::new();
    let mut parts = text.split("ShapeId(");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (id, rest) = part.split_once(')').expect("closed");
        let next = numbers.len() + 1;
        let number = *numbers.entry(id.to_owned()).or_insert(next);
        let _ = write!(out, "ShapeId({number}){rest}");
    }
    out
}

/// The texts of a function, each with the folder of its snapshot.
fn texts(source: &str) -> Vec<(String, String)> {
    let (mut ssa, mut deopt) = (String::new(), String::new());
    let mut machine = TARGETS.map(|t| (format!("machine/{}", t.0), String::new()));
    let mut known = String::new();
    for tier in TIERS {
        let c = compile(source, tier);
        let name = tier.name();
        if tier == Tier::Toptier {
            known = facts(&c);
            let _ = writeln!(ssa, "{}", tierproof_ssa::print::print(&c.built, "f as built"));
        }
        let _ = writeln!(ssa, "{}", tierproof_ssa::print::print(&c.graph, &format!("f@{name}")));
        let _ = writeln!(deopt, "{name} guards:");
        guards(&mut deopt, &c.graph);
        for (n, (_, target)) in TARGETS.into_iter().enumerate() {
            let code = machine_code(&c, target);
            let text = code.text.as_deref().unwrap_or_default();
            // Behind the CLIF, which says the same as the graph at more length.
            let vcode = text.find("\n}\n").map_or(text, |end| &text[end + 3..]);
            let _ = writeln!(machine[n].1, "{name} for {target}:\n{}\n", vcode.trim());
            if n == 0 {
                let _ = writeln!(deopt, "{name} exits:");
                exits(&mut deopt, &code);
            }
        }
    }
    let mut all: Vec<(String, String)> = machine.into_iter().collect();
    all.push(("machine/baseline".into(), baseline(source)));
    all.push(("facts".into(), known));
    all.push(("ssa".into(), ssa));
    all.push(("deopt".into(), deopt));
    all
}

/// Baseline code of `f` (x86-64 only: its macro-assembler knows no other).
fn baseline(source: &str) -> String {
    let parsed = tierproof_syntax::parse(source.as_bytes(), "snapshot.js").expect("parses");
    let program = tierproof_bytegen::compile_all(&parsed).expect("compiles");
    let template = program.templates.iter().find(|t| t.name.iter().copied().eq("f".encode_utf16()));
    let template = template.expect("there is an `f`");
    let traits = tierproof_baseline::FunctionTraits { coerce_this: false, returns_this: false };
    let code = tierproof_baseline::compile(template, traits, &[]);
    tierproof_jit::disassembly::disassemble(&code.bytes)
}

fn check(area: &str, s: &Section) {
    let all = texts(&s.text);
    let same = |(folder, text): &(String, String)| {
        std::panic::catch_unwind(|| sections::compare(&format!("{folder}/{area}"), s, text)).is_ok()
    };
    // All of them, so that one run leaves all pending snapshots.
    let same: Vec<bool> = all.iter().map(same).collect();
    assert!(same.iter().all(|&s| s), "{}: not as accepted", s.name);
}

#[test]
fn texts_do_not_depend_on_what_ran_before() {
    // Shapes, cells and addresses of an engine that has seen other code are all different.
    for area in sections::areas("optimised") {
        for s in sections::sections("optimised", &area).iter().step_by(3) {
            let noise = "var noise = { p: 1, q: { r: [1, 2] } }; noise.s = noise.q;";
            let other = format!("{noise}\n{}", s.text);
            assert_eq!(texts(&s.text), texts(&other), "{}", s.name);
        }
    }
}
