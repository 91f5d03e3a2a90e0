use std::time::Duration;

use super::{ready::Room, *};
use crate::auth::Attached;

/// A bench and a room whose base is its server.
async fn bench(replies: Vec<Reply>) -> (Bench, Room) {
    (Bench::new(replies).await, Room::new(&[("PW", "pass-word-1"), ("K", "key-123")]))
}

fn ready(bench: &Bench, room: &Room, login: &str) -> Arc<Ready> {
    room.ready_at(&format!("{{login: {login}}}"), Some(&bench.server.url("/"))).unwrap()
}

/// The credential's headers and cookies on a request to the server itself.
async fn sent(bench: &Bench, ready: &Arc<Ready>) -> String {
    let credential = bench.tokens.credential(ready).await.unwrap();
    let mut sent = request(&bench.server.url("/items"));
    assert_eq!(bench.tokens.attach(&credential, &mut sent).await, Attached::Yes);
    let headers = sent.headers.iter().map(|it| format!("{}: {}", it.name, it.value));
    let cookies = sent.cookies.iter().map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or_default()));
    headers.chain(cookies).collect::<Vec<_>>().join("; ")
}

const LOGIN: &str = "{request: {post: /login, json: {user: qa, password: {env: PW}}}, token: $.s.t, \
                     expires_in: {jsonpath: $.ttl, unit: ms}}";

#[tokio::test]
async fn any_request_yields_a_token_that_is_kept_and_fetched_anew() {
    let reply = |token: &str| Reply::json(200, &format!(r#"{{"s":{{"t":"{token}"}},"ttl":60000}}"#));
    let (bench, room) = bench(vec![reply("first-token"), reply("second-token")]).await;
    let ready = ready(&bench, &room, LOGIN);
    assert_eq!(sent(&bench, &ready).await, "Authorization: Bearer first-token");
    bench.clock.advance(Duration::from_secs(53));
    assert_eq!(sent(&bench, &ready).await, "Authorization: Bearer first-token");
    bench.clock.advance(Duration::from_secs(1));
    assert_eq!(sent(&bench, &ready).await, "Authorization: Bearer second-token");
    let seen = bench.server.seen();
    assert_eq!(seen.len(), 2);
    assert!(seen[0].starts_with("POST /login HTTP/1.1"), "{}", seen[0]);
    assert!(seen[0].ends_with(r#"{"user":"qa","password":"pass-word-1"}"#), "{}", seen[0]);
    assert_eq!(room.redactor.redact("pass-word-1"), "[redacted]");
    assert_eq!(bench.redactor.redact("first-token"), "[redacted]");
    assert_eq!(bench.tokens.summary()[0].renewed, 1);
}

#[tokio::test]
async fn a_refresh_reads_the_last_reply_over_the_earlier_ones() {
    let (bench, room) = bench(vec![
        Reply::json(200, r#"{"t":"first-token","in":{"refresh":"refresh-1","user":"u7"},"ttl":60}"#),
        Reply::json(200, r#"{"t":"second-token","in":{"refresh":"refresh-2"},"ttl":60}"#),
        Reply::json(200, r#"{"t":"third-token","ttl":60}"#),
        Reply::json(401, r#"{"error":"over"}"#),
        Reply::json(200, r#"{"t":"fourth-token","ttl":60}"#),
    ])
    .await;
    let ready = ready(
        &bench,
        &room,
        "{request: {post: /login, text: hello}, token: $.t, expires_in: $.ttl, \
         refresh: {post: /refresh, text: '{{reply.in.refresh}} of {{reply.in.user}}'}, place: {header: X-Auth}}",
    );
    for (token, body) in [
        ("first-token", "hello"),
        ("second-token", "refresh-1 of u7"),
        ("third-token", "refresh-2 of u7"),
        ("fourth-token", "hello"),
    ] {
        assert_eq!(sent(&bench, &ready).await, format!("X-Auth: {token}"));
        bench.clock.advance(Duration::from_secs(60));
        let seen = bench.server.seen();
        assert!(seen.last().unwrap().ends_with(body), "{token}: {seen:?}");
    }
    assert_eq!(bench.server.count(), 5);
}

#[tokio::test]
async fn a_rejected_token_is_replaced_once() {
    let reply = |token: &str| Reply::with(200, &format!("X-Auth: {token}\r\n"), "");
    let (bench, room) = bench(vec![reply("first-token"), reply("second-token"), reply("third-token")]).await;
    let ready = ready(&bench, &room, "{request: {get: /login}, token: {header: X-Auth}, lifetime: 1h}");
    let credential = bench.tokens.credential(&ready).await.unwrap();
    let renewed = bench.tokens.rejected(&ready, &credential, None).await.unwrap().unwrap();
    assert_eq!(renewed.secret.expose(), "second-token");
    assert!(bench.tokens.rejected(&ready, &renewed, None).await.unwrap().is_none());
    assert_eq!(bench.server.count(), 2);
}

#[tokio::test]
async fn cookies_go_as_they_came_and_an_identity_of_its_own_may_ask() {
    let headers = "Set-Cookie: sid=session-id-1; Path=/\r\nSet-Cookie: theme=light; Path=/\r\n";
    let (bench, room) = bench(vec![Reply::with(200, headers, "")]).await;
    let login =
        "{request: {get: /login, auth: {api_key: {header: X-K, value: {env: K}}}}, cookies: true, lifetime: 1h}";
    let ready = ready(&bench, &room, login);
    assert_eq!(sent(&bench, &ready).await, "sid=session-id-1; theme=light");
    assert!(bench.server.seen()[0].contains("key-123"), "{}", bench.server.seen()[0]);
    assert_eq!(bench.redactor.redact("session-id-1 light"), "[redacted] light");
}

#[tokio::test]
async fn what_goes_wrong_is_told_with_status_and_address() {
    let rows = [
        (Reply::json(401, r#"{"error":"no"}"#), "answered 401, which is not what it expects"),
        (Reply::json(200, r#"{"s":{}}"#), "answered 200, without text at `$.s.t`; it has `s`"),
        (Reply::json(200, "[]"), "answered 200, without text at `$.s.t`, as it is no JSON object"),
        (Reply::json(200, r#"{"s":{"t":""}}"#), "answered 200, and its token is empty"),
        (
            Reply::json(200, r#"{"s":{"t":"a\nb"}}"#),
            "answered 200, and its token has a line break or control character in it",
        ),
    ];
    for (reply, expected) in rows {
        let (bench, room) = bench(vec![reply]).await;
        let ready = ready(&bench, &room, LOGIN);
        for _ in 0..2 {
            let error = bench.tokens.credential(&ready).await.unwrap_err();
            assert_eq!(
                error.message,
                format!("no token for `service`: the login at {} {expected}", bench.server.url("/login"))
            );
        }
        assert_eq!(bench.server.count(), 1, "{expected}");
    }
    let (bench, room) =
        bench(vec![Reply::json(503, ""), Reply::Closed, Reply::json(200, r#"{"s":{"t":"first-token"}}"#)]).await;
    assert_eq!(sent(&bench, &ready(&bench, &room, LOGIN)).await, "Authorization: Bearer first-token");
}
