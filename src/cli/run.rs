//! `hallpass run`: specs are checked, then run; results are printed and reports written whatever happened.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use clap::{ArgAction, Args};

use crate::auth::Sharing;
use crate::cli::{
    exit::Exit,
    output::Output,
    progress::Progress,
    reports::{self, ReportArgument},
    session::{CaseArguments, Session, Wrong},
    settings::{self, InputArguments, TokenArguments},
};
use crate::json::Json;
use crate::outcome::{BrokenFile, Run, Verdict};
use crate::plan::Plan;
use crate::project::{FILE, Project};
use crate::report::{Terminal, Verbosity};
use crate::run;
use crate::run::{DEFAULT_JOBS, DEFAULT_TIMEOUT, Keep, Settings, Stop, World, signal};

#[derive(Debug, Args)]
pub(super) struct RunArguments {
    #[command(flatten)]
    pub(super) cases: CaseArguments,
    #[command(flatten)]
    pub(super) input: InputArguments,
    #[command(flatten)]
    pub(super) how: HowArguments,
}

/// How cases are run and told of.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct HowArguments {
    /// How many specs run at once, which is also the load on the API under test [default: the project's `jobs`, else 32]
    #[arg(short, long, value_name = "N", env = "HALLPASS_JOBS", value_parser = jobs)]
    pub(super) jobs: Option<usize>,
    /// Start no more cases after N that did not pass [N: 1]
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "1", value_parser = jobs)]
    pub(super) fail_fast: Option<usize>,
    /// How long an exchange may take, whatever `defaults` and `timeouts` say; a request's own `timeout` stays [default: 30s]
    #[arg(long, value_name = "DURATION", env = "HALLPASS_TIMEOUT", value_parser = settings::duration)]
    pub(super) timeout: Option<Duration>,
    /// Repeats the random values of an earlier run
    #[arg(long, value_name = "N", env = "HALLPASS_SEED")]
    pub(super) seed: Option<u64>,
    #[command(flatten)]
    pub(super) tokens: TokenArguments,
    /// Also write a report: `json=PATH` or `junit=PATH`; may be given several times
    #[arg(long = "report", value_name = "FORMAT=PATH")]
    reports: Vec<ReportArgument>,
    /// Keep answers as snapshots where they differ from those that were kept, or none was
    #[arg(long, env = "HALLPASS_UPDATE", value_parser = clap::builder::FalseyValueParser::new())]
    update: bool,
    /// Tell more: a line per case, headers and bodies of failures; twice: of everything
    #[arg(short, long, action = ArgAction::Count)]
    verbose: u8,
}

impl HowArguments {
    /// The formats and paths of the reports that were asked for.
    pub(super) fn report_settings(&self) -> Vec<(String, String)> {
        self.reports.iter().map(ReportArgument::shown).collect()
    }

    fn verbosity(&self) -> Verbosity {
        Verbosity::of_flags(self.verbose)
    }
}

/// Runs specs.
pub(super) fn run(arguments: &RunArguments, output: Output) -> Result<Exit, Wrong> {
    let outside = arguments.input.outside(arguments.how.timeout)?;
    let session = Session::open(Path::new("."), &arguments.cases, &outside)?;
    let env = arguments.input.environment(&session.project, &[])?;
    let sharing = arguments.how.tokens.sharing()?;
    let of = Given { base_url: arguments.input.base_url.clone(), vars: outside.vars, env, sharing };
    Ok(session_run(session, of, &arguments.how, output)?.exit)
}

/// What comes from outside of the project.
pub(super) struct Given {
    pub(super) base_url: Option<String>,
    pub(super) vars: BTreeMap<String, Json<'static>>,
    pub(super) env: BTreeMap<String, String>,
    pub(super) sharing: Sharing,
}

/// A run that was told of.
pub(super) struct Told {
    pub(super) exit: Exit,
    pub(super) run: Run,
}

/// Runs a session on a runtime of its own.
pub(super) fn session_run(session: Session, given: Given, how: &HowArguments, output: Output) -> Result<Told, Wrong> {
    let runtime = runtime(workers(&session, how))?;
    let told = runtime.block_on(run_and_tell(session, given, how, output));
    // A file or name look-up that hangs must not keep the process.
    runtime.shutdown_timeout(Duration::from_millis(200));
    Ok(told)
}

