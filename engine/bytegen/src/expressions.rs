//! Expressions: dispatch, values in registers, conditions, members, assignments.

use crate::generator::{Generator, deep};
use crate::patterns::Target;
use oxc_ast::ast::*;
use oxc_span::GetSpan;
use tierproof_bytecode::assembler::Label;
use tierproof_bytecode::{Constant, Reg, RuntimeFunction, SlotKind, TypeOfLiteral};
use tierproof_syntax::{BindingIndex, JsStr, js_string, js_string_of_literal};

impl<'s, 'a> Generator<'s, 'a> {
    /// `acc = e`.
    pub fn expression(&mut self, e: &'s Expression<'a>) {
        let mark = self.next;
        deep(|| self.expression_inner(e));
        self.release(mark);
    }

    /// Evaluates `e` for its effects only.
    pub fn effect(&mut self, e: &'s Expression<'a>) {
        let mark = self.next;
        match e {
            Expression::UpdateExpression(u) => self.update(u, false),
            Expression::SequenceExpression(s) => deep(|| {
                for e in &s.expressions {
                    self.effect(e);
                }
            }),
            Expression::UnaryExpression(u) if u.operator == UnaryOperator::Void => self.effect(&u.argument),
            _ => self.expression(e),
        }
        self.release(mark);
    }

    fn expression_inner(&mut self, e: &'s Expression<'a>) {
        match e {
            Expression::BooleanLiteral(b) => {
                if b.value {
                    self.asm.LdaTrue();
                } else {
                    self.asm.LdaFalse();
                }
            }
            Expression::NullLiteral(_) => self.asm.LdaNull(),
            Expression::NumericLiteral(n) => self.load_number(n.value),
            Expression::BigIntLiteral(n) => {
                let c = self.asm.constant(Constant::BigInt(js_string(&n.value)));
                self.asm.LdaConstant(c);
            }
            Expression::StringLiteral(s) => {
                self.load_string(js_string_of_literal(&s.value, s.lone_surrogates));
            }
            Expression::TemplateLiteral(t) => self.template_literal(t),
            Expression::Identifier(id) => self.load_identifier(id),
            Expression::ThisExpression(t) => self.load_this(t.span.start),
            Expression::ArrayExpression(a) => self.array_literal(a),
            Expression::ObjectExpression(o) => self.object_literal(o),
            Expression::FunctionExpression(f) => {
                if let Some(id) = self.function_id(f) {
                    self.position(f.span.start);
                    self.create_closure(id);
                }
            }
            Expression::ArrowFunctionExpression(f) => {
                if let Some(s) = f.scope_id.get() {
                    self.position(f.span.start);
                    let id = self.scopes.scopes[s.index()].function;
                    self.create_closure(id);
                }
            }
            Expression::ClassExpression(c) => self.class(c),
            Expression::AssignmentExpression(a) => self.assignment(a),
            Expression::UpdateExpression(u) => self.update(u, true),
            Expression::BinaryExpression(b) => self.binary(b),
            Expression::LogicalExpression(l) => self.logical(l),
            Expression::UnaryExpression(u) => self.unary(u),
            Expression::ConditionalExpression(c) => {
                let (otherwise, end) = (self.asm.label(), self.asm.label());
                self.jump_unless(&c.test, otherwise);
                self.expression(&c.consequent);
                self.asm.Jump(end);
                self.asm.bind(otherwise);
                self.expression(&c.alternate);
                self.asm.bind(end);
            }
            Expression::SequenceExpression(s) => {
                if let Some((last, init)) = s.expressions.split_last() {
                    for e in init {
                        self.effect(e);
                    }
                    self.expression(last);
                }
            }
            Expression::CallExpression(c) => self.call(c),
            Expression::NewExpression(n) => self.new_expression(n),
            Expression::ChainExpression(c) => self.chain(c, None),
            Expression::NewTarget(_) => self.load_new_target(),
            Expression::StaticMemberExpression(m) => self.static_member(m),
            Expression::ComputedMemberExpression(m) => self.computed_member(m),
            Expression::PrivateFieldExpression(m) => self.private_member(m),
            Expression::PrivateInExpression(e) => self.private_in(e),
            Expression::TaggedTemplateExpression(t) => self.tagged_template(t),
            Expression::RegExpLiteral(r) => {
                let pattern = self.name(&r.regex.pattern.text);
                let flags = self.name(&r.regex.flags.to_string());
                let slot = self.slot(SlotKind::Literal);
                self.position(r.span.start);
                self.asm.CreateRegExpLiteral(pattern, flags, slot);
            }
            Expression::ImportExpression(e) => self.import_call(e),
            Expression::ImportMeta(m) => {
                self.position(m.span.start);
                let none = self.next;
                self.runtime(RuntimeFunction::ImportMeta, Reg(none), 0);
            }
            Expression::AwaitExpression(e) => self.await_expression(e),
            Expression::YieldExpression(e) => self.yield_expression(e),
            Expression::ParenthesizedExpression(p) => self.expression(&p.expression),
            other => self.unsupported(other.span(), "this expression"),
        }
    }

