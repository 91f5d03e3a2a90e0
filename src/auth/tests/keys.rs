//! What tells one token from another: every key of `oauth2` that changes a token, and none that does not.

use std::{collections::BTreeSet, fs};

use super::ready::Room;
use crate::auth::key::{Key, Keys};
use crate::spec::auth::IDENTITIES;
use crate::yaml::Shape;

const WHO: &str = "token_url: https://id.example.com/t, client_id: one, client_secret: secret-1";
const PUBLIC: &str = "token_url: https://id.example.com/t, client_id: one";
const SIGNED: &str = "grant: jwt_bearer, token_url: https://id.example.com/t, alg: ES256";
const TRADED: &str =
    "grant: token_exchange, token_url: https://id.example.com/t, client_id: one, client_secret: secret-1";
const HUMAN: &str = "grant: authorization_code, authorization_url: https://id.example.com/a, token_url: https://id.example.com/t, client_id: one";

/// A key of `oauth2`, what stands before it, and two values of which it may have either, with what else they need.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// Rows whose two tokens are not the same.
const TELLING: &[Row] = &[
    ("grant", WHO, "client_credentials", "password, username: qa, password: pass-1"),
    ("username", WHO, "qa, grant: password, password: pass-1", "someone, grant: password, password: pass-1"),
    ("password", WHO, "pass-1, grant: password, username: qa", "pass-2, grant: password, username: qa"),
    ("refresh_token", WHO, "refresh-1, grant: refresh_token", "refresh-2, grant: refresh_token"),
    ("token_url", "client_id: one, client_secret: secret-1", "https://id.example.com/t", "https://id.example.com/u"),
    ("issuer", "client_id: one, client_secret: secret-1", "https://id.example.com", "https://id.example.com/"),
    ("client_id", "token_url: https://id.example.com/t, client_secret: secret-1", "one", "two"),
    ("client_secret", PUBLIC, "secret-1", "secret-2"),
    ("client_auth", WHO, "basic", "post"),
    ("client_auth", WHO, "basic", "basic_raw"),
    ("client_auth", WHO, "basic", "secret_jwt"),
    ("client_secret", PUBLIC, "secret-1, client_auth: secret_jwt", "secret-2, client_auth: secret_jwt"),
    ("key", SIGNED, "{file: a.pem}, issuer_claim: one", "{file: b.pem}, issuer_claim: one"),
    ("key_id", SIGNED, "k1, key: {file: a.pem}, issuer_claim: one", "k2, key: {file: a.pem}, issuer_claim: one"),
    ("alg", WHO, "HS256, client_auth: secret_jwt", "HS384, client_auth: secret_jwt"),
    (
        "cert",
        PUBLIC,
        "{file: a.crt}, key: {file: a.pem}, client_auth: tls",
        "{file: b.crt}, key: {file: b.pem}, client_auth: tls",
    ),
    ("assertion", PUBLIC, "assertion-1, grant: jwt_bearer", "assertion-2, grant: jwt_bearer"),
    ("issuer_claim", SIGNED, "one, key: {file: a.pem}", "two, key: {file: a.pem}"),
    (
        "claims",
        SIGNED,
        "{tenant: one}, key: {file: a.pem}, issuer_claim: one",
        "{tenant: two}, key: {file: a.pem}, issuer_claim: one",
    ),
    ("subject", SIGNED, "qa, key: {file: a.pem}, issuer_claim: one", "someone, key: {file: a.pem}, issuer_claim: one"),
    ("subject", TRADED, "{token: token-1}", "{token: token-2}"),
    ("subject_token_type", TRADED, "jwt, subject: {token: t}", "access_token, subject: {token: t}"),
    ("actor", TRADED, "{token: token-1}, subject: {token: t}", "{token: token-2}, subject: {token: t}"),
    (
        "actor_token_type",
        TRADED,
        "jwt, actor: {token: a}, subject: {token: t}",
        "saml2, actor: {token: a}, subject: {token: t}",
    ),
    ("requested_token_type", TRADED, "jwt, subject: {token: t}", "access_token, subject: {token: t}"),
    (
        "authorization_url",
        "grant: authorization_code, token_url: https://id.example.com/t, client_id: one",
        "https://id.example.com/a",
        "https://id.example.com/b",
    ),
    ("authorization_params", HUMAN, "{prompt: login}", "{prompt: none}"),
    (
        "device_url",
        PUBLIC,
        "https://id.example.com/a, grant: device_code",
        "https://id.example.com/b, grant: device_code",
    ),
    ("scope", WHO, "[read, write]", "[read]"),
    ("scope", WHO, "[read, write]", "[read, writes]"),
    ("scope", WHO, "['a;scope=1:b']", "[a, b]"),
    ("audience", WHO, "shop", "billing"),
    ("resource", WHO, "https://a.example.com", "[https://a.example.com, https://b.example.com]"),
    ("params", WHO, "{tenant: one}", "{tenant: two}"),
    ("params", WHO, "{a: 'b;param=1:c'}", "{a: b, c: ''}"),
    ("params", WHO, "{a: 1}", "{a: '1'}"),
    ("params", WHO, "{a: null}", "{a: ''}"),
    ("headers", WHO, "{X-Tenant: one}", "{X-Tenant: two}"),
    ("body", WHO, "form", "json"),
    ("use", WHO, "access_token", "id_token"),
    ("use", WHO, "{jsonpath: $.a}", "{jsonpath: $.b}"),
    ("place", WHO, "{header: Authorization}", "{header: X-Token}"),
    ("place", WHO, "{header: Authorization}", "{query: access_token}"),
    ("lifetime", WHO, "1m", "2m"),
    ("share", WHO, "run", "user"),
    ("share", WHO, "run", "off"),
    ("dpop", WHO, "true", "false"),
    ("require_scope", WHO, "true, scope: read", "false, scope: read"),
];

