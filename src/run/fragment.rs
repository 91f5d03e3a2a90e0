//! The variables of a fragment: what it defines, what it is given, and what its own requests capture.

use std::{borrow::Cow, collections::BTreeMap, collections::HashMap, path::Path};

use crate::json::Json;
use crate::run::{scope::Layers, spec::SpecRun};
use crate::spec::{Unrendered, fragment::Used, variable::Variable};
use crate::template::{Draws, Files};

/// Variables, and why some of them could not be rendered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    pub(crate) values: BTreeMap<String, Json<'static>>,
    pub(crate) unset: HashMap<String, Unrendered>,
}

/// A fragment while the spec runs that uses it.
#[derive(Debug)]
pub(crate) struct FragmentRun {
    pub(crate) variables: Variables,
    /// Where its files are found.
    pub(crate) files: Files,
}

impl Variables {
    /// Notes what a variable was rendered to.
    pub(crate) fn note(&mut self, name: &str, rendered: Result<Json<'static>, Unrendered>) {
        match rendered {
            Ok(value) => {
                self.unset.remove(name);
                self.values.insert(name.to_owned(), value);
            }
            Err(why) => drop(self.unset.insert(name.to_owned(), why)),
        }
    }
}

impl SpecRun<'_> {
    /// Gives a fragment, and first those that it is used within, their variables, unless they have them.
    pub(crate) fn enter(&mut self, fragment: Option<usize>) {
        let spec = &self.plan.spec;
        let Some((index, used)) = fragment.and_then(|index| Some((index, spec.used.get(index)?))) else { return };
        if self.fragments.contains_key(&index) {
            return;
        }
        self.enter(used.within);
        let folder = used.source.path().parent().map(Path::to_owned).unwrap_or_default();
        let files = Files { root: self.world.project.root.clone(), folder };
        self.fragments.insert(index, FragmentRun { variables: self.shared.clone(), files });
        let row = self.plan.row().map(|row| format!(" [{}]", row.label)).unwrap_or_default();
        let draws = Draws::new(self.world.settings.seed, format!("{}{row} / {}", self.plan.file, used.label));
        for variable in &used.vars {
            self.define_in(index, used, variable, &draws);
        }
    }

    /// A parameter that is given is what whoever uses the fragment says, any other is its default or comes from outside.
    fn define_in(&mut self, index: usize, used: &Used, variable: &Variable, draws: &Draws) {
        let given = used.with.iter().find(|given| given.name == variable.name);
        let from_outside = self.world.settings.vars.contains_key(&variable.name)
            || self.world.project.profile_says(&format!("vars.{}", variable.name));
        if from_outside && given.is_none() {
            return;
        }
        let (value, within) = given.map_or((&variable.value, Some(index)), |given| (&given.value, used.within));
        let rendered = Layers::of(self, None, draws).within(within);
        let rendered = rendered.with(|scope| value.render(scope).map(Cow::into_owned));
        if let Some(run) = self.fragments.get_mut(&index) {
            run.variables.note(&variable.name, rendered);
        }
    }

    /// The variables of a fragment, or of the spec itself.
    pub(crate) fn variables(&self, fragment: Option<usize>) -> &Variables {
        fragment.and_then(|index| self.fragments.get(&index)).map_or(&self.own, |run| &run.variables)
    }

    /// The variables of a fragment, or of the spec itself, to be changed.
    fn variables_mut(&mut self, fragment: Option<usize>) -> &mut Variables {
        match fragment.and_then(|index| self.fragments.get_mut(&index)) {
            Some(run) => &mut run.variables,
            None => &mut self.own,
        }
    }

    /// Keeps what a request captured; whoever uses the fragment reads it by the name of that.
    pub(crate) fn keep(&mut self, name: &str, value: Json<'static>, fragment: Option<usize>) {
        if let Some(used) = fragment.and_then(|index| self.plan.spec.used.get(index)) {
            let (alias, within) = (used.alias.clone(), used.within);
            let seen = self.variables_mut(within).values.entry(alias).or_insert_with(|| Json::Object(Vec::new()));
            if let Json::Object(members) = seen {
                members.retain(|(known, _)| known != name);
                members.push((name.to_owned().into(), value.clone()));
            }
        }
        self.variables_mut(fragment).values.insert(name.to_owned(), value);
    }
}
