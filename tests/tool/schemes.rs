//! Schemes beside `oauth2`, from the project file to the header that a server sees.

use std::time::Duration;

use crate::support::{Ran, Workspace};
use hallpass::demo::{Demo, Options};

/// A demo whose tokens outlive the test.
async fn demo() -> Demo {
    Demo::start(Options { token_lifetime: Duration::from_secs(3600), ..Options::default() }).await.unwrap()
}

/// A project with these identities, in the environment of a demo.
fn project(demo: &Demo, identities: &str) -> Workspace {
    let text = format!("base_url: {}\nidentities:\n{identities}", demo.api_url());
    Workspace::new(&text).envs(demo.env())
}

async fn run(workspace: Workspace, arguments: &'static [&'static str]) -> (Workspace, Ran) {
    let ran = tokio::task::spawn_blocking(move || {
        let ran = workspace.hallpass(arguments);
        (workspace, ran)
    });
    ran.await.unwrap()
}

const OAUTH2: &str = "  service:
    oauth2:
      token_url: \"{{env.ISSUER_URL}}/oauth2/token\"
      client_id: { env: CLIENT_ID }
      client_secret: { env: CLIENT_SECRET }
";

#[tokio::test(flavor = "multi_thread")]
async fn several_credentials_go_with_one_request_and_are_printed_nowhere() {
    let demo = demo().await;
    let identities = format!(
        "{OAUTH2}  keys: {{ headers: {{ X-App-Id: {{ env: APP_ID }}, X-App-Key: {{ env: API_KEY }} }} }}\n  both: {{ all: [service, keys] }}\n"
    );
    let spec = "auth: both
requests:
  - name: both credentials arrive
    get: /echo
    expect:
      status: 418
      jsonpath:
        $.headers['x-app-id']: app-id-4711
        $.headers.authorization: { starts_with: Bearer }
  - name: the token counts
    get: /items
";
    let workspace = project(&demo, &identities).env("APP_ID", "app-id-4711").spec("both.yaml", spec);
    let (_, ran) = run(workspace, &["run", "-vv"]).await;
    let ran = ran.ends_with(1).says("1 passed").says("418").does_not_say("app-id-4711");
    assert!(!ran.all().contains("demo-key"), "{}", ran.all());
    assert_eq!(ran.all().matches("`$.headers").count(), 0, "{}", ran.all());
    assert_eq!(demo.counts().token_requests, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_signed_here_opens_the_door_and_is_made_once() {
    let demo = demo().await;
    let identities = "  signer: { jwt: { alg: HS256, key: { env: SIGNING_KEY }, claims: { sub: qa, aud: shop } } }
  stranger: { jwt: { alg: HS256, key: { env: OTHER_KEY }, claims: { aud: shop } } }
";
    let spec = "requests:
  - { name: read, get: /signed, auth: signer, expect: { json: { sub: qa } } }
  - { name: read again, get: /signed, auth: signer }
  - { name: refused, get: /signed, auth: stranger, expect: { status: 401 } }
";
    let workspace = project(&demo, identities).env("OTHER_KEY", "another-key").spec("signed.yaml", spec);
    let (_, ran) = run(workspace, &["run"]).await;
    ran.ends_with(0).says("3 passed").says("signer: 1 fetched").does_not_say("another-key");
    let requests = demo.requests();
    let sent: Vec<_> = requests.iter().filter_map(|request| request.header("authorization")).collect();
    assert_eq!(sent[0], sent[1]);
    assert_eq!(demo.counts().unauthorized, 1);
}
