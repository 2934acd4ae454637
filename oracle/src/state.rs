//! The canonical text and hash of values and of the global state a program leaves behind.
//!
//! Breadth first from the global object; each object gets a number at its first visit and one line:
//! kind, prototype, properties in key order with attributes, elements with holes, internal words.
//! Intrinsic objects are named; their properties are only listed where a program changed them.
//! Nothing here runs JavaScript, and collection is paused meanwhile, so plain maps are sound.

use std::fmt::Write;
use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHasher};
use serde::{Deserialize, Serialize};
use tierproof_heap::{
    AccessorPairRef, ArrayRef, BigIntRef, CellKind, CellRef, FunctionRef, ObjectRef, PropertyCellRef,
    StringRef, SymbolRef, TaggedArrayRef, TypedArrayRef, Value,
};
use tierproof_runtime::function::data_words;
use tierproof_runtime::{Isolate, PropertyKey, ShapeId, attrs, strings};

/// Text kept (the hash goes on beyond it).
const TEXT_LIMIT: usize = 64 << 10;
/// Characters of a string shown; the rest only counts in the hash.
const STRING_LIMIT: usize = 200;

/// Canonical text, cut at a limit, and hash of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub hash: u64,
    pub text: String,
}

/// What a fresh realm looks like: how many properties each intrinsic object has.
#[derive(Debug, Default)]
pub struct Baseline {
    counts: Vec<usize>,
    global: usize,
    lexicals: usize,
}

impl Baseline {
    /// To be taken before the program runs (host definitions count as the program's).
    pub fn take(cx: &mut Isolate) -> Baseline {
        let count = |cx: &Isolate, o: ObjectRef| cx.shapes.properties(ShapeId(o.shape())).len();
        let counts = intrinsics(cx).iter().map(|(_, o)| count(cx, *o)).collect();
        Baseline { counts, global: count(cx, cx.realm.global), lexicals: count(cx, cx.realm.global_lexicals) }
    }
}

/// Intrinsic objects by name. The list itself is only used while collection is paused or at once.
fn intrinsics(cx: &Isolate) -> Vec<(&'static str, ObjectRef)> {
    let r = &cx.realm;
    let mut out = vec![
        ("%Object.prototype%", r.object_prototype),
        ("%Function.prototype%", r.function_prototype),
        ("%Array.prototype%", r.array_prototype),
        ("%String.prototype%", r.string_prototype),
        ("%Number.prototype%", r.number_prototype),
        ("%Boolean.prototype%", r.boolean_prototype),
        ("%Symbol.prototype%", r.symbol_prototype),
        ("%Iterator.prototype%", r.iterator_prototype),
        ("%ArrayIterator.prototype%", r.array_iterator_prototype),
        ("%StringIterator.prototype%", r.string_iterator_prototype),
        ("%Map.prototype%", r.map_prototype),
        ("%Set.prototype%", r.set_prototype),
        ("%MapIterator.prototype%", r.map_iterator_prototype),
        ("%SetIterator.prototype%", r.set_iterator_prototype),
        ("%ArrayBuffer.prototype%", r.array_buffer_prototype),
        ("%TypedArray.prototype%", r.typed_array_prototype),
    ];
    const ERRORS: [&str; 7] = [
        "%Error.prototype%",
        "%TypeError.prototype%",
        "%RangeError.prototype%",
        "%ReferenceError.prototype%",
        "%SyntaxError.prototype%",
        "%EvalError.prototype%",
        "%URIError.prototype%",
    ];
    out.extend(ERRORS.into_iter().zip(r.error_prototypes));
    const TYPED: [&str; 9] = [
        "%Int8Array.prototype%",
        "%Uint8Array.prototype%",
        "%Uint8ClampedArray.prototype%",
        "%Int16Array.prototype%",
        "%Uint16Array.prototype%",
        "%Int32Array.prototype%",
        "%Uint32Array.prototype%",
        "%Float32Array.prototype%",
        "%Float64Array.prototype%",
    ];
    out.extend(TYPED.into_iter().zip(r.typed_array_prototypes));
    out
}

/// Canonical text of one value and what it reaches.
pub fn describe(cx: &mut Isolate, baseline: &Baseline, v: Value) -> State {
    Walk::run(cx, baseline, |w| {
        let text = w.value(v);
        w.line(&text);
    })
}

/// Canonical text of all globals the program made or changed, and what they reach.
pub fn globals(cx: &mut Isolate, baseline: &Baseline) -> State {
    Walk::run(cx, baseline, |w| {
        let (global, lexicals) = (w.cx.realm.global, w.cx.realm.global_lexicals);
        w.changed_properties("", global, baseline.global);
        w.changed_properties("let ", lexicals, baseline.lexicals);
        for (i, (name, o)) in intrinsics(w.cx).into_iter().enumerate() {
            w.changed_properties(&format!("{name}."), o, baseline.counts[i]);
        }
    })
}

