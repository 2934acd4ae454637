//! Where the schedule of a search takes decisions back that no optimisation pass takes: whether a function is
//! compiled at all, which feedback an optimising compile may see, which opcodes baseline compiles itself.
//!
//! Together with the rewrites of the passes (`base::fuel`) these are the steps that bisection walks:
//! `COMPILE` of a tier, `BASELINE` of an opcode, `FEEDBACK` of an opcode's slot, `ASSUME` for taking a
//! variable as constant, then the passes' own.

use std::sync::Arc;

use tierproof_base::{Fuel, Tier};
use tierproof_bytecode::instruction::decode_all;
use tierproof_heap::FunctionDataRef;
use tierproof_runtime::Isolate;
use tierproof_runtime::function::info;
use tierproof_ssa::Facts;
use tierproof_ssa::facts::SlotFacts;

use crate::tiering::{function_name, tiering};

/// Whether this function may have code of this tier (entered at a loop header, or at its start).
pub fn may_compile(cx: &mut Isolate, data: FunctionDataRef, tier: Tier, osr: Option<u32>) -> bool {
    ask(cx, data, |fuel, name| fuel.allow(name, "COMPILE", tier.name(), osr.map_or(0, |o| o + 1)))
}

/// Offsets, ascending, of the instructions that baseline code must leave to the interpreter.
pub fn interpreted(cx: &mut Isolate, data: FunctionDataRef) -> Vec<u32> {
    if tiering(cx).optimiser.permits.is_free() {
        return Vec::new();
    }
    let template = info(data).template.clone();
    ask(cx, data, |fuel, name| {
        decode_all(&template.bytecode)
            .filter(tierproof_baseline::can_be_interpreted)
            .filter(|i| !fuel.allow(name, "BASELINE", i.opcode.info().name, i.offset))
            .map(|i| i.offset)
            .collect()
    })
}

fn ask<R>(cx: &mut Isolate, data: FunctionDataRef, f: impl FnOnce(&mut Fuel, &str) -> R) -> R {
    let name = function_name(data);
    let optimiser = &mut tiering(cx).optimiser;
    let mut fuel = Fuel { permits: optimiser.permits.clone(), ..Fuel::unlimited() };
    let answer = f(&mut fuel, &name);
    optimiser.done.append(&mut fuel.done);
    optimiser.refused.append(&mut fuel.refused);
    answer
}

/// Takes feedback away that the compile may not use: its slot says `anything`.
pub fn generalise(facts: &mut Arc<Facts>, fuel: &mut Fuel) {
    if fuel.permits.is_free() {
        return;
    }
    let (mut denied, mut variable) = (Vec::new(), Vec::new());
    for (n, f) in facts.functions.iter().enumerate() {
        for i in decode_all(&f.template.bytecode) {
            let Some(slot) = i.slot() else { continue };
            let speculative = f
                .slots
                .get(slot as usize)
                .is_some_and(|s| !matches!(s, SlotFacts::Megamorphic | SlotFacts::Other));
            if speculative && !fuel.allow(&f.name, "FEEDBACK", i.opcode.info().name, i.offset) {
                denied.push((n, slot as usize));
                continue;
            }
            let constant = matches!(&f.slots[slot as usize], SlotFacts::Global { constant: Some(_), .. });
            if constant && !fuel.allow(&f.name, "ASSUME", i.opcode.info().name, i.offset) {
                variable.push((n, slot as usize));
            }
        }
    }
    if denied.is_empty() && variable.is_empty() {
        return;
    }
    let facts = Arc::make_mut(facts);
    for (function, slot) in denied {
        facts.functions[function].slots[slot] = SlotFacts::Megamorphic;
    }
    for (function, slot) in variable {
        if let SlotFacts::Global { constant, .. } = &mut facts.functions[function].slots[slot] {
            *constant = None;
        }
    }
}
