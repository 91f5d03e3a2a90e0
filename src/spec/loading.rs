//! What the loaders of one file share: the problems found so far, and the variables that its templates read.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::diagnostic::Diagnostic;
use crate::source::{Place, Root, Source};
use crate::spec::{Extensions, Templated, Text, auth::Command, file::Named};
use crate::template::{BadTemplate, Template, Tree};
use crate::yaml::{Entry, Node, Value};

/// A variable that a template reads.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    /// The first part of the path: `item` of `{{item.id}}`.
    pub(crate) name: String,
    /// The parts after it.
    pub(crate) rest: Vec<String>,
    /// Whether the template does without it (`default`).
    pub(crate) optional: bool,
    /// Where it is read.
    pub(crate) place: Place,
}

/// What is gathered while a file is loaded.
pub(crate) struct Loading {
    /// Everything wrong so far.
    pub(crate) problems: Vec<Diagnostic>,
    /// The variables read by the templates loaded since this was last taken.
    pub(crate) uses: Vec<Use>,
    /// The commands whose output is a value, loaded since this was last taken.
    pub(crate) commands: Vec<Command>,
    /// The files that are read when requests are sent.
    pub(crate) files: Vec<Named>,
    folder: PathBuf,
    root: Root,
    /// This file, and before it those that use it.
    open: Vec<PathBuf>,
    extensions: Arc<Extensions>,
}

impl Loading {
    /// Nothing gathered yet for this file. Files that it names lie below `root`.
    pub(crate) fn new(source: &Source, root: Root) -> Self {
        let folder = source.path().parent().map(ToOwned::to_owned).unwrap_or_default();
        Self {
            problems: Vec::new(),
            uses: Vec::new(),
            commands: Vec::new(),
            files: Vec::new(),
            folder,
            root,
            open: vec![source.path().to_owned()],
            extensions: Arc::default(),
        }
    }

    /// Nothing gathered yet for a file that another one uses.
    pub(crate) fn of_used(source: &Source, user: &Self) -> Self {
        let mut own = Self::new(source, user.root.clone()).with(&user.extensions);
        own.open.splice(..0, user.open.iter().cloned());
        own
    }

    /// Whether a file is this one or one of those that use it.
    pub(crate) fn is_open(&self, path: &Path) -> bool {
        self.open.iter().any(|open| open == path)
    }

    /// The way from a file that is open to itself: `a.yaml, b.yaml, a.yaml`.
    pub(crate) fn circle(&self, path: &Path) -> String {
        let way = self.open.iter().skip_while(|open| *open != path).map(PathBuf::as_path).chain([path]);
        way.map(|file| format!("`{}`", self.shown(file))).collect::<Vec<_>>().join(", ")
    }

    /// A path as messages show it: below the root, with `/`.
    pub(crate) fn shown(&self, path: &Path) -> String {
        self.root.shown(path)
    }

    /// The same with words that are added to the language.
    #[must_use]
    pub(crate) fn with(mut self, extensions: &Arc<Extensions>) -> Self {
        self.extensions = Arc::clone(extensions);
        self
    }

    /// The words that are added to the language.
    pub(crate) fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// Where no file may lie outside of.
    pub(crate) fn root(&self) -> &Root {
        &self.root
    }

    /// The folder that paths written in this file start from.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Notes an error at a node: wrong type, with what was expected and an example.
    pub(crate) fn wrong_type(&mut self, node: &Node, expected: &str, example: &str) {
        let message = format!("expected {expected}, found {}", node.kind());
        self.problems
            .push(Diagnostic::error("wrong-type", &node.place, message).help(format!("for example `{example}`")));
    }

