//! What processes tell each other about one key: its token, or why there is none. Never what a token is asked for with.

use std::time::{Duration, SystemTime};

use crate::auth::{
    grant::Part,
    refusal::{Lasts, Refusal},
    token::{Issued, Lifetime},
};
use crate::json::Json;
use crate::secret::Secret;

/// What is known of one key.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    /// How many tokens there have been.
    pub(super) generation: u64,
    /// Whether the API ever took one.
    pub(super) accepted: bool,
    /// Whether a rejection has renewed one before any was accepted.
    pub(super) tried_anew: bool,
    /// The last one.
    pub(super) token: Option<Kept>,
    /// What renews it: for whoever holds the lock, and nobody else.
    pub(super) refresh: Option<Secret>,
    /// The last refusal, if no token has come since.
    pub(super) refused: Option<Refused>,
}

/// A token.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) issued: Issued,
    /// When it was asked for.
    pub(super) asked: SystemTime,
}

/// Why there was none.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub(super) refusal: Refusal,
    pub(super) at: SystemTime,
}

impl Entry {
    /// The entry as JSON.
    pub(super) fn to_json(&self) -> Json<'static> {
        Json::object([
            ("generation", self.generation.into()),
            ("accepted", self.accepted.into()),
            ("tried_anew", self.tried_anew.into()),
            ("token", self.token.as_ref().map_or(Json::Null, Kept::to_json)),
            ("refresh", self.refresh.as_ref().map_or(Json::Null, |it| it.expose().into())),
            ("refused", self.refused.as_ref().map_or(Json::Null, Refused::to_json)),
        ])
    }

    /// The entry in JSON; none where anything is missing or wrong.
    pub(super) fn of_json(json: &Json<'_>) -> Option<Self> {
        Some(Self {
            generation: number(json, "generation")?,
            accepted: json.get("accepted")?.as_bool()?,
            tried_anew: json.get("tried_anew")?.as_bool()?,
            token: optional(json, "token", Kept::of_json)?,
            refresh: optional(json, "refresh", |it| it.as_str().map(Secret::new))?,
            refused: optional(json, "refused", Refused::of_json)?,
        })
    }
}

impl Kept {
    fn to_json(&self) -> Json<'static> {
        let Issued { text, lifetime, reply } = &self.issued;
        Json::object([
            ("text", text.expose().into()),
            ("asked", since_1970(self.asked).into()),
            ("lifetime", milliseconds(lifetime.duration).into()),
            ("least_margin", milliseconds(lifetime.least_margin).into()),
            ("reply", reply.clone()),
        ])
    }

    fn of_json(json: &Json<'_>) -> Option<Self> {
        let text = json.get("text")?.as_str()?;
        let can_be_sent = !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
        let lifetime = Lifetime {
            duration: Duration::from_millis(number(json, "lifetime")?),
            least_margin: Duration::from_millis(number(json, "least_margin")?),
        };
        let reply = json.get("reply")?.clone().into_owned();
        let issued = Issued { text: Secret::new(text), lifetime, reply };
        can_be_sent.then_some(Self { issued, asked: moment(json, "asked")? })
    }
}

impl Refused {
    fn to_json(&self) -> Json<'static> {
        let refusal = &self.refusal;
        let retry_after = match refusal.lasts {
            Lasts::AWhile { retry_after: Some(after) } => milliseconds(after).into(),
            _ => Json::Null,
        };
        Json::object([
            ("at", since_1970(self.at).into()),
            ("message", refusal.message.clone().into()),
            ("help", refusal.help.clone().map_or(Json::Null, Json::from)),
            ("part", part_name(refusal.part).into()),
            ("passing", refusal.is_passing().into()),
            ("retry_after", retry_after),
        ])
    }

    fn of_json(json: &Json<'_>) -> Option<Self> {
        let text = |json: &Json<'_>| json.as_str().map(str::to_owned);
        let part = part(json.get("part")?.as_str()?);
        let refusal = Refusal::new(json.get("message")?.as_str()?, part);
        let refusal = Refusal { help: optional(json, "help", text)?, ..refusal };
        let after = optional(json, "retry_after", |json| whole(json).map(Duration::from_millis))?;
        let refusal = if json.get("passing")?.as_bool()? { refusal.passing(after) } else { refusal };
        Some(Self { refusal, at: moment(json, "at")? })
    }
}

