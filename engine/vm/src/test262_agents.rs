//! `$262.agent`: agents as threads, each with an engine of its own, that share the memory of
//! SharedArrayBuffers. `test262_host` installs it.
//!
//! The engine that starts agents owns them: when it is dropped they are interrupted and joined. From
//! the first agent on time is real, and what such a program does depends on it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tierproof_base::Schedule;
use tierproof_heap::{ArrayBufferRef, BigIntRef, ObjectRef, Value};
use tierproof_runtime::agents::Membership;
use tierproof_runtime::shared_memory::SharedBufferHandle;
use tierproof_runtime::typed_array::is_shared;
use tierproof_runtime::{Args, Isolate, JsResult, Limits, NativeFn};

use crate::engine::{Engine, Options};

/// Methods of the first agent.
pub const FIRST: &[(&str, u32, NativeFn)] =
    &[("start", 1, start), ("broadcast", 1, broadcast), ("getReport", 0, get_report)];
/// Methods of the others.
pub const OTHERS: &[(&str, u32, NativeFn)] =
    &[("receiveBroadcast", 1, receive_broadcast), ("report", 1, report), ("leaving", 0, leaving)];
/// Methods of all.
pub const COMMON: &[(&str, u32, NativeFn)] = &[("sleep", 1, sleep), ("monotonicNow", 0, monotonic_now)];

/// How often a blocked agent looks whether it has been interrupted.
const INTERRUPT_POLL: Duration = Duration::from_millis(20);
/// Heap of an agent that is not the first.
const HEAP_BYTES: usize = 256 << 20;

/// Where the agents of one program exchange messages.
#[derive(Default)]
struct Office {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    reports: VecDeque<String>,
    /// Everything that has been broadcast.
    messages: Vec<Message>,
    /// By number of agent.
    agents: Vec<AgentState>,
}

#[derive(Default)]
struct AgentState {
    running: bool,
    /// It takes no more messages.
    gone: bool,
    /// How many messages it has taken.
    taken: usize,
}

#[derive(Clone)]
struct Message {
    buffer: SharedBufferHandle,
    /// Number, or digits of a BigInt.
    id: Option<Result<f64, i64>>,
}

impl Office {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `ready` gives something.
    fn wait<T>(&self, cx: &mut Isolate, mut ready: impl FnMut(&mut State) -> Option<T>) -> JsResult<T> {
        let mut state = self.lock();
        loop {
            if let Some(t) = ready(&mut state) {
                return Ok(t);
            }
            cx.check_interrupt()?;
            state = match self.changed.wait_timeout(state, INTERRUPT_POLL) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    fn change(&self, f: impl FnOnce(&mut State)) {
        f(&mut self.lock());
        self.changed.notify_all();
    }
}

/// What the first agent keeps: the others.
#[derive(Default)]
struct Owner {
    office: Arc<Office>,
    threads: Vec<(Arc<AtomicBool>, JoinHandle<()>)>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        for (interrupt, _) in &self.threads {
            interrupt.store(true, Ordering::Relaxed);
        }
        self.office.changed.notify_all();
        for (_, thread) in self.threads.drain(..) {
            // what an agent's thread panicked with has been printed
            let _ = thread.join();
        }
    }
}

/// What every other agent keeps.
struct Member {
    office: Arc<Office>,
    number: usize,
}

/// Marks an agent as gone, also when its thread panics.
struct Leave(Arc<Office>, usize);

impl Drop for Leave {
    fn drop(&mut self) {
        self.0.change(|s| {
            s.agents[self.1].running = true;
            s.agents[self.1].gone = true;
        });
    }
}

/// Whether the program has started agents, so that what it does depends on more than its schedule.
pub fn has_agents(cx: &Isolate) -> bool {
    let owner = cx.agent.host.as_ref().and_then(|h| h.downcast_ref::<Owner>());
    owner.is_some_and(|o| !o.threads.is_empty())
}

/// Whether this is not an agent that another one has started.
pub fn is_first(cx: &Isolate) -> bool {
    !cx.agent.host.as_ref().is_some_and(|h| h.is::<Member>())
}

fn owner(cx: &mut Isolate) -> Option<&mut Owner> {
    cx.agent.host.get_or_insert_with(|| Box::new(Owner::default())).downcast_mut::<Owner>()
}

fn member(cx: &mut Isolate) -> JsResult<(Arc<Office>, usize)> {
    match cx.agent.host.as_ref().and_then(|h| h.downcast_ref::<Member>()) {
        Some(m) => Ok((m.office.clone(), m.number)),
        None => Err(cx.type_error("not in this agent")),
    }
}

fn office(cx: &mut Isolate) -> JsResult<Arc<Office>> {
    match owner(cx) {
        Some(o) => Ok(o.office.clone()),
        None => Err(cx.type_error("not in this agent")),
    }
}

fn system_clock() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64() * 1e3)
}

