//! The JSON Schema (draft-07, which editors read) of what a table of fields describes.

use std::collections::BTreeMap;

use crate::json::Json;
use crate::yaml::{Field, Shape, Table};

impl Table {
    /// The schema of a map with these fields, under this title. Every other table that it leads to is a definition.
    pub(crate) fn json_schema(&'static self, title: &str) -> Json<'static> {
        let mut definitions = Definitions::default();
        let own = definitions.map(self);
        let mut members = vec![
            ("$schema".into(), Json::from("http://json-schema.org/draft-07/schema#")),
            ("title".into(), Json::from(title.to_owned())),
        ];
        members.extend(own);
        let all = definitions.0.into_iter().map(|(name, schema)| (name.into(), schema)).collect();
        members.push(("definitions".into(), Json::Object(all)));
        Json::Object(members)
    }

    /// What the definition of this table is called: `a request` is `request`.
    fn slug(&self) -> String {
        let name = self.what.trim_start_matches("a ").trim_start_matches("an ");
        name.replace('`', "").replace(' ', "-")
    }
}

type Member = (std::borrow::Cow<'static, str>, Json<'static>);

/// The tables that were met; null while one is written.
#[derive(Default)]
struct Definitions(BTreeMap<String, Json<'static>>);

impl Definitions {
    /// What is said of a map with these fields.
    fn map(&mut self, table: &'static Table) -> Vec<Member> {
        let properties = table.fields.iter().map(|field| (field.name.into(), self.property(field))).collect();
        vec![
            ("type".into(), Json::from("object")),
            ("additionalProperties".into(), Json::from(false)),
            ("properties".into(), Json::Object(properties)),
        ]
    }

    fn property(&mut self, field: &'static Field) -> Json<'static> {
        let description = format!("{}\n\nFor example `{}: {}`", field.about, field.name, field.example);
        let mut members = vec![("description".into(), Json::from(description))];
        match self.shape(&field.shape) {
            // What stands beside a `$ref` is not read in draft-07.
            reference if is_reference(&reference) => {
                members.push(("allOf".into(), Json::from(vec![Json::Object(reference)])))
            }
            other => members.extend(other),
        }
        Json::Object(members)
    }

    fn shape(&mut self, shape: &'static Shape) -> Vec<Member> {
        match shape {
            Shape::Text => types(&["string", "number", "boolean"]),
            Shape::Duration => types(&["string"]),
            Shape::Boolean => types(&["boolean"]),
            Shape::Integer => types(&["integer"]),
            Shape::Plain => types(&["string", "number", "boolean", "null", "array"]),
            Shape::Null => types(&["null"]),
            Shape::Any => Vec::new(),
            Shape::Word(words) => vec![("enum".into(), Json::from(texts(words)))],
            Shape::List(item) => {
                let item = self.shape(item);
                either(vec![item.clone(), list_of(item)])
            }
            Shape::Sequence(item) => list_of(self.shape(item)),
            Shape::Map(value) => {
                let value = Json::Object(self.shape(value));
                let mut members = types(&["object"]);
                members.extend([("minProperties".into(), Json::from(1_i64)), ("additionalProperties".into(), value)]);
                members
            }
            Shape::Same(shape) => self.shape(shape),
            Shape::Fields(table) => self.reference(table),
            Shape::Either(shapes) => {
                let all = shapes.iter().map(|shape| self.shape(shape)).collect();
                either(all)
            }
        }
    }

    fn reference(&mut self, table: &'static Table) -> Vec<Member> {
        let slug = table.slug();
        if !self.0.contains_key(&slug) {
            self.0.insert(slug.clone(), Json::Null);
            let mut map = self.map(table);
            map.push(("minProperties".into(), Json::from(1_i64)));
            let map = Json::Object(map);
            self.0.insert(slug.clone(), map);
        }
        vec![("$ref".into(), Json::from(format!("#/definitions/{slug}")))]
    }
}

fn is_reference(members: &[Member]) -> bool {
    members.first().is_some_and(|(name, _)| name == "$ref")
}

fn types(names: &[&'static str]) -> Vec<Member> {
    let value = match names {
        [one] => Json::from(*one),
        several => Json::from(texts(several)),
    };
    vec![("type".into(), value)]
}

fn list_of(item: Vec<Member>) -> Vec<Member> {
    vec![
        ("type".into(), Json::from("array")),
        ("minItems".into(), Json::from(1_i64)),
        ("items".into(), Json::Object(item)),
    ]
}

fn either(alternatives: Vec<Vec<Member>>) -> Vec<Member> {
    let all: Vec<_> = alternatives.into_iter().map(Json::Object).collect();
    vec![("anyOf".into(), Json::from(all))]
}

fn texts(words: &[&'static str]) -> Vec<Json<'static>> {
    words.iter().map(|word| Json::from(*word)).collect()
}
