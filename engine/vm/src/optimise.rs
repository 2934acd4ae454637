//! Midtier and toptier: requesting, installing and leaving optimised code.

use tierproof_heap::{FunctionDataRef, RootVisitor, Value};
use tierproof_runtime::Isolate;

/// Optimised code of one function.
#[derive(Default)]
pub struct OptimisedState {}

/// Registry of optimised code.
#[derive(Default)]
pub struct Optimiser {}

impl Optimiser {
    pub fn trace(&mut self, _visitor: &mut dyn RootVisitor) {}
    /// How many of the optimised ticks passed in toptier code.
    pub fn top_share(&self, optimised: u64, any: bool) -> u64 {
        if any { optimised } else { 0 }
    }
}

/// Runtime functions whose bodies live above the `jit` crate.
pub fn bind(_op: tierproof_ssa::runtime_op::RuntimeOp) -> Option<usize> {
    None
}

/// Whether to optimise now; an entry that takes the frame over, or 0.
pub fn consider(
    cx: &mut Isolate,
    _fp: *mut Value,
    data: FunctionDataRef,
    index: usize,
    _offset: Option<u32>,
) -> usize {
    crate::tiering::set_budget(cx, index, data, i32::MAX);
    0
}
