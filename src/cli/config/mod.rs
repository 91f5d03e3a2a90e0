//! `hallpass config`: what a run would go by, and where each setting comes from. Secrets are masked.

use std::path::Path;

use clap::{ArgMatches, Args, ValueEnum};

use crate::cli::{
    exit::Exit,
    output::Output,
    run::HowArguments,
    session::{Wrong, opened},
    settings::InputArguments,
};
use crate::diagnostic::Diagnostic;
use crate::http::HttpSettings;
use crate::json::Json;
use crate::project::{FILE, Project, Written, written};
use crate::run::{DEFAULT_JOBS, DEFAULT_TIMEOUT};
use crate::secret::Redactor;
use crate::source::{Place, Source};
use crate::spec::duration;

mod given;
mod mask;

#[derive(Debug, Args)]
pub(super) struct ConfigArguments {
    #[command(flatten)]
    input: InputArguments,
    #[command(flatten)]
    how: HowArguments,
    /// How the settings are written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// `name: value  # origin`
    Text,
    /// `{"profile", "settings": [{"name", "value", "origin", "file", "line", "column"}]}`
    Json,
}

/// A setting as it is shown.
#[derive(Clone, Debug)]
struct Setting {
    name: String,
    /// In one line, secrets masked.
    value: String,
    origin: Origin,
}

/// Where a setting comes from.
#[derive(Clone, Debug)]
enum Origin {
    /// A flag: `--base-url`.
    Flag(&'static str),
    /// A file that a flag or variable names.
    File(String),
    /// A variable of the environment.
    Variable(String),
    Profile(String, Place),
    Project(Place),
    BuiltIn,
}

/// Prints the settings.
pub(super) fn config(arguments: &ConfigArguments, matches: &ArgMatches, output: Output) -> Result<Exit, Wrong> {
    let outside = arguments.input.outside(arguments.how.timeout)?;
    let (project, problems) = opened(Path::new("."), &outside)?;
    output.diagnostics(&problems);
    let redactor = Redactor::new();
    redactor.hide_names(&project.redact.headers, &project.redact.members);
    let mut settings = given::given(arguments, matches, &redactor)?;
    for weaker in of_project(&project, &redactor)?.into_iter().chain(built_in()) {
        if !settings.iter().any(|stronger| stronger.name == weaker.name) {
            settings.push(weaker);
        }
    }
    settings.sort_by_cached_key(|setting| place_of(&setting.name));
    match arguments.format {
        Format::Text => output.line(&text(&settings)),
        Format::Json => output.line(&json(&project, &settings).pretty()),
    }
    Ok(if problems.iter().any(Diagnostic::is_error) { Exit::Usage } else { Exit::Passed })
}

/// Keys in the order in which a project file is best read; others come last.
const ORDER: &[&str] = &[
    "profile",
    "env_file",
    "vars_file",
    "specs",
    "base_url",
    "vars",
    "auth",
    "identities",
    "defaults",
    "timeouts",
    "jobs",
    "fail_fast",
    "seed",
    "share",
    "redact",
    "report",
    "allow",
    "http",
];

fn place_of(name: &str) -> usize {
    let key = name.split('.').next().unwrap_or(name);
    ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len())
}

fn of_project(project: &Project, redactor: &Redactor) -> Result<Vec<Setting>, Wrong> {
    let path = project.root.path().join(FILE);
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let text =
        std::fs::read_to_string(&path).map_err(|error| Wrong::message(format!("`{FILE}` cannot be read: {error}")))?;
    let profile = project.profile.as_ref().map(|profile| profile.name.as_str());
    let all = written(&Source::new(FILE, path, text), profile);
    let shown = |setting: &Written| {
        let place = setting.value.place.clone();
        let origin = match profile.filter(|_| setting.by_profile) {
            Some(name) => Origin::Profile(name.to_owned(), place),
            None => Origin::Project(place),
        };
        Setting { name: setting.name.clone(), value: mask::shown(&setting.name, &setting.value, redactor), origin }
    };
    Ok(all.iter().map(shown).collect())
}

fn built_in() -> Vec<Setting> {
    let all = [
        ("specs", "[specs]".to_owned()),
        ("timeouts.request", duration::show(DEFAULT_TIMEOUT)),
        ("defaults.redirects", "0".to_owned()),
        ("jobs", DEFAULT_JOBS.to_string()),
        ("http.max_body", format!("{}MiB", HttpSettings::default().max_body >> 20)),
    ];
    all.map(|(name, value)| Setting { name: name.to_owned(), value, origin: Origin::BuiltIn }).into()
}

impl Origin {
    fn shown(&self) -> String {
        match self {
            Self::Flag(flag) => (*flag).to_owned(),
            Self::File(file) => file.clone(),
            Self::Variable(name) => format!("${name}"),
            Self::Profile(name, place) => format!("{place}, profile {name}"),
            Self::Project(place) => place.to_string(),
            Self::BuiltIn => "built in".to_owned(),
        }
    }

    fn place(&self) -> Option<&Place> {
        match self {
            Self::Profile(_, place) | Self::Project(place) => Some(place),
            Self::Flag(_) | Self::File(_) | Self::Variable(_) | Self::BuiltIn => None,
        }
    }
}

/// Values longer than this many characters push their origin out of line.
const WIDEST: usize = 60;

fn text(settings: &[Setting]) -> String {
    let lines: Vec<_> = settings.iter().map(|it| (format!("{}: {}", it.name, it.value), it.origin.shown())).collect();
    let width = lines.iter().map(|(line, _)| line.chars().count()).filter(|width| *width <= WIDEST).max().unwrap_or(0);
    lines.iter().map(|(line, origin)| format!("{line:width$}  # {origin}")).collect::<Vec<_>>().join("\n")
}

fn json(project: &Project, settings: &[Setting]) -> Json<'static> {
    let profile = project.profile.as_ref().map_or(Json::Null, |profile| Json::from(profile.name.clone()));
    let settings: Vec<_> = settings.iter().map(of_setting).collect();
    Json::object([("profile", profile), ("settings", Json::from(settings))])
}

fn of_setting(setting: &Setting) -> Json<'static> {
    let mut members = vec![
        ("name", Json::from(setting.name.clone())),
        ("value", Json::from(setting.value.clone())),
        ("origin", Json::from(setting.origin.shown())),
    ];
    if let Some(place) = setting.origin.place() {
        let (line, column) = place.line_column();
        members.push(("file", Json::from(place.file().to_owned())));
        members.push(("line", Json::from(line)));
        members.push(("column", Json::from(column)));
    }
    Json::object(members)
}
