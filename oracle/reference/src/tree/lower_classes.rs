//! Lowering of classes.

use std::rc::Rc;

use oxc_ast::ast;

use super::lower::Lower;
use super::lower_expressions::method_function;
use super::{ClassElement, ClassNode, FunctionKind, MethodKind, PropertyName};

impl Lower {
    /// A class, or the construct in it that is not known.
    pub fn class<'a>(&mut self, c: &'a ast::Class<'a>) -> Result<Rc<ClassNode>, &'static str> {
        let outer_strict = std::mem::replace(&mut self.strict, true);
        let class = self.class_inner(c);
        self.strict = outer_strict;
        class.map(Rc::new)
    }

    fn class_inner<'a>(&mut self, c: &'a ast::Class<'a>) -> Result<ClassNode, &'static str> {
        if !c.decorators.is_empty() {
            return Err("decorator");
        }
        let name = c.id.as_ref().map(|i| self.name(i.name.as_str()));
        let heritage = c.heritage.as_ref().map(|h| self.expression(&h.expression));
        let derived = heritage.is_some();
        let (mut constructor, mut elements, mut private_names) = (None, Vec::new(), Vec::new());
        for e in &c.body.body {
            match e {
                ast::ClassElement::StaticBlock(b) => {
                    elements.push(ClassElement::StaticBlock(self.initializer(None, &b.body, b.span)));
                }
                ast::ClassElement::MethodDefinition(m) => {
                    if m.kind == ast::MethodDefinitionKind::Constructor {
                        let kind = FunctionKind::ClassConstructor { derived };
                        constructor = Some(self.function_at(&m.value, kind, false, c.span));
                        continue;
                    }
                    let kind = match m.kind {
                        ast::MethodDefinitionKind::Get => MethodKind::Get,
                        ast::MethodDefinitionKind::Set => MethodKind::Set,
                        _ => MethodKind::Method,
                    };
                    let name = self.property_name(&m.key, m.computed);
                    self.note_private(&name, &mut private_names);
                    let function = self.function_at(&m.value, method_function(kind), false, m.span);
                    elements.push(ClassElement::Method { name, is_static: m.r#static, kind, function });
                }
                ast::ClassElement::PropertyDefinition(p) => {
                    let name = self.property_name(&p.key, p.computed);
                    self.note_private(&name, &mut private_names);
                    let initializer = p.value.as_ref().map(|v| self.initializer(Some(v), &[], p.span));
                    elements.push(ClassElement::Field { name, is_static: p.r#static, initializer });
                }
                ast::ClassElement::AccessorProperty(_) => return Err("auto-accessor"),
                ast::ClassElement::TSIndexSignature(_) => return Err("type syntax"),
            }
        }
        let constructor = match constructor {
            Some(f) => f,
            None => self.default_constructor(derived, c.span),
        };
        Ok(ClassNode { name, heritage, constructor, elements, private_names })
    }

    fn note_private(&mut self, name: &PropertyName, names: &mut Vec<crate::values::Str>) {
        if let PropertyName::Private(n) = name
            && !names.contains(n)
        {
            names.push(n.clone());
        }
    }
}
