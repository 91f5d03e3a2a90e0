//! The identity provider: tokens (RFC 6749), their revocation (RFC 7009) and what it says of itself (RFC 8414); also in the words of
//! vendors that have their own.

mod assertion;
mod authorize;
mod bound;
mod client;
mod cognito;
mod device;
mod installation;
mod reply;
mod token;
mod tokens;
mod trade;

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State as Shared},
    http::StatusCode,
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::{get, post},
};

use crate::demo::answer::{empty, json, texts};
use crate::demo::counts::{SeenRequest, Server};
use crate::demo::state::State;
use crate::json::Json;

pub(super) use assertion::{Assertions, part, seconds};
pub(super) use authorize::Codes;
pub(super) use device::Devices;
pub(super) use token::{refresh_token_for, token_for};
pub(super) use tokens::{Access, Bond, Refusal, Tokens};

/// How many bytes the body of a request may have.
const MAX_BODY: usize = 64 * 1024;

/// How clients may prove who they are.
const METHODS: [&str; 6] = [
    "client_secret_basic",
    "client_secret_post",
    "client_secret_jwt",
    "private_key_jwt",
    "self_signed_tls_client_auth",
    "none",
];

/// What may be traded for a token.
const GRANTS: [&str; 7] = [
    "client_credentials",
    "password",
    "refresh_token",
    "authorization_code",
    device::DEVICE_CODE,
    trade::JWT_BEARER,
    trade::EXCHANGE,
];

/// Its routes.
pub(super) fn router(state: &Arc<State>) -> Router {
    Router::new()
        .route("/oauth2/token", post(token::token))
        .route("/", post(cognito::sign_in))
        .route("/app/installations/{id}/access_tokens", post(installation::token))
        .route("/revoke", post(token::revoke))
        .route("/authorize", get(authorize::authorize))
        .route("/device_authorization", post(device::device_authorization))
        .route("/device", get(device::device))
        .route("/counts", get(counts))
        .route("/jwks", get(keys))
        .route("/.well-known/openid-configuration", get(metadata))
        .route("/.well-known/oauth-authorization-server", get(metadata))
        .layer(from_fn_with_state(Arc::clone(state), remember))
        .with_state(Arc::clone(state))
}

async fn remember(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else { return empty(StatusCode::PAYLOAD_TOO_LARGE) };
    state.ledger.remember(SeenRequest::new(Server::Provider, &head, body.to_vec()));
    next.run(Request::from_parts(head, Body::from(body))).await
}

async fn counts(Shared(state): Shared<Arc<State>>) -> Response {
    json(StatusCode::OK, &state.ledger.counts().to_json())
}

/// No key is published: tokens are signed with one that only the provider has.
async fn keys() -> Response {
    json(StatusCode::OK, &Json::object([("keys", Json::Array(Vec::new()))]))
}

async fn metadata(Shared(state): Shared<Arc<State>>) -> Response {
    let below = |path: &str| Json::from(format!("{}{path}", state.issuer_url));
    let mut scopes: Vec<_> =
        state.options.clients.iter().flat_map(|client| &client.scopes).map(String::as_str).collect();
    scopes.sort_unstable();
    scopes.dedup();
    let said = Json::object([
        ("issuer", state.issuer_url.clone().into()),
        ("token_endpoint", below("/oauth2/token")),
        ("revocation_endpoint", below("/revoke")),
        ("jwks_uri", below("/jwks")),
        ("response_types_supported", texts(["code"])),
        ("grant_types_supported", texts(GRANTS)),
        ("authorization_endpoint", below("/authorize")),
        ("device_authorization_endpoint", below("/device_authorization")),
        ("code_challenge_methods_supported", texts(["S256"])),
        ("authorization_response_iss_parameter_supported", true.into()),
        ("token_endpoint_auth_methods_supported", texts(METHODS)),
        ("scopes_supported", texts(scopes)),
        ("dpop_signing_alg_values_supported", texts(["ES256"])),
        ("tls_client_certificate_bound_access_tokens", true.into()),
    ]);
    json(StatusCode::OK, &said)
}
