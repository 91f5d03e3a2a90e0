//! `each`, `any`, `unique`.

use crate::expect::{
    describe,
    found::At,
    matcher::{Judge, Judged, Told, Verdict, order, place_of},
    show::Shown,
};
use crate::json::Json;
use crate::spec::matcher::{Matcher, Pattern};

pub(super) const WANTED: &str = "a list";

impl Judge<'_> {
    pub(super) fn each(&mut self, matcher: &Matcher, pattern: &Pattern, at: At<'_>) -> Judged {
        let Some(elements) = at.list() else { return Ok(self.void(matcher, at, WANTED)) };
        if elements.is_empty() {
            return Ok(self.nothing_checked(matcher, at));
        }
        let mut all = Verdict::Holds;
        for (index, element) in elements.into_iter().enumerate() {
            all = all.and(self.pattern(pattern, at.element(index, element))?);
        }
        Ok(all)
    }

    pub(super) fn any(&mut self, matcher: &Matcher, pattern: &Pattern, at: At<'_>) -> Judged {
        let Some(elements) = at.list() else { return Ok(self.void(matcher, at, WANTED)) };
        if elements.is_empty() {
            return Ok(self.nothing_checked(matcher, at));
        }
        let verdict = self.quietly(|judge| {
            let mut any = Verdict::Fails;
            for (index, element) in elements.into_iter().enumerate() {
                any = any.or(judge.pattern(pattern, at.element(index, element))?);
                if any == Verdict::Holds {
                    break;
                }
            }
            Ok(any)
        })?;
        self.verdict(verdict == Verdict::Holds, matcher, at);
        Ok(verdict)
    }

    fn nothing_checked(&mut self, matcher: &Matcher, at: At<'_>) -> Verdict {
        let scope = self.scope;
        self.report(place_of(matcher), at, || Told {
            message: Some(format!("{}: the list is empty, so that nothing was checked", at.spot)),
            help: Some(format!("where it may be empty write `any_of: [{{empty: true}}, {{{}: …}}]`", matcher.name)),
            ..Told::new(describe::rule(&matcher.rule, scope), at.shown())
        });
        Verdict::Void
    }

    pub(super) fn unique(&mut self, matcher: &Matcher, wanted: bool, at: At<'_>) -> Verdict {
        let Some(elements) = at.list() else { return self.void(matcher, at, WANTED) };
        match repeated(elements) {
            None => self.verdict(wanted, matcher, at),
            Some(_) if !wanted => Verdict::Holds,
            Some(twice) => {
                let twice = Shown::value(twice);
                self.report(place_of(matcher), at, || Told {
                    message: Some(format!("{}: expected no element twice, found {twice} more than once", at.spot)),
                    ..Told::new(Shown::words("no element twice"), Shown::words(format!("{twice} more than once")))
                });
                Verdict::Fails
            }
        }
    }
}

/// An element that is there twice.
fn repeated<'v>(mut elements: Vec<&'v Json<'v>>) -> Option<&'v Json<'v>> {
    elements.sort_by(|left, right| order::compare(left, right));
    let twice = elements.windows(2).find(|pair| order::compare(pair[0], pair[1]).is_eq());
    twice.map(|pair| pair[0])
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{all, first, holds};

    #[test]
    fn each_and_any_look_at_every_element_and_want_one() {
        holds(&[
            ("{each: {gt: 0}}", "[1, 2]", true),
            ("{each: {gt: 0}}", "[1, 0]", false),
            ("{each: {gt: 0}}", "[]", false),
            ("{each: {gt: 0}}", "1", false),
            ("{each: {gt: 0}}", "{\"a\": 1}", false),
            ("{each: a}", "[\"a\", \"a\"]", true),
            ("{each: {each: {type: integer}}}", "[[1], [2, 3]]", true),
            ("{each: {each: {type: integer}}}", "[[1], []]", false),
            ("{any_of: [{empty: true}, {each: {gt: 0}}]}", "[]", true),
            ("{any_of: [{empty: true}, {each: {gt: 0}}]}", "[-1]", false),
            ("{any: {gt: 0}}", "[0, \"x\", 1]", true),
            ("{any: {gt: 0}}", "[0, -1]", false),
            ("{any: {gt: 0}}", "[\"x\"]", false),
            ("{any: {gt: 0}}", "[]", false),
            ("{any: a}", "\"a\"", false),
            ("{not: {any: {gt: 0}}}", "[0, -1]", true),
            ("{not: {any: {gt: 0}}}", "[1]", false),
            ("{not: {each: {gt: 0}}}", "[1, 0]", true),
        ]);
    }

    #[test]
    fn an_empty_list_is_never_checked_not_even_by_its_opposite() {
        holds(&[("{not: {each: {gt: 0}}}", "[]", false), ("{not: {any: {gt: 0}}}", "[]", false)]);
        let help = first("{each: {gt: 0}}", "[]").help.unwrap();
        assert_eq!(help, "where it may be empty write `any_of: [{empty: true}, {each: …}]`");
    }

    #[test]
    fn every_wrong_element_is_named() {
        let found = all("{each: {gt: 0}}", "[1, 0, 5, \"x\"]");
        let messages: Vec<_> = found.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "$.a[1]: expected greater than `0`, found `0`",
                "$.a[3]: expected a number to compare with, found string `\"x\"`"
            ]
        );
    }

    #[test]
    fn no_more_than_fifty_are_told() {
        let list = format!("[{}]", vec!["0"; 5000].join(","));
        let found = all("{each: {gt: 0}}", &list);
        assert_eq!(found.len(), 51);
        assert_eq!(found[50].message, "and 4950 more mismatches of this assertion");
    }

    #[test]
    fn unique_is_by_json_equality() {
        holds(&[
            ("{unique: true}", "[1, 2, \"1\"]", true),
            ("{unique: true}", "[]", true),
            ("{unique: true}", "[{\"a\": 1}, {\"a\": 2}, [1], [1, 1]]", true),
            ("{unique: true}", "[null, false, 0, \"\"]", true),
            ("{unique: true}", "[1, 2, 1.0]", false),
            ("{unique: true}", "[{\"a\": 1, \"b\": 2}, 5, {\"b\": 2.0, \"a\": 1}]", false),
            ("{unique: true}", "[{\"a\": 1, \"a\": 2}, {\"a\": 2}]", false),
            ("{unique: true}", "\"abc\"", false),
            ("{unique: true}", "{}", false),
            ("{unique: false}", "[1, 1]", true),
            ("{unique: false}", "[1, 2]", false),
            ("{unique: false}", "[]", false),
            ("{not: {unique: true}}", "[1, 1]", true),
        ]);
        let list = format!("[{}]", (0..20_000).map(|n| format!("1{n:030}")).collect::<Vec<_>>().join(","));
        holds(&[("{unique: true}", &list, true)]);
    }
}
