//! A second opinion: what Hallpass sends, judged by a certified provider that others wrote (`fixtures/idp`).
#![expect(clippy::unwrap_used, reason = "a helper of a test has no caller to hand an error to")]

mod certificates;
mod clients;
mod dpop;
mod life_cycle;
#[cfg(unix)]
mod login;
#[cfg(unix)]
#[path = "../tool/login_process.rs"]
mod login_process;
mod project;
mod provider;
mod refresh;
#[cfg(unix)]
mod sharing;
#[expect(dead_code, reason = "the tests of the tool use more of it")]
#[path = "../tool/support.rs"]
mod support;
mod tls;
