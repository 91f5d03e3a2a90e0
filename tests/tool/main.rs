//! The whole tool from outside: the binary in a project of its own, against real servers on loopback.
#![expect(clippy::unwrap_used, reason = "a helper of a test has no caller to hand an error to")]

mod bad_input;
mod bad_projects;
mod broken_answers;
mod cli;
mod config;
mod documents;
mod flow;
mod fragments;
mod grants;
mod life_cycle;
mod precedence;
mod profiles;
mod schemes;
#[cfg(unix)]
mod share;
mod support;
