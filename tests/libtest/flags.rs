//! The same flags for rustc's own harness and for ours.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Said, Server, Suite, rustc};

/// The tests of `sample` as a spec.
const SAMPLE: &str = "
requests:
  - name: one
    get: /one
  - name: one_more
    get: /one_more
  - name: slow
    skip: later
    get: /slow
  - name: two
    get: /two/{{env.SAMPLE_STATUS}}
";

/// What rustc's harness and ours say to the same arguments, in which `~` stands for the path of a test.
pub(crate) fn both(arguments: &[&str], status: &str) -> (Said, Said) {
    both_in(arguments, status, &[])
}

/// The same with these variables.
pub(crate) fn both_in(arguments: &[&str], status: &str, env: &[(&str, &str)]) -> (Said, Said) {
    let with = |path: &str| arguments.iter().map(|it| it.replace('~', path)).collect::<Vec<_>>();
    let suite = Suite::of(&[("specs/sample.yaml", SAMPLE)]).with("SAMPLE_STATUS", status);
    let suite = env.iter().fold(suite, |suite, (name, value)| suite.with(name, value));
    let server = Server::start();
    let ours = suite.talking_to(&server).run(&strs(&with("specs/sample.yaml::")));
    let always = [("SAMPLE_STATUS", status), ("RUSTC_BOOTSTRAP", "1")];
    let theirs = rustc(&strs(&with("sample::")), &[&always, env].concat());
    let translated = ours.stdout.replace("specs/sample.yaml::", "sample::").replace(" (later)", ", later");
    (theirs, Said { stdout: translated, ..ours })
}

