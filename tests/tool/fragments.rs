//! Specs that use fragments: what is sent, in which order, and what it is called.

use crate::support::{Ran, Workspace};
use hallpass::demo::{Demo, Options};

const LOGIN: &str = "\
fragment: true
vars: { user: nobody, path: \"/echo?who={{user}}\" }
requests:
  - name: get a token
    post: \"{{path}}\"
    json: { token: \"token-of-{{user}}\", trace: \"{{tenant}}\" }
    capture: { token: { jsonpath: $.body, as: json } }
  - name: look at it
    get: /echo?again={{responses.[get a token].status}}
    needs: [get a token]
    expect: { values: { \"{{token.token}}\": \"token-of-{{user}}\" } }
teardown:
  - name: log out
    post: /echo
    json: { token: \"{{token.token}}\" }
";

const SPEC: &str = "\
vars: { person: anna }
use:
  - { file: parts/login.yaml, with: { user: \"{{person}}\" } }
  - { file: parts/login.yaml, as: second, with: { user: \"{{login.token.token}}\" } }
setup:
  - { name: prepare, post: /echo, json: { with: \"{{login.token.token}}\" } }
requests:
  - name: alone
    get: /echo
  - name: with a token
    post: /echo
    json: { token: \"{{second.token.token}}\", trace: \"{{login.token.trace}}\" }
    expect: { jsonpath: { $.body: { contains: token-of-token-of-anna } } }
teardown:
  - { name: clear, post: /echo, json: {} }
";

/// A project with these specs, run beside the demo's API.
fn workspace(demo: &Demo, spec: &str) -> Workspace {
    let project = "base_url: \"{{env.API_URL}}\"\nvars: { tenant: qa }\n";
    Workspace::new(project).spec("a.yaml", spec).spec("parts/login.yaml", LOGIN).envs(demo.env())
}

async fn hallpass(workspace: Workspace, arguments: &'static [&'static str]) -> (Workspace, Ran) {
    tokio::task::spawn_blocking(move || {
        let ran = workspace.hallpass(arguments);
        (workspace, ran)
    })
    .await
    .unwrap()
}

fn names(workspace: &Workspace) -> Vec<String> {
    let run: serde_json::Value = serde_json::from_str(&workspace.read("run.json")).unwrap();
    run["cases"].as_array().unwrap().iter().map(|case| case["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn fragments_run_first_and_clear_away_last() {
    let demo = Demo::start(Options::default()).await.unwrap();
    let (workspace, ran) = hallpass(workspace(&demo, SPEC), &["run", "--report", "json=run.json"]).await;
    ran.ends_with(0).says("specs/a.yaml").does_not_say("login.yaml ");
    let expected = [
        "login / get a token",
        "login / look at it",
        "second / get a token",
        "second / look at it",
        "prepare",
        "alone",
        "with a token",
        "clear",
        "second / log out",
        "login / log out",
    ];
    assert_eq!(names(&workspace), expected);
    let run: serde_json::Value = serde_json::from_str(&workspace.read("run.json")).unwrap();
    assert_eq!(run["cases"][0]["id"], "specs/a.yaml::login / get a token");
    assert_eq!(run["cases"][0]["file"], "specs/parts/login.yaml");
    assert_eq!(run["cases"][0]["line"], 4);
    demo.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_brings_the_fragments_that_it_needs() {
    let demo = Demo::start(Options::default()).await.unwrap();
    let table: [(&'static [&'static str], &[&str]); 4] = [
        (
            &["run", "--report", "json=run.json", "-k", "::alone"],
            &["login / get a token", "prepare", "alone", "clear", "login / log out"],
        ),
        (
            &["run", "--report", "json=run.json", "-k", "::with a token"],
            &[
                "login / get a token",
                "second / get a token",
                "prepare",
                "with a token",
                "clear",
                "second / log out",
                "login / log out",
            ],
        ),
        (
            &["run", "--report", "json=run.json", "-k", "::login / look"],
            &["login / get a token", "login / look at it", "login / log out"],
        ),
        (
            &["run", "--report", "json=run.json", "-k", "::login / log out"],
            &["login / get a token", "login / look at it", "login / log out"],
        ),
    ];
    for (arguments, expected) in table {
        let (workspace, ran) = hallpass(workspace(&demo, SPEC), arguments).await;
        ran.ends_with(0);
        assert_eq!(names(&workspace), expected);
    }
    demo.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_in_a_fragment_shows_its_own_line_and_stops_what_needs_it() {
    let demo = Demo::start(Options::default()).await.unwrap();
    let failing = LOGIN.replace("capture: { token", "expect: { status: 418 }\n    capture: { token");
    let workspace = workspace(&demo, SPEC).spec("parts/login.yaml", &failing);
    let (_, ran) = hallpass(workspace, &["run", "-v"]).await;
    ran.ends_with(1)
        .says("specs/a.yaml::login / get a token")
        .says("specs/parts/login.yaml:7:23")
        .says("it needs `login / get a token`, which failed")
        .says("second / log out: `token.token` was not captured");
    demo.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fragment_takes_what_it_is_given_then_the_command_line_then_its_default() {
    let demo = Demo::start(Options::default()).await.unwrap();
    let table: [(&str, &'static [&'static str], &str); 4] = [
        ("", &["run"], "nobody"),
        ("", &["run", "--var", "user=carl"], "carl"),
        (", with: { user: anna }", &["run", "--var", "user=carl"], "anna"),
        (", with: { user: anna }", &["run"], "anna"),
    ];
    for (with, arguments, who) in table {
        let spec = format!(
            "use: [{{ file: parts/login.yaml{with} }}]\nrequests:\n  - {{ name: see, get: /echo, \
             expect: {{ values: {{ \"{{{{login.token.token}}}}\": token-of-{who} }} }} }}\n"
        );
        hallpass(workspace(&demo, &spec), arguments).await.1.ends_with(0);
    }
    demo.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fragment_is_sent_as_it_says_then_as_whoever_uses_it() {
    let demo = Demo::start(Options::default()).await.unwrap();
    let outer = "\
fragment: true
vars: { name: outer }
auth: { bearer: \"token-of-{{name}}\" }
use: [{ file: inner.yaml, with: { name: \"{{name}}-inner\" } }]
requests:
  - { name: by fragment, get: /echo, capture: { sent: \"$.headers.authorization\", inner: { body: true } }, expect: { values: { \"{{inner.sent}}\": x } } }
";
    let outer = outer
        .replace(", inner: { body: true }", "")
        .replace("{{inner.sent}}\": x", "{{inner.sent}}\": Bearer token-of-outer-inner");
    let inner = "\
fragment: true
vars: { name: inner }
requests:
  - { name: in place, get: /echo, auth: { bearer: \"token-of-{{name}}\" }, capture: { sent: \"$.headers.authorization\" } }
";
    let spec = "\
auth: { bearer: token-of-spec }
use: [{ file: parts/outer.yaml, as: o }]
requests:
  - { name: own, get: /echo, expect: { values: { \"{{o.sent}}\": Bearer token-of-outer } } }
";
    let workspace = workspace(&demo, spec).spec("parts/outer.yaml", &outer).spec("parts/inner.yaml", inner);
    let (workspace, ran) = hallpass(workspace, &["run", "--report", "json=run.json"]).await;
    ran.ends_with(0);
    assert_eq!(names(&workspace), ["o / inner / in place", "o / by fragment", "own"]);
    demo.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_of_a_spec_has_its_own_fragments() {
    let demo = Demo::start(Options::default()).await.unwrap();
    let spec = "\
cases: [{ who: anna }, { who: ben }]
use: [{ file: parts/login.yaml, with: { user: \"{{row.who}}\" } }]
requests:
  - { name: see, get: /echo, expect: { values: { \"{{login.token.token}}\": \"token-of-{{row.who}}\" } } }
";
    let (workspace, ran) = hallpass(workspace(&demo, spec), &["run", "--report", "json=run.json"]).await;
    ran.ends_with(0);
    assert_eq!(names(&workspace)[0], "login / get a token [anna]");
    assert_eq!(names(&workspace).len(), 8);
    demo.stop().await;
}

#[test]
fn a_fragment_is_found_in_a_folder_and_not_run() {
    let spec =
        "use: [{ file: login.yaml }]\nrequests: [{ name: see, get: /, expect: { json: \"{{login.token}}\" } }]\n";
    let workspace = Workspace::new("vars: { tenant: qa }\n").spec("a.yaml", spec).spec("login.yaml", LOGIN);
    let listed = workspace.hallpass(&["list"]).ends_with(0);
    assert!(listed.stdout.lines().all(|line| line.starts_with("specs/a.yaml::")), "{}", listed.stdout);
    workspace.hallpass(&["check"]).ends_with(0).says("1 spec, 4 cases");
    workspace.hallpass(&["run", "specs/login.yaml"]).ends_with(2).says("a fragment is not run by itself");
    let wrong = workspace.spec("login.yaml", &LOGIN.replace("{{tenant}}", "{{tenat}}"));
    let checked = wrong.spec("b.yaml", spec).hallpass(&["check"]).ends_with(2);
    assert_eq!(checked.stderr.matches("nothing defines the variable `tenat`").count(), 1, "{}", checked.stderr);
    assert_eq!(checked.stderr.matches("the fragment `login.yaml` has errors").count(), 2, "{}", checked.stderr);
}
