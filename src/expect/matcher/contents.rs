//! `empty`, `length`, `contains`, `contains_all`: what is in a text, a list, an object.

use std::borrow::Cow;

use crate::expect::{
    describe,
    found::{At, Found},
    matcher::{Judge, Judged, Told, Verdict, place_of},
};
use crate::json::Json;
use crate::spec::{
    Unrendered,
    matcher::{Form, Matcher, Pattern},
};

const WANTED: &str = "text, a list or an object";

impl Judge<'_> {
    pub(super) fn empty(&mut self, matcher: &Matcher, wanted: bool, at: At<'_>) -> Verdict {
        match length(at) {
            Some(length) => self.verdict((length == 0) == wanted, matcher, at),
            None => self.void(matcher, at, WANTED),
        }
    }

    pub(super) fn length(&mut self, matcher: &Matcher, pattern: &Pattern, at: At<'_>) -> Judged {
        match length(at) {
            Some(length) => self.pattern(pattern, at.length(&Json::from(length))),
            None => Ok(self.void(matcher, at, WANTED)),
        }
    }

    pub(super) fn contains(&mut self, matcher: &Matcher, pattern: &Pattern, at: At<'_>) -> Judged {
        let verdict = self.holds_within(matcher, pattern, at)?;
        if verdict == Verdict::Fails {
            let scope = self.scope;
            let help =
                lone_object(pattern, at).then(|| "`contains` of an object is a member name; use `like`".to_owned());
            self.report(place_of(matcher), at, || Told {
                help,
                ..Told::new(describe::rule(&matcher.rule, scope), at.shown())
            });
        }
        Ok(verdict)
    }

    pub(super) fn contains_all(&mut self, matcher: &Matcher, patterns: &[Pattern], at: At<'_>) -> Judged {
        let mut all = Verdict::Holds;
        for pattern in patterns {
            let verdict = self.holds_within(matcher, pattern, at)?;
            if verdict == Verdict::Fails {
                let scope = self.scope;
                self.report(&pattern.place, at, || Told::new(describe::content(pattern, scope), at.shown()));
            }
            all = all.and(verdict);
            if verdict == Verdict::Void {
                break;
            }
        }
        Ok(all)
    }

    /// Whether an element, a part of the text, a member name is as the pattern says; told only where none can be.
    fn holds_within(&mut self, matcher: &Matcher, pattern: &Pattern, at: At<'_>) -> Judged {
        if let Some(text) = at.text() {
            let Some(part) = self.part(pattern)? else {
                return Ok(self.void(matcher, at, "a list or an object whose elements can be matched"));
            };
            return Ok(Verdict::of(text.contains(&*part)));
        }
        if let Some(elements) = at.list() {
            return self.one_holds(pattern, at, elements.into_iter().map(Cow::Borrowed));
        }
        match at.found {
            Found::One(Json::Object(members)) => {
                let names = members.iter().map(|(name, _)| Cow::Owned(Json::from(&**name)));
                self.one_holds(pattern, at, names)
            }
            _ => Ok(self.void(matcher, at, WANTED)),
        }
    }

    fn one_holds<'v>(
        &mut self,
        pattern: &Pattern,
        at: At<'_>,
        values: impl Iterator<Item = Cow<'v, Json<'v>>>,
    ) -> Judged {
        self.quietly(|judge| {
            for (index, value) in values.enumerate() {
                if judge.pattern(pattern, at.element(index, &value))? == Verdict::Holds {
                    return Ok(Verdict::Holds);
                }
            }
            Ok(Verdict::Fails)
        })
    }

    /// The text that a pattern wants within a text: a value that is text, a number or a boolean.
    fn part(&self, pattern: &Pattern) -> Result<Option<String>, Unrendered> {
        let Form::Equals(value) = &pattern.form else { return Ok(None) };
        Ok(match &*value.render(self.scope)? {
            Json::String(text) => Some(text.clone().into_owned()),
            scalar @ (Json::Number(_) | Json::Bool(_)) => Some(scalar.to_text()),
            Json::Null | Json::Array(_) | Json::Object(_) => None,
        })
    }
}

