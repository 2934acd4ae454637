//! The Schedule: one plain value that holds every decision the engine may take differently
//! without changing what a program means, with a stable one-line text form.
//!
//! Text form: `schedule: tier=toptier deopt=every:50 gc=every:7`, only fields that differ from the
//! default, in declaration order. It is accepted on the command line and as a file's first comment.

use std::fmt;
use std::str::FromStr;

/// The tier a forced schedule aims at.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Tier {
    Interpreter,
    Baseline,
    Midtier,
    Toptier,
}

impl Tier {
    pub const ALL: [Tier; 4] = [Tier::Interpreter, Tier::Baseline, Tier::Midtier, Tier::Toptier];
    pub const fn name(self) -> &'static str {
        match self {
            Tier::Interpreter => "interpreter",
            Tier::Baseline => "baseline",
            Tier::Midtier => "midtier",
            Tier::Toptier => "toptier",
        }
    }
}

/// When functions move up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TierMode {
    /// By the thresholds, all tiers in turn.
    #[default]
    Normal,
    /// Low thresholds, all tiers in turn.
    JitFuzzing,
    /// Straight to this tier as soon as there is feedback for it, and no further.
    Forced(Tier),
}

/// Deopt injection in both optimising tiers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum DeoptMode {
    #[default]
    Natural,
    /// At every N-th checkpoint reached.
    Every(u32),
    /// At the K-th checkpoint reached only (1-based).
    At(u32),
}

/// When the collector runs, beyond its byte triggers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum GcMode {
    #[default]
    Normal,
    /// At every N-th allocation.
    Every(u32),
    /// Often, moving everything that is not pinned.
    StressMove,
}

/// What the optimising compilers are told about types.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Feedback {
    #[default]
    Real,
    /// Falsified, from this seed.
    Lies(u32),
}

/// When a background compile is installed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Install {
    /// At once, on the requesting thread (deterministic).
    #[default]
    Sync,
    /// Virtual queue: this many ticks after the request (deterministic).
    After(u32),
    /// On a background thread, when ready (not deterministic; the default of `run`).
    Background,
}

/// The highest tier of each function, one digit (0: interpreter, 3: toptier) for each in the order in which they
/// stand in the source, the script first; they start over for further ones. Without digits: all may go anywhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TierMap {
    digits: [u8; TierMap::MOST],
    len: u8,
}

impl TierMap {
    /// Functions told apart.
    pub const MOST: usize = 8;

    /// Of so many tiers; None without any, or with too many.
    pub fn new(tiers: &[Tier]) -> Option<TierMap> {
        let mut digits = [0; TierMap::MOST];
        for (i, t) in tiers.iter().enumerate() {
            *digits.get_mut(i)? = *t as u8;
        }
        (!tiers.is_empty()).then_some(TierMap { digits, len: tiers.len() as u8 })
    }
    /// The highest tier of a function, by its number in its source.
    pub fn of(&self, function: u32) -> Tier {
        match self.len {
            0 => Tier::Toptier,
            n => Tier::ALL[self.digits[function as usize % n as usize] as usize],
        }
    }
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl fmt::Display for TierMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.digits[..self.len as usize].iter().try_for_each(|d| write!(f, "{d}"))
    }
}
impl FromStr for TierMap {
    type Err = String;
    fn from_str(s: &str) -> Result<TierMap, String> {
        let tiers: Option<Vec<Tier>> =
            s.bytes().map(|b| Tier::ALL.get(b.wrapping_sub(b'0') as usize).copied()).collect();
        let wanted = || format!("tiers wants up to {} digits from 0 to 3, not `{s}`", TierMap::MOST);
        tiers.and_then(|t| TierMap::new(&t)).ok_or_else(wanted)
    }
}

/// What Cranelift does beyond selecting instructions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Cranelift {
    #[default]
    Plain,
    /// Its mid-end rewrites the code of the optimising tiers
    /// (see docs/decisions/cranelift-mid-end.md for why not by default).
    Speed,
    /// It allocates registers in a single pass: slower code, sooner.
    Quick,
}

/// Who runs the program.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Voter {
    #[default]
    Engine,
    /// The evaluator written from the specification; nothing else of the schedule matters to it.
    Reference,
}

