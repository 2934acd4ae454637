//! What an engine did: ticks by tier, compilations and their cost, deopts, OSR entries, bailouts.

use std::collections::{BTreeMap, BTreeSet};

use tierproof_base::Tier;

use crate::constructs::ConstructTable;

/// Cost and size of one tier's compilations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CompileStats {
    pub compiles: u64,
    pub nanos: u64,
    /// Bytecode bytes compiled (inlined functions included).
    pub bytecode_bytes: u64,
    /// Machine code bytes emitted.
    pub code_bytes: u64,
}

/// Counters of one engine since it was made.
#[derive(Clone, Debug, Default)]
pub struct TierStats {
    /// Ticks that passed in code of each tier, by `Tier as usize`.
    pub ticks: [u64; 4],
    /// Compilations of each tier; the interpreter's entry counts bytecode generation.
    pub compiles: [CompileStats; 4],
    /// Functions with bytecode.
    pub functions: u64,
    pub deopts: u64,
    pub stack_overflows: u64,
    /// Deopts by reason, opcode they go on with, and tier they leave.
    pub deopt_cells: BTreeMap<(&'static str, &'static str, Tier), u64>,
    /// Deopts by reason, opcode, and number of inlined frames around the place.
    pub deopt_depths: BTreeMap<(&'static str, &'static str, usize), u64>,
    /// Kinds of rewrites done, and pairs of those that followed each other (with `Permits::kinds`).
    pub rewrites: BTreeSet<String>,
    pub rewrite_pairs: BTreeSet<String>,
    /// What entries inline caches have taken in which state.
    pub cache_steps: Vec<String>,
    pub osr_entries: u64,
    /// Refusals to compile, by reason.
    pub bailouts: Vec<(String, u64)>,
    /// Optimising compiles by construct of the function.
    pub constructs: ConstructTable,
}

impl TierStats {
    /// Ticks in all tiers.
    pub fn total_ticks(&self) -> u64 {
        self.ticks.iter().sum()
    }
    /// Part of the ticks that passed in `tier`, 0 to 1.
    pub fn share(&self, tier: Tier) -> f64 {
        match self.total_ticks() {
            0 => 0.0,
            n => self.ticks[tier as usize] as f64 / n as f64,
        }
    }
    /// Books one compilation.
    pub fn note_compile(&mut self, tier: Tier, nanos: u64, bytecode: u64, code: u64) {
        let c = &mut self.compiles[tier as usize];
        c.compiles += 1;
        c.nanos += nanos;
        c.bytecode_bytes += bytecode;
        c.code_bytes += code;
    }
    /// Books a refusal to compile.
    pub fn note_bailout(&mut self, reason: &str) {
        match self.bailouts.iter_mut().find(|b| b.0 == reason) {
            Some(b) => b.1 += 1,
            None => self.bailouts.push((reason.to_string(), 1)),
        }
    }
    /// Books an optimising compile of a function with these constructs.
    pub fn note_constructs(&mut self, constructs: &[&'static str], refused: bool) {
        for &c in constructs {
            let count = self.constructs.entry(c.to_owned()).or_default();
            count.0 += 1;
            count.1 += refused as u64;
        }
    }
    /// Adds another engine's counters.
    pub fn add(&mut self, other: &TierStats) {
        for i in 0..4 {
            self.ticks[i] += other.ticks[i];
            self.compiles[i].compiles += other.compiles[i].compiles;
            self.compiles[i].nanos += other.compiles[i].nanos;
            self.compiles[i].bytecode_bytes += other.compiles[i].bytecode_bytes;
            self.compiles[i].code_bytes += other.compiles[i].code_bytes;
        }
        self.functions += other.functions;
        self.deopts += other.deopts;
        for (cell, n) in &other.deopt_cells {
            *self.deopt_cells.entry(*cell).or_default() += n;
        }
        for (cell, n) in &other.deopt_depths {
            *self.deopt_depths.entry(*cell).or_default() += n;
        }
        self.rewrites.extend(other.rewrites.iter().cloned());
        self.rewrite_pairs.extend(other.rewrite_pairs.iter().cloned());
        for step in &other.cache_steps {
            if !self.cache_steps.contains(step) {
                self.cache_steps.push(step.clone());
            }
        }
        self.osr_entries += other.osr_entries;
        for (construct, c) in &other.constructs {
            let count = self.constructs.entry(construct.clone()).or_default();
            count.0 += c.0;
            count.1 += c.1;
        }
        for (reason, n) in &other.bailouts {
            match self.bailouts.iter_mut().find(|b| b.0 == *reason) {
                Some(b) => b.1 += n,
                None => self.bailouts.push((reason.clone(), *n)),
            }
        }
    }
}
