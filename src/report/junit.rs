//! The run as JUnit XML: one `<testsuite>` a file, one `<testcase>` a case.

use std::{borrow::Cow, collections::HashSet, time::Duration};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestRerun, TestSuite};

use crate::markup::{escape, escaped};
use crate::outcome::{BrokenFile, Outcome, Run, Verdict};
use crate::report::{
    by_file,
    curl::curl,
    evidence::{history, told, transcript},
    excerpt::{Limit, line},
    hidden::Veil,
    hint::hint,
    words::instant,
};
use crate::secret::{REDACTED, Redactor};
use crate::source::Place;

/// Larger files are refused by those who read them.
const LARGEST: usize = 30_000_000;
/// So many bytes are shared by the texts of all failures.
const TEXTS: usize = 20_000_000;
/// The text of a failure has at most this many bytes, escapes included.
const LONGEST_TEXT: usize = 16 << 10;
/// How many bytes a name may have, the fewer the more cases there are.
const NAMES: [usize; 4] = [600, 150, 60, 20];
/// How much of a body is shown.
const BODY: Limit = Limit { bytes: LONGEST_TEXT, lines: 100, width: 1000 };

/// The document.
pub(crate) fn junit(run: &Run, redactor: &Redactor) -> String {
    let tally = run.tally();
    let text = (TEXTS / (tally.failed + tally.error).max(1)).min(LONGEST_TEXT);
    let document = |name| Writer { veil: Veil::new(redactor), name, text, taken: HashSet::new() }.report(run);
    let mut written = String::new();
    for name in NAMES {
        written = document(name);
        if written.len() <= LARGEST {
            break;
        }
    }
    written
}

struct Writer<'r> {
    veil: Veil<'r>,
    /// How many bytes a name may have.
    name: usize,
    /// How many bytes the text of a failure may have.
    text: usize,
    /// Names that are in use, each with its class.
    taken: HashSet<String>,
}

