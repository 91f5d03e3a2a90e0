//! The request that all of this began with: a token by a form post, fetched before the first call and fresh for every later one.

use std::time::Duration;

use crate::support::Workspace;
use hallpass::demo::{Client, Demo, Options, Server};

/// The whole of it.
const SPEC: &str = r#"base_url: "{{env.API_URL}}"
auth:
  cognito:
    token_url: "{{env.ISSUER_URL}}/oauth2/token"
    client_id: { env: CLIENT_ID }
    client_secret: { env: CLIENT_SECRET }
    scope: [shop/read, items.read]
requests:
  - name: orders
    get: /items
    for_each: { call: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] }
    delay: 300ms
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_spec_of_twelve_lines_calls_an_api_for_longer_than_a_token_lives() {
    assert!(SPEC.lines().count() <= 12);
    let client = Client::new("1example23456789", "9example87654321", &["shop/read", "items.read"]);
    let short = Options { clients: vec![client], token_lifetime: Duration::from_secs(2), ..Options::default() };
    let demo = Demo::start(short).await.unwrap();
    let workspace = Workspace::new("specs: [specs]\n").spec("orders.yaml", SPEC).envs(demo.env());
    let ran = tokio::task::spawn_blocking(move || workspace.hallpass(&["run"])).await.unwrap();
    ran.ends_with(0).says("15 passed").does_not_say("9example87654321");

    let asked: Vec<_> = demo.requests().into_iter().filter(|request| request.server == Server::Provider).collect();
    // A machine under load takes longer over the fifteen calls, and so needs more tokens.
    assert!((2..15).contains(&asked.len()), "{} token requests", asked.len());
    let form = "grant_type=client_credentials&client_id=1example23456789&client_secret=9example87654321&scope=shop%2Fread+items.read";
    for request in &asked {
        assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/oauth2/token"));
        assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
        assert_eq!(request.header("authorization"), None);
        assert_eq!(String::from_utf8_lossy(&request.body), form);
    }
    let counts = demo.counts();
    assert_eq!((counts.unauthorized, counts.api_requests), (0, 15));
}
