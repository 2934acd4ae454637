//! Values as text for people, in the form that node has made familiar: `{ a: [ 1, 'x' ], f: [Function: f] }`.
//! `console.log`, the REPL and reports of uncaught exceptions use it. It runs no JavaScript: getters are
//! named, not called, and of a Proxy the target is shown.

mod layout;
mod objects;

use tierproof_heap::{BigIntRef, ObjectRef, StringRef, SymbolRef, Value};
use tierproof_runtime::{Isolate, strings};

/// Levels of nested objects that are shown.
const DEPTH: usize = 2;
/// Elements of an array, and entries of a Map or Set, that are shown.
const MAX_ITEMS: usize = 100;
/// Properties of one object that are shown.
const MAX_PROPERTIES: usize = 1000;
/// UTF-16 units of a string inside an object that are shown.
const MAX_STRING: usize = 10_000;
/// Objects shown in all; beyond, only their class is named.
const MAX_OBJECTS: usize = 4000;

/// The value's text; strings are quoted.
pub fn inspect(cx: &mut Isolate, v: Value) -> String {
    let mut walk = objects::Walk::new(cx);
    walk.value(cx, v, 0, 0)
}

/// The values' texts, joined by spaces; strings stand for themselves.
pub fn inspect_all(cx: &mut Isolate, values: impl Iterator<Item = Value>) -> String {
    let mut out = String::new();
    for (i, v) in values.enumerate() {
        if i > 0 {
            out.push(' ');
        }
        match v.try_as::<StringRef>() {
            Some(s) => out.push_str(&strings::to_rust(cx, s)),
            None => out.push_str(&inspect(cx, v)),
        }
    }
    out
}

/// Text of anything but an object.
fn primitive(cx: &mut Isolate, v: Value) -> String {
    if let Some(s) = v.try_as::<StringRef>() {
        return quoted(cx, s);
    }
    if let Some(s) = v.try_as::<SymbolRef>() {
        return cx.describe_symbol(s);
    }
    if v.is_number() && v.as_number() == 0.0 && v.as_number().is_sign_negative() {
        return "-0".into();
    }
    let suffix = if v.try_as::<BigIntRef>().is_some() { "n" } else { "" };
    debug_assert!(v.try_as::<ObjectRef>().is_none());
    match cx.to_rust_string(v) {
        Ok(text) => text + suffix,
        Err(_) => "<too long>".into(),
    }
}

/// The string in quotes of a kind that does not occur in it, if there is one.
fn quoted(cx: &mut Isolate, s: StringRef) -> String {
    let units = strings::units(cx, s);
    let has = |c: char| units.iter().any(|u| u == c as u16);
    let quote = match (has('\''), has('"'), has('`')) {
        (false, ..) => '\'',
        (_, false, _) => '"',
        (_, _, false) => '`',
        _ => '\'',
    };
    let mut out = String::from(quote);
    let shown = units.len().min(MAX_STRING);
    for c in char::decode_utf16(units.slice(0, shown).iter()) {
        match c {
            Ok('\n') => out.push_str("\\n"),
            Ok('\t') => out.push_str("\\t"),
            Ok('\r') => out.push_str("\\r"),
            Ok('\u{8}') => out.push_str("\\b"),
            Ok('\u{c}') => out.push_str("\\f"),
            Ok('\u{b}') => out.push_str("\\v"),
            Ok('\\') => out.push_str("\\\\"),
            Ok(c) if c == quote => out.extend(['\\', c]),
            Ok(c) if (c as u32) < 0x20 || (0x7f..=0x9f).contains(&(c as u32)) => {
                out.push_str(&format!("\\x{:02X}", c as u32));
            }
            Ok(c) => out.push(c),
            Err(lone) => out.push_str(&format!("\\u{:04X}", lone.unpaired_surrogate())),
        }
    }
    out.push(quote);
    if units.len() > shown {
        out.push_str(&format!("... {} more characters", units.len() - shown));
    }
    out
}
