//! Jobs, their inboxes, and a quota.

use super::*;

const JSON: &str = "content-type: application/json";

#[tokio::test]
async fn a_job_is_done_after_its_time_and_told_in_its_inbox() {
    let (demo, clock) = frozen(options()).await;
    let token = demo.editor();
    let begun = demo.call_with(&token, "POST /jobs", &[JSON], br#"{"takes_ms":500,"inbox":"mine"}"#).await;
    assert_eq!((begun.status, begun.header("location"), begun.text("state")), (202, Some("/jobs/1"), "running".into()));
    assert_eq!(demo.call("", "GET /inbox/mine").await.body, br#"{"messages":[]}"#);
    clock.advance(Duration::from_millis(500));
    assert_eq!(demo.call(&token, "GET /jobs/1").await.text("state"), "done");
    assert_eq!(demo.call("", "GET /inbox/mine").await.body, br#"{"messages":[{"event":"job.done","job":1}]}"#);
    assert_eq!(demo.call("", "GET /inbox/yours").await.body, br#"{"messages":[]}"#);
    assert_eq!(demo.call(&token, "GET /jobs/2").await.status, 404);
    assert_eq!(demo.call(&token, "GET /jobs/0").await.status, 404);
}

#[tokio::test]
async fn the_same_key_means_the_same_job() {
    let demo = demo().await;
    let begin = async |key: &str| {
        demo.call_with(&demo.editor(), "POST /jobs", &[JSON, key], b"{}").await.header("location").unwrap().to_owned()
    };
    assert_eq!(begin("idempotency-key: a").await, "/jobs/1");
    assert_eq!(begin("idempotency-key: b").await, "/jobs/2");
    assert_eq!(begin("idempotency-key: a").await, "/jobs/1");
    assert_eq!(begin("x: y").await, "/jobs/3");
    assert_eq!(begin("x: y").await, "/jobs/4");
    let wrong = demo.call_with(&demo.editor(), "POST /jobs", &[JSON], br#"{"takes_ms":-1}"#).await;
    assert_eq!(wrong.status, 422);
}

#[tokio::test]
async fn a_quota_is_per_key_and_second() {
    let (demo, clock) = frozen(options()).await;
    let ask = async |key: &str| demo.call("", &format!("GET /limited/{key}")).await;
    assert_eq!(ask("a").await.header("x-ratelimit-remaining"), Some("1"));
    assert_eq!(ask("a").await.status, 200);
    let refused = ask("a").await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")));
    assert_eq!(ask("b").await.status, 200);
    clock.advance(Duration::from_secs(1));
    assert_eq!(ask("a").await.status, 200);
}
