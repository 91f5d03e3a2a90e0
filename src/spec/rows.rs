//! Rows: what `cases` runs a spec for, and what `for_each` sends a request for; written in place or in a file.

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::json::Json;
use crate::source::Place;
use crate::spec::{Loading, Templated, csv, plain};
use crate::template::Tree;
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table, Value};

/// One element of a table or list.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What stands behind the name of its cases: a short scalar, or the first member of a map, or else its number.
    pub(crate) label: String,
    pub(crate) value: Templated,
}

/// `for_each`: a variable and the values that it takes.
#[derive(Clone, Debug)]
pub(crate) struct ForEach {
    /// The variable.
    pub(crate) name: String,
    /// Where it is named.
    pub(crate) place: Place,
    pub(crate) rows: Vec<Row>,
}

/// The keys of rows that stand in a file.
pub(crate) static FILE: Table = Table {
    what: "a table",
    fields: &[Field::new("file", Shape::Text, "A CSV, JSON or YAML file beside the spec.", "rows.csv")],
    elsewhere: &[],
};

/// A label with more characters is replaced by a number.
const LONGEST: usize = 60;

/// Reads `cases`, if the key is there: rows that are maps.
pub(crate) fn cases(node: Option<&Node>, loading: &mut Loading) -> Option<Vec<Row>> {
    let node = node?;
    let before = loading.uses.len();
    let rows = Row::load_all(node, loading).unwrap_or_default();
    let own = loading.uses.split_off(before);
    let (known, early): (Vec<_>, Vec<_>) = own.into_iter().partition(|it| it.name == "env" || it.name == "run");
    loading.uses.extend(known);
    for read in early {
        let wrong =
            Diagnostic::error("undefined-variable", &read.place, "a row of `cases` reads `env` and `run` alone");
        loading.report(wrong.help(format!("rows are there before `{}` is; read it where the row is read", read.name)));
    }
    if let Value::List(items) = &node.value {
        for item in items.iter().filter(|item| item.entries().is_none()) {
            loading.wrong_type(item, "a map of names and values", "{colour: blue, price: 42}");
        }
    }
    let is_of_file = matches!(node.value, Value::Map(_));
    if let Some(row) = rows.iter().find(|row| is_of_file && !matches!(row.value.fixed(), Some(Json::Object(_)))) {
        let found = row.value.fixed().map_or("something else", |value| value.kind().name());
        let message = format!("the row `{}` is no map of names and values, but of the type `{found}`", row.label);
        let wrong = Diagnostic::error("bad-file", &row.value.place, message);
        loading.report(wrong.help("for example `[{\"colour\": \"blue\"}]`; `for_each` takes lists of any values"));
    }
    Some(rows)
}

impl ForEach {
    /// Reads `for_each`, if the key is there: one variable with a list of values.
    pub(crate) fn load(node: Option<&Node>, loading: &mut Loading) -> Option<Self> {
        let node = node?;
        if let Value::List(_) = node.value {
            loading.wrong_type(
                node,
                "a variable and its values",
                &format!("{{item: {}}}", node.place.text().lines().next().unwrap_or_default()),
            );
            return None;
        }
        let [entry] = loading.map(node) else {
            if node.entries().is_some_and(|entries| entries.len() > 1) {
                let wrong = Diagnostic::error("two-loops", &node.place, "`for_each` has one variable");
                loading.report(
                    wrong.help("make it a list of maps: `for_each: {row: [{a: 1, b: 2}]}`, and read `{{row.a}}`"),
                );
            }
            return None;
        };
        if entry.key != "row" {
            loading.variable_name(&entry.key, &entry.key_place);
        }
        let before = loading.uses.len();
        let rows = Row::load_all(&entry.value, loading).unwrap_or_default();
        if let Some(read) = loading.uses[before..].iter().find(|read| read.name == entry.key).cloned() {
            let message = format!("`{}` is read by the list that it counts through", entry.key);
            loading.report(Diagnostic::error("undefined-variable", &read.place, message).help("choose another name"));
        }
        Some(Self { name: entry.key.clone(), place: entry.key_place.clone(), rows })
    }
}

