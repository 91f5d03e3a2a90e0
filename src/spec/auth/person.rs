//! Grants that a person takes part in as written: a login in a browser (RFC 6749 4.1), a code entered elsewhere (RFC 8628).

use crate::diagnostic::Diagnostic;
use crate::http::Url;
use crate::source::Place;
use crate::spec::{
    Loading,
    auth::{
        earned::GrantType,
        endpoint::checked_as,
        given::{self, Given},
        parameter::Parameter,
    },
};
use crate::yaml::{Entry, Field, Fields, Node, Shape};

/// How a person is asked.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// The endpoint that begins a login; the issuer's where it is not written.
    pub(crate) url: Option<Given>,
    /// The port on loopback that the browser comes back to; a free one where it is not written.
    pub(crate) redirect_port: Option<u16>,
    /// What the first request carries besides.
    pub(crate) params: Vec<Parameter>,
}

/// The key `authorization_url`.
pub(crate) const AUTHORIZATION_URL: Field = Field::new(
    "authorization_url",
    given::SHAPE,
    "Where the browser begins the grant `authorization_code`; told by an `issuer`.",
    "https://id.example.com/authorize",
);
/// The key `device_url`.
pub(crate) const DEVICE_URL: Field = Field::new(
    "device_url",
    given::SHAPE,
    "Where the grant `device_code` begins; told by an `issuer`.",
    "https://id.example.com/device_authorization",
);
/// The key `redirect_port`.
pub(crate) const REDIRECT_PORT: Field = Field::new(
    "redirect_port",
    Shape::Integer,
    "The port of `http://127.0.0.1:PORT/callback` that the browser comes back to; a free one by default.",
    "8400",
);
/// The key `authorization_params`.
pub(crate) const AUTHORIZATION_PARAMS: Field = Field::new(
    "authorization_params",
    Shape::Map(&given::SHAPE),
    "Further parameters of the request that begins a login.",
    "{prompt: login}",
);

/// What a login says itself.
const OWN: &[&str] =
    &["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"];

impl Person {
    /// Reads the keys of a grant that a person takes part in.
    pub(crate) fn load(grant: GrantType, fields: &Fields<'_>, allow_http: bool, loading: &mut Loading) -> Option<Self> {
        let key = if grant == GrantType::DeviceCode { DEVICE_URL.name } else { AUTHORIZATION_URL.name };
        if fields.entry("token_url").is_some() {
            fields.require(key, &mut loading.problems)?;
        }
        let url = fields.entry(key).map(|entry| endpoint(entry, allow_http, loading));
        let port = fields.get(REDIRECT_PORT.name).map(|node| port(node, loading));
        let params = fields.get(AUTHORIZATION_PARAMS.name).map(|node| params(node, loading)).unwrap_or_default();
        Some(Self { url: transposed(url)?, redirect_port: transposed(port)?, params })
    }

    /// Where the endpoint was written.
    pub(crate) fn place(&self) -> Option<&Place> {
        self.url.as_ref().map(Given::place)
    }
}

/// Nothing where there was something wrong.
#[expect(clippy::option_option, reason = "nothing written is another thing than something wrong")]
fn transposed<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    read.map_or(Some(None), |read| read.map(Some))
}

fn endpoint(entry: &Entry, allow_http: bool, loading: &mut Loading) -> Option<Given> {
    let given = Given::load(&entry.value, loading)?;
    let Some(text) = given.fixed().filter(|text| text.contains("://")) else { return Some(given) };
    let fault = match Url::parse(text) {
        Ok(url) => checked_as(&entry.key, url, allow_http).err().map(|bad| (bad.message, bad.help)),
        Err(bad) => Some((bad.to_string(), "for example `https://id.example.com/authorize`")),
    };
    let Some((message, help)) = fault else { return Some(given) };
    loading.report(Diagnostic::error("bad-url", given.place(), message).help(help));
    None
}

fn port(node: &Node, loading: &mut Loading) -> Option<u16> {
    let count = loading.count(node)?;
    let port = u16::try_from(count).ok().filter(|port| *port > 0);
    if port.is_none() {
        let wrong = Diagnostic::error("bad-port", &node.place, format!("`{count}` is not a port"));
        loading.report(wrong.help("from 1 to 65535, for example `8400`"));
    }
    port
}

fn params(node: &Node, loading: &mut Loading) -> Vec<Parameter> {
    for entry in loading.map(node).iter().filter(|entry| OWN.contains(&entry.key.as_str())) {
        let message = format!("every login says its `{}` itself", entry.key);
        let help = match entry.key.as_str() {
            "scope" | "client_id" => format!("write `{}` as a key of `oauth2`", entry.key),
            _ => "leave it out".to_owned(),
        };
        loading.report(Diagnostic::error("unused-key", &entry.key_place, message).help(help));
    }
    Parameter::load_all(node, loading)
}
