//! Refresh tokens between processes: each is used once, by whoever holds the lock.

use super::{shared::Machine, *};
use std::{fs, time::Duration};

use crate::auth::grant::{Own, tests::client};
use crate::secret::Secret;
use crate::spec::auth::{ClientAuth, GrantType, Share};

const HOUR: Duration = Duration::from_secs(3600);

/// The replies 0 to `count`, each with a token for an hour and a refresh token.
fn rotating(count: usize) -> Vec<Reply> {
    let reply = |number: usize| {
        let (token, refresh) = (format!("token-{number}"), format!("refresh-{number}"));
        Reply::json(200, &format!(r#"{{"access_token":"{token}","expires_in":3600,"refresh_token":"{refresh}"}}"#))
    };
    (0..count).map(reply).collect()
}

fn password(grant: &mut Grant) {
    grant.grant = GrantType::Password;
    grant.own = Own::Password { username: "qa".into(), password: Secret::new("pass-word") };
}

async fn text(process: &Tokens, ready: &Arc<Ready>) -> String {
    let credential = process.credential(ready).await;
    credential.map_or_else(|why| why.message, |it| it.secret.expose().to_owned())
}

/// What each token request was made with: a refresh token, or `-`.
fn used(machine: &Machine) -> Vec<String> {
    let seen = machine.bench.server.seen();
    let refresh = |request: &String| {
        let (_, found) = request.split_once("&refresh_token=")?;
        Some(found.split('&').next().unwrap_or_default().to_owned())
    };
    seen.iter().map(|request| refresh(request).unwrap_or_else(|| "-".to_owned())).collect()
}

#[tokio::test]
async fn the_next_process_renews_with_what_the_one_before_left() {
    for share in [Share::Run, Share::User] {
        let machine = Machine::new(rotating(4)).await;
        let ready = machine.bench.ready_with("user", |grant| {
            password(grant);
            grant.share = share;
        });
        for number in 0..4 {
            assert_eq!(text(&machine.process(), &ready).await, format!("token-{number}"));
            machine.bench.clock.advance(HOUR);
        }
        assert_eq!(used(&machine), ["-", "refresh-0", "refresh-1", "refresh-2"], "{share:?}");
    }
}

#[tokio::test]
async fn processes_that_take_turns_never_use_one_twice() {
    let machine = Machine::new(rotating(9)).await;
    let ready = machine.bench.ready_with("user", password);
    let (one, other) = (machine.process(), machine.process());
    for _ in 0..4 {
        text(&one, &ready).await;
        machine.bench.clock.advance(HOUR);
        text(&other, &ready).await;
        text(&one, &ready).await;
        machine.bench.clock.advance(HOUR);
    }
    let expected: Vec<_> = (0..7).map(|number| format!("refresh-{number}")).collect();
    assert_eq!(used(&machine)[1..], expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_processes_at_once_use_one_refresh_token_once() {
    // A clock that waiting moves would end the patience of those who wait.
    let mut machine = Machine::new(rotating(20)).await;
    machine.clock = Clock::system();
    let machine = Arc::new(machine);
    let ready = machine.bench.ready_with("user", password);
    let held = {
        let process = machine.process();
        let credential = process.credential(&ready).await.unwrap();
        process.accepted(&ready, &credential);
        credential
    };
    let ask = |machine: Arc<Machine>, ready: Arc<Ready>| async move {
        let process = machine.process();
        let credential = process.credential(&ready).await.unwrap();
        process.rejected(&ready, &credential, None).await.unwrap().map(|it| it.secret.expose().to_owned())
    };
    let tasks: Vec<_> = (0..8).map(|_| tokio::spawn(ask(Arc::clone(&machine), Arc::clone(&ready)))).collect();
    for task in tasks {
        // Who comes late has the new token already, which this rejects too: then a third one is due.
        let renewed = task.await.unwrap();
        assert_ne!(renewed.as_deref(), Some(held.secret.expose()));
    }
    let mut refreshes = used(&machine)[1..].to_vec();
    let count = refreshes.len();
    refreshes.sort();
    refreshes.dedup();
    assert_eq!((refreshes.len(), count > 0), (count, true), "{refreshes:?}");
}

#[tokio::test]
async fn who_does_not_hold_the_lock_does_not_touch_the_refresh_token() {
    let machine = Machine::new(rotating(4)).await;
    let ready = machine.bench.ready_with("user", password);
    text(&machine.process(), &ready).await;
    let lock = machine.files().into_iter().find(|path| path.extension().is_some_and(|it| it == "lock")).unwrap();
    let lock = fs::File::open(lock).unwrap();
    lock.lock().unwrap();
    machine.bench.clock.advance(HOUR);
    assert_eq!(text(&machine.process(), &ready).await, "token-1");
    drop(lock);
    machine.bench.clock.advance(HOUR);
    assert_eq!(text(&machine.process(), &ready).await, "token-2");
    assert_eq!(used(&machine), ["-", "-", "refresh-1"]);
}

#[tokio::test]
async fn a_refresh_token_stays_while_the_endpoint_is_at_fault_and_goes_when_it_is_refused() {
    let mut replies = rotating(1);
    replies.extend([Reply::json(503, "{}"), Reply::json(400, r#"{"error":"invalid_grant"}"#), token("token-9")]);
    let machine = Machine::new(replies).await;
    let ready = machine.bench.ready_with("user", |grant| {
        password(grant);
        grant.retries = 0;
    });
    for _ in 0..3 {
        text(&machine.process(), &ready).await;
        machine.bench.clock.advance(HOUR);
    }
    text(&machine.process(), &ready).await;
    assert_eq!(used(&machine), ["-", "refresh-0", "refresh-0", "-", "-"], "refused, earned anew without one");
}

#[tokio::test]
async fn a_refresh_token_that_cannot_be_written_is_kept_by_its_process_and_the_used_one_by_nobody() {
    let machine = Machine::new(rotating(4)).await;
    let ready = machine.bench.ready_with("user", password);
    let process = machine.process();
    text(&process, &ready).await;
    machine.bench.clock.advance(HOUR);
    let entry = machine.files().into_iter().find(|path| path.extension().is_some_and(|it| it == "json")).unwrap();
    let folder = entry.parent().unwrap();
    // A folder in place of the file: nothing can be renamed onto it.
    let lock = entry.with_extension("lock");
    let bytes = fs::read(&entry).unwrap();
    assert!(!bytes.windows(9).any(|it| it == b"refresh-0"), "it is encrypted");
    let moved = folder.join("aside");
    let slow = machine.bench.server.count();
    machine.bench.server.close_gate();
    let renewing = tokio::spawn({
        let (process, ready) = (process.clone(), Arc::clone(&ready));
        async move { text(&process, &ready).await }
    });
    while machine.bench.server.count() == slow {
        tokio::task::yield_now().await;
    }
    fs::rename(&entry, &moved).unwrap();
    fs::create_dir(&entry).unwrap();
    fs::write(entry.join("x"), "").unwrap();
    machine.bench.server.open_gate();
    assert_eq!(renewing.await.unwrap(), "token-1");
    fs::remove_dir_all(&entry).unwrap();
    machine.bench.clock.advance(HOUR);
    assert_eq!(text(&process, &ready).await, "token-2");
    assert_eq!(used(&machine), ["-", "refresh-0", "refresh-1"]);
    assert!(lock.exists());
}

#[tokio::test]
async fn a_password_protects_what_is_kept_where_the_client_has_no_secret() {
    let machine = Machine::new(rotating(1)).await;
    let ready = machine.bench.ready_with("user", |grant| {
        password(grant);
        grant.client = client("id", &Secret::new(""), ClientAuth::None);
    });
    text(&machine.process(), &ready).await;
    for file in machine.files() {
        let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        for secret in ["token-0", "refresh-0", "pass-word"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
}
