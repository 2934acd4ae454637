//! Objects, by what they are.

use tierproof_heap::{
    AccessorPairRef, ArrayBufferRef, ArrayRef, CellKind, FunctionRef, ObjectRef, StringRef, SymbolRef,
    TypedArrayRef, Value,
};
use tierproof_runtime::function::{self, Flow, data_flags};
use tierproof_runtime::promise::{result_of, state, state_of};
use tierproof_runtime::proxy::is_proxy;
use tierproof_runtime::{Isolate, List, PropertyKey, strings};

use super::layout::Parts;
use super::{DEPTH, MAX_ITEMS, MAX_OBJECTS, MAX_PROPERTIES, primitive};
use crate::hash_table::Cursor;

/// One run over a value and what it refers to.
pub struct Walk {
    /// The objects around the present one.
    ancestors: List,
    /// Objects that contain themselves, in the order this was found out.
    circular: List,
    objects: usize,
}

impl Walk {
    pub fn new(cx: &mut Isolate) -> Walk {
        Walk { ancestors: List::new(cx), circular: List::new(cx), objects: 0 }
    }

    /// Text of a value; `depth` objects are around it, and its first line starts at column `indent`.
    pub fn value(&mut self, cx: &mut Isolate, v: Value, depth: usize, indent: usize) -> String {
        let Some(o) = v.try_as::<ObjectRef>() else { return primitive(cx, v) };
        if is_proxy(o) {
            let target = o.internal(0);
            return match target.is_object() {
                true => self.value(cx, target, depth, indent),
                false => "<Revoked Proxy>".into(),
            };
        }
        if (0..self.ancestors.len()).any(|i| self.ancestors.get(i) == v) {
            let known = (0..self.circular.len()).find(|&i| self.circular.get(i) == v);
            let n = known.unwrap_or_else(|| {
                self.circular.push(cx, v);
                self.circular.len() - 1
            });
            return format!("[Circular *{}]", n + 1);
        }
        self.objects += 1;
        let limited = depth > DEPTH || self.objects > MAX_OBJECTS;
        let level = self.ancestors.len();
        self.ancestors.push(cx, v);
        let text = self.object(cx, o, limited, depth, indent);
        self.ancestors.truncate(level);
        match (0..self.circular.len()).find(|&i| self.circular.get(i) == v) {
            Some(n) => format!("<ref *{}> {text}", n + 1),
            None => text,
        }
    }

    fn object(
        &mut self,
        cx: &mut Isolate,
        o: ObjectRef,
        limited: bool,
        depth: usize,
        indent: usize,
    ) -> String {
        let class = class_name(cx, o);
        // --- what stands for the object itself: text that properties only follow, or a prefix
        let base = base(cx, o, &class);
        let is_list = matches!(o.kind(), CellKind::Array | CellKind::TypedArray | CellKind::Arguments);
        if limited && (base.is_none() || o.kind() == CellKind::Error) {
            let name = class.clone().unwrap_or_else(|| "Object: null prototype".into());
            let tag = tag(cx, o, &class).map(|t| format!(" [{t}]")).unwrap_or_default();
            return if o.kind() == CellKind::Array { "[Array]".into() } else { format!("[{name}{tag}]") };
        }
        let mut items = Vec::new();
        let prefix = match &base {
            Some(_) => String::new(),
            None => self.entries(cx, o, &class, depth, indent, &mut items),
        };
        self.properties(cx, o, is_list, depth, indent, &mut items);
        match base {
            Some(text) if items.is_empty() => text,
            Some(text) => {
                let levels = levels(&items);
                let prefix = format!("{text} ");
                let parts = Parts { prefix, open: '{', close: '}', items, columns: false, levels };
                parts.render(indent)
            }
            None => {
                let (open, close) = if is_list { ('[', ']') } else { ('{', '}') };
                let levels = levels(&items);
                Parts { prefix, open, close, items, columns: is_list, levels }.render(indent)
            }
        }
    }

