//! `capture`: values taken from an answer for later requests.

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{
    Loading, Templated, Text,
    matcher::{Expression, expression},
    path::Path,
    xpath::XPathText,
};
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table, Value};

/// A variable and where its value comes from.
#[derive(Clone, Debug)]
pub(crate) struct Capture {
    /// The variable.
    pub(crate) name: String,
    /// Where it is written.
    pub(crate) place: Place,
    /// What it is taken from.
    pub(crate) from: From,
    /// What it is where nothing is found.
    pub(crate) default: Option<Templated>,
    /// What it is turned into.
    pub(crate) convert: Option<Conversion>,
    /// Whether it is redacted everywhere from then on.
    pub(crate) secret: bool,
}

/// The sources of a capture.
#[derive(Clone, Debug)]
pub(crate) enum From {
    JsonPath(Path),
    XPath(XPathText),
    Header(Text),
    Cookie(Text),
    /// Group 1 of a regular expression on the body, else the whole match.
    Regex(Expression),
    Body,
    Status,
    Url,
    /// Milliseconds.
    Duration,
}

/// The types that a captured text can be turned into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conversion {
    String,
    Integer,
    Number,
    Boolean,
    Json,
}

/// What a capture looks like.
pub(crate) const SHAPE: Shape = Shape::Either(&[Shape::Text, Shape::Fields(&TABLE)]);

/// The keys of one capture.
pub(crate) static TABLE: Table = Table {
    what: "a capture",
    fields: &[
        Field::new("jsonpath", Shape::Text, "RFC 9535 path into the JSON body.", "$.id"),
        Field::new("xpath", Shape::Text, "XPath 1.0 into XML or HTML.", "string(//item/@id)"),
        Field::new("header", Shape::Text, "A response header.", "Location"),
        Field::new("cookie", Shape::Text, "A cookie that this response sets.", "sid"),
        Field::new(
            "regex",
            Shape::Text,
            "A regular expression on the body: group 1, else the whole match.",
            "'token=(\\w+)'",
        ),
        Field::new("body", Shape::Boolean, "The whole body as text.", "true"),
        Field::new("status", Shape::Boolean, "The status as a number.", "true"),
        Field::new("url", Shape::Boolean, "The last URL.", "true"),
        Field::new("duration", Shape::Boolean, "How long the exchange took, in milliseconds.", "true"),
        Field::new("default", Shape::Any, "The value where nothing is found.", "none"),
        Field::new(
            "as",
            Shape::Word(&["string", "integer", "number", "boolean", "json"]),
            "The type it is turned into.",
            "integer",
        ),
        Field::new("secret", Shape::Boolean, "Redacted everywhere from then on.", "true"),
    ],
    elsewhere: &[],
};

const SOURCES: &[&str] = &["jsonpath", "xpath", "header", "cookie", "regex", "body", "status", "url", "duration"];

impl Capture {
    /// Reads the captures of a request.
    pub(crate) fn load_all(node: &Node, loading: &mut Loading) -> Vec<Self> {
        loading.map(node).iter().filter_map(|entry| Self::load(entry, loading)).collect()
    }

    fn load(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        loading.variable_name(&entry.key, &entry.key_place);
        let capture = |from| Self {
            name: entry.key.clone(),
            place: entry.key_place.clone(),
            from,
            default: None,
            convert: None,
            secret: false,
        };
        if !matches!(entry.value.value, Value::Map(_)) {
            return Some(capture(From::JsonPath(Path::load(&entry.value, loading)?)));
        }
        let fields = Fields::read(&entry.value, &TABLE, &mut loading.problems)?;
        let from = one_source(&fields, loading)?;
        Some(Self {
            default: fields.get("default").and_then(|node| loading.tree(node)),
            convert: fields.get("as").and_then(|node| conversion(node, loading)),
            secret: fields.get("secret").and_then(|node| loading.boolean(node)).unwrap_or(false),
            ..capture(from)
        })
    }
}

fn one_source(fields: &Fields<'_>, loading: &mut Loading) -> Option<From> {
    let mut sources = fields.entries().iter().filter(|entry| SOURCES.contains(&entry.key.as_str()));
    let (Some(source), None) = (sources.next(), sources.next()) else {
        let wrong = Diagnostic::error("capture-source", fields.place(), "a capture has exactly one source");
        loading.report(wrong.help(format!("one of {}", SOURCES.join(", "))));
        return None;
    };
    let node = &source.value;
    let marked = |from| (loading_true(node)).then_some(from);
    let from = match source.key.as_str() {
        "jsonpath" => From::JsonPath(Path::load(node, loading)?),
        "xpath" => From::XPath(XPathText::load(node, loading)?),
        "header" => From::Header(loading.text(node)?),
        "cookie" => From::Cookie(loading.text(node)?),
        "regex" => From::Regex(expression(node, loading)?),
        other => {
            let from = match other {
                "body" => marked(From::Body),
                "status" => marked(From::Status),
                "url" => marked(From::Url),
                _ => marked(From::Duration),
            };
            if from.is_none() {
                let found = if matches!(node.value, Value::Bool(false)) { "`false`" } else { node.kind() };
                let wrong = Diagnostic::error("wrong-type", &node.place, format!("expected `true`, found {found}"));
                loading.report(wrong.help(format!("write `{other}: true`, or another source")));
            }
            from?
        }
    };
    Some(from)
}

fn loading_true(node: &Node) -> bool {
    matches!(node.value, Value::Bool(true))
}

fn conversion(node: &Node, loading: &mut Loading) -> Option<Conversion> {
    let found = match node.scalar_text() {
        Some("string") => Some(Conversion::String),
        Some("integer") => Some(Conversion::Integer),
        Some("number") => Some(Conversion::Number),
        Some("boolean") => Some(Conversion::Boolean),
        Some("json") => Some(Conversion::Json),
        _ => None,
    };
    if found.is_none() {
        loading.wrong_type(node, "one of string, integer, number, boolean, json", "integer");
    }
    found
}
