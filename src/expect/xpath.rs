//! `xpath`: a node set is the list of its texts, a function of one node its text, its number or nothing.

use std::borrow::Cow;

use crate::expect::{
    answer::Answer,
    describe,
    found::{Absence, At, Found},
    matcher::{Judge, Likeness, Told, unusable},
    show::Shown,
};
use crate::json::Json;
use crate::spec::{
    Unrendered,
    matcher::Form,
    xpath::{XPathCheck, XPathText},
};
use crate::template::Scope;
use crate::xpath;
use crate::xpath::XPath;

/// Checks what an XPath finds.
pub(super) fn check(check: &XPathCheck, answer: &Answer<'_>, judge: &mut Judge<'_>) -> Result<(), Unrendered> {
    let path = resolve(&check.path, judge.scope)?;
    judge.likeness = Likeness::Markup;
    match found(&path, answer) {
        Ok(Some(value)) => {
            judge.pattern(&check.value, At::root("xpath", path.text(), Found::One(&value)))?;
            let wants_one =
                matches!(&check.value.form, Form::Equals(it) if it.render(judge.scope)?.as_array().is_none());
            if let Some(help) = cure(&value, wants_one, &path, answer) {
                judge.explain(&help);
            }
        }
        Ok(None) => {
            let near = nearest(&path, answer);
            let absence = near.as_deref().map_or(Absence::Plain, Absence::Because);
            judge.pattern(&check.value, At::root("xpath", path.text(), Found::Nothing(absence)))?;
        }
        Err(why) => {
            let scope = judge.scope;
            judge.report(&check.place, At::root("xpath", path.text(), Found::One(&Json::Null)), || Told {
                message: Some(format!("xpath {}: {why}", path.text())),
                ..Told::new(describe::pattern(&check.value, scope), Shown::words("no such document"))
            });
        }
    }
    Ok(())
}

/// The XPath once its template is rendered.
///
/// # Errors
/// A template that cannot be rendered, or that yields no XPath.
pub(super) fn resolve<'p>(path: &'p XPathText, scope: &Scope<'_>) -> Result<Cow<'p, XPath>, Unrendered> {
    match path {
        XPathText::Fixed(path) => Ok(Cow::Borrowed(path)),
        XPathText::Templated(text) => {
            let rendered = text.render(scope)?;
            let bad = |why: String| unusable(format!("`{rendered}` is not an XPath: {why}"), text.place());
            XPath::compile(&rendered).map(Cow::Owned).map_err(|it| bad(it.message))
        }
    }
}

/// What an XPath finds as a value; none where a function of one node has none.
///
/// # Errors
/// The body is no XML, or does not declare a prefix; in words.
pub(super) fn found(path: &XPath, answer: &Answer<'_>) -> Result<Option<Json<'static>>, String> {
    let document = answer.read_document()?;
    Ok(match path.find(document)? {
        xpath::Found::Nodes(texts) => Some(Json::Array(texts.into_iter().map(Json::from).collect())),
        xpath::Found::Text(text) => Some(Json::from(text)),
        xpath::Found::Number(number) => Some(of_number(number)),
        xpath::Found::Boolean(value) => Some(Json::from(value)),
        xpath::Found::Nothing => None,
    })
}

/// What is there and may be meant.
pub(super) fn nearest(path: &XPath, answer: &Answer<'_>) -> Option<String> {
    path.nearest(answer.read_document().ok()?)
}

/// A whole number without its point; what is no number (`NaN`, `Infinity`) by its name.
#[expect(clippy::cast_possible_truncation, reason = "whole numbers up to 2^53 lose nothing")]
fn of_number(number: f64) -> Json<'static> {
    match number {
        whole if whole.fract() == 0.0 && whole.abs() < 9e15 => Json::from(whole as i64),
        other if other.is_finite() => Json::from(other),
        other if other.is_nan() => Json::from("NaN"),
        other => Json::from(if other > 0.0 { "Infinity" } else { "-Infinity" }),
    }
}

