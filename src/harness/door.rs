//! From arguments to an exit code.

use std::{
    collections::{BTreeMap, HashSet},
    ffi::OsString,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::{self, Write as _},
    panic::AssertUnwindSafe,
    path::Path,
    process::ExitCode,
    sync::Arc,
};

use uuid::Uuid;

use crate::auth::Sharing;
use crate::diagnostic::{Diagnostic, Look};
use crate::harness::{
    FAILED, Harness,
    arguments::{self, Asked, Format, Ignored, Options, Shuffle},
    board::Judge,
    environment::Environment,
    list,
    outside::Outside,
    panicking::caught,
    run::{Job, Running},
    tell,
    trials::{self, Log, Stage},
    units::{Content, Unit, printable, units},
    wanted::Wanted,
};
use crate::json::Json;
use crate::plan::{Plan, load};
use crate::project::{FILE, Opened, Project};
use crate::run::{DEFAULT_JOBS, DEFAULT_TIMEOUT, Keep, Settings};
use crate::spec::{Known, duration::Period};

/// Does what the arguments ask for.
///
/// # Errors
/// Why no test could be listed or run, in one message.
pub(crate) fn enter(
    harness: Harness,
    arguments: impl IntoIterator<Item = OsString>,
    environment: Environment,
) -> Result<ExitCode, String> {
    if harness.jobs == Some(0) {
        return Err("`Harness::jobs` must be at least 1".to_owned());
    }
    match arguments::read(arguments, &environment)? {
        Asked::Help(help) => print(&help),
        Asked::List(options) => Found::of(&harness, &options, &environment)?.list(&options),
        Asked::Run(options) => Found::of(&harness, &options, &environment)?.run(harness, &options, environment),
    }
}

fn print(text: &str) -> Result<ExitCode, String> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("nothing can be printed: {error}")),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// What was found in the project.
struct Found {
    outside: Outside,
    project: Project,
    plan: Plan,
    /// The tests that were asked for.
    chosen: Vec<Unit>,
    /// The names of all others.
    others: Vec<String>,
    look: Look,
}

impl Found {
    fn of(harness: &Harness, options: &Options, environment: &Environment) -> Result<Self, String> {
        let look = if options.coloured { Look::Coloured } else { Look::Plain };
        let base = std::env::current_dir().and_then(|folder| folder.canonicalize());
        let base = base.map_err(|error| format!("the working directory is gone: {error}"))?;
        let outside = Outside::of(environment)?;
        let Opened { mut project, problems } =
            open(&base, outside.profile.as_ref().or(harness.profile.as_ref()), look)?;
        project.over.timeout = outside.timeout.map(Period::Fixed).or(project.over.timeout);
        let wanted = Wanted { filters: options.filters.clone(), skip: options.skip.clone(), exact: options.exact };
        let files = wanted.files(&harness.specs, &base, &project);
        let files = files.map_err(|why| format!("{why}; specs are looked for in `{}`", base.display()))?;
        let vars = harness.vars.keys().chain(outside.vars.keys()).cloned().collect();
        let known = Known { vars, ..Known::default() };
        let mut plan = load(&files, &project, &known);
        plan.warnings.splice(..0, problems);
        let all = units(&plan, environment.runner(), look);
        let is_chosen =
            |unit: &Unit| unit.is_wanted(&wanted) && (options.ignored != Ignored::Only || unit.ignored.is_some());
        let (chosen, others): (Vec<_>, Vec<_>) = all.into_iter().partition(is_chosen);
        let others = others.into_iter().map(|unit| unit.name).collect();
        Ok(Self { outside, project, plan, chosen, others, look })
    }

    fn list(&self, options: &Options) -> Result<ExitCode, String> {
        let log = options.log.as_deref().map(Log::create).transpose()?;
        let units: Vec<_> = self.chosen.iter().collect();
        if let Some(log) = &log {
            units.iter().for_each(|unit| log.line(&format!("test {}", unit.name)));
        }
        let listed = list::print(&units, options.format, &mut io::stdout().lock());
        listed.map_err(|error| format!("the list cannot be printed: {error}"))?;
        log.map_or(Ok(()), |log| log.end())?;
        Ok(ExitCode::SUCCESS)
    }

