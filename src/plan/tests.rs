//! Whatever bytes a file holds, it becomes a plan or messages that can be drawn. `PROPTEST_CASES` says how often that is tried.

use std::{
    fs,
    path::{Path, PathBuf},
};

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::diagnostic::Look;
use crate::project::Project;
use crate::source::Source;
use crate::spec::Known;

/// What mutants are made with, between `¦`.
const TOKENS: &str = concat!(
    "{¦}¦[¦]¦{}¦[]¦\"¦'¦:¦: ¦- ¦,¦#¦|\n¦>\n¦&a ¦*a¦*all¦<<: *all\n¦!!str ¦? ¦%YAML 2.0\n¦---\n¦...\n¦\t¦\r¦\r\n¦\0¦\u{feff}¦é¦\u{1f600}¦\u{2028}¦",
    "{{¦}}¦{{{{¦{{#each x}}¦{{env.A}}¦{{uuid}}¦{{row.x}}¦{{now add=\"1h\"}}¦null¦~¦true¦-1¦1e999999999¦0x10¦.inf¦99999999999999999999¦10s¦",
    "$.a¦$..¦$[?@.a]¦$gt: ¦$each: ¦$not: ¦$unordered: ¦as: ¦for_each: ¦cases: ¦expect: ¦json: ¦auth: ¦oauth2: ¦all: ¦use: ¦needs: ¦poll: ¦",
    "setup:\n¦teardown:\n¦defaults: ¦capture: ¦schema: ¦$ref: ¦file: ..¦(?=¦[a-¦\\",
);

/// One change of a text.
#[derive(Clone, Debug)]
enum Edit {
    Insert(Index, Index),
    Cut(Index, usize),
    DropLine(Index),
    CopyLine(Index, Index),
    Indent(Index, usize),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        4 => any::<(Index, Index)>().prop_map(|(at, token)| Edit::Insert(at, token)),
        2 => (any::<Index>(), 1_usize..40).prop_map(|(at, length)| Edit::Cut(at, length)),
        2 => any::<Index>().prop_map(Edit::DropLine),
        2 => any::<(Index, Index)>().prop_map(|(from, to)| Edit::CopyLine(from, to)),
        1 => (any::<Index>(), 0_usize..12).prop_map(|(line, blanks)| Edit::Indent(line, blanks)),
    ];
    prop::collection::vec(edit, 1..8)
}

fn edited(text: &str, edits: &[Edit]) -> String {
    edits.iter().fold(text.to_owned(), |text, edit| {
        let mut characters: Vec<char> = text.chars().collect();
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        match edit {
            _ if text.is_empty() => return text,
            Edit::Insert(at, token) => {
                let tokens: Vec<&str> = TOKENS.split('¦').collect();
                let at = at.index(characters.len());
                characters.splice(at..at, token.get(&tokens).chars());
                return characters.into_iter().collect();
            }
            Edit::Cut(at, length) => {
                let at = at.index(characters.len());
                characters.drain(at..characters.len().min(at + length));
                return characters.into_iter().collect();
            }
            Edit::DropLine(line) => drop(lines.remove(line.index(lines.len()))),
            Edit::CopyLine(from, to) => lines.insert(to.index(lines.len()), lines[from.index(lines.len())]),
            Edit::Indent(line, blanks) => {
                let line = line.index(lines.len());
                let indented = format!("{}{}", " ".repeat(*blanks), lines[line].trim_start_matches(' '));
                return format!("{}{indented}{}", lines[..line].concat(), lines[line + 1..].concat());
            }
        }
        lines.concat()
    })
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Specs that load, and files that are wrong already.
fn texts() -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in ["specs", "fixtures/bad", "fixtures/bad-projects"] {
        let entries = fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().path());
        let mut paths: Vec<_> = entries.filter(|path| path.extension().is_some_and(|it| it == "yaml")).collect();
        paths.sort();
        all.extend(paths.iter().filter_map(|path| fs::read_to_string(path).ok()));
    }
    for name in ["docs/format.md", "docs/auth.md", "docs/cookbook.md"] {
        let text = fs::read_to_string(folder(name)).unwrap();
        all.extend(text.split("```yaml\n").skip(1).filter_map(|block| Some(block.split_once("```")?.0.to_owned())));
    }
    all
}

/// Reads a text as a spec and as a project file, and draws everything that is wrong with it.
fn read(text: &str) {
    let source = Source::new("specs/a.yaml", folder("specs/a.yaml"), text.to_owned());
    let own = fs::read_to_string(folder("hallpass.yaml")).unwrap();
    let project =
        Project::load(&Source::new("hallpass.yaml", folder("hallpass.yaml"), own), None, &Known::default()).project;
    let loaded = Spec::load(&source, &project.known(), &project.root);
    let wrong = loaded.problems.iter().any(Diagnostic::is_error);
    assert_eq!(loaded.spec.is_none(), wrong, "a spec is refused with a reason, and only then");
    if let Some(mut spec) = loaded.spec {
        spec.fill_from(&project.defaults);
        let plans = SpecPlan::all(&Arc::from("specs/a.yaml"), spec);
        assert!(plans.iter().all(|plan| !plan.cases.is_empty()), "a spec has cases");
    }
    let opened =
        Project::load(&Source::new("hallpass.yaml", folder("hallpass.yaml"), text.to_owned()), None, &Known::default());
    for problem in loaded.problems.iter().chain(&opened.problems) {
        assert!(!problem.render(Look::Plain).is_empty());
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_refused_in_words(bytes in prop::collection::vec(any::<u8>(), 0..400), text in any::<String>()) {
        read(&String::from_utf8_lossy(&bytes));
        read(&text);
    }

    #[test]
    fn arbitrary_tokens_are_refused_in_words(tokens in prop::collection::vec(any::<Index>(), 0..60)) {
        let all: Vec<&str> = TOKENS.split('¦').collect();
        read(&tokens.iter().map(|token| *token.get(&all)).collect::<String>());
    }

    #[test]
    fn mutants_of_specs_are_read_or_refused_in_words(text in any::<Index>(), edits in edits()) {
        thread_local!(static TEXTS: Vec<String> = texts());
        TEXTS.with(|texts| read(&edited(&texts[text.index(texts.len())], &edits)));
    }
}
