//! Tokens that are signed here: a `jwt` whose templates and key are known.

use std::time::{Duration, SystemTime};

use crate::auth::{
    date,
    mint::{SigningKey, mint},
    render::Rendering,
    terms::Terms,
    token::{Issued, Lifetime},
    unready::{Unready, unready},
};
use crate::json::Json;
use crate::secret::Secret;
use crate::spec::auth::{Algorithm, Given, Jwt};

/// How long a token lives by default.
const LIFETIME: Duration = Duration::from_secs(300);

/// Everything that a token is signed with.
#[derive(Debug)]
pub(crate) struct Minted {
    pub(crate) terms: Terms,
    algorithm: Algorithm,
    key: SigningKey,
    /// The text of the key, which tells one token from another.
    key_text: Secret,
    key_id: Option<String>,
    /// As they were written.
    claims: Vec<(String, Json<'static>)>,
}

impl Minted {
    /// Renders what was written and registers its key.
    ///
    /// # Errors
    /// A variable or file that is missing, a text that is no key for the algorithm.
    pub(crate) fn of(jwt: &Jwt, rendering: &mut Rendering<'_>) -> Result<Self, Unready> {
        let key_text = key_text(&jwt.key, "key", jwt.algorithm, rendering)?;
        let key = SigningKey::read(jwt.algorithm, &key_text).map_err(|bad| {
            let message = format!("the value of `key` cannot sign `{}`: {}", jwt.algorithm.name(), bad.message);
            unready(message, jwt.key.place()).help(bad.help)
        })?;
        Ok(Self {
            terms: Terms::of(&jwt.keeping, &jwt.place, rendering)?,
            algorithm: jwt.algorithm,
            key,
            key_text,
            key_id: jwt.key_id.as_ref().map(|it| rendering.value(it)).transpose()?,
            claims: claims(jwt, rendering)?,
        })
    }

    /// A new token. Times are whole seconds (RFC 7519 2); what the claims say themselves wins.
    pub(crate) fn issue(&self, now: SystemTime) -> Issued {
        let lifetime = self.lifetime();
        let claims = Json::Object(self.all_claims(now, lifetime));
        let text = Secret::new(mint(&self.header(), &claims, &self.key));
        let lifetime = Lifetime { duration: lifetime, least_margin: Duration::from_secs(1) };
        Issued { text, lifetime, reply: Json::Null }
    }

    /// A token, signed now, of which one claim is this.
    pub(crate) fn with_claim(&self, name: &str, value: Json<'static>, now: SystemTime) -> String {
        let claims = self.all_claims(now, self.lifetime());
        let others = claims.into_iter().filter(|(own, _)| own != name);
        let claims = Json::Object(others.chain([(name.to_owned().into(), value)]).collect());
        mint(&self.header(), &claims, &self.key)
    }

    /// Everything that changes the token.
    pub(crate) fn parts(&self) -> Vec<(&'static str, String)> {
        let claims = self.claims.iter().map(|(name, value)| format!("{}:{name}={}", name.len(), value.to_text()));
        let mut parts = vec![
            ("scheme", "jwt".to_owned()),
            ("alg", self.algorithm.name().to_owned()),
            ("key", self.key_text.expose().to_owned()),
            ("kid", self.key_id.clone().unwrap_or_default()),
            ("lifetime", format!("{:?}", self.lifetime())),
        ];
        parts.extend(claims.map(|claim| ("claim", claim)));
        parts
    }

    fn lifetime(&self) -> Duration {
        let written = self.terms.lifetime.unwrap_or(LIFETIME);
        Duration::from_secs(written.as_secs() + u64::from(written.subsec_nanos() > 0))
    }

    fn header(&self) -> Json<'static> {
        let mut members = vec![("alg".into(), Json::from(self.algorithm.name())), ("typ".into(), Json::from("JWT"))];
        members.extend(self.key_id.iter().map(|id| ("kid".into(), Json::from(id.clone()))));
        Json::Object(members)
    }

    fn all_claims(&self, now: SystemTime, lifetime: Duration) -> Vec<(std::borrow::Cow<'static, str>, Json<'static>)> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole seconds since 1970")]
        let issued = date::unix(now).max(0.0) as u64;
        let added = [
            ("iat", Json::from(issued)),
            ("exp", Json::from(issued + lifetime.as_secs())),
            ("jti", Json::from(uuid::Uuid::new_v4().to_string())),
        ];
        let own = self.claims.iter().map(|(name, value)| (name.clone().into(), value.clone()));
        let missing = added.into_iter().filter(|(name, _)| !self.claims.iter().any(|(own, _)| own == name));
        let all = own.chain(missing.map(|(name, value)| (name.into(), value)));
        all.filter(|(_, value)| !matches!(value, Json::Null)).collect()
    }
}

/// The text of a key: a secret as it is, a PEM without the blank lines around it. Hidden from now on.
///
/// # Errors
/// A variable or file that is missing.
pub(crate) fn key_text(
    key: &Given,
    field: &str,
    algorithm: Algorithm,
    rendering: &mut Rendering<'_>,
) -> Result<Secret, Unready> {
    if algorithm.is_symmetric() {
        return rendering.secret(key, field);
    }
    let text = Secret::new(rendering.value(key)?.trim());
    let name = format!("{}_{field}", rendering.name);
    rendering.register(&name, field, &text);
    Ok(text)
}

fn claims(jwt: &Jwt, rendering: &Rendering<'_>) -> Result<Vec<(String, Json<'static>)>, Unready> {
    let Some(written) = &jwt.claims else { return Ok(Vec::new()) };
    let rendered = written.render(rendering.scope).map_err(|why| rendering.unrendered(&why))?;
    let members = rendered.as_object().unwrap_or_default();
    Ok(members.iter().map(|(name, value)| (name.clone().into_owned(), value.clone())).collect())
}
