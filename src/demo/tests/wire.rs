//! Answers that tests of HTTP itself need.

use super::*;

#[tokio::test]
async fn an_echo_gives_back_what_was_sent() {
    let demo = demo().await;
    let lines = ["x-trace: a", "x-trace: b", "content-type: application/json"];
    let reply = demo.call_with("", "PURGE /echo?a=1&a=2&b=%C3%A9+x", &lines, br#"{"n":1.10}"#).await;
    let json = reply.json();
    assert_eq!(reply.text("method"), "PURGE");
    assert_eq!(json.get("query").unwrap().to_text(), r#"{"a":["1","2"],"b":"é x"}"#);
    assert_eq!(json.get("headers").unwrap().get("x-trace").unwrap().to_text(), r#"["a","b"]"#);
    assert_eq!(json.get("json").unwrap().to_text(), r#"{"n":1.10}"#);
    let binary = demo.call_with("", "POST /echo", &[], b"\xff\x00").await;
    assert_eq!(
        (binary.text("body_base64").as_str(), binary.json().get("body").unwrap().to_text().as_str()),
        ("/wA=", "null")
    );
}

#[tokio::test]
async fn redirects_lead_where_they_say() {
    let demo = demo().await;
    let table = [
        ("GET /old-items", 301, Some("/items")),
        ("GET /redirect/2", 302, Some("/redirect/1")),
        ("POST /redirect/2?status=307", 307, Some("/redirect/1?status=307")),
        ("GET /redirect/0", 200, None),
        ("GET /redirect/2?status=200", 400, None),
        ("GET /redirect/x", 404, None),
        ("GET /redirect-to?url=http%3A%2F%2Fother.test%2Fx&status=308", 308, Some("http://other.test/x")),
        ("GET /redirect-to", 400, None),
    ];
    for (request, status, location) in table {
        let reply = demo.call("", request).await;
        assert_eq!((reply.status, reply.header("location")), (status, location), "{request}");
    }
}

#[tokio::test]
async fn texts_bytes_and_reports_are_what_their_labels_say() {
    let demo = demo().await;
    let utf8 = demo.call("", "GET /text").await;
    let latin1 = demo.call("", "GET /text?charset=iso-8859-1").await;
    assert_eq!(latin1.header("content-type"), Some("text/plain; charset=iso-8859-1"));
    let decoded: String = latin1.body.iter().map(|&byte| char::from(byte)).collect();
    assert_eq!(decoded.as_bytes(), utf8.body);
    assert_eq!(demo.call("", "GET /bytes/70000").await.body, vec![0; 70_000]);
    assert_eq!(demo.call("", "GET /bytes/999999999999").await.status, 404);
    let item = br#"{"title":"a <b> & c","price":1}"#;
    demo.call_with(&demo.editor(), "POST /items", &["content-type: application/json"], item).await;
    let report = demo.call(&demo.reader(), "GET /report.xml").await;
    assert_eq!(report.header("content-type"), Some("application/xml"));
    let report = String::from_utf8(report.body).unwrap();
    assert!(
        report.contains("<item id=\"5\" count=\"120\">Enamel mug</item>") && report.contains("a &lt;b&gt; &amp; c")
    );
}

#[tokio::test]
async fn slowness_is_measured_by_the_clock() {
    let (demo, clock) = frozen(options()).await;
    let before = clock.now();
    let reply = demo.call("", "GET /slow?ms=45000").await;
    assert_eq!(reply.json().get("waited_ms").unwrap().to_text(), "45000");
    assert_eq!(clock.since(before), Duration::from_secs(45));
    for request in ["GET /slow?ms=-1", "GET /slow?ms=600001", "GET /slow?ms=x"] {
        assert_eq!(demo.call("", request).await.status, 400, "{request}");
    }
}

#[tokio::test]
async fn every_kind_of_broken_answer_is_broken_in_its_way() {
    let demo = demo().await;
    let get = |kind: &'static str| {
        let url = demo.api_url().to_owned();
        async move { exchange(&url, &format!("GET /broken/{kind}"), &[], b"").await }
    };
    let cut = get("cut").await.unwrap();
    assert!(cut.ends_with(b"\r\ne\r\n{\"items\":[{\"id\r\n"));
    let length = read(&get("length").await.unwrap());
    assert!(length.header("content-length") == Some("100") && length.body == b"only this");
    assert_eq!(get("head").await.unwrap(), b"this is not HTTP\r\n\r\n");
    assert!(get("header").await.unwrap().ends_with(b"content type application/json\r\n\r\n{}"));
    assert_eq!(get("silence").await.unwrap(), b"");
    assert_eq!(get("reset").await.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    let gzip = read(&get("gzip").await.unwrap());
    assert!(gzip.header("content-encoding") == Some("gzip") && !gzip.body.starts_with(&[0x1f, 0x8b]));
    assert!(std::str::from_utf8(&read(&get("utf8").await.unwrap()).body).is_err());
    for kind in ["label", "json"] {
        let reply = read(&get(kind).await.unwrap());
        let text = std::str::from_utf8(&reply.body).unwrap();
        assert!(reply.header("content-type") == Some("application/json") && Json::parse(text).is_err());
    }
    assert_eq!(read(&get("text").await.unwrap()).header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(read(&get("nothing").await.unwrap()).status, 404);
    assert_eq!(demo.call("", "GET /health").await.status, 200);
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let demo = demo().await;
    for (request, status) in [("GET /nowhere", 404), ("DELETE /health", 405), ("PUT /items", 405)] {
        let reply = demo.call("", request).await;
        assert_eq!(
            (reply.status, reply.header("content-type")),
            (status, Some("application/problem+json")),
            "{request}"
        );
        assert_eq!(reply.json().get("status").unwrap().to_text(), status.to_string());
    }
    let head = demo.call("", "HEAD /health").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
}
