//! Whether every name means something: variables, identities, requests that others need.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

mod columns;
mod fragments;
mod members;
mod order;

use crate::diagnostic::{Diagnostic, each_once, nearest};
use crate::source::Place;
use crate::spec::{
    Extensions, Loading, Spec, Use,
    auth::{self, AuthUse, Identity},
    defaults::Defaults,
    fragment::Fragment,
    request::Request,
    rows::Row,
    variable::Variable,
};

/// Names that come from outside of a spec: the project file, the command line, the harness.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Variables.
    pub(crate) vars: HashSet<String>,
    /// Identities.
    pub(crate) identities: HashSet<String>,
    /// What is merged under each request before the `defaults` of the spec: the command line's and the profile's.
    pub(crate) over: Defaults,
    /// The variables that `defaults` of the project file read, which are merged under those of the spec.
    pub(crate) under: Vec<Use>,
    /// Helpers and matchers.
    pub(crate) extensions: Arc<Extensions>,
}

impl Known {
    /// These and others.
    #[must_use]
    pub(crate) fn and(mut self, others: &Self) -> Self {
        self.vars.extend(others.vars.iter().cloned());
        self.identities.extend(others.identities.iter().cloned());
        self.extensions = Arc::clone(&others.extensions);
        self
    }
}

/// Reports every name of a spec that means nothing.
pub(super) fn check(spec: &Spec, known: &Known, fragments: &[Fragment], loading: &mut Loading) {
    let mut checker = Checker::new(spec, known);
    checker.spec(spec, fragments);
    each_once(&mut checker.problems);
    loading.problems.append(&mut checker.problems);
    let in_place: Vec<_> =
        spec.requests.iter().map(|request| request.auth.as_ref()).chain([spec.auth.as_ref()]).collect();
    auth::check(&spec.identities, &in_place, loading);
}

#[derive(Default)]
struct Checker<'s> {
    /// Variables that may be read at this point.
    defined: HashSet<&'s str>,
    /// Every capture and the request that takes it.
    captured: HashMap<&'s str, &'s str>,
    identities: HashSet<&'s str>,
    /// Requests before this point.
    earlier: HashSet<&'s str>,
    /// All requests.
    requests: HashSet<&'s str>,
    /// Those among them that are sent more than once.
    repeated: HashSet<&'s str>,
    /// What fragments capture, by what that is read by.
    fragments: HashMap<&'s str, HashSet<&'s str>>,
    /// What every request reads because of `defaults` from outside of the spec.
    from_outside: Vec<&'s Use>,
    /// The rows that the spec is run for.
    rows: &'s [Row],
    problems: Vec<Diagnostic>,
}

impl<'s> Checker<'s> {
    fn new(spec: &'s Spec, known: &'s Known) -> Self {
        let captures =
            spec.requests.iter().flat_map(|request| request.capture.iter().map(|it| (&*it.name, &*request.name)));
        Self {
            defined: known.vars.iter().map(String::as_str).chain(spec.cases.is_some().then_some("row")).collect(),
            captured: captures.collect(),
            identities: known
                .identities
                .iter()
                .map(String::as_str)
                .chain(spec.identities.iter().map(|it| &*it.name))
                .collect(),
            requests: spec.requests.iter().map(|request| &*request.name).collect(),
            from_outside: known.over.uses.iter().chain(&known.under).collect(),
            rows: spec.cases.as_deref().filter(|rows| rows.iter().all(Row::is_map)).unwrap_or_default(),
            ..Self::default()
        }
    }

    fn spec(&mut self, spec: &'s Spec, fragments: &'s [Fragment]) {
        for read in self.in_order(&spec.vars, &spec.uses) {
            self.read(read, None);
        }
        self.identity(spec.auth.as_ref());
        for identity in &spec.identities {
            self.references(identity);
        }
        for fragment in fragments {
            self.fragment(fragment, spec);
        }
        for request in &spec.requests {
            self.request(request);
        }
    }

