//! Text into nodes: expressions by `scan`, the text around them by handlebars.

use handlebars::template::{HelperTemplate, Parameter, Template as Parsed, TemplateElement};

use crate::source::Place;
use crate::template::{
    block::Kind,
    expression::Expression,
    extra::Extras,
    fault::BadTemplate,
    path::Reference,
    scan::{Scanned, Tag, scan},
};

/// How many bytes a template may have.
const LONGEST: usize = 1024 * 1024;

/// A template with something to render.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) nodes: Vec<Node>,
    pub(super) references: Vec<Reference>,
    /// The files it reads, and where in the text each is named.
    pub(super) files: Vec<(String, usize)>,
    /// Where the text was written.
    pub(super) place: Option<Place>,
    lone: bool,
}

/// A part of a template.
#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    Value(Value),
    Block(Block),
}

/// An expression whose value is shown.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) expression: Expression,
    /// The expression as written, for messages.
    pub(super) written: String,
    /// The byte where it stands, from the start of the text.
    pub(super) offset: usize,
}

/// A part that is shown or not, once or for each element.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: Kind,
    pub(super) argument: Value,
    pub(super) body: Vec<Node>,
    pub(super) otherwise: Vec<Node>,
}

impl Compiled {
    /// Compiles a text.
    pub(super) fn of(text: &str, extras: &Extras) -> Result<Self, BadTemplate> {
        if text.len() > LONGEST {
            return Err(BadTemplate::at(0, "a template may have 1 MiB at most").help("read it from a file"));
        }
        let mut scanned = scan(text, extras)?;
        let parsed = Parsed::compile(&scanned.skeleton).map_err(|_| unreadable())?;
        let mut tags = std::mem::take(&mut scanned.tags).into_iter().map(Some).collect();
        let nodes = nodes_of(Some(parsed), &mut tags)?;
        let Scanned { references, files, lone, .. } = scanned;
        Ok(Self { nodes, references, files, place: None, lone })
    }

    /// The one expression that the whole text is.
    pub(super) fn lone(&self) -> Option<&Node> {
        self.nodes.first().filter(|_| self.lone)
    }

    /// The text, if there is nothing else.
    pub(super) fn fixed(&self) -> Option<String> {
        let text = |node: &Node| match node {
            Node::Text(text) => Some(text.clone()),
            _ => None,
        };
        self.nodes.iter().map(text).collect()
    }
}

fn nodes_of(parsed: Option<Parsed>, tags: &mut Vec<Option<Tag>>) -> Result<Vec<Node>, BadTemplate> {
    let mut nodes = Vec::new();
    for element in parsed.into_iter().flat_map(|parsed| parsed.elements) {
        match element {
            TemplateElement::RawString(text) if text.is_empty() => {}
            TemplateElement::RawString(text) => nodes.push(Node::Text(text)),
            TemplateElement::Comment(_) => {}
            TemplateElement::Expression(value) => nodes.push(Node::Value(tagged(&value.name, tags)?.1)),
            TemplateElement::HelperBlock(block) => nodes.push(Node::Block(block_of(*block, tags)?)),
            _ => return Err(unreadable()),
        }
    }
    Ok(nodes)
}

fn block_of(block: HelperTemplate, tags: &mut Vec<Option<Tag>>) -> Result<Block, BadTemplate> {
    let number = block.params.first().ok_or_else(unreadable)?;
    let (kind, argument) = tagged(number, tags)?;
    let kind = kind.ok_or_else(unreadable)?;
    let body = nodes_of(block.template, tags)?;
    Ok(Block { kind, argument, body, otherwise: nodes_of(block.inverse, tags)? })
}

/// The expression that a name of the skeleton stands for.
fn tagged(name: &Parameter, tags: &mut [Option<Tag>]) -> Result<(Option<Kind>, Value), BadTemplate> {
    let number = name.as_name().and_then(|name| name.strip_prefix('e')?.parse::<usize>().ok());
    let tag = number.and_then(|number| tags.get_mut(number)?.take()).ok_or_else(unreadable)?;
    Ok((tag.block, Value { expression: tag.expression, written: tag.written, offset: tag.offset }))
}

/// Handlebars sees only what `scan` has let through; should it refuse that, no more can be said.
fn unreadable() -> BadTemplate {
    BadTemplate::at(0, "the text cannot be read as a template")
}
