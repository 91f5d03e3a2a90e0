//! An application in a process of its own: started on a free port, waited for, ended with everything that it started.

use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, TcpListener},
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    net::TcpStream,
    process::{Child, Command},
    task::JoinHandle,
};

use crate::clock::Clock;

/// How long a process may take until its port answers.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it may take to end by itself once it is asked to.
const GRACE: Duration = Duration::from_secs(5);
/// How long the rest of its output is waited for once it has ended.
const REST: Duration = Duration::from_secs(1);
/// How much of its output is kept, in bytes.
const KEPT: usize = 4 * 1024;

/// A process and those that it started. All of them are killed when it is dropped, and when this process ends in whatever way.
pub(super) struct Process {
    child: Child,
    #[cfg(unix)]
    _guard: Option<Child>,
    /// The id of the process and of its group, which outlives it.
    id: Option<u32>,
    line: String,
    said: Arc<Said>,
    readers: Vec<JoinHandle<()>>,
}

/// The end of what a process printed.
#[derive(Default)]
struct Said(Mutex<Vec<u8>>);

impl Process {
    /// Starts a command and waits until its port answers. `{port}` in it becomes that port, which the variable `PORT` holds too.
    ///
    /// # Errors
    /// It cannot be run, ends, or does not answer in time; with the end of its output.
    pub(super) async fn start(line: &str, env: &BTreeMap<String, String>) -> Result<(Self, u16), String> {
        let port = free_port().map_err(|error| format!("no port is free: {error}"))?;
        let words = words(line, port)?;
        let mut process = Self::spawn(line, &words, port, env)
            .map_err(|error| format!("`{line}` cannot be run in {}: {error}", folder()))?;
        process.until_it_answers(port, PATIENCE).await?;
        Ok((process, port))
    }

    fn spawn(line: &str, words: &[String], port: u16, env: &BTreeMap<String, String>) -> io::Result<Self> {
        let (program, arguments) = words.split_first().ok_or(io::ErrorKind::NotFound)?;
        let mut command = Command::new(program);
        command.args(arguments).envs(env).env("PORT", port.to_string());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let said = Arc::<Said>::default();
        let stdout = child.stdout.take().map(|out| tokio::spawn(listen(out, Arc::clone(&said))));
        let stderr = child.stderr.take().map(|out| tokio::spawn(listen(out, Arc::clone(&said))));
        let readers = stdout.into_iter().chain(stderr).collect();
        Ok(Self {
            #[cfg(unix)]
            _guard: child.id().and_then(|group| guard(group).ok()),
            id: child.id(),
            child,
            line: line.to_owned(),
            said,
            readers,
        })
    }

