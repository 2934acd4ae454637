//! Inline caches: what a feedback slot remembers about property accesses, and the slow paths that
//! fill it.
//!
//! A cache entry is a short linear program: guards, then one result operation (`CacheOp`). It is
//! packed into four feedback words so that the common case is one compare and one load:
//!
//! ```text
//! w0  Smi shape id of the receiver | undefined (uninitialized) | FixedArray of entries (polymorphic) | hole (megamorphic)
//! w1  Smi: operation | slot << 8
//! w2  holder object, or Smi shape id after a transition
//! w3  Smi: prototype epoch the entry was made in (entries that depend on the prototype chain)
//! ```
//!
//! The interpreter and baseline execute entries, `vm` translates them into `Facts` for the graph
//! builder. Feedback is a hint: an entry's guards make it correct whatever else it claims.

use tierproof_base::faults::{Fault, fault};
use tierproof_heap::{
    AccessorPairRef, ArrayRef, CellKind, ElementsKind, ObjectRef, PropertyCellRef, StringRef, TaggedArrayRef,
    TypedArrayRef, Value,
};

use crate::isolate::{Isolate, JsResult};
use crate::key::PropertyKey;
use crate::realm::STRING_SHAPE;
use crate::realms::RealmId;
use crate::shapes::{ShapeId, attrs};

macro_rules! cache_ops {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        /// Result operation of a cache entry. The stores come last.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Debug)]
        #[repr(u8)]
        pub enum CacheOp { $($(#[doc = $doc])* $name),* }
        impl CacheOp {
            const ALL: &[CacheOp] = &[$(CacheOp::$name),*];
        }
    };
}
cache_ops! {
    /// In-object slot of the receiver.
    LoadInline,
    /// Out-of-line slot of the receiver.
    LoadOutOfLine,
    /// In-object slot of the holder (w2); valid in the epoch w3.
    LoadHolder,
    /// Out-of-line slot of the holder (w2); valid in the epoch w3.
    LoadHolderOutOfLine,
    /// The property does not exist; valid in the epoch w3.
    LoadAbsent,
    /// Receiver slot holds an accessor pair: call its getter.
    LoadGetter,
    /// Holder slot holds an accessor pair: call its getter with the receiver; epoch w3.
    LoadHolderGetter,
    /// `length` of an array.
    ArrayLength,
    /// `length` of a string.
    StringLength,
    /// Existing writable slot of the receiver.
    StoreInline,
    /// Existing writable out-of-line slot.
    StoreOutOfLine,
    /// Add the property: store into the slot, new shape w2; epoch w3.
    StoreTransition,
    /// Holder slot (or the receiver's own when w2 is undefined) holds an accessor pair: call its setter; epoch w3.
    StoreSetter,
}

impl CacheOp {
    pub fn is_store(self) -> bool {
        self >= CacheOp::StoreInline
    }
}

/// One unpacked entry.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CacheEntry {
    pub shape: ShapeId,
    pub op: CacheOp,
    /// Slot number counted from the start of its storage (in-object or out-of-line); for
    /// transitions and accessors the object's slot number.
    pub slot: u32,
    pub extra: Value,
    pub epoch: u32,
}

/// Words of an entry.
pub const ENTRY_WORDS: usize = 4;
/// Entries of a polymorphic cache.
pub const MAX_POLYMORPHIC: usize = 4;

impl CacheEntry {
    fn pack(self) -> [Value; ENTRY_WORDS] {
        [
            Value::smi(self.shape.0 as i32),
            Value::smi((self.op as u32 | self.slot << 8) as i32),
            self.extra,
            Value::smi(self.epoch as i32),
        ]
    }
    fn unpack(w: &[Value]) -> Option<CacheEntry> {
        if !w[0].is_smi() || !w[1].is_smi() || !w[3].is_smi() {
            return None;
        }
        let h = w[1].as_smi() as u32;
        Some(CacheEntry {
            shape: ShapeId(w[0].as_smi() as u32),
            op: *CacheOp::ALL.get(h as usize & 0xFF)?,
            slot: h >> 8,
            extra: w[2],
            epoch: w[3].as_smi() as u32,
        })
    }
}

/// State of a named cache.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CacheState {
    Uninitialized,
    Monomorphic,
    Polymorphic,
    Megamorphic,
}

/// How often caches have taken an entry, by its operation and what the cache held before (see `label`).
/// What a campaign counts as reached; nothing else depends on it.
#[derive(Clone, Debug)]
pub struct CacheSteps([[u32; CacheSteps::STATES]; CacheOp::ALL.len()]);

