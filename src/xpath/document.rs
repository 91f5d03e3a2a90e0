//! A document as XPath sees it: its nodes in the order they stand, attributes right behind their element.

use crate::diagnostic::nearest;
use crate::xpath::expression::Names;

/// The prefix that stands for the default namespace of a document.
const DEFAULT: &str = "_";

/// A document.
#[derive(Debug)]
pub(crate) struct Document {
    nodes: Vec<Node>,
    /// The prefixes that it declares, the first of each; the empty one is the default namespace.
    namespaces: Vec<(String, String)>,
    /// Whether names are compared without case and without namespaces.
    pub(super) is_html: bool,
}

#[derive(Debug)]
struct Node {
    kind: NodeKind,
    parent: usize,
    /// Behind the last node below it.
    end: usize,
    name: Name,
    text: String,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeKind {
    Root,
    Element,
    Attribute,
    Text,
    Comment,
    Instruction,
}

/// The name of an element or attribute, or the target of an instruction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) prefix: String,
    pub(super) local: String,
    pub(super) namespace: String,
}

impl Name {
    /// A name in no namespace.
    pub(super) fn plain(local: impl Into<String>) -> Self {
        Self { local: local.into(), ..Self::default() }
    }
}

impl Document {
    /// A document with nothing but a root.
    pub(super) fn new(is_html: bool) -> Self {
        let mut document = Self { nodes: Vec::new(), namespaces: Vec::new(), is_html };
        document.add(0, NodeKind::Root, Name::default(), "");
        document
    }

    /// Adds a node behind all others, below `parent`.
    pub(super) fn add(&mut self, parent: usize, kind: NodeKind, name: Name, text: &str) -> usize {
        let id = self.nodes.len();
        self.nodes.push(Node { kind, parent, end: id + 1, name, text: text.to_owned() });
        id
    }

    /// Notes where each node ends, once all are there.
    pub(super) fn close(mut self) -> Self {
        for id in (1..self.nodes.len()).rev() {
            let (parent, end) = (self.nodes[id].parent, self.nodes[id].end);
            self.nodes[parent].end = self.nodes[parent].end.max(end);
        }
        self
    }

    /// Notes that a prefix is declared.
    pub(super) fn declare(&mut self, prefix: &str, namespace: &str) {
        if !self.namespaces.iter().any(|(known, _)| known == prefix) {
            self.namespaces.push((prefix.to_owned(), namespace.to_owned()));
        }
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn kind(&self, node: usize) -> NodeKind {
        self.nodes[node].kind
    }

    pub(super) fn name(&self, node: usize) -> &Name {
        &self.nodes[node].name
    }

    /// Behind the last node below it.
    pub(super) fn end(&self, node: usize) -> usize {
        self.nodes[node].end
    }

    /// The node above; none above the root.
    pub(super) fn parent(&self, node: usize) -> Option<usize> {
        (node > 0).then(|| self.nodes[node].parent)
    }

    /// The attributes of an element.
    pub(super) fn attributes(&self, node: usize) -> impl Iterator<Item = usize> {
        let is_own = move |other: &usize| self.kind(*other) == NodeKind::Attribute && self.nodes[*other].parent == node;
        (node + 1..self.end(node)).take_while(is_own)
    }

    /// The value of an attribute of this name, in no namespace or that of `xml:`.
    pub(super) fn attribute(&self, node: usize, local: &str) -> Option<&str> {
        let is_it = |name: &Name| name.local == local && (name.namespace.is_empty() || name.prefix == "xml");
        let found = self.attributes(node).find(|attribute| is_it(self.name(*attribute)))?;
        Some(&self.nodes[found].text)
    }

    /// The string value of a node (XPath 1.0, section 5).
    pub(super) fn text(&self, node: usize) -> String {
        match self.kind(node) {
            NodeKind::Root | NodeKind::Element => {
                let below = self.nodes[node..self.end(node)].iter();
                below.filter(|node| node.kind == NodeKind::Text).map(|node| node.text.as_str()).collect()
            }
            _ => self.nodes[node].text.clone(),
        }
    }

    /// The namespace that a prefix of the document stands for.
    pub(super) fn namespace(&self, prefix: &str) -> Option<&str> {
        let prefix = if prefix == DEFAULT { "" } else { prefix };
        let found = self.namespaces.iter().find(|(known, _)| known == prefix);
        found.map(|(_, namespace)| namespace.as_str()).or((prefix == "xml").then_some(super::xml::XML))
    }

    /// That a prefix is not declared, and which ones are.
    pub(super) fn unknown_prefix(&self, prefix: &str) -> String {
        let shown = |prefix: &str| format!("`{}`", if prefix.is_empty() { DEFAULT } else { prefix });
        let known: Vec<_> = self.namespaces.iter().map(|(prefix, _)| shown(prefix)).collect();
        match (known.as_slice(), prefix) {
            ([], _) => format!("the document declares no prefix `{prefix}`, nor any other"),
            (_, DEFAULT) => format!("the document has no default namespace, but the prefixes {}", known.join(", ")),
            _ => format!("the document declares no prefix `{prefix}`, but {}", known.join(", ")),
        }
    }

    /// Why names may not have been found.
    pub(super) fn nearest(&self, names: &Names) -> Option<String> {
        let elements = || self.nodes.iter().filter(|node| node.kind == NodeKind::Element).map(|node| &node.name);
        let missing = |local: &String| !elements().any(|name| name.namespace.is_empty() && name.local == *local);
        let local = names.elements.iter().find(|local| missing(local))?;
        if let Some(known) = elements().find(|name| name.local == *local) {
            let prefix = if known.prefix.is_empty() { DEFAULT } else { &known.prefix };
            return Some(format!("`{local}` is in the namespace {}: write `{prefix}:{local}`", known.namespace));
        }
        let near = nearest(local, elements().map(|name| name.local.as_str()))?;
        Some(format!("there is no element `{local}`; the nearest that is there is `{near}`"))
    }
}
