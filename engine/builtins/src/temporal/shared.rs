//! Methods that classes have alike, written once over what each says of its values: `from`, `compare`,
//! `equals`, arithmetic, rounding, texts. The traits are implemented beside the class, or below where
//! the library's methods have the same names.

use std::cmp::Ordering;

use temporal_rs::options::{DifferenceSettings, DisplayCalendar, Overflow, RoundingOptions};
use temporal_rs::{
    Calendar, Duration, Instant, PlainDate, PlainDateTime, PlainMonthDay, PlainTime, PlainYearMonth,
    TemporalResult, ZonedDateTime,
};
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use super::fields::{self, Found, Wanted};
use super::{Type, duration, lift, options, string, text_of, this_of, to_calendar};

/// A value of the library that objects of a class stand for.
pub trait Kind: Sized {
    const TY: Type;
    /// The value of an object of the class.
    fn get(cx: &mut Isolate, o: ObjectRef) -> JsResult<Self>;
    /// An object of the value, with the prototype that `new_target` asks for (undefined: the default one).
    fn create(&self, cx: &mut Isolate, new_target: Value) -> JsResult;
    /// ToTemporal of the class; `options` undefined for none.
    fn convert(cx: &mut Isolate, v: Value, options: Value) -> JsResult<Self>;
    /// What `toJSON` yields.
    fn text(&self) -> TemporalResult<String>;
    fn same(&self, other: &Self) -> TemporalResult<bool>;
}

/// Classes whose values are made of a calendar's fields.
pub trait OfFields: Kind {
    const WANTED: Wanted;
    fn of_fields(f: Found, calendar: Calendar, overflow: Option<Overflow>) -> TemporalResult<Self>;
    fn of_text(text: &[u8]) -> TemporalResult<Self>;
}

/// ToTemporal of such a class. `whole`: the value when `v` is an object of Temporal that has it.
pub fn convert<T: OfFields>(cx: &mut Isolate, v: Value, whole: Option<T>, options: Value) -> JsResult<T> {
    if let Some(d) = whole {
        options::overflow(cx, options)?;
        return Ok(d);
    }
    if let Some(o) = v.try_as::<ObjectRef>() {
        let calendar = fields::calendar(cx, o)?;
        let f = fields::read(cx, o, &calendar, T::WANTED)?;
        let overflow = options::overflow(cx, options)?;
        f.check(cx, overflow)?;
        let d = T::of_fields(f, calendar, overflow);
        return lift(cx, d);
    }
    let text = text_of(cx, v)?;
    let d = T::of_text(text.as_bytes());
    let d = lift(cx, d)?;
    options::overflow(cx, options)?;
    Ok(d)
}

/// Classes with `compare`.
pub trait Ordered: Kind {
    fn order(&self, other: &Self) -> Ordering;
}

/// Classes with `add` and `subtract`.
pub trait Sum: Kind {
    /// Whether they read the option `overflow`.
    const OVERFLOWS: bool;
    fn sum(&self, d: &Duration, overflow: Option<Overflow>, subtract: bool) -> TemporalResult<Self>;
}

/// Classes with `until` and `since`.
pub trait Difference: Kind {
    fn difference(&self, other: &Self, s: DifferenceSettings, since: bool) -> TemporalResult<Duration>;
}

/// Classes with `round`.
pub trait Rounded: Kind {
    fn rounded(&self, options: RoundingOptions) -> TemporalResult<Self>;
}

/// Classes with `withCalendar`.
pub trait Calendared: Kind {
    fn in_calendar(&self, c: Calendar) -> Self;
}

/// Dates and parts of dates: their texts only ask whether to show the calendar.
pub trait DateLike: Kind {
    fn date_text(&self, calendar: DisplayCalendar) -> String;
}

// `none`: the library takes no overflow; `some`: an optional one; `default`: one.
macro_rules! sums {
    ($($ty:ident $overflow:ident;)*) => {
        $(impl Sum for $ty {
            const OVERFLOWS: bool = sums!(@reads $overflow);
            fn sum(&self, d: &Duration, overflow: Option<Overflow>, subtract: bool) -> TemporalResult<Self> {
                sums!(@body self, d, overflow, subtract, $overflow)
            }
        })*
    };
    (@reads none) => { false };
    (@reads $other:ident) => { true };
    (@body $this:ident, $d:ident, $o:ident, $subtract:ident, none) => {{
        let _ = $o;
        if $subtract { $this.subtract($d) } else { $this.add($d) }
    }};
    (@body $this:ident, $d:ident, $o:ident, $subtract:ident, some) => {
        if $subtract { $this.subtract($d, $o) } else { $this.add($d, $o) }
    };
    (@body $this:ident, $d:ident, $o:ident, $subtract:ident, default) => {{
        let overflow = $o.unwrap_or_default();
        if $subtract { $this.subtract($d, overflow) } else { $this.add($d, overflow) }
    }};
}
sums! {
    PlainDate some;
    PlainDateTime some;
    PlainYearMonth default;
    ZonedDateTime some;
    PlainTime none;
    Instant none;
}

