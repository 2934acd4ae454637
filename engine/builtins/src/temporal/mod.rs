//! [Temporal](https://tc39.es/proposal-temporal/): what JavaScript sees of the `temporal_rs` library.
//!
//! Temporal objects are GenericObject cells. Word 0 holds the ISO fields (FixedArray of Smis or numbers)
//! or the epoch nanoseconds (BigInt), word 1 the calendar's identifier, word 2 the time zone's. The
//! library's value is built from them for each operation.

mod duration;
mod fields;
mod getters;
mod instant;
mod now;
mod options;
mod plain_date;
mod plain_date_time;
mod plain_month_day;
mod plain_time;
mod plain_year_month;
mod shared;
mod zoned_date_time;

use std::str::FromStr;

use getters::{date_getters, date_time_getters, year_month_getters, zoned_getters};

use temporal_rs::error::ErrorKind;
use temporal_rs::{Calendar, TemporalError, TimeZone};
use tierproof_heap::{BigIntRef, ObjectRef, StringRef, TaggedArrayRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult, Thrown, attrs};

use crate::install::{self, Accessor, Row, brand, incompatible};

/// What a Temporal object is; index into the realm's prototypes, and part of its brand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum Type {
    Duration,
    Instant,
    PlainDate,
    PlainTime,
    PlainDateTime,
    PlainYearMonth,
    PlainMonthDay,
    ZonedDateTime,
}

impl Type {
    const ALL: [Type; 8] = [
        Type::Duration,
        Type::Instant,
        Type::PlainDate,
        Type::PlainTime,
        Type::PlainDateTime,
        Type::PlainYearMonth,
        Type::PlainMonthDay,
        Type::ZonedDateTime,
    ];
    const fn name(self) -> &'static str {
        match self {
            Type::Duration => "Duration",
            Type::Instant => "Instant",
            Type::PlainDate => "PlainDate",
            Type::PlainTime => "PlainTime",
            Type::PlainDateTime => "PlainDateTime",
            Type::PlainYearMonth => "PlainYearMonth",
            Type::PlainMonthDay => "PlainMonthDay",
            Type::ZonedDateTime => "ZonedDateTime",
        }
    }
    fn brand(self) -> u8 {
        brand::TEMPORAL + self as u8
    }
}

/// Tables of one class.
struct Class {
    ty: Type,
    length: u32,
    constructor: tierproof_runtime::NativeFn,
    statics: &'static [Row],
    getters: &'static [Accessor],
    methods: &'static [Row],
}

pub fn install(cx: &mut Isolate) {
    let namespace = cx.new_plain_object();
    install::tag(cx, namespace, "Temporal");
    let classes = [
        duration::CLASS,
        instant::CLASS,
        plain_date::CLASS,
        plain_time::CLASS,
        plain_date_time::CLASS,
        plain_year_month::CLASS,
        plain_month_day::CLASS,
        zoned_date_time::CLASS,
    ];
    for c in classes {
        let p = cx.realm.temporal_prototypes[c.ty as usize];
        let f = install::detached_constructor(cx, (c.ty.name(), c.length, c.constructor), p).object();
        install::methods(cx, f, c.statics);
        install::accessors(cx, p, c.getters);
        install::methods(cx, p, c.methods);
        install::tag(cx, p, &format!("Temporal.{}", c.ty.name()));
        install::value(cx, namespace, c.ty.name(), f.into(), attrs::HIDDEN);
    }
    let now = now::create(cx);
    install::value(cx, namespace, "Now", now.into(), attrs::HIDDEN);
    let global = cx.realm.global;
    install::value(cx, global, "Temporal", namespace.into(), attrs::HIDDEN);
}

/// A Temporal.Instant, for `Date.prototype.toTemporalInstant`.
pub fn instant_from_milliseconds(cx: &mut Isolate, t: i64) -> JsResult {
    let i = temporal_rs::Instant::from_epoch_milliseconds(t);
    shared::new_of(cx, i)
}

/// The library's error as exception.
#[cold]
fn thrown(cx: &mut Isolate, e: TemporalError) -> Thrown {
    let kind = e.kind();
    let message = e.into_message();
    let message = if message.is_empty() { "Invalid Temporal value" } else { message };
    match kind {
        ErrorKind::Type => cx.type_error(message),
        _ => cx.range_error(message),
    }
}

/// The library's result as ours.
fn lift<T>(cx: &mut Isolate, r: Result<T, TemporalError>) -> JsResult<T> {
    r.map_err(|e| thrown(cx, e))
}

/// A new object of the class with the prototype that `new_target` asks for (undefined: the default one).
fn create(cx: &mut Isolate, ty: Type, new_target: Value, words: [Value; 3]) -> JsResult {
    let fallback = cx.realm.temporal_prototypes[ty as usize];
    let p = cx.prototype_from_constructor(new_target, fallback)?;
    let o = install::branded(cx, p, ty.brand());
    for (i, v) in words.into_iter().enumerate() {
        o.set_internal(&mut cx.heap, i, v);
    }
    Ok(o.into())
}

fn numbers(cx: &mut Isolate, list: &[f64]) -> Value {
    let a = cx.heap.allocate_fixed_array(list.len(), Value::UNDEFINED);
    for (i, n) in list.iter().enumerate() {
        a.set(&mut cx.heap, i, Value::number(*n + 0.0));
    }
    a.into()
}

fn calendar_text(cx: &mut Isolate, c: &Calendar) -> Value {
    cx.intern(c.identifier()).into()
}

/// The object, if it is of this class.
fn as_type(v: Value, ty: Type) -> Option<ObjectRef> {
    install::as_branded(v, ty.brand())
}

