//! `expect.cookies`: what a cookie that an answer sets must be, as written.

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{
    Loading, Text, matcher,
    matcher::{Pattern, Position},
};
use crate::yaml::{Entry, Field, Shape, Table, Value};

/// What a cookie that this response sets must be.
#[derive(Clone, Debug)]
pub(crate) struct CookieCheck {
    pub(crate) name: Text,
    pub(crate) place: Place,
    pub(crate) rule: CookieRule,
}

/// The ways to check a cookie.
#[derive(Clone, Debug)]
pub(crate) enum CookieRule {
    /// Not set by this response.
    Absent,
    /// Its value.
    Value(Pattern),
    /// Its value and attributes, by the names of the table; none where an attribute must be absent.
    Attributes(Vec<(&'static str, Option<Pattern>)>),
}

/// The attributes of a cookie that may be checked (RFC 6265 4.1).
pub(crate) static TABLE: Table = Table {
    what: "a cookie",
    fields: &[
        Field::new("value", Shape::Same(&matcher::PATTERN), "Its value.", "{matches: '^[0-9a-f]{32}$'}"),
        Field::new("secure", Shape::Same(&matcher::PATTERN), "Whether it goes over TLS only.", "true"),
        Field::new("http_only", Shape::Same(&matcher::PATTERN), "Whether scripts are kept from it.", "true"),
        Field::new("same_site", Shape::Same(&matcher::PATTERN), "`Strict`, `Lax` or `None`.", "Lax"),
        Field::new("path", Shape::Same(&matcher::PATTERN), "The path that it goes to.", "/"),
        Field::new("domain", Shape::Same(&matcher::PATTERN), "The domain that it goes to.", "example.com"),
        Field::new("max_age", Shape::Same(&matcher::PATTERN), "How many seconds it lives.", "3600"),
        Field::new("expires", Shape::Same(&matcher::PATTERN), "When it ends.", "{after: now+1h}"),
    ],
    elsewhere: &[],
};

/// What every cookie has.
const ALWAYS: &[&str] = &["value", "secure", "http_only"];

/// Reads what a cookie must be.
pub(crate) fn load(entry: &Entry, loading: &mut Loading) -> Option<CookieCheck> {
    let name = loading.key(entry)?;
    let rule = match &entry.value.value {
        Value::Null => CookieRule::Absent,
        Value::Map(parts) if parts.iter().any(|part| TABLE.field(&part.key).is_some()) => {
            let all: Vec<_> = parts.iter().map(|part| attribute(part, loading)).collect();
            CookieRule::Attributes(all.into_iter().collect::<Option<_>>()?)
        }
        _ => CookieRule::Value(Pattern::load(&entry.value, Position::Matchers, loading)?),
    };
    Some(CookieCheck { name, place: entry.key_place.clone(), rule })
}

fn attribute(entry: &Entry, loading: &mut Loading) -> Option<(&'static str, Option<Pattern>)> {
    let Some(name) = TABLE.field(&entry.key).map(|field| field.name) else {
        let message = format!("a cookie has no attribute `{}`", entry.key);
        let wrong = Diagnostic::error("unknown-key", &entry.key_place, message);
        loading.report(wrong.help(format!("its attributes are {}", TABLE.names().collect::<Vec<_>>().join(", "))));
        return None;
    };
    if entry.value.value != Value::Null {
        return Some((name, Some(Pattern::load(&entry.value, Position::Matchers, loading)?)));
    }
    if ALWAYS.contains(&name) {
        let message = format!("a cookie is never without `{name}`");
        let wrong = Diagnostic::error("never-holds", &entry.value.place, message);
        loading.report(wrong.help(match name {
            "value" => "for a cookie that must not be set write `null` behind its name".to_owned(),
            _ => format!("write `{name}: false`"),
        }));
    }
    Some((name, None))
}
