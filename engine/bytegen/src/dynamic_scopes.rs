//! Names that a `with` object or the variables of a sloppy `eval` may hide, direct `eval` itself, and
//! the code of an `eval`. Used wherever identifiers are read, assigned, called or deleted.
//!
//! Static resolution stays in force; where a dynamic scope lies between use and binding, the object
//! that has the name is looked up first.

use crate::generator::Generator;
use oxc_ast::ast::*;
use oxc_span::GetSpan;
use tierproof_bytecode::template::{GlobalDeclaration, GlobalDeclarationKind};
use tierproof_bytecode::{Constant, Reg, RuntimeFunction, SlotKind};
use tierproof_syntax::{BindingIndex, BindingKind, FunctionForm, Reference, ScopeKind, js_string};

/// Kind of the context of a `with` statement.
const WITH_CONTEXT: u32 = 3;

impl<'s, 'a> Generator<'s, 'a> {
    /// How many contexts may hide the binding by names known only at run time; None: none can.
    pub fn dynamic_depth(&self, binding: Option<BindingIndex>) -> Option<u32> {
        let end = binding.map(|b| self.scopes.bindings[b as usize].scope);
        let (mut contexts, mut depth) = (0, None);
        let mut at = Some(self.scope);
        while let Some(s) = at
            && at != end
        {
            let scope = &self.scopes.scopes[s as usize];
            contexts += u32::from(scope.context_slots > 0);
            if scope.kind == ScopeKind::With || scope.eval_vars {
                depth = Some(contexts);
            }
            at = scope.parent;
        }
        depth
    }

    /// `object` = the object that has the name, or undefined.
    pub fn lookup(&mut self, name: &str, depth: u32, object: Reg) {
        let mark = self.next;
        let args = self.temps(3);
        self.load_string(js_string(name));
        self.asm.Star(args);
        self.asm.Mov(Reg::CONTEXT, Self::at(args, 1));
        self.load_number(f64::from(depth));
        self.asm.Star(Self::at(args, 2));
        self.runtime(RuntimeFunction::LookupDynamic, args, 3);
        self.asm.Star(object);
        self.release(mark);
    }

    pub fn load_dynamic(&mut self, reference: Reference, name: &str, inside_typeof: bool, depth: u32) {
        let mark = self.next;
        let object = self.temp();
        self.lookup(name, depth, object);
        self.load_found(object, reference, name, inside_typeof);
        self.release(mark);
    }

    /// `acc` = the name in `object`, or where it is statically when that is undefined.
    pub fn load_found(&mut self, object: Reg, reference: Reference, name: &str, inside_typeof: bool) {
        let (plain, end) = (self.asm.label(), self.asm.label());
        self.asm.Ldar(object);
        self.asm.JumpIfUndefined(plain);
        let mark = self.next;
        let args = self.temps(3);
        self.asm.Mov(object, args);
        self.load_string(js_string(name));
        self.asm.Star(Self::at(args, 1));
        self.load_bool(self.strict);
        self.asm.Star(Self::at(args, 2));
        self.runtime(RuntimeFunction::LookupLoad, args, 3);
        self.release(mark);
        self.asm.Jump(end);
        self.asm.bind(plain);
        self.load_static(reference, name, inside_typeof);
        self.asm.bind(end);
    }

    fn load_bool(&mut self, value: bool) {
        if value { self.asm.LdaTrue() } else { self.asm.LdaFalse() }
    }

    /// Assigns the accumulator, which keeps its value.
    pub fn assign_dynamic(&mut self, reference: Reference, name: &str, depth: u32) {
        let mark = self.next;
        let (object, value) = (self.temp(), self.temp());
        self.asm.Star(value);
        self.lookup(name, depth, object);
        self.asm.Ldar(value);
        self.store_found(object, reference, name);
        self.release(mark);
    }

