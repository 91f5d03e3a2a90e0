//! An expression as a tree, and the type of what it yields.

use std::collections::BTreeSet;

use crate::xpath::{axis::Axis, function::Function};

/// The types of XPath 1.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nodes,
    Text,
    Number,
    Boolean,
}

impl Kind {
    /// The type as messages name it, with its article.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nodes => "a node set",
            Self::Text => "text",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
        }
    }
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    Operation(Operator, Box<[Expression; 2]>),
    Negative(Box<Expression>),
    Path(Path),
    /// A primary expression with predicates.
    Filter(Box<Expression>, Vec<Expression>),
    Text(String),
    Number(f64),
    Call(&'static Function, Vec<Expression>),
}

/// What stands between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Union,
}

/// A location path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    pub(super) start: Start,
    pub(super) steps: Vec<Step>,
}

/// Where a path starts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Start {
    Root,
    Here,
    Nodes(Box<Expression>),
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) axis: Axis,
    pub(super) test: Test,
    pub(super) predicates: Vec<Expression>,
}

/// Which nodes of an axis are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// `*`, `p:*`, `name`, `p:name`.
    Name { prefix: Option<String>, local: Option<String> },
    /// `node()`.
    Any,
    /// `text()`.
    Text,
    /// `comment()`.
    Comment,
    /// `processing-instruction('target')`.
    Instruction(Option<String>),
}

impl Expression {
    /// The type of what it yields.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Path(_) | Self::Filter(..) | Self::Operation(Operator::Union, _) => Kind::Nodes,
            Self::Text(_) => Kind::Text,
            Self::Number(_) | Self::Negative(_) => Kind::Number,
            Self::Call(function, _) => function.gives,
            Self::Operation(operator, _) => match operator {
                Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Remainder => {
                    Kind::Number
                }
                _ => Kind::Boolean,
            },
        }
    }

    /// The node set whose first node this is about, where it is a function of one node.
    pub(super) fn looked_for(&self) -> Option<&Self> {
        match self {
            Self::Call(function, arguments) => match arguments.as_slice() {
                [only] if function.of_one_node && only.kind() == Kind::Nodes => Some(only),
                [only] if function.of_one_node => only.looked_for(),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The names that an expression looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) prefixes: BTreeSet<String>,
    /// Names of elements without a prefix.
    pub(super) elements: BTreeSet<String>,
}

impl Names {
    /// The names of an expression.
    pub(super) fn of(expression: &Expression) -> Self {
        let mut names = Self::default();
        names.add(expression);
        names
    }

    fn add(&mut self, expression: &Expression) {
        match expression {
            Expression::Operation(_, both) => both.iter().for_each(|it| self.add(it)),
            Expression::Negative(inner) => self.add(inner),
            Expression::Filter(inner, predicates) => {
                self.add(inner);
                predicates.iter().for_each(|it| self.add(it));
            }
            Expression::Call(_, arguments) => arguments.iter().for_each(|it| self.add(it)),
            Expression::Path(path) => self.add_path(path),
            Expression::Text(_) | Expression::Number(_) => {}
        }
    }

    fn add_path(&mut self, path: &Path) {
        if let Start::Nodes(start) = &path.start {
            self.add(start);
        }
        for step in &path.steps {
            step.predicates.iter().for_each(|it| self.add(it));
            match &step.test {
                Test::Name { prefix: Some(prefix), .. } => drop(self.prefixes.insert(prefix.clone())),
                Test::Name { prefix: None, local: Some(local) } if step.axis != Axis::Attribute => {
                    self.elements.insert(local.clone());
                }
                _ => {}
            }
        }
    }
}
