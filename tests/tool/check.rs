//! `hallpass check`: codes and their pages, denied warnings, what a program reads.

use std::{collections::BTreeSet, fs, path::Path};

use crate::support::{Workspace, repository};

const SPEC: &str = "vars: { colour: blue }
requests:
  - name: read it
    get: /items
    capture: { id: $.id }
  - name: read it again
    get: /items
    expect: { status: 200 }
";

fn workspace() -> Workspace {
    Workspace::new("base_url: http://127.0.0.1:9\n").spec("a.yaml", SPEC)
}

#[test]
fn what_nobody_reads_and_what_asserts_little_is_a_warning() {
    let ran = workspace().hallpass(&["check"]).ends_with(0).says("1 spec, 2 cases: 3 warnings");
    ran.says("warning[unread-variable]: nothing reads the variable `colour`\n --> specs/a.yaml:1:9")
        .says("warning[unread-capture]: nothing reads the capture `id`\n --> specs/a.yaml:5:16")
        .says("warning[only-status]: `read it again` asserts nothing but its status");
}

const OWN: &str = "identities:
  service: { bearer: '{{env.TOKEN}}' }
  key: { api_key: { query: api_key, value: '{{env.KEY}}' } }
  both: { all: [service, key] }
  wrong: { use: both, tamper: empty }
auth: service
defaults: { headers: { X-Api-Key: any } }
requests:
  - { name: by header, get: /a, headers: { AUTHORIZATION: Bearer made-up }, expect: { body: a } }
  - { name: by query, get: /b, auth: both, query: { api_key: mine }, expect: { body: b } }
  - { name: as many, get: /c, as: { none: 401, wrong: 401 }, query: { api_key: mine } }
  - { name: as nobody, get: /d, auth: none, headers: { Authorization: Bearer made-up }, expect: { body: d } }
  - { name: taken away, get: /e, headers: { Authorization: null }, expect: { body: e } }
  - { name: another case, get: /f, auth: key, query: { API_KEY: mine }, expect: { body: f } }
";

#[test]
fn a_request_that_writes_its_credential_itself_is_a_warning() {
    let ran = Workspace::new("base_url: http://127.0.0.1:9\n").spec("a.yaml", OWN).hallpass(&["check"]).ends_with(0);
    let count = |code: &str| ran.stderr.matches(&format!("warning[{code}]")).count();
    assert_eq!((count("own-credential"), count("literal-secret")), (3, 6), "each once: {}", ran.stderr);
    let ran = ran.says(
        "warning[own-credential]: the request writes the header `Authorization` itself, so the credential of `service` is not sent there\n --> specs/a.yaml:9:",
    );
    ran.says("the request writes the query parameter `api_key` itself, so the credential of `both` is not sent there\n  --> specs/a.yaml:10:")
        .says("so the credential of `wrong` is not sent there\n  --> specs/a.yaml:11:")
        .says("write `auth: none` where the request is to bring its own");
}

#[test]
fn a_denied_warning_is_an_error() {
    let denied = |codes: &[&str]| {
        let flags = codes.iter().flat_map(|code| ["--deny", code]);
        workspace().hallpass(&["check"].into_iter().chain(flags).collect::<Vec<_>>())
    };
    denied(&["warnings"]).ends_with(2).says("3 errors").says("error[only-status]");
    denied(&["unread-capture"]).ends_with(2).says("1 error, 2 warnings").says("warning[only-status]");
    denied(&["unread-capture", "only-status"]).ends_with(2).says("2 errors, 1 warning");
    denied(&["literal-secret"]).ends_with(0).says("3 warnings");
    denied(&["only-statos"]).ends_with(2).says("no message has the code `only-statos`, did you mean `only-status`?");
}

#[test]
fn a_program_reads_every_diagnostic_with_its_place() {
    let ran = workspace().spec("b.yaml", "requests: []\nname: b\nvars: { a: 1, a: 2 }\n");
    let ran = ran.hallpass(&["check", "--format", "json"]).ends_with(2);
    assert_eq!(ran.stderr, "");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["summary"], serde_json::json!({"specs": 2, "cases": 2, "errors": 2, "warnings": 3}));
    let all = json["diagnostics"].as_array().unwrap();
    let find = |code: &str| all.iter().find(|it| it["code"] == code).unwrap_or_else(|| panic!("{code} in {json}"));
    let twice = find("duplicate-key");
    assert_eq!(twice["severity"], "error");
    assert_eq!((&twice["file"], &twice["line"], &twice["column"]), (&"specs/b.yaml".into(), &3.into(), &15.into()));
    assert_eq!((&twice["end_line"], &twice["end_column"]), (&3.into(), &16.into()));
    assert_eq!((&twice["related"][0]["line"], &twice["related"][0]["column"]), (&3.into(), &9.into()));
    let unread = find("unread-capture");
    assert_eq!(unread["severity"], "warning");
    assert!(unread["help"].as_str().unwrap().contains("exists: true"), "{unread}");
}

