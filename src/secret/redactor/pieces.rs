//! Redaction where the place of a secret matters: in command lines, and at the end of a text that was cut.

use std::borrow::Cow;

use super::{Index, Redactor, SHORTEST, Shown, Span, merged};

/// A stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    /// What is no secret.
    Plain(&'t str),
    /// What stands for a secret: `$NAME`, or `[redacted]` where several overlap.
    Secret(String),
}

impl Redactor {
    /// A text in order, for command lines: what was written apart from what stands for a secret (`$NAME`, `$NAME_ENCODED`).
    pub(crate) fn pieces<'t>(&self, text: &'t str) -> Vec<Piece<'t>> {
        let index = self.index();
        let mut pieces = Vec::new();
        let mut at = 0;
        for span in index.spans(text.as_bytes()) {
            pieces.push(Piece::Plain(&text[at..span.range.start]));
            pieces.push(Piece::Secret(index.shown(span.form, Shown::Variable).into_owned()));
            at = span.range.end;
        }
        pieces.push(Piece::Plain(&text[at..]));
        pieces.retain(|piece| *piece != Piece::Plain(""));
        pieces
    }

    /// As [`Redactor::redact`] for a text that was cut: its end is hidden too where a secret may begin there.
    pub(crate) fn redact_beginning<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let index = self.index();
        let Some(begun) = index.begun(text.as_bytes()) else { return self.redact(text) };
        let mut spans = index.spans(text.as_bytes());
        spans.push(Span { range: begun..text.len(), form: None });
        spans.sort_by_key(|span| (span.range.start, std::cmp::Reverse(span.range.end)));
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for span in merged(spans) {
            out.push_str(&text[at..span.range.start]);
            out.push_str(&index.shown(span.form, Shown::Redacted));
            at = span.range.end;
        }
        out.push_str(&text[at..]);
        Cow::Owned(out)
    }
}

impl Index {
    /// Where the longest end of the bytes starts that a form of a secret begins with.
    fn begun(&self, bytes: &[u8]) -> Option<usize> {
        let last = *bytes.last()?;
        let forms = self.entries.iter().flat_map(|entry| &entry.forms).map(String::as_bytes);
        let longest = |form: &[u8]| {
            let most = form.len().saturating_sub(1).min(bytes.len());
            (SHORTEST..=most).rev().find(|length| form[length - 1] == last && bytes.ends_with(&form[..*length]))
        };
        forms.filter_map(longest).max().map(|length| bytes.len() - length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{Registered, Secret};

    fn hiding(secrets: &[(&str, &str)]) -> Redactor {
        let redactor = Redactor::new();
        for (name, text) in secrets {
            assert_eq!(redactor.register(name, &Secret::new(*text)), Registered::Added);
        }
        redactor
    }

    #[test]
    fn secrets_and_what_is_between_them_come_in_order() {
        let redactor = hiding(&[("env.key", "abcdef"), ("b", "defghi")]);
        let named = |name: &str| Piece::Secret(name.to_owned());
        assert_eq!(redactor.pieces("$x"), [Piece::Plain("$x")]);
        assert_eq!(redactor.pieces("é abcdef!"), [Piece::Plain("é "), named("$ENV_KEY"), Piece::Plain("!")]);
        assert_eq!(redactor.pieces("616263646566"), [named("$ENV_KEY_ENCODED")]);
        assert_eq!(redactor.pieces("abcdefghi"), [named("[redacted]")]);
        assert!(redactor.pieces("").is_empty());
    }

    #[test]
    fn the_beginning_of_a_secret_at_a_cut_is_hidden() {
        let redactor = hiding(&[("a", "secret+éé/1"), ("b", "1secret+")]);
        let rows = [
            ("x secret+é", "x [redacted]"),
            ("x secr", "x [redacted]"),
            ("x sec", "x sec"),
            ("x secret%2B%C3", "x [redacted]"),
            ("x 1secret+éé/", "x [redacted]"),
            ("1secret+ secret+éé/1", "[redacted] [redacted]"),
            ("nothing", "nothing"),
            ("", ""),
        ];
        for (text, shown) in rows {
            assert_eq!(redactor.redact_beginning(text), shown, "{text}");
        }
    }
}
