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

const SESSION: &str = "  session:
    login:
      request: { post: /login, json: { user: { env: USER_NAME }, password: { env: USER_PASSWORD } } }
      token: $.session.token
      expires_in: { jsonpath: $.ttl, unit: ms }
      refresh: { post: /login/refresh, json: { refresh: \"{{reply.session.refresh}}\" } }
";

#[tokio::test(flavor = "multi_thread")]
async fn fifty_specs_log_in_once() {
    let demo = demo().await;
    let mut workspace = project(&demo, SESSION);
    for file in 0..50 {
        let spec = "auth: session\nrequests:\n  - name: read\n    get: /items\n";
        workspace = workspace.spec(&format!("spec_{file:02}.yaml"), spec);
    }
    let (_, ran) = run(workspace, &["run", "-vv"]).await;
    ran.ends_with(0).says("50 passed").says("session: 1 fetched, 49 shared").does_not_say("qa pass+word%");
    assert_eq!(demo.counts().api_requests, 51);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_is_refreshed_and_one_that_is_refused_opened_anew() {
    let demo = Demo::start(Options { token_lifetime: Duration::from_secs(1), ..Options::default() }).await.unwrap();
    let spec = "auth: session
requests:
  - { name: one, get: /items }
  - { name: two, get: /items, delay: 1100ms }
  - { name: three, get: /items, delay: 1100ms }
";
    let (_, ran) = run(project(&demo, SESSION).spec("renew.yaml", spec), &["run"]).await;
    ran.ends_with(0).says("3 passed");
    let paths: Vec<_> = demo.requests().iter().map(|request| request.target.clone()).collect();
    assert_eq!(paths, ["/login", "/items", "/login/refresh", "/items", "/login/refresh", "/items"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_by_cookie_holds_and_a_wrong_password_is_asked_about_once() {
    let demo = demo().await;
    let cookie = "  session: { login: { request: { post: /session, json: { user: qa, password: { env: USER_PASSWORD } } }, cookies: true, lifetime: 1h } }\n";
    let spec = "auth: session\nrequests:\n  - { name: who, get: /session, expect: { json: { user: qa } } }\n  - { name: again, get: /session }\n";
    let (_, ran) = run(project(&demo, cookie).spec("cookie.yaml", spec), &["run"]).await;
    ran.ends_with(0).says("2 passed");
    let refused = project(&demo, cookie).env("USER_PASSWORD", "a-wrong-password").spec("cookie.yaml", spec);
    let before = demo.counts().api_requests;
    let (_, ran) = run(refused, &["run"]).await;
    let ran = ran.ends_with(3).says("no token for `session`: the login at").does_not_say("a-wrong-password");
    assert_eq!(ran.all().matches("no token for `session`").count(), 2, "{}", ran.all());
    assert_eq!(demo.counts().api_requests - before, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_refuses_every_wrong_credential_and_the_right_one_still_counts() {
    let demo = demo().await;
    let signer = "  signer: { jwt: { alg: HS256, key: { env: SIGNING_KEY }, claims: { sub: qa, aud: shop } } }\n";
    let mut spec = "requests:\n  - { name: right, get: /signed, auth: signer }\n".to_owned();
    for tamper in ["signature", "expired", "audience", "none_alg", "scheme", "empty", "garbage"] {
        spec.push_str(&format!(
            "  - {{ name: {tamper}, get: /signed, auth: {{ use: signer, tamper: {tamper} }}, expect: {{ status: any, values: {{ '{{{{responses.right.status}}}}': 200 }} }}, capture: {{ {tamper}: {{ jsonpath: $.detail, default: taken }} }} }}\n"
        ));
    }
    spec.push_str("  - { name: still right, get: /signed, auth: signer }\n");
    spec.push_str("  - { name: answers, post: /echo, json: { s: '{{signature}}', e: '{{expired}}', a: '{{audience}}', n: '{{none_alg}}' }, expect: { jsonpath: { $.json: { equals: { s: the signature is wrong, e: the token has expired, a: the token is for another audience, n: the token is not signed by HS256 } } } } }\n");
    let (_, ran) = run(project(&demo, signer).spec("guard.yaml", &spec), &["run", "-vv"]).await;
    ran.ends_with(0).says("10 passed").says("signer: 1 fetched").does_not_say("replayed 1");
    assert_eq!((demo.counts().unauthorized, demo.counts().api_requests), (7, 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_a_scope_is_refused_by_403_and_never_renewed() {
    let demo = demo().await;
    let editor = "  editor:
    oauth2:
      token_url: \"{{env.ISSUER_URL}}/oauth2/token\"
      client_id: { env: EDITOR_ID }
      client_secret: { env: EDITOR_SECRET }
      scope: [items.read, items.write]
  reader: { use: editor, without_scope: items.write }
";
    let spec = "requests:
  - { name: may, post: /items, auth: editor, json: { title: lamp, price: 1 }, expect: { status: 201 } }
  - { name: may not, post: /items, auth: reader, json: { title: lamp, price: 1 }, expect: { status: 403 } }
  - { name: forged, get: /items, auth: { use: editor, tamper: garbage } }
  - { name: unknown, get: /items, auth: { use: editor, without_scope: orders.read } }
";
    let (_, ran) = run(project(&demo, editor).spec("scope.yaml", spec), &["run"]).await;
    ran.ends_with(3)
        .says("2 passed")
        .says("1 failed")
        .says("the scope `orders.read` is not asked for, only `items.read items.write`");
    assert_eq!((demo.counts().token_requests, demo.counts().unauthorized), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_answered_then_unasked_until_the_nonce_is_old() {
    let demo = demo().await;
    let identities = "  old: { digest: { username: qa, password: { env: USER_PASSWORD } } }
  wrong: { digest: { username: qa, password: { env: CLIENT_SECRET } } }
";
    let mut spec = "auth: old\nrequests:\n".to_owned();
    for number in 1..=4 {
        let count = if number == 4 { 1 } else { number };
        spec.push_str(&format!(
            "  - {{ name: n{number}, get: '/digest?n={number}', expect: {{ json: {{ count: '0000000{count}' }} }} }}\n"
        ));
    }
    spec.push_str("  - { name: wrong, get: /digest, auth: wrong }\n");
    let (_, ran) = run(project(&demo, identities).spec("digest.yaml", &spec), &["run", "-vv"]).await;
    ran.ends_with(1)
        .says("4 passed")
        .says("1 failed")
        .says("replayed with an answer to the challenge")
        .does_not_say("qa pass+word%");
    assert_eq!((demo.counts().api_requests, demo.counts().unauthorized), (8, 4));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_command_prints_the_token_where_that_is_allowed() {
    let demo = demo().await;
    let spec = |auth: &str| {
        format!("auth: {auth}\nrequests:\n  - {{ name: read, get: /items }}\n  - {{ name: again, get: /items }}\n")
    };
    let identities = "  raw: { exec: { command: [cat, token.txt], lifetime: 30m } }
  kubectl: { exec: { command: [cat, credential.json] } }
  fails: { exec: { command: [sh, -c, 'echo no luck with $0 >&2; exit 3', { env: API_KEY }] } }
  chatty: { exec: { command: [echo, two words] } }
  absent: { exec: { command: [no-such-program-anywhere] } }
allow: [exec]
";
    let token = demo.token("shop-reader", Duration::from_secs(60)).unwrap();
    let credential = format!(
        r#"{{"kind":"ExecCredential","status":{{"token":"{token}","expirationTimestamp":"2999-01-01T00:00:00Z"}}}}"#
    );
    let rows = [
        ("raw", 0, "raw: 1 fetched"),
        ("kubectl", 0, "kubectl: 1 fetched"),
        ("fails", 3, "no token for `fails`: the command `sh` ended with exit status: 3: no luck with"),
        ("chatty", 3, "the command `echo` printed more than one word"),
        ("absent", 3, "the command `no-such-program-anywhere` could not be run"),
    ];
    for (name, code, said) in rows {
        let workspace =
            project(&demo, identities).file("token.txt", &format!("{token}\n")).file("credential.json", &credential);
        let (_, ran) = run(workspace.spec("exec.yaml", &spec(name)), &["run", "-vv"]).await;
        ran.ends_with(code).says(said).does_not_say(&token).does_not_say("demo-key");
    }
    let forbidden = identities.replace("allow: [exec]\n", "");
    let workspace = project(&demo, &forbidden).file("token.txt", &token).spec("exec.yaml", &spec("raw"));
    let (workspace, ran) = run(workspace, &["run"]).await;
    ran.ends_with(3).says("`raw` runs a command, which is not allowed here").says("--allow-exec");
    let (_, ran) = run(workspace, &["run", "--allow-exec"]).await;
    ran.ends_with(0).says("2 passed");
}
