//! Calls, `new`, `super(...)`, argument lists.

use crate::generator::Generator;
use oxc_ast::ast::*;
use oxc_span::GetSpan;
use tierproof_bytecode::{Constant, Reg, RuntimeFunction, SlotKind};
use tierproof_syntax::{FunctionForm, js_string, js_string_of_literal};

impl<'s, 'a> Generator<'s, 'a> {
    pub fn has_spread(arguments: &[Argument<'a>]) -> bool {
        arguments.iter().any(Argument::is_spread)
    }

    /// Evaluates arguments without spread into the registers from `first` on.
    pub fn arguments_into(&mut self, arguments: &'s [Argument<'a>], first: Reg) {
        for (i, a) in arguments.iter().enumerate() {
            if let Some(e) = a.as_expression() {
                self.expression_into(e, Self::at(first, i as u32));
            }
        }
    }

    /// Arguments with spread as one array, in a register.
    pub fn arguments_array(&mut self, arguments: &'s [Argument<'a>]) -> Reg {
        let array = self.temp();
        let value = self.temp();
        debug_assert_eq!(value.0, array.0 + 1);
        let slot = self.slot(SlotKind::Literal);
        self.asm.CreateEmptyArrayLiteral(slot);
        self.asm.Star(array);
        for a in arguments {
            let (e, function) = match a {
                Argument::SpreadElement(s) => (&s.argument, RuntimeFunction::AppendSpread),
                _ => match a.as_expression() {
                    Some(e) => (e, RuntimeFunction::AppendElement),
                    None => continue,
                },
            };
            self.expression_into(e, value);
            self.position(e.span().start);
            self.runtime(function, array, 2);
        }
        array
    }

    fn expressions_of(arguments: &'s [Argument<'a>]) -> Vec<&'s Expression<'a>> {
        arguments
            .iter()
            .filter_map(|a| match a {
                Argument::SpreadElement(s) => Some(&s.argument),
                _ => a.as_expression(),
            })
            .collect()
    }

    pub fn call(&mut self, c: &'s CallExpression<'a>) {
        if let Expression::Super(_) = c.callee {
            return self.super_call(c);
        }
        if self.intrinsic(c) {
            return;
        }
        let native = match &c.callee {
            Expression::Identifier(id) if self.scopes.is_native(id) => Some(id),
            _ => None,
        };
        if let Expression::Identifier(id) = &c.callee
            && native.is_none()
            && !c.optional
        {
            let depth = self.dynamic_depth(self.scopes.reference(id).binding);
            if id.name == "eval" || depth.is_some() {
                return self.call_by_name(c, id, depth);
            }
        }
        let spread = Self::has_spread(&c.arguments);
        let count = c.arguments.len() as u32;
        let offset = c.callee.span().start;
        // --- callee and receiver
        let with_receiver = matches!(
            c.callee,
            Expression::StaticMemberExpression(_)
                | Expression::ComputedMemberExpression(_)
                | Expression::PrivateFieldExpression(_)
        ) || matches!(&c.callee, Expression::ChainExpression(x)
            if !matches!(x.expression, ChainElement::CallExpression(_)));
        if !with_receiver {
            let later = Self::expressions_of(&c.arguments);
            let callee = if let Some(id) = native {
                let callee = self.temp();
                self.load_string(js_string(&id.name));
                self.asm.Star(callee);
                self.position(offset);
                self.runtime(RuntimeFunction::NativeFunction, callee, 1);
                self.asm.Star(callee);
                callee
            } else if c.optional {
                self.member_object(&c.callee, true, &[])
            } else {
                self.register(&c.callee, &later)
            };
            let slot = self.slot(SlotKind::Call);
            if spread {
                let receiver = self.temp();
                let array = self.arguments_array(&c.arguments);
                self.asm.LdaUndefined();
                self.asm.Star(receiver);
                self.position(offset);
                self.asm.CallWithArray(callee, receiver, array, slot);
            } else {
                let first = self.temps(count);
                self.arguments_into(&c.arguments, first);
                self.position(offset);
                self.asm.CallUndefinedReceiver(callee, first, count, slot);
            }
            return;
        }
        let callee = self.temp();
        let receiver = self.temp();
        let offset = self.callee_and_receiver(&c.callee, callee, receiver, c.optional);
        let slot = self.slot(SlotKind::Call);
        if spread {
            let array = self.arguments_array(&c.arguments);
            self.position(offset);
            self.asm.CallWithArray(callee, receiver, array, slot);
        } else {
            let first = self.temps(count);
            self.arguments_into(&c.arguments, first);
            self.position(offset);
            self.asm.CallProperty(callee, receiver, count + 1, slot);
        }
    }

    /// `callee` and `receiver` = the parts of a member expression that is called; its offset.
    pub fn callee_and_receiver(
        &mut self,
        e: &'s Expression<'a>,
        callee: Reg,
        receiver: Reg,
        optional: bool,
    ) -> u32 {
        let mut offset = e.span().start;
        let inner = self.next;
        match e {
            Expression::StaticMemberExpression(m) => {
                offset = m.property.span.start;
                if let Expression::Super(_) = m.object {
                    self.load_this(m.span.start);
                    self.asm.Star(receiver);
                    let home = self.super_base();
                    self.load_string(js_string(&m.property.name));
                    self.position(offset);
                    self.asm.GetSuperProperty(receiver, home);
                } else {
                    self.call_receiver(&m.object, m.optional, receiver);
                    self.named_load(receiver, js_string(&m.property.name), offset);
                }
            }
            Expression::ComputedMemberExpression(m) => {
                offset = m.expression.span().start;
                if let Expression::Super(_) = m.object {
                    self.load_this(m.span.start);
                    self.asm.Star(receiver);
                    let key = self.temp();
                    self.expression_into(&m.expression, key);
                    let home = self.super_base();
                    self.asm.Ldar(key);
                    self.position(offset);
                    self.asm.GetSuperProperty(receiver, home);
                } else {
                    self.call_receiver(&m.object, m.optional, receiver);
                    match Self::literal_name(&m.expression) {
                        Some(name) => self.named_load(receiver, name, offset),
                        None => {
                            self.expression(&m.expression);
                            self.position(offset);
                            let slot = self.slot(SlotKind::LoadKeyed);
                            self.asm.GetKeyedProperty(receiver, slot);
                        }
                    }
                }
            }
            Expression::PrivateFieldExpression(m) => {
                offset = m.field.span.start;
                self.call_receiver(&m.object, m.optional, receiver);
                self.private_load(receiver, &m.field);
            }
            Expression::ChainExpression(chain) => self.chain(chain, Some(receiver)),
            _ => {}
        }
        if optional && let Some(&end) = self.chains.last() {
            self.asm.JumpIfNullish(end);
        }
        self.asm.Star(callee);
        self.release(inner);
        offset
    }

    fn call_receiver(&mut self, object: &'s Expression<'a>, optional: bool, receiver: Reg) {
        self.expression_into(object, receiver);
        if optional && let Some(&end) = self.chains.last() {
            self.asm.Ldar(receiver);
            self.asm.JumpIfNullish(end);
        }
    }

    pub fn new_expression(&mut self, n: &'s NewExpression<'a>) {
        let later = Self::expressions_of(&n.arguments);
        let callee = self.register(&n.callee, &later);
        let slot = self.slot(SlotKind::Construct);
        if Self::has_spread(&n.arguments) {
            let array = self.arguments_array(&n.arguments);
            self.asm.Ldar(callee);
            self.position(n.span.start);
            self.asm.ConstructWithArray(callee, array, slot);
        } else {
            let count = n.arguments.len() as u32;
            let first = self.temps(count);
            self.arguments_into(&n.arguments, first);
            self.asm.Ldar(callee);
            self.position(n.span.start);
            self.asm.Construct(callee, first, count, slot);
        }
    }

    fn super_call(&mut self, c: &'s CallExpression<'a>) {
        let result = self.temps(2);
        let function = self.active_function();
        let parent = self.temp();
        self.position(c.span.start);
        self.asm.GetSuperConstructor(function);
        self.asm.Star(parent);
        let slot = self.slot(SlotKind::Construct);
        if Self::has_spread(&c.arguments) {
            let array = self.arguments_array(&c.arguments);
            self.load_new_target();
            self.position(c.span.start);
            self.asm.ConstructWithArray(parent, array, slot);
        } else {
            let count = c.arguments.len() as u32;
            let first = self.temps(count);
            self.arguments_into(&c.arguments, first);
            self.load_new_target();
            self.position(c.span.start);
            self.asm.Construct(parent, first, count, slot);
        }
        self.asm.Star(result);
        self.load_this_unchecked();
        self.asm.ThrowSuperAlreadyCalledIfNotHole();
        self.asm.Ldar(result);
        self.store_this();
        let owner = &self.scopes.functions[self.info.this_owner as usize];
        let has_fields = owner.form == FunctionForm::DerivedConstructor
            && owner
                .class_scope
                .and_then(|s| self.scopes.classes.get(&s))
                .is_some_and(|c| c.instance_fields.is_some());
        if has_fields {
            self.asm.Mov(function, Self::at(result, 1));
            self.runtime(RuntimeFunction::InitializeFields, result, 2);
            self.asm.Ldar(result);
        }
    }
}

