//! The compliance suite of RFC 9535: every path finds what the suite says, and what it calls invalid is refused.

use std::borrow::Cow;

use crate::json::Json;
use crate::json_path::JsonPath;

const SUITE: &str = include_str!("../../../fixtures/jsonpath/cts.json");

#[test]
fn the_compliance_suite_passes_whole() {
    let suite = Json::parse(SUITE).unwrap();
    let Some(Json::Array(cases)) = suite.get("tests") else { panic!("the suite has a list of tests") };
    assert_eq!(cases.len(), 703);
    let wrong: Vec<_> = cases.iter().filter_map(fault).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// What is wrong with our answer to a case of the suite.
fn fault(case: &Json<'_>) -> Option<String> {
    let text = |name| match case.get(name) {
        Some(Json::String(text)) => Cow::as_ref(text),
        other => panic!("`{name}` is text: {other:?}"),
    };
    let (name, selector) = (text("name"), text("selector"));
    let invalid = case.get("invalid_selector").is_some();
    let path = match JsonPath::compile(selector) {
        Ok(_) if invalid => return Some(format!("{name}: {selector:?} is taken")),
        Err(bad) if invalid => return (bad.offset > selector.len()).then(|| format!("{name}: byte {}", bad.offset)),
        Err(bad) => return Some(format!("{name}: {selector:?} is refused: {}", bad.message)),
        Ok(path) => path,
    };
    let document = case.get("document").expect("a valid selector has a document");
    let found = Json::Array(path.find(document).into_iter().cloned().collect());
    let right = match (case.get("result"), case.get("results")) {
        (Some(result), _) => found == *result,
        (None, Some(Json::Array(results))) => results.contains(&found),
        _ => panic!("{name} has a result"),
    };
    (!right).then(|| format!("{name}: {selector:?} finds {}", found.to_text()))
}
