//! `equals`, `in`, and in what two values differ.

use std::borrow::Cow;

use crate::diff::unified;
use crate::expect::{
    found::{Absence, At, Found},
    matcher::{Judge, Judged, Told, Verdict, unusable},
    media_type,
    show::{self, Shown},
};
use crate::json::Json;
use crate::source::Place;
use crate::spec::{Templated, Unrendered};

/// How a part of an answer is compared with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::expect) enum Likeness {
    /// JSON equality.
    Json,
    /// JSON equality; expected texts such as `500ms` are milliseconds.
    Duration,
    /// Exactly, as text: `42` equals the text 42.
    Text,
    /// As text; what stands in XML and HTML.
    Markup,
    /// As text, blanks around it ignored.
    Header,
    /// As media types.
    MediaType,
    /// As text, without a last newline.
    Body,
    /// As text, without case.
    AnyCase,
}

impl Likeness {
    /// Whether what is compared arrives as text, so that numbers and booleans stand for theirs.
    pub(in crate::expect) fn is_text(self) -> bool {
        !matches!(self, Self::Json | Self::Duration)
    }

    /// Whether two values are equal here.
    fn equal(self, expected: &Json<'_>, actual: &Json<'_>) -> bool {
        match (self.text(expected), actual) {
            (Some(expected), Json::String(actual)) => self.equal_texts(&expected, actual),
            (_, Json::Array(found)) if self.is_text() => expected.as_array().is_some_and(|wanted| {
                wanted.len() == found.len() && wanted.iter().zip(found).all(|(left, right)| self.equal(left, right))
            }),
            _ => expected == actual,
        }
    }

    fn text<'t>(self, expected: &'t Json<'_>) -> Option<Cow<'t, str>> {
        match expected {
            Json::String(text) => Some(Cow::Borrowed(text)),
            Json::Number(_) | Json::Bool(_) if self.is_text() => Some(Cow::Owned(expected.to_text())),
            _ => None,
        }
    }

    fn equal_texts(self, expected: &str, actual: &str) -> bool {
        match self {
            Self::Json | Self::Duration | Self::Text | Self::Markup => expected == actual,
            Self::Header => expected.trim() == actual.trim(),
            Self::MediaType => media_type::equal(expected, actual),
            Self::Body => without_newline(expected) == without_newline(actual),
            Self::AnyCase => expected.eq_ignore_ascii_case(actual),
        }
    }
}

fn without_newline(text: &str) -> &str {
    text.strip_suffix("\r\n").or_else(|| text.strip_suffix('\n')).unwrap_or(text)
}

