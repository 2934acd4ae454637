//! Base64 and hex of Uint8Array:
//! [Uint8Array.prototype.toBase64](https://tc39.es/ecma262/#sec-uint8array.prototype.tobase64) and its kin.

use tierproof_heap::{ObjectRef, StringRef, TypedArrayRef, Value};
use tierproof_runtime::convert::to_boolean;
use tierproof_runtime::shared_memory::{bytes_of, set_bytes};
use tierproof_runtime::typed_array::{ElementType, is_out_of_bounds};
use tierproof_runtime::{Args, Isolate, JsResult, Thrown, attrs, strings};

use crate::install::{self, Row, incompatible, index_value};

pub const STATICS: &[Row] = &[("fromBase64", 1, from_base64), ("fromHex", 1, from_hex)];
pub const METHODS: &[Row] = &[
    ("setFromBase64", 1, set_from_base64),
    ("setFromHex", 1, set_from_hex),
    ("toBase64", 0, to_base64),
    ("toHex", 0, to_hex),
];

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What becomes of an incomplete last group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Loose,
    Strict,
    Stop,
}

fn this_bytes(cx: &mut Isolate, args: Args, method: &str) -> JsResult<TypedArrayRef> {
    match args.this().try_as::<TypedArrayRef>() {
        Some(t) if ElementType::of(t) == ElementType::Uint8 => Ok(t),
        _ => Err(incompatible(cx, &format!("Uint8Array.prototype.{method}"), args.this())),
    }
}
fn in_bounds(cx: &mut Isolate, t: TypedArrayRef) -> JsResult<()> {
    if is_out_of_bounds(t) {
        return Err(cx.type_error("The array is out of bounds or its buffer detached"));
    }
    Ok(())
}

fn options(cx: &mut Isolate, v: Value) -> JsResult<Option<ObjectRef>> {
    match v.try_as::<ObjectRef>() {
        Some(o) => Ok(Some(o)),
        None if v.is_undefined() => Ok(None),
        None => Err(cx.type_error("Options must be an object")),
    }
}

/// A string option that must not be converted: its place among the values, 0 when missing.
fn choice(cx: &mut Isolate, o: Option<ObjectRef>, name: &str, values: &[&str]) -> JsResult<usize> {
    let Some(o) = o else { return Ok(0) };
    let key = cx.key(name);
    let v = cx.get_of(o, key)?;
    if v.is_undefined() {
        return Ok(0);
    }
    let text = v.try_as::<StringRef>().map(|s| strings::to_rust(cx, s));
    match text.and_then(|t| values.iter().position(|v| *v == t)) {
        Some(i) => Ok(i),
        None => Err(cx.type_error(&format!("Invalid value for option {name}"))),
    }
}
fn alphabet(cx: &mut Isolate, o: Option<ObjectRef>) -> JsResult<bool> {
    Ok(choice(cx, o, "alphabet", &["base64", "base64url"])? == 1)
}
fn last_chunk(cx: &mut Isolate, o: Option<ObjectRef>) -> JsResult<Last> {
    let n = choice(cx, o, "lastChunkHandling", &["loose", "strict", "stop-before-partial"])?;
    Ok([Last::Loose, Last::Strict, Last::Stop][n])
}

fn to_base64(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_bytes(cx, args, "toBase64")?;
    let o = options(cx, args.get(0))?;
    let url = alphabet(cx, o)?;
    let mut bare = false;
    if let Some(o) = o {
        let key = cx.key("omitPadding");
        let v = cx.get_of(o, key)?;
        bare = to_boolean(v);
    }
    in_bounds(cx, t)?;
    let data = bytes_of(t);
    if data.len().div_ceil(3) * 4 > strings::MAX_LENGTH {
        return Err(cx.range_error("Invalid string length"));
    }
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4);
    for group in data.chunks(3) {
        let word = group.iter().fold(0u32, |w, &b| w << 8 | b as u32) << (8 * (3 - group.len()));
        for i in 0..4 {
            if i <= group.len() {
                let c = ALPHABET[(word >> (18 - 6 * i) & 63) as usize];
                out.push(match c {
                    b'+' if url => b'-',
                    b'/' if url => b'_',
                    c => c,
                });
            } else if !bare {
                out.push(b'=');
            }
        }
    }
    Ok(cx.string_latin1(&out).into())
}

fn to_hex(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_bytes(cx, args, "toHex")?;
    in_bounds(cx, t)?;
    let data = bytes_of(t);
    if data.len() * 2 > strings::MAX_LENGTH {
        return Err(cx.range_error("Invalid string length"));
    }
    let out: Vec<u8> = data.iter().flat_map(|b| [HEX[(b >> 4) as usize], HEX[(b & 15) as usize]]).collect();
    Ok(cx.string_latin1(&out).into())
}
const HEX: &[u8; 16] = b"0123456789abcdef";

/// What was decoded: units read, bytes, whether the text is wrong behind them.
struct Decoded {
    read: usize,
    bytes: Vec<u8>,
    wrong: bool,
}

