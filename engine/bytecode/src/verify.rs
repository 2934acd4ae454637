//! The bytecode verifier: everything the tiers take for granted about a template.
//!
//! Run by bytegen in debug builds, by tests, and on templates that come from a file.

use crate::feedback::SlotKind;
use crate::instruction::{Opcode, OperandKind, Reg, decode, frame};
use crate::liveness::switch_targets;
use crate::runtime_list::RuntimeFunction;
use crate::template::{CodeTemplate, Constant, TypeOfLiteral};

/// A broken rule and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    pub offset: u32,
    pub message: String,
}

impl std::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "@{}: {}", self.offset, self.message)
    }
}
impl std::error::Error for VerifyError {}

/// Whether `opcode` may use a slot of kind `kind`.
pub fn slot_fits(opcode: Opcode, kind: SlotKind) -> bool {
    use Opcode::*;
    match opcode {
        LdaGlobal | LdaGlobalInsideTypeof => kind == SlotKind::LoadGlobal,
        StaGlobal => matches!(kind, SlotKind::StoreGlobal { .. }),
        Add | Sub | Mul | Div | Mod | Exp | BitwiseOr | BitwiseXor | BitwiseAnd | ShiftLeft | ShiftRight
        | ShiftRightLogical | AddSmi | SubSmi | MulSmi | DivSmi | ModSmi | BitwiseOrSmi | BitwiseXorSmi
        | BitwiseAndSmi | ShiftLeftSmi | ShiftRightSmi | ShiftRightLogicalSmi | Inc | Dec | Negate
        | BitwiseNot | ToNumber | ToNumeric => kind == SlotKind::BinaryOp,
        TestEqual
        | TestEqualStrict
        | TestLessThan
        | TestGreaterThan
        | TestLessThanOrEqual
        | TestGreaterThanOrEqual => kind == SlotKind::Compare,
        TestInstanceOf => kind == SlotKind::InstanceOf,
        TestIn => kind == SlotKind::HasProperty,
        JumpLoop => kind == SlotKind::Loop,
        GetNamedProperty => kind == SlotKind::LoadNamed,
        SetNamedProperty => matches!(kind, SlotKind::StoreNamed { .. }),
        DefineNamedOwn => kind == SlotKind::DefineNamed,
        GetKeyedProperty => kind == SlotKind::LoadKeyed,
        GetPresentElement => kind == SlotKind::LoadPresent,
        SetKeyedProperty => matches!(kind, SlotKind::StoreKeyed { .. }),
        DefineKeyedOwn | StaInArrayLiteral => kind == SlotKind::DefineKeyed,
        CallProperty | CallUndefinedReceiver | CallWithArray => kind == SlotKind::Call,
        Construct | ConstructWithArray | ConstructForwardArgs => kind == SlotKind::Construct,
        CreateClosure => kind == SlotKind::Closure,
        CreateArrayLiteral
        | CreateEmptyArrayLiteral
        | CreateObjectLiteral
        | CreateRegExpLiteral
        | GetTemplateObject => kind == SlotKind::Literal,
        IteratorOpen | IteratorNext => kind == SlotKind::Iterator,
        ForInNext => kind == SlotKind::ForIn,
        _ => true,
    }
}

/// Whether `opcode` may name the constant in its operand `name`.
fn constant_fits(opcode: Opcode, operand: &str, constant: &Constant) -> bool {
    match (opcode, operand) {
        (_, "name" | "pattern" | "flags") => matches!(constant, Constant::String(_)),
        (Opcode::CreateArrayLiteral, _) => matches!(constant, Constant::ArrayBoilerplate(_)),
        (Opcode::CreateObjectLiteral, _) => matches!(constant, Constant::ObjectBoilerplate(_)),
        (Opcode::GetTemplateObject, _) => matches!(constant, Constant::TemplateObject(_)),
        (Opcode::CreateMappedArguments, _) => matches!(constant, Constant::MappedParameters(_)),
        (Opcode::LdaConstant, _) => matches!(
            constant,
            Constant::Number(_)
                | Constant::String(_)
                | Constant::BigInt(_)
                | Constant::Undefined
                | Constant::Null
                | Constant::Bool(_)
        ),
        _ => true,
    }
}

