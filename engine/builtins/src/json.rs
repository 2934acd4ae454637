//! [The JSON Object](https://tc39.es/ecma262/#sec-json-object).
//!
//! Parsing and printing keep their own stack in GC memory, so that nesting costs no native stack.

use rustc_hash::FxHashSet;
use tierproof_heap::{CellKind, ObjectRef, StringRef, TaggedArrayRef, Value};
use tierproof_runtime::key::parse_index;
use tierproof_runtime::strings::{self, Units};
use tierproof_runtime::{Args, Isolate, JsResult, List, PropertyKey, Thrown, attrs};

use crate::install::{self, MAX_DEPTH, Row, Steps};
use crate::string_builder::StringBuilder;

const METHODS: &[Row] = &[
    ("parse", 2, parse),
    ("stringify", 3, stringify),
    ("rawJSON", 1, raw_json),
    ("isRawJSON", 1, is_raw_json),
];

/// Deepest nesting that `stringify` prints.
const MAX_NESTING: usize = 5000;

pub fn install(cx: &mut Isolate) {
    install::namespace(cx, "JSON", METHODS);
}

/// A stack of fixed-size records in GC memory.
struct Stack<const WORDS: usize> {
    list: List,
    depth: usize,
}

impl<const WORDS: usize> Stack<WORDS> {
    fn new(cx: &mut Isolate) -> Self {
        Stack { list: List::new(cx), depth: 0 }
    }
    fn push(&mut self, cx: &mut Isolate, record: [Value; WORDS]) {
        for (i, v) in record.into_iter().enumerate() {
            let at = self.depth * WORDS + i;
            if at < self.list.len() {
                self.list.set(cx, at, v);
            } else {
                self.list.push(cx, v);
            }
        }
        self.depth += 1;
    }
    fn pop(&mut self) {
        self.depth -= 1;
    }
    /// A word of the top record.
    fn top(&self, word: usize) -> Value {
        self.list.get((self.depth - 1) * WORDS + word)
    }
    fn set_top(&mut self, cx: &mut Isolate, word: usize, v: Value) {
        self.list.set(cx, (self.depth - 1) * WORDS + word, v);
    }
}

// --- parsing

