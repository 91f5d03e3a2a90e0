//! Every value that a spec of `specs/` asserts is changed, one at a time: then just that assertion fails, where it is written.

use std::{collections::BTreeSet, fs, ops::Range};

use serde_json::Value;
use serde_yaml::granit_parser::ScalarStyle;

use crate::support::{Workspace, repository};
use crate::tree::{Content, Node};
use hallpass::demo::{Demo, Options};

/// A spec with one asserted value changed.
#[derive(Debug)]
struct Mutant {
    request: String,
    /// The lines that the assertion stands in.
    lines: BTreeSet<usize>,
    change: String,
    text: String,
}

/// Collects the mutants of a spec.
struct Mutants<'t> {
    text: &'t str,
    request: String,
    lines: Vec<usize>,
    all: Vec<Mutant>,
}

impl<'t> Mutants<'t> {
    fn of(text: &'t str) -> Vec<Mutant> {
        let mut mutants = Self { text, request: String::new(), lines: Vec::new(), all: Vec::new() };
        let root = Node::of(text);
        let requests = |name: &str| name == "setup" || name == "requests" || name == "teardown";
        for (_, list) in root.entries().iter().filter(|(key, _)| requests(key.text())) {
            list.items().iter().for_each(|request| mutants.request(request));
        }
        mutants.all
    }

    fn request(&mut self, request: &Node) {
        let named = request.entries().iter().find(|(key, _)| key.text() == "name");
        named.unwrap().1.text().clone_into(&mut self.request);
        for (key, value) in request.entries() {
            match key.text() {
                "expect" => self.expect(value),
                "as" => value.entries().iter().for_each(|(key, value)| self.access(key, value)),
                _ => {}
            }
        }
    }

    fn access(&mut self, identity: &Node, expected: &Node) {
        match expected.content {
            Content::Map(_) => self.expect(expected),
            _ => self.below(identity, expected, "status"),
        }
    }

    fn expect(&mut self, expect: &Node) {
        for (key, value) in expect.entries().iter().filter(|(key, _)| key.text() != "schema") {
            self.below(key, value, key.text());
        }
    }

    fn below(&mut self, key: &Node, value: &Node, name: &str) {
        self.lines.push(self.line(key.span.start));
        self.lines.push(self.line(value.span.start));
        self.node(key, value, name);
        self.lines.truncate(self.lines.len() - 2);
    }

    fn node(&mut self, key: &Node, value: &Node, name: &str) {
        match (&value.content, name.trim_start_matches('$')) {
            // What must not hold is asked to hold.
            (_, "not") => {
                let negated = &self.text[value.span.clone()];
                let all_of = name.replace("not", "all_of");
                self.add(&(key.span.start..value.span.end), &format!("{all_of}: [{negated}]"));
            }
            (Content::List(bounds), "between") => {
                let text = |bound: &Node| self.text[bound.span.clone()].to_owned();
                let (low, high) = (text(&bounds[0]), text(&bounds[1]));
                self.add(&bounds[0].span, &high);
                self.add(&bounds[1].span, &low);
            }
            // What is ignored asserts nothing.
            (Content::Map(entries), _) => {
                let asserted = entries.iter().filter(|(key, _)| name != "snapshot" || key.text() != "ignore");
                asserted.for_each(|(key, value)| self.below(key, value, key.text()));
            }
            (Content::List(items), _) => items.iter().for_each(|item| self.below(item, item, name)),
            // The span of a block of text begins behind its `|`.
            (Content::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. }, _) => {
                self.add(&(value.span.start..value.span.start), "changed ");
            }
            (Content::Scalar { text, style }, matcher) => {
                let changed = changed(matcher, text, *style == ScalarStyle::Plain);
                self.add(&value.span, &changed);
            }
        }
    }

    fn add(&mut self, span: &Range<usize>, changed: &str) {
        let (before, old, after) = (&self.text[..span.start], &self.text[span.clone()], &self.text[span.end..]);
        self.all.push(Mutant {
            request: self.request.clone(),
            lines: self.lines.iter().copied().collect(),
            change: format!("`{old}` to `{changed}`"),
            text: format!("{before}{changed}{after}"),
        });
    }

    fn line(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }
}

