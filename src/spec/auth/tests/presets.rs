//! Presets and the `oauth2` that each stands for.

use super::*;

const CLIENT: &str = "client_id: c, client_secret: {env: S}";

fn expanded(text: &str) -> OAuth2 {
    let (identities, problems) = load(&format!("it: {{{text}}}"));
    assert!(problems.is_empty(), "{text}: {problems:?}");
    match identities.into_iter().next().map(|identity| identity.scheme) {
        Some(Scheme::OAuth2(oauth2)) => *oauth2,
        other => panic!("{other:?}"),
    }
}

fn url(oauth2: &OAuth2) -> &str {
    match &oauth2.server {
        Server::TokenUrl(Given::Text(text)) => text.source(),
        other => panic!("{other:?}"),
    }
}

/// What is written, whose it is, the token endpoint and how the client proves who it is; `CLIENT` stands for a client and its secret.
const EXPANDED: &[(&str, Vendor, &str, ClientAuth)] = &[
    (
        "cognito: {domain: shop.auth.eu-west-1.amazoncognito.com, CLIENT, scope: a/b}",
        Vendor::Cognito,
        "https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token",
        ClientAuth::Post,
    ),
    (
        "cognito: {domain: shop, region: {env: REGION}, CLIENT, client_auth: basic}",
        Vendor::Cognito,
        "https://shop.auth.{{env.REGION}}.amazoncognito.com/oauth2/token",
        ClientAuth::Basic,
    ),
    ("cognito: {token_url: /t, CLIENT}", Vendor::Cognito, "/t", ClientAuth::Post),
    (
        "cognito_user: {region: eu-west-1, client_id: c, username: u, password: {env: P}}",
        Vendor::CognitoUser,
        "https://cognito-idp.eu-west-1.amazonaws.com/",
        ClientAuth::None,
    ),
    (
        "cognito_user: {endpoint: 'http://localhost:9229', CLIENT, username: u, password: {env: P}, use: id_token}",
        Vendor::CognitoUser,
        "http://localhost:9229",
        ClientAuth::Post,
    ),
    (
        "entra: {tenant: '{{env.TENANT}}', CLIENT, scope: 'api://orders/.default'}",
        Vendor::Entra,
        "https://login.microsoftonline.com/{{env.TENANT}}/oauth2/v2.0/token",
        ClientAuth::Post,
    ),
    (
        "entra: {tenant: t, client_id: c, key: {file: k.pem}, thumbprint: {env: T}, scope: '{{env.SCOPE}}'}",
        Vendor::Entra,
        "https://login.microsoftonline.com/t/oauth2/v2.0/token",
        ClientAuth::PrivateKeyJwt,
    ),
    (
        "github_app: {app_id: 1, installation_id: 7, key: {file: k.pem}}",
        Vendor::GitHubApp,
        "https://api.github.com/app/installations/7/access_tokens",
        ClientAuth::None,
    ),
    (
        "github_app: {app_id: {env: APP}, installation_id: {env: I}, key: {env: K}, api_url: 'https://ghe/api/v3/'}",
        Vendor::GitHubApp,
        "https://ghe/api/v3/app/installations/{{env.I}}/access_tokens",
        ClientAuth::None,
    ),
    (
        "auth0: {domain: shop.eu.auth0.com, CLIENT, audience: 'https://api/'}",
        Vendor::Auth0,
        "https://shop.eu.auth0.com/oauth/token",
        ClientAuth::Post,
    ),
    (
        "okta: {domain: dev-1.okta.com, CLIENT, scope: orders.read}",
        Vendor::Okta,
        "https://dev-1.okta.com/oauth2/default/v1/token",
        ClientAuth::Basic,
    ),
    (
        "okta: {domain: dev-1.okta.com, client_id: c, key: {file: k.pem}, key_id: k1, scope: okta.users.read}",
        Vendor::Okta,
        "https://dev-1.okta.com/oauth2/v1/token",
        ClientAuth::PrivateKeyJwt,
    ),
    (
        "okta: {domain: dev-1.okta.com, server: aus1, CLIENT, scope: [a, b]}",
        Vendor::Okta,
        "https://dev-1.okta.com/oauth2/aus1/v1/token",
        ClientAuth::Basic,
    ),
    (
        "keycloak: {url: 'http://localhost:8080/', realm: qa, CLIENT}",
        Vendor::Keycloak,
        "http://localhost:8080/realms/qa/protocol/openid-connect/token",
        ClientAuth::Basic,
    ),
];

#[test]
fn each_preset_stands_for_an_oauth2() {
    for (text, vendor, token_url, client_auth) in EXPANDED {
        let oauth2 = expanded(&text.replace("CLIENT", CLIENT));
        assert_eq!(
            (oauth2.vendor, url(&oauth2), oauth2.client_auth),
            (Some(*vendor), *token_url, *client_auth),
            "{text}"
        );
    }
}

