//! [String Objects](https://tc39.es/ecma262/#sec-string-objects).

use icu_normalizer::{ComposingNormalizer, DecomposingNormalizer};
use tierproof_heap::{CellKind, ObjectRef, StringRef, SymbolRef, Value};
use tierproof_runtime::convert::{self, to_boolean};
use tierproof_runtime::strings::{self, MAX_LENGTH, Units};
use tierproof_runtime::{Args, Isolate, JsResult, List};

use crate::install::{self, Row, incompatible};
use crate::regexp_symbol::{Substitution, substitute};
use crate::string_builder::StringBuilder;

const STATICS: &[Row] =
    &[("fromCharCode", 1, from_char_code), ("fromCodePoint", 1, from_code_point), ("raw", 1, raw)];

const METHODS: &[Row] = &[
    ("at", 1, at),
    ("charAt", 1, char_at),
    ("charCodeAt", 1, char_code_at),
    ("codePointAt", 1, code_point_at),
    ("concat", 1, concat),
    ("endsWith", 1, ends_with),
    ("includes", 1, includes),
    ("indexOf", 1, index_of),
    ("isWellFormed", 0, is_well_formed),
    ("lastIndexOf", 1, last_index_of),
    ("localeCompare", 1, locale_compare),
    ("match", 1, match_),
    ("matchAll", 1, match_all),
    ("normalize", 0, normalize),
    ("padEnd", 1, pad_end),
    ("padStart", 1, pad_start),
    ("repeat", 1, repeat),
    ("replace", 2, replace),
    ("replaceAll", 2, replace_all),
    ("search", 1, search),
    ("slice", 2, slice),
    ("split", 2, split),
    ("startsWith", 1, starts_with),
    ("substr", 2, substr),
    ("substring", 2, substring),
    ("toLocaleLowerCase", 0, to_lower_case),
    ("toLocaleUpperCase", 0, to_upper_case),
    ("toLowerCase", 0, to_lower_case),
    ("toString", 0, to_string),
    ("toUpperCase", 0, to_upper_case),
    ("toWellFormed", 0, to_well_formed),
    ("trim", 0, trim),
    ("trimEnd", 0, trim_end),
    ("trimStart", 0, trim_start),
    ("valueOf", 0, value_of),
    ("@@iterator", 0, iterator),
];

macro_rules! html_methods {
    ($($function:ident $name:literal $tag:literal $attribute:literal $length:literal;)*) => {
        $(#[doc = concat!("[String.prototype.", $name, "](https://tc39.es/ecma262/#sec-string.prototype.", $name, ")")]
        fn $function(cx: &mut Isolate, args: Args) -> JsResult { html(cx, args, $name, $tag, $attribute) })*
        const HTML: &[Row] = &[$(($name, $length, $function)),*];
    };
}
html_methods! {
    anchor "anchor" "a" "name" 1;
    big "big" "big" "" 0;
    blink "blink" "blink" "" 0;
    bold "bold" "b" "" 0;
    fixed "fixed" "tt" "" 0;
    font_color "fontcolor" "font" "color" 1;
    font_size "fontsize" "font" "size" 1;
    italics "italics" "i" "" 0;
    link "link" "a" "href" 1;
    small "small" "small" "" 0;
    strike "strike" "strike" "" 0;
    sub "sub" "sub" "" 0;
    sup "sup" "sup" "" 0;
}

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.string_prototype;
    let c = install::constructor(cx, ("String", 1, string), p);
    install::methods(cx, c.object(), STATICS);
    install::value(cx, p, "length", Value::smi(0), 0);
    install::methods(cx, p, METHODS);
    install::alias(cx, p, "trimLeft", "trimStart");
    install::alias(cx, p, "trimRight", "trimEnd");
    install::methods(cx, p, HTML);
}

/// [String](https://tc39.es/ecma262/#sec-string-constructor-string-value)
fn string(cx: &mut Isolate, args: Args) -> JsResult {
    let s: StringRef = if args.is_empty() {
        cx.realm.strings.empty()
    } else if let Some(symbol) = args.get(0).try_as::<SymbolRef>()
        && !args.is_construct()
    {
        return Ok(crate::symbol::descriptive_string(cx, symbol)?.into());
    } else {
        cx.to_string(args.get(0))?
    };
    if !args.is_construct() {
        return Ok(s.into());
    }
    let fallback = cx.realm.string_prototype;
    let p = cx.prototype_from_constructor(args.new_target(), fallback)?;
    Ok(cx.new_wrapper(p, s.into()).into())
}