struct Walk<'a> {
    cx: &'a mut Isolate,
    names: FxHashMap<CellRef, &'static str>,
    numbers: FxHashMap<CellRef, u32>,
    queue: std::collections::VecDeque<CellRef>,
    hasher: FxHasher,
    text: String,
}

impl<'a> Walk<'a> {
    fn run(cx: &'a mut Isolate, _: &Baseline, start: impl FnOnce(&mut Walk<'a>)) -> State {
        cx.heap.pause_collection();
        cx.heap.set_limit(None);
        let mut names: FxHashMap<CellRef, &'static str> =
            intrinsics(cx).into_iter().map(|(n, o)| (o.into(), n)).collect();
        names.insert(cx.realm.global.into(), "%global%");
        let mut w = Walk {
            cx,
            names,
            numbers: FxHashMap::default(),
            queue: Default::default(),
            hasher: FxHasher::default(),
            text: String::new(),
        };
        start(&mut w);
        while let Some(cell) = w.queue.pop_front() {
            let text = w.cell(cell);
            w.line(&text);
        }
        w.cx.heap.resume_collection();
        State { hash: w.hasher.finish(), text: w.text }
    }

    fn line(&mut self, text: &str) {
        self.hasher.write(text.as_bytes());
        self.hasher.write_u8(b'\n');
        if self.text.len() < TEXT_LIMIT {
            let mut end = text.len().min(TEXT_LIMIT - self.text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            self.text.push_str(&text[..end]);
            self.text.push('\n');
        }
    }

    /// Properties beyond the first `known`, and user-made values among those.
    fn changed_properties(&mut self, prefix: &str, o: ObjectRef, known: usize) {
        let properties = self.cx.shapes.properties(ShapeId(o.shape()));
        for (i, (key, info)) in properties.iter().enumerate() {
            let mut v = self.cx.load_slot(o, info.slot);
            if let Some(cell) = v.try_as::<PropertyCellRef>() {
                v = cell.value_slot();
            }
            if i < known && properties.len() >= known && !self.is_users(v) {
                continue;
            }
            let key = self.key(*key);
            let value = self.property(v, info.attrs);
            self.line(&format!("{prefix}{key}: {value}"));
        }
        if properties.len() < known {
            self.line(&format!("{prefix}: {} properties of {known}", properties.len()));
        }
        if o.kind() != CellKind::Global {
            let mut text = String::new();
            self.elements(o, &mut text);
            if !text.is_empty() {
                self.line(&format!("{prefix}{text}"));
            }
        }
    }

    /// A function or accessor written in JavaScript.
    fn is_users(&self, v: Value) -> bool {
        if let Some(p) = v.try_as::<AccessorPairRef>() {
            return self.is_users(p.getter()) || self.is_users(p.setter());
        }
        v.try_as::<FunctionRef>().is_some_and(|f| !self.cx.is_builtin(f.function_data()))
    }

    fn key(&mut self, key: Value) -> String {
        match key.try_as::<StringRef>() {
            Some(s) => self.string(s),
            None => self.symbol(key),
        }
    }

    fn symbol(&mut self, v: Value) -> String {
        match v.try_as::<SymbolRef>() {
            Some(s) => self.cx.describe_symbol(s),
            None => "?".into(),
        }
    }

    fn property(&mut self, v: Value, a: u8) -> String {
        let mut text = match v.try_as::<AccessorPairRef>() {
            Some(p) => {
                let (get, set) = (self.value(p.getter()), self.value(p.setter()));
                format!("get {get} set {set}")
            }
            None => self.value(v),
        };
        let flags = a & attrs::ALL;
        let expected = if a & attrs::ACCESSOR != 0 { attrs::ALL & !attrs::WRITABLE } else { attrs::ALL };
        if flags | (a & attrs::ACCESSOR != 0) as u8 != expected | (a & attrs::ACCESSOR != 0) as u8 {
            for (bit, c) in [(attrs::WRITABLE, 'w'), (attrs::ENUMERABLE, 'e'), (attrs::CONFIGURABLE, 'c')] {
                text.push(if flags & bit != 0 { c } else { '-' });
            }
        }
        text
    }

    fn string(&mut self, s: StringRef) -> String {
        quoted(strings::units(self.cx, s).iter())
    }

    /// Short text of a value; objects by number, queued at their first visit.
    fn value(&mut self, v: Value) -> String {
        if v.is_number() {
            return number(v.as_number());
        }
        if let Some(s) = v.try_as::<StringRef>() {
            return self.string(s);
        }
        if v.is_symbol() {
            return self.symbol(v);
        }
        if let Some(b) = v.try_as::<BigIntRef>() {
            let sign = if b.is_negative() { "-" } else { "" };
            let digits: Vec<String> = b.digits().iter().rev().map(|d| format!("{d:016x}")).collect();
            return format!("{sign}0x{}n", digits.join(""));
        }
        let Some(cell) = v.cell_or_none() else { return format!("{v:?}") };
        if let Some(name) = self.names.get(&cell) {
            return (*name).into();
        }
        if let Some(f) = v.try_as::<FunctionRef>()
            && self.cx.is_builtin(f.function_data())
        {
            let name = f.function_data().tagged(data_words::NAME);
            let name = self.key(name);
            return format!("builtin {name}");
        }
        let next = self.numbers.len() as u32 + 1;
        let n = *self.numbers.entry(cell).or_insert_with(|| {
            self.queue.push_back(cell);
            next
        });
        format!("#{n}")
    }

    /// The line of one cell.
    fn cell(&mut self, cell: CellRef) -> String {
        let n = self.numbers[&cell];
        let Some(o) = Value::cell(cell).try_as::<ObjectRef>() else {
            let mut out = format!("#{n} {}", cell.kind().name());
            if let Some(a) = Value::cell(cell).try_as::<TaggedArrayRef>() {
                let words: Vec<String> = a.as_slice().to_vec().into_iter().map(|v| self.value(v)).collect();
                let _ = write!(out, " [{}]", words.join(", "));
            }
            return out;
        };
        let mut out = format!("#{n} {}", o.kind().name());
        if let Some(f) = Value::cell(cell).try_as::<FunctionRef>() {
            let data = f.function_data();
            let name = if f.extra2().is_undefined() { data.tagged(data_words::NAME) } else { f.extra2() };
            let (name, length) = (self.key_or_nothing(name), data.tagged(data_words::LENGTH));
            let _ = write!(out, " {name}/{length:?} scope {}", self.value(f.context()));
        }
        let prototype = self.cx.prototype_of(o);
        let _ = write!(out, " of {}", self.value(prototype));
        if !self.cx.is_extensible(o) {
            out.push_str(" not extensible");
        }
        self.elements(o, &mut out);
        out.push_str(" {");
        for (i, (key, info)) in self.cx.shapes.properties(ShapeId(o.shape())).into_iter().enumerate() {
            let v = self.cx.load_slot(o, info.slot);
            let key = self.key(key);
            let value = self.property(v, info.attrs);
            let _ = write!(out, "{}{key}: {value}", if i == 0 { "" } else { ", " });
        }
        out.push('}');
        self.internals(o, &mut out);
        out
    }

    fn key_or_nothing(&mut self, name: Value) -> String {
        if name.is_undefined() { "\"\"".into() } else { self.key(name) }
    }

    fn internals(&mut self, o: ObjectRef, out: &mut String) {
        let count = match o.kind() {
            CellKind::MapObject | CellKind::SetObject => 1,
            CellKind::PrimitiveWrapper | CellKind::Date => 1,
            CellKind::BoundFunction => 3,
            CellKind::MapIterator | CellKind::SetIterator | CellKind::ArrayIterator => 3,
            CellKind::StringIterator => 2,
            _ => return,
        };
        for i in 0..count {
            let text = self.value(o.internal(i));
            let _ = write!(out, " |{text}");
        }
    }

    fn elements(&mut self, o: ObjectRef, out: &mut String) {
        if let Some(t) = Value::from(o).try_as::<TypedArrayRef>() {
            let _ = write!(out, " type {} [", t.element_type());
            for i in 0..t.length() {
                let v = self.cx.get_own_element(o, i as u32).map_or(Value::UNDEFINED, |p| p.value);
                let _ = write!(out, "{}{}", if i == 0 { "" } else { ", " }, self.value(v));
            }
            out.push(']');
            return;
        }
        if o.kind() == CellKind::PrimitiveWrapper {
            return;
        }
        let indices = self.cx.element_indices(o);
        let length = Value::from(o).try_as::<ArrayRef>().map(|a| a.length());
        if indices.is_empty() && length.is_none() {
            return;
        }
        out.push_str(" [");
        let mut next = 0;
        for i in indices {
            if i > next {
                let _ = write!(out, "<{} holes>, ", i - next);
            }
            let text = match self.cx.get_own_property(o, PropertyKey::Index(i)) {
                Ok(Some(p)) => self.property(p.value, p.attrs),
                _ => "?".into(),
            };
            let _ = write!(out, "{text}, ");
            next = i + 1;
        }
        if let Some(l) = length {
            let _ = write!(out, "length {l}");
        }
        out.push(']');
    }
}

/// The canonical text of a string.
pub fn quoted(units: impl Iterator<Item = u16>) -> String {
    let mut out = String::from("\"");
    let mut rest = FxHasher::default();
    let mut length = 0;
    for u in units {
        length += 1;
        if length > STRING_LIMIT {
            rest.write_u16(u);
        } else if u == b'"' as u16 || u == b'\\' as u16 || !(0x20..0x7F).contains(&u) {
            let _ = write!(out, "\\u{u:04x}");
        } else {
            out.push(u as u8 as char);
        }
    }
    out.push('"');
    if length > STRING_LIMIT {
        let _ = write!(out, "({length} units, {:016x})", rest.finish());
    }
    out
}

/// Exact text of a number: as JavaScript writes it, but for the sign of zeros.
fn number(n: f64) -> String {
    if n == 0.0 && n.is_sign_negative() { "-0".into() } else { tierproof_runtime::convert::number_text(n) }
}
