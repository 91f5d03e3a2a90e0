//! Which client asks (RFC 6749, section 2.3.1).

use std::borrow::Cow;

use axum::http::{HeaderMap, StatusCode, Uri, header};
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use crate::demo::{
    answer::{basic, media_type},
    certificate,
    options::Client,
    provider::{assertion, reply::Refused},
    state::State,
};

/// The parameters of a form, each at most once.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads the body of a request.
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Refused> {
        if media_type(headers).as_deref() != Some("application/x-www-form-urlencoded") {
            return Err(Refused::new("invalid_request", "the body must be application/x-www-form-urlencoded"));
        }
        Self::parse(body)
    }

    /// Reads the query of a request.
    pub(super) fn of_query(uri: &Uri) -> Result<Self, Refused> {
        Self::parse(uri.query().unwrap_or_default().as_bytes())
    }

    fn parse(text: &[u8]) -> Result<Self, Refused> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(text) {
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(Refused::new("invalid_request", &format!("`{name}` is given twice")));
            }
            fields.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(fields))
    }

    /// A parameter; one without a value counts as left out (RFC 6749, section 3.2).
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(known, value)| known == name && !value.is_empty());
        field.map(|(_, value)| value.as_str())
    }

    /// A parameter that must be there.
    pub(super) fn require(&self, name: &str) -> Result<&str, Refused> {
        self.get(name).ok_or_else(|| Refused::new("invalid_request", &format!("`{name}` is missing")))
    }
}

/// The client that a request names, whether or not it can prove it.
pub(super) fn named(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    match headers.contains_key(header::AUTHORIZATION) {
        true => basic_pair(headers).map(|(id, _)| id),
        false => Form::read(headers, body).ok()?.get("client_id").map(ToOwned::to_owned),
    }
}

/// The client that a request comes from, once it has proved so.
pub(super) fn authenticate<'s>(state: &'s State, headers: &HeaderMap, form: &Form) -> Result<&'s Client, Refused> {
    if let Some(assertion) = form.get("client_assertion") {
        return assertion::client(state, form, assertion);
    }
    let by_header = headers.contains_key(header::AUTHORIZATION);
    let refused = |why: &str| Refused { challenge: by_header, ..Refused::unauthorized(why) };
    if by_header && form.get("client_secret").is_some() {
        return Err(Refused::new("invalid_request", "a client authenticates by one method only"));
    }
    let (id, secret) = match by_header {
        true => basic_pair(headers).ok_or_else(|| refused("the header is not Basic with two encoded parts"))?,
        false => {
            let id = form.get("client_id").ok_or_else(|| refused("no client is named"))?;
            (id.to_owned(), form.get("client_secret").unwrap_or_default().to_owned())
        }
    };
    if by_header && form.get("client_id").is_some_and(|named| named != id) {
        return Err(Refused::new("invalid_request", "header and body name different clients"));
    }
    let client = state.options.clients.iter().find(|client| client.id == id);
    let client = client.ok_or_else(|| refused("there is no such client"))?;
    let (is_proved, why) = match &client.certificate {
        Some(known) => {
            (certificate::shown(headers).as_ref() == Some(known), "the certificate is not that of the client")
        }
        None => (client.secret == secret, "the secret is wrong"),
    };
    match is_proved {
        true => Ok(client),
        false => Err(refused(why)),
    }
}

/// Both parts are form-encoded before they are joined, so they are decoded after they are split.
fn basic_pair(headers: &HeaderMap) -> Option<(String, String)> {
    let (id, secret) = basic(headers)?;
    Some((form_decoded(&id)?, form_decoded(&secret)?))
}

fn form_decoded(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(Cow::into_owned)
}

impl Refused {
    /// A refusal of a client.
    pub(super) fn unauthorized(why: &str) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, ..Self::new("invalid_client", why) }
    }
}
