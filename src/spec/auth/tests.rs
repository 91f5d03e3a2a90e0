mod commands;
mod grants;
mod mistakes;
mod presets;
mod signing;

use super::*;
use crate::diagnostic::{Look, Severity};
use crate::source::{Root, Source};
use crate::yaml;

/// The identities of a map, and everything wrong with them.
pub(crate) fn load(text: &str) -> (Vec<Identity>, Vec<Diagnostic>) {
    let source = Source::new("hallpass.yaml", "hallpass.yaml", text.to_owned());
    let parsed = yaml::parse(&source);
    let mut loading = Loading::new(&source, Root::new(std::path::Path::new(".")));
    loading.problems = parsed.problems;
    let identities = Identity::load_all(parsed.root.as_ref(), &mut loading);
    (identities, loading.problems)
}

#[test]
fn every_environment_variable_of_an_identity_is_a_use() {
    let text =
        "service: {oauth2: {token_url: /t, client_id: {env: ID}, client_secret: {env: PW}, scope: '{{env.SCOPE}}'}}\n";
    let source = Source::new("hallpass.yaml", "hallpass.yaml", text.to_owned());
    let mut loading = Loading::new(&source, Root::new(std::path::Path::new(".")));
    Identity::load_all(yaml::parse(&source).root.as_ref(), &mut loading);
    let mut names: Vec<_> = loading.uses.iter().map(|read| format!("{}.{}", read.name, read.rest[0])).collect();
    names.sort_unstable();
    assert_eq!(names, ["env.ID", "env.PW", "env.SCOPE"]);
}

fn problems(text: &str) -> Vec<String> {
    let (_, problems) = load(text);
    let told = |it: &Diagnostic| {
        let cure = it.help.clone().unwrap_or_else(|| it.label.clone());
        format!("{}: {} ({cure})", it.code, it.message)
    };
    problems.iter().map(told).collect()
}

const CLIENT: &str = "client_id: c, client_secret: {env: S}";

#[test]
fn a_whole_scheme_is_read() {
    let (identities, problems) = load(
        "service:
  oauth2:
    grant: client_credentials
    token_url: /oauth2/token
    client_id: {env: CLIENT_ID}
    client_secret: {file: secret.txt}
    client_auth: post
    scope: [a, '{{env.SCOPE}}']
    audience: https://api
    resource: urn:a
    params: {tenant: qa, password: {env: PW}, n: 1, gone: null}
    headers: {X-Tenant: qa}
    body: json
    use: id_token
    place: {header: X-Auth}
    refresh_before: 5s
    lifetime: 10m
    on_unauthorized: fail
    timeout: 1s
    retries: 0
    allow_http: true
  hosts: [files.example.com, 'http://localhost:8080']
",
    );
    assert!(problems.is_empty(), "{problems:?}");
    let [identity] = &identities[..] else { panic!("one identity") };
    assert_eq!((identity.name.as_str(), identity.scheme.kind(), identity.hosts.len()), ("service", "oauth2", 2));
    let Scheme::OAuth2(oauth2) = &identity.scheme else { panic!("oauth2") };
    assert_eq!((oauth2.client_auth, oauth2.rest.body), (ClientAuth::Post, BodyKind::Json));
    assert_eq!((oauth2.rest.scope.len(), oauth2.rest.params.len(), oauth2.rest.retries), (2, 4, 0));
    let header = Placement::Header { name: "X-Auth".into(), prefix: String::new() };
    assert_eq!((&oauth2.usage.placement, oauth2.usage.on_unauthorized), (&header, OnUnauthorized::Fail));
    assert!(oauth2.rest.allow_http && matches!(oauth2.usage.taken, Taken::IdToken));
}

