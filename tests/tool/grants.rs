//! How tokens are earned, as the server sees it: the words of the request, how many there are, what renews the next one.

use std::{fmt::Write, time::Duration};

use crate::support::{Ran, Workspace};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hallpass::demo::{Client, Demo, Options, SeenRequest, Server, User};

/// A project whose identity `service` has this `oauth2`, with `{{issuer}}` and `{{client}}` filled in.
fn project(demo: &Demo, oauth2: &str) -> Workspace {
    let oauth2 = oauth2
        .replace("{{client}}", "client_id: tester, client_secret: { env: TESTER_SECRET }")
        .replace("{{issuer}}", demo.issuer_url());
    let project =
        format!("base_url: {}\nauth: service\nidentities:\n  service:\n    oauth2: {{ {oauth2} }}\n", demo.api_url());
    Workspace::new(&project).env("TESTER_SECRET", "s3cret").env("QA_PASSWORD", "pass word")
}

fn options() -> Options {
    Options {
        clients: vec![Client::new("tester", "s3cret", &["items.read", "items.write"])],
        users: vec![User { name: "qa".to_owned(), password: "pass word".to_owned() }],
        token_lifetime: Duration::from_secs(3600),
        ..Options::default()
    }
}

/// `count` requests for the list of items, `more` below each.
fn requests(count: usize, more: &str) -> String {
    let mut text = String::from("requests:\n");
    for number in 0..count {
        let _ = write!(text, "  - name: request {number}\n    get: /items\n{more}");
    }
    text
}

async fn run(workspace: Workspace) -> Ran {
    tokio::task::spawn_blocking(move || workspace.hallpass(&["run", "-vv"])).await.unwrap()
}

/// The requests that the token endpoint received.
fn asked(demo: &Demo) -> Vec<SeenRequest> {
    let is_asked = |request: &SeenRequest| request.server == Server::Provider && request.target == "/oauth2/token";
    demo.requests().into_iter().filter(is_asked).collect()
}

