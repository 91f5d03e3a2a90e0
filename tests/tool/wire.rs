//! What is written of a request and what of it goes over the wire: bodies and their types, names with templates, values that repeat, `null`.

use crate::connection::servers::{Seen, Server};
use crate::support::Workspace;

/// What `vars` say in every spec here.
const VARS: &str =
    "vars: { word: blue, id: 7, none: null, list: [1, { a: b }], name: Own, price: 1.10, text: 'ä b' }\n";

/// What was sent for requests with these keys, in their order; `more` stands at the top of the spec.
fn sent(more: &str, requests: &[&str]) -> Vec<String> {
    let server = Server::plain(|_| (200, "{}".to_owned()));
    let mut spec = format!("{VARS}{more}requests:\n");
    for (number, keys) in requests.iter().enumerate() {
        spec += &format!("  - {{ name: r{number}, {keys} }}\n");
    }
    let project = format!("base_url: http://127.0.0.1:{}\n", server.port());
    let workspace = Workspace::new(&project)
        .spec("it.yaml", &spec)
        .file("specs/data/a.csv", "a,{{b}}\n")
        .file("specs/data/a.json", "{ \"a\": {{no template}} }")
        .bytes("specs/data/odd.QQ", b"\0\x01")
        .file("specs/data/plain", "x")
        .file("specs/q.graphql", "{ items { {{id}} } }\n");
    workspace.hallpass(&["run"]).ends_with(0).says(&format!("{} passed", requests.len()));
    server.seen().into_iter().map(|Seen { text, .. }| text).collect()
}

/// Head lines and body of a request.
fn split(request: &str) -> (Vec<&str>, &str) {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    (head.split("\r\n").collect(), body)
}

/// The values of a header, whatever its case, in order.
fn values<'r>(request: &'r str, name: &str) -> Vec<&'r str> {
    let pairs = split(request).0.into_iter().skip(1).filter_map(|line| line.split_once(": "));
    pairs.filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
}

