//! The body of a request as written: exactly one of `json`, `form`, `text`, `file` and their like.

use base64::{DecodeError, Engine, engine::general_purpose::STANDARD};

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{Loading, Templated, Text, graphql::GraphQl, multipart::FormField, pair::Pair};
use crate::yaml::{Entry, Fields, Node};

/// What a request carries.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    /// What it is made of.
    pub(crate) form: BodyForm,
    /// The key that says so.
    pub(crate) place: Place,
}

/// The kinds of body.
#[derive(Clone, Debug)]
pub(crate) enum BodyForm {
    /// `application/json`.
    Json(Templated),
    /// `application/x-www-form-urlencoded`.
    Form(Vec<Pair>),
    /// `multipart/form-data`.
    Multipart(Vec<FormField>),
    /// `text/plain; charset=utf-8`.
    Text(Text),
    /// `application/xml`.
    Xml(Text),
    /// Bytes written in base64.
    Base64(Text),
    /// The bytes of a file; its extension gives the type.
    File(Text),
    /// `application/json`: a GraphQL query.
    GraphQl(GraphQl),
}

/// What fills base64 up to a multiple of four characters.
const PAD: char = '=';

/// The keys that make a body.
pub(crate) const KEYS: &[&str] = &["json", "form", "multipart", "text", "xml", "base64", "file", "graphql"];

impl Body {
    /// Reads the body of a request, if it has one.
    pub(crate) fn load(fields: &Fields<'_>, loading: &mut Loading) -> Option<Self> {
        let mut bodies = fields.entries().iter().filter(|entry| KEYS.contains(&entry.key.as_str()));
        let first = bodies.next()?;
        for more in bodies {
            let message = format!("a request has one body, but `{}` and `{}` are both written", first.key, more.key);
            let wrong = Diagnostic::error("two-bodies", &more.key_place, message);
            loading.report(wrong.related(&first.key_place, "the first body").help("keep one of them"));
        }
        Some(Self { form: form(first, loading)?, place: first.key_place.clone() })
    }
}

fn form(entry: &Entry, loading: &mut Loading) -> Option<BodyForm> {
    let node = &entry.value;
    Some(match entry.key.as_str() {
        "json" => BodyForm::Json(loading.tree(node)?),
        "form" => BodyForm::Form(Pair::load_all(node, loading)),
        "multipart" => BodyForm::Multipart(FormField::load_all(node, loading)),
        "graphql" => BodyForm::GraphQl(GraphQl::load(node, loading)?),
        "text" => BodyForm::Text(loading.text(node)?),
        "xml" => BodyForm::Xml(loading.text(node)?),
        "base64" => BodyForm::Base64(binary(node, loading)?),
        _ => BodyForm::File(loading.sent_file(node)?),
    })
}

/// The bytes that standard base64 with padding means; blanks and line breaks do not count.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn decoded(text: &str) -> Result<Vec<u8>, String> {
    let written: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(&written).map_err(|error| {
        let wrong = match error {
            DecodeError::InvalidByte(at, _) => match written.get(at..).and_then(|rest| rest.chars().next()) {
                Some(PAD) | None => "`=` stands before its end".to_owned(),
                Some(other) => format!("`{other}` is none of its characters"),
            },
            DecodeError::InvalidLength(_) | DecodeError::InvalidPadding => "it does not end as it should".to_owned(),
            DecodeError::InvalidLastSymbol(..) => {
                "its last character says more than the bytes it stands for".to_owned()
            }
        };
        format!("the body is not base64: {wrong}")
    })
}

fn binary(node: &Node, loading: &mut Loading) -> Option<Text> {
    let text = loading.text(node)?;
    if let Some(Err(message)) = text.fixed().map(decoded) {
        loading.report(
            Diagnostic::error("bad-encoding", &node.place, message)
                .help("for example `base64: aGVsbG8=`, with its `=` at the end"),
        );
    }
    Some(text)
}
