//! Roots: what the embedder reports precisely, rooted Rust values, and the conservative scan of native memory.

use std::cell::UnsafeCell;
use std::collections::{BTreeMap, HashMap};
use std::ops::{Deref, DerefMut};
use std::ptr;

use crate::cells::CellRef;
use crate::heap::Heap;
use crate::value::Value;

/// Receives precise roots: words that may be updated, because what they refer to may move.
pub trait RootVisitor {
    fn value(&mut self, slot: &mut Value);

    /// # Safety
    /// `slots` must point to `count` initialised values.
    unsafe fn range(&mut self, slots: *mut Value, count: usize) {
        for index in 0..count {
            // SAFETY: promised by the caller.
            self.value(unsafe { &mut *slots.add(index) });
        }
    }
}

/// A table that does not keep its cells alive. Entries of dead cells must go, entries of moved ones be updated.
pub trait WeakTable {
    /// `f` gives the cell's new place, or None if it is dead.
    fn sweep(&mut self, f: &mut dyn FnMut(CellRef) -> Option<CellRef>);
}

/// Implemented by the owner of roots (the isolate). Must not allocate on the heap.
pub trait RootProvider {
    fn trace_roots(&mut self, visitor: &mut dyn RootVisitor);

    /// Reports each weak table; called once per collection, after marking.
    fn trace_weak_tables(&mut self, _visit: &mut dyn FnMut(&mut dyn WeakTable)) {}
}

/// A Rust value whose references the collector can find and update.
pub trait TraceRoots {
    fn trace_roots(&mut self, visitor: &mut dyn RootVisitor);
}

impl TraceRoots for Value {
    fn trace_roots(&mut self, visitor: &mut dyn RootVisitor) {
        visitor.value(self);
    }
}

impl TraceRoots for CellRef {
    fn trace_roots(&mut self, visitor: &mut dyn RootVisitor) {
        let mut value = self.value();
        visitor.value(&mut value);
        *self = value.as_cell();
    }
}

impl<T: TraceRoots> TraceRoots for Vec<T> {
    fn trace_roots(&mut self, visitor: &mut dyn RootVisitor) {
        self.iter_mut().for_each(|item| item.trace_roots(visitor));
    }
}

impl<T: TraceRoots> TraceRoots for Option<T> {
    fn trace_roots(&mut self, visitor: &mut dyn RootVisitor) {
        self.iter_mut().for_each(|item| item.trace_roots(visitor));
    }
}

impl<T: TraceRoots> TraceRoots for std::collections::VecDeque<T> {
    fn trace_roots(&mut self, visitor: &mut dyn RootVisitor) {
        self.iter_mut().for_each(|item| item.trace_roots(visitor));
    }
}

impl<T: TraceRoots, const N: usize> TraceRoots for [T; N] {
    fn trace_roots(&mut self, visitor: &mut dyn RootVisitor) {
        self.iter_mut().for_each(|item| item.trace_roots(visitor));
    }
}

impl<A: TraceRoots, B: TraceRoots> TraceRoots for (A, B) {
    fn trace_roots(&mut self, visitor: &mut dyn RootVisitor) {
        self.0.trace_roots(visitor);
        self.1.trace_roots(visitor);
    }
}

/// Only the values are traced: a key that moves would be lost.
impl<K, T: TraceRoots, S> TraceRoots for HashMap<K, T, S> {
    fn trace_roots(&mut self, visitor: &mut dyn RootVisitor) {
        self.values_mut().for_each(|item| item.trace_roots(visitor));
    }
}

/// Only the values are traced: a key that moves would be lost.
impl<K, T: TraceRoots> TraceRoots for BTreeMap<K, T> {
    fn trace_roots(&mut self, visitor: &mut dyn RootVisitor) {
        self.values_mut().for_each(|item| item.trace_roots(visitor));
    }
}

/// Link of the circular list of rooted values.
#[repr(C)]
pub(crate) struct RootLink {
    previous: *mut RootLink,
    next: *mut RootLink,
    trace: unsafe fn(*mut RootLink, &mut dyn RootVisitor),
}

#[repr(C)]
struct RootedBox<T> {
    link: RootLink,
    value: UnsafeCell<T>,
}

/// A Rust value on the Rust heap that the collector knows: the way to keep a `Vec<Value>`.
pub struct Rooted<T: TraceRoots>(*mut RootedBox<T>);

pub type RootedVec = Rooted<Vec<Value>>;

unsafe fn trace_nothing(_: *mut RootLink, _: &mut dyn RootVisitor) {}

unsafe fn trace_box<T: TraceRoots>(link: *mut RootLink, visitor: &mut dyn RootVisitor) {
    // SAFETY: the link is the first field of a RootedBox<T>, and no one else runs during a collection.
    unsafe { (*(*link.cast::<RootedBox<T>>()).value.get()).trace_roots(visitor) }
}

impl<T: TraceRoots> Rooted<T> {
    pub fn new(heap: &mut Heap, value: T) -> Rooted<T> {
        let head: *mut RootLink = heap.rooted.head();
        // SAFETY: the head lives as long as the heap, and so do all links in the list.
        unsafe {
            let link = RootLink { previous: head, next: (*head).next, trace: trace_box::<T> };
            let rooted = Box::into_raw(Box::new(RootedBox { link, value: UnsafeCell::new(value) }));
            (*(*head).next).previous = rooted.cast();
            (*head).next = rooted.cast();
            Rooted(rooted)
        }
    }
}

