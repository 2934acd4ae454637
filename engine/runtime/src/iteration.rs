//! The iterator protocol, for-in enumeration, and helpers of the bytecode's iteration opcodes.
//!
//! Spec: [Operations on Iterator Objects](https://tc39.es/ecma262/#sec-operations-on-iterator-objects).

use tierproof_base::faults::{Fault, fault};
use tierproof_heap::{ArrayRef, CellKind, ElementsKind, ObjectRef, TaggedArrayRef, TypedArrayRef, Value};

use crate::convert::to_boolean;
use crate::isolate::{Isolate, JsResult};
use crate::key::PropertyKey;
use crate::list::List;
use crate::realm::{FoundSlot, Protocol};
use crate::shapes::ShapeId;

/// Array iterator kinds (internal word 2).
pub mod array_iterator_kind {
    pub const KEYS: i32 = 0;
    pub const VALUES: i32 = 1;
    pub const ENTRIES: i32 = 2;
}

/// An iterator with its `next` method.
#[derive(Clone, Copy, Debug)]
pub struct IteratorRecord {
    pub iterator: Value,
    pub next: Value,
}

impl Isolate {
    /// Raw slot of an intrinsic's own property (an accessor pair for accessors), through the memory of
    /// where it was found last.
    pub fn protocol_slot(&mut self, which: Protocol) -> Option<Value> {
        let r = &self.realm;
        let (o, key) = match which {
            Protocol::ArrayValues => (r.array_prototype, r.symbols.iterator.key()),
            Protocol::ArrayIteratorNext => (r.array_iterator_prototype, r.names.next),
            Protocol::ArrayConstructor => (r.array_prototype, r.names.constructor),
            Protocol::ArraySpecies => (r.array_constructor.try_as::<ObjectRef>()?, r.symbols.species.key()),
        };
        let found = r.protocol[which as usize];
        let shape = ShapeId(o.shape());
        if found.shape == shape && shape != ShapeId(0) {
            return Some(self.load_slot(o, found.slot));
        }
        let PropertyKey::Name(name) = key else { return None };
        let slot = self.shapes.lookup(shape, name)?.slot;
        if self.cacheable(shape) {
            self.realm.protocol[which as usize] = FoundSlot { shape, slot };
        }
        Some(self.load_slot(o, slot))
    }

    /// Whether array iteration is the built-in one for arrays of the plain shape.
    fn array_iteration_is_untouched(&mut self) -> bool {
        self.protocol_slot(Protocol::ArrayValues) == Some(self.realm.array_values)
            && self.protocol_slot(Protocol::ArrayIteratorNext) == Some(self.realm.array_iterator_next)
    }

    /// [GetIterator](https://tc39.es/ecma262/#sec-getiterator), sync.
    pub fn get_iterator(&mut self, v: Value) -> JsResult<IteratorRecord> {
        if let Some(a) = v.try_as::<ArrayRef>()
            && ShapeId(a.shape()) == self.realm.array_shape
            && self.array_iteration_is_untouched()
        {
            let iterator = self.new_array_iterator(a.object(), array_iterator_kind::VALUES);
            return Ok(IteratorRecord { iterator, next: self.realm.array_iterator_next });
        }
        let key = self.realm.symbols.iterator.key();
        let method = if v.is_nullish() { Value::UNDEFINED } else { self.get_value(v, key)? };
        if !self.is_callable(method) {
            let what = self.describe(v);
            return Err(self.type_error(&format!("{what} is not iterable")));
        }
        self.get_iterator_from(v, method)
    }
    /// [GetIteratorFromMethod](https://tc39.es/ecma262/#sec-getiteratorfrommethod).
    pub fn get_iterator_from(&mut self, v: Value, method: Value) -> JsResult<IteratorRecord> {
        let iterator = if method == self.realm.array_values && v.is_object() {
            self.new_array_iterator(v.cast(), array_iterator_kind::VALUES)
        } else {
            self.call(method, v, &[])?
        };
        if !iterator.is_object() {
            return Err(self.type_error("Result of the Symbol.iterator method is not an object"));
        }
        let next_key = self.realm.names.next;
        let next = self.get_value(iterator, next_key)?;
        Ok(IteratorRecord { iterator, next })
    }
    /// [CreateArrayIterator](https://tc39.es/ecma262/#sec-createarrayiterator).
    pub fn new_array_iterator(&mut self, target: ObjectRef, kind: i32) -> Value {
        let mut shape = self.realm.array_iterator_shape;
        if shape == ShapeId(0) {
            let p = self.realm.array_iterator_prototype;
            shape = self.root_shape(p.into(), CellKind::ArrayIterator, 0);
            self.realm.array_iterator_shape = shape;
        }
        let it = self.heap.allocate_object_of(CellKind::ArrayIterator, shape.0);
        it.set_internal(&mut self.heap, 0, target.into());
        it.set_internal(&mut self.heap, 1, Value::smi(0));
        it.set_internal(&mut self.heap, 2, Value::smi(kind));
        it.into()
    }

