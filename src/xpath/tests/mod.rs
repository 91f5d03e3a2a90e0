//! Tables: what expressions find in small documents, and what is said of those that are none.

mod axes;
mod bad;
mod documents;
mod functions;

use super::*;

/// What an expression finds, as one text.
fn found(document: &Document, text: &str) -> String {
    let path = XPath::compile(text).unwrap_or_else(|bad| panic!("{text}: {bad:?}"));
    match path.find(document).unwrap_or_else(|why| panic!("{text}: {why}")) {
        Found::Nodes(nodes) => format!("[{}]", nodes.join("|")),
        Found::Text(text) => format!("{text:?}"),
        Found::Number(number) => super::text::of_number(number),
        Found::Boolean(value) => value.to_string(),
        Found::Nothing => "nothing".to_owned(),
    }
}

fn finds(document: &Document, rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        assert_eq!(found(document, text), *expected, "{text}");
    }
}

fn xml(text: &str) -> Document {
    Document::xml(text).unwrap_or_else(|bad| panic!("{text}: {bad}"))
}
