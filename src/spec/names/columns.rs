//! Whether every row has the columns that are read of it: `{{row.colour}}`.

use super::Checker;
use crate::diagnostic::{Diagnostic, nearest};
use crate::json::Json;
use crate::spec::{Use, rows::Row};
use crate::template::Tree;

impl Checker<'_> {
    /// Reports a part of rows that some of them, or all, do not have.
    pub(super) fn columns(&mut self, read: &Use, rows: &[Row]) {
        if read.optional {
            return;
        }
        let mut lacking = rows.iter().filter(|row| !may_have(&row.value.tree, &read.rest));
        let Some(first) = lacking.next() else { return };
        let more = lacking.count();
        let (name, part) = (&read.name, read.rest.join("."));
        if more + 1 < rows.len() {
            let message = format!("the row `{}` has no `{part}`", first.label);
            let wrong = Diagnostic::error("undefined-variable", &read.place, message);
            let wrong = wrong.related(&first.value.place, "this row");
            let help = format!("give every row one, or a fallback: `{{{{default {name}.{part} \"none\"}}}}`");
            self.problems.push(wrong.help(help));
            return;
        }
        let wrong = Diagnostic::error("undefined-variable", &read.place, format!("no row has `{part}`"));
        let names = columns(&first.value.tree);
        self.problems.push(match nearest(&part, names.iter().copied()) {
            Some(near) => wrong.label(format!("did you mean `{near}`?")),
            None if names.is_empty() => wrong.help(format!("each is a value of its own: read `{{{{{name}}}}}`")),
            None => wrong.help(format!("they have `{}`", names.join("`, `"))),
        });
    }
}

impl Row {
    /// Whether it has columns, or may have; anything else is reported where rows are read.
    pub(super) fn is_map(&self) -> bool {
        matches!(self.value.tree, Tree::Map(_) | Tree::Text(_) | Tree::Fixed(Json::Object(_)))
    }
}

/// Whether a value has this part, as far as that is known before templates are rendered.
fn may_have(tree: &Tree, parts: &[String]) -> bool {
    let Some((part, rest)) = parts.split_first() else { return true };
    match tree {
        Tree::Fixed(value) => has(value, parts),
        Tree::Text(_) => true,
        Tree::List(items) => {
            part.parse().is_ok_and(|index: usize| items.get(index).is_some_and(|it| may_have(it, rest)))
        }
        Tree::Map(members) => members.iter().any(|(name, value)| match name.fixed() {
            Some(name) => name == part && may_have(value, rest),
            None => true,
        }),
    }
}

fn has(value: &Json<'_>, parts: &[String]) -> bool {
    let Some((part, rest)) = parts.split_first() else { return true };
    let found = match value {
        Json::Object(_) => value.get(part),
        Json::Array(_) => part.parse().ok().and_then(|index| value.get_index(index)),
        _ => None,
    };
    found.is_some_and(|found| has(found, rest))
}

fn columns(tree: &Tree) -> Vec<&str> {
    match tree {
        Tree::Fixed(Json::Object(members)) => members.iter().map(|(name, _)| &**name).collect(),
        Tree::Map(members) => members.iter().filter_map(|(name, _)| name.fixed()).collect(),
        _ => Vec::new(),
    }
}
