//! Bodies on their way in and out: JSON that is read, answers that are compressed.

use std::io::Write;

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use flate2::{Compression, write::GzEncoder};

use crate::demo::answer::{header_text, media_type};
use crate::demo::api::problem::Problem;
use crate::json::Json;

/// The JSON of a request.
pub(super) fn read_json<'b>(headers: &HeaderMap, body: &'b [u8]) -> Result<Json<'b>, Problem> {
    let is_json = media_type(headers).is_some_and(|kind| kind == "application/json" || kind.ends_with("+json"));
    if !is_json {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be application/json"));
    }
    let text = std::str::from_utf8(body).map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "the body is not UTF-8"))?;
    Json::parse(text).map_err(|bad| Problem::new(StatusCode::BAD_REQUEST, format!("the body is not JSON: {bad}")))
}

/// Compresses the answers of a route for clients that want it (RFC 9110, section 12.5.3).
pub(super) async fn gzipped(request: Request, next: Next) -> Response {
    let wanted = wants_gzip(request.headers());
    let mut answer = next.run(request).await;
    answer.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
    if !wanted || !answer.status().is_success() {
        return answer;
    }
    let (mut head, body) = answer.into_parts();
    let plain = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let Ok(packed) = packed(&plain) else { return Response::from_parts(head, Body::from(plain)) };
    head.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, Body::from(packed))
}

fn packed(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain)?;
    encoder.finish()
}

fn wants_gzip(headers: &HeaderMap) -> bool {
    let accepted = header_text(headers, header::ACCEPT_ENCODING).unwrap_or_default();
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
        name.trim().eq_ignore_ascii_case("gzip") && weight > 0.0
    })
}
