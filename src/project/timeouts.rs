//! `timeouts`: how long things may take where neither a request nor `defaults` says.

use crate::spec::{Loading, duration::Period};
use crate::yaml::{Field, Fields, Node, Shape, Table};

/// How long things may take.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timeouts {
    /// An exchange, redirects included.
    pub(crate) request: Option<Period>,
}

/// The keys of `timeouts`.
pub(crate) static TABLE: Table = Table {
    what: "`timeouts`",
    fields: &[Field::new(
        "request",
        Shape::Duration,
        "How long an exchange may take where neither a request nor `defaults` says; 30s by default.",
        "10s",
    )],
    elsewhere: &[("timeout", "defaults")],
};

impl Timeouts {
    /// Reads `timeouts`.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Self {
        let Some(fields) = Fields::read(node, &TABLE, &mut loading.problems) else { return Self::default() };
        if fields.entries().is_empty() {
            loading.map(node);
        }
        Self { request: fields.get("request").and_then(|node| Period::load_timeout(node, loading)) }
    }
}
