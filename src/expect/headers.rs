//! The headers of an answer: text, or a list where one is repeated. Media types compare by essence, others exactly.

use std::borrow::Cow;

use crate::expect::{
    answer::Answer,
    found::{Absence, At, Found},
    matcher::{Judge, Likeness, Told},
    media_type,
    show::Shown,
};
use crate::json::Json;
use crate::spec::{Unrendered, expect::HeaderCheck};

/// Checks one header.
pub(super) fn check(check: &HeaderCheck, answer: &Answer<'_>, judge: &mut Judge<'_>) -> Result<(), Unrendered> {
    let name = check.name.render(judge.scope)?.trim().to_ascii_lowercase();
    let value = value(&name, answer);
    let known: Vec<&str> = match value {
        Some(_) => Vec::new(),
        None => answer.response.headers.iter().map(|(name, _)| name.as_str()).collect(),
    };
    let found = match &value {
        Some(value) => Found::One(value),
        None => Found::Nothing(Absence::Among(&name, &known)),
    };
    let at = At::root("header", &name, found);
    match &check.value {
        Some(pattern) => {
            judge.likeness = if media_type::is_in(&name) { Likeness::MediaType } else { Likeness::Header };
            judge.pattern(pattern, at)?;
        }
        None if value.is_some() => {
            judge.report(&check.place, at, || Told::new(Shown::words("no such header"), at.shown()));
        }
        None => {}
    }
    Ok(())
}

/// The value of a header, trimmed; a list where it is repeated.
pub(super) fn value<'r>(name: &str, answer: &Answer<'r>) -> Option<Json<'r>> {
    let headers = answer.response.headers.iter();
    let values = headers.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim());
    let mut values: Vec<Json<'r>> = values.map(|value| Json::String(Cow::Borrowed(value))).collect();
    match values.len() {
        0 | 1 => values.pop(),
        _ => Some(Json::Array(values)),
    }
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{Reply, checked, messages};

    fn reply() -> Reply {
        Reply::status(200)
            .header("content-type", "application/json; charset=UTF-8")
            .header("content-length", "42")
            .header("x-a", " b ")
            .header("etag", "\"x\"")
            .header("link", "<a>")
            .header("link", "<b>")
    }

    #[test]
    fn headers_compare_by_their_nature() {
        let rows = [
            ("Content-Type: application/json", true),
            ("content-type: application/json; charset=utf-8", true),
            ("content-type: {not: text/html}", true),
            ("content-type: {in: [text/html, application/json]}", true),
            ("content-type: {any_of: [text/html, APPLICATION/json]}", true),
            ("content-type: {contains: charset}", true),
            ("content-length: 42", true),
            ("content-length: \"42\"", true),
            ("x-a: b", true),
            ("x-a: {length: 1}", true),
            ("\"{{header_name}}\": b", true),
            ("link: [<a>, <b>]", true),
            ("link: {contains: <b>}", true),
            ("link: {each: {starts_with: <}}", true),
            ("x-none: null", true),
            ("x-none: {exists: false}", true),
            ("content-type: text/html", false),
            ("content-type: application/json; charset=latin1", false),
            ("content-type: {not: application/json}", false),
            ("content-length: 43", false),
            ("content-length: {gt: 5}", false),
            ("x-a: B", false),
            ("x-a: null", false),
            ("link: <a>", false),
            ("link: [<b>, <a>]", false),
            ("etag: x", false),
            ("x-none: a", false),
            ("x-none: {not: a}", false),
        ];
        for (header, holds) in rows {
            let found = checked(&format!("headers: {{{header}}}"), &reply()).unwrap();
            assert_eq!(found.is_empty(), holds, "{header} {found:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_header_is_told_with_its_name() {
        let told = |header: &str| messages(&format!("headers: {{{header}}}"), &reply()).remove(0);
        assert_eq!(
            told("Content-Type: text/html"),
            "header content-type: expected `\"text/html\"`, found `\"application/json; charset=UTF-8\"`"
        );
        assert_eq!(told("x-a: null"), "header x-a: expected no such header, found `\"b\"`");
        assert_eq!(told("content-lenght: 42"), "nothing at `header content-lenght`, expected `42`");
        let found = checked("headers: {content-lenght: 42}", &reply()).unwrap();
        assert_eq!(found[0].help.as_deref(), Some("the nearest that is there is `content-length`"));
        let found = checked("headers: {content-length: {gt: 5}}", &reply()).unwrap();
        assert!(found[0].help.as_deref().unwrap().contains("as: number"), "{found:?}");
    }
}
