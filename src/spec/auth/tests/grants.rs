//! What is wrong with the keys of one grant, and with issuers.

use super::{CLIENT, problems};

/// Issuers.
const ISSUER_MISTAKES: &[(&str, &str)] = &[
    (
        "/realms/qa",
        "bad-issuer: `issuer`: `/realms/qa` is not absolute: it begins with neither `http://` nor `https://` (for example `https://id.example.com/realms/qa`)",
    ),
    (
        "https://id.example.com/.well-known/openid-configuration",
        "bad-issuer: `https://id.example.com/.well-known/openid-configuration` is a discovery document (write what stands before `/.well-known/`)",
    ),
    ("https://id.example.com/?x=1", "bad-issuer: `issuer` has a query (leave out the `?` and what follows)"),
    (
        "http://id.example.com",
        "bad-issuer: the secret would go to `id.example.com` over plain http (use https, or write `allow_http: true` where the network is trusted)",
    ),
    (
        "https://u:p@id.example.com",
        "bad-issuer: a user or password stands in `issuer` (write them as `client_id` and `client_secret`)",
    ),
];

/// Whole grants.
const GRANT_MISTAKES: &[(&str, &str)] = &[
    (
        "grant: password, token_url: /t, client_id: c, client_auth: none, username: u",
        "missing-key: oauth2 needs `password` (for example `password: {env: QA_PASSWORD}`)",
    ),
    (
        "token_url: /t, client_id: c, client_auth: none, refresh_token: {env: R}",
        "unused-key: the grant `client_credentials` has no use for `refresh_token` (write `grant: refresh_token`, or leave it out)",
    ),
    (
        "token_url: /t, client_id: c, client_auth: none, subject: x",
        "unused-key: the grant `client_credentials` has no use for `subject` (write `grant: jwt_bearer` or `grant: token_exchange`, or leave it out)",
    ),
    (
        "grant: jwt_bearer, token_url: /t, client_id: c, client_secret: {env: S}, client_auth: secret_jwt, key: {file: k}",
        "two-signatures: `client_auth: secret_jwt` and an assertion of the grant would be signed by different keys (use `client_auth: private_key_jwt` or `post`)",
    ),
    (
        "grant: jwt_bearer, token_url: /t, assertion: {env: A}, key: {file: k}",
        "unused-key: `key` is not used: nothing is signed by `client_auth: none` (write `client_auth: private_key_jwt`, or leave it out)",
    ),
    (
        "grant: token_exchange, token_url: /t, client_id: c, client_auth: none, subject: {auth: none}",
        "no-identity: `none` has no token to trade (name an identity)",
    ),
    (
        "grant: token_exchange, token_url: /t, client_id: c, client_auth: none, subject: {env: T}",
        "unknown-key: a traded token has no key `env` (`env` belongs under `token`)",
    ),
];

#[test]
fn each_mistake_of_a_grant_has_its_message_and_cure() {
    let issuers = ISSUER_MISTAKES.iter().map(|(url, expected)| (format!("issuer: '{url}', {CLIENT}"), expected));
    let grants = GRANT_MISTAKES.iter().map(|(keys, expected)| ((*keys).to_owned(), expected));
    for (keys, expected) in issuers.chain(grants) {
        assert_eq!(problems(&format!("it: {{oauth2: {{{keys}}}}}")), [*expected], "{keys}");
    }
}
