//! Expectations that no answer can meet, found before anything is sent: what there may be at each place of an `expect`.
//!
//! Only what is certain is reported: where a template stands, anything may come.

use crate::diagnostic::Diagnostic;
use crate::spec::{
    cookie::CookieRule,
    expect::{Expect, Fact, FactCheck, Status, StatusForm},
    matcher::Pattern,
    path::Path,
    tls::TlsPart,
    xpath::XPathText,
};
use crate::xpath::Kind;

mod bodiless;
mod judge;
mod possible;
#[cfg(test)]
mod tests;
mod texts;

pub(super) use bodiless::bodiless;
use judge::{Judge, Spot};
use possible::Possible;

const COMPARE_TEXT: &str =
    "compare it with `equals` or `matches`, or capture it `as: number` and check that under `values`";

const ELEMENTS: &str = "look at its elements: `{each: …}`, `{any: …}`";

/// Reports every part of an `expect` that no answer can meet.
pub(super) fn check(expect: &Expect, problems: &mut Vec<Diagnostic>) {
    let mut judge = Judge { problems };
    if let Some(Status { form: StatusForm::Matching(matchers), .. }) = &expect.status {
        let statuses = Possible::whole(100, Some(599));
        judge.matchers(matchers, &Spot::new(statuses, "a status is a number from 100 to 599"));
    }
    let header = Spot::new(Possible::TEXT.or_missing().or_list(), "a header is text, or a list where it is repeated");
    let header = header.textual().cure(COMPARE_TEXT);
    for pattern in expect.headers.iter().filter_map(|check| check.value.as_ref()) {
        judge.pattern(pattern, &header);
    }
    if let Some(json) = &expect.json {
        judge.pattern(json, &Spot::ANYWHERE);
    }
    expect.jsonpath.iter().for_each(|check| _ = judge.pattern(&check.value, &found_by(&check.path)));
    expect.xpath.iter().for_each(|check| _ = judge.pattern(&check.value, &found_in_markup(&check.path)));
    for check in &expect.cookies {
        judge.cookie(&check.rule);
    }
    for check in &expect.facts {
        judge.fact(check);
    }
    expect.values.iter().for_each(|check| _ = judge.pattern(&check.expected, &Spot::ANYWHERE));
}

fn found_by(path: &Path) -> Spot {
    match path {
        Path::Fixed(path) if !path.is_singular() => {
            let spot = Spot::new(Possible::LIST.or_missing(), "this path finds a list, whatever its length");
            spot.cure(ELEMENTS)
        }
        _ => Spot::ANYWHERE,
    }
}

fn found_in_markup(path: &XPathText) -> Spot {
    let XPathText::Fixed(path) = path else { return Spot::ANYWHERE.textual() };
    match path.kind() {
        Kind::Nodes => {
            let spot = Spot::new(Possible::LIST.or_missing(), "a path finds a list of texts, whatever its length");
            spot.textual().cure("look at its elements: `{each: …}`, `{any: …}`; or write `string(…)` around it")
        }
        Kind::Text => {
            let spot = Spot::new(Possible::TEXT.or_missing(), "this is text");
            spot.textual().cure("write `number(…)` around the path")
        }
        // What is no number is the text `NaN`.
        Kind::Number => Spot::new(Possible::NUMBER.or(&Possible::TEXT).or_missing(), "this is a number"),
        Kind::Boolean => Spot::new(Possible::BOOLEAN, "this is true or false"),
    }
}

impl Judge<'_> {
    fn cookie(&mut self, rule: &CookieRule) {
        let value =
            Spot::new(Possible::TEXT.or_missing(), "the value of a cookie is text").textual().cure(COMPARE_TEXT);
        match rule {
            CookieRule::Absent => {}
            CookieRule::Value(pattern) => _ = self.pattern(pattern, &value),
            CookieRule::Attributes(rules) => {
                for (name, pattern) in rules.iter().filter_map(|(name, pattern)| Some((*name, pattern.as_ref()?))) {
                    self.attribute(name, pattern, &value);
                }
            }
        }
    }

    fn attribute(&mut self, name: &str, pattern: &Pattern, value: &Spot) {
        let text = Spot::new(Possible::TEXT.or_missing(), "the attribute of a cookie is text").textual();
        let spot = match name {
            "value" => value.clone(),
            "secure" | "http_only" => {
                Spot::new(Possible::BOOLEAN, "this attribute is `true` or `false`").cure("write `true` or `false`")
            }
            "max_age" => Spot::new(Possible::NUMBER.or_missing(), "`max_age` is a number of seconds"),
            _ => text,
        };
        self.pattern(pattern, &spot);
        if name == "same_site" {
            self.words(pattern, &["Strict", "Lax", "None"], "a cookie's `same_site`");
        }
    }

    fn fact(&mut self, check: &FactCheck) {
        let text = |what| Spot::new(Possible::TEXT, what);
        let spot = match check.fact {
            Fact::Body => text("the body is text").textual().cure(COMPARE_TEXT),
            Fact::Duration => Spot::new(Possible::whole(0, None), "a duration is a number, 0 or more"),
            Fact::Size => Spot::new(Possible::whole(0, None), "a size is a whole number of bytes"),
            Fact::Sha256 => text("a SHA-256 is text").textual(),
            Fact::Url => text("the URL is text"),
            Fact::Redirects => Spot::new(Possible::LIST, "`redirects` is the list of URLs that were followed")
                .cure("for how many there are write `{length: 2}`"),
            Fact::HttpVersion => text("the version of HTTP is text"),
            Fact::Tls(part) => self::tls(part),
        };
        let before = self.problems.len();
        self.pattern(&check.value, &spot);
        if self.problems.len() == before {
            self.text_of_fact(check);
        }
    }
}

fn tls(part: TlsPart) -> Spot {
    let (possible, what) = match part {
        TlsPart::Version => (Possible::TEXT, "the version of TLS is text"),
        TlsPart::Names => (Possible::LIST, "`names` is a list"),
        TlsPart::ExpiresIn => (Possible::NUMBER, "`expires_in` is a duration"),
        TlsPart::Subject | TlsPart::Issuer | TlsPart::Serial | TlsPart::Fingerprint => (Possible::TEXT, "this is text"),
        TlsPart::NotBefore | TlsPart::NotAfter => (Possible::TEXT, "this is a time, written as text"),
    };
    Spot::new(possible.or_missing(), what)
}
