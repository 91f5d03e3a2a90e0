use std::time::SystemTime;

use super::*;
use crate::auth::grant::tests::grant;

const URL: &str = "https://id.example.com/oauth2/token";

fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let body = bytes::Bytes::from(body.to_owned());
    let url = crate::http::Url::parse(URL).unwrap();
    Response { status, version: "1.1", headers, url, size: body.len() as u64, body, peer: None }
}

fn refused(response: &Response, grant: &Grant) -> Refusal {
    read(response, grant, SystemTime::now()).result.unwrap_err()
}

/// Header names and values.
type Headers = &'static [(&'static str, &'static str)];

const JSON: Headers = &[("content-type", "application/json")];
const HTML: Headers = &[("content-type", "text/html; charset=utf-8")];

/// Status, headers, body, and what is told of them.
const BAD: &[(u16, Headers, &str, &str)] = &[
    (200, HTML, "<!doctype html>", "200 with an HTML page of type `text/html`"),
    (200, JSON, "<!doctype html>", "200 with an HTML page of type `application/json`"),
    (200, &[], "  <html>", "200 with an HTML page without content type"),
    (404, HTML, "<html>", "404 with an HTML page of type `text/html`"),
    (200, JSON, "", "200 with an empty body of type `application/json`"),
    (403, &[], "", "403 with an empty body without content type"),
    (204, &[], "", "204 with an empty body without content type"),
    (200, &[("content-type", "text/plain")], "ok", "200 with a body of type `text/plain` that is not JSON"),
    (200, &[], "ok", "200 with a body without content type that is not JSON"),
    (200, JSON, "{\"access_token\":", "200 with a body of type `application/json` that is not JSON"),
    (200, JSON, "{}", "200 with an empty JSON object of type `application/json`"),
    (200, JSON, "[]", "200 with an array of type `application/json` that holds no `access_token`"),
    (200, JSON, "\"t\"", "200 with a string of type `application/json` that holds no `access_token`"),
    (
        200,
        JSON,
        "{\"token\":\"x\",\"a\\u001b\":1}",
        "200 with JSON of type `application/json`, but no `access_token`; it has `token`, `a `",
    ),
    (
        200,
        JSON,
        "{\"access_token\":null}",
        "200 with JSON of type `application/json`, but no `access_token`; it has `access_token`",
    ),
    (200, JSON, "{\"access_token\":\"\"}", "200 with JSON of type `application/json`, but its `access_token` is empty"),
    (
        200,
        JSON,
        "{\"access_token\":12}",
        "200 with JSON of type `application/json`, but its `access_token` is an integer, not text",
    ),
    (
        200,
        JSON,
        "{\"access_token\":\"a\\r\\nb\"}",
        "200 with JSON of type `application/json`, but its `access_token` has a line break in it",
    ),
    (
        200,
        JSON,
        "{\"access_token\":\"a b\"}",
        "200 with JSON of type `application/json`, but its `access_token` has a blank in it",
    ),
    (
        200,
        JSON,
        "{\"access_token\":\"a\\u0000\"}",
        "200 with JSON of type `application/json`, but its `access_token` has a control character in it",
    ),
    (
        200,
        JSON,
        "{\"access_token\":\"ä\"}",
        "200 with JSON of type `application/json`, but its `access_token` has characters beyond ASCII in it",
    ),
    (200, &[], "access_token=x&token_type=bearer", "200 with a form-encoded body without content type instead of JSON"),
    (
        200,
        &[("content-type", "application/x-www-form-urlencoded")],
        "scope=a&access_token=x",
        "200 with a form-encoded body of type `application/x-www-form-urlencoded` instead of JSON",
    ),
    (
        200,
        JSON,
        "{\"access_token\":\"x\",\"token_type\":\"DPoP\"}",
        "200 with a token of the type `DPoP`, which is not sent as `Bearer`",
    ),
    (
        200,
        JSON,
        "{\"access_token\":\"x\",\"token_type\":\"mac\"}",
        "200 with a token of the type `mac`, which is not sent as `Bearer`",
    ),
    (200, JSON, "{\"error\":\"bad\",\"error_description\":\"no\\nway\"}", "200 `bad`: no way"),
    (400, JSON, "{\"error\":\"invalid_grant\"}", "400 `invalid_grant`"),
    (400, JSON, "{\"message\":\"Invalid key\"}", "400 with the message: Invalid key"),
    (400, JSON, "{\"error\":{\"code\":\"X1\",\"message\":\"why\"}}", "400 `X1`: why"),
    (400, JSON, "{\"errorCode\":\"E7\",\"errorSummary\":\"why\"}", "400 `E7`: why"),
    (400, JSON, "{}", "400 with JSON that says no error"),
    (401, JSON, "{\"error\":\"invalid_client\"}", "401 `invalid_client` (sent by `client_auth: basic`)"),
    (400, JSON, "{\"error\":\"unauthorized_client\"}", "400 `unauthorized_client`"),
    (400, JSON, "{\"error\":\"invalid_scope\"}", "400 `invalid_scope` (no scope was sent)"),
    (302, &[], "", "302 without a `Location`"),
    (301, &[("location", "https://x/login")], "<html>", "301 with a redirect to https://x/login"),
    (307, &[("location", "/t")], "{}", "307 with a redirect to /t"),
];