    fn request(&mut self, request: &'s Request) {
        let captures: HashSet<&str> = request.capture.iter().map(|it| &*it.name).collect();
        for read in &request.uses {
            let is_captured = captures.contains(&*read.name) && in_values(request, read);
            if !is_captured && !self.own_variable(read, request) {
                self.read(read, Some(request));
            }
        }
        let before = self.problems.len();
        for read in self.from_outside.clone() {
            if !self.own_variable(read, request) {
                self.read(read, Some(request));
            }
        }
        // The project file may be right for all specs but this one.
        let of_spec = format!(" in `{}`", request.place.file());
        self.problems[before..].iter_mut().for_each(|problem| problem.message.push_str(&of_spec));
        self.identity(request.auth.as_ref());
        request.roles.iter().for_each(|role| self.identity(Some(&role.auth)));
        if let Some(each) = request.for_each.as_ref().filter(|each| self.defined.contains(&*each.name)) {
            self.hidden(&each.name, &each.place);
        }
        for (name, place) in &request.needs {
            self.need(name, place, request);
        }
        self.defined.extend(captures);
        self.earlier.insert(&request.name);
        if request.is_repeated() {
            self.repeated.insert(&request.name);
        }
    }

    /// Whether a use reads a variable of its own request; one that is read too early is reported.
    fn own_variable(&mut self, read: &Use, request: &Request) -> bool {
        if let Some(each) = request.for_each.as_ref().filter(|each| each.name == read.name) {
            self.columns(read, &each.rows);
            return true;
        }
        let Some(at) = request.vars.iter().position(|variable| variable.name == read.name) else { return false };
        let by = request.vars.iter().position(|variable| variable.value.place.encloses(&read.place));
        match by.filter(|by| *by <= at && !read.optional) {
            Some(_) if self.defined.contains(read.name.as_str()) => return false,
            Some(by) => self.too_early(read, &request.vars[by], &request.vars[at]),
            None => {}
        }
        true
    }

    fn read(&mut self, read: &Use, request: Option<&Request>) {
        self.member(read);
        if read.name == "row" {
            self.columns(read, self.rows);
        }
        match read.name.as_str() {
            "env" | "run" | "case" | "base_url" => {}
            name if !read.optional && self.fragments.contains_key(name) => self.of_fragment(read),
            "auth" => {
                if let Some(name) = read.rest.first().filter(|name| !self.identities.contains(name.as_str())) {
                    self.unknown_identity(name, &read.place);
                }
            }
            "responses" => {
                if let Some(name) = read.rest.first() {
                    self.response(name, &read.place);
                }
            }
            name if read.optional || self.defined.contains(name) => {}
            name => self.undefined(name, &read.place, request),
        }
    }

    fn response(&mut self, name: &str, place: &Place) {
        if !self.earlier.contains(name) {
            self.unknown_request(name, place);
        } else if self.repeated.contains(name) {
            let message = format!("`{name}` is sent more than once, so it has no one answer");
            let wrong = Diagnostic::error("many-answers", place, message);
            self.problems.push(wrong.help("send it once more in a request of its own, and read the answer to that"));
        }
    }

    /// A variable of `for_each` that hides another.
    fn hidden(&mut self, name: &str, place: &Place) {
        let message = format!("`{name}` means something else already");
        let wrong = Diagnostic::error("duplicate-name", place, message);
        self.problems.push(wrong.help("choose another name for what `for_each` counts through"));
    }

