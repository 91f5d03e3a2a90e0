//! What is said of texts that are no XPath, and where it is wrong.

use super::{Kind, XPath};

#[test]
fn a_text_that_is_none_says_where_and_why() {
    let rows = [
        ("", 0, "expected a name, `*`, `@` or `.`, found the end", None),
        ("//", 2, "expected a name, `*`, `@` or `.`, found the end", None),
        ("//item[", 7, "expected a name, `*`, `@` or `.`, found the end", None),
        ("//item[1", 8, "expected `]`, found the end", None),
        ("//item]", 6, "expected the end, found `]`", None),
        ("//item[@id='1]", 11, "the text in quotes is not closed", None),
        ("count(//a", 9, "expected `)`, found the end", None),
        ("cuont(//a)", 0, "there is no function `cuont`", Some("did you mean `count`?")),
        ("count('a')", 6, "the argument of `count` must be a node set, found text", None),
        ("count()", 0, "`count` takes 1 argument, found 0", None),
        ("concat('a')", 0, "`concat` takes 2 or more arguments, found 1", None),
        ("substring('a')", 0, "`substring` takes 2 to 3 arguments, found 1", None),
        ("not(1, 2)", 0, "`not` takes 1 argument, found 2", None),
        ("'a'/b", 0, "what stands before `/` must be a node set, found text", None),
        ("//a | 1", 6, "a side of `|` must be a node set, found a number", None),
        ("(1)[1]", 0, "what stands before `[` must be a node set, found a number", None),
        ("//a/chld::b", 4, "there is no axis `chld`", Some("did you mean `child`?")),
        ("//a/namespace::b", 4, "there is no axis `namespace`", Some("ask for `namespace-uri()` of an element")),
        ("//a/string()", 4, "`string()` cannot be a step of a path", Some("write `string(path)` around the path")),
        (
            "//a[ends-with(., 'x')]",
            4,
            "`ends-with` is not a function of XPath 1.0",
            Some("use the matcher `ends_with` on the text"),
        ),
        (
            "//a[@id=$id]",
            8,
            "an XPath has no variables here",
            Some("write a template, for example `//item[@id='{{id}}']`"),
        ),
        ("//p:", 2, "expected a name or `*` behind `p:`", None),
        ("a b", 2, "expected the end, found `b`", None),
        ("grün[ü", 8, "expected `]`, found the end", None),
    ];
    for (text, offset, message, help) in rows {
        let bad = XPath::compile(text).expect_err(text);
        assert_eq!((bad.offset, bad.message.as_str(), bad.help.as_deref()), (offset, message, help), "{text}");
    }
}

#[test]
fn what_would_nest_without_bound_is_refused() {
    for text in ["(".repeat(60), format!("{}1", "1+".repeat(300)), "a".repeat(20_000), format!("a{}", "[a".repeat(60))]
    {
        let bad = XPath::compile(&text).unwrap_err();
        assert!(bad.message.contains("than") || bad.message.contains("at most"), "{}", bad.message);
    }
    assert!(XPath::compile(&format!("{}1", "-".repeat(5000))).is_ok());
}

#[test]
fn the_type_of_what_is_found_is_known_before_it_is() {
    let rows = [
        ("//a", Kind::Nodes),
        ("//a | //b", Kind::Nodes),
        ("(//a)[1]", Kind::Nodes),
        ("id('a')/b", Kind::Nodes),
        ("string(//a)", Kind::Text),
        ("'a'", Kind::Text),
        ("count(//a)", Kind::Number),
        ("-1", Kind::Number),
        ("1 + 1", Kind::Number),
        ("//a = 1", Kind::Boolean),
        ("1 or 2", Kind::Boolean),
        ("not(//a)", Kind::Boolean),
    ];
    for (text, kind) in rows {
        assert_eq!(XPath::compile(text).unwrap().kind(), kind, "{text}");
    }
}
