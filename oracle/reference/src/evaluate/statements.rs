//! [Statements](https://tc39.es/ecma262/#sec-ecmascript-language-statements-and-declarations), but for loops.

use super::{Body, Scope};
use crate::agent::{Abrupt, Agent, Completion};
use crate::environments::{self, Env};
use crate::tree::{Block, Catch, Declarations, Expr, Stmt, Target, is_anonymous_function};
use crate::values::{Str, Value};

/// How a statement completed, with the value that `eval` would see.
pub enum Flow {
    Normal(Option<Value>),
    Break(Option<Str>, Option<Value>),
    Continue(Option<Str>, Option<Value>),
    Return(Value),
}

impl Flow {
    /// [UpdateEmpty](https://tc39.es/ecma262/#sec-updateempty)
    pub fn update_empty(self, value: Option<Value>) -> Flow {
        match self {
            Flow::Normal(None) => Flow::Normal(value),
            Flow::Break(label, None) => Flow::Break(label, value),
            Flow::Continue(label, None) => Flow::Continue(label, value),
            other => other,
        }
    }
}

impl Agent {
    pub fn statement_list(&self, list: &[Stmt], scope: &Scope<'_>) -> Completion<Flow> {
        let mut value = None;
        for s in list {
            match self.statement(s, scope, &[])? {
                Flow::Normal(None) => {}
                Flow::Normal(v) => value = v,
                abrupt => return Ok(abrupt.update_empty(value)),
            }
        }
        Ok(Flow::Normal(value))
    }

    /// One statement; `labels` are those directly before it.
    pub fn statement(&self, s: &Stmt, scope: &Scope<'_>, labels: &[Str]) -> Completion<Flow> {
        self.step()?;
        self.check_depth()?;
        const EMPTY: Flow = Flow::Normal(None);
        Ok(match s {
            Stmt::Empty => EMPTY,
            Stmt::Expr(e) => Flow::Normal(Some(self.evaluate(e, scope)?)),
            Stmt::Block(b) => self.block(b, scope)?,
            Stmt::Var(list) => {
                for (target, init) in list {
                    if let Some(init) = init {
                        self.declarator(target, init, scope, None)?;
                    }
                }
                EMPTY
            }
            Stmt::Lexical(list) => {
                for (target, init) in list {
                    match init {
                        Some(init) => self.declarator(target, init, scope, Some(&scope.lexical))?,
                        None => self.destructure(target, Value::Undefined, scope, Some(&scope.lexical))?,
                    }
                }
                EMPTY
            }
            Stmt::Function { name, hoisted } => {
                if *hoisted {
                    let f = self.get_binding_value(&scope.lexical, name, false)?;
                    self.set_mutable_binding(&scope.variable, name, f, false)?;
                }
                EMPTY
            }
            Stmt::Class { name, class } => {
                let key = crate::values::Key::String(name.clone());
                let c = self.class_definition(class, Some(name), &key, scope)?;
                scope.lexical.initialize(name, c.into());
                EMPTY
            }
            Stmt::If(test, consequent, alternate) => {
                let test = self.evaluate(test, scope)?;
                let flow = match (self.to_boolean(&test), alternate) {
                    (true, _) => self.statement(consequent, scope, &[])?,
                    (false, Some(a)) => self.statement(a, scope, &[])?,
                    (false, None) => EMPTY,
                };
                flow.update_empty(Some(Value::Undefined))
            }
            Stmt::Break(label) => Flow::Break(label.clone(), None),
            Stmt::Continue(label) => Flow::Continue(label.clone(), None),
            Stmt::Return(None) => Flow::Return(Value::Undefined),
            Stmt::Return(Some(e)) => {
                let mut v = self.evaluate(e, scope)?;
                if let Body::AsyncGenerator(_) = scope.body {
                    v = self.await_value(v, scope)?;
                }
                Flow::Return(v)
            }
            Stmt::Throw(e) => return Err(Abrupt::Throw(self.evaluate(e, scope)?)),
            Stmt::With(object, body) => {
                let v = self.evaluate(object, scope)?;
                let env = environments::object(self.to_object(&v)?, &scope.lexical);
                self.statement(body, &scope.within(env), &[])?.update_empty(Some(Value::Undefined))
            }
            Stmt::Switch(discriminant, declarations, cases) => {
                breakable(self.switch(discriminant, declarations, cases, scope)?)
            }
            Stmt::Labelled(labels, body) => {
                let flow = self.statement(body, scope, labels)?;
                match flow {
                    Flow::Break(Some(label), v) if labels.contains(&label) => Flow::Normal(v),
                    other => other,
                }
            }
            Stmt::Try { block, catch, finally } => {
                self.try_statement(block, catch.as_deref(), finally.as_deref(), scope)?
            }
            Stmt::For(l) => breakable(self.for_loop(l, scope, labels)?),
            Stmt::ForIn(l) => breakable(self.for_in(l, scope, labels)?),
            Stmt::ForOf(l) => breakable(self.for_of(l, scope, labels)?),
            Stmt::While(test, body) => breakable(self.while_loop(test, body, scope, labels)?),
            Stmt::DoWhile(body, test) => breakable(self.do_while(body, test, scope, labels)?),
            Stmt::Outside(what) => return Err(self.outside(what)),
        })
    }

