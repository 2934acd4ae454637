//! Functions that can be suspended: `yield`, `await`, `for await`, and the frame of code around the
//! body of generators and async functions.
//!
//! The first instruction switches on the resume point; the generator comes in where `new.target`
//! stands (such functions are no constructors). Each suspension leaves with `SuspendGenerator` and
//! goes on at `ResumeGenerator` with the value sent in and the mode of resumption. Used by
//! `functions`, `expressions`, `statements` and `control`.

use crate::control::{Control, Exit, Region};
use crate::generator::Generator;
use oxc_ast::ast::*;
use oxc_span::GetSpan;
use tierproof_bytecode::{Flow, Reg, RuntimeFunction, SlotKind};
use tierproof_syntax::js_string;

/// Modes of resumption, as `ResumeGenerator` yields them.
const THROW: i32 = 1;

impl<'s, 'a> Generator<'s, 'a> {
    /// The generator object of the running function.
    fn generator_register(&self) -> Reg {
        self.generator.unwrap_or(Reg::NEW_TARGET)
    }

    /// Generates prologue and body of a function that can be suspended.
    pub fn suspendable(&mut self, params: Option<&'s FormalParameters<'a>>, body: impl FnOnce(&mut Self)) {
        let generator = self.temp();
        self.generator = Some(generator);
        self.asm.SwitchOnGeneratorState(Reg::NEW_TARGET, 0, 0);
        match self.flow {
            Flow::Async => {
                self.asm.CreateGenerator();
                self.asm.Star(generator);
                let mark = self.next;
                let args = self.temp();
                self.asm.Star(args);
                self.runtime(RuntimeFunction::AsyncFunctionEnter, args, 1);
                self.release(mark);
                self.guarded(RuntimeFunction::AsyncFunctionReject, |g| {
                    g.prologue(params);
                    body(g);
                });
            }
            Flow::AsyncGenerator => {
                self.prologue(params);
                self.initial_suspension(generator);
                self.guarded(RuntimeFunction::AsyncGeneratorThrow, body);
            }
            _ => {
                self.prologue(params);
                self.initial_suspension(generator);
                body(self);
            }
        }
        let points = std::mem::take(&mut self.resume_points);
        self.asm.resume_points(&points);
    }

    pub fn initial_suspension(&mut self, generator: Reg) {
        self.asm.CreateGenerator();
        self.asm.Star(generator);
        // resumptions with throw or return do not get here
        self.suspend_only();
    }

    /// Generates `body` so that what it throws goes to `function(generator, error)`.
    pub fn guarded(&mut self, function: RuntimeFunction, body: impl FnOnce(&mut Self)) {
        let context = self.context_register();
        let region = self.start_region();
        self.controls.push(Control::Catch { region });
        body(self);
        let region = match self.controls.pop() {
            Some(Control::Catch { region }) => region,
            _ => Region::default(),
        };
        let handler = self.asm.label();
        if self.end_region(region, handler, context) {
            self.asm.bind(handler);
            self.settle(function);
            self.asm.Return();
        }
    }

    /// `acc = function(generator, acc)`.
    pub fn settle(&mut self, function: RuntimeFunction) {
        let mark = self.next;
        let args = self.temps(2);
        self.asm.Star(Self::at(args, 1));
        self.asm.Mov(self.generator_register(), args);
        self.runtime(function, args, 2);
        self.release(mark);
    }

    /// Suspends with the accumulator as the value handed out.
    fn suspend_only(&mut self) {
        if !self.asm.is_reachable() {
            return;
        }
        let label = self.asm.resume_label();
        let generator = self.generator_register();
        self.asm.SuspendGenerator(generator, self.resume_points.len() as u32);
        self.resume_points.push(label);
        self.asm.bind(label);
    }

    /// Suspends; afterwards the accumulator is what was sent in, and `mode` how.
    fn suspend(&mut self, mode: Reg) {
        self.suspend_only();
        let generator = self.generator_register();
        self.asm.ResumeGenerator(generator, mode);
    }

    /// `acc` and `mode` = outcome of waiting for `acc`.
    pub fn await_outcome(&mut self, mode: Reg) {
        self.settle(RuntimeFunction::AsyncAwait);
        self.suspend(mode);
    }

    /// `acc = await acc`.
    pub fn await_value(&mut self) {
        let mark = self.next;
        let (mode, value) = (self.temp(), self.temp());
        self.await_outcome(mode);
        let fine = self.asm.label();
        self.asm.Star(value);
        self.asm.Ldar(mode);
        self.asm.JumpIfToBooleanFalse(fine);
        self.asm.Ldar(value);
        self.asm.Throw();
        self.asm.bind(fine);
        self.asm.Ldar(value);
        self.release(mark);
    }

