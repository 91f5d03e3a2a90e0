//! Who may do what: bearer tokens with scopes (RFC 6750), Basic, API keys.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, State as Shared},
    http::{HeaderMap, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};

use crate::demo::answer::{basic, credentials, header_text, json, parameter};
use crate::demo::api::{bound, problem::Problem, session::cookie};
use crate::demo::provider::{Access, Refusal};
use crate::demo::state::State;
use crate::json::Json;

/// Who sends a request with a token that counts.
pub(super) struct Caller(Access);

impl FromRequestParts<Arc<State>> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Response> {
        match Self::of(parts, state) {
            Err((_, Some(Refusal::Expired))) if state.options.expired_is_empty => {
                Err(json(StatusCode::OK, &Json::Object(Vec::new())))
            }
            known => known.map_err(|(problem, _)| problem.into_response()),
        }
    }
}

impl Caller {
    /// Who sends a request, or what is said to who may not, and why the token does not count.
    fn of(parts: &Parts, state: &State) -> Result<Self, (Problem, Option<Refusal>)> {
        let by_proof = credentials(&parts.headers, "DPoP");
        let Some(token) = by_proof.or_else(|| credentials(&parts.headers, "Bearer")) else {
            let problem = Problem::new(StatusCode::UNAUTHORIZED, "a bearer token is needed");
            return Err((problem.header(header::WWW_AUTHENTICATE, "Bearer realm=\"shop\""), None));
        };
        if state.options.api_always_unauthorized {
            return Err((unauthorized("the token is for another audience"), None));
        }
        let access = state.tokens.open(token, state.clock.now().mono).map_err(|refusal| {
            let why = match refusal {
                Refusal::Unknown => "the token is unknown",
                Refusal::Revoked => "the token was revoked",
                Refusal::Expired => "the token has expired",
            };
            let problem = if by_proof.is_some() { bound::refused("invalid_token", why) } else { unauthorized(why) };
            (problem, Some(refusal))
        })?;
        bound::check(state, parts, &access, by_proof).map_err(|problem| (problem, None))?;
        Ok(Self(access))
    }

    /// Refuses whoever lacks this scope.
    pub(super) fn needs(&self, scope: &str) -> Result<(), Problem> {
        if self.0.grantee.scopes.iter().any(|granted| granted == scope) {
            return Ok(());
        }
        let problem = Problem::new(StatusCode::FORBIDDEN, format!("the token lacks the scope {scope}"));
        let challenge = format!("Bearer realm=\"shop\", error=\"insufficient_scope\", scope=\"{scope}\"");
        Err(problem.header(header::WWW_AUTHENTICATE, challenge))
    }
}

pub(super) fn unauthorized(why: &str) -> Problem {
    let challenge = format!("Bearer realm=\"shop\", error=\"invalid_token\", error_description=\"{why}\"");
    Problem::new(StatusCode::UNAUTHORIZED, why).header(header::WWW_AUTHENTICATE, challenge)
}

/// `GET /me`: the claims of the token.
pub(super) async fn me(Caller(access): Caller) -> Response {
    json(StatusCode::OK, &access.claims)
}

/// `GET /basic`: only for users.
pub(super) async fn basic_only(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Result<Response, Problem> {
    match basic(&headers).and_then(|(name, password)| state.user(&name, &password)) {
        Some(user) => Ok(json(StatusCode::OK, &Json::object([("user", user.name.clone().into())]))),
        None => {
            let problem = Problem::new(StatusCode::UNAUTHORIZED, "user and password are needed");
            Err(problem.header(header::WWW_AUTHENTICATE, "Basic realm=\"shop\", charset=\"UTF-8\""))
        }
    }
}

/// `GET /key`: only with the API key, in a header, the query or a cookie.
pub(super) async fn key_only(
    Shared(state): Shared<Arc<State>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let by_header = header_text(&headers, header::HeaderName::from_static("x-api-key")).map(ToOwned::to_owned);
    let sources =
        [("header", by_header), ("query", parameter(&uri, "api_key")), ("cookie", cookie(&headers, "api_key"))];
    let found = sources.into_iter().find(|(_, key)| key.as_ref() == Some(&state.options.api_key));
    match found {
        Some((place, _)) => Ok(json(StatusCode::OK, &Json::object([("key_in", place.into())]))),
        None => Err(Problem::new(StatusCode::UNAUTHORIZED, "an API key is needed")),
    }
}
