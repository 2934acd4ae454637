//! Unary, binary and logical operators.

use crate::expressions::Nullish;
use crate::generator::Generator;
use oxc_ast::ast::*;
use oxc_span::GetSpan;
use tierproof_bytecode::{Reg, SlotKind};
use tierproof_syntax::js_string;

impl<'s, 'a> Generator<'s, 'a> {
    /// The right operand as a Smi immediate, where the operator has such a form.
    pub fn smi_operand(operator: BinaryOperator, right: &Expression<'a>) -> Option<i32> {
        let has_form = operator.is_bitshift()
            || operator.is_bitwise()
            || matches!(
                operator,
                BinaryOperator::Addition
                    | BinaryOperator::Subtraction
                    | BinaryOperator::Multiplication
                    | BinaryOperator::Division
                    | BinaryOperator::Remainder
            );
        if !has_form {
            return None;
        }
        let value = match right {
            Expression::NumericLiteral(n) => n.value,
            Expression::UnaryExpression(u) if u.operator == UnaryOperator::UnaryNegation => match &u.argument
            {
                Expression::NumericLiteral(n) if n.value != 0.0 => -n.value,
                _ => return None,
            },
            _ => return None,
        };
        let i = value as i32;
        (f64::from(i) == value).then_some(i)
    }

    /// `acc = acc op value`.
    pub fn binary_smi(&mut self, operator: BinaryOperator, value: i32) {
        let slot = self.slot(SlotKind::BinaryOp);
        match operator {
            BinaryOperator::Addition => self.asm.AddSmi(value, slot),
            BinaryOperator::Subtraction => self.asm.SubSmi(value, slot),
            BinaryOperator::Multiplication => self.asm.MulSmi(value, slot),
            BinaryOperator::Division => self.asm.DivSmi(value, slot),
            BinaryOperator::Remainder => self.asm.ModSmi(value, slot),
            BinaryOperator::ShiftLeft => self.asm.ShiftLeftSmi(value, slot),
            BinaryOperator::ShiftRight => self.asm.ShiftRightSmi(value, slot),
            BinaryOperator::ShiftRightZeroFill => self.asm.ShiftRightLogicalSmi(value, slot),
            BinaryOperator::BitwiseOR => self.asm.BitwiseOrSmi(value, slot),
            BinaryOperator::BitwiseXOR => self.asm.BitwiseXorSmi(value, slot),
            _ => self.asm.BitwiseAndSmi(value, slot),
        }
    }

    /// `acc = lhs op acc`.
    pub fn binary_operation(&mut self, operator: BinaryOperator, lhs: Reg) {
        let kind = match operator {
            BinaryOperator::In => SlotKind::HasProperty,
            BinaryOperator::Instanceof => SlotKind::InstanceOf,
            o if o.is_equality() || o.is_compare() => SlotKind::Compare,
            _ => SlotKind::BinaryOp,
        };
        let slot = self.slot(kind);
        match operator {
            BinaryOperator::Equality | BinaryOperator::Inequality => self.asm.TestEqual(lhs, slot),
            BinaryOperator::StrictEquality | BinaryOperator::StrictInequality => {
                self.asm.TestEqualStrict(lhs, slot);
            }
            BinaryOperator::LessThan => self.asm.TestLessThan(lhs, slot),
            BinaryOperator::LessEqualThan => self.asm.TestLessThanOrEqual(lhs, slot),
            BinaryOperator::GreaterThan => self.asm.TestGreaterThan(lhs, slot),
            BinaryOperator::GreaterEqualThan => self.asm.TestGreaterThanOrEqual(lhs, slot),
            BinaryOperator::Addition => self.asm.Add(lhs, slot),
            BinaryOperator::Subtraction => self.asm.Sub(lhs, slot),
            BinaryOperator::Multiplication => self.asm.Mul(lhs, slot),
            BinaryOperator::Division => self.asm.Div(lhs, slot),
            BinaryOperator::Remainder => self.asm.Mod(lhs, slot),
            BinaryOperator::Exponential => self.asm.Exp(lhs, slot),
            BinaryOperator::ShiftLeft => self.asm.ShiftLeft(lhs, slot),
            BinaryOperator::ShiftRight => self.asm.ShiftRight(lhs, slot),
            BinaryOperator::ShiftRightZeroFill => self.asm.ShiftRightLogical(lhs, slot),
            BinaryOperator::BitwiseOR => self.asm.BitwiseOr(lhs, slot),
            BinaryOperator::BitwiseXOR => self.asm.BitwiseXor(lhs, slot),
            BinaryOperator::BitwiseAnd => self.asm.BitwiseAnd(lhs, slot),
            BinaryOperator::In => self.asm.TestIn(lhs, slot),
            BinaryOperator::Instanceof => self.asm.TestInstanceOf(lhs, slot),
        }
    }