/// [String.fromCharCode](https://tc39.es/ecma262/#sec-string.fromcharcode)
pub(crate) fn from_char_code(cx: &mut Isolate, args: Args) -> JsResult {
    if args.len() == 1 {
        let u = cx.to_uint32(args.get(0))? as u16;
        return Ok(cx.single_character(u).into());
    }
    let mut out = StringBuilder::default();
    for i in 0..args.len() {
        out.push_unit(cx.to_uint32(args.get(i))? as u16);
    }
    Ok(out.finish(cx)?.into())
}

fn push_code_point(out: &mut StringBuilder, c: u32) {
    if c < 0x10000 {
        out.push_unit(c as u16);
    } else {
        let c = c - 0x10000;
        out.push_unit(0xD800 + (c >> 10) as u16);
        out.push_unit(0xDC00 + (c & 0x3FF) as u16);
    }
}

/// [String.fromCodePoint](https://tc39.es/ecma262/#sec-string.fromcodepoint)
fn from_code_point(cx: &mut Isolate, args: Args) -> JsResult {
    let mut out = StringBuilder::default();
    for i in 0..args.len() {
        let n = cx.to_number(args.get(i))?;
        if n != n.trunc() || !(0.0..=1_114_111.0).contains(&n) {
            let text = cx.to_rust_string(args.get(i))?;
            return Err(cx.range_error(&format!("Invalid code point {text}")));
        }
        push_code_point(&mut out, n as u32);
    }
    Ok(out.finish(cx)?.into())
}

/// [String.raw](https://tc39.es/ecma262/#sec-string.raw)
fn raw(cx: &mut Isolate, args: Args) -> JsResult {
    let cooked = cx.to_object(args.get(0))?;
    let key = cx.realm.names.raw;
    let literals = cx.get_of(cooked, key)?;
    let literals = cx.to_object(literals)?;
    let n = cx.length_of(literals)?;
    let mut out = StringBuilder::default();
    for i in 0..n {
        let v = cx.get_index(literals, i)?;
        let s = cx.to_string(v)?;
        out.push_string(cx, s);
        if i + 1 < n && i + 1 < args.len() as u64 {
            let s = cx.to_string(args.get(i as usize + 1))?;
            out.push_string(cx, s);
        }
        if out.overflowed() {
            break;
        }
    }
    Ok(out.finish(cx)?.into())
}

/// RequireObjectCoercible, then ToString of `this`.
#[inline]
fn this_string(cx: &mut Isolate, args: Args, method: &str) -> JsResult<StringRef> {
    match args.this().try_as() {
        Some(s) => Ok(s),
        None => this_string_slow(cx, args.this(), method),
    }
}

#[cold]
fn this_string_slow(cx: &mut Isolate, this: Value, method: &str) -> JsResult<StringRef> {
    if this.is_nullish() {
        return Err(cx.type_error(&format!("String.prototype.{method} called on null or undefined")));
    }
    cx.to_string(this)
}

/// [ThisStringValue](https://tc39.es/ecma262/#sec-thisstringvalue)
fn this_string_value(cx: &mut Isolate, args: Args, method: &str) -> JsResult {
    let v = args.this();
    if v.is_string() {
        return Ok(v);
    }
    if v == Value::from(cx.realm.string_prototype) {
        return Ok(cx.realm.strings.empty().into());
    }
    match v.try_as::<ObjectRef>() {
        Some(o) if o.kind() == CellKind::PrimitiveWrapper && o.internal(0).is_string() => Ok(o.internal(0)),
        _ => Err(incompatible(cx, method, v)),
    }
}

/// [String.prototype.toString](https://tc39.es/ecma262/#sec-string.prototype.tostring)
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    this_string_value(cx, args, "String.prototype.toString")
}

/// [String.prototype.valueOf](https://tc39.es/ecma262/#sec-string.prototype.valueof)
fn value_of(cx: &mut Isolate, args: Args) -> JsResult {
    this_string_value(cx, args, "String.prototype.valueOf")
}

