//! Every key of the format, as `hallpass schema` tells it, is used by a spec that passes, seen to fail a case where it can, misused by
//! a file that gets a message for it, and explained in the documents.

mod failing;
mod good;
mod keys;
mod reasons;
mod refused;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::blocks::{blocks, fragments, specs};
use crate::support::repository;
use keys::{Key, Keys};

#[test]
fn every_key_is_used_by_a_spec_that_passes() {
    let keys = Keys::all();
    let mut used = BTreeSet::new();
    for (name, text) in passing() {
        used.extend(keys.in_file(name, &text).into_iter().map(|found| found.key));
    }
    let known = reasons::used_by_tests();
    none(keys.all.difference(&used).filter(|key| !known.contains(*key)), "no spec that passes uses");
    none(known.iter().filter(|key| used.contains(*key)), "a spec that passes uses, so that no reason is needed for");
}

#[test]
fn every_key_that_can_fail_a_case_is_seen_to_do_so() {
    let all = Keys::all().all;
    let seen: BTreeSet<_> = failing::keys().into_iter().chain(refused::keys()).collect();
    let excused: BTreeSet<_> = all.iter().filter(|key| reasons::why_it_cannot_fail(key).is_some()).cloned().collect();
    none(all.iter().filter(|key| !seen.contains(*key) && !excused.contains(*key)), "no example fails by");
    none(excused.intersection(&seen), "an example fails, so that no reason is needed for");
    none(seen.difference(&all), "there is no key");
}

#[test]
fn every_key_is_misused_by_a_file_with_a_message() {
    let keys = Keys::all();
    let mut misused = BTreeSet::new();
    for (folder, name) in [("fixtures/bad", "spec"), ("fixtures/bad-projects", "hallpass.yaml")] {
        for path in yaml_files(&repository().join(folder)) {
            // What is not UTF-8 misuses no key.
            let (Ok(text), Ok(messages)) =
                (fs::read_to_string(&path), fs::read_to_string(path.with_extension("stderr")))
            else {
                continue;
            };
            let own = path.file_name().unwrap().to_string_lossy().into_owned();
            let file = if name == "spec" { own.as_str() } else { name };
            misused.extend(keys.misused((name, file), &text, &messages));
        }
    }
    let misused: BTreeSet<_> = misused.iter().flat_map(|key| keys.same_as(key)).collect();
    none(keys.all.difference(&misused), "no bad file misuses");
}

#[test]
fn every_key_is_explained_in_the_documents() {
    let is_missing = |key: &&Key| !pages(&key.table).iter().any(|page| inline_code(&read(page)).contains(&key.name));
    none(Keys::all().all.iter().filter(is_missing), "no document explains");
}

#[test]
fn every_reason_is_about_keys_and_tests_that_exist() {
    let all = Keys::all().all;
    none(reasons::used_by_tests().iter().filter(|key| !all.contains(*key)), "there is no key");
    none(reasons::cannot_fail().iter().filter(|key| !all.contains(*key)), "there is no key");
    let tables: BTreeSet<_> = all.iter().map(|key| key.table.as_str()).collect();
    for (names, why) in reasons::TABLES {
        let unknown: Vec<_> = names.iter().filter(|name| !tables.contains(**name)).collect();
        assert!(unknown.is_empty() && !why.is_empty(), "no such table: {unknown:?}");
    }
    for (table, names, file) in reasons::ELSEWHERE {
        let text = read(file);
        for name in *names {
            assert!(text.contains(&format!("{name}:")), "`{name}` of `{table}` is not in {file}");
        }
    }
}

/// Files that pass in other tests: those of `specs/` and of the documents, and those of `fixtures/good`; each a `spec` or a
/// `hallpass.yaml`.
fn passing() -> Vec<(&'static str, String)> {
    let mut all = vec![("hallpass.yaml", read("hallpass.yaml"))];
    let texts = |folder: &Path| yaml_files(folder).into_iter().map(|path| fs::read_to_string(path).unwrap());
    all.extend(texts(&repository().join("specs")).map(|text| ("spec", text)));
    let blocks = blocks();
    let passing = specs(&blocks).filter(|block| block.code() == 0).cloned();
    all.extend(passing.chain(fragments(&blocks)).map(|block| ("spec", block.text)));
    for folder in good::projects() {
        all.push(("hallpass.yaml", fs::read_to_string(folder.join("hallpass.yaml")).unwrap()));
        all.extend(texts(&folder.join("specs")).map(|text| ("spec", text)));
    }
    all
}

fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|it| it == "yaml")).collect()
}

/// Where the keys of a table are to be explained.
fn pages(table: &str) -> Vec<String> {
    let vendor = |page: &str| vec!["docs/vendors.md".to_owned(), format!("docs/vendors/{page}.md")];
    match table {
        "auth0" | "cognito" | "entra" | "google" | "keycloak" | "okta" => vendor(table),
        "cognito_user" => vendor("cognito-users"),
        "github_app" => vendor("github-app"),
        "hallpass.yaml" | "profile" | "redact" | "timeouts" => vec!["docs/project.md".to_owned()],
        _ => vec!["docs/format.md".to_owned(), "docs/auth.md".to_owned()],
    }
}

/// The words that stand between backticks in the lines of a document.
fn inline_code(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter(|line| !line.starts_with("```"));
    let code = lines.flat_map(|line| line.split('`').skip(1).step_by(2));
    let words = code.flat_map(|code| code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[track_caller]
fn none<'k>(keys: impl Iterator<Item = &'k Key>, what: &str) {
    let keys: Vec<_> = keys.map(Key::to_string).collect();
    assert!(keys.is_empty(), "{what} {}", keys.join(", "));
}

fn read(name: &str) -> String {
    fs::read_to_string(repository().join(name)).unwrap()
}
