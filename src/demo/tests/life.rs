//! Starting, counting, stopping.

use super::*;

#[tokio::test]
async fn two_demos_share_nothing_and_a_stopped_one_is_gone() {
    let (one, two) = (demo().await, demo().await);
    assert_ne!(one.api_url(), two.api_url());
    assert_eq!(two.call(&one.reader(), "GET /me").await.status, 401);
    assert_eq!((one.counts().api_requests, two.counts().api_requests), (0, 1));
    let urls = [one.api_url().to_owned(), one.issuer_url().to_owned()];
    one.stop().await;
    for url in urls {
        assert!(TcpStream::connect(url.trim_start_matches("http://")).await.is_err());
    }
    assert_eq!(two.call("", "GET /health").await.status, 200);
}

#[tokio::test]
async fn a_dropped_demo_ends_its_servers_and_closes_kept_connections() {
    let demo = demo().await;
    let url = demo.api_url().to_owned();
    let mut kept = connect(&url).await;
    kept.write_all(b"GET /health HTTP/1.1\r\nhost: shop\r\n\r\n").await.unwrap();
    let mut first = [0; 15];
    kept.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    drop(demo);
    kept.read_to_end(&mut Vec::new()).await.unwrap();
    while TcpStream::connect(url.trim_start_matches("http://")).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_environment_holds_what_specs_read() {
    let demo = Demo::start(Options::default()).await.unwrap();
    let env = demo.env();
    let value = |name: &str| env.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(value("API_URL"), Some(demo.api_url()));
    assert_eq!(value("ISSUER_URL"), Some(demo.issuer_url()));
    assert_eq!(value("CLIENT_ID"), Some("shop-reader"));
    assert_eq!(value("EDITOR_SECRET"), Some("editor-secret+/=&\"é"));
    assert_eq!(value("USER_NAME"), Some("qa"));
    assert_eq!(demo.call(value("API_TOKEN").unwrap(), "GET /items").await.status, 200);
    let key = format!("x-api-key: {}", value("API_KEY").unwrap());
    assert_eq!(send(demo.api_url(), "GET /key", &[&key], b"").await.status, 200);
    assert_eq!(demo.counts().token_requests, 0);
}

#[tokio::test]
async fn a_kept_connection_serves_many_requests_and_counts_once() {
    let demo = demo().await;
    let mut stream = connect(demo.api_url()).await;
    let request = b"GET /health HTTP/1.1\r\nhost: shop\r\n\r\n";
    let mut answer = vec![0; 4096];
    for _ in 0..200 {
        stream.write_all(request).await.unwrap();
        let mut read = 0;
        while !answer[..read].ends_with(b"{\"status\":\"ok\"}") {
            read += stream.read(&mut answer[read..]).await.unwrap();
        }
    }
    let counts = demo.counts();
    assert_eq!((counts.api_requests, counts.api_connections, counts.api_requests_at_once), (200, 1, 1));
}

#[tokio::test]
async fn an_api_may_refuse_every_token() {
    let demo = Demo::start(Options { api_always_unauthorized: true, ..options() }).await.unwrap();
    let reply = demo.call(&demo.editor(), "GET /items").await;
    assert_eq!(reply.status, 401);
    assert!(reply.header("www-authenticate").unwrap().starts_with("Bearer realm=\"shop\", error=\"invalid_token\""));
    assert_eq!(demo.call("", "GET /health").await.status, 200);
    assert_eq!(demo.counts().unauthorized, 1);
}
