//! Proofs of possession (RFC 9449): a key that never leaves the memory of this process, and for each request a JWT that it signed.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use sha2::{Digest, Sha256};

use crate::auth::{
    challenge, date,
    mint::{SigningKey, mint},
};
use crate::http::{Exchange, Header, Origin, Request, Response, Url};
use crate::json::Json;
use crate::secret::Secret;

/// Who a proof is for. Both may be one origin, but neither takes the nonces of the other (RFC 9449 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Verifier {
    TokenEndpoint,
    Api,
}

/// A key, and the nonces that servers gave for its proofs.
pub(crate) struct Prover {
    key: SigningKey,
    /// The public half (RFC 7517).
    jwk: Json<'static>,
    /// The last nonce of each (RFC 9449 8, 9).
    nonces: Mutex<HashMap<(Verifier, Origin), String>>,
}

impl Default for Prover {
    /// A key like no other (ES256).
    fn default() -> Self {
        let (kind, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).expect("every supported system gives random bytes");
        let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).expect("it was made for this");
        let jwk = jwk(pair.public_key().as_ref());
        Self { key: SigningKey::Ecdsa(Arc::new(pair)), jwk, nonces: Mutex::default() }
    }
}

impl Prover {
    /// Puts a new proof on a request, for the token that goes with it where one does.
    pub(crate) fn prove(&self, request: &mut Request, token: Option<&Secret>, now: SystemTime) {
        let proof = self.proof(&request.method, &request.url, token, now);
        request.headers.push(Header { name: "DPoP".to_owned(), value: proof, bound: true });
    }

    /// Keeps the nonce of an answer, where it has one (RFC 9449 8.2).
    pub(crate) fn hear(&self, verifier: Verifier, response: &Response) {
        let Some(nonce) = response.header("dpop-nonce").filter(|nonce| !nonce.is_empty()) else { return };
        let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        nonces.insert((verifier, response.url.origin()), nonce.to_owned());
    }

    /// RFC 9449 4.2.
    fn proof(&self, method: &str, url: &Url, token: Option<&Secret>, now: SystemTime) -> String {
        let head =
            [("typ", Json::from("dpop+jwt")), ("alg", Json::from("ES256")), ("jwk", self.jwk.clone())].map(member);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole seconds since 1970")]
        let issued = date::unix(now).max(0.0) as u64;
        let mut claims = vec![
            member(("jti", Json::from(uuid::Uuid::new_v4().to_string()))),
            member(("htm", Json::from(method.to_owned()))),
            member(("htu", Json::from(target(url).to_owned()))),
            member(("iat", Json::from(issued))),
        ];
        let verifier = if token.is_some() { Verifier::Api } else { Verifier::TokenEndpoint };
        let nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        let nonce = nonces.get(&(verifier, url.origin())).cloned();
        claims.extend(nonce.map(|nonce| member(("nonce", Json::from(nonce)))));
        claims.extend(token.map(|token| member(("ath", Json::from(hash(token.expose()))))));
        mint(&Json::Object(head.into()), &Json::Object(claims), &self.key)
    }
}

impl fmt::Debug for Prover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prover({})", self.jwk.to_text())
    }
}

/// Whether a token endpoint asks for a nonce in the proof (RFC 9449 8).
pub(crate) fn asks_for_nonce(exchange: &Exchange) -> bool {
    let Ok(response) = &exchange.result else { return false };
    let error = Json::parse_bytes(&response.body).ok();
    let is_meant = error.as_ref().and_then(|json| json.get("error")?.as_str()) == Some("use_dpop_nonce");
    is_meant && (400..500).contains(&response.status) && response.header("dpop-nonce").is_some()
}

/// Whether an API refuses the proof and not the token (RFC 9449 7.1).
pub(crate) fn is_refused(response: &Response) -> bool {
    let mut challenges = response.header_values("www-authenticate");
    response.status == 401 && challenges.any(|it| challenge::has_error(it, "dpop", "invalid_dpop_proof"))
}

/// The URL without query and fragment.
fn target(url: &Url) -> &str {
    url.as_str().split(['?', '#']).next().unwrap_or_default()
}

/// What tells the token that a proof is for.
fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token))
}

/// A point of the curve P-256, uncompressed, as a JWK (RFC 7518 6.2.1).
fn jwk(point: &[u8]) -> Json<'static> {
    let (x, y) = point.get(1..).unwrap_or_default().split_at(point.len() / 2);
    let part = |bytes: &[u8]| Json::from(URL_SAFE_NO_PAD.encode(bytes));
    let members = [("kty", Json::from("EC")), ("crv", Json::from("P-256")), ("x", part(x)), ("y", part(y))];
    Json::Object(members.map(member).into())
}

fn member((name, value): (&'static str, Json<'static>)) -> (std::borrow::Cow<'static, str>, Json<'static>) {
    (name.into(), value)
}

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;
    use crate::auth::jwt;

    #[test]
    fn a_proof_names_method_url_and_token_and_its_key_signed_it() {
        let (prover, now) = (Prover::default(), date::http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap());
        let url = Url::parse("https://API.example.com:443/a%20b/?q=1#f").unwrap();
        // The token and its hash are those of RFC 9449 7.1.
        let token = Secret::new("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
        let proof = prover.proof("PURGE", &url, Some(&token), now);
        let claims = jwt::claims(&proof).unwrap();
        let text = |name: &str| claims.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        assert_eq!((text("htm"), text("htu")), ("PURGE".into(), "https://api.example.com/a%20b/".into()));
        assert_eq!(text("ath"), "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
        assert!(claims.get("nonce").is_none() && text("jti").len() == 36);
        assert_eq!(claims.get("iat").unwrap().to_text(), "784111777");
        let (signed, signature) = proof.rsplit_once('.').unwrap();
        let head = URL_SAFE_NO_PAD.decode(signed.split('.').next().unwrap()).unwrap();
        let head = Json::parse_bytes(&head).unwrap();
        assert_eq!(
            (head.get("typ").unwrap().as_str(), head.get("alg").unwrap().as_str()),
            (Some("dpop+jwt"), Some("ES256"))
        );
        let part =
            |name: &str| URL_SAFE_NO_PAD.decode(head.get("jwk").unwrap().get(name).unwrap().as_str().unwrap()).unwrap();
        let point = [vec![4], part("x"), part("y")].concat();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
        assert!(key.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).is_ok());
    }

    #[test]
    fn no_two_proofs_and_no_two_keys_are_alike() {
        let (prover, url) = (Prover::default(), Url::parse("https://api.example.com/").unwrap());
        let id = || jwt::claims(&prover.proof("GET", &url, None, SystemTime::UNIX_EPOCH)).unwrap();
        assert_ne!(id().get("jti"), id().get("jti"));
        assert!(id().get("ath").is_none());
        assert_ne!(prover.jwk, Prover::default().jwk);
    }
}
