//! Statements: scopes of blocks and loops, labels, jumps.

use super::*;

impl<'a> Analyzer<'a> {
    pub(super) fn in_scope(
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

    pub(super) fn has_lexical(statements: &[Statement<'a>]) -> bool {
        statements.iter().any(|s| match unlabelled(s) {
            Statement::VariableDeclaration(d) => d.kind != VariableDeclarationKind::Var,
            Statement::ClassDeclaration(_) | Statement::FunctionDeclaration(_) => true,
            _ => false,
        })
    }

    pub(super) fn block(&mut self, b: &'a BlockStatement<'a>) {
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

    pub(super) fn loop_body(&mut self, body: &Statement<'a>) {
        self.loops += 1;
        self.visit_statement(body);
        self.loops -= 1;
    }

    pub(super) fn for_in_of(
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
                            if let AssignmentTarget::StaticMemberExpression(m) = target {
                                self.call_target = address(&**m);
                            }
                            self.visit_assignment_target(target);
                        }
                    }
                }
                self.visit_expression(right);
                self.loop_body(body);
            }
        }
    }

    pub(super) fn check_declaration_kind(&mut self, d: &VariableDeclaration<'a>) {
        if d.kind == VariableDeclarationKind::AwaitUsing {
            self.top_level_await();
        }
    }

    /// The body of an `if`, which may be a bare function declaration.
    pub(super) fn branch(&mut self, s: &'a Statement<'a>) {
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

    pub(super) fn function_declaration(&mut self, f: &'a Function<'a>) {
        if let Some(id) = &f.id {
            let b = self.resolve_declared(id.name.as_str());
            id.symbol_id.set(b.map(|b| SymbolId::from_usize(b as usize)));
        }
        let mut scope = self.scope as usize;
        if let Some(b) = f.id.as_ref().and_then(|i| i.symbol_id.get()) {
            scope = self.out.bindings[b.index()].scope as usize;
        }
        let start = self.out.scopes[scope].start;
        let name = f.id.is_none().then(|| js_string("default"));
        self.function(f, FunctionForm::Normal, name, f.span, Some(start), None);
    }

    pub(super) fn statement(&mut self, s: &'a Statement<'a>) {
        match s {
            Statement::BlockStatement(b) => self.block(b),
            Statement::FunctionDeclaration(f) => self.function_declaration(f),
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
                    self.top_level_await();
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
            Statement::WithStatement(s) => {
                self.visit_expression(&s.object);
                let scope = self.in_scope(ScopeKind::With, s.body.span().start, |a, scope| {
                    a.out.scopes[scope as usize].context_slots = 2;
                    a.out.functions[a.function as usize].has_block_contexts = true;
                    a.visit_statement(&s.body);
                });
                s.scope_id.set(Some(ScopeId::from_usize(scope as usize)));
            }
            Statement::ImportDeclaration(d) => self.import_declaration(d),
            Statement::ExportDeclaration(e) => match &e.declaration {
                Declaration::VariableDeclaration(d) => self.visit_variable_declaration(d),
                Declaration::ClassDeclaration(c) => self.class(c),
                Declaration::FunctionDeclaration(f) => self.function_declaration(f),
                other => self.unsupported(other.span(), "this export"),
            },
            Statement::ExportDefaultDeclaration(e) => self.export_default(e),
            Statement::ExportAllDeclaration(_)
            | Statement::ExportNamedDeclaration(_)
            | Statement::ExportFromDeclaration(_) => {}
            Statement::ExpressionStatement(_)
            | Statement::ReturnStatement(_)
            | Statement::ThrowStatement(_)
            | Statement::EmptyStatement(_)
            | Statement::DebuggerStatement(_) => walk::walk_statement(self, s),
            _ => self.unsupported(s.span(), "this statement"),
        }
    }

    pub(super) fn check_label(&mut self, label: &LabelIdentifier<'a>) {
        if !self.labels.contains(&label.name.as_str()) {
            self.fail(label.span, format!("Undefined label '{}'", label.name));
        }
    }

    pub(super) fn for_rest(&mut self, s: &'a ForStatement<'a>) {
        if let Some(test) = &s.test {
            self.visit_expression(test);
        }
        if let Some(update) = &s.update {
            self.visit_expression(update);
        }
        self.loop_body(&s.body);
    }
}