struct Parser<'a> {
    units: Units<'a>,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        (self.at < self.units.len()).then(|| u8::try_from(self.units.at(self.at)).unwrap_or(0xFF))
    }
    /// The next character that is not white space.
    fn peek_token(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }
    #[cold]
    fn error(&self, cx: &mut Isolate) -> Thrown {
        if self.at >= self.units.len() {
            return cx.syntax_error("Unexpected end of JSON input");
        }
        let c = String::from_utf16_lossy(&[self.units.at(self.at)]);
        cx.syntax_error(&format!("Unexpected token '{c}' in JSON at position {}", self.at))
    }
    fn expect(&mut self, cx: &mut Isolate, c: u8) -> JsResult<()> {
        if self.peek_token() != Some(c) {
            return Err(self.error(cx));
        }
        self.at += 1;
        Ok(())
    }
    fn word(&mut self, cx: &mut Isolate, text: &str, v: Value) -> JsResult {
        for c in text.bytes() {
            if self.peek() != Some(c) {
                return Err(self.error(cx));
            }
            self.at += 1;
        }
        Ok(v)
    }
    fn digits(&mut self, cx: &mut Isolate) -> JsResult<()> {
        if !self.peek().is_some_and(|c| c.is_ascii_digit()) {
            return Err(self.error(cx));
        }
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }
    fn number(&mut self, cx: &mut Isolate) -> JsResult {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits(cx)?;
        }
        let mut integral = true;
        if self.peek() == Some(b'.') {
            integral = false;
            self.at += 1;
            self.digits(cx)?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            integral = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits(cx)?;
        }
        let text = self.units.slice(start, self.at);
        if integral && text.len() < 10 && text.at(0) != b'-' as u16 {
            return Ok(Value::smi(text.iter().fold(0, |n, c| n * 10 + (c - b'0' as u16) as i32)));
        }
        let text: String = text.iter().map(|c| c as u8 as char).collect();
        Ok(Value::number(text.parse().unwrap_or(f64::NAN)))
    }
    /// End of the string that starts behind the opening quote, if it has no escapes.
    fn simple_end(&self) -> Option<usize> {
        let mut i = self.at;
        while i < self.units.len() {
            match self.units.at(i) {
                0x22 => return Some(i),
                0x5C | 0..=0x1F => return None,
                _ => i += 1,
            }
        }
        None
    }
    /// The characters of a string with escapes; the opening quote has been read.
    fn escaped(&mut self, cx: &mut Isolate) -> JsResult<Vec<u16>> {
        let mut out = Vec::new();
        loop {
            if self.at >= self.units.len() {
                return Err(self.error(cx));
            }
            let u = self.units.at(self.at);
            match u {
                0..=0x1F => return Err(self.error(cx)),
                0x22 => {
                    self.at += 1;
                    return Ok(out);
                }
                0x5C => {
                    self.at += 1;
                    out.push(self.escape(cx)?);
                }
                _ => {
                    out.push(u);
                    self.at += 1;
                }
            }
        }
    }
    fn escape(&mut self, cx: &mut Isolate) -> JsResult<u16> {
        let u = match self.peek() {
            Some(c @ (b'"' | b'\\' | b'/')) => c,
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => 10,
            Some(b'r') => 13,
            Some(b't') => 9,
            Some(b'u') => {
                let mut code = 0;
                for _ in 0..4 {
                    self.at += 1;
                    let Some(d) = self.peek().and_then(|c| (c as char).to_digit(16)) else {
                        return Err(self.error(cx));
                    };
                    code = code * 16 + d as u16;
                }
                self.at += 1;
                return Ok(code);
            }
            _ => return Err(self.error(cx)),
        };
        self.at += 1;
        Ok(u as u16)
    }
    /// A string value; the opening quote has been read.
    fn string(&mut self, cx: &mut Isolate) -> JsResult<StringRef> {
        if let Some(end) = self.simple_end() {
            let text = self.units.slice(self.at, end);
            self.at = end + 1;
            return Ok(match text {
                Units::One(b) => cx.string_latin1(b),
                Units::Two(w) => cx.string_units(w),
            });
        }
        let units = self.escaped(cx)?;
        Ok(cx.string_units(&units))
    }
    /// A property key with the colon behind it, in the form kept on the stack.
    fn key(&mut self, cx: &mut Isolate) -> JsResult {
        self.expect(cx, b'"')?;
        let key = if let Some(end) = self.simple_end() {
            let text = self.units.slice(self.at, end);
            self.at = end + 1;
            key_value(cx, text)
        } else {
            let units = self.escaped(cx)?;
            key_value(cx, Units::Two(&units))
        };
        self.expect(cx, b':')?;
        Ok(key)
    }
}

/// Index as number, name as interned string.
fn key_value(cx: &mut Isolate, text: Units) -> Value {
    if let Some(i) = parse_index(text) {
        return Value::number(i as f64);
    }
    match text {
        Units::One(b) => cx.intern_latin1(b).into(),
        Units::Two(w) => cx.intern_units(w).into(),
    }
}

fn stacked_key(v: Value) -> PropertyKey {
    if v.is_number() { PropertyKey::Index(v.as_number() as u32) } else { PropertyKey::Name(v) }
}

/// The value of a JSON text.
fn parse_text(cx: &mut Isolate, s: StringRef) -> JsResult {
    Ok(parse_with(cx, s, false)?.0)
}

