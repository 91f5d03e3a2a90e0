//! `expect.tls`: what the server at the other end of a TLS connection must be, as written.

use crate::diagnostic::Diagnostic;
use crate::spec::{
    Loading,
    expect::{Fact, FactCheck},
    matcher::{self, Pattern, Position},
};
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table, Value};

/// What can be said of a TLS connection and the certificate of its server (RFC 5280 4.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TlsPart {
    /// `"1.2"` or `"1.3"`.
    Version,
    Subject,
    Issuer,
    /// The host names and addresses that the certificate is for.
    Names,
    Serial,
    /// SHA-256 of the certificate.
    Fingerprint,
    NotBefore,
    NotAfter,
    /// How long it is good from now on, in milliseconds.
    ExpiresIn,
}

impl TlsPart {
    const ALL: &[(&str, Self)] = &[
        ("version", Self::Version),
        ("subject", Self::Subject),
        ("issuer", Self::Issuer),
        ("names", Self::Names),
        ("serial", Self::Serial),
        ("fingerprint", Self::Fingerprint),
        ("not_before", Self::NotBefore),
        ("not_after", Self::NotAfter),
        ("expires_in", Self::ExpiresIn),
    ];

    /// The key of it.
    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, it)| *it == self).map_or("", |(name, _)| name)
    }
}

/// The keys of `tls`.
pub(crate) static TABLE: Table = Table {
    what: "`tls`",
    fields: &[
        Field::new("version", Shape::Same(&matcher::PATTERN), "The version of TLS, as text.", "\"1.3\""),
        Field::new(
            "subject",
            Shape::Same(&matcher::PATTERN),
            "Whose the certificate is.",
            "{contains: CN=api.example.com}",
        ),
        Field::new("issuer", Shape::Same(&matcher::PATTERN), "Who issued it.", "{contains: O=Example}"),
        Field::new(
            "names",
            Shape::Same(&matcher::PATTERN),
            "The hosts and addresses that it is for.",
            "{contains: api.example.com}",
        ),
        Field::new("serial", Shape::Same(&matcher::PATTERN), "Its serial number in hex.", "{exists: true}"),
        Field::new("fingerprint", Shape::Same(&matcher::PATTERN), "Its SHA-256 in hex.", "{matches: \"^3f2a\"}"),
        Field::new("not_before", Shape::Same(&matcher::PATTERN), "From when on it is good.", "{before: now}"),
        Field::new("not_after", Shape::Same(&matcher::PATTERN), "Until when it is good.", "{after: now+14d}"),
        Field::new("expires_in", Shape::Same(&matcher::PATTERN), "How long it is good from now on.", "{gt: 14d}"),
    ],
    elsewhere: &[("http_version", "expect"), ("insecure", "http"), ("ca", "http")],
};

/// Reads the map of `tls`.
pub(crate) fn checks(node: &Node, loading: &mut Loading) -> Vec<FactCheck> {
    let Some(fields) = Fields::read(node, &TABLE, &mut loading.problems) else { return Vec::new() };
    if fields.entries().is_empty() {
        let wrong = Diagnostic::error("empty", fields.place(), "an empty `tls` checks nothing");
        loading.report(wrong.help("for example `tls: {expires_in: {gt: 14d}}`"));
    }
    TlsPart::ALL.iter().filter_map(|(name, part)| check(*part, fields.entry(name)?, loading)).collect()
}

fn check(part: TlsPart, entry: &Entry, loading: &mut Loading) -> Option<FactCheck> {
    let is_period = part == TlsPart::ExpiresIn;
    if is_period && !matches!(entry.value.value, Value::Map(_)) {
        let wrong =
            Diagnostic::error("never-holds", &entry.value.place, "no certificate is good for exactly this long");
        let written = entry.value.scalar_text().unwrap_or("14d");
        loading.report(wrong.help(format!("write `expires_in: {{gt: {written}}}`")));
        return None;
    }
    let position = if is_period { Position::Duration } else { Position::Matchers };
    let value = Pattern::load(&entry.value, position, loading)?;
    Some(FactCheck { fact: Fact::Tls(part), place: entry.key_place.clone(), value })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::source::{Root, Source};
    use crate::yaml;

    #[test]
    fn every_part_is_read_and_every_mistake_told() {
        let rows: &[(&str, &[TlsPart], &[&str])] = &[
            ("{version: '1.3', names: [a]}", &[TlsPart::Version, TlsPart::Names], &[]),
            ("{expires_in: {gt: 14d}, not_after: {after: now}}", &[TlsPart::NotAfter, TlsPart::ExpiresIn], &[]),
            ("{}", &[], &["an empty `tls` checks nothing"]),
            ("{expires_in: 14d}", &[], &["no certificate is good for exactly this long"]),
            ("{expires_in: {gt: soon}}", &[], &["`soon` is not a duration"]),
            ("{versoin: '1.3', serial: a}", &[TlsPart::Serial], &["`tls` has no key `versoin`"]),
            ("often", &[], &["`tls` is a map, found text"]),
        ];
        for (text, expected, problems) in rows {
            let source = Source::inline("a.yaml", *text);
            let mut loading = Loading::new(&source, Root::new(Path::new(".")));
            let found = checks(&yaml::parse(&source).root.unwrap(), &mut loading);
            let found: Vec<_> = found.iter().map(|check| check.fact).collect();
            assert_eq!(found, expected.iter().map(|part| Fact::Tls(*part)).collect::<Vec<_>>(), "{text}");
            let told: Vec<_> = loading.problems.iter().map(|problem| problem.message.as_str()).collect();
            assert_eq!(told, *problems, "{text}");
        }
    }
}
