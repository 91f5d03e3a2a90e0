//! What happened: the data that `run` writes and `report` reads. The same evidence on pass and on fail; the verdict is a field.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::auth::{AuthSummary, Sender};
use crate::diagnostic::Diagnostic;
use crate::expect::Mismatch;
use crate::http::Exchange;
use crate::source::Place;

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Verdict {
    /// Every expectation held.
    Passed,
    /// The API answered otherwise than the spec says, too late, or brokenly.
    Failed,
    /// The world failed before that: no token, an unset variable, DNS, a refused connection, TLS, a spec that does not load.
    Error,
    /// Not meant to run, or something it needs did not pass.
    Skipped,
    /// Selected, but the run ended before it.
    NotRun,
}

impl Verdict {
    /// The word in reports: `passed`, `failed`, `error`, `skipped`, `not_run`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Error => "error",
            Self::Skipped => "skipped",
            Self::NotRun => "not_run",
        }
    }
}

/// Which case it was.
#[derive(Clone, Debug)]
pub(crate) struct CaseId {
    /// The spec's path below the project's root, with `/`: `shop/items.yaml`.
    pub(crate) file: Arc<str>,
    /// The name of the request with its expansions: `read it [as viewer]`.
    pub(crate) name: Arc<str>,
    /// The node that names it; in another file where it belongs to a fragment.
    pub(crate) place: Place,
    /// Its tags and those of its spec.
    pub(crate) tags: Arc<[String]>,
}

impl CaseId {
    /// `shop/items.yaml::read it [as viewer]`.
    pub(crate) fn id(&self) -> String {
        format!("{}::{}", self.file, self.name)
    }
}

/// How one case ended and all that was seen on the way.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) case: CaseId,
    pub(crate) verdict: Verdict,
    /// Why it was skipped, not run, or an error; in one line.
    pub(crate) reason: Option<String>,
    /// What to do about the reason.
    pub(crate) help: Option<String>,
    /// The node the reason is about, where it is not the case itself.
    pub(crate) reason_place: Option<Place>,
    /// Everything the answer was that it should not have been.
    pub(crate) mismatches: Vec<Mismatch>,
    /// What was sent and came back, in order; the last one is what was judged.
    pub(crate) exchanges: Vec<Evidence>,
    /// When it began.
    pub(crate) started_at: SystemTime,
    /// How long it took, waiting for a token included.
    pub(crate) duration: Duration,
    /// Whether it passed only after a failed attempt.
    pub(crate) flaky: bool,
    /// The selected case that this one was run for, where it was not selected itself.
    pub(crate) needed_by: Option<Arc<str>>,
}

/// One exchange and who it was sent as.
#[derive(Debug)]
pub(crate) struct Evidence {
    /// Request, answer or fault, timing.
    pub(crate) exchange: Exchange,
    /// Who it was sent as; none without a credential.
    pub(crate) identity: Option<Sender>,
    /// Why it was sent: `renewed`, `attempt 2`; empty for the first.
    pub(crate) note: Option<String>,
}

/// A whole run.
#[derive(Debug)]
pub(crate) struct Run {
    /// Unique to the run.
    pub(crate) id: String,
    pub(crate) started_at: SystemTime,
    pub(crate) duration: Duration,
    /// What random values came from; `--seed` repeats them.
    pub(crate) seed: u64,
    pub(crate) profile: Option<String>,
    pub(crate) shard: Option<String>,
    /// In the order of files and requests.
    pub(crate) outcomes: Vec<Outcome>,
    /// Files that did not load, each with all that is wrong in it.
    pub(crate) broken: Vec<BrokenFile>,
    pub(crate) auth: Vec<AuthSummary>,
    /// Whether a signal ended it early.
    pub(crate) interrupted: bool,
}

/// A file that did not load.
#[derive(Clone, Debug)]
pub(crate) struct BrokenFile {
    /// The path below the project's root, with `/`.
    pub(crate) file: String,
    /// All that is wrong in it.
    pub(crate) problems: Vec<Diagnostic>,
}

/// How many cases ended in each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) error: usize,
    pub(crate) skipped: usize,
    pub(crate) not_run: usize,
    pub(crate) flaky: usize,
}

impl Run {
    /// How many cases ended in each way; a file that did not load counts as one error.
    pub(crate) fn tally(&self) -> Tally {
        let mut tally = Tally { error: self.broken.len(), ..Tally::default() };
        for outcome in &self.outcomes {
            tally.count(outcome);
        }
        tally
    }
}

impl Tally {
    /// Counts a case in.
    pub(crate) fn count(&mut self, outcome: &Outcome) {
        match outcome.verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::Failed => self.failed += 1,
            Verdict::Error => self.error += 1,
            Verdict::Skipped => self.skipped += 1,
            Verdict::NotRun => self.not_run += 1,
        }
        self.flaky += usize::from(outcome.flaky);
    }
}
