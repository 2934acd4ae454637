//! Numbers towards zero.

use super::{Edit, tokens};

/// Each number literal as 0, 1, half of it, one less; a fraction also as an integer.
pub fn smaller(text: &str) -> Vec<Edit> {
    let mut out = Vec::new();
    for t in tokens::split(text) {
        let token = &text[t.from..t.to];
        if !token.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let Ok(n) = token.parse::<f64>() else { continue };
        let mut seen = vec![n];
        let steps = [n / 10.0, n / 2.0, n * 0.75, n * 0.9].map(f64::trunc);
        for smaller in [0.0, 1.0, 2.0, 10.0, n.trunc()].into_iter().chain(steps) {
            if smaller >= 0.0 && smaller < n && !seen.contains(&smaller) {
                seen.push(smaller);
                out.push(Edit { from: t.from, to: t.to, with: smaller.to_string() });
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_smaller_and_distinct() {
        let all: Vec<String> = smaller("f(100, 0, 1.5, 'x1')").into_iter().map(|e| e.with).collect();
        assert_eq!(all, ["0", "1", "2", "10", "50", "75", "90", "0", "1"]);
    }
}