/// Rows whose two tokens are the same.
const NOT_TELLING: &[Row] = &[
    ("scope", WHO, "[read, write]", "[write, read]"),
    (
        "resource",
        WHO,
        "[https://a.example.com, https://b.example.com]",
        "[https://b.example.com, https://a.example.com]",
    ),
    ("headers", WHO, "{X-Tenant: one}", "{x-tenant: one}"),
    ("redirect_port", HUMAN, "4711", "4712"),
    ("refresh_before", WHO, "60s", "5s"),
    ("on_unauthorized", WHO, "retry", "fail"),
    ("timeout", WHO, "30s", "5s"),
    ("retries", WHO, "2", "0"),
    ("allow_http", WHO, "true", "false"),
];

fn key(room: &Room, field: &str, beside: &str, value: &str) -> Key {
    key_of(room, &format!("{{oauth2: {{{beside}, {field}: {value}}}}}"))
}

fn key_of(room: &Room, scheme: &str) -> Key {
    let ready = room.ready(scheme).unwrap_or_else(|why| panic!("{scheme}: {}", why.message));
    ready.earned().unwrap().key(&Keys::salted(b"salt"))
}

fn room() -> Room {
    let room = Room::new(&[]);
    for name in ["a", "b"] {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap().self_signed(&key).unwrap();
        fs::write(room.folder.path().join(format!("{name}.pem")), key.serialize_pem()).unwrap();
        fs::write(room.folder.path().join(format!("{name}.crt")), certificate.pem()).unwrap();
    }
    room
}

#[test]
fn every_key_that_changes_a_token_tells_it_from_others_and_no_other_does() {
    let room = room();
    for (field, beside, one, two) in TELLING {
        assert!(key(&room, field, beside, one) != key(&room, field, beside, two), "{field}: {one} and {two}");
    }
    for (field, beside, one, two) in NOT_TELLING {
        assert!(key(&room, field, beside, one) == key(&room, field, beside, two), "{field}: {one} and {two}");
    }
}

#[test]
fn no_key_of_the_table_is_forgotten() {
    let Shape::Map(Shape::Fields(identity)) = IDENTITIES.shape else { panic!("an identity is a map") };
    let Shape::Fields(oauth2) = &identity.field("oauth2").unwrap().shape else { panic!("`oauth2` is a map") };
    let known: BTreeSet<_> = TELLING.iter().chain(NOT_TELLING).map(|(field, ..)| *field).collect();
    assert_eq!(known, oauth2.names().collect());
}

#[test]
fn the_token_that_is_traded_tells_as_much_as_its_own_key() {
    let room = room();
    let traded = |user: &str| {
        key_of(&room, &format!("{{oauth2: {{{TRADED}, subject: {{auth: user}}}}}}\nuser: {{oauth2: {{{user}}}}}"))
    };
    let one = traded(WHO);
    assert!(one == traded(WHO));
    for other in [WHO.replace("secret-1", "secret-2"), format!("{WHO}, scope: read"), WHO.replace("/t,", "/u,")] {
        assert!(one != traded(&other), "{other}");
    }
}
