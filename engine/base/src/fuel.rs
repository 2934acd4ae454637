//! Rewrite fuel: every optional action of the optimiser asks here first.
//!
//! A rewrite has a stable id (hash of function, pass and site). The fuel object says yes or no per
//! id, counts, and records; bisecting a divergence is a search over which ids may act.

use std::collections::BTreeSet;
use std::sync::Arc;

/// Stable identity of one optional rewrite.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct RewriteId(pub u64);

impl RewriteId {
    /// Hash (FNV-1a) of the function name, its bytecode offset of definition, the pass and the site.
    pub fn new(function: &str, pass: &str, site: u32) -> RewriteId {
        let mut h = 0xcbf2_9ce4_8422_2325u64;
        for b in function.bytes().chain([0]).chain(pass.bytes()).chain(site.to_le_bytes()) {
            h = (h ^ b as u64).wrapping_mul(0x0000_0100_0000_01b3);
        }
        RewriteId(h)
    }
}

/// Permission for rewrites during one compilation.
#[derive(Clone, Debug, Default)]
pub struct Fuel {
    /// At most this many rewrites (None: unlimited).
    pub limit: Option<u64>,
    /// Only these rewrites may act (None: all).
    pub allowed: Option<Arc<BTreeSet<RewriteId>>>,
    /// Rewrites that are refused.
    pub denied: BTreeSet<RewriteId>,
    /// How many were granted.
    pub spent: u64,
    /// Ids granted, in order, when recording.
    pub record: Option<Vec<(RewriteId, String)>>,
}

impl Fuel {
    pub fn unlimited() -> Fuel {
        Fuel::default()
    }
    /// Whether the rewrite may act.
    pub fn allow(&mut self, function: &str, pass: &str, site: u32) -> bool {
        let free = self.limit.is_none() && self.denied.is_empty() && self.allowed.is_none();
        if free && self.record.is_none() {
            self.spent += 1;
            return true;
        }
        let id = RewriteId::new(function, pass, site);
        if self.allowed.as_ref().is_some_and(|a| !a.contains(&id)) {
            return false;
        }
        if self.denied.contains(&id) || self.limit.is_some_and(|l| self.spent >= l) {
            return false;
        }
        self.spent += 1;
        if let Some(r) = &mut self.record {
            r.push((id, format!("{pass} in {function} at {site}")));
        }
        true
    }
}
