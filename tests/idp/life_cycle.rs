//! The life of a token, counted by a server that is not ours.

use crate::project::{project, run, with_specs};
use crate::provider::Provider;

/// Between two requests everything that the provider ever issued is revoked.
pub(crate) const REVOKED_BETWEEN: &str = "requests:
  - { name: before, get: /api/items }
  - { name: everything is revoked, post: /control/revoke, expect: { json: { ended: { $gt: 0 } } } }
  - { name: after, get: /api/items }
  - { name: and again, get: /api/items }
";

#[test]
fn tokens_of_three_seconds_are_renewed_before_anybody_sees_a_401() {
    let Some(provider) = Provider::start(3) else { return };
    for (client, resource) in [("basic", ""), ("jwt", ", resource: '{{resource}}'")] {
        let before = provider.count("token_requests");
        let oauth2 = format!(
            "issuer: '{{{{issuer}}}}', client_id: post, client_auth: post, {{{{secret}}}}, scope: items.read{resource}"
        );
        let workspace = with_specs(project(&provider, &oauth2), 4, "    delay: 250ms\n");
        run(&provider, &workspace).ends_with(0).says("100 passed").never_met(401);
        let asked = provider.count("token_requests") - before;
        assert!((3..=6).contains(&asked), "{asked} token requests, {client}");
        assert_eq!(provider.count("unauthorized"), 0, "{client}");
    }
}

#[test]
fn a_token_that_is_revoked_in_mid_run_is_replaced_once() {
    let Some(provider) = Provider::start(3600) else { return };
    let oauth2 =
        "token_url: '{{issuer}}/oauth2/token', client_id: post, client_auth: post, {{secret}}, scope: items.read";
    let ran = run(&provider, &project(&provider, oauth2).spec("revoked.yaml", REVOKED_BETWEEN));
    ran.ends_with(0).says("4 passed").says("1 renewed").says("1 replayed");
    assert_eq!((provider.count("token_requests"), provider.count("unauthorized")), (2, 1));
    assert_eq!(provider.count("api_requests"), 4);
}