/// The value of a JSON text, and with `sources` its [JSON Parse Record](https://tc39.es/ecma262/#sec-json-parse-record):
/// an array of the value and its text, of an array and the records of its elements, or of an object and
/// an object of those of its properties.
/// Stack: container, the key under way (hole in arrays), records of the container's contents.
fn parse_with(cx: &mut Isolate, s: StringRef, sources: bool) -> JsResult<(Value, Value)> {
    let mut p = Parser { units: strings::units(cx, s), at: 0 };
    let mut stack: Stack<3> = Stack::new(cx);
    let mut steps = Steps::default();
    loop {
        steps.step(cx)?;
        let token = p.peek_token();
        let start = p.at;
        let mut contents = Value::UNDEFINED;
        let mut value = match token {
            Some(b'{') => {
                p.at += 1;
                let o = cx.new_plain_object();
                if sources {
                    contents = cx.new_object(Value::NULL).into();
                }
                if p.peek_token() != Some(b'}') {
                    let key = p.key(cx)?;
                    stack.push(cx, [o.into(), key, contents]);
                    continue;
                }
                p.at += 1;
                o.into()
            }
            Some(b'[') => {
                p.at += 1;
                let a = cx.new_empty_array();
                if sources {
                    contents = cx.new_empty_array().into();
                }
                if p.peek_token() != Some(b']') {
                    stack.push(cx, [a.into(), Value::HOLE, contents]);
                    continue;
                }
                p.at += 1;
                a.into()
            }
            Some(b'"') => {
                p.at += 1;
                p.string(cx)?.into()
            }
            Some(b't') => p.word(cx, "true", Value::TRUE)?,
            Some(b'f') => p.word(cx, "false", Value::FALSE)?,
            Some(b'n') => p.word(cx, "null", Value::NULL)?,
            Some(b'-' | b'0'..=b'9') => p.number(cx)?,
            _ => return Err(p.error(cx)),
        };
        if sources && contents.is_undefined() {
            contents = match p.units.slice(start, p.at) {
                Units::One(b) => cx.string_latin1(b).into(),
                Units::Two(w) => cx.string_units(w).into(),
            };
        }
        // Hand the finished value to its container, which may be finished by it.
        loop {
            let record = if sources { cx.new_array(&[value, contents]).into() } else { Value::UNDEFINED };
            if stack.depth == 0 {
                return if p.peek_token().is_none() { Ok((value, record)) } else { Err(p.error(cx)) };
            }
            let (container, key) = (stack.top(0), stack.top(1));
            contents = stack.top(2);
            let close = if key.is_hole() {
                cx.append(container, value)?;
                b']'
            } else {
                cx.create_data_property(container.cast(), stacked_key(key), value)?;
                b'}'
            };
            if sources && key.is_hole() {
                cx.append(contents, record)?;
            } else if sources {
                cx.create_data_property(contents.cast(), stacked_key(key), record)?;
            }
            match p.peek_token() {
                Some(b',') => {
                    p.at += 1;
                    if !key.is_hole() {
                        p.peek_token();
                        let next = p.key(cx)?;
                        stack.set_top(cx, 1, next);
                    }
                    break;
                }
                Some(c) if c == close => {
                    p.at += 1;
                    stack.pop();
                    value = container;
                }
                _ => return Err(p.error(cx)),
            }
        }
    }
}

/// `Hooks::parse_json`.
pub fn parse_value(cx: &mut Isolate, text: Value) -> JsResult {
    let s = cx.to_string(text)?;
    parse_text(cx, s)
}

/// [JSON.rawJSON](https://tc39.es/ecma262/#sec-json.rawjson)
fn raw_json(cx: &mut Isolate, args: Args) -> JsResult {
    let s = cx.to_string(args.get(0))?;
    let bad = |u: u16| matches!(u, 9 | 10 | 13 | 32);
    let (first, last) = match strings::units(cx, s) {
        u if u.is_empty() => (9, 9),
        u => (u.at(0), u.at(u.len() - 1)),
    };
    if bad(first) || bad(last) {
        return Err(cx.syntax_error("Invalid value for JSON.rawJSON"));
    }
    if parse_text(cx, s)?.is_object() {
        return Err(cx.syntax_error("Invalid value for JSON.rawJSON"));
    }
    let shape = cx.shapes.null_root(CellKind::GenericObject, 0);
    let o = cx.heap.allocate_object_of(CellKind::GenericObject, shape.0);
    o.set_flags(install::brand::RAW_JSON);
    o.set_internal(&mut cx.heap, 0, s.into());
    let key = cx.key("rawJSON");
    cx.create_data_property_or_throw(o, key, s.into())?;
    let names = cx.own_keys(o)?;
    for i in 0..names.len() {
        let key = cx.to_property_key(names.get(i))?;
        let d = tierproof_runtime::Descriptor {
            configurable: Some(false),
            writable: Some(false),
            ..Default::default()
        };
        cx.define_own_property(o, key, d)?;
    }
    cx.prevent_extensions(o)?;
    Ok(o.into())
}

/// [JSON.isRawJSON](https://tc39.es/ecma262/#sec-json.israwjson)
fn is_raw_json(_: &mut Isolate, args: Args) -> JsResult {
    Ok(Value::from_bool(install::as_branded(args.get(0), install::brand::RAW_JSON).is_some()))
}

