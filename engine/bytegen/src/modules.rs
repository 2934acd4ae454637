//! Modules: their code, default exports, dynamic import.
//!
//! A module is a function that can be suspended. Its first run makes context, cells and hoisted
//! functions, and suspends; the second one is the evaluation.

use crate::generator::Generator;
use oxc_ast::ast::*;
use tierproof_bytecode::{Flow, Reg, RuntimeFunction};
use tierproof_syntax::BindingKind;

impl<'s, 'a> Generator<'s, 'a> {
    pub fn module(&mut self, program: &'s Program<'a>) {
        let generator = self.temp();
        self.generator = Some(generator);
        self.asm.SwitchOnGeneratorState(Reg::NEW_TARGET, 0, 0);
        self.special_bindings();
        let scope = &self.scopes.scopes[self.info.scope as usize];
        for &b in &scope.bindings {
            let binding = &self.scopes.bindings[b as usize];
            if binding.cell && binding.kind != BindingKind::Import {
                let mark = self.next;
                let r = self.temp();
                self.asm.LdaUndefined();
                self.asm.Star(r);
                self.runtime(RuntimeFunction::CreateModuleCell, r, 1);
                self.asm.StaCurrentContextSlot(binding.slot);
                self.release(mark);
            }
        }
        self.declare_registers(self.info.scope);
        for f in &scope.functions {
            self.instantiate(f);
        }
        self.initial_suspension(generator);
        let body = |g: &mut Self| {
            g.statements(&program.body);
            g.asm.LdaUndefined();
            g.leave(crate::control::Exit::Return);
        };
        if self.flow == Flow::Async {
            self.guarded(RuntimeFunction::AsyncFunctionReject, body);
        } else {
            body(self);
        }
        let points = std::mem::take(&mut self.resume_points);
        self.asm.resume_points(&points);
    }

    /// Gives the nameless default export its value, which is in the accumulator.
    pub fn initialise_default(&mut self) {
        if let Some(b) = self.scopes.module.as_ref().and_then(|m| m.default_binding) {
            self.initialise(b);
        }
    }

    pub fn export_default(&mut self, e: &'s ExportDefaultDeclaration<'a>) {
        match &e.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(_) => {}
            ExportDefaultDeclarationKind::ClassDeclaration(c) if c.id.is_some() => {
                self.class_declaration(c);
            }
            ExportDefaultDeclarationKind::ClassDeclaration(c) => {
                self.class(c);
                self.initialise_default();
            }
            other => {
                if let Some(e) = other.as_expression() {
                    self.expression(e);
                    self.initialise_default();
                }
            }
        }
    }

    pub fn import_call(&mut self, e: &'s ImportExpression<'a>) {
        let args = self.temps(2);
        self.expression_into(&e.source, args);
        match &e.options {
            Some(o) => self.expression(o),
            None => self.asm.LdaUndefined(),
        }
        self.asm.Star(Self::at(args, 1));
        self.position(e.span.start);
        self.runtime(RuntimeFunction::ImportCall, args, 2);
    }
}