impl Default for CacheSteps {
    fn default() -> CacheSteps {
        CacheSteps([[0; CacheSteps::STATES]; CacheOp::ALL.len()])
    }
}

impl CacheSteps {
    /// Uninitialized, one to four entries, megamorphic.
    const STATES: usize = 6;

    fn note(&mut self, op: CacheOp, (state, entries): (CacheState, smallvec::SmallVec<[CacheEntry; 4]>)) {
        let before = match state {
            CacheState::Uninitialized => 0,
            CacheState::Megamorphic => CacheSteps::STATES - 1,
            CacheState::Monomorphic | CacheState::Polymorphic => {
                entries.len().clamp(1, CacheSteps::STATES - 2)
            }
        };
        self.0[op as usize][before] += 1;
    }
    /// Those that happened: `LoadInline into 2 entries`.
    pub fn labels(&self) -> impl Iterator<Item = String> + '_ {
        CacheOp::ALL.iter().flat_map(move |op| {
            let counts = self.0[*op as usize].iter().enumerate();
            counts.filter(|c| *c.1 > 0).map(move |(before, _)| match before {
                0 => format!("{op:?} into an empty cache"),
                5 => format!("{op:?} into a megamorphic cache"),
                n => format!("{op:?} into {n} entries"),
            })
        })
    }
}

/// State and entries of the cache at word `w`.
pub fn read_cache(v: TaggedArrayRef, w: usize) -> (CacheState, smallvec::SmallVec<[CacheEntry; 4]>) {
    let words = v.as_slice();
    if words[w].is_undefined() {
        return (CacheState::Uninitialized, Default::default());
    }
    if let Some(p) = words[w].try_as::<TaggedArrayRef>() {
        let entries = p.as_slice().chunks_exact(ENTRY_WORDS).filter_map(CacheEntry::unpack).collect();
        return (CacheState::Polymorphic, entries);
    }
    match CacheEntry::unpack(&words[w..w + ENTRY_WORDS]) {
        Some(e) => (CacheState::Monomorphic, smallvec::smallvec![e]),
        None => (CacheState::Megamorphic, Default::default()),
    }
}

const STUB_ENTRIES: usize = 1024;

/// Megamorphic cache: (shape, name) -> entry, direct mapped; emptied by every collection.
#[derive(Default)]
pub struct StubCache {
    entries: Vec<Option<(u64, CacheEntry)>>,
    used: bool,
}

impl StubCache {
    fn index(shape: ShapeId, name: Value, store: bool) -> usize {
        let h = (shape.0 as u64).wrapping_mul(0x9E37_79B9) ^ (name.to_bits() >> 4) ^ (store as u64) << 5;
        h as usize % STUB_ENTRIES
    }
    fn get(&self, shape: ShapeId, name: Value, store: bool) -> Option<CacheEntry> {
        let e = self.entries.get(Self::index(shape, name, store))?.as_ref()?;
        (e.0 == name.to_bits() && e.1.shape == shape && e.1.op.is_store() == store).then_some(e.1)
    }
    fn put(&mut self, name: Value, e: CacheEntry, store: bool) {
        if self.entries.is_empty() {
            self.entries.resize(STUB_ENTRIES, None);
        }
        self.used = true;
        self.entries[Self::index(e.shape, name, store)] = Some((name.to_bits(), e));
    }
    pub fn clear(&mut self) {
        if self.used {
            self.entries.fill(None);
            self.used = false;
        }
    }
}

/// Shape that a cache guards on: the header's, 0 for values without one.
#[inline(always)]
pub fn guard_shape(v: Value) -> ShapeId {
    if v.is_cell() { ShapeId(v.as_cell().shape()) } else { ShapeId(0) }
}

/// Bits of a keyed cache's first word.
pub mod keyed {
    /// `1 << ElementsKind` of arrays, kinds 0..=6.
    pub const ARRAY_MASK: i32 = 0x7F;
    /// Same for other ordinary objects.
    pub const OBJECT: i32 = 1 << 8;
    /// `TYPED << element type` for typed arrays.
    pub const TYPED: i32 = 1 << 9;
    pub const STRING: i32 = 1 << 20;
    /// An index beyond the end (or a hole) was seen; for stores: an append.
    pub const OUT_OF_BOUNDS: i32 = 1 << 21;
    /// A key that is not an index.
    pub const NAMED: i32 = 1 << 22;
    pub const OTHER: i32 = 1 << 23;
}

