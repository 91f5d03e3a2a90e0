//! Sessions held together by a cookie, for people with a password.

use std::sync::Arc;

use axum::{
    extract::State as Shared,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use bytes::Bytes;
use uuid::Uuid;

use crate::demo::answer::{empty, json, with_header};
use crate::demo::api::{body::read_json, login, problem::Problem};
use crate::demo::state::{State, lock};
use crate::json::Json;

/// `POST /session`: logs in, and sets a cookie.
pub(super) async fn open(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let user = login::user(&state, &read_json(&headers, &body)?)?;
    let sid = Uuid::new_v4().simple().to_string();
    let answer = json(StatusCode::CREATED, &Json::object([("user", user.name.clone().into())]));
    let answer =
        with_header(answer, header::SET_COOKIE, &format!("sid={sid}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax"));
    lock(&state.shop.sessions).insert(sid, user.name.clone());
    Ok(with_header(answer, header::SET_COOKIE, "theme=light; Path=/"))
}

/// `GET /session`: who is logged in.
pub(super) async fn read(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Result<Response, Problem> {
    let user = cookie(&headers, "sid").and_then(|sid| lock(&state.shop.sessions).get(&sid).cloned());
    match user {
        Some(user) => Ok(json(StatusCode::OK, &Json::object([("user", user.into())]))),
        None => Err(Problem::new(StatusCode::UNAUTHORIZED, "nobody is logged in")),
    }
}

/// `DELETE /session`: logs out, and takes the cookie away.
pub(super) async fn close(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    if let Some(sid) = cookie(&headers, "sid") {
        lock(&state.shop.sessions).remove(&sid);
    }
    let gone = "sid=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax";
    with_header(empty(StatusCode::NO_CONTENT), header::SET_COOKIE, gone)
}

/// `GET /cookies`: what cookies were sent.
pub(super) async fn cookies(headers: HeaderMap) -> Response {
    let members = sent(&headers).map(|(name, value)| (name.to_owned().into(), value.to_owned().into()));
    json(StatusCode::OK, &Json::object([("cookies", Json::Object(members.collect()))]))
}

/// The cookie of this name (RFC 6265, section 4.2).
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    sent(headers).find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
}

fn sent(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}
