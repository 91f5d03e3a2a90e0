//! Times, sizes and states in words.

use std::time::{Duration, SystemTime};

use crate::auth::Sender;
use crate::http::FaultKind;
use crate::outcome::Tally;

/// How long something took: `0.4ms`, `12ms`, `1.2s`, `2m5s`.
pub(crate) fn elapsed(time: Duration) -> String {
    let millis = time.as_micros() as f64 / 1000.0;
    match time.as_millis() {
        0 => format!("{millis:.1}ms"),
        1..1_000 => format!("{millis:.0}ms"),
        1_000..60_000 => format!("{:.1}s", time.as_secs_f64()),
        _ => age(time),
    }
}

/// How old something is, in whole seconds: `12s`, `58m12s`, `48m`, `2h5m`.
pub(crate) fn age(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let parts = [(hours, "h"), (minutes, "m"), (seconds, "s")];
    let parts = parts.iter().skip_while(|(count, _)| *count == 0).take(2).filter(|(count, _)| *count > 0);
    let text: String = parts.map(|(count, unit)| format!("{count}{unit}")).collect();
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// `as service, token 12s old, 48m left`.
pub(crate) fn sender(sender: Option<&Sender>) -> String {
    let Some(sender) = sender else { return "without a credential".to_owned() };
    let mut text = format!("as {}", sender.name);
    if let Some(old) = sender.token_age {
        text += &format!(", token {} old", age(old));
    }
    if let Some(left) = sender.token_left {
        text += &format!(", {} left", age(left));
    }
    text
}

/// `500 Internal Server Error`.
pub(crate) fn status(code: u16) -> String {
    let reason = ::http::StatusCode::from_u16(code).ok().and_then(|status| status.canonical_reason());
    reason.map_or_else(|| code.to_string(), |reason| format!("{code} {reason}"))
}

/// The word for a fault: `refused`.
pub(crate) fn fault(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Request => "request",
        FaultKind::Dns => "dns",
        FaultKind::Refused => "refused",
        FaultKind::Connect => "connect",
        FaultKind::Tls => "tls",
        FaultKind::Timeout => "timeout",
        FaultKind::Broken => "broken",
        FaultKind::TooLarge => "too_large",
        FaultKind::Redirects => "redirects",
    }
}

/// RFC 3339 in UTC, to the millisecond.
pub(crate) fn instant(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let millis = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    let time = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    format!("{time:.3}")
}

/// How many cases ended in which way, those that are none left out: `6 passed, 1 failed`.
pub(crate) fn tally(tally: &Tally) -> Vec<(usize, &'static str)> {
    let parts = [
        (tally.passed, "passed"),
        (tally.failed, "failed"),
        (tally.error, if tally.error == 1 { "error" } else { "errors" }),
        (tally.skipped, "skipped"),
        (tally.not_run, "not run"),
        (tally.flaky, "flaky"),
    ];
    parts.into_iter().filter(|(count, _)| *count > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_exact_as_they_are_long() {
        let rows = [
            (0, "0.0ms"),
            (400, "0.4ms"),
            (12_400, "12ms"),
            (999_400, "999ms"),
            (1_250_000, "1.2s"),
            (61_000_000, "1m1s"),
        ];
        for (micros, text) in rows {
            assert_eq!(elapsed(Duration::from_micros(micros)), text);
        }
        let rows = [(0, "0s"), (12, "12s"), (2880, "48m"), (3492, "58m12s"), (3605, "1h"), (7530, "2h5m")];
        for (seconds, text) in rows {
            assert_eq!(age(Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn a_sender_tells_how_old_its_token_is() {
        let mut service = Sender { name: "service".to_owned(), token_age: None, token_left: None };
        assert_eq!(sender(None), "without a credential");
        assert_eq!(sender(Some(&service)), "as service");
        service.token_age = Some(Duration::from_secs(12));
        service.token_left = Some(Duration::from_secs(2880));
        assert_eq!(sender(Some(&service)), "as service, token 12s old, 48m left");
    }

    #[test]
    fn a_status_has_its_reason() {
        assert_eq!(status(404), "404 Not Found");
        assert_eq!(status(599), "599");
        assert_eq!(status(7), "7");
    }
}
