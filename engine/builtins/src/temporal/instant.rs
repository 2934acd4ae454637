//! [Temporal.Instant](https://tc39.es/proposal-temporal/#sec-temporal-instant-objects).

use std::cmp::Ordering;

use temporal_rs::options::ToStringRoundingOptions;
use temporal_rs::{Instant, TemporalResult};
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::convert::Hint;
use tierproof_runtime::{Args, Isolate, JsResult};

use super::shared::{
    Kind, Ordered, add, compare, equals, from, new_of, plain_text, round, since, subtract, this, until,
};
use super::{
    Class, Type, as_type, create, lift, nanoseconds_of, needs_new, options, string, text_of, this_of,
    to_i128, to_time_zone, value_of,
};

const TY: Type = Type::Instant;

pub const CLASS: Class = Class {
    ty: TY,
    length: 1,
    constructor,
    statics: &[
        ("from", 1, from::<Instant>),
        ("fromEpochMilliseconds", 1, from_epoch_milliseconds),
        ("fromEpochNanoseconds", 1, from_epoch_nanoseconds),
        ("compare", 2, compare::<Instant>),
    ],
    getters: &[
        (
            "epochMilliseconds",
            |cx, args| Ok(Value::number(this::<Instant>(cx, args)?.epoch_milliseconds() as f64)),
            None,
        ),
        ("epochNanoseconds", |cx, args| Ok(this_of(cx, args, TY, "epochNanoseconds")?.internal(0)), None),
    ],
    methods: &[
        ("add", 1, add::<Instant>),
        ("subtract", 1, subtract::<Instant>),
        ("until", 1, until::<Instant>),
        ("since", 1, since::<Instant>),
        ("round", 1, round::<Instant>),
        ("equals", 1, equals::<Instant>),
        ("toString", 0, to_string),
        ("toJSON", 0, plain_text::<Instant>),
        ("toLocaleString", 0, plain_text::<Instant>),
        ("valueOf", 0, value_of),
        ("toZonedDateTimeISO", 1, to_zoned),
    ],
};

impl Kind for Instant {
    const TY: Type = TY;
    fn get(cx: &mut Isolate, o: ObjectRef) -> JsResult<Self> {
        let i = Instant::try_new(nanoseconds_of(o));
        lift(cx, i)
    }
    fn create(&self, cx: &mut Isolate, new_target: Value) -> JsResult {
        let n = cx.bigint_from_i128(self.as_i128());
        create(cx, TY, new_target, [n, Value::UNDEFINED, Value::UNDEFINED])
    }
    fn convert(cx: &mut Isolate, v: Value, _: Value) -> JsResult<Self> {
        if let Some(o) = as_type(v, TY) {
            return Self::get(cx, o);
        }
        if let Some(o) = as_type(v, Type::ZonedDateTime) {
            return Ok(temporal_rs::ZonedDateTime::get(cx, o)?.to_instant());
        }
        let p = cx.to_primitive(v, Hint::String)?;
        let text = text_of(cx, p)?;
        let i = Instant::from_utf8(text.as_bytes());
        lift(cx, i)
    }
    fn text(&self) -> TemporalResult<String> {
        self.to_ixdtf_string(None, ToStringRoundingOptions::default())
    }
    fn same(&self, other: &Self) -> TemporalResult<bool> {
        Ok(self.as_i128() == other.as_i128())
    }
}
impl Ordered for Instant {
    fn order(&self, other: &Self) -> Ordering {
        self.as_i128().cmp(&other.as_i128())
    }
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
    i.create(cx, args.new_target())
}

fn from_epoch_milliseconds(cx: &mut Isolate, args: Args) -> JsResult {
    let n = cx.to_number(args.get(0))?;
    if n.fract() != 0.0 || n.abs() > 8.64e15 || n.is_nan() {
        return Err(cx.range_error("Epoch milliseconds out of range"));
    }
    let i = Instant::from_epoch_milliseconds(n as i64);
    new_of(cx, i)
}
fn from_epoch_nanoseconds(cx: &mut Isolate, args: Args) -> JsResult {
    let n = nanoseconds(cx, args.get(0))?;
    let i = Instant::try_new(n);
    new_of(cx, i)
}
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let i: Instant = this(cx, args)?;
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
fn to_zoned(cx: &mut Isolate, args: Args) -> JsResult {
    let i: Instant = this(cx, args)?;
    let zone = to_time_zone(cx, args.get(0))?;
    let z = temporal_rs::ZonedDateTime::try_new_iso_from_instant(i, zone);
    new_of(cx, z)
}
