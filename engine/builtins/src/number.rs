//! [Number Objects](https://tc39.es/ecma262/#sec-number-objects) and the number parsers and printers
//! behind them.

use tierproof_heap::{BigIntRef, CellKind, ObjectRef, StringRef, Value};
use tierproof_runtime::convert::{self, decimal_prefix, number_text, parse_digits};
use tierproof_runtime::strings::{self, Units};
use tierproof_runtime::{Args, Isolate, JsResult};

use crate::install::{self, Row, incompatible};

const STATICS: &[Row] = &[
    ("isFinite", 1, is_finite),
    ("isInteger", 1, is_integer),
    ("isNaN", 1, is_nan),
    ("isSafeInteger", 1, is_safe_integer),
];

const METHODS: &[Row] = &[
    ("toExponential", 1, to_exponential),
    ("toFixed", 1, to_fixed),
    ("toPrecision", 1, to_precision),
    ("toString", 1, to_string),
    ("valueOf", 0, value_of),
    ("toLocaleString", 0, to_locale_string),
];

/// `parseFloat` and `parseInt` are the same functions on the global object and on Number.
const PARSERS: &[Row] = &[("parseFloat", 1, parse_float), ("parseInt", 2, parse_int)];

const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

const CONSTANTS: &[(&str, f64)] = &[
    ("MAX_VALUE", f64::MAX),
    ("MIN_VALUE", 5e-324),
    ("NaN", f64::NAN),
    ("NEGATIVE_INFINITY", f64::NEG_INFINITY),
    ("POSITIVE_INFINITY", f64::INFINITY),
    ("MAX_SAFE_INTEGER", MAX_SAFE),
    ("MIN_SAFE_INTEGER", -MAX_SAFE),
    ("EPSILON", f64::EPSILON),
];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.number_prototype;
    let c = install::constructor(cx, ("Number", 1, number), p).object();
    install::methods(cx, c, STATICS);
    install::methods(cx, c, PARSERS);
    for (name, n) in CONSTANTS {
        install::value(cx, c, name, Value::number(*n), 0);
    }
    let global = cx.realm.global;
    for (name, _, _) in PARSERS {
        let f = install::own_named(cx, c, name);
        install::value(cx, global, name, f, tierproof_runtime::attrs::HIDDEN);
    }
    install::methods(cx, p, METHODS);
}

/// [Number](https://tc39.es/ecma262/#sec-number-constructor-number-value)
fn number(cx: &mut Isolate, args: Args) -> JsResult {
    let mut n = if args.is_empty() { Value::smi(0) } else { cx.to_numeric(args.get(0))? };
    if let Some(b) = n.try_as::<BigIntRef>() {
        n = Value::number(cx.bigint_to_number(b));
    }
    if !args.is_construct() {
        return Ok(n);
    }
    let fallback = cx.realm.number_prototype;
    let p = cx.prototype_from_constructor(args.new_target(), fallback)?;
    Ok(cx.new_wrapper(p, n).into())
}

/// [Number.isFinite](https://tc39.es/ecma262/#sec-number.isfinite)
fn is_finite(_: &mut Isolate, args: Args) -> JsResult {
    let v = args.get(0);
    Ok(Value::from_bool(v.is_number() && v.as_number().is_finite()))
}

/// [Number.isNaN](https://tc39.es/ecma262/#sec-number.isnan)
fn is_nan(_: &mut Isolate, args: Args) -> JsResult {
    let v = args.get(0);
    Ok(Value::from_bool(v.is_number() && v.as_number().is_nan()))
}

fn integral(v: Value) -> bool {
    v.is_number() && v.as_number().is_finite() && v.as_number().trunc() == v.as_number()
}

/// [Number.isInteger](https://tc39.es/ecma262/#sec-number.isinteger)
fn is_integer(_: &mut Isolate, args: Args) -> JsResult {
    Ok(Value::from_bool(integral(args.get(0))))
}

/// [Number.isSafeInteger](https://tc39.es/ecma262/#sec-number.issafeinteger)
fn is_safe_integer(_: &mut Isolate, args: Args) -> JsResult {
    let v = args.get(0);
    Ok(Value::from_bool(integral(v) && v.as_number().abs() <= MAX_SAFE))
}

