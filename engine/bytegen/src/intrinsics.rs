//! Intrinsics: what builtins written in JavaScript (`builtins/src/selfhosted`) can say that programs
//! cannot. They look like calls of names that begin with `$`, in sources of the engine only.

use oxc_ast::ast::*;
use oxc_span::GetSpan;
use tierproof_bytecode::assembler::Label;
use tierproof_bytecode::{Reg, RuntimeFunction, SlotKind};

use crate::generator::Generator;

/// Intrinsics that call a runtime function with their arguments.
const RUNTIME: &[(&str, RuntimeFunction)] = &[
    ("$toLength", RuntimeFunction::ToLength),
    ("$throwNotCallable", RuntimeFunction::ThrowNotCallable),
    ("$throwTypeError", RuntimeFunction::ThrowTypeError),
    ("$arraySpecies", RuntimeFunction::ArraySpecies),
];

impl<'s, 'a> Generator<'s, 'a> {
    fn intrinsic_name(&self, c: &'s CallExpression<'a>) -> Option<&'s str> {
        match &c.callee {
            Expression::Identifier(id) if self.source.is_builtin() => {
                Some(id.name.as_str()).filter(|n| n.starts_with('$'))
            }
            _ => None,
        }
    }

    /// Generates a call that is an intrinsic; false when it is none.
    pub fn intrinsic(&mut self, c: &'s CallExpression<'a>) -> bool {
        let Some(name) = self.intrinsic_name(c) else { return false };
        let count = c.arguments.len() as u32;
        self.position(c.span.start);
        if name == "$call" {
            self.call_intrinsic(&c.arguments);
            return true;
        }
        let first = self.temps(count);
        self.arguments_into(&c.arguments, first);
        match (name, count) {
            // acc = o[k], or the hole
            ("$present", 2) => {
                let slot = self.slot(SlotKind::LoadPresent);
                self.asm.Ldar(Self::at(first, 1));
                self.asm.GetPresentElement(first, slot);
            }
            // CreateDataPropertyOrThrow(o, k, v)
            ("$define", 3) => {
                let slot = self.slot(SlotKind::DefineKeyed);
                self.asm.Ldar(Self::at(first, 2));
                self.asm.DefineKeyedOwn(first, Self::at(first, 1), 0, slot);
            }
            ("$toObject", 1) => {
                self.asm.Ldar(first);
                self.asm.ToObject();
            }
            ("$argumentCount", 0) => self.asm.ArgumentCount(),
            _ => match RUNTIME.iter().find(|r| r.0 == name) {
                Some(&(_, function)) => self.runtime(function, first, count),
                None => self.unsupported(c.callee.span(), "intrinsic"),
            },
        }
        true
    }

    /// `$call(f, receiver, ...)`: variables that stand in a row already are not copied.
    fn call_intrinsic(&mut self, arguments: &'s [Argument<'a>]) {
        let Some((callee, rest)) = arguments.split_first() else { return };
        let registers: Option<Vec<Reg>> =
            rest.iter().map(|a| Some(self.plain_register(a.as_expression()?)?.0)).collect();
        let in_a_row = registers.filter(|r| r.windows(2).all(|w| w[0].is_local() && w[1].0 == w[0].0 + 1));
        let callee = match callee.as_expression() {
            Some(e) => self.register(e, &[]),
            None => return,
        };
        let first = match in_a_row.as_deref() {
            Some([first, ..]) => *first,
            _ => {
                let first = self.temps(rest.len() as u32);
                self.arguments_into(rest, first);
                first
            }
        };
        let slot = self.slot(SlotKind::Call);
        self.asm.CallProperty(callee, first, rest.len() as u32, slot);
    }

    /// `$isHole(v)` as a condition; false when it is something else.
    pub fn hole_condition(&mut self, c: &'s CallExpression<'a>, sense: bool, target: Label) -> bool {
        if self.intrinsic_name(c) != Some("$isHole") {
            return false;
        }
        if let Some(v) = c.arguments.first().and_then(Argument::as_expression) {
            self.expression(v);
        }
        if sense {
            self.asm.JumpIfHole(target);
        } else {
            let hole = self.asm.label();
            self.asm.JumpIfHole(hole);
            self.asm.Jump(target);
            self.asm.bind(hole);
        }
        true
    }
}