    /// Assigns the accumulator to the name in `object`, or where it is statically.
    pub fn store_found(&mut self, object: Reg, reference: Reference, name: &str) {
        let mark = self.next;
        let (plain, end) = (self.asm.label(), self.asm.label());
        let args = self.temps(4);
        let value = Self::at(args, 2);
        self.asm.Star(value);
        self.asm.Ldar(object);
        self.asm.JumpIfUndefined(plain);
        self.asm.Star(args);
        self.load_string(js_string(name));
        self.asm.Star(Self::at(args, 1));
        self.load_bool(self.strict);
        self.asm.Star(Self::at(args, 3));
        self.runtime(RuntimeFunction::LookupStore, args, 4);
        self.asm.Jump(end);
        self.asm.bind(plain);
        self.asm.Ldar(value);
        self.assign_static(reference, name);
        self.asm.Ldar(value);
        self.asm.bind(end);
        self.release(mark);
    }

    pub fn delete_dynamic(&mut self, u: &'s UnaryExpression<'a>, id: &IdentifierReference<'a>, depth: u32) {
        let (plain, end) = (self.asm.label(), self.asm.label());
        let object = self.temp();
        self.lookup(&id.name, depth, object);
        self.asm.Ldar(object);
        self.asm.JumpIfUndefined(plain);
        self.load_string(js_string(&id.name));
        self.position(u.span.start);
        self.asm.DeleteProperty(object, 0);
        self.asm.Jump(end);
        self.asm.bind(plain);
        let binding = self.scopes.reference(id).binding;
        if binding.is_none_or(|b| self.scopes.bindings[b as usize].kind.is_global()) {
            self.load_string(js_string(&id.name));
            self.asm.Star(object);
            self.position(u.span.start);
            self.runtime(RuntimeFunction::DeleteGlobal, object, 1);
        } else {
            self.asm.LdaFalse();
        }
        self.asm.bind(end);
    }

    // --- calls

    /// `callee` and `receiver` of a call of a name.
    pub fn callee_by_name(
        &mut self,
        id: &IdentifierReference<'a>,
        depth: Option<u32>,
        callee: Reg,
        receiver: Reg,
    ) {
        let reference = self.scopes.reference(id);
        self.position(id.span.start);
        let Some(depth) = depth else {
            self.load_static(reference, &id.name, false);
            self.asm.Star(callee);
            self.asm.LdaUndefined();
            return self.asm.Star(receiver);
        };
        self.lookup(&id.name, depth, receiver);
        self.load_found(receiver, reference, &id.name, false);
        self.asm.Star(callee);
        self.runtime(RuntimeFunction::LookupThis, receiver, 1);
        self.asm.Star(receiver);
    }

    /// A call of a name that a dynamic scope may have, or of `eval`.
    pub fn call_by_name(
        &mut self,
        c: &'s CallExpression<'a>,
        id: &IdentifierReference<'a>,
        depth: Option<u32>,
    ) {
        let (callee, receiver) = (self.temp(), self.temp());
        self.callee_by_name(id, depth, callee, receiver);
        let count = c.arguments.len() as u32;
        let spread = Self::has_spread(&c.arguments);
        let first = if spread { self.arguments_array(&c.arguments) } else { self.temps(count) };
        if !spread {
            self.arguments_into(&c.arguments, first);
        }
        let end = self.asm.label();
        if id.name == "eval" {
            let site = self.temps(5);
            self.asm.Mov(callee, site);
            if spread {
                self.asm.LdaZero();
                let slot = self.slot(SlotKind::LoadKeyed);
                self.asm.GetKeyedProperty(first, slot);
                self.asm.Star(Self::at(site, 1));
            } else if count > 0 {
                self.asm.Mov(first, Self::at(site, 1));
            } else {
                self.asm.LdaUndefined();
                self.asm.Star(Self::at(site, 1));
            }
            self.asm.Mov(Reg::CONTEXT, Self::at(site, 2));
            self.load_number(f64::from(self.scope));
            self.asm.Star(Self::at(site, 3));
            self.load_bool(self.strict);
            self.asm.Star(Self::at(site, 4));
            self.position(c.span.start);
            self.runtime(RuntimeFunction::DirectEval, site, 5);
            let other = self.asm.label();
            self.asm.JumpIfHole(other);
            self.asm.Jump(end);
            self.asm.bind(other);
        }
        let slot = self.slot(SlotKind::Call);
        self.position(id.span.start);
        if spread {
            self.asm.CallWithArray(callee, receiver, first, slot);
        } else {
            self.asm.CallProperty(callee, receiver, count + 1, slot);
        }
        self.asm.bind(end);
    }

