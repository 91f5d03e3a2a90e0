//! A server that says exactly what a test wants it to, byte for byte, and writes down what it was asked.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use crate::http::Url;

/// What is done once a request was read.
pub(super) enum Reply {
    /// Bytes, and the connection stays.
    Say(Vec<u8>),
    /// Bytes, and the connection is closed.
    Last(Vec<u8>),
    /// Bytes, and then nothing ever.
    Hang(Vec<u8>),
}

type Script = Arc<dyn Fn(usize, &str) -> Reply + Send + Sync>;

pub(super) struct Server {
    scheme: &'static str,
    address: SocketAddr,
    log: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

/// An answer that keeps its connection.
pub(super) fn ok(body: &str) -> Reply {
    Reply::Say(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes())
}

/// A head with a body behind it.
pub(super) fn with_body(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{head}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

impl Server {
    /// Listens. The script is told how many requests came before, and the request.
    pub(super) async fn start(script: impl Fn(usize, &str) -> Reply + Send + Sync + 'static) -> Self {
        Self::listen("http", None, Arc::new(script)).await
    }

    /// The same over TLS.
    pub(super) async fn secure(
        acceptor: TlsAcceptor,
        script: impl Fn(usize, &str) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::listen("https", Some(acceptor), Arc::new(script)).await
    }

    async fn listen(scheme: &'static str, acceptor: Option<TlsAcceptor>, script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = Self { scheme, address, log: Arc::default(), connections: Arc::default() };
        let (log, connections) = (Arc::clone(&server.log), Arc::clone(&server.connections));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.fetch_add(1, Ordering::SeqCst);
                let (log, script, acceptor) = (Arc::clone(&log), Arc::clone(&script), acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => talk(stream, &log, &script).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                talk(stream, &log, &script).await;
                            }
                        }
                    }
                });
            }
        });
        server
    }

    pub(super) fn url(&self, path: &str) -> Url {
        self.url_as("127.0.0.1", path)
    }

    pub(super) fn url_as(&self, host: &str, path: &str) -> Url {
        Url::parse(&format!("{}://{host}:{}{path}", self.scheme, self.address.port())).unwrap()
    }

    /// Every request so far, head and body.
    pub(super) fn requests(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn talk(mut stream: impl AsyncRead + AsyncWrite + Unpin, log: &Mutex<Vec<String>>, script: &Script) {
    let mut buffer = Vec::new();
    while let Some(length) = read_request(&mut stream, &mut buffer).await {
        let request = String::from_utf8(buffer.drain(..length).collect()).unwrap();
        let before = {
            let mut log = log.lock().unwrap();
            log.push(request.clone());
            log.len() - 1
        };
        let (bytes, then) = match script(before, &request) {
            Reply::Say(bytes) => (bytes, None),
            Reply::Last(bytes) => (bytes, Some(false)),
            Reply::Hang(bytes) => (bytes, Some(true)),
        };
        if stream.write_all(&bytes).await.is_err() || stream.flush().await.is_err() {
            return;
        }
        match then {
            None => {}
            Some(true) => std::future::pending().await,
            Some(false) => {
                let _ = stream.shutdown().await;
                return;
            }
        }
    }
}

/// How long the next request is; none where the client has gone.
async fn read_request(stream: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) -> Option<usize> {
    loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
            let whole = end + 4 + length.map_or(0, |text| text.trim().parse().unwrap_or(0));
            if buffer.len() >= whole {
                return Some(whole);
            }
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}
