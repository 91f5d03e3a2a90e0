//! The token request of a grant: pure, request out.

use crate::auth::grant::{Attempt, Grant, Own, Proof, base64, cognito, text_of};
use crate::http::{Header, Request, Url, form, form_encoded};
use crate::json::Json;
use crate::secret::Secret;
use crate::spec::auth::{BodyKind, ClientAuth, Vendor};

const USER_AGENT: &str = concat!("hallpass/", env!("CARGO_PKG_VERSION"));

const FORM: &str = "application/x-www-form-urlencoded";

/// What a whole grant sends and a refresh does not, also where `params` says it.
const NOT_OF_A_REFRESH: &[&str] = &["grant_type", "scope", "username", "password", "audience", "refresh_token"];

/// The request for a token (RFC 6749 4.1.3, 4.3.2, 4.4.2, 6).
pub(crate) fn token_request(grant: &Grant, attempt: &Attempt) -> Request {
    let (body, content_type) = body(grant, attempt);
    posted(grant, &grant.token_url, headers(grant, attempt, content_type), body)
}

fn body(grant: &Grant, attempt: &Attempt) -> (String, &'static str) {
    if grant.vendor == Some(Vendor::CognitoUser) {
        return (cognito::sign_in(grant, attempt).to_text(), cognito::CONTENT_TYPE);
    }
    let fields = fields(grant, attempt);
    match grant.body {
        BodyKind::Form => (form(texts(&fields)), FORM),
        BodyKind::Json => (json(fields).to_text(), "application/json"),
    }
}

/// The request for a code that a person enters elsewhere (RFC 8628 3.1). The client is named however it proves who it is.
pub(crate) fn device_request(grant: &Grant, url: &Url, attempt: &Attempt, params: &[Field]) -> Request {
    let mut fields = proof(grant, attempt);
    if !fields.iter().any(|(name, _)| name == "client_id") {
        fields.insert(0, one("client_id", &grant.client.id));
    }
    fields.extend(asked_of_a_person(grant, params));
    posted(grant, url, headers(grant, attempt, FORM), form(texts(&fields)))
}

/// No redirect is followed: what is secret in it goes to this URL only.
fn posted(grant: &Grant, url: &Url, headers: Vec<Header>, body: String) -> Request {
    Request {
        method: "POST".to_owned(),
        url: url.clone(),
        headers,
        body: Some(body.into()),
        timeout: grant.timeout,
        redirects: 0,
        jar: None,
        cookies: Vec::new(),
        certificate: grant.certificate.clone(),
    }
}

/// What a person is asked to allow, and what is written besides, each value as text.
pub(crate) fn text_fields(grant: &Grant, params: &[Field]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (name, values) in asked_of_a_person(grant, params) {
        all.extend(values.iter().filter_map(text_of).map(|value| (name.clone(), value)));
    }
    all
}

/// Those of `params` win.
fn asked_of_a_person(grant: &Grant, params: &[Field]) -> Vec<Field> {
    let mut own: Vec<_> = wishes(grant).into_iter().chain(resource(grant)).collect();
    own.retain(|(name, _)| !params.iter().any(|(written, _)| written == name));
    own.extend(params.iter().cloned());
    own
}

/// User and password of Basic for a client. Both are form-encoded first, as RFC 6749 2.3.1 says, unless `basic_raw` is written.
pub(crate) fn basic_credential(id: &str, secret: &Secret, auth: ClientAuth) -> Secret {
    let secret = secret.expose();
    Secret::new(match auth {
        ClientAuth::BasicRaw => base64(&format!("{id}:{secret}")),
        _ => base64(&format!("{}:{}", form_encoded(id), form_encoded(secret))),
    })
}

