//! Identities that do not come from the project file.

use crate::diagnostic::Diagnostic;
use crate::project::{FILE, Project};
use crate::source::{Place, Source};
use crate::spec::{Known, Loading, auth::Identity, names};
use crate::yaml;

impl Project {
    /// Adds an identity, or puts it in the place of the one of its name. `known` are the names from outside of the project.
    ///
    /// Everything wrong with it is returned.
    pub(crate) fn add_identity(&mut self, name: &str, text: &str, known: &Known) -> Vec<Diagnostic> {
        let source = Source::new(format!("identity {name}"), self.root.path().join(FILE), text.to_owned());
        let parsed = yaml::parse(&source);
        let mut loading = Loading::new(&source, self.root.clone()).with(&known.extensions);
        loading.problems = parsed.problems;
        match &parsed.root {
            Some(node) => {
                if let Some(identity) = Identity::named(name, node, &mut loading) {
                    self.identities.retain(|known| known.name != name);
                    self.identities.push(identity);
                }
            }
            None => {
                let wrong = Diagnostic::error("empty", &Place::new(&source, 0, 0), "the text holds no scheme");
                loading.report(wrong.help("for example `bearer: {env: API_TOKEN}`"));
            }
        }
        let uses = std::mem::take(&mut loading.uses);
        names::check_project(&self.names(&uses), known, &mut loading);
        loading.problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(name: &str, text: &str) -> (Project, Vec<Diagnostic>) {
        let file = "auth: service\nidentities:\n  service: {bearer: {env: OLD}}\n  other: {bearer: {env: OTHER}}\n";
        let mut project =
            Project::load(&Source::new(FILE, "/p/hallpass.yaml", file.to_owned()), None, &Known::default()).project;
        let known = Known { vars: ["tenant".to_owned()].into(), ..Known::default() };
        let problems = project.add_identity(name, text, &known);
        (project, problems)
    }

    #[test]
    fn an_identity_is_added_or_takes_the_place_of_another() {
        for (name, count) in [("service", 2), ("third", 3)] {
            let (project, problems) = added(name, "api_key: {header: X-Key, value: {env: KEY}}");
            assert!(problems.is_empty(), "{problems:?}");
            assert_eq!(project.identities.len(), count);
            let identity = project.identities.iter().find(|identity| identity.name == name).unwrap();
            assert_eq!(identity.scheme.kind(), "api_key");
        }
        let (_, problems) = added("user", "basic: {username: \"{{tenant}}\", password: {env: KEY}}");
        assert!(!problems.iter().any(Diagnostic::is_error), "{problems:?}");
        let (_, problems) = added("both", "all: [service, {api_key: {header: X-Key, value: {env: KEY}}}]");
        assert!(!problems.iter().any(Diagnostic::is_error), "{problems:?}");
    }

    #[test]
    fn what_is_wrong_in_it_is_reported() {
        let table = [
            ("service", "", "empty"),
            ("service", "barer: x", "unknown-key"),
            ("none", "bearer: {env: X}", "bad-name"),
            ("service", "all: [other, nobody]", "unknown-identity"),
            ("service", "basic: {username: \"{{tenat}}\", password: {env: X}}", "undefined-variable"),
        ];
        for (name, text, code) in table {
            let (_, problems) = added(name, text);
            assert!(problems.iter().any(|it| it.code == code), "{text}: {problems:?}");
        }
    }
}
