use std::path::Path;

use crate::source::{Root, Source};
use crate::spec::{Known, Spec};

/// What is reported of a request, each with the text that it is about.
fn told(request: &str) -> Vec<String> {
    let text = format!("requests: [{{name: r, {request}}}]\n");
    let source = Source::inline("a.yaml", text);
    let loaded = Spec::load(&source, &Known::default(), &Root::new(Path::new(".")));
    let problems = loaded.problems.into_iter();
    problems.map(|it| format!("{}: {} | {}", it.code, it.message, it.place.unwrap().text())).collect()
}

fn of_expect(expect: &str) -> Vec<String> {
    told(&format!("get: /, expect: {{{expect}}}"))
}

#[test]
fn what_can_hold_is_not_reported() {
    for expect in [
        "status: {gte: 200, lt: 300}",
        "status: {in: [200, 404]}",
        "status: {any_of: [200, {between: [500, 599]}]}",
        "headers: {a: 42, b: true, c: {in: [1, x]}, d: [x, y], e: {exists: false}, f: {not: {gt: 1}}, g: {length: 3}}",
        "headers: {a: {contains: x, starts_with: y}, b: {each: {equals: 5}}, c: {optional: {equals: 5}}}",
        "body: 42",
        "body: {length: {gt: 2}, not: {equals: {a: 1}}, contains: x}",
        "size: {gt: 5, lt: 7}",
        "size: 0",
        "duration: {lt: 1s, gte: 1ms}",
        "sha256: E3B0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "http_version: {in: ['1.1', '2']}",
        "http_version: '2'",
        "url: https://example.com/x",
        "url: '{{base_url}}/x'",
        "url: {ends_with: /x}",
        "redirects: {length: 2}",
        "redirects: []",
        "redirects: ['{{base_url}}/x']",
        "tls: {version: '1.3', names: {contains: a}, expires_in: {gt: 14d}, not_after: {after: now}, serial: 12ab}",
        "cookies: {a: 5, b: {same_site: lax, secure: true, max_age: {gt: 5}, domain: null}, c: {starts_with: x}}",
        "jsonpath: {$.a: {gt: 5, lte: 6, type: integer}, $.b: {type: [string, 'null'], not: {empty: true}}}",
        "jsonpath: {$.a: {gte: 5, lte: 5}, $.b: {equals: 5.0, type: integer}, $.c: {between: [1, 1]}}",
        "jsonpath: {'$.a[*]': {length: 3, each: {gt: 5}}, '$..b': {exists: false}, '$.c[?@.d]': [], '$.e[*]': {not: 5}}",
        "jsonpath: {'$.a[*]': {any_of: [{empty: true}, {each: {type: string}}]}, '$.b[*]': '{{x}}'}",
        "jsonpath: {$.a: {optional: {gt: 5}, lt: 9}, $.b: {any_of: [{equals: 5}, {type: string}], not: {equals: x}}}",
        "jsonpath: {$.a: {length: '{{x}}', contains: {gt: 5}}, $.b: {equals: '{{x}}', gt: 5}, $.c: {like: {a: 1}}}",
        "json: {a: {$gt: 1, $lt: 3}, b: [1, {$type: string}], c: {$each: {$length: 0}}, d: {$like: {e: 1}}}",
        "values: {'{{x}}': {gt: 5}}",
        "xpath: {count(//a): {gt: 5}, string(//a): 5, number(//b): NaN, //a: [1, x], //b: {each: {equals: 5}, length: 3}, 'count(//a) = 1': true}",
    ] {
        let found: Vec<_> = of_expect(expect).into_iter().filter(|it| !it.starts_with("undefined-variable")).collect();
        assert_eq!(found, [""; 0], "{expect}");
    }
}

/// An `expect`, and what is said of it.
type Row = (&'static str, &'static str);

const MISPLACED: &[Row] = &[
    ("status: {gt: 600}", "a status is a number from 100 to 599, so that `gt` can never hold | gt"),
    ("status: {contains: 2}", "a status is a number from 100 to 599, so that `contains` can never hold | contains"),
    ("status: {equals: '200'}", "a status is a number from 100 to 599, so that `equals` can never hold | equals"),
    ("status: {gte: 300, lt: 300}", "`lt` can never hold beside `gte` | lt"),
    ("headers: {a: {gt: 5}}", "a header is text, or a list where it is repeated, so that `gt` can never hold | gt"),
    ("headers: {a: {each: {gt: 5}}}", "each element is text, so that `gt` can never hold | gt"),
    (
        "headers: {a: {type: integer}}",
        "a header is text, or a list where it is repeated, so that `type` can never hold | type",
    ),
    ("body: {gt: 5}", "the body is text, so that `gt` can never hold | gt"),
    ("body: [1]", "the body is text, which never equals `[1]` | [1]"),
    ("body: {exists: false}", "the body is text, so that `exists` can never hold | exists"),
    ("size: '12'", "a size is a whole number of bytes, which never equals `'12'` | '12'"),
    ("size: 1.5", "a size is a whole number of bytes, which never equals `1.5` | 1.5"),
    ("size: {lt: 0}", "a size is a whole number of bytes, so that `lt` can never hold | lt"),
    ("sha256: abc", "a SHA-256 has 64 hexadecimal digits | abc"),
    ("http_version: 2", "the version of HTTP is text, which never equals `2` | 2"),
    ("http_version: '2.0'", "the version of HTTP is never `2.0` | '2.0'"),
    ("http_version: {equals: HTTP/2}", "the version of HTTP is never `HTTP/2` | {equals: HTTP/2}"),
    ("url: /items", "the URL of an answer is absolute, so it is never `/items` | /items"),
    ("redirects: 2", "`redirects` is the list of URLs that were followed, which never equals `2` | 2"),
    ("redirects: [/a]", "the URLs of redirects are absolute, so it is never `/a` | [/a]"),
    ("tls: {version: 1.3}", "the version of TLS is text, which never equals `1.3` | 1.3"),
    ("tls: {version: TLSv1.3}", "the version of TLS is never `TLSv1.3` | TLSv1.3"),
    ("tls: {names: a}", "`names` is a list, which never equals `a` | a"),
    ("cookies: {a: {secure: yes}}", "this attribute is `true` or `false`, which never equals `yes` | yes"),
    ("cookies: {a: {max_age: '5'}}", "`max_age` is a number of seconds, which never equals `'5'` | '5'"),
    ("cookies: {a: {same_site: lex}}", "a cookie's `same_site` is never `lex` | lex"),
    ("cookies: {a: {secure: null}}", "a cookie is never without `secure` | null"),
    ("cookies: {a: {gt: 5}}", "the value of a cookie is text, so that `gt` can never hold | gt"),
    ("jsonpath: {'$.a[*].id': 5}", "this path finds a list, whatever its length, which never equals `5` | 5"),
    ("jsonpath: {'$..a': {gt: 5}}", "this path finds a list, whatever its length, so that `gt` can never hold | gt"),
];

