//! Values, how one becomes another, and how two compare (XPath 1.0, sections 3.4 and 4).

use crate::xpath::{evaluate::Evaluation, expression::Operator, text};

/// What an expression yields.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// In the order of the document, each once.
    Nodes(Vec<usize>),
    Text(String),
    Number(f64),
    Boolean(bool),
}

impl Value {
    /// The value as text: that of the first node.
    pub(super) fn text(&self, evaluation: &Evaluation<'_>) -> String {
        match self {
            Self::Nodes(nodes) => nodes.first().map(|node| evaluation.text(*node)).unwrap_or_default(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => text::of_number(*number),
            Self::Boolean(value) => value.to_string(),
        }
    }

    /// The value as a number.
    pub(super) fn number(&self, evaluation: &Evaluation<'_>) -> f64 {
        match self {
            Self::Nodes(_) => text::number(&self.text(evaluation)),
            Self::Text(text) => text::number(text),
            Self::Number(number) => *number,
            Self::Boolean(value) => f64::from(u8::from(*value)),
        }
    }

    /// The value as a boolean.
    pub(super) fn boolean(&self) -> bool {
        match self {
            Self::Nodes(nodes) => !nodes.is_empty(),
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Boolean(value) => *value,
        }
    }

    /// The nodes; none where it is no node set.
    pub(super) fn into_nodes(self) -> Vec<usize> {
        match self {
            Self::Nodes(nodes) => nodes,
            Self::Text(_) | Self::Number(_) | Self::Boolean(_) => Vec::new(),
        }
    }
}

/// Whether two values compare as the operator says. Of a node set it is enough that one node does.
pub(super) fn compare(left: &Value, operator: Operator, right: &Value, evaluation: &Evaluation<'_>) -> bool {
    match (left, right) {
        (Value::Nodes(_), Value::Boolean(value)) => {
            scalars(&Value::Boolean(left.boolean()), operator, &Value::Boolean(*value), evaluation)
        }
        (Value::Boolean(value), Value::Nodes(_)) => {
            scalars(&Value::Boolean(*value), operator, &Value::Boolean(right.boolean()), evaluation)
        }
        (Value::Nodes(nodes), other) | (other, Value::Nodes(nodes)) => {
            let others = texts(other, evaluation);
            let is_left = matches!(left, Value::Nodes(_));
            nodes.iter().any(|node| {
                let text = Value::Text(evaluation.text(*node));
                evaluation.looks_at(others.len())
                    && others.iter().any(|other| match is_left {
                        true => scalars(&text, operator, other, evaluation),
                        false => scalars(other, operator, &text, evaluation),
                    })
            })
        }
        _ => scalars(left, operator, right, evaluation),
    }
}

/// What a node is compared with: the texts of a node set, or the value itself.
fn texts(value: &Value, evaluation: &Evaluation<'_>) -> Vec<Value> {
    match value {
        Value::Nodes(nodes) => nodes.iter().map(|node| Value::Text(evaluation.text(*node))).collect(),
        other => vec![other.clone()],
    }
}

fn scalars(left: &Value, operator: Operator, right: &Value, evaluation: &Evaluation<'_>) -> bool {
    let numbers = || (left.number(evaluation), right.number(evaluation));
    match operator {
        Operator::NotEqual => !equal(left, right, evaluation),
        Operator::Less => numbers().0 < numbers().1,
        Operator::LessOrEqual => numbers().0 <= numbers().1,
        Operator::Greater => numbers().0 > numbers().1,
        Operator::GreaterOrEqual => numbers().0 >= numbers().1,
        _ => equal(left, right, evaluation),
    }
}

#[expect(clippy::float_cmp, reason = "numbers of XPath are equal where IEEE 754 says so")]
fn equal(left: &Value, right: &Value, evaluation: &Evaluation<'_>) -> bool {
    match (left, right) {
        (Value::Boolean(_), _) | (_, Value::Boolean(_)) => left.boolean() == right.boolean(),
        (Value::Number(_), _) | (_, Value::Number(_)) => left.number(evaluation) == right.number(evaluation),
        (Value::Text(left), Value::Text(right)) => left == right,
        _ => left.text(evaluation) == right.text(evaluation),
    }
}
