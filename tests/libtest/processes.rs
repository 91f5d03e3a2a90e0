//! An application in a process of its own, and signals: nothing is left behind.

use std::{
    fs,
    io::Read as _,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::support::{Said, Suite, fixture};

const GREETED: &str = "requests:\n  - {name: one, get: /, expect: {body: from the harness}}\n";

fn suite(text: &str) -> Suite {
    let command = format!("'{}' serve-on {{port}}", fixture().display());
    Suite::of(&[("specs/a.yaml", text), ("specs/b.yaml", text)]).mode("command").with("FIXTURE_COMMAND", &command)
}

/// The processes that the application noted: its own and that of its child.
fn pids(suite: &Suite) -> Vec<u32> {
    let diary = suite.diary();
    let lines = diary.lines().filter_map(|line| line.strip_prefix("pids "));
    lines.flat_map(|line| line.split(' ').map(|pid| pid.parse().unwrap()).collect::<Vec<u32>>()).collect()
}

/// Waits until something holds. A signal takes its time.
fn until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        thread::yield_now();
    }
}

fn all_gone(pids: &[u32]) {
    for pid in pids {
        until(&format!("{pid} is still there"), || is_gone(*pid));
    }
}

/// Whether a process has ended; one that nobody has asked about yet counts as ended.
fn is_gone(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
    let is_zombie = stat.is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| rest.trim().starts_with('Z')));
    is_zombie || !kill("-0", pid)
}

fn send(signal: &str, pid: u32) {
    assert!(kill(signal, pid));
}

/// Sends a signal; whether there is such a process.
fn kill(signal: &str, pid: u32) -> bool {
    let mut command = Command::new("sh");
    command.args(["-c", "kill $0 $1", signal, &pid.to_string()]).stderr(Stdio::null()).status().unwrap().success()
}

#[test]
fn a_command_is_started_once_and_ended_with_all_it_started() {
    let suite = suite(GREETED);
    assert_eq!((suite.run(&["--list"]).code, suite.diary()), (0, String::new()));
    let said = suite.run(&[]);
    assert_eq!(said.code, 0, "{said:?}");
    let pids = pids(&suite);
    assert_eq!(pids.len(), 2, "{}", suite.diary());
    all_gone(&pids);
}