fn bodies(demo: &Demo) -> Vec<String> {
    asked(demo).into_iter().map(|request| String::from_utf8(request.body).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_request_is_the_form_that_a_person_would_have_sent_by_hand() {
    let demo = Demo::start(options()).await.unwrap();
    let oauth2 =
        "token_url: '{{issuer}}/oauth2/token', {{client}}, client_auth: post, scope: [items.read, items.write]";
    run(project(&demo, oauth2).spec("items.yaml", &requests(3, ""))).await.ends_with(0).says("3 passed");
    let [request] = &asked(&demo)[..] else { panic!("one token request") };
    assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/oauth2/token"));
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.header("authorization"), None);
    let form = "grant_type=client_credentials&client_id=tester&client_secret=s3cret&scope=items.read+items.write";
    assert_eq!(String::from_utf8_lossy(&request.body), form);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_sent_once_and_then_each_refresh_token_once() {
    let demo = Demo::start(Options { token_lifetime: Duration::from_secs(2), ..options() }).await.unwrap();
    let oauth2 = "grant: password, token_url: '{{issuer}}/oauth2/token', {{client}}, username: qa, password: { env: QA_PASSWORD }";
    let mut workspace = project(&demo, oauth2);
    for file in 0..4 {
        workspace = workspace.spec(&format!("spec_{file}.yaml"), &requests(25, "    delay: 300ms\n"));
    }
    run(workspace).await.ends_with(0).says("100 passed").does_not_say("pass word").does_not_say("rt-");
    let bodies = bodies(&demo);
    assert_eq!(bodies[0], "grant_type=password&username=qa&password=pass+word");
    assert!(bodies.len() >= 4, "{bodies:?}");
    let mut refreshes = bodies[1..].to_vec();
    assert!(refreshes.iter().all(|body| body.starts_with("grant_type=refresh_token&refresh_token=rt-")), "{bodies:?}");
    refreshes.sort_unstable();
    refreshes.dedup();
    // The demo ends a family whose token is used twice, and every request would get a 401.
    assert_eq!(refreshes.len(), bodies.len() - 1, "no refresh token is used twice");
    assert_eq!((demo.counts().refreshes, demo.counts().unauthorized), (refreshes.len() as u64, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_asked_about_once_and_printed_nowhere() {
    let demo = Demo::start(options()).await.unwrap();
    let oauth2 = "grant: password, token_url: '{{issuer}}/oauth2/token', {{client}}, username: qa, password: { env: QA_PASSWORD }";
    let workspace = project(&demo, oauth2).env("QA_PASSWORD", "wrong-one").spec("items.yaml", &requests(20, ""));
    let ran = run(workspace).await.ends_with(3);
    ran.says("`invalid_grant`: user and password do not belong together")
        .says("are `username` and `password` whole")
        .does_not_say("wrong-one");
    assert_eq!((demo.counts().token_requests, demo.counts().api_requests), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_tells_its_token_endpoint_once_for_all_identities() {
    let demo = Demo::start(options()).await.unwrap();
    let mut workspace = project(&demo, "issuer: '{{issuer}}', {{client}}, scope: items.read");
    for file in 0..10 {
        let spec = format!(
            "auth:\n  oauth2: {{ issuer: '{}', client_id: tester, client_secret: {{ env: TESTER_SECRET }}, audience: a{file} }}\n{}",
            demo.issuer_url(),
            requests(2, "")
        );
        workspace = workspace.spec(&format!("spec_{file}.yaml"), &spec);
    }
    run(workspace.spec("last.yaml", &requests(1, ""))).await.ends_with(0).says("21 passed");
    let read = |request: &&SeenRequest| request.target == "/.well-known/openid-configuration";
    assert_eq!(demo.requests().iter().filter(read).count(), 1);
    assert_eq!(asked(&demo).len(), 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_is_compared_letter_by_letter() {
    let demo = Demo::start(options()).await.unwrap();
    let workspace = project(&demo, "issuer: '{{issuer}}/', {{client}}").spec("items.yaml", &requests(2, ""));
    let ran = run(workspace).await.ends_with(3);
    ran.says(&format!("for the issuer `{}`, not for `{0}/`", demo.issuer_url())).says("the slash at the end counts");
    assert_eq!(demo.counts().token_requests, 0);
}

/// The claims of the assertion that stands under this name in a form.
fn claims(body: &str, name: &str) -> serde_json::Value {
    let assertion = body.split('&').find_map(|field| field.strip_prefix(&format!("{name}="))).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(assertion.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_signs_who_it_is_with_its_secret() {
    let demo = Demo::start(options()).await.unwrap();
    let oauth2 = "issuer: '{{issuer}}', {{client}}, client_auth: secret_jwt, alg: HS384";
    run(project(&demo, oauth2).spec("items.yaml", &requests(2, ""))).await.ends_with(0).does_not_say("s3cret");
    let [body] = &bodies(&demo)[..] else { panic!("one token request") };
    assert!(!body.contains("s3cret"), "{body}");
    let claims = claims(body, "client_assertion");
    let endpoint = format!("{}/oauth2/token", demo.issuer_url());
    assert_eq!((claims["sub"].as_str(), claims["aud"].as_str()), (Some("tester"), Some(endpoint.as_str())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_signs_who_it_is_with_its_private_key() {
    let kinds = [
        ("ES256", &rcgen::PKCS_ECDSA_P256_SHA256),
        ("ES384", &rcgen::PKCS_ECDSA_P384_SHA384),
        ("EdDSA", &rcgen::PKCS_ED25519),
    ];
    for (algorithm, kind) in kinds {
        let pair = rcgen::KeyPair::generate_for(kind).unwrap();
        let tester = Client::new("tester", "unused", &["items.read"]).with_key(pair.public_key_raw());
        // Each renewal needs an assertion that was not used before.
        let short = Options { clients: vec![tester], token_lifetime: Duration::from_secs(1), ..options() };
        let demo = Demo::start(short).await.unwrap();
        let oauth2 = format!(
            "token_url: '{{{{issuer}}}}/oauth2/token', client_id: tester, client_auth: private_key_jwt, key: {{ file: tester.pem }}, \
             key_id: k1, alg: {algorithm}"
        );
        let workspace = project(&demo, &oauth2).file("tester.pem", &pair.serialize_pem());
        let ran = run(workspace.spec("items.yaml", &requests(8, "    delay: 250ms\n"))).await;
        let line = pair.serialize_pem().lines().nth(1).unwrap().to_owned();
        ran.ends_with(0).says("8 passed").does_not_say(&line);
        assert!(demo.counts().token_requests >= 2, "{algorithm}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_server_does_not_know_is_refused_with_a_cure() {
    let pair = || rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let tester = Client::new("tester", "unused", &["items.read"]).with_key(pair().public_key_raw());
    let demo = Demo::start(Options { clients: vec![tester], ..options() }).await.unwrap();
    let oauth2 = "token_url: '{{issuer}}/oauth2/token', client_id: tester, client_auth: private_key_jwt, key: { file: k.pem }, alg: EdDSA";
    let workspace = project(&demo, oauth2).file("k.pem", &pair().serialize_pem()).spec("items.yaml", &requests(5, ""));
    let ran = run(workspace).await.ends_with(3);
    ran.says("`invalid_client` (sent by `client_auth: private_key_jwt`): the signature is wrong")
        .says("does the server know");
    assert_eq!(demo.counts().token_requests, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_signed_with_a_private_key_is_all_that_a_client_needs() {
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let robot = Client::new("robot", "unused", &["items.read"]).with_key(pair.public_key_raw());
    let demo = Demo::start(Options { clients: vec![robot], ..options() }).await.unwrap();
    let oauth2 = "grant: jwt_bearer, issuer: '{{issuer}}', issuer_claim: robot, subject: qa, key: { file: robot.pem }, alg: ES256, \
                  claims: { colour: blue }";
    let workspace = project(&demo, oauth2).file("robot.pem", &pair.serialize_pem());
    run(workspace.spec("items.yaml", &requests(3, ""))).await.ends_with(0).says("3 passed");
    let [body] = &bodies(&demo)[..] else { panic!("one token request") };
    assert!(body.starts_with("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="), "{body}");
    let claims = claims(body, "assertion");
    assert_eq!((claims["sub"].as_str(), claims["colour"].as_str()), (Some("qa"), Some("blue")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_a_user_is_traded_and_its_owner_kept() {
    let demo = Demo::start(options()).await.unwrap();
    let identities = format!(
        "identities:\n  user:\n    oauth2: {{ grant: password, issuer: '{0}', client_id: tester, client_secret: {{ env: TESTER_SECRET }}, \
         username: qa, password: {{ env: QA_PASSWORD }} }}\n  behalf:\n    oauth2: {{ grant: token_exchange, issuer: '{0}', client_id: tester, \
         client_secret: {{ env: TESTER_SECRET }}, subject: {{ auth: user }}, scope: items.read }}\n",
        demo.issuer_url()
    );
    let spec = format!(
        "{identities}requests:\n  - name: on behalf of the user\n    get: /items\n    auth: behalf\n    expect:\n      values: \
         {{ \"{{{{auth.behalf.claims.sub}}}}\": qa, \"{{{{auth.behalf.claims.scope}}}}\": items.read }}\n  - name: again\n    get: /items\n    auth: behalf\n"
    );
    let workspace = project(&demo, "issuer: '{{issuer}}', {{client}}").spec("behalf.yaml", &spec);
    run(workspace).await.ends_with(0).says("2 passed");
    let bodies = bodies(&demo);
    assert_eq!(bodies.len(), 2, "{bodies:?}");
    assert!(bodies[0].starts_with("grant_type=password&"), "{bodies:?}");
    assert!(
        bodies[1].contains("grant-type%3Atoken-exchange") && bodies[1].contains("&subject_token=eyJ"),
        "{bodies:?}"
    );
}