#[test]
fn a_service_account_is_read_out_of_its_file() {
    let oauth2 = expanded("google: {key: {file: sa.json}, scope: [a, '{{env.B}}']}");
    let of_file = |given: &Given| match given {
        Given::Member { name, .. } => *name,
        other => panic!("{other:?}"),
    };
    let (Server::TokenUrl(server), Earned::Signed(assertion)) = (&oauth2.server, &oauth2.earned) else { panic!() };
    let signing = oauth2.signing.as_ref().unwrap();
    assert_eq!((of_file(server), of_file(&signing.key)), ("token_uri", "private_key"));
    assert_eq!(of_file(assertion.issuer.as_ref().unwrap()), "client_email");
    assert_eq!(signing.dates, Dates { back: 0, lasts: 3600 });
    assert!(oauth2.rest.scope.is_empty(), "the scope stands in the assertion");
    let another = expanded("google: {key: {env: K}, scope: a, subject: qa@example.com, token_url: /t}");
    assert_eq!(url(&another), "/t");
}

#[test]
fn the_variables_of_a_preset_are_read_once() {
    let text =
        "it: {keycloak: {url: '{{env.URL}}', realm: {env: REALM}, client_id: {env: ID}, client_secret: {env: S}}}\n";
    let source = Source::new("hallpass.yaml", "hallpass.yaml", text.to_owned());
    let mut loading = Loading::new(&source, Root::new(std::path::Path::new(".")));
    Identity::load_all(yaml::parse(&source).root.as_ref(), &mut loading);
    let mut names: Vec<_> = loading.uses.iter().map(|read| read.rest[0].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["ID", "REALM", "S", "URL"]);
}

#[test]
fn a_thumbprint_is_that_of_either_hash() {
    let sha1 = "84:E0:5C:1D:98:BC:E3:A5:42:1D:22:5B:14:0B:36:E8:6A:3D:5D:CE";
    assert_eq!(thumbprint(sha1), Some(("x5t", "hOBcHZi846VCHSJbFAs26Go9Xc4".to_owned())));
    assert_eq!(thumbprint(&"ab".repeat(32)).map(|(name, _)| name), Some("x5t#S256"));
    assert_eq!(thumbprint("hOBcHZi846VCHSJbFAs26Go9Xc4"), None);
}

