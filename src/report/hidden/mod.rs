//! What must not be told, hidden: registered secrets, and by name whatever a header, member or parameter holds.

mod members;
mod parameters;

use std::{borrow::Cow, ops::Range};

use crate::expect::Mismatch;
use crate::json::Json;
use crate::secret::{Piece, REDACTED, Redactor};

/// A value that is hidden because of its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// The value; that of a JSON string without its quotes.
    pub(crate) range: Range<usize>,
    /// What it is the value of.
    pub(crate) name: String,
    /// Whether it is JSON that is no string, so that quotes go around what stands for it.
    pub(crate) bare: bool,
}

/// How a text came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it is there.
    Whole,
    /// It was cut: a secret may begin at its end.
    Beginning,
}

/// Hides what must not be told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Veil<'r>(&'r Redactor);

/// A mismatch as it may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told<'m> {
    pub(crate) path: Cow<'m, str>,
    pub(crate) expected: Cow<'m, str>,
    pub(crate) actual: Cow<'m, str>,
    pub(crate) message: Cow<'m, str>,
    pub(crate) help: Option<Cow<'m, str>>,
    /// A unified difference.
    pub(crate) diff: Vec<Cow<'m, str>>,
}

impl<'r> Veil<'r> {
    /// Hides what this redactor knows, and by name.
    pub(crate) fn new(redactor: &'r Redactor) -> Self {
        Self(redactor)
    }

    /// The list of secrets.
    pub(crate) fn redactor(self) -> &'r Redactor {
        self.0
    }

    /// Any text: a message, a URL, JSON.
    pub(crate) fn text<'t>(self, text: &'t str) -> Cow<'t, str> {
        then(by_name(text, &named(text, self.0)), |text| self.0.redact(text))
    }

    /// Text that was rendered and made of parts that were hidden before: only registered secrets are looked for.
    pub(crate) fn last(self, text: String) -> String {
        match self.0.redact(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(hidden) => hidden,
        }
    }

    /// The value of a header. The scheme before a registered token is shown, and what may be told of the token.
    pub(crate) fn header<'t>(self, name: &str, value: &'t str) -> Cow<'t, str> {
        if !self.0.hides_header(name) {
            return self.text(value);
        }
        if is_covered(&self.0.pieces(value)) { self.0.redact(value) } else { Cow::Borrowed(REDACTED) }
    }

    /// The text of a body of this content type.
    pub(crate) fn body<'t>(self, content_type: Option<&str>, text: &'t str, extent: Extent) -> Cow<'t, str> {
        let hidden = then(by_name(text, &named_in_body(content_type, text, self.0)), |text| match extent {
            Extent::Whole => self.0.redact(text),
            Extent::Beginning => self.0.redact_beginning(text),
        });
        match self.spelled_out(&hidden) {
            Some(clean) => Cow::Owned(clean),
            None => hidden,
        }
    }

    /// Bytes that are no text.
    pub(crate) fn bytes(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        self.0.redact_bytes(bytes)
    }

    /// A mismatch. Where its path names a secret the values are hidden whatever they are.
    pub(crate) fn mismatch(self, mismatch: &Mismatch) -> Told<'_> {
        let mut told = Told {
            path: self.text(&mismatch.path),
            expected: self.text(&mismatch.expected),
            actual: self.text(&mismatch.actual),
            message: self.text(&mismatch.message),
            help: mismatch.help.as_deref().map(|help| self.text(help)),
            diff: mismatch.diff.iter().flatten().map(|line| self.text(line)).collect(),
        };
        if names_a_secret(&mismatch.path, self.0) && (is_value(&mismatch.actual) || is_value(&mismatch.expected)) {
            told.expected = value_hidden(told.expected);
            told.actual = value_hidden(told.actual);
            told.message = Cow::Owned(format!("{}: expected {}, got {}", told.path, told.expected, told.actual));
            told.help = None;
            told.diff = Vec::new();
        }
        told
    }

    /// JSON that spells characters of a secret as `\u0061` shows it only once it is read.
    fn spelled_out(self, text: &str) -> Option<String> {
        let json = text.contains("\\u").then(|| Json::parse(text).ok())??;
        match self.text(&json.to_text()) {
            Cow::Borrowed(_) => None,
            Cow::Owned(clean) => Some(clean),
        }
    }
}

