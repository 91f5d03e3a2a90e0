use std::{collections::BTreeMap, fs};

use super::*;
use crate::auth::{Attached, Unready, commands::Commands, render::Custody};
use crate::json::Json;
use crate::secret::Piece;
use crate::source::{Root, Source};
use crate::spec::{
    Loading,
    auth::{AuthUse, Identity, Vendor},
};
use crate::template::{Draws, Files, Scope};
use crate::yaml;

/// Reads one scheme in a folder and makes it ready in this environment.
pub(super) struct Room {
    pub(super) folder: tempfile::TempDir,
    pub(super) redactor: Redactor,
    env: Vec<(&'static str, &'static str)>,
}

impl Room {
    pub(super) fn new(env: &[(&'static str, &'static str)]) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), redactor: Redactor::new(), env: env.to_vec() }
    }

    pub(super) fn ready(&self, scheme: &str) -> Result<Arc<Ready>, Unready> {
        self.ready_at(scheme, Some("https://api.example.com/v1"))
    }

    pub(super) fn ready_at(&self, scheme: &str, base: Option<&str>) -> Result<Arc<Ready>, Unready> {
        let path = self.folder.path().join("hallpass.yaml");
        let source = Source::new("hallpass.yaml", path, format!("service: {scheme}"));
        let parsed = yaml::parse(&source);
        let root = Root::new(self.folder.path());
        let mut loading = Loading::new(&source, root.clone());
        let identities = Identity::load_all(parsed.root.as_ref(), &mut loading);
        let errors: Vec<_> = loading.problems.iter().filter(|it| it.is_error()).collect();
        assert!(errors.is_empty(), "{scheme}: {errors:?}");
        let env = self.env.iter().map(|(name, value)| ((*name).into(), Json::from((*value).to_owned()))).collect();
        let layer = BTreeMap::from([("env".to_owned(), Json::Object(env))]);
        let draws = Draws::new(1, "test");
        let files = Files { root, folder: self.folder.path().to_owned() };
        let scope = Scope { layers: vec![&layer], draws: &draws, files: &files, now: SystemTime::UNIX_EPOCH };
        let base = base.map(|base| Url::parse(base).unwrap());
        let commands = Commands::default();
        let custody = Custody { redactor: &self.redactor, commands: &commands };
        let others = |used: &AuthUse| {
            let identity = used.among(&identities)?;
            Ready::of(identity, &scope, base.as_ref(), custody, &|_| None).map(Arc::new).ok()
        };
        Ready::of(&identities[0], &scope, base.as_ref(), custody, &others).map(Arc::new)
    }

    pub(super) fn fault(&self, scheme: &str) -> String {
        let why = self.ready(scheme).unwrap_err();
        assert!(why.place.file() == "hallpass.yaml" && why.place.line() == 1);
        format!("{} ({})", why.message, why.help.unwrap_or_default())
    }

    /// The headers and the URL of a request that this scheme is attached to.
    async fn sent(&self, scheme: &str) -> (Vec<String>, String) {
        let bench = Bench::new(Vec::new()).await;
        let credential = bench.tokens.credential(&self.ready(scheme).unwrap()).await.unwrap();
        let mut request = request("https://api.example.com/items");
        assert_eq!(bench.tokens.attach(&credential, &mut request).await, Attached::Yes);
        let headers = request.headers.iter().map(|it| format!("{}: {}", it.name, it.value)).collect();
        (headers, request.url.to_string())
    }
}

#[tokio::test]
async fn schemes_with_a_credential_attach_it_and_hide_it() {
    let room = Room::new(&[("T", "token-1"), ("P", "pass word:ä"), ("K", "Token key-123")]);
    fs::write(room.folder.path().join("token.txt"), "token-2\r\n").unwrap();
    let rows = [
        ("{bearer: {env: T}}", "Authorization: Bearer token-1"),
        ("{bearer: '{{env.T}}'}", "Authorization: Bearer token-1"),
        ("{bearer: {file: token.txt}}", "Authorization: Bearer token-2"),
        ("{basic: {username: qa, password: {env: P}}}", "Authorization: Basic cWE6cGFzcyB3b3JkOsOk"),
        ("{api_key: {header: X-Key, value: {env: K}}}", "X-Key: Token key-123"),
    ];
    for (scheme, header) in rows {
        assert_eq!(room.sent(scheme).await.0, [header], "{scheme}");
    }
    let (_, url) = room.sent("{api_key: {query: key, value: {env: K}}}").await;
    assert_eq!(url, "https://api.example.com/items?key=Token%20key-123");
    for hidden in ["token-1", "token-2", "pass word:ä", "cWE6cGFzcyB3b3JkOsOk", "key-123", "Token%20key-123"] {
        assert_eq!(room.redactor.redact(hidden), "[redacted]", "{hidden}");
    }
    assert_eq!(room.redactor.pieces("token-1"), [Piece::Secret("$T".to_owned())]);
}

