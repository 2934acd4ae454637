//! [Date Objects](https://tc39.es/ecma262/#sec-date-objects). Local time is UTC. The clock is the
//! isolate's: by default a logical one that advances with the ticks, so that a run can be repeated.

use tierproof_heap::{CellKind, ObjectRef, StringRef, Value};
use tierproof_runtime::convert::Hint;
use tierproof_runtime::{Args, Isolate, JsResult, attrs, strings};

use crate::install::{self, Row, incompatible};

const MS_PER_DAY: f64 = 86_400_000.0;
const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The parts of a time value, in the order of `Date.UTC`'s arguments.
#[derive(Clone, Copy)]
enum Part {
    Year,
    Month,
    Date,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    Day,
}

const STATICS: &[Row] = &[("now", 0, now), ("parse", 1, parse), ("UTC", 7, utc)];

macro_rules! getters {
    ($($part:ident $local:literal $utc:literal;)*) => {
        const GETTERS: &[Row] = &[$(
            ($local, 0, |cx, args| get(cx, args, Part::$part)),
            ($utc, 0, |cx, args| get(cx, args, Part::$part)),
        )*];
    };
}
getters! {
    Date "getDate" "getUTCDate";
    Day "getDay" "getUTCDay";
    Year "getFullYear" "getUTCFullYear";
    Hours "getHours" "getUTCHours";
    Milliseconds "getMilliseconds" "getUTCMilliseconds";
    Minutes "getMinutes" "getUTCMinutes";
    Month "getMonth" "getUTCMonth";
    Seconds "getSeconds" "getUTCSeconds";
}
macro_rules! setters {
    ($($part:ident $length:literal $local:literal $utc:literal;)*) => {
        const SETTERS: &[Row] = &[$(
            ($local, $length, |cx, args| set(cx, args, Part::$part, $length)),
            ($utc, $length, |cx, args| set(cx, args, Part::$part, $length)),
        )*];
    };
}
setters! {
    Date 1 "setDate" "setUTCDate";
    Year 3 "setFullYear" "setUTCFullYear";
    Hours 4 "setHours" "setUTCHours";
    Milliseconds 1 "setMilliseconds" "setUTCMilliseconds";
    Minutes 3 "setMinutes" "setUTCMinutes";
    Month 2 "setMonth" "setUTCMonth";
    Seconds 2 "setSeconds" "setUTCSeconds";
}
const METHODS: &[Row] = &[
    ("getTime", 0, get_time),
    ("getTimezoneOffset", 0, get_timezone_offset),
    ("getYear", 0, get_year),
    ("setTime", 1, set_time),
    ("setYear", 1, set_year),
    ("toDateString", 0, |cx, args| text(cx, args, "toDateString", date_text)),
    ("toISOString", 0, to_iso_string),
    ("toJSON", 1, to_json),
    ("toLocaleDateString", 0, |cx, args| text(cx, args, "toLocaleDateString", date_text)),
    ("toLocaleString", 0, |cx, args| text(cx, args, "toLocaleString", full_text)),
    ("toLocaleTimeString", 0, |cx, args| text(cx, args, "toLocaleTimeString", time_text)),
    ("toString", 0, |cx, args| text(cx, args, "toString", full_text)),
    ("toTimeString", 0, |cx, args| text(cx, args, "toTimeString", time_text)),
    ("toTemporalInstant", 0, to_temporal_instant),
    ("toUTCString", 0, |cx, args| text(cx, args, "toUTCString", utc_text)),
    ("valueOf", 0, get_time),
];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.date_prototype;
    let c = install::constructor(cx, ("Date", 7, date), p);
    install::methods(cx, c.object(), STATICS);
    install::methods(cx, p, GETTERS);
    install::methods(cx, p, SETTERS);
    install::methods(cx, p, METHODS);
    install::alias(cx, p, "toGMTString", "toUTCString");
    install::method_with(cx, p, ("@@toPrimitive", 1, to_primitive), attrs::CONFIGURABLE);
}

// --- time values

/// Days from 1 January 1970 to this day of the proleptic Gregorian calendar, month from 0.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // years begin in March, so that the leap day is the last one
    let y = if month < 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((month + 10) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month from 0, day.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = (shifted + 2) % 12;
    (year_of_era + era * 400 + (month < 2) as i64, month, day)
}

/// [MakeDay](https://tc39.es/ecma262/#sec-makeday)
fn make_day(year: f64, month: f64, date: f64) -> f64 {
    if !(year.is_finite() && month.is_finite() && date.is_finite()) {
        return f64::NAN;
    }
    let (y, m, d) = (year.trunc(), month.trunc(), date.trunc());
    let year = y + (m / 12.0).floor();
    if year.abs() > 400_000.0 {
        return f64::NAN;
    }
    days_from_civil(year as i64, m.rem_euclid(12.0) as i64, 1) as f64 + d - 1.0
}

