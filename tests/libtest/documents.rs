//! What docs/cargo-test.md shows is what a run prints.

use std::{fs, path::Path};

use crate::support::{Said, Server, Suite, example};

/// The blocks of a section, by their language.
fn blocks(heading: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cargo-test.md");
    let text = fs::read_to_string(path).unwrap();
    let section = text.split("\n## ").find_map(|section| section.strip_prefix(heading)).unwrap();
    let fenced = section.split("\n```").skip(1).step_by(2);
    fenced
        .filter_map(|block| block.split_once('\n'))
        .map(|(language, text)| (language.to_owned(), text.to_owned()))
        .collect()
}

/// A text without times and ports, which differ from run to run.
fn steady(text: &str) -> String {
    let time = regex::Regex::new(r"\b\d+(\.\d+)?(ms|s)\b").unwrap();
    let port = regex::Regex::new(r"127\.0\.0\.1:\d+").unwrap();
    let line = regex::Regex::new(r"\.rs:\d+:\d+").unwrap();
    let text = time.replace_all(text, "TIME");
    let text = port.replace_all(&text, "127.0.0.1:PORT");
    line.replace_all(&text, ".rs:LINE").replace("tests/libtest/modes.rs", "src/lib.rs")
}

fn shown(heading: &str) {
    let blocks = blocks(heading);
    let of = |language: &str| &blocks.iter().find(|(known, _)| known == language).unwrap().1;
    let suite = Suite::of(&[("specs/items.yaml", &**of("yaml fragment"))]).mode("router");
    let said = suite.run(&[]);
    let (printed, shown) = (steady(&said.stdout), steady(of("text")));
    assert!(printed.contains(shown.trim()), "the document shows\n{shown}\nbut a run prints\n{printed}");
}

#[test]
fn the_picture_of_a_failure_is_what_a_run_prints() {
    shown("What a failure looks like");
}

#[test]
fn the_picture_of_a_panic_is_what_a_run_prints() {
    shown("When the application panics");
}

#[test]
fn the_ten_lines_of_the_readme_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("tests/libtest/ten_lines.rs")).unwrap();
    let (_, lines) = text.split_once("\n\n").unwrap();
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    assert!(
        readme.contains(&format!("```rust,no_run\n{lines}```\n")),
        "tests/libtest/ten_lines.rs is not what README.md shows"
    );
    let server = Server::start();
    let spec = "requests:\n  - {name: one, get: /one}\n  - {name: two, get: /two/500}\n";
    let suite = Suite::of(&[("specs/a.yaml", spec)]).with("HALLPASS_BASE_URL", &server.url);
    let said: Said = suite.command_of(&example("ten_lines"), &[]).output().unwrap().into();
    let expected = ["test specs/a.yaml::one ... ok", "test specs/a.yaml::two ... FAILED"];
    assert_eq!((said.code, said.tests()), (101, expected.map(str::to_owned).to_vec()), "{said:?}");
    assert_eq!(server.requests(), ["GET /one", "GET /two/500"]);
}

#[test]
fn what_other_frameworks_are_shown_with_is_a_crate_that_is_built() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/cargo-test.md")).unwrap();
    for name in ["actix", "rocket", "sqlite"] {
        let specs = fs::read_to_string(root.join(format!("tests/apps/{name}/tests/specs.rs"))).unwrap();
        assert!(text.contains(&format!("```rust,ignore\n{specs}```\n")), "the block of {name} is another one");
    }
    let specs = fs::read_to_string(root.join("tests/apps/axum/tests/specs.rs")).unwrap();
    assert!(text.contains(&specs.replace("shop_axum::", "")), "the lines of axum are other ones");
    assert_eq!(text.matches("```rust,ignore").count(), 3, "a block that nobody compiles");
}
