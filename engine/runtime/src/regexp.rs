//! RegExp objects: the cell, compiled programs, one match. Called by the builtin `RegExp`, by the
//! String methods and by regular expression literals.
//!
//! Internal words of a RegExp cell: source string, Smi of the flags, Smi of the program's slot in the
//! cache, spare. `lastIndex` is always the property in slot 0. A match takes ticks by its steps, so
//! that exponential backtracking ends like an endless loop.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use tierproof_heap::{CellKind, ObjectRef, StringRef, Value};
use tierproof_regexp::{Captures, Failure, Flags, Input, Program};

use crate::isolate::{Isolate, JsResult, Termination};
use crate::shapes::{ShapeId, attrs};
use crate::strings::{self, Units};

const SOURCE: usize = 0;
const FLAGS: usize = 1;
const PROGRAM: usize = 2;
/// Slot of the own property `lastIndex`.
const LAST_INDEX: u32 = 0;
/// Steps of the matcher per tick.
const STEPS_PER_TICK: u64 = 64;
/// Programs kept.
const CACHE_LIMIT: usize = 512;

/// Compiled programs by source and flags. Dropped programs are compiled again on demand.
#[derive(Default)]
pub struct Programs {
    by_source: FxHashMap<(Vec<u16>, u8), u32>,
    slots: Vec<Rc<Program>>,
    /// Counts clearings: slot numbers of former rounds are void.
    round: u32,
}

impl Programs {
    /// Slot number with the round it belongs to.
    fn handle(&self, slot: u32) -> Value {
        Value::smi(((self.round << 10) as i32 & i32::MAX) | slot as i32)
    }
    fn get(&self, handle: Value) -> Option<Rc<Program>> {
        let slot = handle.as_smi() as u32 & 1023;
        (self.handle(slot) == handle).then(|| self.slots.get(slot as usize).cloned())?
    }
}

/// Source of the pattern as text for the parser: lone surrogates become escapes.
fn pattern_text(u: Units) -> String {
    let mut out = String::with_capacity(u.len());
    let mut escaped = false;
    for c in char::decode_utf16(u.iter()) {
        match c {
            Ok(c) => {
                out.push(c);
                escaped = c == '\\' && !escaped;
            }
            Err(lone) => {
                let prefix = if escaped { "u" } else { "\\u" };
                out.push_str(&format!("{prefix}{:04X}", lone.unpaired_surrogate()));
                escaped = false;
            }
        }
    }
    out
}

/// Flags of a RegExp.
pub fn flags_of(r: ObjectRef) -> Flags {
    Flags(r.internal(FLAGS).as_smi() as u8)
}
/// Pattern text of a RegExp as given.
pub fn source_of(r: ObjectRef) -> StringRef {
    r.internal(SOURCE).cast()
}
/// The object, if it is a RegExp.
pub fn as_regexp(v: Value) -> Option<ObjectRef> {
    v.try_as::<ObjectRef>().filter(|o| o.kind() == CellKind::RegExp && !o.internal(SOURCE).is_undefined())
}

impl Isolate {
    /// [RegExpAlloc](https://tc39.es/ecma262/#sec-regexpalloc).
    pub fn regexp_alloc(&mut self, prototype: ObjectRef) -> ObjectRef {
        let shape = self.root_shape(prototype.into(), CellKind::RegExp, 0);
        let Some(name) = self.realm.names.last_index.name() else { unreachable!("lastIndex is no index") };
        let shape = self.shapes.add(shape, name, attrs::WRITABLE).shape;
        let r = self.heap.allocate_object_of(CellKind::RegExp, shape.0);
        self.store_new_slot(r, LAST_INDEX, Value::smi(0));
        r
    }
    /// Shape of a RegExp of the realm that nobody has changed.
    pub fn plain_regexp_shape(&mut self) -> ShapeId {
        let p = self.realm.regexp_prototype;
        let shape = self.root_shape(p.into(), CellKind::RegExp, 0);
        let Some(name) = self.realm.names.last_index.name() else { unreachable!("lastIndex is no index") };
        self.shapes.add(shape, name, attrs::WRITABLE).shape
    }

