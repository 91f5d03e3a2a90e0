//! Tokens between processes of the tool: one request for all of them, whatever becomes of the one that makes it, and nothing to read for others.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    sync::Arc,
    time::Duration,
};

use crate::support::{Ran, Workspace};
use hallpass::demo::{Client, Demo, Fault, Options, Server};

const SECRET: &str = "a-secret-of-the-tester";

/// A demo, a project whose identity shares its token as `share` says, and the folder that is shared.
struct Site {
    demo: Demo,
    workspace: Arc<Workspace>,
    folder: tempfile::TempDir,
}

impl Site {
    async fn new(share: &str, more: &[(&str, &str)]) -> Self {
        Self::with(Options::default(), share, more).await
    }

    async fn with(options: Options, share: &str, more: &[(&str, &str)]) -> Self {
        let tester = Client::new("tester", SECRET, &["items.read"]);
        let options = Options { clients: vec![tester], token_lifetime: Duration::from_secs(3600), ..options };
        let (demo, folder) = (Demo::start(options).await.unwrap(), tempfile::tempdir().unwrap());
        let project = format!(
            "base_url: {}\nauth: service\nidentities:\n  service:\n    oauth2:\n      token_url: {}/oauth2/token\n      client_id: tester\n      \
             client_secret: {{ env: TESTER_SECRET }}\n      share: {share}\n",
            demo.api_url(),
            demo.issuer_url(),
        );
        let mut workspace = Workspace::new(&project)
            .spec("items.yaml", "requests:\n  - name: list\n    get: /items\n")
            .env("TESTER_SECRET", SECRET)
            .env("XDG_RUNTIME_DIR", folder.path().to_str().unwrap());
        for (name, value) in more {
            workspace = workspace.env(name, value);
        }
        Self { demo, workspace: Arc::new(workspace), folder }
    }

