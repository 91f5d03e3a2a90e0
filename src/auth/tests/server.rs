//! A token endpoint on loopback that answers what it is told and counts.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

/// One answer.
#[derive(Clone)]
pub(super) enum Reply {
    /// These bytes.
    Bytes(String),
    /// The connection is closed without an answer.
    Closed,
    /// The answer that is made from the URL of the server.
    Of(fn(&str) -> Reply),
}

impl Reply {
    pub(super) fn json(status: u16, body: &str) -> Self {
        Self::with(status, "Content-Type: application/json\r\n", body)
    }

    pub(super) fn with(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Bytes(format!(
            "HTTP/1.1 {status} X\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
    }
}

/// The endpoint. It answers while its gate is open.
pub(super) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    gate: Arc<Semaphore>,
}

impl Server {
    pub(super) async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let gate = Arc::new(Semaphore::new(1_000_000));
        tokio::spawn(serve(listener, replies, Arc::clone(&seen), Arc::clone(&gate)));
        Self { address, seen, gate }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Every request so far, head and body.
    pub(super) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    pub(super) fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// No answer from now on.
    pub(super) fn close_gate(&self) {
        self.gate.forget_permits(1_000_000);
    }

    /// Answers again.
    pub(super) fn open_gate(&self) {
        self.gate.add_permits(1_000_000);
    }
}

async fn serve(listener: TcpListener, replies: Vec<Reply>, seen: Arc<Mutex<Vec<String>>>, gate: Arc<Semaphore>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (replies, seen, gate) = (replies.clone(), Arc::clone(&seen), Arc::clone(&gate));
        tokio::spawn(async move {
            let _ = answer(stream, &replies, &seen, &gate).await;
        });
    }
}

async fn answer(
    mut stream: TcpStream,
    replies: &[Reply],
    seen: &Mutex<Vec<String>>,
    gate: &Semaphore,
) -> std::io::Result<()> {
    let Some(request) = read(&mut stream).await? else { return Ok(()) };
    let number = {
        let mut seen = seen.lock().unwrap();
        seen.push(request);
        seen.len()
    };
    let _permit = gate.acquire().await;
    let reply = match replies.get(number - 1).or(replies.last()) {
        Some(Reply::Of(make)) => Some(make(&format!("http://{}", stream.local_addr()?))),
        other => other.cloned(),
    };
    match reply {
        Some(Reply::Bytes(bytes)) => stream.write_all(bytes.as_bytes()).await?,
        Some(Reply::Closed | Reply::Of(_)) | None => return Ok(()),
    }
    stream.shutdown().await
}

async fn read(stream: &mut TcpStream) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await?;
        if count == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Ok(Some(text));
        }
    }
}
