//! The passes of the optimising tiers, one file each, and their pass lists.

use tierproof_ssa::pipeline::Pass;

/// Passes of the midtier.
pub const MIDTIER: &[Pass] = &[];
/// Passes of the toptier.
pub const TOPTIER: &[Pass] = &[];
