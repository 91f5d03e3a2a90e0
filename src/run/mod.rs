//! From cases to outcomes: specs side by side under one limit, the cases of a spec in order.
//!
//! What a case may use is in [`World`], made once in a door and passed by reference.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::Notify;

use crate::auth::{Sharing, Store, Tokens};
use crate::clock::Clock;
use crate::http::Http;
use crate::json::Json;
use crate::outcome::{Outcome, Run, Verdict};
use crate::plan::{Plan, SpecPlan};
use crate::project::Project;
use crate::secret::Redactor;
use crate::template::Files;

mod again;
mod around;
mod case;
mod commands;
mod fragment;
mod hide;
mod identities;
mod judge;
mod scope;
mod send;
mod signal;
mod snapshot;
mod spec;
mod wire;

pub(crate) use around::{Around, Each, End, Fresh};
pub(crate) use case::Cause;
pub(crate) use identities::Identities;
pub(crate) use signal::signal;
use spec::SpecRun;

/// Everything that cases share.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) http: Http,
    pub(crate) tokens: Tokens,
    pub(crate) clock: Clock,
    pub(crate) redactor: Redactor,
    pub(crate) project: Project,
    /// The environment, read once by the door.
    pub(crate) env: Json<'static>,
    pub(crate) files: Files,
    pub(crate) settings: Settings,
    pub(crate) stop: Stop,
    /// The snapshots that were written.
    written: Mutex<Vec<PathBuf>>,
    /// What is done before each run of a spec.
    pub(crate) around: Option<Around>,
}

impl World {
    /// A world for one run. `env` are the variables of the environment, as an object.
    pub(crate) fn new(project: Project, env: Json<'static>, settings: Settings) -> Self {
        let (clock, redactor) = (Clock::system(), Redactor::new());
        let files = Files { root: project.root.clone(), folder: project.root.path().to_owned() };
        let http = Http::new(clock.clone(), wire::settings(&project.http, &env, &files, &redactor));
        let store = Store::new(settings.sharing.clone(), project.root.path(), clock.clone());
        let world = Self {
            tokens: Tokens::new(http.clone(), clock.clone(), redactor.clone(), store),
            files,
            stop: Stop::default(),
            written: Mutex::default(),
            around: None,
            http,
            clock,
            redactor,
            project,
            env,
            settings,
        };
        hide::hide(&world);
        world
    }

    /// Notes that a snapshot was written.
    fn wrote(&self, path: PathBuf) {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).push(path);
    }

    /// The snapshots that were written so far, by their paths below the project's root, in order and each once.
    pub(crate) fn written(&self) -> Vec<String> {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let below = |path: &PathBuf| path.strip_prefix(self.project.root.path()).unwrap_or(path).display().to_string();
        let names: BTreeSet<String> = written.iter().map(below).collect();
        names.into_iter().collect()
    }
}

/// What the door decided.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Overrides the `base_url` of every spec.
    pub(crate) base_url: Option<String>,
    /// Override variables of the same name.
    pub(crate) vars: BTreeMap<String, Json<'static>>,
    /// How many specs run at once, at least 1.
    pub(crate) jobs: usize,
    /// How long an exchange may take where the spec does not say.
    pub(crate) timeout: Duration,
    /// After how many cases that did not pass no more are started.
    pub(crate) fail_fast: Option<usize>,
    /// What random values come from.
    pub(crate) seed: u64,
    /// Unique to the run.
    pub(crate) id: String,
    /// Whether commands may be run for tokens, also where the project does not allow it.
    pub(crate) allow_exec: bool,
    /// How much of the exchanges of cases that passed is kept.
    pub(crate) keep: Keep,
    /// Whether snapshots are kept anew where they differ.
    pub(crate) update_snapshots: bool,
    /// What the door says about sharing tokens with other processes.
    pub(crate) sharing: Sharing,
}

/// How much evidence outlives its case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Only that of cases that did not pass.
    Failures,
    /// Everything: a report shows it.
    Everything,
}

/// How long an exchange may take by default.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// How many specs run at once by default.
pub(crate) const DEFAULT_JOBS: usize = 32;

/// The wish to end a run early, from a signal or from `--fail-fast`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop(Arc<(AtomicBool, Notify)>);

impl Stop {
    /// Ends the run: exchanges under way are given up, cases not yet begun are not run.
    pub(crate) fn now(&self) {
        self.0.0.store(true, Ordering::Release);
        self.0.1.notify_waiters();
    }

    /// Whether the run is to end.
    pub(crate) fn is_wanted(&self) -> bool {
        self.0.0.load(Ordering::Acquire)
    }

    /// Waits until the run is to end.
    pub(crate) async fn wanted(&self) {
        let notified = self.0.1.notified();
        tokio::pin!(notified);
        notified.as_mut().enable();
        if !self.is_wanted() {
            notified.await;
        }
    }
}

