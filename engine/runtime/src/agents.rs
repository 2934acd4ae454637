//! Agents: isolates on threads of their own that share memory, and the lists of those who wait.
//!
//! A [`Cluster`] is what agents that can share memory have in common; an isolate alone is a cluster
//! of one. Blocking is real when there is somebody to wait for. An agent alone can be woken by
//! nobody: a wait with a timeout then ends at once, and moves the logical clock on by the timeout, so
//! that such programs stay deterministic (with a real clock it takes its time).
//! Spec: [Agents](https://tc39.es/ecma262/#sec-agents), [WaiterList Objects](https://tc39.es/ecma262/#sec-waiterlist-objects).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tierproof_heap::{CellRef, ObjectRef, RootVisitor, TypedArrayRef, Value};

use crate::isolate::{Isolate, JsResult, Termination};
use crate::shared_memory::{Atomic, SharedBlock, atomic};

/// How often blocked agents look whether somebody has interrupted them.
const INTERRUPT_POLL: Duration = Duration::from_millis(20);

/// How far waiting can move the logical clock on, in milliseconds: well within what a Date can hold.
const MAX_WAITED: f64 = 1e15;

/// What agents that can share memory have in common.
#[derive(Default)]
pub struct Cluster {
    /// All WaiterLists, in the order of waiting; the lock is the critical section of each.
    waiters: Mutex<Vec<Waiter>>,
    changed: Condvar,
    /// Agents that run besides the first.
    others: AtomicUsize,
}

struct Waiter {
    ticket: usize,
    block: Arc<SharedBlock>,
    byte: u64,
    notified: bool,
}

/// An isolate's side of its cluster.
pub struct Agent {
    cluster: Arc<Cluster>,
    /// [AgentCanSuspend](https://tc39.es/ecma262/#sec-agentcansuspend): whether `Atomics.wait` may block.
    pub can_block: bool,
    async_waits: Vec<AsyncWait>,
    /// What the host keeps for this agent, dropped with it.
    pub host: Option<Box<dyn std::any::Any>>,
}

/// A promise of `Atomics.waitAsync`.
struct AsyncWait {
    ticket: usize,
    promise: CellRef,
    /// In the milliseconds of `Isolate::exact_now`; infinite for none.
    deadline: f64,
}

impl Default for Agent {
    fn default() -> Agent {
        Agent { cluster: Arc::default(), can_block: true, async_waits: Vec::new(), host: None }
    }
}

impl Agent {
    /// One more agent of this one's cluster; it counts as running until the result is dropped.
    pub fn sibling(&self) -> Membership {
        self.cluster.others.fetch_add(1, Ordering::SeqCst);
        Membership(self.cluster.clone())
    }
    pub fn has_async_waits(&self) -> bool {
        !self.async_waits.is_empty()
    }
    /// Whether no other agent runs.
    pub fn is_alone(&self) -> bool {
        self.cluster.others.load(Ordering::SeqCst) == 0
    }
    pub fn trace(&mut self, v: &mut dyn RootVisitor) {
        for wait in &mut self.async_waits {
            let mut value = Value::cell(wait.promise);
            v.value(&mut value);
            wait.promise = value.as_cell();
        }
    }
}

/// Keeps an agent counted as running.
pub struct Membership(Arc<Cluster>);

impl Membership {
    /// Makes the isolate, new and on its own thread, an agent of the cluster.
    pub fn join(&self, cx: &mut Isolate) {
        cx.agent.cluster = self.0.clone();
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.0.others.fetch_sub(1, Ordering::SeqCst);
        self.0.changed.notify_all();
    }
}

/// How a wait ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WaitResult {
    Ok,
    NotEqual,
    TimedOut,
}

impl WaitResult {
    pub fn name(self) -> &'static str {
        match self {
            WaitResult::Ok => "ok",
            WaitResult::NotEqual => "not-equal",
            WaitResult::TimedOut => "timed-out",
        }
    }
}

/// Where to wait: an element of a shared typed array, and the bytes expected there.
pub struct WaitPlace {
    pub array: TypedArrayRef,
    pub index: u64,
    pub expected: u64,
    pub block: Arc<SharedBlock>,
    /// Offset in the block.
    pub byte: u64,
}

impl Cluster {
    fn lock(&self) -> MutexGuard<'_, Vec<Waiter>> {
        // a panic of another agent leaves the list as good as it was
        self.waiters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters the list when the expected value is there; the ticket.
    fn enter(&self, waiters: &mut Vec<Waiter>, place: &WaitPlace) -> Option<usize> {
        static TICKETS: AtomicUsize = AtomicUsize::new(0);
        if atomic(place.array, place.index, Atomic::Load, 0) != place.expected {
            return None;
        }
        let ticket = TICKETS.fetch_add(1, Ordering::Relaxed);
        waiters.push(Waiter { ticket, block: place.block.clone(), byte: place.byte, notified: false });
        Some(ticket)
    }
}

/// Takes a waiter off the list; whether it had been notified.
fn leave(waiters: &mut Vec<Waiter>, ticket: usize) -> bool {
    match waiters.iter().position(|w| w.ticket == ticket) {
        Some(i) => waiters.remove(i).notified,
        None => false,
    }
}

fn is_notified(waiters: &[Waiter], ticket: usize) -> bool {
    waiters.iter().any(|w| w.ticket == ticket && w.notified)
}

impl Isolate {
    /// The time in milliseconds, with fractions where the clock has them.
    pub fn exact_now(&self) -> f64 {
        self.clock.map_or_else(|| self.now(), |clock| clock())
    }

