//! `snapshot`: what is kept of an answer, and in what a later answer differs. Files are read and written elsewhere.

use std::collections::HashSet;

use crate::diff::unified;
use crate::expect::{
    Mismatch,
    answer::Answer,
    found::{At, Found},
    matcher::Judge,
    paths, show,
};
use crate::json::Json;
use crate::secret::{Piece, REDACTED, Redactor, is_secret_member};
use crate::source::Place;
use crate::spec::{
    Templated, Unrendered,
    matcher::{Form, Pattern},
    snapshot::Snapshot,
};
use crate::template::{Scope, Tree};

/// What stands in place of a value that may be any.
const IGNORED: &str = "[ignored]";

/// What is kept of an answer: free of secrets and of what is ignored.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kept {
    /// With its members in the order of their names.
    Json(Json<'static>),
    Text(String),
}

impl Kept {
    /// What is kept of an answer, or why it is no text.
    ///
    /// # Errors
    /// A template in a path that cannot be rendered, or that yields no path.
    pub(crate) fn of(
        snapshot: &Snapshot,
        answer: &Answer<'_>,
        redactor: &Redactor,
        scope: &Scope<'_>,
    ) -> Result<Result<Self, String>, Unrendered> {
        let json = match (answer.json(), answer.read_text()) {
            (Some(json), _) => json,
            (None, Ok(text)) => return Ok(Ok(Self::Text(hidden(text, redactor)))),
            (None, Err(why)) => return Ok(Err(why.to_owned())),
        };
        let mut ignored = HashSet::new();
        for path in &snapshot.ignore {
            let path = paths::resolve(path, scope)?;
            ignored.extend(path.find(json).into_iter().map(|node| std::ptr::from_ref(node).addr()));
        }
        Ok(Ok(Self::Json(clean(json, &ignored, redactor))))
    }

    /// The text of the file.
    pub(crate) fn to_text(&self) -> String {
        match self {
            Self::Json(json) => json.pretty() + "\n",
            Self::Text(text) => text.clone(),
        }
    }

    /// What a file ends with that holds this.
    pub(crate) fn extension(&self) -> &'static str {
        match self {
            Self::Json(_) => "json",
            Self::Text(_) => "txt",
        }
    }

    /// In what this differs from the text of a file.
    pub(crate) fn differences(&self, file: &str, snapshot: &Snapshot, scope: &Scope<'_>) -> Vec<Mismatch> {
        match (self, Json::parse(file)) {
            (Self::Json(json), Ok(kept)) => json_differences(&kept.into_owned(), json, &snapshot.place, scope),
            _ => text_difference(file, &self.to_text(), &snapshot.place),
        }
    }
}

fn json_differences(kept: &Json<'static>, json: &Json<'static>, place: &Place, scope: &Scope<'_>) -> Vec<Mismatch> {
    let value = Templated { tree: Tree::Fixed(kept.clone()), place: place.clone() };
    let pattern = Pattern { place: place.clone(), form: Form::Equals(value) };
    let mut judge = Judge::new(scope);
    judge.assertion(|judge| judge.pattern(&pattern, At::root("", "$", Found::One(json))).map(drop));
    let mut differences = judge.finish().unwrap_or_default();
    if let Some(first) = differences.first_mut() {
        first.diff = unified(&kept.pretty(), &json.pretty());
    }
    differences
}

fn text_difference(kept: &str, text: &str, place: &Place) -> Vec<Mismatch> {
    if kept == text {
        return Vec::new();
    }
    let (detail, expected, actual) = match show::divergence(kept, text) {
        Some(apart) => (format!(" from {} on", apart.place), apart.expected, apart.actual),
        None => (String::new(), show::Shown::value(&Json::from(kept)), show::Shown::value(&Json::from(text))),
    };
    vec![Mismatch {
        place: place.clone(),
        path: "body".to_owned(),
        message: format!("body: the text differs{detail}, expected {expected}, found {actual}"),
        expected: expected.into_text(),
        actual: actual.into_text(),
        help: None,
        diff: unified(kept, text),
    }]
}

