//! What the words of operand-type and call feedback mean. Caches are described in `ic`.
//!
//! `BinaryOp` and `Compare` slots hold a Smi of the bits below; `Call` and `Construct` slots the
//! target (a Function, or its FunctionData once several closures of one site were seen, or the hole
//! when megamorphic) and a count; `Loop` a count of back edges.

use tierproof_heap::{CellKind, FunctionRef, TaggedArrayRef, Value};

use crate::convert::{BinaryOp, CompareOp, UnaryOp};
use crate::ic::keyed;
use crate::isolate::{Isolate, JsResult};
use crate::iteration::IteratorRecord;

/// Operand types seen.
pub mod operand {
    pub const SMI: u32 = 1;
    /// A double operand, or a result that left the Smi range.
    pub const NUMBER: u32 = 2;
    pub const STRING: u32 = 4;
    pub const BIGINT: u32 = 8;
    pub const OTHER: u32 = 16;
    /// undefined, null or a boolean.
    pub const ODDBALL: u32 = 32;
    /// An object (comparisons).
    pub const OBJECT: u32 = 64;
}

/// The operand bit of a value.
pub fn operand_bit(v: Value) -> u32 {
    if v.is_smi() {
        operand::SMI
    } else if v.is_double() {
        operand::NUMBER
    } else if v.is_string() {
        operand::STRING
    } else if v.is_bigint() {
        operand::BIGINT
    } else if v.is_object() {
        operand::OBJECT
    } else if v.is_symbol() {
        operand::OTHER
    } else {
        operand::ODDBALL
    }
}

impl Isolate {
    /// Kind of a slot of this vector (its user word numbers the function it was made for).
    pub fn slot_kind(&self, v: TaggedArrayRef, slot: usize) -> tierproof_bytecode::SlotKind {
        let info = &self.compiled[v.user_word() as usize];
        info.template.slots[slot]
    }

    /// Adds operand bits to word `w`.
    pub fn record_operands(&mut self, v: TaggedArrayRef, w: usize, bits: u32) {
        let old = v.get(w);
        let old = if old.is_smi() { old.as_smi() as u32 } else { 0 };
        if old & bits != bits {
            v.set(&mut self.heap, w, Value::smi((old | bits) as i32));
        }
    }

    /// A binary operator with feedback at word `w`.
    pub fn binary_recording(
        &mut self,
        op: BinaryOp,
        a: Value,
        b: Value,
        v: TaggedArrayRef,
        w: usize,
    ) -> JsResult {
        self.record_operands(v, w, operand_bit(a) | operand_bit(b));
        let r = self.binary(op, a, b)?;
        if r.is_double() {
            self.record_operands(v, w, operand::NUMBER);
        }
        Ok(r)
    }

    /// A unary operator with feedback at word `w`.
    pub fn unary_recording(&mut self, op: UnaryOp, a: Value, v: TaggedArrayRef, w: usize) -> JsResult {
        self.record_operands(v, w, operand_bit(a));
        let r = self.unary(op, a)?;
        if r.is_double() {
            self.record_operands(v, w, operand::NUMBER);
        }
        Ok(r)
    }

    /// A relation with feedback at word `w`.
    pub fn compare_recording(
        &mut self,
        op: CompareOp,
        a: Value,
        b: Value,
        v: TaggedArrayRef,
        w: usize,
    ) -> JsResult<bool> {
        self.record_operands(v, w, operand_bit(a) | operand_bit(b));
        self.compare(op, a, b)
    }
    /// `==` with feedback at word `w`.
    pub fn loose_equals_recording(
        &mut self,
        a: Value,
        b: Value,
        v: TaggedArrayRef,
        w: usize,
    ) -> JsResult<bool> {
        self.record_operands(v, w, operand_bit(a) | operand_bit(b));
        self.loose_equals(a, b)
    }
    /// `===` with feedback at word `w`.
    pub fn strict_equals_recording(&mut self, a: Value, b: Value, v: TaggedArrayRef, w: usize) -> bool {
        self.record_operands(v, w, operand_bit(a) | operand_bit(b));
        self.strict_equals(a, b)
    }

    /// `instanceof`, with the one right-hand side seen at word `w` (the hole when several).
    pub fn instance_of_recording(
        &mut self,
        value: Value,
        target: Value,
        v: TaggedArrayRef,
        w: usize,
    ) -> JsResult<bool> {
        let old = v.get(w);
        if old != target && !old.is_hole() {
            let new = if old.is_undefined() && target.is_cell() { target } else { Value::HOLE };
            v.set(&mut self.heap, w, new);
        }
        self.instance_of(value, target)
    }

    /// GetIterator; notes at word `w` when the iterable is no array (steps note the arrays' kinds there).
    pub fn iterator_open_recording(
        &mut self,
        iterable: Value,
        v: TaggedArrayRef,
        w: usize,
    ) -> JsResult<IteratorRecord> {
        if !(iterable.is_object() && iterable.as_cell().kind() == CellKind::Array) {
            self.note(v, w, keyed::OTHER);
        }
        self.get_iterator(iterable)
    }

    /// Adds bits to word `w`.
    pub fn note(&mut self, v: TaggedArrayRef, w: usize, bits: i32) {
        self.record_operands(v, w, bits as u32);
    }

    /// Records a call target at word `w` and counts it at `w + 1`.
    pub fn record_call(&mut self, v: TaggedArrayRef, w: usize, callee: Value) {
        let old = v.get(w);
        if old != callee && !old.is_hole() {
            let data = callee.try_as::<FunctionRef>().map(|f| f.data());
            let new = if old.is_undefined() && data.is_some() {
                callee
            } else if data.is_some()
                && (Some(old) == data || old.try_as::<FunctionRef>().map(|f| f.data()) == data)
            {
                data.unwrap_or(Value::HOLE)
            } else {
                Value::HOLE
            };
            v.set(&mut self.heap, w, new);
        }
        let n = v.get(w + 1);
        let n = if n.is_smi() { n.as_smi() } else { 0 };
        v.set(&mut self.heap, w + 1, Value::smi(n.saturating_add(1)));
    }
}
