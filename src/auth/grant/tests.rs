use super::*;
use crate::auth::key::Keys;
use crate::http::Request;
use crate::source::Source;

/// A grant with client `id` and secret `s3cret+key`, sent by Basic.
pub(crate) fn grant(url: &str) -> Grant {
    let source = Source::inline("hallpass.yaml", "oauth2 token_url client_id scope");
    let place = |from, to| Place::new(&source, from, to);
    let secret = Secret::new("s3cret+key");
    Grant {
        grant: GrantType::ClientCredentials,
        vendor: None,
        own: Own::Client,
        token_url: Url::parse(url).unwrap(),
        issuer: None,
        client: client("id", &secret, ClientAuth::Basic),
        certificate: None,
        scope: Vec::new(),
        audience: None,
        resource: Vec::new(),
        params: Vec::new(),
        headers: Vec::new(),
        body: BodyKind::Form,
        timeout: Duration::from_secs(5),
        retries: 2,
        allow_http: false,
        require_scope: false,
        taken: Taken::AccessToken,
        placement: Placement::authorization("Bearer"),
        refresh_before: REFRESH_BEFORE,
        lifetime: None,
        on_unauthorized: OnUnauthorized::Retry,
        share: Share::Auto,
        dpop: false,
        places: Places {
            whole: place(0, 6),
            token_url: place(7, 16),
            client: place(17, 26),
            scope: Some(place(27, 32)),
            own: None,
        },
    }
}

pub(crate) fn client(id: &str, secret: &Secret, auth: ClientAuth) -> Client {
    let proof = match auth {
        ClientAuth::Basic | ClientAuth::BasicRaw => {
            Proof::Basic { credential: token_request::basic_credential(id, secret, auth), secret: secret.clone(), auth }
        }
        ClientAuth::Post => Proof::Post(secret.clone()),
        _ => Proof::None,
    };
    Client { id: id.to_owned(), proof }
}

const URL: &str = "https://id.example.com/oauth2/token";

fn body(request: &Request) -> &str {
    std::str::from_utf8(request.body.as_ref().unwrap().beginning()).unwrap()
}

fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.headers.iter().find(|header| header.name == name).map(|header| header.value.as_str())
}

