//! Objects and arrays below `json:`, `like:` and `exact:`: member by member, element by element.

use crate::expect::{
    describe,
    found::{Absence, At, Found},
    matcher::{Judge, Judged, Told, Verdict, equality},
    show::Shown,
};
use crate::json::Json;
use crate::source::Place;
use crate::spec::{Text, Unrendered, matcher::Pattern};

impl Judge<'_> {
    /// An object that has at least these members.
    pub(super) fn object(&mut self, pattern: &Pattern, members: &[(Text, Pattern)], at: At<'_>) -> Judged {
        let Some(value @ Json::Object(_)) = at.value() else { return Ok(self.other_shape(pattern, "an object", at)) };
        let mut all = Verdict::Holds;
        let mut names = Vec::with_capacity(if self.exact { members.len() } else { 0 });
        for (name, pattern) in members {
            let name = name.render(self.scope)?;
            all = all.and(self.member(value, (&name, pattern), at)?);
            if self.exact {
                names.push(name);
            }
        }
        if self.exact && self.has_further(&pattern.place, |name| names.iter().any(|known| known == name), at) {
            all = Verdict::Fails;
        }
        Ok(all)
    }

    fn member(&mut self, object: &Json<'_>, (name, pattern): (&str, &Pattern), at: At<'_>) -> Judged {
        match object.get(name) {
            Some(value) => self.pattern(pattern, at.member(name, Found::One(value))),
            // The object is there, so that its lack of a member is a verdict.
            None => {
                Ok(match self.pattern(pattern, at.member(name, Found::Nothing(Absence::Member(name, object))))? {
                    Verdict::Void => Verdict::Fails,
                    verdict => verdict,
                })
            }
        }
    }

    fn has_further(&mut self, place: &Place, known: impl Fn(&str) -> bool, at: At<'_>) -> bool {
        let members = at.value().and_then(Json::as_object).unwrap_or_default();
        let mut any = false;
        for (name, value) in members.iter().filter(|(name, _)| !known(name)) {
            self.further_member(place, at.member(name, Found::One(value)));
            any = true;
        }
        any
    }

    /// An array of this length whose elements match one by one.
    pub(super) fn array(&mut self, pattern: &Pattern, wanted: &[Pattern], at: At<'_>) -> Judged {
        let Some(elements) = at.list() else { return Ok(self.other_shape(pattern, "a list", at)) };
        if elements.len() != wanted.len() {
            let first = self.agreeing(wanted, at)?;
            let scope = self.scope;
            self.report(&pattern.place, at, || {
                let detail = match (elements.get(first), wanted.get(first)) {
                    (None, Some(missing)) => {
                        format!("the first that is missing is {}", describe::pattern(missing, scope))
                    }
                    (Some(further), _) => {
                        format!("the first that does not fit is `{}[{first}]`, {}", at.spot, Shown::value(further))
                    }
                    (None, None) => String::new(),
                };
                equality::lengths(wanted.len(), elements.len(), &detail, at)
            });
            return Ok(Verdict::Fails);
        }
        let mut all = Verdict::Holds;
        for (index, (pattern, element)) in wanted.iter().zip(elements).enumerate() {
            all = all.and(self.pattern(pattern, at.element(index, element))?);
        }
        Ok(all)
    }

    /// How many elements match from the first on.
    fn agreeing(&mut self, wanted: &[Pattern], at: At<'_>) -> Result<usize, Unrendered> {
        self.quietly(|judge| {
            let pairs = wanted.iter().zip(at.list().unwrap_or_default()).enumerate();
            for (index, (pattern, element)) in pairs {
                if judge.pattern(pattern, at.element(index, element))? != Verdict::Holds {
                    return Ok(index);
                }
            }
            Ok(wanted.len().min(at.list().map_or(0, |elements| elements.len())))
        })
    }

    fn other_shape(&mut self, pattern: &Pattern, wanted: &str, at: At<'_>) -> Verdict {
        if at.is_nothing() {
            let scope = self.scope;
            return self.missing(&pattern.place, at, || describe::pattern(pattern, scope));
        }
        let found = || at.value().map_or_else(|| at.shown(), Shown::kind);
        self.report(&pattern.place, at, || Told::new(Shown::words(wanted), found()));
        Verdict::Fails
    }
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{all, first, holds};

    #[test]
    fn like_wants_these_members_and_exact_no_others() {
        holds(&[
            ("{like: {a: 1}}", "{\"a\": 1, \"b\": 2}", true),
            ("{like: {}}", "{\"a\": 1}", true),
            ("{like: {a: {b: {$gt: 0}}}}", "{\"a\": {\"b\": 1, \"c\": 2}}", true),
            ("{like: {a: {$optional: 1}}}", "{}", true),
            ("{like: {a: {$optional: 1}}}", "{\"a\": 2}", false),
            ("{like: {a: {$exists: false}}}", "{\"b\": 1}", true),
            ("{like: {a: {$exists: false}}}", "{\"a\": null}", false),
            ("{like: {a: null}}", "{\"a\": null}", true),
            ("{like: {a: null}}", "{}", false),
            ("{like: {a: {}}}", "{\"a\": []}", false),
            ("{like: {a: 1}}", "\"a\"", false),
            ("{like: [1, {a: 1}]}", "[1, {\"a\": 1, \"b\": 2}]", true),
            ("{like: [1]}", "[1, 2]", false),
            ("{like: []}", "[]", true),
            ("{like: []}", "[1]", false),
            ("{like: [1]}", "{\"0\": 1}", false),
            ("{exact: {a: 1}}", "{\"a\": 1}", true),
            ("{exact: {a: 1}}", "{\"a\": 1, \"b\": 2}", false),
            ("{exact: {a: {b: 1}}}", "{\"a\": {\"b\": 1, \"c\": 2}}", false),
            ("{exact: {a: {$each: {b: 1}}}}", "{\"a\": [{\"b\": 1, \"c\": 2}]}", false),
            ("{exact: {a: {$like: {b: 1}}}}", "{\"a\": {\"b\": 1, \"c\": 2}}", true),
            ("{exact: {a: {$optional: 1}}}", "{}", true),
            ("{exact: {}}", "{\"a\": 1}", false),
            ("{like: {\"{{word}}\": \"{{five}}\"}}", "{\"blue\": 5}", true),
            ("{like: {a: \"{{map}}\"}}", "{\"a\": {\"x\": 1}}", true),
            ("{like: {a: \"{{map}}\"}}", "{\"a\": {\"x\": 1, \"y\": 2}}", false),
            ("{not: {like: {a: 1}}}", "{\"b\": 1}", true),
            ("{not: {like: {a: 1}}}", "5", true),
        ]);
    }

    #[test]
    fn every_wrong_member_is_named_at_its_own_node() {
        let found =
            all("{like: {pirce: 1, b: [1, {c: x}], d: 2}}", "{\"price\": 1, \"b\": [1, {\"c\": \"y\"}], \"d\": 2}");
        let told: Vec<_> = found.iter().map(|it| (it.path.as_str(), it.message.as_str(), it.place.text())).collect();
        assert_eq!(
            told,
            [
                ("$.a.pirce", "nothing at `$.a.pirce`, expected `1`", "1"),
                ("$.a.b[1].c", "$.a.b[1].c: expected `\"x\"`, found `\"y\"`", "x"),
            ]
        );
        assert_eq!(found[0].help.as_deref(), Some("the nearest that is there is `price`"));
    }

    #[test]
    fn lists_of_other_lengths_show_what_is_missing_or_too_much() {
        let message = |pattern, value| first(pattern, value).message;
        assert_eq!(
            message("{like: [1, 2, {$gt: 2}]}", "[1, 2]"),
            "$.a: expected 3 elements, found 2 elements; the first that is missing is greater than `2`"
        );
        assert_eq!(
            message("{like: [1, 2]}", "[1, 7, 2]"),
            "$.a: expected 2 elements, found 3 elements; the first that does not fit is `$.a[1]`, `7`"
        );
        assert_eq!(
            message("{equals: [1]}", "[1, 2]"),
            "$.a: expected 1 element, found 2 elements; the first that differs is `$.a[1]`, `2`"
        );
        assert_eq!(message("{exact: {}}", "{\"odd name\": 1}"), "$.a['odd name']: expected no such member, found `1`");
    }
}
