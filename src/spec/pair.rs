//! Names with values: headers, query parameters, cookies, form fields, variables.

use crate::diagnostic::Diagnostic;
use crate::json::Json;
use crate::source::Place;
use crate::spec::{Loading, Templated, Text};
use crate::yaml::{Entry, Node, Value};

/// A name and what it is given.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    /// The name, which may hold templates.
    pub(crate) name: Text,
    /// Where it was written.
    pub(crate) place: Place,
    /// The values: none where `null` removes the name, several where a list repeats it.
    pub(crate) values: Vec<Templated>,
}

impl Pair {
    /// Reads a map of names.
    pub(crate) fn load_all(node: &Node, loading: &mut Loading) -> Vec<Self> {
        loading.map(node).iter().filter_map(|entry| Self::load(entry, loading)).collect()
    }

    /// Whether this pair takes the name away.
    pub(crate) fn removes(&self) -> bool {
        self.values.is_empty()
    }

    fn load(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        let name = loading.key(entry);
        let nodes: &[Node] = match &entry.value.value {
            Value::Null => &[],
            Value::List(_) => loading.list(&entry.value),
            Value::Map(_) => {
                loading.wrong_type(&entry.value, "a value or a list of values", "[a, b]");
                return None;
            }
            _ => std::slice::from_ref(&entry.value),
        };
        let values: Vec<_> = nodes.iter().map(|node| loading.tree(node)).collect();
        Some(Self { name: name?, place: entry.key_place.clone(), values: values.into_iter().collect::<Option<_>>()? })
    }
}

impl Loading {
    /// Headers, if the key is there: one spelling a name, and names that HTTP allows.
    pub(crate) fn headers(&mut self, node: Option<&Node>) -> Vec<Pair> {
        let pairs = self.pairs(node);
        let names = pairs.iter().map(|pair| (&pair.name, &pair.place));
        check_names(names, "write one, with a list of values", self);
        for value in pairs.iter().flat_map(|pair| &pair.values) {
            if value.fixed().and_then(Json::as_str).is_some_and(|text| text.contains(['\n', '\r', '\0'])) {
                let wrong = Diagnostic::error("bad-header", &value.place, "a header stands on one line");
                self.report(wrong.help("take the line break out; `>-` folds a text of several lines into one"));
            }
        }
        for pair in pairs.iter().filter(|pair| pair.removes() && pair.name.source().eq_ignore_ascii_case("accept")) {
            let wrong = Diagnostic::error("bad-header", &pair.place, "`Accept` cannot be taken away");
            self.report(wrong.help("name the media type that is wanted; `*/*` is sent where nothing is written"));
        }
        pairs
    }
}

/// Reports what is no name of a header, and one that is written twice; `cure` says how to write the second.
pub(crate) fn check_names<'t>(names: impl Iterator<Item = (&'t Text, &'t Place)>, cure: &str, loading: &mut Loading) {
    let mut before: Vec<(&str, &Place)> = Vec::new();
    for (text, place) in names {
        let name = text.source();
        if text.fixed().is_some_and(|name| !is_header_name(name)) {
            let wrong = Diagnostic::error("bad-header", place, format!("`{name}` is not a header name"));
            loading.report(wrong.help("letters, digits and `-`, with no blanks and no colon"));
        }
        if let Some((first, at)) = before.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            let message = format!("`{first}` and `{name}` are the same header");
            let wrong = Diagnostic::error("duplicate-key", place, message);
            loading.report(wrong.related(at, "first here").help(cure));
        }
        before.push((name, place));
    }
}

/// Whether a text is a token (RFC 9110 5.6.2), which the name of a header is.
pub(crate) fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}
