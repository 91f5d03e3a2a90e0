//! `cognito_user`: a user of an Amazon Cognito user pool, signed in by password (`InitiateAuth`, `USER_PASSWORD_AUTH`).

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{
    Loading,
    auth::{
        given,
        preset::{
            draft::{Draft, has, is_fixed, one_of, part},
            field,
        },
    },
};
use crate::yaml::{Field, Fields, Shape, Table, joined};

/// The keys of `cognito_user`.
pub(crate) static TABLE: Table = Table {
    what: "cognito_user",
    fields: &joined::<14>(
        &[
            Field::new("region", given::SHAPE, "The AWS region of the pool.", "eu-west-1"),
            Field::new("endpoint", given::SHAPE, "Another endpoint in place of AWS.", "http://localhost:9229/"),
            field::CLIENT_ID,
            field::CLIENT_SECRET,
            Field::new("username", given::SHAPE, "The user.", "qa@example.com"),
            Field::new("password", given::SHAPE, "The user's password.", "{env: QA_PASSWORD}"),
            Field::new(
                "use",
                Shape::Word(&["access_token", "id_token"]),
                "Which of the two tokens is sent; `access_token` by default.",
                "id_token",
            ),
        ],
        field::KEPT,
    ),
    elsewhere: &[("hosts", "the identity, beside cognito_user"), ("scope", "cognito"), ("domain", "cognito")],
};

/// Sent as the grant `password` is, in the words of Cognito.
pub(super) fn draft(fields: &Fields<'_>, loading: &mut Loading) -> Option<Draft> {
    let is_whole = has(fields, &["client_id", "username", "password"], loading);
    let entry = one_of(fields, ["region", "endpoint"], &[], loading)?;
    let place = &entry.value.place;
    let text = part(&entry.value, loading)?;
    let endpoint = match entry.key.as_str() {
        "endpoint" => text,
        _ => {
            check_region(&text, place, loading)?;
            format!("https://cognito-idp.{text}.amazonaws.com/")
        }
    };
    let proof = if fields.entry("client_secret").is_some() { "post" } else { "none" };
    let draft = Draft::of(fields).text("grant", "password", place).text("client_auth", proof, place);
    is_whole.then(|| draft.text("token_url", endpoint, place))
}

fn check_region(region: &str, place: &Place, loading: &mut Loading) -> Option<()> {
    let is_region = |text: &str| text.contains('-') && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !is_fixed(region) || is_region(region) {
        return Some(());
    }
    let wrong = Diagnostic::error("bad-region", place, format!("`{region}` is not an AWS region"));
    loading.report(wrong.help("it is what stands before the `_` of the pool's id: `eu-west-1`"));
    None
}