const BESIDE: &[Row] = &[
    ("jsonpath: {$.a: {gt: 5, lt: 3}}", "`lt` can never hold beside `gt` | lt"),
    ("jsonpath: {$.a: {gt: 5, lte: 5}}", "`lte` can never hold beside `gt` | lte"),
    ("jsonpath: {$.a: {type: string, equals: 5}}", "`equals` can never hold beside `type` | equals"),
    ("jsonpath: {$.a: {type: integer, equals: 1.5}}", "`equals` can never hold beside `type` | equals"),
    ("jsonpath: {$.a: {exists: false, equals: 3}}", "`equals` can never hold beside `exists` | equals"),
    ("jsonpath: {$.a: {in: [1, 2], starts_with: x}}", "`starts_with` can never hold beside `in` | starts_with"),
    ("jsonpath: {$.a: {length: -1}}", "a length is a whole number, 0 or more, which never equals `-1` | -1"),
    ("jsonpath: {$.a: {length: three}}", "a length is a whole number, 0 or more, which never equals `three` | three"),
    ("jsonpath: {$.a: {any_of: [{gt: 5, lt: 3}, 7]}}", "`lt` can never hold beside `gt` | lt"),
    ("jsonpath: {$.a: {all_of: [1, {gt: 1}]}}", "`{gt: 1}` can never hold beside `1` | {gt: 1}"),
    ("jsonpath: {$.a: {all_of: [{gt: 5}, {lt: 9}], type: string}}", "`type` can never hold beside `all_of` | type"),
    ("json: {a: {$type: string, $gt: 5}}", "`$gt` can never hold beside `$type` | $gt"),
    ("json: {a: [{$length: -1}]}", "a length is a whole number, 0 or more, which never equals `-1` | -1"),
    ("xpath: {count(//a): [5]}", "this is a number, which never equals `[5]` | [5]"),
    ("xpath: {string(//a): {gt: 5}}", "this is text, so that `gt` can never hold | gt"),
    ("xpath: {//a: {gt: 5}}", "a path finds a list of texts, whatever its length, so that `gt` can never hold | gt"),
    ("values: {'{{run.id}}': {gt: 5, lt: 3}}", "`lt` can never hold beside `gt` | lt"),
];

#[test]
fn what_no_answer_can_meet_is_told_at_the_matcher_or_value() {
    for (expect, problem) in MISPLACED.iter().chain(BESIDE) {
        assert_eq!(of_expect(expect), [format!("never-holds: {problem}")], "{expect}");
    }
}

#[test]
fn an_answer_without_a_body_is_not_looked_into() {
    for (request, problems) in [
        ("head: /, expect: {headers: {a: b}, size: 0, body: ''}", vec![]),
        (
            "delete: /, expect: {status: 204, headers: {a: b}}, capture: {a: {header: b}, c: {jsonpath: $.c, default: 1}}",
            vec![],
        ),
        ("get: /, expect: {status: [200, 204], json: {a: 1}}", vec![]),
        ("get: /, expect: {status: 2xx, json: {a: 1}}", vec![]),
        (
            "head: /, expect: {json: {a: 1}}",
            vec!["an answer to `HEAD` has no body, so that `json` can never hold | {a: 1}"],
        ),
        (
            "get: /, expect: {status: 304, jsonpath: {$.a: {exists: false}}, xpath: {count(//a): 1}, schema: {type: object}, size: 5}",
            vec![
                "an answer of this status has no body, so that `jsonpath` can never hold | $.a",
                "an answer of this status has no body, so that `xpath` can never hold | count(//a)",
                "an answer of this status has no body, so that `schema` can never hold | {type: object}",
                "an answer without a body has 0 bytes, which never equals `5` | 5",
            ],
        ),
        (
            "delete: /, expect: {status: 204}, capture: {a: $.a, b: {regex: x}}",
            vec![
                "an answer of this status has no body, so that there is no `a` to capture | a",
                "an answer of this status has no body, so that there is no `b` to capture | b",
            ],
        ),
        (
            "get: /, expect: {json: {a: 1}}, as: {none: {status: 204}}",
            vec!["an answer of this status has no body, so that `json` can never hold | {a: 1}"],
        ),
    ] {
        let expected: Vec<_> = problems.iter().map(|problem| format!("never-holds: {problem}")).collect();
        assert_eq!(told(request), expected, "{request}");
    }
}