/// ASCII text of the string behind leading white space, up to the first other character.
fn ascii_prefix(u: Units) -> String {
    let (from, to) = convert::trim(u, true, false);
    u.slice(from, to).iter().take_while(|&c| c < 128).map(|c| c as u8 as char).collect()
}

/// [parseFloat](https://tc39.es/ecma262/#sec-parsefloat-string)
fn parse_float(cx: &mut Isolate, args: Args) -> JsResult {
    if args.get(0).is_smi() {
        return Ok(args.get(0));
    }
    let s = cx.to_string(args.get(0))?;
    let text = ascii_prefix(strings::units(cx, s));
    let n = decimal_prefix(text.as_bytes());
    if n > 0 {
        return Ok(Value::number(text[..n].parse().unwrap_or(f64::NAN)));
    }
    let number = if text.starts_with("Infinity") || text.starts_with("+Infinity") {
        f64::INFINITY
    } else if text.starts_with("-Infinity") {
        f64::NEG_INFINITY
    } else {
        f64::NAN
    };
    Ok(Value::number(number))
}

/// [parseInt](https://tc39.es/ecma262/#sec-parseint-string-radix)
fn parse_int(cx: &mut Isolate, args: Args) -> JsResult {
    if args.get(0).is_smi() && args.get(1).is_undefined() {
        return Ok(args.get(0));
    }
    let s = cx.to_string(args.get(0))?;
    let mut radix = cx.to_int32(args.get(1))?;
    let all = ascii_prefix(strings::units(cx, s));
    let mut text = all.as_str();
    let mut negative = false;
    if let Some(rest) = text.strip_prefix('-') {
        (text, negative) = (rest, true);
    } else if let Some(rest) = text.strip_prefix('+') {
        text = rest;
    }
    if radix != 0 && !(2..=36).contains(&radix) {
        return Ok(Value::number(f64::NAN));
    }
    if (radix == 0 || radix == 16)
        && let Some(rest) = text.strip_prefix("0x").or(text.strip_prefix("0X"))
    {
        (text, radix) = (rest, 16);
    }
    if radix == 0 {
        radix = 10;
    }
    let n = text.bytes().take_while(|b| (*b as char).is_digit(radix as u32)).count();
    let number = parse_digits(&text[..n], radix as u32).unwrap_or(f64::NAN);
    Ok(Value::number(if negative { -number } else { number }))
}

fn this_number(cx: &mut Isolate, args: Args, method: &str) -> JsResult<f64> {
    let v = args.this();
    if v.is_number() {
        return Ok(v.as_number());
    }
    if v == Value::from(cx.realm.number_prototype) {
        return Ok(0.0);
    }
    match v.try_as::<ObjectRef>() {
        Some(o) if o.kind() == CellKind::PrimitiveWrapper && o.internal(0).is_number() => {
            Ok(o.internal(0).as_number())
        }
        _ => Err(incompatible(cx, method, v)),
    }
}

/// [Number.prototype.valueOf](https://tc39.es/ecma262/#sec-number.prototype.valueof)
fn value_of(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(Value::number(this_number(cx, args, "Number.prototype.valueOf")?))
}

/// [Number.prototype.toLocaleString](https://tc39.es/ecma262/#sec-number.prototype.tolocalestring):
/// there is one locale, and it prints like `toString`.
fn to_locale_string(cx: &mut Isolate, args: Args) -> JsResult {
    let n = this_number(cx, args, "Number.prototype.toLocaleString")?;
    Ok(cx.number_to_string(n).into())
}

/// [Number.prototype.toString](https://tc39.es/ecma262/#sec-number.prototype.tostring)
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let n = this_number(cx, args, "Number.prototype.toString")?;
    let radix = if args.get(0).is_undefined() { 10.0 } else { cx.to_integer(args.get(0))? };
    if !(2.0..=36.0).contains(&radix) {
        return Err(cx.range_error("toString() radix must be between 2 and 36"));
    }
    if radix == 10.0 {
        return Ok(cx.number_to_string(n).into());
    }
    let text = to_radix(n, radix as u32);
    Ok(latin1(cx, &text))
}

fn latin1(cx: &mut Isolate, text: &str) -> Value {
    let s: StringRef = cx.string(text);
    s.into()
}

