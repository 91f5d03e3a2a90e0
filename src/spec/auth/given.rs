//! A value that a scheme is given: as text, or from the environment, a file or a command. Whether it is secret is for its field to say.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source};
use crate::spec::{
    Loading, Text, Use,
    auth::command::{self, Command},
};
use crate::template::Files;
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table, Value};

/// A value and where it comes from. Nothing is read before it is used.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    /// The environment variable of this name.
    Env(String, Place),
    /// The text of a file without the line break at its end.
    File { path: String, files: Files, place: Place },
    /// What a command prints, without the line break at its end.
    Command(Command),
    /// Text with templates.
    Text(Text),
    /// The text of a member in the JSON document that is given.
    Member { of: Box<Given>, name: &'static str },
}

/// The keys of a value that is not written as text.
pub(crate) static TABLE: Table = Table {
    what: "a value",
    fields: &[
        Field::new("env", Shape::Text, "The name of an environment variable.", "CLIENT_SECRET"),
        Field::new("file", Shape::Text, "A file; the line break at its end does not count.", "secrets/token.txt"),
        Field::new(
            "cmd",
            Shape::List(&command::ARGUMENT),
            "A command that prints it: the program and its arguments.",
            "[pass, show, shop/qa]",
        ),
    ],
    elsewhere: &[],
};

/// What a value looks like.
pub(crate) const SHAPE: Shape = Shape::Either(&[Shape::Text, Shape::Fields(&TABLE)]);
/// What messages call a value that is missing.
pub(crate) const EXPECTED: &str = "text, `{env: NAME}`, `{file: path}` or `{cmd: [argv]}`";

impl Given {
    /// Reads a value that anybody may see.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        match &node.value {
            Value::Map(entries) => Self::from_map(node, entries, loading),
            Value::List(_) | Value::Null => {
                loading.wrong_type(node, EXPECTED, "{env: NAME}");
                None
            }
            _ => {
                let text = loading.text(node)?;
                if text.fixed().is_some_and(str::is_empty) {
                    loading.report(Diagnostic::error("empty", &node.place, "empty text says nothing here"));
                    return None;
                }
                Some(Self::Text(text))
            }
        }
    }

    /// Reads a value that nobody may see; one that stands in the file is warned about.
    pub(crate) fn load_secret(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        let given = Self::load(&entry.value, loading)?;
        if given.fixed().is_some() {
            loading.report(literal_secret(&entry.key, &entry.value));
        }
        Some(given)
    }

    /// The text, where it stands in the file and no template in it.
    pub(crate) fn fixed(&self) -> Option<&str> {
        match self {
            Self::Text(text) => text.fixed(),
            Self::Env(..) | Self::File { .. } | Self::Command(_) | Self::Member { .. } => None,
        }
    }

    /// Where it was written.
    pub(crate) fn place(&self) -> &Place {
        match self {
            Self::Env(_, place) | Self::File { place, .. } => place,
            Self::Command(command) => &command.place,
            Self::Text(text) => text.place(),
            Self::Member { of, .. } => of.place(),
        }
    }

    fn from_map(node: &Node, entries: &[Entry], loading: &mut Loading) -> Option<Self> {
        let fields = Fields::read(node, &TABLE, &mut loading.problems)?;
        match fields.entries() {
            [] => {
                loading.wrong_type(node, EXPECTED, "{env: NAME}");
                None
            }
            [entry] => match entry.key.as_str() {
                "env" => Self::from_env(&entry.value, loading),
                "file" => Self::from_file(&entry.value, loading),
                "cmd" => Command::load(entry, loading).map(Self::Command),
                _ => None,
            },
            _ => {
                loading.report(two_sources(node, entries));
                None
            }
        }
    }

    fn from_env(node: &Node, loading: &mut Loading) -> Option<Self> {
        let name = loading.word(node)?;
        if !is_name(name) {
            let message = format!("`{name}` is not the name of an environment variable");
            loading.report(Diagnostic::error("bad-name", &node.place, message).help("for example `{env: API_TOKEN}`"));
            return None;
        }
        let place = node.place.clone();
        let rest = vec![name.to_owned()];
        loading.uses.push(Use { name: "env".to_owned(), rest, optional: false, place: place.clone() });
        Some(Self::Env(name.to_owned(), place))
    }

    fn from_file(node: &Node, loading: &mut Loading) -> Option<Self> {
        let path = loading.word(node)?;
        if path.trim().is_empty() {
            loading.wrong_type(node, "the path of a file", "secrets/token.txt");
            return None;
        }
        let files = Files { root: loading.root().clone(), folder: loading.folder().to_owned() };
        Some(Self::File { path: path.to_owned(), files, place: node.place.clone() })
    }
}

fn two_sources(node: &Node, entries: &[Entry]) -> Diagnostic {
    let written: Vec<_> = entries.iter().map(|entry| format!("`{}`", entry.key)).collect();
    let wrong = Diagnostic::error("two-sources", &node.place, "a value has one source");
    wrong.help(format!("keep one of {}", written.join(", ")))
}

/// Whether a text can be the name of an environment variable.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// The warning about a secret that stands in the file.
pub(crate) fn literal_secret(name: &str, node: &Node) -> Diagnostic {
    let warning =
        Diagnostic::warning("literal-secret", &masked(node), format!("the secret `{name}` stands in the file"));
    warning.help("read it from the environment with `{env: NAME}`, or from a file with `{file: path}`")
}

/// The place of a secret in a copy of the source that has `*` in its stead, so that a message can quote the line.
pub(crate) fn masked(node: &Node) -> Place {
    node.place.moved_to(&starred(node.place.source(), std::slice::from_ref(&node.place)))
}

/// A copy of a source with `*` in the stead of these places of it.
pub(crate) fn starred(source: &Source, places: &[Place]) -> Arc<Source> {
    let mut text = source.text().to_owned();
    for range in places.iter().map(Place::range) {
        let star = |c: char| if c.is_whitespace() { c.to_string() } else { "*".repeat(c.len_utf8()) };
        let hidden: String = text.get(range.clone()).unwrap_or_default().chars().map(star).collect();
        if hidden.len() == range.len() {
            text.replace_range(range, &hidden);
        }
    }
    Source::new(source.name(), source.path(), text)
}
