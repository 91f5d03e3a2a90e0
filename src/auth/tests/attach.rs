use super::*;
use crate::auth::Attached;
use crate::spec::auth::Placement;

async fn attach(placement: Placement, request: &mut Request) -> Attached {
    let bench = Bench::new(Vec::new()).await;
    let ready = Arc::new(Ready::fixed("fixed", placement, "k=1&x", &api()));
    let credential = bench.tokens.credential(&ready).await.unwrap();
    bench.tokens.attach(&credential, request).await
}

#[tokio::test]
async fn a_credential_goes_where_its_scheme_says() {
    let mut sent = request("https://api.example.com/items?a=1");
    let custom = Placement::Header { name: "X-Key".into(), prefix: String::new() };
    assert_eq!(attach(Placement::authorization("Bearer"), &mut sent).await, Attached::Yes);
    assert_eq!(attach(custom, &mut sent).await, Attached::Yes);
    assert_eq!(attach(Placement::Query("key".into()), &mut sent).await, Attached::Yes);
    assert_eq!(attach(Placement::Cookie("sid".into()), &mut sent).await, Attached::Yes);
    let headers: Vec<_> = sent.headers.iter().map(|it| (it.name.as_str(), it.value.as_str(), it.bound)).collect();
    assert_eq!(headers, [("Authorization", "Bearer k=1&x", true), ("X-Key", "k=1&x", true)]);
    assert_eq!(sent.url.as_str(), "https://api.example.com/items?a=1&key=k%3D1%26x");
    assert_eq!(sent.cookies, [("sid".to_owned(), Some("k=1&x".to_owned()))]);
}

#[tokio::test]
async fn a_request_that_writes_it_itself_keeps_its_own() {
    let mut sent = request("https://api.example.com/items?b=2&k%65y=mine#key=x");
    sent.headers = vec![header("authorization", "Bearer mine")];
    sent.cookies = vec![("sid".to_owned(), None)];
    let before = sent.clone();
    for placement in
        [Placement::authorization("Bearer"), Placement::Query("key".into()), Placement::Cookie("sid".into())]
    {
        assert_eq!(attach(placement, &mut sent).await, Attached::HandWritten);
    }
    assert_eq!((&sent.headers, &sent.url, &sent.cookies), (&before.headers, &before.url, &before.cookies));
    assert_eq!(attach(Placement::Query("x".into()), &mut sent).await, Attached::Yes);
}

#[tokio::test]
async fn a_credential_stays_at_its_origin() {
    let rows = [
        ("https://api.example.com/", Attached::Yes),
        ("https://API.example.com:443/other", Attached::Yes),
        ("http://api.example.com/", Attached::OtherOrigin),
        ("https://api.example.com:8443/", Attached::OtherOrigin),
        ("https://evil.example.com/", Attached::OtherOrigin),
        ("https://api.example.com.evil.example/", Attached::OtherOrigin),
    ];
    for (url, expected) in rows {
        let mut sent = request(url);
        assert_eq!(attach(Placement::authorization("Bearer"), &mut sent).await, expected, "{url}");
        assert_eq!(sent.headers.is_empty(), expected != Attached::Yes, "{url}");
    }
}
