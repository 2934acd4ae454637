//! [RegExp Objects](https://tc39.es/ecma262/#sec-regexp-regular-expression-objects): constructor, flags and
//! `exec`. The protocol methods are in `regexp_symbol`, the legacy statics in `regexp_legacy`.

use tierproof_heap::{ObjectRef, StringRef, TaggedArrayRef, Value};
use tierproof_regexp::{Captures, Flags, Program};
use tierproof_runtime::convert::to_boolean;
use tierproof_runtime::regexp::{as_regexp, flags_of, source_of};
use tierproof_runtime::strings::{self, Units};
use tierproof_runtime::{Args, Isolate, JsResult, List};

use crate::install::{self, Accessor, Row, incompatible};
use crate::string::is_regexp;
use crate::string_builder::StringBuilder;

const STATICS: &[Row] = &[("escape", 1, escape)];
const METHODS: &[Row] =
    &[("exec", 1, exec), ("compile", 2, compile), ("test", 1, test), ("toString", 0, to_string)];
const ACCESSORS: &[Accessor] = &[
    ("dotAll", |cx, a| flag(cx, a, Flags::DOT_ALL, "dotAll"), None),
    ("flags", flags, None),
    ("global", |cx, a| flag(cx, a, Flags::GLOBAL, "global"), None),
    ("hasIndices", |cx, a| flag(cx, a, Flags::HAS_INDICES, "hasIndices"), None),
    ("ignoreCase", |cx, a| flag(cx, a, Flags::IGNORE_CASE, "ignoreCase"), None),
    ("multiline", |cx, a| flag(cx, a, Flags::MULTILINE, "multiline"), None),
    ("source", source, None),
    ("sticky", |cx, a| flag(cx, a, Flags::STICKY, "sticky"), None),
    ("unicode", |cx, a| flag(cx, a, Flags::UNICODE, "unicode"), None),
    ("unicodeSets", |cx, a| flag(cx, a, Flags::UNICODE_SETS, "unicodeSets"), None),
];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.regexp_prototype;
    let c = install::constructor(cx, ("RegExp", 2, regexp), p);
    cx.realm.regexp_constructor = c.into();
    install::methods(cx, c.object(), STATICS);
    install::accessors(cx, c.object(), &[("@@species", install::species, None)]);
    crate::regexp_legacy::install(cx, c.object());
    install::methods(cx, p, METHODS);
    crate::regexp_symbol::install(cx, p);
    install::accessors(cx, p, ACCESSORS);
    cx.realm.regexp_exec = install::own_named(cx, p, "exec");
    let shape = cx.plain_regexp_shape();
    cx.realm.regexp_shape = shape;
    cx.realm.regexp_prototype_shape = tierproof_runtime::ShapeId(p.shape());
}

/// Whether a RegExp and its prototype are as they were made, so that nothing of the program's is called.
pub fn is_pristine(cx: &Isolate, v: Value) -> Option<ObjectRef> {
    let r = as_regexp(v)?;
    let untouched = r.shape() == cx.realm.regexp_shape.0
        && cx.realm.regexp_prototype.shape() == cx.realm.regexp_prototype_shape.0
        && cx.regexp_last_index(r).is_number();
    untouched.then_some(r)
}

/// [RegExp](https://tc39.es/ecma262/#sec-regexp-pattern-flags)
fn regexp(cx: &mut Isolate, args: Args) -> JsResult {
    let (pattern, flags) = (args.get(0), args.get(1));
    let like = is_regexp(cx, pattern)?;
    let mut target = args.new_target();
    if !args.is_construct() {
        target = args.callee().into();
        if like && flags.is_undefined() {
            let key = cx.realm.names.constructor;
            if cx.get_value(pattern, key)? == target {
                return Ok(pattern);
            }
        }
    }
    let (source, flags) = if let Some(r) = as_regexp(pattern) {
        let text = if flags.is_undefined() { flags_text(cx, flags_of(r)).into() } else { flags };
        (source_of(r).into(), text)
    } else if like {
        let key = cx.key("source");
        let source = cx.get_value(pattern, key)?;
        let key = cx.key("flags");
        let flags = if flags.is_undefined() { cx.get_value(pattern, key)? } else { flags };
        (source, flags)
    } else {
        (pattern, flags)
    };
    let fallback = cx.realm.regexp_prototype;
    let p = cx.prototype_from_constructor(target, fallback)?;
    let r = cx.regexp_alloc(p);
    initialize(cx, r, source, flags)?;
    Ok(r.into())
}

