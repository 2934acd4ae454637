//! The parsed source: text, arena, AST and scopes in one owner; and the guarded parse itself.

use crate::analysis;
use crate::error::SyntaxError;
use crate::scopes::{FunctionInfo, Scopes};
use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_diagnostics::OxcDiagnostic;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;
use std::rc::Rc;

/// Native stack per nesting level of the input, for parser, early errors and scope analysis.
const STACK_PER_LEVEL: usize = 4 << 10;
const MIN_STACK: usize = 16 << 20;
/// Above this the source is refused without parsing it.
const MAX_STACK: usize = 16 << 30;

struct Owner {
    text: String,
    name: String,
    allocator: Allocator,
}

struct Parsed<'a> {
    program: &'a Program<'a>,
    scopes: Scopes<'a>,
}

self_cell::self_cell!(
    struct Cell {
        owner: Owner,
        #[not_covariant]
        dependent: Parsed,
    }
);

/// A parsed script and everything needed to compile its functions later.
pub struct Source {
    cell: Cell,
}

impl Source {
    pub fn text(&self) -> &str {
        &self.cell.borrow_owner().text
    }
    pub fn name(&self) -> &str {
        &self.cell.borrow_owner().name
    }
    /// Runs `f` on the AST and the scopes.
    pub fn with<R>(&self, f: impl for<'a> FnOnce(&'a Program<'a>, &Scopes<'a>) -> R) -> R {
        self.cell.with_dependent(|_, parsed| f(parsed.program, &parsed.scopes))
    }
    /// Number of functions, the script body included; their ids are `0..function_count`.
    pub fn function_count(&self) -> u32 {
        self.with(|_, scopes| scopes.functions.len() as u32)
    }
    /// Runs `f` on what is known about function `id` without compiling it.
    pub fn with_function<R>(&self, id: u32, f: impl FnOnce(&FunctionInfo<'_>) -> R) -> R {
        self.with(|_, scopes| f(&scopes.functions[id as usize]))
    }
    /// An error at a place of this source.
    pub fn error(&self, offset: u32, length: u32, message: String) -> SyntaxError {
        SyntaxError::new(self.name(), self.text(), offset, length, message)
    }
    /// 1-based line and column (in characters) of a byte offset.
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let text = self.text();
        let mut at = (offset as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &text[..at];
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        (
            before.bytes().filter(|&b| b == b'\n').count() as u32 + 1,
            before[start..].chars().count() as u32 + 1,
        )
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Source({:?}, {} bytes)", self.name(), self.text().len())
    }
}

/// Parses a script; every early error is reported here, before anything is compiled.
pub fn parse(bytes: &[u8], name: &str) -> Result<Rc<Source>, SyntaxError> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) => {
            let valid = std::str::from_utf8(&bytes[..e.valid_up_to()]).unwrap_or_default();
            return Err(SyntaxError::new(name, valid, e.valid_up_to() as u32, 1, "invalid UTF-8".into()));
        }
    };
    if text.len() >= i32::MAX as usize {
        return Err(SyntaxError::new(name, "", 0, 1, "source text too long".into()));
    }
    let stack = nesting_bound(bytes).saturating_mul(STACK_PER_LEVEL);
    let too_deep = || SyntaxError::new(name, text, 0, 1, "too deeply nested".into());
    if stack > MAX_STACK {
        return Err(too_deep());
    }
    let owner = Owner { text: text.to_owned(), name: name.to_owned(), allocator: Allocator::default() };
    // the new stack is a lazily committed mapping; a host that refuses it makes `grow` panic
    let needed = stack + (MIN_STACK >> 2);
    let run = || Cell::try_new(owner, parse_owned);
    let parsed = if stack > (256 << 20) {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stacker::maybe_grow(needed, needed, run)))
            .map_err(|_| too_deep())?
    } else {
        stacker::maybe_grow(needed, needed.max(MIN_STACK), run)
    };
    Ok(Rc::new(Source { cell: parsed? }))
}

fn parse_owned(owner: &Owner) -> Result<Parsed<'_>, SyntaxError> {
    let error = |d: &OxcDiagnostic| {
        let (offset, length) = d.labels.first().map_or((0, 1), |l| (l.offset(), l.len()));
        SyntaxError::new(&owner.name, &owner.text, offset, length, d.message.to_string())
    };
    let options = ParseOptions { preserve_parens: false, ..ParseOptions::default() };
    let parsed =
        Parser::new(&owner.allocator, &owner.text, SourceType::script()).with_options(options).parse();
    if let Some(d) = parsed.diagnostics.first() {
        return Err(error(d));
    }
    if parsed.panicked {
        return Err(SyntaxError::new(&owner.name, &owner.text, 0, 1, "unexpected token".into()));
    }
    let program: &Program<'_> = owner.allocator.alloc(parsed.program);
    let semantic = SemanticBuilder::new_compiler().build(program);
    if let Some(d) = semantic.diagnostics.first() {
        return Err(error(d));
    }
    drop(semantic);
    match analysis::analyze(program, &owner.text) {
        Ok(scopes) => Ok(Parsed { program, scopes }),
        Err((span, message)) => {
            Err(SyntaxError::new(&owner.name, &owner.text, span.start, span.size(), message))
        }
    }
}

/// Upper bound of the nesting of a parse: bytes that open or chain something, and keywords that
/// may nest without brackets.
fn nesting_bound(bytes: &[u8]) -> usize {
    let mut count = 0usize;
    let mut at = 0;
    while at < bytes.len() {
        let b = bytes[at];
        if b.is_ascii_alphabetic() {
            let start = at;
            while at < bytes.len()
                && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_' || bytes[at] == b'$')
            {
                at += 1;
            }
            count += usize::from(matches!(
                &bytes[start..at],
                b"typeof"
                    | b"void"
                    | b"delete"
                    | b"new"
                    | b"await"
                    | b"yield"
                    | b"if"
                    | b"else"
                    | b"for"
                    | b"while"
                    | b"do"
                    | b"with"
                    | b"in"
                    | b"instanceof"
                    | b"extends"
                    | b"async"
            ));
            continue;
        }
        count += usize::from(matches!(
            b,
            b'(' | b'['
                | b'{'
                | b'+'
                | b'-'
                | b'*'
                | b'/'
                | b'%'
                | b'&'
                | b'|'
                | b'^'
                | b'!'
                | b'~'
                | b'<'
                | b'>'
                | b'='
                | b'?'
                | b':'
                | b'.'
                | b'`'
        ));
        at += 1;
    }
    count
}
