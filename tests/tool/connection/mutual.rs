//! Certificates that clients show: for every request, as an identity, and for tokens that are bound to them (RFC 8705).

use super::{
    SPEC, fine, project, run,
    servers::{Asks, Authority, Issued, Seen, Server},
};
use crate::support::Workspace;

const TOKEN: &str = "{\"access_token\": \"bound-token\", \"token_type\": \"Bearer\", \"expires_in\": 60}";

/// The files that every project here has.
fn with_files(workspace: Workspace, authority: &Authority, client: &Issued) -> Workspace {
    workspace.file("ca.pem", &authority.pem()).file("client.pem", &client.cert).file("client.key", &client.key)
}

fn url(server: &Server) -> String {
    format!("https://localhost:{}", server.port())
}

#[test]
fn a_server_that_asks_for_a_certificate_gets_that_of_the_project() {
    let authority = Authority::new();
    let client = authority.issue("client", 4000);
    let server = Server::secure(&authority, Asks::Always, fine);
    let none = with_files(project(&url(&server), "  ca: ca.pem\n", SPEC), &authority, &client);
    run(&none)
        .ends_with(3)
        .says("asks for a client certificate, and none was sent")
        .says("`mtls`")
        .says("`http.client_cert`");
    let both = format!("{}{}", client.cert, client.key);
    for http in ["  client_cert: { cert: client.pem, key: client.key }\n", "  client_cert: both.pem\n"] {
        let workspace = project(&url(&server), &format!("  ca: ca.pem\n{http}"), SPEC).file("both.pem", &both);
        run(&with_files(workspace, &authority, &client)).ends_with(0).says("1 passed");
    }
    assert!(server.seen().iter().all(|seen| seen.is_from(&client)));
    assert_eq!(server.seen().len(), 2);
    let stranger = Authority::new().issue("client", 4000);
    let http = "  ca: ca.pem\n  client_cert: { cert: client.pem, key: client.key }\n";
    run(&with_files(project(&url(&server), http, SPEC), &authority, &stranger))
        .ends_with(3)
        .says("refused the client certificate");
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn an_identity_shows_its_certificate_where_it_belongs_and_nowhere_else() {
    let authority = Authority::new();
    let (client, other) = (authority.issue("client", 4000), authority.issue("other", 4000));
    let elsewhere = Server::secure(&authority, Asks::Perhaps, fine);
    let target = url(&elsewhere);
    let server = Server::secure(&authority, Asks::Perhaps, fine);
    let spec = format!(
        "identities:
  cert: {{ mtls: {{ cert: {{ file: ../client.pem }}, key: {{ file: ../client.key }} }} }}
  other: {{ mtls: {{ cert: {{ env: OTHER_CERT }}, key: {{ env: OTHER_KEY }} }} }}
requests:
  - {{ name: by cert, get: /items, auth: cert }}
  - {{ name: by other, get: /items, auth: other }}
  - {{ name: by nobody, get: /items }}
  - {{ name: elsewhere, get: \"{target}/items\", auth: cert }}
"
    );
    let workspace = with_files(project(&url(&server), "  ca: ca.pem\n", &spec), &authority, &client)
        .env("OTHER_CERT", &other.cert.replace('\n', "\\n"))
        .env("OTHER_KEY", &other.key);
    run(&workspace).ends_with(0).says("4 passed").does_not_say(other.key.lines().nth(1).unwrap());
    let seen = server.seen();
    assert!(seen[0].is_from(&client) && seen[1].is_from(&other) && seen[2].client.is_none());
    assert!(elsewhere.seen()[0].client.is_none());
}

#[test]
fn a_certificate_does_not_follow_a_redirect_to_another_origin() {
    let authority = Authority::new();
    let client = authority.issue("client", 4000);
    let elsewhere = Server::secure(&authority, Asks::Perhaps, fine);
    let target = url(&elsewhere);
    let server =
        Server::redirecting(&authority, Asks::Perhaps, &[("/items", "/here"), ("/here", &format!("{target}/there"))]);
    let spec = "auth: { mtls: { cert: { file: ../client.pem }, key: { file: ../client.key } } }
requests:
  - { name: led away, get: /items, redirects: 2 }
";
    let workspace = with_files(project(&url(&server), "  ca: ca.pem\n", spec), &authority, &client);
    run(&workspace).ends_with(0).says("1 passed");
    assert_eq!(server.seen().iter().filter(|seen| seen.is_from(&client)).count(), 2);
    assert!(elsewhere.seen().len() == 1 && elsewhere.seen()[0].client.is_none());
}

#[test]
fn a_certificate_of_an_identity_that_cannot_be_read_is_told() {
    let authority = Authority::new();
    let (client, other) = (authority.issue("client", 4000), authority.issue("other", 4000));
    let server = Server::secure(&authority, Asks::Perhaps, fine);
    let spec = |mtls: &str| format!("auth: {{ mtls: {mtls} }}\n{SPEC}");
    let rows = [
        (
            "{ cert: { file: ../client.pem }, key: { file: ../other.key } }",
            "the value of `key` is not the key of that certificate",
        ),
        (
            "{ cert: { file: ../other.key }, key: { file: ../client.key } }",
            "the value of `cert` holds no certificate in PEM",
        ),
        ("{ cert: { file: ../client.pem }, key: { env: NO_KEY } }", "the environment variable `NO_KEY` is not set"),
    ];
    for (mtls, message) in rows {
        let workspace = project(&url(&server), "  ca: ca.pem\n", &spec(mtls)).file("other.key", &other.key);
        run(&with_files(workspace, &authority, &client)).ends_with(3).says(message);
    }
    assert!(server.seen().is_empty());
}

/// An API and a provider in one: a token for whoever shows a certificate, which is good with that certificate alone.
fn provider(authority: &Authority, document: impl Fn() -> String + Send + Sync + 'static) -> Server {
    let bound = std::sync::Mutex::new(None);
    Server::secure(authority, Asks::Perhaps, move |seen: &Seen| {
        let is = |start: &str| seen.text.starts_with(start);
        match () {
            () if is("GET /.well-known/openid-configuration ") => (200, document()),
            () if is("POST /token ") && seen.client.is_none() => (401, "{\"error\": \"invalid_client\"}".to_owned()),
            () if is("POST /token ") => {
                *bound.lock().unwrap() = seen.client.clone();
                (200, TOKEN.to_owned())
            }
            () if seen.text.contains("Bearer bound-token") && seen.client == *bound.lock().unwrap() => fine(seen),
            () => (401, "{}".to_owned()),
        }
    })
}

#[test]
fn a_client_shows_who_it_is_by_its_certificate_and_its_token_is_good_with_that_alone() {
    let authority = Authority::new();
    let client = authority.issue("client", 4000);
    let own = "{ oauth2: { token_url: /token, client_id: qa, client_auth: tls, cert: { file: ../client.pem }, key: { file: ../client.key } } }";
    let combined = "{ all: [cert, service] }";
    for (auth, http) in
        [(own, ""), (combined, ""), ("service", "  client_cert: { cert: client.pem, key: client.key }\n")]
    {
        let server = provider(&authority, String::new);
        let spec = format!(
            "auth: {auth}
identities:
  cert: {{ mtls: {{ cert: {{ file: ../client.pem }}, key: {{ file: ../client.key }} }} }}
  service: {{ oauth2: {{ token_url: /token, client_id: qa, client_auth: tls }} }}
{SPEC}  - name: read again
    get: /items
"
        );
        let workspace = project(&url(&server), &format!("  ca: ca.pem\n{http}"), &spec);
        run(&with_files(workspace, &authority, &client)).ends_with(0).says("2 passed").says("1 fetched");
        let seen = server.seen();
        assert_eq!(seen.len(), 3, "{auth}");
        assert!(seen.iter().all(|seen| seen.is_from(&client)), "{auth}");
        assert!(seen[0].text.ends_with("\r\n\r\ngrant_type=client_credentials&client_id=qa"), "{}", seen[0].text);
    }
}

#[test]
fn without_a_certificate_no_token_is_asked_for_and_a_wrong_one_is_told() {
    let authority = Authority::new();
    let client = authority.issue("client", 4000);
    let server = provider(&authority, String::new);
    let spec = format!("auth: {{ oauth2: {{ token_url: /token, client_id: qa, client_auth: tls }} }}\n{SPEC}");
    let workspace = with_files(project(&url(&server), "  ca: ca.pem\n", &spec), &authority, &client);
    run(&workspace).ends_with(3).says("`client_auth: tls` has no certificate").says("`http.client_cert`");
    assert!(server.seen().is_empty());
    let refusing = Server::secure(&authority, Asks::Perhaps, |_| (401, "{\"error\": \"invalid_client\"}".to_owned()));
    let http = "  ca: ca.pem\n  client_cert: { cert: client.pem, key: client.key }\n";
    run(&with_files(project(&url(&refusing), http, &spec), &authority, &client))
        .ends_with(3)
        .says("(sent by `client_auth: tls`)")
        .says("`self_signed_tls_client_auth`");
}

#[test]
fn a_provider_may_have_an_endpoint_of_its_own_for_certificates() {
    let authority = Authority::new();
    let client = authority.issue("client", 4000);
    let tokens = Server::secure(&authority, Asks::Always, |_| (200, TOKEN.to_owned()));
    let endpoint = format!("{}/token", url(&tokens));
    let port = std::sync::Arc::new(std::sync::OnceLock::new());
    let own = std::sync::Arc::clone(&port);
    let issuer = Server::secure(&authority, Asks::Nothing, move |seen| {
        match seen.text.starts_with("GET /.well-known/") {
            true => {
                let issuer = format!("https://localhost:{}", own.get().unwrap());
                let aliases = format!("{{\"token_endpoint\": \"{endpoint}\"}}");
                (
                    200,
                    format!(
                        "{{\"issuer\": \"{issuer}\", \"token_endpoint\": \"{issuer}/token\", \"mtls_endpoint_aliases\": {aliases}}}"
                    ),
                )
            }
            false => fine(seen),
        }
    });
    port.set(issuer.port()).unwrap();
    let spec = format!(
        "auth:
  oauth2: {{ issuer: \"{}\", client_id: qa, client_auth: tls, cert: {{ file: ../client.pem }}, key: {{ file: ../client.key }} }}
{SPEC}",
        url(&issuer)
    );
    let workspace = with_files(project(&url(&issuer), "  ca: ca.pem\n", &spec), &authority, &client);
    run(&workspace).ends_with(0).says("1 passed");
    assert_eq!((tokens.seen().len(), issuer.seen().len()), (1, 2));
    assert!(tokens.seen()[0].is_from(&client));
}
