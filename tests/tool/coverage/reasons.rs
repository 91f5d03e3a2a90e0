//! What cannot be had of a key, and why.

use std::collections::BTreeSet;

use super::keys::Key;

type Names = &'static [&'static str];

/// A table, its keys, and a test that uses them, because they need a server with TLS, a proxy, a person, or lead to a vendor itself.
pub(super) const ELSEWHERE: &[(&str, Names, &str)] = &[
    ("expect", &["tls"], "tests/tool/connection/mod.rs"),
    (
        "tls",
        &["version", "subject", "issuer", "names", "serial", "fingerprint", "not_before", "not_after", "expires_in"],
        "tests/tool/connection/mod.rs",
    ),
    ("http", &["ca", "resolve", "unix_socket"], "tests/tool/connection/mod.rs"),
    ("http", &["client_cert"], "tests/tool/connection/mutual.rs"),
    ("client_cert", &["cert", "key"], "tests/tool/connection/mutual.rs"),
    ("oauth2", &["authorization_params", "redirect_port"], "tests/tool/login.rs"),
    ("oauth2", &["authorization_url"], "src/spec/auth/tests/grants.rs"),
    ("cognito", &["domain", "region"], "src/spec/auth/tests/presets.rs"),
    ("cognito_user", &["region"], "src/spec/auth/tests/presets.rs"),
    ("entra", &["tenant"], "src/spec/auth/tests/presets.rs"),
    ("auth0", &["domain"], "src/spec/auth/tests/presets.rs"),
    ("okta", &["domain", "server"], "src/spec/auth/tests/presets.rs"),
];

/// Tables of which no key fails a case by itself.
pub(super) const TABLES: &[(Names, &str)] = &[
    (
        &["spec", "defaults", "entry-of-use", "table", "hallpass.yaml", "profile"],
        "what it says becomes part of requests; those fail",
    ),
    (&["retry"], "it sends again; what fails is the last answer"),
    (&["graphql", "part-of-multipart", "query-in-a-file"], "it says what is sent; what fails is the request"),
    (
        &[
            "api_key",
            "argument",
            "auth0",
            "aws_sigv4",
            "basic",
            "cognito",
            "cognito_user",
            "digest",
            "entra",
            "exec",
            "expires_in",
            "github_app",
            "google",
            "jwt",
            "keycloak",
            "login",
            "mtls",
            "oauth2",
            "okta",
            "place",
            "token",
            "traded-token",
            "use",
            "value",
        ],
        "it is part of a scheme, which is refused as a whole: `identity`",
    ),
    (&["client_cert"], "it is refused as a whole: `client_cert` of `http`"),
    (&["redact"], "it hides and judges nothing"),
];

/// A table, its keys that fail no case, and why.
const CANNOT_FAIL: &[(&str, Names, &str)] = &[
    ("request", &["name", "description", "tags"], "it is for people, and for choosing"),
    ("request", &["skip"], "what is skipped does not fail"),
    (
        "request",
        &["method", "url", "query", "headers", "cookies", "json", "form", "text", "xml", "for_each", "delay", "retry"],
        "it says what is sent, how often and when; what fails is the answer",
    ),
    ("request", &["put", "patch", "delete", "head", "options"], "as `get` and `post`"),
    ("capture", &["status", "url", "duration"], "every answer has it"),
    ("capture", &["default", "secret"], "it keeps from failing; it hides"),
    ("poll", &["every"], "it says how long to wait; `times` and `timeout` end it"),
    ("identity", &["hosts"], "it says where a credential may go besides"),
    ("identity", &["mtls"], "the server ends the handshake: tests/tool/connection/mutual.rs"),
    (
        "http",
        &["ca", "client_cert", "insecure", "no_proxy", "resolve", "http_version"],
        "what fails is the connection: tests/tool/connection",
    ),
];

/// The keys of [`ELSEWHERE`].
pub(super) fn used_by_tests() -> BTreeSet<Key> {
    ELSEWHERE.iter().flat_map(|row| of(row.0, row.1)).collect()
}

/// The keys of [`CANNOT_FAIL`].
pub(super) fn cannot_fail() -> BTreeSet<Key> {
    CANNOT_FAIL.iter().flat_map(|row| of(row.0, row.1)).collect()
}

pub(super) fn why_it_cannot_fail(key: &Key) -> Option<&'static str> {
    let of_table = TABLES.iter().find(|(tables, _)| tables.contains(&key.table.as_str())).map(|(_, why)| *why);
    let own = || CANNOT_FAIL.iter().find(|row| row.0 == key.table && row.1.contains(&key.name.as_str()));
    of_table.or_else(|| own().map(|row| row.2))
}

fn of(table: &'static str, names: Names) -> impl Iterator<Item = Key> {
    names.iter().map(move |name| Key::new(table, name))
}
