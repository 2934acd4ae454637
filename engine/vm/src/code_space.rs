//! Where an engine's machine code lives, with the tables that it finds runtime functions by. The manager of
//! tiers owns it; a recycled engine leaves it to the next one.

use tierproof_jit::{CodeMemory, CodeRange};

/// Executable memory, which begins with the stubs of `jit::preserving_stubs`.
#[derive(Default)]
pub struct CodeSpace {
    /// None when the host or the system has none for us: then only the interpreter runs.
    pub memory: Option<CodeMemory>,
    stubs: Option<CodeRange>,
    /// Addresses for `JitState.runtime_table`.
    pub runtime_table: Box<[usize]>,
    /// Addresses for `JitState.preserving_table`.
    pub preserving_table: Box<[usize]>,
}

impl CodeSpace {
    pub fn new() -> CodeSpace {
        let runtime_table = tierproof_jit::runtime_ops::table(crate::optimise::bind);
        let mut memory = if tierproof_jit::HOST_HAS_JIT { CodeMemory::new() } else { None };
        let (code, entries) = tierproof_jit::preserving_stubs::stubs();
        let stubs = memory.as_mut().and_then(|m| m.publish(code));
        let base = stubs.map_or(0, |r| r.address);
        let preserving_table = entries.iter().map(|e| base + e).collect();
        CodeSpace { memory, stubs, runtime_table, preserving_table }
    }

    /// Forgets all code of functions.
    pub fn clear(&mut self) {
        if let (Some(memory), Some(stubs)) = (&mut self.memory, self.stubs) {
            memory.release_all_after(stubs);
        }
    }
}