    /// Starts a process.
    fn start(&self) -> Child {
        self.workspace.command(&["run"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    async fn run(&self, arguments: &'static [&'static str]) -> Ran {
        let workspace = Arc::clone(&self.workspace);
        tokio::task::spawn_blocking(move || workspace.hallpass(arguments)).await.unwrap()
    }

    /// Runs this many processes at once; each must pass.
    async fn many(&self, count: usize) -> Vec<Ran> {
        let children: Vec<_> = (0..count).map(|_| self.start()).collect();
        let mut all = Vec::new();
        for child in children {
            all.push(end(child).await.ends_with(0).says("1 passed"));
        }
        all
    }

    fn tokens(&self) -> u64 {
        self.demo.counts().token_requests
    }

    fn base(&self) -> PathBuf {
        self.folder.path().join("hallpass")
    }
}

async fn end(child: Child) -> Ran {
    Ran::of(tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap().unwrap())
}

/// How many of these say this.
fn saying(all: &[Ran], part: &str) -> usize {
    all.iter().filter(|ran| ran.all().contains(part)).count()
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_processes_at_once_make_one_token_request_and_one_more_when_it_is_revoked() {
    let options = Options { token_latency: Duration::from_millis(300), ..Options::default() };
    let site = Site::with(options, "user", &[]).await;
    let first = site.many(20).await;
    assert_eq!((site.tokens(), site.demo.counts().api_requests), (1, 20));
    assert_eq!(saying(&first, "auth service: 1 fetched, 0 shared, 0 renewed"), 1);
    assert_eq!(saying(&first, "auth service: 0 fetched, 1 shared, 0 renewed"), 19);
    site.demo.revoke_all();
    let second = site.many(20).await;
    assert_eq!(site.tokens(), 2);
    assert_eq!(saying(&second, "auth service: 1 fetched, 1 shared, 1 renewed"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_of_one_test_run_share_and_a_run_without_a_name_does_not() {
    type Row = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str], u64);
    let rows: [Row; 6] = [
        ("auto", &[("NEXTEST_RUN_ID", "1")], &["run"], 1),
        ("auto", &[], &["run"], 2),
        ("off", &[("NEXTEST_RUN_ID", "1")], &["run"], 2),
        ("user", &[], &["run"], 1),
        ("user", &[], &["run", "--no-share"], 2),
        ("user", &[("HALLPASS_SHARE", "off")], &["run"], 2),
    ];
    for (share, env, arguments, expected) in rows {
        let site = Site::new(share, env).await;
        for _ in 0..2 {
            site.run(arguments).await.ends_with(0);
        }
        assert_eq!(site.tokens(), expected, "{share} {env:?} {arguments:?}");
        assert_eq!(site.base().exists(), expected == 1, "{share} {env:?} {arguments:?}");
    }
    let site = Site::new("user", &[("HALLPASS_SHARE", "of")]).await;
    site.run(&["run"]).await.ends_with(2).says("`HALLPASS_SHARE` can be `auto` or `off`");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_wrong_or_is_there_already_is_shared_with_nobody() {
    let site = Site::new("user", &[]).await;
    let spec = "identities:
  own: { oauth2: { token_url: '{{env.ISSUER_URL}}/oauth2/token', client_id: tester, client_secret: { env: TESTER_SECRET }, scope: [items.read, items.write], share: user } }
  less: { use: own, without_scope: items.write }
  wrong: { use: less, tamper: garbage }
  fixed: { bearer: { env: TESTER_SECRET } }
requests:
  - { name: less, get: /items, auth: less }
  - { name: wrong, get: /items, auth: wrong, expect: { status: 401 } }
  - { name: fixed, get: /items, auth: fixed, expect: { status: 401 } }
";
    fs::write(site.workspace.path().join("specs/items.yaml"), spec).unwrap();
    for run in 1..=2 {
        let workspace = Arc::clone(&site.workspace);
        let issuer = site.demo.issuer_url().to_owned();
        let mut command = workspace.command(&["run"]);
        let output = tokio::task::spawn_blocking(move || command.env("ISSUER_URL", issuer).output().unwrap());
        Ran::of(output.await.unwrap()).ends_with(0).says("3 passed");
        assert_eq!(site.demo.counts().token_requests, run);
    }
    assert!(!site.base().exists() || files(&site.base()).is_empty(), "{:?}", files(&site.base()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_in_the_middle_of_its_token_request_holds_up_nobody() {
    let site = Site::new("user", &[]).await;
    site.demo.plan_faults([Fault::hang()]);
    let mut holder = site.start();
    while site.tokens() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut waiter = site.start();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(waiter.try_wait().unwrap().is_none(), "it waits for the holder");
    assert_eq!(site.tokens(), 1);
    holder.kill().unwrap();
    holder.wait().unwrap();
    // Had it waited to the end of its patience it would say so.
    let waiter = end(waiter).await.ends_with(0).says("auth service: 1 fetched, 0 shared, 0 renewed");
    assert_eq!(waiter.all().matches("auth service: ").count(), 1, "{}", waiter.all());
    assert_eq!(site.tokens(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_asked_about_once_by_all_processes() {
    let site = Site::new("user", &[("TESTER_SECRET", "not-the-secret")]).await;
    site.run(&["run"]).await.ends_with(3).says("invalid_client");
    let told = site.run(&["run"]).await.ends_with(3).says("invalid_client").says("; another process was told so ");
    told.does_not_say("not-the-secret");
    assert_eq!((site.tokens(), site.demo.counts().api_requests), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_not_ours_alone_is_not_used_and_told_of() {
    type Prepare = fn(&Path);
    let open: Prepare = |base| {
        fs::create_dir(base).unwrap();
        fs::set_permissions(base, fs::Permissions::from_mode(0o777)).unwrap();
    };
    let link: Prepare = |base| {
        let real = base.with_file_name("real");
        fs::create_dir(&real).unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o700)).unwrap();
        symlink(real, base).unwrap();
    };
    let rows = [(open, "others may enter `"), (link, "is not a folder but a link or a file; remove it")];
    for (prepare, why) in rows {
        let site = Site::new("user", &[]).await;
        prepare(&site.base());
        for _ in 0..2 {
            let ran = site.run(&["run"]).await.ends_with(0);
            assert_eq!(ran.all().matches("tokens stay in the memory of this process: ").count(), 1, "{}", ran.all());
            ran.says(why);
        }
        assert_eq!((site.tokens(), files(&site.base()).len()), (2, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_shared_below_the_project() {
    let site = Site::new("user", &[]).await;
    let inside = site.workspace.path().join("run");
    fs::create_dir(&inside).unwrap();
    let mut command = site.workspace.command(&["run"]);
    command.env("XDG_RUNTIME_DIR", &inside);
    let ran = tokio::task::spawn_blocking(move || Ran::of(command.output().unwrap())).await.unwrap();
    ran.ends_with(0).says("lies in the project or in a `target` folder");
    assert_eq!(files(&inside).len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_tell_nothing() {
    let site = Site::new("user", &[]).await;
    site.run(&["run"]).await.ends_with(0);
    let seen = site.demo.requests().into_iter().find(|seen| seen.server == Server::Api).unwrap();
    let (_, sent) = seen.headers.into_iter().find(|(name, _)| name == "authorization").unwrap();
    let token = sent.strip_prefix("Bearer ").unwrap();
    let found = files(&site.base());
    assert_eq!(found.len(), 3, "random bytes, token, lock: {found:?}");
    for file in &found {
        let text = format!("{} {}", file.display(), String::from_utf8_lossy(&fs::read(file).unwrap()));
        for secret in [SECRET, token, "tester", "oauth2", "127.0.0.1", "service", "grant_type"] {
            assert!(!text.contains(secret), "`{secret}` in {text}");
        }
    }
    let names = |folder: &Path| files(folder).into_iter().filter_map(|file| file.file_name().map(ToOwned::to_owned));
    let before: Vec<_> = names(&site.base()).filter(|name| name != "salt").collect();
    fs::remove_dir_all(site.base()).unwrap();
    site.run(&["run"]).await.ends_with(0);
    assert!(names(&site.base()).all(|name| !before.contains(&name)), "other random bytes give other names");
}
