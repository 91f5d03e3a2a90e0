//! Proofs of possession as a server sees them (RFC 9449, section 4.3): each good for one request, and as often as nobody saw it before.

use std::{collections::HashSet, sync::Mutex, time::SystemTime};

use axum::{
    http::{HeaderMap, HeaderName},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use sha2::{Digest, Sha256};

use crate::demo::{
    answer::with_header,
    counts::Server,
    options::Dpop,
    provider::{part, seconds},
    state::{State, lock},
};
use crate::json::Json;

const HEADER: HeaderName = HeaderName::from_static("dpop");
const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");
/// How old a proof may be, and how far ahead its clock, in seconds.
const LATE: f64 = 60.0;
const EARLY: f64 = 5.0;

/// The proofs that were seen, and the nonces that were given.
#[derive(Debug, Default)]
pub(super) struct Proofs(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    ids: HashSet<String>,
    /// Of each server those that it gave: neither takes the nonces of the other (RFC 9449, section 9).
    nonces: HashSet<(Server, String)>,
}

/// What a proof must be for.
pub(super) struct Wanted<'w> {
    pub(super) method: &'w str,
    pub(super) url: &'w str,
    /// The token that came with it.
    pub(super) token: Option<&'w str>,
    pub(super) by: Server,
    /// Whether it must have a nonce that this server gave.
    pub(super) nonce: bool,
}

/// What is wrong with a proof.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It has no nonce, or one that is not good any more.
    Nonce,
    Wrong(&'static str),
}

/// Whether a request has a proof.
pub(super) fn is_there(headers: &HeaderMap) -> bool {
    headers.contains_key(HEADER)
}

/// The answer with a fresh nonce, where a client that needs one may have asked with a proof (RFC 9449, section 8.2).
pub(super) fn with_nonce(state: &State, by: Server, headers: &HeaderMap, answer: Response) -> Response {
    let wanted = state.options.clients.iter().any(|client| client.dpop == Dpop::WithNonce);
    match wanted && is_there(headers) {
        true => with_header(answer, NONCE, &state.proofs.nonce(by)),
        false => answer,
    }
}

impl Proofs {
    /// The thumbprint of the key that a request proves to hold.
    pub(super) fn check(&self, headers: &HeaderMap, wanted: &Wanted<'_>, now: SystemTime) -> Result<String, Flaw> {
        let mut all = headers.get_all(HEADER).iter().map(|value| value.to_str().unwrap_or_default());
        let proof = all.next().ok_or(Flaw::Wrong("a proof is needed"))?;
        if all.next().is_some() {
            return Err(Flaw::Wrong("one proof is enough"));
        }
        let (claims, key) = verified(proof).map_err(Flaw::Wrong)?;
        is_for(&claims, wanted, seconds(now)).map_err(Flaw::Wrong)?;
        let mut seen = lock(&self.0);
        let id = text(&claims, "jti").ok_or(Flaw::Wrong("the proof has no `jti`"))?;
        if !seen.ids.insert(id.to_owned()) {
            return Err(Flaw::Wrong("the proof was used before"));
        }
        let nonce = text(&claims, "nonce").map(|nonce| (wanted.by, nonce.to_owned()));
        if wanted.nonce && !nonce.is_some_and(|nonce| seen.nonces.remove(&nonce)) {
            return Err(Flaw::Nonce);
        }
        Ok(key)
    }

    fn nonce(&self, by: Server) -> String {
        let nonce = format!("nonce-{}", uuid::Uuid::new_v4().simple());
        lock(&self.0).nonces.insert((by, nonce.clone()));
        nonce
    }
}

/// The claims of a proof, and the thumbprint of the key that signed it (RFC 7638).
fn verified(proof: &str) -> Result<(Json<'static>, String), &'static str> {
    let (signed, signature) = proof.rsplit_once('.').ok_or("the proof is no JWT")?;
    let (head, claims) = signed.split_once('.').ok_or("the proof is no JWT")?;
    let head = part(head).ok_or("the header of the proof is no JSON")?;
    if (text(&head, "typ"), text(&head, "alg")) != (Some("dpop+jwt"), Some("ES256")) {
        return Err("the proof is no `dpop+jwt` by ES256");
    }
    let jwk = head.get("jwk").ok_or("the proof has no key")?;
    if jwk.get("d").is_some() {
        return Err("the proof gives the private key away");
    }
    let (x, y) = (text(jwk, "x").unwrap_or_default(), text(jwk, "y").unwrap_or_default());
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
    let point = [vec![4], bytes(x), bytes(y)].concat();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    key.verify(signed.as_bytes(), &bytes(signature)).map_err(|_| "the signature of the proof is wrong")?;
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    Ok((part(claims).ok_or("the claims of the proof are no JSON")?, hash(&members)))
}

fn is_for(claims: &Json<'_>, wanted: &Wanted<'_>, now: f64) -> Result<(), &'static str> {
    let is = |name: &str, value: &str| text(claims, name) == Some(value);
    let issued = claims.get("iat").and_then(Json::as_number).map(|number| number.as_f64());
    match () {
        () if !is("htm", wanted.method) => Err("the proof is for another method"),
        () if !is("htu", wanted.url) => Err("the proof is for another URL"),
        () if issued.is_none_or(|issued| issued < now - LATE) => Err("the proof is old"),
        () if issued.is_some_and(|issued| issued > now + EARLY) => Err("the proof is from the future"),
        () if wanted.token.is_some_and(|token| !is("ath", &hash(token))) => Err("the proof is for another token"),
        () => Ok(()),
    }
}

fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}

fn text<'j>(json: &'j Json<'_>, name: &str) -> Option<&'j str> {
    json.get(name).and_then(Json::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_keys_are_told_by_the_hashes_of_the_rfc() {
        // RFC 9449 7.1 and 6.1: the token of its examples, and the thumbprint of their key.
        assert_eq!(hash("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"), "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
        let key = r#"{"crv":"P-256","kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"}"#;
        assert_eq!(hash(key), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }

    /// The proof of RFC 9449 4.1.
    const PROOF: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";

    #[test]
    fn the_proof_of_the_rfc_is_good_once_and_for_its_request() {
        let proofs = Proofs::default();
        let headers = HeaderMap::from_iter([(HEADER, PROOF.parse().unwrap())]);
        let at = |seconds| SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        let wanted = Wanted {
            method: "POST",
            url: "https://server.example.com/token",
            token: None,
            by: Server::Provider,
            nonce: false,
        };
        let check = |wanted: &Wanted<'_>, seconds| proofs.check(&headers, wanted, at(seconds));
        let wrong = |why| Err(Flaw::Wrong(why));
        assert_eq!(check(&wanted, 1_562_262_700), wrong("the proof is old"));
        assert_eq!(check(&wanted, 1_562_262_600), wrong("the proof is from the future"));
        assert_eq!(check(&Wanted { method: "GET", ..wanted }, 1_562_262_616), wrong("the proof is for another method"));
        assert_eq!(
            check(&Wanted { token: Some("t"), ..wanted }, 1_562_262_616),
            wrong("the proof is for another token")
        );
        assert_eq!(check(&wanted, 1_562_262_616).unwrap(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
        assert_eq!(check(&wanted, 1_562_262_616), wrong("the proof was used before"));
    }
}
