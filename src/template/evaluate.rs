//! Values of expressions and the text of nodes, in a scope.

use std::{borrow::Cow, cell::Cell};

use crate::json::Json;
use crate::source::Place;
use crate::template::{
    RenderFault, Scope,
    block::Kind,
    compile::{Block, Node, Value},
    expression::{Call, Expression},
    fault::described,
    helpers::{Body, Given},
    path::{Path, Start, Turn},
    scope::{descend, missing},
};

/// How many times the blocks of one text may repeat, all together.
const MOST_TURNS: u32 = 1_000_000;

/// How many bytes a rendered text may have.
const LONGEST: usize = 64 * 1024 * 1024;

/// One rendering of a template.
pub(super) struct Rendering<'s> {
    scope: &'s Scope<'s>,
    turns: Cell<u32>,
    /// Where the text was written, and the text.
    place: Option<&'s Place>,
    source: &'s str,
}

/// What a block around gives.
#[derive(Clone, Copy)]
pub(super) struct Frame<'f> {
    value: &'f Json<'static>,
    index: usize,
    key: Option<&'f str>,
    last: bool,
    outer: Option<&'f Frame<'f>>,
}

impl<'s> Rendering<'s> {
    /// A rendering in this scope.
    pub(super) fn new(scope: &'s Scope<'s>) -> Self {
        Self { scope, turns: Cell::new(0), place: None, source: "" }
    }

    /// The same for a text that was written somewhere.
    pub(super) fn at(self, place: Option<&'s Place>, source: &'s str) -> Self {
        Self { place, source, ..self }
    }

    /// The value of an expression that is a whole template.
    pub(super) fn lone(&self, value: &Value) -> Result<Json<'static>, RenderFault> {
        self.value(&value.expression).map_err(|fault| self.told(fault, value))
    }

    /// A fault where it stands.
    fn told(&self, fault: RenderFault, value: &Value) -> RenderFault {
        match (self.place, &fault) {
            (None, _) | (_, RenderFault::At(..)) => fault,
            (Some(place), _) => {
                let place = place.part(self.source, value.offset, value.offset + value.written.len());
                RenderFault::At(Box::new(fault), place)
            }
        }
    }

    /// The value of an expression outside of blocks.
    pub(super) fn value(&self, expression: &Expression) -> Result<Json<'static>, RenderFault> {
        self.evaluate(expression, None).map(Cow::into_owned)
    }

    /// The text of these nodes.
    pub(super) fn text(&self, nodes: &[Node]) -> Result<String, RenderFault> {
        let mut text = String::new();
        self.write(nodes, None, &mut text)?;
        Ok(text)
    }

    fn write(&self, nodes: &[Node], frame: Option<&Frame<'_>>, out: &mut String) -> Result<(), RenderFault> {
        for node in nodes {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Value(value) => {
                    let found = self.evaluate(&value.expression, frame);
                    let written = found.and_then(|found| write_value(&found, value, out));
                    written.map_err(|fault| self.told(fault, value))?;
                }
                Node::Block(block) => self.write_block(block, frame, out)?,
            }
            if out.len() > LONGEST {
                return Err(too_long());
            }
        }
        Ok(())
    }

    fn write_block(&self, block: &Block, frame: Option<&Frame<'_>>, out: &mut String) -> Result<(), RenderFault> {
        let value = self.evaluate(&block.argument.expression, frame);
        let value = value.map_err(|fault| self.told(fault, &block.argument))?;
        let is_shown = match block.kind {
            Kind::Each => return self.write_each(block, &value, frame, out),
            Kind::If | Kind::With => is_truthy(&value),
            Kind::Unless => !is_truthy(&value),
        };
        if !is_shown {
            return self.write(&block.otherwise, frame, out);
        }
        let inner = Frame { value: &value, index: 0, key: None, last: true, outer: frame };
        self.write(&block.body, if block.kind == Kind::With { Some(&inner) } else { frame }, out)
    }

    fn write_each(
        &self,
        block: &Block,
        value: &Json<'static>,
        outer: Option<&Frame<'_>>,
        out: &mut String,
    ) -> Result<(), RenderFault> {
        let turns: Vec<(Option<&str>, &Json<'static>)> = match value {
            Json::Array(elements) => elements.iter().map(|element| (None, element)).collect(),
            Json::Object(members) => members.iter().map(|(name, value)| (Some(&**name), value)).collect(),
            Json::Null if !block.otherwise.is_empty() => Vec::new(),
            other => {
                let message =
                    format!("`each` takes an array or an object, `{}` is {}", block.argument.written, described(other));
                return Err(RenderFault::other(message));
            }
        };
        if turns.is_empty() {
            return self.write(&block.otherwise, outer, out);
        }
        let last = turns.len() - 1;
        for (index, (key, value)) in turns.into_iter().enumerate() {
            self.count_turn()?;
            let frame = Frame { value, index, key, last: index == last, outer };
            self.write(&block.body, Some(&frame), out)?;
        }
        Ok(())
    }

    fn count_turn(&self) -> Result<(), RenderFault> {
        self.turns.set(self.turns.get() + 1);
        if self.turns.get() > MOST_TURNS {
            return Err(RenderFault::other(format!("`each` repeats more than {MOST_TURNS} times")));
        }
        Ok(())
    }

    fn evaluate<'e>(
        &'e self,
        expression: &'e Expression,
        frame: Option<&'e Frame<'e>>,
    ) -> Result<Cow<'e, Json<'static>>, RenderFault> {
        match expression {
            Expression::Literal(value) => Ok(Cow::Borrowed(value)),
            Expression::Path(path) => self.find(path, frame),
            Expression::Call(call) => self.call(call, frame).map(Cow::Owned),
            Expression::Extra(extra, arguments) => {
                let arguments = arguments.iter().map(|argument| self.evaluate(argument, frame));
                extra.call(&arguments.collect::<Result<Vec<_>, _>>()?).map(Cow::Owned)
            }
            Expression::Fallback(both) => {
                let [wanted, fallback] = &**both;
                let found = match wanted {
                    // A path fails only because something is missing.
                    Expression::Path(path) => self.find(path, frame).ok(),
                    other => Some(self.evaluate(other, frame)?),
                };
                match found.filter(|value| !matches!(**value, Json::Null)) {
                    Some(value) => Ok(value),
                    None => self.evaluate(fallback, frame),
                }
            }
        }
    }

    fn call<'e>(&'e self, call: &'e Call, frame: Option<&'e Frame<'e>>) -> Result<Json<'static>, RenderFault> {
        let Body::Function(function) = call.helper.body else {
            return Err(RenderFault::other(format!("`{}` cannot be called", call.helper.name)));
        };
        let arguments = call.arguments.iter().map(|argument| self.evaluate(argument, frame));
        let options = call.options.iter().map(|(name, value)| Ok((name.as_str(), self.evaluate(value, frame)?)));
        let given = Given {
            helper: call.helper,
            arguments: arguments.collect::<Result<_, _>>()?,
            options: options.collect::<Result<_, RenderFault>>()?,
            scope: self.scope,
        };
        match function(&given)? {
            Json::String(text) if text.len() > LONGEST => Err(too_long()),
            value => Ok(value),
        }
    }

    fn find<'e>(&'e self, path: &'e Path, frame: Option<&'e Frame<'e>>) -> Result<Cow<'e, Json<'static>>, RenderFault> {
        let around = |depth: usize| {
            let mut frames = std::iter::successors(frame, |frame| frame.outer);
            frames.nth(depth).ok_or_else(|| missing(&path.written, None))
        };
        match path.start {
            Start::Variable => self.scope.find(&path.parts, &path.written),
            Start::Turn(depth, turn) => Ok(Cow::Owned(around(depth)?.turn(turn))),
            Start::Block(depth) => {
                let value = descend(Cow::Borrowed(around(depth)?.value), &path.parts, &path.written);
                value.map_err(|fault| self.or_variable(fault, path))
            }
        }
    }

    /// Names the variable, where a member of a block's value is missing and a variable has its name.
    fn or_variable(&self, fault: RenderFault, path: &Path) -> RenderFault {
        match path.parts.first().filter(|name| self.scope.knows(name)) {
            Some(name) => missing(&path.written, Some(format!("@root.{name}"))),
            None => fault,
        }
    }
}

