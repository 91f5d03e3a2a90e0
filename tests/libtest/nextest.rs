//! Under nextest, where every test is a process, a spec file is a test.

use std::time::Duration;

use hallpass::demo::{Demo, Options};

use crate::support::{Said, Server, Suite};

const TWO: &str = "requests:\n  - {name: one, get: /one}\n  - {name: two, get: /two/200}\n";
const BAD: &str = "requests:\n  - {name: one, gett: /one}\n";

fn suite(files: &[(&str, &str)], server: &Server) -> Suite {
    Suite::of(files).talking_to(server).with("NEXTEST", "1")
}

#[test]
fn nextest_lists_files() {
    let skipped = "skip: later\nrequests:\n  - {name: one, get: /one}\n";
    let half = "requests:\n  - {name: one, get: /one}\n  - {name: two, skip: later, get: /two}\n";
    let files = [("specs/a.yaml", TWO), ("specs/b.yaml", BAD), ("specs/c.yaml", skipped), ("specs/d.yaml", half)];
    let server = Server::start();
    let suite = suite(&files, &server);
    let all = "specs/a.yaml: test\nspecs/b.yaml: test\nspecs/c.yaml: test\nspecs/d.yaml: test\n";
    assert_eq!(suite.run(&["--list", "--format", "terse"]).stdout, all);
    assert_eq!(suite.run(&["--list", "--format", "terse", "--ignored"]).stdout, "specs/c.yaml: test\n");
    assert_eq!((suite.diary().as_str(), server.requests().len()), ("", 0));
}

#[test]
fn a_list_by_a_glance_is_the_list_of_all_that_was_loaded() {
    let fragment = "fragment: true\nrequests: [{name: in, skip: later, get: /in}]\n";
    let hidden = "\"\\x73kip\": later\nrequests: [{name: one, get: /one}]\n";
    let files = [
        ("specs/a.yaml", TWO),
        ("specs/b.yaml", BAD),
        ("specs/c.yaml", "# Nobody will use this\nskip: later\nrequests: [{name: one, get: /one}]\n"),
        ("specs/d.yaml", hidden),
        ("specs/e.yaml", fragment),
        ("specs/f.yaml", "use: [{file: e.yaml}]\nrequests: []\n"),
        ("specs/g.yaml", "cases: [{id: a}, {id: b}]\nrequests: [{name: one, skip: later, get: /one}]\n"),
        ("specs/h.yaml", "cases: []\nrequests: [{name: one, get: /one}]\n"),
        ("specs/deep/i.yml", ""),
    ];
    let suite = Suite::of(&files).with("NEXTEST", "1").with("FIXTURE_URL", "http://127.0.0.1:9");
    for arguments in [&[][..], &["--ignored"], &["--include-ignored"], &["--format", "terse"]] {
        let glanced = suite.run(&[&["--list"], arguments].concat());
        // A filter that takes everything makes it load everything.
        let loaded = suite.run(&[&["--list", ""], arguments].concat());
        assert_eq!((glanced.code, &glanced.stdout), (loaded.code, &loaded.stdout), "{arguments:?}");
    }
    let ignored = suite.run(&["--list", "--format", "terse", "--ignored"]).stdout;
    assert!(ignored.starts_with("specs/c.yaml: test\nspecs/d.yaml: test\n"), "{ignored}");
}

#[test]
fn nextest_runs_a_file_by_its_name() {
    let server = Server::start();
    let suite = suite(&[("specs/a.yaml", TWO), ("specs/b.yaml", BAD)], &server);
    let said = suite.run(&["specs/a.yaml", "--exact", "--nocapture"]);
    assert_eq!((said.code, said.tests()), (0, vec!["test specs/a.yaml ... ok".to_owned()]), "{said:?}");
    assert_eq!(server.requests(), ["GET /one", "GET /two/200"]);
    let said = suite.run(&["specs/b.yaml", "--exact", "--nocapture"]);
    assert_eq!((said.code, said.stdout.contains("`gett`")), (101, true), "{said:?}");
}

