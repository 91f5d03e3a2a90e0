//! `login` as written: any request as the source of a token.

use crate::diagnostic::Diagnostic;
use crate::json_path::JsonPath;
use crate::source::Place;
use crate::spec::{
    Loading, Use,
    auth::{
        choice::choice,
        keeping::{self, Keeping},
        login_request::{self, LoginRequest},
        placement::Placement,
    },
    path, request,
};
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table, Value};

/// A request whose reply holds a token.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    /// The key.
    pub(crate) place: Place,
    pub(crate) request: LoginRequest,
    /// Sent in place of `request` once there is a reply; it may read `reply`.
    pub(crate) refresh: Option<LoginRequest>,
    pub(crate) taken: LoginToken,
    pub(crate) expires_in: Option<ExpiresIn>,
    pub(crate) keeping: Keeping,
}

/// What of a reply is the token.
#[derive(Clone, Debug)]
pub(crate) enum LoginToken {
    JsonPath(JsonPath),
    Header(String),
    /// Every cookie it sets.
    Cookies,
}

/// Where a reply says how long its token lives, and the milliseconds of what it counts.
#[derive(Clone, Debug)]
pub(crate) struct ExpiresIn {
    pub(crate) path: JsonPath,
    pub(crate) unit: u32,
}

const UNITS: &[(&str, u32)] = &[("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];

/// The keys of `login`.
pub(crate) static TABLE: Table = Table {
    what: "login",
    fields: &[
        Field::new(
            "request",
            Shape::Fields(&request::TABLE),
            "The request whose reply holds the token.",
            "{post: /session, json: {user: qa, password: {env: PASSWORD}}}",
        ),
        Field::new(
            "token",
            Shape::Either(&[Shape::Text, Shape::Fields(&TOKEN)]),
            "Where the reply holds the token: a JSONPath or a header.",
            "$.session.token",
        ),
        Field::new("cookies", Shape::Boolean, "The cookies of the reply are what is sent.", "true"),
        Field::new(
            "expires_in",
            Shape::Either(&[Shape::Text, Shape::Fields(&EXPIRES_IN)]),
            "Where the reply says how long the token lives.",
            "{jsonpath: $.ttl, unit: ms}",
        ),
        Field::new(
            "refresh",
            Shape::Fields(&request::TABLE),
            "The request that renews; it may read `reply`.",
            "{post: /session/refresh, json: {refresh_token: \"{{reply.refresh}}\"}}",
        ),
        keeping::LIFETIME,
        keeping::PLACE,
        keeping::REFRESH_BEFORE,
        keeping::ON_UNAUTHORIZED,
    ],
    elsewhere: &[
        ("hosts", "the identity, beside login"),
        ("post", "request"),
        ("json", "request"),
        ("header", "token"),
    ],
};

static TOKEN: Table = Table {
    what: "token",
    fields: &[
        Field::new("jsonpath", Shape::Text, "Where the token stands in the reply.", "$.session.token"),
        Field::new("header", Shape::Text, "The header of the reply that holds the token.", "X-Auth"),
    ],
    elsewhere: &[],
};

static EXPIRES_IN: Table = Table {
    what: "expires_in",
    fields: &[
        Field::new("jsonpath", Shape::Text, "Where the time stands in the reply.", "$.ttl"),
        Field::new("unit", Shape::Word(&["ms", "s", "m", "h"]), "What it counts; seconds by default.", "ms"),
    ],
    elsewhere: &[],
};

impl Login {
    /// Reads the map of `login`.
    pub(crate) fn load(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        let fields = Fields::read(&entry.value, &TABLE, &mut loading.problems)?;
        let request = fields.require("request", &mut loading.problems);
        let request = request.and_then(|node| LoginRequest::load(node, login_request::LOGIN, loading));
        let refresh = fields.get("refresh").map(|node| LoginRequest::load(node, login_request::REFRESH, loading));
        let taken = taken(&fields, loading);
        let expires_in = fields.get("expires_in").map(|node| expires_in(node, loading));
        let keeping = Keeping::load(&fields, loading);
        let (taken, mut keeping) = (taken?, keeping?);
        if matches!(taken, LoginToken::Cookies) {
            keeping.placement = Placement::Cookies;
        }
        Some(Self {
            place: entry.key_place.clone(),
            request: request?,
            refresh: refresh.map_or(Some(None), |it| it.map(Some))?,
            taken,
            expires_in: expires_in.map_or(Some(None), |it| it.map(Some))?,
            keeping,
        })
    }

    /// The variables that its requests read.
    pub(crate) fn uses(&self) -> impl Iterator<Item = &Use> {
        self.requests().flat_map(|it| &it.request.uses)
    }

    /// Its requests.
    pub(crate) fn requests(&self) -> impl Iterator<Item = &LoginRequest> {
        std::iter::once(&self.request).chain(&self.refresh)
    }
}

/// A token or cookies, and only one of them.
fn taken(fields: &Fields<'_>, loading: &mut Loading) -> Option<LoginToken> {
    match (fields.entry("token"), fields.entry("cookies")) {
        (Some(token), None) => token_of(&token.value, loading),
        (None, Some(cookies)) => cookies_of(cookies, fields, loading),
        (one, other) => {
            let place = one.and(other).map_or(fields.place(), |entry| &entry.key_place);
            let wrong = Diagnostic::error("one-token", place, "login needs exactly one of `token` and `cookies`");
            loading.report(wrong.help("for example `token: $.session.token`, or `cookies: true`"));
            None
        }
    }
}

fn cookies_of(cookies: &Entry, fields: &Fields<'_>, loading: &mut Loading) -> Option<LoginToken> {
    if !matches!(cookies.value.value, Value::Bool(true)) {
        loading.wrong_type(&cookies.value, "`true`", "true");
        return None;
    }
    if let Some(place) = fields.entry("place") {
        let wrong = Diagnostic::error("unused-key", &place.key_place, "cookies are sent as cookies");
        loading.report(wrong.help("leave `place` out, or take a token with `token`"));
    }
    Some(LoginToken::Cookies)
}

fn token_of(node: &Node, loading: &mut Loading) -> Option<LoginToken> {
    if !matches!(node.value, Value::Map(_)) {
        return path::fixed(node, loading).map(LoginToken::JsonPath);
    }
    let fields = Fields::read(node, &TOKEN, &mut loading.problems)?;
    match (fields.get("jsonpath"), fields.get("header")) {
        (Some(path), None) => path::fixed(path, loading).map(LoginToken::JsonPath),
        (None, Some(name)) => loading.word(name).map(|name| LoginToken::Header(name.to_owned())),
        _ => {
            let wrong = Diagnostic::error("one-token", &node.place, "a token stands in one place of the reply");
            loading.report(wrong.help("`jsonpath` or `header`"));
            None
        }
    }
}

fn expires_in(node: &Node, loading: &mut Loading) -> Option<ExpiresIn> {
    if !matches!(node.value, Value::Map(_)) {
        return path::fixed(node, loading).map(|path| ExpiresIn { path, unit: 1000 });
    }
    let fields = Fields::read(node, &EXPIRES_IN, &mut loading.problems)?;
    let unit = fields.entry("unit").map(|entry| choice(entry, UNITS, loading));
    let path = fields.require("jsonpath", &mut loading.problems).and_then(|node| path::fixed(node, loading));
    Some(ExpiresIn { path: path?, unit: unit.unwrap_or(Some(1000))? })
}