impl<T: TraceRoots> Deref for Rooted<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the box lives as long as `self`.
        unsafe { &*(*self.0).value.get() }
    }
}

impl<T: TraceRoots> DerefMut for Rooted<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the box lives as long as `self`, which is borrowed mutably.
        unsafe { &mut *(*self.0).value.get() }
    }
}

impl<T: TraceRoots> Drop for Rooted<T> {
    fn drop(&mut self) {
        // SAFETY: the box was made by `new`; its neighbours are alive, or null once the heap is gone.
        unsafe {
            let link = &mut (*self.0).link;
            if !link.next.is_null() {
                (*link.previous).next = link.next;
                (*link.next).previous = link.previous;
            }
            drop(Box::from_raw(self.0));
        }
    }
}

/// Head of the list of rooted values.
pub(crate) struct RootedList(*mut RootLink);

impl RootedList {
    pub fn new() -> RootedList {
        let head = Box::into_raw(Box::new(RootLink {
            previous: ptr::null_mut(),
            next: ptr::null_mut(),
            trace: trace_nothing,
        }));
        // SAFETY: the head was just made.
        unsafe {
            (*head).previous = head;
            (*head).next = head;
        }
        RootedList(head)
    }

    fn head(&self) -> *mut RootLink {
        self.0
    }

    /// Newest first.
    pub fn trace(&self, visitor: &mut dyn RootVisitor) {
        // SAFETY: links leave the list before they die.
        unsafe {
            let mut link = (*self.0).next;
            while link != self.0 {
                ((*link).trace)(link, visitor);
                link = (*link).next;
            }
        }
    }
}

impl Drop for RootedList {
    fn drop(&mut self) {
        // SAFETY: links that outlive the heap are cut loose, so that their drop does not touch the list.
        unsafe {
            let mut link = (*self.0).next;
            while link != self.0 {
                let next = (*link).next;
                (*link).previous = ptr::null_mut();
                (*link).next = ptr::null_mut();
                link = next;
            }
            drop(Box::from_raw(self.0));
        }
    }
}

/// Number of callee-saved registers that may hold a cell.
pub(crate) const SAVED_REGISTERS: usize = 12;

/// Stores the callee-saved registers, the caller's view of what a call preserves.
#[inline(always)]
pub(crate) fn save_registers(registers: &mut [usize; SAVED_REGISTERS]) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: writes six words of the array.
    unsafe {
        std::arch::asm!(
            "mov [{0}], rbx",
            "mov [{0} + 8], rbp",
            "mov [{0} + 16], r12",
            "mov [{0} + 24], r13",
            "mov [{0} + 32], r14",
            "mov [{0} + 40], r15",
            in(reg) registers.as_mut_ptr(),
            options(nostack, preserves_flags)
        );
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: writes twelve words of the array.
    unsafe {
        std::arch::asm!(
            "stp x19, x20, [{0}]",
            "stp x21, x22, [{0}, #16]",
            "stp x23, x24, [{0}, #32]",
            "stp x25, x26, [{0}, #48]",
            "stp x27, x28, [{0}, #64]",
            "str x29, [{0}, #80]",
            in(reg) registers.as_mut_ptr(),
            options(nostack, preserves_flags)
        );
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    compile_error!("the registers of this architecture are not scanned yet");
}

/// Calls `visit` with each aligned word of `[start, end)`.
pub(crate) fn scan_words(start: usize, end: usize, visit: &mut dyn FnMut(usize)) {
    let mut address = start.next_multiple_of(8);
    while address + 8 <= end {
        visit(load_word(address));
        address += 8;
    }
}

/// Loads a word that may belong to any frame. Not a Rust load: sanitizers must not look at it.
#[inline(always)]
fn load_word(address: usize) -> usize {
    let word: usize;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the caller scans readable memory.
    unsafe {
        std::arch::asm!("mov {0}, [{1}]", out(reg) word, in(reg) address, options(nostack, readonly, preserves_flags));
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: the caller scans readable memory.
    unsafe {
        std::arch::asm!("ldr {0}, [{1}]", out(reg) word, in(reg) address, options(nostack, readonly, preserves_flags));
    }
    word
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    extern "C" fn capture(registers: &mut [usize; SAVED_REGISTERS]) {
        save_registers(registers);
    }

    #[test]
    fn callee_saved_registers_are_seen() {
        let mut registers = [0; SAVED_REGISTERS];
        // SAFETY: calls a function that writes the array; all it may clobber is declared.
        unsafe {
            std::arch::asm!(
                "mov r12, 1212",
                "mov r15, 1515",
                "call {capture}",
                capture = sym capture,
                in("rdi") registers.as_mut_ptr(),
                out("r12") _,
                out("r15") _,
                clobber_abi("C"),
            );
        }
        assert!(registers.contains(&1212) && registers.contains(&1515));
    }

    #[test]
    fn scan_sees_every_aligned_word() {
        let words = [1usize, 2, 3, 4];
        let start = words.as_ptr() as usize;
        let mut seen = Vec::new();
        scan_words(start + 1, start + 31, &mut |word| seen.push(word));
        assert_eq!(seen, [2, 3]);
    }
}