    // --- values in registers

    /// `r = e`.
    pub fn expression_into(&mut self, e: &'s Expression<'a>, r: Reg) {
        if let Some(variable) = self.plain_register(e) {
            self.asm.Mov(variable.0, r);
        } else {
            self.expression(e);
            self.asm.Star(r);
        }
    }

    /// Register that holds the value of `e` without any code.
    pub fn plain_register(&self, e: &Expression<'a>) -> Option<(Reg, Option<BindingIndex>)> {
        match e {
            Expression::Identifier(id) => self.register_of(id).map(|(r, b)| (r, Some(b))),
            Expression::ThisExpression(_) => self.this_register().map(|r| (r, None)),
            _ => None,
        }
    }

    /// The value of `e` in some register, which keeps it while `later` is evaluated.
    pub fn register(&mut self, e: &'s Expression<'a>, later: &[&'s Expression<'a>]) -> Reg {
        if let Some((r, binding)) = self.plain_register(e) {
            let stable = match binding {
                Some(b) if self.scopes.bindings[b as usize].assigned => {
                    let mut budget = 64;
                    later.iter().all(|l| !self.may_assign(l, b, &mut budget))
                }
                _ => true,
            };
            if stable {
                return r;
            }
        }
        let r = self.temp();
        self.expression_into(e, r);
        r
    }

