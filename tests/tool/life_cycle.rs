//! The life of a token, counted by the server: fetched when first needed, once; renewed before it runs out; replaced when it is
//! rejected; sent and printed nowhere else.

use std::{fmt::Write, time::Duration};

use crate::support::{Ran, Workspace};
use hallpass::demo::{Client, Demo, Fault, Options};

const SECRET: &str = "s3cret";

/// A project with one identity that fetches tokens from the demo's identity provider.
fn project(demo: &Demo, more: &str) -> Workspace {
    let project = format!(
        "base_url: {}\nauth: service\nidentities:\n  service:\n    oauth2:\n      token_url: {}/oauth2/token\n      \
         client_id: tester\n      client_secret: {{ env: TESTER_SECRET }}\n{more}",
        demo.api_url(),
        demo.issuer_url(),
    );
    Workspace::new(&project).env("TESTER_SECRET", SECRET)
}

fn options() -> Options {
    let tester = Client::new("tester", SECRET, &["items.read"]);
    Options { clients: vec![tester], token_lifetime: Duration::from_secs(3600), ..Options::default() }
}

/// `count` requests for the list of items, with `more` below each.
fn requests(count: usize, more: &str) -> String {
    let mut text = String::from("requests:\n");
    for number in 0..count {
        let _ = write!(text, "  - name: request {number}\n    get: /items\n{more}");
    }
    text
}

async fn run(workspace: Workspace, arguments: &'static [&'static str]) -> (Workspace, Ran) {
    let ran = tokio::task::spawn_blocking(move || {
        let ran = workspace.hallpass(arguments);
        (workspace, ran)
    });
    ran.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_cases_in_parallel_share_one_token_request() {
    let demo = Demo::start(options()).await.unwrap();
    let mut workspace = project(&demo, "");
    for file in 0..200 {
        workspace = workspace.spec(&format!("spec_{file:03}.yaml"), &requests(1, ""));
    }
    let (_, ran) = run(workspace, &["run", "-j", "200"]).await;
    ran.ends_with(0).says("200 passed").says("service: 1 fetched");
    assert_eq!(demo.counts().token_requests, 1);
    assert_eq!(demo.counts().api_requests, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_three_seconds_are_renewed_before_anybody_sees_a_401() {
    let demo = Demo::start(Options { token_lifetime: Duration::from_secs(3), ..options() }).await.unwrap();
    let mut workspace = project(&demo, "");
    for file in 0..4 {
        workspace = workspace.spec(&format!("spec_{file}.yaml"), &requests(48, "    delay: 250ms\n"));
    }
    let (_, ran) = run(workspace, &["run"]).await;
    ran.ends_with(0).says("192 passed").never_met(401);
    let counts = demo.counts();
    assert!(counts.token_requests >= 4, "{} token requests", counts.token_requests);
    assert_eq!((counts.unauthorized, counts.token_requests_at_once), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn three_concurrent_401s_cost_one_renewal_and_three_replays() {
    let demo = Demo::start(Options { api_latency: Duration::from_millis(200), ..options() }).await.unwrap();
    demo.plan_faults([Fault::none().field("access_token", "\"a-token-that-is-dead\"")]);
    let mut workspace = project(&demo, "");
    for file in 0..3 {
        workspace = workspace.spec(&format!("spec_{file}.yaml"), &requests(1, ""));
    }
    let (_, ran) = run(workspace, &["run", "-vv"]).await;
    ran.ends_with(0).says("3 passed").says("1 renewed").says("3 replayed");
    let counts = demo.counts();
    assert_eq!((counts.token_requests, counts.unauthorized, counts.api_requests), (2, 3, 6));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_that_always_answers_401_costs_two_tokens_and_shows_both_exchanges() {
    let demo = Demo::start(Options { api_always_unauthorized: true, ..options() }).await.unwrap();
    let mut workspace = project(&demo, "");
    for file in 0..20 {
        workspace = workspace.spec(&format!("spec_{file:02}.yaml"), &requests(2, ""));
    }
    let (workspace, ran) = run(workspace, &["run", "--report", "json=run.json"]).await;
    ran.ends_with(1).says("40 failed");
    let counts = demo.counts();
    assert!(counts.token_requests <= 2, "{} token requests", counts.token_requests);
    let json: serde_json::Value = serde_json::from_str(&workspace.read("run.json")).unwrap();
    let cases = json["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 40);
    let statuses = |case: &serde_json::Value| {
        let exchanges = case["exchanges"].as_array().unwrap();
        exchanges.iter().map(|exchange| exchange["response"]["status"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert!(cases.iter().all(|case| statuses(case).iter().all(|status| *status == 401)));
    assert!(cases.iter().any(|case| statuses(case) == [401, 401]), "a replay is on record");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_expects_401_or_gets_403_renews_nothing() {
    let demo = Demo::start(Options { api_always_unauthorized: true, ..options() }).await.unwrap();
    let workspace = project(&demo, "").spec("guard.yaml", &requests(3, "    expect: { status: 401 }\n"));
    let (_, ran) = run(workspace, &["run"]).await;
    ran.ends_with(0).says("3 passed");
    assert_eq!((demo.counts().token_requests, demo.counts().api_requests), (1, 3));

    let demo = Demo::start(options()).await.unwrap();
    let spec = "requests:\n  - name: create\n    post: /items\n    json: { title: lamp, price: 1 }\n    expect: { status: 201 }\n";
    let (_, ran) = run(project(&demo, "").spec("create.yaml", spec), &["run"]).await;
    ran.ends_with(1).says("403");
    let counts = demo.counts();
    assert_eq!((counts.token_requests, counts.forbidden, counts.api_requests), (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_asked_about_once_and_no_request_goes_out() {
    let demo = Demo::start(options()).await.unwrap();
    let mut workspace = project(&demo, "").env("TESTER_SECRET", "not-the-secret");
    for file in 0..50 {
        workspace = workspace.spec(&format!("spec_{file:02}.yaml"), &requests(2, ""));
    }
    let (_, ran) = run(workspace, &["run"]).await;
    let ran = ran.ends_with(3).says("invalid_client").does_not_say("not-the-secret");
    assert!(ran.all().matches("no token for `service`").count() >= 100, "{}", ran.all());
    assert_eq!((demo.counts().token_requests, demo.counts().api_requests), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn specs_that_write_the_same_identity_in_place_share_its_token() {
    let demo = Demo::start(options()).await.unwrap();
    let mut workspace = Workspace::new(&format!("base_url: {}\n", demo.api_url())).env("TESTER_SECRET", SECRET);
    for file in 0..10 {
        let scope = if file % 2 == 0 { "items.read" } else { "[items.read]" };
        let spec = format!(
            "auth:\n  oauth2:\n    token_url: {}/oauth2/token\n    client_id: tester\n    client_secret: {{ env: TESTER_SECRET }}\n    \
             scope: {scope}\n{}",
            demo.issuer_url(),
            requests(1, "")
        );
        workspace = workspace.spec(&format!("spec_{file}.yaml"), &spec);
    }
    let (_, ran) = run(workspace, &["run"]).await;
    ran.ends_with(0).says("10 passed");
    assert_eq!(demo.counts().token_requests, 1);
}
