//! Values that a command prints: `{cmd: [argv]}` in an identity.

use std::time::Duration;

use crate::support::{Ran, Workspace};
use hallpass::demo::{Client, Demo, Options};

const SECRET: &str = "p w+d/1 of the vault";

async fn demo() -> Demo {
    let tester = Client::new("tester", SECRET, &["items.read"]);
    let options = Options { clients: vec![tester], token_lifetime: Duration::from_secs(3600), ..Options::default() };
    Demo::start(options).await.unwrap()
}

/// A project with these identities, and a vault that notes in `diary` whenever it is opened.
fn project(demo: &Demo, identities: &str, more: &str) -> Workspace {
    let text = format!("base_url: {}\nauth: service\nidentities:\n{identities}{more}", demo.api_url());
    Workspace::new(&text)
        .envs([
            ("ISSUER_URL".to_owned(), demo.issuer_url().to_owned()),
            ("VAULT_KEY".to_owned(), "open-sesame".to_owned()),
        ])
        .file("vault.txt", &format!("{SECRET}\n"))
        .file("open.sh", "echo \"$0 $1\" >> diary\ncat \"$2\"\necho \"$1\" >&2\nexit \"${3:-0}\"\n")
}

async fn run(workspace: Workspace, arguments: &'static [&'static str]) -> (Workspace, Ran) {
    let ran = tokio::task::spawn_blocking(move || {
        let ran = workspace.hallpass(arguments);
        (workspace, ran)
    });
    ran.await.unwrap()
}

const SERVICE: &str = "  service:
    oauth2:
      token_url: \"{{env.ISSUER_URL}}/oauth2/token\"
      client_id: tester
      client_secret: { cmd: [sh, open.sh, { env: VAULT_KEY }, vault.txt] }
";

const ITEMS: &str =
    "requests:\n  - { name: read, get: /items }\n  - { name: leak, get: /echo, expect: { status: 418 } }\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_comes_from_a_command_that_runs_once_for_all_specs() {
    let demo = demo().await;
    let mut workspace = project(&demo, SERVICE, "allow: [exec]\n");
    for file in 0..20 {
        workspace = workspace.spec(&format!("spec_{file:02}.yaml"), ITEMS);
    }
    let (workspace, ran) = run(workspace, &["run", "-vv"]).await;
    ran.ends_with(1)
        .says("20 passed, 20 failed")
        .says("service: 1 fetched")
        .does_not_say(SECRET)
        .does_not_say("open-sesame");
    assert_eq!(workspace.read("diary"), "open.sh open-sesame\n");
    assert_eq!(demo.counts().token_requests, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_stands_wherever_a_value_does() {
    let demo = demo().await;
    let token = demo.token("tester", Duration::from_secs(60)).unwrap();
    let identities = "  service: { all: [fixed, { api_key: { header: X-Key, value: { cmd: [cat, vault.txt] } } }] }
  fixed: { bearer: { cmd: [cat, token.txt] } }
";
    let spec = "requests:
  - { name: read, get: /items }
  - { name: both, get: /echo, expect: { jsonpath: { \"$.headers['x-key']\": { length: 20 } } } }
  - { name: in place, get: /me, auth: { bearer: { cmd: [cat, token.txt] } } }
";
    let workspace = project(&demo, identities, "allow: [exec]\n").file("token.txt", &format!("{token}\n"));
    let (_, ran) = run(workspace.spec("items.yaml", spec), &["run", "-vv"]).await;
    ran.ends_with(0).says("3 passed").does_not_say(&token).does_not_say(SECRET);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_fails_is_told_once_without_what_it_printed() {
    let rows = [
        ("[sh, open.sh, { env: VAULT_KEY }, vault.txt, '3']", "the command `sh` ended with exit status: 3"),
        ("[no-such-program-anywhere]", "the command `no-such-program-anywhere` could not be run"),
        ("[cat, empty.txt]", "the command `cat` printed nothing"),
        ("[cat, { env: UNSET_VARIABLE }]", "the environment variable `UNSET_VARIABLE` is not set"),
    ];
    for (argv, said) in rows {
        let demo = demo().await;
        let identity = format!("  service: {{ bearer: {{ cmd: {argv} }} }}\n");
        let workspace = project(&demo, &identity, "allow: [exec]\n").file("empty.txt", "\n");
        let (workspace, ran) = run(workspace.spec("items.yaml", ITEMS), &["run", "-vv"]).await;
        ran.ends_with(3).says(said).says("hallpass.yaml:4:").does_not_say(SECRET).does_not_say("open-sesame");
        assert_eq!(demo.counts().api_requests, 0);
        if argv.contains("open.sh") {
            assert_eq!(workspace.read("diary"), "open.sh open-sesame\n");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_command_runs_where_nobody_allowed_it() {
    let demo = demo().await;
    let (workspace, ran) = run(project(&demo, SERVICE, "").spec("items.yaml", ITEMS), &["run"]).await;
    ran.ends_with(3).says("`service` runs a command, which is not allowed here").says("--allow-exec");
    assert!(!workspace.path().join("diary").exists());
    let (workspace, ran) = run(workspace, &["check", "specs/items.yaml"]).await;
    ran.ends_with(0);
    let (_, ran) = run(workspace, &["run", "specs/items.yaml", "--allow-exec"]).await;
    ran.ends_with(1).says("1 passed");
}