/// Position argument as an index into the string, None when outside.
fn position(cx: &mut Isolate, s: StringRef, v: Value) -> JsResult<Option<usize>> {
    if v.is_smi() {
        let i = v.as_smi();
        return Ok((i >= 0 && (i as usize) < s.len()).then_some(i as usize));
    }
    let n = cx.to_integer(v)?;
    Ok((n >= 0.0 && n < s.len() as f64).then_some(n as usize))
}

/// [String.prototype.at](https://tc39.es/ecma262/#sec-string.prototype.at)
fn at(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "at")?;
    let n = cx.to_integer(args.get(0))?;
    let k = if n >= 0.0 { n } else { s.len() as f64 + n };
    if k < 0.0 || k >= s.len() as f64 {
        return Ok(Value::UNDEFINED);
    }
    let u = cx.char_at(s, k as usize);
    Ok(cx.single_character(u).into())
}

/// [String.prototype.charAt](https://tc39.es/ecma262/#sec-string.prototype.charat)
pub(crate) fn char_at(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "charAt")?;
    match position(cx, s, args.get(0))? {
        Some(i) => {
            let u = cx.char_at(s, i);
            Ok(cx.single_character(u).into())
        }
        None => Ok(cx.realm.strings.empty().into()),
    }
}

/// [String.prototype.charCodeAt](https://tc39.es/ecma262/#sec-string.prototype.charcodeat)
pub(crate) fn char_code_at(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "charCodeAt")?;
    match position(cx, s, args.get(0))? {
        Some(i) => Ok(Value::smi(cx.char_at(s, i) as i32)),
        None => Ok(Value::number(f64::NAN)),
    }
}

/// [CodePointAt](https://tc39.es/ecma262/#sec-codepointat): code point and number of units.
pub fn code_point(u: Units, i: usize) -> (u32, usize) {
    let first = u.at(i) as u32;
    if (0xD800..0xDC00).contains(&first) && i + 1 < u.len() {
        let second = u.at(i + 1) as u32;
        if (0xDC00..0xE000).contains(&second) {
            return (0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00), 2);
        }
    }
    (first, 1)
}

/// [String.prototype.codePointAt](https://tc39.es/ecma262/#sec-string.prototype.codepointat)
fn code_point_at(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "codePointAt")?;
    match position(cx, s, args.get(0))? {
        Some(i) => Ok(Value::smi(code_point(strings::units(cx, s), i).0 as i32)),
        None => Ok(Value::UNDEFINED),
    }
}

/// [String.prototype.concat](https://tc39.es/ecma262/#sec-string.prototype.concat)
fn concat(cx: &mut Isolate, args: Args) -> JsResult {
    let mut s = this_string(cx, args, "concat")?;
    for i in 0..args.len() {
        let next = cx.to_string(args.get(i))?;
        s = cx.concat(s, next)?;
    }
    Ok(s.into())
}

/// [IsRegExp](https://tc39.es/ecma262/#sec-isregexp)
pub fn is_regexp(cx: &mut Isolate, v: Value) -> JsResult<bool> {
    let Some(o) = v.try_as::<ObjectRef>() else { return Ok(false) };
    let key = cx.realm.symbols.match_.key();
    let matcher = cx.get_of(o, key)?;
    if !matcher.is_undefined() {
        return Ok(to_boolean(matcher));
    }
    Ok(o.kind() == CellKind::RegExp)
}

/// The search string of a method that refuses regular expressions.
fn plain_search(cx: &mut Isolate, v: Value, method: &str) -> JsResult<StringRef> {
    if is_regexp(cx, v)? {
        return Err(cx.type_error(&format!(
            "First argument to String.prototype.{method} must not be a regular expression"
        )));
    }
    cx.to_string(v)
}

/// A position argument clamped to the string.
fn clamped(cx: &mut Isolate, v: Value, len: usize, default: usize) -> JsResult<usize> {
    if v.is_undefined() {
        return Ok(default);
    }
    Ok(cx.to_integer(v)?.clamp(0.0, len as f64) as usize)
}

/// [String.prototype.endsWith](https://tc39.es/ecma262/#sec-string.prototype.endswith)
fn ends_with(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "endsWith")?;
    let search = plain_search(cx, args.get(0), "endsWith")?;
    let end = clamped(cx, args.get(1), s.len(), s.len())?;
    if search.len() > end {
        return Ok(Value::FALSE);
    }
    let (u, v) = (strings::units(cx, s), strings::units(cx, search));
    Ok(Value::from_bool(u.slice(end - v.len(), end) == v))
}

