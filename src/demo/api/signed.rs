//! A door for callers who sign their tokens themselves (RFC 7519, HS256).

use std::sync::Arc;

use axum::{
    extract::State as Shared,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;

use crate::demo::{
    answer::{credentials, json},
    api::problem::Problem,
    state::State,
};
use crate::json::Json;

/// `GET /signed`: the claims of a token that the demo's own key signed, has not expired, and is for `shop`.
pub(super) async fn read(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Result<Response, Problem> {
    let token = credentials(&headers, "Bearer").ok_or_else(|| refused("a signed token is needed"))?;
    let claims = verified(token, &state.options.signing_key)?;
    let now = state.clock.wall().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let expires = claims.get("exp").and_then(Json::as_number).map(|exp| exp.as_f64());
    if expires.is_none_or(|expires| expires <= now) {
        return Err(refused("the token has expired"));
    }
    if claims.get("aud").and_then(Json::as_str) != Some("shop") {
        return Err(refused("the token is for another audience"));
    }
    Ok(json(StatusCode::OK, &claims))
}

fn verified(token: &str, key: &str) -> Result<Json<'static>, Problem> {
    let (signed, signature) = token.rsplit_once('.').ok_or_else(|| refused("the token is no JWT"))?;
    let (head, payload) = signed.split_once('.').ok_or_else(|| refused("the token is no JWT"))?;
    let part = |text: &str| Json::parse_bytes(&URL_SAFE_NO_PAD.decode(text).ok()?).ok().map(Json::into_owned);
    if part(head).as_ref().and_then(|head| head.get("alg")?.as_str()) != Some("HS256") {
        return Err(refused("the token is not signed by HS256"));
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    hmac::verify(&key, signed.as_bytes(), &signature).map_err(|_| refused("the signature is wrong"))?;
    part(payload).ok_or_else(|| refused("the token has no claims"))
}

fn refused(why: &str) -> Problem {
    let challenge = format!("Bearer realm=\"signed\", error=\"invalid_token\", error_description=\"{why}\"");
    Problem::new(StatusCode::UNAUTHORIZED, why).header(header::WWW_AUTHENTICATE, challenge)
}
