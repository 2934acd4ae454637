//! How the parts of an object are put on lines.

/// Columns that a line should keep to.
const WIDTH: usize = 76;
/// Parts of an object that go on one line if it is short enough.
const MAX_ON_ONE_LINE: usize = 6;
/// Columns of an array of many short items at most.
const MAX_COLUMNS: usize = 16;

/// One object's text, before it is laid out.
pub struct Parts {
    /// What stands before the opening bracket: `Map(2) `, or nothing.
    pub prefix: String,
    pub open: char,
    pub close: char,
    pub items: Vec<String>,
    /// Array items: many short ones may be set in columns.
    pub columns: bool,
    /// Levels of objects below this one.
    pub levels: usize,
}

fn width(s: &str) -> usize {
    s.chars().count()
}

impl Parts {
    /// The text, `indent` spaces in.
    pub fn render(self, indent: usize) -> String {
        let Parts { prefix, open, close, items, columns, levels } = self;
        if items.is_empty() {
            return format!("{prefix}{open}{close}");
        }
        let one_line = items.iter().all(|i| !i.contains('\n'));
        let total: usize = items.iter().map(|i| width(i) + 2).sum();
        let prefix_lines = prefix.contains('\n');
        let fits = !prefix_lines && indent + width(&prefix) + total + 2 <= WIDTH;
        if one_line && fits && levels < 3 && (items.len() <= MAX_ON_ONE_LINE || !columns) {
            return format!("{prefix}{open} {} {close}", items.join(", "));
        }
        let lines = if columns && one_line && items.len() > MAX_ON_ONE_LINE {
            in_columns(&items, indent + 2)
        } else {
            items
        };
        let single = lines.len() == 1 && !prefix_lines && !lines[0].contains('\n');
        if single && indent + width(&prefix) + width(&lines[0]) + 4 <= WIDTH {
            return format!("{prefix}{open} {} {close}", lines[0].trim());
        }
        let space = " ".repeat(indent);
        let separator = format!(",\n{space}  ");
        format!("{prefix}{open}\n{space}  {}\n{space}{close}", lines.join(&separator))
    }
}

/// Rows of items, padded so that they stand below each other; numbers to the right.
fn in_columns(items: &[String], indent: usize) -> Vec<String> {
    let last_is_note = items.last().is_some_and(|i| i.starts_with("... "));
    let (data, note) = items.split_at(items.len() - usize::from(last_is_note));
    let widest = data.iter().map(|i| width(i)).max().unwrap_or(1);
    // as many columns as look balanced, not one endless line
    let by_width = (WIDTH.saturating_sub(indent) / (widest + 2)).max(1);
    let balanced = (4.5 * data.len() as f64 / (widest + 1) as f64).sqrt() as usize;
    let columns = by_width.min(balanced.max(3)).min(MAX_COLUMNS);
    if columns < 2 {
        return items.to_vec();
    }
    let numeric = data.iter().all(|i| i.starts_with(|c: char| c.is_ascii_digit() || c == '-'));
    let mut out: Vec<String> = Vec::new();
    for row in data.chunks(columns) {
        let mut line = String::new();
        for (i, item) in row.iter().enumerate() {
            let column_width = data.iter().skip(i).step_by(columns).map(|x| width(x)).max().unwrap_or(0);
            let pad = " ".repeat(column_width - width(item));
            let last = i + 1 == row.len();
            line.push_str(&match (numeric, last) {
                (true, true) => format!("{pad}{item}"),
                (true, false) => format!("{pad}{item}, "),
                (false, true) => item.clone(),
                (false, false) => format!("{item},{pad} "),
            });
        }
        out.push(line);
    }
    out.extend(note.iter().cloned());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(items: &[&str], columns: bool) -> Parts {
        let items = items.iter().map(|s| s.to_string()).collect();
        Parts { prefix: String::new(), open: '[', close: ']', items, columns, levels: 0 }
    }

    #[test]
    fn short_is_one_line_and_long_is_not() {
        assert_eq!(parts(&[], true).render(0), "[]");
        assert_eq!(parts(&["1", "2"], true).render(0), "[ 1, 2 ]");
        let long = "x".repeat(50);
        assert_eq!(parts(&[&long, &long], false).render(2), format!("[\n    {long},\n    {long}\n  ]"));
    }

    #[test]
    fn many_short_items_stand_in_columns() {
        let items: Vec<String> = (0..30).map(|i| (i * i).to_string()).collect();
        let refs: Vec<&str> = items.iter().map(String::as_str).collect();
        let text = parts(&refs, true).render(0);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.len() > 3 && lines.len() < 12, "{text}");
        assert!(lines[1..lines.len() - 2].iter().all(|l| l.len() == lines[1].len()), "{text}");
    }
}
