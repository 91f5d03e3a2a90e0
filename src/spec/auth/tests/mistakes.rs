//! What is wrong with identities, each with its message and cure.

use super::*;

/// Identities, and what is wrong with them.
const MISTAKES: &[(&str, &str)] = &[
    ("it: {oauth: {}}", "unknown-key: an identity has no key `oauth` (did you mean `oauth2`?)"),
    (
        "it: {kerberos: {}}",
        "unknown-key: an identity has no key `kerberos` (its keys are `oauth2`, `bearer`, `basic`, `digest`, `api_key`, `jwt`, `login`, `exec`, `aws_sigv4`, `headers`, `mtls`, `all`, `cognito`, `cognito_user`, `entra`, `google`, `github_app`, `auth0`, `okta`, `keycloak`, `use`, `tamper`, `without_scope`, `hosts`)",
    ),
    ("it: {token_url: /t}", "unknown-key: an identity has no key `token_url` (`token_url` belongs under `oauth2`)"),
    (
        "it: {}",
        "missing-key: an identity needs a scheme (one of `oauth2`, `bearer`, `basic`, `digest`, `api_key`, `jwt`, `login`, `exec`, `aws_sigv4`, `headers`, `mtls`, `all`, `cognito`, `cognito_user`, `entra`, `google`, `github_app`, `auth0`, `okta`, `keycloak`, `use`)",
    ),
    (
        "it: {hosts: [a]}",
        "missing-key: an identity needs a scheme (one of `oauth2`, `bearer`, `basic`, `digest`, `api_key`, `jwt`, `login`, `exec`, `aws_sigv4`, `headers`, `mtls`, `all`, `cognito`, `cognito_user`, `entra`, `google`, `github_app`, `auth0`, `okta`, `keycloak`, `use`)",
    ),
    (
        "it: text",
        "wrong-type: an identity is a map, found text (its keys are `oauth2`, `bearer`, `basic`, `digest`, `api_key`, `jwt`, `login`, `exec`, `aws_sigv4`, `headers`, `mtls`, `all`, `cognito`, `cognito_user`, `entra`, `google`, `github_app`, `auth0`, `okta`, `keycloak`, `use`, `tamper`, `without_scope`, `hosts`)",
    ),
    ("none: {bearer: {env: T}}", "bad-name: `none` means no identity (choose another name)"),
    ("'': {bearer: {env: T}}", "bad-name: an identity needs a name (choose another name)"),
    (
        "it: {bearer: {env: T}, basic: {username: u, password: {env: P}}}",
        "two-schemes: an identity has one scheme, but `bearer` and `basic` are both written (keep one of them, or make two identities and write `all: [one, other]`)",
    ),
    (
        "it: {oauth2: {token_url: /t, client_id: c}}",
        "missing-key: `client_auth: basic` needs `client_secret` (for example `client_secret: {env: CLIENT_SECRET}`; write `client_auth: none` for a client without one)",
    ),
    (
        "it: {oauth2: {client_id: c, client_secret: {env: S}}}",
        "missing-key: oauth2 needs `token_url` or `issuer` (for example `token_url: /oauth2/token`, or `issuer: https://id.example.com`)",
    ),
    (
        "it: {bearer: null}",
        "wrong-type: expected text, `{env: NAME}`, `{file: path}` or `{cmd: [argv]}`, found nothing (for example `{env: NAME}`)",
    ),
    (
        "it: {bearer: {}}",
        "wrong-type: expected text, `{env: NAME}`, `{file: path}` or `{cmd: [argv]}`, found a map (for example `{env: NAME}`)",
    ),
    ("it: {bearer: {evn: T}}", "unknown-key: a value has no key `evn` (did you mean `env`?)"),
    ("it: {bearer: {env: T, file: f}}", "two-sources: a value has one source (keep one of `env`, `file`)"),
    (
        "it: {bearer: {env: $T}}",
        "bad-name: `$T` is not the name of an environment variable (for example `{env: API_TOKEN}`)",
    ),
    (
        "it: {bearer: {file: ''}}",
        "wrong-type: expected the path of a file, found text (for example `secrets/token.txt`)",
    ),
    (
        "it: {bearer: BEARER abcdef}",
        "bad-bearer: the value of `bearer` starts with `Bearer` already (leave the word out: it is added)",
    ),
    (
        "it: {basic: {username: 'a:b', password: {env: P}}}",
        "bad-username: a `username` has no `:` in it (basic authentication separates user and password by the first `:`)",
    ),
    ("it: {basic: {username: a}}", "missing-key: basic needs `password` (for example `password: {env: PASSWORD}`)"),
    (
        "it: {api_key: {value: {env: K}}}",
        "one-place: a credential stands in exactly one of `header`, `query`, `cookie` (for example `header: X-Api-Key`)",
    ),
    ("it: {headers: {}}", "empty: an empty map says nothing here (fill it or leave the key out)"),
    (
        "it: {headers: {X-A: {env: A}, x-a: {env: B}}}",
        "duplicate-key: the header `x-a` is written twice (the names of headers are the same in any case: keep one)",
    ),
    (
        "it: {headers: {Cookie: {env: A}}}",
        "bad-name: cookies have a place of their own (write `cookie: name` instead of `header: Cookie`)",
    ),
    ("it: {jwt: {key: {env: K}}}", "missing-key: jwt needs `alg` (for example `alg: RS256`)"),
    (
        "it: {jwt: {alg: none, key: {env: K}}}",
        "unknown-word: `alg` cannot be `none` (it can be `HS256`, `HS384`, `HS512`, `RS256`, `PS256`, `ES256`, `ES384`, `EdDSA`)",
    ),
    ("it: {jwt: {alg: HS256}}", "missing-key: jwt needs `key` (for example `key: {file: key.pem}`)"),
    (
        "it: {jwt: {alg: HS256, key: {env: K}, claims: [a]}}",
        "wrong-type: expected the claims by name, found a list (for example `{sub: qa}`)",
    ),
    (
        "it: {jwt: {alg: HS256, key: {env: K}, sub: qa}}",
        "unknown-key: jwt has no key `sub` (`sub` belongs under `claims`)",
    ),
    (
        "it: {jwt: {alg: HS256, key: {env: K}, lifetime: 0s}}",
        "bad-duration: a duration above zero is needed (for example `10m`)",
    ),
    (
        "it: {use: a}",
        "one-fault: `use` needs exactly one of `tamper` and `without_scope` (for example `{use: service, tamper: signature}`)",
    ),
    (
        "it: {use: a, tamper: empty, without_scope: b}",
        "one-fault: `use` needs exactly one of `tamper` and `without_scope` (for example `{use: service, tamper: signature}`)",
    ),
    ("it: {use: a, tamper: signatur}", "unknown-word: `tamper` cannot be `signatur` (did you mean `signature`?)"),
    (
        "it: {use: none, tamper: empty}",
        "no-identity: `none` has no credential to make wrong (name an identity, or write `auth: none`)",
    ),
    (
        "it: {bearer: {env: T}, tamper: empty}",
        "unused-key: `tamper` says nothing beside `bearer` (name the identity with `use`: `{use: service, tamper: signature}`)",
    ),
    (
        "it: {use: a, tamper: empty, hosts: [b]}",
        "unused-key: `hosts` says nothing beside `use` (write it beside the scheme of the identity that `use` names)",
    ),
    ("it: {all: []}", "empty: an empty list says nothing here (fill it or leave the key out)"),
    (
        "it: {all: [other]}",
        "one-part: `all` combines several identities, but one is written (name the other one too, or use the identity by itself)",
    ),
    ("it: {all: [a, none]}", "no-identity: `none` cannot be combined with anything (leave it out)"),
    (
        "it: {all: [a, b], hosts: [c]}",
        "unused-key: `hosts` says nothing beside `all` (write it beside the scheme of each identity that `all` names)",
    ),
    (
        "it: {bearer: {env: T}, hosts: [a/b]}",
        "bad-host: `a/b` is not a host (for example `files.example.com`, `api.example.com:8443`, `http://localhost:8080`)",
    ),
    (
        "it: {bearer: {env: T}, hosts: ['*.example.com']}",
        "bad-host: `*.example.com` is not a host (for example `files.example.com`, `api.example.com:8443`, `http://localhost:8080`)",
    ),
];

