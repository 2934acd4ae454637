//! Declarations of a scope, collected on entry: lexical ones, hoisted `var`s, Annex B functions.

use super::*;

impl<'a> Analyzer<'a> {
    pub(super) fn declare_pattern(
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
    pub(super) fn declare_lexical(&mut self, scope: ScopeIndex, statements: &'a [Statement<'a>], until: u32) {
        for statement in statements {
            match unlabelled(statement) {
                Statement::VariableDeclaration(d) => self.declare_variables(scope, d, until),
                Statement::ClassDeclaration(c) => self.declare_class(scope, c, until),
                Statement::FunctionDeclaration(f) => self.declare_function(scope, f),
                Statement::ExportDeclaration(e) => match &e.declaration {
                    Declaration::VariableDeclaration(d) => self.declare_variables(scope, d, until),
                    Declaration::ClassDeclaration(c) => self.declare_class(scope, c, until),
                    Declaration::FunctionDeclaration(f) => self.declare_function(scope, f),
                    _ => {}
                },
                Statement::ExportDefaultDeclaration(e) => self.declare_default(scope, e),
                _ => {}
            }
        }
    }

    fn is_global(&self, scope: ScopeIndex) -> bool {
        scope == 0 && self.out.functions[0].form == FunctionForm::Script
    }

    fn declare_variables(&mut self, scope: ScopeIndex, d: &'a VariableDeclaration<'a>, until: u32) {
        let global = self.is_global(scope);
        let kind = match (d.kind, global) {
            (VariableDeclarationKind::Var, _) => return,
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

    pub(super) fn declare_class(&mut self, scope: ScopeIndex, c: &'a Class<'a>, until: u32) {
        let Some(id) = &c.id else { return };
        let global = self.is_global(scope);
        let kind = if global { BindingKind::GlobalLet } else { BindingKind::Class };
        let name = id.name.as_str();
        if global {
            self.out.globals.push((name, kind));
        }
        self.declare(scope, name, kind, (c.span.end, until));
    }

    pub(super) fn declare_function(&mut self, scope: ScopeIndex, f: &'a Function<'a>) {
        let Some(id) = &f.id else { return };
        let top = matches!(self.out.scopes[scope as usize].kind, ScopeKind::Function | ScopeKind::Body);
        let global = self.is_global(scope);
        let name = id.name.as_str();
        let again = self.out.names.contains_key(&(scope, name));
        if self.out.scopes[scope as usize].kind == ScopeKind::Eval {
            let functions = &mut self.out.scopes[scope as usize].functions;
            functions.retain(|g: &&Function<'_>| g.id.as_ref().is_none_or(|i| i.name != id.name));
            functions.push(f);
            return;
        }
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

    /// `var` names in `statements`, nested statements included, functions excluded.
    pub(super) fn hoist(&mut self, statements: &'a [Statement<'a>], top: bool, out: &mut Hoisted<'a>) {
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

    pub(super) fn hoist_statement(&mut self, statement: &'a Statement<'a>, top: bool, out: &mut Hoisted<'a>) {
        stacker::maybe_grow(64 << 10, 1 << 20, || match statement {
            Statement::ExportDeclaration(e) => {
                if let Declaration::VariableDeclaration(d) = &e.declaration
                    && d.kind == VariableDeclarationKind::Var
                {
                    for declarator in &d.declarations {
                        collect_names(&declarator.id, &mut out.vars);
                    }
                }
            }
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

    pub(super) fn hoist_for(
        &mut self,
        left: &'a ForStatementLeft<'a>,
        body: &'a Statement<'a>,
        out: &mut Hoisted<'a>,
    ) {
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
    pub(super) fn declare_body(
        &mut self,
        scope: ScopeIndex,
        params: ScopeIndex,
        statements: &'a [Statement<'a>],
    ) {
        if self.out.scopes[scope as usize].kind == ScopeKind::Eval {
            return self.declare_eval_body(scope, statements);
        }
        let mut hoisted = Hoisted::default();
        self.hoist(statements, true, &mut hoisted);
        let kind = if self.is_global(scope) { BindingKind::GlobalVar } else { BindingKind::Var };
        for name in std::mem::take(&mut hoisted.vars) {
            self.declare_var(scope, params, name, kind);
        }
        self.declare_lexical(scope, statements, u32::MAX);
        for f in hoisted.annex_b {
            let Some(id) = &f.id else { continue };
            let name = id.name.as_str();
            let info = &self.out.functions[self.out.scopes[scope as usize].function as usize];
            if name == "arguments"
                && !matches!(info.form, FunctionForm::Script | FunctionForm::Module | FunctionForm::Arrow)
            {
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
                self.out.annex_b.insert(address(f), Some(b));
            }
        }
    }

    pub(super) fn declare_var(
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
                FunctionForm::Arrow
                    | FunctionForm::ClassInitializer
                    | FunctionForm::Script
                    | FunctionForm::Module
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
}
