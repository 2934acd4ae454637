//! Coroutines, on stacks of their own: the bodies of generators and async functions run in them, and suspend
//! from any depth of the evaluator.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use corosensei::stack::DefaultStack;
use corosensei::{Coroutine as Native, CoroutineResult, Yielder};
use rustc_hash::FxHashMap;

use crate::agent::{Abrupt, Agent, Completion, here};
use crate::values::{ResumeWith, Value};

/// Native stack of each; touched pages only are real.
pub const STACK: usize = 2 << 20;
/// Stacks that may exist at the same time.
const MOST: usize = 4000;

/// What a body stops for.
pub enum Suspension {
    Yield(Value),
    Await(Value),
}

pub enum Signal {
    With(ResumeWith),
    /// The evaluation is over.
    Kill,
}

pub type Suspender = Yielder<Signal, Suspension>;
pub type Coroutine = Native<Signal, Suspension, Completion<Value>, DefaultStack>;

/// How far a resumed body came.
pub enum Progress {
    Suspended(Coroutine, Suspension),
    Done(Completion<Value>),
}

/// Stacks that are free again, and coroutines that wait for a promise.
#[derive(Default)]
pub struct Stacks {
    free: RefCell<Vec<DefaultStack>>,
    in_use: Cell<usize>,
    awaiting: RefCell<FxHashMap<u64, Coroutine>>,
    next: Cell<u64>,
}

impl Stacks {
    /// Keeps a coroutine until its promise is settled.
    pub fn park(&self, coroutine: Coroutine) -> u64 {
        let id = self.next.get();
        self.next.set(id + 1);
        self.awaiting.borrow_mut().insert(id, coroutine);
        id
    }
    pub fn unpark(&self, id: u64) -> Option<Coroutine> {
        self.awaiting.borrow_mut().remove(&id)
    }
    fn recycle(&self, coroutine: Coroutine) {
        self.in_use.set(self.in_use.get() - 1);
        self.free.borrow_mut().push(coroutine.into_stack());
    }
    /// Lets a suspended coroutine end; its code sees an end of the evaluation and runs nothing more.
    pub fn kill(&self, mut coroutine: Coroutine) {
        while !coroutine.done() {
            let _ = coroutine.resume(Signal::Kill);
        }
    }
    pub fn kill_awaiting(&self) {
        let all = std::mem::take(&mut *self.awaiting.borrow_mut());
        all.into_values().for_each(|c| self.kill(c));
    }
}

impl Agent {
    /// A coroutine that will run `body`.
    pub fn coroutine(
        &self,
        body: impl FnOnce(&Agent, &Suspender) -> Completion<Value> + 'static,
    ) -> Completion<Coroutine> {
        let free = self.stacks.free.borrow_mut().pop();
        let stack = match free {
            Some(s) => s,
            None if self.stacks.in_use.get() >= MOST => {
                return Err(self.outside("limit: suspended functions"));
            }
            None => DefaultStack::new(STACK).map_err(|_| self.outside("limit: suspended functions"))?,
        };
        self.stacks.in_use.set(self.stacks.in_use.get() + 1);
        let agent: Rc<Agent> = self.handle()?;
        Ok(Native::with_stack(stack, move |suspender: &Suspender, first| {
            if let Signal::Kill = first {
                return Err(agent.outside("the evaluation is over"));
            }
            agent.stack.set((here(), STACK));
            body(&agent, suspender)
        }))
    }

    pub fn resume(&self, mut coroutine: Coroutine, with: ResumeWith) -> Progress {
        let mine = self.stack.get();
        let result = coroutine.resume(Signal::With(with));
        self.stack.set(mine);
        match result {
            CoroutineResult::Yield(s) => Progress::Suspended(coroutine, s),
            CoroutineResult::Return(r) => {
                self.stacks.recycle(coroutine);
                Progress::Done(r)
            }
        }
    }

    /// Stops the running body until it is resumed.
    pub fn suspend(&self, suspender: &Suspender, what: Suspension) -> Completion<ResumeWith> {
        let mine = self.stack.get();
        let signal = suspender.suspend(what);
        self.stack.set(mine);
        match signal {
            Signal::With(r) => Ok(r),
            Signal::Kill => Err(Abrupt::Outside("the evaluation is over".into())),
        }
    }
}
