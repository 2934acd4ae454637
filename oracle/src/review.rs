//! Changed snapshots, grouped by kind of edit: what `tierproof review` shows, so that a reviewer of a
//! change that touches a hundred snapshots reads a few edits and not a hundred files.
//!
//! Two texts are compared line by line with their numbers (registers, offsets, labels, immediates)
//! blotted out. A run of lines that went and came is an edit; edits that look the same after blotting
//! are one group. Where only numbers differ, the file is in the group `Renumbered`.

use std::collections::BTreeMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// One snapshot before and after; None: it was not there, or is gone.
pub struct Change {
    pub file: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// What happened at a place, numbers blotted out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Edit {
    New,
    Gone,
    Renumbered,
    Lines { removed: Vec<String>, added: Vec<String> },
}

/// The places of one edit.
#[derive(Debug)]
pub struct Group {
    pub edit: Edit,
    /// Files and how many places each has.
    pub files: Vec<(String, usize)>,
    /// The first place as it stands, with a line around it: `-`, `+` and blank in the first column.
    pub example: Vec<String>,
}

impl Group {
    pub fn places(&self) -> usize {
        self.files.iter().map(|f| f.1).sum()
    }
}

/// All changes together.
#[derive(Debug)]
pub struct Review {
    /// The group with most places first.
    pub groups: Vec<Group>,
    pub files: usize,
    /// Lines of the changed files, before and after.
    pub lines: (usize, usize),
}

/// Groups the changes; files without a difference are left out.
pub fn review(changes: &[Change]) -> Review {
    let mut groups: BTreeMap<Edit, Group> = BTreeMap::new();
    let (mut files, mut lines) = (0, (0, 0));
    for change in changes {
        let before = change.before.as_deref().map(content);
        let after = change.after.as_deref().map(content);
        if before == after {
            continue;
        }
        files += 1;
        let (old, new) = (before.unwrap_or_default(), after.unwrap_or_default());
        lines.0 += old.len();
        lines.1 += new.len();
        let places = match (&change.before, &change.after) {
            (None, _) => vec![(Edit::New, Vec::new())],
            (_, None) => vec![(Edit::Gone, Vec::new())],
            _ => edits(&old, &new),
        };
        for (edit, example) in places {
            let group =
                groups.entry(edit.clone()).or_insert_with(|| Group { edit, files: Vec::new(), example });
            match group.files.last_mut() {
                Some(f) if f.0 == change.file => f.1 += 1,
                _ => group.files.push((change.file.clone(), 1)),
            }
        }
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_key(|g| std::cmp::Reverse(g.places()));
    Review { groups, files, lines }
}

/// Lines of a snapshot behind its header.
fn content(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    if lines.first() == Some(&"---")
        && let Some(end) = lines.iter().skip(1).position(|l| *l == "---")
    {
        lines.drain(..end + 2);
    }
    lines
}

fn edits(old: &[&str], new: &[&str]) -> Vec<(Edit, Vec<String>)> {
    let blot = |lines: &[&str]| lines.iter().map(|l| blotted(l)).collect::<Vec<String>>();
    let (a, b) = (blot(old), blot(new));
    let mut out = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, &a, &b) {
        let (was, is) = match op {
            DiffOp::Equal { .. } => continue,
            op => (op.old_range(), op.new_range()),
        };
        let mut example = Vec::new();
        let around = |lines: &[&str], at: usize| lines.get(at).map(|l| format!("  {l}"));
        example.extend(was.start.checked_sub(1).and_then(|at| around(old, at)));
        example.extend(old[was.clone()].iter().map(|l| format!("- {l}")));
        example.extend(new[is.clone()].iter().map(|l| format!("+ {l}")));
        example.extend(around(old, was.end));
        out.push((Edit::Lines { removed: a[was].to_vec(), added: b[is].to_vec() }, example));
    }
    if out.is_empty() {
        let at = old.iter().zip(new).position(|(x, y)| x != y).unwrap_or(0);
        let line = |sign: char, lines: &[&str]| lines.get(at).map(|l| format!("{sign} {l}"));
        out.push((Edit::Renumbered, line('-', old).into_iter().chain(line('+', new)).collect()));
    }
    out
}

