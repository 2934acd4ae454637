//! The bytes of array buffers: where they are, and accesses that other agents may race with.
//!
//! A buffer's bytes are a heap cell, until a SharedArrayBuffer takes part in `Atomics.wait` or goes to
//! another agent: then they move to a [`SharedBlock`] outside the heap, whose address the buffer keeps
//! in the high bits of its flags. Rust code reaches bytes of either sort only through the functions
//! here, which are atomic (relaxed, or sequentially consistent where the name says so): a race is
//! then what the memory model of the specification says, never undefined behaviour.
//! Spec: [Memory Model](https://tc39.es/ecma262/#sec-memory-model).

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering};

use tierproof_heap::{ArrayBufferRef, BytesRef, CellRef, TypedArrayRef, Value, WeakTable};

use crate::isolate::Isolate;
use crate::typed_array::{ElementType, is_resizable};

/// Bits of a buffer's flags word below the address of its block.
const ADDRESS_SHIFT: u32 = 8;

/// Bytes that several agents can reach.
pub struct SharedBlock {
    words: Box<[AtomicU64]>,
    /// Present length in bytes; it only grows.
    length: AtomicUsize,
}

impl SharedBlock {
    fn new(room: usize, length: usize) -> SharedBlock {
        let words = (0..room.div_ceil(8).max(1)).map(|_| AtomicU64::new(0)).collect();
        SharedBlock { words, length: AtomicUsize::new(length) }
    }
    fn address(&self) -> usize {
        self.words.as_ptr().expose_provenance()
    }
    /// Whether both are the same memory.
    pub fn is(self: &Arc<Self>, other: &Arc<SharedBlock>) -> bool {
        Arc::ptr_eq(self, other)
    }
}

/// What another agent needs to make a SharedArrayBuffer of the same memory.
#[derive(Clone)]
pub struct SharedBufferHandle {
    block: Arc<SharedBlock>,
    max: Option<u64>,
}

/// Blocks that buffers of this isolate use, until those die.
#[derive(Default)]
pub struct Blocks(Vec<(CellRef, Arc<SharedBlock>)>); // ROOTED: a weak table the collector visits

impl WeakTable for Blocks {
    fn sweep(&mut self, survivor: &mut dyn FnMut(CellRef) -> Option<CellRef>) {
        self.0.retain_mut(|(cell, _)| match survivor(*cell) {
            Some(new) => {
                *cell = new;
                true
            }
            None => false,
        });
    }
}

/// Address of the first byte; 0 when detached.
pub fn base(b: ArrayBufferRef) -> usize {
    match b.data().try_as::<BytesRef>() {
        Some(bytes) => bytes.data_ptr() as usize,
        None => (b.buffer_flags() >> ADDRESS_SHIFT) as usize,
    }
}

/// `size` bytes (1, 2, 4 or 8) at an address, little-endian.
fn load(address: usize, size: usize) -> u64 {
    let at = std::ptr::with_exposed_provenance_mut::<u8>(address);
    if !address.is_multiple_of(size) {
        return (0..size).rev().fold(0, |word, i| word << 8 | load(address + i, 1));
    }
    // SAFETY: callers stay inside a live buffer, and the address is aligned; every Rust access to
    // these bytes is atomic.
    unsafe {
        match size {
            1 => AtomicU8::from_ptr(at).load(Ordering::Relaxed) as u64,
            2 => AtomicU16::from_ptr(at.cast()).load(Ordering::Relaxed) as u64,
            4 => AtomicU32::from_ptr(at.cast()).load(Ordering::Relaxed) as u64,
            _ => AtomicU64::from_ptr(at.cast()).load(Ordering::Relaxed),
        }
    }
}

