//! `before` and `after`: points in time.

use std::time::SystemTime;

use crate::expect::{
    found::At,
    matcher::{Judge, Judged, Verdict, unusable},
};
use crate::spec::{
    Unrendered,
    matcher::{Instant, Matcher},
};

const WANTED: &str = "a time such as `2026-01-31T12:00:00Z` or an HTTP date";

impl Judge<'_> {
    pub(super) fn before(&mut self, matcher: &Matcher, instant: &Instant, at: At<'_>) -> Judged {
        let limit = self.instant(instant)?;
        Ok(self.timed(matcher, at, |time| time < limit))
    }

    pub(super) fn after(&mut self, matcher: &Matcher, instant: &Instant, at: At<'_>) -> Judged {
        let limit = self.instant(instant)?;
        Ok(self.timed(matcher, at, |time| time > limit))
    }

    fn timed(&mut self, matcher: &Matcher, at: At<'_>, holds: impl FnOnce(SystemTime) -> bool) -> Verdict {
        // `now` is for authors: in an answer it is no time.
        let text = at.text().filter(|text| !text.trim_start().starts_with("now"));
        match text.and_then(|text| Instant::parse(text, self.scope.now)) {
            Some(time) => self.verdict(holds(time), matcher, at),
            None => self.void(matcher, at, WANTED),
        }
    }

    fn instant(&self, instant: &Instant) -> Result<SystemTime, Unrendered> {
        let text = instant.text.render(self.scope)?;
        let not_a_time = || unusable(format!("`{text}` is not a point in time"), instant.text.place());
        Instant::parse(&text, self.scope.now).ok_or_else(not_a_time)
    }
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{Verdicts, holds};

    #[test]
    fn times_are_before_and_after() {
        holds(&[
            ("{before: 2026-01-31T12:00:00Z}", "\"2026-01-31T11:59:59Z\"", true),
            ("{before: 2026-01-31T12:00:00Z}", "\"2026-01-31T12:59:59+01:00\"", true),
            ("{before: 2026-01-31T12:00:00Z}", "\"2026-01-31T12:00:00Z\"", false),
            ("{before: 2026-01-31T12:00:00Z}", "\"2026-01-31T12:00:00.001Z\"", false),
            ("{before: now}", "\"Sun, 06 Nov 1994 08:49:37 GMT\"", true),
            ("{after: now}", "\"Sun, 06 Nov 1994 08:49:37 GMT\"", false),
            ("{after: \"Sun, 06 Nov 1994 08:49:37 GMT\"}", "\"1994-11-06T08:49:38Z\"", true),
            ("{after: now}", "\"2100-01-01T00:00:00Z\"", true),
            ("{after: now-1h, before: now+1h}", "\"2027-01-15T08:00:00Z\"", true),
            ("{after: now+1m}", "\"2027-01-15T08:00:00Z\"", false),
            ("{before: now+1m}", "\"now\"", false),
            ("{before: now}", "\"yesterday\"", false),
            ("{before: now}", "\"2020-01-01\"", false),
            ("{before: now}", "0", false),
            ("{not: {before: now}}", "\"yesterday\"", false),
        ]);
        assert!(Verdicts::of("{before: \"{{word}}\"}", "\"2020-01-01T00:00:00Z\"").is_err());
    }
}
