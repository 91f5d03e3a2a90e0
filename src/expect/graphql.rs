//! The `errors` of a GraphQL answer, which has the status 200 all the same (GraphQL over HTTP, section 6).

use crate::expect::{
    answer::Answer,
    found::{At, Found},
    matcher::{Judge, Told},
    show::Shown,
};
use crate::json::Json;
use crate::source::Place;
use crate::spec::{
    Path, Unrendered,
    expect::{Expect, StatusForm},
    matcher::{Form, Rule},
};

/// Fails an answer with `errors` whose author expects nothing of them.
pub(super) fn check(
    place: &Place,
    expect: &Expect,
    answer: &Answer<'_>,
    judge: &mut Judge<'_>,
) -> Result<(), Unrendered> {
    let errors = answer.json().and_then(|json| json.get("errors")).filter(|errors| !is_nothing(errors));
    if let Some(errors) = errors
        && !speaks_of_errors(expect)
    {
        judge.report(place, At::root("", "$.errors", Found::One(errors)), || Told {
            message: Some(format!("$.errors: the answer has GraphQL errors: {}", told(errors))),
            help: Some("where they are expected write them: `expect: {json: {errors: [{message: …}]}}`".to_owned()),
            ..Told::new(Shown::words("no errors"), Shown::value(errors))
        });
    }
    Ok(())
}

/// `null` and `[]` are no errors.
fn is_nothing(errors: &Json<'_>) -> bool {
    *errors == Json::Null || errors.as_array().is_some_and(<[_]>::is_empty)
}

/// Whether the author has looked at them: by name, or by a status of failure.
fn speaks_of_errors(expect: &Expect) -> bool {
    let in_json = expect.json.as_ref().is_some_and(|pattern| match &pattern.form {
        Form::Object(members) => members.iter().any(|(name, _)| name.source() == "errors"),
        Form::All(matchers) => matchers.iter().any(|matcher| is_about_all_of_it(&matcher.rule)),
        Form::Equals(_) | Form::Array(_) => true,
    });
    let paths = expect.jsonpath.iter().map(|check| match &check.path {
        Path::Fixed(path) => path.text(),
        Path::Templated(text) => text.source(),
    });
    let mut paths = paths.map(|path| path.contains("errors"));
    in_json || paths.any(|named| named) || expects_failure(expect)
}

/// Whether a matcher of the whole body says what else may be in it.
fn is_about_all_of_it(rule: &Rule) -> bool {
    matches!(rule, Rule::Equals(_) | Rule::Exact(_) | Rule::AnyOf(_) | Rule::OneOf(_))
}

fn expects_failure(expect: &Expect) -> bool {
    match expect.status.as_ref().map(|status| &status.form) {
        Some(StatusForm::Any) => true,
        Some(StatusForm::OneOf(ranges)) => ranges.iter().all(|range| range.first >= 300),
        Some(StatusForm::Matching(_) | StatusForm::Templated(_)) | None => false,
    }
}

/// The message of the first, and how many there are.
fn told(errors: &Json<'_>) -> String {
    let all = errors.as_array().unwrap_or_default();
    let first = all.first().unwrap_or(errors);
    let message = Shown::value(first.get("message").unwrap_or(first));
    match all.len() {
        0 | 1 => message.to_string(),
        count => format!("{message} and {} more", count - 1),
    }
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{Loaded, Reply};

    fn told(expect: &str, body: &str) -> Vec<String> {
        let loaded = Loaded::new(expect).of_graphql();
        loaded.check(&Reply::body(body.to_owned())).unwrap().into_iter().map(|it| it.message).collect()
    }

    #[test]
    fn errors_fail_an_answer_unless_they_are_expected() {
        let one = r#"{"data": null, "errors": [{"message": "no such item"}]}"#;
        let rows: &[(&str, &str, &[&str])] = &[
            ("status: 200", r#"{"data": {"a": 1}}"#, &[]),
            ("status: 200", r#"{"data": {"a": 1}, "errors": []}"#, &[]),
            ("status: 200", r#"{"data": {"a": 1}, "errors": null}"#, &[]),
            ("status: 200", one, &["$.errors: the answer has GraphQL errors: `\"no such item\"`"]),
            ("json: {data: null}", one, &["$.errors: the answer has GraphQL errors: `\"no such item\"`"]),
            (
                "duration: {lt: 10s}",
                r#"{"errors": [{"message": "a"}, {"message": "b"}, 3]}"#,
                &["$.errors: the answer has GraphQL errors: `\"a\"` and 2 more"],
            ),
            ("status: 200", r#"{"errors": "broken"}"#, &["$.errors: the answer has GraphQL errors: `\"broken\"`"]),
            ("json: {errors: [{message: no such item}]}", one, &[]),
            (
                "json: {errors: [{message: other}]}",
                one,
                &["$.errors[0].message: expected `\"other\"`, found `\"no such item\"`"],
            ),
            ("jsonpath: {\"$.errors[0].message\": no such item}", one, &[]),
            ("json: {$exact: {data: null, errors: {$type: array}}}", one, &[]),
            ("json: {$type: object}", one, &["$.errors: the answer has GraphQL errors: `\"no such item\"`"]),
            ("status: any", one, &[]),
            ("status: 200", "<html>", &[]),
        ];
        for (expect, body, expected) in rows {
            assert_eq!(told(expect, body), *expected, "{expect} {body}");
        }
    }
}
