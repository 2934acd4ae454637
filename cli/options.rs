//! Options that several commands share, and the schedule they add up to.

use tierproof_base::Schedule;
use tierproof_base::schedule::from_head_comment;
use tierproof_oracle::matrix::Limits;
use tierproof_vm::Trace;

#[derive(clap::Args, Clone, Debug, Default)]
pub struct Common {
    /// interpreter, baseline, midtier, toptier, jit-fuzzing or normal
    #[arg(long, value_name = "NAME")]
    pub tier: Option<String>,
    /// Schedule fields, e.g. "deopt=every:50 gc=stress-move feedback=lies:7 frame-check=on"
    #[arg(long, value_name = "TEXT")]
    pub schedule: Vec<String>,
    /// End each run after this many ticks (back edges and calls)
    #[arg(long, value_name = "N")]
    pub ticks: Option<u64>,
    /// End each run when its heap needs more than this
    #[arg(long, value_name = "BYTES[K|M|G]", value_parser = parse_bytes)]
    pub heap_limit: Option<usize>,
    /// Define a global number, e.g. BENCH_SCALE=0.1
    #[arg(long, value_name = "NAME=NUMBER", value_parser = parse_define)]
    pub define: Vec<(String, f64)>,
    /// Lowest thresholds (same as --tier jit-fuzzing)
    #[arg(long)]
    pub jit_fuzzing: bool,
    /// Calls before a function gets feedback
    #[arg(long, value_name = "N")]
    pub feedback_budget: Option<u32>,
    /// Interrupt budget before baseline
    #[arg(long, value_name = "N")]
    pub baseline_budget: Option<u32>,
    /// Interrupt budget before midtier
    #[arg(long, value_name = "N")]
    pub midtier_budget: Option<u32>,
    /// Interrupt budget before toptier
    #[arg(long, value_name = "N")]
    pub toptier_budget: Option<u32>,
    /// Loop budget before OSR
    #[arg(long, value_name = "N")]
    pub osr_budget: Option<u32>,
    /// The reference evaluator votes too
    #[arg(long)]
    pub reference: bool,
    /// Another engine votes too, e.g. "node {}"
    #[arg(long, value_name = "COMMAND {}")]
    pub engine: Vec<String>,
    /// Print the SSA of optimised functions, after PASS or after all
    #[arg(long, value_name = "PASS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub print_ir: Option<String>,
    /// Print the machine code of compiled functions
    #[arg(long)]
    pub print_code: bool,
    /// Print tier-ups, compilations and bailouts
    #[arg(long)]
    pub trace_opt: bool,
    /// Print deopts with their reason
    #[arg(long)]
    pub trace_deopt: bool,
    /// Output for machines
    #[arg(long)]
    pub json: bool,
    /// Switch a planted fault on (needs a build with `--features faults`)
    #[arg(long, value_name = "ID")]
    pub fault: Option<String>,
}

impl Common {
    /// Schedule words from the options; later ones win.
    pub fn words(&self) -> String {
        let mut out = Vec::new();
        if self.jit_fuzzing {
            out.push("tier=jit-fuzzing".to_owned());
        }
        out.extend(self.tier.iter().map(|t| format!("tier={t}")));
        // the word `schedule:` may be copied along from a file's comment
        out.extend(self.schedule.iter().map(|s| s.trim().trim_start_matches("schedule:").trim().to_owned()));
        for (key, value) in [
            ("feedback-budget", self.feedback_budget),
            ("baseline-budget", self.baseline_budget),
            ("midtier-budget", self.midtier_budget),
            ("toptier-budget", self.toptier_budget),
            ("osr-budget", self.osr_budget),
        ] {
            out.extend(value.map(|v| format!("{key}={v}")));
        }
        out.extend(self.ticks.map(|t| format!("ticks={t}")));
        out.join(" ")
    }

    /// Whether the options name a tier themselves.
    pub fn names_tier(&self) -> bool {
        self.words().split_whitespace().any(|w| w.starts_with("tier="))
    }

    /// The words without the tier: what applies to every row of a matrix.
    pub fn modifiers(&self) -> String {
        let words = self.words();
        let rest: Vec<&str> = words.split_whitespace().filter(|w| !w.starts_with("tier=")).collect();
        rest.join(" ")
    }

