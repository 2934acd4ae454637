//! [The Global Object](https://tc39.es/ecma262/#sec-global-object): values, number tests, URI functions,
//! and the host's `print`, `probe` and `console`.

use tierproof_heap::{ObjectRef, SymbolRef, Value};
use tierproof_runtime::realm::ErrorKind;
use tierproof_runtime::strings::{self, Units};
use tierproof_runtime::{Args, Isolate, JsResult, Thrown, attrs};

use crate::install::{self, Row};

const FUNCTIONS: &[Row] = &[
    ("isNaN", 1, is_nan),
    ("isFinite", 1, is_finite),
    ("decodeURI", 1, decode_uri),
    ("decodeURIComponent", 1, decode_uri_component),
    ("encodeURI", 1, encode_uri),
    ("encodeURIComponent", 1, encode_uri_component),
    ("escape", 1, escape),
    ("unescape", 1, unescape),
    ("eval", 1, eval),
    ("print", 0, print),
    ("probe", 1, probe),
];

const CONSOLE: &[Row] = &[
    ("log", 0, console_log),
    ("info", 0, console_log),
    ("debug", 0, console_log),
    ("error", 0, console_error),
    ("warn", 0, console_error),
];

pub fn install(cx: &mut Isolate) {
    let global = cx.realm.global;
    install::value(cx, global, "globalThis", global.into(), attrs::HIDDEN);
    install::value(cx, global, "Infinity", Value::number(f64::INFINITY), 0);
    install::value(cx, global, "NaN", Value::number(f64::NAN), 0);
    install::value(cx, global, "undefined", Value::UNDEFINED, 0);
    install::methods(cx, global, FUNCTIONS);
    cx.realm.eval_function = install::own_named(cx, global, "eval");
    let console: ObjectRef = cx.new_plain_object();
    install::methods(cx, console, CONSOLE);
    install::value(cx, global, "console", console.into(), attrs::HIDDEN);
}

/// [eval](https://tc39.es/ecma262/#sec-eval-x), called indirectly
fn eval(cx: &mut Isolate, args: Args) -> JsResult {
    cx.indirect_eval(args.get(0))
}

/// [isNaN](https://tc39.es/ecma262/#sec-isnan-number)
fn is_nan(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(Value::from_bool(cx.to_number(args.get(0))?.is_nan()))
}

/// [isFinite](https://tc39.es/ecma262/#sec-isfinite-number)
fn is_finite(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(Value::from_bool(cx.to_number(args.get(0))?.is_finite()))
}

/// Writes its arguments, joined by a space, as one line of output (host function, no specification).
fn print(cx: &mut Isolate, args: Args) -> JsResult {
    let mut line = String::new();
    for i in 0..args.len() {
        if i > 0 {
            line.push(' ');
        }
        let v = args.get(i);
        match v.try_as::<SymbolRef>() {
            Some(s) => line.push_str(&cx.describe_symbol(s)),
            None => line.push_str(&cx.to_rust_string(v)?),
        }
    }
    print_line(cx, line)
}

fn print_line(cx: &mut Isolate, line: String) -> JsResult {
    match cx.printer.clone() {
        Some(printer) => printer.0(&line).map_err(|t| cx.terminate(t))?,
        None => cx.output.push(line),
    }
    Ok(Value::UNDEFINED)
}

/// Prints its arguments, objects in full (host function, no specification).
fn console_log(cx: &mut Isolate, args: Args) -> JsResult {
    let line = crate::inspect::inspect_all(cx, (0..args.len()).map(|i| args.get(i)));
    print_line(cx, line)
}

/// As `console_log`, to where errors go (host function, no specification).
fn console_error(cx: &mut Isolate, args: Args) -> JsResult {
    let line = crate::inspect::inspect_all(cx, (0..args.len()).map(|i| args.get(i)));
    if let Some(printer) = cx.error_printer.clone() {
        printer.0(&line).map_err(|t| cx.terminate(t))?;
    }
    Ok(Value::UNDEFINED)
}

/// Records its argument without formatting it, and returns it (host function, no specification).
fn probe(cx: &mut Isolate, args: Args) -> JsResult {
    let v = args.get(0);
    cx.probe(v);
    Ok(v)
}

const UNRESERVED_MARKS: &[u8] = b"-_.!~*'()";
const RESERVED: &[u8] = b";/?:@&=+$,#";

fn uri_error(cx: &mut Isolate) -> Thrown {
    let message = cx.string("URI malformed");
    let p = cx.realm.error_prototype(ErrorKind::UriError);
    match cx.make_error(p, Some(message)) {
        Ok(e) => cx.throw(e),
        Err(t) => t,
    }
}

