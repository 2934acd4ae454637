//! Classes: definition, methods, fields, static blocks.

use crate::generator::Generator;
use oxc_ast::ast::*;
use oxc_span::GetSpan;
use tierproof_bytecode::{Reg, RuntimeFunction, SlotKind};
use tierproof_syntax::{BindingKind, key_name};

/// `DefineKeyedOwn`/`DefineAccessor`: not enumerable.
const NOT_ENUMERABLE: u32 = 2;

impl<'s, 'a> Generator<'s, 'a> {
    /// `acc` = the class constructor.
    pub fn class(&mut self, c: &'s Class<'a>) {
        let scope = Self::scope_of(&c.scope_id);
        let strict = std::mem::replace(&mut self.strict, true);
        let result = self.temp();
        self.in_scope(scope, |g| g.class_in_scope(c, result));
        self.strict = strict;
        self.asm.Ldar(result);
    }

    fn class_in_scope(&mut self, c: &'s Class<'a>, result: Reg) {
        let Some(info) = self.scopes.classes.get(&self.scope) else { return };
        // arguments of DefineClass
        let args = self.temps(2);
        let (constructor, heritage) = (args, Self::at(args, 1));
        match &c.heritage {
            Some(h) => self.expression_into(&h.expression, heritage),
            None => {
                self.asm.LdaTheHole();
                self.asm.Star(heritage);
            }
        }
        self.create_private_names(info);
        self.position(c.span.start);
        self.create_closure(info.constructor);
        self.asm.Star(constructor);
        self.asm.Star(result);
        if let Some(h) = &c.heritage {
            self.position(h.expression.span().start);
        }
        self.runtime(RuntimeFunction::DefineClass, args, 2);
        let prototype = heritage;
        self.asm.Star(prototype);
        for (index, element) in c.body.body.iter().enumerate() {
            let mark = self.next;
            match element {
                ClassElement::MethodDefinition(m) if m.kind != MethodDefinitionKind::Constructor => {
                    let home = if m.r#static { constructor } else { prototype };
                    if let PropertyKey::PrivateIdentifier(_) = m.key {
                        if let Some(id) = self.function_id(&m.value) {
                            self.position(m.span.start);
                            self.create_closure(id);
                        }
                        self.set_home(&m.value, home);
                        self.keep_private_method(info, index);
                        continue;
                    }
                    let key = self.temp();
                    self.class_key(&m.key, m.computed);
                    self.asm.Star(key);
                    if let Some(id) = self.function_id(&m.value) {
                        self.position(m.span.start);
                        self.create_closure(id);
                    }
                    self.set_home(&m.value, home);
                    self.position(m.key.span().start);
                    match m.kind {
                        MethodDefinitionKind::Get => self.asm.DefineAccessor(home, key, NOT_ENUMERABLE),
                        MethodDefinitionKind::Set => self.asm.DefineAccessor(home, key, NOT_ENUMERABLE | 1),
                        _ => {
                            let slot = self.slot(SlotKind::DefineKeyed);
                            let flags = NOT_ENUMERABLE | u32::from(m.computed);
                            self.asm.DefineKeyedOwn(home, key, flags, slot);
                        }
                    }
                }
                ClassElement::PropertyDefinition(p) if p.computed => {
                    self.class_key(&p.key, true);
                    if let Some(&(_, b)) = info.field_keys.iter().find(|k| k.0 == index as u32) {
                        let place = self.place(b);
                        self.store_place(place);
                    }
                }
                _ => {}
            }
            self.release(mark);
        }
        if let Some(fields) = info.instance_fields {
            let mark = self.next;
            let pair = self.temps(2);
            self.initializer(fields, prototype);
            self.asm.Star(Self::at(pair, 1));
            self.asm.Mov(constructor, pair);
            self.runtime(RuntimeFunction::SetClassInitializer, pair, 2);
            self.release(mark);
        }
        // the inner name is bound before static fields run
        if c.id.is_some() {
            let scope = &self.scopes.scopes[self.scope as usize];
            let inner = scope
                .bindings
                .iter()
                .copied()
                .find(|&b| self.scopes.bindings[b as usize].kind == BindingKind::ClassName);
            if let Some(b) = inner {
                self.asm.Ldar(constructor);
                let place = self.place(b);
                self.store_place(place);
            }
        }
        self.add_private_methods(c, info, true, constructor);
        if let Some(statics) = info.static_elements {
            let mark = self.next;
            let (callee, receiver) = (self.temp(), self.temp());
            self.initializer(statics, constructor);
            self.asm.Star(callee);
            self.asm.Mov(constructor, receiver);
            let slot = self.slot(SlotKind::Call);
            self.position(c.span.start);
            self.asm.CallProperty(callee, receiver, 1, slot);
            self.release(mark);
        }
    }

