//! Answers that break, come late, are too large, or never come; requests that cannot be sent.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use tokio::net::TcpListener;

use super::{server::with_body, *};
use crate::http::{Fault, FaultKind};

async fn fault_of(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Fault {
    let server = Server::start(move |_, _| reply()).await;
    let request = Request { timeout: Duration::from_secs(5), ..request("GET", &server.url("/")) };
    http().send(request).await.result.unwrap_err()
}

async fn late(reply: &'static [u8]) -> Fault {
    let server = Server::start(move |_, _| Reply::Hang(reply.to_vec())).await;
    let request = Request { timeout: Duration::from_millis(500), ..request("GET", &server.url("/")) };
    http().send(request).await.result.unwrap_err()
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let exchange = http().send(request("GET", &Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap())).await;
    let fault = exchange.result.unwrap_err();
    assert_eq!((fault.kind, fault.message), (FaultKind::Refused, format!("connection refused by 127.0.0.1:{port}")));
    assert!(fault.help.unwrap().contains("start the server"));
    assert!(!exchange.timing.reused);
}

#[tokio::test]
async fn nobody_has_that_name() {
    let exchange = http().send(request("GET", &Url::parse("http://nonexistent.invalid/").unwrap())).await;
    let fault = exchange.result.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Dns);
    assert!(fault.message.starts_with("no address for `nonexistent.invalid`: "), "{}", fault.message);
}

#[tokio::test]
async fn an_answer_that_breaks_says_how() {
    let cases: &[(&[u8], &str)] = &[
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "the body ended too early, after 3 of 10 bytes"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            "the body ended too early, after 3 bytes",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
            "the body broke off after 3 bytes: Invalid chunk size line: missing size digit",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "the server closed the connection without an answer"),
        (b"SSH-2.0-OpenSSH_9\r\n\r\n", "the answer is not HTTP: invalid HTTP version parsed"),
        (b"HTTP/1.1 999999 OK\r\n\r\n", "the answer is not HTTP: invalid HTTP status-code parsed"),
        (b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n", "the answer is not HTTP: invalid HTTP header parsed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "the answer is not HTTP: invalid content-length parsed"),
    ];
    for (answer, expected) in cases {
        let fault = fault_of(|| Reply::Last(answer.to_vec())).await;
        assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Broken, *expected));
        let body = expected.contains("after 3").then(|| Bytes::from_static(b"abc"));
        assert_eq!(fault.partial.map(|partial| partial.body), body, "{expected}");
    }
}

#[tokio::test]
async fn a_head_that_is_too_large_says_so() {
    for head in [format!("X: {}\r\n", "x".repeat(2_000_000)), "X: y\r\n".repeat(600)] {
        let fault = fault_of(move || Reply::Last(with_body(&head, b""))).await;
        assert_eq!(fault.message, "the head of the answer is too large: more than 512 headers or about 400 KiB");
    }
    let head = format!("X: {}\r\n{}", "x".repeat(200_000), "Y: z\r\n".repeat(400));
    let server = Server::start(move |_, _| Reply::Last(with_body(&head, b""))).await;
    let response = http().send(request("GET", &server.url("/"))).await.result.unwrap();
    assert_eq!((response.headers.len(), response.header("x").unwrap().len()), (402, 200_000));
}

#[tokio::test]
async fn an_answer_that_comes_late_says_how_far_it_came() {
    let cases: [(&[u8], &str); 3] = [
        (b"", "no answer within 500ms; connected, waiting for the head"),
        (b"HTTP/1.1 200 OK\r\nContent", "no answer within 500ms; connected, waiting for the head"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
            "no whole answer within 500ms; the body stopped after 3 bytes",
        ),
    ];
    for (answer, expected) in cases {
        let fault = late(answer).await;
        assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Timeout, expected));
        let partial = fault.partial.map(|partial| (partial.status, partial.body));
        assert_eq!(partial, expected.contains("stopped").then(|| (200, Bytes::from_static(b"abc"))));
    }
}

