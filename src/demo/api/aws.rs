//! A door as AWS keeps it (Signature Version 4): the signature of a request is computed anew, and must come to the same.

use std::{sync::Arc, time::SystemTime};

use axum::{
    extract::State as Shared,
    http::{HeaderMap, HeaderName, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use ring::hmac;

use crate::demo::{
    answer::{credentials, json, with_header},
    api::{digest::parameter, plain::sha256},
    state::State,
};
use crate::hex::hex;
use crate::json::Json;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const KIND: HeaderName = HeaderName::from_static("x-amzn-errortype");
/// What stands in a path as it is, and what in a query.
const PATH: &AsciiSet = &QUERY.remove(b'/');
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// How far the date of a request may be from the clock here, in seconds.
const FAR: i64 = 300;

const MISSING: Forbidden = Forbidden("MissingAuthenticationTokenException", "Missing Authentication Token");
const INCOMPLETE: Forbidden = Forbidden(
    "IncompleteSignatureException",
    "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature', 'host' among the headers, and the day of 'X-Amz-Date' in the scope.",
);
const UNKNOWN: Forbidden =
    Forbidden("UnrecognizedClientException", "The security token included in the request is invalid.");
const LATE: Forbidden = Forbidden("InvalidSignatureException", "Signature expired");
const EARLY: Forbidden = Forbidden("InvalidSignatureException", "Signature not yet current");
const WRONG: Forbidden = Forbidden(
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
);

/// Why a request is not taken: the kind of the exception and its message.
#[derive(Debug)]
pub(super) struct Forbidden(&'static str, &'static str);

impl IntoResponse for Forbidden {
    fn into_response(self) -> Response {
        let body = Json::object([("message", self.1.into())]);
        with_header(json(StatusCode::FORBIDDEN, &body), KIND, self.0)
    }
}

/// What of a request is signed.
struct Signed<'r> {
    method: &'r Method,
    uri: &'r Uri,
    headers: &'r HeaderMap,
    body: &'r [u8],
}

/// `/aws/…`, by any method: who signed the request, and for which service and region.
pub(super) async fn door(
    Shared(state): Shared<Arc<State>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Forbidden> {
    let answer = credentials(&headers, ALGORITHM).ok_or(MISSING)?;
    let part = |name| parameter(answer, name).ok_or(INCOMPLETE);
    let (id, scope) = part("Credential")?.split_once('/').ok_or(INCOMPLETE)?;
    let [day, region, service, "aws4_request"] = scope.split('/').collect::<Vec<_>>()[..] else {
        return Err(INCOMPLETE);
    };
    let (names, date) = (part("SignedHeaders")?, text(&headers, "x-amz-date"));
    if !names.split(';').any(|name| name == "host") || !date.starts_with(day) {
        return Err(INCOMPLETE);
    }
    if id != state.options.access_key_id || text(&headers, "x-amz-security-token") != state.options.session_token {
        return Err(UNKNOWN);
    }
    is_near(&date, state.clock.wall())?;
    let signed = Signed { method: &method, uri: &uri, headers: &headers, body: &body };
    let canonical = signed.canonical(names, service == "s3")?;
    let text = format!("{ALGORITHM}\n{date}\n{scope}\n{}", sha256(canonical.as_bytes()));
    if part("Signature")? != signature(&state.options.secret_access_key, scope, &text) {
        return Err(WRONG);
    }
    let told = [("signed_by", id), ("service", service), ("region", region)];
    Ok(json(StatusCode::OK, &Json::object(told.map(|(name, value)| (name, value.to_owned().into())))))
}

impl Signed<'_> {
    /// The request in the one form in which it is signed.
    fn canonical(&self, names: &str, is_s3: bool) -> Result<String, Forbidden> {
        let (path, payload) = (self.uri.path(), sha256(self.body));
        if is_s3 && text(self.headers, "x-amz-content-sha256") != payload {
            return Err(WRONG);
        }
        // S3 alone signs a path that is encoded once; what is sent is encoded already.
        let path = match is_s3 {
            true => encoded(&decoded(path), PATH),
            false => encoded(path.as_bytes(), PATH),
        };
        let headers: String = names.split(';').map(|name| format!("{name}:{}\n", text(self.headers, name))).collect();
        let query = query(self.uri.query().unwrap_or_default());
        Ok(format!("{}\n{path}\n{query}\n{headers}\n{names}\n{payload}", self.method))
    }
}

/// Names and values in one encoding, in order.
fn query(query: &str) -> String {
    let again = |text: &str| encoded(&decoded(text), QUERY);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<_> = pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (again(name), again(value)))
        .collect();
    pairs.sort_unstable();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// What a key signs on the day, in the region, for the service of a scope.
fn signature(secret: &str, scope: &str, text: &str) -> String {
    let sign = |key: &[u8], text: &str| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes());
    let begin = format!("AWS4{secret}").into_bytes();
    let key = scope.split('/').fold(begin, |key, part| sign(&key, part).as_ref().to_vec());
    hex(sign(&key, text))
}

fn is_near(date: &str, now: SystemTime) -> Result<(), Forbidden> {
    let written = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", date).map_err(|_| INCOMPLETE)?;
    let written = jiff::tz::TimeZone::UTC.to_timestamp(written).map_err(|_| INCOMPLETE)?;
    let now = jiff::Timestamp::try_from(now).unwrap_or_default();
    match written.as_second() - now.as_second() {
        behind if behind < -FAR => Err(LATE),
        ahead if ahead > FAR => Err(EARLY),
        _ => Ok(()),
    }
}

/// The values of a header, joined and with single blanks.
fn text(headers: &HeaderMap, name: &str) -> String {
    let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let folded = values.map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "));
    folded.collect::<Vec<_>>().join(",")
}

fn decoded(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}

fn encoded(bytes: &[u8], set: &'static AsciiSet) -> String {
    percent_encode(bytes, set).to_string()
}
