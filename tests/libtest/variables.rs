//! Variables that stand for flags, in rustc's own harness and in ours.

use crate::flags::{UNSTABLE, both_in};

#[test]
fn the_number_of_threads_is_read_where_no_flag_says_it() {
    let table: [(&str, &[&str], bool); 9] = [
        ("1", &["~"], true),
        ("7", &["~"], true),
        ("0", &["~"], false),
        ("-1", &["~"], false),
        ("x", &["~"], false),
        ("", &["~"], false),
        ("x", &["~", "--test-threads", "1"], true),
        ("x", &["~", "--list"], true),
        ("1", &["~", "--test-threads", "0"], false),
    ];
    for (value, arguments, is_right) in table {
        let (theirs, ours) = both_in(arguments, "200", &[("RUST_TEST_THREADS", value)]);
        assert_eq!(
            (ours.code == 0, ours.code, ours.tests()),
            (is_right, theirs.code, theirs.tests()),
            "{value:?} {arguments:?}"
        );
        if !is_right && arguments.len() == 1 {
            let message = format!("RUST_TEST_THREADS is `{value}`, should be a positive integer");
            assert!(ours.stderr.contains(&message) && theirs.stderr.contains(&message), "{ours:?} {theirs:?}");
        }
    }
}

#[test]
fn the_order_is_read_where_no_flag_says_it() {
    let table = [
        ("RUST_TEST_SHUFFLE", "1"),
        ("RUST_TEST_SHUFFLE", "0"),
        ("RUST_TEST_SHUFFLE_SEED", "7"),
        ("RUST_TEST_SHUFFLE_SEED", "x"),
    ];
    for (name, value) in table {
        let (theirs, ours) = both_in(&["~", UNSTABLE[0], UNSTABLE[1]], "200", &[(name, value)]);
        assert_eq!((ours.code, ours.tests()), (theirs.code, theirs.tests()), "{name}={value}");
        let seed = |text: &str| text.contains("shuffle seed: ");
        assert_eq!(seed(&ours.stderr), seed(&theirs.stdout), "{name}={value}");
    }
}

#[test]
fn output_that_is_not_held_back_is_the_same_output() {
    for (name, value) in [("RUST_TEST_NOCAPTURE", "1"), ("RUST_TEST_NOCAPTURE", "0")] {
        let (theirs, ours) = both_in(&["~"], "200", &[(name, value)]);
        assert_eq!((ours.code, ours.tests()), (theirs.code, theirs.tests()), "{name}={value}");
    }
}
