//! [Iteration statements](https://tc39.es/ecma262/#sec-iteration-statements).

use super::statements::Flow;
use super::{Body, Scope};
use crate::agent::{Abrupt, Agent, Completion};
use crate::environments;
use crate::tree::{Expr, ForEach, ForHead, ForLoop, LexicalName, Stmt};
use crate::values::{IteratorRecord, Key, Obj, Str, Value};

impl Agent {
    /// Evaluates the body of a loop once; `Some` when the loop is over.
    /// [LoopContinues](https://tc39.es/ecma262/#sec-loopcontinues)
    fn loop_body(
        &self,
        body: &Stmt,
        scope: &Scope<'_>,
        labels: &[Str],
        value: &mut Value,
    ) -> Completion<Option<Flow>> {
        let flow = self.statement(body, scope, &[])?;
        let (continues, v) = match &flow {
            Flow::Normal(v) => (true, v),
            Flow::Continue(None, v) => (true, v),
            Flow::Continue(Some(label), v) => (labels.contains(label), v),
            Flow::Break(_, v) => (false, v),
            Flow::Return(_) => (false, &None),
        };
        if !continues {
            return Ok(Some(flow.update_empty(Some(value.clone()))));
        }
        if let Some(v) = v {
            *value = v.clone();
        }
        Ok(None)
    }

    pub(super) fn while_loop(
        &self,
        test: &Expr,
        body: &Stmt,
        scope: &Scope<'_>,
        labels: &[Str],
    ) -> Completion<Flow> {
        let mut value = Value::Undefined;
        loop {
            let t = self.evaluate(test, scope)?;
            if !self.to_boolean(&t) {
                return Ok(Flow::Normal(Some(value)));
            }
            if let Some(over) = self.loop_body(body, scope, labels, &mut value)? {
                return Ok(over);
            }
        }
    }

    pub(super) fn do_while(
        &self,
        body: &Stmt,
        test: &Expr,
        scope: &Scope<'_>,
        labels: &[Str],
    ) -> Completion<Flow> {
        let mut value = Value::Undefined;
        loop {
            if let Some(over) = self.loop_body(body, scope, labels, &mut value)? {
                return Ok(over);
            }
            let t = self.evaluate(test, scope)?;
            if !self.to_boolean(&t) {
                return Ok(Flow::Normal(Some(value)));
            }
        }
    }

    /// [ForLoopEvaluation](https://tc39.es/ecma262/#sec-runtime-semantics-forloopevaluation)
    pub(super) fn for_loop(&self, l: &ForLoop, scope: &Scope<'_>, labels: &[Str]) -> Completion<Flow> {
        let mut scope = scope.clone();
        if let Some(Stmt::Lexical(_)) = &l.init {
            scope.lexical = environments::declarative(&scope.lexical);
            self.create_names(&l.names, &scope);
        }
        if let Some(init) = &l.init {
            self.statement(init, &scope, &[])?;
        }
        let per_iteration: Vec<Str> =
            l.names.iter().filter(|n| !n.constant).map(|n| n.name.clone()).collect();
        let mut value = Value::Undefined;
        self.create_per_iteration_environment(&per_iteration, &mut scope)?;
        loop {
            if let Some(test) = &l.test {
                let t = self.evaluate(test, &scope)?;
                if !self.to_boolean(&t) {
                    return Ok(Flow::Normal(Some(value)));
                }
            }
            if let Some(over) = self.loop_body(&l.body, &scope, labels, &mut value)? {
                return Ok(over);
            }
            self.create_per_iteration_environment(&per_iteration, &mut scope)?;
            if let Some(update) = &l.update {
                self.evaluate(update, &scope)?;
            }
        }
    }

    fn create_names(&self, names: &[LexicalName], scope: &Scope<'_>) {
        for n in names {
            if n.constant {
                scope.lexical.create_immutable(&n.name, true);
            } else {
                scope.lexical.create_mutable(&n.name, false);
            }
        }
    }

