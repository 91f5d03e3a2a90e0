//! A login of the shop's own making: user and password for a token, a refresh token that is replaced at each use.

use std::sync::Arc;

use axum::{
    extract::State as Shared,
    http::{HeaderMap, HeaderName, StatusCode},
    response::Response,
};
use bytes::Bytes;
use uuid::Uuid;

use crate::demo::{
    answer::{json, with_header},
    api::{body::read_json, problem::Problem},
    options::User,
    provider,
    state::{State, lock},
};
use crate::json::Json;

/// `POST /login`: a token for user and password.
pub(super) async fn open(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let user = user(&state, &read_json(&headers, &body)?)?;
    given(&state, user.name.clone())
}

/// The user that `{user, password}` names.
pub(super) fn user<'s>(state: &'s State, body: &Json<'_>) -> Result<&'s User, Problem> {
    let part = |name| body.get(name).and_then(Json::as_str).unwrap_or_default();
    let known = state.user(part("user"), part("password"));
    known.ok_or_else(|| Problem::new(StatusCode::UNAUTHORIZED, "user and password do not belong together"))
}

/// `POST /login/refresh`: another token for a refresh token.
pub(super) async fn refresh(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let body = read_json(&headers, &body)?;
    let written = body.get("refresh").and_then(Json::as_str).unwrap_or_default();
    let user = lock(&state.shop.sessions).remove(written);
    let user =
        user.ok_or_else(|| Problem::new(StatusCode::UNAUTHORIZED, "the refresh token does not count any more"))?;
    given(&state, user)
}

fn given(state: &State, user: String) -> Result<Response, Problem> {
    let lifetime = state.options.token_lifetime;
    let client = state.options.clients.first();
    let token = client.and_then(|client| provider::token_for(state, client, lifetime));
    let token = token.ok_or_else(|| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "no token could be made"))?;
    let refresh = format!("refresh-{}", Uuid::new_v4().simple());
    lock(&state.shop.sessions).insert(refresh.clone(), user);
    let session = Json::object([("token", token.clone().into()), ("refresh", refresh.into())]);
    let ttl = u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX);
    let answer = json(StatusCode::OK, &Json::object([("session", session), ("ttl", ttl.into())]));
    Ok(with_header(answer, HeaderName::from_static("x-auth"), &token))
}
