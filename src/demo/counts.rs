//! What the servers were asked: counts for assertions, requests for a closer look.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::http::{HeaderValue, request::Parts};

use crate::json::Json;

/// How many requests, tokens and connections there were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests to the token endpoint, those that went wrong included.
    pub token_requests: u64,
    /// The same by the client that named itself; unknown clients are not listed.
    pub token_requests_by_client: BTreeMap<String, u64>,
    /// How many of them were under way at once, at most.
    pub token_requests_at_once: u64,
    /// Access tokens given out.
    pub tokens_issued: u64,
    /// Those of them given for a refresh token.
    pub refreshes: u64,
    /// Connections made to the provider.
    pub provider_connections: u64,
    /// Requests to the API.
    pub api_requests: u64,
    /// How many of them were under way at once, at most.
    pub api_requests_at_once: u64,
    /// Answers of the API with status 401.
    pub unauthorized: u64,
    /// Answers of the API with status 403.
    pub forbidden: u64,
    /// Connections made to the API.
    pub api_connections: u64,
}

impl Counts {
    pub(super) fn to_json(&self) -> Json<'static> {
        let by_client = self.token_requests_by_client.iter().map(|(id, count)| (id.clone().into(), (*count).into()));
        Json::object([
            ("token_requests", self.token_requests.into()),
            ("token_requests_by_client", Json::Object(by_client.collect())),
            ("token_requests_at_once", self.token_requests_at_once.into()),
            ("tokens_issued", self.tokens_issued.into()),
            ("refreshes", self.refreshes.into()),
            ("provider_connections", self.provider_connections.into()),
            ("api_requests", self.api_requests.into()),
            ("api_requests_at_once", self.api_requests_at_once.into()),
            ("unauthorized", self.unauthorized.into()),
            ("forbidden", self.forbidden.into()),
            ("api_connections", self.api_connections.into()),
        ])
    }
}

/// The two servers of a demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Server {
    /// The identity provider.
    Provider,
    /// The API.
    Api,
}

/// A request as a server received it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenRequest {
    /// Who received it.
    pub server: Server,
    /// `GET`, `POST`.
    pub method: String,
    /// Path and query as they were sent.
    pub target: String,
    /// Names in lower case, in the order they came; bytes that are not UTF-8 are replaced.
    pub headers: Vec<(String, String)>,
    /// The body of a request to the provider; empty for the API, whose `/echo` returns what it was sent.
    pub body: Vec<u8>,
}

impl SeenRequest {
    pub(super) fn new(server: Server, head: &Parts, body: Vec<u8>) -> Self {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Self {
            server,
            method: head.method.to_string(),
            target: head.uri.path_and_query().map_or_else(|| head.uri.to_string(), ToString::to_string),
            headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body,
        }
    }

    /// The first header of this name, in whatever case it is asked for.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// How many requests are remembered.
const REMEMBERED: usize = 10_000;

/// The book that both servers write into.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    counts: Counts,
    seen: VecDeque<SeenRequest>,
    token_requests_now: u64,
    api_requests_now: u64,
}

impl Ledger {
    /// The counts so far.
    pub(super) fn counts(&self) -> Counts {
        self.entries().counts.clone()
    }

    /// The latest requests, oldest first.
    pub(super) fn seen(&self) -> Vec<SeenRequest> {
        self.entries().seen.iter().cloned().collect()
    }

    /// Notes something in the counts.
    pub(super) fn note(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.entries().counts);
    }

    /// Remembers a request, and forgets the oldest where there are too many.
    pub(super) fn remember(&self, request: SeenRequest) {
        let mut entries = self.entries();
        if entries.seen.len() == REMEMBERED {
            entries.seen.pop_front();
        }
        entries.seen.push_back(request);
    }

    /// Notes a request to the token endpoint, under way until the guard is dropped.
    pub(super) fn token_request(&self) -> UnderWay<'_> {
        let mut entries = self.entries();
        entries.token_requests_now += 1;
        let now = entries.token_requests_now;
        entries.counts.token_requests += 1;
        entries.counts.token_requests_at_once = entries.counts.token_requests_at_once.max(now);
        UnderWay { ledger: self, server: Server::Provider }
    }

    /// Notes a request to the API, under way until the guard is dropped.
    pub(super) fn api_request(&self) -> UnderWay<'_> {
        let mut entries = self.entries();
        entries.api_requests_now += 1;
        let now = entries.api_requests_now;
        entries.counts.api_requests += 1;
        entries.counts.api_requests_at_once = entries.counts.api_requests_at_once.max(now);
        UnderWay { ledger: self, server: Server::Api }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is not answered yet.
pub(super) struct UnderWay<'l> {
    ledger: &'l Ledger,
    server: Server,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut entries = self.ledger.entries();
        match self.server {
            Server::Provider => entries.token_requests_now -= 1,
            Server::Api => entries.api_requests_now -= 1,
        }
    }
}
