//! [Function calls](https://tc39.es/ecma262/#sec-function-calls), `new`, `super()` and tagged templates.

use super::Scope;
use crate::agent::{Agent, Completion};
use crate::environments::{Record, This};
use crate::tree::{Argument, Expr, TemplateSite};
use crate::values::Value;

impl Agent {
    /// A callee and the `this` it is called with; `None` when an optional chain ended.
    fn evaluate_callee(&self, callee: &Expr, scope: &Scope<'_>) -> Completion<Option<(Value, Value)>> {
        match callee {
            Expr::Identifier(_) | Expr::Member { .. } | Expr::SuperMember(_) => {
                let Some(mut r) = self.reference_in_chain(callee, scope)? else { return Ok(None) };
                let f = self.get_value(&mut r)?;
                Ok(Some((f, self.this_of_reference(&r))))
            }
            // a chain in parentheses keeps its `this`
            Expr::Chain(inner) => {
                Ok(Some(self.evaluate_callee(inner, scope)?.unwrap_or((Value::Undefined, Value::Undefined))))
            }
            other => Ok(self.evaluate_in_chain(other, scope)?.map(|f| (f, Value::Undefined))),
        }
    }

    pub(super) fn evaluate_call(
        &self,
        callee: &Expr,
        arguments: &[Argument],
        optional: bool,
        scope: &Scope<'_>,
    ) -> Completion<Option<Value>> {
        let Some((f, this)) = self.evaluate_callee(callee, scope)? else { return Ok(None) };
        if optional && f.is_nullish() {
            return Ok(None);
        }
        if let Expr::Identifier(name) = callee
            && name.is("eval")
            && !optional
            && f.object() == Some(self.intrinsic("eval"))
        {
            let list = self.argument_list(arguments, scope)?;
            let Some(code) = list.first() else { return Ok(Some(Value::Undefined)) };
            return self.perform_eval(code, scope.strict, Some(scope)).map(Some);
        }
        let list = self.argument_list(arguments, scope)?;
        self.call(&f, &this, &list).map(Some)
    }

    /// [ArgumentListEvaluation](https://tc39.es/ecma262/#sec-runtime-semantics-argumentlistevaluation)
    fn argument_list(&self, arguments: &[Argument], scope: &Scope<'_>) -> Completion<Vec<Value>> {
        let mut list = Vec::with_capacity(arguments.len());
        for a in arguments {
            match a {
                Argument::Expr(e) => list.push(self.evaluate(e, scope)?),
                Argument::Spread(e) => {
                    let v = self.evaluate(e, scope)?;
                    let record = self.get_iterator(&v)?;
                    while let Some(v) = self.iterator_step_value(&record)? {
                        list.push(v);
                    }
                }
            }
        }
        Ok(list)
    }

    pub(super) fn evaluate_new(
        &self,
        callee: &Expr,
        arguments: &[Argument],
        scope: &Scope<'_>,
    ) -> Completion<Value> {
        let f = self.evaluate(callee, scope)?;
        let list = self.argument_list(arguments, scope)?;
        match f {
            Value::Object(o) if self.is_constructor(&f) => self.construct(o, &list, o).map(Value::Object),
            _ => Err(self.type_error("no constructor")),
        }
    }

    /// [super()](https://tc39.es/ecma262/#sec-super-keyword-runtime-semantics-evaluation)
    pub(super) fn super_call(&self, arguments: &[Argument], scope: &Scope<'_>) -> Completion<Value> {
        let env = self.get_this_environment(&scope.lexical);
        let Record::Function(_, slots) = &env.record else { return Err(self.outside("super() in eval")) };
        let Some(new_target) = slots.new_target else { return Err(self.outside("super() in eval")) };
        let parent = self.get_prototype_of(slots.function)?;
        let list = self.argument_list(arguments, scope)?;
        let parent = match parent {
            Some(p) if self.is_constructor(&p.into()) => p,
            _ => return Err(self.type_error("super is no constructor")),
        };
        let result = self.construct(parent, &list, new_target)?;
        if let Some(This::Value(_)) = &*slots.this.borrow() {
            return Err(self.reference_error("super() twice"));
        }
        *slots.this.borrow_mut() = Some(This::Value(result.into()));
        self.initialize_instance_elements(result, slots.function)?;
        Ok(result.into())
    }

    pub(super) fn tagged_template(
        &self,
        tag: &Expr,
        site: &TemplateSite,
        values: &[Expr],
        scope: &Scope<'_>,
    ) -> Completion<Value> {
        let callee = self.evaluate_callee(tag, scope)?;
        let (f, this) = callee.unwrap_or((Value::Undefined, Value::Undefined));
        let mut list = vec![Value::Object(self.template_object(site)?)];
        for e in values {
            list.push(self.evaluate(e, scope)?);
        }
        self.call(&f, &this, &list)
    }
}
