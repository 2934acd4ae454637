//! The compile queue: where optimising compiles run and when their code is installed.
//!
//! `install=sync` compiles on the spot. `install=after:N` is the deterministic virtual queue: the
//! compile runs at once, its code waits until N ticks have passed. `install=background` hands the
//! frozen facts to a worker thread; the main thread picks results up at the next budget interrupt.
//! A compile reads its `Request` only, so it can run on any thread.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

use tierproof_base::schedule::Install;
use tierproof_base::{Fuel, Tier};
use tierproof_lower::{CompiledCode, LowerOptions, Refused};
use tierproof_runtime::Isolate;
use tierproof_ssa::builder::{Bailout, BuildOptions};
use tierproof_ssa::pipeline::{self, Watch};
use tierproof_ssa::{Facts, Graph};

use crate::optimise::tier_name;
use crate::tiering::tiering;

/// Everything a compile needs.
pub struct Request {
    pub name: String,
    pub tier: Tier,
    pub options: BuildOptions,
    pub facts: Arc<Facts>,
    pub fuel: Fuel,
    pub lower: LowerOptions,
    pub verify: bool,
    /// Print the graph after this pass (empty: after each).
    pub ir: Option<String>,
    /// Keep the graph after this pass.
    pub keep_ir: Option<String>,
}

/// What a compile yields.
pub struct Outcome {
    /// The code, or why there is none.
    pub result: Result<CompiledCode, Bailout>,
    /// What a verifier found.
    pub problem: Option<String>,
    pub nanos: u64,
    /// Rewrites done and refused, when the fuel records.
    pub done: Vec<tierproof_base::fuel::Rewrite>,
    pub refused: Vec<tierproof_base::fuel::Rewrite>,
    /// Kinds of those done, when the fuel notes them.
    pub kinds: tierproof_base::fuel::Kinds,
    /// Printed graphs after the pass to keep.
    pub kept_ir: Vec<String>,
}

/// The main thread's half of a compile under way.
pub struct Pending {
    pub code_id: u32,
    pub index: usize,
    pub osr: Option<u32>,
    pub tier: Tier,
    /// Raw words of the cells that the facts name; traced by the collector.
    pub cells: Vec<u64>,
    /// `Isolate::prototype_changes` when the facts were captured.
    pub changes: u64,
}

struct Waiting {
    pending: Pending,
    facts: Arc<Facts>,
    /// Ready code and the tick it is due at (virtual queue).
    ready: Option<(u64, Outcome)>,
}

struct Worker {
    requests: Sender<Request>,
    outcomes: Receiver<(u32, Outcome)>,
}

/// Compiles that are not installed yet.
#[derive(Default)]
pub struct CompileQueue {
    waiting: Vec<Waiting>,
    worker: Option<Worker>,
}

impl CompileQueue {
    pub fn pending_mut(&mut self) -> impl Iterator<Item = &mut Pending> {
        self.waiting.iter_mut().map(|w| &mut w.pending)
    }
}

/// Compiles a request. Pure.
pub fn compile(mut r: Request) -> Outcome {
    let start = Instant::now();
    let title = format!("{}@{}", r.name, tier_name(r.tier).to_lowercase());
    let name = r.name.clone();
    let refuse = |reason| Bailout { reason, function: name.clone(), offset: 0 };
    let mut kept_ir = Vec::new();
    let mut problem = None;
    let mut broken = |what: String| refuse(problem.insert(what).clone());
    let mut build = || -> Result<CompiledCode, Bailout> {
        crate::permits::generalise(&mut r.facts, &mut r.fuel);
        let mut graph = tierproof_ssa::builder::build(&r.facts, &r.options, &mut r.fuel)?;
        tierproof_optimizer::effects::doubt(&mut graph, &mut r.fuel);
        let passes =
            if r.tier == Tier::Toptier { tierproof_optimizer::TOPTIER } else { tierproof_optimizer::MIDTIER };
        let mut dump = |pass: &str, g: &Graph| {
            if let Some(wanted) = &r.ir
                && (wanted.is_empty() || wanted.eq_ignore_ascii_case(pass))
            {
                eprintln!("{}", tierproof_ssa::print::print(g, &format!("{title} after {pass}")));
            }
            if r.keep_ir.as_deref() == Some(pass) {
                kept_ir.push(tierproof_ssa::print::print(g, &format!("{title} after {pass}")));
            }
        };
        let mut watch = Watch {
            dump: Some(&mut dump),
            dump_unchanged: r.keep_ir.is_some(),
            verify: r.verify,
            times: Vec::new(),
        };
        pipeline::run(passes, &mut graph, &r.facts, &mut r.fuel, &mut watch)
            .map_err(|e| broken(format!("graph verifier {e}")))?;
        tierproof_lower::lower(&graph, &r.facts, &r.lower).map_err(|refused| match refused {
            Refused::Bailout(reason) => refuse(reason),
            Refused::Broken(what) => broken(what),
        })
    };
    let result = build();
    let nanos = start.elapsed().as_nanos() as u64;
    Outcome {
        result,
        problem,
        nanos,
        done: r.fuel.done,
        refused: r.fuel.refused,
        kinds: r.fuel.kinds,
        kept_ir,
    }
}

