//! [Temporal.PlainYearMonth](https://tc39.es/proposal-temporal/#sec-temporal-plainyearmonth-objects).

use temporal_rs::PlainYearMonth;
use temporal_rs::fields::{CalendarFields, YearMonthCalendarFields};
use temporal_rs::options::DisplayCalendar;
use temporal_rs::partial::PartialYearMonth;
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use super::fields::{self, Wanted};
use super::{
    Class, Type, as_type, calendar_argument, calendar_of, calendar_text, create, duration, int_at, integer,
    iso_fields, lift, narrow, needs_new, numbers, options, ordering, plain_date, string, text_of, this_of,
    value_of,
};

const TY: Type = Type::PlainYearMonth;
const WANTED: Wanted =
    Wanted { day: false, month: true, year: true, time: false, offset: false, zone: false };

pub const CLASS: Class = Class {
    ty: TY,
    length: 2,
    constructor,
    statics: &[("from", 1, from), ("compare", 2, compare)],
    getters: super::year_month_getters!(this),
    methods: &[
        ("with", 1, with),
        ("add", 1, |cx, args| combine(cx, args, false)),
        ("subtract", 1, |cx, args| combine(cx, args, true)),
        ("until", 1, |cx, args| difference(cx, args, false)),
        ("since", 1, |cx, args| difference(cx, args, true)),
        ("equals", 1, equals),
        ("toString", 0, to_string),
        ("toJSON", 0, plain_text),
        ("toLocaleString", 0, plain_text),
        ("valueOf", 0, value_of),
        ("toPlainDate", 1, to_plain_date),
    ],
};

fn get(cx: &mut Isolate, o: ObjectRef) -> JsResult<PlainYearMonth> {
    let calendar = calendar_of(cx, o)?;
    let d = PlainYearMonth::try_new(int_at(o, 0), int_at(o, 1) as u8, Some(int_at(o, 2) as u8), calendar);
    lift(cx, d)
}
pub fn new(cx: &mut Isolate, d: &PlainYearMonth) -> JsResult {
    create_with(cx, d, Value::UNDEFINED)
}
fn create_with(cx: &mut Isolate, d: &PlainYearMonth, new_target: Value) -> JsResult {
    let f = numbers(cx, &iso_fields(&d.to_ixdtf_string(DisplayCalendar::Always)));
    let c = calendar_text(cx, d.calendar());
    create(cx, TY, new_target, [f, c, Value::UNDEFINED])
}
fn this(cx: &mut Isolate, args: Args) -> JsResult<PlainYearMonth> {
    let o = this_of(cx, args, TY, "method")?;
    get(cx, o)
}
fn year_month(f: CalendarFields) -> YearMonthCalendarFields {
    YearMonthCalendarFields {
        year: f.year,
        month: f.month,
        month_code: f.month_code,
        era: f.era,
        era_year: f.era_year,
    }
}

fn constructor(cx: &mut Isolate, args: Args) -> JsResult {
    needs_new(cx, args, TY)?;
    let (y, m) = (integer(cx, args.get(0))?, integer(cx, args.get(1))?);
    let calendar = calendar_argument(cx, args.get(2))?;
    let day = if args.get(3).is_undefined() { 1.0 } else { integer(cx, args.get(3))? };
    let d = PlainYearMonth::try_new(narrow(cx, y)?, narrow(cx, m)?, Some(narrow(cx, day)?), calendar);
    let d = lift(cx, d)?;
    create_with(cx, &d, args.new_target())
}

/// ToTemporalYearMonth.
fn convert(cx: &mut Isolate, v: Value, options: Value) -> JsResult<PlainYearMonth> {
    if let Some(o) = as_type(v, TY) {
        let d = get(cx, o)?;
        options::overflow(cx, options)?;
        return Ok(d);
    }
    if let Some(o) = v.try_as::<ObjectRef>() {
        let calendar = fields::calendar(cx, o)?;
        let f = fields::read(cx, o, &calendar, WANTED)?;
        let overflow = options::overflow(cx, options)?;
        let p = PartialYearMonth { calendar_fields: year_month(f.calendar), calendar };
        let d = PlainYearMonth::from_partial(p, overflow);
        return lift(cx, d);
    }
    let text = text_of(cx, v)?;
    let d = PlainYearMonth::from_utf8(text.as_bytes());
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
    let d = d.with(year_month(f.calendar), overflow);
    let d = lift(cx, d)?;
    new(cx, &d)
}
fn combine(cx: &mut Isolate, args: Args, subtract: bool) -> JsResult {
    let d = this(cx, args)?;
    let other = duration::convert(cx, args.get(0))?;
    let overflow = options::overflow(cx, args.get(1))?.unwrap_or_default();
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
fn to_plain_date(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this(cx, args)?;
    let Some(o) = args.get(0).try_as::<ObjectRef>() else {
        return Err(cx.type_error("The argument must be an object with a day"));
    };
    let wanted = Wanted { day: true, ..Wanted::default() };
    let f = fields::read(cx, o, &temporal_rs::Calendar::ISO, wanted)?.some(cx)?;
    let d = d.to_plain_date(Some(f.calendar));
    let d = lift(cx, d)?;
    plain_date::new(cx, &d)
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
