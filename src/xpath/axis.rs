//! The axes: what lies before, behind, above and below a node (XPath 1.0, section 2.2).

use crate::xpath::document::{Document, NodeKind};

/// A direction to look in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    Ancestor,
    AncestorOrSelf,
    Attribute,
    Child,
    Descendant,
    DescendantOrSelf,
    Following,
    FollowingSibling,
    Parent,
    Preceding,
    PrecedingSibling,
    Own,
}

impl Axis {
    /// Every axis by its name.
    pub(super) const ALL: &[(&str, Self)] = &[
        ("ancestor", Self::Ancestor),
        ("ancestor-or-self", Self::AncestorOrSelf),
        ("attribute", Self::Attribute),
        ("child", Self::Child),
        ("descendant", Self::Descendant),
        ("descendant-or-self", Self::DescendantOrSelf),
        ("following", Self::Following),
        ("following-sibling", Self::FollowingSibling),
        ("parent", Self::Parent),
        ("preceding", Self::Preceding),
        ("preceding-sibling", Self::PrecedingSibling),
        ("self", Self::Own),
    ];

    /// The nodes of the axis, the nearest first.
    pub(super) fn nodes(self, document: &Document, node: usize) -> Vec<usize> {
        let is_attribute = |node: &usize| document.kind(*node) == NodeKind::Attribute;
        let below = || (node + 1..document.end(node)).filter(|node| !is_attribute(node));
        match self {
            Self::Own => vec![node],
            Self::Parent => document.parent(node).into_iter().collect(),
            Self::Ancestor => ancestors(document, node).collect(),
            Self::AncestorOrSelf => std::iter::once(node).chain(ancestors(document, node)).collect(),
            Self::Attribute => document.attributes(node).collect(),
            Self::Child => children(document, node).collect(),
            Self::Descendant => below().collect(),
            Self::DescendantOrSelf => std::iter::once(node).chain(below()).collect(),
            Self::Following => (document.end(node)..document.len()).filter(|node| !is_attribute(node)).collect(),
            Self::Preceding => {
                let is_above = |other: &usize| document.end(*other) > node;
                (0..node).rev().filter(|other| !is_attribute(other) && !is_above(other)).collect()
            }
            Self::FollowingSibling => siblings(document, node).filter(|other| *other > node).collect(),
            Self::PrecedingSibling => {
                let mut before: Vec<_> = siblings(document, node).take_while(|other| *other < node).collect();
                before.reverse();
                before
            }
        }
    }
}

fn ancestors(document: &Document, node: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(document.parent(node), |node| document.parent(*node))
}

fn children(document: &Document, node: usize) -> impl Iterator<Item = usize> {
    let end = document.end(node);
    let first = document.attributes(node).last().unwrap_or(node) + 1;
    let within = move |node: usize| (node < end).then_some(node);
    std::iter::successors(within(first), move |node| within(document.end(*node)))
}

/// The children of a node's parent; an attribute has no siblings.
fn siblings(document: &Document, node: usize) -> impl Iterator<Item = usize> {
    let parent = document.parent(node).filter(|_| document.kind(node) != NodeKind::Attribute);
    parent.into_iter().flat_map(|parent| children(document, parent))
}