    // --- statements and code

    pub fn with_statement(&mut self, w: &'s WithStatement<'a>) {
        let mark = self.next;
        let object = self.temp();
        self.expression(&w.object);
        self.position(w.object.span().start);
        self.asm.ToObject();
        self.asm.Star(object);
        let saved_scope = self.scope;
        let saved = self.push_context(2, WITH_CONTEXT);
        if let Some(scope) = Self::scope_of(&w.scope_id) {
            self.scope = scope;
        }
        self.asm.Ldar(object);
        self.asm.StaCurrentContextSlot(1);
        self.statement(&w.body);
        self.controls.pop();
        self.asm.PopContext(saved);
        self.scope = saved_scope;
        self.release(mark);
    }

    /// The code of an `eval`.
    pub fn eval_code(&mut self, program: &'s Program<'a>) {
        let completion = self.temp();
        self.special_bindings();
        self.declare_registers(self.info.scope);
        if self.eval_is_global() {
            let list: Vec<GlobalDeclaration> = self
                .scopes
                .eval_vars
                .iter()
                .map(|&(name, kind)| GlobalDeclaration {
                    name: js_string(name),
                    kind: match kind {
                        BindingKind::GlobalFunction => GlobalDeclarationKind::EvalFunction,
                        _ => GlobalDeclarationKind::EvalVar,
                    },
                })
                .collect();
            if !list.is_empty() {
                let c = self.asm.constant(Constant::GlobalDeclarations(list));
                let r = self.temp();
                self.load_number(f64::from(c));
                self.asm.Star(r);
                self.runtime(RuntimeFunction::DeclareGlobals, r, 1);
            }
        } else {
            for &(name, _) in &self.scopes.eval_vars {
                self.asm.LdaTheHole();
                self.declare_eval_var(name);
            }
        }
        for f in &self.scopes.scopes[self.info.scope as usize].functions {
            self.instantiate(f);
        }
        self.program_body(program, completion);
    }

    fn eval_is_global(&self) -> bool {
        let f = self.scopes.scopes[self.scopes.eval_scope as usize].function;
        self.scopes.functions[f as usize].form == FunctionForm::Script
    }

    /// Declares a variable of this `eval` with the value in the accumulator (or the hole).
    fn declare_eval_var(&mut self, name: &str) {
        let mark = self.next;
        let args = self.temps(4);
        self.asm.Star(Self::at(args, 3));
        self.asm.Mov(Reg::CONTEXT, args);
        let (mut depth, mut at) = (0, self.scope);
        while at != self.scopes.eval_scope {
            let scope = &self.scopes.scopes[at as usize];
            depth += u32::from(scope.context_slots > 0);
            match scope.parent {
                Some(p) => at = p,
                None => break,
            }
        }
        self.load_number(f64::from(depth));
        self.asm.Star(Self::at(args, 1));
        self.load_string(js_string(name));
        self.asm.Star(Self::at(args, 2));
        self.runtime(RuntimeFunction::DeclareEvalVar, args, 4);
        self.release(mark);
    }

    /// Gives a function that an `eval` declares its value, which is in the accumulator.
    pub fn initialise_eval_function(&mut self, name: &str) {
        if self.eval_is_global() { self.store_global(name) } else { self.declare_eval_var(name) }
    }
}
