//! [eval](https://tc39.es/ecma262/#sec-eval-x), direct and indirect, and
//! [CreateDynamicFunction](https://tc39.es/ecma262/#sec-createdynamicfunction).

use std::rc::Rc;

use tierproof_syntax::{CodeText, parse_eval, parse_function};

use super::{Body, Scope};
use crate::agent::{Agent, Completion};
use crate::environments::{self, Env, Record};
use crate::tree::{Expr, Script, Stmt, lower_script};
use crate::values::{Key, Obj, Str, Value};

/// Whether direct eval may contain these depends on what is around it, which the parser is not told.
const DEPENDS_ON_OUTER: [&str; 4] = ["new.target", "super", "#", "arguments"];

impl Agent {
    /// The parser needs more native stack than a coroutine has.
    fn on_main_stack(&self) -> Completion<()> {
        if self.stack.get().1 == super::coroutines::STACK {
            return Err(self.outside("eval in a generator or async function"));
        }
        Ok(())
    }

    /// [PerformEval](https://tc39.es/ecma262/#sec-performeval); `direct` is the context of a direct one.
    pub fn perform_eval(
        &self,
        x: &Value,
        strict_caller: bool,
        direct: Option<&Scope<'_>>,
    ) -> Completion<Value> {
        let Value::String(code) = x else { return Ok(x.clone()) };
        self.looks_into(code)?;
        self.on_main_stack()?;
        let strict_caller = strict_caller && direct.is_some();
        let text = CodeText::new(code.iter().copied());
        let shown = code.to_string();
        if direct.is_some() && DEPENDS_ON_OUTER.iter().any(|w| shown.contains(w)) {
            return Err(self.outside("direct eval of code that depends on the function around it"));
        }
        let source = match parse_eval(&text, strict_caller, None) {
            Ok(s) => s,
            Err(e) if e.message.starts_with("not supported yet") => return Err(self.outside(&e.message)),
            Err(_) => return Err(self.syntax_error("eval")),
        };
        let mut script = lower_script(&source, strict_caller);
        if strict_caller {
            // the directive that the parser was given in place of the caller's strictness
            script.body.remove(0);
        }
        let global = self.global()?;
        let (outer, variable, private) = match direct {
            Some(s) => (s.lexical.clone(), s.variable.clone(), s.private.clone()),
            None => (global.clone(), global, None),
        };
        let lexical = environments::declarative(&outer);
        let variable = if script.strict { lexical.clone() } else { variable };
        let scope = Scope { lexical, variable, private, strict: script.strict, body: Body::Plain };
        self.eval_declaration_instantiation(&script, &scope)?;
        let flow = self.statement_list(&script.body, &scope)?;
        self.completion_value(flow)
    }

    /// [EvalDeclarationInstantiation](https://tc39.es/ecma262/#sec-evaldeclarationinstantiation)
    fn eval_declaration_instantiation(&self, script: &Script, scope: &Scope<'_>) -> Completion<()> {
        let var_env = &scope.variable;
        if !script.strict {
            self.check_var_conflicts(script, scope)?;
        }
        let functions = &script.declarations.functions;
        let is_function = |name: &Str| functions.iter().any(|f| f.0 == *name);
        if let Record::Global(_, g) = &var_env.record {
            for (name, _) in functions {
                if !self.can_declare_global_function(g, name)? {
                    return Err(self.type_error("global function cannot be declared"));
                }
            }
            for name in script.var_names.iter().filter(|n| !is_function(n)) {
                if !self.can_declare_global_var(g, name)? {
                    return Err(self.type_error("global variable cannot be declared"));
                }
            }
        }
        for name in &script.block_function_names {
            if !is_function(name) && self.block_function_fits(name, scope)? {
                self.eval_variable(var_env, name)?;
            }
        }
        self.block_declaration_instantiation(
            &crate::tree::Declarations {
                lexical: script.declarations.lexical.clone(),
                functions: Vec::new(),
            },
            scope,
        )?;
        for (name, code) in functions {
            let f = Value::Object(self.instantiate_function_object(code, scope)?);
            match &var_env.record {
                Record::Global(_, g) => self.create_global_function_binding(g, name, f, true)?,
                _ if self.has_binding(var_env, name)? => {
                    self.set_mutable_binding(var_env, name, f, false)?;
                }
                _ => {
                    var_env.create_mutable(name, true);
                    var_env.initialize(name, f);
                }
            }
        }
        for name in script.var_names.iter().filter(|n| !is_function(n)) {
            self.eval_variable(var_env, name)?;
        }
        Ok(())
    }

