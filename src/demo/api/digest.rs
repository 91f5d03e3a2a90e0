//! A door that asks by digest (RFC 7616, SHA-256, `qop=auth`): each nonce is good for three answers, each count once.

use std::sync::Arc;

use axum::{
    extract::State as Shared,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::Response,
};

use crate::demo::{
    answer::{credentials, json},
    api::{plain::sha256, problem::Problem},
    state::{State, lock},
};
use crate::json::Json;

const REALM: &str = "shop";
/// How many answers a nonce is good for.
const MOST: usize = 3;

/// `GET /digest`: only for users.
pub(super) async fn read(
    Shared(state): Shared<Arc<State>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(answer) = credentials(&headers, "Digest") else {
        return Err(challenge(&state, "an answer is needed", false));
    };
    let part = |name: &str| parameter(answer, name).unwrap_or_default();
    let (nonce, count, target) = (part("nonce"), part("nc"), uri.to_string());
    let hash = |text: String| sha256(text.as_bytes());
    let user = state.options.users.iter().find(|user| user.name == part("username"));
    let known = user.map(|user| hash(format!("{}:{REALM}:{}", user.name, user.password)));
    let what = hash(format!("{method}:{target}"));
    let expected = known.map(|it| hash(format!("{it}:{nonce}:{count}:{}:auth:{what}", part("cnonce"))));
    if part("uri") != target || expected.as_deref() != Some(part("response")) {
        return Err(challenge(&state, "user and password do not belong together", false));
    }
    let used = {
        let mut sessions = lock(&state.shop.sessions);
        let given = sessions.contains_key(nonce);
        let used = sessions.keys().filter(|key| key.starts_with(&format!("{nonce} "))).count();
        given && used < MOST && sessions.insert(format!("{nonce} {count}"), String::new()).is_none()
    };
    match used {
        true => Ok(json(
            StatusCode::OK,
            &Json::object([("user", part("username").to_owned().into()), ("count", count.to_owned().into())]),
        )),
        false => Err(challenge(&state, "the nonce is old", true)),
    }
}

fn challenge(state: &State, why: &str, stale: bool) -> Problem {
    let nonce = format!("nonce-{}", uuid::Uuid::new_v4().simple());
    lock(&state.shop.sessions).insert(nonce.clone(), String::new());
    let stale = if stale { ", stale=true" } else { "" };
    let value = format!("Digest realm=\"{REALM}\", qop=\"auth\", algorithm=SHA-256, nonce=\"{nonce}\"{stale}");
    Problem::new(StatusCode::UNAUTHORIZED, why).header(header::WWW_AUTHENTICATE, value)
}

/// A parameter of an answer, without its quotes; none of those read here holds a comma.
pub(super) fn parameter<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let pairs = answer.split(',').filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(own, _)| *own == name).map(|(_, value)| value.trim_matches('"'))
}
