//! The variables that fuzzed templates read.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, SystemTime},
};

use crate::json::Json;
use crate::source::Root;
use crate::template::{Draws, Files, Scope};

/// One of everything, under short names.
const VARIABLES: &str = r#"{
    "int": 1, "float": 1.50, "exp": 1e2, "wide": 1e400, "big": 9007199254740993, "zero": -0.0, "text": "1", "empty": "",
    "title": "a=b&c<d>'\"é😀", "yes": true, "no": false, "nothing": null, "none": [], "blank": {}, "name": "outer",
    "items": [{"name": "a", "price": 1.10}, {"name": "b", "price": 2e1}], "item": {"name": "x", "tags": ["t", "u"]},
    "lists": [[1, 2], [3]], "date": "2026-02-28T23:59:60+01:00", "path": "$.a[?@.b > 1]", "json": "{\"a\": [1, 2.0]}",
    "row": {"x": {"an item": [null]}}, "env": {"A": "x", "TOKEN": "y"}
}"#;

/// Does something with a scope of variables of every type, in which the files of `fixtures/bad` can be read.
pub(super) fn with<T>(work: impl FnOnce(&Scope<'_>) -> T) -> T {
    let variables = Json::parse(VARIABLES).expect("it is JSON");
    let members = variables.as_object().unwrap_or_default().iter();
    let variables: BTreeMap<_, _> =
        members.map(|(name, value)| (name.to_string(), value.clone().into_owned())).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/bad");
    let files = Files { root: Root::new(&folder), folder };
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_225_600_250);
    work(&Scope { layers: vec![&variables], draws: &Draws::new(1, "fuzzed"), files: &files, now })
}
