//! The visitor over the AST: expressions, patterns and what hangs on them.

use super::*;

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
            Expression::ImportExpression(e) if e.phase.is_some() => {
                self.unsupported(e.span, "import phases");
            }
            Expression::AwaitExpression(_) => {
                self.top_level_await();
                walk::walk_expression(self, it);
            }
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

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        if self.out.is_call_target(it) {
            let allowed = std::mem::take(&mut self.call_target) == address(it)
                && !self.strict
                && matches!(&it.object, Expression::CallExpression(c)
                    if !matches!(c.callee, Expression::Super(_)));
            if !allowed {
                self.fail(it.object.span(), "Invalid left-hand side in assignment".into());
            }
        }
        walk::walk_static_member_expression(self, it);
    }

    fn visit_update_expression(&mut self, it: &UpdateExpression<'a>) {
        if let SimpleAssignmentTarget::StaticMemberExpression(m) = &it.argument {
            self.call_target = address(&**m);
        }
        walk::walk_update_expression(self, it);
    }

    fn visit_member_expression(&mut self, it: &MemberExpression<'a>) {
        let write = std::mem::take(&mut self.write);
        walk::walk_member_expression(self, it);
        self.write = write;
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        let name = it.name.as_str();
        if name == "arguments" {
            self.check_arguments(it.span);
        }
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
        if let AssignmentTarget::StaticMemberExpression(m) = &it.left
            && !it.operator.is_logical()
        {
            self.call_target = address(&**m);
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
            self.check_super(true, it.span);
        } else {
            self.visit_expression(&it.callee);
        }
        if let Expression::Identifier(id) = &it.callee
            && id.name == "eval"
            && !it.optional
        {
            self.direct_eval();
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

    fn visit_super(&mut self, it: &Super) {
        self.check_super(false, it.span);
        self.use_this();
        let owner = self.this_owner() as usize;
        self.out.functions[owner].uses_super = true;
        self.special(BindingKind::HomeObject);
    }

    fn visit_this_expression(&mut self, _: &ThisExpression) {
        self.use_this();
    }

    fn visit_private_identifier(&mut self, it: &PrivateIdentifier<'a>) {
        self.check_private_name(it);
    }

    fn visit_new_target(&mut self, it: &NewTarget) {
        let owner = &self.out.functions[self.this_owner() as usize];
        if matches!(owner.form, FunctionForm::Script | FunctionForm::Module) {
            self.fail(it.span, "new.target expression is not allowed here".into());
        }
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
