//! The servers, asked over real connections by a client of a few lines.

mod bonds;
mod contract;
mod faults;
mod jobs;
mod life;
mod people;
mod provider;
mod shop;
mod signed;
mod wire;

use std::time::{Duration, SystemTime};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::clock::Clock;
use crate::demo::{Client, Demo, Options};
use crate::json::Json;

/// What came back.
#[derive(Debug)]
struct Reply {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Reply {
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    fn headers(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }

    fn json(&self) -> Json<'_> {
        Json::parse(std::str::from_utf8(&self.body).unwrap()).unwrap()
    }

    fn text(&self, name: &str) -> String {
        self.json().get(name).and_then(Json::as_str).unwrap_or_default().to_owned()
    }
}

/// Sends a request over a connection of its own. `lines` are headers.
async fn send(base: &str, request: &str, lines: &[&str], body: &[u8]) -> Reply {
    read(&exchange(base, request, lines, body).await.unwrap())
}

/// The bytes that came back until the connection was closed.
async fn exchange(base: &str, request: &str, lines: &[&str], body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = connect(base).await;
    let mut head = format!("{request} HTTP/1.1\r\nhost: shop.test\r\nconnection: close\r\n");
    lines.iter().for_each(|line| head.push_str(&format!("{line}\r\n")));
    head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    Ok(bytes)
}

async fn connect(base: &str) -> TcpStream {
    TcpStream::connect(base.trim_start_matches("http://")).await.unwrap()
}

fn read(bytes: &[u8]) -> Reply {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("an answer has a head");
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head, body: bytes[end + 4..].to_vec() }
}

impl Demo {
    /// Sends a form to the token endpoint.
    async fn ask(&self, lines: &[&str], form: &str) -> Reply {
        let mut all = vec!["content-type: application/x-www-form-urlencoded"];
        all.extend(lines);
        send(self.issuer_url(), "POST /oauth2/token", &all, form.as_bytes()).await
    }

    /// A token reply for a client whose secret needs no encoding.
    async fn ask_as(&self, client: &str, secret: &str, more: &str) -> Reply {
        self.ask(&[], &format!("grant_type=client_credentials&client_id={client}&client_secret={secret}{more}")).await
    }

    /// Sends a request to the API, with a token where one is given.
    async fn call(&self, token: &str, request: &str) -> Reply {
        self.call_with(token, request, &[], b"").await
    }

    async fn call_with(&self, token: &str, request: &str, lines: &[&str], body: &[u8]) -> Reply {
        let bearer = format!("authorization: Bearer {token}");
        let mut all = lines.to_vec();
        if !token.is_empty() {
            all.push(&bearer);
        }
        send(self.api_url(), request, &all, body).await
    }

    fn editor(&self) -> String {
        self.token("editor", Duration::from_secs(60)).unwrap()
    }

    fn reader(&self) -> String {
        self.token("reader", Duration::from_secs(60)).unwrap()
    }
}

fn options() -> Options {
    Options {
        clients: vec![
            Client::new("reader", "plain", &["items.read"]),
            Client::new("editor", "a+b/c==&\"<>é", &["items.read", "items.write", "orders.read"]),
        ],
        ..Options::default()
    }
}

async fn demo() -> Demo {
    Demo::start(options()).await.unwrap()
}

/// A demo whose time stands still until it is moved.
async fn frozen(options: Options) -> (Demo, Clock) {
    let clock = Clock::manual(SystemTime::UNIX_EPOCH + Duration::from_secs(1_900_000_000));
    (Demo::start_at(options, clock.clone()).await.unwrap(), clock)
}
