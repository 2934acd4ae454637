//! Checks that a program can make about this repository's own text. Each returns its complaints.

use std::path::{Path, PathBuf};

/// A complaint: file, line (0: the whole file) and what is wrong.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    pub file: PathBuf,
    pub line: usize,
    pub text: String,
}

fn complaint(file: &Path, line: usize, text: impl Into<String>) -> Complaint {
    Complaint { file: file.to_owned(), line, text: text.into() }
}

/// What each crate may use (DESIGN: a crate may use only what stands left of it).
const MAY_USE: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("syntax", &["base"]),
    ("bytecode", &["base"]),
    ("heap", &["base"]),
    ("regexp", &[]),
    ("bytegen", &["base", "syntax", "bytecode"]),
    ("ssa", &["base", "bytecode"]),
    ("runtime", &["base", "syntax", "bytecode", "bytegen", "heap", "regexp"]),
    ("builtins", &["base", "syntax", "bytecode", "bytegen", "heap", "regexp", "runtime"]),
    ("interpreter", &["base", "bytecode", "heap", "runtime"]),
    ("jit", &["base", "bytecode", "heap", "runtime", "ssa"]),
    // the numbers of the runtime functions that compiled code calls live in `ssa`
    ("baseline", &["base", "bytecode", "heap", "runtime", "jit", "ssa"]),
    ("lower", &["base", "bytecode", "heap", "runtime", "ssa", "jit"]),
    ("optimizer", &["base", "bytecode", "heap", "runtime", "ssa", "jit", "lower"]),
    ("vm", &["*"]),
    // shares nothing with the engine but the parser
    ("reference", &["syntax"]),
    ("oracle", &["*", "vm", "reference"]),
    ("generator", &["base", "oracle", "syntax"]),
    ("tidy", &[]),
];

/// Crates that only harness and command line may name.
const ABOVE_VM: &[&str] = &["reference", "oracle", "generator", "tidy"];

/// Only these name Cranelift.
const CRANELIFT: &[&str] = &["jit", "baseline", "lower"];

/// Dependency direction, from every Cargo.toml.
pub fn dependencies(root: &Path) -> Vec<Complaint> {
    let mut out = Vec::new();
    let mut crates = vec![
        root.join("oracle"),
        root.join("oracle/reference"),
        root.join("fuzz/generator"),
        root.join("ci/tidy"),
    ];
    crates.extend(children(&root.join("engine")).into_iter().filter(|p| p.join("Cargo.toml").exists()));
    for dir in crates {
        let file = dir.join("Cargo.toml");
        let name = dir.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let Some((_, allowed)) = MAY_USE.iter().find(|c| c.0 == name) else {
            out.push(complaint(&file, 0, format!("crate `{name}` has no line in the dependency table")));
            continue;
        };
        let mut section = String::new();
        for (i, line) in read(&file).lines().enumerate() {
            if let Some(s) = line.trim().strip_prefix('[') {
                section = s.trim_end_matches(']').to_owned();
                continue;
            }
            let used = line.split(['=', '.', ' ']).next().unwrap_or("").trim();
            if !section.ends_with("dependencies") {
                continue;
            }
            if used.starts_with("cranelift")
                && !CRANELIFT.contains(&name.as_str())
                && section != "dev-dependencies"
            {
                out.push(complaint(&file, i + 1, format!("`{name}` may not name Cranelift")));
            }
            // tests may look further than the crate
            let Some(used) = used.strip_prefix("tierproof-").filter(|_| section == "dependencies") else {
                continue;
            };
            let any = allowed.contains(&"*") && !ABOVE_VM.contains(&used);
            if !any && !allowed.contains(&used) {
                out.push(complaint(&file, i + 1, format!("`{name}` may not depend on `{used}`")));
            }
        }
    }
    out
}

/// Rust sources open with `//!`.
pub fn headers(root: &Path) -> Vec<Complaint> {
    rust_files(root)
        .into_iter()
        .filter(|file| !read(file).starts_with("//!"))
        .map(|file| complaint(&file, 1, "no `//!` header that says what this file is for"))
        .collect()
}

/// Files of a size at which they should be split. Shown, not refused.
pub fn sizes(root: &Path) -> Vec<Complaint> {
    const LIMIT: usize = 1600;
    rust_files(root)
        .into_iter()
        .filter(|file| read(file).lines().count() > LIMIT)
        .map(|file| complaint(&file, 0, format!("over {LIMIT} lines: split it")))
        .collect()
}

fn is_test(file: &Path) -> bool {
    file.components().any(|c| c.as_os_str() == "tests")
}

