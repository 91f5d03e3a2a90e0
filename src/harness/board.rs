//! Where the run pins how cases ended, and tests wait for it.

use std::{
    collections::{HashMap, HashSet},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::diagnostic::Look;
use crate::harness::{failure, panics::Panics};
use crate::outcome::{Outcome, Verdict};
use crate::plan::Plan;
use crate::secret::Redactor;

/// How a case ended, as a test tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Passed,
    /// What to say about it.
    Failed(String),
    /// Why it was not run; nothing is wrong with it.
    Left(String),
}

/// How all cases ended that have ended so far.
#[derive(Debug, Default)]
pub(crate) struct Board {
    pinned: Mutex<Pinned>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Pinned {
    by_id: HashMap<String, (Ending, Duration)>,
    /// Nothing more comes, and what that means for those who still wait.
    closed: Option<String>,
    failures: bool,
}

impl Board {
    /// Pins how a case ended.
    pub(crate) fn pin(&self, id: String, ending: Ending, took: Duration) {
        let mut pinned = self.lock();
        pinned.failures |= matches!(ending, Ending::Failed(_));
        pinned.by_id.insert(id, (ending, took));
        drop(pinned);
        self.changed.notify_all();
    }

    /// Nothing more is pinned. Whoever still waits fails with this message.
    pub(crate) fn close(&self, message: String) {
        self.lock().closed = Some(message);
        self.changed.notify_all();
    }

