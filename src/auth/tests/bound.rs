//! Tokens bound to a key (RFC 9449), against a token endpoint that answers what it is told.

use bytes::Bytes;

use super::*;
use crate::auth::{Attached, Credential, jwt};
use crate::http::Response;
use crate::json::Json;
use crate::secret::Secret;
use crate::spec::auth::{Placement, Share};

const BOUND: &str = r#"{"access_token":"bound-token-1","token_type":"dpop","expires_in":3600}"#;

fn bound(bench: &Bench) -> Arc<Ready> {
    bench.ready_with("bound", |grant| {
        grant.dpop = true;
        grant.share = Share::Off;
        grant.placement = Placement::authorization("DPoP");
    })
}

/// The claims of the proof of a request that the token endpoint saw.
fn claims(seen: &str) -> Json<'static> {
    let header =
        |line: &str| Some(line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("dpop"))?.1.to_owned());
    let proof = seen.lines().find_map(header);
    jwt::claims(&proof.unwrap()).unwrap()
}

fn text(claims: &Json<'_>, name: &str) -> String {
    claims.get(name).and_then(Json::as_str).unwrap_or_default().to_owned()
}

/// The claims of the proof that goes with a request to the API, and the value of `Authorization`.
async fn sent(bench: &Bench, credential: &Credential) -> (Json<'static>, String) {
    let mut sent = request("https://api.example.com/items?page=2");
    assert_eq!(bench.tokens.attach(credential, &mut sent).await, Attached::Yes);
    let [token, proof] = &sent.headers[..] else { panic!("{:?}", sent.headers) };
    assert!(proof.name == "DPoP" && proof.bound);
    (jwt::claims(&proof.value).unwrap(), token.value.clone())
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    Response {
        status,
        version: "1.1",
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        url: Url::parse("https://api.example.com/items").unwrap(),
        body: Bytes::from(body.to_owned()),
        size: body.len() as u64,
        peer: None,
    }
}

