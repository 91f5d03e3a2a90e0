//! From a request as written to one that can be sent: URL, headers, body. No credential yet, and nothing is sent.

use std::{sync::Arc, time::Duration};

use crate::http::{Header, Jar, Request, Url};
use crate::json::Json;
use crate::secret::{Redactor, Secret};
use crate::source::Place;
use crate::spec::{Templated, Unrendered, pair::Pair, request};
use crate::template::{Files, Scope};

mod body;
mod graphql;
mod multipart;
#[cfg(test)]
mod tests;

/// Sent unless the request says otherwise.
const USER_AGENT: &str = concat!("hallpass/", env!("CARGO_PKG_VERSION"));
const ACCEPT_ENCODING: &str = "gzip, br, zstd, deflate";

/// What a request is prepared with besides its scope.
pub(crate) struct Means<'m> {
    /// Where relative URLs begin; the error is that of a request that needs it.
    pub(crate) base: Result<Option<&'m Url>, Unprepared>,
    /// Where the files of bodies are found.
    pub(crate) files: &'m Files,
    /// How long an exchange may take where the request does not say.
    pub(crate) timeout: Duration,
    pub(crate) redactor: &'m Redactor,
    pub(crate) jar: Option<Arc<Jar>>,
}

/// Why a request cannot be sent: a variable that is missing, a file that is not there.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{reason}")]
pub(crate) struct Unprepared {
    pub(crate) reason: String,
    pub(crate) help: Option<String>,
    pub(crate) place: Option<Place>,
}

impl Unprepared {
    /// Something wrong at a place.
    pub(crate) fn new(reason: impl Into<String>, place: Option<Place>) -> Self {
        Self { reason: reason.into(), help: None, place }
    }
}

impl From<Unrendered> for Unprepared {
    fn from(why: Unrendered) -> Self {
        let place = why.place.clone();
        Self { help: why.fault.help(), ..Self::new(why.to_string(), Some(place)) }
    }
}

/// Renders a request.
///
/// # Errors
/// A variable that is missing, a URL that cannot be requested, a file that is not there.
pub(crate) fn prepare(request: &request::Request, scope: &Scope<'_>, means: &Means<'_>) -> Result<Request, Unprepared> {
    let written = rendered(&request.headers, scope)?;
    let content_type = written.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let content_type = content_type.and_then(|(_, values)| values.first()).map(String::as_str);
    let body = request.body.as_ref().map(|body| body::render(body, content_type, scope, means.files)).transpose()?;
    let mut prepared = Request {
        method: request.method.render(scope)?.to_uppercase(),
        url: url(request, scope, means)?,
        headers: headers(&written, body.as_ref().map(|body| body.content_type.as_str())),
        body: body.map(|rendered| rendered.body),
        timeout: timeout(request, scope, means)?,
        redirects: request.redirects.unwrap_or(0),
        jar: means.jar.clone(),
        cookies: cookies(request, scope)?,
        certificate: None,
    };
    use_user_info(&mut prepared, means.redactor);
    Ok(prepared)
}

fn url(request: &request::Request, scope: &Scope<'_>, means: &Means<'_>) -> Result<Url, Unprepared> {
    let text = request.url.render(scope)?;
    let absolute = text.starts_with("http://") || text.starts_with("https://");
    let base = if absolute { None } else { means.base.clone()? };
    let place = || Some(request.url.place().clone());
    let url = Url::join(base, &text).map_err(|bad| Unprepared::new(bad.to_string(), place()))?;
    let mut parameters = Vec::new();
    for (name, values) in rendered(&request.query, scope)? {
        parameters.extend(values.into_iter().map(|value| (name.clone(), value)));
    }
    Ok(url.with_query(&parameters))
}

/// What is written, and what is sent unasked.
fn headers(written: &[(String, Vec<String>)], content_type: Option<&str>) -> Vec<Header> {
    let unasked = [
        ("User-Agent", Some(USER_AGENT)),
        ("Accept", Some("*/*")),
        ("Accept-Encoding", Some(ACCEPT_ENCODING)),
        ("Content-Type", content_type),
    ];
    let header = |name: &str, value: &str| Header { name: name.to_owned(), value: value.to_owned(), bound: false };
    let is_written = |name: &str| written.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    let mut headers: Vec<_> = unasked
        .iter()
        .filter(|(name, _)| !is_written(name))
        .filter_map(|(name, value)| Some(header(name, (*value)?)))
        .collect();
    for (name, values) in written {
        headers.extend(values.iter().map(|value| header(name, value)));
    }
    headers
}

fn cookies(request: &request::Request, scope: &Scope<'_>) -> Result<Vec<(String, Option<String>)>, Unprepared> {
    let mut cookies = Vec::new();
    for (name, values) in rendered(&request.cookies, scope)? {
        if values.is_empty() {
            cookies.push((name, None));
        } else {
            cookies.extend(values.into_iter().map(|value| (name.clone(), Some(value))));
        }
    }
    Ok(cookies)
}

fn timeout(request: &request::Request, scope: &Scope<'_>, means: &Means<'_>) -> Result<Duration, Unprepared> {
    match &request.timeout {
        Some(period) => Ok(period.render(scope)?),
        None => Ok(means.timeout),
    }
}

/// User and password of the URL become Basic for this request, unless it says who sends it itself.
fn use_user_info(request: &mut Request, redactor: &Redactor) {
    let Some((user, password)) = request.url.take_user_info() else { return };
    if request.headers.iter().any(|header| header.name.eq_ignore_ascii_case("authorization")) {
        return;
    }
    let credential = body::base64(format!("{user}:{password}").as_bytes());
    let _ = redactor.register("URL_PASSWORD", &Secret::new(password));
    let _ = redactor.register("URL_CREDENTIAL", &Secret::new(credential.as_str()));
    request.headers.push(Header {
        name: "Authorization".to_owned(),
        value: format!("Basic {credential}"),
        bound: true,
    });
}

/// Names with the texts they are given, in order: none where the name is removed.
///
/// # Errors
/// A template that cannot be rendered, a value that has no text.
fn rendered(pairs: &[Pair], scope: &Scope<'_>) -> Result<Vec<(String, Vec<String>)>, Unprepared> {
    let mut all = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let name = pair.name.render(scope)?.into_owned();
        let mut values = Vec::with_capacity(pair.values.len());
        for value in &pair.values {
            values.extend(text_of(value, scope)?);
        }
        all.push((name, values));
    }
    Ok(all)
}

/// The text of a scalar; none where a template yields null.
fn text_of(value: &Templated, scope: &Scope<'_>) -> Result<Option<String>, Unprepared> {
    let rendered = value.render(scope)?;
    Ok(Some(match &*rendered {
        Json::Null => return Ok(None),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => number.text().to_owned(),
        Json::String(text) => text.clone().into_owned(),
        other => {
            let found = format!("expected text, found {} {}", article(other), other.kind());
            let wrong = Unprepared::new(found, Some(value.place.clone()));
            return Err(Unprepared { help: Some("write it as text with the `json` helper".to_owned()), ..wrong });
        }
    }))
}

fn article(json: &Json<'_>) -> &'static str {
    if matches!(json, Json::Array(_) | Json::Object(_)) { "an" } else { "a" }
}
