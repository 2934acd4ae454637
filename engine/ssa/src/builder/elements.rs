//! Keyed access: arrays, plain objects with elements, typed arrays, strings.

use tierproof_base::faults::{Fault, fault};
use tierproof_bytecode::Reg;

use super::{Bailout, Builder, Step};
use crate::RuntimeOp;
use crate::facts::{KeyedCase, KeyedFacts, SlotFacts, SlotPlace, TypedKind, elements_kind};
use crate::frame_state::{DeoptReason, FrameSlot};
use crate::graph::NodeId;
use crate::node::{Condition, Op, Repr};
use crate::types::Types;

impl Builder<'_, '_> {
    fn check_header(&mut self, object: NodeId, header: u16) -> NodeId {
        let object = self.tagged(object);
        if let Some((known, node)) = self.known.get(&object).and_then(|k| k.header)
            && known == header
        {
            return node;
        }
        let checked = self.emit_checked(Op::CheckHeader { header }, &[object]);
        self.narrow(object, Types::OBJECT);
        self.know(object).header = Some((header, checked));
        checked
    }
    /// The facts of a keyed site, if speculating on them makes sense for this key.
    fn keyed_facts(&self, slot: u32, object: NodeId, key: NodeId) -> Option<KeyedFacts> {
        use DeoptReason::*;
        let SlotFacts::Keyed(facts) = self.slot_facts(slot) else { return None };
        let [first, rest @ ..] = &facts.cases[..] else { return None };
        let integer_key = matches!(self.graph.repr(key), Repr::Int32 | Repr::Uint32 | Repr::Float64)
            || (self.graph.repr(key) == Repr::Tagged && !self.types(key).excludes(Types::NUMBER));
        let failed =
            [OutOfBounds, NotAnInt32, LostPrecision, NotAString, Overflow].iter().any(|&r| self.failed(r));
        let object_possible = self.graph.repr(object) == Repr::Tagged
            && match first {
                KeyedCase::String => !self.types(object).excludes(Types::STRING),
                _ => !self.types(object).excludes(Types::OBJECT),
            };
        // Several cases only if one kind of test tells them apart.
        let uniform = rest.is_empty() || !facts.cases.contains(&KeyedCase::String);
        (integer_key && !failed && object_possible && uniform).then(|| facts.clone())
    }
    /// Elements array and index in bounds of an array or object behind its header guard. `inside`: a
    /// branch has found the index below the array's length already.
    fn element_place(
        &mut self,
        guarded: NodeId,
        index: NodeId,
        is_array: bool,
        inside: bool,
        elements: u8,
    ) -> (NodeId, NodeId) {
        let mut index = index;
        if is_array && !inside {
            let length = self.emit(Op::LoadArrayLength, &[guarded]);
            index = self.emit_checked(Op::CheckBounds, &[index, length]);
        }
        let array = self.emit(Op::LoadElements, &[guarded]);
        // The capacity of a holey array may be below its length.
        if !is_array || elements & 1 != 0 {
            let capacity = self.emit(Op::LoadElementsLength, &[array]);
            index = self.emit_checked(Op::CheckBounds, &[index, capacity]);
        }
        (array, index)
    }

