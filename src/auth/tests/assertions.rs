use std::time::Duration;

use super::*;
use crate::auth::{
    grant::{Client, Proof},
    jwt,
    signer::Signer,
};
use crate::json::Json;
use crate::secret::Secret;
use crate::spec::auth::Algorithm;

pub(super) fn signer(key: &str) -> Signer {
    Signer::new(Algorithm::Hs256, Secret::new(key), Some("k1".to_owned())).unwrap()
}

fn signing(grant: &mut Grant) {
    grant.client = Client { id: "id".to_owned(), proof: Proof::Jwt(signer("client-key")) };
}

type Change = fn(&mut Grant);

/// A refusal by a server whose clock is ahead by this many seconds.
fn refused(error: &str, ahead: i64) -> Reply {
    let date = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_secs(ahead)).unwrap();
    let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date).unwrap();
    let headers = format!("Content-Type: application/json\r\nDate: {date}\r\n");
    Reply::with(400, &headers, &format!(r#"{{"error":"{error}"}}"#))
}

impl Bench {
    /// The assertions under this name in all requests.
    pub(super) fn assertions(&self, name: &str) -> Vec<String> {
        let find = |request: String| {
            let (_, body) = request.split_once("\r\n\r\n")?;
            let mut fields = body.split('&').filter_map(|field| field.split_once('='));
            fields.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
        };
        self.server.seen().into_iter().filter_map(find).collect()
    }
}

pub(super) fn number(token: &str, name: &str) -> f64 {
    jwt::claims(token).unwrap().get(name).and_then(Json::as_number).unwrap().as_f64()
}

pub(super) fn text(token: &str, name: &str) -> String {
    jwt::claims(token).unwrap().get(name).and_then(Json::as_str).unwrap().to_owned()
}

#[tokio::test]
async fn each_attempt_is_signed_anew_and_hidden() {
    let bench = Bench::new(vec![Reply::json(503, "{}"), token("first-token")]).await;
    let ready = bench.ready_with("service", signing);
    assert_eq!(bench.token(&ready).await, "Bearer first-token");
    let seen = bench.server.seen();
    let form = "grant_type=client_credentials&client_id=id\
                &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=eyJ";
    assert!(seen[0].contains(form) && !seen[0].to_lowercase().contains("authorization:"), "{}", seen[0]);
    let assertions = bench.assertions("client_assertion");
    assert_ne!(text(&assertions[0], "jti"), text(&assertions[1], "jti"));
    for assertion in &assertions {
        let told = (text(assertion, "iss"), text(assertion, "sub"), text(assertion, "aud"));
        assert_eq!(told, ("id".to_owned(), "id".to_owned(), bench.server.url("/token")));
        assert_eq!(number(assertion, "exp") - number(assertion, "iat"), 60.0);
        assert!(!bench.redactor.redact(assertion).contains(assertion.as_str()));
    }
}

#[tokio::test]
async fn the_clock_of_the_server_counts_after_a_refusal_only() {
    for ahead in [600, -600] {
        let bench = Bench::new(vec![refused("invalid_client", ahead), token("first-token")]).await;
        let ready = bench.ready_with("service", signing);
        assert_eq!(bench.token(&ready).await, "Bearer first-token");
        let issued: Vec<_> = bench.assertions("client_assertion").iter().map(|it| number(it, "iat")).collect();
        assert!((issued[1] - issued[0] - f64::from(ahead as i32)).abs() <= 2.0, "{issued:?}");
        let notes = &bench.tokens.summary()[0].notes;
        assert!(notes[0].starts_with("an assertion was refused and dated anew"), "{notes:?}");
    }
    // The same clock, an error that no time cures, a client that signs nothing.
    let rows: [(&str, i64, Change); 3] =
        [("invalid_client", 0, signing), ("invalid_scope", 600, signing), ("invalid_client", 600, |_| {})];
    for (error, ahead, change) in rows {
        let bench = Bench::new(vec![refused(error, ahead), token("first-token")]).await;
        assert!(bench.tokens.credential(&bench.ready_with("service", change)).await.is_err());
        assert_eq!(bench.server.count(), 1, "{error} {ahead}");
    }
}

#[tokio::test]
async fn the_clock_of_the_server_is_remembered_between_renewals() {
    let replies =
        vec![refused("invalid_client", 600), token("first-token"), token("second-token"), token("third-token")];
    let bench = Bench::new(replies).await;
    let ready = bench.ready_with("service", signing);
    for expected in ["first", "second", "third"] {
        assert_eq!(bench.token(&ready).await, format!("Bearer {expected}-token"));
        bench.clock.advance(Duration::from_secs(3600));
    }
    assert_eq!(bench.server.count(), 4, "only the first assertion was refused");
    let issued: Vec<_> = bench.assertions("client_assertion").iter().map(|it| number(it, "iat")).collect();
    for (hour, pair) in issued[1..].windows(2).enumerate() {
        assert_eq!(pair[1] - pair[0], 3600.0, "renewal {hour}");
    }
    assert_eq!(bench.tokens.summary()[0].notes.len(), 1, "{:?}", bench.tokens.summary()[0].notes);
}

#[tokio::test]
async fn a_correction_that_is_wrong_by_now_is_corrected() {
    let replies = vec![refused("invalid_client", 600), token("first-token"), refused("invalid_client", -600)];
    let bench = Bench::new([replies, vec![token("second-token")]].concat()).await;
    let ready = bench.ready_with("service", signing);
    assert_eq!(bench.token(&ready).await, "Bearer first-token");
    bench.clock.advance(Duration::from_secs(3600));
    assert_eq!(bench.token(&ready).await, "Bearer second-token");
    assert_eq!(bench.server.count(), 4);
}

#[tokio::test]
async fn a_server_that_refuses_always_is_asked_twice() {
    let bench = Bench::new(vec![refused("invalid_client", 600)]).await;
    let ready = bench.ready_with("service", signing);
    let why = bench.tokens.credential(&ready).await.unwrap_err();
    assert!(why.help.unwrap().starts_with("does the server know this client's key"), "{}", why.message);
    bench.clock.advance(Duration::from_secs(60));
    assert!(bench.tokens.credential(&ready).await.is_err());
    assert_eq!(bench.server.count(), 2);
}
