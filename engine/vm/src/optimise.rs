//! Midtier and toptier: deciding, compiling, installing and invalidating optimised code.
//!
//! A compile (`compile_queue`) is `facts::capture` -> `ssa::builder::build` -> the tier's passes -> `lower`. The
//! result is copied into code memory with a constant table (word 0 says whether the code is
//! invalidated) that the collector traces. Code is never freed while its isolate lives: frames and
//! exits may refer to it.

use std::sync::Arc;

use smallvec::SmallVec;
use tierproof_base::faults::{Fault, fault};
use tierproof_base::schedule::{Cranelift, DeoptMode, Install, TierMode};
use tierproof_base::{Fuel, Tier};
use tierproof_bytecode::FunctionKind;
use tierproof_heap::{FunctionDataRef, RootVisitor, Value};
use tierproof_jit::CodeRange;
use tierproof_lower::{CompiledCode, Effort, LowerOptions, evaluated};
use tierproof_runtime::function::{data_flags, flags, function_kind, info};
use tierproof_runtime::isolate::Invalidated;
use tierproof_runtime::object::cell_meta;
use tierproof_runtime::realms::realm_of;
use tierproof_runtime::stack::Frame;
use tierproof_runtime::{Isolate, RealmId};
use tierproof_ssa::builder::BuildOptions;
use tierproof_ssa::evaluate::{self, Val};
use tierproof_ssa::facts::Dependency;
use tierproof_ssa::runtime_op::RuntimeOp;
use tierproof_ssa::{CellId, DeoptReason, Facts};

use crate::compile_queue::{Outcome, Pending, Request};
use crate::tiering::{function_name, set_budget, state_index, tiering};

/// Deopts of one function after which it stays in the lower tiers.
const MAX_DEOPTS: u32 = 12;

/// Optimised code of one function.
#[derive(Default)]
pub struct OptimisedState {
    /// Code its FunctionData's entry points at.
    pub installed: Option<u32>,
    /// Codes entered at loop headers: (offset, tier, code).
    pub osr: Vec<(u32, Tier, u32)>,
    /// Speculations that failed: (bytecode offset, reason).
    pub failed: Vec<(u32, DeoptReason)>,
    pub deopts: u32,
    /// Optimised code has been tried and refused for this loop header or (None) for the function.
    pub refused: Vec<(Option<u32>, Tier)>,
    /// Midtier code has used its budget up: toptier is next.
    pub wants_top: bool,
    /// The program itself asks for tiers (`natives`): it waits for code to be installed.
    pub steered: bool,
    /// Being compiled, or waiting to be installed.
    pub pending: Vec<(Option<u32>, Tier)>,
}

/// One piece of optimised code.
pub struct OptimisedCode {
    pub range: CodeRange,
    pub tier: Tier,
    pub code: CompiledCode,
    pub facts: Arc<Facts>,
    /// Constant table: word 0 is the invalidation flag, then `code.constants`.
    pub table: Box<[u64]>,
    /// Cells of `facts` (for dependencies, and frames to rebuild).
    pub cells: Vec<u64>,
    pub data: u64,
    pub invalid: bool,
}

/// Registry of optimised code.
#[derive(Default)]
pub struct Optimiser {
    pub codes: Vec<OptimisedCode>,
    /// `JitState.code_tables` points at this.
    tables: Vec<*mut u64>,
    pub queue: crate::compile_queue::CompileQueue,
    pub permits: tierproof_base::fuel::Permits,
    pub done: Vec<tierproof_base::fuel::Rewrite>,
    pub refused: Vec<tierproof_base::fuel::Rewrite>,
    /// Keep graphs after this pass (`Options::keep_ir`), and those kept.
    pub keep_ir: Option<String>,
    pub kept_ir: Vec<String>,
}

