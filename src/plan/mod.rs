//! From files to cases: discovery, loading, expansion, selection. Nothing here sends anything.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::outcome::{BrokenFile, CaseId};
use crate::spec::{
    Spec,
    access::Role,
    expect::Expect,
    request::{Request, Stage},
    rows::Row,
};

mod discover;
mod expand;
mod needs;
mod select;
mod sender;
mod walk;

pub(crate) use discover::{Discovered, discover, load};
pub(crate) use select::{Filter, Selection, TagExpression};
pub(crate) use walk::has_name_of_spec;

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

/// The cases of one file, or of one of the rows that the file is run for.
#[derive(Debug)]
pub(crate) struct SpecPlan {
    /// The path below the project's root.
    pub(crate) file: Arc<str>,
    /// What its author wrote.
    pub(crate) spec: Arc<Spec>,
    /// Which row of `cases` it is run for.
    row: Option<usize>,
    /// Whether also what is meant to be skipped is run.
    pub(crate) runs_skipped: bool,
    /// In the order they run.
    pub(crate) cases: Vec<Case>,
}

/// One request to send and judge.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) id: CaseId,
    /// Which request of the spec.
    pub(crate) request: usize,
    /// Which row of the `for_each` of that request.
    pub(crate) element: Option<usize>,
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
    /// All cases of a spec: one plan, or one for each row that it is run for.
    pub(crate) fn all(file: &Arc<str>, spec: Spec) -> Vec<Self> {
        let spec = Arc::new(spec);
        let rows = spec.cases.as_ref().map_or_else(|| vec![None], |rows| (0..rows.len()).map(Some).collect());
        rows.into_iter().map(|row| Self::of(file, &spec, row)).collect()
    }

    fn of(file: &Arc<str>, spec: &Arc<Spec>, row: Option<usize>) -> Self {
        let plan = Self { file: Arc::clone(file), spec: Arc::clone(spec), row, runs_skipped: false, cases: Vec::new() };
        Self { cases: expand::cases(file, spec, plan.row()), ..plan }
    }

    /// The row of `cases` that it is run for.
    pub(crate) fn row(&self) -> Option<&Row> {
        self.spec.cases.as_ref()?.get(self.row?)
    }

    /// Why a case is not meant to run.
    pub(crate) fn skip(&self, case: &Case) -> Option<&String> {
        self.request(case).skip.as_ref().or(self.spec.skip.as_ref()).filter(|_| !self.runs_skipped)
    }

    /// The variable of `for_each` and what it is in a case.
    pub(crate) fn element(&self, case: &Case) -> Option<(&str, &Row)> {
        let each = self.request(case).for_each.as_ref()?;
        Some((&each.name, each.rows.get(case.element?)?))
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

#[cfg(test)]
mod tests;