/// Registers of x86-64 whose names have no number.
const REGISTERS: [&str; 18] = [
    "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "eax", "ebx", "ecx", "edx", "esi", "edi", "al",
    "bl", "cl", "dl",
];

/// A line with its numbers as `#`, registers of machine code alike and its indentation gone. Numbers in names of three letters or more
/// (`Int32`) stay, but for registers and labels of machine code.
fn blotted(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut String| {
        let letters = word.chars().take_while(|c| c.is_alphabetic()).count();
        let stem = &word[..word.chars().take(letters).map(char::len_utf8).sum()];
        let numbered = word.chars().nth(letters).is_some_and(|c| c.is_ascii_digit());
        if out.ends_with('%') || REGISTERS.contains(&word.as_str()) {
            out.push('r');
        } else if numbered && (letters < 3 || matches!(stem, "xmm" | "label" | "block" | "loc")) {
            out.push_str(if stem == "x" || word.starts_with('0') { "" } else { stem });
            out.push('#');
        } else {
            out.push_str(word);
        }
        word.clear();
    };
    for c in line.trim().chars() {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
        } else {
            flush(&mut word, &mut out);
            out.push(c);
        }
    }
    flush(&mut word, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(file: &str, before: &str, after: &str) -> Change {
        let snap = |text: &str| format!("---\nsource: x\n---\n{text}");
        Change { file: file.into(), before: Some(snap(before)), after: Some(snap(after)) }
    }

    #[test]
    fn the_same_edit_at_other_registers_and_offsets_is_one_group() {
        let r = review(&[
            change(
                "a",
                "  @0: LdaZero\n  @1: Star r1\n  @3: Return",
                "  @0: LdaSmi 0\n  @2: Star r1\n  @4: Return",
            ),
            change(
                "b",
                "  @9: LdaZero\n @10: Star r7\n @12: Throw",
                "  @9: LdaSmi 0\n @11: Star r7\n @13: Throw",
            ),
            change("c", "  @3: Jump @17", "  @3: Jump @18"),
            change("d", "  @3: Jump @17", "  @3: Jump @17"),
        ]);
        assert_eq!((r.files, r.groups.len()), (3, 2));
        assert_eq!(r.groups[0].places(), 2);
        assert_eq!(
            r.groups[0].edit,
            Edit::Lines { removed: vec!["@#: LdaZero".into()], added: vec!["@#: LdaSmi #".into()] }
        );
        assert_eq!(r.groups[0].example, ["-   @0: LdaZero", "+   @0: LdaSmi 0", "    @1: Star r1"]);
        assert_eq!((&r.groups[1].edit, r.groups[1].files.len()), (&Edit::Renumbered, 1));
    }

    #[test]
    fn names_keep_their_digits_and_registers_do_not() {
        assert_eq!(blotted("  v9: Int32 = CheckedInt32Add v7, v8"), "v#: Int32 = CheckedInt32Add v#, v#");
        assert_eq!(blotted("  movq -0x48(%rsi), %r10"), "movq -#(%r), %r");
        assert_eq!(blotted("movsd %xmm11, 8(%rax) ; j label20"), "movsd %r, #(%r) ; j label#");
        assert_eq!(blotted("add x3, x4, #12"), "add #, #, ##");
    }

    #[test]
    fn new_and_gone_files_are_told() {
        let r = review(&[
            Change { file: "n".into(), before: None, after: Some("x".into()) },
            Change { file: "g".into(), before: Some("x".into()), after: None },
        ]);
        let edits: Vec<&Edit> = r.groups.iter().map(|g| &g.edit).collect();
        assert_eq!(edits, [&Edit::New, &Edit::Gone]);
    }
}
