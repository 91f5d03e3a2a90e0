//! Requests that are sent more than once, and what stands around them, as tests.

use crate::support::{Server, Suite};

const AROUND: &str = "\
setup:
  - {name: make, get: /make}
requests:
  - {name: read, for_each: {id: [1, 2]}, get: \"/read/{{id}}/x\"}
teardown:
  - {name: remove, get: /remove/500}
";

#[test]
fn every_case_of_a_request_is_a_test() {
    let server = Server::start();
    let suite = Suite::of(&[("specs/a.yaml", AROUND)]).talking_to(&server);
    let said = suite.run(&[]);
    let expected = ["make ... ok", "read [1] ... ok", "read [2] ... ok", "remove ... FAILED"];
    assert_eq!((said.code, said.tests()), (101, expected.map(|line| format!("test specs/a.yaml::{line}")).to_vec()));
    assert_eq!(server.requests(), ["GET /make", "GET /read/1/x", "GET /read/2/x", "GET /remove/500"]);
}

#[test]
fn a_teardown_that_fails_is_told_where_no_test_stands_for_it() {
    let server = Server::start();
    let suite = Suite::of(&[("specs/a.yaml", AROUND)]).talking_to(&server);
    let said = suite.run(&["--exact", "specs/a.yaml::read [2]"]);
    assert_ne!(said.code, 0, "{said:?}");
    assert!(said.stderr.contains("specs/a.yaml::remove"), "{said:?}");
    assert_eq!(server.requests(), ["GET /make", "GET /read/2/x", "GET /remove/500"]);
    let fine = AROUND.replace("/500", "/200");
    let suite = Suite::of(&[("specs/a.yaml", &*fine)]).talking_to(&server);
    assert_eq!(suite.run(&["--exact", "specs/a.yaml::read [2]"]).code, 0);
}

#[test]
fn under_nextest_a_spec_of_many_rows_is_still_one_file() {
    let server = Server::start();
    let text = "cases: [{id: a}, {id: b}]\nrequests:\n  - {name: read, get: \"/read/{{row.id}}/x\"}\n";
    let suite = Suite::of(&[("specs/a.yaml", text)]).talking_to(&server).with("NEXTEST", "1");
    let listed = suite.run(&["--list", "--format", "terse"]);
    assert_eq!(listed.stdout, "specs/a.yaml: test\n", "{listed:?}");
    let said = suite.run(&["--exact", "specs/a.yaml", "--nocapture"]);
    assert_eq!(said.code, 0, "{said:?}");
    let mut seen = server.requests();
    seen.sort();
    assert_eq!(seen, ["GET /read/a/x", "GET /read/b/x"]);
}
