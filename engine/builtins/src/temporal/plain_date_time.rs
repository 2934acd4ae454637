//! [Temporal.PlainDateTime](https://tc39.es/proposal-temporal/#sec-temporal-plaindatetime-objects).

use std::cmp::Ordering;

use temporal_rs::fields::DateTimeFields;
use temporal_rs::options::{Disambiguation, DisplayCalendar, Overflow, ToStringRoundingOptions};
use temporal_rs::partial::PartialDateTime;
use temporal_rs::{Calendar, PlainDateTime, TemporalResult};
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use super::fields::{self, Found, Wanted};
use super::shared::{
    Kind, OfFields, Ordered, add, compare, convert, equals, from, new, new_of, plain_text, round, since,
    subtract, this, until, with_calendar,
};
use super::{
    Class, Type, as_type, calendar_argument, calendar_of, calendar_text, create, int_at, integer,
    integer_or_zero, lift, narrow, needs_new, numbers, options, plain_time, string, to_time_zone, value_of,
};

const TY: Type = Type::PlainDateTime;

pub const CLASS: Class = Class {
    ty: TY,
    length: 3,
    constructor,
    statics: &[("from", 1, from::<PlainDateTime>), ("compare", 2, compare::<PlainDateTime>)],
    getters: super::date_time_getters!(this::<PlainDateTime>),
    methods: &[
        ("with", 1, with),
        ("withPlainTime", 0, with_plain_time),
        ("withCalendar", 1, with_calendar::<PlainDateTime>),
        ("add", 1, add::<PlainDateTime>),
        ("subtract", 1, subtract::<PlainDateTime>),
        ("until", 1, until::<PlainDateTime>),
        ("since", 1, since::<PlainDateTime>),
        ("round", 1, round::<PlainDateTime>),
        ("equals", 1, equals::<PlainDateTime>),
        ("toString", 0, to_string),
        ("toJSON", 0, plain_text::<PlainDateTime>),
        ("toLocaleString", 0, plain_text::<PlainDateTime>),
        ("valueOf", 0, value_of),
        ("toZonedDateTime", 1, to_zoned),
        ("toPlainDate", 0, |cx, args| {
            let d: PlainDateTime = this(cx, args)?;
            new(cx, &d.to_plain_date())
        }),
        ("toPlainTime", 0, |cx, args| {
            let d: PlainDateTime = this(cx, args)?;
            new(cx, &d.to_plain_time())
        }),
    ],
};

impl Kind for PlainDateTime {
    const TY: Type = TY;
    fn get(cx: &mut Isolate, o: ObjectRef) -> JsResult<Self> {
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
    fn create(&self, cx: &mut Isolate, new_target: Value) -> JsResult {
        let t = plain_time::values(&self.to_plain_time());
        let date = [self.iso_year() as f64, self.iso_month() as f64, self.iso_day() as f64];
        let f = numbers(cx, &[date[0], date[1], date[2], t[0], t[1], t[2], t[3], t[4], t[5]]);
        let c = calendar_text(cx, self.calendar());
        create(cx, TY, new_target, [f, c, Value::UNDEFINED])
    }
    fn convert(cx: &mut Isolate, v: Value, options: Value) -> JsResult<Self> {
        let whole = if let Some(o) = as_type(v, TY) {
            Some(Self::get(cx, o)?)
        } else if let Some(o) = as_type(v, Type::PlainDate) {
            let d = temporal_rs::PlainDate::get(cx, o)?.to_plain_date_time(None);
            Some(lift(cx, d)?)
        } else if let Some(o) = as_type(v, Type::ZonedDateTime) {
            Some(temporal_rs::ZonedDateTime::get(cx, o)?.to_plain_date_time())
        } else {
            None
        };
        convert(cx, v, whole, options)
    }
    fn text(&self) -> TemporalResult<String> {
        self.to_ixdtf_string(ToStringRoundingOptions::default(), DisplayCalendar::Auto)
    }
    fn same(&self, other: &Self) -> TemporalResult<bool> {
        Ok(self.compare_iso(other).is_eq() && self.calendar() == other.calendar())
    }
}
impl OfFields for PlainDateTime {
    const WANTED: Wanted =
        Wanted { day: true, month: true, year: true, time: true, offset: false, zone: false };
    fn of_fields(f: Found, calendar: Calendar, overflow: Option<Overflow>) -> TemporalResult<Self> {
        let fields = DateTimeFields { calendar_fields: f.calendar, time: f.time };
        PlainDateTime::from_partial(PartialDateTime { fields, calendar }, overflow)
    }
    fn of_text(text: &[u8]) -> TemporalResult<Self> {
        PlainDateTime::from_utf8(text)
    }
}
impl Ordered for PlainDateTime {
    fn order(&self, other: &Self) -> Ordering {
        self.compare_iso(other)
    }
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
    d.create(cx, args.new_target())
}

fn with(cx: &mut Isolate, args: Args) -> JsResult {
    let d: PlainDateTime = this(cx, args)?;
    let o = fields::reject_temporal_like(cx, args.get(0))?;
    let calendar = d.calendar().clone();
    let f = fields::read(cx, o, &calendar, PlainDateTime::WANTED)?.some(cx)?;
    let overflow = options::overflow(cx, args.get(1))?;
    f.check(cx, overflow)?;
    let d = d.with(DateTimeFields { calendar_fields: f.calendar, time: f.time }, overflow);
    new_of(cx, d)
}
fn with_plain_time(cx: &mut Isolate, args: Args) -> JsResult {
    let d: PlainDateTime = this(cx, args)?;
    let time = plain_time::optional(cx, args.get(0))?;
    let d = d.with_time(time);
    new_of(cx, d)
}
fn to_zoned(cx: &mut Isolate, args: Args) -> JsResult {
    let d: PlainDateTime = this(cx, args)?;
    let zone = to_time_zone(cx, args.get(0))?;
    let o = options::object(cx, args.get(1))?;
    let disambiguation = options::get::<Disambiguation>(cx, o, "disambiguation")?.unwrap_or_default();
    let z = d.to_zoned_date_time(zone, disambiguation);
    new_of(cx, z)
}
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let d: PlainDateTime = this(cx, args)?;
    let o = options::object(cx, args.get(0))?;
    let show = options::get::<DisplayCalendar>(cx, o, "calendarName")?.unwrap_or_default();
    let (r, (), ()) = options::to_string_rounding(cx, o, |_| Ok(()), |_| Ok(()))?;
    let text = d.to_ixdtf_string(r, show);
    let text = lift(cx, text)?;
    string(cx, &text)
}