/// Told of every outcome as soon as it is there, from any thread.
pub(crate) type Watcher = Arc<dyn Fn(&Outcome) + Send + Sync>;

/// Runs a plan.
pub(crate) async fn run(plan: Plan, world: &Arc<World>, watcher: &Watcher) -> Run {
    let began = world.clock.now();
    let shared = Arc::new(Shared {
        specs: plan.specs.into_iter().map(Arc::new).collect(),
        next: AtomicUsize::new(0),
        bad: AtomicUsize::new(0),
        done: Mutex::new(BTreeMap::new()),
    });
    let workers: Vec<_> = (0..world.settings.jobs.min(shared.specs.len()))
        .map(|_| tokio::spawn(worker(Arc::clone(&shared), Arc::clone(world), Arc::clone(watcher))))
        .collect();
    for worker in workers {
        if let Err(error) = worker.await
            && error.is_panic()
        {
            std::panic::resume_unwind(error.into_panic());
        }
    }
    let mut done = shared.done.lock().unwrap_or_else(PoisonError::into_inner);
    Run {
        id: world.settings.id.clone(),
        started_at: began.wall,
        duration: world.clock.now().mono.saturating_sub(began.mono),
        seed: world.settings.seed,
        profile: world.project.profile.as_ref().map(|profile| profile.name.clone()),
        shard: None,
        outcomes: std::mem::take(&mut *done).into_values().flatten().collect(),
        broken: plan.broken,
        auth: world.tokens.summary(),
        interrupted: world.stop.is_wanted(),
    }
}

/// What the workers of a run share.
struct Shared {
    specs: Vec<Arc<SpecPlan>>,
    /// The next spec that nobody has taken.
    next: AtomicUsize,
    /// Cases that did not pass.
    bad: AtomicUsize,
    /// Outcomes by the index of their spec.
    done: Mutex<BTreeMap<usize, Vec<Outcome>>>,
}

impl Shared {
    /// Notes an outcome; whether the run goes on.
    fn goes_on_after(&self, outcome: &Outcome, world: &World) -> bool {
        let bad = usize::from(matches!(outcome.verdict, Verdict::Failed | Verdict::Error));
        let bad = self.bad.fetch_add(bad, Ordering::Relaxed) + bad;
        world.settings.fail_fast.is_none_or(|limit| bad < limit)
    }

    fn is_over(&self, world: &World) -> bool {
        let enough = |limit| self.bad.load(Ordering::Relaxed) >= limit;
        world.stop.is_wanted() || world.settings.fail_fast.is_some_and(enough)
    }
}

/// Takes one spec after the other until none is left.
async fn worker(shared: Arc<Shared>, world: Arc<World>, watcher: Watcher) {
    loop {
        let index = shared.next.fetch_add(1, Ordering::Relaxed);
        let Some(spec) = shared.specs.get(index) else { return };
        let outcomes = one_spec(spec, &shared, &world, &watcher).await;
        shared.done.lock().unwrap_or_else(PoisonError::into_inner).insert(index, outcomes);
    }
}

async fn one_spec(spec: &SpecPlan, shared: &Shared, world: &World, watcher: &Watcher) -> Vec<Outcome> {
    let nothing = || (Fresh::default(), None);
    let begun = if shared.is_over(world) { Ok(nothing()) } else { around::before(spec, world).await };
    let (refused, (fresh, end)) = match begun {
        Ok(given) => (None, given),
        Err(cause) => (Some(cause), nothing()),
    };
    let outcomes = cases(SpecRun::new(spec, world, &fresh), refused.as_ref(), shared, watcher).await;
    if let Some(end) = end {
        end(outcomes.iter().any(|it| matches!(it.verdict, Verdict::Failed | Verdict::Error))).await;
    }
    outcomes
}

/// Runs the cases of a spec, in order, unless something refused that.
async fn cases(mut run: SpecRun<'_>, refused: Option<&Cause>, shared: &Shared, watcher: &Watcher) -> Vec<Outcome> {
    let (spec, world) = (run.plan, run.world);
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(spec.cases.len());
    let mut has_begun = false;
    for case in &spec.cases {
        let is_teardown = spec.is_teardown(case);
        if is_teardown {
            run.do_not_stop();
        }
        let runs = !shared.is_over(world) || (is_teardown && has_begun);
        let mut outcome = match (refused, runs) {
            (Some(cause), _) => run.refused(case, cause),
            (None, true) => run.case(case, &outcomes).await,
            (None, false) => run.not_run(case),
        };
        has_begun |= runs;
        watcher(&outcome);
        shared.goes_on_after(&outcome, world);
        if outcome.verdict == Verdict::Passed && world.settings.keep == Keep::Failures {
            outcome.exchanges = Vec::new();
        }
        outcomes.push(outcome);
    }
    outcomes
}
