//! [Options](https://tc39.es/proposal-temporal/#sec-temporal-abstract-ops) of Temporal methods, read in
//! the order of their names.

use std::str::FromStr;

use temporal_rs::options::{
    DifferenceSettings, Overflow, RoundingIncrement, RoundingMode, RoundingOptions, ToStringRoundingOptions,
    Unit,
};
use temporal_rs::parsers::Precision;
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Isolate, JsResult};

use super::lift;

/// GetOptionsObject.
pub fn object(cx: &mut Isolate, v: Value) -> JsResult<Option<ObjectRef>> {
    match v.try_as::<ObjectRef>() {
        Some(o) => Ok(Some(o)),
        None if v.is_undefined() => Ok(None),
        None => Err(cx.type_error("Options must be an object")),
    }
}

/// A string option with a fixed set of values.
pub fn get<T: FromStr>(cx: &mut Isolate, options: Option<ObjectRef>, name: &str) -> JsResult<Option<T>> {
    let Some(o) = options else { return Ok(None) };
    let key = cx.key(name);
    let v = cx.get_of(o, key)?;
    if v.is_undefined() {
        return Ok(None);
    }
    let text = cx.to_rust_string(v)?;
    match text.parse() {
        Ok(t) => Ok(Some(t)),
        Err(_) => Err(cx.range_error(&format!("Invalid value {text} for option {name}"))),
    }
}

pub fn overflow(cx: &mut Isolate, v: Value) -> JsResult<Option<Overflow>> {
    let o = object(cx, v)?;
    get(cx, o, "overflow")
}

fn increment(cx: &mut Isolate, options: Option<ObjectRef>) -> JsResult<Option<RoundingIncrement>> {
    let Some(o) = options else { return Ok(None) };
    let key = cx.key("roundingIncrement");
    let v = cx.get_of(o, key)?;
    if v.is_undefined() {
        return Ok(None);
    }
    let n = super::integer(cx, v)?;
    let r = RoundingIncrement::try_from(n);
    lift(cx, r).map(Some)
}

/// Options of `until` and `since`.
pub fn difference(cx: &mut Isolate, v: Value) -> JsResult<DifferenceSettings> {
    let o = object(cx, v)?;
    let mut s = DifferenceSettings::default();
    s.largest_unit = get::<Unit>(cx, o, "largestUnit")?;
    s.increment = increment(cx, o)?;
    s.rounding_mode = get::<RoundingMode>(cx, o, "roundingMode")?;
    s.smallest_unit = get::<Unit>(cx, o, "smallestUnit")?;
    Ok(s)
}

/// Argument of `round`: a unit, or options. `between` is run where `relativeTo` is read.
pub fn rounding<T>(
    cx: &mut Isolate,
    v: Value,
    duration: bool,
    between: impl FnOnce(&mut Isolate, Option<ObjectRef>) -> JsResult<T>,
) -> JsResult<(RoundingOptions, T)> {
    if v.is_undefined() {
        return Err(cx.type_error("round needs a unit or options"));
    }
    let mut r = RoundingOptions::default();
    if v.is_string() {
        let text = cx.to_rust_string(v)?;
        let Ok(unit) = text.parse::<Unit>() else {
            return Err(cx.range_error(&format!("Invalid unit {text}")));
        };
        r.smallest_unit = Some(unit);
        let t = between(cx, None)?;
        return Ok((r, t));
    }
    let o = object(cx, v)?;
    if duration {
        r.largest_unit = get::<Unit>(cx, o, "largestUnit")?;
    }
    let t = between(cx, o)?;
    r.increment = increment(cx, o)?;
    r.rounding_mode = get::<RoundingMode>(cx, o, "roundingMode")?;
    r.smallest_unit = get::<Unit>(cx, o, "smallestUnit")?;
    if !duration && r.smallest_unit.is_none() {
        return Err(cx.range_error("smallestUnit is required"));
    }
    Ok((r, t))
}

/// GetTemporalFractionalSecondDigitsOption.
pub fn digits(cx: &mut Isolate, options: Option<ObjectRef>) -> JsResult<Precision> {
    let Some(o) = options else { return Ok(Precision::Auto) };
    let key = cx.key("fractionalSecondDigits");
    let v = cx.get_of(o, key)?;
    if v.is_undefined() {
        return Ok(Precision::Auto);
    }
    if !v.is_number() {
        let text = cx.to_rust_string(v)?;
        if text == "auto" {
            return Ok(Precision::Auto);
        }
        return Err(cx.range_error(&format!("Invalid value {text} for option fractionalSecondDigits")));
    }
    let n = v.as_number().floor();
    if !(0.0..=9.0).contains(&n) {
        return Err(cx.range_error("fractionalSecondDigits must be between 0 and 9"));
    }
    Ok(Precision::Digit(n as u8))
}

/// Rounding part of `toString`'s options; `between` reads what stands between digits and mode, `after` what
/// follows, before the unit is judged.
pub fn to_string_rounding<T, A>(
    cx: &mut Isolate,
    o: Option<ObjectRef>,
    between: impl FnOnce(&mut Isolate) -> JsResult<T>,
    after: impl FnOnce(&mut Isolate) -> JsResult<A>,
) -> JsResult<(ToStringRoundingOptions, T, A)> {
    let precision = digits(cx, o)?;
    let t = between(cx)?;
    let rounding_mode = get::<RoundingMode>(cx, o, "roundingMode")?;
    let smallest_unit = get::<Unit>(cx, o, "smallestUnit")?;
    let a = after(cx)?;
    if matches!(
        smallest_unit,
        Some(Unit::Hour | Unit::Day | Unit::Week | Unit::Month | Unit::Year | Unit::Auto)
    ) {
        return Err(cx.range_error("Invalid value for option smallestUnit"));
    }
    Ok((ToStringRoundingOptions { precision, smallest_unit, rounding_mode }, t, a))
}
