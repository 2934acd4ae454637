//! Builds graphs from source text, optimises, lowers and runs them on a bare isolate.

#[path = "../../optimizer/tests/numeric/mod.rs"]
mod numeric;
mod stubs;

use std::collections::BTreeMap;
use std::sync::Arc;

use tierproof_base::{Fuel, Schedule};
use tierproof_heap::Value;
use tierproof_lower::{CompiledCode, Effort, ExitValue, LowerOptions, lower};
use tierproof_runtime::isolate::{Isolate, JitState, Limits};
use tierproof_ssa::builder::{BuildOptions, build};
use tierproof_ssa::facts::{CellFact, ConstantFact, FunctionFacts, SlotFacts, operands};
use tierproof_ssa::pipeline::{Pass, Watch, run};
use tierproof_ssa::{CellId, Facts, RuntimeOp};

/// Facts of function number 1 of a source, with every slot claiming these operand types.
fn facts(source: &str, mask: u8) -> Facts {
    let source = tierproof_syntax::parse(source.as_bytes(), "test").expect("parses");
    let template = tierproof_bytegen::compile(&source, 1).expect("compiles");
    let constants = template
        .constants
        .iter()
        .map(|c| match c {
            tierproof_bytecode::Constant::Number(v) => ConstantFact::Number(*v),
            _ => ConstantFact::Opaque,
        })
        .collect();
    let slots = template.slots.iter().map(|_| SlotFacts::Operands(mask)).collect();
    #[allow(clippy::arc_with_non_send_sync)]
    let template = Arc::new(template);
    Facts {
        functions: vec![FunctionFacts {
            template,
            name: "f".into(),
            data: CellId(0),
            vector: None,
            constants,
            slots,
            function: None,
            context: None,
            builtin: false,
            failed: Vec::new(),
        }],
        cells: vec![CellFact::FunctionData],
    }
}

extern "C" fn missing() -> u64 {
    panic!("runtime function that the test does not expect");
}
extern "C" fn to_int32(x: f64) -> u64 {
    let m = x.trunc().rem_euclid(4294967296.0);
    if m.is_finite() { m as u64 as u32 as u64 } else { 0 }
}
extern "C" fn modulo(x: f64, y: f64) -> f64 {
    x % y
}
/// Leaves the number of the exit where the test finds it.
extern "C" fn deopt(state: *mut JitState, _: *mut Value, _: u64, exit: u64) -> u64 {
    // SAFETY: the code under test passes its isolate.
    unsafe { (*state).exception = Value::smi(exit as i32) };
    Value::OPTIMIZED_OUT.to_bits()
}

struct Machine {
    cx: Box<Isolate>,
    table: Vec<usize>,
    preserving: Vec<usize>,
    function: Value,
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Value(Value),
    /// Reason, offset and the values by slot.
    Exit(String, u32, BTreeMap<String, Value>),
}