/// The values in a body that are hidden by name, in order.
pub(crate) fn named_in_body(content_type: Option<&str>, text: &str, redactor: &Redactor) -> Vec<Named> {
    let is = |essence: &str| content_type.is_some_and(|it| it.trim_start().to_ascii_lowercase().starts_with(essence));
    if is("application/x-www-form-urlencoded") {
        return parameters::in_form(text, redactor);
    }
    let mut found = named(text, redactor);
    if is("multipart/") {
        found.extend(parameters::in_multipart(text, redactor));
    }
    in_order(found)
}

/// The values in any text that are hidden by name, in order.
pub(crate) fn named(text: &str, redactor: &Redactor) -> Vec<Named> {
    let mut found = members::find(text, redactor);
    parameters::find(text, redactor, &mut found);
    in_order(found)
}

/// Whether nothing but a scheme (`Bearer`) stands beside what was recognised as secret.
pub(crate) fn is_covered(pieces: &[Piece<'_>]) -> bool {
    let is_scheme = |text: &str| {
        let word = text.strip_suffix(' ').unwrap_or_default();
        !word.is_empty() && word.len() <= 12 && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match pieces {
        [Piece::Secret(_)] => true,
        [Piece::Plain(scheme), Piece::Secret(_)] => is_scheme(scheme),
        _ => false,
    }
}

fn in_order(mut found: Vec<Named>) -> Vec<Named> {
    found.sort_by_key(|named| (named.range.start, std::cmp::Reverse(named.range.end)));
    let mut end = 0;
    found.retain(|named| {
        let apart = named.range.start >= end;
        end = end.max(named.range.end);
        apart
    });
    found
}

fn by_name<'t>(text: &'t str, found: &[Named]) -> Cow<'t, str> {
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for named in found {
        let quote = if named.bare { "\"" } else { "" };
        out.extend([&text[at..named.range.start], quote, REDACTED, quote]);
        at = named.range.end;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

fn then<'t>(text: Cow<'t, str>, step: impl for<'s> Fn(&'s str) -> Cow<'s, str>) -> Cow<'t, str> {
    match text {
        Cow::Borrowed(text) => step(text),
        Cow::Owned(text) => match step(&text) {
            Cow::Borrowed(_) => Cow::Owned(text),
            Cow::Owned(changed) => Cow::Owned(changed),
        },
    }
}

/// What a cookie is bound by; none of it is secret.
const ATTRIBUTES: &[&str] = &["secure", "http_only", "same_site", "path", "domain", "max_age", "expires"];

/// Whether a path such as `$.access_token`, `header authorization`, `cookie sid` leads to a secret.
fn names_a_secret(path: &str, redactor: &Redactor) -> bool {
    if let ["cookie", _, attribute] = *path.split(' ').collect::<Vec<_>>() {
        return !ATTRIBUTES.contains(&attribute);
    }
    let words = || path.split_whitespace().filter(|word| !word.starts_with('$'));
    let headers = words().any(|word| redactor.hides_header(word.trim_matches('`')));
    let segments = path.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
    headers || segments.into_iter().any(|segment| redactor.hides_member(segment))
}

/// Whether it is a value and not words about it.
fn is_value(text: &str) -> bool {
    match Json::parse(text) {
        Ok(json) => !matches!(json, Json::Null | Json::Bool(_)),
        // A value that was cut is no JSON any more.
        Err(_) => text.starts_with(['"', '{', '[', '`']),
    }
}

fn value_hidden(text: Cow<'_, str>) -> Cow<'_, str> {
    if is_value(&text) { Cow::Borrowed(REDACTED) } else { text }
}

#[cfg(test)]
mod tests;
