//! Rules: slots, elements, typed arrays, contexts, global cells, strings, allocation, write barrier.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Type, Value, types};
use tierproof_base::faults::{Fault, fault};
use tierproof_heap::Value as JsValue;
use tierproof_heap::{CellKind, layout};
use tierproof_ssa::facts::{SlotPlace, TypedKind};
use tierproof_ssa::{NodeId, Op, RuntimeOp};

use crate::emitter::{Emitter, trusted};

fn typed_type(kind: TypedKind) -> Type {
    match kind {
        TypedKind::Int8 | TypedKind::Uint8 | TypedKind::Uint8Clamped => types::I8,
        TypedKind::Int16 | TypedKind::Uint16 => types::I16,
        TypedKind::Int32 | TypedKind::Uint32 => types::I32,
        TypedKind::Float32 => types::F32,
        TypedKind::Float64 => types::F64,
    }
}

impl Emitter<'_, '_> {
    /// Whether a node's Value can be a young cell, by the node alone.
    fn may_be_cell(&self, n: NodeId) -> bool {
        !matches!(
            self.graph.op(n),
            Op::ConstSmi { .. }
                | Op::ConstNumber { .. }
                | Op::ConstImmediate { .. }
                | Op::Int32ToTagged
                | Op::Uint32ToTagged
                | Op::Float64ToTagged
                | Op::BoolToTagged
        )
    }
    /// The one emitter of tagged stores: the store, then the barrier.
    fn store_tagged(&mut self, owner: Value, address: Value, offset: i32, value: NodeId) {
        let v = self.val(value);
        self.store(v, address, offset);
        if !self.may_be_cell(value) {
            return;
        }
        let gc = self.load(types::I8, owner, layout::HEADER_GC);
        let bits = self.b.ins().band_imm_u(gc, layout::GC_BARRIER_MASK as i64);
        let old = self.b.ins().icmp_imm_u(IntCC::Equal, bits, layout::GC_BARRIER_DUE as i64);
        let check = self.cold_block();
        let remember = self.cold_block();
        let next = self.b.create_block();
        self.b.ins().brif(old, check, &[], next, &[]);
        self.b.switch_to_block(check);
        let heap = self.heap();
        let base = self.load(types::I64, heap, layout::HEAP_NURSERY_BASE);
        let size = self.load(types::I64, heap, layout::HEAP_NURSERY_SIZE);
        let distance = self.b.ins().isub(v, base);
        let young = self.b.ins().icmp(IntCC::UnsignedLessThan, distance, size);
        self.b.ins().brif(young, remember, &[], next, &[]);
        self.b.switch_to_block(remember);
        self.call_cold(RuntimeOp::Remember, &[self.isolate, owner]);
        self.b.ins().jump(next, &[]);
        self.b.switch_to_block(next);
    }
    /// Address of element `index` of `size` bytes behind `base`.
    fn element_address(&mut self, base: Value, index: Value, size: u32) -> Value {
        let wide = self.b.ins().uextend(types::I64, index);
        let scaled = self.b.ins().ishl_imm_u(wide, size.trailing_zeros() as i64);
        self.b.ins().iadd(base, scaled)
    }
    fn place(&mut self, object: Value, place: SlotPlace) -> (Value, i32) {
        match place {
            SlotPlace::Inline(offset) => (object, offset as i32),
            SlotPlace::OutOfLine(index) => {
                let slots = self.load(types::I64, object, layout::OBJECT_SLOTS);
                (slots, layout::ARRAY_DATA + 8 * index as i32)
            }
        }
    }
    fn typed_address(&mut self, array: Value, index: Value, kind: TypedKind) -> Value {
        let data = self.load(types::I64, array, layout::TYPED_ARRAY_DATA);
        self.element_address(data, index, kind.size())
    }

