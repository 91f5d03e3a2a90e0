//! What may be told of a token: everything but the token.

use std::time::{Duration, SystemTime};

use super::{Tokens, sharing::subject};
use crate::auth::{
    credential::Credential,
    jwt,
    key::{Key, Keys},
    ready::{Method, Ready},
    share::{Scope, Stored},
};
use crate::json::Json;

/// What may be told of a token.
#[derive(Debug)]
pub(crate) struct About {
    pub(crate) origin: Origin,
    /// Whether other processes find it.
    pub(crate) reach: Option<Scope>,
    /// When it was asked for; none where it does not age.
    pub(crate) asked_at: Option<SystemTime>,
    /// How much longer it lives; none where nobody knows.
    pub(crate) left: Option<Duration>,
    /// Whether a refresh token renews it.
    pub(crate) renews: bool,
    pub(crate) scopes: Vec<String>,
    /// Who it is for, by the token itself or by the ID token that came with it.
    pub(crate) subject: Option<String>,
    /// Those of a JWT.
    pub(crate) claims: Option<Json<'static>>,
}

/// Where a token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It is written, or comes from the environment or a file.
    Written,
    /// It was signed here.
    Signed,
    /// A request yielded it just now.
    Login,
    /// A command printed it just now.
    Exec,
    /// It was fetched just now.
    Fetched,
    /// It was fetched just now in place of one that ran out.
    Renewed,
    /// An earlier process fetched it, or a person logged in.
    Kept,
}

impl Tokens {
    /// What may be told of a credential that was had just now.
    pub(crate) async fn about(&self, credential: &Credential) -> About {
        let ready = &*credential.ready;
        let now = self.0.fetcher.clock.now();
        let text = credential.secret.expose();
        let claims = jwt::claims(text);
        let token = credential.fetched.as_ref().map(|(token, _)| token);
        let stored = self.stored(ready).await;
        let by_claim = claims.as_ref().and_then(|claims| expiry(claims, now.wall));
        About {
            origin: self.origin(ready),
            reach: self.reach(ready).filter(|_| stored.left.is_some()),
            asked_at: token.map(|token| token.asked.wall),
            left: token.map(|token| token.remaining(now)).or(by_claim),
            renews: stored.renews || credential.fetched.as_ref().is_some_and(|(_, source)| source.renews()),
            scopes: scopes(token.map(|token| &token.issued.reply), claims.as_ref()),
            subject: whom(token.map(|token| &token.issued.reply), claims.as_ref()),
            claims,
        }
    }

    /// Who finds what is kept of an identity.
    fn reach(&self, ready: &Ready) -> Option<Scope> {
        match ready.method() {
            Method::Granted(grant) => self.0.store.reach(grant.share),
            _ => None,
        }
    }

    async fn stored(&self, ready: &Ready) -> Stored {
        let Method::Granted(grant) = ready.method() else { return Stored::default() };
        let key = |keys: &Keys| -> Key { keys.of(grant) };
        let slot = self.0.store.open(subject(grant, &key)).await;
        slot.map(|slot| slot.stored(self.0.fetcher.clock.now())).unwrap_or_default()
    }

    fn origin(&self, ready: &Ready) -> Origin {
        let summary = self.summary().into_iter().find(|summary| summary.identity == ready.name()).unwrap_or_default();
        match ready.method() {
            Method::Minted(_) => Origin::Signed,
            Method::Login(_) => Origin::Login,
            Method::Exec(_) => Origin::Exec,
            Method::Granted(_) if summary.fetched == 0 => Origin::Kept,
            Method::Granted(_) if summary.renewed > 0 => Origin::Renewed,
            Method::Granted(_) => Origin::Fetched,
            Method::Aws(aws) if aws.command().is_some() => Origin::Exec,
            Method::Fixed(_)
            | Method::Digest(..)
            | Method::All(_)
            | Method::Tampered(_)
            | Method::Certificate(_)
            | Method::Aws(_) => Origin::Written,
        }
    }
}

/// The scopes that a reply names, else those that a JWT does: `scope` (RFC 9068 2.2.3), or `scp`.
fn scopes(reply: Option<&Json<'_>>, claims: Option<&Json<'_>>) -> Vec<String> {
    let said = reply.and_then(|reply| reply.get("scope"));
    let claimed = claims.and_then(|claims| claims.get("scope").or_else(|| claims.get("scp")));
    match said.or(claimed) {
        Some(Json::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        Some(Json::Array(items)) => items.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// The user that a token names; where it names none, as one that is no JWT, the one that its ID token does (OpenID Connect Core 2).
fn whom(reply: Option<&Json<'_>>, claims: Option<&Json<'_>>) -> Option<String> {
    let named = |claims: &Json<'_>| Some(claims.get("sub")?.as_str()?.to_owned());
    let identity = || jwt::claims(reply?.get("id_token")?.as_str()?);
    claims.and_then(named).or_else(|| named(&identity()?))
}

/// How much longer a JWT says it lives.
fn expiry(claims: &Json<'_>, now: SystemTime) -> Option<Duration> {
    let seconds = claims.get("exp")?.as_number()?.as_f64();
    let end = SystemTime::UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(seconds).ok()?)?;
    Some(end.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::jwt::tests::jwt;

    #[test]
    fn who_a_token_is_for_is_read_from_it_else_from_the_id_token() {
        let reply = |id_token: &str| Json::Object(vec![("id_token".into(), Json::from(id_token.to_owned()))]);
        let (user, other) = (reply(&jwt(r#"{"sub":"qa"}"#)), reply("opaque"));
        let claims = |text: &str| jwt::claims(&jwt(text));
        let rows = [
            (Some(&user), None, Some("qa")),
            (Some(&user), claims(r#"{"scope":"a"}"#), Some("qa")),
            (Some(&user), claims(r#"{"sub":"robot"}"#), Some("robot")),
            (Some(&other), None, None),
            (None, claims(r#"{"sub":7}"#), None),
        ];
        for (reply, claims, expected) in rows {
            assert_eq!(whom(reply, claims.as_ref()).as_deref(), expected);
        }
    }
}
