//! JSON Schema in a spec: inline, or in a file beside it.

use crate::diagnostic::Diagnostic;
use crate::json::Json;
use crate::json_schema::Schema;
use crate::spec::Loading;
use crate::yaml::{Node, Value};

/// Reads a schema: a map of keywords, `true`, `false`, or `{file: item.schema.json}`.
pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<Schema> {
    let root = loading.root().path().to_owned();
    let folder = loading.folder().to_owned();
    let (document, folder) = match file_of(node) {
        Some(file) => {
            let (path, text) = loading.read_beside(file)?;
            let document = loading.parse_data(file, &path, &text)?;
            (document, path.parent().map(ToOwned::to_owned).unwrap_or(folder))
        }
        None => (plain(node), folder),
    };
    match Schema::compile(&document, &folder, &root) {
        Ok(schema) => Some(schema),
        Err(bad) => {
            let wrong = Diagnostic::error("bad-schema", &node.place, format!("this is not a JSON Schema: {bad}"));
            loading.report(wrong.help("keywords are those of draft 2020-12 unless `$schema` names another"));
            None
        }
    }
}

fn file_of(node: &Node) -> Option<&Node> {
    match node.entries()? {
        [only] if only.key == "file" => Some(&only.value),
        _ => None,
    }
}

/// A node as JSON, with no templates in it.
pub(crate) fn plain(node: &Node) -> Json<'static> {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(text) => {
            crate::json::Number::parse(text).map_or(Json::Null, |number| Json::Number(number.into_owned()))
        }
        Value::String(text) => Json::from(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(plain).collect()),
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|entry| (entry.key.clone().into(), plain(&entry.value))).collect())
        }
    }
}
