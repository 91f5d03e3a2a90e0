//! A spec as its author wrote it, typed: every path, pattern and template compiled, every fault of the file reported.
//!
//! One type and its loader per file. Nothing here sends, plans or judges.

use std::{collections::HashMap, sync::Arc};

use crate::diagnostic::Diagnostic;
use crate::source::{Place, Root, Source};
use crate::yaml;
use crate::yaml::{Field, Fields, Node, Shape, Table, Value};

pub(crate) mod access;
pub(crate) mod again;
pub(crate) mod auth;
pub(crate) mod body;
pub(crate) mod capture;
pub(crate) mod cookie;
mod csv;
pub(crate) mod defaults;
pub(crate) mod duration;
pub(crate) mod expect;
mod exposed;
mod extensions;
mod file;
pub(crate) mod fragment;
pub(crate) mod graphql;
mod loading;
pub(crate) mod matcher;
pub(crate) mod multipart;
pub(crate) mod names;
mod never;
pub(crate) mod pair;
mod path;
pub(crate) mod request;
pub(crate) mod rows;
mod schema;
pub(crate) mod snapshot;
mod target;
mod text;
pub(crate) mod tls;
mod unread;
pub(crate) mod variable;
mod variant;
pub(crate) mod when;
mod words;
pub(crate) mod xpath;

use auth::{AuthUse, Identity};
use defaults::Defaults;
pub(crate) use exposed::exposed;
pub(crate) use extensions::Extensions;
pub(crate) use file::{Named, missing};
use fragment::Used;
pub(crate) use loading::{Loading, Use};
pub(crate) use names::Known;
pub(crate) use path::Path;
use request::{Request, Stage};
use rows::Row;
pub(crate) use schema::plain;
pub(crate) use text::{Templated, Text, Unrendered};
pub(crate) use unread::unread;
use variable::Variable;
use when::When;

/// A spec.
#[derive(Debug)]
pub(crate) struct Spec {
    /// The file.
    pub(crate) source: Arc<Source>,
    /// Whether it is only there to be used by others.
    pub(crate) is_fragment: bool,
    /// The fragments that it uses, and those that they use.
    pub(crate) used: Vec<Used>,
    /// For people; the file's name where none is written.
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) tags: Vec<String>,
    /// Why none of it is run.
    pub(crate) skip: Option<String>,
    /// Without which none of it is run.
    pub(crate) when: Option<When>,
    pub(crate) base_url: Option<Text>,
    pub(crate) vars: Vec<Variable>,
    pub(crate) auth: Option<AuthUse>,
    pub(crate) identities: Vec<Identity>,
    /// The rows that it is run for, each on its own; none where it is run once.
    pub(crate) cases: Option<Vec<Row>>,
    /// Those of fragments, `setup`, `requests` and `teardown`, in the order they are sent; `defaults` of the spec are merged in.
    pub(crate) requests: Vec<Request>,
    /// The variables that templates outside of requests read.
    pub(crate) uses: Vec<Use>,
    /// The files that are read when its requests are sent, those of fragments included.
    pub(crate) files: Vec<Named>,
}

