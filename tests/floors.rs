//! Keeps the floors: a module imports only from modules that stand before it, by the full path of what it takes.
#![expect(clippy::unwrap_used, reason = "a helper of a test has no caller to hand an error to")]

use std::{fs, path::Path};

/// From the ground up; within a floor from left to right. A new top-level module is given its place here.
const FLOORS: &[&[&str]] = &[
    &["hex", "markup", "secret", "clock", "source", "diagnostic"],
    &["diff", "json", "yaml", "regular_expression", "json_path", "json_schema", "xpath", "template", "http"],
    &["spec", "project"],
    &["prepare", "expect", "auth"],
    &["outcome", "plan", "run"],
    &["report"],
    &["demo", "harness", "cli"],
    &["fuzzed"],
];

/// Modules that know nothing of each other although one stands before the other.
const STRANGERS: &[(&str, &str)] = &[("expect", "auth"), ("report", "run"), ("report", "plan")];

/// Crates that only one module names.
const EDGES: &[(&str, &str)] = &[
    ("serde_yaml", "yaml"),
    ("jiter", "json"),
    ("regex", "regular_expression"),
    ("jsonpath_rust", "json_path"),
    ("serde_json_path", "json_path"),
    ("jsonschema", "json_schema"),
    ("handlebars", "template"),
    ("reqwest", "http"),
    ("hyper_util", "http"),
    ("rustls", "http"),
    ("x509_cert", "http"),
    ("cookie_store", "http"),
    ("similar", "diff"),
    ("roxmltree", "xpath"),
    ("html5ever", "xpath"),
    ("axum", "demo"),
    ("quick_junit", "report"),
    ("libtest_mimic", "harness"),
    ("rustix", "harness"),
    ("shlex", "harness"),
    ("indicatif", "cli"),
];

#[test]
fn imports_point_downward() {
    let mut climbing = Vec::new();
    each_file(&mut |file, module, text| {
        let Some(own) = place(module) else { panic!("`{module}` has no floor in {}", file!()) };
        for target in imports(text) {
            let stranger = STRANGERS.contains(&(module, target));
            // A name without a place is a group or a re-export of the crate root: both hide which floor is meant.
            if stranger || place(target).is_none_or(|it| it > own) {
                climbing.push(format!("{file}: crate::{target}"));
            }
        }
    });
    assert!(climbing.is_empty(), "imports that climb or hide their floor: {climbing:#?}");
}

#[test]
fn a_crate_behind_an_edge_is_named_in_one_room() {
    let mut leaks = Vec::new();
    each_file(&mut |file, module, text| {
        for (name, room) in EDGES.iter().filter(|(_, room)| *room != module) {
            let named = |line: &str| line.contains(&format!("{name}::")) && !line.contains(&format!("crate::{name}"));
            if code(text).filter(|line| !line.trim_start().starts_with("mod ")).any(named) {
                leaks.push(format!("{file} names `{name}`, which belongs to `{room}`"));
            }
        }
    });
    assert!(leaks.is_empty(), "{leaks:#?}");
}

/// Where a module stands, counted from the ground.
fn place(module: &str) -> Option<usize> {
    FLOORS.iter().flat_map(|floor| floor.iter()).position(|name| *name == module)
}

/// Lines without comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.split("//").next())
}

/// The name after each `crate::` outside comments.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    code(text)
        .flat_map(|code| code.split("crate::").skip(1))
        .filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next())
}

/// Hands out every file below `src` but the crate roots, with its top-level module.
fn each_file(visit: &mut impl FnMut(&str, &str, &str)) {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![src.clone()];
    let mut seen = 0;
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let below = path.strip_prefix(&src).unwrap();
            let first = below.iter().next().unwrap().to_string_lossy();
            let module = first.trim_end_matches(".rs");
            if path.extension().is_some_and(|it| it == "rs") && !matches!(module, "lib" | "main") {
                visit(&below.to_string_lossy(), module, &fs::read_to_string(&path).unwrap());
                seen += 1;
            }
        }
    }
    assert!(seen > 50, "only {seen} files were looked at");
}
