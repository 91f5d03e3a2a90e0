//! `use` and `fragment`: requests of another file that are sent before those of a spec, with variables of their own.

use std::{path::Path, sync::Arc};

use crate::diagnostic::{Diagnostic, nearest};
use crate::source::{Place, Source, read_text};
use crate::spec::{
    Known, Loading, Spec, Use,
    auth::AuthUse,
    request::{Request, Stage},
    variable::Variable,
};
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table};

/// A fragment as a spec uses it. What its requests read is what it defines and is given, not what the spec defines.
#[derive(Debug)]
pub(crate) struct Used {
    /// What its captures are read by: `{{login.token}}`.
    pub(crate) alias: String,
    /// What stands before the names of its requests: the alias, and those of the fragments it is used within.
    pub(crate) label: String,
    /// The fragment that uses it, by its index; none where the spec does.
    pub(crate) within: Option<usize>,
    /// The file of the fragment.
    pub(crate) source: Arc<Source>,
    pub(crate) auth: Option<AuthUse>,
    /// Its parameters with their defaults.
    pub(crate) vars: Vec<Variable>,
    /// The parameters that are given, in the words of whoever uses it.
    pub(crate) with: Vec<Variable>,
    /// The variables that the templates of `with` read.
    pub(crate) with_uses: Vec<Use>,
    /// The variables that the templates of its `vars` read.
    pub(crate) uses: Vec<Use>,
}

/// An entry of `use` with the fragment that it names.
#[derive(Debug)]
pub(super) struct Fragment {
    used: Used,
    /// Where its alias was written.
    place: Place,
    /// The names of its requests as whoever uses it knows them, and whether they are sent more than once.
    names: Vec<(String, bool)>,
    spec: Spec,
}

/// The keys of an entry of `use`.
pub(crate) static TABLE: Table = Table {
    what: "an entry of `use`",
    fields: &[
        Field::new("file", Shape::Text, "A file beside this one that says `fragment: true`.", "login.yaml"),
        Field::new("with", Shape::Map(&Shape::Any), "Values for its `vars`.", "{user: qa}"),
        Field::new("as", Shape::Text, "What its captures are read by; the name of the file by default.", "login"),
    ],
    elsewhere: &[("vars", "with"), ("name", "as")],
};

/// Keys of a spec that a fragment does not have, and what to do instead.
const NOT_IN_FRAGMENTS: &[(&str, &str)] = &[
    ("base_url", "the base of whoever uses it holds; a URL may begin with `{{a_variable}}`"),
    ("cases", "whoever uses it may have `cases`, and give it `{{row.x}}` by `with`"),
    ("identities", "write them into hallpass.yaml, or one scheme in place of a name"),
    ("setup", "write them as the first of `requests`"),
    ("skip", "skip requests of it, or the spec that uses it"),
    ("when", "write it at requests of it, or at the spec that uses it"),
];

/// Whether a file says that it is a fragment. Keys that a fragment does not have are reported.
pub(super) fn is_fragment(fields: &Fields<'_>, loading: &mut Loading) -> bool {
    let says_so = fields.get("fragment").and_then(|node| loading.boolean(node)).unwrap_or_default();
    for (name, help) in NOT_IN_FRAGMENTS.iter().filter(|_| says_so) {
        if let Some(entry) = fields.entry(name) {
            let wrong = Diagnostic::error("not-in-fragment", &entry.key_place, format!("a fragment has no `{name}`"));
            loading.report(wrong.help(*help));
        }
    }
    says_so
}

/// Reads `use`, if the key is there, and every file that it names.
pub(super) fn load_all(node: Option<&Node>, known: &Known, loading: &mut Loading) -> Vec<Fragment> {
    let Some(node) = node else { return Vec::new() };
    let items = loading.list(node);
    items.iter().filter_map(|item| Fragment::load(item, known, loading)).collect()
}

