//! Queries that `serde_json_path` evaluates over a copy of the document, for what `jsonpath_rust` answers wrongly.
//!
//! The copy holds numbers as doubles and members by name, so comparisons are exact to 53 bits and members of an object
//! come in the order of their names. What is found is looked up in the document itself: numbers keep their text.

use serde_json_path::{JsonPath, NormalizedPath, PathElement};

use crate::json::Json;

/// A query over a copy.
pub(super) struct Query(JsonPath);

impl Query {
    /// A query that the strict parser has read.
    pub(super) fn new(path: JsonPath) -> Self {
        Self(path)
    }

    /// The values it finds.
    pub(super) fn find<'j, 'a>(&self, root: &'j Json<'a>) -> Vec<&'j Json<'a>> {
        let copy = root.to_serde();
        let found = self.0.query_located(&copy);
        found.locations().filter_map(|location| original(root, location)).collect()
    }
}

fn original<'j, 'a>(root: &'j Json<'a>, location: &NormalizedPath<'_>) -> Option<&'j Json<'a>> {
    location.iter().try_fold(root, |value, element| match element {
        PathElement::Name(name) => value.get(name),
        PathElement::Index(index) => value.get_index(*index),
    })
}
