//! What becomes of a request that is sent more than once, later, or not at all; counted by the server.

use std::time::Duration;

use crate::support::{Answer, Ran, RawServer, Workspace, message, repository};
use hallpass::demo::{Demo, Options};

/// The project of the demo with one spec.
fn shop(demo: &Demo, spec: &str) -> Workspace {
    let project = std::fs::read_to_string(repository().join("hallpass.yaml")).unwrap();
    Workspace::new(&project).spec("flow.yaml", spec).envs(demo.env())
}

async fn demo() -> Demo {
    Demo::start(Options { token_lifetime: Duration::from_secs(3600), ..Options::default() }).await.unwrap()
}

async fn run(workspace: Workspace, arguments: &'static [&'static str]) -> (Workspace, Ran) {
    let ran = tokio::task::spawn_blocking(move || {
        let ran = workspace.hallpass(arguments);
        (workspace, ran)
    });
    ran.await.unwrap()
}

const MATRIX: &str = "\
requests:
  - name: make it
    post: /items
    auth: editor
    json: { title: lamp, price: 1 }
    expect: { status: 201 }
    capture: { id: $.id }
  - name: read it
    get: /items/{{id}}
    as:
      none: 401
      reader: 2xx
      editor: { status: 200, json: { title: lamp } }
    expect: { headers: { content-type: { starts_with: application/ } } }
  - name: remove it
    delete: /items/{{id}}
    auth: editor
    needs: [read it]
";

