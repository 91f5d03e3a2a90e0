//! `dpop` of an `oauth2` as written: its token is bound to a key that never leaves the process (RFC 9449).

use crate::diagnostic::Diagnostic;
use crate::spec::Loading;
use crate::yaml::{Entry, Field, Fields, Shape, Value};

/// The key, for the table of the scheme.
pub(crate) const FIELD: Field = Field::new(
    "dpop",
    Shape::Boolean,
    "Whether the token is bound to a key of this process, which every request proves to hold (RFC 9449).",
    "true",
);

/// Reads the key, if it is there; what cannot be said of a bound token is a problem.
pub(crate) fn load(fields: &Fields<'_>, loading: &mut Loading) -> bool {
    let written = fields.get(FIELD.name).and_then(|node| loading.boolean(node));
    let is_bound = written.unwrap_or(false);
    if is_bound {
        fields.entries().iter().filter_map(contradiction).for_each(|wrong| loading.report(wrong));
    }
    is_bound
}

fn contradiction(entry: &Entry) -> Option<Diagnostic> {
    let is = |words: &[&str]| matches!(&entry.value.value, Value::String(word) if words.contains(&word.as_str()));
    let (message, help) = match entry.key.as_str() {
        "place" => ("a token that is bound by `dpop` stands in `Authorization`, behind `DPoP`", "leave out `place`"),
        "share" if is(&["run", "user"]) => (
            "a token that is bound by `dpop` stays in the memory of its process, as its key does",
            "leave out `share`, or write `share: off`",
        ),
        "use" if is(&["id_token"]) => ("`dpop` binds access tokens only", "leave out `use`, or `dpop`"),
        _ => return None,
    };
    Some(Diagnostic::error("bound", &entry.key_place, message).help(help))
}
