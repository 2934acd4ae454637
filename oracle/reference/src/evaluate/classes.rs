//! [Class definitions](https://tc39.es/ecma262/#sec-class-definitions), private names and fields.

use std::rc::Rc;

use super::{Body, Scope};
use crate::agent::{Agent, Completion};
use crate::environments::{self, PrivateEnvironment};
use crate::tree::{ClassElement, ClassNode, FunctionNode, MethodKind, PropertyName};
use crate::values::{
    ClassField, Descriptor, FieldName, Key, Kind, Obj, PrivateElement, PrivateName, Str, Value,
};

/// A static element that waits until the class is complete.
enum Static {
    Field(ClassField),
    Block(Obj),
}

impl Agent {
    /// [ClassDefinitionEvaluation](https://tc39.es/ecma262/#sec-runtime-semantics-classdefinitionevaluation): `binding` is
    /// the name inside of the class, `key` what the function is called.
    pub fn class_definition(
        &self,
        class: &ClassNode,
        binding: Option<&Str>,
        key: &Key,
        scope: &Scope<'_>,
    ) -> Completion<Obj> {
        let class_env = environments::declarative(&scope.lexical);
        if let Some(name) = binding {
            class_env.create_immutable(name, true);
        }
        let names = class.private_names.iter().map(|n| PrivateName(Rc::new(n.clone()))).collect();
        let private = Rc::new(PrivateEnvironment { names, outer: scope.private.clone() });
        // the heritage sees the names of the class but not its private ones
        let outer = Scope { strict: true, ..scope.within(class_env.clone()) };
        let (proto_parent, constructor_parent) = match &class.heritage {
            None => (Some(self.intrinsic("Object.prototype")), self.intrinsic("Function.prototype")),
            Some(e) => match self.evaluate(e, &outer)? {
                Value::Null => (None, self.intrinsic("Function.prototype")),
                Value::Object(parent) if self.is_constructor(&parent.into()) => {
                    match self.get(parent, &"prototype".into())? {
                        Value::Object(p) => (Some(p), parent),
                        Value::Null => (None, parent),
                        _ => return Err(self.type_error("prototype of the superclass")),
                    }
                }
                _ => return Err(self.type_error("superclass is no constructor")),
            },
        };
        let scope = Scope { private: Some(private.clone()), ..outer };
        self.check_heap()?;
        let proto = self.make(proto_parent, Kind::Ordinary);
        let f = self.ordinary_function_create(
            &class.constructor,
            &scope.lexical,
            &scope.private,
            constructor_parent,
        )?;
        self.make_method_of(f, proto);
        self.set_function_name(f, key, None)?;
        let d = Descriptor::data(Value::Object(proto), "");
        self.define_property_or_throw(f, &"prototype".into(), d)?;
        let d = Descriptor::data(Value::Object(f), "wc");
        self.define_property_or_throw(proto, &"constructor".into(), d)?;

        let mut instance_fields = Vec::new();
        let mut statics = Vec::new();
        let mut instance_private: Vec<(PrivateName, PrivateElement)> = Vec::new();
        let mut static_private: Vec<(PrivateName, PrivateElement)> = Vec::new();
        for e in &class.elements {
            match e {
                ClassElement::Method { name: PropertyName::Private(n), is_static, kind, function } => {
                    let home = if *is_static { f } else { proto };
                    let Some(name) = private.resolve(n) else { continue };
                    let shown = Key::String([&[u16::from(b'#')], &n[..]].concat().into());
                    let method = self.make_method(home, &shown, *kind, function, &scope)?;
                    let list = if *is_static { &mut static_private } else { &mut instance_private };
                    add_private_method(list, name, *kind, method);
                }
                ClassElement::Method { name, is_static, kind, function } => {
                    let home = if *is_static { f } else { proto };
                    let key = self.property_name(name, &scope)?;
                    self.define_method_property(home, &key, *kind, function, false, &scope)?;
                }
                ClassElement::Field { name, is_static, initializer } => {
                    let field = self.class_field(name, initializer.as_ref(), *is_static, f, proto, &scope)?;
                    if *is_static {
                        statics.push(Static::Field(field));
                    } else {
                        instance_fields.push(field);
                    }
                }
                ClassElement::StaticBlock(code) => {
                    statics.push(Static::Block(self.initializer_function(code, f, &scope)?));
                }
            }
        }
        if let Some(name) = binding {
            class_env.initialize(name, f.into());
        }
        {
            let closure = self.closure(f)?;
            *closure.private_methods.borrow_mut() = Rc::new(instance_private);
            *closure.fields.borrow_mut() = Rc::new(instance_fields);
        }
        for (name, element) in static_private {
            self.private_add(f, name, element)?;
        }
        for s in statics {
            match s {
                Static::Field(field) => self.define_field(f, &field)?,
                Static::Block(block) => {
                    self.call_function(block, &f.into(), &[])?;
                }
            }
        }
        Ok(f)
    }

    /// [ClassFieldDefinitionEvaluation](https://tc39.es/ecma262/#sec-runtime-semantics-classfielddefinitionevaluation)
    fn class_field(
        &self,
        name: &PropertyName,
        initializer: Option<&Rc<FunctionNode>>,
        is_static: bool,
        constructor: Obj,
        proto: Obj,
        scope: &Scope<'_>,
    ) -> Completion<ClassField> {
        let name = match name {
            PropertyName::Private(n) => match scope.private.as_ref().and_then(|p| p.resolve(n)) {
                Some(name) => FieldName::Private(name),
                None => return Err(self.outside("private name")),
            },
            other => FieldName::Key(self.property_name(other, scope)?),
        };
        let home = if is_static { constructor } else { proto };
        let initializer = match initializer {
            Some(code) => Some(self.initializer_function(code, home, scope)?),
            None => None,
        };
        Ok(ClassField { name, initializer })
    }