    fn undefined(&mut self, name: &str, place: &Place, request: Option<&Request>) {
        let wrong = Diagnostic::error("undefined-variable", place, format!("nothing defines the variable `{name}`"));
        if let (Some(by), Some(request)) = (self.captured.get(name), request) {
            let message = if *by == request.name {
                format!("`{name}` is read by the request that captures it")
            } else {
                format!("`{name}` is read before `{by}` captures it")
            };
            let wrong = Diagnostic::error("undefined-variable", place, message);
            self.problems.push(wrong.help("move the request that captures it before this one"));
            return;
        }
        if let Some(alias) = self.fragment_that_captures(name) {
            self.problems
                .push(wrong.help(format!("the fragment `{alias}` captures it: read `{{{{{alias}.{name}}}}}`")));
            return;
        }
        let known = self.defined.iter().copied().chain(["env", "auth", "base_url", "run", "case", "responses"]);
        self.problems.push(match nearest(name, known) {
            Some(near) => wrong.label(format!("did you mean `{near}`?")),
            None => wrong
                .help(format!("define it under `vars:`, capture it in an earlier request, or pass `--var {name}=…`")),
        });
    }

    fn identity(&mut self, auth: Option<&AuthUse>) {
        if let Some(AuthUse::Named(name, place)) = auth
            && !self.identities.contains(&**name)
        {
            self.unknown_identity(name, place);
        }
        if let Some(AuthUse::Inline(identity)) = auth {
            self.references(identity);
        }
    }

    /// The identities that another is made from.
    fn references(&mut self, identity: &Identity) {
        for used in identity.scheme.references() {
            self.identity(Some(used));
        }
    }

    fn unknown_identity(&mut self, name: &str, place: &Place) {
        let wrong = Diagnostic::error("unknown-identity", place, format!("there is no identity `{name}`"));
        let known: Vec<_> = self.identities.iter().copied().collect();
        self.problems.push(match nearest(name, known.iter().copied()) {
            Some(near) => wrong.label(format!("did you mean `{near}`?")),
            None => wrong.help("define it under `identities:` here or in hallpass.yaml, or write `none`"),
        });
    }

    fn need(&mut self, name: &str, place: &Place, request: &Request) {
        if name == request.name {
            self.problems.push(Diagnostic::error("needs-itself", place, format!("`{name}` cannot need itself")));
        } else if !self.earlier.contains(name) && !self.fragments.contains_key(name) {
            self.unknown_request(name, place);
        }
    }

    fn unknown_request(&mut self, name: &str, place: &Place) {
        let wrong = Diagnostic::error("unknown-request", place, format!("no earlier request is named `{name}`"));
        if self.requests.contains(name) {
            self.problems
                .push(wrong.help(format!("`{name}` comes later, and requests run in the order they are written")));
            return;
        }
        let known = self.earlier.iter().chain(self.fragments.keys()).copied();
        self.problems.push(match nearest(name, known) {
            Some(near) => wrong.label(format!("did you mean `{near}`?")),
            None => wrong.help("requests run in the order they are written"),
        });
    }
}

/// Whether a use stands where the request's own captures are known already: in `expect`.
fn in_values(request: &Request, read: &Use) -> bool {
    request.expect.covers(&read.place)
}

/// The names that a project file gives, and where it reads others.
pub(crate) struct ProjectNames<'p> {
    pub(crate) vars: &'p [Variable],
    pub(crate) auth: Option<&'p AuthUse>,
    pub(crate) identities: &'p [Identity],
    pub(crate) uses: &'p [Use],
}

/// Reports every name of a project file that means nothing. `outside` are the names that the command line gives.
pub(crate) fn check_project(project: &ProjectNames<'_>, outside: &Known, loading: &mut Loading) {
    let own = project.identities.iter().map(|it| &*it.name);
    let mut checker = Checker {
        defined: outside.vars.iter().map(String::as_str).collect(),
        identities: outside.identities.iter().map(String::as_str).chain(own).collect(),
        ..Checker::default()
    };
    for read in checker.in_order(project.vars, project.uses) {
        checker.read(read, None);
    }
    checker.identity(project.auth);
    for identity in project.identities {
        checker.references(identity);
    }
    loading.problems.append(&mut checker.problems);
    auth::check(project.identities, &[project.auth], loading);
}

#[cfg(test)]
mod tests;
