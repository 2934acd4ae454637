//! Range analysis: overflow and bounds checks that cannot fail, by the interval of each int32 and
//! by the comparisons that dominate a place.
//!
//! before                                   after
//!   b1(v1: Int32):     ; 0 at entry          b1(v1: Int32):
//!     v2: Bool = Int32Compare Less v1, n       v2: Bool = Int32Compare Less v1, n
//!     branch v2, b2, b3                        branch v2, b2, b3
//!   b2:                                      b2:
//!     v3: Int32 = CheckBounds v1, length       (v3 is v1, when n is that length)
//!     v4: Int32 = CheckedInt32Add v1, one      v4: Int32 = Int32Add v1, one
//!
//! Intervals are sound over-approximations found by iteration from "anything" for phis, except
//! that a phi which only grows (or shrinks) by checked steps keeps its start as a bound: a checked
//! addition never wraps.

use rustc_hash::{FxHashMap, FxHashSet};
use tierproof_base::Fuel;
use tierproof_base::faults::{Fault, fault};
use tierproof_ssa::analysis::Skeleton;
use tierproof_ssa::graph::{Replacements, Terminator};
use tierproof_ssa::node::Condition;
use tierproof_ssa::pipeline::Pass;
use tierproof_ssa::{BlockId, Facts, Graph, NodeId, Op, Repr};

pub const RANGE: Pass = Pass { name: "RANGE", run };

/// Closed interval of an int32.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Interval {
    min: i64,
    max: i64,
}

const ALL: Interval = Interval { min: i32::MIN as i64, max: i32::MAX as i64 };

impl Interval {
    fn constant(v: i32) -> Interval {
        Interval { min: v as i64, max: v as i64 }
    }
    fn meet(self, other: Interval) -> Interval {
        let r = Interval { min: self.min.max(other.min), max: self.max.min(other.max) };
        // Contradictory facts: unreachable code, where anything is true; stay well-formed.
        if r.min > r.max { self } else { r }
    }
    fn join(self, other: Interval) -> Interval {
        Interval { min: self.min.min(other.min), max: self.max.max(other.max) }
    }
    fn fits(self) -> bool {
        self.min >= ALL.min && self.max <= ALL.max
    }
    fn clamp(self) -> Interval {
        Interval { min: self.min.clamp(ALL.min, ALL.max), max: self.max.clamp(ALL.min, ALL.max) }
    }
}

/// `left condition right`, true in a block.
#[derive(Clone, Copy)]
struct Fact {
    condition: Condition,
    left: NodeId,
    right: NodeId,
}

struct Ranges<'a> {
    graph: &'a Graph,
    skeleton: &'a Skeleton,
    /// Facts established by the branch into each block.
    facts: FxHashMap<BlockId, Vec<Fact>>,
    /// Incoming arguments of each phi with their blocks.
    incoming: FxHashMap<NodeId, (BlockId, Vec<(BlockId, NodeId)>)>,
    base: FxHashMap<NodeId, Interval>,
}