/// The keys of a spec.
pub(crate) static TABLE: Table = Table {
    what: "a spec",
    fields: &[
        Field::new("name", Shape::Text, "For people; the file's name by default.", "Items"),
        Field::new("description", Shape::Text, "For people.", "Create, read and delete one item."),
        Field::new("tags", Shape::List(&Shape::Text), "For selection.", "[smoke, items]"),
        Field::new("skip", Shape::Text, "Why none of this spec is run.", "waits for the next release"),
        Field::new(
            "when",
            Shape::Text,
            "A template; where it yields false none of this spec is run.",
            "\"{{eq env.STAGE 'test'}}\"",
        ),
        Field::new("fragment", Shape::Boolean, "Whether it is no spec of its own, only there for `use`.", "true"),
        Field::new(
            "use",
            Shape::List(&Shape::Fields(&fragment::TABLE)),
            "Fragments whose requests are sent before the others.",
            "[{file: login.yaml, with: {user: qa}, as: login}]",
        ),
        Field::new("base_url", Shape::Text, "Joined with relative URLs.", "\"{{env.API_URL}}\""),
        Field::new("vars", Shape::Map(&Shape::Any), "Typed values for templates.", "{colour: blue}"),
        auth::FIELD,
        auth::IDENTITIES,
        Field::new("defaults", Shape::Fields(&defaults::TABLE), "Merged under each request.", "{timeout: 10s}"),
        Field::new(
            "cases",
            Shape::Either(&[Shape::Sequence(&Shape::Map(&Shape::Any)), Shape::Fields(&rows::FILE)]),
            "Rows for which the whole spec is run, each read as `{{row.x}}`.",
            "[{colour: blue}, {colour: red}]",
        ),
        Field::new(
            "setup",
            Shape::Sequence(&Shape::Fields(&request::TABLE)),
            "Requests before the others, none of which runs where one of these fails.",
            "[{name: sign in, post: /session}]",
        ),
        Field::new(
            "requests",
            Shape::Sequence(&Shape::Fields(&request::TABLE)),
            "The sequence of requests.",
            "[{name: read, get: /items}]",
        ),
        Field::new(
            "teardown",
            Shape::Sequence(&Shape::Fields(&request::TABLE)),
            "Requests behind the others, sent however those ended.",
            "[{name: sign out, delete: /session}]",
        ),
    ],
    elsewhere: &[
        ("get", "an entry of `requests`"),
        ("post", "an entry of `requests`"),
        ("expect", "a request, or `defaults`"),
        ("stages", "`requests`"),
        ("steps", "`requests`"),
        ("tests", "`requests`"),
        ("test_name", "`name`"),
        ("variables", "`vars`"),
    ],
};

/// A file as far as it could be understood.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The spec; none where an error was found.
    pub(crate) spec: Option<Spec>,
    /// Everything wrong, errors and warnings, in the order of the file.
    pub(crate) problems: Vec<Diagnostic>,
}

impl Spec {
    /// Reads a spec. `known` are the variables and identities that come from elsewhere.
    pub(crate) fn load(source: &Arc<Source>, known: &Known, root: &Root) -> Loaded {
        Self::load_by(source, known, Loading::new(source, root.clone()).with(&known.extensions))
    }

    /// Reads a file that another one uses.
    pub(crate) fn load_within(source: &Arc<Source>, known: &Known, user: &Loading) -> Loaded {
        Self::load_by(source, known, Loading::of_used(source, user))
    }

    fn load_by(source: &Arc<Source>, known: &Known, mut loading: Loading) -> Loaded {
        let parsed = yaml::parse(source);
        loading.problems = parsed.problems;
        let spec = match parsed.root {
            Some(node) => Self::read(node, source, known, &mut loading),
            None => {
                nothing_written(source, &mut loading);
                None
            }
        };
        let mut problems = loading.problems;
        let own_first = |place: &Place| (place.file() != source.name(), place.range().start);
        problems.sort_by_key(|problem| problem.place.as_ref().map_or((false, 0), own_first));
        let wrong = problems.iter().any(Diagnostic::is_error);
        Loaded { spec: spec.filter(|_| !wrong), problems }
    }

