//! Servers that tests of connections talk to: over TLS with certificates made for the test, over a Unix socket, and proxies.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::{
    RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    server::WebPkiClientVerifier,
};

/// Who vouches for servers and clients of a test.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key in PEM.
pub(crate) struct Issued {
    pub(crate) cert: String,
    pub(crate) key: String,
    chain: Vec<CertificateDer<'static>>,
    der: Vec<u8>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "an authority");
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for a name, good until a year.
    pub(crate) fn issue(&self, name: &str, until: i32) -> Issued {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_after = rcgen::date_time_ymd(until, 1, 1);
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Issued {
            cert: certificate.pem(),
            key: key.serialize_pem(),
            chain: vec![certificate.der().clone()],
            der: key.serialize_der(),
        }
    }
}

impl Issued {
    /// The certificate in DER.
    pub(crate) fn certificate(&self) -> &[u8] {
        &self.chain[0]
    }
}

/// Which certificate clients are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    Nothing,
    Perhaps,
    Always,
}

/// A request as a server saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) text: String,
    /// The certificate that came with it, in DER.
    pub(crate) client: Option<Vec<u8>>,
}

impl Seen {
    /// Whether it came with this certificate.
    pub(crate) fn is_from(&self, client: &Issued) -> bool {
        self.client.as_deref() == Some(client.chain[0].as_ref())
    }
}

/// What a server says to a request: a status and JSON.
pub(crate) type Script = Arc<dyn Fn(&Seen) -> (u16, String) + Send + Sync>;

/// A server on loopback.
pub(crate) struct Server {
    address: SocketAddr,
    log: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// A server for `localhost` over TLS, whose script answers with a status and JSON.
    pub(crate) fn secure(
        authority: &Authority,
        asks: Asks,
        script: impl Fn(&Seen) -> (u16, String) + Send + Sync + 'static,
    ) -> Self {
        Self::with(authority, authority.issue("localhost", 4000), asks, script)
    }

    /// The same with a certificate of its own.
    pub(crate) fn with(
        authority: &Authority,
        own: Issued,
        asks: Asks,
        script: impl Fn(&Seen) -> (u16, String) + Send + Sync + 'static,
    ) -> Self {
        let config = Arc::new(config(authority, own, asks));
        Self::listen(
            move |stream, log, script| {
                let Ok(connection) = ServerConnection::new(Arc::clone(&config)) else { return };
                let mut stream = StreamOwned::new(connection, stream);
                let Some(text) = read(&mut stream) else { return };
                let client = stream.conn.peer_certificates().map(|chain| chain[0].to_vec());
                answer(&mut stream, Seen { text, client }, log, script);
                stream.conn.send_close_notify();
                let _ = stream.flush();
            },
            Arc::new(script),
        )
    }

    /// A server over TLS that leads from each of these paths to a URL.
    pub(crate) fn redirecting(authority: &Authority, asks: Asks, ways: &[(&str, &str)]) -> Self {
        let ways: Vec<_> = ways.iter().map(|(from, to)| (format!("GET {from} "), (*to).to_owned())).collect();
        Self::secure(authority, asks, move |seen| {
            let to = ways.iter().find(|(from, _)| seen.text.starts_with(from)).map(|(_, to)| to).unwrap();
            (302, format!("\r\nLocation: {to}"))
        })
    }

    /// A server without TLS.
    pub(crate) fn plain(script: impl Fn(&Seen) -> (u16, String) + Send + Sync + 'static) -> Self {
        Self::listen(
            |mut stream, log, script| {
                if let Some(text) = read(&mut stream) {
                    answer(&mut stream, Seen { text, client: None }, log, script);
                }
            },
            Arc::new(script),
        )
    }

    fn listen(talk: impl Fn(TcpStream, &Mutex<Vec<Seen>>, &Script) + Send + Sync + 'static, script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { address: listener.local_addr().unwrap(), log: Arc::default() };
        let (log, talk) = (Arc::clone(&server.log), Arc::new(talk));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (log, talk, script) = (Arc::clone(&log), Arc::clone(&talk), Arc::clone(&script));
                thread::spawn(move || talk(stream, &log, &script));
            }
        });
        server
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Everything that was asked so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.log.lock().unwrap().clone()
    }
}

