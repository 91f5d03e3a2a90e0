//! JSON Schema over our own values: the only place that names `jsonschema`.
//!
//! Values and schemas are copied into serde's for it: numbers beyond 64 bits are compared as doubles.

mod fault;
mod files;
mod keywords;
mod message;
#[cfg(test)]
mod tests;

use std::{fmt, path::Path, sync::Arc};

use jsonschema::Validator;

use crate::json::Json;

pub(crate) use keywords::{UnknownKeyword, unknown};

/// A compiled schema.
#[derive(Clone)]
pub(crate) struct Schema(Arc<Validator>);

/// Why a document is not a schema.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct BadSchema {
    message: String,
    /// The names and indices that lead to what is wrong, where that stands in the document itself.
    pub(crate) at: Vec<String>,
}

/// One way in which a value breaks a schema.
#[derive(Clone, Debug)]
pub(crate) struct SchemaFault {
    /// Where in the value, as a JSONPath: `$.items[0].price`.
    pub(crate) path: String,
    /// What is wrong there, in one line.
    pub(crate) message: String,
}

impl Schema {
    /// Compiles a schema of draft 2020-12, or of the draft that its `$schema` names. Formats are asserted.
    ///
    /// References to files start at `folder` and end below `root`.
    ///
    /// # Errors
    /// Every keyword with a value it cannot have, or a reference that leads nowhere, out of `root` or to the network.
    pub(crate) fn compile(document: &Json<'_>, folder: &Path, root: &Path) -> Result<Self, Vec<BadSchema>> {
        if !matches!(document, Json::Object(_) | Json::Bool(_)) {
            let found = document.kind();
            let message = format!("a schema is an object of keywords, `true` or `false`, found {found}");
            return Err(vec![BadSchema { message, at: Vec::new() }]);
        }
        let files = files::Files::below(root);
        let mut options = jsonschema::options().should_validate_formats(true);
        if let Some(base) = files.base(folder) {
            options = options.with_base_uri(base);
        }
        let copy = document.to_serde();
        let validator = options.with_retriever(files).build(&copy);
        validator.map(|validator| Self(Arc::new(validator))).map_err(|error| {
            let first = fault::of_schema(&error, document);
            // Only the first is told by whoever compiles; what a schema may say is a schema, too.
            let all = jsonschema::draft202012::meta::validator();
            let others = all.iter_errors(&copy).map(|error| fault::of_schema(&error, document));
            let others: Vec<_> =
                others.filter(|other| document.get("$schema").is_none() && other.at != first.at).collect();
            std::iter::once(first).chain(others).collect()
        })
    }

    /// Everything in which the value breaks the schema.
    pub(crate) fn check(&self, value: &Json<'_>) -> Vec<SchemaFault> {
        let copy = value.to_serde();
        self.0.iter_errors(&copy).map(|error| fault::of_value(&error, value)).collect()
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Schema").field(&self.0.draft()).finish()
    }
}
