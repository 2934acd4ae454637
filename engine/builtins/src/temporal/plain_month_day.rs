//! [Temporal.PlainMonthDay](https://tc39.es/proposal-temporal/#sec-temporal-plainmonthday-objects).

use temporal_rs::options::{DisplayCalendar, Overflow};
use temporal_rs::partial::PartialDate;
use temporal_rs::{Calendar, PlainMonthDay, TemporalResult};
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use super::fields::{self, Found, Wanted};
use super::shared::{Kind, OfFields, convert, date_to_string, equals, from, new_of, plain_text, this};
use super::{
    Class, Type, as_type, calendar_argument, calendar_of, calendar_text, create, int_at, integer, iso_fields,
    lift, narrow, needs_new, numbers, options, string, this_of, value_of,
};

const TY: Type = Type::PlainMonthDay;

pub const CLASS: Class = Class {
    ty: TY,
    length: 2,
    constructor,
    statics: &[("from", 1, from::<PlainMonthDay>)],
    getters: &[
        ("calendarId", |cx, args| Ok(this_of(cx, args, TY, "calendarId")?.internal(1)), None),
        ("monthCode", month_code, None),
        ("day", |cx, args| Ok(Value::smi(this::<PlainMonthDay>(cx, args)?.day() as i32)), None),
    ],
    methods: &[
        ("with", 1, with),
        ("equals", 1, equals::<PlainMonthDay>),
        ("toString", 0, date_to_string::<PlainMonthDay>),
        ("toJSON", 0, plain_text::<PlainMonthDay>),
        ("toLocaleString", 0, plain_text::<PlainMonthDay>),
        ("valueOf", 0, value_of),
        ("toPlainDate", 1, to_plain_date),
    ],
};

impl Kind for PlainMonthDay {
    const TY: Type = TY;
    fn get(cx: &mut Isolate, o: ObjectRef) -> JsResult<Self> {
        let calendar = calendar_of(cx, o)?;
        let (y, m, d) = (int_at(o, 0), int_at(o, 1) as u8, int_at(o, 2) as u8);
        let d = PlainMonthDay::new_with_overflow(m, d, calendar, Overflow::Reject, Some(y));
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
        Ok(self.to_ixdtf_string(DisplayCalendar::Always) == other.to_ixdtf_string(DisplayCalendar::Always))
    }
}
impl OfFields for PlainMonthDay {
    const WANTED: Wanted =
        Wanted { day: true, month: true, year: true, time: false, offset: false, zone: false };
    fn of_fields(f: Found, calendar: Calendar, overflow: Option<Overflow>) -> TemporalResult<Self> {
        PlainMonthDay::from_partial(PartialDate { calendar_fields: f.calendar, calendar }, overflow)
    }
    fn of_text(text: &[u8]) -> TemporalResult<Self> {
        PlainMonthDay::from_utf8(text)
    }
}

fn constructor(cx: &mut Isolate, args: Args) -> JsResult {
    needs_new(cx, args, TY)?;
    let (m, d) = (integer(cx, args.get(0))?, integer(cx, args.get(1))?);
    let calendar = calendar_argument(cx, args.get(2))?;
    let year = if args.get(3).is_undefined() { 1972.0 } else { integer(cx, args.get(3))? };
    let (m, d, year) = (narrow(cx, m)?, narrow(cx, d)?, narrow(cx, year)?);
    let d = PlainMonthDay::new_with_overflow(m, d, calendar, Overflow::Reject, Some(year));
    let d = lift(cx, d)?;
    d.create(cx, args.new_target())
}

fn month_code(cx: &mut Isolate, args: Args) -> JsResult {
    let code = this::<PlainMonthDay>(cx, args)?.month_code();
    string(cx, code.as_str())
}
fn with(cx: &mut Isolate, args: Args) -> JsResult {
    let d: PlainMonthDay = this(cx, args)?;
    let o = fields::reject_temporal_like(cx, args.get(0))?;
    let calendar = d.calendar().clone();
    let f = fields::read(cx, o, &calendar, PlainMonthDay::WANTED)?.some(cx)?;
    let overflow = options::overflow(cx, args.get(1))?;
    let d = d.with(f.calendar, overflow);
    new_of(cx, d)
}
fn to_plain_date(cx: &mut Isolate, args: Args) -> JsResult {
    let d: PlainMonthDay = this(cx, args)?;
    let Some(o) = args.get(0).try_as::<ObjectRef>() else {
        return Err(cx.type_error("The argument must be an object with a year"));
    };
    let calendar = d.calendar().clone();
    let wanted = Wanted { year: true, ..Wanted::default() };
    let f = fields::read(cx, o, &calendar, wanted)?.some(cx)?;
    let d = d.to_plain_date(Some(f.calendar));
    new_of(cx, d)
}
