//! What the harness does with specs: what it runs, what it leaves alone, and how it says so.

use std::fs;

use crate::support::{Server, Suite};

const ONE: &str = "requests:\n  - {name: one, get: /one}\n";
const BAD: &str = "requests:\n  - {name: one, gett: /one}\n";

#[test]
fn a_list_sends_nothing_starts_nothing_and_needs_no_variable() {
    let server = Server::start();
    let text = "auth: {bearer: {env: NOT_SET}}\nrequests:\n  - {name: one, get: \"/{{env.NOT_SET}}\"}\n";
    let suite = Suite::of(&[("specs/a.yaml", text)]).talking_to(&server);
    let said = suite.run(&["--list"]);
    assert_eq!(said.stdout, "specs/a.yaml::one: test\n\n1 test, 0 benchmarks\n");
    assert_eq!((said.code, said.stderr.as_str(), suite.diary().as_str()), (0, "", ""));
    assert!(server.requests().is_empty());
}

#[test]
fn a_file_that_does_not_load_is_one_failure_and_the_others_run() {
    let server = Server::start();
    let suite = Suite::of(&[("specs/a.yaml", ONE), ("specs/b.yaml", BAD), ("specs/c.yaml", ONE)]).talking_to(&server);
    assert_eq!(
        suite.run(&["--list", "--format", "terse"]).stdout,
        "specs/a.yaml::one: test\nspecs/b.yaml: test\nspecs/c.yaml::one: test\n"
    );
    let said = suite.run(&[]);
    let expected = ["test specs/a.yaml::one ... ok", "test specs/b.yaml ... FAILED", "test specs/c.yaml::one ... ok"];
    assert_eq!((said.code, said.tests()), (101, expected.map(str::to_owned).to_vec()), "{said:?}");
    assert!(said.stdout.contains("specs/b.yaml:2") && said.stdout.contains("`gett`"), "{}", said.stdout);
    assert_eq!(server.requests(), ["GET /one", "GET /one"]);
}

#[test]
fn a_new_file_is_found_without_a_rebuild() {
    let server = Server::start();
    let suite = Suite::of(&[("specs/a.yaml", ONE)]).talking_to(&server);
    assert_eq!(suite.run(&[]).tests(), ["test specs/a.yaml::one ... ok"]);
    fs::create_dir(suite.path().join("specs/more")).unwrap();
    fs::write(suite.path().join("specs/more/b.yml"), ONE).unwrap();
    assert_eq!(suite.run(&[]).tests(), ["test specs/a.yaml::one ... ok", "test specs/more/b.yml::one ... ok"]);
}

#[test]
fn choosing_a_request_runs_what_it_needs_and_says_so() {
    let server = Server::start();
    let text = "setup:\n  - {name: sign in, get: /in}\nrequests:\n  - {name: make, get: /make, capture: {id: {status: true}}}\n  \
                - {name: other, get: /other}\n  - {name: read, get: \"/read/{{id}}\"}\nteardown:\n  - {name: clear, get: /clear}\n";
    let suite = Suite::of(&[("specs/a.yaml", text)]).talking_to(&server);
    let said = suite.run(&["--exact", "specs/a.yaml::read"]);
    assert_eq!((said.code, said.tests()), (0, vec!["test specs/a.yaml::read ... ok".to_owned()]), "{said:?}");
    let lines = ["sign in", "make", "clear"].map(|name| format!("\n  specs/a.yaml::{name} (for `read`)"));
    assert_eq!(said.stderr, format!("run as well, since they are needed:{}\n", lines.concat()));
    assert_eq!(server.requests(), ["GET /clear", "GET /in", "GET /make", "GET /read/200"]);
    assert_eq!((suite.run(&["--list", "read"]).stderr.as_str(), suite.run(&[]).stderr.as_str()), ("", ""));
}

#[test]
fn an_app_is_started_once_and_stopped_at_the_end() {
    let server = Server::start();
    let files: Vec<_> = (0..5).map(|number| format!("specs/{number}.yaml")).collect();
    let files: Vec<_> = files.iter().map(|path| (path.as_str(), ONE)).collect();
    let suite = Suite::of(&files).talking_to(&server);
    let said = suite.run(&[]);
    assert_eq!((said.code, suite.diary().as_str()), (0, "started\nstopped\n"), "{said:?}");
    assert_eq!(server.requests().len(), 5);
}

