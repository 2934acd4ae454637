//! [Temporal.PlainDate](https://tc39.es/proposal-temporal/#sec-temporal-plaindate-objects).

use temporal_rs::options::DisplayCalendar;
use temporal_rs::partial::PartialDate;
use temporal_rs::{Calendar, PlainDate};
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use super::fields::{self, Wanted};
use super::{
    Class, Type, as_type, calendar_argument, calendar_of, calendar_text, create, duration, int_at, integer,
    iso_fields, lift, narrow, needs_new, numbers, options, ordering, plain_date_time, plain_month_day,
    plain_time, plain_year_month, string, text_of, this_of, to_calendar, to_time_zone, value_of,
    zoned_date_time,
};

const TY: Type = Type::PlainDate;
const WANTED: Wanted = Wanted { day: true, month: true, year: true, time: false, offset: false, zone: false };

pub const CLASS: Class = Class {
    ty: TY,
    length: 3,
    constructor,
    statics: &[("from", 1, from), ("compare", 2, compare)],
    getters: super::date_getters!(this),
    methods: &[
        ("toPlainYearMonth", 0, to_year_month),
        ("toPlainMonthDay", 0, to_month_day),
        ("add", 1, |cx, args| combine(cx, args, false)),
        ("subtract", 1, |cx, args| combine(cx, args, true)),
        ("with", 1, with),
        ("withCalendar", 1, with_calendar),
        ("until", 1, |cx, args| difference(cx, args, false)),
        ("since", 1, |cx, args| difference(cx, args, true)),
        ("equals", 1, equals),
        ("toPlainDateTime", 0, to_date_time),
        ("toZonedDateTime", 1, to_zoned),
        ("toString", 0, to_string),
        ("toJSON", 0, plain_text),
        ("toLocaleString", 0, plain_text),
        ("valueOf", 0, value_of),
    ],
};

pub fn get(cx: &mut Isolate, o: ObjectRef) -> JsResult<PlainDate> {
    let calendar = calendar_of(cx, o)?;
    let d = PlainDate::try_new(int_at(o, 0), int_at(o, 1) as u8, int_at(o, 2) as u8, calendar);
    lift(cx, d)
}
pub fn new(cx: &mut Isolate, d: &PlainDate) -> JsResult {
    create_with(cx, d, Value::UNDEFINED)
}
fn create_with(cx: &mut Isolate, d: &PlainDate, new_target: Value) -> JsResult {
    let f = numbers(cx, &iso_fields(&d.to_ixdtf_string(DisplayCalendar::Never)));
    let c = calendar_text(cx, d.calendar());
    create(cx, TY, new_target, [f, c, Value::UNDEFINED])
}
fn this(cx: &mut Isolate, args: Args) -> JsResult<PlainDate> {
    let o = this_of(cx, args, TY, "method")?;
    get(cx, o)
}

fn constructor(cx: &mut Isolate, args: Args) -> JsResult {
    needs_new(cx, args, TY)?;
    let (y, m, d) = (integer(cx, args.get(0))?, integer(cx, args.get(1))?, integer(cx, args.get(2))?);
    let calendar = calendar_argument(cx, args.get(3))?;
    let date = PlainDate::try_new(narrow(cx, y)?, narrow(cx, m)?, narrow(cx, d)?, calendar);
    let date = lift(cx, date)?;
    create_with(cx, &date, args.new_target())
}

/// ToTemporalDate.
pub fn convert(cx: &mut Isolate, v: Value, options: Value) -> JsResult<PlainDate> {
    let whole = if let Some(o) = as_type(v, TY) {
        Some(get(cx, o)?)
    } else if let Some(o) = as_type(v, Type::PlainDateTime) {
        Some(plain_date_time::get(cx, o)?.to_plain_date())
    } else if let Some(o) = as_type(v, Type::ZonedDateTime) {
        Some(zoned_date_time::get(cx, o)?.to_plain_date())
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
        let d = PlainDate::from_partial(PartialDate { calendar_fields: f.calendar, calendar }, overflow);
        return lift(cx, d);
    }
    let text = text_of(cx, v)?;
    let d = PlainDate::from_utf8(text.as_bytes());
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
    let calendar: Calendar = d.calendar().clone();
    let f = fields::read(cx, o, &calendar, WANTED)?.some(cx)?;
    let overflow = options::overflow(cx, args.get(1))?;
    let d = d.with(f.calendar, overflow);
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
fn to_year_month(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args)?.to_plain_year_month();
    let d = lift(cx, d)?;
    plain_year_month::new(cx, &d)
}
fn to_month_day(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args)?.to_plain_month_day();
    let d = lift(cx, d)?;
    plain_month_day::new(cx, &d)
}
fn to_date_time(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args)?;
    let time = plain_time::optional(cx, args.get(0))?;
    let d = d.to_plain_date_time(time);
    let d = lift(cx, d)?;
    plain_date_time::new(cx, &d)
}
fn to_zoned(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args)?;
    let (mut zone, mut time) = (args.get(0), Value::UNDEFINED);
    if let Some(o) = zone.try_as::<ObjectRef>()
        && as_type(zone, Type::ZonedDateTime).is_none()
    {
        let key = cx.key("timeZone");
        zone = cx.get_of(o, key)?;
        if zone.is_undefined() {
            zone = o.into();
        } else {
            let key = cx.key("plainTime");
            time = cx.get_of(o, key)?;
        }
    }
    let zone = to_time_zone(cx, zone)?;
    let time = plain_time::optional(cx, time)?;
    let z = d.to_zoned_date_time(zone, time);
    let z = lift(cx, z)?;
    zoned_date_time::new(cx, &z)
}
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args)?;
    let o = options::object(cx, args.get(0))?;
    let show = options::get::<DisplayCalendar>(cx, o, "calendarName")?.unwrap_or_default();
    string(cx, &d.to_ixdtf_string(show))
}
fn plain_text(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args)?;
    string(cx, &d.to_ixdtf_string(DisplayCalendar::Auto))
}
