//! Capturing `Facts`: the main thread copies what an optimising compile may know out of the heap.
//!
//! Feedback only says *which* shapes, kinds and targets were seen; what they mean (slots, holders,
//! attributes) is looked up afresh here, so stale or falsified feedback cannot produce a wrong fact.
//! Cells become positions in a table; the real cells are kept in `Captured::cells`, in parallel.

use rustc_hash::FxHashMap;
use tierproof_base::{Feedback, Random};
use tierproof_bytecode::instruction::{OperandKind, decode_all};
use tierproof_bytecode::{Constant, SlotKind};
use tierproof_heap::{
    CellKind, FunctionDataRef, FunctionRef, ObjectRef, PropertyCellRef, StringRef, TaggedArrayRef, Value,
    layout,
};
use tierproof_runtime::function::{data_flags, data_words, flags, info};
use tierproof_runtime::ic::{CacheState, keyed, read_cache};
use tierproof_runtime::iteration::array_iterator_kind;
use tierproof_runtime::object::cell_meta;
use tierproof_runtime::realm::STRING_SHAPE;
use tierproof_runtime::realms::realm_of;
use tierproof_runtime::{Isolate, PropertyKey, RealmId, ShapeId, attrs};
use tierproof_ssa::facts::*;
use tierproof_ssa::{CellId, Facts, FunctionFacts, FunctionIndex};

/// Facts with the cells they name.
pub struct Captured {
    pub facts: Facts,
    pub cells: Vec<u64>,
}

struct Capture<'a> {
    cx: &'a mut Isolate,
    facts: Facts,
    cells: Vec<u64>,
    index: FxHashMap<u64, CellId>,
    functions: FxHashMap<u64, FunctionIndex>,
    lies: Option<Random>,
    /// Bytecode captured so far, against runaway inlining candidates.
    bytes: usize,
}

/// Captured bytecode beyond this is not offered for inlining.
const MAX_CAPTURED_BYTES: usize = 6000;

/// Captures the facts for compiling `data`'s function (`function` is the closure at hand). Runs no
/// JavaScript. Collection must be paused by the caller.
pub fn capture(cx: &mut Isolate, data: FunctionDataRef, inline_depth: u32) -> Captured {
    let lies = match cx.schedule.feedback {
        Feedback::Real => None,
        Feedback::Lies(seed) => Some(Random::new(seed as u64 ^ (data.template() << 8))),
    };
    let mut c = Capture {
        cx,
        facts: Facts { functions: Vec::new(), cells: Vec::new() },
        cells: Vec::new(),
        index: FxHashMap::default(),
        functions: FxHashMap::default(),
        lies,
        bytes: 0,
    };
    c.function(data, None, inline_depth);
    Captured { facts: c.facts, cells: c.cells }
}

fn shape(id: ShapeId) -> tierproof_ssa::ShapeId {
    tierproof_ssa::ShapeId(id.0)
}

