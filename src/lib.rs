//! Declarative API tests in YAML: the token is fetched first and kept fresh.

mod diagnostic;
mod json;
mod regular_expression;
mod secret;
mod source;
mod yaml;
