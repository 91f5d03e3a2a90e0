//! Bodies with files on their way over the wire: their length, the ways that lead on, and what comes of a file that changes.

use std::{fs, path::PathBuf};

use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
};

use super::{server::ok, *};
use crate::http::{Body, Fault, FaultKind, SentFile};

/// Larger than what a connection takes unread.
const LARGE: u64 = 64 << 20;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("a.bin")
    }

    fn file(&self, bytes: &[u8]) -> Body {
        fs::write(self.path(), bytes).unwrap();
        self.look()
    }

    fn large(&self) -> Body {
        fs::File::create(self.path()).unwrap().set_len(LARGE).unwrap();
        self.look()
    }

    fn look(&self) -> Body {
        Body::file(SentFile::look(self.path(), "specs/a.bin".to_owned(), "a.bin").unwrap())
    }
}

fn post(url: &Url, body: Body) -> Request {
    Request { body: Some(body), redirects: 2, ..request("POST", url) }
}

/// A server that, once a request has begun, does this with the connection.
async fn begun<F: Future<Output = ()> + Send + 'static>(then: impl FnOnce(TcpStream) -> F + Send + 'static) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 1024]).await;
        then(stream).await;
    });
    url
}

async fn fault(request: Request) -> Fault {
    http().send(request).await.result.unwrap_err()
}

#[tokio::test]
async fn a_file_is_sent_with_its_length_and_again_where_a_redirect_says_so() {
    let folder = Folder::new();
    let server = Server::start(|_, request| match request.starts_with("POST /old") {
        true => Reply::Say(b"HTTP/1.1 307 X\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n".to_vec()),
        false => ok("taken"),
    })
    .await;
    let exchange = http().send(post(&server.url("/old"), folder.file(b"all of it"))).await;
    assert_eq!((exchange.result.unwrap().body, exchange.hops.len()), (Bytes::from_static(b"taken"), 1));
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert!(request.contains("\r\nContent-Length: 9\r\n") && request.ends_with("\r\n\r\nall of it"), "{request}");
        assert!(!request.contains("Transfer-Encoding"), "{request}");
    }
}

#[tokio::test]
async fn an_empty_file_is_an_empty_body() {
    let (folder, server) = (Folder::new(), Server::start(|_, _| ok("")).await);
    http().send(post(&server.url("/"), folder.file(b""))).await.result.unwrap();
    assert!(server.requests()[0].contains("\r\nContent-Length: 0\r\n"), "{:?}", server.requests());
}

#[tokio::test]
async fn nothing_is_sent_of_a_file_that_has_gone() {
    let (folder, server) = (Folder::new(), Server::start(|_, _| ok("")).await);
    let body = folder.file(b"x");
    fs::remove_file(folder.path()).unwrap();
    let fault = fault(post(&server.url("/"), body)).await;
    assert_eq!(fault.kind, FaultKind::Request);
    assert_eq!(fault.message, "`specs/a.bin` cannot be sent: it does not exist any more");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_file_that_shrinks_on_its_way_is_named() {
    let folder = Folder::new();
    let (body, path) = (folder.large(), folder.path());
    let url = begun(|mut stream| async move {
        stream.read_exact(&mut vec![0; 1 << 20]).await.unwrap();
        fs::File::options().write(true).open(path).unwrap().set_len(0).unwrap();
        while stream.read(&mut [0; 4096]).await.is_ok_and(|count| count > 0) {}
    })
    .await;
    let fault = fault(post(&url, body)).await;
    assert_eq!(fault.kind, FaultKind::Request);
    let message = &fault.message;
    assert!(message.starts_with("`specs/a.bin` cannot be sent: it ended after "), "{message}");
    assert!(message.ends_with(" of 67108864 bytes") && fault.help.is_some(), "{message}");
}

#[tokio::test]
async fn a_server_that_takes_too_long_for_a_file_is_told_with_how_far_it_came() {
    let folder = Folder::new();
    let url = begun(|stream| async move {
        let _kept = stream;
        std::future::pending().await
    })
    .await;
    let request = Request { timeout: Duration::from_millis(300), ..post(&url, folder.large()) };
    let fault = fault(request).await;
    assert_eq!(fault.kind, FaultKind::Timeout);
    let message = &fault.message;
    assert!(message.starts_with("no answer within 300ms; "), "{message}");
    assert!(message.ends_with(" of 67,108,864 bytes of the body were sent"), "{message}");
}

#[tokio::test]
async fn a_length_that_is_written_must_be_that_of_the_file() {
    let folder = Folder::new();
    let mut request = post(&Url::parse("http://127.0.0.1:1/").unwrap(), folder.file(b"123"));
    request.headers.push(header("Content-Length", "4"));
    let message = fault(request).await.message;
    assert_eq!(message, "the header `Content-Length: 4` cannot be sent: the body has 3 bytes");
}