impl Isolate {
    /// Adds an entry to the cache at word `w`: mono, poly up to four, then megamorphic.
    fn update_cache(&mut self, v: TaggedArrayRef, w: usize, name: Value, e: CacheEntry) {
        let store = e.op.is_store();
        self.cache_steps.note(e.op, read_cache(v, w));
        let words = v.as_slice();
        let set_all = |cx: &mut Isolate, values: [Value; ENTRY_WORDS]| {
            for (i, x) in values.into_iter().enumerate() {
                v.set(&mut cx.heap, w + i, x);
            }
        };
        if words[w].is_undefined() || words[w].is_smi() && words[w].as_smi() as u32 == e.shape.0 {
            return set_all(self, e.pack());
        }
        if words[w].is_smi() {
            let p = self.heap.allocate_fixed_array(2 * ENTRY_WORDS, Value::UNDEFINED);
            for (i, x) in e.pack().into_iter().enumerate() {
                p.set(&mut self.heap, i, v.get(w + i));
                p.set(&mut self.heap, ENTRY_WORDS + i, x);
            }
            return set_all(self, [p.into(), Value::smi(0), Value::UNDEFINED, Value::smi(0)]);
        }
        if let Some(p) = words[w].try_as::<TaggedArrayRef>() {
            let n = p.len() / ENTRY_WORDS;
            for k in 0..n {
                if p.get(k * ENTRY_WORDS) == Value::smi(e.shape.0 as i32) {
                    for (i, x) in e.pack().into_iter().enumerate() {
                        p.set(&mut self.heap, k * ENTRY_WORDS + i, x);
                    }
                    return;
                }
            }
            if n < MAX_POLYMORPHIC {
                let q = self.heap.copy_tagged(p.as_slice(), p.len() + ENTRY_WORDS, Value::UNDEFINED);
                for (i, x) in e.pack().into_iter().enumerate() {
                    q.set(&mut self.heap, n * ENTRY_WORDS + i, x);
                }
                v.set(&mut self.heap, w, q.into());
                return;
            }
            set_all(self, [Value::HOLE, Value::HOLE, Value::UNDEFINED, Value::smi(0)]);
        }
        self.stub_cache.put(name, e, store);
    }

    /// From the cache that all functions share. What it says of strings holds in the first realm.
    fn stub(&self, shape: ShapeId, name: Value, store: bool) -> Option<CacheEntry> {
        if shape == STRING_SHAPE && self.realm.id != RealmId::FIRST {
            return None;
        }
        self.stub_cache.get(shape, name, store)
    }

    fn find_entry(
        &self,
        v: TaggedArrayRef,
        w: usize,
        shape: ShapeId,
        name: Value,
        store: bool,
    ) -> Option<CacheEntry> {
        let words = v.as_slice();
        if words[w].is_smi() {
            return CacheEntry::unpack(&words[w..w + ENTRY_WORDS]).filter(|e| e.shape == shape);
        }
        if let Some(p) = words[w].try_as::<TaggedArrayRef>() {
            return p
                .as_slice()
                .chunks_exact(ENTRY_WORDS)
                .find(|c| c[0] == Value::smi(shape.0 as i32))
                .and_then(CacheEntry::unpack);
        }
        if words[w].is_hole() {
            return self.stub(shape, name, store);
        }
        None
    }

    /// The shape to look for in a cache; 0 (no shape) for what is not cached, which is everything with
    /// `caches=off`.
    fn cached_shape(&self, receiver: Value) -> ShapeId {
        if self.schedule.caches { guard_shape(receiver) } else { ShapeId(0) }
    }

    /// `receiver.name` through the cache at word `w` of `v`, filling it on a miss.
    pub fn load_named_ic(&mut self, receiver: Value, name: Value, v: TaggedArrayRef, w: usize) -> JsResult {
        let shape = self.cached_shape(receiver);
        if shape.0 != 0
            && let Some(e) = self.find_entry(v, w, shape, name, false)
            && let Some(r) = self.execute_load(receiver, e)
        {
            return r;
        }
        if shape.0 != 0
            && let Some(e) = self.load_entry(receiver, name)
        {
            if fault(Fault::F056) && matches!(e.op, CacheOp::LoadHolderGetter) {
                let result = self.execute_load(receiver, e);
                let e = CacheEntry { shape: guard_shape(receiver), epoch: self.shapes.prototype_epoch, ..e };
                self.update_cache(v, w, name, e);
                return result.unwrap_or(Ok(Value::UNDEFINED));
            }
            self.update_cache(v, w, name, e);
            if let Some(r) = self.execute_load(receiver, e) {
                return r;
            }
        }
        self.get_value(receiver, PropertyKey::Name(name))
    }

