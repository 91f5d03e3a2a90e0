//! `profiles`: what a project file says otherwise for one place where the API runs.
//!
//! A profile is merged into the project before that is read, so a new key of the project is one of profiles without more.

use std::{path::PathBuf, sync::Arc};

use crate::diagnostic::{Diagnostic, nearest};
use crate::project::{Project, SHARED, folder_of};
use crate::source::{Place, Source};
use crate::spec::{Known, Loading, defaults::Defaults};
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table, Value, joined};

/// The profile that was chosen.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    /// Env files beside the project file; the last of several wins.
    pub(crate) env_files: Vec<PathBuf>,
    /// Its keys, and the names below those that are read name by name: `base_url`, `vars.colour`.
    says: Vec<String>,
}

/// The keys of a profile.
pub(crate) static TABLE: Table = Table {
    what: "a profile",
    fields: &joined::<{ SHARED.len() + 1 }>(
        SHARED,
        &[Field::new(
            "env_file",
            Shape::List(&Shape::Text),
            "Files of `NAME=value` lines that templates read as `env.NAME`; the environment of the process wins.",
            "staging.env",
        )],
    ),
    elsewhere: &[("profiles", "the project file, not a profile"), ("requests", "a spec"), ("name", "a spec")],
};

/// Keys that hold names with values: a profile says some of them anew and leaves the others.
const BY_NAME: &[&str] = &["vars", "identities", "http", "timeouts", "report"];

impl Profile {
    /// Whether it says this: `base_url`, `vars.colour`.
    pub(crate) fn says(&self, what: &str) -> bool {
        self.says.iter().any(|said| said == what)
    }
}

impl Project {
    /// Whether the profile says this, which wins over specs: `base_url`, `vars.colour`.
    pub(crate) fn profile_says(&self, what: &str) -> bool {
        self.profile.as_ref().is_some_and(|profile| profile.says(what))
    }
}

/// The file, and the names that are known from outside of the project.
type From<'f> = (&'f Arc<Source>, &'f Known);

/// Reads a project with the profile that was chosen. The other profiles are looked through too.
pub(super) fn read(node: &Node, chosen: Option<&str>, from: From<'_>, loading: &mut Loading) -> Project {
    let (source, known) = from;
    let profiles = profiles(node, loading);
    for entry in profiles {
        Fields::read(&entry.value, &TABLE, &mut loading.problems);
    }
    for other in profiles.iter().filter(|entry| Some(entry.key.as_str()) != chosen) {
        let problems = problems_within(node, other, from, loading);
        loading.problems.extend(problems);
    }
    match chosen {
        None => Project::read(&without_profiles(node), Project::empty(&folder_of(source)), known, loading),
        Some(name) => match profiles.iter().find(|entry| entry.key == name) {
            Some(entry) => with_profile(node, entry, from, loading),
            None => {
                loading.report(unknown(name, profiles));
                Project::read(&without_profiles(node), Project::empty(&folder_of(source)), known, loading)
            }
        },
    }
}

/// What is said where nobody wrote the profile that was chosen.
pub(super) fn unknown(name: &str, profiles: &[Entry]) -> Diagnostic {
    let names: Vec<_> = profiles.iter().map(|entry| entry.key.as_str()).collect();
    let wrong = Diagnostic::of_file("unknown-profile", format!("there is no profile `{name}`"));
    match nearest(name, names.iter().copied()) {
        Some(near) => wrong.help(format!("did you mean `{near}`?")),
        None if names.is_empty() => wrong.help("write it under `profiles:` in hallpass.yaml"),
        None => wrong.help(format!("hallpass.yaml has {}", quoted(&names))),
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The profiles of a project file.
fn profiles<'n>(node: &'n Node, loading: &mut Loading) -> &'n [Entry] {
    let written = node.entries().unwrap_or_default().iter().find(|entry| entry.key == "profiles");
    written.map_or(&[], |entry| loading.map(&entry.value))
}

/// What is wrong within a profile that was not chosen. Its files may be where it is used.
fn problems_within(node: &Node, profile: &Entry, from: From<'_>, loading: &Loading) -> Vec<Diagnostic> {
    let mut trial = Loading::new(from.0, loading.root().clone()).with(&from.1.extensions);
    with_profile(node, profile, from, &mut trial);
    let within = |place: &Place| profile.value.place.encloses(place);
    let is_of_it = |problem: &Diagnostic| problem.place.as_ref().is_some_and(within);
    trial.problems.retain(|problem| is_of_it(problem) && problem.code != "missing-file");
    trial.problems
}