    fn read(node: Node, source: &Arc<Source>, known: &Known, loading: &mut Loading) -> Option<Self> {
        let fields = Fields::read(&node, &TABLE, &mut loading.problems)?;
        let defaults = fields.get("defaults").and_then(|node| Defaults::load(node, loading)).unwrap_or_default();
        loading.uses.clear();
        let spec = Self {
            source: Arc::clone(source),
            is_fragment: fragment::is_fragment(&fields, loading),
            used: Vec::new(),
            name: fields.get("name").and_then(|node| loading.name(node)).unwrap_or_else(|| stem(source)),
            description: loading.optional_word(fields.get("description")),
            tags: loading.tags(fields.get("tags")),
            skip: loading.reason(fields.get("skip")),
            when: When::load(fields.get("when"), loading),
            base_url: loading.base_url(fields.get("base_url")),
            vars: Variable::load_all(fields.get("vars"), loading),
            auth: fields.get("auth").and_then(|node| AuthUse::load(node, loading)),
            identities: Identity::load_all(fields.get("identities"), loading),
            cases: rows::cases(fields.get("cases"), loading),
            uses: std::mem::take(&mut loading.uses),
            files: Vec::new(),
            requests: Vec::new(),
        };
        if fields.get("setup").is_none() && fields.get("teardown").is_none() {
            let _ = fields.require("requests", &mut loading.problems);
        }
        let fragments = fragment::load_all(fields.get("use"), known, loading);
        loading.uses.clear();
        let mut requests = requests(node, loading);
        for request in &mut requests {
            request.uses.extend(defaults.uses.iter().cloned());
        }
        let mut spec = Self { requests, files: std::mem::take(&mut loading.files), ..spec };
        names::check(&spec, known, &fragments, loading);
        spec.fill_from(&known.over);
        spec.fill_from(&defaults);
        spec.requests.iter().for_each(|request| never::bodiless(request, &mut loading.problems));
        spec.join(fragments);
        Some(spec)
    }

    /// Adds what `defaults` say where nothing was said before.
    pub(crate) fn fill_from(&mut self, defaults: &Defaults) {
        for request in &mut self.requests {
            request.fill_from(defaults);
        }
    }
}

fn nothing_written(source: &Arc<Source>, loading: &mut Loading) {
    if loading.problems.is_empty() {
        let start = Place::new(source, 0, 0);
        let wrong = Diagnostic::error("empty", &start, "the file holds no spec");
        loading.report(wrong.help("a spec has `requests:`, a list of requests such as `{name: read, get: /items}`"));
    }
}

/// The requests of `setup`, `requests` and `teardown`, in the order they are sent.
///
/// What was written of each is dropped as soon as it is read: a large file does not fit twice.
fn requests(spec: Node, loading: &mut Loading) -> Vec<Request> {
    let Value::Map(mut entries) = spec.value else { return Vec::new() };
    let mut requests = Vec::new();
    for (stage, key) in [(Stage::Setup, "setup"), (Stage::Requests, "requests"), (Stage::Teardown, "teardown")] {
        let Some(at) = entries.iter().position(|entry| entry.key == key) else { continue };
        let node = entries.swap_remove(at).value;
        requests.reserve_exact(loading.list(&node).len());
        let Value::List(items) = node.value else { continue };
        requests.extend(items.into_iter().filter_map(|item| Request::load(&item, stage, loading)));
    }
    unique_names(&requests, loading);
    requests
}

/// Reports names that two requests or two of their cases have.
fn unique_names(requests: &[Request], loading: &mut Loading) {
    let mut names: HashMap<String, &Request> = HashMap::new();
    for request in requests {
        let cases = request.variants().into_iter().map(|variant| format!("{}{}", request.name, variant.suffix));
        let own: Vec<String> = std::iter::once(request.name.clone()).chain(cases).collect();
        if let Some(name) = own.iter().find(|name| names.contains_key(*name)) {
            let wrong = Diagnostic::error("duplicate-name", &request.place, format!("two requests are named `{name}`"));
            loading.report(wrong.related(&names[name].place, "the first").help("a name is unique in its file"));
        }
        for name in own {
            names.entry(name).or_insert(request);
        }
    }
}

fn stem(source: &Source) -> String {
    let path = std::path::Path::new(source.name());
    path.file_stem().map_or_else(|| source.name().to_owned(), |stem| stem.to_string_lossy().into_owned())
}
