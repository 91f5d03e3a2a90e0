//! The environment of the process, read once.

use std::{collections::BTreeMap, io::IsTerminal as _};

use crate::json::Json;

/// What the environment says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    vars: BTreeMap<String, String>,
    /// Whether standard output is a terminal.
    terminal: bool,
}

/// Who runs the tests, and what a test is to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runner {
    /// One process for all: a request is a test.
    Cargo,
    /// A process for each test: a spec file is a test.
    Nextest,
}

impl Environment {
    /// The environment of this process. A variable that is not Unicode is not there.
    pub(crate) fn of_process() -> Self {
        let vars =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self { vars: vars.collect(), terminal: std::io::stdout().is_terminal() }
    }

    /// A variable that is set.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str)
    }

    /// Every variable.
    pub(crate) fn vars(&self) -> &BTreeMap<String, String> {
        &self.vars
    }

    /// The same above other variables.
    #[must_use]
    pub(crate) fn above(mut self, mut others: BTreeMap<String, String>) -> Self {
        others.append(&mut self.vars);
        Self { vars: others, ..self }
    }

    /// Whether a variable is set to something that does not mean no.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        let means_no =
            |value: &str| matches!(value.to_ascii_lowercase().as_str(), "" | "0" | "false" | "no" | "off" | "n" | "f");
        self.get(name).is_some_and(|value| !means_no(value))
    }

    /// Who runs the tests.
    pub(crate) fn runner(&self) -> Runner {
        let nextest = self.get("NEXTEST") == Some("1") || self.get("NEXTEST_RUN_ID").is_some();
        if nextest { Runner::Nextest } else { Runner::Cargo }
    }

    /// Whether colours are wanted where no argument says: <https://no-color.org>, <https://bixense.com/clicolors>.
    pub(crate) fn wants_colours(&self) -> bool {
        let set = |name| self.get(name).is_some_and(|value| !value.is_empty());
        if set("NO_COLOR") {
            return false;
        }
        let forced = set("CLICOLOR_FORCE") && self.get("CLICOLOR_FORCE") != Some("0");
        forced || (self.terminal && self.get("TERM") != Some("dumb") && self.get("CLICOLOR") != Some("0"))
    }

    /// What templates read as `env`: this, and above it `more`, later ones above earlier ones.
    pub(crate) fn with<'m>(self, more: impl IntoIterator<Item = &'m BTreeMap<String, String>>) -> Json<'static> {
        let mut vars = self.vars;
        for above in more {
            vars.extend(above.clone());
        }
        Json::object(vars.into_iter().map(|(name, value)| (name, Json::from(value))))
    }
}

#[cfg(test)]
impl Environment {
    /// An environment of these variables, without a terminal.
    pub(crate) fn of(vars: &[(&str, &str)]) -> Self {
        let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { vars, terminal: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Vars<'v> = &'v [(&'v str, &'v str)];

    #[test]
    fn nextest_is_known_by_its_variables() {
        let table: [(Vars<'_>, Runner); 4] = [
            (&[], Runner::Cargo),
            (&[("NEXTEST", "1")], Runner::Nextest),
            (&[("NEXTEST", "0")], Runner::Cargo),
            (&[("NEXTEST_RUN_ID", "c0ffee")], Runner::Nextest),
        ];
        for (vars, expected) in table {
            assert_eq!(Environment::of(vars).runner(), expected, "{vars:?}");
        }
    }

    #[test]
    fn colours_follow_the_terminal_and_the_usual_variables() {
        let table: [(Vars<'_>, bool, bool); 8] = [
            (&[], false, false),
            (&[], true, true),
            (&[("NO_COLOR", "1")], true, false),
            (&[("NO_COLOR", "")], true, true),
            (&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true, false),
            (&[("CLICOLOR_FORCE", "1")], false, true),
            (&[("CLICOLOR_FORCE", "0")], false, false),
            (&[("TERM", "dumb")], true, false),
        ];
        for (vars, terminal, expected) in table {
            let environment = Environment { terminal, ..Environment::of(vars) };
            assert_eq!(environment.wants_colours(), expected, "{vars:?}, terminal: {terminal}");
        }
    }

    #[test]
    fn a_switch_is_on_unless_it_says_no() {
        for (value, on) in
            [("1", true), ("true", true), ("yes", true), ("", false), ("0", false), ("False", false), ("off", false)]
        {
            assert_eq!(Environment::of(&[("HALLPASS_UPDATE", value)]).is_on("HALLPASS_UPDATE"), on, "{value}");
        }
        assert!(!Environment::of(&[]).is_on("HALLPASS_UPDATE"));
    }

    #[test]
    fn later_variables_stand_above_earlier_ones() {
        let map = |value: &str| BTreeMap::from([("A".to_owned(), value.to_owned())]);
        let env = Environment::of(&[("A", "1"), ("B", "2")]).with([&map("3"), &map("4")]);
        let expected = [("A", "4"), ("B", "2")].map(|(name, value)| (name.into(), Json::from(value.to_owned())));
        assert_eq!(env, Json::Object(expected.into()));
    }
}
