//! Plainer schedules: fields dropped, numbers smaller.

use tierproof_base::Schedule;

/// Schedules with one field less, then those with one number smaller, as text.
pub fn plainer(schedule: &str) -> Vec<String> {
    let words: Vec<&str> = schedule.split_whitespace().collect();
    let mut out = Vec::new();
    for i in 0..words.len() {
        if !words[i].starts_with("tier=") {
            let rest: Vec<&str> = words.iter().enumerate().filter(|w| w.0 != i).map(|w| *w.1).collect();
            out.push(rest.join(" "));
        }
    }
    for (i, word) in words.iter().enumerate() {
        for simpler in simpler(word) {
            let mut all: Vec<String> = words.iter().map(|w| w.to_string()).collect();
            all[i] = simpler;
            out.push(all.join(" "));
        }
    }
    out.retain(|s| s.parse::<Schedule>().is_ok());
    out
}

/// The same field with a smaller number; a mode that says less.
fn simpler(word: &str) -> Vec<String> {
    // a forced tier has one optimising compiler at most, the other modes have all
    if matches!(word, "tier=jit-fuzzing" | "tier=normal") {
        return ["baseline", "midtier", "toptier"].map(|t| format!("tier={t}")).into();
    }
    let Some(at) = word.rfind(['=', ':']) else { return Vec::new() };
    let (head, number) = word.split_at(at + 1);
    let Ok(n) = number.parse::<u64>() else { return Vec::new() };
    let mut list = vec![1, n / 2, n.saturating_sub(1)];
    list.retain(|&m| m > 0 && m < n);
    list.dedup();
    list.into_iter().map(|m| format!("{head}{m}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_go_first_then_numbers() {
        assert_eq!(
            plainer("tier=toptier deopt=every:4"),
            [
                "tier=toptier",
                "tier=toptier deopt=every:1",
                "tier=toptier deopt=every:2",
                "tier=toptier deopt=every:3"
            ]
        );
        assert_eq!(plainer("tier=interpreter"), Vec::<String>::new());
        assert_eq!(plainer("tier=jit-fuzzing").len(), 3);
    }
}
