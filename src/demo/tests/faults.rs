//! The token endpoint when things go wrong.

use super::*;
use crate::demo::Fault;

#[tokio::test]
async fn planned_faults_come_one_by_one_and_then_all_is_well() {
    let demo = demo().await;
    demo.plan_faults([
        Fault::answer(503, "{\"error\":\"temporarily_unavailable\"}").header("retry-after", "1"),
        Fault::answer(200, "<html>").header("content-type", "text/html"),
        Fault::answer(42, ""),
        Fault::none().field("expires_in", "\"soon\"").without("token_type").field("more", "nonsense"),
    ]);
    let busy = demo.ask_as("reader", "plain", "").await;
    assert_eq!((busy.status, busy.header("retry-after")), (503, Some("1")));
    assert_eq!(busy.text("error"), "temporarily_unavailable");
    let html = demo.ask_as("reader", "plain", "").await;
    assert_eq!((html.status, html.headers("content-type")), (200, vec!["text/html"]));
    assert_eq!(demo.ask_as("reader", "plain", "").await.status, 500);
    let wrong = String::from_utf8(demo.ask_as("reader", "plain", "").await.body).unwrap();
    assert!(wrong.contains("\"expires_in\":\"soon\",\"more\":nonsense") && !wrong.contains("token_type"), "{wrong}");
    let well = demo.ask_as("reader", "plain", "").await;
    assert_eq!(well.json().get("expires_in").unwrap().to_text(), "3");
    let counts = demo.counts();
    assert_eq!((counts.token_requests, counts.tokens_issued), (5, 2));
    assert_eq!(counts.token_requests_by_client["reader"], 5);
}

#[tokio::test]
async fn a_cut_answer_ends_in_the_middle_of_its_body() {
    let demo = demo().await;
    demo.plan_faults([Fault::cut()]);
    let cut = demo.ask_as("reader", "plain", "").await;
    let length: usize = cut.header("content-length").unwrap().parse().unwrap();
    assert_eq!((cut.status, cut.header("content-type")), (200, Some("application/json")));
    assert_eq!(cut.body.len(), length / 2);
    assert!(cut.body.starts_with(b"{\"access_token\":\"ey"));
}

#[tokio::test]
async fn a_reset_is_a_reset_and_a_hang_ends_with_the_demo() {
    let demo = demo().await;
    demo.plan_faults([Fault::reset(), Fault::hang()]);
    let form = b"grant_type=client_credentials";
    let reset = exchange(demo.issuer_url(), "POST /oauth2/token", &[], form).await.unwrap_err();
    assert_eq!(reset.kind(), std::io::ErrorKind::ConnectionReset);
    let url = demo.issuer_url().to_owned();
    let hanging = tokio::spawn(async move { exchange(&url, "POST /oauth2/token", &[], form).await });
    while demo.counts().token_requests < 2 {
        tokio::task::yield_now().await;
    }
    assert!(!hanging.is_finished());
    demo.stop().await;
    assert!(hanging.await.unwrap().is_err());
}

#[tokio::test]
async fn a_delay_and_a_skewed_clock_go_with_any_answer() {
    let (demo, clock) = frozen(options()).await;
    let before = clock.now();
    demo.plan_faults([Fault::none().after(Duration::from_secs(20)).skewed(-3600)]);
    let reply = demo.ask_as("reader", "plain", "").await;
    assert_eq!(clock.since(before), Duration::from_secs(20));
    assert_eq!(reply.header("date"), Some("Sun, 17 Mar 2030 16:47:00 GMT"));
    let me = demo.call(&reply.text("access_token"), "GET /me").await;
    assert_eq!(me.json().get("iat").unwrap().to_text(), (1_900_000_020 - 3600).to_string());
}

#[tokio::test]
async fn requests_at_once_are_counted_at_their_peak() {
    let demo = demo().await;
    demo.plan_faults(vec![Fault::hang(); 3]);
    let hanging: Vec<_> = (0..3)
        .map(|_| {
            let url = demo.issuer_url().to_owned();
            tokio::spawn(async move { exchange(&url, "POST /oauth2/token", &[], b"").await })
        })
        .collect();
    while demo.counts().token_requests < 3 {
        tokio::task::yield_now().await;
    }
    assert_eq!(demo.ask_as("reader", "plain", "").await.status, 200);
    hanging.iter().for_each(tokio::task::JoinHandle::abort);
    for gone in hanging {
        assert!(gone.await.is_err());
    }
    let counts = demo.counts();
    assert_eq!((counts.token_requests, counts.token_requests_at_once, counts.provider_connections), (4, 4, 4));
}
