//! [ECMAScript function objects](https://tc39.es/ecma262/#sec-ecmascript-function-objects): making them, and what
//! happens between a call and the first statement.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::statements::Flow;
use super::{Body, Scope};
use crate::agent::{Abrupt, Agent, Completion};
use crate::environments::{self, Bindings, Env, FunctionSlots, PrivateEnv, Record, This};
use crate::tree::{FunctionKind, FunctionNode, MethodKind};
use crate::values::{Closure, Descriptor, Key, Kind, Obj, Object, Property, ResumeWith, Str, Value};

impl Agent {
    /// [OrdinaryFunctionCreate](https://tc39.es/ecma262/#sec-ordinaryfunctioncreate), with `length` and a name.
    pub fn ordinary_function_create(
        &self,
        code: &Rc<FunctionNode>,
        environment: &Env,
        private: &Option<PrivateEnv>,
        prototype: Obj,
    ) -> Completion<Obj> {
        self.check_heap()?;
        let closure = Closure {
            code: code.clone(),
            environment: environment.clone(),
            private_environment: private.clone(),
            home_object: Cell::new(None),
            fields: RefCell::default(),
            private_methods: RefCell::default(),
        };
        let mut object = Object::new(Some(prototype), Kind::Function(Rc::new(closure)));
        object.properties.insert("length".into(), Property::data(f64::from(code.length), "c"));
        Ok(self.allocate(object))
    }

    fn function_prototype(&self, code: &FunctionNode) -> Obj {
        self.intrinsic(match (code.is_async, code.is_generator) {
            (false, false) => "Function.prototype",
            (false, true) => "GeneratorFunction.prototype",
            (true, false) => "AsyncFunction.prototype",
            (true, true) => "AsyncGeneratorFunction.prototype",
        })
    }

    /// The `prototype` of generators and of ordinary functions.
    fn add_prototype(&self, f: Obj, code: &FunctionNode) -> Completion<()> {
        if code.is_generator {
            let parent = if code.is_async { "AsyncGenerator.prototype" } else { "Generator.prototype" };
            let prototype = self.make(self.intrinsic(parent), Kind::Ordinary);
            let d = Descriptor::data(Value::Object(prototype), "w");
            return self.define_property_or_throw(f, &"prototype".into(), d);
        }
        if code.kind == FunctionKind::Normal && !code.is_async {
            // [MakeConstructor](https://tc39.es/ecma262/#sec-makeconstructor)
            let prototype = self.ordinary_object();
            let p = Property::data(Value::Object(f), "wc");
            self.object_mut(prototype).properties.insert("constructor".into(), p);
            let d = Descriptor::data(Value::Object(prototype), "w");
            return self.define_property_or_throw(f, &"prototype".into(), d);
        }
        Ok(())
    }

    /// [InstantiateFunctionObject](https://tc39.es/ecma262/#sec-runtime-semantics-instantiatefunctionobject)
    pub fn instantiate_function_object(&self, code: &Rc<FunctionNode>, scope: &Scope<'_>) -> Completion<Obj> {
        let prototype = self.function_prototype(code);
        let f = self.ordinary_function_create(code, &scope.lexical, &scope.private, prototype)?;
        self.set_name(f, code.name.clone().unwrap_or_else(Str::empty), None)?;
        self.add_prototype(f, code)?;
        Ok(f)
    }

    /// [InstantiateOrdinaryFunctionExpression](https://tc39.es/ecma262/#sec-runtime-semantics-instantiateordinaryfunctionexpression)
    /// and its kin.
    pub fn instantiate_function_expression(
        &self,
        code: &Rc<FunctionNode>,
        key: &Key,
        scope: &Scope<'_>,
    ) -> Completion<Obj> {
        let prototype = self.function_prototype(code);
        let Some(name) = code.name.as_ref().filter(|_| code.binds_own_name) else {
            let f = self.ordinary_function_create(code, &scope.lexical, &scope.private, prototype)?;
            self.set_function_name(f, key, None)?;
            self.add_prototype(f, code)?;
            return Ok(f);
        };
        let env = environments::declarative(&scope.lexical);
        env.create_immutable(name, false);
        let f = self.ordinary_function_create(code, &env, &scope.private, prototype)?;
        self.set_name(f, name.clone(), None)?;
        self.add_prototype(f, code)?;
        env.initialize(name, f.into());
        Ok(f)
    }

