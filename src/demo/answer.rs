//! Answers and parts of requests that both servers have in common.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use url::form_urlencoded;

use crate::json::Json;

/// An array of texts.
pub(super) fn texts<'t>(items: impl IntoIterator<Item = &'t str>) -> Json<'static> {
    Json::Array(items.into_iter().map(|item| Json::from(item.to_owned())).collect())
}

/// An answer with a JSON body.
pub(super) fn json(status: StatusCode, body: &Json<'_>) -> Response {
    typed(status, "application/json", body.to_text())
}

/// An answer with a body of this type.
pub(super) fn typed(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}

/// An answer without a body.
pub(super) fn empty(status: StatusCode) -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    answer
}

/// The answer with one more header; unchanged where the value cannot stand in one.
pub(super) fn with_header(mut answer: Response, name: header::HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
        answer.headers_mut().append(name, value);
    }
    answer
}

/// The text of a header, if it is there and visible ASCII.
pub(super) fn header_text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// What stands behind a scheme in `Authorization`; the scheme is compared without case (RFC 9110, section 11.1).
pub(super) fn credentials<'h>(headers: &'h HeaderMap, scheme: &str) -> Option<&'h str> {
    let (known, rest) = header_text(headers, header::AUTHORIZATION)?.split_once(' ')?;
    known.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

/// The user and password of `Authorization: Basic` (RFC 7617), as they stand there.
pub(super) fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let decoded = STANDARD.decode(credentials(headers, "Basic")?).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// The first parameter of this name in the query.
pub(super) fn parameter(uri: &Uri, name: &str) -> Option<String> {
    let mut parameters = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    parameters.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// The media type of `Content-Type`, in lower case and without parameters.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    let text = header_text(headers, header::CONTENT_TYPE)?;
    Some(text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}
