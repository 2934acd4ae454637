//! From JavaScript to the IR, through the front end's AST and scopes.
//!
//! A variable of the program becomes a variable of the IR where it is declared. One that is used before
//! that (hoisted, captured by an earlier function) is declared at the start of its scope; that is found out
//! by trying: an import that meets a name not bound yet begins again with this name declared early.
//! Expressions the IR has no operations for are kept as text around variables; what cannot be imported at
//! all is an error that says why.

mod classes;
mod expressions;
mod patterns;
mod statements;

use std::collections::{BTreeMap, HashMap};

use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use tierproof_syntax::{BindingIndex, BindingKind, FunctionId, ScopeIndex, Scopes};

use super::op::{Attr, Op};
use super::program::{Instr, Program as Code, Var, Walk};

/// Why an import stops.
#[derive(Debug)]
enum Stop {
    /// This binding has to be declared earlier.
    Early(BindingIndex),
    No(String),
}

type Done<T = ()> = Result<T, Stop>;

fn no<T>(what: impl Into<String>) -> Done<T> {
    Err(Stop::No(what.into()))
}

/// How early a binding is declared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Early {
    /// At the start of its scope; a function with its body.
    Hoisted,
    /// A function, too, only as a variable.
    Declared,
}

/// Attempts before giving up.
const ATTEMPTS: usize = 200;
/// Longer texts are not imported.
const LONGEST: usize = 200_000;

/// The program of a script's text.
pub fn import(text: &str) -> Result<Code, String> {
    if text.len() > LONGEST {
        return Err("too long".into());
    }
    let source = tierproof_syntax::parse(text.as_bytes(), "import.js").map_err(|e| e.to_string())?;
    if source.text() != text {
        return Err("the text has marks".into());
    }
    source.with(|program, scopes| {
        let mut early = BTreeMap::new();
        for _ in 0..ATTEMPTS {
            let mut i = Importer::new(text, scopes, &early);
            match i.script(program) {
                Ok(()) => {
                    i.code.renumber();
                    return super::verify(&i.code).map(|()| i.code);
                }
                Err(Stop::No(why)) => return Err(why),
                Err(Stop::Early(b)) => match early.get(&b) {
                    None => early.insert(b, Early::Hoisted),
                    Some(Early::Hoisted) => early.insert(b, Early::Declared),
                    Some(Early::Declared) => {
                        return Err(format!("`{}` is out of reach", scopes.bindings[b as usize].name));
                    }
                },
            };
        }
        Err("too many names that are used early".into())
    })
}

struct Importer<'s, 'a> {
    text: &'s str,
    scopes: &'s Scopes<'a>,
    early: &'s BTreeMap<BindingIndex, Early>,
    vars: HashMap<BindingIndex, Var>,
    code: Code,
    walk: Walk,
    /// Labels that wait for their loop.
    labels: Vec<String>,
    /// Depth of statement lists within the function: `var`s of inner ones are declared early.
    nested: usize,
    function: FunctionId,
}

impl<'s, 'a> Importer<'s, 'a> {
    fn new(text: &'s str, scopes: &'s Scopes<'a>, early: &'s BTreeMap<BindingIndex, Early>) -> Self {
        Importer {
            text,
            scopes,
            early,
            vars: HashMap::new(),
            code: Code::default(),
            walk: Walk::growing(),
            labels: Vec::new(),
            nested: 0,
            function: scopes.root,
        }
    }

    fn script(&mut self, p: &Program<'a>) -> Done {
        if !p.directives.is_empty() && p.directives.iter().any(|d| d.directive == "use strict") {
            self.emit(Instr::new(Op::UseStrict))?;
        }
        self.scope(p.scope_id.get().map(|s| s.index() as ScopeIndex), &p.body)?;
        self.list(&p.body)
    }

    // ---- emitting

