//! `/uploads`: bytes of any kind, counted and hashed as they come, and given back where they are few.

use std::{future::poll_fn, pin::Pin, sync::Arc};

use axum::{
    body::Body,
    extract::{Path, State as Shared},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use hyper::body::Body as _;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::demo::answer::{empty, header_text, json, with_header};
use crate::demo::api::{guard::Caller, problem::Problem, shop::Upload};
use crate::demo::state::{State, lock};
use crate::hex::hex;
use crate::json::Json;

/// How many uploads are kept.
const KEPT: usize = 32;
/// Of larger ones only the description is kept.
const LARGEST_KEPT: u64 = 1 << 20;

/// `POST /uploads`
///
/// The body is read whole before anything is said of it: a client that still sends could lose the answer.
pub(super) async fn create(
    caller: Result<Caller, Response>,
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    let came = Came::read(body).await;
    let caller = caller?;
    came.and_then(|came| taken(&caller, &state, &headers, came)).map_err(IntoResponse::into_response)
}

fn taken(caller: &Caller, state: &State, headers: &HeaderMap, came: Came) -> Result<Response, Problem> {
    caller.needs("items.write")?;
    if came.size == 0 {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "there is nothing to keep"));
    }
    let content_type = header_text(headers, header::CONTENT_TYPE).unwrap_or("application/octet-stream").to_owned();
    let id = Uuid::new_v4().to_string();
    let description = Json::object([
        ("id", id.clone().into()),
        ("size", came.size.into()),
        ("sha256", came.sha256.into()),
        ("content_type", content_type.clone().into()),
    ]);
    let place = format!("/uploads/{id}");
    keep(state, Upload { id, content_type, bytes: came.bytes });
    Ok(with_header(json(StatusCode::CREATED, &description), header::LOCATION, &place))
}

/// A body that has come.
struct Came {
    size: u64,
    sha256: String,
    /// None where they are too many.
    bytes: Option<Bytes>,
}

impl Came {
    async fn read(mut body: Body) -> Result<Self, Problem> {
        let (mut size, mut hash, mut kept) = (0, Sha256::new(), Some(Vec::new()));
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            let frame = frame.map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "the body broke off"))?;
            let Ok(data) = frame.into_data() else { continue };
            size += data.len() as u64;
            hash.update(&data);
            kept = kept.filter(|_| size <= LARGEST_KEPT);
            kept.iter_mut().for_each(|kept| kept.extend_from_slice(&data));
        }
        Ok(Self { size, sha256: hex(hash.finalize()), bytes: kept.map(Bytes::from) })
    }
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
    let too_large = || format!("of the upload {id} only the description was kept: it has more than 1 MiB");
    let bytes = upload.bytes.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, too_large()))?;
    let mut answer = with_header(empty(StatusCode::OK), header::CONTENT_TYPE, &upload.content_type);
    *answer.body_mut() = Body::from(bytes);
    Ok(answer)
}

fn keep(state: &State, upload: Upload) {
    let mut uploads = lock(&state.shop.uploads);
    if uploads.len() == KEPT {
        uploads.pop_front();
    }
    uploads.push_back(upload);
}
