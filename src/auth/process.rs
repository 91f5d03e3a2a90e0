//! Running a command: argv in, what it prints out. No shell is used, nothing is passed on standard input.

use std::{
    path::Path,
    process::{Output, Stdio},
    time::Duration,
};

use crate::clock::Clock;

/// How long a command may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Why a command ended without an output.
#[derive(Debug)]
pub(crate) enum NoOutput {
    /// It could not be started.
    NotRun(std::io::Error),
    /// It took longer than it may, and was ended.
    TooLong,
}

impl NoOutput {
    /// What happened, and its cure: `could not be run: No such file or directory`.
    pub(crate) fn told(&self) -> (String, &'static str) {
        match self {
            Self::NotRun(error) => (format!("could not be run: {error}"), "is it installed and on the `PATH`?"),
            Self::TooLong => ("took longer than 30s".to_owned(), "does it wait for an answer?"),
        }
    }
}

/// Runs a command to its end in a folder; one that takes too long is ended.
///
/// # Errors
/// It could not be started, or took longer than 30 s.
pub(crate) async fn run(argv: &[String], folder: &Path, clock: &Clock) -> Result<Output, NoOutput> {
    let (program, arguments) = argv.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let mut command = tokio::process::Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
    let output = command.output();
    tokio::select! {
        biased;
        ended = output => ended.map_err(NoOutput::NotRun),
        () = clock.sleep(TIMEOUT) => Err(NoOutput::TooLong),
    }
}
