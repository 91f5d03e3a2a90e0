//! What differs from one token request of a grant to the next: what renews it, assertions that are signed anew each time.

use std::{sync::Arc, time::SystemTime};

use crate::auth::{
    date,
    dpop::Prover,
    grant::{Grant, Own, Proof, cognito},
    signer::{Members, Signer},
};
use crate::json::Json;
use crate::secret::Secret;
use crate::spec::auth::Vendor;

/// What one token request carries that another one of the same grant does not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attempt {
    /// Sent in place of the whole grant (RFC 6749 6).
    pub(crate) refresh: Option<Secret>,
    /// How many seconds the server's clock is ahead, where assertions are dated by it.
    pub(crate) ahead: i64,
    /// Says who the client is (RFC 7523 2.2; Cognito's `SECRET_HASH`).
    pub(crate) client_assertion: Option<Secret>,
    /// Earns the token (RFC 7523 2.1).
    pub(crate) assertion: Option<Secret>,
    /// What is traded for it, by the parameter that carries each: tokens (RFC 8693 2.1), the code of a login (RFC 6749 4.1.3).
    pub(crate) traded: Vec<(&'static str, Secret)>,
    /// Proves that the key is here which the token is to be bound to (RFC 9449 5).
    pub(crate) prover: Option<Arc<Prover>>,
}

impl Attempt {
    /// The same as a renewal by a refresh token.
    pub(crate) fn refreshing(&self, refresh: Secret) -> Self {
        Self { refresh: Some(refresh), ..self.clone() }
    }

    /// The same with assertions dated by a clock that is ahead by this many seconds.
    pub(crate) fn dated(&self, ahead: i64) -> Self {
        Self { ahead, ..self.clone() }
    }

    /// The same for a token that is bound to a key.
    pub(crate) fn bound(self, prover: Option<Arc<Prover>>) -> Self {
        Self { prover, ..self }
    }

    /// The same with assertions that are signed now: no server sees one twice.
    pub(crate) fn signed(&self, grant: &Grant, now: SystemTime) -> Self {
        let now = date::shifted(now, self.ahead);
        let client_assertion = match &grant.client.proof {
            Proof::Jwt(signer) => Some(client_assertion(grant, signer, now)),
            Proof::Post(secret) if grant.vendor == Some(Vendor::CognitoUser) => {
                Some(cognito::proof(grant, secret, self))
            }
            _ => None,
        };
        let assertion = match &grant.own {
            Own::Signed { signer, claims, .. } if self.refresh.is_none() => Some(assertion(grant, signer, claims, now)),
            _ => None,
        };
        Self { client_assertion, assertion, ..self.clone() }
    }

    /// What must not be printed, by the parameter that carries it.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = (&'static str, &Secret)> {
        let client = self.client_assertion.iter().map(|it| ("client_assertion", it));
        client.chain(self.assertion.iter().map(|it| ("assertion", it)))
    }
}

/// Issuer and subject are the client, the audience is the token endpoint (RFC 7523 3). Entra wants to know when it begins.
fn client_assertion(grant: &Grant, signer: &Signer, now: SystemTime) -> Secret {
    let claims = [("iss", grant.client.id.as_str()), ("sub", &grant.client.id), ("aud", grant.token_url.as_str())];
    let mut claims: Members = claims.map(|(name, value)| (name.to_owned(), Json::from(value.to_owned()))).into();
    if grant.vendor == Some(Vendor::Entra) {
        claims.push(("nbf".to_owned(), Json::from(signer.begin(now))));
    }
    signer.assertion(claims, now)
}

/// The audience is the token endpoint unless it is written (RFC 7523 3).
fn assertion(grant: &Grant, signer: &Signer, written: &Members, now: SystemTime) -> Secret {
    let mut claims = written.clone();
    if !claims.iter().any(|(name, _)| name == "aud") {
        claims.push(("aud".to_owned(), Json::from(grant.token_url.as_str().to_owned())));
    }
    signer.assertion(claims, now)
}
