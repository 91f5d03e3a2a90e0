//! Routes without a credential: what a test of HTTP itself needs.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Path, State as Shared},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use crate::demo::answer::{empty, json, parameter, typed, with_header};
use crate::demo::api::problem::Problem;
use crate::demo::state::State;
use crate::hex::hex;
use crate::json::Json;

/// The contract of the API.
const OPENAPI: &str = include_str!("openapi.json");

/// How long `/slow` sleeps and how much `/bytes` gives, at most.
const LONGEST: Duration = Duration::from_secs(600);
const MOST: usize = 128 * 1024 * 1024;

/// `GET /health`
pub(super) async fn health() -> Response {
    json(StatusCode::OK, &Json::object([("status", "ok".into())]))
}

/// `GET /openapi.json`
pub(super) async fn openapi() -> Response {
    typed(StatusCode::OK, "application/json", OPENAPI)
}

/// `/echo`, by any method: the request as it came.
pub(super) async fn echo(method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let query = grouped(query.map(|(name, value)| (name.into_owned(), value.into_owned())));
    let text = |value: &header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = grouped(headers.iter().map(|(name, value)| (name.to_string(), text(value))));
    let body_text = std::str::from_utf8(&body).ok();
    let parsed = body_text.and_then(|text| Json::parse(text).ok()).map_or(Json::Null, Json::into_owned);
    let echoed = Json::object([
        ("method", method.to_string().into()),
        ("path", uri.path().to_owned().into()),
        ("query", query),
        ("headers", headers),
        ("body", body_text.map_or(Json::Null, |text| text.to_owned().into())),
        ("body_base64", STANDARD.encode(&body).into()),
        ("json", parsed),
        ("size", body.len().into()),
        ("sha256", sha256(&body).into()),
    ]);
    json(StatusCode::OK, &echoed)
}

/// An object of names and values; the values of a repeated name are a list.
fn grouped(pairs: impl Iterator<Item = (String, String)>) -> Json<'static> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in pairs {
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => groups.push((name, vec![value])),
        }
    }
    let one_or_many = |mut values: Vec<String>| match values.len() {
        1 => values.remove(0).into(),
        _ => Json::Array(values.into_iter().map(Json::from).collect()),
    };
    Json::Object(groups.into_iter().map(|(name, values)| (name.into(), one_or_many(values))).collect())
}

/// `GET /text?charset=`: two lines, in UTF-8 or ISO-8859-1.
pub(super) async fn text(uri: Uri) -> Response {
    let lines = "Grüße aus dem Laden.\nEin Café ist nebenan.\n";
    match parameter(&uri, "charset").as_deref() {
        Some("iso-8859-1") => {
            let bytes: Vec<u8> = lines.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
            typed(StatusCode::OK, "text/plain; charset=iso-8859-1", bytes)
        }
        _ => typed(StatusCode::OK, "text/plain; charset=utf-8", lines),
    }
}

/// `GET /slow?ms=`
pub(super) async fn slow(Shared(state): Shared<Arc<State>>, uri: Uri) -> Result<Response, Problem> {
    let ms = parameter(&uri, "ms").unwrap_or_else(|| "1000".to_owned());
    let wait = ms.parse().ok().map(Duration::from_millis).filter(|wait| *wait <= LONGEST);
    let wait = wait.ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "`ms` must be 0 to 600000"))?;
    state.wait(wait).await;
    let waited = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    Ok(json(StatusCode::OK, &Json::object([("waited_ms", waited.into())])))
}

/// `/redirect/{count}?status=`: so many redirects until it arrives.
pub(super) async fn redirect(Path(count): Path<String>, method: Method, uri: Uri) -> Result<Response, Problem> {
    let count: u32 = count.parse().map_err(|_| Problem::new(StatusCode::NOT_FOUND, "the count is a whole number"))?;
    if count == 0 {
        let arrived = Json::object([("arrived", true.into()), ("method", method.to_string().into())]);
        return Ok(json(StatusCode::OK, &arrived));
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    redirected(&uri, &format!("/redirect/{}{query}", count - 1))
}

/// `/redirect-to?url=&status=`: one redirect, wherever it leads.
pub(super) async fn redirect_to(uri: Uri) -> Result<Response, Problem> {
    let to = parameter(&uri, "url").ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "`url` is missing"))?;
    redirected(&uri, &to)
}

fn redirected(uri: &Uri, to: &str) -> Result<Response, Problem> {
    let status = parameter(uri, "status").unwrap_or_else(|| "302".to_owned());
    let status = match status.as_str() {
        "301" => StatusCode::MOVED_PERMANENTLY,
        "302" => StatusCode::FOUND,
        "303" => StatusCode::SEE_OTHER,
        "307" => StatusCode::TEMPORARY_REDIRECT,
        "308" => StatusCode::PERMANENT_REDIRECT,
        _ => return Err(Problem::new(StatusCode::BAD_REQUEST, "`status` must be 301, 302, 303, 307 or 308")),
    };
    Ok(with_header(empty(status), header::LOCATION, to))
}

/// `GET /bytes/{count}`: so many zeros.
pub(super) async fn bytes(Path(count): Path<String>) -> Result<Response, Problem> {
    let count = count.parse().ok().filter(|count| *count <= MOST);
    let count = count.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, format!("the count is 0 to {MOST}")))?;
    Ok(typed(StatusCode::OK, "application/octet-stream", vec![0; count]))
}

/// SHA-256 in lower-case hex.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes))
}
