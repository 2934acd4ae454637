//! The campaign's memory: one file of JSON lines that is only ever appended to, so that a campaign killed
//! at any moment loses nothing. A last line that was cut off is ignored when reading, and ended when writing.
//!
//! A finding is written down when a worker reports it, before anything else is done with it; what became of
//! it (kept as a file, or like a known one) is a later line. Those without such a line are taken up again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Tally;
use super::findings::Kept;
use super::worker::Cell;

/// What identifies a campaign: with equal settings it goes through the same programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    pub seed: u64,
    pub jobs: usize,
    pub ticks: u64,
    pub fault: Option<String>,
}

/// A finding as a worker has reported it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Raw {
    pub seed: u64,
    pub schedule: String,
    /// Check that failed, or `crash`.
    pub check: String,
    pub what: String,
    /// Side by side, when two observations differ.
    pub expected: String,
    pub actual: String,
    pub fault: Option<String>,
    pub ticks: u64,
    /// The program, where it is not that of the seed alone.
    #[serde(default)]
    pub program: Option<String>,
}

impl Raw {
    /// One name for one finding.
    pub fn id(&self) -> String {
        let made = self.program.as_ref().map_or(0, |p| tierproof_base::fuel::RewriteId::new(p, "", "", 0).0);
        format!("{} {} {made:x}", self.seed, self.schedule)
    }
}

/// A line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Line {
    Started(Settings),
    Found(Raw),
    Kept(Box<Kept>),
    /// This finding is most likely the bug with this key, of which there are examples enough.
    Like(String, String),
    Cell(Cell),
    /// A program was kept, in this file, because it reached this first.
    Reached(String, Vec<String>),
    /// Next seed of each worker, and all counts.
    Progress(Vec<u64>, Tally),
}

/// What a journal says.
#[derive(Default)]
pub struct Past {
    pub settings: Option<Settings>,
    pub next_seeds: Vec<u64>,
    pub tally: Tally,
    /// Findings that nothing has been done with.
    pub open: Vec<Raw>,
    pub kept: Vec<Kept>,
    /// Findings that are like known ones, by key.
    pub like: BTreeMap<String, u64>,
    /// The smallest witness of each kind of deopt.
    pub cells: BTreeMap<(String, String, String), Cell>,
    /// What was reached, and the file of the program that did first.
    pub reached: BTreeMap<String, String>,
    /// Seconds, programs and things reached at each progress line.
    pub history: Vec<(f64, u64, u64)>,
}

/// Reads a journal; none is an empty past.
pub fn read(dir: &Path) -> Past {
    let text = std::fs::read(path(dir)).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut past = Past::default();
    let mut done = BTreeSet::new();
    let mut raw = Vec::new();
    for line in text.lines() {
        // cut off by a kill
        let Ok(line) = serde_json::from_str::<Line>(line) else { continue };
        match line {
            Line::Started(s) => {
                if past.settings.as_ref() != Some(&s) {
                    (past.next_seeds, past.tally) = (Vec::new(), Tally::default());
                    past.history.clear();
                }
                past.settings = Some(s);
            }
            Line::Found(r) => raw.push(r),
            Line::Kept(k) => {
                done.insert(k.raw.id());
                past.kept.push(*k);
            }
            Line::Like(id, key) => {
                if done.insert(id) {
                    *past.like.entry(key).or_default() += 1;
                }
            }
            Line::Cell(c) => keep_smaller(&mut past.cells, c),
            Line::Reached(file, things) => {
                for t in things {
                    past.reached.entry(t).or_insert_with(|| file.clone());
                }
            }
            Line::Progress(seeds, tally) => {
                past.history.push((tally.seconds, tally.programs, tally.reached));
                (past.next_seeds, past.tally) = (seeds, tally);
            }
        }
    }
    for r in raw {
        if done.insert(r.id()) {
            past.open.push(r);
        }
    }
    past
}

/// Puts a witness in, unless there is a smaller one.
pub fn keep_smaller(cells: &mut BTreeMap<(String, String, String), Cell>, c: Cell) {
    let key = (c.reason.clone(), c.opcode.clone(), c.tier.clone());
    if cells.get(&key).is_none_or(|old| (c.size, c.seed) < (old.size, old.seed)) {
        cells.insert(key, c);
    }
}

fn path(dir: &Path) -> PathBuf {
    dir.join("journal.jsonl")
}

/// An open journal.
pub struct Journal {
    file: File,
}

impl Journal {
    /// Opens it for appending, in a directory that exists.
    pub fn open(dir: &Path) -> Result<Journal, String> {
        let path = path(dir);
        let error = |e: std::io::Error| format!("{}: {e}", path.display());
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&path).map_err(error)?;
        let length = file.seek(SeekFrom::End(0)).map_err(error)?;
        if length > 0 {
            let mut last = [0];
            file.seek(SeekFrom::Start(length - 1)).and_then(|_| file.read_exact(&mut last)).map_err(error)?;
            if last != *b"\n" {
                file.write_all(b"\n").map_err(error)?;
            }
        }
        Ok(Journal { file })
    }
    /// Appends a line in one write.
    pub fn write(&mut self, line: &Line) -> Result<(), String> {
        let text = serde_json::to_string(line).map_err(|e| e.to_string())? + "\n";
        self.file.write_all(text.as_bytes()).map_err(|e| format!("journal: {e}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(seed: u64) -> Raw {
        let text = String::new;
        Raw {
            seed,
            schedule: "tier=toptier".into(),
            check: "lines".into(),
            what: text(),
            expected: text(),
            actual: text(),
            fault: None,
            ticks: 1,
            program: None,
        }
    }

    #[test]
    fn what_is_not_settled_is_open_again_and_a_torn_line_hurts_nobody() {
        let dir = std::env::temp_dir().join(format!("tierproof-journal-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let _ = std::fs::remove_file(path(&dir));
        let settings = Settings { seed: 1, jobs: 2, ticks: 3, fault: None };
        let mut j = Journal::open(&dir).unwrap();
        j.write(&Line::Started(settings.clone())).unwrap();
        j.write(&Line::Found(raw(1))).unwrap();
        j.write(&Line::Found(raw(2))).unwrap();
        j.write(&Line::Like(raw(1).id(), "gvn: x".into())).unwrap();
        j.write(&Line::Progress(vec![5, 6], Tally { programs: 9, ..Tally::default() })).unwrap();
        j.file.write_all(b"{\"Found\":{\"seed\":3,\"sch").unwrap();
        drop(j);
        Journal::open(&dir).unwrap().write(&Line::Found(raw(4))).unwrap();
        let past = read(&dir);
        assert_eq!((past.settings, past.next_seeds), (Some(settings), vec![5, 6]));
        assert_eq!(past.open.iter().map(|r| r.seed).collect::<Vec<_>>(), [2, 4]);
        assert_eq!((past.tally.programs, past.like.len()), (9, 1));
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
