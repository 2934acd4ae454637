//! Statements.

use crate::control::{Control, Exit, Region};
use crate::generator::{Generator, deep};
use crate::patterns::Mode;
use oxc_ast::ast::*;
use oxc_span::GetSpan;
use tierproof_bytecode::assembler::Label;
use tierproof_bytecode::{Flow, Reg, SlotKind};
use tierproof_syntax::{BindingKind, Reference, ScopeIndex};

/// What a finally block restores afterwards.
struct FinallyState {
    token: Reg,
    value: Reg,
    entry: Label,
}

impl<'s, 'a> Generator<'s, 'a> {
    pub fn statements(&mut self, list: &'s [Statement<'a>]) {
        match Self::using_in(list) {
            Some(is_async) => self.with_disposal(is_async, |g| list.iter().for_each(|s| g.statement(s))),
            None => list.iter().for_each(|s| self.statement(s)),
        }
    }

    pub fn scope_of(cell: &std::cell::Cell<Option<oxc_syntax::scope::ScopeId>>) -> Option<ScopeIndex> {
        cell.get().map(|s| s.index() as ScopeIndex)
    }

    fn block(&mut self, b: &'s BlockStatement<'a>) {
        self.in_scope(Self::scope_of(&b.scope_id), |g| g.statements(&b.body));
    }

    /// A statement whose completion value is `undefined` unless a part of it yields one.
    fn reset_completion(&mut self) {
        if let Some(r) = self.completion {
            self.asm.LdaUndefined();
            self.asm.Star(r);
        }
    }

    pub fn statement(&mut self, s: &'s Statement<'a>) {
        let mark = self.next;
        deep(|| self.statement_inner(s));
        self.release(mark);
    }

    fn statement_inner(&mut self, s: &'s Statement<'a>) {
        let labels = match s {
            Statement::LabeledStatement(_) => Vec::new(),
            _ => std::mem::take(&mut self.labels),
        };
        match s {
            Statement::ExpressionStatement(e) => match self.completion {
                Some(r) => {
                    self.expression(&e.expression);
                    self.asm.Star(r);
                }
                None => self.effect(&e.expression),
            },
            Statement::VariableDeclaration(d) => self.variable_declaration(d),
            Statement::ImportDeclaration(_)
            | Statement::ExportAllDeclaration(_)
            | Statement::ExportNamedDeclaration(_)
            | Statement::ExportFromDeclaration(_) => {}
            Statement::ExportDeclaration(e) => match &e.declaration {
                Declaration::VariableDeclaration(d) => self.variable_declaration(d),
                Declaration::ClassDeclaration(c) => self.class_declaration(c),
                _ => {}
            },
            Statement::ExportDefaultDeclaration(e) => self.export_default(e),
            Statement::FunctionDeclaration(f) => {
                // Annex B: the `var` of the same name gets the block's function
                let f: &Function<'a> = f;
                if let Some(&var) = self.scopes.annex_b.get(&(std::ptr::from_ref(f) as usize))
                    && let Some(id) = &f.id
                    && let Some(b) = self.binding_of(id)
                {
                    let place = self.place(b);
                    self.load_place(place);
                    match var {
                        Some(var) => self.initialise(var),
                        None => {
                            let reference = Reference { binding: None, check: false };
                            self.assign_reference(reference, &id.name);
                        }
                    }
                }
            }
            Statement::ClassDeclaration(c) => self.class_declaration(c),
            Statement::BlockStatement(b) => self.block(b),
            Statement::EmptyStatement(_) => {}
            Statement::DebuggerStatement(_) => self.asm.Debugger(),
            Statement::IfStatement(s) => {
                self.reset_completion();
                self.if_statement(s);
            }
            Statement::LabeledStatement(l) => {
                self.labels.push(&l.label.name);
                match &l.body {
                    Statement::LabeledStatement(_)
                    | Statement::ForStatement(_)
                    | Statement::ForInStatement(_)
                    | Statement::ForOfStatement(_)
                    | Statement::WhileStatement(_)
                    | Statement::DoWhileStatement(_)
                    | Statement::SwitchStatement(_) => self.statement(&l.body),
                    body => {
                        let labels = std::mem::take(&mut self.labels);
                        let end = self.asm.label();
                        self.controls.push(Control::Target {
                            labels,
                            plain: true,
                            break_label: Some(end),
                            continue_label: None,
                        });
                        self.statement(body);
                        self.controls.pop();
                        self.asm.bind(end);
                    }
                }
            }
            Statement::WithStatement(w) => {
                self.reset_completion();
                self.with_statement(w);
            }
            Statement::ForStatement(f) => {
                self.reset_completion();
                self.for_statement(f, labels);
            }
            Statement::WhileStatement(w) => {
                self.reset_completion();
                let (end, next) = self.enter_loop(labels);
                let header = self.loop_header();
                self.jump_unless(&w.test, end);
                self.statement(&w.body);
                self.asm.bind(next);
                self.jump_loop(header);
                self.exit_loop(end);
            }
            Statement::DoWhileStatement(w) => {
                self.reset_completion();
                let (end, next) = self.enter_loop(labels);
                let header = self.loop_header();
                self.statement(&w.body);
                self.asm.bind(next);
                self.jump_unless(&w.test, end);
                self.jump_loop(header);
                self.exit_loop(end);
            }
            Statement::ForInStatement(f) => {
                self.reset_completion();
                self.for_in(f, labels);
            }
            Statement::ForOfStatement(f) => {
                self.reset_completion();
                self.for_of(f, labels);
            }
            Statement::SwitchStatement(s) => {
                self.reset_completion();
                self.switch(s, labels);
            }
            Statement::BreakStatement(b) => {
                let label = b.label.as_ref().map(|l| l.name.as_str());
                match self.jump_target(label, false) {
                    Some(exit) => self.leave(exit),
                    None => self.unsupported(b.span, "this break"),
                }
            }
            Statement::ContinueStatement(c) => {
                let label = c.label.as_ref().map(|l| l.name.as_str());
                match self.jump_target(label, true) {
                    Some(exit) => self.leave(exit),
                    None => self.unsupported(c.span, "this continue"),
                }
            }
            Statement::ReturnStatement(r) => {
                match &r.argument {
                    Some(e) => self.expression(e),
                    None => self.asm.LdaUndefined(),
                }
                self.position(r.span.start);
                if self.flow == Flow::AsyncGenerator && r.argument.is_some() {
                    self.await_value();
                }
                self.leave(Exit::Return);
            }
            Statement::ThrowStatement(t) => {
                self.expression(&t.argument);
                self.position(t.span.start);
                self.asm.Throw();
            }
            Statement::TryStatement(t) => {
                self.reset_completion();
                self.try_statement(t);
            }
            other => self.unsupported(other.span(), "this statement"),
        }
    }

    pub fn class_declaration(&mut self, c: &'s Class<'a>) {
        self.class(c);
        if let Some(b) = c.id.as_ref().and_then(|i| self.binding_of(i)) {
            self.initialise(b);
        }
    }

    fn variable_declaration(&mut self, d: &'s VariableDeclaration<'a>) {
        for declarator in &d.declarations {
            let mark = self.next;
            match (&declarator.id, &declarator.init) {
                (BindingPattern::BindingIdentifier(_), None) if d.kind == VariableDeclarationKind::Var => {}
                (BindingPattern::BindingIdentifier(id), None) => {
                    if let Some(b) = self.binding_of(id) {
                        self.position(id.span.start);
                        self.asm.LdaUndefined();
                        self.initialise(b);
                    }
                }
                (BindingPattern::BindingIdentifier(id), Some(init))
                    if d.kind == VariableDeclarationKind::Var
                        && self.dynamic_depth(self.binding_of(id)).is_some() =>
                {
                    let reference = Reference { binding: self.binding_of(id), check: false };
                    let depth = self.dynamic_depth(reference.binding).unwrap_or_default();
                    let object = self.temp();
                    self.position(id.span.start);
                    self.lookup(&id.name, depth, object);
                    self.expression(init);
                    self.position(declarator.span.start);
                    self.store_found(object, reference, &id.name);
                }
                (pattern, Some(init)) => {
                    self.expression(init);
                    self.position(declarator.span.start);
                    self.add_disposable(d.kind);
                    self.bind_pattern(pattern, Mode::of(d.kind));
                }
                (_, None) => {}
            }
            self.release(mark);
        }
    }

    fn branch(&mut self, s: &'s Statement<'a>) {
        if let Statement::FunctionDeclaration(f) = s {
            let f: &Function<'a> = f;
            let scope = self.scopes.if_scopes.get(&(std::ptr::from_ref(f) as usize)).copied();
            self.in_scope(scope, |g| g.statement(s));
        } else {
            self.statement(s);
        }
    }

    fn if_statement(&mut self, s: &'s IfStatement<'a>) {
        let otherwise = self.asm.label();
        self.jump_unless(&s.test, otherwise);
        self.branch(&s.consequent);
        match &s.alternate {
            Some(alternate) => {
                let end = self.asm.label();
                self.asm.Jump(end);
                self.asm.bind(otherwise);
                self.branch(alternate);
                self.asm.bind(end);
            }
            None => self.asm.bind(otherwise),
        }
    }

    // --- loops

    fn enter_loop(&mut self, labels: Vec<&'s str>) -> (Label, Label) {
        let (end, next) = (self.asm.label(), self.asm.label());
        self.controls.push(Control::Target {
            labels,
            plain: false,
            break_label: Some(end),
            continue_label: Some(next),
        });
        self.loop_depth += 1;
        (end, next)
    }
    pub fn loop_header(&mut self) -> Label {
        let header = self.asm.label();
        self.asm.bind(header);
        header
    }
    pub fn jump_loop(&mut self, header: Label) {
        let slot = self.slot(SlotKind::Loop);
        let depth = self.loop_depth - 1;
        self.asm.JumpLoop(header, depth, slot);
    }
    fn exit_loop(&mut self, end: Label) {
        self.loop_depth -= 1;
        self.controls.pop();
        self.asm.bind(end);
    }

    fn for_statement(&mut self, f: &'s ForStatement<'a>, labels: Vec<&'s str>) {
        let scope = Self::scope_of(&f.scope_id);
        let using = match &f.init {
            Some(ForStatementInit::VariableDeclaration(d)) => Self::using_kind(d.kind),
            _ => None,
        };
        self.in_scope(scope, |g| match using {
            Some(is_async) => g.with_disposal(is_async, |g| g.for_in_its_scope(f, scope, labels)),
            None => g.for_in_its_scope(f, scope, labels),
        });
    }

    fn for_in_its_scope(&mut self, f: &'s ForStatement<'a>, scope: Option<ScopeIndex>, labels: Vec<&'s str>) {
        let g = self;
        {
            match &f.init {
                Some(ForStatementInit::VariableDeclaration(d)) => g.variable_declaration(d),
                Some(init) => {
                    if let Some(e) = init.as_expression() {
                        g.effect(e);
                    }
                }
                None => {}
            }
            // closures made by the head keep the variables as they were before the first iteration
            if let Some(scope) = scope
                && g.scopes.scopes[scope as usize].head_closures
            {
                g.copy_loop_context(scope);
            }
            let (end, next) = g.enter_loop(labels);
            let header = g.loop_header();
            if let Some(test) = &f.test {
                g.jump_unless(test, end);
            }
            g.statement(&f.body);
            g.asm.bind(next);
            if let Some(scope) = scope {
                g.copy_loop_context(scope);
            }
            if let Some(update) = &f.update {
                g.effect(update);
            }
            g.jump_loop(header);
            g.exit_loop(end);
        }
    }

    /// Each iteration of a `let` loop has variables of its own.
    fn copy_loop_context(&mut self, scope: ScopeIndex) {
        let info = &self.scopes.scopes[scope as usize];
        let assignable =
            info.bindings.iter().any(|&b| self.scopes.bindings[b as usize].kind == BindingKind::Let);
        if info.context_slots == 0 || !assignable {
            return;
        }
        // the innermost context control is the loop's own
        let Some(saved) = self.controls.iter().rev().find_map(|c| match c {
            Control::Context { saved } => Some(*saved),
            _ => None,
        }) else {
            return;
        };
        let mark = self.next;
        let old = self.temp();
        self.asm.Mov(Reg::CONTEXT, old);
        self.asm.PopContext(saved);
        self.asm.CreateContext(info.context_slots, 1);
        self.asm.PushContext(saved);
        for slot in 1..info.context_slots {
            self.asm.LdaContextSlot(old, slot, 0);
            self.asm.StaCurrentContextSlot(slot);
        }
        self.release(mark);
    }

    /// Stores the accumulator to the variable or target in the head of a for-in/of loop.
    fn for_head(&mut self, left: &'s ForStatementLeft<'a>) {
        match left {
            ForStatementLeft::VariableDeclaration(d) => {
                if let Some(declarator) = d.declarations.first() {
                    self.position(declarator.span.start);
                    self.bind_pattern(&declarator.id, Mode::of(d.kind));
                }
            }
            _ => {
                if let Some(target) = left.as_assignment_target() {
                    self.assign_target(target);
                }
            }
        }
    }

    fn for_in(&mut self, f: &'s ForInStatement<'a>, labels: Vec<&'s str>) {
        // `for (var x = 1 in o)`
        if let ForStatementLeft::VariableDeclaration(d) = &f.left
            && let Some(declarator) = d.declarations.first()
            && let Some(init) = &declarator.init
        {
            self.expression(init);
            self.bind_pattern(&declarator.id, Mode::of(d.kind));
        }
        let state = self.temp();
        let mark = self.next;
        let object = self.register(&f.right, &[]);
        self.position(f.right.span().start);
        self.asm.ForInPrepare(object, state);
        self.release(mark);
        let slot = self.slot(SlotKind::ForIn);
        let (end, next) = self.enter_loop(labels);
        let header = self.loop_header();
        self.position(f.span.start);
        self.asm.ForInNext(state, slot);
        self.asm.JumpIfUndefined(end);
        let scope = Self::scope_of(&f.scope_id);
        self.with_value_in_scope(scope, |g| {
            g.for_head(&f.left);
            g.statement(&f.body);
        });
        self.asm.bind(next);
        self.jump_loop(header);
        self.exit_loop(end);
    }

    /// Like `in_scope`, but the accumulator survives the entry.
    fn with_value_in_scope(&mut self, scope: Option<ScopeIndex>, body: impl FnOnce(&mut Self)) {
        let clobbers = scope.is_some_and(|s| {
            let info = &self.scopes.scopes[s as usize];
            info.context_slots > 0
                || info.bindings.iter().any(|&b| self.scopes.bindings[b as usize].needs_hole)
        });
        if clobbers {
            let mark = self.next;
            let value = self.temp();
            self.asm.Star(value);
            self.in_scope(scope, |g| {
                g.asm.Ldar(value);
                body(g);
            });
            self.release(mark);
        } else {
            self.in_scope(scope, body);
        }
    }

    fn for_of(&mut self, f: &'s ForOfStatement<'a>, labels: Vec<&'s str>) {
        let pair = self.temps(2);
        let value = self.temp();
        let mark = self.next;
        let iterable = self.register(&f.right, &[]);
        self.position(f.right.span().start);
        let slot = self.slot(SlotKind::Iterator);
        if f.r#await {
            self.asm.Ldar(iterable);
            self.async_iterator(pair);
        } else {
            self.asm.IteratorOpen(iterable, pair, slot);
        }
        self.release(mark);
        let context = self.context_register();
        let (end, next) = self.enter_loop(labels);
        let header = self.loop_header();
        self.position(f.right.span().start);
        if f.r#await {
            self.async_iterator_next(pair, value, f.right.span().start);
        } else {
            self.asm.IteratorNext(pair, value, slot);
        }
        self.asm.JumpIfTrue(end);
        let region = self.start_region();
        self.controls.push(Control::Iterator { region, iterator: pair, is_async: f.r#await });
        // `break` and `return` leave through the iterator; `continue` does not
        let inner_next = self.asm.label();
        if let Some(Control::Target { labels, .. }) = self.controls.iter().rev().nth(1) {
            let labels = labels.clone();
            self.controls.push(Control::Target {
                labels,
                plain: true,
                break_label: None,
                continue_label: Some(inner_next),
            });
        }
        let scope = Self::scope_of(&f.scope_id);
        let using = match &f.left {
            ForStatementLeft::VariableDeclaration(d) => Self::using_kind(d.kind).map(|a| (a, d.kind)),
            _ => None,
        };
        self.in_scope(scope, |g| match using {
            Some((is_async, kind)) => g.with_disposal(is_async, |g| {
                g.asm.Ldar(value);
                g.add_disposable(kind);
                g.for_head(&f.left);
                g.statement(&f.body);
            }),
            None => {
                g.asm.Ldar(value);
                g.for_head(&f.left);
                g.statement(&f.body);
            }
        });
        self.controls.pop();
        let region = match self.controls.pop() {
            Some(Control::Iterator { region, .. }) => region,
            _ => Region::default(),
        };
        let handler = self.asm.label();
        let protected = self.end_region(region, handler, context);
        self.asm.bind(inner_next);
        self.asm.bind(next);
        self.jump_loop(header);
        if protected {
            self.asm.bind(handler);
            let exception = self.temp();
            self.asm.Star(exception);
            if f.r#await {
                self.async_iterator_close_quietly(pair);
            } else {
                self.asm.IteratorClose(pair, 1);
            }
            self.asm.Ldar(exception);
            self.asm.ReThrow();
        }
        self.exit_loop(end);
    }

    fn switch(&mut self, s: &'s SwitchStatement<'a>, labels: Vec<&'s str>) {
        let discriminant = self.temp();
        self.expression_into(&s.discriminant, discriminant);
        self.in_scope(Self::scope_of(&s.scope_id), |g| {
            let end = g.asm.label();
            g.controls.push(Control::Target {
                labels,
                plain: false,
                break_label: Some(end),
                continue_label: None,
            });
            let targets: Vec<Label> = s.cases.iter().map(|_| g.asm.label()).collect();
            let mut default = end;
            for (case, &target) in s.cases.iter().zip(&targets) {
                match &case.test {
                    Some(test) => {
                        g.expression(test);
                        g.position(test.span().start);
                        let slot = g.slot(SlotKind::Compare);
                        g.asm.TestEqualStrict(discriminant, slot);
                        g.asm.JumpIfTrue(target);
                    }
                    None => default = target,
                }
            }
            g.asm.Jump(default);
            for (case, &target) in s.cases.iter().zip(&targets) {
                g.asm.bind(target);
                g.statements(&case.consequent);
            }
            g.controls.pop();
            g.asm.bind(end);
        });
    }

    // --- try

    fn try_statement(&mut self, t: &'s TryStatement<'a>) {
        let Some(finalizer) = &t.finalizer else {
            return self.try_catch(t);
        };
        self.with_finally(
            |g| g.try_catch(t),
            |g, _, _| {
                // the completion value of the finalizer counts only when it is left by a jump
                match g.completion {
                    Some(r) => {
                        let kept = g.temp();
                        g.asm.Mov(r, kept);
                        g.asm.LdaUndefined();
                        g.asm.Star(r);
                        g.block(finalizer);
                        g.asm.Mov(kept, r);
                    }
                    None => g.block(finalizer),
                }
            },
        );
    }

    /// Generates `body`, and `finalizer` on every way out of it. The finalizer gets the registers with
    /// the kind of exit (0: a throw) and its value.
    pub fn with_finally(
        &mut self,
        body: impl FnOnce(&mut Self),
        finalizer: impl FnOnce(&mut Self, Reg, Reg),
    ) {
        let state = FinallyState { token: self.temp(), value: self.temp(), entry: self.asm.label() };
        let context = self.context_register();
        let region = self.start_region();
        self.controls.push(Control::Finally {
            region,
            token: state.token,
            value: state.value,
            entry: state.entry,
            exits: Vec::new(),
        });
        body(self);
        let Some(Control::Finally { region, exits, .. }) = self.controls.pop() else { return };
        let handler = self.asm.label();
        let throws = self.end_region(region, handler, context);
        // normal completion
        self.asm.LdaSmi(-1);
        self.asm.Star(state.token);
        if throws {
            self.asm.Jump(state.entry);
            self.asm.bind(handler);
            self.asm.Star(state.value);
            self.asm.LdaZero();
            self.asm.Star(state.token);
        }
        self.asm.bind(state.entry);
        finalizer(self, state.token, state.value);
        let end = self.asm.label();
        if throws || !exits.is_empty() {
            let labels: Vec<Label> = (0..=exits.len()).map(|_| self.asm.label()).collect();
            self.asm.Ldar(state.token);
            let table = self.asm.jump_table(&labels);
            self.asm.SwitchOnSmi(table, labels.len() as u32, 0);
            self.asm.Jump(end);
            self.asm.bind(labels[0]);
            self.asm.Ldar(state.value);
            self.asm.ReThrow();
            for (&exit, &label) in exits.iter().zip(&labels[1..]) {
                self.asm.bind(label);
                if let Exit::Return = exit {
                    self.asm.Ldar(state.value);
                }
                self.leave(exit);
            }
        }
        self.asm.bind(end);
    }

    fn try_catch(&mut self, t: &'s TryStatement<'a>) {
        let Some(handler) = &t.handler else {
            return self.block(&t.block);
        };
        let context = self.context_register();
        let region = self.start_region();
        self.controls.push(Control::Catch { region });
        self.block(&t.block);
        let Some(Control::Catch { region }) = self.controls.pop() else { return };
        let (target, end) = (self.asm.label(), self.asm.label());
        if !self.end_region(region, target, context) {
            // nothing in the block can throw
            return;
        }
        self.asm.Jump(end);
        self.asm.bind(target);
        self.reset_completion_keeping_value();
        let scope = Self::scope_of(&handler.scope_id);
        self.with_value_in_scope(scope, |g| {
            if let Some(p) = &handler.param {
                g.position(p.span.start);
                g.bind_pattern(&p.pattern, Mode::Initialise);
            }
            g.block(&handler.body);
        });
        self.asm.bind(end);
    }

    /// As `reset_completion`; the accumulator holds an exception that is still needed.
    fn reset_completion_keeping_value(&mut self) {
        if let Some(r) = self.completion {
            let mark = self.next;
            let value = self.temp();
            self.asm.Star(value);
            self.asm.LdaUndefined();
            self.asm.Star(r);
            self.asm.Ldar(value);
            self.release(mark);
        }
    }
}
