//! XPath 1.0 over XML and HTML: the only place that names `roxmltree` and `html5ever`.
//!
//! A text is compiled once and its types are checked then; a document is read once, however many paths look at it.

mod axis;
mod document;
mod evaluate;
mod expression;
mod function;
mod html;
mod parse;
mod scan;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod xml;

use std::{fmt, sync::Arc};

pub(crate) use document::Document;
use evaluate::Evaluation;
pub(crate) use expression::Kind;
use expression::{Expression, Names};
use value::Value;

/// How many nodes an expression looks at: some tenths of a second.
const MOST_LOOKS: usize = 50_000_000;

/// A compiled expression of XPath 1.0.
#[derive(Clone)]
pub(crate) struct XPath(Arc<Compiled>);

struct Compiled {
    text: String,
    expression: Expression,
    names: Names,
}

/// Why a text is no XPath.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadXPath {
    /// What is wrong.
    pub(crate) message: String,
    /// The byte where it is wrong, from the start of the text.
    pub(crate) offset: usize,
    /// What may be meant.
    pub(crate) help: Option<String>,
}

/// What an expression found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Found {
    /// The string values of a node set, in the order of the document.
    Nodes(Vec<String>),
    Text(String),
    Number(f64),
    Boolean(bool),
    /// A function of one node (`string`, `number`, `normalize-space`) and a path that found none.
    Nothing,
}

impl XPath {
    /// Compiles an expression.
    ///
    /// # Errors
    /// It does not parse, names no function of XPath 1.0, or gives a function what it cannot take.
    pub(crate) fn compile(text: &str) -> Result<Self, BadXPath> {
        let expression = parse::parse(text)?;
        let names = Names::of(&expression);
        Ok(Self(Arc::new(Compiled { text: text.to_owned(), expression, names })))
    }

    /// The text it was compiled from.
    pub(crate) fn text(&self) -> &str {
        &self.0.text
    }

    /// The type of what it finds.
    pub(crate) fn kind(&self) -> Kind {
        self.0.expression.kind()
    }

    /// What it finds in a document.
    ///
    /// # Errors
    /// A prefix that the document does not declare; an expression that goes through the document again and again.
    pub(crate) fn find(&self, document: &Document) -> Result<Found, String> {
        self.find_by(document, MOST_LOOKS)
    }

    fn find_by(&self, document: &Document, most_looks: usize) -> Result<Found, String> {
        if let Some(prefix) = self.0.names.prefixes.iter().find(|prefix| document.namespace(prefix).is_none()) {
            return Err(document.unknown_prefix(prefix));
        }
        let evaluation = Evaluation::new(document, most_looks);
        if let Some(path) = self.0.expression.looked_for()
            && matches!(evaluation.whole(path), Value::Nodes(nodes) if nodes.is_empty())
            && !evaluation.is_given_up()
        {
            return Ok(Found::Nothing);
        }
        let value = evaluation.whole(&self.0.expression);
        if evaluation.is_given_up() {
            return Err(format!(
                "it looks at more than {most_looks} nodes; name the elements on the way instead of `//`, above all in brackets"
            ));
        }
        Ok(match value {
            Value::Nodes(nodes) => Found::Nodes(nodes.iter().map(|node| document.text(*node)).collect()),
            Value::Text(text) => Found::Text(text),
            Value::Number(number) => Found::Number(number),
            Value::Boolean(value) => Found::Boolean(value),
        })
    }

    /// Why it may have found nothing: names that the document does not have, and the nearest it has.
    pub(crate) fn nearest(&self, document: &Document) -> Option<String> {
        document.nearest(&self.0.names)
    }
}

impl fmt::Debug for XPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}
