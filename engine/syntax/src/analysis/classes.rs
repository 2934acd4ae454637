//! Classes: constructor, methods, field initialisers, static blocks.

use super::*;

impl<'a> Analyzer<'a> {
    pub(super) fn class(&mut self, class: &'a Class<'a>) {
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
        let mut info = self.declare_private_names(class, scope);
        self.private_names.push(info.private_names.iter().map(|p| p.name).collect());
        let derived = class.heritage.is_some();
        let form = if derived { FunctionForm::DerivedConstructor } else { FunctionForm::BaseConstructor };
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
                    instance |= matches!(m.key, PropertyKey::PrivateIdentifier(_)) && !m.r#static;
                    let (form, prefix) = match m.kind {
                        MethodDefinitionKind::Get => (FunctionForm::Getter, "get "),
                        MethodDefinitionKind::Set => (FunctionForm::Setter, "set "),
                        _ => (FunctionForm::Method, ""),
                    };
                    let name = method_name(&m.key, m.computed, prefix);
                    let span = if m.r#static { self.without_static(m.span) } else { m.span };
                    self.function(&m.value, form, Some(name), span, None, Some(scope));
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
        self.private_names.pop();
        self.out.classes.insert(scope, info);
        (self.scope, self.strict) = saved;
    }

    /// The span of a method behind `static` and the white space and comments that follow it.
    fn without_static(&self, span: Span) -> Span {
        let text = &self.text[..span.end as usize];
        let mut at = span.start as usize + "static".len();
        loop {
            let rest = &text[at..];
            let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
            let skip = if trimmed.starts_with("//") {
                trimmed.find(['\n', '\r', '\u{2028}', '\u{2029}']).unwrap_or(trimmed.len())
            } else if trimmed.starts_with("/*") {
                trimmed.find("*/").map_or(trimmed.len(), |i| i + 2)
            } else {
                0
            };
            at += rest.len() - trimmed.len() + skip;
            if skip == 0 {
                return Span::new(at as u32, span.end);
            }
        }
    }

    /// Declares the private names of a class and room for the functions of its private methods.
    fn declare_private_names(&mut self, class: &'a Class<'a>, scope: ScopeIndex) -> ClassInfo<'a> {
        let mut info = ClassInfo::default();
        for (index, element) in class.body.body.iter().enumerate() {
            let (key, method) = match element {
                ClassElement::MethodDefinition(m) => (&m.key, true),
                ClassElement::PropertyDefinition(p) => (&p.key, false),
                _ => continue,
            };
            let PropertyKey::PrivateIdentifier(id) = key else { continue };
            let name = id.name.as_str();
            if !info.private_names.iter().any(|p| p.name == name) {
                let binding = self.private_binding(scope);
                info.private_names.push(PrivateName { name, binding });
            }
            if method {
                let binding = self.private_binding(scope);
                info.private_methods.push((index as u32, binding));
            }
        }
        info
    }
    fn private_binding(&mut self, scope: ScopeIndex) -> BindingIndex {
        let b = self.new_binding(scope, "private name", BindingKind::Private, (0, u32::MAX));
        self.out.bindings[b as usize].captured = true;
        b
    }

    pub(super) fn class_fields(&mut self, class: &'a Class<'a>, is_static: bool) {
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

    pub(super) fn key(&mut self, key: &PropertyKey<'a>, computed: bool) {
        match key {
            PropertyKey::StaticIdentifier(_) => {}
            PropertyKey::PrivateIdentifier(_) => {}
            _ if computed => {
                if let Some(e) = key.as_expression() {
                    self.visit_expression(e);
                }
            }
            _ => {}
        }
    }
}
