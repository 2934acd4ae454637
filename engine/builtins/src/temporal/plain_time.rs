//! [Temporal.PlainTime](https://tc39.es/proposal-temporal/#sec-temporal-plaintime-objects).

use temporal_rs::PlainTime;
use temporal_rs::options::{Overflow, ToStringRoundingOptions};
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use super::fields::{self, Wanted};
use super::{
    Class, Type, as_type, create, duration, int_at, integer_or_zero, lift, narrow, needs_new, numbers,
    options, ordering, plain_date_time, string, text_of, this_of, value_of, zoned_date_time,
};

const TY: Type = Type::PlainTime;

macro_rules! getters {
    ($($n:literal $name:literal;)*) => {
        &[$(($name, |cx, args| Ok(Value::smi(int_at(this_of(cx, args, TY, $name)?, $n))), None),)*]
    };
}

pub const CLASS: Class = Class {
    ty: TY,
    length: 0,
    constructor,
    statics: &[("from", 1, from), ("compare", 2, compare)],
    getters: getters! {
        0 "hour"; 1 "minute"; 2 "second"; 3 "millisecond"; 4 "microsecond"; 5 "nanosecond";
    },
    methods: &[
        ("add", 1, |cx, args| combine(cx, args, false)),
        ("subtract", 1, |cx, args| combine(cx, args, true)),
        ("with", 1, with),
        ("until", 1, |cx, args| difference(cx, args, false)),
        ("since", 1, |cx, args| difference(cx, args, true)),
        ("round", 1, round),
        ("equals", 1, equals),
        ("toString", 0, to_string),
        ("toJSON", 0, plain_text),
        ("toLocaleString", 0, plain_text),
        ("valueOf", 0, value_of),
    ],
};

pub fn get(cx: &mut Isolate, o: ObjectRef) -> JsResult<PlainTime> {
    let i = |n: usize| int_at(o, n);
    let t = PlainTime::try_new(i(0) as u8, i(1) as u8, i(2) as u8, i(3) as u16, i(4) as u16, i(5) as u16);
    lift(cx, t)
}
pub fn values(t: &PlainTime) -> [f64; 6] {
    [
        t.hour() as f64,
        t.minute() as f64,
        t.second() as f64,
        t.millisecond() as f64,
        t.microsecond() as f64,
        t.nanosecond() as f64,
    ]
}
pub fn new(cx: &mut Isolate, t: &PlainTime) -> JsResult {
    create_with(cx, t, Value::UNDEFINED)
}
fn create_with(cx: &mut Isolate, t: &PlainTime, new_target: Value) -> JsResult {
    let f = numbers(cx, &values(t));
    create(cx, TY, new_target, [f, Value::UNDEFINED, Value::UNDEFINED])
}
fn this(cx: &mut Isolate, args: Args) -> JsResult<PlainTime> {
    let o = this_of(cx, args, TY, "method")?;
    get(cx, o)
}

fn constructor(cx: &mut Isolate, args: Args) -> JsResult {
    needs_new(cx, args, TY)?;
    let mut f = [0.0; 6];
    for (i, n) in f.iter_mut().enumerate() {
        *n = integer_or_zero(cx, args.get(i))?;
    }
    let t = PlainTime::try_new(
        narrow(cx, f[0])?,
        narrow(cx, f[1])?,
        narrow(cx, f[2])?,
        narrow(cx, f[3])?,
        narrow(cx, f[4])?,
        narrow(cx, f[5])?,
    );
    let t = lift(cx, t)?;
    create_with(cx, &t, args.new_target())
}