/// Stores the low `size` bytes of `word`.
fn store(address: usize, size: usize, word: u64) {
    let at = std::ptr::with_exposed_provenance_mut::<u8>(address);
    if !address.is_multiple_of(size) {
        for i in 0..size {
            store(address + i, 1, word >> (8 * i));
        }
        return;
    }
    // SAFETY: as in `load`.
    unsafe {
        match size {
            1 => AtomicU8::from_ptr(at).store(word as u8, Ordering::Relaxed),
            2 => AtomicU16::from_ptr(at.cast()).store(word as u16, Ordering::Relaxed),
            4 => AtomicU32::from_ptr(at.cast()).store(word as u32, Ordering::Relaxed),
            _ => AtomicU64::from_ptr(at.cast()).store(word, Ordering::Relaxed),
        }
    }
}

/// The `size` bytes at offset `at` of a buffer; zero beyond its end.
pub fn read(b: ArrayBufferRef, at: u64, size: usize) -> u64 {
    let fits = at.checked_add(size as u64).is_some_and(|end| end <= b.byte_length());
    if fits { load(base(b) + at as usize, size) } else { 0 }
}

/// Stores the low `size` bytes of `word` at offset `at`, if they fit.
pub fn write(b: ArrayBufferRef, at: u64, size: usize, word: u64) {
    if at.checked_add(size as u64).is_some_and(|end| end <= b.byte_length()) {
        store(base(b) + at as usize, size, word);
    }
}

/// The bytes of element `i`; zero beyond the end.
#[inline]
pub fn read_element(t: TypedArrayRef, i: u64) -> u64 {
    let size = ElementType::of(t).size();
    if i < t.length() { load(t.data_address() + i as usize * size, size) } else { 0 }
}

/// Stores the bytes of element `i`, if there is one.
#[inline]
pub fn write_element(t: TypedArrayRef, i: u64, word: u64) {
    let size = ElementType::of(t).size();
    if i < t.length() {
        store(t.data_address() + i as usize * size, size, word);
    }
}

/// A copy of what a typed array views.
pub fn bytes_of(t: TypedArrayRef) -> Vec<u8> {
    let n = t.length() as usize * ElementType::of(t).size();
    (0..n).map(|i| load(t.data_address() + i, 1) as u8).collect()
}

/// Writes the first bytes of what a typed array views, as far as it goes.
pub fn set_bytes(t: TypedArrayRef, bytes: &[u8]) {
    let n = t.length() as usize * ElementType::of(t).size();
    for (i, b) in bytes.iter().take(n).enumerate() {
        store(t.data_address() + i, 1, *b as u64);
    }
}

/// Copies bytes between two buffers, as far as both reach; as if through a temporary copy.
pub fn copy(from: ArrayBufferRef, start: u64, to: ArrayBufferRef, at: u64, count: u64) {
    let room = from.byte_length().saturating_sub(start).min(to.byte_length().saturating_sub(at));
    let count = count.min(room) as usize;
    if count == 0 {
        return;
    }
    let (a, b) = (base(from) + start as usize, base(to) + at as usize);
    if let (Some(source), Some(target)) = (from.data().try_as::<BytesRef>(), to.data().try_as::<BytesRef>()) {
        // no other agent knows of these
        let (start, at) = (start as usize, at as usize);
        if source == target {
            target.as_mut_slice().copy_within(start..start + count, at);
        } else {
            target.as_mut_slice()[at..at + count].copy_from_slice(&source.as_slice()[start..start + count]);
        }
    } else if a < b {
        (0..count).rev().for_each(|i| store(b + i, 1, load(a + i, 1)));
    } else {
        (0..count).for_each(|i| store(b + i, 1, load(a + i, 1)));
    }
}

/// What an atomic operation makes of the old value and its operand.
#[derive(Clone, Copy, Debug)]
pub enum Atomic {
    Load,
    Store,
    Exchange,
    Add,
    Sub,
    And,
    Or,
    Xor,
    /// Stores the operand if the old value is this one.
    CompareExchange(u64),
}

