//! A second opinion: what Hallpass sends, judged by a certified provider that others wrote (`fixtures/idp`).
#![expect(clippy::unwrap_used, reason = "a helper of a test has no caller to hand an error to")]

mod clients;
mod life_cycle;
mod project;
mod provider;
mod refresh;
#[expect(dead_code, reason = "the tests of the tool use more of it")]
#[path = "../tool/support.rs"]
mod support;
