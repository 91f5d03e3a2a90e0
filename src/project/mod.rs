//! The project file `hallpass.yaml`: what all specs of a project share. Found upwards from the specs, or from where the work begins.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

mod added;
mod http;

use crate::diagnostic::Diagnostic;
use crate::source::{Root, Source};
use crate::spec::{
    Known, Loading, Text, Use, auth,
    auth::{AuthUse, Identity},
    defaults,
    defaults::Defaults,
    names,
    variable::Variable,
};
use crate::yaml;
use crate::yaml::{Field, Fields, Node, Shape, Table};

pub(crate) use http::{HttpOptions, WrittenProxy};

/// The name of the project file.
pub(crate) const FILE: &str = "hallpass.yaml";

/// A project: its root folder and what its file says, if it has one.
#[derive(Debug)]
pub(crate) struct Project {
    /// Where paths in ids begin, and where no file of a spec may lie outside of.
    pub(crate) root: Root,
    /// Folders, files or globs that hold specs.
    pub(crate) specs: Vec<String>,
    pub(crate) base_url: Option<Text>,
    pub(crate) vars: Vec<Variable>,
    pub(crate) auth: Option<AuthUse>,
    pub(crate) identities: Vec<Identity>,
    pub(crate) defaults: Defaults,
    /// How many specs run at once.
    pub(crate) jobs: Option<usize>,
    /// Whether commands may be run for tokens.
    pub(crate) allow_exec: bool,
    /// What holds for every exchange.
    pub(crate) http: HttpOptions,
    /// The variables that its templates read.
    pub(crate) uses: Vec<Use>,
}

/// The keys of `hallpass.yaml`.
pub(crate) static TABLE: Table = Table {
    what: "a project file",
    fields: &[
        Field::new("specs", Shape::List(&Shape::Text), "Folders, files or globs that hold specs.", "[specs]"),
        Field::new("base_url", Shape::Text, "Joined with relative URLs.", "\"{{env.API_URL}}\""),
        Field::new("vars", Shape::Map(&Shape::Any), "Typed values for templates of every spec.", "{colour: blue}"),
        Field::new(
            "auth",
            Shape::Same(&auth::SHAPE),
            "The identity of every request: a name, `none`, or one scheme.",
            "service",
        ),
        Field::new("identities", Shape::Map(&auth::IDENTITY), "Named schemes.", "{fixed: {bearer: {env: API_TOKEN}}}"),
        Field::new("defaults", Shape::Fields(&defaults::TABLE), "Merged under each request.", "{timeout: 10s}"),
        Field::new(
            "allow",
            Shape::List(&Shape::Word(&["exec"])),
            "What is not allowed unless it is written: commands run for tokens.",
            "[exec]",
        ),
        Field::new("jobs", Shape::Integer, "How many specs run at once.", "8"),
        Field::new("http", Shape::Fields(&http::TABLE), "What holds for every exchange.", "{max_body: 256MiB}"),
    ],
    elsewhere: &[("requests", "a spec"), ("name", "a spec")],
};

/// A project as far as it could be read.
#[derive(Debug)]
pub(crate) struct Opened {
    /// What the file says; its parts without fault where it has faults.
    pub(crate) project: Project,
    /// Everything wrong with it.
    pub(crate) problems: Vec<Diagnostic>,
}