    /// [DefineMethod](https://tc39.es/ecma262/#sec-runtime-semantics-definemethod), named: the function and no property.
    pub fn make_method(
        &self,
        home: Obj,
        key: &Key,
        kind: MethodKind,
        code: &Rc<FunctionNode>,
        scope: &Scope<'_>,
    ) -> Completion<Obj> {
        let prototype = self.function_prototype(code);
        let f = self.ordinary_function_create(code, &scope.lexical, &scope.private, prototype)?;
        self.make_method_of(f, home);
        let prefix = match kind {
            MethodKind::Method => None,
            MethodKind::Get => Some("get"),
            MethodKind::Set => Some("set"),
        };
        self.set_function_name(f, key, prefix)?;
        self.add_prototype(f, code)?;
        Ok(f)
    }

    /// [MakeMethod](https://tc39.es/ecma262/#sec-makemethod)
    pub fn make_method_of(&self, f: Obj, home: Obj) {
        if let Kind::Function(c) = &self.object(f).kind {
            c.home_object.set(Some(home));
        }
    }

    /// [MethodDefinitionEvaluation](https://tc39.es/ecma262/#sec-runtime-semantics-methoddefinitionevaluation)
    pub fn define_method_property(
        &self,
        o: Obj,
        key: &Key,
        kind: MethodKind,
        code: &Rc<FunctionNode>,
        enumerable: bool,
        scope: &Scope<'_>,
    ) -> Completion<()> {
        let f = self.make_method(o, key, kind, code, scope)?;
        let d = match kind {
            MethodKind::Method => Descriptor::data(Value::Object(f), if enumerable { "wec" } else { "wc" }),
            MethodKind::Get => Descriptor { set: None, ..Descriptor::accessor(Some(f), None, enumerable) },
            MethodKind::Set => Descriptor { get: None, ..Descriptor::accessor(None, Some(f), enumerable) },
        };
        self.define_property_or_throw(o, key, d)
    }

    pub fn closure(&self, f: Obj) -> Completion<Rc<Closure>> {
        match &self.object(f).kind {
            Kind::Function(c) => Ok(c.clone()),
            _ => Err(self.outside("not a closure")),
        }
    }

    /// [ECMAScript function [[Call]]](https://tc39.es/ecma262/#sec-ecmascript-function-objects-call-thisargument-argumentslist)
    pub fn call_closure(&self, f: Obj, this: &Value, arguments: &[Value]) -> Completion<Value> {
        let closure = self.closure(f)?;
        if let FunctionKind::ClassConstructor { .. } = closure.code.kind {
            return Err(self.type_error("class constructor called"));
        }
        // [OrdinaryCallBindThis](https://tc39.es/ecma262/#sec-ordinarycallbindthis)
        let this = match (closure.code.kind, closure.code.strict, this) {
            (FunctionKind::Arrow, ..) => None,
            (_, true, v) => Some(This::Value(v.clone())),
            (_, false, v) if v.is_nullish() => match &self.global()?.record {
                Record::Global(_, g) => Some(This::Value(g.this.clone())),
                _ => None,
            },
            (_, false, v) => Some(This::Value(self.to_object(v)?.into())),
        };
        let env = self.function_environment(f, &closure, this, None);
        self.call_body(f, &closure, &env, arguments)
    }

    /// [NewFunctionEnvironment](https://tc39.es/ecma262/#sec-newfunctionenvironment)
    fn function_environment(
        &self,
        f: Obj,
        closure: &Closure,
        this: Option<This>,
        new_target: Option<Obj>,
    ) -> Env {
        let slots = FunctionSlots {
            this: RefCell::new(this),
            function: f,
            new_target,
            home_object: closure.home_object.get(),
        };
        Record::Function(Bindings::default(), slots).within(Some(closure.environment.clone()))
    }

    /// The environment in which a field's initializer runs for an object.
    pub(super) fn initializer_environment(&self, f: Obj, closure: &Closure, this: Obj) -> Env {
        self.function_environment(f, closure, Some(This::Value(this.into())), None)
    }

    /// [ECMAScript function [[Construct]]](https://tc39.es/ecma262/#sec-ecmascript-function-objects-construct-argumentslist-newtarget)
    pub fn construct_closure(&self, f: Obj, arguments: &[Value], new_target: Obj) -> Completion<Obj> {
        let closure = self.closure(f)?;
        let derived = closure.code.kind == FunctionKind::ClassConstructor { derived: true };
        if closure.code.default_constructor && derived {
            // [Default constructors](https://tc39.es/ecma262/#sec-runtime-semantics-classdefinitionevaluation) do not
            // iterate over their arguments.
            let parent = match self.get_prototype_of(f)? {
                Some(p) if self.is_constructor(&p.into()) => p,
                _ => return Err(self.type_error("super is no constructor")),
            };
            let o = self.construct(parent, arguments, new_target)?;
            self.initialize_instance_elements(o, f)?;
            return Ok(o);
        }
        let mut this = This::Uninitialized;
        if !derived {
            let o = self.create_from_constructor(new_target, "Object.prototype", Kind::Ordinary)?;
            this = This::Value(o.into());
        }
        let env = self.function_environment(f, &closure, Some(this.clone()), Some(new_target));
        if let This::Value(Value::Object(o)) = this {
            self.initialize_instance_elements(o, f)?;
        }
        let result = self.call_body(f, &closure, &env, arguments)?;
        match result {
            Value::Object(o) => return Ok(o),
            Value::Undefined => {}
            _ if derived => return Err(self.type_error("derived constructor returned a primitive")),
            _ => {}
        }
        match self.resolve_this_binding(&env)? {
            Value::Object(o) => Ok(o),
            _ => Err(self.type_error("no object")),
        }
    }

