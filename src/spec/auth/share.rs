//! `share` of an identity: which other processes use its token.

use crate::diagnostic::Diagnostic;
use crate::spec::{
    Loading,
    auth::{choice::choice, earned::GrantType},
};
use crate::yaml::{Field, Fields, Shape};

/// Which other processes use the token of an identity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Share {
    /// Those of the same run, where the run has a name; else none.
    #[default]
    Auto,
    /// None.
    Off,
    /// Those of the same run.
    Run,
    /// All of the same user, in later runs too.
    User,
}

/// The key, for the table of a scheme.
pub(crate) const FIELD: Field = Field::new(
    "share",
    Shape::Word(&["auto", "off", "run", "user"]),
    "Which other processes use the token: those of the same test run (`auto`, `run`), all of the user, or none.",
    "user",
);

impl Share {
    const WORDS: &[(&str, Self)] =
        &[("auto", Self::Auto), ("off", Self::Off), ("run", Self::Run), ("user", Self::User)];

    /// Reads the key, if it is there. A login is for all processes of the user: it outlives the one that asked for it.
    pub(crate) fn load(fields: &Fields<'_>, grant: Option<GrantType>, loading: &mut Loading) -> Self {
        let entry = fields.entry(FIELD.name);
        let written = entry.and_then(|entry| choice(entry, Self::WORDS, loading)).unwrap_or_default();
        let Some(grant) = grant.filter(|grant| grant.is_interactive()) else { return written };
        if let (Self::Off | Self::Run, Some(entry)) = (written, entry) {
            let message =
                format!("a login by `grant: {}` would be lost with `share: {}`", grant.word(), written.word());
            let wrong = Diagnostic::error("lost-login", &entry.value.place, message);
            loading.report(wrong.help("leave `share` out: a login is kept for all processes of the user"));
        }
        Self::User
    }

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, it)| *it == self).map_or("", |(word, _)| word)
    }
}