fn length(at: At<'_>) -> Option<usize> {
    match at.found {
        Found::One(Json::String(text)) => Some(text.chars().count()),
        Found::One(Json::Array(elements)) => Some(elements.len()),
        Found::One(Json::Object(members)) => {
            let names: std::collections::HashSet<&str> = members.iter().map(|(name, _)| &**name).collect();
            Some(names.len())
        }
        Found::Many(nodes, _) => Some(nodes.len()),
        Found::One(_) | Found::Nothing(_) => None,
    }
}

fn lone_object(pattern: &Pattern, at: At<'_>) -> bool {
    matches!((&pattern.form, at.found), (Form::Object(_), Found::One(Json::Object(_))))
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{first, holds};

    #[test]
    fn length_counts_characters_elements_and_members() {
        holds(&[
            ("{length: 3}", "\"äöü\"", true),
            ("{length: 1}", "\"\\ud83d\\ude00\"", true),
            ("{length: 2}", "[1, [2, 3]]", true),
            ("{length: 1}", "{\"a\": 1, \"a\": 2}", true),
            ("{length: {gt: 1}}", "{\"a\": 1, \"b\": 2}", true),
            ("{length: 0}", "\"\"", true),
            ("{length: 3}", "\"ab\"", false),
            ("{length: {gt: 1, lt: 3}}", "[1]", false),
            ("{length: 1}", "1", false),
            ("{length: 0}", "null", false),
            ("{length: 4}", "true", false),
            ("{length: {not: 2}}", "[1, 2]", false),
        ]);
        assert_eq!(first("{length: 3}", "[1]").message, "length of $.a: expected `3`, found `1`");
    }

    #[test]
    fn empty_is_of_text_lists_and_objects() {
        holds(&[
            ("{empty: true}", "\"\"", true),
            ("{empty: true}", "[]", true),
            ("{empty: true}", "{}", true),
            ("{empty: false}", "\" \"", true),
            ("{empty: false}", "[null]", true),
            ("{empty: false}", "{\"a\": null}", true),
            ("{empty: true}", "\"a\"", false),
            ("{empty: true}", "[0]", false),
            ("{empty: true}", "null", false),
            ("{empty: false}", "null", false),
            ("{empty: true}", "0", false),
            ("{empty: false}", "[]", false),
            ("{empty: false}", "{}", false),
        ]);
    }

    #[test]
    fn contains_is_a_part_an_element_or_a_name() {
        holds(&[
            ("{contains: lamp}", "\"blue lamp\"", true),
            ("{contains: \"\"}", "\"\"", true),
            ("{contains: 42}", "\"a42b\"", true),
            ("{contains: a}", "[\"b\", \"a\"]", true),
            ("{contains: 1}", "[1.0]", true),
            ("{contains: {gt: 5}}", "[1, \"x\", 6]", true),
            ("{contains: a}", "{\"a\": null}", true),
            ("{contains: {starts_with: x}}", "{\"x-a\": 1}", true),
            ("{contains: Lamp}", "\"blue lamp\"", false),
            ("{contains: 1}", "[\"1\"]", false),
            ("{contains: ab}", "[\"abc\"]", false),
            ("{contains: 1}", "{\"a\": 1}", false),
            ("{contains: 4}", "42", false),
            ("{contains: a}", "null", false),
            ("{contains: {gt: 5}}", "\"6\"", false),
            ("{contains: {gt: 5}}", "[1, \"x\"]", false),
            ("{contains: a}", "[]", false),
            ("{like: {$contains: {id: 1}}}", "[{\"id\": 1, \"x\": 2}]", true),
            ("{like: {$contains: {id: 1}}}", "{\"id\": 1}", false),
            ("{contains_all: [a, b]}", "[\"b\", \"a\", \"c\"]", true),
            ("{contains_all: [blue, lamp]}", "\"blue lamp\"", true),
            ("{contains_all: [a, b]}", "{\"a\": 1, \"b\": 2}", true),
            ("{contains_all: [a, d]}", "[\"b\", \"a\", \"c\"]", false),
            ("{contains_all: [blue, red]}", "\"blue lamp\"", false),
            ("{contains_all: [a]}", "5", false),
        ]);
    }

    #[test]
    fn the_part_that_is_not_contained_is_shown() {
        let found = first("{contains_all: [a, d]}", "[\"a\"]");
        assert_eq!(found.message, "$.a: expected something that contains `\"d\"`, found `[\"a\"]`");
        assert_eq!(found.place.text(), "d");
    }
}
