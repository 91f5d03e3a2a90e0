//! `auth0`: Auth0, by client credentials.

use crate::spec::{
    Loading,
    auth::{
        given,
        preset::{
            draft::{Draft, has, host, one_of},
            field,
        },
    },
};
use crate::yaml::{Field, Fields, Table, joined};

/// The keys of `auth0`.
pub(crate) static TABLE: Table = Table {
    what: "auth0",
    fields: &joined::<17>(
        &[
            Field::new("domain", given::SHAPE, "The domain of the tenant.", "shop.eu.auth0.com"),
            field::TOKEN_URL,
            field::CLIENT_ID,
            field::CLIENT_SECRET,
            field::CLIENT_AUTH,
            Field::new("audience", given::SHAPE, "The identifier of the API.", "https://api.example.com/"),
            field::SCOPE,
            field::REQUIRE_SCOPE,
            field::PARAMS,
            field::HEADERS,
        ],
        field::KEPT,
    ),
    elsewhere: &[("hosts", "the identity, beside auth0")],
};

/// Without an audience Auth0 gives a token that no API of one's own takes, or none.
pub(super) fn draft(fields: &Fields<'_>, loading: &mut Loading) -> Option<Draft> {
    let is_whole = has(fields, &["client_id", "client_secret", "audience"], loading);
    let entry = one_of(fields, ["domain", "token_url"], &[], loading)?;
    let mut draft = Draft::of(fields).usual("client_auth", "post", &entry.key_place);
    if entry.key == "domain" {
        let (domain, place) = host(fields, "domain", loading)?;
        draft = draft.text("token_url", format!("https://{domain}/oauth/token"), &place);
    }
    is_whole.then_some(draft)
}