    /// Runs a load entry whose shape guard holds; None when a further guard fails.
    pub fn execute_load(&mut self, receiver: Value, e: CacheEntry) -> Option<JsResult> {
        let o = receiver.try_as::<ObjectRef>();
        Some(Ok(match e.op {
            CacheOp::LoadInline => o?.inline_slot(e.slot as usize),
            CacheOp::LoadOutOfLine => o?.slots().cast::<TaggedArrayRef>().get(e.slot as usize),
            CacheOp::LoadHolder if e.epoch == self.shapes.prototype_epoch => {
                e.extra.cast::<ObjectRef>().inline_slot(e.slot as usize)
            }
            CacheOp::LoadHolderOutOfLine if e.epoch == self.shapes.prototype_epoch => {
                e.extra.cast::<ObjectRef>().slots().cast::<TaggedArrayRef>().get(e.slot as usize)
            }
            CacheOp::LoadAbsent if e.epoch == self.shapes.prototype_epoch => Value::UNDEFINED,
            CacheOp::LoadGetter => {
                let pair = self.load_slot(o?, e.slot).cast::<AccessorPairRef>();
                return Some(self.call_getter(pair, receiver));
            }
            CacheOp::LoadHolderGetter if e.epoch == self.shapes.prototype_epoch => {
                let pair = self.load_slot(e.extra.cast(), e.slot).cast::<AccessorPairRef>();
                return Some(self.call_getter(pair, receiver));
            }
            CacheOp::ArrayLength => Value::number(receiver.try_as::<ArrayRef>()?.length() as f64),
            CacheOp::StringLength => Value::smi(receiver.try_as::<StringRef>()?.len() as i32),
            _ => return None,
        }))
    }

    fn call_getter(&mut self, pair: AccessorPairRef, receiver: Value) -> JsResult {
        let g = pair.getter();
        if g.is_undefined() { Ok(Value::UNDEFINED) } else { self.call(g, receiver, &[]) }
    }

    pub(crate) fn cacheable(&self, shape: ShapeId) -> bool {
        let s = self.shapes.get(shape);
        !s.unique || s.is_prototype
    }

    /// The cache entry that describes loading `name` from `receiver`, if cacheable.
    pub fn load_entry(&mut self, receiver: Value, name: Value) -> Option<CacheEntry> {
        let key = PropertyKey::Name(name);
        let shape = guard_shape(receiver);
        let epoch = self.shapes.prototype_epoch;
        let entry = |op, slot, extra| Some(CacheEntry { shape, op, slot, extra, epoch });
        let mut at: ObjectRef;
        if let Some(o) = receiver.try_as::<ObjectRef>() {
            match o.kind() {
                CellKind::Array if key == self.realm.names.length => {
                    return entry(CacheOp::ArrayLength, 0, Value::UNDEFINED);
                }
                CellKind::PrimitiveWrapper if key == self.realm.names.length => return None,
                CellKind::Global | CellKind::ModuleNamespace | CellKind::Proxy => return None,
                CellKind::TypedArray if self.integer_indexed(o, key).is_some() => return None,
                CellKind::Function => {
                    let n = &self.realm.names;
                    if (key == n.length || key == n.name || key == n.prototype)
                        && o.flags() & crate::object::FUNCTION_MATERIALISED == 0
                    {
                        return None;
                    }
                }
                _ => {}
            }
            if !self.cacheable(shape) {
                return None;
            }
            if let Some(p) = self.shapes.lookup(shape, name) {
                if p.attrs & attrs::ACCESSOR != 0 {
                    return entry(CacheOp::LoadGetter, p.slot, Value::UNDEFINED);
                }
                let inline = o.inline_slots() as u32;
                return if p.slot < inline {
                    entry(CacheOp::LoadInline, p.slot, Value::UNDEFINED)
                } else {
                    entry(CacheOp::LoadOutOfLine, p.slot - inline, Value::UNDEFINED)
                };
            }
            match self.prototype_of(o).try_as() {
                Some(p) => at = p,
                None => return entry(CacheOp::LoadAbsent, 0, Value::UNDEFINED),
            }
        } else if shape == STRING_SHAPE && receiver.is_string() {
            if self.realm.id != RealmId::FIRST {
                return None;
            }
            if key == self.realm.names.length {
                return entry(CacheOp::StringLength, 0, Value::UNDEFINED);
            }
            at = self.realm.string_prototype;
            self.become_prototype(at);
        } else {
            return None;
        }
        let epoch = self.shapes.prototype_epoch;
        let entry = |op, slot, extra| Some(CacheEntry { shape, op, slot, extra, epoch });
        loop {
            match at.kind() {
                CellKind::Global | CellKind::ModuleNamespace | CellKind::Proxy | CellKind::TypedArray => {
                    return None;
                }
                CellKind::Array | CellKind::PrimitiveWrapper if key == self.realm.names.length => {
                    return None;
                }
                CellKind::Function => {
                    self.materialise_function(at);
                    if self.shapes.prototype_epoch != epoch {
                        return None;
                    }
                }
                _ => {}
            }
            if let Some(p) = self.shapes.lookup(ShapeId(at.shape()), name) {
                let inline = at.inline_slots() as u32;
                return if p.attrs & attrs::ACCESSOR != 0 {
                    entry(CacheOp::LoadHolderGetter, p.slot, at.into())
                } else if p.slot < inline {
                    entry(CacheOp::LoadHolder, p.slot, at.into())
                } else {
                    entry(CacheOp::LoadHolderOutOfLine, p.slot - inline, at.into())
                };
            }
            match self.prototype_of(at).try_as() {
                Some(p) => at = p,
                None => return entry(CacheOp::LoadAbsent, 0, Value::UNDEFINED),
            }
        }
    }