    pub fn binary(&mut self, b: &'s BinaryExpression<'a>) {
        if b.operator.is_equality() {
            let negated = matches!(b.operator, BinaryOperator::Inequality | BinaryOperator::StrictInequality);
            let strict =
                matches!(b.operator, BinaryOperator::StrictEquality | BinaryOperator::StrictInequality);
            if let Some((operand, kind)) = self.nullish_comparison(b) {
                self.expression(operand);
                match (strict, kind) {
                    (false, _) => self.asm.TestNullish(),
                    (true, Nullish::Null) => self.asm.TestNull(),
                    (true, Nullish::Undefined) => self.asm.TestUndefined(),
                }
            } else {
                self.equality(b);
            }
            if negated {
                self.asm.LogicalNot();
            }
            return;
        }
        if let Some(value) = Self::smi_operand(b.operator, &b.right) {
            self.expression(&b.left);
            self.position(b.span.start);
            self.binary_smi(b.operator, value);
            return;
        }
        let left = self.register(&b.left, &[&b.right]);
        self.expression(&b.right);
        self.position(b.span.start);
        self.binary_operation(b.operator, left);
    }

    /// `acc = left == right` or `===`, whatever the sense of the operator.
    pub fn equality(&mut self, b: &'s BinaryExpression<'a>) {
        if let Some((operand, literal)) = Self::typeof_comparison(b) {
            self.typeof_operand(operand);
            match literal {
                Some(literal) => self.asm.TestTypeOf(literal as u32),
                None => self.asm.LdaFalse(),
            }
            return;
        }
        let left = self.register(&b.left, &[&b.right]);
        self.expression(&b.right);
        self.position(b.span.start);
        self.binary_operation(b.operator, left);
    }

    /// `acc` = operand of `typeof`, whose absence is no error.
    fn typeof_operand(&mut self, e: &'s Expression<'a>) {
        match e {
            Expression::Identifier(id) => {
                let reference = self.scopes.reference(id);
                self.position(id.span.start);
                self.load_reference(reference, &id.name, true);
            }
            _ => self.expression(e),
        }
    }

    pub fn logical(&mut self, l: &'s LogicalExpression<'a>) {
        let end = self.asm.label();
        self.expression(&l.left);
        let boolean = Self::is_boolean(&l.left);
        match (l.operator, boolean) {
            (LogicalOperator::And, true) => self.asm.JumpIfFalse(end),
            (LogicalOperator::And, false) => self.asm.JumpIfToBooleanFalse(end),
            (LogicalOperator::Or, true) => self.asm.JumpIfTrue(end),
            (LogicalOperator::Or, false) => self.asm.JumpIfToBooleanTrue(end),
            (LogicalOperator::Coalesce, _) => self.asm.JumpIfNotNullish(end),
        }
        self.expression(&l.right);
        self.asm.bind(end);
    }

