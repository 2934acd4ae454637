//! The pass that fills [`Scopes`] and reports what oxc lets through: jumps out of arrow functions,
//! and constructs that the engine does not support yet.
//!
//! Declarations of a scope are collected on entry, so each reference is resolved when it is met.
//! A use needs no check for the hole when it stands behind the declaration in the source and every
//! function between the two is created behind it as well.

use crate::scopes::*;
use crate::source::{Goal, Marks};
use crate::strings::{JsStr, js_string, js_string_of_literal, number_key};
use oxc_allocator::Allocator;
use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use oxc_syntax::reference::ReferenceId;
use oxc_syntax::scope::{ScopeFlags, ScopeId};
use oxc_syntax::symbol::SymbolId;
use rustc_hash::{FxHashMap, FxHashSet};

mod bindings;
mod classes;
mod eval;
mod functions;
mod hoisting;
mod modules;
mod statements;
mod visit;

type Failure = (Span, String);

/// Analyses a program; the error is the first one in visiting order.
pub(crate) fn analyze<'a>(
    program: &'a Program<'a>,
    text: &'a str,
    goal: Goal<'_>,
    allocator: &'a Allocator,
    marks: &Marks,
) -> Result<Scopes<'a>, Failure> {
    let mut a = Analyzer {
        out: Scopes {
            call_targets: marks.call_targets.clone(),
            natives: marks.natives.clone(),
            ..Scopes::default()
        },
        call_target: 0,
        scope: 0,
        function: 0,
        failure: None,
        labels: Vec::new(),
        loops: 0,
        switches: 0,
        anonymous_names: FxHashMap::default(),
        text,
        strict: program.has_use_strict_directive() || matches!(goal, Goal::Module),
        write: false,
        imported_scopes: 0,
        imported_functions: 0,
        private_names: Vec::new(),
        hides_function_name: matches!(goal, Goal::Function),
    };
    match goal {
        Goal::Script | Goal::Function => a.script(program),
        Goal::Module => a.module(program),
        Goal::Eval { outer, inherits_strict } => {
            a.out.hidden_directives = usize::from(inherits_strict);
            a.eval(program, outer, allocator);
        }
    }
    if let Some(failure) = a.failure {
        return Err(failure);
    }
    a.finish();
    Ok(a.out)
}

struct Analyzer<'a> {
    out: Scopes<'a>,
    scope: ScopeIndex,
    function: FunctionId,
    failure: Option<Failure>,
    labels: Vec<&'a str>,
    loops: u32,
    switches: u32,
    /// Names that anonymous functions get from their place, by node address.
    anonymous_names: FxHashMap<usize, JsStr>,
    text: &'a str,
    strict: bool,
    /// The next identifier reference is assigned to.
    write: bool,
    /// Scopes and functions copied from the code around an `eval`: the first so many.
    imported_scopes: u32,
    imported_functions: u32,
    /// Private names of the classes around the current place.
    private_names: Vec<Vec<&'a str>>,
    /// Address of a marked call that may stand where it is.
    call_target: usize,
    /// The outermost function expression does not bind its name.
    hides_function_name: bool,
}

/// What a function needs besides its node.
struct FunctionSpec<'a> {
    node: FunctionNode<'a>,
    form: FunctionForm,
    name: JsStr,
    params: Option<&'a FormalParameters<'a>>,
    span: Span,
    strict: bool,
    hoisted_to: Option<u32>,
    self_name: Option<&'a str>,
    class_scope: Option<ScopeIndex>,
}

#[derive(Default)]
struct Hoisted<'a> {
    vars: Vec<&'a str>,
    /// Functions in blocks that Annex B hoists.
    annex_b: Vec<&'a Function<'a>>,
    /// Lexical names of the blocks around the current statement.
    blocks: Vec<Vec<&'a str>>,
}

fn address<T>(node: &T) -> usize {
    std::ptr::from_ref(node) as usize
}

impl<'a> Analyzer<'a> {
    fn fail(&mut self, span: Span, message: String) {
        if self.failure.is_none() {
            self.failure = Some((span, message));
        }
    }
    fn unsupported(&mut self, span: Span, what: &str) {
        self.fail(span, format!("not supported yet: {what}"));
    }
}

/// The statement behind its labels.
fn unlabelled<'s, 'a>(mut s: &'s Statement<'a>) -> &'s Statement<'a> {
    while let Statement::LabeledStatement(l) = s {
        s = &l.body;
    }
    s
}

fn collect_names<'a>(pattern: &BindingPattern<'a>, out: &mut Vec<&'a str>) {
    stacker::maybe_grow(64 << 10, 1 << 20, || match pattern {
        BindingPattern::BindingIdentifier(b) => out.push(b.name.as_str()),
        BindingPattern::ObjectPattern(p) => {
            for property in &p.properties {
                collect_names(&property.value, out);
            }
            if let Some(rest) = &p.rest {
                collect_names(&rest.argument, out);
            }
        }
        BindingPattern::ArrayPattern(p) => {
            for element in p.elements.iter().flatten() {
                collect_names(element, out);
            }
            if let Some(rest) = &p.rest {
                collect_names(&rest.argument, out);
            }
        }
        BindingPattern::AssignmentPattern(p) => collect_names(&p.left, out),
    });
}

fn pattern_has_expression(pattern: &BindingPattern<'_>) -> bool {
    stacker::maybe_grow(64 << 10, 1 << 20, || match pattern {
        BindingPattern::BindingIdentifier(_) => false,
        BindingPattern::ObjectPattern(p) => {
            p.properties.iter().any(|x| x.computed || pattern_has_expression(&x.value))
                || p.rest.as_ref().is_some_and(|r| pattern_has_expression(&r.argument))
        }
        BindingPattern::ArrayPattern(p) => {
            p.elements.iter().flatten().any(pattern_has_expression)
                || p.rest.as_ref().is_some_and(|r| pattern_has_expression(&r.argument))
        }
        BindingPattern::AssignmentPattern(_) => true,
    })
}

/// The name that a non-computed property key gives; `None` for computed keys.
pub fn key_name(key: &PropertyKey<'_>, computed: bool) -> Option<JsStr> {
    match key {
        PropertyKey::StaticIdentifier(i) => Some(js_string(&i.name)),
        PropertyKey::PrivateIdentifier(i) => Some(js_string(&format!("#{}", i.name))),
        _ if computed => None,
        PropertyKey::StringLiteral(s) => Some(js_string_of_literal(&s.value, s.lone_surrogates)),
        PropertyKey::NumericLiteral(n) => Some(js_string(&number_key(n.value))),
        PropertyKey::BigIntLiteral(n) => Some(js_string(&n.value)),
        _ => None,
    }
}

fn method_name(key: &PropertyKey<'_>, computed: bool, prefix: &str) -> JsStr {
    match key_name(key, computed) {
        Some(name) if prefix.is_empty() => name,
        Some(name) => prefix.encode_utf16().chain(name.iter().copied()).collect(),
        None => js_string(""),
    }
}
