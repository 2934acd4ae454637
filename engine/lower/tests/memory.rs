//! Lowered code on real cells: properties, elements, typed arrays, contexts, calls, inlining,
//! exceptions, OSR. Facts are written by hand, so each test says what the feedback claims.

mod stubs;

use std::sync::Arc;

use tierproof_base::{Fuel, Schedule};
use tierproof_bytecode::instruction::frame;
use tierproof_bytecode::{SlotKind, TemplateId};
use tierproof_heap::{ArrayRef, CellKind, FunctionRef, TaggedArrayRef, Value};
use tierproof_lower::{CompiledCode, Effort, ExitDescriptor, LowerOptions, lower};
use tierproof_runtime::isolate::{Isolate, JitState, Limits};
use tierproof_runtime::stack::Frame;
use tierproof_ssa::builder::{BuildOptions, build};
use tierproof_ssa::facts::*;
use tierproof_ssa::pipeline::{Pass, Watch, run};
use tierproof_ssa::{Checkpoint, Facts, FrameSlot, RuntimeOp};

extern "C" fn missing() -> u64 {
    eprintln!("runtime function that the test does not expect");
    std::process::abort()
}
extern "C" fn deopt(state: *mut JitState, _: *mut Value, code: u64, exit: u64) -> u64 {
    // SAFETY: the code under test passes its isolate.
    unsafe { (*state).exception = Value::smi((code << 16 | exit) as i32) };
    Value::OPTIMIZED_OUT.to_bits()
}
/// Adds Smis; throws its left operand when the right one is undefined.
extern "C" fn add(state: *mut JitState, a: u64, b: u64) -> u64 {
    let (a, b) = (Value::from_bits(a), Value::from_bits(b));
    if b.is_undefined() {
        // SAFETY: as above.
        unsafe { (*state).exception = a };
        return Value::EXCEPTION.to_bits();
    }
    Value::number(a.as_number() + b.as_number()).to_bits()
}
extern "C" fn remember(state: *mut JitState, cell: u64) -> u64 {
    // SAFETY: as above.
    unsafe { (*(*state).heap).remember(Value::from_bits(cell).as_cell()) };
    0
}
extern "C" fn allocate_object(state: *mut JitState, shape: u64, slots: u64) -> u64 {
    // SAFETY: as above.
    let heap = unsafe { &mut *(*state).heap };
    Value::from(heap.allocate_object(shape as u32, slots as usize)).to_bits()
}

fn template(source: &str, id: TemplateId) -> tierproof_bytecode::CodeTemplate {
    let source = tierproof_syntax::parse(source.as_bytes(), "test").expect("parses");
    tierproof_bytegen::compile(&source, id).expect("compiles")
}

/// A function whose slots are filled by kind, in order of appearance.
fn function(
    source: &str,
    id: TemplateId,
    data: CellId,
    mut slot: impl FnMut(SlotKind, usize) -> SlotFacts,
) -> FunctionFacts {
    let template = template(source, id);
    let constants = template
        .constants
        .iter()
        .map(|c| match c {
            tierproof_bytecode::Constant::Number(v) => ConstantFact::Number(*v),
            _ => ConstantFact::Undefined,
        })
        .collect();
    let slots = template.slots.iter().enumerate().map(|(i, &k)| slot(k, i)).collect();
    #[allow(clippy::arc_with_non_send_sync)]
    let template = Arc::new(template);
    FunctionFacts {
        template,
        name: format!("f{id}"),
        data,
        vector: None,
        constants,
        slots,
        function: None,
        context: None,
        builtin: false,
        failed: Vec::new(),
    }
}

struct Machine {
    cx: Box<Isolate>,
    table: Vec<usize>,
    preserving: Vec<usize>,
    /// One constant table per code id.
    tables: Vec<Vec<u64>>,
    pointers: Vec<*mut u64>,
    codes: Vec<CompiledCode>,
    cells: Vec<Value>,
}

