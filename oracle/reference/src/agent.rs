//! The agent: the table of objects, intrinsics, jobs and output, and the limits of an evaluation.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use elsa::FrozenVec;
use rustc_hash::FxHashMap;

use crate::environments::Env;
use crate::evaluate::coroutines::Stacks;
use crate::values::{Key, Kind, Obj, Object, Str, Symbol, Value};
use crate::{Limits, Probe};

/// Why something did not complete normally.
#[derive(Clone, Debug)]
pub enum Abrupt {
    Throw(Value),
    /// `return` of a generator that is resumed so; only ever comes out of a `yield`.
    Return(Value),
    /// Beyond what the evaluator does: the construct or the limit. Nothing of the program runs after it.
    Outside(Rc<str>),
}

/// [Completion Records](https://tc39.es/ecma262/#sec-completion-record-specification-type) of expressions and
/// abstract operations.
pub type Completion<T> = Result<T, Abrupt>;

pub type Job = Box<dyn FnOnce(&Agent) -> Completion<()>>;

/// Native stack kept free for what runs between two checks.
const RESERVE: usize = 192 << 10;

pub struct Agent {
    me: Weak<Agent>,
    /// Objects stay where they are, so one may be made while another is looked at.
    heap: FrozenVec<Box<RefCell<Object>>>,
    intrinsics: RefCell<FxHashMap<&'static str, Obj>>,
    well_known: RefCell<FxHashMap<&'static str, Symbol>>,
    /// [GlobalSymbolRegistry](https://tc39.es/ecma262/#sec-symbol.for)
    pub registry: RefCell<Vec<(Str, Symbol)>>,
    global: RefCell<Option<Env>>,
    pub jobs: RefCell<VecDeque<Job>>,
    pub lines: RefCell<Vec<String>>,
    pub probes: RefCell<Vec<Probe>>,
    /// Native stack of what runs: where it began, and its size.
    pub stack: Cell<(usize, usize)>,
    pub stacks: Stacks,
    /// While set, writes to objects and environments older than these numbers are effects.
    watch: Cell<Option<(u32, u64)>>,
    had_effect: Cell<bool>,
    limits: Limits,
    steps: Cell<u64>,
    string_units: Cell<u64>,
}

/// An address on the native stack.
pub fn here() -> usize {
    let mark = 0u8;
    std::ptr::from_ref(&mark).addr()
}

impl Agent {
    /// An agent whose native stack has `stack` bytes from here on.
    pub fn new(limits: Limits, stack: usize) -> Rc<Agent> {
        let agent = Rc::new_cyclic(|me| Agent {
            me: me.clone(),
            heap: FrozenVec::new(),
            intrinsics: RefCell::default(),
            well_known: RefCell::default(),
            registry: RefCell::default(),
            global: RefCell::default(),
            jobs: RefCell::default(),
            lines: RefCell::default(),
            probes: RefCell::default(),
            stack: Cell::new((here(), stack)),
            stacks: Stacks::default(),
            watch: Cell::new(None),
            had_effect: Cell::new(false),
            limits,
            steps: Cell::new(0),
            string_units: Cell::new(0),
        });
        crate::builtins::install(&agent);
        agent
    }

    /// A handle for what outlives the current call.
    pub fn handle(&self) -> Completion<Rc<Agent>> {
        self.me.upgrade().ok_or_else(|| self.outside("the evaluation is over"))
    }

    // Limits

    pub fn outside(&self, what: &str) -> Abrupt {
        Abrupt::Outside(what.into())
    }

    /// Counts one step of the evaluation.
    pub fn step(&self) -> Completion<()> {
        let n = self.steps.get() + 1;
        self.steps.set(n);
        if n > self.limits.steps { Err(self.outside("limit: steps")) } else { Ok(()) }
    }

    pub fn steps_taken(&self) -> u64 {
        self.steps.get()
    }

    /// The native stack is not deeper than it may be.
    pub fn check_depth(&self) -> Completion<()> {
        let (base, size) = self.stack.get();
        if base.saturating_sub(here()) > size.saturating_sub(RESERVE) {
            return Err(self.outside("limit: recursion"));
        }
        Ok(())
    }

    /// Accounts for a new string, which may not be longer than strings of the engine.
    pub fn made_string(&self, units: usize) -> Completion<()> {
        if units >= 1 << 28 {
            return Err(self.outside("limit: length of a string"));
        }
        let n = self.string_units.get() + units as u64;
        self.string_units.set(n);
        if n > self.limits.string_units { Err(self.outside("limit: strings")) } else { Ok(()) }
    }

    // Objects