/// [MakeTime](https://tc39.es/ecma262/#sec-maketime)
fn make_time(h: f64, m: f64, s: f64, ms: f64) -> f64 {
    if !(h.is_finite() && m.is_finite() && s.is_finite() && ms.is_finite()) {
        return f64::NAN;
    }
    h.trunc() * 3_600_000.0 + m.trunc() * 60_000.0 + s.trunc() * 1000.0 + ms.trunc()
}

/// [MakeDate](https://tc39.es/ecma262/#sec-makedate)
fn make_date(day: f64, time: f64) -> f64 {
    let t = day * MS_PER_DAY + time;
    if t.is_finite() { t } else { f64::NAN }
}

/// [TimeClip](https://tc39.es/ecma262/#sec-timeclip)
fn time_clip(t: f64) -> f64 {
    if t.is_nan() || t.abs() > 8.64e15 { f64::NAN } else { t.trunc() + 0.0 }
}

/// Year, month, date, hours, minutes, seconds, milliseconds, day of the week.
fn parts(t: f64) -> [f64; 8] {
    let days = (t / MS_PER_DAY).floor();
    let ms = t - days * MS_PER_DAY;
    let (y, m, d) = civil_from_days(days as i64);
    let of = |unit: f64, modulus: f64| (ms / unit).floor() % modulus;
    let weekday = (days as i64 + 4).rem_euclid(7);
    [
        y as f64,
        m as f64,
        d as f64,
        of(3_600_000.0, 24.0),
        of(60_000.0, 60.0),
        of(1000.0, 60.0),
        ms % 1000.0,
        weekday as f64,
    ]
}

fn from_parts(p: &[f64]) -> f64 {
    make_date(make_day(p[0], p[1], p[2]), make_time(p[3], p[4], p[5], p[6]))
}

fn this_date(cx: &mut Isolate, args: Args, method: &str) -> JsResult<ObjectRef> {
    match args.this().try_as::<ObjectRef>() {
        Some(o) if o.kind() == CellKind::Date => Ok(o),
        _ => Err(incompatible(cx, &format!("Date.prototype.{method}"), args.this())),
    }
}
fn value_of(d: ObjectRef) -> f64 {
    d.internal(0).as_number()
}
fn assign(cx: &mut Isolate, d: ObjectRef, t: f64) -> JsResult {
    let v = Value::number(time_clip(t));
    d.set_internal(&mut cx.heap, 0, v);
    Ok(v)
}

// --- constructor and statics

/// [Date](https://tc39.es/ecma262/#sec-date)
fn date(cx: &mut Isolate, args: Args) -> JsResult {
    if !args.is_construct() {
        let text = full_text(cx.now());
        return Ok(cx.string(&text).into());
    }
    let t = match args.len() {
        0 => cx.now(),
        1 => {
            let v = args.get(0);
            match v.try_as::<ObjectRef>() {
                Some(o) if o.kind() == CellKind::Date => value_of(o),
                _ => {
                    let v = cx.to_primitive(v, Hint::Default)?;
                    match v.try_as::<StringRef>() {
                        Some(s) => parse_text(&strings::to_rust(cx, s)),
                        None => time_clip(cx.to_number(v)?),
                    }
                }
            }
        }
        _ => time_clip(from_arguments(cx, args)?),
    };
    let fallback = cx.realm.date_prototype;
    let p = cx.prototype_from_constructor(args.new_target(), fallback)?;
    let shape = cx.root_shape(p.into(), CellKind::Date, 0);
    let d = cx.heap.allocate_object_of(CellKind::Date, shape.0);
    d.set_internal(&mut cx.heap, 0, Value::number(t));
    Ok(d.into())
}

/// A time from year, month and so on.
fn from_arguments(cx: &mut Isolate, args: Args) -> JsResult<f64> {
    let mut p = [f64::NAN, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];
    for (i, part) in p.iter_mut().enumerate().take(args.len().max(1)) {
        *part = cx.to_number(args.get(i))?;
    }
    let y = p[0].trunc();
    if (0.0..=99.0).contains(&y) {
        p[0] = 1900.0 + y;
    }
    Ok(from_parts(&p))
}

/// [Date.now](https://tc39.es/ecma262/#sec-date.now)
fn now(cx: &mut Isolate, _: Args) -> JsResult {
    Ok(Value::number(cx.now()))
}