/// As many threads as there are specs at work at one time: more would only hand work to each other.
fn workers(session: &Session, how: &HowArguments) -> usize {
    match session.plan.specs.len().min(jobs_of(&session.project, how)) {
        0 | 1 => 1,
        several => processors().min(several),
    }
}

/// How many threads can be at work at one time.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// A runtime of so many threads for everything that waits.
pub(super) fn runtime(workers: usize) -> Result<tokio::runtime::Runtime, Wrong> {
    let built = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build();
    built.map_err(|error| Wrong::message(format!("no runtime could be made: {error}")))
}

/// Runs a session, prints what happened and writes the reports.
pub(super) async fn run_and_tell(session: Session, given: Given, how: &HowArguments, output: Output) -> Told {
    output.diagnostics(&session.problems);
    output.diagnostics(&session.plan.warnings);
    let nothing = session.nothing();
    let wrong = session.project_is_wrong();
    let Session { project, mut plan, problems, .. } = session;
    if wrong {
        plan = Plan { broken: vec![BrokenFile { file: FILE.to_owned(), problems }], ..Plan::default() };
    }
    let reports = reports::wanted(&how.reports, &project.reports);
    let keep = if reports.is_empty() && how.verbose < 2 { Keep::Failures } else { Keep::Everything };
    let world = Arc::new(world(project, given, how, keep));
    let progress = Progress::new(&plan, output, world.redactor.clone(), how.verbosity());
    let signals = tokio::spawn(stop_on_signal(world.stop.clone()));
    let run = run::run(plan, &world, &progress.watcher()).await;
    signals.abort();
    progress.end();
    tell(&run, &world, how, output, wrong);
    if let Some(nothing) = nothing {
        output.wrong(&nothing);
    }
    let written = reports::write(&reports, &run, &world.redactor, output);
    let exit = if written { Exit::of(&run) } else { Exit::of(&run).max(Exit::Usage) };
    Told { exit, run }
}

/// A world for work that is no run: nothing but tokens.
pub(super) fn bare_world(project: Project, input: &InputArguments, tokens: &TokenArguments) -> Result<World, Wrong> {
    let (env, sharing) = (input.environment(&project, &[])?, tokens.sharing()?);
    let given = Given { base_url: input.base_url.clone(), vars: input.outside(None)?.vars, env, sharing };
    Ok(world(project, given, &HowArguments { tokens: tokens.clone(), ..HowArguments::default() }, Keep::Failures))
}

fn world(project: Project, given: Given, how: &HowArguments, keep: Keep) -> World {
    let settings = Settings {
        base_url: given.base_url,
        vars: given.vars,
        jobs: jobs_of(&project, how),
        timeout: how.timeout.unwrap_or(DEFAULT_TIMEOUT),
        fail_fast: how.fail_fast,
        seed: how.seed.unwrap_or_else(settings::new_seed),
        id: settings::new_run_id(),
        allow_exec: how.tokens.allow_exec,
        keep,
        sharing: given.sharing,
        update_snapshots: how.update,
    };
    let env = given.env.into_iter().map(|(name, value)| (name, Json::from(value)));
    World::new(project, Json::object(env), settings)
}

fn jobs_of(project: &Project, how: &HowArguments) -> usize {
    how.jobs.or(project.jobs).unwrap_or(DEFAULT_JOBS)
}

/// Prints every failure, then the summary.
fn tell(run: &Run, world: &World, how: &HowArguments, output: Output, project_is_wrong: bool) {
    let terminal = Terminal::new(&world.redactor, output.look(), how.verbosity());
    for file in run.broken.iter().filter(|_| !project_is_wrong) {
        output.note(&format!("{}\n", terminal.broken(file)));
    }
    let shown = |verdict| match verdict {
        Verdict::Failed | Verdict::Error => true,
        Verdict::Passed | Verdict::Skipped | Verdict::NotRun => how.verbose >= 2,
    };
    for outcome in run.outcomes.iter().filter(|outcome| shown(outcome.verdict)) {
        output.line(&format!("\n{}", terminal.failure(outcome)));
    }
    for file in world.written() {
        output.note(&format!("wrote {file}"));
    }
    output.line(&format!("\n{}", terminal.summary(run)));
}

/// Ends the run at the first signal, the process at the second.
async fn stop_on_signal(stop: Stop) {
    signal().await;
    stop.now();
    signal().await;
    std::process::exit(130);
}

fn jobs(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "a whole number, at least 1".to_owned())
}
