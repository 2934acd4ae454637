//! Caches, contexts, elements and iteration of arrays.

use super::*;

impl Compiler<'_> {
    /// Finds the cache entry for the shape of the receiver in RCX, monomorphic or polymorphic: RDI
    /// points at its words, the handler goes to RDX. Clobbers RSI, R8.
    pub(super) fn check_cache(&mut self, s: u32, slow: Label) {
        self.jump_unless_cell(RCX, slow);
        let hit = self.m.new_label();
        self.m.load32(RDX, mem(RCX, layout::HEADER_SHAPE));
        self.m.or(RDX, TAG);
        self.m.lea(RDI, slot(s, 0));
        self.m.cmp_mem(RDX, mem(RDI, 0));
        self.m.jump_if(Cond::Equal, hit);
        // Several entries stand in an array; anything else in the word is a miss.
        self.m.load(RSI, mem(RDI, 0));
        self.jump_unless_cell(RSI, slow);
        self.m.load32(R8, mem(RSI, layout::ARRAY_LENGTH));
        self.m.lea(RDI, mem(RSI, layout::ARRAY_DATA));
        let next = self.m.here();
        self.m.cmp_mem(RDX, mem(RDI, 0));
        self.m.jump_if(Cond::Equal, hit);
        self.m.add_imm(RDI, SLOT_BYTES);
        self.m.sub32_imm(R8, tierproof_bytecode::feedback::SLOT_WORDS);
        self.m.jump_if(Cond::Greater, next);
        self.m.jump(slow);
        self.m.bind(hit);
        self.m.load32(RDX, mem(RDI, 8));
    }
    /// Stores RAX into the tagged word at `place` of the object in RCX, with the write barrier.
    /// Keeps RAX. Clobbers RDX, RSI, RDI, R8.
    pub(super) fn store_with_barrier(&mut self, place: Mem) {
        let done = self.m.new_label();
        let m = &mut self.m;
        m.store(place, RAX);
        m.load_u8(RSI, mem(RCX, layout::HEADER_GC));
        m.and32_imm(RSI, layout::GC_BARRIER_MASK as u32);
        m.cmp32_imm(RSI, layout::GC_BARRIER_DUE as u32);
        m.jump_if(Cond::NotEqual, done);
        m.load(RDI, state(abi::HEAP));
        m.mov(RSI, RAX);
        m.load(R8, mem(RDI, layout::HEAP_NURSERY_BASE));
        m.sub(RSI, R8);
        m.cmp_mem(RSI, mem(RDI, layout::HEAP_NURSERY_SIZE));
        m.jump_if(Cond::AboveEqual, done);
        m.push(RAX);
        m.push(RAX);
        m.mov(RDI, ISOLATE);
        m.mov(RSI, RCX);
        m.call_mem(state(abi::REMEMBER));
        m.pop(RAX);
        m.pop(RAX);
        m.bind(done);
    }
    /// RCX = the context `depth` hops out of the one in `r`.
    pub(super) fn walk_contexts(&mut self, r: VmReg, depth: u32) {
        self.load_reg(RCX, r);
        for _ in 0..depth {
            self.m.load(RCX, mem(RCX, layout::CONTEXT_PARENT));
        }
    }
    /// Common part of typed-array accesses: receiver in RCX, Smi index in `index`. RDI = element type
    /// (one that the site has recorded), RSI = data, RDX = index in bounds. Clobbers R8.
    pub(super) fn typed_prologue(&mut self, s: u32, index: Reg, slow: Label) {
        self.m.load_u8(RDI, mem(RCX, layout::HEADER_AUX));
        self.m.lea(R8, mem(RDI, keyed::TYPED.trailing_zeros() as i32));
        self.m.load32(RSI, slot(s, 0));
        self.m.bit_test(RSI, R8);
        self.m.jump_if(Cond::AboveEqual, slow);
        self.m.mov32(RDX, index);
        self.m.cmp_mem(RDX, mem(RCX, layout::TYPED_ARRAY_LENGTH));
        self.m.jump_if(Cond::AboveEqual, slow);
        self.m.load(RSI, mem(RCX, layout::TYPED_ARRAY_DATA));
    }
    /// ACC = element ACC of the typed array in RCX: bytes, int32 and double in line.
    pub(super) fn typed_load(&mut self, s: u32, slow: Label) {
        self.typed_prologue(s, ACC, slow);
        let (int32, double, done) = (self.m.new_label(), self.m.new_label(), self.m.new_label());
        self.m.cmp32_imm(RDI, ElementType::Int32 as u32);
        self.m.jump_if(Cond::Equal, int32);
        self.m.cmp32_imm(RDI, ElementType::Float64 as u32);
        self.m.jump_if(Cond::Equal, double);
        self.m.cmp32_imm(RDI, ElementType::Uint8 as u32);
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.load_u8(ACC, mem_scaled(RSI, RDX, 1));
        self.m.or(ACC, TAG);
        self.m.jump(done);
        self.m.bind(int32);
        self.m.load32(ACC, mem_scaled(RSI, RDX, 4));
        self.m.or(ACC, TAG);
        self.m.jump(done);
        self.m.bind(double);
        self.m.load(RCX, mem_scaled(RSI, RDX, 8));
        self.m.movq_to_xmm(0, RCX);
        self.box_double();
        self.m.bind(done);
    }
    /// Element RDX of the typed array in RCX = ACC.
    pub(super) fn typed_store(&mut self, s: u32, slow: Label) {
        self.typed_prologue(s, RDX, slow);
        let (int32, double, done) = (self.m.new_label(), self.m.new_label(), self.m.new_label());
        self.m.cmp32_imm(RDI, ElementType::Float64 as u32);
        self.m.jump_if(Cond::Equal, double);
        self.jump_unless_smi(ACC, slow);
        self.m.cmp32_imm(RDI, ElementType::Int32 as u32);
        self.m.jump_if(Cond::Equal, int32);
        self.m.cmp32_imm(RDI, ElementType::Uint8 as u32);
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.store8(mem_scaled(RSI, RDX, 1), ACC);
        self.m.jump(done);
        self.m.bind(int32);
        self.m.store32(mem_scaled(RSI, RDX, 4), ACC);
        self.m.jump(done);
        self.m.bind(double);
        self.unbox_number(0, ACC, slow);
        self.m.movq_from_xmm(RCX, 0);
        self.m.store(mem_scaled(RSI, RDX, 8), RCX);
        self.m.bind(done);
    }
    /// A store through the cache: existing slots, and in-object slots that a transition adds.
    pub(super) fn store_named(&mut self, object: VmReg, s: u32, slow: Label) {
        let (transition, out_of_line) = (self.m.new_label(), self.m.new_label());
        let next = self.next_label();
        self.load_reg(RCX, object);
        self.check_cache(s, slow);
        self.m.cmp8_imm(RDX, CacheOp::StoreInline as u8);
        self.m.jump_if(Cond::NotEqual, transition);
        self.m.shr32_imm(RDX, 8);
        self.store_with_barrier(mem_index(RCX, RDX, layout::OBJECT_INLINE_SLOTS));
        self.m.jump(next);
        self.m.bind(transition);
        self.m.cmp8_imm(RDX, CacheOp::StoreOutOfLine as u8);
        self.m.jump_if(Cond::Equal, out_of_line);
        self.m.cmp8_imm(RDX, CacheOp::StoreTransition as u8);
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.load32(R8, mem(RDI, 24));
        self.m.cmp32_mem(R8, state(abi::PROTOTYPE_EPOCH));
        self.m.jump_if(Cond::NotEqual, slow);
        // In-object slots only, of plain objects (whose flags byte counts them).
        self.m.cmp8_mem_imm(mem(RCX, layout::HEADER_KIND), CellKind::Object as u8);
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.shr32_imm(RDX, 8);
        self.m.load_u8(RSI, mem(RCX, layout::HEADER_FLAGS));
        self.m.cmp32(RDX, RSI);
        if fault(Fault::F068) {
            let room = self.m.new_label();
            self.m.jump_if(Cond::Below, room);
            self.m.mov64(ACC, Value::UNDEFINED.to_bits());
            self.m.jump(slow);
            self.m.bind(room);
        }
        self.m.jump_if(Cond::AboveEqual, slow);
        self.m.load32(RSI, mem(RDI, 16));
        self.m.store32(mem(RCX, layout::HEADER_SHAPE), RSI);
        self.store_with_barrier(mem_index(RCX, RDX, layout::OBJECT_INLINE_SLOTS));
        self.m.jump(next);
        self.m.bind(out_of_line);
        self.m.shr32_imm(RDX, 8);
        self.m.load(RCX, mem(RCX, layout::OBJECT_SLOTS));
        self.store_with_barrier(mem_index(RCX, RDX, layout::ARRAY_DATA));
        self.m.jump(next);
    }
    /// Out-of-line part of a named store: the accumulator stays what it was.
    pub(super) fn slow_store(&mut self, op: RuntimeOp, object: VmReg, name: u32, s: u32) -> Label {
        let args = [Arg::Reg(object), Arg::Constant(name), Arg::Acc, Arg::Vector, Arg::Bits(s as u64)];
        self.slow_store_call(op, &args)
    }
    /// `IteratorNext` of an untouched values iterator over an array of a recorded kind (the short cut
    /// of `runtime::iteration`).
    pub(super) fn array_step(&mut self, pair: VmReg, value: VmReg, s: u32, slow: Label, next: Label) {
        let word = |n: i32| mem(RAX, layout::OBJECT_INTERNAL + 8 * n);
        let (double, done, loaded) = (self.m.new_label(), self.m.new_label(), self.m.new_label());
        self.load_reg(RAX, pair);
        self.jump_unless_cell(RAX, slow);
        self.m.cmp8_mem_imm(mem(RAX, layout::HEADER_KIND), CellKind::ArrayIterator as u8);
        self.m.jump_if(Cond::NotEqual, slow);
        self.load_reg(RDX, VmReg(pair.0 + 1));
        self.m.cmp_mem(RDX, state(abi::ARRAY_ITERATOR_NEXT));
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.lea(RDX, mem(TAG, array_iterator_kind::VALUES));
        self.m.cmp_mem(RDX, word(2));
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.load(RCX, word(0));
        self.jump_unless_cell(RCX, slow);
        self.element_prologue(s, slow);
        self.m.load(RDX, word(1));
        self.jump_unless_smi(RDX, slow);
        self.m.mov32(RDX, RDX);
        self.m.cmp32_mem(RDX, mem(RCX, layout::JS_ARRAY_LENGTH));
        self.m.jump_if(Cond::AboveEqual, done);
        self.m.cmp32_mem(RDX, mem(RSI, layout::ARRAY_LENGTH));
        self.m.jump_if(Cond::AboveEqual, slow);
        self.m.load(RCX, mem_index(RSI, RDX, layout::ARRAY_DATA));
        // PackedDouble and HoleyDouble are 2 and 3.
        self.m.shr32_imm(RDI, 1);
        self.m.cmp32_imm(RDI, 1);
        self.m.jump_if(Cond::Equal, double);
        self.m.cmp_imm(RCX, HOLE);
        self.m.jump_if(Cond::Equal, slow);
        self.m.bind(loaded);
        // The position stays a Smi: it is below the capacity.
        self.m.add32_mem_imm(word(1), 1);
        self.store_reg(value, RCX);
        self.set_acc(Value::FALSE);
        self.m.jump(next);
        self.m.bind(double);
        self.m.mov64(R8, layout::HOLE_NAN_BITS);
        self.m.cmp(RCX, R8);
        self.m.jump_if(Cond::Equal, slow);
        self.m.mov64(R8, Value::DOUBLE_OFFSET);
        self.m.add(RCX, R8);
        self.m.jump(loaded);
        self.m.bind(done);
        self.m.store_imm(word(0), UNDEFINED);
        self.m.store_imm(mem(FP, 8 * value.index()), UNDEFINED);
        self.set_acc(Value::TRUE);
    }
    /// Receiver cell in RCX: an array whose kind the site has already recorded. RDI = elements kind,
    /// RSI = elements. Clobbers R8.
    pub(super) fn element_prologue(&mut self, s: u32, slow: Label) {
        let m = &mut self.m;
        m.cmp8_mem_imm(mem(RCX, layout::HEADER_KIND), CellKind::Array as u8);
        m.jump_if(Cond::NotEqual, slow);
        m.load_u8(RDI, mem(RCX, layout::HEADER_AUX));
        m.cmp32_imm(RDI, ElementsKind::Dictionary as u32);
        m.jump_if(Cond::AboveEqual, slow);
        // Recorded kinds are bits of the slot's first word.
        m.load32(RSI, slot(s, 0));
        m.bit_test(RSI, RDI);
        m.jump_if(Cond::AboveEqual, slow);
        m.load(RSI, mem(RCX, layout::OBJECT_ELEMENTS));
        self.jump_unless_cell(RSI, slow);
    }
    /// A keyed load whose slow path is `op`.
    pub(super) fn load_keyed(&mut self, op: RuntimeOp, object: VmReg, s: u32) {
        let args = [Arg::Reg(object), Arg::Acc, Arg::Vector, Arg::Bits(s as u64)];
        let slow = self.slow_call(op, &args);
        let next = self.next_label();
        let double = self.m.new_label();
        self.load_reg(RCX, object);
        self.jump_unless_cell(RCX, slow);
        self.jump_unless_smi(ACC, slow);
        let array = self.m.new_label();
        self.m.cmp8_mem_imm(mem(RCX, layout::HEADER_KIND), CellKind::TypedArray as u8);
        self.m.jump_if(Cond::NotEqual, array);
        self.typed_load(s, slow);
        self.m.jump(next);
        self.m.bind(array);
        self.element_prologue(s, slow);
        // RDI = elements kind, RSI = elements, RDX = index.
        self.m.mov32(RDX, ACC);
        self.m.cmp32_mem(RDX, mem(RSI, layout::ARRAY_LENGTH));
        self.m.jump_if(Cond::AboveEqual, slow);
        self.m.load(RCX, mem_index(RSI, RDX, layout::ARRAY_DATA));
        // Double kinds are 2 and 3.
        self.m.mov32(R8, RDI);
        self.m.shr32_imm(R8, 1);
        self.m.cmp32_imm(R8, 1);
        self.m.jump_if(Cond::Equal, double);
        self.m.cmp_imm(RCX, HOLE);
        self.m.jump_if(Cond::Equal, slow);
        self.m.mov(ACC, RCX);
        self.m.jump(next);
        self.m.bind(double);
        self.m.mov64(R8, layout::HOLE_NAN_BITS);
        self.m.cmp(RCX, R8);
        self.m.jump_if(Cond::Equal, slow);
        self.m.mov64(R8, Value::DOUBLE_OFFSET);
        self.m.add(RCX, R8);
        self.m.mov(ACC, RCX);
    }
}
