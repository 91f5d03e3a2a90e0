//! `vars`: typed values with a name.

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{Loading, Templated};
use crate::template;
use crate::yaml::Node;

/// A variable as written.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    /// Its name.
    pub(crate) name: String,
    /// Where the name is written.
    pub(crate) place: Place,
    /// Its value.
    pub(crate) value: Templated,
}

/// Names that templates give a meaning of their own.
pub(crate) const RESERVED: &[&str] =
    &["env", "auth", "row", "run", "case", "responses", "base_url", "this", "true", "false", "null", "else", "as"];

impl Variable {
    /// Reads a map of variables, if the key is there.
    pub(crate) fn load_all(node: Option<&Node>, loading: &mut Loading) -> Vec<Self> {
        let Some(node) = node else { return Vec::new() };
        let entries = loading.map(node);
        entries
            .iter()
            .filter_map(|entry| {
                loading.variable_name(&entry.key, &entry.key_place);
                let value = loading.tree(&entry.value)?;
                Some(Self { name: entry.key.clone(), place: entry.key_place.clone(), value })
            })
            .collect()
    }
}

impl Loading {
    /// Notes a name that no template could read, or that means something else.
    pub(crate) fn variable_name(&mut self, name: &str, place: &Place) {
        let is_helper = || {
            let own = self.extensions().helpers.names();
            template::helpers().map(|helper| helper.name).chain(own).any(|known| known == name)
        };
        if !is_readable(name) {
            let wrong = Diagnostic::error("bad-name", place, format!("`{name}` cannot be the name of a variable"));
            self.report(wrong.help("letters, digits and `_`, beginning with a letter"));
        } else if RESERVED.contains(&name) || is_helper() {
            let wrong = Diagnostic::error("bad-name", place, format!("`{name}` has a meaning of its own in templates"));
            self.report(wrong.help("choose another name"));
        }
    }
}

/// Whether a template could read a variable of this name.
pub(crate) fn is_readable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}