#[tokio::test]
async fn a_token_endpoint_is_asked_once_more_with_the_nonce_that_it_wants() {
    let asks = Reply::with(400, "DPoP-Nonce: n-1\r\n", r#"{"error":"use_dpop_nonce"}"#);
    let gives = Reply::with(200, "Content-Type: application/json\r\nDPoP-Nonce: n-2\r\n", BOUND);
    let bench = Bench::new(vec![asks.clone(), gives.clone(), gives, asks.clone(), asks]).await;
    let ready = bound(&bench);
    let credential = bench.tokens.credential(&ready).await.unwrap();
    bench.tokens.accepted(&ready, &credential);
    bench.clock.advance(std::time::Duration::from_secs(3600));
    bench.tokens.credential(&ready).await.unwrap();
    bench.clock.advance(std::time::Duration::from_secs(3600));
    let error = bench.tokens.credential(&ready).await.unwrap_err();
    assert!(error.message.contains("`use_dpop_nonce`") && error.help.unwrap().contains("does not take the nonce"));
    let proofs: Vec<_> = bench.server.seen().iter().map(|seen| claims(seen)).collect();
    let nonces: Vec<_> = proofs.iter().map(|claims| text(claims, "nonce")).collect();
    assert_eq!(nonces, ["", "n-1", "n-2", "n-2", "n-1"]);
    let mut ids: Vec<_> = proofs.iter().map(|claims| text(claims, "jti")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 5);
    assert_eq!((text(&proofs[0], "htm"), text(&proofs[0], "htu")), ("POST".into(), bench.server.url("/token")));
}

#[tokio::test]
async fn a_token_that_is_not_bound_is_refused() {
    let rows = [
        (
            r#"{"access_token":"t-123","token_type":"Bearer"}"#,
            "with a token of the type `Bearer` where `DPoP` was asked for",
        ),
        (r#"{"access_token":"t-123"}"#, "with a token of no type where `DPoP` was asked for"),
    ];
    for (reply, expected) in rows {
        let bench = Bench::new(vec![Reply::json(200, reply)]).await;
        let error = bench.tokens.credential(&bound(&bench)).await.unwrap_err();
        assert!(error.message.contains(expected), "{}", error.message);
    }
}

#[tokio::test]
async fn an_api_is_answered_with_its_nonce_once_and_by_its_clock_once() {
    let bench = Bench::new(vec![Reply::json(200, BOUND)]).await;
    let ready = bound(&bench);
    let credential = bench.tokens.credential(&ready).await.unwrap();
    let (first, token) = sent(&bench, &credential).await;
    assert_eq!((token.as_str(), text(&first, "htu").as_str()), ("DPoP bound-token-1", "https://api.example.com/items"));
    assert!(first.get("nonce").is_none() && first.get("ath").is_some());
    let wants = [("www-authenticate", "DPoP error=\"use_dpop_nonce\""), ("dpop-nonce", "n-7")];
    let wants = answer(401, &wants, "");
    assert!(bench.tokens.heard(&ready, &credential, &wants));
    let with_nonce = bench.tokens.again(&ready, &credential, &wants).await.unwrap().unwrap();
    assert_eq!(with_nonce.note(), Some("replayed with the nonce of the server"));
    assert_eq!(text(&sent(&bench, &with_nonce).await.0, "nonce"), "n-7");
    assert!(bench.tokens.again(&ready, &with_nonce, &wants).await.unwrap().is_none());
    let late = [("www-authenticate", "DPoP error=invalid_dpop_proof"), ("date", "Sun, 06 Nov 1994 08:49:37 GMT")];
    let late = answer(401, &late, "");
    let dated = bench.tokens.again(&ready, &with_nonce, &late).await.unwrap().unwrap();
    let issued = sent(&bench, &dated).await.0.get("iat").unwrap().to_text();
    assert!(issued.starts_with("78411177"), "{issued}");
    assert!(bench.tokens.again(&ready, &dated, &late).await.unwrap().is_none());
    assert_eq!(bench.server.count(), 1);
}

#[tokio::test]
async fn identities_that_share_a_token_share_its_key_and_a_wrong_token_is_proved_too() {
    let bench = Bench::new(vec![Reply::json(200, BOUND)]).await;
    let (one, two) = (bound(&bench), bound(&bench));
    let (one, two) = (bench.tokens.credential(&one).await.unwrap(), bench.tokens.credential(&two).await.unwrap());
    assert!(Arc::ptr_eq(one.prover.as_ref().unwrap(), two.prover.as_ref().unwrap()));
    let plain = bench.ready("plain");
    assert!(bench.tokens.credential(&plain).await.is_err(), "a bound token is no bearer token");
    let mut wrong = one.clone();
    wrong.secret = Secret::new("another");
    assert_ne!(text(&sent(&bench, &wrong).await.0, "ath"), text(&sent(&bench, &one).await.0, "ath"));
}

#[tokio::test]
async fn a_rejected_bound_token_is_renewed_like_any_other() {
    let second = BOUND.replace("token-1", "token-2");
    let bench = Bench::new(vec![Reply::json(200, BOUND), Reply::json(200, &second)]).await;
    let ready = bound(&bench);
    let credential = bench.tokens.credential(&ready).await.unwrap();
    let rejects = answer(401, &[("www-authenticate", "DPoP algs=\"ES256\", error=\"invalid_token\"")], "");
    assert!(bench.tokens.heard(&ready, &credential, &rejects));
    let renewed = bench.tokens.again(&ready, &credential, &rejects).await.unwrap().unwrap();
    assert_eq!(
        (sent(&bench, &renewed).await.1.as_str(), renewed.note()),
        ("DPoP bound-token-2", Some("replayed with a renewed token"))
    );
    assert!(bench.tokens.again(&ready, &renewed, &rejects).await.unwrap().is_none());
}