impl Optimiser {
    /// Takes the next code number for a compile under way.
    fn reserve(&mut self, data: FunctionDataRef, tier: Tier) {
        self.codes.push(OptimisedCode {
            range: CodeRange { address: 0, size: 0 },
            tier,
            code: CompiledCode::default(),
            facts: Arc::new(Facts { functions: Vec::new(), cells: Vec::new() }),
            table: Box::new([1]),
            cells: Vec::new(),
            data: Value::from(data).to_bits(),
            invalid: true,
        });
        self.tables.push(std::ptr::null_mut());
    }
    pub fn trace(&mut self, v: &mut dyn RootVisitor) {
        let mut visit = |word: &mut u64| {
            let mut value = Value::from_bits(*word);
            v.value(&mut value);
            *word = value.to_bits();
        };
        for p in self.queue.pending_mut() {
            p.cells.iter_mut().for_each(&mut visit);
        }
        for c in &mut self.codes {
            c.table[1..].iter_mut().for_each(&mut visit);
            c.cells.iter_mut().for_each(&mut visit);
            visit(&mut c.data);
        }
    }
}

/// Whether to optimise now; an entry that takes the frame over, or 0.
pub fn consider(cx: &mut Isolate, data: FunctionDataRef, index: usize, offset: Option<u32>) -> usize {
    let s = &cx.schedule;
    let (mode, mid, top, osr) = (s.tier, s.midtier_budget, s.toptier_budget, s.osr_budget);
    let ticks = tiering(cx).functions[index].ticks;
    let target = match mode {
        TierMode::Forced(t) => t,
        _ if tiering(cx).functions[index].optimised.wants_top => Tier::Toptier,
        _ => Tier::Midtier,
    };
    let target = target.min(crate::tiering::ceiling(cx, data));
    let threshold = match (target, offset) {
        (Tier::Toptier, _) if !matches!(mode, TierMode::Forced(_)) => 0,
        (Tier::Toptier, Some(_)) => (top as u64).max(osr as u64),
        (_, Some(_)) => (mid as u64).max(osr as u64),
        (Tier::Toptier, _) => top as u64,
        _ => mid as u64,
    };
    if ticks < threshold {
        set_budget(cx, index, data, (threshold - ticks).min(i32::MAX as u64) as i32);
        return 0;
    }
    // Ask again after a while, whatever happens now.
    set_budget(cx, index, data, (osr.max(8) as i32).saturating_mul(2));
    let t = tiering(cx);
    let state = &t.functions[index].optimised;
    let have = state.installed.map(|id| t.optimiser.codes[id as usize].tier);
    if state.deopts >= MAX_DEOPTS {
        data.set_data_flags(flags(data) | data_flags::NO_OPTIMIZE);
        set_budget(cx, index, data, 1);
        return 0;
    }
    // A script runs once: nobody will enter it at its start again.
    let once = offset.is_some() && function_kind(data) == FunctionKind::Script;
    if !once && have.is_none_or(|h| h < target) && !state.refused.contains(&(None, target)) {
        compile(cx, data, index, None, target);
    }
    match offset {
        // The prologue has run already; optimised code starts with the next call.
        None => 0,
        Some(at) => osr_entry(cx, data, index, at, target),
    }
}

/// Compiles the function for this tier now, whatever its budget says.
pub fn request(cx: &mut Isolate, data: FunctionDataRef, tier: Tier) {
    let index = state_index(cx, data);
    let t = tiering(cx);
    let state = &mut t.functions[index].optimised;
    let have = state.installed.map(|id| t.optimiser.codes[id as usize].tier);
    let refused = flags(data) & data_flags::NO_OPTIMIZE != 0 || state.deopts >= MAX_DEOPTS;
    if t.code.memory.is_none() || refused || have >= Some(tier) || realm_of(data) != RealmId::FIRST {
        return;
    }
    state.steered = true;
    crate::tiering::account(cx, index, data, false);
    compile(cx, data, index, None, tier);
}

/// Makes the function ask for optimised code at its next back edge, as if it had run for long.
pub fn heat(cx: &mut Isolate, data: FunctionDataRef) {
    let index = state_index(cx, data);
    crate::tiering::account(cx, index, data, false);
    let s = &cx.schedule;
    let enough = s.midtier_budget.max(s.toptier_budget).max(s.osr_budget).max(s.baseline_budget);
    let f = &mut tiering(cx).functions[index];
    f.ticks = f.ticks.max(enough as u64);
    f.optimised.wants_top = true;
    f.optimised.steered = true;
    // the next back edge finds it used up
    set_budget(cx, index, data, 0);
}

