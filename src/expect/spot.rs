//! Where in an answer a value is: steps on the stack, written out only when something is wrong there.

use std::fmt;

use crate::json::Json;

/// A place in an answer.
#[derive(Clone, Copy)]
pub(super) struct Spot<'p> {
    pub(super) parent: Option<&'p Spot<'p>>,
    pub(super) step: Step<'p>,
}

/// The last step to a place.
#[derive(Clone, Copy)]
pub(super) enum Step<'p> {
    /// A part of the answer: `header` and `etag`, nothing and `$.id`.
    Root(&'static str, &'p str),
    Member(&'p str),
    Element(usize),
    /// What a path found, and the document it was found in.
    Node(usize, &'p Json<'p>, &'p Json<'p>),
    Length,
}

impl fmt::Display for Spot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step {
            Step::Root("", name) => f.write_str(name),
            Step::Root(prefix, name) => write!(f, "{prefix} {name}"),
            Step::Member(name) => write!(f, "{}{}", self.before(), member(name)),
            Step::Element(index) => match self.parent.map(|parent| parent.step) {
                // Places are counted from 1 there.
                Some(Step::Root("xpath", path)) => write!(f, "xpath ({path})[{}]", index + 1),
                _ => write!(f, "{}[{index}]", self.before()),
            },
            Step::Node(index, node, document) => match located(document, node) {
                Some(path) => write!(f, "${path}"),
                None => write!(f, "{}[{index}]", self.before()),
            },
            Step::Length => write!(f, "length of {}", self.before()),
        }
    }
}

impl Spot<'_> {
    fn before(&self) -> String {
        self.parent.map(ToString::to_string).unwrap_or_default()
    }
}

/// A member as a segment of a path: `.name`, or `['odd name']` (RFC 9535 2.3.1).
fn member(name: &str) -> String {
    let plain = |c: char| c == '_' || c.is_ascii_alphanumeric();
    if !name.is_empty() && name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit()) {
        return format!(".{name}");
    }
    let text = Json::from(name).to_text();
    format!("['{}']", text.trim_matches('"').replace("\\\"", "\"").replace('\'', "\\'"))
}

/// Where in a document this very node stands.
fn located(document: &Json<'_>, node: &Json<'_>) -> Option<String> {
    if std::ptr::eq(std::ptr::from_ref(document).cast::<()>(), std::ptr::from_ref(node).cast()) {
        return Some(String::new());
    }
    match document {
        Json::Array(elements) => elements.iter().enumerate().find_map(|(index, element)| {
            let rest = located(element, node)?;
            Some(format!("[{index}]{rest}"))
        }),
        Json::Object(members) => members.iter().find_map(|(name, value)| {
            let rest = located(value, node)?;
            Some(format!("{}{rest}", member(name)))
        }),
        _ => None,
    }
}
