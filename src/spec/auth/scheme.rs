//! The schemes of an identity as written, and what stands beside them.

use crate::diagnostic::Diagnostic;
use crate::http::Url;
use crate::spec::{
    Loading, Text,
    auth::{
        fixed::{self, ApiKey, Basic},
        given::{self, Given},
        oauth2::{self, OAuth2},
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
    /// A key in a header, the query or a cookie.
    ApiKey(ApiKey),
}

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
            "api_key",
            Shape::Fields(&fixed::API_KEY),
            "A key in a header, the query or a cookie.",
            "{header: X-Api-Key, value: {env: API_KEY}}",
        ),
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
        ("scope", "oauth2"),
        ("grant", "oauth2"),
        ("share", "oauth2"),
        ("username", "basic"),
        ("password", "basic"),
        ("header", "api_key"),
    ],
};

impl Scheme {
    /// Reads a map with one scheme as its key, and the `hosts` beside it.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<(Self, Vec<Text>)> {
        let fields = Fields::read(node, &TABLE, &mut loading.problems)?;
        let hosts = fields.get("hosts").map(|node| hosts(node, loading)).unwrap_or_default();
        let entry = one_scheme(&fields, loading)?;
        let scheme = match entry.key.as_str() {
            "oauth2" => Self::OAuth2(Box::new(OAuth2::load(entry, loading)?)),
            "bearer" => Self::Bearer(fixed::bearer(&entry.value, loading)?),
            "basic" => Self::Basic(Basic::load(&entry.value, loading)?),
            _ => Self::ApiKey(ApiKey::load(&entry.value, loading)?),
        };
        Some((scheme, hosts))
    }

    /// The key of the scheme.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::OAuth2(_) => "oauth2",
            Self::Bearer(_) => "bearer",
            Self::Basic(_) => "basic",
            Self::ApiKey(_) => "api_key",
        }
    }
}

fn one_scheme<'n>(fields: &Fields<'n>, loading: &mut Loading) -> Option<&'n Entry> {
    let known = |entry: &&Entry| entry.key != "hosts" && TABLE.field(&entry.key).is_some();
    let mut schemes = fields.entries().iter().filter(known);
    let (first, second) = (schemes.next(), schemes.next());
    if let (Some(first), Some(second)) = (first, second) {
        let message = format!("an identity has one scheme, but `{}` and `{}` are both written", first.key, second.key);
        let wrong = Diagnostic::error("two-schemes", &second.key_place, message);
        loading.report(wrong.related(&first.key_place, "the first").help("keep one of them, or make two identities"));
        return None;
    }
    let unknown = fields.entries().iter().any(|entry| TABLE.field(&entry.key).is_none());
    if first.is_none() && !unknown {
        let wrong = Diagnostic::error("missing-key", fields.place(), "an identity needs a scheme");
        loading.report(wrong.help("one of `oauth2`, `bearer`, `basic`, `api_key`"));
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
