//! An uncaught exception with the source around the place it was thrown at.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// Bytes of a long line shown on each side of the place.
const CONTEXT: usize = 160;

/// `Name: message`, the excerpt, and the stack lines. `sources` are (name, text).
pub fn render(text: &str, stack: &str, sources: &[(String, Vec<u8>)], color: bool) -> String {
    let frames: Vec<&str> = stack.lines().filter(|l| l.starts_with("    at ")).collect();
    let mut out = text.to_owned();
    if let Some(place) = frames.first().and_then(|l| place(l))
        && let Some((_, source)) = sources.iter().find(|s| s.0 == place.0)
        && let Some(excerpt) = excerpt(source, &place, color)
    {
        out.push('\n');
        out.push_str(&excerpt);
    }
    for f in frames {
        out.push('\n');
        out.push_str(f);
    }
    out
}

/// File, line and column of a stack line.
fn place(line: &str) -> Option<(String, usize, usize)> {
    let inner = line.rsplit_once('(').map_or(line, |p| p.1).trim_end_matches(')');
    let (rest, column) = inner.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some((file.to_owned(), line.parse().ok()?, column.parse().ok()?))
}

fn excerpt(source: &[u8], place: &(String, usize, usize), color: bool) -> Option<String> {
    let (file, line, column) = place;
    let text = String::from_utf8_lossy(source);
    let text = text.lines().nth(line.checked_sub(1)?)?;
    let at = text.char_indices().nth(column - 1).map_or(text.len(), |c| c.0);
    let mut start = at.saturating_sub(CONTEXT);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = (at + CONTEXT).min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let part = &text[start..end];
    let at = at - start;
    let width = part[at..].chars().next().map_or(0, |c| c.len_utf8());
    let report = &[Level::ERROR.primary_title("uncaught exception").element(
        Snippet::source(part)
            .line_start(*line)
            .path(file.as_str())
            .annotation(AnnotationKind::Primary.span(at..at + width)),
    )];
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let full = renderer.render(report).to_string();
    // the title is already printed as `Name: message`
    Some(full.split_once('\n').map_or(full.clone(), |p| p.1.to_owned()))
}