#[tokio::test]
async fn several_credentials_go_together() {
    let room = Room::new(&[("T", "token-1"), ("K", "key-123"), ("I", "app-7")]);
    let (headers, url) = room.sent("{headers: {X-App-Id: {env: I}, X-App-Key: {env: K}}}").await;
    assert_eq!((headers, url.as_str()), (vec!["X-App-Id: app-7".into(), "X-App-Key: key-123".into()], ITEMS));
    let both = "{all: [{bearer: {env: T}}, {api_key: {query: key, value: {env: K}}}, other]}\nother: {headers: {X-I: {env: I}}}";
    let (headers, url) = room.sent(both).await;
    assert_eq!(headers, ["Authorization: Bearer token-1", "X-I: app-7"]);
    assert_eq!(url, format!("{ITEMS}?key=key-123"));
    for hidden in ["app-7", "key-123", "token-1"] {
        assert_eq!(room.redactor.redact(hidden), "[redacted]", "{hidden}");
    }
}

#[tokio::test]
async fn a_rejected_combination_renews_what_can_be_renewed() {
    let bench = Bench::new(vec![token("first-token"), token("second-token")]).await;
    let room = Room::new(&[("S", "secret-1"), ("K", "key-123")]);
    let scheme = format!(
        "{{all: [{{oauth2: {{token_url: '{}', client_id: c, client_secret: {{env: S}}}}}}, {{api_key: {{header: X-K, value: {{env: K}}}}}}]}}",
        bench.server.url("/token")
    );
    let ready = room.ready(&scheme).unwrap();
    let credential = bench.tokens.credential(&ready).await.unwrap();
    assert_eq!(credential.sender(bench.clock.now()).token_left.unwrap().as_secs(), 3600);
    let renewed = bench.tokens.rejected(&ready, &credential, None).await.unwrap().unwrap();
    let mut sent = request(ITEMS);
    assert_eq!(bench.tokens.attach(&renewed, &mut sent).await, Attached::Yes);
    let values: Vec<_> = sent.headers.iter().map(|it| it.value.as_str()).collect();
    assert_eq!(values, ["Bearer second-token", "key-123"]);
    assert_eq!(bench.server.count(), 2);
}

const ITEMS: &str = "https://api.example.com/items";