/// Digits in another radix: as many as tell the number from its neighbours. The specification
/// leaves them open; this is the algorithm engines agree on.
pub fn to_radix(value: f64, radix: u32) -> String {
    if !value.is_finite() || value == 0.0 {
        return number_text(value);
    }
    let r = radix as f64;
    let digit = |d: u32| char::from_digit(d, radix).unwrap_or('0');
    let magnitude = value.abs();
    let mut integer = magnitude.floor();
    let mut fraction = magnitude - integer;
    let next = f64::from_bits(magnitude.to_bits() + 1);
    let mut delta = (0.5 * (next - magnitude)).max(5e-324);
    let mut tail: Vec<u32> = Vec::new();
    if fraction >= delta {
        loop {
            fraction *= r;
            delta *= r;
            let d = fraction as u32;
            tail.push(d);
            fraction -= d as f64;
            if (fraction > 0.5 || (fraction == 0.5 && d & 1 == 1)) && fraction + delta > 1.0 {
                // Round up, carrying into the digits before.
                loop {
                    match tail.pop() {
                        None => {
                            integer += 1.0;
                            break;
                        }
                        Some(d) if d + 1 < radix => {
                            tail.push(d + 1);
                            break;
                        }
                        Some(_) => {}
                    }
                }
                break;
            }
            if fraction < delta {
                break;
            }
        }
    }
    let mut head: Vec<char> = Vec::new();
    let mut unit = 0.5 * (next - magnitude);
    while unit >= r {
        integer /= r;
        unit /= r;
        head.push('0');
    }
    loop {
        let rest = convert::modulo(integer, r);
        head.push(digit(rest as u32));
        integer = (integer - rest) / r;
        if integer <= 0.0 {
            break;
        }
    }
    let mut text = String::new();
    if value < 0.0 {
        text.push('-');
    }
    text.extend(head.iter().rev());
    if !tail.is_empty() {
        text.push('.');
        text.extend(tail.iter().map(|&d| digit(d)));
    }
    text
}

/// Adds one unit in the last place of a digit string that may contain a point.
fn increment(text: &str) -> String {
    let mut out: Vec<u8> = text.bytes().collect();
    for b in out.iter_mut().rev() {
        match *b {
            b'.' => {}
            b'9' => *b = b'0',
            _ => {
                *b += 1;
                return String::from_utf8_lossy(&out).into_owned();
            }
        }
    }
    format!("1{}", String::from_utf8_lossy(&out))
}

/// `x` with `digits` decimals, ties away from zero; `x` is finite and not negative.
pub fn fixed_text(x: f64, digits: usize) -> String {
    // A tie needs a finite binary expansion of at most digits + 1 places, which then prints exactly.
    let scaled = x * 2f64.powi(digits as i32 + 1);
    if scaled == scaled.trunc() && scaled.is_finite() {
        let exact = format!("{:.*}", digits + 1, x);
        if let Some(kept) = exact.strip_suffix('5') {
            return increment(kept.strip_suffix('.').unwrap_or(kept));
        }
    }
    format!("{x:.digits$}")
}

/// The `count` most significant digits of positive `x` and its decimal exponent, ties upwards.
pub fn significant_digits(x: f64, count: usize) -> (String, i32) {
    let split = |text: &str| {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        (mantissa.replace('.', ""), exponent.parse::<i32>().unwrap_or(0))
    };
    let (longer, exponent) = split(&format!("{:.*e}", count, x));
    if let Some(kept) = longer.strip_suffix('5') {
        // Perhaps a tie: doubles have at most 767 significant digits.
        let (exact, _) = split(&format!("{x:.780e}"));
        if exact.starts_with(&longer) && exact[longer.len()..].bytes().all(|b| b == b'0') {
            let up = increment(kept);
            return if up.len() > count { (up[..count].to_string(), exponent + 1) } else { (up, exponent) };
        }
    }
    split(&format!("{:.*e}", count - 1, x))
}

fn exponential(digits: &str, exponent: i32) -> String {
    let point = if digits.len() > 1 { "." } else { "" };
    format!(
        "{}{point}{}e{}{}",
        &digits[..1],
        &digits[1..],
        if exponent < 0 { '-' } else { '+' },
        exponent.abs()
    )
}