/// ToTemporalTime; `options` undefined for none.
pub fn convert(cx: &mut Isolate, v: Value, options: Value) -> JsResult<PlainTime> {
    let whole = if let Some(o) = as_type(v, TY) {
        Some(get(cx, o)?)
    } else if let Some(o) = as_type(v, Type::PlainDateTime) {
        Some(plain_date_time::get(cx, o)?.to_plain_time())
    } else if let Some(o) = as_type(v, Type::ZonedDateTime) {
        Some(zoned_date_time::get(cx, o)?.to_plain_time())
    } else {
        None
    };
    if let Some(t) = whole {
        options::overflow(cx, options)?;
        return Ok(t);
    }
    if let Some(o) = v.try_as::<ObjectRef>() {
        let wanted = Wanted { time: true, ..Wanted::default() };
        let f = fields::read(cx, o, &temporal_rs::Calendar::ISO, wanted)?.some(cx)?;
        let overflow = options::overflow(cx, options)?;
        f.check(cx, overflow)?;
        let t = PlainTime::from_partial(f.time, overflow);
        return lift(cx, t);
    }
    let text = text_of(cx, v)?;
    let t = PlainTime::from_utf8(text.as_bytes());
    let t = lift(cx, t)?;
    options::overflow(cx, options)?;
    Ok(t)
}

/// A time argument that may be missing.
pub fn optional(cx: &mut Isolate, v: Value) -> JsResult<Option<PlainTime>> {
    if v.is_undefined() { Ok(None) } else { convert(cx, v, Value::UNDEFINED).map(Some) }
}

fn from(cx: &mut Isolate, args: Args) -> JsResult {
    let t = convert(cx, args.get(0), args.get(1))?;
    new(cx, &t)
}
fn compare(cx: &mut Isolate, args: Args) -> JsResult {
    let a = convert(cx, args.get(0), Value::UNDEFINED)?;
    let b = convert(cx, args.get(1), Value::UNDEFINED)?;
    ordering(a.cmp(&b))
}
fn equals(cx: &mut Isolate, args: Args) -> JsResult {
    let a = this(cx, args)?;
    let b = convert(cx, args.get(0), Value::UNDEFINED)?;
    Ok(Value::from_bool(a == b))
}
fn with(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this(cx, args)?;
    let o = fields::reject_temporal_like(cx, args.get(0))?;
    let wanted = Wanted { time: true, ..Wanted::default() };
    let f = fields::read(cx, o, &temporal_rs::Calendar::ISO, wanted)?.some(cx)?;
    let overflow: Option<Overflow> = options::overflow(cx, args.get(1))?;
    f.check(cx, overflow)?;
    let t = t.with(f.time, overflow);
    let t = lift(cx, t)?;
    new(cx, &t)
}
fn combine(cx: &mut Isolate, args: Args, subtract: bool) -> JsResult {
    let t = this(cx, args)?;
    let d = duration::convert(cx, args.get(0))?;
    let r = if subtract { t.subtract(&d) } else { t.add(&d) };
    let r = lift(cx, r)?;
    new(cx, &r)
}
fn difference(cx: &mut Isolate, args: Args, since: bool) -> JsResult {
    let t = this(cx, args)?;
    let other = convert(cx, args.get(0), Value::UNDEFINED)?;
    let s = options::difference(cx, args.get(1))?;
    let d = if since { t.since(&other, s) } else { t.until(&other, s) };
    let d = lift(cx, d)?;
    duration::new(cx, &d)
}
fn round(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this(cx, args)?;
    let (r, ()) = options::rounding(cx, args.get(0), false, |_, _| Ok(()))?;
    let t = t.round(r);
    let t = lift(cx, t)?;
    new(cx, &t)
}
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this(cx, args)?;
    let o = options::object(cx, args.get(0))?;
    let (r, (), ()) = options::to_string_rounding(cx, o, |_| Ok(()), |_| Ok(()))?;
    let text = t.to_ixdtf_string(r);
    let text = lift(cx, text)?;
    string(cx, &text)
}
fn plain_text(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this(cx, args)?;
    let text = t.to_ixdtf_string(ToStringRoundingOptions::default());
    let text = lift(cx, text)?;
    string(cx, &text)
}
