//! The keys of the format by the JSON Schema of `hallpass schema`, and which of them a file holds.

use std::{collections::BTreeSet, fmt, ops::Range, process::Command};

use serde_json::{Map, Value};

use crate::tree::{Content, Node};

/// Matchers whose operands are written as below `json:`.
const DOCUMENTS: &[&str] = &["like", "exact", "unordered"];

/// A key of one table of the format.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// The definition of the schema: `request`; `spec` and `hallpass.yaml` are the files themselves.
    pub(crate) table: String,
    pub(crate) name: String,
}

impl Key {
    pub(crate) fn new(table: &str, name: &str) -> Self {
        Self { table: table.to_owned(), name: name.to_owned() }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` of `{}`", self.name, self.table)
    }
}

/// A key where it stands in a file.
pub(crate) struct Found {
    pub(crate) key: Key,
    /// Where the map begins that it stands in.
    map: usize,
    /// Where its value begins.
    value: usize,
    /// From its first byte to the last of its value.
    span: Range<usize>,
}

/// Every key there is.
pub(crate) struct Keys {
    pub(crate) all: BTreeSet<Key>,
    spec: Value,
    project: Value,
}

impl Keys {
    pub(crate) fn all() -> Self {
        let (spec, project) = (schema(&["schema"]), schema(&["schema", "--project"]));
        let mut all = BTreeSet::new();
        for (name, schema) in [("spec", &spec), ("hallpass.yaml", &project)] {
            all.extend(properties(schema).keys().map(|key| Key::new(name, key)));
            for (table, definition) in schema["definitions"].as_object().unwrap() {
                all.extend(properties(definition).keys().map(|key| Key::new(table, key)));
            }
        }
        assert!(all.len() > 250, "the schemas have {} keys", all.len());
        Self { all, spec, project }
    }

    /// The key of that name in other tables too, where they define it in the same words: one loader reads them all.
    pub(crate) fn same_as(&self, key: &Key) -> impl Iterator<Item = Key> {
        let own = self.definition(key);
        let others = self.all.iter().filter(|other| other.name == key.name && self.definition(other) == own);
        others.cloned().collect::<Vec<_>>().into_iter()
    }

    fn definition(&self, key: &Key) -> Option<&Value> {
        let table = match key.table.as_str() {
            "spec" => Some(&self.spec),
            "hallpass.yaml" => Some(&self.project),
            table => self.spec["definitions"].get(table).or_else(|| self.project["definitions"].get(table)),
        };
        properties(table?).get(&key.name)
    }

    /// The keys that a file holds; none where it is no YAML.
    pub(crate) fn in_file(&self, name: &str, text: &str) -> Vec<Found> {
        let schema = if name == "spec" { &self.spec } else { &self.project };
        let mut walk = Walk { definitions: &schema["definitions"], found: Vec::new() };
        if let Some(root) = Node::parse(text) {
            walk.map(&root, name, schema);
        }
        walk.found
    }

    /// The keys of a file that its messages are about: they point at the key or into its value, or say that it is missing.
    ///
    /// `file` is what the messages call it.
    pub(crate) fn misused(&self, (name, file): (&str, &str), text: &str, messages: &str) -> BTreeSet<Key> {
        let found = self.in_file(name, text);
        let mut misused = BTreeSet::new();
        for (message, at) in pointed(text, (file, messages)) {
            let holding = found.iter().filter(|it| it.span.contains(&at));
            misused.extend(holding.min_by_key(|it| it.span.len()).map(|it| it.key.clone()));
            misused.extend(found.iter().filter(|it| it.value == at).map(|it| it.key.clone()));
            let siblings = found.iter().filter(|it| it.map == at || it.span.start == at).map(|it| it.key.table.clone());
            let missing = siblings.flat_map(|table| needed(&message).map(move |name| Key::new(&table, name)));
            misused.extend(missing.filter(|key| self.all.contains(key)));
        }
        misused
    }
}

/// What a message says is needed, as in "oauth2 needs `client_id`".
fn needed(message: &str) -> impl Iterator<Item = &str> {
    let words = message.split_once(" needs ").map_or("", |(_, words)| words);
    words.split('`').skip(1).step_by(2)
}

/// The messages of a run with the bytes of this file that they point at.
fn pointed(text: &str, (file, messages): (&str, &str)) -> Vec<(String, usize)> {
    let mut all = Vec::new();
    let mut message = "";
    for line in messages.lines() {
        if line.starts_with("error") || line.starts_with("warning") {
            message = line;
        }
        let place =
            line.trim_start().strip_prefix("--> ").and_then(|place| place.strip_prefix(file)?.strip_prefix(':'));
        let Some((line, column)) = place.and_then(|place| place.split_once(':')) else { continue };
        let (line, column) = (line.parse::<usize>().unwrap(), column.parse::<usize>().unwrap());
        let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let within = text[start..].chars().take(column - 1).map(char::len_utf8).sum::<usize>();
        all.push((message.to_owned(), start + within));
    }
    all
}

fn schema(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_hallpass")).args(arguments).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn properties(schema: &Value) -> &Map<String, Value> {
    schema["properties"].as_object().unwrap()
}

/// Goes through a file and the schema side by side.
struct Walk<'s> {
    definitions: &'s Value,
    found: Vec<Found>,
}

impl<'s> Walk<'s> {
    fn map(&mut self, node: &Node, table: &str, schema: &'s Value) {
        for (key, value) in node.entries() {
            let Some(property) = properties(schema).get(key.text()) else { continue };
            self.add(Key::new(table, key.text()), node, (key, value));
            let in_json = table == "expect" && key.text() == "json";
            let of_matchers = table == "map-of-matchers" && DOCUMENTS.contains(&key.text());
            if in_json || of_matchers {
                self.document(value);
            } else {
                self.value(value, property);
            }
        }
    }

    fn add(&mut self, key: Key, map: &Node, (name, value): (&Node, &Node)) {
        let span = name.span.start..value.span.end.max(name.span.end);
        self.found.push(Found { key, map: map.span.start, value: value.span.start, span });
    }

    /// A value by each alternative that it can be.
    fn value(&mut self, node: &Node, schema: &'s Value) {
        for wrapper in ["allOf", "anyOf"] {
            for alternative in schema[wrapper].as_array().into_iter().flatten() {
                self.value(node, alternative);
            }
        }
        if let Some(name) = schema["$ref"].as_str() {
            let name = name.trim_start_matches("#/definitions/");
            self.map(node, name, &self.definitions[name]);
        }
        match &node.content {
            Content::List(items) => items.iter().for_each(|item| self.value(item, &schema["items"])),
            Content::Map(entries) => {
                entries.iter().for_each(|(_, value)| self.value(value, &schema["additionalProperties"]));
            }
            Content::Scalar { .. } => {}
        }
    }

    /// What stands below `json:`, where matchers begin with `$`.
    fn document(&mut self, node: &Node) {
        for (key, value) in node.entries() {
            let known = properties(&self.definitions["map-of-matchers"]);
            if let Some(matcher) = key.text().strip_prefix('$').filter(|name| known.contains_key(*name)) {
                self.add(Key::new("map-of-matchers", matcher), node, (key, value));
            }
            self.document(value);
        }
        node.items().iter().for_each(|item| self.document(item));
    }
}