/// Schemes that cannot be made ready, and why.
const FAULTS: &[(&str, &str)] = &[
    (
        "{bearer: {env: ABSENT_VARIABLE}}",
        "the environment variable `ABSENT_VARIABLE` is not set (set it before the run)",
    ),
    (
        "{bearer: {env: TOKEN}}",
        "the environment variable `TOKEN` is not set (set it before the run, or did you mean `TOKENS`?)",
    ),
    (
        "{bearer: '{{env.ABSENT_VARIABLE}}'}",
        "the environment variable `ABSENT_VARIABLE` is not set (set it before the run)",
    ),
    (
        "{bearer: {env: EMPTY}}",
        "the environment variable `EMPTY` is empty (`service` needs a value: set it before the run)",
    ),
    (
        "{bearer: '{{ env.EMPTY }}'}",
        "the environment variable `EMPTY` is empty (`service` needs a value: set it before the run)",
    ),
    (
        "{bearer: {env: LINE}}",
        "the value of `bearer` ends in a line break (remove it where the value is set: `printf %s` writes none, `echo` does)",
    ),
    ("{bearer: {env: WORD}}", "the value of `bearer` starts with `Bearer` already (leave the word out: it is added)"),
    (
        "{bearer: {env: BLANK}}",
        "the value of `bearer` has blanks or line breaks in it (a token is one word; for another scheme use `api_key: {header: Authorization, value: …}`)",
    ),
    (
        "{api_key: {header: X-Key, value: {env: CONTROL}}}",
        "the value of `value` has characters that cannot be sent there (look for blanks at its ends, line breaks and control characters)",
    ),
    (
        "{api_key: {cookie: sid, value: {env: BLANK}}}",
        "the value of `value` has characters that cannot be sent there (look for blanks at its ends, line breaks and control characters)",
    ),
    (
        "{basic: {username: {env: COLON}, password: {env: OK}}}",
        "a `username` has no `:` in it (basic authentication separates user and password by the first `:`)",
    ),
    (
        "{all: [{bearer: {env: OK}}, {api_key: {header: authorization, value: {env: OK}}}]}",
        "`service` has two credentials for the header `authorization` (a request carries one credential there: leave one out, or give it another place)",
    ),
    ("{bearer: {file: empty}}", "the value of `bearer` is empty ()"),
    ("{bearer: {file: bytes}}", "`bytes` is not text in UTF-8 ()"),
    ("{bearer: {file: folder}}", "`folder` is a folder, not a file (name a regular file)"),
    (
        "{bearer: {file: gone}}",
        "`gone` does not exist (paths start at the folder of the file they stand in and end below the project's root)",
    ),
    (
        "{oauth2: {token_url: {env: HTTP}, client_id: c, client_secret: {env: OK}}}",
        "the secret would go to `id.example.com` over plain http (use https, or write `allow_http: true` where the network is trusted)",
    ),
    (
        "{oauth2: {token_url: /t, client_id: c, client_secret: {env: OK}, timeout: '{{env.OK}}'}}",
        "`secret-value` is not a duration such as `10s` ()",
    ),
    (
        "{oauth2: {token_url: /t, client_id: {env: LINE}, client_secret: {env: OK}}}",
        "the value of `client_id` is empty or has a line break in it (remove the line break where the value is set)",
    ),
];

#[test]
fn what_is_missing_or_unfit_is_named_with_a_cure_and_never_echoed() {
    let room = Room::new(&[
        ("EMPTY", ""),
        ("TOKENS", "x"),
        ("LINE", "secret-value\n"),
        ("WORD", "Bearer secret-value"),
        ("BLANK", "secret value"),
        ("CONTROL", "secret\u{7}value"),
        ("COLON", "a:b"),
        ("HTTP", "http://id.example.com/t"),
        ("OK", "secret-value"),
    ]);
    fs::create_dir(room.folder.path().join("folder")).unwrap();
    fs::write(room.folder.path().join("bytes"), [0xff, 0xfe]).unwrap();
    fs::write(room.folder.path().join("empty"), "\n").unwrap();
    for (scheme, expected) in FAULTS {
        assert_eq!(room.fault(scheme), *expected, "{scheme}");
    }
    let outside = room.fault("{bearer: {file: ../../../../../../../../etc/hostname}}");
    assert!(outside.contains("lies outside of the project") || outside.contains("does not exist"), "{outside}");
}

#[tokio::test]
async fn a_relative_token_url_begins_at_the_base_url() {
    let room = Room::new(&[("S", "se cret")]);
    let scheme = "{oauth2: {token_url: /oauth2/token, client_id: c, client_secret: {env: S}, scope: b a}}";
    let ready = room.ready(scheme).unwrap();
    let grant = ready.grant().unwrap();
    assert_eq!(grant.token_url.as_str(), "https://api.example.com/v1/oauth2/token");
    assert_eq!(grant.scope, ["b", "a"]);
    assert_eq!(room.redactor.redact("YzpzZStjcmV0"), "[redacted]", "the composed Basic value");
    let why = room.ready_at(scheme, None).unwrap_err();
    assert_eq!(why.message, "`token_url`: a relative URL needs a `base_url`: `/oauth2/token`");
}

