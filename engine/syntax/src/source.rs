//! The parsed source: text, arena, AST and scopes in one owner; and the guarded parse itself.

use crate::analysis;
use crate::error::SyntaxError;
use crate::natives;
use crate::scopes::{FunctionInfo, ScopeIndex, Scopes};
use oxc_allocator::Allocator;
use oxc_ast::ast::{Expression, Program, Statement};
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
    /// Characters from [`PLACEHOLDERS`] stand for lone surrogates.
    placeholders: bool,
    /// Part of the engine: names like `$call` are intrinsics.
    builtin: bool,
    /// Byte offsets of the lines' starts, made when first asked for.
    lines: std::cell::OnceCell<Vec<u32>>,
}

/// Code as a string of the language. UTF-8 cannot hold lone surrogates, so they are replaced by
/// characters of a private range, which the constants of the code turn back.
#[derive(Clone, Debug)]
pub struct CodeText {
    text: String,
    placeholders: bool,
    dialect: Dialect,
}

/// What a text may contain beyond the language.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dialect {
    /// `%Name(arguments)` of those that this function knows (see `natives`).
    pub natives: Option<fn(&str) -> bool>,
}

/// Places in a text that the parser got in another form than it was given to us. Offsets, ascending.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    /// See [`Scopes::call_targets`].
    pub call_targets: Vec<u32>,
    /// See [`Scopes::natives`].
    pub natives: Vec<u32>,
}

/// 2,048 private characters for as many surrogates.
const PLACEHOLDERS: u32 = 0x10_F800;

impl CodeText {
    pub fn new(units: impl Iterator<Item = u16>) -> CodeText {
        let (mut text, mut placeholders) = (String::new(), false);
        for c in char::decode_utf16(units) {
            text.push(c.unwrap_or_else(|e| {
                placeholders = true;
                let unit = u32::from(e.unpaired_surrogate()) - 0xD800;
                char::from_u32(PLACEHOLDERS + unit).unwrap_or(char::REPLACEMENT_CHARACTER)
            }));
        }
        CodeText { text, placeholders, dialect: Dialect::default() }
    }
    pub fn in_dialect(self, dialect: Dialect) -> CodeText {
        CodeText { dialect, ..self }
    }
}

/// Turns placeholders back into lone surrogates.
pub fn restore_surrogates(units: &[u16]) -> crate::JsStr {
    let mut out = Vec::with_capacity(units.len());
    for c in char::decode_utf16(units.iter().copied()) {
        match c {
            Ok(c) if c as u32 >= PLACEHOLDERS => out.push((0xD800 + (c as u32 - PLACEHOLDERS)) as u16),
            Ok(c) => out.extend_from_slice(c.encode_utf16(&mut [0; 2])),
            Err(e) => out.push(e.unpaired_surrogate()),
        }
    }
    out.into()
}

impl Source {
    pub fn text(&self) -> &str {
        &self.cell.borrow_owner().text
    }
    pub fn name(&self) -> &str {
        &self.cell.borrow_owner().name
    }
    /// Whether string constants need [`restore_surrogates`].
    pub fn has_placeholders(&self) -> bool {
        self.placeholders
    }
    /// Whether this is code of the engine itself; see [`parse_builtins`].
    pub fn is_builtin(&self) -> bool {
        self.builtin
    }
    /// A part of the text as it was given to us.
    pub fn excerpt(&self, from: u32, to: u32) -> String {
        let (targets, natives) = self.with(|_, s| (s.call_targets.clone(), s.natives.clone()));
        // what stands there instead: a marker for nothing, a space for a percent sign
        let targets = targets.into_iter().map(|m| (m as usize - 1, MARKER.len(), ""));
        let natives = natives.into_iter().map(|n| (n as usize - 1, 1, "%"));
        let mut marks: Vec<(usize, usize, &str)> = targets.chain(natives).collect();
        marks.sort_unstable();
        let mut out = String::new();
        let (mut at, range) = (from as usize, from as usize..to as usize);
        for (m, length, original) in marks.into_iter().filter(|m| range.contains(&m.0)) {
            out.push_str(self.text().get(at..m).unwrap_or_default());
            out.push_str(original);
            at = m + length;
        }
        out.push_str(self.text().get(at..range.end).unwrap_or_default());
        out
    }
    /// Runs `f` on the AST and the scopes.
    pub fn with<R>(&self, f: impl for<'a> FnOnce(&'a Program<'a>, &Scopes<'a>) -> R) -> R {
        self.cell.with_dependent(|_, parsed| f(parsed.program, &parsed.scopes))
    }
    /// Number of functions, the script body included; their ids are `0..function_count`.
    pub fn function_count(&self) -> u32 {
        self.with(|_, scopes| scopes.functions.len() as u32)
    }
    /// The function to run: the script body, or the code of an `eval`.
    pub fn root_function(&self) -> u32 {
        self.with(|_, scopes| scopes.root)
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
        let starts = self.lines.get_or_init(|| {
            let ends = text.bytes().enumerate().filter(|b| b.1 == b'\n').map(|b| b.0 as u32 + 1);
            std::iter::once(0).chain(ends).collect()
        });
        let line = starts.partition_point(|&start| start as usize <= at).max(1);
        let start = starts[line - 1] as usize;
        (line as u32, text[start..at].chars().count() as u32 + 1)
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Source({:?}, {} bytes)", self.name(), self.text().len())
    }
}

