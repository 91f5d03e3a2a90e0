//! What a run tells of its tokens: the summary at its end, and what templates read.

use std::time::Duration;

use crate::support::{Ran, Workspace};
use hallpass::demo::{Demo, Fault, Options};

async fn demo() -> Demo {
    Demo::start(Options { token_lifetime: Duration::from_secs(3600), ..Options::default() }).await.unwrap()
}

async fn run(workspace: Workspace) -> (Workspace, Ran) {
    let ran = tokio::task::spawn_blocking(move || {
        let ran = workspace.hallpass(&["run", "-j", "1", "--report", "json=run.json"]);
        (workspace, ran)
    });
    ran.await.unwrap()
}

const IDENTITIES: &str = "  service: { oauth2: { token_url: '{{env.ISSUER_URL}}/oauth2/token', client_id: { env: CLIENT_ID }, client_secret: { env: CLIENT_SECRET } } }
  wrong: { oauth2: { token_url: '{{env.ISSUER_URL}}/oauth2/token', client_id: { env: CLIENT_ID }, client_secret: { env: USER_PASSWORD } } }
  signer: { jwt: { alg: HS256, key: { env: SIGNING_KEY }, claims: { sub: qa, aud: shop } } }
  session: { login: { request: { post: /login, json: { user: qa, password: { env: USER_PASSWORD } } }, token: $.session.token, expires_in: { jsonpath: $.ttl, unit: ms } } }
";

fn project(demo: &Demo, spec: &str) -> Workspace {
    let project = format!("base_url: {}\nidentities:\n{IDENTITIES}", demo.api_url());
    Workspace::new(&project).envs(demo.env()).spec("told.yaml", spec)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_summary_says_what_every_identity_did() {
    let demo = demo().await;
    demo.plan_faults([Fault::none().field("access_token", "\"a-token-that-is-dead\"").without("expires_in")]);
    let spec = "requests:
  - { name: renewed, get: /items, auth: service }
  - { name: kept, get: /items, auth: service }
  - { name: kept on, get: /items, auth: service }
  - { name: refused, get: /items, auth: wrong }
  - { name: refused again, get: /items, auth: wrong }
  - { name: signed, get: /signed, auth: signer }
";
    let (workspace, ran) = run(project(&demo, spec)).await;
    ran.ends_with(3)
        .says("auth service: 2 fetched, 2 shared, 1 renewed, 1 replayed\n")
        .says("auth service: its reply says no lifetime, ten minutes are assumed")
        .says("auth wrong: 0 fetched, 0 shared, 0 renewed, 1 failed\n")
        .says("auth signer: 1 fetched, 0 shared, 0 renewed\n")
        .does_not_say("auth session");
    let report: serde_json::Value = serde_json::from_str(&workspace.read("run.json")).unwrap();
    let note = "its reply says no lifetime, ten minutes are assumed; write `lifetime:` for another";
    let expected = serde_json::json!([
        { "identity": "service", "fetched": 2, "shared": 2, "renewed": 1, "replayed": 1, "failed": 0, "notes": [note] },
        { "identity": "signer", "fetched": 1, "shared": 0, "renewed": 0, "replayed": 0, "failed": 0, "notes": [] },
        { "identity": "wrong", "fetched": 0, "shared": 0, "renewed": 0, "replayed": 0, "failed": 1, "notes": [] },
    ]);
    let mut told = report["auth"].as_array().unwrap().clone();
    told.sort_by_key(|auth| auth["identity"].as_str().unwrap().to_owned());
    assert_eq!(serde_json::Value::from(told), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_read_the_token_its_claims_and_the_reply() {
    let demo = demo().await;
    let spec = "requests:
  - name: by hand
    get: /me
    auth: none
    headers: { Authorization: 'Bearer {{auth.service.token}}' }
    expect:
      json: { sub: '{{auth.service.claims.sub}}', iss: '{{env.ISSUER_URL}}' }
      values:
        '{{auth.service.claims.scope}}': items.read
        '{{auth.service.reply.token_type}}': Bearer
        '{{auth.service.reply.expires_in}}': 3600
  - name: signed here
    get: /signed
    headers: { Authorization: 'Bearer {{auth.signer.token}}' }
    expect: { json: { jti: '{{auth.signer.claims.jti}}', sub: qa } }
  - name: logged in
    get: /items
    headers: { Authorization: 'Bearer {{auth.session.token}}' }
    expect: { values: { '{{auth.session.reply.ttl}}': 3600000 } }
  - name: nothing of the kind
    get: /items
    query: { a: '{{auth.signer.reply.colour}}' }
";
    let (_, ran) = run(project(&demo, spec)).await;
    ran.says("3 passed").says("1 error").says("auth.signer.reply.colour");
    assert_eq!(demo.counts().token_requests, 1);
}
