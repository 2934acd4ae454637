//! Builder of bytecode: instructions with labels in, bytes with the narrowest operand width out.
//!
//! Emission methods are named after the opcodes and derive from the table; jump operands are
//! [`Label`]s. Code after an instruction that never continues is dropped until a label that
//! something refers to is bound, so bytegen need not track reachability itself.

use crate::feedback::{SlotId, SlotKind};
use crate::for_each_opcode;
use crate::instruction::{MAX_OPERANDS, Opcode, OperandKind, Reg};
use crate::template::{Constant, Handler, JsStr};
use std::collections::HashMap;

/// A place in the code, bound before or after it is referred to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Label(u32);

/// Position in the stream of emitted instructions (not a byte offset).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Mark(u32);

#[derive(Clone, Copy)]
struct Item {
    opcode: Opcode,
    operands: [i32; MAX_OPERANDS],
    label: Option<Label>,
    position: u32,
}

#[derive(Clone, Copy, Default)]
struct LabelState {
    bound: Option<u32>,
    references: u32,
}

struct HandlerItem {
    start: Mark,
    end: Mark,
    target: Label,
    context: Reg,
}

/// What [`Assembler::finish`] yields; the parts of a `CodeTemplate` that the assembler owns.
#[derive(Debug, Default)]
pub struct Assembled {
    pub bytecode: Vec<u8>,
    pub constants: Vec<Constant>,
    pub jump_tables: Vec<u32>,
    pub handlers: Vec<Handler>,
    pub slots: Vec<SlotKind>,
    pub positions: Vec<(u32, u32)>,
    pub register_count: u32,
}

const NO_POSITION: u32 = u32::MAX;

/// See the module page.
pub struct Assembler {
    items: Vec<Item>,
    labels: Vec<LabelState>,
    handlers: Vec<HandlerItem>,
    jump_tables: Vec<Label>,
    constants: Vec<Constant>,
    string_constants: HashMap<JsStr, u32>,
    number_constants: HashMap<u64, u32>,
    slots: Vec<SlotKind>,
    position: u32,
    reachable: bool,
    /// Item index at which a label was last bound: no peephole across it.
    barrier: usize,
    max_register: i32,
}

impl Default for Assembler {
    fn default() -> Self {
        Self::new()
    }
}

impl Assembler {
    pub fn new() -> Assembler {
        Assembler {
            items: Vec::new(),
            labels: Vec::new(),
            handlers: Vec::new(),
            jump_tables: Vec::new(),
            constants: Vec::new(),
            string_constants: HashMap::new(),
            number_constants: HashMap::new(),
            slots: Vec::new(),
            position: NO_POSITION,
            reachable: true,
            barrier: 0,
            max_register: -1,
        }
    }

    /// A label to be bound later.
    pub fn label(&mut self) -> Label {
        self.labels.push(LabelState::default());
        Label(self.labels.len() as u32 - 1)
    }

    /// Binds `label` to the next instruction.
    pub fn bind(&mut self, label: Label) {
        let state = &mut self.labels[label.0 as usize];
        debug_assert!(state.bound.is_none(), "label bound twice");
        state.bound = Some(self.items.len() as u32);
        if state.references > 0 {
            self.reachable = true;
        }
        self.barrier = self.items.len();
    }

    /// Whether an instruction emitted now could ever run.
    pub fn is_reachable(&self) -> bool {
        self.reachable
    }

    /// The current place, for handler ranges.
    pub fn mark(&mut self) -> Mark {
        self.barrier = self.items.len();
        Mark(self.items.len() as u32)
    }

    /// Whether some instruction in the range may throw.
    pub fn may_throw(&self, start: Mark, end: Mark) -> bool {
        self.items[start.0 as usize..end.0 as usize].iter().any(|i| i.opcode.info().effects.throws)
    }

    /// Adds a row to the handler table: inner ones first. Empty ranges are dropped.
    pub fn handler(&mut self, start: Mark, end: Mark, target: Label, context: Reg) {
        if start < end {
            self.labels[target.0 as usize].references += 1;
            self.handlers.push(HandlerItem { start, end, target, context });
        }
    }

    /// Appends a jump table; the result is the `table` operand of `SwitchOn*`.
    pub fn jump_table(&mut self, targets: &[Label]) -> u32 {
        let start = self.jump_tables.len() as u32;
        for &t in targets {
            if self.reachable {
                self.labels[t.0 as usize].references += 1;
            }
            self.jump_tables.push(t);
        }
        start
    }

    /// A label that a resumption jumps to; see [`Assembler::resume_points`].
    pub fn resume_label(&mut self) -> Label {
        let label = self.label();
        self.labels[label.0 as usize].references = 1;
        label
    }