    pub(super) fn get_keyed(&mut self, object: NodeId, key: NodeId, slot: u32) -> Step {
        if self.leave_if_uninitialized(slot) {
            return Ok(());
        }
        let facts =
            self.keyed_facts(slot, object, key).filter(|f| f.cases.iter().all(|c| self.can_load(c, f)));
        let value = match facts {
            Some(facts) => {
                let object = self.tagged(object);
                let index = self.int32(key);
                if self.failed(DeoptReason::WrongKind) {
                    self.load_keyed_or_generic(object, index, key, slot, &facts, &facts.cases)?
                } else {
                    self.load_keyed(object, index, &facts, &facts.cases)?
                }
            }
            None => self.generic_get_keyed(object, key, slot),
        };
        self.set_acc(value);
        Ok(())
    }
    /// `GetPresentElement`. Builtins run on all kinds of arrays, so no kind is relied on.
    pub(super) fn get_present(&mut self, object: NodeId, key: NodeId, slot: u32) -> Step {
        let mut facts = self.keyed_facts(slot, object, key);
        if let Some(f) = &mut facts {
            let hole_failed = self.failed(DeoptReason::Hole);
            f.cases.retain(|c| match *c {
                KeyedCase::Array { elements, .. } => elements != elements_kind::HOLEY_DOUBLE || !hole_failed,
                _ => false,
            });
        }
        let object = self.tagged(object);
        let value = match facts {
            Some(facts) => {
                let index = self.int32(key);
                self.load_present_case(object, index, key, slot, &facts, &facts.cases)?
            }
            None => self.generic_get_present(object, key, slot),
        };
        self.set_acc(value);
        Ok(())
    }
    fn generic_get_present(&mut self, object: NodeId, key: NodeId, slot: u32) -> NodeId {
        let vector = self.vector();
        self.runtime(RuntimeOp::GetPresent, [slot, 0], &[object, key, vector])
    }
    fn load_present_case(
        &mut self,
        object: NodeId,
        index: NodeId,
        key: NodeId,
        slot: u32,
        facts: &KeyedFacts,
        cases: &[KeyedCase],
    ) -> Result<NodeId, Bailout> {
        let Some((&KeyedCase::Array { elements, header }, rest)) = cases.split_first() else {
            return Ok(self.generic_get_present(object, key, slot));
        };
        let condition = self.emit(Op::TestHeader { header }, &[object]);
        self.diamond(
            condition,
            |b| {
                let (array, index) = b.element_place(object, index, true, false, elements);
                Ok(match elements {
                    elements_kind::PACKED_DOUBLE => b.emit(Op::LoadDoubleElement, &[array, index]),
                    elements_kind::HOLEY_DOUBLE => {
                        b.emit_checked(Op::CheckedLoadDoubleElement, &[array, index])
                    }
                    _ => {
                        if elements & 1 != 0 {
                            b.depend_on_prototypes(facts);
                        }
                        let v = b.emit(Op::LoadElement, &[array, index]);
                        if elements == elements_kind::PACKED_SMI {
                            b.narrow(v, Types::SMI);
                        }
                        v
                    }
                })
            },
            |b| b.load_present_case(object, index, key, slot, facts, rest),
        )
    }
    fn can_load(&self, case: &KeyedCase, facts: &KeyedFacts) -> bool {
        let holes = facts.holes || self.failed(DeoptReason::Hole);
        match *case {
            KeyedCase::Array { elements, .. } | KeyedCase::Object { elements, .. } => {
                let is_array = matches!(case, KeyedCase::Array { .. });
                let is_double =
                    matches!(elements, elements_kind::PACKED_DOUBLE | elements_kind::HOLEY_DOUBLE);
                let may_read_hole = elements & 1 != 0 && holes;
                elements < elements_kind::DICTIONARY
                    && (!may_read_hole || (!is_double && !facts.dependencies.is_empty()))
                    && (!facts.out_of_bounds || (is_array && !facts.dependencies.is_empty()))
            }
            KeyedCase::Typed { .. } | KeyedCase::String => !facts.out_of_bounds,
        }
    }
    fn load_keyed(
        &mut self,
        object: NodeId,
        index: NodeId,
        facts: &KeyedFacts,
        cases: &[KeyedCase],
    ) -> Result<NodeId, Bailout> {
        let (first, rest) = (&cases[0], &cases[1..]);
        let Some(header) = first.header() else {
            let s = self.string(object);
            let length = self.emit(Op::StringLength, &[s]);
            let length = self.emit(Op::Int32ToUint32, &[length]);
            let index = self.emit_checked(Op::CheckBounds, &[index, length]);
            return Ok(self.runtime(RuntimeOp::StringCharAt, [0, 0], &[s, index]));
        };
        if rest.is_empty() {
            let guarded = self.check_header(object, header);
            return self.load_keyed_case(guarded, index, facts, first);
        }
        let condition = self.emit(Op::TestHeader { header }, &[object]);
        self.diamond(
            condition,
            |b| b.load_keyed_case(object, index, facts, first),
            |b| b.load_keyed(object, index, facts, rest),
        )
    }
    /// Tests for the kinds in turn (the guard on them failed here before); the rest goes to the runtime.
    fn load_keyed_or_generic(
        &mut self,
        object: NodeId,
        index: NodeId,
        key: NodeId,
        slot: u32,
        facts: &KeyedFacts,
        cases: &[KeyedCase],
    ) -> Result<NodeId, Bailout> {
        let Some((first, rest)) = cases.split_first() else {
            return Ok(self.generic_get_keyed(object, key, slot));
        };
        let Some(header) = first.header() else {
            return Ok(self.generic_get_keyed(object, key, slot));
        };
        let condition = self.emit(Op::TestHeader { header }, &[object]);
        self.diamond(
            condition,
            |b| b.load_keyed_case(object, index, facts, first),
            |b| b.load_keyed_or_generic(object, index, key, slot, facts, rest),
        )
    }
    /// Relies on there being no elements on the prototypes.
    fn depend_on_prototypes(&mut self, facts: &KeyedFacts) {
        if !fault(Fault::F015) {
            self.depend_on_all(&facts.dependencies);
        }
    }
    fn load_keyed_case(
        &mut self,
        guarded: NodeId,
        index: NodeId,
        facts: &KeyedFacts,
        case: &KeyedCase,
    ) -> Result<NodeId, Bailout> {
        let (elements, is_array) = match *case {
            KeyedCase::Array { elements, .. } => (elements, true),
            KeyedCase::Object { elements, .. } => (elements, false),
            KeyedCase::Typed { kind, .. } => {
                let index = self.typed_index(guarded, index);
                let op = match kind {
                    TypedKind::Float32 | TypedKind::Float64 => Op::LoadTypedFloat64 { kind },
                    TypedKind::Uint32 => Op::LoadTypedUint32,
                    _ => Op::LoadTypedInt32 { kind },
                };
                return Ok(self.emit(op, &[guarded, index]));
            }
            KeyedCase::String => return self.bailout("string among other receivers"),
        };
        if facts.out_of_bounds {
            // Behind the end there is nothing, neither here nor on the prototypes.
            self.depend_on_prototypes(facts);
            let zero = self.emit(Op::ConstInt32 { value: 0 }, &[]);
            let positive = self.emit(Op::Int32Compare { condition: Condition::GreaterEqual }, &[index, zero]);
            self.emit_checked(Op::CheckTrue { reason: DeoptReason::OutOfBounds }, &[positive]);
            let length = self.emit(Op::LoadArrayLength, &[guarded]);
            let unsigned = self.emit(Op::Int32ToUint32, &[index]);
            let inside = self.emit(Op::Uint32Compare { condition: Condition::Less }, &[unsigned, length]);
            return self.diamond(
                inside,
                |b| Ok(b.load_element(guarded, index, facts, elements, is_array, true)),
                |b| Ok(b.undefined()),
            );
        }
        Ok(self.load_element(guarded, index, facts, elements, is_array, false))
    }
    fn load_element(
        &mut self,
        guarded: NodeId,
        index: NodeId,
        facts: &KeyedFacts,
        elements: u8,
        is_array: bool,
        inside: bool,
    ) -> NodeId {
        let (array, index) = self.element_place(guarded, index, is_array, inside, elements);
        match elements {
            elements_kind::PACKED_DOUBLE => return self.emit(Op::LoadDoubleElement, &[array, index]),
            elements_kind::HOLEY_DOUBLE => {
                return self.emit_checked(Op::CheckedLoadDoubleElement, &[array, index]);
            }
            _ => {}
        }
        let may_read_hole = elements & 1 != 0 && (facts.holes || self.failed(DeoptReason::Hole));
        let v = self.emit(Op::LoadElement, &[array, index]);
        let v = if elements & 1 == 0 {
            v
        } else if may_read_hole {
            self.depend_on_prototypes(facts);
            self.emit(Op::HoleToUndefined, &[v])
        } else {
            self.emit_checked(Op::CheckNotHole, &[v])
        };
        match elements {
            elements_kind::PACKED_SMI => self.narrow(v, Types::SMI),
            elements_kind::HOLEY_SMI if !may_read_hole => self.narrow(v, Types::SMI),
            _ => self.narrow(v, Types::ANY - Types::HOLE - Types::INTERNAL),
        }
        v
    }
    /// `IteratorOpen` of a plain array in line; false when the site is not known to have such.
    pub(super) fn open_array(&mut self, iterable: NodeId, pair: Reg, slot: u32) -> bool {
        let SlotFacts::ArrayIteration { iterator, next, opening: Some(opening), .. } = self.slot_facts(slot)
        else {
            return false;
        };
        if !self.may_be_object(iterable) || self.failed(DeoptReason::WrongShape) {
            return false;
        }
        let array = self.check_shapes(iterable, &smallvec::smallvec![opening.array]);
        self.depend_on_all(&opening.dependencies);
        let op = Op::AllocateArrayIterator { shape: opening.iterator, values: iterator.values };
        let iterator = self.emit(op, &[array]);
        let next = self.cell(*next);
        self.write(FrameSlot(pair.0), iterator);
        self.write(FrameSlot(pair.0 + 1), next);
        true
    }
    /// `IteratorNext` of an array iterator in line; false when the site is not known to be one.
    pub(super) fn array_step(
        &mut self,
        iterator: NodeId,
        next: NodeId,
        value: FrameSlot,
        slot: u32,
    ) -> Result<bool, Bailout> {
        let SlotFacts::ArrayIteration { arrays, iterator: form, next: expected, .. } = self.slot_facts(slot)
        else {
            return Ok(false);
        };
        use DeoptReason::*;
        let failed = [WrongKind, WrongValue, NotASmi, OutOfBounds, Hole, UnreachableCase];
        if failed.iter().any(|&r| self.failed(r)) || !arrays.cases.iter().all(|c| self.can_load(c, arrays)) {
            return Ok(false);
        }
        let word = |n: u32| SlotPlace::Inline(form.words + 8 * n);
        let (iterator, next) = (self.tagged(iterator), self.tagged(next));
        let it = self.check_header(iterator, form.header);
        self.emit_checked(Op::CheckValue { cell: *expected }, &[next]);
        let kind = self.emit(Op::LoadSlot { place: word(2) }, &[it]);
        let values = self.emit(Op::ConstSmi { value: form.values }, &[]);
        let is_values = self.emit(Op::TaggedSame, &[kind, values]);
        self.emit_checked(Op::CheckTrue { reason: UnreachableCase }, &[is_values]);
        let array = self.emit(Op::LoadSlot { place: word(0) }, &[it]);
        let position = self.emit(Op::LoadSlot { place: word(1) }, &[it]);
        let index = self.emit_checked(Op::CheckedSmiUntag, &[position]);
        let guarded = match arrays.cases[..] {
            [KeyedCase::Array { header, .. }] => self.check_header(array, header),
            _ => {
                let KeyedCase::Array { header, .. } = arrays.cases[0] else {
                    return self.bailout("iteration of something else");
                };
                let mut any = self.emit(Op::TestHeader { header }, &[array]);
                for c in &arrays.cases[1..] {
                    let KeyedCase::Array { header, .. } = *c else {
                        return self.bailout("iteration of something else");
                    };
                    any = self.diamond(
                        any,
                        |b| Ok(b.emit(Op::ConstBool { value: true }, &[])),
                        |b| Ok(b.emit(Op::TestHeader { header }, &[array])),
                    )?;
                }
                self.emit_checked(Op::CheckTrue { reason: WrongKind }, &[any]);
                array
            }
        };
        let length = self.emit(Op::LoadArrayLength, &[guarded]);
        let unsigned = self.emit(Op::Int32ToUint32, &[index]);
        let inside = self.emit(Op::Uint32Compare { condition: Condition::Less }, &[unsigned, length]);
        let result = self.diamond(
            inside,
            |b| {
                let v = match arrays.cases[..] {
                    [KeyedCase::Array { elements, .. }] => {
                        b.load_element(guarded, index, arrays, elements, true, true)
                    }
                    _ => b.load_keyed(array, index, arrays, &arrays.cases)?,
                };
                let one = b.emit(Op::ConstInt32 { value: 1 }, &[]);
                let position = b.emit(Op::Int32Add, &[index, one]);
                let position = b.tagged(position);
                b.emit(Op::StoreSlot { place: word(1) }, &[it, position]);
                Ok(v)
            },
            |b| {
                let undefined = b.undefined();
                b.emit(Op::StoreSlot { place: word(0) }, &[it, undefined]);
                Ok(undefined)
            },
        )?;
        let done = self.emit(Op::BoolNot, &[inside]);
        self.set_acc(done);
        self.write(value, result);
        Ok(true)
    }
    fn generic_get_keyed(&mut self, object: NodeId, key: NodeId, slot: u32) -> NodeId {
        let vector = self.vector();
        self.runtime(RuntimeOp::GetKeyed, [slot, 0], &[object, key, vector])
    }
    fn typed_index(&mut self, guarded: NodeId, index: NodeId) -> NodeId {
        let length = self.emit(Op::LoadTypedLength, &[guarded]);
        self.emit_checked(Op::CheckBounds, &[index, length])
    }

