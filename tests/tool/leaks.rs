//! Whole runs that fail while they talk of secrets: nothing of them is printed, reported or left in a listing, in whatever form.

use std::{fs, path::Path, time::Duration};

use crate::support::{Ran, Workspace, forms};
use hallpass::demo::{Client, Demo, Options, User};

/// Secrets of characters that encodings change, another each time: what fails says which one it was.
fn secret() -> String {
    let letters: Vec<char> = "aZ9 +/=&?#%\"'<>\\{}:;,._-~!$|é€".chars().collect();
    let bytes = [uuid::Uuid::new_v4().into_bytes(), uuid::Uuid::new_v4().into_bytes()].concat();
    let inner: String = bytes.iter().map(|byte| letters[usize::from(*byte) % letters.len()]).collect();
    format!("k{inner}k")
}

struct Secrets {
    client: String,
    password: String,
    key: String,
}

async fn demo(secrets: &Secrets) -> Demo {
    let options = Options {
        clients: vec![Client::new("tester", &secrets.client, &["items.read"])],
        users: vec![User { name: "qa".to_owned(), password: secrets.password.clone() }],
        signing_key: secrets.key.clone(),
        token_lifetime: Duration::from_secs(3600),
        ..Options::default()
    };
    Demo::start(options).await.unwrap()
}

/// One identity of each kind, every one of which fails while the server repeats what it was sent.
fn project(demo: &Demo, secrets: &Secrets, client_auth: &str) -> Workspace {
    let client =
        format!("client_id: tester, client_secret: {{ env: TESTER_SECRET }}, client_auth: {client_auth}, share: user");
    let project = format!(
        "base_url: {api}
identities:
  service: {{ oauth2: {{ token_url: '{issuer}/oauth2/token', {client} }} }}
  user: {{ oauth2: {{ grant: password, token_url: '{issuer}/oauth2/token', {client}, username: qa, password: {{ env: QA_PASSWORD }} }} }}
  refused: {{ oauth2: {{ grant: password, token_url: '{issuer}/oauth2/token', {client}, username: nobody, password: {{ env: QA_PASSWORD }} }} }}
  signer: {{ jwt: {{ alg: HS256, key: {{ env: SIGNING_KEY }} }} }}
  basic: {{ basic: {{ username: qa, password: {{ env: QA_PASSWORD }} }} }}
  digest: {{ digest: {{ username: qa, password: {{ env: QA_PASSWORD }} }} }}
  session: {{ login: {{ request: {{ post: /login, json: {{ user: qa, password: {{ env: QA_PASSWORD }} }} }}, token: $.session.token, lifetime: 1h }} }}
  browser: {{ login: {{ request: {{ post: /session, json: {{ user: qa, password: {{ env: QA_PASSWORD }} }} }}, cookies: true, lifetime: 1h }} }}
  key: {{ api_key: {{ query: token, value: {{ env: SIGNING_KEY }} }} }}
  aws: {{ aws_sigv4: {{ service: shop, region: here, access_key_id: AKID, secret_access_key: {{ env: SIGNING_KEY }}, session_token: {{ env: TESTER_SECRET }} }} }}
",
        api = demo.api_url(),
        issuer = demo.issuer_url(),
    );
    let mut spec = String::from("requests:\n");
    for name in ["service", "user", "refused", "signer", "basic", "digest", "session", "browser", "key", "aws"] {
        spec.push_str(&format!(
            "  - name: {name} talks
    post: /echo
    auth: {name}
    query: {{ q: '{{{{env.TESTER_SECRET}}}}' }}
    headers: {{ X-Leak: '{{{{base64 env.QA_PASSWORD}}}}' }}
    json: {{ leak: '{{{{env.TESTER_SECRET}}}}', more: ['{{{{hex env.SIGNING_KEY}}}}', '{{{{url_encode env.QA_PASSWORD}}}}'] }}
    expect:
      status: 418
      jsonpath: {{ $.json.leak: {{ equals: 'x{{{{env.SIGNING_KEY}}}}' }}, $.method: '{{{{env.QA_PASSWORD}}}}' }}
"
        ));
    }
    Workspace::new(&project)
        .spec("leak.yaml", &spec)
        .env("TESTER_SECRET", &secrets.client)
        .env("QA_PASSWORD", &secrets.password)
        .env("SIGNING_KEY", &secrets.key)
}