    /// One step of an untouched values iterator over an array with dense elements: the elements kind
    /// and the next value (None at the end). None when anything is out of the ordinary: nothing has
    /// happened then. Baseline and the graph builder have the same short cut in line.
    #[inline(always)]
    pub fn dense_iterator_step(
        &mut self,
        iterator: Value,
        next: Value,
    ) -> Option<(ElementsKind, Option<Value>)> {
        let it = iterator.try_as::<ObjectRef>().filter(|o| o.kind() == CellKind::ArrayIterator)?;
        if next != self.jit.array_iterator_next
            || it.internal(2) != Value::smi(array_iterator_kind::VALUES)
            || !it.internal(1).is_smi()
        {
            return None;
        }
        let array = it.internal(0).try_as::<ArrayRef>()?;
        let kind = array.object().elements_kind();
        if kind.is_dictionary() {
            return None;
        }
        let index = it.internal(1).as_smi();
        if index as u32 >= array.length() {
            it.set_internal(&mut self.heap, 0, Value::UNDEFINED);
            return Some((kind, None));
        }
        let value = self.dense_element(array.object(), index as usize)?;
        it.set_internal(&mut self.heap, 1, Value::smi(index.checked_add(1)?));
        Some((kind, Some(value)))
    }

    /// One step of a built-in array iterator: the next value, None at the end.
    pub fn array_iterator_step(&mut self, it: ObjectRef) -> JsResult<Option<Value>> {
        let Some(target) = it.internal(0).try_as::<ObjectRef>() else { return Ok(None) };
        let index = it.internal(1).as_number() as u64;
        let length = match target.kind() {
            CellKind::Array => target.cast::<ArrayRef>().length() as u64,
            CellKind::TypedArray => {
                let t = target.cast::<TypedArrayRef>();
                if crate::typed_array::is_out_of_bounds(t) {
                    return Err(
                        self.type_error("Cannot iterate a typed array that is out of bounds or detached")
                    );
                }
                t.length()
            }
            _ => self.length_of(target)?,
        };
        if index >= length {
            it.set_internal(&mut self.heap, 0, Value::UNDEFINED);
            return Ok(None);
        }
        it.set_internal(&mut self.heap, 1, Value::number((index + 1) as f64));
        let kind = it.internal(2).as_smi();
        if kind == array_iterator_kind::KEYS {
            return Ok(Some(Value::number(index as f64)));
        }
        let value = self.get_index(target, index)?;
        if kind == array_iterator_kind::VALUES {
            return Ok(Some(value));
        }
        let pair = self.new_array(&[Value::number(index as f64), value]);
        Ok(Some(pair.into()))
    }

    /// [IteratorStepValue](https://tc39.es/ecma262/#sec-iteratorstepvalue), with a short cut for
    /// built-in array iterators whose `next` is untouched.
    pub fn iterator_step(&mut self, r: IteratorRecord) -> JsResult<Option<Value>> {
        if let Some((_, value)) = self.dense_iterator_step(r.iterator, r.next) {
            return Ok(value);
        }
        if r.next == self.realm.array_iterator_next
            && let Some(o) = r.iterator.try_as::<ObjectRef>()
            && o.kind() == CellKind::ArrayIterator
        {
            return self.array_iterator_step(o);
        }
        let result = self.call(r.next, r.iterator, &[])?;
        if !result.is_object() {
            let what = self.describe(result);
            return Err(self.type_error(&format!("Iterator result {what} is not an object")));
        }
        let names = self.realm.names;
        let done = self.get_value(result, names.done)?;
        if to_boolean(done) {
            return Ok(None);
        }
        Ok(Some(self.get_value(result, names.value)?))
    }

    /// [IteratorClose](https://tc39.es/ecma262/#sec-iteratorclose) for a normal completion.
    pub fn iterator_close(&mut self, iterator: Value) -> JsResult<()> {
        let key = self.realm.names.return_;
        let f = self.get_method(iterator, key)?;
        if f.is_undefined() {
            return Ok(());
        }
        let r = self.call(f, iterator, &[])?;
        if !r.is_object() {
            return Err(self.type_error("Result of the iterator's return method is not an object"));
        }
        Ok(())
    }
    /// IteratorClose for a throw completion: keeps the exception under way.
    pub fn iterator_close_quietly(&mut self, iterator: Value) {
        let pending = self.jit.exception;
        let key = self.realm.names.return_;
        if self.termination.is_some() {
            return;
        }
        if let Ok(f) = self.get_method(iterator, key)
            && !f.is_undefined()
        {
            let _ = self.call(f, iterator, &[]);
        }
        if self.termination.is_none() {
            self.jit.exception = pending;
        }
    }
    /// Closes the iterator when `r` is a throw, then hands `r` on.
    pub fn close_on_throw<T>(&mut self, iterator: Value, r: JsResult<T>) -> JsResult<T> {
        if r.is_err() {
            self.iterator_close_quietly(iterator);
        }
        r
    }

