//! The programs and schedules of a seed. Everything a campaign does follows from seeds.

use tierproof_base::schedule::TierMap;
use tierproof_base::{GcMode, Random, Schedule};
use tierproof_oracle::matrix::Program;
use tierproof_oracle::{Row, RowReport, named_rows};

/// Top-level loops of generated programs only drive, and are longer than all the rest: compiling them takes
/// most of a row's time. Unless a row asks for it, they are compiled in one program of so many, and only the
/// longer ones.
const DRIVER_OSR: u64 = 4;
const LATE_OSR: &str = "osr-budget=300";
const NO_OSR: &str = "osr-budget=1000000";
/// One program in so many has its registers allocated well, which takes as long as everything else together.
const BEST_CODE: u64 = 32;

/// The rows of a seed: the four tiers, then one or two schedules with random modifiers. All checks that
/// cost much (collections, the verifier, frame checks, OSR everywhere) are drawn, so that most programs are cheap.
pub fn rows(seed: u64) -> Vec<Row> {
    let codegen = if seed.is_multiple_of(BEST_CODE) { "" } else { "cranelift=quick" };
    let osr = if seed.is_multiple_of(DRIVER_OSR) { LATE_OSR } else { NO_OSR };
    let mut rows = named_rows(&format!("{osr} {codegen}")).unwrap_or_default();
    // `jit-fuzzing` is drawn like the others
    rows.truncate(4);
    let mut random = Random::new(seed.wrapping_mul(3));
    for i in 0..2 {
        if i == 1 && random.below(4) > 0 {
            break;
        }
        let words = format!("{} {codegen}", drawn_row(&mut random)).trim_end().to_owned();
        if let Ok(schedule) = words.parse() {
            rows.push(Row { name: words, schedule });
        }
    }
    rows
}

fn drawn_row(random: &mut Random) -> String {
    let tier = *random.pick(&["toptier", "toptier", "midtier", "jit-fuzzing", "jit-fuzzing"]);
    let mut words = format!("tier={tier}");
    let n = random.below(9) + 1;
    match random.below(5) {
        0 | 1 => words.push_str(&format!(" deopt=every:{}", random.pick(&[1, 2, 3, 7, 20, 50]))),
        2 => words.push_str(&format!(" deopt=at:{}", 1 + random.below(200))),
        _ => {}
    }
    match random.below(6) {
        // the heap verifier sees a missing barrier at the next collection
        0 | 1 => words.push_str(&format!(" gc=every:{} verify=on", random.pick(&[3, 10, 30, 100, 200, 400]))),
        2 => words.push_str(" gc=stress-move"),
        _ => {}
    }
    match random.below(6) {
        0 => words.push_str(&format!(" feedback=lies:{}", random.below(1000))),
        1 => words.push_str(&format!(" install=after:{}", random.below(300))),
        2 => words.push_str(" frame-check=on"),
        _ => {}
    }
    match random.below(12) {
        0 => words.push_str(" arithmetic=evaluated"),
        1 => words.push_str(" caches=off"),
        2 => {
            let digits: String = (0..TierMap::MOST).map(|_| random.below(4).to_string()).collect();
            words.push_str(&format!(" tiers={digits}"));
        }
        _ => {}
    }
    match random.below(8) {
        0 => words.push_str(&format!(" osr-budget={n} midtier-budget={} toptier-budget={}", n * 3, n * 5)),
        1 => {}
        2 | 3 => words.push_str(&format!(" {LATE_OSR}")),
        _ => words.push_str(&format!(" {NO_OSR}")),
    }
    words
}

/// Ticks of a program up to which rows that collect all the time are run, and of one that collects at every
/// allocation.
const GC_TICKS: u64 = 10_000;
const GC_TICKS_EACH: u64 = 100;

/// Whether a row is worth its time for a program of which row one has seen this.
pub fn affordable(schedule: &Schedule, seen: &RowReport) -> bool {
    let most = match schedule.gc {
        GcMode::Normal => return true,
        GcMode::StressMove => GC_TICKS,
        GcMode::Every(n) => GC_TICKS.min(GC_TICKS_EACH * n as u64),
    };
    // every collection goes through the whole stack
    seen.observation.ticks <= most && seen.stack_overflows == 0
}

/// A program of a campaign.
pub fn program(seed: u64, text: String) -> Program {
    Program { name: format!("seed-{seed}.js"), source: text.into_bytes(), defines: vec![] }
}
