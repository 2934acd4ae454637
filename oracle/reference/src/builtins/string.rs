//! [String objects](https://tc39.es/ecma262/#sec-string-objects); what needs regular expressions, Unicode tables beyond
//! case or a locale is outside.

use super::Answer;
use crate::agent::{Agent, Completion};
use crate::values::{Call, IteratorSlots, Key, Kind, Obj, Str, Value, is_white_space};

pub fn install(agent: &Agent, global: Obj) {
    let prototype = agent.install_prototype("String.prototype", Kind::Primitive("".into()));
    let constructor = agent.install_class(global, "String", 1, prototype, construct);
    agent.define_methods(
        constructor,
        &[("fromCharCode", 1, from_char_code), ("fromCodePoint", 1, from_code_point), ("raw", 1, raw)],
    );
    agent.define_methods(
        prototype,
        &[
            ("at", 1, at),
            ("charAt", 1, char_at),
            ("charCodeAt", 1, char_code_at),
            ("codePointAt", 1, code_point_at),
            ("concat", 1, concat),
            ("endsWith", 1, ends_with),
            ("includes", 1, includes),
            ("indexOf", 1, index_of),
            ("isWellFormed", 0, |a, c| Ok(String::from_utf16(&this_text(a, c)?).is_ok().into())),
            ("lastIndexOf", 1, last_index_of),
            ("padEnd", 1, |a, c| pad(a, c, false)),
            ("padStart", 1, |a, c| pad(a, c, true)),
            ("repeat", 1, repeat),
            ("replace", 2, |a, c| replace(a, c, false)),
            ("replaceAll", 2, |a, c| replace(a, c, true)),
            ("slice", 2, slice),
            ("split", 2, split),
            ("startsWith", 1, starts_with),
            ("substr", 2, substr),
            ("substring", 2, substring),
            ("toLowerCase", 0, |a, c| change_case(a, c, str::to_lowercase)),
            ("toString", 0, |a, c| this_string(a, c.this).map(Value::String)),
            ("toUpperCase", 0, |a, c| change_case(a, c, str::to_uppercase)),
            ("toWellFormed", 0, |a, c| Ok(String::from_utf16_lossy(&this_text(a, c)?).as_str().into())),
            ("trim", 0, |a, c| trim(a, c, true, true)),
            ("trimEnd", 0, |a, c| trim(a, c, false, true)),
            ("trimStart", 0, |a, c| trim(a, c, true, false)),
            ("valueOf", 0, |a, c| this_string(a, c.this).map(Value::String)),
            ("@@iterator", 0, iterator),
        ],
    );
    for (alias, name) in [("trimLeft", "trimStart"), ("trimRight", "trimEnd")] {
        if let Ok(f) = agent.get(prototype, &name.into()) {
            agent.define_value(prototype, alias, f, "wc");
        }
    }
    agent.define_outside(
        prototype,
        "String.prototype",
        &[
            "localeCompare",
            "match",
            "matchAll",
            "normalize",
            "search",
            "toLocaleLowerCase",
            "toLocaleUpperCase",
            "anchor",
            "big",
            "blink",
            "bold",
            "fixed",
            "fontcolor",
            "fontsize",
            "italics",
            "link",
            "small",
            "strike",
            "sub",
            "sup",
        ],
    );
}

/// [String](https://tc39.es/ecma262/#sec-string-constructor-string-value)
fn construct(agent: &Agent, call: &Call<'_>) -> Answer {
    let s = match (call.arguments.first(), call.new_target) {
        (None, _) => Str::empty(),
        (Some(Value::Symbol(s)), None) => super::symbol::descriptive_string(s),
        (Some(v), _) => agent.to_string(v)?,
    };
    match call.new_target {
        None => Ok(s.into()),
        Some(t) => {
            let kind = Kind::Primitive(Value::String(s));
            Ok(agent.create_from_constructor(t, "String.prototype", kind)?.into())
        }
    }
}