    /// `receiver.name = value` through the cache at word `w`.
    pub fn store_named_ic(
        &mut self,
        receiver: Value,
        name: Value,
        value: Value,
        v: TaggedArrayRef,
        w: usize,
        strict: bool,
    ) -> JsResult<()> {
        let shape = self.cached_shape(receiver);
        if shape.0 != 0 && receiver.is_object() {
            if let Some(e) = self.find_entry(v, w, shape, name, true)
                && let Some(r) = self.execute_store(receiver, value, e)
            {
                return r;
            }
            if let Some(e) = self.store_entry(receiver.cast(), name) {
                self.update_cache(v, w, name, e);
                if let Some(r) = self.execute_store(receiver, value, e) {
                    return r;
                }
            }
        }
        self.put_value(receiver, PropertyKey::Name(name), value, strict)
    }

    /// Runs a store entry whose shape guard holds; None when a further guard fails.
    pub fn execute_store(&mut self, receiver: Value, value: Value, e: CacheEntry) -> Option<JsResult<()>> {
        let o = receiver.cast::<ObjectRef>();
        match e.op {
            CacheOp::StoreInline => o.set_inline_slot(&mut self.heap, e.slot as usize, value),
            CacheOp::StoreOutOfLine => {
                o.slots().cast::<TaggedArrayRef>().set(&mut self.heap, e.slot as usize, value)
            }
            CacheOp::StoreTransition if e.epoch == self.shapes.prototype_epoch => {
                self.store_new_slot(o, e.slot, value);
                o.set_shape(e.extra.as_smi() as u32);
            }
            CacheOp::StoreSetter if e.epoch == self.shapes.prototype_epoch => {
                let holder = e.extra.try_as::<ObjectRef>().unwrap_or(o);
                let setter = self.load_slot(holder, e.slot).cast::<AccessorPairRef>().setter();
                if setter.is_undefined() {
                    return None;
                }
                return Some(self.call(setter, receiver, &[value]).map(|_| ()));
            }
            _ => return None,
        }
        Some(Ok(()))
    }

    /// The cache entry that describes assigning `name` on `o`, if cacheable.
    pub fn store_entry(&mut self, o: ObjectRef, name: Value) -> Option<CacheEntry> {
        let key = PropertyKey::Name(name);
        let shape = ShapeId(o.shape());
        let epoch = self.shapes.prototype_epoch;
        let entry = |op, slot, extra| Some(CacheEntry { shape, op, slot, extra, epoch });
        match o.kind() {
            CellKind::Array | CellKind::PrimitiveWrapper if key == self.realm.names.length => return None,
            CellKind::Global | CellKind::ModuleNamespace | CellKind::Proxy => return None,
            CellKind::TypedArray if self.integer_indexed(o, key).is_some() => return None,
            CellKind::Function => return None,
            _ => {}
        }
        // Stores to prototypes must go through `store_existing`, which reports changed functions.
        if self.shapes.get(shape).unique {
            return None;
        }
        let inline = o.inline_slots() as u32;
        if let Some(p) = self.shapes.lookup(shape, name) {
            if p.attrs & attrs::ACCESSOR != 0 {
                return entry(CacheOp::StoreSetter, p.slot, Value::UNDEFINED);
            }
            if p.attrs & attrs::WRITABLE == 0 {
                return None;
            }
            return if p.slot < inline {
                entry(CacheOp::StoreInline, p.slot, Value::UNDEFINED)
            } else {
                entry(CacheOp::StoreOutOfLine, p.slot - inline, Value::UNDEFINED)
            };
        }
        let mut at = self.prototype_of(o);
        while let Some(p) = at.try_as::<ObjectRef>() {
            match p.kind() {
                CellKind::Global | CellKind::ModuleNamespace | CellKind::Proxy | CellKind::TypedArray => {
                    return None;
                }
                CellKind::Array | CellKind::PrimitiveWrapper if key == self.realm.names.length => {
                    return None;
                }
                CellKind::Function => {
                    self.materialise_function(p);
                    if self.shapes.prototype_epoch != epoch {
                        return None;
                    }
                }
                _ => {}
            }
            if let Some(info) = self.shapes.lookup(ShapeId(p.shape()), name) {
                if info.attrs & attrs::ACCESSOR != 0 {
                    return entry(CacheOp::StoreSetter, info.slot, p.into());
                }
                if info.attrs & attrs::WRITABLE == 0 {
                    return None;
                }
                break;
            }
            at = self.prototype_of(p);
        }
        self.transition_entry(o, name, attrs::ALL)
    }

