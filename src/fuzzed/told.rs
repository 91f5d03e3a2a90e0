//! What people and machines are told, in every form that it is told in.

use std::time::{Duration, SystemTime};

use crate::diagnostic::{Diagnostic, Look};
use crate::json::Json;
use crate::outcome::{BrokenFile, Outcome, Run};
use crate::report::{Terminal, Verbosity, json, junit};
use crate::secret::{Redactor, Secret};
use crate::xpath::Document;

/// Draws diagnostics as their author sees them.
pub(super) fn problems(problems: &[Diagnostic]) {
    for problem in problems {
        let cure = problem.help.as_ref().map_or(0, |help| help.lines().count());
        assert!(problem.render(Look::Plain).lines().count() < 40 + cure, "a picture fits on a screen");
        assert!(!problem.render(Look::Coloured).is_empty());
        if let Some(place) = &problem.place {
            assert!(place.line_column() <= place.end(), "a place begins before it ends");
        }
    }
}

/// Tells of a file that did not load.
pub(super) fn broken(file: BrokenFile) {
    let redactor = Redactor::new();
    assert!(!terminal(&redactor, Verbosity::Short).broken(&file).is_empty());
    reports(&Run { broken: vec![file], ..run() }, &redactor);
}

/// Tells of a case.
pub(super) fn case(outcome: Outcome) {
    let redactor = redactor();
    for verbosity in [Verbosity::Short, Verbosity::More, Verbosity::Everything] {
        assert!(!terminal(&redactor, verbosity).failure(&outcome).is_empty());
        assert!(!terminal(&redactor, verbosity).case(&outcome).is_empty());
    }
    reports(&Run { outcomes: vec![outcome], ..run() }, &redactor);
}

fn terminal(redactor: &Redactor, verbosity: Verbosity) -> Terminal<'_> {
    Terminal::new(redactor, Look::Plain, verbosity)
}

fn reports(run: &Run, redactor: &Redactor) {
    let written = json::json(run, redactor);
    Json::parse(&written).expect("the report is JSON");
    let written = junit::junit(run, redactor);
    Document::xml(&written).expect("the report is XML");
}

fn redactor() -> Redactor {
    let redactor = Redactor::new();
    let _ = redactor.register("env.KEY", &Secret::new("a+b/c==&\"<>é"));
    redactor
}

fn run() -> Run {
    Run {
        id: "fuzzed".to_owned(),
        started_at: SystemTime::UNIX_EPOCH,
        duration: Duration::from_millis(1),
        seed: 1,
        profile: None,
        shard: None,
        outcomes: Vec::new(),
        broken: Vec::new(),
        auth: Vec::new(),
        interrupted: false,
    }
}