/// Takes all code of the function out of service.
pub fn discard_all(cx: &mut Isolate, data: FunctionDataRef, why: &str) {
    let bits = Value::from(data).to_bits();
    let codes = &tiering(cx).optimiser.codes;
    let ids: Vec<u32> =
        (0..codes.len()).filter(|&i| codes[i].data == bits && !codes[i].invalid).map(|i| i as u32).collect();
    for id in ids {
        discard(cx, id, why);
    }
}

fn osr_entry(cx: &mut Isolate, data: FunctionDataRef, index: usize, at: u32, target: Tier) -> usize {
    let t = tiering(cx);
    let state = &t.functions[index].optimised;
    let found = state.osr.iter().find(|o| o.0 == at && o.1 == target).map(|o| o.2);
    let code = match found {
        Some(code) => Some(code),
        None if state.refused.contains(&(Some(at), target)) => None,
        None => compile(cx, data, index, Some(at), target),
    };
    let t = tiering(cx);
    match code {
        Some(code) => t.optimiser.codes[code as usize].range.address,
        None => 0,
    }
}

/// Asks for code; its number when it was installed at once (see `compile_queue`).
fn compile(
    cx: &mut Isolate,
    data: FunctionDataRef,
    index: usize,
    osr: Option<u32>,
    tier: Tier,
) -> Option<u32> {
    if tiering(cx).functions[index].optimised.pending.contains(&(osr, tier)) {
        return None;
    }
    if !crate::permits::may_compile(cx, data, tier, osr) {
        tiering(cx).functions[index].optimised.refused.push((osr, tier));
        if osr.is_none() && tiering(cx).functions[index].optimised.installed.is_none() {
            data.set_data_flags(flags(data) | data_flags::NO_OPTIMIZE);
        }
        return None;
    }
    let top = tier == Tier::Toptier;
    let mut options = if top { BuildOptions::toptier() } else { BuildOptions::midtier() };
    options.osr_offset = osr;
    cx.heap.pause_collection();
    let captured = crate::facts::capture(cx, data, options.inline_depth);
    cx.heap.resume_collection();
    let schedule = cx.schedule.clone();
    let name = function_name(data);
    let t = tiering(cx);
    let trace = t.trace.clone();
    let (permits, keep_ir) = (t.optimiser.permits.clone(), t.optimiser.keep_ir.clone());
    let code_id = t.optimiser.codes.len() as u32;
    t.optimiser.reserve(data, tier);
    t.functions[index].optimised.pending.push((osr, tier));
    let tables = t.optimiser.tables.as_ptr();
    // The table of tables may have moved.
    cx.jit.code_tables = tables;
    if trace.opt {
        let reason = if osr.is_some() { ", OSR" } else { "" };
        eprintln!(
            "[marking <{name}> for optimization to {}, reason: hot and stable{reason}]",
            tier_name(tier)
        );
    }
    let request = Request {
        name,
        tier,
        options,
        facts: Arc::new(captured.facts),
        fuel: Fuel { limit: schedule.fuel, permits, ..Fuel::unlimited() },
        verify: schedule.verify,
        ir: trace.ir.clone(),
        keep_ir,
        lower: LowerOptions {
            effort: match schedule.cranelift {
                Cranelift::Plain => Effort::Fast,
                Cranelift::Speed => Effort::Best,
                Cranelift::Quick => Effort::Quick,
            },
            code_id,
            inject_deopts: schedule.deopt != DeoptMode::Natural,
            evaluate: schedule.evaluate,
            verify: schedule.verify,
            count_budget: !top
                && crate::tiering::ceiling(cx, data) > tier
                && !matches!(schedule.tier, TierMode::Forced(_)),
            text: trace.code,
        },
    };
    let pending = Pending { code_id, index, osr, tier, cells: captured.cells, changes: cx.prototype_changes };
    let steered = tiering(cx).functions[index].optimised.steered;
    let install = if steered { Install::Sync } else { schedule.install };
    crate::compile_queue::submit(cx, request, pending, install)
}

