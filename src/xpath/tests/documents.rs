//! Documents: namespaces, hostile XML, careless HTML.

use super::{Document, XPath, finds, xml};

const FEED: &str = r#"<feed xmlns="urn:atom" xmlns:dc="urn:dc"><entry dc:id="1"><dc:creator>Ada</dc:creator></entry>
<x:odd xmlns:x="urn:x" plain="p"/></feed>"#;

#[test]
fn the_prefixes_of_a_document_may_be_used() {
    finds(
        &xml(FEED),
        &[
            ("//dc:creator", "[Ada]"),
            ("//entry", "[]"),
            ("count(//_:entry)", "1"),
            ("//_:entry/@dc:id", "[1]"),
            ("//@dc:*", "[1]"),
            ("count(//_:*)", "2"),
            ("//x:odd/@plain", "[p]"),
            ("//*[local-name()='entry']/dc:creator", "[Ada]"),
        ],
    );
    finds(&xml("<a xml:lang='de'/>"), &[("/a/@xml:lang", "[de]")]);
}

#[test]
fn names_that_are_not_there_are_told_with_the_nearest() {
    let document = xml(FEED);
    let nearest = |text: &str| XPath::compile(text).unwrap().nearest(&document);
    assert_eq!(nearest("//entry").as_deref(), Some("`entry` is in the namespace urn:atom: write `_:entry`"));
    assert_eq!(nearest("//creator").as_deref(), Some("`creator` is in the namespace urn:dc: write `dc:creator`"));
    assert_eq!(
        nearest("//entyr").as_deref(),
        Some("there is no element `entyr`; the nearest that is there is `entry`")
    );
    assert_eq!(nearest("//_:entry/@id"), None);
    let find = |text: &str| XPath::compile(text).unwrap().find(&document).unwrap_err();
    assert_eq!(find("//d:creator"), "the document declares no prefix `d`, but `_`, `dc`, `x`");
    let plain = xml("<a/>");
    let find = |text: &str| XPath::compile(text).unwrap().find(&plain).unwrap_err();
    assert_eq!(find("//d:a[_:b]"), "the document declares no prefix `_`, nor any other");
}

#[test]
fn what_is_no_xml_says_where() {
    let rows = [
        ("<a>\n<b></a>", "expected `b` tag, not `a` at line 2 column 4"),
        ("<a>", "at line 1"),
        ("", "it has no element"),
        ("{\"a\": 1}", "at line 1 column 1"),
        ("<a>&nope;</a>", "at line 1 column 4"),
        ("<p:a/>", "an unknown namespace prefix `p` at line 1 column 2"),
    ];
    for (text, part) in rows {
        let bad = Document::xml(text).unwrap_err().to_string();
        assert!(bad.contains(part), "{text}: {bad}");
    }
}

#[test]
fn entities_expand_within_bounds_and_nothing_is_read_from_elsewhere() {
    finds(&xml("<!DOCTYPE a [<!ENTITY e 'lamp'>]><a>blue &e;&amp;&#33;</a>"), &[("string(/a)", "\"blue lamp&!\"")]);
    let mut laughs = String::from("<!DOCTYPE a [<!ENTITY l0 'ha'>");
    for level in 1..12 {
        let inner = format!("&l{};", level - 1).repeat(20);
        laughs.push_str(&format!("<!ENTITY l{level} '{inner}'>"));
    }
    laughs.push_str("]><a>&l11;</a>");
    let external = "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><a>&e;</a>";
    let own = "<!DOCTYPE a [<!ENTITY e '&e;'>]><a>&e;</a>";
    for text in [laughs.as_str(), external, own] {
        assert!(Document::xml(text).is_err(), "{text}");
    }
}

#[test]
fn an_expression_that_would_not_end_is_given_up() {
    let document = xml(&format!("<a>{}</a>", "<b>x</b>".repeat(300)));
    for text in [
        "//*[//*[//*[//*[//*]]]]",
        "count(//*[count(//*[count(//*[//* = 'y']) = 1]) = 1])",
        "//*[//*/text() != //b]",
        "//node()[preceding::node()[following::node()[preceding::node()[. = 'y']]]]",
    ] {
        let why = XPath::compile(text).unwrap().find_by(&document, 500_000).unwrap_err();
        assert!(why.starts_with("it looks at more than 500000 nodes; "), "{text}: {why}");
    }
    let rows = [("count(//*[//*[. = 'x']])", "301"), ("//a[//b != //b]", "[]"), ("count(//b[preceding::b])", "299")];
    finds(&document, &rows);
}

#[test]
fn a_deep_document_is_read() {
    let depth = 20_000;
    let text = format!("{}x{}", "<a>".repeat(depth), "</a>".repeat(depth));
    finds(&xml(&text), &[("count(//a)", "20000"), ("string(/)", "\"x\"")]);
    let page = Document::html(&format!("{}x", "<div>".repeat(2000)));
    finds(&page, &[("count(//div)", "2000")]);
}

#[test]
fn html_is_read_as_browsers_read_it() {
    let page = Document::html(
        "<!doctype html><TITLE>A &amp; B</title><body class='x y'><p>one<p>two<ul id=l><li><a HREF=/a>first</a><li>second</ul>\
         <table><tr><td>1<td>2</table><script>if (a < b) {}</script><svg><path D='m0'/></svg><br>tail<template><i>t</i></template>\
         <b><i>mis</b>nested</i> text<table>out<tr><td>in</table>",
    );
    finds(
        &page,
        &[
            ("string(//title)", "\"A & B\""),
            ("string(/html/head/TITLE)", "\"A & B\""),
            ("//p", "[one|two]"),
            ("//li/a/@href", "[/a]"),
            ("//li/a/@HREF", "[/a]"),
            ("//ul[@id='l']/li[2]", "[second]"),
            ("id('l')/li[1]/a", "[first]"),
            ("//table[1]/tbody/tr/td", "[1|2|in]".replace("|in", "").as_str()),
            ("string(//script)", "\"if (a < b) {}\""),
            ("count(//svg/path[@d='m0'])", "1"),
            ("//template/i", "[t]"),
            ("count(//body[contains(concat(' ', @class, ' '), ' y ')])", "1"),
            ("//b/i | //body/i", "[mis|nested]"),
            ("//table[2]/preceding-sibling::text()[1]", "[ textout]"),
        ],
    );
    finds(&Document::html("just text"), &[("string(/html/body)", "\"just text\"")]);
    finds(&Document::html(""), &[("count(/html/body)", "1")]);
}