impl Frame<'_> {
    fn turn(&self, turn: Turn) -> Json<'static> {
        match (turn, self.key) {
            (Turn::Key, Some(key)) => Json::from(key.to_owned()),
            (Turn::Key, None) | (Turn::Index, _) => Json::from(self.index),
            (Turn::First, _) => Json::Bool(self.index == 0),
            (Turn::Last, _) => Json::Bool(self.last),
        }
    }
}

/// Whether a value counts as true: not `false`, `null`, zero, or empty.
pub(super) fn is_truthy(value: &Json<'_>) -> bool {
    match value {
        Json::Null => false,
        Json::Bool(value) => *value,
        Json::Number(number) => *number != 0_i64.into(),
        Json::String(text) => !text.is_empty(),
        Json::Array(elements) => !elements.is_empty(),
        Json::Object(members) => !members.is_empty(),
    }
}

fn write_value(value: &Json<'_>, node: &Value, out: &mut String) -> Result<(), RenderFault> {
    match scalar_text(value) {
        Some(text) => out.push_str(text),
        None => return Err(not_text(value, &node.written)),
    }
    Ok(())
}

/// The text of a string, number or boolean.
pub(super) fn scalar_text<'v>(value: &'v Json<'_>) -> Option<&'v str> {
    match value {
        Json::String(text) => Some(text),
        Json::Number(number) => Some(number.text()),
        Json::Bool(true) => Some("true"),
        Json::Bool(false) => Some("false"),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

fn not_text(value: &Json<'_>, written: &str) -> RenderFault {
    let bracketed = match written.contains([' ', '\n', '\t']) && !written.starts_with('(') {
        true => format!("({written})"),
        false => written.to_owned(),
    };
    let help = match value {
        Json::Null => format!("give a fallback: `{{{{default {bracketed} \"none\"}}}}`"),
        _ => format!("write `{{{{json {bracketed}}}}}` to insert it as JSON text"),
    };
    RenderFault::cured(format!("`{written}` is {}, which text cannot show", described(value)), help)
}

fn too_long() -> RenderFault {
    RenderFault::other("the rendered text is longer than 64 MiB")
}
