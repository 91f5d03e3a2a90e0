//! Tokens of a client with a certificate, which a gateway tells of.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::*;

const FORM: &str = "grant_type=client_credentials&client_id=certified";

fn shown(der: &[u8]) -> String {
    format!("client-cert: :{}:", STANDARD.encode(der))
}

async fn certified() -> Demo {
    let client = Client::new("certified", "", &["items.read"]).with_certificate(b"a certificate");
    Demo::start(Options { clients: vec![client], ..Options::default() }).await.unwrap()
}

#[tokio::test]
async fn a_certificate_says_who_the_client_is_and_nothing_else_does() {
    let demo = certified().await;
    let (own, other) = (shown(b"a certificate"), shown(b"another"));
    for lines in [&[][..], &[other.as_str()], &["client-cert: a certificate"]] {
        let reply = demo.ask(lines, FORM).await;
        assert_eq!((reply.status, reply.text("error").as_str()), (401, "invalid_client"), "{lines:?}");
    }
    assert_eq!(demo.ask(&[], &format!("{FORM}&client_secret=guessed")).await.status, 401);
    let reply = demo.ask(&[&own], FORM).await;
    assert_eq!((reply.status, reply.text("token_type").as_str()), (200, "Bearer"));
}

#[tokio::test]
async fn a_token_that_is_bound_to_a_certificate_opens_nothing_without_it() {
    let demo = certified().await;
    let (own, other) = (shown(b"a certificate"), shown(b"another"));
    let token = demo.ask(&[&own], FORM).await.text("access_token");
    for lines in [&[][..], &[other.as_str()]] {
        let reply = demo.call_with(&token, "GET /me", lines, b"").await;
        assert_eq!(
            (reply.status, reply.text("detail").as_str()),
            (401, "the token is bound to a certificate that was not shown")
        );
        assert!(reply.header("www-authenticate").unwrap().contains("error=\"invalid_token\""));
    }
    let reply = demo.call_with(&token, "GET /me", &[&own], b"").await;
    let bond = reply.json().get("cnf").and_then(|cnf| cnf.get("x5t#S256")?.as_str().map(str::to_owned));
    // `printf 'a certificate' | openssl dgst -sha256 -binary | basenc --base64url`
    assert_eq!((reply.status, bond.as_deref()), (200, Some("gazXYhQPppKhQoItL75NxvVLyqUB9oqzflru0Lr-TZk")));
}
