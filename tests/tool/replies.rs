//! Token endpoints that answer something else than a token: each has its own message, and no request goes out.

use std::time::Duration;

use crate::support::{Ran, Workspace};
use hallpass::demo::{Client, Demo, Fault, Options};

const HTML: &str = "<!doctype html><title>Sign in</title>";

fn typed(status: u16, kind: &str, body: &str) -> Fault {
    Fault::answer(status, body).header("content-type", kind)
}

/// What the endpoint does, and what is told of it behind its URL.
fn table() -> Vec<(Fault, &'static str)> {
    let json = "application/json";
    vec![
        (typed(200, "text/html; charset=utf-8", HTML), "answered 200 with an HTML page of type `text/html`"),
        (typed(403, json, ""), "answered 403 with an empty body of type `application/json`"),
        (typed(200, "text/plain", "ok"), "answered 200 with a body of type `text/plain` that is not JSON"),
        (
            Fault::none().without("access_token"),
            "answered 200 with JSON of type `application/json`, but no `access_token`; it has `token_type`, `expires_in`, `scope`",
        ),
        (
            Fault::none().field("access_token", "\"a\\r\\nX-Evil: 1\""),
            "answered 200 with JSON of type `application/json`, but its `access_token` has a line break in it",
        ),
        (
            Fault::none().field("access_token", "\"a\\nb\""),
            "answered 200 with JSON of type `application/json`, but its `access_token` has a line break in it",
        ),
        (
            Fault::none().field("access_token", "nonsense"),
            "answered 200 with a body of type `application/json` that is not JSON",
        ),
        (
            typed(301, "text/html", HTML).header("location", "/oauth2/token/"),
            "answered 301 with a redirect to /oauth2/token/",
        ),
        (
            typed(200, "application/x-www-form-urlencoded", "access_token=form-token&token_type=bearer"),
            "answered 200 with a form-encoded body of type `application/x-www-form-urlencoded` instead of JSON",
        ),
        (
            typed(200, json, "{\"error\":\"invalid_request\",\"error_description\":\"what?\"}"),
            "answered 200 `invalid_request`: what?",
        ),
        (typed(200, json, &" ".repeat(1_100_000)), "answered 200 with more than 1 MiB of type `application/json`"),
        (typed(404, "text/html", HTML), "answered 404 with an HTML page of type `text/html`"),
        (typed(200, json, "{}"), "answered 200 with an empty JSON object of type `application/json`"),
        (Fault::none().field("token_type", "\"mac\""), "answered 200 with a token of the type `mac`"),
    ]
}

async fn run(demo: &Demo) -> Ran {
    let project = format!(
        "base_url: {}\nauth: service\nidentities:\n  service:\n    oauth2:\n      token_url: {}/oauth2/token\n      \
         client_id: tester\n      client_secret: {{ env: TESTER_SECRET }}\n",
        demo.api_url(),
        demo.issuer_url(),
    );
    let spec = "requests:\n  - { name: one, get: /items }\n  - { name: two, get: /items }\n";
    let workspace = Workspace::new(&project).env("TESTER_SECRET", "s3cret").spec("items.yaml", spec);
    tokio::task::spawn_blocking(move || workspace.hallpass(&["run"])).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_reply_is_told_once_for_each_case_and_asked_for_once() {
    let tester = Client::new("tester", "s3cret", &["items.read"]);
    let options = Options { clients: vec![tester], token_lifetime: Duration::from_secs(3600), ..Options::default() };
    let demo = Demo::start(options).await.unwrap();
    for (number, (fault, told)) in (1..).zip(table()) {
        demo.plan_faults([fault]);
        let ran = run(&demo).await.ends_with(3);
        let whole = format!("no token for `service`: the token endpoint {}/oauth2/token {told}", demo.issuer_url());
        assert_eq!(ran.all().matches(&whole).count(), 2, "{whole}\n{}", ran.all());
        ran.says("auth service: 0 fetched, 0 shared, 0 renewed, 1 failed")
            .does_not_say("form-token")
            .does_not_say("X-Evil");
        assert_eq!((demo.counts().token_requests, demo.counts().api_requests), (number, 0), "{told}");
    }
}
