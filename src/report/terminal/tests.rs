use std::{sync::Arc, time::Duration};

use crate::auth::AuthSummary;
use crate::diagnostic::Look;
use crate::http::FaultKind;
use crate::outcome::{Outcome, Tally, Verdict};
use crate::report::{
    samples::{
        SECRET, assert_hidden, broken, evidence, failed, fault, leaking, mismatch, outcome, place, redactor, response,
        run, service,
    },
    terminal::{Terminal, Verbosity},
};
use crate::secret::Redactor;

fn told(outcome: &Outcome, verbosity: Verbosity) -> String {
    Terminal::new(&redactor(), Look::Plain, verbosity).failure(outcome)
}

#[test]
fn a_failure_shows_what_was_expected_what_came_and_who_asked() {
    let mut outcome = failed();
    outcome.mismatches[0].help = Some("the API is down".to_owned());
    outcome.mismatches.push(mismatch("type: integer", "$.id", "an integer", "nothing"));
    let expected = r#"FAIL specs/items.yaml::create an item  14ms
status is 500, expected 201
 --> specs/items.yaml:6:15
  |
6 |       status: 201
  |               ^^^ 500
help: the API is down
also: $.id is nothing, expected an integer (specs/items.yaml:9:17)
sent: POST https://api.test/items as service, token 12s old, 48m left
got:  500 Internal Server Error in 12ms
body: {"error":"boom","password":"[redacted]"}
curl https://api.test/items -H "Authorization: $AUTHORIZATION" -H 'content-type: application/json' --data-raw '{"title":"lamp"}'"#;
    assert_eq!(told(&outcome, Verbosity::Short), expected);
}

#[test]
fn a_replay_and_a_hint_are_told() {
    let challenge = [("www-authenticate", "Bearer error=\"insufficient_scope\", scope=\"items.write\"")];
    let mut first = evidence(Ok(response(401, &[], b"")));
    first.identity = service(3492, 0);
    let mut second = evidence(Ok(response(403, &challenge, b"")));
    second.note = Some("replayed with a renewed token".to_owned());
    let outcome = Outcome {
        mismatches: vec![mismatch("201", "status", "201", "403")],
        exchanges: vec![first, second],
        ..outcome("create an item", Verdict::Failed)
    };
    let text = told(&outcome, Verbosity::Short);
    assert!(
        text.contains("\ngot:  403 Forbidden in 12ms\nnote: 401 with a token aged 58m12s; renewed; replay 403\n"),
        "{text}"
    );
    assert!(
        text.contains("\nhint: the API says: Bearer error=\"insufficient_scope\", scope=\"items.write\"\n"),
        "{text}"
    );
}

#[test]
fn an_error_without_an_answer_quotes_what_is_at_fault() {
    let mut unset = outcome("create an item", Verdict::Error);
    unset.reason = Some("the environment variable `KEY` is not set".to_owned());
    unset.help = Some("set it, or write\n`default`".to_owned());
    unset.reason_place = Some(place("X-Key"));
    let expected = "ERR  specs/items.yaml::create an item  14ms
the environment variable `KEY` is not set
 --> specs/items.yaml:4:16
  |
4 |     headers: { X-Key: '[redacted]' }
  |                ^^^^^
help: set it, or write
      `default`";
    assert_eq!(told(&unset, Verbosity::Short), expected);
    let refused = Outcome {
        exchanges: vec![evidence(Err(fault(FaultKind::Refused, "connection refused by 127.0.0.1:1")))],
        ..outcome("create an item", Verdict::Error)
    };
    let text = told(&refused, Verbosity::Short);
    assert!(text.contains("\nconnection refused by 127.0.0.1:1\n --> specs/items.yaml:2:11\n"), "{text}");
    assert!(text.contains("\ngot:  no answer (refused) after 12ms\n"), "{text}");
}

