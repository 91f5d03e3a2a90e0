//! Tokens between processes: every `Tokens` here stands for a process of its own.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, time::Duration};

use super::*;
use crate::auth::grant::tests::client;
use crate::secret::Secret;
use crate::spec::auth::{ClientAuth, Share};

/// A machine with one token endpoint, on which processes share a folder.
struct Machine {
    bench: Bench,
    /// What the processes go by.
    clock: Clock,
    folder: tempfile::TempDir,
    redactor: Redactor,
}

impl Machine {
    async fn new(replies: Vec<Reply>) -> Self {
        let bench = Bench::new(replies).await;
        let (clock, folder) = (bench.clock.clone(), tempfile::tempdir().unwrap());
        Self { bench, clock, folder, redactor: Redactor::new() }
    }

    /// A machine whose tokens are called `token-0`, `token-1` …
    async fn with_tokens() -> Self {
        Self::new((0..100).map(|number| token(&format!("token-{number}"))).collect()).await
    }

    /// A process of the run `1`.
    fn process(&self) -> Tokens {
        self.process_with(|_| {})
    }

    fn process_with(&self, change: impl FnOnce(&mut Sharing)) -> Tokens {
        let mut sharing = Sharing {
            run: Some("1".to_owned()),
            runtime: Some(self.folder.path().to_owned()),
            temporary: self.folder.path().to_owned(),
            ..Sharing::default()
        };
        change(&mut sharing);
        let clock = self.clock.clone();
        let store = Store::new(sharing, Path::new("/nowhere"), clock.clone());
        let http = Http::new(clock.clone(), HttpSettings::default());
        Tokens::new(http, clock, self.redactor.clone(), store)
    }

    fn ready(&self) -> Arc<Ready> {
        self.bench.ready("service")
    }

    fn count(&self) -> usize {
        self.bench.server.count()
    }

    /// Every file of the shared folder, in order.
    fn files(&self) -> Vec<std::path::PathBuf> {
        let mut folders = vec![self.folder.path().to_owned()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            let (below, found): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
            folders.extend(below);
            files.extend(found);
        }
        files.sort();
        files
    }
}

async fn text(process: &Tokens, ready: &Arc<Ready>) -> String {
    process.credential(ready).await.unwrap().secret.expose().to_owned()
}

#[tokio::test]
async fn a_process_uses_the_token_that_another_fetched() {
    let machine = Machine::with_tokens().await;
    let ready = machine.ready();
    assert_eq!(text(&machine.process(), &ready).await, "token-0");
    let second = machine.process();
    for _ in 0..3 {
        assert_eq!(text(&second, &ready).await, "token-0");
    }
    assert_eq!(machine.count(), 1);
    let summary = &second.summary()[0];
    assert_eq!((summary.fetched, summary.shared, summary.renewed, summary.notes.len()), (0, 3, 0, 0));
    let reply = second.view(&ready).unwrap();
    assert_eq!(reply.get("reply").unwrap().get("token_type").unwrap().as_str(), Some("Bearer"));
    assert_eq!(machine.redactor.redact("token-0"), "[redacted]");
}

#[tokio::test]
async fn only_those_share_who_are_meant_to() {
    type Change = fn(&mut Sharing);
    let same: Change = |_| {};
    let other_run: Change = |sharing| sharing.run = Some("2".to_owned());
    let no_run: Change = |sharing| sharing.run = None;
    let off: Change = |sharing| sharing.off = true;
    let rows = [
        (Share::Auto, same, 1),
        (Share::Run, same, 1),
        (Share::User, same, 1),
        (Share::Off, same, 2),
        (Share::Auto, other_run, 2),
        (Share::Run, other_run, 2),
        (Share::User, other_run, 1),
        (Share::Auto, no_run, 2),
        (Share::Run, no_run, 2),
        (Share::User, no_run, 1),
        (Share::User, off, 2),
    ];
    for (row, (share, change, fetches)) in rows.into_iter().enumerate() {
        let machine = Machine::with_tokens().await;
        let ready = machine.bench.ready_with("service", |grant| grant.share = share);
        text(&machine.process(), &ready).await;
        text(&machine.process_with(change), &ready).await;
        assert_eq!(machine.count(), fetches, "row {row}");
    }
}

#[tokio::test]
async fn another_secret_or_scope_has_another_token() {
    let machine = Machine::with_tokens().await;
    text(&machine.process(), &machine.ready()).await;
    let secret = Secret::new("another");
    let other = machine.bench.ready_with("service", |grant| grant.client = client("id", &secret, ClientAuth::Basic));
    assert_eq!(text(&machine.process(), &other).await, "token-1");
    let other = machine.bench.ready_with("service", |grant| grant.scope = vec!["read".to_owned()]);
    assert_eq!(text(&machine.process(), &other).await, "token-2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_processes_at_once_cost_one_fetch() {
    // A clock that waiting moves would end the patience of those who wait.
    let machine = Arc::new(Machine { clock: Clock::system(), ..Machine::with_tokens().await });
    let ask = |machine: Arc<Machine>| async move { text(&machine.process(), &machine.ready()).await };
    let tasks: Vec<_> = (0..20).map(|_| tokio::spawn(ask(Arc::clone(&machine)))).collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), "token-0");
    }
    assert_eq!(machine.count(), 1);
}

#[tokio::test]
async fn a_token_that_runs_out_is_renewed_for_all() {
    let machine = Machine::with_tokens().await;
    let ready = machine.ready();
    let (first, second) = (machine.process(), machine.process());
    assert_eq!(text(&first, &ready).await, "token-0");
    assert_eq!(text(&second, &ready).await, "token-0");
    machine.bench.clock.advance(Duration::from_secs(3540));
    assert_eq!(text(&second, &ready).await, "token-1");
    assert_eq!(text(&first, &ready).await, "token-1");
    let summary = &second.summary()[0];
    assert_eq!((machine.count(), summary.fetched, summary.renewed, summary.shared), (2, 1, 1, 1));
}

