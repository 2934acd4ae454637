//! [Temporal.Duration](https://tc39.es/proposal-temporal/#sec-temporal-duration-objects).

use temporal_rs::options::{RelativeTo, ToStringRoundingOptions, Unit};
use temporal_rs::partial::{PartialDuration, PartialZonedDateTime};
use temporal_rs::{Duration, PlainDate, ZonedDateTime};
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use super::fields::{self, Wanted};
use super::shared::Kind;
use super::{
    Class, Type, as_type, create, integral, lift, needs_new, number_at, numbers, options, ordering, string,
    text_of, this_of, value_of,
};

const TY: Type = Type::Duration;
const NAMES: [&str; 10] = [
    "years",
    "months",
    "weeks",
    "days",
    "hours",
    "minutes",
    "seconds",
    "milliseconds",
    "microseconds",
    "nanoseconds",
];

macro_rules! getters {
    ($($n:literal $name:literal;)*) => {
        &[
            $(($name, |cx, args| Ok(Value::number(number_at(this_of(cx, args, TY, $name)?, $n))), None),)*
            ("sign", sign, None),
            ("blank", blank, None),
        ]
    };
}

pub const CLASS: Class = Class {
    ty: TY,
    length: 0,
    constructor,
    statics: &[("from", 1, from), ("compare", 2, compare)],
    getters: getters! {
        0 "years"; 1 "months"; 2 "weeks"; 3 "days"; 4 "hours"; 5 "minutes"; 6 "seconds"; 7 "milliseconds";
        8 "microseconds"; 9 "nanoseconds";
    },
    methods: &[
        ("with", 1, with),
        ("negated", 0, |cx, args| {
            let d = this(cx, args, "negated")?;
            new(cx, &d.negated())
        }),
        ("abs", 0, |cx, args| {
            let d = this(cx, args, "abs")?;
            new(cx, &d.abs())
        }),
        ("add", 1, |cx, args| combine(cx, args, false)),
        ("subtract", 1, |cx, args| combine(cx, args, true)),
        ("round", 1, round),
        ("total", 1, total),
        ("toString", 0, to_string),
        ("toJSON", 0, plain_text),
        ("toLocaleString", 0, plain_text),
        ("valueOf", 0, value_of),
    ],
};

/// The library's value of an object.
pub fn get(cx: &mut Isolate, o: ObjectRef) -> JsResult<Duration> {
    let f: [f64; 10] = std::array::from_fn(|i| number_at(o, i));
    make(cx, &f)
}
fn make(cx: &mut Isolate, f: &[f64; 10]) -> JsResult<Duration> {
    let i = |n: usize| f[n] as i64;
    let d = Duration::new(i(0), i(1), i(2), i(3), i(4), i(5), i(6), i(7), f[8] as i128, f[9] as i128);
    lift(cx, d)
}
/// An object of a value.
pub fn new(cx: &mut Isolate, d: &Duration) -> JsResult {
    create_with(cx, d, Value::UNDEFINED)
}
fn create_with(cx: &mut Isolate, d: &Duration, new_target: Value) -> JsResult {
    let f = numbers(cx, &values(d));
    create(cx, TY, new_target, [f, Value::UNDEFINED, Value::UNDEFINED])
}
fn values(d: &Duration) -> [f64; 10] {
    [
        d.years() as f64,
        d.months() as f64,
        d.weeks() as f64,
        d.days() as f64,
        d.hours() as f64,
        d.minutes() as f64,
        d.seconds() as f64,
        d.milliseconds() as f64,
        d.microseconds() as f64,
        d.nanoseconds() as f64,
    ]
}
fn this(cx: &mut Isolate, args: Args, method: &str) -> JsResult<Duration> {
    let o = this_of(cx, args, TY, method)?;
    get(cx, o)
}

fn constructor(cx: &mut Isolate, args: Args) -> JsResult {
    needs_new(cx, args, TY)?;
    let mut f = [0.0; 10];
    for (i, n) in f.iter_mut().enumerate() {
        if !args.get(i).is_undefined() {
            *n = integral(cx, args.get(i))?;
        }
    }
    let d = make(cx, &f)?;
    create_with(cx, &d, args.new_target())
}

/// ToTemporalDuration.
pub fn convert(cx: &mut Isolate, v: Value) -> JsResult<Duration> {
    if let Some(o) = as_type(v, TY) {
        return get(cx, o);
    }
    if let Some(o) = v.try_as::<ObjectRef>() {
        let p = partial(cx, o)?;
        let d = Duration::from_partial_duration(p);
        return lift(cx, d);
    }
    let text = text_of(cx, v)?;
    let d = Duration::from_utf8(text.as_bytes());
    lift(cx, d)
}

/// ToTemporalPartialDurationRecord.
fn partial(cx: &mut Isolate, o: ObjectRef) -> JsResult<PartialDuration> {
    let mut p = PartialDuration::default();
    let mut order: Vec<usize> = (0..10).collect();
    order.sort_by_key(|&i| NAMES[i]);
    let mut any = false;
    for i in order {
        let key = cx.key(NAMES[i]);
        let v = cx.get_of(o, key)?;
        if v.is_undefined() {
            continue;
        }
        any = true;
        let n = integral(cx, v)?;
        let small = Some(n as i64);
        match i {
            0 => p.years = small,
            1 => p.months = small,
            2 => p.weeks = small,
            3 => p.days = small,
            4 => p.hours = small,
            5 => p.minutes = small,
            6 => p.seconds = small,
            7 => p.milliseconds = small,
            8 => p.microseconds = Some(n as i128),
            _ => p.nanoseconds = Some(n as i128),
        }
    }
    if !any {
        return Err(cx.type_error("The argument has no duration field"));
    }
    Ok(p)
}

