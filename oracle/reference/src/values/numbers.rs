//! Numbers as text and text as numbers, from the standard library's shortest digits and its exact reading
//! (the engine uses other code for both).

use num_bigint::BigInt;
use num_traits::{Num, ToPrimitive};

/// Shortest decimal digits of a positive finite number, and the `n` of the specification: the value is
/// 0.digits times 10^n. Of two that are as short and as close the even one counts, which the library leaves open.
pub fn digits_of(x: f64) -> (String, i32) {
    let text = format!("{x:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let n = exponent.parse::<i32>().unwrap_or(0) + 1;
    if digits.len() < 16 {
        return (digits, n);
    }
    let shift = n - digits.len() as i32;
    let odd = digits.parse::<u64>().is_ok_and(|d| d % 2 == 1);
    for neighbour in [-1i64, 1] {
        let Some(other) = digits.parse::<u64>().ok().and_then(|d| d.checked_add_signed(neighbour)) else {
            break;
        };
        let halfway = digits.parse::<u64>().unwrap_or(0) * 2;
        let halfway = BigInt::from(halfway.wrapping_add_signed(neighbour));
        if odd && equals(x, &halfway, shift) && format!("{other}e{shift}").parse() == Ok(x) {
            return (other.to_string(), n);
        }
    }
    (digits, n)
}

/// Whether x is exactly half of `twice` times 10^power.
fn equals(x: f64, twice: &BigInt, power: i32) -> bool {
    let (mut n, mut d) = exact(x);
    let ten = BigInt::from(10).pow(power.unsigned_abs());
    if power >= 0 {
        d *= ten;
    } else {
        n *= ten;
    }
    n * 2 == twice * d
}

/// A positive finite number exactly: numerator and denominator.
pub fn exact(x: f64) -> (BigInt, BigInt) {
    let bits = x.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7FF) as i64, bits & ((1 << 52) - 1));
    let (m, e) = if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    let m = BigInt::from(m);
    if e >= 0 { (m << e as usize, 1.into()) } else { (m, BigInt::from(1) << (-e) as usize) }
}

/// [Number::toString](https://tc39.es/ecma262/#sec-numeric-types-number-tostring) in base 10.
pub fn number_to_string(x: f64) -> String {
    if x.is_nan() {
        return "NaN".into();
    }
    if x == 0.0 {
        return "0".into();
    }
    if x < 0.0 {
        return format!("-{}", number_to_string(-x));
    }
    if x.is_infinite() {
        return "Infinity".into();
    }
    let (s, n) = digits_of(x);
    let k = s.len() as i32;
    if k <= n && n <= 21 {
        return format!("{s}{}", "0".repeat((n - k) as usize));
    }
    if 0 < n && n <= 21 {
        return format!("{}.{}", &s[..n as usize], &s[n as usize..]);
    }
    if -6 < n && n <= 0 {
        return format!("0.{}{s}", "0".repeat(-n as usize));
    }
    let e = n - 1;
    let sign = if e < 0 { '-' } else { '+' };
    let point = if k == 1 { String::new() } else { format!(".{}", &s[1..]) };
    format!("{}{point}e{sign}{}", &s[..1], e.abs())
}

/// [WhiteSpace](https://tc39.es/ecma262/#sec-white-space) and line terminators.
pub fn is_white_space(unit: u16) -> bool {
    matches!(unit, 0x09..=0x0D | 0x20 | 0xA0 | 0x1680 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000 | 0xFEFF)
}

/// Without white space at both ends.
pub fn trimmed(mut units: &[u16]) -> &[u16] {
    while let [first, rest @ ..] = units
        && is_white_space(*first)
    {
        units = rest;
    }
    while let [rest @ .., last] = units
        && is_white_space(*last)
    {
        units = rest;
    }
    units
}

/// [StringToNumber](https://tc39.es/ecma262/#sec-stringtonumber)
pub fn string_to_number(units: &[u16]) -> f64 {
    let Ok(text) = String::from_utf16(trimmed(units)) else { return f64::NAN };
    if text.is_empty() {
        return 0.0;
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if text.get(..2).is_some_and(|p| p.eq_ignore_ascii_case(prefix)) {
            let digits = &text[2..];
            if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
                return f64::NAN;
            }
            return BigInt::from_str_radix(digits, radix).ok().and_then(|n| n.to_f64()).unwrap_or(f64::NAN);
        }
    }
    match decimal_prefix(&text) {
        n if n == text.len() => parse_decimal(&text),
        _ => f64::NAN,
    }
}

/// Length of the longest prefix that is a
/// [StrDecimalLiteral](https://tc39.es/ecma262/#prod-StrDecimalLiteral); 0 when there is none.
pub fn decimal_prefix(text: &str) -> usize {
    let b = text.as_bytes();
    let digits = |mut at: usize| {
        while b.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let start = usize::from(matches!(b.first(), Some(b'+' | b'-')));
    if text[start..].starts_with("Infinity") {
        return start + 8;
    }
    let whole = digits(start);
    let mut at = whole;
    let mut any = whole > start;
    if b.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        any |= fraction > at + 1;
        if any {
            at = fraction;
        }
    }
    if !any {
        return 0;
    }
    if matches!(b.get(at), Some(b'e' | b'E')) {
        let from = at + 1 + usize::from(matches!(b.get(at + 1), Some(b'+' | b'-')));
        let end = digits(from);
        if end > from {
            at = end;
        }
    }
    at
}

/// The value of a StrDecimalLiteral.
pub fn parse_decimal(text: &str) -> f64 {
    match text {
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ => text.parse().unwrap_or(f64::NAN),
    }
}
