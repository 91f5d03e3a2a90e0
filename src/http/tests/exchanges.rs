//! Requests and answers as they go over the wire, and the connections they share.

use super::{
    server::{ok, with_body},
    *,
};

#[tokio::test]
async fn a_request_is_sent_as_it_is_written_and_the_answer_kept_as_it_came() {
    let answer = b"HTTP/1.1 201 Created\r\nX-B: 1\r\nX-A: gr\xfcn\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\n{}";
    let server = Server::start(|_, _| Reply::Say(answer.to_vec())).await;
    let url = server.url("/items?q=%20#top");
    let mut request = request("POST", &url);
    request.headers = vec![
        header("X-Zebra", "1"),
        header("accept", "a/b"),
        header("Content-Type", "application/json"),
        header("x-apple", "grün"),
        header("X-Empty", ""),
    ];
    request.body = Some(Bytes::from_static(b"[1]").into());
    let exchange = http().send(request).await;
    let response = exchange.result.unwrap();
    let host = format!("Host: 127.0.0.1:{}", url.origin().port);
    let expected = format!(
        "POST /items?q=%20 HTTP/1.1\r\n{host}\r\nX-Zebra: 1\r\nAccept: a/b\r\nContent-Type: application/json\r\n\
         X-Apple: grün\r\nX-Empty: \r\nContent-Length: 3\r\n\r\n[1]"
    );
    assert_eq!(server.requests(), [expected]);
    assert_eq!((response.status, response.version, &response.body[..], response.size), (201, "1.1", &b"{}"[..], 2));
    assert_eq!(response.header("x-a"), Some("grün"));
    assert_eq!(response.header_values("SET-COOKIE").collect::<Vec<_>>(), ["a=1", "b=2"]);
    assert_eq!(response.cookies().len(), 2);
    assert_eq!(response.headers[0].0, "x-b");
    assert_eq!(response.url, url);
    assert!(exchange.hops.is_empty() && !exchange.timing.reused);
    assert!(exchange.timing.tcp.is_some() && exchange.timing.dns.is_none() && exchange.timing.tls.is_none());
    assert!(exchange.timing.first_byte.is_some() && exchange.timing.body.is_some());
}

#[tokio::test]
async fn an_accept_that_is_sent_unasked_is_on_record() {
    let server = Server::start(|_, _| ok("")).await;
    let mut request = request("GET", &server.url("/"));
    request.headers.clear();
    let exchange = http().send(request).await;
    assert_eq!(exchange.request.headers, [header("Accept", "*/*")]);
    assert!(server.requests()[0].contains("\r\nAccept: */*\r\n"));
}

#[tokio::test]
async fn a_host_of_the_request_replaces_the_one_of_the_url() {
    let server = Server::start(|_, _| ok("")).await;
    let mut request = request("GET", &server.url("/"));
    request.headers.push(header("host", "other.test"));
    http().send(request).await.result.unwrap();
    assert_eq!(server.requests()[0].matches("Host:").count(), 1);
    assert!(server.requests()[0].contains("Host: other.test\r\n"));
}

#[tokio::test]
async fn a_url_with_odd_characters_can_be_requested() {
    let server = Server::start(|_, _| ok("")).await;
    http().send(request("GET", &server.url("/a|b^[c]{d}`%zz?q=|^{}[]\"'\\<>#f"))).await.result.unwrap();
    assert!(server.requests()[0].starts_with("GET /a|b"), "{}", server.requests()[0]);
    assert!(server.requests()[0].contains("%zz?q=|^{}[]%22%27\\%3C%3E HTTP/1.1\r\n"), "{}", server.requests()[0]);
}

#[tokio::test]
async fn an_answer_that_switches_protocols_ends_at_its_head() {
    let answer = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n";
    let server = Server::start(|_, _| Reply::Hang(answer.to_vec())).await;
    let mut request = request("GET", &server.url("/"));
    request.headers.extend([header("Upgrade", "x"), header("Connection", "upgrade")]);
    let response = http().send(request).await.result.unwrap();
    assert_eq!((response.status, response.size), (101, 0));
}

#[tokio::test]
async fn connections_are_shared_by_all_that_is_sent() {
    let server = Server::start(|_, _| ok("{}")).await;
    let http = http();
    for round in 0..5 {
        let exchange = http.clone().send(request("GET", &server.url("/"))).await;
        assert_eq!(exchange.result.unwrap().body, "{}");
        assert_eq!(exchange.timing.reused, round > 0);
        assert_eq!(exchange.timing.tcp.is_none(), round > 0);
    }
    assert_eq!((server.requests().len(), server.connections()), (5, 1));
}

