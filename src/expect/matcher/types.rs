//! `type` and `exists`.

use crate::expect::{
    describe,
    found::{At, Found},
    matcher::{Judge, Told, Verdict, place_of},
    show::Shown,
};
use crate::json::Kind;
use crate::spec::matcher::Matcher;

impl Judge<'_> {
    pub(super) fn kind(&mut self, matcher: &Matcher, kinds: &[Kind], at: At<'_>) -> Verdict {
        let Some(kind) = at.kind() else { return self.void(matcher, at, "a value") };
        let holds = kinds.iter().any(|wanted| *wanted == kind || (*wanted == Kind::Number && kind == Kind::Integer));
        if !holds {
            let scope = self.scope;
            let found = || at.value().map_or_else(|| at.shown(), Shown::kind);
            self.report(place_of(matcher), at, || Told::new(describe::rule(&matcher.rule, scope), found()));
        }
        Verdict::of(holds)
    }

    /// Whether there is a value. A path that is not singular always yields a list: here it counts what is in it.
    pub(super) fn exists(&mut self, matcher: &Matcher, wanted: bool, at: At<'_>) -> Verdict {
        let exists = match at.found {
            Found::Nothing(_) => false,
            Found::One(_) => true,
            Found::Many(nodes, _) => !nodes.is_empty(),
        };
        if wanted && at.is_nothing() {
            self.void(matcher, at, "a value");
            return Verdict::Fails;
        }
        self.verdict(exists == wanted, matcher, at)
    }
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{first, holds, holds_at};

    #[test]
    fn a_type_is_that_of_json_schema() {
        holds(&[
            ("{type: string}", "\"\"", true),
            ("{type: number}", "1.5", true),
            ("{type: number}", "1", true),
            ("{type: integer}", "1", true),
            ("{type: integer}", "1.0", true),
            ("{type: integer}", "1e2", true),
            ("{type: boolean}", "false", true),
            ("{type: array}", "[]", true),
            ("{type: object}", "{}", true),
            ("{type: null}", "null", true),
            ("{type: [string, null]}", "null", true),
            ("{type: string}", "1", false),
            ("{type: integer}", "1.5", false),
            ("{type: integer}", "\"1\"", false),
            ("{type: number}", "null", false),
            ("{type: boolean}", "0", false),
            ("{type: array}", "{}", false),
            ("{type: object}", "[]", false),
            ("{type: null}", "\"\"", false),
            ("{type: [string, null]}", "0", false),
        ]);
        let message = first("{type: [integer, null]}", "\"1\"").message;
        assert_eq!(message, "$.a: expected type integer or null, found string `\"1\"`");
        assert_eq!(first("{type: integer}", "\"1\"").actual, "\"1\"");
    }

    #[test]
    fn exists_asks_for_a_value_whatever_it_is() {
        holds(&[
            ("{exists: true}", "null", true),
            ("{exists: true}", "false", true),
            ("{exists: true}", "[]", true),
            ("{exists: false}", "null", false),
            ("{exists: false}", "0", false),
        ]);
        holds_at(&[
            ("$.a", "{exists: false}", "{}", true),
            ("$.a", "{exists: true}", "{}", false),
            ("$.a.b", "{exists: false}", "{\"a\": 1}", true),
            ("$..a", "{exists: true}", "[{\"a\": null}]", true),
            ("$..a", "{exists: true}", "[{\"b\": 1}]", false),
            ("$..a", "{exists: false}", "[{\"b\": 1}]", true),
            ("$..a", "{exists: false}", "[{\"a\": 1}]", false),
        ]);
    }
}
