//! Tables of getters that several Temporal classes share. `$this` gives the library's value of `this`.

/// A getter of a number.
macro_rules! number_getter {
    ($this:expr, $name:literal, $method:ident) => {
        ($name, |cx, args| Ok(tierproof_heap::Value::number($this(cx, args)?.$method() as f64)), None)
    };
}
/// A getter of a number that not every calendar has.
macro_rules! optional_getter {
    ($this:expr, $name:literal, $method:ident) => {
        (
            $name,
            |cx, args| {
                let n = $this(cx, args)?.$method();
                Ok(n.map_or(tierproof_heap::Value::UNDEFINED, |n| tierproof_heap::Value::number(n as f64)))
            },
            None,
        )
    };
}
macro_rules! calendar_id_getter {
    ($this:expr) => {
        (
            "calendarId",
            |cx, args| {
                let d = $this(cx, args)?;
                super::string(cx, d.calendar().identifier())
            },
            None,
        )
    };
}
macro_rules! era_getter {
    ($this:expr) => {
        (
            "era",
            |cx, args| match $this(cx, args)?.era() {
                Some(e) => super::string(cx, e.as_str()),
                None => Ok(tierproof_heap::Value::UNDEFINED),
            },
            None,
        )
    };
}
macro_rules! month_code_getter {
    ($this:expr) => {
        (
            "monthCode",
            |cx, args| {
                let d = $this(cx, args)?;
                super::string(cx, d.month_code().as_str())
            },
            None,
        )
    };
}
macro_rules! leap_getter {
    ($this:expr) => {
        ("inLeapYear", |cx, args| Ok(tierproof_heap::Value::from_bool($this(cx, args)?.in_leap_year())), None)
    };
}

/// Years and months.
macro_rules! year_month_getters {
    ($this:expr $(, $more:expr)* $(,)?) => {
        &[
            super::getters::calendar_id_getter!($this),
            super::getters::era_getter!($this),
            super::getters::optional_getter!($this, "eraYear", era_year),
            super::getters::number_getter!($this, "year", year),
            super::getters::number_getter!($this, "month", month),
            super::getters::month_code_getter!($this),
            super::getters::number_getter!($this, "daysInMonth", days_in_month),
            super::getters::number_getter!($this, "daysInYear", days_in_year),
            super::getters::number_getter!($this, "monthsInYear", months_in_year),
            super::getters::leap_getter!($this),
            $($more,)*
        ]
    };
}
/// Dates.
macro_rules! date_getters {
    ($this:expr $(, $more:expr)* $(,)?) => {
        super::year_month_getters!(
            $this,
            super::getters::number_getter!($this, "day", day),
            super::getters::number_getter!($this, "dayOfWeek", day_of_week),
            super::getters::number_getter!($this, "dayOfYear", day_of_year),
            super::getters::optional_getter!($this, "weekOfYear", week_of_year),
            super::getters::optional_getter!($this, "yearOfWeek", year_of_week),
            super::getters::number_getter!($this, "daysInWeek", days_in_week)
            $(, $more)*
        )
    };
}
/// Dates with times.
macro_rules! date_time_getters {
    ($this:expr $(, $more:expr)* $(,)?) => {
        super::date_getters!(
            $this,
            super::getters::number_getter!($this, "hour", hour),
            super::getters::number_getter!($this, "minute", minute),
            super::getters::number_getter!($this, "second", second),
            super::getters::number_getter!($this, "millisecond", millisecond),
            super::getters::number_getter!($this, "microsecond", microsecond),
            super::getters::number_getter!($this, "nanosecond", nanosecond)
            $(, $more)*
        )
    };
}
/// Dates with times in a time zone.
macro_rules! zoned_getters {
    ($this:expr) => {
        super::date_time_getters!(
            $this,
            ("timeZoneId", |cx, args| Ok(super::this_of(cx, args, TY, "timeZoneId")?.internal(2)), None),
            super::getters::number_getter!($this, "epochMilliseconds", epoch_milliseconds),
            (
                "epochNanoseconds",
                |cx, args| Ok(super::this_of(cx, args, TY, "epochNanoseconds")?.internal(0)),
                None
            ),
            (
                "offset",
                |cx, args| {
                    let z = $this(cx, args)?;
                    super::string(cx, &z.offset())
                },
                None
            ),
            super::getters::number_getter!($this, "offsetNanoseconds", offset_nanoseconds),
            (
                "hoursInDay",
                |cx, args| {
                    let h = $this(cx, args)?.hours_in_day();
                    Ok(tierproof_heap::Value::number(super::lift(cx, h)?))
                },
                None,
            ),
        )
    };
}
pub(crate) use {
    calendar_id_getter, date_getters, date_time_getters, era_getter, leap_getter, month_code_getter,
    number_getter, optional_getter, year_month_getters, zoned_getters,
};
