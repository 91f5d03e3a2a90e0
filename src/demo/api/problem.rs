//! Answers that say what is wrong (RFC 9457).

use axum::{
    http::{HeaderName, StatusCode},
    response::{IntoResponse, Response},
};

use crate::demo::answer::{typed, with_header};
use crate::json::Json;

/// Why a request is not served.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    detail: String,
    headers: Vec<(HeaderName, String)>,
    /// Members of the body and what is wrong with each.
    errors: Vec<(&'static str, &'static str)>,
}

impl Problem {
    /// A problem.
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), headers: Vec::new(), errors: Vec::new() }
    }

    /// A body that is understood but wrong.
    pub(super) fn invalid(errors: Vec<(&'static str, &'static str)>) -> Self {
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "the body is not valid") }
    }

    /// The same with this header.
    pub(super) fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = Json::object([
            ("type", "about:blank".into()),
            ("title", self.status.canonical_reason().unwrap_or("Problem").into()),
            ("status", u64::from(self.status.as_u16()).into()),
            ("detail", self.detail.into()),
        ]);
        if let (false, Json::Object(members)) = (self.errors.is_empty(), &mut body) {
            let error = |(field, message): &(&'static str, &'static str)| {
                Json::object([("field", (*field).into()), ("message", (*message).into())])
            };
            members.push(("errors".into(), Json::Array(self.errors.iter().map(error).collect())));
        }
        let answer = typed(self.status, "application/problem+json", body.to_text());
        self.headers.into_iter().fold(answer, |answer, (name, value)| with_header(answer, name, &value))
    }
}
