//! Places in a document, written as paths: `$.items[0]['unit price']`.

use std::fmt::{self, Write};

/// The place of a value in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location(String);

impl Location {
    /// The whole document, `$`.
    pub(crate) fn root() -> Self {
        Self("$".to_owned())
    }

    /// Moves to a member of this name: `.name`, or `['a name']` where the short form cannot hold it.
    pub(crate) fn push_name(&mut self, name: &str) {
        if is_shorthand(name) {
            self.0.push('.');
            self.0.push_str(name);
        } else {
            self.0.push_str("['");
            name.chars().for_each(|character| self.push_quoted(character));
            self.0.push_str("']");
        }
    }

    /// Moves to the element at this index.
    pub(crate) fn push_index(&mut self, index: usize) {
        // A `String` takes everything that is written to it.
        let _ = write!(self.0, "[{index}]");
    }

    /// A character of a quoted name (RFC 9535 2.7, normalized paths).
    fn push_quoted(&mut self, character: char) {
        match character {
            '\'' | '\\' => self.0.extend(['\\', character]),
            '\n' => self.0.push_str("\\n"),
            '\r' => self.0.push_str("\\r"),
            '\t' => self.0.push_str("\\t"),
            control if control < ' ' => {
                let _ = write!(self.0, "\\u{:04x}", u32::from(control));
            }
            other => self.0.push(other),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a name may follow a dot (RFC 9535 2.5.1.1, member-name-shorthand).
fn is_shorthand(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_' || (!c.is_ascii() && !c.is_whitespace());
    name.starts_with(is_letter) && name.chars().all(|c| is_letter(c) || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;
    use crate::json_path::JsonPath;

    #[test]
    fn a_name_is_quoted_where_a_dot_cannot_hold_it() {
        let table = [
            ("a", "$.a"),
            ("_id9", "$._id9"),
            ("größe", "$.größe"),
            ("", "$['']"),
            ("9a", "$['9a']"),
            ("unit price", "$['unit price']"),
            ("it's", "$['it\\'s']"),
            ("a\\b\n\u{1}", "$['a\\\\b\\n\\u0001']"),
            ("a\u{a0}b", "$['a\u{a0}b']"),
        ];
        for (name, expected) in table {
            let mut location = Location::root();
            location.push_name(name);
            assert_eq!(location.to_string(), expected);
            let json = Json::Object(vec![(name.into(), Json::Null)]);
            assert_eq!(JsonPath::compile(expected).unwrap().find(&json).len(), 1, "{expected}");
        }
    }
}
