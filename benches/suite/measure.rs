//! Runs the commands in turns and prints medians and ratios.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    time::Instant,
};

use crate::{
    nextest, own_program, tokens,
    workload::{ALL, How, Workload},
};

/// Counted runs of each command.
const RUNS: usize = 7;

/// What one process took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Taken {
    pub(crate) wall_ms: f64,
    pub(crate) cpu_ms: f64,
    peak_mb: f64,
}

/// Measures workloads; all of them where none is named.
pub(crate) fn all(names: &[&str]) -> ExitCode {
    let folder = tempfile::tempdir().expect("a folder for the workloads");
    let hurl = which("hurl");
    println!(
        "medians of {RUNS}, commands in turns; wall ms / cpu ms / peak MB; ratio of wall and cpu to the first row"
    );
    let mut sound = true;
    for workload in ALL.iter().filter(|workload| names.is_empty() || names.contains(&workload.name)) {
        sound &= one(workload, &folder.path().join(workload.name), hurl.as_deref());
    }
    sound &= tokens::all(names, &Server::start(How::Free), folder.path());
    sound &= nextest::all(names, &Server::start(How::Free), folder.path());
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// `--measured COMMAND ...`: runs a command and prints what it took, which only its parent process can tell exactly.
pub(crate) fn child(arguments: &[String]) -> ExitCode {
    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::TimeValLike,
    };
    let begun = Instant::now();
    let mut command = Command::new(&arguments[0]);
    command.env("BENCH_SECRET", "bench-secret");
    command.args(&arguments[1..]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status().expect("the command starts");
    let wall = begun.elapsed().as_secs_f64() * 1000.0;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the kernel tells");
    let cpu = (usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1000.0;
    println!("{wall} {cpu} {} {}", usage.max_rss() as f64 / 1024.0, status.code().unwrap_or(-1));
    ExitCode::SUCCESS
}

struct Contender {
    name: &'static str,
    command: Vec<String>,
    /// The same with one expectation that cannot hold.
    wrong: Option<Vec<String>>,
    taken: Vec<Taken>,
    counts: String,
}

fn one(workload: &Workload, folder: &Path, hurl: Option<&Path>) -> bool {
    let server = Server::start(workload.how);
    let mut contenders = contenders(workload, &server, folder, hurl);
    let mut sound = true;
    for round in 0..=RUNS {
        for contender in &mut contenders {
            server.counts();
            let (taken, code) = measured(&contender.command);
            if code != 0 {
                println!("{}: {} ended with {code}", workload.name, contender.name);
                return false;
            }
            contender.counts = server.counts();
            if round > 0 {
                contender.taken.push(taken);
            }
        }
    }
    for contender in &contenders {
        if let Some(wrong) = &contender.wrong
            && measured(wrong).1 == 0
        {
            println!("{}: {} passes a wrong expectation", workload.name, contender.name);
            sound = false;
        }
    }
    print(workload, &contenders);
    sound
}

fn contenders(workload: &Workload, server: &Server, folder: &Path, hurl: Option<&Path>) -> Vec<Contender> {
    let (url, jobs) = (server.url(), workload.jobs.to_string());
    let (right, wrong) = (folder.join("right"), folder.join("wrong"));
    workload.write_specs(&right, &url, false);
    workload.write_specs(&wrong, &url, true);
    let text = |path: &Path| path.display().to_string();
    let run = |specs: &Path| {
        let program = env!("CARGO_BIN_EXE_hallpass");
        let within = ["sh", "-c", "cd \"$0\" && exec \"$@\"", &text(specs), program].map(str::to_owned);
        let verb: &[&str] = if workload.how == How::Checked { &["check"] } else { &["run", "-j", &jobs] };
        within.into_iter().chain(verb.iter().map(|&word| word.to_owned())).collect::<Vec<_>>()
    };
    let own = ["--client", workload.name, &url].map(str::to_owned);
    let contender = |name, command, wrong: Option<Vec<String>>| Contender {
        name,
        command: placed(command, workload.how),
        wrong: wrong.map(|wrong| placed(wrong, workload.how)),
        taken: Vec::new(),
        counts: String::new(),
    };
    let by_hand = [text(&own_program())].into_iter().chain(own).collect();
    let mut all = vec![contender("by hand", by_hand, None), contender("hallpass", run(&right), Some(run(&wrong)))];
    if workload.how == How::Checked {
        all.remove(0);
    }
    if let (Some(hurl), true) = (hurl, workload.hurl) {
        let (right, wrong) = (folder.join("hurl-right"), folder.join("hurl-wrong"));
        workload.write_hurl(&right, &url, false);
        workload.write_hurl(&wrong, &url, true);
        // 16 jobs are Hurl's best on the suite; more than the workload's own are never useful to it.
        let jobs = workload.jobs.max(16).to_string();
        let run = |specs: &Path| ["--test", "--jobs", &jobs, &text(specs)].map(str::to_owned);
        let with = |specs: &Path| [text(hurl)].into_iter().chain(run(specs)).collect::<Vec<_>>();
        all.push(contender("hurl", with(&right), Some(with(&wrong))));
    }
    all
}

/// The command on the processor where its workload belongs.
fn placed(command: Vec<String>, how: How) -> Vec<String> {
    match how {
        How::Pinned => ["taskset", "-c", "0"].map(str::to_owned).into_iter().chain(command).collect(),
        How::Free | How::Checked => command,
    }
}

pub(crate) fn measured(command: &[String]) -> (Taken, i32) {
    let output = Command::new(own_program()).arg("--measured").args(command).output().expect("this program starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let [wall_ms, cpu_ms, peak_mb, code] = numbers.as_slice() else { panic!("{command:?} printed {text}") };
    (Taken { wall_ms: *wall_ms, cpu_ms: *cpu_ms, peak_mb: *peak_mb }, *code as i32)
}

fn print(workload: &Workload, contenders: &[Contender]) {
    println!("\n{} {}", workload.name, workload.about);
    let first = medians(&contenders[0].taken);
    for contender in contenders {
        let taken = medians(&contender.taken);
        let mut counts = contender.counts.split_whitespace();
        let mut count = || counts.next().unwrap_or("?");
        println!(
            "  {:9} {:9.1} {:9.1} {:7.1}   wall x{:.2}  cpu x{:.2}   {} connections, {} tokens, {} requests",
            contender.name,
            taken.wall_ms,
            taken.cpu_ms,
            taken.peak_mb,
            taken.wall_ms / first.wall_ms,
            taken.cpu_ms / first.cpu_ms,
            count(),
            count(),
            count(),
        );
    }
}

pub(crate) fn medians(taken: &[Taken]) -> Taken {
    let median = |of: fn(&Taken) -> f64| {
        let mut values: Vec<f64> = taken.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Taken { wall_ms: median(|it| it.wall_ms), cpu_ms: median(|it| it.cpu_ms), peak_mb: median(|it| it.peak_mb) }
}

/// The server in a process of its own.
pub(crate) struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(how: How) -> Self {
        let serve = placed(vec![own_program().display().to_string(), "--serve".to_owned()], how);
        let mut command = Command::new(&serve[0]);
        command.args(&serve[1..]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("this program starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("the server prints its port");
        Self { child, port: line.trim().parse().expect("a port") }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Connections, token requests and other requests since it was last asked.
    pub(crate) fn counts(&self) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the server runs");
        stream.write_all(b"GET /counts HTTP/1.1\r\n\r\n").expect("the server reads");
        let mut buffer = [0; 1024];
        let read = stream.read(&mut buffer).expect("the server answers");
        let text = String::from_utf8_lossy(&buffer[..read]).into_owned();
        let body = text.split("\r\n\r\n").nth(1).unwrap_or_default().to_owned();
        // The connection of this question is counted, too.
        let mut numbers: Vec<u64> = body.split_whitespace().filter_map(|it| it.parse().ok()).collect();
        if let Some(connections) = numbers.first_mut() {
            *connections = connections.saturating_sub(1);
        }
        numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn which(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| fs::metadata(file).is_ok_and(|it| it.is_file()))
}