    /// Notes an error.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.problems.push(diagnostic);
    }

    /// Text with templates. A number or boolean is taken as its text.
    pub(crate) fn text(&mut self, node: &Node) -> Option<Text> {
        match node.scalar_text() {
            Some(text) => self.compile(text, node),
            None => {
                self.no_text(node);
                None
            }
        }
    }

    /// Text that no template may stand in: a name, a word.
    pub(crate) fn word<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        let text = match &node.value {
            Value::Map(_) | Value::List(_) | Value::Null => None,
            _ => node.scalar_text(),
        };
        if text.is_none() {
            self.no_text(node);
        }
        text
    }

    fn no_text(&mut self, node: &Node) {
        let help = match node.value {
            Value::Null => "write a value, or leave the key out; quote `null` where the word is meant",
            Value::List(_) => "write one value in place of the list",
            _ => "write one value in place of the map; text that begins with `{` stands in quotes",
        };
        let message = format!("expected text, found {}", node.kind());
        self.report(Diagnostic::error("wrong-type", &node.place, message).help(help));
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&mut self, node: &Node) -> Option<bool> {
        match node.value {
            Value::Bool(value) => Some(value),
            _ => {
                self.wrong_type(node, "`true` or `false`", "true");
                None
            }
        }
    }

    /// A whole number that is not negative.
    pub(crate) fn count(&mut self, node: &Node) -> Option<u64> {
        let number = match &node.value {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.not_a_count(node, "a whole number, 0 or more");
        }
        number
    }

    /// Notes a number that is none of those that are taken here.
    pub(crate) fn not_a_count(&mut self, node: &Node, expected: &str) {
        let found = match &node.value {
            Value::Number(text) => format!("`{text}`"),
            _ => node.kind().to_owned(),
        };
        let wrong = Diagnostic::error("wrong-type", &node.place, format!("expected {expected}, found {found}"));
        self.report(wrong.help("for example `3`"));
    }

    /// The elements of a list; a single value stands for a list of one.
    pub(crate) fn one_or_many<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        match &node.value {
            Value::List(items) => self.filled(node, items),
            _ => std::slice::from_ref(node),
        }
    }

    /// The elements of a list that is not empty.
    pub(crate) fn list<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        match &node.value {
            Value::List(items) => self.filled(node, items),
            _ => {
                self.wrong_type(node, "a list", "[a, b]");
                &[]
            }
        }
    }

    /// The entries of a map that is not empty.
    pub(crate) fn map<'n>(&mut self, node: &'n Node) -> &'n [Entry] {
        match &node.value {
            Value::Map(entries) => {
                if entries.is_empty() {
                    self.empty(node, "map");
                }
                entries
            }
            _ => {
                self.wrong_type(node, "a map", "{name: value}");
                &[]
            }
        }
    }

    /// Any value with templates in it: in text, in lists, in the keys and values of maps.
    pub(crate) fn tree(&mut self, node: &Node) -> Option<Templated> {
        let tree = self.subtree(node)?;
        Some(Templated { tree, place: node.place.clone() })
    }

    /// The text of a key, which may hold templates.
    pub(crate) fn key(&mut self, entry: &Entry) -> Option<Text> {
        let node = key_node(entry);
        self.compile(&entry.key, &node)
    }

    fn filled<'n>(&mut self, node: &Node, items: &'n [Node]) -> &'n [Node] {
        if items.is_empty() {
            self.empty(node, "list");
        }
        items
    }

    fn empty(&mut self, node: &Node, what: &str) {
        let wrong = Diagnostic::error("empty", &node.place, format!("an empty {what} says nothing here"));
        self.report(wrong.help("fill it or leave the key out"));
    }

    fn subtree(&mut self, node: &Node) -> Option<Tree> {
        let tree = match &node.value {
            Value::Null => Tree::Fixed(crate::json::Json::Null),
            Value::Bool(value) => Tree::Fixed(crate::json::Json::Bool(*value)),
            Value::Number(text) => match crate::json::Number::parse(text) {
                Some(number) => Tree::Fixed(crate::json::Json::Number(number.into_owned())),
                None => {
                    self.wrong_type(node, "a number that JSON can carry", "42");
                    return None;
                }
            },
            Value::String(text) => Tree::Text(self.compile(text, node)?.into_template()),
            Value::List(items) => {
                let items: Vec<_> = items.iter().map(|item| self.subtree(item)).collect();
                Tree::List(items.into_iter().collect::<Option<_>>()?)
            }
            Value::Map(entries) => {
                let members: Vec<_> = entries.iter().map(|entry| self.member(entry)).collect();
                Tree::Map(members.into_iter().collect::<Option<_>>()?)
            }
        };
        Some(tree.folded())
    }

    fn member(&mut self, entry: &Entry) -> Option<(Template, Tree)> {
        let key = self.key(entry);
        let value = self.subtree(&entry.value);
        Some((key?.into_template(), value?))
    }

    fn compile(&mut self, text: &str, node: &Node) -> Option<Text> {
        match Template::compile_with(text, &self.extensions.helpers) {
            Ok(template) => {
                self.note_uses(&template, node);
                Some(Text::new(template.placed(&node.place), node.place.clone()))
            }
            Err(bad) => {
                self.bad_template(bad, node);
                None
            }
        }
    }

    fn note_uses(&mut self, template: &Template, node: &Node) {
        for reference in template.references() {
            let width = text_width(reference.path());
            self.uses.push(Use {
                name: reference.name().to_owned(),
                rest: reference.rest().to_vec(),
                optional: reference.optional,
                place: node.within(reference.offset, reference.offset + width),
            });
        }
        for (path, offset) in template.files() {
            self.note_file(path.clone(), node.within(*offset, offset + path.len()));
        }
    }

    fn bad_template(&mut self, bad: BadTemplate, node: &Node) {
        let end = node.scalar_text().map_or(0, str::len);
        let place = node.within(bad.offset, end.max(bad.offset));
        let wrong = Diagnostic::error("bad-template", &place, bad.message);
        self.report(match bad.help {
            Some(help) => wrong.help(help),
            None => wrong,
        });
    }
}

/// A key as a node of its own, so that what is wrong in it is shown there.
pub(crate) fn key_node(entry: &Entry) -> Node {
    let quoted = entry.key_place.text().starts_with(['"', '\'']);
    Node { value: Value::String(entry.key.clone()), place: entry.key_place.clone(), quoted }
}

fn text_width(path: &str) -> usize {
    path.len().max(1)
}