    /// Completes the `SwitchOnGeneratorState` at the start of the function with its resume points.
    pub fn resume_points(&mut self, points: &[Label]) {
        let table = self.jump_tables.len() as i32;
        self.jump_tables.extend_from_slice(points);
        if let Some(item) = self.items.iter_mut().find(|i| i.opcode == Opcode::SwitchOnGeneratorState) {
            item.operands[1] = table;
            item.operands[2] = points.len() as i32;
        }
    }

    /// Source position of the instructions that follow.
    pub fn set_position(&mut self, offset: u32) {
        self.position = offset;
    }
    pub fn position(&self) -> u32 {
        self.position
    }

    /// A new feedback slot.
    pub fn slot(&mut self, kind: SlotKind) -> SlotId {
        self.slots.push(kind);
        self.slots.len() as u32 - 1
    }

    /// Index of a constant, shared with equal strings and numbers.
    pub fn constant(&mut self, constant: Constant) -> u32 {
        let next = self.constants.len() as u32;
        let known = match &constant {
            Constant::String(s) => Some(*self.string_constants.entry(s.clone()).or_insert(next)),
            Constant::Number(n) => Some(*self.number_constants.entry(n.to_bits()).or_insert(next)),
            _ => None,
        };
        match known {
            Some(at) if at != next => at,
            _ => {
                self.constants.push(constant);
                next
            }
        }
    }

    /// Emits any opcode; `label` fills its jump operand.
    pub fn emit(&mut self, opcode: Opcode, operands: &[i32], label: Option<Label>) {
        if !self.reachable {
            return;
        }
        let info = opcode.info();
        debug_assert_eq!(info.operands.len(), operands.len(), "{}", info.name);
        if self.barrier < self.items.len() {
            let last = &self.items[self.items.len() - 1];
            match opcode {
                // `Star r; Ldar r` and `Ldar r; Ldar r`
                Opcode::Ldar
                    if matches!(last.opcode, Opcode::Star | Opcode::Ldar)
                        && last.operands[0] == operands[0] =>
                {
                    return;
                }
                Opcode::Star if last.opcode == Opcode::Ldar && last.operands[0] == operands[0] => return,
                _ => {}
            }
        }
        if opcode == Opcode::Mov && operands[0] == operands[1] {
            return;
        }
        if let Some(label) = label {
            self.labels[label.0 as usize].references += 1;
        }
        let mut array = [0; MAX_OPERANDS];
        array[..operands.len()].copy_from_slice(operands);
        let item = Item {
            opcode,
            operands: array,
            label,
            position: if info.effects.throws { self.position } else { NO_POSITION },
        };
        for r in item_registers(&item) {
            self.max_register = self.max_register.max(r);
        }
        self.items.push(item);
        if info.effects.ends {
            self.reachable = false;
        }
    }

    /// Encodes everything with the narrowest widths that fit.
    pub fn finish(self) -> Assembled {
        let n = self.items.len();
        let mut widths: Vec<u8> = self
            .items
            .iter()
            .map(|item| {
                item.opcode
                    .info()
                    .operands
                    .iter()
                    .zip(item.operands)
                    .map(|(&(_, kind), v)| if kind == OperandKind::Jump { 1 } else { width_of(kind, v) })
                    .max()
                    .unwrap_or(1)
            })
            .collect();
        let size = |item: &Item, width: u8| -> u32 {
            1 + u32::from(width > 1) + item.opcode.info().operands.len() as u32 * u32::from(width)
        };
        let mut offsets = vec![0u32; n + 1];
        loop {
            let mut at = 0;
            for (i, item) in self.items.iter().enumerate() {
                offsets[i] = at;
                at += size(item, widths[i]);
            }
            offsets[n] = at;
            let mut grew = false;
            for (i, item) in self.items.iter().enumerate() {
                if let Some(label) = item.label {
                    let distance = self.target(label, &offsets) as i32 - offsets[i] as i32;
                    let width = width_of(OperandKind::Jump, distance);
                    if width > widths[i] {
                        widths[i] = width;
                        grew = true;
                    }
                }
            }
            if !grew {
                break;
            }
        }
        let mut bytecode = Vec::with_capacity(offsets[n] as usize);
        let mut positions: Vec<(u32, u32)> = Vec::new();
        for (i, item) in self.items.iter().enumerate() {
            if item.position != NO_POSITION && positions.last().is_none_or(|p| p.1 != item.position) {
                positions.push((offsets[i], item.position));
            }
            match widths[i] {
                2 => bytecode.push(Opcode::Wide as u8),
                4 => bytecode.push(Opcode::ExtraWide as u8),
                _ => {}
            }
            bytecode.push(item.opcode as u8);
            for (&(_, kind), v) in item.opcode.info().operands.iter().zip(item.operands) {
                let v = match (kind, item.label) {
                    (OperandKind::Jump, Some(label)) => {
                        self.target(label, &offsets) as i32 - offsets[i] as i32
                    }
                    _ => v,
                };
                bytecode.extend_from_slice(&v.to_le_bytes()[..widths[i] as usize]);
            }
        }
        // a switch that was dropped as unreachable leaves a table nobody reads
        let jump_tables = self
            .jump_tables
            .iter()
            .map(|l| if self.labels[l.0 as usize].bound.is_some() { self.target(*l, &offsets) } else { 0 })
            .map(|offset| if offset < offsets[n] { offset } else { 0 })
            .collect();
        let handlers = self
            .handlers
            .iter()
            .map(|h| Handler {
                start: offsets[h.start.0 as usize],
                end: offsets[h.end.0 as usize],
                target: self.target(h.target, &offsets),
                context: h.context,
            })
            .collect();
        Assembled {
            bytecode,
            constants: self.constants,
            jump_tables,
            handlers,
            slots: self.slots,
            positions,
            register_count: (self.max_register + 1) as u32,
        }
    }

