//! Rewrite fuel: every optional action of the compilers asks here first.
//!
//! A rewrite has a stable id (hash of function, pass, what it acts on, and site). `Permits` says yes or
//! no per id or per kind; `Fuel` counts and records for one compile. Naming what a divergence hangs on
//! is a search over which rewrites may act.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// Stable identity of one optional rewrite.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct RewriteId(pub u64);

impl RewriteId {
    /// Hash (FNV-1a) of the function name, the pass, what the rewrite acts on, and the site.
    pub fn new(function: &str, pass: &str, what: &str, site: u32) -> RewriteId {
        let mut h = 0xcbf2_9ce4_8422_2325u64;
        let text = function.bytes().chain([0]).chain(pass.bytes()).chain([0]).chain(what.bytes());
        for b in text.chain(site.to_le_bytes()) {
            h = (h ^ b as u64).wrapping_mul(0x0000_0100_0000_01b3);
        }
        RewriteId(h)
    }
}

/// One rewrite that was done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rewrite {
    pub id: RewriteId,
    pub pass: &'static str,
    /// Name of the node, opcode or tier that it acts on.
    pub what: String,
    pub function: String,
    pub site: u32,
}

impl Rewrite {
    /// Pass and what it acts on: the same for equal mistakes in different programs.
    pub fn kind(&self) -> String {
        kind(self.pass, &self.what)
    }
}

impl fmt::Display for Rewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} in {} at {}", self.pass, self.what, self.function, self.site)
    }
}

fn kind(pass: &str, what: &str) -> String {
    format!("{pass} {what}")
}

/// Which rewrites may act in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permits {
    /// Only these (None: all).
    pub allowed: Option<Arc<BTreeSet<RewriteId>>>,
    pub denied: Arc<BTreeSet<RewriteId>>,
    /// Kinds that are refused wherever they occur, as [`Rewrite::kind`] spells them; `PASS *` for a whole pass.
    pub masked: Arc<BTreeSet<String>>,
    /// Whether to keep the lists of those done and those refused.
    pub record: bool,
    /// Whether to note the kinds of those done, which is cheaper.
    pub kinds: bool,
}

impl Permits {
    /// Everything may act and nobody wants to know.
    pub fn is_free(&self) -> bool {
        self.allowed.is_none() && self.denied.is_empty() && self.masked.is_empty() && !self.record
    }
    fn permit(&self, id: RewriteId, pass: &str, what: &str) -> bool {
        self.allowed.as_ref().is_none_or(|a| a.contains(&id))
            && !self.denied.contains(&id)
            && (self.masked.is_empty()
                || !(self.masked.contains(&kind(pass, what)) || self.masked.contains(&kind(pass, "*"))))
    }
}

/// Kinds of rewrites done in one compilation, and which followed which.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    list: Vec<(&'static str, String)>,
    pairs: BTreeSet<(u16, u16)>,
    last: Option<u16>,
}

impl Kinds {
    fn note(&mut self, pass: &'static str, what: &str) {
        let n = match self.list.iter().position(|k| k.0 == pass && k.1 == what) {
            Some(n) => n,
            None => {
                self.list.push((pass, what.to_owned()));
                self.list.len() - 1
            }
        } as u16;
        if let Some(last) = self.last.replace(n).filter(|l| *l != n) {
            self.pairs.insert((last, n));
        }
    }
    /// As [`Rewrite::kind`] spells them.
    pub fn kinds(&self) -> impl Iterator<Item = String> + '_ {
        self.list.iter().map(|k| kind(k.0, &k.1))
    }
    /// `A, B` where a rewrite of kind B was the next after one of kind A.
    pub fn pairs(&self) -> impl Iterator<Item = String> + '_ {
        let name = |n: u16| kind(self.list[n as usize].0, &self.list[n as usize].1);
        self.pairs.iter().map(move |p| format!("{}, {}", name(p.0), name(p.1)))
    }
}

/// Permission for rewrites during one compilation.
#[derive(Clone, Debug, Default)]
pub struct Fuel {
    /// At most this many rewrites (None: unlimited).
    pub limit: Option<u64>,
    pub permits: Permits,
    /// How many were granted.
    pub spent: u64,
    /// Those granted and those refused, in order, when recording.
    pub done: Vec<Rewrite>,
    pub refused: Vec<Rewrite>,
    /// Kinds of those granted, when noting.
    pub kinds: Kinds,
}

impl Fuel {
    pub fn unlimited() -> Fuel {
        Fuel::default()
    }
    /// Whether the rewrite may act.
    pub fn allow(&mut self, function: &str, pass: &'static str, what: &str, site: u32) -> bool {
        if self.limit.is_some_and(|l| self.spent >= l) {
            return false;
        }
        if !self.permits.is_free() {
            let id = RewriteId::new(function, pass, what, site);
            let granted = self.permits.permit(id, pass, what);
            if self.permits.record {
                let list = if granted { &mut self.done } else { &mut self.refused };
                list.push(Rewrite { id, pass, what: what.into(), function: function.into(), site });
            }
            if !granted {
                return false;
            }
        }
        if self.permits.kinds {
            self.kinds.note(pass, what);
        }
        self.spent += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permits_by_id_and_by_kind() {
        let mut all = Fuel { permits: Permits { record: true, ..Permits::default() }, ..Fuel::default() };
        assert!(all.allow("f", "GVN", "Int32Add", 3) && all.allow("f", "GVN", "Int32Sub", 3));
        assert_ne!(all.done[0].id, all.done[1].id);
        assert_eq!(all.done[0].to_string(), "GVN of Int32Add in f at 3");
        let masked =
            |kind: &str| Permits { masked: Arc::new([kind.to_owned()].into()), ..Permits::default() };
        let mut some = Fuel { permits: masked("GVN Int32Add"), ..Fuel::default() };
        assert!(!some.allow("g", "GVN", "Int32Add", 9) && some.allow("g", "GVN", "Int32Sub", 9));
        let mut none = Fuel { permits: masked("GVN *"), ..Fuel::default() };
        assert!(!none.allow("g", "GVN", "Int32Sub", 9) && none.allow("g", "RANGE", "Int32Sub", 9));
        let denied = Permits { denied: Arc::new([all.done[0].id].into()), ..Permits::default() };
        let mut but_one = Fuel { permits: denied, ..Fuel::default() };
        assert!(!but_one.allow("f", "GVN", "Int32Add", 3) && but_one.allow("f", "GVN", "Int32Add", 4));
    }

    #[test]
    fn kinds_are_noted_once_and_pairs_in_order() {
        let mut f = Fuel { permits: Permits { kinds: true, ..Permits::default() }, ..Fuel::default() };
        assert!(f.permits.is_free());
        for (pass, what) in [("GVN", "x"), ("GVN", "x"), ("RANGE", "y"), ("GVN", "x")] {
            assert!(f.allow("f", pass, what, 1));
        }
        assert_eq!(f.kinds.kinds().collect::<Vec<_>>(), ["GVN x", "RANGE y"]);
        assert_eq!(f.kinds.pairs().collect::<Vec<_>>(), ["GVN x, RANGE y", "RANGE y, GVN x"]);
        assert!(f.done.is_empty());
    }

    #[test]
    fn the_limit_counts_what_was_granted() {
        let mut f = Fuel { limit: Some(1), ..Fuel::default() };
        assert!(f.allow("f", "GVN", "x", 0) && !f.allow("f", "GVN", "x", 1));
    }
}