macro_rules! implement {
    (Difference: $($ty:ident)*) => { $(impl Difference for $ty {
        fn difference(&self, other: &Self, s: DifferenceSettings, since: bool) -> TemporalResult<Duration> {
            if since { self.since(other, s) } else { self.until(other, s) }
        }
    })* };
    (Rounded: $($ty:ident)*) => { $(impl Rounded for $ty {
        fn rounded(&self, options: RoundingOptions) -> TemporalResult<Self> {
            self.round(options)
        }
    })* };
    (Calendared: $($ty:ident)*) => { $(impl Calendared for $ty {
        fn in_calendar(&self, c: Calendar) -> Self {
            self.with_calendar(c)
        }
    })* };
    (DateLike: $($ty:ident)*) => { $(impl DateLike for $ty {
        fn date_text(&self, calendar: DisplayCalendar) -> String {
            self.to_ixdtf_string(calendar)
        }
    })* };
}
implement!(Difference: PlainDate PlainDateTime PlainYearMonth PlainTime ZonedDateTime Instant);
implement!(Rounded: PlainDateTime PlainTime ZonedDateTime Instant);
implement!(Calendared: PlainDate PlainDateTime ZonedDateTime);
implement!(DateLike: PlainDate PlainYearMonth PlainMonthDay);

/// An object of a value.
pub fn new<T: Kind>(cx: &mut Isolate, v: &T) -> JsResult {
    v.create(cx, Value::UNDEFINED)
}
/// An object of what an operation of the library gives.
pub fn new_of<T: Kind>(cx: &mut Isolate, r: TemporalResult<T>) -> JsResult {
    let v = lift(cx, r)?;
    new(cx, &v)
}
/// The value of `this`.
pub fn this<T: Kind>(cx: &mut Isolate, args: Args) -> JsResult<T> {
    let o = this_of(cx, args, T::TY, "method")?;
    T::get(cx, o)
}

pub fn from<T: Kind>(cx: &mut Isolate, args: Args) -> JsResult {
    let v = T::convert(cx, args.get(0), args.get(1))?;
    new(cx, &v)
}
pub fn compare<T: Ordered>(cx: &mut Isolate, args: Args) -> JsResult {
    let a = T::convert(cx, args.get(0), Value::UNDEFINED)?;
    let b = T::convert(cx, args.get(1), Value::UNDEFINED)?;
    Ok(Value::smi(a.order(&b) as i32))
}
pub fn equals<T: Kind>(cx: &mut Isolate, args: Args) -> JsResult {
    let a: T = this(cx, args)?;
    let b = T::convert(cx, args.get(0), Value::UNDEFINED)?;
    let same = a.same(&b);
    Ok(Value::from_bool(lift(cx, same)?))
}
fn sum<T: Sum>(cx: &mut Isolate, args: Args, subtract: bool) -> JsResult {
    let v: T = this(cx, args)?;
    let d = duration::convert(cx, args.get(0))?;
    let overflow = if T::OVERFLOWS { options::overflow(cx, args.get(1))? } else { None };
    new_of(cx, v.sum(&d, overflow, subtract))
}
pub fn add<T: Sum>(cx: &mut Isolate, args: Args) -> JsResult {
    sum::<T>(cx, args, false)
}
pub fn subtract<T: Sum>(cx: &mut Isolate, args: Args) -> JsResult {
    sum::<T>(cx, args, true)
}
fn difference<T: Difference>(cx: &mut Isolate, args: Args, since: bool) -> JsResult {
    let v: T = this(cx, args)?;
    let other = T::convert(cx, args.get(0), Value::UNDEFINED)?;
    let s = options::difference(cx, args.get(1))?;
    let d = v.difference(&other, s, since);
    let d = lift(cx, d)?;
    duration::new(cx, &d)
}
pub fn until<T: Difference>(cx: &mut Isolate, args: Args) -> JsResult {
    difference::<T>(cx, args, false)
}
pub fn since<T: Difference>(cx: &mut Isolate, args: Args) -> JsResult {
    difference::<T>(cx, args, true)
}
pub fn round<T: Rounded>(cx: &mut Isolate, args: Args) -> JsResult {
    let v: T = this(cx, args)?;
    let (r, ()) = options::rounding(cx, args.get(0), false, |_, _| Ok(()))?;
    new_of(cx, v.rounded(r))
}
pub fn with_calendar<T: Calendared>(cx: &mut Isolate, args: Args) -> JsResult {
    let v: T = this(cx, args)?;
    if args.get(0).is_undefined() {
        return Err(cx.type_error("withCalendar needs a calendar"));
    }
    let c = to_calendar(cx, args.get(0))?;
    new(cx, &v.in_calendar(c))
}
/// `toString` of dates and parts of dates.
pub fn date_to_string<T: DateLike>(cx: &mut Isolate, args: Args) -> JsResult {
    let v: T = this(cx, args)?;
    let o = options::object(cx, args.get(0))?;
    let show = options::get::<DisplayCalendar>(cx, o, "calendarName")?.unwrap_or_default();
    string(cx, &v.date_text(show))
}
/// `toJSON` and `toLocaleString`.
pub fn plain_text<T: Kind>(cx: &mut Isolate, args: Args) -> JsResult {
    let v: T = this(cx, args)?;
    let text = v.text();
    let text = lift(cx, text)?;
    string(cx, &text)
}