    fn initializer_function(&self, code: &Rc<FunctionNode>, home: Obj, scope: &Scope<'_>) -> Completion<Obj> {
        let prototype = self.intrinsic("Function.prototype");
        let f = self.ordinary_function_create(code, &scope.lexical, &scope.private, prototype)?;
        self.make_method_of(f, home);
        Ok(f)
    }

    /// [DefineField](https://tc39.es/ecma262/#sec-definefield)
    fn define_field(&self, receiver: Obj, field: &ClassField) -> Completion<()> {
        let value = match field.initializer {
            None => Value::Undefined,
            Some(f) => self.field_value(f, receiver, &field.name)?,
        };
        match &field.name {
            FieldName::Key(key) => self.create_data_property_or_throw(receiver, key, value),
            FieldName::Private(name) => {
                self.private_add(receiver, name.clone(), PrivateElement::Field(value))
            }
        }
    }

    /// The value of an initializer; an anonymous function gets the field's name.
    fn field_value(&self, f: Obj, receiver: Obj, name: &FieldName) -> Completion<Value> {
        let closure = self.closure(f)?;
        if !closure.code.names_value {
            return self.call_function(f, &receiver.into(), &[]);
        }
        let key = match name {
            FieldName::Key(key) => key.clone(),
            FieldName::Private(n) => Key::String([&[u16::from(b'#')], &n.0[..]].concat().into()),
        };
        let env = self.initializer_environment(f, &closure, receiver);
        let scope = self.body_scope(&closure, env.clone(), env, Body::Plain);
        match &closure.code.concise {
            Some(e) => self.evaluate_with_key(e, &key, &scope),
            None => Ok(Value::Undefined),
        }
    }

    /// [InitializeInstanceElements](https://tc39.es/ecma262/#sec-initializeinstanceelements)
    pub fn initialize_instance_elements(&self, o: Obj, constructor: Obj) -> Completion<()> {
        let closure = self.closure(constructor)?;
        let methods = closure.private_methods.borrow().clone();
        for (name, element) in methods.iter() {
            self.private_add(o, name.clone(), element.clone())?;
        }
        let fields = closure.fields.borrow().clone();
        for field in fields.iter() {
            self.define_field(o, field)?;
        }
        Ok(())
    }

    // Private names

    /// [PrivateElementFind](https://tc39.es/ecma262/#sec-privateelementfind)
    pub fn private_element(&self, o: Obj, name: &PrivateName) -> Option<PrivateElement> {
        self.object(o).private.iter().find(|e| e.0 == *name).map(|e| e.1.clone())
    }

    /// [PrivateFieldAdd](https://tc39.es/ecma262/#sec-privatefieldadd),
    /// [PrivateMethodOrAccessorAdd](https://tc39.es/ecma262/#sec-privatemethodoraccessoradd)
    fn private_add(&self, o: Obj, name: PrivateName, element: PrivateElement) -> Completion<()> {
        if self.private_element(o, &name).is_some() {
            return Err(self.type_error("private name twice"));
        }
        self.object_mut(o).private.push((name, element));
        Ok(())
    }

    /// [PrivateGet](https://tc39.es/ecma262/#sec-privateget)
    pub fn private_get(&self, o: Obj, name: &PrivateName) -> Completion<Value> {
        match self.private_element(o, name) {
            Some(PrivateElement::Field(v)) => Ok(v),
            Some(PrivateElement::Method(f)) => Ok(f.into()),
            Some(PrivateElement::Accessor { get: Some(f), .. }) => self.call_function(f, &o.into(), &[]),
            Some(PrivateElement::Accessor { get: None, .. }) => Err(self.type_error("no getter")),
            None => Err(self.type_error("no such private name")),
        }
    }

    /// [PrivateSet](https://tc39.es/ecma262/#sec-privateset)
    pub fn private_set(&self, o: Obj, name: &PrivateName, value: Value) -> Completion<()> {
        match self.private_element(o, name) {
            Some(PrivateElement::Field(_)) => {
                if let Some(e) = self.object_mut(o).private.iter_mut().find(|e| e.0 == *name) {
                    e.1 = PrivateElement::Field(value);
                }
                Ok(())
            }
            Some(PrivateElement::Accessor { set: Some(f), .. }) => {
                self.call_function(f, &o.into(), &[value]).map(|_| ())
            }
            Some(_) => Err(self.type_error("private name cannot be set")),
            None => Err(self.type_error("no such private name")),
        }
    }
}

/// Getter and setter of one name are one element.
fn add_private_method(
    list: &mut Vec<(PrivateName, PrivateElement)>,
    name: PrivateName,
    kind: MethodKind,
    f: Obj,
) {
    let accessor = match kind {
        MethodKind::Method => {
            list.push((name, PrivateElement::Method(f)));
            return;
        }
        MethodKind::Get => (Some(f), None),
        MethodKind::Set => (None, Some(f)),
    };
    for (n, e) in list.iter_mut() {
        if *n == name
            && let PrivateElement::Accessor { get, set } = e
        {
            *get = get.or(accessor.0);
            *set = set.or(accessor.1);
            return;
        }
    }
    list.push((name, PrivateElement::Accessor { get: accessor.0, set: accessor.1 }));
}