/// `this` of a method.
fn this_of(cx: &mut Isolate, args: Args, ty: Type, method: &str) -> JsResult<ObjectRef> {
    as_type(args.this(), ty)
        .ok_or_else(|| incompatible(cx, &format!("Temporal.{}.prototype.{method}", ty.name()), args.this()))
}

/// The n-th number of word 0.
fn number_at(o: ObjectRef, n: usize) -> f64 {
    o.internal(0).cast::<TaggedArrayRef>().get(n).as_number()
}
fn int_at(o: ObjectRef, n: usize) -> i32 {
    number_at(o, n) as i32
}

/// Calendar in word 1.
fn calendar_of(cx: &mut Isolate, o: ObjectRef) -> JsResult<Calendar> {
    let text = tierproof_runtime::strings::to_rust(cx, o.internal(1).cast());
    let c = Calendar::from_str(&text);
    lift(cx, c)
}
/// Time zone in word 2.
fn time_zone_of(cx: &mut Isolate, o: ObjectRef) -> JsResult<TimeZone> {
    let text = tierproof_runtime::strings::to_rust(cx, o.internal(2).cast());
    let z = TimeZone::try_from_str(&text);
    lift(cx, z)
}
/// Epoch nanoseconds in word 0.
fn nanoseconds_of(o: ObjectRef) -> i128 {
    to_i128(o.internal(0).cast()).unwrap_or(0)
}
fn to_i128(b: BigIntRef) -> Option<i128> {
    let magnitude: i128 = match b.digits() {
        [] => 0,
        [a] => *a as i128,
        [a, b] if *b >> 63 == 0 => *a as i128 | (*b as i128) << 64,
        _ => return None,
    };
    Some(if b.is_negative() { -magnitude } else { magnitude })
}

/// ISO year, month and day at the start of a text that the library printed.
fn iso_fields(text: &str) -> [f64; 3] {
    let (sign, rest) = match text.as_bytes().first() {
        Some(b'-') => (-1.0, &text[1..]),
        Some(b'+') => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    let mut parts = rest.split(['-', '[', 'T']).map(|p| p.parse().unwrap_or(1.0));
    let mut next = || parts.next().unwrap_or(1.0);
    [sign * next(), next(), next()]
}

/// ToIntegerWithTruncation.
fn integer(cx: &mut Isolate, v: Value) -> JsResult<f64> {
    let n = cx.to_number(v)?;
    if !n.is_finite() {
        return Err(cx.range_error("Temporal fields must be finite numbers"));
    }
    Ok(n.trunc() + 0.0)
}
/// As `integer`, with 0 for undefined.
fn integer_or_zero(cx: &mut Isolate, v: Value) -> JsResult<f64> {
    if v.is_undefined() { Ok(0.0) } else { integer(cx, v) }
}
/// ToIntegerIfIntegral.
fn integral(cx: &mut Isolate, v: Value) -> JsResult<f64> {
    let n = cx.to_number(v)?;
    if !n.is_finite() || n.fract() != 0.0 {
        return Err(cx.range_error("Temporal fields must be integers"));
    }
    Ok(n + 0.0)
}

/// Into the field's integer type; what does not fit is out of range.
fn narrow<T: TryFrom<i64>>(cx: &mut Isolate, n: f64) -> JsResult<T> {
    T::try_from(n as i64).map_err(|_| cx.range_error("Temporal field out of range"))
}

fn text_of(cx: &mut Isolate, v: Value) -> JsResult<String> {
    match v.try_as::<StringRef>() {
        Some(s) => Ok(tierproof_runtime::strings::to_rust(cx, s)),
        None => {
            let what = cx.describe(v);
            Err(cx.type_error(&format!("Cannot convert {what} to a Temporal value")))
        }
    }
}

fn string(cx: &mut Isolate, text: &str) -> JsResult {
    Ok(cx.string(text).into())
}

/// ToTemporalCalendarIdentifier, `iso8601` for undefined.
fn to_calendar(cx: &mut Isolate, v: Value) -> JsResult<Calendar> {
    if v.is_undefined() {
        return Ok(Calendar::ISO);
    }
    for ty in Type::ALL {
        if let Some(o) = as_type(v, ty)
            && o.internal(1).is_string()
        {
            return calendar_of(cx, o);
        }
    }
    let text = text_of(cx, v)?;
    let c = Calendar::from_str(&text);
    lift(cx, c)
}

/// A calendar argument of a constructor: an identifier only.
fn calendar_argument(cx: &mut Isolate, v: Value) -> JsResult<Calendar> {
    if v.is_undefined() {
        return Ok(Calendar::ISO);
    }
    let text = text_of(cx, v)?;
    let c = Calendar::try_from_utf8(text.as_bytes());
    lift(cx, c)
}

/// ToTemporalTimeZoneIdentifier.
fn to_time_zone(cx: &mut Isolate, v: Value) -> JsResult<TimeZone> {
    if let Some(o) = as_type(v, Type::ZonedDateTime) {
        return time_zone_of(cx, o);
    }
    let text = text_of(cx, v)?;
    let z = TimeZone::try_from_str(&text);
    lift(cx, z)
}

/// `valueOf` of all classes.
fn value_of(cx: &mut Isolate, _: Args) -> JsResult {
    Err(cx.type_error("Temporal objects cannot be converted to primitive values; use compare or equals"))
}

fn needs_new(cx: &mut Isolate, args: Args, ty: Type) -> JsResult<()> {
    if args.is_construct() { Ok(()) } else { Err(install::needs_new(cx, &format!("Temporal.{}", ty.name()))) }
}

fn ordering(o: std::cmp::Ordering) -> JsResult {
    Ok(Value::smi(o as i32))
}
