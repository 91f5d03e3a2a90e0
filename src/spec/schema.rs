//! JSON Schema in a spec: inline, or in a file beside it.

use crate::diagnostic::Diagnostic;
use crate::json::Json;
use crate::json_schema::{BadSchema, Schema, UnknownKeyword, unknown};
use crate::source::Place;
use crate::spec::Loading;
use crate::yaml::{Node, Value};

/// Reads a schema: a map of keywords, `true`, `false`, or `{file: item.schema.json}`.
pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<Schema> {
    let root = loading.root().path().to_owned();
    let folder = loading.folder().to_owned();
    let file = file_of(node);
    let (document, folder) = match file {
        Some(file) => {
            let (path, text) = loading.read_beside(file)?;
            let document = loading.parse_data(file, &path, &text)?;
            (document, path.parent().map(ToOwned::to_owned).unwrap_or(folder))
        }
        None => (plain(node), folder),
    };
    // What is wrong in a file is told where that is named.
    let place = |at: &[String]| if file.is_some() { node.place.clone() } else { place_of(node, at) };
    for keyword in unknown(&document) {
        loading.report(misspelt(&keyword, &place(&keyword.at)));
    }
    let wrong = |bad: BadSchema| {
        let wrong = Diagnostic::error("bad-schema", &place(&bad.at), format!("this is not a JSON Schema: {bad}"));
        wrong.help("keywords are those of draft 2020-12 unless `$schema` names another")
    };
    let compiled = Schema::compile(&document, &folder, &root);
    compiled.map_err(|all| all.into_iter().for_each(|bad| loading.report(wrong(bad)))).ok()
}

/// A warning about a key that JSON Schema passes over.
fn misspelt(keyword: &UnknownKeyword, place: &Place) -> Diagnostic {
    let name = keyword.at.last().map_or("", String::as_str);
    let message = format!("JSON Schema has no keyword `{name}`, so it checks nothing");
    Diagnostic::warning("unknown-keyword", place, message).label(format!("did you mean `{}`?", keyword.near))
}

/// The place of what these names and indices lead to: the key where that is a keyword, else the value.
fn place_of(node: &Node, at: &[String]) -> Place {
    let Some((first, rest)) = at.split_first() else { return node.place.clone() };
    match &node.value {
        Value::Map(entries) => match entries.iter().find(|entry| entry.key == *first) {
            Some(entry) if rest.is_empty() => entry.key_place.clone(),
            Some(entry) => place_of(&entry.value, rest),
            None => node.place.clone(),
        },
        Value::List(items) => match first.parse().ok().and_then(|index: usize| items.get(index)) {
            Some(item) => place_of(item, rest),
            None => node.place.clone(),
        },
        _ => node.place.clone(),
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
