//! The run as one JSON document, documented in `docs/reports.md`.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::auth::{AuthSummary, Sender};
use crate::diagnostic::{Diagnostic, Severity};
use crate::expect::Mismatch;
use crate::http;
use crate::http::{Exchange, Hop, Request, Response, SentFile, Timing};
use crate::json::{Json, Number};
use crate::outcome::{BrokenFile, Evidence, Outcome, Run, Tally, Verdict};
use crate::report::{
    evidence::{answer, request_body},
    excerpt::Body,
    hidden::Veil,
    words,
};
use crate::secret::{REDACTED, Redactor};
use crate::source::Place;

/// The document; ends with a line break.
pub(crate) fn json(run: &Run, redactor: &Redactor) -> String {
    let writer = Writer(Veil::new(redactor));
    let mut out = String::from("{\"version\":1,\"run\":");
    out.push_str(&writer.last(writer.run(run)));
    out.push_str(",\"summary\":");
    out.push_str(&summary(&run.tally()).to_text());
    out.push_str(",\"cases\":[");
    let broken = run.broken.iter().map(|file| writer.broken(file));
    let cases = broken.chain(run.outcomes.iter().map(|outcome| writer.case(outcome)));
    for (at, case) in cases.enumerate() {
        out.push_str(if at == 0 { "\n" } else { ",\n" });
        out.push_str(&writer.last(case));
    }
    let auth = run.auth.iter().map(|auth| writer.auth(auth)).collect::<Vec<_>>();
    out.push_str("\n],\"auth\":");
    out.push_str(&writer.last(auth.into()));
    out.push_str("}\n");
    out
}

fn optional<'j, T>(value: Option<T>, read: impl FnOnce(T) -> Json<'j>) -> Json<'j> {
    value.map_or(Json::Null, read)
}

/// Milliseconds with a fraction.
fn millis(time: Duration) -> Json<'static> {
    Number::from_f64(time.as_micros() as f64 / 1000.0).map_or(Json::Null, Json::from)
}

/// RFC 3339 in UTC, to the millisecond.
fn instant(time: SystemTime) -> Json<'static> {
    words::instant(time).into()
}

fn summary(tally: &Tally) -> Json<'static> {
    Json::object([
        ("passed", tally.passed.into()),
        ("failed", tally.failed.into()),
        ("error", tally.error.into()),
        ("skipped", tally.skipped.into()),
        ("not_run", tally.not_run.into()),
        ("flaky", tally.flaky.into()),
    ])
}

fn timing(timing: &Timing) -> Json<'static> {
    let part = |time| optional(time, millis);
    Json::object([
        ("dns_ms", part(timing.dns)),
        ("tcp_ms", part(timing.tcp)),
        ("tls_ms", part(timing.tls)),
        ("first_byte_ms", part(timing.first_byte)),
        ("body_ms", part(timing.body)),
        ("total_ms", millis(timing.total)),
        ("reused", timing.reused.into()),
    ])
}

struct Writer<'r>(Veil<'r>);

