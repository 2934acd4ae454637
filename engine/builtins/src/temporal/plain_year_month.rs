//! [Temporal.PlainYearMonth](https://tc39.es/proposal-temporal/#sec-temporal-plainyearmonth-objects).

use std::cmp::Ordering;

use temporal_rs::fields::{CalendarFields, YearMonthCalendarFields};
use temporal_rs::options::{DisplayCalendar, Overflow};
use temporal_rs::partial::PartialYearMonth;
use temporal_rs::{Calendar, PlainYearMonth, TemporalResult};
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use super::fields::{self, Found, Wanted};
use super::shared::{
    Kind, OfFields, Ordered, add, compare, convert, date_to_string, equals, from, new_of, plain_text, since,
    subtract, this, until,
};
use super::{
    Class, Type, as_type, calendar_argument, calendar_of, calendar_text, create, int_at, integer, iso_fields,
    lift, narrow, needs_new, numbers, options, value_of,
};

const TY: Type = Type::PlainYearMonth;

pub const CLASS: Class = Class {
    ty: TY,
    length: 2,
    constructor,
    statics: &[("from", 1, from::<PlainYearMonth>), ("compare", 2, compare::<PlainYearMonth>)],
    getters: super::year_month_getters!(this::<PlainYearMonth>),
    methods: &[
        ("with", 1, with),
        ("add", 1, add::<PlainYearMonth>),
        ("subtract", 1, subtract::<PlainYearMonth>),
        ("until", 1, until::<PlainYearMonth>),
        ("since", 1, since::<PlainYearMonth>),
        ("equals", 1, equals::<PlainYearMonth>),
        ("toString", 0, date_to_string::<PlainYearMonth>),
        ("toJSON", 0, plain_text::<PlainYearMonth>),
        ("toLocaleString", 0, plain_text::<PlainYearMonth>),
        ("valueOf", 0, value_of),
        ("toPlainDate", 1, to_plain_date),
    ],
};

impl Kind for PlainYearMonth {
    const TY: Type = TY;
    fn get(cx: &mut Isolate, o: ObjectRef) -> JsResult<Self> {
        let calendar = calendar_of(cx, o)?;
        let d = PlainYearMonth::try_new(int_at(o, 0), int_at(o, 1) as u8, Some(int_at(o, 2) as u8), calendar);
        lift(cx, d)
    }
    fn create(&self, cx: &mut Isolate, new_target: Value) -> JsResult {
        let f = numbers(cx, &iso_fields(&self.to_ixdtf_string(DisplayCalendar::Always)));
        let c = calendar_text(cx, self.calendar());
        create(cx, TY, new_target, [f, c, Value::UNDEFINED])
    }
    fn convert(cx: &mut Isolate, v: Value, options: Value) -> JsResult<Self> {
        let whole = as_type(v, TY).map(|o| Self::get(cx, o)).transpose()?;
        convert(cx, v, whole, options)
    }
    fn text(&self) -> TemporalResult<String> {
        Ok(self.to_ixdtf_string(DisplayCalendar::Auto))
    }
    fn same(&self, other: &Self) -> TemporalResult<bool> {
        Ok(self.compare_iso(other).is_eq() && self.calendar() == other.calendar())
    }
}
impl OfFields for PlainYearMonth {
    const WANTED: Wanted =
        Wanted { day: false, month: true, year: true, time: false, offset: false, zone: false };
    fn of_fields(f: Found, calendar: Calendar, overflow: Option<Overflow>) -> TemporalResult<Self> {
        let fields = PartialYearMonth { calendar_fields: year_month(f.calendar), calendar };
        PlainYearMonth::from_partial(fields, overflow)
    }
    fn of_text(text: &[u8]) -> TemporalResult<Self> {
        PlainYearMonth::from_utf8(text)
    }
}
impl Ordered for PlainYearMonth {
    fn order(&self, other: &Self) -> Ordering {
        self.compare_iso(other)
    }
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
    d.create(cx, args.new_target())
}

fn with(cx: &mut Isolate, args: Args) -> JsResult {
    let d: PlainYearMonth = this(cx, args)?;
    let o = fields::reject_temporal_like(cx, args.get(0))?;
    let calendar = d.calendar().clone();
    let f = fields::read(cx, o, &calendar, PlainYearMonth::WANTED)?.some(cx)?;
    let overflow = options::overflow(cx, args.get(1))?;
    let d = d.with(year_month(f.calendar), overflow);
    new_of(cx, d)
}
fn to_plain_date(cx: &mut Isolate, args: Args) -> JsResult {
    let d: PlainYearMonth = this(cx, args)?;
    let Some(o) = args.get(0).try_as::<ObjectRef>() else {
        return Err(cx.type_error("The argument must be an object with a day"));
    };
    let wanted = Wanted { day: true, ..Wanted::default() };
    let f = fields::read(cx, o, &temporal_rs::Calendar::ISO, wanted)?.some(cx)?;
    let d = d.to_plain_date(Some(f.calendar));
    new_of(cx, d)
}