/// [ThisStringValue](https://tc39.es/ecma262/#sec-thisstringvalue)
fn this_string(agent: &Agent, v: &Value) -> Completion<Str> {
    match v {
        Value::String(s) => Ok(s.clone()),
        Value::Object(o) => match &agent.object(*o).kind {
            Kind::Primitive(Value::String(s)) => Ok(s.clone()),
            _ => Err(agent.type_error("no string")),
        },
        _ => Err(agent.type_error("no string")),
    }
}

/// `this` as a string that the method looks into.
fn this_text(agent: &Agent, call: &Call<'_>) -> Completion<Str> {
    agent.require_object_coercible(call.this)?;
    text(agent, call.this)
}

fn text(agent: &Agent, v: &Value) -> Completion<Str> {
    let s = agent.to_string(v)?;
    agent.looks_into(&s)?;
    Ok(s)
}

fn from_char_code(agent: &Agent, call: &Call<'_>) -> Answer {
    let mut units: Vec<u16> = Vec::new();
    for v in call.arguments {
        units.push(agent.to_uint32(v)? as u16);
    }
    Ok(Value::String(units.into()))
}

/// [String.fromCodePoint](https://tc39.es/ecma262/#sec-string.fromcodepoint)
fn from_code_point(agent: &Agent, call: &Call<'_>) -> Answer {
    let mut units: Vec<u16> = Vec::new();
    for v in call.arguments {
        let n = agent.to_number(v)?;
        if n.fract() != 0.0 || !(0.0..=f64::from(0x10_FFFF)).contains(&n) {
            return Err(agent.range_error("code point"));
        }
        let n = n as u32;
        match char::from_u32(n) {
            Some(c) => units.extend_from_slice(c.encode_utf16(&mut [0; 2])),
            None => units.push(n as u16),
        }
    }
    Ok(Value::String(units.into()))
}

/// [String.raw](https://tc39.es/ecma262/#sec-string.raw)
fn raw(agent: &Agent, call: &Call<'_>) -> Answer {
    let cooked = agent.to_object(&call.get(0))?;
    let literals = agent.to_object(&agent.get(cooked, &"raw".into())?)?;
    let length = agent.length_of_array_like(literals)?;
    let mut out: Vec<u16> = Vec::new();
    let mut i = 0.0;
    while i < length {
        out.extend_from_slice(&agent.to_string(&agent.get(literals, &Key::integer(i))?)?);
        i += 1.0;
        if i < length && (i as usize) < call.arguments.len() {
            out.extend_from_slice(&agent.to_string(&call.get(i as usize))?);
        }
    }
    Ok(Value::String(out.into()))
}

fn at(agent: &Agent, call: &Call<'_>) -> Answer {
    let s = this_text(agent, call)?;
    let relative = agent.to_integer_or_infinity(&call.get(0))?;
    let k = if relative < 0.0 { s.len() as f64 + relative } else { relative };
    if !(0.0..s.len() as f64).contains(&k) {
        return Ok(Value::Undefined);
    }
    Ok(s.substring(k as usize, k as usize + 1).into())
}

/// The unit at the first argument's position, if there is one.
fn unit_at(agent: &Agent, call: &Call<'_>) -> Completion<(Str, Option<usize>)> {
    let s = this_text(agent, call)?;
    let k = agent.to_integer_or_infinity(&call.get(0))?;
    let inside = (0.0..s.len() as f64).contains(&k);
    Ok((s, inside.then_some(k as usize)))
}

fn char_at(agent: &Agent, call: &Call<'_>) -> Answer {
    let (s, k) = unit_at(agent, call)?;
    Ok(k.map_or(Str::empty(), |k| s.substring(k, k + 1)).into())
}

fn char_code_at(agent: &Agent, call: &Call<'_>) -> Answer {
    let (s, k) = unit_at(agent, call)?;
    Ok(k.map_or(f64::NAN, |k| f64::from(s[k])).into())
}