fn initialize(cx: &mut Isolate, r: ObjectRef, source: Value, flags: Value) -> JsResult<()> {
    let empty = cx.realm.strings.empty();
    let source = if source.is_undefined() { empty } else { cx.to_string(source)? };
    let flags = if flags.is_undefined() { empty } else { cx.to_string(flags)? };
    cx.regexp_initialize(r, source, flags)
}

pub fn flags_text(cx: &mut Isolate, f: Flags) -> StringRef {
    let letters: Vec<u8> =
        Flags::LETTERS.bytes().enumerate().filter(|(i, _)| f.0 >> i & 1 != 0).map(|(_, l)| l).collect();
    cx.string_latin1(&letters)
}

/// [RegExp.prototype.compile](https://tc39.es/ecma262/#sec-regexp.prototype.compile)
fn compile(cx: &mut Isolate, args: Args) -> JsResult {
    let r = this_regexp(cx, args, "RegExp.prototype.compile")?;
    let (pattern, flags) = (args.get(0), args.get(1));
    if let Some(other) = as_regexp(pattern) {
        if !flags.is_undefined() {
            return Err(cx.type_error("Invalid flags argument to RegExp.prototype.compile"));
        }
        let flags = flags_text(cx, flags_of(other));
        initialize(cx, r, source_of(other).into(), flags.into())?;
    } else {
        initialize(cx, r, pattern, flags)?;
    }
    Ok(r.into())
}

fn this_regexp(cx: &mut Isolate, args: Args, method: &str) -> JsResult<ObjectRef> {
    as_regexp(args.this()).ok_or_else(|| incompatible(cx, method, args.this()))
}
pub fn this_object(cx: &mut Isolate, args: Args, method: &str) -> JsResult<ObjectRef> {
    args.this().try_as::<ObjectRef>().ok_or_else(|| incompatible(cx, method, args.this()))
}

/// [RegExp.escape](https://tc39.es/ecma262/#sec-regexp.escape)
fn escape(cx: &mut Isolate, args: Args) -> JsResult {
    let Some(s) = args.get(0).try_as::<StringRef>() else {
        return Err(cx.type_error("RegExp.escape requires a string"));
    };
    let u = strings::units(cx, s);
    let mut out = StringBuilder::default();
    for (i, c) in char::decode_utf16(u.iter()).enumerate() {
        match c {
            Err(lone) => out.push_ascii(&format!("\\u{:04x}", lone.unpaired_surrogate())),
            Ok(c) if i == 0 && c.is_ascii_alphanumeric() => out.push_ascii(&format!("\\x{:02x}", c as u32)),
            Ok(c) if "^$\\.*+?()[]{}|/".contains(c) => {
                out.push_unit(b'\\' as u16);
                out.push_unit(c as u16);
            }
            Ok('\t') => out.push_ascii("\\t"),
            Ok('\n') => out.push_ascii("\\n"),
            Ok('\u{b}') => out.push_ascii("\\v"),
            Ok('\u{c}') => out.push_ascii("\\f"),
            Ok('\r') => out.push_ascii("\\r"),
            Ok(c)
                if ",-=<>#&!%:;@~'`\"".contains(c)
                    || (c as u32) < 0x10000 && tierproof_runtime::convert::is_white_space(c as u16) =>
            {
                let c = c as u32;
                out.push_ascii(&if c < 256 { format!("\\x{c:02x}") } else { format!("\\u{c:04x}") });
            }
            Ok(c) => out.push_units(Units::Two(c.encode_utf16(&mut [0; 2]))),
        }
    }
    Ok(out.finish(cx)?.into())
}

/// Getters of the single flags.
fn flag(cx: &mut Isolate, args: Args, bit: u8, name: &str) -> JsResult {
    if let Some(r) = as_regexp(args.this()) {
        return Ok(Value::from_bool(flags_of(r).has(bit)));
    }
    if args.this() == Value::from(cx.realm.regexp_prototype) {
        return Ok(Value::UNDEFINED);
    }
    Err(incompatible(cx, &format!("get RegExp.prototype.{name}"), args.this()))
}

/// [get RegExp.prototype.flags](https://tc39.es/ecma262/#sec-get-regexp.prototype.flags)
fn flags(cx: &mut Isolate, args: Args) -> JsResult {
    const NAMES: [&str; 8] =
        ["hasIndices", "global", "ignoreCase", "multiline", "dotAll", "unicode", "unicodeSets", "sticky"];
    let o = this_object(cx, args, "get RegExp.prototype.flags")?;
    let mut f = 0;
    for (i, name) in NAMES.into_iter().enumerate() {
        let key = cx.key(name);
        let v = cx.get_of(o, key)?;
        f |= (to_boolean(v) as u8) << i;
    }
    Ok(flags_text(cx, Flags(f)).into())
}

