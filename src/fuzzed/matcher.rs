//! Expectations and captures, held against answers.

use std::time::{Duration, SystemTime};

use bytes::Bytes;

use crate::diagnostic::Diagnostic;
use crate::expect::{self, Answer, Mismatch};
use crate::fuzzed::{scope, told};
use crate::http::{Exchange, Request, Response, Timing, Url};
use crate::outcome::{CaseId, Evidence, Outcome, Verdict};
use crate::source::{Place, Root, Source};
use crate::spec::{Loading, Unrendered, capture::Capture, expect::Expect};
use crate::template::Scope;
use crate::yaml::{self, Node};

/// What stands between what is expected and the answer.
const BETWEEN: &[u8] = b"\n###\n";

/// Holds an answer against what is expected of it.
///
/// Before the line `###` stands YAML, `{expect: …, capture: …}`; behind it the status, the headers, an empty line, the body.
///
/// # Panics
/// What is expected is refused without a reason.
pub fn matcher(bytes: &[u8]) {
    let at = bytes.windows(BETWEEN.len()).position(|window| window == BETWEEN);
    let (written, answer) = at.map_or((bytes, &b""[..]), |at| (&bytes[..at], &bytes[at + BETWEEN.len()..]));
    let Ok(written) = std::str::from_utf8(written) else { return };
    let source = Source::inline("a.yaml", written);
    let Some((expect, captures)) = loaded(&source) else { return };
    judged(&expect, &captures, response(answer), &Place::new(&source, 0, 1));
}

fn loaded(source: &std::sync::Arc<Source>) -> Option<(Expect, Vec<Capture>)> {
    let parsed = yaml::parse(source);
    let mut loading = Loading::new(source, Root::new(std::path::Path::new(env!("CARGO_MANIFEST_DIR"))));
    loading.problems = parsed.problems;
    let root = parsed.root?;
    let expect = entry(&root, "expect").map(|node| Expect::load(node, &mut loading));
    let captures = entry(&root, "capture").map(|node| Capture::load_all(node, &mut loading)).unwrap_or_default();
    told::problems(&loading.problems);
    if loading.problems.iter().any(Diagnostic::is_error) {
        return None;
    }
    let expect = expect.map(|expect| expect.expect("what is refused is refused with a reason"));
    Some((expect.unwrap_or_default(), captures))
}

fn entry<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    node.entries()?.iter().find(|entry| entry.key == name).map(|entry| &entry.value)
}

fn response(bytes: &[u8]) -> Response {
    let end = bytes.windows(2).position(|window| window == b"\n\n");
    let (head, body) = end.map_or((bytes, &b""[..]), |end| (&bytes[..end], &bytes[end + 2..]));
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.parse().ok()).unwrap_or(200);
    let pair = |line: &str| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
    Response {
        status,
        version: "1.1",
        headers: lines.filter_map(pair).collect(),
        url: url(),
        body: Bytes::copy_from_slice(body),
        size: body.len() as u64,
        peer: None,
    }
}

fn url() -> Url {
    Url::parse("http://api.test/items?a=1").expect("it is a URL")
}

fn judged(expect: &Expect, captures: &[Capture], response: Response, request: &Place) {
    let redirects = ["http://api.test/a".to_owned()];
    let answer = Answer::new(&response, &redirects, Duration::from_millis(7));
    let (mismatches, faults) = scope::with(|scope| held(expect, captures, &answer, request, scope));
    for mismatch in &mismatches {
        assert!(!mismatch.message.is_empty() && !mismatch.expected.is_empty() && !mismatch.actual.is_empty());
    }
    let reason = faults.first().map(ToString::to_string);
    let reason_place = faults.first().map(|fault| fault.place.clone());
    let verdict = if mismatches.is_empty() { Verdict::Passed } else { Verdict::Failed };
    let case = CaseId { file: "a.yaml".into(), name: "read".into(), place: request.clone(), tags: Vec::new().into() };
    told::case(Outcome {
        case,
        verdict,
        reason,
        help: faults.first().and_then(|it| it.fault.help()),
        reason_place,
        mismatches,
        exchanges: vec![Evidence { exchange: exchange(response), identity: None, note: None }],
        started_at: SystemTime::UNIX_EPOCH,
        duration: Duration::from_millis(7),
        flaky: false,
        needed_by: None,
    });
}

fn held(
    expect: &Expect,
    captures: &[Capture],
    answer: &Answer<'_>,
    request: &Place,
    scope: &Scope<'_>,
) -> (Vec<Mismatch>, Vec<Unrendered>) {
    let (mut mismatches, mut faults) = (Vec::new(), Vec::new());
    match expect::check(expect, answer, request, scope) {
        Ok(found) => mismatches.extend(found),
        Err(fault) => faults.push(fault),
    }
    for capture in captures {
        match expect::capture(capture, answer, scope) {
            Ok(taken) => mismatches.extend(taken.err()),
            Err(fault) => faults.push(fault),
        }
    }
    (mismatches, faults)
}

fn exchange(response: Response) -> Exchange {
    let request = Request {
        method: "GET".to_owned(),
        url: url(),
        headers: Vec::new(),
        body: None,
        timeout: Duration::from_secs(30),
        redirects: 0,
        jar: None,
        cookies: Vec::new(),
        certificate: None,
    };
    Exchange {
        request,
        hops: Vec::new(),
        result: Ok(response),
        started_at: SystemTime::UNIX_EPOCH,
        timing: Timing::default(),
    }
}
