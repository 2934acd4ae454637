//! What a REPL has to know of an input: whether it is complete, and how to run one that awaits at the
//! top. Scripts know no `await` there, so such an input becomes the body of an async function whose
//! declarations are made outside.

use oxc_allocator::Allocator;
use oxc_ast::ast::{BindingPattern, Declaration, Statement, VariableDeclarationKind};
use oxc_parser::Parser;
use oxc_span::{GetSpan, SourceType};

/// How to run an input.
#[derive(Debug, PartialEq, Eq)]
pub enum Input {
    /// As script.
    Script(String),
    /// `declarations` as script, then `body`, whose value is a promise of an array of one: the value.
    Await { declarations: String, body: String },
}

/// Whether more lines could make a program of a text that is none.
pub fn is_incomplete(text: &str) -> bool {
    let Err(e) = crate::parse(text.as_bytes(), "input") else { return false };
    let at_end = |e: &crate::SyntaxError| e.offset as usize >= text.trim_end().len();
    if unterminated(text, &e) || at_end(&e) {
        return true;
    }
    // `await` at the top is an error of its own that hides others
    match text.contains("await") {
        true => match crate::parse(async_body(text).as_bytes(), "input") {
            Ok(_) => false,
            Err(e) => {
                unterminated(&async_body(text), &e)
                    || e.offset as usize >= PROLOGUE.len() + text.trim_end().len()
            }
        },
        false => false,
    }
}

/// A template or comment that has no end; strings end with their line.
fn unterminated(text: &str, e: &crate::SyntaxError) -> bool {
    e.message.starts_with("Unterminated")
        && text.as_bytes().get(e.offset as usize).is_some_and(|b| matches!(b, b'`' | b'}' | b'/'))
        && !e.message.contains("regular")
}

const PROLOGUE: &str = "(async () => {";

fn async_body(text: &str) -> String {
    format!("{PROLOGUE}{text}\n}})()")
}

/// Finds out how to run `text`.
pub fn prepare(text: &str, name: &str) -> Input {
    let script = || Input::Script(text.to_owned());
    // an object literal rather than a block, as everybody expects
    let trimmed = text.trim();
    if trimmed.starts_with('{') && trimmed.ends_with('}') {
        let object = format!("({trimmed})");
        if crate::parse(object.as_bytes(), name).is_ok() {
            return Input::Script(object);
        }
    }
    if !text.contains("await") || crate::parse(text.as_bytes(), name).is_ok() {
        return script();
    }
    if crate::parse(async_body(text).as_bytes(), name).is_err() {
        return script();
    }
    rewrite(text).unwrap_or_else(script)
}

/// Takes an input with `await` at the top apart.
fn rewrite(text: &str) -> Option<Input> {
    let allocator = Allocator::default();
    // a module allows it
    let parsed = Parser::new(&allocator, text, SourceType::mjs()).parse();
    if parsed.panicked || !parsed.diagnostics.is_empty() {
        return None;
    }
    let mut names: Vec<(&str, String)> = Vec::new();
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    let count = parsed.program.body.len();
    for (i, statement) in parsed.program.body.iter().enumerate() {
        let span = statement.span();
        match statement {
            Statement::VariableDeclaration(d) if !d.kind.is_using() => {
                let keyword = if d.kind == VariableDeclarationKind::Var { "var" } else { "let" };
                for one in &d.declarations {
                    bound_names(&one.id, &mut |n| names.push((keyword, n.to_owned())));
                }
                let first = d.declarations.first()?.span.start as usize;
                let last = d.declarations.last()?.span.end as usize;
                edits.push((d.span.start as usize, first, "void (".into()));
                edits.push((last, last, ")".into()));
            }
            Statement::FunctionDeclaration(f) => {
                let n = f.id.as_ref()?.name.to_string();
                edits.push((span.end as usize, span.end as usize, format!("\nglobalThis.{n} = {n};")));
            }
            Statement::ClassDeclaration(c) => {
                let n = c.id.as_ref()?.name.to_string();
                edits.push((span.start as usize, span.start as usize, format!("{n} = ")));
                edits.push((span.end as usize, span.end as usize, ";".into()));
                names.push(("let", n));
            }
            Statement::ExpressionStatement(e) if i + 1 == count => {
                let inner = e.expression.span();
                edits.push((span.start as usize, inner.start as usize, "return [(".into()));
                edits.push((inner.end as usize, span.end as usize, ")];".into()));
            }
            s if matches!(s.as_declaration(), Some(Declaration::VariableDeclaration(_))) => return None,
            _ => {}
        }
    }
    let mut body = text.to_owned();
    for (from, to, new) in edits.into_iter().rev() {
        body.replace_range(from..to, &new);
    }
    let declarations: String = names.iter().map(|(keyword, n)| format!("{keyword} {n}; ")).collect();
    Some(Input::Await { declarations, body: format!("(async () => {{ {body}\nreturn [undefined]; }})()") })
}

fn bound_names<'a>(pattern: &BindingPattern<'a>, out: &mut impl FnMut(&str)) {
    match pattern {
        BindingPattern::BindingIdentifier(id) => out(&id.name),
        BindingPattern::ObjectPattern(o) => {
            o.properties.iter().for_each(|p| bound_names(&p.value, out));
            if let Some(rest) = &o.rest {
                bound_names(&rest.argument, out);
            }
        }
        BindingPattern::ArrayPattern(a) => {
            a.elements.iter().flatten().for_each(|e| bound_names(e, out));
            if let Some(rest) = &a.rest {
                bound_names(&rest.argument, out);
            }
        }
        BindingPattern::AssignmentPattern(a) => bound_names(&a.left, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn incomplete_inputs_are_told_from_wrong_ones() {
        for text in [
            "function f() {",
            "f(1,",
            "[1, 2",
            "({ a: 1,",
            "`open",
            "`a ${1} open",
            "await f(`open",
            "if (x)",
            "x = ",
            "/* open",
            "class A {\n  m() {",
            "const x = await f(",
            "for (const x of [1, 2]) {",
            "a +",
        ] {
            assert!(is_incomplete(text), "{text}");
        }
        for text in [
            "",
            "1",
            "f(1)",
            "x y",
            ")",
            "let a; let a;",
            "'open",
            "/re",
            "await x",
            "{ a: 1 }",
            "const x = await y;",
        ] {
            assert!(!is_incomplete(text), "{text}");
        }
    }

    #[test]
    fn awaiting_inputs_keep_their_declarations() {
        let prepared = |t: &str| match prepare(t, "t") {
            Input::Script(_) => None,
            Input::Await { declarations, body } => {
                assert!(crate::parse(declarations.as_bytes(), "t").is_ok(), "{declarations}");
                assert!(crate::parse(body.as_bytes(), "t").is_ok(), "{body}");
                Some(declarations)
            }
        };
        assert_eq!(prepared("await 1"), Some("".into()));
        assert_eq!(prepared("const x = await 1, y = 2; x"), Some("let x; let y; ".into()));
        assert_eq!(prepared("let { a, b: [c = 1, ...d] } = await f()"), Some("let a; let c; let d; ".into()));
        assert_eq!(prepared("var v = await 1; class C {} function f() {}"), Some("var v; let C; ".into()));
        assert_eq!(prepared("async function f() { await 1 }"), None);
        assert_eq!(prepared("'await'"), None);
        assert_eq!(prepare("{ a: 1 }", "t"), Input::Script("({ a: 1 })".into()));
        assert_eq!(prepare("{ let a = 1 }", "t"), Input::Script("{ let a = 1 }".into()));
    }
}
