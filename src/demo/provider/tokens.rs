//! The tokens that were given out, and whether they still count.

use std::{
    collections::{HashMap, HashSet},
    sync::Mutex,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    error::Unspecified,
    hmac,
    rand::{SecureRandom, SystemRandom},
};

use crate::demo::state::lock;
use crate::json::Json;

/// Above how many access tokens those long expired are forgotten.
const CROWDED: usize = 10_000;

/// How long an expired token is remembered, so that its refusal can say so.
const REMEMBERED: Duration = Duration::from_secs(60);

/// Every token of a provider.
pub(in crate::demo) struct Tokens {
    key: hmac::Key,
    random: SystemRandom,
    given: Mutex<Given>,
}

#[derive(Default)]
struct Given {
    access: HashMap<String, Access>,
    refresh: HashMap<String, Refresh>,
    /// Families whose refresh tokens do not count any more.
    ended: HashSet<u64>,
    families: u64,
}

/// For whom a token is, and what it opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::demo) struct Grantee {
    pub(in crate::demo) client: String,
    /// The person, else the client.
    pub(in crate::demo) subject: String,
    pub(in crate::demo) scopes: Vec<String>,
}

/// An access token.
#[derive(Clone, Debug)]
pub(in crate::demo) struct Access {
    pub(in crate::demo) grantee: Grantee,
    pub(in crate::demo) claims: Json<'static>,
    /// By the monotonic clock.
    expires: Duration,
    revoked: bool,
    /// The refresh tokens it goes with.
    family: Option<u64>,
    pub(in crate::demo) bond: Option<Bond>,
}

/// What a token is good with alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::demo) enum Bond {
    /// A key, by its thumbprint (RFC 7638).
    Key(String),
    /// A certificate, by its thumbprint (RFC 8705, section 3.1).
    Certificate(String),
}

impl Bond {
    /// How a token says so (RFC 7800, section 3.1).
    fn member(&self) -> (&'static str, Json<'static>) {
        match self {
            Self::Key(thumbprint) => ("jkt", thumbprint.clone().into()),
            Self::Certificate(thumbprint) => ("x5t#S256", thumbprint.clone().into()),
        }
    }
}

struct Refresh {
    grantee: Grantee,
    family: u64,
    used: bool,
}

/// What a token is made from.
pub(super) struct Order<'o> {
    pub(super) grantee: Grantee,
    pub(super) issuer: &'o str,
    pub(super) audience: &'o str,
    pub(super) lifetime: Duration,
    /// By the monotonic clock.
    pub(super) now: Duration,
    /// By the clock that the provider shows.
    pub(super) shown: SystemTime,
    pub(super) family: Option<u64>,
}

/// Why a token opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::demo) enum Refusal {
    Unknown,
    Revoked,
    Expired,
}

