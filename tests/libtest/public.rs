//! What the library alone shows to its users: little, told with examples, and without types of other crates.

use std::{fs, path::Path};

/// An item of `src/harness`, all of which the crate root hands out.
struct Item {
    /// `src/harness/app.rs: pub fn at(url: impl Into<String>) -> Self`.
    signature: String,
    /// The comment above it.
    told: String,
}

fn items() -> Vec<Item> {
    let harness = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/harness");
    let files = ["mod.rs", "app.rs", "each.rs", "extending.rs", "starting.rs"];
    files.into_iter().flat_map(|file| of(file, &fs::read_to_string(harness.join(file)).unwrap())).collect()
}

fn of(file: &str, text: &str) -> Vec<Item> {
    let lines: Vec<_> = text.lines().collect();
    let is_item = |line: &str| line.starts_with("pub ") && !line.starts_with("pub use ");
    let places = (0..lines.len()).filter(|at| is_item(lines[*at].trim_start()));
    let item = |at: usize| {
        let above = lines[..at].iter().rev().map(|line| line.trim_start());
        let told: Vec<_> = above.take_while(|line| line.starts_with("///") || line.starts_with("#[")).collect();
        let rest = lines[at..].iter().map(|line| line.trim());
        let end = rest.clone().position(|line| line.ends_with('{') || line.ends_with(';')).unwrap();
        let signature = rest.take(end + 1).collect::<Vec<_>>().join(" ");
        Item { signature: format!("{file}: {signature}"), told: told.join("\n") }
    };
    places.map(item).collect()
}

#[test]
fn there_are_few_items_and_each_has_an_example() {
    let items = items();
    assert!((25..=40).contains(&items.len()), "{} public items", items.len());
    let silent: Vec<_> = items.iter().filter(|item| !item.told.contains("```")).map(|item| &item.signature).collect();
    assert!(silent.is_empty(), "without an example: {silent:#?}");
}

#[test]
fn other_crates_are_only_named_where_their_values_are_handed_in() {
    let named = |signature: &str| {
        let text = signature.split_once(": ").unwrap().1.to_owned();
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
        let crates: Vec<_> = words.filter_map(|word| word.split_once("::")).map(|(name, _)| name.to_owned()).collect();
        crates.into_iter().filter(|name| !["S", "std", "io"].contains(&name.as_str())).collect::<Vec<_>>()
    };
    for item in items() {
        let allowed: &[&str] = match () {
            () if item.signature.contains("pub fn router<") => &["tower", "http", "hyper"],
            () if item.signature.contains("pub fn var(") => &["serde_json"],
            () => &[],
        };
        let strangers: Vec<_> = named(&item.signature).into_iter().filter(|it| !allowed.contains(&&**it)).collect();
        assert!(strangers.is_empty(), "{strangers:?} in {}", item.signature);
    }
}

#[test]
fn everything_that_is_public_is_looked_at() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs");
    let text = fs::read_to_string(root).unwrap();
    // What only a fuzzer sees is no part of the library.
    let lines = text.lines().zip(std::iter::once("").chain(text.lines()));
    let shown: Vec<_> = lines
        .filter(|(line, before)| line.starts_with("pub ") && !before.contains("fuzzing"))
        .map(|(line, _)| line)
        .collect();
    let expected = ["pub mod cli;", "pub mod demo;", "pub use harness::{App, Harness, SpecInfo, harness, spec};"];
    assert_eq!(shown, expected, "what is new is looked at by these tests, too");
    let mut elsewhere = Vec::new();
    let looked_at = ["mod.rs", "app.rs", "each.rs", "extending.rs", "starting.rs"];
    let harness = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/harness");
    let mut open = vec![harness.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let below = path.strip_prefix(&harness).unwrap().display().to_string();
            match path.is_dir() {
                true => open.push(path),
                false if looked_at.contains(&&*below) => {}
                false => {
                    elsewhere.extend(of(&below, &fs::read_to_string(&path).unwrap()).into_iter().map(|it| it.signature))
                }
            }
        }
    }
    assert!(elsewhere.is_empty(), "public items in other files: {elsewhere:#?}");
}