/// [JSON.parse](https://tc39.es/ecma262/#sec-json.parse)
fn parse(cx: &mut Isolate, args: Args) -> JsResult {
    let s = cx.to_string(args.get(0))?;
    let reviver = args.get(1);
    if !cx.is_callable(reviver) {
        return parse_text(cx, s);
    }
    let (v, record) = parse_with(cx, s, true)?;
    let root = cx.new_plain_object();
    let key = PropertyKey::Name(cx.realm.strings.empty().into());
    cx.create_data_property_or_throw(root, key, v)?;
    internalize(cx, (root, key), record, reviver, 0)
}

/// [InternalizeJSONProperty](https://tc39.es/ecma262/#sec-internalizejsonproperty); `record` is undefined
/// where the program has put another value.
fn internalize(
    cx: &mut Isolate,
    (holder, key): (ObjectRef, PropertyKey),
    record: Value,
    reviver: Value,
    depth: u32,
) -> JsResult {
    if depth > MAX_DEPTH {
        return Err(cx.overflow_error());
    }
    let value = cx.get_of(holder, key)?;
    let mut contents = Value::UNDEFINED;
    if let Some(r) = record.try_as::<ObjectRef>() {
        let parsed = cx.get_index(r, 0)?;
        if cx.same_value(parsed, value) {
            contents = cx.get_index(r, 1)?;
        }
    }
    let context = cx.new_plain_object();
    if let Some(o) = value.try_as::<ObjectRef>() {
        if cx.is_array(value)? {
            let n = cx.length_of(o)?;
            for i in 0..n {
                let key = cx.index_key(i);
                revive(cx, (o, key), contents, reviver, depth)?;
            }
        } else {
            let keys = enumerable_keys(cx, o)?;
            for i in 0..keys.len() {
                let key = cx.to_property_key(keys.get(i))?;
                revive(cx, (o, key), contents, reviver, depth)?;
            }
        }
    } else if contents.is_string() {
        install::value(cx, context, "source", contents, attrs::ALL);
    }
    let name = key.to_value(cx);
    cx.call(reviver, holder.into(), &[name, value, context.into()])
}

fn revive(
    cx: &mut Isolate,
    (o, key): (ObjectRef, PropertyKey),
    records: Value,
    reviver: Value,
    depth: u32,
) -> JsResult<()> {
    let record = match records.try_as::<ObjectRef>() {
        Some(records) => install::own_value(cx, records, key),
        None => Value::UNDEFINED,
    };
    let v = internalize(cx, (o, key), record, reviver, depth + 1)?;
    if v.is_undefined() {
        cx.delete(o, key)?;
    } else {
        cx.create_data_property(o, key, v)?;
    }
    Ok(())
}

/// Own enumerable string keys.
fn enumerable_keys(cx: &mut Isolate, o: ObjectRef) -> JsResult<List> {
    let own = cx.own_keys(o)?;
    let mut keys = List::with_capacity(cx, own.len());
    for i in 0..own.len() {
        let k = own.get(i);
        if k.is_string() {
            let key = cx.key_from_string(k.cast());
            if cx.get_own_property(o, key)?.is_some_and(|p| p.is_enumerable()) {
                keys.push(cx, k);
            }
        }
    }
    Ok(keys)
}

// --- printing

/// Words of a stack record of the printer.
mod word {
    pub const OBJECT: usize = 0;
    /// FixedArray of keys; undefined for arrays.
    pub const KEYS: usize = 1;
    pub const NEXT: usize = 2;
    pub const LENGTH: usize = 3;
    /// Whether something has been printed.
    pub const USED: usize = 4;
}

struct Printer {
    out: StringBuilder,
    stack: Stack<5>,
    gap: Vec<u16>,
    replacer: Value,
    /// Keys to print, when the replacer is an array.
    selected: Option<List>,
}

/// [JSON.stringify](https://tc39.es/ecma262/#sec-json.stringify)
fn stringify(cx: &mut Isolate, args: Args) -> JsResult {
    let mut replacer = Value::UNDEFINED;
    let mut selected = None;
    if cx.is_callable(args.get(1)) {
        replacer = args.get(1);
    } else if let Some(o) = args.get(1).try_as::<ObjectRef>()
        && cx.is_array(args.get(1))?
    {
        selected = Some(property_list(cx, o)?);
    }
    let gap = gap(cx, args.get(2))?;
    let stack = Stack::new(cx);
    let mut p = Printer { out: StringBuilder::default(), stack, gap, replacer, selected };
    let root = cx.new_plain_object();
    let key = PropertyKey::Name(cx.realm.strings.empty().into());
    cx.create_data_property_or_throw(root, key, args.get(0))?;
    let v = p.prepare(cx, root, key, args.get(0))?;
    if !is_printable(cx, v) {
        return Ok(Value::UNDEFINED);
    }
    p.value(cx, v)?;
    let mut steps = Steps::default();
    while p.stack.depth > 0 && !p.out.overflowed() {
        steps.step(cx)?;
        p.step(cx)?;
    }
    Ok(p.out.finish(cx)?.into())
}