/// What to do about an empty node set, or about one that was taken for a single value.
fn cure(value: &Json<'_>, wants_one: bool, path: &XPath, answer: &Answer<'_>) -> Option<String> {
    let nodes = value.as_array()?;
    if nodes.is_empty() {
        return nearest(path, answer);
    }
    wants_one.then(|| format!("a node set is a list of texts; `string({})` is the first alone", path.text()))
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{Reply, checked, messages};

    const ITEMS: &str = "<items total='2'>\n<item id='1'>lamp</item><item id='2'>42</item></items>";

    fn xml() -> Reply {
        Reply::body(ITEMS).header("content-type", "application/xml")
    }

    #[test]
    fn node_sets_are_lists_and_functions_are_scalars() {
        let rows = [
            ("{//item: [lamp, 42]}", true),
            ("{//item: [lamp, \"42\"]}", true),
            ("{//item/@id: {length: 2, contains: \"1\"}}", true),
            ("{//item: {each: {type: string}}}", true),
            ("{//missing: []}", true),
            ("{//missing: {empty: true}}", true),
            ("{\"string(//item)\": lamp}", true),
            ("{\"string(//item[2])\": 42}", true),
            ("{\"number(//item[2])\": {gt: 41}}", true),
            ("{\"number(//item[1])\": NaN}", true),
            ("{\"count(//item)\": 2}", true),
            ("{\"count(//item) div 4\": 0.5}", true),
            ("{\"//item = 'lamp'\": true}", true),
            ("{\"string(//missing)\": {exists: false}}", true),
            ("{\"//item[@id='{{five}}']\": []}", true),
            ("{//item: [lamp]}", false),
            ("{//item: [42, lamp]}", false),
            ("{//item: {contains: desk}}", false),
            ("{//item: {gt: 1}}", false),
            ("{\"string(//item[2])\": {gt: 41}}", false),
            ("{\"count(//item)\": \"2\"}", false),
            ("{\"string(//missing)\": \"\"}", false),
            ("{\"string(//missing)\": {not: x}}", false),
            ("{//missing: {each: x}}", false),
        ];
        for (expect, holds) in rows {
            let found = checked(&format!("xpath: {expect}"), &xml()).unwrap();
            assert_eq!(found.is_empty(), holds, "{expect} {found:?}");
        }
        assert!(checked("xpath: {\"//item[{{word}}\": []}", &xml()).is_err());
    }

    #[test]
    fn a_failure_says_what_was_found_and_what_may_be_meant() {
        let told = |expect: &str| {
            let found = checked(&format!("xpath: {expect}"), &xml()).unwrap().remove(0);
            (found.message, found.help.unwrap_or_default())
        };
        assert_eq!(
            told("{//item: [lamp, desk]}"),
            ("xpath (//item)[2]: expected `\"desk\"`, found `\"42\"`".to_owned(), String::new())
        );
        assert_eq!(
            told("{//item: \"{{word}}\"}"),
            (
                "xpath //item: expected `\"blue\"`, found `[\"lamp\",\"42\"]`".to_owned(),
                "a node set is a list of texts; `string(//item)` is the first alone".to_owned()
            )
        );
        let near = "there is no element `itm`; the nearest that is there is `item`";
        assert_eq!(
            told("{\"string(//itm)\": lamp}"),
            ("nothing at `xpath string(//itm)`, expected `\"lamp\"`".to_owned(), near.to_owned())
        );
        assert_eq!(told("{//itm: [lamp]}").1, near);
        let (message, help) = told("{\"string(//item[2])\": {gt: 41}}");
        assert_eq!(message, "xpath string(//item[2]): expected a number to compare with, found string `\"42\"`");
        assert!(help.contains("`number(…)`"), "{help}");
        assert_eq!(told("{//x:item: []}").0, "xpath //x:item: the document declares no prefix `x`, nor any other");
    }

    #[test]
    fn what_is_no_xml_says_where_and_html_is_read_by_its_type_or_its_beginning() {
        let told = |body: &str, kind: &str| {
            messages("xpath: {\"string(//p)\": one}", &Reply::body(body).header("content-type", kind))
        };
        assert!(told("<p>one<p>two", "text/html; charset=utf-8").is_empty());
        assert!(told(" <!DOCTYPE html><p>one<p>two", "text/plain").is_empty());
        assert!(told("<HTML><p>one", "").is_empty());
        assert!(told("<a><p>one</p></a>", "text/plain").is_empty());
        assert_eq!(
            told("<a>\n<p>one</a>", "application/xml"),
            [
                "xpath string(//p): the body is not XML: expected `p` tag, not `a` at line 2 column 7; it begins with `<a>`, its content type is `application/xml`"
            ]
        );
        assert_eq!(told("", "text/xml"), ["xpath string(//p): the body is empty, not XML"]);
    }

    #[test]
    fn xml_names_its_own_encoding() {
        let body = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><p>gr\xfcn</p>".to_vec();
        let reply = |kind: &str| Reply::body(body.clone()).header("content-type", kind);
        assert!(messages("xpath: {string(/p): grün}", &reply("application/xml")).is_empty());
        let told = messages("xpath: {string(/p): grün}", &reply("application/xml; charset=utf-8"));
        assert!(told[0].contains("not valid UTF-8"), "{told:?}");
    }
}