/// Keys beside those that `oauth2` needs.
const OAUTH2_MISTAKES: &[(&str, &str)] = &[
    ("scopes: a", "unknown-key: oauth2 has no key `scopes` (did you mean `scope`?)"),
    ("hosts: [a]", "unknown-key: oauth2 has no key `hosts` (`hosts` belongs to the identity, beside oauth2)"),
    (
        "grant: implicit",
        "unknown-word: `grant` cannot be `implicit` (it can be `client_credentials`, `password`, `refresh_token`, `jwt_bearer`, `token_exchange`, `authorization_code`, `device_code`)",
    ),
    ("client_auth: bsic", "unknown-word: `client_auth` cannot be `bsic` (did you mean `basic`?)"),
    ("client_auth: none", "unused-secret: `client_auth: none` sends no `client_secret` (leave out one of the two)"),
    ("lifetime: 10", "bad-duration: `10` is not a duration (write a number and a unit: `200ms`, `10s`, `5m`, `1h`)"),
    ("lifetime: 0s", "bad-duration: a duration above zero is needed (for example `10m`)"),
    ("retries: two", "wrong-type: expected a whole number, 0 or more, found text (for example `3`)"),
    ("retries: 1000", "too-many: a token request is repeated at most 10 times (the default is 2)"),
    ("allow_http: 1", "wrong-type: expected `true` or `false`, found a number (for example `true`)"),
    (
        "use: token",
        "wrong-type: expected `access_token`, `id_token` or a JSONPath, found text (for example `{jsonpath: $.data.token}`)",
    ),
    (
        "place: {prefix: X}",
        "one-place: a credential stands in exactly one of `header`, `query`, `cookie` (for example `header: X-Api-Key`)",
    ),
    (
        "place: {header: A, query: b}",
        "one-place: a credential stands in exactly one of `header`, `query`, `cookie` (for example `header: X-Api-Key`)",
    ),
    ("place: {query: b, prefix: X}", "unused-key: `prefix` stands in a header only (leave it out, or write `header`)"),
    (
        "place: {header: A, prefix: a b}",
        "bad-prefix: a prefix is one word (for example `Bearer`, or `\"\"` for none; the blank behind it is added)",
    ),
    (
        "place: {header: 'X Y'}",
        "bad-name: `X Y` is not the name of a header (letters, digits and `-`, with no blanks and no colon)",
    ),
    (
        "place: {header: cookie}",
        "bad-name: cookies have a place of their own (write `cookie: name` instead of `header: Cookie`)",
    ),
    ("place: {header: host}", "bad-name: `host` cannot carry a credential (for example `header: X-Api-Key`)"),
    (
        "headers: {'a b': c}",
        "bad-header: `a b` is not a header name (letters, digits and `-`, with no blanks and no colon)",
    ),
    ("scope: []", "empty: an empty list says nothing here (fill it or leave the key out)"),
    ("scope: ''", "empty: empty text says nothing here ()"),
    (
        "audience: [a]",
        "wrong-type: expected text, `{env: NAME}`, `{file: path}` or `{cmd: [argv]}`, found a list (for example `{env: NAME}`)",
    ),
    (
        "params: {a: [[1]]}",
        "wrong-type: expected text, `{env: NAME}`, `{file: path}` or `{cmd: [argv]}`, found a list (for example `{env: NAME}`)",
    ),
];

