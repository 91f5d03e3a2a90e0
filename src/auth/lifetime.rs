//! How long a token lives, by what its reply says. Never for ever.

use std::time::{Duration, SystemTime};

use crate::auth::{date, jwt, token::Lifetime};
use crate::json::Json;

/// What counts where nothing else says anything.
const ASSUMED: Duration = Duration::from_secs(600);
/// Ten years. Whatever is longer was not meant.
const LONGEST: f64 = 10.0 * 365.0 * 86_400.0;
/// Seconds since 1970 beyond this are milliseconds.
const LATEST: f64 = 1e11;

/// What a lifetime is read from.
pub(crate) struct Sources<'r> {
    pub(crate) reply: &'r Json<'r>,
    pub(crate) token: &'r str,
    /// `lifetime` of the identity.
    pub(crate) written: Option<Duration>,
    /// The time at the server when it answered.
    pub(crate) now: SystemTime,
}

/// A source of a lifetime: its name and the seconds it says, none where what it says cannot be read.
type Claim = (&'static str, Option<f64>);

impl Sources<'_> {
    /// The first lifetime that makes sense, in the order of the sources; `notes` take those that do not.
    pub(crate) fn lifetime(&self, notes: &mut Vec<String>) -> Lifetime {
        let claims = [
            self.relative("expires_in"),
            self.relative("ExpiresIn"),
            self.absolute("expires_on"),
            self.absolute("expires_at"),
        ];
        if let Some(duration) = claims.into_iter().flatten().find_map(|claim| sensible(claim, notes)) {
            return Lifetime { duration, least_margin: Duration::ZERO };
        }
        if let Some(duration) = self.of_jwt().and_then(|claim| sensible(claim, notes)) {
            return Lifetime { duration, least_margin: Duration::from_secs(1) };
        }
        let duration = self.written.unwrap_or_else(|| {
            notes.push("its reply says no lifetime, ten minutes are assumed; write `lifetime:` for another".to_owned());
            ASSUMED
        });
        Lifetime { duration, least_margin: Duration::ZERO }
    }

    fn relative(&self, name: &'static str) -> Option<Claim> {
        let value = self.present(name)?;
        Some((name, number(value)))
    }

    fn absolute(&self, name: &'static str) -> Option<Claim> {
        let value = self.present(name)?;
        let time = number(value).or_else(|| date::rfc3339(value.as_str()?));
        let seconds = time.map(|time| if time > LATEST { time / 1000.0 } else { time });
        Some((name, seconds.map(|seconds| seconds - date::unix(self.now))))
    }

    /// `exp - iat`, which no clock can falsify; `exp` from now where there is no `iat` (RFC 7519 4.1).
    fn of_jwt(&self) -> Option<Claim> {
        let claims = jwt::claims(self.token)?;
        let time = |name| claims.get(name).and_then(Json::as_number).map(|number| number.as_f64());
        let expiry = time("exp")?;
        Some(("the claim `exp`", Some(expiry - time("iat").unwrap_or_else(|| date::unix(self.now)))))
    }

    fn present(&self, name: &str) -> Option<&Json<'_>> {
        self.reply.get(name).filter(|value| !matches!(value, Json::Null))
    }
}