#[test]
fn every_scheme_has_its_short_form() {
    let rows = [
        ("{bearer: {env: T}}", "bearer"),
        ("{bearer: '{{env.T}}'}", "bearer"),
        ("{basic: {username: u, password: {env: P}}}", "basic"),
        ("{api_key: {header: X-Api-Key, value: {env: K}}}", "api_key"),
        ("{api_key: {query: key, value: {env: K}}}", "api_key"),
        ("{api_key: {cookie: sid, value: {env: K}}, hosts: a.example.com}", "api_key"),
        ("{headers: {X-Id: {env: I}, X-Key: {env: K}}}", "headers"),
        ("{jwt: {alg: HS256, key: {env: K}}}", "jwt"),
        (
            "{jwt: {alg: EdDSA, key: {file: k.pem}, key_id: k1, claims: {sub: qa, aud: [a, '{{env.B}}'], jti: null}, lifetime: 90s, place: {query: t}}}",
            "jwt",
        ),
        ("{login: {request: {post: /s}, cookies: true}}", "login"),
        (
            "{login: {request: {get: /s, auth: other}, token: {header: X-A}, refresh: {get: '/r/{{reply.id}}'}}}",
            "login",
        ),
        ("{use: service, tamper: none_alg}", "use"),
        ("{use: {bearer: {env: T}}, without_scope: a}", "use"),
        ("{digest: {username: u, password: {env: P}}}", "digest"),
        ("{exec: {command: [print-token, --for, '{{env.USER}}'], lifetime: 30m}}", "exec"),
        ("{all: [one, {bearer: {env: T}}]}", "all"),
        ("{oauth2: {token_url: /t, client_id: c, client_secret: {env: S}}}", "oauth2"),
        ("{oauth2: {token_url: /t, client_id: c, client_auth: none}}", "oauth2"),
        ("{oauth2: {grant: jwt_bearer, token_url: /t, issuer_claim: r, key: {file: k}}}", "oauth2"),
        ("{oauth2: {grant: jwt_bearer, token_url: /t, assertion: {env: A}, client_id: c}}", "oauth2"),
        (
            "{oauth2: {grant: token_exchange, token_url: /t, client_id: c, client_auth: none, subject: {token: {env: T}}, \
             subject_token_type: jwt, actor: {auth: {bearer: {env: A}}}, requested_token_type: 'urn:x'}}",
            "oauth2",
        ),
        (
            "{oauth2: {issuer: 'https://a', client_id: c, client_auth: private_key_jwt, key: {file: k}, alg: EdDSA}}",
            "oauth2",
        ),
        ("{oauth2: {token_url: /t, client_id: c, client_auth: tls}}", "oauth2"),
        ("{oauth2: {token_url: /t, client_id: c, client_auth: tls, cert: {file: c}, key: {file: k}}}", "oauth2"),
        ("{oauth2: {grant: jwt_bearer, token_url: /t, client_id: c, client_auth: tls, key: {file: k}}}", "oauth2"),
        ("{mtls: {cert: {file: c}, key: {env: K}}, hosts: [a.test]}", "mtls"),
        (
            "{oauth2: {token_url: /t, client_id: c, client_auth: secret_jwt, client_secret: {env: S}, key_id: k}}",
            "oauth2",
        ),
    ];
    for (text, kind) in rows {
        let (identities, problems) = load(&format!("it: {text}"));
        assert!(problems.is_empty(), "{text}: {problems:?}");
        assert_eq!(identities[0].scheme.kind(), kind, "{text}");
    }
}

#[test]
fn combinations_neither_circle_nor_collide() {
    let rows = [
        (
            "a: {all: [b, c]}\nb: {all: [c, a]}\nc: {bearer: {env: T}}",
            &["cycle: `a` → `b` → `a`", "cycle: `b` → `a` → `b`"][..],
        ),
        ("a: {all: [a, b]}\nb: {bearer: {env: T}}", &["cycle: `a` → `a`"]),
        (
            "a: {all: [b, e]}\ne: {headers: {X-E: {env: T}}}\nb: {all: [c, d]}\nc: {bearer: {env: T}}\nd: {headers: {X-D: {env: T}}}",
            &[],
        ),
        (
            "a: {all: [b, c]}\nb: {basic: {username: u, password: {env: T}}}\nc: {bearer: {env: T}}",
            &["`a` has two credentials for the header `Authorization`"],
        ),
        ("a: {all: [b, {headers: {X-D: {env: T}}}]}\nb: {bearer: {env: T}}", &[]),
        ("a: {all: [elsewhere, b]}\nb: {bearer: {env: T}}", &[]),
    ];
    for (text, expected) in rows {
        let (identities, _) = load(text);
        let source = Source::inline("x.yaml", text);
        let mut loading = Loading::new(&source, Root::new(std::path::Path::new(".")));
        super::check(&identities, &[], &mut loading);
        let told: Vec<_> = loading
            .problems
            .iter()
            .map(|it| match it.message.split_once(": ") {
                Some((_, way)) => format!("{}: {way}", it.code),
                None => it.message.clone(),
            })
            .collect();
        assert_eq!(told, expected, "{text}");
    }
}