fn strs(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

pub(crate) const UNSTABLE: [&str; 2] = ["-Z", "unstable-options"];

#[test]
fn lists_are_the_same() {
    let table: [&[&str]; 13] = [
        &["--list", "~"],
        &["--list", "--format", "terse", "~"],
        &["--list", "--format", "terse", "--ignored", "~"],
        &["--list", "--quiet", "~"],
        &["--list", "--include-ignored", "~"],
        &["--list", "--exact", "~one"],
        &["--list", "--exact", "~one", "~two"],
        &["--list", "--exact", "~none"],
        &["--list", "~one", "~two"],
        &["--list", "~", "--skip", "~one"],
        &["--list", "~", "--skip", "~one", "--skip", "~two"],
        &["--list", "~one", "--bench"],
        &["--list", "~", "--no-capture", "--test"],
    ];
    for arguments in table {
        let (theirs, ours) = both(arguments, "200");
        assert_eq!(ours.stdout, theirs.stdout, "{arguments:?}");
        assert_eq!((ours.code, ours.stderr.as_str()), (theirs.code, ""), "{arguments:?}");
    }
}

#[test]
fn runs_are_the_same() {
    let table: [&[&str]; 20] = [
        &["~"],
        &["~", "--test-threads", "1"],
        &["~", "--nocapture"],
        &["~", "--no-capture", "--show-output"],
        &["~", "--ignored"],
        &["~", "--include-ignored"],
        &["~", "--skip", "~one"],
        &["~one", "~two"],
        &["~one", "--exact"],
        &["~slow", "--exact"],
        &["~slow", "--exact", "--ignored"],
        &["~none", "--exact"],
        &["~", "--exact"],
        &["~", "--exact", "--skip", "~two"],
        &["~", "--bench"],
        &["~", "--bench", "--ignored"],
        &["~", "--test", "--bench"],
        &["~", "--color", "never"],
        &["~one", "-q"],
        &["~one", "--format", "pretty", "-q"],
    ];
    for arguments in table {
        for status in ["200", "500"] {
            let (theirs, ours) = both(arguments, status);
            assert_eq!(ours.tests(), theirs.tests(), "{arguments:?}: {ours:?}");
            assert_eq!(ours.summary(), theirs.summary(), "{arguments:?}: {ours:?}");
            assert_eq!(ours.code, theirs.code, "{arguments:?}");
        }
    }
}

#[test]
fn flags_that_rustc_calls_unstable_do_the_same() {
    let table: [&[&str]; 4] = [&["--shuffle"], &["--shuffle-seed", "5"], &["--fail-fast"], &["--report-time"]];
    for arguments in table {
        let arguments = [arguments, &UNSTABLE, &["~"]].concat();
        let (theirs, ours) = both(&arguments, "200");
        let without_times = |said: &Said| {
            let words = said
                .tests()
                .into_iter()
                .map(|line| line.split(' ').filter(|word| !word.starts_with('<')).collect::<Vec<_>>().join(" "));
            words.collect::<Vec<_>>()
        };
        assert_eq!(without_times(&ours), without_times(&theirs), "{arguments:?}");
        assert_eq!((ours.code, ours.summary()), (theirs.code, theirs.summary()), "{arguments:?}");
        let (theirs, ours) = both(&arguments, "500");
        assert_eq!(ours.code, theirs.code, "{arguments:?}");
    }
}

#[test]
fn times_stand_beside_outcomes() {
    let (theirs, ours) = both(&["~one", "--exact", "--report-time", UNSTABLE[0], UNSTABLE[1]], "200");
    let shape = regex::Regex::new(r"<\d+\.\d{3}s>").unwrap();
    let lines = [theirs, ours].map(|said| shape.replace(&said.tests().join("\n"), "TIME").into_owned());
    assert!(lines[0].contains("TIME"), "{lines:?}");
    let words = lines.each_ref().map(|line| line.split(' ').collect::<BTreeSet<_>>());
    assert_eq!(words[1], words[0], "rustc's own has the time behind the outcome");
}

#[test]
fn quiet_output_is_a_character_for_each_test() {
    for (arguments, expected) in [(&["~"][..], "..i."), (&["~", "--include-ignored"], "...."), (&["~none"], "")] {
        let (theirs, ours) = both(&[arguments, &["-q", "--test-threads", "1"]].concat(), "200");
        let line = |said: &Said| said.stdout.lines().nth(2).unwrap_or_default().trim().to_owned();
        assert_eq!((line(&ours).as_str(), line(&theirs)), (expected, line(&ours)), "{arguments:?}");
    }
    let (theirs, ours) = both(&["~", "-q"], "500");
    for said in [theirs, ours] {
        assert!(said.code == 101 && said.stdout.contains("\nfailures:\n    sample::two\n"), "{}", said.stdout);
    }
}

#[test]
fn wrong_arguments_end_the_same_way() {
    let table: [&[&str]; 12] = [
        &["--test-threads", "0"],
        &["--test-threads", "x"],
        &["--test-threads"],
        &["--tes"],
        &["--nonsense"],
        &["-x"],
        &["--color", "purple"],
        &["--format", "xx"],
        &["--ignored", "--include-ignored"],
        &["--list", "--list"],
        &["--skip"],
        &["-Z", "foo"],
    ];
    for arguments in table {
        let (theirs, ours) = both(&[&["~none"], arguments].concat(), "200");
        assert_eq!((ours.code, ours.stdout.as_str()), (theirs.code, ""), "{arguments:?}");
        assert!(ours.stderr.starts_with("error: ") && theirs.stderr.starts_with("error: "), "{arguments:?}");
    }
    let (theirs, ours) = both(&["~none", "--test-threads", "0"], "200");
    assert_eq!(ours.stderr, theirs.stderr);
    let (_, ours) = both(&["--tes"], "200");
    assert!(ours.stderr.contains("did you mean `--test`?"), "{}", ours.stderr);
}

#[test]
fn json_events_are_the_same() {
    let table: [(&[&str], &str); 5] = [
        (&["~", "--list"], "200"),
        (&["~"], "200"),
        (&["~"], "500"),
        (&["~", "--include-ignored"], "500"),
        (&["~one", "--exact"], "200"),
    ];
    for (arguments, status) in table {
        let arguments = [arguments, &["--format", "json"], &UNSTABLE].concat();
        let (theirs, ours) = both(&arguments, status);
        let events = |said: &Said| {
            let event = |line: &str| {
                let event: Value = serde_json::from_str(line).unwrap();
                [
                    "type",
                    "event",
                    "name",
                    "ignore",
                    "ignore_message",
                    "test_count",
                    "total",
                    "passed",
                    "failed",
                    "ignored",
                ]
                .map(|key| event[key].to_string())
            };
            said.stdout.lines().map(event).collect::<BTreeSet<_>>()
        };
        assert_eq!(events(&ours), events(&theirs), "{arguments:?}");
        assert_eq!(ours.code, theirs.code, "{arguments:?}");
    }
}

#[test]
fn junit_documents_are_the_same() {
    for status in ["200", "500"] {
        let (theirs, ours) = both(&["~", "--format", "junit", UNSTABLE[0], UNSTABLE[1]], status);
        let told = |said: &Said| {
            let document =
                roxmltree::Document::parse(&said.stdout).unwrap_or_else(|why| panic!("{why}: {}", said.stdout));
            let suite = document.descendants().find(|node| node.has_tag_name("testsuite")).unwrap();
            let counts = ["name", "id", "errors", "failures", "tests", "skipped"]
                .map(|it| suite.attribute(it).map(str::to_owned));
            let case = |node: roxmltree::Node<'_, '_>| {
                let failure = node.children().find(|child| child.has_tag_name("failure"));
                let kind = failure.map(|failure| failure.attribute("type").map(str::to_owned));
                assert!(node.attribute("time").is_some_and(|time| time.parse::<f64>().is_ok()));
                (node.attribute("name").map(|name| name.replace("sample::", "")), kind)
            };
            let cases: BTreeSet<_> = suite.children().filter(|node| node.has_tag_name("testcase")).map(case).collect();
            (counts, cases)
        };
        assert_eq!(told(&ours), told(&theirs), "{status}");
        assert_eq!(ours.code, theirs.code, "{status}");
    }
    let (theirs, ours) = both(&["~", "--list", "--format", "junit", UNSTABLE[0], UNSTABLE[1]], "200");
    assert_eq!((ours.code, ours.stdout), (theirs.code, theirs.stdout));
}

#[test]
fn log_files_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let log = |name: &str| folder.path().join(name).display().to_string();
    let read = |path: &str| {
        let mut lines: Vec<_> = std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect();
        lines.sort();
        lines.join("\n").replace("specs/sample.yaml::", "sample::")
    };
    for (extra, status) in [("--test", "200"), ("--test", "500"), ("--list", "200")] {
        let (theirs, ours) = (log("theirs"), log("ours"));
        rustc(&["sample::", "--logfile", &theirs, extra], &[("SAMPLE_STATUS", status)]);
        let server = Server::start();
        let suite = Suite::of(&[("specs/sample.yaml", SAMPLE)]).with("SAMPLE_STATUS", status).talking_to(&server);
        suite.run(&["--logfile", &ours, extra]);
        assert_eq!(read(&ours), read(&theirs), "{extra} {status}");
    }
}