    fn transition_entry(&mut self, o: ObjectRef, name: Value, a: u8) -> Option<CacheEntry> {
        let shape = ShapeId(o.shape());
        if !self.is_extensible(o) || self.shapes.get(shape).unique {
            return None;
        }
        let added = self.shapes.add(shape, name, a);
        if self.shapes.get(added.shape).unique {
            return None;
        }
        Some(CacheEntry {
            shape,
            op: CacheOp::StoreTransition,
            slot: added.slot,
            extra: Value::smi(added.shape.0 as i32),
            epoch: self.shapes.prototype_epoch,
        })
    }

    /// `DefineNamedOwn` through the cache at word `w`: an own data property, whatever the prototypes say.
    pub fn define_named_ic(
        &mut self,
        o: ObjectRef,
        name: Value,
        value: Value,
        v: TaggedArrayRef,
        w: usize,
    ) -> JsResult<()> {
        let shape = ShapeId(o.shape());
        if let Some(e) = self.find_entry(v, w, shape, name, true)
            && e.op != CacheOp::StoreSetter
            && let Some(r) = self.execute_store(o.into(), value, e)
        {
            return r;
        }
        let plain = o.kind() == CellKind::Object && !self.shapes.get(shape).unique;
        if plain && self.schedule.caches {
            let entry = match self.shapes.lookup(shape, name) {
                Some(p) if p.attrs == attrs::ALL => self.store_entry(o, name),
                Some(_) => None,
                None => self.transition_entry(o, name, attrs::ALL),
            };
            if let Some(e) = entry {
                self.update_cache(v, w, name, e);
                if let Some(r) = self.execute_store(o.into(), value, e) {
                    return r;
                }
            }
        }
        self.create_data_property_or_throw(o, PropertyKey::Name(name), value)
    }

    fn receiver_bits(&self, receiver: Value) -> i32 {
        let Some(o) = receiver.try_as::<ObjectRef>() else {
            return if receiver.is_string() { keyed::STRING } else { keyed::OTHER };
        };
        match o.kind() {
            CellKind::Array => 1 << o.elements_kind() as i32,
            CellKind::TypedArray => {
                let ty = o.cast::<TypedArrayRef>().element_type();
                // what compiled code does not know is like any other object
                if ty < crate::typed_array::ElementType::FIRST_GENERIC {
                    keyed::TYPED << ty
                } else {
                    keyed::OTHER
                }
            }
            CellKind::Object => keyed::OBJECT,
            _ => keyed::OTHER,
        }
    }

