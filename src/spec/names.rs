//! Whether every name means something: variables, identities, requests that others need.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

mod fragments;

use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Place;
use crate::spec::{
    Extensions, Loading, Spec, Use,
    auth::{self, AuthUse, Identity},
    defaults::Defaults,
    fragment::Fragment,
    request::Request,
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
    loading.problems.append(&mut checker.problems);
    let in_place: Vec<_> =
        spec.requests.iter().map(|request| request.auth.as_ref()).chain([spec.auth.as_ref()]).collect();
    auth::check(&spec.identities, &in_place, loading);
}

struct Checker<'s> {
    /// Variables that may be read at this point.
    defined: HashSet<&'s str>,
    /// Every capture and the request that takes it.
    captured: HashMap<&'s str, &'s str>,
    identities: HashSet<&'s str>,
    /// Requests before this point.
    earlier: HashSet<&'s str>,
    /// Those among them that are sent more than once.
    repeated: HashSet<&'s str>,
    /// What fragments capture, by what that is read by.
    fragments: HashMap<&'s str, HashSet<&'s str>>,
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
            earlier: HashSet::new(),
            repeated: HashSet::new(),
            fragments: HashMap::new(),
            problems: Vec::new(),
        }
    }

    fn spec(&mut self, spec: &'s Spec, fragments: &'s [Fragment]) {
        for variable in &spec.vars {
            self.define(variable);
        }
        for read in &spec.uses {
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
        let vars = request.vars.iter().map(|it| &*it.name);
        let own: HashSet<&str> = vars.chain(request.for_each.iter().map(|it| &*it.name)).collect();
        let captures: HashSet<&str> = request.capture.iter().map(|it| &*it.name).collect();
        for read in &request.uses {
            let by_itself = own.contains(&*read.name) || (captures.contains(&*read.name) && in_values(request, read));
            if !by_itself {
                self.read(read, Some(request));
            }
        }
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

    fn define(&mut self, variable: &'s Variable) {
        self.defined.insert(&variable.name);
    }

    fn read(&mut self, read: &Use, request: Option<&Request>) {
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

/// Reports every name of a project file that means nothing.
pub(crate) fn check_project(
    known: &Known,
    auth: Option<&AuthUse>,
    identities: &[Identity],
    uses: &[Use],
    loading: &mut Loading,
) {
    let mut checker = Checker {
        defined: known.vars.iter().map(String::as_str).collect(),
        captured: HashMap::new(),
        identities: known.identities.iter().map(String::as_str).collect(),
        earlier: HashSet::new(),
        repeated: HashSet::new(),
        fragments: HashMap::new(),
        problems: Vec::new(),
    };
    for read in uses {
        checker.read(read, None);
    }
    checker.identity(auth);
    for identity in identities {
        checker.references(identity);
    }
    loading.problems.append(&mut checker.problems);
    auth::check(identities, &[auth], loading);
}