fn number(value: &Json<'_>) -> Option<f64> {
    match value {
        Json::Number(number) => Some(number.as_f64()),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn sensible((source, seconds): Claim, notes: &mut Vec<String>) -> Option<Duration> {
    let source = if source.starts_with("the ") { source.to_owned() } else { format!("`{source}`") };
    match seconds {
        Some(seconds) if seconds > 0.0 && seconds <= LONGEST => Duration::try_from_secs_f64(seconds).ok(),
        Some(seconds) => {
            let said = if seconds.abs() < LATEST { seconds.round().to_string() } else { format!("{seconds:e}") };
            notes.push(format!("{source} of its reply says {said} seconds, which is passed over"));
            None
        }
        None => {
            notes.push(format!("{source} of its reply is not a time, it is passed over"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::jwt::tests::jwt;

    /// 2026-01-01.
    const NOW: u64 = 1_767_225_600;

    fn lifetime(reply: &str, token: &str, written: Option<u64>) -> (f64, usize) {
        let reply = Json::parse(reply).unwrap();
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        let sources = Sources { reply: &reply, token, written: written.map(Duration::from_secs), now };
        let mut notes = Vec::new();
        let lifetime = sources.lifetime(&mut notes);
        (lifetime.duration.as_secs_f64(), notes.len())
    }

    #[test]
    fn the_first_source_that_makes_sense_counts() {
        let rows = [
            (r#"{"expires_in":3600}"#, 3600.0, 0),
            (r#"{"expires_in":"3600"}"#, 3600.0, 0),
            (r#"{"expires_in":" 28800 "}"#, 28800.0, 0),
            (r#"{"expires_in":3599.5}"#, 3599.5, 0),
            (r#"{"expires_in":3600,"ExpiresIn":1,"expires_on":1}"#, 3600.0, 0),
            (r#"{"ExpiresIn":900}"#, 900.0, 0),
            (r#"{"expires_in":null,"ExpiresIn":900}"#, 900.0, 0),
            (r#"{"expires_in":0,"expires_on":"1767225700"}"#, 100.0, 1),
            (r#"{"expires_in":-5,"expires_at":"2026-01-01T00:01:00Z"}"#, 60.0, 1),
            (r#"{"expires_at":1767225601500}"#, 1.5, 0),
            (r#"{"expires_in":"soon","expires_at":[]}"#, 600.0, 3),
            (r#"{"expires_in":1e300}"#, 600.0, 2),
            (r#"{"expires_in":1000000000000}"#, 600.0, 2),
            (r#"{"expires_in":"1000000000000","expires_at":1767225660}"#, 60.0, 1),
            (r#"{"expires_in":"-1","ExpiresIn":"0"}"#, 600.0, 3),
            (r#"{"expires_in":"3599.5"}"#, 3599.5, 0),
            (r#"{"expires_on":"1767225600500"}"#, 0.5, 0),
            (r#"{"expires_in":"NaN"}"#, 600.0, 2),
            (r#"{"expires_in":"inf"}"#, 600.0, 2),
            (r#"{"expires_on":1767225600}"#, 600.0, 2),
            ("{}", 600.0, 1),
            ("[]", 600.0, 1),
        ];
        for (reply, seconds, notes) in rows {
            assert_eq!(lifetime(reply, "opaque", None), (seconds, notes), "{reply}");
        }
    }

    #[test]
    fn a_jwt_counts_before_what_is_written() {
        let rows = [
            (r#"{"exp":1767226200,"iat":1767225500}"#, "{}", 700.0, 0),
            (r#"{"exp":1767226200}"#, "{}", 600.0, 0),
            (r#"{"exp":1767226200,"iat":1767225500}"#, r#"{"expires_in":10}"#, 10.0, 0),
            (r#"{"exp":100,"iat":1767225500}"#, "{}", 42.0, 1),
            (r#"{"exp":"soon"}"#, "{}", 42.0, 0),
            ("{}", "{}", 42.0, 0),
        ];
        for (claims, reply, seconds, notes) in rows {
            assert_eq!(lifetime(reply, &jwt(claims), Some(42)), (seconds, notes), "{claims}");
        }
    }

    #[test]
    fn only_a_jwt_has_a_least_margin() {
        let (reply, token) = (Json::parse("{}").unwrap(), jwt(r#"{"exp":20,"iat":10}"#));
        let sources = Sources { reply: &reply, token: &token, written: None, now: SystemTime::now() };
        assert_eq!(sources.lifetime(&mut Vec::new()).least_margin, Duration::from_secs(1));
    }
}
