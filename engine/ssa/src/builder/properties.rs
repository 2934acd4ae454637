//! Named properties and global variables: inline caches translated to guards and loads or stores.

use smallvec::smallvec;

use super::{Bailout, Builder, Step};
use crate::RuntimeOp;
use crate::facts::{NamedCase, NamedOp, Receiver, ShapeSet, SlotFacts};
use crate::frame_state::{DeoptReason, FrameSlot};
use crate::graph::NodeId;
use crate::node::{Immediate, Op, Repr};
use crate::types::Types;

/// How much of a site's cases is believed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// They are guarded: anything else deopts.
    Guards,
    /// They are tested for; anything else goes the generic way (a guard failed there before).
    WithFallback,
    /// The generic way only.
    Nothing,
}

impl Builder<'_, '_> {
    /// The object behind a guard on its shape.
    pub(super) fn check_shapes(&mut self, object: NodeId, shapes: &ShapeSet) -> NodeId {
        let object = self.tagged(object);
        if let Some((known, node)) = self.known.get(&object).and_then(|k| k.shape.clone())
            && known.iter().all(|s| shapes.contains(s))
        {
            return node;
        }
        let checked = self.emit_checked(Op::CheckShape { shapes: shapes.clone() }, &[object]);
        self.narrow(object, super::conversions::HEAP_TYPES);
        self.know(object).shape = Some((shapes.clone(), checked));
        checked
    }
    fn check_receiver(&mut self, object: NodeId, receiver: Receiver) -> NodeId {
        match receiver {
            Receiver::Shape(shape) => self.check_shapes(object, &smallvec![shape]),
            Receiver::String => self.string(object),
            Receiver::Number => {
                if self.is_number(object) {
                    return object;
                }
                let object = self.tagged(object);
                let n = self.emit_checked(Op::CheckNumber, &[object]);
                self.narrow(object, Types::NUMBER);
                n
            }
        }
    }
    fn test_receiver(&mut self, object: NodeId, receiver: Receiver) -> NodeId {
        let object = self.tagged(object);
        match receiver {
            Receiver::Shape(shape) => self.emit(Op::TestShape { shape }, &[object]),
            Receiver::String => self.emit(Op::TestString, &[object]),
            Receiver::Number => self.emit(Op::TestNumber, &[object]),
        }
    }
    /// Cases that can be met by one guard, or None.
    fn one_guard(&self, cases: &[NamedCase]) -> Option<ShapeSet> {
        let mut shapes = ShapeSet::new();
        for c in cases {
            match c.receiver {
                Receiver::Shape(s) if c.op == cases[0].op => shapes.push(s),
                _ => return None,
            }
        }
        Some(shapes)
    }
    /// How the cases of a site are to be used, after what failed there before.
    fn trust(&self) -> Trust {
        use DeoptReason::*;
        if [WrongValue, WrongCallTarget, WrongEpoch].iter().any(|&r| self.failed(r)) {
            Trust::Nothing
        } else if [WrongShape, NotAString, NotANumber].iter().any(|&r| self.failed(r)) {
            Trust::WithFallback
        } else {
            Trust::Guards
        }
    }

