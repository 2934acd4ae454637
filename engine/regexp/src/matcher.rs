//! The backtracking matcher. Every instruction and every character of a repetition is a step, so the
//! number of steps depends on pattern and input only.

use crate::Flags;
use crate::case::canonicalize;
use crate::program::{Instruction, Program, Single};

/// The subject.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    Latin1(&'a [u8]),
    Utf16(&'a [u16]),
}

/// Start and end of each group, None for those that did not take part.
pub type Captures = Vec<Option<(u32, u32)>>;

/// Why there is no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// The steps are used up.
    Steps,
    /// The backtracking stack has grown too large.
    Stack,
}

/// Most entries on the backtracking stack.
const MAX_STACK: usize = 1 << 24;
/// Value of a register that is not set.
const UNSET: u32 = u32::MAX;

/// Code units of the subject.
trait Units: Copy {
    fn len(self) -> usize;
    fn at(self, i: usize) -> u32;
}
impl Units for &[u8] {
    #[inline(always)]
    fn len(self) -> usize {
        <[u8]>::len(self)
    }
    #[inline(always)]
    fn at(self, i: usize) -> u32 {
        self[i] as u32
    }
}
impl Units for &[u16] {
    #[inline(always)]
    fn len(self) -> usize {
        <[u16]>::len(self)
    }
    #[inline(always)]
    fn at(self, i: usize) -> u32 {
        self[i] as u32
    }
}

/// What a failure goes back to.
#[derive(Clone, Copy)]
enum Entry {
    /// Go on at this instruction and position.
    Branch { pc: u32, at: u32 },
    /// Put the old value into a register.
    Restore { register: u32, value: u32 },
    /// A greedy repetition that may give back characters: from `at` towards `limit`.
    GiveBack { pc: u32, at: u32, limit: u32 },
    /// A lazy repetition that may take up to `left` more.
    TakeMore { pc: u32, at: u32, left: u32 },
    /// A lookaround under way: `negative` ones go on at `after` when their body fails.
    Barrier { negative: bool, after: u32, at: u32 },
}

impl Program {
    /// Looks for a match at `start`, and unless `sticky` at each later position. Takes `steps`.
    pub fn execute(
        &self,
        input: Input,
        start: usize,
        sticky: bool,
        steps: &mut u64,
    ) -> Result<Option<Captures>, Failure> {
        match (input, self.flags.full_unicode()) {
            (Input::Latin1(s), _) => Matcher::<_, false>::new(self, s, *steps).search(start, sticky, steps),
            (Input::Utf16(s), false) => {
                Matcher::<_, false>::new(self, s, *steps).search(start, sticky, steps)
            }
            (Input::Utf16(s), true) => Matcher::<_, true>::new(self, s, *steps).search(start, sticky, steps),
        }
    }
}

struct Matcher<'p, S, const PAIRS: bool> {
    program: &'p Program,
    input: S,
    registers: Vec<u32>,
    stack: Vec<Entry>,
    steps: u64,
    full_unicode: bool,
}

fn is_high(u: u32) -> bool {
    u & 0xFC00 == 0xD800
}
fn is_low(u: u32) -> bool {
    u & 0xFC00 == 0xDC00
}
fn is_line_terminator(c: u32) -> bool {
    matches!(c, 10 | 13 | 0x2028 | 0x2029)
}

impl<'p, S: Units, const PAIRS: bool> Matcher<'p, S, PAIRS> {
    fn new(program: &'p Program, input: S, steps: u64) -> Self {
        Matcher {
            program,
            input,
            registers: vec![UNSET; program.registers as usize],
            stack: Vec::new(),
            steps,
            full_unicode: program.flags.full_unicode(),
        }
    }

    fn search(mut self, start: usize, sticky: bool, steps: &mut u64) -> Result<Option<Captures>, Failure> {
        let mut at = start;
        // a position inside a pair belongs to the pair
        if PAIRS
            && at > 0
            && at < self.input.len()
            && is_low(self.input.at(at))
            && is_high(self.input.at(at - 1))
        {
            at -= 1;
        }
        let result = self.search_from(at, sticky);
        *steps = self.steps;
        result
    }