    fn target(&self, label: Label, offsets: &[u32]) -> u32 {
        let item = self.labels[label.0 as usize].bound.expect("label was never bound");
        offsets[item as usize]
    }
}

/// Last local register that `item` touches, as an iterator for symmetry with the operands.
fn item_registers(item: &Item) -> impl Iterator<Item = i32> {
    let mut max = -1;
    let mut first = None;
    for (&(_, kind), v) in item.opcode.info().operands.iter().zip(item.operands) {
        match kind {
            OperandKind::Reg | OperandKind::RegOut => max = max.max(v),
            OperandKind::RegPair | OperandKind::RegOutPair => max = max.max(v + 1),
            OperandKind::Args => first = Some(v),
            OperandKind::Count => {
                if let (Some(first), true) = (first.take(), v > 0) {
                    max = max.max(first + v - 1);
                }
            }
            _ => {}
        }
    }
    std::iter::once(max)
}

fn width_of(kind: OperandKind, v: i32) -> u8 {
    if kind.is_signed() {
        if i8::try_from(v).is_ok() {
            1
        } else if i16::try_from(v).is_ok() {
            2
        } else {
            4
        }
    } else {
        match v as u32 {
            0..=0xff => 1,
            0x100..=0xffff => 2,
            _ => 4,
        }
    }
}

macro_rules! parameter_type {
    (Reg) => {
        Reg
    };
    (RegOut) => {
        Reg
    };
    (RegPair) => {
        Reg
    };
    (RegOutPair) => {
        Reg
    };
    (Args) => {
        Reg
    };
    (Imm) => {
        i32
    };
    (Jump) => {
        Label
    };
    ($other:ident) => {
        u32
    };
}
macro_rules! parameter_value {
    ($label:ident, $v:ident, Reg) => {
        $v.0
    };
    ($label:ident, $v:ident, RegOut) => {
        $v.0
    };
    ($label:ident, $v:ident, RegPair) => {
        $v.0
    };
    ($label:ident, $v:ident, RegOutPair) => {
        $v.0
    };
    ($label:ident, $v:ident, Args) => {
        $v.0
    };
    ($label:ident, $v:ident, Imm) => {
        $v
    };
    ($label:ident, $v:ident, Jump) => {{
        $label = Some($v);
        0
    }};
    ($label:ident, $v:ident, $other:ident) => {
        $v as i32
    };
}
macro_rules! emitters {
    ($($name:ident { $($field:ident : $kind:ident),* } $acc:ident [$($effect:ident),*] $meaning:literal;)*) => {
        /// One emitter per opcode, from the table.
        #[allow(non_snake_case, unused_assignments)]
        impl Assembler {
            $(#[doc = $meaning] pub fn $name(&mut self, $($field: parameter_type!($kind)),*) {
                #[allow(unused_mut, unused_assignments)]
                let mut label: Option<Label> = None;
                let operands: &[i32] = &[$(parameter_value!(label, $field, $kind)),*];
                self.emit(Opcode::$name, operands, label);
            })*
        }
    };
}
for_each_opcode!(emitters);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruction::decode_all;

    #[test]
    fn widths_relax_until_jumps_fit() {
        let mut a = Assembler::new();
        let end = a.label();
        a.LdaTrue();
        a.JumpIfTrue(end);
        for _ in 0..200 {
            a.LdaSmi(1);
        }
        a.LdaSmi(100_000);
        a.bind(end);
        a.Return();
        let out = a.finish();
        let all: Vec<_> = decode_all(&out.bytecode).collect();
        assert_eq!(all.last().unwrap().opcode, Opcode::Return);
        assert_eq!(all[1].jump_target(), Some(all.last().unwrap().offset));
        assert_eq!(all[1].size, 4);
        assert_eq!(all[all.len() - 2].size, 6);
    }

    #[test]
    fn unreachable_code_is_dropped() {
        let mut a = Assembler::new();
        let unused = a.label();
        a.LdaZero();
        a.Return();
        a.LdaTrue();
        a.bind(unused);
        a.Return();
        assert_eq!(a.finish().bytecode.len(), 2);
    }
}
