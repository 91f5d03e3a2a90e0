//! The run behind the tests: one thread that starts the app, sends everything and lets go of the app.

use std::{
    collections::{BTreeMap, HashSet},
    panic::AssertUnwindSafe,
    sync::Arc,
    thread,
    time::Duration,
};

use tokio::runtime::{Builder, Runtime};

use crate::clock::Clock;
use crate::harness::{
    app::{App, Start},
    board::{Board, Judge},
    each::{Hooks, Troubles},
    environment::Environment,
    failure,
    panicking::caught,
};
use crate::http::Opened;
use crate::json::Json;
use crate::outcome::{Outcome, Verdict};
use crate::plan::Plan;
use crate::project::Project;
use crate::run::{Settings, Stop, Watcher, World, run, signal};

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
    pub(crate) hooks: Hooks,
    /// Whether a person added helpers or matchers.
    pub(crate) has_words: bool,
    pub(crate) judge: Judge,
    /// What ends the run early.
    pub(crate) stop: Stop,
    pub(crate) signals: Signals,
}

/// Whose matter an interrupt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signals {
    /// It ends the run.
    Ours,
    /// Somebody else runs this process.
    Theirs,
}

/// A run under way.
#[derive(Debug)]
#[must_use = "its app is let go of at its end"]
pub(crate) struct Running(thread::JoinHandle<Result<(), String>>, Stop);

impl Job {
    /// Begins the run. Outcomes are pinned to the board, which is closed at the end, whatever happens.
    ///
    /// # Errors
    /// There is no further thread.
    pub(crate) fn begin(self, board: &Arc<Board>) -> Result<Running, String> {
        let (board, stop) = (Arc::clone(board), self.stop.clone());
        let work = move || {
            let ended = caught(AssertUnwindSafe(|| self.work(&board)));
            let ended = ended.unwrap_or_else(|panic| Err(format!("the run broke off: {panic}")));
            board.close(ended.clone().err().unwrap_or_else(|| "the run ended without it".to_owned()));
            ended
        };
        let thread = thread::Builder::new().name("hallpass".to_owned()).spawn(work);
        thread.map(|thread| Running(thread, stop)).map_err(|error| format!("no thread could be started: {error}"))
    }

    fn work(self, board: &Arc<Board>) -> Result<(), String> {
        let mut builder = if self.is_small() { Builder::new_current_thread() } else { Builder::new_multi_thread() };
        let runtime = builder.enable_all().build();
        let runtime = runtime.map_err(|error| format!("no runtime could be started: {error}"))?;
        let ended = caught(AssertUnwindSafe(|| self.on(&runtime, board)));
        runtime.shutdown_timeout(PATIENCE);
        ended.unwrap_or_else(|panic| Err(format!("the run broke off: {panic}")))
    }

    /// Whether one thread is enough: for one spec, if nothing that a person wrote runs on it, which may block. Under nextest every process is so.
    fn is_small(&self) -> bool {
        let is_ours = matches!(self.app, None | Some(Start::Command(_))) && !self.hooks.has_any();
        is_ours && self.plan.specs.len() <= 1 && !self.has_words
    }

    fn on(mut self, runtime: &Runtime, board: &Arc<Board>) -> Result<(), String> {
        let stop = self.stop.clone();
        if self.signals == Signals::Ours {
            let signal = {
                let _inside = runtime.enter();
                signal()
            };
            runtime.spawn(stop_at_signal(stop.clone(), signal));
        }
        let app = self.app.take().map(|start| start.run(&self.env, &stop, runtime)).transpose()?;
        let all = async {
            tokio::select! {
                sent = self.send(app.as_ref(), board) => sent,
                () = given_up(&stop) => Err("interrupted, and not everything was cleared away in time".to_owned()),
            }
        };
        let sent = caught(AssertUnwindSafe(|| runtime.block_on(all)));
        let stopped = app.map_or(Ok(()), |app| runtime.block_on(app.end()));
        sent.unwrap_or_else(|panic| Err(format!("the run broke off: {panic}"))).and(stopped)
    }

    /// Runs the plan.
    ///
    /// # Errors
    /// What failed that no test tells of: in a `teardown`, after a run of a spec.
    async fn send(self, app: Option<&App>, board: &Arc<Board>) -> Result<(), String> {
        let (mut settings, look, untold) = (self.settings, self.judge.look, self.judge.untold.clone());
        if let Some(app) = app {
            let vars = app.vars.iter().filter(|(name, _)| !self.fixed.contains(*name));
            settings.vars.extend(vars.map(|(name, value)| (name.clone(), Json::from_serde(value.clone()))));
        }
        let env = self.environment.with(std::iter::once(&self.env).chain(app.map(|app| &app.env)));
        let troubles = Troubles::default();
        let mut world = World::new(self.project, env, settings);
        let asked = app.and_then(|app| app.server.clone()).map(|server| world.http.inside().open(server));
        let url = || app.and_then(|app| app.url.clone()).or_else(|| asked.as_ref().map(Opened::url));
        world.settings.base_url = world.settings.base_url.take().or_else(url);
        (world.stop, world.around) = (self.stop, self.hooks.around(&troubles, world.http.inside()));
        let world = Arc::new(world);
        let watcher: Watcher = Arc::new({
            let (judge, board, redactor) = (self.judge, Arc::clone(board), world.redactor.clone());
            move |outcome: &Outcome| judge.pin(outcome, &redactor, &board)
        });
        let outcomes = run(self.plan, &world, &watcher).await.outcomes;
        let failed =
            |it: &&Outcome| matches!(it.verdict, Verdict::Failed | Verdict::Error) && untold.contains(&it.case.id());
        let told = outcomes.iter().filter(failed).map(|it| failure::of_case(it, &world.redactor, look));
        let told: Vec<_> = told.chain(troubles.take().iter().map(|it| world.redactor.redact(it).into())).collect();
        if told.is_empty() { Ok(()) } else { Err(told.join("\n\n")) }
    }
}

async fn stop_at_signal(stop: Stop, signal: impl Future<Output = ()>) {
    signal.await;
    stop.now();
}

/// Waits until the run was to end and then had its time, or a second signal came.
async fn given_up(stop: &Stop) {
    stop.wanted().await;
    let clock = Clock::system();
    tokio::select! {
        () = signal() => {}
        () = clock.sleep(CLEARING) => {}
    }
}

impl Running {
    /// Whether a signal ended it.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.1.is_wanted()
    }

    /// Waits for the end, when the app has been let go of.
    ///
    /// # Errors
    /// What went wrong with the run as a whole.
    pub(crate) fn end(self) -> Result<(), String> {
        self.0.join().unwrap_or_else(|_| Err("the run broke off".to_owned()))
    }
}

/// How long a run that was interrupted may clear away what it set up.
const CLEARING: Duration = Duration::from_secs(10);
/// How long work that blocks a thread may take after the last case.
const PATIENCE: Duration = Duration::from_secs(5);