    fn search_from(&mut self, mut at: usize, sticky: bool) -> Result<Option<Captures>, Failure> {
        loop {
            if let Some(first) = &self.program.first {
                while at < self.input.len() {
                    let (c, next) = self.forward(at).unwrap_or((0, at + 1));
                    if first.contains(c) || sticky {
                        break;
                    }
                    self.step()?;
                    at = next;
                }
                if at >= self.input.len() {
                    return Ok(None);
                }
            }
            if self.run(at)? {
                let r = &self.registers;
                return Ok(Some(
                    (0..self.program.groups as usize)
                        .map(|g| {
                            (r[2 * g] != UNSET && r[2 * g + 1] != UNSET).then(|| (r[2 * g], r[2 * g + 1]))
                        })
                        .collect(),
                ));
            }
            if sticky || at >= self.input.len() {
                return Ok(None);
            }
            at = self.forward(at).map_or(at + 1, |f| f.1);
        }
    }

    #[inline(always)]
    fn step(&mut self) -> Result<(), Failure> {
        if self.steps == 0 {
            return Err(Failure::Steps);
        }
        self.steps -= 1;
        Ok(())
    }

    /// The character after `at`, and where it ends.
    #[inline(always)]
    fn forward(&self, at: usize) -> Option<(u32, usize)> {
        if at >= self.input.len() {
            return None;
        }
        let c = self.input.at(at);
        if PAIRS && is_high(c) && at + 1 < self.input.len() {
            let d = self.input.at(at + 1);
            if is_low(d) {
                return Some((0x10000 + ((c & 0x3FF) << 10 | d & 0x3FF), at + 2));
            }
        }
        Some((c, at + 1))
    }
    /// The character before `at`, and where it begins.
    #[inline(always)]
    fn backward(&self, at: usize) -> Option<(u32, usize)> {
        if at == 0 {
            return None;
        }
        let d = self.input.at(at - 1);
        if PAIRS && is_low(d) && at > 1 {
            let c = self.input.at(at - 2);
            if is_high(c) {
                return Some((0x10000 + ((c & 0x3FF) << 10 | d & 0x3FF), at - 2));
            }
        }
        Some((d, at - 1))
    }
    #[inline(always)]
    fn next(&self, at: usize, back: bool) -> Option<(u32, usize)> {
        if back { self.backward(at) } else { self.forward(at) }
    }

    #[inline(always)]
    fn matches(&self, single: &Single, c: u32) -> bool {
        match single {
            Single::Char(x) => *x == c,
            Single::CharFolded(x) => *x == c || canonicalize(c, self.full_unicode) == *x,
            Single::NotLineTerminator => !is_line_terminator(c),
            Single::Any => true,
            Single::Set(i) => self.program.classes[*i as usize].contains(c),
        }
    }

    fn push(&mut self, e: Entry) -> Result<(), Failure> {
        if self.stack.len() >= MAX_STACK {
            return Err(Failure::Stack);
        }
        self.stack.push(e);
        Ok(())
    }
    fn set(&mut self, register: u32, value: u32) -> Result<(), Failure> {
        let old = std::mem::replace(&mut self.registers[register as usize], value);
        if old != value {
            self.push(Entry::Restore { register, value: old })?;
        }
        Ok(())
    }

    fn is_word(&self, at: Option<u32>, folded: bool) -> bool {
        at.is_some_and(|c| {
            c < 128 && ((c as u8).is_ascii_alphanumeric() || c == b'_' as u32)
                || folded && (c == 0x17F || c == 0x212A)
        })
    }