    /// [RegExpInitialize](https://tc39.es/ecma262/#sec-regexpinitialize), the arguments converted.
    pub fn regexp_initialize(&mut self, r: ObjectRef, source: StringRef, flags: StringRef) -> JsResult<()> {
        let u = strings::units(self, flags);
        let Some(flags) = Flags::parse(u.iter()) else {
            let text = strings::to_rust(self, flags);
            return Err(self.syntax_error(&format!("Invalid flags supplied to RegExp constructor '{text}'")));
        };
        let handle = self.regexp_program(source, flags)?.1;
        r.set_internal(&mut self.heap, SOURCE, source.into());
        r.set_internal(&mut self.heap, FLAGS, Value::smi(flags.0 as i32));
        r.set_internal(&mut self.heap, PROGRAM, handle);
        self.regexp_set_last_index(r, Value::smi(0))
    }

    /// `CreateRegExpLiteral`.
    pub fn create_regexp_literal(&mut self, source: Value, flags: Value) -> JsResult {
        let p = self.realm.regexp_prototype;
        let r = self.regexp_alloc(p);
        self.regexp_initialize(r, source.cast(), flags.cast())?;
        Ok(r.into())
    }

    fn regexp_program(&mut self, source: StringRef, flags: Flags) -> JsResult<(Rc<Program>, Value)> {
        let key = (strings::to_vec(self, source), flags.0);
        if let Some(&slot) = self.regexps.by_source.get(&key) {
            return Ok((self.regexps.slots[slot as usize].clone(), self.regexps.handle(slot)));
        }
        let u = strings::units(self, source);
        let text = pattern_text(u);
        self.take_ticks(1 + text.len() as i64 / 64)?;
        let program = match tierproof_regexp::compile(&text, flags) {
            Ok(p) => Rc::new(p),
            Err(message) => {
                let text = strings::to_rust(self, source);
                return Err(self.syntax_error(&format!("Invalid regular expression: /{text}/: {message}")));
            }
        };
        let cache = &mut self.regexps;
        if cache.slots.len() >= CACHE_LIMIT {
            cache.slots.clear();
            cache.by_source.clear();
            cache.round += 1;
        }
        let slot = cache.slots.len() as u32;
        cache.slots.push(program.clone());
        cache.by_source.insert(key, slot);
        Ok((program, cache.handle(slot)))
    }

    /// The compiled program of a RegExp.
    pub fn program_of(&mut self, r: ObjectRef) -> JsResult<Rc<Program>> {
        if let Some(p) = self.regexps.get(r.internal(PROGRAM)) {
            return Ok(p);
        }
        let (program, handle) = self.regexp_program(source_of(r), flags_of(r))?;
        r.set_internal(&mut self.heap, PROGRAM, handle);
        Ok(program)
    }

    /// `lastIndex` as it stands.
    pub fn regexp_last_index(&self, r: ObjectRef) -> Value {
        self.load_slot(r, LAST_INDEX)
    }
    /// Assigns `lastIndex`; TypeError when it is read-only.
    pub fn regexp_set_last_index(&mut self, r: ObjectRef, v: Value) -> JsResult<()> {
        let key = self.realm.names.last_index;
        self.put(r, key, v)
    }

    /// One match of the program at or after `start`.
    pub fn regexp_match(
        &mut self,
        program: &Program,
        s: StringRef,
        start: usize,
        sticky: bool,
    ) -> JsResult<Option<Captures>> {
        // what the countdown and the reserve still allow; without a limit as good as endless
        let allowed = match self.tick_reserve {
            Some(reserve) => (reserve + self.jit.ticks.max(0) as u64).saturating_mul(STEPS_PER_TICK),
            None => u64::MAX,
        };
        let mut left = allowed;
        let input = match strings::units(self, s) {
            Units::One(b) => Input::Latin1(b),
            Units::Two(w) => Input::Utf16(w),
        };
        let result = program.execute(input, start, sticky, &mut left);
        let ticks = ((allowed - left) / STEPS_PER_TICK) as i64;
        match result {
            Ok(captures) => {
                if ticks > 0 {
                    self.take_ticks_of_match(ticks)?;
                }
                Ok(captures)
            }
            Err(Failure::Steps) => {
                self.tick_reserve = Some(0);
                Err(self.terminate(Termination::TicksExhausted))
            }
            Err(Failure::Stack) => Err(self.overflow_error()),
        }
    }

    /// Books the ticks of a match, however many slices they are.
    fn take_ticks_of_match(&mut self, mut ticks: i64) -> JsResult<()> {
        while ticks > 0 {
            let part = ticks.min(self.jit.ticks.max(1));
            self.take_ticks(part)?;
            ticks -= part;
        }
        Ok(())
    }
}
