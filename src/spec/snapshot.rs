//! `expect.snapshot`: the body as it was kept, as written.

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{Loading, Text, path::Path};
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table, Value};

/// A body that was kept in a file.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    /// The key that says so.
    pub(crate) place: Place,
    /// The file below `snapshots/`, with or without its ending.
    pub(crate) name: Text,
    /// Values that may be any.
    pub(crate) ignore: Vec<Path>,
}

/// The keys of a snapshot.
pub(crate) static TABLE: Table = Table {
    what: "a snapshot",
    fields: &[
        Field::new("file", Shape::Text, "The file below `snapshots/` beside the spec.", "items"),
        Field::new("ignore", Shape::List(&Shape::Text), "JSONPaths of values that may be any.", "[$.id]"),
    ],
    elsewhere: &[],
};

impl Snapshot {
    /// Reads `snapshot`: a name, or a map.
    pub(crate) fn load(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        let node = &entry.value;
        let place = entry.key_place.clone();
        if !matches!(node.value, Value::Map(_)) {
            return Some(Self { place, name: name(node, loading)?, ignore: Vec::new() });
        }
        let fields = Fields::read(node, &TABLE, &mut loading.problems)?;
        let file = fields.require("file", &mut loading.problems).and_then(|node| name(node, loading));
        let ignored = fields.get("ignore").map(|node| loading.one_or_many(node)).unwrap_or_default();
        let ignore: Vec<_> = ignored.iter().map(|node| Path::load(node, loading)).collect();
        Some(Self { place, name: file?, ignore: ignore.into_iter().collect::<Option<_>>()? })
    }
}

fn name(node: &Node, loading: &mut Loading) -> Option<Text> {
    let text = loading.text(node)?;
    if let Some(fixed) = text.fixed()
        && !is_below(fixed)
    {
        let wrong = Diagnostic::error("bad-snapshot", &node.place, format!("`{fixed}` is no file below `snapshots/`"));
        loading.report(wrong.help("name a file, perhaps in a folder: `items`, `shop/items.json`"));
        return None;
    }
    Some(text)
}

/// Whether a name stays below the folder it begins in.
pub(crate) fn is_below(name: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part != "." && part != ".." && part.trim() == part;
    !name.contains(['\\', ':', '\0']) && !name.contains(char::is_control) && name.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::source::{Root, Source};
    use crate::yaml;

    #[test]
    fn a_snapshot_is_read_and_every_mistake_told() {
        type Row<'r> = (&'r str, Option<(&'r str, usize)>, &'r [&'r str]);
        let rows: &[Row<'_>] = &[
            ("items", Some(("items", 0)), &[]),
            ("shop/items.json", Some(("shop/items.json", 0)), &[]),
            ("\"items {{row.colour}}\"", Some(("items {{row.colour}}", 0)), &[]),
            ("{file: items, ignore: [$.id, '$.items[*].at']}", Some(("items", 2)), &[]),
            ("{file: items, ignore: $.id}", Some(("items", 1)), &[]),
            ("{ignore: [$.id]}", None, &["a snapshot needs `file`"]),
            ("{file: items, ignore: []}", Some(("items", 0)), &["an empty list says nothing here"]),
            ("{file: items, ignore: [id]}", None, &["`id` is not a JSONPath: a path begins with `$`"]),
            ("{file: items, ingore: [$.id]}", Some(("items", 0)), &["a snapshot has no key `ingore`"]),
            ("../items", None, &["`../items` is no file below `snapshots/`"]),
            ("/items", None, &["`/items` is no file below `snapshots/`"]),
            ("''", None, &["`` is no file below `snapshots/`"]),
            ("[a]", None, &["expected text, found a list"]),
        ];
        for (text, expected, problems) in rows {
            let source = Source::inline("a.yaml", format!("snapshot: {text}"));
            let mut loading = Loading::new(&source, Root::new(Path::new(".")));
            let root = yaml::parse(&source).root.unwrap();
            let found = Snapshot::load(&root.entries().unwrap()[0], &mut loading);
            let found = found.as_ref().map(|it| (it.name.source(), it.ignore.len()));
            assert_eq!(found, *expected, "{text}");
            let told: Vec<_> = loading.problems.iter().map(|problem| problem.message.as_str()).collect();
            assert_eq!(told, *problems, "{text}");
        }
    }
}
