//! Every key that can fail a case in a spec that fails, with the message that it fails with.

use std::{fmt::Write, fs};

use serde_json::Value;

use super::keys::Key;
use crate::support::{Workspace, repository};
use hallpass::demo::{Demo, Options};

/// A matcher, its operand on a path of the first item, and what is said.
const MATCHERS: &[(&str, &str, &str, &str)] = &[
    ("equals", "$.id", "2", "$.id: expected `2`, found `1`"),
    ("not", "$.id", "1", "$.id: expected not `1`, found `1`"),
    ("in", "$.id", "[2, 3]", "$.id: expected one of `[2,3]`, found `1`"),
    ("gt", "$.id", "1", "$.id: expected greater than `1`, found `1`"),
    ("gte", "$.id", "2", "$.id: expected at least `2`, found `1`"),
    ("lt", "$.id", "1", "$.id: expected less than `1`, found `1`"),
    ("lte", "$.id", "0", "$.id: expected at most `0`, found `1`"),
    ("between", "$.id", "[2, 3]", "$.id: expected between `2` and `3`, found `1`"),
    ("approx", "$.price", "{ value: 130, within: 0.5 }", "$.price: expected `130` give or take `0.5`, found `129.00`"),
    ("type", "$.id", "string", "$.id: expected type string, found integer `1`"),
    ("exists", "$.secret", "true", "nothing at `$.secret`, expected a value"),
    ("optional", "$.id", "{ gt: 1 }", "$.id: expected greater than `1`, found `1`"),
    ("empty", "$.tags", "true", "$.tags: expected empty, found `[\"lighting\",\"classic\"]`"),
    ("length", "$.tags", "3", "length of $.tags: expected `3`, found `2`"),
    ("contains", "$.tags", "new", "$.tags: expected something that contains `\"new\"`"),
    ("contains_all", "$.tags", "[classic, new]", "$.tags: expected something that contains `\"new\"`"),
    ("starts_with", "$.title", "lamp", "$.title: expected text that starts with `\"lamp\"`"),
    ("ends_with", "$.title", "Lamp", "$.title: expected text that ends with `\"Lamp\"`"),
    ("matches", "$.title", "'\\d'", "$.title: expected text that matches `\\d`"),
    ("format", "$.title", "uuid", "$.title: expected the format `uuid`, found"),
    ("each", "$.tags", "{ starts_with: l }", "$.tags[1]: expected text that starts with `\"l\"`, found `\"classic\"`"),
    ("any", "$.tags", "new", "$.tags: expected an element that is `\"new\"`"),
    ("unique", "$.tags", "false", "$.tags: expected an element twice, found `[\"lighting\",\"classic\"]`"),
    (
        "sorted",
        "$.tags",
        "asc",
        "$.tags: expected ascending order, found `\"lighting\"` before `\"classic\"` at [0] and [1]",
    ),
    ("schema", "$.id", "{ minimum: 2 }", "$.id: `1` is less than the minimum `2`"),
    ("before", "$.created_at", "2026-01-01T00:00:00Z", "$.created_at: expected a time before `2026-01-01T00:00:00Z`"),
    ("after", "$.created_at", "now", "$.created_at: expected a time after `now`"),
    ("like", "$", "{ id: 2 }", "$.id: expected `2`, found `1`"),
    ("exact", "$", "{ id: 1 }", "$.title: expected no such member, found `\"Anglepoise lamp\"`"),
    ("unordered", "$.tags", "[classic, new]", "$.tags: expected an element for `\"new\"`, found none that matches"),
    ("any_of", "$.id", "[2, { gt: 2 }]", "$.id: expected `2` or greater than `2`, found `1`"),
    ("one_of", "$.id", "[{ gt: 0 }, 1]", "$.id: expected exactly one of: greater than `0`; `1`, found `1`, which is"),
    ("all_of", "$.id", "[{ gt: 0 }, { gt: 1 }]", "$.id: expected greater than `1`, found `1`"),
];

