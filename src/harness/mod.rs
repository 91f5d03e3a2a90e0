//! Specs as tests of `cargo test` and `cargo nextest run`: the door for a `[[test]]` target with `harness = false`.
//!
//! What a person writes is [`Harness`]; `door` leads from there to an exit code.

use std::{
    collections::BTreeMap, error::Error, fmt, future::Future, io, io::Write as _, panic::AssertUnwindSafe,
    process::ExitCode,
};

mod app;
mod arguments;
mod board;
mod door;
mod environment;
mod failure;
mod list;
mod outside;
mod panicking;
mod run;
mod trials;
mod units;
mod wanted;

pub use app::App;
use app::Start;
use environment::Environment;

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
#[must_use = "nothing runs before `main`"]
pub fn harness(specs: impl Into<String>) -> Harness {
    Harness {
        specs: specs.into(),
        profile: None,
        base_url: None,
        vars: BTreeMap::new(),
        env: BTreeMap::new(),
        jobs: None,
        app: None,
    }
}

/// Specs that are about to run as tests; made by [`harness`].
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
    jobs: Option<usize>,
    app: Option<Start>,
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

    /// Where relative URLs begin, whatever the specs and the app say; `HALLPASS_BASE_URL` stands above it.
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

    /// What specs read as `{{env.name}}`, above an environment variable of that name. The environment of the process is not changed.
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

    /// Starts the application that the specs talk to.
    ///
    /// It is started once, on the runtime that sends the requests, and only if a case is to run: not for `--list`, not when the filters leave
    /// nothing over. What the [`App`] keeps is dropped after the last case. If it fails or panics, every case that was to run fails with its
    /// message and nothing is sent.
    ///
    /// ```
    /// use hallpass::App;
    ///
    /// let harness = hallpass::harness("specs").app(|| async {
    ///     let url = std::env::var("SHOP_URL")?;
    ///     Ok(App::at(url))
    /// });
    /// # let _ = harness;
    /// ```
    #[must_use]
    pub fn app<F, Starting>(mut self, start: F) -> Self
    where
        F: FnOnce() -> Starting + Send + 'static,
        Starting: Future<Output = Result<App, Box<dyn Error + Send + Sync>>> + 'static,
    {
        self.app = Some(Box::new(move || Box::pin(start())));
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
    /// The exit code is 0 if everything that ran passed, and 101 if something failed, nothing was found or the arguments are wrong. It never
    /// panics and never ends the process by itself.
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
}

impl fmt::Debug for Harness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Harness").field("specs", &self.specs).finish_non_exhaustive()
    }
}

/// The exit code of rustc's own harness for everything that is not well.
const FAILED: u8 = 101;

/// Says something beside the output. That nobody listens is not an error.
fn tell(message: &str) {
    let _ = writeln!(io::stderr(), "{message}");
}
