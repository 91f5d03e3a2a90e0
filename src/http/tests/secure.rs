//! Whom https trusts.

use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio_rustls::TlsAcceptor;

use super::{server::ok, *};
use crate::http::FaultKind;

/// An authority in PEM and a server for `localhost` that it vouches for, until a year.
fn authority(until: i32) -> (Vec<u8>, TlsAcceptor) {
    let (ca, config) = configured(until);
    (ca, TlsAcceptor::from(Arc::new(config)))
}

fn configured(until: i32) -> (Vec<u8>, ServerConfig) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(until, 1, 1);
    let certificate = params.signed_by(&key, &issuer).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
    (issuer.pem().into_bytes(), config)
}

fn trusting(ca: Vec<u8>) -> Http {
    Http::new(Clock::system(), HttpSettings { ca: vec![ca], ..HttpSettings::default() })
}

#[tokio::test]
async fn a_trusted_server_answers_and_its_handshake_is_timed() {
    let (ca, acceptor) = authority(4000);
    let server = Server::secure(acceptor, |_, _| ok("{}")).await;
    let http = trusting(ca);
    let exchange = http.send(request("GET", &server.url_as("localhost", "/"))).await;
    assert_eq!(exchange.result.unwrap().body, "{}");
    assert!(exchange.timing.tls.is_some() && exchange.timing.tcp.is_some() && !exchange.timing.reused);
    let exchange = http.send(request("GET", &server.url_as("localhost", "/"))).await;
    assert!(exchange.timing.tls.is_none() && exchange.timing.reused);
    assert_eq!(server.connections(), 1);
    assert!(server.requests()[0].contains(&format!("Host: localhost:{}\r\n", server.url("/").origin().port)));
}

#[tokio::test]
async fn a_server_that_cannot_be_trusted_says_why() {
    let (ca, acceptor) = authority(4000);
    let server = Server::secure(acceptor, |_, _| ok("{}")).await;
    let fault = http().send(request("GET", &server.url_as("localhost", "/"))).await.result.unwrap_err();
    let expected = "the certificate of `localhost` was issued by nobody this machine trusts";
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Tls, expected));
    assert!(fault.help.unwrap().contains("`http.ca`"));
    let fault = trusting(ca).send(request("GET", &server.url("/"))).await.result.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Tls);
    assert!(fault.message.starts_with("the certificate of `127.0.0.1` is for another name"), "{}", fault.message);
    let (ca, acceptor) = authority(2001);
    let server = Server::secure(acceptor, |_, _| ok("{}")).await;
    let fault = trusting(ca).send(request("GET", &server.url_as("localhost", "/"))).await.result.unwrap_err();
    assert_eq!(fault.message, "the certificate of `localhost` has run out");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_root_that_is_none_is_named() {
    let url = Url::parse("https://localhost:1/").unwrap();
    let fault = trusting(b"no pem".to_vec()).send(request("GET", &url)).await.result.unwrap_err();
    assert_eq!(fault.message, "`http.ca` holds no certificate in PEM (`-----BEGIN CERTIFICATE-----`)");
}

#[tokio::test]
async fn a_server_without_tls_says_so() {
    let server = Server::start(|_, _| Reply::Last(Vec::new())).await;
    let text = server.url("/").to_string().replace("http:", "https:");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    });
    let url = Url::parse(&format!("https://127.0.0.1:{port}/")).unwrap();
    let fault = http().send(request("GET", &url)).await.result.unwrap_err();
    assert_eq!((fault.kind, fault.message), (FaultKind::Tls, format!("127.0.0.1:{port} does not speak TLS")));
    assert!(fault.help.unwrap().contains("http://"));
    let request = Request { timeout: Duration::from_millis(500), ..request("GET", &Url::parse(&text).unwrap()) };
    let fault = http().send(request).await.result.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Tls, "{}", fault.message);
}

#[tokio::test]
async fn http_2_is_spoken_where_the_server_offers_it() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (ca, mut config) = configured(4000);
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = acceptor.accept(stream).await.unwrap();
        let mut preface = [0; 24];
        stream.read_exact(&mut preface).await.unwrap();
        assert_eq!(&preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).await.unwrap();
        loop {
            let mut head = [0; 9];
            stream.read_exact(&mut head).await.unwrap();
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
            stream.read_exact(&mut vec![0; length]).await.unwrap();
            if head[3] == 1 {
                // HEADERS that end the stream: `:status: 204`, from the static table.
                stream.write_all(&[0, 0, 1, 1, 5, 0, 0, 0, 1, 0x89]).await.unwrap();
            }
        }
    });
    let url = Url::parse(&format!("https://localhost:{port}/")).unwrap();
    let exchange = trusting(ca).send(request("GET", &url)).await;
    let response = exchange.result.unwrap();
    assert_eq!((response.status, response.version), (204, "2"));
    assert!(exchange.timing.tls.is_some());
}