#[tokio::test]
async fn a_rejected_token_is_replaced_once_for_all() {
    let machine = Machine::with_tokens().await;
    let ready = machine.ready();
    let mut held = Vec::new();
    for _ in 0..10 {
        let process = machine.process();
        held.push((process.credential(&ready).await.unwrap(), process));
    }
    for (credential, process) in &held {
        process.accepted(&ready, credential);
    }
    for (credential, process) in &held {
        let renewed = process.rejected(&ready, credential, None).await.unwrap().unwrap();
        assert_eq!(renewed.secret.expose(), "token-1");
    }
    assert_eq!(machine.count(), 2);
}

#[tokio::test]
async fn an_api_that_always_says_401_costs_two_tokens_in_all_processes() {
    let machine = Machine::with_tokens().await;
    let ready = machine.ready();
    let mut replays = 0;
    for _ in 0..10 {
        let process = machine.process();
        for _ in 0..3 {
            let credential = process.credential(&ready).await.unwrap();
            replays += usize::from(process.rejected(&ready, &credential, None).await.unwrap().is_some());
        }
    }
    assert_eq!((machine.count(), replays), (2, 1));
}

#[tokio::test]
async fn what_one_process_saw_accepted_every_process_may_renew() {
    let machine = Machine::with_tokens().await;
    let ready = machine.ready();
    for round in 0..3 {
        let process = machine.process();
        let credential = process.credential(&ready).await.unwrap();
        if round == 0 {
            process.accepted(&ready, &credential);
        }
        assert!(process.rejected(&ready, &credential, None).await.unwrap().is_some(), "{round}");
    }
    assert_eq!(machine.count(), 4);
}

#[tokio::test]
async fn a_lasting_refusal_counts_for_a_minute_everywhere() {
    let machine = Machine::new(vec![Reply::json(401, r#"{"error":"invalid_client"}"#)]).await;
    let ready = machine.ready();
    let first = machine.process().credential(&ready).await.unwrap_err();
    machine.bench.clock.advance(Duration::from_secs(20));
    let second = machine.process();
    let told = second.credential(&ready).await.unwrap_err();
    let expected = format!("{}; another process was told so 20s ago, which counts for a minute", first.message);
    assert_eq!((told.message, told.help.is_some(), machine.count()), (expected, first.help.is_some(), 1));
    machine.bench.clock.advance(Duration::from_secs(41));
    second.credential(&ready).await.unwrap_err();
    assert_eq!(machine.count(), 2, "the minute is over");
}

#[tokio::test]
async fn a_passing_refusal_is_no_answer_to_those_who_come_later() {
    let machine = Machine::new(vec![Reply::json(503, "{}"), token("token-1")]).await;
    let ready = machine.bench.ready_with("service", |grant| grant.retries = 0);
    assert!(machine.process().credential(&ready).await.is_err());
    machine.bench.clock.advance(Duration::from_millis(5));
    assert_eq!(text(&machine.process(), &ready).await, "token-1");
}

#[tokio::test]
async fn a_lock_that_is_never_let_go_of_costs_the_timeout_and_five_seconds() {
    let machine = Machine::with_tokens().await;
    let ready = machine.ready();
    text(&machine.process(), &ready).await;
    let lock = machine.files().into_iter().find(|path| path.extension().is_some_and(|it| it == "lock")).unwrap();
    let lock = fs::File::open(lock).unwrap();
    lock.lock().unwrap();
    machine.bench.clock.advance(Duration::from_secs(3600));
    let began = machine.bench.clock.now();
    let alone = machine.process();
    assert_eq!(text(&alone, &ready).await, "token-1");
    let waited = machine.bench.clock.since(began);
    assert!((Duration::from_secs(10)..Duration::from_millis(10_100)).contains(&waited), "{waited:?}");
    assert_eq!(alone.summary()[0].notes, ["another process did not end its token request in 10s"]);
    assert_eq!(text(&machine.process(), &ready).await, "token-1", "the others have it too");
}

#[tokio::test]
async fn a_folder_that_others_may_enter_is_told_of_once_and_not_used() {
    let machine = Machine::with_tokens().await;
    let base = machine.folder.path().join("hallpass");
    fs::create_dir(&base).unwrap();
    fs::set_permissions(&base, fs::Permissions::from_mode(0o755)).unwrap();
    let process = machine.process();
    for name in ["one", "two"] {
        let other = machine.bench.ready_with(name, |grant| grant.scope = vec![name.to_owned()]);
        text(&process, &other).await;
    }
    let notes: Vec<_> = process.summary().into_iter().flat_map(|summary| summary.notes).collect();
    assert_eq!(notes.len(), 1);
    assert!(notes[0].starts_with("tokens stay in the memory of this process: others may enter `"), "{notes:?}");
    text(&machine.process(), &machine.ready()).await;
    assert_eq!((machine.count(), machine.files().len()), (3, 0));
}

#[tokio::test]
async fn no_file_shows_a_secret_or_a_token_that_a_secret_protects() {
    let machine = Machine::with_tokens().await;
    text(&machine.process(), &machine.ready()).await;
    let files = machine.files();
    assert_eq!(files.len(), 3, "salt, entry, lock: {files:?}");
    for file in files {
        let bytes = fs::read(&file).unwrap();
        let text = format!("{}\n{}", file.display(), String::from_utf8_lossy(&bytes));
        for secret in ["s3cret", "token-0", "Bearer", "service", "127.0.0.1"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
