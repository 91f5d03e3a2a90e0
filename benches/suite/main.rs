//! The suite benchmark: whole processes of `hallpass`, of a client written by hand, and of Hurl where it is installed.
//!
//! `cargo bench --bench suite` measures all workloads, `cargo bench --bench suite -- W2 W5` some of them. Every run of a
//! workload is paired: the commands take turns, medians and ratios are printed, and one wrong expectation must fail.
//! Sequential workloads run with client and server on one processor, by `taskset`. `N` and `C` are about tokens alone. `X` needs two
//! programs more: `cargo bench --bench suite --bench thousand_specs --bench trivial_trials -- X`.
#![expect(clippy::print_stdout, reason = "the benchmark tells what it measured")]

mod client;
mod measure;
mod nextest;
mod server;
mod tokens;
mod workload;

use std::{env, path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).filter(|it| it != "--bench").collect();
    match arguments.first().map(String::as_str) {
        Some("--serve") => server::serve(),
        Some("--client") => client::run(&arguments[1..]),
        Some("--measured") => measure::child(&arguments[1..]),
        _ => {
            let names: Vec<&str> = arguments.iter().map(String::as_str).collect();
            measure::all(&names)
        }
    }
}

/// This program, to start its other parts with.
fn own_program() -> PathBuf {
    env::current_exe().expect("a running program has a path")
}
