//! Words that a spec or request says of itself: why it is not run, what it is selected by.

use crate::diagnostic::Diagnostic;
use crate::spec::Loading;
use crate::yaml::{Node, Value};

impl Loading {
    /// Why something is not run, if the key is there: text that says something.
    pub(crate) fn reason(&mut self, node: Option<&Node>) -> Option<String> {
        let node = node?;
        match &node.value {
            Value::String(text) if text.trim().is_empty() => {
                let wrong = Diagnostic::error("empty", &node.place, "`skip` is a reason, and this one says nothing");
                self.report(wrong.help("for example `skip: waits for the next release`"));
                None
            }
            Value::Bool(_) => {
                let message = format!("`skip` is a reason, found `{}`", node.scalar_text().unwrap_or_default());
                let wrong = Diagnostic::error("wrong-type", &node.place, message);
                self.report(wrong.help("for example `skip: waits for the next release`; leave it out to run"));
                None
            }
            _ => self.word(node).map(ToOwned::to_owned),
        }
    }

    /// Tags, if the key is there: each can be named in an expression such as `smoke and not slow`.
    pub(crate) fn tags(&mut self, node: Option<&Node>) -> Vec<String> {
        let Some(node) = node else { return Vec::new() };
        let mut tags = Vec::new();
        for node in self.one_or_many(node) {
            let Some(tag) = self.word(node) else { continue };
            tags.push(tag.to_owned());
            let is_word = !tag.is_empty() && !tag.contains(|c: char| c.is_whitespace() || matches!(c, '(' | ')'));
            if !is_word || matches!(tag, "and" | "or" | "not") {
                let message = format!("`{tag}` cannot be a tag");
                let wrong = Diagnostic::error("bad-name", &node.place, message);
                self.report(wrong.help("one word without blanks and brackets, none of `and`, `or`, `not`"));
            }
        }
        tags
    }
}