fn from(cx: &mut Isolate, args: Args) -> JsResult {
    let d = convert(cx, args.get(0))?;
    new(cx, &d)
}

/// GetTemporalRelativeToOption.
fn relative_to(cx: &mut Isolate, options: Option<ObjectRef>) -> JsResult<Option<RelativeTo>> {
    let Some(o) = options else { return Ok(None) };
    let key = cx.key("relativeTo");
    let v = cx.get_of(o, key)?;
    if v.is_undefined() {
        return Ok(None);
    }
    if let Some(o) = as_type(v, Type::ZonedDateTime) {
        return Ok(Some(RelativeTo::ZonedDateTime(temporal_rs::ZonedDateTime::get(cx, o)?)));
    }
    if let Some(o) = as_type(v, Type::PlainDate) {
        return Ok(Some(RelativeTo::PlainDate(temporal_rs::PlainDate::get(cx, o)?)));
    }
    if let Some(o) = as_type(v, Type::PlainDateTime) {
        let d = temporal_rs::PlainDateTime::get(cx, o)?;
        return Ok(Some(RelativeTo::PlainDate(d.to_plain_date())));
    }
    let Some(o) = v.try_as::<ObjectRef>() else {
        let text = text_of(cx, v)?;
        let r = RelativeTo::try_from_str(&text);
        return lift(cx, r).map(Some);
    };
    let calendar = fields::calendar(cx, o)?;
    let wanted = Wanted { day: true, month: true, year: true, time: true, offset: true, zone: true };
    let f = fields::read(cx, o, &calendar, wanted)?;
    Ok(Some(match f.zone {
        None => {
            let p = temporal_rs::partial::PartialDate { calendar_fields: f.calendar, calendar };
            let d = PlainDate::from_partial(p, None);
            RelativeTo::PlainDate(lift(cx, d)?)
        }
        zone => {
            let mut p = PartialZonedDateTime::new();
            p.fields.calendar_fields = f.calendar;
            p.fields.time = f.time;
            p.fields.offset = f.offset;
            p.timezone = zone;
            p.calendar = calendar;
            let z = ZonedDateTime::from_partial(p, None, None, None);
            RelativeTo::ZonedDateTime(lift(cx, z)?)
        }
    }))
}

fn compare(cx: &mut Isolate, args: Args) -> JsResult {
    let a = convert(cx, args.get(0))?;
    let b = convert(cx, args.get(1))?;
    let o = options::object(cx, args.get(2))?;
    let r = relative_to(cx, o)?;
    let o = a.compare(&b, r);
    ordering(lift(cx, o)?)
}

fn sign(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args, "sign")?;
    Ok(Value::smi(d.sign() as i32))
}
fn blank(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(Value::from_bool(this(cx, args, "blank")?.is_zero()))
}

fn with(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_of(cx, args, TY, "with")?;
    let Some(like) = args.get(0).try_as::<ObjectRef>() else {
        return Err(cx.type_error("The argument must be an object of duration fields"));
    };
    let p = partial(cx, like)?;
    let old: [f64; 10] = std::array::from_fn(|i| number_at(o, i));
    let pick = |n: Option<i64>, i: usize| n.map_or(old[i], |n| n as f64);
    let f = [
        pick(p.years, 0),
        pick(p.months, 1),
        pick(p.weeks, 2),
        pick(p.days, 3),
        pick(p.hours, 4),
        pick(p.minutes, 5),
        pick(p.seconds, 6),
        pick(p.milliseconds, 7),
        p.microseconds.map_or(old[8], |n| n as f64),
        p.nanoseconds.map_or(old[9], |n| n as f64),
    ];
    let d = make(cx, &f)?;
    new(cx, &d)
}

fn combine(cx: &mut Isolate, args: Args, subtract: bool) -> JsResult {
    let d = this(cx, args, "add")?;
    let other = convert(cx, args.get(0))?;
    let r = if subtract { d.subtract(&other) } else { d.add(&other) };
    let r = lift(cx, r)?;
    new(cx, &r)
}

fn round(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args, "round")?;
    let (r, relative) = options::rounding(cx, args.get(0), true, relative_to)?;
    if r.smallest_unit.is_none() && r.largest_unit.is_none() {
        return Err(cx.range_error("round needs smallestUnit or largestUnit"));
    }
    let d = d.round(r, relative);
    let d = lift(cx, d)?;
    new(cx, &d)
}

fn total(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args, "total")?;
    let v = args.get(0);
    if v.is_undefined() {
        return Err(cx.type_error("total needs a unit or options"));
    }
    let (unit, relative) = if v.is_string() {
        let text = cx.to_rust_string(v)?;
        (text.parse::<Unit>().ok(), None)
    } else {
        let o = options::object(cx, v)?;
        let relative = relative_to(cx, o)?;
        (options::get::<Unit>(cx, o, "unit")?, relative)
    };
    let Some(unit) = unit.filter(|u| *u != Unit::Auto) else { return Err(cx.range_error("Invalid unit")) };
    let n = d.total(unit, relative);
    Ok(Value::number(lift(cx, n)?.as_inner()))
}

fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args, "toString")?;
    let o = options::object(cx, args.get(0))?;
    let (r, (), ()) = options::to_string_rounding(cx, o, |_| Ok(()), |_| Ok(()))?;
    if r.smallest_unit == Some(Unit::Minute) {
        return Err(cx.range_error("Invalid value for option smallestUnit"));
    }
    let text = d.as_temporal_string(r);
    let text = lift(cx, text)?;
    string(cx, &text)
}

fn plain_text(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args, "toJSON")?;
    let text = d.as_temporal_string(ToStringRoundingOptions::default());
    let text = lift(cx, text)?;
    string(cx, &text)
}
