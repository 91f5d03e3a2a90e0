//! Specs within one test of rustc's own harness: everything runs, and what fails is one text.

use std::sync::Arc;

use crate::harness::{
    Harness, arguments,
    arguments::{Asked, Options},
    board::Ending,
    door::{Found, Purpose},
    environment::Environment,
    run::Signals,
    tell,
    trials::Stage,
};

/// Runs the specs of a harness.
///
/// # Errors
/// Everything that failed, or why nothing could be run.
pub(crate) fn run(harness: Harness, environment: Environment) -> Result<(), String> {
    let mut found = Found::of(&harness, &everything()?, &environment, Purpose::Run)?;
    found.warn();
    let stage = Stage { board: Arc::default(), run_ignored: false, only_benchmarks: false, times: false, log: None };
    found.keep_what_runs(&stage);
    let chosen = std::mem::take(&mut found.chosen);
    let running = found.begin(harness, &everything()?, environment, (&stage, Signals::Theirs))?;
    let mut failures = Vec::new();
    for unit in &chosen {
        match stage.ending(unit).0 {
            Ending::Passed => {}
            Ending::Left(why) => tell(&format!("ignored: {} ({why})", unit.name)),
            Ending::Failed(text) => failures.push(named(&unit.name, text)),
        }
    }
    if let Some(Err(message)) = running.map(|running| running.end()) {
        failures.push(message);
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n\n")) }
}

/// A failure that begins with its name.
fn named(name: &str, text: String) -> String {
    let is_named = text.lines().next().is_some_and(|line| line.contains(name));
    if is_named { text } else { format!("{name}: {text}") }
}

/// The options that no argument and no variable of the environment changes.
fn everything() -> Result<Options, String> {
    match arguments::read(["hallpass".into()], &Environment::default())? {
        Asked::Run(options) => Ok(options),
        Asked::Help(_) | Asked::List(_) => Err("no arguments ask for a run".to_owned()),
    }
}
