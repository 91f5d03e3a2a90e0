//! `use` as written: an identity whose right credential is made wrong, to test the guard of an API.

use crate::diagnostic::Diagnostic;
use crate::spec::{
    Loading,
    auth::{AuthUse, choice::choice},
};
use crate::yaml::{Entry, Fields};

/// A right identity and what is wrong with its credential.
#[derive(Clone, Debug)]
pub(crate) struct Negative {
    pub(crate) of: AuthUse,
    pub(crate) wrong: Wrong,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    Tampered(Tamper),
    /// Its token is asked for without this scope.
    WithoutScope(String),
}

/// The ways to make a right credential wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tamper {
    Signature,
    Expired,
    Audience,
    NoneAlg,
    Scheme,
    Empty,
    Garbage,
}

impl Tamper {
    /// Every way by its name.
    pub(crate) const WORDS: &[(&str, Self)] = &[
        ("signature", Self::Signature),
        ("expired", Self::Expired),
        ("audience", Self::Audience),
        ("none_alg", Self::NoneAlg),
        ("scheme", Self::Scheme),
        ("empty", Self::Empty),
        ("garbage", Self::Garbage),
    ];

    /// Its name.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, it)| *it == self).map_or("", |(word, _)| word)
    }
}

impl Negative {
    /// Reads `use` with the `tamper` or `without_scope` beside it.
    pub(crate) fn load(entry: &Entry, fields: &Fields<'_>, loading: &mut Loading) -> Option<Self> {
        let of = AuthUse::load(&entry.value, loading);
        if matches!(of, Some(AuthUse::None)) {
            let wrong = Diagnostic::error("no-identity", &entry.value.place, "`none` has no credential to make wrong");
            loading.report(wrong.help("name an identity, or write `auth: none`"));
            return None;
        }
        let wrong = wrong(fields, loading);
        Some(Self { of: of?, wrong: wrong? })
    }
}

fn wrong(fields: &Fields<'_>, loading: &mut Loading) -> Option<Wrong> {
    match (fields.entry("tamper"), fields.entry("without_scope")) {
        (Some(tamper), None) => choice(tamper, Tamper::WORDS, loading).map(Wrong::Tampered),
        (None, Some(scope)) => loading.word(&scope.value).map(|scope| Wrong::WithoutScope(scope.to_owned())),
        (first, second) => {
            let place = first.and(second).map_or(fields.place(), |entry| &entry.key_place);
            let message = "`use` needs exactly one of `tamper` and `without_scope`";
            loading.report(
                Diagnostic::error("one-fault", place, message).help("for example `{use: service, tamper: signature}`"),
            );
            None
        }
    }
}
