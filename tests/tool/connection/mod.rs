//! The settings of connections in the project file, against real servers, proxies and sockets.

mod mutual;
pub(crate) mod servers;

use std::sync::{Arc, Mutex};

use crate::support::{Ran, Workspace};
use servers::{Asks, Authority, Proxy, Script, Seen, Server};

const SPEC: &str = "requests:\n  - name: read\n    get: /items\n    expect: { json: { ok: true } }\n";

fn fine(_: &Seen) -> (u16, String) {
    (200, "{\"ok\": true}".to_owned())
}

/// A project with these settings of `http` and one spec.
fn project(base_url: &str, http: &str, spec: &str) -> Workspace {
    Workspace::new(&format!("base_url: {base_url}\nhttp:\n{http}")).spec("items.yaml", spec)
}

fn run(workspace: &Workspace) -> Ran {
    workspace.hallpass(&["run", "-vv"])
}

#[test]
fn a_proxy_takes_plain_and_secret_requests_and_its_password_is_printed_nowhere() {
    let authority = Authority::new();
    let (plain, secure) = (Server::plain(fine), Server::secure(&authority, Asks::Nothing, fine));
    let rows = [
        ("http://shop.test".to_owned(), plain.port()),
        (format!("https://localhost:{}", secure.port()), secure.port()),
    ];
    for (url, port) in rows {
        let proxy = Proxy::http(port);
        let http =
            format!("  ca: ca.pem\n  proxy: \"http://qa:{{{{env.PROXY_PASSWORD}}}}@127.0.0.1:{}\"\n", proxy.port());
        let workspace =
            project(&url, &http, SPEC).file("ca.pem", &authority.pem()).env("PROXY_PASSWORD", "s3cret-proxy");
        run(&workspace).ends_with(0).says("1 passed").does_not_say("s3cret-proxy");
        let asked = proxy.asked();
        assert_eq!(asked.len(), 1, "{asked:?}");
        // `qa:s3cret-proxy`
        assert!(asked[0].to_ascii_lowercase().contains("proxy-authorization: basic cwe6"), "{asked:?}");
        assert!(asked[0].contains("cWE6czNjcmV0LXByb3h5"), "{asked:?}");
        let wanted = if url.starts_with("https") {
            format!("CONNECT localhost:{port} ")
        } else {
            "GET http://shop.test/items ".to_owned()
        };
        assert!(asked[0].starts_with(&wanted), "{asked:?}");
    }
}

#[test]
fn a_socks_proxy_is_given_user_and_password_and_the_name_where_it_looks_that_up() {
    let server = Server::plain(fine);
    for (kind, host, wanted) in
        [("socks5", "127.0.0.1", "qa p@ss 127.0.0.1"), ("socks5h", "shop.test", "qa p@ss shop.test")]
    {
        let proxy = Proxy::socks(server.port());
        let http = "  proxy: { env: PROXY }\n  no_proxy: other.test\n";
        let workspace = project(&format!("http://{host}"), http, SPEC)
            .env("PROXY", &format!("{kind}://qa:p%40ss@127.0.0.1:{}", proxy.port()));
        run(&workspace).ends_with(0).says("1 passed");
        assert_eq!(proxy.asked(), [wanted], "{kind}");
    }
}

#[test]
fn a_proxy_of_the_environment_is_used_unless_that_is_not_wanted() {
    let server = Server::plain(fine);
    let resolve = format!("  resolve: {{ \"shop.test:{}\": 127.0.0.1 }}\n", server.port());
    for (more, proxied) in [("", 1), ("  proxy: none\n", 0), ("  no_proxy: [test]\n", 0)] {
        let proxy = Proxy::http(server.port());
        let workspace = project(&format!("http://shop.test:{}", server.port()), &format!("{resolve}{more}"), SPEC)
            .env("http_proxy", &format!("http://127.0.0.1:{}", proxy.port()));
        run(&workspace).ends_with(0).says("1 passed");
        assert_eq!(proxy.asked().len(), proxied, "{more}");
    }
    assert_eq!(server.seen().len(), 3);
    assert!(server.seen()[2].text.contains(&format!("Host: shop.test:{}\r\n", server.port())));
}

#[test]
fn a_proxy_that_is_not_there_or_not_known_says_so() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let http = format!("  proxy: http://127.0.0.1:{port}\n");
    run(&project("http://shop.test", &http, SPEC))
        .ends_with(3)
        .says(&format!("connection refused by the proxy 127.0.0.1:{port}"))
        .says("`http.no_proxy`");
    run(&project("http://shop.test", "  proxy: { env: NO_SUCH_PROXY }\n", SPEC))
        .ends_with(3)
        .says("`http.proxy`: the environment variable `NO_SUCH_PROXY` is not set");
    run(&project("http://shop.test", "  proxy: { env: WRONG_PROXY }\n", SPEC)
        .env("WRONG_PROXY", "ftp://qa:hidden-word@h"))
    .ends_with(3)
    .says("`ftp` is no kind of proxy that is known here")
    .does_not_say("hidden-word");
}

