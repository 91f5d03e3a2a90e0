//! What a project file says for all its specs, and otherwise for one place where the API runs.

use crate::support::{RawServer, Workspace, message};

fn server() -> RawServer {
    let body = br#"{"id": 7, "iban": "DE02120300000000202051", "note": "legacy-key-4711"}"#;
    let head = format!(
        "HTTP/1.1 200 OK\ncontent-type: application/json\nx-tenant-key: tenant-4711\ncontent-length: {}",
        body.len()
    );
    RawServer::start(crate::support::Answer::Bytes(message(&head, body)))
}

const READ: &str = "requests:\n  - { name: read, get: /, expect: { json: { id: 7 } } }\n";
const WRONG: &str = "requests:\n  - { name: read, get: /, expect: { json: { id: 8 } } }\n";

#[test]
fn a_profile_is_chosen_by_a_flag_or_a_variable_and_named_in_reports() {
    let server = server();
    let project = format!("profiles:\n  staging:\n    base_url: {}\n    env_file: staging.env\n", server.url());
    let spec = "requests:\n  - { name: read, get: \"/{{env.LAMP}}\", expect: { json: { id: 7 } } }\n";
    let workspace = Workspace::new(&project).spec("a.yaml", spec).file("staging.env", "LAMP=7\n");
    workspace.hallpass(&["run"]).ends_with(3);
    workspace.hallpass(&["run", "-p", "staging", "--report", "json=run.json"]).ends_with(0);
    let run: serde_json::Value = serde_json::from_str(&workspace.read("run.json")).unwrap();
    assert_eq!(run["run"]["profile"], "staging");
    workspace.hallpass(&["check", "--env", "-p", "staging"]).ends_with(0);
    let wrong = workspace.hallpass(&["run", "-p", "stagin"]).ends_with(2);
    wrong.says("there is no profile `stagin`").says("did you mean `staging`?");
    workspace.env("HALLPASS_PROFILE", "staging").hallpass(&["run"]).ends_with(0);
    assert_eq!(server.requests(), 2);
}

#[test]
fn a_profile_without_a_project_file_is_an_error() {
    let workspace = Workspace::new("").spec("a.yaml", READ);
    std::fs::remove_file(workspace.path().join("hallpass.yaml")).unwrap();
    workspace.hallpass(&["check", "-p", "qa"]).ends_with(2).says("there is no profile `qa`");
}

#[test]
fn names_are_said_anew_one_by_one_and_everything_else_as_a_whole() {
    let server = server();
    let project = format!(
        "base_url: {}\nvars: {{ a: 1, b: 1 }}\ndefaults: {{ query: {{ from: project, who: project }} }}\nspecs: [none]\n\
         profiles:\n  staging:\n    specs: [specs]\n    vars: {{ b: 2 }}\n    defaults: {{ query: {{ who: staging }} }}\n",
        server.url()
    );
    let spec = "defaults: { query: { who: spec, what: spec } }\nrequests:\n  - { name: read, get: /, \
                expect: { values: { \"{{a}}{{b}}\": \"12\" }, url: { matches: \"who=staging&what=spec&from=project$\" } } }\n";
    let workspace = Workspace::new(&project).spec("a.yaml", spec);
    workspace.hallpass(&["run", "-p", "staging"]).ends_with(0);
}

#[test]
fn reports_of_the_project_are_written_unless_the_command_line_says_where() {
    let server = server();
    let project = format!("base_url: {}\nreport: {{ junit: out/run.xml, json: out/run.json }}\n", server.url());
    let workspace = Workspace::new(&project).spec("a.yaml", READ);
    workspace.hallpass(&["run", "--report", "json=other.json"]).ends_with(0);
    assert!(workspace.read("out/run.xml").contains("<testcase"));
    assert!(workspace.read("other.json").contains("\"version\""));
    assert!(!workspace.path().join("out/run.json").exists());
}

#[test]
fn what_the_project_redacts_is_hidden_everywhere() {
    let server = server();
    let redact =
        "redact: { headers: [X-Tenant-Key], members: [iban], values: [{ env: LEGACY_KEY }, { env: NOT_SET }] }\n";
    let project =
        format!("base_url: {}\n{redact}profiles: {{ staging: {{ redact: {{ members: [id] }} }} }}\n", server.url());
    let workspace = Workspace::new(&project).spec("a.yaml", WRONG).env("LEGACY_KEY", "legacy-key-4711");
    let secrets = ["DE02120300000000202051", "tenant-4711", "legacy-key-4711"];
    let ran = workspace.hallpass(&["run", "-vv", "--report", "json=run.json", "-p", "staging"]).ends_with(1);
    for secret in secrets {
        assert!(!ran.all().contains(secret), "{}", ran.all());
        assert!(!workspace.read("run.json").contains(secret), "{secret}");
    }
    ran.does_not_say("\"id\":7");
    let shown = Workspace::new(&format!("base_url: {}\n", server.url())).spec("a.yaml", WRONG);
    let shown = shown.hallpass(&["run", "-vv"]).ends_with(1);
    secrets.iter().for_each(|secret| assert!(shown.all().contains(secret), "{secret} in {}", shown.all()));
}

#[test]
fn retry_of_the_defaults_holds_for_every_request_that_does_not_turn_it_off() {
    let server = RawServer::answering("HTTP/1.1 503 Busy\r\ncontent-length: 0", b"");
    let spec = "defaults: { retry: { on: [503], times: 2, backoff: 1ms } }\nrequests:\n  - { name: again, get: / }\n  \
                - { name: once, get: /, retry: null }\n";
    let workspace = Workspace::new(&format!("base_url: {}\n", server.url())).spec("a.yaml", spec);
    workspace.hallpass(&["run"]).ends_with(1);
    assert_eq!(server.requests(), 4);
}
