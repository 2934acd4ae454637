//! The table behind Map, Set, WeakMap and WeakSet: hashed, in order of insertion, in GC memory.
//!
//! One FixedArray: four header words, `buckets` chain heads, then `2 * buckets` entries of (key,
//! value, next in chain). Deleted entries keep their place with a hole as key. A table that is
//! rebuilt or cleared points to its successor, and stays as it was: iterators that still hold it
//! find their place in the successor by counting. Hashes never depend on addresses: objects get a
//! number on first use, kept in the user word of their slots array.

use tierproof_heap::{BigIntRef, ObjectRef, StringRef, SymbolRef, TaggedArrayRef, Value};
use tierproof_runtime::{Isolate, JsResult};

const USED: usize = 0;
const DELETED: usize = 1;
const SUCCESSOR: usize = 2;
const CLEARED: usize = 3;
const HEADER: usize = 4;
const ENTRY: usize = 3;
const MIN_BUCKETS: usize = 4;
/// Largest table: 2^25 entries.
const MAX_BUCKETS: usize = 1 << 24;

/// A table. Keep it in a local or a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Table(TaggedArrayRef);

fn mix(n: u64) -> u32 {
    let mut h = n ^ (n >> 32);
    h = h.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (h >> 32) as u32
}

/// Number that identifies the object, assigned on first use.
fn identity_hash(cx: &mut Isolate, o: ObjectRef) -> u32 {
    let slots = match o.slots().try_as::<TaggedArrayRef>() {
        Some(s) => s,
        None => {
            let s = cx.heap.allocate_fixed_array(0, Value::UNDEFINED);
            o.set_slots(&mut cx.heap, s.into());
            s
        }
    };
    if slots.user_word() == 0 {
        let hash = cx.next_hash();
        slots.set_user_word(hash);
    }
    slots.user_word()
}

/// The form of a key that the table stores: -0 is 0, integral doubles are Smis.
pub fn normalise(key: Value) -> Value {
    if key.is_number() { Value::number(key.as_number() + 0.0) } else { key }
}

/// Hash by SameValueZero of a normalised key.
fn hash(cx: &mut Isolate, key: Value) -> u32 {
    if !key.is_cell() {
        return mix(key.to_bits());
    }
    if let Some(s) = key.try_as::<StringRef>() {
        return cx.hash_string(s);
    }
    if let Some(o) = key.try_as::<ObjectRef>() {
        return identity_hash(cx, o);
    }
    if let Some(s) = key.try_as::<SymbolRef>() {
        return s.hash();
    }
    match key.try_as::<BigIntRef>() {
        Some(b) => b.digits().iter().fold(1, |h, d| mix(d ^ h as u64)),
        None => 0,
    }
}

fn same(cx: &mut Isolate, a: Value, b: Value) -> bool {
    if a == b {
        return true;
    }
    match (a.try_as::<StringRef>(), b.try_as::<StringRef>()) {
        (Some(x), Some(y)) => cx.strings_equal(x, y),
        _ => match (a.try_as::<BigIntRef>(), b.try_as::<BigIntRef>()) {
            (Some(x), Some(y)) => tierproof_runtime::bigint::equal(x, y),
            _ => false,
        },
    }
}

