//! `schema`: each way in which a value breaks it is a mismatch.

use crate::expect::{
    found::At,
    matcher::{Judge, Told, Verdict, place_of},
    show::Shown,
};
use crate::json::Json;
use crate::json_path::JsonPath;
use crate::json_schema::{Schema, SchemaFault};
use crate::spec::matcher::Matcher;

/// How many faults are told before the rest is counted.
const MOST: usize = 20;

impl Judge<'_> {
    pub(super) fn schema(&mut self, matcher: &Matcher, schema: &Schema, at: At<'_>) -> Verdict {
        let Some(value) = at.whole() else { return self.void(matcher, at, "a value") };
        let faults = schema.check(&value);
        for fault in faults.iter().take(MOST) {
            let path = format!("{}{}", at.spot, fault.path.strip_prefix('$').unwrap_or(&fault.path));
            let there = At::root("", &path, at.found);
            self.report(place_of(matcher), there, || told(fault, &path, &value));
        }
        if faults.len() > MOST {
            let more = format!("and {} more faults", faults.len() - MOST);
            self.report(place_of(matcher), at, || Told {
                message: Some(format!("{}: {more}", at.spot)),
                ..Told::new(Shown::words("what the schema allows"), Shown::words(more.clone()))
            });
        }
        Verdict::of(faults.is_empty())
    }
}

fn told(fault: &SchemaFault, path: &str, value: &Json<'_>) -> Told {
    let found =
        JsonPath::compile(&fault.path).ok().and_then(|path| path.find(value).first().map(|it| Shown::value(it)));
    Told {
        message: Some(format!("{path}: {}", fault.message)),
        ..Told::new(Shown::words("what the schema allows"), found.unwrap_or_else(|| Shown::words("something else")))
    }
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{all, holds};

    #[test]
    fn a_value_keeps_to_its_schema() {
        holds(&[
            ("{schema: {type: integer}}", "1", true),
            ("{schema: {type: integer}}", "1.0", true),
            ("{schema: {type: integer}}", "\"1\"", false),
            ("{schema: {required: [a]}}", "{\"a\": 1}", true),
            ("{schema: {required: [a]}}", "{}", false),
            ("{schema: true}", "null", true),
            ("{schema: false}", "null", false),
            ("{schema: {format: date}}", "\"2026-01-31\"", true),
            ("{schema: {format: date}}", "\"soon\"", false),
            ("{schema: {items: {minimum: 1}}}", "[1, 2]", true),
            ("{schema: {items: {minimum: 1}}}", "[1, 0]", false),
            ("{not: {schema: {type: integer}}}", "\"1\"", true),
        ]);
    }

    #[test]
    fn each_fault_has_its_own_path() {
        let found = all("{schema: {items: {properties: {price: {minimum: 1}}}}}", "[{\"price\": 0}, {\"price\": -1}]");
        let paths: Vec<_> = found.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(paths, ["$.a[0].price", "$.a[1].price"]);
        assert_eq!(found[1].actual, "-1");
        let many = format!("[{}]", vec!["0"; 30].join(","));
        let found = all("{schema: {items: {minimum: 1}}}", &many);
        assert_eq!(found.len(), 21);
        assert_eq!(found[20].message, "$.a: and 10 more faults");
    }
}
