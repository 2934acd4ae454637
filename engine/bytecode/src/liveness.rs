//! Which registers and whether the accumulator are live at each instruction.
//!
//! A backward bit-set analysis over the bytecode; loops are iterated to the fixpoint and each
//! instruction that may throw has an edge to its handler. Only local registers take part: frame
//! words and parameters always count as live.

use crate::instruction::{Instruction, Opcode, Reg, decode, decode_all};
use crate::template::CodeTemplate;

/// A set of live registers plus the accumulator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Live<'a> {
    words: &'a [u64],
}

impl<'a> Live<'a> {
    /// Whether local register `r` is live (other registers always are).
    pub fn register(&self, r: Reg) -> bool {
        !r.is_local() || self.bit(r.0 as usize + 1)
    }
    pub fn accumulator(&self) -> bool {
        self.bit(0)
    }
    /// Live local registers in ascending order.
    pub fn registers(&self) -> impl Iterator<Item = Reg> + 'a {
        let words = self.words;
        (1..words.len() * 64).filter(move |&i| words[i / 64] >> (i % 64) & 1 != 0).map(|i| Reg(i as i32 - 1))
    }
    fn bit(&self, i: usize) -> bool {
        self.words.get(i / 64).is_some_and(|w| w >> (i % 64) & 1 != 0)
    }
}

/// Result of the analysis for one template.
pub struct Liveness {
    words: usize,
    /// Instruction number of each bytecode offset (`u32::MAX` inside an instruction).
    index: Vec<u32>,
    /// Two rows per instruction: live in, live out.
    bits: Vec<u64>,
}

impl Liveness {
    pub fn compute(template: &CodeTemplate) -> Liveness {
        let instructions: Vec<Instruction> = decode_all(&template.bytecode).collect();
        let n = instructions.len();
        let words = (template.register_count as usize + 1).div_ceil(64);
        let mut index = vec![u32::MAX; template.bytecode.len() + 1];
        for (i, instruction) in instructions.iter().enumerate() {
            index[instruction.offset as usize] = i as u32;
        }
        // handler of each instruction that may throw
        let handlers: Vec<Option<(u32, Reg)>> = instructions
            .iter()
            .map(|i| {
                if !i.opcode.info().effects.throws {
                    return None;
                }
                template.handler_for(i.offset).map(|h| (index[h.target as usize], h.context))
            })
            .collect();
        let mut liveness = Liveness { words, index, bits: vec![0; n * 2 * words] };
        let mut row = vec![0u64; words];
        loop {
            let mut changed = false;
            for i in (0..n).rev() {
                let instruction = &instructions[i];
                let effects = instruction.opcode.info().effects;
                row.fill(0);
                if !effects.ends && i + 1 < n {
                    liveness.add_live_in(i + 1, &mut row);
                }
                if let Some(target) = instruction.jump_target()
                    && let Some(&t) = liveness.index.get(target as usize)
                    && t != u32::MAX
                {
                    liveness.add_live_in(t as usize, &mut row);
                }
                if let Some(targets) = switch_targets(instruction, template) {
                    for &target in targets {
                        if let Some(&t) = liveness.index.get(target as usize)
                            && t != u32::MAX
                        {
                            liveness.add_live_in(t as usize, &mut row);
                        }
                    }
                }
                let at = (i * 2 + 1) * words;
                if liveness.bits[at..at + words] != row[..] {
                    liveness.bits[at..at + words].copy_from_slice(&row);
                    changed = true;
                }
                let acc = instruction.opcode.info().acc;
                if acc.writes() {
                    row[0] &= !1;
                }
                for r in instruction.writes() {
                    clear(&mut row, r);
                }
                if acc.reads() {
                    row[0] |= 1;
                }
                for r in instruction.reads() {
                    set(&mut row, r);
                }
                if let Some((handler, context)) = handlers[i] {
                    let acc_live = row[0] & 1;
                    if handler != u32::MAX {
                        liveness.add_live_in(handler as usize, &mut row);
                    }
                    row[0] = row[0] & !1 | acc_live;
                    set(&mut row, context);
                }
                let at = i * 2 * words;
                if liveness.bits[at..at + words] != row[..] {
                    liveness.bits[at..at + words].copy_from_slice(&row);
                    changed = true;
                }
            }
            if !changed {
                return liveness;
            }
        }
    }

    /// What is live before the instruction at `offset`.
    pub fn live_in(&self, offset: u32) -> Live<'_> {
        self.row(self.index[offset as usize] as usize * 2)
    }
    /// What is live after the instruction at `offset` (on its normal exits).
    pub fn live_out(&self, offset: u32) -> Live<'_> {
        self.row(self.index[offset as usize] as usize * 2 + 1)
    }

    fn row(&self, row: usize) -> Live<'_> {
        Live { words: &self.bits[row * self.words..(row + 1) * self.words] }
    }
    fn add_live_in(&self, instruction: usize, row: &mut [u64]) {
        let at = instruction * 2 * self.words;
        for (w, &bits) in row.iter_mut().zip(&self.bits[at..at + self.words]) {
            *w |= bits;
        }
    }
}

fn set(row: &mut [u64], r: Reg) {
    if r.is_local() {
        let i = r.0 as usize + 1;
        row[i / 64] |= 1 << (i % 64);
    }
}
fn clear(row: &mut [u64], r: Reg) {
    if r.is_local() {
        let i = r.0 as usize + 1;
        row[i / 64] &= !(1 << (i % 64));
    }
}

/// Where an instruction may go on by a jump table: the targets of a `SwitchOn*`, the resume point of a
/// `SuspendGenerator`.
pub fn switch_targets<'a>(instruction: &Instruction, template: &'a CodeTemplate) -> Option<&'a [u32]> {
    let (table, count) = match instruction.opcode {
        Opcode::SwitchOnSmi => (instruction.operands[0], instruction.operands[1]),
        Opcode::SwitchOnGeneratorState => (instruction.operands[1], instruction.operands[2]),
        Opcode::SuspendGenerator => {
            // Functions that can be suspended start with the switch on their resume points.
            let entry = decode(&template.bytecode, 0)?;
            (entry.operands[1] + instruction.operands[1], 1)
        }
        _ => return None,
    };
    template.jump_tables.get(table as usize..(table + count) as usize)
}