fn run(graph: &mut Graph, _: &Facts, fuel: &mut Fuel) -> bool {
    let skeleton = Skeleton::new(graph);
    let mut facts: FxHashMap<BlockId, Vec<Fact>> = FxHashMap::default();
    let mut incoming: FxHashMap<NodeId, (BlockId, Vec<(BlockId, NodeId)>)> = FxHashMap::default();
    for &b in &skeleton.order {
        for &p in &graph.block(b).params {
            incoming.entry(p).or_insert_with(|| (b, Vec::new()));
        }
        for edge in graph.block(b).terminator.edges() {
            for (&arg, &p) in edge.args.iter().zip(&graph.block(edge.target).params) {
                incoming.entry(p).or_insert_with(|| (edge.target, Vec::new())).1.push((b, arg));
            }
        }
        if let Terminator::Branch { condition, on_true, on_false } = &graph.block(b).terminator
            && let &Op::Int32Compare { condition: c } = graph.op(*condition)
            && on_true.target != on_false.target
        {
            let (left, right) = (graph.input(*condition, 0), graph.input(*condition, 1));
            for (target, c) in [(on_true.target, c), (on_false.target, c.negated())] {
                if skeleton.predecessors[target.0 as usize].len() == 1 {
                    facts.entry(target).or_default().push(Fact { condition: c, left, right });
                }
            }
        }
    }
    let mut r = Ranges { graph, skeleton: &skeleton, facts, incoming, base: FxHashMap::default() };
    r.compute();
    let mut replacements = Replacements::new();
    let mut becomes: Vec<(NodeId, Op)> = Vec::new();
    let name = graph.name.clone();
    for &b in &skeleton.order {
        for &n in &graph.block(b).nodes {
            let node = graph.node(n);
            let site = node.site;
            match node.op {
                Op::CheckedInt32Add | Op::CheckedInt32Sub | Op::CheckedInt32Mul => {
                    let (x, y) = (node.inputs[0], node.inputs[1]);
                    if let Some(op) = r.unchecked(&node.op, x, y, b)
                        && fuel.allow(&name, "RANGE", node.op.info().name, site)
                    {
                        becomes.push((n, op));
                    }
                }
                Op::CheckedInt32Mod => {
                    let (x, y) = (r.at(node.inputs[0], b), r.at(node.inputs[1], b));
                    if x.min >= 0 && y.min > 0 && fuel.allow(&name, "RANGE", node.op.info().name, site) {
                        becomes.push((n, Op::UnsafeInt32Mod));
                    }
                }
                Op::CheckBounds
                    if r.in_bounds(node.inputs[0], node.inputs[1], b)
                        && fuel.allow(&name, "RANGE", node.op.info().name, site) =>
                {
                    replacements.set(n, node.inputs[0]);
                }
                _ => {}
            }
        }
    }
    let changed = !becomes.is_empty() || !replacements.is_empty();
    for (n, op) in becomes {
        let node = graph.node_mut(n);
        node.op = op;
        node.frame = None;
    }
    replacements.apply(graph);
    changed
}