/// Everything that servers were sent to prove who sends it and that proves it again: tokens, assertions, cookies; no answer to a
/// challenge, no signature of one request.
fn credentials(demo: &Demo) -> Vec<String> {
    let mut found = Vec::new();
    for request in demo.requests() {
        let header = request.header("authorization").and_then(|value| value.split_once(' '));
        found.extend(
            header
                .filter(|(scheme, _)| !["Digest", "AWS4-HMAC-SHA256"].contains(scheme))
                .map(|(_, value)| value.to_owned()),
        );
        let cookies = request.header("cookie").unwrap_or_default().split("; ").filter_map(|pair| pair.split_once('='));
        found.extend(cookies.filter(|(name, _)| *name == "sid").map(|(_, value)| value.to_owned()));
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let fields = body.split('&').filter_map(|field| field.split_once('='));
        let proofs = fields.filter(|(name, _)| ["client_assertion", "refresh_token", "client_secret"].contains(name));
        found.extend(proofs.map(|(_, value)| value.to_owned()));
    }
    found
}

/// The names and the bytes of every file below a folder.
fn listing(folder: &Path) -> String {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let told = |path: std::path::PathBuf| match path.is_dir() {
        true => listing(&path),
        false => format!("{}\n{}\n", path.display(), String::from_utf8_lossy(&fs::read(&path).unwrap())),
    };
    paths.map(told).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_that_fail_print_no_secret_and_leave_none_behind() {
    for client_auth in ["basic", "post", "secret_jwt", "basic", "post"] {
        let secrets = Secrets { client: secret(), password: secret(), key: secret() };
        let (demo, shared) = (demo(&secrets).await, tempfile::tempdir().unwrap());
        let workspace = project(&demo, &secrets, client_auth).env("XDG_RUNTIME_DIR", shared.path().to_str().unwrap());
        let (workspace, ran) = run(workspace).await;
        let ran = ran.ends_with(3).says("9 failed").says("1 error");
        assert_eq!(demo.counts().token_requests, 3, "{client_auth}: {}", ran.all());
        let left = listing(shared.path());
        assert!(left.lines().count() >= 5, "tokens are shared: {left}");
        let (json, junit) = (workspace.read("run.json"), workspace.read("run.xml"));
        let printed = [("terminal", ran.all()), ("json", json), ("junit", junit), ("shared", left)];
        let credentials = credentials(&demo);
        assert!(credentials.len() >= 8, "{credentials:?}");
        for secret in [&secrets.client, &secrets.password, &secrets.key].into_iter().chain(&credentials) {
            for form in forms(secret) {
                for (what, text) in &printed {
                    assert!(!text.contains(&form), "{client_auth}: {what} holds `{form}` of `{secret}`:\n{text}");
                }
            }
        }
    }
}

async fn run(workspace: Workspace) -> (Workspace, Ran) {
    let arguments = ["run", "-vv", "--report", "json=run.json", "--report", "junit=run.xml"];
    let ran = tokio::task::spawn_blocking(move || {
        let ran = workspace.hallpass(&arguments);
        (workspace, ran)
    });
    ran.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_capture_is_hidden_in_the_very_answer_that_brought_it() {
    let secrets = Secrets { client: secret(), password: secret(), key: secret() };
    let demo = demo(&secrets).await;
    let spec = "requests:
  - name: brought
    get: /echo
    query: { a: 'captured-{{sha256 \"one\"}}', b: 'inner-{{sha256 \"two\"}}' }
    capture:
      whole: { jsonpath: $.query.a, secret: true }
      part: { jsonpath: $.query, secret: true }
    expect: { status: 418, jsonpath: { $.query.a: other, $.query.b: other } }
";
    let workspace = Workspace::new(&format!("base_url: {}\n", demo.api_url())).spec("capture.yaml", spec);
    let (workspace, ran) = run(workspace).await;
    let ran = ran.ends_with(1);
    let digests = [
        "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed",
        "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3",
    ];
    for (what, text) in
        [("terminal", ran.all()), ("json", workspace.read("run.json")), ("junit", workspace.read("run.xml"))]
    {
        for digest in digests {
            assert!(!text.contains(digest), "{what}: {text}");
        }
        assert!(text.contains("[redacted]"), "{what}: {text}");
    }
}