/// As much of everything as there can be.
fn overflowing() -> Outcome {
    let html = format!("<html>\n{}</html>", "<p>\u{1b}[2J\u{7}</p>\n".repeat(2000));
    let answer = || Ok(response(401, &[("content-type", "text/html")], html.as_bytes()));
    let mut many: Vec<_> = (0..30).map(|_| mismatch("$.b: 2", "$.b", "2", "\"a\nb\u{1b}[31m\"")).collect();
    many.insert(0, mismatch("201", "status", "201", "401"));
    for mismatch in &mut many {
        mismatch.help = Some("one\ntwo\nthree\nfour\nfive".to_owned());
        mismatch.message.push_str(&"x".repeat(5000));
    }
    let exchanges = (0..9).map(|_| evidence(answer())).collect();
    Outcome { mismatches: many, exchanges, ..outcome("a\nname", Verdict::Failed) }
}

#[test]
fn a_failure_has_at_most_fifteen_lines_unless_more_is_asked_for() {
    let outcome = overflowing();
    let text = told(&outcome, Verbosity::Short);
    assert_eq!(text.lines().count(), 15, "{text}");
    assert!(text.contains("\nand 30 more (-v shows them)\n"), "{text}");
    assert!(text.contains("\nhint: ") && text.contains("\ncurl ") && text.contains("\nnote: 401 with"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() < 420), "{text}");
    let more = told(&outcome, Verbosity::More);
    assert!(more.lines().count() > 60 && more.contains("more lines\n"), "{more}");
    let everything = told(&outcome, Verbosity::Everything);
    assert!(everything.lines().count() > 18_000 && !everything.contains("more lines"));
}

#[test]
fn nothing_that_a_terminal_obeys_gets_through() {
    for verbosity in [Verbosity::Short, Verbosity::More, Verbosity::Everything] {
        let plain = told(&overflowing(), verbosity);
        assert!(!plain.contains(|c: char| c.is_control() && c != '\n'), "{verbosity:?}");
        let redactor = Redactor::new();
        let terminal = Terminal::new(&redactor, Look::Coloured, verbosity);
        let coloured = terminal.failure(&overflowing());
        assert!(coloured.contains("\u{1b}[1m\u{1b}[31mFAIL\u{1b}[0m"), "{coloured:.200}");
        assert!(!coloured.contains("\u{1b}[2J") && !coloured.contains('\u{7}'), "{verbosity:?}");
    }
    let broken = Terminal::new(&redactor(), Look::Plain, Verbosity::Short).broken(&broken());
    assert!(broken.contains("a bad value\\u{1b}[2J"), "{broken}");
}

#[test]
fn no_form_of_a_secret_is_told() {
    let redactor = redactor();
    for look in [Look::Plain, Look::Coloured] {
        for verbosity in [Verbosity::Short, Verbosity::More, Verbosity::Everything] {
            let terminal = Terminal::new(&redactor, look, verbosity);
            let mut run = run(vec![leaking(), leaking(), leaking()]);
            run.broken.push(broken());
            run.auth[0].notes.push(format!("note {SECRET}"));
            let texts = [
                terminal.failure(&leaking()),
                terminal.case(&leaking()),
                terminal.file(SECRET, &run.tally(), Duration::ZERO),
                terminal.broken(&broken()),
                terminal.summary(&run),
            ];
            texts.iter().for_each(|text| assert_hidden(text));
            assert!(texts.iter().all(|text| text.contains("[redacted]")));
        }
    }
}

