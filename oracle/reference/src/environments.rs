//! [Environment Records](https://tc39.es/ecma262/#sec-environment-records): declarative, function, object and
//! global ones, by name, as written in the specification; and private environments.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::agent::{Agent, Completion};
use crate::values::{Descriptor, Key, Obj, PrivateName, Str, Value};

pub type Env = Rc<Environment>;

pub struct Environment {
    pub record: Record,
    pub outer: Option<Env>,
    /// Holds the parameter of a catch clause.
    pub is_catch: bool,
}

pub enum Record {
    Declarative(Bindings),
    Function(Bindings, FunctionSlots),
    /// Of a `with` statement.
    Object(Obj),
    Global(Bindings, GlobalSlots),
}

pub struct Bindings {
    list: RefCell<Vec<(Str, Binding)>>,
    /// How many there were before.
    number: u64,
}

thread_local! {
    static MADE: Cell<u64> = const { Cell::new(0) };
}

/// Environments made so far on this thread.
pub fn made() -> u64 {
    MADE.get()
}

impl Default for Bindings {
    fn default() -> Bindings {
        let number = made();
        MADE.set(number + 1);
        Bindings { list: RefCell::default(), number }
    }
}

struct Binding {
    /// `None` until initialized.
    value: Option<Value>,
    mutable: bool,
    deletable: bool,
    /// Assigning to an immutable binding throws even in sloppy code.
    strict: bool,
}

/// [Function Environment Records](https://tc39.es/ecma262/#sec-function-environment-records)
pub struct FunctionSlots {
    /// `None` for arrow functions.
    pub this: RefCell<Option<This>>,
    pub function: Obj,
    pub new_target: Option<Obj>,
    pub home_object: Option<Obj>,
}

#[derive(Clone)]
pub enum This {
    Uninitialized,
    Value(Value),
}

pub struct GlobalSlots {
    pub object: Obj,
    pub this: Value,
    /// [[VarNames]]
    pub var_names: RefCell<Vec<Str>>,
}

impl Bindings {
    fn find<R>(&self, name: &Str, f: impl FnOnce(&mut Binding) -> R) -> Option<R> {
        self.list.borrow_mut().iter_mut().find(|b| b.0 == *name).map(|b| f(&mut b.1))
    }
    pub fn has(&self, name: &Str) -> bool {
        self.find(name, |_| ()).is_some()
    }
    pub fn create(&self, name: &Str, mutable: bool, deletable: bool, strict: bool) {
        let binding = Binding { value: None, mutable, deletable, strict };
        self.list.borrow_mut().push((name.clone(), binding));
    }
    pub fn initialize(&self, name: &Str, value: Value) {
        self.find(name, |b| b.value = Some(value));
    }
}

impl Record {
    /// An environment of this record.
    pub fn within(self, outer: Option<Env>) -> Env {
        Rc::new(Environment { record: self, outer, is_catch: false })
    }
}

/// NewDeclarativeEnvironment
pub fn declarative(outer: &Env) -> Env {
    Record::Declarative(Bindings::default()).within(Some(outer.clone()))
}

/// A declarative environment for the parameter of a catch clause.
pub fn catch(outer: &Env) -> Env {
    let record = Record::Declarative(Bindings::default());
    Rc::new(Environment { record, outer: Some(outer.clone()), is_catch: true })
}

/// NewObjectEnvironment, of a `with` statement
pub fn object(object: Obj, outer: &Env) -> Env {
    Record::Object(object).within(Some(outer.clone()))
}

impl Environment {
    /// The bindings of everything but object environments.
    fn bindings(&self) -> Option<&Bindings> {
        match &self.record {
            Record::Declarative(b) | Record::Function(b, _) | Record::Global(b, _) => Some(b),
            Record::Object(_) => None,
        }
    }
    /// CreateMutableBinding of a declarative record.
    pub fn create_mutable(&self, name: &Str, deletable: bool) {
        if let Some(b) = self.bindings() {
            b.create(name, true, deletable, false);
        }
    }
    /// CreateImmutableBinding
    pub fn create_immutable(&self, name: &Str, strict: bool) {
        if let Some(b) = self.bindings() {
            b.create(name, false, false, strict);
        }
    }
    /// InitializeBinding of a declarative record.
    pub fn initialize(&self, name: &Str, value: Value) {
        if let Some(b) = self.bindings() {
            b.initialize(name, value);
        }
    }
    /// Whether a declarative record has a binding, without running any code.
    pub fn declares(&self, name: &Str) -> bool {
        self.bindings().is_some_and(|b| b.has(name))
    }
}

