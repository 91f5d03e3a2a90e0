//! `graphql`: a query with its variables, as written (GraphQL over HTTP, section 5).

use crate::spec::{Loading, Templated, Text};
use crate::yaml::{Field, Fields, Node, Shape, Table, Value};

/// What a GraphQL request asks.
#[derive(Clone, Debug)]
pub(crate) struct GraphQl {
    pub(crate) query: Query,
    /// Values that keep their types.
    pub(crate) variables: Option<Templated>,
    /// Which of several operations is run.
    pub(crate) operation_name: Option<Text>,
}

/// Where the query stands.
#[derive(Clone, Debug)]
pub(crate) enum Query {
    Inline(Text),
    /// In a file beside the spec, read when the request is sent and taken as it is.
    File(Text),
}

/// The keys of `graphql`.
pub(crate) static TABLE: Table = Table {
    what: "`graphql`",
    fields: &[
        Field::new(
            "query",
            Shape::Either(&[Shape::Text, Shape::Fields(&FILE)]),
            "The query or mutation, in place or in a file beside the spec.",
            "\"{ items { id title } }\"",
        ),
        Field::new(
            "variables",
            Shape::Either(&[Shape::Map(&Shape::Any), Shape::Text]),
            "The variables of the query; templates keep their types.",
            "{id: 1}",
        ),
        Field::new("operation_name", Shape::Text, "Which of several operations is run.", "Items"),
    ],
    elsewhere: &[("errors", "expect.json"), ("data", "expect.json")],
};

/// The keys of a query that stands in a file.
static FILE: Table = Table {
    what: "a query in a file",
    fields: &[Field::new("file", Shape::Text, "A file beside the spec.", "items.graphql")],
    elsewhere: &[],
};

impl GraphQl {
    /// Reads `graphql`.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        let fields = Fields::read(node, &TABLE, &mut loading.problems)?;
        let query = fields.require("query", &mut loading.problems).and_then(|node| Query::load(node, loading));
        let variables = fields.get("variables").map(|node| variables(node, loading));
        let operation_name = fields.get("operation_name").map(|node| loading.text(node));
        Some(Self {
            query: query?,
            variables: variables.map_or(Some(None), |it| it.map(Some))?,
            operation_name: operation_name.map_or(Some(None), |it| it.map(Some))?,
        })
    }
}

impl Query {
    fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        if !matches!(node.value, Value::Map(_)) {
            return loading.text(node).map(Self::Inline);
        }
        let fields = Fields::read(node, &FILE, &mut loading.problems)?;
        let file = fields.require("file", &mut loading.problems)?;
        loading.sent_file(file).map(Self::File)
    }
}

/// A map, or a lone template that yields one.
fn variables(node: &Node, loading: &mut Loading) -> Option<Templated> {
    let is_template = matches!(&node.value, Value::String(text) if text.contains("{{"));
    match &node.value {
        Value::Map(_) => drop(loading.map(node)),
        _ if is_template => {}
        _ => {
            loading.wrong_type(node, "a map of variables", "{id: 1}");
            return None;
        }
    }
    loading.tree(node)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::source::{Root, Source};
    use crate::yaml;

    #[test]
    fn a_query_is_read_and_every_mistake_told() {
        let rows: &[(&str, bool, &[&str])] = &[
            ("{query: \"{ items { id } }\"}", true, &[]),
            ("{query: {file: q.graphql}, variables: {id: \"{{x}}\", a: {b: 1}}, operation_name: A}", true, &[]),
            ("{query: \"{a}\", variables: \"{{all}}\"}", true, &[]),
            ("{query: \"{a}\", variables: {}}", true, &["an empty map says nothing here"]),
            ("{query: {flie: q}}", false, &["a query in a file has no key `flie`", "a query in a file needs `file`"]),
            ("{variables: {id: 1}}", false, &["`graphql` needs `query`"]),
            ("{query: \"{a}\", variables: [1]}", false, &["expected a map of variables, found a list"]),
            ("{query: \"{a}\", operationName: A}", true, &["`graphql` has no key `operationName`"]),
            ("\"{ items }\"", false, &["`graphql` is a map, found text"]),
        ];
        for (text, loads, problems) in rows {
            let source = Source::inline("a.yaml", *text);
            let mut loading = Loading::new(&source, Root::new(Path::new(".")));
            let found = GraphQl::load(&yaml::parse(&source).root.unwrap(), &mut loading);
            assert_eq!(found.is_some(), *loads, "{text}");
            let told: Vec<_> = loading.problems.iter().map(|problem| problem.message.as_str()).collect();
            assert_eq!(told, *problems, "{text}");
        }
    }
}
