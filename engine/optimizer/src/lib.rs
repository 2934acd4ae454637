//! The passes of the optimising tiers, one file each, and their pass lists.

pub mod dead_code;
pub mod effects;
pub mod gvn;
pub mod hoist;
pub mod load_elimination;
pub mod phi_representation;
pub mod range;
pub mod simplify;
pub mod truncation;

use tierproof_ssa::pipeline::Pass;

use dead_code::DEAD_CODE;
use gvn::GVN;
use hoist::HOIST;
use load_elimination::LOAD_ELIMINATION;
use phi_representation::PHI_REPRESENTATION;
use range::RANGE;
use simplify::SIMPLIFY;
use truncation::TRUNCATION;

/// Passes of the midtier.
pub const MIDTIER: &[Pass] = &[TRUNCATION, PHI_REPRESENTATION, SIMPLIFY, DEAD_CODE];
/// Passes of the toptier.
pub const TOPTIER: &[Pass] = &[
    TRUNCATION,
    SIMPLIFY,
    PHI_REPRESENTATION,
    TRUNCATION,
    SIMPLIFY,
    GVN,
    LOAD_ELIMINATION,
    SIMPLIFY,
    PHI_REPRESENTATION,
    SIMPLIFY,
    GVN,
    HOIST,
    RANGE,
    SIMPLIFY,
    GVN,
    DEAD_CODE,
];
