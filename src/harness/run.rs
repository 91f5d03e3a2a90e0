//! The run behind the tests: one thread that starts the app, sends everything and lets go of the app.

use std::{
    collections::{BTreeMap, HashSet},
    panic::AssertUnwindSafe,
    sync::Arc,
    thread,
    time::Duration,
};

use tokio::runtime::{Builder, Runtime};

use crate::harness::{
    app::{App, Start},
    board::{Board, Judge},
    environment::Environment,
    failure,
    panicking::caught,
};
use crate::json::Json;
use crate::outcome::{Outcome, Verdict};
use crate::plan::Plan;
use crate::project::Project;
use crate::run::{Settings, Watcher, World, run};

/// Everything that a run needs.
pub(crate) struct Job {
    pub(crate) plan: Plan,
    pub(crate) project: Project,
    pub(crate) settings: Settings,
    /// Variables that the app does not give another value.
    pub(crate) fixed: HashSet<String>,
    pub(crate) environment: Environment,
    /// Stand above the environment.
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) app: Option<Start>,
    pub(crate) judge: Judge,
}

/// A run under way.
#[derive(Debug)]
#[must_use = "its app is let go of at its end"]
pub(crate) struct Running(thread::JoinHandle<Result<(), String>>);

impl Job {
    /// Begins the run. Outcomes are pinned to the board, which is closed at the end, whatever happens.
    ///
    /// # Errors
    /// There is no further thread.
    pub(crate) fn begin(self, board: &Arc<Board>) -> Result<Running, String> {
        let board = Arc::clone(board);
        let work = move || {
            let ended = caught(AssertUnwindSafe(|| self.work(&board)));
            let ended = ended.unwrap_or_else(|panic| Err(format!("the run broke off: {panic}")));
            board.close(ended.clone().err().unwrap_or_else(|| "the run ended without it".to_owned()));
            ended
        };
        let thread = thread::Builder::new().name("hallpass".to_owned()).spawn(work);
        thread.map(Running).map_err(|error| format!("no thread could be started: {error}"))
    }

    fn work(self, board: &Arc<Board>) -> Result<(), String> {
        let runtime = Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("no runtime could be started: {error}"))?;
        let ended = caught(AssertUnwindSafe(|| self.on(&runtime, board)));
        runtime.shutdown_timeout(PATIENCE);
        ended.unwrap_or_else(|panic| Err(format!("the run broke off: {panic}")))
    }

    fn on(mut self, runtime: &Runtime, board: &Arc<Board>) -> Result<(), String> {
        let app = self.app.take().map(|start| App::start(start, runtime)).transpose()?;
        let sent = caught(AssertUnwindSafe(|| runtime.block_on(self.send(app.as_ref(), board))));
        let stopped = app.map_or(Ok(()), |app| app.stop(runtime));
        sent.unwrap_or_else(|panic| Err(format!("the run broke off: {panic}"))).and(stopped)
    }

    /// Runs the plan.
    ///
    /// # Errors
    /// What failed in a `teardown` that no test tells of.
    async fn send(self, app: Option<&App>, board: &Arc<Board>) -> Result<(), String> {
        let (mut settings, look, untold) = (self.settings, self.judge.look, self.judge.untold.clone());
        if let Some(app) = app {
            settings.base_url.get_or_insert_with(|| app.url.clone());
            let vars = app.vars.iter().filter(|(name, _)| !self.fixed.contains(*name));
            settings.vars.extend(vars.map(|(name, value)| (name.clone(), Json::from_serde(value.clone()))));
        }
        let env = self.environment.with(std::iter::once(&self.env).chain(app.map(|app| &app.env)));
        let world = Arc::new(World::new(self.project, env, settings));
        let watcher: Watcher = Arc::new({
            let (judge, board, redactor) = (self.judge, Arc::clone(board), world.redactor.clone());
            move |outcome: &Outcome| judge.pin(outcome, &redactor, &board)
        });
        let outcomes = run(self.plan, &world, &watcher).await.outcomes;
        let failed =
            |it: &&Outcome| matches!(it.verdict, Verdict::Failed | Verdict::Error) && untold.contains(&it.case.id());
        let told: Vec<_> =
            outcomes.iter().filter(failed).map(|it| failure::of_case(it, &world.redactor, look)).collect();
        if told.is_empty() { Ok(()) } else { Err(told.join("\n\n")) }
    }
}

impl Running {
    /// Waits for the end, when the app has been let go of.
    ///
    /// # Errors
    /// What went wrong with the run as a whole.
    pub(crate) fn end(self) -> Result<(), String> {
        self.0.join().unwrap_or_else(|_| Err("the run broke off".to_owned()))
    }
}

/// How long work that blocks a thread may take after the last case.
const PATIENCE: Duration = Duration::from_secs(5);
