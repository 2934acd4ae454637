//! [Scripts](https://tc39.es/ecma262/#sec-scripts).

use std::rc::Rc;

use tierproof_syntax::Source;

use super::statements::Flow;
use super::{Body, Scope};
use crate::agent::{Abrupt, Agent, Completion};
use crate::environments::Record;
use crate::tree::{Script, lower_script};
use crate::values::{Str, Value};

impl Agent {
    /// [ScriptEvaluation](https://tc39.es/ecma262/#sec-runtime-semantics-scriptevaluation)
    pub fn script_evaluation(&self, source: &Rc<Source>) -> Completion<Value> {
        let script = lower_script(source, false);
        let global = self.global()?;
        self.global_declaration_instantiation(&script)?;
        let scope = Scope {
            lexical: global.clone(),
            variable: global,
            private: None,
            strict: script.strict,
            body: Body::Plain,
        };
        match self.statement_list(&script.body, &scope)? {
            Flow::Normal(v) => Ok(v.unwrap_or(Value::Undefined)),
            _ => Err(self.outside("jump out of a script")),
        }
    }

    /// [GlobalDeclarationInstantiation](https://tc39.es/ecma262/#sec-globaldeclarationinstantiation)
    fn global_declaration_instantiation(&self, script: &Script) -> Completion<()> {
        let env = self.global()?;
        let Record::Global(lexical, g) = &env.record else { return Ok(()) };
        for l in &script.declarations.lexical {
            if g.var_names.borrow().contains(&l.name)
                || lexical.has(&l.name)
                || self.has_restricted_global_property(g, &l.name)?
            {
                return Err(self.syntax_error("already declared"));
            }
        }
        for name in &script.var_names {
            if lexical.has(name) {
                return Err(self.syntax_error("already declared"));
            }
        }
        let functions = &script.declarations.functions;
        let is_function = |name: &Str| functions.iter().any(|f| f.0 == *name);
        for (name, _) in functions {
            if !self.can_declare_global_function(g, name)? {
                return Err(self.type_error("global function cannot be declared"));
            }
        }
        let mut vars: Vec<Str> = Vec::new();
        for name in script.var_names.iter().filter(|n| !is_function(n)) {
            if !self.can_declare_global_var(g, name)? {
                return Err(self.type_error("global variable cannot be declared"));
            }
            vars.push(name.clone());
        }
        // Annex B.3.2.2
        for name in &script.block_function_names {
            if !lexical.has(name)
                && self.can_declare_global_function(g, name)?
                && !is_function(name)
                && !vars.contains(name)
            {
                self.create_global_var_binding(g, name, false)?;
            }
        }
        for l in &script.declarations.lexical {
            lexical.create(&l.name, !l.constant, false, l.constant);
        }
        let scope = Scope {
            lexical: env.clone(),
            variable: env.clone(),
            private: None,
            strict: script.strict,
            body: Body::Plain,
        };
        for (name, code) in functions {
            let f = self.instantiate_function_object(code, &scope)?;
            self.create_global_function_binding(g, name, f.into(), false)?;
        }
        for name in &vars {
            self.create_global_var_binding(g, name, false)?;
        }
        Ok(())
    }

    /// The completion value of a list that may not jump.
    pub(super) fn completion_value(&self, flow: Flow) -> Completion<Value> {
        match flow {
            Flow::Normal(v) => Ok(v.unwrap_or(Value::Undefined)),
            Flow::Return(v) => Err(Abrupt::Return(v)),
            _ => Err(self.outside("jump out of a script")),
        }
    }
}