    /// Moves time on by `milliseconds` while nobody can interfere: sleeps, or turns the logical clock.
    pub fn pass_time(&mut self, milliseconds: f64) -> JsResult<()> {
        if self.clock.is_none() && self.agent.is_alone() {
            self.waited = (self.waited + milliseconds).min(MAX_WAITED);
            return Ok(());
        }
        let end = Instant::now() + duration(milliseconds);
        let cluster = self.agent.cluster.clone();
        let mut list = cluster.lock();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            self.check_interrupt()?;
            list = wait_for_change(&cluster, list, left.min(INTERRUPT_POLL));
        }
    }

    /// Ends the program if somebody outside has asked for it.
    pub fn check_interrupt(&mut self) -> JsResult<()> {
        if self.interrupt.load(Ordering::Relaxed) {
            return Err(self.terminate(Termination::Interrupted));
        }
        Ok(())
    }

    /// Blocks in `Atomics.wait`; `timeout` in milliseconds, infinite for none.
    pub fn wait_at(&mut self, place: &WaitPlace, timeout: f64) -> JsResult<WaitResult> {
        let cluster = self.agent.cluster.clone();
        let mut list = cluster.lock();
        let Some(ticket) = cluster.enter(&mut list, place) else { return Ok(WaitResult::NotEqual) };
        if self.agent.is_alone() {
            leave(&mut list, ticket);
            drop(list);
            if timeout.is_finite() {
                self.pass_time(timeout)?;
            }
            return Ok(WaitResult::TimedOut);
        }
        let end = timeout.is_finite().then(|| Instant::now() + duration(timeout));
        loop {
            let left = end.map_or(INTERRUPT_POLL, |e| e.saturating_duration_since(Instant::now()));
            let given_up = left.is_zero() || end.is_none() && self.agent.is_alone();
            if given_up || is_notified(&list, ticket) {
                let notified = leave(&mut list, ticket);
                return Ok(if notified { WaitResult::Ok } else { WaitResult::TimedOut });
            }
            if let Err(thrown) = self.check_interrupt() {
                leave(&mut list, ticket);
                return Err(thrown);
            }
            list = wait_for_change(&cluster, list, left.min(INTERRUPT_POLL));
        }
    }

    /// `Atomics.waitAsync` with a timeout above zero: the promise, or that the value is another one.
    pub fn wait_async_at(&mut self, place: &WaitPlace, timeout: f64) -> Result<ObjectRef, WaitResult> {
        let promise = self.new_promise();
        let cluster = self.agent.cluster.clone();
        let ticket = cluster.enter(&mut cluster.lock(), place).ok_or(WaitResult::NotEqual)?;
        let deadline = self.exact_now() + timeout;
        self.agent.async_waits.push(AsyncWait { ticket, promise: promise.into(), deadline });
        Ok(promise)
    }

    /// Wakes up to `count` of those who wait at a place; how many.
    pub fn notify_at(&mut self, block: &Arc<SharedBlock>, byte: u64, count: u64) -> u64 {
        let mut woken = 0;
        let mut list = self.agent.cluster.lock();
        for w in list.iter_mut() {
            if woken < count && !w.notified && w.byte == byte && w.block.is(block) {
                w.notified = true;
                woken += 1;
            }
        }
        if woken > 0 {
            self.agent.cluster.changed.notify_all();
        }
        woken
    }

    /// Enqueues jobs for the promises whose wait is over. With `block`, and none over yet, first waits
    /// for one, unless none can ever be.
    pub fn settle_waits(&mut self, block: bool) -> JsResult<()> {
        let cluster = self.agent.cluster.clone();
        let mut list = cluster.lock();
        loop {
            let now = self.exact_now();
            let mut over = false;
            let mut i = 0;
            while let Some(wait) = self.agent.async_waits.get(i) {
                if !is_notified(&list, wait.ticket) && now < wait.deadline {
                    i += 1;
                    continue;
                }
                let wait = self.agent.async_waits.remove(i);
                let notified = leave(&mut list, wait.ticket);
                let result = if notified { WaitResult::Ok } else { WaitResult::TimedOut };
                let promise: ObjectRef = Value::cell(wait.promise).cast();
                let text = self.string(result.name());
                self.enqueue_resolve(promise, text.into());
                over = true;
            }
            if over || !block || self.agent.async_waits.is_empty() {
                return Ok(());
            }
            self.check_interrupt()?;
            let next = self.agent.async_waits.iter().map(|w| w.deadline).fold(f64::INFINITY, f64::min);
            if self.agent.is_alone() {
                if next.is_infinite() {
                    // nobody will ever notify them
                    for wait in self.agent.async_waits.drain(..) {
                        leave(&mut list, wait.ticket);
                    }
                    return Ok(());
                }
                drop(list);
                self.pass_time(next - now)?;
                list = cluster.lock();
                for wait in self.agent.async_waits.iter_mut().filter(|w| w.deadline <= next) {
                    wait.deadline = f64::NEG_INFINITY;
                }
            } else {
                list = wait_for_change(&cluster, list, duration(next - now).min(INTERRUPT_POLL));
            }
        }
    }
}

fn wait_for_change<'a>(
    cluster: &'a Cluster,
    list: MutexGuard<'a, Vec<Waiter>>,
    limit: Duration,
) -> MutexGuard<'a, Vec<Waiter>> {
    match cluster.changed.wait_timeout(list, limit) {
        Ok((list, _)) => list,
        Err(poisoned) => poisoned.into_inner().0,
    }
}

/// A timeout of a program, which may be any number of milliseconds above zero.
fn duration(milliseconds: f64) -> Duration {
    Duration::try_from_secs_f64(milliseconds.max(0.0) / 1e3)
        .unwrap_or(Duration::MAX)
        .min(Duration::from_secs(1 << 32))
}