impl Project {
    /// Opens the project that `start` lies in: the nearest folder upwards with a `hallpass.yaml`, else `start` itself.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub(crate) fn open(start: &Path) -> io::Result<Opened> {
        Self::open_knowing(start, &Known::default())
    }

    /// The same where names are known from outside of the project.
    ///
    /// # Errors
    /// As [`Project::open`].
    pub(crate) fn open_knowing(start: &Path, known: &Known) -> io::Result<Opened> {
        let start = start.canonicalize()?;
        let folder = if start.is_dir() { start.as_path() } else { start.parent().unwrap_or(&start) };
        match Self::file_above(folder) {
            Some(file) => {
                let text = fs::read_to_string(&file)?;
                Ok(Self::load_knowing(&Source::new(FILE, file, text), known))
            }
            None => Ok(Opened { project: Self::empty(folder), problems: Vec::new() }),
        }
    }

    /// The nearest `hallpass.yaml` in a folder or above it.
    pub(crate) fn file_above(folder: &Path) -> Option<PathBuf> {
        folder.ancestors().map(|up| up.join(FILE)).find(|file| file.is_file())
    }

    /// Reads a project file.
    #[cfg(test)]
    pub(crate) fn load(source: &Arc<Source>) -> Opened {
        Self::load_knowing(source, &Known::default())
    }

    fn load_knowing(source: &Arc<Source>, known: &Known) -> Opened {
        let folder = source.path().parent().map(Path::to_owned).unwrap_or_default();
        let parsed = yaml::parse(source);
        let mut loading = Loading::new(source, Root::new(&folder)).with(&known.extensions);
        loading.problems = parsed.problems;
        let empty = Self::empty(&folder);
        let project = match &parsed.root {
            Some(node) => Self::read(node, empty, known, &mut loading),
            None => empty,
        };
        Opened { project, problems: loading.problems }
    }

    /// The names that this project gives to its specs.
    pub(crate) fn known(&self) -> Known {
        Known {
            vars: self.vars.iter().map(|it| it.name.clone()).collect(),
            identities: self.identities.iter().map(|it| it.name.clone()).collect(),
            ..Known::default()
        }
    }

    /// A project without a file.
    fn empty(folder: &Path) -> Self {
        Self {
            root: Root::new(folder),
            specs: vec!["specs".to_owned()],
            base_url: None,
            vars: Vec::new(),
            auth: None,
            identities: Vec::new(),
            defaults: Defaults::default(),
            jobs: None,
            allow_exec: false,
            http: HttpOptions::default(),
            uses: Vec::new(),
        }
    }

    fn read(node: &Node, empty: Self, known: &Known, loading: &mut Loading) -> Self {
        let Some(fields) = Fields::read(node, &TABLE, &mut loading.problems) else { return empty };
        let defaults = fields.get("defaults").and_then(|node| Defaults::load(node, loading)).unwrap_or_default();
        loading.uses.clear();
        let specs = fields.get("specs").map(|node| loading.words(Some(node)));
        let project = Self {
            specs: specs.unwrap_or(empty.specs),
            base_url: fields.get("base_url").and_then(|node| loading.text(node)),
            vars: Variable::load_all(fields.get("vars"), loading),
            auth: fields.get("auth").and_then(|node| AuthUse::load(node, loading)),
            identities: Identity::load_all(fields.get("identities"), loading),
            defaults,
            allow_exec: fields.get("allow").is_some_and(|node| allows_exec(node, loading)),
            jobs: fields.get("jobs").and_then(|node| jobs(node, loading)),
            http: fields.get("http").map(|node| http::load(node, loading)).unwrap_or_default(),
            root: empty.root,
            uses: std::mem::take(&mut loading.uses),
        };
        let known = project.known().and(known);
        names::check_project(&known, project.auth.as_ref(), &project.identities, &project.uses, loading);
        project
    }

    /// A path as messages and ids show it: below the root, with `/`.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let below: PathBuf = path.strip_prefix(self.root.path()).map_or_else(|_| path.to_owned(), Path::to_owned);
        below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    }
}

fn allows_exec(node: &Node, loading: &mut Loading) -> bool {
    let words = loading.words(Some(node));
    for word in words.iter().filter(|word| *word != "exec") {
        let wrong = Diagnostic::error("unknown-word", &node.place, format!("`allow` cannot be `{word}`"));
        loading.report(wrong.help("it can be `exec`"));
    }
    words.iter().any(|word| word == "exec")
}

fn jobs(node: &Node, loading: &mut Loading) -> Option<usize> {
    let count = loading.count(node)?;
    if count == 0 {
        loading.wrong_type(node, "at least 1", "8");
        return None;
    }
    usize::try_from(count).ok()
}
