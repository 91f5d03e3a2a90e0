//! nextest itself, on a package whose only test is the fixture. With `HALLPASS_REQUIRE_NEXTEST` set, as `.ci/run` does, a nextest that is
//! missing is a failure; otherwise these tests do nothing without it.

use std::{env, fs, path::Path, process::Command};

use crate::support::{Said, Server, Suite, fixture};

const ONE: &str = "requests:\n  - {name: one, get: /one}\n";
const BAD: &str = "requests:\n  - {name: one, get: /one/500}\n";

/// Whether there is a nextest.
fn is_there() -> bool {
    let said = Command::new(env!("CARGO")).args(["nextest", "--version"]).output();
    let is_there = said.is_ok_and(|said| said.status.success());
    assert!(is_there || env::var_os("HALLPASS_REQUIRE_NEXTEST").is_none(), "there is no nextest");
    is_there
}

/// A package with these specs.
fn package(files: &[(&str, &str)]) -> Suite {
    let manifest = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n[[test]]\nname = \"specs\"\nharness = false\n";
    let replaced = "fn main() -> ! {\n    let error = std::os::unix::process::CommandExt::exec(std::process::Command::new(env!(\"FIXTURE\")).args(std::env::args_os().skip(1)));\n    panic!(\"{error}\")\n}\n";
    let package = [("Cargo.toml", manifest), ("src/lib.rs", ""), ("tests/specs.rs", replaced)];
    Suite::of(&[&package, files].concat())
}

/// Runs nextest in a folder.
fn nextest(suite: &Suite, folder: &Path, arguments: &[&str]) -> Said {
    let mut command = suite.command_of(Path::new(env!("CARGO")), &["nextest"]);
    command.args(arguments).current_dir(folder).env("FIXTURE", fixture());
    command.env("CARGO_TARGET_DIR", suite.path().join("target")).env_remove("NEXTEST_PROFILE");
    command.output().unwrap().into()
}

/// How tests ended at last, `PASS specs/a.yaml`, sorted.
fn outcomes(said: &Said) -> Vec<String> {
    let ended = regex::Regex::new(r"(?m)^ *(?:TRY 3 )?(PASS|FAIL) \[.* (\S+)$").unwrap();
    let all = ended.captures_iter(&said.stderr).map(|line| format!("{} {}", &line[1], &line[2]));
    all.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

#[test]
fn a_case_is_a_file_a_failing_one_is_tried_again_and_parts_make_the_whole() {
    if !is_there() {
        return;
    }
    let server = Server::start();
    let files =
        [("specs/a.yaml", ONE), ("specs/b.yaml", BAD), ("specs/c.yaml", ONE), ("specs/d.yaml", "requets: []\n")];
    let suite = package(&files).talking_to(&server);
    let listed = nextest(&suite, suite.path(), &["list", "--message-format", "oneline"]);
    let all = ["a", "b", "c", "d"].map(|name| format!("shop::specs specs/{name}.yaml\n")).concat();
    assert_eq!((listed.code, listed.stdout.as_str()), (0, all.as_str()), "{listed:?}");
    assert_eq!((suite.diary().as_str(), server.requests().len()), ("", 0));

    let said = nextest(&suite, suite.path(), &["run", "--no-fail-fast", "--retries", "2"]);
    assert_eq!(said.code, 100, "{said:?}");
    let expected = ["FAIL specs/b.yaml", "FAIL specs/d.yaml", "PASS specs/a.yaml", "PASS specs/c.yaml"];
    assert_eq!(outcomes(&said), expected, "{}", said.stderr);
    assert_eq!(server.requests().iter().filter(|it| *it == "GET /one/500").count(), 3, "one try and two more");
    assert!(said.stderr.contains("specs/b.yaml:2:"), "the place of a failure is shown: {}", said.stderr);

    let parts = ["slice:1/2", "slice:2/2"]
        .map(|part| nextest(&suite, suite.path(), &["run", "--no-fail-fast", "--partition", part]));
    let mut both: Vec<_> = parts.iter().flat_map(outcomes).collect();
    both.sort();
    assert_eq!(both, expected);
}

#[test]
fn an_archive_runs_where_the_workspace_was_moved_to() {
    if !is_there() {
        return;
    }
    let server = Server::start();
    let suite = package(&[("specs/a.yaml", ONE), ("specs/b.yaml", ONE)]).talking_to(&server);
    let archived = nextest(&suite, suite.path(), &["archive", "--archive-file", "tests.tar.zst"]);
    assert_eq!(archived.code, 0, "{archived:?}");
    let moved = tempfile::tempdir().unwrap();
    for name in ["Cargo.toml", "src", "tests", "specs", "tests.tar.zst"] {
        fs::rename(suite.path().join(name), moved.path().join(name)).unwrap();
    }
    fs::remove_dir_all(suite.path().join("target")).unwrap();
    // What is read is what is there now.
    fs::write(moved.path().join("specs/c.yaml"), ONE).unwrap();
    let here = moved.path().display().to_string();
    let run = ["run", "--archive-file", "tests.tar.zst", "--workspace-remap", &*here];
    let said = nextest(&suite, moved.path(), &run);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(outcomes(&said), ["PASS specs/a.yaml", "PASS specs/b.yaml", "PASS specs/c.yaml"], "{said:?}");
    assert_eq!(server.requests(), ["GET /one"; 3]);
}
