//! Values in messages: as JSON text on one line, cut to a sane length.

use std::fmt;

use crate::json::{Json, Kind};

/// How much of a value a message shows, in characters.
const SHOWN: usize = 120;

/// Something that was expected or found, as a message shows it.
#[derive(Clone, Debug)]
pub(super) enum Shown {
    /// JSON text.
    Value(String),
    /// JSON text whose type matters.
    Typed(Kind, String),
    /// Words; values in them stand in backticks.
    Words(String),
}

impl Shown {
    /// A value.
    pub(super) fn value(value: &Json<'_>) -> Self {
        Self::Value(value.excerpt(SHOWN))
    }

    /// A value that would print like another one without its type.
    pub(super) fn typed(value: &Json<'_>) -> Self {
        Self::Words(format!("`{}` ({})", value.excerpt(SHOWN), value.kind()))
    }

    /// A value after its type: string `"a"`.
    pub(super) fn kind(value: &Json<'_>) -> Self {
        Self::Typed(value.kind(), value.excerpt(SHOWN))
    }

    /// The values that a path found, as a list.
    pub(super) fn nodes(nodes: &[&Json<'_>]) -> Self {
        let mut text = String::from("[");
        for node in nodes {
            let left = SHOWN.saturating_sub(text.chars().count());
            text.push_str(if text.len() > 1 { "," } else { "" });
            text.push_str(&node.excerpt(left));
            if left == 0 || text.ends_with('…') {
                return Self::Value(cut(&text, SHOWN));
            }
        }
        text.push(']');
        Self::Value(text)
    }

    /// Words.
    pub(super) fn words(words: impl Into<String>) -> Self {
        Self::Words(words.into())
    }

    /// Without the backticks that a message puts around a value.
    pub(super) fn into_text(self) -> String {
        match self {
            Self::Value(text) | Self::Typed(_, text) | Self::Words(text) => text,
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(text) => write!(f, "`{text}`"),
            Self::Typed(Kind::Null, _) => f.write_str("null"),
            Self::Typed(kind, text) => write!(f, "{kind} `{text}`"),
            Self::Words(text) => f.write_str(text),
        }
    }
}

/// A text on one line, cut to this many characters and then ended by `…`.
pub(super) fn cut(text: &str, limit: usize) -> String {
    let mut characters = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = characters.by_ref().take(limit).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

/// Two values, with their types where they print alike but for quotes: `1` (integer), `"1"` (string).
pub(super) fn pair(expected: &Json<'_>, actual: &Json<'_>) -> (Shown, Shown) {
    if expected.kind() != actual.kind() && plain(expected) == plain(actual) {
        return (Shown::typed(expected), Shown::typed(actual));
    }
    (Shown::value(expected), Shown::value(actual))
}

fn plain(value: &Json<'_>) -> String {
    match value {
        Json::String(text) => cut(text, SHOWN),
        _ => value.excerpt(SHOWN),
    }
}

/// Where two texts begin to differ.
pub(super) struct Divergence {
    /// Words for the place: `character 812`, `line 3, character 7`.
    pub(super) place: String,
    pub(super) expected: Shown,
    pub(super) actual: Shown,
}

/// Where two texts begin to differ, if they are too long to be told apart at a glance.
pub(super) fn divergence(expected: &str, actual: &str) -> Option<Divergence> {
    // A SHA-256 has 64 digits, and is read as a whole.
    const GLANCE: usize = 65;
    if expected.chars().take(GLANCE).count() < GLANCE && actual.chars().take(GLANCE).count() < GLANCE {
        return None;
    }
    let same = expected.char_indices().zip(actual.chars()).take_while(|((_, left), right)| left == right);
    let end = same.last().map_or(0, |((at, c), _)| at + c.len_utf8());
    let common = &expected[..end];
    let line = common.matches('\n').count();
    let column = common.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let place = match line {
        0 => format!("character {column}"),
        _ => format!("line {}, character {column}", line + 1),
    };
    Some(Divergence { place, expected: around(expected, end), actual: around(actual, end) })
}

/// The text around a byte where it differs from another.
fn around(text: &str, at: usize) -> Shown {
    const BEFORE: usize = 20;
    const AFTER: usize = 60;
    let start = text[..at].char_indices().rev().take(BEFORE).last().map_or(at, |(start, _)| start);
    let lead = if start > 0 { "…" } else { "" };
    let rest = &text[at..];
    let end = rest.char_indices().nth(AFTER).map_or(rest.len(), |(end, _)| end);
    let trail = if end < rest.len() { "…" } else { "" };
    Shown::Value(Json::from(format!("{lead}{}{}{trail}", &text[start..at], &rest[..end])).to_text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_print_alike_show_their_types() {
        let rows = [
            ("1", "\"1\"", "`1` (integer)", "`\"1\"` (string)"),
            ("null", "\"null\"", "`null` (null)", "`\"null\"` (string)"),
            ("true", "\"true\"", "`true` (boolean)", "`\"true\"` (string)"),
            ("1.5", "\"1.5\"", "`1.5` (number)", "`\"1.5\"` (string)"),
            ("1", "2", "`1`", "`2`"),
            ("\"a\"", "\"b\"", "`\"a\"`", "`\"b\"`"),
            ("[]", "\"[]\"", "`[]` (array)", "`\"[]\"` (string)"),
        ];
        for (expected, actual, first, second) in rows {
            let (left, right) = pair(&Json::parse(expected).unwrap(), &Json::parse(actual).unwrap());
            assert_eq!((left.to_string().as_str(), right.to_string().as_str()), (first, second));
        }
    }

    #[test]
    fn long_texts_are_shown_where_they_begin_to_differ() {
        let long = "lamp ".repeat(100);
        let found = divergence(&format!("{long}\nred light"), &format!("{long}\nred lamps")).unwrap();
        assert_eq!(found.place, "line 2, character 6");
        assert_eq!(found.expected.into_text(), "\"…amp lamp lamp \\nred light\"");
        assert_eq!(found.actual.into_text(), "\"…amp lamp lamp \\nred lamps\"");
        assert!(divergence("short", "shot").is_none());
        let shorter = divergence(&long, &long[..200]).unwrap();
        assert_eq!(shorter.place, "character 201");
        assert!(shorter.actual.into_text().ends_with("lamp \""));
    }

    #[test]
    fn a_text_is_cut_at_a_character() {
        assert_eq!(cut("äöü", 2), "äö…");
        assert_eq!(cut("a\nb", 9), "a b");
        assert_eq!(cut("", 0), "");
    }

    #[test]
    fn many_nodes_are_cut_like_one_list() {
        let one = Json::from("x".repeat(50));
        let Shown::Value(text) = Shown::nodes(&[&one, &one, &one]) else { panic!("a value") };
        assert!(text.chars().count() <= SHOWN + 1 && text.ends_with('…'), "{text}");
        assert_eq!(Shown::nodes(&[]).into_text(), "[]");
    }
}
