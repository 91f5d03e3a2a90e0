//! A command whose output is a value, as written: a program and its arguments. It runs only where the project file or the command line allows it.

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{Loading, auth::given::Given};
use crate::yaml::{Entry, Field, Node, Shape, Table, Value};

/// A command whose output is a value.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    /// The key.
    pub(crate) place: Place,
    /// The program and its arguments; no shell is used.
    pub(crate) argv: Vec<Given>,
}

/// What an argument looks like.
pub(crate) const ARGUMENT: Shape = Shape::Either(&[Shape::Text, Shape::Fields(&TABLE)]);

static TABLE: Table = Table {
    what: "an argument",
    fields: &[
        Field::new("env", Shape::Text, "The name of an environment variable; its value is secret.", "VAULT_TOKEN"),
        Field::new("file", Shape::Text, "A file; its text is secret.", "secrets/token.txt"),
    ],
    elsewhere: &[],
};

impl Command {
    /// Reads the entry of `cmd`.
    pub(crate) fn load(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        let argv = argv(entry, loading)?;
        let command = Self { place: entry.key_place.clone(), argv };
        loading.commands.push(command.clone());
        Some(command)
    }
}

/// Reads a program and its arguments.
pub(crate) fn argv(entry: &Entry, loading: &mut Loading) -> Option<Vec<Given>> {
    if !matches!(entry.value.value, Value::List(_)) {
        let message = format!("`{}` is {}, not a list", entry.key, entry.value.kind());
        let wrong = Diagnostic::error("no-list", &entry.value.place, message);
        loading.report(wrong.help(format!("give argv as a list; no shell is used: `{}`", example(&entry.value))));
        return None;
    }
    let items = loading.list(&entry.value);
    let argv: Vec<_> = items.iter().map(|item| argument(item, loading)).collect();
    argv.into_iter().collect::<Option<Vec<_>>>().filter(|argv| !argv.is_empty())
}

/// What a command prints is no argument of another one: that is for a shell script to do.
fn argument(node: &Node, loading: &mut Loading) -> Option<Given> {
    if let Some(nested) = node.entries().and_then(|entries| entries.iter().find(|entry| entry.key == "cmd")) {
        let wrong = Diagnostic::error("no-command", &nested.key_place, "an argument cannot come from a command");
        loading.report(wrong.help("write both into a script, and its name here"));
        return None;
    }
    Given::load(node, loading)
}

/// The list that was meant, as far as blanks tell.
fn example(node: &Node) -> String {
    match &node.value {
        Value::String(text) if is_plain(text) => {
            format!("[{}]", text.split_whitespace().collect::<Vec<_>>().join(", "))
        }
        _ => "[gcloud, auth, print-access-token]".to_owned(),
    }
}

/// Whether a list of its words means the same.
fn is_plain(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_' | '/' | '.'))
}
