//! A growable list of Values that the collector sees: what builtins use instead of `Vec<Value>`.

use tierproof_heap::{ArrayRef, TaggedArrayRef, Value};

use crate::isolate::Isolate;

/// A list in GC memory. Keep it in a local (the native stack roots it).
#[derive(Clone, Copy)]
pub struct List {
    cell: TaggedArrayRef,
    len: usize,
}

impl List {
    pub fn new(cx: &mut Isolate) -> List {
        List::with_capacity(cx, 8)
    }
    pub fn with_capacity(cx: &mut Isolate, n: usize) -> List {
        List { cell: cx.heap.allocate_fixed_array(n.max(4), Value::HOLE), len: 0 }
    }
    pub fn len(&self) -> usize {
        self.len
    }
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    pub fn push(&mut self, cx: &mut Isolate, v: Value) {
        if self.len == self.cell.len() {
            self.cell = cx.heap.copy_tagged(self.cell.as_slice(), self.len * 2, Value::HOLE);
        }
        self.cell.set(&mut cx.heap, self.len, v);
        self.len += 1;
    }
    /// Forgets all but the first `n` values.
    pub fn truncate(&mut self, n: usize) {
        self.len = self.len.min(n);
    }
    pub fn get(&self, i: usize) -> Value {
        assert!(i < self.len);
        self.cell.get(i)
    }
    pub fn set(&self, cx: &mut Isolate, i: usize, v: Value) {
        assert!(i < self.len);
        self.cell.set(&mut cx.heap, i, v);
    }
    /// The values; do not allocate while holding the slice unless the list stays in a local too.
    pub fn as_slice(&self) -> &[Value] {
        &self.cell.as_slice()[..self.len]
    }
    /// A JavaScript array of the values (which takes the list's memory over).
    pub fn into_array(self, cx: &mut Isolate) -> ArrayRef {
        cx.array_from_list(self.cell, self.len)
    }
}
