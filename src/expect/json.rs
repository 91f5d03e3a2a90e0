//! `json` and `schema`: patterns on the whole JSON body.

use crate::expect::{
    answer::Answer,
    describe,
    found::{At, Found},
    matcher::{Judge, Told},
    show::Shown,
};
use crate::json::Json;
use crate::source::Place;
use crate::spec::{Unrendered, matcher::Pattern};

/// Holds a pattern against the body.
pub(super) fn check(pattern: &Pattern, answer: &Answer<'_>, judge: &mut Judge<'_>) -> Result<(), Unrendered> {
    if let Some(json) = body(answer, ("$", &pattern.place), pattern, judge) {
        judge.pattern(pattern, At::root("", "$", Found::One(json)))?;
    }
    Ok(())
}

/// The JSON body. Where there is none this assertion fails, whatever it is; the first says why.
pub(super) fn body<'b>(
    answer: &'b Answer<'_>,
    (path, place): (&str, &Place),
    pattern: &Pattern,
    judge: &mut Judge<'_>,
) -> Option<&'b Json<'b>> {
    let why = match answer.read_json() {
        Ok(json) => return Some(json),
        Err(why) => why,
    };
    let told = std::mem::replace(&mut judge.told_not_json, true);
    let why = if told { "the body is not JSON" } else { why };
    let scope = judge.scope;
    judge.report(place, At::root("", path, Found::One(&Json::Null)), || Told {
        message: Some(format!("{path}: {why}")),
        ..Told::new(describe::pattern(pattern, scope), Shown::words("no JSON"))
    });
    None
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{Reply, checked, messages};

    #[test]
    fn a_body_is_read_as_json_whatever_its_type_says() {
        let reply = Reply::body("{\"a\": 1, \"b\": [1, 2]}").header("content-type", "text/plain");
        let rows = [
            ("json: {a: 1}", true),
            ("json: {a: {$gt: 0}, b: [1, 2]}", true),
            ("json: {$length: 2}", true),
            ("json: {$exact: {a: 1, b: [1, 2]}}", true),
            ("schema: {required: [a]}", true),
            ("json: {a: 2}", false),
            ("json: {b: [1]}", false),
            ("json: {$exact: {a: 1}}", false),
            ("json: [1]", false),
            ("json: null", false),
            ("schema: {required: [c]}", false),
            ("schema: {type: array}", false),
        ];
        for (expect, holds) in rows {
            let found = checked(expect, &reply).unwrap();
            assert_eq!(found.is_empty(), holds, "{expect} {found:?}");
        }
    }

    #[test]
    fn every_json_assertion_fails_on_a_body_that_is_none_and_the_first_says_why() {
        let expect = "{jsonpath: {$.a: {exists: false}, $.b: {not: 1}}, json: {$exists: false}, schema: true}";
        let reply = Reply::body("<html>\noops").header("content-type", "text/html");
        let found = messages(expect, &reply);
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(found[0].starts_with("$.a: the body is not JSON: "), "{}", found[0]);
        assert!(
            found[0].ends_with("at line 1 column 1; it begins with `<html>`, its content type is `text/html`"),
            "{}",
            found[0]
        );
        assert_eq!(found[1..], ["$.b: the body is not JSON", "$: the body is not JSON", "$: the body is not JSON"]);
        assert_eq!(messages("json: {a: 1}", &Reply::body("")), ["$: the body is empty, not JSON"]);
        let bytes = messages("json: {a: 1}", &Reply::body(b"\"\xff\"".as_slice()));
        assert!(bytes[0].contains("UTF-8"), "{bytes:?}");
    }
}
