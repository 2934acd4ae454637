//! Statements.

use super::*;

impl<'a> Importer<'_, 'a> {
    pub(super) fn list(&mut self, list: &[Statement<'a>]) -> Done {
        list.iter().try_for_each(|s| self.statement(s))
    }
    /// The statements of a block that has opened.
    fn block(&mut self, scope: Option<ScopeIndex>, list: &[Statement<'a>]) -> Done {
        self.nested += 1;
        self.scope(scope, list)?;
        self.list(list)?;
        self.nested -= 1;
        Ok(())
    }
    /// A statement as the inside of a block that has opened.
    fn inside(&mut self, s: &Statement<'a>) -> Done {
        match s {
            Statement::BlockStatement(b) => {
                self.block(b.scope_id.get().map(|s| s.index() as ScopeIndex), &b.body)
            }
            s => {
                self.nested += 1;
                self.statement(s)?;
                self.nested -= 1;
                Ok(())
            }
        }
    }

    fn statement(&mut self, s: &Statement<'a>) -> Done {
        use Statement as S;
        let labels = std::mem::take(&mut self.labels);
        let is_loop = matches!(
            s,
            S::ForStatement(_)
                | S::WhileStatement(_)
                | S::DoWhileStatement(_)
                | S::ForInStatement(_)
                | S::ForOfStatement(_)
                | S::LabeledStatement(_)
        );
        if is_loop {
            // the loop opens them when its head is ready
            self.labels = labels;
            return self.loop_statement(s);
        }
        for l in &labels {
            self.effect(Op::Labelled, Attr::text(l), &[])?;
        }
        match s {
            S::EmptyStatement(_) => {}
            S::BlockStatement(_) => {
                self.emit(Instr::new(Op::Scope))?;
                self.inside(s)?;
                self.end()?;
            }
            S::ExpressionStatement(e) => {
                self.expression(&e.expression)?;
            }
            S::VariableDeclaration(d) => self.variables(d)?,
            S::FunctionDeclaration(f) => {
                let hoisted = own_binding(&f.id).is_some_and(|b| self.early.contains_key(&b));
                if !hoisted {
                    self.function_declaration(f)?;
                }
            }
            S::ClassDeclaration(c) => {
                let v = self.class_value(c)?;
                let Some(b) = own_binding(&c.id) else { return no("a class without a name") };
                if self.vars.contains_key(&b) || self.scopes.bindings[b as usize].assigned {
                    self.declare(b, v, false)?;
                } else {
                    self.vars.insert(b, v);
                }
            }
            S::IfStatement(i) => {
                let test = self.expression(&i.test)?;
                self.effect(Op::If, Attr::None, &[test])?;
                self.inside(&i.consequent)?;
                if let Some(a) = &i.alternate {
                    self.emit(Instr::new(Op::Else))?;
                    self.inside(a)?;
                }
                self.end()?;
            }
            S::ReturnStatement(r) => {
                let v = match &r.argument {
                    Some(e) => self.expression(e)?,
                    None => self.undefined()?,
                };
                self.effect(Op::Return, Attr::None, &[v])?;
            }
            S::ThrowStatement(t) => {
                let v = self.expression(&t.argument)?;
                self.effect(Op::Throw, Attr::None, &[v])?;
            }
            S::BreakStatement(b) => match &b.label {
                Some(l) => self.effect(Op::BreakTo, Attr::text(&l.name), &[])?,
                None => self.emit(Instr::new(Op::Break))?,
            },
            S::ContinueStatement(c) => match &c.label {
                Some(l) => self.effect(Op::ContinueTo, Attr::text(&l.name), &[])?,
                None => self.emit(Instr::new(Op::Continue))?,
            },
            S::SwitchStatement(w) => {
                let v = self.expression(&w.discriminant)?;
                let scope = w.scope_id.get().map(|s| s.index() as ScopeIndex);
                self.nested += 1;
                self.scope(scope, &[])?;
                let mut tests = Vec::new();
                for c in &w.cases {
                    tests.push(match &c.test {
                        Some(t) => Some(self.expression(t)?),
                        None => None,
                    });
                }
                self.effect(Op::Switch, Attr::None, &[v])?;
                for (c, t) in w.cases.iter().zip(tests) {
                    match t {
                        Some(t) => self.effect(Op::Case, Attr::None, &[t])?,
                        None => self.emit(Instr::new(Op::DefaultCase))?,
                    }
                    self.list(&c.consequent)?;
                    self.end()?;
                }
                self.nested -= 1;
                self.end()?;
            }
            S::TryStatement(t) => {
                self.emit(Instr::new(Op::Try))?;
                self.block(t.block.scope_id.get().map(|s| s.index() as ScopeIndex), &t.block.body)?;
                if let Some(h) = &t.handler {
                    let v = self.fresh();
                    self.emit(Instr { inner: vec![v], ..Instr::new(Op::Catch) })?;
                    if let Some(p) = &h.param {
                        self.bind(&p.pattern, v, true)?;
                    }
                    self.block(h.body.scope_id.get().map(|s| s.index() as ScopeIndex), &h.body.body)?;
                }
                if let Some(f) = &t.finalizer {
                    self.emit(Instr::new(Op::Finally))?;
                    self.block(f.scope_id.get().map(|s| s.index() as ScopeIndex), &f.body)?;
                }
                self.end()?;
            }
            _ => {
                return no(format!(
                    "a statement: {}",
                    self.slice(s.span()).chars().take(30).collect::<String>()
                ));
            }
        }
        for _ in &labels {
            self.end()?;
        }
        Ok(())
    }

    fn variables(&mut self, d: &VariableDeclaration<'a>) -> Done {
        if matches!(d.kind, VariableDeclarationKind::Using | VariableDeclarationKind::AwaitUsing) {
            return no("a `using` declaration");
        }
        for x in &d.declarations {
            let is_var = d.kind == VariableDeclarationKind::Var;
            match &x.init {
                None if is_var => {
                    if let BindingPattern::BindingIdentifier(id) = &x.id {
                        let b = self.binding_of(id)?;
                        if !self.vars.contains_key(&b) {
                            let v = self.undefined()?;
                            self.declare(b, v, true)?;
                        }
                    }
                }
                None => {
                    let v = self.undefined()?;
                    self.bind(&x.id, v, true)?;
                }
                Some(e) => {
                    let v = self.expression(e)?;
                    let own = !self.vars.values().any(|x| *x == v);
                    self.bind(&x.id, v, own)?;
                }
            }
        }
        Ok(())
    }

    fn open_labels(&mut self) -> Done<usize> {
        let labels = std::mem::take(&mut self.labels);
        for l in &labels {
            self.effect(Op::Labelled, Attr::text(l), &[])?;
        }
        Ok(labels.len())
    }

    fn loop_statement(&mut self, s: &Statement<'a>) -> Done {
        let mut labels = 0;
        match s {
            Statement::LabeledStatement(l) => {
                self.labels.push(l.label.name.to_string());
                return self.statement(&l.body);
            }
            Statement::ForStatement(f) => {
                let (mut inputs, mut names) = (Vec::new(), Vec::new());
                let scope = f.scope_id.get().map(|s| s.index() as ScopeIndex);
                self.nested += 1;
                self.scope(scope, &[])?;
                match &f.init {
                    Some(ForStatementInit::VariableDeclaration(d)) if self.plain_head(d) => {
                        for x in &d.declarations {
                            let v = match &x.init {
                                Some(e) => self.expression(e)?,
                                None => self.undefined()?,
                            };
                            inputs.push(v);
                            let v = self.fresh();
                            names.push(v);
                            if let BindingPattern::BindingIdentifier(id) = &x.id {
                                let b = self.binding_of(id)?;
                                self.vars.insert(b, v);
                            }
                        }
                    }
                    Some(ForStatementInit::VariableDeclaration(d)) => self.variables(d)?,
                    Some(init) => {
                        if let Some(e) = init.as_expression() {
                            self.expression(e)?;
                        }
                    }
                    None => {}
                }
                labels = self.open_labels()?;
                self.emit(Instr { inner: names, ..Instr::with(Op::For, Attr::None, &inputs) })?;
                let test = match &f.test {
                    Some(t) => self.expression(t)?,
                    None => self.value(Op::Boolean, Attr::text("true"), &[])?,
                };
                self.effect(Op::Body, Attr::None, &[test])?;
                self.inside(&f.body)?;
                if let Some(u) = &f.update {
                    self.emit(Instr::new(Op::Steps))?;
                    self.expression(u)?;
                }
                self.end()?;
                self.nested -= 1;
            }
            Statement::WhileStatement(w) => {
                labels = self.open_labels()?;
                self.emit(Instr::new(Op::For))?;
                let test = self.expression(&w.test)?;
                self.effect(Op::Body, Attr::None, &[test])?;
                self.inside(&w.body)?;
                self.end()?;
            }
            Statement::DoWhileStatement(d) => {
                labels = self.open_labels()?;
                self.emit(Instr::new(Op::Do))?;
                self.inside(&d.body)?;
                self.emit(Instr::new(Op::Test))?;
                let test = self.expression(&d.test)?;
                self.result(test)?;
            }
            Statement::ForInStatement(f) => {
                let o = self.expression(&f.right)?;
                labels = self.open_labels()?;
                self.for_each(
                    Op::ForIn,
                    o,
                    &f.left,
                    f.scope_id.get().map(|s| s.index() as ScopeIndex),
                    &f.body,
                )?;
            }
            Statement::ForOfStatement(f) => {
                let o = self.expression(&f.right)?;
                labels = self.open_labels()?;
                let op = if f.r#await { Op::ForAwait } else { Op::ForOf };
                self.for_each(op, o, &f.left, f.scope_id.get().map(|s| s.index() as ScopeIndex), &f.body)?;
            }
            _ => {}
        }
        for _ in 0..labels {
            self.end()?;
        }
        Ok(())
    }

    /// `let a = 1, b = 2` of names that are not needed earlier.
    fn plain_head(&self, d: &VariableDeclaration<'a>) -> bool {
        matches!(d.kind, VariableDeclarationKind::Let | VariableDeclarationKind::Const)
            && d.declarations.iter().all(|x| match &x.id {
                BindingPattern::BindingIdentifier(id) => {
                    self.binding_of(id).is_ok_and(|b| !self.early.contains_key(&b))
                }
                _ => false,
            })
    }

    fn for_each(
        &mut self,
        op: Op,
        object: Var,
        left: &ForStatementLeft<'a>,
        scope: Option<ScopeIndex>,
        body: &Statement<'a>,
    ) -> Done {
        let v = self.fresh();
        self.emit(Instr { inner: vec![v], ..Instr::with(op, Attr::None, &[object]) })?;
        self.nested += 1;
        self.scope(scope, &[])?;
        match left {
            ForStatementLeft::VariableDeclaration(d) => match d.declarations.first() {
                Some(x) => self.bind(&x.id, v, true)?,
                None => return no("a loop without a name"),
            },
            left => match left.as_assignment_target() {
                Some(t) => self.assign(t, v)?,
                None => return no("a loop target"),
            },
        }
        self.nested -= 1;
        self.inside(body)?;
        self.end()
    }
}