#[test]
fn every_kind_of_body_is_sent_as_its_type_says() {
    let rows = [
        (
            "json: { a: 1.10, b: [true, null, '{{word}} x'], c: '{{id}}', d: 12345678901234567890123 }",
            "application/json",
            r#"{"a":1.10,"b":[true,null,"blue x"],"c":7,"d":12345678901234567890123}"#,
        ),
        ("json: null", "application/json", "null"),
        ("json: []", "application/json", "[]"),
        ("json: plain", "application/json", r#""plain""#),
        ("json: '{{list}}'", "application/json", r#"[1,{"a":"b"}]"#),
        (
            "form: { a: '{{text}}&=+', tag: [x, 2], price: '{{price}}', t: true, gone: null, none: '{{none}}', '': e }",
            "application/x-www-form-urlencoded",
            "a=%C3%A4+b%26%3D%2B&tag=x&tag=2&price=1.10&t=true&=e",
        ),
        ("text: '{{text}}, {{id}}'", "text/plain; charset=utf-8", "ä b, 7"),
        ("text: ''", "text/plain; charset=utf-8", ""),
        ("xml: '<a b=\"{{id}}\"/>'", "application/xml", "<a b=\"7\"/>"),
        ("base64: ' aGVs bG8= '", "application/octet-stream", "hello"),
        ("base64: '{{base64 word}}'", "application/octet-stream", "blue"),
        ("file: data/a.csv", "text/csv; charset=utf-8", "a,{{b}}\n"),
        ("file: 'data/{{pick \"a\"}}.json'", "application/json", "{ \"a\": {{no template}} }"),
        ("file: data/odd.QQ", "application/octet-stream", "\0\u{1}"),
        ("file: ../specs/data/plain", "application/octet-stream", "x"),
        (
            "graphql: { query: { file: q.graphql }, variables: { id: '{{id}}' } }",
            "application/json",
            r#"{"query":"{ items { {{id}} } }\n","variables":{"id":7}}"#,
        ),
    ];
    let keys: Vec<_> = rows.iter().map(|(keys, ..)| format!("post: /x, {keys}")).collect();
    let seen = sent("", &keys.iter().map(String::as_str).collect::<Vec<_>>());
    for ((keys, content_type, body), request) in rows.iter().zip(&seen) {
        assert_eq!((values(request, "content-type"), split(request).1), (vec![*content_type], *body), "{keys}");
        assert_eq!(values(request, "content-length"), [body.len().to_string()], "{keys}");
    }
}

#[test]
fn a_written_type_takes_the_place_of_that_of_the_body_and_null_takes_it_away() {
    let bodies = [
        "json: {a: 1}",
        "form: {a: 1}",
        "multipart: {a: 1}",
        "text: a",
        "xml: <a/>",
        "base64: YQ==",
        "file: data/a.csv",
    ];
    let bodies = bodies.into_iter().chain(["graphql: {query: '{a}'}"]);
    let keys: Vec<_> = bodies
        .flat_map(|body| {
            let with = |headers: &str| format!("post: /x, headers: {{ {headers} }}, {body}");
            [with("content-TYPE: a/b; c=d"), with("Content-Type: null"), with("Content-Type: '{{none}}'")]
        })
        .collect();
    let seen = sent("", &keys.iter().map(String::as_str).collect::<Vec<_>>());
    for (keys, request) in keys.iter().zip(&seen) {
        let expected: &[&str] = if keys.contains("a/b") { &["a/b; c=d"] } else { &[] };
        assert_eq!(values(request, "content-type"), expected, "{keys}");
        assert!(!split(request).1.is_empty(), "{keys}");
    }
}

#[test]
fn what_is_sent_unasked_can_be_said_otherwise_or_left_out() {
    let seen = sent(
        "",
        &[
            "get: /x",
            "get: /x, headers: { User-Agent: null, Accept-Encoding: null, accept: a/b }",
            "get: /x, headers: { user-agent: me, ACCEPT-ENCODING: br, X-None: '{{none}}', X-Id: '{{id}}', X-Yes: true, X-Price: 1.10 }",
        ],
    );
    let agent = format!("hallpass/{}", env!("CARGO_PKG_VERSION"));
    let all = |request: &str| ["user-agent", "accept", "accept-encoding"].map(|name| values(request, name).join("|"));
    assert_eq!(all(&seen[0]), [agent.as_str(), "*/*", "gzip, br, zstd, deflate"]);
    assert_eq!(all(&seen[1]), ["", "a/b", ""]);
    assert_eq!(all(&seen[2]), ["me", "*/*", "br"]);
    let own = ["x-none", "x-id", "x-yes", "x-price"].map(|name| values(&seen[2], name));
    assert_eq!(own, [vec![], vec!["7"], vec!["true"], vec!["1.10"]]);
    assert!(split(&seen[2]).0.contains(&"X-Price: 1.10"), "{}", seen[2]);
}

#[test]
fn names_may_hold_templates_wherever_they_stand() {
    let seen = sent(
        "",
        &[
            "post: '/x', query: { 'q-{{id}}': 1 }, headers: { 'X-{{name}}': 2 }, cookies: { 'c-{{word}}': 3 }, json: { '{{word}}': { '{{name}}-{{id}}': 4 } }",
            "post: /x, form: { '{{word}}-{{id}}': 5 }",
            "post: /x, headers: { Content-Type: multipart/form-data; boundary=B }, multipart: { '{{word}}[]': [6, '{{none}}', 7] }",
        ],
    );
    assert_eq!(split(&seen[0]).0[0], "POST /x?q-7=1 HTTP/1.1");
    assert_eq!((values(&seen[0], "x-own"), values(&seen[0], "cookie")), (vec!["2"], vec!["c-blue=3"]));
    assert_eq!(split(&seen[0]).1, r#"{"blue":{"Own-7":4}}"#);
    assert_eq!(split(&seen[1]).1, "blue-7=5");
    let part = |value| format!("--B\r\nContent-Disposition: form-data; name=\"blue[]\"\r\n\r\n{value}\r\n");
    assert_eq!(split(&seen[2]).1, format!("{}{}--B--\r\n", part(6), part(7)));
}

#[test]
fn a_list_repeats_its_name_and_nothing_of_a_url_is_written_anew() {
    let seen = sent(
        "",
        &[
            "get: '/x?a=%20b&c&d=%41#top', query: { e: 'x y&z', tag: [a, 2, '{{none}}', '{{word}}'], none: '{{none}}', gone: null, '': v }",
            "get: /x, headers: { X-Tag: [a, 2, '{{none}}', '{{word}}'] }",
            "get: /x, cookies: { a: [1, 2], b: '{{word}}', none: '{{none}}' }",
        ],
    );
    assert_eq!(split(&seen[0]).0[0], "GET /x?a=%20b&c&d=%41&e=x%20y%26z&tag=a&tag=2&tag=blue&=v HTTP/1.1");
    assert_eq!(values(&seen[1], "x-tag"), ["a", "2", "blue"]);
    assert_eq!(values(&seen[2], "cookie"), ["a=1; a=2; b=blue"]);
}

#[test]
fn defaults_are_merged_name_by_name_and_null_does_without_one() {
    let defaults = "defaults:\n  headers: { X-A: [1, 2], X-B: b, Content-Type: text/own }\n  query: { q: [1, 2], r: r }\n  cookies: { c: 1, d: d }\n";
    let seen = sent(
        defaults,
        &[
            "post: /x, text: t",
            "post: /x, text: t, headers: { x-a: null, X-B: [c, d], content-type: null }, query: { q: null, R: own }, cookies: { c: null, d: e }",
        ],
    );
    assert_eq!(split(&seen[0]).0[0], "POST /x?q=1&q=2&r=r HTTP/1.1");
    let of = |request: &str| ["x-a", "x-b", "content-type", "cookie"].map(|name| values(request, name).join("|"));
    assert_eq!(of(&seen[0]), ["1|2", "b", "text/own", "c=1; d=d"]);
    // Parameters of a query are told apart by case.
    assert_eq!(split(&seen[1]).0[0], "POST /x?R=own&r=r HTTP/1.1");
    assert_eq!(of(&seen[1]), ["", "c|d", "", "d=e"]);
}
