//! `/multipart`, by any method: the parts of a form as they came.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use bytes::Bytes;

use crate::demo::answer::{header_text, json};
use crate::demo::api::{plain::sha256, problem::Problem};
use crate::http::{FormPart, boundary, form_parts};
use crate::json::Json;

/// `POST /multipart`
pub(super) async fn echo(headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let content_type = header_text(&headers, header::CONTENT_TYPE).unwrap_or_default();
    let wrong = |status, why| Problem::new(status, why);
    let boundary = boundary(content_type).ok_or_else(|| {
        wrong(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be multipart/form-data with a boundary")
    })?;
    let parts = form_parts(&body, boundary)
        .ok_or_else(|| wrong(StatusCode::BAD_REQUEST, "the body is not a form of this boundary"))?;
    let parts = Json::Array(parts.iter().map(described).collect());
    Ok(json(StatusCode::OK, &Json::object([("parts", parts)])))
}

fn described(part: &FormPart<'_>) -> Json<'static> {
    let text = |text: Option<&str>| text.map_or(Json::Null, |text| text.to_owned().into());
    Json::object([
        ("name", part.name.clone().into()),
        ("filename", text(part.filename.as_deref())),
        ("content_type", text(part.content_type.as_deref())),
        ("text", text(std::str::from_utf8(&part.bytes).ok())),
        ("size", part.bytes.len().into()),
        ("sha256", sha256(&part.bytes).into()),
    ])
}
