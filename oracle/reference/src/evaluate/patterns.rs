//! [Destructuring assignment](https://tc39.es/ecma262/#sec-destructuring-assignment) and
//! [destructuring binding](https://tc39.es/ecma262/#sec-destructuring-binding-patterns), which differ in when a
//! target is evaluated and how it is written.

use super::Scope;
use super::references::Reference;
use crate::agent::{Agent, Completion};
use crate::environments::Env;
use crate::tree::{Expr, PatternElement, PropertyName, Target, is_anonymous_function};
use crate::values::{IteratorRecord, Key, Value};

/// Where names are bound: `Some(env)` initializes bindings there; `None` assigns.
pub type Binding<'e> = Option<&'e Env>;

impl Agent {
    /// Assigns or binds a value to a target.
    pub fn destructure(
        &self,
        target: &Target,
        value: Value,
        scope: &Scope<'_>,
        env: Binding<'_>,
    ) -> Completion<()> {
        match target {
            Target::Simple(_) => {
                let mut r = self.target_reference(target, scope, env)?;
                self.write_target(r.as_mut(), target, value, scope, env)
            }
            Target::Object { properties, rest } => {
                self.require_object_coercible(&value)?;
                let mut seen = Vec::new();
                for p in properties {
                    let key = self.pattern_key(&p.name, scope)?;
                    seen.push(key.clone());
                    self.element_from(&p.element, scope, env, |agent| agent.get_v(&value, &key))?;
                }
                if let Some(rest) = rest {
                    let mut r = self.target_reference(rest, scope, env)?;
                    let o = self.ordinary_object();
                    self.copy_data_properties(o, &value, &seen)?;
                    self.write_target(r.as_mut(), rest, o.into(), scope, env)?;
                }
                Ok(())
            }
            Target::Array { elements, rest } => {
                let record = self.get_iterator(&value)?;
                let mut done = false;
                let result = self.array_pattern(elements, rest.as_deref(), &record, &mut done, scope, env);
                if done { result } else { self.iterator_close(&record, result) }
            }
        }
    }

    fn pattern_key(&self, name: &PropertyName, scope: &Scope<'_>) -> Completion<Key> {
        self.property_name(name, scope)
    }

    /// [IteratorDestructuringAssignmentEvaluation](https://tc39.es/ecma262/#sec-runtime-semantics-iteratordestructuringassignmentevaluation),
    /// [IteratorBindingInitialization](https://tc39.es/ecma262/#sec-runtime-semantics-iteratorbindinginitialization)
    fn array_pattern(
        &self,
        elements: &[Option<PatternElement>],
        rest: Option<&Target>,
        record: &IteratorRecord,
        done: &mut bool,
        scope: &Scope<'_>,
        env: Binding<'_>,
    ) -> Completion<()> {
        for e in elements {
            match e {
                None => {
                    self.pattern_step(record, done)?;
                }
                Some(e) => self.element_from(e, scope, env, |agent| {
                    Ok(agent.pattern_step(record, done)?.unwrap_or(Value::Undefined))
                })?,
            }
        }
        if let Some(rest) = rest {
            let mut r = self.target_reference(rest, scope, env)?;
            let array = self.array_create(0.0, None)?;
            let mut n = 0.0;
            while let Some(v) = self.pattern_step(record, done)? {
                self.create_data_property_or_throw(array, &Key::integer(n), v)?;
                n += 1.0;
            }
            self.write_target(r.as_mut(), rest, array.into(), scope, env)?;
        }
        Ok(())
    }

    /// A step of an iterator that counts as done when it ends or throws.
    fn pattern_step(&self, record: &IteratorRecord, done: &mut bool) -> Completion<Option<Value>> {
        if *done {
            return Ok(None);
        }
        let step = self.iterator_step_value(record);
        *done = !matches!(step, Ok(Some(_)));
        step
    }

    /// One element: the reference first, then the value, then the default.
    fn element_from(
        &self,
        e: &PatternElement,
        scope: &Scope<'_>,
        env: Binding<'_>,
        value: impl FnOnce(&Agent) -> Completion<Value>,
    ) -> Completion<()> {
        let mut r = self.target_reference(&e.target, scope, env)?;
        let v = value(self)?;
        let v = self.default_value(e, v, scope)?;
        self.write_target(r.as_mut(), &e.target, v, scope, env)
    }

    /// The default of an element, when the value is undefined.
    pub fn default_value(&self, e: &PatternElement, v: Value, scope: &Scope<'_>) -> Completion<Value> {
        match &e.default {
            Some(default) if v.is_undefined() => match e.target.identifier() {
                Some(name) if is_anonymous_function(default) => {
                    self.evaluate_named(default, name.clone(), scope)
                }
                _ => self.evaluate(default, scope),
            },
            _ => Ok(v),
        }
    }

    /// The reference of a simple target, evaluated before the value; patterns have none.
    fn target_reference(
        &self,
        t: &Target,
        scope: &Scope<'_>,
        env: Binding<'_>,
    ) -> Completion<Option<Reference>> {
        match (t, env) {
            (Target::Simple(Expr::Identifier(name)), Some(env)) => {
                self.resolve_in(name, env, scope.strict).map(Some)
            }
            (Target::Simple(e), _) => self.reference(e, scope).map(Some),
            _ => Ok(None),
        }
    }

    fn write_target(
        &self,
        r: Option<&mut Reference>,
        t: &Target,
        v: Value,
        scope: &Scope<'_>,
        env: Binding<'_>,
    ) -> Completion<()> {
        match (r, env) {
            (Some(r), Some(_)) => self.initialize_referenced_binding(r, v),
            (Some(r), None) => self.put_value(r, v),
            (None, _) => self.destructure(t, v, scope, env),
        }
    }
}
