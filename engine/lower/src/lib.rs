//! SSA to machine code through CLIF: one rule per node, used by both optimising tiers.
//!
//! [`lower`] is a pure function of graph, facts and options; it names no address: cells come from
//! the code's constant table, runtime functions from the isolate's table (see [`abi`]).
//! One emitter (`exits.rs`) owns the exit technique: a cold block stores the live values into the
//! isolate's exit buffer, calls the deoptimizer and returns its result.

pub mod abi;
mod arithmetic;
mod calls;
mod checks;
mod emitter;
pub mod evaluated;
mod exits;
mod memory;
mod verify;

use std::sync::Arc;

use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{AbiParam, Function, Signature, UserFuncName, types};
use cranelift_codegen::isa::{CallConv, OwnedTargetIsa, TargetIsa};
use cranelift_codegen::settings::{self, Configurable, Flags};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use tierproof_ssa::facts::Dependency;
use tierproof_ssa::{CellId, Checkpoint, DeoptReason, Facts, FrameSlot, FunctionIndex, Graph, Op, Repr};

/// How hard Cranelift tries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effort {
    /// No mid-end: our own passes have done its work. What both tiers use.
    Fast,
    /// The e-graph mid-end (`cranelift=speed`).
    Best,
    /// No mid-end, and registers allocated in a single pass (`cranelift=quick`): most campaigns' choice.
    Quick,
}

/// Settings of one lowering.
#[derive(Clone, Debug)]
pub struct LowerOptions {
    pub effort: Effort,
    /// Index of the code in `JitState`'s table of constant tables, and first argument of the deoptimizer.
    pub code_id: u32,
    /// Count every checkpoint down and exit when the counter reaches zero.
    pub inject_deopts: bool,
    /// Spend the function's interrupt budget (midtier, so that toptier can follow): at entry the
    /// runtime function `Budget` is called when it runs out, at a back edge the code leaves with `TierUp`.
    pub count_budget: bool,
    /// Leave what the graph evaluator can do to it.
    pub evaluate: bool,
    /// Verify the exits, even in release builds.
    pub verify: bool,
    /// Keep CLIF and machine code as text.
    pub text: bool,
}

/// Where the deoptimizer finds a value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum ExitValue {
    /// In the exit buffer, as raw bits of this representation (low bits for the narrow ones).
    Buffer { index: u32, repr: Repr },
    /// These bits are the Value.
    Bits(u64),
    /// A cell, by its index in `CompiledCode::constants`.
    Constant(u32),
}

/// One interpreter frame to rebuild.
#[derive(Clone, PartialEq, Debug)]
pub struct ExitFrame {
    pub function: FunctionIndex,
    pub offset: u32,
    /// For the innermost frame of a lazy exit the results are already among `values`.
    pub checkpoint: Checkpoint,
    /// Inlined frames: arguments passed (the outermost frame's real header has its own).
    pub argc: u32,
    /// Words from the outermost frame's `fp` to this frame's.
    pub base_words: u32,
    /// Live places; registers that are not listed become undefined.
    pub values: Vec<(FrameSlot, ExitValue)>,
}

/// One way out of optimised code.
#[derive(Clone, PartialEq, Debug)]
pub struct ExitDescriptor {
    pub reason: DeoptReason,
    /// Behind a call (the code may have been invalidated) instead of before an operation.
    pub lazy: bool,
    /// Outermost first.
    pub frames: Vec<ExitFrame>,
}

/// Code with more exits is refused, so that a position fits into half a word.
pub const MAX_EXITS: usize = 0xFFFF;

/// Upper half of the OFFSET word of an optimised frame that stands in an inlined function: which descriptor of
/// which code says where. (The lower half is the outermost function's offset.)
pub fn position_word(code_id: u32, exit: u32) -> u32 {
    (code_id & 0xFFFF) << 16 | (exit + 1)
}

