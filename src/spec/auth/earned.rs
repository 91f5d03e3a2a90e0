//! What a grant is earned with besides the client: a user's password, a refresh token.

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{
    Loading,
    auth::{
        AuthUse,
        choice::choice,
        exchange::{Assertion, Exchange},
        fixed::required_secret,
        given::Given,
        oauth2::TABLE,
        person::Person,
    },
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
    /// RFC 7523 2.1.
    JwtBearer,
    /// RFC 8693.
    TokenExchange,
    /// RFC 6749 4.1.
    AuthorizationCode,
    /// RFC 8628.
    DeviceCode,
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
    /// By an assertion that came from elsewhere (RFC 7523 2.1).
    Given(Given),
    /// By an assertion that is signed here (RFC 7523 2.1).
    Signed(Assertion),
    /// By the token of somebody else (RFC 8693).
    Exchange(Box<Exchange>),
    /// By a person who logs in, in a browser or elsewhere (RFC 6749 4.1, RFC 8628).
    Person(Box<Person>),
}

/// The keys that belong to one grant, and the grant.
const OWNED: &[(&str, GrantType)] = &[
    ("username", GrantType::Password),
    ("password", GrantType::Password),
    ("refresh_token", GrantType::RefreshToken),
    ("assertion", GrantType::JwtBearer),
    ("issuer_claim", GrantType::JwtBearer),
    ("claims", GrantType::JwtBearer),
    ("subject", GrantType::JwtBearer),
    ("subject", GrantType::TokenExchange),
    ("subject_token_type", GrantType::TokenExchange),
    ("actor", GrantType::TokenExchange),
    ("actor_token_type", GrantType::TokenExchange),
    ("requested_token_type", GrantType::TokenExchange),
    ("authorization_url", GrantType::AuthorizationCode),
    ("redirect_port", GrantType::AuthorizationCode),
    ("device_url", GrantType::DeviceCode),
    ("authorization_params", GrantType::AuthorizationCode),
    ("authorization_params", GrantType::DeviceCode),
];

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
            Self::JwtBearer => "urn:ietf:params:oauth:grant-type:jwt-bearer",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
            Self::AuthorizationCode => "authorization_code",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
        }
    }

    /// Whether a person takes part in it.
    pub(crate) fn is_interactive(self) -> bool {
        matches!(self, Self::AuthorizationCode | Self::DeviceCode)
    }

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, it)| *it == self).map_or("", |(word, _)| word)
    }

    const WORDS: &[(&str, Self)] = &[
        ("client_credentials", Self::ClientCredentials),
        ("password", Self::Password),
        ("refresh_token", Self::RefreshToken),
        ("jwt_bearer", Self::JwtBearer),
        ("token_exchange", Self::TokenExchange),
        ("authorization_code", Self::AuthorizationCode),
        ("device_code", Self::DeviceCode),
    ];
}

impl Earned {
    /// Reads the keys of a grant; those of another grant are problems.
    pub(crate) fn load(grant: GrantType, fields: &Fields<'_>, allow_http: bool, loading: &mut Loading) -> Option<Self> {
        let is_clean = nothing_of_others(grant, fields, loading);
        let earned = match grant {
            GrantType::ClientCredentials => Some(Self::Client),
            GrantType::Password => password(fields, loading),
            GrantType::RefreshToken => required_secret(fields, "refresh_token", loading).map(Self::Refresh),
            GrantType::JwtBearer => assertion(fields, loading),
            GrantType::TokenExchange => Exchange::load(fields, loading).map(|it| Self::Exchange(Box::new(it))),
            GrantType::AuthorizationCode | GrantType::DeviceCode => {
                Person::load(grant, fields, allow_http, loading).map(|it| Self::Person(Box::new(it)))
            }
        };
        earned.filter(|_| is_clean)
    }

    /// Where it was written, where anything was.
    pub(crate) fn place(&self) -> Option<&Place> {
        match self {
            Self::Client | Self::Signed(_) => None,
            Self::Password { username, .. } => Some(username.place()),
            Self::Refresh(token) | Self::Given(token) => Some(token.place()),
            Self::Exchange(exchange) => Some(&exchange.subject.place),
            Self::Person(person) => person.place(),
        }
    }

    /// The identities whose tokens it takes.
    pub(crate) fn references(&self) -> Vec<&AuthUse> {
        match self {
            Self::Exchange(exchange) => exchange.references(),
            _ => Vec::new(),
        }
    }
}

fn password(fields: &Fields<'_>, loading: &mut Loading) -> Option<Earned> {
    let username = fields.require("username", &mut loading.problems).and_then(|node| Given::load(node, loading));
    let password = required_secret(fields, "password", loading);
    Some(Earned::Password { username: username?, password: password? })
}

/// Given, or signed here; what would be signed has no place beside a given one.
fn assertion(fields: &Fields<'_>, loading: &mut Loading) -> Option<Earned> {
    if fields.entry("assertion").is_none() {
        return Assertion::load(fields, loading).map(Earned::Signed);
    }
    let mut is_clean = true;
    for entry in ["issuer_claim", "subject", "claims"].into_iter().filter_map(|name| fields.entry(name)) {
        let message = format!("a given `assertion` says its `{}` itself", entry.key);
        let wrong = Diagnostic::error("unused-key", &entry.key_place, message);
        loading.report(wrong.help("leave it out, or sign the assertion here with `key`"));
        is_clean = false;
    }
    required_secret(fields, "assertion", loading).filter(|_| is_clean).map(Earned::Given)
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