/// `start(script)`: returns when the agent runs.
fn start(cx: &mut Isolate, args: Args) -> JsResult {
    let script = cx.to_rust_string(args.get(0))?;
    let office = office(cx)?;
    cx.clock = Some(system_clock);
    let membership = cx.agent.sibling();
    let interrupt = Arc::new(AtomicBool::new(false));
    let mut number = 0;
    office.change(|s| {
        number = s.agents.len();
        s.agents.push(AgentState::default());
    });
    let (schedule, flag, there) = (cx.schedule.clone(), interrupt.clone(), office.clone());
    let run = move || {
        let leave = Leave(there.clone(), number);
        run_agent(&script, schedule, &membership, flag, Member { office: there, number });
        drop(leave);
    };
    match std::thread::Builder::new().name(format!("agent {number}")).spawn(run) {
        Ok(thread) => {
            if let Some(o) = owner(cx) {
                o.threads.push((interrupt, thread));
            }
        }
        Err(e) => return Err(cx.plain_error(&format!("cannot start an agent: {e}"))),
    }
    office.wait(cx, |s| s.agents[number].running.then_some(()))?;
    Ok(Value::UNDEFINED)
}

fn run_agent(
    script: &str,
    schedule: Schedule,
    membership: &Membership,
    interrupt: Arc<AtomicBool>,
    member: Member,
) {
    let limits = Limits { heap_bytes: Some(HEAP_BYTES), ..Limits::default() };
    let options = Options { schedule, limits, clock: Some(system_clock), ..Options::default() };
    Engine::on_big_stack(|| {
        let mut engine = Engine::new(&options);
        membership.join(&mut engine.cx);
        engine.cx.interrupt = interrupt;
        let (office, number) = (member.office.clone(), member.number);
        engine.cx.agent.host = Some(Box::new(member));
        crate::test262_host::install_in_agent(&mut engine);
        office.change(|s| s.agents[number].running = true);
        // an agent that fails can only stay silent: whoever waits for its report notices
        let _ = engine.run(script.as_bytes(), "agent");
    });
}

/// `broadcast(sharedArrayBuffer, id)`: returns when all agents that still run have taken it.
fn broadcast(cx: &mut Isolate, args: Args) -> JsResult {
    let Some(b) = args.get(0).try_as::<ArrayBufferRef>().filter(|b| is_shared(*b)) else {
        return Err(cx.type_error("not a SharedArrayBuffer"));
    };
    let id = match args.get(1) {
        v if v.is_undefined() => None,
        v if v.try_as::<BigIntRef>().is_some() => {
            Some(Err(tierproof_runtime::bigint::low_64(v.cast::<BigIntRef>()) as i64))
        }
        v => Some(Ok(cx.to_number(v)?)),
    };
    let office = office(cx)?;
    let message = Message { buffer: cx.share_buffer(b), id };
    let mut count = 0;
    office.change(|s| {
        s.messages.push(message);
        count = s.messages.len();
    });
    office.wait(cx, |s| s.agents.iter().all(|a| a.gone || a.taken >= count).then_some(()))?;
    Ok(Value::UNDEFINED)
}

/// `receiveBroadcast(callback)`: waits for the next message.
fn receive_broadcast(cx: &mut Isolate, args: Args) -> JsResult {
    let (office, number) = member(cx)?;
    let message = office.wait(cx, |s| {
        let message = s.messages.get(s.agents[number].taken).cloned()?;
        s.agents[number].taken += 1;
        Some(message)
    })?;
    office.changed.notify_all();
    let buffer = cx.receive_buffer(&message.buffer)?;
    let id = match message.id {
        None => Value::UNDEFINED,
        Some(Ok(n)) => Value::number(n),
        Some(Err(n)) => cx.bigint_from_i64(n),
    };
    cx.call(args.get(0), Value::UNDEFINED, &[Value::from(buffer), id])
}

/// `report(value)`
fn report(cx: &mut Isolate, args: Args) -> JsResult {
    let text = cx.to_rust_string(args.get(0))?;
    let (office, _) = member(cx)?;
    office.change(|s| s.reports.push_back(text));
    Ok(Value::UNDEFINED)
}

/// `getReport()`: the oldest report, null when there is none.
fn get_report(cx: &mut Isolate, _: Args) -> JsResult {
    let report = office(cx)?.lock().reports.pop_front();
    Ok(report.map_or(Value::NULL, |r| cx.string(&r).into()))
}

/// `leaving()`: this agent takes no more messages.
fn leaving(cx: &mut Isolate, _: Args) -> JsResult {
    let (office, number) = member(cx)?;
    office.change(|s| s.agents[number].gone = true);
    Ok(Value::UNDEFINED)
}

/// `sleep(milliseconds)`
fn sleep(cx: &mut Isolate, args: Args) -> JsResult {
    let n = cx.to_number(args.get(0))?;
    if n > 0.0 {
        cx.pass_time(n)?;
    }
    Ok(Value::UNDEFINED)
}

/// `monotonicNow()`: milliseconds.
fn monotonic_now(cx: &mut Isolate, _: Args) -> JsResult {
    Ok(Value::number(cx.exact_now()))
}

/// The object, with the methods that this agent has.
pub fn object(cx: &mut Isolate, first: bool) -> ObjectRef {
    let agent = cx.new_plain_object();
    for &(name, length, native) in COMMON.iter().chain(if first { FIRST } else { OTHERS }) {
        crate::test262_host::define_method(cx, agent, name, length, native);
    }
    agent
}
