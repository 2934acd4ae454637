//! Elements: indexed properties in seven kinds of storage, with one-way transitions.
//!
//! PackedSmi, HoleySmi, PackedAny, HoleyAny use a FixedArray (holes are `Value::HOLE`), PackedDouble
//! and HoleyDouble a DoubleArray, Dictionary a FixedArray of (index, attributes, value) triples
//! sorted by index, their number in the array's user word. Everything behind an array's length is
//! holes. Packed kinds only occur on arrays (others have no length to be packed up to).

use tierproof_heap::{
    ArrayRef, CellKind, DoubleArrayRef, ElementsKind, ObjectRef, StringRef, TaggedArrayRef, TypedArrayRef,
    Value, layout::HOLE_NAN_BITS,
};

use crate::isolate::{Isolate, JsResult};
use crate::key::PropertyKey;
use crate::object::{Descriptor, LENGTH_READ_ONLY, Property};
use crate::shapes::{ShapeId, attrs};
use crate::typed_array;

/// Writing this far beyond the end turns elements into a dictionary.
const MAX_GAP: usize = 1024;
/// Dense storage never grows beyond this many elements.
const MAX_DENSE: usize = 1 << 26;

/// Narrowest kind that can hold the value.
pub fn kind_for(v: Value) -> ElementsKind {
    if v.is_smi() {
        ElementsKind::PackedSmi
    } else if v.is_double() {
        ElementsKind::PackedDouble
    } else {
        ElementsKind::PackedAny
    }
}

fn dictionary_find(d: TaggedArrayRef, index: u32) -> Result<usize, usize> {
    let n = d.user_word() as usize;
    let (mut lo, mut hi) = (0, n);
    while lo < hi {
        let mid = (lo + hi) / 2;
        let k = d.get(3 * mid).as_number() as u32;
        match k.cmp(&index) {
            std::cmp::Ordering::Equal => return Ok(mid),
            std::cmp::Ordering::Less => lo = mid + 1,
            std::cmp::Ordering::Greater => hi = mid,
        }
    }
    Err(lo)
}

impl Isolate {
    /// Number of elements the storage has room for.
    pub fn elements_capacity(&self, o: ObjectRef) -> usize {
        let e = o.elements();
        if let Some(a) = e.try_as::<TaggedArrayRef>() {
            a.len()
        } else if let Some(d) = e.try_as::<DoubleArrayRef>() {
            d.len()
        } else {
            0
        }
    }

    /// The dense element at `i`, None for holes, beyond the end, and in dictionaries.
    #[inline]
    pub fn dense_element(&self, o: ObjectRef, i: usize) -> Option<Value> {
        let kind = o.elements_kind();
        if kind.is_dictionary() {
            return None;
        }
        if kind.is_double() {
            let d = o.elements().try_as::<DoubleArrayRef>()?;
            return if i < d.len() { d.get(i).map(Value::number) } else { None };
        }
        let a = o.elements().try_as::<TaggedArrayRef>()?;
        if i >= a.len() {
            return None;
        }
        let v = a.get(i);
        (!v.is_hole()).then_some(v)
    }

    /// Own indexed property.
    pub fn get_own_element(&mut self, o: ObjectRef, i: u32) -> Option<Property> {
        match o.kind() {
            CellKind::TypedArray => {
                let v = typed_array::get(self, o.cast::<TypedArrayRef>(), i as u64)?;
                return Some(Property { value: v, attrs: attrs::ALL });
            }
            CellKind::PrimitiveWrapper => {
                if let Some(s) = o.internal(0).try_as::<StringRef>()
                    && (i as usize) < s.len()
                {
                    let u = self.char_at(s, i as usize);
                    return Some(Property {
                        value: self.single_character(u).into(),
                        attrs: attrs::ENUMERABLE,
                    });
                }
            }
            CellKind::Arguments => {
                if let Some((context, slot)) = mapped_slot(o, i) {
                    let a = self.plain_element(o, i).map_or(attrs::ALL, |p| p.attrs);
                    return Some(Property { value: context.get(slot), attrs: a });
                }
            }
            _ => {}
        }
        self.plain_element(o, i)
    }