#[test]
fn a_logfile_that_cannot_be_written_fails_before_anything_runs() {
    let server = Server::start();
    let suite = Suite::of(&[("specs/sample.yaml", SAMPLE)]).talking_to(&server);
    let said = suite.run(&["--logfile", "no/such/folder/log"]);
    assert_eq!((said.code, said.stdout.as_str()), (101, ""));
    assert!(said.stderr.contains("`no/such/folder/log` cannot be written"), "{}", said.stderr);
    assert!(server.requests().is_empty());
}

#[test]
fn help_is_no_failure() {
    let said = Suite::of(&[]).run(&["--help"]);
    assert_eq!(said.code, 0);
    assert!(said.stdout.contains("--shuffle-seed"), "{}", said.stdout);
}

#[test]
fn what_was_not_asked_for_is_counted() {
    let (_, ours) = both(&["~one"], "200");
    assert!(ours.stdout.contains("2 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out"), "{}", ours.stdout);
}

#[test]
fn colours_are_where_rustc_has_them() {
    for (arguments, coloured) in [(&[][..], false), (&["--color", "always"], true), (&["--color=never"], false)] {
        let (theirs, ours) = both(&[&["~"], arguments].concat(), "200");
        assert_eq!([theirs, ours].map(|said| said.stdout.contains('\u{1b}')), [coloured; 2], "{arguments:?}");
    }
}

#[test]
fn colours_are_written_where_they_are_wanted() {
    let suite = || {
        let suite = Suite::of(&[("specs/sample.yaml", SAMPLE)]);
        suite.with("SAMPLE_STATUS", "200").with("FIXTURE_URL", "http://127.0.0.1:9")
    };
    let coloured = |suite: Suite, arguments: &[&str]| suite.run(arguments).stdout.contains('\u{1b}');
    let all = ["--bench"];
    assert!(!coloured(suite(), &all));
    assert!(coloured(suite(), &["--bench", "--color=always"]));
    assert!(coloured(suite().with("CLICOLOR_FORCE", "1"), &all));
    assert!(!coloured(suite().with("CLICOLOR_FORCE", "1").with("NO_COLOR", "1"), &all));
    assert!(!coloured(suite().with("CLICOLOR_FORCE", "1"), &["--bench", "--color=never"]));
}
