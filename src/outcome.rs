//! What happened: the data that `run` writes and `report` reads. The same evidence on pass and on fail; the verdict is a field.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{diagnostic::Diagnostic, http::Exchange, source::Place};

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
    /// The node that names it.
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

/// One way in which an answer was not as expected.
#[derive(Clone, Debug)]
pub(crate) struct Mismatch {
    /// The node of the spec that says what was expected.
    pub(crate) place: Place,
    /// What was looked at: `status`, `header content-type`, `$.price`, `body`.
    pub(crate) path: String,
    /// What was expected, in words or as a value: `201`, `greater than 0`.
    pub(crate) expected: String,
    /// What was there: a value as JSON text, or words such as `nothing`.
    pub(crate) actual: String,
    /// One line that says it all: expected and actual included.
    pub(crate) message: String,
    /// What may be meant, or what to do.
    pub(crate) help: Option<String>,
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

/// Who an exchange was sent as.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    /// The identity.
    pub(crate) name: String,
    /// How long before the request its token was fetched; none for a credential that does not age.
    pub(crate) token_age: Option<Duration>,
    /// How much longer the token was to live; none for a credential that does not age.
    pub(crate) token_left: Option<Duration>,
}

/// What one identity did in the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AuthSummary {
    pub(crate) identity: String,
    /// Tokens fetched by this process.
    pub(crate) fetched: usize,
    /// Requests that used a token somebody else had fetched, in this process or another.
    pub(crate) shared: usize,
    /// Tokens fetched because an older one ran out or was rejected.
    pub(crate) renewed: usize,
    /// Requests sent again after a 401.
    pub(crate) replayed: usize,
    /// Token requests that failed for good.
    pub(crate) failed: usize,
    /// What a person should know: a lifetime that was guessed, a clock that is off.
    pub(crate) notes: Vec<String>,
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
            match outcome.verdict {
                Verdict::Passed => tally.passed += 1,
                Verdict::Failed => tally.failed += 1,
                Verdict::Error => tally.error += 1,
                Verdict::Skipped => tally.skipped += 1,
                Verdict::NotRun => tally.not_run += 1,
            }
            tally.flaky += usize::from(outcome.flaky);
        }
        tally
    }
}