    /// `acc` = closure of a field initialiser, with its home object when it uses `super`.
    fn initializer(&mut self, id: u32, home: Reg) {
        self.create_closure(id);
        if self.scopes.functions[id as usize].uses_super {
            self.set_home_always(home);
        }
    }

    /// `acc` = key of a class element.
    fn class_key(&mut self, key: &'s PropertyKey<'a>, computed: bool) {
        match key_name(key, computed) {
            Some(name) => self.load_key(name),
            None => {
                if let Some(e) = key.as_expression() {
                    self.expression(e);
                    self.position(e.span().start);
                    self.asm.ToPropertyKey();
                }
            }
        }
    }

    /// Body of a field initialiser function.
    pub fn class_fields(&mut self, c: &'s Class<'a>, statics: bool) {
        let info = Self::scope_of(&c.scope_id).and_then(|s| self.scopes.classes.get(&s));
        if let (Some(info), false) = (info, statics) {
            self.add_private_methods(c, info, false, Reg::THIS);
        }
        for (index, element) in c.body.body.iter().enumerate() {
            let mark = self.next;
            match element {
                ClassElement::PropertyDefinition(p)
                    if p.r#static == statics && matches!(p.key, PropertyKey::PrivateIdentifier(_)) =>
                {
                    self.private_field(p);
                }
                ClassElement::PropertyDefinition(p) if p.r#static == statics => {
                    let name = key_name(&p.key, p.computed);
                    let named = name.as_ref().filter(|n| !crate::literals::is_array_index(n)).cloned();
                    let key = match (&named, name) {
                        (Some(_), _) => None,
                        (None, Some(index_name)) => {
                            let key = self.temp();
                            self.load_key(index_name);
                            self.asm.Star(key);
                            Some(key)
                        }
                        (None, None) => {
                            let key = self.temp();
                            let binding =
                                info.and_then(|i| i.field_keys.iter().find(|k| k.0 == index as u32));
                            if let Some(&(_, b)) = binding {
                                let place = self.place(b);
                                self.load_place(place);
                            }
                            self.asm.Star(key);
                            Some(key)
                        }
                    };
                    match &p.value {
                        Some(e) => self.expression(e),
                        None => self.asm.LdaUndefined(),
                    }
                    self.position(p.span.start);
                    match (named, key) {
                        (Some(name), _) => {
                            let c = self.string(name);
                            let slot = self.slot(SlotKind::DefineNamed);
                            self.asm.DefineNamedOwn(Reg::THIS, c, slot);
                        }
                        (None, Some(key)) => {
                            let names = p.computed
                                && p.value.as_ref().is_some_and(|v| v.is_anonymous_function_definition());
                            let slot = self.slot(SlotKind::DefineKeyed);
                            self.asm.DefineKeyedOwn(Reg::THIS, key, u32::from(names), slot);
                        }
                        (None, None) => {}
                    }
                }
                ClassElement::StaticBlock(b) if statics => {
                    self.in_scope(Self::scope_of(&b.scope_id), |g| g.statements(&b.body));
                }
                _ => {}
            }
            self.release(mark);
        }
    }
}