/// [String.prototype.startsWith](https://tc39.es/ecma262/#sec-string.prototype.startswith)
fn starts_with(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "startsWith")?;
    let search = plain_search(cx, args.get(0), "startsWith")?;
    let start = clamped(cx, args.get(1), s.len(), 0)?;
    if start + search.len() > s.len() {
        return Ok(Value::FALSE);
    }
    let (u, v) = (strings::units(cx, s), strings::units(cx, search));
    Ok(Value::from_bool(u.slice(start, start + v.len()) == v))
}

/// [String.prototype.includes](https://tc39.es/ecma262/#sec-string.prototype.includes)
fn includes(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "includes")?;
    let search = plain_search(cx, args.get(0), "includes")?;
    let start = clamped(cx, args.get(1), s.len(), 0)?;
    let (u, v) = (strings::units(cx, s), strings::units(cx, search));
    Ok(Value::from_bool(u.find(v, start).is_some()))
}

/// [String.prototype.indexOf](https://tc39.es/ecma262/#sec-string.prototype.indexof)
fn index_of(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "indexOf")?;
    let search = cx.to_string(args.get(0))?;
    let start = clamped(cx, args.get(1), s.len(), 0)?;
    let (u, v) = (strings::units(cx, s), strings::units(cx, search));
    Ok(Value::smi(u.find(v, start).map_or(-1, |i| i as i32)))
}

/// [String.prototype.lastIndexOf](https://tc39.es/ecma262/#sec-string.prototype.lastindexof)
fn last_index_of(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "lastIndexOf")?;
    let search = cx.to_string(args.get(0))?;
    let n = cx.to_number(args.get(1))?;
    let (u, v) = (strings::units(cx, s), strings::units(cx, search));
    if v.len() > u.len() {
        return Ok(Value::smi(-1));
    }
    let last = u.len() - v.len();
    let start = if n.is_nan() { last } else { n.trunc().clamp(0.0, last as f64) as usize };
    let found = (0..=start).rev().find(|&i| u.slice(i, i + v.len()) == v);
    Ok(Value::smi(found.map_or(-1, |i| i as i32)))
}

/// The string as canonically equivalent ones have it, for comparison.
fn canonical_form(cx: &mut Isolate, s: StringRef) -> Vec<u16> {
    match strings::units(cx, s) {
        Units::One(b) if b.is_ascii() => b.iter().map(|&b| b as u16).collect(),
        u => {
            let text = String::from_utf16_lossy(&u.iter().collect::<Vec<u16>>());
            DecomposingNormalizer::new_nfd().normalize(&text).encode_utf16().collect()
        }
    }
}

/// [String.prototype.localeCompare](https://tc39.es/ecma262/#sec-string.prototype.localecompare):
/// the one locale orders by code units.
fn locale_compare(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "localeCompare")?;
    let that = cx.to_string(args.get(0))?;
    let (a, b) = (canonical_form(cx, s), canonical_form(cx, that));
    Ok(Value::smi(a.cmp(&b) as i32))
}

/// [String.prototype.isWellFormed](https://tc39.es/ecma262/#sec-string.prototype.iswellformed)
fn is_well_formed(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "isWellFormed")?;
    let well = match strings::units(cx, s) {
        Units::One(_) => true,
        Units::Two(w) => char::decode_utf16(w.iter().copied()).all(|c| c.is_ok()),
    };
    Ok(Value::from_bool(well))
}

/// [String.prototype.toWellFormed](https://tc39.es/ecma262/#sec-string.prototype.towellformed)
fn to_well_formed(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "toWellFormed")?;
    let Units::Two(w) = strings::units(cx, s) else { return Ok(s.into()) };
    let mut out = StringBuilder::default();
    for c in char::decode_utf16(w.iter().copied()) {
        push_code_point(&mut out, c.map_or(0xFFFD, |c| c as u32));
    }
    Ok(out.finish(cx)?.into())
}