impl Fragment {
    /// What its captures are read by.
    pub(super) fn alias(&self) -> &str {
        &self.used.alias
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// The variables that its `with` reads.
    pub(super) fn with_uses(&self) -> &[Use] {
        &self.used.with_uses
    }

    /// The names of its requests as whoever uses it knows them, and whether they are sent more than once.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, bool)> {
        self.names.iter().map(|(name, is_repeated)| (name.as_str(), *is_repeated))
    }

    /// The names that it captures.
    pub(super) fn captures(&self) -> impl Iterator<Item = &str> {
        let own = self.spec.requests.iter().filter(|request| request.fragment.is_none());
        own.flat_map(|request| &request.capture).map(|capture| capture.name.as_str())
    }

    fn load(node: &Node, known: &Known, loading: &mut Loading) -> Option<Self> {
        if let Some(file) = node.scalar_text() {
            loading.wrong_type(node, "a map with a `file`", &format!("{{file: {file}}}"));
            return None;
        }
        let fields = Fields::read(node, &TABLE, &mut loading.problems)?;
        let file = fields.require("file", &mut loading.problems)?;
        let alias = alias(fields.get("as"), file, loading);
        let mut spec = read(file, known, loading)?;
        loading.uses.clear();
        let with = fields.entry("with").map(|entry| with(entry, &spec, loading)).unwrap_or_default();
        let (alias, place) = alias?;
        let used = Used {
            label: alias.clone(),
            alias,
            within: None,
            source: Arc::clone(&spec.source),
            auth: spec.auth.take(),
            vars: std::mem::take(&mut spec.vars),
            with,
            with_uses: std::mem::take(&mut loading.uses),
            uses: std::mem::take(&mut spec.uses),
        };
        let names = spec.requests.iter().map(|it| (joined(&used.alias, &it.name), it.is_repeated())).collect();
        Some(Self { used, place, names, spec })
    }
}

/// What captures are read by, and where that is written.
fn alias(written: Option<&Node>, file: &Node, loading: &mut Loading) -> Option<(String, Place)> {
    let (name, place) = match written {
        Some(node) => (loading.word(node)?.to_owned(), &node.place),
        None => {
            let stem = Path::new(loading.word(file)?).file_stem().map(|stem| stem.to_string_lossy().into_owned());
            (stem.unwrap_or_default(), &file.place)
        }
    };
    let before = loading.problems.len();
    loading.variable_name(&name, place);
    let is_good = loading.problems.len() == before;
    if let Some(problem) = loading.problems.last_mut().filter(|_| !is_good && written.is_none()) {
        problem.help = Some("say what its captures are read by: `as: login`".to_owned());
    }
    is_good.then(|| (name, place.clone()))
}

/// The fragment that a file holds.
fn read(file: &Node, known: &Known, loading: &mut Loading) -> Option<Spec> {
    let path = loading.path_beside(file)?;
    let name = file.scalar_text().unwrap_or_default();
    if loading.is_open(&path) {
        let message = format!("`{name}` uses itself: {}", loading.circle(&path));
        loading.report(Diagnostic::error("circle", &file.place, message).help("take one `use` of the circle out"));
        return None;
    }
    let text = match read_text(&path) {
        Ok(text) => text,
        Err(why) => {
            loading.report(Diagnostic::error("missing-file", &file.place, format!("`{name}` {why}")));
            return None;
        }
    };
    let source = Source::new(loading.shown(&path), path, text);
    let loaded = Spec::load_within(&source, known, loading);
    let is_wrong = loaded.spec.is_none();
    if is_wrong {
        let wrong = Diagnostic::error("bad-fragment", &file.place, format!("the fragment `{name}` has errors"));
        loading.report(wrong.help("they are told where they stand"));
    }
    loading.problems.extend(loaded.problems);
    let spec = loaded.spec?;
    if !spec.is_fragment {
        let wrong = Diagnostic::error("not-a-fragment", &file.place, format!("`{name}` is a spec of its own"));
        loading.report(wrong.help("write `fragment: true` into it, or put what both need into a fragment"));
        return None;
    }
    Some(spec)
}

