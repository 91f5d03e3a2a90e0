//! Which URLs a token may be fetched from.

use crate::http::Url;

/// Why a token is not fetched from a URL.
#[derive(Clone, Debug)]
pub(crate) struct BadEndpoint {
    pub(crate) message: String,
    /// What to do instead.
    pub(crate) help: &'static str,
}

/// The URL, if a token may be fetched from it: https, or http where it stays on this machine or `allow_http` says so.
///
/// # Errors
/// Plain http over a network; a user or password in the URL, which would be printed; a fragment (RFC 6749 3.2).
pub(crate) fn checked_endpoint(url: Url, allow_http: bool) -> Result<Url, BadEndpoint> {
    checked_as("token_url", url, allow_http)
}

/// The same for a URL that messages call otherwise.
///
/// # Errors
/// As [`checked_endpoint`].
pub(crate) fn checked_as(name: &str, url: Url, allow_http: bool) -> Result<Url, BadEndpoint> {
    let origin = url.origin();
    if url.clone().take_user_info().is_some() {
        let message = format!("a user or password stands in `{name}`");
        return Err(BadEndpoint { message, help: "write them as `client_id` and `client_secret`" });
    }
    if url.as_str().contains('#') {
        let message = format!("`{name}` has a fragment: `{url}`");
        return Err(BadEndpoint { message, help: "leave out the `#` and what follows" });
    }
    if origin.scheme != "https" && !url.is_loopback() && !allow_http {
        let message = format!("the secret would go to `{}` over plain http", origin.host);
        return Err(BadEndpoint {
            message,
            help: "use https, or write `allow_http: true` where the network is trusted",
        });
    }
    Ok(url)
}