/// [Encode](https://tc39.es/ecma262/#sec-encode)
fn encode(cx: &mut Isolate, v: Value, extra: &[u8]) -> JsResult {
    let s = cx.to_string(v)?;
    let u = strings::units(cx, s);
    let mut out: Vec<u8> = Vec::with_capacity(u.len());
    let mut failed = false;
    for c in char::decode_utf16(u.iter()) {
        let Ok(c) = c else {
            failed = true;
            break;
        };
        if c.is_ascii_alphanumeric()
            || c.is_ascii() && (UNRESERVED_MARKS.contains(&(c as u8)) || extra.contains(&(c as u8)))
        {
            out.push(c as u8);
        } else {
            for b in c.encode_utf8(&mut [0; 4]).bytes() {
                out.extend([b'%', HEX[b as usize >> 4], HEX[b as usize & 15]]);
            }
        }
    }
    if failed {
        return Err(uri_error(cx));
    }
    if out.len() > strings::MAX_LENGTH {
        return Err(cx.range_error("Invalid string length"));
    }
    Ok(cx.string_latin1(&out).into())
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Value of the two hex digits at `at`.
fn hex_byte(u: Units, at: usize) -> Option<u8> {
    let digit = |i: usize| {
        if i < u.len() { char::from_u32(u.at(i) as u32)?.to_digit(16) } else { None }
    };
    Some((digit(at)? * 16 + digit(at + 1)?) as u8)
}

/// [Decode](https://tc39.es/ecma262/#sec-decode)
fn decode(cx: &mut Isolate, v: Value, keep: &[u8]) -> JsResult {
    let s = cx.to_string(v)?;
    let u = strings::units(cx, s);
    match decode_units(u, keep) {
        Some(out) => Ok(cx.string_checked(&out)?.into()),
        None => Err(uri_error(cx)),
    }
}

fn decode_units(u: Units, keep: &[u8]) -> Option<Vec<u16>> {
    let mut out: Vec<u16> = Vec::with_capacity(u.len());
    let mut i = 0;
    while i < u.len() {
        if u.at(i) != b'%' as u16 {
            out.push(u.at(i));
            i += 1;
            continue;
        }
        let start = i;
        let first = hex_byte(u, i + 1)?;
        i += 3;
        if first < 0x80 {
            if keep.contains(&first) {
                out.extend(u.slice(start, i).iter());
            } else {
                out.push(first as u16);
            }
            continue;
        }
        let n = first.leading_ones() as usize;
        if !(2..=4).contains(&n) {
            return None;
        }
        let mut bytes = [first, 0, 0, 0];
        for b in bytes.iter_mut().take(n).skip(1) {
            if i >= u.len() || u.at(i) != b'%' as u16 {
                return None;
            }
            *b = hex_byte(u, i + 1)?;
            i += 3;
        }
        let text = std::str::from_utf8(&bytes[..n]).ok()?;
        out.extend(text.encode_utf16());
    }
    Some(out)
}

/// [decodeURI](https://tc39.es/ecma262/#sec-decodeuri-encodeduri)
fn decode_uri(cx: &mut Isolate, args: Args) -> JsResult {
    decode(cx, args.get(0), RESERVED)
}

/// [decodeURIComponent](https://tc39.es/ecma262/#sec-decodeuricomponent-encodeduricomponent)
fn decode_uri_component(cx: &mut Isolate, args: Args) -> JsResult {
    decode(cx, args.get(0), b"")
}

/// [encodeURI](https://tc39.es/ecma262/#sec-encodeuri-uri)
fn encode_uri(cx: &mut Isolate, args: Args) -> JsResult {
    encode(cx, args.get(0), RESERVED)
}

/// [encodeURIComponent](https://tc39.es/ecma262/#sec-encodeuricomponent-uricomponent)
fn encode_uri_component(cx: &mut Isolate, args: Args) -> JsResult {
    encode(cx, args.get(0), b"")
}

/// [escape](https://tc39.es/ecma262/#sec-escape-string)
fn escape(cx: &mut Isolate, args: Args) -> JsResult {
    let s = cx.to_string(args.get(0))?;
    let u = strings::units(cx, s);
    let mut out: Vec<u8> = Vec::with_capacity(u.len());
    for c in u.iter() {
        if c < 128 && ((c as u8).is_ascii_alphanumeric() || b"@*_+-./".contains(&(c as u8))) {
            out.push(c as u8);
        } else if c < 256 {
            out.extend(format!("%{c:02X}").bytes());
        } else {
            out.extend(format!("%u{c:04X}").bytes());
        }
    }
    if out.len() > strings::MAX_LENGTH {
        return Err(cx.range_error("Invalid string length"));
    }
    Ok(cx.string_latin1(&out).into())
}

/// [unescape](https://tc39.es/ecma262/#sec-unescape-string)
fn unescape(cx: &mut Isolate, args: Args) -> JsResult {
    let s = cx.to_string(args.get(0))?;
    let u = strings::units(cx, s);
    let mut out: Vec<u16> = Vec::with_capacity(u.len());
    let mut i = 0;
    while i < u.len() {
        let c = u.at(i);
        if c == b'%' as u16 {
            if i + 1 < u.len()
                && u.at(i + 1) == b'u' as u16
                && let (Some(high), Some(low)) = (hex_byte(u, i + 2), hex_byte(u, i + 4))
            {
                out.push((high as u16) << 8 | low as u16);
                i += 6;
                continue;
            }
            if let Some(b) = hex_byte(u, i + 1) {
                out.push(b as u16);
                i += 3;
                continue;
            }
        }
        out.push(c);
        i += 1;
    }
    Ok(cx.string_units(&out).into())
}
