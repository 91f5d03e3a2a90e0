//! Tokens from request to expiry.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use url::form_urlencoded::byte_serialize;

use super::*;
use crate::demo::{ExpiresIn, Server, User};

const SECRET: &str = "a+b/c==&\"<>é";

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

fn basic(user: &str, password: &str) -> String {
    format!("authorization: Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

#[tokio::test]
async fn a_client_is_known_by_header_and_by_form_whatever_its_secret_holds() {
    let demo = demo().await;
    let form = format!("grant_type=client_credentials&client_id=editor&client_secret={}", encoded(SECRET));
    let by_form = demo.ask(&[], &form).await;
    let by_header = demo.ask(&[&basic("editor", &encoded(SECRET))], "grant_type=client_credentials").await;
    for reply in [by_form, by_header] {
        assert_eq!(reply.status, 200, "{reply:?}");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.text("token_type"), "Bearer");
        assert_eq!(reply.text("scope"), "items.read items.write orders.read");
        assert_eq!(reply.json().get("expires_in").unwrap().to_text(), "3");
        assert!(reply.json().get("refresh_token").is_none());
        assert_eq!(demo.call(&reply.text("access_token"), "GET /me").await.status, 200);
    }
    let raw = demo.ask(&[&basic("editor", SECRET)], "grant_type=client_credentials").await;
    assert_eq!((raw.status, raw.text("error").as_str()), (401, "invalid_client"));
    let counts = demo.counts();
    assert_eq!((counts.token_requests, counts.tokens_issued), (3, 2));
    assert_eq!(counts.token_requests_by_client["editor"], 3);
}

#[tokio::test]
async fn what_is_wrong_with_a_token_request_is_said_in_the_words_of_the_standard() {
    let demo = demo().await;
    let good = "client_id=reader&client_secret=plain";
    let table = [
        (vec![], "grant_type=client_credentials&client_id=reader&client_secret=wrong", 401, "invalid_client"),
        (vec![], "grant_type=client_credentials&client_id=nobody&client_secret=plain", 401, "invalid_client"),
        (vec![], "grant_type=client_credentials", 401, "invalid_client"),
        (vec![], &format!("{good}&grant_type=client_credentials&scope=items.write"), 400, "invalid_scope"),
        (vec![], &format!("{good}&grant_type=magic"), 400, "unsupported_grant_type"),
        (vec![], good, 400, "invalid_request"),
        (vec![], &format!("{good}&client_id=reader&grant_type=client_credentials"), 400, "invalid_request"),
        (vec![], &format!("{good}&grant_type=password&username=qa&password=no"), 400, "invalid_grant"),
        (vec![], &format!("{good}&grant_type=password&username=qa"), 400, "invalid_request"),
        (vec![], &format!("{good}&grant_type=refresh_token&refresh_token=none"), 400, "invalid_grant"),
        (vec![basic("reader", "plain")], "grant_type=client_credentials&client_secret=plain", 400, "invalid_request"),
        (vec![basic("reader", "plain")], "grant_type=client_credentials&client_id=editor", 400, "invalid_request"),
        (vec![basic("reader", "%ff")], "grant_type=client_credentials", 401, "invalid_client"),
        (vec!["authorization: Basic !!!".to_owned()], "grant_type=client_credentials", 401, "invalid_client"),
    ];
    for (lines, form, status, error) in table {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let reply = demo.ask(&lines, form).await;
        assert_eq!((reply.status, reply.text("error").as_str()), (status, error), "{form}");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let challenged = reply.header("www-authenticate").is_some();
        assert_eq!(challenged, status == 401 && !lines.is_empty(), "{form}");
    }
    let typed = ["content-type: application/json"];
    let json = send(demo.issuer_url(), "POST /oauth2/token", &typed, b"{}").await;
    assert_eq!((json.status, json.text("error").as_str()), (400, "invalid_request"));
    assert_eq!(send(demo.issuer_url(), "GET /oauth2/token", &[], b"").await.status, 405);
    assert_eq!(demo.counts().tokens_issued, 0);
}

#[tokio::test]
async fn a_smaller_scope_is_granted_and_a_token_tells_what_it_is() {
    let demo = demo().await;
    let form =
        format!("grant_type=client_credentials&scope=items.read&client_id=editor&client_secret={}", encoded(SECRET));
    let token = demo.ask(&[], &form).await.text("access_token");
    let parts: Vec<_> = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
    let head = Json::parse(std::str::from_utf8(&parts[0]).unwrap()).unwrap();
    assert_eq!(head.get("alg").unwrap().as_str(), Some("HS256"));
    let claims = Json::parse(std::str::from_utf8(&parts[1]).unwrap()).unwrap();
    let number = |name| claims.get(name).unwrap().as_number().unwrap().to_i64().unwrap();
    assert_eq!(number("exp") - number("iat"), 3);
    assert_eq!(claims.get("iss").unwrap().as_str(), Some(demo.issuer_url()));
    assert_eq!(claims.get("scope").unwrap().as_str(), Some("items.read"));
    let me = demo.call(&token, "GET /me").await;
    assert_eq!(me.json().to_text(), claims.to_text());
    assert_eq!(demo.call(&token, "GET /orders").await.status, 403);
}

#[tokio::test]
async fn a_refresh_token_rotates_and_its_reuse_ends_the_family() {
    let demo = demo().await;
    let user = User { name: "qa".to_owned(), password: "qa pass+word%".to_owned() };
    assert_eq!(demo.state.options.users, [user]);
    let good = "client_id=reader&client_secret=plain";
    let first = demo.ask(&[], &format!("{good}&grant_type=password&username=qa&password=qa+pass%2Bword%25")).await;
    assert_eq!(demo.call(&first.text("access_token"), "GET /me").await.text("sub"), "qa");
    let renew = |token: String| format!("{good}&grant_type=refresh_token&refresh_token={token}");
    let second = demo.ask(&[], &renew(first.text("refresh_token"))).await;
    assert_eq!(second.status, 200);
    assert_ne!(second.text("refresh_token"), first.text("refresh_token"));
    assert_ne!(second.text("access_token"), first.text("access_token"));
    let reused = demo.ask(&[], &renew(first.text("refresh_token"))).await;
    assert_eq!((reused.status, reused.text("error").as_str()), (400, "invalid_grant"));
    let ended = demo.ask(&[], &renew(second.text("refresh_token"))).await;
    assert_eq!((ended.status, ended.text("error").as_str()), (400, "invalid_grant"));
    assert_eq!(demo.call(&second.text("access_token"), "GET /me").await.status, 401);
    assert_eq!(demo.counts().refreshes, 1);
}

#[tokio::test]
async fn a_refresh_token_that_does_not_rotate_stays_good_and_belongs_to_its_client() {
    let demo = Demo::start(Options { rotate_refresh_tokens: false, ..options() }).await.unwrap();
    let good = "client_id=reader&client_secret=plain";
    let first = demo.ask(&[], &format!("{good}&grant_type=password&username=qa&password=qa+pass%2Bword%25")).await;
    let renew = format!("grant_type=refresh_token&refresh_token={}", first.text("refresh_token"));
    for _ in 0..3 {
        let reply = demo.ask(&[], &format!("{good}&{renew}")).await;
        assert_eq!(reply.status, 200);
        assert!(reply.json().get("refresh_token").is_none());
    }
    let wider = demo.ask(&[], &format!("{good}&{renew}&scope=items.write")).await;
    assert_eq!(wider.text("error"), "invalid_scope");
    let stolen = demo.ask(&[&basic("editor", &encoded(SECRET))], &renew).await;
    assert_eq!(stolen.text("error"), "invalid_grant");
}

#[tokio::test]
async fn tokens_are_revoked_over_the_wire_and_by_hand() {
    let demo = demo().await;
    let typed = ["content-type: application/x-www-form-urlencoded"];
    let tokens = [demo.reader(), demo.reader(), demo.reader()];
    let forms = [
        (format!("token={}&client_id=editor&client_secret={}", tokens[0], encoded(SECRET)), 400),
        (format!("token={}&client_id=reader&client_secret=wrong", tokens[0]), 401),
        (format!("token={}&client_id=reader&client_secret=plain", tokens[0]), 200),
        ("token=unknown&client_id=reader&client_secret=plain".to_owned(), 200),
    ];
    for (form, status) in forms {
        let reply = send(demo.issuer_url(), "POST /revoke", &typed, form.as_bytes()).await;
        assert_eq!(reply.status, status, "{form}");
    }
    assert!(demo.revoke(&tokens[1]) && !demo.revoke("unknown"));
    for (token, status) in [(&tokens[0], 401), (&tokens[1], 401), (&tokens[2], 200)] {
        assert_eq!(demo.call(token, "GET /me").await.status, status);
    }
    demo.revoke_all();
    assert_eq!(demo.call(&tokens[2], "GET /me").await.status, 401);
    assert_eq!(demo.counts().unauthorized, 3);
}

#[tokio::test]
async fn a_token_lives_as_long_as_it_should_whatever_the_reply_claims() {
    let table = [
        (ExpiresIn::Honest, Duration::from_secs(3), Some("3")),
        (ExpiresIn::Honest, Duration::from_millis(2500), Some("2.5")),
        (ExpiresIn::Claimed("\"3600\"".to_owned()), Duration::from_secs(3), Some("\"3600\"")),
        (ExpiresIn::Absent, Duration::from_secs(3), None),
    ];
    for (expires_in, token_lifetime, said) in table {
        let (demo, clock) = frozen(Options { expires_in, token_lifetime, ..options() }).await;
        let reply = demo.ask_as("reader", "plain", "").await;
        assert_eq!(reply.json().get("expires_in").map(Json::to_text).as_deref(), said);
        let token = reply.text("access_token");
        clock.advance(token_lifetime - Duration::from_millis(1));
        assert_eq!(demo.call(&token, "GET /me").await.status, 200);
        clock.advance(Duration::from_millis(1));
        let late = demo.call(&token, "GET /me").await;
        assert_eq!((late.status, late.text("detail").as_str()), (401, "the token has expired"));
        assert!(late.header("www-authenticate").unwrap().contains("error=\"invalid_token\""));
    }
}

#[tokio::test]
async fn requests_are_remembered_byte_for_byte() {
    let demo = demo().await;
    let form = "grant_type=client_credentials&scope=items.read";
    let line = basic("reader", "plain");
    demo.ask(&[&line], form).await;
    demo.call("", "GET /items?page=%31").await;
    let seen = demo.requests();
    assert_eq!(
        (seen[0].server, seen[0].method.as_str(), seen[0].target.as_str()),
        (Server::Provider, "POST", "/oauth2/token")
    );
    assert_eq!(seen[0].body, form.as_bytes());
    assert_eq!(seen[0].header("Authorization"), line.strip_prefix("authorization: "));
    assert_eq!((seen[1].server, seen[1].target.as_str()), (Server::Api, "/items?page=%31"));
}

#[tokio::test]
async fn the_provider_says_where_everything_is() {
    let demo = demo().await;
    for path in ["openid-configuration", "oauth-authorization-server"] {
        let said = send(demo.issuer_url(), &format!("GET /.well-known/{path}"), &[], b"").await;
        assert_eq!(said.text("issuer"), demo.issuer_url());
        assert_eq!(said.text("token_endpoint"), format!("{}/oauth2/token", demo.issuer_url()));
        assert_eq!(
            said.json().get("scopes_supported").unwrap().to_text(),
            r#"["items.read","items.write","orders.read"]"#
        );
    }
    demo.ask_as("reader", "plain", "").await;
    let counts = send(demo.issuer_url(), "GET /counts", &[], b"").await;
    assert_eq!(counts.json().get("token_requests").unwrap().to_text(), "1");
    assert_eq!(counts.json().get("token_requests_by_client").unwrap().to_text(), r#"{"reader":1}"#);
}
