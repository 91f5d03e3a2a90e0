//! Who wins: command line, environment, profile, spec, project file, built-in.

use crate::support::{Answer, RawServer, Workspace};

/// From the weakest to the strongest.
const LEVELS: [&str; 5] = ["project", "spec", "profile", "environment", "command"];

/// A project in which the first levels, and no others, say something.
fn said(upto: usize, server: &str, key: fn(&str) -> String, request: &str) -> Workspace {
    let say = |level: usize| if level <= upto { key(LEVELS[level]) } else { String::new() };
    let project = format!("{}\nprofiles:\n  staging:\n    jobs: 2\n    {}\n", say(0), say(2));
    let project = if project.contains("base_url:") { project } else { format!("base_url: {server}\n{project}") };
    Workspace::new(&project)
        .spec("a.yaml", &format!("{}\nrequests:\n  - {{ name: read, get: /, {request} }}\n", say(1)))
}

#[test]
fn a_variable_is_that_of_the_strongest_level() {
    let server = RawServer::answering("HTTP/1.1 204 No Content", b"");
    for (index, level) in LEVELS.into_iter().enumerate() {
        let request = format!("expect: {{ values: {{ \"{{{{who}}}}\": {level} }} }}");
        let mut workspace =
            said(index, &server.url(), |level| format!("vars: {{ who: {level}, from_{level}: 1 }}"), &request);
        if index >= 3 {
            workspace = workspace.env("HALLPASS_VAR_who", "environment");
        }
        let more: &[&str] = if index >= 4 { &["--var", "who=command"] } else { &[] };
        let arguments = [&["run", "-p", "staging"], more].concat();
        workspace.hallpass(&arguments).ends_with(0);
        let checked = [&["check", "-p", "staging"], more].concat();
        workspace.hallpass(&checked).ends_with(0);
    }
}

#[test]
fn files_of_variables_stand_between_the_environment_and_var() {
    let server = RawServer::answering("HTTP/1.1 204 No Content", b"");
    let spec = "requests:\n  - { name: read, get: /, expect: { values: { \"{{a}}\": 1, \"{{b}}\": {equals: [x]}, \"{{c}}\": \"3\" } } }\n";
    let workspace = Workspace::new(&format!("base_url: {}\n", server.url())).spec("a.yaml", spec);
    let workspace = workspace.file("vars.yaml", "a: 1\nb: [x]\nc: 2\n").env("HALLPASS_VAR_a", "0");
    workspace.hallpass(&["run", "--vars-file", "vars.yaml", "--var", "c=\"3\""]).ends_with(0);
    workspace.hallpass(&["run", "--vars-file", "vars.yaml"]).ends_with(1);
    workspace.hallpass(&["run", "--vars-file", "gone.yaml"]).ends_with(2).says("`gone.yaml` cannot be read");
    let wrong = workspace.file("vars.yaml", "- a\n");
    wrong.hallpass(&["run", "--vars-file", "vars.yaml"]).ends_with(2).says("holds no map of names and values");
}

#[test]
fn requests_go_to_the_base_url_of_the_strongest_level() {
    for (index, level) in LEVELS.into_iter().enumerate() {
        let servers = LEVELS.map(|_| RawServer::answering("HTTP/1.1 204 No Content", b""));
        let say =
            |level: usize| if level <= index { format!("base_url: {}", servers[level].url()) } else { String::new() };
        let project = format!("{}\nprofiles:\n  staging:\n    jobs: 2\n    {}\n", say(0), say(2));
        let spec = format!("{}\nrequests:\n  - {{ name: read, get: / }}\n", say(1));
        let mut workspace = Workspace::new(&project).spec("a.yaml", &spec);
        if index >= 3 {
            workspace = workspace.env("HALLPASS_BASE_URL", &servers[3].url());
        }
        let url = servers[4].url();
        let more: &[&str] = if index >= 4 { &["--base-url", &url] } else { &[] };
        workspace.hallpass(&[&["run", "-p", "staging"], more].concat()).ends_with(0);
        let asked: Vec<usize> = servers.iter().map(RawServer::requests).collect();
        assert_eq!(asked[index], 1, "{level}: {asked:?}");
    }
}

#[test]
fn an_exchange_takes_as_long_as_the_strongest_level_says() {
    let millis = |level: &str| 50 + 10 * LEVELS.iter().position(|it| *it == level).unwrap();
    let server = RawServer::start(Answer::Hang(Vec::new()));
    for (index, level) in LEVELS.into_iter().enumerate() {
        let key = |level: &str| {
            let at = LEVELS.iter().position(|it| *it == level).unwrap();
            format!("defaults: {{ timeout: {}ms }}", 50 + 10 * at)
        };
        let mut workspace = said(index, &server.url(), key, "tags: [slow]");
        if index >= 3 {
            workspace = workspace.env("HALLPASS_TIMEOUT", &format!("{}ms", millis("environment")));
        }
        let limit = format!("{}ms", millis("command"));
        let more: &[&str] = if index >= 4 { &["--timeout", &limit] } else { &[] };
        let ran = workspace.hallpass(&[&["run", "-p", "staging"], more].concat()).ends_with(1);
        ran.says(&format!("within {}ms", millis(level)));
    }
    let own = said(4, &server.url(), |level| format!("tags: [{level}]"), "timeout: 45ms");
    let own = own.file("hallpass.yaml", &format!("base_url: {}\ntimeouts: {{ request: 35ms }}\n", server.url()));
    own.hallpass(&["run", "--timeout", "55ms"]).ends_with(1).says("within 45ms");
    let own = own.spec("a.yaml", "requests:\n  - { name: read, get: / }\n");
    own.hallpass(&["run"]).ends_with(1).says("within 35ms");
}

#[test]
fn a_request_is_sent_as_the_profile_says_unless_it_says_itself() {
    let body = b"{}";
    let server = RawServer::answering("HTTP/1.1 200 OK\r\ncontent-length: 2", body);
    let identities = "identities:\n  one: { bearer: { env: ONE } }\n  two: { bearer: { env: TWO } }\n  three: { bearer: { env: THREE } }\n";
    let project =
        format!("base_url: {}\nauth: one\n{identities}profiles: {{ staging: {{ auth: three }} }}\n", server.url());
    let spec = "auth: two\nrequests:\n  - { name: by default, get: / }\n  - { name: by itself, get: /, auth: one }\n";
    let workspace = Workspace::new(&project).spec("a.yaml", spec);
    let workspace = workspace.env("ONE", "token-one").env("TWO", "token-two").env("THREE", "token-three");
    let sent_as = |arguments: &[&str]| {
        workspace.hallpass(&[&["run", "--report", "json=run.json"], arguments].concat()).ends_with(0);
        let run: serde_json::Value = serde_json::from_str(&workspace.read("run.json")).unwrap();
        [0, 1].map(|case| run["cases"][case]["exchanges"][0]["identity"]["name"].as_str().unwrap().to_owned())
    };
    assert_eq!(sent_as(&[]), ["two", "one"]);
    assert_eq!(sent_as(&["-p", "staging"]), ["three", "one"]);
}
