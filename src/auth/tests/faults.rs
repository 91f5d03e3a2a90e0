use std::time::Duration;

use super::*;

fn busy() -> Reply {
    Reply::with(503, "", "")
}

#[tokio::test]
async fn an_endpoint_at_fault_is_asked_three_times() {
    let bench = Bench::new(vec![busy(), Reply::Closed, token("first-token")]).await;
    let began = bench.clock.now();
    let ready = bench.ready("service");
    assert_eq!(bench.token(&ready).await, "Bearer first-token");
    assert_eq!(bench.server.count(), 3);
    let waited = bench.clock.since(began).as_secs_f64();
    assert!((2.7..=3.3).contains(&waited), "{waited}");
}

#[tokio::test]
async fn life_counts_from_the_request_that_was_answered() {
    let bench = Bench::new(vec![Reply::with(429, "Retry-After: 20\r\n", ""), token("first-token")]).await;
    let ready = bench.ready("service");
    let began = bench.clock.now();
    let credential = bench.tokens.credential(&ready).await.unwrap();
    assert_eq!(bench.clock.since(began), Duration::from_secs(20));
    assert_eq!(credential.sender(bench.clock.now()).token_age, Some(Duration::ZERO));
}

#[tokio::test]
async fn attempts_used_up_are_remembered_for_thirty_seconds() {
    let bench = Bench::new(vec![busy(), busy(), busy(), token("first-token")]).await;
    let ready = bench.ready("service");
    for _ in 0..10 {
        let error = bench.tokens.credential(&ready).await.unwrap_err();
        let url = bench.server.url("/token");
        assert_eq!(
            error.message,
            format!(
                "no token for `service`: the token endpoint {url} answered 503 with an empty body without content type; 3 attempts were made"
            )
        );
        assert_eq!(error.place.text(), "token_url");
    }
    assert_eq!(bench.server.count(), 3);
    bench.clock.advance(Duration::from_secs(30));
    assert_eq!(bench.token(&ready).await, "Bearer first-token");
    assert_eq!((bench.tokens.summary()[0].failed, bench.server.count()), (1, 4));
}

#[tokio::test]
async fn a_wrong_password_is_sent_once() {
    let bench = Bench::new(vec![Reply::json(401, r#"{"error":"invalid_client"}"#)]).await;
    let ready = bench.ready("service");
    for name in ["service", "service", "twin"] {
        let ready = if name == "twin" { bench.ready("twin") } else { Arc::clone(&ready) };
        let error = bench.tokens.credential(&ready).await.unwrap_err();
        assert!(error.message.starts_with(&format!("no token for `{name}`: the token endpoint ")), "{error}");
        assert!(error.message.ends_with("answered 401 `invalid_client` (sent by `client_auth: basic`)"), "{error}");
        assert!(error.help.is_some());
        assert_eq!(error.place.text(), "client_id");
    }
    bench.clock.advance(Duration::from_secs(100_000));
    assert!(bench.tokens.credential(&ready).await.is_err());
    assert_eq!(bench.server.count(), 1);
}

#[tokio::test]
async fn nobody_listening_is_told_with_the_url() {
    let bench = Bench::new(Vec::new()).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    drop(listener);
    let ready = bench.ready_with("service", |grant| grant.token_url = Url::parse(&url).unwrap());
    let error = bench.tokens.credential(&ready).await.unwrap_err();
    let start = format!("no token for `service`: the token endpoint {url} could not be asked: ");
    assert!(error.message.starts_with(&start) && error.message.ends_with("3 attempts were made"), "{error}");
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let bench = Bench::new(vec![Reply::with(307, "Location: /token/\r\n", ""), token("first-token")]).await;
    let error = bench.tokens.credential(&bench.ready("service")).await.unwrap_err();
    assert!(error.message.ends_with("answered 307 with a redirect to /token/"), "{error}");
    assert_eq!(error.help.as_deref(), Some("`token_url` lacks the slash at its end"));
    assert_eq!(bench.server.count(), 1);
}

#[tokio::test]
async fn an_old_token_bridges_an_outage_and_it_is_told() {
    let bench = Bench::new(vec![token("first-token"), busy()]).await;
    let ready = bench.ready_with("service", |grant| grant.retries = 0);
    bench.token(&ready).await;
    bench.clock.advance(Duration::from_secs(3550));
    assert_eq!(bench.token(&ready).await, "Bearer first-token");
    assert_eq!(bench.token(&ready).await, "Bearer first-token");
    assert_eq!(bench.server.count(), 2);
    let notes = &bench.tokens.summary()[0].notes;
    assert!(notes[0].starts_with("an old token was used, as the token endpoint"), "{notes:?}");
    bench.clock.advance(Duration::from_secs(46));
    assert!(bench.tokens.credential(&ready).await.is_err());
}

#[tokio::test]
async fn what_a_failing_endpoint_says_is_hidden_too() {
    let bench = Bench::new(vec![Reply::json(400, r#"{"error":"x","client_secret":"echoed-secret"}"#)]).await;
    assert!(bench.tokens.credential(&bench.ready("service")).await.is_err());
    assert_eq!(bench.redactor.redact("echoed-secret"), "[redacted]");
}
