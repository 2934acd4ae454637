//! `using` and `await using`: resources are disposed when their scope is left. Used by `statements`.

use crate::generator::Generator;
use oxc_ast::ast::*;
use tierproof_bytecode::{Reg, RuntimeFunction};

impl<'s, 'a> Generator<'s, 'a> {
    /// Whether a declaration adds resources: `Some(is async)`.
    pub fn using_kind(kind: VariableDeclarationKind) -> Option<bool> {
        match kind {
            VariableDeclarationKind::Using => Some(false),
            VariableDeclarationKind::AwaitUsing => Some(true),
            _ => None,
        }
    }

    /// The same for the statements of a scope.
    pub fn using_in(list: &[Statement<'a>]) -> Option<bool> {
        list.iter()
            .filter_map(|s| match s {
                Statement::VariableDeclaration(d) => Self::using_kind(d.kind),
                _ => None,
            })
            .reduce(|a, b| a | b)
    }

    /// Adds the value in the accumulator, which stays there.
    pub fn add_disposable(&mut self, kind: VariableDeclarationKind) {
        let (Some(is_async), Some(stack)) = (Self::using_kind(kind), self.disposal) else { return };
        let mark = self.next;
        let args = self.temps(3);
        self.asm.Star(Self::at(args, 1));
        self.asm.Mov(stack, args);
        if is_async {
            self.asm.LdaTrue();
        } else {
            self.asm.LdaFalse();
        }
        self.asm.Star(Self::at(args, 2));
        self.runtime(RuntimeFunction::AddDisposable, args, 3);
        self.release(mark);
    }

    /// Generates a scope whose resources are disposed at its end.
    pub fn with_disposal(&mut self, is_async: bool, body: impl FnOnce(&mut Self)) {
        let stack = self.temp();
        self.runtime(RuntimeFunction::CreateDisposeStack, Reg(self.next), 0);
        self.asm.Star(stack);
        self.with_finally(
            |g| {
                let outer = g.disposal.replace(stack);
                body(g);
                g.disposal = outer;
            },
            |g, token, value| {
                let mark = g.next;
                let args = g.temps(3);
                if is_async {
                    g.dispose_asynchronously(stack, token, value, args);
                }
                g.asm.Mov(stack, args);
                g.asm.Mov(token, Self::at(args, 1));
                g.asm.Mov(value, Self::at(args, 2));
                let function = if is_async { RuntimeFunction::DisposeEnd } else { RuntimeFunction::Dispose };
                g.runtime(function, args, 3);
                g.release(mark);
            },
        );
    }

    fn dispose_asynchronously(&mut self, stack: Reg, token: Reg, value: Reg, args: Reg) {
        let (done, fine, mode) = (self.asm.label(), self.asm.label(), self.temp());
        // an exception under way is the first error
        let start = self.asm.label();
        self.asm.Ldar(token);
        self.asm.JumpIfToBooleanTrue(start);
        self.asm.Mov(stack, args);
        self.asm.Mov(value, Self::at(args, 1));
        self.runtime(RuntimeFunction::DisposeRejected, args, 2);
        self.asm.bind(start);
        self.loop_depth += 1;
        let header = self.loop_header();
        self.asm.Mov(stack, args);
        self.runtime(RuntimeFunction::DisposeStep, args, 1);
        self.asm.JumpIfHole(done);
        self.await_outcome(mode);
        self.asm.Star(Self::at(args, 1));
        self.asm.Ldar(mode);
        self.asm.JumpIfToBooleanFalse(fine);
        self.asm.Mov(stack, args);
        self.runtime(RuntimeFunction::DisposeRejected, args, 2);
        self.asm.bind(fine);
        self.jump_loop(header);
        self.loop_depth -= 1;
        self.asm.bind(done);
    }
}
