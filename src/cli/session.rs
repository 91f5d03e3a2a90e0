//! What `run`, `check` and `list` share: the project, its specs, the cases that were selected.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, ValueHint};

use crate::cli::reports;
use crate::diagnostic::Diagnostic;
use crate::json::Json;
use crate::plan;
use crate::plan::{Discovered, Filter, Plan, Selection, TagExpression};
use crate::project::{FILE, Opened, Project};
use crate::source::Place;
use crate::spec::{Known, duration::Period};

/// Which cases are meant.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct CaseArguments {
    /// Files, folders or globs of specs; by default the project's `specs`
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<String>,
    /// Only cases whose id `path/of/spec.yaml::name` contains this, or matches `/this regular expression/`; any of several
    #[arg(short = 'k', long = "filter", value_name = "TEXT", value_parser = Filter::parse)]
    filters: Vec<Filter>,
    /// Only cases with these tags: `smoke and not (slow or flaky)`
    #[arg(long, value_name = "EXPRESSION", value_parser = TagExpression::parse)]
    tag: Option<TagExpression>,
}

/// Why a command cannot do its work.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: Option<String>,
}

impl Wrong {
    /// Something in one line.
    pub(super) fn message(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// The same with a cure.
    #[must_use]
    pub(super) fn help(mut self, help: &str) -> Self {
        self.help = Some(help.to_owned());
        self
    }
}

/// What is said outside of the project and wins over what it says.
#[derive(Clone, Debug, Default)]
pub(super) struct Outside {
    pub(super) profile: Option<String>,
    pub(super) vars: BTreeMap<String, Json<'static>>,
    /// How long an exchange may take, whatever `defaults` say.
    pub(super) timeout: Option<Duration>,
}

impl Outside {
    /// The names that project and specs may read.
    fn known(&self) -> Known {
        Known { vars: self.vars.keys().cloned().collect(), ..Known::default() }
    }
}

/// A project with what was selected of it.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) project: Project,
    /// Everything wrong in the project file.
    pub(super) problems: Vec<Diagnostic>,
    pub(super) plan: Plan,
    /// How many spec files were found.
    pub(super) files: usize,
}

impl Session {
    /// Opens the project that `start` lies in, loads its specs and selects cases.
    ///
    /// # Errors
    /// The project cannot be read, a path leads nowhere.
    pub(super) fn open(start: &Path, cases: &CaseArguments, outside: &Outside) -> Result<Self, Wrong> {
        let (project, mut problems) = opened(&cases.home(start)?, outside)?;
        let (paths, base) = cases.roots(start, &project);
        let files = match (plan::discover(&paths, &base, &project), &project.specs_place) {
            (Ok(found), _) => found,
            (Err(_), Some(place)) if cases.paths.is_empty() => found_in(&project, place, &mut problems),
            (Err(_), None) if cases.paths.is_empty() && !base.join("specs").exists() => Vec::new(),
            (Err(error), _) => {
                return Err(Wrong::message(error.to_string()).help("name a file, a folder or a glob of specs"));
            }
        };
        let mut plan = plan::load(&files, &project, &outside.known());
        plan.select(&cases.selection());
        Ok(Self { project, problems, plan, files: files.len() })
    }

    /// Whether the project file is wrong.
    pub(super) fn project_is_wrong(&self) -> bool {
        self.problems.iter().any(Diagnostic::is_error)
    }

    /// Why there is nothing to run, if that is so and the project file is not to blame.
    pub(super) fn nothing(&self) -> Option<Wrong> {
        if !self.plan.is_empty() || self.project_is_wrong() {
            return None;
        }
        Some(match self.files {
            0 => Wrong::message("no spec was found")
                .help("specs are `.yaml` files below `specs/`, or below the paths on the command line"),
            _ => Wrong::message("no case was selected").help("`hallpass list` shows what there is"),
        })
    }
}

/// The specs of the folders and files that the project names and that are there; the others are noted.
fn found_in(project: &Project, place: &Place, problems: &mut Vec<Diagnostic>) -> Vec<Discovered> {
    let discover = |paths: &[String]| plan::discover(paths, project.root.path(), project);
    let mut there = project.specs.clone();
    there.retain(|path| {
        let missing = discover(std::slice::from_ref(path)).err();
        problems.extend(missing.iter().map(|error| {
            let wrong = Diagnostic::error("missing-file", place, error.to_string());
            wrong.help("name folders, files or globs of specs, from the folder of hallpass.yaml")
        }));
        missing.is_none()
    });
    discover(&there).unwrap_or_default()
}

/// Opens the project that `start` lies in, with everything wrong in its file.
///
/// # Errors
/// The file is there and cannot be read.
pub(super) fn opened(start: &Path, outside: &Outside) -> Result<(Project, Vec<Diagnostic>), Wrong> {
    let Opened { mut project, mut problems } = Project::open(start, outside.profile.as_deref(), &outside.known())
        .map_err(|why| Wrong::message(format!("`{FILE}` {why}")))?;
    problems.extend(reports::unknown(&project.reports));
    if let Some(timeout) = outside.timeout {
        project.over.timeout = Some(Period::Fixed(timeout));
    }
    Ok((project, problems))
}

impl CaseArguments {
    /// Every case of one file.
    pub(super) fn of_file(path: &Path) -> Self {
        Self { paths: vec![path.to_string_lossy().into_owned()], ..Self::default() }
    }

    fn selection(&self) -> Selection {
        Selection { filters: self.filters.clone(), skip: Vec::new(), tags: self.tag.clone() }
    }

    /// Where the project of the paths is looked for: upwards from them.
    ///
    /// # Errors
    /// They belong to several projects.
    fn home(&self, start: &Path) -> Result<PathBuf, Wrong> {
        let existing = |path: &String| {
            let path = start.join(path);
            path.ancestors().find(|up| up.exists()).and_then(|up| up.canonicalize().ok())
        };
        let mut files: Vec<_> =
            self.paths.iter().filter_map(existing).filter_map(|path| Project::file_above(&path)).collect();
        files.dedup();
        match files.as_slice() {
            [] => Ok(start.to_owned()),
            [one] => Ok(one.clone()),
            [one, other, ..] => {
                let message =
                    format!("the paths belong to two projects, `{}` and `{}`", one.display(), other.display());
                Err(Wrong::message(message).help("name those of one project at a time"))
            }
        }
    }

    /// The paths that are meant, and where they begin.
    fn roots(&self, start: &Path, project: &Project) -> (Vec<String>, PathBuf) {
        match self.paths.is_empty() {
            true => (project.specs.clone(), project.root.path().to_owned()),
            false => (self.paths.clone(), start.to_owned()),
        }
    }
}
