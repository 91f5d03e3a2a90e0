//! Credentials that sign each request: proofs of possession against the demo servers, signatures against its API, which computes them anew.

use std::{
    io::Write,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use crate::connection::servers::read;
use crate::support::{Ran, Workspace};
use hallpass::demo::{Client, Demo, Dpop, Options, Server};

/// A demo with one client that must prove to hold its key.
async fn demo(dpop: Dpop) -> Demo {
    let client = Client::new("shop-reader", "reader-secret", &["items.read"]).with_dpop(dpop);
    let options = Options { clients: vec![client], token_lifetime: Duration::from_secs(3600), ..Options::default() };
    Demo::start(options).await.unwrap()
}

const BOUND: &str = "identities:
  bound:
    oauth2:
      issuer: \"{{env.ISSUER_URL}}\"
      client_id: { env: CLIENT_ID }
      client_secret: { env: CLIENT_SECRET }
      dpop: true
";

fn project(demo: &Demo, identities: &str) -> Workspace {
    Workspace::new(&format!("base_url: {}\n{identities}", demo.api_url())).envs(demo.env())
}

async fn run(workspace: Workspace, arguments: &'static [&'static str]) -> (Workspace, Ran) {
    let ran = tokio::task::spawn_blocking(move || {
        let ran = workspace.hallpass(arguments);
        (workspace, ran)
    });
    ran.await.unwrap()
}

/// The proofs that a server saw.
fn proofs(demo: &Demo, server: Server) -> Vec<String> {
    let seen = demo.requests().into_iter().filter(|request| request.server == server);
    seen.filter_map(|request| request.header("dpop").map(str::to_owned)).collect()
}

const READS: &str = "auth: bound
requests:
  - { name: who, get: /me, expect: { jsonpath: { $.cnf.jkt: { exists: true } } } }
  - { name: items, get: /items, query: { limit: 1 }, expect: { json: { items: { $type: array } } } }
  - { name: until, get: /items, poll: { every: 1ms, times: 3 }, expect: { status: 418 } }
";