/// Another value than the one that is asserted, in the place of this matcher.
fn changed(matcher: &str, text: &str, plain: bool) -> String {
    match (matcher, text) {
        ("gt" | "gte", _) => "1e15".to_owned(),
        ("lt" | "lte", _) => "-1e15".to_owned(),
        ("after", _) => "now+2h".to_owned(),
        ("before", _) => "now-2h".to_owned(),
        ("type", "boolean") => "integer".to_owned(),
        ("type", _) => "boolean".to_owned(),
        ("format", "ipv6") => "uuid".to_owned(),
        ("format", _) => "ipv6".to_owned(),
        ("sorted", "asc") => "desc".to_owned(),
        ("status", _) if plain => "299".to_owned(),
        ("same_site", _) => "Strict".to_owned(),
        (_, "true") if plain => "false".to_owned(),
        (_, "false") if plain => "true".to_owned(),
        (_, "null") if plain => "\"something\"".to_owned(),
        _ => match text.parse::<f64>() {
            Ok(number) if plain => format!("{}", number + 1.0),
            _ => Value::from(format!("{}~changed", text.trim_end().replace("{{", "").replace("}}", ""))).to_string(),
        },
    }
}

/// All specs of the crate, each with its mutants, in a project of their own.
fn workspace(demo: &Demo) -> (Workspace, Vec<(String, Mutant)>) {
    let root = repository();
    let mut workspace = Workspace::new(&fs::read_to_string(root.join("hallpass.yaml")).unwrap()).envs(demo.env());
    for name in ["fixtures/item.schema.json", "fixtures/lamp.png", "specs/items.graphql", "specs/lamps.csv"]
        .into_iter()
        .chain(["specs/snapshots/feed.txt", "specs/snapshots/shop/lamp.json"])
    {
        workspace = workspace.bytes(name, &fs::read(root.join(name)).unwrap());
    }
    let mut mutants = Vec::new();
    for entry in fs::read_dir(root.join("specs")).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.extension().is_none_or(|it| it != "yaml") {
            continue;
        }
        let (name, text) = (path.file_stem().unwrap().to_str().unwrap(), fs::read_to_string(&path).unwrap());
        for (number, mutant) in Mutants::of(&text).into_iter().enumerate() {
            let file = format!("specs/{name}-{number}.yaml");
            workspace = workspace.file(&file, &mutant.text);
            mutants.push((file, mutant));
        }
    }
    (workspace, mutants)
}

/// What is wrong with how a mutant fared.
fn fault(mutant: &Mutant, cases: &[&Value]) -> Option<String> {
    let failed: Vec<_> = cases.iter().filter(|case| case["outcome"] == "failed").collect();
    let elsewhere = failed.iter().find(|case| {
        let name = case["name"].as_str().unwrap();
        !name.strip_prefix(&mutant.request).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ["))
    });
    let line = |mismatch: &Value| usize::try_from(mismatch["line"].as_u64().unwrap()).unwrap();
    let mismatches = || failed.iter().flat_map(|case| case["mismatches"].as_array().unwrap());
    if cases.iter().any(|case| is_seen_at_once(mutant, case)) {
        return None;
    }
    if cases.is_empty() || cases.iter().any(|case| case["outcome"] == "error") {
        return Some("does not run".to_owned());
    }
    if let Some(case) = elsewhere {
        return Some(format!("`{}` fails", case["name"]));
    }
    match mismatches().find(|mismatch| !mutant.lines.contains(&line(mismatch))) {
        Some(other) => Some(format!("line {} fails too: {}", line(other), other["message"])),
        None => (mismatches().count() == 0).then(|| "nothing fails".to_owned()),
    }
}

/// Whether a mutant was not even run, because no answer at all could meet just the assertion that was changed.
fn is_seen_at_once(mutant: &Mutant, case: &Value) -> bool {
    let problems = case["problems"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_of_it = |problem: &Value| {
        let line = usize::try_from(problem["line"].as_u64().unwrap()).unwrap();
        problem["severity"] == "warning" || problem["code"] == "never-holds" && mutant.lines.contains(&line)
    };
    !problems.is_empty() && problems.iter().all(is_of_it)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_asserted_value_is_changed_just_that_assertion_fails() {
    let demo = Demo::start(Options::default()).await.unwrap();
    let (workspace, mutants) = workspace(&demo);
    assert!(mutants.len() > 200, "{} values are asserted", mutants.len());
    let ran = tokio::task::spawn_blocking(move || {
        let ran = workspace.hallpass(&["run", "--report", "json=run.json"]);
        (workspace.read("run.json"), ran)
    });
    let (report, ran) = ran.await.unwrap();
    // Some of them are seen to be wrong before they are run.
    ran.ends_with(2);
    let report: Value = serde_json::from_str(&report).unwrap();
    let cases = report["cases"].as_array().unwrap();
    let wrong: Vec<_> = mutants
        .iter()
        .filter_map(|(file, mutant)| {
            let own: Vec<_> = cases.iter().filter(|case| case["file"] == **file).collect();
            let lines = &mutant.lines;
            fault(mutant, &own).map(|why| format!("{file}: `{}`, {lines:?}, {}: {why}", mutant.request, mutant.change))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), mutants.len(), wrong.join("\n"));
}