    fn cell(&self, o: Obj) -> &RefCell<Object> {
        // every name comes from `allocate`
        &self.heap[o.0 as usize]
    }
    pub fn object(&self, o: Obj) -> Ref<'_, Object> {
        self.cell(o).borrow()
    }
    pub fn object_mut(&self, o: Obj) -> RefMut<'_, Object> {
        if let Some((objects, _)) = self.watch.get()
            && o.0 < objects
        {
            self.had_effect.set(true);
        }
        self.cell(o).borrow_mut()
    }
    /// A new object with its properties already in it.
    pub fn allocate(&self, object: Object) -> Obj {
        self.heap.push(Box::new(RefCell::new(object)));
        Obj(self.heap.len() as u32 - 1)
    }
    /// Whether there is room for more objects.
    pub fn check_heap(&self) -> Completion<()> {
        if self.heap.len() > self.limits.objects {
            return Err(self.outside("limit: objects"));
        }
        Ok(())
    }
    /// [MakeBasicObject](https://tc39.es/ecma262/#sec-makebasicobject) with a kind.
    pub fn make(&self, prototype: impl Into<Option<Obj>>, kind: Kind) -> Obj {
        self.allocate(Object::new(prototype.into(), kind))
    }
    /// [OrdinaryObjectCreate](https://tc39.es/ecma262/#sec-ordinaryobjectcreate)(%Object.prototype%)
    pub fn ordinary_object(&self) -> Obj {
        self.make(self.intrinsic("Object.prototype"), Kind::Ordinary)
    }

    /// Runs `f`, and says whether it changed anything that was there before, or printed.
    pub fn watching<T>(&self, f: impl FnOnce() -> T) -> (T, bool) {
        let output = || self.lines.borrow().len() + self.probes.borrow().len();
        let (outer, had) = (self.watch.get(), self.had_effect.replace(false));
        let before = output();
        self.watch.set(Some((self.heap.len() as u32, crate::environments::made())));
        let result = f();
        let effect = self.had_effect.get() || output() != before;
        self.watch.set(outer);
        self.had_effect.set(had || effect);
        (result, effect)
    }

    /// Notes a write to a variable of an environment.
    pub fn note_write(&self, environment: u64) {
        if self.watch.get().is_some_and(|w| environment < w.1) {
            self.had_effect.set(true);
        }
    }

    // Intrinsics

    /// `%name%`
    pub fn intrinsic(&self, name: &'static str) -> Obj {
        self.intrinsics.borrow().get(name).copied().unwrap_or(Obj(0))
    }
    pub fn set_intrinsic(&self, name: &'static str, o: Obj) {
        self.intrinsics.borrow_mut().insert(name, o);
    }
    /// `%Symbol.name%`
    pub fn well_known(&self, name: &'static str) -> Symbol {
        let make = || Symbol::new(Some(format!("Symbol.{name}").into()));
        self.well_known.borrow_mut().entry(name).or_insert_with(make).clone()
    }
    pub fn symbol_key(&self, name: &'static str) -> Key {
        Key::Symbol(self.well_known(name))
    }
    pub fn set_global(&self, env: Env) {
        *self.global.borrow_mut() = Some(env);
    }
    /// The global environment, which exists from installation on.
    pub fn global(&self) -> Completion<Env> {
        self.global.borrow().clone().ok_or_else(|| self.outside("no realm"))
    }

    pub fn global_object(&self) -> Completion<Obj> {
        match &self.global()?.record {
            crate::environments::Record::Global(_, g) => Ok(g.object),
            _ => Err(self.outside("no realm")),
        }
    }

    // Errors: their texts belong to the implementation.

    pub fn error(&self, prototype: &'static str, _reason: &str) -> Abrupt {
        let o = self.make(self.intrinsic(prototype), Kind::Error);
        let message = crate::values::Property::data(Str::opaque(), "wc");
        self.object_mut(o).properties.insert("message".into(), message);
        Abrupt::Throw(o.into())
    }
    pub fn type_error(&self, reason: &str) -> Abrupt {
        self.error("TypeError.prototype", reason)
    }
    pub fn range_error(&self, reason: &str) -> Abrupt {
        self.error("RangeError.prototype", reason)
    }
    pub fn reference_error(&self, reason: &str) -> Abrupt {
        self.error("ReferenceError.prototype", reason)
    }
    pub fn syntax_error(&self, reason: &str) -> Abrupt {
        self.error("SyntaxError.prototype", reason)
    }

    /// Ends the evaluation: suspended coroutines are let go and all cycles cut.
    pub fn tear_down(&self) {
        self.jobs.borrow_mut().clear();
        for i in 0..self.heap.len() {
            let mut o = self.heap[i].replace(Object::new(None, Kind::Ordinary));
            if let Kind::Generator(crate::values::GeneratorSlots { state })
            | Kind::AsyncGenerator(crate::values::AsyncGeneratorSlots { state, .. }) = &mut o.kind
                && let crate::values::GeneratorState::Suspended(coroutine) =
                    std::mem::replace(state, crate::values::GeneratorState::Completed)
            {
                self.stacks.kill(coroutine);
            }
        }
        self.stacks.kill_awaiting();
        *self.global.borrow_mut() = None;
    }
}
