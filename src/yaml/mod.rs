//! YAML as a tree with a place on every key and value: the only room that names the YAML package.
//!
//! It reads the package's parser events rather than its serde side: events tell a quoted scalar from a plain one and
//! where each begins, and one pass can report every fault of a file. What the nodes mean is for `spec` and `project`.

mod fields;
mod scalar;
mod schema;
mod tree;

pub(crate) use fields::{Field, Fields, Shape, Table, joined};
pub(crate) use tree::{Entry, Node, Value, parse};