impl Agent {
    /// HasBinding
    pub fn has_binding(&self, env: &Env, name: &Str) -> Completion<bool> {
        match &env.record {
            Record::Declarative(b) | Record::Function(b, _) => Ok(b.has(name)),
            Record::Object(o) => {
                let key = Key::new(name.clone());
                if !self.has_property(*o, &key)? {
                    return Ok(false);
                }
                let unscopables = self.get(*o, &self.well_known("unscopables").into())?;
                let Some(u) = unscopables.object() else { return Ok(true) };
                Ok(!self.to_boolean(&self.get(u, &key)?))
            }
            Record::Global(b, g) => Ok(b.has(name) || self.has_property(g.object, &Key::new(name.clone()))?),
        }
    }

    /// GetBindingValue
    pub fn get_binding_value(&self, env: &Env, name: &Str, strict: bool) -> Completion<Value> {
        let declared = |b: &Bindings| b.find(name, |b| b.value.clone());
        match &env.record {
            Record::Declarative(b) | Record::Function(b, _) => match declared(b) {
                Some(Some(v)) => Ok(v),
                _ => Err(self.reference_error("binding is not initialized")),
            },
            Record::Object(o) => self.get_object_binding(*o, name, strict),
            Record::Global(b, g) => match declared(b) {
                Some(Some(v)) => Ok(v),
                Some(None) => Err(self.reference_error("binding is not initialized")),
                None => self.get_object_binding(g.object, name, strict),
            },
        }
    }

    fn get_object_binding(&self, o: Obj, name: &Str, strict: bool) -> Completion<Value> {
        let key = Key::new(name.clone());
        if !self.has_property(o, &key)? {
            return if strict { Err(self.reference_error("not defined")) } else { Ok(Value::Undefined) };
        }
        self.get(o, &key)
    }

    /// SetMutableBinding
    pub fn set_mutable_binding(&self, env: &Env, name: &Str, value: Value, strict: bool) -> Completion<()> {
        match &env.record {
            Record::Declarative(b) | Record::Function(b, _) => {
                self.set_declared(b, name, value, strict).map(|_| ())
            }
            Record::Object(o) => self.set_object_binding(*o, name, value, strict),
            Record::Global(b, g) => {
                if b.has(name) {
                    return self.set_declared(b, name, value, strict).map(|_| ());
                }
                self.set_object_binding(g.object, name, value, strict)
            }
        }
    }

    fn set_declared(&self, b: &Bindings, name: &Str, value: Value, strict: bool) -> Completion<()> {
        enum Outcome {
            Done,
            Uninitialized,
            Immutable(bool),
        }
        self.note_write(b.number);
        let outcome = b.find(name, |b| match b.value {
            None => Outcome::Uninitialized,
            Some(_) if b.mutable => {
                b.value = Some(value.clone());
                Outcome::Done
            }
            Some(_) => Outcome::Immutable(b.strict),
        });
        match outcome {
            // deleted by its own initializer
            None if strict => Err(self.reference_error("not defined")),
            None => {
                b.create(name, true, true, false);
                b.initialize(name, value);
                Ok(())
            }
            Some(Outcome::Done) => Ok(()),
            Some(Outcome::Uninitialized) => Err(self.reference_error("binding is not initialized")),
            Some(Outcome::Immutable(always)) if always || strict => {
                Err(self.type_error("assignment to constant"))
            }
            Some(Outcome::Immutable(_)) => Ok(()),
        }
    }

    fn set_object_binding(&self, o: Obj, name: &Str, value: Value, strict: bool) -> Completion<()> {
        let key = Key::new(name.clone());
        let still_exists = self.has_property(o, &key)?;
        if !still_exists && strict {
            return Err(self.reference_error("not defined"));
        }
        self.set(o, &key, value, strict)
    }

    /// DeleteBinding
    pub fn delete_binding(&self, env: &Env, name: &Str) -> Completion<bool> {
        let remove = |b: &Bindings| {
            let deletable = b.find(name, |b| b.deletable)?;
            if deletable {
                b.list.borrow_mut().retain(|e| e.0 != *name);
            }
            Some(deletable)
        };
        match &env.record {
            Record::Declarative(b) | Record::Function(b, _) => Ok(remove(b).unwrap_or(true)),
            Record::Object(o) => self.delete(*o, &Key::new(name.clone())),
            Record::Global(b, g) => {
                if let Some(done) = remove(b) {
                    return Ok(done);
                }
                let key = Key::new(name.clone());
                if self.get_own_property(g.object, &key)?.is_none() {
                    return Ok(true);
                }
                let done = self.delete(g.object, &key)?;
                if done {
                    g.var_names.borrow_mut().retain(|n| n != name);
                }
                Ok(done)
            }
        }
    }

