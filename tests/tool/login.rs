//! `hallpass auth login` as a process: a browser of a few lines follows the address that it prints.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use url::Url;

use crate::login_process::Login;
use crate::support::{Ran, Workspace};
use hallpass::demo::{Demo, Fault, Options, Server};

/// A demo, a project with an identity that a person logs in for, and the folder that is shared.
struct Site {
    demo: Demo,
    workspace: Arc<Workspace>,
    folder: tempfile::TempDir,
}

impl Site {
    /// `keys` are those of the identity beside issuer and client.
    async fn new(keys: &str) -> Self {
        Self::with(Options::default(), keys).await
    }

    async fn with(options: Options, keys: &str) -> Self {
        let options = Options { token_lifetime: Duration::from_secs(3600), ..options };
        let (demo, folder) = (Demo::start(options).await.unwrap(), tempfile::tempdir().unwrap());
        let project = format!(
            "base_url: {}\nauth: human\nidentities:\n  human:\n    oauth2: {{ issuer: '{}', client_id: shop-cli, {keys} }}\n",
            demo.api_url(),
            demo.issuer_url(),
        );
        let workspace = Workspace::new(&project)
            .spec("items.yaml", "requests:\n  - name: list\n    get: /items\n")
            .env("BROWSER", "/nowhere/browser")
            .env("XDG_RUNTIME_DIR", folder.path().to_str().unwrap());
        Self { demo, workspace: Arc::new(workspace), folder }
    }

    /// Begins a login with further arguments.
    fn log_in(&self, arguments: &[&str]) -> Login {
        Login::start(&self.workspace, "human", arguments)
    }

    /// Logs in as a person who allows everything.
    async fn logged_in(&self) -> Ran {
        let login = self.log_in(&[]);
        tokio::task::spawn_blocking(move || by_browser(login)).await.unwrap().ends_with(0)
    }