fn config(authority: &Authority, own: Issued, asks: Asks) -> ServerConfig {
    let provider = Arc::new(default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let mut roots = RootCertStore::empty();
    roots.add(authority.0.der().clone()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    let builder = match asks {
        Asks::Nothing => builder.unwrap().with_no_client_auth(),
        Asks::Perhaps => builder.unwrap().with_client_cert_verifier(verifier.allow_unauthenticated().build().unwrap()),
        Asks::Always => builder.unwrap().with_client_cert_verifier(verifier.build().unwrap()),
    };
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.der));
    builder.with_single_cert(own.chain, key).unwrap()
}

/// A request with its body; none where the client has gone.
pub(crate) fn read(stream: &mut impl Read) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        bytes.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
    let mut body = vec![0; length.map_or(0, |it| it.trim().parse().unwrap())];
    stream.read_exact(&mut body).ok()?;
    bytes.extend(body);
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Notes a request and answers it.
pub(crate) fn answer(stream: &mut impl Write, seen: Seen, log: &Mutex<Vec<Seen>>, script: &Script) {
    let (status, body) = script(&seen);
    log.lock().unwrap().push(seen);
    let head = format!("HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nConnection: close");
    let _ = match body.strip_prefix("\r\nLocation: ") {
        Some(to) => write!(stream, "{head}\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"),
        None => write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()),
    };
}

/// A proxy that knows `CONNECT`, and one for SOCKS 5 with user and password; both write down what they are asked.
pub(crate) struct Proxy {
    address: SocketAddr,
    log: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Takes `CONNECT host:port` and absolute URLs; all of them lead to this port of loopback.
    pub(crate) fn http(port: u16) -> Self {
        Self::listen(move |mut client, log| {
            let Some(request) = read(&mut client) else { return };
            let is_tunnel = request.starts_with("CONNECT ");
            log.lock().unwrap().push(request.clone());
            let mut server = TcpStream::connect(("127.0.0.1", port)).unwrap();
            if is_tunnel {
                client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").unwrap();
            } else {
                server.write_all(request.as_bytes()).unwrap();
            }
            join(client, server);
        })
    }

    /// Asks for user and password (RFC 1929); every address leads to this port of loopback.
    pub(crate) fn socks(port: u16) -> Self {
        Self::listen(move |mut client, log| {
            let mut greeting = [0; 2];
            client.read_exact(&mut greeting).unwrap();
            client.read_exact(&mut vec![0; usize::from(greeting[1])]).unwrap();
            client.write_all(&[5, 2]).unwrap();
            let mut said = Vec::new();
            client.read_exact(&mut [0; 1]).unwrap();
            for _ in ["user", "password"] {
                said.push(text(&mut client));
            }
            client.write_all(&[1, 0]).unwrap();
            let mut head = [0; 4];
            client.read_exact(&mut head).unwrap();
            let host = match head[3] {
                1 => {
                    let mut address = [0; 4];
                    client.read_exact(&mut address).unwrap();
                    std::net::Ipv4Addr::from(address).to_string()
                }
                _ => text(&mut client),
            };
            client.read_exact(&mut [0; 2]).unwrap();
            log.lock().unwrap().push(format!("{} {} {host}", said[0], said[1]));
            client.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0]).unwrap();
            join(client, TcpStream::connect(("127.0.0.1", port)).unwrap());
        })
    }

    fn listen(talk: impl Fn(TcpStream, &Mutex<Vec<String>>) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self { address: listener.local_addr().unwrap(), log: Arc::default() };
        let (log, talk) = (Arc::clone(&proxy.log), Arc::new(talk));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (log, talk) = (Arc::clone(&log), Arc::clone(&talk));
                thread::spawn(move || talk(stream, &log));
            }
        });
        proxy
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Everything that it was asked so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

fn text(stream: &mut TcpStream) -> String {
    let mut length = [0; 1];
    stream.read_exact(&mut length).unwrap();
    let mut bytes = vec![0; usize::from(length[0])];
    stream.read_exact(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Hands bytes to and fro until both have gone.
fn join(client: TcpStream, server: TcpStream) {
    let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(std::net::Shutdown::Write);
    });
    let (mut from, mut to) = (server, client);
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(std::net::Shutdown::Write);
}
