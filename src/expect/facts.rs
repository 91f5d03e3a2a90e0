//! The plain facts of an exchange: body, duration, size, digest, URLs, version.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::expect::{
    answer::Answer,
    describe,
    found::{At, Found},
    matcher::{Judge, Likeness, Told},
    show::Shown,
    tls,
};
use crate::hex::hex;
use crate::json::Json;
use crate::spec::{
    Unrendered,
    expect::{Fact, FactCheck},
};

/// Checks one fact.
pub(super) fn check(check: &FactCheck, answer: &Answer<'_>, judge: &mut Judge<'_>) -> Result<(), Unrendered> {
    let (name, likeness) = match check.fact {
        Fact::Body => ("body", Likeness::Body),
        Fact::Duration => ("duration", Likeness::Duration),
        Fact::Size => ("size", Likeness::Json),
        Fact::Sha256 => ("sha256", Likeness::AnyCase),
        Fact::Url => ("url", Likeness::Json),
        Fact::Redirects => ("redirects", Likeness::Json),
        Fact::HttpVersion => ("http_version", Likeness::Json),
        Fact::Tls(part) => return tls::check(part, check, answer, judge),
    };
    match value(check.fact, answer) {
        Ok(value) => {
            judge.likeness = likeness;
            judge.pattern(&check.value, At::root("", name, Found::One(&value)))?;
        }
        Err(why) => {
            let scope = judge.scope;
            judge.report(&check.place, At::root("", name, Found::One(&Json::Null)), || Told {
                message: Some(format!("{name}: {why}")),
                ..Told::new(describe::pattern(&check.value, scope), Shown::words("no text"))
            });
        }
    }
    Ok(())
}

/// The value of a fact; only the body may have none, where it is not text.
fn value<'a>(fact: Fact, answer: &'a Answer<'_>) -> Result<Json<'a>, &'a str> {
    let text = |text: &'a str| Json::String(Cow::Borrowed(text));
    Ok(match fact {
        Fact::Body => text(answer.read_text()?),
        Fact::Duration => millis(answer),
        Fact::Size => Json::from(answer.response.size),
        Fact::Sha256 => Json::from(hex(Sha256::digest(&answer.response.body))),
        Fact::Url => text(answer.response.url.as_str()),
        Fact::Redirects => Json::Array(answer.redirects.iter().map(|url| text(url)).collect()),
        Fact::HttpVersion => text(answer.response.version),
        Fact::Tls(_) => return Err("it is checked by `tls`"),
    })
}

/// How long the exchange took, in whole milliseconds.
pub(super) fn millis(answer: &Answer<'_>) -> Json<'static> {
    Json::from(u64::try_from(answer.duration.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{Reply, checked, messages};

    #[test]
    fn facts_are_checked_as_values() {
        let rows = [
            ("body: blue lamp", true),
            ("body: \"blue lamp\\n\"", true),
            ("body: {contains: lamp}", true),
            ("body: {length: 10}", true),
            ("body: {matches: ^blue}", true),
            ("size: 10", true),
            ("size: {lt: 11}", true),
            ("sha256: {matches: '^[0-9a-f]{64}$'}", true),
            ("url: http://localhost/x", true),
            ("url: {ends_with: /x}", true),
            ("http_version: \"1.1\"", true),
            ("redirects: {length: 2}", true),
            ("redirects: [http://localhost/a, http://localhost/x]", true),
            ("duration: {lt: 500ms}", true),
            ("duration: {between: [1ms, 1s], gte: 120ms}", true),
            ("duration: {lt: \"{{limit}}\"}", true),
            ("duration: {not: {gt: 1s}}", true),
            ("body: blue", false),
            ("body: \"blue lamp\\r\\n\"", true),
            ("body: \"blue lamp\\r\"", false),
            ("body: \"blue lamp\\n\\n\\n\"", false),
            ("body: {gt: 1}", false),
            ("size: 11", false),
            ("url: {ends_with: /y}", false),
            ("http_version: \"2\"", false),
            ("http_version: 1.1", false),
            ("redirects: {length: 1}", false),
            ("duration: {lt: 100ms}", false),
            ("duration: {gt: 120ms}", false),
            ("duration: {gt: \"{{limit}}\"}", false),
        ];
        let reply = Reply::body("blue lamp\n").redirects(&["http://localhost/a", "http://localhost/x"]);
        for (expect, holds) in rows {
            let found = checked(expect, &reply).unwrap();
            assert_eq!(found.is_empty(), holds, "{expect} {found:?}");
        }
    }

    #[test]
    fn a_duration_is_told_with_its_unit() {
        let told = messages("duration: {lt: 100ms}", &Reply::status(200));
        assert_eq!(told, ["duration: expected less than `100`, found `120` (milliseconds)"]);
    }

    #[test]
    fn the_digest_is_that_of_the_decoded_body() {
        let empty = "E3B0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert!(messages(&format!("sha256: {empty}"), &Reply::body("")).is_empty());
        assert_eq!(messages(&format!("sha256: {empty}"), &Reply::body("a")).len(), 1);
    }

    #[test]
    fn a_body_that_is_no_text_in_its_charset_says_so() {
        let found = messages("body: {not: x}", &Reply::body(b"\xff".as_slice()));
        assert!(found[0].starts_with("body: ") && found[0].contains("UTF-8"), "{found:?}");
        let latin = Reply::body(b"\xe4".as_slice()).header("content-type", "text/plain; charset=iso-8859-1");
        assert!(messages("body: ä", &latin).is_empty());
        let latin =
            Reply::body(b"{\"a\": \"\xe4\"}".as_slice()).header("content-type", "text/plain; charset=iso-8859-1");
        assert!(messages("json: {a: ä}", &latin).is_empty());
    }
}
