//! The failure a person sees: what was expected where, what came instead, who asked, and how to ask again.

use super::{ASIDE, BAD, GOOD, Terminal, Verbosity};
use crate::diagnostic::Diagnostic;
use crate::outcome::Outcome;
use crate::report::{
    curl::curl,
    evidence::{answer, got, history, sent, transcript},
    excerpt::{Body, Limit, line},
    hint::hint,
};
use crate::source::Place;

/// A failure has at most this many lines unless more is asked for.
const LINES: usize = 15;
/// How many more it has where two texts differ.
const DIFF_LINES: usize = 15;
/// How many lines of a cure are shown then.
const HELP_LINES: usize = 3;
/// How many characters of a body are shown then.
const BODY: usize = 160;
/// A command line with more characters than this is shown only with `-v`.
const CURL: usize = 600;
/// How many characters of a value stand under the quoted line.
const LABEL: usize = 80;
/// How many characters of a message are shown.
const MESSAGE: usize = 300;

/// How much of a body `-v` shows, and `-vv`.
const MORE: Limit = Limit { bytes: 64 << 10, lines: 40, width: 400 };
const EVERYTHING: Limit = Limit { bytes: usize::MAX, lines: usize::MAX, width: usize::MAX };

/// One thing that was wrong, as it may be told.
struct Finding<'o> {
    message: String,
    place: &'o Place,
    label: String,
    help: Vec<String>,
    /// In which lines two texts differ.
    diff: Vec<String>,
}