    /// [OrdinaryCallEvaluateBody](https://tc39.es/ecma262/#sec-ordinarycallevaluatebody)
    fn call_body(&self, f: Obj, closure: &Rc<Closure>, env: &Env, arguments: &[Value]) -> Completion<Value> {
        let code = &closure.code;
        let instantiated = self.function_declaration_instantiation(f, closure, env, arguments);
        match (code.is_async, code.is_generator) {
            (false, false) => {
                let (lexical, variable) = instantiated?;
                let scope = self.body_scope(closure, lexical, variable, Body::Plain);
                self.run_body(code, &scope)
            }
            (false, true) => {
                let (lexical, variable) = instantiated?;
                self.start_generator(f, closure, lexical, variable)
            }
            (true, true) => {
                let (lexical, variable) = instantiated?;
                self.start_async_generator(f, closure, lexical, variable)
            }
            (true, false) => {
                let capability = self.intrinsic_capability();
                let promise = capability.promise.clone();
                let (lexical, variable) = match instantiated {
                    Ok(environments) => environments,
                    Err(e) => {
                        self.settle_capability(&capability, Err(e))?;
                        return Ok(promise);
                    }
                };
                let closure = closure.clone();
                let coroutine = self.coroutine(move |agent, suspender| {
                    let scope = agent.body_scope(&closure, lexical, variable, Body::Async(suspender));
                    agent.run_body(&closure.code, &scope)
                })?;
                self.drive_async_function(coroutine, ResumeWith::Next(Value::Undefined), capability)?;
                Ok(promise)
            }
        }
    }

