//! The sign-in of an Amazon Cognito user pool: `InitiateAuth` by password and by refresh token.

use std::sync::Arc;

use axum::{
    extract::{ConnectInfo, State as Shared},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use ring::hmac;

use crate::demo::{
    answer::{media_type, typed},
    fault::Fault,
    options::Client,
    provider::{
        reply::{Refused, Reply},
        token::{Renewable, answered, grantee, issue, order},
    },
    server::Line,
    state::State,
};
use crate::json::Json;

const TYPE: &str = "application/x-amz-json-1.1";
const TARGET: &str = "AWSCognitoIdentityProviderService.InitiateAuth";
/// What a result calls the members of a token reply.
const NAMES: [(&str, &str); 4] = [
    ("access_token", "AccessToken"),
    ("token_type", "TokenType"),
    ("expires_in", "ExpiresIn"),
    ("refresh_token", "RefreshToken"),
];

/// Why nobody signs in: the kind of the exception and its message.
type Exception = (&'static str, String);

/// `POST /` with the operation in a header.
pub(super) async fn sign_in(
    Shared(state): Shared<Arc<State>>,
    ConnectInfo(line): ConnectInfo<Line>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let proper = |fault: &Fault| match result(&state, &headers, &body, fault) {
        Ok(body) => typed(StatusCode::OK, TYPE, body),
        Err((kind, message)) => {
            let told = Json::object([("__type", kind.into()), ("message", message.into())]);
            typed(StatusCode::BAD_REQUEST, TYPE, told.to_text())
        }
    };
    answered(&state, &line, proper).await
}

fn result(state: &State, headers: &HeaderMap, body: &[u8], fault: &Fault) -> Result<String, Exception> {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    if target != Some(TARGET) || media_type(headers).as_deref() != Some(TYPE) {
        return Err(("UnknownOperationException", String::new()));
    }
    let json = Json::parse_bytes(body).map_err(|_| ("SerializationException", String::new()))?;
    let id = text(&json, "ClientId");
    let client = state.options.clients.iter().find(|client| client.id == id);
    let client =
        client.ok_or_else(|| ("ResourceNotFoundException", format!("User pool client {id} does not exist.")))?;
    let given = json.get("AuthParameters").cloned().unwrap_or(Json::Null);
    match text(&json, "AuthFlow") {
        "USER_PASSWORD_AUTH" => by_password(state, client, &given, fault),
        "REFRESH_TOKEN_AUTH" => by_refresh_token(state, client, &given, fault),
        flow => Err(("InvalidParameterException", format!("{flow} flow not enabled for this client"))),
    }
}

fn by_password(state: &State, client: &Client, given: &Json<'_>, fault: &Fault) -> Result<String, Exception> {
    let (name, password) = (text(given, "USERNAME"), text(given, "PASSWORD"));
    check_hash(client, given, name)?;
    if state.user(name, password).is_none() {
        return Err(("NotAuthorizedException", "Incorrect username or password.".to_owned()));
    }
    // A pool has a name of its own for each user.
    let grantee = grantee(client, &format!("pool-{name}"), client.scopes.clone());
    let id_token = state.tokens.give(order(state, grantee.clone(), state.options.token_lifetime)).ok();
    issue(state, fault, grantee, Renewable::Anew).map(|reply| told(reply, id_token)).map_err(|why| failed(&why))
}

fn by_refresh_token(state: &State, client: &Client, given: &Json<'_>, fault: &Fault) -> Result<String, Exception> {
    let used = state.tokens.use_refresh(text(given, "REFRESH_TOKEN"), &client.id, false);
    let (grantee, family) = used.ok_or_else(|| ("NotAuthorizedException", "Invalid Refresh Token".to_owned()))?;
    check_hash(client, given, &grantee.subject)?;
    let id_token = state.tokens.give(order(state, grantee.clone(), state.options.token_lifetime)).ok();
    let reply = issue(state, fault, grantee, Renewable::AsBefore(family)).map_err(|why| failed(&why))?;
    state.ledger.note(|counts| counts.refreshes += 1);
    Ok(told(reply, id_token))
}

/// A client with a secret proves that it knows it by a hash over the name of the user.
fn check_hash(client: &Client, given: &Json<'_>, user: &str) -> Result<(), Exception> {
    let refused = |why: &str| Err(("NotAuthorizedException", why.replace("ID", &client.id)));
    let message = format!("{user}{}", client.id);
    let key = hmac::Key::new(hmac::HMAC_SHA256, client.secret.as_bytes());
    match (client.secret.is_empty(), text(given, "SECRET_HASH")) {
        (true, "") => Ok(()),
        (true, _) => refused("Client ID is not configured for secret but secret was received"),
        (false, "") => refused("Client ID is configured with secret but SECRET_HASH was not received"),
        (false, hash) if hash == STANDARD.encode(hmac::sign(&key, message.as_bytes())) => Ok(()),
        (false, _) => refused("SecretHash does not match for the client: ID"),
    }
}

/// The result in the words of Cognito.
fn told(reply: Reply, id_token: Option<String>) -> String {
    let renamed = reply.0.into_iter().filter_map(|(name, value)| {
        let (_, name) = NAMES.iter().find(|(known, _)| *known == name)?;
        Some(format!("\"{name}\":{value}"))
    });
    let id_token = id_token.map(|token| format!("\"IdToken\":{}", Json::from(token).to_text()));
    let members: Vec<_> = renamed.chain(id_token).collect();
    format!("{{\"AuthenticationResult\":{{{}}},\"ChallengeParameters\":{{}}}}", members.join(","))
}

fn failed(why: &Refused) -> Exception {
    ("InternalErrorException", why.description.clone())
}

fn text<'j>(json: &'j Json<'_>, name: &str) -> &'j str {
    json.get(name).and_then(Json::as_str).unwrap_or_default()
}
