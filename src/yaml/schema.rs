//! The JSON Schema (draft-07, which editors read) of what a table of fields describes.

use crate::json::Json;
use crate::yaml::{Field, Shape, Table};

impl Table {
    /// The schema of a map with these fields, under this title.
    pub(crate) fn json_schema(&self, title: &str) -> Json<'static> {
        let head = [
            ("$schema", Json::from("http://json-schema.org/draft-07/schema#")),
            ("title", Json::from(title.to_owned())),
        ];
        let head = head.into_iter().map(|(name, value)| (name.into(), value));
        Json::Object(head.chain(members(self)).collect())
    }
}

type Member = (std::borrow::Cow<'static, str>, Json<'static>);

/// What is said of a map with these fields.
fn members(table: &Table) -> Vec<Member> {
    let properties = table.fields.iter().map(|field| (field.name.into(), property(field))).collect();
    vec![
        ("type".into(), Json::from("object")),
        ("additionalProperties".into(), Json::from(false)),
        ("properties".into(), Json::Object(properties)),
    ]
}

fn property(field: &Field) -> Json<'static> {
    let description = format!("{} For example `{}: {}`", field.about, field.name, field.example);
    let mut members = vec![("description".into(), Json::from(description))];
    members.extend(of_shape(&field.shape));
    Json::Object(members)
}

fn of_shape(shape: &Shape) -> Vec<Member> {
    let types = |names: &[&str]| vec![("type".into(), Json::from(texts(names)))];
    match shape {
        Shape::Text | Shape::Duration => types(&["string", "number", "boolean"]),
        Shape::Boolean => types(&["boolean"]),
        Shape::Integer => types(&["integer"]),
        Shape::Any => Vec::new(),
        Shape::Word(words) => vec![("enum".into(), Json::from(texts(words)))],
        // A single value stands for a list of one.
        Shape::List(item) => either(&[of_shape(item), list_of(item)]),
        Shape::Map(value) => {
            vec![("type".into(), Json::from("object")), ("additionalProperties".into(), Json::Object(of_shape(value)))]
        }
        Shape::Fields(table) => members(table),
        Shape::Either(shapes) => either(&shapes.iter().map(of_shape).collect::<Vec<_>>()),
    }
}

fn list_of(item: &Shape) -> Vec<Member> {
    let items = Json::Object(of_shape(item));
    vec![("type".into(), Json::from("array")), ("minItems".into(), Json::from(1_i64)), ("items".into(), items)]
}

fn either(alternatives: &[Vec<Member>]) -> Vec<Member> {
    let all: Vec<_> = alternatives.iter().map(|members| Json::Object(members.clone())).collect();
    vec![("anyOf".into(), Json::from(all))]
}

fn texts(words: &[&str]) -> Vec<Json<'static>> {
    words.iter().map(|word| Json::from(*word)).collect()
}
