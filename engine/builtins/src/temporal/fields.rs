//! [PrepareCalendarFields](https://tc39.es/proposal-temporal/#sec-temporal-preparecalendarfields): property
//! bags as the library's records, properties read in the order of their names.

use temporal_rs::fields::CalendarFields;
use temporal_rs::partial::PartialTime;
use temporal_rs::{Calendar, MonthCode, TimeZone, TinyAsciiStr, UtcOffset};
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::convert::Hint;
use tierproof_runtime::{Isolate, JsResult};

use super::{Type, as_type, integer, lift, text_of, to_calendar, to_time_zone};

/// Which groups of fields a bag may have.
#[derive(Clone, Copy, Default)]
pub struct Wanted {
    pub day: bool,
    pub month: bool,
    pub year: bool,
    pub time: bool,
    pub offset: bool,
    pub zone: bool,
}

/// What was found.
#[derive(Clone, Default)]
pub struct Found {
    pub calendar: CalendarFields,
    pub time: PartialTime,
    pub offset: Option<UtcOffset>,
    pub zone: Option<TimeZone>,
    pub any: bool,
    /// A time field was negative: an error under overflow `reject`.
    pub negative: bool,
}

/// The calendar of a bag.
pub fn calendar(cx: &mut Isolate, o: ObjectRef) -> JsResult<Calendar> {
    for ty in Type::ALL {
        if as_type(o.into(), ty).is_some() && o.internal(1).is_string() {
            return super::calendar_of(cx, o);
        }
    }
    let key = cx.key("calendar");
    let v = cx.get_of(o, key)?;
    to_calendar(cx, v)
}

/// RejectTemporalLikeObject.
pub fn reject_temporal_like(cx: &mut Isolate, v: Value) -> JsResult<ObjectRef> {
    let message = "The argument must be an object of fields without calendar and timeZone";
    let Some(o) = v.try_as::<ObjectRef>() else { return Err(cx.type_error(message)) };
    let temporal =
        Type::ALL.iter().any(|&t| !matches!(t, Type::Duration | Type::Instant) && as_type(v, t).is_some());
    if temporal {
        return Err(cx.type_error(message));
    }
    for name in ["calendar", "timeZone"] {
        let key = cx.key(name);
        if !cx.get_of(o, key)?.is_undefined() {
            return Err(cx.type_error(message));
        }
    }
    Ok(o)
}

fn positive(cx: &mut Isolate, v: Value) -> JsResult<u8> {
    let n = integer(cx, v)?;
    if n <= 0.0 {
        return Err(cx.range_error("Temporal fields must be positive"));
    }
    Ok(n.min(255.0) as u8)
}

/// A primitive that must be a string.
fn primitive_text(cx: &mut Isolate, v: Value) -> JsResult<String> {
    let p = cx.to_primitive(v, Hint::String)?;
    text_of(cx, p)
}

pub fn read(cx: &mut Isolate, o: ObjectRef, calendar: &Calendar, w: Wanted) -> JsResult<Found> {
    let mut f = Found::default();
    let eras = !calendar.is_iso() && w.year;
    let get = |cx: &mut Isolate, wanted: bool, name: &str, any: &mut bool| -> JsResult<Option<Value>> {
        if !wanted {
            return Ok(None);
        }
        let key = cx.key(name);
        let v = cx.get_of(o, key)?;
        *any |= !v.is_undefined();
        Ok((!v.is_undefined()).then_some(v))
    };
    let mut any = false;
    let mut negative = false;
    let time = |cx: &mut Isolate, v: Value, negative: &mut bool| -> JsResult<u16> {
        let n = integer(cx, v)?;
        *negative |= n < 0.0;
        Ok(n.clamp(0.0, 65535.0) as u16)
    };
    if let Some(v) = get(cx, w.day, "day", &mut any)? {
        f.calendar.day = Some(positive(cx, v)?);
    }
    if let Some(v) = get(cx, eras, "era", &mut any)? {
        let text = primitive_text(cx, v)?;
        match TinyAsciiStr::try_from_utf8(text.as_bytes()) {
            Ok(t) => f.calendar.era = Some(t),
            Err(_) => return Err(cx.range_error("Invalid era")),
        }
    }
    if let Some(v) = get(cx, eras, "eraYear", &mut any)? {
        f.calendar.era_year = Some(integer(cx, v)?.clamp(i32::MIN as f64, i32::MAX as f64) as i32);
    }
    if let Some(v) = get(cx, w.time, "hour", &mut any)? {
        f.time.hour = Some(time(cx, v, &mut negative)?.min(255) as u8);
    }
    if let Some(v) = get(cx, w.time, "microsecond", &mut any)? {
        f.time.microsecond = Some(time(cx, v, &mut negative)?);
    }
    if let Some(v) = get(cx, w.time, "millisecond", &mut any)? {
        f.time.millisecond = Some(time(cx, v, &mut negative)?);
    }
    if let Some(v) = get(cx, w.time, "minute", &mut any)? {
        f.time.minute = Some(time(cx, v, &mut negative)?.min(255) as u8);
    }
    if let Some(v) = get(cx, w.month, "month", &mut any)? {
        f.calendar.month = Some(positive(cx, v)?);
    }
    if let Some(v) = get(cx, w.month, "monthCode", &mut any)? {
        let text = primitive_text(cx, v)?;
        let code = MonthCode::try_from_utf8(text.as_bytes());
        f.calendar.month_code = Some(lift(cx, code)?);
    }
    if let Some(v) = get(cx, w.time, "nanosecond", &mut any)? {
        f.time.nanosecond = Some(time(cx, v, &mut negative)?);
    }
    if let Some(v) = get(cx, w.offset, "offset", &mut any)? {
        let text = primitive_text(cx, v)?;
        let offset = UtcOffset::from_utf8(text.as_bytes());
        f.offset = Some(lift(cx, offset)?);
    }
    if let Some(v) = get(cx, w.time, "second", &mut any)? {
        f.time.second = Some(time(cx, v, &mut negative)?.min(255) as u8);
    }
    if let Some(v) = get(cx, w.zone, "timeZone", &mut any)? {
        f.zone = Some(to_time_zone(cx, v)?);
    }
    if let Some(v) = get(cx, w.year, "year", &mut any)? {
        f.calendar.year = Some(integer(cx, v)?.clamp(i32::MIN as f64, i32::MAX as f64) as i32);
    }
    f.any = any;
    f.negative = negative;
    Ok(f)
}

impl Found {
    /// A negative time field is out of range when overflow is `reject`.
    pub fn check(&self, cx: &mut Isolate, overflow: Option<temporal_rs::options::Overflow>) -> JsResult<()> {
        if self.negative && overflow == Some(temporal_rs::options::Overflow::Reject) {
            return Err(cx.range_error("Temporal field out of range"));
        }
        Ok(())
    }
    /// For `with`: TypeError when nothing was given.
    pub fn some(self, cx: &mut Isolate) -> JsResult<Found> {
        if self.any { Ok(self) } else { Err(cx.type_error("The argument has no Temporal field")) }
    }
}