impl Judge<'_> {
    /// Equal to a value.
    pub(super) fn equals(&mut self, expected: &Templated, at: At<'_>) -> Judged {
        let wanted = self.render(expected)?;
        if at.is_nothing() {
            return Ok(self.missing(&expected.place, at, || Shown::value(&wanted)));
        }
        let holds = self.is_equal(&wanted, at);
        if !holds {
            self.differ(&expected.place, &wanted, at);
        }
        Ok(Verdict::of(holds))
    }

    /// `in`: equal to one element of a list.
    pub(super) fn one_of_values(&mut self, values: &Templated, at: At<'_>) -> Judged {
        let rendered = self.render(values)?;
        let wanted = self.listed(&rendered, &values.place)?;
        let expected = || Shown::words(format!("one of {}", Shown::value(&rendered)));
        if at.is_nothing() {
            return Ok(self.missing(&values.place, at, expected));
        }
        let holds = wanted.iter().any(|value| self.is_equal(value, at));
        if !holds {
            self.report(&values.place, at, || Told::new(expected(), at.shown()));
        }
        Ok(Verdict::of(holds))
    }

    fn listed<'l>(&self, list: &'l Json<'static>, place: &Place) -> Result<&'l [Json<'static>], Unrendered> {
        let not_a_list = || unusable(format!("`in` takes a list, found {}", Shown::kind(list)), place);
        list.as_array().ok_or_else(not_a_list)
    }

    fn is_equal(&self, expected: &Json<'_>, at: At<'_>) -> bool {
        match at.found {
            Found::Nothing(_) => false,
            Found::One(actual) => self.likeness.equal(expected, actual),
            Found::Many(nodes, _) => expected.as_array().is_some_and(|wanted| {
                wanted.len() == nodes.len() && wanted.iter().zip(nodes).all(|(left, right)| left == *right)
            }),
        }
    }

    /// Notes in what two values differ, as deep in them as that can be said.
    fn differ(&mut self, place: &Place, expected: &Json<'_>, at: At<'_>) {
        match (expected, at.found) {
            (Json::Array(wanted), Found::One(Json::Array(_)) | Found::Many(..)) => {
                self.differ_in_list(place, wanted, at)
            }
            (Json::Object(_), Found::One(actual @ Json::Object(_))) => {
                self.differ_in_members(place, (expected, actual), at)
            }
            (Json::String(wanted), Found::One(Json::String(actual))) => {
                self.differ_in_text(place, (wanted, actual), at)
            }
            (_, Found::One(actual)) => self.report(place, at, || {
                let (expected, actual) = show::pair(expected, actual);
                Told::new(expected, actual)
            }),
            _ => self.report(place, at, || Told::new(Shown::value(expected), at.shown())),
        }
    }

    fn differ_in_list(&mut self, place: &Place, wanted: &[Json<'_>], at: At<'_>) {
        let found = at.list().unwrap_or_default();
        if wanted.len() != found.len() {
            self.report(place, at, || Told {
                diff: lines_of_lists(wanted, &found),
                ..differing_lengths(wanted, &found, at)
            });
            return;
        }
        for (index, (wanted, actual)) in wanted.iter().zip(found).enumerate() {
            let at = at.element(index, actual);
            if !self.is_equal(wanted, at) {
                self.differ(place, wanted, at);
            }
        }
    }

    fn differ_in_members(&mut self, place: &Place, (expected, actual): (&Json<'_>, &Json<'_>), at: At<'_>) {
        let wanted = expected.as_object().unwrap_or_default();
        for (name, _) in wanted {
            let Some(value) = expected.get(name) else { continue };
            match actual.get(name) {
                Some(found) => {
                    let at = at.member(name, Found::One(found));
                    if !self.is_equal(value, at) {
                        self.differ(place, value, at);
                    }
                }
                None => {
                    let at = at.member(name, Found::Nothing(Absence::Member(name, actual)));
                    self.missing(place, at, || Shown::value(value));
                }
            }
        }
        let further = actual.as_object().unwrap_or_default().iter().filter(|(name, _)| expected.get(name).is_none());
        for (name, value) in further {
            self.further_member(place, at.member(name, Found::One(value)));
        }
    }

    /// Notes a member where none more is allowed.
    pub(super) fn further_member(&mut self, place: &Place, at: At<'_>) {
        self.report(place, at, || Told::new(Shown::words("no such member"), at.shown()));
    }

    fn differ_in_text(&mut self, place: &Place, (expected, actual): (&str, &str), at: At<'_>) {
        self.report(place, at, || match show::divergence(expected, actual) {
            Some(apart) => Told {
                message: Some(format!(
                    "{}: the text differs from {} on, expected {}, found {}",
                    at.spot, apart.place, apart.expected, apart.actual
                )),
                diff: unified(expected, actual),
                ..Told::new(apart.expected, apart.actual)
            },
            None => Told {
                diff: unified(expected, actual),
                ..Told::new(Shown::value(&Json::from(expected)), Shown::value(&Json::from(actual)))
            },
        });
    }
}

/// In which lines two lists differ, written out.
fn lines_of_lists(wanted: &[Json<'_>], found: &[&Json<'_>]) -> Option<Vec<String>> {
    let written = |elements: Vec<Json<'_>>| Json::Array(elements).pretty();
    unified(&written(wanted.to_vec()), &written(found.iter().map(|it| (*it).clone()).collect()))
}

fn differing_lengths(wanted: &[Json<'_>], found: &[&Json<'_>], at: At<'_>) -> Told {
    let pairs = wanted.iter().zip(found);
    let first = pairs.take_while(|(wanted, found)| *wanted == **found).count();
    let detail = match (wanted.get(first), found.get(first)) {
        (Some(wanted), None) => format!("the first that is missing is {}", Shown::value(wanted)),
        (_, Some(found)) => format!("the first that differs is `{}[{first}]`, {}", at.spot, Shown::value(found)),
        (None, None) => String::new(),
    };
    lengths(wanted.len(), found.len(), &detail, at)
}

