//! The churn check: code that is made, found wrong and made again without end is a bug, though a program
//! cannot see it. A function is given up after a dozen deopts, so a run can have only so many.

use tierproof_vm::{DeoptReason, TierStats};

use crate::verdict::Verdict;

/// Deopts of one function after which it must stay in the lower tiers, with room for frames that were
/// still running the code.
const EACH: u64 = 20;
/// For a program as a whole.
const ALWAYS: u64 = 100;
/// Reasons that are no failure of the code.
const ASKED_FOR: &[&str] = &[
    tierproof_vm::INJECTED,
    DeoptReason::TierUp.text(),
    DeoptReason::StackLimit.text(),
    DeoptReason::Invalidated.text(),
];

/// Whether the run has left optimised code more often than functions give reason for.
pub fn check(stats: &TierStats) -> Verdict {
    let failed: u64 =
        stats.deopt_cells.iter().filter(|(cell, _)| !ASKED_FOR.contains(&cell.0)).map(|c| c.1).sum();
    let most = ALWAYS + EACH * stats.functions;
    if failed <= most {
        return Verdict::Same;
    }
    let worst = stats.deopt_cells.iter().max_by_key(|c| c.1);
    let worst = worst.map_or(String::new(), |((reason, opcode, tier), n)| {
        format!(", {n} of them in the {} for `{reason}` at {opcode}", tier.name())
    });
    Verdict::differs("churn", "deopts", &format!("at most {most} deopts"), &format!("{failed} deopts{worst}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tierproof_base::Tier;

    #[test]
    fn deopts_without_end_are_noticed_and_those_asked_for_are_not() {
        let mut stats = TierStats { functions: 2, ..TierStats::default() };
        stats.deopt_cells.insert((tierproof_vm::INJECTED, "Add", Tier::Toptier), 9999);
        stats.deopt_cells.insert((DeoptReason::WrongKind.text(), "Add", Tier::Toptier), 140);
        assert_eq!(check(&stats), Verdict::Same);
        stats.deopt_cells.insert((DeoptReason::WrongShape.text(), "Add", Tier::Midtier), 1);
        assert_eq!(check(&stats).difference().map(|d| d.check.as_str()), Some("churn"));
    }
}
