//! `keycloak`: a realm of Keycloak, by client credentials.

use crate::spec::{
    Loading,
    auth::{
        given,
        preset::{
            draft::{Draft, base, has, one_of, segment},
            field,
        },
    },
};
use crate::yaml::{Field, Fields, Table, joined};

/// The keys of `keycloak`.
pub(crate) static TABLE: Table = Table {
    what: "keycloak",
    fields: &joined::<17>(
        &[
            Field::new(
                "url",
                given::SHAPE,
                "Where Keycloak is; before version 17 with `/auth` at its end.",
                "http://localhost:8080",
            ),
            Field::new("realm", given::SHAPE, "The realm.", "qa"),
            field::TOKEN_URL,
            field::CLIENT_ID,
            field::CLIENT_SECRET,
            field::CLIENT_AUTH,
            field::SCOPE,
            field::REQUIRE_SCOPE,
            field::PARAMS,
            field::HEADERS,
        ],
        field::KEPT,
    ),
    elsewhere: &[("hosts", "the identity, beside keycloak")],
};

/// Keycloak undoes the encoding of Basic, so the usual way of `oauth2` fits.
pub(super) fn draft(fields: &Fields<'_>, loading: &mut Loading) -> Option<Draft> {
    let is_whole = has(fields, &["client_id", "client_secret"], loading);
    let entry = one_of(fields, ["url", "token_url"], &["realm"], loading)?;
    let mut draft = Draft::of(fields);
    if entry.key == "url" {
        let url = base(entry, loading);
        fields.require("realm", &mut loading.problems);
        let realm = segment(fields.entry("realm")?, loading)?;
        let url = format!("{}/realms/{realm}/protocol/openid-connect/token", url?);
        draft = draft.text("token_url", url, &entry.value.place);
    }
    is_whole.then_some(draft)
}
