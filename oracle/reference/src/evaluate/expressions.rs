//! [Expressions](https://tc39.es/ecma262/#sec-ecmascript-language-expressions): operators, members, assignment.

use super::Scope;
use super::references::Reference;
use crate::agent::{Agent, Completion};
use crate::environments::Record;
use crate::tree::{
    AssignmentOperator, BinaryOperator, Expr, LogicalOperator, Target, UnaryOperator, is_anonymous_function,
};
use crate::values::{Key, Str, Value};

impl Agent {
    /// The value of an expression.
    pub fn evaluate(&self, e: &Expr, scope: &Scope<'_>) -> Completion<Value> {
        Ok(self.evaluate_in_chain(e, scope)?.unwrap_or(Value::Undefined))
    }

    /// The value of an expression; `None` when an optional chain that it is part of ended.
    pub fn evaluate_in_chain(&self, e: &Expr, scope: &Scope<'_>) -> Completion<Option<Value>> {
        self.step()?;
        self.check_depth()?;
        Ok(Some(match e {
            Expr::Literal(v) => v.clone(),
            Expr::Identifier(name) => self.get_value(&mut self.resolve_binding(name, scope)?)?,
            Expr::Member { .. } | Expr::SuperMember(_) => match self.reference_in_chain(e, scope)? {
                Some(mut r) => self.get_value(&mut r)?,
                None => return Ok(None),
            },
            Expr::Call { callee, arguments, optional } => {
                return self.evaluate_call(callee, arguments, *optional, scope);
            }
            Expr::Chain(inner) => self.evaluate_in_chain(inner, scope)?.unwrap_or(Value::Undefined),
            Expr::This => self.resolve_this_binding(&scope.lexical)?,
            Expr::Binary(op, left, right) => {
                let left = self.evaluate(left, scope)?;
                let right = self.evaluate(right, scope)?;
                self.binary(*op, &left, &right)?
            }
            Expr::Assign { operator, target, value, named } => {
                self.assignment(*operator, target, value, *named, scope)?
            }
            Expr::Update { increment, prefix, target } => self.update(*increment, *prefix, target, scope)?,
            Expr::Unary(op, operand) => self.unary(*op, operand, scope)?,
            Expr::Logical(op, left, right) => {
                let left = self.evaluate(left, scope)?;
                if self.short_circuits(*op, &left) { left } else { self.evaluate(right, scope)? }
            }
            Expr::Conditional(test, consequent, alternate) => {
                let test = self.evaluate(test, scope)?;
                self.evaluate(if self.to_boolean(&test) { consequent } else { alternate }, scope)?
            }
            Expr::Sequence(list) => {
                let mut last = Value::Undefined;
                for e in list {
                    last = self.evaluate(e, scope)?;
                }
                last
            }
            Expr::Template { strings, values } => self.template_literal(strings, values, scope)?,
            Expr::Tagged { tag, site, values } => self.tagged_template(tag, site, values, scope)?,
            Expr::Array(elements) => self.array_literal(elements, scope)?,
            Expr::Object(properties) => self.object_literal(properties, scope)?,
            Expr::Function(_) | Expr::Class(_) => self.evaluate_named(e, Str::empty(), scope)?,
            Expr::New(callee, arguments) => self.evaluate_new(callee, arguments, scope)?,
            Expr::SuperCall(arguments) => self.super_call(arguments, scope)?,
            Expr::NewTarget => match &self.get_this_environment(&scope.lexical).record {
                Record::Function(_, f) => f.new_target.map_or(Value::Undefined, Value::Object),
                _ => Value::Undefined,
            },
            Expr::PrivateIn(name, right) => {
                let right = self.evaluate(right, scope)?;
                let Value::Object(o) = right else { return Err(self.type_error("no object")) };
                match scope.private.as_ref().and_then(|p| p.resolve(name)) {
                    Some(name) => self.private_element(o, &name).is_some().into(),
                    None => return Err(self.outside("private name in eval")),
                }
            }
            Expr::Yield(argument) => self.yield_expression(argument.as_deref(), scope)?,
            Expr::YieldStar(argument) => self.yield_star(argument, scope)?,
            Expr::Await(argument) => {
                let value = self.evaluate(argument, scope)?;
                self.await_value(value, scope)?
            }
            Expr::Outside(what) => return Err(self.outside(what)),
        }))
    }

    /// [NamedEvaluation](https://tc39.es/ecma262/#sec-runtime-semantics-namedevaluation) of anonymous functions and
    /// classes; evaluation of everything else.
    pub fn evaluate_named(&self, e: &Expr, name: Str, scope: &Scope<'_>) -> Completion<Value> {
        self.evaluate_with_key(e, &Key::String(name), scope)
    }

    /// The same with a property key, which may be a symbol.
    pub fn evaluate_with_key(&self, e: &Expr, key: &Key, scope: &Scope<'_>) -> Completion<Value> {
        match e {
            Expr::Function(f) => self.instantiate_function_expression(f, key, scope).map(Value::Object),
            Expr::Class(c) => match &c.name {
                Some(name) => self.class_definition(c, Some(name), &Key::String(name.clone()), scope),
                None => self.class_definition(c, None, key, scope),
            }
            .map(Value::Object),
            other => self.evaluate(other, scope),
        }
    }

    fn short_circuits(&self, op: LogicalOperator, left: &Value) -> bool {
        match op {
            LogicalOperator::And => !self.to_boolean(left),
            LogicalOperator::Or => self.to_boolean(left),
            LogicalOperator::Coalesce => !left.is_nullish(),
        }
    }

