//! The protocol methods of RegExp.prototype (`Symbol.match`, `matchAll`, `replace`, `search`, `split`), and
//! [%RegExpStringIteratorPrototype%](https://tc39.es/ecma262/#sec-%regexpstringiteratorprototype%-object).
//! `regexp` installs them. They look at `exec` and `flags` as specified, unless the RegExp and its
//! prototype are as they were made: then they match directly.

use tierproof_heap::{ObjectRef, StringRef, Value};
use tierproof_regexp::Captures;
use tierproof_runtime::regexp::flags_of;
use tierproof_runtime::strings::{self, Units};
use tierproof_runtime::{Args, Isolate, JsResult, List, PropertyKey};

use crate::install::{self, Row, brand, incompatible, species_constructor};
use crate::regexp::{
    flags_text, group_value, is_pristine, named_groups, regexp_exec, result_array, this_object,
};
use crate::string_builder::StringBuilder;

const METHODS: &[Row] = &[
    ("@@match", 1, symbol_match),
    ("@@matchAll", 1, symbol_match_all),
    ("@@replace", 2, symbol_replace),
    ("@@search", 1, symbol_search),
    ("@@split", 2, symbol_split),
];
const ITERATOR_METHODS: &[Row] = &[("next", 0, iterator_next)];

pub fn install(cx: &mut Isolate, prototype: ObjectRef) {
    install::methods(cx, prototype, METHODS);
    let i = cx.realm.regexp_string_iterator_prototype;
    install::methods(cx, i, ITERATOR_METHODS);
    install::tag(cx, i, "RegExp String Iterator");
}

/// [AdvanceStringIndex](https://tc39.es/ecma262/#sec-advancestringindex)
fn advance(cx: &mut Isolate, s: StringRef, at: u64, full_unicode: bool) -> u64 {
    if !full_unicode || at + 1 >= s.len() as u64 {
        return at + 1;
    }
    at + crate::string::code_point(strings::units(cx, s), at as usize).1 as u64
}

/// After an empty match: moves `lastIndex` on, as the program sees it.
fn advance_last_index(cx: &mut Isolate, r: ObjectRef, s: StringRef, full_unicode: bool) -> JsResult<()> {
    let key = cx.realm.names.last_index;
    let last = cx.get_of(r, key)?;
    let last = cx.to_length(last)?;
    let next = advance(cx, s, last, full_unicode);
    cx.put(r, key, Value::number(next as f64))
}

/// The `flags` property as text.
fn flags_property(cx: &mut Isolate, r: ObjectRef) -> JsResult<String> {
    if let Some(r) = is_pristine(cx, r.into()) {
        let text = flags_text(cx, flags_of(r));
        return Ok(strings::to_rust(cx, text));
    }
    let key = cx.key("flags");
    let v = cx.get_of(r, key)?;
    cx.to_rust_string(v)
}

/// All matches of a pristine global RegExp from the start of the string.
fn for_each_match(
    cx: &mut Isolate,
    r: ObjectRef,
    s: StringRef,
    mut f: impl FnMut(&mut Isolate, &Captures) -> JsResult<()>,
) -> JsResult<()> {
    cx.regexp_set_last_index(r, Value::smi(0))?;
    let program = cx.program_of(r)?;
    let mut at = 0;
    while at <= s.len() {
        let Some(c) = cx.regexp_match(&program, s, at, program.is_sticky())? else { break };
        cx.take_ticks(1)?;
        let (from, to) = c[0].unwrap_or_default();
        at = to as usize;
        if from == to {
            at = advance(cx, s, at as u64, program.flags.full_unicode()) as usize;
        }
        crate::regexp_legacy::note(cx, s, &c);
        f(cx, &c)?;
    }
    Ok(())
}

