//! What a token costs that is there already: `N`, 300 processes of one test run that share it, and `C`, a request that is given a kept one;
//! each beside the same requests with the header written by hand.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Instant,
};

use crate::measure::Server;

/// Counted rounds of each.
const ROUNDS: usize = 7;
/// Processes of `N`, and how many run at once.
const PROCESSES: usize = 300;
const LANES: usize = 4;
/// Requests of `C`.
const REQUESTS: usize = 10_000;

/// A project that gets its token, and one that writes the header itself.
struct Pair {
    fetched: PathBuf,
    written: PathBuf,
}

/// Measures those that are named, or all; whether every process passed.
pub(crate) fn all(names: &[&str], server: &Server, folder: &Path) -> bool {
    let wanted = |name| names.is_empty() || names.contains(&name);
    let mut sound = true;
    if wanted("N") {
        sound &= processes(server, &Pair::new(&folder.join("N"), &server.url(), 1));
    }
    if wanted("C") {
        sound &= requests(server, &Pair::new(&folder.join("C"), &server.url(), REQUESTS));
    }
    sound
}

fn processes(server: &Server, pair: &Pair) -> bool {
    println!(
        "\nN {PROCESSES} processes of one test run, {LANES} at once: one shared token, and a header written by hand"
    );
    let run = |folder: &Path, round: usize| {
        let share = tempfile::tempdir().expect("a folder to share in");
        let lane = || (0..PROCESSES / LANES).all(|_| passes(folder, &format!("round-{round}"), share.path()));
        thread::scope(|scope| {
            let lanes: Vec<_> = (0..LANES).map(|_| scope.spawn(lane)).collect();
            lanes.into_iter().all(|lane| lane.join().unwrap_or(false))
        })
    };
    compare(server, pair, run, PROCESSES)
}

fn requests(server: &Server, pair: &Pair) -> bool {
    println!("\nC {REQUESTS} requests of one process: a kept token, and a header written by hand");
    let share = tempfile::tempdir().expect("a folder to share in");
    compare(server, pair, |folder, round| passes(folder, &format!("round-{round}"), share.path()), REQUESTS)
}

/// Runs both in turns and prints medians, their ratio and what a unit of work costs more.
fn compare(server: &Server, pair: &Pair, run: impl Fn(&Path, usize) -> bool, units: usize) -> bool {
    let (mut fetched, mut written) = (Vec::new(), Vec::new());
    let mut sound = true;
    for round in 0..=ROUNDS {
        for (folder, times, tokens) in [(&pair.fetched, &mut fetched, "1"), (&pair.written, &mut written, "0")] {
            server.counts();
            let begun = Instant::now();
            sound &= run(folder, round);
            let wall = begun.elapsed().as_secs_f64() * 1000.0;
            let counts = server.counts();
            if counts.split_whitespace().nth(1) != Some(tokens) {
                println!("  {tokens} token requests were expected: {counts}");
                sound = false;
            }
            if round > 0 {
                times.push(wall);
            }
        }
    }
    let (fetched, written) = (median(&mut fetched), median(&mut written));
    let more = (fetched - written) * 1000.0 / units as f64;
    println!(
        "  token {fetched:9.1} ms   by hand {written:9.1} ms   wall x{:.2}   {more:.1} µs more each",
        fetched / written
    );
    sound
}

fn passes(folder: &Path, run: &str, share: &Path) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hallpass"));
    command.arg("run").current_dir(folder).env("NEXTEST_RUN_ID", run).env("XDG_RUNTIME_DIR", share);
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

impl Pair {
    fn new(folder: &Path, url: &str, requests: usize) -> Self {
        let pair = Self { fetched: folder.join("fetched"), written: folder.join("written") };
        let service = "auth: service\nidentities:\n  service: { oauth2: { token_url: /oauth2/token, client_id: bench, client_secret: bench-secret } }\n";
        write(&pair.fetched, &format!("base_url: {url}\n{service}"), requests, "");
        let header = "    headers: { Authorization: Bearer bench-token-0123456789 }\n";
        write(&pair.written, &format!("base_url: {url}\n"), requests, header);
        pair
    }
}

fn write(folder: &Path, project: &str, requests: usize, more: &str) {
    fs::create_dir_all(folder.join("specs")).expect("a folder for the specs");
    fs::write(folder.join("hallpass.yaml"), project).expect("a project file");
    let mut text = String::from("requests:\n");
    for number in 0..requests {
        let _ = write!(text, "  - name: read {number}\n    get: /items/{number}\n{more}");
    }
    fs::write(folder.join("specs/read.yaml"), text).expect("a spec");
}
