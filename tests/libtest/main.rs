//! The harness from outside: its flags beside those of rustc's own, and what it does with specs.
#![expect(clippy::unwrap_used, reason = "a test has no caller to hand an error to")]

mod alone;
mod builder;
mod documents;
mod each;
mod flags;
mod flow;
mod nextest;
#[cfg(unix)]
mod nextest_itself;
#[cfg(target_os = "linux")]
mod opens;
mod outside;
#[cfg(unix)]
mod processes;
mod public;
mod running;
mod support;
mod variables;

/// What rustc's own harness lists and runs; `flags` has the same as a spec.
mod sample {
    #[test]
    fn one() {
        answer(200);
    }

    #[test]
    fn one_more() {
        answer(200);
    }

    #[test]
    #[ignore = "later"]
    fn slow() {
        answer(200);
    }

    #[test]
    fn two() {
        let status = std::env::var("SAMPLE_STATUS").map_or(200, |status| status.parse().unwrap());
        answer(status);
    }

    fn answer(status: u16) {
        assert_eq!(status, 200);
    }
}