    pub fn await_expression(&mut self, e: &'s AwaitExpression<'a>) {
        self.expression(&e.argument);
        self.position(e.span.start);
        self.await_value();
    }

    pub fn yield_expression(&mut self, y: &'s YieldExpression<'a>) {
        match &y.argument {
            Some(e) => self.expression(e),
            None => self.asm.LdaUndefined(),
        }
        self.position(y.span.start);
        if y.delegate {
            return self.yield_delegate(y);
        }
        let (mode, value) = (self.temp(), self.temp());
        self.yield_value(mode);
        self.received(mode, value);
    }

    /// Hands out `acc`; afterwards `acc` and `mode` are what was sent in.
    fn yield_value(&mut self, mode: Reg) {
        if self.flow == Flow::AsyncGenerator {
            self.await_value();
            return self.yield_awaited(mode);
        }
        let args = self.temps(2);
        self.asm.Star(args);
        self.asm.LdaFalse();
        self.asm.Star(Self::at(args, 1));
        self.runtime(RuntimeFunction::CreateIterResult, args, 2);
        self.suspend(mode);
    }

    /// AsyncGeneratorYield of a value that needs no `await`. A value to be returned has been awaited
    /// afterwards.
    fn yield_awaited(&mut self, mode: Reg) {
        if !self.asm.is_reachable() {
            return;
        }
        let resumed = self.asm.resume_label();
        let generator = self.generator_register();
        self.settle(RuntimeFunction::AsyncGeneratorYield);
        self.asm.JumpIfTrue(resumed);
        self.asm.SuspendGenerator(generator, self.resume_points.len() as u32);
        self.resume_points.push(resumed);
        self.asm.bind(resumed);
        self.asm.ResumeGenerator(generator, mode);
        let (returning, done, value) = (self.asm.label(), self.asm.label(), self.temp());
        self.asm.Star(value);
        self.asm.Ldar(mode);
        let table = self.asm.jump_table(&[returning]);
        self.asm.SwitchOnSmi(table, 1, 2);
        self.asm.Jump(done);
        self.asm.bind(returning);
        self.asm.Ldar(value);
        self.await_outcome(mode);
        self.asm.Star(value);
        // rejected: mode is throw already
        let thrown = self.asm.label();
        self.asm.Ldar(mode);
        self.asm.JumpIfToBooleanTrue(thrown);
        self.asm.LdaSmi(2);
        self.asm.Star(mode);
        self.asm.bind(thrown);
        self.asm.bind(done);
        self.asm.Ldar(value);
    }

    /// Goes on as `mode` says: `acc` is the value of the `yield`, or is thrown or returned.
    fn received(&mut self, mode: Reg, value: Reg) {
        let (thrown, returned, end) = (self.asm.label(), self.asm.label(), self.asm.label());
        self.asm.Star(value);
        self.asm.Ldar(mode);
        let table = self.asm.jump_table(&[thrown, returned]);
        self.asm.SwitchOnSmi(table, 2, THROW);
        self.asm.Ldar(value);
        self.asm.Jump(end);
        self.asm.bind(thrown);
        self.asm.Ldar(value);
        self.asm.Throw();
        self.asm.bind(returned);
        self.asm.Ldar(value);
        self.leave(Exit::Return);
        self.asm.bind(end);
    }

