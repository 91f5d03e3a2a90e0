//! Refresh tokens that are replaced at each use, at a server that ends the whole grant where one is used twice.

use crate::life_cycle::REVOKED_BETWEEN;
use crate::project::{project, run, with_specs};
use crate::provider::Provider;
use crate::support::Workspace;

/// How the clients that act for users prove who they are.
const CLIENTS: [(&str, &str); 2] = [("web", "{{secret}}"), ("native", "client_auth: none")];

fn user(provider: &Provider, (client, how): (&str, &str), refresh_token: &str) -> Workspace {
    let oauth2 = format!(
        "grant: refresh_token, issuer: '{{{{issuer}}}}', client_id: {client}, {how}, refresh_token: {{ env: REFRESH }}"
    );
    project(provider, &oauth2).env("REFRESH", refresh_token)
}

#[test]
fn no_refresh_token_is_used_twice_however_many_cases_wait_for_the_next_token() {
    let Some(provider) = Provider::start(2) else { return };
    for client in CLIENTS {
        let given = provider.refresh_token(client.0);
        let before = provider.count("refreshes");
        let workspace = with_specs(user(&provider, client, &given), 4, "    delay: 250ms\n");
        run(&provider, &workspace).ends_with(0).says("100 passed").never_met(401).does_not_say(&given);
        let refreshes = provider.count("refreshes") - before;
        assert!((4..=8).contains(&refreshes), "{refreshes} refreshes of {}", client.0);
        let wrong = ["refused", "grants_revoked", "unauthorized"].map(|name| provider.count(name));
        assert_eq!(wrong, [0, 0, 0], "{}", client.0);
    }
}

#[test]
fn an_access_token_that_is_revoked_in_mid_run_is_replaced_by_the_next_refresh_token() {
    let Some(provider) = Provider::start(3600) else { return };
    let given = provider.refresh_token("web");
    let workspace = user(&provider, CLIENTS[0], &given).spec("revoked.yaml", REVOKED_BETWEEN);
    run(&provider, &workspace).ends_with(0).says("4 passed").says("1 replayed");
    let counted = ["refreshes", "refused", "grants_revoked", "unauthorized"].map(|name| provider.count(name));
    assert_eq!(counted, [2, 0, 0, 1]);
}

#[test]
fn a_refresh_token_that_was_used_up_is_told_with_a_cure() {
    let Some(provider) = Provider::start(3600) else { return };
    let given = provider.refresh_token("web");
    let workspace = with_specs(user(&provider, CLIENTS[0], &given), 2, "");
    run(&provider, &workspace).ends_with(0).says("50 passed");
    let ran = run(&provider, &workspace).ends_with(3).does_not_say(&given);
    ran.says("`invalid_grant`").says("was used up by somebody else: get a new one");
    // The provider does look: the second use ended the grant.
    let counted = ["refreshes", "refused", "grants_revoked"].map(|name| provider.count(name));
    assert_eq!(counted, [1, 1, 1]);
}
