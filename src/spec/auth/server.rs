//! Where the token endpoint is, as written: its URL, or the issuer that tells it (RFC 8414, OpenID Connect Discovery).

use crate::diagnostic::Diagnostic;
use crate::http::Url;
use crate::source::Place;
use crate::spec::{
    Loading,
    auth::{
        endpoint::{BadEndpoint, checked_as, checked_endpoint},
        given::Given,
    },
};
use crate::yaml::Fields;

/// Where the token endpoint is.
#[derive(Clone, Debug)]
pub(crate) enum Server {
    /// Its URL, relative to `base_url` or absolute.
    TokenUrl(Given),
    /// Whose discovery document names it.
    Issuer(Given),
}

impl Server {
    /// Reads the one of `token_url` and `issuer` that is written.
    pub(crate) fn load(fields: &Fields<'_>, allow_http: bool, loading: &mut Loading) -> Option<Self> {
        match (fields.entry("token_url"), fields.entry("issuer")) {
            (Some(_), Some(issuer)) => {
                let message = "`token_url` and `issuer` are both written";
                let wrong = Diagnostic::error("two-of-one", &issuer.key_place, message);
                loading.report(wrong.help("keep one: an `issuer` tells its token endpoint itself"));
                None
            }
            (None, Some(issuer)) => {
                let given = Given::load(&issuer.value, loading)?;
                check(&given, "bad-issuer", |text| checked_issuer(text, allow_http).map(drop), loading);
                Some(Self::Issuer(given))
            }
            (Some(url), None) => {
                let given = Given::load(&url.value, loading)?;
                check(&given, "bad-token-url", |text| checked_url(text, allow_http), loading);
                Some(Self::TokenUrl(given))
            }
            (None, None) => {
                let wrong = Diagnostic::error("missing-key", fields.place(), "oauth2 needs `token_url` or `issuer`");
                loading
                    .report(wrong.help("for example `token_url: /oauth2/token`, or `issuer: https://id.example.com`"));
                None
            }
        }
    }

    /// Where it was written.
    pub(crate) fn place(&self) -> &Place {
        match self {
            Self::TokenUrl(given) | Self::Issuer(given) => given.place(),
        }
    }
}

/// The URL of an issuer (RFC 8414 2).
///
/// # Errors
/// A relative URL, a query, the address of a discovery document, and as for a token endpoint.
pub(crate) fn checked_issuer(text: &str, allow_http: bool) -> Result<Url, BadEndpoint> {
    let bad = |message: String, help| Err(BadEndpoint { message, help });
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(why) => return bad(format!("`issuer`: {why}"), "for example `https://id.example.com/realms/qa`"),
    };
    if url.path().contains("/.well-known/") {
        return bad(format!("`{text}` is a discovery document"), "write what stands before `/.well-known/`");
    }
    if text.contains('?') {
        return bad("`issuer` has a query".to_owned(), "leave out the `?` and what follows");
    }
    checked_as("issuer", url, allow_http)
}

fn checked_url(text: &str, allow_http: bool) -> Result<(), BadEndpoint> {
    if !text.contains("://") {
        return Ok(());
    }
    match Url::parse(text) {
        Ok(url) => checked_endpoint(url, allow_http).map(drop),
        Err(bad) => {
            Err(BadEndpoint { message: bad.to_string(), help: "for example `https://id.example.com/oauth2/token`" })
        }
    }
}

fn check(
    given: &Given,
    code: &'static str,
    fault: impl FnOnce(&str) -> Result<(), BadEndpoint>,
    loading: &mut Loading,
) {
    if let Some(Err(bad)) = given.fixed().map(fault) {
        loading.report(Diagnostic::error(code, given.place(), bad.message).help(bad.help));
    }
}
