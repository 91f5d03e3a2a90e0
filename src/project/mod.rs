//! The project file `hallpass.yaml`: what all specs of a project share. Found upwards from the specs, or from where the work begins.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

mod added;
mod env_file;
mod http;
mod outside;
mod profile;
mod redact;
mod report;
mod timeouts;
mod written;

pub(crate) use env_file::read_env_file;
pub(crate) use outside::{read_vars_file, scalar, variables_of};
pub(crate) use profile::Profile;
pub(crate) use redact::Redact;
pub(crate) use report::DefaultReport;
use timeouts::Timeouts;
pub(crate) use written::{Written, written};

use crate::diagnostic::Diagnostic;
use crate::source::{NoText, Place, Root, Source, read_text};
use crate::spec::{
    Known, Loading, Text, Use, auth,
    auth::{AuthUse, Identity},
    defaults,
    defaults::Defaults,
    names,
    names::ProjectNames,
    variable::Variable,
};
use crate::yaml;
use crate::yaml::{Field, Fields, Node, Shape, Table, joined};

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
    /// Where they are written.
    pub(crate) specs_place: Option<Place>,
    pub(crate) base_url: Option<Text>,
    pub(crate) vars: Vec<Variable>,
    pub(crate) auth: Option<AuthUse>,
    pub(crate) identities: Vec<Identity>,
    pub(crate) defaults: Defaults,
    /// How many specs run at once.
    pub(crate) jobs: Option<usize>,
    pub(crate) timeouts: Timeouts,
    /// Whether commands may be run for tokens.
    pub(crate) allow_exec: bool,
    /// What is hidden besides what is known to be secret.
    pub(crate) redact: Redact,
    /// The reports that `hallpass run` writes unasked.
    pub(crate) reports: Vec<DefaultReport>,
    /// The profile that was chosen; what it says is merged in, and wins over specs.
    pub(crate) profile: Option<Profile>,
    /// What is merged under each request before the `defaults` of its spec.
    pub(crate) over: Defaults,
    /// What holds for every exchange.
    pub(crate) http: HttpOptions,
    /// The variables that its templates read.
    pub(crate) uses: Vec<Use>,
}

/// The keys of `hallpass.yaml`.
pub(crate) static TABLE: Table = Table {
    what: "a project file",
    fields: &joined::<{ SHARED.len() + 1 }>(
        SHARED,
        &[Field::new(
            "profiles",
            Shape::Map(&Shape::Fields(&profile::TABLE)),
            "What is said otherwise for one place where the API runs; `-p NAME` chooses one.",
            "{staging: {base_url: \"https://staging.example.com\"}}",
        )],
    ),
    elsewhere: &[("requests", "a spec"), ("name", "a spec"), ("env_file", "profiles.NAME")],
};

