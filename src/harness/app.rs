//! The application that specs talk to: where it is, and what keeps it alive.

use std::{any::Any, collections::BTreeMap, error::Error, fmt, future::Future, panic::AssertUnwindSafe, pin::Pin};

use tokio::runtime::Runtime;

use crate::harness::panicking::caught;

/// Starts an application.
pub(crate) type Start = Box<dyn FnOnce() -> Starting + Send>;
type Starting = Pin<Box<dyn Future<Output = Result<App, Box<dyn Error + Send + Sync>>>>>;

/// A running application, as [`Harness::app`](crate::Harness::app) hands it to the specs.
///
/// ```
/// use hallpass::App;
///
/// let app = App::at("http://127.0.0.1:8080").env("CLIENT_SECRET", "only for tests").var("tenant", "blue");
/// # let _ = app;
/// ```
pub struct App {
    pub(crate) url: String,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) vars: BTreeMap<String, serde_json::Value>,
    /// Dropped in the opposite order.
    kept: Vec<Box<dyn Any + Send>>,
}

impl App {
    /// An application at this URL, where relative URLs of the specs begin.
    ///
    /// ```
    /// let app = hallpass::App::at("http://127.0.0.1:8080");
    /// # let _ = app;
    /// ```
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into(), env: BTreeMap::new(), vars: BTreeMap::new(), kept: Vec::new() }
    }

    /// What specs read as `{{env.name}}`, above [`Harness::env`](crate::Harness::env) and the environment of the process.
    ///
    /// ```
    /// let app = hallpass::App::at("http://127.0.0.1:8080").env("TOKEN_URL", "http://127.0.0.1:9090/token");
    /// # let _ = app;
    /// ```
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// The value of a variable, above [`Harness::var`](crate::Harness::var).
    ///
    /// Specs are loaded before the application is started, so that they can be listed without it. A variable that a spec reads must therefore be
    /// known without it too: from `vars:` of the spec or the project, or from `Harness::var`.
    ///
    /// ```
    /// use hallpass::App;
    ///
    /// let harness = hallpass::harness("specs")
    ///     .var("admin_id", 0)
    ///     .app(|| async { Ok(App::at("http://127.0.0.1:8080").var("admin_id", 4711)) });
    /// # let _ = harness;
    /// ```
    #[must_use]
    pub fn var(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        self.vars.insert(name.into(), value.into());
        self
    }

    /// Keeps a value until the last case has ended: a server that stops, a container that is removed, a folder that is deleted when it is
    /// dropped. Several are dropped in the opposite order, while the runtime still works.
    ///
    /// ```
    /// use std::net::TcpListener;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let listener = TcpListener::bind("127.0.0.1:0")?;
    /// let app = hallpass::App::at(format!("http://{}", listener.local_addr()?)).keep(listener);
    /// # let _ = app;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn keep(mut self, guard: impl Any + Send) -> Self {
        self.kept.push(Box::new(guard));
        self
    }

    /// Starts an application on the runtime.
    ///
    /// # Errors
    /// Why it did not start, with every cause, or the words of its panic.
    pub(crate) fn start(start: Start, runtime: &Runtime) -> Result<Self, String> {
        match caught(AssertUnwindSafe(|| runtime.block_on(async { start().await }))) {
            Ok(started) => started.map_err(|error| format!("the app did not start: {}", with_causes(error.as_ref()))),
            Err(panic) => Err(format!("the app panicked while it started: {panic}")),
        }
    }

    /// Lets go of what was kept. Not within the runtime, where a guard could not wait for anything, but beside it.
    ///
    /// # Errors
    /// The words of the first panic; the other guards are dropped all the same.
    pub(crate) fn stop(self, runtime: &Runtime) -> Result<(), String> {
        let _beside = runtime.enter();
        let mut ended = Ok(());
        for guard in self.kept.into_iter().rev() {
            let dropped = caught(AssertUnwindSafe(|| drop(guard)));
            ended = ended.and(dropped.map_err(|panic| format!("the app panicked while it stopped: {panic}")));
        }
        ended
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("url", &self.url).finish_non_exhaustive()
    }
}

fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    fn runtime() -> Runtime {
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
    }

    fn start(work: impl Future<Output = Result<App, Box<dyn Error + Send + Sync>>> + Send + 'static) -> Start {
        Box::new(move || Box::pin(work))
    }

    #[test]
    fn an_app_that_does_not_start_says_why() {
        let runtime = runtime();
        let refused = start(async { Err("port 80 is taken".into()) });
        assert_eq!(App::start(refused, &runtime).unwrap_err(), "the app did not start: port 80 is taken");
        let panics: Start = Box::new(|| panic!("no database"));
        assert_eq!(App::start(panics, &runtime).unwrap_err(), "the app panicked while it started: no database");
        let later = start(async { panic!("no table") });
        assert_eq!(App::start(later, &runtime).unwrap_err(), "the app panicked while it started: no table");
    }

    #[test]
    fn guards_are_dropped_last_first_even_if_one_panics() {
        struct Guard(&'static str, Arc<Mutex<Vec<&'static str>>>);
        impl Drop for Guard {
            fn drop(&mut self) {
                self.1.lock().unwrap().push(self.0);
                assert_ne!(self.0, "second", "stuck");
            }
        }
        let dropped = Arc::new(Mutex::new(Vec::new()));
        let guard = |name| Guard(name, Arc::clone(&dropped));
        // A runtime may not be dropped within another one.
        let app = App::at("http://a").keep(guard("first")).keep(guard("second")).keep(runtime()).keep(guard("third"));
        let said = app.stop(&runtime()).unwrap_err();
        assert!(said.starts_with("the app panicked while it stopped: ") && said.contains("stuck"), "{said}");
        assert_eq!(*dropped.lock().unwrap(), ["third", "second", "first"]);
    }
}
