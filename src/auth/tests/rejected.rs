use super::*;
use crate::spec::auth::OnUnauthorized;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_rejections_at_once_cost_one_renewal() {
    let bench = Arc::new(Bench::new(vec![token("first-token"), token("second-token"), token("third-token")]).await);
    let ready = bench.ready("service");
    let credential = bench.tokens.credential(&ready).await.unwrap();
    bench.server.close_gate();
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (bench, ready, credential) = (Arc::clone(&bench), Arc::clone(&ready), credential.clone());
            tokio::spawn(async move {
                let renewed = bench.tokens.rejected(&ready, &credential, None).await.unwrap().unwrap();
                renewed.secret.expose().to_owned()
            })
        })
        .collect();
    bench.server.open_gate();
    for task in tasks {
        assert_eq!(task.await.unwrap(), "second-token");
    }
    assert_eq!(bench.server.count(), 2);
    let summary = &bench.tokens.summary()[0];
    assert_eq!((summary.fetched, summary.renewed, summary.replayed, summary.shared), (2, 1, 50, 49));
}

#[tokio::test]
async fn an_api_that_always_says_401_costs_two_tokens() {
    let bench = Bench::new((0..100).map(|n| token(&format!("token-number-{n}"))).collect()).await;
    let ready = bench.ready("service");
    let mut replays = 0;
    for _ in 0..20 {
        let credential = bench.tokens.credential(&ready).await.unwrap();
        let renewed = bench.tokens.rejected(&ready, &credential, Some("Bearer error=\"invalid_token\"")).await.unwrap();
        replays += usize::from(renewed.is_some());
    }
    assert_eq!((bench.server.count(), replays), (2, 1));
}

#[tokio::test]
async fn an_accepted_key_is_renewed_whenever_it_is_rejected() {
    let bench = Bench::new((0..100).map(|n| token(&format!("token-number-{n}"))).collect()).await;
    let ready = bench.ready("service");
    for _ in 0..3 {
        let credential = bench.tokens.credential(&ready).await.unwrap();
        bench.tokens.accepted(&ready, &credential);
        assert!(bench.tokens.rejected(&ready, &credential, None).await.unwrap().is_some());
    }
    assert_eq!(bench.server.count(), 4);
}

#[tokio::test]
async fn the_same_token_again_is_not_replayed() {
    let bench = Bench::new(vec![token("first-token")]).await;
    let ready = bench.ready("service");
    for _ in 0..5 {
        let credential = bench.tokens.credential(&ready).await.unwrap();
        bench.tokens.accepted(&ready, &credential);
        assert!(bench.tokens.rejected(&ready, &credential, None).await.unwrap().is_none());
    }
    assert_eq!(bench.server.count(), 2);
    assert_eq!(bench.tokens.summary()[0].replayed, 0);
}

#[tokio::test]
async fn a_rejection_that_no_token_cures_renews_nothing() {
    let bench = Bench::new(vec![token("first-token"), token("second-token")]).await;
    let ready = bench.ready("service");
    let credential = bench.tokens.credential(&ready).await.unwrap();
    for challenge in ["Bearer error=\"insufficient_scope\"", "Basic realm=\"x\"", "Negotiate"] {
        assert!(bench.tokens.rejected(&ready, &credential, Some(challenge)).await.unwrap().is_none(), "{challenge}");
    }
    let ready = bench.ready_with("service", |grant| grant.on_unauthorized = OnUnauthorized::Fail);
    let credential = bench.tokens.credential(&ready).await.unwrap();
    assert!(bench.tokens.rejected(&ready, &credential, None).await.unwrap().is_none());
    let fixed = Arc::new(Ready::fixed("fixed", crate::spec::auth::Placement::authorization("Bearer"), "t", &api()));
    let credential = bench.tokens.credential(&fixed).await.unwrap();
    assert!(bench.tokens.rejected(&fixed, &credential, None).await.unwrap().is_none());
    assert_eq!(bench.server.count(), 1);
}

#[tokio::test]
async fn a_renewal_that_fails_is_an_error_for_everyone() {
    let bench = Bench::new(vec![token("first-token"), Reply::json(400, r#"{"error":"invalid_grant"}"#)]).await;
    let ready = bench.ready("service");
    let credential = bench.tokens.credential(&ready).await.unwrap();
    for _ in 0..3 {
        let error = bench.tokens.rejected(&ready, &credential, None).await.unwrap_err();
        assert!(error.message.ends_with("answered 400 `invalid_grant`"), "{error}");
    }
    assert!(bench.tokens.credential(&ready).await.is_err());
    assert_eq!(bench.server.count(), 2);
}
