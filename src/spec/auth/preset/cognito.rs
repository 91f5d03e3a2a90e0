//! `cognito`: the OAuth endpoint of an Amazon Cognito user pool, by client credentials.

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{
    Loading,
    auth::{
        given,
        preset::{
            draft::{Draft, has, host, is_fixed, one_of, part},
            field,
        },
    },
};
use crate::yaml::{Field, Fields, Table, joined};

/// The keys of `cognito`.
pub(crate) static TABLE: Table = Table {
    what: "cognito",
    fields: &joined::<16>(
        &[
            Field::new(
                "domain",
                given::SHAPE,
                "The domain of the pool, or its prefix where `region` is written.",
                "shop.auth.eu-west-1.amazoncognito.com",
            ),
            Field::new("region", given::SHAPE, "The AWS region of a pool whose `domain` is a prefix.", "eu-west-1"),
            field::TOKEN_URL,
            field::CLIENT_ID,
            field::CLIENT_SECRET,
            field::CLIENT_AUTH,
            field::SCOPE,
            field::PARAMS,
            field::HEADERS,
        ],
        field::KEPT,
    ),
    elsewhere: &[("hosts", "the identity, beside cognito"), ("username", "cognito_user"), ("password", "cognito_user")],
};

/// The secret goes in the form, as Cognito's own examples have it.
pub(super) fn draft(fields: &Fields<'_>, loading: &mut Loading) -> Option<Draft> {
    let is_whole = has(fields, &["client_id", "client_secret"], loading);
    let entry = one_of(fields, ["domain", "token_url"], &["region"], loading)?;
    let mut draft = Draft::of(fields).usual("client_auth", "post", &entry.key_place);
    if entry.key == "domain" {
        let (domain, place) = domain(fields, loading)?;
        draft = draft.text("token_url", format!("https://{domain}/oauth2/token"), &place);
    }
    is_whole.then_some(draft)
}

fn domain(fields: &Fields<'_>, loading: &mut Loading) -> Option<(String, Place)> {
    let (domain, place) = host(fields, "domain", loading)?;
    let is_prefix = !domain.contains('.') && is_fixed(&domain);
    match fields.entry("region") {
        Some(region) if is_prefix || !is_fixed(&domain) => {
            let region = part(&region.value, loading)?;
            Some((format!("{domain}.auth.{region}.amazoncognito.com"), place))
        }
        Some(region) => {
            let message = format!("`region` says nothing beside the whole domain `{domain}`");
            let wrong = Diagnostic::error("unused-key", &region.key_place, message);
            loading.report(wrong.help("leave it out, or write the prefix alone as `domain`"));
            None
        }
        None if is_prefix => {
            let wrong = Diagnostic::error("bad-domain", &place, format!("`{domain}` is the prefix of a domain"));
            loading.report(
                wrong.help(format!(
                    "write `region` too, or the whole domain: `{domain}.auth.eu-west-1.amazoncognito.com`"
                )),
            );
            None
        }
        None => Some((domain, place)),
    }
}
