//! Profiles, variables and fragments as `cargo test` sees them.

use crate::support::{Server, Suite};

const PROJECT: &str = "\
vars: {where: project}
profiles:
  staging: {vars: {where: staging}, env_file: staging.env}
  other: {vars: {where: other}}
";
const SPEC: &str = "\
requests:
  - {name: read, get: \"/{{where}}/{{colour}}/{{default env.PLACE 'nowhere'}}\"}
";

fn suite() -> Suite {
    let files = [("hallpass.yaml", PROJECT), ("staging.env", "PLACE=here\n"), ("specs/a.yaml", SPEC)];
    Suite::of(&files)
}

#[test]
fn the_environment_stands_above_the_code_and_the_code_above_the_profile() {
    let table: [(&[(&str, &str)], &str); 5] = [
        (&[], "GET /project/red/nowhere"),
        (&[("FIXTURE_PROFILE", "staging")], "GET /staging/red/here"),
        (&[("FIXTURE_PROFILE", "staging"), ("HALLPASS_PROFILE", "other")], "GET /other/red/nowhere"),
        (&[("HALLPASS_PROFILE", "staging"), ("PLACE", "there")], "GET /staging/red/there"),
        (&[("HALLPASS_VAR_colour", "green"), ("HALLPASS_VAR_where", "said")], "GET /said/green/nowhere"),
    ];
    for (env, sent) in table {
        let server = Server::start();
        let suite = env.iter().fold(suite().talking_to(&server), |it, (name, value)| it.with(name, value));
        let said = suite.run(&[]);
        assert_eq!((said.code, server.requests()), (0, vec![sent.to_owned()]), "{env:?} {said:?}");
    }
}

#[test]
fn another_place_is_named_without_a_change_of_code() {
    let (started, asked) = (Server::start(), Server::start());
    let said = suite().talking_to(&started).with("HALLPASS_BASE_URL", &asked.url).run(&[]);
    assert_eq!((said.code, asked.requests().len(), started.requests().len()), (0, 1, 0), "{said:?}");
}

#[test]
fn a_profile_that_is_not_there_and_a_value_of_another_kind_are_failures() {
    for (name, value, message) in [
        ("HALLPASS_PROFILE", "stagin", "did you mean `staging`?"),
        ("HALLPASS_JOBS", "none", "`HALLPASS_JOBS` is `none`"),
        ("HALLPASS_ENV_FILE", "gone.env", "`gone.env` cannot be read"),
    ] {
        let said = suite().with("FIXTURE_URL", "http://127.0.0.1:9").with(name, value).run(&[]);
        assert_eq!(said.code, 101, "{said:?}");
        assert!(said.stderr.contains(message), "{said:?}");
    }
}

#[test]
fn requests_of_fragments_are_tests_of_the_spec_that_uses_them() {
    let server = Server::start();
    let fragment = "fragment: true\nrequests: [{name: sign in, get: /in, capture: {it: {status: true}}}]\n";
    let spec = "use: [{file: login.yaml}]\nrequests: [{name: read, get: \"/read/{{login.it}}\"}, {name: alone, get: /alone}]\n";
    let suite = Suite::of(&[("specs/a.yaml", spec), ("specs/login.yaml", fragment)]).talking_to(&server);
    let listed = suite.run(&["--list", "--format", "terse"]);
    assert_eq!(
        listed.stdout,
        "specs/a.yaml::login / sign in: test\nspecs/a.yaml::read: test\nspecs/a.yaml::alone: test\n"
    );
    let said = suite.run(&["--exact", "specs/a.yaml::read"]);
    assert_eq!(
        (said.code, server.requests()),
        (0, ["GET /in", "GET /read/200"].map(str::to_owned).to_vec()),
        "{said:?}"
    );
    let nextest = suite.with("NEXTEST", "1").run(&["--list", "--format", "terse"]);
    assert_eq!(nextest.stdout, "specs/a.yaml: test\n");
}
