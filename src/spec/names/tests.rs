use std::path::Path;

use crate::source::{Root, Source};
use crate::spec::{Known, Loading, Spec, defaults::Defaults};
use crate::yaml;

/// What is reported of a spec, each with its line and column.
fn told(text: &str) -> Vec<String> {
    let known =
        Known { vars: ["tenant".to_owned()].into(), identities: ["reader".to_owned()].into(), ..Known::default() };
    let loaded = Spec::load(&Source::inline("a.yaml", text), &known, &Root::new(Path::new(".")));
    let problems = loaded.problems.into_iter().filter(|it| it.is_error());
    let told = problems.map(|it| {
        let (line, column) = it.place.as_ref().unwrap().line_column();
        let label = Some(it.label).filter(|label| !label.is_empty());
        let cure = label.or(it.help).unwrap_or_default();
        format!("{line}:{column} {} | {cure}", it.message)
    });
    told.collect()
}

fn assert_told(table: &[(&str, &[&str])]) {
    for (text, expected) in table {
        assert_eq!(told(text), *expected, "{text}");
    }
}

#[test]
fn variables_read_those_above_them() {
    let up = "variables are drawn from top to bottom: move that one up";
    assert_told(&[
        ("vars: {a: 1, b: '{{a}}', tenant: 'x{{tenant}}'}\nrequests: [{name: r, get: '/{{b}}{{tenant}}'}]", &[]),
        ("vars: {a: '{{default b 1}}', b: 2}\nrequests: [{name: r, get: '/{{a}}'}]", &[]),
        (
            "vars: {a: '{{b}}', b: 1}\nrequests: [{name: r, get: '/{{a}}'}]",
            &[&format!("1:14 `b` is read before it is defined | {up}")],
        ),
        (
            "vars: {a: '{{a}}'}\nrequests: [{name: r, get: '/{{a}}'}]",
            &["1:14 `a` is read by its own value | choose another name for one of the two"],
        ),
        (
            "vars: {a: '{{case.name}}'}\nrequests: [{name: r, get: '/{{a}}{{case.name}}'}]",
            &[
                "1:14 `case` is not known where variables of a spec are drawn | read it in a request, or in the `vars` of one",
            ],
        ),
        ("vars: {a: 1}\nrequests: [{name: r, get: '/{{b}}', vars: {a: '{{a}}', b: '{{a}}{{case.name}}'}}]", &[]),
        (
            "requests: [{name: r, get: '/{{b}}', vars: {a: '{{b}}', b: 1}}]",
            &[&format!("1:50 `b` is read before it is defined | {up}")],
        ),
    ]);
}

#[test]
fn rows_have_what_is_read_of_them() {
    assert_told(&[
        ("cases: [{a: 1, b: {c: [5]}}]\nrequests: [{name: r, get: '/{{row.a}}{{row.b.c.0}}{{default row.z 1}}'}]", &[]),
        ("cases: [{a: 1}, {a: '{{env.A}}'}]\nrequests: [{name: r, get: '/{{row.a}}'}]", &[]),
        (
            "cases: [{colour: 1}, {colour: 2}]\nrequests: [{name: r, get: '/{{row.color}}'}]",
            &["2:31 no row has `color` | did you mean `colour`?"],
        ),
        (
            "cases: [{a: 1, b: 2}]\nrequests: [{name: r, get: '/{{row.quite}}{{row.b.c}}'}]",
            &["2:31 no row has `quite` | they have `a`, `b`", "2:44 no row has `b.c` | they have `a`, `b`"],
        ),
        (
            "cases: [{a: x, b: 1}, {a: y}]\nrequests: [{name: r, get: '/{{row.b}}'}]",
            &["2:31 the row `y` has no `b` | give every row one, or a fallback: `{{default row.b \"none\"}}`"],
        ),
        ("requests: [{name: r, get: '/{{it.a}}', for_each: {it: [{a: 1}, {a: '{{tenant}}'}, '{{tenant}}']}}]", &[]),
        ("requests: [{name: r, get: '/{{it.b}}', for_each: {it: [{a: 1}]}}]", &["1:31 no row has `b` | they have `a`"]),
        (
            "requests: [{name: r, get: '/{{it.b}}', for_each: {it: [1, 2]}}]",
            &["1:31 no row has `b` | each is a value of its own: read `{{it}}`"],
        ),
    ]);
}

#[test]
fn what_the_language_gives_has_known_members() {
    assert_told(&[
        (
            "requests: [{name: r, get: '/{{run.id}}{{run.seed}}{{case.name}}{{case.file}}{{auth.reader.claims.sub}}'}]",
            &[],
        ),
        ("requests: [{name: r, get: /}, {name: s, get: '/{{responses.r.body.x}}{{json responses.r}}'}]", &[]),
        ("requests: [{name: r, get: '/{{run.idd}}'}]", &["1:31 `run` has no `idd` | did you mean `id`?"]),
        (
            "requests: [{name: r, get: '/{{auth.reader.tokn}}'}]",
            &["1:31 `auth.[reader]` has no `tokn` | did you mean `token`?"],
        ),
        (
            "requests: [{name: r, get: /}, {name: s, get: '/{{responses.r.cookies}}'}]",
            &["1:50 `responses.[r]` has no `cookies` | it has `status`, `headers`, `body`, `url`, `duration`"],
        ),
        (
            "requests: [{name: r, get: '/{{env}}'}]",
            &["1:31 `env` is read name by name | for example `{{env.API_URL}}`"],
        ),
        (
            "requests: [{name: r, get: '/{{json responses}}'}]",
            &["1:36 `responses` is read name by name | for example `{{responses.[create an item].status}}`"],
        ),
    ]);
}

#[test]
fn what_comes_later_is_said_to_come_later() {
    assert_told(&[
        (
            "requests: [{name: r, get: /, needs: [s]}, {name: s, get: /}]",
            &["1:38 no earlier request is named `s` | `s` comes later, and requests run in the order they are written"],
        ),
        (
            "requests: [{name: r, get: /, needs: [ss]}, {name: s, get: /}]",
            &["1:38 no earlier request is named `ss` | requests run in the order they are written"],
        ),
    ]);
}

#[test]
fn what_defaults_of_the_project_read_is_there_in_every_spec() {
    let source = Source::inline("hallpass.yaml", "headers: {X-A: '{{tenant}}', X-B: '{{colour}}'}");
    let mut loading = Loading::new(&source, Root::new(Path::new(".")));
    let node = yaml::parse(&source).root.unwrap();
    let defaults = Defaults::load(&node, &mut loading).unwrap();
    let known = Known { vars: ["tenant".to_owned()].into(), under: defaults.uses, ..Known::default() };
    for (vars, told) in [("colour: red", 0), ("other: red", 1)] {
        let text = format!("vars: {{{vars}}}\nrequests: [{{name: r, get: /}}, {{name: s, get: /}}]\n");
        let loaded = Spec::load(&Source::inline("a.yaml", text), &known, &Root::new(Path::new(".")));
        let problems: Vec<_> = loaded.problems.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(problems, vec!["nothing defines the variable `colour` in `a.yaml`"; told], "{vars}");
    }
}
