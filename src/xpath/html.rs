//! HTML into a document, read as browsers read it; names have no namespace and are lower case.

use std::{
    borrow::Cow,
    cell::{Ref, RefCell},
};

use html5ever::{
    Attribute, LocalName, Namespace, ParseOpts, QualName,
    interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink},
    parse_document,
    tendril::{StrTendril, TendrilSink},
};

use crate::xpath::document::{Document, Name, NodeKind};

impl Document {
    /// Reads a document in HTML, however careless it is.
    pub(crate) fn html(text: &str) -> Self {
        let tree = Tree(RefCell::new(vec![Node::new(Content::Root)]));
        parse_document(tree, ParseOpts::default()).one(text)
    }
}

/// The document while it is read.
struct Tree(RefCell<Vec<Node>>);

struct Node {
    content: Content,
    parent: Option<usize>,
    children: Vec<usize>,
}

enum Content {
    Root,
    Element(QualName, Vec<Attribute>),
    Text(StrTendril),
    Comment(StrTendril),
    Instruction(StrTendril, StrTendril),
}

/// The name of an element for the tree builder.
#[derive(Debug)]
struct Named(Namespace, LocalName);

impl ElemName for Named {
    fn ns(&self) -> &Namespace {
        &self.0
    }

    fn local_name(&self) -> &LocalName {
        &self.1
    }
}

impl Node {
    fn new(content: Content) -> Self {
        Self { content, parent: None, children: Vec::new() }
    }
}

impl Tree {
    fn make(&self, content: Content) -> usize {
        let mut nodes = self.0.borrow_mut();
        nodes.push(Node::new(content));
        nodes.len() - 1
    }

    fn node(&self, id: usize) -> Ref<'_, Node> {
        Ref::map(self.0.borrow(), |nodes| &nodes[id])
    }

    /// Puts a node or text below a parent, before the child at `place`. Neighbouring texts become one.
    fn put(&self, parent: usize, place: usize, child: NodeOrText<usize>) {
        let id = match child {
            NodeOrText::AppendNode(id) => {
                self.detach(id);
                id
            }
            NodeOrText::AppendText(text) => {
                let before = place.checked_sub(1).and_then(|at| self.node(parent).children.get(at).copied());
                if before.is_some_and(|before| self.extend(before, &text)) {
                    return;
                }
                self.make(Content::Text(text))
            }
        };
        let mut nodes = self.0.borrow_mut();
        let place = place.min(nodes[parent].children.len());
        nodes[id].parent = Some(parent);
        nodes[parent].children.insert(place, id);
    }

    /// Adds text to a node of text.
    fn extend(&self, id: usize, more: &StrTendril) -> bool {
        match &mut self.0.borrow_mut()[id].content {
            Content::Text(text) => {
                text.push_tendril(more);
                true
            }
            _ => false,
        }
    }

    fn detach(&self, id: usize) {
        let mut nodes = self.0.borrow_mut();
        if let Some(parent) = nodes[id].parent.take() {
            nodes[parent].children.retain(|child| *child != id);
        }
    }

    /// Copies everything below the root in the order of the document.
    fn copied(self) -> Document {
        let nodes = self.0.into_inner();
        let mut document = Document::new(true);
        let mut open: Vec<_> = nodes[0].children.iter().rev().map(|child| (*child, 0)).collect();
        while let Some((id, parent)) = open.pop() {
            let node = &nodes[id];
            let id = add(&mut document, parent, &node.content);
            open.extend(node.children.iter().rev().map(|child| (*child, id)));
        }
        document.close()
    }
}

fn add(document: &mut Document, parent: usize, content: &Content) -> usize {
    match content {
        Content::Root => parent,
        Content::Text(text) => document.add(parent, NodeKind::Text, Name::default(), text),
        Content::Comment(text) => document.add(parent, NodeKind::Comment, Name::default(), text),
        Content::Instruction(target, text) => {
            document.add(parent, NodeKind::Instruction, Name::plain(target.to_string()), text)
        }
        Content::Element(name, attributes) => {
            let id =
                document.add(parent, NodeKind::Element, Name::plain(name.local.to_ascii_lowercase().to_string()), "");
            for attribute in attributes {
                let name = Name::plain(attribute.name.local.to_ascii_lowercase().to_string());
                document.add(id, NodeKind::Attribute, name, &attribute.value);
            }
            id
        }
    }
}

impl TreeSink for Tree {
    type Handle = usize;
    type Output = Document;
    type ElemName<'a> = Named;

    fn finish(self) -> Document {
        self.copied()
    }

    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> usize {
        0
    }

    fn elem_name<'a>(&'a self, target: &'a usize) -> Named {
        match &self.node(*target).content {
            Content::Element(name, _) => Named(name.ns.clone(), name.local.clone()),
            _ => Named(Namespace::default(), LocalName::default()),
        }
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _flags: ElementFlags) -> usize {
        self.make(Content::Element(name, attributes))
    }

    fn create_comment(&self, text: StrTendril) -> usize {
        self.make(Content::Comment(text))
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> usize {
        self.make(Content::Instruction(target, data))
    }

    fn append(&self, parent: &usize, child: NodeOrText<usize>) {
        let place = self.node(*parent).children.len();
        self.put(*parent, place, child);
    }

    fn append_based_on_parent_node(&self, element: &usize, previous: &usize, child: NodeOrText<usize>) {
        if self.node(*element).parent.is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _name: StrTendril, _public: StrTendril, _system: StrTendril) {}

    /// What a template holds stands below it, so that it can be found.
    fn get_template_contents(&self, target: &usize) -> usize {
        *target
    }

    fn same_node(&self, one: &usize, other: &usize) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &usize, child: NodeOrText<usize>) {
        if let NodeOrText::AppendNode(id) = &child {
            self.detach(*id);
        }
        let Some(parent) = self.node(*sibling).parent else { return };
        let place = self.node(parent).children.iter().position(|child| child == sibling).unwrap_or(0);
        self.put(parent, place, child);
    }

    fn add_attrs_if_missing(&self, target: &usize, attributes: Vec<Attribute>) {
        if let Content::Element(_, known) = &mut self.0.borrow_mut()[*target].content {
            for attribute in attributes {
                if !known.iter().any(|it| it.name == attribute.name) {
                    known.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &usize) {
        self.detach(*target);
    }

    fn reparent_children(&self, node: &usize, new_parent: &usize) {
        let mut nodes = self.0.borrow_mut();
        let children = std::mem::take(&mut nodes[*node].children);
        for child in &children {
            nodes[*child].parent = Some(*new_parent);
        }
        nodes[*new_parent].children.extend(children);
    }
}