    /// [CreatePerIterationEnvironment](https://tc39.es/ecma262/#sec-createperiterationenvironment)
    fn create_per_iteration_environment(&self, names: &[Str], scope: &mut Scope<'_>) -> Completion<()> {
        if names.is_empty() {
            return Ok(());
        }
        let Some(outer) = scope.lexical.outer.clone() else { return Ok(()) };
        let env = environments::declarative(&outer);
        for name in names {
            env.create_mutable(name, false);
            env.initialize(name, self.get_binding_value(&scope.lexical, name, true)?);
        }
        scope.lexical = env;
        Ok(())
    }

    /// [ForIn/OfHeadEvaluation](https://tc39.es/ecma262/#sec-runtime-semantics-forinofheadevaluation): the value of the
    /// expression, with the names of the head uninitialized around it.
    fn for_head(&self, l: &ForEach, scope: &Scope<'_>) -> Completion<Value> {
        if let ForHead::Var(_, Some((name, init))) = &l.head {
            let v = self.evaluate_with_key_if_anonymous(init, &Key::String(name.clone()), scope)?;
            let mut r = self.resolve_binding(name, scope)?;
            self.put_value(&mut r, v)?;
        }
        if l.names.is_empty() {
            return self.evaluate(&l.right, scope);
        }
        let env = environments::declarative(&scope.lexical);
        l.names.iter().for_each(|n| env.create_mutable(&n.name, false));
        self.evaluate(&l.right, &scope.within(env))
    }

    /// Binds the value of an iteration and runs the body; `Some` when the loop is over.
    fn for_body(
        &self,
        l: &ForEach,
        next: Value,
        scope: &Scope<'_>,
        labels: &[Str],
        value: &mut Value,
    ) -> Completion<Option<Flow>> {
        let inner;
        let scope = match &l.head {
            ForHead::Lexical(target) => {
                inner = scope.within(environments::declarative(&scope.lexical));
                self.create_names(&l.names, &inner);
                self.destructure(target, next, &inner, Some(&inner.lexical))?;
                &inner
            }
            ForHead::Var(target, _) | ForHead::Assign(target) => {
                self.destructure(target, next, scope, None)?;
                scope
            }
        };
        self.loop_body(&l.body, scope, labels, value)
    }

    pub(super) fn for_of(&self, l: &ForEach, scope: &Scope<'_>, labels: &[Str]) -> Completion<Flow> {
        let iterable = self.for_head(l, scope)?;
        let record =
            if l.is_await { self.get_async_iterator(&iterable)? } else { self.get_iterator(&iterable)? };
        let mut value = Value::Undefined;
        loop {
            self.step()?;
            let next = if l.is_await {
                let result = self.call(&record.next, &record.iterator.into(), &[])?;
                let Value::Object(result) = self.await_value(result, scope)? else {
                    return Err(self.type_error("iterator result is no object"));
                };
                if self.iterator_complete(result)? { None } else { Some(self.iterator_value(result)?) }
            } else {
                self.iterator_step_value(&record)?
            };
            let Some(next) = next else { return Ok(Flow::Normal(Some(value))) };
            match self.for_body(l, next, scope, labels, &mut value) {
                Ok(None) => {}
                Ok(Some(over)) => return self.close(l, &record, Ok(over), scope),
                Err(e) => return self.close(l, &record, Err(e), scope),
            }
        }
    }

    fn close(
        &self,
        l: &ForEach,
        record: &IteratorRecord,
        completion: Completion<Flow>,
        scope: &Scope<'_>,
    ) -> Completion<Flow> {
        if l.is_await {
            self.async_iterator_close(record, completion, scope)
        } else {
            self.iterator_close(record, completion)
        }
    }

    /// [AsyncIteratorClose](https://tc39.es/ecma262/#sec-asynciteratorclose)
    pub(super) fn async_iterator_close<T>(
        &self,
        record: &IteratorRecord,
        completion: Completion<T>,
        scope: &Scope<'_>,
    ) -> Completion<T> {
        self.close_with(record, completion, |v| self.await_value(v, scope))
    }

