//! `not`, `optional`, `any_of`, `one_of`, `all_of`.
//!
//! What cannot be judged (nothing there, a wrong type) cannot be judged by `not` either: it fails both ways.

use crate::expect::{
    describe,
    found::At,
    matcher::{Judge, Judged, Told, Verdict, place_of},
    show::Shown,
};
use crate::spec::{
    Unrendered,
    matcher::{Matcher, Pattern},
};

impl Judge<'_> {
    pub(super) fn not(&mut self, matcher: &Matcher, pattern: &Pattern, at: At<'_>) -> Judged {
        match self.quietly(|judge| judge.pattern(pattern, at))? {
            Verdict::Fails => Ok(Verdict::Holds),
            Verdict::Holds => Ok(self.verdict(false, matcher, at)),
            // Said again aloud: why it cannot be judged.
            Verdict::Void => self.pattern(pattern, at),
        }
    }

    pub(super) fn optional(&mut self, pattern: &Pattern, at: At<'_>) -> Judged {
        if at.is_nothing() { Ok(Verdict::Holds) } else { self.pattern(pattern, at) }
    }

    pub(super) fn all_of(&mut self, patterns: &[Pattern], at: At<'_>) -> Judged {
        let mut all = Verdict::Holds;
        for pattern in patterns {
            all = all.and(self.pattern(pattern, at)?);
        }
        Ok(all)
    }

    pub(super) fn any_of(&mut self, matcher: &Matcher, patterns: &[Pattern], at: At<'_>) -> Judged {
        let verdicts = self.each_alternative(patterns, at)?;
        let any = verdicts.into_iter().fold(Verdict::Fails, Verdict::or);
        if any != Verdict::Holds {
            self.no_alternative(matcher, at);
        }
        Ok(any)
    }

    pub(super) fn one_of(&mut self, matcher: &Matcher, patterns: &[Pattern], at: At<'_>) -> Judged {
        let verdicts = self.each_alternative(patterns, at)?;
        let holding: Vec<&Pattern> = patterns
            .iter()
            .zip(&verdicts)
            .filter(|(_, verdict)| **verdict == Verdict::Holds)
            .map(|(it, _)| it)
            .collect();
        match holding.as_slice() {
            [_] => Ok(Verdict::Holds),
            [] => {
                self.no_alternative(matcher, at);
                Ok(verdicts.into_iter().fold(Verdict::Fails, Verdict::or))
            }
            several => {
                let scope = self.scope;
                self.report(place_of(matcher), at, || {
                    let words = describe::joined(several, " and ", scope);
                    let actual = Shown::words(format!("{}, which is {words}", at.shown()));
                    Told::new(describe::rule(&matcher.rule, scope), actual)
                });
                Ok(Verdict::Fails)
            }
        }
    }

    fn no_alternative(&mut self, matcher: &Matcher, at: At<'_>) {
        let scope = self.scope;
        if at.is_nothing() {
            self.missing(place_of(matcher), at, || describe::rule(&matcher.rule, scope));
        } else {
            self.verdict(false, matcher, at);
        }
    }

    fn each_alternative(&mut self, patterns: &[Pattern], at: At<'_>) -> Result<Vec<Verdict>, Unrendered> {
        self.quietly(|judge| patterns.iter().map(|pattern| judge.pattern(pattern, at)).collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{first, holds, holds_for_nothing};

    #[test]
    fn alternatives_and_opposites() {
        holds(&[
            ("{not: 5}", "4", true),
            ("{not: 5}", "5.0", false),
            ("{not: {gt: 5}}", "5", true),
            ("{not: {gt: 5}}", "6", false),
            ("{not: {gt: 5}}", "\"abc\"", false),
            ("{not: {not: 5}}", "5", true),
            ("{not: {not: 5}}", "6", false),
            ("{not: {gt: 1, lt: 5}}", "7", true),
            ("{not: {gt: 1, lt: 5}}", "3", false),
            ("{not: {matches: a}}", "null", false),
            ("{not: {contains: a}}", "[\"b\"]", true),
            ("{not: {contains: a}}", "[\"a\"]", false),
            ("{not: {type: string}}", "5", true),
            ("{not: null}", "1", true),
            ("{not: null}", "null", false),
            ("{any_of: [1, {gt: 5}]}", "1", true),
            ("{any_of: [1, {gt: 5}]}", "6", true),
            ("{any_of: [{gt: 5}, a]}", "\"a\"", true),
            ("{any_of: [1, {gt: 5}]}", "5", false),
            ("{any_of: [1, {gt: 5}]}", "null", false),
            ("{one_of: [{gt: 1}, {gt: 5}]}", "3", true),
            ("{one_of: [{gt: 1}, {gt: 5}]}", "6", false),
            ("{one_of: [{gt: 1}, {gt: 5}]}", "0", false),
            ("{not: {one_of: [{gt: 1}, {gt: 5}]}}", "6", true),
            ("{all_of: [{gt: 1}, {lt: 5}]}", "3", true),
            ("{all_of: [{gt: 1}, {lt: 5}]}", "6", false),
            ("{optional: 5}", "5", true),
            ("{optional: 5}", "null", false),
        ]);
    }

    #[test]
    fn nothing_fails_every_matcher_but_these() {
        holds_for_nothing(&[
            ("{exists: false}", true),
            ("{optional: 5}", true),
            ("{not: {exists: true}}", true),
            ("{any_of: [{exists: false}, 5]}", true),
            ("{one_of: [{exists: false}, 5]}", true),
            ("{one_of: [{optional: 5}, {exists: false}]}", false),
            ("{all_of: [{optional: 5}, {exists: false}]}", true),
            ("{any_of: [{gt: 1}, {optional: 5}]}", true),
            ("{like: {$optional: 5}}", true),
            ("{exists: true}", false),
            ("{not: {exists: false}}", false),
            ("{not: {optional: 5}}", false),
            ("{not: 5}", false),
            ("{not: {gt: 5}}", false),
            ("{not: {not: 5}}", false),
            ("{any_of: [1, 2]}", false),
            ("{all_of: [{optional: 5}, 5]}", false),
            ("{optional: 5, gt: 1}", false),
            ("null", false),
            ("{equals: null}", false),
            ("{in: [null]}", false),
            ("{gt: 0}", false),
            ("{between: [0, 1]}", false),
            ("{approx: {value: 0, within: 9}}", false),
            ("{type: 'null'}", false),
            ("{empty: true}", false),
            ("{length: 0}", false),
            ("{contains: a}", false),
            ("{contains_all: [a]}", false),
            ("{starts_with: ''}", false),
            ("{ends_with: ''}", false),
            ("{matches: ''}", false),
            ("{format: base64}", false),
            ("{each: 1}", false),
            ("{any: 1}", false),
            ("{unique: true}", false),
            ("{sorted: asc}", false),
            ("{schema: true}", false),
            ("{before: now}", false),
            ("{after: now}", false),
            ("{like: {}}", false),
            ("{like: []}", false),
            ("{exact: {}}", false),
            ("{unordered: [1]}", false),
        ]);
    }

    #[test]
    fn an_opposite_says_what_must_not_be() {
        let message = |pattern, value| first(pattern, value).message;
        assert_eq!(
            message("{not: {contains: a}}", "\"ab\""),
            "$.a: expected nothing that contains `\"a\"`, found `\"ab\"`"
        );
        assert_eq!(message("{not: 5}", "5"), "$.a: expected not `5`, found `5`");
        assert_eq!(message("{not: {gt: 5}}", "null"), "$.a: expected a number to compare with, found null");
        assert_eq!(message("{any_of: [1, {gt: 5}]}", "2"), "$.a: expected `1` or greater than `5`, found `2`");
        assert_eq!(
            message("{one_of: [{gt: 1}, {gt: 5}, 0]}", "6"),
            "$.a: expected exactly one of: greater than `1`; greater than `5`; `0`, found `6`, which is greater than `1` and greater than `5`"
        );
    }
}
