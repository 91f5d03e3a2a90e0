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
    FAILED, Harness, INTERRUPTED,
    arguments::{self, Asked, Format, Ignored, Options, Shuffle},
    board::Judge,
    environment::{Environment, Runner},
    glance::certain,
    list, needed,
    outside::Outside,
    panicking::caught,
    run::{Job, Running, Signals},
    tell,
    trials::{self, Log, Stage},
    units::{Content, Unit, printable, units},
    wanted::Wanted,
};
use crate::json::Json;
use crate::plan::{Plan, load};
use crate::project::{FILE, Opened, Project};
use crate::run::{DEFAULT_JOBS, DEFAULT_TIMEOUT, Keep, Settings, Stop};
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
    match arguments::read(arguments, &environment)? {
        Asked::Help(help) => print(&help),
        Asked::List(options) => Found::of(&harness, &options, &environment, Purpose::List)?.list(&options),
        Asked::Run(options) => {
            Found::of(&harness, &options, &environment, Purpose::Run)?.run(harness, &options, environment)
        }
    }
}

fn print(text: &str) -> Result<ExitCode, String> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("nothing can be printed: {error}")),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// What tests are looked for for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    List,
    Run,
}

/// What was found in the project.
pub(crate) struct Found {
    outside: Outside,
    project: Project,
    plan: Plan,
    /// The tests that were asked for.
    pub(crate) chosen: Vec<Unit>,
    /// The names of all others.
    others: Vec<String>,
    look: Look,
}

impl Found {
    /// Looks for the specs and loads them.
    ///
    /// # Errors
    /// The harness or the project is wrong, or there are no specs.
    pub(crate) fn of(
        harness: &Harness,
        options: &Options,
        environment: &Environment,
        purpose: Purpose,
    ) -> Result<Self, String> {
        check(harness)?;
        let look = if options.coloured { Look::Coloured } else { Look::Plain };
        let base = std::env::current_dir().and_then(|folder| folder.canonicalize());
        let base = base.map_err(|error| format!("the working directory is gone: {error}"))?;
        let outside = Outside::of(environment)?;
        let known = Known {
            vars: harness.vars.keys().chain(outside.vars.keys()).cloned().collect(),
            identities: harness.identities.keys().cloned().collect(),
            extensions: Arc::new(harness.extensions.clone()),
            ..Known::default()
        };
        let profile = outside.profile.as_ref().or(harness.profile.as_ref());
        let Opened { mut project, problems } = open(&base, profile, &known, (&harness.identities, look))?;
        project.over.timeout = outside.timeout.map(Period::Fixed).or(project.over.timeout);
        let wanted = Wanted { filters: options.filters.clone(), skip: options.skip.clone(), exact: options.exact };
        let files = wanted.files(&harness.specs, &base, &project);
        let mut files = files.map_err(|why| format!("{why}; specs are looked for in `{}`", base.display()))?;
        let is_by_file = environment.runner() == Runner::Nextest && wanted.is_everything();
        // Events tell more than names.
        let names_do = purpose == Purpose::List && options.format != Format::Json && is_by_file;
        let certain = if names_do { certain(&mut files) } else { Vec::new() };
        let mut plan = load(&files, &project, &known);
        plan.warnings.splice(..0, problems);
        let all = units(&plan, &certain, environment.runner(), look);
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
        let listed = list::print(&units, options.format, &mut io::BufWriter::new(io::stdout().lock()));
        listed.map_err(|error| format!("the list cannot be printed: {error}"))?;
        log.map_or(Ok(()), |log| log.end())?;
        Ok(ExitCode::SUCCESS)
    }