/// Token URLs.
const URL_MISTAKES: &[(&str, &str)] = &[
    (
        "http://id.example.com/t",
        "bad-token-url: the secret would go to `id.example.com` over plain http (use https, or write `allow_http: true` where the network is trusted)",
    ),
    (
        "https://u:p@id.example.com/t",
        "bad-token-url: a user or password stands in `token_url` (write them as `client_id` and `client_secret`)",
    ),
    (
        "https://id.example.com/t#x",
        "bad-token-url: `token_url` has a fragment: `https://id.example.com/t#x` (leave out the `#` and what follows)",
    ),
];

#[test]
fn each_mistake_has_its_message_and_cure() {
    let whole = MISTAKES.iter().map(|(text, expected)| ((*text).to_owned(), expected));
    let oauth2 = OAUTH2_MISTAKES
        .iter()
        .map(|(keys, expected)| (format!("it: {{oauth2: {{token_url: /t, {CLIENT}, {keys}}}}}"), expected));
    let urls = URL_MISTAKES
        .iter()
        .map(|(url, expected)| (format!("it: {{oauth2: {{token_url: '{url}', {CLIENT}}}}}"), expected));
    for (text, expected) in whole.chain(oauth2).chain(urls) {
        assert_eq!(problems(&text), [*expected], "{text}");
    }
}
