//! `oauth2` as written: where a token comes from, with which credentials, and how it is used (RFC 6749).

use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::http::Url;
use crate::json_path::JsonPath;
use crate::source::Place;
use crate::spec::{
    Loading,
    auth::{
        choice::choice,
        endpoint::{BadEndpoint, checked_endpoint},
        given::{self, Given},
        parameter::Parameter,
        placement::{self, Placement},
        share::{self, Share},
    },
    duration::Period,
    path,
};
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table, Value};

/// Where a token comes from and how it is used.
#[derive(Clone, Debug)]
pub(crate) struct OAuth2 {
    /// The key.
    pub(crate) place: Place,
    pub(crate) grant: GrantType,
    /// Relative to `base_url`, or absolute.
    pub(crate) token_url: Given,
    pub(crate) client_id: Given,
    /// None where the client does not authenticate.
    pub(crate) client_secret: Option<Given>,
    pub(crate) client_auth: ClientAuth,
    pub(crate) rest: Rest,
    pub(crate) usage: Usage,
}

/// What a token request carries besides the client, and how it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Rest {
    pub(crate) scope: Vec<Given>,
    pub(crate) audience: Option<Given>,
    /// RFC 8707.
    pub(crate) resource: Vec<Given>,
    /// Win over what the grant sends by itself.
    pub(crate) params: Vec<Parameter>,
    pub(crate) headers: Vec<Parameter>,
    pub(crate) body: BodyKind,
    /// Of one token request; 30 s where it is not written.
    pub(crate) timeout: Option<Period>,
    /// How often a token request is repeated where the endpoint is at fault.
    pub(crate) retries: u32,
    pub(crate) allow_http: bool,
}

/// What becomes of the reply.
#[derive(Clone, Debug)]
pub(crate) struct Usage {
    pub(crate) taken: Taken,
    pub(crate) placement: Placement,
    /// 60 s where it is not written.
    pub(crate) refresh_before: Option<Period>,
    /// What counts where the reply says nothing.
    pub(crate) lifetime: Option<Period>,
    pub(crate) on_unauthorized: OnUnauthorized,
    pub(crate) share: Share,
}

/// How a token is earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GrantType {
    /// RFC 6749 4.4.
    ClientCredentials,
}

/// How the client proves who it is (RFC 6749 2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientAuth {
    /// `Authorization: Basic`, both parts form-encoded first, as the RFC says.
    Basic,
    /// The same without the encoding, for servers that do not undo it.
    BasicRaw,
    /// In the body.
    Post,
    /// Not at all; only the id is sent.
    None,
}

/// How the token request is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyKind {
    Form,
    Json,
}

/// What of a reply is the token.
#[derive(Clone, Debug)]
pub(crate) enum Taken {
    AccessToken,
    IdToken,
    JsonPath(JsonPath),
}

/// What to do when the API answers 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnUnauthorized {
    /// Renew the token and send the request again, once.
    Retry,
    /// Let the answer be the answer.
    Fail,
}

impl GrantType {
    /// What the authorization server calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
        }
    }
}

impl ClientAuth {
    const WORDS: &[(&str, Self)] =
        &[("basic", Self::Basic), ("basic_raw", Self::BasicRaw), ("post", Self::Post), ("none", Self::None)];

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, it)| *it == self).map_or("", |(word, _)| word)
    }
}

const RETRIES: u32 = 2;
const MOST_RETRIES: u64 = 10;

