//! JSONPath as authors write it: compiled at load, or once rendered where a template stands in it.

use crate::diagnostic::Diagnostic;
use crate::json_path::{BadPath, JsonPath};
use crate::source::Place;
use crate::spec::{Loading, Text, loading::key_node};
use crate::yaml::{Entry, Node};

/// How many characters of a path a message shows.
const LONGEST: usize = 100;

/// A path, perhaps with a template in it.
#[derive(Clone, Debug)]
pub(crate) enum Path {
    /// Compiled at load.
    Fixed(JsonPath),
    /// Compiled once rendered.
    Templated(Box<Text>),
}

impl Path {
    /// Reads a path from a value.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        if node.scalar_text().is_none() {
            loading.wrong_type(node, "a JSONPath", "$.id");
            return None;
        }
        let text = loading.text(node)?;
        Self::compile(text, node, loading)
    }

    /// Reads a path from a key.
    pub(crate) fn from_key(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        let text = loading.key(entry)?;
        Self::compile(text, &key_node(entry), loading)
    }

    fn compile(text: Text, node: &Node, loading: &mut Loading) -> Option<Self> {
        let Some(fixed) = text.fixed() else { return Some(Self::Templated(Box::new(text))) };
        compiled(fixed, node, loading).map(Self::Fixed)
    }
}

/// Reads a path that no template may stand in.
pub(crate) fn fixed(node: &Node, loading: &mut Loading) -> Option<JsonPath> {
    let text = loading.word(node)?;
    compiled(text, node, loading)
}

fn compiled(text: &str, node: &Node, loading: &mut Loading) -> Option<JsonPath> {
    match JsonPath::compile(text) {
        Ok(path) => Some(path),
        Err(bad) => {
            let place = node.within(bad.offset, bad.offset + 1);
            loading.report(wrong(&bad, &place, text));
            None
        }
    }
}

fn wrong(bad: &BadPath, place: &Place, text: &str) -> Diagnostic {
    let shown = match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    };
    let wrong = Diagnostic::error("bad-jsonpath", place, format!("`{shown}` is not a JSONPath: {}", bad.message));
    match &bad.help {
        Some(help) => wrong.help(help),
        None => wrong,
    }
}