/// [Date.UTC](https://tc39.es/ecma262/#sec-date.utc)
fn utc(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(Value::number(time_clip(from_arguments(cx, args)?)))
}

/// [Date.parse](https://tc39.es/ecma262/#sec-date.parse)
fn parse(cx: &mut Isolate, args: Args) -> JsResult {
    let text = cx.to_rust_string(args.get(0))?;
    Ok(Value::number(parse_text(&text)))
}

fn parse_text(text: &str) -> f64 {
    let t = text.trim();
    time_clip(parse_iso(t).or_else(|| parse_loose(t)).unwrap_or(f64::NAN))
}

/// Exactly `n` digits at the start, and the rest.
fn digits(text: &str, n: usize) -> Option<(f64, &str)> {
    let head = text.get(..n).filter(|h| h.bytes().all(|b| b.is_ascii_digit()))?;
    Some((head.parse().ok()?, &text[n..]))
}

/// The [Date Time String Format](https://tc39.es/ecma262/#sec-date-time-string-format).
fn parse_iso(text: &str) -> Option<f64> {
    let (mut year, mut rest) = match text.as_bytes().first()? {
        b'+' | b'-' => digits(&text[1..], 6)?,
        _ => digits(text, 4)?,
    };
    if text.starts_with('-') {
        if year == 0.0 {
            return None;
        }
        year = -year;
    }
    let mut p = [year, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];
    if let Some(r) = rest.strip_prefix('-') {
        (p[1], rest) = digits(r, 2)?;
        p[1] -= 1.0;
        if let Some(r) = rest.strip_prefix('-') {
            (p[2], rest) = digits(r, 2)?;
        }
    }
    if !(0.0..12.0).contains(&p[1]) || p[2] < 1.0 || p[2] > days_in_month(p[0], p[1]) {
        return None;
    }
    let Some(r) = rest.strip_prefix(['T', 't', ' ']) else {
        return rest.is_empty().then(|| from_parts(&p));
    };
    (p[3], rest) = digits(r, 2)?;
    (p[4], rest) = digits(rest.strip_prefix(':')?, 2)?;
    if let Some(r) = rest.strip_prefix(':') {
        (p[5], rest) = digits(r, 2)?;
        if let Some(r) = rest.strip_prefix(['.', ',']) {
            let n = r.bytes().take_while(|b| b.is_ascii_digit()).count();
            if n == 0 {
                return None;
            }
            let fraction: f64 = format!("0.{}", &r[..n]).parse().ok()?;
            p[6] = (fraction * 1000.0 + 1e-9).floor();
            rest = &r[n..];
        }
    }
    let whole = p[3] == 24.0 && p[4] == 0.0 && p[5] == 0.0 && p[6] == 0.0;
    if (p[3] > 23.0 && !whole) || p[4] > 59.0 || p[5] > 59.0 {
        return None;
    }
    Some(from_parts(&p) - parse_offset(rest)?)
}

fn days_in_month(year: f64, month: f64) -> f64 {
    make_day(year, month + 1.0, 1.0) - make_day(year, month, 1.0)
}

/// An offset from UTC in milliseconds; nothing means none.
fn parse_offset(text: &str) -> Option<f64> {
    if matches!(text, "" | "Z" | "z") {
        return Some(0.0);
    }
    let sign = match text.as_bytes()[0] {
        b'+' => 1.0,
        b'-' => -1.0,
        _ => return None,
    };
    let (h, rest) = digits(&text[1..], 2)?;
    let (m, rest) =
        if rest.is_empty() { (0.0, rest) } else { digits(rest.strip_prefix(':').unwrap_or(rest), 2)? };
    (rest.is_empty() && h < 24.0 && m < 60.0).then_some(sign * (h * 60.0 + m) * 60_000.0)
}