/// A sequentially consistent operation on element `i`; the old value's bytes, zero beyond the end.
pub fn atomic(t: TypedArrayRef, i: u64, op: Atomic, operand: u64) -> u64 {
    let size = ElementType::of(t).size();
    if i >= t.length() {
        return 0;
    }
    let at = std::ptr::with_exposed_provenance_mut::<u8>(t.data_address() + i as usize * size);
    macro_rules! with {
        ($atomic:ty, $int:ty) => {{
            // SAFETY: elements of live buffers are aligned, and every Rust access to them is atomic.
            let cell = unsafe { <$atomic>::from_ptr(at.cast()) };
            let v = operand as $int;
            let old = match op {
                Atomic::Load => cell.load(Ordering::SeqCst),
                Atomic::Store | Atomic::Exchange => cell.swap(v, Ordering::SeqCst),
                Atomic::Add => cell.fetch_add(v, Ordering::SeqCst),
                Atomic::Sub => cell.fetch_sub(v, Ordering::SeqCst),
                Atomic::And => cell.fetch_and(v, Ordering::SeqCst),
                Atomic::Or => cell.fetch_or(v, Ordering::SeqCst),
                Atomic::Xor => cell.fetch_xor(v, Ordering::SeqCst),
                Atomic::CompareExchange(e) => {
                    match cell.compare_exchange(e as $int, v, Ordering::SeqCst, Ordering::SeqCst) {
                        Ok(old) | Err(old) => old,
                    }
                }
            };
            old as u64
        }};
    }
    match size {
        1 => with!(AtomicU8, u8),
        2 => with!(AtomicU16, u16),
        4 => with!(AtomicU32, u32),
        _ => with!(AtomicU64, u64),
    }
}

impl Isolate {
    /// The block of a SharedArrayBuffer; moves its bytes there first if they are on the heap.
    pub fn shared_block(&mut self, b: ArrayBufferRef) -> Arc<SharedBlock> {
        let cell: CellRef = Value::from(b).as_cell();
        if let Some((_, block)) = self.blocks.0.iter().find(|entry| entry.0 == cell) {
            return block.clone();
        }
        let block = Arc::new(SharedBlock::new(b.max_byte_length() as usize, b.byte_length() as usize));
        for at in 0..b.byte_length() {
            store(block.address() + at as usize, 1, read(b, at, 1));
        }
        self.adopt(b, block.clone());
        self.update_views(b);
        block
    }

    fn adopt(&mut self, b: ArrayBufferRef, block: Arc<SharedBlock>) {
        b.set_data(&mut self.heap, Value::NULL);
        b.set_buffer_flags(b.buffer_flags() | (block.address() as u64) << ADDRESS_SHIFT);
        self.blocks.0.push((Value::from(b).as_cell(), block));
    }

    /// For another agent: see [`Isolate::receive_buffer`].
    pub fn share_buffer(&mut self, b: ArrayBufferRef) -> SharedBufferHandle {
        let block = self.shared_block(b);
        SharedBufferHandle { block, max: is_resizable(b).then(|| b.max_byte_length()) }
    }

    /// A SharedArrayBuffer of memory that another agent has shared.
    pub fn receive_buffer(&mut self, handle: &SharedBufferHandle) -> crate::JsResult<ArrayBufferRef> {
        let prototype = self.realm.shared_array_buffer_prototype;
        let b = self.new_buffer(prototype.into(), 0, handle.max.map(|_| 0), true)?;
        b.set_byte_length(handle.block.length.load(Ordering::SeqCst) as u64);
        b.set_max_byte_length(handle.max.unwrap_or(b.byte_length()));
        self.adopt(b, handle.block.clone());
        Ok(b)
    }

    /// Takes notice of what other agents have made of a growable buffer's length.
    pub fn refresh_length(&mut self, b: ArrayBufferRef) {
        if b.data().is_null() && is_resizable(b) {
            let now = self.shared_block(b).length.load(Ordering::SeqCst) as u64;
            if now != b.byte_length() {
                b.set_byte_length(now);
                self.update_views(b);
            }
        }
    }

    /// Grows a SharedArrayBuffer. False when another agent has made it longer than that.
    pub fn grow_shared(&mut self, b: ArrayBufferRef, bytes: u64) -> bool {
        if b.data().is_null() {
            let grown = self.shared_block(b).length.fetch_max(bytes as usize, Ordering::SeqCst) as u64;
            self.refresh_length(b);
            return grown <= bytes;
        }
        self.resize_buffer(b, bytes);
        true
    }
}
