//! [Temporal.PlainTime](https://tc39.es/proposal-temporal/#sec-temporal-plaintime-objects).

use std::cmp::Ordering;

use temporal_rs::options::{Overflow, ToStringRoundingOptions};
use temporal_rs::{PlainTime, TemporalResult};
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use super::fields::{self, Wanted};
use super::shared::{
    Kind, Ordered, add, compare, equals, from, new_of, plain_text, round, since, subtract, this, until,
};
use super::{
    Class, Type, as_type, create, int_at, integer_or_zero, lift, narrow, needs_new, numbers, options, string,
    text_of, this_of, value_of,
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
    statics: &[("from", 1, from::<PlainTime>), ("compare", 2, compare::<PlainTime>)],
    getters: getters! {
        0 "hour"; 1 "minute"; 2 "second"; 3 "millisecond"; 4 "microsecond"; 5 "nanosecond";
    },
    methods: &[
        ("add", 1, add::<PlainTime>),
        ("subtract", 1, subtract::<PlainTime>),
        ("with", 1, with),
        ("until", 1, until::<PlainTime>),
        ("since", 1, since::<PlainTime>),
        ("round", 1, round::<PlainTime>),
        ("equals", 1, equals::<PlainTime>),
        ("toString", 0, to_string),
        ("toJSON", 0, plain_text::<PlainTime>),
        ("toLocaleString", 0, plain_text::<PlainTime>),
        ("valueOf", 0, value_of),
    ],
};

impl Kind for PlainTime {
    const TY: Type = TY;
    fn get(cx: &mut Isolate, o: ObjectRef) -> JsResult<Self> {
        let i = |n: usize| int_at(o, n);
        let t = PlainTime::try_new(i(0) as u8, i(1) as u8, i(2) as u8, i(3) as u16, i(4) as u16, i(5) as u16);
        lift(cx, t)
    }
    fn create(&self, cx: &mut Isolate, new_target: Value) -> JsResult {
        let f = numbers(cx, &values(self));
        create(cx, TY, new_target, [f, Value::UNDEFINED, Value::UNDEFINED])
    }
    fn convert(cx: &mut Isolate, v: Value, options: Value) -> JsResult<Self> {
        let whole = if let Some(o) = as_type(v, TY) {
            Some(Self::get(cx, o)?)
        } else if let Some(o) = as_type(v, Type::PlainDateTime) {
            Some(temporal_rs::PlainDateTime::get(cx, o)?.to_plain_time())
        } else if let Some(o) = as_type(v, Type::ZonedDateTime) {
            Some(temporal_rs::ZonedDateTime::get(cx, o)?.to_plain_time())
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
    fn text(&self) -> TemporalResult<String> {
        self.to_ixdtf_string(ToStringRoundingOptions::default())
    }
    fn same(&self, other: &Self) -> TemporalResult<bool> {
        Ok(self == other)
    }
}
impl Ordered for PlainTime {
    fn order(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
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
    t.create(cx, args.new_target())
}

/// A time argument that may be missing.
pub fn optional(cx: &mut Isolate, v: Value) -> JsResult<Option<PlainTime>> {
    if v.is_undefined() { Ok(None) } else { PlainTime::convert(cx, v, Value::UNDEFINED).map(Some) }
}

fn with(cx: &mut Isolate, args: Args) -> JsResult {
    let t: PlainTime = this(cx, args)?;
    let o = fields::reject_temporal_like(cx, args.get(0))?;
    let wanted = Wanted { time: true, ..Wanted::default() };
    let f = fields::read(cx, o, &temporal_rs::Calendar::ISO, wanted)?.some(cx)?;
    let overflow: Option<Overflow> = options::overflow(cx, args.get(1))?;
    f.check(cx, overflow)?;
    let t = t.with(f.time, overflow);
    new_of(cx, t)
}
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let t: PlainTime = this(cx, args)?;
    let o = options::object(cx, args.get(0))?;
    let (r, (), ()) = options::to_string_rounding(cx, o, |_| Ok(()), |_| Ok(()))?;
    let text = t.to_ixdtf_string(r);
    let text = lift(cx, text)?;
    string(cx, &text)
}
