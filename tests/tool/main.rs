//! The whole tool from outside: the binary in a project of its own, against real servers on loopback.
#![expect(clippy::unwrap_used, reason = "a helper of a test has no caller to hand an error to")]

mod bad_input;
mod broken_answers;
mod cli;
#[cfg(unix)]
mod commands;
mod deaths;
mod documents;
mod flow;
mod grants;
#[cfg(unix)]
mod leaks;
mod life_cycle;
mod origins;
mod replies;
mod schemes;
#[cfg(unix)]
mod share;
mod support;
mod told;
