//! What is wrong with the keys of one grant, and with issuers.

use super::{CLIENT, load, problems};
use crate::spec::auth::{ClientAuth, Earned, GrantType, Scheme, Share};

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
    (
        "grant: authorization_code, token_url: /t, client_id: c",
        "missing-key: oauth2 needs `authorization_url` (for example `authorization_url: https://id.example.com/authorize`)",
    ),
    (
        "grant: device_code, token_url: /t, client_id: c",
        "missing-key: oauth2 needs `device_url` (for example `device_url: https://id.example.com/device_authorization`)",
    ),
    (
        "grant: device_code, issuer: 'https://id', client_id: c, redirect_port: 8400",
        "unused-key: the grant `device_code` has no use for `redirect_port` (write `grant: authorization_code`, or leave it out)",
    ),
    (
        "grant: authorization_code, issuer: 'https://id', client_id: c, authorization_url: 'http://id.example.com/a'",
        "bad-url: the secret would go to `id.example.com` over plain http (use https, or write `allow_http: true` where the network is trusted)",
    ),
    (
        "grant: authorization_code, issuer: 'https://id', client_id: c, redirect_port: 70000",
        "bad-port: `70000` is not a port (from 1 to 65535, for example `8400`)",
    ),
    (
        "grant: authorization_code, issuer: 'https://id', client_id: c, authorization_params: {state: x}",
        "unused-key: every login says its `state` itself (leave it out)",
    ),
    (
        "grant: authorization_code, issuer: 'https://id', client_id: c, share: off",
        "lost-login: a login by `grant: authorization_code` would be lost with `share: off` (leave `share` out: a login is kept for all processes of the user)",
    ),
    (
        "token_url: /t, client_id: c, client_auth: none, authorization_params: {prompt: login}",
        "unused-key: the grant `client_credentials` has no use for `authorization_params` (write `grant: authorization_code` or `grant: device_code`, or leave it out)",
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

#[test]
fn a_grant_with_a_person_is_read_and_shared_with_all_of_the_user() {
    let (identities, problems) = load(
        "human: {oauth2: {grant: authorization_code, token_url: /t, authorization_url: /a, client_id: c, redirect_port: 8400,
           authorization_params: {prompt: login}}}
tv: {oauth2: {grant: device_code, issuer: 'https://id.example.com', client_id: c, client_secret: {env: S}, share: auto}}
",
    );
    assert!(problems.is_empty(), "{problems:?}");
    let all: Vec<_> = identities.iter().map(|identity| &identity.scheme).collect();
    let [Scheme::OAuth2(human), Scheme::OAuth2(tv)] = &all[..] else { panic!("two of oauth2") };
    let (Earned::Person(page), Earned::Person(device)) = (&human.earned, &tv.earned) else { panic!("two people") };
    assert_eq!((page.url.is_some(), page.redirect_port, page.params.len()), (true, Some(8400), 1));
    assert_eq!((device.url.is_some(), device.redirect_port, device.params.len()), (false, None, 0));
    assert_eq!((human.grant, human.client_auth), (GrantType::AuthorizationCode, ClientAuth::None));
    assert_eq!((tv.grant, tv.client_auth), (GrantType::DeviceCode, ClientAuth::Basic));
    assert_eq!((human.usage.share, tv.usage.share), (Share::User, Share::User));
}
