//! Bodies that are kept in files, and how failures and reports show bodies: snapshots, forms, differences by line.

use std::fs;

use crate::support::{Answer, RawServer, Workspace, message};

/// A server that answers with these bodies, one after the other.
fn bodies(all: &[&str]) -> RawServer {
    let answer = |body: &&str| {
        let head = format!("HTTP/1.1 200 OK\nContent-Length: {}\nConnection: close", body.len());
        Answer::Bytes(message(&head, body.as_bytes()))
    };
    RawServer::start(Answer::Each(all.iter().map(answer).collect()))
}

/// A project with one request that has these keys.
fn one(server: &RawServer, keys: &str) -> Workspace {
    let spec = format!("requests:\n  - name: it\n    post: /\n    {keys}\n");
    Workspace::new(&format!("base_url: {}\n", server.url())).spec("it.yaml", &spec)
}

const OLD: &str = r#"{"id": 7, "items": [{"price": 1.10, "title": "lamp"}], "at": "2026-01-01"}"#;
const NEW: &str = r#"{"items": [{"price": 1.20, "title": "lamp"}], "id": 8, "at": "2026-02-02", "more": true}"#;

#[test]
fn a_snapshot_is_written_only_where_that_is_asked_for_and_then_compared() {
    let server = bodies(&[OLD, OLD, OLD, NEW, NEW, NEW]);
    let workspace = one(&server, "expect: {snapshot: {file: shop/items, ignore: [$.at]}}");
    let file = "specs/snapshots/shop/items.json";
    let ran = workspace.hallpass(&["run"]).ends_with(1);
    ran.says("snapshot shop/items: it was never kept").says("`hallpass run --update` keeps it").says("specs/it.yaml:4");
    assert!(!workspace.path().join(file).exists());

    workspace.hallpass(&["run", "--update"]).ends_with(0).says(&format!("wrote {file}"));
    let kept = "{\n  \"at\": \"[ignored]\",\n  \"id\": 7,\n  \"items\": [\n    {\n      \"price\": 1.10,\n      \"title\": \"lamp\"\n    }\n  ]\n}\n";
    assert_eq!(workspace.read(file), kept);
    workspace.hallpass(&["run", "--update"]).ends_with(0).does_not_say("wrote");

    let ran = workspace.hallpass(&["run"]).ends_with(1);
    ran.says("$.id: expected `7`, found `8`")
        .says("$.items[0].price: expected `1.10`, found `1.20`")
        .says("$.more: expected no such member, found `true`")
        .says("\n-      \"price\": 1.10,\n+      \"price\": 1.20,")
        .says("where the new answer is right")
        .does_not_say("$.at:");
    assert_eq!(workspace.read(file), kept);

    let updated = workspace.env("HALLPASS_UPDATE", "1");
    updated.hallpass(&["run"]).ends_with(0).says("wrote");
    updated.hallpass(&["run"]).ends_with(0).does_not_say("wrote");
    assert_eq!(fs::read_dir(updated.path().join("specs/snapshots/shop")).unwrap().count(), 1);
}

#[test]
fn nothing_is_kept_of_an_answer_that_is_wrong_otherwise() {
    let server = bodies(&[OLD]);
    let workspace = one(&server, "expect: {status: 201, snapshot: items}");
    workspace.hallpass(&["run", "--update"]).ends_with(1).says("expected `201`");
    assert!(!workspace.path().join("specs/snapshots").exists());
}

#[test]
fn text_is_kept_as_it_is_and_a_change_of_kind_moves_the_file() {
    let server = bodies(&["one\ntwo\nthree\n", "one\n2\nthree\n", "{}"]);
    let workspace = one(&server, "expect: {snapshot: notes}");
    workspace.hallpass(&["run", "--update"]).ends_with(0);
    assert_eq!(workspace.read("specs/snapshots/notes.txt"), "one\ntwo\nthree\n");
    workspace.hallpass(&["run"]).ends_with(1).says("\n one\n-two\n+2\n three\n");
    workspace.hallpass(&["run", "--update"]).ends_with(0).says("wrote specs/snapshots/notes.json");
    assert!(!workspace.path().join("specs/snapshots/notes.txt").exists());
}

