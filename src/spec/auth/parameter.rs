//! What a token request carries besides what its grant says: `params` and `headers`.

use crate::diagnostic::Diagnostic;
use crate::secret::{is_secret_header, is_secret_member};
use crate::source::Place;
use crate::spec::{
    Loading, Templated, Text,
    auth::given::{EXPECTED, Given, literal_secret},
    pair::is_header_name,
};
use crate::yaml::{Entry, Node, Value};

/// A name and the values it is sent with; none where `null` takes away what would be sent.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: Text,
    pub(crate) place: Place,
    pub(crate) values: Vec<ParameterValue>,
}

/// One value.
#[derive(Clone, Debug)]
pub(crate) enum ParameterValue {
    /// From the environment or a file: always secret.
    Given(Given),
    /// Written, with its JSON type; secret where its name says so.
    Plain(Templated),
}

impl Parameter {
    /// Reads `params`.
    pub(crate) fn load_all(node: &Node, loading: &mut Loading) -> Vec<Self> {
        let entries = loading.map(node);
        entries.iter().filter_map(|entry| Self::load(entry, is_secret_member(&entry.key), loading)).collect()
    }

    /// Reads `headers`.
    pub(crate) fn load_headers(node: &Node, loading: &mut Loading) -> Vec<Self> {
        let entries = loading.map(node);
        entries.iter().filter_map(|entry| Self::load_header(entry, loading)).collect()
    }

    fn load_header(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        let header = Self::load(entry, is_secret_header(&entry.key), loading)?;
        if header.name.fixed().is_some_and(|name| !is_header_name(name)) {
            let wrong =
                Diagnostic::error("bad-header", &entry.key_place, format!("`{}` is not a header name", entry.key));
            loading.report(wrong.help("letters, digits and `-`, with no blanks and no colon"));
            return None;
        }
        Some(header)
    }

    fn load(entry: &Entry, secret: bool, loading: &mut Loading) -> Option<Self> {
        let name = loading.key(entry);
        let nodes: &[Node] = match &entry.value.value {
            Value::Null => &[],
            Value::List(_) => loading.list(&entry.value),
            _ => std::slice::from_ref(&entry.value),
        };
        let values: Vec<_> = nodes.iter().map(|node| value(node, loading)).collect();
        let parameter =
            Self { name: name?, place: entry.key_place.clone(), values: values.into_iter().collect::<Option<_>>()? };
        let literal = |value: &ParameterValue| matches!(value, ParameterValue::Plain(it) if it.fixed().is_some());
        if secret && parameter.values.iter().any(literal) {
            loading.report(literal_secret(&entry.key, &entry.value));
        }
        Some(parameter)
    }
}

fn value(node: &Node, loading: &mut Loading) -> Option<ParameterValue> {
    match &node.value {
        Value::Map(_) => Given::load(node, loading).map(ParameterValue::Given),
        Value::List(_) | Value::Null => {
            loading.wrong_type(node, EXPECTED, "{env: NAME}");
            None
        }
        _ => loading.tree(node).map(ParameterValue::Plain),
    }
}