    /// What the object holds apart from properties; the prefix of its text.
    fn entries(
        &mut self,
        cx: &mut Isolate,
        o: ObjectRef,
        class: &Option<String>,
        depth: usize,
        indent: usize,
        items: &mut Vec<String>,
    ) -> String {
        let name = class.clone().unwrap_or_else(|| format!("[{}: null prototype]", kind_name(o)));
        let tag = tag(cx, o, class).map(|t| format!("[{t}] ")).unwrap_or_default();
        let v = Value::from(o);
        match o.kind() {
            CellKind::Array => {
                let length = v.cast::<ArrayRef>().length() as usize;
                self.elements(cx, o, length, depth, indent, items);
                if name == "Array" { String::new() } else { format!("{name}({length}) {tag}") }
            }
            CellKind::TypedArray => {
                let length = v.cast::<TypedArrayRef>().length() as usize;
                self.elements(cx, o, length, depth, indent, items);
                format!("{name}({length}) ")
            }
            CellKind::Arguments => {
                let length = cx.data_property(o, cx.realm.names.length);
                let length = length.filter(|n| n.is_smi()).map_or(0, |n| n.as_smi().max(0)) as usize;
                self.elements(cx, o, length, depth, indent, items);
                "[Arguments] ".into()
            }
            CellKind::MapObject | CellKind::SetObject => {
                let mut cursor = Cursor::new(o);
                let mut count = 0;
                while let Some((key, value)) = cursor.next() {
                    count += 1;
                    if count > MAX_ITEMS {
                        continue;
                    }
                    let mut text = self.value(cx, key, depth + 1, indent + 2);
                    if o.kind() == CellKind::MapObject {
                        text = format!("{text} => {}", self.value(cx, value, depth + 1, indent + 2));
                    }
                    items.push(text);
                }
                note_rest(items, count);
                format!("{name}({count}) ")
            }
            CellKind::WeakMap | CellKind::WeakSet => {
                items.push("<items unknown>".into());
                format!("{name} ")
            }
            CellKind::Promise => {
                let result = result_of(o);
                let text = match state_of(o) {
                    state::PENDING => "<pending>".into(),
                    state::FULFILLED => self.value(cx, result, depth + 1, indent + 2),
                    _ => format!("<rejected> {}", self.value(cx, result, depth + 1, indent + 2)),
                };
                items.push(text);
                format!("{name} ")
            }
            CellKind::ArrayBuffer => {
                let b = v.cast::<ArrayBufferRef>();
                items.push(format!("byteLength: {}", b.byte_length()));
                format!("{name} ")
            }
            CellKind::Generator => "Object [Generator] ".into(),
            CellKind::Global => "Object [global] ".into(),
            CellKind::ModuleNamespace => "[Module: null prototype] ".into(),
            _ if name == "Object" && tag.is_empty() => String::new(),
            _ => format!("{name} {tag}"),
        }
    }

    fn elements(
        &mut self,
        cx: &mut Isolate,
        o: ObjectRef,
        length: usize,
        depth: usize,
        indent: usize,
        items: &mut Vec<String>,
    ) {
        let typed = o.kind() == CellKind::TypedArray;
        let present =
            if typed { (0..length.min(MAX_ITEMS + 1) as u32).collect() } else { cx.element_indices(o) };
        let (mut next, mut shown) = (0usize, 0usize);
        let hole = |n: usize| format!("<{n} empty item{}>", if n == 1 { "" } else { "s" });
        for i in present {
            let i = i as usize;
            if i >= length || shown >= MAX_ITEMS {
                break;
            }
            if i > next {
                items.push(hole(i - next));
                shown += 1;
                next = i;
                if shown >= MAX_ITEMS {
                    break;
                }
            }
            let text = self.property_text(cx, o, PropertyKey::Index(i as u32), depth, indent);
            items.push(text);
            next = i + 1;
            shown += 1;
        }
        if next < length {
            let rest = length - next;
            if shown >= MAX_ITEMS || typed {
                items.push(format!("... {rest} more item{}", if rest == 1 { "" } else { "s" }));
            } else {
                items.push(hole(rest));
            }
        }
    }

