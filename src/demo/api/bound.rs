//! Tokens that are bound to a key (RFC 9449, section 7): they open nothing without a proof, and no proof opens anything twice.

use axum::http::{StatusCode, header, request::Parts};

use crate::demo::{
    api::problem::Problem,
    options::Dpop,
    proof::{Flaw, Wanted},
    provider::Access,
    state::State,
};

/// Refuses a request whose token is bound to another key than its proof is signed with. `by_proof` is the token, where a proof
/// should come with it.
pub(super) fn check(state: &State, parts: &Parts, access: &Access, by_proof: Option<&str>) -> Result<(), Problem> {
    let token = match (&access.key, by_proof) {
        (None, None) => return Ok(()),
        (None, Some(_)) => return Err(refused("invalid_token", "the token is bound to no key")),
        (Some(_), None) => return Err(refused("invalid_token", "the token is bound to a key: send it by DPoP")),
        (Some(_), Some(token)) => token,
    };
    let url = format!("{}{}", state.api_url, parts.uri.path());
    let client = state.options.clients.iter().find(|client| client.id == access.grantee.client);
    let nonce = client.is_some_and(|client| client.dpop == Dpop::WithNonce);
    let wanted = Wanted { method: parts.method.as_str(), url: &url, token: Some(token), nonce };
    let key = state.proofs.check(&parts.headers, &wanted, state.clock.wall()).map_err(|flaw| match flaw {
        Flaw::Nonce => refused("use_dpop_nonce", "a nonce is needed in the proof"),
        Flaw::Wrong(why) => refused("invalid_dpop_proof", why),
    })?;
    match access.key.as_ref() == Some(&key) {
        true => Ok(()),
        false => Err(refused("invalid_token", "the token is bound to another key")),
    }
}

/// A refusal of a token that came by DPoP.
pub(super) fn refused(error: &str, why: &str) -> Problem {
    let challenge = format!("DPoP algs=\"ES256\", error=\"{error}\", error_description=\"{why}\"");
    Problem::new(StatusCode::UNAUTHORIZED, why).header(header::WWW_AUTHENTICATE, challenge)
}
