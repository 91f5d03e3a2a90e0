//! `http`: what holds for every exchange of a project, token requests included.

use std::fs;

use crate::diagnostic::Diagnostic;
use crate::http::HttpSettings;
use crate::spec::Loading;
use crate::yaml::{Field, Fields, Node, Shape, Table};

/// The keys of `http`.
pub(crate) static TABLE: Table = Table {
    what: "`http`",
    fields: &[
        Field::new(
            "ca",
            Shape::Either(&[Shape::Text, Shape::List(&Shape::Text)]),
            "Certificates in PEM that are trusted besides those of the machine.",
            "certificates/qa.pem",
        ),
        Field::new("max_body", Shape::Text, "How large a decoded body may be; 64 MiB by default.", "256MiB"),
    ],
    elsewhere: &[("timeout", "`defaults`"), ("redirects", "`defaults`"), ("base_url", "the project file itself")],
};

/// Reads `http`.
pub(crate) fn load(node: &Node, loading: &mut Loading) -> HttpSettings {
    let mut settings = HttpSettings::default();
    let Some(fields) = Fields::read(node, &TABLE, &mut loading.problems) else { return settings };
    if let Some(node) = fields.get("ca") {
        let files = loading.one_or_many(node);
        settings.ca = files.iter().filter_map(|file| certificates(file, loading)).collect();
    }
    if let Some(size) = fields.get("max_body").and_then(|node| size(node, loading)) {
        settings.max_body = size;
    }
    settings
}

fn certificates(node: &Node, loading: &mut Loading) -> Option<Vec<u8>> {
    let name = loading.word(node)?.to_owned();
    let found = loading.root().find(loading.folder(), &name);
    let read = found.and_then(|path| fs::read(path).map_err(|error| crate::source::BadFile::Unreadable(name, error)));
    read.map_err(|bad| {
        let wrong = Diagnostic::error("missing-file", &node.place, bad.to_string());
        loading.report(wrong.help("paths start at the folder of hallpass.yaml"));
    })
    .ok()
}

fn size(node: &Node, loading: &mut Loading) -> Option<u64> {
    let text = loading.word(node)?;
    let size = bytes(text);
    if size.is_none() {
        let wrong = Diagnostic::error("bad-size", &node.place, format!("`{text}` is not a size"));
        loading.report(wrong.help("write bytes, or a number and a unit: `500kB`, `16MiB`, `1GiB`"));
    }
    size
}

/// The bytes that a text such as `16MiB` means; at least one.
fn bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().ok()?;
    let unit = match text[digits..].trim() {
        "" | "B" => 1,
        "kB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(unit).filter(|bytes| *bytes > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_bytes_or_a_number_and_a_unit() {
        let table = [
            ("1000", Some(1000)),
            ("500kB", Some(500_000)),
            ("16 MiB", Some(16 << 20)),
            ("1GiB", Some(1 << 30)),
            ("0", None),
            ("16", Some(16)),
            ("16Mb", None),
            ("-1", None),
            ("", None),
            ("99999999999999999999", None),
            ("99999999999GiB", None),
        ];
        for (text, expected) in table {
            assert_eq!(bytes(text), expected, "{text}");
        }
    }
}
