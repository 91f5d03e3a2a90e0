//! The reply of a login: pure, token or refusal out.

use std::time::Duration;

use crate::auth::{
    grant::Part,
    lifetime::Sources,
    login::Login,
    refusal::Refusal,
    token::{Issued, Lifetime},
    token_reply::{printable, secrets},
};
use crate::http::{Exchange, FaultKind, Jar, Response};
use crate::json::Json;
use crate::secret::Secret;
use crate::spec::auth::{ExpiresIn, LoginToken};

/// A cookie shorter than this is a setting, not a session.
const SHORTEST_SESSION: usize = 8;

/// A reply as it was read.
pub(crate) struct LoginReply {
    pub(crate) result: Result<Issued, Refusal>,
    /// Every secret in it, also where there is no token.
    pub(crate) secrets: Vec<(String, Secret)>,
    /// The reply over the earlier ones, for the next refresh.
    pub(crate) reply: Option<Json<'static>>,
    pub(crate) notes: Vec<String>,
}

impl LoginReply {
    /// No reply at all.
    pub(crate) fn refused(refusal: Refusal) -> Self {
        Self { result: Err(refusal), secrets: Vec::new(), reply: None, notes: Vec::new() }
    }
}

/// Whether a status is what the login expects.
pub(crate) type IsExpected<'e> = &'e dyn Fn(u16) -> Result<bool, Refusal>;

/// Reads what became of a login.
pub(crate) fn read(
    login: &Login,
    exchange: &Exchange,
    jar: &Jar,
    last: Option<&Json<'static>>,
    is_expected: IsExpected<'_>,
) -> LoginReply {
    let response = match &exchange.result {
        Ok(response) => response,
        Err(fault) => {
            let message = format!("the login at {} could not be asked: {}", exchange.request.url, fault.message);
            let refusal = Refusal { help: fault.help.clone(), ..Refusal::new(message, Part::Whole) };
            let lasts = matches!(fault.kind, FaultKind::Request | FaultKind::TooLarge | FaultKind::Redirects);
            return LoginReply::refused(if lasts { refusal } else { refusal.passing(None) });
        }
    };
    let json = Json::parse_bytes(&response.body).ok().map(Json::into_owned);
    let mut found = Vec::new();
    if let Some(json) = &json {
        secrets(json, &mut found);
    }
    found.extend(session_cookies(jar, response));
    let reply = merged(last, json.as_ref());
    let mut notes = Vec::new();
    let result = Answer { login, response, json: json.as_ref(), jar }.issued(&reply, is_expected, &mut notes);
    LoginReply { result, secrets: found, reply: Some(reply), notes }
}

/// An answer and what it answers.
struct Answer<'r> {
    login: &'r Login,
    response: &'r Response,
    json: Option<&'r Json<'static>>,
    jar: &'r Jar,
}

