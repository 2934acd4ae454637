//! The heap: values, cells, nursery, old space, write barrier, roots and the heap verifier.
//!
//! A `Value` is one NaN-boxed word; a cell is anything on the heap and starts with a `Header`.
//! JS frames are scanned precisely, the native stack conservatively: a cell that a native word points into
//! (interior pointers included) is pinned for the duration of a collection, every other cell may move.
//! Hence the one rule for users: no `Value` or `CellRef` may live only in a Rust heap allocation; use `Rooted`.
//! All tagged stores go through `Heap::write`, which is the store plus the write barrier.
//! Nothing here depends on time; addresses never influence what a program can observe.

mod allocate;
mod cells;
mod collector;
mod elements_kind;
mod heap;
mod image;
mod large_space;
pub mod layout;
mod memory;
mod nursery;
mod old_space;
mod roots;
mod value;
mod verify;
mod views;

pub use allocate::MAX_ARRAY_LENGTH;
pub use cells::{CellKind, CellRef, Header, Layout};
pub use elements_kind::ElementsKind;
pub use heap::{Collection, GcSchedule, Heap, HeapConfig, HeapStats, remember_owner};
pub use image::HeapImage;
pub use roots::{RootProvider, RootVisitor, Rooted, RootedVec, TraceRoots, WeakTable};
pub use value::Value;
pub use verify::ShapeCheck;
pub use views::*;
