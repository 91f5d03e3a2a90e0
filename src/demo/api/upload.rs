//! `/uploads`: bytes of any kind, described and given back.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State as Shared},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use bytes::Bytes;
use uuid::Uuid;

use crate::demo::answer::{empty, header_text, json, with_header};
use crate::demo::api::{guard::Caller, plain::sha256, problem::Problem, shop::Upload};
use crate::demo::state::{State, lock};
use crate::json::Json;

/// How many uploads are kept.
const KEPT: usize = 32;

/// `POST /uploads`
pub(super) async fn create(
    caller: Caller,
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    caller.needs("items.write")?;
    if bytes.is_empty() {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "there is nothing to keep"));
    }
    let content_type = header_text(&headers, header::CONTENT_TYPE).unwrap_or("application/octet-stream").to_owned();
    let id = Uuid::new_v4().to_string();
    let description = Json::object([
        ("id", id.clone().into()),
        ("size", bytes.len().into()),
        ("sha256", sha256(&bytes).into()),
        ("content_type", content_type.clone().into()),
    ]);
    let place = format!("/uploads/{id}");
    keep(&state, Upload { id, content_type, bytes });
    Ok(with_header(json(StatusCode::CREATED, &description), header::LOCATION, &place))
}

/// `GET /uploads/{id}`
pub(super) async fn read(
    caller: Caller,
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    caller.needs("items.read")?;
    let found = lock(&state.shop.uploads).iter().find(|upload| upload.id == id).cloned();
    let Some(upload) = found else {
        return Err(Problem::new(StatusCode::NOT_FOUND, format!("there is no upload {id}")));
    };
    let mut answer = with_header(empty(StatusCode::OK), header::CONTENT_TYPE, &upload.content_type);
    *answer.body_mut() = Body::from(upload.bytes);
    Ok(answer)
}

fn keep(state: &State, upload: Upload) {
    let mut uploads = lock(&state.shop.uploads);
    if uploads.len() == KEPT {
        uploads.pop_front();
    }
    uploads.push_back(upload);
}