impl Capture<'_> {
    fn cell(&mut self, v: Value) -> CellId {
        if let Some(id) = self.index.get(&v.to_bits()) {
            return *id;
        }
        let id = CellId(self.cells.len() as u32);
        self.cells.push(v.to_bits());
        self.index.insert(v.to_bits(), id);
        self.facts.cells.push(CellFact::Object);
        let fact = match v.as_cell().kind() {
            k if k.is_string() => {
                let s = v.cast::<StringRef>();
                let text =
                    if s.len() <= 32 { Some(tierproof_runtime::strings::to_rust(self.cx, s)) } else { None };
                CellFact::String { length: s.len() as u32, text }
            }
            CellKind::Function => {
                let data = self.cell(v.cast::<FunctionRef>().data());
                CellFact::Function { data: Some(data) }
            }
            CellKind::FunctionData => CellFact::FunctionData,
            CellKind::FeedbackVector => CellFact::FeedbackVector,
            CellKind::PropertyCell => CellFact::PropertyCell,
            CellKind::Context => CellFact::Context,
            CellKind::Symbol => CellFact::Symbol,
            CellKind::BigInt => CellFact::BigInt,
            _ => CellFact::Object,
        };
        self.facts.cells[id.0 as usize] = fact;
        id
    }
    fn constant(&mut self, v: Value) -> Option<ConstantFact> {
        Some(if v.is_number() {
            ConstantFact::Number(v.as_number())
        } else if v.is_undefined() {
            ConstantFact::Undefined
        } else if v.is_null() {
            ConstantFact::Null
        } else if v.is_boolean() {
            ConstantFact::Bool(v.is_true())
        } else if v.is_cell() {
            ConstantFact::Cell(self.cell(v))
        } else {
            return None;
        })
    }

    fn function(&mut self, data: FunctionDataRef, closure: Option<FunctionRef>, depth: u32) -> FunctionIndex {
        let key = Value::from(data).to_bits();
        if let Some(i) = self.functions.get(&key) {
            return *i;
        }
        let at = FunctionIndex(self.facts.functions.len() as u32);
        self.functions.insert(key, at);
        let i = info(data);
        let template = i.template.clone();
        self.bytes += template.bytecode.len();
        let data_cell = self.cell(data.into());
        let vector = data.tagged(data_words::FEEDBACK).try_as::<TaggedArrayRef>();
        let vector_cell = vector.map(|v| self.cell(v.into()));
        let constants_array = data.tagged(data_words::CONSTANTS).cast::<TaggedArrayRef>();
        let mut constants = Vec::with_capacity(template.constants.len());
        for (n, c) in template.constants.iter().enumerate() {
            let fact = match c {
                Constant::Number(_)
                | Constant::BigInt(_)
                | Constant::String(_)
                | Constant::Undefined
                | Constant::Null
                | Constant::Bool(_) => self.constant(constants_array.get(n)).unwrap_or(ConstantFact::Opaque),
                _ => ConstantFact::Opaque,
            };
            constants.push(fact);
        }
        let state = crate::tiering::state_index(self.cx, data);
        let failed = crate::tiering::tiering(self.cx).functions[state].optimised.failed.clone();
        self.facts.functions.push(FunctionFacts {
            template: template.clone(),
            name: crate::tiering::function_name(data),
            data: data_cell,
            vector: vector_cell,
            constants,
            slots: Vec::new(),
            function: None,
            context: None,
            builtin: i.source.is_builtin(),
            failed,
        });
        if let Some(f) = closure {
            let cell = self.cell(f.into());
            self.facts.functions[at.0 as usize].function = Some(cell);
        }
        let mut names: Vec<Option<Value>> = vec![None; template.slots.len()];
        for instruction in decode_all(&template.bytecode) {
            let name = instruction
                .operands()
                .find(|o| o.1 == OperandKind::Const && o.0 == "name")
                .map(|o| constants_array.get(o.2 as usize));
            if let (Some(slot), Some(name)) = (instruction.slot(), name) {
                names[slot as usize] = Some(name);
            }
        }
        let mut slots = Vec::with_capacity(template.slots.len());
        for (n, kind) in template.slots.iter().enumerate() {
            let fact = match vector {
                Some(v) => self.slot(v, i.slot_words[n] as usize, *kind, names[n], depth),
                None => SlotFacts::Uninitialized,
            };
            slots.push(fact);
        }
        self.facts.functions[at.0 as usize].slots = slots;
        at
    }

    fn slot(
        &mut self,
        v: TaggedArrayRef,
        w: usize,
        kind: SlotKind,
        name: Option<Value>,
        depth: u32,
    ) -> SlotFacts {
        match kind {
            SlotKind::BinaryOp | SlotKind::Compare => {
                let mut bits = v.get(w).as_smi() as u8 & 0x7F;
                if let Some(r) = &mut self.lies
                    && r.chance(60)
                {
                    bits = r.below(128) as u8;
                }
                if bits == 0 { SlotFacts::Uninitialized } else { SlotFacts::Operands(bits) }
            }
            SlotKind::LoadNamed => self.named(v, w, name, false),
            SlotKind::StoreNamed { .. } | SlotKind::DefineNamed => self.named(v, w, name, true),
            SlotKind::LoadKeyed => self.keyed(v, w, false),
            SlotKind::LoadPresent => self.present(v, w),
            SlotKind::Closure if depth > 0 => self.closure(v, w, depth),
            SlotKind::StoreKeyed { .. } => self.keyed(v, w, true),
            SlotKind::LoadGlobal | SlotKind::StoreGlobal { .. } => self.global(v, w),
            SlotKind::Call => self.call(v, w, depth),
            SlotKind::Construct => self.construct(v, w, depth),
            SlotKind::Literal => self.literal(v, w),
            SlotKind::Iterator => self.iterator(v, w),
            SlotKind::InstanceOf => self.instance_of(v, w),
            _ => SlotFacts::Other,
        }
    }

    fn named(&mut self, v: TaggedArrayRef, w: usize, name: Option<Value>, store: bool) -> SlotFacts {
        let (state, entries) = read_cache(v, w);
        let Some(name) = name else { return SlotFacts::Megamorphic };
        let mut shapes: Vec<ShapeId> = entries.iter().map(|e| e.shape).collect();
        if let Some(r) = &mut self.lies
            && r.chance(40)
        {
            let n = self.cx.shapes.len() as u32;
            shapes = (0..1 + r.below(3)).map(|_| ShapeId(1 + r.below(n - 1))).collect();
        } else {
            match state {
                CacheState::Uninitialized => return SlotFacts::Uninitialized,
                CacheState::Megamorphic => return SlotFacts::Megamorphic,
                _ => {}
            }
        }
        let mut cases = Vec::new();
        for s in shapes {
            let case = if store { self.store_case(s, name) } else { self.load_case(s, name) };
            match case {
                Some(c) => cases.push(c),
                None => return SlotFacts::Megamorphic,
            }
        }
        cases.dedup();
        SlotFacts::Named(cases)
    }

    fn place(&self, shape: ShapeId, slot: u32) -> SlotPlace {
        let inline = self.cx.shapes.get(shape).inline_slots as u32;
        if slot < inline {
            SlotPlace::Inline(layout::OBJECT_INLINE_SLOTS as u32 + 8 * slot)
        } else {
            SlotPlace::OutOfLine(slot - inline)
        }
    }
    fn is_length(&self, name: Value) -> bool {
        PropertyKey::Name(name) == self.cx.realm.names.length
    }

    /// What loading `name` from a receiver of this shape means.
    fn load_case(&mut self, s: ShapeId, name: Value) -> Option<NamedCase> {
        let receiver = if s == STRING_SHAPE { Receiver::String } else { Receiver::Shape(shape(s)) };
        let case = |op, dependencies| Some(NamedCase { receiver, op, dependencies });
        let mut at;
        if s == STRING_SHAPE {
            if self.is_length(name) {
                return case(NamedOp::StringLength, Vec::new());
            }
            at = Value::from(self.cx.realm.string_prototype);
        } else {
            let sh = self.cx.shapes.get(s);
            let kind = sh.kind;
            if sh.unique && !sh.is_prototype {
                return None;
            }
            match kind {
                CellKind::Array if self.is_length(name) => return case(NamedOp::ArrayLength, Vec::new()),
                CellKind::Global | CellKind::Proxy | CellKind::Invalid => return None,
                CellKind::PrimitiveWrapper if self.is_length(name) => return None,
                CellKind::Function => {
                    // Own properties of functions may not be real yet.
                    let n = &self.cx.realm.names;
                    let key = PropertyKey::Name(name);
                    if key == n.length || key == n.name || key == n.prototype {
                        return None;
                    }
                }
                _ if !kind.is_object() => return None,
                _ => {}
            }
            let prototype = sh.prototype;
            if let Some(p) = self.cx.shapes.lookup(s, name) {
                if p.attrs & attrs::ACCESSOR != 0 {
                    return None;
                }
                // In-object slots exist in plain objects only.
                let place = if kind == CellKind::Object {
                    self.place(s, p.slot)
                } else {
                    SlotPlace::OutOfLine(p.slot)
                };
                return case(NamedOp::Load(place), Vec::new());
            }
            at = prototype;
        }
        let mut dependencies = Vec::new();
        while let Some(o) = at.try_as::<ObjectRef>() {
            let id = ShapeId(o.shape());
            match o.kind() {
                CellKind::Global | CellKind::Proxy | CellKind::TypedArray => return None,
                CellKind::Array | CellKind::PrimitiveWrapper if self.is_length(name) => return None,
                CellKind::Function if o.flags() & tierproof_runtime::object::FUNCTION_MATERIALISED == 0 => {
                    return None;
                }
                _ => {}
            }
            if !self.cx.shapes.get(id).is_prototype {
                return None;
            }
            dependencies.push(Dependency::StableShape(shape(id)));
            if let Some(p) = self.cx.shapes.lookup(id, name) {
                let value = self.cx.load_slot(o, p.slot);
                if p.attrs & attrs::ACCESSOR != 0 {
                    let getter = value.cast::<tierproof_heap::AccessorPairRef>().getter();
                    let f = getter.try_as::<FunctionRef>()?;
                    let target = self.target(f, 1);
                    let function = self.cell(getter);
                    return case(NamedOp::Getter { function, target }, dependencies);
                }
                if value.is_cell()
                    && !value.as_cell().is_string()
                    && value.as_cell().kind() == CellKind::Function
                {
                    let constant = self.constant(value)?;
                    return case(NamedOp::LoadConstant(constant), dependencies);
                }
                let holder = self.cell(o.into());
                let place = if o.kind() == CellKind::Object {
                    self.place(id, p.slot)
                } else {
                    SlotPlace::OutOfLine(p.slot)
                };
                return case(NamedOp::LoadHolder { holder, holder_shape: None, place }, dependencies);
            }
            at = self.cx.prototype_of(o);
        }
        case(NamedOp::LoadUndefined, dependencies)
    }

    /// What assigning `name` on a receiver of this shape means.
    fn store_case(&mut self, s: ShapeId, name: Value) -> Option<NamedCase> {
        let sh = self.cx.shapes.get(s);
        if sh.unique || sh.kind != CellKind::Object {
            return None;
        }
        let prototype = sh.prototype;
        let extensible = sh.extensible;
        let receiver = Receiver::Shape(shape(s));
        if let Some(p) = self.cx.shapes.lookup(s, name) {
            if p.attrs & (attrs::ACCESSOR | attrs::WRITABLE) != attrs::WRITABLE {
                return None;
            }
            return Some(NamedCase {
                receiver,
                op: NamedOp::Store(self.place(s, p.slot)),
                dependencies: Vec::new(),
            });
        }
        if !extensible {
            return None;
        }
        let mut dependencies = Vec::new();
        let mut at = prototype;
        while let Some(o) = at.try_as::<ObjectRef>() {
            let id = ShapeId(o.shape());
            if o.kind() != CellKind::Object || !self.cx.shapes.get(id).is_prototype {
                return None;
            }
            dependencies.push(Dependency::StableShape(shape(id)));
            if let Some(p) = self.cx.shapes.lookup(id, name) {
                if p.attrs & (attrs::ACCESSOR | attrs::WRITABLE) != attrs::WRITABLE {
                    return None;
                }
                break;
            }
            at = self.cx.prototype_of(o);
        }
        let added = self.cx.shapes.add(s, name, attrs::ALL);
        if self.cx.shapes.get(added.shape).unique {
            return None;
        }
        let place = self.place(s, added.slot);
        let grow = matches!(place, SlotPlace::OutOfLine(_));
        Some(NamedCase {
            receiver,
            op: NamedOp::StoreTransition { new_shape: shape(added.shape), place, grow },
            dependencies,
        })
    }

    fn keyed(&mut self, v: TaggedArrayRef, w: usize, _store: bool) -> SlotFacts {
        let mut bits = v.get(w).as_smi();
        if let Some(r) = &mut self.lies
            && r.chance(50)
        {
            bits = 1 << r.below(6);
            if r.chance(30) {
                bits |= keyed::TYPED << r.below(9);
            }
            if r.chance(30) {
                bits |= keyed::OUT_OF_BOUNDS;
            }
        }
        if bits == 0 {
            return SlotFacts::Uninitialized;
        }
        if bits & (keyed::NAMED | keyed::OTHER | keyed::OBJECT | 1 << 6) != 0 {
            return SlotFacts::Megamorphic;
        }
        let mut cases = Vec::new();
        for k in 0..6u8 {
            if bits & 1 << k != 0 {
                cases
                    .push(KeyedCase::Array { elements: k, header: layout::kind_and_aux(CellKind::Array, k) });
            }
        }
        const KINDS: [TypedKind; 9] = [
            TypedKind::Int8,
            TypedKind::Uint8,
            TypedKind::Uint8Clamped,
            TypedKind::Int16,
            TypedKind::Uint16,
            TypedKind::Int32,
            TypedKind::Uint32,
            TypedKind::Float32,
            TypedKind::Float64,
        ];
        for (n, kind) in KINDS.into_iter().enumerate() {
            if bits & keyed::TYPED << n != 0 {
                cases.push(KeyedCase::Typed {
                    kind,
                    header: layout::kind_and_aux(CellKind::TypedArray, n as u8),
                });
            }
        }
        if bits & keyed::STRING != 0 {
            cases.push(KeyedCase::String);
        }
        if cases.len() > 4 {
            return SlotFacts::Megamorphic;
        }
        let out = bits & keyed::OUT_OF_BOUNDS != 0;
        if out && !self.cx.array_protector {
            return SlotFacts::Megamorphic;
        }
        let dependencies = if out { vec![Dependency::NoPrototypeElements] } else { Vec::new() };
        SlotFacts::Keyed(KeyedFacts { cases, out_of_bounds: out, holes: out, dependencies })
    }

    /// Elements that may be absent: the kinds of arrays seen, whatever else there was.
    fn present(&mut self, v: TaggedArrayRef, w: usize) -> SlotFacts {
        let bits = v.get(w).as_smi();
        if bits == 0 {
            return SlotFacts::Uninitialized;
        }
        let holes = bits & keyed::OUT_OF_BOUNDS != 0;
        let dependencies =
            if self.cx.array_protector { vec![Dependency::NoPrototypeElements] } else { Vec::new() };
        let cases = (0..6u8)
            .filter(|k| bits & 1 << k != 0 && (k & 1 == 0 || self.cx.array_protector))
            .map(|k| KeyedCase::Array { elements: k, header: layout::kind_and_aux(CellKind::Array, k) })
            .collect();
        SlotFacts::Keyed(KeyedFacts { cases, out_of_bounds: holes, holes, dependencies })
    }

    /// Closures that the site has made, if there is code for them.
    fn closure(&mut self, v: TaggedArrayRef, w: usize, depth: u32) -> SlotFacts {
        match v.get(w).try_as::<FunctionDataRef>() {
            Some(d) if d.counter0() >= 0 => SlotFacts::Closure(self.data_target(d, None, depth)),
            _ => SlotFacts::Other,
        }
    }

    fn iterator(&mut self, v: TaggedArrayRef, w: usize) -> SlotFacts {
        let next = self.cx.jit.array_iterator_next;
        match self.keyed(v, w, false) {
            SlotFacts::Keyed(mut arrays) if next.is_cell() => {
                arrays.cases.retain(|c| matches!(c, KeyedCase::Array { .. }));
                if arrays.cases.is_empty() {
                    return SlotFacts::Megamorphic;
                }
                let iterator = ArrayIterator {
                    header: layout::kind_and_aux(CellKind::ArrayIterator, 0),
                    words: layout::OBJECT_INTERNAL as u32,
                    values: array_iterator_kind::VALUES,
                };
                let opening = self.array_opening();
                SlotFacts::ArrayIteration { arrays, iterator, next: self.cell(next), opening }
            }
            SlotFacts::Uninitialized => SlotFacts::Uninitialized,
            _ => SlotFacts::Megamorphic,
        }
    }
    /// What opening the iteration of a plain array comes to while both methods are the built-in ones.
    fn array_opening(&mut self) -> Option<ArrayOpening> {
        let (array, iterator) = (self.cx.realm.array_shape, self.cx.realm.array_iterator_shape);
        if iterator == ShapeId(0) {
            return None;
        }
        let symbol = self.cx.realm.symbols.iterator;
        let PropertyKey::Name(next) = self.cx.realm.names.next else { return None };
        let mut dependencies = self.inherits(array, symbol.into(), self.cx.realm.array_values)?;
        dependencies.extend(self.inherits(iterator, next, self.cx.realm.array_iterator_next)?);
        Some(ArrayOpening { array: shape(array), iterator: shape(iterator), dependencies })
    }
    /// What objects of a shape inheriting this function under this name relies on; None when they do not.
    fn inherits(&mut self, s: ShapeId, name: Value, function: Value) -> Option<Vec<Dependency>> {
        let case = self.load_case(s, name)?;
        let expected = ConstantFact::Cell(self.cell(function));
        (case.op == NamedOp::LoadConstant(expected)).then_some(case.dependencies)
    }

    fn instance_of(&mut self, v: TaggedArrayRef, w: usize) -> SlotFacts {
        let word = v.get(w);
        if word.is_undefined() {
            return SlotFacts::Uninitialized;
        }
        self.constructor_tested(word).unwrap_or(SlotFacts::Megamorphic)
    }
    fn constructor_tested(&mut self, word: Value) -> Option<SlotFacts> {
        let f = word.try_as::<FunctionRef>()?;
        let o = f.object();
        let s = ShapeId(o.shape());
        if self.cx.shapes.get(s).unique {
            return None;
        }
        let has_instance = self.cx.realm.symbols.has_instance;
        let mut dependencies = self.inherits(s, has_instance.into(), self.cx.realm.function_has_instance)?;
        let PropertyKey::Name(name) = self.cx.realm.names.prototype else { return None };
        let p = self.cx.shapes.lookup(s, name)?;
        let prototype = self.cx.load_slot(o, p.slot);
        if p.attrs & attrs::ACCESSOR != 0 || !prototype.is_object() {
            return None;
        }
        if p.attrs & (attrs::WRITABLE | attrs::CONFIGURABLE) != 0 {
            // Replacing it is noticed once it has made objects.
            if f.prototype_cache().is_undefined() {
                return None;
            }
            dependencies.push(Dependency::ConstantCell(self.cell(word)));
        }
        let (function, prototype) = (self.cell(word), self.cell(prototype));
        Some(SlotFacts::InstanceOf { function, shape: shape(s), prototype, dependencies })
    }

    fn global(&mut self, v: TaggedArrayRef, w: usize) -> SlotFacts {
        let word = v.get(w);
        let Some(cell) = word.try_as::<PropertyCellRef>() else { return SlotFacts::Uninitialized };
        let value = cell.value_slot();
        let meta = cell.meta().as_smi();
        let variable = meta & cell_meta::VARIABLE != 0;
        let constant = if variable || value.is_hole() { None } else { self.constant(value) };
        let id = self.cell(word);
        let dependencies = if constant.is_some() { vec![Dependency::ConstantCell(id)] } else { Vec::new() };
        SlotFacts::Global {
            cell: id,
            constant,
            may_be_hole: true,
            writable: variable && meta & cell_meta::READ_ONLY == 0,
            dependencies,
        }
    }

    /// What is known of calling this closure.
    fn target(&mut self, f: FunctionRef, depth: u32) -> CallTarget {
        let mut t = self.data_target(f.function_data(), Some(f), depth);
        t.function = Some(self.cell(f.into()));
        t
    }
    fn data_target(&mut self, d: FunctionDataRef, closure: Option<FunctionRef>, depth: u32) -> CallTarget {
        let builtin = flags(d) & data_flags::BUILTIN != 0;
        let foreign = realm_of(d) != RealmId::FIRST;
        if d.counter0() < 0 {
            return CallTarget { callable: false, ..CallTarget::default() };
        }
        let callable = flags(d) & data_flags::CLASS_CONSTRUCTOR == 0;
        let data = self.cell(d.into());
        let mut t = CallTarget {
            function: None,
            data: Some(data),
            formal: d.counter0() as u32,
            callable,
            facts: None,
            builtin: None,
        };
        if foreign {
            // called, never inlined or replaced
        } else if builtin {
            t.builtin = tierproof_builtins::replaceable(d.native())
                .and_then(|(object, name)| KnownBuiltin::named(object, name));
        } else if depth > 0
            && d.tagged(data_words::FEEDBACK).is_cell()
            && self.bytes + info(d).template.bytecode.len() < MAX_CAPTURED_BYTES
            && info(d).template.bytecode.len() < 600
        {
            t.facts = Some(self.function(d, closure, depth - 1));
        }
        t
    }

    fn call(&mut self, v: TaggedArrayRef, w: usize, depth: u32) -> SlotFacts {
        let mut word = v.get(w);
        if let Some(r) = &mut self.lies
            && r.chance(30)
        {
            // Some function that another site of the same vector called.
            let other: Vec<u64> = v
                .as_slice()
                .iter()
                .filter(|x| x.is_cell() && x.as_cell().kind() == CellKind::Function)
                .map(|x| x.to_bits())
                .collect();
            if !other.is_empty() {
                word = Value::from_bits(*r.pick(&other));
            }
        }
        let count = v.get(w + 1);
        let count = if count.is_smi() { count.as_smi() as u32 } else { 0 };
        if word.is_undefined() {
            return SlotFacts::Uninitialized;
        }
        if let Some(f) = word.try_as::<FunctionRef>() {
            return SlotFacts::Call { target: self.target(f, depth), count };
        }
        if let Some(d) = word.try_as::<FunctionDataRef>() {
            return SlotFacts::Call { target: self.data_target(d, None, depth), count };
        }
        SlotFacts::Megamorphic
    }

    fn construct(&mut self, v: TaggedArrayRef, w: usize, depth: u32) -> SlotFacts {
        let word = v.get(w);
        if word.is_undefined() {
            return SlotFacts::Uninitialized;
        }
        let Some(f) = word.try_as::<FunctionRef>() else { return SlotFacts::Megamorphic };
        let d = f.function_data();
        if flags(d) & data_flags::CONSTRUCTOR == 0 {
            return SlotFacts::Megamorphic;
        }
        // Builtins, like derived constructors, are entered with the hole as `this`.
        let derived = flags(d) & (data_flags::DERIVED | data_flags::BUILTIN) != 0;
        let target = self.target(f, depth);
        let mut dependencies = Vec::new();
        let cached = f.prototype_cache();
        let initial = if cached.is_smi() && !derived && flags(d) & data_flags::BUILTIN == 0 {
            let s = ShapeId(cached.as_smi() as u32);
            // The cell "function" stands for its `prototype` property here.
            dependencies.push(Dependency::ConstantCell(self.cell(word)));
            Some((shape(s), self.cx.shapes.get(s).inline_slots as u32))
        } else {
            None
        };
        SlotFacts::Construct(ConstructFacts { target, initial, dependencies, derived })
    }

    fn literal(&mut self, v: TaggedArrayRef, w: usize) -> SlotFacts {
        let word = v.get(w);
        let Some(values) = v.get(w + 1).try_as::<TaggedArrayRef>() else { return SlotFacts::Other };
        if !word.is_smi() {
            return SlotFacts::Other;
        }
        let s = ShapeId(word.as_smi() as u32);
        let slots = self.cx.shapes.get(s).inline_slots as u32;
        let mut facts = Vec::new();
        for i in 0..slots as usize {
            let fact = if i < values.len() { self.constant(values.get(i)) } else { None };
            facts.push(fact.filter(|f| *f != ConstantFact::Undefined));
        }
        SlotFacts::ObjectLiteral { shape: shape(s), slots, values: facts }
    }
}
