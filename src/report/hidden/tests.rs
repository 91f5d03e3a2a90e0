use std::sync::Arc;

use super::*;
use crate::secret::Secret;
use crate::source::{Place, Source};

fn hiding(secret: &str) -> Redactor {
    let redactor = Redactor::new();
    let _ = redactor.register("auth.service.token", &Secret::new(secret));
    redactor
}

#[test]
fn members_with_the_name_of_a_secret_are_hidden_in_any_text() {
    let rows = [
        (r#"{"password": "x\"y", "id": 1}"#, r#"{"password": "[redacted]", "id": 1}"#),
        (r#"{"a":{"accessToken":"abc"}}"#, r#"{"a":{"accessToken":"[redacted]"}}"#),
        (r#"{"passw\u006frd":"abc"}"#, r#"{"passw\u006frd":"[redacted]"}"#),
        (r#"{"secret":{"a":["}"]},"b":2}"#, r#"{"secret":"[redacted]","b":2}"#),
        (r#"{"pwd":-12.5e3,"b":2}"#, r#"{"pwd":"[redacted]","b":2}"#),
        (r#"{"token":null,"password":true}"#, r#"{"token":null,"password":true}"#),
        (r#"{"token":"cut of"#, r#"{"token":"[redacted]"#),
        (r#"{"token":{"a":"cut"#, r#"{"token":"[redacted]""#),
        (r#"say "hi: {"password":"x"}"#, r#"say "hi: {"password":"[redacted]"}"#),
        (r#"{"log":"{\"token\":\"a\\\"b\",\"x\":1}"}"#, r#"{"log":"{\"token\":\"[redacted]\",\"x\":1}"}"#),
        (r#"{"token_type":"Bearer","x":"password"}"#, r#"{"token_type":"Bearer","x":"password"}"#),
        (r#"unknown member "token": did you mean it"#, r#"unknown member "token": did you mean it"#),
    ];
    let redactor = Redactor::new();
    for (text, shown) in rows {
        assert_eq!(Veil::new(&redactor).text(text), shown);
    }
}

#[test]
fn parameters_with_the_name_of_a_secret_are_hidden_in_any_text() {
    let rows = [
        ("https://a/b?x=1&access_token=abc&y=2", "https://a/b?x=1&access_token=[redacted]&y=2"),
        ("see `https://a?token=abc`", "see `https://a?token=[redacted]`"),
        ("https://a#id_token=abc", "https://a#id_token=[redacted]"),
        ("https://a?user[password]=abc", "https://a?user[password]=[redacted]"),
        ("https://a?pass%77ord=abc?token=d", "https://a?pass%77ord=[redacted]"),
        ("https://a?x=1&amp;token=abc", "https://a?x=1&amp;token=[redacted]"),
        ("https://me:hunter2@a/b", "https://me:[redacted]@a/b"),
        ("https://a:80/b@c", "https://a:80/b@c"),
        ("https://a?code=1&tokens=2", "https://a?code=1&tokens=2"),
    ];
    let redactor = Redactor::new();
    for (text, shown) in rows {
        assert_eq!(Veil::new(&redactor).text(text), shown);
    }
}

#[test]
fn fields_of_forms_are_hidden() {
    let form = Some("application/x-www-form-urlencoded; charset=utf-8");
    let parts = Some("multipart/form-data; boundary=b");
    let redactor = Redactor::new();
    let shown = |content_type, text: &str| Veil::new(&redactor).body(content_type, text, Extent::Whole).into_owned();
    assert_eq!(shown(form, "password=a+b;c&user=d"), "password=[redacted]&user=d");
    let body = |value| {
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{value}\r\n--b\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n1\r\n--b--\r\n"
        )
    };
    assert_eq!(shown(parts, &body("hunter2")), body("[redacted]"));
    assert_eq!(shown(None, "password=a"), "password=a");
}

#[test]
fn registered_secrets_are_hidden_spelled_out_or_cut() {
    let redactor = hiding("abcdefgh");
    let veil = Veil::new(&redactor);
    assert_eq!(veil.body(None, r#"{"x":"\u0061bcdefgh"}"#, Extent::Whole), r#"{"x":"[redacted]"}"#);
    assert_eq!(veil.body(None, r#"{"x":"abcde"#, Extent::Beginning), r#"{"x":"[redacted]"#);
    assert_eq!(veil.body(None, r#"{"x":"abcde"#, Extent::Whole), r#"{"x":"abcde"#);
    assert_eq!(veil.last("<abcdefgh>".to_owned()), "<[redacted]>");
}

#[test]
fn headers_are_hidden_by_name_and_show_the_scheme_of_what_is_registered() {
    let redactor = hiding("abcdefgh");
    let rows = [
        ("Authorization", "Bearer abcdefgh", "Bearer [redacted]"),
        ("authorization", "Bearer other", "[redacted]"),
        ("authorization", "Bearer abcdefgh, Basic other", "[redacted]"),
        ("set-cookie", "sid=1; Path=/", "[redacted]"),
        ("x-note", "abcdefgh", "[redacted]"),
        ("location", "https://a?code=1#access_token=x", "https://a?code=1#access_token=[redacted]"),
        ("accept", "*/*", "*/*"),
    ];
    for (name, value, shown) in rows {
        assert_eq!(Veil::new(&redactor).header(name, value), shown, "{value}");
    }
}

#[test]
fn a_mismatch_at_a_secret_tells_no_value() {
    let source = Source::inline("a.yaml", "a");
    let told = |path: &str, actual: &str| {
        let mismatch = Mismatch {
            place: Place::new(&source, 0, 1),
            path: path.to_owned(),
            expected: "at most 3 characters".to_owned(),
            actual: actual.to_owned(),
            message: format!("{path} is {actual}, expected at most 3 characters"),
            help: None,
            diff: None,
        };
        Veil::new(&Redactor::new()).mismatch(&mismatch).message.into_owned()
    };
    assert_eq!(
        told("$.data.access_token", "\"abc\""),
        "$.data.access_token: expected at most 3 characters, got [redacted]"
    );
    assert_eq!(told("header set-cookie", "`a=b`"), "header set-cookie: expected at most 3 characters, got [redacted]");
    assert_eq!(told("cookie sid", "\"abc"), "cookie sid: expected at most 3 characters, got [redacted]");
    assert_eq!(told("cookie sid path", "\"/\""), "cookie sid path is \"/\", expected at most 3 characters");
    assert_eq!(told("$.token", "nothing"), "$.token is nothing, expected at most 3 characters");
    assert_eq!(told("$.id", "\"abcd\""), "$.id is \"abcd\", expected at most 3 characters");
    assert_eq!(Arc::strong_count(&source), 1);
}

#[test]
fn hostile_text_takes_no_time() {
    let redactor = Redactor::new();
    for part in ["\"token\":", "\"", "\\\"", "?token=", "://", "\"token\":{", "\"a\\", " name=\"password\"", "\r\n--"] {
        let text = part.repeat(100_000);
        let _ = Veil::new(&redactor).body(Some("multipart/form-data"), &text, Extent::Beginning);
    }
}
