//! `jsonpath`: a singular path yields its value, any other the list of what it finds.

use std::borrow::Cow;

use crate::expect::{
    answer::Answer,
    found::{Absence, At, Found},
    json,
    matcher::{Judge, unusable},
};
use crate::json_path::JsonPath;
use crate::spec::{Path, Unrendered, expect::PathCheck};
use crate::template::Scope;

/// Checks what a path finds.
pub(super) fn check(check: &PathCheck, answer: &Answer<'_>, judge: &mut Judge<'_>) -> Result<(), Unrendered> {
    let path = resolve(&check.path, judge.scope)?;
    let Some(document) = json::body(answer, (path.text(), &check.place), &check.value, judge) else { return Ok(()) };
    let nodes = path.find(document);
    let found = match nodes.first() {
        _ if !path.is_singular() => Found::Many(&nodes, document),
        Some(node) => Found::One(node),
        None => Found::Nothing(Absence::Path(&path, document)),
    };
    judge.pattern(&check.value, At::root("", path.text(), found))?;
    Ok(())
}

/// The path once its template is rendered.
///
/// # Errors
/// A template that cannot be rendered, or that yields no path.
pub(super) fn resolve<'p>(path: &'p Path, scope: &Scope<'_>) -> Result<Cow<'p, JsonPath>, Unrendered> {
    match path {
        Path::Fixed(path) => Ok(Cow::Borrowed(path)),
        Path::Templated(text) => {
            let rendered = text.render(scope)?;
            let compiled = JsonPath::compile(&rendered);
            let bad = |why: String| unusable(format!("`{rendered}` is not a JSONPath: {why}"), text.place());
            compiled.map(Cow::Owned).map_err(|it| bad(it.message))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use crate::expect::tests::{Reply, all_at, checked, holds_at, messages};

    #[test]
    fn a_value_never_turns_from_scalar_into_list() {
        holds_at(&[
            ("$.a", "5", "{\"a\": 5}", true),
            ("$.a", "[5]", "{\"a\": [5]}", true),
            ("$.a[0]", "5", "{\"a\": [5]}", true),
            ("$.a[*]", "[5]", "{\"a\": [5]}", true),
            ("$.a[*]", "[]", "{\"a\": []}", true),
            ("$.a[*]", "{length: 2}", "{\"a\": [5, 6]}", true),
            ("$.a[*]", "{type: array}", "{}", true),
            ("$..b", "{contains: 1}", "{\"a\": {\"b\": 1}}", true),
            ("$['{{word}}']", "5", "{\"blue\": 5}", true),
            ("$.a", "null", "{\"a\": null}", true),
            ("$.items", "{each: {like: {id: {$type: integer}}}}", "{\"items\": [{\"id\": 1, \"x\": 2}]}", true),
            ("$.a[*]", "5", "{\"a\": [5]}", false),
            ("$.a", "null", "{}", false),
            ("$.a", "5", "{\"a\": [5]}", false),
            ("$.a[*]", "[5]", "{\"a\": [5, 6]}", false),
            ("$.a[*]", "{each: 5}", "{\"a\": []}", false),
            ("$..b", "{empty: true}", "{\"a\": {\"b\": 1}}", false),
            ("$.a", "{equals: {x: 1}}", "{\"a\": {\"x\": 1, \"y\": 2}}", false),
        ]);
        assert!(checked("jsonpath: {\"$.{{map}}\": 1}", &Reply::body("{}")).is_err());
        assert!(checked("jsonpath: {\"$[{{word}}\": 1}", &Reply::body("{}")).is_err());
    }

    #[test]
    fn what_a_path_found_is_told_where_it_stands() {
        let found =
            all_at("$..price", "{each: {gt: 0}}", "{\"items\": [{\"price\": 1}, {\"odd name\": {\"price\": 0}}]}");
        assert_eq!(found[0].message, "$.items[1]['odd name'].price: expected greater than `0`, found `0`");
        assert_eq!(found[0].place.text(), "0");
    }

    #[test]
    fn a_path_that_finds_nothing_is_told_with_the_nearest() {
        let found = checked("jsonpath: {$.pirce: 1}", &Reply::body("{\"price\": 1}")).unwrap();
        assert_eq!(found[0].message, "nothing at `$.pirce`, expected `1`");
        assert_eq!(found[0].actual, "nothing");
        assert!(found[0].help.as_deref().unwrap().contains("$.price"), "{found:?}");
    }

    #[test]
    fn checks_are_told_in_the_order_they_were_written() {
        let expect = "{jsonpath: {$.b: 1}, size: 0, json: {c: 1}, headers: {x: a}, status: 201}";
        let paths: Vec<_> = checked(expect, &Reply::body("{}")).unwrap().into_iter().map(|it| it.path).collect();
        assert_eq!(paths, ["status", "$.b", "size", "$.c", "header x"]);
        let expect = "{status: any, jsonpath: {$.b: {type: integer, gt: 0}}}";
        assert_eq!(messages(expect, &Reply::body("{}")), ["nothing at `$.b`, expected type integer"]);
    }

    #[test]
    fn a_thousand_checks_of_a_large_body_read_it_once() {
        let items: Vec<_> = (0..1000).map(|n| format!("{{\"id\": {n}, \"text\": \"{}\"}}", "x".repeat(1000))).collect();
        let reply = Reply::body(format!("[{}]", items.join(",")));
        let checks: Vec<_> = (0..1000).map(|n| format!("\"$[{n}].id\": {n}")).collect();
        let spec = format!("jsonpath: {{{}}}", checks.join(", "));
        let loaded = crate::expect::tests::Loaded::new(&spec);
        let began = Instant::now();
        assert_eq!(loaded.check(&reply).unwrap().len(), 0);
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    }
}
