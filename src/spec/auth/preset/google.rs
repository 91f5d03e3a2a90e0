//! `google`: a service account of Google Cloud, by an assertion that its key signs (RFC 7523).

use crate::spec::{
    Loading,
    auth::{
        Earned, Given, OAuth2, Server, given,
        preset::{
            draft::{Draft, has, part},
            field,
        },
        signing::Dates,
    },
};
use crate::yaml::{Field, Fields, Node, Table, Value, joined};

/// The keys of `google`.
pub(crate) static TABLE: Table = Table {
    what: "google",
    fields: &joined::<11>(
        &[
            Field::new(
                "key",
                given::SHAPE,
                "The JSON file of a key of the service account.",
                "{file: service-account.json}",
            ),
            Field::new("scope", field::SCOPE.shape, "The scopes.", "https://www.googleapis.com/auth/cloud-platform"),
            Field::new(
                "subject",
                given::SHAPE,
                "The user for whom it acts, where the domain allows that.",
                "user@example.com",
            ),
            Field::new(
                "token_url",
                given::SHAPE,
                "The token endpoint; that of the key file by default.",
                "https://oauth2.googleapis.com/token",
            ),
        ],
        field::KEPT,
    ),
    elsewhere: &[("hosts", "the identity, beside google")],
};

/// Stands for what the key file says; nobody means it.
const OF_FILE: &str = "-";

/// Google reads the scope out of the assertion, which names a user only where there is one.
pub(super) fn draft(fields: &Fields<'_>, loading: &mut Loading) -> Option<Draft> {
    let is_whole = has(fields, &["key", "scope"], loading);
    let scope = scope(fields.get("scope"), loading);
    let key = &fields.entry("key")?.value.place;
    let (scope, place) = (scope?, fields.entry("scope").map_or(key, |entry| &entry.value.place));
    let subject: &[(&str, Option<&str>)] = if fields.entry("subject").is_some() { &[] } else { &[("sub", None)] };
    let claims: Vec<_> = subject.iter().copied().chain([("scope", Some(scope.as_str()))]).collect();
    let draft = Draft::of(fields).without("scope").text("grant", "jwt_bearer", key).text("issuer_claim", OF_FILE, key);
    is_whole.then(|| draft.map("claims", &claims, place).usual("token_url", OF_FILE, key))
}

/// One text of all scopes.
fn scope(node: Option<&Node>, loading: &mut Loading) -> Option<String> {
    let nodes = match node? {
        Node { value: Value::List(_), .. } => loading.list(node?),
        node => std::slice::from_ref(node),
    };
    let parts: Vec<_> = nodes.iter().map(|node| part(node, loading)).collect();
    Some(parts.into_iter().collect::<Option<Vec<_>>>()?.join(" "))
}

/// Issuer, key and endpoint stand in the key file, and an assertion lives an hour.
pub(super) fn finish(oauth2: &mut OAuth2, _: &Fields<'_>, _: &mut Loading) {
    let (Some(signing), Earned::Signed(assertion)) = (&mut oauth2.signing, &mut oauth2.earned) else { return };
    let file = signing.key.clone();
    let member = |name| Given::Member { of: Box::new(file.clone()), name };
    assertion.issuer = Some(member("client_email"));
    signing.key_id = Some(member("private_key_id"));
    signing.key = member("private_key");
    signing.dates = Dates { back: 0, lasts: 3600 };
    if matches!(&oauth2.server, Server::TokenUrl(url) if url.fixed() == Some(OF_FILE)) {
        oauth2.server = Server::TokenUrl(member("token_uri"));
    }
}
