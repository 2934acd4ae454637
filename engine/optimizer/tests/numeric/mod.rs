//! Random functions over numbers, claims about their types, and a machine that runs their graphs.
#![allow(dead_code)]

use std::fmt::Write;
use std::sync::Arc;

use tierproof_base::Random;
use tierproof_ssa::encoding as enc;
use tierproof_ssa::evaluate::{Answer, Machine, Outcome, Val, evaluate};
use tierproof_ssa::facts::{CellFact, ConstantFact, FunctionFacts, SlotFacts};
use tierproof_ssa::{CellId, Facts, Graph, Immediate, Op, RuntimeOp};

/// Arguments and enough of the runtime for numbers.
pub struct Toy {
    pub args: Vec<u64>,
    pub fuel: u32,
}

fn tagged(v: &Val) -> u64 {
    v.boxed()
}

pub fn number(v: u64) -> f64 {
    if enc::is_number(v) {
        enc::as_number(v)
    } else if v == enc::immediate(Immediate::Undefined) {
        f64::NAN
    } else {
        (v == enc::boolean(true)) as i32 as f64
    }
}

impl Machine for Toy {
    fn execute(&mut self, op: &Op, inputs: &[Val]) -> Answer {
        let words: Vec<u64> = inputs.iter().map(tagged).collect();
        let n = |i: usize| number(words[i]);
        let int = |i: usize| enc::to_int32(n(i));
        Answer::Value(match op {
            Op::FrameWord { index } => Val::Tagged(
                usize::try_from(-10 - index)
                    .ok()
                    .and_then(|i| self.args.get(i).copied())
                    .unwrap_or(enc::immediate(Immediate::Undefined)),
            ),
            Op::FunctionContext | Op::ConstCell { .. } => Val::Tagged(0x1000),
            Op::Tick | Op::EnterFrame => Val::None,
            // There are no strings here.
            Op::CheckString => return Answer::Fails,
            Op::CallRuntime { function, .. } => Val::Tagged(match function {
                RuntimeOp::Add => enc::number(n(0) + n(1)),
                RuntimeOp::Sub => enc::number(n(0) - n(1)),
                RuntimeOp::Mul => enc::number(n(0) * n(1)),
                RuntimeOp::Div => enc::number(n(0) / n(1)),
                RuntimeOp::Mod => enc::number(n(0) % n(1)),
                RuntimeOp::BitwiseOr => enc::smi(int(0) | int(1)),
                RuntimeOp::BitwiseAnd => enc::smi(int(0) & int(1)),
                RuntimeOp::BitwiseXor => enc::smi(int(0) ^ int(1)),
                RuntimeOp::ShiftLeft => enc::smi(int(0).wrapping_shl(int(1) as u32 & 31)),
                RuntimeOp::ShiftRight => enc::smi(int(0) >> (int(1) & 31)),
                RuntimeOp::ShiftRightLogical => enc::number(((int(0) as u32) >> (int(1) & 31)) as f64),
                RuntimeOp::Inc => enc::number(n(0) + 1.0),
                RuntimeOp::Dec => enc::number(n(0) - 1.0),
                RuntimeOp::Negate => enc::number(-n(0)),
                RuntimeOp::BitwiseNot => enc::smi(!int(0)),
                RuntimeOp::ToNumeric | RuntimeOp::ToNumber => enc::number(n(0)),
                RuntimeOp::LessThan => enc::boolean(n(0) < n(1)),
                RuntimeOp::GreaterThan => enc::boolean(n(0) > n(1)),
                RuntimeOp::LessThanOrEqual => enc::boolean(n(0) <= n(1)),
                RuntimeOp::GreaterThanOrEqual => enc::boolean(n(0) >= n(1)),
                RuntimeOp::Equal => enc::boolean(n(0) == n(1)),
                other => panic!("{other:?} in a numeric function"),
            }),
            other => panic!("{other:?} in a numeric function"),
        })
    }
    fn step(&mut self) -> bool {
        self.fuel = self.fuel.saturating_sub(1);
        self.fuel > 0
    }
}

/// Source of a random function of three parameters.
pub struct Writer {
    pub random: Random,
    pub out: String,
    pub loops: u32,
}

