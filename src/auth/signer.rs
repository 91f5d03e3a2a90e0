//! Assertions: short-lived JWTs by which a client says who it is, or for whom it asks (RFC 7523).

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::auth::{
    date,
    mint::{SigningKey, mint},
    minted::key_text,
    render::Rendering,
    unready::{Unready, unready},
};
use crate::json::Json;
use crate::secret::Secret;
use crate::spec::auth::{Algorithm, Signing};

/// How long an assertion is good.
const LIFETIME: Duration = Duration::from_secs(60);

/// The members of a JSON object.
pub(crate) type Members = Vec<(String, Json<'static>)>;

/// A key and how it signs.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    pub(crate) algorithm: Algorithm,
    key: Arc<SigningKey>,
    /// The text of the key, which tells one client from another.
    key_text: Secret,
    key_id: Option<String>,
}

impl Signer {
    /// Renders what was written and registers its key. `field` is what messages call the key.
    ///
    /// # Errors
    /// A variable or file that is missing, a text that is no key for the algorithm.
    pub(crate) fn of(signing: &Signing, field: &str, rendering: &mut Rendering<'_>) -> Result<Self, Unready> {
        let text = key_text(&signing.key, field, signing.algorithm, rendering)?;
        let key_id = signing.key_id.as_ref().map(|it| rendering.value(it)).transpose()?;
        Self::new(signing.algorithm, text, key_id).map_err(|bad| {
            let message = format!("the value of `{field}` cannot sign `{}`: {}", signing.algorithm.name(), bad.message);
            unready(message, signing.key.place()).help(bad.help)
        })
    }

    /// A signer with this key.
    ///
    /// # Errors
    /// A text that is no key for the algorithm.
    pub(crate) fn new(
        algorithm: Algorithm,
        key_text: Secret,
        key_id: Option<String>,
    ) -> Result<Self, crate::auth::mint::BadKey> {
        let key = Arc::new(SigningKey::read(algorithm, &key_text)?);
        Ok(Self { algorithm, key, key_text, key_id })
    }

    /// An assertion with these claims, which win over `iat`, `exp` and `jti`; a claim that is null is left out.
    pub(crate) fn assertion(&self, claims: Members, now: SystemTime) -> Secret {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole seconds since 1970")]
        let issued = date::unix(now).max(0.0) as u64;
        let added = [
            ("iat", Json::from(issued)),
            ("exp", Json::from(issued + LIFETIME.as_secs())),
            ("jti", Json::from(uuid::Uuid::new_v4().to_string())),
        ];
        let missing: Vec<_> =
            added.into_iter().filter(|(name, _)| !claims.iter().any(|(own, _)| own == name)).collect();
        let all = claims.into_iter().chain(missing.into_iter().map(|(name, value)| (name.to_owned(), value)));
        let all = all.filter(|(_, value)| !matches!(value, Json::Null)).map(|(name, value)| (name.into(), value));
        Secret::new(mint(&self.header(), &Json::Object(all.collect()), &self.key))
    }

    /// Everything that tells it from others.
    pub(crate) fn parts(&self) -> [(&'static str, &str); 3] {
        let id = self.key_id.as_deref().unwrap_or_default();
        [("alg", self.algorithm.name()), ("key", self.key_text.expose()), ("kid", id)]
    }

    /// The key.
    pub(crate) fn secret(&self) -> &Secret {
        &self.key_text
    }

    fn header(&self) -> Json<'static> {
        let mut members = vec![("alg".into(), Json::from(self.algorithm.name())), ("typ".into(), Json::from("JWT"))];
        members.extend(self.key_id.iter().map(|id| ("kid".into(), Json::from(id.clone()))));
        Json::Object(members)
    }
}
