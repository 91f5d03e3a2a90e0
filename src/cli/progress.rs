//! What is told while cases run: a line for every finished file, and on a terminal how far the run has come.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::output::Output;
use crate::outcome::{Outcome, Tally};
use crate::plan::Plan;
use crate::report::{Terminal, Verbosity};
use crate::run::Watcher;
use crate::secret::Redactor;

/// Tells of outcomes as they come.
pub(super) struct Progress {
    output: Output,
    redactor: Redactor,
    verbosity: Verbosity,
    /// None where nobody would see it.
    bar: Option<ProgressBar>,
    files: Mutex<HashMap<Arc<str>, OpenFile>>,
}

/// Drawn over itself on standard error.
fn bar(cases: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(cases).unwrap_or(u64::MAX));
    match ProgressStyle::with_template("{wide_bar} {pos}/{len}  {msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// A file of which cases are still to come.
struct OpenFile {
    left: usize,
    tally: Tally,
    duration: Duration,
}

impl Progress {
    /// Progress of a plan.
    pub(super) fn new(plan: &Plan, output: Output, redactor: Redactor, verbosity: Verbosity) -> Arc<Self> {
        let bar = output.is_interactive().then(|| bar(plan.len()));
        let open = |cases: usize| OpenFile { left: cases, tally: Tally::default(), duration: Duration::ZERO };
        let mut files: HashMap<Arc<str>, OpenFile> = HashMap::new();
        for spec in &plan.specs {
            files.entry(Arc::clone(&spec.file)).or_insert_with(|| open(0)).left += spec.cases.len();
        }
        Arc::new(Self { output, redactor, verbosity, bar, files: Mutex::new(files) })
    }

    /// What a run tells of its outcomes.
    pub(super) fn watcher(self: &Arc<Self>) -> Watcher {
        let progress = Arc::clone(self);
        Arc::new(move |outcome| progress.finished(outcome))
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn finished(&self, outcome: &Outcome) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
        let terminal = Terminal::new(&self.redactor, self.output.look(), self.verbosity);
        let every_case = self.verbosity > Verbosity::Short;
        if every_case {
            self.print(&terminal.case(outcome));
        }
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = files.get_mut(&outcome.case.file) else { return };
        file.left = file.left.saturating_sub(1);
        file.duration += outcome.duration;
        file.tally.count(outcome);
        if file.left == 0 && !every_case {
            self.print(&terminal.file(&outcome.case.file, &file.tally, file.duration));
        }
    }

    fn print(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.output.line(text)),
            None => self.output.line(text),
        }
    }
}
