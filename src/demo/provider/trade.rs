//! Grants that trade one token for another: an assertion (RFC 7523, section 2.1), the token of somebody else (RFC 8693).

use axum::http::{HeaderMap, header};

use crate::demo::{
    fault::Fault,
    options::Client,
    provider::{
        assertion,
        client::{Form, authenticate},
        reply::{Refused, Reply},
        token::{Renewable, grantee, issue, scopes},
        tokens::{Access, Grantee},
    },
    state::State,
};
use crate::json::Json;

/// The grant of an assertion.
pub(super) const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The grant that trades tokens.
pub(super) const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// The only type of token there is here.
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// A token for the subject of an assertion, or its issuer where it names none, as Google has it; a client that names itself must be the
/// one that signed it.
pub(super) fn jwt_bearer(state: &State, headers: &HeaderMap, form: &Form, fault: &Fault) -> Result<Reply, Refused> {
    let proves_itself = ["client_secret", "client_assertion"].iter().any(|name| form.get(name).is_some())
        || headers.contains_key(header::AUTHORIZATION);
    let named = match proves_itself {
        true => Some(authenticate(state, headers, form)?.id.as_str()),
        false => form.get("client_id"),
    };
    let refused = |why: &str| Refused::new("invalid_grant", why);
    let (client, claims) = assertion::verified(state, form.require("assertion")?).map_err(|why| refused(&why))?;
    if named.is_some_and(|named| named != client.id) {
        return Err(refused("another client signed the assertion"));
    }
    let subject = claims.get("sub").and_then(Json::as_str).unwrap_or(&client.id);
    let scopes = scopes(form, &client.scopes)?;
    issue(state, fault, grantee(client, subject, scopes), Renewable::No)
}

/// A token for the subject of another one, with no more scopes than that has.
pub(super) fn exchange(state: &State, client: &Client, form: &Form, fault: &Fault) -> Result<Reply, Refused> {
    let subject = traded(state, form, "subject_token", "subject_token_type")?;
    if form.get("actor_token").is_some() {
        traded(state, form, "actor_token", "actor_token_type")?;
    }
    if form.get("requested_token_type").is_some_and(|kind| kind != ACCESS_TOKEN) {
        return Err(Refused::new("invalid_request", "only access tokens are given here"));
    }
    let scopes = scopes(form, &subject.grantee.scopes)?;
    let grantee = Grantee { client: client.id.clone(), scopes, ..subject.grantee };
    let mut reply = issue(state, fault, grantee, Renewable::No)?;
    reply.0.push(("issued_token_type", Json::from(ACCESS_TOKEN).to_text()));
    Ok(reply)
}

fn traded(state: &State, form: &Form, name: &str, type_name: &str) -> Result<Access, Refused> {
    if form.require(type_name)? != ACCESS_TOKEN {
        return Err(Refused::new("invalid_request", &format!("`{type_name}` is not that of an access token")));
    }
    let refused = |_| Refused::new("invalid_request", &format!("`{name}` is unknown, revoked or expired"));
    state.tokens.open(form.require(name)?, state.clock.now().mono).map_err(refused)
}
