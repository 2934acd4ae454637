//! Functions, parameters, and the names that anonymous functions get from their place.

use super::*;

/// Parameters of one function at most: the VM stack has room for so many beyond its limit.
const MAX_PARAMETERS: usize = 65535;

impl<'a> Analyzer<'a> {
    pub(super) fn script(&mut self, program: &'a Program<'a>) {
        self.out.functions.push(FunctionInfo {
            id: 0,
            form: FunctionForm::Script,
            node: FunctionNode::Script(program),
            parent: None,
            name: js_string(""),
            strict: self.strict,
            is_generator: false,
            is_async: false,
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
    pub(super) fn enter_function(
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
            if params.items.len() > MAX_PARAMETERS {
                self.fail(
                    params.span,
                    format!("Too many parameters in function (only {MAX_PARAMETERS} allowed)"),
                );
            }
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
        let (is_generator, is_async) = match spec.node {
            FunctionNode::Function(f) => (f.generator, f.r#async),
            FunctionNode::Arrow(f) => (false, f.r#async),
            _ => (false, false),
        };
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
            is_generator,
            is_async,
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

    pub(super) fn params(&mut self, params: &'a FormalParameters<'a>) {
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
    pub(super) fn function(
        &mut self,
        f: &'a Function<'a>,
        form: FunctionForm,
        name: Option<JsStr>,
        span: Span,
        hoisted_to: Option<u32>,
        class_scope: Option<ScopeIndex>,
    ) -> FunctionId {
        // functions that can be suspended are no constructors
        let form = match form {
            FunctionForm::Normal if f.generator || f.r#async => FunctionForm::Method,
            other => other,
        };
        let strict = self.strict || f.has_use_strict_directive();
        let self_name = match (&f.id, f.r#type) {
            (Some(_), FunctionType::FunctionExpression) if std::mem::take(&mut self.hides_function_name) => {
                None
            }
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

    pub(super) fn arrow(&mut self, f: &'a ArrowFunctionExpression<'a>) {
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

    pub(super) fn name_anonymous(&mut self, e: &Expression<'a>, name: JsStr) {
        let at = match e {
            Expression::FunctionExpression(f) if f.id.is_none() => address(&**f),
            Expression::ArrowFunctionExpression(f) => address(&**f),
            Expression::ClassExpression(c) if c.id.is_none() => address(&**c),
            _ => return,
        };
        self.anonymous_names.insert(at, name);
    }
}
