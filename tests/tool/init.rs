//! `hallpass init`: what it writes can be checked and run at once.

use crate::support::{RawServer, Workspace};

/// A folder without a project.
fn nothing() -> Workspace {
    let workspace = Workspace::new("");
    std::fs::remove_file(workspace.path().join("hallpass.yaml")).unwrap();
    workspace
}

#[test]
fn a_new_project_has_nothing_wrong_and_runs() {
    let server = RawServer::answering("HTTP/1.1 200 OK\nContent-Length: 2\nConnection: close", b"ok");
    let workspace = nothing().env("API_URL", &server.url());
    workspace.hallpass(&["init"]).ends_with(0).says("wrote ./hallpass.yaml").says("wrote ./specs/first.yaml");
    workspace.hallpass(&["check", "--deny", "warnings"]).ends_with(0).says("1 spec, 1 case: nothing is wrong");
    workspace.hallpass(&["run"]).ends_with(0).says("1 passed");
    assert_eq!(server.requests(), 1);
}

#[test]
fn check_tells_what_a_new_project_still_needs() {
    let workspace = nothing();
    workspace.hallpass(&["init"]).ends_with(0);
    let ran = workspace.hallpass(&["check", "--env"]).ends_with(2);
    for name in ["API_URL", "TOKEN_URL", "CLIENT_ID", "CLIENT_SECRET"] {
        assert!(ran.stderr.contains(&format!("the environment variable `{name}` is not set")), "{}", ran.all());
    }
}

#[test]
fn the_api_may_be_named_at_once() {
    let server = RawServer::answering("HTTP/1.1 200 OK\nContent-Length: 2\nConnection: close", b"ok");
    let workspace = nothing();
    workspace.hallpass(&["init", "tests/api", "--base-url", &server.url()]).ends_with(0);
    assert!(workspace.read("tests/api/hallpass.yaml").contains(&format!("base_url: \"{}\"\n", server.url())));
    workspace.hallpass(&["run", "tests/api/specs"]).ends_with(0).says("ok   specs/first.yaml  1 passed");
    let workspace =
        workspace.file("other/hallpass.yaml", "").file("other/specs/a.yaml", "requests: [{name: a, get: /}]");
    let both = ["list", "tests/api/specs", "other/specs/*.yaml"];
    workspace.hallpass(&both).ends_with(2).says("the paths belong to two projects").says("other/hallpass.yaml");
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    let workspace = Workspace::new("base_url: http://127.0.0.1:9\n").spec("first.yaml", "mine");
    workspace.hallpass(&["init"]).ends_with(2).says("`.` has a project already").says("--schemas");
    workspace.hallpass(&["init", "--schemas"]).ends_with(0).says("spec.schema.json").does_not_say("first.yaml");
    assert_eq!(workspace.read("hallpass.yaml"), "base_url: http://127.0.0.1:9\n");
    let workspace = nothing().spec("first.yaml", "mine");
    workspace.hallpass(&["init", "--schemas"]).ends_with(2).says("has no project");
    workspace.hallpass(&["init"]).ends_with(0).does_not_say("wrote ./specs");
    assert_eq!(workspace.read("specs/first.yaml"), "mine");
}

#[test]
fn the_files_name_the_schemas_beside_them() {
    let workspace = nothing();
    workspace.hallpass(&["init"]).ends_with(0);
    for (file, folder) in [("hallpass.yaml", ""), ("specs/first.yaml", "specs/")] {
        let text = workspace.read(file);
        let schema = text.lines().next().unwrap().strip_prefix("# yaml-language-server: $schema=").unwrap();
        let schema: serde_json::Value = serde_json::from_str(&workspace.read(&format!("{folder}{schema}"))).unwrap();
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    }
}