    async fn run(&self, arguments: &'static [&'static str]) -> Ran {
        let workspace = Arc::clone(&self.workspace);
        tokio::task::spawn_blocking(move || workspace.hallpass(arguments)).await.unwrap()
    }

    /// Runs this many processes at once; each must pass.
    async fn many(&self, count: usize) {
        let start = || {
            let mut command = self.workspace.command(&["run"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let children: Vec<_> = (0..count).map(|_| start()).collect();
        for child in children {
            let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap().unwrap();
            Ran::of(output).ends_with(0).says("1 passed");
        }
    }
}

/// Goes to the address as a browser would, and back.
fn by_browser(mut login: Login) -> Ran {
    let there = get(&login.next());
    assert_eq!(there.status, 302, "{}", there.body);
    let back = get(&there.location);
    assert_eq!(back.status, 200, "{}", back.body);
    login.end()
}

/// What a page is.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: String,
    body: String,
}

/// What a browser would be shown.
pub(crate) fn get(url: &str) -> Page {
    let url = Url::parse(url).unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", url.port().unwrap())).unwrap();
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    write!(stream, "GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let location = head.lines().find_map(|line| line.strip_prefix("location: ")).unwrap_or_default();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Page { status, location: location.to_owned(), body: body.to_owned() }
}

fn parameter(url: &str, name: &str) -> String {
    let url = Url::parse(url).unwrap();
    let found = url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
    found.unwrap_or_else(|| panic!("`{name}` in {url}"))
}

/// Does something that waits for a process while the demo goes on.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_found_by_runs_and_renewed_by_them_with_each_refresh_token_once() {
    let site = Site::new("grant: authorization_code").await;
    site.logged_in().await.says("human: logged in as qa; runs renew the token by themselves");
    site.run(&["run"]).await.ends_with(0).says("auth human: 0 fetched, 1 shared, 0 renewed");
    assert_eq!(site.demo.counts().token_requests, 1);
    for round in 1..=3 {
        site.demo.revoke_all();
        site.many(8).await;
        assert_eq!((site.demo.counts().token_requests, site.demo.counts().refreshes), (1 + round, round));
    }
    let bodies = site.demo.requests().into_iter().filter(|it| it.target == "/oauth2/token").map(|it| it.body);
    let mut bodies: Vec<_> = bodies.map(|body| String::from_utf8(body).unwrap()).collect();
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), 4, "no refresh token is sent twice: {bodies:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_verifier_that_is_sent_with_the_code_is_that_of_the_challenge() {
    let site = Site::new("grant: authorization_code, scope: [items.read], audience: shop").await;
    let mut login = site.log_in(&["--no-browser"]);
    let begin = login.next();
    let expected =
        [("response_type", "code"), ("code_challenge_method", "S256"), ("scope", "items.read"), ("audience", "shop")];
    for (name, value) in expected {
        assert_eq!(parameter(&begin, name), value, "{begin}");
    }
    assert!(parameter(&begin, "state").len() >= 43, "{begin}");
    let back = get(&get(&begin).location);
    assert!(back.body.contains("Back to the terminal"), "{}", back.body);
    apart(|| login.end()).await.ends_with(0);
    let request = site.demo.requests().into_iter().find(|it| it.target == "/oauth2/token").unwrap();
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&request.body).into_owned().collect();
    let value = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let verifier = value("code_verifier").unwrap();
    assert_eq!(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)), parameter(&begin, "code_challenge"));
    assert_eq!(value("redirect_uri"), Some(parameter(&begin, "redirect_uri").as_str()));
    assert_eq!((value("client_id"), value("scope"), value("audience")), (Some("shop-cli"), None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_login_a_run_fails_at_once_and_says_the_cure() {
    for grant in ["authorization_code", "device_code"] {
        let site = Site::new(&format!("grant: {grant}")).await;
        let ran = site.run(&["run"]).await.ends_with(3);
        ran.says("no token for `human`: nobody has logged in").says("run `hallpass auth login human`");
        assert_eq!((site.demo.counts().token_requests, site.demo.counts().api_requests), (0, 0));
        let ran = site.run(&["auth", "get", "human"]).await.ends_with(3);
        assert_eq!(ran.stdout, "");
        let site = site.run(&["run", "--no-share"]).await.ends_with(3);
        site.says("no login can be kept: `HALLPASS_SHARE=off` or `--no-share`");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_with_another_state_is_not_taken() {
    let site = Site::new("grant: authorization_code").await;
    let mut login = site.log_in(&[]);
    let begin = login.next();
    let callback = parameter(&begin, "redirect_uri");
    for query in ["code=stolen&state=wrong", "code=stolen", "error=access_denied&state="] {
        let page = get(&format!("{callback}?{query}"));
        assert_eq!(page.status, 400, "{query}");
        assert!(page.body.contains("This is not the login that was asked for"), "{}", page.body);
    }
    assert_eq!(get(&callback.replace("/callback", "/favicon.ico")).status, 404);
    assert_eq!(get(&get(&begin).location).status, 200);
    let ran = apart(|| login.end()).await.ends_with(0);
    ran.says("something came back with another `state`");
    assert_eq!(site.demo.counts().token_requests, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_issuer_is_refused() {
    let site = Site::new("grant: authorization_code").await;
    for (iss, expected) in [
        (
            "&iss=https%3A%2F%2Fevil.example.com",
            "was answered by the issuer `https://evil.example.com`, not by `http://127.0.0.1:",
        ),
        ("", "the answer to the login does not say that it is from `http://127.0.0.1:"),
    ] {
        let mut login = site.log_in(&[]);
        let begin = login.next();
        let (callback, state) = (parameter(&begin, "redirect_uri"), parameter(&begin, "state"));
        get(&format!("{callback}?code=c&state={state}{iss}"));
        apart(|| login.end()).await.ends_with(3).says(expected);
    }
    assert_eq!(site.demo.counts().token_requests, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_does_not_allow_it_is_told_and_so_is_the_terminal() {
    let site = Site::new("grant: authorization_code, authorization_params: { login_hint: nobody }").await;
    let mut login = site.log_in(&[]);
    let back = get(&get(&login.next()).location);
    assert!(back.body.contains("The provider says: access_denied"), "{}", back.body);
    let ran = apart(|| login.end()).await.ends_with(3);
    ran.says("the login was answered `access_denied`: the user did not allow it").says("log in again and allow it");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_waited_for_longer_than_the_timeout() {
    let site = Site::new("grant: authorization_code").await;
    let ran = site.run(&["auth", "login", "human", "--no-browser", "--timeout", "200ms"]).await.ends_with(3);
    ran.says("nobody logged in within 200ms").says("waits longer");
    let site = Site::new("grant: device_code").await;
    let ran = site.run(&["auth", "login", "human", "--timeout", "200ms"]).await.ends_with(3);
    ran.says("nobody logged in within 200ms");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fixed_port_is_used_and_told_of_where_it_is_taken() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let site = Site::new(&format!("grant: authorization_code, redirect_port: {port}")).await;
    let ran = site.run(&["auth", "login", "human"]).await.ends_with(3);
    ran.says(&format!("the port {port} of 127.0.0.1 cannot be used")).says("`redirect_port`");
    drop(listener);
    site.logged_in().await.says(&format!("redirect_uri=http%3A%2F%2F127.0.0.1%3A{port}%2Fcallback"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_that_is_wanted_gets_the_address() {
    let site = Site::new("grant: authorization_code").await;
    let script = site.folder.path().join("browser");
    std::fs::write(&script, "#!/bin/sh\nprintf '%s' \"$2\" > \"$0.tmp\"\nmv \"$0.tmp\" \"$0.$1\"\n").unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let browser = format!("{} opened %s", script.display());
    let workspace = site.workspace.command(&["auth", "login", "human"]);
    let mut command = workspace;
    let child = command.env("BROWSER", browser).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let written = site.folder.path().join("browser.opened");
    while !written.exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(get(&get(&std::fs::read_to_string(&written).unwrap()).location).status, 200);
    let ran = Ran::of(apart(|| child.wait_with_output()).await.unwrap()).ends_with(0);
    ran.says("a browser was started for it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_entered_elsewhere_logs_in() {
    let site = Site::new("grant: device_code, scope: items.read").await;
    let mut login = site.log_in(&[]);
    let (page, code, whole) = (login.next(), login.next(), login.next());
    assert_eq!(page, format!("{}/device", site.demo.issuer_url()));
    assert_eq!(whole, format!("{page}?user_code={code}"));
    assert_eq!(get(&whole).status, 200);
    apart(|| login.end()).await.ends_with(0).says("human: logged in as qa; runs renew the token by themselves");
    site.run(&["run"]).await.ends_with(0).says("auth human: 0 fetched, 1 shared, 0 renewed");
    let asked = site.demo.requests().into_iter().find(|it| it.target == "/device_authorization").unwrap();
    assert_eq!(String::from_utf8(asked.body).unwrap(), "client_id=shop-cli&scope=items.read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_denied_or_runs_out_gives_no_token() {
    let site = Site::new("grant: device_code").await;
    let mut login = site.log_in(&[]);
    let (_, _, whole) = (login.next(), login.next(), login.next());
    get(&format!("{whole}&deny=true"));
    apart(|| login.end()).await.ends_with(3).says("the login was answered `access_denied`");
    let short = Options { device_lifetime: Duration::from_secs(1), ..Options::default() };
    let site = Site::with(short, "grant: device_code").await;
    let ran = site.run(&["auth", "login", "human"]).await.ends_with(3);
    ran.says("the code was not entered within the 1s it was good for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_ended_says_so_and_another_one_cures_it() {
    let site = Site::new("grant: authorization_code").await;
    site.logged_in().await;
    site.demo.revoke_all();
    site.demo.plan_faults([Fault::answer(400, r#"{"error":"invalid_grant"}"#)]);
    let ran = site.run(&["run"]).await.ends_with(3);
    ran.says("`invalid_grant`").says("run `hallpass auth login human`");
    site.logged_in().await;
    site.run(&["run"]).await.ends_with(0);
    let api = site.demo.requests().into_iter().filter(|it| it.server == Server::Api).count();
    assert_eq!(api, 2, "no request goes out without a token");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_login_leaves_is_for_its_user_alone() {
    let site = Site::new("grant: authorization_code").await;
    site.logged_in().await.does_not_say("rt-");
    let folder = site.folder.path().join("hallpass/user");
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let entry = files.iter().find(|path| path.extension().is_some_and(|it| it == "json")).unwrap();
    assert!(std::fs::read_to_string(entry).unwrap().contains("rt-"), "a public client has nothing to encrypt with");
    for file in &files {
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
}
