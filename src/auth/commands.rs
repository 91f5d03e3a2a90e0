//! What the commands of a run printed for values of identities: each command runs once, whoever reads it.

use std::{
    collections::HashMap,
    fmt,
    path::Path,
    process::Output,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::OnceCell;

use crate::auth::{
    process::{self, NoOutput},
    render::Rendering,
    unready::{Unready, unready},
};
use crate::clock::Clock;
use crate::secret::Secret;
use crate::spec::auth::{Command, Given};

/// No secret is longer than this many bytes.
const LARGEST: usize = 1024 * 1024;
/// What a command prints is never repeated.
const UNTOLD: &str = "run it by hand to see why: what it prints may be secret and is not shown";

/// What the commands of a run printed, by program and arguments.
#[derive(Default)]
pub(crate) struct Commands(Mutex<HashMap<Vec<String>, Arc<OnceCell<Printed>>>>);

/// What a command printed, or what went wrong and its cure.
type Printed = Result<Secret, (String, &'static str)>;

impl Commands {
    /// Runs a command in a folder unless it ran before; whoever needs it meanwhile waits.
    pub(crate) async fn run(&self, argv: &[String], folder: &Path, clock: &Clock) {
        let cell = self.cell(argv);
        cell.get_or_init(|| async { printed(argv, process::run(argv, folder, clock).await) }).await;
    }

    /// What a command printed.
    ///
    /// # Errors
    /// It failed.
    pub(crate) fn output(&self, argv: &[String], command: &Command) -> Result<Secret, Unready> {
        match self.cell(argv).get() {
            Some(Ok(secret)) => Ok(secret.clone()),
            Some(Err((message, help))) => Err(unready(message, &command.place).help(*help)),
            None => Err(unready(format!("the command `{}` has not run", program(argv)), &command.place)),
        }
    }

    fn cell(&self, argv: &[String]) -> Arc<OnceCell<Printed>> {
        let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(cells.entry(argv.to_vec()).or_default())
    }
}

impl fmt::Debug for Commands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Commands")
    }
}

/// Program and arguments with their values; what comes from the environment or a file is secret, and a command that fails may repeat it.
///
/// # Errors
/// A variable or file that is missing, an empty program.
pub(crate) fn argv(given: &[Given], key: &str, rendering: &mut Rendering<'_>) -> Result<Vec<String>, Unready> {
    let argument = |it: &Given, rendering: &mut Rendering<'_>| match it {
        Given::Text(_) => rendering.value(it),
        _ => Ok(rendering.secret(it, key)?.expose().to_owned()),
    };
    let argv: Vec<_> = given.iter().map(|it| argument(it, rendering)).collect::<Result<_, _>>()?;
    match (argv.first(), given.first()) {
        (Some(program), Some(first)) if program.is_empty() => {
            Err(unready(format!("the program of `{key}` is empty"), first.place()))
        }
        _ => Ok(argv),
    }
}

fn printed(argv: &[String], ended: Result<Output, NoOutput>) -> Printed {
    let wrong = |what: &str, help| (format!("the command `{}` {what}", program(argv)), help);
    let output = ended.map_err(|why| {
        let (what, help) = why.told();
        wrong(&what, help)
    })?;
    if !output.status.success() {
        return Err(wrong(&format!("ended with {}", output.status), UNTOLD));
    }
    if output.stdout.len() > LARGEST {
        return Err(wrong("printed more than 1 MiB", UNTOLD));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| wrong("printed something that is not UTF-8", UNTOLD))?;
    match text.trim_end_matches(['\n', '\r']) {
        "" => Err(wrong("printed nothing", "does it write to its standard output?")),
        text => Ok(Secret::new(text)),
    }
}

fn program(argv: &[String]) -> &str {
    argv.first().map_or("", String::as_str)
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::SystemTime;

    use super::*;

    async fn run(argv: &[&str]) -> Printed {
        let argv: Vec<_> = argv.iter().map(|it| (*it).to_owned()).collect();
        printed(&argv, process::run(&argv, Path::new("/"), &Clock::system()).await)
    }

    #[tokio::test]
    async fn what_a_command_prints_is_taken_without_the_line_break_at_its_end() {
        for (text, expected) in [("a b\\n", "a b"), ("a\\nb\\r\\n\\n", "a\nb"), (" a ", " a ")] {
            assert_eq!(run(&["printf", text]).await.unwrap().expose(), expected);
        }
    }

    #[tokio::test]
    async fn what_fails_is_told_without_what_was_printed() {
        let rows = [
            (
                vec!["sh", "-c", "echo tell-tale; echo tell-tale >&2; exit 3"],
                "the command `sh` ended with exit status: 3",
            ),
            (vec!["no-such-program-anywhere"], "the command `no-such-program-anywhere` could not be run: "),
            (vec!["true"], "the command `true` printed nothing"),
            (vec!["printf", "\\377"], "the command `printf` printed something that is not UTF-8"),
            (vec!["head", "-c", "1048577", "/dev/zero"], "the command `head` printed more than 1 MiB"),
        ];
        for (argv, expected) in rows {
            let (message, help) = run(&argv).await.unwrap_err();
            assert!(message.starts_with(expected), "{message}");
            assert!(!message.contains("tell-tale") && !help.is_empty());
        }
    }

    #[tokio::test]
    async fn a_command_that_takes_too_long_is_ended() {
        let clock = Clock::manual(SystemTime::UNIX_EPOCH);
        let argv = ["sleep", "600"].map(str::to_owned);
        let ended = process::run(&argv, Path::new("/"), &clock).await;
        assert_eq!(clock.now().mono.as_secs(), 30);
        assert_eq!(printed(&argv, ended).unwrap_err().0, "the command `sleep` took longer than 30s");
    }

    #[tokio::test]
    async fn a_command_runs_once_for_all() {
        let folder = tempfile::tempdir().unwrap();
        let commands = Arc::new(Commands::default());
        let argv = ["sh", "-c", "echo run >> diary; cat diary"].map(str::to_owned);
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (commands, argv, folder) = (Arc::clone(&commands), argv.clone(), folder.path().to_owned());
                tokio::spawn(async move { commands.run(&argv, &folder, &Clock::system()).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(std::fs::read_to_string(folder.path().join("diary")).unwrap(), "run\n");
    }
}
