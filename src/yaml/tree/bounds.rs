//! How large a file may be once it is a tree.

use super::{Node, Value};
use crate::diagnostic::Diagnostic;
use crate::source::Place;

/// Nodes a file may have.
const MOST_NODES: usize = 2_000_000;
/// Nodes that may be repeated for its anchors and aliases.
const MOST_COPIES: usize = 500_000;
/// How deep a file may nest.
pub(super) const DEEPEST: usize = 128;

/// What was built of a file so far.
#[derive(Default)]
pub(super) struct Bounds {
    nodes: usize,
    copies: usize,
    pub(super) depth: usize,
}

impl Bounds {
    /// Counts a node that was written.
    pub(super) fn node(&mut self, place: &Place) -> Result<(), Box<Diagnostic>> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            let wrong = format!("the file holds more than {MOST_NODES} values");
            return Err(Box::new(Diagnostic::error("too-large", place, wrong).help("split it")));
        }
        if self.depth > DEEPEST { Err(Box::new(too_deep(place))) } else { Ok(()) }
    }

    /// A copy, unless too much was copied with it; `place` is where it is needed.
    pub(super) fn copy(&mut self, node: &Node, place: &Place) -> Result<Node, Box<Diagnostic>> {
        self.copies += count(node, MOST_COPIES.saturating_sub(self.copies));
        if self.copies > MOST_COPIES {
            let wrong = format!("anchors and aliases repeat more than {MOST_COPIES} values");
            let cure = "mark with `&` only what is used again, or split the file";
            return Err(Box::new(Diagnostic::error("too-large", place, wrong).help(cure)));
        }
        Ok(node.clone())
    }
}

pub(super) fn too_deep(place: &Place) -> Diagnostic {
    Diagnostic::error("too-large", place, format!("the file nests deeper than {DEEPEST} levels"))
}

/// How many nodes a copy adds; stops counting once it is past `limit`.
fn count(node: &Node, limit: usize) -> usize {
    let mut total = 0;
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        total += 1;
        if total > limit {
            return total;
        }
        match &node.value {
            Value::List(items) => open.extend(items),
            Value::Map(entries) => open.extend(entries.iter().map(|entry| &entry.value)),
            _ => {}
        }
    }
    total
}
