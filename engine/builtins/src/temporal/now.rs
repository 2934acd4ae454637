//! [Temporal.Now](https://tc39.es/proposal-temporal/#sec-temporal-now-object): the isolate's clock, UTC by default.

use temporal_rs::{Instant, TimeZone, ZonedDateTime};
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use super::shared::new;
use super::{lift, string, to_time_zone};
use crate::install::{self, Row};

const METHODS: &[Row] = &[
    ("timeZoneId", 0, |cx, _| string(cx, "UTC")),
    ("instant", 0, now),
    ("zonedDateTimeISO", 0, |cx, args| {
        let z = zoned(cx, args)?;
        new(cx, &z)
    }),
    ("plainDateTimeISO", 0, |cx, args| {
        let z = zoned(cx, args)?;
        new(cx, &z.to_plain_date_time())
    }),
    ("plainDateISO", 0, |cx, args| {
        let z = zoned(cx, args)?;
        new(cx, &z.to_plain_date())
    }),
    ("plainTimeISO", 0, |cx, args| {
        let z = zoned(cx, args)?;
        new(cx, &z.to_plain_time())
    }),
];

pub fn create(cx: &mut Isolate) -> ObjectRef {
    let o = cx.new_plain_object();
    install::methods(cx, o, METHODS);
    install::tag(cx, o, "Temporal.Now");
    o
}

fn current(cx: &mut Isolate) -> JsResult<Instant> {
    let i = Instant::from_epoch_milliseconds(cx.now() as i64);
    lift(cx, i)
}
fn now(cx: &mut Isolate, _: Args) -> JsResult {
    let i = current(cx)?;
    new(cx, &i)
}
fn zoned(cx: &mut Isolate, args: Args) -> JsResult<ZonedDateTime> {
    let v: Value = args.get(0);
    let zone = if v.is_undefined() { TimeZone::utc() } else { to_time_zone(cx, v)? };
    let i = current(cx)?;
    let z = ZonedDateTime::try_new_iso_from_instant(i, zone);
    lift(cx, z)
}
