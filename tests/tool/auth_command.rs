//! `hallpass auth show`, `get`, `warm` and `clear` as processes.

use std::{sync::Arc, time::Duration};

use crate::support::{Ran, Workspace};
use hallpass::demo::{Client, Demo, Options};

const SECRET: &str = "a-secret-of-the-tester";

/// A demo, and a project with an identity of every kind.
struct Site {
    demo: Demo,
    workspace: Arc<Workspace>,
    _folder: tempfile::TempDir,
}

const PROJECT: &str = "auth: service
base_url: '{{env.API_URL}}'
identities:
  service:
    oauth2: { issuer: '{{env.ISSUER_URL}}', client_id: tester, client_secret: { env: TESTER_SECRET }, share: user }
  alone:
    oauth2: { issuer: '{{env.ISSUER_URL}}', client_id: tester, client_secret: { env: TESTER_SECRET }, scope: items.read }
  user:
    oauth2:
      { grant: password, issuer: '{{env.ISSUER_URL}}', client_id: tester, client_secret: { env: TESTER_SECRET }, username: qa, password: { env: USER_PASSWORD }, share: user }
  signer: { jwt: { alg: HS256, key: { env: SIGNING_KEY }, claims: { sub: qa, scope: a b } } }
  fixed: { bearer: { env: API_TOKEN } }
  legacy: { basic: { username: u, password: { env: USER_PASSWORD } } }
  unset: { bearer: { env: NOT_SET } }
  tool: { exec: { command: [printf, a-token-of-a-tool] } }
";

impl Site {
    async fn new() -> Self {
        let tester = Client::new("tester", SECRET, &["items.read", "items.write"]);
        let options =
            Options { clients: vec![tester], token_lifetime: Duration::from_secs(3600), ..Options::default() };
        let (demo, folder) = (Demo::start(options).await.unwrap(), tempfile::tempdir().unwrap());
        let own = "requests: [{name: me, get: /me}]\nidentities:\n  own: { bearer: \"{{env.API_TOKEN}}\" }\n";
        let workspace = Workspace::new(PROJECT)
            .spec("own.yaml", own)
            .envs(demo.env())
            .env("TESTER_SECRET", SECRET)
            .env("XDG_RUNTIME_DIR", folder.path().to_str().unwrap());
        Self { demo, workspace: Arc::new(workspace), _folder: folder }
    }

    async fn auth(&self, arguments: &[&str]) -> Ran {
        let workspace = Arc::clone(&self.workspace);
        let all: Vec<String> = ["auth"].iter().chain(arguments).map(|&it| it.to_owned()).collect();
        let run = move || workspace.hallpass(&all.iter().map(String::as_str).collect::<Vec<_>>());
        tokio::task::spawn_blocking(run).await.unwrap()
    }

