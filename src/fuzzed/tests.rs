//! What the fuzzer has found, again.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::*;

/// Hands every file of a corpus to its target.
fn replay(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fuzz").join(name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() > 10, "only {} files of `{name}` are there", files.len());
    let breaks = |file: &&PathBuf| {
        let bytes = fs::read(file).unwrap();
        std::panic::catch_unwind(|| target(&bytes)).is_err()
    };
    let broken: Vec<_> = files.iter().filter(breaks).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn json_of_the_corpus() {
    replay("json", json);
}

#[test]
fn paths_of_the_corpus() {
    replay("json_path", json_path);
}

#[test]
fn files_of_the_corpus() {
    replay("load", load);
}

#[test]
fn expectations_of_the_corpus() {
    replay("matcher", matcher);
}

#[test]
fn templates_of_the_corpus() {
    replay("template", template);
}

#[test]
fn expressions_of_the_corpus() {
    replay("xpath", xpath);
}
