//! [Temporal.PlainDateTime](https://tc39.es/proposal-temporal/#sec-temporal-plaindatetime-objects).

use temporal_rs::PlainDateTime;
use temporal_rs::fields::DateTimeFields;
use temporal_rs::options::{Disambiguation, DisplayCalendar, ToStringRoundingOptions};
use temporal_rs::partial::PartialDateTime;
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use super::fields::{self, Wanted};
use super::{
    Class, Type, as_type, calendar_argument, calendar_of, calendar_text, create, duration, int_at, integer,
    integer_or_zero, lift, narrow, needs_new, numbers, options, ordering, plain_date, plain_time, string,
    text_of, this_of, to_calendar, to_time_zone, value_of, zoned_date_time,
};

const TY: Type = Type::PlainDateTime;
const WANTED: Wanted = Wanted { day: true, month: true, year: true, time: true, offset: false, zone: false };

pub const CLASS: Class = Class {
    ty: TY,
    length: 3,
    constructor,
    statics: &[("from", 1, from), ("compare", 2, compare)],
    getters: super::date_time_getters!(this),
    methods: &[
        ("with", 1, with),
        ("withPlainTime", 0, with_plain_time),
        ("withCalendar", 1, with_calendar),
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
        ("toZonedDateTime", 1, to_zoned),
        ("toPlainDate", 0, |cx, args| {
            let d = this(cx, args)?;
            plain_date::new(cx, &d.to_plain_date())
        }),
        ("toPlainTime", 0, |cx, args| {
            let d = this(cx, args)?;
            plain_time::new(cx, &d.to_plain_time())
        }),
    ],
};

pub fn get(cx: &mut Isolate, o: ObjectRef) -> JsResult<PlainDateTime> {
    let calendar = calendar_of(cx, o)?;
    let i = |n: usize| int_at(o, n);
    let d = PlainDateTime::try_new(
        i(0),
        i(1) as u8,
        i(2) as u8,
        i(3) as u8,
        i(4) as u8,
        i(5) as u8,
        i(6) as u16,
        i(7) as u16,
        i(8) as u16,
        calendar,
    );
    lift(cx, d)
}
pub fn new(cx: &mut Isolate, d: &PlainDateTime) -> JsResult {
    create_with(cx, d, Value::UNDEFINED)
}
fn create_with(cx: &mut Isolate, d: &PlainDateTime, new_target: Value) -> JsResult {
    let t = plain_time::values(&d.to_plain_time());
    let date = [d.iso_year() as f64, d.iso_month() as f64, d.iso_day() as f64];
    let f = numbers(cx, &[date[0], date[1], date[2], t[0], t[1], t[2], t[3], t[4], t[5]]);
    let c = calendar_text(cx, d.calendar());
    create(cx, TY, new_target, [f, c, Value::UNDEFINED])
}
fn this(cx: &mut Isolate, args: Args) -> JsResult<PlainDateTime> {
    let o = this_of(cx, args, TY, "method")?;
    get(cx, o)
}

fn constructor(cx: &mut Isolate, args: Args) -> JsResult {
    needs_new(cx, args, TY)?;
    let mut f = [0.0; 9];
    for (i, n) in f.iter_mut().enumerate() {
        *n = if i < 3 { integer(cx, args.get(i))? } else { integer_or_zero(cx, args.get(i))? };
    }
    let calendar = calendar_argument(cx, args.get(9))?;
    let d = PlainDateTime::try_new(
        narrow(cx, f[0])?,
        narrow(cx, f[1])?,
        narrow(cx, f[2])?,
        narrow(cx, f[3])?,
        narrow(cx, f[4])?,
        narrow(cx, f[5])?,
        narrow(cx, f[6])?,
        narrow(cx, f[7])?,
        narrow(cx, f[8])?,
        calendar,
    );
    let d = lift(cx, d)?;
    create_with(cx, &d, args.new_target())
}

