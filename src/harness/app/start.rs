//! How an application is started.

use std::{collections::BTreeMap, future::Future, panic::AssertUnwindSafe, pin::Pin};

use tokio::runtime::Runtime;

use crate::harness::{
    app::{AnyError, App, kept::Kept, process::Process, with_causes},
    panicking::caught,
};
use crate::run::Stop;

/// What starts an application.
pub(crate) enum Start {
    /// A closure of the person who runs the specs.
    Closure(Box<dyn FnOnce() -> Starting + Send>),
    /// A command with `{port}` in it.
    Command(String),
}

type Starting = Pin<Box<dyn Future<Output = Result<App, AnyError>>>>;

impl Start {
    /// A closure.
    pub(crate) fn closure<F, Begun>(start: F) -> Self
    where
        F: FnOnce() -> Begun + Send + 'static,
        Begun: Future<Output = Result<App, AnyError>> + 'static,
    {
        Self::Closure(Box::new(move || Box::pin(start())))
    }

    /// Starts the application on the runtime. `env` is what a process is given beside the environment.
    ///
    /// # Errors
    /// Why it did not start, with every cause, or the words of its panic.
    pub(crate) fn run(self, env: &BTreeMap<String, String>, stop: &Stop, runtime: &Runtime) -> Result<App, String> {
        let started = async {
            tokio::select! {
                biased;
                () = stop.wanted() => Err("interrupted while the app started".to_owned()),
                app = self.started(env) => app.map_err(|why| format!("the app did not start: {why}")),
            }
        };
        let started = caught(AssertUnwindSafe(|| runtime.block_on(started)));
        started.unwrap_or_else(|panic| Err(format!("the app panicked while it started: {panic}")))
    }

    async fn started(self, env: &BTreeMap<String, String>) -> Result<App, String> {
        match self {
            Self::Closure(start) => start().await.map_err(|error| with_causes(error.as_ref())),
            Self::Command(line) => {
                let (process, port) = Process::start(&line, env).await?;
                let url = format!("http://127.0.0.1:{port}");
                Ok(App { kept: vec![Kept::Process(Box::new(process))], ..App::at(url) })
            }
        }
    }
}
