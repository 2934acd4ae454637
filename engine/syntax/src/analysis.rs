//! The pass that fills [`Scopes`] and reports what oxc lets through: jumps out of arrow functions,
//! and constructs that the engine does not support yet.
//!
//! Declarations of a scope are collected on entry, so each reference is resolved when it is met.
//! A use needs no check for the hole when it stands behind the declaration in the source and every
//! function between the two is created behind it as well.

use crate::scopes::*;
use crate::strings::{JsStr, js_string, js_string_of_literal, number_key};
use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use oxc_syntax::reference::ReferenceId;
use oxc_syntax::scope::{ScopeFlags, ScopeId};
use oxc_syntax::symbol::SymbolId;
use rustc_hash::{FxHashMap, FxHashSet};

type Failure = (Span, String);

/// Analyses a program; the error is the first one in visiting order.
pub(crate) fn analyze<'a>(program: &'a Program<'a>, text: &'a str) -> Result<Scopes<'a>, Failure> {
    let mut a = Analyzer {
        out: Scopes::default(),
        scope: 0,
        function: 0,
        failure: None,
        labels: Vec::new(),
        loops: 0,
        switches: 0,
        anonymous_names: FxHashMap::default(),
        text,
        strict: program.has_use_strict_directive(),
        write: false,
    };
    a.script(program);
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

    // --- scopes and bindings

    fn new_scope(&mut self, kind: ScopeKind, start: u32) -> ScopeIndex {
        let index = self.out.scopes.len() as ScopeIndex;
        self.out.scopes.push(Scope {
            parent: if index == 0 { None } else { Some(self.scope) },
            function: self.function,
            kind,
            bindings: Vec::new(),
            functions: Vec::new(),
            start,
            head_closures: false,
            context_slots: 0,
        });
        index
    }

    fn declare(
        &mut self,
        scope: ScopeIndex,
        name: &'a str,
        kind: BindingKind,
        init: (u32, u32),
    ) -> BindingIndex {
        if let Some(&known) = self.out.names.get(&(scope, name)) {
            let binding = &mut self.out.bindings[known as usize];
            // a function wins over a parameter's or variable's kind; duplicates of parameters: last one
            if let (BindingKind::Param(_), BindingKind::Param(_)) = (binding.kind, kind) {
                binding.kind = kind;
            }
            return known;
        }
        let index = self.new_binding(scope, name, kind, init);
        self.out.names.insert((scope, name), index);
        index
    }

    fn new_binding(
        &mut self,
        scope: ScopeIndex,
        name: &'a str,
        kind: BindingKind,
        init: (u32, u32),
    ) -> BindingIndex {
        let index = self.out.bindings.len() as BindingIndex;
        let function = self.out.scopes[scope as usize].function;
        self.out.bindings.push(Binding {
            name,
            kind,
            scope,
            function,
            captured: false,
            slot: 0,
            needs_hole: false,
            assigned: false,
            init_from: init.0,
            init_until: init.1,
            initial_from: None,
        });
        self.out.scopes[scope as usize].bindings.push(index);
        index
    }

    fn resolve(&mut self, name: &'a str, at: u32) -> Reference {
        let mut s = self.scope;
        let mut at = at;
        let mut crossed_class = None;
        let binding = loop {
            if let Some(&b) = self.out.names.get(&(s, name)) {
                break b;
            }
            let scope = &self.out.scopes[s as usize];
            let parent = scope.parent;
            if scope.kind == ScopeKind::Function {
                let f = scope.function as usize;
                let info = &self.out.functions[f];
                let plain = !matches!(
                    info.form,
                    FunctionForm::Script | FunctionForm::Arrow | FunctionForm::ClassInitializer
                );
                if plain && name == "arguments" {
                    let b = self.declare(s, name, BindingKind::Arguments, (0, u32::MAX));
                    self.out.functions[f].arguments_binding = Some(b);
                    break b;
                }
                if info.self_name == Some(name) {
                    let b = self.declare(s, name, BindingKind::FunctionName, (0, u32::MAX));
                    self.out.functions[f].self_binding = Some(b);
                    break b;
                }
                at = info.hoisted_to.unwrap_or(info.source_range.0);
                if info.class_scope.is_some() {
                    crossed_class = info.class_scope;
                }
            }
            match parent {
                Some(p) => s = p,
                None => return Reference { binding: None, check: false },
            }
        };
        let from = self.function;
        let b = &mut self.out.bindings[binding as usize];
        if b.kind.is_global() {
            return Reference { binding: Some(binding), check: false };
        }
        if b.function != from {
            b.captured = true;
        }
        let initialised = b.init_from <= at && at < b.init_until
            || b.kind == BindingKind::ClassName && crossed_class == Some(b.scope);
        let check = b.kind.is_lexical() && !initialised;
        if check {
            b.needs_hole = true;
        }
        Reference { binding: Some(binding), check }
    }

    fn this_owner(&self) -> FunctionId {
        self.out.functions[self.function as usize].this_owner
    }

    fn special(&mut self, kind: BindingKind) -> Option<BindingIndex> {
        let owner = self.this_owner() as usize;
        let info = &self.out.functions[owner];
        let here = owner as u32 == self.function;
        let wanted = !here || kind == BindingKind::This && info.form == FunctionForm::DerivedConstructor;
        if !wanted {
            return None;
        }
        let (known, name) = match kind {
            BindingKind::This => (info.this_binding, "this"),
            BindingKind::NewTarget => (info.new_target_binding, "new.target"),
            BindingKind::HomeObject => (info.home_binding, "super"),
            _ => (info.callee_binding, "callee"),
        };
        let scope = info.scope;
        let binding = known.unwrap_or_else(|| self.new_binding(scope, name, kind, (0, u32::MAX)));
        if !here {
            self.out.bindings[binding as usize].captured = true;
        }
        let info = &mut self.out.functions[owner];
        *match kind {
            BindingKind::This => &mut info.this_binding,
            BindingKind::NewTarget => &mut info.new_target_binding,
            BindingKind::HomeObject => &mut info.home_binding,
            _ => &mut info.callee_binding,
        } = Some(binding);
        Some(binding)
    }

    fn use_this(&mut self) {
        let owner = self.this_owner() as usize;
        self.out.functions[owner].uses_this = true;
        self.special(BindingKind::This);
    }

    // --- declarations of a scope

    fn declare_pattern(
        &mut self,
        scope: ScopeIndex,
        pattern: &'a BindingPattern<'a>,
        kind: BindingKind,
        init: (u32, u32),
    ) {
        let mut names = Vec::new();
        collect_names(pattern, &mut names);
        for name in names {
            self.declare(scope, name, kind, init);
        }
    }

    /// let, const, class and (in blocks) function declarations that stand directly in `statements`.
    fn declare_lexical(&mut self, scope: ScopeIndex, statements: &'a [Statement<'a>], until: u32) {
        let top = matches!(self.out.scopes[scope as usize].kind, ScopeKind::Function | ScopeKind::Body);
        let global = scope == 0;
        for statement in statements {
            match unlabelled(statement) {
                Statement::VariableDeclaration(d) => {
                    let kind = match (d.kind, global) {
                        (VariableDeclarationKind::Var, _) => continue,
                        (VariableDeclarationKind::Let, false) => BindingKind::Let,
                        (VariableDeclarationKind::Let, true) => BindingKind::GlobalLet,
                        (_, false) => BindingKind::Const,
                        (_, true) => BindingKind::GlobalConst,
                    };
                    for declarator in &d.declarations {
                        if global {
                            let mut names = Vec::new();
                            collect_names(&declarator.id, &mut names);
                            self.out.globals.extend(names.iter().map(|&n| (n, kind)));
                        }
                        self.declare_pattern(scope, &declarator.id, kind, (declarator.span.end, until));
                    }
                }
                Statement::ClassDeclaration(c) => {
                    if let Some(id) = &c.id {
                        let kind = if global { BindingKind::GlobalLet } else { BindingKind::Class };
                        let name = id.name.as_str();
                        if global {
                            self.out.globals.push((name, kind));
                        }
                        self.declare(scope, name, kind, (c.span.end, until));
                    }
                }
                Statement::FunctionDeclaration(f) => {
                    let Some(id) = &f.id else { continue };
                    let name = id.name.as_str();
                    let again = self.out.names.contains_key(&(scope, name));
                    if top {
                        let kind = if global { BindingKind::GlobalFunction } else { BindingKind::Function };
                        if global {
                            if again {
                                self.out.globals.retain(|g| g.0 != name);
                            }
                            self.out.globals.push((name, kind));
                        }
                        let b = self.declare(scope, name, kind, (0, u32::MAX));
                        let binding = &mut self.out.bindings[b as usize];
                        if binding.kind == BindingKind::GlobalVar {
                            binding.kind = BindingKind::GlobalFunction;
                        }
                    } else {
                        self.declare(scope, name, BindingKind::Function, (0, u32::MAX));
                    }
                    let functions = &mut self.out.scopes[scope as usize].functions;
                    if again {
                        functions.retain(|g: &&Function<'_>| g.id.as_ref().is_none_or(|i| i.name != id.name));
                    }
                    functions.push(f);
                }
                _ => {}
            }
        }
    }

    /// `var` names in `statements`, nested statements included, functions excluded.
    fn hoist(&mut self, statements: &'a [Statement<'a>], top: bool, out: &mut Hoisted<'a>) {
        let mut names = Vec::new();
        for statement in statements {
            match unlabelled(statement) {
                Statement::VariableDeclaration(d) if d.kind != VariableDeclarationKind::Var => {
                    for declarator in &d.declarations {
                        collect_names(&declarator.id, &mut names);
                    }
                }
                Statement::ClassDeclaration(c) => names.extend(c.id.as_ref().map(|i| i.name.as_str())),
                Statement::FunctionDeclaration(f) if !top => {
                    names.extend(f.id.as_ref().map(|i| i.name.as_str()));
                }
                _ => {}
            }
        }
        out.blocks.push(names);
        for statement in statements {
            self.hoist_statement(statement, top, out);
        }
        out.blocks.pop();
    }

    fn hoist_statement(&mut self, statement: &'a Statement<'a>, top: bool, out: &mut Hoisted<'a>) {
        stacker::maybe_grow(64 << 10, 1 << 20, || match statement {
            Statement::VariableDeclaration(d) if d.kind == VariableDeclarationKind::Var => {
                for declarator in &d.declarations {
                    collect_names(&declarator.id, &mut out.vars);
                }
            }
            Statement::FunctionDeclaration(f) if !top && !self.strict && !f.generator && !f.r#async => {
                if let Some(id) = &f.id {
                    let name = id.name.as_str();
                    // the function's own block is the innermost one
                    let around = &out.blocks[..out.blocks.len().saturating_sub(1)];
                    if !around.iter().any(|b| b.contains(&name)) {
                        out.annex_b.push(f);
                    }
                }
            }
            Statement::BlockStatement(b) => self.hoist(&b.body, false, out),
            Statement::IfStatement(s) => {
                for branch in [Some(&s.consequent), s.alternate.as_ref()].into_iter().flatten() {
                    if let Statement::FunctionDeclaration(_) = branch {
                        out.blocks.push(Vec::new());
                        self.hoist_statement(branch, false, out);
                        out.blocks.pop();
                    } else {
                        self.hoist_statement(branch, false, out);
                    }
                }
            }
            Statement::ForStatement(s) => {
                let mut names = Vec::new();
                if let Some(ForStatementInit::VariableDeclaration(d)) = &s.init {
                    let target =
                        if d.kind == VariableDeclarationKind::Var { &mut out.vars } else { &mut names };
                    for declarator in &d.declarations {
                        collect_names(&declarator.id, target);
                    }
                }
                out.blocks.push(names);
                self.hoist_statement(&s.body, false, out);
                out.blocks.pop();
            }
            Statement::ForInStatement(s) => self.hoist_for(&s.left, &s.body, out),
            Statement::ForOfStatement(s) => self.hoist_for(&s.left, &s.body, out),
            Statement::WhileStatement(s) => self.hoist_statement(&s.body, false, out),
            Statement::DoWhileStatement(s) => self.hoist_statement(&s.body, false, out),
            Statement::LabeledStatement(s) => self.hoist_statement(&s.body, top, out),
            Statement::WithStatement(s) => self.hoist_statement(&s.body, false, out),
            Statement::SwitchStatement(s) => {
                let mut names = Vec::new();
                for case in &s.cases {
                    for statement in &case.consequent {
                        match unlabelled(statement) {
                            Statement::VariableDeclaration(d) if d.kind != VariableDeclarationKind::Var => {
                                for declarator in &d.declarations {
                                    collect_names(&declarator.id, &mut names);
                                }
                            }
                            Statement::ClassDeclaration(c) => {
                                names.extend(c.id.as_ref().map(|i| i.name.as_str()));
                            }
                            Statement::FunctionDeclaration(f) => {
                                names.extend(f.id.as_ref().map(|i| i.name.as_str()));
                            }
                            _ => {}
                        }
                    }
                }
                out.blocks.push(names);
                for case in &s.cases {
                    for statement in &case.consequent {
                        self.hoist_statement(statement, false, out);
                    }
                }
                out.blocks.pop();
            }
            Statement::TryStatement(s) => {
                self.hoist(&s.block.body, false, out);
                if let Some(handler) = &s.handler {
                    let mut names = Vec::new();
                    // a plain catch parameter does not hide a `var` (Annex B.3.4)
                    if let Some(p) = &handler.param
                        && !matches!(p.pattern, BindingPattern::BindingIdentifier(_))
                    {
                        collect_names(&p.pattern, &mut names);
                    }
                    out.blocks.push(names);
                    self.hoist(&handler.body.body, false, out);
                    out.blocks.pop();
                }
                if let Some(f) = &s.finalizer {
                    self.hoist(&f.body, false, out);
                }
            }
            _ => {}
        });
    }

    fn hoist_for(&mut self, left: &'a ForStatementLeft<'a>, body: &'a Statement<'a>, out: &mut Hoisted<'a>) {
        let mut names = Vec::new();
        if let ForStatementLeft::VariableDeclaration(d) = left {
            let target = if d.kind == VariableDeclarationKind::Var { &mut out.vars } else { &mut names };
            for declarator in &d.declarations {
                collect_names(&declarator.id, target);
            }
        }
        out.blocks.push(names);
        self.hoist_statement(body, false, out);
        out.blocks.pop();
    }

    /// Declares the variables and functions of a body (script, function, static block) in `scope`.
    fn declare_body(&mut self, scope: ScopeIndex, params: ScopeIndex, statements: &'a [Statement<'a>]) {
        let mut hoisted = Hoisted::default();
        self.hoist(statements, true, &mut hoisted);
        let kind = if scope == 0 { BindingKind::GlobalVar } else { BindingKind::Var };
        for name in std::mem::take(&mut hoisted.vars) {
            self.declare_var(scope, params, name, kind);
        }
        self.declare_lexical(scope, statements, u32::MAX);
        for f in hoisted.annex_b {
            let Some(id) = &f.id else { continue };
            let name = id.name.as_str();
            let info = &self.out.functions[self.out.scopes[scope as usize].function as usize];
            if name == "arguments" && !matches!(info.form, FunctionForm::Script | FunctionForm::Arrow) {
                continue;
            }
            let clash = match self.out.names.get(&(scope, name)) {
                Some(&b) => !matches!(
                    self.out.bindings[b as usize].kind,
                    BindingKind::Var
                        | BindingKind::Function
                        | BindingKind::GlobalVar
                        | BindingKind::GlobalFunction
                ),
                None => params != scope && self.out.names.contains_key(&(params, name)),
            };
            if !clash {
                let b = self.declare_var(scope, params, name, kind);
                self.out.annex_b.insert(address(f), b);
            }
        }
    }

    fn declare_var(
        &mut self,
        scope: ScopeIndex,
        params: ScopeIndex,
        name: &'a str,
        kind: BindingKind,
    ) -> BindingIndex {
        let new = !self.out.names.contains_key(&(scope, name));
        if new && kind == BindingKind::GlobalVar {
            self.out.globals.push((name, kind));
        }
        if new && scope == params && kind == BindingKind::Var && name == "arguments" {
            // `var arguments` without parameters of that name starts as the arguments object
            let f = self.out.scopes[scope as usize].function as usize;
            if !matches!(
                self.out.functions[f].form,
                FunctionForm::Arrow | FunctionForm::ClassInitializer | FunctionForm::Script
            ) && self.out.scopes[scope as usize].kind == ScopeKind::Function
            {
                let b = self.declare(scope, name, BindingKind::Arguments, (0, u32::MAX));
                self.out.functions[f].arguments_binding = Some(b);
                return b;
            }
        }
        let b = self.declare(scope, name, kind, (0, u32::MAX));
        if new && scope != params {
            let from = self
                .out
                .names
                .get(&(params, name))
                .copied()
                .or_else(|| (name == "arguments").then(|| self.resolve(name, 0).binding).flatten());
            self.out.bindings[b as usize].initial_from = from.filter(|&x| x != b);
        }
        b
    }

    // --- functions

    fn script(&mut self, program: &'a Program<'a>) {
        self.out.functions.push(FunctionInfo {
            id: 0,
            form: FunctionForm::Script,
            node: FunctionNode::Script(program),
            parent: None,
            name: js_string(""),
            strict: self.strict,
            scope: 0,
            body_scope: 0,
            param_count: 0,
            length: 0,
            simple_params: true,
            source_range: (0, self.text.len() as u32),
            uses_this: false,
            uses_super: false,
            this_binding: None,
            new_target_binding: None,
            home_binding: None,
            callee_binding: None,
            arguments_binding: None,
            self_binding: None,
            has_block_contexts: false,
            class_scope: None,
            hoisted_to: None,
            self_name: None,
            this_owner: 0,
        });
        let scope = self.new_scope(ScopeKind::Function, 0);
        program.scope_id.set(Some(ScopeId::from_usize(0)));
        self.declare_body(scope, scope, &program.body);
        for statement in &program.body {
            self.visit_statement(statement);
        }
    }

    /// Enters a function, runs `body` for its code, leaves it.
    fn enter_function(
        &mut self,
        spec: FunctionSpec<'a>,
        statements: Option<&'a [Statement<'a>]>,
        body: impl FnOnce(&mut Self),
    ) -> FunctionId {
        let id = self.out.functions.len() as FunctionId;
        let parent = self.function;
        let this_owner = if spec.form == FunctionForm::Arrow {
            self.out.functions[parent as usize].this_owner
        } else {
            id
        };
        let (mut simple, mut expressions, mut length) = (true, false, 0);
        if let Some(params) = spec.params {
            let mut counting = true;
            for p in &params.items {
                simple &=
                    p.initializer.is_none() && matches!(p.pattern, BindingPattern::BindingIdentifier(_));
                expressions |= p.initializer.is_some() || pattern_has_expression(&p.pattern);
                counting &=
                    p.initializer.is_none() && !matches!(p.pattern, BindingPattern::AssignmentPattern(_));
                length += u32::from(counting);
            }
            if let Some(rest) = &params.rest {
                simple = false;
                expressions |= pattern_has_expression(&rest.rest.argument);
            }
        }
        let saved = (
            self.scope,
            self.function,
            std::mem::take(&mut self.labels),
            std::mem::take(&mut self.loops),
            std::mem::take(&mut self.switches),
            self.strict,
            std::mem::take(&mut self.write),
        );
        self.strict = spec.strict;
        self.function = id;
        let start = match (spec.params, spec.node) {
            (Some(p), _) => p.span.end,
            _ => spec.span.start,
        };
        let scope = self.new_scope(ScopeKind::Function, start);
        self.out.functions.push(FunctionInfo {
            id,
            form: spec.form,
            node: spec.node,
            parent: Some(parent),
            name: spec.name,
            strict: spec.strict,
            scope,
            body_scope: scope,
            param_count: spec.params.map_or(0, |p| p.items.len() as u32),
            length,
            simple_params: simple,
            source_range: (spec.span.start, spec.span.end),
            uses_this: false,
            uses_super: false,
            this_binding: None,
            new_target_binding: None,
            home_binding: None,
            callee_binding: None,
            arguments_binding: None,
            self_binding: None,
            has_block_contexts: false,
            class_scope: spec.class_scope,
            hoisted_to: spec.hoisted_to,
            self_name: spec.self_name,
            this_owner,
        });
        self.scope = scope;
        if let Some(params) = spec.params {
            for (i, p) in params.items.iter().enumerate() {
                let end = p.initializer.as_ref().map_or(p.span.end, |e| e.span().end.max(p.span.end));
                let init = if expressions { (end, u32::MAX) } else { (0, u32::MAX) };
                if let BindingPattern::BindingIdentifier(b) = &p.pattern {
                    self.declare(scope, b.name.as_str(), BindingKind::Param(i as u32), init);
                } else {
                    self.declare_pattern(scope, &p.pattern, BindingKind::PatternParam, init);
                }
            }
            if let Some(rest) = &params.rest {
                let init = if expressions { (rest.span.end, u32::MAX) } else { (0, u32::MAX) };
                self.declare_pattern(scope, &rest.rest.argument, BindingKind::PatternParam, init);
            }
            if expressions {
                self.params(params);
                let body_scope = self.new_scope(ScopeKind::Body, start);
                self.out.functions[id as usize].body_scope = body_scope;
                self.scope = body_scope;
                if let Some(statements) = statements {
                    self.declare_body(body_scope, scope, statements);
                }
            } else {
                if let Some(statements) = statements {
                    self.declare_body(scope, scope, statements);
                }
                self.params(params);
            }
        }
        body(self);
        (self.scope, self.function, self.labels, self.loops, self.switches, self.strict, self.write) = saved;
        id
    }

    fn params(&mut self, params: &'a FormalParameters<'a>) {
        for p in &params.items {
            if !p.decorators.is_empty() {
                self.unsupported(p.span, "decorators");
            }
            self.visit_binding_pattern(&p.pattern);
            if let Some(init) = &p.initializer {
                if let BindingPattern::BindingIdentifier(b) = &p.pattern {
                    self.name_anonymous(init, js_string(&b.name));
                }
                self.visit_expression(init);
            }
        }
        if let Some(rest) = &params.rest {
            self.visit_binding_pattern(&rest.rest.argument);
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn function(
        &mut self,
        f: &'a Function<'a>,
        form: FunctionForm,
        name: Option<JsStr>,
        span: Span,
        hoisted_to: Option<u32>,
        class_scope: Option<ScopeIndex>,
    ) -> FunctionId {
        if f.generator {
            self.unsupported(f.span, if f.r#async { "async generators" } else { "generators" });
        } else if f.r#async {
            self.unsupported(f.span, "async functions");
        }
        let strict = self.strict || f.has_use_strict_directive();
        let self_name = match (&f.id, f.r#type) {
            (Some(id), FunctionType::FunctionExpression) => Some(id.name.as_str()),
            _ => None,
        };
        let name = name
            .or_else(|| f.id.as_ref().map(|i| js_string(&i.name)))
            .or_else(|| self.anonymous_names.remove(&address(f)))
            .unwrap_or_else(|| js_string(""));
        let statements: &'a [Statement<'a>] = match &f.body {
            Some(b) => &b.statements,
            None => &[],
        };
        let spec = FunctionSpec {
            node: FunctionNode::Function(f),
            form,
            name,
            params: Some(&f.params),
            span,
            strict,
            hoisted_to,
            self_name,
            class_scope,
        };
        let scope = self.out.scopes.len();
        let id = self.enter_function(spec, Some(statements), |a| {
            for s in statements {
                a.visit_statement(s);
            }
        });
        f.scope_id.set(Some(ScopeId::from_usize(scope)));
        id
    }

    fn arrow(&mut self, f: &'a ArrowFunctionExpression<'a>) {
        if f.r#async {
            self.unsupported(f.span, "async functions");
        }
        let name = self.anonymous_names.remove(&address(f)).unwrap_or_else(|| js_string(""));
        let body = f.body.as_function_body();
        let strict = self.strict || body.is_some_and(|b| b.has_use_strict_directive());
        let spec = FunctionSpec {
            node: FunctionNode::Arrow(f),
            form: FunctionForm::Arrow,
            name,
            params: Some(&f.params),
            span: f.span,
            strict,
            hoisted_to: None,
            self_name: None,
            class_scope: None,
        };
        let scope = self.out.scopes.len();
        let statements: &'a [Statement<'a>] = body.map_or(&[], |b| &b.statements);
        self.enter_function(spec, Some(statements), |a| match f.body.as_expression() {
            Some(e) => a.visit_expression(e),
            None => {
                for s in statements {
                    a.visit_statement(s);
                }
            }
        });
        f.scope_id.set(Some(ScopeId::from_usize(scope)));
    }

    fn name_anonymous(&mut self, e: &Expression<'a>, name: JsStr) {
        let at = match e {
            Expression::FunctionExpression(f) if f.id.is_none() => address(&**f),
            Expression::ArrowFunctionExpression(f) => address(&**f),
            Expression::ClassExpression(c) if c.id.is_none() => address(&**c),
            _ => return,
        };
        self.anonymous_names.insert(at, name);
    }

    // --- classes

    fn class(&mut self, class: &'a Class<'a>) {
        if let Some(d) = class.decorators.first() {
            self.unsupported(d.span, "decorators");
        }
        let name = class
            .id
            .as_ref()
            .map(|i| js_string(&i.name))
            .or_else(|| self.anonymous_names.remove(&address(class)))
            .unwrap_or_else(|| js_string(""));
        let saved = (self.scope, self.strict);
        self.strict = true;
        if let (Some(id), ClassType::ClassDeclaration) = (&class.id, class.r#type)
            && let Some(b) = self.resolve_declared(id.name.as_str())
        {
            id.symbol_id.set(Some(SymbolId::from_usize(b as usize)));
        }
        let scope = self.new_scope(ScopeKind::Class, class.span.start);
        class.scope_id.set(Some(ScopeId::from_usize(scope as usize)));
        self.scope = scope;
        if let Some(id) = &class.id {
            self.declare(scope, id.name.as_str(), BindingKind::ClassName, (class.span.end, u32::MAX));
        }
        if let Some(heritage) = &class.heritage {
            self.visit_expression(&heritage.expression);
        }
        let derived = class.heritage.is_some();
        let form = if derived { FunctionForm::DerivedConstructor } else { FunctionForm::BaseConstructor };
        let mut info = ClassInfo::default();
        let mut constructor = None;
        let (mut instance, mut statics) = (false, false);
        for (index, element) in class.body.body.iter().enumerate() {
            match element {
                ClassElement::MethodDefinition(m) => {
                    if let Some(d) = m.decorators.first() {
                        self.unsupported(d.span, "decorators");
                    }
                    if m.kind == MethodDefinitionKind::Constructor {
                        constructor = Some(self.function(
                            &m.value,
                            form,
                            Some(name.clone()),
                            class.span,
                            None,
                            Some(scope),
                        ));
                        continue;
                    }
                    self.key(&m.key, m.computed);
                    let (form, prefix) = match m.kind {
                        MethodDefinitionKind::Get => (FunctionForm::Getter, "get "),
                        MethodDefinitionKind::Set => (FunctionForm::Setter, "set "),
                        _ => (FunctionForm::Method, ""),
                    };
                    let name = method_name(&m.key, m.computed, prefix);
                    self.function(&m.value, form, Some(name), m.span, None, Some(scope));
                }
                ClassElement::PropertyDefinition(p) => {
                    if let Some(d) = p.decorators.first() {
                        self.unsupported(d.span, "decorators");
                    }
                    self.key(&p.key, p.computed);
                    if p.computed {
                        let b = self.new_binding(scope, "field key", BindingKind::FieldKey, (0, u32::MAX));
                        self.out.bindings[b as usize].captured = true;
                        info.field_keys.push((index as u32, b));
                    }
                    if p.r#static { statics = true } else { instance = true }
                }
                ClassElement::StaticBlock(_) => statics = true,
                ClassElement::AccessorProperty(p) => self.unsupported(p.span, "accessor properties"),
                ClassElement::TSIndexSignature(s) => self.unsupported(s.span, "index signatures"),
            }
        }
        info.constructor = constructor.unwrap_or_else(|| {
            self.enter_function(
                FunctionSpec {
                    node: FunctionNode::DefaultConstructor(class),
                    form,
                    name: name.clone(),
                    params: None,
                    span: class.span,
                    strict: true,
                    hoisted_to: None,
                    self_name: None,
                    class_scope: Some(scope),
                },
                None,
                |_| {},
            )
        });
        for (wanted, is_static) in [(instance, false), (statics, true)] {
            if !wanted {
                continue;
            }
            let node = if is_static {
                FunctionNode::StaticElements(class)
            } else {
                FunctionNode::InstanceFields(class)
            };
            let id = self.enter_function(
                FunctionSpec {
                    node,
                    form: FunctionForm::ClassInitializer,
                    name: js_string(""),
                    params: None,
                    span: class.span,
                    strict: true,
                    hoisted_to: None,
                    self_name: None,
                    class_scope: Some(scope),
                },
                None,
                |a| a.class_fields(class, is_static),
            );
            self.out.functions[id as usize].uses_this = true;
            if is_static {
                info.static_elements = Some(id);
            } else {
                info.instance_fields = Some(id);
            }
        }
        self.out.classes.insert(scope, info);
        (self.scope, self.strict) = saved;
    }

    fn class_fields(&mut self, class: &'a Class<'a>, is_static: bool) {
        for element in &class.body.body {
            match element {
                ClassElement::PropertyDefinition(p) if p.r#static == is_static => {
                    if let Some(value) = &p.value {
                        if let Some(name) = key_name(&p.key, p.computed) {
                            self.name_anonymous(value, name);
                        }
                        self.visit_expression(value);
                    }
                }
                ClassElement::StaticBlock(b) if is_static => {
                    let b: &'a StaticBlock<'a> = b;
                    let saved = self.scope;
                    let scope = self.new_scope(ScopeKind::Block, b.span.start);
                    b.scope_id.set(Some(ScopeId::from_usize(scope as usize)));
                    self.scope = scope;
                    self.declare_body(scope, scope, &b.body);
                    for s in &b.body {
                        self.visit_statement(s);
                    }
                    self.scope = saved;
                }
                _ => {}
            }
        }
    }

    fn resolve_declared(&self, name: &'a str) -> Option<BindingIndex> {
        let mut s = Some(self.scope);
        while let Some(index) = s {
            if let Some(&b) = self.out.names.get(&(index, name)) {
                return Some(b);
            }
            s = self.out.scopes[index as usize].parent;
        }
        None
    }

    fn key(&mut self, key: &PropertyKey<'a>, computed: bool) {
        match key {
            PropertyKey::StaticIdentifier(_) => {}
            PropertyKey::PrivateIdentifier(p) => self.unsupported(p.span, "private names"),
            _ if computed => {
                if let Some(e) = key.as_expression() {
                    self.visit_expression(e);
                }
            }
            _ => {}
        }
    }

    // --- statements

    fn in_scope(
        &mut self,
        kind: ScopeKind,
        start: u32,
        body: impl FnOnce(&mut Self, ScopeIndex),
    ) -> ScopeIndex {
        let saved = self.scope;
        let scope = self.new_scope(kind, start);
        self.scope = scope;
        body(self, scope);
        self.scope = saved;
        scope
    }

    fn has_lexical(statements: &[Statement<'a>]) -> bool {
        statements.iter().any(|s| match unlabelled(s) {
            Statement::VariableDeclaration(d) => d.kind != VariableDeclarationKind::Var,
            Statement::ClassDeclaration(_) | Statement::FunctionDeclaration(_) => true,
            _ => false,
        })
    }

    fn block(&mut self, b: &'a BlockStatement<'a>) {
        if !Self::has_lexical(&b.body) {
            b.scope_id.set(None);
            for s in &b.body {
                self.visit_statement(s);
            }
            return;
        }
        let scope = self.in_scope(ScopeKind::Block, b.span.start, |a, scope| {
            a.declare_lexical(scope, &b.body, u32::MAX);
            for s in &b.body {
                a.visit_statement(s);
            }
        });
        b.scope_id.set(Some(ScopeId::from_usize(scope as usize)));
    }

    fn loop_body(&mut self, body: &Statement<'a>) {
        self.loops += 1;
        self.visit_statement(body);
        self.loops -= 1;
    }

    fn for_in_of(
        &mut self,
        left: &'a ForStatementLeft<'a>,
        right: &'a Expression<'a>,
        body: &'a Statement<'a>,
        cell: &std::cell::Cell<Option<ScopeId>>,
        span: Span,
    ) {
        cell.set(None);
        match left {
            ForStatementLeft::VariableDeclaration(d) if d.kind != VariableDeclarationKind::Var => {
                self.check_declaration_kind(d);
                let kind = if d.kind == VariableDeclarationKind::Let {
                    BindingKind::Let
                } else {
                    BindingKind::Const
                };
                self.in_scope(ScopeKind::ForHead, span.start, |a, scope| {
                    for declarator in &d.declarations {
                        a.declare_pattern(scope, &declarator.id, BindingKind::Dead, (u32::MAX, u32::MAX));
                    }
                    a.visit_expression(right);
                });
                let scope = self.in_scope(ScopeKind::Block, d.span.end, |a, scope| {
                    for declarator in &d.declarations {
                        a.declare_pattern(scope, &declarator.id, kind, (d.span.end, u32::MAX));
                        a.visit_binding_pattern(&declarator.id);
                    }
                    a.loop_body(body);
                });
                cell.set(Some(ScopeId::from_usize(scope as usize)));
            }
            _ => {
                match left {
                    ForStatementLeft::VariableDeclaration(d) => self.visit_variable_declaration(d),
                    _ => {
                        if let Some(target) = left.as_assignment_target() {
                            self.visit_assignment_target(target);
                        }
                    }
                }
                self.visit_expression(right);
                self.loop_body(body);
            }
        }
    }

    fn check_declaration_kind(&mut self, d: &VariableDeclaration<'a>) {
        if d.kind.is_using() {
            self.unsupported(d.span, "using declarations");
        }
    }

    /// The body of an `if`, which may be a bare function declaration.
    fn branch(&mut self, s: &'a Statement<'a>) {
        if let Statement::FunctionDeclaration(f) = s {
            let scope = self.in_scope(ScopeKind::Block, f.span.start, |a, scope| {
                a.declare_lexical(scope, std::slice::from_ref(s), u32::MAX);
                a.visit_statement(s);
            });
            self.out.if_scopes.insert(address(&**f), scope);
        } else {
            self.visit_statement(s);
        }
    }

    fn statement(&mut self, s: &'a Statement<'a>) {
        match s {
            Statement::BlockStatement(b) => self.block(b),
            Statement::FunctionDeclaration(f) => {
                if let Some(id) = &f.id
                    && let Some(b) = self.resolve_declared(id.name.as_str())
                {
                    id.symbol_id.set(Some(SymbolId::from_usize(b as usize)));
                }
                let mut scope = self.scope as usize;
                if let Some(b) = f.id.as_ref().and_then(|i| i.symbol_id.get()) {
                    scope = self.out.bindings[b.index()].scope as usize;
                }
                let start = self.out.scopes[scope].start;
                self.function(f, FunctionForm::Normal, None, f.span, Some(start), None);
            }
            Statement::ClassDeclaration(c) => self.class(c),
            Statement::VariableDeclaration(d) => self.visit_variable_declaration(d),
            Statement::IfStatement(s) => {
                self.visit_expression(&s.test);
                self.branch(&s.consequent);
                if let Some(alternate) = &s.alternate {
                    self.branch(alternate);
                }
            }
            Statement::ForStatement(s) => {
                s.scope_id.set(None);
                match &s.init {
                    Some(ForStatementInit::VariableDeclaration(d))
                        if d.kind != VariableDeclarationKind::Var =>
                    {
                        let kind = if d.kind == VariableDeclarationKind::Let {
                            BindingKind::Let
                        } else {
                            BindingKind::Const
                        };
                        let scope = self.in_scope(ScopeKind::Loop, s.span.start, |a, scope| {
                            for declarator in &d.declarations {
                                let init = (declarator.span.end, u32::MAX);
                                a.declare_pattern(scope, &declarator.id, kind, init);
                            }
                            let functions = a.out.functions.len();
                            a.visit_variable_declaration(d);
                            a.out.scopes[scope as usize].head_closures = a.out.functions.len() > functions;
                            a.for_rest(s);
                        });
                        s.scope_id.set(Some(ScopeId::from_usize(scope as usize)));
                    }
                    Some(ForStatementInit::VariableDeclaration(d)) => {
                        self.visit_variable_declaration(d);
                        self.for_rest(s);
                    }
                    Some(init) => {
                        if let Some(e) = init.as_expression() {
                            self.visit_expression(e);
                        }
                        self.for_rest(s);
                    }
                    None => self.for_rest(s),
                }
            }
            Statement::ForInStatement(s) => self.for_in_of(&s.left, &s.right, &s.body, &s.scope_id, s.span),
            Statement::ForOfStatement(s) => {
                if s.r#await {
                    self.unsupported(s.span, "for await");
                }
                self.for_in_of(&s.left, &s.right, &s.body, &s.scope_id, s.span);
            }
            Statement::WhileStatement(s) => {
                self.visit_expression(&s.test);
                self.loop_body(&s.body);
            }
            Statement::DoWhileStatement(s) => {
                self.loop_body(&s.body);
                self.visit_expression(&s.test);
            }
            Statement::SwitchStatement(s) => {
                self.visit_expression(&s.discriminant);
                self.switches += 1;
                let scope = self.in_scope(ScopeKind::Switch, s.span.start, |a, scope| {
                    for case in &s.cases {
                        a.declare_lexical(scope, &case.consequent, case.span.end);
                    }
                    for case in &s.cases {
                        if let Some(test) = &case.test {
                            a.visit_expression(test);
                        }
                        for statement in &case.consequent {
                            a.visit_statement(statement);
                        }
                    }
                });
                s.scope_id.set(Some(ScopeId::from_usize(scope as usize)));
                self.switches -= 1;
            }
            Statement::TryStatement(s) => {
                self.block(&s.block);
                if let Some(handler) = &s.handler {
                    let scope = self.in_scope(ScopeKind::Catch, handler.span.start, |a, scope| {
                        if let Some(p) = &handler.param {
                            let kind = if matches!(p.pattern, BindingPattern::BindingIdentifier(_)) {
                                BindingKind::CatchParam
                            } else {
                                BindingKind::Let
                            };
                            a.declare_pattern(scope, &p.pattern, kind, (p.span.end, u32::MAX));
                            a.visit_binding_pattern(&p.pattern);
                        }
                        a.block(&handler.body);
                    });
                    handler.scope_id.set(Some(ScopeId::from_usize(scope as usize)));
                }
                if let Some(f) = &s.finalizer {
                    self.block(f);
                }
            }
            Statement::LabeledStatement(s) => {
                self.labels.push(s.label.name.as_str());
                self.visit_statement(&s.body);
                self.labels.pop();
            }
            Statement::BreakStatement(s) => match &s.label {
                Some(label) => self.check_label(label),
                None if self.loops == 0 && self.switches == 0 => {
                    self.fail(s.span, "Illegal break statement".into());
                }
                None => {}
            },
            Statement::ContinueStatement(s) => {
                if self.loops == 0 {
                    self.fail(
                        s.span,
                        "Illegal continue statement: no surrounding iteration statement".into(),
                    );
                }
                if let Some(label) = &s.label {
                    self.check_label(label);
                }
            }
            Statement::WithStatement(s) => self.unsupported(s.span, "with statements"),
            Statement::ImportDeclaration(_)
            | Statement::ExportAllDeclaration(_)
            | Statement::ExportDefaultDeclaration(_)
            | Statement::ExportDeclaration(_)
            | Statement::ExportNamedDeclaration(_)
            | Statement::ExportFromDeclaration(_) => self.unsupported(s.span(), "modules"),
            Statement::ExpressionStatement(_)
            | Statement::ReturnStatement(_)
            | Statement::ThrowStatement(_)
            | Statement::EmptyStatement(_)
            | Statement::DebuggerStatement(_) => walk::walk_statement(self, s),
            _ => self.unsupported(s.span(), "this statement"),
        }
    }

    fn check_label(&mut self, label: &LabelIdentifier<'a>) {
        if !self.labels.contains(&label.name.as_str()) {
            self.fail(label.span, format!("Undefined label '{}'", label.name));
        }
    }

    fn for_rest(&mut self, s: &'a ForStatement<'a>) {
        if let Some(test) = &s.test {
            self.visit_expression(test);
        }
        if let Some(update) = &s.update {
            self.visit_expression(update);
        }
        self.loop_body(&s.body);
    }

    // --- the end: context slots

    fn finish(&mut self) {
        let mapped: Vec<FunctionId> = self
            .out
            .functions
            .iter()
            .filter(|f| f.arguments_binding.is_some() && !f.strict && f.simple_params)
            .map(|f| f.id)
            .collect();
        for id in mapped {
            let scope = self.out.functions[id as usize].scope as usize;
            for &b in &self.out.scopes[scope].bindings {
                let binding = &mut self.out.bindings[b as usize];
                if matches!(binding.kind, BindingKind::Param(_)) {
                    binding.captured = true;
                }
            }
        }
        for b in &mut self.out.bindings {
            if b.captured && !b.kind.is_global() && b.kind != BindingKind::Dead {
                let scope = &mut self.out.scopes[b.scope as usize];
                // Slot 0 is the link to the parent context.
                b.slot = scope.context_slots.max(1);
                scope.context_slots = b.slot + 1;
                if !matches!(scope.kind, ScopeKind::Function | ScopeKind::Body) {
                    self.out.functions[scope.function as usize].has_block_contexts = true;
                }
            }
        }
        // names hidden by a function of the same name were declared twice
        let mut seen = FxHashSet::default();
        self.out.globals.retain(|g| seen.insert(g.0));
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

impl<'a> Visit<'a> for Analyzer<'a> {
    fn visit_statement(&mut self, it: &Statement<'a>) {
        if self.failure.is_some() {
            return;
        }
        let it = self.alloc(it);
        stacker::maybe_grow(128 << 10, 4 << 20, || self.statement(it));
    }

    fn visit_expression(&mut self, it: &Expression<'a>) {
        if self.failure.is_some() {
            return;
        }
        stacker::maybe_grow(128 << 10, 4 << 20, || match it {
            Expression::RegExpLiteral(e) => self.unsupported(e.span, "regular expression literals"),
            Expression::TaggedTemplateExpression(e) => self.unsupported(e.span, "tagged templates"),
            Expression::AwaitExpression(e) => self.unsupported(e.span, "await"),
            Expression::YieldExpression(e) => self.unsupported(e.span, "yield"),
            Expression::ImportExpression(e) => self.unsupported(e.span, "dynamic import"),
            Expression::ImportMeta(e) => self.unsupported(e.span, "import.meta"),
            Expression::PrivateInExpression(e) => self.unsupported(e.span, "private names"),
            Expression::PrivateFieldExpression(e) => self.unsupported(e.span, "private names"),
            Expression::V8IntrinsicExpression(e) => self.unsupported(e.span, "intrinsics"),
            Expression::JSXElement(_)
            | Expression::JSXFragment(_)
            | Expression::TSAsExpression(_)
            | Expression::TSSatisfiesExpression(_)
            | Expression::TSTypeAssertion(_)
            | Expression::TSNonNullExpression(_)
            | Expression::TSInstantiationExpression(_) => self.unsupported(it.span(), "this expression"),
            Expression::FunctionExpression(f) => {
                let f = self.alloc(&**f);
                self.function(f, FunctionForm::Normal, None, f.span, None, None);
            }
            Expression::ArrowFunctionExpression(f) => {
                let f = self.alloc(&**f);
                self.arrow(f);
            }
            Expression::ClassExpression(c) => {
                let c = self.alloc(&**c);
                self.class(c);
            }
            _ => walk::walk_expression(self, it),
        });
    }

    fn visit_member_expression(&mut self, it: &MemberExpression<'a>) {
        if let MemberExpression::PrivateFieldExpression(e) = it {
            self.unsupported(e.span, "private names");
            return;
        }
        let write = std::mem::take(&mut self.write);
        walk::walk_member_expression(self, it);
        self.write = write;
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        let name = it.name.as_str();
        let write = std::mem::take(&mut self.write);
        let reference = self.resolve(name, it.span.start);
        if write && let Some(b) = reference.binding {
            self.out.bindings[b as usize].assigned = true;
        }
        it.reference_id.set(Some(ReferenceId::from_usize(self.out.references.len())));
        self.out.references.push(reference);
    }

    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        let b = self.resolve_declared(it.name.as_str());
        it.symbol_id.set(b.map(|b| SymbolId::from_usize(b as usize)));
    }

    fn visit_binding_pattern(&mut self, it: &BindingPattern<'a>) {
        stacker::maybe_grow(128 << 10, 4 << 20, || {
            if let BindingPattern::AssignmentPattern(p) = it
                && let BindingPattern::BindingIdentifier(b) = &p.left
            {
                self.name_anonymous(&p.right, js_string(&b.name));
            }
            walk::walk_binding_pattern(self, it);
        });
    }

    fn visit_binding_property(&mut self, it: &BindingProperty<'a>) {
        self.key(&it.key, it.computed);
        self.visit_binding_pattern(&it.value);
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        self.check_declaration_kind(it);
        for d in &it.declarations {
            self.visit_binding_pattern(&d.id);
            if let Some(init) = &d.init {
                if let BindingPattern::BindingIdentifier(b) = &d.id {
                    self.name_anonymous(init, js_string(&b.name));
                }
                self.visit_expression(init);
            }
        }
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if (matches!(it.operator, AssignmentOperator::Assign) || it.operator.is_logical())
            && let AssignmentTarget::AssignmentTargetIdentifier(id) = &it.left
            && id.span.start == it.span.start
        {
            self.name_anonymous(&it.right, js_string(&id.name));
        }
        self.visit_assignment_target(&it.left);
        self.visit_expression(&it.right);
    }

    fn visit_assignment_target(&mut self, it: &AssignmentTarget<'a>) {
        stacker::maybe_grow(128 << 10, 4 << 20, || walk::walk_assignment_target(self, it));
    }

    fn visit_simple_assignment_target(&mut self, it: &SimpleAssignmentTarget<'a>) {
        if let SimpleAssignmentTarget::AssignmentTargetIdentifier(_) = it {
            self.write = true;
        }
        walk::walk_simple_assignment_target(self, it);
        self.write = false;
    }

    fn visit_assignment_target_with_default(&mut self, it: &AssignmentTargetWithDefault<'a>) {
        if let AssignmentTarget::AssignmentTargetIdentifier(id) = &it.binding
            && id.span.start == it.span.start
        {
            self.name_anonymous(&it.init, js_string(&id.name));
        }
        self.visit_assignment_target(&it.binding);
        self.visit_expression(&it.init);
    }

    fn visit_assignment_target_property_identifier(&mut self, it: &AssignmentTargetPropertyIdentifier<'a>) {
        self.write = true;
        self.visit_identifier_reference(&it.binding);
        if let Some(init) = &it.init {
            self.name_anonymous(init, js_string(&it.binding.name));
            self.visit_expression(init);
        }
    }

    fn visit_assignment_target_property_property(&mut self, it: &AssignmentTargetPropertyProperty<'a>) {
        self.key(&it.name, it.computed);
        self.visit_assignment_target_maybe_default(&it.binding);
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        self.key(&it.key, it.computed);
        let form = match it.kind {
            PropertyKind::Get => Some((FunctionForm::Getter, "get ")),
            PropertyKind::Set => Some((FunctionForm::Setter, "set ")),
            PropertyKind::Init if it.method => Some((FunctionForm::Method, "")),
            PropertyKind::Init => None,
        };
        match (form, &it.value) {
            (Some((form, prefix)), Expression::FunctionExpression(f)) => {
                let f = self.alloc(&**f);
                let name = method_name(&it.key, it.computed, prefix);
                self.function(f, form, Some(name), it.span, None, None);
            }
            _ => {
                if let Some(name) = key_name(&it.key, it.computed)
                    && *name != *js_string("__proto__")
                {
                    self.name_anonymous(&it.value, name);
                }
                self.visit_expression(&it.value);
            }
        }
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if let Expression::Super(_) = it.callee {
            self.use_this();
            self.special(BindingKind::NewTarget);
            self.special(BindingKind::Callee);
        } else {
            self.visit_expression(&it.callee);
        }
        for argument in &it.arguments {
            match argument {
                Argument::SpreadElement(s) => self.visit_expression(&s.argument),
                _ => {
                    if let Some(e) = argument.as_expression() {
                        self.visit_expression(e);
                    }
                }
            }
        }
    }

    fn visit_super(&mut self, _: &Super) {
        self.use_this();
        let owner = self.this_owner() as usize;
        self.out.functions[owner].uses_super = true;
        self.special(BindingKind::HomeObject);
    }

    fn visit_this_expression(&mut self, _: &ThisExpression) {
        self.use_this();
    }

    fn visit_new_target(&mut self, _: &NewTarget) {
        self.special(BindingKind::NewTarget);
    }

    fn visit_function(&mut self, it: &Function<'a>, _: ScopeFlags) {
        let f = self.alloc(it);
        self.function(f, FunctionForm::Normal, None, f.span, None, None);
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        let f = self.alloc(it);
        self.arrow(f);
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        let c = self.alloc(it);
        self.class(c);
    }
}