/// The keys of `oauth2`.
pub(crate) static TABLE: Table = Table {
    what: "oauth2",
    fields: &[
        Field::new("grant", Shape::Word(&["client_credentials"]), "How the token is earned.", "client_credentials"),
        Field::new(
            "token_url",
            given::SHAPE,
            "The token endpoint, relative to `base_url` or absolute.",
            "/oauth2/token",
        ),
        Field::new("client_id", given::SHAPE, "The client.", "{env: CLIENT_ID}"),
        Field::new("client_secret", given::SHAPE, "Its secret.", "{env: CLIENT_SECRET}"),
        Field::new(
            "client_auth",
            Shape::Word(&["basic", "basic_raw", "post", "none"]),
            "How the client proves who it is; `basic` by default.",
            "post",
        ),
        Field::new("scope", Shape::Either(&[given::SHAPE, Shape::List(&given::SHAPE)]), "The scopes.", "[read, write]"),
        Field::new("audience", given::SHAPE, "The API that the token is for.", "https://api.example.com"),
        Field::new(
            "resource",
            Shape::Either(&[given::SHAPE, Shape::List(&given::SHAPE)]),
            "The APIs that the token is for (RFC 8707).",
            "[https://api.example.com]",
        ),
        Field::new("params", Shape::Map(&given::SHAPE), "Further parameters of the token request.", "{tenant: qa}"),
        Field::new("headers", Shape::Map(&given::SHAPE), "Further headers of the token request.", "{X-Tenant: qa}"),
        Field::new(
            "body",
            Shape::Word(&["form", "json"]),
            "How the token request is encoded; `form` by default.",
            "json",
        ),
        Field::new(
            "use",
            Shape::Either(&[Shape::Word(&["access_token", "id_token"]), Shape::Fields(&USE)]),
            "What of the reply is the token; `access_token` by default.",
            "{jsonpath: $.data.token}",
        ),
        Field::new(
            "place",
            Shape::Fields(&placement::TABLE),
            "Where the token stands in a request.",
            "{header: Authorization, prefix: Bearer}",
        ),
        Field::new(
            "refresh_before",
            Shape::Duration,
            "How long before its end a token is renewed, 60s by default.",
            "60s",
        ),
        Field::new("lifetime", Shape::Duration, "How long a token lives where the reply does not say.", "10m"),
        Field::new(
            "on_unauthorized",
            Shape::Word(&["retry", "fail"]),
            "Whether a 401 of the API renews the token; `retry` by default.",
            "fail",
        ),
        share::FIELD,
        Field::new("timeout", Shape::Duration, "How long one token request may take, 30s by default.", "10s"),
        Field::new("retries", Shape::Integer, "How often a failing token request is repeated, 2 by default.", "2"),
        Field::new("allow_http", Shape::Boolean, "Whether the secret may go over plain http.", "true"),
    ],
    elsewhere: &[("hosts", "the identity, beside oauth2"), ("header", "place"), ("prefix", "place")],
};

/// The keys of `use`.
pub(crate) static USE: Table = Table {
    what: "use",
    fields: &[Field::new("jsonpath", Shape::Text, "Where the token stands in the reply.", "$.data.token")],
    elsewhere: &[],
};

impl OAuth2 {
    /// Reads the map of `oauth2`.
    pub(crate) fn load(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        let fields = Fields::read(&entry.value, &TABLE, &mut loading.problems)?;
        let grant = grant(&fields, loading);
        let token_url = fields.require("token_url", &mut loading.problems).and_then(|node| Given::load(node, loading));
        let client_id = fields.require("client_id", &mut loading.problems).and_then(|node| Given::load(node, loading));
        let client = client(&fields, loading);
        let rest = Rest::load(&fields, loading);
        let usage = Usage::load(&fields, loading);
        if let Some(url) = &token_url {
            check_url(url, rest.allow_http, loading);
        }
        let (client_auth, client_secret) = client?;
        Some(Self {
            place: entry.key_place.clone(),
            grant: grant?,
            token_url: token_url?,
            client_id: client_id?,
            client_secret,
            client_auth,
            rest,
            usage: usage?,
        })
    }
}

impl Rest {
    fn load(fields: &Fields<'_>, loading: &mut Loading) -> Self {
        let body = fields.entry("body");
        let body = body.and_then(|entry| choice(entry, &[("form", BodyKind::Form), ("json", BodyKind::Json)], loading));
        Self {
            scope: several(fields.get("scope"), loading),
            audience: fields.get("audience").and_then(|node| Given::load(node, loading)),
            resource: several(fields.get("resource"), loading),
            params: fields.get("params").map(|node| Parameter::load_all(node, loading)).unwrap_or_default(),
            headers: fields.get("headers").map(|node| Parameter::load_headers(node, loading)).unwrap_or_default(),
            body: body.unwrap_or(BodyKind::Form),
            timeout: positive(fields.get("timeout"), loading),
            retries: retries(fields.get("retries"), loading),
            allow_http: fields.get("allow_http").and_then(|node| loading.boolean(node)).unwrap_or(false),
        }
    }
}

impl Usage {
    fn load(fields: &Fields<'_>, loading: &mut Loading) -> Option<Self> {
        let reactions = [("retry", OnUnauthorized::Retry), ("fail", OnUnauthorized::Fail)];
        let reaction = fields.entry("on_unauthorized").and_then(|entry| choice(entry, &reactions, loading));
        let refresh_before = fields.get("refresh_before").and_then(|node| Period::load(node, loading));
        let lifetime = positive(fields.get("lifetime"), loading);
        let taken = taken(fields.get("use"), loading);
        let placement = placement(fields.get("place"), loading);
        Some(Self {
            taken: taken?,
            placement: placement?,
            refresh_before,
            lifetime,
            on_unauthorized: reaction.unwrap_or(OnUnauthorized::Retry),
            share: Share::load(fields, loading),
        })
    }
}
fn several(node: Option<&Node>, loading: &mut Loading) -> Vec<Given> {
    let Some(node) = node else { return Vec::new() };
    let items = loading.one_or_many(node);
    items.iter().filter_map(|item| Given::load(item, loading)).collect()
}

