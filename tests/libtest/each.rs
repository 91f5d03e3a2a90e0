//! What is done before and after each run of a spec.

use crate::support::Suite;

const TWICE: &str = "\
requests:
  - {name: one, get: /count, expect: {body: \"1\", values: {\"{{run}}\": {length: 32}}}}
  - {name: two, get: /count, expect: {body: \"2\"}}
";

#[test]
fn each_run_of_a_spec_has_an_application_of_its_own() {
    let rows = format!("cases: [{{id: x}}, {{id: y}}]\n{TWICE}").replace("body: \"2\"", "body: \"{{env.ROW}}\"");
    let skipped = "skip: later\nrequests:\n  - {name: one, get: /count}\n";
    let suite = Suite::of(&[("specs/a.yaml", TWICE), ("specs/b.yaml", &rows), ("specs/c.yaml", skipped)]).mode("each");
    assert_eq!((suite.run(&["--list"]).code, suite.diary()), (0, String::new()));
    let said = suite.run(&["--test-threads", "1"]);
    let ok = "a.yaml::one ... ok|a.yaml::two ... ok|b.yaml::one [x] ... ok|b.yaml::one [y] ... ok";
    let bad = "b.yaml::two [x] ... FAILED|b.yaml::two [y] ... FAILED|c.yaml::one ... ignored (later)";
    let expected: Vec<_> = ok.split('|').chain(bad.split('|')).map(|line| format!("test specs/{line}")).collect();
    assert_eq!((said.code, said.tests()), (101, expected), "{said:?}");
    assert!(said.stdout.contains("expected `\"x\"`, found `\"2\"`"), "{}", said.stdout);
    let run =
        |name: &str, failed: bool| format!("before {name}\n/count\n/count\nafter {name} failed: {failed}\nlet go\n");
    let diary = run("specs/a.yaml -", false) + &run("specs/b.yaml x", true) + &run("specs/b.yaml y", true);
    assert_eq!(suite.diary(), diary);
}

#[test]
fn a_run_that_cannot_begin_fails_each_of_its_cases_and_no_other() {
    let text = "setup:\n  - {name: make, get: /count}\nrequests:\n  - {name: one, get: /count}\n  - {name: two, skip: later, get: /count}\nteardown:\n  - {name: remove, get: /count}\n";
    let suite = Suite::of(&[("specs/a.yaml", text)]).mode("each fails");
    let said = suite.run(&[]);
    let expected = ["make ... FAILED", "one ... FAILED", "remove ... FAILED", "two ... ignored (later)"];
    assert_eq!(said.tests(), expected.map(|line| format!("test specs/a.yaml::{line}")), "{said:?}");
    assert_eq!((said.code, said.stdout.matches("`before_each` failed: no database").count()), (101, 3), "{said:?}");
    assert!(!said.stderr.contains("after_each"), "{said:?}");

    let one = "requests:\n  - {name: one, get: /count}\n";
    let suite = Suite::of(&[("specs/a.yaml", one), ("specs/b.yaml", one)]).mode("each panics");
    let said = suite.run(&[]);
    assert_eq!(said.tests(), ["test specs/a.yaml::one ... FAILED", "test specs/b.yaml::one ... ok"], "{said:?}");
    assert!(said.stdout.contains("`before_each` failed: it panicked:") && said.stdout.contains("no room"), "{said:?}");
}

#[test]
fn what_goes_wrong_behind_a_run_fails_the_whole() {
    let suite = Suite::of(&[("specs/a.yaml", TWICE)]).mode("after fails").with("FIXTURE_X", "");
    let said = suite.run(&["--exact", "specs/a.yaml::two"]);
    assert_eq!(said.code, 101);
    assert!(said.stderr.contains("error: `after_each` failed for `specs/a.yaml`: left behind 32"), "{said:?}");
}
