//! `github_app`: an installation of a GitHub App, by an assertion that the app's key signs.

use crate::spec::{
    Loading,
    auth::{
        Earned, OAuth2, given,
        preset::{
            draft::{Draft, base, has, required, segment},
            field,
        },
        signing::Dates,
    },
};
use crate::yaml::{Field, Fields, Table, joined};

/// The keys of `github_app`.
pub(crate) static TABLE: Table = Table {
    what: "github_app",
    fields: &joined::<11>(
        &[
            Field::new("app_id", given::SHAPE, "The app: its client id or its number.", "Iv23liABCDEFGHIJKLMN"),
            Field::new("installation_id", given::SHAPE, "The installation: a number.", "12345678"),
            Field::new("key", given::SHAPE, "The private key of the app, as GitHub gives it.", "{file: app.pem}"),
            Field::new(
                "api_url",
                given::SHAPE,
                "The API of an Enterprise server; https://api.github.com by default.",
                "https://github.example.com/api/v3",
            ),
        ],
        field::KEPT,
    ),
    elsewhere: &[("hosts", "the identity, beside github_app"), ("client_id", "app_id")],
};

/// A token of the app is traded for one of the installation; it goes in a header, and GitHub reads no form.
pub(super) fn draft(fields: &Fields<'_>, loading: &mut Loading) -> Option<Draft> {
    let is_whole = has(fields, &["key"], loading);
    let app = required(fields, "app_id", loading);
    let api = match fields.entry("api_url") {
        Some(entry) => base(entry, loading),
        None => Some("https://api.github.com".to_owned()),
    };
    fields.require("installation_id", &mut loading.problems);
    let number = fields.entry("installation_id")?;
    let (installation, place) = (segment(number, loading)?, number.value.place.clone());
    let ((app, app_place), api) = (app?, api?);
    let url = format!("{api}/app/installations/{installation}/access_tokens");
    let headers = [("Accept", Some("application/vnd.github+json")), ("X-GitHub-Api-Version", Some("2022-11-28"))];
    let draft = Draft::of(fields).text("grant", "jwt_bearer", &place).text("issuer_claim", app, &app_place);
    let draft = draft.text("token_url", url, fields.entry("api_url").map_or(&place, |entry| &entry.value.place));
    let claims = [("sub", None), ("aud", None), ("jti", None)];
    let draft = draft.map("claims", &claims, &place).map("headers", &headers, &place);
    is_whole.then(|| draft.map("use", &[("jsonpath", Some("$.token"))], &place).text("body", "json", &place))
}

/// Dated a minute back, as clocks differ; GitHub takes none that ends more than ten minutes from now.
pub(super) fn finish(oauth2: &mut OAuth2, _: &Fields<'_>, _: &mut Loading) {
    let (Some(signing), Earned::Signed(assertion)) = (&mut oauth2.signing, &mut oauth2.earned) else { return };
    signing.dates = Dates { back: 60, lasts: 600 };
    assertion.in_header = true;
}