#[tokio::test]
async fn a_body_that_is_not_what_it_says_is_broken() {
    let cases: [(&str, Vec<u8>, &str); 3] = [
        ("gzip", b"plain".to_vec(), "the body cannot be decoded from `gzip` after 0 bytes: it ends too early"),
        ("br, snappy", b"plain".to_vec(), "the body is in a coding that is not known here: `snappy`"),
        (
            "gzip",
            gzip(b"hello")[..20].to_vec(),
            "the body cannot be decoded from `gzip` after 5 bytes: it ends too early",
        ),
    ];
    for (coding, body, expected) in cases {
        let head = format!("Content-Encoding: {coding}\r\n");
        let fault = fault_of(move || Reply::Say(with_body(&head, &body))).await;
        assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Broken, expected));
        assert_eq!(fault.partial.unwrap().header("content-encoding"), Some(coding));
    }
}

#[tokio::test]
async fn a_body_larger_than_allowed_is_stopped_coded_or_not() {
    let bomb = gzip(&vec![0; 100 << 20]);
    let long = vec![b'x'; 2 << 20];
    let chunked =
        [&b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n"[..], &long, b"\r\n0\r\n\r\n"].concat();
    let answers = [with_body("Content-Encoding: gzip\r\n", &bomb), with_body("", &long), chunked];
    for answer in answers {
        let server = Server::start(move |_, _| Reply::Say(answer.clone())).await;
        let fault = limited(1 << 20).send(request("GET", &server.url("/"))).await.result.unwrap_err();
        assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::TooLarge, "the body has more than 1 MiB"));
        assert!(fault.partial.unwrap().body.len() <= 64 << 10);
    }
    let server = Server::start(|_, _| Reply::Say(with_body("", &vec![b'x'; 1 << 20]))).await;
    assert_eq!(limited(1 << 20).send(request("GET", &server.url("/"))).await.result.unwrap().size, 1 << 20);
}

#[tokio::test]
async fn a_request_that_cannot_be_sent_names_what_is_at_fault() {
    let url = Url::parse("http://127.0.0.1:1/").unwrap();
    let plain = || request("GET", &url);
    let with = |name: &str, value: &str| Request { headers: vec![header(name, value)], ..plain() };
    let cases = [
        (with("X-A", "one\r\nX-B: two"), "the header `X-A` cannot be sent: its value holds a line break (character 4)"),
        (with("X-A", "ü\u{0}"), "the header `X-A` cannot be sent: its value holds the character U+0000 (character 2)"),
        (with("X A", "v"), "`X A` is not a header name: it holds a blank"),
        (with("Grün", "v"), "`Grün` is not a header name: it holds `ü`"),
        (with("", "v"), "a header name cannot be empty"),
        (with("Content-Length", "5"), "the header `Content-Length: 5` cannot be sent: the body has 0 bytes"),
        (request("GE T", &url), "`GE T` is not a method: it holds a blank"),
        (request("", &url), "a method cannot be empty"),
    ];
    for (request, expected) in cases {
        let fault = http().send(request).await.result.unwrap_err();
        assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Request, expected));
    }
}

#[tokio::test]
async fn a_server_that_never_accepts_a_byte_does_not_hang_a_request() {
    let server = Server::start(|_, _| Reply::Hang(Vec::new())).await;
    let body = Some(vec![b'x'; 8 << 20].into());
    let request = Request { body, timeout: Duration::from_millis(200), ..request("POST", &server.url("/")) };
    assert_eq!(http().send(request).await.result.unwrap_err().kind, FaultKind::Timeout);
}

#[tokio::test]
async fn an_answer_that_comes_before_the_body_was_sent_counts() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno").await;
        let _ = stream.shutdown().await;
        std::future::pending::<()>().await;
    });
    let request = Request { body: Some(vec![b'x'; 8 << 20].into()), ..request("POST", &url) };
    let response = http().send(request).await.result.unwrap();
    assert_eq!((response.status, &response.body[..]), (413, &b"no"[..]));
}