    /// Text of the value of an own property.
    fn property_text(
        &mut self,
        cx: &mut Isolate,
        o: ObjectRef,
        key: PropertyKey,
        depth: usize,
        indent: usize,
    ) -> String {
        match cx.get_own_property(o, key) {
            Ok(Some(p)) if p.is_accessor() => {
                let pair: AccessorPairRef = p.pair();
                match (pair.getter().is_undefined(), pair.setter().is_undefined()) {
                    (false, false) => "[Getter/Setter]".into(),
                    (true, false) => "[Setter]".into(),
                    _ => "[Getter]".into(),
                }
            }
            Ok(Some(p)) => self.value(cx, p.value, depth + 1, indent + 2),
            Ok(None) => "undefined".into(),
            Err(_) => {
                // a binding of a module that is not initialised yet
                let _ = cx.take_exception();
                "<uninitialized>".into()
            }
        }
    }

    fn properties(
        &mut self,
        cx: &mut Isolate,
        o: ObjectRef,
        is_list: bool,
        depth: usize,
        indent: usize,
        items: &mut Vec<String>,
    ) {
        let Ok(keys) = cx.own_keys(o) else { return };
        let boxed_string = o.kind() == CellKind::PrimitiveWrapper && o.internal(0).is_string();
        let namespace = o.kind() == CellKind::ModuleNamespace;
        let mut shown = 0;
        for i in 0..keys.len() {
            let k = keys.get(i);
            let Ok(key) = cx.to_property_key(k) else { continue };
            if (is_list || boxed_string) && matches!(key, PropertyKey::Index(_)) {
                continue;
            }
            let names = cx.realm.names;
            let of_error = o.kind() == CellKind::Error && (key == names.cause || key == names.errors);
            let visible = match cx.get_own_property(o, key) {
                Ok(Some(p)) => p.is_enumerable() || of_error,
                Ok(None) => false,
                Err(_) => {
                    let _ = cx.take_exception();
                    namespace
                }
            };
            if !visible {
                continue;
            }
            shown += 1;
            if shown > MAX_PROPERTIES {
                continue;
            }
            let label = key_text(cx, k);
            let label = if of_error { format!("[{label}]") } else { label };
            let value = self.property_text(cx, o, key, depth, indent);
            items.push(format!("{label}: {value}"));
        }
        if shown > MAX_PROPERTIES {
            items.push(format!("... {} more properties", shown - MAX_PROPERTIES));
        }
    }
}

/// How deep brackets nest in the items, counted as levels of objects.
fn levels(items: &[String]) -> usize {
    let depth = |text: &String| {
        let (mut now, mut most) = (0usize, 0usize);
        for c in text.chars() {
            match c {
                '{' => {
                    now += 1;
                    most = most.max(now);
                }
                '}' => now = now.saturating_sub(1),
                _ => {}
            }
        }
        most
    };
    items.iter().map(depth).max().unwrap_or(0)
}

fn note_rest(items: &mut Vec<String>, count: usize) {
    if count > MAX_ITEMS {
        let rest = count - MAX_ITEMS;
        items.push(format!("... {rest} more item{}", if rest == 1 { "" } else { "s" }));
    }
}

/// A property key as an object literal would have it.
fn key_text(cx: &mut Isolate, key: Value) -> String {
    if let Some(s) = key.try_as::<SymbolRef>() {
        return format!("[{}]", cx.describe_symbol(s));
    }
    let Some(s) = key.try_as::<StringRef>() else { return primitive(cx, key) };
    let text = strings::to_rust(cx, s);
    let first = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '$';
    let plain = text.starts_with(first) && text.chars().all(|c| first(c) || c.is_ascii_digit());
    let number = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    if plain || number { text } else { primitive(cx, key) }
}

fn kind_name(o: ObjectRef) -> &'static str {
    match o.kind() {
        CellKind::MapObject => "Map",
        CellKind::SetObject => "Set",
        CellKind::Array => "Array",
        CellKind::Promise => "Promise",
        CellKind::ArrayBuffer => "ArrayBuffer",
        CellKind::TypedArray => "TypedArray",
        _ => "Object",
    }
}