/// Code that a direct `eval` runs in.
#[derive(Clone, Debug)]
pub struct Outer {
    pub source: Rc<Source>,
    pub scope: ScopeIndex,
}

/// What a text is parsed as.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal<'o> {
    Script,
    Module,
    /// Code of an indirect (`None`) or direct `eval`.
    Eval {
        outer: Option<&'o Outer>,
        inherits_strict: bool,
    },
    /// A function expression in parentheses: the name is no binding.
    Function,
}

/// Parses a script; every early error is reported here, before anything is compiled.
pub fn parse(bytes: &[u8], name: &str) -> Result<Rc<Source>, SyntaxError> {
    parse_in(bytes, name, Dialect::default())
}

/// Parses a script in a dialect.
pub fn parse_in(bytes: &[u8], name: &str, dialect: Dialect) -> Result<Rc<Source>, SyntaxError> {
    parse_as(bytes, name, Goal::Script, dialect).map(Rc::new)
}

/// Parses builtins written in JavaScript, a script in which calls of names like `$call` are
/// intrinsics (`bytegen/intrinsics.rs`).
pub fn parse_builtins(text: &str, name: &str) -> Result<Rc<Source>, SyntaxError> {
    let mut source = parse_as(text.as_bytes(), name, Goal::Script, Dialect::default())?;
    source.builtin = true;
    Ok(Rc::new(source))
}

/// Parses a module.
pub fn parse_module(bytes: &[u8], name: &str) -> Result<Rc<Source>, SyntaxError> {
    parse_module_in(bytes, name, Dialect::default())
}

/// Parses a module in a dialect.
pub fn parse_module_in(bytes: &[u8], name: &str, dialect: Dialect) -> Result<Rc<Source>, SyntaxError> {
    parse_as(bytes, name, Goal::Module, dialect).map(Rc::new)
}

/// Parses the code of an `eval`; `outer` is where a direct one stands, `strict` its strictness.
pub fn parse_eval(code: &CodeText, strict: bool, outer: Option<&Outer>) -> Result<Rc<Source>, SyntaxError> {
    let text = &code.text;
    let text = match (strict, text.strip_prefix("#!")) {
        // a hashbang is a comment only at the very start
        (true, Some(comment)) => format!("\"use strict\";//{comment}"),
        (true, None) => format!("\"use strict\";{text}"),
        (false, _) => text.to_owned(),
    };
    let goal = Goal::Eval { outer, inherits_strict: strict };
    let mut source = parse_as(text.as_bytes(), "eval", goal, code.dialect)?;
    source.placeholders = code.placeholders;
    Ok(Rc::new(source))
}

/// Parses what `Function` and its kin make of parameters and body: a script whose completion value
/// is the function. `head` is `function`, `async function*` and the like.
pub fn parse_function(head: &str, params: &CodeText, body: &CodeText) -> Result<Rc<Source>, SyntaxError> {
    let placeholders = params.placeholders || body.placeholders;
    let dialect = body.dialect;
    let (params, body) = (&params.text, &body.text);
    let start = format!("({head} anonymous(");
    let text = format!("{start}{params}\n) {{\n{body}\n}})");
    let mut source = parse_as(text.as_bytes(), "anonymous", Goal::Function, dialect)?;
    source.placeholders = placeholders;
    let after_params = (start.len() + params.len() + 2) as u32;
    let fits = source.with(|program, scopes| {
        let [Statement::ExpressionStatement(s)] = &program.body[..] else { return false };
        let Expression::FunctionExpression(f) = &s.expression else { return false };
        // marks behind calls move what follows
        let marks = scopes.call_targets.iter().filter(|&&m| m < f.params.span.end).count();
        let after_params = after_params + (marks * MARKER.len()) as u32;
        let whole = source.text().len() - 1;
        f.params.span.start as usize == start.len() - 1
            && f.params.span.end == after_params
            && f.body
                .as_ref()
                .is_some_and(|b| b.span.start == after_params + 1 && b.span.end as usize == whole)
    });
    if fits { Ok(Rc::new(source)) } else { Err(source.error(0, 1, "Unexpected token".into())) }
}

