//! Items, uploads, sessions, and who may touch them.

use std::io::Read;

use flate2::read::GzDecoder;

use super::*;

const JSON: &str = "content-type: application/json";

#[tokio::test]
async fn an_item_is_created_read_changed_and_removed() {
    let demo = demo().await;
    let token = demo.editor();
    let created = demo.call_with(&token, "POST /items", &[JSON], br#"{"title":"Lamp","price":42.50}"#).await;
    assert_eq!((created.status, created.header("location")), (201, Some("/items/11")));
    assert!(
        String::from_utf8_lossy(&created.body)
            .starts_with(r#"{"id":11,"title":"Lamp","price":42.50,"stock":0,"tags":[]"#)
    );
    let changed = demo.call_with(&token, "PATCH /items/11", &[JSON], br#"{"stock":3,"tags":["new"]}"#).await;
    assert_eq!((changed.status, changed.header("etag")), (200, Some("\"11-2\"")));
    assert_eq!(changed.json().get("price").unwrap().to_text(), "42.50");
    let replaced = demo.call_with(&token, "PUT /items/11", &[JSON], br#"{"title":"Lamp 2","price":1}"#).await;
    assert_eq!(replaced.json().get("stock").unwrap().to_text(), "0");
    assert_eq!(demo.call(&token, "GET /items/11").await.text("title"), "Lamp 2");
    assert_eq!(demo.call(&token, "DELETE /items/11").await.status, 204);
    assert_eq!(demo.call(&token, "GET /items/11").await.status, 404);
}

#[tokio::test]
async fn a_body_that_is_no_item_is_refused_with_every_reason() {
    let demo = demo().await;
    let table: &[(&str, &[u8], u16, &[&str])] = &[
        (
            "POST /items",
            br#"{"title":" ","price":-1,"stock":1.5,"tags":"x","z":1}"#,
            422,
            &["title", "price", "stock", "tags", ""],
        ),
        ("POST /items", b"{}", 422, &["title", "price"]),
        ("POST /items", b"[]", 422, &[""]),
        ("PATCH /items/1", br#"{"price":"1"}"#, 422, &["price"]),
        ("PATCH /items/1", b"{}", 200, &[]),
        ("PUT /items/1", br#"{"title":"only"}"#, 422, &["price"]),
        ("POST /items", b"{", 400, &[]),
        ("POST /items", b"\xff", 400, &[]),
        ("PUT /items/999", br#"{"title":"a","price":1}"#, 404, &[]),
        ("PUT /items/none", br#"{"title":"a","price":1}"#, 404, &[]),
    ];
    for (request, body, status, fields) in table {
        let reply = demo.call_with(&demo.editor(), request, &[JSON], body).await;
        assert_eq!(reply.status, *status, "{request} {body:?}");
        let json = reply.json();
        let errors = json.get("errors").and_then(Json::as_array).unwrap_or_default();
        let named: Vec<_> = errors.iter().map(|error| error.get("field").unwrap().as_str().unwrap()).collect();
        assert_eq!(&named, fields, "{request} {body:?}");
    }
    let typed = demo.call_with(&demo.editor(), "POST /items", &["content-type: text/plain"], b"{}").await;
    assert_eq!((typed.status, typed.header("content-type")), (415, Some("application/problem+json")));
}

#[tokio::test]
async fn scopes_decide_who_may_do_what() {
    let demo = demo().await;
    let (reader, editor) = (demo.reader(), demo.editor());
    let table = [
        ("GET /items", [401, 200, 200]),
        ("GET /items/1", [401, 200, 200]),
        ("POST /items", [401, 403, 415]),
        ("PUT /items/1", [401, 403, 415]),
        ("PATCH /items/1", [401, 403, 415]),
        ("DELETE /items/99", [401, 403, 404]),
        ("GET /orders", [401, 403, 200]),
        ("GET /report.xml", [401, 200, 200]),
        ("POST /uploads", [401, 403, 400]),
        ("GET /me", [401, 200, 200]),
        ("GET /health", [200, 200, 200]),
    ];
    for (request, statuses) in table {
        for (token, status) in ["", &reader, &editor].into_iter().zip(statuses) {
            let reply = demo.call(token, request).await;
            assert_eq!(reply.status, status, "{request}");
            match status {
                401 => assert_eq!(reply.header("www-authenticate"), Some("Bearer realm=\"shop\"")),
                403 => assert!(reply.header("www-authenticate").unwrap().contains("error=\"insufficient_scope\"")),
                _ => {}
            }
        }
    }
    assert_eq!((demo.counts().unauthorized, demo.counts().forbidden), (10, 6));
    let tampered = format!("{editor}x");
    assert_eq!(demo.call(&tampered, "GET /me").await.text("detail"), "the token is unknown");
}

#[tokio::test]
async fn a_list_comes_in_pages_that_lead_to_each_other() {
    let demo = demo().await;
    let mut next = "/items?tag=classic&per_page=4".to_owned();
    let mut titles = Vec::new();
    let mut pages = 0;
    while !next.is_empty() {
        let page = demo.call(&demo.reader(), &format!("GET {next}")).await;
        assert_eq!(page.header("x-total-count"), Some("7"));
        let json = page.json();
        titles.extend(
            json.get("items").unwrap().as_array().unwrap().iter().map(|item| item.get("title").unwrap().to_text()),
        );
        assert_eq!(page.header("link").unwrap().contains("rel=\"next\""), pages == 0);
        next = page.text("next");
        pages += 1;
    }
    assert_eq!((pages, titles.len()), (2, 7));
    titles.dedup();
    assert_eq!(titles.len(), 7);
    for (query, status) in [("page=0", 400), ("page=x", 400), ("per_page=101", 400), ("page=99", 200), ("q=LAMP", 200)]
    {
        assert_eq!(demo.call(&demo.reader(), &format!("GET /items?{query}")).await.status, status, "{query}");
    }
    let lamps = demo.call(&demo.reader(), "GET /items?q=LAMP&per_page=2").await;
    assert_eq!(lamps.json().get("total").unwrap().to_text(), "3");
    assert_eq!(lamps.text("next"), "/items?page=2&per_page=2&q=LAMP");
}

#[tokio::test]
async fn entity_tags_spare_a_copy_and_protect_a_change() {
    let demo = demo().await;
    let token = demo.editor();
    let body: &[u8] = br#"{"stock":1}"#;
    let table = [
        ("GET /items/1", "if-none-match: \"1-1\"", 304),
        ("GET /items/1", "if-none-match: W/\"1-1\"", 304),
        ("GET /items/1", "if-none-match: \"x\", *", 304),
        ("GET /items/1", "if-none-match: \"1-2\"", 200),
        ("PATCH /items/1", "if-match: \"1-2\"", 412),
        ("PATCH /items/1", "if-match: W/\"1-1\"", 412),
        ("PATCH /items/1", "if-match: \"1-1\"", 200),
        ("PATCH /items/1", "if-match: \"1-1\"", 412),
        ("GET /items/1", "if-none-match: \"1-1\"", 200),
        ("DELETE /items/1", "if-match: \"1-1\"", 412),
        ("DELETE /items/1", "if-match: *", 204),
    ];
    for (request, line, status) in table {
        let reply = demo.call_with(&token, request, &[line, JSON], body).await;
        assert_eq!(reply.status, status, "{request} {line}");
        assert!(status != 304 || (reply.body.is_empty() && reply.header("etag") == Some("\"1-1\"")));
    }
}

#[tokio::test]
async fn an_answer_is_compressed_for_those_who_want_it() {
    let demo = demo().await;
    let plain = demo.call(&demo.reader(), "GET /items").await;
    let table = [
        ("accept-encoding: gzip", true),
        ("accept-encoding: br, GZIP;q=0.5", true),
        ("accept-encoding: gzip;q=0, br", false),
        ("accept-encoding: identity", false),
    ];
    for (line, packed) in table {
        let reply = demo.call_with(&demo.reader(), "GET /items", &[line], b"").await;
        assert_eq!(reply.header("content-encoding"), packed.then_some("gzip"), "{line}");
        assert_eq!(reply.header("vary"), Some("accept-encoding"));
        let mut body = Vec::new();
        match packed {
            true => drop(GzDecoder::new(reply.body.as_slice()).read_to_end(&mut body).unwrap()),
            false => body = reply.body,
        }
        assert_eq!(body, plain.body, "{line}");
    }
}

#[tokio::test]
async fn an_upload_is_described_and_comes_back_as_it_was() {
    let demo = demo().await;
    let bytes: Vec<u8> = (0..=255).collect();
    let left = demo.call_with(&demo.editor(), "POST /uploads", &["content-type: image/png"], &bytes).await;
    assert_eq!((left.status, left.text("content_type").as_str()), (201, "image/png"));
    assert_eq!(left.text("sha256"), "40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880");
    let back = demo.call(&demo.reader(), &format!("GET {}", left.header("location").unwrap())).await;
    assert_eq!((back.body, back.head.contains("content-type: image/png")), (bytes, true));
    let large = vec![0; 17 * 1024 * 1024];
    let left = demo.call_with(&demo.editor(), "POST /uploads", &[], &large).await;
    let size = left.json().get("size").unwrap().to_text();
    assert_eq!((left.status, size.as_str()), (201, "17825792"));
    let back = demo.call(&demo.reader(), &format!("GET {}", left.header("location").unwrap())).await;
    assert_eq!((back.status, back.text("detail").contains("only the description was kept")), (404, true));
    assert_eq!(demo.call_with(&demo.editor(), "POST /uploads", &[], b"").await.status, 400);
}

#[tokio::test]
async fn a_session_lives_in_a_cookie() {
    let demo = demo().await;
    let login = br#"{"user":"qa","password":"qa pass+word%"}"#;
    let opened = demo.call_with("", "POST /session", &[JSON], login).await;
    let cookies = opened.headers("set-cookie");
    assert_eq!((opened.status, cookies.len()), (201, 2));
    assert!(cookies[0].ends_with("; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax"));
    let cookie = format!("cookie: theme=light; {}", cookies[0].split(';').next().unwrap());
    let lines = [cookie.as_str()];
    let ask = |request| demo.call_with("", request, &lines, b"");
    assert_eq!(ask("GET /session").await.text("user"), "qa");
    let sent = ask("GET /cookies").await;
    assert_eq!(sent.json().get("cookies").unwrap().get("theme").unwrap().as_str(), Some("light"));
    let closed = ask("DELETE /session").await;
    assert!(closed.status == 204 && closed.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(ask("GET /session").await.status, 401);
    let wrong = demo.call_with("", "POST /session", &[JSON], br#"{"user":"qa","password":"x"}"#).await;
    assert_eq!(wrong.status, 401);
}

#[tokio::test]
async fn basic_and_keys_open_their_doors() {
    let demo = demo().await;
    let table = [
        ("GET /basic", "authorization: Basic cWE6cWEgcGFzcyt3b3JkJQ==", 200),
        ("GET /basic", "authorization: Basic cWE6d3Jvbmc=", 401),
        ("GET /basic", "authorization: Bearer x", 401),
        ("GET /key", "x-api-key: demo-key-7f3a9c", 200),
        ("GET /key", "cookie: api_key=demo-key-7f3a9c", 200),
        ("GET /key?api_key=demo-key-7f3a9c", "accept: */*", 200),
        ("GET /key?api_key=no", "x-api-key: no", 401),
        ("GET /key", "accept: */*", 401),
    ];
    for (request, line, status) in table {
        assert_eq!(send(demo.api_url(), request, &[line], b"").await.status, status, "{request} {line}");
    }
}