#[test]
fn an_app_is_not_started_if_nothing_is_to_run() {
    let server = Server::start();
    let skipped = "skip: later\nrequests:\n  - {name: one, get: /one}\n";
    let suite = Suite::of(&[("specs/a.yaml", skipped), ("specs/b.yaml", BAD)]).talking_to(&server);
    for arguments in [&[][..], &["nothing::at all"], &["--bench"], &["--help"]] {
        suite.run(arguments);
        assert_eq!(suite.diary(), "", "{arguments:?}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn an_app_that_fails_fails_every_case_that_was_to_run() {
    let skipped = "requests:\n  - {name: one, get: /one}\n  - {name: two, skip: later, get: /two}\n";
    for (how, message) in [("fails", "the app did not start: port 80 is taken"), ("panics", "no database")] {
        let suite = Suite::of(&[("specs/a.yaml", skipped), ("specs/b.yaml", ONE)]).with("FIXTURE_APP", how);
        let said = suite.run(&[]);
        let expected = ["a.yaml::one ... FAILED", "a.yaml::two ... ignored (later)", "b.yaml::one ... FAILED"];
        assert_eq!(said.tests(), expected.map(|line| format!("test specs/{line}")), "{said:?}");
        assert_eq!((said.code, said.stdout.matches(message).count()), (101, 2), "{}", said.stdout);
    }
}

#[test]
fn an_app_that_panics_while_it_stops_is_a_failure() {
    let suite = Suite::of(&[("specs/a.yaml", ONE)]).with("FIXTURE_APP", "hangs on");
    let said = suite.run(&[]);
    assert_eq!(said.code, 101);
    assert!(said.stderr.contains("error: the app panicked while it stopped: the app does not stop"), "{said:?}");
}

#[test]
fn no_spec_at_all_is_a_failure() {
    for suite in [Suite::of(&[]), Suite::of(&[("specs/a.txt", ONE)]), Suite::of(&[("specs/hallpass.yaml", "")])] {
        for arguments in [&[][..], &["--list"], &["--exact", "specs/a.yaml::one"]] {
            let said = suite.run(arguments);
            assert_eq!((said.code, said.stdout.as_str()), (101, ""), "{arguments:?}");
            assert!(said.stderr.starts_with("error: `specs` "), "{}", said.stderr);
        }
    }
}

#[test]
fn a_project_file_that_is_wrong_is_a_failure_with_its_place() {
    let suite = Suite::of(&[("hallpass.yaml", "jobs: none\n"), ("specs/a.yaml", ONE)]);
    for arguments in [&[][..], &["--list"]] {
        let said = suite.run(arguments);
        assert_eq!((said.code, said.stdout.as_str()), (101, ""), "{arguments:?}");
        assert!(said.stderr.contains("hallpass.yaml:1:7"), "{}", said.stderr);
    }
}

#[test]
fn names_begin_at_the_root_of_the_project() {
    let server = Server::start();
    let suite =
        Suite::of(&[("hallpass.yaml", "{}\n"), ("api/specs/a.yaml", ONE)]).with("FIXTURE_SPECS", "api/**/*.yaml");
    let said = suite.talking_to(&server).run(&[]);
    assert_eq!(said.tests(), ["test api/specs/a.yaml::one ... ok"], "{said:?}");
}

#[cfg(unix)]
#[test]
fn a_whole_name_opens_one_file_and_looks_at_no_other() {
    let server = Server::start();
    let suite = Suite::of(&[("specs/a.yaml", ONE), ("specs/b.yaml", BAD)]).talking_to(&server);
    std::os::unix::fs::symlink("nowhere", suite.path().join("specs/c.yaml")).unwrap();
    let said = suite.run(&["--exact", "specs/a.yaml::one"]);
    assert_eq!((said.code, said.tests()), (0, vec!["test specs/a.yaml::one ... ok".to_owned()]), "{said:?}");
    assert!(!format!("{said:?}").contains("c.yaml"), "{said:?}");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_one_test_that_fails() {
    let server = Server::start();
    let suite = Suite::of(&[("specs/a.yaml", ONE), ("specs/folder.yaml/b.yaml", ONE)]).talking_to(&server);
    std::os::unix::fs::symlink("nowhere", suite.path().join("specs/lost.yaml")).unwrap();
    let names = ["specs/a.yaml::one", "specs/folder.yaml", "specs/lost.yaml"];
    assert_eq!(suite.run(&["--list"]).stdout, format!("{}: test\n\n3 tests, 0 benchmarks\n", names.join(": test\n")));
    let said = suite.run(&[]);
    let expected =
        [format!("{} ... ok", names[0]), format!("{} ... FAILED", names[1]), format!("{} ... FAILED", names[2])];
    assert_eq!((said.code, said.tests()), (101, expected.map(|line| format!("test {line}")).to_vec()), "{said:?}");
    for part in ["`specs/folder.yaml` is a folder, not a file", "`specs/lost.yaml` is a link to `nowhere`"] {
        assert!(said.stdout.contains(part), "no `{part}` in {said:?}");
    }
    assert_eq!(server.requests(), ["GET /one"]);
    assert_eq!(suite.run(&["--exact", "specs/lost.yaml"]).code, 101);
}

#[test]
fn what_a_failure_kept_from_running_is_a_failure() {
    let server = Server::start();
    let text = "requests:\n  - {name: make, get: /make/500}\n  - {name: read, needs: [make], get: /read}\n";
    let suite = Suite::of(&[("specs/a.yaml", text)]).talking_to(&server);
    let reason = "skipped: it needs `make`, which failed";
    let said = suite.run(&[]);
    assert_eq!((said.code, said.tests().len()), (101, 2));
    assert!(said.stdout.contains(reason), "{}", said.stdout);
    let said = suite.run(&["--exact", "specs/a.yaml::read"]);
    assert_eq!((said.code, said.tests()), (101, vec!["test specs/a.yaml::read ... FAILED".to_owned()]));
    assert!(said.stdout.contains(reason) && said.stdout.contains("specs/a.yaml::make"), "{}", said.stdout);
    assert_eq!(server.requests(), ["GET /make/500", "GET /make/500"]);
}

#[test]
fn what_needs_a_skipped_request_is_ignored_with_it() {
    let server = Server::start();
    let text = "requests:\n  - {name: make, skip: later, get: /make}\n  - {name: read, needs: [make], get: /read}\n";
    let suite = Suite::of(&[("specs/a.yaml", text)]).talking_to(&server);
    let said = suite.run(&[]);
    let expected = ["make ... ignored (later)", "read ... ignored (it needs `make`, which is skipped)"];
    assert_eq!((said.code, said.tests()), (0, expected.map(|line| format!("test specs/a.yaml::{line}")).to_vec()));
    assert!(server.requests().is_empty());
    assert_eq!(suite.run(&["--ignored"]).code, 0);
    assert_eq!(server.requests(), ["GET /make", "GET /read"]);
}

#[test]
fn fail_fast_begins_nothing_more_and_shows_nothing_green() {
    let server = Server::start();
    let (bad, good) = ("requests:\n  - {name: one, get: /500}\n  - {name: two, get: /two}\n", ONE);
    let suite = Suite::of(&[("specs/a.yaml", bad), ("specs/b.yaml", good)]).talking_to(&server);
    let said = suite.run(&["--fail-fast", "--test-threads", "1"]);
    let left = "ignored (the run ended before it)";
    let expected =
        ["a.yaml::one ... FAILED".to_owned(), format!("a.yaml::two ... {left}"), format!("b.yaml::one ... {left}")];
    assert_eq!((said.code, said.tests()), (101, expected.map(|line| format!("test specs/{line}")).to_vec()));
    assert_eq!(server.requests(), ["GET /500"]);
}

#[test]
fn specs_run_side_by_side_up_to_the_number_of_threads() {
    let files: Vec<_> = (0..4).map(|number| format!("specs/{number}.yaml")).collect();
    let files: Vec<_> = files.iter().map(|path| (path.as_str(), ONE)).collect();
    for (arguments, threads, expected) in [(&[][..], "", 4), (&["--test-threads=1"][..], "", 1), (&[][..], "1", 1)] {
        let server = Server::answering_together(expected);
        let mut suite = Suite::of(&files).talking_to(&server);
        if !threads.is_empty() {
            suite = suite.with("RUST_TEST_THREADS", threads);
        }
        let said = suite.run(arguments);
        assert_eq!((said.code, server.most_under_way()), (0, expected), "{arguments:?}: {said:?}");
    }
}

#[test]
fn a_shuffle_moves_files_and_is_repeated_by_its_seed() {
    let server = Server::start();
    let text = "requests:\n  - {name: b, get: /one}\n  - {name: a, get: /one}\n";
    let files: Vec<_> = (0..8).map(|number| format!("specs/{number}.yaml")).collect();
    let files: Vec<_> = files.iter().map(|path| (path.as_str(), text)).collect();
    let suite = Suite::of(&files).talking_to(&server);
    let order = |arguments: &[&str]| {
        let said = suite.run(arguments);
        let names = said
            .stdout
            .lines()
            .filter_map(|line| Some(line.strip_prefix("test specs/")?.split(' ').next()?.to_owned()));
        names.collect::<Vec<_>>()
    };
    let usual = order(&[]);
    let shuffled = order(&["--shuffle-seed", "5"]);
    assert_ne!(shuffled, usual);
    assert_eq!(shuffled, order(&["--shuffle-seed", "5"]));
    assert!(shuffled.chunks(2).all(|pair| pair[0].ends_with("::b") && pair[1].ends_with("::a")), "{shuffled:?}");
    assert!(suite.run(&["--shuffle"]).stderr.starts_with("shuffle seed: "));
}

#[test]
fn what_the_app_gives_stands_above_what_the_harness_gives() {
    let server = Server::start();
    let text = "requests:\n  - {name: one, get: \"/{{colour}}/{{env.FROM_HARNESS}}{{env.FROM_APP}}/x\"}\n";
    let suite = Suite::of(&[("specs/a.yaml", text)]).talking_to(&server);
    assert_eq!(suite.run(&[]).code, 0);
    assert_eq!(server.requests(), ["GET /red/11/x"]);
}

#[test]
fn an_empty_file_is_a_failure_in_its_place() {
    let suite = Suite::of(&[("specs/a.yaml", "")]);
    fs::write(suite.path().join("specs/b.yaml"), [0xff, 0xfe]).unwrap();
    let said = suite.run(&[]);
    let expected = ["test specs/a.yaml ... FAILED", "test specs/b.yaml ... FAILED"];
    assert_eq!((said.code, said.tests()), (101, expected.map(str::to_owned).to_vec()), "{said:?}");
}
