//! The client of a grant as written: how it proves who it is.

use crate::diagnostic::Diagnostic;
use crate::spec::{
    Loading,
    auth::{choice::choice, earned::GrantType, given::Given},
};
use crate::yaml::Fields;

/// How the client proves who it is (RFC 6749 2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientAuth {
    /// `Authorization: Basic`, both parts form-encoded first, as the RFC says.
    Basic,
    /// The same without the encoding, for servers that do not undo it.
    BasicRaw,
    /// In the body.
    Post,
    /// Not at all; only the id is sent.
    None,
    /// By an assertion signed with the secret (RFC 7523 2.2).
    SecretJwt,
    /// By an assertion signed with a private key (RFC 7523 2.2).
    PrivateKeyJwt,
    /// By the certificate of the connection (RFC 8705 2); only the id is sent.
    Tls,
}

impl ClientAuth {
    const WORDS: &[(&str, Self)] = &[
        ("basic", Self::Basic),
        ("basic_raw", Self::BasicRaw),
        ("post", Self::Post),
        ("none", Self::None),
        ("secret_jwt", Self::SecretJwt),
        ("private_key_jwt", Self::PrivateKeyJwt),
        ("tls", Self::Tls),
    ];

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, it)| *it == self).map_or("", |(word, _)| word)
    }
}

/// How the client authenticates, and the secret for it: there where it is needed, and only there.
///
/// An assertion may be all that a client has (RFC 7523 2.1).
pub(crate) fn client(
    fields: &Fields<'_>,
    grant: Option<GrantType>,
    loading: &mut Loading,
) -> Option<(ClientAuth, Option<Given>)> {
    let written = fields.entry("client_auth");
    let is_enough = grant == Some(GrantType::JwtBearer) && fields.entry("client_secret").is_none();
    let method = match written {
        Some(entry) => choice(entry, ClientAuth::WORDS, loading)?,
        None if is_enough => ClientAuth::None,
        None => ClientAuth::Basic,
    };
    let secret = fields.entry("client_secret");
    match (method, secret) {
        (ClientAuth::None | ClientAuth::PrivateKeyJwt | ClientAuth::Tls, Some(secret)) => {
            let message = format!("`client_auth: {}` sends no `client_secret`", method.word());
            let wrong = Diagnostic::error("unused-secret", &secret.key_place, message);
            loading.report(wrong.help("leave out one of the two"));
            None
        }
        (ClientAuth::None | ClientAuth::PrivateKeyJwt | ClientAuth::Tls, None) => Some((method, None)),
        (_, Some(secret)) => Some((method, Some(Given::load_secret(secret, loading)?))),
        (_, None) => {
            let message = format!("`client_auth: {}` needs `client_secret`", method.word());
            let place = written.map_or(fields.place(), |entry| &entry.key_place);
            let wrong = Diagnostic::error("missing-key", place, message);
            loading.report(wrong.help(
                "for example `client_secret: {env: CLIENT_SECRET}`; write `client_auth: none` for a client without one",
            ));
            None
        }
    }
}

/// The client's id; it may be missing where an assertion says it all (RFC 7523 2.1).
pub(crate) fn client_id(
    fields: &Fields<'_>,
    grant: Option<GrantType>,
    auth: Option<ClientAuth>,
    loading: &mut Loading,
) -> Option<Option<Given>> {
    let is_needed = grant != Some(GrantType::JwtBearer) || auth != Some(ClientAuth::None);
    let node = match is_needed {
        true => Some(fields.require("client_id", &mut loading.problems)?),
        false => fields.get("client_id"),
    };
    node.map_or(Some(None), |node| Given::load(node, loading).map(Some))
}
