//! Reduction: smaller programs that still show the same kind of divergence. Works on lines and on
//! brace-balanced blocks; candidates that no longer parse are simply not interesting.

/// Shrinks `text` while `interesting` holds, with at most `attempts` calls of it. The last text for which
/// it held is the result.
pub fn reduce(text: &str, attempts: usize, mut interesting: impl FnMut(&str) -> bool) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut left = attempts;
    let mut try_lines = |candidate: &[String], left: &mut usize| {
        if *left == 0 {
            return false;
        }
        *left -= 1;
        interesting(&(candidate.join("\n") + "\n"))
    };
    let mut chunk = (lines.len() / 2).max(1);
    loop {
        let mut progress = false;
        let mut at = 0;
        while at < lines.len() && left > 0 {
            let mut done = false;
            for candidate in candidates(&lines, at, chunk) {
                if try_lines(&candidate, &mut left) {
                    lines = candidate;
                    (progress, done) = (true, true);
                    break;
                }
            }
            if !done {
                at += chunk;
            }
        }
        if left == 0 || (chunk == 1 && !progress) {
            break;
        }
        chunk = (chunk / 2).max(1);
    }
    lines.join("\n") + "\n"
}

/// Without `chunk` lines from `at`; at single lines also without the block that starts there, and
/// with its body only.
fn candidates(lines: &[String], at: usize, chunk: usize) -> Vec<Vec<String>> {
    let without = |from: usize, to: usize| -> Vec<String> {
        lines[..from].iter().chain(&lines[to.min(lines.len())..]).cloned().collect()
    };
    if chunk > 1 {
        return vec![without(at, at + chunk)];
    }
    let Some(end) = block_end(lines, at) else { return vec![without(at, at + 1)] };
    let mut body = without(at, at + 1);
    body.remove(end - 1);
    vec![without(at, end + 1), body]
}

/// The line that closes the block opened at the end of line `at`.
fn block_end(lines: &[String], at: usize) -> Option<usize> {
    if !lines[at].trim_end().ends_with('{') {
        return None;
    }
    let mut depth = 0i32;
    for (i, line) in lines.iter().enumerate().skip(at) {
        if i > at && line.trim_start().starts_with('}') {
            depth -= 1;
        }
        if depth == 0 && i > at {
            return Some(i);
        }
        if line.trim_end().ends_with('{') {
            depth += 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_only_what_matters() {
        let text = "var a = 1;\nfor (;;) {\n  var b = 2;\n  if (a) {\n    bug();\n  }\n}\nvar c = 3;\n";
        let reduced = reduce(text, 200, |t| {
            let opens = t.matches('{').count();
            opens == t.matches('}').count() && t.contains("bug()") && t.contains("var a")
        });
        assert_eq!(reduced, "var a = 1;\n    bug();\n");
    }

    #[test]
    fn stops_when_attempts_are_used_up() {
        let mut calls = 0;
        reduce("a\nb\nc\nd\n", 3, |_| {
            calls += 1;
            false
        });
        assert_eq!(calls, 3);
    }
}
