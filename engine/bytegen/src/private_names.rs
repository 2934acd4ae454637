//! Private names of classes: symbols in context slots of the class scope. Used by `classes`,
//! `expressions`, `calls` and `patterns`.

use crate::generator::Generator;
use oxc_ast::ast::*;
use tierproof_bytecode::{Reg, RuntimeFunction};
use tierproof_syntax::{ClassInfo, js_string};

impl<'s, 'a> Generator<'s, 'a> {
    // --- use

    /// `acc` = the symbol that `#name` means here.
    fn load_private_symbol(&mut self, name: &PrivateIdentifier<'a>) {
        match self.scopes.private_name(self.scope, &name.name) {
            Some(b) => {
                let place = self.place(b);
                self.load_place(place);
            }
            None => self.unsupported(name.span, "this private name"),
        }
    }

    /// Object and symbol in consecutive registers, with a third one behind.
    pub fn private_reference(&mut self, object: &'s Expression<'a>, name: &PrivateIdentifier<'a>) -> Reg {
        let args = self.temps(3);
        self.expression_into(object, args);
        self.load_private_symbol(name);
        self.asm.Star(Self::at(args, 1));
        args
    }

    /// `acc = object.#name`.
    pub fn private_load(&mut self, object: Reg, name: &PrivateIdentifier<'a>) {
        let mark = self.next;
        let args = self.temps(2);
        self.asm.Mov(object, args);
        self.load_private_symbol(name);
        self.asm.Star(Self::at(args, 1));
        self.position(name.span.start);
        self.runtime(RuntimeFunction::PrivateGet, args, 2);
        self.release(mark);
    }

    pub fn private_member(&mut self, m: &'s PrivateFieldExpression<'a>) {
        let object = self.member_object(&m.object, m.optional, &[]);
        self.private_load(object, &m.field);
    }

    pub fn private_in(&mut self, e: &'s PrivateInExpression<'a>) {
        let args = self.private_reference(&e.right, &e.left);
        self.position(e.span.start);
        self.runtime(RuntimeFunction::PrivateHas, args, 2);
    }

    // --- definition

    /// Fresh symbols for the private names of a class.
    pub fn create_private_names(&mut self, info: &'s ClassInfo<'a>) {
        for p in &info.private_names {
            let mark = self.next;
            let r = self.temp();
            self.load_string(js_string(&format!("#{}", p.name)));
            self.asm.Star(r);
            self.runtime(RuntimeFunction::CreatePrivateName, r, 1);
            let place = self.place(p.binding);
            self.store_place(place);
            self.release(mark);
        }
    }

    /// Keeps the function in the accumulator for instances or the class.
    pub fn keep_private_method(&mut self, info: &'s ClassInfo<'a>, element: usize) {
        if let Some(&(_, b)) = info.private_methods.iter().find(|m| m.0 == element as u32) {
            let place = self.place(b);
            self.store_place(place);
        }
    }

    /// Adds private methods and accessors to an object.
    pub fn add_private_methods(
        &mut self,
        c: &'s Class<'a>,
        info: &'s ClassInfo<'a>,
        statics: bool,
        object: Reg,
    ) {
        let methods = |wanted: &str, kind: MethodDefinitionKind| {
            info.private_methods.iter().copied().find_map(|(element, b)| {
                let ClassElement::MethodDefinition(m) = &c.body.body[element as usize] else { return None };
                let PropertyKey::PrivateIdentifier(id) = &m.key else { return None };
                (id.name == wanted && m.kind == kind && m.r#static == statics).then_some(b)
            })
        };
        for p in &info.private_names {
            let get = methods(p.name, MethodDefinitionKind::Get);
            let set = methods(p.name, MethodDefinitionKind::Set);
            let method = methods(p.name, MethodDefinitionKind::Method);
            let (function, values) = match (method, get, set) {
                (Some(b), ..) => (RuntimeFunction::PrivateMethodAdd, vec![Some(b)]),
                (None, None, None) => continue,
                (None, get, set) => (RuntimeFunction::PrivateAccessorAdd, vec![get, set]),
            };
            let mark = self.next;
            let args = self.temps(2 + values.len() as u32);
            self.asm.Mov(object, args);
            for (i, b) in std::iter::once(Some(p.binding)).chain(values.iter().copied()).enumerate() {
                match b {
                    Some(b) => {
                        let place = self.place(b);
                        self.load_place(place);
                    }
                    None => self.asm.LdaUndefined(),
                }
                self.asm.Star(Self::at(args, 1 + i as u32));
            }
            self.position(c.span.start);
            self.runtime(function, args, 2 + values.len() as u32);
            self.release(mark);
        }
    }

    /// A private field of `this`.
    pub fn private_field(&mut self, p: &'s PropertyDefinition<'a>) {
        let PropertyKey::PrivateIdentifier(name) = &p.key else { return };
        let args = self.temps(3);
        match &p.value {
            Some(e) => self.expression(e),
            None => self.asm.LdaUndefined(),
        }
        self.asm.Star(Self::at(args, 2));
        self.asm.Mov(Reg::THIS, args);
        self.load_private_symbol(name);
        self.asm.Star(Self::at(args, 1));
        self.position(p.span.start);
        self.runtime(RuntimeFunction::PrivateFieldAdd, args, 3);
    }
}