    fn declarator(
        &self,
        target: &Target,
        init: &Expr,
        scope: &Scope<'_>,
        env: Option<&Env>,
    ) -> Completion<()> {
        let Some(name) = target.identifier() else {
            let v = self.evaluate(init, scope)?;
            return self.destructure(target, v, scope, env);
        };
        // the binding is resolved before the initializer runs
        let mut r = self.resolve_binding(name, scope)?;
        let v = if is_anonymous_function(init) {
            self.evaluate_named(init, name.clone(), scope)?
        } else {
            self.evaluate(init, scope)?
        };
        match env {
            Some(_) => self.initialize_referenced_binding(&mut r, v),
            None => self.put_value(&mut r, v),
        }
    }

    /// [Block](https://tc39.es/ecma262/#sec-block-runtime-semantics-evaluation)
    pub fn block(&self, b: &Block, scope: &Scope<'_>) -> Completion<Flow> {
        if b.declarations.lexical.is_empty() && b.declarations.functions.is_empty() {
            return self.statement_list(&b.body, scope);
        }
        let inner = scope.within(environments::declarative(&scope.lexical));
        self.block_declaration_instantiation(&b.declarations, &inner)?;
        self.statement_list(&b.body, &inner)
    }

    /// [BlockDeclarationInstantiation](https://tc39.es/ecma262/#sec-blockdeclarationinstantiation)
    pub fn block_declaration_instantiation(&self, d: &Declarations, scope: &Scope<'_>) -> Completion<()> {
        for l in &d.lexical {
            if l.constant {
                scope.lexical.create_immutable(&l.name, true);
            } else {
                scope.lexical.create_mutable(&l.name, false);
            }
        }
        for (name, f) in &d.functions {
            if !scope.lexical.declares(name) {
                scope.lexical.create_mutable(name, false);
            }
            let f = self.instantiate_function_object(f, scope)?;
            scope.lexical.initialize(name, f.into());
        }
        Ok(())
    }

    /// [CaseBlockEvaluation](https://tc39.es/ecma262/#sec-runtime-semantics-caseblockevaluation)
    fn switch(
        &self,
        discriminant: &Expr,
        declarations: &Declarations,
        cases: &[(Option<Expr>, Vec<Stmt>)],
        scope: &Scope<'_>,
    ) -> Completion<Flow> {
        let v = self.evaluate(discriminant, scope)?;
        let scope = &scope.within(environments::declarative(&scope.lexical));
        self.block_declaration_instantiation(declarations, scope)?;
        let mut start = None;
        for (i, (test, _)) in cases.iter().enumerate() {
            if let Some(test) = test {
                let test = self.evaluate(test, scope)?;
                if self.is_strictly_equal(&v, &test)? {
                    start = Some(i);
                    break;
                }
            }
        }
        let start = start.or_else(|| cases.iter().position(|c| c.0.is_none()));
        let mut value = Some(Value::Undefined);
        for (_, body) in cases.iter().skip(start.unwrap_or(cases.len())) {
            match self.statement_list(body, scope)? {
                Flow::Normal(None) => {}
                Flow::Normal(v) => value = v,
                abrupt => return Ok(abrupt.update_empty(value)),
            }
        }
        Ok(Flow::Normal(value))
    }

    /// [try](https://tc39.es/ecma262/#sec-try-statement-runtime-semantics-evaluation)
    fn try_statement(
        &self,
        block: &Block,
        catch: Option<&Catch>,
        finally: Option<&Block>,
        scope: &Scope<'_>,
    ) -> Completion<Flow> {
        let mut result = self.block(block, scope);
        if let (Err(Abrupt::Throw(e)), Some(c)) = (&result, catch) {
            result = self.catch_clause(c, e.clone(), scope);
        }
        if let Err(Abrupt::Outside(_)) = result {
            return result;
        }
        if let Some(f) = finally {
            match self.block(f, scope)? {
                Flow::Normal(_) => {}
                abrupt => result = Ok(abrupt),
            }
        }
        Ok(result?.update_empty(Some(Value::Undefined)))
    }

    /// [CatchClauseEvaluation](https://tc39.es/ecma262/#sec-runtime-semantics-catchclauseevaluation)
    fn catch_clause(&self, c: &Catch, thrown: Value, scope: &Scope<'_>) -> Completion<Flow> {
        let Some((target, names)) = &c.parameter else { return self.block(&c.body, scope) };
        let env = environments::catch(&scope.lexical);
        names.iter().for_each(|n| env.create_mutable(n, false));
        let inner = scope.within(env);
        self.destructure(target, thrown, &inner, Some(&inner.lexical))?;
        self.block(&c.body, &inner)
    }
}

/// A `break` without label ends here.
fn breakable(flow: Flow) -> Flow {
    match flow {
        Flow::Break(None, v) => Flow::Normal(Some(v.unwrap_or(Value::Undefined))),
        other => other,
    }
}
