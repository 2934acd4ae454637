//! Keyed access: arrays, plain objects with elements, typed arrays, strings.

use super::{Builder, Step};
use crate::RuntimeOp;
use crate::facts::{KeyedCase, KeyedFacts, SlotFacts, TypedKind, elements_kind};
use crate::frame_state::DeoptReason;
use crate::graph::NodeId;
use crate::node::{Op, Repr};
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
    fn keyed_facts(&self, slot: u32, object: NodeId, key: NodeId) -> Option<(&KeyedFacts, KeyedCase)> {
        use DeoptReason::*;
        let SlotFacts::Keyed(facts) = self.slot_facts(slot) else { return None };
        let [case] = &facts.cases[..] else { return None };
        let integer_key = matches!(self.graph.repr(key), Repr::Int32 | Repr::Uint32 | Repr::Float64)
            || (self.graph.repr(key) == Repr::Tagged && !self.types(key).excludes(Types::NUMBER));
        let failed = [WrongKind, OutOfBounds, NotAnInt32, LostPrecision, NotAString, Overflow]
            .iter()
            .any(|&r| self.failed(r));
        let object_possible = self.graph.repr(object) == Repr::Tagged
            && match case {
                KeyedCase::String => !self.types(object).excludes(Types::STRING),
                _ => !self.types(object).excludes(Types::OBJECT),
            };
        (integer_key && !failed && object_possible && !facts.out_of_bounds).then(|| (facts, case.clone()))
    }
    /// Elements array and index in bounds of an array or object behind its header guard.
    fn element_place(
        &mut self,
        guarded: NodeId,
        index: NodeId,
        is_array: bool,
        elements: u8,
    ) -> (NodeId, NodeId) {
        let mut index = index;
        if is_array {
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
        let plan = self.keyed_facts(slot, object, key).map(|(f, c)| (f.holes, f.dependencies.clone(), c));
        let value = match plan {
            Some((holes, dependencies, case)) => {
                let convertible = !dependencies.is_empty();
                let (elements, header, is_array) = match case {
                    KeyedCase::Array { elements, header } => (elements, header, true),
                    KeyedCase::Object { elements, header } => (elements, header, false),
                    KeyedCase::Typed { kind, header } => {
                        let value = self.load_typed(object, key, kind, header);
                        self.set_acc(value);
                        return Ok(());
                    }
                    KeyedCase::String => {
                        let s = self.string(object);
                        let index = self.int32(key);
                        let length = self.emit(Op::StringLength, &[s]);
                        let length = self.emit(Op::Int32ToUint32, &[length]);
                        let index = self.emit_checked(Op::CheckBounds, &[index, length]);
                        let value = self.runtime(RuntimeOp::StringCharAt, [0, 0], &[s, index]);
                        self.set_acc(value);
                        return Ok(());
                    }
                };
                let hole_failed = self.failed(DeoptReason::Hole);
                let is_double =
                    matches!(elements, elements_kind::PACKED_DOUBLE | elements_kind::HOLEY_DOUBLE);
                let may_read_hole = elements & 1 != 0 && (holes || hole_failed);
                if elements >= elements_kind::DICTIONARY || (may_read_hole && (is_double || !convertible)) {
                    self.generic_get_keyed(object, key, slot)
                } else {
                    let index = self.int32(key);
                    let guarded = self.check_header(object, header);
                    let (array, index) = self.element_place(guarded, index, is_array, elements);
                    match elements {
                        elements_kind::PACKED_DOUBLE => self.emit(Op::LoadDoubleElement, &[array, index]),
                        elements_kind::HOLEY_DOUBLE => {
                            self.emit_checked(Op::CheckedLoadDoubleElement, &[array, index])
                        }
                        _ => {
                            let v = self.emit(Op::LoadElement, &[array, index]);
                            let v = if elements & 1 == 0 {
                                v
                            } else if may_read_hole {
                                self.depend_on_all(&dependencies);
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
                    }
                }
            }
            None => self.generic_get_keyed(object, key, slot),
        };
        self.set_acc(value);
        Ok(())
    }
    fn generic_get_keyed(&mut self, object: NodeId, key: NodeId, slot: u32) -> NodeId {
        let vector = self.vector();
        self.runtime(RuntimeOp::GetKeyed, [slot, 0], &[object, key, vector])
    }
    fn typed_place(&mut self, object: NodeId, key: NodeId, header: u16) -> (NodeId, NodeId) {
        let index = self.int32(key);
        let guarded = self.check_header(object, header);
        let length = self.emit(Op::LoadTypedLength, &[guarded]);
        let index = self.emit_checked(Op::CheckBounds, &[index, length]);
        (guarded, index)
    }
    fn load_typed(&mut self, object: NodeId, key: NodeId, kind: TypedKind, header: u16) -> NodeId {
        let (guarded, index) = self.typed_place(object, key, header);
        let op = match kind {
            TypedKind::Float32 | TypedKind::Float64 => Op::LoadTypedFloat64 { kind },
            TypedKind::Uint32 => Op::LoadTypedUint32,
            _ => Op::LoadTypedInt32 { kind },
        };
        self.emit(op, &[guarded, index])
    }

    pub(super) fn set_keyed(&mut self, object: NodeId, key: NodeId, slot: u32) -> Step {
        if self.leave_if_uninitialized(slot) {
            return Ok(());
        }
        let value = self.acc()?;
        let plan = self.keyed_facts(slot, object, key).map(|(f, c)| (f.dependencies.clone(), c));
        let Some((dependencies, case)) = plan else {
            return self.generic_set_keyed(object, key, value, slot);
        };
        let (elements, header, is_array) = match case {
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
        let (array, index) = self.element_place(guarded, index, is_array, elements);
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
        let (guarded, index) = self.typed_place(object, key, header);
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
