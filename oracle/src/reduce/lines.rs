//! Lines, for text of any language.

use super::Edit;

/// Deletes each line.
pub fn deletions(text: &str) -> Vec<Edit> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let from = at;
            at += line.len();
            Edit { from, to: at, with: String::new() }
        })
        .collect()
}