    fn run(mut self, harness: Harness, options: &Options, environment: Environment) -> Result<ExitCode, String> {
        self.warn();
        let stage = Stage {
            board: Arc::default(),
            run_ignored: options.ignored != Ignored::Leave,
            only_benchmarks: options.only_benchmarks,
            times: options.times && options.format == Format::Pretty,
            log: options.log.as_deref().map(Log::create).transpose()?,
        };
        self.keep_what_runs(&stage);
        needed::told(&self.plan).iter().for_each(|text| tell(text));
        self.shuffle(options.shuffle);
        let (chosen, others) = (std::mem::take(&mut self.chosen), std::mem::take(&mut self.others));
        let running = self.begin(harness, options, environment, (&stage, Signals::Ours))?;
        let shown = caught(AssertUnwindSafe(|| trials::run(chosen, others, options, &stage)));
        let interrupted = running.as_ref().is_some_and(Running::is_interrupted);
        let ended = running.map_or(Ok(()), Running::end).and_then(|()| stage.log.map_or(Ok(()), |log| log.end()));
        if interrupted {
            ended.unwrap_or_else(|message| tell(&format!("error: {message}")));
            return Ok(ExitCode::from(INTERRUPTED));
        }
        ended?;
        let conclusion = shown.map_err(|panic| format!("the results cannot be shown: {panic}"))?;
        Ok(if conclusion.has_failed() { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
    }

    /// Tells the warnings.
    pub(crate) fn warn(&self) {
        self.plan.warnings.iter().for_each(|warning| tell(&warning.render(self.look)));
    }

    /// Begins to run what is in the plan, if there is anything.
    ///
    /// # Errors
    /// The environment is wrong.
    pub(crate) fn begin(
        self,
        harness: Harness,
        options: &Options,
        environment: Environment,
        (stage, signals): (&Stage, Signals),
    ) -> Result<Option<Running>, String> {
        if self.plan.specs.is_empty() {
            return Ok(None);
        }
        let judge = Judge::of(&self.plan, self.look);
        if signals == Signals::Ours && (harness.app.is_some() || harness.hooks.has_before()) {
            judge.panics.watch();
        }
        let environment = environment.above(self.outside.env_files(&self.project)?);
        let fixed = self.outside.vars.keys().cloned().collect();
        let settings = settings(&harness, options, &environment, (self.outside, self.project.jobs))?;
        let job = Job {
            fixed,
            plan: self.plan,
            project: self.project,
            settings,
            environment,
            env: harness.env,
            app: harness.app,
            hooks: harness.hooks,
            has_words: !harness.extensions.is_empty(),
            judge,
            stop: Stop::default(),
            signals,
        };
        job.begin(&stage.board).map(Some)
    }

    /// Leaves in the plan what is to run and what that needs.
    pub(crate) fn keep_what_runs(&mut self, stage: &Stage) {
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

/// Whether the harness was told something that cannot be.
fn check(harness: &Harness) -> Result<(), String> {
    if harness.jobs == Some(0) {
        return Err("`Harness::jobs` must be at least 1".to_owned());
    }
    if harness.has_two_apps {
        return Err(
            "the harness is given two applications: one of `app`, `serve`, `router` and `command` is enough".to_owned()
        );
    }
    harness.extensions.fault().map_or(Ok(()), Err)
}

/// Opens the project with these identities, and keeps its warnings.
fn open(
    base: &Path,
    profile: Option<&String>,
    known: &Known,
    (identities, look): (&BTreeMap<String, String>, Look),
) -> Result<Opened, String> {
    let opened = Project::open(base, profile.map(String::as_str), known);
    let opened = opened.map_err(|why| format!("`{FILE}` {why}"))?;
    let Opened { mut project, mut problems } = opened;
    right(&problems, FILE, look)?;
    for (name, text) in identities {
        let more = project.add_identity(name, text, known);
        right(&more, &format!("Harness::identity(\"{name}\", …)"), look)?;
        problems.extend(more);
    }
    Ok(Opened { project, problems })
}

/// Whether there are no errors among problems.
fn right(problems: &[Diagnostic], what: &str, look: Look) -> Result<(), String> {
    if !problems.iter().any(Diagnostic::is_error) {
        return Ok(());
    }
    let problems: Vec<_> = problems.iter().map(|problem| problem.render(look)).collect();
    Err(format!("`{what}` is wrong\n{}", problems.join("\n\n")))
}

fn settings(
    harness: &Harness,
    options: &Options,
    environment: &Environment,
    (outside, jobs): (Outside, Option<usize>),
) -> Result<Settings, String> {
    let vars = harness.vars.iter().map(|(name, value)| (name.clone(), Json::from_serde(value.clone())));
    let sharing = Sharing::of(|name| environment.get(name).map(str::to_owned), std::env::temp_dir())?;
    Ok(Settings {
        base_url: outside.base_url.or_else(|| harness.base_url.clone()),
        vars: vars.chain(outside.vars).collect(),
        jobs: options.jobs.or(outside.jobs).or(harness.jobs).or(jobs).unwrap_or(DEFAULT_JOBS),
        timeout: DEFAULT_TIMEOUT,
        fail_fast: options.fail_fast.then_some(1),
        seed: outside.seed.unwrap_or_else(random),
        id: Uuid::new_v4().to_string(),
        keep: Keep::Failures,
        allow_exec: outside.allow_exec,
        update_snapshots: environment.is_on("HALLPASS_UPDATE"),
        sharing,
    })
}

fn random() -> u64 {
    let (high, low) = Uuid::new_v4().as_u64_pair();
    high ^ low
}
