//! What the token endpoint answers (RFC 6749, sections 5.1 and 5.2).

use std::time::{Duration, SystemTime};

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};

use ring::error::Unspecified;

use crate::demo::answer::{json, typed, with_header};
use crate::demo::fault::Fault;
use crate::json::Json;

/// The members of a token reply as JSON text, since a faulty reply may hold what is no JSON.
pub(super) struct Reply(pub(super) Vec<(&'static str, String)>);

impl Reply {
    /// The answer, as a fault changes it.
    pub(super) fn answer(self, fault: &Fault) -> Response {
        let mut members: Vec<_> = self.0.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
        for (name, text) in &fault.fields {
            members.retain(|(known, _)| known != name);
            members.extend(text.clone().map(|text| (name.clone(), text)));
        }
        let members: Vec<_> = members.iter().map(|(name, text)| format!("\"{name}\":{text}")).collect();
        kept_out_of_caches(typed(StatusCode::OK, "application/json", format!("{{{}}}", members.join(","))))
    }
}

/// Why there is no token.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) error: &'static str,
    pub(super) description: String,
    /// Whether the client tried a header, and is told which one is understood.
    pub(super) challenge: bool,
}

impl Refused {
    /// A refusal with status 400.
    pub(super) fn new(error: &'static str, description: &str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error, description: description.to_owned(), challenge: false }
    }

    /// The answer.
    pub(super) fn answer(self) -> Response {
        let body = Json::object([("error", self.error.into()), ("error_description", self.description.into())]);
        let answer = kept_out_of_caches(json(self.status, &body));
        match self.challenge {
            true => with_header(answer, header::WWW_AUTHENTICATE, "Basic realm=\"provider\""),
            false => answer,
        }
    }
}

impl From<Unspecified> for Refused {
    fn from(_: Unspecified) -> Self {
        let refused = Self::new("server_error", "there is no randomness to be had");
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, ..refused }
    }
}

/// The answer that a fault wants in place of a token.
pub(super) fn unasked(status: u16, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    kept_out_of_caches(typed(status, "application/json", Body::from(body)))
}

/// The answer with the headers of a fault and the date of its clock.
pub(super) fn dressed(mut answer: Response, fault: &Fault, now: SystemTime) -> Response {
    if fault.skew_seconds != 0
        && let Some(date) = http_date(shifted(now, fault.skew_seconds))
    {
        answer.headers_mut().insert(header::DATE, date);
    }
    for (name, value) in &fault.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

/// A time that a clock shows which is ahead by this much.
pub(super) fn shifted(time: SystemTime, seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    let moved = if seconds < 0 { time.checked_sub(by) } else { time.checked_add(by) };
    moved.unwrap_or(time)
}

fn http_date(time: SystemTime) -> Option<HeaderValue> {
    let time = jiff::Timestamp::try_from(time).ok()?;
    let text = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&time).ok()?;
    HeaderValue::try_from(text).ok()
}

fn kept_out_of_caches(answer: Response) -> Response {
    with_header(answer, header::CACHE_CONTROL, "no-store")
}