#[tokio::test(flavor = "multi_thread")]
async fn a_bound_token_goes_with_a_fresh_proof_on_every_attempt() {
    let demo = demo(Dpop::Required).await;
    let (_, ran) = run(project(&demo, BOUND).spec("bound.yaml", READS), &["run", "-vv"]).await;
    let ran =
        ran.ends_with(1).says("2 passed").says("1 failed").says("bound: 1 fetched").says("Authorization: DPoP eyJ…");
    let all = [proofs(&demo, Server::Provider), proofs(&demo, Server::Api)].concat();
    assert_eq!(all.len(), 1 + 5, "{}", ran.all());
    for proof in &all {
        assert!(!ran.all().contains(proof.as_str()));
        assert_eq!(all.iter().filter(|other| *other == proof).count(), 1);
    }
    assert_eq!((demo.counts().unauthorized, demo.counts().token_requests), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn nonces_cost_one_refusal_of_each_server() {
    let demo = demo(Dpop::WithNonce).await;
    let (_, ran) = run(project(&demo, BOUND).spec("bound.yaml", READS), &["run", "-vv"]).await;
    ran.ends_with(1).says("2 passed").says("replayed with the nonce of the server").says("bound: 1 fetched");
    assert_eq!((demo.counts().token_requests, demo.counts().unauthorized), (2, 1));
    assert_eq!(proofs(&demo, Server::Api).len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_bound_token_is_renewed_and_one_without_its_proof_opens_nothing() {
    let demo = demo(Dpop::Required).await;
    let spec = "requests:
  - { name: mine, get: /items, auth: bound }
  - name: stolen
    get: /items
    headers: { Authorization: 'Bearer {{auth.bound.token}}' }
    expect: { status: 401, json: { detail: 'the token is bound to a key: send it by DPoP' } }
  - name: wrong
    get: /items
    auth: { use: bound, tamper: signature }
    expect: { status: 401, json: { detail: the token is unknown } }
  - { name: revoke, post: '{{env.ISSUER_URL}}/revoke', form: { token: '{{auth.bound.token}}', client_id: '{{env.CLIENT_ID}}', client_secret: '{{env.CLIENT_SECRET}}' } }
  - { name: mine again, get: /items, auth: bound }
";
    let (_, ran) = run(project(&demo, BOUND).spec("theft.yaml", spec), &["run", "-vv"]).await;
    ran.ends_with(0).says("5 passed").says("bound: 2 fetched").says("renewed; replay 200");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bound_token_is_not_shared_and_that_is_said() {
    let demo = demo(Dpop::Required).await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_string_lossy().into_owned();
    let workspace = project(&demo, BOUND).spec("bound.yaml", "auth: bound\nrequests: [{ name: who, get: /me }]\n");
    let workspace = workspace.env("NEXTEST_RUN_ID", "run-1").env("XDG_RUNTIME_DIR", &folder);
    let (workspace, ran) = run(workspace, &["run"]).await;
    ran.ends_with(0).says("bound to a key in the memory of this process (`dpop`), so it is not shared");
    run(workspace, &["run"]).await.1.ends_with(0).says("bound: 1 fetched, 0 shared");
    assert_eq!(demo.counts().token_requests, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_does_not_bind_is_refused_and_one_that_must_names_the_cure() {
    let open = demo(Dpop::Allowed).await;
    open.plan_faults([hallpass::demo::Fault::none().field("token_type", "\"Bearer\"")]);
    let spec = "auth: bound\nrequests: [{ name: who, get: /me }]\n";
    let (_, ran) = run(project(&open, BOUND).spec("bound.yaml", spec), &["run"]).await;
    ran.ends_with(3).says("with a token of the type `Bearer` where `DPoP` was asked for");
    let strict = demo(Dpop::Required).await;
    let unbound = BOUND.replace("      dpop: true\n", "");
    let (_, ran) = run(project(&strict, &unbound).spec("bound.yaml", spec), &["run"]).await;
    ran.ends_with(3).says("`invalid_dpop_proof`").says("write `dpop: true`");
}

/// A server whose clock is two hours ahead, and which takes what is dated by that; and how often it was asked.
fn late_server() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let Some(request) = read(&mut stream) else { continue };
            let now = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(2);
            let is_near = request.to_lowercase().contains(&now.strftime("x-amz-date: %Y%m%dt%H").to_string());
            let (status, body) = if is_near { (200, "{}") } else { (403, "{\"code\":\"RequestTimeTooSkewed\"}") };
            let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT");
            let head = format!("HTTP/1.1 {status} X\r\nDate: {date}\r\nContent-Type: application/json");
            count.fetch_add(1, Ordering::SeqCst);
            let end = format!("Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
            let _ = stream.write_all(format!("{head}\r\n{end}").as_bytes());
        }
    });
    (url, asked)
}

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// A demo that knows this key.
async fn aws_demo(id: &str, secret: &str, session: &str) -> Demo {
    let (access_key_id, secret_access_key) = (id.to_owned(), secret.to_owned());
    let session_token = session.to_owned();
    Demo::start(Options { access_key_id, secret_access_key, session_token, ..Options::default() }).await.unwrap()
}

const SIGNED: &str = "requests:
  - { name: a query, get: '/aws/items?b=2&a=1&a=0', query: { c: 'x y', d: 'a+b/ü' } }
  - { name: a body, post: /aws/items, json: { name: lamp, note: 'ä' } }
  - { name: a path, put: '/aws/a%20folder/ü', text: hello, headers: { X-Amz-Meta-Own: '1   2' } }
  - { name: a file, post: /aws/files, file: notes.txt }
  - { name: a form, post: /aws/files, multipart: { a: b, up: { file: notes.txt } } }
";

fn aws(url: &str, keys: &str) -> Workspace {
    Workspace::new(&format!(
        "base_url: {url}\nidentities:\n  aws: {{ aws_sigv4: {{ region: eu-west-1, {keys} }} }}\nauth: aws\n"
    ))
    .spec("signed.yaml", SIGNED)
    .file("specs/notes.txt", &"a note\n".repeat(100_000))
    .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    .env("AWS_SECRET_ACCESS_KEY", SECRET)
    .env("AWS_SESSION_TOKEN", "session+token/==")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_is_what_is_sent() {
    for service in ["execute-api", "s3"] {
        let demo = aws_demo("AKIDEXAMPLE", SECRET, "session+token/==").await;
        let (_, ran) = run(aws(demo.api_url(), &format!("service: {service}")), &["run", "-vv"]).await;
        ran.ends_with(0).says("5 passed").does_not_say(SECRET).does_not_say("session+token");
        let seen = demo.requests();
        assert_eq!(seen.len(), 5);
        assert_eq!(seen.iter().all(|it| it.header("x-amz-content-sha256").is_some()), service == "s3");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_and_a_key_that_is_not_known_are_refused_and_not_asked_about_again() {
    let rows = [
        ("AKIDEXAMPLE", "another-key", "session+token/==", "signature we calculated does not match"),
        ("AKIDANOTHER", SECRET, "session+token/==", "The security token included in the request is invalid"),
        ("AKIDEXAMPLE", SECRET, "", "The security token included in the request is invalid"),
    ];
    for (id, secret, session, said) in rows {
        let demo = aws_demo(id, secret, session).await;
        let (_, ran) = run(aws(demo.api_url(), "service: execute-api"), &["run"]).await;
        ran.ends_with(1).says("5 failed").says(said);
        assert_eq!((demo.counts().api_requests, demo.counts().forbidden), (5, 5));
    }
}

#[test]
fn a_late_clock_is_heeded_once() {
    let (url, asked) = late_server();
    let ran = aws(&url, "service: execute-api").hallpass(&["run", "-vv"]).ends_with(0);
    ran.says("5 passed").says("replayed by the clock of the server");
    assert_eq!(asked.load(Ordering::SeqCst), 6);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_profile_may_run_a_command_where_that_is_allowed() {
    let demo = aws_demo("AKIDPRINTED", "printed-key-1", "").await;
    let workspace = aws(demo.api_url(), "service: execute-api, profile: qa")
        .file("credentials", "[qa]\ncredential_process = cat 'keys of mine.json'\n")
        .file("keys of mine.json", r#"{"Version":1,"AccessKeyId":"AKIDPRINTED","SecretAccessKey":"printed-key-1"}"#)
        .env("AWS_SHARED_CREDENTIALS_FILE", "credentials");
    let (workspace, ran) = run(workspace, &["run"]).await;
    ran.ends_with(3).says("`aws` runs a command, which is not allowed here");
    let (_, ran) = run(workspace, &["run", "-vv", "--allow-exec"]).await;
    ran.ends_with(0).says("aws: 1 fetched").does_not_say("printed-key-1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_sent_as_its_identity_like_any_request() {
    let demo = Demo::start(Options::default()).await.unwrap();
    let identities = "identities:
  session:
    login:
      request: { get: /digest, auth: { digest: { username: qa, password: { env: USER_PASSWORD } } } }
      token: $.count
      lifetime: 1h
";
    let spec = "auth: session
requests:
  - { name: token, get: /echo, expect: { jsonpath: { $.headers.authorization: Bearer 00000001 } } }
";
    let (_, ran) = run(project(&demo, identities).spec("login.yaml", spec), &["run"]).await;
    ran.ends_with(0).says("1 passed").says("session: 1 fetched");
    assert_eq!(demo.counts().unauthorized, 1);
}