#[test]
fn each_bad_reply_has_its_own_message() {
    let grant = grant(URL);
    for (status, headers, body, expected) in BAD {
        let refusal = refused(&reply(*status, headers, body), &grant);
        assert_eq!(refusal.message, format!("the token endpoint {URL} answered {expected}"));
        assert!(!refusal.is_passing(), "{expected}");
    }
}

#[test]
fn overload_and_server_errors_pass() {
    let rows: &[(u16, Headers, &str, Option<u64>)] = &[
        (408, &[], "", None),
        (429, &[("retry-after", "7")], "", Some(7)),
        (500, &[], "{\"error\":\"invalid_client\"}", None),
        (503, &[("retry-after", "soon")], "<html>", None),
        (400, &[], "{\"error\":\"server_error\"}", None),
        (400, &[("retry-after", "3")], "{\"error\":\"temporarily_unavailable\"}", Some(3)),
        (200, &[], "{\"error\":\"server_error\"}", None),
    ];
    let grant = grant(URL);
    for (status, headers, body, seconds) in rows {
        let refusal = refused(&reply(*status, headers, body), &grant);
        let retry_after = seconds.map(Duration::from_secs);
        assert_eq!(refusal.lasts, crate::auth::refusal::Lasts::AWhile { retry_after }, "{status} {body}");
    }
}

#[test]
fn cures_fit_what_was_sent() {
    let mut grant = grant("https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token");
    grant.scope = vec!["a".into(), "b".into()];
    let refusal = refused(&reply(400, &[], "{\"error\":\"invalid_scope\"}"), &grant);
    assert!(refusal.message.ends_with("`invalid_scope` (the scope sent was `a b`)"), "{}", refusal.message);
    assert!(refusal.help.unwrap().contains("<resource server>/<name>"));
    assert_eq!(refusal.part, Part::Scope);
    let refusal = refused(&reply(401, &[], ""), &grant);
    let help = refusal.help.unwrap();
    assert!(help.contains("`basic_raw`") && help.contains("line break") && help.contains("environment"), "{help}");
    assert_eq!(refusal.part, Part::Client);
    grant.client = crate::auth::grant::tests::client("id", &Secret::new("plain"), crate::spec::auth::ClientAuth::Post);
    let help = refused(&reply(400, &[], "{\"error\":\"invalid_client\"}"), &grant).help.unwrap();
    assert!(help.contains("`client_auth: basic`") && !help.contains("raw"), "{help}");
    let slashes = [
        ("https://id.example.com/oauth2/token/", "lacks the slash"),
        ("/oauth2/token/?a=b", "lacks the slash"),
        ("https://id.example.com/oauth2", "not followed"),
    ];
    for (location, expected) in slashes {
        let mut grant = crate::auth::grant::tests::grant(URL);
        let help = refused(&reply(301, &[("location", location)], ""), &grant).help.unwrap();
        assert!(help.contains(expected), "{location}: {help}");
        grant.token_url = crate::http::Url::parse("https://id.example.com/oauth2/token/").unwrap();
        let help = refused(&reply(301, &[("location", "/oauth2/token")], ""), &grant).help.unwrap();
        assert!(help.contains("too many"), "{help}");
    }
}

#[test]
fn a_good_reply_yields_its_token_and_all_its_secrets() {
    let body = "\u{feff}{\"access_token\":\"abc.def\",\"token_type\":\"bEARER\",\"expires_in\":\"60\",\
                \"refresh_token\":\"r1\",\"inner\":[{\"client_secret\":\"s1\"}],\"instance_url\":\"https://x\"}";
    let read = read(&reply(200, &[], body), &grant(URL), SystemTime::now());
    let issued = read.result.unwrap();
    assert_eq!(issued.text.expose(), "abc.def");
    assert_eq!(issued.lifetime.duration, Duration::from_secs(60));
    assert!(issued.reply.get("refresh_token").is_none());
    assert_eq!(issued.reply.get("instance_url").unwrap().as_str(), Some("https://x"));
    let secrets: Vec<_> = read.secrets.iter().map(|(name, secret)| (name.as_str(), secret.expose())).collect();
    assert_eq!(secrets, [("access_token", "abc.def"), ("refresh_token", "r1"), ("client_secret", "s1")]);
    assert!(read.notes.is_empty());
}

