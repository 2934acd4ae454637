//! `tierproof review`: changed snapshots by kind of edit, see `oracle::review`.
//!
//! Compares pending snapshots (`.snap.new`, as a test run leaves them) with the accepted ones, or the
//! working tree with a revision of git. Read by people before `cargo insta accept`; the gate calls it.

use std::path::{Path, PathBuf};
use std::process::Command;

use tierproof_oracle::review::{Change, Edit, Group, Review, review};

use crate::page::{escape, page, table};
use crate::{COULD_NOT_RUN, FOUND, OK, files};

#[derive(clap::Args)]
pub struct Args {
    /// Directory of snapshots
    #[arg(default_value = "snapshots", value_name = "DIR")]
    directory: PathBuf,
    /// Compare with this revision of git, instead of pending snapshots with accepted ones
    #[arg(long, value_name = "REVISION")]
    against: Option<String>,
    /// Groups to show; the rest is counted
    #[arg(long, default_value_t = 30, value_name = "N")]
    groups: usize,
    /// Write a page
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

pub fn main(args: Args) -> Result<i32, String> {
    let changes = match &args.against {
        Some(revision) => since(&args.directory, revision),
        None => pending(&args.directory),
    };
    let changes = match changes {
        Ok(c) => c,
        Err(message) => {
            eprintln!("error: {message}");
            return Ok(COULD_NOT_RUN);
        }
    };
    let r = review(&changes);
    print!("{}", text(&r, args.groups));
    if let Some(path) = &args.html {
        files::write_atomically(path, &html(&r))?;
    }
    Ok(if r.files == 0 { OK } else { FOUND })
}

/// Pending snapshots of a directory, None when there are none or it cannot be read: for the gate's page.
pub fn pending_text(directory: &Path) -> Option<String> {
    let r = review(&pending(directory).ok()?);
    (r.files > 0).then(|| text(&r, 10))
}

fn read(path: &Path) -> Result<String, String> {
    Ok(String::from_utf8_lossy(&files::read(path)?).into_owned())
}

fn pending(directory: &Path) -> Result<Vec<Change>, String> {
    let mut out = Vec::new();
    for path in files::below(directory)? {
        let name = path.to_string_lossy().into_owned();
        if let Some(accepted) = name.strip_suffix(".new") {
            let old = Path::new(accepted);
            let before = old.exists().then(|| read(old)).transpose()?;
            out.push(Change { file: accepted.into(), before, after: Some(read(&path)?) });
        }
    }
    Ok(out)
}

fn since(directory: &Path, revision: &str) -> Result<Vec<Change>, String> {
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).output().map_err(|e| format!("git: {e}"))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(format!("git: {}", String::from_utf8_lossy(&output.stderr).trim()))
        }
    };
    let place = directory.to_string_lossy();
    let changed = git(&["diff", "--name-only", "--relative", "--no-renames", revision, "--", &place])?;
    let fresh = git(&["ls-files", "--others", "--exclude-standard", "--", &place])?;
    let mut out = Vec::new();
    for file in changed.lines().chain(fresh.lines()).filter(|f| f.ends_with(".snap")) {
        let before = git(&["show", &format!("{revision}:./{file}")]).ok();
        let path = Path::new(file);
        let after = path.exists().then(|| read(path)).transpose()?;
        out.push(Change { file: file.into(), before, after });
    }
    Ok(out)
}

fn title(g: &Group) -> String {
    let files = g.files.len();
    let snapshots = if files == 1 { "1 snapshot".into() } else { format!("{files} snapshots") };
    match &g.edit {
        Edit::New => format!("new: {snapshots}"),
        Edit::Gone => format!("gone: {snapshots}"),
        Edit::Renumbered => format!("only numbers differ: {snapshots}"),
        Edit::Lines { .. } => format!("{} places in {snapshots}", g.places()),
    }
}

/// The first files of a group.
fn some_files(g: &Group) -> String {
    let names: Vec<&str> = g.files.iter().take(4).map(|f| f.0.as_str()).collect();
    let more = g.files.len().saturating_sub(names.len());
    if more == 0 { names.join(" ") } else { format!("{} and {more} more", names.join(" ")) }
}

fn headline(r: &Review) -> String {
    if r.files == 0 {
        return "no snapshot differs".into();
    }
    let (before, after) = r.lines;
    let signed = after as i64 - before as i64;
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let (files, kinds) = (count(r.files, "snapshot"), count(r.groups.len(), "kind"));
    let differ = if r.files == 1 { "differs" } else { "differ" };
    format!("{files} {differ}, {kinds} of edit, {signed:+} lines of {before}")
}

fn text(r: &Review, most: usize) -> String {
    let mut out = headline(r);
    out.push('\n');
    for (n, g) in r.groups.iter().take(most).enumerate() {
        out.push_str(&format!("\n{}. {}\n", n + 1, title(g)));
        for line in g.example.iter().take(24) {
            out.push_str(&format!("     {line}\n"));
        }
        if g.example.len() > 24 {
            out.push_str(&format!("     ... {} lines more\n", g.example.len() - 24));
        }
        out.push_str(&format!("   in {}\n", some_files(g)));
    }
    if r.groups.len() > most {
        out.push_str(&format!("\n{} more kinds of edit (--groups)\n", r.groups.len() - most));
    }
    out
}

fn html(r: &Review) -> String {
    let mut body = format!("<p>{}</p>\n", escape(&headline(r)));
    for (n, g) in r.groups.iter().enumerate() {
        body.push_str(&format!("<h2>{}. {}</h2>\n<pre>", n + 1, escape(&title(g))));
        for line in &g.example {
            let class = match line.as_bytes().first() {
                Some(b'-') => "bad",
                Some(b'+') => "good",
                _ => "",
            };
            body.push_str(&format!("<span class=\"{class}\">{}</span>\n", escape(line)));
        }
        let rows: Vec<Vec<String>> =
            g.files.iter().map(|(file, places)| vec![file.clone(), places.to_string()]).collect();
        body.push_str("</pre>\n<details><summary>where</summary>");
        body.push_str(&table(&["snapshot", "places"], &rows));
        body.push_str("</details>\n");
    }
    page("Changed snapshots by kind of edit", &body)
}
