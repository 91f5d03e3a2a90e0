//! The schemes of an identity as written, and what stands beside them.

use crate::diagnostic::Diagnostic;
use crate::http::Url;
use crate::spec::{
    Loading, Text,
    auth::{
        AuthUse, Placement,
        aws::{self, AwsSigV4},
        certificate::{self, Certificate},
        combined,
        exec::{self, Exec},
        fixed::{self, ApiKey, Basic},
        given::{self, Given},
        login::{self, Login},
        minted::{self, Jwt},
        negative::Negative,
        oauth2::{self, OAuth2},
        preset::{self, Preset},
        vendor::Vendor,
    },
};
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table};

/// How a credential is made.
#[derive(Clone, Debug)]
pub(crate) enum Scheme {
    /// A token is fetched from an authorization server (RFC 6749).
    OAuth2(Box<OAuth2>),
    /// A token that is there already (RFC 6750).
    Bearer(Given),
    /// User and password (RFC 7617).
    Basic(Basic),
    /// User and password, answering a challenge (RFC 7616).
    Digest(Basic),
    /// A key in a header, the query or a cookie.
    ApiKey(ApiKey),
    /// A token that is signed here (RFC 7519).
    Jwt(Box<Jwt>),
    /// Any request yields a token.
    Login(Box<Login>),
    /// A command prints a token.
    Exec(Box<Exec>),
    /// Requests are signed for AWS.
    AwsSigV4(Box<AwsSigV4>),
    /// Keys in several headers.
    Headers(Vec<ApiKey>),
    /// A certificate that is shown in the TLS handshake (RFC 8446 4.4.2).
    Mtls(Box<Certificate>),
    /// The credentials of several identities.
    All(Vec<AuthUse>),
    /// The credential of another identity, made wrong.
    Negative(Box<Negative>),
}

/// What `auth` looks like: a name, `none`, or one scheme in place.
pub(crate) static SHAPE: Shape = Shape::Either(&[Shape::Text, Shape::Fields(&TABLE)]);

/// What an identity looks like.
pub(crate) static IDENTITY: Shape = Shape::Fields(&TABLE);

/// The key of a spec and of a project for who sends its requests.
pub(crate) const FIELD: Field =
    Field::new("auth", Shape::Same(&SHAPE), "The identity of every request: a name, `none`, or one scheme.", "service");

/// The key of both for the identities that have names.
pub(crate) const IDENTITIES: Field =
    Field::new("identities", Shape::Map(&IDENTITY), "Named schemes.", "{fixed: {bearer: {env: API_TOKEN}}}");