/// Every decision that must not change what a program means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schedule {
    pub tier: TierMode,
    /// No tier above this one (forced schedules stop at their own anyway).
    pub up_to: Tier,
    /// No tier above its own for each function.
    pub tiers: TierMap,
    pub deopt: DeoptMode,
    pub gc: GcMode,
    pub feedback: Feedback,
    pub install: Install,
    /// Inline caches remember what they have seen.
    pub caches: bool,
    /// Stop with a `ticks exhausted` termination after this many ticks.
    pub ticks: Option<u64>,
    /// Optimiser rewrites allowed per compilation (None: all).
    pub fuel: Option<u64>,
    /// Calls before feedback is allocated.
    pub feedback_budget: u32,
    /// Ticks of a function before baseline, midtier and toptier; loops before OSR.
    pub baseline_budget: u32,
    pub midtier_budget: u32,
    pub toptier_budget: u32,
    pub osr_budget: u32,
    pub cranelift: Cranelift,
    /// Optimised code leaves what it computes with numbers to the graph evaluator (slow).
    pub evaluate: bool,
    /// Check each rebuilt frame against the interpreter (slow).
    pub frame_check: bool,
    /// Verify SSA after each pass and the heap after each collection.
    pub verify: bool,
    /// Seed of Math.random.
    pub random_seed: u32,
    pub voter: Voter,
}

impl Default for Schedule {
    fn default() -> Schedule {
        Schedule {
            tier: TierMode::Normal,
            up_to: Tier::Toptier,
            tiers: TierMap::default(),
            deopt: DeoptMode::Natural,
            gc: GcMode::Normal,
            feedback: Feedback::Real,
            install: Install::Sync,
            ticks: None,
            fuel: None,
            feedback_budget: 8,
            baseline_budget: 60,
            midtier_budget: 400,
            toptier_budget: 3000,
            osr_budget: 500,
            cranelift: Cranelift::Plain,
            evaluate: false,
            caches: true,
            frame_check: false,
            verify: false,
            random_seed: 1,
            voter: Voter::Engine,
        }
    }
}

impl Schedule {
    /// The five well-known schedules, in matrix order; the first is the reference.
    pub fn named() -> [(&'static str, Schedule); 5] {
        [
            ("interpreter", Schedule::forced(Tier::Interpreter)),
            ("baseline", Schedule::forced(Tier::Baseline)),
            ("midtier", Schedule::forced(Tier::Midtier)),
            ("toptier", Schedule::forced(Tier::Toptier)),
            ("jit-fuzzing", Schedule::jit_fuzzing()),
        ]
    }
    /// Everything in `tier` as early as it can go there.
    pub fn forced(tier: Tier) -> Schedule {
        Schedule {
            tier: TierMode::Forced(tier),
            feedback_budget: 1,
            baseline_budget: 1,
            midtier_budget: 8,
            toptier_budget: 8,
            osr_budget: 8,
            ..Schedule::default()
        }
    }
    /// All tiers with low thresholds.
    pub fn jit_fuzzing() -> Schedule {
        Schedule {
            tier: TierMode::JitFuzzing,
            feedback_budget: 1,
            baseline_budget: 2,
            midtier_budget: 10,
            toptier_budget: 30,
            osr_budget: 8,
            ..Schedule::default()
        }
    }
    /// The highest tier this schedule may use.
    pub fn top(&self) -> Tier {
        match self.tier {
            TierMode::Forced(t) => t.min(self.up_to),
            _ => self.up_to,
        }
    }
    fn base(tier: TierMode) -> Schedule {
        match tier {
            TierMode::Normal => Schedule::default(),
            TierMode::JitFuzzing => Schedule::jit_fuzzing(),
            TierMode::Forced(t) => Schedule::forced(t),
        }
    }
}

impl fmt::Display for TierMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TierMode::Normal => "normal",
            TierMode::JitFuzzing => "jit-fuzzing",
            TierMode::Forced(t) => t.name(),
        })
    }
}
impl FromStr for TierMode {
    type Err = String;
    fn from_str(s: &str) -> Result<TierMode, String> {
        match s {
            "normal" => Ok(TierMode::Normal),
            "jit-fuzzing" => Ok(TierMode::JitFuzzing),
            _ => Tier::ALL.into_iter().find(|t| t.name() == s).map(TierMode::Forced).ok_or_else(|| {
                format!("unknown tier `{s}` (interpreter, baseline, midtier, toptier, jit-fuzzing, normal)")
            }),
        }
    }
}

