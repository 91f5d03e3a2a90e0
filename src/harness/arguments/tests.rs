//! The arguments in tables: what they come to, and what is wrong with them.

use super::*;

fn read_in(environment: &[(&str, &str)], written: &[&str]) -> Result<Asked, String> {
    let program = std::iter::once("specs");
    read(program.chain(written.iter().copied()).map(OsString::from), &Environment::of(environment))
}

fn run_options(environment: &[(&str, &str)], written: &[&str]) -> Options {
    match read_in(environment, written) {
        Ok(Asked::Run(options)) => options,
        other => panic!("{written:?} is not a run: {other:?}"),
    }
}

fn usual() -> Options {
    Options {
        filters: Vec::new(),
        skip: Vec::new(),
        exact: false,
        ignored: Ignored::Leave,
        format: Format::Pretty,
        only_benchmarks: false,
        jobs: None,
        fail_fast: false,
        shuffle: Shuffle::No,
        times: false,
        coloured: false,
        log: None,
    }
}

#[test]
fn clap_finds_no_fault_with_the_table_of_arguments() {
    Written::command().debug_assert();
}

#[test]
fn every_flag_comes_to_its_option() {
    let words = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let table: Vec<(&[&str], Options)> = vec![
        (&[], usual()),
        (&["a", "b"], Options { filters: words(&["a", "b"]), ..usual() }),
        (&["a", "--exact", "b"], Options { filters: words(&["a", "b"]), exact: true, ..usual() }),
        (&["--exact", "--", "--a"], Options { filters: words(&["--a"]), exact: true, ..usual() }),
        (&["--skip", "a", "--skip=b", "c"], Options { skip: words(&["a", "b"]), filters: words(&["c"]), ..usual() }),
        (&["--skip", "-a"], Options { skip: words(&["-a"]), ..usual() }),
        (&["--ignored"], Options { ignored: Ignored::Only, ..usual() }),
        (&["--include-ignored"], Options { ignored: Ignored::Include, ..usual() }),
        (&["-q"], Options { format: Format::Terse, ..usual() }),
        (&["--quiet"], Options { format: Format::Terse, ..usual() }),
        (&["--format", "terse"], Options { format: Format::Terse, ..usual() }),
        (&["--format=junit", "-Zunstable-options"], Options { format: Format::Junit, ..usual() }),
        (&["--format=json", "-Zunstable-options"], Options { format: Format::Json, ..usual() }),
        (&["--format", "json", "-Z", "unstable-options"], Options { format: Format::Json, ..usual() }),
        (&["--format", "pretty", "-q"], usual()),
        (&["--color", "always"], Options { coloured: true, ..usual() }),
        (&["--color", "never"], usual()),
        (&["--color=auto"], usual()),
        (&["--test-threads", "3"], Options { jobs: Some(3), ..usual() }),
        (&["--fail-fast"], Options { fail_fast: true, ..usual() }),
        (&["--shuffle"], Options { shuffle: Shuffle::Anew, ..usual() }),
        (&["--shuffle-seed", "5"], Options { shuffle: Shuffle::By(5), ..usual() }),
        (&["--shuffle", "--shuffle-seed=5"], Options { shuffle: Shuffle::By(5), ..usual() }),
        (&["--report-time"], Options { times: true, ..usual() }),
        (&["--logfile", "a/log"], Options { log: Some("a/log".into()), ..usual() }),
        (&["--nocapture"], usual()),
        (&["--no-capture", "--nocapture", "--show-output"], usual()),
        (&["--test"], usual()),
        (&["--bench"], Options { only_benchmarks: true, ..usual() }),
        (&["--test", "--bench"], usual()),
    ];
    for (written, expected) in table {
        assert_eq!(run_options(&[], written), expected, "{written:?}");
    }
}