#[test]
fn everything_wrong_is_told_at_once() {
    let text = "it: {oauth2: {grant: x, client_auth: y, use: z, place: {}, body: w, on_unauthorized: v, colour: red}}";
    assert_eq!(problems(text).len(), 9, "{:#?}", problems(text));
}

#[test]
fn plain_http_is_fine_on_this_machine_or_where_it_is_allowed() {
    for url in ["http://localhost:8080/t", "http://127.0.0.1/t", "http://[::1]:1/t", "https://id.example.com/t"] {
        let text = format!("it: {{oauth2: {{token_url: '{url}', {CLIENT}}}}}");
        assert_eq!(problems(&text), Vec::<String>::new(), "{url}");
    }
    let allowed = format!("it: {{oauth2: {{token_url: 'http://id.example.com/t', {CLIENT}, allow_http: true}}}}");
    assert!(problems(&allowed).is_empty());
}

#[test]
fn a_secret_in_the_file_is_warned_about_and_not_echoed() {
    let rows = [
        "it: {bearer: hunter2ä}",
        "it: {basic: {username: qa, password: hunter2ä}}",
        "it: {api_key: {header: X-Key, value: hunter2ä}}",
        "it: {oauth2: {token_url: /t, client_id: c, client_secret: hunter2ä}}",
        "it: {oauth2: {token_url: /t, client_id: c, client_auth: none, params: {password: hunter2ä}}}",
        "it: {oauth2: {token_url: /t, client_id: c, client_auth: none, headers: {X-Api-Key: [hunter2ä]}}}",
    ];
    for text in rows {
        let (identities, problems) = load(text);
        assert_eq!(identities.len(), 1, "{text}");
        let [warning] = &problems[..] else { panic!("{text}: {problems:?}") };
        assert_eq!((warning.severity, warning.code), (Severity::Warning, "literal-secret"), "{text}");
        let rendered = warning.render(Look::Plain);
        assert!(rendered.contains("hallpass.yaml:1:") && rendered.contains("*********"), "{rendered}");
        assert!(!rendered.contains("hunter2"), "{rendered}");
    }
    let (_, problems) = load("it: {bearer: Bearer hunter2}");
    assert!(!problems[0].render(Look::Plain).contains("hunter2"));
}

#[test]
fn a_scheme_in_place_is_named_by_its_place() {
    let source = Source::inline("items.yaml", "auth: {bearer: {env: T}}");
    let parsed = yaml::parse(&source).root.unwrap();
    let mut loading = Loading::new(&source, Root::new(std::path::Path::new(".")));
    let node = &parsed.entries().unwrap()[0].value;
    let Some(AuthUse::Inline(identity)) = AuthUse::load(node, &mut loading) else { panic!("inline") };
    assert_eq!(identity.name, "bearer at items.yaml:1:7");
}

#[test]
fn hosts_stand_for_origins() {
    let origins = |host: &str| {
        let urls = origins_of(host)?;
        Ok::<_, String>(urls.iter().map(|url| url.as_str().to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(origins("files.example.com").unwrap(), ["https://files.example.com/"]);
    assert_eq!(origins("files.example.com:8443/").unwrap(), ["https://files.example.com:8443/"]);
    assert_eq!(origins("http://files.example.com").unwrap(), ["http://files.example.com/"]);
    assert_eq!(origins("localhost:8080").unwrap(), ["http://localhost:8080/", "https://localhost:8080/"]);
    for bad in ["", "https://", "a b", "a/b", "u@a", "*", "ftp://a", "a?b"] {
        assert!(origins(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_token_is_shared_as_its_identity_says() {
    let rows = [
        ("", Some(Share::Auto)),
        (", share: auto", Some(Share::Auto)),
        (", share: off", Some(Share::Off)),
        (", share: run", Some(Share::Run)),
        (", share: user", Some(Share::User)),
        (", share: false", None),
        (", share: usr", None),
        (", share: [run]", None),
    ];
    for (written, expected) in rows {
        let (identities, problems) =
            load(&format!("s: {{oauth2: {{token_url: /t, client_id: c, client_auth: none{written}}}}}"));
        let shared = identities.first().map(|identity| match &identity.scheme {
            Scheme::OAuth2(oauth2) => oauth2.usage.share,
            other => panic!("{}", other.kind()),
        });
        assert_eq!(shared.filter(|_| problems.is_empty()), expected, "{written}: {problems:?}");
    }
}