/// What to say about a list of the wrong length.
pub(super) fn lengths(wanted: usize, found: usize, detail: &str, at: At<'_>) -> Told {
    let (wanted, found) = (elements(wanted), elements(found));
    let message = format!("{}: expected {wanted}, found {found}; {detail}", at.spot);
    Told { message: Some(message), ..Told::new(Shown::words(wanted), at.shown()) }
}

/// `1 element`, `3 elements`.
pub(in crate::expect) fn elements(count: usize) -> String {
    if count == 1 { "1 element".to_owned() } else { format!("{count} elements") }
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{all, first, holds};

    #[test]
    fn equality_is_that_of_json() {
        holds(&[
            ("5", "5.0", true),
            ("0.10", "0.1", true),
            ("\"5\"", "\"5\"", true),
            ("no", "\"no\"", true),
            ("null", "null", true),
            ("false", "false", true),
            ("\"{{five}}\"", "5", true),
            ("\"{{word}} lamp\"", "\"blue lamp\"", true),
            ("\"{{map}}\"", "{\"x\": 1.0}", true),
            ("[1, [a]]", "[1.0, [\"a\"]]", true),
            ("{equals: {a: 1, b: 2}}", "{\"b\": 2, \"a\": 1}", true),
            ("{equals: {gt: 5}}", "{\"gt\": 5}", true),
            ("9007199254740993", "9007199254740993", true),
            ("5", "\"5\"", false),
            ("\"{{five}}\"", "\"5\"", false),
            ("0", "false", false),
            ("0", "null", false),
            ("''", "null", false),
            ("9007199254740993", "9007199254740992", false),
            ("[1, 2]", "[2, 1]", false),
            ("[]", "{}", false),
            ("{equals: {a: 1}}", "{\"a\": 1, \"b\": 2}", false),
            ("\"{{map}}\"", "{\"x\": 1, \"y\": 2}", false),
            ("a", "\"a\\n\"", false),
        ]);
    }

    #[test]
    fn in_is_equality_with_one_of_a_list() {
        holds(&[
            ("{in: [1, 2]}", "2.0", true),
            ("{in: [a, null]}", "null", true),
            ("{in: [[1], {x: 1}]}", "[1]", true),
            ("{in: [\"{{five}}\"]}", "5", true),
            ("{in: [true, false]}", "false", true),
            ("{not: {in: [1, 2]}}", "3", true),
            ("{in: [1, 2]}", "3", false),
            ("{in: [1, 2]}", "\"1\"", false),
            ("{in: [1, 2]}", "[1, 2]", false),
            ("{in: [a]}", "\"A\"", false),
            ("{in: [\"{{five}}\"]}", "\"5\"", false),
            ("{not: {in: [1, 2]}}", "2", false),
        ]);
        assert_eq!(first("{in: [1, a]}", "2").message, "$.a: expected one of `[1,\"a\"]`, found `2`");
    }

    #[test]
    fn values_differ_as_deep_as_can_be_said() {
        let told =
            |pattern: &str, value: &str| all(pattern, value).into_iter().map(|it| it.message).collect::<Vec<_>>();
        assert_eq!(told("1", "\"1\""), ["$.a: expected `1` (integer), found `\"1\"` (string)"]);
        assert_eq!(told("[1, [a, 2]]", "[1, [\"b\", 2]]"), ["$.a[1][0]: expected `\"a\"`, found `\"b\"`"]);
        assert_eq!(
            told("{equals: {a: 1, b: {c: 2}, d: 3}}", "{\"a\": 1, \"b\": {\"c\": 3}, \"e\": 4}"),
            [
                "$.a.b.c: expected `2`, found `3`",
                "nothing at `$.a.d`, expected `3`",
                "$.a.e: expected no such member, found `4`"
            ]
        );
        assert_eq!(told("{equals: {}}", "[]"), ["$.a: expected `{}`, found `[]`"]);
        let long = "blue lamp ".repeat(20);
        assert_eq!(
            told(&format!("{long}x"), &format!("\"{long}y\"")),
            [
                "$.a: the text differs from character 201 on, expected `\"…blue lamp blue lamp x\"`, found `\"…blue lamp blue lamp y\"`"
            ]
        );
    }

    #[test]
    fn a_hostile_member_name_stays_on_one_line() {
        let found = first("{equals: {}}", r#"{"it's\n\"odd\"\\": 1}"#);
        assert_eq!(found.path, r#"$.a['it\'s\n"odd"\\']"#);
    }
}