fn grant(fields: &Fields<'_>, loading: &mut Loading) -> Option<GrantType> {
    match fields.entry("grant") {
        Some(entry) => choice(entry, &[("client_credentials", GrantType::ClientCredentials)], loading),
        None => Some(GrantType::ClientCredentials),
    }
}

/// How the client authenticates, and the secret for it: there where it is needed, and only there.
fn client(fields: &Fields<'_>, loading: &mut Loading) -> Option<(ClientAuth, Option<Given>)> {
    let written = fields.entry("client_auth");
    let method = match written {
        Some(entry) => choice(entry, ClientAuth::WORDS, loading)?,
        None => ClientAuth::Basic,
    };
    let secret = fields.entry("client_secret");
    match (method, secret) {
        (ClientAuth::None, Some(secret)) => {
            let wrong =
                Diagnostic::error("unused-secret", &secret.key_place, "`client_auth: none` sends no `client_secret`");
            loading.report(wrong.help("leave out one of the two"));
            None
        }
        (ClientAuth::None, None) => Some((method, None)),
        (_, Some(secret)) => Some((method, Some(Given::load_secret(secret, loading)?))),
        (_, None) => {
            let message = format!("`client_auth: {}` needs `client_secret`", method.word());
            let place = written.map_or(fields.place(), |entry| &entry.key_place);
            let wrong = Diagnostic::error("missing-key", place, message);
            loading.report(wrong.help(
                "for example `client_secret: {env: CLIENT_SECRET}`; write `client_auth: none` for a client without one",
            ));
            None
        }
    }
}

fn check_url(url: &Given, allow_http: bool, loading: &mut Loading) {
    let Some(text) = url.fixed().filter(|text| text.contains("://")) else { return };
    let checked = match Url::parse(text) {
        Ok(url) => checked_endpoint(url, allow_http).map(drop),
        Err(bad) => {
            Err(BadEndpoint { message: bad.to_string(), help: "for example `https://id.example.com/oauth2/token`" })
        }
    };
    if let Err(bad) = checked {
        loading.report(Diagnostic::error("bad-token-url", url.place(), bad.message).help(bad.help));
    }
}

fn taken(node: Option<&Node>, loading: &mut Loading) -> Option<Taken> {
    let Some(node) = node else { return Some(Taken::AccessToken) };
    match &node.value {
        Value::String(word) if word == "access_token" => Some(Taken::AccessToken),
        Value::String(word) if word == "id_token" => Some(Taken::IdToken),
        Value::Map(_) => {
            let fields = Fields::read(node, &USE, &mut loading.problems)?;
            let path = fields.require("jsonpath", &mut loading.problems)?;
            path::fixed(path, loading).map(Taken::JsonPath)
        }
        _ => {
            loading.wrong_type(node, "`access_token`, `id_token` or a JSONPath", "{jsonpath: $.data.token}");
            None
        }
    }
}

fn placement(node: Option<&Node>, loading: &mut Loading) -> Option<Placement> {
    match node {
        Some(node) => Placement::load_place(node, loading),
        None => Some(Placement::authorization("Bearer")),
    }
}

/// A duration that is not zero.
fn positive(node: Option<&Node>, loading: &mut Loading) -> Option<Period> {
    let node = node?;
    let period = Period::load(node, loading)?;
    if matches!(period, Period::Fixed(duration) if duration == Duration::ZERO) {
        loading.report(
            Diagnostic::error("bad-duration", &node.place, "a duration above zero is needed").help("for example `10m`"),
        );
        return None;
    }
    Some(period)
}

fn retries(node: Option<&Node>, loading: &mut Loading) -> u32 {
    let Some(count) = node.and_then(|node| loading.count(node)) else { return RETRIES };
    if let Some(node) = node.filter(|_| count > MOST_RETRIES) {
        let message = format!("a token request is repeated at most {MOST_RETRIES} times");
        loading.report(Diagnostic::error("too-many", &node.place, message).help("the default is 2"));
    }
    u32::try_from(count.min(MOST_RETRIES)).unwrap_or(RETRIES)
}