/// [StringPad](https://tc39.es/ecma262/#sec-stringpad)
fn pad(cx: &mut Isolate, args: Args, method: &str, start: bool) -> JsResult {
    let s = this_string(cx, args, method)?;
    let width = cx.to_length(args.get(0))?;
    if width <= s.len() as u64 {
        return Ok(s.into());
    }
    let filler = if args.get(1).is_undefined() { cx.string(" ") } else { cx.to_string(args.get(1))? };
    if filler.is_empty() {
        return Ok(s.into());
    }
    if width > MAX_LENGTH as u64 {
        return Err(cx.range_error("Invalid string length"));
    }
    let missing = width as usize - s.len();
    let (u, f) = (strings::units(cx, s), strings::units(cx, filler));
    let mut out = StringBuilder::default();
    if !start {
        out.push_units(u);
    }
    for _ in 0..missing / f.len() {
        out.push_units(f);
    }
    out.push_units(f.slice(0, missing % f.len()));
    if start {
        out.push_units(u);
    }
    Ok(out.finish(cx)?.into())
}

/// [String.prototype.padEnd](https://tc39.es/ecma262/#sec-string.prototype.padend)
fn pad_end(cx: &mut Isolate, args: Args) -> JsResult {
    pad(cx, args, "padEnd", false)
}

/// [String.prototype.padStart](https://tc39.es/ecma262/#sec-string.prototype.padstart)
fn pad_start(cx: &mut Isolate, args: Args) -> JsResult {
    pad(cx, args, "padStart", true)
}

/// [String.prototype.repeat](https://tc39.es/ecma262/#sec-string.prototype.repeat)
fn repeat(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "repeat")?;
    let n = cx.to_integer(args.get(0))?;
    if !(0.0..f64::INFINITY).contains(&n) {
        let text = cx.to_rust_string(args.get(0))?;
        return Err(cx.range_error(&format!("Invalid count value: {text}")));
    }
    if s.is_empty() || n == 0.0 {
        return Ok(cx.realm.strings.empty().into());
    }
    let total = n * s.len() as f64;
    if total > MAX_LENGTH as f64 || !cx.heap.can_allocate(total as usize * 2) {
        return Err(cx.range_error("Invalid string length"));
    }
    let u = strings::units(cx, s);
    let mut out = StringBuilder::default();
    for _ in 0..n as usize {
        out.push_units(u);
    }
    Ok(out.finish(cx)?.into())
}

/// Hands a method with an object argument that has the given symbol's method over to it.
fn delegate(
    cx: &mut Isolate,
    args: Args,
    symbol: tierproof_runtime::PropertyKey,
    method: &str,
) -> JsResult<Option<Value>> {
    if args.this().is_nullish() {
        return Err(cx.type_error(&format!("String.prototype.{method} called on null or undefined")));
    }
    if !args.get(0).is_object() {
        return Ok(None);
    }
    if matches!(method, "replaceAll" | "matchAll") && is_regexp(cx, args.get(0))? {
        let key = cx.key("flags");
        let flags = cx.get_value(args.get(0), key)?;
        if flags.is_nullish() {
            return Err(
                cx.type_error(&format!("String.prototype.{method} called with a non-global RegExp argument"))
            );
        }
        let flags = cx.to_rust_string(flags)?;
        if !flags.contains('g') {
            return Err(cx.type_error(&format!("{method} must be called with a global RegExp")));
        }
    }
    let f = cx.get_method(args.get(0), symbol)?;
    if f.is_undefined() {
        return Ok(None);
    }
    let arguments = [args.this(), args.get(1)];
    let count = if matches!(method, "match" | "matchAll" | "search") { 1 } else { 2 };
    Ok(Some(cx.call(f, args.get(0), &arguments[..count])?))
}

/// The part that `match`, `matchAll` and `search` share: a RegExp from the argument, and its method.
fn with_regexp(
    cx: &mut Isolate,
    args: Args,
    symbol: tierproof_runtime::PropertyKey,
    method: &str,
    flags: &str,
) -> JsResult {
    if let Some(v) = delegate(cx, args, symbol, method)? {
        return Ok(v);
    }
    let s = this_string(cx, args, method)?;
    let r = crate::regexp::create(cx, args.get(0), flags)?;
    cx.invoke_method(r.into(), symbol, &[s.into()])
}