    pub(super) fn body_scope<'y>(
        &self,
        closure: &Closure,
        lexical: Env,
        variable: Env,
        body: Body<'y>,
    ) -> Scope<'y> {
        let private = closure.private_environment.clone();
        Scope { lexical, variable, private, strict: closure.code.strict, body }
    }

    /// The statements of a body, or the expression that it is.
    pub(super) fn run_body(&self, code: &FunctionNode, scope: &Scope<'_>) -> Completion<Value> {
        if let Some(e) = &code.concise {
            return self.evaluate(e, scope);
        }
        match self.statement_list(&code.body, scope) {
            Ok(Flow::Return(v)) | Err(Abrupt::Return(v)) => Ok(v),
            Ok(_) => Ok(Value::Undefined),
            Err(e) => Err(e),
        }
    }

    /// [FunctionDeclarationInstantiation](https://tc39.es/ecma262/#sec-functiondeclarationinstantiation): the lexical and
    /// the variable environment of the body.
    fn function_declaration_instantiation(
        &self,
        f: Obj,
        closure: &Closure,
        callee_env: &Env,
        arguments: &[Value],
    ) -> Completion<(Env, Env)> {
        let code = &closure.code;
        let arguments_name: Str = "arguments".into();
        let names = &code.parameter_names;
        let duplicates = names.iter().enumerate().any(|(i, n)| names[..i].contains(n));
        let declares_arguments = code.declarations.functions.iter().any(|d| d.0 == arguments_name)
            || code.declarations.lexical.iter().any(|d| d.name == arguments_name);
        let needs_arguments = code.uses_arguments
            && !matches!(code.kind, FunctionKind::Arrow | FunctionKind::Initializer)
            && !names.contains(&arguments_name)
            && (code.has_parameter_expressions || !declares_arguments);
        let env = if code.strict || !code.has_parameter_expressions {
            callee_env.clone()
        } else {
            environments::declarative(callee_env)
        };
        for name in names {
            if !env.declares(name) {
                env.create_mutable(name, false);
                if duplicates {
                    env.initialize(name, Value::Undefined);
                }
            }
        }
        let mut bound = names.clone();
        if needs_arguments {
            let o = if code.strict || !code.simple_parameters {
                self.create_unmapped_arguments(arguments)?
            } else {
                self.create_mapped_arguments(f, names, arguments, &env)?
            };
            if code.strict {
                env.create_immutable(&arguments_name, false);
            } else {
                env.create_mutable(&arguments_name, false);
            }
            env.initialize(&arguments_name, o.into());
            bound.push(arguments_name.clone());
        }
        let parameter_scope = self.body_scope(closure, env.clone(), callee_env.clone(), Body::Plain);
        self.bind_parameters(code, arguments, &parameter_scope, duplicates)?;

        let variable;
        let mut instantiated: Vec<Str>;
        if !code.has_parameter_expressions {
            variable = env.clone();
            instantiated = bound.clone();
            for name in &code.var_names {
                if !instantiated.contains(name) {
                    instantiated.push(name.clone());
                    variable.create_mutable(name, false);
                    variable.initialize(name, Value::Undefined);
                }
            }
        } else {
            variable = environments::declarative(&env);
            instantiated = code.var_names.clone();
            for name in &code.var_names {
                variable.create_mutable(name, false);
                let is_function = code.declarations.functions.iter().any(|d| d.0 == *name);
                let initial = if !bound.contains(name) || is_function {
                    Value::Undefined
                } else {
                    self.get_binding_value(&env, name, false)?
                };
                variable.initialize(name, initial);
            }
        }
        for name in &code.block_function_names {
            if !instantiated.contains(name) && *name != arguments_name {
                instantiated.push(name.clone());
                if !variable.declares(name) {
                    variable.create_mutable(name, false);
                }
                variable.initialize(name, Value::Undefined);
            }
        }
        let lexical = if code.strict { variable.clone() } else { environments::declarative(&variable) };
        for l in &code.declarations.lexical {
            if l.constant {
                lexical.create_immutable(&l.name, true);
            } else {
                lexical.create_mutable(&l.name, false);
            }
        }
        let scope = self.body_scope(closure, lexical.clone(), variable.clone(), Body::Plain);
        for (name, code) in &code.declarations.functions {
            let f = self.instantiate_function_object(code, &scope)?;
            self.set_mutable_binding(&variable, name, f.into(), false)?;
        }
        Ok((lexical, variable))
    }

    /// IteratorBindingInitialization of the parameters over the list of arguments.
    fn bind_parameters(
        &self,
        code: &FunctionNode,
        arguments: &[Value],
        scope: &Scope<'_>,
        duplicates: bool,
    ) -> Completion<()> {
        let env = if duplicates { None } else { Some(&scope.lexical) };
        for (i, p) in code.parameters.iter().enumerate() {
            let v = arguments.get(i).cloned().unwrap_or(Value::Undefined);
            let v = self.default_value(p, v, scope)?;
            self.destructure(&p.target, v, scope, env)?;
        }
        if let Some(rest) = &code.rest {
            let extra = arguments.get(code.parameters.len()..).unwrap_or_default();
            let array = self.create_array_from_list(extra.iter().cloned())?;
            self.destructure(rest, array.into(), scope, env)?;
        }
        Ok(())
    }

    fn arguments_object(&self, arguments: &[Value], map: Vec<Option<(Env, Str)>>) -> Completion<Obj> {
        self.check_heap()?;
        let mut object = Object::new(Some(self.intrinsic("Object.prototype")), Kind::Arguments(map));
        let p = &mut object.properties;
        p.insert("length".into(), Property::data(arguments.len() as f64, "wc"));
        for (i, v) in arguments.iter().enumerate() {
            p.insert(Key::integer(i as f64), Property::data(v.clone(), "wec"));
        }
        let values = self.intrinsic("Array.prototype.values");
        p.insert(self.symbol_key("iterator"), Property::data(Value::Object(values), "wc"));
        Ok(self.allocate(object))
    }

    /// [CreateUnmappedArgumentsObject](https://tc39.es/ecma262/#sec-createunmappedargumentsobject)
    fn create_unmapped_arguments(&self, arguments: &[Value]) -> Completion<Obj> {
        let o = self.arguments_object(arguments, Vec::new())?;
        let thrower = self.intrinsic("ThrowTypeError");
        let d = Descriptor {
            configurable: Some(false),
            ..Descriptor::accessor(Some(thrower), Some(thrower), false)
        };
        self.define_property_or_throw(o, &"callee".into(), d)?;
        Ok(o)
    }

    /// [CreateMappedArgumentsObject](https://tc39.es/ecma262/#sec-createmappedargumentsobject)
    fn create_mapped_arguments(
        &self,
        f: Obj,
        names: &[Str],
        arguments: &[Value],
        env: &Env,
    ) -> Completion<Obj> {
        let map = (0..names.len().min(arguments.len())).map(|i| {
            // the last parameter of a name has it
            let is_last = !names[i + 1..].contains(&names[i]);
            is_last.then(|| (env.clone(), names[i].clone()))
        });
        let o = self.arguments_object(arguments, map.collect())?;
        self.define_property_or_throw(o, &"callee".into(), Descriptor::data(Value::Object(f), "wc"))?;
        Ok(o)
    }
}
