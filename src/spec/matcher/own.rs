//! Matchers from outside of the crate.

use std::{fmt, sync::Arc};

use serde_json::Value;

use crate::json::Json;

/// A matcher that whoever runs the specs brings along.
#[derive(Clone)]
pub(crate) struct OwnMatcher {
    pub(crate) name: String,
    pub(in crate::spec) check: Arc<Check>,
}

type Check = dyn Fn(&Value, &Value) -> Result<(), String> + Send + Sync;

impl OwnMatcher {
    /// Whether what was found is what the operand says.
    ///
    /// # Errors
    /// Why not, to stand behind the path of what was found.
    pub(crate) fn check(&self, found: &Json<'_>, operand: &Json<'_>) -> Result<(), String> {
        (self.check)(&found.to_serde(), &operand.to_serde())
    }
}

impl fmt::Debug for OwnMatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
