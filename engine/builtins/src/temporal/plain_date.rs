//! [Temporal.PlainDate](https://tc39.es/proposal-temporal/#sec-temporal-plaindate-objects).

use std::cmp::Ordering;

use temporal_rs::options::{DisplayCalendar, Overflow};
use temporal_rs::partial::PartialDate;
use temporal_rs::{Calendar, PlainDate, TemporalResult};
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use super::fields::{self, Found, Wanted};
use super::shared::{
    Kind, OfFields, Ordered, add, compare, convert, date_to_string, equals, from, new_of, plain_text, since,
    subtract, this, until, with_calendar,
};
use super::{
    Class, Type, as_type, calendar_argument, calendar_of, calendar_text, create, int_at, integer, iso_fields,
    lift, narrow, needs_new, numbers, options, plain_time, to_time_zone, value_of,
};

const TY: Type = Type::PlainDate;

pub const CLASS: Class = Class {
    ty: TY,
    length: 3,
    constructor,
    statics: &[("from", 1, from::<PlainDate>), ("compare", 2, compare::<PlainDate>)],
    getters: super::date_getters!(this::<PlainDate>),
    methods: &[
        ("toPlainYearMonth", 0, to_year_month),
        ("toPlainMonthDay", 0, to_month_day),
        ("add", 1, add::<PlainDate>),
        ("subtract", 1, subtract::<PlainDate>),
        ("with", 1, with),
        ("withCalendar", 1, with_calendar::<PlainDate>),
        ("until", 1, until::<PlainDate>),
        ("since", 1, since::<PlainDate>),
        ("equals", 1, equals::<PlainDate>),
        ("toPlainDateTime", 0, to_date_time),
        ("toZonedDateTime", 1, to_zoned),
        ("toString", 0, date_to_string::<PlainDate>),
        ("toJSON", 0, plain_text::<PlainDate>),
        ("toLocaleString", 0, plain_text::<PlainDate>),
        ("valueOf", 0, value_of),
    ],
};

impl Kind for PlainDate {
    const TY: Type = TY;
    fn get(cx: &mut Isolate, o: ObjectRef) -> JsResult<Self> {
        let calendar = calendar_of(cx, o)?;
        let d = PlainDate::try_new(int_at(o, 0), int_at(o, 1) as u8, int_at(o, 2) as u8, calendar);
        lift(cx, d)
    }
    fn create(&self, cx: &mut Isolate, new_target: Value) -> JsResult {
        let f = numbers(cx, &iso_fields(&self.to_ixdtf_string(DisplayCalendar::Never)));
        let c = calendar_text(cx, self.calendar());
        create(cx, TY, new_target, [f, c, Value::UNDEFINED])
    }
    fn convert(cx: &mut Isolate, v: Value, options: Value) -> JsResult<Self> {
        let whole = if let Some(o) = as_type(v, TY) {
            Some(Self::get(cx, o)?)
        } else if let Some(o) = as_type(v, Type::PlainDateTime) {
            Some(temporal_rs::PlainDateTime::get(cx, o)?.to_plain_date())
        } else if let Some(o) = as_type(v, Type::ZonedDateTime) {
            Some(temporal_rs::ZonedDateTime::get(cx, o)?.to_plain_date())
        } else {
            None
        };
        convert(cx, v, whole, options)
    }
    fn text(&self) -> TemporalResult<String> {
        Ok(self.to_ixdtf_string(DisplayCalendar::Auto))
    }
    fn same(&self, other: &Self) -> TemporalResult<bool> {
        Ok(self.compare_iso(other).is_eq() && self.calendar() == other.calendar())
    }
}
impl OfFields for PlainDate {
    const WANTED: Wanted =
        Wanted { day: true, month: true, year: true, time: false, offset: false, zone: false };
    fn of_fields(f: Found, calendar: Calendar, overflow: Option<Overflow>) -> TemporalResult<Self> {
        PlainDate::from_partial(PartialDate { calendar_fields: f.calendar, calendar }, overflow)
    }
    fn of_text(text: &[u8]) -> TemporalResult<Self> {
        PlainDate::from_utf8(text)
    }
}
impl Ordered for PlainDate {
    fn order(&self, other: &Self) -> Ordering {
        self.compare_iso(other)
    }
}

fn constructor(cx: &mut Isolate, args: Args) -> JsResult {
    needs_new(cx, args, TY)?;
    let (y, m, d) = (integer(cx, args.get(0))?, integer(cx, args.get(1))?, integer(cx, args.get(2))?);
    let calendar = calendar_argument(cx, args.get(3))?;
    let date = PlainDate::try_new(narrow(cx, y)?, narrow(cx, m)?, narrow(cx, d)?, calendar);
    let date = lift(cx, date)?;
    date.create(cx, args.new_target())
}

fn with(cx: &mut Isolate, args: Args) -> JsResult {
    let d: PlainDate = this(cx, args)?;
    let o = fields::reject_temporal_like(cx, args.get(0))?;
    let calendar: Calendar = d.calendar().clone();
    let f = fields::read(cx, o, &calendar, PlainDate::WANTED)?.some(cx)?;
    let overflow = options::overflow(cx, args.get(1))?;
    let d = d.with(f.calendar, overflow);
    new_of(cx, d)
}
fn to_year_month(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this::<PlainDate>(cx, args)?.to_plain_year_month();
    new_of(cx, d)
}
fn to_month_day(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this::<PlainDate>(cx, args)?.to_plain_month_day();
    new_of(cx, d)
}
fn to_date_time(cx: &mut Isolate, args: Args) -> JsResult {
    let d: PlainDate = this(cx, args)?;
    let time = plain_time::optional(cx, args.get(0))?;
    let d = d.to_plain_date_time(time);
    new_of(cx, d)
}
fn to_zoned(cx: &mut Isolate, args: Args) -> JsResult {
    let d: PlainDate = this(cx, args)?;
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
    new_of(cx, z)
}