impl Writer {
    fn expression(&mut self, depth: u32) -> String {
        let vars = ["a", "b", "c", "x", "y"];
        let constants =
            ["0", "1", "2", "7", "-1", "255", "0.5", "2147483647", "-2147483648", "4294967296", "1e10", "3"];
        if depth == 0 || self.random.chance(20) {
            return if self.random.chance(65) {
                self.random.pick(&vars).to_string()
            } else {
                format!("({})", self.random.pick(&constants))
            };
        }
        let l = self.expression(depth - 1);
        match self.random.below(10) {
            0 => format!("(-{l})"),
            1 => format!("(~{l})"),
            2 => format!("({l} | 0)"),
            _ => {
                let ops = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", ">>>", "+", "-", "*"];
                let op = *self.random.pick(&ops);
                let r = self.expression(depth - 1);
                format!("({l} {op} {r})")
            }
        }
    }
    fn condition(&mut self) -> String {
        let (l, r) = (self.expression(1), self.expression(1));
        let ops = ["<", ">", "<=", ">=", "==", "===", "!=="];
        let op = *self.random.pick(&ops);
        format!("{l} {op} {r}")
    }
    fn statement(&mut self, depth: u32) {
        match self.random.below(if depth == 0 { 4 } else { 8 }) {
            0..=3 => {
                let target = *self.random.pick(&["x", "y", "a", "b"]);
                if self.random.chance(15) {
                    let _ = write!(self.out, "{target}++; ");
                } else {
                    let e = self.expression(2);
                    let _ = write!(self.out, "{target} = {e}; ");
                }
            }
            4 | 5 => {
                let c = self.condition();
                let _ = write!(self.out, "if ({c}) {{ ");
                self.statement(depth - 1);
                self.out.push_str("} else { ");
                self.statement(depth - 1);
                self.out.push_str("} ");
            }
            _ if self.loops < 4 => {
                self.loops += 1;
                let i = format!("i{}", self.loops);
                let n = self.random.below(6) + 1;
                let step = if self.random.chance(25) { format!("{i} += 2") } else { format!("{i}++") };
                let _ = write!(self.out, "for (let {i} = 0; {i} < {n}; {step}) {{ ");
                self.statement(depth - 1);
                let _ = write!(self.out, "x = x + {i}; ");
                if self.random.chance(20) {
                    let c = self.condition();
                    let _ = write!(self.out, "if ({c}) break; ");
                }
                self.statement(depth - 1);
                self.out.push_str("} ");
            }
            _ => self.out.push_str("y = x; "),
        }
    }
    pub fn function(&mut self) -> String {
        self.out.push_str("function f(a, b, c) { let x = 0, y = 1; ");
        for _ in 0..self.random.below(4) + 2 {
            self.statement(3);
        }
        self.out.push_str("return (x + y) * 3 + a - b; }");
        std::mem::take(&mut self.out)
    }
}

pub fn facts(source: &str, mut mask: impl FnMut() -> u8) -> Facts {
    let source = tierproof_syntax::parse(source.as_bytes(), "test").expect("parses");
    let template = tierproof_bytegen::compile(&source, 1).expect("compiles");
    let constants = template
        .constants
        .iter()
        .map(|c| match c {
            tierproof_bytecode::Constant::Number(v) => ConstantFact::Number(*v),
            _ => ConstantFact::Opaque,
        })
        .collect();
    let slots = template.slots.iter().map(|_| SlotFacts::Operands(mask())).collect();
    #[allow(clippy::arc_with_non_send_sync)]
    let template = Arc::new(template);
    Facts {
        functions: vec![FunctionFacts {
            template,
            name: "f".into(),
            data: CellId(0),
            vector: None,
            constants,
            slots,
            function: None,
            context: None,
            builtin: false,
            failed: Vec::new(),
        }],
        cells: vec![CellFact::FunctionData],
    }
}

pub fn outcome(graph: &Graph, args: &[u64]) -> Outcome {
    evaluate(graph, &mut Toy { args: args.to_vec(), fuel: 20000 })
}

/// Numbers on which arithmetic likes to go wrong.
pub const NUMBERS: [f64; 13] = [
    0.0,
    1.0,
    -1.0,
    5.0,
    100.0,
    -0.0,
    0.5,
    f64::NAN,
    2147483647.0,
    -2147483648.0,
    4294967295.0,
    1e20,
    f64::INFINITY,
];

/// Three random arguments.
pub fn arguments(random: &mut Random) -> Vec<u64> {
    (0..3)
        .map(|_| {
            if random.chance(50) {
                enc::smi(random.below(20) as i32 - 5)
            } else {
                enc::number(*random.pick(&NUMBERS))
            }
        })
        .collect()
}