    fn plain_element(&self, o: ObjectRef, i: u32) -> Option<Property> {
        if o.elements_kind().is_dictionary() {
            let d = o.elements().cast::<TaggedArrayRef>();
            let at = dictionary_find(d, i).ok()?;
            return Some(Property { value: d.get(3 * at + 2), attrs: d.get(3 * at + 1).as_smi() as u8 });
        }
        self.dense_element(o, i as usize).map(|value| Property { value, attrs: attrs::ALL })
    }

    /// Indices of own elements, ascending.
    pub fn element_indices(&mut self, o: ObjectRef) -> Vec<u32> {
        let mut out = Vec::new();
        match o.kind() {
            CellKind::TypedArray => {
                return (0..o.cast::<TypedArrayRef>().length().min(u32::MAX as u64 - 1) as u32).collect();
            }
            CellKind::PrimitiveWrapper => {
                if let Some(s) = o.internal(0).try_as::<StringRef>() {
                    out.extend(0..s.len() as u32);
                }
            }
            _ => {}
        }
        if o.elements_kind().is_dictionary() {
            let d = o.elements().cast::<TaggedArrayRef>();
            out.extend((0..d.user_word() as usize).map(|k| d.get(3 * k).as_number() as u32));
        } else {
            let n = self.elements_capacity(o);
            out.extend((0..n).filter(|&i| self.dense_element(o, i).is_some()).map(|i| i as u32));
        }
        out
    }

    /// Changes the kind of dense storage (never narrower), converting its contents.
    pub fn transition_elements(&mut self, o: ObjectRef, to: ElementsKind) {
        let from = o.elements_kind();
        if from == to {
            return;
        }
        if from.is_double() != to.is_double() && !o.elements().is_undefined() {
            let n = self.elements_capacity(o);
            if to.is_double() {
                let new = self.heap.allocate_double_array(n);
                let old = o.elements().cast::<TaggedArrayRef>();
                for i in 0..n {
                    let v = old.get(i);
                    if v.is_number() {
                        new.set(i, v.as_number());
                    }
                }
                o.set_elements(&mut self.heap, new.into());
            } else {
                let new = self.heap.allocate_fixed_array(n, Value::HOLE);
                let old = o.elements().cast::<DoubleArrayRef>();
                for i in 0..n {
                    if let Some(d) = old.get(i) {
                        new.set(&mut self.heap, i, Value::number(d));
                    }
                }
                o.set_elements(&mut self.heap, new.into());
            }
        }
        o.set_elements_kind(to);
    }

    /// Room for at least `n` elements; new room is holes.
    pub fn ensure_capacity(&mut self, o: ObjectRef, n: usize) {
        let have = self.elements_capacity(o);
        if n <= have {
            return;
        }
        let want = (n + n / 2 + 16).max(4);
        if o.elements_kind().is_double() {
            let new = self.heap.allocate_double_array(want);
            if let Some(old) = o.elements().try_as::<DoubleArrayRef>() {
                for i in 0..have {
                    if let Some(d) = old.get(i) {
                        new.set(i, d);
                    }
                }
            }
            o.set_elements(&mut self.heap, new.into());
        } else {
            let new = match o.elements().try_as::<TaggedArrayRef>() {
                Some(old) => self.heap.copy_tagged(old.as_slice(), want, Value::HOLE),
                None => self.heap.allocate_fixed_array(want, Value::HOLE),
            };
            o.set_elements(&mut self.heap, new.into());
        }
    }

    fn array_length_of(&self, o: ObjectRef) -> Option<u32> {
        o.try_as::<ArrayRef>().map(|a| a.length())
    }

