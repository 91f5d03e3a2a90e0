//! One line for a case, one for a file.

use std::time::Duration;

use super::{ASIDE, Terminal, style};
use crate::outcome::{Outcome, Tally, Verdict};
use crate::report::{evidence::told, words};

impl Terminal<'_> {
    /// How a case ended: `ok   specs/items.yaml::create an item  12ms`, `skip specs/items.yaml::read it: not yet`.
    pub(crate) fn case(&self, outcome: &Outcome) -> String {
        let mut text = self.named(outcome);
        if let Some(reason) = outcome.reason.as_ref().filter(|_| outcome.verdict != Verdict::Passed) {
            text += &format!(": {}", told(reason, self.veil));
        }
        self.veil.last(text)
    }

    /// Verdict, id and time of a case.
    pub(super) fn named(&self, outcome: &Outcome) -> String {
        let word = self.paint(style(outcome.verdict), word(outcome.verdict));
        let mut text = format!("{word} {}", told(&outcome.case.id(), self.veil));
        if !matches!(outcome.verdict, Verdict::Skipped | Verdict::NotRun) {
            text += &self.paint(ASIDE, &format!("  {}", words::elapsed(outcome.duration)));
        }
        if outcome.flaky {
            text += "  flaky: it passed after a failed attempt";
        }
        if let Some(other) = &outcome.needed_by {
            text += &self.paint(ASIDE, &format!("  needed by `{}`", told(other, self.veil)));
        }
        text
    }

    /// How the cases of a file ended: `ok   specs/items.yaml  6 passed  48ms`.
    pub(crate) fn file(&self, file: &str, tally: &Tally, time: Duration) -> String {
        let worst = worst(tally);
        let counts: Vec<_> = words::tally(tally).iter().map(|(count, what)| format!("{count} {what}")).collect();
        let time = self.paint(ASIDE, &words::elapsed(time));
        let word = self.paint(style(worst), word(worst));
        self.veil.last(format!("{word} {}  {}  {time}", told(file, self.veil), counts.join(", ")))
    }
}

pub(super) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "ok  ",
        Verdict::Failed => "FAIL",
        Verdict::Error => "ERR ",
        Verdict::Skipped => "skip",
        Verdict::NotRun => "none",
    }
}

fn worst(tally: &Tally) -> Verdict {
    let ends = [
        (tally.failed, Verdict::Failed),
        (tally.error, Verdict::Error),
        (tally.passed, Verdict::Passed),
        (tally.not_run, Verdict::NotRun),
    ];
    ends.into_iter().find(|(count, _)| *count > 0).map_or(Verdict::Skipped, |(_, verdict)| verdict)
}
