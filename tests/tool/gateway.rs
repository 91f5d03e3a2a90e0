//! A gateway that ends TLS before a demo, and says in a header what clients showed it (RFC 9440).

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::connection::servers::{Asks, Authority, Seen, Server};
use hallpass::demo::Demo;

/// Provider and API of a demo at one origin, `https://localhost:PORT`, as the authority vouches for it.
pub(crate) fn gateway(authority: &Authority, demo: &Demo) -> Server {
    let [provider, api] = [demo.issuer_url(), demo.api_url()].map(|url| url.trim_start_matches("http://").to_owned());
    Server::secure(authority, Asks::Perhaps, move |seen| {
        let is_for_provider = seen.text.starts_with("POST /oauth2/");
        forwarded(seen, if is_for_provider { &provider } else { &api })
    })
}

/// What a server says to a request, with the certificate that came with it and no other in its header.
fn forwarded(seen: &Seen, server: &str) -> (u16, String) {
    let (head, body) = seen.text.split_once("\r\n\r\n").unwrap();
    let kept = |line: &&str| {
        let line = line.to_ascii_lowercase();
        !["client-cert:", "accept-encoding:", "connection:"].iter().any(|name| line.starts_with(name))
    };
    let mut lines: Vec<String> = head.lines().filter(kept).map(str::to_owned).collect();
    lines.extend(seen.client.iter().map(|der| format!("Client-Cert: :{}:", STANDARD.encode(der))));
    let mut stream = TcpStream::connect(server).unwrap();
    write!(stream, "{}\r\nConnection: close\r\n\r\n{body}", lines.join("\r\n")).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}
