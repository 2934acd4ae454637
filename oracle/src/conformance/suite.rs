//! A checkout of the suite: its tests, the features that are still proposals, which tests to run.

use std::path::{Path, PathBuf};

use tierproof_base::Random;

/// What to say to somebody without a copy.
pub const HOW_TO_CLONE: &str = "get a copy with: git clone --depth 1 https://github.com/tc39/test262";

/// Directories below `test/` that are ECMA-262 itself.
const AREAS: [&str; 3] = ["annexB", "built-ins", "language"];

/// A copy of the suite.
#[derive(Clone, Debug)]
pub struct Suite {
    pub root: PathBuf,
    /// Features of proposals, whose tests are not part of the language yet.
    pub proposals: Vec<String>,
    /// Commit of the checkout, if it can be told.
    pub commit: Option<String>,
}

impl Suite {
    pub fn open(root: &Path) -> Result<Suite, String> {
        let missing = |what: &str| format!("{}: no {what}; {HOW_TO_CLONE}", root.display());
        if !root.join("test").is_dir() || !root.join("harness").is_dir() {
            return Err(missing("copy of test262 there"));
        }
        let features =
            std::fs::read_to_string(root.join("features.txt")).map_err(|_| missing("features.txt"))?;
        Ok(Suite { root: root.to_owned(), proposals: proposals(&features), commit: commit(root) })
    }

    /// Paths below `test/` of all tests of the language, sorted.
    pub fn tests(&self) -> Result<Vec<String>, String> {
        let mut out = Vec::new();
        for area in AREAS {
            walk(&self.root.join("test").join(area), area, &mut out)?;
        }
        Ok(out)
    }

    /// Whether a test belongs to a proposal.
    pub fn is_proposal(&self, features: &[String]) -> bool {
        features.iter().any(|f| self.proposals.contains(f))
    }
}

/// The features before the section of standard ones.
fn proposals(features: &str) -> Vec<String> {
    features
        .lines()
        .take_while(|l| !l.starts_with("## Standard language features"))
        .map(|l| l.split('#').next().unwrap_or("").trim())
        .filter(|l| !l.is_empty())
        .map(str::to_owned)
        .collect()
}

fn commit(root: &Path) -> Option<String> {
    let head = std::fs::read_to_string(root.join(".git/HEAD")).ok()?;
    match head.trim().strip_prefix("ref: ") {
        Some(name) => Some(std::fs::read_to_string(root.join(".git").join(name)).ok()?.trim().to_owned()),
        None => Some(head.trim().to_owned()),
    }
}

fn walk(dir: &Path, relative: &str, out: &mut Vec<String>) -> Result<(), String> {
    let entries = std::fs::read_dir(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let mut names: Vec<(String, bool)> = entries
        .filter_map(|e| {
            let e = e.ok()?;
            Some((e.file_name().to_string_lossy().into_owned(), e.file_type().ok()?.is_dir()))
        })
        .collect();
    names.sort();
    for (name, is_dir) in names {
        let path = format!("{relative}/{name}");
        if is_dir {
            walk(&dir.join(&name), &path, out)?;
        } else if name.ends_with(".js") && !name.contains("_FIXTURE") {
            out.push(path);
        }
    }
    Ok(())
}

/// Whether the path matches the pattern: `*` is any text, `?` any character; without either, any part
/// of the path will do.
pub fn matches(pattern: &str, path: &str) -> bool {
    if !pattern.contains(['*', '?']) {
        return path.contains(pattern);
    }
    glob(pattern.as_bytes(), path.as_bytes())
}

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    // positions to fall back to: after the last star, and the text it has not taken yet
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        if p < pattern.len() && pattern[p] == b'*' {
            star = Some((p + 1, t));
            p += 1;
        } else if p < pattern.len() && (pattern[p] == b'?' || pattern[p] == text[t]) {
            p += 1;
            t += 1;
        } else if let Some((after, taken)) = star {
            star = Some((after, taken + 1));
            (p, t) = (after, taken + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&c| c == b'*')
}

/// `n` of the tests, drawn with this seed, in their old order.
pub fn sample(tests: Vec<String>, n: usize, seed: u64) -> Vec<String> {
    if n >= tests.len() {
        return tests;
    }
    let mut random = Random::new(seed);
    let mut order: Vec<usize> = (0..tests.len()).collect();
    for i in 0..n {
        let j = i + random.below((order.len() - i) as u32) as usize;
        order.swap(i, j);
    }
    let mut chosen = order[..n].to_vec();
    chosen.sort_unstable();
    chosen.into_iter().map(|i| tests[i].clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        assert!(
            matches("Array", "built-ins/Array/length.js") && !matches("Map", "built-ins/Array/length.js")
        );
        assert!(matches("built-ins/*/len*.js", "built-ins/Array/length.js"));
        assert!(!matches("Array/*", "built-ins/Array/length.js") && matches("*a?c", "xxabc"));
    }

    #[test]
    fn samples_are_drawn_by_seed() {
        let all: Vec<String> = (0..100).map(|i| format!("{i:03}")).collect();
        let a = sample(all.clone(), 10, 1);
        assert_eq!(a, sample(all.clone(), 10, 1));
        assert!(a != sample(all.clone(), 10, 2) && a.len() == 10 && a.is_sorted());
        assert_eq!(sample(all.clone(), 1000, 1), all);
    }

    #[test]
    fn proposals_come_first_in_features() {
        assert_eq!(proposals("## P\n# c\na\nb # x\n\n## Standard language features\nc\n"), ["a", "b"]);
    }
}