    /// `base`, then the program's head comment, then the options.
    pub fn resolve(&self, base: &str, source: &[u8]) -> Result<Schedule, String> {
        let head = head_schedule(source).transpose()?.map(|s| s.to_string()).unwrap_or_default();
        combine(&[base, &head, &self.words()])
    }

    pub fn limits(&self) -> Limits {
        Limits {
            heap_bytes: self.heap_limit,
            ticks: self.ticks,
            trace: self.trace(),
            engines: self.engine.clone(),
            ..Limits::default()
        }
    }

    pub fn trace(&self) -> Trace {
        Trace {
            bytecode: false,
            ir: self.print_ir.clone(),
            code: self.print_code,
            opt: self.trace_opt,
            deopt: self.trace_deopt,
        }
    }

    /// Switches the fault on, if any is asked for.
    pub fn apply_fault(&self) -> Result<(), String> {
        match &self.fault {
            Some(id) => tierproof_base::faults::switch_on(id),
            None => Ok(()),
        }
    }

    /// The options again, for a worker process.
    pub fn to_arguments(&self) -> Vec<String> {
        let mut out = Vec::new();
        let words = self.words();
        if !words.is_empty() {
            out.push(format!("--schedule={words}"));
        }
        out.extend(self.heap_limit.map(|n| format!("--heap-limit={n}")));
        out.extend(self.define.iter().map(|(k, v)| format!("--define={k}={v}")));
        out.extend(self.fault.iter().map(|f| format!("--fault={f}")));
        out.extend(self.engine.iter().map(|e| format!("--engine={e}")));
        out.extend(self.print_ir.iter().map(|p| format!("--print-ir={p}")));
        for (on, flag) in [
            (self.print_code, "--print-code"),
            (self.trace_opt, "--trace-opt"),
            (self.trace_deopt, "--trace-deopt"),
            (self.reference, "--reference"),
        ] {
            out.extend(on.then(|| flag.to_owned()));
        }
        out
    }
}

/// The schedule in the program's first comment.
pub fn head_schedule(source: &[u8]) -> Option<Result<Schedule, String>> {
    let head = &source[..source.len().min(4096)];
    from_head_comment(&String::from_utf8_lossy(head))
}

/// Joins schedule texts; the last `tier=` decides the defaults, later fields win.
pub fn combine(texts: &[&str]) -> Result<Schedule, String> {
    let words: Vec<&str> = texts.iter().flat_map(|t| t.split_whitespace()).collect();
    let tier = words.iter().rposition(|w| w.starts_with("tier="));
    let rest = words.iter().filter(|w| !w.starts_with("tier="));
    let mut out: Vec<&str> = tier.map(|i| words[i]).into_iter().collect();
    out.extend(rest);
    out.join(" ").parse()
}

fn parse_bytes(text: &str) -> Result<usize, String> {
    let (digits, unit) = match text.char_indices().last() {
        Some((i, c)) if c.is_ascii_alphabetic() => (&text[..i], c.to_ascii_uppercase()),
        _ => (text, 'B'),
    };
    let shift = match unit {
        'B' => 0,
        'K' => 10,
        'M' => 20,
        'G' => 30,
        _ => return Err("want BYTES, or a number with K, M or G".into()),
    };
    let n: usize = digits.parse().map_err(|_| "want BYTES, or a number with K, M or G".to_owned())?;
    n.checked_mul(1 << shift).filter(|&n| n > 0).ok_or_else(|| "out of range".into())
}

fn parse_define(text: &str) -> Result<(String, f64), String> {
    let (name, value) = text.split_once('=').ok_or("want NAME=NUMBER")?;
    let value = value.parse().map_err(|_| format!("`{value}` is not a number"))?;
    Ok((name.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_sizes() {
        assert_eq!(parse_bytes("64M"), Ok(64 << 20));
        assert_eq!(parse_bytes("4096"), Ok(4096));
        assert!(parse_bytes("1X").is_err() && parse_bytes("").is_err() && parse_bytes("0").is_err());
    }

    #[test]
    fn last_tier_and_last_field_win() {
        let s =
            combine(&["tier=normal install=background", "tier=toptier gc=every:5", "gc=every:9"]).unwrap();
        assert_eq!(s.to_string(), "tier=toptier gc=every:9 install=background");
    }
}