impl Machine {
    /// Cell 0 is the FunctionData of the function under test, cell 1 its function object.
    fn new() -> Machine {
        let mut cx = Isolate::new(Schedule::default(), Limits::default());
        cx.heap.pause_collection();
        let mut table = vec![missing as *const () as usize; RuntimeOp::ALL.len()];
        table[RuntimeOp::Deopt as usize] = deopt as *const () as usize;
        table[RuntimeOp::Add as usize] = add as *const () as usize;
        table[RuntimeOp::Remember as usize] = remember as *const () as usize;
        table[RuntimeOp::AllocateObject as usize] = allocate_object as *const () as usize;
        let mut m = Machine {
            cx,
            table,
            preserving: stubs::preserving_table(),
            tables: Vec::new(),
            pointers: vec![std::ptr::null_mut(); 16],
            codes: Vec::new(),
            cells: Vec::new(),
        };
        m.new_function();
        m
    }
    /// A new FunctionData and function: two cells.
    fn new_function(&mut self) -> (CellId, CellId) {
        let data = self.cx.heap.allocate_function_data();
        let context = self.cx.heap.allocate_context(3, Value::UNDEFINED, Value::smi(7));
        let f = self.cx.heap.allocate_function(1, data, context.into());
        (self.cell(data.into()), self.cell(f.into()))
    }
    fn cell(&mut self, v: Value) -> CellId {
        self.cells.push(v);
        CellId(self.cells.len() as u32 - 1)
    }
    fn compile(
        &mut self,
        facts: &Facts,
        build_options: &BuildOptions,
        passes: &[Pass],
        effort: Effort,
    ) -> usize {
        let mut fuel = Fuel::unlimited();
        let mut graph = build(facts, build_options, &mut fuel)
            .unwrap_or_else(|e| panic!("{e}\n{}", facts.functions[0].template));
        run(passes, &mut graph, facts, &mut fuel, &mut Watch { verify: true, ..Watch::default() })
            .expect("verifies");
        if std::env::var_os("PRINT_GRAPH").is_some() {
            eprintln!("{}\n{}", facts.functions[0].template, tierproof_ssa::print::print(&graph, "f"));
        }
        let id = self.codes.len();
        let options = LowerOptions {
            effort,
            code_id: id as u32,
            inject_deopts: false,
            count_budget: false,
            evaluate: false,
            verify: true,
            text: false,
        };
        let code = lower(&graph, facts, &options).expect("lowers");
        let mut table = vec![0u64];
        table.extend(code.constants.iter().map(|c| self.cells[c.0 as usize].to_bits()));
        self.tables.push(table);
        self.codes.push(code);
        self.pointers[id] = self.tables[id].as_mut_ptr();
        id
    }
    fn install(&self, id: usize) -> usize {
        let code = &self.codes[id];
        // SAFETY: plain executable memory with the code copied in; leaked on purpose.
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
            memory as usize
        }
    }
    fn frame(&mut self, function: CellId, args: &[Value]) -> Frame {
        let fp = self.cx.jit.fp.wrapping_add(100 + args.len());
        let f = Frame::at(fp);
        for (i, &a) in args.iter().enumerate() {
            f.set(frame::FIRST_PARAM - i as i32, a);
        }
        f.set(frame::THIS, Value::UNDEFINED);
        f.set(frame::NEW_TARGET, Value::UNDEFINED);
        f.set(frame::CALLEE, self.cells[function.0 as usize]);
        f.set_raw(frame::ARGC, args.len() as u64);
        f.set_raw(frame::CALLER_FP, self.cx.jit.fp as u64);
        f
    }
    fn enter(&mut self, id: usize, f: Frame) -> Result<Value, ExitDescriptor> {
        let entry = self.install(id);
        let jit = &mut self.cx.jit;
        jit.runtime_table = self.table.as_ptr();
        jit.preserving_table = self.preserving.as_ptr();
        jit.code_tables = self.pointers.as_ptr();
        jit.ticks = 1 << 40;
        // SAFETY: the entry signature of the calling convention.
        let result = unsafe {
            let entry: extern "C" fn(*mut JitState, *mut Value) -> u64 = std::mem::transmute(entry);
            Value::from_bits(entry(&mut self.cx.jit, f.fp()))
        };
        if result == Value::OPTIMIZED_OUT {
            let n = self.cx.jit.exception.as_smi();
            self.cx.jit.fp = f.caller();
            return Err(self.codes[(n >> 16) as usize].exits[(n & 0xFFFF) as usize].clone());
        }
        assert_eq!(self.cx.jit.fp, f.caller(), "the epilogue restores fp");
        Ok(result)
    }
    fn call(&mut self, id: usize, args: &[Value]) -> Result<Value, ExitDescriptor> {
        let f = self.frame(CellId(1), args);
        self.enter(id, f)
    }
    fn cell_facts(&self) -> Vec<CellFact> {
        self.cells
            .iter()
            .map(|c| match c.as_cell().kind() {
                CellKind::Function => {
                    let data = Value::from(c.cast::<FunctionRef>().data().as_cell());
                    CellFact::Function {
                        data: self.cells.iter().position(|&x| x == data).map(|i| CellId(i as u32)),
                    }
                }
                CellKind::FunctionData => CellFact::FunctionData,
                CellKind::PropertyCell => CellFact::PropertyCell,
                _ => CellFact::Object,
            })
            .collect()
    }
    fn facts(&self, functions: Vec<FunctionFacts>) -> Facts {
        Facts { functions, cells: self.cell_facts() }
    }
}