/// [get RegExp.prototype.source](https://tc39.es/ecma262/#sec-get-regexp.prototype.source)
fn source(cx: &mut Isolate, args: Args) -> JsResult {
    let Some(r) = as_regexp(args.this()) else {
        if args.this() == Value::from(cx.realm.regexp_prototype) {
            return Ok(cx.string("(?:)").into());
        }
        return Err(incompatible(cx, "get RegExp.prototype.source", args.this()));
    };
    let s = source_of(r);
    if s.is_empty() {
        return Ok(cx.string("(?:)").into());
    }
    // [EscapeRegExpPattern](https://tc39.es/ecma262/#sec-escaperegexppattern)
    let u = strings::units(cx, s);
    let mut out = StringBuilder::default();
    let (mut escaped, mut class) = (false, false);
    for c in u.iter() {
        let newline = match c {
            10 => "n",
            13 => "r",
            0x2028 => "u2028",
            0x2029 => "u2029",
            _ => "",
        };
        if !newline.is_empty() {
            if !escaped {
                out.push_unit(b'\\' as u16);
            }
            out.push_ascii(newline);
            escaped = false;
            continue;
        }
        match u8::try_from(c).unwrap_or(0) {
            _ if escaped => {}
            b'[' => class = true,
            b']' => class = false,
            b'/' if !class => out.push_unit(b'\\' as u16),
            _ => {}
        }
        escaped = c == b'\\' as u16 && !escaped;
        out.push_unit(c);
    }
    Ok(out.finish(cx)?.into())
}

/// [RegExp.prototype.toString](https://tc39.es/ecma262/#sec-regexp.prototype.tostring)
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_object(cx, args, "RegExp.prototype.toString")?;
    let mut text: StringRef = cx.string("/");
    for name in ["source", "flags"] {
        let key = cx.key(name);
        let v = cx.get_of(o, key)?;
        let part = cx.to_string(v)?;
        text = cx.concat(text, part)?;
        if name == "source" {
            let slash = cx.string("/");
            text = cx.concat(text, slash)?;
        }
    }
    Ok(text.into())
}

/// [RegExpBuiltinExec](https://tc39.es/ecma262/#sec-regexpbuiltinexec) up to the match itself.
fn builtin_match(cx: &mut Isolate, r: ObjectRef, s: StringRef) -> JsResult<Option<Captures>> {
    let last = cx.regexp_last_index(r);
    let mut last = cx.to_length(last)?;
    let flags = flags_of(r);
    let keeps = flags.has(Flags::GLOBAL | Flags::STICKY);
    if !keeps {
        last = 0;
    }
    if last > s.len() as u64 {
        if keeps {
            cx.regexp_set_last_index(r, Value::smi(0))?;
        }
        return Ok(None);
    }
    let program = cx.program_of(r)?;
    let captures = cx.regexp_match(&program, s, last as usize, program.is_sticky())?;
    match &captures {
        None if keeps => cx.regexp_set_last_index(r, Value::smi(0))?,
        Some(c) => {
            if keeps {
                let end = c[0].map_or(0, |r| r.1);
                cx.regexp_set_last_index(r, Value::smi(end as i32))?;
            }
            crate::regexp_legacy::note(cx, s, c);
        }
        None => {}
    }
    Ok(captures)
}

/// The substring of a group, undefined when it took no part.
pub fn group_value(cx: &mut Isolate, s: StringRef, range: Option<(u32, u32)>) -> Value {
    match range {
        Some((from, to)) => cx.substring(s, from as usize, to as usize).into(),
        None => Value::UNDEFINED,
    }
}

/// The array that `exec` returns.
pub fn result_array(cx: &mut Isolate, program: &Program, s: StringRef, captures: &Captures) -> JsResult {
    let mut values = List::with_capacity(cx, captures.len());
    for &range in captures {
        let v = group_value(cx, s, range);
        values.push(cx, v);
    }
    let names = cx.realm.names;
    let start = captures[0].map_or(0, |r| r.0);
    let groups = named_groups(cx, program, |cx, i| Ok(group_value(cx, s, captures[i])))?;
    let a = values.into_array(cx).object();
    for (key, v) in [(names.index, Value::smi(start as i32)), (names.input, s.into()), (names.groups, groups)]
    {
        cx.create_data_property(a, key, v)?;
    }
    if program.flags.has(Flags::HAS_INDICES) {
        let indices = indices_array(cx, program, captures)?;
        let key = cx.key("indices");
        cx.create_data_property(a, key, indices)?;
    }
    Ok(a.into())
}