/// What oxc reports although the code around an `eval` may allow it; the analysis looks itself.
const DEPENDS_ON_OUTER: [&str; 4] = [
    "Unexpected new.target expression",
    "'super' can only be referenced in members of derived classes or object literal expressions.",
    "Super calls are not permitted outside constructors or in nested functions inside constructors.",
    "Private identifier '#",
];

/// What oxc reports for `f() = 1`, which sloppy code may contain: evaluating it throws.
const CALL_AS_TARGET: &str = "Cannot assign to this expression";
/// Put behind such a call, so that it parses; [`Scopes::call_targets`] knows the places.
const MARKER: &str = ".is_no_target";

/// Parses; natives are blanked out first.
fn parse_as(bytes: &[u8], name: &str, goal: Goal<'_>, dialect: Dialect) -> Result<Source, SyntaxError> {
    let Some((known, text)) = dialect.natives.zip(std::str::from_utf8(bytes).ok()) else {
        return parse_targets(bytes, name, goal, Marks::default());
    };
    match natives::blank(text, known) {
        Ok(None) => parse_targets(bytes, name, goal, Marks::default()),
        Ok(Some(blanked)) => {
            let marks = Marks { natives: blanked.places, ..Marks::default() };
            // errors show the text as it was given
            parse_targets(blanked.text.as_bytes(), name, goal, marks)
                .map_err(|e| SyntaxError::new(name, text, e.offset, e.length, e.message))
        }
        Err(natives::Unknown { offset, length }) => {
            let message = format!("Unknown native {}", &text[offset as usize..(offset + length) as usize]);
            Err(SyntaxError::new(name, text, offset, length, message))
        }
    }
}

/// Parses; calls that stand as assignment targets are marked, as often as it takes.
fn parse_targets(bytes: &[u8], name: &str, goal: Goal<'_>, marks: Marks) -> Result<Source, SyntaxError> {
    let first = match parse_marked(bytes, name, goal, &marks) {
        Err(e) if e.message == CALL_AS_TARGET => e,
        other => return other,
    };
    let (mut text, mut marks, mut error) = (bytes.to_vec(), marks, None);
    while marks.call_targets.len() < 64 {
        let e = error.as_ref().unwrap_or(&first);
        let at = e.offset as usize + e.length as usize;
        if e.message != CALL_AS_TARGET || at == 0 || text.get(at - 1) != Some(&b')') {
            break;
        }
        text.splice(at..at, MARKER.bytes());
        for m in marks.call_targets.iter_mut().chain(&mut marks.natives) {
            *m += if *m as usize > at { MARKER.len() as u32 } else { 0 };
        }
        marks.call_targets.push(at as u32 + 1);
        match parse_marked(&text, name, goal, &marks) {
            Ok(source) => return Ok(source),
            Err(e) => error = Some(e),
        }
    }
    Err(first)
}

fn parse_marked(bytes: &[u8], name: &str, goal: Goal<'_>, marks: &Marks) -> Result<Source, SyntaxError> {
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
    let run = || Cell::try_new(owner, |owner| parse_owned(owner, goal, marks));
    let parsed = if stack > (256 << 20) {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stacker::maybe_grow(needed, needed, run)))
            .map_err(|_| too_deep())?
    } else {
        stacker::maybe_grow(needed, needed.max(MIN_STACK), run)
    };
    Ok(Source { cell: parsed?, placeholders: false, builtin: false, lines: Default::default() })
}

fn parse_owned<'a>(owner: &'a Owner, goal: Goal<'_>, marks: &Marks) -> Result<Parsed<'a>, SyntaxError> {
    let counts = |d: &&OxcDiagnostic| {
        !matches!(goal, Goal::Eval { outer: Some(_), .. })
            || !DEPENDS_ON_OUTER.iter().any(|m| d.message.starts_with(m))
    };
    let error = |d: &OxcDiagnostic| {
        let (offset, length) = d.labels.first().map_or((0, 1), |l| (l.offset(), l.len()));
        SyntaxError::new(&owner.name, &owner.text, offset, length, d.message.to_string())
    };
    let options =
        ParseOptions { preserve_parens: false, parse_regular_expression: true, ..ParseOptions::default() };
    let kind = if matches!(goal, Goal::Module) { SourceType::mjs() } else { SourceType::script() };
    let parsed = Parser::new(&owner.allocator, &owner.text, kind).with_options(options).parse();
    if let Some(d) = parsed.diagnostics.iter().find(counts) {
        return Err(error(d));
    }
    if parsed.panicked {
        return Err(SyntaxError::new(&owner.name, &owner.text, 0, 1, "unexpected token".into()));
    }
    let program: &Program<'_> = owner.allocator.alloc(parsed.program);
    let semantic = SemanticBuilder::new_compiler().build(program);
    if let Some(d) = semantic.diagnostics.iter().find(counts) {
        return Err(error(d));
    }
    drop(semantic);
    match analysis::analyze(program, &owner.text, goal, &owner.allocator, marks) {
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
