//! Redirects, hop by hop. Which headers and methods go on is tested beside `redirect`.

use super::{
    server::{ok, with_body},
    *,
};
use crate::http::FaultKind;

fn redirect(status: u16, location: &str) -> Reply {
    Reply::Say(format!("HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 4\r\n\r\ngone").into_bytes())
}

fn following(method: &str, url: &Url, redirects: u32) -> Request {
    Request { redirects, ..request(method, url) }
}

#[tokio::test]
async fn a_redirect_is_the_answer_unless_it_is_to_be_followed() {
    let server = Server::start(|_, _| redirect(302, "/b")).await;
    let exchange = http().send(following("GET", &server.url("/a"), 0)).await;
    let response = exchange.result.unwrap();
    assert_eq!((response.status, &response.body[..], response.header("location")), (302, &b"gone"[..], Some("/b")));
}

#[tokio::test]
async fn every_hop_is_on_record_and_their_connection_is_used_again() {
    let server = Server::start(|before, _| match before {
        0 => redirect(301, "/b"),
        1 => redirect(307, "c?d#e"),
        _ => ok("there"),
    })
    .await;
    let mut request = following("POST", &server.url("/a"), 2);
    request.headers.push(header("Content-Type", "text/plain"));
    request.body = Some(Bytes::from_static(b"body").into());
    let exchange = http().send(request).await;
    let response = exchange.result.unwrap();
    assert_eq!((&response.body[..], response.url.path()), (&b"there"[..], "/c"));
    let hops: Vec<_> = exchange.hops.iter().map(|hop| (hop.method.as_str(), hop.url.path(), hop.status)).collect();
    assert_eq!(hops, [("POST", "/a", 301), ("GET", "/b", 307)]);
    assert_eq!(exchange.hops[0].headers[0], ("location".to_owned(), "/b".to_owned()));
    assert_eq!((exchange.request.method.as_str(), exchange.request.url.path()), ("POST", "/a"));
    assert_eq!(exchange.request.body.map(|body| body.beginning().clone()), Some(Bytes::from_static(b"body")));
    let requests = server.requests();
    assert!(requests[1].starts_with("GET /b HTTP/1.1\r\n") && requests[2].starts_with("GET /c?d HTTP/1.1\r\n"));
    assert!(!requests[1].contains("Content-") && !requests[1].contains("body"));
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_redirect_that_keeps_its_method_keeps_its_body() {
    let server = Server::start(|before, _| if before == 0 { redirect(308, "/b") } else { ok("") }).await;
    let request = Request { body: Some(Bytes::from_static(b"body").into()), ..following("POST", &server.url("/a"), 1) };
    http().send(request).await.result.unwrap();
    assert!(server.requests()[1].starts_with("POST /b ") && server.requests()[1].ends_with("\r\n\r\nbody"));
}

#[tokio::test]
async fn credentials_and_cookies_do_not_follow_to_another_origin() {
    let other = Server::start(|_, _| ok("there")).await;
    let to = other.url("/x").to_string();
    let server = Server::start(move |before, _| match before {
        0 => Reply::Say(b"HTTP/1.1 302 F\r\nSet-Cookie: j=1\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n".to_vec()),
        _ => redirect(302, &to),
    })
    .await;
    let mut request = following("GET", &server.url("/a"), 5);
    request.jar = Some(Arc::new(Jar::default()));
    request.cookies = vec![("own".to_owned(), Some("2".to_owned()))];
    request.headers = vec![
        header("X-Kept", "yes"),
        Header { bound: true, ..header("X-Api-Key", "secret") },
        header("authorization", "secret"),
        header("cookie", "hand=3"),
        header("Accept", "*/*"),
    ];
    let exchange = http().send(request).await;
    assert_eq!(exchange.result.unwrap().body, "there");
    assert!(server.requests()[0].contains("Cookie: hand=3; own=2\r\n"));
    let second = &server.requests()[1];
    assert!(second.contains("Cookie: hand=3; j=1; own=2\r\n") && second.contains("X-Api-Key: secret"));
    let last = &other.requests()[0];
    assert!(
        last.contains("X-Kept: yes") && !last.contains("secret") && !last.contains("hand=3") && !last.contains("own=2")
    );
    let recorded = exchange.request.headers.iter().find(|header| header.name == "Cookie").unwrap();
    assert_eq!((recorded.value.as_str(), recorded.bound), ("hand=3; own=2", true));
}

#[tokio::test]
async fn a_loop_ends_and_its_way_is_told() {
    let server = Server::start(|_, _| redirect(302, "/a")).await;
    let url = server.url("/a");
    let exchange = http().send(following("GET", &url, 2)).await;
    assert_eq!(message(&exchange), format!("more than 2 redirects: {url} → {url} → {url} → {url}"));
    assert_eq!((exchange.hops.len(), server.requests().len()), (2, 3));
    let fault = exchange.result.unwrap_err();
    assert_eq!((fault.kind, fault.partial.unwrap().status), (FaultKind::Redirects, 302));
    let exchange = http().send(following("GET", &url, 100)).await;
    assert!(message(&exchange).contains(" → (92 more) → "), "{}", message(&exchange));
}

#[tokio::test]
async fn a_redirect_that_leads_nowhere_is_a_fault_with_its_way() {
    let server = Server::start(|before, _| match before {
        0 => redirect(302, "/b"),
        _ => Reply::Say(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n".to_vec()),
    })
    .await;
    let exchange = http().send(following("GET", &server.url("/a"), 5)).await;
    let (a, b) = (server.url("/a"), server.url("/b"));
    assert_eq!(message(&exchange), format!("a 302 without a `Location` leads nowhere; {a} → {b}"));
    let server = Server::start(|_, _| redirect(302, "ftp://x/y")).await;
    let exchange = http().send(following("GET", &server.url("/a"), 5)).await;
    assert!(
        message(&exchange).starts_with("the redirect to `ftp://x/y` cannot be followed: it is neither http nor https")
    );
}

#[tokio::test]
async fn the_time_limit_holds_for_all_hops_together() {
    let server = Server::start(|_, _| redirect(302, "/a")).await;
    let request = Request { timeout: Duration::from_millis(200), ..following("GET", &server.url("/a"), u32::MAX) };
    let exchange = http().send(request).await;
    assert_eq!(exchange.result.unwrap_err().kind, FaultKind::Timeout);
}

#[tokio::test]
async fn a_large_body_of_a_redirect_is_not_read_to_its_end() {
    let server = Server::start(|before, _| match before {
        0 => Reply::Hang(
            [&b"HTTP/1.1 302 F\r\nLocation: /b\r\nContent-Length: 999999999\r\n\r\n"[..], &[b'x'; 200_000]].concat(),
        ),
        _ => Reply::Say(with_body("", b"there")),
    })
    .await;
    let response = http().send(following("GET", &server.url("/a"), 1)).await.result.unwrap();
    assert_eq!(response.body, "there");
}
