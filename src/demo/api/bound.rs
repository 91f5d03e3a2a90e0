//! Tokens that are bound: to a key (RFC 9449, section 7), where they open nothing without a proof, and no proof opens anything twice; to a
//! certificate (RFC 8705, section 3), where they open nothing without it.

use axum::http::{StatusCode, header, request::Parts};

use crate::demo::{
    api::{guard::unauthorized, problem::Problem},
    certificate,
    counts::Server,
    options::Dpop,
    proof::{Flaw, Wanted},
    provider::{Access, Bond},
    state::State,
};

/// Refuses a request whose token is bound to something else than it proves to hold. `by_proof` is the token, where a proof
/// should come with it.
pub(super) fn check(state: &State, parts: &Parts, access: &Access, by_proof: Option<&str>) -> Result<(), Problem> {
    match (&access.bond, by_proof) {
        (None, None) => Ok(()),
        (Some(Bond::Certificate(thumbprint)), None) => by_certificate(parts, thumbprint),
        (None | Some(Bond::Certificate(_)), Some(_)) => Err(refused("invalid_token", "the token is bound to no key")),
        (Some(Bond::Key(_)), None) => Err(refused("invalid_token", "the token is bound to a key: send it by DPoP")),
        (Some(Bond::Key(key)), Some(token)) => by_key(state, parts, access, (key, token)),
    }
}

fn by_certificate(parts: &Parts, thumbprint: &str) -> Result<(), Problem> {
    let shown = certificate::shown(&parts.headers).map(|der| certificate::thumbprint(&der));
    match shown.as_deref() == Some(thumbprint) {
        true => Ok(()),
        false => Err(unauthorized("the token is bound to a certificate that was not shown")),
    }
}

fn by_key(state: &State, parts: &Parts, access: &Access, (key, token): (&str, &str)) -> Result<(), Problem> {
    let url = format!("{}{}", state.api_url, parts.uri.path());
    let client = state.options.clients.iter().find(|client| client.id == access.grantee.client);
    let nonce = client.is_some_and(|client| client.dpop == Dpop::WithNonce);
    let wanted = Wanted { method: parts.method.as_str(), url: &url, token: Some(token), by: Server::Api, nonce };
    let proved = state.proofs.check(&parts.headers, &wanted, state.clock.wall()).map_err(|flaw| match flaw {
        Flaw::Nonce => refused("use_dpop_nonce", "a nonce is needed in the proof"),
        Flaw::Wrong(why) => refused("invalid_dpop_proof", why),
    })?;
    match proved == key {
        true => Ok(()),
        false => Err(refused("invalid_token", "the token is bound to another key")),
    }
}

/// A refusal of a token that came by DPoP.
pub(super) fn refused(error: &str, why: &str) -> Problem {
    let challenge = format!("DPoP algs=\"ES256\", error=\"{error}\", error_description=\"{why}\"");
    Problem::new(StatusCode::UNAUTHORIZED, why).header(header::WWW_AUTHENTICATE, challenge)
}