impl Ranges<'_> {
    /// Interval of each node wherever it is defined, in one pass; phis see their back edges through
    /// the step rule only.
    fn compute(&mut self) {
        let order = self.skeleton.order.clone();
        for &b in &order {
            for &p in &self.graph.block(b).params.clone() {
                if self.graph.repr(p) == Repr::Int32 {
                    let interval = self.phi(p);
                    self.base.insert(p, interval);
                }
            }
            for &n in &self.graph.block(b).nodes.clone() {
                if self.graph.repr(n) == Repr::Int32 {
                    let interval = self.transfer(n, b);
                    self.base.insert(n, interval);
                }
            }
        }
    }
    fn phi(&self, p: NodeId) -> Interval {
        let Some((block, args)) = self.incoming.get(&p) else { return ALL };
        let mut result: Option<Interval> = None;
        let (mut grows, mut shrinks) = (true, true);
        for &(from, arg) in args {
            if self.skeleton.dominates(*block, from) {
                // A back edge: phi plus checked steps of one sign, or the phi itself.
                match self.steps(p, arg, &mut FxHashSet::default()) {
                    Some((up, down)) => {
                        grows &= !down;
                        shrinks &= !up;
                    }
                    None => match self.first_product(p, arg, args, *block) {
                        Some(i) => result = Some(result.map_or(i, |r| r.join(i))),
                        None => return ALL,
                    },
                }
            } else {
                let Some(i) = self.known(arg) else { return ALL };
                let i = self.refine(arg, i, from);
                result = Some(result.map_or(i, |r| r.join(i)));
            }
        }
        let Some(start) = result else { return ALL };
        Interval {
            min: if grows { start.min } else { ALL.min },
            max: if shrinks { start.max } else { ALL.max },
        }
    }
    /// Planted fault F028: what a product with `phi` (plus or minus something) is after one iteration.
    fn first_product(
        &self,
        phi: NodeId,
        value: NodeId,
        args: &[(BlockId, NodeId)],
        header: BlockId,
    ) -> Option<Interval> {
        if !fault(Fault::F028) {
            return None;
        }
        let start = args.iter().find(|(from, _)| !self.skeleton.dominates(header, *from))?.1;
        let operand = |n: NodeId| if n == phi { self.known(start) } else { self.known(n) };
        let (x, y) = match self.graph.node(value).inputs[..] {
            [x, y] => (x, y),
            _ => return None,
        };
        match self.graph.op(value) {
            Op::CheckedInt32Mul if x == phi || y == phi => Some(product(operand(x)?, operand(y)?)),
            Op::CheckedInt32Add | Op::CheckedInt32Sub => {
                let r = self.first_product(phi, x, args, header)?;
                let other = operand(y)?;
                Some(r.join(Interval { min: r.min - other.max, max: r.max + other.max }))
            }
            _ => None,
        }
    }
    /// Whether `value` is `phi` plus non-negative (up) or non-positive (down) checked steps.
    fn steps(&self, phi: NodeId, value: NodeId, seen: &mut FxHashSet<NodeId>) -> Option<(bool, bool)> {
        if value == phi || !seen.insert(value) {
            return Some((false, false));
        }
        let sign = |n: NodeId| match *self.graph.op(n) {
            Op::ConstInt32 { value } => Some((value > 0, value < 0)),
            _ => {
                let i = self.base.get(&n)?;
                (i.min >= 0).then_some((true, false)).or((i.max <= 0).then_some((false, true)))
            }
        };
        let join = |a: (bool, bool), b: (bool, bool)| (a.0 | b.0, a.1 | b.1);
        let node = self.graph.node(value);
        match &node.op {
            Op::CheckedInt32Add => {
                let (x, y) = (node.inputs[0], node.inputs[1]);
                if let (Some(s), Op::ConstInt32 { .. }) = (sign(y), self.graph.op(y)) {
                    return Some(join(self.steps(phi, x, seen)?, s));
                }
                if let (Some(s), Op::ConstInt32 { .. }) = (sign(x), self.graph.op(x)) {
                    return Some(join(self.steps(phi, y, seen)?, s));
                }
                None
            }
            Op::CheckedInt32Sub => {
                let (x, y) = (node.inputs[0], node.inputs[1]);
                let (up, down) = match self.graph.op(y) {
                    Op::ConstInt32 { .. } => sign(y)?,
                    _ => return None,
                };
                Some(join(self.steps(phi, x, seen)?, (down, up)))
            }
            Op::CheckBounds => self.steps(phi, node.inputs[0], seen),
            Op::Phi { .. } => {
                let (_, args) = self.incoming.get(&value)?;
                let mut all = (false, false);
                for &(_, arg) in args {
                    if fault(Fault::F027) && matches!(self.graph.op(arg), Op::ConstInt32 { .. }) {
                        continue;
                    }
                    all = join(all, self.steps(phi, arg, seen)?);
                }
                // An inner phi must start from ours, which `steps` of its arguments has shown.
                Some(all)
            }
            _ => None,
        }
    }
    fn known(&self, n: NodeId) -> Option<Interval> {
        match *self.graph.op(n) {
            Op::ConstInt32 { value } => Some(Interval::constant(value)),
            _ => self.base.get(&n).copied(),
        }
    }
    fn base(&self, n: NodeId) -> Interval {
        self.known(n).unwrap_or(ALL)
    }
    /// Interval of `n` in `block`, with what dominating comparisons say.
    fn at(&self, n: NodeId, block: BlockId) -> Interval {
        self.refine(n, self.base(n), block)
    }
    fn refine(&self, n: NodeId, mut i: Interval, block: BlockId) -> Interval {
        for fact in self.dominating(block) {
            let (condition, other) = if fact.left == n {
                (fact.condition, fact.right)
            } else if fact.right == n {
                (fact.condition.swapped(), fact.left)
            } else {
                continue;
            };
            let o = self.base(other);
            i = i.meet(match condition {
                Condition::Less => Interval { min: ALL.min, max: o.max - 1 },
                Condition::LessEqual => Interval { min: ALL.min, max: o.max },
                Condition::Greater => Interval { min: o.min + 1, max: ALL.max },
                Condition::GreaterEqual => Interval { min: o.min, max: ALL.max },
                Condition::Equal => o,
                Condition::NotEqual => ALL,
            });
        }
        i
    }
    fn dominating(&self, block: BlockId) -> impl Iterator<Item = Fact> + '_ {
        let mut at = Some(block);
        std::iter::from_fn(move || {
            let b = at?;
            let up = self.skeleton.dominator[b.0 as usize];
            at = (up != b).then_some(up);
            Some(self.facts.get(&b).into_iter().flatten().copied())
        })
        .flatten()
    }
    fn transfer(&self, n: NodeId, block: BlockId) -> Interval {
        let node = self.graph.node(n);
        let input = |i: usize| self.at(node.inputs[i], block);
        let r = match &node.op {
            Op::ConstInt32 { value } => Interval::constant(*value),
            Op::CheckedInt32Add => {
                let (a, b) = (input(0), input(1));
                Interval { min: a.min + b.min, max: a.max + b.max }.clamp()
            }
            Op::CheckedInt32Sub => {
                let (a, b) = (input(0), input(1));
                Interval { min: a.min - b.max, max: a.max - b.min }.clamp()
            }
            Op::Int32Add => {
                let (a, b) = (input(0), input(1));
                let r = Interval { min: a.min + b.min, max: a.max + b.max };
                if r.fits() || fault(Fault::F044) { r } else { ALL }
            }
            Op::Int32Sub => {
                let (a, b) = (input(0), input(1));
                let r = Interval { min: a.min - b.max, max: a.max - b.min };
                if r.fits() { r } else { ALL }
            }
            Op::CheckedInt32Mul | Op::Int32Mul => {
                let r = product(input(0), input(1));
                if r.fits() { r } else { ALL }
            }
            Op::Int32And => {
                let (a, b) = (input(0), input(1));
                // A non-negative operand bounds the result.
                match (a.min >= 0, b.min >= 0) {
                    (true, true) => Interval { min: 0, max: a.max.min(b.max) },
                    (true, false) => Interval { min: 0, max: a.max },
                    (false, true) => Interval { min: 0, max: b.max },
                    _ => ALL,
                }
            }
            Op::Int32ShiftRight => {
                let a = input(0);
                match *self.graph.op(node.inputs[1]) {
                    Op::ConstInt32 { value } => {
                        let s = value & 31;
                        Interval { min: a.min >> s, max: a.max >> s }
                    }
                    _ => Interval { min: a.min.min(0), max: a.max.max(0) },
                }
            }
            Op::CheckedInt32Mod => {
                let (a, b) = (input(0), input(1));
                let most = b.min.abs().max(b.max.abs()) - 1;
                Interval {
                    min: if a.min >= 0 { 0 } else { (-most).max(a.min) },
                    max: if a.max <= 0 { 0 } else { most.min(a.max).max(0) },
                }
            }
            Op::UnsafeInt32Mod => {
                let (a, b) = (input(0), input(1));
                Interval { min: 0, max: a.max.min(b.max - 1).max(0) }
            }
            Op::CheckedInt32Abs => {
                let a = input(0);
                Interval { min: 0, max: a.min.abs().max(a.max.abs()).min(ALL.max) }
            }
            Op::Int32Min => {
                let (a, b) = (input(0), input(1));
                Interval { min: a.min.min(b.min), max: a.max.min(b.max) }
            }
            Op::Int32Max => {
                let (a, b) = (input(0), input(1));
                Interval { min: a.min.max(b.min), max: a.max.max(b.max) }
            }
            Op::Int32Clz => Interval { min: 0, max: 32 },
            Op::CheckedUint32ToInt32 | Op::StringLength => Interval { min: 0, max: ALL.max },
            Op::UnsafeUint32ToInt32 => match self.graph.op(node.inputs[0]) {
                Op::Int32ShiftRightLogical => match *self.graph.op(self.graph.input(node.inputs[0], 1)) {
                    Op::ConstInt32 { value } if value & 31 != 0 => {
                        Interval { min: 0, max: (u32::MAX >> (value & 31)) as i64 }
                    }
                    _ => ALL,
                },
                _ => ALL,
            },
            Op::StringCharCodeAt => Interval { min: 0, max: 0xFFFF },
            Op::CheckBounds => {
                let a = input(0);
                a.meet(Interval { min: 0, max: ALL.max })
            }
            Op::LoadTypedInt32 { kind } => {
                use tierproof_ssa::facts::TypedKind::*;
                match kind {
                    Int8 => Interval { min: -128, max: 127 },
                    Uint8 | Uint8Clamped => Interval { min: 0, max: 255 },
                    Int16 => Interval { min: -32768, max: 32767 },
                    Uint16 => Interval { min: 0, max: 65535 },
                    _ => ALL,
                }
            }
            _ => ALL,
        };
        r.meet(ALL)
    }
    /// The unchecked form of an addition, subtraction or multiplication that cannot fail here.
    fn unchecked(&self, op: &Op, x: NodeId, y: NodeId, block: BlockId) -> Option<Op> {
        let (a, b) = (self.at(x, block), self.at(y, block));
        match op {
            Op::CheckedInt32Add => {
                (Interval { min: a.min + b.min, max: a.max + b.max }).fits().then_some(Op::Int32Add)
            }
            Op::CheckedInt32Sub => {
                (Interval { min: a.min - b.max, max: a.max - b.min }).fits().then_some(Op::Int32Sub)
            }
            _ => {
                let never_minus_zero =
                    (a.min >= 0 && b.min >= 0) || (a.min > 0 || a.max < 0) && (b.min > 0 || b.max < 0);
                (product(a, b).fits() && never_minus_zero).then_some(Op::Int32Mul)
            }
        }
    }
    /// Whether `0 <= index < length` (as unsigned) holds in `block`.
    fn in_bounds(&self, index: NodeId, length: NodeId, block: BlockId) -> bool {
        let i = self.at(index, block);
        if i.min < 0 && !fault(Fault::F045) {
            return false;
        }
        if let &Op::Int32ToUint32 = self.graph.op(length) {
            let signed = self.graph.input(length, 0);
            let l = self.at(signed, block);
            if l.min >= 0 && (i.max < l.min || self.below(index, signed, block)) {
                return true;
            }
        }
        // The comparison was with the same length as an int32.
        self.dominating(block).any(|f| {
            let bound = match (f.condition, f.left == index, f.right == index) {
                (Condition::Less, true, _) => f.right,
                (Condition::Greater, _, true) => f.left,
                _ => return false,
            };
            matches!(self.graph.op(bound), Op::CheckedUint32ToInt32) && self.graph.input(bound, 0) == length
        })
    }
    fn below(&self, index: NodeId, bound: NodeId, block: BlockId) -> bool {
        self.dominating(block).any(|f| {
            (f.condition == Condition::Less && f.left == index && f.right == bound)
                || (f.condition == Condition::Greater && f.left == bound && f.right == index)
        })
    }
}

fn product(a: Interval, b: Interval) -> Interval {
    let all = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
    Interval { min: all.into_iter().min().unwrap_or(ALL.min), max: all.into_iter().max().unwrap_or(ALL.max) }
}
