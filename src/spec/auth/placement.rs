//! Where a credential stands in a request.

use std::fmt;

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::Loading;
use crate::spec::pair::is_header_name;
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table};

/// Where a credential stands in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Placement {
    /// In a header, behind a word unless that is empty: `Authorization: Bearer …`.
    Header { name: String, prefix: String },
    /// In a query parameter.
    Query(String),
    /// In a cookie.
    Cookie(String),
    /// Cookies as they were set: `a=1; b=2`.
    Cookies,
    /// In the TLS handshake of its connection, as a certificate.
    Certificate,
}

/// The keys of `place`.
pub(crate) static TABLE: Table = Table {
    what: "place",
    fields: &[
        Field::new("header", Shape::Text, "The header that carries the token.", "Authorization"),
        Field::new(
            "prefix",
            Shape::Text,
            "The word before the token; `Bearer` in `Authorization`, none elsewhere.",
            "Bearer",
        ),
        Field::new("query", Shape::Text, "The query parameter that carries the token.", "access_token"),
        Field::new("cookie", Shape::Text, "The cookie that carries the token.", "sid"),
    ],
    elsewhere: &[],
};

/// Headers that a message cannot do without its own value of.
const OCCUPIED: &[&str] = &["host", "content-length", "content-type", "transfer-encoding", "connection"];

impl Placement {
    /// `Authorization` with this word.
    pub(crate) fn authorization(prefix: &str) -> Self {
        Self::Header { name: "Authorization".to_owned(), prefix: prefix.to_owned() }
    }

    /// Whether the credential is sent as a bearer token (RFC 6750 2.1).
    pub(crate) fn is_bearer(&self) -> bool {
        let Self::Header { name, prefix } = self else { return false };
        name.eq_ignore_ascii_case("authorization") && prefix.eq_ignore_ascii_case("bearer")
    }

    /// Whether two credentials would stand in the same spot of a request.
    pub(crate) fn is_spot_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Header { name, .. }, Self::Header { name: other, .. }) => name.eq_ignore_ascii_case(other),
            (Self::Cookies, Self::Cookies) | (Self::Certificate, Self::Certificate) => true,
            (Self::Query(name), Self::Query(other)) | (Self::Cookie(name), Self::Cookie(other)) => name == other,
            _ => false,
        }
    }

    /// Reads the map of `place`.
    pub(crate) fn load_place(node: &Node, loading: &mut Loading) -> Option<Self> {
        let fields = Fields::read(node, &TABLE, &mut loading.problems)?;
        let placement = Self::load(&fields, loading);
        let Some(written) = fields.entry("prefix") else {
            return placement.map(Self::with_usual_prefix);
        };
        let word = prefix(written, loading);
        match placement? {
            Self::Header { name, .. } => Some(Self::Header { name, prefix: word? }),
            Self::Query(_) | Self::Cookie(_) | Self::Cookies | Self::Certificate => {
                let wrong = Diagnostic::error("unused-key", &written.key_place, "`prefix` stands in a header only");
                loading.report(wrong.help("leave it out, or write `header`"));
                None
            }
        }
    }

    /// Reads the one of `header`, `query` and `cookie` that is written; no prefix.
    pub(crate) fn load(fields: &Fields<'_>, loading: &mut Loading) -> Option<Self> {
        let written: Vec<_> = ["header", "query", "cookie"].into_iter().filter_map(|name| fields.entry(name)).collect();
        let [entry] = written[..] else {
            let message = "a credential stands in exactly one of `header`, `query`, `cookie`";
            loading.report(
                Diagnostic::error("one-place", fields.place(), message).help("for example `header: X-Api-Key`"),
            );
            return None;
        };
        let name = checked_name(entry, loading)?;
        Some(match entry.key.as_str() {
            "header" => Self::Header { name, prefix: String::new() },
            "query" => Self::Query(name),
            _ => Self::Cookie(name),
        })
    }

    fn with_usual_prefix(self) -> Self {
        match self {
            Self::Header { name, .. } if name.eq_ignore_ascii_case("authorization") => Self::authorization("Bearer"),
            other => other,
        }
    }
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header { name, .. } => write!(f, "the header `{name}`"),
            Self::Query(name) => write!(f, "the query parameter `{name}`"),
            Self::Cookies => f.write_str("the cookies"),
            Self::Certificate => f.write_str("the client certificate"),
            Self::Cookie(name) => write!(f, "the cookie `{name}`"),
        }
    }
}

fn checked_name(entry: &Entry, loading: &mut Loading) -> Option<String> {
    let name = loading.word(&entry.value)?;
    checked(&entry.key, name, &entry.value.place, loading)
}

/// The name, if a credential can stand in a header, query parameter or cookie (`kind`) of this name.
pub(crate) fn checked(kind: &str, name: &str, place: &Place, loading: &mut Loading) -> Option<String> {
    if let Some((message, help)) = fault_of_name(kind, name) {
        loading.report(Diagnostic::error("bad-name", place, message).help(help));
        return None;
    }
    Some(name.to_owned())
}

fn fault_of_name(kind: &str, name: &str) -> Option<(String, &'static str)> {
    match kind {
        "query" if name.is_empty() => Some(("a query parameter needs a name".to_owned(), "for example `key`")),
        "query" => None,
        _ if !is_header_name(name) => Some((
            format!("`{name}` is not the name of a {kind}"),
            "letters, digits and `-`, with no blanks and no colon",
        )),
        "header" if name.eq_ignore_ascii_case("cookie") => {
            Some(("cookies have a place of their own".to_owned(), "write `cookie: name` instead of `header: Cookie`"))
        }
        "header" if OCCUPIED.iter().any(|used| used.eq_ignore_ascii_case(name)) => {
            Some((format!("`{name}` cannot carry a credential"), "for example `header: X-Api-Key`"))
        }
        _ => None,
    }
}

fn prefix(entry: &Entry, loading: &mut Loading) -> Option<String> {
    let word = loading.word(&entry.value)?.trim();
    if word.chars().any(|c| !c.is_ascii_graphic()) {
        let wrong = Diagnostic::error("bad-prefix", &entry.value.place, "a prefix is one word");
        loading.report(wrong.help("for example `Bearer`, or `\"\"` for none; the blank behind it is added"));
        return None;
    }
    Some(word.to_owned())
}
