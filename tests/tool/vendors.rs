//! Vendors' presets against the demo's identity provider: what each sends, and what it makes of its vendor's refusals.

use std::{fmt::Write, time::Duration};

use crate::support::{ROBOT, Ran, Workspace, robot_key};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hallpass::demo::{Client, Demo, Fault, Options, SeenRequest, Server, User};

const SECRET: &str = "s3cret/+=";
const THUMBPRINT: &str = "84:E0:5C:1D:98:BC:E3:A5:42:1D:22:5B:14:0B:36:E8:6A:3D:5D:CE";

/// A project whose identity `service` is this, with `{{issuer}}` and `{{client}}` filled in.
fn project(demo: &Demo, identity: &str) -> Workspace {
    let identity = identity
        .replace("{{client}}", "client_id: tester, client_secret: { env: TESTER_SECRET }")
        .replace("{{issuer}}", demo.issuer_url());
    let project = format!("base_url: {}\nauth: service\nidentities:\n  service: {{ {identity} }}\n", demo.api_url());
    let account = serde_json::json!({
        "type": "service_account", "client_email": "robot", "private_key_id": "k1", "private_key": ROBOT,
        "token_uri": format!("{}/oauth2/token", demo.issuer_url()),
    });
    Workspace::new(&project)
        .file("robot.pem", ROBOT)
        .file("robot.json", &account.to_string())
        .env("ROBOT_KEY", &account.to_string())
        .env("TESTER_SECRET", SECRET)
        .env("QA_PASSWORD", "Pa55of%qa")
}

fn options() -> Options {
    let scopes = ["items.read", "items/.default"];
    Options {
        clients: vec![
            Client::new("tester", SECRET, &scopes),
            Client::new("robot", "unused", &scopes).with_key(&robot_key()),
            Client::new("open", "", &scopes),
        ],
        users: vec![User { name: "qa".to_owned(), password: "Pa55of%qa".to_owned() }],
        token_lifetime: Duration::from_secs(3600),
        ..Options::default()
    }
}

/// `count` requests that every token opens, `more` below each.
fn requests(count: usize, more: &str) -> String {
    let mut text = String::from("requests:\n");
    for number in 0..count {
        let _ = write!(text, "  - name: request {number}\n    get: /me\n{more}");
    }
    text
}

async fn run(workspace: Workspace) -> Ran {
    tokio::task::spawn_blocking(move || workspace.hallpass(&["run", "-vv"])).await.unwrap()
}

/// The requests for tokens.
fn asked(demo: &Demo) -> Vec<SeenRequest> {
    demo.requests().into_iter().filter(|it| it.server == Server::Provider && it.method == "POST").collect()
}

fn text(request: &SeenRequest) -> String {
    String::from_utf8(request.body.clone()).unwrap()
}

/// Header or claims of a JWT.
fn part(token: &str, index: usize) -> serde_json::Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The field of this name in a form.
fn field(body: &str, name: &str) -> String {
    let mut fields = body.split('&').filter_map(|pair| pair.split_once('='));
    fields.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned()).unwrap()
}

const BY_CLIENT: &str = "grant_type=client_credentials";
const BY_POST: &str = "grant_type=client_credentials&client_id=tester&client_secret=s3cret%2F%2B%3D";

