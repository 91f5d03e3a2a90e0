//! The reply of a token endpoint: pure, token or refusal out (RFC 6749 5).

use std::time::{Duration, SystemTime};

use crate::auth::{
    date,
    grant::{Grant, Part, Renewal},
    lifetime::Sources,
    refusal::Refusal,
    token::Issued,
};
use crate::http::Response;
use crate::json::Json;
use crate::secret::Secret;
use crate::spec::auth::{GrantType, Taken, Vendor};
use crate::spec::duration::show;

mod answered;
mod cognito;
mod fault;
mod hint;
mod scope;
#[cfg(test)]
mod tests;

pub(crate) use answered::{Answered, Asked, printable, secrets};

/// A reply is not larger than this many bytes.
const LARGEST: u64 = 1024 * 1024;
/// A clock that is off by more is told of.
const SKEW: Duration = Duration::from_secs(60);

/// A reply as it was read.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) result: Result<Issued, Refusal>,
    /// What renews the token, where the reply says.
    pub(crate) refresh: Option<Secret>,
    /// Every secret in it, also where there is no token.
    pub(crate) secrets: Vec<(String, Secret)>,
    /// What a person should know.
    pub(crate) notes: Vec<String>,
}

/// Reads a reply that came at `now`.
pub(crate) fn read(response: &Response, grant: &Grant, now: SystemTime) -> Read {
    let answered = Answered { response, grant, now, asked: Asked::TokenEndpoint };
    if response.size.max(response.body.len() as u64) > LARGEST {
        let refusal = answered
            .refusal(&format!("with more than 1 MiB{}", answered.of_type()), Part::TokenUrl)
            .help("a token reply is small; is this the token endpoint?");
        return Read { result: Err(refusal), refresh: None, secrets: Vec::new(), notes: Vec::new() };
    }
    let body = response.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&response.body);
    let json = Json::parse_bytes(body).ok().map(|json| match grant.vendor {
        Some(Vendor::CognitoUser) => cognito::in_oauth_words(&json, &grant.taken),
        _ => json.into_owned(),
    });
    let mut secrets = Vec::new();
    if let Some(json) = &json {
        self::secrets(json, &mut secrets);
    }
    let mut notes = Vec::new();
    let result = match &json {
        Some(json) => answered.json(json, &mut notes),
        None => Err(answered.not_json(body)),
    };
    let refresh = json.as_ref().and_then(|json| refresh_token(json, grant.vendor));
    Read { result, refresh, secrets, notes }
}

