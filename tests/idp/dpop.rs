//! Tokens that are bound to a key (RFC 9449), and the nonces of two servers that share an origin.

use crate::life_cycle::REVOKED_BETWEEN;
use crate::project::{project, run, with_specs, with_specs_of};
use crate::provider::Provider;
use crate::support::Workspace;

/// One whose proofs need no nonce at the token endpoint, and one whose do.
const CLIENTS: [&str; 2] = ["dpop", "dpop_nonce"];

fn bound(provider: &Provider, client: &str) -> Workspace {
    let oauth2 =
        format!("issuer: '{{{{issuer}}}}', client_id: {client}, {{{{secret}}}}, dpop: true, scope: items.read");
    project(provider, &oauth2)
}

#[test]
fn every_request_proves_the_key_and_the_token_is_worth_nothing_without() {
    let Some(provider) = Provider::start(3600) else { return };
    for client in CLIENTS {
        let before = ["tokens", "unauthorized"].map(|name| provider.count(name));
        run(&provider, &with_specs(bound(&provider, client), 4, "")).ends_with(0).says("100 passed").says("1 fetched");
        let after = ["tokens", "unauthorized"].map(|name| provider.count(name));
        assert_eq!(after, [before[0] + 1, before[1]], "{client}");
    }
    // `dpop_nonce` was asked once more, with the nonce.
    assert_eq!((provider.count("token_requests"), provider.count("refused")), (3, 1));
    let stolen = "requests:
  - { name: with the key, get: /api/items, expect: { json: { client: dpop } } }
  - name: without it
    get: /api/items
    auth: none
    headers: { Authorization: 'Bearer {{auth.service.token}}' }
    expect: { status: 401, json: { why: a bound token without proof } }
";
    run(&provider, &bound(&provider, "dpop").spec("stolen.yaml", stolen)).ends_with(0).says("2 passed");
}

#[test]
fn a_nonce_of_the_api_is_kept_after_it_was_asked_for_once() {
    let Some(provider) = Provider::start(3600) else { return };
    for (before, client) in (0..).zip(CLIENTS) {
        let workspace = with_specs_of(bound(&provider, client), 1, "'/api/items?nonce=1'", "");
        run(&provider, &workspace).ends_with(0).says("25 passed");
        assert_eq!((provider.count("tokens"), provider.count("unauthorized")), (before + 1, before + 1), "{client}");
    }
}

#[test]
fn bound_tokens_of_three_seconds_are_renewed_with_the_same_key() {
    let Some(provider) = Provider::start(3) else { return };
    for client in CLIENTS {
        let before = provider.count("tokens");
        let workspace = with_specs(bound(&provider, client), 4, "    delay: 200ms\n");
        run(&provider, &workspace).ends_with(0).says("100 passed").never_met(401);
        assert!(provider.count("tokens") >= before + 3, "{client}");
        assert_eq!(provider.count("unauthorized"), 0, "{client}");
    }
}

#[test]
fn token_endpoint_and_api_of_one_origin_have_nonces_of_their_own() {
    let Some(provider) = Provider::start(3) else { return };
    let workspace = with_specs_of(bound(&provider, "dpop_nonce"), 4, "'/api/items?nonce=1'", "    delay: 200ms\n");
    run(&provider, &workspace).ends_with(0).says("100 passed");
    assert!(provider.count("tokens") >= 3);
    // Each asked for its nonce at the beginning, the API each of the four files; no renewal made either ask again.
    assert_eq!(provider.count("refused"), 1);
    assert!((1..=4).contains(&provider.count("unauthorized")), "{}", provider.count("unauthorized"));
}

#[test]
fn a_bound_token_that_is_revoked_in_mid_run_is_replaced_once() {
    let Some(provider) = Provider::start(3600) else { return };
    let ran = run(&provider, &bound(&provider, "dpop").spec("revoked.yaml", REVOKED_BETWEEN));
    ran.ends_with(0).says("4 passed").says("1 renewed").says("1 replayed");
    assert_eq!((provider.count("tokens"), provider.count("unauthorized")), (2, 1));
}
