//! `exec` as written: a command that prints a token. It runs only where the project file or the command line allows it.

use crate::source::Place;
use crate::spec::{
    Loading,
    auth::{
        command,
        given::Given,
        keeping::{self, Keeping},
    },
};
use crate::yaml::{Entry, Field, Fields, Shape, Table};

/// A command that prints a token.
#[derive(Clone, Debug)]
pub(crate) struct Exec {
    /// The key.
    pub(crate) place: Place,
    /// The program and its arguments; no shell is used.
    pub(crate) command: Vec<Given>,
    pub(crate) keeping: Keeping,
}

/// The keys of `exec`.
pub(crate) static TABLE: Table = Table {
    what: "exec",
    fields: &[
        Field::new(
            "command",
            Shape::Sequence(&command::ARGUMENT),
            "The program and its arguments; no shell is used.",
            "[gcloud, auth, print-access-token]",
        ),
        keeping::LIFETIME,
        keeping::PLACE,
        keeping::REFRESH_BEFORE,
        keeping::ON_UNAUTHORIZED,
    ],
    elsewhere: &[("hosts", "the identity, beside exec")],
};

impl Exec {
    /// Reads the map of `exec`.
    pub(crate) fn load(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        let fields = Fields::read(&entry.value, &TABLE, &mut loading.problems)?;
        let command = fields.require("command", &mut loading.problems).and(fields.entry("command"));
        let command = command.and_then(|entry| command::argv(entry, loading));
        let keeping = Keeping::load(&fields, loading);
        Some(Self { place: entry.key_place.clone(), command: command?, keeping: keeping? })
    }
}