    /// Stores a plain data element (all attributes) when the storage is or can stay dense and no
    /// exotic rule applies; false leaves everything unchanged and the caller goes the general way.
    pub fn append_or_overwrite_element(&mut self, o: ObjectRef, i: u32, value: Value) -> bool {
        match o.kind() {
            CellKind::Array
            | CellKind::Object
            | CellKind::Function
            | CellKind::GenericObject
            | CellKind::Error => {}
            _ => return false,
        }
        let kind = o.elements_kind();
        if kind.is_dictionary() {
            return false;
        }
        let index = i as usize;
        // The plain shape says: extensible, and the prototype of nothing.
        if let Some(a) = o.try_as::<ArrayRef>()
            && ShapeId(o.shape()) == self.realm.array_shape
            && a.array_flags() == 0
        {
            let n = a.length();
            let stored = (i == n || i < n && self.dense_element(o, index).is_some())
                && self.store_within_capacity(o, index, value);
            if stored {
                a.set_length(n.max(i + 1));
                return true;
            }
        }
        let exists = self.dense_element(o, index).is_some();
        if !exists {
            if !self.is_extensible(o) {
                return false;
            }
            if let Some(a) = o.try_as::<ArrayRef>()
                && i >= a.length()
                && a.array_flags() & LENGTH_READ_ONLY != 0
            {
                return false;
            }
        }
        self.store_dense(o, index, value, exists)
    }

    /// Writes into dense storage that has room and is of a kind the value fits.
    #[inline]
    fn store_within_capacity(&mut self, o: ObjectRef, index: usize, value: Value) -> bool {
        match o.elements_kind() {
            ElementsKind::PackedSmi | ElementsKind::HoleySmi if !value.is_smi() => return false,
            ElementsKind::PackedDouble | ElementsKind::HoleyDouble => {
                let Some(e) = o.elements().try_as::<DoubleArrayRef>() else { return false };
                if index >= e.len() || !value.is_number() {
                    return false;
                }
                e.set(index, value.as_number());
                return true;
            }
            _ => {}
        }
        let Some(e) = o.elements().try_as::<TaggedArrayRef>() else { return false };
        if index >= e.len() {
            return false;
        }
        e.set(&mut self.heap, index, value);
        true
    }

    /// Appends to a plain array whose holes are undefined, the value fitting its elements kind or not;
    /// the new length. None leaves everything unchanged.
    #[inline]
    pub fn push_dense(&mut self, o: ObjectRef, value: Value) -> Option<u32> {
        let a = o.try_as::<ArrayRef>()?;
        let (kind, n) = (o.elements_kind(), a.length());
        if kind.is_dictionary() || n >= i32::MAX as u32 || !self.holes_are_undefined(o) {
            return None;
        }
        self.append_or_overwrite_element(o, n, value).then_some(n + 1)
    }

    fn store_dense(&mut self, o: ObjectRef, index: usize, value: Value, exists: bool) -> bool {
        let mut kind = o.elements_kind();
        if !exists {
            let have = self.elements_capacity(o);
            if index >= MAX_DENSE || index > have + MAX_GAP {
                return false;
            }
            if self.shapes.get(ShapeId(o.shape())).is_prototype {
                self.drop_array_protector();
            }
            let packed_end = self.array_length_of(o).map(|l| l as usize);
            if packed_end.is_none_or(|l| index > l) {
                kind = kind.to_holey();
            }
        }
        let wanted = kind.join(kind_for(value));
        self.transition_elements(o, wanted);
        self.ensure_capacity(o, index + 1);
        if wanted.is_double() {
            o.elements().cast::<DoubleArrayRef>().set(index, value.as_number());
        } else {
            o.elements().cast::<TaggedArrayRef>().set(&mut self.heap, index, value);
        }
        if let Some(a) = o.try_as::<ArrayRef>()
            && index >= a.length() as usize
        {
            a.set_length(index as u32 + 1);
        }
        true
    }

    /// Adds an element that does not exist yet; checks have been made.
    pub fn add_element(&mut self, o: ObjectRef, i: u32, value: Value, a: u8) -> JsResult<()> {
        if a == attrs::ALL
            && !o.elements_kind().is_dictionary()
            && self.store_dense(o, i as usize, value, false)
        {
            return Ok(());
        }
        if self.shapes.get(ShapeId(o.shape())).is_prototype {
            self.drop_array_protector();
        }
        self.to_dictionary_elements(o);
        self.dictionary_put(o, i, value, a);
        if let Some(array) = o.try_as::<ArrayRef>()
            && i >= array.length()
        {
            array.set_length(i + 1);
        }
        Ok(())
    }