#[tokio::test(flavor = "multi_thread")]
async fn an_access_matrix_is_one_case_for_each_identity() {
    let demo = demo().await;
    let (workspace, ran) = run(shop(&demo, MATRIX), &["list"]).await;
    let names = ["make it", "read it [as none]", "read it [as reader]", "read it [as editor]", "remove it"];
    assert_eq!(ran.ends_with(0).stdout, names.map(|name| format!("specs/flow.yaml::{name}\n")).concat());
    let (_, ran) = run(workspace, &["run", "-v"]).await;
    ran.ends_with(0).says("5 passed");
    assert_eq!((demo.counts().api_requests, demo.counts().unauthorized, demo.counts().token_requests), (5, 1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_identity_alone_can_be_selected_with_what_it_needs() {
    let demo = demo().await;
    let (_, ran) = run(shop(&demo, MATRIX), &["run", "-v", "-k", "[as none]"]).await;
    ran.ends_with(0).says("2 passed").says("needed by `read it [as none]`");
    let (_, ran) = run(shop(&demo, MATRIX), &["run", "-k", "remove it"]).await;
    ran.ends_with(0).says("5 passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_answered_otherwise_fails_alone_and_stops_what_needs_the_request() {
    let demo = demo().await;
    let spec = MATRIX.replace("reader: 2xx", "reader: 403");
    let (_, ran) = run(shop(&demo, &spec), &["run", "-v"]).await;
    ran.ends_with(1)
        .says("3 passed, 1 failed, 1 skipped")
        .says("FAIL specs/flow.yaml::read it [as reader]")
        .says("expected `403`, found `200`")
        .says("it needs `read it [as reader]`, which failed");
    assert_eq!(demo.counts().api_requests, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_request_expects_is_checked_of_every_identity() {
    let demo = demo().await;
    let spec = MATRIX.replace("starts_with: application/", "equals: application/json");
    let (_, ran) = run(shop(&demo, &spec), &["run"]).await;
    ran.ends_with(1).says("read it [as none]").says("application/problem+json").says("3 passed, 1 failed");
}

/// A server whose answers have these statuses, one after the other; more headers may stand behind a status.
fn statuses(lines: &[&str]) -> RawServer {
    let answer = |line: &&str| {
        Answer::Bytes(message(&format!("HTTP/1.1 {line}\nContent-Length: 12\nConnection: close"), b"{\"ok\": true}"))
    };
    RawServer::start(Answer::Each(lines.iter().map(answer).collect()))
}

/// One request for a server with these keys, run with these arguments.
fn one(url: &str, keys: &str, arguments: &[&str]) -> (Workspace, Ran) {
    let spec = format!("requests:\n  - {{name: it, get: /, {keys}}}\n");
    let workspace = Workspace::new(&format!("base_url: {url}\n")).spec("flow.yaml", &spec);
    let ran = workspace.hallpass(arguments);
    (workspace, ran)
}

#[test]
fn a_poll_sends_until_the_answer_is_as_expected_and_only_the_last_attempt_counts() {
    let server = statuses(&["404 Not Found", "503 Busy", "200 OK"]);
    let (workspace, ran) =
        one(&server.url(), "poll: {every: 5ms, timeout: 20s}", &["run", "--report", "json=run.json"]);
    ran.ends_with(0).says("1 passed").does_not_say("flaky");
    assert_eq!(server.requests(), 3);
    let json: serde_json::Value = serde_json::from_str(&workspace.read("run.json")).unwrap();
    let exchanges = json["cases"][0]["exchanges"].as_array().unwrap();
    let told: Vec<_> = exchanges.iter().map(|it| (it["response"]["status"].as_i64(), it["note"].as_str())).collect();
    assert_eq!(told, [(Some(404), None), (Some(503), Some("attempt 2")), (Some(200), Some("attempt 3"))]);
}

#[test]
fn a_poll_ends_after_its_time_or_its_attempts_with_the_last_answer() {
    let server = statuses(&["404 Not Found", "409 Conflict"]);
    let (_, ran) = one(&server.url(), "poll: {every: 1ms, times: 4}", &["run"]);
    ran.ends_with(1).says("found `409`").does_not_say("found `404`").says("attempt 4 409");
    assert_eq!(server.requests(), 4);
    let (_, ran) = one(&server.url(), "poll: {every: 50ms, timeout: 120ms}", &["run"]);
    ran.ends_with(1).says("found `409`");
    assert!((5..=7).contains(&server.requests()), "{}", server.requests());
}

#[test]
fn every_duration_may_be_a_template_over_variables_of_the_request() {
    let server = statuses(&["503 Busy", "404 Not Found", "200 OK"]);
    let keys = "vars: {pause: 1ms, long: 20s}, delay: \"{{pause}}\", timeout: \"{{long}}\", \
                poll: {every: \"{{pause}}\", timeout: \"{{long}}\"}, retry: {on: [503], times: 2, backoff: \"{{pause}}\"}";
    one(&server.url(), keys, &["run"]).1.ends_with(0).says("1 passed");
    assert_eq!(server.requests(), 3);
    let (_, ran) = one(&server.url(), "vars: {pause: 5}, delay: \"{{pause}}\"", &["run"]);
    ran.ends_with(3).says("`5` is not a duration").says("--> specs/flow.yaml:2:49").says("write a number and a unit");
}

#[test]
fn in_a_poll_an_unreachable_server_counts_as_not_yet() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    let (_, ran) = one(&format!("http://{address}"), "poll: {every: 1ms, times: 3}", &["run", "-vv"]);
    ran.ends_with(3).says("refused").says("attempt 3");
}

#[test]
fn a_retry_that_passes_is_flaky_and_one_that_does_not_counts_its_last_attempt() {
    let retry = "retry: {on: [429, 5xx, connect], times: 2, backoff: 1ms}";
    let server = statuses(&["503 Busy", "500 Oops", "200 OK"]);
    let (_, ran) = one(&server.url(), retry, &["run", "-v"]);
    ran.ends_with(0).says("1 passed").says("flaky");
    assert_eq!(server.requests(), 3);
    let server = statuses(&["503 Busy", "500 Oops", "502 Bad", "200 OK"]);
    let (_, ran) = one(&server.url(), retry, &["run"]);
    ran.ends_with(1).says("found `502`").says("503; attempt 2 500; attempt 3 502").does_not_say("flaky");
    assert_eq!(server.requests(), 3);
}

#[test]
fn a_retry_is_for_the_troubles_it_names_and_for_nothing_that_is_expected() {
    let table = [
        ("404 Not Found", "retry: {on: [503, connect], times: 2, backoff: 1ms}", 1, 1),
        ("429 Slow down", "retry: {on: 429, times: 2, backoff: 1ms}, expect: {status: 429}", 1, 0),
        ("200 OK", "retry: {on: 2xx, times: 2, backoff: 1ms}, expect: {json: {ok: false}}", 3, 1),
        ("429 Slow down\nRetry-After: 0", "retry: {on: 429, times: 1, backoff: 1h}", 2, 1),
        ("429 Slow down\nRetry-After: 3600", "retry: {on: 429, times: 1, backoff: 1ms}", 1, 1),
    ];
    for (line, keys, requests, code) in table {
        let server = statuses(&[line]);
        let (_, ran) = one(&server.url(), keys, &["run"]);
        assert_eq!(ran.ends_with(code).code, Some(code), "{line} {keys}");
        assert_eq!(server.requests(), requests, "{line} {keys}");
    }
}

#[test]
fn a_retry_within_a_poll_takes_none_of_its_attempts() {
    let server = statuses(&["503 Busy", "404 Not Found", "200 OK"]);
    let keys = "poll: {every: 1ms, times: 2}, retry: {on: 503, times: 1, backoff: 1ms}";
    let (_, ran) = one(&server.url(), keys, &["run"]);
    ran.ends_with(0).says("1 passed");
    assert_eq!(server.requests(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_attempt_of_a_poll_carries_a_token_that_is_alive() {
    let demo = Demo::start(Options { token_lifetime: Duration::from_secs(2), ..Options::default() }).await.unwrap();
    let spec = "requests:\n  - name: never\n    get: /items/1\n    auth: reader\n    poll: { every: 200ms, times: 14 }\n    \
                expect: { json: { title: no such lamp } }\n";
    let (_, ran) = run(shop(&demo, spec), &["run"]).await;
    ran.ends_with(1).says("no such lamp");
    let counts = demo.counts();
    assert_eq!((counts.api_requests, counts.unauthorized), (14, 0));
    assert!(counts.token_requests >= 2, "{} token requests", counts.token_requests);
}

#[test]
fn a_request_or_spec_whose_condition_is_false_is_skipped_with_the_reason() {
    let server = statuses(&["200 OK"]);
    let spec = "\
requests:
  - name: here
    get: /
    when: \"{{eq env.STAGE 'test'}}\"
    expect: { json: { ok: true } }
    capture: { fine: $.ok }
  - name: elsewhere
    get: /
    vars: { stage: \"{{env.STAGE}}\" }
    when: \"{{ne stage 'test'}}\"
    capture: { other: $.ok }
  - name: needs elsewhere
    get: /?{{other}}
  - name: by what came before
    get: /
    when: \"{{not fine}}\"
  - name: no answer to it
    get: /
    when: \"{{env.STAGE}}\"
";
    let workspace =
        Workspace::new(&format!("base_url: {}\n", server.url())).spec("flow.yaml", spec).env("STAGE", "test");
    let ran = workspace.hallpass(&["run", "-v"]).ends_with(3);
    ran.says("1 passed, 1 error, 3 skipped")
        .says("elsewhere: `when: {{ne stage 'test'}}` is false")
        .says("it needs `elsewhere`, which was skipped")
        .says("by what came before: `when: {{not fine}}` is false")
        .says("`when` yields neither true nor false, but string");
    assert_eq!(server.requests(), 1);
    let whole =
        "when: \"{{eq env.STAGE 'production'}}\"\nrequests:\n  - { name: a, get: / }\n  - { name: b, get: / }\n";
    let ran = workspace.spec("flow.yaml", whole).hallpass(&["run", "-v"]);
    ran.ends_with(0).says("2 skipped").says("`when: {{eq env.STAGE 'production'}}` is false");
    assert_eq!(server.requests(), 1);
}

const AROUND: &str = "\
teardown:
  - name: remove it
    delete: /items/{{id}}
    auth: editor
    expect: { status: 204 }
  - name: it is gone
    get: /items/{{id}}
    expect: { status: 404 }
setup:
  - name: make it
    post: /items
    auth: editor
    json: { title: lamp, price: 1 }
    expect: { status: 201 }
    capture: { id: $.id }
requests:
  - name: read it
    get: /items/{{id}}
    expect: { json: { title: lamp } }
  - name: read another
    get: /items/1
";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_set_up_is_torn_down_also_after_failures_and_for_one_case_alone() {
    let demo = demo().await;
    let (_, ran) = run(shop(&demo, AROUND), &["run", "-v"]).await;
    ran.ends_with(0).says("5 passed");
    let (_, ran) = run(shop(&demo, AROUND), &["run", "-v", "-k", "another"]).await;
    ran.ends_with(0).says("4 passed").says("make it").says("remove it").says("needed by `read another`");
    let failing = AROUND.replace("json: { title: lamp }", "json: { title: desk }");
    let (_, ran) = run(shop(&demo, &failing), &["run"]).await;
    ran.ends_with(1).says("4 passed, 1 failed");
    let (_, ran) = run(shop(&demo, &failing), &["run", "--fail-fast"]).await;
    ran.ends_with(1).says("3 passed, 1 failed, 1 not run");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setup_that_fails_stops_the_requests_and_leaves_nothing_to_clear_away() {
    let demo = demo().await;
    let (_, ran) =
        run(shop(&demo, &AROUND.replace("auth: editor\n    json", "auth: reader\n    json")), &["run", "-v"]).await;
    ran.ends_with(1)
        .says("1 failed, 4 skipped")
        .says("read another: it needs `make it`, which failed")
        .says("remove it: `id` was not captured");
    assert_eq!(demo.counts().api_requests, 1);
    let skipped = AROUND.replace("    post: /items\n", "    post: /items\n    skip: later\n");
    let (_, ran) = run(shop(&demo, &skipped), &["run", "-v"]).await;
    ran.ends_with(0).says("1 passed, 4 skipped").says("ok   specs/flow.yaml::read another");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_teardown_that_fails_fails_the_spec_and_stops_no_other() {
    let demo = demo().await;
    let (_, ran) =
        run(shop(&demo, &AROUND.replace("auth: editor\n    expect: { status: 204 }", "auth: reader")), &["run"]).await;
    ran.ends_with(1).says("3 passed, 2 failed").says("FAIL specs/flow.yaml::remove it").says("it is gone");
}

#[test]
fn a_spec_may_consist_of_setup_or_teardown_alone() {
    let server = statuses(&["200 OK"]);
    for stage in ["setup", "teardown"] {
        let spec = format!("{stage}:\n  - {{ name: it, get: /, expect: {{ json: {{ ok: true }} }} }}\n");
        let workspace = Workspace::new(&format!("base_url: {}\n", server.url())).spec("flow.yaml", &spec);
        workspace.hallpass(&["run"]).ends_with(0).says("1 passed");
    }
    assert_eq!(server.requests(), 2);
}

#[cfg(unix)]
#[test]
fn an_interrupt_gives_up_what_is_under_way_and_still_tears_down() {
    let slow = RawServer::start(Answer::Hang(Vec::new()));
    let quick = statuses(&["200 OK"]);
    let spec = format!(
        "requests:\n  - {{ name: hangs, get: \"{}\" }}\n  - {{ name: never, get: / }}\nteardown:\n  - {{ name: clear, get: / }}\n",
        slow.url()
    );
    let workspace = Workspace::new(&format!("base_url: {}\n", quick.url())).spec("flow.yaml", &spec);
    let running = workspace.start(&["run", "-v"]);
    while slow.requests() == 0 {
        std::thread::yield_now();
    }
    let ran = running.interrupted();
    let ran = ran.says("1 passed").says("2 not run").says("clear");
    assert_ne!(ran.code, Some(0), "{}", ran.all());
    assert_eq!(quick.requests(), 1);
}

const TABLE: &str = "\
cases: { file: data/lamps.csv }
vars: { label: \"{{upper row.colour}}\", own: \"{{uuid}}\" }
setup:
  - name: make it
    post: /items
    headers: { X-Trace: \"{{own}}\" }
    auth: editor
    json: { title: \"{{row.colour}} lamp\", price: \"{{number row.price}}\" }
    expect: { status: 201 }
    capture: { id: $.id }
requests:
  - name: read it
    get: /items/{{id}}
    as: { none: 401, reader: { status: 200, json: { title: \"{{lower label}} lamp\" } } }
teardown:
  - name: remove it
    delete: /items/{{id}}
    auth: editor
";

#[tokio::test(flavor = "multi_thread")]
async fn a_spec_is_run_once_for_each_row_with_what_it_sets_up() {
    let demo = demo().await;
    let workspace = shop(&demo, TABLE).file("specs/data/lamps.csv", "colour,price\nred,1.50\n\"deep blue\",2\n");
    let (workspace, ran) = run(workspace, &["list"]).await;
    let names = |row: &str| {
        ["make it [ROW]", "read it [ROW] [as none]", "read it [ROW] [as reader]", "remove it [ROW]"]
            .map(|name| format!("specs/flow.yaml::{}\n", name.replace("ROW", row)))
            .concat()
    };
    assert_eq!(ran.ends_with(0).stdout, format!("{}{}", names("red"), names("deep blue")));
    let (workspace, ran) = run(workspace, &["run", "-j", "2"]).await;
    ran.ends_with(0).says("ok   specs/flow.yaml  8 passed");
    assert_eq!(demo.counts().api_requests, 8);
    let (workspace, ran) = run(workspace, &["run", "-v", "-k", "[red] [as none]"]).await;
    ran.ends_with(0).says("3 passed").does_not_say("deep blue");
    let (_, ran) = run(workspace, &["check"]).await;
    ran.ends_with(0).says("1 spec, 8 cases: nothing is wrong");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_sent_once_for_each_element_and_needed_as_a_whole() {
    let demo = demo().await;
    let spec = "\
vars: { last: 3 }
requests:
  - name: read
    for_each: { id: [1, 2, \"{{last}}\"] }
    get: /items/{{id}}
    expect: { json: { id: \"{{id}}\" } }
  - name: echo
    auth: none
    for_each: { row: { file: rows.json } }
    post: /echo
    json: { name: \"{{row.name}}\", size: \"{{row.size}}\" }
    expect: { json: { json: { name: \"{{row.name}}\", size: { $type: integer } } } }
  - name: behind
    auth: none
    needs: [read]
    get: /health
";
    let rows = "[{\"name\": \"a\", \"size\": 1}, {\"name\": \"b\", \"size\": \"2\"}]";
    let workspace = shop(&demo, spec).file("specs/rows.json", rows);
    let (workspace, ran) = run(workspace, &["run", "-v"]).await;
    ran.ends_with(1)
        .says("ok   specs/flow.yaml::read [1]")
        .says("ok   specs/flow.yaml::read [3]")
        .says("ok   specs/flow.yaml::echo [a]")
        .says("FAIL specs/flow.yaml::echo [b]")
        .says("5 passed, 1 failed");
    assert_eq!(demo.counts().api_requests, 6);
    let broken = spec.replace("[1, 2,", "[1, 2000,");
    let (_, ran) = run(workspace.spec("flow.yaml", &broken), &["run", "-v", "-k", "behind"]).await;
    ran.ends_with(1).says("it needs `read [2]`, which failed").says("2 passed, 1 failed, 1 skipped");
}