#[test]
fn other_types_are_fine_where_no_bearer_is_sent() {
    let mut grant = grant(URL);
    grant.placement = crate::spec::auth::Placement::Query("t".into());
    let body = "{\"access_token\":\"abc\",\"id_token\":\"idt\",\"token_type\":\"mac\",\"expires_in\":5}";
    assert!(read(&reply(200, &[], body), &grant, SystemTime::now()).result.is_ok());
    grant.placement = crate::spec::auth::Placement::authorization("Bearer");
    grant.taken = Taken::IdToken;
    let read = read(&reply(200, &[], body), &grant, SystemTime::now());
    assert_eq!(read.result.unwrap().text.expose(), "idt");
}

#[test]
fn a_clock_that_is_off_is_told_and_corrected() {
    let now = date::http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
    let body = format!("{{\"access_token\":\"x\",\"expires_on\":{}}}", 784_111_777 + 3600);
    let response = reply(200, &[("date", "Sun, 06 Nov 1994 09:19:37 GMT")], &body);
    let read = read(&response, &grant(URL), now);
    assert_eq!(read.result.unwrap().lifetime.duration, Duration::from_secs(1800));
    assert_eq!(read.notes, ["the clock of the token endpoint is 30m0s ahead of this machine's"]);
}

#[test]
fn a_huge_reply_is_refused_and_a_deep_one_does_no_harm() {
    let grant = grant(URL);
    let huge = reply(200, &[], &" ".repeat(1_100_000));
    assert!(refused(&huge, &grant).message.ends_with("answered 200 with more than 1 MiB without content type"));
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    refused(&reply(200, &[], &deep), &grant);
    let many: Vec<_> = (0..1000).map(|n| format!("\"token\":\"secret{n}\"")).collect();
    let read = read(&reply(200, &[], &format!("{{{}}}", many.join(","))), &grant, SystemTime::now());
    assert!(read.secrets.len() <= 32);
}

#[test]
fn a_token_may_stand_anywhere_in_the_reply() {
    let mut grant = grant(URL);
    grant.taken = Taken::JsonPath(crate::json_path::JsonPath::compile("$.data.token").unwrap());
    let body = "{\"data\":{\"token\":\"inner-token\"},\"expires_in\":5,\"token_type\":\"mac\"}";
    let issued = read(&reply(200, &[], body), &grant, SystemTime::now()).result.unwrap();
    assert_eq!((issued.text.expose(), issued.lifetime.duration), ("inner-token", Duration::from_secs(5)));
    let refusal = refused(&reply(200, &[], "{\"data\":{}}"), &grant);
    assert!(
        refusal.message.ends_with("answered 200 with JSON without content type, but no `$.data.token`; it has `data`"),
        "{}",
        refusal.message
    );
}

#[test]
fn a_token_with_fewer_scopes_is_refused_where_all_are_required() {
    let rows = [
        (r#""scope":"read write""#, "read write", ""),
        (r#""scope":"write other read""#, "read write", ""),
        (r#""expires_in":60"#, "read write", ""),
        (r#""scope":["read"]"#, "read write", ""),
        (r#""scope":"read""#, "read write", "the scope `write`: `read` was granted"),
        (r#""scope":"readwrite""#, "read write", "the scope `read write`: `readwrite` was granted"),
        (r#""scope":" ""#, "read", "the scope `read`: no scope at all was granted"),
    ];
    for (member, scope, expected) in rows {
        let response = reply(200, JSON, &format!(r#"{{"access_token":"t-123","expires_in":60,{member}}}"#));
        // As a list, and as one text.
        for scope in [scope.split(' ').map(str::to_owned).collect(), vec![scope.to_owned()]] {
            let mut grant = grant(URL);
            grant.scope = scope;
            assert!(read(&response, &grant, SystemTime::UNIX_EPOCH).result.is_ok(), "{member}");
            grant.require_scope = true;
            match read(&response, &grant, SystemTime::UNIX_EPOCH).result {
                Ok(_) => assert_eq!(expected, "", "{member}"),
                Err(refusal) => {
                    let told = format!("the token endpoint {URL} answered 200 with a token without {expected}");
                    assert_eq!((refusal.message, refusal.part), (told, Part::Scope), "{member}");
                }
            }
        }
    }
}
