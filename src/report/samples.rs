//! Outcomes made by hand, for the tests of this room.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;

use crate::auth::{AuthSummary, Sender};
use crate::diagnostic::Diagnostic;
use crate::expect::Mismatch;
use crate::http::{Exchange, Fault, FaultKind, Header, Request, Response, Timing, Url};
use crate::outcome::{BrokenFile, CaseId, Evidence, Outcome, Run, Verdict};
use crate::secret::{Redactor, Secret};
use crate::source::{Place, Source};

/// A secret with something of everything that encoders change.
pub(crate) const SECRET: &str = "a+b/c==&\"<>é";

/// A spec that is quoted.
pub(crate) const SPEC: &str = "requests:
  - name: create an item
    post: /items
    headers: { X-Key: 'a+b/c==&\"<>é' }
    expect:
      status: 201
      headers: { content-type: application/json }
      jsonpath:
        $.id: { type: integer }
        $.a: 1
        $.b: 2
        $.c: 3
";

pub(crate) fn redactor() -> Redactor {
    let redactor = Redactor::new();
    let _ = redactor.register("env.KEY", &Secret::new(SECRET));
    redactor
}

pub(crate) fn source() -> Arc<Source> {
    Source::inline("specs/items.yaml", SPEC)
}

/// The first place of a text in the spec.
pub(crate) fn place(text: &str) -> Place {
    let start = u32::try_from(SPEC.find(text).unwrap()).unwrap();
    Place::new(&source(), start, start + u32::try_from(text.len()).unwrap())
}

pub(crate) fn request(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let header = |(name, value): &(&str, &str)| Header { name: (*name).into(), value: (*value).into(), bound: false };
    Request {
        method: method.to_owned(),
        url: Url::parse(url).unwrap(),
        headers: headers.iter().map(header).collect(),
        body: (!body.is_empty()).then(|| body.to_owned().into()),
        timeout: Duration::from_secs(30),
        redirects: 0,
        jar: None,
        cookies: Vec::new(),
        certificate: None,
    }
}