/// Identities, and what is wrong with them; `CLIENT` stands for a client and its secret.
const MISTAKES: &[(&str, &str)] = &[
    (
        "entra: {tenant: t, client_id: c, key: {env: K}, thumbprint: {env: T}, alg: ES256, scope: a/.default}",
        "unknown-word: `alg` cannot be `ES256` (did you mean `RS256`?)",
    ),
    (
        "auth0: {domain: a.b, CLIENT, audience: a, client_auth: private_key_jwt}",
        "unknown-word: `client_auth` cannot be `private_key_jwt` (it can be `basic`, `basic_raw`, `post`, `secret_jwt`)",
    ),
    ("cognito: {domain: a.b, CLIENT, scpoe: x}", "unknown-key: cognito has no key `scpoe` (did you mean `scope`?)"),
    (
        "cognito: {domain: a.b, client_id: c}",
        "missing-key: cognito needs `client_secret` (for example `client_secret: {env: CLIENT_SECRET}`)",
    ),
    (
        "cognito: {CLIENT}",
        "missing-key: cognito needs exactly one of `domain` and `token_url` (for example `domain: shop.auth.eu-west-1.amazoncognito.com`)",
    ),
    (
        "cognito: {domain: shop, CLIENT}",
        "bad-domain: `shop` is the prefix of a domain (write `region` too, or the whole domain: `shop.auth.eu-west-1.amazoncognito.com`)",
    ),
    (
        "cognito: {domain: 'https://a.b', CLIENT}",
        "bad-domain: `domain` is a host alone (leave out `https://` and everything behind the host)",
    ),
    (
        "cognito: {domain: a.b, region: eu-west-1, CLIENT}",
        "unused-key: `region` says nothing beside the whole domain `a.b` (leave it out, or write the prefix alone as `domain`)",
    ),
    (
        "cognito: {token_url: /t, region: eu-west-1, CLIENT}",
        "unused-key: `region` says nothing beside `token_url` (leave it out, or write `domain`)",
    ),
    (
        "cognito: {domain: a.b, CLIENT, username: u}",
        "unknown-key: cognito has no key `username` (`username` belongs under `cognito_user`)",
    ),
    (
        "cognito_user: {region: eu-west-1_AbC, client_id: c, username: u, password: {env: P}}",
        "bad-region: `eu-west-1_AbC` is not an AWS region (it is what stands before the `_` of the pool's id: `eu-west-1`)",
    ),
    (
        "cognito_user: {region: eu-west-1, endpoint: /, client_id: c, username: u, password: {env: P}}",
        "two-of-one: cognito_user needs exactly one of `region` and `endpoint` (leave out one of the two)",
    ),
    (
        "cognito_user: {region: eu-west-1, client_id: c, password: {env: P}}",
        "missing-key: cognito_user needs `username` (for example `username: qa@example.com`)",
    ),
    (
        "entra: {tenant: t, CLIENT, scope: Orders.Read}",
        "bad-scope: the scope `Orders.Read` does not end in `/.default` (Entra gives a client everything that it was granted on one API: write `<application id URI>/.default`)",
    ),
    (
        "entra: {tenant: t, CLIENT, scope: a/.default b/.default}",
        "bad-scope: a token of Entra is for one API, so there is one scope (make an identity for each API)",
    ),
    ("entra: {tenant: t, CLIENT}", "missing-key: entra needs `scope` (for example `scope: api://orders/.default`)"),
    (
        "entra: {tenant: t, client_id: c, scope: a/.default}",
        "missing-key: entra needs exactly one of `client_secret` and `key` (for example `client_secret: {env: CLIENT_SECRET}`)",
    ),
    (
        "entra: {tenant: t, client_id: c, key: {env: K}, scope: a/.default}",
        "missing-key: entra needs `thumbprint` (for example `thumbprint: A1B2C3D4E5F60718293A4B5C6D7E8F9001122334`)",
    ),
    (
        "entra: {tenant: t, client_id: c, key: {env: K}, thumbprint: abc, scope: a/.default}",
        "bad-thumbprint: `thumbprint` is not the thumbprint of a certificate (40 (SHA-1) or 64 (SHA-256) hexadecimal digits, as `openssl x509 -noout -fingerprint -in cert.pem` prints them)",
    ),
    (
        "entra: {tenant: t, CLIENT, thumbprint: abc, scope: a/.default}",
        "unused-key: a `thumbprint` goes with a `key` (write the private key of the certificate as `key`, or leave it out)",
    ),
    (
        "google: {key: {file: sa.json}}",
        "missing-key: google needs `scope` (for example `scope: https://www.googleapis.com/auth/cloud-platform`)",
    ),
    ("google: {scope: a}", "missing-key: google needs `key` (for example `key: {file: service-account.json}`)"),
    (
        "github_app: {app_id: 1, key: {file: k}}",
        "missing-key: github_app needs `installation_id` (for example `installation_id: 12345678`)",
    ),
    (
        "github_app: {app_id: {file: f}, installation_id: 1, key: {file: k}}",
        "wrong-type: expected text or `{env: NAME}`, found a map (for example `{env: NAME}`)",
    ),
    (
        "auth0: {domain: a.b, CLIENT}",
        "missing-key: auth0 needs `audience` (for example `audience: https://api.example.com/`)",
    ),
    (
        "okta: {domain: a.b, CLIENT, scope: [x, okta.users.read]}",
        "bad-scope: Okta gives the scope `okta.users.read` to clients with a key only (write `key` in place of `client_secret`, and `Public key / Private key` in the application's settings)",
    ),
    (
        "okta: {domain: a.b, server: default, client_id: c, key: {env: K}, scope: okta.users.read}",
        "bad-scope: the server `default` does not give the scope `okta.users.read` (write `server: org`, or leave it out)",
    ),
    (
        "entra: {tenant: 'https://login.microsoftonline.com/t', CLIENT, scope: a/.default}",
        "bad-path: `tenant` is one part of a path, and cannot be `https://login.microsoftonline.com/t` (leave out the rest of the address)",
    ),
    (
        "github_app: {app_id: 1, installation_id: 1, key: {file: k}, api_url: ghe.example.com/api/v3}",
        "bad-url: `api_url` is not a whole URL: `ghe.example.com/api/v3` (write its scheme too: `https://ghe.example.com/api/v3`, or `http://…` on this machine)",
    ),
    (
        "okta: {domain: dev-1-admin.okta.com, CLIENT, scope: a}",
        "bad-domain: `dev-1-admin.okta.com` is the Admin Console (write `dev-1.okta.com`)",
    ),
    (
        "okta: {domain: dev-1.okta.com, client_id: c, client_secret: {env: S}, key: {env: K}, scope: a}",
        "two-of-one: okta needs exactly one of `client_secret` and `key` (leave out one of the two)",
    ),
    (
        "keycloak: {url: localhost:8080, realm: qa, CLIENT}",
        "bad-url: `url` is not a whole URL: `localhost:8080` (write its scheme too: `https://localhost:8080`, or `http://…` on this machine)",
    ),
    ("keycloak: {url: 'http://localhost', CLIENT}", "missing-key: keycloak needs `realm` (for example `realm: qa`)"),
    (
        "keycloak: {url: 'http://kc.example.com', realm: qa, CLIENT}",
        "bad-token-url: the secret would go to `kc.example.com` over plain http (use https, or write `allow_http: true` where the network is trusted)",
    ),
];

#[test]
fn mistakes_name_the_preset_and_the_cure() {
    for (text, expected) in MISTAKES {
        let text = format!("it: {{{}}}", text.replace("CLIENT", CLIENT));
        assert_eq!(problems(&text), [*expected], "{text}");
    }
}