    /// Whether the program matches at this position; registers hold the captures then.
    fn run(&mut self, start: usize) -> Result<bool, Failure> {
        self.registers.fill(UNSET);
        self.stack.clear();
        let program = self.program;
        let (mut pc, mut at) = (0usize, start);
        loop {
            self.step()?;
            let ok = match &program.code[pc] {
                Instruction::Match => return Ok(true),
                Instruction::Fail => false,
                Instruction::One { single, back } => match self.next(at, *back) {
                    Some((c, to)) if self.matches(single, c) => {
                        at = to;
                        pc += 1;
                        true
                    }
                    _ => false,
                },
                Instruction::Repeat { single, min, max, greedy, back } => {
                    let mut count = 0;
                    let wanted = if *greedy { *max } else { *min };
                    let mut least = at;
                    while count < wanted {
                        match self.next(at, *back) {
                            Some((c, to)) if self.matches(single, c) => at = to,
                            _ => break,
                        }
                        count += 1;
                        if count == *min {
                            least = at;
                        }
                        self.step()?;
                    }
                    if count < *min {
                        false
                    } else {
                        let here = pc as u32;
                        if *greedy && at != least {
                            self.push(Entry::GiveBack { pc: here, at: at as u32, limit: least as u32 })?;
                        } else if !*greedy && *max > *min {
                            let left = if *max == u32::MAX { u32::MAX } else { *max - *min };
                            self.push(Entry::TakeMore { pc: here, at: at as u32, left })?;
                        }
                        pc += 1;
                        true
                    }
                }
                Instruction::Jump(to) => {
                    pc = *to as usize;
                    true
                }
                Instruction::Split(first, second) => {
                    self.push(Entry::Branch { pc: *second, at: at as u32 })?;
                    pc = *first as usize;
                    true
                }
                Instruction::Save(register) => {
                    self.set(*register, at as u32)?;
                    pc += 1;
                    true
                }
                Instruction::Start { multiline } => {
                    pc += 1;
                    at == 0 || *multiline && is_line_terminator(self.input.at(at - 1))
                }
                Instruction::End { multiline } => {
                    pc += 1;
                    at == self.input.len() || *multiline && is_line_terminator(self.input.at(at))
                }
                Instruction::Boundary { negative, folded } => {
                    pc += 1;
                    let before = self.is_word(self.backward(at).map(|c| c.0), *folded);
                    let after = self.is_word(self.forward(at).map(|c| c.0), *folded);
                    (before != after) != *negative
                }
                Instruction::BackReference { groups, folded, back } => {
                    pc += 1;
                    match self.back_reference(groups, *folded, *back, at)? {
                        Some(to) => {
                            at = to;
                            true
                        }
                        None => false,
                    }
                }
                Instruction::Look { negative, after } => {
                    self.push(Entry::Barrier { negative: *negative, after: *after, at: at as u32 })?;
                    pc += 1;
                    true
                }
                Instruction::LookEnd => match self.end_look() {
                    Some((to, position)) => {
                        pc = to;
                        at = position;
                        true
                    }
                    None => false,
                },
                Instruction::LoopInit { counter } => {
                    self.set(*counter, 0)?;
                    pc += 1;
                    true
                }
                Instruction::LoopHead { counter, min, max, greedy, exit } => {
                    let count = self.registers[*counter as usize];
                    if count < *min {
                        pc += 1;
                    } else if count >= *max {
                        pc = *exit as usize;
                    } else if *greedy {
                        self.push(Entry::Branch { pc: *exit, at: at as u32 })?;
                        pc += 1;
                    } else {
                        self.push(Entry::Branch { pc: pc as u32 + 1, at: at as u32 })?;
                        pc = *exit as usize;
                    }
                    true
                }
                Instruction::LoopEnter { counter, captures } => {
                    let count = self.registers[*counter as usize];
                    self.set(*counter, count.saturating_add(1).min(UNSET - 1))?;
                    self.set(*counter + 1, at as u32)?;
                    for r in captures.0 * 2..captures.1 * 2 {
                        self.set(r, UNSET)?;
                    }
                    pc += 1;
                    true
                }
                Instruction::LoopNext { counter, min, head } => {
                    let count = self.registers[*counter as usize];
                    let began = self.registers[*counter as usize + 1];
                    pc = *head as usize;
                    !(count > *min && began == at as u32)
                }
            };
            if !ok {
                match self.fail()? {
                    Some((to, position)) => (pc, at) = (to, position),
                    None => return Ok(false),
                }
            }
        }
    }