    /// Replaces an existing element.
    pub fn replace_element(&mut self, o: ObjectRef, i: u32, value: Value, a: u8) {
        if a == attrs::ALL && !o.elements_kind().is_dictionary() {
            self.store_dense(o, i as usize, value, true);
            return;
        }
        self.to_dictionary_elements(o);
        self.dictionary_put(o, i, value, a);
    }

    fn dictionary_put(&mut self, o: ObjectRef, i: u32, value: Value, a: u8) {
        let mut d = o.elements().cast::<TaggedArrayRef>();
        let n = d.user_word() as usize;
        match dictionary_find(d, i) {
            Ok(at) => {
                d.set(&mut self.heap, 3 * at + 1, Value::smi(a as i32));
                d.set(&mut self.heap, 3 * at + 2, value);
            }
            Err(at) => {
                if 3 * n + 3 > d.len() {
                    let bigger = self.heap.copy_tagged(d.as_slice(), (6 * n).max(24), Value::HOLE);
                    bigger.set_user_word(n as u32);
                    o.set_elements(&mut self.heap, bigger.into());
                    d = bigger;
                }
                for k in (3 * at..3 * n).rev() {
                    let v = d.get(k);
                    d.set(&mut self.heap, k + 3, v);
                }
                d.set(&mut self.heap, 3 * at, Value::number(i as f64));
                d.set(&mut self.heap, 3 * at + 1, Value::smi(a as i32));
                d.set(&mut self.heap, 3 * at + 2, value);
                d.set_user_word(n as u32 + 1);
            }
        }
    }

    /// Turns elements into a dictionary (sparse indices, attributes, non-extensible objects).
    pub fn to_dictionary_elements(&mut self, o: ObjectRef) {
        if o.kind() == CellKind::TypedArray || o.elements_kind().is_dictionary() {
            return;
        }
        let n = self.elements_capacity(o);
        let count = (0..n).filter(|&i| self.dense_element(o, i).is_some()).count();
        let d = self.heap.allocate_fixed_array((3 * count + 6).max(12), Value::HOLE);
        let mut at = 0;
        for i in 0..n {
            if let Some(v) = self.dense_element(o, i) {
                d.set(&mut self.heap, at, Value::number(i as f64));
                d.set(&mut self.heap, at + 1, Value::smi(attrs::ALL as i32));
                d.set(&mut self.heap, at + 2, v);
                at += 3;
            }
        }
        d.set_user_word(count as u32);
        o.set_elements(&mut self.heap, d.into());
        o.set_elements_kind(ElementsKind::Dictionary);
    }

    /// Removes an existing configurable element.
    pub fn delete_element(&mut self, o: ObjectRef, i: u32) {
        if o.kind() == CellKind::Arguments {
            unmap(self, o, i);
        }
        if o.elements_kind().is_dictionary() {
            let d = o.elements().cast::<TaggedArrayRef>();
            let n = d.user_word() as usize;
            if let Ok(at) = dictionary_find(d, i) {
                for k in 3 * at..3 * (n - 1) {
                    let v = d.get(k + 3);
                    d.set(&mut self.heap, k, v);
                }
                for k in 3 * (n - 1)..3 * n {
                    d.set(&mut self.heap, k, Value::HOLE);
                }
                d.set_user_word(n as u32 - 1);
            }
            return;
        }
        let holey = o.elements_kind().to_holey();
        o.set_elements_kind(holey);
        self.make_hole(o, i as usize);
    }

    fn make_hole(&mut self, o: ObjectRef, i: usize) {
        if let Some(d) = o.elements().try_as::<DoubleArrayRef>() {
            if i < d.len() {
                d.set_hole(i);
            }
        } else if let Some(a) = o.elements().try_as::<TaggedArrayRef>()
            && i < a.len()
        {
            a.set(&mut self.heap, i, Value::HOLE);
        }
    }