#[test]
fn files_that_will_be_read_are_looked_for_beside_the_file_that_names_them() {
    let fragment = "fragment: true\nrequests:\n  - { name: put, put: /a, file: there.bin, expect: { body: ok } }\n";
    let spec = "\
use: [{ file: parts/part.yaml }]
requests:
  - { name: body, post: /a, file: body.bin, expect: { body: ok } }
  - { name: form, post: /a, multipart: { a: [{ file: form.png }, { file: \"{{run.id}}.png\" }] }, expect: { body: ok } }
  - { name: query, post: /a, graphql: { query: { file: query.graphql } }, expect: { body: ok } }
  - { name: text, post: /a, text: \"{{upper (file 'text.txt')}}\", expect: { body: ok } }
  - { name: outside, post: /a, multipart: { a: { file: ../../outside.png } }, expect: { body: ok } }
";
    let workspace = Workspace::new("base_url: http://127.0.0.1:1\n").spec("files.yaml", spec);
    let workspace = workspace.spec("parts/part.yaml", fragment).file("specs/parts/there.bin", "x");
    let ran = workspace.hallpass(&["check", "--format", "json"]).ends_with(2);
    let told: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let told = told["diagnostics"].as_array().unwrap().iter();
    let told: Vec<_> = told.map(|it| format!("{} {}", it["line"], it["message"].as_str().unwrap())).collect();
    let missing = ["3 `body.bin`", "4 `form.png`", "5 `query.graphql`", "6 `text.txt`", "7 `../../outside.png`"];
    assert_eq!(told, missing.map(|it| format!("{it} does not exist")));
    let filled = workspace.file("specs/body.bin", "x").file("specs/form.png", "x").file("specs/text.txt", "x");
    let filled = filled.file("specs/query.graphql", "x").file("outside.png", "x");
    let filled = filled.spec("files.yaml", &spec.replace("../../outside.png", "../outside.png"));
    filled.hallpass(&["check"]).ends_with(0).says("nothing is wrong");
}

#[test]
fn a_secret_in_a_spec_is_a_warning_that_does_not_show_it() {
    let spec = "\
vars: { password: hunter2 }
requests:
  - name: look
    get: http://qa:s3cr3t@127.0.0.1:1/?api_key=abcdef
    headers: { X-Api-Key: k-12345, Authorization: \"Basic {{base64 password}}\" }
    expect: { body: ok }
  - name: refused
    get: http://127.0.0.1:1/
    headers: { Authorization: Bearer nonsense }
    expect: { status: 401, body: no }
";
    let workspace = Workspace::new("").spec("secrets.yaml", spec);
    let ran = workspace.hallpass(&["check"]).ends_with(0).says("1 spec, 2 cases: 4 warnings");
    for secret in ["hunter2", "s3cr3t", "abcdef", "k-12345"] {
        assert!(!ran.all().contains(secret), "{secret} in\n{}", ran.all());
    }
    workspace.hallpass(&["check", "--deny", "literal-secret"]).ends_with(2);
}

#[test]
fn what_defaults_of_the_project_read_is_looked_for_in_each_spec() {
    let project = "base_url: http://127.0.0.1:1\ndefaults: { headers: { X-Tenant: \"{{tenant}}\" } }\n";
    let spec = |vars: &str| {
        let request = |name: &str| format!("  - {{ name: {name}, get: /, expect: {{ body: ok }} }}\n");
        format!("{vars}requests:\n{}{}", request("one"), request("two"))
    };
    let workspace = Workspace::new(project).spec("a.yaml", &spec("vars: { tenant: qa }\n")).spec("b.yaml", &spec(""));
    let ran = workspace.hallpass(&["check"]).ends_with(2).says("2 specs, 2 cases: 1 error");
    ran.says("nothing defines the variable `tenant` in `specs/b.yaml`").says("--> hallpass.yaml:2:37");
    workspace.hallpass(&["check", "--var", "tenant=qa"]).ends_with(0);
}

#[test]
fn a_code_is_explained() {
    let empty = Workspace::new("");
    let ran = empty.hallpass(&["check", "--explain", "bad-duration"]).ends_with(0);
    assert!(ran.stdout.starts_with("bad-duration\n\nA duration is"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("##"), "{}", ran.stdout);
    empty.hallpass(&["check", "--explain", "bad-durations"]).ends_with(2).says("did you mean `bad-duration`?");
    empty.hallpass(&["check", "--explain", "bad-duration", "specs"]).ends_with(2);
}

#[test]
fn every_code_has_its_paragraph_and_every_paragraph_its_code() {
    let mut codes = BTreeSet::new();
    in_sources(&repository().join("src"), &mut codes);
    let page = fs::read_to_string(repository().join("docs/diagnostics.md")).unwrap();
    let sections: Vec<_> = page.split("\n## `").skip(1).map(|section| section.split_once('`').unwrap()).collect();
    let told: BTreeSet<_> = sections.iter().map(|(code, _)| (*code).to_owned()).collect();
    assert_eq!(codes, told, "left: in the code, right: in docs/diagnostics.md");
    assert!(sections.windows(2).all(|pair| pair[0].0 < pair[1].0), "paragraphs stand in the order of the alphabet");
    for (code, text) in sections {
        assert!(text.trim().len() > 20, "`{code}` is explained");
    }
}

/// The codes that a file or folder of the source gives to diagnostics, tests left out.
fn in_sources(path: &Path, codes: &mut BTreeSet<String>) {
    if path.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| in_sources(&entry.unwrap().path(), codes));
        return;
    }
    let is_test = path.iter().any(|part| part == "tests" || part == "tests.rs" || part == "samples.rs");
    if is_test || path.extension().is_none_or(|it| it != "rs") {
        return;
    }
    let text = fs::read_to_string(path).unwrap();
    let code =
        regex::Regex::new(r#"(?:Diagnostic::(?:error|warning|of_file)\(|check\(&given,)\s*"([a-z-]+)""#).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap();
    codes.extend(code.captures_iter(text).map(|found| found[1].to_owned()));
}