    fn tokens(&self) -> u64 {
        self.demo.counts().token_requests
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn get_prints_the_token_and_nothing_else() {
    let site = Site::new().await;
    let ran = site.auth(&["get", "service"]).await.ends_with(0);
    assert_eq!((ran.stdout.lines().count(), ran.stderr.as_str()), (1, ""));
    assert_eq!(ran.stdout.trim().split('.').count(), 3, "a JWT: {}", ran.stdout);
    let again = site.auth(&["get", "service"]).await.ends_with(0);
    assert_eq!((again.stdout, site.tokens()), (ran.stdout, 1));
    let tool = site.auth(&["get", "tool", "--allow-exec"]).await.ends_with(0);
    assert_eq!(tool.stdout, "a-token-of-a-tool\n");
    let own = site.auth(&["get", "own", "--spec", "specs/own.yaml"]).await.ends_with(0);
    let fixed = site.auth(&["get", "fixed"]).await.ends_with(0);
    assert_eq!(own.stdout, fixed.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn show_tells_everything_but_the_token() {
    let site = Site::new().await;
    let token = site.auth(&["get", "user"]).await.ends_with(0).stdout.trim().to_owned();
    let text = site.auth(&["show", "user"]).await.ends_with(0);
    for part in [
        "oauth2, grant `password`",
        "an earlier login or run",
        "for every run of this user",
        "by a refresh token",
        "items.read items.write",
        "\"sub\": \"qa\"",
        "in 59m",
    ] {
        assert!(text.stdout.contains(part), "`{part}` in {}", text.stdout);
    }
    text.does_not_say(&token);
    let json = site.auth(&["show", "user", "--format", "json"]).await.ends_with(0).does_not_say(&token);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((json["origin"].as_str(), json["kept"].as_str()), (Some("kept"), Some("user")));
    assert_eq!((json["renewable"].as_bool(), json["claims"]["sub"].as_str()), (Some(true), Some("qa")));
    assert_eq!(json["scopes"], serde_json::json!(["items.read", "items.write"]));
    assert!(json["expires_in"].as_u64().is_some_and(|left| (3000..3600).contains(&left)), "{json}");
    let rows = [("alone", "the token endpoint just now"), ("signer", "signed here"), ("fixed", "what is written")];
    for (name, from) in rows {
        site.auth(&["show", name]).await.ends_with(0).says(from);
    }
    site.auth(&["show", "signer"]).await.says("scopes   a b").says("\"scope\": \"a b\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn warm_fetches_what_runs_find_and_clear_forgets_it() {
    let site = Site::new().await;
    site.auth(&["warm", "service", "user"]).await.ends_with(0).says("service: fetched, 59m");
    assert_eq!(site.tokens(), 2);
    site.auth(&["warm", "service"]).await.ends_with(0).says("service: has one, 59m").says("kept for every run");
    assert_eq!(site.tokens(), 2);
    site.auth(&["warm", "alone"]).await.ends_with(0).says("kept nowhere; `share: user` keeps it");
    site.auth(&["clear", "service"]).await.ends_with(0).says("service: forgotten");
    site.auth(&["clear", "service", "fixed"])
        .await
        .ends_with(0)
        .says("service: nothing was kept")
        .says("fixed: nothing");
    site.auth(&["warm", "user"]).await.ends_with(0).says("user: has one");
    site.auth(&["warm", "service"]).await.ends_with(0).says("service: fetched");
    assert_eq!(site.tokens(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_names_all_are_meant_and_one_that_fails_keeps_no_other_from_it() {
    let site = Site::new().await;
    let ran = site.auth(&["warm"]).await.ends_with(3);
    let ran =
        ran.says("service: fetched").says("user: fetched").says("signer: fetched").says("fixed: there is nothing");
    let ran = ran.says("the environment variable `NOT_SET` is not set").says("`tool` runs a command");
    ran.does_not_say(SECRET);
    let ran = site.auth(&["clear"]).await.ends_with(0);
    ran.says("service: forgotten").says("user: forgotten").says("unset: nothing was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_token_or_no_name_is_told() {
    let site = Site::new().await;
    let rows: &[(&[&str], i32, &str)] = &[
        (&["get", "servise"], 2, "did you mean `service`?"),
        (&["show", "nothing-like-it"], 2, "there is `service`, `alone`"),
        (&["warm", "service", "usr"], 2, "did you mean `user`?"),
        (&["login", "service"], 2, "nobody logs in for `service`: its grant is `client_credentials`"),
        (&["login", "fixed"], 2, "nobody logs in for `fixed`: its scheme is `bearer`"),
        (&["get", "legacy"], 3, "`legacy` has no token: its scheme is `basic`"),
        (&["get", "tool"], 3, "`tool` runs a command, which is not allowed here"),
        (&["get", "unset"], 3, "the environment variable `NOT_SET` is not set"),
        (&["get", "own"], 2, "there is no identity `own`"),
        (&["get", "own", "--spec", "specs/none.yaml"], 2, "specs/none.yaml"),
    ];
    for (arguments, code, part) in rows {
        let ran = site.auth(arguments).await.ends_with(*code).says(part);
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
    assert_eq!(site.tokens(), 0);
}
