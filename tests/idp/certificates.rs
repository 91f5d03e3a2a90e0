//! Clients that a certificate names, and tokens that are good with it alone (RFC 8705).

use crate::life_cycle::REVOKED_BETWEEN;
use crate::project::{at, run, with_specs};
use crate::provider::Provider;
use crate::support::Workspace;
use crate::tls::Certified;

/// Known by subject and by certificate.
const CLIENTS: [&str; 2] = ["tls", "self_signed_tls"];
/// The endpoint as it is written, and as the issuer tells it.
const ENDPOINTS: [&str; 2] = ["token_url: '{{tls_url}}/oauth2/token'", "issuer: '{{issuer}}'"];

/// A project whose API is on the port that asks for certificates.
fn certified(provider: &Provider, client: &str, endpoint: &str, shown: &Certified) -> Workspace {
    let oauth2 = format!(
        "{endpoint}, client_id: {client}, client_auth: tls, cert: {{ file: client.pem }}, key: {{ file: client.key }}, \
         scope: items.read"
    );
    let workspace = at(provider, provider.told("tls_url"), "http: { ca: ca.pem }\n", &oauth2);
    let workspace = workspace.file("ca.pem", &provider.certified().0.certificate);
    workspace.file("client.pem", &shown.certificate).file("client.key", &shown.key)
}

#[test]
fn a_certificate_names_the_client_at_either_endpoint_and_every_request_shows_it() {
    let Some(provider) = Provider::start(3600) else { return };
    let own = provider.certified().1;
    let mut before = 0;
    for (client, endpoint) in CLIENTS.into_iter().flat_map(|client| ENDPOINTS.map(|endpoint| (client, endpoint))) {
        let workspace = with_specs(certified(&provider, client, endpoint, own), 4, "");
        run(&provider, &workspace).ends_with(0).says("100 passed").says("service: 1 fetched");
        before += 1;
        assert_eq!(provider.count("token_requests"), before, "{client} {endpoint}");
    }
    assert_eq!((provider.count("refused"), provider.count("unauthorized")), (0, 0));
    assert_eq!((provider.count("api_requests"), provider.count("discoveries")), (400, 2));
}

#[test]
fn a_token_of_a_certificate_is_worth_nothing_without_it() {
    let Some(provider) = Provider::start(3600) else { return };
    let stolen = "requests:
  - { name: with the certificate, get: /api/items, expect: { json: { client: tls } } }
  - name: without it
    get: /api/items
    auth: none
    headers: { Authorization: 'Bearer {{auth.service.token}}' }
    expect: { status: 401, json: { why: another certificate } }
";
    let workspace = certified(&provider, "tls", ENDPOINTS[1], provider.certified().1);
    run(&provider, &workspace.spec("stolen.yaml", stolen)).ends_with(0).says("2 passed");
}

#[test]
fn another_certificate_is_nobody() {
    let Some(provider) = Provider::start(3600) else { return };
    let other = Certified::client();
    for (before, client) in (0..).zip(CLIENTS) {
        let workspace = with_specs(certified(&provider, client, ENDPOINTS[0], &other), 2, "");
        let ran = run(&provider, &workspace).ends_with(3).says("`invalid_client`").says("(sent by `client_auth: tls`)");
        ran.says("certificate");
        assert_eq!(provider.count("token_requests"), before + 1, "{client}");
    }
    assert_eq!((provider.count("tokens"), provider.count("api_requests")), (0, 0));
}

#[test]
fn tokens_of_a_certificate_are_renewed_and_replaced() {
    let Some(provider) = Provider::start(3) else { return };
    let own = provider.certified().1;
    let workspace = certified(&provider, "tls", ENDPOINTS[1], own);
    run(&provider, &with_specs(workspace, 4, "    delay: 200ms\n")).ends_with(0).says("100 passed").never_met(401);
    assert!(provider.count("tokens") >= 3);
    assert_eq!(provider.count("unauthorized"), 0);
    let workspace = certified(&provider, "tls", ENDPOINTS[1], own).spec("revoked.yaml", REVOKED_BETWEEN);
    run(&provider, &workspace).ends_with(0).says("4 passed").says("1 replayed");
    assert_eq!(provider.count("unauthorized"), 1);
}
