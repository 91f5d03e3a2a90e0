//! The cookies that an answer sets. Where one is set twice the last counts, as in a browser.

use crate::expect::{
    answer::Answer,
    found::{Absence, At, Found},
    matcher::{Judge, Likeness, Told},
    show::Shown,
};
use crate::http::SetCookie;
use crate::json::Json;
use crate::source::Place;
use crate::spec::{
    Unrendered,
    cookie::{CookieCheck, CookieRule},
    matcher::Pattern,
};

/// Checks one cookie.
pub(super) fn check(check: &CookieCheck, answer: &Answer<'_>, judge: &mut Judge<'_>) -> Result<(), Unrendered> {
    let name = check.name.render(judge.scope)?;
    let cookies = answer.response.cookies();
    let cookie = cookies.iter().rfind(|cookie| cookie.name == *name);
    let known: Vec<&str> = cookies.iter().map(|cookie| cookie.name.as_str()).collect();
    let nothing = Found::Nothing(Absence::Among(&name, &known));
    let value = cookie.map(|cookie| Json::from(cookie.value.as_str()));
    let at = At::root("cookie", &name, value.as_ref().map_or(nothing, Found::One));
    match (&check.rule, cookie) {
        (CookieRule::Absent, None) => {}
        (CookieRule::Absent, Some(_)) => {
            judge.report(&check.place, at, || Told::new(Shown::words("no such cookie"), at.shown()));
        }
        (CookieRule::Value(pattern), _) => {
            judge.likeness = Likeness::Text;
            judge.pattern(pattern, at)?;
        }
        (CookieRule::Attributes(_), None) => {
            judge.missing(&check.place, at, || Shown::words("a cookie"));
        }
        (CookieRule::Attributes(rules), Some(cookie)) => {
            for rule in rules {
                attribute(rule, cookie, (&name, &check.place), judge)?;
            }
        }
    }
    Ok(())
}

fn attribute(
    (attribute, pattern): &(&'static str, Option<Pattern>),
    cookie: &SetCookie,
    (name, place): (&str, &Place),
    judge: &mut Judge<'_>,
) -> Result<(), Unrendered> {
    let text = |text: &Option<String>| text.as_deref().map(|text| Json::from(text.to_owned()));
    let (likeness, value) = match *attribute {
        "value" => (Likeness::Text, Some(Json::from(cookie.value.clone()))),
        "secure" => (Likeness::Json, Some(Json::from(cookie.secure))),
        "http_only" => (Likeness::Json, Some(Json::from(cookie.http_only))),
        "same_site" => (Likeness::AnyCase, text(&cookie.same_site)),
        "path" => (Likeness::Text, text(&cookie.path)),
        "domain" => (Likeness::AnyCase, text(&cookie.domain)),
        "max_age" => (Likeness::Json, cookie.max_age.map(Json::from)),
        _ => (Likeness::Text, text(&cookie.expires)),
    };
    judge.likeness = likeness;
    let name = if *attribute == "value" { name.to_owned() } else { format!("{name} {attribute}") };
    let found = value.as_ref().map_or(Found::Nothing(Absence::Plain), Found::One);
    let at = At::root("cookie", &name, found);
    match pattern {
        Some(pattern) => _ = judge.pattern(pattern, at)?,
        None if value.is_some() => judge.report(place, at, || Told::new(Shown::words("no such attribute"), at.shown())),
        None => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{Reply, checked, messages};

    fn reply() -> Reply {
        Reply::status(200)
            .header("set-cookie", "sid=abc; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=60; Domain=example.com")
            .header("set-cookie", "n=1")
            .header("set-cookie", "n=2")
    }

    #[test]
    fn cookies_are_checked_by_value_and_attribute() {
        let rows = [
            ("sid: abc", true),
            ("sid: {length: 3}", true),
            ("n: 2", true),
            ("n: \"2\"", true),
            ("other: null", true),
            ("sid: {value: abc, secure: true, http_only: true}", true),
            ("sid: {same_site: lax, path: /, max_age: {gte: 60}}", true),
            ("sid: {domain: example.com}", true),
            ("n: {secure: false, max_age: {exists: false}}", true),
            ("n: {domain: null, max_age: null, path: null, same_site: null}", true),
            ("sid: ABC", false),
            ("n: 1", false),
            ("sid: null", false),
            ("other: a", false),
            ("other: {secure: true}", false),
            ("other: {max_age: {exists: false}}", false),
            ("sid: {secure: false}", false),
            ("sid: {same_site: Strict}", false),
            ("sid: {max_age: 61}", false),
            ("n: {path: /}", false),
            ("sid: {domain: null}", false),
            ("sid: {max_age: null}", false),
            ("other: {domain: null}", false),
            ("n: {http_only: true}", false),
        ];
        for (cookie, holds) in rows {
            let found = checked(&format!("cookies: {{{cookie}}}"), &reply()).unwrap();
            assert_eq!(found.is_empty(), holds, "{cookie} {found:?}");
        }
    }

    #[test]
    fn a_wrong_cookie_is_named() {
        let told = |cookie: &str| messages(&format!("cookies: {{{cookie}}}"), &reply()).remove(0);
        assert_eq!(told("sid: {secure: false}"), "cookie sid secure: expected `false`, found `true`");
        assert_eq!(told("sid: null"), "cookie sid: expected no such cookie, found `\"abc\"`");
        assert_eq!(
            told("sid: {domain: null}"),
            "cookie sid domain: expected no such attribute, found `\"example.com\"`"
        );
        assert_eq!(told("sib: abc"), "nothing at `cookie sib`, expected `\"abc\"`");
    }
}
