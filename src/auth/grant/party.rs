//! Tokens that are traded for others (RFC 8693), once it is known whose they are.

use std::sync::Arc;

use crate::auth::{
    ready::{Method, Others, Ready},
    render::Rendering,
    tokens::{NoToken, Tokens},
    unready::{Unready, unready},
};
use crate::secret::Secret;
use crate::spec::auth::{self as written, Given, Placement, Traded, token_type};

/// A token that is traded, and its type.
#[derive(Clone, Debug)]
pub(crate) struct Party {
    pub(crate) kind: String,
    pub(crate) held: Held,
}

/// Where it comes from.
#[derive(Clone, Debug)]
pub(crate) enum Held {
    /// It is that of an identity, kept fresh.
    By(Arc<Ready>),
    /// It is there.
    Fixed(Secret),
}

impl Party {
    /// Renders what was written; `field` is what messages call it.
    ///
    /// # Errors
    /// A variable or file that is missing, an identity that has no token.
    pub(crate) fn of(
        party: &written::Party,
        field: &str,
        others: Others<'_>,
        rendering: &mut Rendering<'_>,
    ) -> Result<Self, Unready> {
        let held = match &party.token {
            Traded::Given(given) => Held::Fixed(rendering.secret(given, "token")?),
            Traded::Of(used) => {
                let ready = others(used).ok_or_else(|| unready(format!("there is no such `{field}`"), &party.place))?;
                if !ready.has_token() {
                    let wrong = unready(format!("`{}` has no token to trade", ready.name()), &party.place);
                    return Err(wrong.help("name an identity of `oauth2`, `jwt` or `bearer`"));
                }
                Held::By(ready)
            }
        };
        let kind = party.kind.as_ref().map(|it| rendering.token_type(it)).transpose()?;
        Ok(Self { kind: kind.unwrap_or_else(|| "urn:ietf:params:oauth:token-type:access_token".to_owned()), held })
    }
}

impl Held {
    /// The token as it is now.
    ///
    /// # Errors
    /// The identity's token cannot be had.
    pub(crate) async fn token(&self, tokens: &Tokens) -> Result<Secret, NoToken> {
        match self {
            Self::Fixed(secret) => Ok(secret.clone()),
            Self::By(ready) => tokens.credential_of_another(ready).await.map(|credential| credential.secret),
        }
    }
}

impl Rendering<'_> {
    /// The whole name of a token type.
    ///
    /// # Errors
    /// A text that is neither one of RFC 8693 3 nor a URI.
    pub(crate) fn token_type(&self, given: &Given) -> Result<String, Unready> {
        let text = self.value(given)?;
        token_type(&text).ok_or_else(|| unready(format!("`{text}` is not the type of a token"), given.place()))
    }
}

impl Ready {
    /// Whether its credential is a token: user and password are none, nor are several credentials.
    pub(crate) fn has_token(&self) -> bool {
        match self.method() {
            Method::Fixed(fixed) => {
                !matches!(&fixed.placement, Placement::Header { prefix, .. } if prefix.eq_ignore_ascii_case("basic"))
            }
            Method::All(_) | Method::Digest(..) => false,
            _ => true,
        }
    }
}
