//! The command line: what each command does, prints, writes and ends with.

use std::process::{Command, Stdio};

use crate::support::{RawServer, Workspace};

const LAMP: &[u8] = br#"{"id":7,"title":"blue lamp","price":42.50,"tags":["blue","lamp"]}"#;

fn lamps() -> RawServer {
    let head =
        format!("HTTP/1.1 200 OK\ncontent-type: application/json\nconnection: close\ncontent-length: {}", LAMP.len());
    RawServer::answering(&head, LAMP)
}

fn project(server: &RawServer) -> Workspace {
    Workspace::new(&format!("base_url: {}\n", server.url()))
}

const GOOD: &str = "
tags: [smoke]
requests:
  - name: read the lamp
    get: /lamps/7
    expect:
      status: 200
      jsonpath: { $.title: blue lamp, $.price: 42.5 }
    capture: { id: $.id }
  - name: read it again
    get: /lamps/{{id}}
    tags: [slow]
    expect:
      json: { id: \"{{id}}\" }
";

const WRONG: &str = "
requests:
  - name: read the lamp
    get: /lamps/7
    expect:
      jsonpath:
        $.title: red lamp
        $.pirce: 42.5
";

#[test]
fn all_passed_is_0_and_says_so() {
    let server = lamps();
    let ran = project(&server).spec("lamps.yaml", GOOD).hallpass(&["run"]).ends_with(0);
    ran.says("specs/lamps.yaml").says("2 passed");
    assert_eq!(server.requests(), 2);
}

#[test]
fn a_failure_is_1_and_shows_line_expectation_answer_and_cure() {
    let server = lamps();
    let ran = project(&server).spec("lamps.yaml", WRONG).hallpass(&["run"]).ends_with(1);
    ran.says("specs/lamps.yaml:7:18")
        .says("$.title: red lamp")
        .says("blue lamp")
        .says("$.price")
        .says("GET")
        .says("/lamps/7")
        .says("200");
}

#[test]
fn a_bad_file_is_2_while_the_others_run_and_reports_are_written() {
    let server = lamps();
    let workspace = project(&server).spec("good.yaml", GOOD).spec("bad.yaml", "requests: [{nmae: x}]\n");
    let ran =
        workspace.hallpass(&["run", "--report", "json=out/run.json", "--report", "junit=out/run.xml"]).ends_with(2);
    ran.says("specs/bad.yaml:1:").says("did you mean `name`?").says("2 passed");
    assert_eq!(server.requests(), 2);
    let json: serde_json::Value = serde_json::from_str(&workspace.read("out/run.json")).unwrap();
    assert_eq!(json["summary"]["passed"], 2);
    assert_eq!(json["summary"]["error"], 1);
    let xml = workspace.read("out/run.xml");
    assert!(xml.contains("specs/bad.yaml") && xml.contains("read the lamp"), "{xml}");
}

#[test]
fn a_project_file_that_is_wrong_is_2_and_reports_are_written() {
    let workspace = Workspace::new("bas_url: x\n").spec("good.yaml", GOOD);
    workspace.hallpass(&["run", "--report", "json=run.json"]).ends_with(2).says("hallpass.yaml:1:1").says("base_url");
    assert!(workspace.read("run.json").contains("hallpass.yaml"));
}

#[test]
fn nothing_to_run_is_4() {
    let server = lamps();
    Workspace::new("base_url: http://127.0.0.1:9\n").hallpass(&["run"]).ends_with(4).says("no spec was found");
    let workspace = project(&server).spec("lamps.yaml", GOOD);
    workspace.hallpass(&["run", "-k", "no such case"]).ends_with(4).says("no case was selected");
    assert_eq!(server.requests(), 0);
}

#[test]
fn an_unset_variable_is_3_and_the_other_cases_run() {
    let server = lamps();
    let spec = format!("{GOOD}  - name: needs more\n    get: /lamps/{{{{env.NO_SUCH_THING}}}}\n");
    let ran = project(&server).spec("lamps.yaml", &spec).hallpass(&["run"]).ends_with(3);
    ran.says("NO_SUCH_THING").says("2 passed");
}

#[test]
fn a_wrong_command_line_is_2() {
    let workspace = Workspace::new("base_url: http://127.0.0.1:9\n").spec("lamps.yaml", GOOD);
    let wrong: &[&[&str]] = &[
        &["run", "--no-such-flag"],
        &["run", "--report", "pdf=x"],
        &["run", "-j", "0"],
        &["run", "--tag", "smoke and"],
        &["run", "-k", "/(/"],
        &["run", "no/such/path"],
        &["rnu"],
        &["run", "--env-file", "missing.env"],
        &["run", "--timeout", "10"],
    ];
    for arguments in wrong {
        let ran = workspace.hallpass(arguments).ends_with(2);
        assert!(!ran.stderr.is_empty(), "{arguments:?} says nothing");
    }
    workspace.hallpass(&["--help"]).ends_with(0).says("Usage");
    workspace.hallpass(&["--version"]).ends_with(0).says(env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_filter_takes_what_its_cases_need() {
    let server = lamps();
    let workspace = project(&server).spec("lamps.yaml", GOOD);
    workspace.hallpass(&["run", "-k", "read it again", "-v"]).ends_with(0).says("2 passed");
    workspace.hallpass(&["run", "--tag", "smoke and not slow"]).ends_with(0).says("1 passed");
    workspace.hallpass(&["run", "-k", "/lamp$/"]).ends_with(0).says("1 passed");
    assert_eq!(server.requests(), 4);
}

#[test]
fn a_need_that_failed_skips_with_the_reason() {
    let server = lamps();
    let spec = "
requests:
  - name: create
    get: /lamps
    expect: { status: 201 }
    capture: { id: $.id }
  - name: read
    get: /lamps/{{id}}
  - name: other
    get: /lamps
";
    let ran = project(&server).spec("lamps.yaml", spec).hallpass(&["run", "-v"]).ends_with(1);
    ran.says("it needs `create`, which failed").says("1 passed").says("1 failed").says("1 skipped");
}

#[test]
fn fail_fast_starts_no_more_cases() {
    let server = lamps();
    let spec = "
requests:
  - { name: a, get: /a, expect: { status: 500 } }
  - { name: b, get: /b }
  - { name: c, get: /c }
";
    project(&server).spec("lamps.yaml", spec).hallpass(&["run", "--fail-fast"]).ends_with(1).says("2 not run");
    assert_eq!(server.requests(), 1);
}

#[test]
fn list_needs_no_network_and_no_environment() {
    let workspace = Workspace::new("base_url: \"{{env.NOT_SET}}\"\n").spec("lamps.yaml", GOOD).spec("a.yaml", WRONG);
    let ran = workspace.hallpass(&["list"]).ends_with(0);
    let expected = "specs/a.yaml::read the lamp\nspecs/lamps.yaml::read the lamp\nspecs/lamps.yaml::read it again\n";
    assert_eq!(ran.stdout, expected);
    let json: serde_json::Value =
        serde_json::from_str(&workspace.hallpass(&["list", "--format", "json"]).stdout).unwrap();
    assert_eq!(json["cases"][2]["id"], "specs/lamps.yaml::read it again");
    assert_eq!(json["cases"][2]["line"], 10);
    assert_eq!(json["cases"][2]["tags"], serde_json::json!(["smoke", "slow"]));
}

#[test]
fn nothing_but_a_run_needs_the_secrets_of_an_identity() {
    let server = lamps();
    let identities = format!(
        "auth: service
allow: [exec]
identities:
  service: {{ oauth2: {{ issuer: {0}, client_id: {{ env: NOT_SET }}, client_secret: {{ cmd: [no-such-program] }} }} }}
  file: {{ bearer: {{ file: not-there.txt }} }}
  cert: {{ mtls: {{ cert: {{ file: not-there.pem }}, key: {{ env: NOT_SET }} }} }}
  all: {{ all: [service, cert] }}
",
        server.url()
    );
    let workspace = Workspace::new(&format!("base_url: {}\n{identities}", server.url())).spec("lamps.yaml", GOOD);
    for arguments in [&["check"][..], &["list"], &["config"], &["schema"], &["--help"], &["run", "--help"]] {
        workspace.hallpass(arguments).ends_with(0);
    }
    workspace.hallpass(&["run"]).ends_with(3);
    assert_eq!(server.requests(), 0);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let workspace = Workspace::new("base_url: http://127.0.0.1:9\n").spec("lamps.yaml", GOOD);
    let mut child = Command::new(env!("CARGO_BIN_EXE_hallpass"))
        .arg("list")
        .current_dir(workspace.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn check_says_what_there_is_and_sends_nothing() {
    let server = lamps();
    project(&server).spec("lamps.yaml", GOOD).hallpass(&["check"]).ends_with(0).says("1 spec, 2 cases");
    assert_eq!(server.requests(), 0);
}

#[test]
fn variables_come_from_the_command_line_and_env_files() {
    let server = lamps();
    let spec = "
requests:
  - name: read
    get: /lamps/{{env.LAMP}}
    expect:
      jsonpath: { $.id: \"{{wanted}}\" }
";
    let workspace = project(&server).spec("lamps.yaml", spec).file("qa.env", "LAMP=seven\n# a comment\n");
    let run = |wanted: &str| workspace.hallpass(&["run", "--env-file", "qa.env", "--var", wanted]);
    run("wanted=7").ends_with(0);
    run("wanted=\"7\"").ends_with(1).says("string");
}

#[test]
fn reports_name_file_and_line() {
    let server = lamps();
    let workspace = project(&server).spec("lamps.yaml", WRONG).spec("good.yaml", GOOD);
    workspace.hallpass(&["run", "--report", "json=run.json", "--report", "junit=run.xml"]).ends_with(1);
    let json: serde_json::Value = serde_json::from_str(&workspace.read("run.json")).unwrap();
    assert_eq!(json["version"], 1);
    let cases = json["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 3);
    let failed = cases.iter().find(|case| case["outcome"] == "failed").unwrap();
    assert_eq!(failed["id"], "specs/lamps.yaml::read the lamp");
    assert_eq!(failed["line"], 3);
    assert_eq!(failed["mismatches"][0]["line"], 7);
    assert_eq!(failed["exchanges"][0]["response"]["status"], 200);
    let xml = workspace.read("run.xml");
    assert_eq!(xml.matches("<testcase").count(), 3, "{xml}");
    assert!(xml.contains("specs/lamps.yaml:7"), "{xml}");
    assert!(xml.contains("line=\"3\""), "{xml}");
}