#[test]
fn no_secret_is_kept() {
    let server = bodies(&[r#"{"echo": "Bearer tok-12345678", "password": "hunter2"}"#]);
    let workspace =
        one(&server, "auth: {bearer: {env: TOKEN}}\n    expect: {snapshot: it}").env("TOKEN", "tok-12345678");
    workspace.hallpass(&["run", "--update"]).ends_with(0);
    let kept = workspace.read("specs/snapshots/it.json");
    assert_eq!(kept, "{\n  \"echo\": \"Bearer [redacted]\",\n  \"password\": \"[redacted]\"\n}\n");
    workspace.hallpass(&["run"]).ends_with(0);
}

#[cfg(unix)]
#[test]
fn a_snapshot_never_leaves_the_project() {
    let server = bodies(&[OLD]);
    let outside = tempfile::tempdir().unwrap();
    let workspace = one(&server, "expect: {snapshot: out/it}");
    fs::create_dir_all(workspace.path().join("specs/snapshots")).unwrap();
    std::os::unix::fs::symlink(outside.path(), workspace.path().join("specs/snapshots/out")).unwrap();
    workspace.hallpass(&["run", "--update"]).ends_with(3).says("outside of the project");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    let templated = one(&server, "vars: {up: ../it}\n    expect: {snapshot: \"{{up}}\"}");
    templated.hallpass(&["run", "--update"]).ends_with(3).says("`../it` is no file below `snapshots/`");
}

#[test]
fn rows_that_share_a_snapshot_may_run_side_by_side() {
    let server = bodies(&[OLD]);
    let spec = "cases: [{n: 1}, {n: 2}, {n: 3}, {n: 4}, {n: 5}, {n: 6}]\nrequests:\n  - {name: it, get: /, expect: {snapshot: it}}\n";
    let workspace = Workspace::new(&format!("base_url: {}\n", server.url())).spec("it.yaml", spec);
    workspace.hallpass(&["run", "--update"]).ends_with(0).says("6 passed");
    workspace.hallpass(&["run"]).ends_with(0).says("6 passed");
    assert_eq!(fs::read_dir(workspace.path().join("specs/snapshots")).unwrap().count(), 1);
}

#[test]
fn a_difference_has_fifteen_lines_unless_more_is_asked_for() {
    let found: String = (0..60).map(|n| format!("line {n}\n")).collect();
    let server = bodies(&[&found]);
    let expected: String = (0..60).map(|n| format!("      LINE {n}\n")).collect();
    let workspace = one(&server, &format!("expect:\n     body: |\n{expected}"));
    let signed = |text: &str| text.lines().filter(|line| line.starts_with(['-', '+'])).count();
    let ran = workspace.hallpass(&["run"]).ends_with(1).says("more lines differ");
    assert_eq!(signed(&ran.stdout), 13, "{}", ran.stdout);
    let ran = workspace.hallpass(&["run", "-vv"]).ends_with(1);
    assert_eq!(signed(&ran.stdout), 120, "{}", ran.stdout);
    let reports = ["run", "--report", "json=run.json", "--report", "junit=run.xml"];
    workspace.hallpass(&reports).ends_with(1);
    let json: serde_json::Value = serde_json::from_str(&workspace.read("run.json")).unwrap();
    assert_eq!(json["cases"][0]["mismatches"][0]["diff"].as_array().unwrap().len(), 121);
    assert!(workspace.read("run.xml").contains("+line 0"));
}

#[test]
fn a_form_is_told_as_curl_sends_it_again() {
    let server = bodies(&["{}"]);
    let keys = "multipart: {title: lamp, picture: {file: it.yaml, content_type: image/png}}\n    expect: {status: 201}";
    let ran = one(&server, keys).hallpass(&["run"]).ends_with(1);
    ran.says("curl ")
        .says(" -F 'title=lamp' -F 'picture=@specs/it.yaml;type=image/png'")
        .does_not_say("content-type: multipart");
}

#[test]
fn errors_of_graphql_fail_a_request_that_does_not_expect_them() {
    let server = bodies(&[r#"{"data": null, "errors": [{"message": "no such field"}]}"#]);
    let keys = "graphql: {query: \"{ nope }\"}";
    let ran = one(&server, keys).hallpass(&["run"]).ends_with(1);
    ran.says("$.errors: the answer has GraphQL errors: `\"no such field\"`").says("specs/it.yaml:4");
    let expecting = format!("{keys}\n    expect: {{json: {{errors: [{{message: no such field}}]}}}}");
    one(&server, &expecting).hallpass(&["run"]).ends_with(0);
}
