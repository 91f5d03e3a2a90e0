//! Names with values: headers, query parameters, cookies, form fields, variables.

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
