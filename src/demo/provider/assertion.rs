//! Clients that prove who they are by an assertion of their own (RFC 7521, RFC 7523), each good once.

use std::{
    collections::HashSet,
    sync::Mutex,
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    hmac,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
        RSA_PSS_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
    },
};

use crate::demo::{
    options::Client,
    provider::{client::Form, reply::Refused},
    state::{State, lock},
};
use crate::json::Json;

/// What the assertions of clients are called.
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far the clock of a client may be ahead, in seconds.
const AHEAD: f64 = 5.0;

/// The ids of the assertions that were used.
#[derive(Debug, Default)]
pub(in crate::demo) struct Assertions(Mutex<HashSet<String>>);

/// The client of a `client_assertion`.
pub(super) fn client<'s>(state: &'s State, form: &Form, assertion: &str) -> Result<&'s Client, Refused> {
    if form.require("client_assertion_type")? != TYPE {
        return Err(Refused::new("invalid_request", "the assertion is of a type that is not known"));
    }
    let refused = |why: &str| Refused::unauthorized(why);
    let (client, claims) = verified(state, assertion).map_err(|why| refused(&why))?;
    if text(&claims, "sub") != Some(&client.id) {
        return Err(refused("the assertion is about somebody else"));
    }
    match form.get("client_id").is_some_and(|named| named != client.id) {
        true => Err(refused("form and assertion name different clients")),
        false => Ok(client),
    }
}

/// Who signed an assertion for the token endpoint, and what it claims (RFC 7523, section 3).
pub(super) fn verified<'s>(state: &'s State, assertion: &str) -> Result<(&'s Client, Json<'static>), String> {
    let (client, claims) = signed(state, assertion)?;
    check_claims(state, &claims)?;
    Ok((client, claims))
}

/// Who signed a JWT, and what it claims, be that right or wrong.
pub(super) fn signed<'s>(state: &'s State, assertion: &str) -> Result<(&'s Client, Json<'static>), String> {
    let (signed, signature) = assertion.rsplit_once('.').ok_or("the assertion is no JWT")?;
    let (head, payload) = signed.split_once('.').ok_or("the assertion is no JWT")?;
    let (head, claims) = (part(head).ok_or("its header is no JSON")?, part(payload).ok_or("its claims are no JSON")?);
    let issuer = text(&claims, "iss").ok_or("it names no issuer")?;
    let client = state.options.clients.iter().find(|client| client.id == issuer).ok_or("there is no such client")?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "the signature is not base64url")?;
    if !is_signed_by(client, text(&head, "alg").unwrap_or_default(), signed.as_bytes(), &signature) {
        return Err("the signature is wrong".to_owned());
    }
    Ok((client, claims))
}

fn check_claims(state: &State, claims: &Json<'_>) -> Result<(), String> {
    let endpoint = format!("{}/oauth2/token", state.issuer_url);
    if text(claims, "aud") != Some(&endpoint) {
        return Err(format!("its audience is not {endpoint}"));
    }
    let now = seconds(state.clock.wall());
    let time = |name| claims.get(name).and_then(Json::as_number).map(|number| number.as_f64());
    if time("exp").is_none_or(|expires| expires <= now) {
        return Err("it has expired".to_owned());
    }
    if time("iat").is_some_and(|issued| issued > now + AHEAD) {
        return Err("it was signed in the future".to_owned());
    }
    let id = text(claims, "jti").ok_or("it has no `jti`")?;
    match lock(&state.assertions.0).insert(id.to_owned()) {
        true => Ok(()),
        false => Err("it was used before".to_owned()),
    }
}

/// Whether the client's secret or key made a signature.
fn is_signed_by(client: &Client, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
    let by_secret = |kind| hmac::verify(&hmac::Key::new(kind, client.secret.as_bytes()), message, signature).is_ok();
    let by_key = |kind: &'static dyn VerificationAlgorithm| {
        let key = client.public_key.as_ref();
        key.is_some_and(|key| UnparsedPublicKey::new(kind, key).verify(message, signature).is_ok())
    };
    match algorithm {
        "HS256" => by_secret(hmac::HMAC_SHA256),
        "HS384" => by_secret(hmac::HMAC_SHA384),
        "HS512" => by_secret(hmac::HMAC_SHA512),
        "RS256" => by_key(&RSA_PKCS1_2048_8192_SHA256),
        "PS256" => by_key(&RSA_PSS_2048_8192_SHA256),
        "ES256" => by_key(&ECDSA_P256_SHA256_FIXED),
        "ES384" => by_key(&ECDSA_P384_SHA384_FIXED),
        "EdDSA" => by_key(&ED25519),
        _ => false,
    }
}

/// A part of a JWT that is JSON.
pub(in crate::demo) fn part(text: &str) -> Option<Json<'static>> {
    Json::parse_bytes(&URL_SAFE_NO_PAD.decode(text).ok()?).ok().map(Json::into_owned)
}

fn text<'j>(json: &'j Json<'_>, name: &str) -> Option<&'j str> {
    json.get(name).and_then(Json::as_str)
}

/// Seconds since 1970.
pub(in crate::demo) fn seconds(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}
