//! README and docs are run: every block that is a whole spec passes against the demo servers, those that lead elsewhere are checked, and the
//! README shows what is printed.

use std::{fs, time::Duration};

use crate::support::{Workspace, repository};
use hallpass::demo::{Demo, Options};

/// A fenced block of a document.
pub(crate) struct Block {
    file: String,
    line: usize,
    language: String,
    pub(crate) text: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_whole_spec_in_the_documents_passes() {
    let demo = Demo::start(Options::default()).await.unwrap();
    let (fragments, specs): (Vec<_>, Vec<_>) = run_blocks().partition(is_fragment);
    assert!(!fragments.is_empty(), "no fragment stands in the documents");
    assert!(specs.len() >= 5, "only {} specs stand in the documents", specs.len());
    let project = fs::read_to_string(repository().join("hallpass.yaml")).unwrap();
    let picture = fs::read(repository().join("fixtures/lamp.png")).unwrap();
    let mut failed = Vec::new();
    for block in specs {
        let workspace = Workspace::new(&project).spec("block.yaml", &block.text).envs(demo.env());
        let beside = fragments.iter().filter(|fragment| fragment.file == block.file);
        let workspace = beside.fold(workspace, |it, fragment| it.spec(named(fragment), &fragment.text));
        let workspace = workspace.bytes("specs/lamp.png", &picture);
        let ran = tokio::task::spawn_blocking(move || workspace.hallpass(&["run"])).await.unwrap();
        if ran.code != Some(0) {
            failed.push(format!("{}:{}\n{}", block.file, block.line, ran.all()));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    demo.stop().await;
}

/// The blocks that are whole specs, or fragments of them.
pub(crate) fn run_blocks() -> impl Iterator<Item = Block> {
    blocks().into_iter().filter(|block| block.language == "yaml" && is_whole(&block.text))
}

/// What a block of identities is checked with.
const ANY_SPEC: &str = "requests:\n  - name: any\n    get: https://api.example.com/\n    expect: { body: ok }\n";

#[test]
fn every_block_that_leads_elsewhere_is_right_as_it_stands() {
    let blocks: Vec<_> = blocks().into_iter().filter(|block| block.language == "yaml check").collect();
    assert!(blocks.len() >= 9, "only {} blocks are checked", blocks.len());
    for block in blocks {
        let workspace = match is_whole(&block.text) {
            true => Workspace::new("specs: [specs]\n").spec("block.yaml", &block.text),
            false => Workspace::new(&block.text).spec("any.yaml", ANY_SPEC),
        };
        let ran = workspace.hallpass(&["check"]);
        let is_right = ran.code == Some(0) && ran.all().contains("nothing is wrong");
        assert!(is_right, "{}:{}\n{}", block.file, block.line, ran.all());
    }
}

#[test]
fn what_the_documents_show_fits_the_schema_that_editors_read() {
    let folder = Workspace::new("");
    let schema = |arguments: &[&str]| {
        let text = folder.hallpass(arguments).ends_with(0).stdout;
        jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
    };
    let (spec, project) = (schema(&["schema"]), schema(&["schema", "--project"]));
    let shown = blocks().into_iter().filter(|block| matches!(block.language.as_str(), "yaml" | "yaml check"));
    for block in shown {
        let value: serde_json::Value = serde_yaml::from_str(&block.text).unwrap();
        let validator = if is_whole(&block.text) { &spec } else { &project };
        let wrong: Vec<_> = validator.iter_errors(&value).map(|it| format!("{} {it}", it.instance_path())).collect();
        assert!(wrong.is_empty(), "{}:{}\n{}", block.file, block.line, wrong.join("\n"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_readme_shows_what_a_run_prints() {
    let demo = Demo::start(Options { token_lifetime: Duration::from_secs(3600), ..Options::default() }).await.unwrap();
    let project = fs::read_to_string(repository().join("hallpass.yaml")).unwrap();
    let readme: Vec<_> = blocks().into_iter().filter(|block| block.file == "README.md").collect();
    let spec = readme.iter().find(|block| block.language == "yaml").unwrap();
    let shown = readme.iter().find(|block| block.text.starts_with("$ hallpass run\n")).unwrap();
    let workspace = Workspace::new(&project).spec("lamps.yaml", &spec.text).envs(demo.env());
    let ran = tokio::task::spawn_blocking(move || workspace.hallpass(&["run"])).await.unwrap().ends_with(0);
    assert_eq!(steady(&ran.stdout), steady(shown.text.strip_prefix("$ hallpass run\n").unwrap()));
    demo.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_readme_shows_what_a_failure_looks_like() {
    let demo = Demo::start(Options::default()).await.unwrap();
    let read = |name: &str| fs::read_to_string(repository().join(name)).unwrap();
    let shown = blocks().into_iter().find(|block| block.file == "README.md" && block.language == "text").unwrap();
    let broken = read("specs/access.yaml").replace("price: 129", "price: 130");
    let workspace = Workspace::new(&read("hallpass.yaml")).spec("access.yaml", &broken).envs(demo.env());
    let ran = tokio::task::spawn_blocking(move || workspace.hallpass(&["run"])).await.unwrap().ends_with(1);
    let (stdout, expected) = (steady(&ran.stdout), steady(&shown.text));
    assert!(stdout.contains(expected.trim()), "README shows\n{expected}\nbut a run prints\n{stdout}");
    demo.stop().await;
}

/// A text without what differs from run to run: times, ports.
fn steady(text: &str) -> String {
    let times = regex::Regex::new(r"\b\d+(\.\d+)?(ms|s)\b").unwrap();
    let ports = regex::Regex::new(r"127\.0\.0\.1:\d+").unwrap();
    ports.replace_all(&times.replace_all(text, "TIME"), "127.0.0.1:PORT").into_owned()
}

#[test]
fn every_link_within_the_documents_leads_somewhere() {
    for file in documents() {
        let text = fs::read_to_string(repository().join(&file)).unwrap();
        let folder = repository().join(&file).parent().unwrap().to_owned();
        for link in links(&text) {
            let path = link.split('#').next().unwrap_or_default();
            if !path.is_empty() && !path.contains("://") {
                assert!(folder.join(path).exists(), "{file} links to {link}");
            }
        }
    }
}

fn is_fragment(block: &Block) -> bool {
    block.text.lines().any(|line| line == "fragment: true")
}

/// The name of the file that a fragment stands in: its first line, a comment.
fn named(fragment: &Block) -> &str {
    fragment.text.lines().next().and_then(|line| line.strip_prefix("# ")).expect("a fragment begins with its name")
}

fn is_whole(text: &str) -> bool {
    text.lines().any(|line| line == "requests:")
}

fn documents() -> Vec<String> {
    let mut files = vec!["README.md".to_owned()];
    let mut folders = vec!["docs".to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(repository().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{folder}/{}", entry.file_name().into_string().unwrap());
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(name),
                false if name.ends_with(".md") => files.push(name),
                false => {}
            }
        }
    }
    files.sort();
    files
}

fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    for file in documents() {
        let text = fs::read_to_string(repository().join(&file)).unwrap();
        let mut open: Option<Block> = None;
        for (index, line) in text.lines().enumerate() {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(language)) => {
                    let language = language.trim().to_owned();
                    open = Some(Block { file: file.clone(), line: index + 1, language, text: String::new() });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (Some(block), None) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{file} ends within a block");
    }
    blocks
}

fn links(text: &str) -> Vec<String> {
    let after = text.split("](").skip(1);
    after.filter_map(|rest| rest.split(')').next()).map(str::to_owned).collect()
}
