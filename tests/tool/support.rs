//! What the tests of the whole tool share: a folder with a project, the binary run in it, servers that answer by the byte.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// A folder with a project of its own, gone when dropped.
pub(crate) struct Workspace {
    folder: tempfile::TempDir,
    env: Vec<(String, String)>,
}

impl Workspace {
    /// A project whose file says this.
    pub(crate) fn new(project: &str) -> Self {
        let workspace = Self { folder: tempfile::tempdir().unwrap(), env: Vec::new() };
        workspace.file("hallpass.yaml", project)
    }

    /// The same with a spec.
    pub(crate) fn spec(self, name: &str, text: &str) -> Self {
        self.file(&format!("specs/{name}"), text)
    }

    /// The same with a file.
    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        self.bytes(name, text.as_bytes())
    }

    /// The same with a file of bytes.
    pub(crate) fn bytes(self, name: &str, bytes: &[u8]) -> Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    /// The same with a variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with many variables of the environment.
    pub(crate) fn envs(mut self, all: impl IntoIterator<Item = (String, String)>) -> Self {
        self.env.extend(all);
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What a file of the project holds.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// Runs `hallpass` with these arguments in the project.
    pub(crate) fn hallpass(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    /// Starts `hallpass` with these arguments in the project.
    #[cfg(unix)]
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(arguments);
        Running(command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap())
    }

    /// The command that [`Workspace::hallpass`] runs.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hallpass"));
        command.args(arguments).current_dir(self.path()).env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE");
        for (name, _) in
            std::env::vars().filter(|(name, _)| name.starts_with("HALLPASS_") || name.starts_with("NEXTEST"))
        {
            command.env_remove(name);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A command under way.
#[cfg(unix)]
pub(crate) struct Running(std::process::Child);

#[cfg(unix)]
impl Running {
    /// Interrupts it and waits for its end.
    pub(crate) fn interrupted(self) -> Ran {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        Ran::of(self.0.wait_with_output().unwrap())
    }
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Fails with everything that was printed unless the command ended with this code.
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.all());
        self
    }

    /// Fails unless this was printed.
    #[track_caller]
    pub(crate) fn says(self, part: &str) -> Self {
        assert!(self.all().contains(part), "`{part}` in\n{}", self.all());
        self
    }

    /// Fails if this was printed.
    #[track_caller]
    pub(crate) fn does_not_say(self, part: &str) -> Self {
        assert!(!self.all().contains(part), "no `{part}` in\n{}", self.all());
        self
    }

    /// Fails if any attempt on record was answered with this status; the digits alone may also be those of a port.
    #[track_caller]
    pub(crate) fn never_met(self, status: u16) -> Self {
        self.does_not_say(&format!("< {status} ")).does_not_say(&format!("found `{status}`")).does_not_say("replayed")
    }

    /// Everything that was printed.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// What a raw server does with a connection that has sent a request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Sends these bytes, then nothing, and keeps the connection.
    Hang(Vec<u8>),
    /// The first request gets the first of these, and so on; the last of them is for all that come later.
    Each(Vec<Answer>),
    /// Sends this beginning, then this part without end.
    Endless(Vec<u8>, Vec<u8>),
}

/// A server that answers every request on loopback in the same way, byte by byte.
pub(crate) struct RawServer {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

impl RawServer {
    pub(crate) fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answer, counted) = (answer.clone(), Arc::clone(&counted));
                thread::spawn(move || serve(stream, &answer, &counted));
            }
        });
        Self { address, requests }
    }

    /// A server whose answer has this head (without the empty line) and body.
    pub(crate) fn answering(head: &str, body: &[u8]) -> Self {
        Self::start(Answer::Bytes(message(head, body)))
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests have come.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Lines of a head with CRLF, the empty line, and a body.
pub(crate) fn message(head: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = head.trim().lines().map(str::trim).collect::<Vec<_>>().join("\r\n").into_bytes();
    bytes.extend_from_slice(b"\r\n\r\n");
    bytes.extend_from_slice(body);
    bytes
}

fn serve(mut stream: TcpStream, answer: &Answer, requests: &AtomicUsize) {
    let mut head = Vec::new();
    let mut byte = [0; 1];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let number = requests.fetch_add(1, Ordering::SeqCst);
    reply(stream, answer, number);
}

fn reply(mut stream: TcpStream, answer: &Answer, number: usize) {
    match answer {
        Answer::Each(answers) => reply(stream, &answers[number.min(answers.len() - 1)], number),
        Answer::Bytes(bytes) => drop(stream.write_all(bytes)),
        Answer::Hang(bytes) => {
            let _ = stream.write_all(bytes);
            let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
            let _ = stream.read(&mut [0; 1]);
        }
        Answer::Endless(beginning, part) => {
            let _ = stream.write_all(beginning);
            while stream.write_all(part).is_ok() {}
        }
    }
}

/// The ways in which a secret could be written: as it is, percent-encoded, in JSON, XML and HTML, in base64 at each of three shifts, in hexadecimal.
pub(crate) fn forms(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let escaped = |c: u8| if c.is_ascii_alphanumeric() { char::from(c).to_string() } else { format!("%{c:02X}") };
    let percent: String = bytes.iter().copied().map(escaped).collect();
    let json = serde_json::to_string(secret).unwrap();
    let within = json[1..json.len() - 1].to_owned();
    let twice = serde_json::to_string(&within).unwrap();
    let xml = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![
        secret.to_owned(),
        percent.replace("%20", "+"),
        lowered(&percent),
        percent,
        twice[1..twice.len() - 1].to_owned(),
        xml.replace('"', "&quot;"),
        xml,
        hex.to_uppercase(),
        hex,
    ];
    forms.extend((0..3).flat_map(|shift| base64_within(bytes, shift)));
    forms.extend((0..3).flat_map(|shift| base64_within(within.as_bytes(), shift)));
    forms.push(within);
    forms
}

/// With `%2b` in place of `%2B`.
fn lowered(percent: &str) -> String {
    let mut parts = percent.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| format!("{text}%{}{}", part[..2].to_lowercase(), &part[2..]))
}

/// What base64 makes of these bytes behind some others, without the characters that depend on their neighbours.
fn base64_within(bytes: &[u8], shift: usize) -> [String; 2] {
    use base64::{
        Engine,
        engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
    };
    let shifted = [&vec![b'x'; shift], bytes].concat();
    let inner = (shift * 8).div_ceil(6)..shifted.len() * 8 / 6;
    [STANDARD_NO_PAD.encode(&shifted), URL_SAFE_NO_PAD.encode(&shifted)].map(|text| text[inner.clone()].to_owned())
}

/// The root of this repository.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The private key of a client, RSA in PEM.
pub(crate) const ROBOT: &str = include_str!("robot.pem");

/// Its public half, as a provider knows it.
pub(crate) fn robot_key() -> Vec<u8> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let body: String = ROBOT.lines().filter(|line| !line.starts_with("-----")).collect();
    let pair = ring::rsa::KeyPair::from_pkcs8(&STANDARD.decode(body).unwrap()).unwrap();
    pair.public().as_ref().to_vec()
}