/// Takes a finished compile: books a bailout, or installs the code if what it relies on still holds.
pub fn finish(cx: &mut Isolate, pending: Pending, facts: Arc<Facts>, outcome: Outcome) -> Option<u32> {
    if let Some(problem) = outcome.problem {
        cx.heap.found(problem);
    }
    let t = tiering(cx);
    t.optimiser.done.extend(outcome.done);
    t.optimiser.refused.extend(outcome.refused);
    t.stats.rewrites.extend(outcome.kinds.kinds());
    t.stats.rewrite_pairs.extend(outcome.kinds.pairs());
    t.optimiser.kept_ir.extend(outcome.kept_ir);
    let data = Value::from_bits(t.optimiser.codes[pending.code_id as usize].data).cast::<FunctionDataRef>();
    let (osr, tier) = (pending.osr, pending.tier);
    let state = &mut t.functions[pending.index].optimised;
    state.pending.retain(|p| *p != (osr, tier));
    let name = function_name(data);
    let trace = t.trace.clone();
    let constructs = crate::constructs::constructs(&facts.functions[0].template);
    t.stats.note_constructs(&constructs, outcome.result.is_err());
    let code = match outcome.result {
        Ok(code) => code,
        Err(bailout) => {
            if trace.opt {
                eprintln!("[not optimizing <{name}>: {bailout}]");
            }
            t.functions[pending.index].optimised.refused.push((osr, tier));
            t.stats.note_bailout(&bailout.reason);
            if osr.is_none() && t.functions[pending.index].optimised.installed.is_none() {
                data.set_data_flags(flags(data) | data_flags::NO_OPTIMIZE);
            }
            return None;
        }
    };
    if let Some(text) = &code.text {
        eprintln!("--- {} code of {name} ---\n{text}", tier_name(tier).to_lowercase());
    }
    let holds = code.dependencies.iter().all(|d| still_holds(cx, *d, &pending));
    if !holds {
        if trace.opt {
            eprintln!("[not installing <{name}>: a dependency changed while it was compiled]");
        }
        return None;
    }
    rely_on(cx, &code.dependencies, &pending.cells);
    let t = tiering(cx);
    let range = t.code.memory.as_mut()?.publish(&code.bytes)?;
    let mut table = Vec::with_capacity(code.constants.len() + 1);
    table.push(0u64);
    table.extend(code.constants.iter().map(|c| pending.cells[c.0 as usize]));
    let bytecode = facts.functions[0].template.bytecode.len() as u64;
    t.stats.note_compile(tier, outcome.nanos, bytecode, code.bytes.len() as u64);
    let id = pending.code_id;
    if trace.opt {
        let how = if osr.is_some() { " OSR" } else { "" };
        eprintln!("[completed optimizing <{name}> (target {}){how}]", tier_name(tier));
    }
    let mut table = table.into_boxed_slice();
    t.optimiser.tables[id as usize] = table.as_mut_ptr();
    t.optimiser.codes[id as usize] = OptimisedCode {
        range,
        tier,
        code,
        facts,
        table,
        cells: pending.cells,
        data: Value::from(data).to_bits(),
        invalid: false,
    };
    let state = &mut t.functions[pending.index].optimised;
    match osr {
        Some(at) => state.osr.push((at, tier, id)),
        None => {
            state.installed = Some(id);
            data.set_entry(range.address);
        }
    }
    if tier == Tier::Midtier {
        let budget = cx.schedule.toptier_budget.min(i32::MAX as u32) as i32;
        set_budget(cx, pending.index, data, budget);
    }
    Some(id)
}

/// Whether a dependency is as it was when the facts were captured.
fn still_holds(cx: &Isolate, d: Dependency, pending: &Pending) -> bool {
    match d {
        Dependency::StableShape(s) => !cx.shapes.get(tierproof_runtime::ShapeId(s.0)).retired,
        Dependency::ConstantCell(_) if fault(Fault::F073) => true,
        Dependency::ConstantCell(c) => {
            let v = Value::from_bits(pending.cells[c.0 as usize]);
            match v.try_as::<tierproof_heap::PropertyCellRef>() {
                Some(cell) => cell.meta().as_smi() & cell_meta::VARIABLE == 0,
                None => pending.changes == cx.prototype_changes,
            }
        }
        Dependency::NoPrototypeElements => cx.array_protector,
        _ => true,
    }
}

