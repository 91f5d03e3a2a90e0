use super::*;
use crate::http::{FaultKind, Url};
use crate::report::samples::{
    SECRET, assert_hidden, broken, evidence, failed, fault, leaking, outcome, place, redactor, response, run,
};
use crate::secret::Secret;

fn at<'j>(json: &'j Json<'_>, path: &str) -> &'j Json<'j> {
    path.split('.').fold(json, |json, part| match part.parse::<usize>() {
        Ok(index) => json.get_index(index).unwrap_or_else(|| panic!("{path}")),
        Err(_) => json.get(part).unwrap_or_else(|| panic!("{path}")),
    })
}

#[test]
fn the_document_has_the_shape_that_is_documented() {
    let mut run = run(vec![failed(), outcome("b", Verdict::NotRun)]);
    run.broken.push(broken());
    let text = json(&run, &redactor());
    let document = Json::parse(&text).unwrap();
    let rows = [
        ("version", "1"),
        ("run.id", "\"run-1\""),
        ("run.started_at", "\"1970-01-01T00:00:00.000Z\""),
        ("run.duration_ms", "1250.0"),
        ("run.seed", "\"42\""),
        ("run.profile", "null"),
        ("summary", r#"{"passed":0,"failed":1,"error":1,"skipped":0,"not_run":1,"flaky":0}"#),
        ("cases.0.id", "\"specs/items.yaml\""),
        ("cases.0.outcome", "\"error\""),
        ("cases.0.problems.0.code", "\"unknown-key\""),
        ("cases.0.problems.0.line", "3"),
        ("cases.1.id", "\"specs/items.yaml::create an item\""),
        ("cases.1.line", "2"),
        ("cases.1.tags", "[\"smoke\"]"),
        ("cases.1.outcome", "\"failed\""),
        ("cases.1.mismatches.0.line", "6"),
        ("cases.1.mismatches.0.column", "15"),
        ("cases.1.mismatches.0.actual", "\"500\""),
        ("cases.1.exchanges.0.request.method", "\"POST\""),
        ("cases.1.exchanges.0.request.headers.0", "[\"Authorization\",\"[redacted]\"]"),
        ("cases.1.exchanges.0.request.body", r#""{\"title\":\"lamp\"}""#),
        ("cases.1.exchanges.0.response.status", "500"),
        ("cases.1.exchanges.0.response.size", "36"),
        ("cases.1.exchanges.0.response.truncated", "false"),
        ("cases.1.exchanges.0.response.body", r#""{ \"error\": \"boom\", \"password\": \"[redacted]\" }""#),
        ("cases.1.exchanges.0.fault", "null"),
        ("cases.1.exchanges.0.timing.total_ms", "12.0"),
        ("cases.1.exchanges.0.identity", r#"{"name":"service","token_age_ms":12000.0,"token_left_ms":2880000.0}"#),
        ("cases.2.outcome", "\"not_run\""),
        ("auth.0.shared", "499"),
    ];
    for (path, value) in rows {
        assert_eq!(at(&document, path).to_text(), value, "{path}");
    }
    assert!(document.get("contract").is_none());
}

#[test]
fn bytes_cut_bodies_faults_and_hops_are_told() {
    let mut cut = response(200, &[], b"{\"a\":\"a+b/c=");
    cut.size = 1000;
    let mut broken_off = fault(FaultKind::Broken, "the connection closed early");
    broken_off.partial = Some(Box::new(response(206, &[("content-type", "image/png")], b"\x89PNG\xff")));
    let mut second = evidence(Err(broken_off));
    let location = vec![("location".to_owned(), "/b?token=x".to_owned())];
    let url = Url::parse("https://api.test/a").unwrap();
    second.exchange.hops.push(Hop { method: "GET".to_owned(), url, status: 302, headers: location });
    let text = json(&run(vec![Outcome { exchanges: vec![evidence(Ok(cut)), second], ..failed() }]), &redactor());
    let document = Json::parse(&text).unwrap();
    let rows = [
        ("0.response.truncated", "true"),
        ("0.response.size", "1000"),
        ("0.response.body", r#""{\"a\":\"[redacted]""#),
        ("1.fault", r#"{"kind":"broken","message":"the connection closed early","help":null}"#),
        ("1.response.status", "206"),
        ("1.response.body", "\"iVBOR/8=\""),
        ("1.response.body_encoding", "\"base64\""),
        ("1.hops.0.status", "302"),
        ("1.hops.0.headers.0.1", "\"/b?token=[redacted]\""),
    ];
    for (path, value) in rows {
        assert_eq!(at(&document, &format!("cases.0.exchanges.{path}")).to_text(), value, "{path}");
    }
}

#[test]
fn no_form_of_a_secret_is_told() {
    let mut run = run(vec![leaking()]);
    run.broken.push(broken());
    run.profile = Some(SECRET.to_owned());
    run.auth[0].notes.push(SECRET.to_owned());
    let text = json(&run, &redactor());
    assert_hidden(&text);
    let again = Json::parse(&text).unwrap().pretty();
    assert_hidden(&again);
}

#[test]
fn a_secret_that_looks_like_the_document_does_not_break_it() {
    let redactor = Redactor::new();
    for secret in ["null", "passed", "\":\"", "1250", "\",\"", "nabcd"] {
        let _ = redactor.register("x", &Secret::new(secret));
    }
    let mut failed = failed();
    failed.reason = Some("a\nabcd\u{1b} null".to_owned());
    failed.reason_place = Some(place("201"));
    let text = json(&run(vec![failed, outcome("b", Verdict::Passed)]), &redactor);
    let document = Json::parse(&text).unwrap();
    assert_eq!(at(&document, "cases.1.outcome").to_text(), "\"passed\"");
    assert_eq!(at(&document, "cases.0.reason").to_text(), "\"[redacted]\"");
    assert_eq!(at(&document, "run.duration_ms").to_text(), "1250.0");
}

/// The paths of all members, elements of arrays told apart by nothing.
fn members(json: &Json<'_>, path: &str, found: &mut std::collections::BTreeSet<String>) {
    match json {
        Json::Object(all) => {
            for (name, value) in all {
                found.insert(format!("{path}.{name}"));
                members(value, &format!("{path}.{name}"), found);
            }
        }
        Json::Array(all) => all.iter().for_each(|element| members(element, path, found)),
        _ => {}
    }
}

#[test]
fn the_page_about_reports_names_every_member_and_no_other() {
    let page = include_str!("../../../docs/reports.md");
    let example = page.split_once("```json\n").and_then(|(_, rest)| rest.split_once("```")).unwrap().0;
    let mut hopping = evidence(Ok(response(200, &[], b"\xff")));
    let url = Url::parse("https://api.test/a").unwrap();
    hopping.exchange.hops.push(Hop { method: "GET".to_owned(), url, status: 302, headers: Vec::new() });
    let refused = evidence(Err(fault(FaultKind::Refused, "nobody listens")));
    let mut full =
        run(vec![Outcome { reason_place: Some(place("201")), exchanges: vec![hopping, refused], ..failed() }]);
    full.broken.push(broken());
    let (mut documented, mut written) = Default::default();
    members(&Json::parse(example).unwrap(), "", &mut documented);
    members(&Json::parse(&json(&full, &redactor())).unwrap(), "", &mut written);
    assert_eq!(documented, written);
}