/// [String.prototype.match](https://tc39.es/ecma262/#sec-string.prototype.match)
fn match_(cx: &mut Isolate, args: Args) -> JsResult {
    let key = cx.realm.symbols.match_.key();
    with_regexp(cx, args, key, "match", "")
}

/// [String.prototype.matchAll](https://tc39.es/ecma262/#sec-string.prototype.matchall)
fn match_all(cx: &mut Isolate, args: Args) -> JsResult {
    let key = cx.realm.symbols.match_all.key();
    with_regexp(cx, args, key, "matchAll", "g")
}

/// [String.prototype.search](https://tc39.es/ecma262/#sec-string.prototype.search)
fn search(cx: &mut Isolate, args: Args) -> JsResult {
    let key = cx.realm.symbols.search.key();
    with_regexp(cx, args, key, "search", "")
}

/// [String.prototype.normalize](https://tc39.es/ecma262/#sec-string.prototype.normalize)
fn normalize(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "normalize")?;
    let form = if args.get(0).is_undefined() { "NFC".into() } else { cx.to_rust_string(args.get(0))? };
    let u = strings::units(cx, s);
    let mut out = StringBuilder::default();
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut StringBuilder| {
        let text = match form.as_str() {
            "NFC" => ComposingNormalizer::new_nfc().normalize(run).into_owned(),
            "NFKC" => ComposingNormalizer::new_nfkc().normalize(run).into_owned(),
            "NFD" => DecomposingNormalizer::new_nfd().normalize(run).into_owned(),
            "NFKD" => DecomposingNormalizer::new_nfkd().normalize(run).into_owned(),
            _ => return false,
        };
        run.clear();
        text.encode_utf16().for_each(|c| out.push_unit(c));
        true
    };
    // lone surrogates stay as they are, between the runs that are normalised
    for c in char::decode_utf16(u.iter()) {
        match c {
            Ok(c) => run.push(c),
            Err(lone) => {
                flush(&mut run, &mut out);
                out.push_unit(lone.unpaired_surrogate());
            }
        }
    }
    if !flush(&mut run, &mut out) {
        return Err(cx.range_error("The normalization form should be one of NFC, NFD, NFKC, NFKD."));
    }
    Ok(out.finish(cx)?.into())
}

/// Replaces the matches at the given positions.
fn replace_at(
    cx: &mut Isolate,
    s: StringRef,
    search: StringRef,
    positions: &[usize],
    replacement: Value,
) -> JsResult {
    let functional = cx.is_callable(replacement);
    let none = List::new(cx);
    let mut out = StringBuilder::default();
    let mut end = 0;
    for &at in positions {
        if functional {
            let r =
                cx.call(replacement, Value::UNDEFINED, &[search.into(), Value::smi(at as i32), s.into()])?;
            let r = cx.to_string(r)?;
            let u = strings::units(cx, s);
            out.push_units(u.slice(end, at));
            out.push_string(cx, r);
        } else {
            let u = strings::units(cx, s);
            out.push_units(u.slice(end, at));
            let m = Substitution {
                string: s,
                matched: search,
                position: at,
                captures: &none,
                named: Value::UNDEFINED,
            };
            substitute(cx, &mut out, &m, replacement.cast())?;
        }
        if out.overflowed() {
            break;
        }
        end = at + search.len();
    }
    let u = strings::units(cx, s);
    out.push_units(u.slice(end, u.len()));
    Ok(out.finish(cx)?.into())
}

/// [String.prototype.replace](https://tc39.es/ecma262/#sec-string.prototype.replace)
fn replace(cx: &mut Isolate, args: Args) -> JsResult {
    let key = cx.realm.symbols.replace.key();
    if let Some(v) = delegate(cx, args, key, "replace")? {
        return Ok(v);
    }
    let s = this_string(cx, args, "replace")?;
    let search = cx.to_string(args.get(0))?;
    let replacement = replacement(cx, args.get(1))?;
    let (u, v) = (strings::units(cx, s), strings::units(cx, search));
    match u.find(v, 0) {
        Some(at) => replace_at(cx, s, search, &[at], replacement),
        None => Ok(s.into()),
    }
}

/// A function, or the string it converts to.
fn replacement(cx: &mut Isolate, v: Value) -> JsResult {
    if cx.is_callable(v) { Ok(v) } else { Ok(cx.to_string(v)?.into()) }
}

