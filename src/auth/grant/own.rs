//! What a grant sends of its own, once its templates and secrets are known.

use crate::auth::{
    grant::{party::Party, person::Person},
    ready::Others,
    render::Rendering,
    signer::{Members, Signer},
    unready::{Unready, unready},
};
use crate::http::Url;
use crate::json::Json;
use crate::secret::Secret;
use crate::spec::auth::{Assertion, Earned, OAuth2};

/// What a grant sends of its own.
#[derive(Clone, Debug)]
pub(crate) enum Own {
    /// Nothing.
    Client,
    /// A user and the password.
    Password { username: String, password: Secret },
    /// A refresh token that came from elsewhere.
    Refresh(Secret),
    /// An assertion that came from elsewhere (RFC 7523 2.1).
    Given(Secret),
    /// An assertion that is signed for each request, with these claims; it goes in a header, or as a parameter.
    Signed { signer: Signer, claims: Members, in_header: bool },
    /// Tokens that are traded (RFC 8693).
    Exchange { subject: Party, actor: Option<Party>, requested_type: Option<String> },
    /// What comes of the login of a person, who is not there in a run.
    Person(Person),
}

impl Own {
    /// Renders what was written and registers its secrets.
    ///
    /// # Errors
    /// A variable or file that is missing, a key that cannot sign, an identity without a token.
    pub(crate) fn of(
        oauth2: &OAuth2,
        base: Option<&Url>,
        others: Others<'_>,
        rendering: &mut Rendering<'_>,
    ) -> Result<Self, Unready> {
        Ok(match &oauth2.earned {
            Earned::Client => Self::Client,
            Earned::Password { username, password } => Self::Password {
                username: rendering.value(username)?,
                password: rendering.secret(password, "password")?,
            },
            Earned::Refresh(token) => Self::Refresh(rendering.secret(token, "refresh_token")?),
            Earned::Given(assertion) => Self::Given(rendering.secret(assertion, "assertion")?),
            Earned::Signed(assertion) => signed(oauth2, assertion, rendering)?,
            Earned::Exchange(exchange) => Self::Exchange {
                subject: Party::of(&exchange.subject, "subject", others, rendering)?,
                actor: exchange.actor.as_ref().map(|it| Party::of(it, "actor", others, rendering)).transpose()?,
                requested_type: exchange.requested_type.as_ref().map(|it| rendering.token_type(it)).transpose()?,
            },
            Earned::Person(person) => Self::Person(Person::of(person, oauth2, base, rendering)?),
        })
    }

    /// The parameters that each token request carries for it; what is signed or fetched anew is not among them.
    pub(crate) fn parameters(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Client | Self::Signed { .. } | Self::Person(_) => Vec::new(),
            Self::Password { username, password } => {
                vec![("username", username.clone()), ("password", password.expose().to_owned())]
            }
            Self::Refresh(token) => vec![("refresh_token", token.expose().to_owned())],
            Self::Given(assertion) => vec![("assertion", assertion.expose().to_owned())],
            Self::Exchange { subject, actor, requested_type } => {
                let mut parameters = vec![("subject_token_type", subject.kind.clone())];
                parameters.extend(actor.iter().map(|actor| ("actor_token_type", actor.kind.clone())));
                parameters.extend(requested_type.iter().map(|it| ("requested_token_type", it.clone())));
                parameters
            }
        }
    }

    /// The tokens that are traded, by the parameter that carries each.
    pub(crate) fn parties(&self) -> Vec<(&'static str, &Party)> {
        match self {
            Self::Exchange { subject, actor, .. } => {
                let actor = actor.iter().map(|actor| ("actor_token", actor));
                std::iter::once(("subject_token", subject)).chain(actor).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What only its owner knows, where there is something.
    pub(crate) fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Password { password: secret, .. } | Self::Refresh(secret) | Self::Given(secret) => Some(secret),
            Self::Signed { signer, .. } => Some(signer.secret()),
            Self::Client | Self::Exchange { .. } | Self::Person(_) => None,
        }
    }

    /// What to do about `invalid_grant`, where it is known.
    pub(crate) fn cure(&self) -> Option<String> {
        let cure = match self {
            Self::Client => return None,
            Self::Password { .. } => {
                "are `username` and `password` whole, and of a user of this environment who may log in?"
            }
            Self::Refresh(_) => {
                "the refresh token ran out, was revoked, or was used up by somebody else: get a new one"
            }
            Self::Given(_) => "the assertion ran out, was used before, or is for another server: get a new one",
            Self::Signed { .. } => {
                "does the server know this key, `key_id` and `alg`, and is the assertion's issuer, subject and audience what it wants?"
            }
            Self::Person(_) => {
                "what the login gave ran out, was revoked, or was used up by somebody else: log in again"
            }
            Self::Exchange { .. } => "does the subject's token still hold, and may this client trade it?",
        };
        Some(cure.to_owned())
    }
}

/// The audience is the token endpoint unless it is written (RFC 7523 3); the token request adds it.
fn signed(oauth2: &OAuth2, assertion: &Assertion, rendering: &mut Rendering<'_>) -> Result<Own, Unready> {
    let Some(signing) = &oauth2.signing else { return Err(unready("an assertion needs a `key`", &oauth2.place)) };
    let signer = Signer::of(signing, "key", rendering)?;
    let issuer = assertion.issuer.as_ref().or(oauth2.client_id.as_ref());
    let subject = assertion.subject.as_ref().or(issuer);
    let mut claims = Members::new();
    for (name, given) in [("iss", issuer), ("sub", subject), ("aud", oauth2.rest.audience.as_ref())] {
        if let Some(given) = given {
            claims.push((name.to_owned(), Json::from(rendering.value(given)?)));
        }
    }
    if let Some(written) = &assertion.claims {
        let rendered = written.render(rendering.scope).map_err(|why| rendering.unrendered(&why))?;
        for (name, value) in rendered.as_object().unwrap_or_default() {
            claims.retain(|(known, _)| known != name);
            claims.push((name.clone().into_owned(), value.clone()));
        }
    }
    Ok(Own::Signed { signer, claims, in_header: assertion.in_header })
}