    fn binary(&self, op: BinaryOperator, left: &Value, right: &Value) -> Completion<Value> {
        use BinaryOperator as B;
        Ok(Value::Boolean(match op {
            B::Equality => self.is_loosely_equal(left, right)?,
            B::Inequality => !self.is_loosely_equal(left, right)?,
            B::StrictEquality => self.is_strictly_equal(left, right)?,
            B::StrictInequality => !self.is_strictly_equal(left, right)?,
            B::LessThan => self.is_less_than(left, right, true)? == Some(true),
            B::GreaterThan => self.is_less_than(right, left, false)? == Some(true),
            B::LessEqualThan => self.is_less_than(right, left, false)? == Some(false),
            B::GreaterEqualThan => self.is_less_than(left, right, true)? == Some(false),
            B::Instanceof => self.instanceof_operator(left, right)?,
            B::In => {
                let Value::Object(o) = right else { return Err(self.type_error("no object")) };
                let key = self.to_property_key(left)?;
                self.has_property(*o, &key)?
            }
            _ => return self.apply_binary(op, left, right),
        }))
    }

    /// [Unary operators](https://tc39.es/ecma262/#sec-unary-operators)
    fn unary(&self, op: UnaryOperator, operand: &Expr, scope: &Scope<'_>) -> Completion<Value> {
        match op {
            UnaryOperator::Delete => return self.delete_expression(operand, scope).map(Value::Boolean),
            UnaryOperator::Typeof => {
                if let Expr::Identifier(name) = operand
                    && let Reference::Name { env: None, .. } = self.resolve_binding(name, scope)?
                {
                    return Ok("undefined".into());
                }
            }
            _ => {}
        }
        let v = self.evaluate(operand, scope)?;
        use crate::operations::Numeric as N;
        Ok(match op {
            UnaryOperator::Typeof => self.type_of(&v).into(),
            UnaryOperator::Void => Value::Undefined,
            UnaryOperator::LogicalNot => (!self.to_boolean(&v)).into(),
            UnaryOperator::UnaryPlus => self.to_number(&v)?.into(),
            UnaryOperator::UnaryNegation => match self.to_numeric(&v)? {
                N::Number(n) => (-n).into(),
                N::BigInt(n) => Value::bigint(-&*n),
            },
            UnaryOperator::BitwiseNot => match self.to_numeric(&v)? {
                N::Number(n) => f64::from(!crate::operations::int32_of(n)).into(),
                N::BigInt(n) => Value::bigint(-&*n - 1),
            },
            UnaryOperator::Delete => Value::Undefined,
        })
    }

    /// [Update expressions](https://tc39.es/ecma262/#sec-update-expressions)
    fn update(&self, increment: bool, prefix: bool, target: &Expr, scope: &Scope<'_>) -> Completion<Value> {
        use crate::operations::Numeric as N;
        let mut r = self.reference(target, scope)?;
        let old = self.get_value(&mut r)?;
        let (old, new) = match self.to_numeric(&old)? {
            N::Number(n) => (Value::Number(n), Value::Number(if increment { n + 1.0 } else { n - 1.0 })),
            N::BigInt(n) => {
                let new = if increment { &*n + 1 } else { &*n - 1 };
                (Value::BigInt(n), Value::bigint(new))
            }
        };
        self.put_value(&mut r, new.clone())?;
        Ok(if prefix { new } else { old })
    }

    /// [Assignment operators](https://tc39.es/ecma262/#sec-assignment-operators)
    fn assignment(
        &self,
        op: AssignmentOperator,
        target: &Target,
        value: &Expr,
        named: bool,
        scope: &Scope<'_>,
    ) -> Completion<Value> {
        let Target::Simple(left) = target else {
            let v = self.evaluate(value, scope)?;
            self.destructure(target, v.clone(), scope, None)?;
            return Ok(v);
        };
        let mut r = self.reference(left, scope)?;
        let right = || match left {
            Expr::Identifier(name) if named && is_anonymous_function(value) => {
                self.evaluate_named(value, name.clone(), scope)
            }
            _ => self.evaluate(value, scope),
        };
        if op == AssignmentOperator::Assign {
            let v = right()?;
            self.put_value(&mut r, v.clone())?;
            return Ok(v);
        }
        let old = self.get_value(&mut r)?;
        if let Some(logical) = logical(op) {
            if self.short_circuits(logical, &old) {
                return Ok(old);
            }
            let v = right()?;
            self.put_value(&mut r, v.clone())?;
            return Ok(v);
        }
        let operand = self.evaluate(value, scope)?;
        let v = self.apply_binary(arithmetic(op), &old, &operand)?;
        self.put_value(&mut r, v.clone())?;
        Ok(v)
    }
}

fn logical(op: AssignmentOperator) -> Option<LogicalOperator> {
    match op {
        AssignmentOperator::LogicalAnd => Some(LogicalOperator::And),
        AssignmentOperator::LogicalOr => Some(LogicalOperator::Or),
        AssignmentOperator::LogicalNullish => Some(LogicalOperator::Coalesce),
        _ => None,
    }
}

/// The operator of a compound assignment.
fn arithmetic(op: AssignmentOperator) -> BinaryOperator {
    use AssignmentOperator as A;
    use BinaryOperator as B;
    match op {
        A::Subtraction => B::Subtraction,
        A::Multiplication => B::Multiplication,
        A::Division => B::Division,
        A::Remainder => B::Remainder,
        A::Exponential => B::Exponential,
        A::ShiftLeft => B::ShiftLeft,
        A::ShiftRight => B::ShiftRight,
        A::ShiftRightZeroFill => B::ShiftRightZeroFill,
        A::BitwiseOR => B::BitwiseOR,
        A::BitwiseXOR => B::BitwiseXOR,
        A::BitwiseAnd => B::BitwiseAnd,
        _ => B::Addition,
    }
}