#[test]
fn token_requests_go_the_same_way_as_all_others() {
    let authority = Authority::new();
    let server = Server::secure(&authority, Asks::Nothing, |seen| match seen.text.starts_with("POST /token ") {
        true => (200, "{\"access_token\": \"t\", \"token_type\": \"Bearer\", \"expires_in\": 60}".to_owned()),
        false => fine(seen),
    });
    let proxy = Proxy::http(server.port());
    let http = format!("  ca: ca.pem\n  proxy: http://127.0.0.1:{}\n", proxy.port());
    let spec =
        format!("auth: {{ oauth2: {{ token_url: /token, client_id: qa, client_secret: {{ env: SECRET }} }} }}\n{SPEC}");
    let workspace = project(&format!("https://localhost:{}", server.port()), &http, &spec);
    run(&workspace.file("ca.pem", &authority.pem()).env("SECRET", "client-secret")).ends_with(0).says("1 passed");
    assert_eq!(server.seen().len(), 2);
    assert_eq!(proxy.asked().len(), 2);
}

#[cfg(unix)]
#[test]
fn every_request_goes_to_a_unix_socket() {
    use std::os::unix::net::UnixListener;
    let workspace = project("http://shop", "  unix_socket: shop.sock\n", SPEC);
    run(&workspace).ends_with(3).says("shop.sock` is not there").says("`http.unix_socket`");
    let listener = UnixListener::bind(workspace.path().join("shop.sock")).unwrap();
    let log = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&log);
    std::thread::spawn(move || {
        let script: Script = Arc::new(fine);
        for mut stream in listener.incoming().map_while(Result::ok) {
            if let Some(text) = servers::read(&mut stream) {
                servers::answer(&mut stream, Seen { text, client: None }, &seen, &script);
            }
        }
    });
    run(&workspace).ends_with(0).says("1 passed");
    assert!(log.lock().unwrap()[0].text.starts_with("GET /items HTTP/1.1\r\nHost: shop\r\n"));
}

#[test]
fn any_certificate_will_do_only_where_that_is_written_and_then_every_run_says_so() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = Server::with(&authority, other.issue("elsewhere.test", 4000), Asks::Nothing, fine);
    let url = format!("https://localhost:{}", server.port());
    let warning = "warning[insecure]: any certificate of a server is accepted";
    run(&project(&url, "  insecure: false\n", SPEC))
        .ends_with(3)
        .says("was issued by nobody this machine trusts")
        .says("`http: {ca: issuer.pem}`")
        .does_not_say(warning);
    assert!(server.seen().is_empty());
    run(&project(&url, "  insecure: true\n", SPEC)).ends_with(0).says("1 passed").says(warning);
}

#[test]
fn a_certificate_that_will_not_do_says_why_and_the_cure() {
    let authority = Authority::new();
    let rows = [
        ("elsewhere.test", 4000, "is for another name: `elsewhere.test`", "`http.resolve`"),
        ("localhost", 2001, "has run out", "renew it on the server"),
    ];
    for (name, until, message, cure) in rows {
        let server = Server::with(&authority, authority.issue(name, until), Asks::Nothing, fine);
        let workspace = project(&format!("https://localhost:{}", server.port()), "  ca: ca.pem\n", SPEC);
        run(&workspace.file("ca.pem", &authority.pem())).ends_with(3).says(message).says(cure);
        assert!(server.seen().is_empty());
    }
}

#[test]
fn what_is_spoken_can_be_expected() {
    let authority = Authority::new();
    let server = Server::secure(&authority, Asks::Nothing, fine);
    let spec = "requests:
  - name: good
    get: /items
    expect:
      http_version: \"1.1\"
      tls:
        version: \"1.3\"
        subject: { contains: CN=localhost }
        issuer: { contains: CN=an authority }
        names: [localhost]
        expires_in: { gt: 14d }
        not_after: { after: now+14d }
        not_before: { before: now }
        serial: { matches: '^[0-9a-f:]+$' }
        fingerprint: { length: 64, matches: '^[0-9a-f]+$' }
  - name: bad
    get: /items
    expect:
      tls:
        version: \"1.2\"
        subject: CN=other
        issuer: CN=other
        names: { contains: other.test }
        serial: none
        fingerprint: none
        expires_in: { lt: 14d }
        not_before: { after: now }
        not_after: { before: now }
";
    let workspace =
        project(&format!("https://localhost:{}", server.port()), "  ca: ca.pem\n  http_version: \"1.1\"\n", spec);
    run(&workspace.file("ca.pem", &authority.pem()))
        .ends_with(1)
        .says("1 passed")
        .says("tls version: expected `\"1.2\"`, found `\"1.3\"`")
        .says("tls expires_in: expected less than `1209600000`")
        .says("tls subject: expected `\"CN=other\"`, found `\"CN=localhost\"`")
        .says("tls issuer: expected `\"CN=other\"`, found `\"CN=an authority\"`")
        .says("tls names: expected something that contains `\"other.test\"`")
        .says("tls serial: expected `\"none\"`")
        .says("tls fingerprint: ")
        .says("tls not_before: expected a time after `now`")
        .says("tls not_after: expected a time before `now`");
}