    fn run(mut self, harness: Harness, options: &Options, environment: Environment) -> Result<ExitCode, String> {
        warn(&self.plan.warnings, self.look);
        let stage = Stage {
            board: Arc::default(),
            run_ignored: options.ignored != Ignored::Leave,
            only_benchmarks: options.only_benchmarks,
            times: options.times && options.format == Format::Pretty,
            log: options.log.as_deref().map(Log::create).transpose()?,
        };
        self.keep_what_runs(&stage);
        self.shuffle(options.shuffle);
        let running = match self.plan.specs.is_empty() {
            true => None,
            false => {
                let environment = environment.above(self.outside.env_files(&self.project)?);
                let work = (self.outside, self.project, self.plan);
                Some(job(harness, options, environment, work, self.look)?.begin(&stage.board)?)
            }
        };
        let shown = caught(AssertUnwindSafe(|| trials::run(self.chosen, self.others, options, &stage)));
        running.map_or(Ok(()), Running::end)?;
        stage.log.map_or(Ok(()), |log| log.end())?;
        let conclusion = shown.map_err(|panic| format!("the results cannot be shown: {panic}"))?;
        Ok(if conclusion.has_failed() { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
    }

    /// Leaves in the plan what is to run and what that needs.
    fn keep_what_runs(&mut self, stage: &Stage) {
        if stage.run_ignored {
            for spec in &mut self.plan.specs {
                spec.runs_skipped = true;
            }
        }
        let mut ids: HashSet<&str> = HashSet::new();
        for unit in &self.chosen {
            if let Content::Cases(members) = &unit.content {
                ids.extend(members.iter().filter(|member| stage.runs(member)).map(|member| member.id.as_str()));
            }
        }
        self.plan.keep(|case| ids.contains(case.id().as_str()));
    }

    /// Puts the files in random order; the requests of a file keep theirs.
    fn shuffle(&mut self, shuffle: Shuffle) {
        let seed = match shuffle {
            Shuffle::No => return,
            Shuffle::Anew => random(),
            Shuffle::By(seed) => seed,
        };
        tell(&format!("shuffle seed: {seed}"));
        let place = |file: &str| {
            let mut hasher = DefaultHasher::new();
            (seed, file).hash(&mut hasher);
            (hasher.finish(), file.to_owned())
        };
        self.plan.specs.sort_by_cached_key(|spec| place(&printable(&spec.file)));
        self.chosen.sort_by_cached_key(|unit| place(&unit.file));
    }
}

/// Opens the project, and keeps its warnings.
fn open(base: &Path, profile: Option<&String>, look: Look) -> Result<Opened, String> {
    let opened = Project::open(base, profile.map(String::as_str))
        .map_err(|error| format!("`{FILE}` cannot be read: {error}"))?;
    if !opened.problems.iter().any(Diagnostic::is_error) {
        return Ok(opened);
    }
    let problems: Vec<_> = opened.problems.iter().map(|problem| problem.render(look)).collect();
    Err(format!("`{FILE}` is wrong\n{}", problems.join("\n\n")))
}

fn job(
    harness: Harness,
    options: &Options,
    environment: Environment,
    (outside, project, plan): (Outside, Project, Plan),
    look: Look,
) -> Result<Job, String> {
    let judge = Judge::of(&plan, look);
    let mut vars: BTreeMap<_, _> =
        harness.vars.into_iter().map(|(name, value)| (name, Json::from_serde(value))).collect();
    vars.extend(outside.vars.clone());
    let sharing = Sharing::of(|name| environment.get(name).map(str::to_owned), std::env::temp_dir())?;
    let settings = Settings {
        base_url: outside.base_url.or(harness.base_url),
        vars,
        jobs: options.jobs.or(outside.jobs).or(harness.jobs).or(project.jobs).unwrap_or(DEFAULT_JOBS),
        timeout: DEFAULT_TIMEOUT,
        fail_fast: options.fail_fast.then_some(1),
        seed: outside.seed.unwrap_or_else(random),
        id: Uuid::new_v4().to_string(),
        keep: Keep::Failures,
        allow_exec: outside.allow_exec,
        update_snapshots: environment.is_on("HALLPASS_UPDATE"),
        sharing,
    };
    let fixed = outside.vars.into_keys().collect();
    Ok(Job { plan, project, settings, fixed, environment, env: harness.env, app: harness.app, judge })
}

fn random() -> u64 {
    let (high, low) = Uuid::new_v4().as_u64_pair();
    high ^ low
}

fn warn(warnings: &[Diagnostic], look: Look) {
    warnings.iter().for_each(|warning| tell(&warning.render(look)));
}
