//! Programs that reached something of the engine that no other did, or with less: what new programs are made
//! from. A worker keeps it in memory; the supervisor writes it to disk, in the text form of the IR.
//!
//! A program stays as long as it is the smallest witness of something (see `oracle::coverage`). What to vary
//! next is drawn by rarity: of a few, the one that reaches what fewest runs have reached.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use tierproof_generator::{Choices, Made, Origin, ir};

/// A kept program.
struct Entry {
    program: ir::Program,
    /// What it reaches, by number.
    reached: Vec<u32>,
    /// Of how many things it is the smallest witness.
    witness_of: usize,
}

/// The corpus. Entries that go leave their number free, so that numbers stay what they are.
#[derive(Default)]
pub struct Corpus {
    entries: Vec<Option<Entry>>,
    numbers: HashMap<String, u32>,
    /// How many runs have reached each thing.
    hits: Vec<u64>,
    /// The smallest witness of each thing.
    witness: Vec<Option<usize>>,
}

/// What became of a program.
#[derive(Debug, Default, PartialEq)]
pub struct Kept {
    /// Its number.
    pub entry: Option<usize>,
    /// Entries that are no longer needed.
    pub gone: Vec<usize>,
}

impl Corpus {
    /// Programs kept.
    pub fn len(&self) -> usize {
        self.entries.iter().flatten().count()
    }
    /// Different things reached.
    pub fn reached(&self) -> usize {
        self.hits.len()
    }
    /// Books what a run has reached; its numbers, and which of it is new.
    pub fn note<'a>(&mut self, reached: impl IntoIterator<Item = &'a String>) -> (Vec<u32>, Vec<String>) {
        let all: BTreeSet<&String> = reached.into_iter().collect();
        let mut new = Vec::new();
        let mut numbers = Vec::new();
        for text in all {
            let next = self.hits.len() as u32;
            let n = match self.numbers.get(text) {
                Some(n) => *n,
                None => {
                    self.numbers.insert(text.clone(), next);
                    self.hits.push(0);
                    self.witness.push(None);
                    new.push(text.clone());
                    next
                }
            };
            self.hits[n as usize] += 1;
            numbers.push(n);
        }
        (numbers, new)
    }
    /// Whether a program of this size would be a witness of any of it.
    pub fn wants(&self, reached: &[u32], size: usize) -> bool {
        reached.iter().any(|r| self.is_better(*r, size))
    }
    fn is_better(&self, thing: u32, size: usize) -> bool {
        match self.witness[thing as usize].and_then(|e| self.entries[e].as_ref()) {
            // little gain is not worth the change
            Some(e) => size + size / 4 < e.program.code.len(),
            None => true,
        }
    }
    /// Keeps a program if it is the smallest witness of anything.
    pub fn keep(&mut self, program: ir::Program, reached: Vec<u32>) -> Kept {
        let size = program.code.len();
        let better: Vec<u32> = reached.iter().copied().filter(|r| self.is_better(*r, size)).collect();
        if better.is_empty() {
            return Kept::default();
        }
        // another run of the same program has reached something else
        let same = self.entries.iter().position(|e| e.as_ref().is_some_and(|e| e.program == program));
        let number = same.unwrap_or(self.entries.len());
        let mut gone = Vec::new();
        for thing in &better {
            if let Some(old) = self.witness[*thing as usize].replace(number)
                && old != number
                && let Some(e) = &mut self.entries[old]
            {
                e.witness_of -= 1;
                if e.witness_of == 0 {
                    self.entries[old] = None;
                    gone.push(old);
                }
            }
        }
        match self.entries.get_mut(number).and_then(Option::as_mut) {
            Some(e) => {
                e.witness_of += better.len();
                e.reached.extend(reached);
                e.reached.sort_unstable();
                e.reached.dedup();
            }
            None => self.entries.push(Some(Entry { program, reached, witness_of: better.len() })),
        }
        Kept { entry: Some(number), gone }
    }
    /// A program to vary.
    pub fn pick(&self, choices: &mut Choices) -> Option<&ir::Program> {
        let all: Vec<&Entry> = self.entries.iter().flatten().collect();
        let rarity = |e: &Entry| e.reached.iter().map(|r| self.hits[*r as usize]).min().unwrap_or(u64::MAX);
        let drawn = (0..4).filter(|_| !all.is_empty()).map(|_| *choices.pick(&all));
        drawn.min_by_key(|e| rarity(e)).map(|e| &e.program)
    }
}

/// The corpus's directory.
pub fn directory(out: &Path) -> PathBuf {
    out.join("corpus")
}

/// Name of a program's file: by its text.
pub fn file_name(text: &str) -> String {
    let id = tierproof_base::fuel::RewriteId::new(text, "", "", 0);
    format!("{:016x}.ir", id.0)
}

/// The programs of a directory, IR or JavaScript, in the order of their names. JavaScript that cannot be
/// imported stays text; IR that cannot be read is left out.
pub fn read(dir: &Path) -> Vec<Made> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(dir).map(|d| d.flatten().map(|e| e.path()).collect()).unwrap_or_default();
    files.sort();
    let program = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).ok()?;
        match path.extension()?.to_str()? {
            "ir" => Some(Made::of_ir(ir::text::parse(&text).ok()?, Origin::Mutated)),
            "js" => Some(match ir::import(&text) {
                Ok(p) => Made::of_ir(p, Origin::Mutated),
                Err(_) => Made { text, ir: None, origin: Origin::Scenario },
            }),
            _ => None,
        }
    };
    files.iter().filter_map(program).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_witness_of_each_thing_is_kept() {
        let program = |n: usize| {
            let text = (0..n).map(|i| format!("v{i} = Null\n")).collect::<String>();
            ir::text::parse(&text).unwrap()
        };
        let things = |list: &[&str]| list.iter().map(|s| s.to_string()).collect::<Vec<_>>();
        let mut c = Corpus::default();
        let (r, new) = c.note(&things(&["a", "b"]));
        assert_eq!(new, ["a", "b"]);
        assert_eq!(c.keep(program(10), r.clone()), Kept { entry: Some(0), gone: vec![] });
        assert_eq!(c.keep(program(9), r), Kept::default());
        let (r, new) = c.note(&things(&["a", "c"]));
        assert_eq!((new, c.wants(&r, 20)), (vec!["c".to_string()], true));
        c.keep(program(5), r);
        assert_eq!((c.len(), c.reached()), (2, 3));
        let (r, _) = c.note(&things(&["b"]));
        assert_eq!(c.keep(program(2), r).gone, [0]);
        let (r, _) = c.note(&things(&["d"]));
        assert_eq!(c.keep(program(2), r), Kept { entry: Some(2), gone: vec![] });
        assert_eq!(c.len(), 2);
        let rare = c.pick(&mut Choices::from_seed(1)).unwrap();
        assert!([2, 5].contains(&rare.code.len()));
    }
}
