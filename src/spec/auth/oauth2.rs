//! `oauth2` as written: where a token comes from, with which credentials, and how it is used (RFC 6749).

use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::json_path::JsonPath;
use crate::source::Place;
use crate::spec::{
    Loading,
    auth::{
        bound,
        certificate::Certificate,
        choice::choice,
        client::{self, ClientAuth},
        earned::{Earned, GrantType},
        exchange,
        given::{self, Given},
        keeping,
        minted::Algorithm,
        parameter::Parameter,
        person,
        placement::{self, Placement},
        server::Server,
        share::{self, Share},
        signing::Signing,
        vendor::Vendor,
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
    /// Whose preset it was written as.
    pub(crate) vendor: Option<Vendor>,
    pub(crate) grant: GrantType,
    pub(crate) earned: Earned,
    pub(crate) server: Server,
    /// None where an assertion says it all.
    pub(crate) client_id: Option<Given>,
    /// None where the client does not authenticate.
    pub(crate) client_secret: Option<Given>,
    pub(crate) client_auth: ClientAuth,
    /// What assertions are signed with, where there are any.
    pub(crate) signing: Option<Signing>,
    /// What the client shows who it is with, where that is written here.
    pub(crate) certificate: Option<Certificate>,
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
    /// Whether a token with fewer scopes than were asked for is none.
    pub(crate) require_scope: bool,
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
    /// Whether the token is bound to a key that every request proves to hold (RFC 9449).
    pub(crate) dpop: bool,
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

const RETRIES: u32 = 2;
const MOST_RETRIES: u64 = 10;

/// The keys of `oauth2`.
pub(crate) static TABLE: Table = Table {
    what: "oauth2",
    fields: &[
        Field::new(
            "grant",
            Shape::Word(&[
                "client_credentials",
                "password",
                "refresh_token",
                "jwt_bearer",
                "token_exchange",
                "authorization_code",
                "device_code",
            ]),
            "How the token is earned; `client_credentials` by default.",
            "password",
        ),
        Field::new("username", given::SHAPE, "The user of the grant `password`.", "qa"),
        Field::new("password", given::SHAPE, "The user's password.", "{env: QA_PASSWORD}"),
        Field::new("refresh_token", given::SHAPE, "The token of the grant `refresh_token`.", "{env: REFRESH_TOKEN}"),
        Field::new(
            "token_url",
            given::SHAPE,
            "The token endpoint, relative to `base_url` or absolute.",
            "/oauth2/token",
        ),
        Field::new(
            "issuer",
            given::SHAPE,
            "Whose discovery document names the token endpoint.",
            "https://id.example.com",
        ),
        Field::new("assertion", given::SHAPE, "The assertion of the grant `jwt_bearer`.", "{env: ASSERTION}"),
        Field::new(
            "issuer_claim",
            given::SHAPE,
            "The `iss` of an assertion; the client by default.",
            "robot@example.com",
        ),
        Field::new(
            "subject",
            Shape::Either(&[given::SHAPE, Shape::Fields(&exchange::PARTY)]),
            "For whom: the `sub` of an assertion, or the token that is traded.",
            "{auth: user}",
        ),
        Field::new("claims", Shape::Map(&Shape::Any), "Further claims of an assertion.", "{scope: read}"),
        Field::new("subject_token_type", given::SHAPE, "`access_token` by default.", "id_token"),
        Field::new("actor", Shape::Fields(&exchange::PARTY), "Who acts for the subject.", "{auth: service}"),
        Field::new("actor_token_type", given::SHAPE, "`access_token` by default.", "jwt"),
        Field::new("requested_token_type", given::SHAPE, "What is to come back.", "access_token"),
        person::AUTHORIZATION_URL,
        person::DEVICE_URL,
        person::REDIRECT_PORT,
        person::AUTHORIZATION_PARAMS,
        Field::new("client_id", given::SHAPE, "The client.", "{env: CLIENT_ID}"),
        Field::new("client_secret", given::SHAPE, "Its secret.", "{env: CLIENT_SECRET}"),
        Field::new(
            "client_auth",
            Shape::Word(&["basic", "basic_raw", "post", "none", "secret_jwt", "private_key_jwt", "tls"]),
            "How the client proves who it is; `basic` by default.",
            "post",
        ),
        Field::new("cert", given::SHAPE, "The certificate of `client_auth: tls` in PEM.", "{file: client.pem}"),
        Field::new(
            "key",
            given::SHAPE,
            "The private key in PEM that assertions are signed with, or that belongs to `cert`.",
            "{file: client.key}",
        ),
        Field::new("key_id", given::SHAPE, "The `kid` of an assertion's header.", "k1"),
        Field::new(
            "alg",
            Algorithm::SHAPE,
            "How assertions are signed; `RS256` by default, `HS256` for `secret_jwt`.",
            "ES256",
        ),
        Field::new("scope", Shape::Either(&[given::SHAPE, Shape::List(&given::SHAPE)]), "The scopes.", "[read, write]"),
        Field::new("audience", given::SHAPE, "The API that the token is for.", "https://api.example.com"),
        Field::new(
            "resource",
            Shape::Either(&[given::SHAPE, Shape::List(&given::SHAPE)]),
            "The APIs that the token is for (RFC 8707).",
            "[https://api.example.com]",
        ),
        Field::new("params", Shape::Map(&Shape::Any), "Further parameters of the token request.", "{tenant: qa}"),
        Field::new("headers", Shape::Map(&Shape::Any), "Further headers of the token request.", "{X-Tenant: qa}"),
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
        keeping::REFRESH_BEFORE,
        Field::new("lifetime", Shape::Duration, "How long a token lives where the reply does not say.", "10m"),
        keeping::ON_UNAUTHORIZED,
        share::FIELD,
        bound::FIELD,
        keeping::TIMEOUT,
        keeping::RETRIES,
        keeping::ALLOW_HTTP,
        keeping::REQUIRE_SCOPE,
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
        let grant = GrantType::load(&fields, loading);
        let client = client::client(&fields, grant, loading);
        let auth = client.as_ref().map(|(auth, _)| *auth);
        let client_id = client::client_id(&fields, grant, auth, loading);
        let rest = Rest::load(&fields, loading);
        let usage = Usage::load(&fields, grant, loading);
        let earned = grant.and_then(|grant| Earned::load(grant, &fields, rest.allow_http, loading));
        let server = Server::load(&fields, rest.allow_http, loading);
        let (client_auth, client_secret) = client?;
        let signs = grant == Some(GrantType::JwtBearer) && fields.entry("assertion").is_none();
        let signing = Signing::load(&fields, client_auth, client_secret.as_ref(), signs, loading);
        let certificate = Certificate::of_client(&fields, client_auth, signs, loading);
        Some(Self {
            place: entry.key_place.clone(),
            vendor: None,
            grant: grant?,
            earned: earned?,
            server: server?,
            client_id: client_id?,
            client_secret,
            client_auth,
            signing: signing?,
            certificate: certificate?,
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
            require_scope: require_scope(fields, loading),
        }
    }
}

impl Usage {
    fn load(fields: &Fields<'_>, grant: Option<GrantType>, loading: &mut Loading) -> Option<Self> {
        let reactions = [("retry", OnUnauthorized::Retry), ("fail", OnUnauthorized::Fail)];
        let reaction = fields.entry("on_unauthorized").and_then(|entry| choice(entry, &reactions, loading));
        let refresh_before = fields.get("refresh_before").and_then(|node| Period::load(node, loading));
        let lifetime = positive(fields.get("lifetime"), loading);
        let taken = taken(fields.get("use"), loading);
        let dpop = bound::load(fields, loading);
        let placement = match dpop {
            true => Some(Placement::authorization("DPoP")),
            false => placement(fields.get("place"), loading),
        };
        Some(Self {
            taken: taken?,
            placement: placement?,
            refresh_before,
            lifetime,
            on_unauthorized: reaction.unwrap_or(OnUnauthorized::Retry),
            share: Share::load(fields, grant, loading),
            dpop,
        })
    }
}

/// Without a scope that is asked for there is none to be required.
fn require_scope(fields: &Fields<'_>, loading: &mut Loading) -> bool {
    let Some(entry) = fields.entry("require_scope") else { return false };
    let written = loading.boolean(&entry.value).unwrap_or(false);
    if written && fields.entry("scope").is_none() {
        let wrong = Diagnostic::error("unused-key", &entry.key_place, "`require_scope` says nothing without `scope`");
        loading.report(wrong.help("write the scopes that the token must have: `scope: [orders/read]`"));
    }
    written
}

fn several(node: Option<&Node>, loading: &mut Loading) -> Vec<Given> {
    let Some(node) = node else { return Vec::new() };
    let items = loading.one_or_many(node);
    items.iter().filter_map(|item| Given::load(item, loading)).collect()
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

/// Where a token stands; in `Authorization: Bearer` where nothing is written.
pub(crate) fn placement(node: Option<&Node>, loading: &mut Loading) -> Option<Placement> {
    match node {
        Some(node) => Placement::load_place(node, loading),
        None => Some(Placement::authorization("Bearer")),
    }
}

/// A duration that is not zero.
pub(crate) fn positive(node: Option<&Node>, loading: &mut Loading) -> Option<Period> {
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
