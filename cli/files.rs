//! Finding programs, and the output that is expected of them.

use std::path::{Path, PathBuf};

/// The files named, and all `.js` files below the directories named, sorted.
pub fn collect(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut out = Vec::new();
    for p in paths {
        if p.is_dir() {
            let before = out.len();
            out.extend(below(p)?.into_iter().filter(|f| f.extension().is_some_and(|e| e == "js")));
            if out.len() == before {
                return Err(format!("{}: no .js files", p.display()));
            }
        } else if p.is_file() {
            out.push(p.clone());
        } else {
            return Err(format!("{}: no such file or directory", p.display()));
        }
    }
    Ok(out)
}

/// All files below a directory, sorted.
pub fn below(dir: &Path) -> Result<Vec<PathBuf>, String> {
    let mut out = Vec::new();
    walk(dir, &mut out)?;
    Ok(out)
}

fn walk(dir: &Path, out: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = std::fs::read_dir(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    for p in paths {
        if p.is_dir() {
            walk(&p, out)?;
        } else {
            out.push(p);
        }
    }
    Ok(())
}

/// Reads a file; the message names it.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// All of standard input.
pub fn read_standard_input() -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut out)
        .map_err(|e| format!("standard input: {e}"))?;
    Ok(out)
}

/// What a program should print.
pub enum Expected {
    /// These lines, from `//> ` comments in the program.
    Lines(Vec<String>),
    /// This last line, from an `expected.txt` beside it.
    LastLine(String),
}

impl Expected {
    /// The place, expected and actual text of the first deviation.
    pub fn deviation(&self, lines: &[String]) -> Option<(String, String, String)> {
        const NONE: &str = "(nothing)";
        match self {
            Expected::Lines(want) => {
                // one call of print may print several lines
                let lines: Vec<String> =
                    lines.iter().flat_map(|l| l.split('\n').map(str::to_owned)).collect();
                (0..want.len().max(lines.len())).find(|&i| want.get(i) != lines.get(i)).map(|i| {
                    let text = |v: Option<&String>| v.map_or(NONE, |s| s.as_str()).to_owned();
                    (format!("expected line {}", i + 1), text(want.get(i)), text(lines.get(i)))
                })
            }
            Expected::LastLine(want) => {
                let got = lines.last().map_or(NONE, |s| s.as_str());
                (got != want).then(|| ("expected.txt".to_owned(), want.clone(), got.to_owned()))
            }
        }
    }
}

/// The expectation for a program, if there is one. `scale` selects `expected-SCALE.txt`.
pub fn expected(path: &Path, source: &[u8], scale: Option<f64>) -> Option<Expected> {
    let text = String::from_utf8_lossy(source);
    let lines: Vec<String> = text.lines().filter_map(expected_line).collect();
    if !lines.is_empty() {
        return Some(Expected::Lines(lines));
    }
    let file = match scale {
        None => "expected.txt".to_owned(),
        Some(1.0) => "expected.txt".to_owned(),
        Some(s) => format!("expected-{s}.txt"),
    };
    let text = std::fs::read_to_string(path.with_file_name(file)).ok()?;
    let prefix = format!("{}:", path.file_stem()?.to_string_lossy());
    text.lines().find(|l| l.starts_with(&prefix)).map(|l| Expected::LastLine(l.to_owned()))
}

/// `//> text` or `//>` alone.
fn expected_line(line: &str) -> Option<String> {
    let rest = line.strip_prefix("//>")?;
    Some(rest.strip_prefix(' ').unwrap_or(rest).to_owned())
}

/// Writes a file so that it is there either whole or not at all.
pub fn write_atomically(path: &Path, content: &str) -> Result<(), String> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    std::fs::write(&temporary, content)
        .and_then(|_| std::fs::rename(&temporary, path))
        .map_err(|e| format!("{}: {e}", path.display()))
}
