//! Unboxes phis: a merged value that is a number on all paths is kept as int32 or double.
//!
//! before                                   after
//!   b1(v1: Tagged):                          b1(v1: Int32):
//!     v2: Int32 = CheckedSmiUntag v1           v3: Int32 = CheckedInt32Add v1, one
//!     v3: Int32 = CheckedInt32Add v2, one      jump b1(v3)
//!     v4: Tagged = Int32ToTagged v3
//!     jump b1(v4)
//!
//! Optimistic: all phis start as int32 and fall to double or Tagged by what flows in. A value of
//! unknown type that enters a loop is guarded at the loop's entry (where its frame state leads)
//! when the loop itself keeps it a number, unless such a guard failed there before.

use rustc_hash::FxHashMap;
use tierproof_base::Fuel;
use tierproof_ssa::analysis::Skeleton;
use tierproof_ssa::builder::conversions::node_types;
use tierproof_ssa::graph::Replacements;
use tierproof_ssa::node::Condition;
use tierproof_ssa::pipeline::Pass;
use tierproof_ssa::types::Types;
use tierproof_ssa::{BlockId, DeoptReason, Facts, Graph, NodeId, Op, Repr, Terminator};

pub const PHI_REPRESENTATION: Pass = Pass { name: "PHI_REPRESENTATION", run };

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Class {
    Int,
    Float,
    Tagged,
}

struct State<'a> {
    graph: &'a mut Graph,
    facts: &'a Facts,
    skeleton: Skeleton,
    classes: FxHashMap<NodeId, Class>,
    /// Guarded conversions of tagged values with the block and position they stand at.
    untagged: FxHashMap<NodeId, Vec<(NodeId, BlockId)>>,
}

impl State<'_> {
    /// The unboxed form of a tagged edge argument that exists at the end of `block`.
    fn unboxed(&self, arg: NodeId, block: BlockId) -> Option<NodeId> {
        match self.graph.op(arg) {
            Op::Int32ToTagged | Op::Float64ToTagged | Op::Uint32ToTagged => {
                return Some(self.graph.input(arg, 0));
            }
            _ => {}
        }
        self.untagged.get(&arg)?.iter().find(|(_, b)| self.skeleton.dominates(*b, block)).map(|(n, _)| *n)
    }
    /// What a tagged value that enters the loop of `target` may be guarded to be.
    fn speculation(&self, arg: NodeId, block: BlockId, target: BlockId) -> Class {
        let header = self.graph.block(target);
        let (true, Some(frame)) = (header.loop_header, header.entry_frame) else { return Class::Tagged };
        if self.skeleton.dominates(target, block)
            || !matches!(self.graph.block(block).terminator, Terminator::Jump(_))
            || node_types(self.graph, arg).excludes(Types::NUMBER)
            || self.graph.op(arg).is_constant()
        {
            return Class::Tagged;
        }
        let state = self.graph.frame(frame);
        let failed = |reason| self.facts.function(state.function).has_failed(state.offset, reason);
        if failed(DeoptReason::NotANumber) {
            Class::Tagged
        } else if failed(DeoptReason::NotASmi) {
            Class::Float
        } else {
            Class::Int
        }
    }
    fn class_of(&self, arg: NodeId, block: BlockId, target: BlockId) -> Class {
        match self.graph.op(arg) {
            Op::ConstSmi { .. } => Class::Int,
            Op::ConstNumber { .. } => Class::Float,
            Op::Phi { repr: Repr::Tagged } if self.classes.get(&arg).is_some_and(|&c| c != Class::Tagged) => {
                self.classes[&arg]
            }
            _ => match self.unboxed(arg, block).map(|n| self.graph.repr(n)) {
                Some(Repr::Int32) => Class::Int,
                Some(Repr::Float64 | Repr::Uint32) => Class::Float,
                _ => self.speculation(arg, block, target),
            },
        }
    }
}

fn run(graph: &mut Graph, facts: &Facts, fuel: &mut Fuel) -> bool {
    let skeleton = Skeleton::new(graph);
    let mut classes = FxHashMap::default();
    let mut untagged: FxHashMap<NodeId, Vec<(NodeId, BlockId)>> = FxHashMap::default();
    let name = graph.name.clone();
    for &b in &skeleton.order {
        for &phi in &graph.block(b).params {
            if graph.repr(phi) == Repr::Tagged && fuel.allow(&name, "PHI_REPRESENTATION", "Phi", phi.0) {
                classes.insert(phi, Class::Int);
            }
        }
        for &n in &graph.block(b).nodes {
            if matches!(graph.op(n), Op::CheckedSmiUntag | Op::CheckedNumberToFloat64) {
                // A throwing call at the block's end may come between; conversions stand before it.
                untagged.entry(graph.input(n, 0)).or_default().push((n, b));
            }
        }
    }
    let mut s = State { graph, facts, skeleton, classes, untagged };
    solve(&mut s);
    drop_unprofitable(&mut s);
    solve(&mut s);
    s.classes.retain(|_, c| *c != Class::Tagged);
    if s.classes.is_empty() {
        return false;
    }
    rewrite_edges(&mut s);
    rewrite_uses(&mut s);
    true
}

