//! ssa