fn number<T: FromStr>(key: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{key} wants a number, not `{text}`"))
}
fn positive(key: &str, text: &str) -> Result<u32, String> {
    match number::<u32>(key, text)? {
        0 => Err(format!("{key} must be at least 1")),
        n => Ok(n),
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let d = Schedule::base(self.tier);
        write!(f, "tier={}", self.tier)?;
        if self.up_to != d.up_to {
            write!(f, " up-to={}", self.up_to.name())?;
        }
        if !self.tiers.is_empty() {
            write!(f, " tiers={}", self.tiers)?;
        }
        match self.deopt {
            DeoptMode::Natural => {}
            DeoptMode::Every(n) => write!(f, " deopt=every:{n}")?,
            DeoptMode::At(k) => write!(f, " deopt=at:{k}")?,
        }
        match self.gc {
            GcMode::Normal => {}
            GcMode::Every(n) => write!(f, " gc=every:{n}")?,
            GcMode::StressMove => f.write_str(" gc=stress-move")?,
        }
        if let Feedback::Lies(seed) = self.feedback {
            write!(f, " feedback=lies:{seed}")?;
        }
        match self.install {
            Install::Sync => {}
            Install::After(n) => write!(f, " install=after:{n}")?,
            Install::Background => f.write_str(" install=background")?,
        }
        if !self.caches {
            f.write_str(" caches=off")?;
        }
        if let Some(t) = self.ticks {
            write!(f, " ticks={t}")?;
        }
        if let Some(n) = self.fuel {
            write!(f, " fuel={n}")?;
        }
        for (key, value, default) in [
            ("feedback-budget", self.feedback_budget, d.feedback_budget),
            ("baseline-budget", self.baseline_budget, d.baseline_budget),
            ("midtier-budget", self.midtier_budget, d.midtier_budget),
            ("toptier-budget", self.toptier_budget, d.toptier_budget),
            ("osr-budget", self.osr_budget, d.osr_budget),
            ("random-seed", self.random_seed, d.random_seed),
        ] {
            if value != default {
                write!(f, " {key}={value}")?;
            }
        }
        match self.cranelift {
            Cranelift::Plain => {}
            Cranelift::Speed => f.write_str(" cranelift=speed")?,
            Cranelift::Quick => f.write_str(" cranelift=quick")?,
        }
        if self.evaluate {
            f.write_str(" arithmetic=evaluated")?;
        }
        if self.frame_check {
            f.write_str(" frame-check=on")?;
        }
        if self.verify {
            f.write_str(" verify=on")?;
        }
        if self.voter == Voter::Reference {
            f.write_str(" voter=reference")?;
        }
        Ok(())
    }
}