impl Terminal<'_> {
    /// All that helps to understand why a case did not pass.
    pub(crate) fn failure(&self, outcome: &Outcome) -> String {
        let lines = match self.verbosity {
            Verbosity::Short => self.short(outcome),
            Verbosity::More | Verbosity::Everything => self.long(outcome),
        };
        self.veil.last(lines.join("\n"))
    }

    fn short(&self, outcome: &Outcome) -> Vec<String> {
        let findings = self.findings(outcome);
        let tail = self.tail(outcome);
        let mut lines = vec![self.named(outcome)];
        let Some((first, others)) = findings.split_first() else {
            lines.extend(tail);
            return lines;
        };
        let diff = self.diff(first, DIFF_LINES);
        let most = LINES + diff.len();
        lines.extend(self.picture(first));
        lines.extend(diff);
        let more = usize::from(!others.is_empty());
        let room = most.saturating_sub(lines.len() + tail.len() + more).min(HELP_LINES);
        lines.extend(self.help(first).into_iter().take(room));
        let room = most.saturating_sub(lines.len() + tail.len());
        lines.extend(self.listed(others, room));
        lines.extend(tail);
        lines.truncate(most);
        lines
    }

    fn long(&self, outcome: &Outcome) -> Vec<String> {
        let everything = self.verbosity == Verbosity::Everything;
        let (drawn, listed) = if everything { (usize::MAX, usize::MAX) } else { (10, 40) };
        let findings = self.findings(outcome);
        let mut lines = vec![self.named(outcome)];
        for finding in findings.iter().take(drawn) {
            lines.extend(self.picture(finding));
            lines.extend(self.diff(finding, if everything { usize::MAX } else { MORE.lines }));
            lines.extend(self.help(finding));
        }
        lines.extend(self.listed(findings.get(drawn..).unwrap_or_default(), listed));
        lines.extend(self.asides(outcome));
        let limit = if everything { EVERYTHING } else { MORE };
        let skipped = if everything { 0 } else { outcome.exchanges.len().saturating_sub(1) };
        for evidence in outcome.exchanges.iter().skip(skipped) {
            lines.extend(transcript(evidence, self.veil, limit).iter().map(|line| self.paint(ASIDE, line)));
        }
        lines.extend(outcome.exchanges.last().map(|evidence| curl(&evidence.exchange.request, self.veil)));
        lines
    }

    /// What was wrong, the reason before the mismatches.
    fn findings<'o>(&self, outcome: &'o Outcome) -> Vec<Finding<'o>> {
        let place = outcome.reason_place.as_ref().unwrap_or(&outcome.case.place);
        let fault = outcome.exchanges.last().and_then(|evidence| evidence.exchange.result.as_ref().err());
        let fault = fault.filter(|_| outcome.mismatches.is_empty()).map(|fault| &fault.message);
        let reason = outcome.reason.as_ref().or(fault).map(|reason| Finding {
            message: line(&self.veil.text(reason), MESSAGE),
            place,
            label: String::new(),
            help: self.in_lines(outcome.help.as_deref()),
            diff: Vec::new(),
        });
        let mismatches = outcome.mismatches.iter().map(|mismatch| {
            let told = self.veil.mismatch(mismatch);
            Finding {
                message: line(&told.message, MESSAGE),
                place: &mismatch.place,
                label: line(&told.actual, LABEL),
                help: self.in_lines(told.help.as_deref()),
                diff: told.diff.iter().map(|text| line(text, MESSAGE)).collect(),
            }
        });
        reason.into_iter().chain(mismatches).collect()
    }

    fn in_lines(&self, text: Option<&str>) -> Vec<String> {
        self.veil.text(text.unwrap_or_default()).lines().map(|text| line(text, MESSAGE)).collect()
    }

    /// Message, place, quoted line, what was there.
    fn picture(&self, finding: &Finding<'_>) -> Vec<String> {
        let diagnostic = Diagnostic::error("", finding.place, &*finding.message).label(&*finding.label);
        self.drawn(&diagnostic, false).lines().map(str::to_owned).collect()
    }

    /// At most so many lines of a difference.
    fn diff(&self, finding: &Finding<'_>, most: usize) -> Vec<String> {
        let shown = if finding.diff.len() > most { most - 1 } else { finding.diff.len() };
        let coloured = |text: &String| match text.as_bytes().first() {
            Some(b'-') => self.paint(BAD, text),
            Some(b'+') => self.paint(GOOD, text),
            Some(b'@') => self.paint(ASIDE, &format!("{text} - expected, + found")),
            _ => text.clone(),
        };
        let mut lines: Vec<_> = finding.diff[..shown].iter().map(coloured).collect();
        if shown < finding.diff.len() {
            lines.push(
                self.paint(ASIDE, &format!("… {} more lines differ or stand around", finding.diff.len() - shown)),
            );
        }
        lines
    }

    fn help(&self, finding: &Finding<'_>) -> Vec<String> {
        let labels = std::iter::once("help:").chain(std::iter::repeat("     "));
        finding.help.iter().zip(labels).map(|(text, label)| self.labelled(label, text)).collect()
    }

    /// Findings of one line each, as many as there is room for.
    fn listed(&self, findings: &[Finding<'_>], room: usize) -> Vec<String> {
        let shown = if findings.len() <= room { findings.len() } else { room.saturating_sub(1) };
        let one = |finding: &Finding<'_>| {
            let help = finding.help.first().map_or_else(String::new, |help| format!("; {help}"));
            self.labelled("also:", &format!("{} ({}){help}", finding.message, finding.place))
        };
        let mut lines: Vec<_> = findings.iter().take(shown).map(one).collect();
        if shown < findings.len() && room > 0 {
            let flag = if self.verbosity == Verbosity::Short { "-v" } else { "-vv" };
            lines.push(format!("and {} more ({flag} shows them)", findings.len() - shown));
        }
        lines
    }

    /// Request, answer, cause, command line: one line each.
    fn tail(&self, outcome: &Outcome) -> Vec<String> {
        let Some(evidence) = outcome.exchanges.last() else { return Vec::new() };
        let mut lines = vec![self.labelled("sent:", &sent(evidence, self.veil))];
        lines.push(self.labelled("got: ", &got(&evidence.exchange, self.veil)));
        if let Some(response) = answer(&evidence.exchange).filter(|response| !response.body.is_empty()) {
            let text = response.text().ok();
            let body = Body::of(response, text.as_deref()).one_line(self.veil, BODY);
            lines.push(self.labelled("body:", &body));
        }
        lines.extend(self.asides(outcome));
        let curl = curl(&evidence.exchange.request, self.veil);
        lines.extend(Some(curl).filter(|curl| curl.len() <= CURL));
        lines
    }

    /// What came before, and what probably is the cause.
    fn asides(&self, outcome: &Outcome) -> Vec<String> {
        let note = history(&outcome.exchanges, self.veil).map(|text| self.labelled("note:", &text));
        let hint = hint(outcome, self.veil).map(|text| format!("{} {text}", self.paint(BAD, "hint:")));
        note.into_iter().chain(hint).collect()
    }

    fn labelled(&self, label: &str, text: &str) -> String {
        format!("{} {text}", self.paint(ASIDE, label))
    }
}