    pub(super) fn for_in(&self, l: &ForEach, scope: &Scope<'_>, labels: &[Str]) -> Completion<Flow> {
        let object = self.for_head(l, scope)?;
        if object.is_nullish() {
            return Ok(Flow::Normal(Some(Value::Undefined)));
        }
        let object = self.to_object(&object)?;
        let mut keys = ForInKeys::new(object, self.keys_of_chain(object)?);
        let mut value = Value::Undefined;
        while let Some(key) = self.for_in_next(&mut keys)? {
            if let Some(over) = self.for_body(l, key, scope, labels, &mut value)? {
                return Ok(over);
            }
        }
        Ok(Flow::Normal(Some(value)))
    }

    /// The string keys of an object and its prototypes, as long as there is no proxy among them.
    fn keys_of_chain(&self, object: Obj) -> Completion<Vec<Vec<Key>>> {
        let mut out = Vec::new();
        let mut at = Some(object);
        while let Some(o) = at {
            if matches!(self.object(o).kind, crate::values::Kind::Proxy(_)) {
                break;
            }
            let mut keys = self.own_property_keys(o)?;
            keys.retain(|k| !k.is_symbol());
            out.push(keys);
            at = self.get_prototype_of(o)?;
        }
        Ok(out)
    }

    /// The next key of [EnumerateObjectProperties](https://tc39.es/ecma262/#sec-enumerate-object-properties), by the
    /// specification's own sketch of it.
    fn for_in_next(&self, k: &mut ForInKeys) -> Completion<Option<Value>> {
        loop {
            self.step()?;
            let Some(o) = k.object else { return Ok(None) };
            if k.keys.is_none() {
                let mut keys = self.own_property_keys(o)?;
                keys.retain(|k| !k.is_symbol());
                if k.first.get(k.depth).is_some_and(|first| *first != keys) {
                    return Err(self.outside(CHANGED));
                }
                keys.reverse();
                k.keys = Some(keys);
            }
            while let Some(key) = k.keys.as_mut().and_then(Vec::pop) {
                self.step()?;
                if k.visited.contains(&key) {
                    continue;
                }
                let own = self.get_own_property(o, &key)?;
                if own.is_none() && self.has_property(o, &key)? {
                    return Err(self.outside(CHANGED));
                }
                if let Some(p) = own {
                    k.visited.insert(key.clone());
                    if p.enumerable {
                        return Ok(Some(key.into()));
                    }
                }
            }
            k.object = self.get_prototype_of(o)?;
            k.depth += 1;
            k.keys = None;
        }
    }

    /// [Await](https://tc39.es/ecma262/#await)
    pub fn await_value(&self, v: Value, scope: &Scope<'_>) -> Completion<Value> {
        use super::coroutines::Suspension;
        use crate::values::ResumeWith;
        let (Body::Async(y) | Body::AsyncGenerator(y)) = scope.body else {
            return Err(self.outside("await outside of an async function"));
        };
        match self.suspend(y, Suspension::Await(v))? {
            ResumeWith::Next(v) => Ok(v),
            ResumeWith::Throw(e) => Err(Abrupt::Throw(e)),
            ResumeWith::Return(v) => Err(Abrupt::Return(v)),
        }
    }
}

/// State of a for-in loop.
struct ForInKeys {
    object: Option<Obj>,
    /// Of the current object, last first.
    keys: Option<Vec<Key>>,
    visited: rustc_hash::FxHashSet<Key>,
    /// Keys of each object of the chain when the loop began, and how far along it the loop is.
    first: Vec<Vec<Key>>,
    depth: usize,
}

/// Engines differ in what they visit then.
const CHANGED: &str = "for-in over an object that changes";

impl ForInKeys {
    fn new(object: Obj, first: Vec<Vec<Key>>) -> ForInKeys {
        ForInKeys { object: Some(object), keys: None, visited: Default::default(), first, depth: 0 }
    }
}