/// Marks what the code depends on, so that changes are reported.
fn rely_on(cx: &mut Isolate, dependencies: &[Dependency], cells: &[u64]) {
    for d in dependencies {
        match *d {
            Dependency::StableShape(s) => cx.shapes.rely_on(tierproof_runtime::ShapeId(s.0)),
            Dependency::ConstantCell(_) if fault(Fault::F069) => {}
            Dependency::ConstantCell(c) => {
                let v = Value::from_bits(cells[c.0 as usize]);
                if let Some(cell) = v.try_as::<tierproof_heap::PropertyCellRef>() {
                    let meta = cell.meta().as_smi() | cell_meta::RELIED_ON;
                    cell.set_meta(&mut cx.heap, Value::smi(meta));
                }
            }
            _ => {}
        }
    }
}

/// The invalidation hook: everything that relied on the fact is marked and taken out of service.
pub fn invalidate(cx: &mut Isolate, what: Invalidated) {
    let mut hit = Vec::new();
    let t = tiering(cx);
    for (id, c) in t.optimiser.codes.iter().enumerate() {
        if c.invalid {
            continue;
        }
        let cell = |id: &CellId| c.cells[id.0 as usize];
        let depends = c.code.dependencies.iter().any(|d| match (d, what) {
            (Dependency::StableShape(s), Invalidated::Shape(w)) => s.0 == w.0,
            (Dependency::ConstantCell(id), Invalidated::Cell(w)) => cell(id) == w.value().to_bits(),
            (Dependency::NoPrototypeElements, Invalidated::ArrayProtector) => true,
            _ => false,
        });
        if depends {
            hit.push(id as u32);
        }
    }
    for id in hit {
        discard(cx, id, "a dependency changed");
    }
}

/// Takes code out of service; running activations leave at their next return from a call.
pub fn discard(cx: &mut Isolate, id: u32, why: &str) {
    let fallback = cx.hooks.interpreter_entry;
    let t = tiering(cx);
    let c = &mut t.optimiser.codes[id as usize];
    if c.invalid {
        return;
    }
    c.invalid = true;
    c.table[0] = 1;
    let data = Value::from_bits(c.data).cast::<FunctionDataRef>();
    if t.trace.deopt {
        eprintln!("[discarding code of <{}>: {why}]", function_name(data));
    }
    let index = state_index(cx, data);
    let osr_budget = cx.schedule.osr_budget;
    let t = tiering(cx);
    let f = &mut t.functions[index];
    f.optimised.osr.retain(|o| o.2 != id);
    if f.optimised.installed == Some(id) {
        f.optimised.installed = None;
        let entry = f.baseline.as_ref().map_or(fallback, |b| b.range.address);
        data.set_entry(entry);
    }
    set_budget(cx, index, data, osr_budget.max(8) as i32);
}

