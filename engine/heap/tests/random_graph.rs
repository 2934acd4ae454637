//! A randomly mutated object graph, compared with a shadow model after every few steps, under each kind of schedule.

use std::collections::HashMap;

use tierproof_heap::{
    CellKind, CellRef, Collection, DoubleArrayRef, GcSchedule, Heap, HeapConfig, RootedVec, StringRef, Value,
};

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) as usize) % bound
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Field {
    Number(i32),
    Node(usize),
}

#[derive(Clone, PartialEq, Debug)]
enum Node {
    /// Kind and tagged words; the first word is the node's number.
    Slots(CellKind, Vec<Field>),
    Text(Vec<u8>),
    Doubles(Vec<f64>),
}

const ROOTS: usize = 12;

struct World {
    heap: Heap,
    random: Random,
    roots: RootedVec,
    shadow_roots: Vec<Field>,
    nodes: Vec<Node>,
}

impl World {
    fn new(seed: u64, schedule: GcSchedule) -> World {
        let config = HeapConfig { nursery_bytes: 128 << 10, schedule, ..HeapConfig::default() };
        let mut heap = Heap::new(config);
        let roots = RootedVec::new(&mut heap, vec![Value::smi(0); ROOTS]);
        let random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        World { heap, random, roots, shadow_roots: vec![Field::Number(0); ROOTS], nodes: Vec::new() }
    }

    /// A random field: a root or a number.
    fn pick(&mut self) -> (Value, Field) {
        if self.random.below(4) == 0 {
            let number = self.random.below(1000) as i32;
            return (Value::smi(number), Field::Number(number));
        }
        let root = self.random.below(ROOTS);
        (self.roots[root], self.shadow_roots[root])
    }

    fn set_root(&mut self, value: Value, field: Field) {
        let root = self.random.below(ROOTS);
        self.roots[root] = value;
        self.shadow_roots[root] = field;
    }

    fn allocate(&mut self) {
        let id = self.nodes.len();
        let number = Value::smi(id as i32);
        let mut extra = 1 + self.random.below(6);
        let (cell, first): (CellRef, usize) = match self.random.below(20) {
            0 => {
                let text: Vec<u8> = (0..extra * 5).map(|index| (id + index) as u8).collect();
                let cell = self.heap.allocate_one_byte_string(&text);
                self.nodes.push(Node::Text(text));
                return self.set_root(cell.into(), Field::Node(id));
            }
            1 => {
                let doubles: Vec<f64> = (0..extra).map(|index| (id + index) as f64 / 2.0).collect();
                let cell = self.heap.allocate_double_array(extra);
                doubles.iter().enumerate().for_each(|(index, &number)| cell.set(index, number));
                self.nodes.push(Node::Doubles(doubles));
                return self.set_root(cell.into(), Field::Node(id));
            }
            2 => {
                extra = 1100 + self.random.below(300);
                (*self.heap.allocate_fixed_array(1 + extra, Value::smi(0)), 0)
            }
            3..6 => (*self.heap.allocate_context(1 + extra, number, Value::smi(0)), 0),
            6..9 => {
                extra = 5;
                (*self.heap.allocate_function_data(), 0)
            }
            9..13 => (*self.heap.allocate_fixed_array(1 + extra, Value::smi(0)), 0),
            _ => (*self.heap.allocate_object(1, 1 + extra), 2),
        };
        for index in 0..=extra {
            let value = if index == 0 { number } else { Value::smi(0) };
            self.heap.set_slot(cell, first + index, value);
        }
        let mut fields = vec![Field::Number(0); 1 + extra];
        fields[0] = Field::Number(id as i32);
        for _ in 0..2 {
            let (value, field) = self.pick();
            let index = 1 + self.random.below(extra);
            self.heap.set_slot(cell, first + index, value);
            fields[index] = field;
        }
        self.nodes.push(Node::Slots(cell.kind(), fields));
        self.set_root(cell.value(), Field::Node(id));
    }

    /// Where the modelled words of a cell begin.
    fn first_slot(cell: CellRef) -> usize {
        if cell.kind() == CellKind::Object { 2 } else { 0 }
    }