    fn eval_variable(&self, var_env: &Env, name: &Str) -> Completion<()> {
        match &var_env.record {
            Record::Global(_, g) => self.create_global_var_binding(g, name, true),
            _ => {
                if !self.has_binding(var_env, name)? {
                    var_env.create_mutable(name, true);
                    var_env.initialize(name, Value::Undefined);
                }
                Ok(())
            }
        }
    }

    /// A `var` of the code may not hide a `let` between here and the variable environment.
    fn check_var_conflicts(&self, script: &Script, scope: &Scope<'_>) -> Completion<()> {
        if let Record::Global(lexical, _) = &scope.variable.record {
            for name in &script.var_names {
                if lexical.has(name) {
                    return Err(self.syntax_error("already declared"));
                }
            }
        }
        let mut at = scope.lexical.outer.clone();
        while let Some(env) = at {
            if Rc::ptr_eq(&env, &scope.variable) {
                return Ok(());
            }
            // the parameter of a catch clause is no obstacle (Annex B.3.4)
            if !env.is_catch && script.var_names.iter().any(|name| env.declares(name)) {
                return Err(self.syntax_error("already declared"));
            }
            at = env.outer.clone();
        }
        Ok(())
    }

    /// Whether a function in a block of the code becomes a variable (Annex B.3.2.3).
    fn block_function_fits(&self, name: &Str, scope: &Scope<'_>) -> Completion<bool> {
        let mut at = scope.lexical.outer.clone();
        while let Some(env) = at {
            if Rc::ptr_eq(&env, &scope.variable) {
                break;
            }
            if !env.is_catch && env.declares(name) {
                return Ok(false);
            }
            at = env.outer.clone();
        }
        match &scope.variable.record {
            Record::Global(lexical, g) => {
                Ok(!lexical.has(name) && self.can_declare_global_function(g, name)?)
            }
            _ => Ok(true),
        }
    }

    /// `Function(...)` and its kin: `head` is `function`, `async function*` and so on.
    pub fn create_dynamic_function(
        &self,
        head: &str,
        arguments: &[Value],
        new_target: Obj,
        default_prototype: &'static str,
    ) -> Completion<Value> {
        self.on_main_stack()?;
        let mut texts = Vec::new();
        for v in arguments {
            texts.push(self.to_string(v)?);
        }
        let body = texts.pop().unwrap_or_else(Str::empty);
        let parameters = texts.iter().map(|t| t[..].to_vec()).collect::<Vec<_>>().join(&u16::from(b','));
        let code = |units: &[u16]| CodeText::new(units.iter().copied());
        let source = match parse_function(head, &code(&parameters), &code(&body)) {
            Ok(s) => s,
            Err(e) if e.message.starts_with("not supported yet") => return Err(self.outside(&e.message)),
            Err(_) => return Err(self.syntax_error("Function")),
        };
        let script = lower_script(&source, false);
        let Some(Stmt::Expr(Expr::Function(node))) = script.body.into_iter().next() else {
            return Err(self.outside("dynamic function"));
        };
        let prototype = self.get_prototype_from_constructor(new_target, default_prototype)?;
        let global = self.global()?;
        let scope = Scope {
            lexical: global.clone(),
            variable: global,
            private: None,
            strict: false,
            body: Body::Plain,
        };
        // the name `anonymous` is a property only
        let mut node = Rc::try_unwrap(node).map_err(|_| self.outside("dynamic function"))?;
        node.binds_own_name = false;
        node.name = None;
        let key = Key::String("anonymous".into());
        let f = self.instantiate_function_expression(&Rc::new(node), &key, &scope)?;
        self.object_mut(f).prototype = Some(prototype);
        Ok(f.into())
    }
}