impl Answer<'_> {
    fn issued(
        &self,
        reply: &Json<'static>,
        is_expected: IsExpected<'_>,
        notes: &mut Vec<String>,
    ) -> Result<Issued, Refusal> {
        let status = self.response.status;
        if !is_expected(status)? {
            let refusal = self.refusal("which is not what it expects");
            let refusal = refusal.help("are its values right? a status beyond 2xx is allowed by `expect: {status: …}`");
            let passing = matches!(status, 408 | 429 | 500..=599);
            return Err(if passing { refusal.passing(None) } else { refusal });
        }
        let text = self.token()?;
        let lifetime = self.lifetime(&text, reply, notes);
        Ok(Issued { text: Secret::new(text), lifetime, reply: reply.clone() })
    }

    fn refusal(&self, what: &str) -> Refusal {
        Refusal::new(
            format!("the login at {} answered {}, {what}", self.response.url, self.response.status),
            Part::Whole,
        )
    }

    fn token(&self) -> Result<String, Refusal> {
        let found = match &self.login.taken {
            LoginToken::Cookies => self.cookies(),
            LoginToken::Header(name) => self.response.header(name).map(str::to_owned),
            LoginToken::JsonPath(path) => match self.json.and_then(|json| path.find(json).into_iter().next()) {
                Some(Json::String(text)) => Some(text.clone().into_owned()),
                Some(Json::Number(number)) => Some(number.text().to_owned()),
                _ => None,
            },
        };
        match found {
            Some(text) if text.is_empty() => Err(self.refusal("and its token is empty")),
            Some(text) if text.chars().any(|c| c.is_control()) => {
                Err(self.refusal("and its token has a line break or control character in it"))
            }
            Some(text) => Ok(text),
            None => Err(self.without_token()),
        }
    }

    fn without_token(&self) -> Refusal {
        let what = match &self.login.taken {
            LoginToken::Cookies => return self.refusal("without any cookie").help("look at `cookies`"),
            LoginToken::Header(name) => format!("without the header `{name}`"),
            LoginToken::JsonPath(path) => match self.json.and_then(Json::as_object) {
                Some(members) => {
                    let names: Vec<_> =
                        members.iter().take(10).map(|(name, _)| format!("`{}`", printable(name, 40))).collect();
                    format!("without text at `{}`; it has {}", path.text(), names.join(", "))
                }
                None => format!("without text at `{}`, as it is no JSON object", path.text()),
            },
        };
        self.refusal(&what).help("look at `token`")
    }

    /// Every cookie that a request to where it was set, or to the root, would carry.
    fn cookies(&self) -> Option<String> {
        let cookies = self.jar.cookies(&self.response.url);
        let pairs: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// What `expires_in` finds, then `lifetime`, then what replies usually say, then the token's own `exp`.
    fn lifetime(&self, token: &str, reply: &Json<'static>, notes: &mut Vec<String>) -> Lifetime {
        let whole = |duration| Lifetime { duration, least_margin: Duration::ZERO };
        if let Some(written) = &self.login.expires_in {
            if let Some(duration) = self.json.and_then(|json| said(written, json)) {
                return whole(duration);
            }
            notes.push(format!("its reply says no lifetime at `{}`", written.path.text()));
        }
        if let Some(duration) = self.login.terms.lifetime {
            return whole(duration);
        }
        let now = self.response.header("date").and_then(crate::auth::date::http_date);
        let now = now.unwrap_or_else(std::time::SystemTime::now);
        Sources { reply, token, written: None, now }.lifetime(notes)
    }
}

/// How long a token lives by what stands at the path; none for anything but a time above zero.
fn said(written: &ExpiresIn, json: &Json<'static>) -> Option<Duration> {
    let number = match written.path.find(json).into_iter().next()? {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let duration = Duration::try_from_secs_f64(number * f64::from(written.unit) / 1000.0).ok()?;
    (!duration.is_zero()).then_some(duration)
}

/// A reply over the earlier ones: members it does not have stay as they were.
fn merged(last: Option<&Json<'static>>, new: Option<&Json<'static>>) -> Json<'static> {
    match (last, new) {
        (Some(Json::Object(old)), Some(Json::Object(new))) => {
            let mut all = new.clone();
            let kept = old.iter().filter(|(name, _)| !new.iter().any(|(own, _)| own == name));
            all.extend(kept.map(|(name, value)| (name.clone(), value.clone())));
            let nested = all.into_iter().map(|(name, value)| {
                let before = old.iter().find(|(own, _)| *own == name).map(|(_, value)| value);
                let value = merged(before, Some(&value));
                (name, value)
            });
            Json::Object(nested.collect())
        }
        (_, Some(new)) => new.clone(),
        (Some(old), None) => old.clone(),
        (None, None) => Json::Null,
    }
}

fn session_cookies(jar: &Jar, response: &Response) -> Vec<(String, Secret)> {
    let cookies = jar.cookies(&response.url).into_iter();
    let long = cookies.filter(|(_, value)| value.len() >= SHORTEST_SESSION);
    long.map(|(name, value)| (name, Secret::new(value))).collect()
}
