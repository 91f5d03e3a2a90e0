//! `values`: rendered templates, for what no other key reaches.

use crate::expect::{
    found::{At, Found},
    matcher::Judge,
    show::cut,
};
use crate::spec::{Unrendered, expect::ValueCheck};

/// Checks one rendered value.
pub(super) fn check(check: &ValueCheck, judge: &mut Judge<'_>) -> Result<(), Unrendered> {
    let value = check.value.value(judge.scope)?;
    let name = cut(check.value.source(), 80);
    judge.pattern(&check.expected, At::root("value", &name, Found::One(&value)))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{Reply, checked, messages};

    #[test]
    fn a_rendered_value_keeps_its_type() {
        let rows = [
            ("\"{{five}}\": 5", true),
            ("\"{{five}}\": {gte: 5}", true),
            ("\"{{word}}\": {length: 4}", true),
            ("\"{{map}}\": {equals: {x: 1}}", true),
            ("\"a {{five}}\": a 5", true),
            ("\"{{five}}\": \"5\"", false),
            ("\"{{five}}\": {gt: 5}", false),
            ("\"{{map}}\": {equals: {x: 2}}", false),
        ];
        for (value, holds) in rows {
            let found = checked(&format!("values: {{{value}}}"), &Reply::status(200)).unwrap();
            assert_eq!(found.is_empty(), holds, "{value} {found:?}");
        }
        let told = messages("values: {\"{{five}}\": \"5\"}", &Reply::status(200));
        assert_eq!(told, ["value {{five}}: expected `\"5\"` (string), found `5` (integer)"]);
        assert!(checked("values: {\"{{nobody}}\": 5}", &Reply::status(200)).is_err());
    }

    #[test]
    fn a_value_that_cannot_be_rendered_does_not_hide_a_wrong_answer() {
        let told = messages("{values: {\"{{nobody}}\": 5, \"{{five}}\": 6}, status: 200}", &Reply::status(404));
        let expected = [
            "status: expected `200`, found `404`",
            "value {{five}}: expected `6`, found `5`",
            "this could not be checked: the variable `nobody` is not defined",
        ];
        assert_eq!(told, expected);
    }
}