impl Tokens {
    /// No token yet, and a new key to sign with.
    pub(in crate::demo) fn new() -> Result<Self, Unspecified> {
        let random = SystemRandom::new();
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &random)?;
        Ok(Self { key, random, given: Mutex::default() })
    }

    /// Gives out an access token.
    pub(super) fn give(&self, order: Order<'_>) -> Result<String, Unspecified> {
        let claims = claims(&order, self.draw()?);
        let token = self.signed(&claims);
        let expires = order.now + order.lifetime;
        let access =
            Access { grantee: order.grantee, claims, expires, revoked: false, family: order.family, bond: None };
        let mut given = lock(&self.given);
        if given.access.len() >= CROWDED {
            given.access.retain(|_, access| access.expires + REMEMBERED > order.now);
        }
        given.access.insert(token.clone(), access);
        Ok(token)
    }

    /// Binds an access token: another token in its place, none where it is unknown (RFC 9449, section 6.1).
    pub(super) fn bind(&self, token: &str, bond: &Bond) -> Option<String> {
        let mut given = lock(&self.given);
        let mut access = given.access.remove(token)?;
        if let Json::Object(members) = &mut access.claims {
            members.push(("cnf".into(), Json::object([bond.member()])));
        }
        access.bond = Some(bond.clone());
        let bound = self.signed(&access.claims);
        given.access.insert(bound.clone(), access);
        Some(bound)
    }

    /// Gives out a refresh token: of the family given, or the first of its own.
    pub(super) fn give_refresh(&self, grantee: &Grantee, family: Option<u64>) -> Result<(String, u64), Unspecified> {
        let token = format!("rt-{}", self.draw()?);
        let mut given = lock(&self.given);
        given.families += 1;
        let family = family.unwrap_or(given.families);
        given.refresh.insert(token.clone(), Refresh { grantee: grantee.clone(), family, used: false });
        Ok((token, family))
    }

    /// What an access token opens.
    pub(in crate::demo) fn open(&self, token: &str, now: Duration) -> Result<Access, Refusal> {
        let given = lock(&self.given);
        let access = given.access.get(token).ok_or(Refusal::Unknown)?;
        match access {
            Access { revoked: true, .. } => Err(Refusal::Revoked),
            _ if access.expires <= now => Err(Refusal::Expired),
            _ => Ok(access.clone()),
        }
    }

    /// For whom a refresh token is, and its family. It is used up by this where tokens rotate; using it again ends the
    /// family, since one of the two users stole it (RFC 9700, section 4.14.2).
    pub(super) fn use_refresh(&self, token: &str, client: &str, rotate: bool) -> Option<(Grantee, u64)> {
        let mut given = lock(&self.given);
        let refresh = given.refresh.get_mut(token).filter(|refresh| refresh.grantee.client == client)?;
        let family = refresh.family;
        let reused = std::mem::replace(&mut refresh.used, rotate);
        let grantee = refresh.grantee.clone();
        if reused {
            given.end(family);
        }
        (!given.ended.contains(&family)).then_some((grantee, family))
    }

    /// Ends a token of whatever kind; a refresh token takes its family along. Returns the client it was given to.
    pub(in crate::demo) fn revoke(&self, token: &str) -> Option<String> {
        let mut given = lock(&self.given);
        if let Some(access) = given.access.get_mut(token) {
            access.revoked = true;
            return Some(access.grantee.client.clone());
        }
        let refresh = given.refresh.get(token)?;
        let (client, family) = (refresh.grantee.client.clone(), refresh.family);
        given.end(family);
        Some(client)
    }

    /// The client that a token was given to.
    pub(super) fn client_of(&self, token: &str) -> Option<String> {
        let given = lock(&self.given);
        let access = given.access.get(token).map(|access| &access.grantee);
        let grantee = access.or_else(|| given.refresh.get(token).map(|refresh| &refresh.grantee))?;
        Some(grantee.client.clone())
    }

    /// Ends every access token; refresh tokens stay.
    pub(in crate::demo) fn revoke_all(&self) {
        lock(&self.given).access.values_mut().for_each(|access| access.revoked = true);
    }

    /// A text that cannot be guessed.
    pub(super) fn random_text(&self) -> Result<String, Unspecified> {
        self.draw()
    }

    fn draw(&self) -> Result<String, Unspecified> {
        let mut bytes = [0; 24];
        self.random.fill(&mut bytes)?;
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// A JWT (RFC 7515) signed with HS256.
    fn signed(&self, claims: &Json<'_>) -> String {
        let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"at+jwt"}"#);
        let said = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_text()));
        let signature = hmac::sign(&self.key, said.as_bytes());
        format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

impl Given {
    fn end(&mut self, family: u64) {
        self.ended.insert(family);
        for access in self.access.values_mut().filter(|access| access.family == Some(family)) {
            access.revoked = true;
        }
    }
}

/// The claims of an access token (RFC 9068, section 2.2).
fn claims(order: &Order<'_>, id: String) -> Json<'static> {
    let issued_at = order.shown.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let lifetime = order.lifetime.as_secs() + u64::from(order.lifetime.subsec_nanos() > 0);
    Json::object([
        ("iss", order.issuer.to_owned().into()),
        ("sub", order.grantee.subject.clone().into()),
        ("aud", order.audience.to_owned().into()),
        ("client_id", order.grantee.client.clone().into()),
        ("scope", order.grantee.scopes.join(" ").into()),
        ("iat", issued_at.into()),
        ("exp", issued_at.saturating_add(lifetime).into()),
        ("jti", id.into()),
    ])
}