impl Writer<'_> {
    fn report(mut self, run: &Run) -> String {
        let mut report = Report::new("hallpass");
        report.timestamp = instant(run.started_at).parse().ok();
        report.time = Some(run.duration);
        for file in &run.broken {
            let suite = self.broken(file);
            report.add_test_suite(suite);
        }
        for (file, outcomes) in by_file(&run.outcomes) {
            let suite = self.suite(file, &outcomes, run.seed);
            report.add_test_suite(suite);
        }
        report.to_string().expect("text that is written to memory is always written")
    }

    fn suite(&mut self, file: &str, outcomes: &[&Outcome], seed: u64) -> TestSuite {
        let mut suite = TestSuite::new(self.named(file));
        suite.timestamp = outcomes.first().and_then(|first| instant(first.started_at).parse().ok());
        suite.time = Some(outcomes.iter().map(|outcome| outcome.duration).sum());
        suite.add_property(("seed", seed.to_string().as_str()));
        for outcome in outcomes {
            let status = self.status(outcome);
            let mut case = self.case(file, &outcome.case.name, outcome.case.place.line(), status);
            case.extra.insert("file".into(), self.named(outcome.case.place.file()).into());
            case.set_time(outcome.duration);
            suite.add_test_case(case);
        }
        suite
    }

    fn broken(&mut self, file: &BrokenFile) -> TestSuite {
        let mut suite = TestSuite::new(self.named(&file.file));
        let first = file.problems.iter().find(|problem| problem.is_error()).or(file.problems.first());
        let mut text = Vec::new();
        for problem in &file.problems {
            text.push(told(&problem.message, self.veil));
            text.extend(problem.place.as_ref().map(|place| self.at(place)));
            text.extend(problem.help.as_deref().map(|help| format!("  help: {}", told(help, self.veil))));
        }
        let message = first.map_or("the file does not load", |problem| problem.message.as_str());
        let status = self.not_passed(NonSuccessKind::Error, "spec", message, &text.join("\n"));
        let line = first.and_then(|problem| problem.place.as_ref()).map_or(1, Place::line);
        let mut case = self.case(&file.file, &file.file, line, status);
        case.set_time(Duration::ZERO);
        suite.set_time(Duration::ZERO);
        suite.add_test_case(case);
        suite
    }

    fn case(&mut self, file: &str, name: &str, line: usize, status: TestCaseStatus) -> TestCase {
        let file = self.named(file);
        let class = self.xml(&class_name(&file), self.name);
        let name = self.unique(&class, &self.named(name));
        let mut case = TestCase::new(name, status);
        case.set_classname(class);
        case.extra.insert("file".into(), file.into());
        case.extra.insert("line".into(), line.to_string().into());
        case
    }

    fn named(&self, name: &str) -> String {
        self.xml(&told(name, self.veil), self.name)
    }

    /// A name that no other case of the class has.
    fn unique(&mut self, class: &str, name: &str) -> String {
        let mut unique = name.to_owned();
        let mut count = 1;
        while !self.taken.insert(format!("{class}\n{unique}")) {
            count += 1;
            unique = format!("{name} ({count})");
        }
        unique
    }

    fn status(&self, outcome: &Outcome) -> TestCaseStatus {
        let reason = outcome.reason.as_deref();
        match outcome.verdict {
            Verdict::Passed => self.passed(outcome),
            Verdict::Failed => {
                let first =
                    outcome.mismatches.first().map(|mismatch| self.veil.mismatch(mismatch).message.into_owned());
                let message = first.or(reason.map(str::to_owned)).unwrap_or_else(|| "failed".to_owned());
                self.not_passed(NonSuccessKind::Failure, "mismatch", &message, &self.told(outcome))
            }
            Verdict::Error => {
                self.not_passed(NonSuccessKind::Error, "error", reason.unwrap_or("error"), &self.told(outcome))
            }
            Verdict::Skipped | Verdict::NotRun => {
                let mut status = TestCaseStatus::skipped();
                let reason = reason.unwrap_or(if outcome.verdict == Verdict::Skipped { "skipped" } else { "not run" });
                status.set_message(self.xml(&told(reason, self.veil), self.name));
                status
            }
        }
    }

    fn passed(&self, outcome: &Outcome) -> TestCaseStatus {
        let mut status = TestCaseStatus::success();
        if outcome.flaky {
            let mut failed = TestRerun::new(NonSuccessKind::Failure);
            failed.set_message(self.xml(&history(&outcome.exchanges, self.veil).unwrap_or_default(), self.name));
            status.add_rerun(failed);
        }
        status
    }

    fn not_passed(&self, kind: NonSuccessKind, what: &str, message: &str, text: &str) -> TestCaseStatus {
        let mut status = TestCaseStatus::non_success(kind);
        let message = line(&self.veil.text(message), 300);
        status.set_type(what).set_message(self.xml(&message, self.text / 2));
        status.set_description(self.xml(text, self.text));
        status
    }

    /// All that was wrong, each with its `file:line` on a line of its own, then what was sent and came back.
    fn told(&self, outcome: &Outcome) -> String {
        let veil = self.veil;
        let mut lines = Vec::new();
        if let Some(reason) = &outcome.reason {
            lines.push(told(reason, veil));
            lines.push(self.at(outcome.reason_place.as_ref().unwrap_or(&outcome.case.place)));
            lines.extend(outcome.help.as_deref().map(|help| format!("  help: {}", told(help, veil))));
        }
        for mismatch in &outcome.mismatches {
            let told = veil.mismatch(mismatch);
            let wide = |text: &str| line(text, BODY.width);
            lines.extend([wide(&told.message), self.at(&mismatch.place)]);
            lines
                .extend([format!("  expected: {}", wide(&told.expected)), format!("  actual: {}", wide(&told.actual))]);
            lines.extend(told.help.map(|help| format!("  help: {}", wide(&help))));
            lines.extend(told.diff.iter().take(BODY.lines).map(|text| format!("  {}", wide(text))));
        }
        lines.extend(history(&outcome.exchanges, veil).map(|text| format!("note: {text}")));
        lines.extend(hint(outcome, veil).map(|text| format!("hint: {text}")));
        for evidence in outcome.exchanges.iter().rev().take(10).rev() {
            lines.push(String::new());
            lines.extend(transcript(evidence, veil, BODY));
            lines.push(curl(&evidence.exchange.request, veil));
        }
        lines.join("\n")
    }

    /// `specs/items.yaml:12`.
    fn at(&self, place: &Place) -> String {
        told(&format!("{}:{}", place.file(), place.line()), self.veil)
    }

    /// A text that was hidden already, at most so many bytes once it is escaped, without secrets in that form either.
    fn xml(&self, text: &str, limit: usize) -> String {
        let redactor = self.veil.redactor();
        let text = redactor.redact(text);
        let lines = text.lines().map(|part| line(part, usize::MAX)).collect::<Vec<_>>().join("\n");
        let shown = within(&lines, limit);
        let is_hidden = |text: &str| matches!(redactor.redact(text), Cow::Owned(_));
        if !is_hidden(&shown) && is_hidden(&escaped(&shown)) { REDACTED.to_owned() } else { shown.into_owned() }
    }
}

/// `specs/items.yaml` → `specs.items`.
fn class_name(file: &str) -> String {
    let stem = file.strip_suffix(".yaml").or(file.strip_suffix(".yml")).unwrap_or(file);
    stem.replace('/', ".")
}

/// As much of a text as takes so many bytes once it is escaped.
fn within(text: &str, limit: usize) -> Cow<'_, str> {
    let mut cost = 0;
    for (at, c) in text.char_indices() {
        cost += escape(c).map_or(c.len_utf8(), str::len);
        if cost > limit {
            return Cow::Owned(format!("{}…", &text[..at]));
        }
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests;