    /// `receiver[key]`, recording what was seen at word `w`.
    pub fn load_keyed_ic(&mut self, receiver: Value, key: Value, v: TaggedArrayRef, w: usize) -> JsResult {
        let mut bits = self.receiver_bits(receiver);
        if key.is_smi() && key.as_smi() >= 0 {
            let i = key.as_smi() as u32;
            if let Some(o) = receiver.try_as::<ObjectRef>() {
                if o.kind() == CellKind::TypedArray {
                    let got = crate::typed_array::get(self, o.cast(), i as u64);
                    if got.is_none() {
                        bits |= keyed::OUT_OF_BOUNDS;
                    }
                    self.note(v, w, bits);
                    return Ok(got.unwrap_or(Value::UNDEFINED));
                }
                if matches!(o.kind(), CellKind::Array | CellKind::Object) {
                    if let Some(x) = self.dense_element(o, i as usize) {
                        self.note(v, w, bits);
                        return Ok(x);
                    }
                    self.note(v, w, bits | keyed::OUT_OF_BOUNDS);
                    if o.kind() == CellKind::Array
                        && o.elements_kind() != ElementsKind::Dictionary
                        && self.holes_are_undefined(o)
                    {
                        return Ok(Value::UNDEFINED);
                    }
                    return self.get(o, PropertyKey::Index(i), receiver);
                }
            } else if let Some(s) = receiver.try_as::<StringRef>() {
                if (i as usize) < s.len() {
                    self.note(v, w, bits);
                    let u = self.char_at(s, i as usize);
                    return Ok(self.single_character(u).into());
                }
                bits |= keyed::OUT_OF_BOUNDS;
            }
            self.note(v, w, bits);
        } else {
            self.note(v, w, bits | keyed::NAMED);
        }
        if receiver.is_nullish() {
            return self.nullish_load(receiver, key);
        }
        let k = self.to_property_key(key)?;
        // A name seen at a keyed site still profits from the megamorphic cache.
        if let PropertyKey::Name(name) = k
            && self.cached_shape(receiver).0 != 0
        {
            let shape = guard_shape(receiver);
            if let Some(e) = self.stub(shape, name, false)
                && let Some(r) = self.execute_load(receiver, e)
            {
                return r;
            }
            if let Some(e) = self.load_entry(receiver, name) {
                self.stub_cache.put(name, e, false);
                if let Some(r) = self.execute_load(receiver, e) {
                    return r;
                }
            }
        }
        self.get_value(receiver, k)
    }

    /// `o[key]` if `o` has such a property, else the hole; records what was seen at word `w`.
    pub fn load_present_ic(&mut self, o: ObjectRef, key: Value, v: TaggedArrayRef, w: usize) -> JsResult {
        let bits = self.receiver_bits(o.into());
        if key.is_smi() && o.kind() == CellKind::Array && o.elements_kind() != ElementsKind::Dictionary {
            if let Some(x) = self.dense_element(o, key.as_smi() as u32 as usize) {
                self.note(v, w, bits);
                return Ok(x);
            }
            self.note(v, w, bits | keyed::OUT_OF_BOUNDS);
            if key.as_smi() >= 0 && self.holes_are_undefined(o) {
                return Ok(Value::HOLE);
            }
        } else {
            self.note(v, w, bits | keyed::OTHER);
        }
        let key = self.to_property_key(key)?;
        if self.has_property(o, key)? { self.get(o, key, o.into()) } else { Ok(Value::HOLE) }
    }

    #[cold]
    fn nullish_load(&mut self, receiver: Value, key: Value) -> JsResult {
        let what = if receiver.is_null() { "null" } else { "undefined" };
        let name = match key.try_as::<StringRef>() {
            Some(s) => crate::strings::to_rust(self, s),
            None => self.describe(key),
        };
        Err(self.type_error(&format!("Cannot read properties of {what} (reading '{name}')")))
    }

    /// `receiver[key] = value`, recording what was seen at word `w`.
    pub fn store_keyed_ic(
        &mut self,
        receiver: Value,
        key: Value,
        value: Value,
        v: TaggedArrayRef,
        w: usize,
        strict: bool,
    ) -> JsResult<()> {
        let mut bits = self.receiver_bits(receiver);
        if key.is_smi() && key.as_smi() >= 0 {
            let i = key.as_smi() as u32;
            if let Some(o) = receiver.try_as::<ObjectRef>() {
                match o.kind() {
                    CellKind::TypedArray => {
                        if i as u64 >= o.cast::<TypedArrayRef>().length() {
                            bits |= keyed::OUT_OF_BOUNDS;
                        }
                        self.note(v, w, bits);
                        return self.typed_array_set(o.cast(), i as u64, value);
                    }
                    CellKind::Array | CellKind::Object => {
                        let exists = self.dense_element(o, i as usize).is_some();
                        // An absent element may be an accessor or read-only on a prototype.
                        let plain = exists
                            || o.kind() == CellKind::Array && self.holes_are_undefined(o)
                            || o.kind() == CellKind::Object
                                && self.array_protector
                                && self.prototype_of(o) == Value::from(self.realm.object_prototype);
                        if !exists {
                            bits |= keyed::OUT_OF_BOUNDS;
                        }
                        if plain && self.append_or_overwrite_element(o, i, value) {
                            self.note(v, w, bits | self.receiver_bits(receiver));
                            return Ok(());
                        }
                    }
                    _ => {}
                }
            }
            self.note(v, w, bits);
        } else {
            self.note(v, w, bits | keyed::NAMED);
        }
        let k = if receiver.is_nullish() && !key.is_object() {
            self.to_property_key(key)?
        } else if receiver.is_nullish() {
            let what = if receiver.is_null() { "null" } else { "undefined" };
            return Err(self.type_error(&format!("Cannot set properties of {what}")));
        } else {
            self.to_property_key(key)?
        };
        if let (PropertyKey::Name(name), Some(o)) = (k, receiver.try_as::<ObjectRef>())
            && self.schedule.caches
        {
            let shape = ShapeId(o.shape());
            if let Some(e) = self.stub(shape, name, true)
                && let Some(r) = self.execute_store(receiver, value, e)
            {
                return r;
            }
            if let Some(e) = self.store_entry(o, name) {
                self.stub_cache.put(name, e, true);
                if let Some(r) = self.execute_store(receiver, value, e) {
                    return r;
                }
            }
        }
        self.put_value(receiver, k, value, strict)
    }

