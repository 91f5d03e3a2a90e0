//! What the templates of a case may read.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::json::Json;
use crate::plan::Case;
use crate::run::spec::SpecRun;
use crate::template::{Draws, Files, Lookup, Scope};

/// The layers of a scope, borrowed from the run of a spec.
pub(crate) struct Layers<'r> {
    run: &'r SpecRun<'r>,
    case: Option<&'r Case>,
    own: Option<&'r BTreeMap<String, Json<'static>>>,
    draws: &'r Draws,
    files: &'r Files,
    /// The fragment whose variables are read; those of the spec where there is none.
    fragment: Option<usize>,
}

impl<'r> Layers<'r> {
    /// What a case, or the spec before its first case, may read.
    pub(crate) fn of(run: &'r SpecRun<'_>, case: Option<&'r Case>, draws: &'r Draws) -> Self {
        let layers = Self { run, case, own: None, draws, files: &run.files, fragment: None };
        layers.within(case.and_then(|case| run.plan.request(case).fragment))
    }

    /// The same for what a fragment says: it reads its own variables, and files are found beside it.
    #[must_use]
    pub(crate) fn within(mut self, fragment: Option<usize>) -> Self {
        let files = fragment.and_then(|index| self.run.fragments.get(&index)).map(|run| &run.files);
        self.files = files.unwrap_or(&self.run.files);
        self.fragment = fragment;
        self
    }

    /// The same with the variables of the request in front.
    #[must_use]
    pub(crate) fn own(mut self, own: &'r BTreeMap<String, Json<'static>>) -> Self {
        self.own = Some(own);
        self
    }

    /// The same for what the project file says: files are found beside it.
    #[must_use]
    pub(crate) fn of_project(mut self) -> Self {
        self.files = &self.run.world.files;
        self
    }

    /// Does something with the scope.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&Scope<'_>) -> T) -> T {
        let mut layers: Vec<&dyn Lookup> = Vec::with_capacity(3);
        if let Some(own) = self.own {
            layers.push(own);
        }
        layers.push(&self.run.variables(self.fragment).values);
        layers.push(self);
        let now = self.run.world.clock.wall();
        work(&Scope { layers, draws: self.draws, files: self.files, now })
    }

    fn run_facts(&self) -> Json<'static> {
        let settings = &self.run.world.settings;
        Json::Object(vec![
            ("id".into(), Json::from(settings.id.clone())),
            ("seed".into(), Json::from(settings.seed.to_string())),
        ])
    }

    fn case_facts(&self) -> Option<Json<'static>> {
        let id = &self.case?.id;
        Some(Json::Object(vec![
            ("name".into(), Json::from(id.name.to_string())),
            ("file".into(), Json::from(id.file.to_string())),
        ]))
    }
}

impl Lookup for Layers<'_> {
    fn get(&self, name: &str) -> Option<Cow<'_, Json<'static>>> {
        match name {
            "env" => Some(Cow::Borrowed(self.run.env.as_ref().unwrap_or(&self.run.world.env))),
            "base_url" => {
                let url = self.run.base.as_ref()?.as_ref().ok()?;
                Some(Cow::Owned(Json::from(url.as_str().trim_end_matches('/').to_owned())))
            }
            "run" => Some(Cow::Owned(self.run_facts())),
            "case" => self.case_facts().map(Cow::Owned),
            _ => None,
        }
    }

    fn member(&self, name: &str, member: &str) -> Option<Cow<'_, Json<'static>>> {
        match name {
            "responses" => {
                let name = self.run.plan.spec.full_name(member, self.fragment);
                self.run.responses.get(&name).map(Cow::Borrowed)
            }
            "auth" => {
                let ready = self.run.ready_by_name(member)?;
                self.run.world.tokens.view(ready).map(Cow::Owned)
            }
            _ => None,
        }
    }

    fn names(&self) -> Vec<String> {
        ["env", "base_url", "run", "case", "responses", "auth"].map(str::to_owned).into()
    }
}