#[test]
fn nothing_is_left_behind_by_a_case_that_fails_or_a_test_that_panics() {
    let failing = GREETED.replace("from the harness", "from nobody");
    let first = suite(&failing);
    assert_eq!(first.run(&[]).code, 101);
    let second = suite(&failing).with("FIXTURE_ALONE", "alone");
    assert!(second.run(&[]).stderr.contains("panicked at"));
    for suite in [first, second] {
        assert_eq!(pids(&suite).len(), 2);
        all_gone(&pids(&suite));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn no_socket_is_left_in_a_process_that_goes_on() {
    let fine = "requests:\n  - {name: one, get: /items/1}\n";
    let failing = "requests:\n  - {name: one, get: /none}\n  - {name: two, get: /panic}\n";
    for (mode, text, panicked) in [("serve", fine, false), ("serve", failing, true), ("each serves", failing, true)] {
        let suite = Suite::of(&[("specs/a.yaml", text)]).mode(mode).with("FIXTURE_ALONE", "counted");
        let said = suite.run(&[]);
        let last = format!("0 more sockets, panicked: {panicked}\n");
        assert!(said.code == 0 && suite.diary().ends_with(&last), "{mode}: {} {said:?}", suite.diary());
    }
}

#[test]
fn two_runs_at_once_do_not_meet() {
    let suites = [suite(GREETED), suite(GREETED)];
    let commands = suites.each_ref().map(|suite| suite.command(&[]).stdout(Stdio::piped()).spawn().unwrap());
    for child in commands {
        let said: Said = child.wait_with_output().unwrap().into();
        assert_eq!(said.code, 0, "{said:?}");
    }
}

#[test]
fn a_command_that_ends_is_told_with_the_end_of_its_output() {
    let early = Suite::of(&[("specs/a.yaml", GREETED)])
        .mode("command")
        .with("FIXTURE_COMMAND", "sh -c 'echo no table; exit 4'");
    let said = early.run(&[]);
    let told = "the app did not start: `sh -c 'echo no table; exit 4'` ended with exit status: 4; it printed\nno table";
    assert!(said.code == 101 && said.stdout.contains(told), "{said:?}");

    let late = suite("requests:\n  - {name: one, get: /exit}\n");
    let said = late.run(&[]);
    assert_eq!(said.code, 101);
    let parts = [
        "error: the app is gone: `",
        "ended before the specs did, with exit status: 3; it printed\nlistening on ",
        "out of order",
    ];
    for part in parts {
        assert!(said.stderr.contains(part), "{part}: {said:?}");
    }
    all_gone(&pids(&late));
}

#[test]
fn an_interrupt_stops_requests_clears_away_and_tells_what_is_known() {
    let text = "requests:\n  - {name: one, get: /items/1}\n  - {name: two, get: /slow}\n  - {name: three, get: /items/1}\nteardown:\n  - {name: remove, get: /items/1}\n";
    for signal in ["-INT", "-TERM"] {
        let suite = Suite::of(&[("specs/a.yaml", text)]).mode("serve");
        let child = suite.command(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        until("nothing is under way", || suite.diary().contains("/slow"));
        send(signal, child.id());
        let said: Said = child.wait_with_output().unwrap().into();
        let expected = ["one ... ok", "remove ... ok", "three ... ignored (the run ended before it)", "two ... FAILED"];
        assert_eq!(said.tests(), expected.map(|line| format!("test specs/a.yaml::{line}")), "{said:?}");
        assert!(said.code == 130 && said.stdout.contains("not run: interrupted"), "{said:?}");
        assert_eq!(suite.diary(), "/items/1\n/slow\n/items/1\nserved no more\n");
    }
}

#[test]
fn a_second_interrupt_waits_for_nothing() {
    let text = "requests:\n  - {name: one, get: /slow}\nteardown:\n  - {name: remove, get: /slow}\n";
    let suite = Suite::of(&[("specs/a.yaml", text)]).mode("serve");
    let child = suite.command(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until("nothing is under way", || suite.diary().contains("/slow"));
    send("-INT", child.id());
    until("nothing is cleared away", || suite.diary().matches("/slow").count() == 2);
    send("-INT", child.id());
    let said: Said = child.wait_with_output().unwrap().into();
    assert_eq!(said.code, 130, "{said:?}");
    assert!(said.stderr.contains("interrupted, and not everything was cleared away in time"), "{said:?}");
    assert!(suite.diary().ends_with("served no more\n"), "{}", suite.diary());
}

#[test]
fn not_even_a_kill_of_the_tests_leaves_something_behind() {
    let suite = suite("requests:\n  - {name: one, delay: 60s, get: /}\n");
    let mut child = suite.command(&[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until("nothing was started", || pids(&suite).len() == 2);
    send("-KILL", child.id());
    child.wait().unwrap();
    all_gone(&pids(&suite));
}

#[test]
fn an_interrupt_ends_the_command_too_even_before_it_answers() {
    let silent = fixture().display().to_string();
    let command = format!("sh -c 'echo pids $$ >> diary; exec sleep 600' '{silent}'");
    let suite = Suite::of(&[("specs/a.yaml", GREETED)]).mode("command").with("FIXTURE_COMMAND", &command);
    let mut child = suite.command(&[]).stdout(Stdio::piped()).spawn().unwrap();
    until("nothing was started", || suite.diary().contains("pids "));
    send("-INT", child.id());
    let mut stdout = String::new();
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{stdout}");
    assert!(stdout.contains("interrupted while the app started"), "{stdout}");
    all_gone(&pids(&suite));
}
