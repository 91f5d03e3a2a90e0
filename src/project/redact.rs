//! `redact`: names and values that are hidden besides those that are known to be secret.

use crate::diagnostic::Diagnostic;
use crate::spec::{
    Loading,
    auth::{GIVEN, Given, literal_secret},
    pair::is_header_name,
};
use crate::yaml::{Field, Fields, Node, Shape, Table};

/// What is hidden in everything that is printed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Redact {
    /// Headers whose value is hidden whatever it is.
    pub(crate) headers: Vec<String>,
    /// JSON members, form fields and query parameters whose value is hidden whatever it is.
    pub(crate) members: Vec<String>,
    /// Texts that are hidden wherever they stand.
    pub(crate) values: Vec<Given>,
}

/// The keys of `redact`.
pub(crate) static TABLE: Table = Table {
    what: "`redact`",
    fields: &[
        Field::new("headers", Shape::List(&Shape::Text), "Headers whose value is hidden.", "[X-Tenant-Key]"),
        Field::new(
            "members",
            Shape::List(&Shape::Text),
            "JSON members, form fields and query parameters whose value is hidden.",
            "[iban, tax_number]",
        ),
        Field::new(
            "values",
            Shape::List(&GIVEN),
            "Texts that are hidden wherever they stand; one that is not set hides nothing.",
            "[{env: LEGACY_KEY}]",
        ),
    ],
    elsewhere: &[],
};

impl Redact {
    /// Reads `redact`.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Self {
        let Some(fields) = Fields::read(node, &TABLE, &mut loading.problems) else { return Self::default() };
        if fields.entries().is_empty() {
            loading.map(node);
        }
        Self {
            headers: fields.get("headers").map(|node| headers(node, loading)).unwrap_or_default(),
            members: loading.words(fields.get("members")),
            values: fields.get("values").map(|node| values(node, loading)).unwrap_or_default(),
        }
    }
}

fn headers(node: &Node, loading: &mut Loading) -> Vec<String> {
    let items = loading.one_or_many(node);
    items.iter().filter_map(|item| header(item, loading)).collect()
}

fn header(node: &Node, loading: &mut Loading) -> Option<String> {
    let name = loading.word(node)?;
    if !is_header_name(name) {
        let wrong = Diagnostic::error("bad-header", &node.place, format!("`{name}` is not a header name"));
        loading.report(wrong.help("letters, digits and `-`, with no blanks and no colon"));
        return None;
    }
    Some(name.to_owned())
}

fn values(node: &Node, loading: &mut Loading) -> Vec<Given> {
    let items = loading.one_or_many(node);
    items.iter().filter_map(|item| value(item, loading)).collect()
}

fn value(node: &Node, loading: &mut Loading) -> Option<Given> {
    let before = loading.uses.len();
    let given = Given::load(node, loading)?;
    if let Given::Command(command) = &given {
        let wrong = Diagnostic::error("no-command", &command.place, "no command is run for what is only hidden");
        loading.report(wrong.help("where an identity reads it, what a command prints is hidden anyway"));
        return None;
    }
    // What is not set cannot be printed either.
    loading.uses[before..].iter_mut().for_each(|read| read.optional = true);
    if given.fixed().is_some() {
        loading.report(literal_secret("values", node));
    }
    Some(given)
}
