//! Reading a map by a table of its fields. The same table drives decoding, nearest names, the JSON Schema and completion.

use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Place;
use crate::yaml::{Entry, Node};

/// The fields of one kind of map.
#[derive(Debug)]
pub(crate) struct Table {
    /// What messages call the map, with its article: `a request`.
    pub(crate) what: &'static str,
    /// Every key it may have.
    pub(crate) fields: &'static [Field],
    /// Keys that people write here and where they belong: `("status", "expect")`; names that other tools have for a key, and that key in
    /// backticks: `` ("assert", "`expect`") ``.
    pub(crate) elsewhere: &'static [(&'static str, &'static str)],
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// The key as written.
    pub(crate) name: &'static str,
    /// What its value looks like.
    pub(crate) shape: Shape,
    /// What it means, in one sentence.
    pub(crate) about: &'static str,
    /// A value, as YAML in one line.
    pub(crate) example: &'static str,
}

/// What a value looks like, as far as the JSON Schema and the documentation tell.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Text, with templates.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A duration such as `10s`, with templates.
    Duration,
    /// Any value, with templates.
    Any,
    /// Any value but a map, with templates.
    Plain,
    /// `null`.
    Null,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of values of one shape; a single value stands for a list of one.
    List(&'static Shape),
    /// The same, and a list it is.
    Sequence(&'static Shape),
    /// A map with free keys.
    Map(&'static Shape),
    /// A map with these fields.
    Fields(&'static Table),
    /// What another shape says, which may lead back here.
    Same(&'static Shape),
    /// Any of these shapes.
    Either(&'static [Shape]),
}

impl Field {
    /// A row of a table.
    pub(crate) const fn new(name: &'static str, shape: Shape, about: &'static str, example: &'static str) -> Self {
        Self { name, shape, about, example }
    }
}

/// The fields of a table of which a part stands in other tables too; `ALL` is how many these are.
pub(crate) const fn joined<const ALL: usize>(first: &[Field], second: &[Field]) -> [Field; ALL] {
    assert!(first.len() + second.len() == ALL, "as many fields as there are in both");
    let mut all = [first[0]; ALL];
    let mut index = 1;
    while index < ALL {
        all[index] = if index < first.len() { first[index] } else { second[index - first.len()] };
        index += 1;
    }
    all
}

impl Table {
    /// The field of this name.
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The names of all fields, in the order of the table.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|field| field.name)
    }
}

/// A map whose keys are all in its table.
#[derive(Debug)]
pub(crate) struct Fields<'n> {
    entries: &'n [Entry],
    place: &'n Place,
    table: &'static Table,
}

impl<'n> Fields<'n> {
    /// Reads `node` by `table`; every key that the table does not have is a problem that names the nearest.
    pub(crate) fn read(node: &'n Node, table: &'static Table, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let Some(entries) = node.entries() else {
            let message = format!("{} is a map, found {}", table.what, node.kind());
            problems.push(
                Diagnostic::error("wrong-type", &node.place, message).help(format!("its keys are {}", listed(table))),
            );
            return None;
        };
        for entry in entries.iter().filter(|entry| table.field(&entry.key).is_none()) {
            problems.push(unknown(entry, table));
        }
        Some(Self { entries, place: &node.place, table })
    }

    /// The entry of this key.
    pub(crate) fn entry(&self, name: &'static str) -> Option<&'n Entry> {
        debug_assert!(self.table.field(name).is_some(), "`{name}` is not in the table of {}", self.table.what);
        self.entries.iter().find(|entry| entry.key == name)
    }

    /// The value of this key.
    pub(crate) fn get(&self, name: &'static str) -> Option<&'n Node> {
        self.entry(name).map(|entry| &entry.value)
    }

    /// The value of this key; a problem where it is missing.
    pub(crate) fn require(&self, name: &'static str, problems: &mut Vec<Diagnostic>) -> Option<&'n Node> {
        let found = self.get(name);
        if found.is_none() {
            let message = format!("{} needs `{name}`", self.table.what);
            let example = self.table.field(name).map_or("", |field| field.example);
            problems.push(
                Diagnostic::error("missing-key", self.place, message).help(format!("for example `{name}: {example}`")),
            );
        }
        found
    }

    /// Whether the table has this key.
    pub(crate) fn knows(&self, key: &str) -> bool {
        self.table.field(key).is_some()
    }

    /// What messages call the map.
    pub(crate) fn what(&self) -> &'static str {
        self.table.what
    }

    /// A key with the value that the table shows: `domain: example.com`.
    pub(crate) fn example(&self, name: &str) -> String {
        self.table.field(name).map_or_else(String::new, |field| format!("{name}: {}", field.example))
    }

    /// The entries in the order they were written.
    pub(crate) fn entries(&self) -> &'n [Entry] {
        self.entries
    }

    /// Where the map is.
    pub(crate) fn place(&self) -> &'n Place {
        self.place
    }
}

fn unknown(entry: &Entry, table: &'static Table) -> Diagnostic {
    let key = &entry.key;
    let found = Diagnostic::error("unknown-key", &entry.key_place, format!("{} has no key `{key}`", table.what));
    if let Some((_, place)) = table.elsewhere.iter().find(|(name, _)| name == key) {
        return found.help(match place {
            other if other.starts_with('`') => format!("what other tools call `{key}` is {place} here"),
            // A place that is told in words is no key.
            words if words.contains(' ') => format!("`{key}` belongs to {words}"),
            parent => format!("`{key}` belongs under `{parent}`"),
        });
    }
    match nearest(key, table.names()) {
        Some(name) => found.label(format!("did you mean `{name}`?")),
        None => found.help(format!("its keys are {}", listed(table))),
    }
}

fn listed(table: &Table) -> String {
    let names: Vec<_> = table.names().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
