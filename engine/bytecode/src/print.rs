//! The stable text form of a code template: what snapshots hold and `--print-bytecode` shows.

use crate::instruction::{Instruction, Opcode, OperandKind, Reg, decode_all};
use crate::liveness::switch_targets;
use crate::runtime_list::RuntimeFunction;
use crate::template::{CodeTemplate, Constant, Program, TypeOfLiteral};
use std::fmt::{self, Display, Formatter, Write};

/// A string constant as a quoted, escaped literal.
pub struct Quoted<'a>(pub &'a [u16]);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in char::decode_utf16(self.0.iter().copied()) {
            match c {
                Ok('"') => f.write_str("\\\"")?,
                Ok('\\') => f.write_str("\\\\")?,
                Ok('\n') => f.write_str("\\n")?,
                Ok(c) if c.is_control() => write!(f, "\\u{:04x}", c as u32)?,
                Ok(c) => f.write_char(c)?,
                Err(e) => write!(f, "\\u{:04x}", e.unpaired_surrogate())?,
            }
        }
        f.write_char('"')
    }
}

impl Display for Constant {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Constant::Number(n) => write!(f, "{n}"),
            Constant::String(s) => write!(f, "{}", Quoted(s)),
            Constant::BigInt(s) => write!(f, "{}n", String::from_utf16_lossy(s)),
            Constant::ArrayBoilerplate(items) => {
                f.write_char('[')?;
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    match item {
                        Some(c) => write!(f, "{c}")?,
                        None => f.write_char('_')?,
                    }
                }
                f.write_char(']')
            }
            Constant::ObjectBoilerplate(items) => {
                f.write_char('{')?;
                for (i, (key, item)) in items.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{}: ", Quoted(key))?;
                    match item {
                        Some(c) => write!(f, "{c}")?,
                        None => f.write_char('_')?,
                    }
                }
                f.write_char('}')
            }
            Constant::Undefined => f.write_str("undefined"),
            Constant::Null => f.write_str("null"),
            Constant::Bool(b) => write!(f, "{b}"),
            Constant::GlobalDeclarations(list) => {
                f.write_str("globals(")?;
                for (i, d) in list.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{:?} {}", d.kind, String::from_utf16_lossy(&d.name))?;
                }
                f.write_char(')')
            }
            Constant::TemplateObject(parts) => {
                f.write_str("template(")?;
                for (i, (_, raw)) in parts.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{}", Quoted(raw))?;
                }
                f.write_char(')')
            }
            Constant::MappedParameters(slots) => {
                f.write_str("mapped(")?;
                for (i, slot) in slots.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    match slot {
                        Some(slot) => write!(f, "{slot}")?,
                        None => f.write_char('_')?,
                    }
                }
                f.write_char(')')
            }
        }
    }
}

/// One instruction, without its offset: `GetNamedProperty object: r0, name: "x", slot: s2`.
pub fn print_instruction(f: &mut impl Write, i: &Instruction, t: &CodeTemplate) -> fmt::Result {
    f.write_str(i.opcode.info().name)?;
    let mut separator = " ";
    let mut skip_count = false;
    let operands: Vec<_> = i.operands().collect();
    for (n, &(name, kind, v)) in operands.iter().enumerate() {
        if skip_count && kind == OperandKind::Count {
            skip_count = false;
            continue;
        }
        f.write_str(separator)?;
        separator = ", ";
        if operands.len() > 1 {
            write!(f, "{name}: ")?;
        }
        match kind {
            OperandKind::Reg | OperandKind::RegOut => write!(f, "{}", Reg(v))?,
            OperandKind::RegPair | OperandKind::RegOutPair => write!(f, "{}-{}", Reg(v), Reg(v + 1))?,
            OperandKind::Args => {
                let count = operands.get(n + 1).map_or(0, |o| o.2);
                skip_count = true;
                match count {
                    0 => f.write_str("()")?,
                    1 => write!(f, "({})", Reg(v))?,
                    _ => write!(f, "({}-{})", Reg(v), Reg(v + count - 1))?,
                }
            }
            OperandKind::Count => write!(f, "{v}")?,
            OperandKind::Imm => write!(f, "{v}")?,
            OperandKind::UImm => match i.opcode {
                Opcode::CallRuntime => match RuntimeFunction::from_number(v as u32) {
                    Some(function) => f.write_str(function.name())?,
                    None => write!(f, "?{v}")?,
                },
                Opcode::TestTypeOf => match TypeOfLiteral::from_number(v as u32) {
                    Some(literal) => write!(f, "{:?}", literal.text())?,
                    None => write!(f, "?{v}")?,
                },
                _ => write!(f, "{v}")?,
            },
            OperandKind::Const => match i.opcode {
                Opcode::CreateClosure => write!(f, "t{v}")?,
                Opcode::SwitchOnSmi | Opcode::SwitchOnGeneratorState => {
                    f.write_char('[')?;
                    for (k, target) in switch_targets(i, t).unwrap_or(&[]).iter().enumerate() {
                        write!(f, "{}@{target}", if k > 0 { ", " } else { "" })?;
                    }
                    f.write_char(']')?;
                }
                _ => match t.constants.get(v as usize) {
                    Some(c) => write!(f, "{c}")?,
                    None => write!(f, "?{v}")?,
                },
            },
            OperandKind::Slot => write!(f, "s{v}")?,
            OperandKind::Jump => write!(f, "@{}", i.offset as i32 + v)?,
        }
    }
    Ok(())
}

impl Display for CodeTemplate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = if self.name.is_empty() {
            "(anonymous)".to_owned()
        } else {
            String::from_utf16_lossy(&self.name)
        };
        write!(f, "function {name} t{} {:?}", self.id, self.kind)?;
        if self.flow.suspends() {
            write!(f, " {:?}", self.flow)?;
        }
        if self.strict {
            f.write_str(" strict")?;
        }
        if self.uses_this {
            f.write_str(" uses-this")?;
        }
        if self.has_fields {
            f.write_str(" fields")?;
        }
        writeln!(
            f,
            " (params {}, length {}, registers {}, slots {})",
            self.param_count,
            self.length,
            self.register_count,
            self.slots.len()
        )?;
        for i in decode_all(&self.bytecode) {
            write!(f, "{:>5}: ", format!("@{}", i.offset))?;
            print_instruction(f, &i, self)?;
            f.write_char('\n')?;
        }
        for h in &self.handlers {
            writeln!(f, "  handler @{}..@{} -> @{} context {}", h.start, h.end, h.target, h.context)?;
        }
        Ok(())
    }
}

impl Display for Program {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (i, t) in self.templates.iter().enumerate() {
            if i > 0 {
                f.write_char('\n')?;
            }
            write!(f, "{t}")?;
        }
        Ok(())
    }
}