    /// All values of an iterable.
    pub fn iterable_to_list(&mut self, v: Value) -> JsResult<List> {
        let r = self.get_iterator(v)?;
        let mut out = List::new(self);
        while let Some(x) = self.iterator_step(r)? {
            out.push(self, x);
        }
        Ok(out)
    }

    /// [CreateIterResultObject](https://tc39.es/ecma262/#sec-createiterresultobject).
    pub fn iterator_result(&mut self, value: Value, done: bool) -> Value {
        let shape = self.realm.iterator_result_shape;
        let o = self.heap.allocate_object(shape.0, 2);
        o.set_inline_slot(&mut self.heap, 0, value);
        o.set_inline_slot(&mut self.heap, 1, Value::from_bool(done));
        o.into()
    }

    /// `ForInPrepare`: an enumerator over the string keys of `v` and its prototypes
    /// ([EnumerateObjectProperties](https://tc39.es/ecma262/#sec-enumerate-object-properties)).
    /// Words: object, FixedArray of keys, next position, Smi shape the keys are known to be valid for.
    pub fn for_in_prepare(&mut self, v: Value) -> JsResult {
        let shape = self.shapes.null_root(CellKind::ForInIterator, 0);
        if v.is_nullish() {
            let it = self.heap.allocate_object_of(CellKind::ForInIterator, shape.0);
            return Ok(it.into());
        }
        let o = self.to_object(v)?;
        let mut keys = List::new(self);
        let mut seen = rustc_hash::FxHashSet::default();
        let mut at = Some(o);
        let mut simple = true;
        while let Some(p) = at {
            let own = self.own_keys(p)?;
            simple &= p.kind() != CellKind::Proxy;
            if p != o && !own.is_empty() {
                let any = own.as_slice().iter().any(|k| k.is_string());
                // Builtin prototypes have only non-enumerable properties: nothing to add, but they shadow nothing either.
                simple &= !any || !self.has_enumerable(p)?;
            }
            for i in 0..own.len() {
                let k = own.get(i);
                let Some(s) = k.try_as::<tierproof_heap::StringRef>() else { continue };
                let key = self.key_from_string(s);
                let interned = match key {
                    PropertyKey::Index(n) => n as u64 | 1 << 63,
                    PropertyKey::Name(n) => n.to_bits(),
                };
                if !seen.insert(interned) {
                    continue;
                }
                if let Some(found) = self.get_own_property(p, key)?
                    && found.is_enumerable()
                {
                    keys.push(self, k);
                }
            }
            at = self.get_prototype_of(p)?.try_as();
        }
        let array = self.heap.allocate_fixed_array(keys.len(), Value::UNDEFINED);
        for i in 0..keys.len() {
            array.set(&mut self.heap, i, keys.get(i));
        }
        let it = self.heap.allocate_object_of(CellKind::ForInIterator, shape.0);
        it.set_internal(&mut self.heap, 0, o.into());
        it.set_internal(&mut self.heap, 1, array.into());
        it.set_internal(&mut self.heap, 2, Value::smi(0));
        let valid_for =
            if simple && !self.shapes.get(ShapeId(o.shape())).unique && o.elements().is_undefined() {
                Value::smi(o.shape() as i32)
            } else {
                Value::UNDEFINED
            };
        it.set_internal(&mut self.heap, 3, valid_for);
        Ok(it.into())
    }

    fn has_enumerable(&mut self, o: ObjectRef) -> JsResult<bool> {
        Ok(!o.elements().is_undefined()
            || self
                .shapes
                .properties(ShapeId(o.shape()))
                .iter()
                .any(|(k, p)| k.is_string() && p.attrs & crate::shapes::attrs::ENUMERABLE != 0))
    }

    /// `ForInNext`: the next key that still exists, undefined at the end.
    pub fn for_in_next(&mut self, state: Value) -> JsResult {
        let it = state.cast::<ObjectRef>();
        let Some(keys) = it.internal(1).try_as::<TaggedArrayRef>() else { return Ok(Value::UNDEFINED) };
        let o = it.internal(0).cast::<ObjectRef>();
        loop {
            let i = it.internal(2).as_smi() as usize;
            if i >= keys.len() {
                return Ok(Value::UNDEFINED);
            }
            it.set_internal(&mut self.heap, 2, Value::smi(i as i32 + 1));
            let k = keys.get(i);
            if it.internal(3) == Value::smi(o.shape() as i32) && o.elements().is_undefined() {
                return Ok(k);
            }
            let key = self.key_from_string(k.cast());
            // Enumerable now or not does not matter any more; only presence does.
            if fault(Fault::F060) || self.has_property(o, key)? {
                return Ok(k);
            }
        }
    }

    /// Whether iterating this value with for-of or spread can read elements directly: a plain array
    /// with untouched iteration protocol. The caller must not run JavaScript while relying on it.
    pub fn is_plain_iterable_array(&mut self, v: Value) -> bool {
        let Some(a) = v.try_as::<ArrayRef>() else { return false };
        if ShapeId(a.shape()) != self.realm.array_shape
            || a.object().elements_kind() == ElementsKind::Dictionary
        {
            return false;
        }
        self.array_iteration_is_untouched()
    }
}