impl Table {
    /// An empty table.
    pub fn new(cx: &mut Isolate) -> Table {
        Table::with_buckets(cx, MIN_BUCKETS)
    }
    fn with_buckets(cx: &mut Isolate, buckets: usize) -> Table {
        let cell = cx.heap.allocate_fixed_array(HEADER + buckets * (1 + 2 * ENTRY), Value::UNDEFINED);
        for (i, v) in [Value::smi(0), Value::smi(0), Value::UNDEFINED, Value::FALSE].into_iter().enumerate() {
            cell.set(&mut cx.heap, i, v);
        }
        Table(cell)
    }
    pub fn from_value(v: Value) -> Table {
        Table(v.cast())
    }
    /// The table in the first internal word of a collection.
    pub fn of(o: ObjectRef) -> Table {
        Table(o.internal(0).cast())
    }
    pub fn value(self) -> Value {
        self.0.into()
    }
    fn buckets(self) -> usize {
        (self.0.len() - HEADER) / (1 + 2 * ENTRY)
    }
    fn number(self, word: usize) -> usize {
        self.0.get(word).as_smi() as usize
    }
    /// Number of live entries.
    pub fn len(self) -> usize {
        self.number(USED) - self.number(DELETED)
    }
    fn bucket(self, hash: u32) -> usize {
        HEADER + (hash as usize & (self.buckets() - 1))
    }
    fn entry(self, i: usize) -> usize {
        HEADER + self.buckets() + i * ENTRY
    }
    fn find_hashed(self, cx: &mut Isolate, key: Value, hash: u32) -> Option<usize> {
        let mut at = self.0.get(self.bucket(hash));
        while at.is_smi() {
            let e = self.entry(at.as_smi() as usize);
            if same(cx, self.0.get(e), key) {
                return Some(e);
            }
            at = self.0.get(e + 2);
        }
        None
    }
    fn find(self, cx: &mut Isolate, key: Value) -> Option<usize> {
        let h = hash(cx, key);
        self.find_hashed(cx, key, h)
    }
    /// Value of a (normalised) key.
    pub fn get(self, cx: &mut Isolate, key: Value) -> Option<Value> {
        self.find(cx, key).map(|e| self.0.get(e + 1))
    }
    pub fn has(self, cx: &mut Isolate, key: Value) -> bool {
        self.find(cx, key).is_some()
    }
    fn append(self, cx: &mut Isolate, key: Value, value: Value, hash: u32) {
        let i = self.number(USED);
        let (e, b) = (self.entry(i), self.bucket(hash));
        let head = self.0.get(b);
        self.0.set(&mut cx.heap, e, key);
        self.0.set(&mut cx.heap, e + 1, value);
        self.0.set(&mut cx.heap, e + 2, head);
        self.0.set(&mut cx.heap, b, Value::smi(i as i32));
        self.0.set(&mut cx.heap, USED, Value::smi(i as i32 + 1));
    }
    /// A table of this many buckets with the live entries; this one then points to it.
    fn rebuilt(self, cx: &mut Isolate, buckets: usize) -> Table {
        let new = Table::with_buckets(cx, buckets);
        for i in 0..self.number(USED) {
            let e = self.entry(i);
            let key = self.0.get(e);
            if !key.is_hole() {
                let h = hash(cx, key);
                new.append(cx, key, self.0.get(e + 1), h);
            }
        }
        self.0.set(&mut cx.heap, SUCCESSOR, new.value());
        new
    }
    /// Entry by position: key and value; None for deleted ones.
    fn at(self, i: usize) -> Option<(Value, Value)> {
        let e = self.entry(i);
        let key = self.0.get(e);
        (!key.is_hole()).then(|| (key, self.0.get(e + 1)))
    }
}

/// A collection object's table gets `key` (normalised here) with `value`.
pub fn set(cx: &mut Isolate, o: ObjectRef, key: Value, value: Value) -> JsResult<()> {
    let key = normalise(key);
    let mut t = Table::of(o);
    let h = hash(cx, key);
    if let Some(e) = t.find_hashed(cx, key, h) {
        t.0.set(&mut cx.heap, e + 1, value);
        return Ok(());
    }
    if t.number(USED) == 2 * t.buckets() {
        let buckets = if t.number(DELETED) > t.buckets() { t.buckets() } else { 2 * t.buckets() };
        if buckets > MAX_BUCKETS {
            return Err(cx.range_error("Map maximum size exceeded"));
        }
        t = t.rebuilt(cx, buckets);
        o.set_internal(&mut cx.heap, 0, t.value());
    }
    t.append(cx, key, value, h);
    Ok(())
}

/// Removes a key; whether it was there.
pub fn delete(cx: &mut Isolate, o: ObjectRef, key: Value) -> bool {
    let t = Table::of(o);
    let Some(e) = t.find(cx, normalise(key)) else { return false };
    t.0.set(&mut cx.heap, e, Value::HOLE);
    t.0.set(&mut cx.heap, e + 1, Value::UNDEFINED);
    t.0.set(&mut cx.heap, DELETED, Value::smi(t.number(DELETED) as i32 + 1));
    if t.buckets() > MIN_BUCKETS && t.len() < t.buckets() / 2 {
        let t = t.rebuilt(cx, t.buckets() / 2);
        o.set_internal(&mut cx.heap, 0, t.value());
    }
    true
}

/// Removes everything.
pub fn clear(cx: &mut Isolate, o: ObjectRef) {
    let old = Table::of(o);
    let new = Table::new(cx);
    old.0.set(&mut cx.heap, CLEARED, Value::TRUE);
    old.0.set(&mut cx.heap, SUCCESSOR, new.value());
    o.set_internal(&mut cx.heap, 0, new.value());
}

/// A place in a table that stays right whatever happens to the table.
#[derive(Clone, Copy)]
pub struct Cursor {
    pub table: Table,
    pub index: usize,
}

impl Cursor {
    pub fn new(o: ObjectRef) -> Cursor {
        Cursor { table: Table::of(o), index: 0 }
    }
    /// The next entry: key and value.
    pub fn next(&mut self) -> Option<(Value, Value)> {
        while let Some(next) = self.table.0.get(SUCCESSOR).try_as::<TaggedArrayRef>() {
            let t = self.table;
            self.index = if t.0.get(CLEARED).is_true() {
                0
            } else {
                (0..self.index).filter(|&i| t.at(i).is_some()).count()
            };
            self.table = Table(next);
        }
        while self.index < self.table.number(USED) {
            self.index += 1;
            if let Some(found) = self.table.at(self.index - 1) {
                return Some(found);
            }
        }
        None
    }
}
