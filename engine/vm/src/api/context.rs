//! Operations on values, for the embedder between runs and for host functions during one.

use tierproof_heap::{Collection, ObjectRef, Value};
use tierproof_runtime::promise::{as_promise, result_of, state, state_of};
use tierproof_runtime::realm::ErrorKind;
use tierproof_runtime::{Isolate, JsResult, PropertyKey, Termination, Thrown, attrs};

use super::{Call, JsValue, Kind};

/// Something was thrown and is on its way to whoever catches it: a handler in JavaScript when a host
/// function returns it, the embedder with [`Engine::with`](crate::Engine::with).
#[derive(Debug, PartialEq, Eq)]
#[must_use = "return it, or take it with `Context::catch`"]
pub struct Throw(());

impl From<Thrown> for Throw {
    fn from(Thrown: Thrown) -> Throw {
        Throw(())
    }
}

/// What has become of a promise.
#[derive(Clone, Debug)]
pub enum PromiseState {
    Pending,
    Fulfilled(JsValue),
    Rejected(JsValue),
}

/// Access to an isolate's realm. Every operation that may run JavaScript may throw.
pub struct Context<'a> {
    cx: &'a mut Isolate,
}

impl<'a> Context<'a> {
    /// For code that runs on the isolate's stack already.
    pub(crate) fn inside(cx: &'a mut Isolate) -> Context<'a> {
        Context { cx }
    }
    pub(super) fn isolate(&mut self) -> &mut Isolate {
        self.cx
    }
    /// A host function's result as the engine wants it.
    pub(super) fn finish(&mut self, result: Result<JsValue, Throw>) -> JsResult {
        match result {
            Ok(v) => self.raw(&v).map_err(|_| Thrown),
            Err(Throw(())) => Err(Thrown),
        }
    }

    fn raw(&mut self, v: &JsValue) -> Result<Value, Throw> {
        match v.raw(self.cx) {
            Some(v) => Ok(v),
            None => Err(self.cx.type_error("a value of another isolate").into()),
        }
    }
    fn raw_object(&mut self, v: &JsValue) -> Result<ObjectRef, Throw> {
        let v = self.raw(v)?;
        match v.try_as::<ObjectRef>() {
            Some(o) => Ok(o),
            None => {
                let what = self.cx.describe(v);
                Err(self.cx.type_error(&format!("{what} is not an object")).into())
            }
        }
    }
    fn wrap(&mut self, v: Value) -> JsValue {
        JsValue::new(self.cx, v)
    }
    /// Property names that spell an index mean the element.
    fn key(&mut self, name: &str) -> PropertyKey {
        let s = self.cx.string(name);
        self.cx.key_from_string(s)
    }

    // --- making values

    pub fn string(&mut self, text: &str) -> JsValue {
        let s = self.cx.string(text);
        self.wrap(s.into())
    }
    /// An empty ordinary object.
    pub fn object(&mut self) -> JsValue {
        let o = self.cx.new_plain_object();
        self.wrap(o.into())
    }
    pub fn array(&mut self, items: &[JsValue]) -> Result<JsValue, Throw> {
        let mut list = tierproof_runtime::List::with_capacity(self.cx, items.len());
        for item in items {
            let v = self.raw(item)?;
            list.push(self.cx, v);
        }
        let a = list.into_array(self.cx);
        Ok(self.wrap(a.into()))
    }
    pub fn bigint(&mut self, n: i64) -> JsValue {
        let b = self.cx.bigint_from_i64(n);
        self.wrap(b)
    }
    /// A function of the host. `length` is its `length` property.
    pub fn function(
        &mut self,
        name: &str,
        length: u32,
        f: impl Fn(&mut Context<'_>, &Call) -> Result<JsValue, Throw> + 'static,
    ) -> JsValue {
        let f = super::host::function(self.cx, name, length, f);
        self.wrap(f)
    }
    /// A pending promise, and the functions that resolve and reject it.
    pub fn promise(&mut self) -> (JsValue, JsValue, JsValue) {
        let p = self.cx.new_promise();
        let c = self.cx.resolving_functions(p);
        (self.wrap(c.promise), self.wrap(c.resolve), self.wrap(c.reject))
    }

    // --- objects

    pub fn global(&mut self) -> JsValue {
        let g = self.cx.realm.global;
        self.wrap(g.into())
    }
    /// `object[name]`; primitives have properties too.
    pub fn get(&mut self, object: &JsValue, name: &str) -> Result<JsValue, Throw> {
        let base = self.raw(object)?;
        let key = self.key(name);
        let v = self.cx.get_value(base, key)?;
        Ok(self.wrap(v))
    }
    pub fn get_index(&mut self, object: &JsValue, i: u32) -> Result<JsValue, Throw> {
        self.get(object, &i.to_string())
    }
    /// `object[name] = value` as strict code does it.
    pub fn set(&mut self, object: &JsValue, name: &str, value: &JsValue) -> Result<(), Throw> {
        let (o, v) = (self.raw_object(object)?, self.raw(value)?);
        let key = self.key(name);
        Ok(self.cx.put_value(o.into(), key, v, true)?)
    }
    /// Defines a writable, configurable property that enumerations do not show, as builtins are.
    pub fn define(&mut self, object: &JsValue, name: &str, value: &JsValue) -> Result<(), Throw> {
        let (o, v) = (self.raw_object(object)?, self.raw(value)?);
        let key = self.key(name);
        Ok(self.cx.define_own(o, key, v, attrs::HIDDEN)?)
    }
    /// Defines a global function of the host.
    pub fn define_function(
        &mut self,
        name: &str,
        length: u32,
        f: impl Fn(&mut Context<'_>, &Call) -> Result<JsValue, Throw> + 'static,
    ) -> Result<(), Throw> {
        let (global, f) = (self.global(), self.function(name, length, f));
        self.define(&global, name, &f)
    }
    /// `name in object`
    pub fn has(&mut self, object: &JsValue, name: &str) -> Result<bool, Throw> {
        let o = self.raw_object(object)?;
        let key = self.key(name);
        Ok(self.cx.has_property(o, key)?)
    }
    /// `delete object[name]`
    pub fn delete(&mut self, object: &JsValue, name: &str) -> Result<bool, Throw> {
        let o = self.raw_object(object)?;
        let key = self.key(name);
        Ok(self.cx.delete(o, key)?)
    }
    /// Own enumerable keys that are strings, as `Object.keys`.
    pub fn keys(&mut self, object: &JsValue) -> Result<Vec<String>, Throw> {
        let o = self.raw_object(object)?;
        let keys = self.cx.own_keys(o)?;
        let mut out = Vec::new();
        for i in 0..keys.len() {
            let k = keys.get(i);
            if k.is_symbol() {
                continue;
            }
            let key = self.cx.to_property_key(k)?;
            if self.cx.get_own_property(o, key)?.is_some_and(|p| p.is_enumerable()) {
                out.push(self.cx.to_rust_string(k)?);
            }
        }
        Ok(out)
    }

    // --- running

    pub fn call(&mut self, f: &JsValue, this: &JsValue, args: &[JsValue]) -> Result<JsValue, Throw> {
        let (f, this) = (self.raw(f)?, self.raw(this)?);
        let list = self.list(args)?;
        if !self.cx.is_callable(f) {
            return Err(self.cx.not_callable(f).into());
        }
        let v = self.cx.call(f, this, list.as_slice())?;
        Ok(self.wrap(v))
    }
    /// `new f(...args)`
    pub fn construct(&mut self, f: &JsValue, args: &[JsValue]) -> Result<JsValue, Throw> {
        let f = self.raw(f)?;
        let list = self.list(args)?;
        if !self.cx.is_constructor(f) {
            return Err(self.cx.not_constructor(f).into());
        }
        let v = self.cx.construct(f, list.as_slice(), f)?;
        Ok(self.wrap(v))
    }
    fn list(&mut self, args: &[JsValue]) -> Result<tierproof_runtime::List, Throw> {
        let mut list = tierproof_runtime::List::with_capacity(self.cx, args.len());
        for a in args {
            let v = self.raw(a)?;
            list.push(self.cx, v);
        }
        Ok(list)
    }
    /// Runs a script in the realm; its completion value. Jobs are left in the queue.
    pub fn eval(&mut self, source: &[u8], name: &str) -> Result<JsValue, Throw> {
        match tierproof_syntax::parse_in(source, name, self.cx.dialect) {
            Ok(parsed) => {
                let global = self.cx.realm.global.into();
                let f = self.cx.script_function(parsed)?;
                let v = self.cx.call(f.into(), global, &[])?;
                Ok(self.wrap(v))
            }
            Err(e) => {
                let place = format!("{} ({}:{}:{})", e.message, name, e.line, e.column);
                Err(self.cx.syntax_error(&place).into())
            }
        }
    }

    // --- conversions

    /// The language's ToString; symbols throw, lone surrogates become U+FFFD.
    pub fn to_text(&mut self, v: &JsValue) -> Result<String, Throw> {
        let v = self.raw(v)?;
        Ok(self.cx.to_rust_string(v)?)
    }
    /// The language's ToNumber; symbols and BigInts throw.
    pub fn to_number(&mut self, v: &JsValue) -> Result<f64, Throw> {
        let v = self.raw(v)?;
        Ok(self.cx.to_number(v)?)
    }
    /// The language's ToBoolean; a value of another isolate is false.
    pub fn to_bool(&mut self, v: &JsValue) -> bool {
        v.raw(self.cx).is_some_and(tierproof_runtime::convert::to_boolean)
    }
    /// What has become of a promise; None when it is none.
    pub fn promise_state(&mut self, v: &JsValue) -> Option<PromiseState> {
        let p = as_promise(v.raw(self.cx)?)?;
        let result = result_of(p);
        Some(match state_of(p) {
            state::PENDING => PromiseState::Pending,
            state::FULFILLED => PromiseState::Fulfilled(self.wrap(result)),
            _ => PromiseState::Rejected(self.wrap(result)),
        })
    }

    /// Text for people, as the REPL shows it: `{ a: [ 1, 'x' ] }`. Runs no JavaScript.
    pub fn inspect(&mut self, v: &JsValue) -> String {
        match v.raw(self.cx) {
            Some(v) => tierproof_builtins::inspect::inspect(self.cx, v),
            None => "<value of another isolate>".into(),
        }
    }

    // --- errors

    /// Throws an Error object of this kind.
    pub fn throw(&mut self, kind: ErrorKind, message: &str) -> Throw {
        let p = self.cx.realm.error_prototype(kind);
        let message = self.cx.string(message);
        match self.cx.make_error(p, Some(message)) {
            Ok(e) => self.cx.throw(e).into(),
            Err(t) => t.into(),
        }
    }
    /// Throws any value.
    pub fn throw_value(&mut self, v: &JsValue) -> Throw {
        match self.raw(v) {
            Ok(v) => self.cx.throw(v).into(),
            Err(t) => t,
        }
    }
    /// Catches: the thrown value. What ends the program (a limit, an interrupt) stays thrown.
    pub fn catch(&mut self, Throw(()): Throw) -> Result<JsValue, Throw> {
        let v = self.cx.take_exception()?;
        Ok(self.wrap(v))
    }
    /// Ends the program; no handler of it sees this.
    pub fn terminate(&mut self, reason: Termination) -> Throw {
        self.cx.terminate(reason).into()
    }

    // --- jobs and memory

    /// Puts a call of `f` behind the jobs that are queued, as `queueMicrotask` does.
    pub fn enqueue_job(&mut self, f: &JsValue) -> Result<(), Throw> {
        if f.kind() != Kind::Function {
            return Err(self.cx.type_error("a job must be a function").into());
        }
        let f = self.raw(f)?;
        self.cx.enqueue_callback(f);
        Ok(())
    }
    /// A full collection.
    pub fn collect_garbage(&mut self) {
        self.cx.heap.collect(Collection::Full);
    }
}