#[test]
fn a_file_fails_with_each_of_its_failures() {
    let text = "requests:\n  - {name: one, get: /one/500}\n  - {name: two, get: /two}\n  - {name: three, get: /404}\n";
    let server = Server::start();
    let said = suite(&[("specs/a.yaml", text)], &server).run(&["specs/a.yaml", "--exact", "--nocapture"]);
    assert_eq!(said.code, 101);
    for part in ["specs/a.yaml::one", "specs/a.yaml::three", "500", "404"] {
        assert!(said.stdout.contains(part), "{part}: {}", said.stdout);
    }
    assert!(!said.stdout.contains("specs/a.yaml::two"), "{}", said.stdout);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn an_ignored_file_runs_when_asked_for() {
    let skipped = "skip: later\nrequests:\n  - {name: one, get: /one}\n";
    let server = Server::start();
    let suite = suite(&[("specs/a.yaml", skipped)], &server);
    let said = suite.run(&["specs/a.yaml", "--exact", "--nocapture"]);
    assert_eq!((said.code, said.tests()), (0, vec!["test specs/a.yaml ... ignored (later)".to_owned()]));
    let said = suite.run(&["specs/a.yaml", "--exact", "--nocapture", "--ignored"]);
    assert_eq!((said.code, said.tests()), (0, vec!["test specs/a.yaml ... ok".to_owned()]));
    assert_eq!(server.requests(), ["GET /one"]);
}

#[cfg(unix)]
#[test]
fn the_processes_of_a_run_share_their_token() {
    let project = "auth: service\nidentities:\n  service: { oauth2: { token_url: /token, client_id: id, client_secret: \"{{env.SECRET}}\" } }\n";
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let files = [("hallpass.yaml", project), ("specs/a.yaml", TWO), ("specs/b.yaml", TWO)];
    let suite =
        suite(&files, &server).with("SECRET", "s3cret").with("XDG_RUNTIME_DIR", folder.path().to_str().unwrap());
    let tokens = || server.requests().iter().filter(|request| *request == "POST /token").count();
    let suite = suite.with("NEXTEST_RUN_ID", "first");
    for file in ["specs/a.yaml", "specs/b.yaml"] {
        let said = suite.run(&[file, "--exact", "--nocapture"]);
        assert_eq!((said.code, tokens()), (0, 1), "{said:?}");
    }
    let suite = suite.with("NEXTEST_RUN_ID", "second");
    assert_eq!((suite.run(&["specs/a.yaml", "--exact"]).code, tokens()), (0, 2), "another run has a token of its own");
    let suite = suite.with("HALLPASS_SHARE", "off");
    assert_eq!((suite.run(&["specs/a.yaml", "--exact"]).code, tokens()), (0, 3));
    let said = suite.with("HALLPASS_SHARE", "of").run(&["specs/a.yaml", "--exact"]);
    assert!(said.code != 0 && said.stderr.contains("`HALLPASS_SHARE` can be `auto` or `off`"), "{said:?}");
}

/// Runs this many processes of a suite as nextest does: one for each test, a few at once.
#[cfg(unix)]
fn processes(suite: &Suite, count: usize) -> Vec<Said> {
    let run = || suite.run(&["specs/a.yaml", "--exact", "--nocapture"]);
    std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..6).map(|_| scope.spawn(|| (0..count / 6).map(|_| run()).collect::<Vec<_>>())).collect();
        lanes.into_iter().flat_map(|lane| lane.join().unwrap()).collect()
    })
}

/// Starts the processes directly, with the variables that nextest gives them: nextest itself need not be there.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_processes_of_a_run_fetch_once_and_once_more_when_the_token_ends() {
    let demo = Demo::start(Options { token_lifetime: Duration::from_secs(3600), ..Options::default() }).await.unwrap();
    let project = "auth: service\nidentities:\n  service: { oauth2: { token_url: '{{env.ISSUER_URL}}/oauth2/token', client_id: { env: CLIENT_ID }, \
                   client_secret: { env: CLIENT_SECRET } } }\n";
    let files = [("hallpass.yaml", project), ("specs/a.yaml", "requests:\n  - { name: list, get: /items }\n")];
    let folder = tempfile::tempdir().unwrap();
    let suite = Suite::of(&files).with("NEXTEST", "1").with("NEXTEST_RUN_ID", "a-run");
    let suite = suite.with("XDG_RUNTIME_DIR", folder.path().to_str().unwrap()).with("FIXTURE_URL", demo.api_url());
    let diary = suite.path().join("diary").display().to_string();
    let suite =
        demo.env().iter().fold(suite.with("FIXTURE_APP", &diary), |suite, (name, value)| suite.with(name, value));
    let suite = std::sync::Arc::new(suite);
    for (until_now, tokens) in [(150, 1), (300, 2)] {
        let suite = std::sync::Arc::clone(&suite);
        let all = tokio::task::spawn_blocking(move || processes(&suite, 150)).await.unwrap();
        assert!(all.iter().all(|said| said.code == 0), "{:?}", all.iter().find(|said| said.code != 0));
        let counts = demo.counts();
        assert_eq!((counts.token_requests, counts.api_requests - counts.unauthorized), (tokens, until_now));
        demo.revoke_all();
    }
}
