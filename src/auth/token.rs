//! A token and how long it may be used.

use std::time::Duration;

use crate::clock::Moment;
use crate::json::Json;
use crate::secret::Secret;

const SECOND: Duration = Duration::from_secs(1);

/// A token as a reply gives it.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) text: Secret,
    pub(crate) lifetime: Lifetime,
    /// The whole reply but for its refresh token.
    pub(crate) reply: Json<'static>,
}

/// How long a token lives, from the moment it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lifetime {
    pub(crate) duration: Duration,
    /// The least margin before its end: a JWT counts in whole seconds, so its last one is not to be trusted.
    pub(crate) least_margin: Duration,
}

/// A token that was fetched.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) issued: Issued,
    /// Counts the tokens of its key from 1.
    pub(crate) generation: u64,
    /// When it was asked for: its life counts from then, as the reply may have been long on its way.
    pub(crate) asked: Moment,
}

impl Token {
    /// The text that is sent.
    pub(crate) fn text(&self) -> &Secret {
        &self.issued.text
    }

    /// How long ago it was asked for, by the clock that says more: wall time jumps, monotonic time stands still while a machine sleeps.
    pub(crate) fn age(&self, now: Moment) -> Duration {
        let by_wall = now.wall.duration_since(self.asked.wall).unwrap_or_default();
        by_wall.max(now.mono.saturating_sub(self.asked.mono))
    }

    /// How much longer it lives.
    pub(crate) fn remaining(&self, now: Moment) -> Duration {
        self.issued.lifetime.duration.saturating_sub(self.age(now))
    }

    /// Whether it lives longer than the margin, which is `refresh_before` or a part of its life, whichever is less: a tenth, but not
    /// less than a second, nor more than half.
    pub(crate) fn is_usable(&self, now: Moment, refresh_before: Duration) -> bool {
        let lifetime = &self.issued.lifetime;
        // A server that counts whole seconds ends a token up to one early: what was issued at 0.9 s for three runs out at 3.0.
        let part = (lifetime.duration / 10).max(SECOND.min(lifetime.duration / 2));
        let margin = refresh_before.min(part).max(lifetime.least_margin);
        self.remaining(now) > margin
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::time::SystemTime;

    use super::*;

    pub(crate) fn issued(text: &str, seconds: u64) -> Issued {
        let lifetime = Lifetime { duration: Duration::from_secs(seconds), least_margin: Duration::ZERO };
        Issued { text: Secret::new(text), lifetime, reply: Json::Object(Vec::new()) }
    }

    fn moment(wall: u64, mono: u64) -> Moment {
        Moment { wall: SystemTime::UNIX_EPOCH + Duration::from_secs(wall), mono: Duration::from_secs(mono) }
    }

    #[test]
    fn a_token_is_used_until_the_margin_by_either_clock() {
        let minute = Duration::from_secs(60);
        let rows = [
            // lifetime, refresh_before, wall and monotonic time passed, usable
            (3600, minute, 3539, 3539, true),
            (3600, minute, 3540, 3540, false),
            (300, minute, 269, 269, true),
            (300, minute, 270, 270, false),
            (300, Duration::from_secs(5), 294, 294, true),
            (300, Duration::ZERO, 299, 299, true),
            (300, Duration::ZERO, 300, 300, false),
            // A tenth of a short life is less than the second that a server may be early.
            (5, minute, 3, 3, true),
            (5, minute, 4, 4, false),
            (2, minute, 0, 0, true),
            (2, minute, 1, 1, false),
            (1, minute, 0, 0, true),
            (2, Duration::ZERO, 1, 1, true),
            (3600, minute, 3540, 10, false),
            (3600, minute, 10, 3540, false),
            (3600, minute, 10, 10, true),
        ];
        for (lifetime, refresh_before, wall, mono, usable) in rows {
            let token = Token { issued: issued("t", lifetime), generation: 1, asked: moment(1000, 0) };
            let now = moment(1000 + wall, mono);
            assert_eq!(token.is_usable(now, refresh_before), usable, "{lifetime} {wall} {mono}");
        }
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_lengthen_a_life() {
        let token = Token { issued: issued("t", 100), generation: 1, asked: moment(1000, 0) };
        assert_eq!(token.remaining(moment(10, 30)), Duration::from_secs(70));
        assert_eq!(token.remaining(moment(5000, 30)), Duration::ZERO);
    }

    #[test]
    fn the_last_second_of_a_jwt_is_not_trusted() {
        let lifetime = Lifetime { duration: Duration::from_secs(5), least_margin: Duration::from_secs(1) };
        let issued = Issued { lifetime, ..issued("t", 5) };
        let token = Token { issued, generation: 1, asked: moment(1000, 0) };
        assert!(token.is_usable(moment(1003, 3), Duration::ZERO));
        assert!(!token.is_usable(moment(1004, 4), Duration::ZERO));
    }
}