/// Lowers classes until they agree with what flows in.
fn solve(s: &mut State<'_>) {
    loop {
        let mut changed = false;
        for &b in &s.skeleton.order {
            for edge in s.graph.block(b).terminator.edges() {
                for (&arg, &phi) in edge.args.iter().zip(&s.graph.block(edge.target).params) {
                    let Some(&class) = s.classes.get(&phi) else { continue };
                    if class == Class::Tagged || arg == phi {
                        continue;
                    }
                    let new = class.max(s.class_of(arg, b, edge.target));
                    if new != class {
                        s.classes.insert(phi, new);
                        changed = true;
                    }
                }
            }
        }
        if !changed {
            return;
        }
    }
}

/// Gives up phis that are used as Values only: unboxing them would box them again at each use.
fn drop_unprofitable(s: &mut State<'_>) {
    let mut good: FxHashMap<NodeId, bool> = FxHashMap::default();
    for &b in &s.skeleton.order {
        for &n in &s.graph.block(b).nodes {
            let conversion = matches!(
                s.graph.op(n),
                Op::CheckedSmiUntag
                    | Op::UnsafeSmiUntag
                    | Op::CheckedNumberToFloat64
                    | Op::UnsafeNumberToFloat64
                    | Op::CheckedTruncateToInt32
                    | Op::UnsafeTruncateToInt32
                    | Op::CheckedNumberToInt32
                    | Op::ToBoolean
            );
            for &input in &s.graph.node(n).inputs {
                if s.classes.contains_key(&input) {
                    *good.entry(input).or_default() |= conversion;
                }
            }
        }
        if let Some(v) = s.graph.block(b).terminator.operand()
            && s.classes.contains_key(&v)
        {
            good.entry(v).or_default();
        }
    }
    // A phi that flows into a profitable one is profitable.
    loop {
        let mut changed = false;
        for &b in &s.skeleton.order {
            for edge in s.graph.block(b).terminator.edges() {
                for (&arg, &phi) in edge.args.iter().zip(&s.graph.block(edge.target).params) {
                    if s.classes.contains_key(&arg)
                        && s.classes.contains_key(&phi)
                        && good.get(&phi).copied().unwrap_or(true)
                        && good.get(&arg) == Some(&false)
                    {
                        good.insert(arg, true);
                        changed = true;
                    }
                }
            }
        }
        if !changed {
            break;
        }
    }
    for (n, profitable) in good {
        if !profitable {
            s.classes.insert(n, Class::Tagged);
        }
    }
}

fn rewrite_edges(s: &mut State<'_>) {
    let order = s.skeleton.order.clone();
    for &b in &order {
        let edges = s.graph.block(b).terminator.edges().len();
        for e in 0..edges {
            let (target, args) = {
                let edge = s.graph.block(b).terminator.edges()[e].clone();
                (edge.target, edge.args)
            };
            for (i, &arg) in args.iter().enumerate() {
                let phi = s.graph.block(target).params[i];
                let new = match s.classes.get(&phi) {
                    Some(&class) => unboxed_arg(s, arg, b, class, target),
                    None => match s.classes.get(&arg) {
                        Some(&class) => {
                            let n = s.graph.new_node(boxing(class), &[arg], 0);
                            s.graph.append(b, n);
                            n
                        }
                        None => continue,
                    },
                };
                s.graph.block_mut(b).terminator.edges_mut()[e].args[i] = new;
            }
        }
    }
    for (&phi, &class) in &s.classes {
        let repr = if class == Class::Int { Repr::Int32 } else { Repr::Float64 };
        s.graph.node_mut(phi).op = Op::Phi { repr };
    }
}

fn boxing(class: Class) -> Op {
    if class == Class::Int { Op::Int32ToTagged } else { Op::Float64ToTagged }
}