    fn emit(&mut self, instr: Instr) -> Done {
        self.walk.step(&instr).map_err(Stop::No)?;
        self.code.code.push(instr);
        Ok(())
    }
    fn fresh(&mut self) -> Var {
        self.code.fresh()
    }
    fn value(&mut self, op: Op, attr: Attr, inputs: &[Var]) -> Done<Var> {
        let out = self.fresh();
        self.emit(Instr { outputs: vec![out], ..Instr::with(op, attr, inputs) })?;
        Ok(out)
    }
    fn effect(&mut self, op: Op, attr: Attr, inputs: &[Var]) -> Done {
        self.emit(Instr::with(op, attr, inputs))
    }
    fn end(&mut self) -> Done {
        self.emit(Instr::new(Op::End))
    }
    fn result(&mut self, v: Var) -> Done {
        self.effect(Op::Result, Attr::None, &[v])
    }
    fn undefined(&mut self) -> Done<Var> {
        self.value(Op::Undefined, Attr::None, &[])
    }

    // ---- names

    /// Declares what has to be early in a scope, given its statements.
    fn scope(&mut self, scope: Option<ScopeIndex>, list: &[Statement<'a>]) -> Done {
        let Some(scope) = scope else { return Ok(()) };
        let names = self.scopes.scopes[scope as usize].bindings.clone();
        let hoisted: Vec<BindingIndex> = list
            .iter()
            .filter_map(|s| if let Statement::FunctionDeclaration(f) = s { own_binding(&f.id) } else { None })
            .collect();
        for b in names {
            let Some(early) = self.early.get(&b) else { continue };
            if (*early == Early::Declared || !hoisted.contains(&b)) && !self.vars.contains_key(&b) {
                let v = self.undefined()?;
                self.vars.insert(b, v);
            }
        }
        for s in list {
            if let Statement::FunctionDeclaration(f) = s
                && own_binding(&f.id).is_some_and(|b| self.early.contains_key(&b))
            {
                self.function_declaration(f)?;
            }
        }
        Ok(())
    }
    fn function_declaration(&mut self, f: &Function<'a>) -> Done {
        let Some(b) = own_binding(&f.id) else { return no("a function without a name") };
        let address = std::ptr::from_ref(f) as usize;
        let outside = self
            .scopes
            .annex_b
            .get(&address)
            .is_some_and(|v| v.is_none() || self.scopes.references.iter().any(|r| r.binding == *v));
        if outside {
            return no("a function in a block that is a variable outside");
        }
        let declared = self.vars.contains_key(&b);
        let changes = self.scopes.bindings[b as usize].assigned;
        let v = self.function(f, if declared || changes { None } else { Some(b) })?;
        if declared {
            let to = self.vars[&b];
            self.effect(Op::Assign, Attr::None, &[to, v])
        } else {
            if changes {
                let copy = self.value(Op::Copy, Attr::None, &[v])?;
                self.vars.insert(b, copy);
            }
            Ok(())
        }
    }
    /// Gives a declared name its first value; `own` says that nothing else names it.
    fn declare(&mut self, b: BindingIndex, value: Var, own: bool) -> Done {
        if let Some(to) = self.vars.get(&b).copied() {
            return self.effect(Op::Assign, Attr::None, &[to, value]);
        }
        let kind = self.scopes.bindings[b as usize].kind;
        if self.nested > 0 && matches!(kind, BindingKind::Var | BindingKind::GlobalVar) {
            return Err(Stop::Early(b));
        }
        let v = match own && !self.walk.is_constant(value) {
            true => value,
            false => self.value(Op::Copy, Attr::None, &[value])?,
        };
        self.vars.insert(b, v);
        Ok(())
    }
    fn binding_of(&self, id: &BindingIdentifier<'a>) -> Done<BindingIndex> {
        match id.symbol_id.get() {
            Some(s) => Ok(s.index() as BindingIndex),
            None => no("a name that is not resolved"),
        }
    }
    /// The binding that an identifier means, if it is not global.
    fn binding(&self, id: &IdentifierReference<'a>) -> Option<BindingIndex> {
        let r = id.reference_id.get()?;
        self.scopes.references.get(r.index())?.binding
    }
    /// The variable of a name.
    fn variable(&mut self, b: BindingIndex) -> Done<Var> {
        match self.vars.get(&b) {
            Some(v) if self.walk.sees(*v) => Ok(*v),
            _ => {
                let binding = &self.scopes.bindings[b as usize];
                let lexical = matches!(
                    binding.kind,
                    BindingKind::Let
                        | BindingKind::Const
                        | BindingKind::Class
                        | BindingKind::GlobalLet
                        | BindingKind::GlobalConst
                );
                match binding.kind {
                    BindingKind::Arguments => self.value(Op::Arguments, Attr::None, &[]),
                    // the IR's variables have no dead zone
                    _ if lexical && binding.function == self.function => {
                        no(format!("`{}` is used too early", binding.name))
                    }
                    _ => Err(Stop::Early(b)),
                }
            }
        }
    }

    // ---- text

    fn slice(&self, s: Span) -> &'s str {
        self.text.get(s.start as usize..s.end as usize).unwrap_or("")
    }
    /// An expression as text around variables.
    fn as_text(&mut self, e: &Expression<'a>) -> Done<Var> {
        let span = e.span();
        let mut names = Names::default();
        names.visit_expression(e);
        let text = self.slice(span);
        if names.assigns || (text.contains('`') && text.contains('\n')) || text.contains("//") {
            return no(format!("text that cannot be kept: {}", text.chars().take(40).collect::<String>()));
        }
        let (mut pieces, mut inputs, mut at) = (Vec::new(), Vec::new(), span.start);
        let mut piece = String::new();
        for (id, reference, shorthand) in names.found {
            let Some(b) = reference.and_then(|r| self.scopes.references.get(r)?.binding) else { continue };
            let binding = &self.scopes.bindings[b as usize];
            // names of its own, and what only a function has
            let own = !self.vars.contains_key(&b) && {
                let s = &self.scopes.scopes[binding.scope as usize];
                let f = &self.scopes.functions[s.function as usize];
                f.source_range.0 >= span.start && f.source_range.1 <= span.end
            };
            if own
                || matches!(
                    binding.kind,
                    BindingKind::Arguments | BindingKind::ClassName | BindingKind::FunctionName
                )
            {
                continue;
            }
            let v = self.variable(b)?;
            piece.push_str(self.slice(Span::new(at, id.start)));
            if shorthand {
                piece.push_str(&format!("{}: ", self.slice(id)));
            }
            pieces.push(std::mem::take(&mut piece));
            inputs.push(v);
            at = id.end;
        }
        piece.push_str(self.slice(Span::new(at, span.end)));
        pieces.push(piece);
        self.value(Op::SourceValue, Attr::texts(pieces), &inputs)
    }
}

fn own_binding(id: &Option<BindingIdentifier<'_>>) -> Option<BindingIndex> {
    Some(id.as_ref()?.symbol_id.get()?.index() as BindingIndex)
}

/// The identifiers of an expression.
#[derive(Default)]
struct Names {
    found: Vec<(Span, Option<usize>, bool)>,
    assigns: bool,
    shorthand: bool,
}

impl<'a> Visit<'a> for Names {
    fn visit_identifier_reference(&mut self, id: &IdentifierReference<'a>) {
        self.found.push((id.span, id.reference_id.get().map(|r| r.index()), self.shorthand));
    }
    fn visit_object_property(&mut self, p: &ObjectProperty<'a>) {
        self.shorthand = p.shorthand;
        if p.shorthand {
            self.visit_expression(&p.value);
        } else {
            walk::walk_object_property(self, p);
        }
        self.shorthand = false;
    }
    fn visit_assignment_target(&mut self, _: &AssignmentTarget<'a>) {
        self.assigns = true;
    }
    fn visit_simple_assignment_target(&mut self, _: &SimpleAssignmentTarget<'a>) {
        self.assigns = true;
    }
}