impl Writer<'_> {
    /// The text of a part, once more without what only its escapes made a secret of.
    fn last(&self, part: Json<'_>) -> String {
        let text = part.to_text();
        match self.0.redactor().redact(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(_) => self.strict(part).to_text(),
        }
    }

    fn strict<'j>(&self, part: Json<'j>) -> Json<'j> {
        match part {
            Json::String(text) => {
                let hidden = |text: &str| matches!(self.0.redactor().redact(text), Cow::Owned(_));
                let only_escaped = !hidden(&text) && hidden(&Json::from(&*text).to_text());
                if only_escaped { REDACTED.into() } else { Json::String(text) }
            }
            Json::Array(elements) => {
                elements.into_iter().map(|element| self.strict(element)).collect::<Vec<_>>().into()
            }
            Json::Object(members) => {
                Json::Object(members.into_iter().map(|(name, value)| (name, self.strict(value))).collect())
            }
            other => other,
        }
    }

    fn text<'t>(&self, text: &'t str) -> Json<'t> {
        Json::String(self.0.text(text))
    }

    fn run<'o>(&self, run: &'o Run) -> Json<'o> {
        Json::object([
            ("id", self.text(&run.id)),
            ("started_at", instant(run.started_at)),
            ("duration_ms", millis(run.duration)),
            // Readers that keep numbers as doubles would round it.
            ("seed", run.seed.to_string().into()),
            ("profile", optional(run.profile.as_deref(), |it| self.text(it))),
            ("shard", optional(run.shard.as_deref(), |it| self.text(it))),
            ("interrupted", run.interrupted.into()),
        ])
    }

    fn case<'o>(&self, outcome: &'o Outcome) -> Json<'o> {
        let case = &outcome.case;
        let mismatches = outcome.mismatches.iter().map(|mismatch| self.mismatch(mismatch)).collect::<Vec<_>>();
        Json::object([
            ("id", Json::String(Cow::Owned(self.0.text(&case.id()).into_owned()))),
            ("file", self.text(case.place.file())),
            ("line", case.place.line().into()),
            ("name", self.text(&case.name)),
            ("tags", case.tags.iter().map(|tag| self.text(tag)).collect::<Vec<_>>().into()),
            ("outcome", outcome.verdict.word().into()),
            ("flaky", outcome.flaky.into()),
            ("reason", optional(outcome.reason.as_deref(), |it| self.text(it))),
            ("help", optional(outcome.help.as_deref(), |it| self.text(it))),
            ("place", optional(outcome.reason_place.as_ref(), |place| Json::object(self.place(Some(place))))),
            ("needed_by", optional(outcome.needed_by.as_deref(), |it| self.text(it))),
            ("started_at", instant(outcome.started_at)),
            ("duration_ms", millis(outcome.duration)),
            ("mismatches", mismatches.into()),
            ("exchanges", outcome.exchanges.iter().map(|evidence| self.exchange(evidence)).collect::<Vec<_>>().into()),
        ])
    }

    /// A file that did not load, as a case.
    fn broken<'o>(&self, file: &'o BrokenFile) -> Json<'o> {
        let first = file.problems.iter().find(|problem| problem.is_error()).or(file.problems.first());
        let line = first.and_then(|problem| problem.place.as_ref()).map(Place::line);
        Json::object([
            ("id", self.text(&file.file)),
            ("file", self.text(&file.file)),
            ("line", line.unwrap_or(1).into()),
            ("name", self.text(&file.file)),
            ("tags", Vec::new().into()),
            ("outcome", Verdict::Error.word().into()),
            ("flaky", false.into()),
            ("reason", optional(first, |problem| self.text(&problem.message))),
            ("help", optional(first.and_then(|problem| problem.help.as_deref()), |it| self.text(it))),
            ("duration_ms", millis(Duration::ZERO)),
            ("mismatches", Vec::new().into()),
            ("exchanges", Vec::new().into()),
            ("problems", file.problems.iter().map(|problem| self.problem(problem)).collect::<Vec<_>>().into()),
        ])
    }

    fn problem<'o>(&self, problem: &'o Diagnostic) -> Json<'o> {
        let severity = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let words = [
            ("severity", severity.into()),
            ("code", problem.code.into()),
            ("message", self.text(&problem.message)),
            ("help", optional(problem.help.as_deref(), |it| self.text(it))),
        ];
        Json::object(self.place(problem.place.as_ref()).into_iter().chain(words))
    }

    fn place<'o>(&self, place: Option<&'o Place>) -> [(&'static str, Json<'o>); 3] {
        let (line, column) = place.map(Place::line_column).unzip();
        [
            ("file", optional(place, |place| self.text(place.file()))),
            ("line", optional(line, Json::from)),
            ("column", optional(column, Json::from)),
        ]
    }

    fn mismatch<'o>(&self, mismatch: &'o Mismatch) -> Json<'o> {
        let told = self.0.mismatch(mismatch);
        let words = [
            ("path", Json::String(told.path)),
            ("expected", Json::String(told.expected)),
            ("actual", Json::String(told.actual)),
            ("message", Json::String(told.message)),
            ("help", optional(told.help, Json::String)),
        ];
        let lines = told.diff.into_iter().map(Json::String).collect::<Vec<_>>();
        let diff = mismatch.diff.is_some().then(|| ("diff", Json::from(lines)));
        Json::object(self.place(Some(&mismatch.place)).into_iter().chain(words).chain(diff))
    }

    fn exchange<'o>(&self, evidence: &'o Evidence) -> Json<'o> {
        let exchange = &evidence.exchange;
        Json::object([
            ("request", self.request(exchange)),
            ("response", optional(answer(exchange), |response| self.response(response))),
            ("fault", self.fault(exchange)),
            ("started_at", instant(exchange.started_at)),
            ("timing", timing(&exchange.timing)),
            ("identity", optional(evidence.identity.as_ref(), |sender| self.identity(sender))),
            ("note", optional(evidence.note.as_deref(), |it| self.text(it))),
            ("hops", exchange.hops.iter().map(|hop| self.hop(hop)).collect::<Vec<_>>().into()),
        ])
    }

    fn request<'o>(&self, exchange: &'o Exchange) -> Json<'o> {
        let request = &exchange.request;
        let headers = request.headers.iter().map(|header| (header.name.as_str(), header.value.as_str()));
        let known = [
            ("method", self.text(&request.method)),
            ("url", self.text(request.url.as_str())),
            ("headers", self.headers(headers)),
        ];
        let body = match request_body(request) {
            Some(body) => {
                self.body(&body).into_iter().chain(body.is_cut().then(|| ("truncated", true.into()))).collect()
            }
            None => vec![("body", Json::Null)],
        };
        Json::object(known.into_iter().chain(body).chain(self.files(request)))
    }

    /// The files in a body, if there are any.
    fn files<'o>(&self, request: &'o Request) -> Option<(&'static str, Json<'o>)> {
        let files = request.body.iter().flat_map(http::Body::files);
        let file = |file: &'o SentFile| Json::object([("file", self.text(&file.name)), ("size", file.size.into())]);
        let files = files.map(file).collect::<Vec<_>>();
        (!files.is_empty()).then(|| ("files", files.into()))
    }

    fn response<'o>(&self, response: &'o Response) -> Json<'o> {
        let text = response.text().ok();
        let body = Body::of(response, text.as_deref());
        let known = [
            ("status", u64::from(response.status).into()),
            ("http_version", response.version.into()),
            ("url", self.text(response.url.as_str())),
            ("headers", self.headers(response.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())))),
            ("size", response.size.into()),
            ("truncated", body.is_cut().into()),
        ];
        Json::object(known.into_iter().chain(self.body(&body)))
    }

    /// Text as it is, everything else in base64.
    fn body(&self, body: &Body<'_>) -> Vec<(&'static str, Json<'static>)> {
        match body.told(self.0) {
            Some(text) => vec![("body", text.into_owned().into())],
            None => {
                let encoded = STANDARD.encode(self.0.bytes(body.bytes));
                vec![("body", encoded.into()), ("body_encoding", "base64".into())]
            }
        }
    }

    fn headers<'o>(&self, headers: impl Iterator<Item = (&'o str, &'o str)>) -> Json<'o> {
        let pair = |(name, value)| vec![self.text(name), Json::String(self.0.header(name, value))].into();
        headers.map(pair).collect::<Vec<Json<'o>>>().into()
    }

    fn hop<'o>(&self, hop: &'o Hop) -> Json<'o> {
        Json::object([
            ("method", self.text(&hop.method)),
            ("url", self.text(hop.url.as_str())),
            ("status", u64::from(hop.status).into()),
            ("headers", self.headers(hop.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())))),
        ])
    }

    fn fault<'o>(&self, exchange: &'o Exchange) -> Json<'o> {
        let Err(fault) = &exchange.result else { return Json::Null };
        Json::object([
            ("kind", words::fault(fault.kind).into()),
            ("message", self.text(&fault.message)),
            ("help", optional(fault.help.as_deref(), |it| self.text(it))),
        ])
    }

    fn identity<'o>(&self, sender: &'o Sender) -> Json<'o> {
        Json::object([
            ("name", self.text(&sender.name)),
            ("token_age_ms", optional(sender.token_age, millis)),
            ("token_left_ms", optional(sender.token_left, millis)),
        ])
    }

    fn auth<'o>(&self, auth: &'o AuthSummary) -> Json<'o> {
        Json::object([
            ("identity", self.text(&auth.identity)),
            ("fetched", auth.fetched.into()),
            ("shared", auth.shared.into()),
            ("renewed", auth.renewed.into()),
            ("replayed", auth.replayed.into()),
            ("failed", auth.failed.into()),
            ("notes", auth.notes.iter().map(|note| self.text(note)).collect::<Vec<_>>().into()),
        ])
    }
}

#[cfg(test)]
mod tests;