    /// [GetThisEnvironment](https://tc39.es/ecma262/#sec-getthisenvironment)
    pub fn get_this_environment(&self, env: &Env) -> Env {
        let mut at = env.clone();
        loop {
            match &at.record {
                Record::Global(..) => return at,
                Record::Function(_, f) if f.this.borrow().is_some() => return at,
                _ => {}
            }
            match at.outer.clone() {
                Some(outer) => at = outer,
                None => return at,
            }
        }
    }

    /// [ResolveThisBinding](https://tc39.es/ecma262/#sec-resolvethisbinding)
    pub fn resolve_this_binding(&self, env: &Env) -> Completion<Value> {
        match &self.get_this_environment(env).record {
            Record::Global(_, g) => Ok(g.this.clone()),
            Record::Function(_, f) => match &*f.this.borrow() {
                Some(This::Value(v)) => Ok(v.clone()),
                _ => Err(self.reference_error("this is not initialized")),
            },
            _ => Ok(Value::Undefined),
        }
    }

    // Operations of global environments.

    /// [HasRestrictedGlobalProperty](https://tc39.es/ecma262/#sec-hasrestrictedglobalproperty)
    pub fn has_restricted_global_property(&self, g: &GlobalSlots, name: &Str) -> Completion<bool> {
        let existing = self.get_own_property(g.object, &Key::new(name.clone()))?;
        Ok(existing.is_some_and(|p| !p.configurable))
    }

    /// [CanDeclareGlobalVar](https://tc39.es/ecma262/#sec-candeclareglobalvar)
    pub fn can_declare_global_var(&self, g: &GlobalSlots, name: &Str) -> Completion<bool> {
        let key = Key::new(name.clone());
        Ok(self.get_own_property(g.object, &key)?.is_some() || self.is_extensible(g.object)?)
    }

    /// [CanDeclareGlobalFunction](https://tc39.es/ecma262/#sec-candeclareglobalfunction)
    pub fn can_declare_global_function(&self, g: &GlobalSlots, name: &Str) -> Completion<bool> {
        let key = Key::new(name.clone());
        let Some(p) = self.get_own_property(g.object, &key)? else { return self.is_extensible(g.object) };
        if p.configurable {
            return Ok(true);
        }
        Ok(matches!(p.slot, crate::values::Slot::Data { writable: true, .. }) && p.enumerable)
    }

    /// [CreateGlobalVarBinding](https://tc39.es/ecma262/#sec-createglobalvarbinding)
    pub fn create_global_var_binding(&self, g: &GlobalSlots, name: &Str, deletable: bool) -> Completion<()> {
        let key = Key::new(name.clone());
        if self.get_own_property(g.object, &key)?.is_none() && self.is_extensible(g.object)? {
            let attributes = if deletable { "wec" } else { "we" };
            let d = Descriptor::data(Value::Undefined, attributes);
            self.define_property_or_throw(g.object, &key, d)?;
        }
        g.var_names.borrow_mut().push(name.clone());
        Ok(())
    }

    /// [CreateGlobalFunctionBinding](https://tc39.es/ecma262/#sec-createglobalfunctionbinding)
    pub fn create_global_function_binding(
        &self,
        g: &GlobalSlots,
        name: &Str,
        value: Value,
        deletable: bool,
    ) -> Completion<()> {
        let key = Key::new(name.clone());
        let existing = self.get_own_property(g.object, &key)?;
        let d = if existing.is_none_or(|p| p.configurable) {
            Descriptor::data(value.clone(), if deletable { "wec" } else { "we" })
        } else {
            Descriptor { value: Some(value.clone()), ..Default::default() }
        };
        self.define_property_or_throw(g.object, &key, d)?;
        self.set(g.object, &key, value, false)?;
        g.var_names.borrow_mut().push(name.clone());
        Ok(())
    }
}

/// [PrivateEnvironment Records](https://tc39.es/ecma262/#sec-privateenvironment-records)
pub type PrivateEnv = Rc<PrivateEnvironment>;

pub struct PrivateEnvironment {
    pub names: Vec<PrivateName>,
    pub outer: Option<PrivateEnv>,
}

impl PrivateEnvironment {
    /// [ResolvePrivateIdentifier](https://tc39.es/ecma262/#sec-resolve-private-identifier)
    pub fn resolve(&self, identifier: &Str) -> Option<PrivateName> {
        let own = self.names.iter().find(|n| *n.0 == *identifier);
        own.cloned().or_else(|| self.outer.as_ref()?.resolve(identifier))
    }
}