#[test]
fn one_version_of_http_is_spoken_where_it_is_written() {
    use std::{
        io::{Read, Write},
        net::TcpListener,
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let head = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&head);
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut preface = [0; 24];
        stream.read_exact(&mut preface).unwrap();
        seen.lock().unwrap().extend_from_slice(&preface);
        // SETTINGS.
        stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).unwrap();
        loop {
            let mut frame = [0; 9];
            if stream.read_exact(&mut frame).is_err() {
                return;
            }
            let length = u32::from_be_bytes([0, frame[0], frame[1], frame[2]]) as usize;
            let mut block = vec![0; length];
            stream.read_exact(&mut block).unwrap();
            if frame[3] == 1 {
                seen.lock().unwrap().extend_from_slice(&block);
                // HEADERS that end the stream: `:status: 204`, from the static table.
                stream.write_all(&[0, 0, 1, 1, 5, 0, 0, 0, 1, 0x89]).unwrap();
            }
        }
    });
    let spec = "requests:\n  - name: read\n    get: /items\n    expect: { status: 204, http_version: \"2\" }\n";
    run(&project(&format!("http://127.0.0.1:{port}"), "  http_version: 2\n", spec)).ends_with(0).says("1 passed");
    assert!(head.lock().unwrap().starts_with(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
}

#[test]
fn a_server_that_speaks_another_version_says_so() {
    let authority = Authority::new();
    let server = Server::secure(&authority, Asks::Nothing, fine);
    let url = format!("https://localhost:{}", server.port());
    run(&project(&url, "  ca: ca.pem\n  http_version: \"2\"\n", SPEC).file("ca.pem", &authority.pem()))
        .ends_with(1)
        .says("HTTP/2 was spoken without asking")
        .says("`http.http_version`");
}

#[test]
fn a_name_is_given_the_address_of_a_server() {
    let authority = Authority::new();
    let server = Server::with(&authority, authority.issue("shop.test", 4000), Asks::Nothing, fine);
    let http = format!("  ca: ca.pem\n  resolve: {{ \"Shop.test:{}\": [127.0.0.1] }}\n", server.port());
    let workspace = project(&format!("https://shop.test:{}", server.port()), &http, SPEC);
    run(&workspace.file("ca.pem", &authority.pem())).ends_with(0).says("1 passed");
    assert!(server.seen()[0].text.contains(&format!("Host: shop.test:{}\r\n", server.port())));
    let elsewhere = project("http://shop.test:1", &http, SPEC).file("ca.pem", &authority.pem());
    run(&elsewhere).ends_with(3).says("no address for `shop.test`").says("`http.resolve`");
}

#[test]
fn a_setting_that_is_wrong_is_told_at_its_place() {
    let authority = Authority::new();
    let (one, other) = (authority.issue("one", 4000), authority.issue("other", 4000));
    let rows = [
        ("  client_cert: { cert: one.pem, key: other.key }\n", "`other.key` is not the key of that certificate"),
        ("  client_cert: one.pem\n", "`one.pem` holds no private key in PEM"),
        ("  client_cert: { cert: one.key, key: one.key }\n", "`one.key` holds no certificate in PEM"),
        ("  client_cert: { cert: one.pem }\n", "`client_cert` needs `key`"),
        ("  client_cert: { cert: none.pem, key: one.key }\n", "none.pem"),
        ("  cert: one.pem\n", "`cert` belongs under `client_cert`"),
        ("  insecure: often\n", "expected `true` or `false`, found text"),
        ("  proxy: proxy:3128\n", "a proxy is a URL such as `http://proxy.example.com:3128`"),
        ("  proxy: ftp://qa:hidden-word@h\n", "`ftp` is no kind of proxy that is known here"),
        ("  proxy: \"http://{{tenant}}:3128\"\n", "`tenant` is not known yet where connections are made"),
        ("  resolve: { shop.test: 127.0.0.1 }\n", "`shop.test` has no port"),
        ("  resolve: { \"shop.test:443\": localhost }\n", "`localhost` is not an IP address"),
        ("  resolve: { \"127.0.0.1:443\": 127.0.0.2 }\n", "`127.0.0.1` is an address already"),
        ("  http_version: 3\n", "`http_version` cannot be `3`"),
        ("  unix_socket: a.sock\n  proxy: none\n", "`proxy` says nothing beside `unix_socket`"),
    ];
    for (http, message) in rows {
        let workspace = project("http://shop.test", http, SPEC)
            .file("one.pem", &one.cert)
            .file("one.key", &one.key)
            .file("other.key", &other.key);
        let ran = workspace.hallpass(&["check"]).ends_with(2).says(message).says("hallpass.yaml:");
        assert!(!ran.all().contains("hidden-word"), "{}", ran.all());
    }
    let literal = project("http://shop.test", "  proxy: http://qa:hidden-word@h:1\n", SPEC);
    literal.hallpass(&["check"]).ends_with(0).says("the secret `proxy` stands in the file").does_not_say("hidden-word");
}
