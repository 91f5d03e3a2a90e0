//! Names across the boundary between a spec and the fragments that it uses.

use super::Checker;
use crate::diagnostic::{Diagnostic, nearest};
use crate::spec::{Spec, Use, fragment::Fragment};

impl<'s> Checker<'s> {
    /// Looks at what a fragment is given, and makes known what it captures.
    pub(super) fn fragment(&mut self, fragment: &'s Fragment, spec: &'s Spec) {
        for read in fragment.with_uses() {
            self.read(read, None);
        }
        let alias = fragment.alias();
        let is_variable = spec.vars.iter().any(|variable| variable.name == alias);
        if is_variable || self.captured.contains_key(alias) || self.fragments.contains_key(alias) {
            let message = format!("`{alias}` means something else already");
            let wrong = Diagnostic::error("duplicate-name", fragment.place(), message);
            self.problems.push(wrong.help("say what its captures are read by: `as: another_name`"));
        }
        for (name, is_repeated) in fragment.names() {
            if let Some(request) = spec.requests.iter().find(|request| request.name == name) {
                let wrong = Diagnostic::error("duplicate-name", &request.place, format!("`{name}` is in a fragment"));
                self.problems.push(wrong.related(fragment.place(), "used here").help("choose another name"));
            }
            self.earlier.insert(name);
            self.repeated.extend(is_repeated.then_some(name));
        }
        self.defined.insert(alias);
        self.fragments.insert(alias, fragment.captures().collect());
    }

    /// The fragment, if there is one, that captures a name which is not defined here.
    pub(super) fn fragment_that_captures(&self, name: &str) -> Option<&'s str> {
        self.fragments.iter().filter(|(_, captures)| captures.contains(name)).map(|(alias, _)| *alias).min()
    }

    /// A capture of a fragment that is read.
    pub(super) fn of_fragment(&mut self, read: &Use) {
        let Some((captures, member)) = self.fragments.get(&*read.name).zip(read.rest.first()) else { return };
        if captures.contains(member.as_str()) {
            return;
        }
        let message = format!("the fragment `{}` captures no `{member}`", read.name);
        let wrong = Diagnostic::error("undefined-variable", &read.place, message);
        let mut names: Vec<_> = captures.iter().copied().collect();
        names.sort_unstable();
        let listed = || names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        self.problems.push(match nearest(member, names.iter().copied()) {
            Some(near) => wrong.label(format!("did you mean `{near}`?")),
            None if names.is_empty() => wrong.help("it captures nothing: add `capture:` to a request of it"),
            None => wrong.help(format!("it captures {}", listed())),
        });
    }
}