impl Machine {
    fn new() -> Machine {
        let mut cx = Isolate::new(Schedule::default(), Limits::default());
        let mut table = vec![missing as *const () as usize; RuntimeOp::ALL.len()];
        table[RuntimeOp::Float64ToInt32 as usize] = to_int32 as *const () as usize;
        table[RuntimeOp::Float64Mod as usize] = modulo as *const () as usize;
        table[RuntimeOp::Deopt as usize] = deopt as *const () as usize;
        let data = cx.heap.allocate_function_data();
        let function = cx.heap.allocate_function(1, data, Value::UNDEFINED);
        Machine { cx, table, preserving: stubs::preserving_table(), function: function.into() }
    }
    fn run(&mut self, code: &CompiledCode, args: &[Value]) -> Outcome {
        assert!(code.constants.len() <= 1, "only the function data is bound");
        let data = self.function.cast::<tierproof_heap::FunctionRef>().data();
        let mut constants = vec![0u64, data.to_bits()];
        let tables = [constants.as_mut_ptr()];
        let jit = &mut self.cx.jit;
        jit.runtime_table = self.table.as_ptr();
        jit.preserving_table = self.preserving.as_ptr();
        jit.code_tables = tables.as_ptr();
        jit.ticks = 1 << 40;
        // SAFETY: the VM stack has room for a small frame above its bottom one.
        let fp = unsafe { jit.fp.add(64 + args.len()) };
        let f = tierproof_runtime::stack::Frame::at(fp);
        use tierproof_bytecode::instruction::frame;
        for (i, &a) in args.iter().enumerate() {
            f.set(frame::FIRST_PARAM - i as i32, a);
        }
        f.set(frame::THIS, Value::UNDEFINED);
        f.set(frame::NEW_TARGET, Value::UNDEFINED);
        f.set(frame::CALLEE, self.function);
        f.set_raw(frame::ARGC, args.len() as u64);
        f.set_raw(frame::CALLER_FP, jit.fp as u64);
        // SAFETY: fresh executable memory holding the code, called with a frame as the convention asks.
        unsafe {
            let size = code.bytes.len().next_multiple_of(4096);
            let memory = libc::mmap(
                std::ptr::null_mut(),
                size,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            );
            assert_ne!(memory, libc::MAP_FAILED);
            std::ptr::copy_nonoverlapping(code.bytes.as_ptr(), memory.cast(), code.bytes.len());
            libc::mprotect(memory, size, libc::PROT_READ | libc::PROT_EXEC);
            let entry: extern "C" fn(*mut JitState, *mut Value) -> u64 = std::mem::transmute(memory);
            let result = Value::from_bits(entry(&mut self.cx.jit, fp));
            libc::munmap(memory, size);
            if result != Value::OPTIMIZED_OUT {
                return Outcome::Value(canonical(result));
            }
        }
        let exit = &code.exits[self.cx.jit.exception.as_smi() as usize];
        let frame = &exit.frames[0];
        let values = frame
            .values
            .iter()
            .map(|(slot, v)| {
                let value = match *v {
                    ExitValue::Bits(b) => Value::from_bits(b),
                    ExitValue::Constant(_) => Value::HOLE,
                    ExitValue::Buffer { index, repr } => {
                        let bits = self.cx.jit.exit_buffer[index as usize];
                        match repr {
                            tierproof_ssa::Repr::Int32 => Value::smi(bits as u32 as i32),
                            tierproof_ssa::Repr::Uint32 => Value::number(bits as u32 as f64),
                            tierproof_ssa::Repr::Float64 => Value::number(f64::from_bits(bits)),
                            tierproof_ssa::Repr::Bool => Value::from_bool(bits & 1 != 0),
                            _ => Value::from_bits(bits),
                        }
                    }
                };
                (slot.to_string(), value)
            })
            .collect();
        Outcome::Exit(exit.reason.text().into(), frame.offset, values)
    }
}

fn compile(facts: &Facts, passes: &[Pass], effort: Effort) -> CompiledCode {
    let mut fuel = Fuel::unlimited();
    let mut graph = build(facts, &BuildOptions::toptier(), &mut fuel).expect("builds");
    run(passes, &mut graph, facts, &mut fuel, &mut Watch { verify: true, ..Watch::default() })
        .expect("verifies");
    if std::env::var_os("PRINT_GRAPH").is_some() {
        eprintln!("{}", tierproof_ssa::print::print(&graph, "f"));
    }
    let options = LowerOptions {
        effort,
        code_id: 0,
        inject_deopts: false,
        count_budget: false,
        evaluate: false,
        verify: true,
        text: false,
    };
    lower(&graph, facts, &options).expect("lowers")
}

/// Runs `source` (one function) in all configurations and checks that they agree.
fn check(source: &str, mask: u8, args: &[Value]) -> Outcome {
    let facts = facts(source, mask);
    let mut machine = Machine::new();
    let mut result = None;
    for (name, passes, effort) in [
        ("plain", &[][..], Effort::Fast),
        ("midtier", tierproof_optimizer::MIDTIER, Effort::Fast),
        ("toptier", tierproof_optimizer::TOPTIER, Effort::Best),
    ] {
        let code = compile(&facts, passes, effort);
        let outcome = machine.run(&code, args);
        match &result {
            None => result = Some(outcome),
            Some(first) => match (first, &outcome) {
                // A guard may be hoisted: then it leaves earlier.
                (Outcome::Exit(..), Outcome::Exit(..)) => {}
                _ => assert_eq!(first, &outcome, "{name}"),
            },
        }
    }
    result.expect("ran")
}

fn number(x: f64) -> Value {
    Value::number(x)
}

const SUM: &str = "function f(n) { let s = 0; for (let i = 0; i < n; i++) { s += i; } return s; }";

#[test]
fn integer_loop() {
    assert_eq!(check(SUM, operands::SMI, &[number(1000.0)]), Outcome::Value(number(499500.0)));
}

