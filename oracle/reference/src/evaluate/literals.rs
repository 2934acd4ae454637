//! [Array](https://tc39.es/ecma262/#sec-array-initializer) and [object](https://tc39.es/ecma262/#sec-object-initializer)
//! literals, [template literals](https://tc39.es/ecma262/#sec-template-literals).

use super::Scope;
use crate::agent::{Agent, Completion};
use crate::tree::{ArrayElement, Expr, PropertyName, PropertyNode, TemplateSite};
use crate::values::{Key, Obj, Str, Value};

impl Agent {
    pub(super) fn template_literal(
        &self,
        strings: &[Str],
        values: &[Expr],
        scope: &Scope<'_>,
    ) -> Completion<Value> {
        let mut out: Vec<u16> = Vec::new();
        for (i, s) in strings.iter().enumerate() {
            out.extend_from_slice(s);
            if let Some(e) = values.get(i) {
                let v = self.evaluate(e, scope)?;
                out.extend_from_slice(&self.to_string(&v)?);
            }
        }
        self.made_string(out.len())?;
        Ok(Value::String(out.into()))
    }

    /// [GetTemplateObject](https://tc39.es/ecma262/#sec-gettemplateobject)
    pub(super) fn template_object(&self, site: &TemplateSite) -> Completion<Obj> {
        if let Some(o) = site.object.get() {
            return Ok(o);
        }
        let cooked = site.cooked.iter().map(|c| c.clone().map_or(Value::Undefined, Value::String));
        let template = self.create_array_from_list(cooked)?;
        let raw = self.create_array_from_list(site.raw.iter().cloned().map(Value::String))?;
        self.set_integrity_level(raw, true)?;
        self.define_property_or_throw(
            template,
            &"raw".into(),
            crate::values::Descriptor::data(Value::Object(raw), ""),
        )?;
        self.set_integrity_level(template, true)?;
        site.object.set(Some(template));
        Ok(template)
    }

    pub(super) fn array_literal(&self, elements: &[ArrayElement], scope: &Scope<'_>) -> Completion<Value> {
        let array = self.array_create(0.0, None)?;
        let mut next = 0.0;
        for e in elements {
            match e {
                ArrayElement::Hole => next += 1.0,
                ArrayElement::Expr(e) => {
                    let v = self.evaluate(e, scope)?;
                    self.create_data_property_or_throw(array, &Key::integer(next), v)?;
                    next += 1.0;
                }
                ArrayElement::Spread(e) => {
                    let v = self.evaluate(e, scope)?;
                    let record = self.get_iterator(&v)?;
                    while let Some(v) = self.iterator_step_value(&record)? {
                        self.create_data_property_or_throw(array, &Key::integer(next), v)?;
                        next += 1.0;
                    }
                }
            }
        }
        if matches!(elements.last(), Some(ArrayElement::Hole)) {
            self.set(array, &"length".into(), next.into(), true)?;
        }
        Ok(array.into())
    }

    /// The key that a property name stands for.
    pub(super) fn property_name(&self, name: &PropertyName, scope: &Scope<'_>) -> Completion<Key> {
        match name {
            PropertyName::Static(s) => Ok(Key::new(s.clone())),
            PropertyName::Computed(e) => {
                let v = self.evaluate(e, scope)?;
                self.to_property_key(&v)
            }
            PropertyName::Private(_) => Err(self.outside("private name")),
        }
    }

    pub(super) fn object_literal(&self, properties: &[PropertyNode], scope: &Scope<'_>) -> Completion<Value> {
        self.check_heap()?;
        let o = self.ordinary_object();
        for p in properties {
            match p {
                PropertyNode::Value { name, value } => {
                    let key = self.property_name(name, scope)?;
                    let v = self.evaluate_with_key_if_anonymous(value, &key, scope)?;
                    self.create_data_property_or_throw(o, &key, v)?;
                }
                PropertyNode::Prototype(e) => match self.evaluate(e, scope)? {
                    Value::Object(p) => {
                        self.set_prototype_of(o, Some(p))?;
                    }
                    Value::Null => {
                        self.set_prototype_of(o, None)?;
                    }
                    _ => {}
                },
                PropertyNode::Method { name, kind, function } => {
                    let key = self.property_name(name, scope)?;
                    self.define_method_property(o, &key, *kind, function, true, scope)?;
                }
                PropertyNode::Spread(e) => {
                    let v = self.evaluate(e, scope)?;
                    self.copy_data_properties(o, &v, &[])?;
                }
            }
        }
        Ok(o.into())
    }

    /// Anonymous functions are named after the property; everything else is only evaluated.
    pub(super) fn evaluate_with_key_if_anonymous(
        &self,
        e: &Expr,
        key: &Key,
        scope: &Scope<'_>,
    ) -> Completion<Value> {
        if crate::tree::is_anonymous_function(e) {
            self.evaluate_with_key(e, key, scope)
        } else {
            self.evaluate(e, scope)
        }
    }
}