/// A key of `expect`, what it expects of the first item, and what is said.
const KEYS: &[(&str, &str, &str)] = &[
    ("status", "404", "status: expected `404`, found `200`"),
    (
        "headers",
        "{ content-type: text/html }",
        "header content-type: expected `\"text/html\"`, found `\"application/json\"`",
    ),
    ("json", "{ id: 2 }", "$.id: expected `2`, found `1`"),
    ("jsonpath", "{ '$.tags[9]': a }", "nothing at `$.tags[9]`, expected `\"a\"`"),
    ("body", "{ contains: mug }", "body: expected something that contains `\"mug\"`"),
    ("cookies", "{ sid: { exists: true } }", "nothing at `cookie sid`, expected a value"),
    ("schema", "{ required: [secret] }", "$: the member `secret` is missing"),
    ("values", "{ \"{{add 1 1}}\": 3 }", "value {{add 1 1}}: expected `3`, found `2`"),
    ("url", "{ ends_with: /items/2 }", "url: expected text that ends with `\"/items/2\"`"),
    ("duration", "{ gt: 1h }", "duration: expected greater than `3600000`"),
    ("size", "3", "size: expected `3`, found "),
    ("sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "sha256: "),
    ("redirects", "{ length: 1 }", "length of redirects: expected `1`, found `0`"),
    ("snapshot", "none", "snapshot none: it was never kept, so that there is nothing to compare with"),
    ("tls", "{ version: '1.3' }", "nothing at `tls version`, expected `\"1.3\"`"),
    ("http_version", "'2'", "http_version: expected `\"2\"`, found `\"1.1\"`"),
];

/// An attribute of the cookie `theme`, what is expected of it, and what is said.
const COOKIE: &[(&str, &str, &str)] = &[
    ("value", "dark", "cookie theme: expected [redacted], got [redacted]"),
    ("secure", "true", "cookie theme secure: expected `true`, found `false`"),
    ("http_only", "true", "cookie theme http_only: expected `true`, found `false`"),
    ("same_site", "Strict", "nothing at `cookie theme same_site`, expected `\"Strict\"`"),
    ("path", "/shop", "cookie theme path: expected `\"/shop\"`, found `\"/\"`"),
    ("domain", "example.com", "nothing at `cookie theme domain`, expected `\"example.com\"`"),
    ("max_age", "{ lt: 60 }", "nothing at `cookie theme max_age`, expected less than `60`"),
    ("expires", "{ after: now }", "nothing at `cookie theme expires`, expected a time after `now`"),
];

/// A source of a capture, the path that is asked for, the capture, and what is said.
const CAPTURES: &[(&str, &str, &str, &str)] = &[
    ("jsonpath", "/items/1", "{ jsonpath: $.nope }", "nothing at `$.nope` to capture as `x`"),
    ("xpath", "/report.xml", "{ xpath: string(//nope) }", "nothing at `xpath string(//nope)` to capture as `x`"),
    ("header", "/items/1", "{ header: X-Nope }", "nothing at `header x-nope` to capture as `x`"),
    ("cookie", "/items/1", "{ cookie: nope }", "nothing at `cookie nope` to capture as `x`"),
    ("regex", "/items/1", "{ regex: nope(.) }", "nothing at `body /nope(.)/` to capture as `x`"),
    (
        "body",
        "/broken/utf8",
        "{ body: true }",
        "body: the body is not valid UTF-8 at byte 13, so that `x` cannot be captured",
    ),
    (
        "as",
        "/items/1",
        "{ jsonpath: $.title, as: integer }",
        "capture x: expected what can be read as an integer, found string `\"Anglepoise lamp\"`",
    ),
];

/// A table, a key of it, a request, and what is said.
const REQUESTS: &[(&str, &str, &str, &str)] = &[
    ("request", "get", "{ get: /nope }", "status: expected `2xx`, found `404`"),
    ("request", "post", "{ post: /nope }", "status: expected `2xx`, found `404`"),
    ("request", "auth", "{ get: /items/1, auth: none }", "status: expected `2xx`, found `401`"),
    ("request", "as", "{ get: /items/1, as: { none: 200 } }", "status: expected `200`, found `401`"),
    ("request", "expect", "{ get: /items/1, expect: { status: 404 } }", "status: expected `404`, found `200`"),
    ("request", "capture", "{ get: /items/1, capture: { x: $.nope } }", "nothing at `$.nope` to capture as `x`"),
    ("request", "timeout", "{ get: /slow?ms=3000, timeout: 50ms }", "no answer within 50ms; connected, waiting for"),
    ("request", "redirects", "{ get: /redirect/3, redirects: 1 }", "more than 1 redirect: http://127.0.0.1:"),
    ("request", "poll", POLLED, "$.id: expected `2`, found `1`"),
    ("poll", "times", POLLED, "$.id: expected `2`, found `1`"),
    (
        "poll",
        "timeout",
        "{ get: /items/1, poll: { every: 10ms, timeout: 50ms }, expect: { json: { id: 2 } } }",
        "$.id: expected `2`, found `1`",
    ),
    (
        "request",
        "graphql",
        "{ post: /graphql, graphql: { query: '{ nope }' } }",
        "$.errors: the answer has GraphQL errors: `\"the query asks for neither `items` nor `item`\"`",
    ),
    ("request", "file", "{ post: /uploads, file: nope.png }", "`nope.png` does not exist"),
    ("request", "multipart", "{ post: /multipart, multipart: { a: { file: nope.png } } }", "`nope.png` does not exist"),
    (
        "request",
        "base64",
        "{ post: /uploads, vars: { a: aé= }, base64: '{{a}}' }",
        "the body is not base64: `é` is none of its characters",
    ),
    (
        "request",
        "when",
        "{ get: /items/1, vars: { a: 1 }, when: '{{a}}' }",
        "`when` yields neither true nor false, but integer",
    ),
    (
        "request",
        "vars",
        "{ get: /items/1, vars: { a: '{{env.NO_SUCH}}' }, query: { a: '{{a}}' } }",
        "the environment variable `NO_SUCH` is not set",
    ),
    (
        "expect",
        "xpath",
        "{ get: /report.xml, expect: { xpath: { count(//item): 1 } } }",
        "xpath count(//item): expected `1`, found `10`",
    ),
    ("request", "needs", "{ get: /items/1, needs: [request 0] }", "it needs `request 0`, which failed"),
    (
        "snapshot",
        "file",
        "{ get: /health, expect: { snapshot: { file: other } } }",
        "snapshot other: it was never kept, so that there is nothing to compare with",
    ),
    (
        "snapshot",
        "ignore",
        "{ get: /health, expect: { snapshot: { file: kept, ignore: [$.since] } } }",
        "nothing at `$.since`",
    ),
];

const POLLED: &str = "{ get: /items/1, poll: { every: 10ms, times: 2 }, expect: { json: { id: 2 } } }";

/// A table of the project file, a key of it, what the file says, and what is said of any request.
const PROJECT: &[(&str, &str, &str, &str)] = &[
    ("timeouts", "request", "timeouts: { request: 50ms }", "no answer within 50ms; connected, waiting for"),
    ("http", "max_body", "http: { max_body: 1 }", "the body has more than 1 byte"),
    ("http", "proxy", "http: { proxy: 'http://127.0.0.1:1' }", "connection refused by the proxy 127.0.0.1:1"),
    ("http", "unix_socket", "http: { unix_socket: no.sock }", "the socket `"),
];

/// What the server says that it speaks, as no test with TLS sees it.
const TLS: &[&str] =
    &["version", "subject", "issuer", "names", "serial", "fingerprint", "not_before", "not_after", "expires_in"];

pub(super) fn keys() -> Vec<Key> {
    let mut keys: Vec<_> = MATCHERS.iter().map(|row| Key::new("map-of-matchers", row.0)).collect();
    keys.extend(KEYS.iter().map(|row| Key::new("expect", row.0)));
    keys.extend(COOKIE.iter().map(|row| Key::new("cookie", row.0)));
    keys.extend(CAPTURES.iter().map(|row| Key::new("capture", row.0)));
    keys.extend(REQUESTS.iter().chain(PROJECT).map(|row| Key::new(row.0, row.1)));
    keys.extend(TLS.iter().map(|name| Key::new("tls", name)));
    keys
}

#[tokio::test(flavor = "multi_thread")]
async fn every_expectation_and_capture_fails_with_its_message() {
    let item = "    get: /items/1\n    expect:\n";
    let session = "    post: /session\n    auth: none\n    json: { user: '{{env.USER_NAME}}', password: '{{env.USER_PASSWORD}}' }\n    expect:\n      status: 201\n";
    let mut rows: Vec<Row> = Vec::new();
    rows.extend(MATCHERS.iter().map(|(name, path, operand, message)| {
        (format!("{item}      jsonpath: {{ {path}: {{ {name}: {operand} }} }}\n"), *message)
    }));
    rows.extend(KEYS.iter().map(|(name, value, message)| (format!("{item}      {name}: {value}\n"), *message)));
    rows.extend(COOKIE.iter().map(|(name, value, message)| {
        (format!("{session}      cookies: {{ theme: {{ {name}: {value} }} }}\n"), *message)
    }));
    rows.extend(
        CAPTURES.iter().map(|(_, path, capture, message)| {
            (format!("    get: {path}\n    capture: {{ x: {capture} }}\n"), *message)
        }),
    );
    let told = failures(&rows, "").await;
    assert!(wrong_rows(&rows, &told).is_empty(), "{}", wrong_rows(&rows, &told));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_part_of_a_request_fails_with_its_message() {
    let rows: Vec<Row> = REQUESTS.iter().map(|row| (format!("    <<: {}\n", row.2), row.3)).collect();
    let told = failures(&rows, "").await;
    assert!(wrong_rows(&rows, &told).is_empty(), "{}", wrong_rows(&rows, &told));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_setting_of_a_project_that_can_fail_a_case_does_so_with_its_message() {
    for (_, _, project, message) in PROJECT {
        let rows = [("    get: /slow?ms=300\n    auth: none\n".to_owned(), *message)];
        let told = failures(&rows, project).await;
        assert!(wrong_rows(&rows, &told).is_empty(), "{}", wrong_rows(&rows, &told));
    }
}

#[test]
fn every_part_of_tls_fails_in_a_test_of_connections() {
    let connections = fs::read_to_string(repository().join("tests/tool/connection/mod.rs")).unwrap();
    for name in TLS {
        assert!(connections.contains(&format!("says(\"tls {name}: ")), "no example fails by `{name}`");
    }
}

/// The lines of a request behind its name, and how the message begins that it fails with.
pub(super) type Row = (String, &'static str);

/// Runs the requests as one spec against the demo: what the first mismatch of each says, or else the reason.
///
/// `project` is written behind the project file of this repository.
pub(super) async fn failures(rows: &[Row], project: &str) -> Vec<String> {
    let demo = Demo::start(Options::default()).await.unwrap();
    let defaults = "\ndefaults:\n  timeout: 10s\n";
    let own = fs::read_to_string(repository().join("hallpass.yaml")).unwrap();
    assert!(own.contains(defaults), "{own}");
    let project = format!("{}\nallow: [exec]\n{project}\n", own.replace(defaults, "\n"));
    let mut spec = "requests:\n".to_owned();
    for (number, (request, _)) in rows.iter().enumerate() {
        let _ = write!(spec, "  - name: request {number}\n{request}");
    }
    let workspace = Workspace::new(&project)
        .spec("failing.yaml", &spec)
        .file("specs/snapshots/kept.json", "{ \"since\": \"[ignored]\", \"status\": \"ok\" }\n")
        .envs(demo.env());
    let ran = tokio::task::spawn_blocking(move || {
        let ran = workspace.hallpass(&["run", "--report", "json=run.json"]);
        assert!(matches!(ran.code, Some(1 | 3)), "{}", ran.all());
        workspace.read("run.json")
    });
    let report: Value = serde_json::from_str(&ran.await.unwrap()).unwrap();
    demo.stop().await;
    let told = |case: &Value| {
        case["mismatches"][0]["message"].as_str().or(case["reason"].as_str()).unwrap_or_default().to_owned()
    };
    report["cases"].as_array().unwrap().iter().map(told).collect()
}

/// The rows that said something else.
pub(super) fn wrong_rows(rows: &[Row], told: &[String]) -> String {
    assert_eq!(told.len(), rows.len(), "{told:?}");
    let wrong = rows.iter().zip(told).filter(|((_, message), told)| !told.starts_with(message));
    wrong.map(|((request, message), told)| format!("{request}says {told}\nand not {message}\n")).collect()
}