/// [RegExp.prototype \[ %Symbol.match% \]](https://tc39.es/ecma262/#sec-regexp.prototype-%symbol.match%)
fn symbol_match(cx: &mut Isolate, args: Args) -> JsResult {
    let r = this_object(cx, args, "RegExp.prototype.@@match")?;
    let s = cx.to_string(args.get(0))?;
    let flags = flags_property(cx, r)?;
    if !flags.contains('g') {
        return regexp_exec(cx, r, s);
    }
    let mut out = List::new(cx);
    if let Some(r) = is_pristine(cx, r.into()) {
        for_each_match(cx, r, s, |cx, c| {
            let v = group_value(cx, s, c[0]);
            out.push(cx, v);
            Ok(())
        })?;
    } else {
        let key = cx.realm.names.last_index;
        cx.put(r, key, Value::smi(0))?;
        loop {
            let v = regexp_exec(cx, r, s)?;
            cx.take_ticks(1)?;
            let Some(o) = v.try_as::<ObjectRef>() else { break };
            let text = cx.get_of(o, PropertyKey::Index(0))?;
            let text = cx.to_string(text)?;
            out.push(cx, text.into());
            if text.is_empty() {
                advance_last_index(cx, r, s, flags.contains(['u', 'v']))?;
            }
        }
    }
    if out.is_empty() {
        return Ok(Value::NULL);
    }
    Ok(out.into_array(cx).into())
}

/// [RegExp.prototype \[ %Symbol.matchAll% \]](https://tc39.es/ecma262/#sec-regexp-prototype-%symbol.matchall%)
fn symbol_match_all(cx: &mut Isolate, args: Args) -> JsResult {
    let r = this_object(cx, args, "RegExp.prototype.@@matchAll")?;
    let s = cx.to_string(args.get(0))?;
    let default = cx.realm.regexp_constructor;
    let c = species_constructor(cx, r, default)?;
    let key = cx.key("flags");
    let flags = cx.get_of(r, key)?;
    let flags = cx.to_string(flags)?;
    let matcher = cx.construct(c, &[r.into(), flags.into()], c)?;
    let key = cx.realm.names.last_index;
    let last = cx.get_of(r, key)?;
    let last = cx.to_length(last)?;
    cx.put(matcher.cast(), key, Value::number(last as f64))?;
    let text = strings::to_rust(cx, flags);
    let bits = text.contains('g') as i32 | (text.contains(['u', 'v']) as i32) << 1;
    let p = cx.realm.regexp_string_iterator_prototype;
    let it = install::branded(cx, p, brand::REGEXP_STRING_ITERATOR);
    for (i, v) in [matcher, s.into(), Value::smi(bits), Value::FALSE].into_iter().enumerate() {
        it.set_internal(&mut cx.heap, i, v);
    }
    Ok(it.into())
}

/// [%RegExpStringIteratorPrototype%.next](https://tc39.es/ecma262/#sec-%regexpstringiteratorprototype%.next)
fn iterator_next(cx: &mut Isolate, args: Args) -> JsResult {
    let Some(it) = install::as_branded(args.this(), brand::REGEXP_STRING_ITERATOR) else {
        return Err(incompatible(cx, "RegExp String Iterator.prototype.next", args.this()));
    };
    if it.internal(3).is_true() {
        return Ok(cx.iterator_result(Value::UNDEFINED, true));
    }
    let (r, s, bits) = (it.internal(0).cast::<ObjectRef>(), it.internal(1).cast(), it.internal(2).as_smi());
    let v = match regexp_exec(cx, r, s) {
        Ok(v) => v,
        Err(e) => {
            it.set_internal(&mut cx.heap, 3, Value::TRUE);
            return Err(e);
        }
    };
    let Some(o) = v.try_as::<ObjectRef>() else {
        it.set_internal(&mut cx.heap, 3, Value::TRUE);
        return Ok(cx.iterator_result(Value::UNDEFINED, true));
    };
    if bits & 1 == 0 {
        it.set_internal(&mut cx.heap, 3, Value::TRUE);
        return Ok(cx.iterator_result(v, false));
    }
    let text = cx.get_of(o, PropertyKey::Index(0))?;
    if cx.to_string(text)?.is_empty() {
        advance_last_index(cx, r, s, bits & 2 != 0)?;
    }
    Ok(cx.iterator_result(v, false))
}

