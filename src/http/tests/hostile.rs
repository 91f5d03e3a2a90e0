//! Answers of arbitrary bytes: an exchange ends with a response or a message. `PROPTEST_CASES` says how often that is tried.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::http::{SetCookie, decode::decode};

/// What answers are made of, between `¦`.
const TOKENS: &str = concat!(
    "HTTP/1.1 ¦HTTP/1.0 ¦HTTP/2 ¦200 OK¦204¦304 \r\n¦100 Continue\r\n\r\n¦101 \r\n¦999¦000¦-1¦\r\n¦\n¦\r¦\r\n\r\n¦ ¦\t¦:¦;¦,¦=¦\"¦\0¦é¦",
    "Content-Length: ¦0¦2¦5¦99999999999999999999¦Transfer-Encoding: chunked\r\n¦2\r\n{}\r\n¦0\r\n\r\n¦fffffffffffffffff\r\n¦",
    "Content-Encoding: ¦gzip¦br¦zstd¦deflate¦identity¦Content-Type: ¦application/json¦text/plain; charset=¦utf-16¦latin1¦\"utf-8¦",
    "Set-Cookie: ¦a=b¦; Max-Age=¦; Expires=¦; Domain=.¦; Path¦Location: ¦//¦http://[¦/%¦WWW-Authenticate: ¦Digest ¦nonce=\"¦Bearer error=\"¦",
    "Connection: close\r\n¦{}¦{\"a\":¦[1,¦\u{1f600}",
);

fn tokens() -> impl Strategy<Value = Vec<u8>> {
    let token = any::<Index>().prop_map(|token| {
        let all: Vec<&str> = TOKENS.split('¦').collect();
        token.get(&all).as_bytes().to_vec()
    });
    let bytes = prop::collection::vec(any::<u8>(), 0..8);
    prop::collection::vec(prop_oneof![8 => token, 1 => bytes], 0..30).prop_map(|parts| parts.concat())
}

fn look_at(exchange: &Exchange) {
    match &exchange.result {
        Ok(response) => {
            let _ = (response.text().map(|text| text.len()), response.cookies(), response.header("content-type"));
            assert!((100..1000).contains(&response.status));
        }
        Err(fault) => assert!(!fault.message.is_empty()),
    }
}

proptest! {
    #[test]
    fn arbitrary_answers_end_in_words(answers in prop::collection::vec((any::<bool>(), tokens()), 16)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let bytes: Vec<Vec<u8>> = answers
                .into_iter()
                .map(|(begins, rest)| [if begins { b"HTTP/1.1 200 OK\r\n".as_slice() } else { b"" }, &rest].concat())
                .collect();
            let count = bytes.len();
            let server = Server::start(move |before, _| Reply::Last(bytes[before % bytes.len()].clone())).await;
            let http = http();
            for _ in 0..count {
                let asked = Request { redirects: 2, timeout: Duration::from_secs(5), ..request("GET", &server.url("/")) };
                look_at(&http.send(asked).await);
            }
        });
    }

    #[test]
    fn arbitrary_bodies_are_decoded_or_refused(
        codings in "(gzip|br|zstd|deflate|x-gzip|identity|,| |[a-z]){0,4}",
        magic in prop::sample::select(vec![b"".as_slice(), b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x78\x9c", b"\x0b"]),
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let body = [magic, &body].concat();
        if let Ok(decoded) = decode([codings.as_str()].into_iter(), body, 10_000) {
            prop_assert!(decoded.len() <= 10_000);
        }
    }

    #[test]
    fn arbitrary_urls_and_cookies_are_read_or_refused(text in any::<String>(), url in "(https?:)?//?[a-z0-9:@\\[\\]%./?#é -]{0,30}") {
        let base = Url::parse("https://api.example.com/v1").unwrap();
        for text in [text, url] {
            let _ = SetCookie::parse(&text);
            for url in [Url::parse(&text), Url::join(Some(&base), &text), Url::join(None, &text)].into_iter().flatten() {
                let mut again = Url::parse(url.as_str()).expect("what is a URL stays one").with_query(&[(text.clone(), text.clone())]);
                let _ = (again.take_user_info(), again.origin(), again.is_loopback());
                prop_assert!(Url::parse(again.as_str()).is_ok(), "{}", again.as_str());
            }
        }
    }
}