pub(crate) fn response(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Response {
    Response {
        status,
        version: "1.1",
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        url: Url::parse("https://api.test/items").unwrap(),
        body: Bytes::copy_from_slice(body),
        size: body.len() as u64,
        peer: None,
    }
}

pub(crate) fn fault(kind: FaultKind, message: &str) -> Fault {
    Fault { kind, message: message.to_owned(), help: None, partial: None }
}

pub(crate) fn service(age: u64, left: u64) -> Option<Sender> {
    let (token_age, token_left) = (Some(Duration::from_secs(age)), Some(Duration::from_secs(left)));
    Some(Sender { name: "service".to_owned(), token_age, token_left })
}

pub(crate) fn evidence(result: Result<Response, Fault>) -> Evidence {
    let headers = [("Authorization", "Bearer abcdefgh"), ("content-type", "application/json")];
    let exchange = Exchange {
        request: request("POST", "https://api.test/items", &headers, r#"{"title":"lamp"}"#),
        hops: Vec::new(),
        result,
        started_at: SystemTime::UNIX_EPOCH,
        timing: Timing { total: Duration::from_millis(12), reused: true, ..Timing::default() },
    };
    Evidence { exchange, identity: service(12, 2880), note: None }
}

pub(crate) fn mismatch(at: &str, path: &str, expected: &str, actual: &str) -> Mismatch {
    Mismatch {
        place: place(at),
        path: path.to_owned(),
        expected: expected.to_owned(),
        actual: actual.to_owned(),
        message: format!("{path} is {actual}, expected {expected}"),
        help: None,
        diff: None,
    }
}

pub(crate) fn outcome(name: &str, verdict: Verdict) -> Outcome {
    Outcome {
        case: CaseId {
            file: "specs/items.yaml".into(),
            name: name.into(),
            place: place("create an item"),
            tags: vec!["smoke".to_owned()].into(),
        },
        verdict,
        reason: None,
        help: None,
        reason_place: None,
        mismatches: Vec::new(),
        exchanges: Vec::new(),
        started_at: SystemTime::UNIX_EPOCH,
        duration: Duration::from_millis(14),
        flaky: false,
        needed_by: None,
    }
}

/// A case that failed with a 500.
pub(crate) fn failed() -> Outcome {
    let body = br#"{ "error": "boom", "password": "x" }"#;
    let answer = response(500, &[("content-type", "application/json"), ("set-cookie", "sid=1")], body);
    Outcome {
        mismatches: vec![mismatch("201", "status", "201", "500")],
        exchanges: vec![evidence(Ok(answer))],
        ..outcome("create an item", Verdict::Failed)
    }
}

/// A case in which the secret turns up wherever it can.
pub(crate) fn leaking() -> Outcome {
    let body = format!("{{\"raw\":{},\"b\":\"{}\"}}", serde_json::to_string(SECRET).unwrap(), forms()[2]);
    let mut evidence = evidence(Ok(response(500, &[("x-echo", SECRET)], body.as_bytes())));
    evidence.exchange.request = request(
        "POST",
        &format!("https://api.test/items?key={}", forms()[1]),
        &[("X-Key", SECRET), ("content-type", "application/json")],
        &body,
    );
    evidence.note = Some(format!("renewed with {SECRET}"));
    let mut mismatch = mismatch("{ X-Key: 'a+b/c==&\"<>é' }", "header x-echo", SECRET, SECRET);
    mismatch.help = Some(format!("did you mean {SECRET}"));
    let first = self::evidence(Err(fault(FaultKind::Timeout, &format!("gone at {SECRET}"))));
    Outcome {
        reason: Some(format!("it was {SECRET}")),
        help: Some(format!("not {SECRET}")),
        reason_place: Some(place("'a+b/c==&\"<>é'")),
        mismatches: vec![mismatch],
        exchanges: vec![first, evidence],
        ..outcome(&format!("call with {SECRET}"), Verdict::Failed)
    }
}

/// The forms of the secret that no output may hold: raw, percent, base64, JSON, XML.
pub(crate) fn forms() -> Vec<String> {
    use base64::Engine;
    let raw = SECRET.to_owned();
    let percent = percent_encoding::utf8_percent_encode(SECRET, percent_encoding::NON_ALPHANUMERIC).to_string();
    let base64 = base64::engine::general_purpose::STANDARD.encode(SECRET);
    let json = serde_json::to_string(SECRET).unwrap().trim_matches('"').to_owned();
    let xml = SECRET.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    vec![raw, percent, base64, json, xml]
}

pub(crate) fn assert_hidden(text: &str) {
    for form in forms() {
        assert!(!text.contains(&form), "{form} in {text}");
    }
    assert!(!text.contains("b/c=="), "{text}");
}

pub(crate) fn run(outcomes: Vec<Outcome>) -> Run {
    Run {
        id: "run-1".to_owned(),
        started_at: SystemTime::UNIX_EPOCH,
        duration: Duration::from_millis(1250),
        seed: 42,
        profile: None,
        shard: None,
        outcomes,
        broken: Vec::new(),
        auth: vec![AuthSummary { identity: "service".to_owned(), fetched: 1, shared: 499, ..AuthSummary::default() }],
        interrupted: false,
    }
}

pub(crate) fn broken() -> BrokenFile {
    let unknown = Diagnostic::error("unknown-key", &place("post"), format!("unknown key `post`, not {SECRET}"));
    let other = Diagnostic::error("bad-value", &place("{ X-Key: 'a+b/c==&\"<>é' }"), "a bad value\u{1b}[2J");
    let problems = vec![unknown.label("here").help("write `get`"), other.label(SECRET)];
    BrokenFile { file: "specs/items.yaml".to_owned(), problems }
}
