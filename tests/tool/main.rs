//! The whole tool from outside: the binary in a project of its own, against real servers on loopback.
#![expect(clippy::unwrap_used, reason = "a helper of a test has no caller to hand an error to")]

#[cfg(unix)]
mod auth_command;
mod auth_document;
mod bad_input;
mod bad_projects;
mod blocks;
mod bodies;
mod broken_answers;
mod check;
mod cli;
#[cfg(unix)]
mod commands;
mod config;
mod connection;
#[cfg(unix)]
mod coverage;
mod deaths;
mod documents;
mod flow;
mod fragments;
mod gateway;
mod grants;
mod hostile;
mod init;
#[cfg(unix)]
mod leaks;
mod life_cycle;
#[cfg(unix)]
mod login;
#[cfg(unix)]
mod login_process;
mod mutation;
mod nonces;
mod origins;
#[cfg(unix)]
mod people;
mod precedence;
mod profiles;
mod replies;
mod schemes;
mod seed;
#[cfg(unix)]
mod share;
mod signing;
mod stage;
mod support;
mod told;
mod tree;
mod uploads;
mod vendors;
mod wire;