    /// Waits until a case has ended; and how long it took.
    pub(crate) fn wait(&self, id: &str) -> (Ending, Duration) {
        let mut pinned = self.lock();
        loop {
            if let Some(ended) = pinned.by_id.get(id) {
                return ended.clone();
            }
            if let Some(message) = &pinned.closed {
                return (Ending::Failed(message.clone()), Duration::ZERO);
            }
            pinned = self.changed.wait(pinned).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn ending(&self, id: &str) -> Option<Ending> {
        self.lock().by_id.get(id).map(|(ending, _)| ending.clone())
    }

    fn has_failures(&self) -> bool {
        self.lock().failures
    }

    fn lock(&self) -> MutexGuard<'_, Pinned> {
        self.pinned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What turns outcomes into endings.
#[derive(Debug)]
pub(crate) struct Judge {
    /// What each case needs, by its id. Cases without needs are not here.
    needs: HashMap<String, Vec<Need>>,
    /// Cases of `teardown` that are no tests themselves; nothing waits for them.
    pub(crate) untold: HashSet<String>,
    pub(crate) look: Look,
    pub(crate) panics: Panics,
}

#[derive(Clone, Debug)]
struct Need {
    id: String,
    /// Whether it runs only because others need it, and no test tells how it failed.
    has_no_test: bool,
}

impl Judge {
    /// A judge of the cases of this plan.
    pub(crate) fn of(plan: &Plan, look: Look) -> Self {
        let mut needs = HashMap::new();
        for spec in &plan.specs {
            for case in spec.cases.iter().filter(|case| !case.needs.is_empty() || !case.setup.is_empty()) {
                let needed = case.needs.iter().chain(&case.setup).map(|index| &spec.cases[*index]);
                let needed = needed.map(|need| Need { id: need.id.id(), has_no_test: need.needed_by.is_some() });
                needs.insert(case.id.id(), needed.collect());
            }
        }
        let all = plan.specs.iter().flat_map(|spec| spec.cases.iter().map(move |case| (spec, case)));
        let untold = all.filter(|(spec, case)| spec.is_teardown(case) && case.needed_by.is_some());
        Self { needs, untold: untold.map(|(_, case)| case.id.id()).collect(), look, panics: Panics::default() }
    }

    /// Pins an outcome. What a case needs is pinned before it.
    pub(crate) fn pin(&self, outcome: &Outcome, redactor: &Redactor, board: &Board) {
        let id = outcome.case.id();
        let ending = match outcome.verdict {
            Verdict::Passed => Ending::Passed,
            Verdict::Failed | Verdict::Error => Ending::Failed(self.failure(outcome, redactor)),
            Verdict::Skipped => self.without_its_needs(&id, "skipped", outcome, board).unwrap_or_else(|| left(outcome)),
            Verdict::NotRun => {
                let unmet = self.without_its_needs(&id, "not run", outcome, board);
                unmet.unwrap_or_else(|| if board.has_failures() { left(outcome) } else { lost(outcome) })
            }
        };
        board.pin(id, ending, outcome.duration);
    }

    fn failure(&self, outcome: &Outcome, redactor: &Redactor) -> String {
        let panics = self.panics.meanwhile(outcome).unwrap_or_default();
        failure::of_case(outcome, redactor, self.look) + &redactor.redact(&panics)
    }

    /// The failure of a case that was not run, where something failed that it needs. A test that passed would hide that.
    fn without_its_needs(&self, id: &str, how: &str, outcome: &Outcome, board: &Board) -> Option<Ending> {
        let failed = self.needs.get(id)?.iter().find_map(|need| match board.ending(&need.id) {
            Some(Ending::Failed(text)) => Some((need, text)),
            _ => None,
        });
        let (need, text) = failed?;
        let said = format!("{how}: {}", reason(outcome));
        Some(Ending::Failed(if need.has_no_test { format!("{said}\n\n{}:\n{text}", need.id) } else { said }))
    }
}

fn left(outcome: &Outcome) -> Ending {
    Ending::Left(reason(outcome))
}

fn lost(outcome: &Outcome) -> Ending {
    Ending::Failed(format!("not run: {}", reason(outcome)))
}

fn reason(outcome: &Outcome) -> String {
    outcome.reason.clone().unwrap_or_else(|| "nobody said why".to_owned())
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::SystemTime};

    use super::*;
    use crate::outcome::CaseId;
    use crate::source::{Place, Source};

    fn outcome(name: &str, verdict: Verdict, reason: &str) -> Outcome {
        let place = Place::new(&Source::inline("a.yaml", "- name: x"), 8, 9);
        let case = CaseId { file: "a.yaml".into(), name: name.into(), place, tags: Arc::new([]) };
        let outcome = Outcome::new(case, verdict, SystemTime::UNIX_EPOCH);
        Outcome { reason: Some(reason.to_owned()).filter(|it| !it.is_empty()), ..outcome }
    }

    fn judge(needs: &[(&str, &str, bool)]) -> Judge {
        let id = |name: &str| format!("a.yaml::{name}");
        let need =
            |&(name, need, has_no_test): &(&str, &str, bool)| (id(name), vec![Need { id: id(need), has_no_test }]);
        Judge {
            needs: needs.iter().map(need).collect(),
            untold: HashSet::new(),
            look: Look::Plain,
            panics: Panics::default(),
        }
    }

    fn ended(judge: &Judge, outcomes: &[Outcome]) -> Vec<Ending> {
        let (board, redactor) = (Board::default(), Redactor::new());
        outcomes.iter().for_each(|outcome| judge.pin(outcome, &redactor, &board));
        outcomes.iter().map(|outcome| board.wait(&outcome.case.id()).0).collect()
    }

    fn failed(text: &str) -> Ending {
        Ending::Failed(text.to_owned())
    }

    #[test]
    fn what_a_failure_kept_from_running_does_not_look_green() {
        let judge = judge(&[("b", "a", false), ("c", "b", false)]);
        let endings = ended(
            &judge,
            &[
                outcome("a", Verdict::Error, "no token"),
                outcome("b", Verdict::Skipped, "it needs `a`, which had an error"),
                outcome("c", Verdict::Skipped, "it needs `b`, which was skipped"),
                outcome("d", Verdict::NotRun, "the run ended before it"),
            ],
        );
        assert!(
            matches!(&endings[0], Ending::Failed(text) if text.contains("no token") && text.contains("a.yaml:1:9"))
        );
        assert_eq!(endings[1], failed("skipped: it needs `a`, which had an error"));
        assert_eq!(endings[2], failed("skipped: it needs `b`, which was skipped"));
        assert_eq!(endings[3], Ending::Left("the run ended before it".to_owned()));
    }

    #[test]
    fn a_need_that_is_no_test_itself_is_told_by_the_test_that_needs_it() {
        let judge = judge(&[("b", "a", true)]);
        for (verdict, how) in [(Verdict::Skipped, "skipped"), (Verdict::NotRun, "not run")] {
            let endings = ended(&judge, &[outcome("a", Verdict::Error, "no token"), outcome("b", verdict, "why")]);
            let Ending::Failed(text) = &endings[1] else { panic!("{endings:?}") };
            assert!(text.starts_with(&format!("{how}: why\n\na.yaml::a:\n")) && text.contains("no token"), "{text}");
        }
    }

    #[test]
    fn a_case_is_only_left_out_if_something_failed_or_it_was_not_meant_to_run() {
        let judge = judge(&[("b", "a", false)]);
        let endings = ended(
            &judge,
            &[
                outcome("a", Verdict::Skipped, "later"),
                outcome("b", Verdict::Skipped, "it needs `a`, which was skipped"),
                outcome("c", Verdict::Passed, ""),
                outcome("d", Verdict::NotRun, "interrupted"),
            ],
        );
        assert_eq!(endings[0], Ending::Left("later".to_owned()));
        assert_eq!(endings[1], Ending::Left("it needs `a`, which was skipped".to_owned()));
        assert_eq!(endings[2], Ending::Passed);
        assert_eq!(endings[3], failed("not run: interrupted"));
    }

    #[test]
    fn those_who_wait_are_told_when_nothing_more_comes() {
        let board = Arc::new(Board::default());
        let waits = std::thread::spawn({
            let board = Arc::clone(&board);
            move || (board.wait("a").0, board.wait("b").0)
        });
        board.pin("a".to_owned(), Ending::Passed, Duration::ZERO);
        board.close("the app did not start: no".to_owned());
        assert_eq!(waits.join().unwrap(), (Ending::Passed, failed("the app did not start: no")));
    }
}