/// `unsafe` blocks and impls have a SAFETY comment on one of the lines before, or in the same function.
pub fn safety_comments(root: &Path) -> Vec<Complaint> {
    const NEAR: usize = 12;
    let mut out = Vec::new();
    for file in rust_files(root) {
        if is_test(&file) {
            continue;
        }
        // these files are nothing but raw memory; their header carries the argument
        let text = read(&file);
        let whole_file = text.lines().take_while(|l| l.starts_with("//!")).any(|l| l.contains("SAFETY"));
        if whole_file {
            continue;
        }
        let lines: Vec<&str> = text.lines().collect();
        for (i, line) in lines.iter().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            if !(code.contains("unsafe {") || code.contains("unsafe impl")) {
                continue;
            }
            let near = lines[i.saturating_sub(NEAR)..=i].iter().any(|l| l.contains("SAFETY"));
            if !near {
                out.push(complaint(&file, i + 1, "unsafe without a SAFETY comment"));
            }
        }
    }
    out
}

/// Places where a raw collection of Values is sound, each with the reason.
const RAW_COLLECTIONS: &[(&str, &str)] = &[
    ("engine/heap/", "implements the rooted collections"),
    ("oracle/reference/", "values of its own, without a collector"),
    ("oracle/src/state.rs", "collection is paused during the walk"),
    ("engine/runtime/src/shapes.rs", "traced by the root provider"),
    ("engine/runtime/src/intern.rs", "a weak table the collector visits"),
    ("engine/lower/", "Value is Cranelift's there"),
    ("engine/runtime/src/realm.rs", "well-known symbols are roots of the realm"),
];

/// No Value may live only in a Rust heap allocation.
pub fn raw_collections(root: &Path) -> Vec<Complaint> {
    const FORBIDDEN: &[&str] =
        &["Vec<Value>", "Vec<CellRef>", "Vec<ObjectRef>", "VecDeque<Value>", "Box<[Value]>", "HashMap<Value"];
    let is_map = |code: &str| code.contains("Map<") && code.contains(", Value>");
    let mut out = Vec::new();
    for file in rust_files(root) {
        let relative = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().into_owned();
        if RAW_COLLECTIONS.iter().any(|a| relative.starts_with(a.0))
            || is_test(&file)
            || relative.starts_with("ci/")
        {
            continue;
        }
        let text = read(&file);
        for (i, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            if text.lines().take(i).any(|l| l.contains("#[cfg(test)]")) {
                break;
            }
            if (is_map(code) || FORBIDDEN.iter().any(|f| code.contains(f))) && !line.contains("ROOTED:") {
                out.push(complaint(&file, i + 1, "raw collection of Values: use List, Rooted or RootedVec"));
            }
        }
    }
    out
}

/// Every snapshot `snapshots/<kind>/<area>/<name>.snap` has its program: a section `//# name` in the
/// file of its area under `tests/snapshot_programs`.
pub fn orphan_snapshots(root: &Path) -> Vec<Complaint> {
    let mut out = Vec::new();
    let programs = files(&root.join("tests/snapshot_programs"), "js");
    for file in files(&root.join("snapshots"), "snap") {
        let stem = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let area = file.parent().and_then(Path::file_name);
        let section = format!("//# {stem}");
        let of_area = programs.iter().filter(|p| p.file_stem() == area);
        if !of_area.into_iter().any(|p| read(p).lines().any(|l| l == section)) {
            out.push(complaint(&file, 0, "no program makes this snapshot"));
        }
    }
    out
}

/// Texts that only make sense on one machine, or in the making.
pub fn words(root: &Path) -> Vec<Complaint> {
    let forbidden =
        [["/work", "/"].concat(), ["/tmp/", "w/"].concat(), ["/root", "/"].concat(), ["/home", "/"].concat()];
    let mut out = Vec::new();
    let mut all = rust_files(root);
    for extension in ["md", "toml", "js", "snap", "yml"] {
        all.extend(files(root, extension));
    }
    for file in all {
        for (i, line) in read(&file).lines().enumerate() {
            if forbidden.iter().any(|w| line.contains(w.as_str())) {
                out.push(complaint(&file, i + 1, "path of one machine"));
            }
        }
    }
    out
}

/// Regressions and findings in the corpus name the schedule that showed them.
pub fn corpus_heads(root: &Path) -> Vec<Complaint> {
    files(&root.join("corpus/regressions"), "js")
        .into_iter()
        .filter(|f| !read(f).starts_with("// schedule: "))
        .map(|f| complaint(&f, 1, "a regression starts with its `// schedule:`"))
        .collect()
}

fn read(path: &Path) -> String {
    std::fs::read(path).map(|b| String::from_utf8_lossy(&b).into_owned()).unwrap_or_default()
}

fn children(dir: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> =
        std::fs::read_dir(dir).map(|d| d.filter_map(|e| Some(e.ok()?.path())).collect()).unwrap_or_default();
    out.sort();
    out
}

/// All files with this extension, except build output and hidden directories.
pub fn files(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for p in children(dir) {
        let name = p.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with('.') || name == "target" {
            continue;
        }
        if p.is_dir() {
            out.extend(files(&p, extension));
        } else if p.extension().is_some_and(|e| e == extension) {
            out.push(p);
        }
    }
    out
}

fn rust_files(root: &Path) -> Vec<PathBuf> {
    files(root, "rs")
}

/// The repository this crate is part of.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