    /// The property cell of a global name: lexical bindings first, then the global object.
    pub fn global_cell(&mut self, name: Value) -> Option<PropertyCellRef> {
        for o in [self.realm.global_lexicals, self.realm.global] {
            if let Some(p) = self.shapes.lookup(ShapeId(o.shape()), name) {
                return self.load_slot(o, p.slot).try_as();
            }
        }
        None
    }

    /// Reads a global binding; `typeof` reads absent ones as undefined.
    pub fn load_global_ic(
        &mut self,
        name: Value,
        v: TaggedArrayRef,
        w: usize,
        inside_typeof: bool,
    ) -> JsResult {
        if let Some(cell) = self.global_cell(name) {
            let value = cell.value_slot();
            if value.is_hole() {
                let n = PropertyKey::Name(name).describe(self);
                return Err(self.reference_error(&format!("Cannot access '{n}' before initialization")));
            }
            if self.schedule.caches {
                v.set(&mut self.heap, w, cell.into());
            }
            return Ok(value);
        }
        let global = self.realm.global;
        let key = PropertyKey::Name(name);
        if self.has_property(global, key)? {
            return self.get_of(global, key);
        }
        if inside_typeof {
            return Ok(Value::UNDEFINED);
        }
        let n = key.describe(self);
        Err(self.reference_error(&format!("{n} is not defined")))
    }

    /// Writes a global binding.
    pub fn store_global_ic(
        &mut self,
        name: Value,
        value: Value,
        v: TaggedArrayRef,
        w: usize,
        strict: bool,
    ) -> JsResult<()> {
        use crate::object::cell_meta;
        let key = PropertyKey::Name(name);
        let lexicals = self.realm.global_lexicals;
        if let Some(p) = self.shapes.lookup(ShapeId(lexicals.shape()), name) {
            let cell = self.load_slot(lexicals, p.slot).cast::<PropertyCellRef>();
            if cell.value_slot().is_hole() {
                let n = key.describe(self);
                return Err(self.reference_error(&format!("Cannot access '{n}' before initialization")));
            }
            if cell.meta().as_smi() & cell_meta::READ_ONLY != 0 {
                return Err(self.type_error("Assignment to constant variable."));
            }
            self.store_cell(cell, value);
            self.cache_global_store(cell, v, w);
            return Ok(());
        }
        let global = self.realm.global;
        if let Some(p) = self.shapes.lookup(ShapeId(global.shape()), name)
            && p.attrs & (attrs::ACCESSOR | attrs::WRITABLE) == attrs::WRITABLE
            && let Some(cell) = self.load_slot(global, p.slot).try_as::<PropertyCellRef>()
        {
            self.store_cell(cell, value);
            self.cache_global_store(cell, v, w);
            return Ok(());
        }
        if strict && !self.has_property(global, key)? {
            let n = key.describe(self);
            return Err(self.reference_error(&format!("{n} is not defined")));
        }
        self.put_value(global.into(), key, value, strict)
    }

    /// Only cells already known to vary may be written without looking.
    fn cache_global_store(&mut self, cell: PropertyCellRef, v: TaggedArrayRef, w: usize) {
        use crate::object::cell_meta;
        let varies =
            cell.meta().as_smi() & (cell_meta::VARIABLE | cell_meta::READ_ONLY) == cell_meta::VARIABLE;
        if varies && self.schedule.caches {
            v.set(&mut self.heap, w, cell.into());
        }
    }
}
