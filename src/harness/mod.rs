//! Specs as tests of `cargo test` and `cargo nextest run`: the door for a `[[test]]` target with `harness = false`, and for a `#[test]`.
//!
//! What a person writes is [`Harness`]; `door` leads from there to an exit code, `alone` to a panic.

use std::{collections::BTreeMap, fmt, io, io::Write as _, panic::AssertUnwindSafe, process::ExitCode};

mod alone;
mod app;
mod arguments;
mod board;
mod door;
mod each;
mod environment;
mod extending;
mod failure;
mod glance;
mod junit;
mod list;
mod needed;
mod outside;
mod panicking;
mod panics;
mod run;
mod starting;
mod trials;
mod units;
mod wanted;

pub use app::App;
use app::Start;
use each::Hooks;
pub use each::SpecInfo;
use environment::Environment;

use crate::spec::Extensions;

/// Runs specs as tests.
///
/// `specs` is a folder, a file or a glob such as `specs/**/*.yaml`; it begins where the tests run, which is the folder of the package under
/// cargo. The target in `Cargo.toml` needs `harness = false`, and its `main` is this:
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     hallpass::harness("specs").base_url("http://127.0.0.1:8080").main()
/// }
/// ```
#[must_use = "nothing runs before `main` or `run`"]
pub fn harness(specs: impl Into<String>) -> Harness {
    Harness {
        specs: specs.into(),
        profile: None,
        base_url: None,
        vars: BTreeMap::new(),
        env: BTreeMap::new(),
        identities: BTreeMap::new(),
        extensions: Extensions::default(),
        jobs: None,
        app: None,
        has_two_apps: false,
        hooks: Hooks::default(),
    }
}

/// Runs one spec in a test of rustc's own harness.
///
/// ```no_run
/// #[test]
/// fn items() {
///     hallpass::spec("specs/items.yaml").base_url("http://127.0.0.1:8080").run();
/// }
/// # fn main() {}
/// ```
#[must_use = "nothing runs before `run`"]
pub fn spec(path: impl Into<String>) -> Harness {
    harness(path)
}

/// Specs that are about to run as tests; made by [`harness`] and [`spec`].
///
/// ```no_run
/// use std::net::TcpListener;
///
/// use hallpass::App;
///
/// fn main() -> std::process::ExitCode {
///     hallpass::harness("specs")
///         .var("tenant", "blue")
///         .jobs(8)
///         .app(|| async {
///             let listener = TcpListener::bind("127.0.0.1:0")?;
///             let url = format!("http://{}", listener.local_addr()?);
///             Ok(App::at(url).keep(listener))
///         })
///         .main()
/// }
/// ```
pub struct Harness {
    specs: String,
    profile: Option<String>,
    base_url: Option<String>,
    vars: BTreeMap<String, serde_json::Value>,
    env: BTreeMap<String, String>,
    /// YAML by the name of the identity.
    identities: BTreeMap<String, String>,
    extensions: Extensions,
    jobs: Option<usize>,
    app: Option<Start>,
    has_two_apps: bool,
    hooks: Hooks,
}

impl Harness {
    /// The profile of the project file to go by, where `HALLPASS_PROFILE` names none.
    ///
    /// ```
    /// let harness = hallpass::harness("specs").profile("staging");
    /// # let _ = harness;
    /// ```
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Where relative URLs begin, whatever the specs and the app say. `HALLPASS_BASE_URL` and [`Harness::before_each`] stand above it.
    ///
    /// ```
    /// let harness = hallpass::harness("specs").base_url("https://staging.example.com/v2");
    /// # let _ = harness;
    /// ```
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// A variable for every spec, read as `{{name}}`. It stands above one of the same name that the project or a spec defines.
    ///
    /// ```
    /// let harness = hallpass::harness("specs").var("tenant", "blue").var("limit", 20);
    /// # let _ = harness;
    /// ```
    #[must_use]
    pub fn var(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        self.vars.insert(name.into(), value.into());
        self
    }

    /// What specs read as `{{env.name}}`, above an environment variable of that name; a [`Harness::command`] is given it too. The
    /// environment of this process is not changed.
    ///
    /// ```
    /// let harness = hallpass::harness("specs").env("CLIENT_ID", "qa-robot");
    /// # let _ = harness;
    /// ```
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// How many specs run at once, where neither `--test-threads` nor `RUST_TEST_THREADS` says. At least 1; 32 by default.
    ///
    /// ```
    /// let harness = hallpass::harness("specs").jobs(4);
    /// # let _ = harness;
    /// ```
    #[must_use]
    pub fn jobs(mut self, count: usize) -> Self {
        self.jobs = Some(count);
        self
    }

    /// Does what the arguments of the process ask for: lists the tests or runs them.
    ///
    /// The exit code is 0 if everything that ran passed, 130 if an interrupt or the wish to terminate ended it, and 101 if something failed,
    /// nothing was found or the arguments are wrong. It never panics and never ends the process by itself.
    ///
    /// ```no_run
    /// fn main() -> std::process::ExitCode {
    ///     hallpass::harness("specs").main()
    /// }
    /// ```
    #[must_use = "return it from `main`"]
    pub fn main(self) -> ExitCode {
        let environment = Environment::of_process();
        let ended = panicking::caught(AssertUnwindSafe(|| door::enter(self, std::env::args_os(), environment)));
        match ended.unwrap_or_else(|panic| Err(format!("the harness broke off: {panic}"))) {
            Ok(code) => code,
            Err(message) => {
                tell(&format!("error: {message}"));
                ExitCode::from(FAILED)
            }
        }
    }

    /// Runs all requests within a test of rustc's own harness; arguments of the process are not read.
    ///
    /// It waits for them on a runtime of its own, so it works in `#[tokio::test]` too. An application that lives on the runtime of such a
    /// test needs a thread of it meanwhile: use `#[tokio::test(flavor = "multi_thread")]`, `tokio::task::spawn_blocking`, or hand the
    /// application to [`Harness::serve`].
    ///
    /// # Panics
    /// With everything that failed, or why nothing could be run.
    ///
    /// ```no_run
    /// #[test]
    /// fn items() {
    ///     hallpass::spec("specs/items.yaml").base_url("http://127.0.0.1:8080").run();
    /// }
    /// # fn main() {}
    /// ```
    #[track_caller]
    pub fn run(self) {
        if let Err(failures) = alone::run(self, Environment::of_process()) {
            panic!("{failures}");
        }
    }
}

impl fmt::Debug for Harness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Harness").field("specs", &self.specs).finish_non_exhaustive()
    }
}

/// The exit code of rustc's own harness for everything that is not well.
const FAILED: u8 = 101;
/// The exit code of a run that was ended from outside.
const INTERRUPTED: u8 = 130;

/// Says something beside the output. That nobody listens is not an error.
fn tell(message: &str) {
    let _ = writeln!(io::stderr(), "{message}");
}
