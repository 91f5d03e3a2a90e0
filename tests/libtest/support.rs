//! A folder with specs, a server they talk to, and the harness run on both.

use std::{
    env, fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

use tempfile::TempDir;

/// What a run said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Said {
    /// `test NAME ... OUTCOME` lines, sorted, without padding.
    pub(crate) fn tests(&self) -> Vec<String> {
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut tests: Vec<_> = self.stdout.lines().filter(|it| it.starts_with("test ")).map(words).collect();
        tests.retain(|line| !line.starts_with("test result: "));
        tests.sort();
        tests
    }

    /// What the last line counts, without what was filtered out and the time.
    pub(crate) fn summary(&self) -> Option<&str> {
        let line = self.stdout.lines().find(|line| line.starts_with("test result: "))?;
        line.split_once(" measured").map(|(counts, _)| counts)
    }
}

/// A folder of its own.
pub(crate) struct Suite {
    folder: TempDir,
    env: Vec<(String, String)>,
}

impl Suite {
    /// These files, by their paths.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self { folder, env: Vec::new() }.with("FIXTURE_SPECS", "specs")
    }

    /// The same with a variable of the environment.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same talking to a server, and noting in `diary` when that is started and stopped.
    pub(crate) fn talking_to(self, server: &Server) -> Self {
        let diary = self.path().join("diary").display().to_string();
        self.with("FIXTURE_URL", &server.url).with("FIXTURE_APP", &diary)
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What was noted about the app.
    pub(crate) fn diary(&self) -> String {
        fs::read_to_string(self.path().join("diary")).unwrap_or_default()
    }

    /// Runs the harness.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.command(arguments).output().unwrap().into()
    }

    /// The harness, not run yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(&fixture(), arguments)
    }

    /// Another program in this folder, not run yet.
    pub(crate) fn command_of(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = bare(program);
        command.args(arguments).current_dir(self.path()).envs(self.env.iter().cloned());
        command
    }

    /// The same in a mode of the fixture, which notes in `diary` what its application does.
    pub(crate) fn mode(self, mode: &str) -> Self {
        let diary = self.path().join("diary").display().to_string();
        self.with("FIXTURE_MODE", mode).with("FIXTURE_DIARY", &diary)
    }
}

/// Runs this binary, which has rustc's own harness.
pub(crate) fn rustc(arguments: &[&str], env: &[(&str, &str)]) -> Said {
    let mut command = bare(&env::current_exe().unwrap());
    command.args(arguments).envs(env.iter().copied());
    command.output().unwrap().into()
}

/// A command without the variables that a harness reads.
fn bare(program: &Path) -> Command {
    let mut command = Command::new(program);
    let read = ["NEXTEST", "HALLPASS_", "RUST_TEST_", "RUST_BACKTRACE", "CLICOLOR", "NO_COLOR", "FIXTURE_"];
    for (name, _) in env::vars().filter(|(name, _)| read.iter().any(|start| name.starts_with(start))) {
        command.env_remove(name);
    }
    command
}

/// The newest `harness_fixture`, which cargo puts beside this binary.
pub(crate) fn fixture() -> PathBuf {
    let own = env::current_exe().unwrap();
    let beside = fs::read_dir(own.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let is_fixture = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with("harness_fixture-") && path.extension().unwrap_or_default() == env::consts::EXE_EXTENSION
    };
    let newest = beside.filter(is_fixture).max_by_key(|path| path.metadata().unwrap().modified().unwrap());
    newest.expect("`cargo test --no-run` builds `harness_fixture`")
}

/// An example of this package, which cargo puts beside the folder of this binary.
pub(crate) fn example(name: &str) -> PathBuf {
    let own = env::current_exe().unwrap();
    let path = own.parent().unwrap().with_file_name("examples").join(name).with_extension(env::consts::EXE_EXTENSION);
    assert!(path.is_file(), "`cargo test --no-run` builds {}", path.display());
    path
}

/// A server that answers `{}`, or a token where `/token` is asked for, with the status that a path ends in, else 200.
pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<(Mutex<Seen>, Condvar)>,
}

#[derive(Default)]
struct Seen {
    requests: Vec<String>,
    under_way: usize,
    most_under_way: usize,
}

impl Server {
    /// A server that answers at once.
    pub(crate) fn start() -> Self {
        Self::answering_together(1)
    }

    /// A server that answers when this many requests are under way, or after a while.
    pub(crate) fn answering_together(count: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen: Arc<(Mutex<Seen>, Condvar)> = Arc::default();
        let shared = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = Arc::clone(&shared);
                thread::spawn(move || answer(stream, count, &seen));
            }
        });
        Self { url, seen }
    }

    /// The request lines seen so far, `GET /one`, sorted.
    pub(crate) fn requests(&self) -> Vec<String> {
        let mut requests = self.seen.0.lock().unwrap().requests.clone();
        requests.sort();
        requests
    }

    /// How many requests were under way at most.
    pub(crate) fn most_under_way(&self) -> usize {
        self.seen.0.lock().unwrap().most_under_way
    }
}

fn answer(mut stream: TcpStream, together: usize, (seen, changed): &(Mutex<Seen>, Condvar)) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).unwrap_or(0) == 0 {
            return;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let request: Vec<_> = head.split(' ').take(2).collect();
    let mut now = seen.lock().unwrap();
    now.requests.push(request.join(" "));
    now.under_way += 1;
    now.most_under_way = now.most_under_way.max(now.under_way);
    changed.notify_all();
    let enough = |now: &mut Seen| now.most_under_way < together;
    let (mut now, _) = changed.wait_timeout_while(now, Duration::from_secs(5), enough).unwrap();
    now.under_way -= 1;
    drop(now);
    let status = request[1].rsplit('/').next().and_then(|last| last.parse::<u16>().ok()).unwrap_or(200);
    let body = if request[1] == "/token" { r#"{"access_token":"t-o-k-e-n","expires_in":3600}"# } else { "{}" };
    let answer = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let _ = stream.write_all(answer.as_bytes());
}
