//! An uncaught exception with the source around the place it was thrown at, its stack, and what it
//! names as its causes.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use tierproof_vm::{Engine, Exception, TraceFrame};

/// Bytes of a long line shown on each side of the place.
const CONTEXT: usize = 160;

/// `Name: message`, the excerpt, the stack, the related errors.
pub fn render(engine: &Engine, e: &Exception, color: bool) -> String {
    let mut out = match (e.rejection, e.text.strip_prefix("Uncaught ")) {
        (false, _) => e.text.clone(),
        (true, rest) => format!("Uncaught (in promise) {}", rest.unwrap_or(&e.text)),
    };
    if let Some(place) = e.trace.first()
        && let Some(source) = engine.source_text(&place.file)
        && let Some(excerpt) = excerpt(&source, place, color)
    {
        out.push('\n');
        out.push_str(&excerpt);
    }
    stack_and_related(e, &mut out, 0);
    out
}

fn stack_and_related(e: &Exception, out: &mut String, level: usize) {
    let indent = "  ".repeat(level);
    for f in &e.trace {
        out.push_str(&format!("\n{indent}{f}"));
    }
    for r in &e.related {
        let text = r.exception.text.replace('\n', &format!("\n{indent}  "));
        out.push_str(&format!("\n{indent}  [{}]: {text}", r.label));
        stack_and_related(&r.exception, out, level + 1);
    }
}

fn excerpt(text: &str, place: &TraceFrame, color: bool) -> Option<String> {
    let (line, column) = (place.line as usize, place.column as usize);
    let text = text.lines().nth(line.checked_sub(1)?)?;
    let at = text.char_indices().nth(column.checked_sub(1)?).map_or(text.len(), |c| c.0);
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
            .line_start(line)
            .path(place.file.as_str())
            .annotation(AnnotationKind::Primary.span(at..at + width)),
    )];
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let full = renderer.render(report).to_string();
    // the title is already printed as `Name: message`
    Some(full.split_once('\n').map_or(full.clone(), |p| p.1.to_owned()))
}