/// Other forms: those of `toString` and `toUTCString`, `Jan 2 2000 3:04:05`, `1/2/2000`.
fn parse_loose(text: &str) -> Option<f64> {
    let mut p = [f64::NAN, f64::NAN, f64::NAN, 0.0, 0.0, 0.0, 0.0];
    let (mut offset, mut pm) = (0.0, None);
    let text = match text.split_once('(') {
        Some((head, _)) => head,
        None => text,
    };
    for word in text.split([' ', ',']).filter(|w| !w.is_empty()) {
        let lower = word.to_ascii_lowercase();
        let clock = word.split(':').count() > 1;
        if clock {
            for (i, part) in word.splitn(3, ':').enumerate() {
                p[3 + i] = part.parse().ok()?;
            }
            p[6] = (p[5].fract() * 1000.0).round();
            p[5] = p[5].trunc();
        } else if let Some(m) = MONTHS.iter().position(|m| lower.starts_with(&m.to_ascii_lowercase())) {
            p[1] = m as f64;
        } else if DAYS.iter().any(|d| lower.starts_with(&d.to_ascii_lowercase())) {
            continue;
        } else if let Some(rest) = lower.strip_prefix("gmt").or_else(|| lower.strip_prefix("utc")) {
            offset = parse_offset(rest)?;
        } else if lower == "z" {
            offset = 0.0;
        } else if lower == "am" || lower == "pm" {
            pm = Some(lower == "pm");
        } else if word.contains('/') {
            let numbers: Option<Vec<f64>> = word.split('/').map(|n| n.parse().ok()).collect();
            match numbers?.as_slice() {
                [m, d, y] if *m <= 12.0 => (p[0], p[1], p[2]) = (*y, *m - 1.0, *d),
                [y, m, d] => (p[0], p[1], p[2]) = (*y, *m - 1.0, *d),
                _ => return None,
            }
        } else if word.starts_with(['+', '-']) && !p[0].is_nan() {
            offset = parse_offset(word)?;
        } else {
            let n: f64 = word.parse().ok()?;
            if p[2].is_nan() && (1.0..=31.0).contains(&n) && word.len() <= 2 {
                p[2] = n;
            } else if p[0].is_nan() {
                p[0] = n;
            } else {
                return None;
            }
        }
    }
    if p[2].is_nan() {
        p[2] = 1.0;
    }
    if let Some(pm) = pm {
        p[3] = p[3] % 12.0 + if pm { 12.0 } else { 0.0 };
    }
    if p[0] < 50.0 && p[0] >= 0.0 && !text.contains("00") {
        p[0] += 2000.0;
    } else if (50.0..100.0).contains(&p[0]) {
        p[0] += 1900.0;
    }
    let valid = p[3] <= 24.0 && p[4] < 60.0 && p[5] < 60.0 && p[1] < 12.0 && p[2] <= 31.0;
    valid.then(|| from_parts(&p) - offset)
}

// --- getters and setters

fn get(cx: &mut Isolate, args: Args, part: Part) -> JsResult {
    let t = value_of(this_date(cx, args, "get")?);
    Ok(Value::number(if t.is_nan() { t } else { parts(t)[part as usize] }))
}

/// [Date.prototype.getTime](https://tc39.es/ecma262/#sec-date.prototype.gettime)
fn get_time(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(this_date(cx, args, "getTime")?.internal(0))
}

/// [Date.prototype.getTimezoneOffset](https://tc39.es/ecma262/#sec-date.prototype.gettimezoneoffset)
fn get_timezone_offset(cx: &mut Isolate, args: Args) -> JsResult {
    let t = value_of(this_date(cx, args, "getTimezoneOffset")?);
    Ok(Value::number(if t.is_nan() { t } else { 0.0 }))
}

/// [Date.prototype.getYear](https://tc39.es/ecma262/#sec-date.prototype.getyear)
fn get_year(cx: &mut Isolate, args: Args) -> JsResult {
    let t = value_of(this_date(cx, args, "getYear")?);
    Ok(Value::number(if t.is_nan() { t } else { parts(t)[0] - 1900.0 }))
}

/// Setters of one part and those behind it.
fn set(cx: &mut Isolate, args: Args, part: Part, most: usize) -> JsResult {
    let d = this_date(cx, args, "set")?;
    let t = value_of(d);
    let mut given = [f64::NAN; 4];
    let count = args.len().clamp(1, most);
    for (i, g) in given.iter_mut().enumerate().take(count) {
        *g = cx.to_number(args.get(i))?;
    }
    let year = matches!(part, Part::Year);
    if t.is_nan() && !year {
        return Ok(Value::number(t));
    }
    let mut p = parts(if t.is_nan() { 0.0 } else { t });
    p[part as usize..part as usize + count].copy_from_slice(&given[..count]);
    assign(cx, d, from_parts(&p))
}

/// [Date.prototype.setTime](https://tc39.es/ecma262/#sec-date.prototype.settime)
fn set_time(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this_date(cx, args, "setTime")?;
    let t = cx.to_number(args.get(0))?;
    assign(cx, d, t)
}

/// [Date.prototype.setYear](https://tc39.es/ecma262/#sec-date.prototype.setyear)
fn set_year(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this_date(cx, args, "setYear")?;
    let y = cx.to_number(args.get(0))?;
    if y.is_nan() {
        return assign(cx, d, f64::NAN);
    }
    let t = value_of(d);
    let mut p = parts(if t.is_nan() { 0.0 } else { t });
    let y = y.trunc();
    p[0] = if (0.0..=99.0).contains(&y) { y + 1900.0 } else { y };
    assign(cx, d, from_parts(&p))
}

