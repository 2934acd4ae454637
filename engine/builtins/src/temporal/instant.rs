//! [Temporal.Instant](https://tc39.es/proposal-temporal/#sec-temporal-instant-objects).

use temporal_rs::Instant;
use temporal_rs::options::ToStringRoundingOptions;
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::convert::Hint;
use tierproof_runtime::{Args, Isolate, JsResult};

use super::{
    Class, Type, as_type, create, duration, lift, nanoseconds_of, needs_new, options, ordering, string,
    text_of, this_of, to_i128, to_time_zone, value_of, zoned_date_time,
};

const TY: Type = Type::Instant;

pub const CLASS: Class = Class {
    ty: TY,
    length: 1,
    constructor,
    statics: &[
        ("from", 1, from),
        ("fromEpochMilliseconds", 1, from_epoch_milliseconds),
        ("fromEpochNanoseconds", 1, from_epoch_nanoseconds),
        ("compare", 2, compare),
    ],
    getters: &[
        (
            "epochMilliseconds",
            |cx, args| Ok(Value::number(this(cx, args)?.epoch_milliseconds() as f64)),
            None,
        ),
        ("epochNanoseconds", |cx, args| Ok(this_of(cx, args, TY, "epochNanoseconds")?.internal(0)), None),
    ],
    methods: &[
        ("add", 1, |cx, args| combine(cx, args, false)),
        ("subtract", 1, |cx, args| combine(cx, args, true)),
        ("until", 1, |cx, args| difference(cx, args, false)),
        ("since", 1, |cx, args| difference(cx, args, true)),
        ("round", 1, round),
        ("equals", 1, equals),
        ("toString", 0, to_string),
        ("toJSON", 0, plain_text),
        ("toLocaleString", 0, plain_text),
        ("valueOf", 0, value_of),
        ("toZonedDateTimeISO", 1, to_zoned),
    ],
};

pub fn get(cx: &mut Isolate, o: ObjectRef) -> JsResult<Instant> {
    let i = Instant::try_new(nanoseconds_of(o));
    lift(cx, i)
}
pub fn new(cx: &mut Isolate, i: &Instant) -> JsResult {
    create_with(cx, i, Value::UNDEFINED)
}
fn create_with(cx: &mut Isolate, i: &Instant, new_target: Value) -> JsResult {
    let n = cx.bigint_from_i128(i.as_i128());
    create(cx, TY, new_target, [n, Value::UNDEFINED, Value::UNDEFINED])
}
fn this(cx: &mut Isolate, args: Args) -> JsResult<Instant> {
    let o = this_of(cx, args, TY, "method")?;
    get(cx, o)
}

/// Nanoseconds of a BigInt argument.
pub fn nanoseconds(cx: &mut Isolate, v: Value) -> JsResult<i128> {
    let b = cx.to_bigint(v)?;
    to_i128(b).ok_or_else(|| cx.range_error("Epoch nanoseconds out of range"))
}

fn constructor(cx: &mut Isolate, args: Args) -> JsResult {
    needs_new(cx, args, TY)?;
    let n = nanoseconds(cx, args.get(0))?;
    let i = Instant::try_new(n);
    let i = lift(cx, i)?;
    create_with(cx, &i, args.new_target())
}

/// ToTemporalInstant.
fn convert(cx: &mut Isolate, v: Value) -> JsResult<Instant> {
    if let Some(o) = as_type(v, TY) {
        return get(cx, o);
    }
    if let Some(o) = as_type(v, Type::ZonedDateTime) {
        return Ok(zoned_date_time::get(cx, o)?.to_instant());
    }
    let p = cx.to_primitive(v, Hint::String)?;
    let text = text_of(cx, p)?;
    let i = Instant::from_utf8(text.as_bytes());
    lift(cx, i)
}

fn from(cx: &mut Isolate, args: Args) -> JsResult {
    let i = convert(cx, args.get(0))?;
    new(cx, &i)
}
fn from_epoch_milliseconds(cx: &mut Isolate, args: Args) -> JsResult {
    let n = cx.to_number(args.get(0))?;
    if n.fract() != 0.0 || n.abs() > 8.64e15 || n.is_nan() {
        return Err(cx.range_error("Epoch milliseconds out of range"));
    }
    let i = Instant::from_epoch_milliseconds(n as i64);
    let i = lift(cx, i)?;
    new(cx, &i)
}
fn from_epoch_nanoseconds(cx: &mut Isolate, args: Args) -> JsResult {
    let n = nanoseconds(cx, args.get(0))?;
    let i = Instant::try_new(n);
    let i = lift(cx, i)?;
    new(cx, &i)
}
fn compare(cx: &mut Isolate, args: Args) -> JsResult {
    let a = convert(cx, args.get(0))?;
    let b = convert(cx, args.get(1))?;
    ordering(a.as_i128().cmp(&b.as_i128()))
}
fn equals(cx: &mut Isolate, args: Args) -> JsResult {
    let a = this(cx, args)?;
    let b = convert(cx, args.get(0))?;
    Ok(Value::from_bool(a.as_i128() == b.as_i128()))
}
fn combine(cx: &mut Isolate, args: Args, subtract: bool) -> JsResult {
    let i = this(cx, args)?;
    let d = duration::convert(cx, args.get(0))?;
    let r = if subtract { i.subtract(&d) } else { i.add(&d) };
    let r = lift(cx, r)?;
    new(cx, &r)
}
fn difference(cx: &mut Isolate, args: Args, since: bool) -> JsResult {
    let i = this(cx, args)?;
    let other = convert(cx, args.get(0))?;
    let s = options::difference(cx, args.get(1))?;
    let d = if since { i.since(&other, s) } else { i.until(&other, s) };
    let d = lift(cx, d)?;
    duration::new(cx, &d)
}
fn round(cx: &mut Isolate, args: Args) -> JsResult {
    let i = this(cx, args)?;
    let (r, ()) = options::rounding(cx, args.get(0), false, |_, _| Ok(()))?;
    let i = i.round(r);
    let i = lift(cx, i)?;
    new(cx, &i)
}
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let i = this(cx, args)?;
    let o = options::object(cx, args.get(0))?;
    let read_zone = |cx: &mut Isolate| match o {
        Some(o) => {
            let key = cx.key("timeZone");
            cx.get_of(o, key)
        }
        None => Ok(Value::UNDEFINED),
    };
    let (r, (), zone) = options::to_string_rounding(cx, o, |_| Ok(()), read_zone)?;
    let zone = if zone.is_undefined() { None } else { Some(to_time_zone(cx, zone)?) };
    let text = i.to_ixdtf_string(zone, r);
    let text = lift(cx, text)?;
    string(cx, &text)
}
fn plain_text(cx: &mut Isolate, args: Args) -> JsResult {
    let i = this(cx, args)?;
    let text = i.to_ixdtf_string(None, ToStringRoundingOptions::default());
    let text = lift(cx, text)?;
    string(cx, &text)
}
fn to_zoned(cx: &mut Isolate, args: Args) -> JsResult {
    let i = this(cx, args)?;
    let zone = to_time_zone(cx, args.get(0))?;
    let z = temporal_rs::ZonedDateTime::try_new_iso_from_instant(i, zone);
    let z = lift(cx, z)?;
    zoned_date_time::new(cx, &z)
}