fn start_worker() -> Option<Worker> {
    let (requests, inbox) = channel::<Request>();
    let (outbox, outcomes) = channel();
    std::thread::Builder::new()
        .name("compiler".into())
        .stack_size(64 << 20)
        .spawn(move || {
            for request in inbox {
                let id = request.lower.code_id;
                if outbox.send((id, compile(request))).is_err() {
                    break;
                }
            }
        })
        .ok()?;
    Some(Worker { requests, outcomes })
}

/// Starts a compile to be installed as `install` says; the code's number when it is installed already.
pub fn submit(cx: &mut Isolate, request: Request, pending: Pending, install: Install) -> Option<u32> {
    let facts = request.facts.clone();
    match install {
        Install::Sync => {
            let outcome = compile(request);
            crate::optimise::finish(cx, pending, facts, outcome)
        }
        Install::After(ticks) => {
            let due = cx.ticks_taken() + ticks as u64;
            let ready = Some((due, compile(request)));
            tiering(cx).optimiser.queue.waiting.push(Waiting { pending, facts, ready });
            None
        }
        Install::Background => {
            let queue = &mut tiering(cx).optimiser.queue;
            if queue.worker.is_none() {
                queue.worker = start_worker();
            }
            match &queue.worker {
                Some(w) if w.requests.send(request).is_ok() => {}
                _ => return None,
            }
            queue.waiting.push(Waiting { pending, facts, ready: None });
            None
        }
    }
}

/// Waits for what is being compiled and installs everything.
pub fn wait(cx: &mut Isolate) {
    let queue = &mut tiering(cx).optimiser.queue;
    while let Some(worker) = &queue.worker
        && queue.waiting.iter().any(|w| w.ready.is_none())
    {
        let Ok((id, outcome)) = worker.outcomes.recv() else { break };
        if let Some(w) = queue.waiting.iter_mut().find(|w| w.pending.code_id == id) {
            w.ready = Some((0, outcome));
        }
    }
    queue.waiting.iter_mut().filter_map(|w| w.ready.as_mut()).for_each(|r| r.0 = 0);
    poll(cx);
}

/// Installs whatever is due.
pub fn poll(cx: &mut Isolate) {
    if tiering(cx).optimiser.queue.waiting.is_empty() {
        return;
    }
    let now = cx.ticks_taken();
    loop {
        let queue = &mut tiering(cx).optimiser.queue;
        if let Some(w) = &queue.worker {
            while let Ok((id, outcome)) = w.outcomes.try_recv() {
                if let Some(w) = queue.waiting.iter_mut().find(|w| w.pending.code_id == id) {
                    w.ready = Some((0, outcome));
                }
            }
        }
        let due = queue.waiting.iter().position(|w| w.ready.as_ref().is_some_and(|r| r.0 <= now));
        let Some(at) = due else { return };
        let w = queue.waiting.remove(at);
        if let Some((_, outcome)) = w.ready {
            crate::optimise::finish(cx, w.pending, w.facts, outcome);
        }
    }
}
