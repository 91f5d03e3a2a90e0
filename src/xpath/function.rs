//! The core library of functions (XPath 1.0, section 4): one table of what each takes and gives.

use crate::xpath::{
    document::NodeKind,
    evaluate::{Context, Evaluation},
    expression::Kind,
    text,
    value::Value,
};

/// A function.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    /// How few and how many arguments it takes.
    pub(super) least: usize,
    pub(super) most: usize,
    /// Whether its first argument must be a node set.
    pub(super) takes_nodes: bool,
    /// Whether it is about the first node of a node set, so that there is nothing to say where there is none.
    pub(super) of_one_node: bool,
    pub(super) gives: Kind,
    call: fn(&mut Given<'_, '_>) -> Value,
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// What a function is given.
pub(super) struct Given<'g, 'd> {
    pub(super) evaluation: &'g Evaluation<'d>,
    pub(super) context: Context,
    pub(super) arguments: Vec<Value>,
}

type Body = fn(&mut Given<'_, '_>) -> Value;

const fn function(name: &'static str, (least, most): (usize, usize), gives: Kind, call: Body) -> Function {
    Function { name, least, most, takes_nodes: false, of_one_node: false, gives, call }
}

const fn of_nodes(name: &'static str, (least, most): (usize, usize), gives: Kind, call: Body) -> Function {
    Function { takes_nodes: true, ..function(name, (least, most), gives, call) }
}

const fn of_one_node(name: &'static str, gives: Kind, call: Body) -> Function {
    Function { of_one_node: true, ..function(name, (0, 1), gives, call) }
}

/// Any number of arguments.
const MANY: usize = usize::MAX;

/// Every function of the core library.
pub(super) static FUNCTIONS: &[Function] = &[
    function("last", (0, 0), Kind::Number, |given| Value::Number(given.context.size as f64)),
    function("position", (0, 0), Kind::Number, |given| Value::Number(given.context.position as f64)),
    of_nodes("count", (1, 1), Kind::Number, |given| Value::Number(given.nodes().len() as f64)),
    function("id", (1, 1), Kind::Nodes, id),
    of_nodes("local-name", (0, 1), Kind::Text, |given| given.named(|name| name.local.clone())),
    of_nodes("namespace-uri", (0, 1), Kind::Text, |given| given.named(|name| name.namespace.clone())),
    of_nodes("name", (0, 1), Kind::Text, |given| {
        given.named(|name| match name.prefix.as_str() {
            "" => name.local.clone(),
            prefix => format!("{prefix}:{}", name.local),
        })
    }),
    of_one_node("string", Kind::Text, |given| Value::Text(given.text_or_own(0))),
    function("concat", (2, MANY), Kind::Text, |given| {
        Value::Text((0..given.arguments.len()).map(|index| given.text(index)).collect())
    }),
    function("starts-with", (2, 2), Kind::Boolean, |given| Value::Boolean(given.text(0).starts_with(&given.text(1)))),
    function("contains", (2, 2), Kind::Boolean, |given| Value::Boolean(given.text(0).contains(&given.text(1)))),
    function("substring-before", (2, 2), Kind::Text, |given| {
        Value::Text(given.text(0).split_once(&given.text(1)).map(|(before, _)| before.to_owned()).unwrap_or_default())
    }),
    function("substring-after", (2, 2), Kind::Text, |given| {
        Value::Text(given.text(0).split_once(&given.text(1)).map(|(_, after)| after.to_owned()).unwrap_or_default())
    }),
    function("substring", (2, 3), Kind::Text, |given| {
        let length = (given.arguments.len() > 2).then(|| given.number(2));
        Value::Text(text::substring(&given.text(0), given.number(1), length))
    }),
    function("string-length", (0, 1), Kind::Number, |given| Value::Number(given.text_or_own(0).chars().count() as f64)),
    of_one_node("normalize-space", Kind::Text, |given| Value::Text(text::normalized(&given.text_or_own(0)))),
    function("translate", (3, 3), Kind::Text, |given| {
        Value::Text(text::translated(&given.text(0), &given.text(1), &given.text(2)))
    }),
    function("boolean", (1, 1), Kind::Boolean, |given| Value::Boolean(given.arguments[0].boolean())),
    function("not", (1, 1), Kind::Boolean, |given| Value::Boolean(!given.arguments[0].boolean())),
    function("true", (0, 0), Kind::Boolean, |_| Value::Boolean(true)),
    function("false", (0, 0), Kind::Boolean, |_| Value::Boolean(false)),
    function("lang", (1, 1), Kind::Boolean, lang),
    of_one_node("number", Kind::Number, |given| {
        Value::Number(match given.arguments.first() {
            Some(value) => value.number(given.evaluation),
            None => text::number(&given.text_or_own(0)),
        })
    }),
    of_nodes("sum", (1, 1), Kind::Number, |given| {
        let texts = given.nodes().iter().map(|node| given.evaluation.text(*node));
        Value::Number(texts.map(|text| text::number(&text)).sum())
    }),
    function("floor", (1, 1), Kind::Number, |given| Value::Number(given.number(0).floor())),
    function("ceiling", (1, 1), Kind::Number, |given| Value::Number(given.number(0).ceil())),
    function("round", (1, 1), Kind::Number, |given| Value::Number(text::round(given.number(0)))),
];