/// The object of named groups, undefined when there are no names.
pub fn named_groups(
    cx: &mut Isolate,
    program: &Program,
    mut value: impl FnMut(&mut Isolate, usize) -> JsResult,
) -> JsResult {
    if program.names.is_empty() {
        return Ok(Value::UNDEFINED);
    }
    let o = cx.new_object(Value::NULL);
    for (name, groups) in &program.names {
        let mut v = Value::UNDEFINED;
        for &g in groups {
            v = value(cx, g as usize)?;
            if !v.is_undefined() {
                break;
            }
        }
        let name = cx.string_units(name);
        let key = cx.key_from_string(name);
        cx.create_data_property(o, key, v)?;
    }
    Ok(o.into())
}

/// [MakeMatchIndicesIndexPairArray](https://tc39.es/ecma262/#sec-makematchindicesindexpairarray)
fn indices_array(cx: &mut Isolate, program: &Program, captures: &Captures) -> JsResult {
    let mut pairs = List::with_capacity(cx, captures.len());
    for range in captures {
        let v = match *range {
            Some((from, to)) => cx.new_array(&[Value::smi(from as i32), Value::smi(to as i32)]).into(),
            None => Value::UNDEFINED,
        };
        pairs.push(cx, v);
    }
    let groups = named_groups(cx, program, |_, i| Ok(pairs.get(i)))?;
    let a = pairs.into_array(cx).object();
    let key = cx.realm.names.groups;
    cx.create_data_property(a, key, groups)?;
    Ok(a.into())
}

fn builtin_exec(cx: &mut Isolate, r: ObjectRef, s: StringRef) -> JsResult {
    match builtin_match(cx, r, s)? {
        None => Ok(Value::NULL),
        Some(c) => {
            let program = cx.program_of(r)?;
            result_array(cx, &program, s, &c)
        }
    }
}

/// [RegExpExec](https://tc39.es/ecma262/#sec-regexpexec)
pub fn regexp_exec(cx: &mut Isolate, r: ObjectRef, s: StringRef) -> JsResult {
    let key = cx.key("exec");
    let f = cx.get_of(r, key)?;
    if cx.is_callable(f) && f != cx.realm.regexp_exec {
        let v = cx.call(f, r.into(), &[s.into()])?;
        if v.is_object() || v.is_null() {
            return Ok(v);
        }
        return Err(cx.type_error("object null is not a function"));
    }
    match as_regexp(r.into()) {
        Some(r) => builtin_exec(cx, r, s),
        None => Err(incompatible(cx, "RegExp.prototype.exec", r.into())),
    }
}

/// [RegExp.prototype.exec](https://tc39.es/ecma262/#sec-regexp.prototype.exec)
fn exec(cx: &mut Isolate, args: Args) -> JsResult {
    let r = this_regexp(cx, args, "RegExp.prototype.exec")?;
    let s = cx.to_string(args.get(0))?;
    builtin_exec(cx, r, s)
}

/// [RegExp.prototype.test](https://tc39.es/ecma262/#sec-regexp.prototype.test)
fn test(cx: &mut Isolate, args: Args) -> JsResult {
    let r = this_object(cx, args, "RegExp.prototype.test")?;
    let s = cx.to_string(args.get(0))?;
    if let Some(r) = is_pristine(cx, r.into()) {
        return Ok(Value::from_bool(builtin_match(cx, r, s)?.is_some()));
    }
    let v = regexp_exec(cx, r, s)?;
    Ok(Value::from_bool(!v.is_null()))
}

/// A RegExp made by a String method: [RegExpCreate](https://tc39.es/ecma262/#sec-regexpcreate).
pub fn create(cx: &mut Isolate, pattern: Value, flags: &str) -> JsResult<ObjectRef> {
    let p = cx.realm.regexp_prototype;
    let r = cx.regexp_alloc(p);
    let flags = cx.string(flags);
    initialize(cx, r, pattern, flags.into())?;
    Ok(r)
}

/// Words of the last match of the realm: the string, then start and end of ten groups, the last group's number.
pub fn legacy_words(cx: &Isolate) -> TaggedArrayRef {
    cx.realm.regexp_legacy.cast()
}