    /// Whether evaluating `e` may assign register variable `b` (only code of this function can).
    fn may_assign(&self, e: &Expression<'a>, b: BindingIndex, budget: &mut u32) -> bool {
        if *budget == 0 {
            return true;
        }
        *budget -= 1;
        let is_b = |id: &IdentifierReference<'a>| self.scopes.reference(id).binding == Some(b);
        let mut any = |list: &[&Expression<'a>]| list.iter().any(|e| self.may_assign(e, b, budget));
        match e {
            Expression::BooleanLiteral(_)
            | Expression::NullLiteral(_)
            | Expression::NumericLiteral(_)
            | Expression::StringLiteral(_)
            | Expression::Identifier(_)
            | Expression::ThisExpression(_)
            | Expression::NewTarget(_)
            | Expression::FunctionExpression(_)
            | Expression::ArrowFunctionExpression(_)
            | Expression::Super(_) => false,
            Expression::StaticMemberExpression(m) => any(&[&m.object]),
            Expression::ComputedMemberExpression(m) => any(&[&m.object, &m.expression]),
            Expression::BinaryExpression(x) => any(&[&x.left, &x.right]),
            Expression::LogicalExpression(x) => any(&[&x.left, &x.right]),
            Expression::ConditionalExpression(x) => any(&[&x.test, &x.consequent, &x.alternate]),
            Expression::UnaryExpression(x) => any(&[&x.argument]),
            Expression::UpdateExpression(u) => match &u.argument {
                SimpleAssignmentTarget::AssignmentTargetIdentifier(id) => is_b(id),
                SimpleAssignmentTarget::StaticMemberExpression(m) => any(&[&m.object]),
                SimpleAssignmentTarget::ComputedMemberExpression(m) => any(&[&m.object, &m.expression]),
                _ => true,
            },
            Expression::AssignmentExpression(a) => match &a.left {
                AssignmentTarget::AssignmentTargetIdentifier(id) => is_b(id) || any(&[&a.right]),
                AssignmentTarget::StaticMemberExpression(m) => any(&[&m.object, &a.right]),
                AssignmentTarget::ComputedMemberExpression(m) => any(&[&m.object, &m.expression, &a.right]),
                _ => true,
            },
            Expression::CallExpression(c) => {
                any(&[&c.callee]) || c.arguments.iter().any(|a| a.as_expression().is_none_or(|e| any(&[e])))
            }
            Expression::NewExpression(c) => {
                any(&[&c.callee]) || c.arguments.iter().any(|a| a.as_expression().is_none_or(|e| any(&[e])))
            }
            Expression::ArrayExpression(a) => {
                a.elements.iter().any(|x| !x.is_elision() && x.as_expression().is_none_or(|e| any(&[e])))
            }
            Expression::TemplateLiteral(t) => t.expressions.iter().any(|e| any(&[e])),
            Expression::SequenceExpression(s) => s.expressions.iter().any(|e| any(&[e])),
            _ => true,
        }
    }

    // --- conditions

    /// Whether `e` always yields a boolean.
    pub fn is_boolean(e: &Expression<'a>) -> bool {
        let mut e = e;
        loop {
            match e {
                Expression::BooleanLiteral(_) => return true,
                Expression::UnaryExpression(u) => {
                    return matches!(u.operator, UnaryOperator::LogicalNot | UnaryOperator::Delete);
                }
                Expression::BinaryExpression(b) => {
                    return b.operator.is_equality()
                        || b.operator.is_compare()
                        || matches!(b.operator, BinaryOperator::In | BinaryOperator::Instanceof);
                }
                Expression::AssignmentExpression(a) if a.operator == AssignmentOperator::Assign => {
                    e = &a.right;
                }
                _ => return false,
            }
        }
    }

    /// Goes to `target` when `e` is falsy.
    pub fn jump_unless(&mut self, e: &'s Expression<'a>, target: Label) {
        self.condition(e, false, target);
    }

    /// Goes to `target` when ToBoolean(e) is `sense`.
    pub fn condition(&mut self, e: &'s Expression<'a>, sense: bool, target: Label) {
        let mark = self.next;
        deep(|| self.condition_inner(e, sense, target));
        self.release(mark);
    }

    fn condition_inner(&mut self, e: &'s Expression<'a>, sense: bool, target: Label) {
        match e {
            Expression::UnaryExpression(u) if u.operator == UnaryOperator::LogicalNot => {
                return self.condition(&u.argument, !sense, target);
            }
            Expression::CallExpression(c) if self.hole_condition(c, sense, target) => return,
            Expression::BooleanLiteral(b) => {
                if b.value == sense {
                    self.asm.Jump(target);
                }
                return;
            }
            Expression::LogicalExpression(l) if l.operator != LogicalOperator::Coalesce => {
                // `a && b` is false, `a || b` true as soon as one operand is
                let decisive = l.operator == LogicalOperator::Or;
                if sense == decisive {
                    self.condition(&l.left, sense, target);
                    self.condition(&l.right, sense, target);
                } else {
                    let through = self.asm.label();
                    self.condition(&l.left, !sense, through);
                    self.condition(&l.right, sense, target);
                    self.asm.bind(through);
                }
                return;
            }
            Expression::BinaryExpression(b) if b.operator.is_equality() => {
                let negated =
                    matches!(b.operator, BinaryOperator::Inequality | BinaryOperator::StrictInequality);
                let strict =
                    matches!(b.operator, BinaryOperator::StrictEquality | BinaryOperator::StrictInequality);
                let equal = sense != negated;
                if let Some((operand, kind)) = self.nullish_comparison(b) {
                    self.expression(operand);
                    match (strict, kind, equal) {
                        (false, _, true) => self.asm.JumpIfNullish(target),
                        (false, _, false) => self.asm.JumpIfNotNullish(target),
                        (true, Nullish::Null, true) => self.asm.JumpIfNull(target),
                        (true, Nullish::Null, false) => self.asm.JumpIfNotNull(target),
                        (true, Nullish::Undefined, true) => self.asm.JumpIfUndefined(target),
                        (true, Nullish::Undefined, false) => self.asm.JumpIfNotUndefined(target),
                    }
                    return;
                }
                self.equality(b);
                if equal {
                    self.asm.JumpIfTrue(target)
                } else {
                    self.asm.JumpIfFalse(target)
                }
                return;
            }
            _ => {}
        }
        self.expression(e);
        match (Self::is_boolean(e), sense) {
            (true, true) => self.asm.JumpIfTrue(target),
            (true, false) => self.asm.JumpIfFalse(target),
            (false, true) => self.asm.JumpIfToBooleanTrue(target),
            (false, false) => self.asm.JumpIfToBooleanFalse(target),
        }
    }

    fn nullish_literal(&self, e: &Expression<'a>) -> Option<Nullish> {
        match e {
            Expression::NullLiteral(_) => Some(Nullish::Null),
            Expression::Identifier(id)
                if id.name == "undefined"
                    && self.scopes.reference(id).binding.is_none()
                    && self.dynamic_depth(None).is_none() =>
            {
                Some(Nullish::Undefined)
            }
            Expression::UnaryExpression(u)
                if u.operator == UnaryOperator::Void
                    && matches!(u.argument, Expression::NumericLiteral(_)) =>
            {
                Some(Nullish::Undefined)
            }
            _ => None,
        }
    }

    /// An equality with `null` or `undefined` on one side: the other side.
    pub fn nullish_comparison(&self, b: &'s BinaryExpression<'a>) -> Option<(&'s Expression<'a>, Nullish)> {
        if let Some(kind) = self.nullish_literal(&b.right) {
            return Some((&b.left, kind));
        }
        self.nullish_literal(&b.left).map(|kind| (&b.right, kind))
    }

    /// `typeof x === "literal"`.
    pub fn typeof_comparison(
        b: &'s BinaryExpression<'a>,
    ) -> Option<(&'s Expression<'a>, Option<TypeOfLiteral>)> {
        let sides = [(&b.left, &b.right), (&b.right, &b.left)];
        sides.into_iter().find_map(|(t, l)| match (t, l) {
            (Expression::UnaryExpression(u), Expression::StringLiteral(s))
                if u.operator == UnaryOperator::Typeof && !s.lone_surrogates =>
            {
                let literal = TypeOfLiteral::ALL.iter().copied().find(|t| t.text() == s.value.as_str());
                Some((&u.argument, literal))
            }
            _ => None,
        })
    }

    // --- members

    /// The name in `o["name"]`, when it is a plain property name.
    pub fn literal_name(e: &Expression<'a>) -> Option<JsStr> {
        match e {
            Expression::StringLiteral(s) => {
                let name = js_string_of_literal(&s.value, s.lone_surrogates);
                (!crate::literals::is_array_index(&name)).then_some(name)
            }
            _ => None,
        }
    }

    fn static_member(&mut self, m: &'s StaticMemberExpression<'a>) {
        if let Expression::Super(_) = m.object {
            let this = self.this_in_register(m.span.start);
            let home = self.super_base();
            self.load_string(js_string(&m.property.name));
            self.position(m.property.span.start);
            self.asm.GetSuperProperty(this, home);
            return;
        }
        let object = self.member_object(&m.object, m.optional, &[]);
        self.named_load(object, js_string(&m.property.name), m.property.span.start);
    }

    pub fn named_load(&mut self, object: Reg, name: JsStr, offset: u32) {
        let name = self.string(name);
        let slot = self.slot(SlotKind::LoadNamed);
        self.position(offset);
        self.asm.GetNamedProperty(object, name, slot);
    }

    /// The object of a member expression in a register, with its `?.` check.
    pub fn member_object(
        &mut self,
        object: &'s Expression<'a>,
        optional: bool,
        later: &[&'s Expression<'a>],
    ) -> Reg {
        if !optional {
            return self.register(object, later);
        }
        let r = self.temp();
        self.expression_into(object, r);
        self.asm.Ldar(r);
        if let Some(&end) = self.chains.last() {
            self.asm.JumpIfNullish(end);
        }
        r
    }

    fn computed_member(&mut self, m: &'s ComputedMemberExpression<'a>) {
        if let Expression::Super(_) = m.object {
            let this = self.this_in_register(m.span.start);
            let key = self.temp();
            self.expression_into(&m.expression, key);
            let home = self.super_base();
            self.asm.Ldar(key);
            self.position(m.expression.span().start);
            self.asm.GetSuperProperty(this, home);
            return;
        }
        let object = self.member_object(&m.object, m.optional, &[&m.expression]);
        if let Some(name) = Self::literal_name(&m.expression) {
            return self.named_load(object, name, m.expression.span().start);
        }
        self.expression(&m.expression);
        let slot = self.slot(SlotKind::LoadKeyed);
        self.position(m.expression.span().start);
        self.asm.GetKeyedProperty(object, slot);
    }

    /// `a?.b`; with `receiver`, the object of the outermost member goes there (for a call).
    pub fn chain(&mut self, c: &'s ChainExpression<'a>, receiver: Option<Reg>) {
        let (null, end) = (self.asm.label(), self.asm.label());
        self.chains.push(null);
        match (&c.expression, receiver) {
            (ChainElement::CallExpression(call), _) => self.call(call),
            (ChainElement::StaticMemberExpression(m), None) => self.static_member(m),
            (ChainElement::ComputedMemberExpression(m), None) => self.computed_member(m),
            (ChainElement::StaticMemberExpression(m), Some(receiver)) => {
                self.expression_into(&m.object, receiver);
                if m.optional {
                    self.asm.Ldar(receiver);
                    self.asm.JumpIfNullish(null);
                }
                self.named_load(receiver, js_string(&m.property.name), m.property.span.start);
            }
            (ChainElement::ComputedMemberExpression(m), Some(receiver)) => {
                self.expression_into(&m.object, receiver);
                if m.optional {
                    self.asm.Ldar(receiver);
                    self.asm.JumpIfNullish(null);
                }
                self.expression(&m.expression);
                let slot = self.slot(SlotKind::LoadKeyed);
                self.position(m.expression.span().start);
                self.asm.GetKeyedProperty(receiver, slot);
            }
            (ChainElement::PrivateFieldExpression(m), None) => self.private_member(m),
            (ChainElement::PrivateFieldExpression(m), Some(receiver)) => {
                self.expression_into(&m.object, receiver);
                if m.optional {
                    self.asm.Ldar(receiver);
                    self.asm.JumpIfNullish(null);
                }
                self.private_load(receiver, &m.field);
            }
            _ => self.unsupported(c.span, "this optional chain"),
        }
        self.chains.pop();
        self.asm.Jump(end);
        self.asm.bind(null);
        self.asm.LdaUndefined();
        self.asm.bind(end);
    }

    // --- assignment

    fn assignment(&mut self, a: &'s AssignmentExpression<'a>) {
        if a.left.as_assignment_target_pattern().is_some() {
            let value = self.temp();
            self.expression(&a.right);
            self.asm.Star(value);
            self.assign_target(&a.left);
            self.asm.Ldar(value);
            return;
        }
        let Some(simple) = a.left.as_simple_assignment_target() else { return };
        if a.operator == AssignmentOperator::Assign {
            let target = self.simple_target(simple, &[&a.right]);
            self.expression(&a.right);
            self.store_target(&target);
            return;
        }
        let target = self.compound_target(simple, &a.right);
        self.load_target(&target);
        if a.operator.is_logical() {
            let end = self.asm.label();
            match a.operator {
                AssignmentOperator::LogicalOr => self.asm.JumpIfToBooleanTrue(end),
                AssignmentOperator::LogicalAnd => self.asm.JumpIfToBooleanFalse(end),
                _ => self.asm.JumpIfNotNullish(end),
            }
            self.expression(&a.right);
            self.store_target(&target);
            self.asm.bind(end);
            return;
        }
        let Some(operator) = a.operator.to_binary_operator() else { return };
        if let Some(value) = Self::smi_operand(operator, &a.right) {
            self.position(a.span.start);
            self.binary_smi(operator, value);
        } else {
            // the old value of a variable can stay where it is unless the right side changes it
            let left = match (&target, simple) {
                (Target::Identifier(_), SimpleAssignmentTarget::AssignmentTargetIdentifier(id)) => {
                    self.stable_register(id, &a.right)
                }
                _ => None,
            };
            let left = match left {
                Some(r) => r,
                None => {
                    let r = self.temp();
                    self.asm.Star(r);
                    r
                }
            };
            self.expression(&a.right);
            self.position(a.span.start);
            self.binary_operation(operator, left);
        }
        self.store_target(&target);
    }

    fn stable_register(&self, id: &IdentifierReference<'a>, later: &Expression<'a>) -> Option<Reg> {
        let (r, b) = self.register_of(id)?;
        let mut budget = 64;
        (!self.may_assign(later, b, &mut budget)).then_some(r)
    }

    /// A target that is read and then written; its key is converted once.
    fn compound_target(
        &mut self,
        simple: &'s SimpleAssignmentTarget<'a>,
        right: &'s Expression<'a>,
    ) -> Target<'s, 'a> {
        let target = self.simple_target(simple, &[right]);
        self.convert_key(target, simple)
    }

    /// Converts the key of a computed member once, after the check of its object.
    fn convert_key(
        &mut self,
        target: Target<'s, 'a>,
        simple: &'s SimpleAssignmentTarget<'a>,
    ) -> Target<'s, 'a> {
        match (target, simple) {
            (Target::Keyed { object, key, offset }, SimpleAssignmentTarget::ComputedMemberExpression(m))
                if !Self::is_number(&m.expression) =>
            {
                let fine = self.asm.label();
                self.asm.Ldar(object);
                self.asm.JumpIfNotNullish(fine);
                self.load_target(&Target::Keyed { object, key, offset }); // throws
                self.asm.bind(fine);
                self.asm.Ldar(key);
                self.position(offset);
                self.asm.ToPropertyKey();
                // never overwrite a variable with its key form
                let converted = self.temp();
                self.asm.Star(converted);
                Target::Keyed { object, key: converted, offset }
            }
            (
                Target::Super { this, home, key, offset },
                SimpleAssignmentTarget::ComputedMemberExpression(_),
            ) => {
                self.asm.Ldar(key);
                self.position(offset);
                self.asm.ToPropertyKey();
                let converted = self.temp();
                self.asm.Star(converted);
                Target::Super { this, home, key: converted, offset }
            }
            (target, _) => target,
        }
    }

    /// Whether `e` surely yields a number or a string, so that converting it twice shows nothing.
    fn is_number(e: &Expression<'a>) -> bool {
        match e {
            Expression::NumericLiteral(_) | Expression::StringLiteral(_) | Expression::TemplateLiteral(_) => {
                true
            }
            Expression::BinaryExpression(b) => {
                b.operator.is_bitshift()
                    || b.operator.is_bitwise()
                    || b.operator.is_multiplicative()
                    || b.operator == BinaryOperator::Subtraction
            }
            Expression::UpdateExpression(_) => true,
            _ => false,
        }
    }

    fn update(&mut self, u: &'s UpdateExpression<'a>, wanted: bool) {
        let increment = u.operator == UpdateOperator::Increment;
        let target = self.simple_target(&u.argument, &[]);
        let target = self.convert_key(target, &u.argument);
        self.load_target(&target);
        self.position(u.span.start);
        let keep = wanted && !u.prefix;
        let old = if keep {
            let slot = self.slot(SlotKind::BinaryOp);
            self.asm.ToNumeric(slot);
            let old = self.temp();
            self.asm.Star(old);
            Some(old)
        } else {
            None
        };
        let slot = self.slot(SlotKind::BinaryOp);
        if increment {
            self.asm.Inc(slot)
        } else {
            self.asm.Dec(slot)
        }
        self.store_target(&target);
        if let Some(old) = old {
            self.asm.Ldar(old);
        }
    }
}

/// Which literal an equality compares with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nullish {
    Null,
    Undefined,
}
