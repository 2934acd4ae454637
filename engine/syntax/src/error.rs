//! A syntax error with its place, and its rendering with a source excerpt.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// Why a source text is not a program (or not one that we support yet).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// Without the leading `SyntaxError: `.
    pub message: String,
    /// Byte offset in the source.
    pub offset: u32,
    /// Bytes that the error covers, at least 1 unless at the end.
    pub length: u32,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    /// Name of the source.
    pub source_name: String,
    /// The text around the place, and the line number of its first line.
    excerpt: (String, u32),
    /// The place within the excerpt.
    excerpt_offset: u32,
}

/// Bytes of context kept on each side of the place.
const CONTEXT: usize = 160;

impl SyntaxError {
    pub fn new(name: &str, text: &str, offset: u32, length: u32, message: String) -> SyntaxError {
        let mut at = (offset as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &text[..at];
        let line = before.bytes().filter(|&b| b == b'\n').count() as u32 + 1;
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        let column = before[line_start..].chars().count() as u32 + 1;
        let mut start = line_start.max(at.saturating_sub(CONTEXT));
        while !text.is_char_boundary(start) {
            start += 1;
        }
        let mut end = text[at..].find('\n').map_or(text.len(), |i| at + i).min(at + CONTEXT);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let length = (length as usize).clamp(1, (end - at).max(1)) as u32;
        SyntaxError {
            message,
            offset: at as u32,
            length,
            line,
            column,
            source_name: name.to_owned(),
            excerpt: (text[start..end].to_owned(), line),
            excerpt_offset: (at - start) as u32,
        }
    }

    /// The error with a source excerpt, as rustc prints its own.
    pub fn render(&self, color: bool) -> String {
        let start = self.excerpt_offset as usize;
        let mut end = (start + self.length as usize).min(self.excerpt.0.len()).max(start);
        while !self.excerpt.0.is_char_boundary(end) {
            end += 1;
        }
        let report = &[Level::ERROR.primary_title(format!("SyntaxError: {}", self.message)).element(
            Snippet::source(&self.excerpt.0)
                .line_start(self.excerpt.1 as usize)
                .path(&self.source_name)
                .annotation(AnnotationKind::Primary.span(start..end)),
        )];
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        renderer.render(report)
    }
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SyntaxError: {} ({}:{}:{})", self.message, self.source_name, self.line, self.column)
    }
}
impl std::error::Error for SyntaxError {}