#[test]
fn a_file_that_does_not_load_shows_all_that_is_wrong() {
    let text = Terminal::new(&redactor(), Look::Plain, Verbosity::Short).broken(&broken());
    let expected = "ERR  specs/items.yaml does not load

error[unknown-key]: unknown key `post`, not [redacted]
 --> specs/items.yaml:3:5
  |
3 |     post: /items
  |     ^^^^ here
  |
  = help: write `get`

error[bad-value]: a bad value\\u{1b}[2J
 --> specs/items.yaml:4:14
  |
4 |     headers: { X-Key: '[redacted]' }
  |              ^^^^^^^^^^^^^^^^^^^^^^^ [redacted]";
    assert_eq!(text, expected);
}

#[test]
fn a_case_and_a_file_have_one_line() {
    let redactor = Redactor::new();
    let terminal = Terminal::new(&redactor, Look::Plain, Verbosity::Short);
    let skipped = Outcome { reason: Some("it needs `x`,\nwhich failed".to_owned()), ..outcome("b", Verdict::Skipped) };
    let needed = Outcome { needed_by: Some(Arc::from("read it")), ..outcome("c", Verdict::Passed) };
    let not_run = Outcome { reason: Some("interrupted".to_owned()), ..outcome("d", Verdict::NotRun) };
    let flaky = Outcome { flaky: true, ..outcome("e", Verdict::Passed) };
    let rows = [
        (&outcome("a", Verdict::Passed), "ok   specs/items.yaml::a  14ms"),
        (&outcome("a", Verdict::Failed), "FAIL specs/items.yaml::a  14ms"),
        (&skipped, "skip specs/items.yaml::b: it needs `x`,\\nwhich failed"),
        (&needed, "ok   specs/items.yaml::c  14ms  needed by `read it`"),
        (&not_run, "none specs/items.yaml::d: interrupted"),
        (&flaky, "ok   specs/items.yaml::e  14ms  flaky: it passed after a failed attempt"),
    ];
    for (outcome, line) in rows {
        assert_eq!(terminal.case(outcome), line);
    }
    let file = |outcomes: &[Outcome]| {
        let mut tally = Tally::default();
        outcomes.iter().for_each(|outcome| tally.count(outcome));
        terminal.file("items.yaml", &tally, outcomes.iter().map(|outcome| outcome.duration).sum())
    };
    let passed = [outcome("a", Verdict::Passed), flaky];
    assert_eq!(file(&passed), "ok   items.yaml  2 passed, 1 flaky  28ms");
    let mixed = [skipped, needed, outcome("x", Verdict::Error)];
    assert_eq!(file(&mixed), "ERR  items.yaml  1 passed, 1 error, 1 skipped  42ms");
    assert_eq!(file(&[]), "skip items.yaml    0.0ms");
}

#[test]
fn a_run_ends_with_counts_tokens_and_what_did_not_pass() {
    let redactor = Redactor::new();
    let terminal = Terminal::new(&redactor, Look::Plain, Verbosity::Short);
    let passed = run(vec![outcome("a", Verdict::Passed)]);
    assert_eq!(terminal.summary(&passed), "1 passed in 1.2s\nauth service: 1 fetched, 499 shared, 0 renewed");
    let mut bad = run((0..60).map(|at| outcome(&format!("c{at}"), Verdict::Failed)).collect());
    bad.broken.push(broken());
    bad.interrupted = true;
    bad.auth = vec![AuthSummary {
        identity: "user".to_owned(),
        replayed: 2,
        failed: 1,
        notes: vec!["its clock is 90s behind".to_owned()],
        ..AuthSummary::default()
    }];
    let text = terminal.summary(&bad);
    let expected = "interrupted: 60 failed, 1 error in 1.2s
seed 42 (`--seed 42` draws the same random values)
auth user: 0 fetched, 0 shared, 0 renewed, 2 replayed, 1 failed
auth user: its clock is 90s behind
ERR  specs/items.yaml
FAIL specs/items.yaml::c0
";
    assert!(text.starts_with(expected), "{text}");
    assert!(text.ends_with("FAIL specs/items.yaml::c48\nand 11 more (-vv lists them)"), "{text}");
    let nothing = terminal.summary(&run(Vec::new()));
    assert!(nothing.starts_with("no case was run in 1.2s"), "{nothing}");
    assert_eq!(Duration::from_millis(1250), passed.duration);
}