/// The keys of an identity.
pub(crate) static TABLE: Table = Table {
    what: "an identity",
    fields: &[
        Field::new(
            "oauth2",
            Shape::Fields(&oauth2::TABLE),
            "A token fetched from an authorization server and kept fresh.",
            "{token_url: /oauth2/token, client_id: {env: CLIENT_ID}, client_secret: {env: CLIENT_SECRET}}",
        ),
        Field::new("bearer", given::SHAPE, "A token that is there already.", "{env: API_TOKEN}"),
        Field::new(
            "basic",
            Shape::Fields(&fixed::BASIC),
            "User and password.",
            "{username: qa, password: {env: PASSWORD}}",
        ),
        Field::new(
            "digest",
            Shape::Fields(&fixed::DIGEST),
            "User and password, answering the challenge of a server.",
            "{username: qa, password: {env: PASSWORD}}",
        ),
        Field::new(
            "api_key",
            Shape::Fields(&fixed::API_KEY),
            "A key in a header, the query or a cookie.",
            "{header: X-Api-Key, value: {env: API_KEY}}",
        ),
        Field::new(
            "jwt",
            Shape::Fields(&minted::TABLE),
            "A token that is signed here.",
            "{alg: HS256, key: {env: SIGNING_KEY}, claims: {sub: qa}}",
        ),
        Field::new(
            "login",
            Shape::Fields(&login::TABLE),
            "A token that any request yields.",
            "{request: {post: /session, json: {user: qa, password: {env: PASSWORD}}}, token: $.token}",
        ),
        Field::new(
            "exec",
            Shape::Fields(&exec::TABLE),
            "A token that a command prints.",
            "{command: [gcloud, auth, print-access-token], lifetime: 30m}",
        ),
        Field::new(
            "aws_sigv4",
            Shape::Fields(&aws::TABLE),
            "Requests are signed for AWS (Signature Version 4).",
            "{service: execute-api, region: eu-west-1, profile: qa}",
        ),
        Field::new(
            "headers",
            Shape::Map(&given::SHAPE),
            "Keys in several headers.",
            "{X-App-Id: shop, X-App-Key: {env: APP_KEY}}",
        ),
        Field::new(
            "mtls",
            Shape::Fields(&certificate::TABLE),
            "A certificate that is shown in the TLS handshake.",
            "{cert: {file: client.pem}, key: {file: client.key}}",
        ),
        Field::new("all", Shape::Sequence(&SHAPE), "The credentials of several identities.", "[service, key]"),
        Field::new(
            "cognito",
            Shape::Fields(&preset::COGNITO),
            "A token of an Amazon Cognito user pool, for a client.",
            "{domain: shop.auth.eu-west-1.amazoncognito.com, client_id: {env: CLIENT_ID}, client_secret: {env: CLIENT_SECRET}, scope: orders/read}",
        ),
        Field::new(
            "cognito_user",
            Shape::Fields(&preset::COGNITO_USER),
            "A token of a user in an Amazon Cognito user pool.",
            "{region: eu-west-1, client_id: {env: CLIENT_ID}, username: qa, password: {env: PASSWORD}}",
        ),
        Field::new(
            "entra",
            Shape::Fields(&preset::ENTRA),
            "A token of Microsoft Entra ID.",
            "{tenant: contoso.onmicrosoft.com, client_id: {env: CLIENT_ID}, client_secret: {env: CLIENT_SECRET}, scope: api://orders/.default}",
        ),
        Field::new(
            "google",
            Shape::Fields(&preset::GOOGLE),
            "A token of a Google Cloud service account.",
            "{key: {file: service-account.json}, scope: https://www.googleapis.com/auth/cloud-platform}",
        ),
        Field::new(
            "github_app",
            Shape::Fields(&preset::GITHUB_APP),
            "A token of an installation of a GitHub App.",
            "{app_id: Iv23liABCDEFGHIJKLMN, installation_id: 12345678, key: {file: app.pem}}",
        ),
        Field::new(
            "auth0",
            Shape::Fields(&preset::AUTH0),
            "A token of Auth0.",
            "{domain: shop.eu.auth0.com, client_id: {env: CLIENT_ID}, client_secret: {env: CLIENT_SECRET}, audience: https://api.example.com/}",
        ),
        Field::new(
            "okta",
            Shape::Fields(&preset::OKTA),
            "A token of Okta.",
            "{domain: dev-123456.okta.com, client_id: {env: CLIENT_ID}, client_secret: {env: CLIENT_SECRET}, scope: orders.read}",
        ),
        Field::new(
            "keycloak",
            Shape::Fields(&preset::KEYCLOAK),
            "A token of a realm of Keycloak.",
            "{url: http://localhost:8080, realm: qa, client_id: {env: CLIENT_ID}, client_secret: {env: CLIENT_SECRET}}",
        ),
        Field::new("use", Shape::Same(&SHAPE), "The identity whose credential is made wrong.", "service"),
        Field::new(
            "tamper",
            Shape::Word(&["signature", "expired", "audience", "none_alg", "scheme", "empty", "garbage"]),
            "How it is made wrong.",
            "signature",
        ),
        Field::new("without_scope", Shape::Text, "The scope that its token is asked for without.", "orders/write"),
        Field::new(
            "hosts",
            Shape::List(&Shape::Text),
            "Where the credential may go besides the origin of `base_url`.",
            "[files.example.com]",
        ),
    ],
    elsewhere: &[
        ("token_url", "oauth2"),
        ("client_id", "oauth2"),
        ("client_secret", "oauth2"),
        ("cert", "mtls"),
        ("scope", "oauth2"),
        ("grant", "oauth2"),
        ("share", "oauth2"),
        ("username", "basic"),
        ("password", "basic"),
        ("header", "api_key"),
        ("claims", "jwt"),
        ("alg", "jwt"),
        ("dpop", "oauth2"),
        ("service", "aws_sigv4"),
        ("region", "aws_sigv4"),
        ("profile", "aws_sigv4"),
    ],
};