impl Function {
    /// What it gives.
    pub(super) fn call(&self, mut given: Given<'_, '_>) -> Value {
        (self.call)(&mut given)
    }
}

impl Given<'_, '_> {
    fn text(&self, index: usize) -> String {
        self.arguments[index].text(self.evaluation)
    }

    fn number(&self, index: usize) -> f64 {
        self.arguments[index].number(self.evaluation)
    }

    /// An argument as text; that of the node at hand where it is not given.
    fn text_or_own(&self, index: usize) -> String {
        let evaluation = self.evaluation;
        self.arguments.get(index).map_or_else(|| evaluation.text(self.context.node), |value| value.text(evaluation))
    }

    fn nodes(&self) -> &[usize] {
        match self.arguments.first() {
            Some(Value::Nodes(nodes)) => nodes,
            _ => &[],
        }
    }

    /// Something of the name of the first node, or of the node at hand.
    fn named(&self, part: impl Fn(&crate::xpath::document::Name) -> String) -> Value {
        let node = if self.arguments.is_empty() { Some(self.context.node) } else { self.nodes().first().copied() };
        Value::Text(node.map(|node| part(self.evaluation.document.name(node))).unwrap_or_default())
    }
}

/// Elements by the values of their attributes `id` and `xml:id`: no document type is read for others.
fn id(given: &mut Given<'_, '_>) -> Value {
    let document = given.evaluation.document;
    let wanted: Vec<String> = match &given.arguments[0] {
        Value::Nodes(nodes) => nodes.iter().map(|node| given.evaluation.text(*node)).collect(),
        other => vec![other.text(given.evaluation)],
    };
    let wanted: Vec<&str> = wanted.iter().flat_map(|text| text.split_whitespace()).collect();
    let is_wanted = |node: &usize| document.attribute(*node, "id").is_some_and(|id| wanted.contains(&id));
    given.evaluation.looks_at(document.len());
    let elements = (0..document.len()).filter(|node| document.kind(*node) == NodeKind::Element);
    Value::Nodes(elements.filter(is_wanted).collect())
}

fn lang(given: &mut Given<'_, '_>) -> Value {
    let document = given.evaluation.document;
    let around = std::iter::successors(Some(given.context.node), |node| document.parent(*node));
    let language = around.into_iter().find_map(|node| document.attribute(node, "lang"));
    Value::Boolean(language.is_some_and(|language| text::is_language(language, &given.text(0))))
}
