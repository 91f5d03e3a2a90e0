//! XPath as authors write it: compiled at load, or once rendered where a template stands in it.

use crate::diagnostic::Diagnostic;
use crate::json::Json;
use crate::source::Place;
use crate::spec::{
    Loading, Text,
    loading::key_node,
    matcher::{Form, Pattern, Position},
};
use crate::xpath::{BadXPath, Kind, XPath};
use crate::yaml::{Entry, Node};

/// An XPath, perhaps with a template in it.
#[derive(Clone, Debug)]
pub(crate) enum XPathText {
    /// Compiled at load.
    Fixed(XPath),
    /// Compiled once rendered.
    Templated(Text),
}

/// What an XPath must find.
#[derive(Clone, Debug)]
pub(crate) struct XPathCheck {
    pub(crate) path: XPathText,
    pub(crate) place: Place,
    pub(crate) value: Pattern,
}

impl XPathText {
    /// Reads an XPath from a value.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        let text = loading.text(node)?;
        let Some(fixed) = text.fixed() else { return Some(Self::Templated(text)) };
        match XPath::compile(fixed) {
            Ok(path) => Some(Self::Fixed(path)),
            Err(bad) => {
                loading.report(wrong(&bad, &node.within(bad.offset, bad.offset + 1), fixed));
                None
            }
        }
    }
}

/// Reads an XPath and what it must find.
pub(crate) fn check(entry: &Entry, loading: &mut Loading) -> Option<XPathCheck> {
    let path = XPathText::load(&key_node(entry), loading);
    let value = Pattern::load(&entry.value, Position::Matchers, loading);
    let check = XPathCheck { path: path?, place: entry.key_place.clone(), value: value? };
    if let (XPathText::Fixed(path), Some(written)) = (&check.path, scalar(&check.value))
        && path.kind() == Kind::Nodes
    {
        let message = "a node set is a list of texts, which never equals a single value";
        let wrong = Diagnostic::error("never-holds", &entry.value.place, message);
        let path = path.text();
        loading.report(
            wrong.help(format!("write `string({path}): {written}` for the text of the first, or `[{written}]`")),
        );
        return None;
    }
    Some(check)
}

/// The text of a single value to be equal to.
fn scalar(pattern: &Pattern) -> Option<&str> {
    let Form::Equals(value) = &pattern.form else { return None };
    let is_scalar = value.fixed().is_some_and(|value| !matches!(value, Json::Array(_)));
    is_scalar.then(|| pattern.place.text())
}

fn wrong(bad: &BadXPath, place: &Place, text: &str) -> Diagnostic {
    let wrong = Diagnostic::error("bad-xpath", place, format!("`{text}` is not an XPath: {}", bad.message));
    match &bad.help {
        Some(help) => wrong.help(help.as_str()),
        None => wrong,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::source::{Root, Source};
    use crate::yaml;

    #[test]
    fn a_check_is_read_and_every_mistake_told_at_its_column() {
        type Row<'r> = (&'r str, bool, &'r [(&'r str, usize)]);
        let rows: &[Row<'_>] = &[
            ("//item: [a]", true, &[]),
            ("//item: {length: 2}", true, &[]),
            ("string(//item): a", true, &[]),
            ("count(//item): 2", true, &[]),
            ("\"//item[@id='{{id}}']\": [a]", true, &[]),
            ("//item: \"{{list}}\"", true, &[]),
            (
                "\"//item[\": [a]",
                false,
                &[("`//item[` is not an XPath: expected a name, `*`, `@` or `.`, found the end", 9)],
            ),
            ("cuont(//item): 1", false, &[("`cuont(//item)` is not an XPath: there is no function `cuont`", 1)]),
            ("//item: a", false, &[("a node set is a list of texts, which never equals a single value", 9)]),
            ("//item: 5", false, &[("a node set is a list of texts, which never equals a single value", 9)]),
            ("//item: null", false, &[("a node set is a list of texts, which never equals a single value", 9)]),
            ("//item: {contians: a}", false, &[("there is no matcher `contians`", 10)]),
        ];
        for (text, loads, problems) in rows {
            let source = Source::inline("a.yaml", *text);
            let mut loading = Loading::new(&source, Root::new(Path::new(".")));
            let root = yaml::parse(&source).root.unwrap();
            let found = check(&root.entries().unwrap()[0], &mut loading);
            assert_eq!(found.is_some(), *loads, "{text}");
            let told: Vec<_> = loading
                .problems
                .iter()
                .map(|it| (it.message.as_str(), it.place.as_ref().unwrap().line_column().1))
                .collect();
            assert_eq!(told, *problems, "{text}");
        }
    }
}
