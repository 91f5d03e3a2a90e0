//! A value in one line of YAML, with `[redacted]` in place of what nobody may see.

use crate::json::Json;
use crate::report;
use crate::secret::{REDACTED, Redactor};
use crate::yaml::{Entry, Node, Value};

/// Keys of schemes below which every text that stands in the file is taken for a secret.
const SECRET_KEYS: &[&str] = &[
    "actor",
    "assertion",
    "bearer",
    "cookies",
    "exec",
    "form",
    "headers",
    "json",
    "key",
    "params",
    "subject",
    "text",
    "value",
];

/// Those among them that may hold a map of which every value is one.
const SECRET_MAPS: &[&str] = &["cookies", "form", "headers", "json", "params"];

/// A value as it is shown: what stands in the file, but for secrets that were written there.
pub(super) fn shown(name: &str, node: &Node, redactor: &Redactor) -> String {
    let of_scheme = matches!(name.split('.').next(), Some("identities" | "auth"));
    let masking = Masking { of_scheme, redactor };
    let last = name.rsplit('.').next().unwrap_or(name);
    // The name of an identity says nothing about what it holds.
    let by_name = !of_scheme && !name.starts_with("redact.") && masking.is_secret(last);
    masking.value(node, by_name || name == "redact.values")
}

/// The same for a value from outside.
pub(super) fn shown_json(name: &str, value: &Json<'static>, redactor: &Redactor) -> String {
    let is_secret = redactor.hides_member(name);
    if is_secret { REDACTED.to_owned() } else { report::hidden_text(&value.to_text(), redactor) }
}

struct Masking<'r> {
    /// Whether it stands in a scheme, where more is secret than elsewhere.
    of_scheme: bool,
    redactor: &'r Redactor,
}

impl Masking<'_> {
    fn is_secret(&self, name: &str) -> bool {
        let by_scheme = self.of_scheme && SECRET_KEYS.contains(&name);
        by_scheme || self.redactor.hides_member(name) || self.redactor.hides_header(name)
    }

    /// Whether a value is hidden by its key; a scheme called `api_key` is none.
    fn hides(&self, entry: &Entry) -> bool {
        let is_scheme = self.of_scheme && entry.value.entries().is_some() && !SECRET_MAPS.contains(&entry.key.as_str());
        !is_scheme && self.is_secret(&entry.key)
    }

    fn value(&self, node: &Node, is_secret: bool) -> String {
        match &node.value {
            Value::List(items) => {
                let items: Vec<_> = items.iter().map(|item| self.value(item, is_secret)).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Map(entries) if is_source(entries) => self.map(entries, false),
            Value::Map(entries) => self.map(entries, is_secret),
            Value::Null => "null".to_owned(),
            _ if is_secret && !is_template(node) => REDACTED.to_owned(),
            _ => self.scalar(node),
        }
    }

    fn map(&self, entries: &[Entry], is_secret: bool) -> String {
        let member = |entry: &Entry| {
            let is_secret = is_secret || (!is_source(entries) && self.hides(entry));
            format!("{}: {}", entry.key, self.value(&entry.value, is_secret))
        };
        format!("{{{}}}", entries.iter().map(member).collect::<Vec<_>>().join(", "))
    }

    fn scalar(&self, node: &Node) -> String {
        let text = node.scalar_text().unwrap_or_default();
        let shown = if node.quoted { Json::from(text.to_owned()).to_text() } else { text.to_owned() };
        report::hidden_text(&shown, self.redactor)
    }
}

/// Whether a map only names where a value is read: `{env: NAME}`, `{file: path}`.
fn is_source(entries: &[Entry]) -> bool {
    matches!(entries, [only] if matches!(only.key.as_str(), "env" | "file"))
}

/// Whether a text is one template and nothing else, so that the value does not stand in it.
fn is_template(node: &Node) -> bool {
    let text = node.scalar_text().unwrap_or_default().trim();
    let inner = text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    inner.is_some_and(|inner| !inner.contains(['{', '"', '\'']))
}
