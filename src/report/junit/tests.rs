use super::*;
use crate::report::samples::{
    SECRET, assert_hidden, broken, evidence, failed, leaking, mismatch, outcome, redactor, response, run,
};
use crate::secret::Secret;

fn parsed(text: &str) -> Report {
    Report::deserialize_from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn description(case: &TestCase) -> &str {
    match &case.status {
        TestCaseStatus::NonSuccess { description: Some(text), .. } => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_file_is_a_suite_and_every_case_a_case() {
    let other = |verdict, name: &str| {
        let mut other = outcome(name, verdict);
        other.case.file = "shop/cart.yml".into();
        other.reason = Some(format!("because of {name}"));
        other
    };
    let flaky = Outcome { flaky: true, ..outcome("flaky", Verdict::Passed) };
    let mut run = run(vec![
        failed(),
        other(Verdict::Error, "no token"),
        other(Verdict::Skipped, "later"),
        flaky,
        other(Verdict::NotRun, "never"),
        other(Verdict::Passed, "fine"),
    ]);
    run.broken.push(broken());
    let report = parsed(&junit(&run, &redactor()));
    assert_eq!((report.tests, report.failures, report.errors, report.skipped), (7, 1, 2, 2));
    let names: Vec<_> = report.test_suites.iter().map(|suite| (suite.name.as_str(), suite.tests)).collect();
    assert_eq!(names, [("specs/items.yaml", 1), ("specs/items.yaml", 2), ("shop/cart.yml", 4)]);
    let case = &report.test_suites[1].test_cases[0];
    assert_eq!(case.classname.as_deref(), Some("specs.items"));
    assert_eq!(case.name.as_str(), "create an item");
    assert_eq!(case.extra["file"].as_str(), "specs/items.yaml");
    assert_eq!(case.extra["line"].as_str(), "2");
    assert_eq!(case.time, Some(Duration::from_millis(14)));
    let text = description(case);
    assert!(
        text.starts_with("status is 500, expected 201\nspecs/items.yaml:6\n  expected: 201\n  actual: 500\n"),
        "{text}"
    );
    assert!(text.contains("< 500 Internal Server Error in 12ms\n") && text.contains("\ncurl https://"), "{text}");
    let skipped = &report.test_suites[2].test_cases[1].status;
    assert!(
        matches!(skipped, TestCaseStatus::Skipped { message: Some(text), .. } if text.as_str() == "because of later")
    );
    let unloaded = description(&report.test_suites[0].test_cases[0]);
    assert!(unloaded.contains("\nspecs/items.yaml:3\n  help: write `get`\n"), "{unloaded}");
}

#[test]
fn all_mismatches_are_in_one_failure() {
    let mut failed = failed();
    failed.mismatches.push(mismatch("$.c: 3", "$.c", "3", "4"));
    let report = parsed(&junit(&run(vec![failed]), &redactor()));
    let text = description(&report.test_suites[0].test_cases[0]);
    assert!(text.lines().any(|line| line == "specs/items.yaml:6"), "{text}");
    assert!(text.lines().any(|line| line == "specs/items.yaml:12"), "{text}");
}

#[test]
fn what_xml_does_not_allow_is_left_out() {
    let hostile = "\u{0}\u{1}\u{8}\u{b}\u{1b}[31m]]>\u{7f}\u{9b}\u{fffe}\u{ffff}<x a=\"'\">&amp;\r\n\t";
    let mut outcome = outcome(hostile, Verdict::Failed);
    outcome.case.file = hostile.into();
    outcome.reason = Some(hostile.to_owned());
    outcome.mismatches = vec![mismatch("201", hostile, hostile, hostile)];
    outcome.exchanges = vec![evidence(Ok(response(500, &[("x", hostile)], hostile.as_bytes())))];
    let skipped =
        Outcome { reason: Some(hostile.to_owned()), ..crate::report::samples::outcome(hostile, Verdict::Skipped) };
    let text = junit(&run(vec![outcome, skipped]), &Redactor::new());
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text}");
    assert!(!text.contains(['\u{fffe}', '\u{ffff}']) && !text.contains("]]>"), "{text}");
    assert_eq!(parsed(&text).tests, 2);
}

#[test]
fn names_are_unique_in_their_class() {
    let named = |file: &str| {
        let mut named = outcome("a", Verdict::Passed);
        named.case.file = file.into();
        named
    };
    let report = parsed(&junit(&run(vec![named("a/b.yaml"), named("a.b.yaml"), named("a/b.yml")]), &Redactor::new()));
    let names: Vec<_> = report.test_suites.iter().map(|suite| suite.test_cases[0].name.to_string()).collect();
    assert_eq!(names, ["a", "a (2)", "a (3)"]);
}

#[test]
fn no_form_of_a_secret_is_told() {
    let mut run = run(vec![leaking(), outcome(SECRET, Verdict::Passed)]);
    run.broken.push(broken());
    let text = junit(&run, &redactor());
    assert_hidden(&text);
    assert_hidden(description(&parsed(&text).test_suites[1].test_cases[0]));
    let odd = Redactor::new();
    for secret in ["quot;", "testcase", "classname", "specs.items"] {
        let _ = odd.register("x", &Secret::new(secret));
    }
    assert_eq!(parsed(&junit(&self::run_of_one("say \"quot\""), &odd)).tests, 1);
}

fn run_of_one(name: &str) -> Run {
    run(vec![outcome(name, Verdict::Passed)])
}

#[test]
fn texts_and_names_are_cut() {
    let body = format!("{}\n", "&\"".repeat(60)).repeat(400);
    let failing = || {
        let mut failing = failed();
        failing.exchanges = vec![evidence(Ok(response(500, &[], body.as_bytes())))];
        failing
    };
    let text = junit(&run((0..50).map(|_| failing()).collect()), &Redactor::new());
    assert!(text.len() < 50 * (LONGEST_TEXT + 1000), "{}", text.len());
    assert!(description(&parsed(&text).test_suites[0].test_cases[49]).ends_with('…'));
    let redactor = Redactor::new();
    let writer = Writer { veil: Veil::new(&redactor), name: 20, text: 100, taken: HashSet::new() };
    let report = parsed(&writer.report(&run(vec![outcome(&"<".repeat(90), Verdict::Passed), failing()])));
    let cases = &report.test_suites[0].test_cases;
    assert_eq!(cases[0].name.as_str(), "<<<<<…");
    assert!(description(&cases[1]).chars().count() <= 101);
    assert_eq!((within("a<b", 5), within("a<b", 6)), ("a<…".into(), "a<b".into()));
}
