//! `share` of an identity: which other processes use its token.

use crate::spec::{Loading, auth::choice::choice};
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

    /// Reads the key, if it is there.
    pub(crate) fn load(fields: &Fields<'_>, loading: &mut Loading) -> Self {
        let written = fields.entry(FIELD.name).and_then(|entry| choice(entry, Self::WORDS, loading));
        written.unwrap_or_default()
    }

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, it)| *it == self).map_or("", |(word, _)| word)
    }
}