/// Reads `with`: values for variables that the fragment has.
fn with(entry: &Entry, fragment: &Spec, loading: &mut Loading) -> Vec<Variable> {
    let entries = loading.map(&entry.value);
    let mut all = Vec::with_capacity(entries.len());
    for entry in entries {
        if !fragment.vars.iter().any(|variable| variable.name == entry.key) {
            loading.report(unknown_parameter(entry, fragment));
        }
        all.extend(loading.tree(&entry.value).map(|value| Variable {
            name: entry.key.clone(),
            place: entry.key_place.clone(),
            value,
        }));
    }
    all
}

fn unknown_parameter(entry: &Entry, fragment: &Spec) -> Diagnostic {
    let message = format!("`{}` has no variable `{}`", fragment.source.name(), entry.key);
    let wrong = Diagnostic::error("unknown-parameter", &entry.key_place, message);
    let names: Vec<_> = fragment.vars.iter().map(|variable| variable.name.as_str()).collect();
    match nearest(&entry.key, names.iter().copied()) {
        Some(near) => wrong.label(format!("did you mean `{near}`?")),
        None if names.is_empty() => wrong.help("a fragment takes values for what stands under its `vars:`"),
        None => {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            wrong.help(format!("it has {}", names.join(", ")))
        }
    }
}

impl Spec {
    /// Puts the requests of fragments before its own, and their `teardown` behind its own, the last fragment first.
    pub(super) fn join(&mut self, fragments: Vec<Fragment>) {
        let mut before = Vec::new();
        let mut behind = Vec::new();
        for fragment in fragments {
            let (first, last): (Vec<_>, Vec<_>) =
                self.adopt(fragment).into_iter().partition(|request| request.stage != Stage::Teardown);
            before.extend(first);
            behind.splice(..0, last);
        }
        self.requests.splice(..0, before);
        self.requests.extend(behind);
    }

    /// Takes in a fragment and those that it uses itself; gives its requests under their new names.
    fn adopt(&mut self, fragment: Fragment) -> Vec<Request> {
        let (own, spec) = (self.used.len(), fragment.spec);
        let alias = fragment.used.alias.clone();
        let moved = |index: Option<usize>| Some(index.map_or(own, |index| own + 1 + index));
        let nested = spec.used.into_iter().map(|used| Used {
            within: moved(used.within),
            label: joined(&alias, &used.label),
            ..used
        });
        self.used.push(fragment.used);
        self.used.extend(nested);
        self.files.extend(spec.files);
        let mut requests = spec.requests;
        for request in &mut requests {
            request.name = joined(&alias, &request.name);
            request.fragment = moved(request.fragment);
            request.needs.iter_mut().for_each(|(name, _)| *name = joined(&alias, name));
            request.tags.extend(spec.tags.iter().cloned());
            if request.stage == Stage::Requests {
                request.stage = Stage::Fragment;
            }
        }
        requests
    }

    /// The fragment that a name means where a fragment, or the spec itself, reads it.
    pub(crate) fn fragment_named(&self, alias: &str, within: Option<usize>) -> Option<usize> {
        self.used.iter().position(|used| used.alias == alias && used.within == within)
    }

    /// The name of a request as the templates of a fragment call it, told as all others know it.
    pub(crate) fn full_name(&self, name: &str, within: Option<usize>) -> String {
        match within.and_then(|index| self.used.get(index)) {
            Some(used) => joined(&used.label, name),
            None => name.to_owned(),
        }
    }

    /// A fragment, and those that it is used within.
    pub(crate) fn fragments_around(&self, fragment: Option<usize>) -> impl Iterator<Item = &Used> {
        let first = fragment.and_then(|index| self.used.get(index));
        std::iter::successors(first, |used| self.used.get(used.within?))
    }
}

fn joined(outer: &str, inner: &str) -> String {
    format!("{outer} / {inner}")
}