/// Books a deopt within so many inlined frames: the failed speculation is remembered, the code discarded, the function throttled.
pub fn note_deopt(
    cx: &mut Isolate,
    id: u32,
    site: FunctionDataRef,
    offset: u32,
    reason: DeoptReason,
    depth: usize,
) {
    let opcode = tierproof_bytecode::instruction::decode(&info(site).template.bytecode, offset)
        .map_or("none", |i| i.opcode.info().name);
    let t = tiering(cx);
    t.stats.deopts += 1;
    let tier = t.optimiser.codes[id as usize].tier;
    *t.stats.deopt_cells.entry((reason.text(), opcode, tier)).or_default() += 1;
    *t.stats.deopt_depths.entry((reason.text(), opcode, depth)).or_default() += 1;
    let data = Value::from_bits(t.optimiser.codes[id as usize].data).cast::<FunctionDataRef>();
    match reason {
        // Nothing failed: the schedule or the structure of the code wanted out.
        DeoptReason::Injected | DeoptReason::StackLimit => return,
        DeoptReason::TierUp => {
            let index = state_index(cx, data);
            tiering(cx).functions[index].optimised.wants_top = true;
            // The next back edge asks for toptier code.
            set_budget(cx, index, data, 0);
            return;
        }
        DeoptReason::Invalidated => {}
        DeoptReason::WrongKind | DeoptReason::WrongShape if fault(Fault::F086) => {
            return discard(cx, id, reason.text());
        }
        _ => {
            let at = state_index(cx, site);
            let failed = &mut tiering(cx).functions[at].optimised.failed;
            if reason != DeoptReason::InsufficientFeedback && !failed.contains(&(offset, reason)) {
                failed.push((offset, reason));
            }
        }
    }
    let index = state_index(cx, data);
    tiering(cx).functions[index].optimised.deopts += 1;
    discard(cx, id, reason.text());
}

pub fn tier_name(t: Tier) -> &'static str {
    match t {
        Tier::Interpreter => "INTERPRETER",
        Tier::Baseline => "BASELINE",
        Tier::Midtier => "MIDTIER",
        Tier::Toptier => "TOPTIER",
    }
}

/// Runtime functions whose bodies live above the `jit` crate.
pub fn bind(op: RuntimeOp) -> Option<usize> {
    if let Some(name) = op.name().strip_prefix("Math") {
        return tierproof_builtins::math::kernel_address(&name.to_lowercase());
    }
    match op {
        RuntimeOp::Deopt => Some(crate::deopt::deopt as *const () as usize),
        RuntimeOp::Budget => Some(budget_from_optimised as *const () as usize),
        RuntimeOp::Evaluate => Some(evaluate_node as *const () as usize),
        RuntimeOp::LoopBudget => Some(budget_in_optimised_loop as *const () as usize),
        _ => None,
    }
}

/// `Budget`: midtier code is hot.
extern "C" fn budget_from_optimised(state: *mut tierproof_runtime::JitState, fp: *mut Value) {
    // SAFETY: compiled code passes its isolate, of which `state` is the first field.
    let cx = unsafe { &mut *(state as *mut Isolate) };
    let data = Frame::at(fp).function_data();
    let index = state_index(cx, data);
    tiering(cx).functions[index].optimised.wants_top = true;
    crate::tiering::budget(cx, fp, None, false);
}

/// `Evaluate`: a node that the code has left to the graph evaluator.
extern "C" fn evaluate_node(
    state: *mut tierproof_runtime::JitState,
    code: u64,
    node: u64,
    first: u64,
    second: u64,
) -> u64 {
    // SAFETY: compiled code passes its isolate, of which `state` is the first field.
    let cx = unsafe { &mut *(state as *mut Isolate) };
    let op = &tiering(cx).optimiser.codes[code as usize].code.evaluated[node as usize];
    let words = [first, second];
    let inputs: SmallVec<[Val; evaluated::MAX_INPUTS]> =
        op.info().inputs.iter().zip(words).filter_map(|(&repr, word)| Val::of_bits(repr, word)).collect();
    // without an answer it is a node whose proof was wrong: any value will do
    let result = evaluate::numeric(op, &inputs).unwrap_or(Some(Val::None));
    cx.jit.exit_buffer[0] = result.map_or(0, Val::bits);
    result.is_none() as u64
}

/// `LoopBudget`: midtier code is hot in a loop; whether toptier code for the loop can be entered.
extern "C" fn budget_in_optimised_loop(
    state: *mut tierproof_runtime::JitState,
    fp: *mut Value,
    header: u64,
) -> u64 {
    // SAFETY: compiled code passes its isolate, of which `state` is the first field.
    let cx = unsafe { &mut *(state as *mut Isolate) };
    let data = Frame::at(fp).function_data();
    let index = state_index(cx, data);
    tiering(cx).functions[index].optimised.wants_top = true;
    crate::tiering::account(cx, index, data, false);
    crate::compile_queue::poll(cx);
    (consider(cx, data, index, Some(header as u32)) != 0) as u64
}
