//! [Canonicalize](https://tc39.es/ecma262/#sec-runtime-semantics-canonicalize-ch) and its inverse.

use std::sync::OnceLock;

use icu_casemap::CaseMapper;

use crate::set::{MAX_CODE_POINT, Set};

/// Canonical form of a character for case-insensitive comparison.
pub fn canonicalize(c: u32, full_unicode: bool) -> u32 {
    if c < 128 {
        let lower = (c as u8).is_ascii_lowercase();
        let upper = (c as u8).is_ascii_uppercase();
        return match full_unicode {
            true if upper => c + 32,
            false if lower => c - 32,
            _ => c,
        };
    }
    let Some(ch) = char::from_u32(c) else { return c };
    if full_unicode {
        return CaseMapper::new().simple_fold(ch) as u32;
    }
    let mut upper = ch.to_uppercase();
    match (upper.next(), upper.next()) {
        // one code unit, and never from outside ASCII into it
        (Some(u), None) if (128..0x10000).contains(&(u as u32)) => u as u32,
        _ => c,
    }
}

/// All characters that differ from their canonical form, with it.
fn table(full_unicode: bool) -> &'static [(u32, u32)] {
    static TABLES: [OnceLock<Vec<(u32, u32)>>; 2] = [OnceLock::new(), OnceLock::new()];
    TABLES[full_unicode as usize].get_or_init(|| {
        let end = if full_unicode { MAX_CODE_POINT } else { 0xFFFF };
        (0..=end)
            .map(|c| (c, canonicalize(c, full_unicode)))
            .filter(|(c, canonical)| c != canonical)
            .collect()
    })
}

/// All characters whose canonical form is that of a member.
pub fn close(set: &Set, full_unicode: bool) -> Set {
    let table = table(full_unicode);
    let canonical = table.iter().filter(|e| set.contains(e.0)).map(|e| (e.1, e.1));
    let set = Set::of(set.ranges().iter().copied().chain(canonical));
    let more = table.iter().filter(|e| set.contains(e.1)).map(|e| (e.0, e.0));
    Set::of(set.ranges().iter().copied().chain(more))
}

/// [MaybeSimpleCaseFolding](https://tc39.es/ecma262/#sec-maybesimplecasefolding): the canonical forms of the members.
pub fn fold(set: &Set) -> Set {
    let table = table(true);
    let images = table.iter().filter(|e| set.contains(e.0)).map(|e| (e.1, e.1));
    let folded = Set::of(set.ranges().iter().copied().chain(images));
    folded.intersection(&folded_characters())
}

/// All characters that are their own canonical form.
pub fn folded_characters() -> Set {
    static SET: OnceLock<Set> = OnceLock::new();
    SET.get_or_init(|| Set::of(table(true).iter().map(|e| (e.0, e.0))).complement()).clone()
}
