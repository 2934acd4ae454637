//! Functions, object literals and classes.

use super::patterns::fixed_key;
use super::*;
use crate::ir::member::Member;

/// What is evaluated before an object literal or class opens, for each of its parts.
#[derive(Default)]
struct Ready {
    key: Option<Var>,
    value: Option<Var>,
}

impl<'a> Importer<'_, 'a> {
    /// A function's value; `own` is the name that it has inside, and outside if it is a declaration.
    pub(super) fn function(&mut self, f: &Function<'a>, own: Option<BindingIndex>) -> Done<Var> {
        let op = match (f.r#async, f.generator) {
            (false, false) => Op::Function,
            (true, false) => Op::AsyncFunction,
            (false, true) => Op::Generator,
            (true, true) => Op::AsyncGenerator,
        };
        let out = self.fresh();
        if let Some(b) = own {
            self.vars.insert(b, out);
        }
        let rest = if f.params.rest.is_some() { "..." } else { "" };
        self.code_of(f, Instr { outputs: vec![out], ..Instr::with(op, Attr::text(rest), &[]) })?;
        Ok(out)
    }

    /// Parameters and body of a function or method, which `instr` opens.
    fn code_of(&mut self, f: &Function<'a>, instr: Instr) -> Done {
        let Some(body) = &f.body else { return no("a function without a body") };
        let scope = f.scope_id.get().map(|s| s.index() as ScopeIndex);
        self.in_function(
            instr,
            &f.params,
            scope,
            |i| {
                i.directives(body)?;
                Ok(())
            },
            |i| {
                let inner = i.scopes.functions.iter().find(|g| Some(g.scope) == scope).map(|g| g.body_scope);
                i.scope(scope, &body.statements)?;
                if inner != scope {
                    i.scope(inner, &body.statements)?;
                }
                i.list(&body.statements)
            },
        )
    }
    fn directives(&mut self, body: &FunctionBody<'a>) -> Done {
        if body.directives.iter().any(|d| d.directive == "use strict") {
            self.emit(Instr::new(Op::UseStrict))?;
        }
        Ok(())
    }

    pub(super) fn arrow(&mut self, f: &ArrowFunctionExpression<'a>) -> Done<Var> {
        let out = self.fresh();
        let op = if f.r#async { Op::AsyncArrow } else { Op::Arrow };
        let rest = if f.params.rest.is_some() { "..." } else { "" };
        let instr = Instr { outputs: vec![out], ..Instr::with(op, Attr::text(rest), &[]) };
        let scope = f.scope_id.get().map(|s| s.index() as ScopeIndex);
        self.in_function(
            instr,
            &f.params,
            scope,
            |_| Ok(()),
            |i| match &f.body {
                ArrowFunctionBody::FunctionBody(body) => {
                    let inner =
                        i.scopes.functions.iter().find(|g| Some(g.scope) == scope).map(|g| g.body_scope);
                    i.scope(scope, &body.statements)?;
                    if inner != scope {
                        i.scope(inner, &body.statements)?;
                    }
                    i.list(&body.statements)
                }
                body => match body.as_expression() {
                    Some(e) => {
                        let v = i.expression(e)?;
                        i.effect(Op::Return, Attr::None, &[v])
                    }
                    None => no("an arrow function"),
                },
            },
        )?;
        Ok(out)
    }

    fn in_function(
        &mut self,
        mut instr: Instr,
        params: &FormalParameters<'a>,
        scope: Option<ScopeIndex>,
        first: impl FnOnce(&mut Self) -> Done,
        body: impl FnOnce(&mut Self) -> Done,
    ) -> Done {
        let mut patterns: Vec<(&BindingPattern<'a>, Var)> = Vec::new();
        let mut defaults = Vec::new();
        let rest = params.rest.as_ref().map(|r| (&r.rest.argument, None));
        for (pattern, default) in
            params.items.iter().map(|p| (&p.pattern, p.initializer.as_deref())).chain(rest)
        {
            let v = self.fresh();
            instr.inner.push(v);
            let (pattern, default) = match pattern {
                BindingPattern::AssignmentPattern(a) => (&a.left, Some(&a.right)),
                p => (p, default),
            };
            match pattern {
                BindingPattern::BindingIdentifier(id) => {
                    let b = self.binding_of(id)?;
                    self.vars.insert(b, v);
                }
                p => patterns.push((p, v)),
            }
            defaults.extend(default.map(|d| (v, d)));
        }
        let (nested, labels) = (std::mem::take(&mut self.nested), std::mem::take(&mut self.labels));
        let function = self.function;
        if let Some(s) = scope {
            self.function = self.scopes.scopes[s as usize].function;
        }
        self.emit(instr)?;
        first(self)?;
        for (v, d) in defaults {
            self.effect(Op::Default, Attr::None, &[v])?;
            let x = self.expression(d)?;
            self.result(x)?;
        }
        for (p, v) in patterns {
            self.bind(p, v, true)?;
        }
        body(self)?;
        self.end()?;
        (self.nested, self.labels, self.function) = (nested, labels, function);
        Ok(())
    }

    /// A method, by its operation without and with a computed key.
    fn method(&mut self, ops: (Op, Op), member: Member<'_>, key: Option<Var>, f: &Function<'a>) -> Done {
        let member = Member {
            is_async: f.r#async,
            is_generator: f.generator,
            rest: f.params.rest.is_some(),
            ..member
        };
        let attr = Attr::text(&member.text());
        let instr = match key {
            Some(k) => Instr::with(ops.1, attr, &[k]),
            None => Instr::with(ops.0, attr, &[]),
        };
        self.code_of(f, instr)
    }

    pub(super) fn object(&mut self, o: &ObjectExpression<'a>) -> Done<Var> {
        let mut ready = Vec::new();
        for (i, p) in o.properties.iter().enumerate() {
            let quiet = o.properties[i + 1..]
                .iter()
                .all(|p| matches!(p, ObjectPropertyKind::ObjectProperty(p) if p.method));
            let mut r = Ready::default();
            match p {
                ObjectPropertyKind::SpreadProperty(s) => {
                    let v = self.expression(&s.argument)?;
                    r.value = Some(self.kept(v, &s.argument, quiet)?);
                }
                ObjectPropertyKind::ObjectProperty(p) => {
                    if fixed_key(&p.key, p.computed).is_err() {
                        match p.key.as_expression() {
                            Some(k) => {
                                let v = self.expression(k)?;
                                r.key = Some(self.kept(v, k, false)?);
                            }
                            None => return no("a key"),
                        }
                    }
                    if !p.method && p.kind == PropertyKind::Init {
                        let v = self.expression(&p.value)?;
                        r.value = Some(self.kept(v, &p.value, quiet)?);
                    }
                }
            }
            ready.push(r);
        }
        let out = self.fresh();
        self.emit(Instr { outputs: vec![out], ..Instr::new(Op::Object) })?;
        for (p, r) in o.properties.iter().zip(ready) {
            let ObjectPropertyKind::ObjectProperty(p) = p else {
                self.effect(Op::SpreadProperty, Attr::None, &[r.value.unwrap_or(out)])?;
                continue;
            };
            let name = if r.key.is_none() { fixed_key(&p.key, p.computed)? } else { String::new() };
            match (r.value, r.key) {
                (Some(v), None) if name == "__proto__" && !p.shorthand && !p.computed => {
                    self.effect(Op::Prototype, Attr::None, &[v])?;
                }
                (Some(v), None) => self.effect(Op::Property, Attr::text(&name), &[v])?,
                (Some(v), Some(k)) => self.effect(Op::ComputedProperty, Attr::None, &[k, v])?,
                (None, key) => {
                    let Expression::FunctionExpression(f) = &p.value else { return no("a method") };
                    let member = Member {
                        getter: p.kind == PropertyKind::Get,
                        setter: p.kind == PropertyKind::Set,
                        name: &name,
                        ..Member::default()
                    };
                    self.method((Op::Method, Op::ComputedMethod), member, key, f)?;
                }
            }
        }
        self.end()?;
        Ok(out)
    }

    /// A class; one with private names or the like is kept as text.
    pub(super) fn class(&mut self, c: &Class<'a>, e: &Expression<'a>) -> Done<Var> {
        if has_private(c) { self.as_text(e) } else { self.class_value(c) }
    }
    pub(super) fn class_value(&mut self, c: &Class<'a>) -> Done<Var> {
        if has_private(c) {
            return no("a class with private names");
        }
        let mut inputs = Vec::new();
        if let Some(h) = &c.heritage {
            inputs.push(self.expression(&h.expression)?);
        }
        let mut keys = Vec::new();
        for m in &c.body.body {
            keys.push(match m {
                ClassElement::MethodDefinition(m) if fixed_key(&m.key, m.computed).is_err() => {
                    match m.key.as_expression() {
                        Some(k) => {
                            let v = self.expression(k)?;
                            Some(self.kept(v, k, false)?)
                        }
                        None => return no("a key"),
                    }
                }
                _ => None,
            });
        }
        let out = self.fresh();
        let derived = c.heritage.is_some();
        self.emit(Instr { outputs: vec![out], ..Instr::with(Op::Class, Attr::None, &inputs) })?;
        // the name inside: a binding of the class's own scope
        if let Some(s) = c.scope_id.get() {
            for b in self.scopes.scopes[s.index()].bindings.clone() {
                if self.scopes.bindings[b as usize].kind == BindingKind::ClassName {
                    self.vars.insert(b, out);
                }
            }
        }
        for (m, key) in c.body.body.iter().zip(keys) {
            match m {
                ClassElement::StaticBlock(b) => {
                    self.emit(Instr::new(Op::StaticBlock))?;
                    let nested = std::mem::take(&mut self.nested);
                    self.scope(b.scope_id.get().map(|s| s.index() as ScopeIndex), &b.body)?;
                    self.list(&b.body)?;
                    self.nested = nested;
                    self.end()?;
                }
                ClassElement::MethodDefinition(m) if m.kind == MethodDefinitionKind::Constructor => {
                    let op = if derived { Op::DerivedConstructor } else { Op::Constructor };
                    let rest = if m.value.params.rest.is_some() { "..." } else { "" };
                    self.code_of(&m.value, Instr::with(op, Attr::text(rest), &[]))?;
                }
                ClassElement::MethodDefinition(m) => {
                    let name = if key.is_none() { fixed_key(&m.key, m.computed)? } else { String::new() };
                    let member = Member {
                        is_static: m.r#static,
                        getter: m.kind == MethodDefinitionKind::Get,
                        setter: m.kind == MethodDefinitionKind::Set,
                        name: &name,
                        ..Member::default()
                    };
                    self.method((Op::ClassMethod, Op::ClassComputedMethod), member, key, &m.value)?;
                }
                ClassElement::PropertyDefinition(p) => {
                    let name = fixed_key(&p.key, p.computed)?;
                    let member = Member { is_static: p.r#static, name: &name, ..Member::default() };
                    self.effect(Op::Field, Attr::text(&member.text()), &[])?;
                    let v = match &p.value {
                        Some(e) => self.expression(e)?,
                        None => self.undefined()?,
                    };
                    self.result(v)?;
                }
                _ => return no("a class element"),
            }
        }
        self.end()?;
        Ok(out)
    }
}

fn has_private(c: &Class<'_>) -> bool {
    let private = |k: &PropertyKey<'_>| matches!(k, PropertyKey::PrivateIdentifier(_));
    c.body.body.iter().any(|m| match m {
        ClassElement::MethodDefinition(m) => private(&m.key),
        ClassElement::PropertyDefinition(p) => private(&p.key) || fixed_key(&p.key, p.computed).is_err(),
        ClassElement::AccessorProperty(_) => true,
        _ => false,
    })
}