    /// Lowers `n` if its rule stands here.
    pub fn memory(&mut self, n: NodeId) -> Result<bool, String> {
        let op = self.graph.op(n);
        let inputs = self.graph.node(n).inputs.clone();
        let value = match op {
            Op::LoadSlot { place } => {
                let object = self.val(inputs[0]);
                let (base, offset) = self.place(object, *place);
                self.load(types::I64, base, offset)
            }
            Op::StoreSlot { place } => {
                let object = self.val(inputs[0]);
                let (base, offset) = self.place(object, *place);
                if fault(Fault::F050) {
                    let v = self.val(inputs[1]);
                    self.store(v, base, offset);
                    return Ok(true);
                }
                self.store_tagged(base, base, offset, inputs[1]);
                return Ok(true);
            }
            Op::StoreShape { shape } => {
                let object = self.val(inputs[0]);
                let shape = self.b.ins().iconst(types::I32, shape.0 as i64);
                self.store(shape, object, layout::HEADER_SHAPE);
                return Ok(true);
            }
            Op::LoadElements => {
                let object = self.val(inputs[0]);
                self.load(types::I64, object, layout::OBJECT_ELEMENTS)
            }
            Op::LoadElementsLength => {
                // Objects without elements have undefined there.
                let array = self.val(inputs[0]);
                let none = self.b.ins().icmp_imm_u(IntCC::Equal, array, JsValue::UNDEFINED.to_bits() as i64);
                let some = self.b.create_block();
                let next = self.b.create_block();
                let result = self.b.append_block_param(next, types::I32);
                let zero = self.b.ins().iconst(types::I32, 0);
                self.b.ins().brif(none, next, &[zero.into()], some, &[]);
                self.b.switch_to_block(some);
                let length = self.load(types::I32, array, layout::ARRAY_LENGTH);
                self.b.ins().jump(next, &[length.into()]);
                self.b.switch_to_block(next);
                result
            }
            Op::LoadArrayLength => {
                let array = self.val(inputs[0]);
                self.load(types::I32, array, layout::JS_ARRAY_LENGTH)
            }
            Op::LoadElement => {
                let (array, index) = (self.val(inputs[0]), self.val(inputs[1]));
                let address = self.element_address(array, index, 8);
                self.load(types::I64, address, layout::ARRAY_DATA)
            }
            Op::LoadDoubleElement => {
                let (array, index) = (self.val(inputs[0]), self.val(inputs[1]));
                let address = self.element_address(array, index, 8);
                self.load(types::F64, address, layout::ARRAY_DATA)
            }
            Op::CheckedLoadDoubleElement => {
                let (array, index) = (self.val(inputs[0]), self.val(inputs[1]));
                let address = self.element_address(array, index, 8);
                let bits = self.load(types::I64, address, layout::ARRAY_DATA);
                let hole = self.b.ins().icmp_imm_u(IntCC::Equal, bits, layout::HOLE_NAN_BITS as i64);
                let exit = self.exit_of(n)?;
                self.leave_if(hole, exit);
                self.b.ins().bitcast(types::F64, MemFlagsData::new(), bits)
            }
            Op::StoreElement => {
                let (array, index) = (self.val(inputs[0]), self.val(inputs[1]));
                let address = self.element_address(array, index, 8);
                self.store_tagged(array, address, layout::ARRAY_DATA, inputs[2]);
                return Ok(true);
            }
            Op::StoreSmiElement => {
                let (array, index, v) = (self.val(inputs[0]), self.val(inputs[1]), self.val(inputs[2]));
                let address = self.element_address(array, index, 8);
                let v = self.tag_int(v);
                self.store(v, address, layout::ARRAY_DATA);
                return Ok(true);
            }
            Op::StoreDoubleElement => {
                let (array, index, v) = (self.val(inputs[0]), self.val(inputs[1]), self.val(inputs[2]));
                let address = self.element_address(array, index, 8);
                let bits = self.canonical_bits(v);
                self.store(bits, address, layout::ARRAY_DATA);
                return Ok(true);
            }
            Op::LoadTypedLength => {
                let array = self.val(inputs[0]);
                let length = self.load(types::I64, array, layout::TYPED_ARRAY_LENGTH);
                let most = self.bits(u32::MAX as u64);
                let length = self.b.ins().umin(length, most);
                self.b.ins().ireduce(types::I32, length)
            }
            Op::LoadTypedInt32 { kind } => {
                let (array, index) = (self.val(inputs[0]), self.val(inputs[1]));
                let address = self.typed_address(array, index, *kind);
                let v = self.load(typed_type(*kind), address, 0);
                match kind {
                    TypedKind::Int8 | TypedKind::Int16 => self.b.ins().sextend(types::I32, v),
                    TypedKind::Uint8 | TypedKind::Uint8Clamped | TypedKind::Uint16 => {
                        self.b.ins().uextend(types::I32, v)
                    }
                    _ => v,
                }
            }
            Op::LoadTypedUint32 => {
                let (array, index) = (self.val(inputs[0]), self.val(inputs[1]));
                let address = self.typed_address(array, index, TypedKind::Uint32);
                self.load(types::I32, address, 0)
            }
            Op::LoadTypedFloat64 { kind } => {
                let (array, index) = (self.val(inputs[0]), self.val(inputs[1]));
                let address = self.typed_address(array, index, *kind);
                let v = self.load(typed_type(*kind), address, 0);
                if *kind == TypedKind::Float32 { self.b.ins().fpromote(types::F64, v) } else { v }
            }
            Op::StoreTypedInt32 { kind } => {
                let (array, index, v) = (self.val(inputs[0]), self.val(inputs[1]), self.val(inputs[2]));
                let address = self.typed_address(array, index, *kind);
                let v = if *kind == TypedKind::Uint8Clamped {
                    let zero = self.b.ins().iconst(types::I32, 0);
                    let most = self.b.ins().iconst(types::I32, 255);
                    let v = self.b.ins().smax(v, zero);
                    self.b.ins().smin(v, most)
                } else {
                    v
                };
                match kind.size() {
                    1 => self.b.ins().istore8(trusted(), v, address, 0),
                    2 => self.b.ins().istore16(trusted(), v, address, 0),
                    _ => self.b.ins().store(trusted(), v, address, 0),
                };
                return Ok(true);
            }
            Op::StoreTypedFloat64 { kind } => {
                let (array, index, v) = (self.val(inputs[0]), self.val(inputs[1]), self.val(inputs[2]));
                let address = self.typed_address(array, index, *kind);
                // Which NaN is stored can be seen through another view: always the canonical one.
                let bits = self.canonical_bits(v);
                if *kind == TypedKind::Float32 {
                    let v = self.b.ins().bitcast(types::F64, MemFlagsData::new(), bits);
                    let v = self.b.ins().fdemote(types::F32, v);
                    self.store(v, address, 0);
                } else {
                    self.store(bits, address, 0);
                }
                return Ok(true);
            }
            Op::StringLength => {
                let s = self.val(inputs[0]);
                self.load(types::I32, s, layout::STRING_LENGTH)
            }
            Op::StringCharCodeAt => {
                let (s, index) = (self.val(inputs[0]), self.val(inputs[1]));
                // Flat one-byte strings here, the rest in the runtime.
                let kind = self.load(types::I8, s, layout::HEADER_KIND);
                let flat = self.b.ins().icmp_imm_u(IntCC::Equal, kind, CellKind::StringOneByte as i64);
                let fast = self.b.create_block();
                let slow = self.b.create_block();
                let next = self.b.create_block();
                let result = self.b.append_block_param(next, types::I32);
                self.b.ins().brif(flat, fast, &[], slow, &[]);
                self.b.switch_to_block(fast);
                let address = self.element_address(s, index, 1);
                let byte = self.load(types::I8, address, layout::STRING_DATA);
                let byte = self.b.ins().uextend(types::I32, byte);
                self.b.ins().jump(next, &[byte.into()]);
                self.b.switch_to_block(slow);
                let smi = self.tag_int(index);
                let unit = self.call_cold(RuntimeOp::StringCharCodeAt, &[self.isolate, s, smi]);
                let unit = self.b.ins().ireduce(types::I32, unit);
                self.b.ins().jump(next, &[unit.into()]);
                self.b.switch_to_block(next);
                result
            }
            Op::ContextParent => {
                let c = self.val(inputs[0]);
                self.load(types::I64, c, layout::CONTEXT_PARENT)
            }
            Op::LoadContext { index } => {
                let c = self.val(inputs[0]);
                self.load(types::I64, c, layout::ARRAY_DATA + 8 * *index as i32)
            }
            Op::StoreContext { index } => {
                let c = self.val(inputs[0]);
                self.store_tagged(c, c, layout::ARRAY_DATA + 8 * *index as i32, inputs[1]);
                return Ok(true);
            }
            Op::FunctionContext => {
                let f = self.val(inputs[0]);
                self.load(types::I64, f, layout::FUNCTION_CONTEXT)
            }
            Op::LoadGlobalCell { cell } => {
                let c = self.cell(*cell);
                self.load(types::I64, c, layout::PROPERTY_CELL_VALUE)
            }
            Op::StoreGlobalCell { cell } => {
                let c = self.cell(*cell);
                self.store_tagged(c, c, layout::PROPERTY_CELL_VALUE, inputs[0]);
                return Ok(true);
            }
            Op::AllocateObject { shape, slots } => {
                let header = layout::header_word(shape.0, CellKind::Object, 0, *slots as u8);
                let (shape, slots) = (*shape, *slots as usize);
                let object = self.allocate(header, layout::object_size(slots), |this| {
                    let shape = this.b.ins().iconst(types::I64, shape.0 as i64);
                    let count = this.b.ins().iconst(types::I64, slots as i64);
                    this.call_cold(RuntimeOp::AllocateObject, &[this.isolate, shape, count])
                });
                // Fresh: in the nursery, or remembered already; no barrier.
                for (i, &input) in inputs.iter().enumerate() {
                    let v = self.val(input);
                    self.store(v, object, layout::OBJECT_INLINE_SLOTS + 8 * i as i32);
                }
                object
            }
            Op::AllocateArrayIterator { shape, values } => {
                let header = layout::header_word(shape.0, CellKind::ArrayIterator, 0, 0);
                let size = layout::OBJECT_INTERNAL as usize + 8 * 3;
                let iterator = self.allocate(header, size, |this| {
                    let size = this.b.ins().iconst(types::I64, size as i64);
                    let header = this.bits(header);
                    let cell = this.call_cold(RuntimeOp::AllocateInternal, &[this.isolate, size, header]);
                    let undefined = this.undefined();
                    this.store(undefined, cell, layout::OBJECT_SLOTS);
                    this.store(undefined, cell, layout::OBJECT_ELEMENTS);
                    cell
                });
                let array = self.val(inputs[0]);
                let (start, values) = (self.smi(0), self.smi(*values));
                for (i, word) in [array, start, values].into_iter().enumerate() {
                    self.store(word, iterator, layout::OBJECT_INTERNAL + 8 * i as i32);
                }
                iterator
            }
            _ => return Ok(false),
        };
        self.values.insert(n, value);
        Ok(true)
    }

