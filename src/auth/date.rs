//! Times as HTTP headers and replies write them.

use std::time::{Duration, SystemTime};

use jiff::{Timestamp, fmt::rfc2822};

/// The time of an HTTP date (RFC 9110 5.6.7, the preferred form), none for other text.
pub(crate) fn http_date(text: &str) -> Option<SystemTime> {
    let time = rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
    time.try_into().ok()
}

/// Seconds since 1970 of an RFC 3339 date and time, none for other text.
pub(crate) fn rfc3339(text: &str) -> Option<f64> {
    let time: Timestamp = text.trim().parse().ok()?;
    Some(time.as_duration().as_secs_f64())
}

/// What `Retry-After` (RFC 9110 10.2.3) asks for: seconds, or the time until a date.
pub(crate) fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    match text.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => Some(http_date(text)?.duration_since(now).unwrap_or_default()),
    }
}

/// Seconds since 1970.
pub(crate) fn unix(time: SystemTime) -> f64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => after.as_secs_f64(),
        Err(before) => -before.duration().as_secs_f64(),
    }
}

/// How many whole seconds a time is ahead of now; below zero where it is behind.
pub(crate) fn ahead(time: SystemTime, now: SystemTime) -> i64 {
    match time.duration_since(now) {
        Ok(ahead) => i64::try_from(ahead.as_secs()).unwrap_or(i64::MAX),
        Err(behind) => i64::try_from(behind.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    }
}

/// A time that a clock shows which is ahead by this many seconds.
pub(crate) fn shifted(now: SystemTime, ahead: i64) -> SystemTime {
    let by = Duration::from_secs(ahead.unsigned_abs());
    let moved = if ahead < 0 { now.checked_sub(by) } else { now.checked_add(by) };
    moved.unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(unix(now), 784_111_777.0);
        let rows = [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
            ("99999999999999999999999", None),
        ];
        for (text, seconds) in rows {
            assert_eq!(retry_after(text, now), seconds.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn absolute_times_are_seconds_since_1970() {
        assert_eq!(rfc3339("2026-01-01T00:00:00Z"), Some(1_767_225_600.0));
        assert_eq!(rfc3339("2026-01-01T01:00:00+01:00"), Some(1_767_225_600.0));
        assert_eq!(rfc3339("tomorrow"), None);
    }
}
