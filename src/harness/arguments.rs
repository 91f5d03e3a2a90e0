//! The arguments of rustc's own test harness, and what they come to.

use std::{ffi::OsString, path::PathBuf};

use clap::{
    CommandFactory as _, FromArgMatches as _,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::diagnostic::nearest;
use crate::harness::environment::Environment;

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Say how to ask.
    Help(String),
    /// Print the tests.
    List(Options),
    /// Run the tests.
    Run(Options),
}

/// How tests are chosen, run and shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// A test is taken if it matches one of these, or there are none.
    pub(crate) filters: Vec<String>,
    /// A test is left out if it matches one of these.
    pub(crate) skip: Vec<String>,
    /// Whether names are compared whole.
    pub(crate) exact: bool,
    pub(crate) ignored: Ignored,
    pub(crate) format: Format,
    /// Whether only benchmarks were asked for, of which there are none.
    pub(crate) only_benchmarks: bool,
    /// How many specs run at once.
    pub(crate) jobs: Option<usize>,
    pub(crate) fail_fast: bool,
    pub(crate) shuffle: Shuffle,
    /// Whether to show how long each test took.
    pub(crate) times: bool,
    pub(crate) coloured: bool,
    /// Where one line for each test is written.
    pub(crate) log: Option<PathBuf>,
}

/// What becomes of ignored tests: those with a reason not to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ignored {
    /// They are shown and not run.
    Leave,
    /// They run, and no others.
    Only,
    /// They run like all others.
    Include,
}

/// How tests are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// A line for each.
    Pretty,
    /// A character for each.
    Terse,
    /// A JSON object for each event.
    Json,
    /// One JUnit document.
    Junit,
}

/// In which order the files are begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shuffle {
    /// By their paths.
    No,
    /// In another order each time.
    Anew,
    /// In the order that this number gives.
    By(u64),
}

/// Reads the arguments; the first is the name of the program.
///
/// # Errors
/// What is wrong with an argument, or with a variable of the environment that stands for one.
pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>, environment: &Environment) -> Result<Asked, String> {
    let matches = Written::command().try_get_matches_from(arguments);
    let written = match matches.and_then(|matches| Written::from_arg_matches(&matches)) {
        Ok(written) => written,
        Err(help) if help.kind() == ErrorKind::DisplayHelp => return Ok(Asked::Help(help.to_string())),
        Err(wrong) => return Err(explain(&wrong)),
    };
    let list = written.list;
    let options = written.options(environment)?;
    if list {
        return Ok(Asked::List(options));
    }
    let of_environment = match (options.jobs, environment.get("RUST_TEST_THREADS")) {
        (None, Some(count)) => Some(threads(count).map_err(|_| not_positive(count))?),
        (given, _) => given,
    };
    Ok(Asked::Run(Options { jobs: of_environment, ..options }))
}

/// The arguments as they are written. Values are read in [`Written::options`], whose messages are those of rustc's harness.
#[derive(Debug, clap::Parser)]
#[command(
    about = "Runs specs as tests.",
    disable_version_flag = true,
    disable_help_subcommand = true,
    override_usage = "cargo test [--test NAME] -- [OPTIONS] [FILTER]...",
    after_help = "A test is named `path/of/spec.yaml::name of the request`, or `path/of/spec.yaml` under nextest and where the file does not \
                  load. Several filters take the tests that match any of them."
)]
struct Written {
    /// Run the tests whose names contain FILTER
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    /// Compare FILTERs with whole names, or with the path of a spec
    #[arg(long)]
    exact: bool,
    /// Leave out the tests whose names contain FILTER; may be repeated
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    skip: Vec<String>,
    /// Run only the tests that a spec skips
    #[arg(long)]
    ignored: bool,
    /// Run also the tests that a spec skips
    #[arg(long)]
    include_ignored: bool,
    /// Print the tests and run nothing
    #[arg(long)]
    list: bool,
    /// How tests are shown: pretty, terse or json
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// The same as `--format terse`
    #[arg(long, short)]
    quiet: bool,
    /// When to use colours: auto, always or never
    #[arg(long, value_name = "WHEN")]
    color: Option<String>,
    /// How many specs run at once; `RUST_TEST_THREADS` says the same
    #[arg(long, value_name = "N")]
    test_threads: Option<String>,
    /// Begin nothing more after the first failure
    #[arg(long)]
    fail_fast: bool,
    /// Begin the files in random order; the requests of a file keep theirs
    #[arg(long)]
    shuffle: bool,
    /// Begin the files in the order that SEED gives
    #[arg(long, value_name = "SEED")]
    shuffle_seed: Option<String>,
    /// Show how long each test took
    #[arg(long)]
    report_time: bool,
    /// Write one line for each test to PATH
    #[arg(long, value_name = "PATH")]
    logfile: Option<PathBuf>,
    /// Changes nothing: a test prints nothing while it runs
    #[arg(long)]
    no_capture: bool,
    /// The same as `--no-capture`
    #[arg(long = "nocapture", hide = true)]
    nocapture: bool,
    /// Changes nothing: a test that passed has printed nothing
    #[arg(long)]
    show_output: bool,
    /// Run tests, not benchmarks
    #[arg(long)]
    test: bool,
    /// Run benchmarks, of which there are none
    #[arg(long)]
    bench: bool,
    /// Changes nothing: all of these may be used
    #[arg(short = 'Z', value_name = "unstable-options", value_parser = ["unstable-options"])]
    unstable: Option<String>,
}