    pub fn unary(&mut self, u: &'s UnaryExpression<'a>) {
        match u.operator {
            UnaryOperator::UnaryNegation => {
                if let Expression::NumericLiteral(n) = &u.argument {
                    return self.load_number(-n.value);
                }
                self.expression(&u.argument);
                self.position(u.span.start);
                let slot = self.slot(SlotKind::BinaryOp);
                self.asm.Negate(slot);
            }
            UnaryOperator::UnaryPlus => {
                self.expression(&u.argument);
                self.position(u.span.start);
                let slot = self.slot(SlotKind::BinaryOp);
                self.asm.ToNumber(slot);
            }
            UnaryOperator::BitwiseNot => {
                self.expression(&u.argument);
                self.position(u.span.start);
                let slot = self.slot(SlotKind::BinaryOp);
                self.asm.BitwiseNot(slot);
            }
            UnaryOperator::LogicalNot => {
                self.expression(&u.argument);
                self.asm.LogicalNot();
            }
            UnaryOperator::Typeof => {
                self.typeof_operand(&u.argument);
                self.asm.TypeOf();
            }
            UnaryOperator::Void => {
                self.effect(&u.argument);
                self.asm.LdaUndefined();
            }
            UnaryOperator::Delete => self.delete(u),
        }
    }

    fn delete(&mut self, u: &'s UnaryExpression<'a>) {
        match &u.argument {
            Expression::StaticMemberExpression(m) => {
                self.delete_static(u, m);
            }
            Expression::ComputedMemberExpression(m) => {
                self.delete_computed(u, m);
            }
            Expression::ChainExpression(c) => {
                let (null, end) = (self.asm.label(), self.asm.label());
                self.chains.push(null);
                match &c.expression {
                    ChainElement::StaticMemberExpression(m) => self.delete_static(u, m),
                    ChainElement::ComputedMemberExpression(m) => self.delete_computed(u, m),
                    ChainElement::CallExpression(call) => {
                        self.call(call);
                        self.asm.LdaTrue();
                    }
                    _ => self.unsupported(c.span, "this delete"),
                }
                self.chains.pop();
                self.asm.Jump(end);
                self.asm.bind(null);
                self.asm.LdaTrue();
                self.asm.bind(end);
            }
            Expression::Identifier(id) => {
                // sloppy code only; variables can't be deleted, global properties can
                let reference = self.scopes.reference(id);
                if let Some(depth) = self.dynamic_depth(reference.binding) {
                    return self.delete_dynamic(u, id, depth);
                }
                let global =
                    reference.binding.is_none_or(|b| self.scopes.bindings[b as usize].kind.is_global());
                if global {
                    let args = self.temp();
                    self.load_string(js_string(&id.name));
                    self.asm.Star(args);
                    self.position(u.span.start);
                    self.runtime(tierproof_bytecode::RuntimeFunction::DeleteGlobal, args, 1);
                } else {
                    self.asm.LdaFalse();
                }
            }
            other => {
                self.effect(other);
                self.asm.LdaTrue();
            }
        }
    }

    fn delete_static(&mut self, u: &'s UnaryExpression<'a>, m: &'s StaticMemberExpression<'a>) {
        if let Expression::Super(_) = m.object {
            return self.delete_super(u);
        }
        let object = self.member_object(&m.object, m.optional, &[]);
        self.load_string(js_string(&m.property.name));
        self.position(u.span.start);
        self.asm.DeleteProperty(object, u32::from(self.strict));
    }

    fn delete_computed(&mut self, u: &'s UnaryExpression<'a>, m: &'s ComputedMemberExpression<'a>) {
        if let Expression::Super(_) = m.object {
            self.load_this(m.span.start);
            self.effect(&m.expression);
            return self.delete_super(u);
        }
        let object = self.member_object(&m.object, m.optional, &[&m.expression]);
        self.expression(&m.expression);
        self.position(m.expression.span().start);
        self.asm.DeleteProperty(object, u32::from(self.strict));
    }

    fn delete_super(&mut self, u: &'s UnaryExpression<'a>) {
        self.load_this(u.span.start);
        let args = self.temp();
        self.load_string(js_string("Unsupported reference to 'super'"));
        self.asm.Star(args);
        self.position(u.span.start);
        self.runtime(tierproof_bytecode::RuntimeFunction::ThrowReferenceError, args, 1);
    }
}
