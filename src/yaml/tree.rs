//! The tree of a file.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source};

mod bounds;
mod builder;
mod syntax;
#[cfg(test)]
mod tests;

use builder::Builder;

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// What was written.
    pub(crate) value: Value,
    /// Where it is used.
    pub(crate) place: Place,
    /// Whether the scalar stood in quotes or in a block (`|`, `>`).
    pub(crate) quoted: bool,
}

/// What a node holds. Numbers keep their decimal text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(String),
    String(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key and its value. Keys are their text, whatever scalar they were.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_place: Place,
    pub(crate) value: Node,
}

impl Node {
    /// What messages call this kind of value, with its article.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }

    /// The entries of a map.
    pub(crate) fn entries(&self) -> Option<&[Entry]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The text of a scalar as it was written; none for null, a list or a map.
    pub(crate) fn scalar_text(&self) -> Option<&str> {
        match &self.value {
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            Value::Number(text) | Value::String(text) => Some(text),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The place of bytes `from..to` of a string's text, or of the whole node where the two differ (escapes, blocks).
    pub(crate) fn within(&self, from: usize, to: usize) -> Place {
        let Value::String(text) = &self.value else {
            return self.place.clone();
        };
        self.place.part(text, from, to)
    }
}

/// A file as far as it could be read, and what is wrong with it.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// The root; none for an empty file or one that does not parse.
    pub(crate) root: Option<Node>,
    /// Syntax errors, duplicate keys, unquoted templates.
    pub(crate) problems: Vec<Diagnostic>,
}

/// Reads a file into its tree.
pub(crate) fn parse(source: &Arc<Source>) -> Parsed {
    let mut builder = Builder::new(source);
    let root = builder.document();
    let mut problems = builder.problems;
    match root {
        Ok(root) => Parsed { root, problems },
        Err(stop) => {
            // One fault can be met twice: where a key is read, and where the rest of the file makes no sense.
            if let Some(diagnostic) = stop
                && !problems.iter().any(|known| known.code == diagnostic.code && known.place == diagnostic.place)
            {
                problems.push(*diagnostic);
            }
            Parsed { root: None, problems }
        }
    }
}
