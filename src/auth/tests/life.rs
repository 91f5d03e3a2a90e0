use std::time::Duration;

use super::*;

#[tokio::test]
async fn a_token_is_fetched_when_first_needed_and_kept() {
    let bench = Bench::new(vec![token("first-token"), token("second-token")]).await;
    let ready = bench.ready("service");
    assert_eq!(bench.server.count(), 0);
    assert!(bench.tokens.view(&ready).is_none());
    for _ in 0..20 {
        assert_eq!(bench.token(&ready).await, "Bearer first-token");
    }
    let seen = bench.server.seen();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].starts_with("POST /token HTTP/1.1\r\n"), "{}", seen[0]);
    assert!(seen[0].ends_with("\r\n\r\ngrant_type=client_credentials"), "{}", seen[0]);
    let summary = &bench.tokens.summary()[0];
    assert_eq!((summary.identity.as_str(), summary.fetched, summary.shared, summary.renewed), ("service", 1, 19, 0));
    assert_eq!(bench.redactor.redact("got first-token"), "got [redacted]");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_hundred_that_ask_at_once_cost_one_fetch() {
    let bench = Arc::new(Bench::new(vec![token("first-token"), token("second-token")]).await);
    bench.server.close_gate();
    let ready = bench.ready("service");
    let tasks: Vec<_> = (0..500)
        .map(|_| {
            let (bench, ready) = (Arc::clone(&bench), Arc::clone(&ready));
            tokio::spawn(async move { bench.token(&ready).await })
        })
        .collect();
    // A case that is cancelled while it waits.
    tasks[0].abort();
    bench.server.open_gate();
    for task in tasks.into_iter().skip(1) {
        assert_eq!(task.await.unwrap(), "Bearer first-token");
    }
    assert_eq!(bench.server.count(), 1);
}

#[tokio::test]
async fn the_first_to_ask_may_go_away() {
    let bench = Bench::new(vec![token("first-token"), token("second-token")]).await;
    bench.server.close_gate();
    let ready = bench.ready("service");
    {
        let asking = bench.tokens.credential(&ready);
        tokio::select! {
            biased;
            _ = asking => panic!("the endpoint does not answer yet"),
            () = std::future::ready(()) => {}
        }
    }
    bench.server.open_gate();
    assert_eq!(bench.token(&ready).await, "Bearer first-token");
    assert_eq!(bench.server.count(), 1);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_runs_out() {
    let bench = Bench::new(vec![token("first-token"), token("second-token")]).await;
    let ready = bench.ready("service");
    assert_eq!(bench.token(&ready).await, "Bearer first-token");
    bench.clock.advance(Duration::from_secs(3539));
    assert_eq!(bench.token(&ready).await, "Bearer first-token");
    bench.clock.advance(Duration::from_secs(1));
    assert_eq!(bench.token(&ready).await, "Bearer second-token");
    let summary = &bench.tokens.summary()[0];
    assert_eq!((summary.fetched, summary.renewed, summary.shared), (2, 1, 1));
}

#[tokio::test]
async fn a_token_shorter_than_its_margin_is_still_given_out() {
    let jwt = crate::auth::jwt::tests::jwt(r#"{"iat":1000,"exp":1001}"#);
    let bench = Bench::new(vec![Reply::json(200, &format!(r#"{{"access_token":"{jwt}"}}"#))]).await;
    let ready = bench.ready("service");
    for _ in 0..3 {
        assert_eq!(bench.token(&ready).await, format!("Bearer {jwt}"));
    }
    assert_eq!(bench.server.count(), 3);
}

#[tokio::test]
async fn a_lifetime_that_is_guessed_is_told() {
    let bench = Bench::new(vec![Reply::json(200, r#"{"access_token":"first-token"}"#)]).await;
    let ready = bench.ready("service");
    bench.token(&ready).await;
    let notes = &bench.tokens.summary()[0].notes;
    assert_eq!(notes, &["its reply says no lifetime, ten minutes are assumed; write `lifetime:` for another"]);
}

#[tokio::test]
async fn identities_share_a_token_only_where_nothing_differs() {
    let bench = Bench::new(vec![token("first-token"), token("second-token")]).await;
    let (one, same) = (bench.ready("one"), bench.ready("same"));
    let other = bench.ready_with("other", |grant| grant.scope = vec!["read".into()]);
    assert_eq!(bench.token(&one).await, "Bearer first-token");
    assert_eq!(bench.token(&same).await, "Bearer first-token");
    assert_eq!(bench.token(&other).await, "Bearer second-token");
    let shared: Vec<_> = bench.tokens.summary().iter().map(|it| (it.identity.clone(), it.fetched, it.shared)).collect();
    assert_eq!(shared, [("one".into(), 1, 0), ("other".into(), 1, 0), ("same".into(), 0, 1)]);
}

#[tokio::test]
async fn the_order_of_scopes_tells_no_tokens_apart() {
    let bench = Bench::new(vec![token("first-token"), token("second-token")]).await;
    let scoped = |name: &str, scope: &[&str]| {
        let scope = scope.iter().map(|it| (*it).to_owned()).collect();
        bench.ready_with(name, |grant| grant.scope = scope)
    };
    let rows = [("one", &["a", "b"][..], "first"), ("turned", &["b", "a"], "first"), ("other", &["a", "c"], "second")];
    for (name, scope, expected) in rows {
        assert_eq!(bench.token(&scoped(name, scope)).await, format!("Bearer {expected}-token"), "{name}");
    }
    assert_eq!(bench.server.count(), 2);
    assert!(bench.server.seen()[0].ends_with("&scope=a+b"), "{}", bench.server.seen()[0]);
}

#[tokio::test]
async fn templates_read_token_claims_and_reply() {
    let jwt = crate::auth::jwt::tests::jwt(r#"{"sub":"qa"}"#);
    let body = format!(
        r#"{{"access_token":"{jwt}","expires_in":60,"refresh_token":"refresh-me","instance_url":"https://x"}}"#
    );
    let bench = Bench::new(vec![Reply::json(200, &body)]).await;
    let ready = bench.ready("service");
    bench.token(&ready).await;
    let view = bench.tokens.view(&ready).unwrap();
    assert_eq!(view.get("token").unwrap().as_str(), Some(jwt.as_str()));
    assert_eq!(view.get("claims").unwrap().to_text(), r#"{"sub":"qa"}"#);
    let reply = view.get("reply").unwrap();
    assert_eq!(reply.get("instance_url").unwrap().as_str(), Some("https://x"));
    assert!(reply.get("refresh_token").is_none());
    assert_eq!(bench.redactor.redact("refresh-me"), "[redacted]");
}

#[tokio::test]
async fn the_record_tells_age_and_rest() {
    let bench = Bench::new(vec![token("first-token")]).await;
    let ready = bench.ready("service");
    let credential = bench.tokens.credential(&ready).await.unwrap();
    bench.clock.advance(Duration::from_secs(600));
    let sender = credential.sender(bench.clock.now());
    assert_eq!(sender.name, "service");
    assert_eq!(sender.token_age.unwrap().as_secs(), 600);
    assert_eq!(sender.token_left.unwrap().as_secs(), 3000);
}