impl Written {
    fn options(self, environment: &Environment) -> Result<Options, String> {
        let format = self.format()?;
        if self.report_time && format == Format::Json {
            return Err("`--report-time` has no place in `--format json`".to_owned());
        }
        Ok(Options {
            format,
            ignored: self.ignored()?,
            coloured: self.coloured(environment)?,
            jobs: self.test_threads.as_deref().map(threads).transpose()?,
            shuffle: self.shuffle(environment)?,
            filters: self.filters,
            skip: self.skip,
            exact: self.exact,
            only_benchmarks: self.bench && !self.test,
            fail_fast: self.fail_fast,
            times: self.report_time,
            log: self.logfile,
        })
    }

    fn format(&self) -> Result<Format, String> {
        match self.format.as_deref() {
            None if self.quiet => Ok(Format::Terse),
            None | Some("pretty") => Ok(Format::Pretty),
            Some("terse") => Ok(Format::Terse),
            Some("json") => Ok(Format::Json),
            Some("junit") => Ok(Format::Junit),
            Some(other) => Err(format!("argument for --format must be pretty, terse, json or junit (was {other})")),
        }
    }

    fn ignored(&self) -> Result<Ignored, String> {
        match (self.ignored, self.include_ignored) {
            (true, true) => Err("the options --include-ignored and --ignored are mutually exclusive".to_owned()),
            (true, false) => Ok(Ignored::Only),
            (false, true) => Ok(Ignored::Include),
            (false, false) => Ok(Ignored::Leave),
        }
    }

    fn coloured(&self, environment: &Environment) -> Result<bool, String> {
        match self.color.as_deref() {
            None | Some("auto") => Ok(environment.wants_colours()),
            Some("always") => Ok(true),
            Some("never") => Ok(false),
            Some(other) => Err(format!("argument for --color must be auto, always, or never (was {other})")),
        }
    }

    fn shuffle(&self, environment: &Environment) -> Result<Shuffle, String> {
        if let Some(seed) = &self.shuffle_seed {
            let wrong = |error| format!("argument for --shuffle-seed must be a number (error: {error})");
            return seed.parse().map(Shuffle::By).map_err(wrong);
        }
        if let Some(seed) = environment.get("RUST_TEST_SHUFFLE_SEED") {
            let wrong = |_| format!("RUST_TEST_SHUFFLE_SEED is `{seed}`, should be a number");
            return seed.parse().map(Shuffle::By).map_err(wrong);
        }
        let wanted = self.shuffle || environment.get("RUST_TEST_SHUFFLE").is_some_and(|value| value != "0");
        Ok(if wanted { Shuffle::Anew } else { Shuffle::No })
    }
}

fn threads(written: &str) -> Result<usize, String> {
    match written.parse() {
        Ok(0) => Err("argument for --test-threads must not be 0".to_owned()),
        Ok(count) => Ok(count),
        Err(error) => Err(format!("argument for --test-threads must be a number > 0 (error: {error})")),
    }
}

fn not_positive(written: &str) -> String {
    format!("RUST_TEST_THREADS is `{written}`, should be a positive integer")
}

/// What clap found wrong, with the nearest flag where it knows none of that name.
fn explain(wrong: &clap::Error) -> String {
    match (wrong.kind(), wrong.get(ContextKind::InvalidArg)) {
        (ErrorKind::UnknownArgument, Some(ContextValue::String(written))) => unknown(written),
        _ => {
            let text = wrong.to_string();
            let text = text.strip_prefix("error: ").unwrap_or(&text);
            text.split("\n\n").next().unwrap_or(text).trim_end().to_owned()
        }
    }
}

fn unknown(written: &str) -> String {
    let command = Written::command();
    let flags: Vec<_> =
        command.get_arguments().filter(|argument| !argument.is_hide_set()).filter_map(|it| it.get_long()).collect();
    let name = written.split('=').next().unwrap_or(written).trim_start_matches('-');
    match nearest(name, flags.iter().copied()) {
        Some(near) => format!("unknown option `{written}`; did you mean `--{near}`?"),
        None => format!("unknown option `{written}`; `--help` names all there are"),
    }
}

#[cfg(test)]
mod tests;