    /// [ArraySetLength](https://tc39.es/ecma262/#sec-arraysetlength).
    pub fn array_define_length(&mut self, a: ArrayRef, d: Descriptor) -> JsResult<bool> {
        let mut new_length = a.length();
        if let Some(v) = d.value {
            let as_u32 = self.to_uint32(v)?;
            let as_number = self.to_number(v)?;
            if as_u32 as f64 != as_number {
                return Err(self.range_error("Invalid array length"));
            }
            new_length = as_u32;
        }
        if d.is_accessor() || d.configurable == Some(true) || d.enumerable == Some(true) {
            return Ok(false);
        }
        let read_only = a.array_flags() & LENGTH_READ_ONLY != 0;
        if read_only && (d.writable == Some(true) || new_length != a.length()) {
            return Ok(false);
        }
        let done = self.set_array_length(a, new_length);
        if d.writable == Some(false) {
            a.set_array_flags(a.array_flags() | LENGTH_READ_ONLY);
            self.to_dictionary_elements(a.object());
        }
        Ok(done)
    }

    /// Sets the length, deleting elements beyond it; false when one could not be deleted (the
    /// length is then just behind it).
    pub fn set_array_length(&mut self, a: ArrayRef, new_length: u32) -> bool {
        let o = a.object();
        let old = a.length();
        if new_length >= old {
            if new_length > old {
                let capacity = self.elements_capacity(o);
                if !o.elements_kind().is_dictionary() {
                    if new_length as usize > capacity + MAX_DENSE {
                        self.to_dictionary_elements(o);
                    } else {
                        let holey = o.elements_kind().to_holey();
                        o.set_elements_kind(holey);
                    }
                }
            }
            a.set_length(new_length);
            return true;
        }
        if o.elements_kind().is_dictionary() {
            let d = o.elements().cast::<TaggedArrayRef>();
            loop {
                let n = d.user_word() as usize;
                if n == 0 || (d.get(3 * (n - 1)).as_number() as u32) < new_length {
                    break;
                }
                if d.get(3 * (n - 1) + 1).as_smi() as u8 & attrs::CONFIGURABLE == 0 {
                    a.set_length(d.get(3 * (n - 1)).as_number() as u32 + 1);
                    return false;
                }
                for k in 3 * (n - 1)..3 * n {
                    d.set(&mut self.heap, k, Value::HOLE);
                }
                d.set_user_word(n as u32 - 1);
            }
        } else {
            let end = (old as usize).min(self.elements_capacity(o));
            if new_length == 0 {
                o.set_elements(&mut self.heap, Value::UNDEFINED);
            } else {
                for i in new_length as usize..end {
                    self.make_hole(o, i);
                }
            }
        }
        a.set_length(new_length);
        true
    }

    /// A new array of `values`, which must be visible to the collector (a frame or cell).
    pub fn new_array(&mut self, values: &[Value]) -> ArrayRef {
        let a = self.new_empty_array();
        if values.is_empty() {
            return a;
        }
        let kind = values.iter().fold(ElementsKind::PackedSmi, |k, v| k.join(kind_for(*v)));
        let o = a.object();
        if kind.is_double() {
            let d = self.heap.allocate_double_array(values.len());
            for (i, v) in values.iter().enumerate() {
                d.set(i, v.as_number());
            }
            o.set_elements(&mut self.heap, d.into());
        } else {
            let e = self.heap.allocate_fixed_array_from(values);
            o.set_elements(&mut self.heap, e.into());
        }
        o.set_elements_kind(kind);
        a.set_length(values.len() as u32);
        a
    }
    /// `[]`.
    pub fn new_empty_array(&mut self) -> ArrayRef {
        let shape = self.realm.array_shape;
        self.heap.allocate_array(shape.0, 0, Value::UNDEFINED)
    }
    /// An array over a list's storage.
    pub fn array_from_list(&mut self, cell: TaggedArrayRef, len: usize) -> ArrayRef {
        let values = &cell.as_slice()[..len];
        self.new_array(values)
    }
    /// The elements of a fresh dense array (spread calls), where the collector sees them.
    pub fn array_values(&mut self, array: Value) -> crate::list::List {
        let a = array.cast::<ArrayRef>();
        let n = a.length() as usize;
        let mut list = crate::list::List::with_capacity(self, n);
        for i in 0..n {
            let v = self.dense_element(a.object(), i).unwrap_or(Value::UNDEFINED);
            list.push(self, v);
        }
        list
    }
    /// `new Array(length)`: holes.
    pub fn new_array_with_length(&mut self, length: u32) -> ArrayRef {
        let a = self.new_empty_array();
        self.set_array_length(a, length);
        if length > 0
            && (length as usize) <= MAX_DENSE
            && !a.object().elements_kind().is_dictionary()
            && length <= 1 << 16
        {
            self.ensure_capacity(a.object(), length as usize);
        }
        a
    }

