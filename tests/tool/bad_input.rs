//! Every file of `fixtures/bad` is wrong, and `hallpass check` says exactly what stands beside it.
//!
//! `SNAPSHOTS=overwrite cargo test --test tool` writes the messages anew; read the difference before you commit it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use snapbox::{Data, assert_data_eq};

#[test]
fn every_bad_file_gets_its_exact_message() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/bad");
    let specs = specs(&folder);
    assert!(specs.len() >= 25, "only {} bad files were found", specs.len());
    for spec in specs {
        let (code, stderr) = check(&folder, &spec);
        assert_eq!(code, Some(2), "{}: {stderr}", spec.display());
        assert_data_eq!(stderr, Data::read_from(&spec.with_extension("stderr"), None).raw());
    }
}

#[test]
fn every_message_has_its_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/bad");
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "stderr") {
            assert!(path.with_extension("yaml").is_file(), "{} has no spec", path.display());
        }
    }
}

fn specs(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_spec = |path: &PathBuf| {
        path.extension().is_some_and(|it| it == "yaml") && path.file_name().is_some_and(|it| it != "hallpass.yaml")
    };
    let mut specs: Vec<_> = paths.filter(is_spec).collect();
    specs.sort();
    specs
}

fn check(folder: &Path, spec: &Path) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hallpass"));
    command.args(["check", "--color", "never"]).arg(spec.file_name().unwrap()).current_dir(folder);
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}
