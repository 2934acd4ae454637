//! Array, object and template literals.

use crate::generator::Generator;
use oxc_ast::ast::*;
use oxc_span::GetSpan;
use std::collections::HashSet;
use tierproof_bytecode::{Constant, Reg, RuntimeFunction, SlotKind};
use tierproof_syntax::{JsStr, js_string, js_string_of_literal, key_name};

/// Whether a property name is an array index in canonical form (`"0"` to `"4294967294"`).
pub(crate) fn is_array_index(name: &[u16]) -> bool {
    array_index(name).is_some()
}

fn array_index(name: &[u16]) -> Option<u32> {
    if name.is_empty() || name.len() > 10 || name.len() > 1 && name[0] == u16::from(b'0') {
        return None;
    }
    let mut value = 0u64;
    for &c in name {
        let digit = c.wrapping_sub(u16::from(b'0'));
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    (value < u64::from(u32::MAX)).then_some(value as u32)
}

impl<'s, 'a> Generator<'s, 'a> {
    /// `acc` = property key: array indices as numbers, other names as strings.
    pub fn load_key(&mut self, name: JsStr) {
        match array_index(&name) {
            Some(i) => self.load_number(f64::from(i)),
            None => self.load_string(name),
        }
    }

    /// Value of a primitive literal.
    fn constant_of(e: &Expression<'a>) -> Option<Constant> {
        Some(match e {
            Expression::BooleanLiteral(b) => Constant::Bool(b.value),
            Expression::NullLiteral(_) => Constant::Null,
            Expression::NumericLiteral(n) => Constant::Number(n.value),
            Expression::StringLiteral(s) => {
                Constant::String(js_string_of_literal(&s.value, s.lone_surrogates))
            }
            Expression::UnaryExpression(u) if u.operator == UnaryOperator::UnaryNegation => {
                match &u.argument {
                    Expression::NumericLiteral(n) => Constant::Number(-n.value),
                    _ => return None,
                }
            }
            _ => return None,
        })
    }

    pub fn template_literal(&mut self, t: &'s TemplateLiteral<'a>) {
        let cooked = |q: &TemplateElement<'a>| {
            js_string_of_literal(q.value.cooked.as_ref().map_or("", |s| s.as_str()), q.lone_surrogates)
        };
        let Some(first) = t.quasis.first() else { return };
        if t.expressions.is_empty() {
            return self.load_string(cooked(first));
        }
        // `have`: text so far stands in `so_far`
        let so_far = self.temp();
        let mut have = false;
        let text = cooked(first);
        if !text.is_empty() {
            self.load_string(text);
            self.asm.Star(so_far);
            have = true;
        }
        let n = t.expressions.len();
        for (i, e) in t.expressions.iter().enumerate() {
            self.expression(e);
            self.position(e.span().start);
            self.asm.ToStringValue();
            if have {
                let slot = self.slot(SlotKind::BinaryOp);
                self.asm.Add(so_far, slot);
            }
            have = true;
            let text = t.quasis.get(i + 1).map(cooked).unwrap_or_else(|| js_string(""));
            if !text.is_empty() {
                self.asm.Star(so_far);
                self.load_string(text);
                let slot = self.slot(SlotKind::BinaryOp);
                self.asm.Add(so_far, slot);
            }
            if i + 1 < n {
                self.asm.Star(so_far);
            }
        }
    }

    pub fn array_literal(&mut self, a: &'s ArrayExpression<'a>) {
        let literal_slot = self.slot(SlotKind::Literal);
        self.position(a.span.start);
        if a.elements.is_empty() {
            return self.asm.CreateEmptyArrayLiteral(literal_slot);
        }
        let fixed = a.elements.iter().position(ArrayExpressionElement::is_spread).unwrap_or(a.elements.len());
        let boilerplate: Vec<Option<Constant>> =
            a.elements[..fixed].iter().map(|e| e.as_expression().and_then(Self::constant_of)).collect();
        let missing: Vec<usize> =
            (0..fixed).filter(|&i| boilerplate[i].is_none() && !a.elements[i].is_elision()).collect();
        if fixed == 0 {
            self.asm.CreateEmptyArrayLiteral(literal_slot);
        } else {
            let c = self.asm.constant(Constant::ArrayBoilerplate(boilerplate));
            self.asm.CreateArrayLiteral(c, literal_slot);
        }
        if missing.is_empty() && fixed == a.elements.len() {
            return;
        }
        // array and value are consecutive: the arguments of the append functions
        let args = self.temps(2);
        let (array, second) = (args, Self::at(args, 1));
        self.asm.Star(array);
        let slot = if missing.is_empty() { None } else { Some(self.slot(SlotKind::DefineKeyed)) };
        for i in missing {
            if let (Some(e), Some(slot)) = (a.elements[i].as_expression(), slot) {
                self.load_number(i as f64);
                self.asm.Star(second);
                self.expression(e);
                self.position(e.span().start);
                self.asm.StaInArrayLiteral(array, second, slot);
            }
        }
        for e in &a.elements[fixed..] {
            match e {
                ArrayExpressionElement::SpreadElement(s) => {
                    self.expression_into(&s.argument, second);
                    self.position(s.span.start);
                    self.runtime(RuntimeFunction::AppendSpread, args, 2);
                }
                ArrayExpressionElement::Elision(_) => {
                    self.load_number(1.0);
                    self.asm.Star(second);
                    self.runtime(RuntimeFunction::AppendHoles, args, 2);
                }
                _ => {
                    if let Some(e) = e.as_expression() {
                        self.expression_into(e, second);
                        self.position(e.span().start);
                        self.runtime(RuntimeFunction::AppendElement, args, 2);
                    }
                }
            }
        }
        self.asm.Ldar(array);
    }

    /// Name of a property that the boilerplate can hold.
    fn boilerplate_name(p: &ObjectPropertyKind<'a>) -> Option<JsStr> {
        let ObjectPropertyKind::ObjectProperty(p) = p else { return None };
        if p.kind != PropertyKind::Init {
            return None;
        }
        let name = key_name(&p.key, p.computed)?;
        (!is_array_index(&name) && *name != *js_string("__proto__")).then_some(name)
    }

    pub fn object_literal(&mut self, o: &'s ObjectExpression<'a>) {
        self.position(o.span.start);
        if o.properties.is_empty() {
            return self.asm.CreateEmptyObjectLiteral();
        }
        let mut seen: HashSet<JsStr> = HashSet::new();
        let fixed = o
            .properties
            .iter()
            .position(|p| match Self::boilerplate_name(p) {
                Some(name) => !seen.insert(name),
                None => true,
            })
            .unwrap_or(o.properties.len());
        let object = self.temp();
        if fixed == 0 {
            self.asm.CreateEmptyObjectLiteral();
        } else {
            let boilerplate = o.properties[..fixed]
                .iter()
                .filter_map(|p| {
                    let name = Self::boilerplate_name(p)?;
                    let ObjectPropertyKind::ObjectProperty(p) = p else { return None };
                    Some((name, Self::constant_of(&p.value)))
                })
                .collect();
            let c = self.asm.constant(Constant::ObjectBoilerplate(boilerplate));
            let slot = self.slot(SlotKind::Literal);
            self.asm.CreateObjectLiteral(c, slot);
        }
        self.asm.Star(object);
        for (i, p) in o.properties.iter().enumerate() {
            let mark = self.next;
            match p {
                ObjectPropertyKind::SpreadProperty(s) => {
                    let args = self.temps(2);
                    self.asm.Mov(object, args);
                    self.expression_into(&s.argument, Self::at(args, 1));
                    self.position(s.span.start);
                    self.runtime(RuntimeFunction::CopyDataProperties, args, 2);
                }
                ObjectPropertyKind::ObjectProperty(p) => {
                    if i >= fixed || Self::constant_of(&p.value).is_none() {
                        self.property(object, p);
                    }
                }
            }
            self.release(mark);
        }
        self.asm.Ldar(object);
    }

    fn property(&mut self, object: Reg, p: &'s ObjectProperty<'a>) {
        let accessor = match p.kind {
            PropertyKind::Get => Some(0),
            PropertyKind::Set => Some(1),
            PropertyKind::Init => None,
        };
        let name = key_name(&p.key, p.computed);
        let offset = p.key.span().start;
        if let (Some(name), None, false, false) = (&name, accessor, p.method, p.shorthand)
            && **name == *js_string("__proto__")
        {
            self.expression(&p.value);
            self.position(offset);
            return self.asm.SetLiteralPrototype(object);
        }
        if let (Some(name), None) = (&name, accessor)
            && !is_array_index(name)
        {
            self.property_value(object, p);
            let c = self.string(name.clone());
            let slot = self.slot(SlotKind::DefineNamed);
            self.position(offset);
            self.asm.DefineNamedOwn(object, c, slot);
            return;
        }
        let key = self.temp();
        match name {
            Some(name) => self.load_key(name),
            None => {
                if let Some(e) = p.key.as_expression() {
                    self.expression(e);
                    self.position(offset);
                    self.asm.ToPropertyKey();
                }
            }
        }
        self.asm.Star(key);
        self.property_value(object, p);
        self.position(offset);
        match accessor {
            Some(flags) => self.asm.DefineAccessor(object, key, flags),
            None => {
                let names = p.computed && (p.method || p.value.is_anonymous_function_definition());
                let slot = self.slot(SlotKind::DefineKeyed);
                self.asm.DefineKeyedOwn(object, key, u32::from(names), slot);
            }
        }
    }

    /// `acc` = value of a property; methods that use `super` get their home object.
    fn property_value(&mut self, object: Reg, p: &'s ObjectProperty<'a>) {
        self.expression(&p.value);
        if (p.method || p.kind != PropertyKind::Init)
            && let Expression::FunctionExpression(f) = &p.value
        {
            self.set_home(f, object);
        }
    }

    /// Gives the method in the accumulator its home object, when it uses `super`.
    pub fn set_home(&mut self, f: &Function<'a>, home: Reg) {
        let uses = self.function_id(f).is_some_and(|id| self.scopes.functions[id as usize].uses_super);
        if uses {
            self.set_home_always(home);
        }
    }

    pub fn set_home_always(&mut self, home: Reg) {
        let mark = self.next;
        let args = self.temps(2);
        self.asm.Star(args);
        self.asm.Mov(home, Self::at(args, 1));
        self.runtime(RuntimeFunction::SetHomeObject, args, 2);
        self.release(mark);
    }
}
