//! XML into a document. No entity is read from elsewhere, and those of a document expand only so far.

use roxmltree::{Node, NodeType, ParsingOptions};

use crate::xpath::document::{Document, Name, NodeKind};

/// What `xml:` stands for.
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// How many nodes a document may have.
const MOST: u32 = 10_000_000;

/// Why a text is no XML, with line and column.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct BadXml(String);

impl Document {
    /// Reads a document in XML 1.0 with namespaces.
    ///
    /// # Errors
    /// It is not well-formed, or its entities refer to themselves, to too much or to what lies outside.
    pub(crate) fn xml(text: &str) -> Result<Self, BadXml> {
        let options = ParsingOptions { allow_dtd: true, nodes_limit: MOST, ..ParsingOptions::default() };
        let read = roxmltree::Document::parse_with_options(text, options).map_err(|error| bad(&error))?;
        let mut document = Self::new(false);
        let mut ids = vec![0];
        for node in read.root().descendants().skip(1) {
            let parent = node.parent().map_or(0, |parent| ids[parent.id().get_usize()]);
            let id = document.add_node(&node, parent);
            // Numbers of nodes are handed out in the order of the document.
            ids.resize(node.id().get_usize() + 1, 0);
            ids[node.id().get_usize()] = id;
        }
        Ok(document.close())
    }

    fn add_node(&mut self, node: &Node<'_, '_>, parent: usize) -> usize {
        let text = node.text().unwrap_or_default();
        match node.node_type() {
            NodeType::Element => self.add_element(node, parent),
            NodeType::Text => self.add(parent, NodeKind::Text, Name::default(), text),
            NodeType::Comment => self.add(parent, NodeKind::Comment, Name::default(), text),
            NodeType::PI | NodeType::Root => {
                let (target, value) = node.pi().map_or(("", ""), |it| (it.target, it.value.unwrap_or_default()));
                self.add(parent, NodeKind::Instruction, Name::plain(target), value)
            }
        }
    }

    fn add_element(&mut self, node: &Node<'_, '_>, parent: usize) -> usize {
        for namespace in node.namespaces() {
            self.declare(namespace.name().unwrap_or_default(), namespace.uri());
        }
        let name = |local: &str, namespace: Option<&str>| Name {
            prefix: namespace.and_then(|it| prefix(node, it)).unwrap_or_default().to_owned(),
            local: local.to_owned(),
            namespace: namespace.unwrap_or_default().to_owned(),
        };
        let tag = node.tag_name();
        let id = self.add(parent, NodeKind::Element, name(tag.name(), tag.namespace()), "");
        for attribute in node.attributes() {
            let name = name(attribute.name(), attribute.namespace());
            self.add(id, NodeKind::Attribute, name, attribute.value());
        }
        id
    }
}

fn prefix<'n>(node: &Node<'n, '_>, namespace: &str) -> Option<&'n str> {
    if namespace == XML { Some("xml") } else { node.lookup_prefix(namespace) }
}

fn bad(error: &roxmltree::Error) -> BadXml {
    let told = error.to_string();
    let position = error.pos();
    let reason = told.strip_suffix(&format!(" at {position}")).unwrap_or(&told);
    let reason = match error {
        roxmltree::Error::NodesLimitReached => return BadXml(format!("it has more than {MOST} nodes")),
        roxmltree::Error::NoRootNode => return BadXml("it has no element".to_owned()),
        _ => reason.replace('\'', "`"),
    };
    BadXml(format!("{reason} at line {} column {}", position.row, position.col))
}