/// [String.prototype.replaceAll](https://tc39.es/ecma262/#sec-string.prototype.replaceall)
fn replace_all(cx: &mut Isolate, args: Args) -> JsResult {
    let key = cx.realm.symbols.replace.key();
    if let Some(v) = delegate(cx, args, key, "replaceAll")? {
        return Ok(v);
    }
    let s = this_string(cx, args, "replaceAll")?;
    let search = cx.to_string(args.get(0))?;
    let replacement = replacement(cx, args.get(1))?;
    let (u, v) = (strings::units(cx, s), strings::units(cx, search));
    let mut positions = Vec::new();
    let mut from = 0;
    while let Some(at) = u.find(v, from) {
        positions.push(at);
        from = at + v.len().max(1);
    }
    if positions.is_empty() {
        return Ok(s.into());
    }
    replace_at(cx, s, search, &positions, replacement)
}

/// [String.prototype.slice](https://tc39.es/ecma262/#sec-string.prototype.slice)
fn slice(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "slice")?;
    let len = s.len() as u64;
    let from = install::relative(cx, args.get(0), len)?;
    let to = install::relative_or(cx, args.get(1), len, len)?;
    Ok(cx.substring(s, from as usize, to.max(from) as usize).into())
}

/// [String.prototype.substring](https://tc39.es/ecma262/#sec-string.prototype.substring)
fn substring(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "substring")?;
    let from = clamped(cx, args.get(0), s.len(), 0)?;
    let to = clamped(cx, args.get(1), s.len(), s.len())?;
    Ok(cx.substring(s, from.min(to), from.max(to)).into())
}

/// [String.prototype.substr](https://tc39.es/ecma262/#sec-string.prototype.substr)
fn substr(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "substr")?;
    let len = s.len() as u64;
    let from = install::relative(cx, args.get(0), len)?;
    let count = if args.get(1).is_undefined() { len as f64 } else { cx.to_integer(args.get(1))? };
    let to = from + count.clamp(0.0, (len - from) as f64) as u64;
    Ok(cx.substring(s, from as usize, to as usize).into())
}

/// [String.prototype.split](https://tc39.es/ecma262/#sec-string.prototype.split)
fn split(cx: &mut Isolate, args: Args) -> JsResult {
    let key = cx.realm.symbols.split.key();
    if let Some(v) = delegate(cx, args, key, "split")? {
        return Ok(v);
    }
    let s = this_string(cx, args, "split")?;
    let limit = if args.get(1).is_undefined() { u32::MAX } else { cx.to_uint32(args.get(1))? } as usize;
    let separator = cx.to_string(args.get(0))?;
    if limit == 0 {
        return Ok(cx.new_empty_array().into());
    }
    if args.get(0).is_undefined() || (s.is_empty() && !separator.is_empty()) {
        return Ok(cx.new_array(&[s.into()]).into());
    }
    let mut parts = List::new(cx);
    if separator.is_empty() {
        let n = s.len().min(limit);
        if !cx.heap.can_allocate(n * 16) {
            return Err(cx.range_error("Invalid array length"));
        }
        for i in 0..n {
            let u = cx.char_at(s, i);
            let c = cx.single_character(u);
            parts.push(cx, c.into());
        }
        return Ok(parts.into_array(cx).into());
    }
    let mut from = 0;
    loop {
        let (u, v) = (strings::units(cx, s), strings::units(cx, separator));
        let Some(at) = u.find(v, from) else { break };
        let part = cx.substring(s, from, at);
        parts.push(cx, part.into());
        if parts.len() >= limit {
            return Ok(parts.into_array(cx).into());
        }
        from = at + separator.len();
    }
    let part = cx.substring(s, from, s.len());
    parts.push(cx, part.into());
    Ok(parts.into_array(cx).into())
}

/// Maps the well-formed runs of a string and keeps lone surrogates as they are.
fn map_runs(cx: &mut Isolate, w: &[u16], f: impl Fn(&str) -> String) -> JsResult {
    let mut out: Vec<u16> = Vec::with_capacity(w.len());
    let mut run = String::new();
    for c in char::decode_utf16(w.iter().copied()) {
        match c {
            Ok(c) => run.push(c),
            Err(lone) => {
                out.extend(f(&run).encode_utf16());
                run.clear();
                out.push(lone.unpaired_surrogate());
            }
        }
    }
    out.extend(f(&run).encode_utf16());
    Ok(cx.string_checked(&out)?.into())
}

