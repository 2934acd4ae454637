//! Jumps that leave scopes, protected regions, loops over iterators and `finally` blocks.
//!
//! `controls` is the stack of everything a jump may have to undo. A protected region (of a
//! handler) is suspended while code that leaves it is generated, so that an exception in an outer
//! `finally` or iterator close is not caught by an inner handler.

use crate::generator::Generator;
use tierproof_bytecode::assembler::{Label, Mark};
use tierproof_bytecode::{Flow, Reg, RuntimeFunction};
use tierproof_syntax::FunctionForm;

/// Covered ranges of a handler.
#[derive(Default)]
pub(crate) struct Region {
    start: Option<Mark>,
    ranges: Vec<(Mark, Mark)>,
}

impl Region {
    fn suspend(&mut self, at: Mark) {
        if let Some(start) = self.start.take()
            && start < at
        {
            self.ranges.push((start, at));
        }
    }
    fn resume(&mut self, at: Mark) {
        self.start = Some(at);
    }
}

/// A way to leave a `try` that has a `finally`.
#[derive(Clone, Copy)]
pub(crate) enum Exit {
    /// The value is in the accumulator.
    Return,
    /// Jump to the label of the control at this index.
    Jump { control: usize, label: Label },
}

pub(crate) enum Control<'s> {
    Target {
        labels: Vec<&'s str>,
        plain: bool,
        break_label: Option<Label>,
        continue_label: Option<Label>,
    },
    Context {
        saved: Reg,
    },
    Catch {
        region: Region,
    },
    Iterator {
        region: Region,
        iterator: Reg,
        is_async: bool,
    },
    /// An array pattern, whose iterator is closed unless `done`.
    Pattern {
        region: Region,
        iterator: Reg,
        done: Reg,
    },
    Finally {
        region: Region,
        token: Reg,
        value: Reg,
        entry: Label,
        exits: Vec<Exit>,
    },
}

impl Control<'_> {
    fn region(&mut self) -> Option<&mut Region> {
        match self {
            Control::Catch { region }
            | Control::Iterator { region, .. }
            | Control::Pattern { region, .. }
            | Control::Finally { region, .. } => Some(region),
            _ => None,
        }
    }
}

impl<'s, 'a> Generator<'s, 'a> {
    pub fn start_region(&mut self) -> Region {
        let at = self.asm.mark();
        Region { start: Some(at), ranges: Vec::new() }
    }
    pub fn suspend_region(&mut self, region: &mut Region) {
        let at = self.asm.mark();
        region.suspend(at);
    }
    pub fn resume_region(&mut self, region: &mut Region) {
        let at = self.asm.mark();
        region.resume(at);
    }
    /// Ends a region: handler rows for those ranges that can throw. False: none can.
    pub fn end_region(&mut self, mut region: Region, target: Label, context: Reg) -> bool {
        self.suspend_region(&mut region);
        let mut any = false;
        for (start, end) in region.ranges {
            if self.asm.may_throw(start, end) {
                self.asm.handler(start, end, target, context);
                any = true;
            }
        }
        any
    }

    /// The control that `break`/`continue` means, with the label to jump to.
    pub fn jump_target(&self, label: Option<&str>, is_continue: bool) -> Option<Exit> {
        self.controls.iter().enumerate().rev().find_map(|(i, c)| match c {
            Control::Target { labels, plain, break_label, continue_label } => {
                let named = match label {
                    Some(l) => labels.contains(&l),
                    None if is_continue => continue_label.is_some(),
                    None => !plain,
                };
                if !named {
                    return None;
                }
                let label = if is_continue { (*continue_label)? } else { (*break_label)? };
                Some(Exit::Jump { control: i, label })
            }
            _ => None,
        })
    }

    /// Leaves through everything between here and the exit's target.
    pub fn leave(&mut self, exit: Exit) {
        let stop = match exit {
            Exit::Return => 0,
            Exit::Jump { control, .. } => control + 1,
        };
        let mark = self.next;
        let mut context = None;
        let mut suspended = Vec::new();
        let mut through_finally = false;
        let mut i = self.controls.len();
        while i > stop {
            i -= 1;
            let at = self.asm.mark();
            if let Some(region) = self.controls[i].region() {
                region.suspend(at);
                suspended.push(i);
            }
            match &mut self.controls[i] {
                Control::Context { saved } => context = Some(*saved),
                Control::Iterator { iterator, is_async, .. } => {
                    let (iterator, is_async) = (*iterator, *is_async);
                    let value = self.temp();
                    if let Exit::Return = exit {
                        self.asm.Star(value);
                    }
                    if is_async {
                        self.async_iterator_close(iterator);
                    } else {
                        self.asm.IteratorClose(iterator, 0);
                    }
                    if let Exit::Return = exit {
                        self.asm.Ldar(value);
                    }
                }
                Control::Pattern { iterator, done, .. } => {
                    let (iterator, done) = (*iterator, *done);
                    let value = self.temp();
                    let skip = self.asm.label();
                    self.asm.Star(value);
                    self.asm.Ldar(done);
                    self.asm.JumpIfTrue(skip);
                    self.asm.IteratorClose(iterator, 0);
                    self.asm.bind(skip);
                    self.asm.Ldar(value);
                }
                Control::Finally { token, value, entry, exits, .. } => {
                    let (token, value, entry) = (*token, *value, *entry);
                    exits.push(exit);
                    let number = exits.len() as i32; // 0 is "throw"
                    if let Exit::Return = exit {
                        self.asm.Star(value);
                    }
                    if let Some(saved) = context {
                        self.asm.PopContext(saved);
                    }
                    self.asm.LdaSmi(number);
                    self.asm.Star(token);
                    self.asm.Jump(entry);
                    through_finally = true;
                    break;
                }
                Control::Target { .. } | Control::Catch { .. } => {}
            }
        }
        if !through_finally {
            match exit {
                Exit::Return => self.emit_return(),
                Exit::Jump { label, .. } => {
                    if let Some(saved) = context {
                        self.asm.PopContext(saved);
                    }
                    self.asm.Jump(label);
                }
            }
        }
        let at = self.asm.mark();
        for i in suspended {
            if let Some(region) = self.controls[i].region() {
                region.resume(at);
            }
        }
        self.release(mark);
    }

    /// Returns the accumulator from the function, nothing left to undo.
    pub fn emit_return(&mut self) {
        match self.flow {
            Flow::Async => self.settle(RuntimeFunction::AsyncFunctionResolve),
            Flow::AsyncGenerator => self.settle(RuntimeFunction::AsyncGeneratorReturn),
            Flow::Plain | Flow::Generator => {}
        }
        if self.info.form == FunctionForm::DerivedConstructor {
            let mark = self.next;
            let args = self.temps(2);
            self.asm.Star(args);
            self.load_this_unchecked();
            self.asm.Star(Self::at(args, 1));
            self.runtime(RuntimeFunction::CheckDerivedReturn, args, 2);
            self.release(mark);
        }
        self.asm.Return();
    }
}
