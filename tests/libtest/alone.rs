//! Specs within one test of rustc's own harness.

use crate::support::{Said, Suite};

const GOOD: &str = "requests:\n  - {name: one, get: /items/1}\n  - {name: two, skip: later, get: /none}\n";
const BAD: &str = "requests:\n  - {name: one, get: /items/1, expect: {json: {title: red lamp}}}\n  - {name: two, get: /none}\n  - {name: three, get: /items/1}\n";

fn run(text: &str, how: &str) -> Said {
    let suite = Suite::of(&[("specs/items.yaml", text)]).mode("router").with("FIXTURE_ALONE", how);
    suite.with("RUST_TEST_THREADS", "nonsense").run(&["--no-such-flag"])
}

#[test]
fn what_passes_says_nothing_and_arguments_are_not_read() {
    for how in ["alone", "in tokio"] {
        let said = run(GOOD, how);
        assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{said:?}");
        assert_eq!(said.stderr, "ignored: specs/items.yaml::two (later)\n");
    }
}

#[test]
fn what_fails_panics_with_all_failures_where_it_was_called() {
    for how in ["alone", "in tokio"] {
        let said = run(BAD, how);
        assert_eq!((said.code, said.stdout.as_str()), (101, ""), "{said:?}");
        let parts = [
            "panicked at tests/libtest/fixture.rs:",
            "\nFAIL specs/items.yaml::one",
            "$.title: expected `\"red lamp\"`, found `\"blue lamp\"`\n --> specs/items.yaml:2:55\n",
            "\n\nFAIL specs/items.yaml::two",
            "404 Not Found",
        ];
        for part in parts {
            assert!(said.stderr.contains(part), "{part}: {}", said.stderr);
        }
        assert!(!said.stderr.contains("::three"), "{}", said.stderr);
    }
}

#[test]
fn a_spec_that_is_wrong_or_missing_panics_too() {
    let said = run("requests:\n  - {name: one, gett: /items/1}\n", "alone");
    assert!(said.code == 101 && said.stderr.contains("`gett`"), "{said:?}");
    let said = Suite::of(&[]).mode("plain").with("FIXTURE_ALONE", "alone").run(&[]);
    assert!(said.code == 101 && said.stderr.contains("`specs` does not exist"), "{said:?}");
}