fn wrapped(v: Value) -> Option<Value> {
    v.try_as::<ObjectRef>().filter(|o| o.kind() == CellKind::PrimitiveWrapper).map(|o| o.internal(0))
}

fn property_list(cx: &mut Isolate, o: ObjectRef) -> JsResult<List> {
    let n = cx.length_of(o)?;
    let mut list = List::new(cx);
    let mut seen = FxHashSet::default();
    let mut steps = Steps::default();
    for i in 0..n {
        steps.step(cx)?;
        let v = cx.get_index(o, i)?;
        let is_key = |v: Value| v.is_string() || v.is_number();
        if !is_key(v) && !wrapped(v).is_some_and(is_key) {
            continue;
        }
        let s = cx.to_string(v)?;
        // Interned strings never move, and the list keeps them alive.
        let s = cx.intern_string(s);
        if seen.insert(Value::from(s).to_bits()) {
            list.push(cx, s.into());
        }
    }
    Ok(list)
}

fn gap(cx: &mut Isolate, v: Value) -> JsResult<Vec<u16>> {
    let space = match wrapped(v) {
        Some(w) if w.is_number() => Value::number(cx.to_number(v)?),
        Some(w) if w.is_string() => cx.to_string(v)?.into(),
        _ => v,
    };
    if space.is_number() {
        let n = cx.to_integer(space)?.clamp(0.0, 10.0);
        return Ok(vec![b' ' as u16; n as usize]);
    }
    Ok(match space.try_as::<StringRef>() {
        Some(s) => strings::units(cx, s).iter().take(10).collect(),
        None => Vec::new(),
    })
}

fn is_printable(cx: &Isolate, v: Value) -> bool {
    !v.is_undefined() && !v.is_symbol() && !cx.is_callable(v)
}

impl Printer {
    /// The part of [SerializeJSONProperty](https://tc39.es/ecma262/#sec-serializejsonproperty) that
    /// finds out what to print.
    fn prepare(&mut self, cx: &mut Isolate, holder: ObjectRef, key: PropertyKey, v: Value) -> JsResult {
        let mut v = v;
        if v.is_object() || v.is_bigint() {
            let to_json = cx.realm.names.to_json;
            let f = cx.get_value(v, to_json)?;
            if cx.is_callable(f) {
                let name = key.to_value(cx);
                v = cx.call(f, v, &[name])?;
            }
        }
        if !self.replacer.is_undefined() {
            let name = key.to_value(cx);
            v = cx.call(self.replacer, holder.into(), &[name, v])?;
        }
        match wrapped(v) {
            Some(w) if w.is_number() => Ok(Value::number(cx.to_number(v)?)),
            Some(w) if w.is_string() => Ok(cx.to_string(v)?.into()),
            Some(w) if w.is_boolean() || w.is_bigint() => Ok(w),
            _ => Ok(v),
        }
    }

    /// Prints a printable value; containers are opened and pushed.
    fn value(&mut self, cx: &mut Isolate, v: Value) -> JsResult<()> {
        if let Some(s) = v.try_as::<StringRef>() {
            self.quote(strings::units(cx, s));
        } else if v.is_number() {
            if v.as_number().is_finite() {
                let s = cx.number_to_string(v.as_number());
                self.out.push_string(cx, s);
            } else {
                self.out.push_ascii("null");
            }
        } else if v.is_null() {
            self.out.push_ascii("null");
        } else if v.is_boolean() {
            self.out.push_ascii(if v.is_true() { "true" } else { "false" });
        } else if v.is_bigint() {
            return Err(cx.type_error("Do not know how to serialize a BigInt"));
        } else {
            if let Some(raw) = install::as_branded(v, install::brand::RAW_JSON) {
                self.out.push_string(cx, raw.internal(0).cast());
                return Ok(());
            }
            return self.open(cx, v.cast());
        }
        Ok(())
    }