fn unboxed_arg(s: &mut State<'_>, arg: NodeId, block: BlockId, class: Class, target: BlockId) -> NodeId {
    match *s.graph.op(arg) {
        Op::ConstSmi { value } if class == Class::Int => return s.graph.constant(Op::ConstInt32 { value }),
        Op::ConstSmi { value } => {
            return s.graph.constant(Op::ConstFloat64 { bits: (value as f64).to_bits() });
        }
        Op::ConstNumber { bits } => return s.graph.constant(Op::ConstFloat64 { bits }),
        _ => {}
    }
    let (value, repr) = match s.classes.get(&arg) {
        Some(Class::Int) => (arg, Repr::Int32),
        Some(Class::Float) => (arg, Repr::Float64),
        _ => {
            let value = match s.unboxed(arg, block) {
                Some(value) => value,
                None => {
                    let frame = s.graph.block(target).entry_frame;
                    let op =
                        if class == Class::Int { Op::CheckedSmiUntag } else { Op::CheckedNumberToFloat64 };
                    let site = frame.map_or(0, |f| s.graph.frame(f).offset);
                    let n = s.graph.new_node(op, &[arg], site);
                    s.graph.node_mut(n).frame = frame;
                    s.graph.append(block, n);
                    n
                }
            };
            (value, s.graph.repr(value))
        }
    };
    let op = match (repr, class) {
        (Repr::Int32, Class::Float) => Op::Int32ToFloat64,
        (Repr::Uint32, _) => Op::Uint32ToFloat64,
        _ => return value,
    };
    let n = s.graph.new_node(op, &[value], 0);
    s.graph.append(block, n);
    n
}

fn rewrite_uses(s: &mut State<'_>) {
    let mut replacements = Replacements::new();
    let order = s.skeleton.order.clone();
    for &b in &order {
        let nodes = std::mem::take(&mut s.graph.block_mut(b).nodes);
        let mut out = Vec::with_capacity(nodes.len());
        for n in nodes {
            let inputs = s.graph.node(n).inputs.clone();
            let Some(class) = inputs.iter().find_map(|i| s.classes.get(i)).copied() else {
                out.push(n);
                continue;
            };
            // Conversions made by `rewrite_edges` and those of the phi itself.
            let expects = s.graph.op(n).info().inputs.first().copied();
            if matches!(expects, Some(Repr::Int32 | Repr::Float64)) && inputs.len() == 1 {
                out.push(n);
                continue;
            }
            let phi = inputs[0];
            let int = class == Class::Int;
            let first_is_phi = s.classes.contains_key(&phi);
            let unary: Option<Result<NodeId, Op>> = if !first_is_phi || inputs.len() != 1 {
                None
            } else {
                match s.graph.op(n) {
                    Op::CheckedSmiUntag | Op::CheckedNumberToInt32 => {
                        Some(if int { Ok(phi) } else { Err(Op::CheckedFloat64ToInt32) })
                    }
                    // Known to be exact.
                    Op::UnsafeSmiUntag => Some(if int { Ok(phi) } else { Err(Op::TruncateFloat64ToInt32) }),
                    Op::CheckedNumberToFloat64 | Op::UnsafeNumberToFloat64 => {
                        Some(if int { Err(Op::Int32ToFloat64) } else { Ok(phi) })
                    }
                    Op::CheckedTruncateToInt32 | Op::UnsafeTruncateToInt32 => {
                        Some(if int { Ok(phi) } else { Err(Op::TruncateFloat64ToInt32) })
                    }
                    Op::ToBoolean if !int => Some(Err(Op::Float64ToBool)),
                    _ => None,
                }
            };
            match unary {
                Some(Ok(value)) => replacements.set(n, value),
                Some(Err(op)) => {
                    if op.info().eager.is_none() {
                        s.graph.node_mut(n).frame = None;
                    }
                    s.graph.node_mut(n).op = op;
                    out.push(n);
                }
                None if int && first_is_phi && matches!(s.graph.op(n), Op::ToBoolean) => {
                    let zero = s.graph.constant(Op::ConstInt32 { value: 0 });
                    let node = s.graph.node_mut(n);
                    node.op = Op::Int32Compare { condition: Condition::NotEqual };
                    node.inputs.push(zero);
                    out.push(n);
                }
                None => {
                    for (i, input) in inputs.iter().enumerate() {
                        if let Some(&class) = s.classes.get(input) {
                            let site = s.graph.node(n).site;
                            let boxed = s.graph.new_node(boxing(class), &[*input], site);
                            out.push(boxed);
                            s.graph.node_mut(n).inputs[i] = boxed;
                        }
                    }
                    out.push(n);
                }
            }
        }
        // Constants that were made meanwhile stand in the (emptied) entry block.
        let made = std::mem::take(&mut s.graph.block_mut(b).nodes);
        s.graph.block_mut(b).nodes = made.into_iter().chain(out).collect();
        if let Some(v) = s.graph.block(b).terminator.operand()
            && let Some(&class) = s.classes.get(&v)
        {
            let boxed = s.graph.new_node(boxing(class), &[v], 0);
            s.graph.block_mut(b).nodes.push(boxed);
            *s.graph.block_mut(b).terminator.operand_mut().expect("checked above") = boxed;
        }
    }
    replacements.apply(s.graph);
}