/// The keys that a profile has too.
const SHARED: &[Field] = &[
    Field::new("specs", Shape::List(&Shape::Text), "Folders, files or globs that hold specs.", "[specs]"),
    Field::new("base_url", Shape::Text, "Joined with relative URLs.", "\"{{env.API_URL}}\""),
    Field::new("vars", Shape::Map(&Shape::Any), "Typed values for templates of every spec.", "{colour: blue}"),
    auth::FIELD,
    auth::IDENTITIES,
    Field::new("defaults", Shape::Fields(&defaults::TABLE), "Merged under each request.", "{timeout: 10s}"),
    Field::new(
        "allow",
        Shape::List(&Shape::Word(&["exec"])),
        "What is not allowed unless it is written: commands run for tokens.",
        "[exec]",
    ),
    Field::new("jobs", Shape::Integer, "How many specs run at once.", "8"),
    Field::new("timeouts", Shape::Fields(&timeouts::TABLE), "How long things may take.", "{request: 10s}"),
    Field::new(
        "redact",
        Shape::Fields(&redact::TABLE),
        "What is hidden in everything that is printed, besides what is known to be secret.",
        "{headers: [X-Tenant-Key], members: [iban]}",
    ),
    Field::new(
        "report",
        Shape::Map(&Shape::Text),
        "The reports that `hallpass run` writes unasked: a format and a path.",
        "{junit: target/junit.xml}",
    ),
    Field::new("http", Shape::Fields(&http::TABLE), "What holds for every exchange.", "{max_body: 256MiB}"),
];

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
    /// `profile` is the name of the one that was chosen.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub(crate) fn open(start: &Path, profile: Option<&str>, known: &Known) -> Result<Opened, NoText> {
        let start = start.canonicalize()?;
        let folder = if start.is_dir() { start.as_path() } else { start.parent().unwrap_or(&start) };
        match Self::file_above(folder) {
            Some(file) => {
                let text = read_text(&file)?;
                Ok(Self::load(&Source::new(FILE, file, text), profile, known))
            }
            None => {
                let problems = profile.map(|name| profile::unknown(name, &[])).into_iter().collect();
                Ok(Opened { project: Self::empty(folder), problems })
            }
        }
    }

    /// The nearest `hallpass.yaml` in a folder or above it.
    pub(crate) fn file_above(folder: &Path) -> Option<PathBuf> {
        folder.ancestors().map(|up| up.join(FILE)).find(|file| fs::symlink_metadata(file).is_ok())
    }

    /// Reads a project file as a profile has it. `known` are names from outside of the project.
    pub(crate) fn load(source: &Arc<Source>, profile: Option<&str>, known: &Known) -> Opened {
        let parsed = yaml::parse(source);
        let mut loading = Loading::new(source, Root::new(&folder_of(source))).with(&known.extensions);
        loading.problems = parsed.problems;
        let project = match &parsed.root {
            Some(node) => profile::read(node, profile, (source, known), &mut loading),
            None => {
                loading.problems.extend(profile.map(|name| profile::unknown(name, &[])));
                Self::empty(&folder_of(source))
            }
        };
        Opened { project, problems: loading.problems }
    }

    /// The names that this project gives to its specs.
    pub(crate) fn known(&self) -> Known {
        Known {
            vars: self.vars.iter().map(|it| it.name.clone()).collect(),
            identities: self.identities.iter().map(|it| it.name.clone()).collect(),
            over: self.over.clone(),
            under: self.defaults.uses.clone(),
            ..Known::default()
        }
    }

    /// A project without a file.
    fn empty(folder: &Path) -> Self {
        Self {
            root: Root::new(folder),
            specs: vec!["specs".to_owned()],
            specs_place: None,
            base_url: None,
            vars: Vec::new(),
            auth: None,
            identities: Vec::new(),
            defaults: Defaults::default(),
            jobs: None,
            timeouts: Timeouts::default(),
            allow_exec: false,
            redact: Redact::default(),
            reports: Vec::new(),
            profile: None,
            over: Defaults::default(),
            http: HttpOptions::default(),
            uses: Vec::new(),
        }
    }

    fn read(node: &Node, empty: Self, known: &Known, loading: &mut Loading) -> Self {
        let Some(fields) = Fields::read(node, &TABLE, &mut loading.problems) else { return empty };
        let mut defaults = fields.get("defaults").and_then(|node| Defaults::load(node, loading)).unwrap_or_default();
        loading.uses.clear();
        let timeouts = fields.get("timeouts").map(|node| Timeouts::load(node, loading)).unwrap_or_default();
        defaults.timeout = defaults.timeout.or_else(|| timeouts.request.clone());
        let specs = fields.get("specs").map(|node| loading.words(Some(node)));
        let specs_place = fields.get("specs").map(|node| node.place.clone());
        let project = Self {
            specs: specs.unwrap_or(empty.specs),
            specs_place,
            base_url: loading.base_url(fields.get("base_url")),
            vars: Variable::load_all(fields.get("vars"), loading),
            auth: fields.get("auth").and_then(|node| AuthUse::load(node, loading)),
            identities: Identity::load_all(fields.get("identities"), loading),
            defaults,
            allow_exec: fields.get("allow").is_some_and(|node| allows_exec(node, loading)),
            jobs: fields.get("jobs").and_then(|node| jobs(node, loading)),
            timeouts,
            redact: fields.get("redact").map(|node| Redact::load(node, loading)).unwrap_or_default(),
            reports: fields.get("report").map(|node| DefaultReport::load_all(node, loading)).unwrap_or_default(),
            profile: None,
            over: Defaults::default(),
            http: fields.get("http").map(|node| http::load(node, loading)).unwrap_or_default(),
            root: empty.root,
            uses: std::mem::take(&mut loading.uses),
        };
        names::check_project(&project.names(&project.uses), known, loading);
        project
    }

    /// The names that it gives, where these are read.
    fn names<'p>(&'p self, uses: &'p [Use]) -> ProjectNames<'p> {
        ProjectNames { vars: &self.vars, auth: self.auth.as_ref(), identities: &self.identities, uses }
    }

    /// A path as messages and ids show it: below the root, with `/`.
    pub(crate) fn shown(&self, path: &Path) -> String {
        self.root.shown(path)
    }
}

fn folder_of(source: &Source) -> PathBuf {
    source.path().parent().map(Path::to_owned).unwrap_or_default()
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
        loading.not_a_count(node, "at least 1");
        return None;
    }
    usize::try_from(count).ok()
}
