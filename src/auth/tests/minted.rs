use std::time::Duration;

use super::{ready::Room, *};
use crate::auth::jwt;
use crate::json::Json;

const SCHEME: &str = "{jwt: {alg: HS256, key: {env: K}, key_id: k1, claims: {sub: '{{env.WHO}}', n: 0.10, jti: null}}}";

fn room() -> Room {
    Room::new(&[("K", "signing-key"), ("WHO", "qa")])
}

#[tokio::test]
async fn a_token_is_signed_once_and_kept_until_just_before_its_end() {
    let (bench, room) = (Bench::new(Vec::new()).await, room());
    let ready = room.ready(SCHEME).unwrap();
    let first = bench.token(&ready).await;
    bench.clock.advance(Duration::from_secs(269));
    assert_eq!(bench.token(&ready).await, first);
    bench.clock.advance(Duration::from_secs(1));
    let second = bench.token(&ready).await;
    assert_ne!(second, first);
    let claims = jwt::claims(first.strip_prefix("Bearer ").unwrap()).unwrap();
    let number = |name: &str| claims.get(name).and_then(Json::as_number).unwrap().as_f64();
    assert_eq!((claims.get("sub").unwrap().as_str(), number("exp") - number("iat")), (Some("qa"), 300.0));
    assert!(claims.get("jti").is_none() && claims.to_text().contains("0.10"));
    let summary = &bench.tokens.summary()[0];
    assert_eq!((summary.fetched, summary.renewed, summary.shared), (2, 1, 1));
    assert!(!bench.redactor.redact(&second).contains(&second[7..]));
    assert_eq!(room.redactor.redact("signing-key"), "[redacted]");
}

#[tokio::test]
async fn a_rejected_token_is_signed_anew_once() {
    let (bench, room) = (Bench::new(Vec::new()).await, room());
    let ready = room.ready("{jwt: {alg: HS256, key: {env: K}}}").unwrap();
    let credential = bench.tokens.credential(&ready).await.unwrap();
    let renewed = bench.tokens.rejected(&ready, &credential, Some("Bearer")).await.unwrap().unwrap();
    assert_ne!(renewed.secret.expose(), credential.secret.expose(), "`jti` differs");
    assert!(bench.tokens.rejected(&ready, &renewed, Some("Bearer")).await.unwrap().is_none());
    let stubborn = room.ready("{jwt: {alg: HS256, key: {env: K}, on_unauthorized: fail}}").unwrap();
    let credential = bench.tokens.credential(&stubborn).await.unwrap();
    assert!(bench.tokens.rejected(&stubborn, &credential, None).await.unwrap().is_none());
}

#[tokio::test]
async fn a_token_of_another_key_or_claim_is_another() {
    let (bench, room) = (Bench::new(Vec::new()).await, Room::new(&[("K", "signing-key"), ("L", "other-key")]));
    let mut tokens = Vec::new();
    for keys in ["key: {env: K}", "key: {env: L}", "key: {env: K}, claims: {a: 1}", "key: {env: K}, lifetime: 9m"] {
        tokens.push(bench.token(&room.ready(&format!("{{jwt: {{alg: HS256, {keys}}}}}")).unwrap()).await);
    }
    tokens.push(bench.token(&room.ready("{jwt: {alg: HS256, key: {env: K}}}").unwrap()).await);
    assert_eq!(tokens[0], tokens[4]);
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), 4);
}

#[test]
fn a_key_that_does_not_fit_is_told_before_anything_is_sent() {
    let room = room();
    let fault = room.fault("{jwt: {alg: ES256, key: {env: K}}}");
    assert!(fault.starts_with("the value of `key` cannot sign `ES256`: it holds no private key in PEM"), "{fault}");
    assert!(!fault.contains("signing-key"));
}