#[tokio::test]
async fn a_name_is_looked_up_and_its_time_told() {
    let server = Server::start(|_, _| ok("{}")).await;
    let exchange = http().send(request("GET", &server.url_as("localhost", "/"))).await;
    assert!(exchange.result.is_ok() && exchange.timing.dns.is_some() && exchange.timing.tcp.is_some());
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_is_replaced_for_what_may_be_sent_twice() {
    for (method, again) in
        [("GET", true), ("PUT", true), ("DELETE", true), ("POST", false), ("PATCH", false), ("PURGE", false)]
    {
        let server = Server::start(|before, _| if before == 1 { Reply::Last(Vec::new()) } else { ok("{}") }).await;
        let http = http();
        http.send(request("GET", &server.url("/"))).await.result.unwrap();
        let exchange = http.send(request(method, &server.url("/"))).await;
        assert_eq!(server.requests().len(), if again { 3 } else { 2 }, "{method}");
        if again {
            assert_eq!(exchange.result.unwrap().status, 200);
            assert!(!exchange.timing.reused);
        } else {
            assert_eq!(message(&exchange), "the server closed the connection without an answer");
        }
    }
}

#[tokio::test]
async fn a_new_connection_that_is_closed_is_not_replaced() {
    let server = Server::start(|_, _| Reply::Last(Vec::new())).await;
    let exchange = http().send(request("GET", &server.url("/"))).await;
    assert_eq!(message(&exchange), "the server closed the connection without an answer");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_comes_before_the_answer_is_passed_over() {
    let answer = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx";
    let server = Server::start(|_, _| Reply::Say(answer.to_vec())).await;
    let response = http().send(request("GET", &server.url("/"))).await.result.unwrap();
    assert_eq!((response.status, &response.body[..], response.headers.len()), (200, &b"x"[..], 1));
}

#[tokio::test]
async fn bodies_of_every_framing_are_read_whole() {
    let cases: [(&str, &[u8], &str); 5] = [
        (
            "GET",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\nX: y\r\n\r\n",
            "abc",
        ),
        ("GET", b"HTTP/1.1 200 OK\r\n\r\nto the end", "to the end"),
        ("GET", b"HTTP/1.0 200 OK\r\n\r\nold", "old"),
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Encoding: gzip\r\n\r\n", ""),
        ("GET", b"HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n", ""),
    ];
    for (method, answer, body) in cases {
        let server = Server::start(move |_, _| Reply::Last(answer.to_vec())).await;
        let response = http().send(request(method, &server.url("/"))).await.result.unwrap();
        assert_eq!((&response.body[..], response.size), (body.as_bytes(), body.len() as u64));
    }
}

#[tokio::test]
async fn a_coded_body_is_decoded_and_its_headers_stay() {
    let gzip = [
        &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x01, 2, 0, 0xfd, 0xff][..],
        b"{}",
        &[0x43, 0xbf, 0xa6, 0xa3, 2, 0, 0, 0],
    ]
    .concat();
    let server = Server::start(move |_, _| Reply::Say(with_body("Content-Encoding: gzip\r\n", &gzip))).await;
    let response = http().send(request("GET", &server.url("/"))).await.result.unwrap();
    assert_eq!((&response.body[..], response.size), (&b"{}"[..], 2));
    assert_eq!((response.header("content-encoding"), response.header("content-length")), (Some("gzip"), Some("25")));
}

#[tokio::test]
async fn cookies_come_back_where_they_belong() {
    let server =
        Server::start(|_, _| Reply::Say(with_body("Set-Cookie: sid=1; Path=/\r\nSet-Cookie: s=2; Secure\r\n", b"")))
            .await;
    let (http, jar) = (http(), Arc::new(Jar::default()));
    let sent = async |added: Vec<(String, Option<String>)>| {
        let request = Request { jar: Some(Arc::clone(&jar)), cookies: added, ..request("GET", &server.url("/")) };
        let exchange = http.send(request).await;
        exchange.request.headers.iter().find(|header| header.name == "Cookie").map(|header| header.value.clone())
    };
    assert_eq!(sent(Vec::new()).await, None);
    assert_eq!(sent(Vec::new()).await.as_deref(), Some("sid=1"));
    assert_eq!(sent(vec![("own".to_owned(), Some("3".to_owned()))]).await.as_deref(), Some("sid=1; own=3"));
    assert_eq!(sent(vec![("sid".to_owned(), None)]).await, None);
    assert!(server.requests()[2].contains("\r\nCookie: sid=1; own=3\r\n"));
    assert!(!server.requests()[3].contains("Cookie"));
}

#[tokio::test]
async fn a_future_that_sends_can_move_between_threads_and_be_dropped() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let server = Server::start(|_, _| Reply::Hang(Vec::new())).await;
    let sender = http();
    let sending = is_send(sender.send(request("GET", &server.url("/"))));
    assert!(tokio::time::timeout(Duration::from_millis(50), sending).await.is_err());
}
