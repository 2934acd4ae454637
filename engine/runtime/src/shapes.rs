//! Shapes: layout and prototype of objects, as a transition tree. The one owner of property order.
//!
//! A shape says which property lives in which slot, with which attributes, and what the prototype
//! is. Adding a property follows a transition edge, so that objects built alike share a shape and a
//! guard is one 32-bit compare. A lineage of shapes shares one property table, each shape seeing its
//! first `count` entries. *Unique* shapes belong to one object: dictionary-mode objects (after
//! `delete`, or with very many properties) and every object that serves as a prototype. A unique
//! shape of a plain object changes in place and is never cached; that of a prototype gets a fresh id
//! with every change, which is what inline caches and optimised code rely on (see `Shapes::renew`).
//!
//! Shape ids are indices: deterministic, and safe to embed in machine code. Slots are numbered from
//! 0; the first `inline_slots` are inside the object, the rest in its out-of-line array.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use tierproof_base::faults::{Fault, fault};
use tierproof_heap::{CellKind, CellRef, RootVisitor, Value};

/// Index of a shape. 0 is "not an object".
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct ShapeId(pub u32);

/// Attribute bits of a property.
pub mod attrs {
    pub const WRITABLE: u8 = 1;
    pub const ENUMERABLE: u8 = 2;
    pub const CONFIGURABLE: u8 = 4;
    /// The slot holds an AccessorPair.
    pub const ACCESSOR: u8 = 8;
    /// Plain assignment: writable, enumerable, configurable.
    pub const ALL: u8 = 7;
    /// What builtins' methods have: writable and configurable.
    pub const HIDDEN: u8 = 5;
}

/// Where a property is and what it allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PropertyInfo {
    pub slot: u32,
    pub attrs: u8,
}

#[derive(Clone, Debug)]
struct Entry {
    /// Interned string or symbol; the hole when deleted (unique shapes only).
    key: Value,
    slot: u32,
    attrs: u8,
}

/// Entries in insertion order, with an index once there are many.
#[derive(Clone, Default, Debug)]
struct PropertyTable {
    entries: Vec<Entry>,
    index: FxHashMap<u64, u32>,
}

const LINEAR_LIMIT: usize = 8;
/// More properties than this turn an object into dictionary mode.
pub const MAX_FAST_PROPERTIES: u32 = 1020;