#[tokio::test]
async fn hosts_widen_where_a_credential_goes() {
    let room = Room::new(&[("T", "token-1"), ("HOST", "files.example.com")]);
    let ready = room.ready("{bearer: {env: T}, hosts: ['{{env.HOST}}', 'http://localhost:8080']}").unwrap();
    let may_go = |url: &str| ready.may_go_to(&Url::parse(url).unwrap().origin());
    assert!(
        may_go("https://api.example.com/") && may_go("https://files.example.com/x") && may_go("http://localhost:8080/")
    );
    assert!(!may_go("http://files.example.com/") && !may_go("http://localhost:8081/"));
    let nowhere = room.ready_at("{bearer: {env: T}}", None).unwrap();
    let bench = Bench::new(Vec::new()).await;
    bench.tokens.credential(&nowhere).await.unwrap();
    let notes = &bench.tokens.summary()[0].notes;
    assert_eq!(notes, &["its credential goes nowhere, as there is neither `base_url` nor `hosts`"]);
}

#[tokio::test]
async fn a_short_secret_is_told_of() {
    let room = Room::new(&[("T", "abc")]);
    let bench = Bench::new(Vec::new()).await;
    bench.tokens.credential(&room.ready("{bearer: {env: T}}").unwrap()).await.unwrap();
    assert_eq!(bench.tokens.summary()[0].notes, ["the value of `bearer` is too short to be hidden in what is printed"]);
}

#[test]
fn parameters_come_from_everywhere_and_secret_ones_are_hidden() {
    let room = Room::new(&[("PW", "pass-1"), ("N", "2")]);
    let scheme = "{oauth2: {token_url: /t, client_id: c, client_auth: none, params: {a: {env: PW}, password: '{{env.PW}}x', \
                  n: 1, list: [x, '{{env.N}}'], gone: null}, headers: {X-Api-Key: '{{env.PW}}y', X-N: 1}}}";
    let ready = room.ready(scheme).unwrap();
    let grant = ready.grant().unwrap();
    let params: Vec<_> =
        grant.params.iter().map(|(name, values)| (name.as_str(), Json::from(values.clone()).to_text())).collect();
    let expected = [
        ("a", r#"["pass-1"]"#),
        ("password", r#"["pass-1x"]"#),
        ("n", "[1]"),
        ("list", r#"["x","2"]"#),
        ("gone", "[]"),
    ];
    assert_eq!(params, expected.map(|(name, values)| (name, values.to_owned())));
    assert_eq!(
        grant.headers,
        [("X-Api-Key".to_owned(), vec!["pass-1y".to_owned()]), ("X-N".to_owned(), vec!["1".to_owned()])]
    );
    for hidden in ["pass-1x", "pass-1y", "pass-1"] {
        assert_eq!(room.redactor.redact(hidden), "[redacted]");
    }
}

#[tokio::test]
async fn a_written_identity_fetches_its_token() {
    let bench = Bench::new(vec![token("first-token")]).await;
    let room = Room::new(&[("ID", "client"), ("S", "secret-1")]);
    let url = bench.server.url("/token");
    let scheme = format!(
        "{{oauth2: {{token_url: '{url}', client_id: {{env: ID}}, client_secret: {{env: S}}, client_auth: post, scope: [a, b]}}}}"
    );
    assert_eq!(bench.token(&room.ready(&scheme).unwrap()).await, "Bearer first-token");
    let body = "grant_type=client_credentials&client_id=client&client_secret=secret-1&scope=a+b";
    assert!(bench.server.seen()[0].ends_with(body), "{}", bench.server.seen()[0]);
}

#[test]
fn a_vendor_is_known_by_its_preset_or_by_the_host_of_its_endpoint() {
    let client = "client_id: c, client_secret: {env: S}";
    let rows = [
        (
            "oauth2: {token_url: 'https://a.auth.eu-west-1.amazoncognito.com/oauth2/token', CLIENT}",
            Some(Vendor::Cognito),
        ),
        ("oauth2: {issuer: 'https://shop.eu.auth0.com/', CLIENT}", Some(Vendor::Auth0)),
        ("okta: {token_url: 'https://id.example.com/token', CLIENT, scope: a}", Some(Vendor::Okta)),
        ("oauth2: {token_url: 'https://id.example.com/token', CLIENT}", None),
    ];
    for (scheme, vendor) in rows {
        let ready = Room::new(&[("S", "secret")]).ready(&format!("{{{}}}", scheme.replace("CLIENT", client))).unwrap();
        assert_eq!(ready.grant().unwrap().vendor, vendor, "{scheme}");
    }
}
