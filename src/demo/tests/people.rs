//! People who log in: codes of the authorization endpoint, codes that are entered elsewhere.

use super::*;

/// The verifier and the challenge of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const BACK: &str = "http://127.0.0.1:1/callback";
const DEVICE: &str = "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=cli";

fn people() -> Options {
    Options { clients: vec![Client::new("cli", "", &["items.read"]), Client::new("other", "", &[])], ..options() }
}

fn wish() -> String {
    format!(
        "response_type=code&client_id=cli&redirect_uri={BACK}&state=s&code_challenge={CHALLENGE}&code_challenge_method=S256"
    )
}

impl Demo {
    async fn authorize(&self, query: &str) -> Reply {
        send(self.issuer_url(), &format!("GET /authorize?{query}"), &[], b"").await
    }

    async fn code(&self) -> String {
        let reply = self.authorize(&wish()).await;
        parameter(reply.header("location").unwrap(), "code").unwrap()
    }

    async fn redeem(&self, code: &str, client: &str, back: &str, verifier: &str) -> Reply {
        let form = format!(
            "grant_type=authorization_code&client_id={client}&code={code}&redirect_uri={back}&code_verifier={verifier}"
        );
        self.ask(&[], &form).await
    }

    async fn device(&self) -> Reply {
        let lines = ["content-type: application/x-www-form-urlencoded"];
        send(self.issuer_url(), "POST /device_authorization", &lines, b"client_id=cli").await
    }
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(url).unwrap();
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn a_code_is_traded_once_by_its_client_with_its_verifier_and_its_address() {
    let (demo, clock) = frozen(people()).await;
    let rows = [
        ("other", BACK, VERIFIER, "the code was given to another client"),
        ("cli", "http://127.0.0.1:2/callback", VERIFIER, "the redirect URI is another one"),
        ("cli", BACK, CHALLENGE, "the code verifier does not fit the challenge"),
    ];
    for (client, back, verifier, why) in rows {
        let code = demo.code().await;
        let reply = demo.redeem(&code, client, back, verifier).await;
        assert_eq!((reply.status, reply.text("error").as_str()), (400, "invalid_grant"), "{why}");
        assert_eq!(reply.text("error_description"), why);
        assert_eq!(demo.redeem(&code, "cli", BACK, VERIFIER).await.status, 400, "a code is tried once");
    }
    let code = demo.code().await;
    let reply = demo.redeem(&code, "cli", BACK, VERIFIER).await;
    assert_eq!((reply.status, reply.text("scope").as_str()), (200, "items.read"));
    assert!(reply.text("refresh_token").starts_with("rt-"));
    assert_eq!(demo.call(&reply.text("access_token"), "GET /me").await.text("sub"), "qa");
    assert_eq!(demo.redeem(&code, "cli", BACK, VERIFIER).await.status, 400, "a code is used once");
    let code = demo.code().await;
    clock.advance(Duration::from_secs(60));
    assert_eq!(demo.redeem(&code, "cli", BACK, VERIFIER).await.text("error_description"), "the code ran out");
}

#[tokio::test]
async fn what_is_wrong_with_the_beginning_of_a_login_goes_back_only_where_that_is_safe() {
    let demo = Demo::start(people()).await.unwrap();
    for (from, to) in [("cli", "nobody"), ("http://127.0.0.1:1/", "http://localhost:1/"), (BACK, "https://evil.test/")]
    {
        let reply = demo.authorize(&wish().replace(from, to)).await;
        assert_eq!((reply.status, reply.header("location")), (400, None), "{to}");
    }
    let rows = [
        ("=code&client", "=token&client", "unsupported_response_type"),
        ("S256", "plain", "invalid_request"),
        ("&code_challenge=", "&x=", "invalid_request"),
        ("state=s", "state=s&scope=items.write", "invalid_scope"),
        ("state=s", "state=s&login_hint=nobody", "access_denied"),
    ];
    for (from, to, error) in rows {
        let reply = demo.authorize(&wish().replace(from, to)).await;
        let location = reply.header("location").unwrap();
        assert!(location.starts_with(BACK), "{location}");
        let found = ["error", "state", "iss", "code"].map(|name| parameter(location, name));
        let issuer = Some(demo.issuer_url().to_owned());
        assert_eq!(found, [Some(error.to_owned()), Some("s".to_owned()), issuer, None], "{to}");
    }
}

#[tokio::test]
async fn a_code_that_is_entered_elsewhere_is_waited_for_slowly_enough() {
    let (demo, clock) = frozen(people()).await;
    let begun = demo.device().await;
    assert_eq!((begun.status, begun.json().get("interval").unwrap().to_text()), (200, "1".to_owned()));
    let form = format!("{DEVICE}&device_code={}", begun.text("device_code"));
    let mut found = Vec::new();
    for seconds in [0, 1, 0, 5, 6] {
        clock.advance(Duration::from_secs(seconds));
        found.push(demo.ask(&[], &form).await.text("error"));
    }
    let pending = "authorization_pending";
    assert_eq!(found, [pending, pending, "slow_down", "slow_down", "slow_down"], "each adds five seconds");
    let page = format!("GET /device?user_code={}", begun.text("user_code"));
    assert_eq!(send(demo.issuer_url(), &page, &[], b"").await.status, 200);
    assert_eq!(send(demo.issuer_url(), &page, &[], b"").await.status, 404, "entered once");
    clock.advance(Duration::from_secs(16));
    let reply = demo.ask(&[], &form).await;
    assert_eq!((reply.status, reply.text("scope").as_str()), (200, "items.read"));
    assert_eq!(demo.ask(&[], &form).await.text("error"), "invalid_grant", "a code is used once");
}

#[tokio::test]
async fn a_code_that_is_denied_or_too_old_gives_nothing() {
    let (demo, clock) = frozen(people()).await;
    let (denied, old) = (demo.device().await, demo.device().await);
    let page = format!("GET /device?user_code={}&deny=true", denied.text("user_code"));
    send(demo.issuer_url(), &page, &[], b"").await;
    let ask = |code: &Reply| format!("{DEVICE}&device_code={}", code.text("device_code"));
    assert_eq!(demo.ask(&[], &ask(&denied)).await.text("error"), "access_denied");
    clock.advance(Duration::from_secs(600));
    assert_eq!(demo.ask(&[], &ask(&old)).await.text("error"), "expired_token");
    let other = demo.device().await;
    let stolen = ask(&other).replace("client_id=cli", "client_id=other");
    assert_eq!(demo.ask(&[], &stolen).await.text("error"), "invalid_grant");
}

#[tokio::test]
async fn a_client_without_a_secret_gets_nothing_for_itself() {
    let demo = Demo::start(people()).await.unwrap();
    let reply = demo.ask(&[], "grant_type=client_credentials&client_id=cli").await;
    assert_eq!((reply.status, reply.text("error").as_str()), (400, "unauthorized_client"));
}
