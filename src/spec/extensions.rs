//! Helpers and matchers that whoever runs the specs brings along.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use crate::spec::{
    matcher::{OwnMatcher, TABLE},
    variable::{RESERVED, is_readable},
};
use crate::template;
use crate::template::Extras;

/// What is added to the language.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extensions {
    pub(crate) helpers: Extras,
    matchers: BTreeMap<String, OwnMatcher>,
}

impl Extensions {
    /// Adds a matcher, or replaces the one of its name. The closure is given what was found and the operand.
    pub(crate) fn add_matcher(
        &mut self,
        name: String,
        check: impl Fn(&Value, &Value) -> Result<(), String> + Send + Sync + 'static,
    ) {
        self.matchers.insert(name.clone(), OwnMatcher { name, check: Arc::new(check) });
    }

    /// The matcher of this name.
    pub(crate) fn matcher(&self, name: &str) -> Option<&OwnMatcher> {
        self.matchers.get(name)
    }

    /// The names of all matchers.
    pub(crate) fn matcher_names(&self) -> impl Iterator<Item = &str> {
        self.matchers.keys().map(String::as_str)
    }

    /// Whether nothing is added.
    pub(crate) fn is_empty(&self) -> bool {
        self.matchers.is_empty() && self.helpers.names().next().is_none()
    }

    /// Why one of the names cannot be.
    pub(crate) fn fault(&self) -> Option<String> {
        self.helpers.names().find_map(fault_of_helper).or_else(|| self.matcher_names().find_map(fault_of_matcher))
    }
}

fn fault_of_helper(name: &str) -> Option<String> {
    let is_taken = RESERVED.contains(&name) || template::helpers().any(|helper| helper.name == name);
    match () {
        () if !is_readable(name) => Some(format!("`{name}` cannot be the name of a helper: letters, digits and `_`")),
        () if is_taken => Some(format!("a helper cannot be called `{name}`, which has a meaning in templates already")),
        () => None,
    }
}

fn fault_of_matcher(name: &str) -> Option<String> {
    let is_word = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    match () {
        () if !is_word => Some(format!("`{name}` cannot be the name of a matcher: lower-case letters, digits and `_`")),
        () if TABLE.field(name).is_some() => Some(format!("there is a matcher `{name}` already")),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_readable_and_not_taken() {
        let table = [
            ("shout", "even", None),
            ("upper", "even", Some("a helper cannot be called `upper`")),
            ("env", "even", Some("a helper cannot be called `env`")),
            ("a b", "even", Some("`a b` cannot be the name of a helper")),
            ("shout", "gt", Some("there is a matcher `gt` already")),
            ("shout", "$even", Some("`$even` cannot be the name of a matcher")),
            ("shout", "", Some("`` cannot be the name of a matcher")),
        ];
        for (helper, matcher, expected) in table {
            let mut extensions = Extensions::default();
            extensions.helpers.add(helper.to_owned(), |_| Ok(Value::Null));
            extensions.add_matcher(matcher.to_owned(), |_, _| Ok(()));
            let fault = extensions.fault();
            assert_eq!(fault.is_some(), expected.is_some(), "{fault:?}");
            assert!(fault.is_none_or(|fault| fault.starts_with(expected.unwrap_or("-"))));
        }
    }
}