fn tiers() -> [(&'static [Pass], Effort, BuildOptions); 3] {
    [
        (&[], Effort::Fast, BuildOptions::midtier()),
        (tierproof_optimizer::MIDTIER, Effort::Fast, BuildOptions::midtier()),
        (tierproof_optimizer::TOPTIER, Effort::Best, BuildOptions::toptier()),
    ]
}

fn smi(v: i32) -> Value {
    Value::smi(v)
}
fn own(shape: u32, op: NamedOp) -> SlotFacts {
    SlotFacts::Named(vec![NamedCase { receiver: Receiver::Shape(ShapeId(shape)), op, dependencies: vec![] }])
}
fn numbers(kind: SlotKind) -> SlotFacts {
    match kind {
        SlotKind::BinaryOp | SlotKind::Compare => SlotFacts::Operands(operands::SMI),
        _ => SlotFacts::Other,
    }
}
const X: SlotPlace = SlotPlace::Inline(24);
const Y: SlotPlace = SlotPlace::Inline(32);

#[test]
fn named_slots() {
    let source = "function f(o, n) { for (let i = 0; i < n; i++) { o.x = o.x + o.y; } return o.x; }";
    for (passes, effort, options) in tiers() {
        let mut m = Machine::new();
        let f = function(source, 1, CellId(0), |k, i| match k {
            SlotKind::LoadNamed => own(5, NamedOp::Load(if i == 2 { Y } else { X })),
            SlotKind::StoreNamed { .. } => own(5, NamedOp::Store(X)),
            k => numbers(k),
        });
        // Which load is `o.y` is found by trying: x = 1, y = 10.
        let id = m.compile(&m.facts(vec![f]), &options, passes, effort);
        let o = m.cx.heap.allocate_object(5, 2);
        o.set_inline_slot(&mut m.cx.heap, 0, smi(1));
        o.set_inline_slot(&mut m.cx.heap, 1, smi(10));
        let r = m.call(id, &[o.into(), smi(10)]).expect("no exit");
        assert_eq!(r, o.inline_slot(0));
        assert!(r == smi(101) || r == smi(1024), "{r:?}");
        let other = m.cx.heap.allocate_object(6, 2);
        let exit = m.call(id, &[other.into(), smi(10)]).expect_err("other shape");
        assert_eq!(exit.reason.text(), "wrong shape");
        assert_eq!(
            m.call(id, &[Value::UNDEFINED, smi(1)]).expect_err("no cell").reason.text(),
            "wrong shape"
        );
    }
}

#[test]
fn arrays() {
    let source =
        "function f(a, n) { let s = 0; for (let i = 0; i < n; i++) { a[i] = i; s += a[i]; } return s; }";
    let header = tierproof_heap::layout::kind_and_aux(CellKind::Array, 0);
    for (passes, effort, options) in tiers() {
        let mut m = Machine::new();
        let f = function(source, 1, CellId(0), |k, _| match k {
            SlotKind::LoadKeyed | SlotKind::StoreKeyed { .. } => SlotFacts::Keyed(KeyedFacts {
                cases: vec![KeyedCase::Array { elements: elements_kind::PACKED_SMI, header }],
                ..Default::default()
            }),
            k => numbers(k),
        });
        let id = m.compile(&m.facts(vec![f]), &options, passes, effort);
        let elements = m.cx.heap.allocate_fixed_array(16, smi(0));
        let a: ArrayRef = m.cx.heap.allocate_array(7, 10, elements.into());
        assert_eq!(m.call(id, &[a.into(), smi(10)]).expect("no exit"), smi(45));
        assert_eq!(elements.get(9), smi(9));
        let exit = m.call(id, &[a.into(), smi(11)]).expect_err("index 10 is out of bounds");
        assert_eq!(exit.reason.text(), "out of bounds");
        assert_eq!(elements.get(10), smi(0));
    }
}

#[test]
fn double_arrays_and_holes() {
    let source = "function f(a, n) { let s = 0; for (let i = 0; i < n; i++) s = s + a[i]; return s; }";
    let header = tierproof_heap::layout::kind_and_aux(CellKind::Array, elements_kind::HOLEY_DOUBLE);
    for (passes, effort, options) in tiers() {
        let mut m = Machine::new();
        let f = function(source, 1, CellId(0), |k, _| match k {
            SlotKind::LoadKeyed => SlotFacts::Keyed(KeyedFacts {
                cases: vec![KeyedCase::Array { elements: elements_kind::HOLEY_DOUBLE, header }],
                ..Default::default()
            }),
            SlotKind::BinaryOp | SlotKind::Compare => SlotFacts::Operands(operands::NUMBER | operands::SMI),
            k => numbers(k),
        });
        let id = m.compile(&m.facts(vec![f]), &options, passes, effort);
        let elements = m.cx.heap.allocate_double_array(4);
        for i in 0..3 {
            elements.set(i, i as f64 + 0.5);
        }
        let a = m.cx.heap.allocate_array(7, 100, elements.into());
        // SAFETY: an array header is followed by its elements kind.
        unsafe { *Value::from(a).as_cell().as_ptr().add(5) = elements_kind::HOLEY_DOUBLE };
        assert_eq!(m.call(id, &[a.into(), smi(3)]).expect("no exit").as_number(), 4.5);
        assert_eq!(m.call(id, &[a.into(), smi(4)]).expect_err("a hole").reason.text(), "hole");
        elements.set(3, 0.0);
        assert_eq!(
            m.call(id, &[a.into(), smi(5)]).expect_err("behind the capacity").reason.text(),
            "out of bounds"
        );
    }
}

#[test]
fn allocation_and_transition() {
    let source = "function f(v) { let o = { x: 1 }; o.y = v; return o.x + o.y; }";
    for (passes, effort, options) in tiers() {
        let mut m = Machine::new();
        let mut loads = 0;
        let f = function(source, 1, CellId(0), |k, _| match k {
            SlotKind::Literal => SlotFacts::ObjectLiteral {
                shape: ShapeId(20),
                slots: 2,
                values: vec![Some(ConstantFact::Number(1.0)), None],
            },
            SlotKind::StoreNamed { .. } => {
                own(20, NamedOp::StoreTransition { new_shape: ShapeId(21), place: Y, grow: false })
            }
            SlotKind::LoadNamed => {
                loads += 1;
                own(21, NamedOp::Load(if loads == 1 { X } else { Y }))
            }
            k => numbers(k),
        });
        let id = m.compile(&m.facts(vec![f]), &options, passes, effort);
        assert_eq!(m.call(id, &[smi(41)]).expect("no exit"), smi(42));
        if effort == Effort::Best {
            assert_eq!(m.codes[id].exits.iter().filter(|e| e.reason.text() == "wrong shape").count(), 0);
        }
    }
}

#[test]
fn polymorphic_loads() {
    let source = "function f(o) { return o.x; }";
    for (passes, effort, options) in tiers() {
        let mut m = Machine::new();
        let f = function(source, 1, CellId(0), |_, _| {
            SlotFacts::Named(vec![
                NamedCase {
                    receiver: Receiver::Shape(ShapeId(5)),
                    op: NamedOp::Load(X),
                    dependencies: vec![],
                },
                NamedCase {
                    receiver: Receiver::Shape(ShapeId(6)),
                    op: NamedOp::Load(Y),
                    dependencies: vec![],
                },
                NamedCase {
                    receiver: Receiver::Shape(ShapeId(7)),
                    op: NamedOp::LoadConstant(ConstantFact::Number(9.0)),
                    dependencies: vec![],
                },
            ])
        });
        let id = m.compile(&m.facts(vec![f]), &options, passes, effort);
        for (shape, wanted) in [(5, 1), (6, 2), (7, 9)] {
            let o = m.cx.heap.allocate_object(shape, 2);
            o.set_inline_slot(&mut m.cx.heap, 0, smi(1));
            o.set_inline_slot(&mut m.cx.heap, 1, smi(2));
            assert_eq!(m.call(id, &[o.into()]).expect("no exit"), smi(wanted));
        }
        let o = m.cx.heap.allocate_object(8, 2);
        assert!(m.call(id, &[o.into()]).is_err());
        assert!(m.call(id, &[smi(3)]).is_err());
    }
}

const CALLER: &str = "function f(g, a) { return g(a, 2) + 1; } function g(x, y, z) { return x * y + (z === undefined ? 100 : 0); }";

fn call_facts(m: &Machine, inline: bool, target: (CellId, CellId)) -> Facts {
    let f = function(CALLER, 1, CellId(0), |k, _| match k {
        SlotKind::Call => SlotFacts::Call {
            target: CallTarget {
                function: None,
                data: Some(target.0),
                formal: 3,
                callable: true,
                facts: inline.then_some(FunctionIndex(1)),
                builtin: None,
            },
            count: 10,
        },
        k => numbers(k),
    });
    let g = function(CALLER, 2, target.0, |k, _| numbers(k));
    m.facts(vec![f, g])
}

#[test]
fn direct_calls() {
    for (passes, effort, options) in tiers() {
        let mut m = Machine::new();
        let target = m.new_function();
        let facts = call_facts(&m, false, target);
        let id = m.compile(&facts, &options, passes, effort);
        let callee_facts = Facts { functions: vec![facts.functions[1].clone()], cells: facts.cells.clone() };
        let callee = m.compile(&callee_facts, &options, passes, effort);
        let entry = m.install(callee);
        let data = m.cells[target.0.0 as usize].as_cell();
        // SAFETY: the entry is the first raw word of FunctionData.
        unsafe { *(data.as_ptr().add(8) as *mut usize) = entry };
        let g = m.cells[target.1.0 as usize];
        assert_eq!(m.call(id, &[g, smi(5)]).expect("no exit"), smi(111));
        // A wrong callee leaves at the call.
        let exit = m.call(id, &[Value::UNDEFINED, smi(5)]).expect_err("not that function");
        assert_eq!(exit.reason.text(), "wrong call target");
        // Invalidated code leaves behind the call, with its result in the accumulator.
        m.tables[id][0] = 1;
        let exit = m.call(id, &[g, smi(5)]).expect_err("invalidated");
        assert!(exit.lazy);
        assert!(matches!(exit.frames[0].checkpoint, Checkpoint::After { .. }));
        assert!(exit.frames[0].values.iter().any(|v| v.0 == FrameSlot::ACCUMULATOR));
    }
}

#[test]
fn inlined_calls() {
    let (passes, effort, options) = tiers()[2].clone();
    let mut m = Machine::new();
    let target = m.new_function();
    let facts = call_facts(&m, true, target);
    let id = m.compile(&facts, &options, passes, effort);
    let g = m.cells[target.1.0 as usize];
    assert_eq!(m.call(id, &[g, smi(5)]).expect("no exit"), smi(111));
    let exit = m.call(id, &[g, Value::UNDEFINED]).expect_err("not a number");
    assert_eq!(exit.frames.len(), 2);
    let (outer, inner) = (&exit.frames[0], &exit.frames[1]);
    assert!(matches!(outer.checkpoint, Checkpoint::After { result: Some(FrameSlot::ACCUMULATOR), .. }));
    assert_eq!(inner.argc, 2);
    let slots: Vec<String> = inner.values.iter().map(|v| v.0.to_string()).collect();
    for wanted in ["<this>", "<callee>", "<context>", "a0", "a1", "a2"] {
        assert!(slots.iter().any(|s| s == wanted), "{wanted} in {slots:?}");
    }
    assert_eq!(inner.base_words, m.codes[id].own_words + 3 + 1 + 8);
}

#[test]
fn exceptions_reach_handlers() {
    let source =
        "function f(a, b) { let r = 1; try { r = 2; r = a + b; } catch (e) { return e + r; } return r; }";
    for (passes, effort, options) in tiers() {
        let mut m = Machine::new();
        let f = function(source, 1, CellId(0), |_, _| SlotFacts::Operands(operands::OTHER));
        let id = m.compile(&m.facts(vec![f]), &options, passes, effort);
        assert_eq!(m.call(id, &[smi(5), smi(6)]).expect("no exit"), smi(11));
        // Thrown: the left operand; `r` was 2 by then.
        assert_eq!(m.call(id, &[smi(5), Value::UNDEFINED]).expect("no exit"), smi(7));
    }
    let source = "function f(a, b) { return (a + b) + 1; }";
    for (passes, effort, options) in tiers() {
        let mut m = Machine::new();
        let f = function(source, 1, CellId(0), |_, _| SlotFacts::Operands(operands::OTHER));
        let id = m.compile(&m.facts(vec![f]), &options, passes, effort);
        assert!(m.call(id, &[smi(5), Value::UNDEFINED]).expect("no exit").is_exception());
    }
}

#[test]
fn osr_entry() {
    let source = "function f(n) { let s = 0; for (let i = 0; i < n; i++) { s += i; } return s; }";
    let t = template(source, 1);
    let header = tierproof_bytecode::instruction::decode_all(&t.bytecode)
        .find(|i| i.opcode == tierproof_bytecode::Opcode::JumpLoop)
        .and_then(|i| i.jump_target())
        .expect("has a loop");
    for (passes, effort, mut options) in tiers() {
        options.osr_offset = Some(header);
        let mut m = Machine::new();
        let f = function(source, 1, CellId(0), |k, _| numbers(k));
        let id = m.compile(&m.facts(vec![f]), &options, passes, effort);
        let frame = m.frame(CellId(1), &[smi(10)]);
        // An interpreter frame in the middle of the loop: s and i by the registers' order.
        frame.set_size_and_kind(t.register_count as usize, 0);
        frame.set(frame::CONTEXT, Value::UNDEFINED);
        for r in 0..t.register_count as i32 {
            frame.set(r, smi(5));
        }
        let caller = m.cx.jit.fp;
        m.cx.jit.fp = frame.fp();
        let _ = caller;
        // s = 5, i = 5: 5 + 5 + 6 + 7 + 8 + 9.
        assert_eq!(m.enter(id, frame).expect("no exit"), smi(40));
    }
}

#[test]
fn contexts_and_barriers() {
    let source = "function outer() { let v = 1; return function f(n, o) { for (let i = 0; i < n; i++) v = o; return v; }; }";
    for (passes, effort, options) in tiers() {
        let mut m = Machine::new();
        let f = function(source, 2, CellId(0), |k, _| numbers(k));
        let id = m.compile(&m.facts(vec![f]), &options, passes, effort);
        let o = m.cx.heap.allocate_object(5, 0);
        assert_eq!(m.call(id, &[smi(3), o.into()]).expect("no exit"), o.into());
        let context: TaggedArrayRef = m.cells[1].cast::<FunctionRef>().context().cast();
        assert!((0..3).any(|i| context.get(i) == o.into()));
    }
}
