//! `exec` as written: a command that prints a token. It runs only where the project file or the command line allows it.

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{
    Loading,
    auth::{
        given::{self, Given},
        keeping::{self, Keeping},
    },
};
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table, Value};

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
            Shape::Sequence(&given::SHAPE),
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
        let command = fields.require("command", &mut loading.problems).and_then(|node| command(node, loading));
        let keeping = Keeping::load(&fields, loading);
        Some(Self { place: entry.key_place.clone(), command: command?, keeping: keeping? })
    }
}

fn command(node: &Node, loading: &mut Loading) -> Option<Vec<Given>> {
    if !matches!(node.value, Value::List(_)) {
        let wrong = Diagnostic::error("no-list", &node.place, "`command` is not a list");
        loading.report(wrong.help("give argv as a list, no shell is used: `[gcloud, auth, print-access-token]`"));
        return None;
    }
    let items = loading.list(node);
    let command: Vec<_> = items.iter().map(|item| Given::load(item, loading)).collect();
    command.into_iter().collect::<Option<Vec<_>>>().filter(|command| !command.is_empty())
}
