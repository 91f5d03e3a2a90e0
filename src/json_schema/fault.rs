//! What `jsonschema` reports, as places and messages of ours.

use std::error::Error;

use jsonschema::{ReferencingError, ValidationError, error::ValidationErrorKind, paths};

use super::{BadSchema, SchemaFault, message};
use crate::diagnostic;
use crate::json::Json;
use crate::json_path::Location;

/// How many characters of a value a message shows.
const SHOWN: usize = 60;
/// The names of types.
const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// A fault of a value.
pub(super) fn of_value(error: &ValidationError<'_>, root: &Json<'_>) -> SchemaFault {
    let (location, value) = place(error, root);
    SchemaFault { path: location.to_string(), message: message::of(error, &shown(error, value)) }
}

/// Why a document is not a schema: the keyword, its place, and what is wrong with it.
pub(super) fn of_schema(error: &ValidationError<'_>, document: &Json<'_>) -> BadSchema {
    if let ValidationErrorKind::Referencing(error) = error.kind() {
        return BadSchema { message: reference(error), at: Vec::new() };
    }
    let at = place(error, document).1.map(|_| parts(error.instance_path()).collect());
    BadSchema { message: of_keyword(error, document), at: at.unwrap_or_default() }
}

fn of_keyword(error: &ValidationError<'_>, document: &Json<'_>) -> String {
    let (location, value) = place(error, document);
    let shown = shown(error, value);
    let file = if value.is_some() { "" } else { " of a file that it refers to" };
    let keyword = error.instance_path().as_str().rsplit('/').next().unwrap_or_default();
    let message = match (keyword, error.kind()) {
        ("type", ValidationErrorKind::AnyOf { .. } | ValidationErrorKind::Enum { .. }) => wrong_type(&shown),
        (_, ValidationErrorKind::Format { format }) if format == "regex" => {
            format!("{shown} is not a regular expression")
        }
        _ => message::of(error, &shown),
    };
    match keyword {
        "" => message,
        keyword => format!("`{keyword}` at `{location}`{file}: {message}"),
    }
}

/// The place that an error is about, and the value there.
fn place<'j, 'a>(error: &ValidationError<'_>, root: &'j Json<'a>) -> (Location, Option<&'j Json<'a>>) {
    let mut location = Location::root();
    let mut value = Some(root);
    for part in parts(error.instance_path()) {
        // Only the document tells the member `0` from the first element.
        let index = part.parse().ok().filter(|_| !matches!(value, Some(Json::Object(_))));
        match index {
            Some(index) => location.push_index(index),
            None => location.push_name(&part),
        }
        value = value.and_then(|value| index.map_or_else(|| value.get(&part), |index| value.get_index(index)));
    }
    (location, value)
}

/// The value as a message shows it: with its own digits where it is known.
fn shown(error: &ValidationError<'_>, value: Option<&Json<'_>>) -> String {
    value.map_or_else(|| message::own_value(error), |value| format!("`{}`", value.excerpt(SHOWN)))
}

/// The parts of a JSON pointer (RFC 6901).
fn parts(location: &paths::Location) -> impl Iterator<Item = String> {
    location.as_str().split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"))
}

fn wrong_type(shown: &str) -> String {
    let written = shown.trim_matches(['`', '"']);
    match diagnostic::nearest(written, TYPES) {
        Some(near) => format!("{shown} is not a type, did you mean `{near}`?"),
        None => format!("{shown} is not a type, the types are `{}`", TYPES.join("`, `")),
    }
}

fn reference(error: &ReferencingError) -> String {
    use ReferencingError as Kind;
    match error {
        Kind::Unretrievable { uri, source } => format!("`$ref` to `{uri}`: {}", innermost(source.as_ref())),
        Kind::PointerToNowhere { pointer } => format!("`$ref` leads nowhere: there is no `{pointer}`"),
        Kind::NoSuchAnchor { anchor } => format!("`$ref` leads nowhere: there is no anchor `{anchor}`"),
        Kind::InvalidAnchor { anchor } => format!("`{anchor}` is not an anchor"),
        Kind::UnknownSpecification { specification } => {
            format!("`$schema` names no draft that is known: `{specification}`")
        }
        Kind::CircularMetaschema { uri } => format!("`$schema` leads back to itself: `{uri}`"),
        Kind::InvalidPercentEncoding { pointer, .. } | Kind::InvalidArrayIndex { pointer, .. } => {
            format!("`$ref` leads nowhere: `{pointer}` is not a JSON pointer into the schema")
        }
        Kind::InvalidUri(error) => format!("`$ref` or `$id` is not a URI: {error}"),
    }
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