impl<'s, 'a> Generator<'s, 'a> {
    /// A tagged template: the tag is called with the template object and the values.
    pub fn tagged_template(&mut self, t: &'s TaggedTemplateExpression<'a>) {
        let (callee, receiver) = (self.temp(), self.temp());
        let offset = match &t.tag {
            Expression::StaticMemberExpression(_)
            | Expression::ComputedMemberExpression(_)
            | Expression::PrivateFieldExpression(_) => {
                self.callee_and_receiver(&t.tag, callee, receiver, false)
            }
            Expression::Identifier(id) => {
                let depth = self.dynamic_depth(self.scopes.reference(id).binding);
                self.callee_by_name(id, depth, callee, receiver);
                id.span.start
            }
            tag => {
                self.expression_into(tag, callee);
                self.asm.LdaUndefined();
                self.asm.Star(receiver);
                tag.span().start
            }
        };
        let parts = t
            .quasi
            .quasis
            .iter()
            .map(|q| {
                let text = |s: &str| js_string_of_literal(s, q.lone_surrogates);
                (q.value.cooked.as_ref().map(|s| text(s)), text(&q.value.raw))
            })
            .collect();
        let count = t.quasi.expressions.len() as u32;
        let first = self.temps(count + 1);
        let c = self.asm.constant(Constant::TemplateObject(parts));
        let slot = self.slot(SlotKind::Literal);
        self.asm.GetTemplateObject(c, slot);
        self.asm.Star(first);
        for (i, e) in t.quasi.expressions.iter().enumerate() {
            self.expression_into(e, Self::at(first, 1 + i as u32));
        }
        let slot = self.slot(SlotKind::Call);
        self.position(offset);
        self.asm.CallProperty(callee, receiver, count + 2, slot);
    }
}