    /// Whether reading a hole of this object yields undefined without looking further: nothing on
    /// the default prototypes has elements and the prototype is the array's default one.
    #[inline]
    pub fn holes_are_undefined(&self, o: ObjectRef) -> bool {
        self.array_protector && self.prototype_of(o) == Value::from(self.realm.array_prototype)
    }

    /// `o[i]` along the prototype chain.
    pub fn get_index(&mut self, o: ObjectRef, i: u64) -> JsResult {
        if i < u32::MAX as u64 {
            if o.kind() != CellKind::TypedArray
                && o.kind() != CellKind::Arguments
                && o.kind() != CellKind::PrimitiveWrapper
                && let Some(v) = self.dense_element(o, i as usize)
            {
                return Ok(v);
            }
            return self.get(o, PropertyKey::Index(i as u32), o.into());
        }
        let key = self.index_key(i);
        self.get(o, key, o.into())
    }
    /// Key for an integer index of any size.
    pub fn index_key(&mut self, i: u64) -> PropertyKey {
        if i < u32::MAX as u64 {
            PropertyKey::Index(i as u32)
        } else {
            let text = i.to_string();
            self.key(&text)
        }
    }

    // --- mapped arguments

    /// [[DefineOwnProperty]] of a (mapped) arguments object at an index.
    pub fn arguments_define(&mut self, o: ObjectRef, i: u32, d: Descriptor) -> JsResult<bool> {
        let mapped = mapped_slot(o, i);
        let mut d2 = d;
        if let Some((context, slot)) = mapped
            && d.is_data()
            && d.value.is_none()
            && d.writable == Some(false)
        {
            d2.value = Some(context.get(slot));
        }
        if !self.ordinary_define_own_property(o, PropertyKey::Index(i), d2)? {
            return Ok(false);
        }
        if let Some((context, slot)) = mapped {
            if d.is_accessor() {
                unmap(self, o, i);
            } else {
                if let Some(v) = d.value {
                    context.set(&mut self.heap, slot, v);
                }
                if d.writable == Some(false) {
                    unmap(self, o, i);
                }
            }
        }
        Ok(true)
    }
}

/// Context and slot that a mapped arguments index aliases.
fn mapped_slot(o: ObjectRef, i: u32) -> Option<(TaggedArrayRef, usize)> {
    let map = o.internal(1).try_as::<TaggedArrayRef>()?;
    let entry = if (i as usize) < map.len() { map.get(i as usize) } else { return None };
    if !entry.is_smi() {
        return None;
    }
    Some((o.internal(0).cast(), entry.as_smi() as usize))
}

fn unmap(cx: &mut Isolate, o: ObjectRef, i: u32) {
    if let Some(map) = o.internal(1).try_as::<TaggedArrayRef>()
        && (i as usize) < map.len()
    {
        map.set(&mut cx.heap, i as usize, Value::UNDEFINED);
    }
}

/// Whether the double's bits are the hole.
pub fn is_hole_bits(bits: u64) -> bool {
    bits == HOLE_NAN_BITS
}