/// A parameter and its values.
pub(super) type Field = (String, Vec<Json<'static>>);

/// The parameters of the grant; those of `params` win.
fn fields(grant: &Grant, attempt: &Attempt) -> Vec<Field> {
    let mut own = if in_header(grant) { Vec::new() } else { earning(grant, attempt) };
    let params = grant
        .params
        .iter()
        .filter(|(name, _)| attempt.refresh.is_none() || !NOT_OF_A_REFRESH.iter().any(|left_out| left_out == name));
    own.retain(|(name, _)| !params.clone().any(|(written, _)| written == name));
    own.extend(params.filter(|(_, values)| !values.is_empty()).cloned());
    own
}

/// Whether the assertion is all there is, as a bearer token (RFC 6750 2.1).
fn in_header(grant: &Grant) -> bool {
    matches!(grant.own, Own::Signed { in_header: true, .. })
}

/// What earns the token: the whole grant, or a refresh token in its place. Without a scope a refresh is for the scope granted
/// before (RFC 6749 6); `resource` chooses among what was granted (RFC 8707 2.2).
fn earning(grant: &Grant, attempt: &Attempt) -> Vec<Field> {
    let mut own = match &attempt.refresh {
        Some(refresh) => vec![one("grant_type", "refresh_token"), one("refresh_token", refresh.expose())],
        None => vec![one("grant_type", grant.grant.name())],
    };
    own.extend(proof(grant, attempt));
    // Then it is the audience of the assertion.
    let is_signed = matches!(grant.own, Own::Signed { .. });
    // Then a person has been asked already (RFC 6749 4.1.3, RFC 8628 3.4).
    let is_asked_before = grant.grant.is_interactive();
    if attempt.refresh.is_none() {
        own.extend(grant.own.parameters().iter().map(|(name, value)| one(name, value)));
        own.extend(attempt.assertion.iter().map(|assertion| one("assertion", assertion.expose())));
        own.extend(attempt.traded.iter().map(|(name, token)| one(name, token.expose())));
        let is_said = |name: &str| is_asked_before || (is_signed && name == "audience");
        own.extend(wishes(grant).into_iter().filter(|(name, _)| !is_said(name)));
    }
    own.extend(resource(grant));
    own
}

/// What the token is to be good for.
fn wishes(grant: &Grant) -> Vec<Field> {
    let scope = Some(grant.scope.join(" ")).filter(|scope| !scope.is_empty()).map(|scope| one("scope", &scope));
    let audience = grant.audience.as_ref().map(|audience| one("audience", audience));
    scope.into_iter().chain(audience).collect()
}

/// RFC 8707 2.
fn resource(grant: &Grant) -> Option<Field> {
    let values: Vec<_> = grant.resource.iter().map(|it| Json::from(it.clone())).collect();
    (!values.is_empty()).then(|| ("resource".to_owned(), values))
}

/// Who asks, as far as the body tells.
fn proof(grant: &Grant, attempt: &Attempt) -> Vec<Field> {
    match &grant.client.proof {
        Proof::Basic { .. } => Vec::new(),
        Proof::Post(secret) => vec![one("client_id", &grant.client.id), one("client_secret", secret.expose())],
        Proof::None if grant.client.id.is_empty() => Vec::new(),
        // RFC 8705 2: the certificate says the rest.
        Proof::None | Proof::Tls(_) => vec![one("client_id", &grant.client.id)],
        Proof::Jwt(_) => {
            let assertion = attempt.client_assertion.as_ref().map_or("", Secret::expose);
            vec![
                one("client_id", &grant.client.id),
                one("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                one("client_assertion", assertion),
            ]
        }
    }
}

fn one(name: &str, value: &str) -> Field {
    (name.to_owned(), vec![Json::from(value.to_owned())])
}

/// Several values of one name repeat it.
fn texts(fields: &[Field]) -> impl Iterator<Item = (&str, String)> {
    fields.iter().flat_map(|(name, values)| values.iter().filter_map(text_of).map(move |value| (name.as_str(), value)))
}

/// Several values of one name are an array.
fn json(fields: Vec<Field>) -> Json<'static> {
    let member = |(name, mut values): Field| {
        let value = if values.len() == 1 { values.remove(0) } else { Json::Array(values) };
        (name.into(), value)
    };
    Json::Object(fields.into_iter().map(member).collect())
}

/// Those of `headers` win.
fn headers(grant: &Grant, attempt: &Attempt, content_type: &str) -> Vec<Header> {
    let header = |name: &str, value: &str| Header { name: name.to_owned(), value: value.to_owned(), bound: true };
    let mut headers = vec![
        header("User-Agent", USER_AGENT),
        header("Accept", "application/json"),
        header("Content-Type", content_type),
    ];
    if let Proof::Basic { credential, .. } = &grant.client.proof {
        headers.push(header("Authorization", &format!("Basic {}", credential.expose())));
    }
    if let Some(assertion) = attempt.assertion.as_ref().filter(|_| in_header(grant)) {
        headers.push(header("Authorization", &format!("Bearer {}", assertion.expose())));
    }
    if grant.vendor == Some(Vendor::CognitoUser) {
        headers.push(header("X-Amz-Target", cognito::TARGET));
    }
    headers.retain(|own| !grant.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(&own.name)));
    for (name, values) in &grant.headers {
        headers.extend(values.iter().map(|value| header(name, value)));
    }
    headers
}