/// [String.prototype.toLowerCase](https://tc39.es/ecma262/#sec-string.prototype.tolowercase)
fn to_lower_case(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "toLowerCase")?;
    match strings::units(cx, s) {
        Units::One(b) => {
            let lower = |b: u8| match b {
                b'A'..=b'Z' | 0xC0..=0xD6 | 0xD8..=0xDE => b + 32,
                _ => b,
            };
            if b.iter().all(|&c| lower(c) == c) {
                return Ok(s.into());
            }
            let out: Vec<u8> = b.iter().map(|&c| lower(c)).collect();
            Ok(cx.string_latin1(&out).into())
        }
        Units::Two(w) => map_runs(cx, w, str::to_lowercase),
    }
}

/// [String.prototype.toUpperCase](https://tc39.es/ecma262/#sec-string.prototype.touppercase)
fn to_upper_case(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "toUpperCase")?;
    match strings::units(cx, s) {
        Units::One(b) if b.iter().all(|c| !matches!(c, 0xB5 | 0xDF | 0xFF)) => {
            let upper = |b: u8| match b {
                b'a'..=b'z' | 0xE0..=0xF6 | 0xF8..=0xFE => b - 32,
                _ => b,
            };
            if b.iter().all(|&c| upper(c) == c) {
                return Ok(s.into());
            }
            let out: Vec<u8> = b.iter().map(|&c| upper(c)).collect();
            Ok(cx.string_latin1(&out).into())
        }
        u => {
            let w: Vec<u16> = u.iter().collect();
            map_runs(cx, &w, str::to_uppercase)
        }
    }
}

fn trimmed(cx: &mut Isolate, args: Args, method: &str, start: bool, end: bool) -> JsResult {
    let s = this_string(cx, args, method)?;
    let (from, to) = convert::trim(strings::units(cx, s), start, end);
    Ok(cx.substring(s, from, to).into())
}

/// [String.prototype.trim](https://tc39.es/ecma262/#sec-string.prototype.trim)
fn trim(cx: &mut Isolate, args: Args) -> JsResult {
    trimmed(cx, args, "trim", true, true)
}

/// [String.prototype.trimEnd](https://tc39.es/ecma262/#sec-string.prototype.trimend)
fn trim_end(cx: &mut Isolate, args: Args) -> JsResult {
    trimmed(cx, args, "trimEnd", false, true)
}

/// [String.prototype.trimStart](https://tc39.es/ecma262/#sec-string.prototype.trimstart)
fn trim_start(cx: &mut Isolate, args: Args) -> JsResult {
    trimmed(cx, args, "trimStart", true, false)
}

/// [String.prototype\[@@iterator\]](https://tc39.es/ecma262/#sec-string.prototype-%symbol.iterator%)
fn iterator(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_string(cx, args, "[Symbol.iterator]")?;
    let p = cx.realm.string_iterator_prototype;
    let shape = cx.root_shape(p.into(), CellKind::StringIterator, 0);
    let it = cx.heap.allocate_object_of(CellKind::StringIterator, shape.0);
    it.set_internal(&mut cx.heap, 0, s.into());
    it.set_internal(&mut cx.heap, 1, Value::smi(0));
    Ok(it.into())
}

/// [CreateHTML](https://tc39.es/ecma262/#sec-createhtml)
fn html(cx: &mut Isolate, args: Args, method: &str, tag: &str, attribute: &str) -> JsResult {
    let s = this_string(cx, args, method)?;
    let mut out = StringBuilder::default();
    out.push_ascii("<");
    out.push_ascii(tag);
    if !attribute.is_empty() {
        let v = cx.to_string(args.get(0))?;
        out.push_ascii(" ");
        out.push_ascii(attribute);
        out.push_ascii("=\"");
        for c in strings::units(cx, v).iter() {
            if c == b'"' as u16 {
                out.push_ascii("&quot;");
            } else {
                out.push_unit(c);
            }
        }
        out.push_ascii("\"");
    }
    out.push_ascii(">");
    out.push_string(cx, s);
    out.push_ascii("</");
    out.push_ascii(tag);
    out.push_ascii(">");
    Ok(out.finish(cx)?.into())
}
