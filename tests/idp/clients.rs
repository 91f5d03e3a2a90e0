//! Who the client is and what it asks for: every way is taken, and what is wrong is refused with a cure.

use crate::project::{project, run, with_specs};
use crate::provider::Provider;

/// Client, and how it proves who it is.
const CLIENTS: &[(&str, &str)] = &[
    ("basic:a b/1", "client_auth: basic, {{secret}}"),
    ("post", "client_auth: post, {{secret}}"),
    ("public", "client_auth: none"),
    ("secret_jwt_HS256", "client_auth: secret_jwt, {{secret}}"),
    ("secret_jwt_HS384", "client_auth: secret_jwt, alg: HS384, {{secret}}"),
    ("secret_jwt_HS512", "client_auth: secret_jwt, alg: HS512, {{secret}}"),
    ("key_jwt_RS256", "client_auth: private_key_jwt, key: { file: k.pem }, key_id: key-RS256"),
    ("key_jwt_PS256", "client_auth: private_key_jwt, key: { file: k.pem }, key_id: key-PS256, alg: PS256"),
    ("key_jwt_ES256", "client_auth: private_key_jwt, key: { file: k.pem }, alg: ES256"),
    ("key_jwt_ES384", "client_auth: private_key_jwt, key: { file: k.pem }, alg: ES384"),
    ("key_jwt_EdDSA", "client_auth: private_key_jwt, key: { file: k.pem }, alg: EdDSA"),
];

/// The private key that belongs to a client, in PEM; empty for those that have none.
fn key<'p>(provider: &'p Provider, client: &str) -> &'p str {
    client.strip_prefix("key_jwt_").map_or("", |algorithm| provider.key(algorithm))
}

#[test]
fn every_client_authentication_gets_one_token_for_a_hundred_cases() {
    let Some(provider) = Provider::start(3600) else { return };
    for (before, (client, how)) in (0..).zip(CLIENTS) {
        let oauth2 = format!("issuer: '{{{{issuer}}}}', client_id: '{client}', {how}, scope: items.read");
        let workspace = with_specs(project(&provider, &oauth2).file("k.pem", key(&provider, client)), 4, "");
        run(&provider, &workspace).ends_with(0).says("100 passed").says("service: 1 fetched");
        assert_eq!(provider.count("token_requests"), before + 1, "{client}");
        assert_eq!(provider.count("discoveries"), before + 1, "{client}");
    }
    assert_eq!((provider.count("unauthorized"), provider.count("api_requests")), (0, 1100));
}

#[test]
fn scope_and_resource_are_those_of_the_token() {
    let Some(provider) = Provider::start(3600) else { return };
    let resource = provider.told("resource");
    let spec = format!(
        "requests:\n  - name: the token is for one resource\n    get: /api/items\n    expect:\n      \
         json: {{ client: post, scope: items.read items.write, aud: '{resource}' }}\n      \
         values: {{ '{{{{auth.service.claims.aud}}}}': '{resource}', '{{{{auth.service.claims.iss}}}}': '{}' }}\n",
        provider.told("issuer")
    );
    let oauth2 = "token_url: '{{issuer}}/oauth2/token', client_id: post, client_auth: post, {{secret}}, \
                  scope: [items.read, items.write], resource: '{{resource}}'";
    run(&provider, &project(&provider, oauth2).spec("resource.yaml", &spec)).ends_with(0).says("1 passed");
    // Without the right scope the answer is 403: no token is fetched for it anew.
    let oauth2 = oauth2.replace("items.read, ", "");
    let guard = "requests:\n  - name: the scope is missing\n    get: /api/items\n    expect: { status: 403 }\n";
    run(&provider, &project(&provider, &oauth2).spec("guard.yaml", guard)).ends_with(0);
    assert_eq!(provider.count("token_requests"), 2);
}

#[test]
fn what_is_wrong_is_asked_for_once_and_told_with_a_cure() {
    let Some(provider) = Provider::start(3600) else { return };
    let rows = [
        ("client_id: 'basic:a b/1', client_secret: { env: OTHER }", "invalid_client", "are id and secret whole"),
        (
            "client_id: post, client_auth: post, client_secret: { env: OTHER }",
            "invalid_client",
            "are id and secret whole",
        ),
        (
            "client_id: secret_jwt_HS256, client_auth: secret_jwt, client_secret: { env: OTHER }",
            "invalid_client",
            "does the server know this client's key",
        ),
        (
            "client_id: key_jwt_ES256, client_auth: private_key_jwt, alg: ES256, key: { file: k.pem }",
            "invalid_client",
            "does the server know this client's key",
        ),
        ("client_id: key_jwt_ES256, {{secret}}", "invalid_client", "are id and secret whole"),
        ("client_id: web, {{secret}}", "invalid_request", "this client may not have the grant `client_credentials`"),
        ("client_id: reader, {{secret}}, scope: items.write", "invalid_scope", "which scopes the provider allows"),
        (
            "client_id: 'basic:a b/1', {{secret}}, resource: [urn:a, urn:b]",
            "invalid_target",
            "look at `audience` and `resource`",
        ),
    ];
    let other = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap().serialize_pem();
    for (before, (oauth2, code, cure)) in (0..).zip(rows) {
        let oauth2 = format!("token_url: '{{{{issuer}}}}/oauth2/token', {oauth2}");
        let workspace =
            project(&provider, &oauth2).file("k.pem", &other).env("OTHER", "not-the-secret-but-one-that-is-as-long+&");
        let ran = run(&provider, &with_specs(workspace, 2, "")).ends_with(3);
        ran.says(&format!("`{code}`")).says(cure).does_not_say("not-the-secret");
        assert_eq!(provider.count("token_requests"), before + 1, "{oauth2}");
    }
    assert_eq!((provider.count("tokens"), provider.count("api_requests")), (0, 0));
}