    pub(super) fn get_named(&mut self, object: NodeId, name: u32, slot: u32) -> Step {
        if self.leave_if_uninitialized(slot) {
            return Ok(());
        }
        let name = self.template_constant(name)?;
        let value = match (self.slot_facts(slot), self.trust()) {
            (SlotFacts::Named(cases), Trust::Guards) if !cases.is_empty() => {
                self.load_cases(object, cases)?
            }
            (SlotFacts::Named(cases), Trust::WithFallback) if !cases.is_empty() => {
                self.load_cases_or_generic(object, name, slot, cases)?
            }
            _ => self.generic_get_named(object, name, slot),
        };
        self.set_acc(value);
        Ok(())
    }
    fn generic_get_named(&mut self, object: NodeId, name: NodeId, slot: u32) -> NodeId {
        let vector = self.vector();
        self.runtime(RuntimeOp::GetNamed, [slot, 0], &[object, name, vector])
    }
    /// Tests for the cases in turn; what meets none of them goes to the runtime.
    fn load_cases_or_generic(
        &mut self,
        object: NodeId,
        name: NodeId,
        slot: u32,
        cases: &[NamedCase],
    ) -> Result<NodeId, Bailout> {
        let Some((first, rest)) = cases.split_first() else {
            return Ok(self.generic_get_named(object, name, slot));
        };
        let condition = self.test_receiver(object, first.receiver);
        let tagged = self.tagged(object);
        self.diamond(
            condition,
            |b| {
                if first.receiver == Receiver::String {
                    b.narrow(tagged, Types::STRING);
                }
                b.load_case(tagged, tagged, first)
            },
            |b| b.load_cases_or_generic(object, name, slot, rest),
        )
    }
    fn load_cases(&mut self, object: NodeId, cases: &[NamedCase]) -> Result<NodeId, Bailout> {
        if let Some(shapes) = self.one_guard(cases) {
            let guarded = self.check_shapes(object, &shapes);
            for c in cases {
                self.depend_on_all(&c.dependencies);
            }
            return self.load_case(object, guarded, &cases[0]);
        }
        let (first, rest) = (&cases[0], &cases[1..]);
        if rest.is_empty() {
            let guarded = self.check_receiver(object, first.receiver);
            return self.load_case(object, guarded, first);
        }
        let condition = self.test_receiver(object, first.receiver);
        let tagged = self.tagged(object);
        self.diamond(
            condition,
            |b| match first.receiver {
                Receiver::Number => b.load_case(tagged, tagged, first),
                Receiver::String => {
                    b.narrow(tagged, Types::STRING);
                    b.load_case(tagged, tagged, first)
                }
                Receiver::Shape(_) => b.load_case(tagged, tagged, first),
            },
            |b| b.load_cases(object, rest),
        )
    }
    fn load_case(&mut self, object: NodeId, guarded: NodeId, case: &NamedCase) -> Result<NodeId, Bailout> {
        self.depend_on_all(&case.dependencies);
        Ok(match &case.op {
            NamedOp::Load(place) => self.emit(Op::LoadSlot { place: *place }, &[guarded]),
            NamedOp::LoadHolder { holder, holder_shape, place } => {
                let mut holder = self.cell(*holder);
                if let Some(shape) = holder_shape {
                    holder = self.check_shapes(holder, &smallvec![*shape]);
                }
                self.emit(Op::LoadSlot { place: *place }, &[holder])
            }
            NamedOp::LoadConstant(fact) => self.constant_fact(*fact)?,
            NamedOp::LoadUndefined => self.undefined(),
            NamedOp::ArrayLength => {
                let length = self.emit(Op::LoadArrayLength, &[guarded]);
                self.length_value(length)
            }
            NamedOp::TypedArrayLength => {
                let length = self.emit(Op::LoadTypedLength, &[guarded]);
                self.length_value(length)
            }
            NamedOp::StringLength => self.emit(Op::StringLength, &[guarded]),
            NamedOp::Getter { function, target } => {
                let callee = self.cell(*function);
                self.call_target(callee, object, &[], target, Some(FrameSlot::ACCUMULATOR))?
            }
            NamedOp::Store(_) | NamedOp::StoreTransition { .. } | NamedOp::Setter { .. } => {
                return self.bailout("store case at a load");
            }
        })
    }
    /// A uint32 length as an int32 (lengths of 2^31 and more deopt once).
    fn length_value(&mut self, length: NodeId) -> NodeId {
        if self.failed(DeoptReason::Overflow) {
            length
        } else {
            self.emit_checked(Op::CheckedUint32ToInt32, &[length])
        }
    }