#[test]
fn overflow_leaves_with_the_state() {
    match check(SUM, operands::SMI, &[number(100000.0)]) {
        Outcome::Exit(reason, _, values) => {
            assert_eq!(reason, "overflow");
            assert_eq!(values["r0"], number(2147450880.0), "{values:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn float_loop() {
    let source =
        "function f(n) { let s = 0.5; for (let i = 0; i < n; i++) { s = s * 1.5 - i / 3; } return s; }";
    let mut s = 0.5;
    for i in 0..20 {
        s = s * 1.5 - i as f64 / 3.0;
    }
    assert_eq!(check(source, operands::SMI | operands::NUMBER, &[number(20.0)]), Outcome::Value(number(s)));
    let overflow: f64 = (0..100000).map(|i| i as f64).sum();
    assert_eq!(check(SUM, operands::NUMBER, &[number(100000.0)]), Outcome::Value(number(overflow)));
}

#[test]
fn truncation() {
    let source = "function f(a, b) { return (a * b) | 0; }";
    for (a, b) in
        [(1e10, 1e10), (-1e15, 7.0), (f64::NAN, 1.0), (f64::INFINITY, 1.0), (0.5, -3.0), (4294967297.0, 1.0)]
    {
        let wanted = to_int32(a * b) as u32 as i32;
        assert_eq!(
            check(source, operands::SMI | operands::NUMBER, &[number(a), number(b)]),
            Outcome::Value(Value::smi(wanted)),
            "{a} {b}"
        );
    }
}

#[test]
fn minus_zero() {
    let source = "function f(a, b) { return a * b; }";
    match check(source, operands::SMI, &[number(0.0), number(-3.0)]) {
        Outcome::Exit(..) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(
        check(source, operands::NUMBER, &[number(0.0), number(-3.0)]),
        Outcome::Value(Value::double(-0.0))
    );
    assert_eq!(check(source, operands::SMI, &[number(-5.0), number(-3.0)]), Outcome::Value(number(15.0)));
}

#[test]
fn remainder_and_shifts() {
    let source = "function f(a, b) { return ((a % b) << 3) + (a >>> 1) - (b >> 1) + (a ^ b) + (~a & 255); }";
    let wanted = ((1234567 % 89) << 3) + (1234567 >> 1) - (89 >> 1) + (1234567 ^ 89) + (!1234567 & 255);
    assert_eq!(
        check(source, operands::SMI, &[number(1234567.0), number(89.0)]),
        Outcome::Value(number(wanted as f64))
    );
    let source = "function f(a) { return (a >>> 0) + 1; }";
    assert_eq!(
        check(source, operands::SMI | operands::NUMBER, &[number(-1.0)]),
        Outcome::Value(number(4294967296.0))
    );
}

#[test]
fn control_flow() {
    let source = "function f(n) { let c = 0; for (let i = 2; i < n; i++) { let p = true; \
                  for (let j = 2; j * j <= i; j++) { if (i % j === 0) { p = false; break; } } if (p) c++; } return c; }";
    assert_eq!(check(source, operands::SMI, &[number(1000.0)]), Outcome::Value(number(168.0)));
}

#[test]
fn wrong_argument_leaves_at_once() {
    match check(SUM, operands::SMI, &[Value::UNDEFINED]) {
        Outcome::Exit(reason, _, values) => {
            assert_eq!(reason, "not a Smi");
            assert_eq!(values["a0"], Value::UNDEFINED);
        }
        other => panic!("{other:?}"),
    }
}

/// Numbers as Smis where they can be: compiled code leaves doubles that happen to be integers as they are.
fn canonical(v: Value) -> Value {
    if v.is_number() { Value::number(v.as_number()) } else { v }
}

/// Random functions: machine code agrees with the evaluator on the untyped graph.
#[test]
fn random_functions_agree_with_the_evaluator() {
    let programs = std::env::var("PROGRAMS").ok().and_then(|v| v.parse().ok()).unwrap_or(60);
    let mut returned = 0;
    for seed in 0..programs {
        let mut writer =
            numeric::Writer { random: tierproof_base::Random::new(seed), out: String::new(), loops: 0 };
        let source = writer.function();
        let mut random = writer.random;
        let generic = numeric::facts(&source, || operands::OTHER);
        let reference = build(&generic, &BuildOptions::toptier(), &mut Fuel::unlimited()).expect("builds");
        let typed =
            numeric::facts(&source, || *random.pick(&[operands::SMI, operands::NUMBER, operands::SMI]));
        let mut machine = Machine::new();
        for (name, passes, effort) in [
            ("midtier", tierproof_optimizer::MIDTIER, Effort::Fast),
            ("toptier", tierproof_optimizer::TOPTIER, Effort::Best),
        ] {
            let code = compile(&typed, passes, effort);
            for _ in 0..8 {
                let args = numeric::arguments(&mut random);
                let tierproof_ssa::evaluate::Outcome::Return(wanted) = numeric::outcome(&reference, &args)
                else {
                    continue;
                };
                let values: Vec<Value> = args.iter().map(|&a| Value::from_bits(a)).collect();
                if let Outcome::Value(v) = machine.run(&code, &values) {
                    returned += 1;
                    assert_eq!(v, Value::from_bits(wanted), "seed {seed} {name} {values:?}\n{source}");
                }
            }
        }
    }
    assert!(returned > 100, "only {returned} runs returned");
}