/// The codes a position may be one of, of so many, newest first (ids are told apart up to a multiple of
/// 65,536), and the descriptor.
pub fn codes_of_position(position: u32, codes: usize) -> (impl Iterator<Item = usize>, usize) {
    let ids = ((position >> 16) as usize..codes).step_by(1 << 16);
    (ids.rev(), (position & 0xFFFF) as usize - 1)
}

/// Position-independent machine code with its tables.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CompiledCode {
    pub bytes: Vec<u8>,
    pub exits: Vec<ExitDescriptor>,
    /// Cells of the constant table, in order, behind its header word.
    pub constants: Vec<CellId>,
    /// Words of the VM stack frame: of the function itself, and with the deepest inlined frame.
    pub own_words: u32,
    pub frame_words: u32,
    pub dependencies: Vec<Dependency>,
    pub osr_offset: Option<u32>,
    /// Nodes left to the graph evaluator.
    pub evaluated: Vec<Op>,
    /// CLIF and disassembly, on request.
    pub text: Option<String>,
}

fn flags(effort: Effort) -> Result<Flags, String> {
    let mut flags = settings::builder();
    let set = |f: &mut settings::Builder, k: &str, v: &str| f.set(k, v).map_err(|e| format!("flag {k}: {e}"));
    set(&mut flags, "opt_level", if effort == Effort::Best { "speed" } else { "none" })?;
    if effort == Effort::Quick {
        set(&mut flags, "regalloc_algorithm", "single_pass")?;
    }
    set(&mut flags, "preserve_frame_pointers", "true")?;
    set(&mut flags, "is_pic", "false")?;
    set(&mut flags, "unwind_info", "false")?;
    set(&mut flags, "enable_probestack", "false")?;
    set(&mut flags, "enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" })?;
    Ok(Flags::new(flags))
}

/// Buffers of Cranelift that compiles of one thread hand on to each other, and the machine's description.
struct Reused {
    isas: Vec<(Effort, OwnedTargetIsa)>,
    context: Context,
    builder: FunctionBuilderContext,
}

impl Default for Reused {
    fn default() -> Reused {
        Reused { isas: Vec::new(), context: Context::new(), builder: FunctionBuilderContext::new() }
    }
}

thread_local! {
    /// Empty while a compile runs; one that panics leaves nothing behind.
    static REUSED: std::cell::Cell<Option<Box<Reused>>> = const { std::cell::Cell::new(None) };
}

/// The target description for an effort on this machine.
pub fn host_isa(effort: Effort) -> Result<OwnedTargetIsa, String> {
    let mut reused = REUSED.take().unwrap_or_default();
    let known = reused.isas.iter().find(|i| i.0 == effort).map(|i| i.1.clone());
    let isa = known.map_or_else(|| describe_host(effort), Ok);
    if let Ok(isa) = &isa
        && !reused.isas.iter().any(|i| i.0 == effort)
    {
        reused.isas.push((effort, isa.clone()));
    }
    REUSED.set(Some(reused));
    isa
}

fn describe_host(effort: Effort) -> Result<OwnedTargetIsa, String> {
    let mut isa = cranelift_codegen::isa::lookup(target_lexicon::HOST).map_err(|e| e.to_string())?;
    #[cfg(target_arch = "x86_64")]
    {
        // Rounding instructions: without them Cranelift would call library functions.
        for (feature, present) in [
            ("has_sse3", std::is_x86_feature_detected!("sse3")),
            ("has_ssse3", std::is_x86_feature_detected!("ssse3")),
            ("has_sse41", std::is_x86_feature_detected!("sse4.1")),
            ("has_sse42", std::is_x86_feature_detected!("sse4.2")),
            ("has_popcnt", std::is_x86_feature_detected!("popcnt")),
            ("has_lzcnt", std::is_x86_feature_detected!("lzcnt")),
        ] {
            if present {
                isa.enable(feature).map_err(|e| e.to_string())?;
            }
        }
    }
    isa.finish(flags(effort)?).map_err(|e| e.to_string())
}

