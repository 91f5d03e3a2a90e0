//! `/jobs`: work that takes its time, done once for each `Idempotency-Key`, and told in an inbox where one is named.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Path, State as Shared},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::Response,
};
use bytes::Bytes;

use crate::demo::answer::{header_text, json, with_header};
use crate::demo::api::{body::read_json, guard::Caller, problem::Problem, shop::Job};
use crate::demo::state::{State, lock};
use crate::json::Json;

/// How long a job takes where nothing is said, and at most, in milliseconds.
const USUAL: u64 = 200;
const LONGEST: u64 = 60_000;

/// How many jobs a shop remembers.
const MOST: usize = 10_000;

/// `POST /jobs`: `{takes_ms: 200, inbox: name}`, both optional. The same `Idempotency-Key` means the same job.
pub(super) async fn create(
    caller: Caller,
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    caller.needs("items.write")?;
    let body = read_json(&headers, &body)?;
    let key = header_text(&headers, HeaderName::from_static("idempotency-key")).map(ToOwned::to_owned);
    let due = state.clock.now().mono + takes(&body)?;
    let inbox = body.get("inbox").and_then(Json::as_str).map(ToOwned::to_owned);
    let mut jobs = lock(&state.shop.jobs);
    let known = key.as_ref().and_then(|key| jobs.iter().position(|job| job.key.as_ref() == Some(key)));
    if known.is_none() && jobs.len() == MOST {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "there are too many jobs"));
    }
    let index = known.unwrap_or(jobs.len());
    if known.is_none() {
        jobs.push(Job { key, due, inbox });
    }
    let place = format!("/jobs/{}", index + 1);
    let answer = json(StatusCode::ACCEPTED, &shown(index, &jobs[index], state.clock.now().mono));
    Ok(with_header(answer, header::LOCATION, &place))
}

/// `GET /jobs/{id}`
pub(super) async fn read(
    caller: Caller,
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    caller.needs("items.read")?;
    let jobs = lock(&state.shop.jobs);
    let index = id.parse().ok().and_then(|id: usize| id.checked_sub(1)).filter(|index| *index < jobs.len());
    let index = index.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, format!("there is no job {id}")))?;
    Ok(json(StatusCode::OK, &shown(index, &jobs[index], state.clock.now().mono)))
}

/// `GET /inbox/{name}`: what was told there about jobs that are done, oldest first.
pub(super) async fn inbox(Shared(state): Shared<Arc<State>>, Path(name): Path<String>) -> Response {
    let now = state.clock.now().mono;
    let jobs = lock(&state.shop.jobs);
    let told = jobs.iter().enumerate().filter(|(_, job)| job.due <= now && job.inbox.as_ref() == Some(&name));
    let mut told: Vec<_> = told.collect();
    told.sort_by_key(|(_, job)| job.due);
    let messages =
        told.into_iter().map(|(index, _)| Json::object([("event", "job.done".into()), ("job", number(index))]));
    json(StatusCode::OK, &Json::object([("messages", Json::Array(messages.collect()))]))
}

fn takes(body: &Json<'_>) -> Result<Duration, Problem> {
    let wrong = || Problem::invalid(vec![("takes_ms", "must be a whole number from 0 to 60000")]);
    let Some(value) = body.get("takes_ms") else { return Ok(Duration::from_millis(USUAL)) };
    let ms = value.as_number().and_then(|number| u64::try_from(number.to_i64()?).ok());
    ms.filter(|ms| *ms <= LONGEST).map(Duration::from_millis).ok_or_else(wrong)
}

fn shown(index: usize, job: &Job, now: Duration) -> Json<'static> {
    let (state, result) = match job.due <= now {
        true => ("done", Json::object([("lamps", 3_u64.into())])),
        false => ("running", Json::Null),
    };
    Json::object([("id", number(index)), ("state", state.into()), ("result", result)])
}

fn number(index: usize) -> Json<'static> {
    (index + 1).into()
}