impl PropertyTable {
    fn find(&self, key: Value, count: u32) -> Option<u32> {
        let n = (count as usize).min(self.entries.len());
        if self.entries.len() <= LINEAR_LIMIT {
            self.entries[..n].iter().position(|e| e.key == key).map(|i| i as u32)
        } else {
            self.index.get(&key.to_bits()).copied().filter(|&i| i < count)
        }
    }
    fn push(&mut self, entry: Entry) {
        let at = self.entries.len() as u32;
        if self.entries.len() == LINEAR_LIMIT {
            for (i, e) in self.entries.iter().enumerate() {
                self.index.insert(e.key.to_bits(), i as u32);
            }
        }
        if self.entries.len() >= LINEAR_LIMIT {
            self.index.insert(entry.key.to_bits(), at);
        }
        self.entries.push(entry);
    }
    fn rebuilt(entries: Vec<Entry>) -> PropertyTable {
        let mut t = PropertyTable::default();
        for e in entries {
            t.push(e);
        }
        t
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Edge {
    Add(u64, u8),
    Reconfigure(u64, u8),
    Prototype,
    PreventExtensions,
}

/// One shape.
#[derive(Clone)]
pub struct Shape {
    /// Object or null.
    pub prototype: Value,
    pub kind: CellKind,
    pub inline_slots: u8,
    /// Belongs to one object.
    pub unique: bool,
    /// That object is some shape's prototype.
    pub is_prototype: bool,
    pub extensible: bool,
    /// The owner of this unique shape has moved on to another id.
    pub retired: bool,
    /// Optimised code relies on this shape staying what it is.
    pub relied_on: bool,
    count: u32,
    /// Next free slot.
    next_slot: u32,
    free_slots: Vec<u32>,
    table: Rc<RefCell<PropertyTable>>,
    edges: SmallVec<[(Edge, ShapeId); 1]>,
    edge_index: FxHashMap<Edge, ShapeId>,
    /// Shapes of empty objects whose prototype is the owner of this (unique) shape.
    roots: Vec<(CellKind, u8, ShapeId)>,
}

/// All shapes of an isolate.
pub struct Shapes {
    shapes: Vec<Shape>,
    null_roots: Vec<(CellKind, u8, ShapeId)>,
    /// Changes whenever any prototype object's properties or links change; prototype-chain cache
    /// entries carry the epoch they were made in.
    pub prototype_epoch: u32,
    /// Ids of relied-on shapes that went out of use since the VM last looked.
    pub broken: Vec<ShapeId>,
}

impl Clone for Shapes {
    /// With tables of its own, shared among the same shapes as here.
    fn clone(&self) -> Shapes {
        let mut shared = FxHashMap::default();
        let mut copy = |table: &Rc<RefCell<PropertyTable>>| match Rc::strong_count(table) {
            1 => Rc::new(RefCell::clone(table)),
            _ => Rc::clone(shared.entry(Rc::as_ptr(table)).or_insert_with(|| Rc::new(RefCell::clone(table)))),
        };
        let shapes = self.shapes.iter().map(|s| Shape { table: copy(&s.table), ..s.clone() }).collect();
        Shapes {
            shapes,
            null_roots: self.null_roots.clone(),
            prototype_epoch: self.prototype_epoch,
            broken: self.broken.clone(),
        }
    }
}

impl Default for Shapes {
    fn default() -> Self {
        Shapes::new()
    }
}

/// Outcome of adding a property.
#[derive(Clone, Copy, Debug)]
pub struct Added {
    pub shape: ShapeId,
    pub slot: u32,
}

impl Shapes {
    pub fn new() -> Shapes {
        let mut s = Shapes {
            shapes: Vec::with_capacity(512),
            null_roots: Vec::new(),
            prototype_epoch: 1,
            broken: Vec::new(),
        };
        // Shape 0: not an object.
        s.push(Value::NULL, CellKind::Invalid, 0);
        s
    }

    fn push(&mut self, prototype: Value, kind: CellKind, inline_slots: u8) -> ShapeId {
        let id = ShapeId(self.shapes.len() as u32);
        self.shapes.push(Shape {
            prototype,
            kind,
            inline_slots,
            unique: false,
            is_prototype: false,
            extensible: true,
            retired: false,
            relied_on: false,
            count: 0,
            next_slot: 0,
            free_slots: Vec::new(),
            table: Rc::default(),
            edges: SmallVec::new(),
            edge_index: FxHashMap::default(),
            roots: Vec::new(),
        });
        id
    }

    #[inline]
    pub fn get(&self, id: ShapeId) -> &Shape {
        &self.shapes[id.0 as usize]
    }
    #[inline]
    pub fn get_mut(&mut self, id: ShapeId) -> &mut Shape {
        &mut self.shapes[id.0 as usize]
    }
    pub fn len(&self) -> usize {
        self.shapes.len()
    }
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Shape of an empty object with null prototype.
    pub fn null_root(&mut self, kind: CellKind, inline_slots: u8) -> ShapeId {
        if let Some(r) = self.null_roots.iter().find(|r| r.0 == kind && r.1 == inline_slots) {
            return r.2;
        }
        let id = self.push(Value::NULL, kind, inline_slots);
        self.null_roots.push((kind, inline_slots, id));
        id
    }

    /// Shape of an empty object whose prototype is the object of unique shape `owner`.
    pub fn root(&mut self, owner: ShapeId, prototype: CellRef, kind: CellKind, inline_slots: u8) -> ShapeId {
        debug_assert!(self.get(owner).unique && self.get(owner).is_prototype);
        if let Some(r) = self.get(owner).roots.iter().find(|r| r.0 == kind && r.1 == inline_slots) {
            return r.2;
        }
        let id = self.push(Value::cell(prototype), kind, inline_slots);
        self.get_mut(owner).roots.push((kind, inline_slots, id));
        id
    }

    /// Where `key` is.
    #[inline]
    pub fn lookup(&self, id: ShapeId, key: Value) -> Option<PropertyInfo> {
        let s = self.get(id);
        let t = s.table.borrow();
        let i = t.find(key, s.count)?;
        let e = &t.entries[i as usize];
        Some(PropertyInfo { slot: e.slot, attrs: e.attrs })
    }

    /// Own keys in insertion order with their places.
    pub fn properties(&self, id: ShapeId) -> Vec<(Value, PropertyInfo)> {
        let s = self.get(id);
        s.table.borrow().entries[..s.count as usize]
            .iter()
            .filter(|e| !e.key.is_hole())
            .map(|e| (e.key, PropertyInfo { slot: e.slot, attrs: e.attrs }))
            .collect()
    }

    /// Number of slots an object of this shape needs.
    pub fn slot_count(&self, id: ShapeId) -> u32 {
        self.get(id).next_slot
    }

    fn edge(&self, id: ShapeId, edge: Edge) -> Option<ShapeId> {
        let s = self.get(id);
        if s.edge_index.is_empty() {
            s.edges.iter().find(|e| e.0 == edge).map(|e| e.1)
        } else {
            s.edge_index.get(&edge).copied()
        }
    }
    fn add_edge(&mut self, id: ShapeId, edge: Edge, target: ShapeId) {
        let s = self.get_mut(id);
        s.edges.push((edge, target));
        if s.edges.len() > 6 {
            if s.edge_index.is_empty() {
                s.edge_index = s.edges.iter().copied().collect();
            } else {
                s.edge_index.insert(edge, target);
            }
        }
    }

    /// A copy of shape `id` (sharing its table) that is not linked anywhere yet.
    fn derive(&mut self, id: ShapeId) -> ShapeId {
        let s = self.get(id);
        let (prototype, kind, inline, extensible, count, next, table) =
            (s.prototype, s.kind, s.inline_slots, s.extensible, s.count, s.next_slot, s.table.clone());
        let n = self.push(prototype, kind, inline);
        let t = self.get_mut(n);
        t.extensible = extensible;
        t.count = count;
        t.next_slot = next;
        t.table = table;
        n
    }

    /// The table of `id` with exactly its entries and nobody else's: copied unless already so.
    fn own_table(&mut self, id: ShapeId) {
        let s = self.get_mut(id);
        let n = s.count as usize;
        if Rc::strong_count(&s.table) > 1 || s.table.borrow().entries.len() != n {
            let copy = PropertyTable::rebuilt(s.table.borrow().entries[..n].to_vec());
            s.table = Rc::new(RefCell::new(copy));
        }
    }

    /// Adds a property to an object of shape `id`; the caller stores the value and the new shape id.
    /// Unique shapes may keep their id.
    pub fn add(&mut self, id: ShapeId, key: Value, attrs: u8) -> Added {
        debug_assert!(self.lookup(id, key).is_none());
        if self.get(id).unique {
            self.own_table(id);
            let id = self.renew(id);
            let s = self.get_mut(id);
            let slot = s.free_slots.pop().unwrap_or_else(|| {
                s.next_slot += 1;
                s.next_slot - 1
            });
            s.table.borrow_mut().push(Entry { key, slot, attrs });
            s.count += 1;
            return Added { shape: id, slot };
        }
        let slot = self.get(id).next_slot;
        if slot >= MAX_FAST_PROPERTIES {
            let id = self.to_unique(id);
            return self.add(id, key, attrs);
        }
        let edge = Edge::Add(key.to_bits(), attrs);
        if let Some(next) = self.edge(id, edge) {
            return Added { shape: next, slot };
        }
        let next = self.derive(id);
        let shared_at_tip = {
            let s = self.get(next);
            s.table.borrow().entries.len() == s.count as usize
        };
        if !shared_at_tip {
            self.own_table(next);
        }
        let s = self.get_mut(next);
        s.table.borrow_mut().push(Entry { key, slot, attrs });
        s.count += 1;
        s.next_slot += 1;
        self.add_edge(id, edge, next);
        Added { shape: next, slot }
    }

    /// Changes the attributes of an existing property.
    pub fn reconfigure(&mut self, id: ShapeId, key: Value, attrs: u8) -> ShapeId {
        let edge = Edge::Reconfigure(key.to_bits(), attrs);
        let next = if self.get(id).unique {
            self.renew(id)
        } else if let Some(next) = self.edge(id, edge) {
            return next;
        } else {
            self.derive(id)
        };
        self.own_table(next);
        let s = self.get_mut(next);
        let mut t = s.table.borrow_mut();
        if let Some(i) = t.find(key, s.count) {
            t.entries[i as usize].attrs = attrs;
        }
        drop(t);
        if !self.get(next).unique {
            self.add_edge(id, edge, next);
        }
        next
    }

    /// Removes a property; the result is a unique shape. Returns it with the freed slot.
    pub fn remove(&mut self, id: ShapeId, key: Value) -> Added {
        let id = self.to_unique(id);
        let epoch = self.prototype_epoch;
        let id = self.renew(id);
        if fault(Fault::F057) {
            self.prototype_epoch = epoch;
        }
        self.own_table(id);
        let s = self.get_mut(id);
        let mut t = s.table.borrow_mut();
        let i = t.find(key, s.count).expect("the property to remove exists") as usize;
        let slot = t.entries[i].slot;
        t.index.remove(&key.to_bits());
        t.entries[i].key = Value::HOLE;
        let deleted = t.entries.iter().filter(|e| e.key.is_hole()).count();
        if t.entries.len() <= LINEAR_LIMIT || deleted * 2 > t.entries.len() || deleted > 32 {
            let kept: Vec<Entry> = t.entries.iter().filter(|e| !e.key.is_hole()).cloned().collect();
            *t = PropertyTable::rebuilt(kept);
        }
        s.count = t.entries.len() as u32;
        drop(t);
        s.free_slots.push(slot);
        Added { shape: id, slot }
    }

    /// A unique shape with the properties of `id` (itself when already unique).
    pub fn to_unique(&mut self, id: ShapeId) -> ShapeId {
        if self.get(id).unique {
            return id;
        }
        let n = self.derive(id);
        self.own_table(n);
        self.get_mut(n).unique = true;
        n
    }

    /// A unique shape flagged as a prototype's.
    pub fn to_prototype(&mut self, id: ShapeId) -> ShapeId {
        let n = self.to_unique(id);
        self.get_mut(n).is_prototype = true;
        n
    }

    /// Before a unique shape changes: prototypes move on to a fresh id, whoever cached or compiled
    /// against the old one notices; other unique shapes are never cached and stay.
    pub fn renew(&mut self, id: ShapeId) -> ShapeId {
        if !self.get(id).is_prototype {
            return id;
        }
        self.prototype_epoch += 1;
        let n = self.derive(id);
        let (roots, free) = {
            let old = self.get_mut(id);
            (std::mem::take(&mut old.roots), std::mem::take(&mut old.free_slots))
        };
        // The old id keeps nothing: no object has it any more.
        let table = std::mem::take(&mut self.get_mut(id).table);
        self.get_mut(id).count = 0;
        self.get_mut(id).retired = true;
        if self.get(id).relied_on {
            self.broken.push(id);
        }
        let s = self.get_mut(n);
        s.table = table;
        s.unique = true;
        s.is_prototype = true;
        s.roots = roots;
        s.free_slots = free;
        n
    }

    /// The shape with another prototype (`owner` is the prototype's own unique shape).
    pub fn set_prototype(&mut self, id: ShapeId, prototype: Value) -> ShapeId {
        if self.get(id).unique {
            let n = self.renew(id);
            self.get_mut(n).prototype = prototype;
            return n;
        }
        let existing = self
            .get(id)
            .edges
            .iter()
            .find(|e| e.0 == Edge::Prototype && self.get(e.1).prototype == prototype)
            .map(|e| e.1);
        if let Some(n) = existing {
            return n;
        }
        let n = self.derive(id);
        self.own_table(n);
        self.get_mut(n).prototype = prototype;
        self.get_mut(id).edges.push((Edge::Prototype, n));
        n
    }

    /// The shape that refuses new properties.
    pub fn prevent_extensions(&mut self, id: ShapeId) -> ShapeId {
        if !self.get(id).extensible {
            return id;
        }
        if self.get(id).unique {
            let n = self.renew(id);
            self.get_mut(n).extensible = false;
            return n;
        }
        if let Some(n) = self.edge(id, Edge::PreventExtensions) {
            return n;
        }
        let n = self.derive(id);
        self.own_table(n);
        self.get_mut(n).extensible = false;
        self.add_edge(id, Edge::PreventExtensions, n);
        n
    }

    /// Records that compiled code relies on the shape (its owner then reports in `broken`).
    pub fn rely_on(&mut self, id: ShapeId) {
        self.get_mut(id).relied_on = true;
    }

    pub fn trace(&mut self, v: &mut dyn RootVisitor) {
        for s in &mut self.shapes {
            v.value(&mut s.prototype);
            // A table shared by a lineage is visited more than once, which is harmless: keys never move.
            if s.edges.is_empty() || s.unique {
                for e in &mut s.table.borrow_mut().entries {
                    v.value(&mut e.key);
                }
            }
        }
    }
}

impl Shape {
    pub fn property_count(&self) -> u32 {
        self.count
    }
}
