//! Declarative API tests in YAML: the token is fetched first and kept fresh.

mod auth;
#[cfg(feature = "cli")]
pub mod cli;
mod clock;
#[cfg(feature = "demo")]
pub mod demo;
mod diagnostic;
mod expect;
mod harness;
mod http;
mod json;
mod json_path;
mod json_schema;
mod outcome;
mod plan;
mod prepare;
mod project;
mod regular_expression;
mod report;
mod run;
mod secret;
mod source;
mod spec;
mod template;
mod yaml;

pub use harness::{App, Harness, harness};