    /// Stores into a random root's cell, or follows one of its fields.
    fn mutate_or_follow(&mut self) {
        let root = self.random.below(ROOTS);
        let Field::Node(id) = self.shadow_roots[root] else { return };
        let Node::Slots(_, fields) = &self.nodes[id] else { return };
        let count = fields.len();
        let cell = self.roots[root].as_cell();
        let index = 1 + self.random.below(count - 1);
        let slot = Self::first_slot(cell) + index;
        if self.random.below(2) == 0 {
            let (value, field) = self.pick();
            self.heap.set_slot(cell, slot, value);
            let Node::Slots(_, fields) = &mut self.nodes[id] else { unreachable!() };
            fields[index] = field;
        } else {
            let Node::Slots(_, fields) = &self.nodes[id] else { unreachable!() };
            let field = fields[index];
            self.set_root(cell.slot(slot), field);
        }
    }

    #[inline(never)]
    fn step(&mut self) {
        match self.random.below(40) {
            0..18 => self.allocate(),
            18..38 => self.mutate_or_follow(),
            38 => self.set_root(Value::smi(0), Field::Number(0)),
            _ => {
                self.heap.allocate_bytes(200);
            }
        }
    }

    /// The reachable graph equals the model, identities included.
    fn compare(&self) {
        let mut places: HashMap<usize, CellRef> = HashMap::new();
        let mut owners: HashMap<CellRef, usize> = HashMap::new();
        let mut pending: Vec<(Value, Field)> =
            self.roots.iter().copied().zip(self.shadow_roots.iter().copied()).collect();
        while let Some((value, field)) = pending.pop() {
            let id = match field {
                Field::Number(number) => {
                    assert_eq!(value, Value::smi(number));
                    continue;
                }
                Field::Node(id) => id,
            };
            let cell = value.as_cell();
            if let Some(&place) = places.get(&id) {
                assert!(place == cell, "node {id} exists twice");
                continue;
            }
            places.insert(id, cell);
            assert!(owners.insert(cell, id).is_none(), "two nodes share a cell");
            match &self.nodes[id] {
                Node::Text(text) => assert_eq!(cell.cast::<StringRef>().one_byte().unwrap(), text),
                Node::Doubles(numbers) => {
                    let doubles: DoubleArrayRef = cell.cast();
                    assert_eq!(doubles.len(), numbers.len());
                    assert!((0..numbers.len()).all(|index| doubles.get(index) == Some(numbers[index])));
                }
                Node::Slots(kind, fields) => {
                    assert_eq!(cell.kind(), *kind);
                    let slots = &cell.tagged_slots()[Self::first_slot(cell)..];
                    assert_eq!(slots.len(), fields.len());
                    pending.extend(slots.iter().copied().zip(fields.iter().copied()));
                }
            }
        }
    }
}

fn run(schedule: GcSchedule, seeds: u64, steps: usize, stack: bool) {
    for seed in 1..=seeds {
        let mut world = World::new(seed, schedule);
        if stack {
            let base = 0usize;
            world.heap.set_stack_base(std::hint::black_box(&base) as *const usize as usize);
        }
        for step in 0..steps {
            world.step();
            if step % 97 == 0 {
                world.compare();
            }
            if step % 997 == 0 {
                world.heap.collect(if step % 2 == 0 { Collection::Scavenge } else { Collection::Full });
                world.heap.verify().unwrap();
                world.compare();
            }
        }
        world.compare();
        world.heap.verify().unwrap();
        let stats = world.heap.stats();
        assert!(stats.moved_cells > 0 && stats.scavenges > 0, "{stats:?}");
    }
}

#[test]
fn normal() {
    run(GcSchedule::Normal, 4, 20_000, false);
}

#[test]
fn normal_with_native_stack() {
    run(GcSchedule::Normal, 4, 20_000, true);
}

#[test]
fn every_allocation_with_native_stack() {
    run(GcSchedule::EveryN(1), 3, 1500, true);
}

#[test]
fn every_third_allocation_with_native_stack() {
    run(GcSchedule::EveryN(3), 3, 3000, true);
}

#[test]
fn stress_move_with_native_stack() {
    run(GcSchedule::StressMove, 4, 10_000, true);
}