/// Name of the constructor of the nearest prototype that has one; None when there is no prototype.
fn class_name(cx: &mut Isolate, o: ObjectRef) -> Option<String> {
    let names = cx.realm.names;
    let mut at = Some(o);
    for _ in 0..1000 {
        let o = at.filter(|o| !is_proxy(*o))?;
        let constructor = match cx.get_own_property(o, names.constructor) {
            Ok(p) => p.and_then(|p| p.value_if_data()),
            Err(_) => {
                let _ = cx.take_exception();
                None
            }
        };
        if let Some(f) = constructor.filter(|c| cx.is_callable(*c)).and_then(|c| c.try_as::<ObjectRef>())
            && let Some(name) = cx.data_property_text(f, names.name)
            && !name.is_empty()
        {
            return Some(name);
        }
        at = cx.prototype_of(o).try_as();
    }
    None
}

/// `Symbol.toStringTag` when it says something else than the class.
fn tag(cx: &mut Isolate, o: ObjectRef, class: &Option<String>) -> Option<String> {
    let key = PropertyKey::Name(cx.realm.symbols.to_string_tag.get().into());
    let tag = cx.data_property_text(o, key)?;
    (!tag.is_empty() && class.as_deref() != Some(&tag)).then_some(tag)
}

/// Text of objects that are not lists of entries or properties.
fn base(cx: &mut Isolate, o: ObjectRef, class: &Option<String>) -> Option<String> {
    match o.kind() {
        CellKind::Function | CellKind::BoundFunction => Some(function_text(cx, o, class)),
        CellKind::Error => Some(error_text(cx, o)),
        CellKind::RegExp => {
            let source = strings::to_rust(cx, tierproof_runtime::regexp::source_of(o));
            let flags = crate::regexp::flags_text(cx, tierproof_runtime::regexp::flags_of(o));
            Some(format!("/{source}/{}", strings::to_rust(cx, flags)))
        }
        CellKind::Date => Some(crate::date::iso_text(o).unwrap_or_else(|| "Invalid Date".into())),
        CellKind::PrimitiveWrapper => {
            let v = o.internal(0);
            let kind = match () {
                () if v.is_string() => "String",
                () if v.is_symbol() => "Symbol",
                () if v.is_bigint() => "BigInt",
                () if v.is_boolean() => "Boolean",
                () => "Number",
            };
            Some(format!("[{kind}: {}]", primitive(cx, v)))
        }
        _ => None,
    }
}

fn error_text(cx: &mut Isolate, o: ObjectRef) -> String {
    let key = cx.realm.names.stack;
    match cx.data_property_text(o, key).filter(|s| !s.is_empty()) {
        Some(stack) => stack,
        None => format!("[{}]", cx.error_header(o)),
    }
}

fn function_text(cx: &mut Isolate, o: ObjectRef, class: &Option<String>) -> String {
    let names = cx.realm.names;
    let name = cx.data_property_text(o, names.name).unwrap_or_default();
    let data = Value::from(o).try_as::<FunctionRef>().map(|f| f.function_data());
    let is_class = data.is_some_and(|d| function::flags(d) & data_flags::CLASS_CONSTRUCTOR != 0);
    if is_class {
        let parent = cx.prototype_of(o).try_as::<ObjectRef>();
        let parent = parent.and_then(|p| cx.data_property_text(p, names.name)).filter(|n| !n.is_empty());
        let name = if name.is_empty() { "(anonymous)".into() } else { name };
        return match parent {
            Some(p) => format!("[class {name} extends {p}]"),
            None => format!("[class {name}]"),
        };
    }
    let kind = match data.map(function::flow) {
        Some(Flow::Generator) => "GeneratorFunction",
        Some(Flow::Async) => "AsyncFunction",
        Some(Flow::AsyncGenerator) => "AsyncGeneratorFunction",
        _ => "Function",
    };
    let no_prototype = if class.is_none() { " (null prototype)" } else { "" };
    match name.is_empty() {
        true => format!("[{kind}{no_prototype} (anonymous)]"),
        false => format!("[{kind}{no_prototype}: {name}]"),
    }
}