    /// Goes back to the last choice: where to go on.
    fn fail(&mut self) -> Result<Option<(usize, usize)>, Failure> {
        while let Some(entry) = self.stack.pop() {
            match entry {
                Entry::Branch { pc, at } => return Ok(Some((pc as usize, at as usize))),
                Entry::Restore { register, value } => self.registers[register as usize] = value,
                Entry::GiveBack { pc, at, limit } => {
                    let Instruction::Repeat { back, .. } = &self.program.code[pc as usize] else { continue };
                    // one character less
                    let Some((_, to)) = self.next(at as usize, !*back) else { continue };
                    if to as u32 != limit {
                        self.push(Entry::GiveBack { pc, at: to as u32, limit })?;
                    }
                    return Ok(Some((pc as usize + 1, to)));
                }
                Entry::TakeMore { pc, at, left } => {
                    let Instruction::Repeat { single, back, .. } = &self.program.code[pc as usize] else {
                        continue;
                    };
                    self.step()?;
                    let Some((c, to)) = self.next(at as usize, *back) else { continue };
                    if !self.matches(single, c) {
                        continue;
                    }
                    let left = if left == u32::MAX { left } else { left - 1 };
                    if left > 0 {
                        self.push(Entry::TakeMore { pc, at: to as u32, left })?;
                    }
                    return Ok(Some((pc as usize + 1, to)));
                }
                Entry::Barrier { negative: true, after, at } => {
                    return Ok(Some((after as usize, at as usize)));
                }
                Entry::Barrier { negative: false, .. } => {}
            }
        }
        Ok(None)
    }

    /// The body of a lookaround has matched: its choices are dropped. A positive one goes on behind it,
    /// keeping its captures; a negative one fails.
    fn end_look(&mut self) -> Option<(usize, usize)> {
        let barrier = self.stack.iter().rposition(|e| matches!(e, Entry::Barrier { .. }))?;
        let Entry::Barrier { negative, after, at } = self.stack[barrier] else { return None };
        if negative {
            while self.stack.len() > barrier {
                if let Some(Entry::Restore { register, value }) = self.stack.pop() {
                    self.registers[register as usize] = value;
                }
            }
            return None;
        }
        // only what undoes captures stays
        let mut kept = barrier;
        for i in barrier + 1..self.stack.len() {
            if let Entry::Restore { .. } = self.stack[i] {
                self.stack[kept] = self.stack[i];
                kept += 1;
            }
        }
        self.stack.truncate(kept);
        Some((after as usize, at as usize))
    }

    /// Where the input ends that equals the group, None when it does not.
    fn back_reference(
        &mut self,
        groups: &[u32],
        folded: bool,
        back: bool,
        at: usize,
    ) -> Result<Option<usize>, Failure> {
        let range = groups.iter().find_map(|&g| {
            let (from, to) = (self.registers[2 * g as usize], self.registers[2 * g as usize + 1]);
            (from != UNSET && to != UNSET).then_some((from as usize, to as usize))
        });
        let Some((from, to)) = range else { return Ok(Some(at)) };
        let (mut of_group, mut of_input) = if back { (to, at) } else { (from, at) };
        loop {
            if of_group == if back { from } else { to } {
                return Ok(Some(of_input));
            }
            self.step()?;
            let (Some((a, g)), Some((b, i))) = (self.next(of_group, back), self.next(of_input, back)) else {
                return Ok(None);
            };
            let same =
                a == b || folded && canonicalize(a, self.full_unicode) == canonicalize(b, self.full_unicode);
            if !same {
                return Ok(None);
            }
            (of_group, of_input) = (g, i);
        }
    }
}

impl Program {
    /// Whether the matcher is to stay at the start position (`y`).
    pub fn is_sticky(&self) -> bool {
        self.flags.has(Flags::STICKY)
    }
}