/// A target description that is the same on every host, for snapshots: `triple` is a target such as
/// `aarch64-unknown-linux-gnu`; on x86-64 the instruction set is pinned to what a 2010 machine has.
pub fn snapshot_isa(triple: &str, effort: Effort) -> Result<OwnedTargetIsa, String> {
    let triple: target_lexicon::Triple = triple.parse().map_err(|e| format!("{triple}: {e}"))?;
    let is_x86 = triple.architecture == target_lexicon::Architecture::X86_64;
    let mut isa = cranelift_codegen::isa::lookup(triple).map_err(|e| e.to_string())?;
    if is_x86 {
        for feature in ["has_sse3", "has_ssse3", "has_sse41", "has_sse42", "has_popcnt"] {
            isa.enable(feature).map_err(|e| e.to_string())?;
        }
    }
    isa.finish(flags(effort)?).map_err(|e| e.to_string())
}

/// Why there is no code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refused {
    /// What this is made for does not hold.
    Bailout(String),
    /// The exit verifier found something.
    Broken(String),
}

/// Compiles a graph.
pub fn lower(graph: &Graph, facts: &Facts, options: &LowerOptions) -> Result<CompiledCode, Refused> {
    let isa = host_isa(options.effort).map_err(Refused::Bailout)?;
    lower_for(graph, facts, options, &isa)
}

/// Compiles a graph for a given target.
pub fn lower_for(
    graph: &Graph,
    facts: &Facts,
    options: &LowerOptions,
    isa: &Arc<dyn TargetIsa>,
) -> Result<CompiledCode, Refused> {
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params = vec![AbiParam::new(types::I64), AbiParam::new(types::I64)];
    signature.returns = vec![AbiParam::new(types::I64)];
    let mut reused = REUSED.take().unwrap_or_default();
    let Reused { context, builder: builder_context, .. } = &mut *reused;
    context.clear();
    context.func = Function::with_name_signature(UserFuncName::user(0, options.code_id), signature);
    let builder = FunctionBuilder::new(&mut context.func, builder_context);
    let emitted = emitter::emit(builder, graph, facts, options, isa);
    if emitted.is_err() {
        // what a bailout leaves unfinished is of no use to the next compile
        *builder_context = FunctionBuilderContext::new();
    }
    let code = emitted.map_err(Refused::Bailout).and_then(|tables| {
        if options.verify || cfg!(debug_assertions) {
            verify::verify(graph, &tables)
                .map_err(|e| Refused::Broken(format!("exit verifier, {}: {e}", graph.name)))?;
        }
        compile(context, tables, graph, options, isa).map_err(Refused::Bailout)
    });
    REUSED.set(Some(reused));
    code
}

/// Machine code of the function in `context`.
fn compile(
    context: &mut Context,
    tables: emitter::Tables,
    graph: &Graph,
    options: &LowerOptions,
    isa: &Arc<dyn TargetIsa>,
) -> Result<CompiledCode, String> {
    let mut text = options.text.then(|| format!("{}", context.func.display()));
    context.set_disasm(options.text);
    let compiled = context
        .compile(&**isa, &mut ControlPlane::default())
        .map_err(|e| format!("Cranelift: {:?}", e.inner))?;
    if !compiled.buffer.relocs().is_empty() {
        return Err(format!("relocation in optimised code: {:?}", compiled.buffer.relocs()[0]));
    }
    if let (Some(text), Some(vcode)) = (&mut text, &compiled.vcode) {
        text.push('\n');
        text.push_str(vcode);
    }
    Ok(CompiledCode {
        bytes: compiled.code_buffer().to_vec(),
        exits: tables.exits,
        constants: tables.constants,
        own_words: graph.own_words,
        frame_words: graph.frame_words,
        dependencies: graph.dependencies.clone(),
        osr_offset: graph.osr_offset,
        evaluated: tables.evaluated,
        text,
    })
}