impl Answered<'_> {
    fn json(&self, json: &Json<'_>, notes: &mut Vec<String>) -> Result<Issued, Refusal> {
        if let Some(refusal) = self.fault(json) {
            return Err(refusal);
        }
        let token = self.token(json)?;
        self.check_type(json)?;
        self.check_scope(json)?;
        let server = self.response.header("date").and_then(date::http_date);
        if let Some(off) = server.and_then(|server| skew(server, self.now)) {
            notes.push(off);
        }
        let now = server.unwrap_or(self.now);
        let lifetime = Sources { reply: json, token, written: self.grant.lifetime, now }.lifetime(notes);
        Ok(Issued { text: Secret::new(token), lifetime, reply: without_refresh_token(json) })
    }

    fn token<'j>(&self, json: &'j Json<'_>) -> Result<&'j str, Refusal> {
        let (name, found) = match &self.grant.taken {
            Taken::AccessToken => ("access_token", json.get("access_token")),
            Taken::IdToken => ("id_token", json.get("id_token")),
            Taken::JsonPath(path) => (path.text(), path.find(json).into_iter().next()),
        };
        match found {
            None | Some(Json::Null) => Err(self.without_token(name, json)),
            Some(Json::String(text)) => self.checked(name, text),
            Some(other) => {
                let what =
                    format!("with JSON{}, but its `{name}` is {}, not text", self.of_type(), with_article(other));
                Err(self.refusal(&what, Part::Whole))
            }
        }
    }

    /// A token is visible characters without blanks; anything else would break the header it is sent in.
    fn checked<'t>(&self, name: &str, text: &'t str) -> Result<&'t str, Refusal> {
        let wrong = match text.chars().find(|c| !c.is_ascii_graphic()) {
            None if !text.is_empty() => return Ok(text),
            None => "is empty",
            Some('\r' | '\n') => "has a line break in it",
            Some(' ' | '\t') => "has a blank in it",
            Some(c) if c.is_control() => "has a control character in it",
            Some(_) => "has characters beyond ASCII in it",
        };
        let what = format!("with JSON{}, but its `{name}` {wrong}", self.of_type());
        Err(self.refusal(&what, Part::Whole).help("such a token cannot be sent; tell its provider"))
    }

    fn without_token(&self, name: &str, json: &Json<'_>) -> Refusal {
        let members = json.as_object().unwrap_or_default();
        let names: Vec<_> =
            members.iter().take(10).map(|(name, _)| format!("`{}`", answered::printable(name, 40))).collect();
        let what = match (json.as_object(), names.is_empty()) {
            (None, _) => format!("with {}{} that holds no `{name}`", with_article(json), self.of_type()),
            (Some(_), true) => format!("with an empty JSON object{}", self.of_type()),
            (Some(_), false) => format!("with JSON{}, but no `{name}`; it has {}", self.of_type(), names.join(", ")),
        };
        let refusal = self.refusal(&what, Part::Whole);
        match self.grant.taken {
            Taken::AccessToken => refusal.help("where the token has another name, write `use: {jsonpath: $.…}`"),
            Taken::IdToken => refusal.help("an id token needs the scope `openid`, and not every grant gives one"),
            Taken::JsonPath(_) => refusal.help("look at `use`"),
        }
    }

    /// RFC 6749 7.1: a token of a type that one does not understand must not be used.
    fn check_type(&self, json: &Json<'_>) -> Result<(), Refusal> {
        if self.grant.dpop {
            return self.check_bound(json);
        }
        let bearer = matches!(self.grant.taken, Taken::AccessToken) && self.grant.placement.is_bearer();
        let Some(kind) = json.get("token_type").and_then(Json::as_str).filter(|_| bearer) else { return Ok(()) };
        let kind = kind.trim();
        // RFC 8693 2.2.1: what comes of an exchange may be no access token.
        let traded = self.grant.grant == GrantType::TokenExchange && kind.eq_ignore_ascii_case("n_a");
        if traded || kind.is_empty() || ["bearer", "bearertoken"].iter().any(|known| kind.eq_ignore_ascii_case(known)) {
            return Ok(());
        }
        let what =
            format!("with a token of the type `{}`, which is not sent as `Bearer`", answered::printable(kind, 40));
        Err(self.refusal(&what, Part::Whole).help(
            "only bearer tokens are supported; another word before it is `place: {header: Authorization, prefix: …}`",
        ))
    }
}

impl Answered<'_> {
    /// RFC 9449 5: a server that does not bind the token says so by its type.
    fn check_bound(&self, json: &Json<'_>) -> Result<(), Refusal> {
        let kind = json.get("token_type").and_then(Json::as_str).unwrap_or_default().trim();
        if kind.eq_ignore_ascii_case("dpop") {
            return Ok(());
        }
        let found = match kind {
            "" => "with a token of no type".to_owned(),
            kind => format!("with a token of the type `{}`", answered::printable(kind, 40)),
        };
        let what = format!("{found} where `DPoP` was asked for: it is not bound to the key");
        Err(self.refusal(&what, Part::Whole).help(
            "let the provider bind the tokens of this client (RFC 9449), or leave out `dpop` where any holder may use it",
        ))
    }
}

fn with_article(json: &Json<'_>) -> String {
    let kind = json.kind();
    let article = if matches!(kind.name(), "array" | "object" | "integer") { "an" } else { "a" };
    format!("{article} {kind}")
}

fn skew(server: SystemTime, now: SystemTime) -> Option<String> {
    let (off, how) = match server.duration_since(now) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    (off > SKEW).then(|| format!("the clock of the token endpoint is {} {how} this machine's", show(off)))
}

/// The refresh token (RFC 6749 5.1); an empty one counts as none.
fn refresh_token(json: &Json<'_>, vendor: Option<Vendor>) -> Option<Secret> {
    let text = |name| json.get(name).and_then(Json::as_str);
    let token = text("refresh_token").filter(|token| !token.trim().is_empty())?;
    Some(match vendor {
        Some(Vendor::CognitoUser) => Renewal::kept(token, text("access_token").unwrap_or_default()),
        _ => Secret::new(token),
    })
}

/// What templates may read: nothing of it renews tokens.
fn without_refresh_token(json: &Json<'_>) -> Json<'static> {
    match json.clone().into_owned() {
        Json::Object(mut members) => {
            members.retain(|(name, _)| name != "refresh_token");
            Json::Object(members)
        }
        other => other,
    }
}
