//! The API of a small shop: items and orders behind scopes, and what a test of HTTP needs besides.

mod aws;
mod body;
mod bound;
mod digest;
mod graphql;
mod guard;
mod items;
mod jobs;
mod limited;
mod login;
mod multipart;
mod odd;
mod orders;
mod pages;
mod plain;
mod problem;
mod session;
mod shop;
mod signed;
mod upload;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State as Shared},
    http::{StatusCode, Uri},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};

use crate::demo::counts::{SeenRequest, Server};
use crate::demo::proof;
use crate::demo::state::State;

use problem::Problem;
pub(super) use shop::Shop;

/// How many bytes a body may have that is kept in memory; uploads are not.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// Its routes.
pub(super) fn router(state: &Arc<State>) -> Router {
    shop_routes()
        .merge(account_routes())
        .merge(plain_routes())
        .method_not_allowed_fallback(not_allowed)
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(Arc::clone(state), watch))
        .with_state(Arc::clone(state))
}

fn shop_routes() -> Router<Arc<State>> {
    let item = get(items::read).put(items::replace).patch(items::change).delete(items::remove);
    Router::new()
        .route("/items", get(items::list).layer(from_fn(body::gzipped)).post(items::create))
        .route("/items/{id}", item)
        .route("/old-items", get(items::moved))
        .route("/jobs", post(jobs::create))
        .route("/jobs/{id}", get(jobs::read))
        .route("/orders", get(orders::list).layer(from_fn(body::gzipped)))
        .route("/uploads", post(upload::create))
        .route("/uploads/{id}", get(upload::read))
        .route("/graphql", post(graphql::answer))
        .route("/report.xml", get(orders::report).layer(from_fn(body::gzipped)))
}

fn account_routes() -> Router<Arc<State>> {
    Router::new()
        .route("/me", get(guard::me))
        .route("/basic", get(guard::basic_only))
        .route("/key", get(guard::key_only))
        .route("/digest", get(digest::read))
        .route("/signed", get(signed::read))
        .route("/aws/{*path}", any(aws::door))
        .route("/login", post(login::open))
        .route("/login/refresh", post(login::refresh))
        .route("/session", get(session::read).post(session::open).delete(session::close))
        .route("/cookies", get(session::cookies))
}

fn plain_routes() -> Router<Arc<State>> {
    Router::new()
        .route("/health", get(plain::health))
        .route("/echo", any(plain::echo))
        .route("/multipart", any(multipart::echo))
        .route("/about", get(pages::about))
        .route("/feed.xml", get(pages::feed))
        .route("/text", get(plain::text))
        .route("/inbox/{name}", get(jobs::inbox))
        .route("/limited/{key}", get(limited::read))
        .route("/slow", get(plain::slow))
        .route("/redirect/{count}", any(plain::redirect))
        .route("/redirect-to", any(plain::redirect_to))
        .route("/bytes/{count}", get(plain::bytes))
        .route("/broken/{kind}", get(odd::broken))
        .route("/openapi.json", get(plain::openapi))
}

/// Counts requests and answers, and remembers the requests.
async fn watch(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    let _under_way = state.ledger.api_request();
    let (head, body) = request.into_parts();
    state.ledger.remember(SeenRequest::new(Server::Api, &head, Vec::new()));
    state.wait(state.options.api_latency).await;
    let headers = head.headers.clone();
    let answer = next.run(Request::from_parts(head, body)).await;
    let answer = proof::with_nonce(&state, Server::Api, &headers, answer);
    match answer.status() {
        StatusCode::UNAUTHORIZED => state.ledger.note(|counts| counts.unauthorized += 1),
        StatusCode::FORBIDDEN => state.ledger.note(|counts| counts.forbidden += 1),
        _ => {}
    }
    answer
}

async fn not_found(uri: Uri) -> Response {
    Problem::new(StatusCode::NOT_FOUND, format!("nothing is found at {}", uri.path())).into_response()
}

async fn not_allowed(uri: Uri) -> Response {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("{} is not used like this", uri.path())).into_response()
}