    pub(super) fn set_keyed(&mut self, object: NodeId, key: NodeId, slot: u32) -> Step {
        if self.leave_if_uninitialized(slot) {
            return Ok(());
        }
        let value = self.acc()?;
        let plan = self
            .keyed_facts(slot, object, key)
            .filter(|f| f.cases.len() == 1 && !f.out_of_bounds && !self.failed(DeoptReason::WrongKind));
        let Some(KeyedFacts { dependencies, cases, .. }) = plan else {
            return self.generic_set_keyed(object, key, value, slot);
        };
        let (elements, header, is_array) = match cases[0] {
            KeyedCase::Array { elements, header } => (elements, header, true),
            KeyedCase::Object { elements, header } => (elements, header, false),
            KeyedCase::Typed { kind, header } => {
                return self.store_typed(object, key, value, kind, header, slot);
            }
            KeyedCase::String => return self.generic_set_keyed(object, key, value, slot),
        };
        let wants = match elements {
            elements_kind::PACKED_SMI | elements_kind::HOLEY_SMI => Types::SMI,
            elements_kind::PACKED_DOUBLE | elements_kind::HOLEY_DOUBLE => Types::NUMBER,
            _ => Types::ANY,
        };
        let fits = match wants {
            Types::SMI => {
                self.is_int32_like(value)
                    && !self.failed(DeoptReason::NotASmi)
                    && !self.failed(DeoptReason::LostPrecision)
            }
            Types::NUMBER => {
                !self.types(value).excludes(Types::NUMBER) && !self.failed(DeoptReason::NotANumber)
            }
            _ => true,
        };
        let hole_check = elements & 1 != 0 && dependencies.is_empty();
        if elements >= elements_kind::DICTIONARY || !fits || (hole_check && self.failed(DeoptReason::Hole)) {
            return self.generic_set_keyed(object, key, value, slot);
        }
        let index = self.int32(key);
        let stored = match wants {
            Types::SMI => self.int32(value),
            Types::NUMBER => self.float64(value),
            _ => self.tagged(value),
        };
        let guarded = self.check_header(object, header);
        let (array, index) = self.element_place(guarded, index, is_array, false, elements);
        if hole_check {
            if wants == Types::NUMBER {
                self.emit_checked(Op::CheckedLoadDoubleElement, &[array, index]);
            } else {
                let old = self.emit(Op::LoadElement, &[array, index]);
                self.emit_checked(Op::CheckNotHole, &[old]);
            }
        } else if elements & 1 != 0 {
            self.depend_on_all(&dependencies);
        }
        let op = match wants {
            Types::SMI => Op::StoreSmiElement,
            Types::NUMBER => Op::StoreDoubleElement,
            _ => Op::StoreElement,
        };
        self.emit(op, &[array, index, stored]);
        Ok(())
    }
    fn store_typed(
        &mut self,
        object: NodeId,
        key: NodeId,
        value: NodeId,
        kind: TypedKind,
        header: u16,
        slot: u32,
    ) -> Step {
        let number = !self.types(value).excludes(Types::NUMBER) && !self.failed(DeoptReason::NotANumber);
        let clamped_ok = kind != TypedKind::Uint8Clamped
            || (self.is_int32_like(value) && !self.failed(DeoptReason::NotASmi));
        if !number || !clamped_ok {
            return self.generic_set_keyed(object, key, value, slot);
        }
        let stored = match kind {
            TypedKind::Float32 | TypedKind::Float64 => self.float64(value),
            TypedKind::Uint8Clamped => self.int32(value),
            _ => self.truncated(value, false),
        };
        let index = self.int32(key);
        let guarded = self.check_header(object, header);
        let index = self.typed_index(guarded, index);
        let op = match kind {
            TypedKind::Float32 | TypedKind::Float64 => Op::StoreTypedFloat64 { kind },
            _ => Op::StoreTypedInt32 { kind },
        };
        self.emit(op, &[guarded, index, stored]);
        Ok(())
    }
    fn generic_set_keyed(&mut self, object: NodeId, key: NodeId, value: NodeId, slot: u32) -> Step {
        let strict = self.f().template.slots.get(slot as usize).is_some_and(|s| s.is_strict());
        let vector = self.vector();
        self.runtime_into(RuntimeOp::SetKeyed, [slot, strict as u32], &[object, key, value, vector], None);
        Ok(())
    }
}