/// [RegExp.prototype \[ %Symbol.search% \]](https://tc39.es/ecma262/#sec-regexp.prototype-%symbol.search%)
fn symbol_search(cx: &mut Isolate, args: Args) -> JsResult {
    let r = this_object(cx, args, "RegExp.prototype.@@search")?;
    let s = cx.to_string(args.get(0))?;
    let names = cx.realm.names;
    let previous = cx.get_of(r, names.last_index)?;
    if !cx.same_value(previous, Value::smi(0)) {
        cx.put(r, names.last_index, Value::smi(0))?;
    }
    let v = regexp_exec(cx, r, s)?;
    let current = cx.get_of(r, names.last_index)?;
    if !cx.same_value(current, previous) {
        cx.put(r, names.last_index, previous)?;
    }
    match v.try_as::<ObjectRef>() {
        Some(o) => cx.get_of(o, names.index),
        None => Ok(Value::smi(-1)),
    }
}

/// [RegExp.prototype \[ %Symbol.split% \]](https://tc39.es/ecma262/#sec-regexp.prototype-%symbol.split%)
fn symbol_split(cx: &mut Isolate, args: Args) -> JsResult {
    let r = this_object(cx, args, "RegExp.prototype.@@split")?;
    let s = cx.to_string(args.get(0))?;
    let default = cx.realm.regexp_constructor;
    let c = species_constructor(cx, r, default)?;
    let flags = flags_property(cx, r)?;
    let full_unicode = flags.contains(['u', 'v']);
    let wanted = if flags.contains('y') { flags } else { format!("{flags}y") };
    let wanted = cx.string(&wanted);
    let splitter: ObjectRef = cx.construct(c, &[r.into(), wanted.into()], c)?.cast();
    let limit = if args.get(1).is_undefined() { u32::MAX } else { cx.to_uint32(args.get(1))? } as usize;
    let mut parts = List::new(cx);
    if limit == 0 {
        return Ok(parts.into_array(cx).into());
    }
    if s.is_empty() {
        if regexp_exec(cx, splitter, s)?.is_null() {
            parts.push(cx, s.into());
        }
        return Ok(parts.into_array(cx).into());
    }
    if let Some(splitter) = is_pristine(cx, splitter.into()) {
        return split_directly(cx, splitter, s, limit, parts);
    }
    let names = cx.realm.names;
    let (mut p, mut q) = (0u64, 0u64);
    let size = s.len() as u64;
    while q < size {
        cx.take_ticks(1)?;
        cx.put(splitter, names.last_index, Value::number(q as f64))?;
        let z = regexp_exec(cx, splitter, s)?;
        let Some(z) = z.try_as::<ObjectRef>() else {
            q = advance(cx, s, q, full_unicode);
            continue;
        };
        let e = cx.get_of(splitter, names.last_index)?;
        let e = cx.to_length(e)?.min(size);
        if e == p {
            q = advance(cx, s, q, full_unicode);
            continue;
        }
        let part = cx.substring(s, p as usize, q as usize);
        parts.push(cx, part.into());
        if parts.len() == limit {
            return Ok(parts.into_array(cx).into());
        }
        p = e;
        let count = cx.length_of(z)?;
        for i in 1..count.max(1) {
            let v = cx.get_index(z, i)?;
            parts.push(cx, v);
            if parts.len() == limit {
                return Ok(parts.into_array(cx).into());
            }
        }
        q = p;
    }
    let part = cx.substring(s, p as usize, s.len());
    parts.push(cx, part.into());
    Ok(parts.into_array(cx).into())
}

/// `Symbol.split` with a splitter whose matching nobody can see: searches instead of trying each position.
fn split_directly(cx: &mut Isolate, r: ObjectRef, s: StringRef, limit: usize, mut parts: List) -> JsResult {
    let program = cx.program_of(r)?;
    let full_unicode = program.flags.full_unicode();
    let (mut p, mut q) = (0usize, 0usize);
    while q < s.len() {
        let Some(c) = cx.regexp_match(&program, s, q, false)? else { break };
        cx.take_ticks(1)?;
        let (from, to) = c[0].unwrap_or_default();
        let (from, to) = (from as usize, to as usize);
        if from >= s.len() {
            break;
        }
        // an empty match where the last part began is none
        if to == p {
            q = advance(cx, s, from.max(q) as u64, full_unicode) as usize;
            continue;
        }
        crate::regexp_legacy::note(cx, s, &c);
        let part = cx.substring(s, p, from);
        parts.push(cx, part.into());
        if parts.len() == limit {
            return Ok(parts.into_array(cx).into());
        }
        for &range in &c[1..] {
            let v = group_value(cx, s, range);
            parts.push(cx, v);
            if parts.len() == limit {
                return Ok(parts.into_array(cx).into());
            }
        }
        p = to;
        q = p;
    }
    let part = cx.substring(s, p, s.len());
    parts.push(cx, part.into());
    Ok(parts.into_array(cx).into())
}

