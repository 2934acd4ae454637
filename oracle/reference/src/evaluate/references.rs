//! [Reference Records](https://tc39.es/ecma262/#sec-reference-record-specification-type).

use super::Scope;
use crate::agent::{Agent, Completion};
use crate::environments::{Env, Record};
use crate::tree::{Expr, MemberKey};
use crate::values::{Key, PrivateName, Str, Value};

pub enum Reference {
    /// A name; without an environment it is unresolvable.
    Name {
        env: Option<Env>,
        name: Str,
        strict: bool,
    },
    /// A property; `this` differs from `base` for `super`.
    Property {
        base: Value,
        key: ReferenceKey,
        this: Value,
        strict: bool,
    },
    Private {
        base: Value,
        name: PrivateName,
    },
}

/// A computed key is converted when the reference is read or written, not before.
pub enum ReferenceKey {
    Key(Key),
    Value(Value),
}

impl Agent {
    /// [ResolveBinding](https://tc39.es/ecma262/#sec-resolvebinding)
    pub fn resolve_binding(&self, name: &Str, scope: &Scope<'_>) -> Completion<Reference> {
        self.resolve_in(name, &scope.lexical, scope.strict)
    }

    /// [GetIdentifierReference](https://tc39.es/ecma262/#sec-getidentifierreference)
    pub fn resolve_in(&self, name: &Str, env: &Env, strict: bool) -> Completion<Reference> {
        let mut at = Some(env);
        while let Some(env) = at {
            if self.has_binding(env, name)? {
                return Ok(Reference::Name { env: Some(env.clone()), name: name.clone(), strict });
            }
            at = env.outer.as_ref();
        }
        Ok(Reference::Name { env: None, name: name.clone(), strict })
    }

