//! [Temporal.ZonedDateTime](https://tc39.es/proposal-temporal/#sec-temporal-zoneddatetime-objects).

use std::cmp::Ordering;

use temporal_rs::fields::ZonedDateTimeFields;
use temporal_rs::options::{
    Disambiguation, DisplayCalendar, DisplayOffset, DisplayTimeZone, OffsetDisambiguation, Overflow,
    ToStringRoundingOptions,
};
use temporal_rs::partial::PartialZonedDateTime;
use temporal_rs::provider::TransitionDirection;
use temporal_rs::{TemporalResult, ZonedDateTime};
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use super::fields::{self, Wanted};
use super::shared::{
    Kind, Ordered, add, compare, equals, from, new, new_of, plain_text, round, since, subtract, this, until,
    with_calendar,
};
use super::{
    Class, Type, as_type, calendar_argument, calendar_of, calendar_text, create, instant, lift,
    nanoseconds_of, needs_new, options, plain_time, string, text_of, time_zone_of, to_time_zone, value_of,
};

const TY: Type = Type::ZonedDateTime;

pub const CLASS: Class = Class {
    ty: TY,
    length: 2,
    constructor,
    statics: &[("from", 1, from::<ZonedDateTime>), ("compare", 2, compare::<ZonedDateTime>)],
    getters: super::zoned_getters!(this::<ZonedDateTime>),
    methods: &[
        ("with", 1, with),
        ("withPlainTime", 0, with_plain_time),
        ("withTimeZone", 1, with_time_zone),
        ("withCalendar", 1, with_calendar::<ZonedDateTime>),
        ("add", 1, add::<ZonedDateTime>),
        ("subtract", 1, subtract::<ZonedDateTime>),
        ("until", 1, until::<ZonedDateTime>),
        ("since", 1, since::<ZonedDateTime>),
        ("round", 1, round::<ZonedDateTime>),
        ("equals", 1, equals::<ZonedDateTime>),
        ("toString", 0, to_string),
        ("toJSON", 0, plain_text::<ZonedDateTime>),
        ("toLocaleString", 0, plain_text::<ZonedDateTime>),
        ("valueOf", 0, value_of),
        ("startOfDay", 0, start_of_day),
        ("getTimeZoneTransition", 1, transition),
        ("toInstant", 0, |cx, args| {
            let z: ZonedDateTime = this(cx, args)?;
            new(cx, &z.to_instant())
        }),
        ("toPlainDate", 0, |cx, args| {
            let z: ZonedDateTime = this(cx, args)?;
            new(cx, &z.to_plain_date())
        }),
        ("toPlainTime", 0, |cx, args| {
            let z: ZonedDateTime = this(cx, args)?;
            new(cx, &z.to_plain_time())
        }),
        ("toPlainDateTime", 0, |cx, args| {
            let z: ZonedDateTime = this(cx, args)?;
            new(cx, &z.to_plain_date_time())
        }),
    ],
};

impl Kind for ZonedDateTime {
    const TY: Type = TY;
    fn get(cx: &mut Isolate, o: ObjectRef) -> JsResult<Self> {
        let calendar = calendar_of(cx, o)?;
        let zone = time_zone_of(cx, o)?;
        let z = ZonedDateTime::try_new(nanoseconds_of(o), zone, calendar);
        lift(cx, z)
    }
    fn create(&self, cx: &mut Isolate, new_target: Value) -> JsResult {
        let n = cx.bigint_from_i128(self.to_instant().as_i128());
        let c = calendar_text(cx, self.calendar());
        let id = self.time_zone().identifier();
        let id = lift(cx, id)?;
        let id = cx.string(&id);
        create(cx, TY, new_target, [n, c, id.into()])
    }
    fn convert(cx: &mut Isolate, v: Value, options: Value) -> JsResult<Self> {
        if let Some(o) = as_type(v, TY) {
            let z = Self::get(cx, o)?;
            choices(cx, options, OffsetDisambiguation::Reject)?;
            return Ok(z);
        }
        if let Some(o) = v.try_as::<ObjectRef>() {
            let calendar = fields::calendar(cx, o)?;
            let wanted = Wanted { day: true, month: true, year: true, time: true, offset: true, zone: true };
            let f = fields::read(cx, o, &calendar, wanted)?;
            if f.zone.is_none() {
                return Err(cx.type_error("timeZone is required"));
            }
            let (disambiguation, offset, overflow) = choices(cx, options, OffsetDisambiguation::Reject)?;
            f.check(cx, overflow)?;
            let mut p = PartialZonedDateTime::new();
            p.fields.calendar_fields = f.calendar;
            p.fields.time = f.time;
            p.fields.offset = f.offset;
            p.timezone = f.zone;
            p.calendar = calendar;
            let z = ZonedDateTime::from_partial(p, overflow, Some(disambiguation), Some(offset));
            return lift(cx, z);
        }
        let text = text_of(cx, v)?;
        // a wrong text is an error before the options are looked at
        let parsed = temporal_rs::parsed_intermediates::ParsedZonedDateTime::from_utf8(text.as_bytes());
        let parsed = lift(cx, parsed)?;
        let (disambiguation, offset, _) = choices(cx, options, OffsetDisambiguation::Reject)?;
        let z = ZonedDateTime::from_parsed(parsed, disambiguation, offset);
        lift(cx, z)
    }
    fn text(&self) -> TemporalResult<String> {
        self.to_ixdtf_string(
            DisplayOffset::Auto,
            DisplayTimeZone::Auto,
            DisplayCalendar::Auto,
            ToStringRoundingOptions::default(),
        )
    }
    fn same(&self, other: &Self) -> TemporalResult<bool> {
        self.equals(other)
    }
}
impl Ordered for ZonedDateTime {
    fn order(&self, other: &Self) -> Ordering {
        self.compare_instant(other)
    }
}