#[test]
fn a_request_is_a_form_post_with_basic() {
    let mut grant = grant(URL);
    grant.scope = vec!["orders/write".into(), "a".into()];
    grant.audience = Some("https://api.example.com".into());
    grant.resource = vec!["urn:a".into(), "urn:b".into()];
    let request = token_request(&grant, &Attempt::default());
    assert_eq!((request.method.as_str(), request.url.as_str(), request.redirects), ("POST", URL, 0));
    assert_eq!(header(&request, "Content-Type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(header(&request, "Accept"), Some("application/json"));
    assert!(header(&request, "User-Agent").unwrap().starts_with("hallpass/"));
    assert_eq!(header(&request, "Authorization"), Some("Basic aWQ6czNjcmV0JTJCa2V5"));
    assert_eq!(
        body(&request),
        "grant_type=client_credentials&scope=orders%2Fwrite+a&audience=https%3A%2F%2Fapi.example.com\
         &resource=urn%3Aa&resource=urn%3Ab"
    );
}

#[test]
fn the_client_proves_itself_in_four_ways() {
    let secret = Secret::new("p+q r:%ä");
    let rows = [
        (ClientAuth::Basic, Some("i:d:p%2Bq+r%3A%25%C3%A4"), "grant_type=client_credentials"),
        (ClientAuth::BasicRaw, Some("i:d:p+q r:%ä"), "grant_type=client_credentials"),
        (ClientAuth::Post, None, "grant_type=client_credentials&client_id=i%3Ad&client_secret=p%2Bq+r%3A%25%C3%A4"),
        (ClientAuth::None, None, "grant_type=client_credentials&client_id=i%3Ad"),
    ];
    for (auth, credential, form) in rows {
        let mut grant = grant(URL);
        grant.client = client("i:d", &secret, auth);
        let request = token_request(&grant, &Attempt::default());
        // Basic encodes the colon of the id, without which the server could not split the two.
        let expected = credential.map(|text| match auth {
            ClientAuth::Basic => format!("Basic {}", base64(&text.replacen("i:d", "i%3Ad", 1))),
            _ => format!("Basic {}", base64(text)),
        });
        assert_eq!(header(&request, "Authorization"), expected.as_deref(), "{auth:?}");
        assert_eq!(body(&request), form, "{auth:?}");
    }
}

#[test]
fn written_parameters_and_headers_win() {
    let mut grant = grant(URL);
    grant.scope = vec!["a".into()];
    grant.params = vec![
        ("grant_type".into(), vec![Json::from("password".to_owned())]),
        ("scope".into(), Vec::new()),
        ("n".into(), vec![Json::from(1_u64), Json::from(true)]),
    ];
    grant.headers = vec![("accept".into(), Vec::new()), ("authorization".into(), vec!["Custom x".into()])];
    let request = token_request(&grant, &Attempt::default());
    assert_eq!(body(&request), "grant_type=password&n=1&n=true");
    assert_eq!(header(&request, "Accept"), None);
    assert_eq!((header(&request, "Authorization"), header(&request, "authorization")), (None, Some("Custom x")));
}

#[test]
fn a_user_asks_with_a_password_and_a_refresh_leaves_it_out() {
    let mut grant = grant(URL);
    grant.grant = GrantType::Password;
    grant.own = Own::Password { username: "q a".into(), password: Secret::new("p+w") };
    grant.scope = vec!["a".into()];
    grant.audience = Some("api".into());
    grant.params = vec![
        ("tenant".into(), vec![Json::from("qa".to_owned())]),
        ("scope".into(), vec![Json::from("b".to_owned())]),
        ("password".into(), vec![Json::from("other".to_owned())]),
    ];
    let whole = "grant_type=password&username=q+a&audience=api&tenant=qa&scope=b&password=other";
    assert_eq!(body(&token_request(&grant, &Attempt::default())), whole);
    let refreshing = Attempt::default().refreshing(Secret::new("r/t"));
    let request = token_request(&grant, &refreshing);
    assert_eq!(body(&request), "grant_type=refresh_token&refresh_token=r%2Ft&tenant=qa");
    assert_eq!(header(&request, "Authorization"), Some("Basic aWQ6czNjcmV0JTJCa2V5"));
    grant.client = client("id", &Secret::new("s"), ClientAuth::Post);
    let form = "grant_type=refresh_token&refresh_token=r%2Ft&client_id=id&client_secret=s&tenant=qa";
    assert_eq!(body(&token_request(&grant, &refreshing)), form);
}

#[test]
fn a_json_body_keeps_types() {
    let mut grant = grant(URL);
    grant.client = client("id", &Secret::new("se\"cret"), ClientAuth::Post);
    grant.body = BodyKind::Json;
    grant.resource = vec!["a".into(), "b".into()];
    grant.params = vec![("n".into(), vec![Json::from(1_u64)])];
    let request = token_request(&grant, &Attempt::default());
    assert_eq!(header(&request, "Content-Type"), Some("application/json"));
    assert_eq!(
        body(&request),
        r#"{"grant_type":"client_credentials","client_id":"id","client_secret":"se\"cret","resource":["a","b"],"n":1}"#
    );
}

/// Two certificates, the same for the whole run.
fn certificate(index: usize) -> ClientCert {
    static BOTH: std::sync::LazyLock<[ClientCert; 2]> =
        std::sync::LazyLock::new(|| [ClientCert::generated(), ClientCert::generated()]);
    BOTH[index].clone()
}

#[test]
fn a_certificate_says_who_the_client_is_and_the_body_only_its_id() {
    let mut grant = grant(URL).showing(&certificate(0));
    grant.client.proof = Proof::Tls(None);
    let request = token_request(&grant, &Attempt::default());
    assert_eq!(body(&request), "grant_type=client_credentials&client_id=id");
    assert_eq!((header(&request, "Authorization"), &request.certificate), (None, &Some(certificate(0))));
    assert_eq!(grant.showing(&certificate(1)).certificate, Some(certificate(0)));
}

#[test]
fn the_certificate_of_a_project_tells_its_tokens_from_those_of_others() {
    let (keys, plain) = (Keys::new(), grant(URL));
    let project = certificate(0);
    assert_eq!(keys.shown(&plain, None), keys.of(&plain));
    assert_ne!(keys.shown(&plain, Some(&project)), keys.of(&plain));
    let own = plain.showing(&certificate(1));
    assert_eq!(keys.shown(&own, Some(&project)), keys.of(&own));
}

#[test]
fn keys_of_two_processes_differ() {
    assert_ne!(Keys::new().of(&grant(URL)), Keys::new().of(&grant(URL)));
}
