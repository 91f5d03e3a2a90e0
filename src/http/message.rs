//! A request as it is put on the wire: its headers as they are given, `Host` and a length, and nothing else.

use reqwest::{
    Method,
    header::{ACCEPT, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING},
};

use crate::http::{
    Body, Fault, Header, Request,
    fault::shown,
    sending::{Progress, Sending},
};

/// What `reqwest` is to send, and how far its body comes; `with_host` says whether a `Host` is added where there is none.
///
/// # Errors
/// A method, header name or value that HTTP cannot carry; a length that is not that of the body; a file that has gone.
pub(super) fn message(request: &Request, with_host: bool) -> Result<(reqwest::Request, Progress), Fault> {
    let method = method(&request.method)?;
    let mut url = request.url.0.clone();
    if url.fragment().is_some() {
        url.set_fragment(None);
    }
    let mut message = reqwest::Request::new(method, url);
    *message.headers_mut() = headers(request, with_host)?;
    check_length(message.headers(), request)?;
    if request.body.as_ref().is_some_and(|body| body.size() == 0) {
        // `hyper` sends the length of an empty body as little as that of none.
        message.headers_mut().entry(CONTENT_LENGTH).or_insert(HeaderValue::from_static("0"));
    }
    let (body, progress) = request.body.as_ref().map(body).transpose()?.unzip();
    *message.body_mut() = body;
    Ok((message, progress.unwrap_or_default()))
}

fn body(body: &Body) -> Result<(reqwest::Body, Progress), Fault> {
    if let Some(bytes) = body.bytes() {
        return Ok((reqwest::Body::from(bytes.clone()), Progress::default()));
    }
    body.check().map_err(|unsent| Fault::unsent(&unsent))?;
    let (sending, progress) = Sending::begin(body);
    Ok((reqwest::Body::wrap(sending), progress))
}

/// Adds the `Accept` that is sent where a request has none, so that the record tells what was sent: `reqwest` cannot do without.
pub(super) fn accept_something(headers: &mut Vec<Header>) {
    if !headers.iter().any(|header| header.name.eq_ignore_ascii_case(ACCEPT.as_str())) {
        headers.push(Header { name: "Accept".to_owned(), value: "*/*".to_owned(), bound: false });
    }
}

fn method(text: &str) -> Result<Method, Fault> {
    Method::from_bytes(text.as_bytes()).map_err(|_| match text.chars().find(|c| !is_token(*c)) {
        Some(found) => Fault::request(format!("`{}` is not a method: it holds {}", text.escape_debug(), shown(found))),
        None => Fault::request("a method cannot be empty".to_owned()),
    })
}

fn headers(request: &Request, with_host: bool) -> Result<HeaderMap, Fault> {
    let mut map = HeaderMap::with_capacity(request.headers.len() + 2);
    // Host comes first (RFC 9110 7.2).
    let names_host = request.headers.iter().any(|header| header.name.eq_ignore_ascii_case(HOST.as_str()));
    if !names_host && with_host {
        let authority = request.url.authority();
        let host = HeaderValue::from_str(&authority)
            .map_err(|_| Fault::request(format!("`{authority}` cannot be written in a `Host` header")))?;
        map.insert(HOST, host);
    }
    for header in &request.headers {
        let added = map.try_append(name(header)?, value(header)?);
        added.map_err(|_| Fault::request("a request cannot have that many headers".to_owned()))?;
    }
    Ok(map)
}

fn name(header: &Header) -> Result<HeaderName, Fault> {
    HeaderName::from_bytes(header.name.as_bytes()).map_err(|_| {
        let name = header.name.escape_debug();
        match header.name.chars().find(|c| !is_token(*c)) {
            Some(found) => Fault::request(format!("`{name}` is not a header name: it holds {}", shown(found))),
            None if header.name.is_empty() => Fault::request("a header name cannot be empty".to_owned()),
            None => Fault::request(format!("a header name of {} characters is too long", header.name.len())),
        }
    })
}

fn value(header: &Header) -> Result<HeaderValue, Fault> {
    HeaderValue::from_bytes(header.value.as_bytes()).map_err(|_| {
        let bad = header.value.chars().enumerate().find(|(_, c)| c.is_ascii_control() && *c != '\t');
        let (place, found) = bad.unwrap_or_default();
        Fault::request(format!(
            "the header `{}` cannot be sent: its value holds {} (character {})",
            header.name,
            shown(found),
            place + 1
        ))
    })
}

/// A wrong length would leave the server waiting, or read the rest as another request.
fn check_length(headers: &HeaderMap, request: &Request) -> Result<(), Fault> {
    let Some(length) = headers.get(CONTENT_LENGTH) else { return Ok(()) };
    let actual = request.body.as_ref().map_or(0, Body::size);
    let same = length.to_str().is_ok_and(|text| text.trim().parse() == Ok(actual));
    let alone = headers.get_all(CONTENT_LENGTH).iter().count() == 1 && !headers.contains_key(TRANSFER_ENCODING);
    if same && alone {
        return Ok(());
    }
    let length = String::from_utf8_lossy(length.as_bytes());
    let message = format!("the header `Content-Length: {length}` cannot be sent: the body has {actual} bytes");
    Err(Fault { help: Some("leave the header out; it is sent unasked".to_owned()), ..Fault::request(message) })
}

/// Whether a character may be in a method or header name (RFC 9110 5.6.2).
fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}