/// A value without secrets and without what is ignored, members in the order of their names.
fn clean(json: &Json<'_>, ignored: &HashSet<usize>, redactor: &Redactor) -> Json<'static> {
    if ignored.contains(&std::ptr::from_ref(json).addr()) {
        return Json::from(IGNORED);
    }
    match json {
        Json::Array(elements) => Json::Array(elements.iter().map(|it| clean(it, ignored, redactor)).collect()),
        Json::Object(members) => {
            let mut all: Vec<_> = members.iter().collect();
            all.sort_by(|(one, _), (other, _)| one.cmp(other));
            let member = |(name, value): &(std::borrow::Cow<'_, str>, Json<'_>)| {
                let is_secret = is_secret_member(name) && matches!(value, Json::String(_) | Json::Number(_));
                let value = if is_secret { Json::from(REDACTED) } else { clean(value, ignored, redactor) };
                (hidden(name, redactor).into(), value)
            };
            Json::Object(all.into_iter().map(member).collect())
        }
        Json::String(text) => Json::from(hidden(text, redactor)),
        other => other.clone().into_owned(),
    }
}

/// A text without registered secrets; nothing is told of them, so that it is the same in every run.
fn hidden(text: &str, redactor: &Redactor) -> String {
    let pieces = redactor.pieces(text);
    pieces.iter().map(|piece| if let Piece::Plain(text) = piece { text } else { REDACTED }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::tests::{Loaded, Reply};
    use crate::secret::Secret;

    fn kept(expect: &str, reply: &Reply) -> Result<Kept, String> {
        let redactor = Redactor::new();
        let _ = redactor.register("token", &Secret::new("tok-1234"));
        Loaded::new(&format!("snapshot: {expect}")).kept(reply, &redactor)
    }

    fn text(expect: &str, body: &str) -> String {
        kept(expect, &Reply::body(body)).unwrap().to_text()
    }

    #[test]
    fn json_is_kept_in_order_without_secrets_and_what_is_ignored() {
        let body =
            r#"{"b": [{"id": 1, "x": 1.10}, {"id": 2}], "a": "say tok-1234", "password": "hunter2", "secret": null}"#;
        assert_eq!(
            text("a", body),
            "{\n  \"a\": \"say [redacted]\",\n  \"b\": [\n    {\n      \"id\": 1,\n      \"x\": 1.10\n    },\n    {\n      \"id\": 2\n    }\n  ],\n  \"password\": \"[redacted]\",\n  \"secret\": null\n}\n"
        );
        let ignored = text("{file: a, ignore: ['$.b[*].id', $.nobody, \"$.{{word}}\", $.a]}", body);
        assert_eq!(ignored.matches("\"id\": \"[ignored]\"").count(), 2, "{ignored}");
        assert!(ignored.contains("\"a\": \"[ignored]\""), "{ignored}");
        assert_eq!(text("a", "plain tok-1234\n"), "plain [redacted]\n");
        assert_eq!(kept("a", &Reply::body("1")).unwrap().extension(), "json");
        assert_eq!(kept("a", &Reply::body("<a/>")).unwrap().extension(), "txt");
        assert!(kept("a", &Reply::body(b"\xff".as_slice())).unwrap_err().contains("UTF-8"));
    }

    #[test]
    fn a_later_answer_differs_by_what_is_missing_new_or_changed() {
        let told = |file: &str, body: &str| {
            let loaded = Loaded::new("snapshot: {file: a, ignore: [$.at]}");
            let kept = loaded.kept(&Reply::body(body), &Redactor::new()).unwrap();
            let found = loaded.differences(&kept, file);
            assert!(found.iter().all(|it| it.place.text() == "snapshot"), "{found:?}");
            found.into_iter().map(|it| (it.message, it.diff.unwrap_or_default())).collect::<Vec<_>>()
        };
        let file = "{\"at\": \"[ignored]\", \"id\": 1, \"tags\": [\"a\", \"b\"]}";
        assert_eq!(told(file, "{\"tags\": [\"a\", \"b\"], \"id\": 1.0, \"at\": 5}"), []);
        let found = told(file, "{\"id\": 2, \"tags\": [\"a\"], \"new\": true}");
        let messages: Vec<_> = found.iter().map(|(message, _)| message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "nothing at `$.at`, expected `\"[ignored]\"`",
                "$.id: expected `1`, found `2`",
                "$.tags: expected 2 elements, found 1 element; the first that is missing is `\"b\"`",
                "$.new: expected no such member, found `true`",
            ]
        );
        assert!(found[0].1.contains(&"-  \"id\": 1,".to_owned()), "{:?}", found[0].1);
        let found = told("one\ntwo\n", "one\n2\n");
        assert_eq!(found[0].0, r#"body: the text differs, expected `"one\ntwo\n"`, found `"one\n2\n"`"#);
        assert_eq!(found[0].1, ["@@ -1,2 +1,2 @@", " one", "-two", "+2"]);
        assert_eq!(told("<a>", "<a>"), []);
        assert_eq!(told("<a>", "{}").len(), 1);
    }
}
