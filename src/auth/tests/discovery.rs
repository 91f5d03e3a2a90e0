use super::*;

/// The document of an issuer that is the server itself.
fn document(issuer: &str) -> Reply {
    Reply::json(200, &format!(r#"{{"issuer":"{issuer}","token_endpoint":"{issuer}/t"}}"#))
}

fn not_found() -> Reply {
    Reply::with(404, "Content-Type: text/html\r\n", "<html>")
}

impl Bench {
    /// An identity whose token endpoint is told by the server, with this behind its URL.
    fn issued_by(&self, path: &str, change: impl FnOnce(&mut Grant)) -> Arc<Ready> {
        let issuer = self.server.url(path);
        self.ready_with("service", |grant| {
            grant.token_url = Url::parse(&issuer).unwrap();
            grant.issuer = Some(issuer);
            change(grant);
        })
    }

    /// The first line of every request, without the version.
    fn lines(&self) -> Vec<String> {
        let line = |request: &String| request.lines().next().map(|line| line.replace(" HTTP/1.1", ""));
        self.server.seen().iter().filter_map(line).collect()
    }
}

#[tokio::test]
async fn a_document_is_read_once_and_its_endpoint_asked() {
    let bench = Bench::new(vec![Reply::Of(document), token("token-1"), token("token-2")]).await;
    let (one, other) = (bench.issued_by("", |_| {}), bench.issued_by("", |grant| grant.scope = vec!["a".into()]));
    assert_eq!(
        (bench.token(&one).await, bench.token(&other).await),
        ("Bearer token-1".into(), "Bearer token-2".into())
    );
    assert_eq!(bench.lines(), ["GET /.well-known/openid-configuration", "POST /t", "POST /t"]);
    let seen = bench.server.seen();
    assert!(!seen[0].to_lowercase().contains("authorization:"), "no secret goes with it: {}", seen[0]);
}

#[tokio::test]
async fn a_document_may_stand_between_host_and_path() {
    let with_path =
        |url: &str| Reply::json(200, &format!(r#"{{"issuer":"{url}/realms/qa/","token_endpoint":"{url}/t"}}"#));
    let bench = Bench::new(vec![not_found(), Reply::Of(with_path), token("token-1")]).await;
    assert_eq!(bench.token(&bench.issued_by("/realms/qa/", |_| {})).await, "Bearer token-1");
    let expected = [
        "GET /realms/qa/.well-known/openid-configuration",
        "GET /.well-known/oauth-authorization-server/realms/qa",
        "POST /t",
    ];
    assert_eq!(bench.lines(), expected);
}

type Answer = fn(&str) -> Reply;

/// Answers to what is asked first, what the refusal says, and the cure; `URL` is the server.
const FAULTS: &[(Answer, &str, &str)] = &[
    (
        |_| Reply::json(200, r#"{"issuer":"https://evil.example.com","token_endpoint":"https://evil.example.com/t"}"#),
        "the discovery document URL/.well-known/openid-configuration answered 200 for the issuer `https://evil.example.com`, not for `URL`",
        "if that is the provider that is meant, write `issuer: https://evil.example.com`",
    ),
    (
        |url| document(&format!("{url}/")),
        "the discovery document URL/.well-known/openid-configuration answered 200 for the issuer `URL/`, not for `URL`",
        "write `issuer: URL/`: the slash at the end counts",
    ),
    (
        |_| Reply::json(200, "[]"),
        "the discovery document URL/.well-known/openid-configuration answered 200 with JSON that has no `issuer`",
        "look at `issuer`, or write `token_url` in its place",
    ),
    (
        |url| Reply::json(200, &format!(r#"{{"issuer":"{url}"}}"#)),
        "the discovery document URL/.well-known/openid-configuration names no `token_endpoint`",
        "look at `issuer`, or write `token_url` in its place",
    ),
    (
        |url| Reply::json(200, &format!(r#"{{"issuer":"{url}","token_endpoint":"http://id.example.com/t"}}"#)),
        "the discovery document URL/.well-known/openid-configuration has a wrong `token_endpoint`: the secret would go to \
         `id.example.com` over plain http",
        "use https, or write `allow_http: true` where the network is trusted",
    ),
    (
        |url| Reply::json(200, &format!(r#"{{"issuer":"{url}","token_endpoint":"/t"}}"#)),
        "the discovery document URL/.well-known/openid-configuration has a wrong `token_endpoint`: `/t` is not absolute: it begins with \
         neither `http://` nor `https://`",
        "look at `issuer`, or write `token_url` in its place",
    ),
];

#[tokio::test]
async fn a_wrong_document_is_refused_and_no_secret_sent() {
    for (answer, message, help) in FAULTS {
        let bench = Bench::new(vec![Reply::Of(*answer)]).await;
        let ready = bench.issued_by("", |_| {});
        let why = bench.tokens.credential(&ready).await.unwrap_err();
        let said = why.message.replace(&bench.server.url(""), "URL");
        assert_eq!(said, format!("no token for `service`: {message}"));
        assert_eq!(why.help.unwrap().replace(&bench.server.url(""), "URL"), *help);
        assert!(why.place.line() == 1 && bench.tokens.credential(&ready).await.is_err());
        assert_eq!(bench.lines(), ["GET /.well-known/openid-configuration"], "remembered: {said}");
    }
}

#[tokio::test]
async fn no_document_at_all_names_both_places() {
    let moved = Reply::with(301, "Location: https://elsewhere.example.com/\r\n", "");
    let bench = Bench::new(vec![not_found(), moved]).await;
    let why = bench.tokens.credential(&bench.issued_by("/a", |_| {})).await.unwrap_err();
    let expected = "no token for `service`: the discovery document URL/a/.well-known/openid-configuration answered 404 with an HTML page of type `text/html`, \
                    and the discovery document URL/.well-known/oauth-authorization-server/a answered 301 with a redirect to \
                    https://elsewhere.example.com/";
    assert_eq!(why.message.replace(&bench.server.url(""), "URL"), expected);
    assert_eq!(why.help.as_deref(), Some("look at `issuer`, or write `token_url` in its place"));
}

#[tokio::test]
async fn a_provider_that_is_at_fault_is_asked_again() {
    let bench = Bench::new(vec![Reply::json(503, "{}"), Reply::Closed, Reply::Of(document), token("token-1")]).await;
    assert_eq!(bench.token(&bench.issued_by("", |_| {})).await, "Bearer token-1");
    assert_eq!(bench.server.count(), 4);

    let bench = Bench::new(vec![Reply::json(503, "{}")]).await;
    let why = bench.tokens.credential(&bench.issued_by("", |_| {})).await.unwrap_err();
    assert!(
        why.message.ends_with("answered 503 with JSON that says no error; 3 attempts were made"),
        "{}",
        why.message
    );
}
