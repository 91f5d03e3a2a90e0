//! Declarative API tests in YAML: the token is fetched first and kept fresh.
//!
//! [`harness`] runs specs inside `cargo test` and `cargo nextest run`; the `hallpass` binary runs them in pipelines. What a spec may
//! say is told in `docs/format.md`; nothing of it has to be known here.
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     hallpass::harness("specs").base_url("http://127.0.0.1:8080").main()
//! }
//! ```
#![cfg_attr(not(feature = "cli"), expect(dead_code, unused_imports, reason = "the library alone has one door less"))]

mod auth;
#[cfg(feature = "cli")]
pub mod cli;
mod clock;
#[cfg(feature = "demo")]
pub mod demo;
mod diagnostic;
mod diff;
mod expect;
#[cfg(all(any(test, fuzzing), feature = "reports"))]
pub mod fuzzed;
mod harness;
mod hex;
mod http;
mod json;
mod json_path;
mod json_schema;
mod markup;
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
mod xpath;
mod yaml;

pub use harness::{App, Harness, SpecInfo, harness, spec};

/// The blocks of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The blocks of the page about `cargo test`, compiled.
#[cfg(all(doctest, feature = "demo", feature = "tower"))]
#[doc = include_str!("../docs/cargo-test.md")]
struct CargoTest;
