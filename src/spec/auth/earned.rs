//! What a grant is earned with besides the client: a user's password, a refresh token.

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{
    Loading,
    auth::{choice::choice, fixed::required_secret, given::Given, oauth2::TABLE},
};
use crate::yaml::Fields;

/// How a token is earned, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GrantType {
    /// RFC 6749 4.4.
    ClientCredentials,
    /// RFC 6749 4.3.
    Password,
    /// RFC 6749 6.
    RefreshToken,
}

/// What a grant is earned with.
#[derive(Clone, Debug)]
pub(crate) enum Earned {
    /// By the client alone (RFC 6749 4.4).
    Client,
    /// By a user's password (RFC 6749 4.3).
    Password { username: Given, password: Given },
    /// By a refresh token that came from elsewhere (RFC 6749 6).
    Refresh(Given),
}

/// The keys that belong to one grant, and the grant.
const OWNED: &[(&str, GrantType)] =
    &[("username", GrantType::Password), ("password", GrantType::Password), ("refresh_token", GrantType::RefreshToken)];

impl GrantType {
    /// Reads the value of `grant`.
    pub(crate) fn load(fields: &Fields<'_>, loading: &mut Loading) -> Option<Self> {
        match fields.entry("grant") {
            Some(entry) => choice(entry, Self::WORDS, loading),
            None => Some(Self::ClientCredentials),
        }
    }

    /// What the authorization server calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::Password => "password",
            Self::RefreshToken => "refresh_token",
        }
    }

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, it)| *it == self).map_or("", |(word, _)| word)
    }

    const WORDS: &[(&str, Self)] = &[
        ("client_credentials", Self::ClientCredentials),
        ("password", Self::Password),
        ("refresh_token", Self::RefreshToken),
    ];
}

impl Earned {
    /// Reads the keys of a grant; those of another grant are problems.
    pub(crate) fn load(grant: GrantType, fields: &Fields<'_>, loading: &mut Loading) -> Option<Self> {
        let is_clean = nothing_of_others(grant, fields, loading);
        let earned = match grant {
            GrantType::ClientCredentials => Some(Self::Client),
            GrantType::Password => password(fields, loading),
            GrantType::RefreshToken => required_secret(fields, "refresh_token", loading).map(Self::Refresh),
        };
        earned.filter(|_| is_clean)
    }

    /// Where it was written, where anything was.
    pub(crate) fn place(&self) -> Option<&Place> {
        match self {
            Self::Client => None,
            Self::Password { username, .. } => Some(username.place()),
            Self::Refresh(token) => Some(token.place()),
        }
    }
}

fn password(fields: &Fields<'_>, loading: &mut Loading) -> Option<Earned> {
    let username = fields.require("username", &mut loading.problems).and_then(|node| Given::load(node, loading));
    let password = required_secret(fields, "password", loading);
    Some(Earned::Password { username: username?, password: password? })
}

fn nothing_of_others(grant: GrantType, fields: &Fields<'_>, loading: &mut Loading) -> bool {
    let mut is_clean = true;
    for entry in fields.entries() {
        let owners: Vec<_> = OWNED.iter().filter(|(name, _)| *name == entry.key).map(|(_, owner)| *owner).collect();
        if owners.is_empty() || owners.contains(&grant) {
            continue;
        }
        let message = format!("the grant `{}` has no use for `{}`", grant.word(), entry.key);
        let words: Vec<_> = owners.iter().map(|owner| format!("`grant: {}`", owner.word())).collect();
        let wrong = Diagnostic::error("unused-key", &entry.key_place, message);
        loading.report(wrong.help(format!("write {}, or leave it out", words.join(" or "))));
        is_clean = false;
    }
    debug_assert!(OWNED.iter().all(|(name, _)| TABLE.field(name).is_some()), "every owned key is in the table");
    is_clean
}