/// ToTemporalDateTime.
fn convert(cx: &mut Isolate, v: Value, options: Value) -> JsResult<PlainDateTime> {
    let whole = if let Some(o) = as_type(v, TY) {
        Some(get(cx, o)?)
    } else if let Some(o) = as_type(v, Type::PlainDate) {
        let d = plain_date::get(cx, o)?.to_plain_date_time(None);
        Some(lift(cx, d)?)
    } else if let Some(o) = as_type(v, Type::ZonedDateTime) {
        Some(zoned_date_time::get(cx, o)?.to_plain_date_time())
    } else {
        None
    };
    if let Some(d) = whole {
        options::overflow(cx, options)?;
        return Ok(d);
    }
    if let Some(o) = v.try_as::<ObjectRef>() {
        let calendar = fields::calendar(cx, o)?;
        let f = fields::read(cx, o, &calendar, WANTED)?;
        let overflow = options::overflow(cx, options)?;
        f.check(cx, overflow)?;
        let fields = DateTimeFields { calendar_fields: f.calendar, time: f.time };
        let d = PlainDateTime::from_partial(PartialDateTime { fields, calendar }, overflow);
        return lift(cx, d);
    }
    let text = text_of(cx, v)?;
    let d = PlainDateTime::from_utf8(text.as_bytes());
    let d = lift(cx, d)?;
    options::overflow(cx, options)?;
    Ok(d)
}

fn from(cx: &mut Isolate, args: Args) -> JsResult {
    let d = convert(cx, args.get(0), args.get(1))?;
    new(cx, &d)
}
fn compare(cx: &mut Isolate, args: Args) -> JsResult {
    let a = convert(cx, args.get(0), Value::UNDEFINED)?;
    let b = convert(cx, args.get(1), Value::UNDEFINED)?;
    ordering(a.compare_iso(&b))
}
fn equals(cx: &mut Isolate, args: Args) -> JsResult {
    let a = this(cx, args)?;
    let b = convert(cx, args.get(0), Value::UNDEFINED)?;
    Ok(Value::from_bool(a.compare_iso(&b).is_eq() && a.calendar() == b.calendar()))
}
fn with(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args)?;
    let o = fields::reject_temporal_like(cx, args.get(0))?;
    let calendar = d.calendar().clone();
    let f = fields::read(cx, o, &calendar, WANTED)?.some(cx)?;
    let overflow = options::overflow(cx, args.get(1))?;
    f.check(cx, overflow)?;
    let d = d.with(DateTimeFields { calendar_fields: f.calendar, time: f.time }, overflow);
    let d = lift(cx, d)?;
    new(cx, &d)
}
fn with_plain_time(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args)?;
    let time = plain_time::optional(cx, args.get(0))?;
    let d = d.with_time(time);
    let d = lift(cx, d)?;
    new(cx, &d)
}
fn with_calendar(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args)?;
    if args.get(0).is_undefined() {
        return Err(cx.type_error("withCalendar needs a calendar"));
    }
    let c = to_calendar(cx, args.get(0))?;
    new(cx, &d.with_calendar(c))
}
fn combine(cx: &mut Isolate, args: Args, subtract: bool) -> JsResult {
    let d = this(cx, args)?;
    let other = duration::convert(cx, args.get(0))?;
    let overflow = options::overflow(cx, args.get(1))?;
    let r = if subtract { d.subtract(&other, overflow) } else { d.add(&other, overflow) };
    let r = lift(cx, r)?;
    new(cx, &r)
}
fn difference(cx: &mut Isolate, args: Args, since: bool) -> JsResult {
    let d = this(cx, args)?;
    let other = convert(cx, args.get(0), Value::UNDEFINED)?;
    let s = options::difference(cx, args.get(1))?;
    let d = if since { d.since(&other, s) } else { d.until(&other, s) };
    let d = lift(cx, d)?;
    duration::new(cx, &d)
}
fn round(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args)?;
    let (r, ()) = options::rounding(cx, args.get(0), false, |_, _| Ok(()))?;
    let d = d.round(r);
    let d = lift(cx, d)?;
    new(cx, &d)
}
fn to_zoned(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args)?;
    let zone = to_time_zone(cx, args.get(0))?;
    let o = options::object(cx, args.get(1))?;
    let disambiguation = options::get::<Disambiguation>(cx, o, "disambiguation")?.unwrap_or_default();
    let z = d.to_zoned_date_time(zone, disambiguation);
    let z = lift(cx, z)?;
    zoned_date_time::new(cx, &z)
}
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args)?;
    let o = options::object(cx, args.get(0))?;
    let show = options::get::<DisplayCalendar>(cx, o, "calendarName")?.unwrap_or_default();
    let (r, (), ()) = options::to_string_rounding(cx, o, |_| Ok(()), |_| Ok(()))?;
    let text = d.to_ixdtf_string(r, show);
    let text = lift(cx, text)?;
    string(cx, &text)
}
fn plain_text(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args)?;
    let text = d.to_ixdtf_string(ToStringRoundingOptions::default(), DisplayCalendar::Auto);
    let text = lift(cx, text)?;
    string(cx, &text)
}
