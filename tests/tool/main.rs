//! The whole tool from outside: the binary in a project of its own, against real servers on loopback.
#![expect(clippy::unwrap_used, reason = "a helper of a test has no caller to hand an error to")]

mod bad_input;
mod bodies;
mod broken_answers;
mod check;
mod cli;
mod connection;
mod documents;
mod flow;
mod grants;
mod init;
mod life_cycle;
mod mutation;
mod schemes;
#[cfg(unix)]
mod share;
mod support;
