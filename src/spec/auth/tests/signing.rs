//! Credentials that sign each request.

use super::*;
use crate::spec::Use;

#[test]
fn keys_of_aws_that_are_not_written_are_read_from_the_environment() {
    let rows = [
        ("", &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN?"][..]),
        (", profile: qa", &[]),
        (", access_key_id: {env: I}, secret_access_key: {env: K}", &["I", "K"]),
    ];
    for (keys, expected) in rows {
        let text = format!("it: {{aws_sigv4: {{service: s, region: r{keys}}}}}");
        let source = Source::inline("hallpass.yaml", text);
        let mut loading = Loading::new(&source, Root::new(std::path::Path::new(".")));
        assert_eq!(Identity::load_all(yaml::parse(&source).root.as_ref(), &mut loading).len(), 1);
        let name = |read: &Use| format!("{}{}", read.rest[0], if read.optional { "?" } else { "" });
        assert_eq!(loading.uses.iter().map(name).collect::<Vec<_>>(), expected, "{keys}");
    }
}

#[test]
fn a_bound_token_stands_behind_dpop() {
    let (identities, problems) = load(&format!("it: {{oauth2: {{token_url: /t, {CLIENT}, dpop: true, share: off}}}}"));
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(identities[0].scheme.placements(), [Placement::authorization("DPoP")]);
    let (identities, _) = load(&format!("it: {{oauth2: {{token_url: /t, {CLIENT}, dpop: false, share: user}}}}"));
    assert_eq!(identities[0].scheme.placements(), [Placement::authorization("Bearer")]);
}

#[test]
fn each_mistake_of_them_has_its_message_and_cure() {
    let aws = |keys: &str| format!("it: {{aws_sigv4: {{{keys}}}}}");
    let dpop = |keys: &str| format!("it: {{oauth2: {{token_url: /t, {CLIENT}, {keys}}}}}");
    let rows = [
        (
            aws("service: s3, region: r, profile: q, access_key_id: {env: I}"),
            "two-sources: keys have one source, but `profile` and `access_key_id` are both written (keep one of them)",
        ),
        (
            aws("service: s3, region: r, session_token: {env: T}, access_key_id: a"),
            "missing-key: aws_sigv4 needs `secret_access_key` (for example `secret_access_key: {env: SECRET_KEY}`)",
        ),
        (aws("service: s3"), "missing-key: aws_sigv4 needs `region` (for example `region: eu-west-1`)"),
        (
            dpop("dpop: true, place: {header: X}"),
            "bound: a token that is bound by `dpop` stands in `Authorization`, behind `DPoP` (leave out `place`)",
        ),
        (
            dpop("dpop: true, share: user"),
            "bound: a token that is bound by `dpop` stays in the memory of its process, as its key does (leave out `share`, or write `share: off`)",
        ),
        (dpop("dpop: true, use: id_token"), "bound: `dpop` binds access tokens only (leave out `use`, or `dpop`)"),
        (dpop("dpop: yes"), "wrong-type: expected `true` or `false`, found text (for example `true`)"),
    ];
    for (text, expected) in rows {
        assert_eq!(problems(&text), [expected], "{text}");
    }
}
