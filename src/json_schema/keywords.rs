//! Keywords that JSON Schema does not know but that look like one: it passes over them, so that they check nothing.

use crate::diagnostic::nearest;
use crate::json::Json;

/// A key of a schema that is no keyword.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnknownKeyword {
    /// The names and indices that lead to it; the last is the key.
    pub(crate) at: Vec<String>,
    /// The keyword that may be meant.
    pub(crate) near: &'static str,
}

/// What is below a keyword.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    Nothing,
    /// A schema, or a list of them.
    Schema,
    /// Schemas by names of their own.
    Named,
}

/// Keywords of draft 2020-12, those of older drafts, and those of OpenAPI that stand beside them.
const KEYWORDS: &[(&str, Below)] = {
    use Below::{Named, Nothing, Schema};
    &[
        ("$schema", Nothing),
        ("$id", Nothing),
        ("id", Nothing),
        ("$ref", Nothing),
        ("$anchor", Nothing),
        ("$dynamicRef", Nothing),
        ("$dynamicAnchor", Nothing),
        ("$recursiveRef", Nothing),
        ("$recursiveAnchor", Nothing),
        ("$vocabulary", Nothing),
        ("$comment", Nothing),
        ("$defs", Named),
        ("definitions", Named),
        ("type", Nothing),
        ("const", Nothing),
        ("enum", Nothing),
        ("multipleOf", Nothing),
        ("maximum", Nothing),
        ("exclusiveMaximum", Nothing),
        ("minimum", Nothing),
        ("exclusiveMinimum", Nothing),
        ("maxLength", Nothing),
        ("minLength", Nothing),
        ("pattern", Nothing),
        ("format", Nothing),
        ("maxItems", Nothing),
        ("minItems", Nothing),
        ("uniqueItems", Nothing),
        ("maxContains", Nothing),
        ("minContains", Nothing),
        ("maxProperties", Nothing),
        ("minProperties", Nothing),
        ("required", Nothing),
        ("dependentRequired", Nothing),
        ("properties", Named),
        ("patternProperties", Named),
        ("additionalProperties", Schema),
        ("unevaluatedProperties", Schema),
        ("propertyNames", Schema),
        ("dependentSchemas", Named),
        ("dependencies", Nothing),
        ("prefixItems", Schema),
        ("items", Schema),
        ("additionalItems", Schema),
        ("unevaluatedItems", Schema),
        ("contains", Schema),
        ("allOf", Schema),
        ("anyOf", Schema),
        ("oneOf", Schema),
        ("not", Schema),
        ("if", Schema),
        ("then", Schema),
        ("else", Schema),
        ("title", Nothing),
        ("description", Nothing),
        ("default", Nothing),
        ("deprecated", Nothing),
        ("readOnly", Nothing),
        ("writeOnly", Nothing),
        ("examples", Nothing),
        ("example", Nothing),
        ("contentEncoding", Nothing),
        ("contentMediaType", Nothing),
        ("contentSchema", Schema),
        ("nullable", Nothing),
        ("discriminator", Nothing),
        ("externalDocs", Nothing),
        ("xml", Nothing),
    ]
};

/// Every key of a schema, and of those within it, that is no keyword and nearly one.
pub(crate) fn unknown(schema: &Json<'_>) -> Vec<UnknownKeyword> {
    let mut found = Vec::new();
    walk(schema, &mut Vec::new(), &mut found);
    found
}

fn walk(schema: &Json<'_>, at: &mut Vec<String>, found: &mut Vec<UnknownKeyword>) {
    for (key, value) in schema.as_object().unwrap_or_default() {
        at.push(key.to_string());
        match KEYWORDS.iter().find(|(keyword, _)| keyword == key) {
            Some((_, Below::Nothing)) => {}
            Some((_, below)) => each(value, *below, at, found),
            None => {
                let near = nearest(key, KEYWORDS.iter().map(|(keyword, _)| *keyword));
                found.extend(near.map(|near| UnknownKeyword { at: at.clone(), near }));
            }
        }
        at.pop();
    }
}

fn each(value: &Json<'_>, below: Below, at: &mut Vec<String>, found: &mut Vec<UnknownKeyword>) {
    let mut one = |name: String, schema: &Json<'_>| {
        at.push(name);
        walk(schema, at, found);
        at.pop();
    };
    match value {
        Json::Array(schemas) => schemas.iter().enumerate().for_each(|(index, it)| one(index.to_string(), it)),
        Json::Object(named) if below == Below::Named => named.iter().for_each(|(name, it)| one(name.to_string(), it)),
        _ => walk(value, at, found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearly_a_keyword_is_found_wherever_schemas_stand() {
        let table: [(&str, &[&str]); 7] = [
            (r#"{"requird": ["a"]}"#, &["requird required"]),
            (
                r#"{"properties": {"requird": {"type": "string", "minlength": 1}}}"#,
                &["properties/requird/minlength minLength"],
            ),
            (
                r#"{"items": {"proprties": {}}, "allOf": [true, {"tpye": "string"}]}"#,
                &["items/proprties properties", "allOf/1/tpye type"],
            ),
            (r#"{"$defs": {"a": {"not": {"paterns": "x"}}}}"#, &["$defs/a/not/paterns pattern"]),
            (r#"{"enum": [{"requird": 1}], "const": {"requird": 1}, "default": {"tpye": 1}}"#, &[]),
            (r#"{"x-internal": 1, "nullable": true, "title": "a", "my own note": 1}"#, &[]),
            ("true", &[]),
        ];
        for (schema, expected) in table {
            let found = unknown(&Json::parse(schema).unwrap());
            let told: Vec<_> = found.iter().map(|it| format!("{} {}", it.at.join("/"), it.near)).collect();
            assert_eq!(told, expected, "{schema}");
        }
    }
}