    /// `yield* acc`.
    fn yield_delegate(&mut self, y: &'s YieldExpression<'a>) {
        let is_async = self.flow == Flow::AsyncGenerator;
        // arguments of DelegateStep
        let args = self.temps(4);
        let (iterator, next, mode, received) =
            (args, Self::at(args, 1), Self::at(args, 2), Self::at(args, 3));
        let offset = y.argument.as_ref().map_or(y.span.start, |e| e.span().start);
        self.position(offset);
        if is_async {
            self.async_iterator(iterator);
        } else {
            let mark = self.next;
            let iterable = self.temp();
            self.asm.Star(iterable);
            let slot = self.slot(SlotKind::Iterator);
            self.asm.IteratorOpen(iterable, iterator, slot);
            self.release(mark);
        }
        debug_assert_eq!(next.0, iterator.0 + 1);
        self.asm.LdaZero();
        self.asm.Star(mode);
        self.asm.LdaUndefined();
        self.asm.Star(received);
        let (missing, done, returned, end) =
            (self.asm.label(), self.asm.label(), self.asm.label(), self.asm.label());
        self.loop_depth += 1;
        let header = self.loop_header();
        self.position(offset);
        self.runtime(RuntimeFunction::DelegateStep, args, 4);
        self.asm.JumpIfHole(missing);
        if is_async {
            self.await_value();
        }
        let result = self.temp();
        self.asm.Star(result);
        self.runtime(RuntimeFunction::CheckIteratorResult, result, 1);
        self.named_load(result, js_string("done"), offset);
        self.asm.JumpIfToBooleanTrue(done);
        if is_async {
            self.named_load(result, js_string("value"), offset);
            self.yield_awaited(mode);
        } else {
            self.asm.Ldar(result);
            self.suspend(mode);
        }
        self.asm.Star(received);
        self.jump_loop(header);
        self.loop_depth -= 1;
        // the iterator has no such method: a `return` just returns, a `throw` closes it and fails
        self.asm.bind(missing);
        self.asm.Ldar(mode);
        let table = self.asm.jump_table(&[returned]);
        self.asm.SwitchOnSmi(table, 1, 2);
        if is_async {
            self.async_iterator_close(iterator);
        } else {
            self.asm.IteratorClose(iterator, 0);
        }
        let message = self.temp();
        self.load_string(js_string("The iterator does not provide a 'throw' method"));
        self.asm.Star(message);
        self.runtime(RuntimeFunction::ThrowTypeError, message, 1);
        self.asm.Jump(end);
        self.asm.bind(done);
        self.named_load(result, js_string("value"), offset);
        self.asm.Star(received);
        self.asm.Ldar(mode);
        let leave = self.asm.label();
        let table = self.asm.jump_table(&[leave]);
        self.asm.SwitchOnSmi(table, 1, 2);
        self.asm.Ldar(received);
        self.asm.Jump(end);
        self.asm.bind(returned);
        if is_async {
            self.asm.Ldar(received);
            self.await_value();
            self.asm.Star(received);
        }
        self.asm.bind(leave);
        self.asm.Ldar(received);
        self.leave(Exit::Return);
        self.asm.bind(end);
    }

    // --- asynchronous iteration

    /// `pair` = asynchronous iterator of the value in `acc`, and its `next` method.
    pub fn async_iterator(&mut self, pair: Reg) {
        let offset = self.asm.position();
        self.asm.Star(pair);
        self.runtime(RuntimeFunction::GetAsyncIterator, pair, 1);
        self.asm.Star(pair);
        self.named_load(pair, js_string("next"), offset);
        self.asm.Star(Self::at(pair, 1));
    }

    /// Steps an asynchronous iterator: acc = done, `value` = the value when not done.
    pub fn async_iterator_next(&mut self, pair: Reg, value: Reg, offset: u32) {
        let end = self.asm.label();
        let slot = self.slot(SlotKind::Call);
        self.asm.CallProperty(Self::at(pair, 1), pair, 1, slot);
        self.await_value();
        self.asm.Star(value);
        self.runtime(RuntimeFunction::CheckIteratorResult, value, 1);
        self.named_load(value, js_string("done"), offset);
        self.asm.LogicalNot();
        self.asm.LogicalNot();
        self.asm.JumpIfTrue(end);
        self.named_load(value, js_string("value"), offset);
        self.asm.Star(value);
        self.asm.LdaFalse();
        self.asm.bind(end);
    }

    /// AsyncIteratorClose for a completion that is no throw; `acc` is lost.
    pub fn async_iterator_close(&mut self, iterator: Reg) {
        let mark = self.next;
        let end = self.asm.label();
        let result = self.temp();
        self.asm.Mov(iterator, result);
        self.runtime(RuntimeFunction::AsyncIteratorReturn, result, 1);
        self.asm.JumpIfHole(end);
        self.await_value();
        self.asm.Star(result);
        self.runtime(RuntimeFunction::CheckIteratorResult, result, 1);
        self.asm.bind(end);
        self.release(mark);
    }

    /// AsyncIteratorClose while an exception is under way: whatever it does is ignored.
    pub fn async_iterator_close_quietly(&mut self, iterator: Reg) {
        let mark = self.next;
        let (handler, end) = (self.asm.label(), self.asm.label());
        let context = self.context_register();
        let region = self.start_region();
        let result = self.temp();
        self.asm.Mov(iterator, result);
        self.runtime(RuntimeFunction::AsyncIteratorReturn, result, 1);
        self.asm.JumpIfHole(end);
        self.await_value();
        if self.end_region(region, handler, context) {
            self.asm.Jump(end);
            self.asm.bind(handler);
        }
        self.asm.bind(end);
        self.release(mark);
    }
}
