//! What an expression yields in a document.

use std::{borrow::Cow, cell::Cell};

use crate::xpath::{
    axis::Axis,
    document::{Document, NodeKind},
    expression::{Expression, Operator, Path, Start, Step, Test},
    function::Given,
    value::{Value, compare},
};

/// The node at hand, its place among those looked at, counted from 1, and how many these are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    pub(super) node: usize,
    pub(super) position: usize,
    pub(super) size: usize,
}

/// Evaluates an expression in one document, all of whose prefixes are declared there.
pub(super) struct Evaluation<'d> {
    pub(super) document: &'d Document,
    /// How many nodes may still be looked at.
    left: Cell<usize>,
}

impl<'d> Evaluation<'d> {
    /// Evaluates in this document, and looks at so many nodes at most: a predicate within a predicate looks at all for each.
    pub(super) fn new(document: &'d Document, most_looks: usize) -> Self {
        Self { document, left: Cell::new(most_looks) }
    }

    /// Whether it was given up: what came out is not what the expression yields.
    pub(super) fn is_given_up(&self) -> bool {
        self.left.get() == 0
    }

    /// Notes that so many nodes are looked at; false once it is given up.
    pub(super) fn looks_at(&self, nodes: usize) -> bool {
        self.left.set(self.left.get().saturating_sub(nodes));
        !self.is_given_up()
    }

    /// The string value of a node; nothing of it once it is given up.
    pub(super) fn text(&self, node: usize) -> String {
        let affordable = self.looks_at(self.document.end(node) - node);
        if affordable { self.document.text(node) } else { String::new() }
    }

    /// What an expression yields for the whole document.
    pub(super) fn whole(&self, expression: &Expression) -> Value {
        self.value(expression, Context { node: 0, position: 1, size: 1 })
    }

    fn value(&self, expression: &Expression, context: Context) -> Value {
        match expression {
            Expression::Text(text) => Value::Text(text.clone()),
            Expression::Number(number) => Value::Number(*number),
            Expression::Negative(inner) => Value::Number(-self.value(inner, context).number(self)),
            Expression::Operation(operator, both) => self.operation(*operator, both, context),
            Expression::Path(path) => Value::Nodes(self.path(path, context)),
            Expression::Filter(inner, predicates) => {
                let nodes = self.value(inner, context).into_nodes();
                Value::Nodes(predicates.iter().fold(nodes, |nodes, predicate| self.kept(nodes, predicate)))
            }
            Expression::Call(function, arguments) => {
                let arguments = arguments.iter().map(|argument| self.value(argument, context)).collect();
                function.call(Given { evaluation: self, context, arguments })
            }
        }
    }

    fn operation(&self, operator: Operator, [left, right]: &[Expression; 2], context: Context) -> Value {
        let first = self.value(left, context);
        let second = || self.value(right, context);
        let numbers = |apply: fn(f64, f64) -> f64| Value::Number(apply(first.number(self), second().number(self)));
        match operator {
            Operator::Or => Value::Boolean(first.boolean() || second().boolean()),
            Operator::And => Value::Boolean(first.boolean() && second().boolean()),
            Operator::Add => numbers(|a, b| a + b),
            Operator::Subtract => numbers(|a, b| a - b),
            Operator::Multiply => numbers(|a, b| a * b),
            Operator::Divide => numbers(|a, b| a / b),
            Operator::Remainder => numbers(|a, b| a % b),
            Operator::Union => {
                let mut nodes = first.into_nodes();
                nodes.extend(second().into_nodes());
                Value::Nodes(in_order(nodes))
            }
            _ => Value::Boolean(compare(&first, operator, &second(), self)),
        }
    }

    fn path(&self, path: &Path, context: Context) -> Vec<usize> {
        let start = match &path.start {
            Start::Root => vec![0],
            Start::Here => vec![context.node],
            Start::Nodes(expression) => self.value(expression, context).into_nodes(),
        };
        path.steps.iter().fold(start, |nodes, step| self.step(&nodes, step))
    }

    fn step(&self, nodes: &[usize], step: &Step) -> Vec<usize> {
        let mut found = Vec::new();
        for node in nodes {
            let mut on_axis = step.axis.nodes(self.document, *node);
            if !self.looks_at(on_axis.len() + 1) {
                return Vec::new();
            }
            on_axis.retain(|node| self.meets(&step.test, step.axis, *node));
            found.extend(step.predicates.iter().fold(on_axis, |nodes, predicate| self.kept(nodes, predicate)));
        }
        in_order(found)
    }

    /// The nodes for which a predicate holds: a number is a place among them.
    fn kept(&self, nodes: Vec<usize>, predicate: &Expression) -> Vec<usize> {
        let size = nodes.len();
        let holds = |position: usize, node: usize| match self.value(predicate, Context { node, position, size }) {
            #[expect(clippy::float_cmp, reason = "a place is equal or it is not")]
            Value::Number(number) => number == position as f64,
            other => other.boolean(),
        };
        let numbered = nodes.into_iter().enumerate();
        numbered.filter(|(index, node)| self.looks_at(1) && holds(index + 1, *node)).map(|(_, node)| node).collect()
    }

    fn meets(&self, test: &Test, axis: Axis, node: usize) -> bool {
        let kind = self.document.kind(node);
        match test {
            Test::Any => true,
            Test::Text => kind == NodeKind::Text,
            Test::Comment => kind == NodeKind::Comment,
            Test::Instruction(target) => {
                let name = &self.document.name(node).local;
                kind == NodeKind::Instruction && target.as_ref().is_none_or(|target| target == name)
            }
            Test::Name { prefix, local } => {
                let principal = if axis == Axis::Attribute { NodeKind::Attribute } else { NodeKind::Element };
                kind == principal && self.is_called(node, prefix.as_deref(), local.as_deref())
            }
        }
    }

    fn is_called(&self, node: usize, prefix: Option<&str>, local: Option<&str>) -> bool {
        let name = self.document.name(node);
        let local = local.map(|local| match self.document.is_html {
            true => Cow::Owned(local.to_ascii_lowercase()),
            false => Cow::Borrowed(local),
        });
        let namespace = match (prefix, &local) {
            (Some(prefix), _) => self.document.namespace(prefix),
            (None, Some(_)) => Some(""),
            // `*` is any name.
            (None, None) => None,
        };
        namespace.is_none_or(|namespace| namespace == name.namespace) && local.is_none_or(|local| local == name.local)
    }
}

fn in_order(mut nodes: Vec<usize>) -> Vec<usize> {
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}