/// [CodePointAt](https://tc39.es/ecma262/#sec-codepointat): the code point, and its units.
fn code_point(s: &[u16], k: usize) -> (u32, usize) {
    let first = u32::from(s[k]);
    match s.get(k + 1) {
        Some(&second) if (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(&second) => {
            (((first - 0xD800) << 10) + (u32::from(second) - 0xDC00) + 0x1_0000, 2)
        }
        _ => (first, 1),
    }
}

fn code_point_at(agent: &Agent, call: &Call<'_>) -> Answer {
    let (s, k) = unit_at(agent, call)?;
    Ok(k.map_or(Value::Undefined, |k| f64::from(code_point(&s, k).0).into()))
}

fn concat(agent: &Agent, call: &Call<'_>) -> Answer {
    agent.require_object_coercible(call.this)?;
    let mut out = agent.to_string(call.this)?.to_vec();
    for v in call.arguments {
        out.extend_from_slice(&agent.to_string(v)?);
    }
    agent.made_string(out.len())?;
    Ok(Value::String(out.into()))
}

/// [IsRegExp](https://tc39.es/ecma262/#sec-isregexp), which these methods refuse.
fn search_string(agent: &Agent, v: &Value) -> Completion<Str> {
    if let Value::Object(o) = v {
        let matcher = agent.get(*o, &agent.symbol_key("match"))?;
        if agent.to_boolean(&matcher) {
            return Err(agent.type_error("regular expression"));
        }
    }
    text(agent, v)
}

fn position(agent: &Agent, v: &Value, length: usize, default: usize) -> Completion<usize> {
    if v.is_undefined() {
        return Ok(default);
    }
    Ok(agent.to_integer_or_infinity(v)?.clamp(0.0, length as f64) as usize)
}

fn starts_with(agent: &Agent, call: &Call<'_>) -> Answer {
    let s = this_text(agent, call)?;
    let search = search_string(agent, &call.get(0))?;
    let start = position(agent, &call.get(1), s.len(), 0)?;
    Ok(s[start..].starts_with(&search).into())
}

fn ends_with(agent: &Agent, call: &Call<'_>) -> Answer {
    let s = this_text(agent, call)?;
    let search = search_string(agent, &call.get(0))?;
    let end = position(agent, &call.get(1), s.len(), s.len())?;
    Ok(s[..end].ends_with(&search).into())
}

fn includes(agent: &Agent, call: &Call<'_>) -> Answer {
    let s = this_text(agent, call)?;
    let search = search_string(agent, &call.get(0))?;
    let start = position(agent, &call.get(1), s.len(), 0)?;
    Ok(s.index_of(&search, start).is_some().into())
}

fn index_of(agent: &Agent, call: &Call<'_>) -> Answer {
    let s = this_text(agent, call)?;
    let search = text(agent, &call.get(0))?;
    let start = position(agent, &call.get(1), s.len(), 0)?;
    Ok(s.index_of(&search, start).map_or(-1.0, |i| i as f64).into())
}

/// [lastIndexOf](https://tc39.es/ecma262/#sec-string.prototype.lastindexof)
fn last_index_of(agent: &Agent, call: &Call<'_>) -> Answer {
    let s = this_text(agent, call)?;
    let search = text(agent, &call.get(0))?;
    let n = agent.to_number(&call.get(1))?;
    let most = if n.is_nan() { f64::INFINITY } else { n.trunc() };
    let Some(last) = s.len().checked_sub(search.len()) else { return Ok((-1.0).into()) };
    let start = most.clamp(0.0, last as f64) as usize;
    let found = (0..=start).rev().find(|&i| s[i..i + search.len()] == search[..]);
    Ok(found.map_or(-1.0, |i| i as f64).into())
}

/// [StringPaddingBuiltinsImpl](https://tc39.es/ecma262/#sec-stringpaddingbuiltinsimpl)
fn pad(agent: &Agent, call: &Call<'_>, at_start: bool) -> Answer {
    let s = this_text(agent, call)?;
    let length = agent.to_length(&call.get(0))?;
    if length <= s.len() as f64 {
        return Ok(s.into());
    }
    let filler = match call.get(1) {
        Value::Undefined => " ".into(),
        v => text(agent, &v)?,
    };
    if filler.is_empty() {
        return Ok(s.into());
    }
    if length >= 536_870_888.0 {
        return Err(agent.outside("limit: length of a string"));
    }
    agent.made_string(length as usize)?;
    let missing = length as usize - s.len();
    let padding: Vec<u16> = filler.iter().copied().cycle().take(missing).collect();
    let parts = if at_start { [&padding[..], &s[..]] } else { [&s[..], &padding[..]] };
    Ok(Value::String(parts.concat().into()))
}

/// [repeat](https://tc39.es/ecma262/#sec-string.prototype.repeat)
fn repeat(agent: &Agent, call: &Call<'_>) -> Answer {
    let s = this_text(agent, call)?;
    let n = agent.to_integer_or_infinity(&call.get(0))?;
    if n < 0.0 || n.is_infinite() {
        return Err(agent.range_error("count"));
    }
    if s.is_empty() {
        return Ok(s.into());
    }
    if n * s.len() as f64 >= 536_870_888.0 {
        return Err(agent.outside("limit: length of a string"));
    }
    agent.made_string(n as usize * s.len())?;
    Ok(Value::String(s.repeat(n as usize).into()))
}

/// A method of a pattern object that the string hands the work to.
fn delegate(agent: &Agent, call: &Call<'_>, symbol: &'static str) -> Completion<Option<Value>> {
    agent.require_object_coercible(call.this)?;
    let pattern = call.get(0);
    if pattern.object().is_some()
        && let Some(f) = agent.get_method(&pattern, &agent.symbol_key(symbol))?
    {
        return agent.call_function(f, &pattern, &[call.this.clone(), call.get(1)]).map(Some);
    }
    Ok(None)
}

/// [replace](https://tc39.es/ecma262/#sec-string.prototype.replace),
/// [replaceAll](https://tc39.es/ecma262/#sec-string.prototype.replaceall)
fn replace(agent: &Agent, call: &Call<'_>, all: bool) -> Answer {
    if all {
        agent.require_object_coercible(call.this)?;
        if let Value::Object(o) = call.get(0)
            && agent.to_boolean(&agent.get(o, &agent.symbol_key("match"))?)
        {
            let flags = agent.get(o, &"flags".into())?;
            agent.require_object_coercible(&flags)?;
            if !agent.to_string(&flags)?.contains(&u16::from(b'g')) {
                return Err(agent.type_error("replaceAll without the flag g"));
            }
        }
    }
    if let Some(v) = delegate(agent, call, "replace")? {
        return Ok(v);
    }
    let s = text(agent, call.this)?;
    let search = text(agent, &call.get(0))?;
    let replacement = call.get(1);
    let function = agent.is_callable(&replacement);
    let template = if function { Str::empty() } else { text(agent, &replacement)? };
    let mut places = Vec::new();
    let mut from = 0;
    while let Some(i) = s.index_of(&search, from) {
        places.push(i);
        from = i + search.len().max(1);
        if !all {
            break;
        }
    }
    let mut out: Vec<u16> = Vec::new();
    let mut end = 0;
    for i in places {
        out.extend_from_slice(&s[end..i]);
        if function {
            let arguments = [search.clone().into(), (i as f64).into(), s.clone().into()];
            let v = agent.call(&replacement, &Value::Undefined, &arguments)?;
            out.extend_from_slice(&agent.to_string(&v)?);
        } else {
            substitute(&s, i, &search, &template, &mut out);
        }
        end = i + search.len();
    }
    out.extend_from_slice(&s[end.min(s.len())..]);
    agent.made_string(out.len())?;
    Ok(Value::String(out.into()))
}

/// [GetSubstitution](https://tc39.es/ecma262/#sec-getsubstitution), without captures
fn substitute(s: &[u16], at: usize, matched: &[u16], template: &[u16], out: &mut Vec<u16>) {
    let mut i = 0;
    while i < template.len() {
        let next = template.get(i + 1).and_then(|&u| char::from_u32(u32::from(u)));
        if template[i] == u16::from(b'$') {
            let inserted: Option<&[u16]> = match next {
                Some('$') => Some(&template[i..i + 1]),
                Some('&') => Some(matched),
                Some('`') => Some(&s[..at]),
                Some('\'') => Some(&s[(at + matched.len()).min(s.len())..]),
                _ => None,
            };
            if let Some(text) = inserted {
                out.extend_from_slice(text);
                i += 2;
                continue;
            }
        }
        out.push(template[i]);
        i += 1;
    }
}

fn slice(agent: &Agent, call: &Call<'_>) -> Answer {
    let s = this_text(agent, call)?;
    let length = s.len() as f64;
    let from = agent.relative_index(&call.get(0), length, 0.0)? as usize;
    let to = agent.relative_index(&call.get(1), length, length)? as usize;
    Ok(s.substring(from, to.max(from)).into())
}

fn substring(agent: &Agent, call: &Call<'_>) -> Answer {
    let s = this_text(agent, call)?;
    let start = position(agent, &call.get(0), s.len(), 0)?;
    let end = position(agent, &call.get(1), s.len(), s.len())?;
    Ok(s.substring(start.min(end), start.max(end)).into())
}

/// [substr](https://tc39.es/ecma262/#sec-string.prototype.substr)
fn substr(agent: &Agent, call: &Call<'_>) -> Answer {
    let s = this_text(agent, call)?;
    let size = s.len() as f64;
    let start = agent.relative_index(&call.get(0), size, 0.0)?;
    let length = match call.get(1) {
        Value::Undefined => size,
        v => agent.to_integer_or_infinity(&v)?,
    };
    let end = (start + length.clamp(0.0, size)).min(size);
    Ok(s.substring(start as usize, end as usize).into())
}

/// [split](https://tc39.es/ecma262/#sec-string.prototype.split)
fn split(agent: &Agent, call: &Call<'_>) -> Answer {
    if let Some(v) = delegate(agent, call, "split")? {
        return Ok(v);
    }
    let s = text(agent, call.this)?;
    let limit = match call.get(1) {
        Value::Undefined => u32::MAX,
        v => agent.to_uint32(&v)?,
    };
    let separator = text(agent, &call.get(0))?;
    let mut parts: Vec<Value> = Vec::new();
    if limit == 0 {
        return Ok(agent.create_array_from_list(parts)?.into());
    }
    if call.get(0).is_undefined() {
        return Ok(agent.create_array_from_list([s.into()])?.into());
    }
    if separator.is_empty() {
        parts.extend((0..s.len()).map(|i| Value::String(s.substring(i, i + 1))));
    } else {
        let mut from = 0;
        while let Some(i) = s.index_of(&separator, from) {
            parts.push(s.substring(from, i).into());
            from = i + separator.len();
        }
        parts.push(s.substring(from, s.len()).into());
    }
    parts.truncate(limit as usize);
    Ok(agent.create_array_from_list(parts)?.into())
}

/// Case by the standard library's Unicode tables; lone surrogates stay.
fn change_case(agent: &Agent, call: &Call<'_>, f: fn(&str) -> String) -> Answer {
    let s = this_text(agent, call)?;
    match String::from_utf16(&s) {
        Ok(text) => Ok(f(&text).as_str().into()),
        Err(_) => Err(agent.outside("case of lone surrogates")),
    }
}

fn trim(agent: &Agent, call: &Call<'_>, start: bool, end: bool) -> Answer {
    let s = this_text(agent, call)?;
    let from = if start { s.iter().position(|&u| !is_white_space(u)).unwrap_or(s.len()) } else { 0 };
    let to = if end { s.iter().rposition(|&u| !is_white_space(u)).map_or(from, |i| i + 1) } else { s.len() };
    Ok(s.substring(from, to.max(from)).into())
}

fn iterator(agent: &Agent, call: &Call<'_>) -> Answer {
    let s = this_text(agent, call)?;
    let slots = IteratorSlots::String { string: Some(s), index: 0 };
    Ok(agent.make(agent.intrinsic("StringIterator.prototype"), Kind::Iterator(slots)).into())
}

/// The code point at an index, as a string, and where the next begins.
pub fn next_code_point(s: &Str, index: usize) -> Option<(Str, usize)> {
    if index >= s.len() {
        return None;
    }
    let end = index + code_point(s, index).1;
    Some((s.substring(index, end), end))
}
