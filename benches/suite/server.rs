//! A server that costs as little as possible: it knows four routes and counts.

use std::{
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

struct Shared {
    connections: AtomicU64,
    tokens: AtomicU64,
    requests: AtomicU64,
    big: String,
    megabyte: String,
}

/// Prints the port and serves until standard input is closed.
pub(crate) fn serve() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        print_line(&listener.local_addr().expect("an address").port().to_string());
        let shared = Arc::new(Shared {
            connections: AtomicU64::new(0),
            tokens: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            big: document(5_000_000),
            megabyte: document(1_000_000),
        });
        let accepting = tokio::spawn(accept(listener, shared));
        let until_closed = || std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = tokio::task::spawn_blocking(until_closed).await;
        accepting.abort();
    });
    runtime.shutdown_background();
    ExitCode::SUCCESS
}

fn print_line(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        shared.connections.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(connection(stream, Arc::clone(&shared)));
    }
}

async fn connection(mut stream: TcpStream, shared: Arc<Shared>) {
    let mut buffer = Vec::with_capacity(4096);
    loop {
        let Some(head) = find_end(&buffer) else {
            match stream.read_buf(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(_) => continue,
            }
        };
        let text = String::from_utf8_lossy(&buffer[..head]).into_owned();
        let length = content_length(&text);
        while buffer.len() < head + length {
            if matches!(stream.read_buf(&mut buffer).await, Ok(0) | Err(_)) {
                return;
            }
        }
        buffer.drain(..head + length);
        let path = text.split(' ').nth(1).unwrap_or("/");
        if stream.write_all(&answer(path, &text, &shared).await).await.is_err() {
            return;
        }
    }
}

fn find_end(buffer: &[u8]) -> Option<usize> {
    buffer.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4)
}

fn content_length(head: &str) -> usize {
    let line =
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned));
    line.and_then(|value| value.trim().parse().ok()).unwrap_or(0)
}

async fn answer(path: &str, head: &str, shared: &Shared) -> Vec<u8> {
    if path.starts_with("/oauth2/token") {
        shared.tokens.fetch_add(1, Ordering::Relaxed);
        return reply(200, r#"{"access_token":"bench-token-0123456789","token_type":"Bearer","expires_in":3600}"#);
    }
    if path == "/counts" {
        let read = |count: &AtomicU64| count.swap(0, Ordering::Relaxed);
        let (connections, tokens, requests) = (read(&shared.connections), read(&shared.tokens), read(&shared.requests));
        return reply(200, &format!("{connections} {tokens} {requests}"));
    }
    shared.requests.fetch_add(1, Ordering::Relaxed);
    let sent = head.to_ascii_lowercase();
    if !sent.contains("authorization: bearer bench-token-0123456789") {
        return reply(401, "{}");
    }
    match path.trim_start_matches('/').split('/').collect::<Vec<_>>().as_slice() {
        ["items", id] => reply(200, &item(id)),
        ["slow", id] => {
            tokio::time::sleep(Duration::from_millis(20)).await;
            reply(200, &item(id))
        }
        ["big", ..] => reply(200, &shared.big),
        ["megabyte", ..] => reply(200, &shared.megabyte),
        _ => reply(404, "{}"),
    }
}

fn item(id: &str) -> String {
    format!(
        r#"{{"id":{id},"name":"item {id}","price":9.90,"tags":["red","blue"],"stock":{{"left":7,"shelf":"A{id}"}}}}"#
    )
}

/// A list of items of about this many bytes.
fn document(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 200);
    text.push_str("{\"items\":[");
    let mut id = 0;
    while text.len() < bytes {
        if id > 0 {
            text.push(',');
        }
        text.push_str(&item(&id.to_string()));
        id += 1;
    }
    text.push_str("]}");
    text
}

fn reply(status: u16, body: &str) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nx-server: bench\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body.as_bytes());
    bytes
}
