//! The settings of a project as they were written, one by one and each with its place, for `hallpass config`.

use std::sync::Arc;

use crate::project::profile::{merged_with_defaults, named};
use crate::source::Source;
use crate::yaml;
use crate::yaml::{Entry, Node};

/// One setting and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// `base_url`, `vars.colour`, `defaults.headers.X-Tenant`.
    pub(crate) name: String,
    pub(crate) value: Node,
    /// Whether the profile says it.
    pub(crate) by_profile: bool,
}

/// Keys whose values are settings of their own; below some of their keys stand settings too.
const DEEPER: &[(&str, &[&str])] = &[
    ("vars", &[]),
    ("identities", &[]),
    ("defaults", &["headers", "query", "cookies", "expect"]),
    ("http", &[]),
    ("timeouts", &[]),
    ("redact", &[]),
    ("report", &[]),
];

/// The settings of a project file with a profile, in the order they were written; those of the profile come behind.
pub(crate) fn written(source: &Arc<Source>, profile: Option<&str>) -> Vec<Written> {
    let Some(root) = yaml::parse(source).root else { return Vec::new() };
    let profile = profile.and_then(|name| named(&root, name));
    let merged = merged_with_defaults(&root, profile);
    let mut found = Vec::new();
    for entry in merged.entries().unwrap_or_default() {
        match DEEPER.iter().find(|(name, _)| *name == entry.key) {
            Some((_, deeper)) => below(&entry.key, entry, deeper, &mut found),
            None => found.push((entry.key.clone(), entry.value.clone())),
        }
    }
    let within = |node: &Node| profile.is_some_and(|profile| profile.value.place.encloses(&node.place));
    found.into_iter().map(|(name, value)| Written { name, by_profile: within(&value), value }).collect()
}

fn below(name: &str, entry: &Entry, deeper: &[&str], found: &mut Vec<(String, Node)>) {
    let Some(entries) = entry.value.entries() else {
        found.push((name.to_owned(), entry.value.clone()));
        return;
    };
    for entry in entries {
        let name = format!("{name}.{}", entry.key);
        match deeper.contains(&entry.key.as_str()) {
            true => below(&name, entry, &[], found),
            false => found.push((name, entry.value.clone())),
        }
    }
}