impl FromStr for Schedule {
    type Err = String;
    fn from_str(text: &str) -> Result<Schedule, String> {
        let words: Vec<(&str, &str)> = text
            .split_whitespace()
            .map(|w| w.split_once('=').ok_or_else(|| format!("`{w}` is not key=value")))
            .collect::<Result<_, _>>()?;
        let tier = match words.iter().find(|w| w.0 == "tier") {
            Some((_, v)) => v.parse()?,
            None => TierMode::Normal,
        };
        let mut s = Schedule { tier, ..Schedule::base(tier) };
        for (key, value) in words {
            let (head, tail) = value.split_once(':').unwrap_or((value, ""));
            match (key, head) {
                ("tier", _) => {}
                ("up-to", _) => {
                    s.up_to = Tier::ALL.into_iter().find(|t| t.name() == value).ok_or_else(|| {
                        format!("unknown tier `{value}` (interpreter, baseline, midtier, toptier)")
                    })?
                }
                ("tiers", _) => s.tiers = value.parse()?,
                ("deopt", "natural") => s.deopt = DeoptMode::Natural,
                ("deopt", "every") => s.deopt = DeoptMode::Every(positive(key, tail)?),
                ("deopt", "at") => s.deopt = DeoptMode::At(positive(key, tail)?),
                ("gc", "normal") => s.gc = GcMode::Normal,
                ("gc", "every") => s.gc = GcMode::Every(positive(key, tail)?),
                ("gc", "stress-move") => s.gc = GcMode::StressMove,
                ("feedback", "real") => s.feedback = Feedback::Real,
                ("feedback", "lies") => {
                    s.feedback = Feedback::Lies(if tail.is_empty() { 1 } else { number(key, tail)? })
                }
                ("install", "sync") => s.install = Install::Sync,
                ("install", "after") => s.install = Install::After(number(key, tail)?),
                ("install", "background") => s.install = Install::Background,
                ("voter", "engine") => s.voter = Voter::Engine,
                ("voter", "reference") => s.voter = Voter::Reference,
                ("ticks", _) => s.ticks = Some(number(key, value)?),
                ("fuel", _) => s.fuel = Some(number(key, value)?),
                ("feedback-budget", _) => s.feedback_budget = positive(key, value)?,
                ("baseline-budget", _) => s.baseline_budget = positive(key, value)?,
                ("midtier-budget", _) => s.midtier_budget = positive(key, value)?,
                ("toptier-budget", _) => s.toptier_budget = positive(key, value)?,
                ("osr-budget", _) => s.osr_budget = positive(key, value)?,
                ("random-seed", _) => s.random_seed = number(key, value)?,
                ("cranelift", "none") => s.cranelift = Cranelift::Plain,
                ("cranelift", "speed") => s.cranelift = Cranelift::Speed,
                ("cranelift", "quick") => s.cranelift = Cranelift::Quick,
                ("caches", "on" | "off") => s.caches = value == "on",
                ("arithmetic", "evaluated" | "compiled") => s.evaluate = value == "evaluated",
                ("frame-check", "on" | "off") => s.frame_check = value == "on",
                ("verify", "on" | "off") => s.verify = value == "on",
                _ => return Err(format!("unknown schedule field `{key}={value}`")),
            }
        }
        Ok(s)
    }
}

/// The schedule in a program's first comment (`// schedule: ...`), if it has one.
pub fn from_head_comment(source: &str) -> Option<Result<Schedule, String>> {
    let line = source.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with("#!"))?;
    let text = line.strip_prefix("//")?.trim().strip_prefix("schedule:")?;
    Some(text.trim().parse())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        for text in [
            "tier=toptier deopt=every:50 gc=stress-move feedback=lies:7 frame-check=on",
            "tier=jit-fuzzing deopt=at:3 gc=every:7 install=after:12 ticks=1000 fuel=9 osr-budget=2 verify=on",
            "tier=normal up-to=midtier install=background random-seed=4 cranelift=speed",
            "tier=midtier cranelift=quick arithmetic=evaluated",
            "tier=interpreter",
            "tier=baseline caches=off",
            "tier=toptier up-to=midtier tiers=0123",
            "tier=interpreter ticks=9 voter=reference",
        ] {
            let s: Schedule = text.parse().unwrap();
            assert_eq!(s.to_string(), text);
            assert_eq!(s.to_string().parse::<Schedule>().unwrap(), s);
        }
    }

    #[test]
    fn bad_fields_are_named() {
        assert!("tier=warp".parse::<Schedule>().unwrap_err().contains("warp"));
        assert!("deopt=every:0".parse::<Schedule>().unwrap_err().contains("at least 1"));
        assert!("tiers=014".parse::<Schedule>().unwrap_err().contains("014"));
        assert!("tiers=".parse::<Schedule>().is_err() && "tiers=123012301".parse::<Schedule>().is_err());
        assert!("speed=9".parse::<Schedule>().unwrap_err().contains("speed"));
    }

    #[test]
    fn head_comment() {
        let s = from_head_comment("\n// schedule: tier=baseline\nprint(1)").unwrap().unwrap();
        assert_eq!(s.tier, TierMode::Forced(Tier::Baseline));
        assert!(from_head_comment("print(1) // schedule: tier=baseline").is_none());
    }
}