    pub(super) fn set_named(&mut self, object: NodeId, name: u32, slot: u32, generic: RuntimeOp) -> Step {
        if self.leave_if_uninitialized(slot) {
            return Ok(());
        }
        let value = self.acc()?;
        let name = self.template_constant(name)?;
        let grows = |c: &NamedCase| matches!(c.op, NamedOp::StoreTransition { grow: true, .. });
        match (self.slot_facts(slot), self.trust()) {
            (SlotFacts::Named(cases), trust)
                if !cases.is_empty() && trust != Trust::Nothing && !cases.iter().any(grows) =>
            {
                if trust == Trust::Guards {
                    return self.store_cases(object, value, cases);
                }
                let plain = |c: &NamedCase| matches!(c.receiver, Receiver::Shape(_));
                if cases.iter().all(plain) {
                    return self.store_cases_or_generic(object, value, name, slot, generic, cases);
                }
            }
            _ => {}
        }
        self.generic_set_named(object, value, name, slot, generic);
        Ok(())
    }
    fn generic_set_named(
        &mut self,
        object: NodeId,
        value: NodeId,
        name: NodeId,
        slot: u32,
        generic: RuntimeOp,
    ) {
        let vector = self.vector();
        self.runtime_into(generic, [slot, 0], &[object, name, value, vector], None);
    }
    fn store_cases_or_generic(
        &mut self,
        object: NodeId,
        value: NodeId,
        name: NodeId,
        slot: u32,
        generic: RuntimeOp,
        cases: &[NamedCase],
    ) -> Step {
        let Some((first, rest)) = cases.split_first() else {
            self.generic_set_named(object, value, name, slot, generic);
            return Ok(());
        };
        let condition = self.test_receiver(object, first.receiver);
        let tagged = self.tagged(object);
        let dummy = self.undefined();
        self.diamond(
            condition,
            |b| b.store_case(tagged, tagged, value, first).map(|()| dummy),
            |b| b.store_cases_or_generic(object, value, name, slot, generic, rest).map(|()| dummy),
        )?;
        Ok(())
    }
    fn store_cases(&mut self, object: NodeId, value: NodeId, cases: &[NamedCase]) -> Step {
        if let Some(shapes) = self.one_guard(cases) {
            let guarded = self.check_shapes(object, &shapes);
            for c in cases {
                self.depend_on_all(&c.dependencies);
            }
            return self.store_case(object, guarded, value, &cases[0]);
        }
        let (first, rest) = (&cases[0], &cases[1..]);
        if rest.is_empty() {
            let guarded = self.check_receiver(object, first.receiver);
            return self.store_case(object, guarded, value, first);
        }
        let condition = self.test_receiver(object, first.receiver);
        let tagged = self.tagged(object);
        let dummy = self.undefined();
        self.diamond(
            condition,
            |b| b.store_case(tagged, tagged, value, first).map(|()| dummy),
            |b| b.store_cases(object, value, rest).map(|()| dummy),
        )?;
        Ok(())
    }
    fn store_case(&mut self, object: NodeId, guarded: NodeId, value: NodeId, case: &NamedCase) -> Step {
        self.depend_on_all(&case.dependencies);
        match &case.op {
            NamedOp::Store(place) => {
                let value = self.tagged(value);
                self.emit(Op::StoreSlot { place: *place }, &[guarded, value]);
            }
            NamedOp::StoreTransition { new_shape, place, .. } => {
                let value = self.tagged(value);
                self.emit(Op::StoreSlot { place: *place }, &[guarded, value]);
                self.emit(Op::StoreShape { shape: *new_shape }, &[guarded]);
                // Another value may be the same object.
                self.forget_shapes();
                let object = self.tagged(object);
                self.know(object).shape = Some((smallvec![*new_shape], guarded));
            }
            NamedOp::Setter { function, target } => {
                let callee = self.cell(*function);
                self.call_target(callee, object, &[value], target, None)?;
            }
            _ => return self.bailout("load case at a store"),
        }
        Ok(())
    }

    pub(super) fn load_global(&mut self, name: u32, slot: u32, inside_typeof: bool) -> Step {
        if self.leave_if_uninitialized(slot) {
            return Ok(());
        }
        let value = match self.slot_facts(slot) {
            SlotFacts::Global { constant: Some(constant), dependencies, .. } => {
                self.depend_on_all(dependencies);
                self.constant_fact(*constant)?
            }
            SlotFacts::Global { cell, may_be_hole, dependencies, .. } if !self.failed(DeoptReason::Hole) => {
                self.depend_on_all(dependencies);
                let v = self.emit(Op::LoadGlobalCell { cell: *cell }, &[]);
                if *may_be_hole { self.emit_checked(Op::CheckNotHole, &[v]) } else { v }
            }
            _ => {
                let name = self.template_constant(name)?;
                let vector = self.vector();
                self.runtime(RuntimeOp::GetGlobal, [slot, inside_typeof as u32], &[name, vector])
            }
        };
        self.set_acc(value);
        Ok(())
    }
    pub(super) fn store_global(&mut self, name: u32, slot: u32) -> Step {
        if self.leave_if_uninitialized(slot) {
            return Ok(());
        }
        let value = self.acc()?;
        match self.slot_facts(slot) {
            SlotFacts::Global { cell, constant: None, may_be_hole, writable: true, dependencies }
                if !self.failed(DeoptReason::Hole) =>
            {
                self.depend_on_all(dependencies);
                let value = self.tagged(value);
                if *may_be_hole {
                    let old = self.emit(Op::LoadGlobalCell { cell: *cell }, &[]);
                    self.emit_checked(Op::CheckNotHole, &[old]);
                }
                self.emit(Op::StoreGlobalCell { cell: *cell }, &[value]);
            }
            _ => {
                let name = self.template_constant(name)?;
                let vector = self.vector();
                self.runtime_into(RuntimeOp::SetGlobal, [slot, 0], &[name, value, vector], None);
            }
        }
        Ok(())
    }
    /// Whether the node surely is this constant cell.
    pub(super) fn is_cell_constant(&self, n: NodeId, cell: crate::CellId) -> bool {
        matches!(*self.graph.op(n), Op::ConstCell { cell: c } if c == cell)
    }
    pub(super) fn is_undefined_constant(&self, n: NodeId) -> bool {
        self.graph.repr(n) == Repr::Tagged
            && matches!(self.graph.op(n), Op::ConstImmediate { value: Immediate::Undefined })
    }
}