impl Scheme {
    /// Reads a map with one scheme as its key, and the `hosts` beside it.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<(Self, Vec<Text>)> {
        let fields = Fields::read(node, &TABLE, &mut loading.problems)?;
        let hosts = fields.get("hosts").map(|node| hosts(node, loading)).unwrap_or_default();
        let entry = one_scheme(&fields, loading)?;
        refuse_beside(entry, &fields, loading);
        let scheme = match entry.key.as_str() {
            "oauth2" => Self::OAuth2(Box::new(OAuth2::load(entry, loading)?)),
            "bearer" => Self::Bearer(fixed::bearer(&entry.value, loading)?),
            "basic" => Self::Basic(Basic::load(&entry.value, loading)?),
            "digest" => Self::Digest(Basic::load_from(&entry.value, &fixed::DIGEST, loading)?),
            "jwt" => Self::Jwt(Box::new(Jwt::load(entry, loading)?)),
            "login" => Self::Login(Box::new(Login::load(entry, loading)?)),
            "exec" => Self::Exec(Box::new(Exec::load(entry, loading)?)),
            "aws_sigv4" => Self::AwsSigV4(Box::new(AwsSigV4::load(entry, loading)?)),
            "headers" => Self::Headers(combined::headers(&entry.value, loading)?),
            "mtls" => Self::Mtls(Box::new(Certificate::load(entry, loading)?)),
            "all" => Self::All(combined::all(&entry.value, loading)?),
            "use" => Self::Negative(Box::new(Negative::load(entry, &fields, loading)?)),
            key => match Preset::of(key) {
                Some(preset) => Self::OAuth2(Box::new(preset.load(entry, loading)?)),
                None => Self::ApiKey(ApiKey::load(&entry.value, loading)?),
            },
        };
        Some((scheme, hosts))
    }

    /// The key of the scheme.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::OAuth2(oauth2) => oauth2.vendor.map_or("oauth2", Vendor::key),
            Self::Bearer(_) => "bearer",
            Self::Basic(_) => "basic",
            Self::Digest(_) => "digest",
            Self::ApiKey(_) => "api_key",
            Self::Jwt(_) => "jwt",
            Self::Login(_) => "login",
            Self::Exec(_) => "exec",
            Self::AwsSigV4(_) => "aws_sigv4",
            Self::Headers(_) => "headers",
            Self::Mtls(_) => "mtls",
            Self::All(_) => "all",
            Self::Negative(_) => "use",
        }
    }

    /// The identities that it is made from.
    pub(crate) fn references(&self) -> impl Iterator<Item = &AuthUse> {
        let others: Vec<&AuthUse> = match self {
            Self::Login(login) => login.requests().filter_map(|it| it.request.auth.as_ref()).collect(),
            Self::OAuth2(oauth2) => oauth2.earned.references().into_iter().collect(),
            _ => Vec::new(),
        };
        self.parts().iter().chain(others)
    }

    /// The identities whose credentials it combines.
    pub(crate) fn parts(&self) -> &[AuthUse] {
        match self {
            Self::All(parts) => parts,
            Self::Negative(negative) => std::slice::from_ref(&negative.of),
            _ => &[],
        }
    }

    /// Where its own credentials stand in a request.
    pub(crate) fn placements(&self) -> Vec<Placement> {
        match self {
            Self::OAuth2(oauth2) => {
                let certificate = oauth2.certificate.iter().map(|_| Placement::Certificate);
                std::iter::once(oauth2.usage.placement.clone()).chain(certificate).collect()
            }
            Self::Bearer(_) => vec![Placement::authorization("Bearer")],
            Self::Basic(_) => vec![Placement::authorization("Basic")],
            Self::Digest(_) => vec![Placement::authorization("Digest")],
            Self::ApiKey(key) => vec![key.placement.clone()],
            Self::Jwt(jwt) => vec![jwt.keeping.placement.clone()],
            Self::Login(login) => vec![login.keeping.placement.clone()],
            Self::Exec(exec) => vec![exec.keeping.placement.clone()],
            Self::AwsSigV4(_) => vec![Placement::authorization("")],
            Self::Headers(keys) => keys.iter().map(|key| key.placement.clone()).collect(),
            Self::Mtls(_) => vec![Placement::Certificate],
            Self::All(_) | Self::Negative(_) => Vec::new(),
        }
    }
}