    fn open(&mut self, cx: &mut Isolate, o: ObjectRef) -> JsResult<()> {
        for i in 0..self.stack.depth {
            if self.stack.list.get(i * 5 + word::OBJECT) == o.into() {
                return Err(cx.type_error("Converting circular structure to JSON"));
            }
        }
        if self.stack.depth >= MAX_NESTING {
            return Err(cx.overflow_error());
        }
        let (keys, length) = if cx.is_array(o.into())? {
            self.out.push_ascii("[");
            (Value::UNDEFINED, cx.length_of(o)?)
        } else {
            let list = match self.selected {
                Some(l) => l,
                None => enumerable_keys(cx, o)?,
            };
            self.out.push_ascii("{");
            let keys = cx.heap.allocate_fixed_array_from(list.as_slice());
            (keys.into(), list.len() as u64)
        };
        let record = [o.into(), keys, Value::smi(0), install::index_value(length), Value::FALSE];
        self.stack.push(cx, record);
        Ok(())
    }

    fn new_line(&mut self, depth: usize) {
        if !self.gap.is_empty() {
            self.out.push_ascii("\n");
            for _ in 0..depth {
                self.out.push_units(Units::Two(&self.gap));
            }
        }
    }

    /// Separator and line break before a member.
    fn begin_member(&mut self, cx: &mut Isolate) {
        if self.stack.top(word::USED).is_true() {
            self.out.push_ascii(",");
        }
        self.stack.set_top(cx, word::USED, Value::TRUE);
        self.new_line(self.stack.depth);
    }

    /// Prints the next member of the innermost container, or closes it.
    fn step(&mut self, cx: &mut Isolate) -> JsResult<()> {
        let o: ObjectRef = self.stack.top(word::OBJECT).cast();
        let keys = self.stack.top(word::KEYS).try_as::<TaggedArrayRef>();
        let i = self.stack.top(word::NEXT).as_number() as u64;
        if i >= self.stack.top(word::LENGTH).as_number() as u64 {
            let used = self.stack.top(word::USED).is_true();
            self.stack.pop();
            if used {
                self.new_line(self.stack.depth);
            }
            self.out.push_ascii(if keys.is_some() { "}" } else { "]" });
            return Ok(());
        }
        self.stack.set_top(cx, word::NEXT, install::index_value(i + 1));
        let Some(keys) = keys else {
            let v = cx.get_index(o, i)?;
            let key = cx.index_key(i);
            let v = self.prepare(cx, o, key, v)?;
            self.begin_member(cx);
            if is_printable(cx, v) {
                return self.value(cx, v);
            }
            self.out.push_ascii("null");
            return Ok(());
        };
        let name: StringRef = keys.get(i as usize).cast();
        let key = cx.key_from_string(name);
        let v = cx.get_of(o, key)?;
        let v = self.prepare(cx, o, key, v)?;
        if !is_printable(cx, v) {
            return Ok(());
        }
        self.begin_member(cx);
        self.quote(strings::units(cx, name));
        self.out.push_ascii(if self.gap.is_empty() { ":" } else { ": " });
        self.value(cx, v)
    }

    /// [QuoteJSONString](https://tc39.es/ecma262/#sec-quotejsonstring)
    fn quote(&mut self, u: Units) {
        self.out.push_ascii("\"");
        let plain = |c: u16| c >= 0x20 && c != 0x22 && c != 0x5C && !(0xD800..0xE000).contains(&c);
        let mut from = 0;
        let mut i = 0;
        while i < u.len() {
            let c = u.at(i);
            if plain(c) {
                i += 1;
                continue;
            }
            self.out.push_units(u.slice(from, i));
            let (_, n) = crate::string::code_point(u, i);
            if n == 2 {
                self.out.push_units(u.slice(i, i + 2));
            } else {
                self.escape(c);
            }
            i += n;
            from = i;
        }
        self.out.push_units(u.slice(from, u.len()));
        self.out.push_ascii("\"");
    }

    fn escape(&mut self, c: u16) {
        let short = match c {
            8 => "\\b",
            9 => "\\t",
            10 => "\\n",
            12 => "\\f",
            13 => "\\r",
            0x22 => "\\\"",
            0x5C => "\\\\",
            _ => return self.out.push_ascii(&format!("\\u{c:04x}")),
        };
        self.out.push_ascii(short);
    }
}
