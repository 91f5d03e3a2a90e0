//! `entra`: Microsoft Entra ID, by client credentials with a secret or a certificate.

use crate::diagnostic::Diagnostic;
use crate::spec::{
    Loading,
    auth::{
        Algorithm, Given, OAuth2, given,
        preset::{
            draft::{Draft, fixed_scopes, has, is_fixed, one_of, segment},
            field,
        },
        signing,
    },
};
use crate::yaml::{Field, Fields, Shape, Table, joined};

/// The keys of `entra`.
pub(crate) static TABLE: Table = Table {
    what: "entra",
    fields: &joined::<17>(
        &[
            Field::new("tenant", given::SHAPE, "The tenant: its id, or a domain of it.", "contoso.onmicrosoft.com"),
            field::TOKEN_URL,
            field::CLIENT_ID,
            field::CLIENT_SECRET,
            Field::new("key", given::SHAPE, "The private key of a certificate, in PEM.", "{file: client.pem}"),
            Field::new(
                "thumbprint",
                given::SHAPE,
                "The certificate's thumbprint in hexadecimal digits, as the portal shows it.",
                "A1B2C3D4E5F60718293A4B5C6D7E8F9001122334",
            ),
            Field::new(
                "alg",
                Shape::Word(&["RS256", "PS256"]),
                "How the key signs; `PS256` by default beside a SHA-256 thumbprint, else `RS256`.",
                "PS256",
            ),
            Field::new(
                "scope",
                given::SHAPE,
                "The API: its application id URI and `/.default`.",
                "api://orders/.default",
            ),
            field::PARAMS,
            field::HEADERS,
        ],
        field::KEPT,
    ),
    elsewhere: &[("hosts", "the identity, beside entra")],
};

/// Client credentials take the scope `<app uri>/.default` and nothing else.
pub(super) fn draft(fields: &Fields<'_>, loading: &mut Loading) -> Option<Draft> {
    let is_whole = has(fields, &["client_id", "scope"], loading) & check_scope(fields, loading);
    let entry = one_of(fields, ["tenant", "token_url"], &[], loading);
    let proof = one_of(fields, ["client_secret", "key"], &[], loading);
    let is_whole = is_whole & check_thumbprint(fields, loading);
    let (entry, proof) = (entry?, proof?);
    let method = if proof.key == "key" { "private_key_jwt" } else { "post" };
    let mut draft = Draft::of(fields).text("client_auth", method, &proof.key_place);
    if entry.key == "tenant" {
        let tenant = segment(entry, loading)?;
        let url = format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token");
        draft = draft.text("token_url", url, &entry.value.place);
    }
    is_whole.then_some(draft)
}

/// The assertion names the certificate; Entra wants `PS256` beside a SHA-256 thumbprint, `RS256` beside a SHA-1 one.
pub(super) fn finish(oauth2: &mut OAuth2, fields: &Fields<'_>, loading: &mut Loading) {
    if let Some(signing) = &mut oauth2.signing {
        signing.thumbprint = fields.get("thumbprint").and_then(|node| Given::load(node, loading));
        let name = signing.thumbprint.as_ref().and_then(|it| signing::thumbprint(it.fixed()?)).map(|(name, _)| name);
        if fields.entry("alg").is_none() && name == Some("x5t#S256") {
            signing.algorithm = Algorithm::Ps256;
        }
    }
}

fn check_scope(fields: &Fields<'_>, loading: &mut Loading) -> bool {
    let scopes = fixed_scopes(fields);
    for (scope, place) in scopes.iter().filter(|(scope, _)| !scope.ends_with("/.default")) {
        let message = format!("the scope `{scope}` does not end in `/.default`");
        let wrong = Diagnostic::error("bad-scope", place, message);
        loading.report(wrong.help(
            "Entra gives a client everything that it was granted on one API: write `<application id URI>/.default`",
        ));
    }
    if let [_, (_, place), ..] = scopes[..] {
        let wrong = Diagnostic::error("bad-scope", place, "a token of Entra is for one API, so there is one scope");
        loading.report(wrong.help("make an identity for each API"));
        return false;
    }
    scopes.iter().all(|(scope, _)| scope.ends_with("/.default"))
}

/// A certificate is known to Entra by its thumbprint.
fn check_thumbprint(fields: &Fields<'_>, loading: &mut Loading) -> bool {
    match (fields.entry("key"), fields.entry("thumbprint")) {
        (Some(_), None) => has(fields, &["thumbprint"], loading),
        (None, Some(entry)) => {
            let wrong = Diagnostic::error("unused-key", &entry.key_place, "a `thumbprint` goes with a `key`");
            loading.report(wrong.help("write the private key of the certificate as `key`, or leave it out"));
            false
        }
        (Some(_), Some(entry)) => {
            let text = entry.value.scalar_text().filter(|text| is_fixed(text));
            if text.is_none_or(|text| signing::thumbprint(text).is_some()) {
                return true;
            }
            let wrong = Diagnostic::error("bad-thumbprint", &entry.value.place, signing::BAD_THUMBPRINT);
            loading.report(wrong.help(signing::THUMBPRINT_HELP));
            false
        }
        (None, None) => true,
    }
}
