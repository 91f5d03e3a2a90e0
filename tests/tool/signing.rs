//! Credentials that sign each request: proofs of possession against the demo servers, signatures against a server that computes them anew.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use ring::hmac;
use sha2::{Digest, Sha256};

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

/// A request as it came, and the answer that it gets.
struct Seen {
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Seen {
    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let headers: Vec<_> = lines[1..]
            .iter()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let length = headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, it)| it.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        Some(Self { line: lines[0].clone(), headers, body })
    }

    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// Whether the key of the tests signed what came, by the words of AWS's documentation. The tests send paths and queries that
    /// are canonical as they are, but for the order of the parameters and the second encoding of a `%`.
    fn is_signed(&self, secret: &str) -> bool {
        let authorization = self.header("authorization");
        let part = |name: &str| {
            let rest = authorization.split_once(&format!("{name}=")).unwrap().1;
            rest.split(", ").next().unwrap().to_owned()
        };
        let (credential, signed) = (part("Credential"), part("SignedHeaders"));
        let scope = credential.split_once('/').unwrap().1;
        let mut words = self.line.split(' ');
        let (method, target) = (words.next().unwrap(), words.next().unwrap());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let path = if scope.contains("/s3/") { path.to_owned() } else { path.replace('%', "%25") };
        let mut query: Vec<_> = query.split('&').collect();
        query.sort_unstable();
        let headers: String = signed.split(';').map(|name| format!("{name}:{}\n", self.header(name))).collect();
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let hash = |bytes: &[u8]| hex(&Sha256::digest(bytes));
        let canonical = format!("{method}\n{path}\n{}\n{headers}\n{signed}\n{}", query.join("&"), hash(&self.body));
        let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", self.header("x-amz-date"), hash(canonical.as_bytes()));
        let sign = |key: &[u8], text: &str| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
        };
        let key = scope.split('/').fold(format!("AWS4{secret}").into_bytes(), |key, part| sign(&key, part));
        part("Signature") == hex(&sign(&key, &text))
    }
}

/// A server that takes what this key signed by its own clock, which is two hours ahead where `late` says so.
fn signed_server(secret: &'static str, late: bool) -> (String, Arc<Mutex<Vec<Seen>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let all = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&all);
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let Some(request) = Seen::read(&stream) else { continue };
            let now = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(if late { 2 } else { 0 });
            let hour = now.strftime("%Y%m%dT%H").to_string();
            let answer = match () {
                () if !request.is_signed(secret) => (403, "SignatureDoesNotMatch"),
                () if late && !request.header("x-amz-date").starts_with(&hour) => (403, "RequestTimeTooSkewed"),
                () => (200, "taken"),
            };
            let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT");
            let body = format!("{{\"code\":\"{}\"}}", answer.1);
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {} X\r\nDate: {date}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
                answer.0
            );
            seen.lock().unwrap().push(request);
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    (url, all)
}

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

const SIGNED: &str = "requests:
  - { name: a query, get: '/items?b=2&a=1', query: { c: 'x y' }, expect: { json: { code: taken } } }
  - { name: a body, post: /items, json: { name: lamp, note: 'ä' }, expect: { json: { code: taken } } }
  - { name: a path, put: '/a%20folder/ü', text: hello, headers: { X-Amz-Meta-Own: '1' }, expect: { json: { code: taken } } }
";

fn aws(url: &str, keys: &str) -> Workspace {
    Workspace::new(&format!(
        "base_url: {url}\nidentities:\n  aws: {{ aws_sigv4: {{ region: eu-west-1, {keys} }} }}\nauth: aws\n"
    ))
    .spec("signed.yaml", SIGNED)
    .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    .env("AWS_SECRET_ACCESS_KEY", SECRET)
    .env("AWS_SESSION_TOKEN", "session+token/==")
}

#[test]
fn what_is_signed_is_what_is_sent() {
    for service in ["execute-api", "s3"] {
        let (url, seen) = signed_server(SECRET, false);
        let workspace = aws(&url, &format!("service: {service}"));
        let ran = workspace.hallpass(&["run", "-vv"]).ends_with(0).says("3 passed");
        ran.does_not_say(SECRET).does_not_say("session+token");
        let seen = seen.lock().unwrap();
        assert_eq!(seen.len(), 3);
        assert!(seen.iter().all(|request| request.header("x-amz-security-token") == "session+token/=="));
        assert_eq!(seen.iter().all(|it| !it.header("x-amz-content-sha256").is_empty()), service == "s3");
    }
}

#[test]
fn another_key_is_refused_and_a_late_clock_is_heeded_once() {
    let (url, seen) = signed_server("another-key", false);
    aws(&url, "service: execute-api").hallpass(&["run"]).ends_with(1).says("3 failed").says("SignatureDoesNotMatch");
    assert_eq!(seen.lock().unwrap().len(), 3);
    let (url, seen) = signed_server(SECRET, true);
    let ran = aws(&url, "service: execute-api").hallpass(&["run", "-vv"]).ends_with(0);
    ran.says("3 passed").says("replayed by the clock of the server");
    assert_eq!(seen.lock().unwrap().len(), 4);
}

#[cfg(unix)]
#[test]
fn a_profile_may_run_a_command_where_that_is_allowed() {
    let (url, _) = signed_server("printed-key-1", false);
    let workspace = aws(&url, "service: execute-api, profile: qa")
        .file("credentials", "[qa]\ncredential_process = cat 'keys of mine.json'\n")
        .file("keys of mine.json", r#"{"Version":1,"AccessKeyId":"AKIDPRINTED","SecretAccessKey":"printed-key-1"}"#)
        .env("AWS_SHARED_CREDENTIALS_FILE", "credentials");
    workspace.hallpass(&["run"]).ends_with(3).says("`aws` runs a command, which is not allowed here");
    let ran = workspace.hallpass(&["run", "-vv", "--allow-exec"]).ends_with(0).says("aws: 1 fetched");
    ran.does_not_say("printed-key-1");
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
