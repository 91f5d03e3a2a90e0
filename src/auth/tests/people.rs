//! The grants that a person takes part in, by a clock that is moved.

use std::{sync::Mutex, time::Duration};

use super::*;
use crate::auth::{
    fetch::Fetched,
    grant::{Own, Person},
    human::{Front, Invitation},
};
use crate::json::Json;
use crate::spec::auth::GrantType;

const MINUTES: Duration = Duration::from_secs(300);

impl Bench {
    /// A grant whose first request goes to `/device`.
    fn device(&self) -> Grant {
        let url = Url::parse(&self.server.url("/device")).unwrap();
        let params = vec![("login_hint".to_owned(), vec![Json::from("qa")])];
        let own = Own::Person(Person { url: Some(url), redirect_port: None, params });
        let mut grant = self.grant();
        (grant.grant, grant.own) = (GrantType::DeviceCode, own);
        grant.scope = vec!["a".to_owned(), "b".to_owned()];
        grant.audience = Some("api".to_owned());
        grant
    }

    /// Logs in, and what was said meanwhile.
    async fn log_in(&self, grant: &Grant) -> (Fetched, Vec<String>) {
        let said = Mutex::new(Vec::new());
        let say = |invitation: Invitation<'_>| said.lock().unwrap().push(shown(&invitation));
        let fetched = self.tokens.fetcher().log_in(grant, "tv", Front { say: &say, patience: MINUTES }).await;
        (fetched, said.into_inner().unwrap())
    }
}

fn shown(invitation: &Invitation<'_>) -> String {
    match invitation {
        Invitation::Visit(url) => url.to_string(),
        Invitation::Enter { page, code, .. } => format!("{page} {code}"),
        Invitation::Note(note) => (*note).to_owned(),
    }
}

fn code(more: &str) -> Reply {
    let body = format!(
        r#"{{"device_code":"the-device-code","user_code":"WDJB-MJHT","verification_uri":"https://id.example.com/device"{more}}}"#
    );
    Reply::json(200, &body)
}

fn error(code: &str) -> Reply {
    Reply::json(400, &format!(r#"{{"error":"{code}"}}"#))
}

#[tokio::test]
async fn the_token_endpoint_is_asked_as_slowly_as_it_says() {
    let replies = vec![
        code(r#","interval":3,"expires_in":1800"#),
        error("authorization_pending"),
        error("slow_down"),
        error("authorization_pending"),
        Reply::json(503, "{}"),
        error("authorization_pending"),
        token("token-1"),
    ];
    let bench = Bench::new(replies).await;
    let began = bench.clock.now();
    let (fetched, said) = bench.log_in(&bench.device()).await;
    assert_eq!(fetched.result.unwrap().text.expose(), "token-1");
    // 3, 3; then slower by 5: 8, 8; then half as often: 16, 16.
    assert_eq!(bench.clock.since(began), Duration::from_secs(54));
    assert_eq!(said, ["https://id.example.com/device WDJB-MJHT"]);
    let bodies = bench.server.seen();
    let body = |number: usize| bodies[number].split_once("\r\n\r\n").unwrap().1;
    assert!(bodies[0].starts_with("POST /device ") && bodies[1].starts_with("POST /token "));
    assert_eq!(body(0), "client_id=id&scope=a+b&audience=api&login_hint=qa");
    assert_eq!(
        body(1),
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=the-device-code"
    );
    assert_eq!(bench.redactor.redact("the-device-code"), "[redacted]");
}

#[tokio::test]
async fn a_login_by_a_code_ends_with_its_own_words() {
    type Row = (Vec<Reply>, &'static str);
    let pending = || error("authorization_pending");
    let rows: Vec<Row> = vec![
        (vec![code(""), pending(), error("access_denied")], "the login was answered `access_denied`"),
        (vec![code(""), error("expired_token")], "the code was not entered within the 10m0s it was good for"),
        (vec![code(r#","expires_in":20"#), pending()], "the code was not entered within the 20s it was good for"),
        (vec![code(""), pending()], "nobody logged in within 5m0s"),
        (vec![error("invalid_client")], "answered 400 `invalid_client`"),
        (vec![Reply::json(200, r#"{"device_code":"the-device-code"}"#)], "answered 200 without `verification_uri`"),
        (vec![Reply::with(404, "Content-Type: text/html\r\n", "<html>")], "answered 404 with an HTML page"),
    ];
    for (replies, expected) in rows {
        let bench = Bench::new(replies).await;
        let refusal = bench.log_in(&bench.device()).await.0.result.unwrap_err();
        assert!(refusal.message.contains(expected), "{expected}: {}", refusal.message);
        assert!(refusal.help.is_some() || expected.contains("without"), "{expected}");
    }
}

#[tokio::test]
async fn a_run_asks_nobody() {
    let bench = Bench::new(vec![token("token-1")]).await;
    for kind in [GrantType::DeviceCode, GrantType::AuthorizationCode] {
        let mut grant = bench.device();
        grant.grant = kind;
        let ready = Arc::new(Ready::granted("human", grant, &api()));
        let why = bench.tokens.credential(&ready).await.unwrap_err();
        assert!(why.message.starts_with("no token for `human`: no login can be kept: "), "{}", why.message);
    }
    assert_eq!(bench.server.count(), 0);
}
