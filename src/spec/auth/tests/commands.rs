//! Commands whose output is a value.

use super::*;

#[test]
fn an_identity_knows_the_commands_of_its_own_values() {
    let (identities, wrong) = load(
        "one: {bearer: {cmd: [pass, show, '{{env.NAME}}']}}
two: {oauth2: {token_url: /t, client_id: {cmd: [a]}, client_secret: {cmd: [b, {env: B}, {file: f}]}, params: {x: {cmd: [c]}}}}
three: {all: [one, {api_key: {header: X-Key, value: {cmd: [d]}}}]}
four: {basic: {username: u, password: {env: P}}}
",
    );
    assert!(wrong.is_empty(), "{wrong:?}");
    let counts: Vec<_> = identities.iter().map(|it| it.commands.len()).collect();
    assert_eq!(counts, [1, 3, 0, 0]);
    assert!(identities[1].commands.iter().any(|it| it.argv.len() == 3));
    let Scheme::All(parts) = &identities[2].scheme else { panic!("all") };
    let AuthUse::Inline(inner) = &parts[1] else { panic!("inline") };
    assert_eq!(inner.commands.len(), 1);
}

#[test]
fn what_an_argument_reads_is_a_use() {
    let text = "it: {bearer: {cmd: [print, {env: A}, '{{env.B}}']}}\n";
    let source = Source::inline("hallpass.yaml", text);
    let mut loading = Loading::new(&source, Root::new(std::path::Path::new(".")));
    Identity::load_all(yaml::parse(&source).root.as_ref(), &mut loading);
    let names: Vec<_> = loading.uses.iter().map(|read| format!("{}.{}", read.name, read.rest[0])).collect();
    assert_eq!(names, ["env.A", "env.B"]);
    assert!(loading.commands.is_empty());
}

#[test]
fn each_mistake_has_its_cure() {
    let rows = [
        (
            "cmd: gcloud auth print-access-token",
            "no-list: `cmd` is text, not a list (give argv as a list; no shell is used: `[gcloud, auth, print-access-token]`)",
        ),
        (
            "cmd: 'pass show | head -1'",
            "no-list: `cmd` is text, not a list (give argv as a list; no shell is used: `[gcloud, auth, print-access-token]`)",
        ),
        (
            "cmd: {a: b}",
            "no-list: `cmd` is a map, not a list (give argv as a list; no shell is used: `[gcloud, auth, print-access-token]`)",
        ),
        ("cmd: []", "empty: an empty list says nothing here (fill it or leave the key out)"),
        (
            "cmd: [a, {cmd: [b]}]",
            "no-command: an argument cannot come from a command (write both into a script, and its name here)",
        ),
        ("cmd: [a, {evn: B}]", "unknown-key: a value has no key `evn` (did you mean `env`?)"),
        ("cmd: [a], env: B", "two-sources: a value has one source (keep one of `cmd`, `env`)"),
        ("cmd: [a, '']", "empty: empty text says nothing here ()"),
    ];
    for (keys, expected) in rows {
        assert_eq!(problems(&format!("it: {{bearer: {{{keys}}}}}")), [expected], "{keys}");
    }
}