// --- text

fn text(cx: &mut Isolate, args: Args, method: &str, f: fn(f64) -> String) -> JsResult {
    let t = value_of(this_date(cx, args, method)?);
    let text = f(t);
    Ok(cx.string(&text).into())
}

fn year_text(y: f64) -> String {
    format!("{}{:04}", if y < 0.0 { "-" } else { "" }, y.abs())
}
fn date_text(t: f64) -> String {
    if t.is_nan() {
        return "Invalid Date".into();
    }
    let p = parts(t);
    format!("{} {} {:02} {}", DAYS[p[7] as usize], MONTHS[p[1] as usize], p[2], year_text(p[0]))
}
fn time_text(t: f64) -> String {
    if t.is_nan() {
        return "Invalid Date".into();
    }
    let p = parts(t);
    format!("{:02}:{:02}:{:02} GMT+0000 (UTC)", p[3], p[4], p[5])
}
fn full_text(t: f64) -> String {
    if t.is_nan() { "Invalid Date".into() } else { format!("{} {}", date_text(t), time_text(t)) }
}
fn utc_text(t: f64) -> String {
    if t.is_nan() {
        return "Invalid Date".into();
    }
    let p = parts(t);
    format!(
        "{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
        DAYS[p[7] as usize],
        p[2],
        MONTHS[p[1] as usize],
        year_text(p[0]),
        p[3],
        p[4],
        p[5]
    )
}

/// [Date.prototype.toISOString](https://tc39.es/ecma262/#sec-date.prototype.toisostring)
fn to_iso_string(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this_date(cx, args, "toISOString")?;
    match iso_text(d) {
        Some(text) => Ok(cx.string(&text).into()),
        None => Err(cx.range_error("Invalid time value")),
    }
}

/// A Date's time in the form of `toISOString`; None when it is not valid.
pub fn iso_text(d: ObjectRef) -> Option<String> {
    let t = value_of(d);
    if t.is_nan() {
        return None;
    }
    let p = parts(t);
    let year = match p[0] {
        y if (0.0..=9999.0).contains(&y) => format!("{y:04}"),
        y => format!("{}{:06}", if y < 0.0 { '-' } else { '+' }, y.abs()),
    };
    Some(format!("{year}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", p[1] + 1.0, p[2], p[3], p[4], p[5], p[6]))
}

/// [Date.prototype.toJSON](https://tc39.es/ecma262/#sec-date.prototype.tojson)
fn to_json(cx: &mut Isolate, args: Args) -> JsResult {
    let o = cx.to_object(args.this())?;
    let v = cx.to_primitive(o.into(), Hint::Number)?;
    if v.is_number() && !v.as_number().is_finite() {
        return Ok(Value::NULL);
    }
    let key = cx.key("toISOString");
    cx.invoke_method(o.into(), key, &[])
}

/// [Date.prototype.toTemporalInstant](https://tc39.es/proposal-temporal/#sec-date.prototype.totemporalinstant)
fn to_temporal_instant(cx: &mut Isolate, args: Args) -> JsResult {
    let t = value_of(this_date(cx, args, "toTemporalInstant")?);
    if t.is_nan() {
        return Err(cx.range_error("Invalid time value"));
    }
    crate::temporal::instant_from_milliseconds(cx, t as i64)
}

/// [Date.prototype \[ %Symbol.toPrimitive% \]](https://tc39.es/ecma262/#sec-date.prototype-%symbol.toprimitive%)
fn to_primitive(cx: &mut Isolate, args: Args) -> JsResult {
    let Some(o) = args.this().try_as::<ObjectRef>() else {
        return Err(incompatible(cx, "Date.prototype[Symbol.toPrimitive]", args.this()));
    };
    let hint = match args.get(0).try_as::<StringRef>() {
        Some(s) => strings::to_rust(cx, s),
        None => String::new(),
    };
    let n = cx.realm.names;
    let order = match hint.as_str() {
        "string" | "default" => [n.to_string, n.value_of],
        "number" => [n.value_of, n.to_string],
        _ => return Err(cx.type_error(&format!("Invalid hint: {hint}"))),
    };
    for key in order {
        let f = cx.get_of(o, key)?;
        if cx.is_callable(f) {
            let v = cx.call(f, o.into(), &[])?;
            if !v.is_object() {
                return Ok(v);
            }
        }
    }
    Err(cx.type_error("Cannot convert object to primitive value"))
}