    /// Room for an object in the nursery, its header and two pointers to slots and elements set; `slow`
    /// gives such a cell when the nursery is full.
    fn allocate(&mut self, header: u64, size: usize, slow: impl FnOnce(&mut Self) -> Value) -> Value {
        let heap = self.heap();
        let top = self.load(types::I64, heap, layout::HEAP_TOP);
        let limit = self.load(types::I64, heap, layout::HEAP_LIMIT);
        let end = self.b.ins().iadd_imm_s(top, size as i64);
        let full = self.b.ins().icmp(IntCC::UnsignedGreaterThan, end, limit);
        let collect = self.cold_block();
        let fast = self.b.create_block();
        let next = self.b.create_block();
        let result = self.b.append_block_param(next, types::I64);
        self.b.ins().brif(full, collect, &[], fast, &[]);
        self.b.switch_to_block(fast);
        self.store(end, heap, layout::HEAP_TOP);
        let header = self.bits(header);
        self.store(header, top, 0);
        let undefined = self.undefined();
        self.store(undefined, top, layout::OBJECT_SLOTS);
        self.store(undefined, top, layout::OBJECT_ELEMENTS);
        self.b.ins().jump(next, &[top.into()]);
        self.b.switch_to_block(collect);
        let cell = slow(self);
        self.b.ins().jump(next, &[cell.into()]);
        self.b.switch_to_block(next);
        result
    }
}