/// What [GetSubstitution](https://tc39.es/ecma262/#sec-getsubstitution) needs of a match: `captures` are
/// strings or undefined, without the whole match.
pub struct Substitution<'a> {
    pub string: StringRef,
    pub matched: StringRef,
    pub position: usize,
    pub captures: &'a List,
    pub named: Value,
}

/// Appends the replacement text with its `$` forms expanded.
pub fn substitute(
    cx: &mut Isolate,
    out: &mut StringBuilder,
    m: &Substitution,
    replacement: StringRef,
) -> JsResult<()> {
    let size = replacement.len();
    let digit = |u: Units, i: usize| {
        (i < size).then(|| u.at(i)).filter(|c| (48..58).contains(c)).map(|c| c as usize - 48)
    };
    let count = m.captures.len();
    let mut i = 0;
    while i < size {
        let r = strings::units(cx, replacement);
        let c = r.at(i);
        let next = if i + 1 < size { r.at(i + 1) } else { 0 };
        if c != b'$' as u16 {
            out.push_unit(c);
            i += 1;
            continue;
        }
        let s = strings::units(cx, m.string);
        match u8::try_from(next).unwrap_or(0) {
            b'$' => out.push_unit(c),
            b'&' => out.push_string(cx, m.matched),
            b'`' => out.push_units(s.slice(0, m.position.min(s.len()))),
            b'\'' => {
                let end = (m.position + m.matched.len()).min(s.len());
                out.push_units(s.slice(end, s.len()));
            }
            b'0'..=b'9' => {
                let one = digit(r, i + 1).unwrap_or(0);
                let two = digit(r, i + 2).map(|d| one * 10 + d);
                let (n, width) = match two {
                    Some(n) if (1..=count).contains(&n) => (n, 3),
                    _ => (one, 2),
                };
                if (1..=count).contains(&n) {
                    if let Some(s) = m.captures.get(n - 1).try_as::<StringRef>() {
                        out.push_string(cx, s);
                    }
                    i += width;
                } else {
                    out.push_unit(c);
                    i += 1;
                }
                continue;
            }
            b'<' if !m.named.is_undefined() => {
                let close = (i + 2..size).find(|&k| r.at(k) == b'>' as u16);
                let Some(close) = close else {
                    out.push_unit(c);
                    i += 1;
                    continue;
                };
                let name = cx.substring(replacement, i + 2, close);
                let key = cx.key_from_string(name);
                let v = cx.get_value(m.named, key)?;
                if !v.is_undefined() {
                    let text = cx.to_string(v)?;
                    out.push_string(cx, text);
                }
                i = close + 1;
                continue;
            }
            _ => {
                out.push_unit(c);
                i += 1;
                continue;
            }
        }
        i += 2;
    }
    Ok(())
}

/// [RegExp.prototype \[ %Symbol.replace% \]](https://tc39.es/ecma262/#sec-regexp.prototype-%symbol.replace%)
fn symbol_replace(cx: &mut Isolate, args: Args) -> JsResult {
    let r = this_object(cx, args, "RegExp.prototype.@@replace")?;
    let s = cx.to_string(args.get(0))?;
    let mut replacement = args.get(1);
    let functional = cx.is_callable(replacement);
    if !functional {
        replacement = cx.to_string(replacement)?.into();
    }
    let flags = flags_property(cx, r)?;
    let global = flags.contains('g');
    let full_unicode = flags.contains(['u', 'v']);
    // each result is an array-like, for the direct way the array that `exec` would give
    let mut results = List::new(cx);
    if let Some(r) = is_pristine(cx, r.into())
        && global
    {
        if !functional {
            return replace_directly(cx, r, s, replacement.cast());
        }
        let program = cx.program_of(r)?;
        for_each_match(cx, r, s, |cx, c| {
            let v = result_array(cx, &program, s, c)?;
            results.push(cx, v);
            Ok(())
        })?;
    } else {
        let key = cx.realm.names.last_index;
        if global {
            cx.put(r, key, Value::smi(0))?;
        }
        loop {
            let v = regexp_exec(cx, r, s)?;
            cx.take_ticks(1)?;
            let Some(o) = v.try_as::<ObjectRef>() else { break };
            results.push(cx, v);
            if !global {
                break;
            }
            let text = cx.get_of(o, PropertyKey::Index(0))?;
            if cx.to_string(text)?.is_empty() {
                advance_last_index(cx, r, s, full_unicode)?;
            }
        }
    }
    let mut out = StringBuilder::default();
    let mut next = 0;
    for i in 0..results.len() {
        replace_one(cx, &mut out, &mut next, s, results.get(i).cast(), replacement, functional)?;
        if out.overflowed() {
            break;
        }
    }
    if next < s.len() {
        let u = strings::units(cx, s);
        out.push_units(u.slice(next, s.len()));
    }
    Ok(out.finish(cx)?.into())
}