const PARTS: &[(&str, Part)] =
    &[("whole", Part::Whole), ("token_url", Part::TokenUrl), ("client", Part::Client), ("scope", Part::Scope)];

fn part_name(part: Part) -> &'static str {
    PARTS.iter().find(|(_, it)| *it == part).map_or("whole", |(name, _)| name)
}

fn part(name: &str) -> Part {
    PARTS.iter().find(|(it, _)| *it == name).map_or(Part::Whole, |(_, part)| *part)
}

/// A member that may be null; none where it is missing or wrong.
#[expect(clippy::option_option, reason = "nothing there is another thing than something wrong there")]
fn optional<T>(json: &Json<'_>, name: &str, read: impl Fn(&Json<'_>) -> Option<T>) -> Option<Option<T>> {
    match json.get(name)? {
        Json::Null => Some(None),
        value => read(value).map(Some),
    }
}

fn number(json: &Json<'_>, name: &str) -> Option<u64> {
    whole(json.get(name)?)
}

fn whole(json: &Json<'_>) -> Option<u64> {
    u64::try_from(json.as_number()?.to_i64()?).ok()
}

fn moment(json: &Json<'_>, name: &str) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(number(json, name)?))
}

fn since_1970(moment: SystemTime) -> u64 {
    milliseconds(moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::token::tests::issued;

    fn full() -> Entry {
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
        let mut issued = issued("to.ke-n", 3600);
        issued.reply = Json::parse(r#"{"instance_url":"https://x","n":1.50}"#).unwrap().into_owned();
        let refusal = Refusal::new("busy \"1\"", Part::Scope).help("wait").passing(Some(Duration::from_secs(3)));
        Entry {
            generation: 7,
            accepted: true,
            tried_anew: true,
            token: Some(Kept { issued, asked: at }),
            refresh: Some(Secret::new("re fresh")),
            refused: Some(Refused { refusal, at }),
        }
    }

    #[test]
    fn an_entry_reads_back_as_it_was_written() {
        let refused = Refused { refusal: Refusal::new("never", Part::Client), at: SystemTime::UNIX_EPOCH };
        for entry in [Entry::default(), full(), Entry { refused: Some(refused), ..full() }] {
            let text = entry.to_json().to_text();
            let again = Entry::of_json(&Json::parse(&text).unwrap()).unwrap();
            assert_eq!(again.to_json().to_text(), text);
            assert_eq!(format!("{again:?}"), format!("{entry:?}"));
        }
    }

    #[test]
    fn an_entry_with_anything_missing_or_wrong_is_none() {
        let whole = full().to_json().to_text();
        let rows = [
            ("\"generation\":7", "\"generation\":-7"),
            ("\"accepted\":true,", ""),
            ("\"tried_anew\":true", "\"tried_anew\":1"),
            ("\"text\":\"to.ke-n\"", "\"text\":\"to ken\""),
            ("\"text\":\"to.ke-n\"", "\"text\":\"\""),
            ("\"asked\":1700000000123", "\"asked\":\"yesterday\""),
            ("\"lifetime\":3600000", "\"lifetime\":1e400"),
            ("\"part\":\"scope\",", ""),
            ("\"refresh\":\"re fresh\"", "\"refresh\":1"),
            ("\"help\":\"wait\"", "\"help\":[]"),
            ("\"passing\":true,", ""),
        ];
        for (from, to) in rows {
            let wrong = whole.replace(from, to);
            assert_ne!(wrong, whole, "{from}");
            assert!(Entry::of_json(&Json::parse(&wrong).unwrap()).is_none(), "{to}");
        }
    }
}