fn with_profile(node: &Node, profile: &Entry, (source, known): From<'_>, loading: &mut Loading) -> Project {
    let said = said(profile);
    let defaults = said.iter().find(|entry| entry.key == "defaults");
    let mut over = defaults.and_then(|entry| Defaults::load(&entry.value, loading)).unwrap_or_default();
    let project = Project::read(&merged(node, &said), Project::empty(&folder_of(source)), known, loading);
    let own = Profile { name: profile.key.clone(), env_files: env_files(profile, loading), says: names(&said) };
    if own.says("timeouts.request") {
        over.timeout = over.timeout.or_else(|| project.timeouts.request.clone());
    }
    Project { profile: Some(own), over, ..project }
}

/// The entries of a profile that mean something.
fn said(profile: &Entry) -> Vec<&Entry> {
    let known = |entry: &&Entry| TABLE.field(&entry.key).is_some();
    profile.value.entries().unwrap_or_default().iter().filter(known).collect()
}

/// `base_url`, `vars`, `vars.colour`.
fn names(said: &[&Entry]) -> Vec<String> {
    let mut names = Vec::new();
    for entry in said {
        names.push(entry.key.clone());
        let below = entry.value.entries().filter(|_| BY_NAME.contains(&entry.key.as_str())).unwrap_or_default();
        names.extend(below.iter().map(|below| format!("{}.{}", entry.key, below.key)));
    }
    names
}

fn env_files(profile: &Entry, loading: &mut Loading) -> Vec<PathBuf> {
    let Some(node) = profile.value.entries().unwrap_or_default().iter().find(|entry| entry.key == "env_file") else {
        return Vec::new();
    };
    let items = loading.one_or_many(&node.value);
    items.iter().filter_map(|item| loading.path_beside(item)).collect()
}

fn without_profiles(node: &Node) -> Node {
    merged(node, &[])
}

/// The profile of this name.
pub(super) fn named<'n>(node: &'n Node, name: &str) -> Option<&'n Entry> {
    let profiles = node.entries()?.iter().find(|entry| entry.key == "profiles")?;
    profiles.value.entries()?.iter().find(|entry| entry.key == name)
}

/// The project as a profile has it, with the `defaults` of both; names of the profile win.
pub(super) fn merged_with_defaults(node: &Node, profile: Option<&Entry>) -> Node {
    let said = profile.map(said).unwrap_or_default();
    let mut all = merged(node, &said);
    if let Value::Map(entries) = &mut all.value {
        for entry in said.iter().filter(|entry| matches!(entry.key.as_str(), "defaults" | "env_file")) {
            match entries.iter_mut().find(|own| own.key == entry.key) {
                Some(own) => overlay_deeply(own, entry, 2),
                None => entries.push((*entry).clone()),
            }
        }
    }
    all
}

/// Replaces the values of names, and below them those of further names as deep as this.
fn overlay_deeply(own: &mut Entry, said: &Entry, depth: usize) {
    let (Value::Map(names), Value::Map(more), 1..) = (&mut own.value.value, &said.value.value, depth) else {
        *own = said.clone();
        return;
    };
    for entry in more {
        match names.iter_mut().find(|known| known.key == entry.key) {
            Some(known) if !matches!(entry.key.as_str(), "poll" | "retry") => overlay_deeply(known, entry, depth - 1),
            Some(known) => *known = entry.clone(),
            None => names.push(entry.clone()),
        }
    }
}

/// The project as a profile has it. Its `defaults` are not in it: they are merged under each request, before those of the project.
fn merged(node: &Node, said: &[&Entry]) -> Node {
    let Some(base) = node.entries() else { return node.clone() };
    let mut all: Vec<Entry> = base.iter().filter(|entry| entry.key != "profiles").cloned().collect();
    for entry in said.iter().filter(|entry| !matches!(entry.key.as_str(), "env_file" | "defaults")) {
        match all.iter_mut().find(|own| own.key == entry.key) {
            Some(own) => overlay(own, entry),
            None => all.push((*entry).clone()),
        }
    }
    Node { value: Value::Map(all), ..node.clone() }
}

/// Replaces a value, the values of some names, or adds to the lists of `redact`: a profile never shows what is hidden.
fn overlay(own: &mut Entry, said: &Entry) {
    let key = own.key.as_str();
    match (&mut own.value.value, &said.value.value) {
        (Value::Map(names), Value::Map(more)) if BY_NAME.contains(&key) && !more.is_empty() => {
            for entry in more {
                names.retain(|known| known.key != entry.key);
                names.push(entry.clone());
            }
        }
        (Value::Map(lists), Value::Map(more)) if key == "redact" => {
            for entry in more {
                match lists.iter_mut().find(|known| known.key == entry.key) {
                    Some(known) => add(&mut known.value, &entry.value),
                    None => lists.push(entry.clone()),
                }
            }
        }
        _ => *own = said.clone(),
    }
}

/// Adds the elements of a list to another; a single value stands for a list of one.
fn add(own: &mut Node, more: &Node) {
    let elements = |node: &Node| match &node.value {
        Value::List(items) => items.clone(),
        _ => vec![node.clone()],
    };
    own.value = Value::List([elements(own), elements(more)].concat());
}
