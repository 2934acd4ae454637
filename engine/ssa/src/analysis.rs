//! Reverse postorder, predecessors, dominators and loops of a graph's skeleton.

use crate::graph::{BlockId, Graph};

/// Facts about the skeleton; valid until it changes.
pub struct Skeleton {
    /// Reachable blocks in reverse postorder.
    pub order: Vec<BlockId>,
    /// Position in `order` (`u32::MAX`: unreachable).
    pub position: Vec<u32>,
    pub predecessors: Vec<Vec<BlockId>>,
    /// Immediate dominator (the entry's is itself).
    pub dominator: Vec<BlockId>,
    /// Innermost loop header around each block (a header is in its own loop).
    pub loop_of: Vec<Option<BlockId>>,
    pub loop_depth: Vec<u32>,
}

impl Skeleton {
    pub fn new(graph: &Graph) -> Skeleton {
        let count = graph.blocks.len();
        let mut order = Vec::new();
        let mut state = vec![0u8; count];
        let mut stack = vec![(graph.entry, 0usize)];
        state[graph.entry.0 as usize] = 1;
        while let Some(top) = stack.last_mut() {
            let edges = graph.block(top.0).terminator.edges();
            // Last successor first, so that the first one follows its block in reverse postorder.
            if top.1 < edges.len() {
                let next = edges[edges.len() - 1 - top.1].target;
                top.1 += 1;
                if state[next.0 as usize] == 0 {
                    state[next.0 as usize] = 1;
                    stack.push((next, 0));
                }
            } else {
                order.push(top.0);
                stack.pop();
            }
        }
        order.reverse();
        let mut position = vec![u32::MAX; count];
        for (i, b) in order.iter().enumerate() {
            position[b.0 as usize] = i as u32;
        }
        let mut predecessors = vec![Vec::new(); count];
        for &b in &order {
            for edge in graph.block(b).terminator.edges() {
                predecessors[edge.target.0 as usize].push(b);
            }
        }
        let mut dominator = vec![graph.entry; count];
        let mut known = vec![false; count];
        known[graph.entry.0 as usize] = true;
        loop {
            let mut changed = false;
            for &b in &order[1..] {
                let mut new: Option<BlockId> = None;
                for &p in &predecessors[b.0 as usize] {
                    if !known[p.0 as usize] {
                        continue;
                    }
                    new = Some(match new {
                        None => p,
                        Some(mut a) => {
                            let mut c = p;
                            while a != c {
                                while position[a.0 as usize] > position[c.0 as usize] {
                                    a = dominator[a.0 as usize];
                                }
                                while position[c.0 as usize] > position[a.0 as usize] {
                                    c = dominator[c.0 as usize];
                                }
                            }
                            a
                        }
                    });
                }
                let new = new.unwrap_or(graph.entry);
                if !known[b.0 as usize] || dominator[b.0 as usize] != new {
                    dominator[b.0 as usize] = new;
                    known[b.0 as usize] = true;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        let mut this = Skeleton {
            order,
            position,
            predecessors,
            dominator,
            loop_of: vec![None; count],
            loop_depth: vec![0; count],
        };
        // Outer loops first (their headers come first in reverse postorder), inner ones overwrite.
        for i in 0..this.order.len() {
            let header = this.order[i];
            let latches = this.latches(header);
            if latches.is_empty() {
                continue;
            }
            for b in this.loop_body(header, &latches) {
                this.loop_of[b.0 as usize] = Some(header);
                this.loop_depth[b.0 as usize] += 1;
            }
        }
        this
    }

    /// Predecessors of `header` that it dominates.
    pub fn latches(&self, header: BlockId) -> Vec<BlockId> {
        self.predecessors[header.0 as usize].iter().copied().filter(|&p| self.dominates(header, p)).collect()
    }

    fn loop_body(&self, header: BlockId, latches: &[BlockId]) -> Vec<BlockId> {
        let mut body = vec![header];
        let mut work = latches.to_vec();
        while let Some(b) = work.pop() {
            if !body.contains(&b) {
                body.push(b);
                work.extend(&self.predecessors[b.0 as usize]);
            }
        }
        body
    }

    /// Blocks of the natural loop of `header`, in reverse postorder.
    pub fn blocks_of_loop(&self, header: BlockId) -> Vec<BlockId> {
        let mut body = self.loop_body(header, &self.latches(header));
        body.sort_by_key(|b| self.position[b.0 as usize]);
        body
    }

    pub fn is_reachable(&self, block: BlockId) -> bool {
        self.position[block.0 as usize] != u32::MAX
    }

    pub fn dominates(&self, a: BlockId, mut b: BlockId) -> bool {
        let target = self.position[a.0 as usize];
        while self.position[b.0 as usize] > target {
            b = self.dominator[b.0 as usize];
        }
        a == b
    }
}
