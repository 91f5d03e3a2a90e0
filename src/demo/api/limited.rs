//! `/limited/{key}`: a quota that is soon used up (RFC 6585, section 4).

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Path, State as Shared},
    http::{HeaderName, StatusCode, header},
    response::Response,
};

use crate::demo::answer::{json, with_header};
use crate::demo::api::problem::Problem;
use crate::demo::state::{State, lock};
use crate::json::Json;

/// How many requests a key has in each window.
const QUOTA: u64 = 2;
const WINDOW: Duration = Duration::from_secs(1);

/// `GET /limited/{key}`
pub(super) async fn read(Shared(state): Shared<Arc<State>>, Path(key): Path<String>) -> Result<Response, Problem> {
    let now = state.clock.now().mono;
    let mut windows = lock(&state.shop.windows);
    let window = windows.entry(key).or_insert((now, 0));
    if now >= window.0 + WINDOW {
        *window = (now, 0);
    }
    if window.1 == QUOTA {
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "the quota of this second is used up");
        return Err(problem.header(header::RETRY_AFTER, "1"));
    }
    window.1 += 1;
    let left = QUOTA - window.1;
    let answer = json(StatusCode::OK, &Json::object([("left", left.into())]));
    Ok(with_header(answer, HeaderName::from_static("x-ratelimit-remaining"), &left.to_string()))
}
