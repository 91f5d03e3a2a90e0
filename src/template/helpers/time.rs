//! The time: `now`, `timestamp`.

use jiff::{
    Span, Timestamp, ZonedDateTime,
    fmt::{strtime, temporal::DateTimeParser},
    tz::TimeZone,
};

use super::{Given, Helper};
use crate::json::Json;
use crate::template::RenderFault;

pub(super) const HELPERS: &[Helper] = &[
    Helper::new(
        "now",
        &[],
        "the time of day (RFC 3339, UTC, milliseconds), moved by `add`, written by `format` (strftime), in the zone `tz`",
        ("{{now add=\"-1h\" format=\"%Y-%m-%d\" tz=\"+02:00\"}}", "2026-01-01"),
        now,
    )
    .options(&["add", "format", "tz"]),
    Helper::new(
        "timestamp",
        &[],
        "the time as Unix seconds, moved by `add`; `unit=\"ms\"` for milliseconds",
        ("{{timestamp add=\"5m\"}}", "1767225900"),
        timestamp,
    )
    .options(&["add", "unit"]),
];

fn now(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    let time = moment(given)?;
    let text = match given.option_text("format")? {
        Some(format) => strtime::format(format, &time)
            .map_err(|error| bad(given, "format", format, &error, "for example `format=\"%Y-%m-%d\"`"))?,
        None if given.option("tz").is_some() => {
            strtime::format("%Y-%m-%dT%H:%M:%S.%3f%:z", &time).map_err(out_of_range)?
        }
        None => strtime::format("%Y-%m-%dT%H:%M:%S.%3fZ", &time).map_err(out_of_range)?,
    };
    Ok(Json::from(text))
}

fn timestamp(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    let time = moment(given)?.timestamp();
    match given.option_text("unit")?.unwrap_or("s") {
        "s" => Ok(Json::from(time.as_second())),
        "ms" => Ok(Json::from(time.as_millisecond())),
        _ => Err(given.wrong("unit", "`s` or `ms`", given.option("unit").unwrap_or(&Json::Null))),
    }
}

/// The time of the scope, moved and in the zone that the options name.
fn moment(given: &Given<'_>) -> Result<ZonedDateTime, RenderFault> {
    let zone = match given.option_text("tz")? {
        Some(name) => DateTimeParser::new()
            .parse_time_zone(name)
            .map_err(|error| bad(given, "tz", name, &error, "for example `tz=\"Europe/Berlin\"` or `tz=\"+02:00\"`"))?,
        None => TimeZone::UTC,
    };
    let now = Timestamp::try_from(given.scope.now).map_err(out_of_range)?.to_zoned_datetime(zone);
    let Some(add) = given.option_text("add")? else { return Ok(now) };
    let help = "for example `add=\"5m\"`, `add=\"-1h30m\"`, `add=\"2d\"`";
    let span: Span = add.parse().map_err(|error| bad(given, "add", add, &error, help))?;
    now.checked_add(span).map_err(|error| bad(given, "add", add, &error, help))
}

fn bad(given: &Given<'_>, option: &str, value: &str, why: &jiff::Error, help: &str) -> RenderFault {
    RenderFault::cured(format!("`{}` cannot use `{option}={value}`: {why}", given.helper.name), help)
}

fn out_of_range(error: jiff::Error) -> RenderFault {
    RenderFault::other(format!("the time of day is out of range: {error}"))
}