#[test]
fn the_environment_stands_for_what_no_argument_says() {
    let jobs = |environment, written| run_options(environment, written).jobs;
    assert_eq!(jobs(&[("RUST_TEST_THREADS", "7")], &[]), Some(7));
    assert_eq!(jobs(&[("RUST_TEST_THREADS", "7")], &["--test-threads=2"]), Some(2));
    assert_eq!(jobs(&[("RUST_TEST_THREADS", "x")], &["--test-threads=2"]), Some(2));
    let shuffle = |environment, written| run_options(environment, written).shuffle;
    assert_eq!(shuffle(&[("RUST_TEST_SHUFFLE", "1")], &[]), Shuffle::Anew);
    assert_eq!(shuffle(&[("RUST_TEST_SHUFFLE", "0")], &[]), Shuffle::No);
    assert_eq!(shuffle(&[("RUST_TEST_SHUFFLE", "0")], &["--shuffle"]), Shuffle::Anew);
    assert_eq!(shuffle(&[("RUST_TEST_SHUFFLE_SEED", "9")], &[]), Shuffle::By(9));
    assert_eq!(shuffle(&[("RUST_TEST_SHUFFLE_SEED", "9")], &["--shuffle-seed", "5"]), Shuffle::By(5));
    assert!(run_options(&[("CLICOLOR_FORCE", "1")], &[]).coloured);
    assert!(!run_options(&[("CLICOLOR_FORCE", "1")], &["--color=never"]).coloured);
}

#[test]
fn wrong_arguments_say_what_is_wrong() {
    let table: [(&[&str], &str); 17] = [
        (&["--tes"], "unknown option `--tes`; did you mean `--test`?"),
        (&["--include-ignore"], "unknown option `--include-ignore`; did you mean `--include-ignored`?"),
        (&["--report_time=1"], "did you mean `--report-time`?"),
        (&["--nonsense"], "unknown option `--nonsense`; `--help` names all there are"),
        (&["-x"], "unknown option `-x`"),
        (&["--test-threads", "0"], "argument for --test-threads must not be 0"),
        (
            &["--test-threads", "x"],
            "argument for --test-threads must be a number > 0 (error: invalid digit found in string)",
        ),
        (&["--test-threads=-1"], "argument for --test-threads must be a number > 0"),
        (&["--test-threads"], "a value is required for '--test-threads <N>'"),
        (&["--skip"], "a value is required for '--skip <FILTER>'"),
        (&["--color", "purple"], "argument for --color must be auto, always, or never (was purple)"),
        (&["--format", "yaml"], "argument for --format must be pretty, terse, json or junit (was yaml)"),
        (
            &["--shuffle-seed", "x"],
            "argument for --shuffle-seed must be a number (error: invalid digit found in string)",
        ),
        (&["--ignored", "--include-ignored"], "the options --include-ignored and --ignored are mutually exclusive"),
        (&["--list", "--list"], "the argument '--list' cannot be used multiple times"),
        (&["-Z", "foo"], "invalid value 'foo' for '-Z <unstable-options>'"),
        (&["--report-time", "--format=json"], "`--report-time` has no place in `--format json`"),
    ];
    for (written, part) in table {
        let said = read_in(&[], written).unwrap_err();
        assert!(said.contains(part), "{written:?}: {said}");
        assert!(!said.starts_with("error") && !said.ends_with('\n'), "{written:?}: {said}");
    }
}

#[test]
fn a_wrong_environment_says_what_is_wrong() {
    let table = [
        ("RUST_TEST_THREADS", "0", "RUST_TEST_THREADS is `0`, should be a positive integer"),
        ("RUST_TEST_THREADS", "", "RUST_TEST_THREADS is ``, should be a positive integer"),
        ("RUST_TEST_SHUFFLE_SEED", "x", "RUST_TEST_SHUFFLE_SEED is `x`, should be a number"),
    ];
    for (name, value, expected) in table {
        assert_eq!(read_in(&[(name, value)], &[]).unwrap_err(), expected);
    }
}

#[test]
fn a_list_needs_no_threads() {
    assert!(matches!(read_in(&[("RUST_TEST_THREADS", "x")], &["--list"]), Ok(Asked::List(_))));
    assert!(read_in(&[], &["--list", "--test-threads=0"]).is_err());
}

#[test]
fn help_names_every_flag() {
    for flag in ["-h", "--help"] {
        let Ok(Asked::Help(help)) = read_in(&[], &[flag]) else { panic!("{flag} is not help") };
        for name in ["--exact", "--skip", "--list", "--shuffle-seed", "--include-ignored", "--test-threads", "FILTER"] {
            assert!(help.contains(name), "{name}: {help}");
        }
    }
}