/// Keys that stand beside a scheme.
const BESIDE: &[&str] = &["hosts", "tamper", "without_scope"];

/// Reports what says nothing beside this scheme.
fn refuse_beside(scheme: &Entry, fields: &Fields<'_>, loading: &mut Loading) {
    let is_combined = matches!(scheme.key.as_str(), "all" | "use");
    let unused = |entry: &&Entry| match entry.key.as_str() {
        "hosts" => is_combined,
        "tamper" | "without_scope" => scheme.key != "use",
        _ => false,
    };
    for entry in fields.entries().iter().filter(unused) {
        let message = format!("`{}` says nothing beside `{}`", entry.key, scheme.key);
        let wrong = Diagnostic::error("unused-key", &entry.key_place, message);
        loading.report(wrong.help(match entry.key.as_str() {
            "hosts" if scheme.key == "all" => "write it beside the scheme of each identity that `all` names",
            "hosts" => "write it beside the scheme of the identity that `use` names",
            _ => "name the identity with `use`: `{use: service, tamper: signature}`",
        }));
    }
}

fn one_scheme<'n>(fields: &Fields<'n>, loading: &mut Loading) -> Option<&'n Entry> {
    let known = |entry: &&Entry| !BESIDE.contains(&entry.key.as_str()) && TABLE.field(&entry.key).is_some();
    let mut schemes = fields.entries().iter().filter(known);
    let (first, second) = (schemes.next(), schemes.next());
    if let (Some(first), Some(second)) = (first, second) {
        let message = format!("an identity has one scheme, but `{}` and `{}` are both written", first.key, second.key);
        let wrong = Diagnostic::error("two-schemes", &second.key_place, message);
        let cure = "keep one of them, or make two identities and write `all: [one, other]`";
        loading.report(wrong.related(&first.key_place, "the first").help(cure));
        return None;
    }
    let unknown = fields.entries().iter().any(|entry| TABLE.field(&entry.key).is_none());
    if first.is_none() && !unknown {
        let wrong = Diagnostic::error("missing-key", fields.place(), "an identity needs a scheme");
        let schemes: Vec<_> =
            TABLE.names().filter(|name| !BESIDE.contains(name)).map(|name| format!("`{name}`")).collect();
        loading.report(wrong.help(format!("one of {}", schemes.join(", "))));
    }
    first
}

fn hosts(node: &Node, loading: &mut Loading) -> Vec<Text> {
    let items = loading.one_or_many(node);
    items.iter().filter_map(|item| host(item, loading)).collect()
}

fn host(node: &Node, loading: &mut Loading) -> Option<Text> {
    let text = loading.text(node)?;
    if let Some(Err(message)) = text.fixed().map(origins_of) {
        let wrong = Diagnostic::error("bad-host", &node.place, message);
        loading.report(wrong.help(HOST_HELP));
        return None;
    }
    Some(text)
}

/// What a host may look like.
pub(crate) const HOST_HELP: &str = "for example `files.example.com`, `api.example.com:8443`, `http://localhost:8080`";

/// The URLs whose origins a host of `hosts` stands for: itself where it has a scheme, else https, and on loopback http too.
///
/// # Errors
/// Text that is no host: a path, a wildcard, blanks.
pub(crate) fn origins_of(host: &str) -> Result<Vec<Url>, String> {
    let root = host.strip_suffix('/').unwrap_or(host);
    let after_scheme = root.split_once("://").map_or(root, |(_, rest)| rest);
    if after_scheme.contains(['/', '?', '#', '@', '*']) || after_scheme.is_empty() {
        return Err(format!("`{host}` is not a host"));
    }
    let parse = |text: &str| Url::parse(text).map_err(|bad| bad.to_string());
    if root.contains("://") {
        return Ok(vec![parse(root)?]);
    }
    let secure = parse(&format!("https://{root}"))?;
    if secure.is_loopback() {
        return Ok(vec![parse(&format!("http://{root}"))?, secure]);
    }
    Ok(vec![secure])
}
