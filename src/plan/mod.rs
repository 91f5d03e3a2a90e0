//! From files to cases: discovery, loading, expansion, selection. Nothing here sends anything.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::outcome::{BrokenFile, CaseId};
use crate::spec::{
    Spec,
    access::Role,
    expect::Expect,
    request::{Request, Stage},
};

mod discover;
mod expand;
mod needs;
mod select;

pub(crate) use discover::{Discovered, discover, load};
pub(crate) use select::{Filter, Selection, TagExpression};

/// What is to run.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// One for each file with a case to run, in the order of paths.
    pub(crate) specs: Vec<SpecPlan>,
    /// Files that did not load.
    pub(crate) broken: Vec<BrokenFile>,
    /// Warnings of files that did load.
    pub(crate) warnings: Vec<Diagnostic>,
}

/// The cases of one file.
#[derive(Debug)]
pub(crate) struct SpecPlan {
    /// The path below the project's root.
    pub(crate) file: Arc<str>,
    /// What its author wrote.
    pub(crate) spec: Spec,
    /// In the order they run.
    pub(crate) cases: Vec<Case>,
}

/// One request to send and judge.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) id: CaseId,
    /// Which request of the spec.
    pub(crate) request: usize,
    /// Which row of the `as` of that request.
    pub(crate) role: Option<usize>,
    /// Cases of this file, by their index, that must have passed.
    pub(crate) needs: Vec<usize>,
    /// The cases of `setup`, which run before it and must not have failed.
    pub(crate) setup: Vec<usize>,
    /// The case that this one runs for, where it was not selected itself.
    pub(crate) needed_by: Option<Arc<str>>,
}

impl SpecPlan {
    /// All cases of a spec.
    pub(crate) fn of(file: Arc<str>, spec: Spec) -> Self {
        let cases = expand::cases(&file, &spec);
        Self { file, spec, cases }
    }

    /// The request of a case.
    pub(crate) fn request(&self, case: &Case) -> &Request {
        &self.spec.requests[case.request]
    }

    /// Whether a case is sent however those before it ended.
    pub(crate) fn is_teardown(&self, case: &Case) -> bool {
        self.request(case).stage == Stage::Teardown
    }

    /// The row of an access matrix that a case is.
    pub(crate) fn role(&self, case: &Case) -> Option<&Role> {
        self.request(case).roles.get(case.role?)
    }

    /// What the answer to a case must be.
    pub(crate) fn expect(&self, case: &Case) -> &Expect {
        self.role(case).map_or(&self.request(case).expect, |role| &role.expect)
    }
}

impl Plan {
    /// How many cases are to run.
    pub(crate) fn len(&self) -> usize {
        self.specs.iter().map(|spec| spec.cases.len()).sum()
    }

    /// Whether there is neither a case nor a broken file.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0 && self.broken.is_empty()
    }

    /// Keeps what is selected and what that needs, and every file that did not load: nobody knows what it holds.
    pub(crate) fn select(&mut self, selection: &Selection) {
        self.keep(|case| selection.takes(case));
    }

    /// Keeps the cases that are taken and what they need.
    pub(crate) fn keep(&mut self, takes: impl Fn(&CaseId) -> bool) {
        for spec in &mut self.specs {
            select::keep(spec, &takes);
        }
        self.specs.retain(|spec| !spec.cases.is_empty());
    }
}
