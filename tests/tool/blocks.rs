//! What stands between fences in README and docs.

use std::fs;

use crate::support::repository;

/// A fenced block of a document.
#[derive(Clone)]
pub(crate) struct Block {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) language: String,
    pub(crate) text: String,
    /// What a run of it is shown to print, by the block behind it.
    pub(crate) shown: Option<String>,
}

impl Block {
    /// What its file is called: the name of the spec in lower case, with hyphens.
    pub(crate) fn file_name(&self) -> String {
        let name = self.text.lines().find_map(|line| line.strip_prefix("name: ")).unwrap_or("block");
        let plain = name.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "-");
        format!("{plain}.yaml")
    }

    /// The exit code that a run of it is to end with.
    pub(crate) fn code(&self) -> i32 {
        let shows = |what: &str| self.shown.as_deref().is_some_and(|shown| shown.contains(what));
        match () {
            () if shows("no token for") => 3,
            () if shows("FAIL ") => 1,
            () => 0,
        }
    }

    /// What it says, as plain data.
    pub(crate) fn value(&self) -> serde_json::Value {
        serde_yaml::from_str(&self.text).unwrap()
    }

    /// Whether this system has what it needs: logins are kept, and `printenv` is found, on Unix.
    pub(crate) fn runs_here(&self) -> bool {
        let needs = |word: &str| self.text.contains(word);
        cfg!(unix) || !["authorization_code", "device_code", "printenv"].into_iter().any(needs)
    }

    fn is_fragment(&self) -> bool {
        self.text.lines().any(|line| line == "fragment: true")
    }
}

/// The blocks that are specs, to be run.
pub(crate) fn specs(blocks: &[Block]) -> impl Iterator<Item = &Block> {
    blocks.iter().filter(|block| block.language == "yaml" && is_whole(&block.text) && !block.is_fragment())
}

/// The blocks that specs of the same document use.
pub(crate) fn fragments(blocks: &[Block]) -> Vec<Block> {
    blocks.iter().filter(|block| block.language == "yaml" && block.is_fragment()).cloned().collect()
}

/// The name of the file that a fragment stands in: its first line, a comment.
pub(crate) fn named(fragment: &Block) -> &str {
    fragment.text.lines().next().and_then(|line| line.strip_prefix("# ")).expect("a fragment begins with its name")
}

/// Whether a text is a spec, or a fragment, and not a part of one.
pub(crate) fn is_whole(text: &str) -> bool {
    text.lines().any(|line| line == "requests:")
}

/// A text without what differs from run to run: times, ports.
pub(crate) fn steady(text: &str) -> String {
    let times = regex::Regex::new(r"\b\d+(\.\d+)?(ms|s)\b").unwrap();
    let ports = regex::Regex::new(r"127\.0\.0\.1:\d+").unwrap();
    let seeds = regex::Regex::new(r"seed \d+").unwrap();
    let text = times.replace_all(text, "TIME");
    seeds.replace_all(&ports.replace_all(&text, "127.0.0.1:PORT"), "seed N").into_owned()
}

/// README and everything below docs.
pub(crate) fn documents() -> Vec<String> {
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

/// Every block of every document, in order.
pub(crate) fn blocks() -> Vec<Block> {
    documents().into_iter().flat_map(|file| blocks_of(&file)).collect()
}

/// The blocks of one document.
pub(crate) fn blocks_of(file: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let text = fs::read_to_string(repository().join(file)).unwrap();
    let mut open: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => {
                let (file, language) = (file.to_owned(), language.trim().to_owned());
                open = Some(Block { file, line: index + 1, language, text: String::new(), shown: None });
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
    for index in 1..blocks.len() {
        blocks[index - 1].shown = blocks[index].text.strip_prefix("$ hallpass run\n").map(str::to_owned);
    }
    blocks
}