/// [FromBase64](https://tc39.es/ecma262/#sec-frombase64)
fn decode_base64(u: &[u16], url: bool, last: Last, most: usize) -> Decoded {
    let mut d = Decoded { read: 0, bytes: Vec::new(), wrong: false };
    if most == 0 {
        return d;
    }
    let (mut group, mut count) = (0u32, 0);
    let skip = |mut i: usize| {
        while i < u.len() && matches!(u[i], 9 | 10 | 12 | 13 | 32) {
            i += 1;
        }
        i
    };
    let mut i = 0;
    loop {
        i = skip(i);
        if i == u.len() {
            if count > 0 {
                if last == Last::Stop {
                    return d;
                }
                if last == Last::Strict || count == 1 {
                    d.wrong = true;
                    return d;
                }
                finish(&mut d, group, count);
            }
            d.read = u.len();
            return d;
        }
        let c = u[i];
        i += 1;
        if c == b'=' as u16 {
            if count < 2 {
                d.wrong = true;
                return d;
            }
            i = skip(i);
            if count == 2 {
                if i == u.len() {
                    d.wrong = last != Last::Stop;
                    return d;
                }
                if u[i] == b'=' as u16 {
                    i = skip(i + 1);
                } else {
                    d.wrong = true;
                    return d;
                }
            }
            let rest = if count == 2 { group & 15 } else { group & 3 };
            if i < u.len() || last == Last::Strict && rest != 0 {
                d.wrong = true;
                return d;
            }
            finish(&mut d, group, count);
            d.read = u.len();
            return d;
        }
        let c = match u8::try_from(c).unwrap_or(0) {
            b'-' if url => b'+',
            b'_' if url => b'/',
            b'+' | b'/' if url => 0,
            c => c,
        };
        let Some(value) = ALPHABET.iter().position(|&a| a == c) else {
            d.wrong = true;
            return d;
        };
        let room = most - d.bytes.len();
        if room == 1 && count == 2 || room == 2 && count == 3 {
            return d;
        }
        group = group << 6 | value as u32;
        count += 1;
        if count == 4 {
            d.bytes.extend([(group >> 16) as u8, (group >> 8) as u8, group as u8]);
            (group, count) = (0, 0);
            d.read = i;
            if d.bytes.len() == most {
                return d;
            }
        }
    }
}

/// The bytes of an incomplete group.
fn finish(d: &mut Decoded, group: u32, count: usize) {
    match count {
        2 => d.bytes.push((group >> 4) as u8),
        _ => d.bytes.extend([(group >> 10) as u8, (group >> 2) as u8]),
    }
}

/// [FromHex](https://tc39.es/ecma262/#sec-fromhex)
fn decode_hex(u: &[u16], most: usize) -> Decoded {
    let mut d = Decoded { read: 0, bytes: Vec::new(), wrong: !u.len().is_multiple_of(2) };
    if d.wrong {
        return d;
    }
    for pair in u.chunks_exact(2) {
        if d.bytes.len() == most {
            return d;
        }
        let digit = |c: u16| char::from_u32(c as u32).and_then(|c| c.to_digit(16));
        let (Some(a), Some(b)) = (digit(pair[0]), digit(pair[1])) else {
            d.wrong = true;
            return d;
        };
        d.bytes.push((a * 16 + b) as u8);
        d.read += 2;
    }
    d
}

fn text(cx: &mut Isolate, v: Value) -> JsResult<Vec<u16>> {
    match v.try_as::<StringRef>() {
        Some(s) => Ok(strings::to_vec(cx, s)),
        None => Err(cx.type_error("The argument must be a string")),
    }
}
fn wrong(cx: &mut Isolate) -> Thrown {
    cx.syntax_error("The string is not correctly encoded")
}

fn new_array(cx: &mut Isolate, d: Decoded) -> JsResult {
    if d.wrong {
        return Err(wrong(cx));
    }
    let p = cx.realm.array_buffer_prototype;
    let n = d.bytes.len() as u64;
    let buffer = cx.new_array_buffer(p.into(), n)?;
    let p = cx.realm.typed_array_prototypes[ElementType::Uint8 as usize];
    let t = cx.new_typed_array(ElementType::Uint8, p.into(), buffer, 0, Some(n));
    set_bytes(t, &d.bytes);
    Ok(t.into())
}

fn from_base64(cx: &mut Isolate, args: Args) -> JsResult {
    let u = text(cx, args.get(0))?;
    let o = options(cx, args.get(1))?;
    let url = alphabet(cx, o)?;
    let last = last_chunk(cx, o)?;
    new_array(cx, decode_base64(&u, url, last, usize::MAX))
}
fn from_hex(cx: &mut Isolate, args: Args) -> JsResult {
    let u = text(cx, args.get(0))?;
    new_array(cx, decode_hex(&u, usize::MAX))
}

/// Writes what was decoded, then reports it or throws.
fn write(cx: &mut Isolate, t: TypedArrayRef, d: Decoded) -> JsResult {
    set_bytes(t, &d.bytes);
    if d.wrong {
        return Err(wrong(cx));
    }
    let o = cx.new_plain_object();
    install::value(cx, o, "read", index_value(d.read as u64), attrs::ALL);
    install::value(cx, o, "written", index_value(d.bytes.len() as u64), attrs::ALL);
    Ok(o.into())
}

fn set_from_base64(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_bytes(cx, args, "setFromBase64")?;
    let u = text(cx, args.get(0))?;
    let o = options(cx, args.get(1))?;
    let url = alphabet(cx, o)?;
    let last = last_chunk(cx, o)?;
    in_bounds(cx, t)?;
    write(cx, t, decode_base64(&u, url, last, t.length() as usize))
}
fn set_from_hex(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_bytes(cx, args, "setFromHex")?;
    let u = text(cx, args.get(0))?;
    in_bounds(cx, t)?;
    write(cx, t, decode_hex(&u, t.length() as usize))
}
