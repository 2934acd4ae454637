//! Isolates one after the other that share the work of making a realm. An isolate that has been asked for an
//! image (`Isolate::keep_image`) can be taken apart when it is done, and what is left of it, its memory, is
//! made into another isolate whose realm is as fresh as one just made. Campaigns run most of their rows so.
//!
//! The memory of heap and stack is used again as it is; everything else of an isolate is made anew, and what
//! a realm consists of outside the heap is copied from the image. A field that nobody thinks of here thus
//! begins as in every new isolate, and nothing of the former program can be left in it.

use std::rc::Rc;

use tierproof_base::Schedule;
use tierproof_heap::{FunctionDataRef, FunctionRef, Heap, HeapImage, Value};
use tierproof_syntax::Source;

use crate::intern::InternTable;
use crate::isolate::{Isolate, Limits, heap_config};
use crate::realm::Realm;
use crate::shapes::Shapes;
use crate::stack::VmStack;

/// A fresh realm: what is outside the heap, and the heap's image.
pub struct IsolateImage {
    heap: HeapImage,
    shapes: Shapes,
    strings: InternTable,
    realm: Realm,
    native_functions: Vec<FunctionRef>,
    closure_data: Vec<FunctionDataRef>,
    /// Of builtins written in JavaScript.
    sources: Vec<Rc<Source>>,
    array_iterator_next: Value,
    prototype_changes: u64,
    symbol_count: u32,
    hash_count: u32,
}

/// What is left of an isolate.
pub struct Remains {
    heap: Box<Heap>,
    stack: VmStack,
    image: Box<IsolateImage>,
}

impl Isolate {
    /// Keeps what the isolate is now, before anything ran in it: later it can be taken apart.
    pub fn keep_image(&mut self) {
        debug_assert!(self.realms.is_empty() && self.compiled.is_empty() && self.ticks_taken() == 0);
        debug_assert!(self.array_protector && self.host_functions.is_empty());
        let Some(heap) = self.heap.image() else { return };
        self.image = Some(Box::new(IsolateImage {
            heap,
            shapes: self.shapes.clone(),
            strings: self.strings.clone(),
            realm: self.realm.clone(),
            native_functions: self.native_functions.clone(),
            closure_data: self.closure_data.clone(),
            sources: self.sources.clone(),
            array_iterator_next: self.jit.array_iterator_next,
            prototype_changes: self.prototype_changes,
            symbol_count: self.symbol_count,
            hash_count: self.hash_count,
        }));
    }

    /// Takes the isolate apart, if it has kept an image.
    pub fn take_apart(self: Box<Isolate>) -> Option<Remains> {
        let Isolate { heap, stack, image, .. } = *self;
        Some(Remains { heap, stack, image: image? })
    }
}

impl Remains {
    /// Whether the stack is what the limits ask for.
    pub fn fit(&self, limits: &Limits) -> bool {
        self.stack.fits(limits.stack_words)
    }

    /// An isolate with the fresh realm of the image.
    pub fn revive(self, schedule: Schedule, limits: &Limits) -> Box<Isolate> {
        let Remains { mut heap, stack, image } = self;
        // SAFETY: image and heap come from one isolate, and that isolate is gone with all it referred to.
        unsafe { heap.restore(&image.heap, heap_config(&schedule, limits)) };
        let mut cx = Isolate::around(heap, stack, schedule);
        cx.shapes = image.shapes.clone();
        cx.strings = image.strings.clone();
        cx.realm = image.realm.clone();
        cx.native_functions = image.native_functions.clone();
        cx.closure_data = image.closure_data.clone();
        cx.sources = image.sources.clone();
        cx.jit.array_iterator_next = image.array_iterator_next;
        cx.jit.prototype_epoch = cx.shapes.prototype_epoch;
        cx.prototype_changes = image.prototype_changes;
        cx.symbol_count = image.symbol_count;
        cx.hash_count = image.hash_count;
        cx.image = Some(image);
        cx
    }
}
