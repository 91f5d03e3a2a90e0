//! `hallpass config`: what a run would go by, and where each setting comes from.

use crate::support::Workspace;

const PROJECT: &str = "\
base_url: https://user:pass-word@example.com
auth: service
vars: { tenant: qa, api_token: hunter2-4711, colour: blue, size: 1 }
identities:
  service: { bearer: { env: API_TOKEN } }
  written: { basic: { username: qa, password: hunter2-4712 } }
  key: { api_key: { header: X-Key, value: hunter2-4713 } }
  signed: { bearer: \"{{env.API_TOKEN}}\" }
defaults:
  timeout: 10s
  headers: { X-Tenant: qa, Authorization: Bearer hunter2-4714 }
  retry: { on: [503], times: 2 }
redact: { members: [iban], headers: [X-Key], values: [hunter2-4716, { env: LEGACY }] }
report: { junit: target/junit.xml }
profiles:
  staging:
    base_url: https://staging.example.com
    vars: { colour: red, iban: DE02 }
    defaults: { headers: { X-Tenant: staging } }
    timeouts: { request: 20s }
";

#[test]
fn every_setting_is_told_with_its_origin() {
    let workspace = Workspace::new(PROJECT).file("vars.json", "{\"size\": [2, 3], \"tenant\": \"file\"}");
    let workspace = workspace.env("HALLPASS_JOBS", "4").env("HALLPASS_VAR_size", "1");
    let ran = workspace.hallpass(&["config", "-p", "staging", "--var", "tenant=x", "--vars-file", "vars.json"]);
    let ran = ran.ends_with(0);
    let expected = "\
profile: staging  # --profile
vars_file: [vars.json]  # --vars-file
specs: [specs]  # built in
base_url: https://staging.example.com  # hallpass.yaml:17:15, profile staging
vars.tenant: \"x\"  # --var
vars.size: [2,3]  # vars.json
vars.api_token: [redacted]  # hallpass.yaml:3:32
vars.colour: red  # hallpass.yaml:18:21, profile staging
vars.iban: [redacted]  # hallpass.yaml:18:32, profile staging
auth: service  # hallpass.yaml:2:7
identities.service: {bearer: {env: API_TOKEN}}  # hallpass.yaml:5:12
identities.written: {basic: {username: qa, password: [redacted]}}  # hallpass.yaml:6:12
identities.key: {api_key: {header: X-Key, value: [redacted]}}  # hallpass.yaml:7:8
identities.signed: {bearer: \"{{env.API_TOKEN}}\"}  # hallpass.yaml:8:11
defaults.timeout: 10s  # hallpass.yaml:10:12
defaults.headers.X-Tenant: staging  # hallpass.yaml:19:38, profile staging
defaults.headers.Authorization: [redacted]  # hallpass.yaml:11:43
defaults.retry: {on: [503], times: 2}  # hallpass.yaml:12:10
defaults.redirects: 0  # built in
timeouts.request: 20s  # hallpass.yaml:20:26, profile staging
jobs: 4  # $HALLPASS_JOBS
redact.members: [iban]  # hallpass.yaml:13:20
redact.headers: [X-Key]  # hallpass.yaml:13:37
redact.values: [[redacted], {env: LEGACY}]  # hallpass.yaml:13:54
report.junit: target/junit.xml  # hallpass.yaml:14:18
http.max_body: 64MiB  # built in
";
    let unaligned =
        |line: &str| line.split("  ").filter(|part| !part.is_empty()).map(str::trim).collect::<Vec<_>>().join("  ");
    let shown: Vec<_> = ran.stdout.lines().map(unaligned).collect();
    assert_eq!(shown, expected.lines().collect::<Vec<_>>(), "{}", ran.stdout);
}

#[test]
fn json_has_the_same_and_no_secret_is_in_either() {
    let workspace = Workspace::new(PROJECT).env("HALLPASS_VAR_password", "hunter2-4715");
    let ran =
        workspace.hallpass(&["config", "--format", "json", "--timeout", "5s", "--report", "json=a.json"]).ends_with(0);
    let config: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(config["profile"], serde_json::Value::Null);
    let setting = |name: &str| {
        let all = config["settings"].as_array().unwrap();
        all.iter().find(|it| it["name"] == name).unwrap_or_else(|| panic!("{name} in {}", ran.stdout)).clone()
    };
    assert_eq!(setting("vars.colour")["line"], 3);
    assert_eq!(
        (setting("defaults.timeout")["value"].as_str(), setting("defaults.timeout")["origin"].as_str()),
        (Some("5s"), Some("--timeout"))
    );
    assert_eq!(setting("report.json")["origin"], "--report");
    let text = workspace.hallpass(&["config"]).ends_with(0);
    for shown in [ran.all(), text.stdout] {
        assert!(!shown.contains("hunter2") && !shown.contains("pass-word"), "{shown}");
    }
}

#[test]
fn without_a_project_file_everything_is_built_in_and_a_wrong_one_is_told() {
    let workspace = Workspace::new("");
    std::fs::remove_file(workspace.path().join("hallpass.yaml")).unwrap();
    workspace.hallpass(&["config"]).ends_with(0).says("jobs: 32").says("# built in");
    let wrong = Workspace::new("job: 3\n").hallpass(&["config"]).ends_with(2);
    wrong.says("a project file has no key `job`").says("jobs: 32");
}