fn constructor(cx: &mut Isolate, args: Args) -> JsResult {
    needs_new(cx, args, TY)?;
    let n = instant::nanoseconds(cx, args.get(0))?;
    let id = text_of(cx, args.get(1))?;
    let zone = temporal_rs::TimeZone::try_from_identifier_str(&id);
    let zone = lift(cx, zone)?;
    let calendar = calendar_argument(cx, args.get(2))?;
    let z = ZonedDateTime::try_new(n, zone, calendar);
    let z = lift(cx, z)?;
    z.create(cx, args.new_target())
}

/// Options of `from` and `with`, in their order.
fn choices(
    cx: &mut Isolate,
    v: Value,
    offset: OffsetDisambiguation,
) -> JsResult<(Disambiguation, OffsetDisambiguation, Option<Overflow>)> {
    let o = options::object(cx, v)?;
    let disambiguation = options::get::<Disambiguation>(cx, o, "disambiguation")?.unwrap_or_default();
    let offset = options::get::<OffsetDisambiguation>(cx, o, "offset")?.unwrap_or(offset);
    Ok((disambiguation, offset, options::get::<Overflow>(cx, o, "overflow")?))
}

fn with(cx: &mut Isolate, args: Args) -> JsResult {
    let z: ZonedDateTime = this(cx, args)?;
    let o = fields::reject_temporal_like(cx, args.get(0))?;
    let calendar = z.calendar().clone();
    let wanted = Wanted { day: true, month: true, year: true, time: true, offset: true, zone: false };
    let f = fields::read(cx, o, &calendar, wanted)?.some(cx)?;
    let (disambiguation, offset, overflow) = choices(cx, args.get(1), OffsetDisambiguation::Prefer)?;
    f.check(cx, overflow)?;
    let new_fields = ZonedDateTimeFields { calendar_fields: f.calendar, time: f.time, offset: f.offset };
    let z = z.with(new_fields, Some(disambiguation), Some(offset), overflow);
    new_of(cx, z)
}
fn with_plain_time(cx: &mut Isolate, args: Args) -> JsResult {
    let z: ZonedDateTime = this(cx, args)?;
    let time = plain_time::optional(cx, args.get(0))?;
    let z = z.with_plain_time(time);
    new_of(cx, z)
}
fn with_time_zone(cx: &mut Isolate, args: Args) -> JsResult {
    let z: ZonedDateTime = this(cx, args)?;
    let zone = to_time_zone(cx, args.get(0))?;
    let z = z.with_timezone(zone);
    new_of(cx, z)
}
fn start_of_day(cx: &mut Isolate, args: Args) -> JsResult {
    let z = this::<ZonedDateTime>(cx, args)?.start_of_day();
    new_of(cx, z)
}
fn transition(cx: &mut Isolate, args: Args) -> JsResult {
    let z: ZonedDateTime = this(cx, args)?;
    let v = args.get(0);
    if v.is_undefined() {
        return Err(cx.type_error("getTimeZoneTransition needs a direction"));
    }
    let direction = if v.is_string() {
        cx.to_rust_string(v)?
    } else {
        let o = options::object(cx, v)?;
        options::get::<String>(cx, o, "direction")?.unwrap_or_default()
    };
    let direction = match direction.as_str() {
        "next" => TransitionDirection::Next,
        "previous" => TransitionDirection::Previous,
        _ => return Err(cx.range_error("direction must be \"next\" or \"previous\"")),
    };
    let z = z.get_time_zone_transition(direction);
    match lift(cx, z)? {
        Some(z) => new(cx, &z),
        None => Ok(Value::NULL),
    }
}
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let z: ZonedDateTime = this(cx, args)?;
    let o = options::object(cx, args.get(0))?;
    let calendar = options::get::<DisplayCalendar>(cx, o, "calendarName")?.unwrap_or_default();
    let (r, offset, zone) = options::to_string_rounding(
        cx,
        o,
        |cx| Ok(options::get::<DisplayOffset>(cx, o, "offset")?.unwrap_or_default()),
        |cx| Ok(options::get::<DisplayTimeZone>(cx, o, "timeZoneName")?.unwrap_or_default()),
    )?;
    let text = z.to_ixdtf_string(offset, zone, calendar, r);
    let text = lift(cx, text)?;
    string(cx, &text)
}
