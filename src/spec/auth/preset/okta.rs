//! `okta`: Okta, by client credentials with a secret or a key.

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{
    Loading,
    auth::{
        given,
        preset::{
            draft::{Draft, fixed_scopes, has, host, is_fixed, one_of, segment},
            field,
        },
    },
};
use crate::yaml::{Field, Fields, Table, joined};

/// The keys of `okta`.
pub(crate) static TABLE: Table = Table {
    what: "okta",
    fields: &joined::<20>(
        &[
            Field::new(
                "domain",
                given::SHAPE,
                "The domain of the organization, without `-admin`.",
                "dev-123456.okta.com",
            ),
            Field::new(
                "server",
                given::SHAPE,
                "The id of a custom authorization server, `default` by default, or `org` for that of the organization.",
                "aus1a2b3c4d5e6f7g8h9",
            ),
            field::TOKEN_URL,
            field::CLIENT_ID,
            field::CLIENT_SECRET,
            field::CLIENT_AUTH,
            field::KEY,
            field::KEY_ID,
            field::ALG,
            field::SCOPE,
            field::REQUIRE_SCOPE,
            field::PARAMS,
            field::HEADERS,
        ],
        field::KEPT,
    ),
    elsewhere: &[("hosts", "the identity, beside okta")],
};

/// The server of the organization, which alone gives the scopes `okta.…`.
const ORG: &str = "org";

/// Scopes of Okta's own API come from the organization's server, and only for a key.
pub(super) fn draft(fields: &Fields<'_>, loading: &mut Loading) -> Option<Draft> {
    let is_whole = has(fields, &["client_id", "scope"], loading) & check_scope(fields, loading);
    let entry = one_of(fields, ["domain", "token_url"], &["server"], loading);
    let proof = one_of(fields, ["client_secret", "key"], &[], loading);
    let (entry, proof) = (entry?, proof?);
    let mut draft = Draft::of(fields);
    if proof.key == "key" {
        draft = draft.usual("client_auth", "private_key_jwt", &proof.key_place);
    }
    if entry.key == "domain" {
        let (domain, place) = domain(fields, loading)?;
        let server = server(fields, loading)?;
        let below = if server == ORG { String::new() } else { format!("/{server}") };
        draft = draft.text("token_url", format!("https://{domain}/oauth2{below}/v1/token"), &place);
    }
    is_whole.then_some(draft)
}

fn domain(fields: &Fields<'_>, loading: &mut Loading) -> Option<(String, Place)> {
    let (domain, place) = host(fields, "domain", loading)?;
    if domain.contains("-admin.") {
        let wrong = Diagnostic::error("bad-domain", &place, format!("`{domain}` is the Admin Console"));
        loading.report(wrong.help(format!("write `{}`", domain.replacen("-admin.", ".", 1))));
        return None;
    }
    Some((domain, place))
}

fn server(fields: &Fields<'_>, loading: &mut Loading) -> Option<String> {
    match fields.entry("server") {
        Some(entry) => segment(entry, loading),
        None if fixed_scopes(fields).iter().any(|(scope, _)| is_of_org(scope)) => Some(ORG.to_owned()),
        None => Some("default".to_owned()),
    }
}

fn is_of_org(scope: &str) -> bool {
    scope.starts_with("okta.")
}

fn check_scope(fields: &Fields<'_>, loading: &mut Loading) -> bool {
    let scopes = fixed_scopes(fields);
    let Some((scope, place)) = scopes.into_iter().find(|(scope, _)| is_of_org(scope)) else { return true };
    if fields.entry("client_secret").is_some() {
        let message = format!("Okta gives the scope `{scope}` to clients with a key only");
        let wrong = Diagnostic::error("bad-scope", place, message);
        loading.report(wrong.help(
            "write `key` in place of `client_secret`, and `Public key / Private key` in the application's settings",
        ));
        return false;
    }
    let other = fields.entry("server").and_then(|entry| Some((entry, entry.value.scalar_text()?)));
    if let Some((entry, name)) = other.filter(|(_, name)| *name != ORG && is_fixed(name)) {
        let message = format!("the server `{name}` does not give the scope `{scope}`");
        let wrong = Diagnostic::error("bad-scope", &entry.value.place, message);
        loading.report(wrong.related(place, "a scope of Okta's own API").help("write `server: org`, or leave it out"));
        return false;
    }
    true
}