impl Row {
    fn load_all(node: &Node, loading: &mut Loading) -> Option<Vec<Self>> {
        let values: Vec<(Json<'static>, Templated)> = match &node.value {
            Value::List(_) => {
                let items = loading.list(node);
                items.iter().filter_map(|item| Some((plain(item), loading.tree(item)?))).collect()
            }
            Value::Map(_) => {
                let fields = Fields::read(node, &FILE, &mut loading.problems)?;
                let file = fields.require("file", &mut loading.problems)?;
                let fixed = |row: Json<'static>| Templated { tree: Tree::Fixed(row), place: file.place.clone() };
                from_file(file, loading)?.into_iter().map(|row| (row.clone(), fixed(row))).collect()
            }
            _ => {
                loading.wrong_type(node, "a list, or a file with one", "{file: rows.csv}");
                return None;
            }
        };
        let labels = labels(values.iter().map(|(row, _)| row));
        Some(labels.into_iter().zip(values).map(|(label, (_, value))| Self { label, value }).collect())
    }
}

/// The rows of a file: never none.
fn from_file(file: &Node, loading: &mut Loading) -> Option<Vec<Json<'static>>> {
    let (path, text) = loading.read_beside(file)?;
    let is_csv = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("csv"));
    let rows = match is_csv {
        true => csv::parse(&text).map(|rows| rows.into_iter().map(object).collect()),
        false => match loading.parse_data(file, &path, &text)? {
            Json::Array(rows) => Ok(rows),
            _ => Err("it holds no list".to_owned()),
        },
    };
    let rows = rows.and_then(|rows: Vec<_>| if rows.is_empty() { Err("it has no row".to_owned()) } else { Ok(rows) });
    rows.map_err(|why| {
        let name = file.scalar_text().unwrap_or_default();
        let wrong = Diagnostic::error("bad-file", &file.place, format!("`{name}` is no table: {why}"));
        loading.report(wrong.help("a table is CSV whose first line names the columns, or a list in JSON or YAML"));
    })
    .ok()
}

fn object(cells: Vec<(String, String)>) -> Json<'static> {
    Json::object(cells.into_iter().map(|(name, cell)| (name, Json::from(cell))))
}

/// What the rows are called: numbers, where one has no short name or two have the same.
fn labels<'r>(rows: impl Iterator<Item = &'r Json<'static>>) -> Vec<String> {
    let named: Vec<Option<String>> = rows.map(label).collect();
    let distinct: HashSet<&String> = named.iter().flatten().collect();
    match distinct.len() == named.len() {
        true => named.into_iter().flatten().collect(),
        false => (1..=named.len()).map(|number| number.to_string()).collect(),
    }
}

fn label(row: &Json<'static>) -> Option<String> {
    let scalar = match row {
        Json::Object(members) => &members.first()?.1,
        other => other,
    };
    let text = match scalar {
        Json::String(text) => text.trim().to_owned(),
        Json::Object(_) | Json::Array(_) => return None,
        other => other.to_text(),
    };
    let is_short = !text.is_empty() && text.chars().count() <= LONGEST;
    Some(text).filter(|text| is_short && !text.contains("{{") && !text.contains(char::is_control))
}

/// Reports a variable of the request that hides the one of `for_each`.
pub(crate) fn check_hidden(for_each: Option<&ForEach>, vars: Option<&Node>, loading: &mut Loading) {
    let (Some(for_each), Some(entries)) = (for_each, vars.and_then(Node::entries)) else { return };
    let hides = |entry: &&Entry| entry.key == for_each.name;
    if let Some(entry) = entries.iter().find(hides) {
        let message = format!("`{}` is what `for_each` counts through", entry.key);
        loading.report(Diagnostic::error("duplicate-name", &entry.key_place, message).help("choose another name"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_called_by_its_scalar_its_first_member_or_its_number() {
        let table: [(&str, &[&str]); 8] = [
            (r#"["red", "blue"]"#, &["red", "blue"]),
            ("[1, 1.50, true, null]", &["1", "1.50", "true", "null"]),
            (r#"[{"who": "anna", "age": 1}, {"who": "ben"}]"#, &["anna", "ben"]),
            (r#"["red", "red"]"#, &["1", "2"]),
            (r#"["red", ""]"#, &["1", "2"]),
            (r#"[{"a": [1]}, "b"]"#, &["1", "2"]),
            (r#"["{{a}}", "b\nc"]"#, &["1", "2"]),
            ("[[1], [2], {}]", &["1", "2", "3"]),
        ];
        for (rows, expected) in table {
            let Json::Array(rows) = Json::parse(rows).unwrap().into_owned() else { panic!("a list") };
            assert_eq!(labels(rows.iter()), expected);
        }
    }
}
