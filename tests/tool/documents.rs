//! README and docs are run: every block that is a whole spec passes against the demo servers, those that lead elsewhere are checked, and the
//! README shows what is printed.

use std::{fs, sync::Arc};

use crate::blocks::{blocks, documents, fragments, is_whole, specs, steady};
use crate::stage::Stage;
use crate::support::{Workspace, repository};
use hallpass::demo::{Demo, Options};

#[tokio::test(flavor = "multi_thread")]
async fn every_whole_spec_in_the_documents_passes_and_prints_what_they_show() {
    let stage = Arc::new(Stage::new().await);
    let blocks = blocks();
    let fragments = fragments(&blocks);
    assert!(!fragments.is_empty(), "no fragment stands in the documents");
    let specs: Vec<_> = specs(&blocks).collect();
    assert!(specs.len() >= 5, "only {} specs stand in the documents", specs.len());
    let mut failed = Vec::new();
    for block in specs.into_iter().filter(|block| block.runs_here()) {
        let beside: Vec<_> = fragments.iter().filter(|fragment| fragment.file == block.file).cloned().collect();
        let (stage, own) = (Arc::clone(&stage), block.clone());
        let ran = tokio::task::spawn_blocking(move || stage.run(&own, &beside)).await.unwrap();
        let shown = block.shown.as_deref().map_or_else(|| ran.stdout.clone(), str::to_owned);
        if ran.code != Some(block.code()) || steady(&ran.stdout) != steady(&shown) {
            failed.push(format!("{}:{}\n{}", block.file, block.line, ran.all()));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
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

#[test]
fn every_link_within_the_documents_leads_somewhere() {
    for file in documents() {
        let text = fs::read_to_string(repository().join(&file)).unwrap();
        let folder = repository().join(&file).parent().unwrap().to_owned();
        for link in links(&text) {
            let (path, heading) = link.split_once('#').unwrap_or((&link, ""));
            if path.contains("://") {
                continue;
            }
            let target = if path.is_empty() { repository().join(&file) } else { folder.join(path) };
            assert!(target.exists(), "{file} links to {link}");
            let is_there = || headings(&fs::read_to_string(&target).unwrap()).contains(&heading.to_owned());
            assert!(heading.is_empty() || is_there(), "{file} links to {link}, a heading that is not there");
        }
    }
}

fn links(text: &str) -> Vec<String> {
    let after = text.split("](").skip(1);
    after.filter_map(|rest| rest.split(')').next()).map(str::to_owned).collect()
}

/// What the headings of a document are linked by: in lower case, without punctuation, with hyphens.
fn headings(text: &str) -> Vec<String> {
    let titles = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let kept = |c: &char| c.is_alphanumeric() || " -_".contains(*c);
    titles.map(|title| title.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")).collect()
}