    async fn until_it_answers(&mut self, port: u16, patience: Duration) -> Result<(), String> {
        let clock = Clock::system();
        let began = clock.now();
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(self.told(&format!("ended with {status}")).await);
            }
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok() {
                return Ok(());
            }
            if clock.since(began) > patience {
                let what = format!("does not listen on 127.0.0.1:{port} after {}s", patience.as_secs());
                return Err(self.told(&what).await);
            }
            clock.sleep(Duration::from_millis(10)).await;
        }
    }

    /// Asks the process to end, and kills what is left of its group.
    ///
    /// # Errors
    /// It had failed before; with the end of its output.
    pub(super) async fn end(mut self) -> Result<(), String> {
        if let Ok(Some(status)) = self.child.try_wait() {
            let what = format!("ended before the specs did, with {status}");
            return if status.success() { Ok(()) } else { Err(format!("the app is gone: {}", self.told(&what).await)) };
        }
        self.ask_to_end();
        // What does not end by itself is killed when it is dropped.
        let _ = tokio::time::timeout(GRACE, self.child.wait()).await;
        Ok(())
    }

    /// What became of it, with the end of its output.
    async fn told(&mut self, what: &str) -> String {
        self.kill();
        for reader in &mut self.readers {
            let _ = tokio::time::timeout(REST, reader).await;
        }
        match self.said.text() {
            text if text.is_empty() => format!("`{}` {what}; it printed nothing", self.line),
            text => format!("`{}` {what}; it printed\n{text}", self.line),
        }
    }

    #[cfg(unix)]
    fn group(&self) -> Option<rustix::process::Pid> {
        self.id.and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?))
    }

    #[cfg(unix)]
    fn ask_to_end(&self) {
        if let Some(group) = self.group() {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::TERM);
        }
    }

    #[cfg(unix)]
    fn kill(&mut self) {
        if let Some(group) = self.group() {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }

    #[cfg(not(unix))]
    fn ask_to_end(&mut self) {
        self.kill();
    }

    #[cfg(not(unix))]
    fn kill(&mut self) {
        let _ = self.child.start_kill();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Said {
    fn add(&self, more: &[u8]) {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        said.extend_from_slice(more);
        let beyond = said.len().saturating_sub(KEPT);
        said.drain(..beyond);
    }

    fn text(&self) -> String {
        let said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&said).trim().to_owned()
    }
}

async fn listen(mut out: impl AsyncRead + Unpin, said: Arc<Said>) {
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = out.read(&mut buffer).await {
        said.add(&buffer[..count]);
    }
}

/// Kills a group once the pipe to it is closed: when it is dropped, or this process was killed.
#[cfg(unix)]
fn guard(group: u32) -> io::Result<Child> {
    let mut command = Command::new("sh");
    command.args(["-c", "read -r _; kill -s KILL -- \"-$0\"", &group.to_string()]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn()
}

/// A port that was free a moment ago.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// The words of a command as a shell splits them, each `{port}` filled in.
fn words(line: &str, port: u16) -> Result<Vec<String>, String> {
    let words = shlex::split(line).filter(|words| !words.is_empty());
    let words = words.ok_or_else(|| format!("`{line}` is no command: a quote is not closed, or nothing is there"))?;
    Ok(words.into_iter().map(|word| word.replace("{port}", &port.to_string())).collect())
}

fn folder() -> String {
    std::env::current_dir()
        .map_or_else(|_| "a folder that is gone".to_owned(), |folder| format!("`{}`", folder.display()))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    async fn started(line: &str, patience: Duration) -> Result<Process, String> {
        let port = free_port().unwrap();
        let env = BTreeMap::from([("WORD".to_owned(), "of the harness".to_owned())]);
        let mut process = Process::spawn(line, &words(line, port).unwrap(), port, &env).unwrap();
        process.until_it_answers(port, patience).await.map(|()| process)
    }

    #[test]
    fn a_command_is_split_as_a_shell_does_it() {
        let table: [(&str, &[&str]); 3] = [
            ("target/debug/app --port {port}", &["target/debug/app", "--port", "81"]),
            ("'my app' --bind=127.0.0.1:{port} \"a b\"", &["my app", "--bind=127.0.0.1:81", "a b"]),
            ("app", &["app"]),
        ];
        for (line, expected) in table {
            assert_eq!(words(line, 81).unwrap(), expected);
        }
        for line in ["", "  ", "app 'x"] {
            assert!(words(line, 81).unwrap_err().contains("is no command"), "{line}");
        }
    }

    #[tokio::test]
    async fn what_ends_or_stays_silent_is_told_with_the_end_of_its_output() {
        let ended = started("sh -c 'echo $WORD; echo no table >&2; exit 3'", PATIENCE).await.err().unwrap();
        for part in ["ended with exit status: 3; it printed\n", "of the harness", "no table"] {
            assert!(ended.contains(part), "{ended}");
        }
        let silent = started("sh -c 'sleep 60'", Duration::ZERO).await.err().unwrap();
        assert!(silent.contains("after 0s; it printed nothing"), "{silent}");
        let long = started("sh -c 'seq 1 5000; exit 1'", PATIENCE).await.err().unwrap();
        assert!(long.contains("\n5000") && !long.contains("\n1\n") && long.len() < KEPT + 200, "{long}");
        let none = Process::start("no/such/program", &BTreeMap::new()).await.err().unwrap();
        assert!(none.starts_with("`no/such/program` cannot be run in `"), "{none}");
    }
}