/// Identities, and how the form begins that each sends.
const PRESETS: &[(&str, &str)] = &[
    ("cognito: { token_url: '{{issuer}}/oauth2/token', {{client}}, scope: items.read }", BY_POST),
    ("entra: { token_url: '{{issuer}}/oauth2/token', {{client}}, scope: items/.default }", BY_POST),
    (
        "entra: { token_url: '{{issuer}}/oauth2/token', client_id: robot, key: { file: robot.pem }, \
         thumbprint: '84:E0:5C:1D:98:BC:E3:A5:42:1D:22:5B:14:0B:36:E8:6A:3D:5D:CE', scope: items/.default }",
        "grant_type=client_credentials&client_id=robot&client_assertion_type=",
    ),
    ("google: { key: { file: robot.json }, scope: [items.read, other] }", "grant_type=urn%3Aietf"),
    (
        "google: { key: { env: ROBOT_KEY }, scope: a, subject: qa, token_url: '{{issuer}}/oauth2/token' }",
        "grant_type=urn",
    ),
    ("github_app: { app_id: robot, installation_id: 7, key: { file: robot.pem }, api_url: '{{issuer}}' }", "{}"),
    ("auth0: { token_url: '{{issuer}}/oauth2/token', {{client}}, audience: 'https://api/' }", BY_POST),
    ("okta: { token_url: '{{issuer}}/oauth2/token', {{client}}, scope: items.read }", BY_CLIENT),
    (
        "okta: { token_url: '{{issuer}}/oauth2/token', client_id: robot, key: { file: robot.pem }, scope: items.read }",
        "grant_type=client_credentials&client_id=robot&client_assertion_type=",
    ),
    ("keycloak: { token_url: '{{issuer}}/oauth2/token', {{client}} }", BY_CLIENT),
    (
        "cognito_user: { endpoint: '{{issuer}}/', {{client}}, username: qa, password: { env: QA_PASSWORD } }",
        r#"{"AuthFlow":"USER_PASSWORD_AUTH","ClientId":"tester","AuthParameters":{"USERNAME":"qa","PASSWORD":"Pa55of%qa","SECRET_HASH":""#,
    ),
    (
        "cognito_user: { endpoint: '{{issuer}}/', client_id: open, username: qa, password: { env: QA_PASSWORD } }",
        r#"{"AuthFlow":"USER_PASSWORD_AUTH","ClientId":"open","AuthParameters":{"USERNAME":"qa","PASSWORD":"Pa55of%qa"}}"#,
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_preset_fetches_its_token_once() {
    for (identity, form) in PRESETS {
        let demo = Demo::start(options()).await.unwrap();
        let ran = run(project(&demo, identity).spec("items.yaml", &requests(3, ""))).await;
        let ran = ran.ends_with(0).says("3 passed").does_not_say(SECRET).does_not_say("Pa55of%qa");
        ran.does_not_say(ROBOT.lines().nth(3).unwrap());
        let [request] = &asked(&demo)[..] else { panic!("one token request of {identity}") };
        assert!(text(request).starts_with(form), "{identity}: {}", text(request));
        demo.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_named_by_its_thumbprint() {
    let sha256 = "ab".repeat(32);
    let rows = [
        (THUMBPRINT, "RS256", "x5t", "hOBcHZi846VCHSJbFAs26Go9Xc4"),
        (&sha256, "PS256", "x5t#S256", "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s"),
    ];
    for (thumbprint, algorithm, name, value) in rows {
        let demo = Demo::start(options()).await.unwrap();
        let identity = format!(
            "entra: {{ token_url: '{{{{issuer}}}}/oauth2/token', client_id: robot, key: {{ file: robot.pem }}, thumbprint: '{thumbprint}', \
         scope: items/.default }}"
        );
        run(project(&demo, &identity).spec("items.yaml", &requests(1, ""))).await.ends_with(0);
        let assertion = field(&text(&asked(&demo)[0]), "client_assertion");
        let (head, claims) = (part(&assertion, 0), part(&assertion, 1));
        assert_eq!((head["alg"].as_str(), head[name].as_str()), (Some(algorithm), Some(value)));
        assert_eq!(claims["nbf"], claims["iat"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_account_says_its_scope_in_an_assertion_of_an_hour() {
    let demo = Demo::start(options()).await.unwrap();
    let identity = "google: { key: { file: robot.json }, scope: [items.read, other] }";
    let ran = run(project(&demo, identity).spec("items.yaml", &requests(1, ""))).await.ends_with(0);
    ran.does_not_say(ROBOT.lines().nth(3).unwrap());
    let assertion = field(&text(&asked(&demo)[0]), "assertion");
    let (head, claims) = (part(&assertion, 0), part(&assertion, 1));
    assert_eq!((head["alg"].as_str(), head["kid"].as_str()), (Some("RS256"), Some("k1")));
    assert_eq!((claims["iss"].as_str(), claims["scope"].as_str()), (Some("robot"), Some("items.read other")));
    assert_eq!(claims["aud"], format!("{}/oauth2/token", demo.issuer_url()));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
    assert!(claims.get("sub").is_none(), "{claims}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_key_of_a_service_account_is_told_of_and_not_shown() {
    let demo = Demo::start(options()).await.unwrap();
    let identity = "google: { key: { file: robot.pem }, scope: items.read }";
    let ran = run(project(&demo, identity).spec("items.yaml", &requests(1, ""))).await.ends_with(3);
    let ran = ran.says("no JSON object with text at").says("the JSON file that Google makes");
    ran.does_not_say(ROBOT.lines().nth(3).unwrap());
    assert_eq!(demo.counts().token_requests, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_is_asked_for_by_a_token_of_the_app() {
    let demo = Demo::start(Options { token_lifetime: Duration::from_secs(4), ..options() }).await.unwrap();
    let identity = "github_app: { app_id: robot, installation_id: 7, key: { file: robot.pem }, api_url: '{{issuer}}' }";
    let workspace = project(&demo, identity).spec("items.yaml", &requests(20, "    delay: 300ms\n"));
    run(workspace).await.ends_with(0).says("20 passed");
    let asked = asked(&demo);
    assert!(asked.len() >= 2, "the token is renewed");
    for request in &asked {
        assert_eq!(request.target, "/app/installations/7/access_tokens");
        assert_eq!(request.header("accept"), Some("application/vnd.github+json"));
        assert_eq!(request.header("x-github-api-version"), Some("2022-11-28"));
        let claims = part(request.header("authorization").unwrap().strip_prefix("Bearer ").unwrap(), 1);
        let names: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["exp", "iat", "iss"]);
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    }
    assert_eq!(demo.counts().unauthorized, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_of_a_pool_signs_in_once_and_is_renewed_under_the_name_of_the_pool() {
    let demo = Demo::start(Options { token_lifetime: Duration::from_secs(2), ..options() }).await.unwrap();
    for used in ["access_token", "id_token"] {
        let identity = format!(
            "cognito_user: {{ endpoint: '{{{{issuer}}}}/', {{{{client}}}}, username: qa, password: {{ env: QA_PASSWORD }}, use: {used} }}"
        );
        let workspace = project(&demo, &identity).spec("items.yaml", &requests(12, "    delay: 300ms\n"));
        run(workspace).await.ends_with(0).says("12 passed").does_not_say("rt-");
    }
    let asked = asked(&demo);
    let passwords = asked.iter().filter(|request| text(request).contains("USER_PASSWORD_AUTH")).count();
    assert_eq!(passwords, 2, "the demo refuses a renewal whose hash is not over its own name of the user");
    assert!(asked.len() >= 4, "{}", asked.len());
    assert!(asked.iter().all(|request| {
        request.header("x-amz-target") == Some("AWSCognitoIdentityProviderService.InitiateAuth")
            && request.header("content-type") == Some("application/x-amz-json-1.1")
    }));
    let counts = demo.counts();
    assert_eq!((counts.refreshes, counts.unauthorized), (asked.len() as u64 - 2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_whose_renewal_is_refused_signs_in_once_more() {
    let demo = Demo::start(Options { token_lifetime: Duration::from_secs(1), ..options() }).await.unwrap();
    let ended = r#"{"__type":"NotAuthorizedException","message":"Refresh Token has expired"}"#;
    demo.plan_faults([Fault::none(), Fault::answer(400, ended)]);
    let workspace = project(&demo, POOL).spec("items.yaml", &requests(5, "    delay: 300ms\n"));
    run(workspace).await.ends_with(0).says("it was earned anew").says("Refresh Token has expired");
    let flows: Vec<_> = asked(&demo).iter().map(|it| text(it).contains("USER_PASSWORD_AUTH")).collect();
    assert_eq!(flows[..3], [true, false, true], "{flows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn overload_of_a_pool_passes() {
    let demo = Demo::start(options()).await.unwrap();
    let overload = Fault::answer(400, r#"{"__type":"TooManyRequestsException","message":"Rate exceeded"}"#);
    demo.plan_faults([overload.header("retry-after", "0"), Fault::answer(500, "{}").header("retry-after", "0")]);
    run(project(&demo, POOL).spec("items.yaml", &requests(1, ""))).await.ends_with(0);
    assert_eq!(demo.counts().token_requests, 3);
}

/// A refusal: the preset, the status and body that its vendor answers with, and what is said of it.
type Refused = (&'static str, u16, &'static str, &'static [&'static str]);

const POOL: &str =
    "cognito_user: { endpoint: '{{issuer}}/', {{client}}, username: qa, password: { env: QA_PASSWORD } }";
const ENTRA: &str = "entra: { token_url: '{{issuer}}/oauth2/token', {{client}}, scope: items/.default }";
const GITHUB: &str =
    "github_app: { app_id: robot, installation_id: 7, key: { file: robot.pem }, api_url: '{{issuer}}' }";
const AUTH0: &str = "auth0: { token_url: '{{issuer}}/oauth2/token', {{client}}, audience: 'https://api/' }";
const OKTA: &str = "okta: { token_url: '{{issuer}}/oauth2/token', {{client}}, scope: items.read }";
const KEYCLOAK: &str = "keycloak: { token_url: '{{issuer}}/oauth2/token', {{client}} }";

/// What vendors answer, and the cures.
const REFUSALS: &[Refused] = &[
    (
        "cognito: { token_url: '{{issuer}}/oauth2/token', {{client}}, scope: read }",
        400,
        r#"{"error":"invalid_scope"}"#,
        &["`invalid_scope` (the scope sent was `read`)", "`<resource server>/<name>`"],
    ),
    (
        POOL,
        200,
        r#"{"ChallengeName":"NEW_PASSWORD_REQUIRED","Session":"s"}"#,
        &["answered 200 `NEW_PASSWORD_REQUIRED` (a challenge, which takes a person)", "temporary password"],
    ),
    (POOL, 200, r#"{"ChallengeName":"SMS_MFA","Session":"s"}"#, &["`SMS_MFA`", "multi-factor"]),
    (
        POOL,
        400,
        r#"{"__type":"NotAuthorizedException","message":"Incorrect username or password."}"#,
        &["Incorrect username", "whole"],
    ),
    (
        POOL,
        400,
        r#"{"__type":"UserNotFoundException","message":"User does not exist."}"#,
        &["User does not exist", "in the pool"],
    ),
    (
        POOL,
        400,
        r#"{"__type":"UserNotConfirmedException","message":"User is not confirmed."}"#,
        &["admin-confirm-sign-up"],
    ),
    (POOL, 400, r#"{"__type":"PasswordResetRequiredException","message":"x"}"#, &["admin-set-user-password"]),
    (
        POOL,
        400,
        r#"{"__type":"InvalidParameterException","message":"USER_PASSWORD_AUTH flow not enabled for this client"}"#,
        &["`ALLOW_USER_PASSWORD_AUTH`"],
    ),
    (
        ENTRA,
        401,
        r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1"}"#,
        &["AADSTS7000215", "not its `Secret ID`"],
    ),
    (
        "google: { key: { file: robot.json }, scope: a }",
        400,
        r#"{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"#,
        &["Invalid JWT Signature", "the key was deleted or replaced"],
    ),
    (
        GITHUB,
        404,
        r#"{"message":"Not Found"}"#,
        &["with the message: Not Found", "does this app have this installation"],
    ),
    (GITHUB, 401, r#"{"message":"A JSON web token could not be decoded"}"#, &["private key of this app"]),
    (
        AUTH0,
        403,
        r#"{"error":"access_denied","error_description":"Client is not authorized to access \"https://api/\". You need to create a \"client-grant\" associated to this API."}"#,
        &["`access_denied`", "Machine to Machine Applications"],
    ),
    (
        AUTH0,
        401,
        r#"{"error":"access_denied","error_description":"Unauthorized"}"#,
        &["`client_id` and `client_secret` whole"],
    ),
    (
        OKTA,
        400,
        r#"{"error":"invalid_dpop_proof","error_description":"The DPoP proof JWT header is missing."}"#,
        &["Demonstrating Proof of Possession"],
    ),
    (
        OKTA,
        401,
        r#"{"errorCode":"invalid_client","errorSummary":"Invalid value for 'client_id' parameter."}"#,
        &["active application"],
    ),
    (KEYCLOAK, 404, r#"{"error":"Realm does not exist"}"#, &["letter by letter"]),
    (
        KEYCLOAK,
        401,
        r#"{"error":"invalid_client","error_description":"Invalid client or Invalid client credentials"}"#,
        &["Credentials"],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_a_vendor_refuses_is_told_with_its_cure() {
    for (identity, status, body, told) in REFUSALS {
        let demo = Demo::start(options()).await.unwrap();
        demo.plan_faults([Fault::answer(*status, *body)]);
        let ran = run(project(&demo, identity).spec("items.yaml", &requests(2, ""))).await;
        let ran = ran.ends_with(3).says("no token for `service`").does_not_say(SECRET);
        told.iter().fold(ran, |ran, part| ran.says(part));
        assert_eq!((demo.counts().token_requests, demo.counts().api_requests), (1, 0), "{identity}");
        demo.stop().await;
    }
}