/// Checks a template; the first broken rule is the error.
pub fn verify(t: &CodeTemplate) -> Result<(), VerifyError> {
    let fail = |offset: u32, message: String| Err(VerifyError { offset, message });
    let len = t.bytecode.len() as u32;
    let mut starts = vec![false; len as usize + 1];
    let mut instructions = Vec::new();
    let mut at = 0;
    while at < len {
        let Some(i) = decode(&t.bytecode, at) else {
            return fail(at, "malformed instruction".into());
        };
        if matches!(i.opcode, Opcode::Wide | Opcode::ExtraWide) {
            return fail(at, "prefix without an instruction".into());
        }
        starts[at as usize] = true;
        at = i.next_offset();
        instructions.push(i);
    }
    match instructions.last() {
        Some(last) if last.opcode.info().effects.ends => {}
        Some(last) => return fail(last.offset, "control falls off the end".into()),
        None => return fail(0, "no code".into()),
    }
    let register = |r: i32, write: bool| -> Result<(), String> {
        let reg = Reg(r);
        if let Some(p) = reg.as_param() {
            if p >= t.param_count {
                return Err(format!("parameter {reg} of {}", t.param_count));
            }
        } else if reg.is_local() {
            if r as u32 >= t.register_count {
                return Err(format!("register {reg} of {}", t.register_count));
            }
        } else if write && r != frame::THIS {
            return Err(format!("write to {reg}"));
        } else if !matches!(r, frame::THIS | frame::CONTEXT | frame::CALLEE | frame::NEW_TARGET) {
            return Err(format!("frame word {r} is not a register"));
        }
        Ok(())
    };
    for i in &instructions {
        let mut args = None;
        for (name, kind, v) in i.operands() {
            let checked = match kind {
                OperandKind::Reg => register(v, false),
                OperandKind::RegOut => register(v, true),
                OperandKind::RegPair => register(v, false).and_then(|()| register(v + 1, false)),
                OperandKind::RegOutPair => register(v, true).and_then(|()| register(v + 1, true)),
                OperandKind::Args => {
                    args = Some(v);
                    Ok(())
                }
                OperandKind::Count => match args.take() {
                    Some(first) if v > 0 => {
                        if first < 0 {
                            Err("argument range outside the local registers".to_owned())
                        } else {
                            register(first + v - 1, false)
                        }
                    }
                    _ => Ok(()),
                },
                OperandKind::Const => match i.opcode {
                    Opcode::CreateClosure => Ok(()),
                    Opcode::SwitchOnSmi | Opcode::SwitchOnGeneratorState => match switch_targets(i, t) {
                        Some(targets) => match targets.iter().find(|&&x| x >= len || !starts[x as usize]) {
                            Some(x) => Err(format!("jump table entry @{x} is no instruction")),
                            None => Ok(()),
                        },
                        None => Err("jump table out of range".to_owned()),
                    },
                    _ => match t.constants.get(v as usize) {
                        Some(c) if constant_fits(i.opcode, name, c) => Ok(()),
                        Some(c) => Err(format!("constant {c} does not fit operand `{name}`")),
                        None => Err(format!("constant {v} of {}", t.constants.len())),
                    },
                },
                OperandKind::Slot => match t.slots.get(v as usize) {
                    Some(&k) if slot_fits(i.opcode, k) => Ok(()),
                    Some(k) => Err(format!("slot {v} has kind {k:?}")),
                    None => Err(format!("slot {v} of {}", t.slots.len())),
                },
                OperandKind::Jump => {
                    let target = i.offset as i64 + v as i64;
                    if target < 0 || target >= len as i64 || !starts[target as usize] {
                        Err(format!("jump to @{target}, which is no instruction"))
                    } else if (i.opcode == Opcode::JumpLoop) != (target <= i.offset as i64) {
                        Err(format!("jump to @{target} in the wrong direction"))
                    } else {
                        Ok(())
                    }
                }
                OperandKind::UImm => match i.opcode {
                    Opcode::CallRuntime if RuntimeFunction::from_number(v as u32).is_none() => {
                        Err(format!("runtime function {v}"))
                    }
                    Opcode::TestTypeOf if TypeOfLiteral::from_number(v as u32).is_none() => {
                        Err(format!("typeof literal {v}"))
                    }
                    _ => Ok(()),
                },
                OperandKind::Imm => Ok(()),
            };
            if let Err(message) = checked {
                return fail(i.offset, format!("{}: {message}", i.opcode.info().name));
            }
        }
    }
    for h in &t.handlers {
        if h.start >= h.end
            || h.end > len
            || !starts[h.start as usize]
            || h.end < len && !starts[h.end as usize]
        {
            return fail(h.start, format!("handler range @{}..@{}", h.start, h.end));
        }
        if h.target >= len || !starts[h.target as usize] {
            return fail(h.start, format!("handler target @{}", h.target));
        }
        if h.context != Reg::CONTEXT
            && let Err(message) = register(h.context.0, false)
        {
            return fail(h.start, format!("handler context: {message}"));
        }
    }
    let mut last = None;
    for &(offset, _) in &t.positions {
        if offset >= len || !starts[offset as usize] || last.is_some_and(|l| l >= offset) {
            return fail(offset, "position table out of order or off an instruction".into());
        }
        last = Some(offset);
    }
    Ok(())
}
