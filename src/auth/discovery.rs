//! The discovery document of an issuer, read once in a run: OpenID Connect Discovery first, then RFC 8414.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use tokio::sync::OnceCell;

use crate::auth::{
    fetch::{Fetcher, unreachable},
    grant::{Grant, Part},
    refusal::Refusal,
    token_reply::{Answered, Asked, printable},
};
use crate::http::{Header, Request, Response, Url};
use crate::json::Json;
use crate::spec::auth::checked_as;

/// The documents that were read, by issuer. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Discovery(Arc<Mutex<HashMap<String, Arc<OnceCell<Metadata>>>>>);

/// What an issuer says of itself.
#[derive(Clone, Debug)]
pub(crate) struct Metadata {
    /// Where it was read.
    url: Url,
    document: Json<'static>,
}

const USER_AGENT: &str = concat!("hallpass/", env!("CARGO_PKG_VERSION"));
/// A document is not larger than this many bytes.
const LARGEST: u64 = 1024 * 1024;
const CURE: &str = "look at `issuer`, or write `token_url` in its place";

impl Fetcher {
    /// The token endpoint of an issuer.
    ///
    /// # Errors
    /// No document, one of another issuer (RFC 8414 3.3), one that names no endpoint a secret may be sent to.
    pub(crate) async fn token_url(&self, grant: &Grant, issuer: &str) -> Result<Url, Refusal> {
        let cell = self.discovery.cell(issuer);
        let metadata = cell.get_or_try_init(|| self.discover(grant, issuer)).await?;
        metadata.token_endpoint(grant)
    }

    async fn discover(&self, grant: &Grant, issuer: &str) -> Result<Metadata, Refusal> {
        let [first, second] = addresses(&grant.token_url)?;
        let refusal = match self.document(grant, issuer, first).await {
            Err(Unread::NotThere(refusal)) if !refusal.is_passing() => refusal,
            Err(Unread::NotThere(refusal) | Unread::Wrong(refusal)) => return Err(refusal),
            Ok(metadata) => return Ok(metadata),
        };
        match self.document(grant, issuer, second).await {
            Err(Unread::NotThere(other)) => {
                Err(Refusal { message: format!("{}, and {}", refusal.message, other.message), ..other })
            }
            Err(Unread::Wrong(other)) => Err(other),
            Ok(metadata) => Ok(metadata),
        }
    }

    async fn document(&self, grant: &Grant, issuer: &str, url: Url) -> Result<Metadata, Unread> {
        let response = match self.http.send(request(grant, url.clone())).await.result {
            Ok(response) => response,
            Err(fault) => return Err(Unread::NotThere(unreachable("discovery document", &url, fault))),
        };
        read(&response, grant, issuer, url, self.clock.wall())
    }
}

impl Discovery {
    fn cell(&self, issuer: &str) -> Arc<OnceCell<Metadata>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(issuer.to_owned()).or_default())
    }
}

impl Metadata {
    /// The token endpoint; that for certificates where the grant has one and the issuer has it (RFC 8705 5).
    fn token_endpoint(&self, grant: &Grant) -> Result<Url, Refusal> {
        let aliases = self.document.get("mtls_endpoint_aliases").filter(|_| grant.is_mutual());
        match aliases.and_then(|aliases| aliases.get("token_endpoint")) {
            Some(alias) => self.checked("mtls_endpoint_aliases.token_endpoint", Some(alias), grant),
            None => self.checked("token_endpoint", self.document.get("token_endpoint"), grant),
        }
    }

    /// An endpoint as the document has it.
    ///
    /// # Errors
    /// None of this name, or one that a secret may not be sent to.
    fn checked(&self, name: &str, endpoint: Option<&Json<'_>>, grant: &Grant) -> Result<Url, Refusal> {
        let about = |what: String| Refusal::new(format!("the discovery document {} {what}", self.url), Part::TokenUrl);
        let Some(text) = endpoint.and_then(Json::as_str) else {
            return Err(about(format!("names no `{name}`")).help(CURE));
        };
        let url = Url::parse(text).map_err(|bad| about(format!("has a wrong `{name}`: {bad}")).help(CURE))?;
        checked_as(name, url, grant.allow_http)
            .map_err(|bad| about(format!("has a wrong `{name}`: {}", bad.message)).help(bad.help))
    }
}

/// Why a document was not read.
enum Unread {
    /// It may be somewhere else.
    NotThere(Refusal),
    /// It is there and must not be used.
    Wrong(Refusal),
}

/// Where the document may be: behind the issuer (OpenID Connect Discovery 4), else between its host and its path (RFC 8414 3.1).
fn addresses(issuer: &Url) -> Result<[Url; 2], Refusal> {
    let whole = issuer.as_str();
    let root = whole.strip_suffix(issuer.path()).unwrap_or(whole);
    let path = issuer.path().trim_end_matches('/');
    let behind = format!("{root}{path}/.well-known/openid-configuration");
    let between = format!("{root}/.well-known/oauth-authorization-server{path}");
    let parse = |text: &str| Url::parse(text).map_err(|bad| Refusal::new(bad.to_string(), Part::TokenUrl));
    Ok([parse(&behind)?, parse(&between)?])
}

/// No credential is sent, and no redirect followed: a document that stands elsewhere is not the issuer's own.
fn request(grant: &Grant, url: Url) -> Request {
    let header = |name: &str, value: &str| Header { name: name.to_owned(), value: value.to_owned(), bound: false };
    Request {
        method: "GET".to_owned(),
        url,
        headers: vec![header("User-Agent", USER_AGENT), header("Accept", "application/json")],
        body: None,
        timeout: grant.timeout,
        redirects: 0,
        jar: None,
        cookies: Vec::new(),
        certificate: None,
    }
}

fn read(response: &Response, grant: &Grant, issuer: &str, url: Url, now: SystemTime) -> Result<Metadata, Unread> {
    let answered = Answered { response, grant, now, asked: Asked::Document(&url) };
    let body = response.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&response.body);
    let json = Json::parse_bytes(body).ok();
    let refusal = match &json {
        _ if response.size.max(response.body.len() as u64) > LARGEST => {
            answered.refusal("with more than 1 MiB", Part::TokenUrl)
        }
        None => answered.not_json(body),
        Some(json) => match answered.fault(json) {
            Some(refusal) => refusal,
            None => {
                return of_issuer(&answered, json, issuer)
                    .map(|()| Metadata { url: url.clone(), document: json.clone().into_owned() });
            }
        },
    };
    Err(Unread::NotThere(Refusal { part: Part::TokenUrl, help: Some(CURE.to_owned()), ..refusal }))
}

/// The issuer of a document is the one that was asked, letter by letter (RFC 8414 3.3).
fn of_issuer(answered: &Answered<'_>, json: &Json<'_>, issuer: &str) -> Result<(), Unread> {
    let wrong = |what: &str, help: String| Err(Unread::Wrong(answered.refusal(what, Part::TokenUrl).help(help)));
    match json.get("issuer").and_then(Json::as_str) {
        None => wrong("with JSON that has no `issuer`", CURE.to_owned()),
        Some(said) if said == issuer => Ok(()),
        Some(said) => {
            let said = printable(said, 200);
            let help = match said.trim_end_matches('/') == issuer.trim_end_matches('/') {
                true => format!("write `issuer: {said}`: the slash at the end counts"),
                false => format!("if that is the provider that is meant, write `issuer: {said}`"),
            };
            wrong(&format!("for the issuer `{said}`, not for `{issuer}`"), help)
        }
    }
}
