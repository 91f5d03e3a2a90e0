//! `multipart`: the fields of a form, some of them files, as written (RFC 7578).

use crate::diagnostic::Diagnostic;
use crate::spec::{Loading, Templated, Text};
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table, Value};

/// A field and the parts that it is sent as.
#[derive(Clone, Debug)]
pub(crate) struct FormField {
    /// Its name, which may hold templates.
    pub(crate) name: Text,
    /// One part, or several where a list repeats the name.
    pub(crate) parts: Vec<Part>,
}

/// One part of a form.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) content: Content,
    /// In place of the type that the content has by itself.
    pub(crate) content_type: Option<Text>,
    /// In place of the name that a file has on disk.
    pub(crate) filename: Option<Text>,
}

/// What a part holds.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// A value: text as it stands, a map or a list as JSON.
    Value(Templated),
    /// The bytes of a file, read when the request is sent.
    File(Text),
}

/// What the value of a field looks like.
pub(crate) const SHAPE: Shape = Shape::List(&Shape::Either(&[Shape::Plain, Shape::Fields(&TABLE)]));

/// The keys of a part.
static TABLE: Table = Table {
    what: "a part of `multipart`",
    fields: &[
        Field::new("file", Shape::Text, "A file beside the spec, read when the request is sent.", "lamp.png"),
        Field::new(
            "value",
            Shape::Any,
            "A value in place of a file; a map or a list is sent as JSON.",
            "{title: lamp}",
        ),
        Field::new("content_type", Shape::Text, "Its media type, in place of its own.", "image/png"),
        Field::new("filename", Shape::Text, "What the file is called, in place of its own name.", "b.png"),
    ],
    elsewhere: &[("headers", "the request"), ("name", "`multipart`, as the key of the part")],
};

impl FormField {
    /// Reads the fields of a form.
    pub(crate) fn load_all(node: &Node, loading: &mut Loading) -> Vec<Self> {
        loading.map(node).iter().filter_map(|entry| Self::load(entry, loading)).collect()
    }

    fn load(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        let name = loading.key(entry);
        let parts: Vec<_> = loading.one_or_many(&entry.value).iter().map(|node| Part::load(node, loading)).collect();
        Some(Self { name: name?, parts: parts.into_iter().collect::<Option<_>>()? })
    }
}

impl Part {
    fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        match &node.value {
            Value::Map(_) => Self::described(node, loading),
            Value::List(_) => {
                loading.wrong_type(node, "a value, or a map with `file` or `value`", "{value: [a, b]}");
                None
            }
            _ => {
                let content = Content::Value(loading.tree(node)?);
                Some(Self { content, content_type: None, filename: None })
            }
        }
    }

    fn described(node: &Node, loading: &mut Loading) -> Option<Self> {
        let fields = Fields::read(node, &TABLE, &mut loading.problems)?;
        let content = match (fields.get("file"), fields.get("value")) {
            (Some(file), None) => loading.sent_file(file).map(Content::File),
            (None, Some(value)) => loading.tree(value).map(Content::Value),
            _ => {
                let message = "a part of `multipart` has one of `file` and `value`";
                let wrong = Diagnostic::error("multipart-part", fields.place(), message);
                loading.report(wrong.help("for example `{file: lamp.png}`, or `{value: {title: lamp}}`"));
                None
            }
        };
        let mut text = |key| fields.get(key).map(|node| loading.text(node));
        let (content_type, filename) = (text("content_type"), text("filename"));
        let of = |text: Option<Option<Text>>| text.map_or(Some(None), |text| text.map(Some));
        Some(Self { content: content?, content_type: of(content_type)?, filename: of(filename)? })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::source::{Root, Source};
    use crate::yaml;

    #[test]
    fn fields_are_values_files_and_lists_of_both() {
        let rows: &[(&str, &[usize], &[&str])] = &[
            ("{a: x, b: 1, c: null, d: \"{{x}}\"}", &[1, 1, 1, 1], &[]),
            ("{a: {file: a.png, content_type: image/png, filename: b.png}}", &[1], &[]),
            ("{a: [x, {file: y}, {value: {z: 1}}]}", &[3], &[]),
            ("{}", &[], &["an empty map says nothing here"]),
            ("{a: []}", &[0], &["an empty list says nothing here"]),
            ("{a: {}}", &[], &["a part of `multipart` has one of `file` and `value`"]),
            ("{a: {file: x, value: y}, b: z}", &[1], &["a part of `multipart` has one of `file` and `value`"]),
            (
                "{a: {flie: x}}",
                &[],
                &["a part of `multipart` has no key `flie`", "a part of `multipart` has one of `file` and `value`"],
            ),
            ("{a: [[x]]}", &[], &["expected a value, or a map with `file` or `value`, found a list"]),
            ("{a: {file: [x]}}", &[], &["expected text, found a list"]),
            ("{a: {file: x, filename: [y]}}", &[], &["expected text, found a list"]),
            ("{a: {file: [x], filename: {y: z}}}", &[], &["expected text, found a list", "expected text, found a map"]),
            ("often", &[], &["expected a map, found text"]),
        ];
        for (text, counts, problems) in rows {
            let source = Source::inline("a.yaml", *text);
            let mut loading = Loading::new(&source, Root::new(Path::new(".")));
            let found = FormField::load_all(&yaml::parse(&source).root.unwrap(), &mut loading);
            assert_eq!(found.iter().map(|field| field.parts.len()).collect::<Vec<_>>(), *counts, "{text}");
            let told: Vec<_> = loading.problems.iter().map(|problem| problem.message.as_str()).collect();
            assert_eq!(told, *problems, "{text}");
        }
    }
}
