//! Answers that have no body: to HEAD, and with a status of 204, 205 or 304 (RFC 9110 6.4.1, 15.3.6).

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{
    capture::From,
    expect::{Expect, Fact},
    never::{Judge, Possible, Spot},
    request::Request,
};

/// Why there is no body.
struct Why<'w> {
    message: &'static str,
    place: &'w Place,
    cure: &'static str,
}

/// Reports what looks into the body of an answer that has none. What `defaults` say is merged in already.
pub(in crate::spec) fn bodiless(request: &Request, problems: &mut Vec<Diagnostic>) {
    let is_head = request.method.fixed().is_some_and(|method| method.eq_ignore_ascii_case("head"));
    let answers = request.roles.iter().map(|role| &role.expect);
    let alone = Some(&request.expect).filter(|_| request.roles.is_empty());
    for expect in answers.chain(alone) {
        let why = match (is_head, &expect.status) {
            (true, _) => Why {
                message: "an answer to `HEAD` has no body",
                place: request.method.place(),
                cure: "leave it out, or send `get`",
            },
            (false, Some(status)) if expect.is_without_body() => Why {
                message: "an answer of this status has no body",
                place: &status.place,
                cure: "leave it out, or expect another status",
            },
            _ => continue,
        };
        of_expect(expect, &why, problems);
        for capture in request.capture.iter().filter(|it| it.default.is_none()) {
            if matches!(capture.from, From::JsonPath(_) | From::XPath(_) | From::Regex(_)) {
                let message = format!("{}, so that there is no `{}` to capture", why.message, capture.name);
                note(&capture.place, message, &why, problems);
            }
        }
    }
}

fn of_expect(expect: &Expect, why: &Why<'_>, problems: &mut Vec<Diagnostic>) {
    let json = expect.json.iter().map(|pattern| ("json", &pattern.place));
    let schema = expect.schema.iter().map(|pattern| ("schema", &pattern.place));
    let paths = expect.jsonpath.iter().map(|check| ("jsonpath", &check.place));
    let markup = expect.xpath.iter().map(|check| ("xpath", &check.place));
    for (key, place) in json.chain(schema).chain(paths).chain(markup) {
        note(place, format!("{}, so that `{key}` can never hold", why.message), why, problems);
    }
    let sizes = expect.facts.iter().filter(|check| check.fact == Fact::Size);
    for check in sizes {
        let none = Spot::new(Possible::whole(0, Some(0)), "an answer without a body has 0 bytes");
        Judge { problems }.pattern(&check.value, &none);
    }
}

/// Notes it once, however many requests are merged with the same `defaults`.
fn note(place: &Place, message: String, why: &Why<'_>, problems: &mut Vec<Diagnostic>) {
    let is_known = |known: &Diagnostic| known.code == "never-holds" && known.place.as_ref() == Some(place);
    if !problems.iter().any(is_known) {
        let wrong = Diagnostic::error("never-holds", place, message).related(why.place, "because of this");
        problems.push(wrong.help(why.cure));
    }
}
