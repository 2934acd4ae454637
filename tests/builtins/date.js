// Date in UTC, and Temporal.
function t(f) { try { return String(f()); } catch (e) { return e.name; } }
var d = new Date(Date.UTC(2024, 1, 29, 23, 59, 58, 7));
print(d.toISOString(), d.toUTCString(), d.getUTCDay(), d.getTime(), JSON.stringify(d), d.toJSON(), t(() => new Date(NaN).toISOString()), new Date(NaN).getDate());
print(Date.parse("2024"), Date.parse("2024-02"), Date.parse("2024-02-30"), Date.parse("-000001-01-01T00:00:00Z"), Date.parse("+275760-09-13T00:00:00.000Z"), Date.parse("2024-01-01T24:00:00Z"), Date.parse("Thu, 29 Feb 2024 23:59:58 GMT"), Date.parse("Thu Feb 29 2024 23:59:58 GMT+0100 (CET)"), Date.parse("nonsense"));
var e = new Date(0);
print(e.setUTCFullYear(2023, 1, 31), e.setUTCHours(25), e.setUTCMonth(-1), e.setUTCDate(0), e.setUTCMilliseconds(1500), new Date(8.64e15 + 1).getTime(), new Date(2019, 0).getTime() === Date.UTC(2019), new Date(99, 0).getFullYear(), new Date(1e12, 5).getTime());
print(+new Date(5) + 1, new Date(5) + 1 === new Date(5).toString() + "1", typeof Date(), Date.length, Object.prototype.toString.call(d), new Date(new Date(7)).getTime(), typeof Date.now());
print(Temporal.Duration.from("P1Y2M3DT4H5M6.789S").toString(), new Temporal.Duration(1, 2).negated().toString(), Temporal.Duration.from({ hours: 50 }).round({ largestUnit: "days" }).toString(), t(() => new Temporal.Duration(1.5)));
print(Temporal.PlainDate.from("2024-02-29").add({ years: 1 }).toString(), Temporal.PlainDate.from("2024-02-29").until("2025-03-01", { largestUnit: "months" }).toString(), t(() => Temporal.PlainDate.from("2023-02-29")), new Temporal.PlainDate(2024, 2, 29).dayOfYear, Temporal.PlainDate.compare("2024-01-01", "2023-01-01"));
print(Temporal.Instant.fromEpochMilliseconds(0).toString(), Temporal.Instant.from("2024-01-01T00:00Z").add({ hours: 1 }).epochNanoseconds, new Temporal.PlainDateTime(2024, 1, 2, 3, 4, 5).toString(), Temporal.PlainTime.from("12:34").with({ hour: 5 }).toString(), Temporal.PlainTime.from("23:30").round("hour").toString());
print(Temporal.ZonedDateTime.from("2024-03-10T02:30[America/New_York]").toString(), Temporal.PlainYearMonth.from("2024-05").daysInMonth, Temporal.PlainMonthDay.from("02-29").toPlainDate({ year: 2023 }).toString(), Temporal.Now.instant() instanceof Temporal.Instant, t(() => Temporal.Now.instant() + 1));
