//! Which registers, parameters and whether the accumulator are live before each instruction.

use tierproof_bytecode::instruction::{Instruction, Opcode, decode_all};
use tierproof_bytecode::liveness::switch_targets;
use tierproof_bytecode::{CodeTemplate, Reg};

use crate::frame_state::FrameSlot;

/// Decoded bytecode with liveness.
pub struct Liveness {
    pub instructions: Vec<Instruction>,
    /// Position in `instructions` by bytecode offset.
    positions: Vec<u32>,
    live: Vec<u64>,
    words: usize,
    registers: u32,
    params: u32,
}

const NONE: u32 = u32::MAX;

/// Where an instruction may go on, fall-through not included.
fn targets(template: &CodeTemplate, instruction: &Instruction) -> Vec<u32> {
    match switch_targets(instruction, template) {
        Some(targets) => targets.to_vec(),
        None => instruction.jump_target().into_iter().collect(),
    }
}

impl Liveness {
    pub fn new(template: &CodeTemplate) -> Liveness {
        let instructions: Vec<Instruction> = decode_all(&template.bytecode).collect();
        let mut positions = vec![NONE; template.bytecode.len() + 1];
        for (i, instruction) in instructions.iter().enumerate() {
            positions[instruction.offset as usize] = i as u32;
        }
        let registers = template.register_count;
        let params = template.param_count;
        let words = (registers + params + 1).div_ceil(64) as usize;
        let mut this = Liveness {
            live: vec![0; words * (instructions.len() + 1)],
            instructions,
            positions,
            words,
            registers,
            params,
        };
        this.solve(template);
        this
    }

    fn solve(&mut self, template: &CodeTemplate) {
        loop {
            let mut changed = false;
            for i in (0..self.instructions.len()).rev() {
                let instruction = self.instructions[i];
                let info = instruction.opcode.info();
                let mut set = vec![0u64; self.words];
                if !info.effects.ends {
                    self.union(&mut set, i + 1);
                }
                for target in targets(template, &instruction) {
                    if let Some(at) = self.position(target) {
                        self.union(&mut set, at);
                    }
                }
                for r in instruction.writes() {
                    if let Some(bit) = self.bit(FrameSlot(r.0)) {
                        set[bit / 64] &= !(1 << (bit % 64));
                    }
                }
                if info.acc.writes() {
                    let bit = (self.registers + self.params) as usize;
                    set[bit / 64] &= !(1 << (bit % 64));
                }
                // What the handler needs must survive a throw in the middle of the instruction.
                for handler in template
                    .handlers
                    .iter()
                    .filter(|h| h.start <= instruction.offset && instruction.offset < h.end)
                {
                    if let Some(at) = self.position(handler.target) {
                        let mut needed = vec![0u64; self.words];
                        self.union(&mut needed, at);
                        let acc = (self.registers + self.params) as usize;
                        needed[acc / 64] &= !(1 << (acc % 64));
                        for (s, n) in set.iter_mut().zip(needed) {
                            *s |= n;
                        }
                    }
                }
                // A handler starts by restoring its context.
                for handler in template.handlers.iter().filter(|h| h.target == instruction.offset) {
                    self.set_bit(&mut set, FrameSlot(handler.context.0));
                }
                for r in instruction.reads() {
                    self.set_bit(&mut set, FrameSlot(r.0));
                }
                if info.acc.reads() {
                    self.set_bit(&mut set, FrameSlot::ACCUMULATOR);
                }
                match instruction.opcode {
                    Opcode::CreateMappedArguments
                    | Opcode::CreateUnmappedArguments
                    | Opcode::CreateRestParameter
                    | Opcode::ConstructForwardArgs => {
                        for p in 0..self.params {
                            self.set_bit(&mut set, FrameSlot(Reg::param(p).0));
                        }
                    }
                    _ => {}
                }
                let at = i * self.words;
                if self.live[at..at + self.words] != set[..] {
                    self.live[at..at + self.words].copy_from_slice(&set);
                    changed = true;
                }
            }
            if !changed {
                return;
            }
        }
    }

    fn union(&self, set: &mut [u64], position: usize) {
        for (s, l) in set.iter_mut().zip(&self.live[position * self.words..]) {
            *s |= l;
        }
    }
    fn set_bit(&self, set: &mut [u64], slot: FrameSlot) {
        if let Some(bit) = self.bit(slot) {
            set[bit / 64] |= 1 << (bit % 64);
        }
    }
    fn bit(&self, slot: FrameSlot) -> Option<usize> {
        if slot == FrameSlot::ACCUMULATOR {
            return Some((self.registers + self.params) as usize);
        }
        if slot.0 >= 0 {
            return ((slot.0 as u32) < self.registers).then_some(slot.0 as usize);
        }
        let param = Reg(slot.0).as_param()?;
        (param < self.params).then_some((self.registers + param) as usize)
    }
    /// Position of the instruction at a bytecode offset.
    pub fn position(&self, offset: u32) -> Option<usize> {
        self.positions.get(offset as usize).copied().filter(|&p| p != NONE).map(|p| p as usize)
    }
    pub fn instruction_at(&self, offset: u32) -> Option<&Instruction> {
        self.position(offset).map(|p| &self.instructions[p])
    }
    /// Whether a register, parameter or the accumulator is live before the instruction at
    /// `offset`; other frame words always are.
    pub fn is_live(&self, offset: u32, slot: FrameSlot) -> bool {
        let Some(bit) = self.bit(slot) else { return true };
        let Some(at) = self.position(offset) else { return false };
        self.live[at * self.words + bit / 64] >> (bit % 64) & 1 != 0
    }
}
