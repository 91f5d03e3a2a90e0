//! Every scheme of an identity with a credential that is refused, and what is said.

use super::{
    failing::{failures, wrong_rows},
    keys::Key,
};

/// A scheme, the path that is asked for, the identity, and what is said.
const SCHEMES: &[(&str, &str, &str, &str)] = &[
    ("bearer", "/items/1", "{ bearer: { env: API_KEY } }", REFUSED),
    ("basic", "/basic", "{ basic: { username: qa, password: { env: API_KEY } } }", REFUSED),
    ("digest", "/digest", "{ digest: { username: qa, password: { env: API_KEY } } }", REFUSED),
    ("api_key", "/key", "{ api_key: { header: X-Api-Key, value: { env: USER_PASSWORD } } }", REFUSED),
    ("headers", "/key", "{ headers: { X-Api-Key: { env: USER_PASSWORD } } }", REFUSED),
    ("all", "/items/1", "{ all: [person, partner] }", REFUSED),
    ("jwt", "/signed", "{ jwt: { alg: HS256, key: { env: API_KEY }, claims: { sub: qa, aud: shop } } }", REFUSED),
    (
        "aws_sigv4",
        "/items/1",
        "{ aws_sigv4: { service: s3, region: eu-west-1, access_key_id: a, secret_access_key: { env: API_KEY } } }",
        REFUSED,
    ),
    ("use", "/items/1", "{ use: reader, tamper: empty }", REFUSED),
    ("tamper", "/items/1", "{ use: reader, tamper: signature }", REFUSED),
    ("without_scope", "/orders", "{ use: editor, without_scope: orders.read }", "status: expected `2xx`, found `403`"),
    (
        "login",
        "/items/1",
        "{ login: { request: { post: /login, json: { user: qa, password: no } }, token: $.t } }",
        "no token for `login at specs/failing.yaml:",
    ),
    ("exec", "/items/1", "{ exec: { command: ['false'] } }", "no token for `exec at specs/failing.yaml:"),
    ("oauth2", "/items/1", "{ oauth2: { TOKEN_URL, CLIENT } }", "no token for `oauth2 at specs/failing.yaml:"),
    ("cognito", "/items/1", "{ cognito: { TOKEN_URL, CLIENT } }", "no token for `cognito at specs/failing.yaml:"),
    (
        "cognito_user",
        "/items/1",
        "{ cognito_user: { endpoint: '{{env.ISSUER_URL}}/', CLIENT, username: qa, password: { env: API_KEY } } }",
        "no token for `cognito_user at specs/failing.yaml:",
    ),
    (
        "entra",
        "/items/1",
        "{ entra: { TOKEN_URL, CLIENT, scope: a/.default } }",
        "no token for `entra at specs/failing.yaml:",
    ),
    (
        "auth0",
        "/items/1",
        "{ auth0: { TOKEN_URL, CLIENT, audience: a } }",
        "no token for `auth0 at specs/failing.yaml:",
    ),
    ("okta", "/items/1", "{ okta: { TOKEN_URL, CLIENT, scope: a } }", "no token for `okta at specs/failing.yaml:"),
    ("keycloak", "/items/1", "{ keycloak: { TOKEN_URL, CLIENT } }", "no token for `keycloak at specs/failing.yaml:"),
    (
        "google",
        "/items/1",
        "{ google: { key: { env: API_KEY }, scope: a } }",
        "no JSON object with text at `token_uri` stands here",
    ),
    (
        "github_app",
        "/items/1",
        "{ github_app: { app_id: a, installation_id: 1, key: { env: API_KEY }, api_url: '{{env.ISSUER_URL}}' } }",
        "the value of `key` cannot sign `RS256`: it holds no private key in PEM",
    ),
];

const REFUSED: &str = "status: expected `2xx`, found `401`";

pub(super) fn keys() -> Vec<Key> {
    SCHEMES.iter().map(|row| Key::new("identity", row.0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_scheme_is_refused_with_its_message() {
    let rows: Vec<_> = SCHEMES
        .iter()
        .map(|(_, path, identity, message)| {
            let identity = identity
                .replace("TOKEN_URL", "token_url: '{{env.ISSUER_URL}}/oauth2/token'")
                .replace("CLIENT", "client_id: nobody, client_secret: { env: API_KEY }");
            (format!("    get: {path}\n    auth: {identity}\n"), *message)
        })
        .collect();
    let told = failures(&rows, "").await;
    assert!(wrong_rows(&rows, &told).is_empty(), "{}", wrong_rows(&rows, &told));
}