    fn reference_key<'k>(&self, key: &'k mut ReferenceKey) -> Completion<&'k Key> {
        if let ReferenceKey::Value(v) = key {
            *key = ReferenceKey::Key(self.to_property_key(v)?);
        }
        match key {
            ReferenceKey::Key(k) => Ok(k),
            ReferenceKey::Value(_) => Err(self.outside("property key")),
        }
    }

    /// [GetValue](https://tc39.es/ecma262/#sec-getvalue)
    pub fn get_value(&self, r: &mut Reference) -> Completion<Value> {
        match r {
            Reference::Name { env: None, .. } => Err(self.reference_error("not defined")),
            Reference::Name { env: Some(env), name, strict } => self.get_binding_value(env, name, *strict),
            Reference::Property { base, key, this, .. } => {
                self.require_object_coercible(base)?;
                let key = self.reference_key(key)?;
                match base {
                    Value::Object(o) => self.internal_get(*o, key, this),
                    primitive => self.get_v(primitive, key),
                }
            }
            Reference::Private { base, name } => {
                let o = self.to_object(base)?;
                self.private_get(o, name)
            }
        }
    }

    /// [PutValue](https://tc39.es/ecma262/#sec-putvalue)
    pub fn put_value(&self, r: &mut Reference, value: Value) -> Completion<()> {
        match r {
            Reference::Name { env: None, name, strict } => {
                if *strict {
                    return Err(self.reference_error("not defined"));
                }
                if let Record::Global(_, g) = &self.global()?.record {
                    self.set(g.object, &Key::new(name.clone()), value, false)?;
                }
                Ok(())
            }
            Reference::Name { env: Some(env), name, strict } => {
                self.set_mutable_binding(env, name, value, *strict)
            }
            Reference::Property { base, key, this, strict } => {
                let o = self.to_object(base)?;
                let key = self.reference_key(key)?;
                if !self.internal_set(o, key, value, this)? && *strict {
                    return Err(self.type_error("property cannot be set"));
                }
                Ok(())
            }
            Reference::Private { base, name } => {
                let o = self.to_object(base)?;
                self.private_set(o, name, value)
            }
        }
    }

    /// [InitializeReferencedBinding](https://tc39.es/ecma262/#sec-initializereferencedbinding)
    pub fn initialize_referenced_binding(&self, r: &mut Reference, value: Value) -> Completion<()> {
        match r {
            Reference::Name { env: Some(env), name, .. } if env.declares(name) => {
                env.initialize(name, value);
                Ok(())
            }
            other => self.put_value(other, value),
        }
    }

    /// The reference that an expression is, if it is one: names and properties.
    pub fn reference(&self, e: &Expr, scope: &Scope<'_>) -> Completion<Reference> {
        match self.reference_in_chain(e, scope)? {
            Some(r) => Ok(r),
            None => Err(self.outside("assignment to an optional chain")),
        }
    }

    /// The same inside of an optional chain: `None` when the chain ended before it.
    pub fn reference_in_chain(&self, e: &Expr, scope: &Scope<'_>) -> Completion<Option<Reference>> {
        match e {
            Expr::Identifier(name) => self.resolve_binding(name, scope).map(Some),
            Expr::Member { object, key, optional } => {
                let Some(base) = self.evaluate_in_chain(object, scope)? else { return Ok(None) };
                if *optional && base.is_nullish() {
                    return Ok(None);
                }
                let this = base.clone();
                let key = match key {
                    MemberKey::Private(name) => {
                        let private = scope.private.as_ref().and_then(|p| p.resolve(name));
                        let Some(name) = private else { return Err(self.outside("private name in eval")) };
                        return Ok(Some(Reference::Private { base, name }));
                    }
                    other => self.member_key(other, scope)?,
                };
                Ok(Some(Reference::Property { base, key, this, strict: scope.strict }))
            }
            Expr::SuperMember(key) => {
                // [MakeSuperPropertyReference](https://tc39.es/ecma262/#sec-makesuperpropertyreference)
                let this = self.resolve_this_binding(&scope.lexical)?;
                let key = self.member_key(key, scope)?;
                let home = match &self.get_this_environment(&scope.lexical).record {
                    Record::Function(_, f) => f.home_object,
                    _ => None,
                };
                let base = match home {
                    Some(h) => self.get_prototype_of(h)?.map_or(Value::Null, Value::Object),
                    None => return Err(self.outside("super in eval")),
                };
                Ok(Some(Reference::Property { base, key, this, strict: scope.strict }))
            }
            Expr::Outside(what) => Err(self.outside(what)),
            _ => Err(self.reference_error("not a reference")),
        }
    }

    fn member_key(&self, key: &MemberKey, scope: &Scope<'_>) -> Completion<ReferenceKey> {
        match key {
            MemberKey::Name(name) => Ok(ReferenceKey::Key(Key::new(name.clone()))),
            MemberKey::Computed(e) => Ok(ReferenceKey::Value(self.evaluate(e, scope)?)),
            MemberKey::Private(_) => Err(self.outside("private name of super")),
        }
    }

    /// The `this` of a call through a reference.
    pub fn this_of_reference(&self, r: &Reference) -> Value {
        match r {
            Reference::Property { this, .. } => this.clone(),
            Reference::Private { base, .. } => base.clone(),
            Reference::Name { env: Some(env), .. } => match &env.record {
                // WithBaseObject
                Record::Object(o) => Value::Object(*o),
                _ => Value::Undefined,
            },
            Reference::Name { .. } => Value::Undefined,
        }
    }

    /// [delete](https://tc39.es/ecma262/#sec-delete-operator-runtime-semantics-evaluation)
    pub fn delete_expression(&self, e: &Expr, scope: &Scope<'_>) -> Completion<bool> {
        let e = match e {
            Expr::Chain(inner) => inner,
            other => other,
        };
        if !matches!(e, Expr::Identifier(_) | Expr::Member { .. } | Expr::SuperMember(_)) {
            self.evaluate_in_chain(e, scope)?;
            return Ok(true);
        }
        match self.reference_in_chain(e, scope)? {
            None => Ok(true),
            Some(Reference::Name { env: None, .. }) => Ok(true),
            Some(Reference::Name { env: Some(env), name, .. }) => self.delete_binding(&env, &name),
            Some(Reference::Private { .. }) => Err(self.outside("delete of a private name")),
            Some(Reference::Property { base, mut key, strict, .. }) => {
                if matches!(e, Expr::SuperMember(_)) {
                    return Err(self.reference_error("delete of super"));
                }
                let o = self.to_object(&base)?;
                let key = self.reference_key(&mut key)?;
                let done = self.delete(o, key)?;
                if !done && strict {
                    return Err(self.type_error("property cannot be deleted"));
                }
                Ok(done)
            }
        }
    }
}