/// One round of the second loop of `Symbol.replace`.
fn replace_one(
    cx: &mut Isolate,
    out: &mut StringBuilder,
    next: &mut usize,
    s: StringRef,
    result: ObjectRef,
    replacement: Value,
    functional: bool,
) -> JsResult<()> {
    let names = cx.realm.names;
    let count = cx.length_of(result)?.max(1);
    let matched = cx.get_of(result, PropertyKey::Index(0))?;
    let matched = cx.to_string(matched)?;
    let position = cx.get_of(result, names.index)?;
    let position = cx.to_integer(position)?.clamp(0.0, s.len() as f64) as usize;
    let mut captures = List::new(cx);
    for n in 1..count {
        cx.take_ticks(1)?;
        let mut v = cx.get_index(result, n)?;
        if !v.is_undefined() {
            v = cx.to_string(v)?.into();
        }
        captures.push(cx, v);
    }
    let mut named = cx.get_of(result, names.groups)?;
    let mut text = StringBuilder::default();
    if functional {
        let mut arguments = List::with_capacity(cx, captures.len() + 4);
        arguments.push(cx, matched.into());
        for i in 0..captures.len() {
            arguments.push(cx, captures.get(i));
        }
        arguments.push(cx, Value::smi(position as i32));
        arguments.push(cx, s.into());
        if !named.is_undefined() {
            arguments.push(cx, named);
        }
        let v = cx.call(replacement, Value::UNDEFINED, arguments.as_slice())?;
        let v = cx.to_string(v)?;
        text.push_string(cx, v);
    } else {
        if !named.is_undefined() {
            named = cx.to_object(named)?.into();
        }
        let m = Substitution { string: s, matched, position, captures: &captures, named };
        substitute(cx, &mut text, &m, replacement.cast())?;
    }
    if position >= *next {
        let u = strings::units(cx, s);
        out.push_units(u.slice(*next, position));
        let text = text.finish(cx)?;
        out.push_string(cx, text);
        *next = position + matched.len();
    }
    Ok(())
}

/// Replacing all matches by a text, when nothing of the program's is called.
fn replace_directly(cx: &mut Isolate, r: ObjectRef, s: StringRef, replacement: StringRef) -> JsResult {
    let program = cx.program_of(r)?;
    let plain = !strings::units(cx, replacement).iter().any(|c| c == b'$' as u16);
    let mut out = StringBuilder::default();
    let mut next = 0;
    for_each_match(cx, r, s, |cx, c| {
        let (from, to) = c[0].unwrap_or_default();
        let u = strings::units(cx, s);
        out.push_units(u.slice(next, from as usize));
        next = to as usize;
        if out.overflowed() {
            return Ok(());
        }
        if plain {
            out.push_string(cx, replacement);
            return Ok(());
        }
        let mut captures = List::with_capacity(cx, c.len());
        for &range in &c[1..] {
            let v = group_value(cx, s, range);
            captures.push(cx, v);
        }
        let matched = cx.substring(s, from as usize, to as usize);
        let named = named_groups(cx, &program, |_, i| Ok(captures.get(i - 1)))?;
        let m = Substitution { string: s, matched, position: from as usize, captures: &captures, named };
        substitute(cx, &mut out, &m, replacement)
    })?;
    let u = strings::units(cx, s);
    out.push_units(u.slice(next, s.len()));
    Ok(out.finish(cx)?.into())
}