/// [Number.prototype.toFixed](https://tc39.es/ecma262/#sec-number.prototype.tofixed)
fn to_fixed(cx: &mut Isolate, args: Args) -> JsResult {
    let x = this_number(cx, args, "Number.prototype.toFixed")?;
    let f = cx.to_integer(args.get(0))?;
    if !(0.0..=100.0).contains(&f) {
        return Err(cx.range_error("toFixed() digits argument must be between 0 and 100"));
    }
    if !x.is_finite() || x.abs() >= 1e21 {
        return Ok(cx.number_to_string(x).into());
    }
    let text = fixed_text(x.abs(), f as usize);
    let sign = if x < 0.0 { "-" } else { "" };
    Ok(latin1(cx, &format!("{sign}{text}")))
}

/// [Number.prototype.toExponential](https://tc39.es/ecma262/#sec-number.prototype.toexponential)
fn to_exponential(cx: &mut Isolate, args: Args) -> JsResult {
    let x = this_number(cx, args, "Number.prototype.toExponential")?;
    let f = cx.to_integer(args.get(0))?;
    if !x.is_finite() {
        return Ok(cx.number_to_string(x).into());
    }
    if !(0.0..=100.0).contains(&f) {
        return Err(cx.range_error("toExponential() argument must be between 0 and 100"));
    }
    let sign = if x < 0.0 { "-" } else { "" };
    let x = x.abs();
    let (digits, exponent) = if args.get(0).is_undefined() {
        let text = format!("{x:e}");
        let (m, e) = text.split_once('e').unwrap_or((&text, "0"));
        (m.replace('.', ""), e.parse().unwrap_or(0))
    } else if x == 0.0 {
        ("0".repeat(f as usize + 1), 0)
    } else {
        significant_digits(x, f as usize + 1)
    };
    Ok(latin1(cx, &format!("{sign}{}", exponential(&digits, exponent))))
}

/// [Number.prototype.toPrecision](https://tc39.es/ecma262/#sec-number.prototype.toprecision)
fn to_precision(cx: &mut Isolate, args: Args) -> JsResult {
    let x = this_number(cx, args, "Number.prototype.toPrecision")?;
    if args.get(0).is_undefined() {
        return Ok(cx.number_to_string(x).into());
    }
    let p = cx.to_integer(args.get(0))?;
    if !x.is_finite() {
        return Ok(cx.number_to_string(x).into());
    }
    if !(1.0..=100.0).contains(&p) {
        return Err(cx.range_error("toPrecision() argument must be between 1 and 100"));
    }
    let p = p as usize;
    let sign = if x < 0.0 { "-" } else { "" };
    let (digits, e) = if x == 0.0 { ("0".repeat(p), 0) } else { significant_digits(x.abs(), p) };
    let text = if e < -6 || e >= p as i32 {
        exponential(&digits, e)
    } else if e == p as i32 - 1 {
        digits
    } else if e >= 0 {
        format!("{}.{}", &digits[..e as usize + 1], &digits[e as usize + 1..])
    } else {
        format!("0.{}{digits}", "0".repeat((-e - 1) as usize))
    };
    Ok(latin1(cx, &format!("{sign}{text}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_round_up() {
        assert_eq!(fixed_text(2.5, 0), "3");
        assert_eq!(fixed_text(0.5, 0), "1");
        assert_eq!(fixed_text(1.45, 1), "1.4");
        assert_eq!(fixed_text(8.345, 2), "8.35");
        assert_eq!(fixed_text(1.25, 1), "1.3");
        assert_eq!(fixed_text(99.5, 0), "100");
        assert_eq!(fixed_text(9.995, 2), "9.99");
        assert_eq!(significant_digits(2.5, 1), ("3".into(), 0));
        assert_eq!(significant_digits(9.5, 1), ("1".into(), 1));
        assert_eq!(significant_digits(1.25, 2), ("13".into(), 0));
        assert_eq!(significant_digits(123456.0, 2), ("12".into(), 5));
        assert_eq!(fixed_text(3.897583274209482e-23, 18), "0.000000000000000000");
    }

    #[test]
    fn other_radices() {
        assert_eq!(to_radix(255.0, 16), "ff");
        assert_eq!(to_radix(-255.5, 16), "-ff.8");
        assert_eq!(to_radix(0.1, 2), "0.0001100110011001100110011001100110011001100110011001101");
        assert_eq!(to_radix(1e21, 36), "5v1j4f4ds7c000");
        assert_eq!(to_radix(0.1, 3), "0.0022002200220022002200220022002201");
    }
}
